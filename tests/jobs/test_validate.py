"""validate: findings without writing the master; the report and the JSON go where they harm nothing."""

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import SettingError, Unusable
from sendxl.jobs.validate import validate
from sendxl.plan.master import SETTINGS
from tests.jobs.conftest import NAMED, IssueOnce

TODAY = date(2027, 1, 10)


@pytest.fixture
def trackers(master: Path, issue_once: IssueOnce) -> Path:
    issue_once(period="2026-27 Q3", today=TODAY)
    return master.parent / "out"


def test_writes_a_report_and_json_but_not_the_master(master: Path, trackers: Path, tmp_path: Path) -> None:
    before = master.read_bytes()
    done = validate(master, [trackers], report=tmp_path / "r.xlsx", json_file=tmp_path / "f.json", today=TODAY)
    assert done.clean
    assert master.read_bytes() == before
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == ["Returns", "Findings", "Rules", "Chasers"]
    found = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert len(found["returns"]) == found["summary"]["returns"] == len(done.returns)


@pytest.mark.parametrize(("out", "says"), [
    ("nowhere/r.xlsx", "no folder"), ("r.txt", "must end in .xlsx"), ("plan.xlsx", "not overwritten"),
    (f"out/{NAMED}IDS-0-5 2026-27 Q3.xlsx", "not overwritten"), ("out/r.xlsx", "would be taken for one"),
])
def test_a_report_never_takes_the_place_of_something_else(out: str, says: str, master: Path, trackers: Path) -> None:
    before = {path: path.read_bytes() for path in master.parent.rglob("*.xlsx")}
    with pytest.raises(Unusable, match=says):
        validate(master, [trackers], report=master.parent / out, today=TODAY)
    assert {path: path.read_bytes() for path in master.parent.rglob("*.xlsx")} == before


def test_a_closed_period_that_cannot_be_read_closes_nothing_without_a_word(master: Path, trackers: Path) -> None:
    ClosedBook(master).apply([SetCells(SETTINGS, "value", {"Closed through": "2026/27 Q2"})])
    with pytest.raises(SettingError, match="“Closed through” holds “2026/27 Q2”, which cannot be used"):
        validate(master, [trackers], today=TODAY)
