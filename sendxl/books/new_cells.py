"""What cells of a table get, in a workbook closed or open: values, formulas, number formats, running numbers of new rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
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


class NewColumn(NamedTuple):
    """What the cells of a column get in new rows, as a ``NewCell`` each; ``formulas`` is empty where none has one."""

    values: Sequence[Value]
    number_formats: Sequence[str]
    formulas: Sequence[str] = ()
    exact: bool = False

    def cell(self, at: int) -> NewCell:
        """What one of them gets."""
        return NewCell(self.values[at], self.number_formats[at], self.formulas[at] if self.formulas else "", self.exact)


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

    def new_columns(self, rows: Sequence[Mapping[str, Value]], keys: Callable[[], Iterable[int]]) -> dict[int, NewColumn]:
        """What each column gets in the new rows; those that are left out are blank, or left to the formula of the table.

        The running numbers of a numbered table go on from the highest of its ``keys``, and from the number of its rows.
        Refusal where a column is missing that a row fills.
        """
        given = {column.key: [row.get(column.key) for row in rows] for column in self.table}
        if self.table.numbered:
            before = 0 if self.fills else max([self.last - self.first + 1, *keys()])
            numbers = given[self.table.key.key]
            numbers[:] = [before + at if number is None else number for at, number in enumerate(numbers, 1)]
        kinds = [row.get("kind") for row in rows] if self.table.kind else []
        columns: dict[int, NewColumn] = {}
        for column in self.table:
            values = given[column.key]
            if any(value is not None for value in values):
                column_at(self.columns, column, self.sheet, self.table)
            if column.key in self.columns:
                by_kind = _by_kind(self.table, column)
                formulas = _formulas(self.table, column, values, self.top)
                if formulas or by_kind or any(value is not None for value in values):
                    formats = [_SHARE if isinstance(value, Share) else number_format for value, number_format in zip(
                        values, map(column.format_in, kinds) if by_kind else repeat(column.format_in(None)), strict=False)]
                    columns[self.columns[column.key]] = NewColumn(values, formats, formulas, by_kind)
        return columns

    def new_rows(self, rows: Sequence[Mapping[str, Value]], keys: Callable[[], Iterable[int]]) -> Iterator[dict[int, NewCell]]:
        """The cells of each new row, by column, as in ``new_columns``."""
        columns = self.new_columns(rows, keys)
        for at in range(len(rows)):
            cells = {position: column.cell(at) for position, column in columns.items()}
            yield {position: cell for position, cell in cells.items() if cell.value is not None or cell.formula or cell.exact}


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


def _formulas(table: Table, column: Column, values: Sequence[Value], top: int) -> Sequence[str]:
    """The formulas of a column in new rows, of which the first is ``top``; most columns have none."""
    own = column_formula(table, column.key) or check_formula(table, column.key)
    if own:
        return [own.replace("{row}", str(number)) for number in range(top, top + len(values))]
    if column.type is Type.LINK and any(values):
        return [link(str(value)) if value else "" for value in values]
    return ()


def _by_kind(table: Table, column: Column) -> bool:
    return column.by_kind and table.kind is not None
