"""What an officer decides in Held is carried out by the next stamping, with or without the return, and recorded."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.issue import issue
from sendxl.jobs.settle import settle
from sendxl.jobs.stamp import Stamped, stamp
from sendxl.jobs.undo import undo
from sendxl.plan.master import HELD, LEADS, MEASURES, PLAN, STAMPS, TRACKERS, UPDATES
from tests.jobs.conftest import IssueOnce, clock

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
PERIOD, TODAY = "2026-27 Q3", date(2027, 1, 11)
LEAD = "IDS 0-5 Manager"  # of PI-01
JOINT = ("Principal Educational Psychologist & SENDAR Lead", "Post 16 Senior Plan Coordinator")  # of PA-01
GOOD: dict[tuple[str, str, str], Any] = {
    ("Plan", "PI-01", "% complete"): 0.4,
    ("Plan", "PI-01", "Lead status"): "On track",
    ("Plan", "PI-01", "Progress"): "Two sessions held",
}


@dataclass
class Round:
    master: Path
    trackers: dict[str, Path]
    fill: Fill
    conflicts: dict[tuple[bytes, bytes], Path]
    minute: int = 0

    def stamp(self, *paths: Path, **options: Any) -> Stamped:
        self.minute += 1
        return stamp(self.master, list(paths), today=TODAY, now=datetime(2027, 1, 12, 9, self.minute), by="kim", **options)

    def decide(self, decision: str | None, why: str | None = "Agreed with the lead", number: str = "1") -> None:
        self.book.apply([SetCells(HELD, "decision", {number: decision}), SetCells(HELD, "why", {number: why})])

    def conflict(self) -> Path:
        """The plan has moved to 70% since the tracker was issued, and the return says 40%.

        Where a test before did just that, what became of it is copied.
        """
        path, folder = self.trackers[LEAD], self.master.parent
        of = self.master.read_bytes(), path.read_bytes()
        if of in self.conflicts:
            shutil.copytree(self.conflicts[of], folder, dirs_exist_ok=True)
            self.minute += 1
            return path
        self.book.apply([SetCells(PLAN, "percent_complete", {"PI-01": 0.7})])
        with pytest.MonkeyPatch.context() as patch:  # so that what a test saves after it is saved when it always is
            patch.setattr("openpyxl.writer.excel.datetime", clock(datetime(2027, 1, 4, 10, tzinfo=UTC)))
            self.stamp(self.fill(path, GOOD))
        self.conflicts[of] = Path(shutil.copytree(folder, folder.with_name(f"{folder.name} in conflict")))
        return path

    @property
    def book(self) -> ClosedBook:
        return ClosedBook(self.master)

    @property
    def activity(self) -> Any:
        return next(row for row in self.book.read(PLAN) if row.key.upper() == "PI-01")

    @property
    def held(self) -> list[Any]:
        return list(self.book.read(HELD))


@pytest.fixture(scope="module")
def conflicts() -> dict[tuple[bytes, bytes], Path]:
    """The folder of each conflict that was made, by what the master and the tracker were before it."""
    return {}


@pytest.fixture
def round_(master: Path, fill: Fill, issue_once: IssueOnce, conflicts: dict[tuple[bytes, bytes], Path]) -> Round:
    codes = ("IDS-0-5", "PEP-SENDAR", "P16-COORD")
    made = issue_once(period=PERIOD, leads=codes, today=date(2027, 1, 4))
    return Round(master, {tracker.lead: tracker.path for tracker in made.trackers}, fill, conflicts)


CASES = [("Take returned", 0.4), ("Keep master", 0.7)]


@pytest.mark.parametrize("ref", ["PI-01", "Pi-01"])
@pytest.mark.parametrize(("decision", "stands"), CASES)
def test_a_decision_is_carried_out_without_the_return(round_: Round, decision: str, stands: float, ref: str) -> None:
    """Also where the ref was typed otherwise in the plan since, but looks the same."""
    round_.conflict()
    round_.fill(round_.master, {("Plan", "PI-01", "Ref"): ref})
    round_.decide(decision)
    done = round_.stamp()
    assert (done.settled, done.unsettled, done.written, done.clean) == (1, [], True, True)
    assert round_.activity.percent_complete == stands
    [held] = round_.held
    assert (held.settled_on, held.decision, held.why) == (TODAY, decision, "Agreed with the lead")
    [row] = [row for row in round_.book.read(STAMPS) if row.kind == "settle" and row.cell("table").value == "Plan"]
    assert (row.ref, row.column, row.old, row.new, row.code, row.explanation, row.stamped_by) == (
        ref, "% complete", 0.7, stands, "C04", "Agreed with the lead", "kim")
    assert row.cell("return").value == round_.trackers[LEAD].name
    before = round_.master.read_bytes()
    assert not round_.stamp().written
    assert round_.master.read_bytes() == before


@pytest.mark.parametrize(("decision", "stands"), CASES)
@pytest.mark.parametrize("later", [False, True])
def test_the_rest_of_the_row_is_applied_once_the_return_is_there(
    round_: Round, decision: str, stands: float, later: bool
) -> None:
    path = round_.conflict()
    assert round_.activity.progress is None  # the row was held whole
    round_.decide(decision)
    if later:
        round_.stamp()
    done = round_.stamp(path)
    assert done.clean
    row = round_.activity
    assert (row.percent_complete, row.progress, row.lead_status, row.period) == (stands, "Two sessions held", "On track", PERIOD)
    [update] = round_.book.read(UPDATES)
    assert update["percent_complete"] == stands
    assert next(row for row in round_.book.read(TRACKERS) if row.lead == LEAD).state == "Stamped"
    before = round_.master.read_bytes()
    assert not round_.stamp(path).written
    assert round_.master.read_bytes() == before


def test_two_leads_who_disagree(round_: Round) -> None:
    paths = [round_.fill(round_.trackers[lead], {
        ("Measures", "PA-01.M1", "Actual"): value, ("Measures", "PA-01.M1", "Out of"): 500,
        ("Measures", "PA-01.M1", "Actual on"): date(2026, 12, 31)}) for lead, value in zip(JOINT, (358, 361), strict=True)]
    round_.stamp(*paths)
    assert [(row.code, row.returned, row.other) for row in round_.held] == [("C01", 361, 358), ("C01", 358, 361)]
    round_.decide("Take returned", number="1")
    round_.decide("Take other", number="2")
    done = round_.stamp(*paths)
    assert (done.settled, done.unsettled, done.clean) == (2, [], True)
    row = round_.book.read(MEASURES).by_key["PA-01.M1"]
    assert (row.actual, row.out_of) == (361, 500)


def test_decisions_that_contradict_each_other_are_not_last_wins(round_: Round) -> None:
    paths = [round_.fill(round_.trackers[lead], {
        ("Measures", "PA-01.M1", "Actual"): value, ("Measures", "PA-01.M1", "Out of"): 500,
        ("Measures", "PA-01.M1", "Actual on"): date(2026, 12, 31)}) for lead, value in zip(JOINT, (358, 361), strict=True)]
    round_.stamp(*paths)
    round_.decide("Take returned", number="1")
    round_.decide("Take returned", number="2")
    before = round_.master.read_bytes()
    done = round_.stamp()
    assert (done.settled, done.written, len(done.unsettled)) == (0, False, 2)
    assert all("rows 1, 2 of Held decide otherwise about the same cell" in line for line in done.unsettled)
    assert round_.master.read_bytes() == before


def test_a_query_about_a_whole_row_waits_for_its_return(round_: Round, tmp_path: Path) -> None:
    path = round_.fill(round_.trackers[LEAD], GOOD)
    code = next(str(row.code) for row in round_.book.read(LEADS) if row.title == LEAD)
    round_.book.apply([SetCells(PLAN, "evidence", {"PI-01": "Training log"})])  # something was reported before
    again = issue(round_.master, tmp_path / "again", leads=[code], again=True, today=date(2027, 1, 5))
    later = round_.fill(again.trackers[0].path, {("Plan", "PI-01", "No change"): "Yes"})
    round_.stamp(later)
    round_.stamp(path)
    assert [(row.code, row.column) for row in round_.held if row.settled_on is None] == [("C03", "Ref")]
    number = next(row.key for row in round_.held if row.settled_on is None)
    round_.decide("Take returned", number=number)
    waiting = round_.stamp()
    assert waiting.settled == 0 and "waits for its return" in waiting.unsettled[0] and not waiting.written
    done = round_.stamp(path)
    assert (done.settled, done.unsettled) == (1, [])
    assert round_.activity.percent_complete == 0.4


@pytest.mark.parametrize(("decision", "why", "says"), [
    ("Take returned", None, "say in Why"),
    ("Take the other", "x", "“Take the other” is no decision"),
    ("Take other", "x", "there is no other value"),
])
def test_a_decision_that_cannot_be_carried_out_is_told(round_: Round, decision: str, why: str | None, says: str) -> None:
    round_.conflict()
    round_.decide(decision, why)
    before = round_.master.read_bytes()
    done = round_.stamp()
    assert (done.settled, done.clean, done.written) == (0, False, False)
    assert done.unsettled[0].startswith("Held 1 (PI-01 % complete) was not settled: ") and says in done.unsettled[0]
    assert round_.master.read_bytes() == before


def test_a_value_that_cannot_stand_is_not_taken(round_: Round) -> None:
    round_.stamp(round_.fill(round_.trackers[LEAD], {**GOOD, ("Measures", "PI-01.M1", "Actual"): "12 approx"}))
    round_.decide("Take returned")
    done = round_.stamp()
    assert "“12 approx” cannot stand in Actual" in done.unsettled[0]
    put(round_, 12)
    assert round_.stamp().settled == 1
    assert round_.book.read(MEASURES).by_key["PI-01.M1"].actual == 12


def test_the_plan_changed_since_it_was_held(round_: Round) -> None:
    round_.conflict()
    round_.book.apply([SetCells(PLAN, "percent_complete", {"PI-01": 0.8})])
    round_.decide("Take returned")
    done = round_.stamp()
    assert "the plan has changed since: it was 70%, and is 80%" in done.unsettled[0]
    assert round_.activity.percent_complete == 0.8


@pytest.mark.parametrize("decision", ["Take returned", "Keep master"])
def test_a_rejected_file(round_: Round, tmp_path: Path, decision: str) -> None:
    path = tmp_path / round_.trackers[LEAD].name  # by which it is known whose it is
    path.write_text("dear all")
    round_.stamp(path)
    round_.decide(decision)
    done = round_.stamp()
    assert done.settled == (decision == "Keep master")
    assert ("nothing of a rejected return" in "".join(done.unsettled)) == (decision != "Keep master")


def test_undo_takes_a_decision_back(round_: Round) -> None:
    path = round_.conflict()
    round_.decide("Take returned")
    round_.stamp(path)
    undo(round_.master, now=datetime(2027, 1, 12, 10), by="kim")
    assert (round_.activity.percent_complete, round_.activity.progress) == (0.7, None)
    [held] = round_.held
    assert (held.settled_on, held.decision, held.why) == (None, None, "Agreed with the lead")  # else it would come again
    assert not round_.stamp(path).written
    round_.decide("Take returned")
    assert round_.stamp(path).settled == 1
    assert (round_.activity.percent_complete, round_.activity.progress) == (0.4, "Two sessions held")


def test_a_dry_run_shows_what_a_decision_does(round_: Round) -> None:
    round_.conflict()
    round_.decide("Take returned")
    before = round_.master.read_bytes()
    done = round_.stamp(dry_run=True)
    assert [(c.ref, c.column, c.old, c.new) for c in done.changes] == [("PI-01", "% complete", "70%", "40%")]
    assert (done.settled, done.written) == (1, False)
    assert round_.master.read_bytes() == before


def disagreeing(round_: Round) -> list[Path]:
    """The returns of two leads who report 358 and 361 of one measure."""
    return [round_.fill(round_.trackers[lead], {
        ("Measures", "PA-01.M1", "Actual"): value, ("Measures", "PA-01.M1", "Out of"): 500,
        ("Measures", "PA-01.M1", "Actual on"): date(2026, 12, 31)}) for lead, value in zip(JOINT, (358, 361), strict=True)]


@pytest.mark.parametrize("together", [False, True])
def test_a_conflict_that_was_decided_is_not_asked_again(round_: Round, together: bool) -> None:
    paths = disagreeing(round_)
    round_.stamp(*paths)
    round_.decide("Take returned", number="1")
    round_.decide("Take other", number="2")
    if not together:
        round_.stamp()
    done = round_.stamp(*paths)
    assert done.clean and done.held == 0
    assert [bool(row.settled_on) for row in round_.held] == [True, True]
    assert round_.book.read(MEASURES).by_key["PA-01.M1"].actual == 361
    states = {row.lead: row.state for row in round_.book.read(TRACKERS)}
    assert [states[lead] for lead in JOINT] == ["Stamped", "Stamped"]


@pytest.mark.parametrize(("header", "value", "says"), [
    ("% complete", 1.5, "150% is outside what % complete may hold"),
    ("% complete", "=1+1", "a formula was returned, which has no value here"),
])
def test_what_validation_calls_impossible_is_not_taken(round_: Round, header: str, value: object, says: str) -> None:
    path = round_.trackers[LEAD]
    book: Any = openpyxl.load_workbook(path)
    sheet = book["Activities"]
    at = next(cell.column for cell in sheet[4] if cell.value == header)
    sheet.cell(5, at).value = value
    book.save(path)
    round_.stamp(path)
    number = next(row.key for row in round_.held if row.column == header)
    round_.decide("Take returned", number=number)
    done = round_.stamp()
    assert done.settled == 0 and says in done.unsettled[0]
    assert round_.activity.percent_complete is None


def test_a_decision_that_is_changed_after_it_was_carried_out_changes_nothing(round_: Round) -> None:
    path = round_.conflict()
    round_.decide("Keep master")
    round_.stamp()
    round_.decide("Take returned")
    done = round_.stamp(path)
    assert done.clean and round_.activity.percent_complete == 0.7
    assert round_.activity.progress == "Two sessions held"


def test_a_row_of_held_that_was_deleted_comes_back_with_its_return(round_: Round) -> None:
    path = round_.conflict()
    book = openpyxl.load_workbook(round_.master)
    for cell in book[HELD.title][5]:
        cell.value = None
    book.save(round_.master)
    assert round_.held == []
    done = round_.stamp(path)
    assert done.held == 1 and [row.code for row in round_.held] == ["C04"]


@pytest.mark.parametrize("name", ["A wrong one.xlsx", "z wrong one.xlsx"])
def test_a_held_return_and_its_correction_in_one_run(round_: Round, name: str) -> None:
    wrong = round_.trackers[LEAD].with_name(name)
    wrong.write_bytes(round_.trackers[LEAD].read_bytes())
    round_.fill(wrong, {**GOOD, ("Measures", "PI-01.M1", "Actual"): "12 approx"})
    right = round_.fill(round_.trackers[LEAD], {**GOOD, ("Measures", "PI-01.M1", "Actual"): 12,
                                                ("Measures", "PI-01.M1", "Actual on"): date(2026, 12, 31)})
    for _ in range(3):
        round_.stamp(wrong, right)
        assert {bool(row.settled_on) for row in round_.held} == {True}
        assert next(row for row in round_.book.read(TRACKERS) if row.lead == LEAD).state == "Stamped"
        assert round_.book.read(MEASURES).by_key["PI-01.M1"].actual == 12
    before = round_.master.read_bytes()
    assert not round_.stamp(wrong, right).written
    assert round_.master.read_bytes() == before


def test_a_version_that_does_not_report_on_the_held_row_does_not_answer_it(round_: Round) -> None:
    wrong = round_.trackers[LEAD].with_name("z wrong one.xlsx")
    wrong.write_bytes(round_.trackers[LEAD].read_bytes())
    round_.fill(wrong, {**GOOD, ("Measures", "PI-01.M1", "Actual"): "12 approx"})
    round_.stamp(wrong, round_.fill(round_.trackers[LEAD], GOOD))
    assert {(row.ref, row.settled_on) for row in round_.held} == {("PI-01.M1", None)}


def put(round_: Round, value: Any, number: str = "1") -> None:
    """Type a value into Value to put, as a person would in Excel, and decide for it."""
    keyed: Any = {("Held", int(number), "Value to put"): value}
    round_.fill(round_.master, keyed)
    round_.decide("Put this value", number=number)


def test_held_begins_with_whose_it_is_what_it_is_about_and_what_to_do(round_: Round) -> None:
    round_.conflict()
    [held] = round_.held
    assert (held.lead, held.activity, held.ref) == (LEAD, round_.activity.activity, "PI-01")
    headers = round_.book.read(HELD).headers
    assert headers[:6] == ("No", "Lead", "Ref", "Activity", "Column", "What to do")
    assert headers.index("Settled on") < headers.index("Code")


def test_a_measure_is_held_by_the_title_of_its_activity(round_: Round) -> None:
    round_.stamp(round_.fill(round_.trackers[LEAD], {**GOOD, ("Measures", "PI-01.M1", "Actual"): "12 approx"}))
    assert {(held.lead, held.activity) for held in round_.held} == {(LEAD, round_.activity.activity)}


def test_a_file_that_cannot_be_opened_is_of_the_lead_whose_tracker_has_its_name(round_: Round, tmp_path: Path) -> None:
    path = tmp_path / round_.trackers[LEAD].name
    path.write_text("dear all")
    round_.stamp(path)
    assert [(held.lead, held.activity) for held in round_.held] == [(LEAD, None)]


@pytest.mark.parametrize(("typed", "stands"), [(55, 0.55), ("55%", 0.55), (" 55 % ", 0.55), ("100%", 1), (0, 0)])
def test_a_value_of_the_officer_is_put(round_: Round, typed: Any, stands: float) -> None:
    path = round_.conflict()
    put(round_, typed)
    done = round_.stamp()
    assert (done.settled, done.unsettled, done.clean) == (1, [], True)
    assert round_.activity.percent_complete == stands
    [row] = [row for row in round_.book.read(STAMPS) if row.kind == "settle" and row.cell("table").value == "Plan"]
    assert (row.ref, row.column, row.old, row.new) == ("PI-01", "% complete", 0.7, stands)
    assert row.explanation == "Agreed with the lead"
    assert round_.stamp(path).clean  # and the rest of the row follows
    assert (round_.activity.percent_complete, round_.activity.progress) == (stands, "Two sessions held")
    before = round_.master.read_bytes()
    assert not round_.stamp(path).written and round_.master.read_bytes() == before


@pytest.mark.parametrize(("typed", "says"), [
    (None, "Value to put is blank"), ("  ", "Value to put is blank"), ("150%", "150% is outside 0% to 100%"),
    ("12 approx", "“12 approx” is not a number"), ("-5%", "outside 0% to 100%"), (0.55, "without a % sign"),
    (True, "is not a number"), (date(2027, 1, 4), "is not a number"),
])
def test_what_no_lead_could_return_is_not_put(round_: Round, typed: Any, says: str) -> None:
    round_.conflict()
    put(round_, typed)
    before = round_.master.read_bytes()
    done = round_.stamp()
    assert (done.settled, done.written) == (0, False) and says in done.unsettled[0]
    assert round_.activity.percent_complete == 0.7 and round_.master.read_bytes() == before


@pytest.mark.parametrize(("header", "typed", "says"), [
    ("Progress", "Met Kim, DOB 3/4/2015", "child"), ("Actual on", "31 Dec 2027", "has not come yet"),
    ("Lead status", "Ontrack", "not a choice"), ("Completed on", "end of term", "is not a date"), ("Progress", "=1+1", ""),
])
def test_what_is_put_is_judged_as_what_is_returned(round_: Round, header: str, typed: str, says: str) -> None:
    table = "Measures" if header == "Actual on" else "Plan"
    row = {"table": table, "ref": "PI-01.M1" if table == "Measures" else "PI-01", "column": header}
    round_.conflict()
    round_.book.apply([SetCells(MEASURES, "actual", {"PI-01.M1": 5}),
                       *(SetCells(HELD, "table" if key == "table" else key, {"1": value}) for key, value in row.items())])
    put(round_, typed)
    done = round_.stamp()
    assert done.settled == (not says)
    assert not says or says in done.unsettled[0]


def test_a_formula_is_not_put(round_: Round) -> None:
    round_.conflict()
    book: Any = openpyxl.load_workbook(round_.master)
    sheet = book[HELD.title]
    at = next(cell.column for cell in sheet[4] if cell.value == "Value to put")
    sheet.cell(5, at).value = "=0.5+0.05"
    book.save(round_.master)
    round_.decide("Put this value")
    assert "formula" in round_.stamp().unsettled[0]


def test_a_value_may_be_put_whatever_the_plan_has_become_since(round_: Round) -> None:
    round_.conflict()
    round_.book.apply([SetCells(PLAN, "percent_complete", {"PI-01": 0.8})])
    round_.decide("Take returned")
    assert "Enter in Value to put what is to stand in the plan, and choose “Put this value”" in round_.stamp().unsettled[0]
    put(round_, "75%")
    assert round_.stamp().settled == 1 and round_.activity.percent_complete == 0.75


@pytest.mark.parametrize(("value", "stands"), [("31/3/2027", date(2027, 3, 31)), (date(2027, 4, 30), date(2027, 4, 30))])
def test_a_value_put_for_one_that_was_asked_about_is_no_change_meanwhile(round_: Round, value: Any, stands: date) -> None:
    path = round_.fill(round_.trackers[LEAD], {**GOOD, ("Plan", "PI-01", "Forecast finish"): date(2072, 3, 31)})
    round_.stamp(path)
    assert [held.code for held in round_.held] == ["V04"]
    put(round_, value)
    assert round_.stamp().settled == 1
    done = round_.stamp(path)
    assert done.clean and [held.code for held in round_.held] == ["V04"]
    assert (round_.activity.forecast_finish, round_.activity.percent_complete) == (stands, 0.4)


def test_no_value_is_put_into_a_whole_row(round_: Round, tmp_path: Path) -> None:
    path = tmp_path / round_.trackers[LEAD].name
    path.write_text("dear all")
    round_.stamp(path)
    put(round_, "75%")
    assert "about a whole row" in round_.stamp().unsettled[0]


def two_held(round_: Round) -> Path:
    """A return of which two cells of two rows disagree with the plan."""
    round_.book.apply([SetCells(PLAN, "percent_complete", {"PI-01": 0.7}), SetCells(MEASURES, "actual", {"PI-01.M1": 3})])
    path = round_.fill(round_.trackers[LEAD], {**GOOD, ("Measures", "PI-01.M1", "Actual"): 12,
                                               ("Measures", "PI-01.M1", "Actual on"): date(2026, 12, 31)})
    round_.stamp(path)
    assert [held.code for held in round_.held] == ["C04", "C04"]
    return path


@pytest.mark.parametrize(("decision", "stands"), [
    ("Take returned, whole return", (0.4, 12)), ("Keep master, whole return", (0.7, 3))])
def test_a_whole_return_is_decided_in_one_row(round_: Round, decision: str, stands: tuple[float, float]) -> None:
    path = two_held(round_)
    round_.decide(decision, number="2")
    done = round_.stamp()
    assert (done.settled, done.unsettled) == (2, [])
    assert (round_.activity.percent_complete, round_.book.read(MEASURES).by_key["PI-01.M1"].actual) == stands
    word = decision.partition(",")[0]
    assert [(held.decision, held.why, held.settled_on) for held in round_.held] == [
        (word, "Agreed with the lead", TODAY), (decision, "Agreed with the lead", TODAY)]
    assert done.to_follow == [path.name] and round_.stamp(path).clean
    assert round_.activity.progress == "Two sessions held"
    assert next(row for row in round_.book.read(TRACKERS) if row.lead == LEAD).state == "Stamped"


def test_a_row_with_a_decision_of_its_own_keeps_it(round_: Round) -> None:
    two_held(round_)
    round_.decide("Keep master", number="1")
    round_.decide("Take returned, whole return", number="2")
    assert round_.stamp().settled == 2
    assert (round_.activity.percent_complete, round_.book.read(MEASURES).by_key["PI-01.M1"].actual) == (0.7, 12)


def test_undo_takes_a_decision_about_a_whole_return_back(round_: Round) -> None:
    two_held(round_)
    round_.decide("Take returned, whole return", number="2")
    round_.stamp()
    undo(round_.master, now=datetime(2027, 1, 12, 10), by="kim")
    assert (round_.activity.percent_complete, round_.book.read(MEASURES).by_key["PI-01.M1"].actual) == (0.7, 3)
    assert [(held.settled_on, held.decision, held.why) for held in round_.held] == [
        (None, None, None), (None, None, "Agreed with the lead")]


def test_a_whole_return_is_no_other_return(round_: Round) -> None:
    paths = disagreeing(round_)
    round_.stamp(*paths)
    round_.decide("Take returned, whole return", number="1")
    done = round_.stamp()
    assert done.settled == 1 and [bool(held.settled_on) for held in round_.held] == [True, False]


def test_settle_is_to_stamp_without_returns(round_: Round) -> None:
    round_.conflict()
    round_.decide("Take returned")
    done = settle(round_.master, today=TODAY, now=datetime(2027, 1, 12, 9, 30), by="kim")
    assert (done.settled, round_.activity.percent_complete) == (1, 0.4)


def test_the_last_line_counts_all_that_waits(round_: Round) -> None:
    path = two_held(round_)
    told = round_.stamp(path, dry_run=True)
    assert (told.held, told.open_held, told.open_leads) == (0, 2, 1)
    assert told.waiting[-1].startswith("In Held wait 2 rows of 1 lead: ")
    round_.decide("Keep master", number="1")
    done = round_.stamp(*disagreeing(round_))
    assert (done.held, done.open_held, done.open_leads) == (2, 3, 3)
    assert round_.stamp().waiting == ["In Held wait 3 rows of 3 leads: ask for a corrected return, or decide there and settle."]
    for held in round_.held:
        round_.decide("Keep master", number=held.key)
    assert round_.stamp().waiting[-1] == "Nothing waits in Held."
