"""Across cells: a case in which each rule finds something and cases in which it does not, on real tracker files."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.issue import issue
from sendxl.jobs.stamp import stamp
from sendxl.plan.master import PLAN, PROFILE
from sendxl.plan.schema import Table
from sendxl.plan.tracker import TRACKED
from sendxl.plan.values import Value
from sendxl.returns.judge import validate_return
from sendxl.returns.rules import RULES

A, M, P = "Activities", "Measures", "Savings"
TODAY = date(2026, 12, 20)
MASTER: list[tuple[Table, str, dict[str, Value]]] = [  # as the trackers below are issued
    (PLAN, "status", {"PI-02": "Off track", "PI-03": "At risk"}),
    (PLAN, "starts", {"PI-03": date(2026, 9, 1)}),
    (PLAN, "due", {"PI-02": date(2026, 12, 19), "PI-03": date(2026, 12, 31)}),
    (PLAN, "lead_status", {"PI-03": "At risk"}),
    (PLAN, "percent_complete", {"PI-03": 1}),
    (PLAN, "corrective_action", {"PI-03": "A second team from May."}),
    (PROFILE, "in_place", {"PI-02.S1.P1": 4}),
]


class Case(NamedTuple):
    """Cells of one row that are filled, by header, and the severity with which the rule finds something; '' if not."""

    code: str
    name: str
    found: str
    at: tuple[str, str]
    cells: dict[str, Any]


@pytest.fixture(scope="module")
def issued_so(issued: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A round whose trackers were issued from a master with slips in it that nobody has reported on yet."""
    folder = tmp_path_factory.mktemp("so")
    master = folder / "master.xlsx"
    master.write_bytes(issued.master.read_bytes())
    ClosedBook(master, backups=0).apply([SetCells(*edit) for edit in MASTER])
    done = issue(master, folder / "trackers", again=True, today=date(2026, 11, 25))
    return replace(issued, master=master, trackers={tracker.code: tracker.path for tracker in done.trackers})


@pytest.fixture
def given(issued_so: Any, tmp_path: Path) -> Any:
    return replace(issued_so, folder=tmp_path)


ONE, TWO, THREE = (A, "PI-01"), (A, "PI-02"), (A, "PI-03")
SHARE, COUNT, LINE = (M, "PI-01.M2"), (M, "PI-01.M1"), (P, "PI-02.S1.P1")
DAY, DONE = date(2026, 12, 1), "Complete"
CASES = [
    Case("X01", "no day", "E", TWO, {"Lead status": DONE}),
    Case("X01", "no evidence", "E", ONE, {"Lead status": DONE, "Completed on": DAY}),
    Case("X01", "both", "", TWO, {"Lead status": DONE, "Completed on": DAY}),
    Case("X01", "not complete", "", ONE, {"Lead status": "On track"}),
    Case("X02", "on track", "E", TWO, {"Completed on": DAY}),
    Case("X02", "complete", "", TWO, {"Completed on": DAY, "Lead status": DONE}),
    Case("X02", "blank is V01", "", TWO, {"Completed on": DAY, "Lead status": None}),
    Case("X03", "overdue", "Q", TWO, {"Progress": "x"}),
    Case("X03", "off track", "", TWO, {"Lead status": "Off track"}),
    Case("X03", "due between today and the last day", "", THREE, {"Lead status": "On track"}),
    Case("X03", "due later", "", ONE, {"Progress": "x"}), Case("X03", "no change", "", TWO, {"No change": "Yes"}),
    Case("X04", "at risk", "E", TWO, {"Lead status": "At risk"}),
    Case("X04", "off track", "E", TWO, {"Lead status": "Off track"}),
    Case("X04", "given", "", TWO, {"Lead status": "At risk", "Corrective action": "x"}),
    Case("X04", "given before", "", THREE, {"Progress": "x"}), Case("X04", "on track", "", TWO, {"Progress": "x"}),
    Case("X05", "no day", "Q", TWO, {"% complete": 1}), Case("X05", "not all", "Q", TWO, {"Completed on": DAY}),
    Case("X05", "all done", "", TWO, {"Completed on": DAY, "% complete": 1}),
    Case("X05", "float noise", "", TWO, {"Completed on": DAY, "% complete": 0.9999999999}),
    Case("X05", "under way", "", TWO, {"Progress": "x"}),
    Case("X05", "as issued", "", THREE, {"No change": "Yes"}),
    Case("X06", "above", "E", SHARE, {"Actual": 21, "Out of": 20}), Case("X06", "all", "", SHARE, {"Actual": 20, "Out of": 20}),
    Case("X06", "float noise", "", SHARE, {"Actual": 20.0000000001, "Out of": 20}),
    Case("X06", "kind without", "", COUNT, {"Out of": 2}),
    Case("X08", "none", "E", LINE, {"In place": 5}), Case("X08", "nought", "E", LINE, {"In place": 0}),
    Case("X08", "note alone", "E", LINE, {"Note": "x"}),
    Case("X08", "given", "", LINE, {"In place": 5, "Evidence": "Route list"}),
    Case("X08", "no quantity", "", LINE, {"In place": None}), Case("X08", "as issued", "", TWO, {"Progress": "x"}),
    Case("X09", "before", "Q", THREE, {"Forecast finish": date(2026, 8, 31)}),
    Case("X09", "that day", "", THREE, {"Forecast finish": date(2026, 9, 1)}), Case("X09", "none", "", TWO, {"Progress": "x"}),
    Case("X09", "before the plan is V04", "", TWO, {"Forecast finish": date(2026, 3, 31)}),
    Case("X10", "tomorrow", "Q", TWO, {"Completed on": date(2026, 12, 21)}),
    Case("X10", "today", "", TWO, {"Completed on": TODAY}),
    Case("X11", "no word", "Q", TWO, {"% complete": 0.6}), Case("X11", "a word", "", TWO, {"Progress": "Caught up."}),
    Case("X11", "at risk", "", TWO, {"Lead status": "At risk"}),
    Case("X11", "issued at risk", "", THREE, {"Lead status": "On track"}),
]


def filled(round: Any, at: tuple[str, str], cells: dict[str, Any], name: str = "return.xlsx") -> Any:
    path = round.fill({(*at, header): value for header, value in cells.items()}, name=name)
    return validate_return(path, round.register, TODAY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code} {case.name}")
def test_case(given: Any, case: Case) -> None:
    found = [finding for finding in filled(given, case.at, case.cells).findings if finding.code == case.code]
    assert [finding.severity.letter for finding in found] == list(case.found), found
    assert all(finding.ref == case.at[1] and finding.column and finding.cell for finding in found)


def test_each_rule_has_cases() -> None:
    codes = {code for code in RULES if code.startswith("X")} - {"X12", "X13"}  # with cases in test_rules
    assert codes == {f"X{n:02}" for n in range(1, 12)} - {"X07"}
    assert {case.code for case in CASES if case.found} == {case.code for case in CASES if not case.found} == codes


@pytest.mark.parametrize(("code", "key"), [(r.code, key) for r in RULES.values() if r.code[0] == "X" for key in r.columns])
def test_a_cell_that_cannot_be_read_is_not_checked(given: Any, code: str, key: str) -> None:
    seen, ref = next((seen, ref) for seen, ref in zip(TRACKED.values(), ("PI-02", "PI-01.M2", "PI-02.S1.P1"), strict=True)
                     if set(RULES[code].columns) <= set(seen.by_key))
    found = filled(given, (seen.title, ref), {seen[key].header: "#N/A"})
    assert (code, ref) in {(missed.code, missed.ref) for missed in found.not_checked}
    assert code not in {finding.code for finding in found.findings}


def test_a_tracker_as_issued_is_not_asked_about(given: Any) -> None:
    for code in given.trackers:
        assert not [f for f in validate_return(given.fill(code=code), given.register, TODAY).findings if f.code[0] == "X"]


def test_what_is_complete_names_both_cells_that_are_blank(given: Any) -> None:
    messages = [f.message for f in filled(given, ONE, {"Lead status": DONE}).findings if f.code == "X01"]
    assert messages == ["PI-01 is reported as Complete, but Completed on is blank. Enter the day, or correct Lead status.",
                        "PI-01 is reported as Complete, but Evidence is blank. Say where the evidence is kept, or correct "
                        "Lead status."]


def test_the_plans_dates_are_those_of_the_master_now(given: Any) -> None:
    cells = {"Progress": "x", "Forecast finish": date(2026, 6, 30)}
    moved = given.since(SetCells(PLAN, "due", {"PI-02": date(2027, 3, 31)}), SetCells(PLAN, "starts", {"PI-02": DAY}))
    assert [f.code for f in filled(given, TWO, cells).findings if f.severity.holds] == ["X03"]
    [query] = [f for f in filled(moved, TWO, cells).findings if f.severity.holds]
    assert query.message == ("Forecast finish is 30 Jun 2026, before PI-02 starts (1 Dec 2026). Correct the day; if it is "
                             "right, say why.")


def test_words_stamped_from_the_same_tracker_still_stand(issued_so: Any, tmp_path: Path) -> None:
    master = tmp_path / "master.xlsx"
    master.write_bytes(issued_so.master.read_bytes())
    here = replace(issued_so, master=master, folder=tmp_path)
    first = here.fill({(*ONE, "Lead status"): "At risk", (*ONE, "Corrective action"): "A second team"}, name="first.xlsx")
    assert stamp(master, [first], today=TODAY, now=datetime(2026, 12, 20, 9), by="kim").clean
    found = filled(here, ONE, {"Lead status": "At risk", "% complete": 0.45}, "second.xlsx")
    assert not [f for f in found.findings if f.severity.holds]
