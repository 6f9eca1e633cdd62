"""refresh: every computed column of Plan and Measures worked out, with the reason in words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sendxl.books.book import Book, SetCells, settings_of
from sendxl.jobs.master import Unusable, master_for_writing, refuse_unsound
from sendxl.plan.activity import leads_of
from sendxl.plan.columns import MEASURES, PLAN, READINGS, SETTINGS, TRACKERS, UPDATES, Table
from sendxl.plan.measures import MeasureFigures, assess_measure, previous_value
from sendxl.plan.periods import Period, parse_period
from sendxl.plan.rows import Row, Rows
from sendxl.plan.settings import Settings
from sendxl.plan.status import ActivityFigures, UpdateFacts, assess_activity
from sendxl.plan.values import Value, same
from sendxl.plan.vocabulary import Status

_PLACES = 4  # of small figures as they are written (larger ones have two); they are worked out and compared unrounded


@dataclass(frozen=True)
class Refreshed:
    """What a refresh found and wrote. ``statuses`` counts activities by status; ``activities``
    leaves out the closed ones. ``left_out`` says which rows were not counted, and why.
    """

    path: Path
    as_at: date
    period: Period | None
    activities: int
    measures: int
    statuses: Mapping[str, int]
    changed: int
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """Computed columns of the whole plan, by ref."""

    as_at: date
    period: Period | None
    activities: Mapping[str, ActivityFigures]
    measures: Mapping[str, MeasureFigures]


def refresh(master: Path | str, *, as_at: date | None = None, today: date | None = None) -> Refreshed:
    """Work out the computed columns of the master at ``master`` and write those cells that changed.

    ``as_at`` is the day the plan is judged by: the last day of the Reporting period unless given. ``today`` decides
    what is overdue (default: the real day). Unusable or Refused where the master cannot be read or written.
    """
    today = today or date.today()
    with master_for_writing(master) as book:
        refuse_unsound(book, SETTINGS, PLAN, MEASURES, TRACKERS, UPDATES, READINGS)
        figures = assess(book, settings_of(book), as_at, today)
        edits = [*_edits(book.read(MEASURES), figures.measures), *_edits(book.read(PLAN), figures.activities)]
        left_out = tuple(_left_out(book))  # before applying, after which the book would be read anew
        book.apply(edits)
    return Refreshed(
        book.path,
        figures.as_at,
        figures.period,
        activities=sum(row.status is not Status.CLOSED for row in figures.activities.values()),
        measures=len(figures.measures),
        statuses=Counter(str(row.status) for row in figures.activities.values()),
        changed=sum(len(edit.values) for edit in edits),
        left_out=left_out,
    )


def assess(book: Book, settings: Settings, as_at: date | None, today: date) -> Figures:
    """The figures of every activity and measure; nothing is written."""
    period = _period(settings, book.name)
    as_at = as_at or (period.last if period else today)
    activities = {row.key: row for row in book.read(PLAN) if row.key}
    readings = _grouped(book.read(READINGS), "ref")
    measures: dict[str, MeasureFigures] = {}
    of_activity: dict[str, list[tuple[str, MeasureFigures]]] = defaultdict(list)
    for row in book.read(MEASURES):
        if row.key:
            before = readings.get(row.key, ())
            previous = previous_value(row, before, period) if period and before else None
            found = assess_measure(row, activities.get(row.activity_ref), as_at, settings, period, previous)
            measures[row.key] = found
            of_activity[row.activity_ref].append((row.key, found))
    updates = _update_facts(book, activities.values(), period)
    return Figures(
        as_at,
        period,
        {
            ref: assess_activity(row, of_activity.get(ref, ()), as_at, settings, updates[ref], today, period)
            for ref, row in activities.items()
        },
        measures,
    )


def _period(settings: Settings, name: str) -> Period | None:
    if settings.reporting_period is None:
        return None
    try:
        return parse_period(settings.reporting_period)
    except ValueError as error:
        raise Unusable(f"{name}: Settings, Reporting period: {error}") from None


def _update_facts(book: Book, activities: Iterable[Row], period: Period | None) -> dict[str, UpdateFacts]:
    label = period.label if period else None
    due: dict[str, list[date]] = defaultdict(list)
    for row in book.read(TRACKERS):
        if row.period == label and row.due_on:
            due[row.lead].append(row.due_on)
    updates = _grouped(book.read(UPDATES), "ref")
    return {
        row.key: UpdateFacts(
            due_on=[day for title in leads_of(row) for day in due[title]],
            received=any(update.period == label for update in updates.get(row.key, ())),
            ever=row.key in updates,
        )
        for row in activities
    }


def _grouped(rows: Rows, key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.cell(key).value].append(row)  # type: ignore[index]
    return groups


def _edits(rows: Rows, figures: Mapping[str, ActivityFigures] | Mapping[str, MeasureFigures]) -> list[SetCells]:
    """One edit for each computed column in which a cell differs from its figure."""
    changed: dict[str, dict[str, Value]] = defaultdict(dict)
    for row in rows:
        if row.key in figures:
            found = figures[row.key]
            for key in found.__slots__:
                value, cell = getattr(found, key), row.cell(key)
                value = round(value, _PLACES if abs(value) < 10 else 2) if isinstance(value, float) else value
                if not same(cell.value, value) or cell.problem:
                    changed[key][row.key] = value
    table: Table = rows.table
    return [SetCells(table, key, values) for key, values in changed.items()]


def _left_out(book: Book) -> Iterable[str]:
    """What a person should mend for every row to count."""
    for table in (PLAN, MEASURES):
        rows = book.read(table)
        for row in rows:
            if not row.key:
                yield f"{rows.sheet}, row {row.number}: no {table.key.header}. Give it one, and it will be counted."
        for row in rows.below:
            yield f"{rows.sheet}, row {row.number} stands below the table. Drag the table's corner down to take it in."
    activities = {row.key for row in book.read(PLAN)}
    for row in book.read(MEASURES):
        if row.key and row.activity_ref not in activities:
            yield f"{row.key}: there is no activity {row.activity_ref or '(blank)'} in Plan. Mend its Activity ref."
