"""A table of an open workbook, as one read of it gave it, and the rows it makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sendxl.books.live.excel import Excel
from sendxl.books.live.ranges import Raw, formulas_of, values_of
from sendxl.books.placing import positions_of
from sendxl.errors import Refused
from sendxl.plan.rows import Rows, Store
from sendxl.plan.schema import Table, Type
from sendxl.plan.values import CellKind, Stored, serial
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.read.address import Area, name, parse_area
from sendxl.xlsx.read.formats import format_of

if TYPE_CHECKING:
    from sendxl.books.live.without_pandas import xlwings

_BELOW = 200  # rows under a table that are read with it; more may only be formatted
_LARGEST_INT = 1e15
_SHARES = (Type.FRACTION, Type.ACTUAL, Type.LEVEL)


@dataclass(frozen=True)
class Opened:
    """A table and what stood in it and under it. ``area`` has its header and totals row; ``used`` is the sheet's last row.

    Reading takes one read of the values, one of the formulas, and a third where a text looks like an error.
    """

    table: Table
    excel: Excel
    sheet: "xlwings.Sheet"
    title: str
    listed_as: str
    area: Area
    headers: bool
    totals: bool
    used: int
    values: list[list[Raw]]
    formulas: list[list[str]]
    errors: frozenset[tuple[int, int]]

    @classmethod
    def read(cls, excel: Excel, table: Table, sheet: "xlwings.Sheet", listed: "xlwings.main.Table") -> "Opened":
        """Read ``listed``, which is our ``table``."""
        ask = excel.ask
        area = parse_area(ask(lambda: str(listed.range.address)).replace("$", ""))
        headers, totals = ask(lambda: (bool(listed.show_headers), bool(listed.show_totals)))
        used = ask(lambda: int(sheet.used_range.last_cell.row))
        whole = area._replace(bottom=min(max(area.bottom, used), area.bottom + _BELOW))
        formulas = formulas_of(excel, sheet, whole)
        values, errors = values_of(excel, sheet, whole, formulas)
        title, listed_as = ask(lambda: (str(sheet.name), str(listed.name)))
        return cls(table, excel, sheet, title, listed_as, area, headers, totals, used, values, formulas, errors)

    @property
    def first(self) -> int:
        """The sheet's row of the first row of the table."""
        return self.area.top + self.headers

    @property
    def last(self) -> int:
        """The sheet's row of the last row of the table."""
        return self.area.bottom - self.totals

    @property
    def positions(self) -> dict[str, int]:
        """Column key to column number on the sheet; of two columns with one header the first."""
        return positions_of(self.table, self._headers(), self.area.left)

    def raw(self, row: int, column: int) -> Raw:
        """What a cell holds, as Excel gives it; None below what was read."""
        at = row - self.area.top
        return self.values[at][column - self.area.left] if at < len(self.values) else None

    def formula(self, row: int, column: int) -> str:
        """The formula of a cell; '' where it has none. A text that begins like one stands as both."""
        at = row - self.area.top
        text = self.formulas[at][column - self.area.left] if at < len(self.formulas) else ""
        return text if text[:1] == "=" and len(text) > 1 and text != self.raw(row, column) else ""

    def constant(self, row: int, column: int) -> str | int | float | bool | datetime | None:
        """What a cell holds or, of a formula, shows. No digit of an amount is lost that was typed: Excel tells it with four."""
        value = self.raw(row, column)
        if not isinstance(value, Decimal):
            return value
        typed = self.formulas[row - self.area.top][column - self.area.left]
        return float(value if typed[:1] == "=" else typed)

    def is_error(self, row: int, column: int) -> bool:
        """True if a cell shows an error."""
        return (row - self.area.top, column - self.area.left) in self.errors

    def stored(self, row: int, column: int) -> Stored:
        """A cell as a closed workbook would have it. Whether it is shown as a percentage is not known."""
        address, formula = name(row, column), bool(self.formula(row, column))
        value = self.constant(row, column)
        if self.is_error(row, column):
            text = value if isinstance(value, str) else "#ERROR!"
            return Stored(CellKind.ERROR, text, text, address, formula=formula)
        if value is None:
            return Stored(CellKind.TEXT, "", "", address, formula=True) if formula else Stored(address=address)
        if isinstance(value, str):
            return Stored(CellKind.TEXT, value, value, address, formula=formula)
        if isinstance(value, bool):
            return Stored(CellKind.BOOL, value, str(int(value)), address, formula=formula)
        if isinstance(value, datetime):
            day = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
            return Stored(CellKind.DATE, day, str(serial(day)), address, formula=formula)
        number = float(value)
        whole = int(number) if number.is_integer() and abs(number) < _LARGEST_INT else number
        return Stored(CellKind.NUMBER, whole, str(whole), address, formula=formula)

    def blank(self, row: int) -> bool:
        """True if a row has nothing but formulas."""
        return all(self.raw(row, column) is None or self.formula(row, column) for column in self._columns)

    def taken(self, area: Area) -> str:
        """The address of a cell of an area below the table that holds something; '' where none does."""
        values = self.values[area.top - self.area.top :]
        unread = area._replace(top=area.top + len(values), bottom=min(area.bottom, self.used))
        if unread.top <= unread.bottom:
            values = values + values_of(self.excel, self.sheet, unread, formulas_of(self.excel, self.sheet, unread))[0]
        for row, cells in enumerate(values[: area.bottom - area.top + 1], area.top):
            for column, value in enumerate(cells, area.left):
                if value is not None or self.formula(row, column):
                    return name(row, column)
        return ""

    def rows(self) -> Rows[Any]:
        """The rows that say something, as a closed workbook has them; merged ranges and protection are not told."""
        declared = set(self.positions.values())
        filled, blank = [], []
        for number in range(self.first, self.area.top + len(self.values)):
            if any(self._says_something(number, column, declared) for column in self._columns):
                filled.append(number)
            elif number <= self.last:
                blank.append(number)
        store = _OpenedStore(self, filled)
        rows = [self.table.row(store, index) for index, number in enumerate(filled) if number <= self.last]
        below = [self.table.row(store, index) for index in range(len(rows), len(filled))]
        return Rows(self.table, rows, self._headers(), self.title, blank, top=self.area.top, left=self.area.left, below=below)

    def moved(self, now: "Opened") -> bool:
        """True if what people typed is not what it was, or not where it was; what formulas show does not count."""
        return (self.area, self._typed()) != (now.area, now._typed())

    @property
    def _columns(self) -> range:
        return range(self.area.left, self.area.right + 1)

    def _headers(self) -> list[str]:
        if not self.headers:
            return []
        return ["" if value is None else str(value) for value in self.values[0]]

    def _says_something(self, row: int, column: int, declared: set[int]) -> bool:
        """Formulas in columns of the user's own fill themselves, and do not count."""
        return column in declared if self.formula(row, column) else self.raw(row, column) is not None

    def _typed(self) -> list[list[Raw]]:
        rows = range(self.area.top, self.area.bottom + 1)
        return [[self.formula(row, column) or self.raw(row, column) for column in self._columns] for row in rows]

    def is_percent(self, cell: Stored) -> bool:
        """Whether a share is shown as a percentage. Up to 1 it is taken for one; beyond, where it matters, it is asked."""
        if not isinstance(cell.value, int | float) or not 1 < cell.value <= 100:
            return True
        try:
            code = self.excel.ask(lambda: self.sheet.range(cell.address).number_format)
        except Refusal as error:
            raise Refused(f"{self.title}!{cell.address} could not be read: {error}") from None
        return format_of(str(code), 0, True, False).is_percent


class _OpenedStore(Store):
    """Rows of a table of an open workbook."""

    def __init__(self, opened: Opened, numbers: Sequence[int]) -> None:
        super().__init__(opened.table, numbers)
        self._opened = opened
        self._positions = opened.positions

    def fetch(self, index: int, key: str) -> Stored:
        if key not in self._positions:
            return Stored()
        found = self._opened.stored(self.numbers[index], self._positions[key])
        column = self.table[key]
        if found.kind is not CellKind.NUMBER or column.type not in _SHARES:
            return found
        share = column.type_in(self.kind(index) if column.by_kind else None) is Type.FRACTION
        return found._replace(percent=self._opened.is_percent(found)) if share else found

