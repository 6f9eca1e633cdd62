"""Every computed figure of a plan, worked out from the tables of its master; nothing is written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sendxl.errors import Unusable
from sendxl.figures.activities import ActivityFigures, UpdateFacts, assess_activity
from sendxl.figures.approved import OF_ROW, Approvals, ApprovedQuantity, approvals
from sendxl.figures.counts import counts_by_row
from sendxl.figures.earlier import Earlier, as_known_by
from sendxl.figures.kept import Keeping, kept
from sendxl.figures.measures import Judged, MeasureFigures, assess_measure, previous_value
from sendxl.figures.position import PositionFigures, position
from sendxl.figures.savings import (
    ActivitySavings,
    LineFigures,
    SavingsLine,
    activity_savings,
    line_figures,
    savings_lines,
    year_figures,
)
from sendxl.figures.trend import SLIPPING, ByPeriod, for_the, in_a_row, kept_periods
from sendxl.figures.unit_saving import ZERO, costs_of
from sendxl.figures.years import LineYears, YearRow, line_years
from sendxl.plan.batches import counted
from sendxl.plan.likeness import as_seen, as_written
from sendxl.plan.master import (
    COUNTS,
    MEASURES,
    PLAN,
    POOLS,
    POSITION,
    PROFILE,
    READINGS,
    SAVINGS,
    TARGETS,
    TRACKERS,
    UNIT_COSTS,
    UPDATES,
    YEARS,
    Activity,
    FundYear,
    Logged,
    Target,
)
from sendxl.plan.periods import (
    Period,
    financial_year_of,
    is_financial_year,
    parse_financial_year,
    parse_period,
    period_ends,
    years_from,
)
from sendxl.plan.settings import Settings
from sendxl.plan.tables import Tables
from sendxl.plan.values import show
from sendxl.plan.vocabulary import StampKind

_MOST_NAMED = 20  # of the refs in a note


@dataclass(frozen=True)
class Figures:
    """Computed columns of the whole plan, by key of the row. ``new_years`` are rows that Years does not have yet.

    ``keepings`` are to be recorded in Stamps: what is approved, and what is closed, from now on. ``notes`` says what the
    figures of an earlier day could not know.
    """

    as_at: date
    ahead: bool  # as at a day that is still to come
    period: Period | None
    activities: Mapping[str, ActivityFigures]
    measures: Mapping[str, MeasureFigures]
    lines: Mapping[str, LineFigures]
    quantities: Mapping[str, ApprovedQuantity]
    savings: Mapping[str, ActivitySavings]
    years: Mapping[str, YearRow]
    new_years: Sequence[str]
    window: Sequence[str]  # the financial years from First year on, and those that Years has besides
    position: Mapping[str, PositionFigures]
    keepings: Sequence[Keeping]
    notes: Sequence[str]


def assess(tables: Tables, settings: Settings, as_at: date | None, today: date) -> Figures:
    """The figures of every activity, measure and savings line.

    ``as_at`` is the earlier of ``today`` and the last day of the Reporting period unless given; only then approvals are taken
    and years closed. Unusable where a setting cannot be used.
    """
    keeps = as_at is None
    period = open_period(settings, tables.name)
    as_at = day_of(period, as_at, today)
    plan = as_known_by(tables, as_at)
    activities = {row.key: row for row in plan.read(PLAN) if row.key}
    activity_of = as_written(activities)
    measures, of_activity = _measures(plan, activities, as_at, settings, period)
    updates = _update_facts(tables, activities.values(), period)
    savings = plan_savings(tables, settings, as_at, today, keeps=keeps)
    years = savings.years
    funds = tables.read(POSITION)
    of_line = {line.ref: line_figures(line, as_at, years.of_line[line.ref], years.closed[line.ref], settings)
               for line in savings.lines}
    by_activity: dict[str, list[SavingsLine]] = defaultdict(list)
    for line in savings.lines:
        by_activity[activity_of(line.row.activity_ref)].append(line)
    periods = kept_periods(tables)
    return Figures(
        as_at,
        as_at > today,
        period,
        {
            ref: _with_row(ref, assess_activity(row, of_activity.get(ref, ()), as_at, settings, updates[ref], today, period),
                           as_at, periods)
            for ref, row in activities.items()
        },
        measures,
        of_line,
        savings.quantities,
        {ref: activity_savings([(line.row.type, of_line[line.ref]) for line in by_activity.get(ref, ())]) for ref in activities},
        years.rows,
        years.new,
        years.window,
        position(funds, forecasts(savings, funds) if funds else {}),
        [*savings.approved, *years.keepings],
        _silent(plan, as_at),
    )


def _with_row(ref: str, figures: ActivityFigures, as_at: date, periods: ByPeriod) -> ActivityFigures:
    """The figures of an activity, their reason telling for how many periods in a row it has been at risk or off track."""
    if figures.status not in SLIPPING:
        return figures
    words = for_the(*in_a_row(ref, figures.status, as_at, periods), figures.status)
    return figures._replace(reason=f"{figures.reason}; {words}") if words else figures


@dataclass(frozen=True)
class PlanSavings:
    """The savings of a plan as at a day: its lines, their years, what was approved of each row of Profile and what is anew."""

    lines: Sequence[SavingsLine]
    years: LineYears
    quantities: Mapping[str, ApprovedQuantity]
    approved: Sequence[Keeping]


def plan_savings(tables: Tables, settings: Settings, as_at: date, today: date, *, keeps: bool = False) -> PlanSavings:
    """The savings lines of a master, the claims on their pools met; nothing is realised beyond the earlier of both days.

    ``keeps``: approvals are taken, and years closed.
    """
    taken_by = today if keeps else None
    approved, lines = _lines(tables, as_at, today, taken_by)
    years = line_years(
        lines, tables.read(YEARS), years_shown(settings, as_at, tables.name), kept(tables, StampKind.CLOSE),
        period_ends(settings.closed_through or ""), taken_by, lambda day: _lines(tables, day, today, taken_by)[1])
    quantities = {row.key: ApprovedQuantity(*(row[column.key] for column in OF_ROW)) for row in approved.profile}
    return PlanSavings(lines, years, quantities, approved.new)


def _lines(tables: Tables, as_at: date, today: date, taken_by: date | None) -> tuple[Approvals, list[SavingsLine]]:
    plan = as_known_by(tables, as_at)
    costs = costs_of(plan.read(UNIT_COSTS))
    rows = approvals([row for row in plan.read(SAVINGS) if row.key], [row for row in plan.read(PROFILE) if row.key], costs,
                     kept(tables, StampKind.APPROVE), taken_by)
    return rows, savings_lines(rows.lines, rows.profile, costs, plan.read(POOLS), counts_by_row(counted(plan, COUNTS)),
                               min(as_at, today))


def open_period(settings: Settings, name: str) -> Period | None:
    """The Reporting period; Unusable, naming the master, where it is none."""
    if settings.reporting_period is None:
        return None
    try:
        return parse_period(settings.reporting_period)
    except ValueError as error:
        raise Unusable(f"{name}: Settings, Reporting period: {error}") from None


def day_of(period: Period | None, as_at: date | None, today: date) -> date:
    """The day by which a plan is judged: as given, else the earlier of today and the last of the open period."""
    return as_at or (min(period.last, today) if period else today)


def years_shown(settings: Settings, as_at: date, name: str) -> list[str]:
    """The financial years for savings, from First year on; Unusable, naming the master, where that is none."""
    try:
        first = parse_financial_year(settings.first_year) if settings.first_year else financial_year_of(as_at)
    except ValueError as error:
        raise Unusable(f"{name}: Settings, First year: {error}") from None
    return years_from(first, settings.year_count)


def _measures(tables: Tables, activities: Mapping[str, Activity], as_at: date, settings: Settings,
              period: Period | None) -> tuple[dict[str, MeasureFigures], dict[str, list[Judged]]]:
    """The figures of each measure by its ref, and those of each activity by its."""
    readings, activity_of = _by_ref(counted(tables, READINGS)), as_written(activities)
    targets: dict[str, list[Target]] = defaultdict(list)
    for target in tables.read(TARGETS):
        targets[as_seen(target.measure_ref or "")].append(target)
    measures: dict[str, MeasureFigures] = {}
    of_activity: dict[str, list[Judged]] = defaultdict(list)
    for row in tables.read(MEASURES):
        if row.key:
            ref, activity = as_seen(row.key), activity_of(row.activity_ref)
            before = readings.get(ref, ())
            of = tables.period_of(row.key) if isinstance(tables, Earlier) else period
            previous = previous_value(row, before, of) if of and before else None
            judged = assess_measure(row, activities.get(activity), as_at, settings, period, previous, targets.get(ref, ()))
            measures[row.key] = judged.figures
            of_activity[activity].append(judged)
    return measures, of_activity


def forecasts(savings: PlanSavings, position: Iterable[FundYear]) -> dict[tuple[str, str, str], Decimal]:
    """The forecasts of all lines by fund, year and type: of the years in Years, and of those in Position besides."""
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(lambda: ZERO)
    for row in savings.years.rows.values():
        if row.fund and row.year and row.type and row.forecast is not None:
            sums[row.fund, row.year, row.type] += Decimal(str(row.forecast))
    further = {row.year for row in position if row.year and is_financial_year(row.year)} - {*savings.years.window}
    for line in savings.lines:
        for year in further:
            forecast = year_figures(line, year).forecast
            if line.row.fund and line.row.type and forecast is not None:
                sums[line.row.fund, year, line.row.type] += Decimal(str(forecast))
    return dict(sums)


def _silent(plan: Tables, as_at: date) -> list[str]:
    """What had not been reported on by an earlier day, and so is judged as if nothing were known of it."""
    silent = plan.silent if isinstance(plan, Earlier) else ()
    if not silent:
        return []
    several = sum(bool(row.key) for table in (PLAN, MEASURES) for row in plan.read(table)) > len(silent)
    named = ", ".join(silent[:_MOST_NAMED]) + (f" and {len(silent) - _MOST_NAMED:,} more" if silent[_MOST_NAMED:] else "")
    of = f"Of {named} nothing" if several else "Nothing"
    return [f"{of} had been reported for a period that ended by {show(as_at)}: no more is known of that day."]


def _update_facts(tables: Tables, activities: Iterable[Activity], period: Period | None) -> dict[str, UpdateFacts]:
    label = period.label if period else None
    due: dict[str, list[date]] = defaultdict(list)
    for row in tables.read(TRACKERS):
        if row.period == label and row.due_on:
            due[as_seen(row.lead or "")].append(row.due_on)
    updates = [(as_seen(update.ref or ""), update.period) for update in counted(tables, UPDATES)]
    ever, received = {ref for ref, _ in updates}, {ref for ref, period in updates if period == label}
    return {
        row.key: UpdateFacts([day for title in row.leads for day in due[as_seen(title)]], as_seen(row.key) in received,
                             as_seen(row.key) in ever)
        for row in activities
    }


def _by_ref(rows: Iterable[Logged]) -> dict[str, list[Logged]]:
    """Rows by ref ``as_seen``."""
    groups: dict[str, list[Logged]] = defaultdict(list)
    for row in rows:
        groups[as_seen(row.ref or "")].append(row)
    return groups
