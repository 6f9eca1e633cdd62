"""A closed year keeps its figures whatever is edited, and a period that is over keeps its rows; on real workbooks."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sendxl.books.book import AppendRows, Edit, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.cli import cli
from sendxl.jobs.issue import issue
from sendxl.jobs.refresh import Refreshed, refresh
from sendxl.jobs.savings import savings
from sendxl.plan.master import (
    COUNTS,
    LEADS,
    MEASURES,
    PERIODS,
    PLAN,
    PROFILE,
    SAVINGS,
    SETTINGS,
    STAMPS,
    UNIT_COSTS,
    YEARS,
    PeriodRow,
    SavingYear,
)
from sendxl.plan.rows import R
from sendxl.plan.schema import Table
from sendxl.plan.vocabulary import StampKind
from tests.once import built

SEP, MAR, APR, CLOSING, AFTER = date(2026, 9, 1), date(2027, 3, 31), date(2026, 4, 1), date(2027, 4, 20), date(2027, 10, 15)
ROWS: dict[Table, list[dict[str, Any]]] = {
    LEADS: [{"code": "HP", "title": "Head of Places"}],
    PLAN: [{"ref": "PI-01", "theme": "Places", "activity": "Open places", "lead": "Head of Places", "starts": APR,
            "due": date(2027, 9, 30), "percent_complete": 0.4, "lead_status": "On track", "savings_rating": "High"}],
    MEASURES: [{"ref": "PI-01.M1", "activity_ref": "PI-01", "measure": "Places", "kind": "Number", "better": "Higher",
                "baseline": 0, "baseline_on": APR, "target": 12, "target_on": date(2027, 9, 30), "actual": 4, "actual_on": SEP}],
    SAVINGS: [{"ref": "PI-01.S1", "activity_ref": "PI-01", "method": "Placement chain", "chain": "OOC > RP",
               "type": "Cost avoidance", "fund": "High needs block"}],
    PROFILE: [{"ref": "PI-01.S1.P1", "savings_ref": "PI-01.S1", "from": SEP, "planned_quantity": 2, "in_place": 2,
               "in_place_on": date(2026, 9, 30), "in_place_since": SEP, "evidence": "List"}],
    UNIT_COSTS: [{"code": "OOC", "annual_cost": 54_000}, {"code": "RP", "annual_cost": 18_000}],
}
YEAR = "PI-01.S1.2026-27"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A line of 2 places since 1 Sep 2026 at £36,000, in the last quarter of the year."""
    return built(tmp_path / "plan.xlsx", ROWS, {"plan_id": "plan-1", "reporting_period": "2026-27 Q4", "plan_starts": APR,
                                                "first_year": "2026-27", "year_count": 2})


def edited(path: Path, *edits: Edit) -> None:
    ClosedBook(path, backups=0).apply(edits)


def refreshed(path: Path, day: date) -> Refreshed:
    return refresh(path, now=datetime(day.year, day.month, day.day, 9), by="kim")


def setting(name: str, value: str | None) -> Edit:
    return SetCells(SETTINGS, "value", {name: value})


def rows(path: Path, table: Table[R]) -> dict[str, R]:
    return dict(ClosedBook(path).read(table).by_key)


def year(path: Path) -> SavingYear:
    return rows(path, YEARS)[YEAR]


def test_a_closed_year_stays_through_three_edits_and_restated_tells_each(plan: Path) -> None:
    edited(plan, setting("Closed through", "2026-27 Q4"))
    closed = refreshed(plan, CLOSING)
    assert (year(plan).realised, year(plan).forecast, year(plan).closed_on, year(plan).restated) == (42_000, 42_000, CLOSING, 0)
    assert any("2026-27" in note and "closed" in note for note in closed.notes)
    edits: list[tuple[list[Edit], float]] = [
        ([SetCells(PROFILE, "in_place", {"PI-01.S1.P1": 5})], 63_000),  # 5 × 7/12 × £36,000 = £105,000
        ([SetCells(UNIT_COSTS, "annual_cost", {"OOC": 60_000})], 80_500),  # at £42,000: £122,500
        ([SetCells(PROFILE, "from", {"PI-01.S1.P1": date(2027, 9, 1)}),
          SetCells(PROFILE, "in_place_since", {"PI-01.S1.P1": date(2027, 9, 1)}),
          SetCells(PROFILE, "in_place_on", {"PI-01.S1.P1": date(2027, 9, 30)})], -42_000)]  # nothing in that year any more
    for change, restated in edits:
        edited(plan, *change)
        refreshed(plan, AFTER)
        kept = year(plan)
        assert (kept.realised, kept.forecast, kept.planned, kept.closed_on) == (42_000, 42_000, 42_000, CLOSING)
        assert kept.restated == restated
        [group] = savings(plan, draws=1, today=AFTER).groups
        assert [(of.realised, of.restated) for of in group.years if of.year == "2026-27"] == [(42_000, restated)]


def test_a_later_count_restates_nothing_of_the_year_before_it(plan: Path) -> None:
    """2 until May, and 5 from June to September: £42,000 and 2 × £6,000 and 4 × £15,000."""
    count = {key: ROWS[PROFILE][0][key] for key in ("in_place", "in_place_on", "in_place_since", "evidence")}
    edited(plan, setting("Closed through", "2026-27 Q4"), AppendRows(COUNTS, [
        {"ref": "PI-01.S1.P1", "period": "2026-27 Q3", **count}]))
    refreshed(plan, CLOSING)
    edited(plan, setting("Reporting period", "2027-28 Q3"), SetCells(PROFILE, "in_place", {"PI-01.S1.P1": 5}),
           SetCells(PROFILE, "in_place_on", {"PI-01.S1.P1": date(2027, 6, 30)}))
    refreshed(plan, AFTER)
    assert (year(plan).realised, year(plan).restated) == (42_000, 0)
    assert rows(plan, SAVINGS)["PI-01.S1"].realised_to_date == 114_000


def test_a_year_that_is_opened_again_follows_the_plan_and_closes_anew(plan: Path) -> None:
    edited(plan, setting("Closed through", "2026-27 Q4"))
    refreshed(plan, CLOSING)
    edited(plan, setting("Closed through", None), SetCells(PROFILE, "in_place", {"PI-01.S1.P1": 1}))
    refreshed(plan, AFTER)
    assert (year(plan).realised, year(plan).closed_on, year(plan).restated) == (21_000, None, None)
    edited(plan, setting("Closed through", "2026-27 Q4"))
    refreshed(plan, AFTER)
    assert (year(plan).realised, year(plan).closed_on, year(plan).restated) == (21_000, AFTER, 0)
    closes = [row for row in ClosedBook(plan).find(STAMPS, "kind", StampKind.CLOSE.value) if row.column == "Realised"]
    assert [(row.old, row.new) for row in closes] == [(None, 42_000), (42_000, None), (None, 21_000)]


def of_groups(path: Path) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    """What was realised in 2026-27 and what is forecast of 2027-28, by type and fund."""
    return {(group.type, group.fund): (group.years[0].realised, group.years[1].forecast)
            for group in savings(path, draws=1, today=AFTER).groups}


def test_a_closed_year_stays_in_the_type_and_fund_of_then(plan: Path) -> None:
    edited(plan, setting("Closed through", "2026-27 Q4"))
    refreshed(plan, CLOSING)
    edited(plan, SetCells(SAVINGS, "type", {"PI-01.S1": "Cashable"}), SetCells(SAVINGS, "fund", {"PI-01.S1": "General fund"}))
    refreshed(plan, AFTER)
    assert of_groups(plan) == {
        ("Cashable", "General fund"): (None, 72_000), ("Cost avoidance", "High needs block"): (42_000, None)}


def test_a_closed_year_of_a_line_that_is_gone_still_counts(plan: Path) -> None:
    edited(plan, setting("Closed through", "2026-27 Q4"))
    refreshed(plan, CLOSING)
    for table, ref in ((PROFILE, "PI-01.S1.P1"), (SAVINGS, "PI-01.S1")):
        edited(plan, *(SetCells(table, column.key, {ref: None}) for column in [*table.columns[1:], table.key]))
    refreshed(plan, AFTER)
    assert of_groups(plan) == {("Cost avoidance", "High needs block"): (42_000, None)}
    assert (year(plan).realised, year(plan).restated, year(plan).type) == (42_000, -42_000, "Cost avoidance")
    assert "£42,000" in CliRunner().invoke(cli, ["savings", str(plan), "--draws", "100"]).output


def test_a_look_ahead_or_back_closes_nothing_and_writes_no_period(plan: Path) -> None:
    edited(plan, setting("Closed through", "2026-27 Q4"))
    for day in (date(2027, 9, 30), date(2026, 12, 31)):
        refresh(plan, as_at=day, now=datetime(2027, 4, 20, 9), by="kim")
        assert year(plan).closed_on is None and not rows(plan, PERIODS)
        assert not ClosedBook(plan).find(STAMPS, "kind", StampKind.CLOSE.value)


def of_period(path: Path, period: str) -> dict[str, PeriodRow]:
    return {row.of_ or "": row for row in rows(path, PERIODS).values() if row.period == period}


@pytest.mark.parametrize(("today", "as_at", "status"), [
    (date(2027, 4, 2), MAR, "Off track"), (date(2027, 3, 1), date(2027, 3, 1), "Off track"),
    (date(2026, 10, 1), date(2026, 10, 1), "On track")])
def test_issue_of_a_later_period_takes_down_the_one_that_it_leaves(
        plan: Path, tmp_path: Path, today: date, as_at: date, status: str) -> None:
    """As at its last day, or today where that is earlier: 4 of 12 places are as many as expected by 1 Oct 2026."""
    issue(plan, tmp_path / "out", period="2027-28 Q1", today=today)
    left = of_period(plan, "2026-27 Q4")
    assert left.keys() == {"PI-01", "PI-01.M1"} and {row.as_at for row in left.values()} == {as_at}
    assert (left["PI-01"].status, left["PI-01"].lead_status, left["PI-01.M1"].value) == (status, "On track", 4)
    assert rows(plan, SETTINGS)["Reporting period"].value == "2027-28 Q1" and not of_period(plan, "2027-28 Q1")


def test_the_rows_of_a_period_that_was_left_stay(plan: Path, tmp_path: Path) -> None:
    refreshed(plan, MAR)
    edited(plan, SetCells(PLAN, "percent_complete", {"PI-01": 0.9}))
    issue(plan, tmp_path / "out", period="2027-28 Q1", today=date(2027, 4, 2))
    before = {ref: row.values() for ref, row in of_period(plan, "2026-27 Q4").items()}
    assert before["PI-01"]["realised_to_date"] == 42_000 and "90% complete" in str(before["PI-01"]["reason"])
    edited(plan, SetCells(PLAN, "percent_complete", {"PI-01": 0.1}), SetCells(MEASURES, "actual", {"PI-01.M1": 12}))
    refreshed(plan, date(2027, 5, 10))
    assert {ref: row.values() for ref, row in of_period(plan, "2026-27 Q4").items()} == before
    assert of_period(plan, "2027-28 Q1")["PI-01.M1"].value == 12


@pytest.mark.parametrize("period", ["2026-27 Q4", "2026-27 Q3"])
def test_issue_of_the_open_period_or_an_earlier_one_takes_down_nothing(plan: Path, tmp_path: Path, period: str) -> None:
    issue(plan, tmp_path / "out", period=period, today=date(2027, 4, 2))
    assert not rows(plan, PERIODS)


def test_issue_where_the_open_period_cannot_be_read(plan: Path, tmp_path: Path) -> None:
    edited(plan, setting("Reporting period", "spring"))
    issue(plan, tmp_path / "out", period="2027-28 Q1", today=date(2027, 4, 2))
    assert not rows(plan, PERIODS) and not rows(plan, COUNTS)
