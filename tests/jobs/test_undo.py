"""undo: a batch goes back whole, what was changed since is left and named, and an undo can be undone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs.history import history
from sendxl.jobs.refresh import refresh
from sendxl.jobs.stamp import Stamped, stamp
from sendxl.jobs.undo import Undone, undo
from sendxl.plan.master import HELD, MASTER_TABLES, MEASURES, PLAN, READINGS, STAMPS, TRACKERS, UPDATES
from sendxl.plan.tracker import ISSUED
from tests.jobs.conftest import IssueOnce

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
PERIOD, TODAY = "2026-27 Q3", date(2027, 1, 11)
LEAD = "IDS 0-5 Manager"  # of PI-01
ANSWERS: dict[tuple[str, str, str], Any] = {
    ("Plan", "PI-01", "% complete"): 0.4,
    ("Plan", "PI-01", "Lead status"): "On track",
    ("Plan", "PI-01", "Progress"): "=two more, + one",
    ("Plan", "PI-01", "Forecast finish"): date(2027, 6, 30),
    ("Measures", "PI-01.M1", "Actual"): 55,
    ("Measures", "PI-01.M1", "Actual on"): date(2026, 12, 31),
}


@dataclass
class Round:
    master: Path
    path: Path
    fill: Fill
    minute: int = 0

    def _now(self) -> datetime:
        self.minute += 1
        return datetime(2027, 1, 11, 9, self.minute)

    def returned(self, values: dict[tuple[str, str, str], Any] | None = None, name: str = "a.xlsx") -> Path:
        path = self.path.with_name(name)
        path.write_bytes(self.path.read_bytes())
        return self.fill(path, ANSWERS | (values or {}))

    def stamp(self, *paths: Path) -> Stamped:
        return stamp(self.master, list(paths), today=TODAY, now=self._now(), by="kim")

    def undo(self, batch: str | None = None, **options: Any) -> Undone:
        return undo(self.master, batch, now=self._now(), by="kim", **options)

    @property
    def book(self) -> ClosedBook:
        return ClosedBook(self.master)

    def values(self) -> dict[str, list[dict[str, Any]]]:
        """Everything in the master but the history."""
        book = self.book
        return {table.name: [row.values() for row in book.read(table)] for table in MASTER_TABLES
                if table not in (STAMPS, UPDATES, READINGS, HELD)}


@pytest.fixture
def round_(master: Path, fill: Fill, issue_once: IssueOnce) -> Round:
    made = issue_once(period=PERIOD, today=date(2027, 1, 4))
    return Round(master, next(t.path for t in made.trackers if t.lead == LEAD), fill)


def test_stamp_then_undo_gives_the_values_before_and_undo_of_undo_gives_them_back(round_: Round) -> None:
    before = round_.values()
    done = round_.stamp(round_.returned())
    stamped = round_.values()
    undone = round_.undo()
    assert (undone.undoes, undone.left, undone.written) == (done.batch, [], True)
    assert round_.values() == before
    assert {(c.ref, c.column, c.old, c.new) for c in undone.changes} >= {("PI-01", "% complete", "40%", "")}
    again = round_.undo(undone.batch)
    assert (again.undoes, again.left) == (undone.batch, [])
    assert round_.values() == stamped
    assert round_.undo(again.batch).left == []
    assert round_.values() == before


def test_an_undo_is_recorded_as_a_batch_of_its_own(round_: Round) -> None:
    done = round_.stamp(round_.returned())
    undone = round_.undo()
    rows = [row for row in round_.book.read(STAMPS) if row.batch == undone.batch]
    assert {(row.kind, row.undoes, row.stamped_by) for row in rows} == {("undo", done.batch, "kim")}
    complete = next(row for row in rows if row.column == "% complete")
    assert (complete.old, complete.new, complete.cell("return").value) == (0.4, None, "a.xlsx")
    assert [(b.batch, b.kind, b.undoes, b.counts) for b in history(round_.master).batches] == [
        (done.batch, "stamp", "", False), (undone.batch, "undo", done.batch, True)]


def test_updates_that_were_taken_back_count_no_more(round_: Round) -> None:
    round_.stamp(round_.returned())
    refresh(round_.master, today=TODAY)
    assert round_.book.read(PLAN).by_key["PI-01"].update_state == "Received"
    round_.undo()
    refresh(round_.master, today=TODAY)
    assert round_.book.read(PLAN).by_key["PI-01"].update_state != "Received"
    assert len(round_.book.read(UPDATES)) == 1  # only ever added to


def test_what_was_taken_back_can_be_stamped_again(round_: Round) -> None:
    path = round_.returned()
    round_.stamp(path)
    stamped = round_.values()
    round_.undo()
    again = round_.stamp(path)
    assert again.written and again.updates == 2
    assert round_.values() == stamped
    assert not round_.stamp(path).written


def test_a_return_of_which_something_was_held_can_be_stamped_again(round_: Round) -> None:
    path = round_.returned({("Measures", "PI-01.M1", "Actual"): "12 approx"})
    round_.stamp(path)
    assert [row.settled_on for row in round_.book.read(HELD)] == [None]
    undone = round_.undo()
    [held] = round_.book.read(HELD)
    assert (held.settled_on, held.why) == (TODAY, f"Taken back with batch {undone.undoes}")
    assert round_.stamp(path).held == 1
    assert [row.settled_on for row in round_.book.read(HELD)] == [TODAY, None]
    round_.undo()
    assert [bool(row.settled_on) for row in round_.book.read(HELD)] == [True, True]


def test_undo_of_undo_holds_again_what_was_held(round_: Round) -> None:
    path = round_.returned({("Measures", "PI-01.M1", "Actual"): "12 approx"})
    round_.stamp(path)
    round_.undo(round_.undo().batch)
    assert [(row.settled_on, row.why) for row in round_.book.read(HELD)] == [(None, None)]
    assert not round_.stamp(path).written


def test_a_cell_that_was_changed_since_is_left_and_named(round_: Round) -> None:
    round_.stamp(round_.returned())
    round_.book.apply([SetCells(PLAN, "percent_complete", {"PI-01": 0.5})])
    undone = round_.undo()
    assert undone.left == ["Plan PI-01, % complete: it was changed since, from 40% to 50%."]
    row = round_.book.read(PLAN).by_key["PI-01"]
    assert (row.percent_complete, row.lead_status) == (0.5, None)


def test_a_batch_before_the_last_goes_back_but_for_what_the_later_one_changed(round_: Round) -> None:
    first = round_.stamp(round_.returned())
    second = round_.stamp(round_.returned({("Plan", "PI-01", "% complete"): 0.6, ("Plan", "PI-01", "Evidence"): "Minutes"},
                                          "b.xlsx"))
    assert second.changes
    undone = round_.undo(first.batch)
    assert f"Plan PI-01, % complete: batch {second.batch} has changed it since." in undone.left
    assert f"Plan PI-01, Lead status: batch {second.batch} says so too." in undone.left
    assert undone.changes == []  # the later return says all of it again
    row = round_.book.read(PLAN).by_key["PI-01"]
    assert (row.percent_complete, row.evidence, row.lead_status) == (0.6, "Minutes", "On track")
    assert round_.book.read(MEASURES).by_key["PI-01.M1"].actual == 55
    round_.undo()
    row = round_.book.read(PLAN).by_key["PI-01"]
    assert (row.percent_complete, row.evidence, row.lead_status, row.period) == (None, None, None, None)
    assert round_.book.read(MEASURES).by_key["PI-01.M1"].actual is None
    assert next(row for row in round_.book.read(TRACKERS) if row.lead == LEAD).state == "Issued"


def test_undo_without_a_name_goes_back_batch_by_batch(round_: Round) -> None:
    before = round_.values()
    first = round_.stamp(round_.returned())
    second = round_.stamp(round_.returned({("Plan", "PI-01", "% complete"): 0.6}, "b.xlsx"))
    assert [round_.undo().undoes, round_.undo().undoes] == [second.batch, first.batch]
    assert round_.values() == before
    with pytest.raises(Unusable, match="no batch is left"):
        round_.undo()


@pytest.mark.parametrize(("again", "says"), [(False, "has no batch 20200101"), (True, "was taken back already")])
def test_a_batch_that_cannot_be_taken_back(round_: Round, again: bool, says: str) -> None:
    done = round_.stamp(round_.returned())
    if again:
        round_.undo()
    before = round_.master.read_bytes()
    with pytest.raises(Unusable, match=says):
        round_.undo(done.batch if again else "20200101")
    assert round_.master.read_bytes() == before


def test_a_dry_run_writes_nothing(round_: Round) -> None:
    round_.stamp(round_.returned())
    before = round_.master.read_bytes()
    undone = round_.undo(dry_run=True)
    assert undone.changes and not undone.written
    assert round_.master.read_bytes() == before


def test_two_batches_of_one_second_are_two(round_: Round) -> None:
    one = stamp(round_.master, [round_.returned()], today=TODAY, now=datetime(2027, 1, 11, 9), by="kim")
    other = stamp(round_.master, [round_.returned({("Plan", "PI-01", "% complete"): 0.6}, "b.xlsx")], today=TODAY,
                  now=datetime(2027, 1, 11, 9), by="kim")
    assert (one.batch, other.batch) == ("20270111-090000", "20270111-090000-2")


def test_states_of_trackers_go_back(round_: Round) -> None:
    round_.stamp(round_.returned())
    round_.undo()
    tracker = next(row for row in round_.book.read(TRACKERS) if row.lead == LEAD)
    assert (tracker.state, tracker.stamped_on, tracker.cell("return").value) == ("Issued", None, None)


def test_back_to_the_same_value_is_a_change_since(round_: Round) -> None:
    first = round_.stamp(round_.returned())
    for share, name in ((0.6, "b.xlsx"), (0.4, "c.xlsx")):
        last = round_.stamp(round_.returned({("Plan", "PI-01", "% complete"): share, ("Plan", "PI-01", "Evidence"): name}, name))
    undone = round_.undo(first.batch)
    assert f"Plan PI-01, % complete: batch {last.batch} has changed it since." in undone.left
    assert round_.book.read(PLAN).by_key["PI-01"].percent_complete == 0.4


def test_an_older_return_does_not_come_back_over_a_newer_one(round_: Round) -> None:
    old = round_.returned()
    first = round_.stamp(old)
    round_.stamp(round_.returned({("Plan", "PI-01", "% complete"): 0.6}, "b.xlsx"))
    round_.undo(first.batch)
    assert not round_.stamp(old).written
    assert round_.book.read(PLAN).by_key["PI-01"].percent_complete == 0.6


def test_a_rejected_return_is_held_again_after_undo(round_: Round) -> None:
    path = round_.returned(name="tampered.xlsx")
    book = openpyxl.load_workbook(path)
    issued = book[ISSUED.title].cell(book[ISSUED.title].max_row, [column.key for column in ISSUED].index("value") + 1)
    issued.value = f"{issued.value} and more"
    book.save(path)
    round_.stamp(path)
    round_.undo()
    assert [row.settled_on for row in round_.book.read(HELD)] == [TODAY]
    round_.stamp(path)
    assert [bool(row.settled_on) for row in round_.book.read(HELD)] == [True, False]


def test_a_ref_that_was_typed_otherwise_since_but_looks_the_same_is_the_same(round_: Round) -> None:
    """Its cells are not “edited since”, what was held of it can be decided, and all of it goes back."""
    before = round_.values()
    round_.stamp(round_.returned({("Plan", "PI-01", "Forecast finish"): date(2072, 6, 30)}, "held.xlsx"))
    path = round_.returned()
    otherwise = {("Plan", "PI-01", "Ref"): "pi-01", ("Measures", "PI-01.M1", "Ref"): "P\u200bI-01.m1 "}
    round_.fill(round_.master, otherwise)
    assert not history(round_.master).edited
    assert [event.ref for event in history(round_.master, "PI-01").events if event.column == "Actual"] == ["PI-01.M1"]
    done = round_.stamp(path)
    assert done.clean and {row.key for row in round_.book.read(UPDATES)} == {"1"}
    assert not [row for row in round_.book.read(HELD) if row.settled_on is None]
    assert not history(round_.master).edited
    assert [round_.undo().left for _ in range(2)] == [[], []]
    for name, rows in before.items():
        keys = {value for (table, _, _), value in otherwise.items() if table == name}
        after = [row | ({"ref": None} if keys else {}) for row in round_.values()[name]]
        assert after == [row | ({"ref": None} if keys else {}) for row in rows]
