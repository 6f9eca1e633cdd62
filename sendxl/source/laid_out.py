"""A source laid out: its activities, what each row was read as, and what was left, skipped or is a heading.

Every cell that holds words gets a fate: it is read, is in Review, is a heading, or is in a table that was skipped and is
listed.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from sendxl.source.column_parts import Part
from sendxl.source.grids import NOTHING, GridCell
from sendxl.source.mapping import Seen
from sendxl.source.statuses import Key


class Fate(StrEnum):
    """What became of a cell of the source."""

    READ = "read"
    REVIEW = "in Review"
    HEADING = "headings"
    SKIPPED = "in tables that were skipped"


@dataclass(frozen=True)
class RowRead:
    """A row of the source and what it was read as, for the mapping workbook."""

    at: str
    read_as: str
    says: str
    why: str = ""


@dataclass
class RawActivity:
    """One activity: its cells by what they are read as, and rows below it that belong to it."""

    theme: str
    at: str
    cells: dict[Part, list[tuple[str, GridCell]]] = field(default_factory=dict)  # header and cell
    further: list[dict[Part, list[tuple[str, GridCell]]]] = field(default_factory=list)
    doubt: str = ""  # about whether it is one

    def text(self, part: Part) -> str:
        """The words of a part, those of several columns a line each."""
        return "\n".join(cell.text for _, cell in self.cells.get(part, ()) if cell.text)

    def first(self, part: Part) -> GridCell:
        """The first cell of a part that says something."""
        return next((cell for _, cell in self.cells.get(part, ()) if cell.text or cell.fill), NOTHING)


@dataclass(frozen=True)
class Left:
    """Words that were not read, with their place and why."""

    words: str
    at: str
    why: str


@dataclass(frozen=True)
class Skipped:
    """A table that holds no activities: what it is, where, and its words."""

    kind: str
    at: str
    words: str
    cells: int


@dataclass
class Laid:
    """A source, laid out."""

    title: str = ""
    activities: list[RawActivity] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    rows: list[RowRead] = field(default_factory=list)
    fates: Counter[Fate] = field(default_factory=Counter)
    key: Key = field(default_factory=Key)
    seen: Seen = field(default_factory=Seen)
    theme_doubts: list[Left] = field(default_factory=list)
    unthemed: bool = False
