"""history: complete enough to be replayed, and readable: who changed what, when and why."""

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs.history import history
from sendxl.jobs.refresh import refresh
from sendxl.jobs.stamp import stamp
from sendxl.jobs.undo import undo
from sendxl.plan.master import HELD, MASTER_TABLES, PLAN, STAMPS
from sendxl.plan.values import to_text
from tests.jobs.conftest import IssueOnce

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
TODAY = date(2027, 1, 11)
LEAD, OTHER = "IDS 0-5 Manager", "SEND Board Development Manager"


def at(minute: int) -> datetime:
    return datetime(2027, 1, 11, 9, minute)


@pytest.fixture
def lived(master: Path, fill: Fill, issue_once: IssueOnce) -> Path:
    """A master with a life: stamped, held, settled, edited by hand, undone, refreshed; what it was before is beside it."""
    made = issue_once(period="2026-27 Q3", today=date(2027, 1, 4))
    paths = {tracker.lead: tracker.path for tracker in made.trackers}
    shutil.copyfile(master, master.parent / "before.xlsx")
    one = fill(paths[LEAD], {
        ("Plan", "PI-01", "% complete"): 0.4, ("Plan", "PI-01", "Lead status"): "On track", ("Plan", "PI-01", "Progress"): "=two",
        ("Measures", "PI-01.M1", "Actual"): "12 approx"})
    stamp(master, [one], today=TODAY, now=at(1), by="kim")
    ClosedBook(master).apply([SetCells(HELD, "decision", {"1": "Keep master"}), SetCells(HELD, "why", {"1": "It is 12"})])
    stamp(master, [], today=TODAY, now=at(2), by="ali")
    refresh(master, today=TODAY)
    corrected = one.with_name("corrected.xlsx")
    shutil.copyfile(one, corrected)
    fill(corrected, {("Plan", "PI-01", "% complete"): 0.6, ("Measures", "PI-01.M1", "Actual"): 12,
                     ("Measures", "PI-01.M1", "Actual on"): date(2026, 12, 31)})
    stamp(master, [corrected], today=TODAY, now=at(3), by="kim")
    undo(master, now=at(4), by="kim")
    stamp(master, [corrected], today=TODAY, now=at(5), by="kim")
    ClosedBook(master).apply([SetCells(PLAN, "evidence", {"PI-01": "by hand"}), SetCells(PLAN, "progress", {"PI-01": "By hand"})])
    return master


def test_replaying_the_history_from_the_oldest_backup_gives_todays_values(lived: Path) -> None:
    tables = {table.name: table for table in MASTER_TABLES}
    before, now = ClosedBook(lived.parent / "before.xlsx"), ClosedBook(lived)
    replayed: dict[tuple[str, str, str], Any] = {}
    for row in now.read(STAMPS):
        if row.column:
            name, ref = to_text(row.cell("table").value), to_text(row.ref)
            place = (name, ref, row.column)
            held = before.read(tables[name]).by_key.get(ref)
            start = held.cell(tables[name].by_header[row.column].key).value if held else None
            assert to_text(replayed.get(place, start)) == to_text(row.old), place  # nothing in between is missing
            replayed[place] = row.new
    today = {place: now.read(tables[place[0]]).by_key[place[1]].cell(tables[place[0]].by_header[place[2]].key).value
             for place in replayed}
    differ = {place for place, value in replayed.items() if to_text(value) != to_text(today[place])}
    assert differ == {("Plan", "PI-01", "Progress")}
    assert len(replayed) > 15
    found = history(lived)
    assert [(e.table, e.ref, e.column, e.recorded, e.now) for e in found.edited] == [
        ("Plan", "PI-01", "Progress", "=two", "By hand")]


def test_the_batches(lived: Path) -> None:
    found = history(lived)
    assert [(b.batch, b.kind, b.by, b.at, b.undoes, b.counts) for b in found.batches] == [
        ("20270111-090100", "stamp", "kim", at(1), "", True),
        ("20270111-090200", "settle", "ali", at(2), "", True),
        ("20270111-090300", "stamp", "kim", at(3), "", False),
        ("20270111-090400", "undo", "kim", at(4), "20270111-090300", True),
        ("20270111-090500", "stamp", "kim", at(5), "", True)]
    assert found.batches[2].files == ("corrected.xlsx",)
    assert found.events == []


def test_of_an_activity_with_its_measures(lived: Path) -> None:
    events = history(lived, "PI-01").events
    complete = [(e.by, e.old, e.new, e.kind, e.counts) for e in events if e.column == "% complete"]
    assert complete == [
        ("kim", "", "40%", "stamp", True), ("kim", "40%", "60%", "stamp", False), ("kim", "60%", "40%", "undo", True),
        ("kim", "40%", "60%", "stamp", True)]
    settled = next(e for e in events if e.kind == "settle")
    assert (settled.ref, settled.column, settled.code, settled.explanation) == ("PI-01.M1", "Actual", "V05", "It is 12")
    assert {e.ref for e in events} == {"PI-01", "PI-01.M1"}
    assert {e.ref for e in history(lived, " pi-01.m1").events} == {"PI-01.M1"}
    assert history(lived, "PI-02").events == []


def test_a_ref_that_never_was(lived: Path) -> None:
    with pytest.raises(Unusable, match="has no row PI-99"):
        history(lived, "PI-99")


def test_as_json(lived: Path, tmp_path: Path) -> None:
    history(lived, "PI-01", json_file=tmp_path / "h.json")
    made = json.loads((tmp_path / "h.json").read_text(encoding="utf-8"))
    assert len(made["batches"]) == 5
    assert made["events"][0]["at"] == "2027-01-11 09:01:00"


def test_a_master_without_history(master: Path) -> None:
    found = history(master)
    assert (found.batches, found.edited) == ([], [])
