"""What a refresh brings into the tables of the Summary: rows of themes, periods, types, funds and years, and their figures."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.refresh import refresh
from sendxl.plan.master import MEASURES, PLAN, POSITION, SAVINGS
from sendxl.plan.summary import (
    BALANCE_BY_YEAR,
    BASIS,
    CHARTS,
    NET_BY_FUND,
    SAVINGS_BY_TYPE,
    SAVINGS_BY_YEAR,
    STATUS_BY_PERIOD,
    STATUS_BY_THEME,
)
from tests.jobs.test_savings import ROWS, SET, TODAY, change
from tests.once import built


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return built(tmp_path / "plan.xlsx", ROWS, SET)


def themes(master: Path) -> list[tuple[str, Any]]:
    return [(row.key, row["activities"]) for row in ClosedBook(master).read(STATUS_BY_THEME.table)]


def test_a_theme_that_is_renamed_keeps_its_row(master: Path) -> None:
    refresh(master, today=TODAY)
    ClosedBook(master).apply([SetCells(PLAN, "theme", {"PI-04": "Included"})])
    done = refresh(master, today=TODAY)
    assert themes(master) == [("Growing", 1), ("Included", 1), ("Travel", 1)]
    assert not any("Inclusion" in line for line in done.left_out)
    assert refresh(master, today=TODAY).changed == 0


def test_a_theme_that_is_gone_without_a_new_one_is_told_and_left_alone(master: Path) -> None:
    refresh(master, today=TODAY)
    ClosedBook(master).apply([SetCells(PLAN, "theme", {"ST-01": "Growing"})])
    done = refresh(master, today=TODAY)
    assert any("the plan has no theme “Travel”" in line for line in done.left_out)
    assert [theme for theme, _ in themes(master)] == ["Growing", "Inclusion", "Travel"]


def test_the_years_of_each_type_tell_what_recurs(master: Path) -> None:
    refresh(master, today=TODAY)
    rows = ClosedBook(master).read(SAVINGS_BY_TYPE.table).by_key
    assert list(rows) == [f"{type}, {year}" for type in ("Cashable", "Cost avoidance", "Cost")
                          for year in ("2026-27", "2027-28", "2028-29")]
    keys = ("approved", "planned", "forecast", "recurring", "one_off", "realised", "restated")
    avoided, cost = rows["Cost avoidance, 2028-29"], rows["Cost, 2026-27"]
    assert [avoided[key] for key in keys] == [None, 378_000, 378_000, 378_000, None, None, None]
    assert [cost[key] for key in keys] == [None, 15_000, 15_000, None, 15_000, 15_000, None]
    assert ClosedBook(master).read(SAVINGS_BY_YEAR.table).by_key["2026-27"]["cost_one_off"] == 15_000


def test_rows_of_types_by_year_stay_in_order_as_types_and_years_come(master: Path) -> None:
    refresh(master, today=TODAY)
    ClosedBook(master).apply([SetCells(SAVINGS, "type", {"PI-04.S1": "Non-cashable"})])
    change(master, first_year="2027-28")
    refresh(master, today=TODAY)
    assert [row.key for row in ClosedBook(master).read(SAVINGS_BY_TYPE.table)] == [
        f"{type}, {year}" for type in ("Cashable", "Cost avoidance", "Non-cashable", "Cost")
        for year in ("2026-27", "2027-28", "2028-29", "2029-30")]


def test_each_fund_is_shown_net_of_its_costs_and_with_its_balance(master: Path) -> None:
    ClosedBook(master).apply([
        SetCells(SAVINGS, "unit_amount", {"ST-01.S1": 600}),
        AppendRows(POSITION, [
            {"ref": "High needs block.2027-28", "fund": "High needs block", "year": "2027-28", "funding": 10e6,
             "unmitigated_spend": 11e6},
            {"ref": "High needs block.2026-27", "fund": "High needs block", "year": "2026-27", "funding": 10e6,
             "unmitigated_spend": 10e6, "opening_balance": -5e6}])])
    refresh(master, today=TODAY)
    book = ClosedBook(master)
    net = book.read(NET_BY_FUND.table)
    assert [(row.key, row["cashable"], row["costs"], row["net_of_costs"]) for row in net][:2] == [
        ("General fund, 2026-27", 7_000, 15_000, -8_000), ("General fund, 2027-28", 12_000, 0, 12_000)]
    balances = [(row.key, row["without_the_plan"], row["with_the_plan"]) for row in book.read(BALANCE_BY_YEAR.table)]
    assert balances == [("High needs block, 2026-27", -5_000_000, -5_000_000),
                        ("High needs block, 2027-28", -6_000_000, -6_000_000 + 220_500)]


def test_a_look_ahead_says_so_on_the_summary(master: Path) -> None:
    refresh(master, as_at=date(2029, 3, 31), today=date(2028, 1, 10))
    book = ClosedBook(master)
    assert book.read(BASIS).by_key["Still to come (a look ahead)"]["value"] == "Yes"
    said = [str(row["title"]) for row in book.read(CHARTS) if row.key != "Status by period"]
    assert len(said) == 6 and all("as at 31 Mar 2029, still to come" in title for title in said)
    refresh(master, today=date(2028, 1, 10))
    assert not any("still to come" in str(row["title"]) for row in ClosedBook(master).read(CHARTS))


def test_each_period_keeps_how_the_activities_stood(master: Path) -> None:
    """What a refresh is about to write into Periods counts at once; measures do not."""
    ClosedBook(master).apply([AppendRows(MEASURES, [{"ref": "PI-04.M1", "activity_ref": "PI-04", "measure": "Places"}])])
    for period, day in (("2026-27 Q3", date(2026, 12, 1)), ("2026-27 Q4", date(2027, 2, 1))):
        change(master, reporting_period=period)
        refresh(master, today=day)
    rows = ClosedBook(master).read(STATUS_BY_PERIOD.table)
    assert [(row.key, row["not_assessed"], row["activities"]) for row in rows] == [("2026-27 Q3", 3, 3), ("2026-27 Q4", 3, 3)]
    ClosedBook(master).apply([SetCells(PLAN, "completed_on", {"PI-04": date(2027, 1, 1)})])
    refresh(master, today=date(2027, 2, 1))
    rows = ClosedBook(master).read(STATUS_BY_PERIOD.table)
    assert [(row["complete"], row["not_assessed"]) for row in rows] == [(0, 3), (1, 2)]
