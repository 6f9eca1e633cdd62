"""The figures of savings lines by year, to date, and of the as-at year; their status; and those of an activity.

Ambiguities, and how they are read here:
- The years in Years: from First year (blank: the as-at year) as many as Year count, and every year that has a row in Years.
- A year is closed for the whole plan where a row of Years of it has Closed on; a line without a row there has blank kept figures.
- A closed year shows what was kept whatever the as-at day. To date, a year counts as kept only where it ended by the as-at
  day; looking back into a closed year, its months are worked out anew. A blank kept figure adds nothing.
- To date covers all years up to the as-at year, also those before First year. It is blank where the line has no quantity or
  price on that basis and no kept figure.
- Restated: of years that ended by the as-at day; blank where both the kept and today's are blank; else blank counts as 0.
- Full-year effect: each planned row with From and a quantity once at what its claim earns; a cohort that lives no whole
  month claims nothing and so earns past its pool.
- "where nothing was approved" and "approved, else planned": by the figure, where the approved one is blank.
- Removed by pool: blank on a line without a Pool or without planned quantities or price; worked out anew also in closed years.
- Withdrawn: Withdrawn on is on or before the as-at day.
- Not quantified: the unit saving is blank, or approved and planned to date are both blank.
- Not due: approved, else planned, to date is exactly 0, and realised is 0 or blank.
- Not reported, and all rows started: every profile row counts, also one with a planned quantity of 0 or blank; a row
  without any From is not started and cannot be unreported. Any count tells, whatever its day.
- Realised against plan: the share is rounded to 6 places; where the plan is 0 (or below), amounts are compared.
- Activity: withdrawn and unquantified lines are lines: their types count for "Mixed" and their figures for the sums (a blank
  Type is a type). "Cost lines apart": they count neither for the figures nor for Mixed. An activity's figure is blank
  where it is blank in all its lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.figures.page.claims import FIGURES, Priced, past_pool, priced, unit_saving
from tests.figures.page.periods import (
    as_told_by,
    counts_of,
    first_day,
    last_whole_month,
    months_of,
    next_year,
    year_end,
    year_of,
)
from tests.figures.page.rows import Figure, Plan, Quantity, Saving, SavingYear, exact, figure, share, total

LINES_WORST_FIRST = ("Off track", "At risk", "Not reported", "On track", "Not due", "Delivered")


@dataclass(frozen=True)
class YearFigures:
    approved: Figure
    planned: Figure
    forecast: Figure
    realised: Figure
    closed_on: date | None
    restated: Figure  # beside the kept figures, never in them


@dataclass(frozen=True)
class LineFigures:
    unit_saving: Figure
    past_pool: Figure
    full_year_effect: Figure
    approved_to_date: Figure
    planned_to_date: Figure
    realised_to_date: Figure
    forecast: Figure
    variance: Figure
    weighted: Figure
    removed_by_pool: Figure
    status: str
    years: dict[str, YearFigures]


@dataclass(frozen=True)
class SavingsOfActivity:
    planned_to_date: Figure
    realised_to_date: Figure
    forecast: Figure
    savings_status: str


def in_year(some: Sequence[Priced] | None, year: str, through: int | None = None) -> Figure:
    """Blank where no row has a quantity or a price is not known."""
    if some is None:
        return None
    amounts = [one.amount for one in some]
    if any(amount is None for amount in amounts):
        return None
    return sum(((one.amount or Fraction(0)) * one.cohort.share_of(months_of(year), through) for one in some), Fraction(0))


def shown_years(plan: Plan, as_at: date) -> list[str]:
    first = plan.settings.first_year or year_of(as_at)
    return sorted({next_year(first, by) for by in range(plan.settings.year_count)} | {row.year for row in plan.years})


class Savings:
    """Every line's figures as at a day; ``today`` bounds what is realised."""

    def __init__(self, plan: Plan, as_at: date, today: date) -> None:
        self.plan, self.as_at, self.today = as_told_by(plan, as_at), as_at, today
        self.priced = {name: priced(self.plan, name, as_at, today) for name in FIGURES}
        self.closed: dict[str, date] = {row.year: row.closed_on for row in plan.years if row.closed_on is not None}
        self.kept = {(row.savings_ref, row.year): row for row in plan.years}
        self.as_at_month = last_whole_month(as_at)
        self.lines = {line.ref: self._line(line) for line in self.plan.savings}

    def price(self, name: str, line: Saving) -> Figure:
        return figure(line.approved_unit_saving) if name == "Approved" else unit_saving(self.plan, line)

    def open_year(self, name: str, line: Saving, year: str, through: int | None = None) -> Figure:
        """As today's rows and costs give it, whether the year is closed or not."""
        if self.price(name, line) is None:
            return None
        return in_year(self.priced[name][line.ref], year, through)

    def kept_figure(self, name: str, line: Saving, year: str) -> Figure:
        row = self.kept.get((line.ref, year), SavingYear(savings_ref=line.ref, year=year))
        kept = {"Approved": row.approved, "Planned": row.planned, "Forecast": row.forecast, "Realised": row.realised}
        return figure(kept[name])

    def year(self, line: Saving, year: str) -> YearFigures:
        closed_on = self.closed.get(year)
        if closed_on is None:
            approved, planned, forecast, realised = (self.open_year(name, line, year) for name in FIGURES)
            return YearFigures(approved, planned, forecast, realised, None, None)
        approved, planned, forecast, realised = (self.kept_figure(name, line, year) for name in FIGURES)
        now = self.open_year("Realised", line, year)
        nothing = (now is None and realised is None) or year_end(year) > self.as_at
        restated = None if nothing else (now or Fraction(0)) - (realised or Fraction(0))
        return YearFigures(approved, planned, forecast, realised, closed_on, restated)

    def to_date(self, name: str, line: Saving) -> Figure:
        last = year_of(self.as_at)
        starts = [year_of(first_day(one.cohort.first)) for one in self.priced[name][line.ref] or ()]
        year = min([last, *starts, *self.closed])
        found: list[Figure] = []
        while year <= last:
            if year in self.closed and year_end(year) <= self.as_at:
                found.append(self.kept_figure(name, line, year))
            else:
                found.append(self.open_year(name, line, year, self.as_at_month))
            year = next_year(year)
        return total(found)

    def full_year_effect(self, line: Saving) -> Figure:
        some = self.priced["Planned"][line.ref]
        if some is None or self.price("Planned", line) is None or any(one.amount is None for one in some):
            return None
        return total([Fraction(0), *(one.amount for one in some)])

    def removed_by_pool(self, line: Saving) -> Figure:
        some = self.priced["Planned"][line.ref]
        if not line.pool or some is None or self.price("Planned", line) is None or any(one.amount is None for one in some):
            return None
        return total([Fraction(0), *(((one.without_pool or 0) - (one.amount or 0)) * one.cohort.share_of(months_of(year))
                                     for one in some for year in shown_years(self.plan, self.as_at))])

    def status(self, line: Saving, approved: Figure, planned: Figure, done: Figure) -> str:
        if line.withdrawn_on is not None and line.withdrawn_on <= self.as_at:
            return "Withdrawn"
        if line.type == "Cost":
            return "Cost"
        due = planned if approved is None else approved
        if unit_saving(self.plan, line) is None or due is None:
            return "Not quantified"
        saved = done or Fraction(0)
        if due == 0 and saved == 0:
            return "Not due"
        rows = self.plan.rows_of(line.ref)
        started = [self._start(row) for row in rows]
        if any(day is not None and day <= self.as_at and not counts_of(self.plan, row)
               for row, day in zip(rows, started, strict=True)):
            return "Not reported"
        confirmed = line.finance_confirmed_on is not None and line.finance_confirmed_on <= self.as_at
        if confirmed and all(day is not None and day <= self.as_at for day in started) and saved >= due:
            return "Delivered"
        for word, least in (("On track", self.plan.settings.realised_on_track), ("At risk", self.plan.settings.realised_at_risk)):
            if share(saved / due) >= exact(least) if due > 0 else saved >= exact(least) * due:
                return word
        return "Off track"

    @staticmethod
    def _start(row: Quantity) -> date | None:
        return row.approved_from or row.from_

    def _line(self, line: Saving) -> LineFigures:
        years = {year: self.year(line, year) for year in shown_years(self.plan, self.as_at)}
        now = self.year(line, year_of(self.as_at))
        approved, planned, done = (self.to_date(name, line) for name in ("Approved", "Planned", "Realised"))
        against = now.planned if now.approved is None else now.approved
        return LineFigures(
            unit_saving=unit_saving(self.plan, line), past_pool=past_pool(self.plan, line),
            full_year_effect=self.full_year_effect(line), approved_to_date=approved, planned_to_date=planned,
            realised_to_date=done, forecast=now.forecast,
            variance=None if now.forecast is None or against is None else now.forecast - against,
            weighted=None if now.forecast is None or line.confidence is None else now.forecast * exact(line.confidence),
            removed_by_pool=self.removed_by_pool(line), status=self.status(line, approved, planned, done), years=years)

    def activity(self, ref: str) -> SavingsOfActivity:
        lines = [line for line in self.plan.savings if line.activity_ref == ref and line.type != "Cost"]
        if len({line.type for line in lines}) > 1:
            return SavingsOfActivity(None, None, None, "Mixed: see Savings")
        figures = [self.lines[line.ref] for line in lines]
        statuses = {one.status for one in figures}
        return SavingsOfActivity(total(one.planned_to_date for one in figures), total(one.realised_to_date for one in figures),
                                 total(one.forecast for one in figures),
                                 next((word for word in LINES_WORST_FIRST if word in statuses), "Not quantified"))
