"""A master in which something was renamed, doubled or blanked is refused, with the place, before anything is worked out."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.jobs.issue import issue
from sendxl.jobs.master import Unusable
from sendxl.jobs.refresh import refresh
from sendxl.jobs.validate import validate

TODAY = date(2027, 1, 10)
JOBS: dict[str, Callable[[Path], Any]] = {
    "refresh": lambda master: refresh(master, today=TODAY),
    "issue": lambda master: issue(master, master.parent / "out", period="2026-27 Q3", today=TODAY),
    "validate": lambda master: validate(master, [master], today=TODAY),
}


def change(master: Path, sheet: str, cell: str, value: Any) -> None:
    book = openpyxl.load_workbook(master)
    table = next(iter(book[sheet].tables.values()), None)
    book[sheet][cell].value = value
    if table and cell.endswith("4"):
        table.tableColumns[book[sheet][cell].column - 1].name = value
    book.save(master)


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize(("cell", "value", "says"), [
    ("O4", "Start date", "no column headed “Starts”"), ("A6", "PI-01", "rows 5 and 6"),
])
def test_a_plan_that_would_mislead(job: str, cell: str, value: str, says: str, master: Path) -> None:
    change(master, "Plan", cell, value)
    before = master.read_bytes()
    with pytest.raises(Unusable, match=says):
        JOBS[job](master)
    assert master.read_bytes() == before


@pytest.mark.parametrize(("cell", "value", "says"), [
    ("A6", "ids-0-5", "rows 5 and 6 share the Code"), ("B6", "IDS 0-5 Manager", "rows 5 and 6 share the Title"),
    ("A6", None, "row 6: every lead needs a Code"), ("A6", "a/b", "cannot be part of a file name"),
])
def test_leads_whose_trackers_would_be_lost(cell: str, value: str | None, says: str, master: Path) -> None:
    change(master, "Leads", cell, value)
    with pytest.raises(Unusable, match=says):
        JOBS["issue"](master)


def test_a_master_without_its_id(master: Path) -> None:
    book = openpyxl.load_workbook(master)
    row = next(row for row in book["Settings"].iter_rows() if row[0].value == "Plan id")
    row[1].value = None
    book.save(master)
    with pytest.raises(Unusable, match="Plan id is blank"):
        JOBS["issue"](master)


def test_a_lead_that_leads_does_not_have_is_named(master: Path) -> None:
    change(master, "Plan", "K5", "Head of Kites")
    assert JOBS["issue"](master).unknown_lead == {"PI-01": ["Head of Kites"]}
