"""A master of an earlier format as it reads once it is brought up, for what only reads; nothing is written."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from sendxl.plan.rows import R, Row, Rows, Store
from sendxl.plan.schema import Table
from sendxl.plan.tables import Tables
from sendxl.plan.values import Stored, to_text
from sendxl.plan.versions import Format


class Kept(Tables, Protocol):
    """Tables that are kept in a file."""

    @property
    def path(self) -> Path | None:
        """Where it lies on this machine; None where it does not."""


class _Now(Store):
    """Rows of an earlier table as those of ``table``; ``keys`` has the earlier key of each of its columns."""

    def __init__(self, table: Table, rows: Sequence[Row], keys: Mapping[str, str]) -> None:
        super().__init__(table, [row.number for row in rows])
        self._rows = rows
        self._keys = keys

    def fetch(self, index: int, key: str) -> Stored:
        return self._rows[index].stored(self._keys[key])


class BroughtUp:
    """The tables of ``book``, which has the ``earlier`` format, as they are declared now.

    A table that it lacks is empty, a column that it lacks blank, one that had another header goes by its new one.
    """

    def __init__(self, book: Kept, earlier: Format) -> None:
        self._book = book
        self._earlier = earlier
        self.path = book.path

    @property
    def name(self) -> str:
        """That of the workbook."""
        return self._book.name

    def has(self, table: Table) -> bool:
        """True if the workbook has a table of that name, or will have it."""
        return table in self._earlier.added_tables or self._book.has(table)

    def read(self, table: Table[R]) -> Rows[R]:
        """The rows of a table as they are declared now."""
        if not self._book.has(table) and table in self._earlier.added_tables:
            return Rows(table, (), [column.header for column in table], table.title)
        earlier = self._earlier.as_it_was(table)
        rows = self._book.read(earlier)
        keys = {now.key: then.key for now, then in zip(table, earlier, strict=True)}
        renamed = {then.header: now.header for now, then in zip(table, earlier, strict=True)}
        headers = [*(renamed.get(header, header) for header in rows.headers),
                   *(column.header for column in self._earlier.added(table))]

        def now(found: Sequence[Row]) -> list[R]:
            store = _Now(table, found, keys)
            return [table.row(store, index) for index in range(len(found))]

        return Rows(table, now(rows), headers, rows.sheet, rows.blank_rows, rows.merges, rows.protected, rows.top,
                    rows.left, now(rows.below))

    def find(self, table: Table[R], column: str, text: str) -> Sequence[R]:
        """The rows of a table that hold a text in a column."""
        if self._earlier.as_it_was(table) is table and self._book.has(table):
            return self._book.find(table, column, text)
        return [row for row in self.read(table) if to_text(row[column]) == text]
