"""issue: a tracker for each lead, registered in the master."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs.issue import issue
from sendxl.plan.master import LEADS, MEASURES, PERIODS, PLAN, REVIEW, SETTINGS, TRACKERS
from sendxl.plan.tracker import ABOUT, ISSUED, QUERIES, TRACKER_MEASURES, TRACKER_PLAN
from tests.jobs.conftest import NAMED

TODAY = date(2027, 1, 10)
PERIOD = "2026-27 Q3"


def go(master: Path, **options: Any) -> Any:
    return issue(master, master.parent / "out", period=PERIOD, today=TODAY, **options)


def test_one_tracker_for_each_lead(master: Path) -> None:
    made = go(master)
    book = ClosedBook(master)
    assert {t.lead for t in made.trackers} == {row.title for row in book.read(LEADS)}
    assert all(t.path.exists() for t in made.trackers)
    assert sorted(made.without_lead) == ["MH-01", "MH-02"]
    register = book.read(TRACKERS)
    assert [(r.tracker, r.lead, r.period, r.issued_on, r.due_on, r.state) for r in register] == [
        (t.tracker, t.lead, PERIOD, TODAY, date(2027, 1, 14), "Issued") for t in made.trackers]
    assert all(len(str(row.digest)) == 64 for row in register)
    assert {row.setting: row.value for row in book.read(SETTINGS)}["Reporting period"] == PERIOD


def test_it_says_how_many_doubts_of_the_import_are_open(master: Path) -> None:
    book = ClosedBook(master)
    doubts = book.read(REVIEW)
    ClosedBook(master).apply([SetCells(REVIEW, "settled", {doubts[0].key: "AB, 2 Jan 2027"})])
    assert go(master).open_doubts == len(doubts) - 1 > 0


def test_every_activity_with_a_lead_is_in_a_tracker_and_joint_leads_each_get_the_row(master: Path) -> None:
    made = go(master)
    found: dict[str, set[str]] = {}
    for tracker in made.trackers:
        for row in ClosedBook(tracker.path).read(TRACKER_PLAN):
            found.setdefault(row.key, set()).add(tracker.lead)
    for row in ClosedBook(master).read(PLAN):
        leads = {row.lead, *(row.joint_leads or "").split("; ")} - {None, ""}
        assert found.get(row.key, set()) == leads


def test_a_tracker_shows_the_masters_values(master: Path) -> None:
    ClosedBook(master).apply([
        SetCells(PLAN, "percent_complete", {"PI-01": 0.4}),
        SetCells(PLAN, "progress", {"PI-01": "=SUM(1) said last time"}),
        SetCells(PLAN, "starts", {"PI-01": date(2026, 4, 1)}),
        SetCells(MEASURES, "actual", {"PI-01.M1": 12}),
    ])
    tracker = ClosedBook(go(master).trackers[0].path)
    row = tracker.read(TRACKER_PLAN)[0]
    assert (row.key, row["percent_complete"], row["starts"]) == ("PI-01", 0.4, date(2026, 4, 1))
    assert (row["progress"], row["last_progress"]) == (None, "=SUM(1) said last time")
    assert row.cell("last_progress").stored.formula is False
    assert tracker.read(TRACKER_MEASURES)[0]["actual"] == 12
    assert {r.item: r.value for r in tracker.read(ABOUT)}["Due back"] == date(2027, 1, 14)
    assert len(tracker.read(QUERIES)) == 0
    issued = {(r.cell("table").value, r.ref, r.column): r.value for r in tracker.read(ISSUED)}
    assert issued["Plan", "PI-01", "% complete"] == "0.4"
    assert ("Plan", "PI-01", "Progress") not in issued


def test_only_inputs_are_unlocked_also_in_rows_that_were_added(master: Path) -> None:
    made = next(t for t in go(master).trackers if t.activities > 1)
    sheet = openpyxl.load_workbook(made.path)["Activities"]
    cells = sheet[sheet.tables["Plan"].ref]
    inputs = {column.header for column in TRACKER_PLAN if column.is_input}
    for row in cells[1:]:
        for header, cell in zip(cells[0], row, strict=True):
            assert cell.protection.locked == (header.value not in inputs), cell.coordinate
    assert sheet.protection.sheet


def test_the_same_period_again_needs_again(master: Path) -> None:
    first = go(master)
    before = master.read_bytes()
    with pytest.raises(Unusable, match="--again"):
        go(master)
    assert master.read_bytes() == before
    second = go(master, again=True)
    assert len(ClosedBook(master).read(TRACKERS)) == 2 * len(first.trackers)
    assert not {t.path for t in first.trackers} & {t.path for t in second.trackers}
    assert not {t.tracker for t in first.trackers} & {t.tracker for t in second.trackers}


def test_one_lead_only_then_the_others(master: Path) -> None:
    code = str(ClosedBook(master).read(LEADS)[0].code)
    assert [t.code for t in go(master, leads=[code]).trackers] == [code]
    with pytest.raises(Unusable, match="no lead with the code"):
        go(master, leads=["NOBODY"])


def test_closed_activities_are_not_issued(master: Path) -> None:
    ClosedBook(master).apply([SetCells(PLAN, "closed_on", {"PI-02": date(2026, 12, 31), "PI-03": date(2027, 1, 1)})])
    refs = {row.key for t in go(master).trackers for row in ClosedBook(t.path).read(TRACKER_PLAN)}
    assert "PI-02" not in refs
    assert "PI-03" in refs  # closes only after the period's end


def test_a_file_in_the_way_stops_everything(master: Path) -> None:
    folder = master.parent / "out"
    folder.mkdir()
    code = str(ClosedBook(master).read(LEADS)[-1].code)
    (folder / f"{NAMED}{code} {PERIOD}.xlsx").write_bytes(b"somebody's")
    before = master.read_bytes()
    with pytest.raises(Unusable, match="exists already"):
        go(master)
    assert master.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [f"{NAMED}{code} {PERIOD}.xlsx"]


@pytest.mark.parametrize("period", ["2026-28 Q1", "Q3", "2026-13"])
def test_a_period_that_is_none(period: str, master: Path) -> None:
    with pytest.raises(Unusable, match=r"period|financial year"):
        issue(master, master.parent / "out", period=period, today=TODAY)


@pytest.mark.parametrize(("closed", "refused"), [("2026-27 Q3", True), ("2026-27 Q4", True), ("2026-27 Q2", False)])
def test_a_closed_period_is_not_issued(closed: str, refused: bool, master: Path) -> None:
    ClosedBook(master).apply([SetCells(SETTINGS, "value", {"Closed through": closed})])
    if refused:
        with pytest.raises(Unusable, match="is closed"):
            go(master)
    else:
        assert go(master).trackers


@pytest.mark.parametrize(("before", "then", "kept"), [
    ("2026-27 Q2", "2026-27 Q3", {"2026-27 Q2"}), ("2026-27 Q3", "2026-27 Q3", set()), ("2026-27 Q3", "2026-27 Q2", set()),
    (None, "2026-27 Q3", set()), ("soon", "2026-27 Q3", set())])
def test_the_period_that_is_left_for_a_later_one_is_kept_as_it_stands(
        master: Path, before: str | None, then: str, kept: set[str]) -> None:
    ClosedBook(master).apply([SetCells(SETTINGS, "value", {"Reporting period": before}),
                              SetCells(PLAN, "percent_complete", {"PI-01": 0.4}),
                              SetCells(PLAN, "starts", {"PI-01": date(2026, 4, 1)}),
                              SetCells(PLAN, "due", {"PI-01": date(2027, 3, 31)})])
    issue(master, master.parent / "out", period=then, today=TODAY)
    rows = ClosedBook(master).read(PERIODS)
    assert {row.period for row in rows} == kept
    if kept:
        row = rows.by_key["PI-01.2026-27 Q2"]
        assert (row.status, row.as_at) == ("At risk", date(2026, 9, 30))
        assert str(row.reason).startswith("40% complete, 50% expected by 30 Sep 2026")
