"""show: how the plan stands, from the master as it was last refreshed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sendxl.books.book import settings_of
from sendxl.figures.savings import total
from sendxl.jobs.opening import MasterBook, read_master
from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.master import PLAN, SAVINGS, YEARS, SavingYear
from sendxl.plan.summary import MEASURED
from sendxl.plan.vocabulary import SavingType, Status

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
class ShownLine:
    """A savings line as the master says it stands: pounds, None where the cell is blank."""

    ref: str
    type: str
    fund: str
    status: str
    planned_to_date: float | None
    realised_to_date: float | None
    forecast: float | None
    variance: float | None


@dataclass(frozen=True)
class ShownYear:
    """The savings of one type in one financial year: pounds, None where no line has any."""

    type: str
    year: str
    planned: float | None
    forecast: float | None
    realised: float | None


@dataclass(frozen=True)
class Overview:
    """The plan: its title and period, counts by theme and status in the order of the sheet, each activity, and the
    savings by line, and by type and year. ``quantified`` counts the lines that have a forecast.
    """

    title: str
    period: str
    by_theme: Mapping[str, Mapping[str, int]]
    activities: Sequence[Shown]
    lines: Sequence[ShownLine]
    years: Sequence[ShownYear]
    quantified: int

    @property
    def statuses(self) -> list[str]:
        """The status words that occur, in the order of the vocabulary."""
        found = {word for counts in self.by_theme.values() for word in counts}
        return [word for word in (*map(str, Status), BLANK) if word in found]


def show(master: MasterBook) -> Overview:
    """Read how the plan stands; nothing is worked out and nothing is written."""
    book = read_master(master)
    settings = settings_of(book)
    activities = [
        Shown(*(str(row.cell(key).value or "") for key in
                ("ref", "theme", "activity", "lead", "status", "reason", "direction", "update_state")))
        for row in book.read(PLAN)
    ]
    themes = by_sight((shown.theme, shown.theme) for shown in activities)
    by_theme: dict[str, Counter[str]] = {}
    for shown in activities:
        by_theme.setdefault(themes[as_seen(shown.theme)], Counter())[shown.status or BLANK] += 1
    lines = [
        ShownLine(row.key, row.type or "", row.fund or "", row.status or "",
                  row.planned_to_date, row.realised_to_date, row.forecast, row.variance)
        for row in book.read(SAVINGS) if row.key
    ]
    quantified = sum(line.forecast is not None for line in lines)
    return Overview(settings.plan_title or book.name, settings.reporting_period or "", by_theme, activities, lines,
                    _years(book.read(YEARS)), quantified)


def _years(rows: Iterable[SavingYear]) -> list[ShownYear]:
    """The rows of Years added up by type and year, in the order of the types."""
    found: dict[tuple[str, str], list[SavingYear]] = {}
    for row in rows:
        if row.type and row.year:
            found.setdefault((row.type, row.year), []).append(row)
    types = list(map(str, SavingType))
    return [
        ShownYear(type, year, *(total(row.cell(key).value for row in found[type, year]) for key in MEASURED))  # type: ignore[misc]
        for type, year in sorted(found, key=lambda key: (types.index(key[0]), key[1]))
    ]
