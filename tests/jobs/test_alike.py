"""A master in which names were typed otherwise, but look the same, works as one in which they were not."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs.doctor import doctor
from sendxl.jobs.history import history
from sendxl.jobs.issue import issue
from sendxl.jobs.refresh import refresh
from sendxl.jobs.show import show
from sendxl.jobs.stamp import stamp
from sendxl.plan.master import LEADS, MEASURES, PLAN, PROFILE, SAVINGS, SETTINGS, STAMPS, TRACKERS, UPDATES, YEARS
from sendxl.plan.summary import SUMMARY_TABLES
from sendxl.plan.tracker import TRACKER_MEASURES, TRACKER_PLAN, TRACKER_PROFILE

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
EXAMPLE = Path(__file__).parents[2] / "workbooks" / "examples" / "master.xlsx"
PERIOD, TODAY = "2026-27 Q4", date(2027, 4, 2)
OTHERWISE: dict[tuple[str, str, str], Any] = {
    ("Plan", "PI-01", "Lead"): "IDS 0-5  MANAGER",
    ("Plan", "PI-02", "Lead"): "principal Educational Psychologist &  SENDAR Lead",
    ("Plan", "GR-01", "Joint leads"): "SEND &\u00a0Inclusion Commissioner",
    ("Plan", "PI-03", "Theme"): "PRACTICE  for Inclusion ",
    ("Measures", "PI-01.M1", "Activity ref"): "pi-01",
    ("Measures", "PI-02.M1", "Activity ref"): "PI-02\u00a0",
    ("Savings", "PI-04.S1", "Activity ref"): "PI-04\u200b",
    ("Savings", "PI-04.S1", "Chain"): "ooc >  Special\u00a0> R\u00adP",
    ("Savings", "PI-04.S1", "Pool"): "county\u00a0",
    ("Profile", "PI-04.S1.P1", "Savings ref"): "pi-04.s1\u00a0",
    ("Settings", "Year count", "Setting"): "year\u00a0 Count",
    ("Settings", "Reporting period", "Setting"): "reporting  period",
    ("Settings", "Plan id", "Setting"): "PLAN ID",
}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "plan.xlsx").write_bytes(EXAMPLE.read_bytes())
    return tmp_path / "plan.xlsx"


@pytest.fixture
def otherwise(plan: Path, fill: Fill) -> Path:
    """The plan with names typed otherwise, and a line break in the header Lead status."""
    path = plan.with_name("otherwise.xlsx")
    path.write_bytes(plan.read_bytes())
    book = openpyxl.load_workbook(fill(path, OTHERWISE))
    table = book["Plan"].tables["Plan"]
    cell = next(cell for cell in book["Plan"][table.ref][0] if cell.value == "Lead status")
    cell.value = "Lead\nstatus"
    next(column for column in table.tableColumns if column.name == "Lead status").name = "Lead_x000a_status"
    book.save(path)
    return path


def rows(path: Path, *tables: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of tables by table and key, without the cells that were typed otherwise."""
    book = ClosedBook(path)
    typed = {(table, key, header) for table, key, header in OTHERWISE}
    return {(table.name, row.key): {column.key: row[column.key] for column in table
                                    if (table.name, row.key, column.header) not in typed}
            for table in tables for row in book.read(table)}


def refs(tracker: Path) -> set[str]:
    """The refs of all rows of a tracker."""
    book = ClosedBook(tracker)
    return {row.key for table in (TRACKER_PLAN, TRACKER_MEASURES, TRACKER_PROFILE) if book.has(table) for row in book.read(table)}


def test_every_figure_is_the_same(plan: Path, otherwise: Path) -> None:
    for path in (plan, otherwise):
        refresh(path, as_at=date(2027, 3, 31), today=TODAY)
    tables = (PLAN, MEASURES, SAVINGS, PROFILE, YEARS, *SUMMARY_TABLES)
    assert rows(otherwise, *tables) == rows(plan, *tables)
    assert show(otherwise).by_theme == show(plan).by_theme


def test_each_lead_gets_the_same_tracker(plan: Path, otherwise: Path) -> None:
    made = {path: issue(path, path.parent / path.stem, period=PERIOD, today=TODAY) for path in (plan, otherwise)}
    assert not made[otherwise].unknown_lead
    issued = {path: [(t.code, t.lead, refs(t.path)) for t in made[path].trackers] for path in made}
    assert issued[otherwise] == issued[plan]
    assert {row.lead for row in ClosedBook(otherwise).read(TRACKERS)} <= {row.title for row in ClosedBook(otherwise).read(LEADS)}
    found = {row.setting: row.value for row in ClosedBook(otherwise).read(SETTINGS)}
    assert found["reporting  period"] == PERIOD and "Reporting period" not in found
    with pytest.raises(Unusable, match="has been issued already"):
        issue(otherwise, otherwise.parent / "again", period=PERIOD, today=TODAY, leads=["ids-0-5"])


def test_doctor_tells_only_what_the_formulas_of_the_summary_do_not_count(plan: Path, otherwise: Path, fill: Fill) -> None:
    fill(otherwise, {("Plan", "PI-04", "Theme"): "Practice\u00a0for Inclusion"})
    before, told = ({(finding.code, finding.ref) for finding in doctor(path, today=TODAY).findings} for path in (plan, otherwise))
    assert {(code, ref) for code, ref in told - before if code != "D63"} == {("D40", "PI-04")}
    assert {ref for code, ref in told - before if code == "D63"} >= {"PI-01", "PI-02.M1", "PI-04.S1"}


def test_a_ref_typed_otherwise_in_a_return_is_stamped_into_its_row_as_the_master_has_it(otherwise: Path, fill: Fill) -> None:
    made = {t.code: t.path for t in issue(otherwise, otherwise.parent / "out", period=PERIOD, today=TODAY).trackers}
    path = fill(made["IDS-0-5"], {
        ("Plan", "PI-01", "% complete"): 0.4, ("Plan", "PI-01", "Lead status"): "on  TRACK",
        ("Plan", "PI-01", "Progress"): "Begun."})
    done = stamp(otherwise, [fill(path, {("Plan", "PI-01", "Ref"): "pi-01\u00a0"})], today=TODAY)
    assert done.clean, done.returns
    book = ClosedBook(otherwise)
    row = book.read(PLAN).by_key["PI-01"]
    assert (row.percent_complete, row.lead_status, row.progress, row.updated_by) == (0.4, "On track", "Begun.", "IDS 0-5 Manager")
    assert {row.ref for row in book.read(STAMPS) if row.table_ == PLAN.name and row.batch == done.batch} == {"PI-01"}
    assert [row.ref for row in book.read(UPDATES) if row.batch == done.batch] == ["PI-01"]
    assert {event.ref for event in history(otherwise, "pi-01 ").events} >= {"PI-01"}
