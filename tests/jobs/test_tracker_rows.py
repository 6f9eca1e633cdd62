"""What a lead sees in a tracker: rows in the order of the activities, savings in words, and nothing that is empty for all."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl import issue, validate
from sendxl.books.book import SetCells
from sendxl.books.check_column import UNREPORTED, UNTOUCHED
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.issued import file_of, stem_in
from sendxl.jobs.tracker_rows import planned_by, unit_of
from sendxl.plan.master import LEADS, MEASURES, PLAN, PROFILE, SAVINGS
from sendxl.plan.schema import Table
from sendxl.plan.tracker import CHECK, LEFT_TO_FILL, QUERIES, TRACKED, TRACKER_MEASURES, TRACKER_PLAN, TRACKER_PROFILE
from sendxl.plan.values import Value
from tests.once import built

PERIOD, AS_AT = "2026-27 Q3", date(2026, 12, 31)
ROWS: dict[Table, list[dict[str, Value]]] = {
    LEADS: [{"code": "INC", "title": "Inclusion Manager"}],
    PLAN: [{"ref": ref, "activity": f"Do {ref}", "lead": "Inclusion Manager", "progress": progress}
           for ref, progress in (("PI-02", None), ("PI-01", "Begun."))],
    MEASURES: [{"ref": f"{ref}.M1", "activity_ref": ref, "measure": "How many", "kind": "Number"} for ref in ("PI-01", "pi-02")],
    SAVINGS: [{"ref": "PI-01.S1", "activity_ref": "PI-01", "description": "Places near home", "method": "Placement chain"},
              {"ref": "PI-02.S1", "activity_ref": "PI-02", "method": "One-off"}],
    PROFILE: [{"ref": "PI-01.S1.P1", "savings_ref": "PI-01.S1", "from": date(2026, 9, 1), "planned_quantity": 1},
              {"ref": "PI-02.S1.P1", "savings_ref": "PI-02.S1", "from": date(2027, 9, 1), "planned_quantity": 4}],
}


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    built(tmp_path / "plan.xlsx", ROWS, {"plan_title": "Our plan: 2026/27", "plan_id": "one"})
    return issue(tmp_path / "plan.xlsx", tmp_path / "out", period=PERIOD, today=date(2026, 12, 1)).trackers[0].path


def column(sheet: Any, header: str) -> list[Any]:
    at = next(cell.column for cell in sheet[4] if cell.value == header)
    return [sheet.cell(row, at).value for row in range(5, sheet.max_row + 1)]


def test_measures_and_savings_stand_in_the_order_of_the_activities(tracker: Path) -> None:
    book: Any = openpyxl.load_workbook(tracker)
    assert column(book["Activities"], "Ref") == ["PI-02", "PI-01"]
    assert column(book["Measures"], "Ref") == ["pi-02.M1", "PI-01.M1"]
    assert column(book["Savings"], "Ref") == ["PI-02.S1.P1", "PI-01.S1.P1"]


def test_savings_say_in_words_what_is_saved_and_what_was_planned(tracker: Path) -> None:
    sheet = openpyxl.load_workbook(tracker)["Savings"]
    assert column(sheet, "Activity") == ["Do PI-02", "Do PI-01"] and column(sheet, "Activity ref") == ["PI-02", "PI-01"]
    assert column(sheet, "What is saved") == ["One-off", "Places near home"] and column(sheet, "Unit") == ["units", "places"]
    assert column(sheet, "Planned by now") == ["None yet; 4 units from 1 Sep 2027", "1 place since 1 Sep 2026"]


@pytest.mark.parametrize(("given", "says"), [
    ({"planned_quantity": 6, "from": date(2026, 12, 31)}, "6 places since 31 Dec 2026"),
    ({"planned_quantity": 6, "from": date(2026, 9, 1), "until": date(2026, 12, 30)}, "None any more; 6 places until 30 Dec 2026"),
    ({"planned_quantity": 2.5}, "2.5 places, from no day in particular"), ({"from": date(2026, 9, 1)}, "Not planned yet")])
def test_what_was_planned_by_a_day(given: dict[str, Value], says: str) -> None:
    line = SAVINGS.row.of(SAVINGS, 0, method="Placement chain")
    assert planned_by(PROFILE.row.of(PROFILE, 0, **given), unit_of(line), AS_AT) == says


def test_a_last_column_is_shown_only_where_something_was_said(tracker: Path) -> None:
    sheet: Any = openpyxl.load_workbook(tracker)["Activities"]
    hidden = {cell.value for cell in sheet[4] if sheet.column_dimensions[cell.column_letter].hidden}
    assert hidden == {"Last corrective action", "Last next steps", "Last decision needed"}
    [found] = validate(tracker.parents[1] / "plan.xlsx", [tracker], today=date(2026, 12, 20)).returns
    assert {finding.code for finding in found.findings} == {"P07"}  # that they are hidden is as it was issued


@pytest.mark.parametrize("seen", [TRACKER_PLAN, TRACKER_MEASURES, TRACKER_PROFILE], ids=lambda seen: str(seen.title))
def test_the_cells_to_fill_stand_before_the_locked_ones(seen: Table) -> None:
    columns = [column for column in seen if not column.header.startswith("Last ")]
    check = columns.index(CHECK)
    locked = [not column.is_input for column in columns[check + 1:]]
    assert locked == sorted(locked) and not locked[0] and check <= seen.frozen


def test_it_reads_right_before_anything_is_worked_out(tracker: Path) -> None:
    """In Protected View, say: formulas show what was stored with them."""
    book: Any = openpyxl.load_workbook(tracker, data_only=True)
    for master, rows in ((PLAN, 2), (MEASURES, 2), (PROFILE, 2)):
        sheet = book[TRACKED[master].title]
        says = [UNREPORTED, UNTOUCHED[master]] if master is PLAN else [UNTOUCHED[master]] * rows
        assert column(sheet, CHECK.header) == says
        assert [cell.value for cell in sheet[3] if cell.value] == [f"{rows} rows left"]
    assert [row[2].value for row in book["Guide"].iter_rows() if row[1].value == LEFT_TO_FILL] == ["6 rows left"]
    formulas: Any = openpyxl.load_workbook(tracker)
    assert all(str(value).startswith("=IFERROR(INDEX(") for value in column(formulas["Activities"], CHECK.header))
    assert QUERIES.title in book.sheetnames


def test_check_is_no_part_of_what_was_issued_and_whatever_becomes_of_it_is_no_change(tracker: Path) -> None:
    book: Any = openpyxl.load_workbook(tracker)
    assert "Check" not in column(book["Issued"], "Column")
    sheet = book["Activities"]
    at = next(cell.column for cell in sheet[4] if cell.value == CHECK.header)
    sheet.cell(5, at).value = "=1+1"
    sheet.cell(6, at).value = "all done, honestly"
    book.save(tracker)
    [found] = validate(tracker.parents[1] / "plan.xlsx", [tracker], today=date(2026, 12, 20)).returns
    assert {finding.code for finding in found.findings} == {"P07"} and found.changes == []


@pytest.mark.parametrize(("plan", "file"), [
    ("A plan", "A plan - INC 2026-27 Q3.xlsx"), ("", "INC 2026-27 Q3.xlsx"), ("(draft)", "INC 2026-27 Q3.xlsx"),
    ("Plan (draft)", "Plan - INC 2026-27 Q3.xlsx"), ("North - South", "North - South - INC 2026-27 Q3.xlsx"),
    ("Our plan: 2026/27", "Our plan 2026 27 - INC 2026-27 Q3.xlsx"),
    ("A very long title of a plan that goes on and on", "A very long title of a plan that goes on - INC 2026-27 Q3.xlsx")])
def test_the_file_is_named_by_plan_lead_and_period(plan: str, file: str) -> None:
    assert file_of(plan, "INC", PERIOD, 1) == file and stem_in(file) == "INC 2026-27 Q3"
    assert stem_in(file.replace(".xlsx", " (to correct).xlsx")) == "INC 2026-27 Q3"


def test_of_a_table_without_rows_nothing_is_left(tmp_path: Path) -> None:
    built(tmp_path / "plan.xlsx", {**ROWS, MEASURES: [], SAVINGS: [], PROFILE: []}, {"plan_title": "P", "plan_id": "one"})
    ClosedBook(tmp_path / "plan.xlsx", backups=0).apply([SetCells(PLAN, "progress", {"PI-01": None})])
    [made] = issue(tmp_path / "plan.xlsx", tmp_path / "out", period=PERIOD, today=date(2026, 12, 1)).trackers
    book: Any = openpyxl.load_workbook(made.path, data_only=True)
    assert "Savings" not in book.sheetnames and book["Measures"]["D3"].value == "Nothing left to fill"
