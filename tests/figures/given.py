"""What tests of figures are given: savings lines, their rows of Profile with what was counted, tables without a workbook."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sendxl.figures.kept import Keeping, Kept
from sendxl.figures.savings import SavingsLine, YearFigures, savings_lines, year_figures
from sendxl.figures.unit_saving import costs_of
from sendxl.plan.master import COUNTS, POOLS, PROFILE, SAVINGS, UNIT_COSTS, Logged
from sendxl.plan.rows import R, Row, Rows
from sendxl.plan.schema import Table
from sendxl.plan.values import to_text

Given = dict[str, Any]
Line = tuple[Given, list[Given]]  # a row of Savings and its rows of Profile
Pools = Mapping[str, float | None]  # capacity by code
COSTS: dict[str, float | None] = {"BLANK": None, "OOC": 54_000, "IND": 40_000, "SPECIAL": 27_000, "RP": 18_000}
SEP, OCT, JAN, APR = date(2027, 9, 1), date(2027, 10, 1), date(2028, 1, 1), date(2027, 4, 1)
END = date(2028, 3, 31)


def line(ref: str, *cohorts: Given, chain: str = "OOC > SPECIAL > RP", **changed: Any) -> Line:
    row = {"ref": ref, "method": "Placement chain", "chain": chain, "type": "Cashable", "fund": "High needs block"}
    return {**row, **changed}, [{"ref": f"{ref}.P{n}", "savings_ref": ref, **given} for n, given in enumerate(cohorts, 1)]


def unit(ref: str, *cohorts: Given, amount: float | None = 1_200, **changed: Any) -> Line:
    return line(ref, *cohorts, **{"chain": "", "method": "Unit cost avoided", "unit_amount": amount, **changed})


def cohort(start: date | None, planned: float | None = None, there: float | None = None, since: date | None = None,
           until: date | None = None) -> Given:
    """A row of Profile; so many are ``there``, counted once and as an officer types it, since a day (else From)."""
    counted = {} if there is None else {"in_place": there, "in_place_on": since or start, "in_place_since": since}
    return {"from": start, "until": until, "planned_quantity": planned, **counted}


def counted(given: Given, *counts: tuple[float, date], since: date | None = None) -> Given:
    """A row of Profile of which a lead said, one after the other, how many were there on which day."""
    last, on = counts[-1]
    return {**given, "in_place": last, "in_place_on": on, "in_place_since": since, "counts": counts}


def approved(given: Given, quantity: float | None, start: date | None, until: date | None = None) -> Given:
    """A row of Profile with what was approved of it."""
    return {**given, "approved_quantity": quantity, "approved_from": start, "approved_until": until}


def rows_of_counts(lines: Sequence[Line]) -> dict[str, list[Logged]]:
    return {given["ref"].casefold(): [
        Row.of(COUNTS, no=no, ref=given["ref"], in_place=quantity, in_place_on=on, in_place_since=given["in_place_since"])
        for no, (quantity, on) in enumerate(given.get("counts", ()), 1)] for _, cohorts in lines for given in cohorts}


def solve(lines: Sequence[Line], pools: Pools = {}, day: date = END,  # noqa: B006
          costs: Mapping[str, float | None] = COSTS) -> dict[str, SavingsLine]:
    """Lines by ref; ``day`` is the last of which anything is realised."""
    profile = [Row.of(PROFILE, **{key: value for key, value in given.items() if key != "counts"})
               for _, cohorts in lines for given in cohorts]
    found = savings_lines(
        [Row.of(SAVINGS, **row) for row, _ in lines], profile,
        costs_of(Row.of(UNIT_COSTS, code=code, annual_cost=cost) for code, cost in costs.items()),
        [Row.of(POOLS, code=code, capacity=capacity) for code, capacity in pools.items()], rows_of_counts(lines), day)
    return {one.ref: one for one in found}


def in_years(line: SavingsLine, years: Sequence[str]) -> dict[str, YearFigures]:
    return {year: year_figures(line, year) for year in years}


def recorded(keepings: Sequence[Keeping], cells: Kept = {}) -> Kept:  # noqa: B006
    """What is kept once these are in Stamps."""
    now = {**cells, **{(to.table.name, to.ref.casefold(), to.column.header): to.new for to in keepings}}
    return {cell: value for cell, value in now.items() if value is not None}


class Memory:
    """Tables whose rows are given; those that are not are empty."""

    name = "plan.xlsx"

    def __init__(self, *rows: Row) -> None:
        self._rows = rows

    def has(self, table: Table) -> bool:
        return True

    def read(self, table: Table[R]) -> Rows[R]:
        return Rows(table, ()).replaced([row for row in self._rows if row.table is table])

    def find(self, table: Table[R], column: str, text: str) -> Sequence[R]:
        return [row for row in self.read(table) if to_text(row[column]) == text]
