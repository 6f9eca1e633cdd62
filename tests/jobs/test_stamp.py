"""stamp: accepted rows go in and are recorded, the others are held, and repeating changes nothing."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Refused, Unusable, Unwritable
from sendxl.jobs.issue import issue
from sendxl.jobs.stamp import Stamped, stamp
from sendxl.plan.master import HELD, LEADS, MEASURES, PLAN, READINGS, STAMPS, TRACKERS, UPDATES, Activity, Measure
from sendxl.returns.register import held_key
from tests.jobs.conftest import IssueOnce

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
PERIOD, ISSUED_ON, TODAY = "2026-27 Q3", date(2027, 1, 4), date(2027, 1, 11)
NOW = datetime(2027, 1, 11, 9, 30)
LEAD = "IDS 0-5 Manager"  # of PI-01
GOOD: dict[tuple[str, str, str], Any] = {
    ("Plan", "PI-01", "% complete"): 0.4,
    ("Plan", "PI-01", "Lead status"): "On track",
    ("Plan", "PI-01", "Progress"): "=two more, + one",
    ("Plan", "PI-01", "Forecast finish"): date(2027, 6, 30),
    ("Measures", "PI-01.M1", "Actual"): 55,
    ("Measures", "PI-01.M1", "Actual on"): date(2026, 12, 31),
}


@dataclass
class Round:
    """A master whose trackers have been issued."""

    master: Path
    trackers: dict[str, Path]

    def stamp(self, *paths: Path, **options: Any) -> Stamped:
        return stamp(self.master, list(paths), **{"today": TODAY, "now": NOW, "by": "kim", **options})

    @property
    def book(self) -> ClosedBook:
        return ClosedBook(self.master)


@pytest.fixture
def round_(master: Path, issue_once: IssueOnce) -> Round:
    made = issue_once(period=PERIOD, today=ISSUED_ON)
    return Round(master, {tracker.lead: tracker.path for tracker in made.trackers})


def test_an_accepted_return_is_applied_and_recorded(round_: Round, fill: Fill) -> None:
    done = round_.stamp(fill(round_.trackers[LEAD], GOOD))
    assert done.clean and done.written
    row = round_.book.read(PLAN).by_key["PI-01"]
    assert (row.percent_complete, row.lead_status, row.progress) == (0.4, "On track", "=two more, + one")
    assert (row.period, row.updated_on, row.updated_by) == (PERIOD, TODAY, LEAD)
    assert row.cell("progress").stored.formula is False
    measure = round_.book.read(MEASURES).by_key["PI-01.M1"]
    assert (measure.actual, measure.actual_on, measure.period) == (55, date(2026, 12, 31), PERIOD)


def test_every_changed_cell_is_in_stamps(round_: Round, fill: Fill) -> None:
    before = {row.key: row.values() for row in round_.book.read(PLAN)}
    done = round_.stamp(fill(round_.trackers[LEAD], GOOD))
    stamps = list(round_.book.read(STAMPS))
    assert [row.no for row in stamps] == list(range(1, len(stamps) + 1))
    assert {(row.batch, row.kind, row.stamped_at, row.stamped_by) for row in stamps} == {(done.batch, "stamp", NOW, "kim")}
    assert {row.sha_256 for row in stamps} == {done.returns[0].sha256}
    after = {row.key: row for row in round_.book.read(PLAN)}
    recorded = {(str(row.ref), PLAN.by_header[str(row.column)].key): row.new for row in stamps if row.table_ == "Plan"}
    changed = {(ref, key) for ref, values in before.items() for key, old in values.items() if after[ref].cell(key).value != old}
    assert set(recorded) == changed
    for (ref, key), new in recorded.items():
        assert after[ref].cell(key).value == new


def test_updates_and_readings_hold_the_row_as_returned(round_: Round, fill: Fill) -> None:
    done = round_.stamp(fill(round_.trackers[LEAD], GOOD))
    [update] = round_.book.read(UPDATES)
    assert (update.period, update.ref) == (PERIOD, "PI-01")
    assert (Activity.percent_complete.of(update), Activity.progress.of(update)) == (0.4, "=two more, + one")
    [reading] = round_.book.read(READINGS)
    assert (reading.period, reading.ref, Measure.actual.of(reading), reading.batch) == (PERIOD, "PI-01.M1", 55, done.batch)
    tracker = next(row for row in round_.book.read(TRACKERS) if row.lead == LEAD)
    assert (tracker.state, tracker.returned_on, tracker.stamped_on) == ("Stamped", TODAY, TODAY)
    assert done.returns[0].sha256[:12] in str(tracker.return_)


def test_a_report_that_cannot_be_written_says_that_the_plan_is_stamped(
        round_: Round, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise Unwritable("Report.xlsx was not written: there is no room for it on the disk.")

    monkeypatch.setattr("sendxl.jobs.stamp.write_report", full)
    report = round_.master.with_name("Report.xlsx")
    returned = fill(round_.trackers[LEAD], GOOD)
    with pytest.raises(Unwritable, match=r"^Report.xlsx was not written: [^:]*\.$"):
        round_.stamp(returned, report=report, dry_run=True)
    with pytest.raises(Unwritable, match=r"Report.xlsx was not written: .* is stamped all the same \(batch 2"):
        round_.stamp(returned, report=report)
    assert round_.book.read(PLAN).by_key["PI-01"].percent_complete == 0.4


def test_twice_is_once(round_: Round, fill: Fill) -> None:
    path = fill(round_.trackers[LEAD], GOOD)
    round_.stamp(path)
    before = round_.master.read_bytes()
    again = round_.stamp(path, today=date(2027, 1, 12), now=datetime(2027, 1, 12, 8))
    assert round_.master.read_bytes() == before
    assert not again.written and not again.changes and again.clean
    assert "stamped before" in again.already[0]


def test_a_stamped_return_does_not_undo_what_an_officer_changed_since(round_: Round, fill: Fill) -> None:
    path = fill(round_.trackers[LEAD], GOOD)
    round_.stamp(path)
    round_.book.apply([SetCells(PLAN, "percent_complete", {"PI-01": 0.5})])
    assert not round_.stamp(path).written
    assert round_.book.read(PLAN).by_key["PI-01"].percent_complete == 0.5


def test_a_dry_run_writes_nothing_and_says_what_would_change(round_: Round, fill: Fill) -> None:
    before = round_.master.read_bytes()
    done = round_.stamp(fill(round_.trackers[LEAD], GOOD), dry_run=True)
    assert round_.master.read_bytes() == before
    assert not done.written
    assert ("PI-01", "% complete", "", "40%", LEAD) in [(c.ref, c.column, c.old, c.new, c.lead) for c in done.changes]


def test_a_row_with_an_error_is_held_whole_and_the_others_are_applied(round_: Round, fill: Fill) -> None:
    path = fill(round_.trackers[LEAD], {**GOOD, ("Measures", "PI-01.M1", "Actual"): "12 approx"})
    done = round_.stamp(path)
    assert not done.clean
    measure = round_.book.read(MEASURES).by_key["PI-01.M1"]
    assert measure.actual is None and measure.actual_on is None
    assert round_.book.read(PLAN).by_key["PI-01"].percent_complete == 0.4
    [held] = round_.book.read(HELD)
    assert (held.code, held.table_, held.ref, held.column, held.returned, held.since) == (
        "V05", "Measures", "PI-01.M1", "Actual", "12 approx", TODAY)
    assert "not a number" in str(held.what_to_do)
    assert next(row for row in round_.book.read(TRACKERS) if row.lead == LEAD).state == "Held"
    assert len(round_.book.read(READINGS)) == 0


def test_a_held_return_stamped_again_changes_nothing(round_: Round, fill: Fill) -> None:
    path = fill(round_.trackers[LEAD], {**GOOD, ("Measures", "PI-01.M1", "Actual"): "12 approx"})
    round_.stamp(path)
    before = round_.master.read_bytes()
    again = round_.stamp(path, today=date(2027, 1, 13), now=datetime(2027, 1, 13, 8))
    assert round_.master.read_bytes() == before
    assert not again.written and not again.clean


def test_a_corrected_return_is_applied_and_settles_what_was_held(round_: Round, fill: Fill) -> None:
    path = round_.trackers[LEAD]
    wrong = path.with_name("wrong.xlsx")
    wrong.write_bytes(path.read_bytes())
    round_.stamp(fill(wrong, {**GOOD, ("Measures", "PI-01.M1", "Actual"): "12 approx"}))
    done = round_.stamp(fill(path, GOOD))
    assert done.clean
    assert round_.book.read(MEASURES).by_key["PI-01.M1"].actual == 55
    [held] = round_.book.read(HELD)
    assert held.settled_on == TODAY
    assert path.name in str(held.why)
    assert len(round_.book.read(READINGS)) == 1
    assert next(row for row in round_.book.read(TRACKERS) if row.lead == LEAD).state == "Stamped"


def test_a_row_that_was_missing_is_settled_when_it_comes_back_unchanged(round_: Round) -> None:
    lead = "SEND Board Development Manager"
    whole = round_.trackers[lead].read_bytes()
    book = openpyxl.load_workbook(round_.trackers[lead])
    book["Activities"].delete_rows(6)
    book.save(round_.trackers[lead])
    round_.stamp(round_.trackers[lead])
    assert [(row.code, row.settled_on) for row in round_.book.read(HELD)] == [("I04", None)]
    round_.trackers[lead].write_bytes(whole)
    assert round_.stamp(round_.trackers[lead]).clean
    assert [(row.code, row.settled_on) for row in round_.book.read(HELD)] == [("I04", TODAY)]


def test_a_conflict_with_the_master_is_held_and_shows_all_three(round_: Round, fill: Fill) -> None:
    round_.book.apply([SetCells(PLAN, "percent_complete", {"PI-01": 0.7})])
    done = round_.stamp(fill(round_.trackers[LEAD], GOOD))
    assert not done.clean
    assert round_.book.read(PLAN).by_key["PI-01"].percent_complete == 0.7
    [held] = [row for row in round_.book.read(HELD) if row.code == "C04"]
    assert (held.issued, held.master, held.returned) == (None, 0.7, 0.4)


def test_no_change_counts_as_received(master: Path, tmp_path: Path, fill: Fill) -> None:
    ClosedBook(master).apply([SetCells(PLAN, "evidence", {"PI-01": "Training log"})])  # something was reported before
    made = issue(master, tmp_path / "out", period=PERIOD, today=ISSUED_ON)
    round_ = Round(master, {tracker.lead: tracker.path for tracker in made.trackers})
    done = round_.stamp(fill(round_.trackers[LEAD], {("Plan", "PI-01", "No change"): "Yes"}))
    assert done.clean and not done.changes
    [update] = round_.book.read(UPDATES)
    assert (update.ref, Activity.progress.of(update)) == ("PI-01", None)
    assert round_.book.read(PLAN).by_key["PI-01"].period == PERIOD


def test_a_return_in_which_nothing_was_reported(round_: Round) -> None:
    round_.stamp(round_.trackers[LEAD])
    assert len(round_.book.read(UPDATES)) == 0
    assert next(row for row in round_.book.read(TRACKERS) if row.lead == LEAD).state == "Returned"


def test_progress_left_blank_keeps_last_periods_words(round_: Round, fill: Fill) -> None:
    round_.stamp(fill(round_.trackers[LEAD], GOOD))
    made = issue(round_.master, round_.master.parent / "q4", period="2026-27 Q4", today=date(2027, 4, 2))
    path = next(t.path for t in made.trackers if t.lead == LEAD)
    round_.stamp(fill(path, {("Plan", "PI-01", "% complete"): 0.6}), today=date(2027, 4, 3), now=datetime(2027, 4, 3, 9))
    row = round_.book.read(PLAN).by_key["PI-01"]
    assert (row.percent_complete, row.progress, row.period) == (0.6, "=two more, + one", "2026-27 Q4")


def test_joint_leads_who_disagree_are_both_held(round_: Round, fill: Fill) -> None:
    one, other = "Principal Educational Psychologist & SENDAR Lead", "Post 16 Senior Plan Coordinator"
    paths = [
        fill(round_.trackers[lead], {("Measures", "PA-01.M1", "Actual"): value, ("Measures", "PA-01.M1", "Out of"): 500,
                                     ("Measures", "PA-01.M1", "Actual on"): date(2026, 12, 31)})
        for lead, value in ((one, 358), (other, 361))
    ]
    done = round_.stamp(*paths)
    assert not done.clean
    assert round_.book.read(MEASURES).by_key["PA-01.M1"].actual is None
    held = [row for row in round_.book.read(HELD) if row.code == "C01"]
    assert sorted((row.returned, row.other) for row in held) == [(358, 361), (361, 358)]


def test_an_altered_tracker_is_rejected(round_: Round, fill: Fill) -> None:
    path = fill(round_.trackers[LEAD], GOOD)
    book = openpyxl.load_workbook(path)
    sheet = next(s for s in book.worksheets if "Issued" in s.tables)
    sheet.cell(sheet.max_row, 4).value = "tampered"
    book.save(path)
    done = round_.stamp(path)
    assert [found.outcome for found in done.returns] == ["rejected"]
    assert round_.book.read(PLAN).by_key["PI-01"].percent_complete is None
    assert next(row for row in round_.book.read(TRACKERS) if row.lead == LEAD).state == "Rejected"
    assert [row.code for row in round_.book.read(HELD)] == ["A01"]


def test_a_later_tracker_replaces_an_earlier_one_once_it_is_stamped(round_: Round, fill: Fill) -> None:
    code = next(str(row.code) for row in round_.book.read(LEADS) if row.title == LEAD)
    made = issue(round_.master, round_.master.parent / "again", leads=[code], again=True, today=TODAY)
    states = [row.state for row in round_.book.read(TRACKERS) if row.lead == LEAD]
    assert states == ["Issued", "Issued"]
    round_.stamp(fill(made.trackers[0].path, GOOD))
    assert [row.state for row in round_.book.read(TRACKERS) if row.lead == LEAD] == ["Replaced", "Stamped"]


@pytest.mark.parametrize(("name", "held"), [("mail.xlsx", 0), ("{tracker}.docx", 1), ("{tracker}.xlsx", 1)])
def test_what_is_no_return_is_told_but_is_nothing_to_decide_on(round_: Round, tmp_path: Path, name: str, held: int) -> None:
    """Only what goes by the name of a tracker may be one; its lead is asked for it again."""
    path = tmp_path / name.format(tracker=round_.trackers[LEAD].stem)
    path.write_text("<html>not a workbook</html>")
    for known in (0, held):
        assert len(round_.book.read(HELD)) == known
        done = round_.stamp(path)
        assert [(found.file, found.outcome, found.findings[0].code) for found in done.returns] == [(path.name, "rejected", "S01")]
        assert not done.clean and done.written == (held > known)


def test_a_master_among_the_returns_is_nothing_to_decide_on(round_: Round, tmp_path: Path) -> None:
    other = tmp_path / "copy of the plan.xlsx"
    other.write_bytes(round_.master.read_bytes())
    done = round_.stamp(other)
    assert [finding.code for finding in done.returns[0].findings] == ["S02"]
    assert not (done.clean or done.written) and not round_.book.read(HELD)


def test_the_work_over_what_is_held_grows_with_it_not_with_its_square(
    round_: Round, fill: Fill, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each row of Held is looked at once in a run, however many returns there are."""
    looked_at = Counter[str]()

    def counted(row: Mapping[str, Any]) -> tuple[str, ...]:
        looked_at["rows"] += 1
        return held_key(row)

    monkeypatch.setattr("sendxl.jobs.stamping.run.held_key", counted)
    folder = round_.master.parent / "in"
    folder.mkdir()
    work: list[int] = []
    for first, last in ((0, 8), (8, 16)):
        for number in range(first, last):
            broken = folder / f"{number}.xlsx"
            broken.write_bytes(round_.trackers[LEAD].read_bytes())
            fill(broken, {("Identity", "Period", "Value"): f"{number}"})  # the digest differs: a rejected return of ours
        round_.stamp(folder)
        looked_at.clear()
        assert round_.stamp(folder).held == 0
        work.append(looked_at["rows"])
    assert work[0] >= 8 and work[1] <= 2 * work[0]


def test_two_copies_of_one_return_are_one(round_: Round, fill: Fill) -> None:
    path = fill(round_.trackers[LEAD], GOOD)
    copy = path.with_name("copy.xlsx")
    copy.write_bytes(path.read_bytes())
    done = round_.stamp(path, copy)
    assert done.clean and len(done.already) == 1
    assert len(round_.book.read(UPDATES)) == len(round_.book.read(READINGS)) == 1


def test_an_older_version_that_was_stamped_is_known_again(round_: Round, fill: Fill) -> None:
    first = fill(round_.trackers[LEAD], GOOD)
    second = first.with_name("second.xlsx")
    second.write_bytes(first.read_bytes())
    fill(second, {("Plan", "PI-01", "Evidence"): "Register"})
    round_.stamp(first)
    round_.stamp(second, now=datetime(2027, 1, 11, 10))
    before = round_.master.read_bytes()
    assert not round_.stamp(first, now=datetime(2027, 1, 11, 11)).written
    assert round_.master.read_bytes() == before


def test_what_an_officer_wrote_in_why_stays(round_: Round, fill: Fill) -> None:
    path = round_.trackers[LEAD]
    wrong = path.with_name("wrong.xlsx")
    wrong.write_bytes(path.read_bytes())
    round_.stamp(fill(wrong, {**GOOD, ("Measures", "PI-01.M1", "Actual"): "12 approx"}))
    round_.book.apply([SetCells(HELD, "why", {"1": "Asked the lead"})])
    round_.stamp(fill(path, GOOD))
    [held] = round_.book.read(HELD)
    assert (held.settled_on, held.why) == (TODAY, "Asked the lead")


def test_a_truth_value_is_a_finding_and_the_other_returns_go_on(round_: Round, fill: Fill) -> None:
    other = "Specialist Teaching Service"
    bad = fill(round_.trackers[other], {("Plan", "PI-03", "% complete"): True, ("Plan", "PI-03", "Lead status"): "On track"})
    done = round_.stamp(bad, fill(round_.trackers[LEAD], GOOD))
    assert sorted(found.outcome for found in done.returns) == ["accepted", "held"]
    assert [row.code for row in round_.book.read(HELD)] == ["V05"]


def test_a_row_typed_below_the_table_is_found(round_: Round) -> None:
    book = openpyxl.load_workbook(round_.trackers[LEAD])
    sheet = book["Activities"]
    sheet.cell(sheet.max_row + 1, 1).value = "PI-99"
    book.save(round_.trackers[LEAD])
    assert not round_.stamp(round_.trackers[LEAD]).clean


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_formula_in_the_master_is_refused_also_in_a_dry_run(dry_run: bool, round_: Round, fill: Fill) -> None:
    book = openpyxl.load_workbook(round_.master)
    sheet = book["Plan"]
    headers = [cell.value for cell in sheet[4]]
    sheet.cell(5, headers.index("% complete") + 1).value = "=0.1*3"
    book.save(round_.master)
    before = round_.master.read_bytes()
    with pytest.raises(Refused, match="holds a formula"):
        round_.stamp(fill(round_.trackers[LEAD], GOOD), dry_run=dry_run)
    assert round_.master.read_bytes() == before


def test_paths_that_are_not_there(round_: Round, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no file or folder"):
        round_.stamp(tmp_path / "nothing.xlsx")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(Unusable, match="No returns"):
        round_.stamp(empty)
