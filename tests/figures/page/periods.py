"""Financial years, reporting periods, whole months, and which values count as at a day.

Ambiguities, and how they are read here:
- "the period of the latest stamped values" is one for the whole plan (not one for each row): the latest of the Period
  cells of Plan and Measures and of the rows of Updates, Readings and Counts that are not undone.
- "those of the logs of periods ended by then": of each row the last (highest No) of the periods whose last day is on or
  before the as-at day, whichever its period; where there is none, the lead's cells are blank.
- A profile row's In place since is, of the logs, the last one filled; where none is, the Profile cell's.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol, TypeVar

from tests.figures.page.rows import Activity, Count, Measure, Plan, Quantity

Month = int  # months since the year 0: whole months are counted, days only order


def month_of(day: date) -> Month:
    return day.year * 12 + day.month - 1


def first_day(month: Month) -> date:
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: Month) -> date:
    return first_day(month + 1) - timedelta(days=1)


def last_whole_month(day: date) -> Month:
    """The last month whose last day is on or before that day."""
    month = month_of(day)
    return month if last_day(month) <= day else month - 1


def year_of(day: date) -> str:
    """The financial year, 1 April to 31 March, as 2026-27."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}-{(first + 1) % 100:02}"


def months_of(year: str) -> range:
    first = int(year[:4]) * 12 + 3
    return range(first, first + 12)


def year_end(year: str) -> date:
    return last_day(months_of(year)[-1])


def next_year(year: str, by: int = 1) -> str:
    return year_of(date(int(year[:4]) + by, 4, 1))


def span_of(period: str) -> tuple[date, date]:
    """First and last day of a quarter "2026-27 Q3" or a month "2026-11"."""
    if " Q" in period:
        year, quarter = period.split(" Q")
        first = months_of(year)[(int(quarter) - 1) * 3]
        return first_day(first), last_day(first + 2)
    year, month = period.split("-")
    only = int(year) * 12 + int(month) - 1
    return first_day(only), last_day(only)


def as_at_day(period: str, today: date, given: date | None = None) -> date:
    """The earlier of today and the last day of the reporting period, unless a day is given (which may be a look ahead)."""
    return given or min(today, span_of(period)[1])


def realised_through(as_at: date, today: date) -> date:
    """Nothing is called realised beyond today."""
    return min(as_at, today)


class _Logged(Protocol):
    @property
    def no(self) -> int: ...
    @property
    def period(self) -> str: ...
    @property
    def ref(self) -> str: ...
    @property
    def batch(self) -> str | None: ...


L = TypeVar("L", bound=_Logged)


def standing(plan: Plan, log: Iterable[L]) -> list[L]:
    """The rows of a log that are not undone, in order of No."""
    return sorted((row for row in log if row.batch is None or row.batch not in plan.undone), key=lambda row: row.no)


def values_come_from_logs(plan: Plan, as_at: date) -> bool:
    stamped = [row.period for log in (plan.updates, plan.readings, plan.counts) for row in standing(plan, log)]
    cells = [*(row.period for row in plan.plan), *(row.period for row in plan.measures)]
    firsts = [span_of(period)[0] for period in (*stamped, *cells) if period]
    return bool(firsts) and as_at < max(firsts)


def as_told_by(plan: Plan, as_at: date) -> Plan:
    """The plan with the values that count as at that day: the sheets' own, or, further back, those of the logs."""
    if not values_come_from_logs(plan, as_at):
        return plan

    def ended(log: Iterable[L]) -> dict[str, L]:
        return {row.ref: row for row in standing(plan, log) if span_of(row.period)[1] <= as_at}

    updates, readings, counts = ended(plan.updates), ended(plan.readings), ended(plan.counts)

    def activity(row: Activity) -> Activity:
        told = updates.get(row.ref)
        if told is None:
            return replace(row, percent_complete=None, completed_on=None, forecast_finish=None, lead_status=None, period=None)
        return replace(row, percent_complete=told.percent_complete, completed_on=told.completed_on,
                       forecast_finish=told.forecast_finish, lead_status=told.lead_status, period=told.period)

    def measure(row: Measure) -> Measure:
        told = readings.get(row.ref)
        if told is None:
            return replace(row, actual=None, out_of=None, actual_on=None, period=None)
        return replace(row, actual=told.actual, out_of=told.out_of, actual_on=told.actual_on, period=told.period)

    kept = tuple(row for row in standing(plan, plan.counts) if span_of(row.period)[1] <= as_at)

    def quantity(row: Quantity) -> Quantity:
        told = counts.get(row.ref)
        if told is None:
            return replace(row, in_place=None, in_place_on=None)
        since = [one.in_place_since for one in kept if one.ref == row.ref and one.in_place_since]
        return replace(row, in_place=told.in_place, in_place_on=told.in_place_on,
                       in_place_since=since[-1] if since else row.in_place_since)

    return replace(plan, plan=tuple(map(activity, plan.plan)), measures=tuple(map(measure, plan.measures)),
                   profile=tuple(map(quantity, plan.profile)), counts=kept)


def counts_of(plan: Plan, row: Quantity) -> list[Count]:
    """The counts of a profile row, in order of day: see the cohorts for what is read into it."""
    logged = [one for one in standing(plan, plan.counts) if one.ref == row.ref]
    said = [one for one in logged if one.in_place is not None and one.in_place_on is not None]
    cell = (row.in_place, row.in_place_on)
    last = (logged[-1].in_place, logged[-1].in_place_on) if logged else (None, None)
    if row.in_place is not None and row.in_place_on is not None and cell != last:
        said.append(Count(no=max((one.no for one in logged), default=0) + 1, period="", ref=row.ref,
                          in_place=row.in_place, in_place_on=row.in_place_on))
    by_day = {one.in_place_on: one for one in said if one.in_place_on}  # in order of No: the higher one stays
    return [by_day[day] for day in sorted(by_day)]
