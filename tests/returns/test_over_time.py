"""Returns of several periods, versions and leads in one folder: each row is dealt with once, and a second run changes nothing."""

import re
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.chase import chase
from sendxl.jobs.issue import issue
from sendxl.jobs.stamp import Stamped, stamp
from sendxl.jobs.validate import validate
from sendxl.plan.master import HELD, PLAN, SETTINGS, TRACKERS

A, M, P = "Activities", "Measures", "Savings"
OPENED = {"Q3": date(2026, 12, 10), "Q4": date(2027, 3, 10)}
Cells = dict[tuple[str, str, str], Any]


def told(ref: str, percent: float, progress: str = "Begun.", **more: Any) -> Cells:
    """An update of an activity."""
    cells = {"% complete": percent, "Lead status": "On track", "Progress": progress, **more}
    return {(A, ref, header): value for header, value in cells.items()}


class Months:
    """A master over several periods, with a folder of returns; each file is saved some minutes after the one before."""

    def __init__(self, round: Any, folder: Path) -> None:
        self.master, self.folder = folder / "master.xlsx", folder / "returns"
        self.folder.mkdir()
        shutil.copy(round.master, self.master)
        self._round = replace(round, folder=self.folder, master=self.master)
        self._saved = self._now = datetime(2026, 12, 10, 9)
        self.today = OPENED["Q3"]

    def open(self, quarter: str, *, again: bool = False) -> None:
        self.today = OPENED[quarter]
        self._now = datetime.combine(self.today, self._now.time())
        folder = self.folder.parent / f"{quarter} {again}"
        made = issue(self.master, folder, period=f"2026-27 {quarter}", today=self.today, now=self._now, again=again)
        self._round = replace(self._round, trackers={tracker.code: tracker.path for tracker in made.trackers})

    def returned(self, name: str, cells: Cells, code: str = "INC") -> Path:
        path: Path = self._round.fill(cells, code=code, name=f"{name}.xlsx")
        self._saved += timedelta(minutes=7)
        when = f"{self._saved:%Y-%m-%dT%H:%M:%SZ}".encode()

        def saved(member: str, content: bytes) -> bytes:
            modified = rb"(<dcterms:modified[^>]*>)[^<]*"
            return re.sub(modified, rb"\g<1>" + when, content) if member == "docProps/core.xml" else content

        self._round.rewrite(path, saved)
        return path

    def stamp(self, *paths: Path) -> Stamped:
        self._now += timedelta(minutes=5)
        return stamp(self.master, paths or [self.folder], today=self.today, now=self._now, by="kim")

    def settles_down(self) -> bool:
        before = self.master.read_bytes()
        return not self.stamp().written and self.master.read_bytes() == before

    def holding(self) -> dict[str, set[tuple[str, str]]]:
        """What holds each file of the folder, as code and ref."""
        found = validate(self.master, [self.folder], today=self.today).returns
        return {one.path.stem: {(told.code, told.ref) for told in one.findings if told.severity.holds} for one in found}

    @property
    def held(self) -> set[tuple[Any, Any]]:
        return {(row.code, row.ref) for row in ClosedBook(self.master).read(HELD) if row.settled_on is None}

    def percent(self, ref: str) -> Any:
        return ClosedBook(self.master).read(PLAN).by_key[ref].percent_complete

    def states(self, lead: str) -> list[Any]:
        return [row.state for row in ClosedBook(self.master).read(TRACKERS) if row.lead == lead]


@pytest.fixture
def months(issued: Any, tmp_path: Path) -> Months:
    return Months(issued, tmp_path)



def test_a_row_that_was_stamped_is_not_asked_about_again_with_the_rest_of_its_file(months: Months) -> None:
    months.returned("first", told("PI-02", 0.6) | told("PI-03", 1.4))
    months.stamp()
    assert months.held == {("V06", "PI-03")}
    months.returned("second", told("PI-02", 0.7, "More."))
    months.stamp()
    assert (months.percent("PI-02"), months.held) == (0.7, {("V06", "PI-03")})
    assert months.settles_down()


def test_nor_when_the_next_period_is_open(months: Months) -> None:
    months.returned("first", told("PI-02", 0.6) | told("PI-03", 1.4) | {(M, "PI-02.M1", "Note"): "By hand."})
    months.stamp()
    months.open("Q4")
    months.returned("next", told("PI-02", 0.7, "More."))
    months.stamp()
    assert months.percent("PI-02") == 0.7
    assert months.held == {("V06", "PI-03"), ("P01", None)}
    assert months.holding() == {"first": {("V06", "PI-03"), ("P01", "")}, "next": set()}
    assert len([row for row in ClosedBook(months.master).read(HELD) if row.code == "P01"]) == 1  # nothing waits in its measures
    assert months.settles_down()


def test_nor_by_another_lead_who_says_otherwise(months: Months) -> None:
    months.returned("first", told("PI-01", 0.6) | told("PI-03", 1.4))
    months.stamp()
    months.returned("other", told("PI-01", 0.7), code="EP")
    assert months.holding() == {"first": {("V06", "PI-03")}, "other": {("C04", "PI-01")}}


def test_saved_again_it_is_still_a_copy(months: Months) -> None:
    cells = told("PI-02", 0.6) | told("PI-03", 1.4)
    months.returned("first", cells)
    months.stamp()
    months.returned("second", cells)
    found = validate(months.master, [months.folder], today=months.today).returns
    assert [one.outcome_in_words for one in found] == ["held", "a copy of first.xlsx"]


@pytest.mark.parametrize("copy", ["the return - Copy", "the return (1)", "Copy of the return", "the return copy", "a (2)"])
def test_the_one_that_is_called_a_copy_is_the_copy(months: Months, copy: str) -> None:
    for name in ("the return", copy):
        months.returned(name, told("PI-02", 0.6) | told("PI-03", 1.4))
    found = validate(months.master, [months.folder], today=months.today).returns
    assert {one.path.stem: one.outcome_in_words for one in found} == {
        "the return": "held", copy: "a copy of the return.xlsx"}


@pytest.mark.parametrize("together", [True, False])
def test_an_earlier_period_does_not_hold_the_one_that_is_open(months: Months, together: bool) -> None:
    months.returned("late", told("PI-02", 0.6) | told("PI-03", 0.1))
    months.open("Q4")
    if not together:
        months.stamp()
        assert months.held == {("P01", None)}
    months.returned("now", told("PI-02", 0.7, "More."))
    months.stamp()
    assert months.percent("PI-02") == 0.7
    assert months.held == {("P01", None), ("C03", "PI-02")}
    assert months.holding() == {"late": {("P01", ""), ("C03", "PI-02")}, "now": set()}
    assert months.settles_down()


def test_what_asks_about_a_return_is_settled_where_its_period_is_closed_since(months: Months) -> None:
    months.returned("late", told("PI-02", 0.6))
    months.open("Q4")
    months.stamp()
    ClosedBook(months.master, backups=0).apply([SetCells(SETTINGS, "value", {"Closed through": "2026-27 Q3"})])
    months.stamp()
    rows = [row for row in ClosedBook(months.master).read(HELD) if row.settled_on is None]
    assert [(row.code, "closed through" in str(row.what_to_do)) for row in rows] == [("P01", True)]
    assert months.settles_down()


def test_leads_who_agree_by_now_are_not_reminded_of_their_conflict(months: Months) -> None:
    months.returned("one", told("PI-01", 0.5))
    months.returned("other", told("PI-01", 0.55), code="EP")
    months.stamp()
    months.stamp(months.returned("corrected", told("PI-01", 0.5), code="EP"))
    assert (months.percent("PI-01"), months.held) == (0.5, set())
    assert [reminded.lead for reminded in chase(months.master, today=date(2026, 12, 11)).chasers] == []
    months.stamp()  # what else the one says of the row is applied once its return is given again
    assert months.states("Inclusion Manager") == months.states("Principal Psychologist") == ["Stamped"]
    assert months.settles_down()


def test_a_conflict_stands_though_one_of_the_two_is_given_alone(months: Months) -> None:
    months.returned("one", told("PI-01", 0.5))
    other = months.returned("other", told("PI-01", 0.55), code="EP")
    months.stamp()
    held, before = months.held, months.master.read_bytes()
    assert not months.stamp(other).written
    assert (months.held, months.master.read_bytes()) == (held, before)
    [found] = validate(months.master, [other], today=months.today).returns
    assert [finding.message for finding in found.findings if finding.code == "C01"] == [
        "% complete differs: it was “40%” when the tracker was sent out, and is “55%” here but “50%” in the return of Inclusion "
        "Manager. Agree on one, and send a corrected return."]


def test_nor_where_both_are_of_one_lead(months: Months) -> None:
    one = months.returned("one", told("PI-02", 0.6))
    other = months.returned("other", told("PI-02", 0.7))
    months.stamp()
    for path in (one, other):
        months.stamp(path)
        assert (months.percent("PI-02"), months.held) == (0.5, {("C01", "PI-02")})


def test_leads_who_still_differ_are(months: Months) -> None:
    months.returned("one", told("PI-01", 0.5))
    months.returned("other", told("PI-01", 0.55), code="EP")
    months.stamp()
    months.stamp(months.returned("corrected", told("PI-01", 0.52), code="EP"))
    assert months.held == {("C01", "PI-01")}


def test_what_a_later_version_answers_is_settled_at_once_though_it_is_held_elsewhere(months: Months) -> None:
    months.returned("first", told("PI-02", 1.4) | told("PI-03", 1.5))
    months.returned("second", told("PI-02", 0.7) | {(M, "PI-02.M1", "Actual"): "half"})
    months.stamp()
    assert (months.percent("PI-02"), months.held) == (0.7, {("V06", "PI-03"), ("V05", "PI-02.M1"), ("V01", "PI-02.M1")})
    assert months.settles_down()


def test_a_mistake_that_two_versions_have_is_held_once(months: Months) -> None:
    months.returned("first", told("PI-02", 1.4))
    months.returned("second", told("PI-02", 1.4, "More."))
    months.stamp()
    rows = [row.code for row in ClosedBook(months.master).read(HELD) if row.settled_on is None]
    assert rows.count("V06") == 1
    assert months.settles_down()


@pytest.mark.parametrize("mistaken", [False, True])
def test_of_a_tracker_that_was_sent_out_again_the_later_counts(months: Months, *, mistaken: bool) -> None:
    months.returned("old", told("PI-02", 1.6 if mistaken else 0.6) | told("PI-03", 0.1))
    if mistaken:
        months.stamp()
    months.open("Q3", again=True)
    months.returned("new", told("PI-02", 0.7, "More."))
    months.stamp()
    assert months.percent("PI-02") == 0.7
    assert months.held == (set() if mistaken else {("C03", "PI-02"), ("C03", "PI-03")})
    assert months.settles_down()


CELLS: dict[tuple[str, str], list[Any]] = {
    (A, "No change"): [None, "Yes", True], (A, "% complete"): [0.2, 0.3, 1, 1.4, 45, "half", None],
    (A, "Lead status"): ["On track", "Off track", "Complete", "Ontrack", 3, None],
    (A, "Completed on"): [None, date(2026, 11, 30), date(2016, 1, 1), "end of term"],
    (A, "Progress"): ["Begun.", "More.", "x" * 2001, "=1+1", "born 3 May 2014", 12], (A, "Evidence"): ["Log", None],
    (M, "Actual"): [12, 13, 300, 0.75, "12 approx", None], (M, "Out of"): [None, 20, 5],
    (M, "Actual on"): [date(2026, 12, 1), date(2027, 6, 30), True, None], (P, "In place"): [4, 30, "four"],
    (P, "In place on"): [date(2026, 12, 1), None], (P, "In place since"): [date(2026, 12, 1), None],
    (P, "Evidence"): ["List", None],
}
GIVEN = {"INC": ["PI-01", "PI-02", "PI-03", "PI-01.M1", "PI-01.M2", "PI-02.M1", "PI-02.S1.P1"],
         "EP": ["PI-01", "GR-01", "PI-01.M1"]}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_back_a_second_run_changes_nothing(months: Months, seed: int) -> None:
    """Versions, leads, periods and trackers sent out again, their cells filled at random, well or not."""
    draw = Random(seed)
    for step in range(3):
        for number in range(draw.randint(1, 2)):
            code = draw.choice(["INC", "EP"])
            sheets = {ref: M if ".M" in ref else P if ".S" in ref else A for ref in GIVEN[code]}
            filled = [(sheets[ref], ref, header) for ref in GIVEN[code] if draw.random() < 0.6
                      for sheet, header in CELLS if sheet == sheets[ref] and draw.random() < 0.8]
            months.returned(f"{step}{number}", {at: draw.choice(CELLS[at[0], at[2]]) for at in filled}, code)
        months.stamp()
        assert months.settles_down(), (step, months.holding())
        if draw.random() < 0.5:
            months.open("Q3" if step == 0 and draw.random() < 0.5 else "Q4", again=True)
