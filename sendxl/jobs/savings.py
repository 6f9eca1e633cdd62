"""savings: the profile of the savings by year, type and fund, with the range of the forecast and its present value."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sendxl.books.book import settings_of
from sendxl.books.json_file import write_json
from sendxl.books.paused_gc import paused_gc
from sendxl.errors import Unusable
from sendxl.figures.assess import day_of, forecasts, open_period, plan_savings, years_shown
from sendxl.figures.claims import Basis
from sendxl.figures.position import position
from sendxl.figures.present_value import present_value
from sendxl.figures.range_in_words import in_range
from sendxl.figures.savings import SavingsLine, capacities_of, total
from sendxl.figures.unit_saving import pence
from sendxl.figures.years import LineYears, YearRow
from sendxl.jobs.opening import MasterBook, read_master, refuse_broken
from sendxl.plan.master import COUNTS, POOLS, POSITION, PROFILE, SAVINGS, SETTINGS, UNIT_COSTS, YEARS, UnitCost
from sendxl.plan.master import FundYear as PositionRow
from sendxl.plan.periods import financial_year_of
from sendxl.plan.schema import Type
from sendxl.plan.settings import Settings
from sendxl.plan.vocabulary import Fund, SavingType

if TYPE_CHECKING:
    from sendxl.figures.uncertainty import GroupRange

DRAWS, SEED = 10_000, 1
_NO_RANGE = "The range of the forecast (P10, P50, P90) is left out: it is drawn with numpy, which is not here."


@dataclass(frozen=True)
class YearOfGroup:
    """One financial year, or with ``year`` '' all those shown, of the lines of one type and fund: pounds.

    ``one_off`` is what of the forecast does not recur. ``p10``, ``p50`` and ``p90`` are of the forecast: it falls short of
    them in 10, 50 and 90 of 100 draws; None in a closed year. ``restated``: what today's rows would give of closed years
    beyond what was kept as realised. None where nothing is quantified.
    """

    year: str
    approved: float | None
    planned: float | None
    forecast: float | None
    one_off: float | None
    p10: float | None
    p50: float | None
    p90: float | None
    realised: float | None
    restated: float | None


@dataclass(frozen=True)
class NetYear:
    """A fund in a financial year: the forecast of its cashable lines, that of its cost lines, and the first less the second."""

    fund: str
    year: str
    cashable: float | None
    costs: float | None
    net: float | None


@dataclass(frozen=True)
class FundYear:
    """A row of Position: the fund, the year, and pounds by key of its columns."""

    fund: str
    year: str
    amounts: Mapping[str, float | None]


@dataclass(frozen=True)
class Group:
    """The lines of one type and fund, which are never added to others.

    ``quantified`` of its ``lines`` have a forecast, and ``approved`` of them an approved price.

    The present values are those of the years shown, from the financial year of the as-at day on.
    """

    type: str
    fund: str
    lines: int
    quantified: int
    approved: int
    years: Sequence[YearOfGroup]
    total: YearOfGroup
    present_planned: float | None
    present_forecast: float | None


@dataclass(frozen=True)
class Profile:
    """The savings of a plan as at a day; ``years`` are the financial years shown, ``closed`` those that stay as they were kept.

    ``ahead``: as at a day that is still to come. ``in_range`` says what the range covers, and what not.
    ``left_out`` are the refs of lines that have no type or no fund, and so are in no group.
    """

    title: str
    as_at: date
    ahead: bool
    years: Sequence[str]
    closed: Sequence[str]
    discount_rate: float
    draws: int
    seed: int
    groups: Sequence[Group]
    net: Sequence[NetYear]
    position: Sequence[FundYear]
    in_range: Sequence[str]
    left_out: Sequence[str]

    @property
    def to_mend(self) -> Sequence[str]:
        """Which lines are in no figure, and why."""
        return self.left_out and (f"In no figure, as they have no type or no fund: {', '.join(self.left_out)}. Choose them in "
                                  "Savings.",)

    def as_json(self) -> dict[str, Any]:
        """The profile for programs."""
        return asdict(self)


@paused_gc()
def savings(master: MasterBook, *, draws: int = DRAWS, seed: int = SEED, as_at: date | None = None,
            today: date | None = None, json_file: Path | str | None = None) -> Profile:
    """Work out the profile of the master at ``master``, which is not written; ``json_file`` also gets it as JSON.

    ``as_at`` is the earlier of ``today`` (default: the real day) and the last day of the Reporting period unless given.
    Unusable where the master cannot be read.
    """
    if draws < 1 or seed < 0:
        raise Unusable("Give at least 1 draw, and a seed of 0 or more.")
    book = read_master(master)
    refuse_broken(book, SETTINGS, SAVINGS, PROFILE, YEARS, POSITION, UNIT_COSTS, POOLS, COUNTS)
    settings, today = settings_of(book), today or date.today()
    as_at = day_of(open_period(settings, book.name), as_at, today)
    plan = plan_savings(book, settings, as_at, today)
    years = years_shown(settings, as_at, book.name)
    closed = sorted({year for of in plan.years.closed.values() for year in of})
    costs, capacities = book.read(UNIT_COSTS), capacities_of(book.read(POOLS))
    ranges = _ranges(plan.lines, costs, capacities, [year for year in years if year not in closed], settings, draws, seed)
    by_group: dict[tuple[str, str], list[SavingsLine]] = defaultdict(list)
    for line in plan.lines:
        if line.row.type and line.row.fund:
            by_group[line.row.type, line.row.fund].append(line)
    rows = _rows_by_group(plan.years, years)
    for key in rows:  # what was kept of a closed year stays in the type and fund of then, whatever became of its line
        by_group.setdefault(key, [])
    once = {line.ref for line in plan.lines if line.once}
    funds = book.read(POSITION)
    sums = forecasts(plan, funds)
    profile = Profile(
        settings.plan_title or book.name, as_at, as_at > today, years, [year for year in years if year in closed],
        settings.discount_rate, draws, seed,
        [_group(*key, by_group[key], rows.get(key, {}), once, years, (ranges or {}).get(key), as_at, settings.discount_rate)
         for key in sorted(by_group, key=_order)],
        _net(sums, years),
        _position(funds, sums),
        in_range(settings) if ranges is not None else [_NO_RANGE],
        [line.ref for line in plan.lines if not (line.row.type and line.row.fund)],
    )
    if json_file:
        write_json(json_file, profile.as_json())
    return profile


def _ranges(lines: Sequence[SavingsLine], costs: Iterable[UnitCost], capacities: Mapping[str, Decimal], years: Sequence[str],
            settings: Settings, draws: int, seed: int) -> "Mapping[tuple[str | None, str | None], GroupRange] | None":
    """The range of each type and fund; None where there is no numpy to draw with."""
    try:
        from sendxl.figures.uncertainty import forecast_ranges
    except ImportError:
        return None
    return forecast_ranges(lines, costs, capacities, years, settings, draws=draws, seed=seed)


def _position(rows: Sequence[PositionRow], sums: Mapping[tuple[str, str, str], Decimal]) -> list[FundYear]:
    figures = position(rows, sums)
    money = [column.key for column in POSITION if column.type is Type.MONEY]
    return [FundYear(row.fund, row.year, {key: getattr(of if key in of._fields else row, key) for key in money})
            for row in rows if row.fund and row.year and (of := figures.get(row.key))]


def _net(sums: Mapping[tuple[str, str, str], Decimal], years: Sequence[str]) -> list[NetYear]:
    """The cashable savings of each fund that has costs, less those."""
    rows = []
    for fund in Fund:
        for year in years:
            cashable, costs = (pence(sums.get((fund, year, type))) for type in (SavingType.CASHABLE, SavingType.COST))
            if costs is not None:
                rows.append(NetYear(fund, year, cashable, costs, total((cashable, -costs))))
    return rows


def _order(key: tuple[str, str]) -> tuple[int, int]:
    """Types and funds in the order of their lists."""
    return list(map(str, SavingType)).index(key[0]), list(map(str, Fund)).index(key[1])


def _rows_by_group(of: LineYears, years: Sequence[str]) -> dict[tuple[str, str], dict[str, list[YearRow]]]:
    """The rows of Years by type and fund, and by year; of the years shown."""
    found: dict[tuple[str, str], dict[str, list[YearRow]]] = defaultdict(lambda: defaultdict(list))
    for row in of.rows.values():
        if row.type and row.fund and row.year and row.year in years:
            found[row.type, row.fund][row.year].append(row)
    return found


def _group(type: str, fund: str, lines: Sequence[SavingsLine], of_year: Mapping[str, Sequence[YearRow]], once: Collection[str],
           years: Sequence[str], ranges: Any, as_at: date, rate: float) -> Group:
    rows = []
    for year in years:
        of = of_year.get(year, ())
        amounts = {key: total(getattr(row, key) for row in of) for key in (*(basis.value for basis in Basis), "restated")}
        one_off = total(row.forecast for row in of if row.savings_ref in once)
        rows.append(YearOfGroup(year=year, one_off=one_off, **amounts,
                                **_spread(ranges.years.get(year) if ranges else None)))

    def in_all(key: str) -> float | None:
        return total(getattr(row, key) for row in rows)

    def present(basis: Basis) -> float | None:
        amounts = {row.year: getattr(row, basis.value) for row in rows}
        known = any(amount is not None for amount in amounts.values())
        return round(present_value(amounts, years, financial_year_of(as_at), rate), 2) if known else None

    sums = {key: in_all(key) for key in (*(basis.value for basis in Basis), "one_off", "restated")}
    kept = total(row.forecast for row in rows if row.p50 is None)
    return Group(
        type,
        fund,
        len(lines),
        sum(line.in_year(Basis.FORECAST, years[0]) is not None for line in lines),
        sum(line.approved.full is not None for line in lines),
        rows,
        YearOfGroup(year="", **sums, **_spread(ranges.total if ranges else None, kept or 0.0)),
        present(Basis.PLANNED),
        present(Basis.FORECAST),
    )


def _spread(range: Any, kept: float = 0.0) -> dict[str, float | None]:
    """P10, P50 and P90 with what was kept of closed years, which is certain."""
    return {key: round(getattr(range, key) + kept, 2) if range else None for key in ("p10", "p50", "p90")}
