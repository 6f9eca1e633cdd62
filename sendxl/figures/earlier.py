"""A plan as it was reported by an earlier day: what leads said since then is left out.

The sheets hold the latest values. For a day before the period of the latest ones, those of the logs count: of Updates,
Readings and Counts, the rows of periods that had ended by then. Source: workbooks/pages/figures.md, As at.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from sendxl.plan.batches import counted
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import LOGS, MEASURES, PLAN, Logged
from sendxl.plan.periods import Period, parse_period, period_ends
from sendxl.plan.rows import R, Rows
from sendxl.plan.schema import By, Table
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value, to_text


def as_known_by(tables: Tables, day: date) -> "Tables | Earlier":
    """The tables as they count on a day: as they stand or, for a day before the period of their latest values, as reported."""
    latest = max((first for log in LOGS.values() if tables.has(log) for row in counted(tables, log) if (first := _first(row))),
                 default=None)
    return tables if latest is None or day >= latest else Earlier(tables, day)


class Earlier:
    """Tables in which what leads report is what they had reported for periods that ended by a day."""

    def __init__(self, tables: Tables, day: date) -> None:
        self._tables = tables
        self._day = day

    @property
    def name(self) -> str:
        """That of the workbook."""
        return self._tables.name

    def has(self, table: Table) -> bool:
        """True if the workbook has it."""
        return self._tables.has(table)

    def read(self, table: Table[R]) -> Rows[R]:
        """The rows of a table, with what was reported by then; the logs are those of that time."""
        rows = self._tables.read(table)
        if table in LOGS:
            said = self._reported[table]
            return rows.replaced([row.changed_to(self._values(table, said.get(as_seen(row.key)))) for row in rows])
        if table in LOGS.values():
            return rows.replaced([row for row in rows if self._counts(to_text(row["period"]))])
        return rows

    def find(self, table: Table[R], column: str, text: str) -> Sequence[R]:
        """The rows of a table that hold a text in a column."""
        return self._tables.find(table, column, text)

    def period_of(self, measure: str) -> Period | None:
        """The period of the value of a measure that counts, by its ref; None where none does, or it is of none."""
        row = self._reported[MEASURES].get(as_seen(measure))
        return None if row is None or not row.period else parse_period(row.period)

    @property
    def silent(self) -> Sequence[str]:
        """Refs of activities and measures of which nothing had been reported by then."""
        return [row.key for table in (PLAN, MEASURES) for row in self._tables.read(table)
                if row.key and as_seen(row.key) not in self._reported[table]]

    @cached_property
    def _reported(self) -> Mapping[Table, Mapping[str, Logged]]:
        """The last row of each log by ref ``as_seen``."""
        found: dict[Table, dict[str, Logged]] = {}
        for table, log in LOGS.items():
            last: dict[str, tuple[date, float, Logged]] = {}
            for row in counted(self._tables, log):
                if self._counts(row.period):
                    when = (period_ends(row.period or ""), row.no or 0, row)
                    known = last.get(ref := as_seen(row.ref or ""))
                    if known is None or known[:2] <= when[:2]:
                        last[ref] = when
            found[table] = {ref: row for ref, (_, _, row) in last.items()}
        return found

    def _counts(self, period: str | None) -> bool:
        """True for a period that had ended by then, and for what is of none."""
        return not period or date.min < period_ends(period) <= self._day

    @staticmethod
    def _values(table: Table, said: Logged | None) -> Mapping[str, Value]:
        return {column.key: None if said is None else said[column.key] for column in table if column.by is By.LEAD}


def _first(row: Logged) -> date | None:
    try:
        return parse_period(row.period or "").first
    except ValueError:
        return None
