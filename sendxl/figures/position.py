"""The position of a fund by year: what it gets, what is spent without and with the plan, and the balances that follow.

The one place where cashable and avoided savings and costs meet, as in the management plan of a dedicated schools grant.
Source: workbooks/pages/figures.md, Position.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from sendxl.figures.unit_saving import ZERO, number, pence
from sendxl.plan.master import FundYear
from sendxl.plan.periods import is_financial_year
from sendxl.plan.vocabulary import SavingType

MEETING = (SavingType.CASHABLE, SavingType.AVOIDANCE)
"""The types whose savings count for a fund."""


class PositionFigures(NamedTuple):
    """The computed columns of a row of Position, by column key: pounds, to the penny; None is a blank cell.

    Balances are those at the end of the year; a deficit is below 0.
    """

    savings: float | None
    costs: float | None
    mitigated_spend: float | None
    in_year_balance: float | None
    unmitigated_balance: float | None
    mitigated_balance: float | None


def position(rows: Iterable[FundYear], forecasts: Mapping[tuple[str, str, str], Decimal]) -> dict[str, PositionFigures]:
    """The figures of each row of Position by its ref. ``forecasts``: of the lines of a fund, a year and a type, summed.

    Balances run on from Opening balance of the fund's first year; one that is filled in a later year restarts both. A figure
    that needs a blank one is blank.
    """
    funds: dict[str, list[FundYear]] = defaultdict(list)
    for row in rows:
        if row.key and row.fund and row.year and is_financial_year(row.year):
            funds[row.fund].append(row)
    figures: dict[str, PositionFigures] = {}
    for fund, years in funds.items():
        without: Decimal | None = None
        with_: Decimal | None = None
        last: int | None = None
        for row in sorted(years, key=lambda row: row.year or ""):
            year = str(row.year)
            opening = number(row.opening_balance)
            if opening is not None:
                without = with_ = opening
            elif last is None or int(year[:4]) != last + 1:  # a year is missing between
                without = with_ = None
            last = int(year[:4])
            savings = _sum(forecasts, fund, year, MEETING)
            costs = _sum(forecasts, fund, year, (SavingType.COST,))
            funding, unmitigated = number(row.funding), number(row.unmitigated_spend)
            mitigated = None if unmitigated is None else unmitigated - (savings or ZERO) + (costs or ZERO)
            in_year = None if funding is None or mitigated is None else funding - mitigated
            without = None if without is None or funding is None or unmitigated is None else without + funding - unmitigated
            with_ = None if with_ is None or in_year is None else with_ + in_year
            figures[row.key] = PositionFigures(*map(pence, (savings, costs, mitigated, in_year, without, with_)))
    return figures


def _sum(forecasts: Mapping[tuple[str, str, str], Decimal], fund: str, year: str, types: Iterable[SavingType]) -> Decimal | None:
    known = [amount for type in types if (amount := forecasts.get((fund, year, type))) is not None]
    return sum(known, ZERO) if known else None
