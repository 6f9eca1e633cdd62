"""savings: the profile of the savings by year, type and fund, with the range of the forecast and its present value."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sendxl.books.book import settings_of
from sendxl.books.json_file import write_json
from sendxl.errors import Unusable
from sendxl.figures.assess import day_of, lines_of, open_period, years_shown
from sendxl.figures.claims import Basis
from sendxl.figures.savings import SavingsLine, capacities_of, total, year_figures
from sendxl.jobs.opening import MasterBook, read_master, refuse_broken
from sendxl.plan.master import POOLS, PROFILE, SAVINGS, SETTINGS, UNIT_COSTS
from sendxl.plan.periods import financial_year_of
from sendxl.plan.vocabulary import Fund, SavingType

DRAWS, SEED = 10_000, 1


@dataclass(frozen=True)
class YearOfGroup:
    """One financial year, or with ``year`` '' all those shown, of the lines of one type and fund: pounds.

    ``p10``, ``p50`` and ``p90`` are of the forecast: it falls short of them in 10, 50 and 90 of 100 draws. None where
    nothing is quantified.
    """

    year: str
    planned: float | None
    forecast: float | None
    p10: float | None
    p50: float | None
    p90: float | None
    realised: float | None


@dataclass(frozen=True)
class Group:
    """The lines of one type and fund, which are never added to others. ``quantified`` of its ``lines`` have a forecast.

    The present values are those of the years shown, from the financial year of the as-at day on.
    """

    type: str
    fund: str
    lines: int
    quantified: int
    years: Sequence[YearOfGroup]
    total: YearOfGroup
    present_planned: float | None
    present_forecast: float | None


@dataclass(frozen=True)
class Profile:
    """The savings of a plan as at a day; ``years`` are the financial years shown.

    ``left_out`` are the refs of lines that have no type or no fund, and so are in no group.
    """

    title: str
    as_at: date
    years: Sequence[str]
    discount_rate: float
    draws: int
    seed: int
    groups: Sequence[Group]
    left_out: Sequence[str]

    @property
    def to_mend(self) -> Sequence[str]:
        """Which lines are in no figure, and why."""
        return self.left_out and (f"In no figure, as they have no type or no fund: {', '.join(self.left_out)}. Choose them in "
                                  "Savings.",)

    def as_json(self) -> dict[str, Any]:
        """The profile for programs."""
        made = {key: value for key, value in vars(self).items() if key != "groups"}
        groups = [{**vars(group), "years": [vars(year) for year in group.years], "total": vars(group.total)}
                  for group in self.groups]
        return {**made, "groups": groups}


def savings(master: MasterBook, *, draws: int = DRAWS, seed: int = SEED, as_at: date | None = None,
            today: date | None = None, json_file: Path | str | None = None) -> Profile:
    """Work out the profile of the master at ``master``, which is not written; ``json_file`` also gets it as JSON.

    ``as_at`` is the last day of the Reporting period unless given, without one ``today`` (default: the real day).
    Unusable where the master cannot be read.
    """
    from sendxl.figures.uncertainty import forecast_ranges

    if draws < 1 or seed < 0:
        raise Unusable("Give at least 1 draw, and a seed of 0 or more.")
    book = read_master(master)
    refuse_broken(book, SETTINGS, SAVINGS, PROFILE, UNIT_COSTS, POOLS)
    settings = settings_of(book)
    as_at = day_of(open_period(settings, book.name), as_at, today or date.today())
    years = years_shown(settings, as_at, book.name)
    lines = lines_of(book, as_at)
    costs, capacities = book.read(UNIT_COSTS), capacities_of(book.read(POOLS))
    ranges = forecast_ranges(lines, costs, capacities, years, settings, draws=draws, seed=seed)
    by_group: dict[tuple[str, str], list[SavingsLine]] = defaultdict(list)
    for line in lines:
        if line.row.type and line.row.fund:
            by_group[line.row.type, line.row.fund].append(line)
    found = Profile(
        settings.plan_title or book.name, as_at, years, settings.discount_rate, draws, seed,
        [_group(*key, by_group[key], years, ranges.get(key), as_at, settings.discount_rate)
         for key in sorted(by_group, key=_order)],
        [line.ref for line in lines if not (line.row.type and line.row.fund)],
    )
    if json_file:
        write_json(json_file, found.as_json())
    return found


def _order(key: tuple[str, str]) -> tuple[int, int]:
    """Types and funds in the order of their lists."""
    return list(map(str, SavingType)).index(key[0]), list(map(str, Fund)).index(key[1])


def _group(type: str, fund: str, lines: Sequence[SavingsLine], years: Sequence[str], ranges: Any, as_at: date,
           rate: float) -> Group:
    from sendxl.figures.uncertainty import present_value

    amounts: dict[Basis, dict[str, float | None]] = {basis: {} for basis in Basis}
    for year in years:
        figures = [year_figures(line, year) for line in lines]
        for basis in Basis:
            amounts[basis][year] = total(getattr(one, basis.value) for one in figures)

    def row(year: str, of: Mapping[Basis, float | None], spread: Any) -> YearOfGroup:
        p10, p50, p90 = (round(value, 2) for value in (spread.p10, spread.p50, spread.p90)) if spread else (None, None, None)
        return YearOfGroup(year, of[Basis.PLANNED], of[Basis.FORECAST], p10, p50, p90, of[Basis.REALISED])

    def present(basis: Basis) -> float | None:
        known = any(amount is not None for amount in amounts[basis].values())
        return round(present_value(amounts[basis], years, financial_year_of(as_at), rate), 2) if known else None

    return Group(
        type,
        fund,
        len(lines),
        sum(line.in_year(Basis.FORECAST, years[0]) is not None for line in lines),
        [row(year, {basis: amounts[basis][year] for basis in Basis}, ranges and ranges.years[year]) for year in years],
        row("", {basis: total(amounts[basis].values()) for basis in Basis}, ranges and ranges.total),
        present(Basis.PLANNED),
        present(Basis.FORECAST),
    )
