"""Totals over the rows of the plan, each declared once: which rows count, and what of them is added up.

The formula on the sheet, and the figure that it shows until a spreadsheet computes it again, both follow from that.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from sendxl.plan.columns import Table
from sendxl.plan.savings import total
from sendxl.plan.values import Value, to_text

Record: TypeAlias = Mapping[str, Value]  # a row, as values by column key


class Is(Enum):
    """How a condition compares the cell of a counted row."""

    EQUAL = "is the word"
    NOT = "is not the word"
    BEGINS = "begins with the word"
    HERE = "is what stands in this row of the Summary, in the column of that key"


@dataclass(frozen=True)
class Where:
    """A condition on a counted row: its ``column`` against a word ('' is a blank cell) or a column of the total's row."""

    column: str
    word: str = ""
    how: Is = Is.EQUAL


@dataclass(frozen=True)
class Total:
    """How many rows of ``table`` meet every condition or, with ``adds``, the sum of that column over them.

    A sum is blank where no row has an amount: blank is not zero.
    """

    table: Table
    where: tuple[Where, ...]
    adds: str = ""


@dataclass(frozen=True)
class Words:
    """Two counts of the same row of the Summary in words: “5 of 6”."""

    part: str
    whole: str


class Totals:
    """The totals of the Summary over the rows of the plan, given as values by column key.

    Words are compared as the formulas compare them.
    """

    def __init__(self, records: Mapping[Table, Sequence[Record]]) -> None:
        self._records = records
        self._columns: dict[tuple[Table, str], list[str]] = {}
        self._found: dict[Total, Mapping[tuple[str, ...], int | float | None]] = {}

    def of(self, totals: Mapping[str, Total | Words], row: Record) -> dict[str, Value]:
        """The figures of totals by column key, in a row of the Summary whose other columns ``row`` holds."""
        found: dict[str, Value] = {}
        for column, wanted in totals.items():
            if isinstance(wanted, Words):
                found[column] = f"{found[wanted.part]} of {found[wanted.whole]}"
            else:
                here = tuple(folded(row.get(where.word)) for where in wanted.where if where.how is Is.HERE)
                found[column] = self._grouped(wanted).get(here, None if wanted.adds else 0)
        return found

    def _grouped(self, wanted: Total) -> Mapping[tuple[str, ...], int | float | None]:
        """The counts or sums of a total, by what stands in the columns that are compared with the row's."""
        if wanted not in self._found:
            table, rows = wanted.table, self._records.get(wanted.table, ())
            here = [self._column(table, where.column) for where in wanted.where if where.how is Is.HERE]
            meets = [self._meets(table, where) for where in wanted.where if where.how is not Is.HERE]
            groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
            for number, row in enumerate(rows):
                if all(met[number] for met in meets):
                    groups[tuple(column[number] for column in here)].append(row)
            self._found[wanted] = {
                key: total(_amount(row.get(wanted.adds)) for row in group) if wanted.adds else len(group)
                for key, group in groups.items()
            }
        return self._found[wanted]

    def _meets(self, table: Table, where: Where) -> list[bool]:
        word, column = folded(where.word), self._column(table, where.column)
        if where.how is Is.BEGINS:
            return [text.startswith(word) for text in column]
        return [(text == word) is (where.how is Is.EQUAL) for text in column]

    def _column(self, table: Table, key: str) -> list[str]:
        if (table, key) not in self._columns:
            self._columns[table, key] = [folded(row.get(key)) for row in self._records.get(table, ())]
        return self._columns[table, key]


def folded(value: Value) -> str:
    """A value as the formulas compare it: small and capital letters, and spaces around, are the same."""
    text = value if isinstance(value, str) else to_text(value)
    return " ".join(filter(None, text.split(" "))).lower()


def _amount(value: Value) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
