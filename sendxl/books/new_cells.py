"""What cells of a table get, in a workbook closed or open: values, formulas, number formats, running numbers of new rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sendxl.books.book import SetCells
from sendxl.books.check_column import check_formula
from sendxl.books.formulas import column_formula, link
from sendxl.books.placing import Places, column_at
from sendxl.plan.rows import Rows
from sendxl.plan.schema import FORMATS, Column, Table, Type
from sendxl.plan.values import Share, Value

_SHARE = FORMATS[Type.FRACTION]


class NewCell(NamedTuple):
    """What a cell gets: a value, or a formula that shows it; and the number format to be used where its own does not fit.

    With ``exact`` it gets the number format whatever it has, also where it stays blank.
    """

    value: Value
    number_format: str
    formula: str = ""
    exact: bool = False


@dataclass(frozen=True)
class TableEnd:
    """Where rows are added to a table: its first and last row on the sheet, and its columns by key.

    ``blank``: the last row holds nothing but formulas.
    """

    table: Table
    sheet: str
    columns: Mapping[str, int]
    first: int
    last: int
    blank: bool

    @property
    def fills(self) -> bool:
        """True if the table is empty, so that the first new row goes into its one blank row."""
        return self.blank and self.first == self.last

    @property
    def top(self) -> int:
        """The first new row on the sheet."""
        return self.last + (not self.fills)

    def new_rows(self, rows: Sequence[Mapping[str, Value]], keys: Callable[[], Iterable[int]]) -> Iterator[dict[int, NewCell]]:
        """The cells of each new row, by column; those left out are blank, or left to the formula that the table has for them.

        The running numbers of a numbered table go on from the highest of its ``keys``, and from the number of its rows.
        Refusal where a column is missing that a row fills.
        """
        for column in self.table:
            if any(row.get(column.key) is not None for row in rows) or (self.table.numbered and column is self.table.key):
                column_at(self.columns, column, self.sheet, self.table)
        columns = [_filled(self.table, column, self.columns[column.key]) for column in self.table if column.key in self.columns]
        if not self.table.numbered:
            return (_cells(columns, row, number) for number, row in enumerate(rows, self.top))
        before = 0 if self.fills else max([self.last - self.first + 1, *keys()])
        return (_cells(columns, {self.table.key.key: before + number, **row}, self.top + number - 1)
                for number, row in enumerate(rows, 1))


def set_cells(edit: SetCells, places: Places) -> Iterator[tuple[int, int, NewCell]]:
    """The cells that an edit sets: row, column and what they get; Refusal where one is not to be found."""
    column = edit.table[edit.column]
    at = places.column(column)
    by_kind, number_format = _by_kind(edit.table, column), column.format_in(None)
    for key, value in edit.values.items():
        row = places.row(key)
        yield row, at, NewCell(value, column.format_in(places.kind(row)) if by_kind else number_format)


def running_numbers(rows: Rows) -> list[int]:
    """The keys of a numbered table that are numbers."""
    return [int(row.key) for row in rows if row.key.isdecimal()]


class _Filled(NamedTuple):
    """A column that is on the sheet; ``by_kind`` if the row's Kind gives its unit, and so its format, blank or not.

    In its ``formula`` may stand ``{row}`` for the number of the row.
    """

    column: Column
    position: int
    by_kind: bool
    formula: str
    number_format: str


def _filled(table: Table, column: Column, position: int) -> _Filled:
    formula = column_formula(table, column.key) or check_formula(table, column.key) or ""
    return _Filled(column, position, _by_kind(table, column), formula, column.format_in(None))


def _by_kind(table: Table, column: Column) -> bool:
    return column.by_kind and table.kind is not None


def _cells(columns: Iterable[_Filled], row: Mapping[str, Value], number: int) -> dict[int, NewCell]:
    cells: dict[int, NewCell] = {}
    for column, position, by_kind, own, number_format in columns:
        value = row.get(column.key)
        formula = own.replace("{row}", str(number)) if own else ""
        if column.type is Type.LINK and value:
            formula = link(str(value))
        if value is not None or by_kind or formula:
            shown = _SHARE if isinstance(value, Share) else column.format_in(row.get("kind")) if by_kind else number_format
            cells[position] = NewCell(value, shown, formula, by_kind)
    return cells
