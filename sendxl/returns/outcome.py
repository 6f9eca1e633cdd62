"""What became of a return: its changes, what was found, and which rows may be applied. Plain, so that it can travel."""

import pickle
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from itertools import pairwise, starmap
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar, overload

from sendxl.plan.counting import counted, many
from sendxl.plan.finding import Finding, Place, Severity
from sendxl.plan.schema import Type
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.personal import withheld
from sendxl.returns.queries import Question, answered, question
from sendxl.returns.register import Register, Standing
from sendxl.xlsx.read.address import parse_cell

RowKey = tuple[str, str]
"""Name of the master's table, and ref."""


@dataclass(frozen=True)
class Change:
    """One cell that a lead changed: ``column`` is the column's key in the master's table.

    ``base`` is the master's value at issue: ``issued``, or for a column that is issued blank what stood in its “Last …”
    column. ``readable`` is False where the cell is no plain value of its type (``returned`` is then what it shows), or is not
    one for sure: nothing is to be concluded from it.
    """

    table: str
    ref: str
    column: str
    issued: Value
    base: Value
    returned: Value
    place: Place
    type: Type = Type.ANY  # as the Kind of the row's measure settles it
    readable: bool = True

    @property
    def key(self) -> tuple[str, str, str]:
        """Table, ref and column key: the cell of the master that it is about."""
        return self.table, self.ref, self.column

    @property
    def cell(self) -> str:
        """Its address on the sheet ``place.sheet``."""
        return self.place.cell


@dataclass(frozen=True)
class Reported:
    """A row on which a lead reports: something was changed, or (Plan) No change is Yes.

    ``values``: every lead column as returned, by key. ``changed``: keys of those that were changed.
    """

    table: str
    ref: str
    values: dict[str, Value]
    changed: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class NotChecked:
    """A rule that could not be asked, as a cell it needs could not be read; without a ref: for the whole table."""

    code: str
    table: str = ""
    ref: str = ""
    column: str = ""


Item = TypeVar("Item", Change, Reported, Finding, NotChecked)
_PLACE = "place"


def _columns(items: Sequence[Item]) -> tuple[type[Item], dict[str, list[Any]]]:
    """Items of one kind as that and, for each field, what they have in it: of places, which pickle slowly, the mere words."""
    columns = {each.name: list(map(attrgetter(each.name), items)) for each in fields(items[0])}
    if _PLACE in columns:
        columns[_PLACE] = [tuple(place) for place in columns[_PLACE]]
    return type(items[0]), columns


class Packed(Sequence[Item]):
    """Items as they travel and wait by the thousand: packed in bytes field by field, unpacked afresh whenever they are read."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._count = len(items)
        self._bytes = zlib.compress(pickle.dumps(_columns(items), pickle.HIGHEST_PROTOCOL), 1) if items else b""

    def _unpacked(self) -> list[Item]:
        if not self._bytes:
            return []
        of, columns = pickle.loads(zlib.decompress(self._bytes))
        return list(map(of, *(starmap(Place, column) if name == _PLACE else column for name, column in columns.items())))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Item]:
        return iter(self._unpacked())

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> list[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | list[Item]:
        return self._unpacked()[at]

    def __eq__(self, other: object) -> bool:
        return self._unpacked() == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]


@dataclass
class Return:
    """One file that came back.

    ``changes`` and ``rows`` are all that the lead changed and reports on, held or not; ``accepted``, ``held_changes``
    and ``reported`` tell them apart by the findings. ``others``: what another return has in the cells of a C01, by
    (table, ref, column key). ``asked``: the questions on its sheet Queries, sent back with an earlier version of it;
    ``answers``: what the lead wrote in Explanation. ``saved``: when it was last saved (UTC), as the file itself says.
    ``typed_in``: who typed it in for the lead, and when that was said; blank where the lead did.
    ``left_out``: rows that were dealt with before, of which nothing is listed; ``is_followed``: a later version counts, and
    of this one only what waits and is not in that.
    ``aside``: what it is, where another file counts in its place, as in “a copy of INC 2026-27 Q3.xlsx”.
    """

    path: Path
    file: str
    sha256: str = ""
    tracker: str = ""
    lead: str = ""
    period: str = ""
    sheets: tuple[str, ...] = ()
    changes: list[Change] = field(default_factory=list)
    rows: list[Reported] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)
    others: dict[tuple[str, str, str], Value] = field(default_factory=dict)
    standing: Standing = Standing.NEW
    saved: datetime | None = None
    typed_in: str = ""
    aside: str = ""
    left_out: Set[RowKey] = frozenset()
    is_followed: bool = False
    asked: frozenset[Question] = frozenset()
    answers: Mapping[Question, str] = field(default_factory=dict)
    _known: tuple[Outcome, Counter[Severity]] | None = field(default=None, init=False, repr=False, compare=False)  # once packed

    @classmethod
    def of(cls, path: Path, sha256: str = "") -> "Return":
        """A return of which only the file is known. Its name is as it can be printed, and tells of no child."""
        return cls(path, withheld(path.name.encode("utf-8", "replace").decode()), sha256)

    def set_aside(self, what: str, *why: Finding) -> None:
        """Nothing in it is looked at, as it is ``what`` another file is here for: “a copy of …”. ``why`` says more."""
        self.standing, self.aside = Standing.DONE, what
        self.findings, self.changes, self.rows, self.not_checked = list(why), [], [], []
        self.pack()

    def pack(self) -> None:
        """Keep what is listed small from now on: a twentieth of the memory. It can be read, and ``revise``d."""
        self._known = self._summed_up()
        self.changes = Packed(self.changes)  # type: ignore[assignment]
        self.rows = Packed(self.rows)  # type: ignore[assignment]
        self.findings = Packed(self.findings)  # type: ignore[assignment]
        self.not_checked = Packed(self.not_checked)  # type: ignore[assignment]

    def leave_out(self, rows: Set[RowKey]) -> None:
        """Nothing is said of some of its rows, and nothing done with them."""
        self.left_out |= rows
        self.changes, self.rows = _without(self.changes, rows), _without(self.rows, rows)
        self.not_checked = _without(self.not_checked, rows)
        self.revise(_without(self.findings, rows))

    def revise(self, findings: Iterable[Finding], not_checked: Iterable[NotChecked] = ()) -> None:
        """Put findings in the place of those there were, and add what was not checked."""
        self.findings, self.not_checked = list(findings), [*self.not_checked, *not_checked]
        self.put_in_order()
        if self._known:  # it was packed
            self.pack()

    def put_in_order(self) -> None:
        """Put the findings as one meets them going through the file, each with the lead's answer to it."""

        def place(finding: Finding) -> tuple[int, tuple[int, int]]:
            sheet = self.sheets.index(finding.sheet) if finding.sheet in self.sheets else -1
            return sheet, parse_cell(finding.cell) if finding.cell else (0, 0)

        self.findings = sorted(map(self._answered, self.findings), key=place)

    def _answered(self, finding: Finding) -> Finding:
        return answered(finding, self.answers.get(question(finding), ""))

    @property
    def outcome(self) -> Outcome:
        """Set aside for another file, rejected if any finding rejects it, held if any row is held, else accepted."""
        return Outcome.ASIDE if self.aside else (self._known or self._summed_up())[0]

    @property
    def outcome_in_words(self) -> str:
        """The outcome; of a file that is set aside, for which other."""
        return self.aside or self.outcome.value

    def _summed_up(self) -> tuple[Outcome, Counter[Severity]]:
        counts = Counter(finding.severity for finding in self.findings)
        if counts[Severity.REJECT]:
            return Outcome.REJECTED, counts
        return Outcome.HELD if any(finding.holds for finding in self.findings) else Outcome.ACCEPTED, counts

    @property
    def held_by(self) -> dict[RowKey, list[Finding]]:
        """The findings that hold rows, by row; the ref is '' where every row of the table is held."""
        found: dict[RowKey, list[Finding]] = {}
        for finding in self.findings:
            if finding.holds and finding.table:
                found.setdefault((finding.table, finding.ref), []).append(finding)
        return found

    @property
    def accepted(self) -> list[Change]:
        """The changes to be applied: those of rows that are not held; none of a rejected return."""
        return self._applied(self.changes)

    @property
    def held_changes(self) -> list[Change]:
        """The changes that are not to be applied."""
        changes = list(self.changes)
        applied = set(map(id, self._applied(changes)))
        return [change for change in changes if id(change) not in applied]

    @property
    def reported(self) -> list[Reported]:
        """The rows to be recorded as updated: those that are not held; none of a rejected return."""
        return self._applied(self.rows)

    def count(self, severity: Severity) -> int:
        """How many findings have that severity."""
        return (self._known or self._summed_up())[1][severity]

    def _applied(self, items: list[Item]) -> list[Item]:
        held = self.held_by
        if self.outcome is Outcome.REJECTED:
            return []
        return [item for item in items if (item.table, item.ref) not in held and (item.table, "") not in held]


def _without(items: Iterable[Item], rows: Set[RowKey]) -> list[Item]:
    return [item for item in items if (item.table, item.ref) not in rows]


def outcomes(returns: Iterable[Return]) -> dict[str, int]:
    """How many returns have each outcome."""
    counts = Counter(returned.outcome for returned in returns)
    return {outcome.value: counts[outcome] for outcome in Outcome if counts[outcome] or outcome is not Outcome.ASIDE}


def outcomes_in_words(returns: Sequence[Return]) -> str:
    """As in “12 returns: 6 accepted, 5 held, 1 rejected”."""
    return f"{many(len(returns), 'return')}: {counted(outcomes(returns))}"


def not_accepted(returns: Sequence[Return]) -> list[str]:
    """A line for each return that is not accepted whole: its outcome, and how much there is to look at."""
    lines = []
    for returned in returns:
        if returned.outcome not in (Outcome.ACCEPTED, Outcome.ASIDE):
            counts = {severity.value: returned.count(severity) for severity in Severity if severity is not Severity.NOTE}
            lines.append(f"{returned.file}: {returned.outcome_in_words} ({counted(counts)}).")
    return lines


@dataclass(frozen=True)
class Batch:
    """All returns that were validated together."""

    returns: Sequence[Return]
    register: Register

    @cached_property
    def shared(self) -> list[list[tuple[int, Change]]]:
        """The changes of each cell that more than one return changed, with the numbers of their returns.

        Rejected returns are left out, those that were dealt with before, and copies of one file but the first. Of all
        other changes none is kept, so this grows with what is shared, not with the number of returns.
        """
        first = {returned.sha256: number for number, returned in reversed(list(enumerate(self.returns)))}
        counted = [(number, returned) for number, returned in enumerate(self.returns) if first[returned.sha256] == number
                   and returned.outcome is not Outcome.REJECTED and returned.standing is not Standing.DONE]
        hashes = sorted(hash(change.key) for _, returned in counted for change in returned.changes)  # leaner than the keys
        again = {one for one, next_ in pairwise(hashes) if one == next_}
        shared: dict[tuple[str, str, str], list[tuple[int, Change]]] = defaultdict(list)
        for number, returned in counted if again else ():
            for change in returned.changes:
                if hash(change.key) in again:
                    shared[change.key].append((number, change))
        return list(shared.values())
