"""What is written for new rows of a table in a closed workbook: values, formulas and formats by position, and heights."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sendxl.books.fit import row_height
from sendxl.books.formulas import column_formula, link
from sendxl.plan.schema import FORMATS, Column, Table, Type
from sendxl.plan.values import Share, Value
from sendxl.xlsx.edit.write import Formula, How, Write

_SHARE = FORMATS[Type.FRACTION]


class _Filled(NamedTuple):
    """A column that is on the sheet; ``by_kind`` if the row's Kind gives its unit, and so its format, blank or not."""

    column: Column
    position: int
    by_kind: bool
    formula: str | None
    number_format: str


def new_rows(table: Table, rows: Iterable[Mapping[str, Value]], positions: Mapping[str, int], first: int) -> Iterator[
        tuple[dict[int, Write], float]]:
    """Writes by position, and height in points, of each new row; running numbers of a numbered table go on from ``first``."""
    columns = [_filled(table, column, positions[column.key]) for column in table if column.key in positions]
    for number, row in enumerate(rows, first):
        given = {table.key.key: number, **row} if table.numbered else row
        yield _writes(columns, given), row_height(_texts(table, given))


def _filled(table: Table, column: Column, position: int) -> _Filled:
    by_kind = "kind" in table.by_key and column.type in (Type.ACTUAL, Type.LEVEL)
    return _Filled(column, position, by_kind, column_formula(table, column.key), column.format_in(None))


def _writes(columns: Iterable[_Filled], row: Mapping[str, Value]) -> dict[int, Write]:
    """What to write for a new row: of a column of formulas, the formula and what it shows."""
    found: dict[int, Write] = {}
    for column, position, by_kind, own, number_format in columns:
        value = row.get(column.key)
        formula = link(str(value)) if column.type is Type.LINK and value else own
        if value is not None or by_kind or formula:
            shown = _SHARE if isinstance(value, Share) else column.format_in(row.get("kind")) if by_kind else number_format
            found[position] = Write(How.SET, Formula(formula, value) if formula else value, shown, exact=by_kind)
    return found


def _texts(table: Table, row: Mapping[str, Value]) -> list[tuple[str, float]]:
    """The texts of a row that may take more than one line, with the widths of their columns."""
    found = []
    for key, value in row.items():
        if isinstance(value, str) and (2 * len(value) > (width := table[key].width) or "\n" in value):
            found.append((value, width))
    return found
