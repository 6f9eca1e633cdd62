"""The registry of rules: one function a rule, put here by a decorator in the order of definition.

A function is given what its scope says and tells either True (found, at the place of what it was given) or its hits,
one by one. Its docstring is its page in the reference: what is checked, why, an example, how to put it right.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any, Protocol, TypeVar

from sendxl.plan.finding import Finding, Place, Severity
from sendxl.plan.schema import Table, Type
from sendxl.returns.personal import withheld
from sendxl.returns.rows import Words

FAMILIES = {
    "S": "Structure",
    "I": "Identity",
    "A": "Authority",
    "T": "Tampering",
    "V": "Values",
    "X": "Across cells",
    "P": "Across periods",
    "Z": "Safety",
    "C": "Across returns",
}


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


@dataclass(frozen=True)
class Hit:
    """Something found: ``at`` where it is not the place of what the rule was given.

    ``severity`` and ``says`` are given where they are not the rule's own; ``words`` are named in the message. ``of``
    is the number of the return, for rules over a batch.
    """

    at: Place | None = None
    severity: Severity | None = None
    says: str = ""
    words: Words = field(default_factory=dict)
    of: int = 0


class Subject(Protocol):
    """What a rule is given, but for a batch."""

    @property
    def place(self) -> Place:
        """Where it is."""

    @property
    def words(self) -> Words:
        """What messages may name."""


Check = TypeVar("Check", bound=Callable[[Any], bool | Iterable[Hit]])


@dataclass(frozen=True)
class Rule:
    """One rule.

    ``tables`` are those whose rows a rule is about (none: of all); ``columns`` the keys of those that a rule over rows
    needs to read; ``types`` those that a rule over cells is about; one that ``reads`` needs the cell's value. Where a
    value cannot be read, the rule counts as not checked.
    """

    code: str
    severity: Severity
    scope: Scope
    says: str
    check: Callable[[Any], bool | Iterable[Hit]]
    tables: tuple[Table, ...] = ()
    columns: tuple[str, ...] = ()
    types: tuple[Type, ...] = ()
    reads: bool = True

    @property
    def family(self) -> str:
        """The name of its family."""
        return FAMILIES[self.code[0]]

    @property
    def name(self) -> str:
        """What it checks, in a few words."""
        return self.check.__name__.replace("_", " ").capitalize()

    @property
    def doc(self) -> str:
        """Its page of the reference, in markdown."""
        return inspect.getdoc(self.check) or ""

    def hits(self, subject: object) -> Iterator[Hit]:
        """What it finds in one subject."""
        told = self.check(subject)
        if not isinstance(told, bool):
            yield from told
        elif told:
            yield Hit()

    def finding(self, hit: Hit, file: str, place: Place, words: Words) -> Finding:
        """A hit as a finding of a file."""
        at = hit.at or place
        named = _Words({**at._asdict(), **words, **hit.words})
        message = (hit.says or self.says).format_map(named)
        return Finding(
            self.code, hit.severity or self.severity, file, message, withheld(at.sheet), at.cell, at.table, withheld(at.ref),
            withheld(at.column), str(_Word(named.get("found", ""))),
        )

    def findings(self, subject: Subject, file: str) -> Sequence[Finding]:
        """What it finds in one subject of a file."""
        told = self.check(subject)
        if told is False:
            return ()
        found = []
        for hit in (Hit(),) if isinstance(told, bool) else told:
            found.append(self.finding(hit, file, subject.place, subject.words))
        return found


class _Words(dict[str, object]):
    """Words as a message names them."""

    def __getitem__(self, key: str) -> "_Word":
        return _Word(super().__getitem__(key))


class _Word(str):
    """A word that a message names, cut short, and withheld where it looks like a child's data;
    ``{issued:quoted}`` puts it in quotes, and names a blank one."""

    def __new__(cls, word: object) -> "_Word":
        start = withheld(str(word))[: _QUOTED + 1]
        text = "".join(letter if letter.isprintable() else " " for letter in start)
        return super().__new__(cls, text if len(text) <= _QUOTED else text[:_QUOTED].rstrip() + " …")

    def __format__(self, how: str) -> str:
        if how == "quoted":
            return f"“{self:s}”" if self else "blank"
        return super().__format__(how)


RULES: dict[str, Rule] = {}


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
) -> Callable[[Check], Check]:
    """Register a function as the rule ``code``. ``says`` is its message: where, what, what to do next."""
    if not re.fullmatch("[A-Z][0-9]{2}", code) or code in RULES:
        raise ValueError(f"{code} is not a new code: a code is a letter and two digits, and belongs to one rule")

    def register(check: Check) -> Check:
        RULES[code] = Rule(code, severity, on, says, check, tables, columns, types, reads)
        _asked.cache_clear()
        return check

    return register


def of_scope(scope: Scope, table: Table | None = None, type: Type | None = None) -> tuple[Rule, ...]:
    """The rules of one scope, in order: those that are about rows of that table, or cells of that type, where one is given."""
    return _asked(scope, table.name if table else None, type)


@cache
def _asked(scope: Scope, table: str | None, type: Type | None) -> tuple[Rule, ...]:
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
