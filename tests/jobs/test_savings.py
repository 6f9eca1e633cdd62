"""Savings on the sheets of a master: the worked figures of the domain reference, Years from year to year, the profile."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.cli import cli
from sendxl.errors import Unusable
from sendxl.jobs.refresh import refresh
from sendxl.jobs.savings import DRAWS, SEED, savings
from sendxl.plan.master import PLAN, POOLS, PROFILE, SAVINGS, SETTINGS, UNIT_COSTS, YEARS
from sendxl.plan.summary import BASIS, CHARTS, QUANTIFIED, SAVINGS_BY_FUND, SAVINGS_BY_YEAR
from tests.cells import placed
from tests.once import built

TODAY = date(2029, 4, 10)
CHAIN = {"method": "Placement chain", "type": "Cost avoidance", "fund": "High needs block", "pool": "COUNTY"}
ROWS: dict[Any, list[dict[str, Any]]] = {
    PLAN: [{"ref": "GR-01", "theme": "Growing"}, {"ref": "PI-04", "theme": "Inclusion"}, {"ref": "ST-01", "theme": "Travel"}],
    UNIT_COSTS: [{"code": "OOC", "annual_cost": 54_000, "qualifier": "average"},
                 {"code": "SPECIAL", "annual_cost": 27_000, "qualifier": "up to"},
                 {"code": "RP", "annual_cost": 18_000, "qualifier": "approx."}],
    POOLS: [{"code": "COUNTY", "capacity": 12}],
    SAVINGS: [
        {"ref": "GR-01.S1", "activity_ref": "GR-01", **CHAIN, "chain": "OOC > SPECIAL", "claim_order": 1},
        {"ref": "PI-04.S1", "activity_ref": "PI-04", **CHAIN, "chain": "OOC > SPECIAL > RP", "claim_order": 2, "confidence": 0.5},
        {"ref": "ST-01.S1", "activity_ref": "ST-01", "method": "Unit cost avoided", "type": "Cashable", "fund": "General fund"},
        {"ref": "ST-01.S2", "activity_ref": "ST-01", "method": "One-off", "unit_amount": 15_000, "type": "Cost",
         "fund": "General fund"},
    ],
    PROFILE: [
        {"ref": "GR-01.S1.P1", "savings_ref": "GR-01.S1", "from": date(2027, 9, 1), "planned_quantity": 8},
        {"ref": "PI-04.S1.P1", "savings_ref": "PI-04.S1", "from": date(2027, 9, 1), "planned_quantity": 6},
        {"ref": "ST-01.S1.P1", "savings_ref": "ST-01.S1", "from": date(2026, 9, 1), "planned_quantity": 20},
        {"ref": "ST-01.S2.P1", "savings_ref": "ST-01.S2", "from": date(2026, 9, 1), "planned_quantity": 1, "in_place": 1},
    ],
}
SET: dict[str, Any] = {
    "plan_starts": date(2026, 4, 1), "first_year": "2026-27", "year_count": 3, "reporting_period": "2028-29 Q4",
}


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return built(tmp_path / "plan.xlsx", ROWS, SET)


def change(master: Path, **settings: Any) -> None:
    given = {key.replace("_", " ").capitalize(): value for key, value in settings.items()}
    ClosedBook(master, backups=0).apply([SetCells(SETTINGS, "value", given)])


def years(master: Path) -> dict[str, tuple[Any, Any, Any]]:
    return {row.key: (row.planned, row.forecast, row.realised) for row in ClosedBook(master).read(YEARS)}


def test_the_worked_pool_stands_in_years_and_savings(master: Path) -> None:
    done = refresh(master, today=TODAY)
    found = years(master)
    assert found["GR-01.S1.2027-28"] == (126_000, 126_000, None) and found["GR-01.S1.2028-29"] == (216_000, 216_000, None)
    assert found["PI-04.S1.2027-28"] == (94_500, 94_500, None) and found["PI-04.S1.2028-29"] == (162_000, 162_000, None)
    assert found["ST-01.S1.2028-29"] == (None, None, None)  # blank, not 0
    assert found["ST-01.S2.2026-27"] == (15_000, 15_000, 15_000) and found["ST-01.S2.2027-28"] == (0, 0, 0)
    assert len(found) == 12 and done.lines == 4
    line = ClosedBook(master).read(SAVINGS).by_key["PI-04.S1"]
    assert (line.unit_saving, line.full_year_effect, line.planned_to_date) == (36_000, 162_000, 256_500)
    assert (line.forecast, line.variance, line.weighted, line.removed_by_pool) == (162_000, 0, 81_000, 85_500)
    assert (line.realised_to_date, line.status) == (None, "Not reported")
    activities = ClosedBook(master).read(PLAN).by_key
    one, other = activities["PI-04"], activities["ST-01"]
    assert (one.planned_to_date, one.forecast, one.savings_status) == (256_500, 162_000, "Not reported")
    assert (other.forecast, other.savings_status) == (None, "Not quantified")  # its cost apart


def test_the_summary_shows_the_figures_without_a_spreadsheet(master: Path) -> None:
    refresh(master, today=TODAY)
    book = ClosedBook(master)
    years_ = book.read(SAVINGS_BY_YEAR.table).by_key
    assert years_["2028-29"]["cost_avoidance_planned"] == 378_000 and years_["2028-29"]["cost_avoidance_realised"] is None
    assert years_["2026-27"]["cashable_planned"] is None and years_["2026-27"]["cost_realised"] == 15_000
    fund = book.read(SAVINGS_BY_FUND.table).by_key["Cost avoidance, High needs block, 2027-28"]
    assert (fund["planned"], fund["forecast"], fund["realised"]) == (220_500, 220_500, None)
    assert book.read(QUANTIFIED.table).by_key["Cost avoidance"]["quantified"] == "2 of 2"
    assert book.read(QUANTIFIED.table).by_key["Cashable"]["quantified"] == "0 of 1"
    assert {row.key: row["value"] for row in book.read(BASIS)} == {
        "Reporting period": "2028-29 Q4", "As at": date(2029, 3, 31), "Still to come (a look ahead)": "No",
        "Financial year of the as-at day": "2028-29", "Cells that cannot be read, in no figure": 0}
    titles = {row.key: str(row["title"]) for row in book.read(CHARTS)}
    assert titles["Status by theme"] == "Activities by theme and status (closed ones left out), 2028-29 Q4, as at 31 Mar 2029"
    assert titles["Cashable"] == "Cashable savings by year, as at 31 Mar 2029 (0 of 1 line quantified)"
    assert refresh(master, today=TODAY).changed == 0


def test_a_new_first_year_appends_and_removes_nothing(master: Path) -> None:
    refresh(master, today=TODAY)
    before = [row.key for row in ClosedBook(master).read(YEARS)]
    numbers = {row.key: row.number for row in ClosedBook(master).read(YEARS)}
    change(master, first_year="2027-28")
    refresh(master, today=TODAY)
    after = ClosedBook(master).read(YEARS)
    assert [row.key for row in after][: len(before)] == before
    assert [row.key for row in after][len(before) :] == [f"{line['ref']}.2029-30" for line in ROWS[SAVINGS]]
    assert {row.key: row.number for row in after if row.key in numbers} == numbers  # a user's formula means the same cell
    assert years(master)["PI-04.S1.2026-27"] == (0, 0, None)
    summary = ClosedBook(master).read(SAVINGS_BY_YEAR.table)
    assert [row.key for row in summary] == ["2026-27", "2027-28", "2028-29", "2029-30"]
    assert summary[3]["cost_avoidance_planned"] == 378_000


def test_charts_follow_a_year_that_is_added(master: Path) -> None:
    refresh(master, today=TODAY)
    sheet = openpyxl.load_workbook(master)["Summary"]
    before = sheet.tables["SavingsByYear"].ref.rpartition(":")[2]
    change(master, first_year="2027-28")
    refresh(master, today=TODAY)
    summary: Any = openpyxl.load_workbook(master)["Summary"]
    after = summary.tables["SavingsByYear"].ref.rpartition(":")[2]
    assert int(after[-2:]) == int(before[-2:]) + 1
    refs = [series.val.numRef.f for chart in summary._charts[3:] for series in chart.series if series.val.numRef]
    assert len(refs) == 16 and all(ref.endswith(f"${after[-2:]}") for ref in refs)


def test_years_of_a_line_that_is_gone_are_blank_and_stay(master: Path) -> None:
    refresh(master, today=TODAY)
    book = openpyxl.load_workbook(master)
    assert book["Savings"]["A5"].value == "GR-01.S1"
    book["Savings"]["A5"].value = "GR-01.S9"
    book.save(master)
    refresh(master, today=TODAY)
    found = years(master)
    assert found["GR-01.S1.2027-28"] == (None, None, None)
    assert found["GR-01.S9.2027-28"] == (None, None, None)  # its cohorts name the old line, which is told
    assert found["PI-04.S1.2027-28"] == (126_000, 126_000, None)  # the pool is all its own
    assert any("GR-01.S1.P1: Savings ref holds “GR-01.S1”" in line for line in refresh(master, today=TODAY).left_out)


def test_type_and_fund_of_years_follow_their_line(master: Path) -> None:
    refresh(master, today=TODAY)
    moved = {"type": "Non-cashable", "fund": "Schools"}
    ClosedBook(master).apply([SetCells(SAVINGS, key, {"GR-01.S1": value}) for key, value in moved.items()])
    refresh(master, today=TODAY)
    book = ClosedBook(master)
    assert {(row.type, row.fund) for row in book.read(YEARS) if row.savings_ref == "GR-01.S1"} == {("Non-cashable", "Schools")}
    by_year = book.read(SAVINGS_BY_YEAR.table).by_key["2028-29"]
    assert (by_year["non_cashable_planned"], by_year["cost_avoidance_planned"]) == (216_000, 162_000)
    assert book.read(SAVINGS_BY_FUND.table).by_key["Non-cashable, Schools, 2028-29"]["planned"] == 216_000


def test_without_a_first_year_it_is_that_of_the_as_at_day(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    build_master(path, ROWS, {"year_count": 2})
    refresh(path, as_at=date(2027, 12, 31), today=TODAY)
    assert {row.year for row in ClosedBook(path).read(YEARS)} == {"2027-28", "2028-29"}


@pytest.mark.parametrize(("setting", "value", "says"), [
    ("First year", "2026-28", "Settings, First year: .*2026-28"), ("Year count", 500, "Year count.*cannot be used"),
])
def test_settings_that_cannot_be_used(master: Path, setting: str, value: Any, says: str) -> None:
    ClosedBook(master, backups=0).apply([SetCells(SETTINGS, "value", {setting: value})])
    for job in (refresh, savings):
        with pytest.raises(Exception, match=says):
            job(master, today=TODAY)


def test_formulas_that_their_owner_replaced_or_removed_are_left_alone(master: Path) -> None:
    book = openpyxl.load_workbook(master)
    sheet = book["Summary"]
    cells = sheet[sheet.tables["Headlines"].ref]
    cells[1][1].value = "ours"
    del sheet.tables["SavingsByFund"]
    book.save(master)
    refresh(master, today=TODAY)
    found: Any = openpyxl.load_workbook(master, data_only=True)["Summary"]
    assert found[cells[1][1].coordinate].value == "ours"
    assert found[cells[2][1].coordinate].value == 0


def test_years_typed_over_are_put_right_by_their_ref(master: Path, fill: Callable[..., Path]) -> None:
    refresh(master, today=TODAY)
    before = years(master)
    fill(master, {("Years", "GR-01.S1.2027-28", "Year"): "2028-29", ("Years", "GR-01.S1.2028-29", "Savings ref"): "PI-04.S1",
                  ("Years", "PI-04.S1.2027-28", "Year"): "2027/28", ("Years", "PI-04.S1.2028-29", "Year"): None,
                  ("Years", "ST-01.S2.2026-27", "Ref"): "Total"})
    refresh(master, today=TODAY)
    after = years(master)
    assert after.pop("Total") == (None, None, None)
    assert after == before
    rows = ClosedBook(master).read(YEARS).by_key
    assert (rows["GR-01.S1.2027-28"].year, rows["GR-01.S1.2028-29"].savings_ref) == ("2027-28", "GR-01.S1")
    assert ClosedBook(master).read(SAVINGS_BY_YEAR.table).by_key["2028-29"]["cost_avoidance_planned"] == 378_000


def test_a_line_added_later_has_every_year_that_is_there(master: Path) -> None:
    refresh(master, today=TODAY)
    change(master, first_year="2027-28")
    ClosedBook(master).apply([
        AppendRows(SAVINGS, [{**ROWS[SAVINGS][3], "ref": "ST-01.S3"}]),
        AppendRows(PROFILE, [{**ROWS[PROFILE][3], "ref": "ST-01.S3.P1", "savings_ref": "ST-01.S3"}])])
    refresh(master, today=TODAY)
    assert years(master)["ST-01.S3.2026-27"] == (15_000, 15_000, 15_000)
    assert ClosedBook(master).read(SAVINGS_BY_YEAR.table).by_key["2026-27"]["cost_planned"] == 30_000


def test_years_stay_in_order_where_first_year_moves_back(master: Path) -> None:
    refresh(master, today=TODAY)
    change(master, first_year="2024-25", year_count=2)
    refresh(master, today=TODAY)
    rows = ClosedBook(master).read(SAVINGS_BY_YEAR.table)
    assert [row.key for row in rows] == ["2024-25", "2025-26", "2026-27", "2027-28", "2028-29"]
    assert [row["cost_avoidance_planned"] for row in rows] == [0, 0, 0, 220_500, 378_000]


def test_a_row_that_is_never_live_takes_nothing_from_its_pool(master: Path, fill: Callable[..., Path]) -> None:
    fill(master, {("Profile", "GR-01.S1.P1", "Until"): date(2027, 8, 31)})
    refresh(master, today=TODAY)
    assert years(master)["GR-01.S1.2028-29"] == (0, 0, None)
    assert years(master)["PI-04.S1.2028-29"] == (216_000, 216_000, None)
    assert ClosedBook(master).read(SAVINGS).by_key["GR-01.S1"].full_year_effect == 0


@pytest.mark.parametrize(("change", "says"), [
    ({("Savings", "PI-04.S1", "Pool"): "CUONTY"}, "Savings![Pool]6 PI-04.S1: Pool holds “CUONTY”, which Pools does not have"),
    ({("Pools", "COUNTY", "Capacity"): "about 12"}, "Pools![Capacity]5 COUNTY: Capacity holds “about 12”, which is not a number"),
    ({("Pools", "COUNTY", "Capacity"): None}, "Pools![Capacity]5 COUNTY: The pool has no Capacity"),
    ({("Profile", "GR-01.S1.P1", "Planned quantity"): "8 approx"},
     "Profile![Planned quantity]5 GR-01.S1.P1: Planned quantity holds “8 approx”"),
    ({("Plan", "PI-04", "Closed on"): date(2027, 1, 1)}, "Savings![Withdrawn on]6 PI-04.S1: PI-04 has a Closed on (1 Jan 2027)"),
])
def test_what_makes_a_total_wrong_is_told(master: Path, fill: Callable[..., Path], change: Any, says: str) -> None:
    says = placed(says)
    done = refresh(fill(master, change), today=TODAY)
    assert any(line.startswith(says) for line in done.left_out), done.left_out
    printed = CliRunner().invoke(cli, ["refresh", str(master)]).output
    assert says in printed


@pytest.mark.parametrize("change", [
    {("Savings", "ST-01.S2", "Unit amount"): 1e200, ("Profile", "ST-01.S2.P1", "Planned quantity"): 1e200},
    {("Pools", "COUNTY", "Capacity"): -1e308}, {("UnitCosts", "OOC", "Annual cost"): 1e300},
    {("Savings", "PI-04.S1", "Confidence"): 1e300},
])
def test_numbers_beyond_all_measure_are_slips_not_faults(
    master: Path, fill: Callable[..., Path], change: Any, tmp_path: Path
) -> None:
    fill(master, change)
    refresh(master, today=TODAY)
    ran = CliRunner().invoke(cli, ["savings", str(master), "--draws", "100", "--json", str(tmp_path / "s.json")])
    assert ran.exit_code == 0 and "nan" not in ran.output and "inf" not in ran.output.replace("info", "")
    json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))


def test_a_pool_of_fewer_than_none_is_empty(master: Path, fill: Callable[..., Path]) -> None:
    refresh(fill(master, {("Pools", "COUNTY", "Capacity"): -5}), today=TODAY)
    assert ClosedBook(master).read(SAVINGS).by_key["PI-04.S1"].full_year_effect == 54_000  # the later link alone


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_outside_the_time_of_any_plan(master: Path, day: str) -> None:
    ran = CliRunner().invoke(cli, ["savings", str(master), "--as-at", day])
    assert ran.exit_code == 2 and "outside the time of any plan" in ran.output


def test_lines_without_type_or_fund_are_named_not_added(master: Path, fill: Callable[..., Path]) -> None:
    fill(master, {("Savings", "GR-01.S1", "Type"): "Cashabel", ("Savings", "PI-04.S1", "Fund"): None})
    ran = CliRunner().invoke(cli, ["savings", str(master)])
    assert "In no figure, as they have no type or no fund: GR-01.S1, PI-04.S1." in ran.output
    assert "Cost avoidance" not in ran.output


def test_what_stands_in_the_way_on_the_summary_stops_no_refresh(master: Path) -> None:
    book: Any = openpyxl.load_workbook(master)
    sheet = book["Summary"]
    last = sheet[sheet.tables["StatusByTheme"].ref][-1][0]
    sheet.cell(last.row + 2, last.column, "A note of ours")
    sheet.cell(last.row + 1, last.column, "Another")
    book.save(master)
    ClosedBook(master).apply([AppendRows(PLAN, [{"ref": "XX-01", "theme": "A new theme"}])])
    done = refresh(master, today=TODAY)
    [told] = [line for line in done.left_out if "StatusByTheme" in line]
    assert told.startswith("Summary: the table StatusByTheme was not brought up to date.") and "is not empty" in told
    assert ClosedBook(master).read(PLAN).by_key["ST-01"].status == "Not assessed"
    assert ClosedBook(master).read(SAVINGS_BY_YEAR.table).by_key["2028-29"]["cost_avoidance_planned"] == 378_000


@pytest.mark.parametrize("rows", [PROFILE, YEARS, POOLS])
def test_a_double_ref_is_refused(master: Path, rows: Any) -> None:
    refresh(master, today=TODAY)
    key = rows.key.key
    ClosedBook(master).apply([AppendRows(rows, [{key: ClosedBook(master).read(rows)[0].key}])])
    with pytest.raises(Unusable, match="stands in rows"):
        refresh(master, today=TODAY)


def test_the_profile(master: Path) -> None:
    found = savings(master, draws=4000, seed=7, today=TODAY)
    assert found.years == ["2026-27", "2027-28", "2028-29"] and found.as_at == date(2029, 3, 31)
    assert [(group.type, group.fund, group.quantified, group.lines) for group in found.groups] == [
        ("Cashable", "General fund", 0, 1), ("Cost avoidance", "High needs block", 2, 2), ("Cost", "General fund", 1, 1)]
    blank, avoided, cost = found.groups
    assert blank.total.planned is blank.total.p50 is blank.present_forecast is None
    assert [year.forecast for year in avoided.years] == [0, 220_500, 378_000] and avoided.total.forecast == 598_500
    year = avoided.years[2]
    # In half of the draws, by its Confidence, PI-04.S1 comes to nothing: £216,000 alone, in the other half £378,000.
    assert year.p10 and year.p50 and year.p90 and 150_000 < year.p10 < 216_000 < year.p50 < 378_000 < year.p90 < 470_000
    assert avoided.present_forecast == 378_000  # of the as-at year; earlier years are left out
    assert (cost.total.p10, cost.total.p90, cost.present_planned) == (15_000, 15_000, 0)
    assert savings(master, draws=4000, seed=7, today=TODAY) == found
    assert savings(master, draws=4000, seed=8, today=TODAY) != found


def test_present_value_counts_from_the_as_at_year(master: Path) -> None:
    found = savings(master, draws=100, as_at=date(2027, 6, 30), today=TODAY)
    assert found.groups[1].present_planned == round(220_500 + 378_000 / 1.035, 2)


def test_the_command_prints_and_writes_json(master: Path, tmp_path: Path) -> None:
    before = master.read_bytes()
    ran = CliRunner().invoke(cli, ["savings", str(master), "--draws", "500", "--seed", "3", "--json", str(tmp_path / "s.json")])
    assert ran.exit_code == 0, ran.output
    assert "£220,500" in ran.output and "2 of 2 lines quantified" in ran.output and "500 draws, seed 3" in ran.output
    written = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    as_at = min(date.today(), date(2029, 3, 31)).isoformat()
    assert (written["as_at"], written["seed"], written["draws"]) == (as_at, 3, 500)
    assert written["groups"][1]["years"][1]["planned"] == 220_500 and written["groups"][0]["total"]["planned"] is None
    assert master.read_bytes() == before


def test_the_command_has_the_defaults_of_the_job() -> None:
    given = {option.name: option.default for option in cli.commands["savings"].params}
    assert (given["draws"], given["seed"]) == (DRAWS, SEED)


def test_a_plan_without_lines_says_so(tmp_path: Path) -> None:
    build_master(tmp_path / "plan.xlsx", {}, SET)
    ran = CliRunner().invoke(cli, ["savings", str(tmp_path / "plan.xlsx")])
    assert ran.exit_code == 0 and "no savings lines yet" in ran.output


def test_show_has_the_savings(master: Path) -> None:
    refresh(master, today=TODAY)
    ran = CliRunner().invoke(cli, ["show", str(master)])
    assert "3 of 4 savings lines quantified" in ran.output
    assert any(line.split()[:2] == ["PI-04.S1", "Not"] and "£256,500" in line for line in ran.output.splitlines())
    assert any("Cost avoidance" in line and "2028-29" in line and "£378,000" in line for line in ran.output.splitlines())


def test_doctor_exits_with_1_where_there_is_something_to_mend(master: Path, fill: Callable[..., Path]) -> None:
    ran = CliRunner().invoke(cli, ["doctor", str(fill(master, {("Savings", "PI-04.S1", "Chain"): "OOC > SPECAIL"}))])
    assert ran.exit_code == 1
    assert "Chain names “SPECAIL”, which UnitCosts does not have. Did you mean “SPECIAL”?" in ran.output
