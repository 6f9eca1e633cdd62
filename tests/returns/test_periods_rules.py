"""Across periods: cases of each rule, on a tracker of Q3 after the returns of Q1 and Q2 were stamped."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.issue import issue
from sendxl.jobs.stamp import stamp
from sendxl.plan.master import LEADS, MEASURES, PLAN, PROFILE, SETTINGS, TRACKERS
from sendxl.plan.values import Value
from sendxl.returns.judge import validate_return
from sendxl.returns.rules import RULES

A, M, P = "Activities", "Measures", "Savings"
TODAY = date(2026, 12, 20)
MARCH, JUNE, SEPTEMBER = date(2027, 3, 31), date(2027, 6, 30), date(2027, 9, 30)
Cells = dict[tuple[str, str, str], Any]
ON = date(2026, 6, 30)
Q1: Cells = {
    (A, "PI-01", "Forecast finish"): MARCH, (A, "PI-01", "Progress"): "Three schools joined.",
    (A, "PI-02", "Forecast finish"): MARCH, (A, "PI-02", "Progress"): "Two sessions held.",
    (M, "PI-01.M1", "Actual"): 16, (M, "PI-01.M1", "Actual on"): ON,
    (M, "PI-02.M1", "Actual"): 0.5, (M, "PI-02.M1", "Actual on"): ON,
}
Q2: Cells = {
    (A, "PI-01", "Forecast finish"): JUNE, (A, "PI-01", "Progress"): "Five schools have joined.",
    (A, "PI-02", "No change"): "Yes",
    (M, "PI-01.M1", "Actual"): 24, (M, "PI-01.M1", "Actual on"): date(2026, 9, 15),
}


class Case(NamedTuple):
    """Cells that are filled in the tracker of Q3, and the severity with which the rule finds something; '' if not."""

    code: str
    name: str
    found: str
    cells: Cells
    master: tuple[SetCells, ...] = ()


def row(sheet: str, ref: str, **cells: Any) -> Cells:
    """Cells of one row, by header with “_” for a space."""
    return {(sheet, ref, header.replace("_", " ")): value for header, value in cells.items()}


def settings(**values: Value) -> tuple[SetCells, ...]:
    return (SetCells(SETTINGS, "value", {name.replace("_", " "): value for name, value in values.items()}),)


def cumulative(ref: str) -> tuple[SetCells, ...]:
    return (SetCells(MEASURES, "cumulative", {ref: "Yes"}),)


@pytest.fixture(scope="module")
def third(issued: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The round of Q3."""
    folder = tmp_path_factory.mktemp("third")
    master = folder / "master.xlsx"
    master.write_bytes(issued.master.read_bytes())
    here = replace(issued, master=master, folder=folder)
    for period, cells, today in (("Q1", Q1, date(2026, 7, 6)), ("Q2", Q2, date(2026, 10, 6))):
        made = issue(master, folder / period, period=f"2026-27 {period}", today=today)
        here = replace(here, trackers={tracker.code: tracker.path for tracker in made.trackers})
        done = stamp(master, [here.fill(cells, name=f"{period}.xlsx")], today=today,
                     now=datetime(today.year, today.month, today.day, 9), by="kim")
        assert done.clean
    ClosedBook(master, backups=0).apply([
        SetCells(PLAN, "lead_status", {"PI-03": "Complete"}), SetCells(PROFILE, "in_place", {"PI-02.S1.P1": 4}),
        SetCells(MEASURES, "kind", {"PI-02.M2": "Milestone"}), SetCells(MEASURES, "actual", {"PI-02.M2": 0.1}),
    ])
    made = issue(master, folder / "Q3", period="2026-27 Q3", again=True, today=date(2026, 11, 24))
    return replace(here, trackers={tracker.code: tracker.path for tracker in made.trackers})


@pytest.fixture
def given(third: Any, tmp_path: Path) -> Any:
    return replace(third, folder=tmp_path)


WORD = row(A, "PI-02", Progress="A third session held.")
CASES = [
    Case("P01", "closed", "R", WORD, settings(Closed_through="2026-27 Q3")),
    Case("P01", "closed by month", "R", {}, settings(Closed_through="2026-12")),
    Case("P01", "another than the open one", "Q", WORD, settings(Reporting_period="2026-27 Q4")),
    Case("P01", "a month in the open one", "Q", WORD, settings(Reporting_period="2026-11")),
    Case("P01", "nothing reported", "", {}, settings(Reporting_period="2026-27 Q4")),
    Case("P01", "earlier closed", "", WORD, settings(Closed_through="2026-27 Q2")), Case("P01", "open", "", WORD),
    Case("P02", "fell", "Q", row(M, "PI-01.M1", Actual=23), cumulative("PI-01.M1")),
    Case("P02", "grew", "", row(M, "PI-01.M1", Actual=25), cumulative("PI-01.M1")),
    Case("P02", "float noise", "", row(M, "PI-01.M1", Actual=23.9999999999), cumulative("PI-01.M1")),
    Case("P02", "only a note", "", row(M, "PI-01.M1", Note="x"), cumulative("PI-01.M1")),
    Case("P02", "not cumulative", "", row(M, "PI-01.M1", Actual=23)),
    Case("P02", "blanked", "", row(M, "PI-01.M1", Actual=None), cumulative("PI-01.M1")),
    Case("P03", "more", "Q", row(M, "PI-01.M1", Actual=37)), Case("P03", "less", "Q", row(M, "PI-01.M1", Actual=11)),
    Case("P03", "by half", "", row(M, "PI-01.M1", Actual=36)),
    Case("P03", "share", "Q", row(M, "PI-02.M1", Actual=0.8)), Case("P03", "share by half", "", row(M, "PI-02.M1", Actual=0.75)),
    Case("P03", "milestone", "", row(M, "PI-02.M2", Actual=0.9)),
    Case("P03", "quantity", "Q", row(P, "PI-02.S1.P1", In_place=9)),
    Case("P03", "quantity by less than 5", "", row(P, "PI-02.S1.P1", In_place=8)),
    Case("P03", "first value", "", row(M, "PI-01.M2", Actual=90)),
    Case("P03", "% complete", "", row(A, "PI-01", **{"% complete": 1})),
    Case("P04", "at risk", "Q", row(A, "PI-03", Lead_status="At risk")),
    Case("P04", "complete", "", row(A, "PI-03", Evidence="x")),
    Case("P04", "blank is V01", "", row(A, "PI-03", Lead_status=None)),
    Case("P04", "was on track", "", row(A, "PI-02", Lead_status="At risk")),
    Case("P05", "the same", "Q", row(A, "PI-01", Progress="five schools  have joined. ")),
    Case("P05", "of the one before the last", "", row(A, "PI-01", Progress="Three schools joined.")),
    Case("P05", "no change since", "Q", row(A, "PI-02", Progress="Two sessions held.")),
    Case("P05", "complete", "", row(A, "PI-01", Progress="Five schools have joined.", Lead_status="Complete")),
    Case("P05", "not started", "", row(A, "PI-01", Progress="Five schools have joined.", Lead_status="Not started")),
    Case("P05", "another", "", WORD), Case("P05", "blank", "", row(A, "PI-01", Evidence="x")),
    Case("P06", "again", "Q", row(A, "PI-01", Forecast_finish=SEPTEMBER)),
    Case("P06", "back again", "Q", row(A, "PI-01", Forecast_finish=MARCH)),
    Case("P06", "stays", "", row(A, "PI-01", Progress="x")), Case("P06", "first time", "", row(A, "PI-02", Forecast_finish=JUNE)),
    Case("P06", "blanked", "", row(A, "PI-01", Forecast_finish=None)),
    Case("P07", "all", "NNN", {}), Case("P07", "others", "NN", WORD),
    Case("P07", "said or changed", "", WORD | row(A, "PI-01", No_change="Yes") | row(A, "PI-03", Evidence="x")),
]


def filled(round: Any, case: Case) -> Any:
    here = round.since(*case.master) if case.master else round
    return validate_return(here.fill(case.cells), here.register, TODAY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code} {case.name}")
def test_case(given: Any, case: Case) -> None:
    found = [finding for finding in filled(given, case).findings if finding.code == case.code]
    assert "".join(finding.severity.letter for finding in found) == case.found, found


def test_each_rule_has_cases() -> None:
    codes = {code for code in RULES if code.startswith("P")}
    assert codes == {f"P{n:02}" for n in range(1, 8)}
    assert {case.code for case in CASES if case.found} == {case.code for case in CASES if not case.found} == codes


@pytest.mark.parametrize(("code", "cells", "message"), [
    ("P02", row(M, "PI-01.M1", Actual=23),
     "PI-01.M1 is a count that only grows, but Actual fell from 24 to 23. Correct it; if it is right, say why."),
    ("P03", row(M, "PI-02.M1", Actual=0.8),
     "PI-02.M1: Actual went from 50% to 80% since the last period. Check the figure; if it is right, say what changed."),
    ("P06", row(A, "PI-01", Forecast_finish=SEPTEMBER),
     "Forecast finish of PI-01 moves again, from 30 Jun 2027 to 30 Sep 2027; it had moved before, from 31 Mar 2027. Say why, and "
     "what makes this day sure."),
])
def test_message(given: Any, code: str, cells: Cells, message: str) -> None:
    found = filled(given, Case(code, "", "", cells, cumulative("PI-01.M1")))
    assert [f.message for f in found.findings if f.code == code] == [message]


@pytest.mark.parametrize(("code", "at"), [
    ("P02", (M, "PI-01.M1", "Actual")), ("P03", (P, "PI-02.S1.P1", "In place")), ("P04", (A, "PI-02", "Lead status")),
    ("P05", (A, "PI-02", "Progress")), ("P06", (A, "PI-02", "Forecast finish")), ("P07", (A, "PI-02", "No change")),
])
def test_a_cell_that_cannot_be_read_is_not_checked(given: Any, code: str, at: tuple[str, str, str]) -> None:
    found = filled(given, Case(code, "", "", {at: "#N/A"}))
    assert (code, at[1]) in {(missed.code, missed.ref) for missed in found.not_checked}
    assert (code, at[1]) not in {(f.code, f.ref) for f in found.findings}


@pytest.mark.parametrize(("days", "found"), [
    ([MARCH, JUNE, JUNE], "Q"), ([MARCH, JUNE, JUNE, JUNE], "Q"), ([MARCH, MARCH, JUNE], "Q"), ([JUNE, JUNE, JUNE], "")])
def test_a_quiet_period_does_not_make_it_the_first_move(given: Any, days: list[date], found: str) -> None:
    ends = [date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)]
    stamped = {end: {"forecast_finish": day} for end, day in zip(ends, days, strict=False)}
    register = replace(given.register, periods={("Plan", "PI-02"): stamped})
    returned = validate_return(given.fill(row(A, "PI-02", Forecast_finish=SEPTEMBER)), register, TODAY)
    assert "".join(finding.severity.letter for finding in returned.findings if finding.code == "P06") == found


def test_another_period_holds_every_row_that_is_reported(given: Any) -> None:
    cells = WORD | row(M, "PI-01.M1", Note="x")
    found = filled(given, Case("P01", "", "", cells, settings(Reporting_period="2026-27 Q4")))
    assert [(f.table, f.ref) for f in found.findings if f.code == "P01"] == [("Plan", ""), ("Measures", "")]
    assert found.reported == [] and found.outcome == "held"


def test_a_closed_period_refuses_the_return(given: Any) -> None:
    found = filled(given, Case("P01", "", "", WORD, settings(Closed_through="2026-27 Q4")))
    assert found.outcome == "rejected"
    assert found.findings[0].message == (
        "This tracker is for 2026-27 Q3, and the plan is closed through 2026-27 Q4. Report what still holds in the tracker of "
        "the open period.")


def test_without_an_earlier_update_what_was_issued_stands_for_the_last_period(round: Any) -> None:
    cells = row(A, "PI-01", Progress="Begun in two schools.") | row(M, "PI-01.M1", Actual=19, Actual_on=TODAY)  # issued: 12
    found = validate_return(round.fill(cells), round.since(*cumulative("PI-01.M1")).register, TODAY).findings
    assert [f.code for f in found if f.severity.holds] == ["P05", "P03"]


def test_what_was_issued_again_in_the_same_period_is_of_no_last_one(round: Any) -> None:
    master = round.folder / "plan.xlsx"
    master.write_bytes(round.master.read_bytes())
    cells = row(A, "PI-01", Progress="Three schools joined.") | row(M, "PI-01.M1", Actual=14, Actual_on=ON)
    stamp(master, [round.fill(cells)], today=TODAY, now=datetime(2026, 12, 20, 9), by="kim")
    [code] = [str(row.code) for row in ClosedBook(master).read(LEADS) if row.title == "Inclusion Manager"]
    made = issue(master, round.folder / "again", leads=[code], again=True, today=TODAY)
    here = replace(round, master=master, trackers={code: made.trackers[0].path})
    again = row(A, "PI-01", Progress="Three schools joined.") | row(M, "PI-01.M1", Actual=30, Actual_on=TODAY)
    found = validate_return(here.fill(again, name="again.xlsx"), here.register, TODAY)
    assert {row.state for row in ClosedBook(master).read(TRACKERS)} == {"Stamped", "Issued"}
    assert [f.code for f in found.findings if f.severity.holds] == []


def test_no_change_is_not_proposed_where_nothing_was_ever_reported(round: Any) -> None:
    [found] = round.validate(round.fill({}))
    says = {f.ref: f.message.partition("so this is no update of it. ")[2] for f in found.findings if f.code == "P07"}
    assert says == dict.fromkeys(("PI-01", "PI-02"), "If nothing has changed, choose Yes in No change.") | {
        "PI-03": "Nothing was reported so far: fill the row."}


def test_a_row_stamped_from_the_tracker_before_is_not_asked_for_again(given: Any) -> None:
    master = given.folder / "plan.xlsx"
    master.write_bytes(given.master.read_bytes())
    here = replace(given, master=master)
    stamp(master, [here.fill(WORD, name="first.xlsx")], today=TODAY, now=datetime(2026, 12, 20, 9), by="kim")
    found = validate_return(here.fill(row(A, "PI-01", Progress="x"), name="second.xlsx"), here.register, TODAY)
    assert [f.ref for f in found.findings if f.code == "P07"] == ["PI-03"]
