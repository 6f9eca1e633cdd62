"""show: how the plan stands, from the master as it was last refreshed, and what has changed since a period."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sendxl.books.book import settings_of
from sendxl.books.json_file import write_json
from sendxl.books.paused_gc import paused_gc
from sendxl.errors import Unusable
from sendxl.figures.savings import total
from sendxl.figures.trend import change_of, for_the, in_a_row, kept_periods
from sendxl.jobs.opening import MasterBook, read_master
from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.master import MEASURES, PLAN, SAVINGS, YEARS, SavingYear
from sendxl.plan.periods import parse_period
from sendxl.plan.summary import AS_AT, BASIS
from sendxl.plan.tables import Tables
from sendxl.plan.vocabulary import Change, SavingType, Status

BLANK = "(not refreshed)"
_OF_YEAR = (SavingYear.approved, SavingYear.planned, SavingYear.forecast, SavingYear.realised)


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
    """The savings of one type in one financial year: pounds, None where no line has any; ``closed``: they stay as kept."""

    type: str
    year: str
    closed: bool
    approved: float | None
    planned: float | None
    forecast: float | None
    realised: float | None


@dataclass(frozen=True)
class Moved:
    """An activity then and now; a status is '' where it had none. ``periods``: how many in a row it has that of now.

    ``change`` says what became of it, and ``lasting`` for how long it has been at risk or off track, as in “third quarter off
    track”.
    """

    ref: str
    activity: str
    then: str
    now: str
    change: Change
    direction: str
    periods: int
    lasting: str


@dataclass(frozen=True)
class Changes:
    """What has changed since a period: how many activities had each status in it and have it now, and each activity."""

    since: str
    as_at: date | None
    then: Mapping[str, int]
    now: Mapping[str, int]
    activities: Sequence[Moved]

    @property
    def statuses(self) -> list[str]:
        """The status words that occur then or now, in the order of the vocabulary."""
        return [word for word in map(str, Status) if word in self.then or word in self.now]


@dataclass(frozen=True)
class Overview:
    """The plan: its title and period, counts by theme and status in the order of the sheet, each activity, and the
    savings by line, and by type and year. ``quantified`` counts the lines that have a forecast.

    ``as_at`` is the day the plan was judged by when it was last refreshed, None where it never was; ``ahead``: that day is
    still to come. ``changes`` since a period are there if they were asked for.
    """

    title: str
    period: str
    as_at: date | None
    ahead: bool
    by_theme: Mapping[str, Mapping[str, int]]
    activities: Sequence[Shown]
    lines: Sequence[ShownLine]
    years: Sequence[ShownYear]
    quantified: int
    changes: Changes | None

    def as_json(self) -> dict[str, Any]:
        """The overview for programs."""
        return asdict(self)

    @property
    def statuses(self) -> list[str]:
        """The status words that occur, in the order of the vocabulary."""
        found = {word for counts in self.by_theme.values() for word in counts}
        return [word for word in (*map(str, Status), BLANK) if word in found]


@paused_gc()
def show(master: MasterBook, *, since: str | None = None, today: date | None = None,
         json_file: Path | str | None = None) -> Overview:
    """Read how the plan stands, and with ``since`` what has changed since that reporting period.

    Nothing is worked out and nothing is written; ``json_file`` also gets it as JSON. ``today`` (default: the real day)
    decides whether the as-at day is still to come. Unusable where Periods has no rows of the period.
    """
    book = read_master(master)
    settings, today = settings_of(book), today or date.today()
    as_at = _as_at(book)
    activities = [
        Shown(*(str(row[key] or "") for key in
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
    changes = _changes(book, since, activities, as_at, today) if since is not None else None
    overview = Overview(
        settings.plan_title or book.name, settings.reporting_period or "", as_at, as_at is not None and as_at > today,
        {theme: dict(counts) for theme, counts in by_theme.items()}, activities, lines, _years(book.read(YEARS)), quantified,
        changes)
    if json_file:
        write_json(json_file, overview.as_json())
    return overview


def _as_at(book: Tables) -> date | None:
    """The day of the figures, as the Summary says."""
    row = by_sight((row.key, row) for row in book.read(BASIS)).get(as_seen(AS_AT)) if book.has(BASIS) else None
    day = row["value"] if row else None
    return day if isinstance(day, date) else None


def _changes(book: Tables, since: str, activities: Sequence[Shown], as_at: date | None, today: date) -> Changes:
    try:
        wanted = parse_period(since)
    except ValueError as error:
        raise Unusable(str(error)) from None
    kept = kept_periods(book)
    if wanted not in kept:
        held = (f"It has those of {', '.join(map(str, kept))}." if kept else
                "It has none yet: each refresh writes those of the open period.")
        raise Unusable(f"{book.name}: the table Periods has no rows of {wanted}. {held}")
    measures = {as_seen(row.key) for row in book.read(MEASURES)}
    there = {as_seen(shown.ref) for shown in activities}
    then = {ref: row for ref, row in kept[wanted].items() if ref in there or not (ref in measures or "." in ref)}
    before = {ref for period, rows in kept.items() if period.last <= wanted.last for ref in rows}
    moved: list[Moved] = []
    for shown in activities:
        ref = as_seen(shown.ref)
        row = then.pop(ref, None)
        if shown.ref and (row or shown.status != Status.CLOSED):
            was = None if row is None else row.status or ""
            runs, span = in_a_row(ref, shown.status, as_at or today, kept)
            change = change_of(was, shown.status, known=ref in before)
            moved.append(Moved(shown.ref, shown.activity, was or "", shown.status, change, shown.direction, runs,
                               for_the(runs, span, shown.status)))
    moved += [Moved(row.of_ or "", "", row.status or "", "", Change.GONE, "", 0, "") for row in then.values()]
    return Changes(str(wanted), as_at, _counted(one.then for one in moved), _counted(one.now for one in moved), moved)


def _counted(statuses: Iterable[str]) -> dict[str, int]:
    """How many there are of each status, in the order of the vocabulary."""
    counts = Counter(statuses)
    return {str(word): counts[word] for word in Status if counts[word]}


def _years(rows: Iterable[SavingYear]) -> list[ShownYear]:
    """The rows of Years added up by type and year, in the order of the types."""
    found: dict[tuple[str, str], list[SavingYear]] = {}
    for row in rows:
        if row.type and row.year:
            found.setdefault((row.type, row.year), []).append(row)
    types = list(map(str, SavingType))
    return [
        ShownYear(type, year, any(row.closed_on for row in found[type, year]),
                  *(total(column.of(row) for row in found[type, year]) for column in _OF_YEAR))
        for type, year in sorted(found, key=lambda key: (types.index(key[0]), key[1]))
    ]
