"""Every computed figure of a plan, worked out from the tables of its master; nothing is written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sendxl.errors import Unusable
from sendxl.figures.activities import ActivityFigures, UpdateFacts, assess_activity
from sendxl.figures.measures import MeasureFigures, assess_measure, previous_value
from sendxl.figures.savings import (
    ActivitySavings,
    LineFigures,
    SavingsLine,
    activity_savings,
    line_figures,
    savings_lines,
    year_figures,
)
from sendxl.plan.batches import counted
from sendxl.plan.likeness import as_seen, as_written
from sendxl.plan.master import (
    MEASURES,
    PLAN,
    POOLS,
    PROFILE,
    READINGS,
    SAVINGS,
    TRACKERS,
    UNIT_COSTS,
    UPDATES,
    YEARS,
    Activity,
    Logged,
)
from sendxl.plan.periods import Period, financial_year_of, is_financial_year, parse_financial_year, parse_period, years_from
from sendxl.plan.settings import Settings
from sendxl.plan.tables import Tables


@dataclass(frozen=True, slots=True)
class YearRow:
    """What a row of Years holds of its line and of its figures, by column key; None is a blank cell.

    Its Ref says which line and year it is of; what else someone typed there is put right.
    """

    savings_ref: str | None
    year: str | None
    type: str | None
    fund: str | None
    planned: float | None
    forecast: float | None
    realised: float | None


@dataclass(frozen=True)
class Figures:
    """Computed columns of the whole plan, by key of the row. ``new_years`` are rows that Years does not have yet."""

    as_at: date
    period: Period | None
    activities: Mapping[str, ActivityFigures]
    measures: Mapping[str, MeasureFigures]
    lines: Mapping[str, LineFigures]
    savings: Mapping[str, ActivitySavings]
    years: Mapping[str, YearRow]
    new_years: Sequence[str]
    window: Sequence[str]  # the financial years from First year on, and those that Years has besides


def assess(tables: Tables, settings: Settings, as_at: date | None, today: date) -> Figures:
    """The figures of every activity, measure and savings line.

    ``as_at`` is the last day of the Reporting period unless given; without one it is ``today``. Unusable where a
    setting cannot be used.
    """
    period = open_period(settings, tables.name)
    as_at = day_of(period, as_at, today)
    window = years_shown(settings, as_at, tables.name)
    activities = {row.key: row for row in tables.read(PLAN) if row.key}
    activity_of = as_written(activities)
    measures, of_activity = _measures(tables, activities, as_at, settings, period)
    updates = _update_facts(tables, activities.values(), period)
    lines = lines_of(tables, as_at)
    years, new_years, window = _years(tables, lines, window)
    line_years: dict[str, list[str]] = defaultdict(list)
    for row in years.values():
        if row.savings_ref and row.year:
            line_years[row.savings_ref].append(row.year)
    of_line = {line.ref: line_figures(line, as_at, line_years[line.ref], settings) for line in lines}
    by_activity: dict[str, list[SavingsLine]] = defaultdict(list)
    for line in lines:
        by_activity[activity_of(line.row.activity_ref)].append(line)
    return Figures(
        as_at,
        period,
        {
            ref: assess_activity(row, of_activity.get(ref, ()), as_at, settings, updates[ref], today, period)
            for ref, row in activities.items()
        },
        measures,
        of_line,
        {ref: activity_savings([(line.row.type, of_line[line.ref]) for line in by_activity.get(ref, ())]) for ref in activities},
        years,
        new_years,
        window,
    )


def open_period(settings: Settings, name: str) -> Period | None:
    """The Reporting period; Unusable, naming the master, where it is none."""
    if settings.reporting_period is None:
        return None
    try:
        return parse_period(settings.reporting_period)
    except ValueError as error:
        raise Unusable(f"{name}: Settings, Reporting period: {error}") from None


def day_of(period: Period | None, as_at: date | None, today: date) -> date:
    """The day by which a plan is judged: as given, else the last of the open period, else today."""
    return as_at or (period.last if period else today)


def years_shown(settings: Settings, as_at: date, name: str) -> list[str]:
    """The financial years for savings, from First year on; Unusable, naming the master, where that is none."""
    try:
        first = parse_financial_year(settings.first_year) if settings.first_year else financial_year_of(as_at)
    except ValueError as error:
        raise Unusable(f"{name}: Settings, First year: {error}") from None
    return years_from(first, settings.year_count)


def lines_of(tables: Tables, as_at: date) -> list[SavingsLine]:
    """The savings lines of a master, the claims on their pools met."""
    return savings_lines(tables.read(SAVINGS), tables.read(PROFILE), tables.read(UNIT_COSTS), tables.read(POOLS), as_at)


def _measures(tables: Tables, activities: Mapping[str, Activity], as_at: date, settings: Settings,
              period: Period | None) -> tuple[dict[str, MeasureFigures], dict[str, list[tuple[str, MeasureFigures]]]]:
    """The figures of each measure by its ref, and those of each activity by its."""
    readings, activity_of = _by_ref(counted(tables, READINGS)), as_written(activities)
    measures: dict[str, MeasureFigures] = {}
    of_activity: dict[str, list[tuple[str, MeasureFigures]]] = defaultdict(list)
    for row in tables.read(MEASURES):
        if row.key:
            before, activity = readings.get(as_seen(row.key), ()), activity_of(row.activity_ref)
            previous = previous_value(row, before, period) if period and before else None
            found = assess_measure(row, activities.get(activity), as_at, settings, period, previous)
            measures[row.key] = found
            of_activity[activity].append((row.key, found))
    return measures, of_activity


def _years(tables: Tables, lines: Iterable[SavingsLine],
           window: Sequence[str]) -> tuple[dict[str, YearRow], list[str], list[str]]:
    """The rows of Years by key, which of them are new, and the years that every line is to have."""
    by_ref = {line.ref: line for line in lines}
    line_of = as_written(by_ref)
    there = {row.key: (line_of(ref), year) for row in tables.read(YEARS) if row.key for ref, year in (_line_and_year(row.key),)}
    window = sorted({*window, *(year for _, year in there.values() if year)})
    known = set(there.values())
    new = {f"{ref}.{year}": (ref, year) for ref in by_ref for year in window if (ref, year) not in known}
    rows = {key: _year_row(by_ref, ref, year) for key, (ref, year) in (there | new).items()}
    return rows, list(new), window


def _line_and_year(key: str) -> tuple[str, str]:
    """The line and the financial year of a row of Years, as its key says; blank where it says neither."""
    ref, _, year = key.rpartition(".")
    return (ref, year) if is_financial_year(year) else ("", "")


def _year_row(lines: Mapping[str, SavingsLine], ref: str, year: str) -> YearRow:
    line = lines.get(ref)
    if line is None:
        return YearRow(ref or None, year or None, None, None, None, None, None)
    figures = year_figures(line, year)
    return YearRow(ref, year, line.row.type, line.row.fund, figures.planned, figures.forecast, figures.realised)


def _update_facts(tables: Tables, activities: Iterable[Activity], period: Period | None) -> dict[str, UpdateFacts]:
    label = period.label if period else None
    due: dict[str, list[date]] = defaultdict(list)
    for row in tables.read(TRACKERS):
        if row.period == label and row.due_on:
            due[as_seen(row.lead or "")].append(row.due_on)
    updates = _by_ref(counted(tables, UPDATES))
    return {
        row.key: UpdateFacts(
            due_on=[day for title in row.leads for day in due[as_seen(title)]],
            received=any(update.period == label for update in updates.get(as_seen(row.key), ())),
            ever=as_seen(row.key) in updates,
        )
        for row in activities
    }


def _by_ref(rows: Iterable[Logged]) -> dict[str, list[Logged]]:
    """Rows by ref ``as_seen``."""
    groups: dict[str, list[Logged]] = defaultdict(list)
    for row in rows:
        groups[as_seen(row.ref or "")].append(row)
    return groups
