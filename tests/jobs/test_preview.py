"""A dry run of stamp: the changes, what is held, and which statuses would follow; and the report of a stamping."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs.refresh import refresh
from sendxl.jobs.stamp import stamp
from sendxl.plan.master import PLAN
from tests.jobs.conftest import IssueOnce

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
TODAY = date(2027, 1, 11)
LEAD = "IDS 0-5 Manager"
ANSWERS: dict[tuple[str, str, str], Any] = {
    ("Plan", "PI-01", "% complete"): 1, ("Plan", "PI-01", "Lead status"): "Complete", ("Plan", "PI-01", "Evidence"): "Minutes",
    ("Plan", "PI-01", "Completed on"): date(2026, 12, 1), ("Measures", "PI-01.M1", "Actual"): "12 approx"}


@pytest.fixture
def returned(master: Path, fill: Fill, issue_once: IssueOnce) -> Path:
    made = issue_once(period="2026-27 Q3", today=date(2027, 1, 4))
    return fill(next(tracker.path for tracker in made.trackers if tracker.lead == LEAD), ANSWERS)


def test_a_dry_run_says_which_statuses_follow_and_refresh_agrees(master: Path, returned: Path) -> None:
    refresh(master, today=TODAY)
    before = master.read_bytes()
    would = stamp(master, [returned], dry_run=True, today=TODAY, by="kim")
    assert master.read_bytes() == before
    assert not (master.parent / "plan backups").exists() or master.read_bytes() == before
    was = {row.key: row.status for row in ClosedBook(master).read(PLAN)}
    did = stamp(master, [returned], today=TODAY, by="kim")
    refresh(master, today=TODAY)
    now = {row.key: row.status for row in ClosedBook(master).read(PLAN)}
    assert {(c.ref, c.before, c.after) for c in would.statuses if c.changes} == {
        (ref, was[ref], now[ref]) for ref in was if was[ref] != now[ref]} != set()
    assert {"PI-01"} <= {c.ref for c in would.statuses}
    assert (would.changes, would.held, would.written) == (did.changes, did.held, False)
    assert did.statuses == []


@pytest.mark.parametrize("dry_run", [True, False])
def test_report_and_json_hold_changes_and_what_follows(master: Path, returned: Path, tmp_path: Path, dry_run: bool) -> None:
    folder = tmp_path / "told"
    folder.mkdir()
    done = stamp(master, [returned], dry_run=dry_run, today=TODAY, now=datetime(2027, 1, 11, 9), by="kim",
                 report=folder / "r.xlsx", json_file=folder / "r.json")
    made = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    assert (made["batch"], made["written"], made["summary"]["held"]) == ("20270111-090000", not dry_run, 1)
    assert {"table": "Plan", "ref": "PI-01", "column": "% complete", "old": "", "new": "100%", "lead": LEAD,
            "file": returned.name} in made["changes"]
    assert bool(made["statuses"]) == dry_run
    assert {row["code"] for row in made["held_rows"]} == {"V05", "V01"}
    book = openpyxl.load_workbook(folder / "r.xlsx")
    assert book.sheetnames == ["Changes", "Statuses", "Held", "Returns", "Findings", "Rules"]
    texts = [[cell.value for cell in row] for row in book["Changes"].iter_rows()]
    assert sum("100%" in row for row in texts) == 1 and len(done.changes) == 4


@pytest.mark.parametrize("deep", [False, True])
def test_a_report_among_the_returns_is_refused(master: Path, returned: Path, deep: bool) -> None:
    before, folder = master.read_bytes(), returned.parent / ("below" if deep else "")
    folder.mkdir(exist_ok=True)
    with pytest.raises(Unusable, match="lies among the returns"):
        stamp(master, [returned.parent], report=folder / "r.xlsx")
    assert master.read_bytes() == before


def test_a_report_beside_a_return_that_was_named_singly_overwrites_none(master: Path, returned: Path) -> None:
    report, other = returned.parent / "r.xlsx", next(path for path in returned.parent.iterdir() if path != returned)
    for _ in range(2):  # over an earlier report it may be written
        stamp(master, [returned], report=report, json_file=report.with_suffix(".json"), dry_run=True)
    assert "Returns" in openpyxl.load_workbook(report).sheetnames
    before = other.read_bytes()
    with pytest.raises(Unusable, match="is there already, beside the returns, and is not overwritten"):
        stamp(master, [returned], report=other, dry_run=True)
    with pytest.raises(Unusable, match="is the master or a return"):
        stamp(master, [returned], report=returned, dry_run=True)
    assert other.read_bytes() == before
