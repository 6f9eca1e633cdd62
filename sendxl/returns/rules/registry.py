"""The registry of the rules about returns: what each is given, how often, and what it needs to read.

What a rule is, and what its function tells, is said in sendxl.plan.registry.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Protocol

from sendxl.plan.finding import Finding, Place, Severity
from sendxl.plan.registry import Finds, Hit, Registry, Rule, Words
from sendxl.plan.schema import Table, Type
from sendxl.plan.values import printable
from sendxl.returns.personal import withheld

AGAIN = "Copy the answers into the tracker as it was sent out, and return that file."
"""What is to be done where nothing of a file can be used."""
WHOM = "whoever sent the tracker out"
"""Whom a lead asks about the plan."""
_QUOTED = 200  # characters of a text that a finding quotes


class Scope(Enum):
    """What a rule is given, and how often it is asked."""

    OPENING = "the attempt to open the file"
    TRACKER = "the file, before it is known to be a tracker of ours"
    FILE = "the file"
    ROW = "each row that is not blank"
    REPORTED = "each issued row in which the lead changed something"
    CELL = "each cell that the lead changed, or that holds a formula"
    BATCH = "all returns together"


class Subject(Protocol):
    """What a rule is given, but for a batch."""

    @property
    def place(self) -> Place:
        """Where it is."""

    @property
    def words(self) -> Words:
        """What messages may name."""


@dataclass(frozen=True)
class ReturnRule(Rule):
    """One rule about returns.

    ``tables`` are those whose rows a rule is about (none: of all); ``columns`` the keys of those that a rule over rows
    needs to read; ``types`` those that a rule over cells is about; one that ``reads`` needs the cell's value. Where a
    value cannot be read, or not for sure, the rule counts as not checked; one that ``doubts`` tells what is not sure.
    ``follows``: codes of the rules that speak of the same slip: where one of them holds the same cell, this one counts as
    not checked. ``quotes``: so many characters of a text.
    """

    scope: Scope
    tables: tuple[Table, ...] = ()
    columns: tuple[str, ...] = ()
    types: tuple[Type, ...] = ()
    reads: bool = True
    doubts: bool = False
    follows: tuple[str, ...] = ()
    quotes: int = _QUOTED

    def findings(self, subject: Subject, file: str) -> Sequence[Finding]:
        """What it finds in one subject of a file."""
        told = self.check(subject)
        hits = ((Hit(),) if told else ()) if isinstance(told, bool) else tuple(told)
        return [self.finding(hit, file, subject.place, subject.words) for hit in hits] if hits else ()

    def shown(self, word: object) -> str:
        """A word on one line, cut short, and withheld where it looks like a child's data."""
        start = withheld(str(word))[: self.quotes + 1]
        text = printable(start, keep="")
        return text if len(text) <= self.quotes else text[: self.quotes].rstrip() + " …"

    def shown_place(self, place: Place) -> Place:
        """A place whose words are withheld where they look like a child's data."""
        return Place(withheld(place.sheet), place.cell, place.table, withheld(place.ref), withheld(place.column))


RULES: Registry[ReturnRule] = Registry({
    "S": "Structure",
    "I": "Identity",
    "A": "Authority",
    "T": "Tampering",
    "V": "Values",
    "X": "Across cells",
    "P": "Across periods",
    "Z": "Safety",
    "C": "Across returns",
})


def rule(
    code: str,
    severity: Severity,
    *,
    on: Scope,
    says: str,
    tables: tuple[Table, ...] = (),
    columns: tuple[str, ...] = (),
    types: tuple[Type, ...] = (),
    reads: bool = True,
    doubts: bool = False,
    follows: tuple[str, ...] = (),
    quotes: int = _QUOTED,
) -> Callable[[Finds], Finds]:
    """Register a function as the rule ``code``. ``says`` is its message: where, what, what to do next."""

    def register(check: Finds) -> Finds:
        RULES.add(ReturnRule(code, severity, says, check, on, tables, columns, types, reads, doubts, follows,
                             quotes))
        _asked.cache_clear()
        return check

    return register


def of_scope(scope: Scope, table: Table | None = None, type: Type | None = None) -> tuple[ReturnRule, ...]:
    """The rules of one scope, in order: those that are about rows of that table, or cells of that type, where one is given."""
    return _asked(scope, table.name if table else None, type)


@cache
def _asked(scope: Scope, table: str | None, type: Type | None) -> tuple[ReturnRule, ...]:
    return tuple(
        rule for rule in RULES.values() if rule.scope is scope
        and (table is None or not rule.tables or table in {one.name for one in rule.tables})
        and (type is None or not rule.types or type in rule.types)
    )


@cache
def columns_read(table: Table) -> tuple[str, ...]:
    """Keys of the columns of a table that rules over its rows need to read."""
    rules = (*of_scope(Scope.ROW, table), *of_scope(Scope.REPORTED, table))
    return tuple(dict.fromkeys(key for rule in rules for key in rule.columns if key in table.by_key))
