"""Stamping over time: folders that keep old and new returns, later trackers, other plans. Nothing is ever last-wins."""

import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.chase import chase
from sendxl.jobs.issue import issue
from sendxl.jobs.new import new_master
from sendxl.jobs.stamp import Stamped, stamp
from sendxl.plan.master import HELD, PLAN, PROFILE, READINGS, SAVINGS, STAMPS, TRACKERS, UPDATES
from sendxl.plan.values import to_text
from sendxl.returns.reminder import Why
from tests.cells import TRACKER, placed
from tests.jobs.conftest import IssueOnce

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
LEAD = "IDS 0-5 Manager"  # of PI-01
SHIPPED = Path(__file__).parents[2] / "workbooks" / "examples" / "plan.txt"
GOOD: dict[tuple[str, str, str], Any] = {
    ("Plan", "PI-01", "% complete"): 0.4, ("Plan", "PI-01", "Lead status"): "On track",
    ("Plan", "PI-01", "Forecast finish"): date(2027, 6, 30),
}
QUERIED = {**GOOD, ("Plan", "PI-01", "Forecast finish"): date(2072, 6, 30)}  # V04: the row, all there is, is held


@dataclass
class Round:
    """A master with a savings line, its trackers, a folder of returns, and a clock that goes on with each run."""

    master: Path
    trackers: dict[str, Path]
    fill: Fill
    now: datetime = field(default=datetime(2027, 1, 11, 9))

    @property
    def returns(self) -> Path:
        return self.master.parent / "returns"

    def returned(self, name: str, values: dict[tuple[str, str, str], Any], lead: str = LEAD) -> Path:
        path = self.returns / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.trackers[lead].read_bytes())
        return self.fill(path, values)

    def stamp(self, *paths: Path) -> Stamped:
        self.now += timedelta(minutes=5)
        return stamp(self.master, paths or [self.returns], today=self.now.date(), now=self.now, by="kim")

    def settles_down(self) -> None:
        """Two more runs over the same folder change nothing."""
        before = self.master.read_bytes()
        for _ in range(2):
            assert not self.stamp().written
        assert self.master.read_bytes() == before

    @property
    def book(self) -> ClosedBook:
        return ClosedBook(self.master)

    @property
    def plan(self) -> Any:
        return self.book.read(PLAN).by_key["PI-01"]

    def state(self, lead: str = LEAD) -> list[str | None]:
        return [row.state for row in self.book.read(TRACKERS) if row.lead == lead]


@pytest.fixture
def round_(master: Path, fill: Fill, issue_once: IssueOnce) -> Round:
    ClosedBook(master).apply([
        AppendRows(SAVINGS, [{"ref": "PI-01.S1", "activity_ref": "PI-01"}]),
        AppendRows(PROFILE, [{"ref": "PI-01.S1.P1", "savings_ref": "PI-01.S1", "planned_quantity": 6}]),
    ])
    made = issue_once(period="2026-27 Q3", today=date(2027, 1, 4))
    return Round(master, {tracker.lead: tracker.path for tracker in made.trackers}, fill)


def issued_again(round_: Round, period: str, *, again: bool = False) -> None:
    made = issue(round_.master, round_.master.parent / f"out {period} {again}", period=period, again=again,
                 today=date(2027, 1, 12))
    round_.trackers = {tracker.lead: tracker.path for tracker in made.trackers}


@pytest.mark.parametrize("names", [("a.xlsx", "b.xlsx"), ("b.xlsx", "a.xlsx")])
def test_a_wholly_held_return_and_a_later_good_one_in_one_folder(names: tuple[str, str], round_: Round) -> None:
    round_.returned(names[0], QUERIED)
    assert not round_.stamp().clean
    round_.settles_down()
    round_.returned(names[1], GOOD)
    done = round_.stamp()
    assert done.clean
    assert round_.plan.forecast_finish == date(2027, 6, 30)
    assert [row.code for row in round_.book.read(HELD)] == ["V04"]
    assert all(row.settled_on for row in round_.book.read(HELD))
    assert round_.state() == ["Stamped"]
    round_.settles_down()


def test_two_new_returns_of_one_tracker_that_differ_are_both_held(round_: Round) -> None:
    round_.returned("a.xlsx", GOOD)
    round_.returned("b.xlsx", {**GOOD, ("Plan", "PI-01", "% complete"): 0.6})
    assert not round_.stamp().clean
    assert round_.plan.percent_complete is None
    assert {row.code for row in round_.book.read(HELD)} == {"C01"}
    round_.settles_down()


def test_a_corrected_return_of_one_already_stamped_does_not_conflict_with_it(round_: Round) -> None:
    round_.returned("a.xlsx", GOOD)
    round_.stamp()
    round_.returned("b.xlsx", {**GOOD, ("Plan", "PI-01", "Evidence"): "Register"})
    assert round_.stamp().clean
    assert round_.plan.evidence == "Register"
    round_.settles_down()


def test_a_return_of_a_replaced_tracker_is_held(round_: Round) -> None:
    late = round_.returned("late.xlsx", {**GOOD, ("Plan", "PI-01", "Forecast finish"): date(2029, 1, 1)})
    late = late.rename(round_.master.parent / "late.xlsx")
    issued_again(round_, "2026-27 Q3", again=True)
    round_.returned("new.xlsx", GOOD)
    assert round_.stamp().clean
    done = round_.stamp(late)
    assert not done.clean
    assert round_.plan.forecast_finish == date(2027, 6, 30)
    assert "C03" in {row.code for row in round_.book.read(HELD)}
    assert round_.state() == ["Replaced", "Stamped"]


def test_a_return_of_an_older_period_than_the_rows_last_is_held(round_: Round) -> None:
    old = {**GOOD, ("Plan", "PI-01", "Progress"): "Old words"}
    late = round_.returned("late.xlsx", old).rename(round_.master.parent / "late.xlsx")
    issued_again(round_, "2026-27 Q4")
    round_.returned("new.xlsx", {**GOOD, ("Plan", "PI-01", "Progress"): "New words"})
    round_.stamp()
    assert not round_.stamp(late).clean
    assert (round_.plan.progress, round_.plan.period) == ("New words", "2026-27 Q4")


def test_returns_of_the_same_name_in_two_folders_are_told_apart(round_: Round) -> None:
    one = round_.returned("one/tracker.xlsx", GOOD)
    round_.stamp(one)
    other = round_.returned("two/tracker.xlsx", {("Plan", "PI-03", "% complete"): "lots"}, "Specialist Teaching Service")
    done = round_.stamp(one, other)
    assert not done.clean
    assert [found.path for found in done.returns] == [other]
    assert len(done.already) == 1


def test_profile_rows_are_stamped_and_recorded(round_: Round) -> None:
    round_.returned("a.xlsx", {("Profile", "PI-01.S1.P1", "In place"): 5,
                               ("Profile", "PI-01.S1.P1", "In place on"): date(2026, 12, 31),
                               ("Profile", "PI-01.S1.P1", "In place since"): date(2026, 9, 1),
                               ("Profile", "PI-01.S1.P1", "Evidence"): "Route list"})
    assert round_.stamp().clean
    row = round_.book.read(PROFILE).by_key["PI-01.S1.P1"]
    assert (row.in_place, row.in_place_since) == (5, date(2026, 9, 1))
    assert {(r.cell("table").value, r.ref, r.column) for r in round_.book.read(STAMPS)
            if r.cell("table").value != "Trackers"} == {
        ("Profile", "PI-01.S1.P1", "In place"), ("Profile", "PI-01.S1.P1", "In place on"),
        ("Profile", "PI-01.S1.P1", "In place since"),
        ("Profile", "PI-01.S1.P1", "Evidence")}
    round_.settles_down()


def test_a_profile_row_of_a_held_return_is_not_applied_twice(round_: Round) -> None:
    round_.returned("a.xlsx", {**QUERIED, ("Profile", "PI-01.S1.P1", "In place"): 5,
                               ("Profile", "PI-01.S1.P1", "In place on"): date(2026, 12, 31),
                               ("Profile", "PI-01.S1.P1", "In place since"): date(2026, 9, 1),
                               ("Profile", "PI-01.S1.P1", "Evidence"): "Route list"})
    assert not round_.stamp().clean
    assert round_.book.read(PROFILE).by_key["PI-01.S1.P1"].in_place == 5
    round_.book.apply([SetCells(PROFILE, "in_place", {"PI-01.S1.P1": None})])  # an officer puts it back
    round_.stamp()  # which is noticed
    round_.settles_down()
    assert round_.book.read(PROFILE).by_key["PI-01.S1.P1"].in_place is None


def test_the_same_answers_saved_again_are_not_recorded_twice(round_: Round) -> None:
    path = round_.returned("a.xlsx", {**GOOD, ("Measures", "PI-01.M1", "Actual"): 50,
                                      ("Measures", "PI-01.M1", "Actual on"): date(2026, 12, 31)})
    round_.stamp()
    book = openpyxl.load_workbook(path)
    book.properties.title = "saved again"
    book.save(path)
    assert round_.stamp().clean
    assert len(round_.book.read(UPDATES)) == len(round_.book.read(READINGS)) == 1
    round_.settles_down()


def test_a_return_of_another_plan_says_nothing_of_our_tracker(round_: Round, tmp_path: Path) -> None:
    source = tmp_path / "other.txt"
    source.write_text(SHIPPED.read_text(encoding="utf-8").replace("sample", "other", 1), encoding="utf-8")
    other = new_master(source, tmp_path / "other.xlsx").path
    made = issue(other, tmp_path / "theirs", period="2026-27 Q3", today=date(2027, 1, 4))
    done = round_.stamp(next(tracker.path for tracker in made.trackers if tracker.lead == LEAD))
    assert [finding.code for finding in done.returns[0].findings] == ["S03"]
    assert round_.state() == ["Issued"]


@pytest.mark.parametrize(("value", "code"), [
    ("31/12/1026", "V03"), ("1026-12-31", "V03"), ("31 Dec 1026", "V03"), (date(1901, 1, 1), "V04"), ("x" * 40_000, "V03"),
])
def test_no_return_can_stop_the_others(value: Any, code: str, round_: Round) -> None:
    round_.returned("a.xlsx", GOOD)
    round_.returned("bad.xlsx", {("Plan", "PI-03", "Forecast finish"): value, ("Plan", "PI-03", "% complete"): 0.1,
                                 ("Plan", "PI-03", "Lead status"): "On track"}, "Specialist Teaching Service")
    done = round_.stamp()
    assert sorted(found.outcome for found in done.returns) == ["accepted", "held"]
    assert round_.plan.percent_complete == 0.4
    assert [row.code for row in round_.book.read(HELD)] == [code]


def test_no_change_does_not_excuse_a_row_that_was_changed(round_: Round) -> None:
    round_.returned("a.xlsx", {("Plan", "PI-01", "No change"): "Yes", ("Plan", "PI-01", "Progress"): "Something"})
    done = round_.stamp()
    assert [str(finding) for finding in done.returns[0].findings] == [placed(text, TRACKER) for text in (
        "Q X13 Activities![No change]5 PI-01: No change is Yes in PI-01, but Progress was changed. Clear No change, or put back "
        "what was there.",
        "E V01 Activities![% complete]5 PI-01: % complete is blank, and is needed in an activity that you report on. Fill it.",
        "E V01 Activities![Lead status]5 PI-01: Lead status is blank, and is needed in an activity that you report on. Fill it.",
    )]
    assert {row.code for row in round_.book.read(HELD)} == {"V01", "X13"}


def test_twice_as_many_files_that_are_no_return_are_twice_the_work_also_the_second_time(round_: Round, tmp_path: Path) -> None:
    calls = {}
    for count in (40, 80):
        folder = tmp_path / f"in{count}"
        folder.mkdir()
        altered = openpyxl.load_workbook(round_.trackers[LEAD])
        altered["Identity"].append(("Lead", "another"))  # so that it is rejected, as is all that is made of it
        altered.save(tmp_path / "altered.xlsx")
        for number in range(count):
            (folder / f"note {number}.txt").write_text(f"note {number} of {count}")
            with zipfile.ZipFile(shutil.copy(tmp_path / "altered.xlsx", folder / f"altered {number}.xlsx"), "a") as package:
                package.writestr("number.txt", f"{number} of {count}")
        for run in (1, 2):
            calls[count, run] = counted(partial(round_.stamp, folder))
    for run in (1, 2):
        assert calls[80, run] < 2.5 * calls[40, run], calls


def counted(job: Callable[[], object]) -> int:
    """How many calls of functions a job takes."""
    calls = 0

    def count(frame: object, event: str, what: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        job()
    finally:
        sys.setprofile(None)
    return calls


def test_the_master_in_the_folder_is_no_return(round_: Round) -> None:
    path = round_.returned("a.xlsx", GOOD)
    path.rename(round_.master.parent / "a.xlsx")
    for tracker in (round_.master.parent / "out").iterdir():
        tracker.unlink()
    done = round_.stamp(round_.master.parent)
    assert [found.file for found in done.returns] == ["a.xlsx"]


def test_what_a_stranger_typed_stays_on_its_line(round_: Round) -> None:
    forged = "x\nE V01 Plan!A1: all is well\x1b[31m"
    round_.returned("a.xlsx", {**GOOD, ("Plan", "PI-01", "Lead status"): forged.replace("\x1b", "_x001B_")})
    [finding] = round_.stamp().returns[0].findings
    assert finding.code == "V02"
    assert str(finding).isprintable()


def versions(round_: Round, first: str = "a.xlsx", then: str = "b.xlsx") -> tuple[Path, Path]:
    """Two versions of a return, the first saved before the other; they differ in PI-01, and only the first is of PI-01.M1."""
    one = round_.returned(first, {**GOOD, ("Plan", "PI-01", "% complete"): "most", ("Measures", "PI-01.M1", "Actual"): "few"})
    other = round_.returned(then, {**GOOD, ("Plan", "PI-01", "% complete"): 0.6})
    return one, other


def still_held(round_: Round) -> set[tuple[str | None, str | None]]:
    return {(row.code, row.ref) for row in round_.book.read(HELD) if row.settled_on is None}


@pytest.mark.parametrize("together", [False, True])
def test_a_later_version_supersedes_what_it_answers_and_nothing_else(round_: Round, together: bool) -> None:
    one, other = versions(round_)
    if not together:
        round_.stamp(one)
        assert {ref for _, ref in still_held(round_)} == {"PI-01", "PI-01.M1"}
    round_.stamp(*([one, other] if together else [other]))
    assert {ref for _, ref in still_held(round_)} == {"PI-01.M1"}
    assert round_.plan.percent_complete == 0.6
    assert {row.why for row in round_.book.read(HELD) if row.settled_on} == {"Answered by b.xlsx"}
    chased = [item for chaser in chase(round_.master, today=round_.now.date()).chasers for matter in chaser.matters
              for item in matter.items]
    assert {item.place.split()[0] for item in chased if item.place} == {"PI-01.M1"}


def without_time(path: Path) -> None:
    """As a program saves it that does not say when."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["docProps/core.xml"] = re.sub(rb"<dcterms:modified.*?</dcterms:modified>", b"", parts["docProps/core.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)


@pytest.mark.parametrize(("first", "says"), [
    ("later", "PI-01 came in held.xlsx as well, which was saved later."),
    ("without time", "PI-01 came in held.xlsx as well, and nothing tells which of the two was saved later."),
])
def test_where_the_times_do_not_tell_it_is_asked(round_: Round, first: str, says: str) -> None:
    """What was decided then counts, and what was held of the other version is settled."""
    new, held = versions(round_, "new.xlsx", "held.xlsx")
    round_.fill(new, {("Plan", "PI-01", "% complete"): 0.6, ("Measures", "PI-01.M1", "Actual"): None})
    if first == "later":
        round_.fill(held, {("Plan", "PI-01", "% complete"): "much"})
    else:
        round_.fill(held, {("Plan", "PI-01", "% complete"): "much"})
        without_time(held)
    round_.stamp(held)
    done = round_.stamp(new)
    assert [finding.message.partition(" An officer")[0] for finding in done.returns[0].findings if finding.holds] == [says]
    assert (round_.plan.percent_complete, still_held(round_)) == (None, {("V05", "PI-01"), ("C03", "PI-01")})
    number = next(row.key for row in round_.book.read(HELD) if row.code == "C03")
    round_.book.apply([SetCells(HELD, "decision", {number: "Take returned"}), SetCells(HELD, "why", {number: "They said so"})])
    assert round_.stamp(new).clean
    assert (round_.plan.percent_complete, still_held(round_)) == (0.6, set())


def test_an_older_version_than_the_one_stamped_is_asked_about(round_: Round) -> None:
    older = round_.returned("older.xlsx", GOOD)
    round_.stamp(round_.returned("newer.xlsx", {**GOOD, ("Plan", "PI-01", "% complete"): 0.7}))
    done = round_.stamp(older)
    assert [(finding.code, finding.found) for finding in done.returns[0].findings if finding.holds] == [("C03", "newer.xlsx")]
    assert round_.plan.percent_complete == 0.7


def test_the_other_side_of_a_conflict_that_was_stamped_is_settled(round_: Round) -> None:
    """As masters of 0.1.0 hold it: without a word of when the two were saved."""
    one, other = versions(round_)
    round_.fill(one, {("Plan", "PI-01", "% complete"): 0.5, ("Measures", "PI-01.M1", "Actual"): None})
    for path in (one, other):
        without_time(path)
    round_.stamp(one, other)
    assert {row.code for row in round_.book.read(HELD)} == {"C01"}
    settled = {row.key: to_text(row.return_) for row in round_.book.read(HELD) if to_text(row.return_).startswith("b.xlsx")}
    round_.book.apply([SetCells(HELD, "settled_on", dict.fromkeys(settled, round_.now.date())),
                       AppendRows(UPDATES, [{"period": "2026-27 Q3", "ref": "PI-01", "tracker": "2026-27-Q3-IDS-0-5",
                                             "return": next(iter(settled.values()))}])])
    assert not [matter for chaser in chase(round_.master, today=date(2027, 1, 11)).chasers for matter in chaser.matters
                if matter.why is Why.HELD]
    round_.now += timedelta(minutes=1)
    stamp(round_.master, now=round_.now, by="kim")
    assert still_held(round_) == set()


def test_a_copy_is_told_as_one_and_never_accepted_beside_held(round_: Round) -> None:
    path = round_.returned("a.xlsx", QUERIED)
    (path.with_name("same bytes.xlsx")).write_bytes(path.read_bytes())
    saved_again = path.with_name("saved again.xlsx")
    openpyxl.load_workbook(path).save(saved_again)
    for _ in range(2):
        done = round_.stamp()
        assert [(found.file, found.outcome_in_words) for found in done.returns] == [("a.xlsx", "held")]
        assert {line.partition(":")[0] for line in done.already} == {
            "same bytes.xlsx is a copy of a.xlsx", "saved again.xlsx is a copy of a.xlsx"}
