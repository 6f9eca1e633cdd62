"""show: how the plan stands, from the master as it was last refreshed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sendxl.books.book import settings_of
from sendxl.jobs.master import open_master
from sendxl.plan.columns import PLAN
from sendxl.plan.vocabulary import Status

BLANK = "(not refreshed)"


@dataclass(frozen=True)
class Shown:
    """An activity as the master says it stands; texts are '' where the cell is blank."""

    ref: str
    theme: str
    activity: str
    lead: str
    status: str
    reason: str
    direction: str
    update_state: str


@dataclass(frozen=True)
class Overview:
    """The plan: its title and period, counts by theme and status in the order of the sheet, and each activity."""

    title: str
    period: str
    by_theme: Mapping[str, Mapping[str, int]]
    activities: Sequence[Shown]

    @property
    def statuses(self) -> list[str]:
        """The status words that occur, in the order of the vocabulary."""
        found = {word for counts in self.by_theme.values() for word in counts}
        return [word for word in (*map(str, Status), BLANK) if word in found]


def show(master: Path | str) -> Overview:
    """Read how the plan stands; nothing is worked out and nothing is written."""
    book = open_master(master)
    settings = settings_of(book)
    activities = [
        Shown(*(str(row.cell(key).value or "") for key in
                ("ref", "theme", "activity", "lead", "status", "reason", "direction", "update_state")))
        for row in book.read(PLAN)
    ]
    by_theme: dict[str, Counter[str]] = {}
    for shown in activities:
        by_theme.setdefault(shown.theme, Counter())[shown.status or BLANK] += 1
    return Overview(settings.plan_title or book.name, settings.reporting_period or "", by_theme, activities)
