"""The savings and the position of funds in a Board report."""

from collections.abc import Iterable
from typing import NamedTuple

from sendxl.board.contents import NOT_KNOWN, MoneyRow, NetRow, PositionRow
from sendxl.board.wording import plain, pounds
from sendxl.figures.assess import Figures
from sendxl.figures.savings import total
from sendxl.plan.master import POSITION, FundYear
from sendxl.plan.tables import Tables
from sendxl.plan.vocabulary import Fund


class GroupYear(NamedTuple):
    """The lines of one type and fund in one financial year: pounds, None where nothing is quantified."""

    type: str
    fund: str
    lines: int
    quantified: int
    approved_lines: int
    year: str
    approved: float | None
    planned: float | None
    forecast: float | None
    one_off: float | None
    low: float | None
    high: float | None
    realised: float | None
    restated: float | None


class Net(NamedTuple):
    """A fund's cashable savings in a year, its costs, and the first less the second."""

    fund: str
    year: str
    cashable: float | None
    costs: float | None
    net: float | None


def money_rows(years: Iterable[GroupYear]) -> list[MoneyRow]:
    """The rows as they are written."""
    return [MoneyRow(
        type=one.type, fund=one.fund, year=one.year, approved=pounds(one.approved), planned=pounds(one.planned),
        forecast=pounds(one.forecast),
        difference=pounds(None if one.forecast is None or one.approved is None else total((one.forecast, -one.approved))),
        one_off=pounds(one.one_off), range=f"{pounds(one.low)} to {pounds(one.high)}" if one.low is not None else NOT_KNOWN,
        realised=pounds(one.realised), restated=pounds(one.restated), lines=f"{one.quantified:,} of {one.lines:,}",
        approved_lines=f"{one.approved_lines:,} of {one.lines:,}") for one in years]


def net_rows(rows: Iterable[Net]) -> list[NetRow]:
    """The rows as they are written."""
    return [NetRow(fund=one.fund, year=one.year, cashable=pounds(one.cashable), costs=pounds(one.costs), net=pounds(one.net))
            for one in rows]


def position_rows(tables: Tables, figures: Figures) -> list[PositionRow]:
    """Funds by year, as they are written."""
    found = []
    for row in tables.read(POSITION):
        if of := figures.position.get(row.key):
            found.append(PositionRow(fund=plain(row.fund), year=plain(row.year), funding=pounds(row.funding),
                                     unmitigated_spend=pounds(row.unmitigated_spend),
                                     **{key: pounds(getattr(of, key)) for key in of._fields}))
    return found


def balances(tables: Tables, figures: Figures) -> list[tuple[FundYear, float | None, float | None]]:
    """The rows of Position, with their balance at the end of the year without and with the plan."""
    return [(row, of.unmitigated_balance, of.mitigated_balance) for row in tables.read(POSITION)
            if (of := figures.position.get(row.key))]


def position_sentence(tables: Tables, figures: Figures, year: str) -> str:
    """The position of the high needs block at the end of a year."""
    row = next((row for row in tables.read(POSITION) if row.fund == Fund.HIGH_NEEDS and row.year == year
                and row.key in figures.position), None)
    if row is None:
        return f"The position of the high needs block in {year} is not filled in (sheet Position)."
    of = figures.position[row.key]
    return (f"High needs block at the end of {year}: {_balance(of.mitigated_balance)} with the plan, "
            f"{_balance(of.unmitigated_balance)} without it; in the year itself {_balance(of.in_year_balance)} with the plan.")


def _balance(amount: float | None) -> str:
    if amount is None:
        return "a balance that is not known"
    return f"a {'deficit' if amount < 0 else 'surplus'} of {pounds(abs(amount))}"
