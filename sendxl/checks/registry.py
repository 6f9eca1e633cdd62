"""The registry of the rules about a master: what each is given, and where what it finds stands.

What a rule is, and what its function tells, is said in sendxl.plan.registry.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import compress
from typing import TypeVar

from sendxl.checks.view import Master
from sendxl.plan.finding import Finding, Place, Severity
from sendxl.plan.registry import Finds, Hit, Registry, Rule, Words
from sendxl.plan.rows import Row, Rows
from sendxl.plan.schema import Table
from sendxl.plan.values import Cell, Value, show, to_text

T = TypeVar("T", bound=Hashable)
_QUOTED = 60  # characters of a cell that a message quotes


class Scope(Enum):
    """What a rule is given, and how often it is asked; one that is about rows names their table and column instead."""

    MASTER = "the master, once"
    TABLE = "the rows of each table of the plan, and the master"
    ANY_TABLE = "the rows of each table of the plan and of the Summary, and the master"


@dataclass(frozen=True)
class MasterRule(Rule):
    """One rule about a master.

    ``on`` is its scope or, where it is given each row of a table and the master, that table and the key of the column at
    which it tells. ``reads`` are further columns without which it would find what is not there, those of the same table
    by key: it is then not asked. ``where`` tells by what a row holds at the place at which it tells whether it is asked of
    it; of every row where that is None.
    """

    on: Scope | tuple[Table, str]
    reads: tuple[str | tuple[Table, str], ...] = ()
    where: Callable[[Value | Cell], bool] | None = None

    @property
    def table(self) -> Table | None:
        """The table whose rows it is about; None for one that is about more than rows."""
        return None if isinstance(self.on, Scope) else self.on[0]

    def findings(self, master: Master) -> Iterator[Finding]:
        """What it finds in a master."""
        if self.on is Scope.MASTER:
            for hit in self.hits(master):
                yield self.finding(hit, master.file, Place(), {})
        elif isinstance(self.on, Scope):
            summary = master.summary if self.on is Scope.ANY_TABLE else {}
            for rows in (*master.tables.values(), *summary.values()):
                yield from self.in_table(rows, master)
        else:
            yield from self._in_rows(master, *self.on)

    def in_table(self, rows: Rows, master: Master) -> Iterator[Finding]:
        """What it finds in one table of a master, where it is asked of each."""
        for hit in self.hits(rows, master):
            yield self.finding(hit, master.file, Place(rows.sheet, table=rows.table.name), {})

    def _in_rows(self, master: Master, table: Table, key: str) -> Iterator[Finding]:
        reads = [(table, read) if isinstance(read, str) else read for read in (key, *self.reads)]
        if all(master.has(*read) for read in reads):
            rows = master.tables[table]
            for row in compress(rows, map(self.where, rows.held(key))) if self.where else rows:
                for hit in self.hits(row, master):
                    yield self.finding(hit, master.file, place(rows, row, key), words(row, key))


def place(rows: Rows, row: Row, key: str) -> Place:
    """Where the cell of a row is, in the column of that key."""
    return Place(rows.sheet, row.address(key), rows.table.name, row.key, rows.table[key].header)


def words(row: Row, key: str) -> Words:
    """What messages name of the cell of a row: what was found there, and the row's number on the sheet."""
    return {"found": found(row, key), "row": row.number}


def rows_where(rows: Rows, of: Iterable[T], holds: Callable[[T], object]) -> Iterator[tuple[Row, T]]:
    """The rows for which something holds of what each has, with that; it is asked once of what many rows have alike."""
    each = list(of)
    such = {one for one in set(each) if holds(one)}
    return ((row, one) for row, one in zip(rows, each, strict=True) if one in such) if such else iter(())


def at(rows: Rows, row: Row, key: str, **named: object) -> Hit:
    """A hit at the cell of a row, in the column of that key, with further words for its message."""
    return Hit(place(rows, row, key), words={**words(row, key), **named})


def found(row: Row, key: str) -> str:
    """What a cell holds, on one line and cut short."""
    if row.problem(key) is None:
        text = show(row[key], row.type_of(row.table[key]))
    else:
        text = to_text(row.stored(key).value) or row.stored(key).raw
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rstrip()} …"


CHECKS: Registry[MasterRule] = Registry({"D": "Checks about a master"})


def check(
    code: str,
    severity: Severity,
    *,
    on: Scope | tuple[Table, str],
    says: str,
    reads: tuple[str | tuple[Table, str], ...] = (),
    where: Callable[[Value | Cell], bool] | None = None,
) -> Callable[[Finds], Finds]:
    """Register a function as the rule ``code``. ``says`` is its message: where, what, what to do next; see ``MasterRule``."""

    def register(function: Finds) -> Finds:
        CHECKS.add(MasterRule(code, severity, says, function, on, reads, where))
        return function

    return register
