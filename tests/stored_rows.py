"""Rows as a workbook would give them, without one."""

from collections.abc import Callable, Sequence

from sendxl.plan.rows import R, Store
from sendxl.plan.schema import Table
from sendxl.plan.values import Cell, CellKind, Problem, Stored, Value


class StoredRows(Store):
    """Rows whose stored cells are told by number of the row and key of the column."""

    def __init__(self, table: Table, numbers: Sequence[int], told: Callable[[int, str], Stored]) -> None:
        super().__init__(table, numbers)
        self._told = told

    def fetch(self, index: int, key: str) -> Stored:
        return self._told(self.numbers[index], key)


class _Unreadable(Store):
    """One row of which one cell cannot be read."""

    def __init__(self, row: R, key: str, text: str, problem: Problem) -> None:
        super().__init__(row.table, (row.number,))
        self._row, self._key = row, key
        self._wrong = Cell(None, Stored(CellKind.TEXT, text, text), problem)

    def fetch(self, index: int, key: str) -> Stored:
        return self._wrong.stored if key == self._key else self._row.stored(key)

    def held(self, index: int, key: str) -> Value | Cell:
        return self._wrong if key == self._key else self._row.held(key)

    def column(self, key: str) -> Sequence[Value | Cell]:
        return [self.held(0, key)]


def unreadable(row: R, key: str, text: str, problem: Problem = Problem.NOT_A_NUMBER) -> R:
    """The row, with a cell that has no value of its column's type."""
    return type(row)(_Unreadable(row, key, text, problem), 0)
