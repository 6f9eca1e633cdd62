"""A master in which something was renamed, doubled or blanked is refused, with the place, before anything is worked out."""

import gc
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.closed.replace import replace_with as real
from sendxl.errors import Refused, Unusable
from sendxl.jobs.chase import chase
from sendxl.jobs.doctor import doctor
from sendxl.jobs.history import history
from sendxl.jobs.issue import issue
from sendxl.jobs.refresh import refresh
from sendxl.jobs.savings import savings
from sendxl.jobs.show import show
from sendxl.jobs.validate import validate
from sendxl.plan.master import LEADS, MEASURES, PLAN, SETTINGS
from sendxl.plan.tracker import TRACKER_MEASURES
from tests.cells import at, placed
from tests.once import opened

TODAY = date(2027, 1, 10)
JOBS: dict[str, Callable[[Path], Any]] = {
    "refresh": lambda master: refresh(master, today=TODAY),
    "issue": lambda master: issue(master, master.parent / "out", period="2026-27 Q3", today=TODAY),
    "validate": lambda master: validate(master, [master], today=TODAY),
}


def change(master: Path, sheet: str, cell: str, value: Any) -> None:
    book = opened(master)
    table = next(iter(book[sheet].tables.values()), None)
    book[sheet][cell].value = value
    if table and cell.endswith("4"):
        table.tableColumns[book[sheet][cell].column - 1].name = value
    book.save(master)


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize(("cell", "value", "says"), [
    (at(PLAN, "Starts", 4), "Start date", "no column headed “Starts”"), ("A6", "PI-01", "rows 5 and 6"),
])
def test_a_plan_that_would_mislead(job: str, cell: str, value: str, says: str, master: Path) -> None:
    change(master, "Plan", cell, value)
    before = master.read_bytes()
    with pytest.raises(Unusable, match=says):
        JOBS[job](master)
    assert master.read_bytes() == before


@pytest.mark.parametrize(("cell", "value", "says"), [
    ("A6", "ids-0-5", "Code ids-0-5 stands in rows 5 and 6"),
    (at(LEADS, "Title", 6), "IDS 0-5 Manager", "Title IDS 0-5 Manager stands in rows 5 and 6"),
    ("A6", None, "row 6: every lead needs a Code"), ("A6", "a/b", "“a/b” has “/” in it"),
])
def test_leads_whose_trackers_would_be_lost(cell: str, value: str | None, says: str, master: Path) -> None:
    change(master, "Leads", cell, value)
    with pytest.raises(Unusable, match=says):
        JOBS["issue"](master)


def test_codes_that_no_file_can_have_are_told_together_before_anything_is_written(master: Path) -> None:
    for cell, code in (("A5", "nul"), ("A6", "a b"), ("A7", "x" * 21)):
        change(master, "Leads", cell, code)
    before = master.read_bytes()
    with pytest.raises(Unusable, match=r"“nul” is a name that Windows keeps .*; “a b” has a space .*; “x+” has 21 characters"):
        JOBS["issue"](master)
    assert master.read_bytes() == before and not (master.parent / "out").exists()


def test_a_master_without_its_id(master: Path) -> None:
    book = opened(master)
    row = next(row for row in book["Settings"].iter_rows() if row[0].value == "Plan id")
    row[1].value = None
    book.save(master)
    with pytest.raises(Unusable, match="Plan id is blank"):
        JOBS["issue"](master)


def test_a_lead_that_leads_does_not_have_is_named(master: Path) -> None:
    change(master, "Plan", at(PLAN, "Lead", 5), "Head of Kites")
    assert JOBS["issue"](master).unknown_lead == {"PI-01": ["Head of Kites"]}


@pytest.mark.parametrize(("job", "sheet", "header"), [
    ("refresh", "Settings", "Value"), ("issue", "Settings", "Value"), ("validate", "Settings", "Value"),
    ("refresh", "Updates", "Period"), ("refresh", "Readings", "Period"), ("issue", "Leads", "Title"),
])
def test_headers_of_every_table_that_is_read(job: str, sheet: str, header: str, master: Path) -> None:
    column = next(cell for cell in opened(master)[sheet][4] if cell.value == header)
    change(master, sheet, column.coordinate, "Something else")
    with pytest.raises(Unusable, match=f"no column headed “{header}”"):
        JOBS[job](master)


def test_as_many_backups_are_kept_as_the_setting_says(master: Path) -> None:
    ClosedBook(master, backups=0).apply([SetCells(SETTINGS, "value", {"Backups kept": 2})])
    for day in range(1, 5):
        ClosedBook(master, backups=0).apply([SetCells(PLAN, "due", {"PI-01": date(2027, 1, day)})])
        refresh(master, today=TODAY)
        ClosedBook(master, backups=0).apply([SetCells(PLAN, "reason", {"PI-01": "another"})])
    assert len(list((master.parent / "plan backups").iterdir())) == 2


def test_spaces_around_a_ref_or_a_title_do_no_harm(master: Path) -> None:
    before = ClosedBook(master).read(MEASURES)[0].activity_ref
    change(master, "Measures", at(MEASURES, "Activity ref", 5), f" {before} ")
    change(master, "Leads", at(LEADS, "Title", 5), "IDS 0-5 Manager ")
    made = JOBS["issue"](master)
    assert made.unknown_lead == {}
    first = ClosedBook(made.trackers[0].path)
    assert [row.key for row in first.read(TRACKER_MEASURES)] == ["PI-01.M1"]
    assert refresh(master, today=TODAY).left_out == ()


def test_a_measure_of_no_activity_and_a_row_below_the_table_are_named(master: Path) -> None:
    change(master, "Measures", at(MEASURES, "Activity ref", 5), "ZZ-99")
    change(master, "Plan", "A28", "PI-77")  # the table ends in row 26
    left_out = refresh(master, today=TODAY).left_out
    says = placed("Measures![Activity ref]5 PI-01.M1: Activity ref holds “ZZ-99”, which Plan does not have")
    assert any(says in line for line in left_out)
    assert any("Plan!A28 PI-77: Row 28 stands below the table" in line for line in left_out)


def test_closed_activities_are_not_counted(master: Path) -> None:
    ClosedBook(master).apply([SetCells(PLAN, "closed_on", {"PI-02": date(2026, 12, 1)})])
    done = refresh(master, as_at=date(2026, 12, 31), today=TODAY)
    assert (done.activities, done.statuses["Closed"]) == (21, 1)


def test_an_issue_that_fails_leaves_no_tracker_and_an_unchanged_master(master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = master.read_bytes()

    def refused(*_: object) -> None:
        raise Refused("it is open in Excel")

    def replace(path: Path, *rest: Any) -> None:
        (refused if path == master else real)(path, *rest)

    monkeypatch.setattr("sendxl.books.closed.closed_book.replace_with", replace)
    with pytest.raises(Refused):
        JOBS["issue"](master)
    assert master.read_bytes() == before
    assert not list((master.parent / "out").iterdir())


READING: dict[str, Callable[[Path], Any]] = {
    "doctor": doctor, "show": show, "history": history, "chase": chase, "savings": lambda master: savings(master, draws=10),
}


@pytest.mark.parametrize("job", READING)
def test_no_garbage_is_sought_while_cells_are_read(master: Path, job: str) -> None:
    sought: list[int] = []

    def counted(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            sought.append(info["generation"])

    READING[job](master)  # what is imported for it is no part of this
    often = gc.get_threshold()
    gc.callbacks.append(counted)
    gc.set_threshold(20, 2, 2)
    try:
        READING[job](master)
    finally:
        gc.set_threshold(*often)
        gc.callbacks.remove(counted)
    assert len(sought) < 20  # before it and after it, where every twenty objects would have made hundreds
