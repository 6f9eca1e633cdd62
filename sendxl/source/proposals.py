"""What a later version of the published plan would change in a master: one proposal for each thing it says otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sendxl.plan.likeness import as_seen
from sendxl.plan.master import PLAN, Revision
from sendxl.plan.schema import Column, Table
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Revised
from sendxl.source.column_parts import Sure


@dataclass(frozen=True)
class Cell:
    """A cell of the plan, and what it would hold."""

    table: Table
    ref: str
    column: Column
    value: Value


@dataclass(frozen=True)
class Proposal:
    """One thing that the later version says otherwise. ``column`` is a header, "" where the whole activity is meant.

    ``cells`` are set if it is taken; ``adds`` is the key in the later version of what is added, a row of ``table``; ``closes``
    is the ref of an activity which is closed. ``ready``: it is so sure that it need only be looked at.
    """

    what: Revised
    ref: str
    column: str
    old: str
    new: str
    says: str
    place: str = ""
    sure: Sure = Sure.SURE
    ready: bool = False
    cells: Sequence[Cell] = ()
    adds: str = ""
    table: Table = PLAN
    closes: str = ""
    refused: str = ""  # why it cannot be taken
    pair: tuple[str, str] | None = None  # of one about whether two activities are the same: their refs
    was_new: bool = False  # an officer said in the row of what was new that it is an old one

    @property
    def key(self) -> tuple[str, ...]:
        """By which it is known again."""
        if self.was_new or (not self.ref and self.what in (Revised.NEW, Revised.SPLIT)):
            return ("", "", as_seen(self.new))
        return (as_seen(self.ref), self.column, as_seen(self.old), as_seen(self.new))


def key_of(row: Revision) -> tuple[str, ...]:
    """The key of the proposal that a row of Revision tells of."""
    old, new = as_seen(row.old_words or ""), as_seen(row.new_words or "")
    if row.what in (Revised.NEW, Revised.SPLIT) and not row.column:
        return ("", "", new)
    return (as_seen(row.ref or ""), row.column or "", old, new)


@dataclass
class Compared:
    """A master beside a later version of its plan. ``proposals`` in the order of the plan; ``counts`` by what became of each."""

    proposals: list[Proposal] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, Revised), 0))
    themes: dict[str, str] = field(default_factory=dict)  # of the later version, by what the plan calls them
