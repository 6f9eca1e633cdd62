"""One slip is told once: where a finding says what is wrong with a cell, others that follow from the same slip are not told."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.issue import issue
from sendxl.plan.master import MEASURES, PLAN, PROFILE
from sendxl.plan.schema import Table
from sendxl.plan.values import Value
from sendxl.returns.rules import RULES

A, M, P = "Activities", "Measures", "Savings"
THEN, DAY = date(2026, 9, 30), date(2026, 12, 1)
ISSUED: list[tuple[Table, str, dict[str, Value]]] = [  # PI-02 is complete; a share and a count in place were reported
    (PLAN, "PI-02", {"percent_complete": 1, "lead_status": "Complete", "completed_on": THEN, "evidence": "Log"}),
    (PLAN, "PI-01", {"forecast_finish": date(2027, 3, 31)}), (MEASURES, "PI-01.M1", {"cumulative": "Yes"}),
    (MEASURES, "PI-01.M2", {"baseline": 0.4, "target": 0.6, "actual": 14, "out_of": 30, "actual_on": THEN}),
    (PROFILE, "PI-02.S1.P1", {"in_place": 3, "in_place_on": THEN, "in_place_since": THEN, "evidence": "List"}),
]


class Case(NamedTuple):
    """Cells of one row, and all that holds it, as in ``V04 Forecast finish``."""

    name: str
    at: tuple[str, str]
    cells: dict[str, Any]
    told: set[str]


ONE, DONE_ONE, THREE = (A, "PI-01"), (A, "PI-02"), (A, "PI-03")
COUNT, SHARE, LINE = (M, "PI-01.M1"), (M, "PI-01.M2"), (P, "PI-02.S1.P1")
CASES = [
    Case("a forecast long past", ONE, {"Forecast finish": date(2016, 9, 30)}, {"V04 Forecast finish"}),
    Case("a year alone", ONE, {"Forecast finish": date(1905, 7, 19)}, {"V04 Forecast finish"}),
    Case("completed far ahead", DONE_ONE, {"Completed on": date(2066, 9, 30)}, {"V04 Completed on"}),
    Case("completed soon", DONE_ONE, {"Completed on": date(2027, 1, 31)}, {"X10 Completed on"}),
    Case("a value of a day far ahead", COUNT, {"Actual": 13, "Actual on": date(2066, 9, 30)}, {"V13 Actual on"}),
    Case("in place on a day far ahead", LINE, {"In place": 4, "In place on": date(2066, 9, 30)}, {"V13 In place on"}),
    Case("two days that have not come", LINE,
         {"In place": 4, "In place on": date(2027, 1, 2), "In place since": date(2027, 1, 1)},
         {"V13 In place on", "V13 In place since", "V14 In place since"}),
    Case("what is needed was blanked", ONE, {"Lead status": None}, {"V01 Lead status"}),
    Case("the day of a value was blanked", COUNT, {"Actual on": None}, {"V01 Actual on"}),
    Case("the first day was blanked", LINE, {"In place since": None}, {"V01 In place since"}),
    Case("the evidence of a count was blanked", LINE, {"Evidence": None}, {"X08 Evidence"}),
    Case("the day of what is complete was blanked", DONE_ONE, {"Completed on": None}, {"X01 Completed on"}),
    Case("the evidence of what is complete was blanked", DONE_ONE, {"Evidence": None}, {"X01 Evidence"}),
    Case("a value was blanked, not its whole", SHARE, {"Actual": None}, {"V11 Actual"}),
    Case("taken up again", DONE_ONE,
         {"Lead status": "At risk", "% complete": 0.8, "Completed on": None, "Corrective action": "x"}, {"P04 Lead status"}),
    Case("complete, and nothing else", THREE, {"% complete": 1, "Lead status": "Complete"}, {"X01 Completed on", "X01 Evidence"}),
    Case("a digit too many", COUNT, {"Actual": 120, "Actual on": DAY}, {"V12 Actual"}),
    Case("a digit too many in place", LINE, {"In place": 30, "In place on": DAY}, {"V12 In place"}),
    Case("more than there are", SHARE, {"Actual": 140, "Actual on": DAY}, {"X06 Actual"}),
    Case("the whole of a share alone", SHARE, {"Out of": 18}, {"P03 Out of"}),
    Case("a share in place of a count", COUNT, {"Actual": 0.75, "Actual on": DAY}, {"V08 Actual"}),
]


@pytest.fixture(scope="module")
def reported(issued: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("reported")
    master = folder / "master.xlsx"
    master.write_bytes(issued.master.read_bytes())
    ClosedBook(master, backups=0).apply(
        [SetCells(table, key, {ref: value}) for table, ref, values in ISSUED for key, value in values.items()])
    made = issue(master, folder / "trackers", again=True, today=date(2026, 11, 25))
    return replace(issued, master=master, trackers={tracker.code: tracker.path for tracker in made.trackers})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_slip_is_told_once(reported: Any, case: Case, tmp_path: Path) -> None:
    here = replace(reported, folder=tmp_path)
    [found] = here.validate(here.fill({(*case.at, header): value for header, value in case.cells.items()}))
    holding = [finding for finding in found.findings if finding.severity.holds]
    assert {f"{finding.code} {finding.column}" for finding in holding} == case.told
    left = {(missed.code, missed.ref) for missed in found.not_checked}
    assert left.isdisjoint({(finding.code, finding.ref) for finding in holding if finding.code not in ("V11", "X01")})


def test_a_run_of_digits_as_the_day_of_a_value_says_what_was_probably_meant(reported: Any, tmp_path: Path) -> None:
    here = replace(reported, folder=tmp_path)
    [found] = here.validate(here.fill({(*COUNT, "Actual"): 13, (*COUNT, "Actual on"): 311226}))
    assert [finding.message for finding in found.findings if finding.code == "V13"] == [
        "Actual on: 8 Feb 2752 has not come yet. If 31 Dec 2026 is meant, type it like that."]


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.follows], ids=lambda rule: rule.code)
def test_a_rule_follows_others_that_hold_a_row_at_least_as_much(rule: Any) -> None:
    """Else an error would be let pass as soon as a question is answered."""
    order = ["note", "query", "error", "reject"]
    assert all(order.index(RULES[code].severity) >= order.index(rule.severity) for code in rule.follows)
