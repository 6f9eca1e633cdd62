"""A workbook as it would be after edits that nobody has made yet."""

from collections import defaultdict
from collections.abc import Sequence

from sendxl.books.book import Edit, SetCells
from sendxl.books.placing import added_rows
from sendxl.plan.rows import R, Row, Rows
from sendxl.plan.schema import Table
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value, to_text


class LookAhead:
    """Tables that read as if ``edits`` had been applied to ``book``."""

    def __init__(self, book: Tables, edits: Sequence[Edit]) -> None:
        self._book = book
        self._set: dict[str, dict[str, dict[str, Value]]] = defaultdict(lambda: defaultdict(dict))
        self._added = {table.name: rows for table, rows in added_rows(edits).items()}
        for edit in edits:
            if isinstance(edit, SetCells):
                for key, value in edit.values.items():
                    self._set[edit.table.name][str(key)][edit.column] = value

    @property
    def name(self) -> str:
        """That of the workbook."""
        return self._book.name

    def has(self, table: Table) -> bool:
        """True if the workbook has a table of that name."""
        return self._book.has(table)

    def read(self, table: Table[R]) -> Rows[R]:
        """The rows of a table as they would be."""
        rows = self._book.read(table)
        if table.name not in self._set and table.name not in self._added:
            return rows
        found = [row.changed_to(self._set[table.name].get(row.key, {})) for row in rows]
        found += [Row.of(table, **row) for row in self._added.get(table.name, ())]
        return Rows(table, found, rows.typed_headers, rows.sheet, rows.blank_rows, rows.merges, rows.protected, rows.top,
                    rows.left, rows.below)

    def find(self, table: Table[R], column: str, text: str) -> list[R]:
        """The rows of a table that would hold a text in a column."""
        if table.name not in self._set and table.name not in self._added:
            return list(self._book.find(table, column, text))
        return [row for row in self.read(table) if to_text(row[column]) == text]
