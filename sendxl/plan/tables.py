"""What figures, checks and a look ahead read: the tables of a plan, wherever they are kept. Nothing can be written through it."""

from collections.abc import Sequence
from typing import Protocol

from sendxl.plan.rows import R, Rows
from sendxl.plan.schema import Table


class Tables(Protocol):
    """Tables that can be read."""

    @property
    def name(self) -> str:
        """What to call them in messages: the workbook's name."""

    def has(self, table: Table) -> bool:
        """True if there is a table of that name."""

    def read(self, table: Table[R]) -> Rows[R]:
        """The rows of a table; KeyError where there is no table of that name."""

    def find(self, table: Table[R], column: str, text: str) -> Sequence[R]:
        """The rows of a table that hold a text in a column, by its key; a long table without any is not read row by row."""
