"""A published plan as its source lays it out, in the source's own words: what every reader of a format gives."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class RawActivity:
    """One activity, each cell in the source's own words; ``line`` is its line in the file, from 1."""

    theme: str
    activity: str
    measure: str
    expected_change: str
    rationale: str
    savings: str
    benefits: str
    lead: str
    line: int


@dataclass(frozen=True)
class Leftover:
    """Words of the source that stand in no cell of an activity, with their line."""

    line: int
    words: str


@dataclass(frozen=True)
class RawPlan:
    """A plan as its source lays it out. ``title`` is the first line that is not empty ("" where there is none)."""

    title: str
    activities: tuple[RawActivity, ...]
    leftovers: tuple[Leftover, ...]
    text: str  # the whole source, line ends and trailing blanks made alike


def words_of(plan: RawPlan) -> Iterator[str]:
    """Every cell of every activity, in order."""
    for raw in plan.activities:
        yield from (raw.activity, raw.measure, raw.expected_change, raw.rationale, raw.savings, raw.benefits, raw.lead)
