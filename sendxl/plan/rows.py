"""Rows of a table: typed values by column, each with the cell it came from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sendxl.plan import values
from sendxl.plan.schema import Table, Type
from sendxl.plan.values import Cell, Stored, Value

if TYPE_CHECKING:
    import pandas as pd

Fetch = Callable[[str], Stored]
_NOTHING = Stored()


def _unknown(key: str) -> None:
    """Of no cell is it known."""


class Row:
    """One row. ``row.lead_status`` is the typed value of that column, ``row.cell("lead_status")`` the cell.

    Cells are read on first use. A column that the sheet lacks reads as blank.
    """

    __slots__ = ("_cells", "_fetch", "_key", "_text", "number", "table")

    def __init__(self, table: Table, number: int, fetch: Fetch, text: Callable[[str], str | None] = _unknown) -> None:
        self.table = table
        self.number = number  # of the row on its sheet, from 1
        self._fetch = fetch
        self._text = text
        self._cells: dict[str, Cell] = {}
        self._key: str | None = None

    @classmethod
    def of(cls, table: Table, number: int = 0, /, **given: Value) -> "Row":
        """A row made from values, for figures worked out away from any sheet and for tests."""
        unknown = sorted(set(given) - set(table.by_key))
        if unknown:
            raise KeyError(f"table {table.name} has no column {unknown[0]!r}")
        row = cls(table, number, lambda key: _NOTHING)
        row._cells = {key: Cell(value, _NOTHING) for key, value in given.items()}
        return row

    def changed_to(self, values: Mapping[str, Value]) -> "Row":
        """The row with other values in some columns, by key; the row itself where there are none."""
        if not values:
            return self
        row = Row(self.table, self.number, self.stored, self._text)
        row._cells = {key: Cell(value, _NOTHING) for key, value in values.items()}
        return row

    def cell(self, key: str) -> Cell:
        """The cell of a column, by its key."""
        cell = self._cells.get(key)
        if cell is None:
            column = self.table[key]
            kind = (
                self.cell("kind").value
                if column.type in (Type.ACTUAL, Type.LEVEL) and "kind" in self.table.by_key
                else None
            )
            cell = self._cells[key] = values.read(column, self._fetch(key), kind)
        return cell

    def stored(self, key: str) -> Stored:
        """The cell of a column as it is in the workbook, by its key; unlike ``cell`` not read as its type."""
        cell = self._cells.get(key)
        return self._fetch(key) if cell is None else cell.stored

    def text(self, key: str) -> str | None:
        """The text form of a cell that is known to hold a mere text, got sooner than the cell; None for any other."""
        return self._text(key)

    def __getattr__(self, key: str) -> Any:
        """The typed value of a column, by its key."""
        if key.startswith("_"):
            raise AttributeError(key)
        try:
            return self.cell(key).value
        except KeyError as error:
            raise AttributeError(str(error)) from None

    @property
    def key(self) -> str:
        """The ref, code, number or name that the row goes by; '' where it has none."""
        if self._key is None:
            self._key = values.to_text(self.cell(self.table.key.key).value)
        return self._key

    @property
    def blank(self) -> bool:
        """True if every declared column is blank."""
        return all(self.cell(column.key).blank for column in self.table)

    def values(self) -> dict[str, Value]:
        """All declared columns: key to typed value."""
        return {column.key: self.cell(column.key).value for column in self.table}

    def __repr__(self) -> str:
        return f"<{self.table.name} row {self.number} {self.key}>"


class Rows(Sequence[Row]):
    """The rows of a table in the order of the sheet, blank ones left out.

    ``headers`` are the headers found, left to right, known or not; ``missing`` the declared columns not among them.
    ``top`` and ``left`` are the row and the first column of the headers on the sheet, from 1.
    """

    def __init__(
        self,
        table: Table,
        rows: Iterable[Row],
        headers: Sequence[str] = (),
        sheet: str = "",
        blank_rows: Sequence[int] = (),
        merges: Sequence[tuple[str, int]] = (),
        protected: bool = False,
        top: int = 1,
        left: int = 1,
        below: Iterable[Row] = (),
    ) -> None:
        self.table = table
        self._rows = list(rows)
        self.headers = tuple(headers)
        self.sheet = sheet
        self.blank_rows = tuple(blank_rows)  # their numbers on the sheet
        self.merges = tuple(merges)  # merged ranges that touch the table, each with its number of cells
        self.protected = protected  # whether the sheet is
        self.top = top
        self.left = left
        self.below = tuple(below)  # rows typed under the table, which are not part of it

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        return self._rows[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    @property
    def missing(self) -> list[str]:
        """Headers of declared columns that the sheet does not have."""
        found = set(self.headers)
        return [column.header for column in self.table if column.header not in found]

    @property
    def by_key(self) -> Mapping[str, Row]:
        """Rows by key; of two with the same key the first."""
        found: dict[str, Row] = {}
        for row in self._rows:
            found.setdefault(row.key, row)
        return found

    def frame(self) -> "pd.DataFrame":
        """The rows as a pandas DataFrame: one column a declared column, named by header."""
        import pandas as pd

        headers = {column.key: column.header for column in self.table}
        return pd.DataFrame([row.values() for row in self._rows], columns=list(headers)).rename(columns=headers)
