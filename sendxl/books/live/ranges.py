"""What Excel tells of the cells of a range: values, formulas, errors; never a row that is shifted.

Excel on macOS may leave cells with errors out of what it tells of a range (xlwings issues 1188 and 1924). So the answer is
taken only where it has the shape of the range; else its rows are asked for one by one, and where that is no better, its cells.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from sendxl.books.live.excel import Excel
from sendxl.xlsx.read.address import Area

if TYPE_CHECKING:
    from sendxl.books.live.without_pandas import xlwings

Raw = str | int | float | bool | datetime | Decimal | None
_T = TypeVar("_T")
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_NEW_ERRORS = range(-2146826290, -2146826199)  # codes of errors that are younger than xlwings' list of them


def values_of(excel: Excel, sheet: "xlwings.Sheet", area: Area, formulas: Sequence[Sequence[str]],
              ) -> tuple[list[list[Raw]], frozenset[tuple[int, int]]]:
    """What cells hold or show, errors as texts, and which those are, by row and column in the range."""
    if excel.on_mac:
        return _singly(excel, sheet, area, formulas)
    values = _in_shape(area, lambda part: excel.ask(lambda: _values(sheet, part, err_to_str=True)))
    errors = {(i, j) for i, row in enumerate(values) for j, value in enumerate(row) if _like_error(value)}
    if errors:
        plain = _in_shape(area, lambda part: excel.ask(lambda: _values(sheet, part)))
        errors = {(i, j) for i, j in errors if not isinstance(plain[i][j], str)}
    return values, frozenset(errors)


def formulas_of(excel: Excel, sheet: "xlwings.Sheet", area: Area) -> list[list[str]]:
    """The formulas of cells, or what was typed where it is none; '' where a cell is blank."""
    found = _in_shape(area, lambda part: _rows(excel.ask(lambda: sheet.range(str(part)).formula), part))
    return [["" if one is None else str(one) for one in row] for row in found]


def _singly(excel: Excel, sheet: "xlwings.Sheet", area: Area, formulas: Sequence[Sequence[str]],
            ) -> tuple[list[list[Raw]], frozenset[tuple[int, int]]]:
    """As ``values_of`` where the errors of a range cannot be asked for: whatever holds something and shows nothing may be one."""
    values = _in_shape(area, lambda part: excel.ask(lambda: _values(sheet, part)))
    errors = set()
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            if value is None and (formulas[i][j][:1] == "=" or formulas[i][j] in _ERRORS):
                cell = _cell(area, i, j)
                row[j] = excel.ask(lambda cell=cell: _values(sheet, cell, err_to_str=True)[0][0])  # type: ignore[misc]
                if row[j] in _ERRORS:
                    errors.add((i, j))
    return values, frozenset(errors)


def _in_shape(area: Area, ask: Callable[[Area], list[list[_T]]]) -> list[list[_T]]:
    found = ask(area)
    width = area.right - area.left + 1
    if len(found) == area.bottom - area.top + 1 and all(len(row) == width for row in found):
        return found
    if area.top < area.bottom:
        return [_in_shape(area._replace(top=row, bottom=row), ask)[0] for row in range(area.top, area.bottom + 1)]
    return [[ask(_cell(area, 0, column))[0][0] for column in range(width)]]


def _cell(area: Area, row: int, column: int) -> Area:
    at = area.top + row, area.left + column
    return Area(*at, *at)


def _values(sheet: "xlwings.Sheet", area: Area, *, err_to_str: bool = False) -> list[list[Raw]]:
    found: list[list[Raw]] = sheet.range(str(area)).options(ndim=2, err_to_str=err_to_str).value
    return found


def _rows(found: Any, area: Area) -> list[list[Any]]:
    """Cells as rows: of one cell or one row Excel may give less than that."""
    if not isinstance(found, list | tuple):
        return [[found]]
    if found and isinstance(found[0], list | tuple):
        return [list(row) for row in found]
    return [list(found)] if area.top == area.bottom else [[one] for one in found]


def _like_error(value: Raw) -> bool:
    if isinstance(value, str):
        return value in _ERRORS
    return isinstance(value, int) and not isinstance(value, bool) and value in _NEW_ERRORS
