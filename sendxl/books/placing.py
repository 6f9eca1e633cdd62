"""Where edits go in the tables of a workbook, closed or open: columns by header, rows by key, added rows by table."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from sendxl.books.book import AppendRows, Edit
from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.rows import Rows
from sendxl.plan.schema import Column, Table
from sendxl.plan.values import Value
from sendxl.xlsx.edit.write import Refusal


class Places:
    """The rows and columns of a table that was read, by their numbers on the sheet."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._columns = positions_of(rows.table, rows.headers, rows.left)

    def row(self, key: str | int) -> int:
        """The row that holds a key, or that has that number; Refusal where the key is missing or double."""
        if isinstance(key, int):
            return key
        numbers = self._numbers.get(key) or self._seen.get(as_seen(key), ())
        if len(numbers) != 1:
            where = f"stands in rows {numbers[0]} and {numbers[1]}; make it one" if numbers else "is not there"
            table = self._rows.table
            raise Refusal(f"{self._rows.sheet}, table {table.name}: the {table.key.header} {key} {where}.")
        return numbers[0]

    def column(self, column: Column) -> int:
        """The column that holds a column of the table; Refusal where its header is missing."""
        return column_at(self._columns, column, self._rows.sheet, self._rows.table)

    def kind(self, row: int) -> object:
        """The Kind of the measure in a row, by its number; None where the table has no such column or row."""
        return self._kinds.get(row)

    @cached_property
    def _numbers(self) -> Mapping[str, Sequence[int]]:
        numbers: dict[str, list[int]] = {}
        for row in self._rows:
            numbers.setdefault(row.key, []).append(row.number)
        return numbers

    @cached_property
    def _seen(self) -> Mapping[str, Sequence[int]]:
        return by_sight(self._numbers.items())

    @cached_property
    def _kinds(self) -> Mapping[int, object]:
        return {row.number: row.measured_as for row in self._rows}


def positions_of(table: Table, headers: Iterable[str], left: int) -> dict[str, int]:
    """Column key to column number, of headers that begin at ``left``; of two columns with one header the first."""
    positions: dict[str, int] = {}
    for number, header in enumerate(headers, left):
        column = table.headed(header)
        if column is not None:
            positions.setdefault(column.key, number)
    return positions


def column_at(positions: Mapping[str, int], column: Column, sheet: str, table: Table) -> int:
    """Where a column of a table is; Refusal where its header is missing."""
    if column.key not in positions:
        raise Refusal(f"{sheet}, table {table.name}: the column “{column.header}” is missing. Put its header back.")
    return positions[column.key]


def added_rows(edits: Iterable[Edit]) -> dict[Table, list[Mapping[str, Value]]]:
    """The rows that edits add, by table: however many edits add to one, it grows once."""
    rows: dict[Table, list[Mapping[str, Value]]] = {}
    for edit in edits:
        if isinstance(edit, AppendRows) and edit.rows:
            rows.setdefault(edit.table, []).extend(edit.rows)
    return rows
