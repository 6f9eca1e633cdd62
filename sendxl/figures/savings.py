"""Savings: what each line was planned to save, is expected to save and has saved, by financial year.

A year's saving is the sum, over the cohorts of a line, of quantity times unit saving times the share of the year in
which the cohort is live. Everything is worked out in exact decimals; each figure is rounded once, to pence, and what
is derived from figures on the sheet is derived from them as they stand there. Blank is not zero: a figure is None
where the unit saving is blank or no cohort has a quantity. Source: workbooks/pages/figures.md, Savings.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sendxl.figures.claims import YEAR, Basis, Claim, Entry, Terms, claims_of, meet
from sendxl.figures.counts import FOR_EVER, counts_of
from sendxl.figures.trajectory import PLACES
from sendxl.figures.unit_saving import ZERO, Costs, UnitSaving, number, pence, unit_saving
from sendxl.plan.likeness import as_seen, as_written
from sendxl.plan.master import Logged, Pool, Quantity, Saving
from sendxl.plan.periods import financial_year_of, last_whole_month, months_of
from sendxl.plan.settings import Settings
from sendxl.plan.vocabulary import LineStatus, Method, SavingsStatus, SavingType

_WORST_FIRST = (LineStatus.OFF_TRACK, LineStatus.AT_RISK, LineStatus.NOT_REPORTED, LineStatus.ON_TRACK, LineStatus.NOT_DUE,
                LineStatus.DELIVERED)


class YearFigures(NamedTuple):
    """A line in a financial year: pounds, to the penny; computed columns of a row of Years by column key."""

    approved: float | None
    planned: float | None
    forecast: float | None
    realised: float | None


class LineFigures(NamedTuple):
    """The computed columns of a row of Savings, by column key: pounds, to the penny; None is a blank cell.

    ``forecast``, ``variance`` and ``weighted`` are of the financial year of the as-at day.
    """

    approved_unit_saving: float | None
    approved_past_pool: float | None
    unit_saving: float | None
    full_year_effect: float | None
    approved_to_date: float | None
    planned_to_date: float | None
    realised_to_date: float | None
    forecast: float | None
    variance: float | None
    weighted: float | None
    removed_by_pool: float | None
    status: LineStatus


class ActivitySavings(NamedTuple):
    """The computed savings columns of a row of Plan, by column key, Cost lines apart; None is a blank cell."""

    planned_to_date: float | None
    realised_to_date: float | None
    forecast: float | None
    savings_status: SavingsStatus


class SavingsLine:
    """A row of Savings with its rows of Profile, its unit saving, and its claims on each basis.

    ``row`` holds what was approved of it; ``day`` is the last of which anything is realised.
    """

    def __init__(self, row: Saving, entries: Sequence[Entry], costs: Costs, day: date) -> None:
        self.row = row
        self.entries = entries
        self.once = row.method == Method.ONE_OFF
        self.current = unit_saving(row, costs)
        self.approved = UnitSaving(number(row.approved_unit_saving), number(row.approved_past_pool))
        self.day = day
        terms = Terms.of(row, self.once)
        self.claims: dict[Basis, list[Claim]] = {basis: claims_of(terms, entries, basis, day) for basis in Basis}

    @property
    def ref(self) -> str:
        """Its permanent reference."""
        return self.row.key

    def unit(self, basis: Basis) -> UnitSaving:
        """The unit saving that counts: what was approved is worth what it was worth then."""
        return self.approved if basis is Basis.APPROVED else self.current

    def saving(self, basis: Basis, first: int = 0, last: int = FOR_EVER) -> Decimal | None:
        """Pounds saved in the months from ``first`` to ``last``; None where that is not quantified."""
        return self._worth(basis, [claim.months(first, last) for claim in self.claims[basis]])

    def in_year(self, basis: Basis, year: str) -> Decimal | None:
        """Pounds saved in a financial year as written; None where that is not quantified."""
        return self.saving(basis, *months_of(year))

    def in_full_year(self) -> Decimal | None:
        """Pounds planned for a year with every cohort live."""
        return self._worth(Basis.PLANNED, [YEAR for _ in self.claims[Basis.PLANNED]])

    def removed(self, years: Iterable[str]) -> Decimal | None:
        """Pounds of the plan, over those years, that its pool is too small for; None without a pool or a plan."""
        full, later = self.current
        claims = self.claims[Basis.PLANNED]
        if not self.row.pool or full is None or later is None or not claims:
            return None
        spans = [months_of(year) for year in years]
        short = sum(((claim.quantity - claim.met) * sum(claim.months(*span) for span in spans) for claim in claims), ZERO)
        return short * (full - later) / YEAR

    def _worth(self, basis: Basis, live: Sequence[int]) -> Decimal | None:
        """Pounds that the claims save in the months that each is live; None where that is not quantified."""
        full, later = self.unit(basis)
        if full is None or not live:
            return None
        met = past = ZERO
        for claim, months in zip(self.claims[basis], live, strict=True):
            if months:
                met += claim.met * months
                if claim.met != claim.quantity:
                    past += (claim.quantity - claim.met) * months
        if later is None:
            return None if past else full * met / YEAR
        return (full * met + later * past) / YEAR

    def status(self, figures: "ToDate", as_at: date, settings: Settings) -> LineStatus:
        """How it stands by its figures to date; the first that fits."""
        row = self.row
        awaited = figures.planned if figures.approved is None else figures.approved
        awaited, realised = awaited or 0.0, figures.realised or 0.0
        if row.withdrawn_on and row.withdrawn_on <= as_at:
            return LineStatus.WITHDRAWN
        if row.type == SavingType.COST:
            return LineStatus.COST
        if self.current.full is None or not (self.claims[Basis.PLANNED] or self.claims[Basis.FORECAST]):
            return LineStatus.NOT_QUANTIFIED
        if not awaited and not realised:
            return LineStatus.NOT_DUE
        started = [entry for entry in self.entries if entry.has_begun(as_at)]
        if any(not entry.counts for entry in started):
            return LineStatus.NOT_REPORTED
        confirmed = row.finance_confirmed_on is not None and row.finance_confirmed_on <= as_at
        if confirmed and len(started) == len(self.entries) and realised >= awaited:
            return LineStatus.DELIVERED
        share = round(1 - (awaited - realised) / abs(awaited), PLACES) if awaited else 1.0
        if share >= settings.realised_on_track:
            return LineStatus.ON_TRACK
        return LineStatus.AT_RISK if share >= settings.realised_at_risk else LineStatus.OFF_TRACK


class ToDate(NamedTuple):
    """Pounds of a line from its start to the as-at day; None where that is not quantified."""

    approved: float | None
    planned: float | None
    realised: float | None


def savings_lines(lines: Sequence[Saving], profile: Iterable[Quantity], costs: Costs, pools: Iterable[Pool],
                  counts: Mapping[str, Sequence[Logged]], day: date) -> list[SavingsLine]:
    """Every row of Savings that has a ref, with the claims of each pool met. ``counts``: rows of Counts by ref ``as_seen``.

    ``lines`` and ``profile`` hold what was approved; ``day`` is the last of which anything is realised.
    """
    lines = [line for line in lines if line.key]
    line_of = as_written(line.key for line in lines)
    entries: dict[str, list[Entry]] = defaultdict(list)
    for row in profile:
        said = counts.get(as_seen(row.key), ()) if counts else ()
        entries[line_of(row.savings_ref)].append(Entry.of(row, counts_of(row, said)))
    made = [SavingsLine(line, entries.get(line.key, ()), costs, day) for line in lines]
    capacities = capacities_of(pools)
    for basis in Basis:
        meet([claim for line in made for claim in line.claims[basis]], capacities)
    return made


def capacities_of(pools: Iterable[Pool]) -> dict[str, Decimal]:
    """Learners of each pool whose capacity is known, by code ``as_seen``."""
    found: dict[str, Decimal] = {}
    for pool in pools:
        capacity = number(pool.capacity)
        if capacity is not None:
            found.setdefault(as_seen(pool.key), max(capacity, ZERO))
    return found


def year_figures(line: SavingsLine, year: str) -> YearFigures:
    """The figures of a line in a financial year as written."""
    months = months_of(year)
    return YearFigures(*(pence(line.saving(basis, *months)) for basis in Basis))


def line_figures(line: SavingsLine, as_at: date, years: Mapping[str, YearFigures], closed: Mapping[str, YearFigures],
                 settings: Settings) -> LineFigures:
    """The figures of a line as at a day. ``years``: those it has in Years; ``closed``: what was kept of closed ones."""
    now = years.get(this := financial_year_of(as_at)) or year_figures(line, this)
    so_far = to_date(line, as_at, closed)
    confidence, against = number(line.row.confidence), now.planned if now.approved is None else now.approved
    return LineFigures(
        approved_unit_saving=pence(line.approved.full),
        approved_past_pool=pence(line.approved.later),
        unit_saving=pence(line.current.full),
        full_year_effect=pence(line.in_full_year()),
        approved_to_date=so_far.approved,
        planned_to_date=so_far.planned,
        realised_to_date=so_far.realised,
        forecast=now.forecast,
        variance=None if now.forecast is None or against is None else total((now.forecast, -against)),
        weighted=None if now.forecast is None or confidence is None else pence(Decimal(str(now.forecast)) * confidence),
        removed_by_pool=pence(line.removed(years)),
        status=line.status(so_far, as_at, settings),
    )


def to_date(line: SavingsLine, as_at: date, closed: Mapping[str, YearFigures]) -> ToDate:
    """The figures of a line to a day: those that were kept of closed years that were over by then, and the open years."""
    gone = last_whole_month(as_at)
    over = {months_of(year): figures for year, figures in closed.items() if months_of(year)[1] <= gone}

    def so_far(basis: Basis) -> float | None:
        open_ = line.saving(basis, last=gone)
        if open_ is not None:
            open_ -= sum((line.saving(basis, *months) or ZERO for months in over), ZERO)
        return total((pence(open_), *(getattr(figures, basis.value) for figures in over.values())))

    return ToDate(so_far(Basis.APPROVED), so_far(Basis.PLANNED), so_far(Basis.REALISED))


def activity_savings(lines: Sequence[tuple[str | None, LineFigures]]) -> ActivitySavings:
    """The figures of an activity from the Type and the figures of each of its lines."""
    counted = [(type, figures) for type, figures in lines if type != SavingType.COST]
    types = {type for type, _ in counted}
    if len(types) > 1 or (None in types and len(counted) > 1):  # what has no type may be of any
        return ActivitySavings(None, None, None, SavingsStatus.MIXED)
    found = {figures.status for _, figures in counted}
    worst = next((status for status in _WORST_FIRST if status in found), LineStatus.NOT_QUANTIFIED)
    return ActivitySavings(
        total(figures.planned_to_date for _, figures in counted),
        total(figures.realised_to_date for _, figures in counted),
        total(figures.forecast for _, figures in counted),
        SavingsStatus(worst.value),
    )


def total(amounts: Iterable[float | None]) -> float | None:
    """The sum of amounts in pounds and pence; None where all are."""
    known = [Decimal(str(amount)) for amount in amounts if amount is not None]
    return pence(sum(known, ZERO)) if known else None
