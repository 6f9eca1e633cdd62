"""Of a value that could not be read, or not for sure, only that is told: what needs it is not checked."""

import ast
import inspect
import textwrap
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.issue import issue
from sendxl.plan.master import MEASURES, PLAN, POOLS, SAVINGS, SETTINGS
from sendxl.plan.tracker import TRACKED
from sendxl.returns.rules import RULES
from sendxl.returns.rules.registry import Scope

A, M, P = "Activities", "Measures", "Savings"
DAY = date(2026, 12, 1)
DONE = {"% complete": 1, "Completed on": DAY, "Lead status": "Complete", "Evidence": "Log", "Progress": "All done."}
SLIPPING = {"% complete": 0.6, "Lead status": "At risk", "Corrective action": "A second team.", "Progress": "Late.",
            "Forecast finish": date(2027, 6, 30)}
SHARE = {"Actual": 14, "Out of": 20, "Actual on": DAY, "Note": "By hand."}
COUNT = {"Actual": 14, "Actual on": DAY}
LINE = {"In place": 5, "In place on": DAY, "In place since": DAY, "Evidence": "Route list"}
ROWS = [(A, "PI-02", DONE), (A, "PI-02", SLIPPING), (A, "PI-03", SLIPPING), (M, "PI-01.M2", SHARE), (M, "PI-01.M1", COUNT),
        (P, "PI-02.S1.P1", LINE)]
ODD = {"Lead status": ["Ontrack", 3], "% complete": ["half", 50, -0.2], "Actual": ["14 or so", -2.5], "Out of": ["20 or so", -3],
       "In place": ["five", -2.5]}
_DATES = ["end of term", 31122026.5, "29 Feb 2027"]
CASES = [(sheet, ref, cells, header, odd) for sheet, ref, cells in ROWS for header, value in cells.items()
         for odd in ("#N/A", "=1+1", *(ODD.get(header, ()) or (_DATES if isinstance(value, date) else ())))]


@pytest.fixture(scope="module")
def asked(issued: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A round in which nothing but an odd cell is found in the rows: what was planned, and a pool that is nearly full."""
    folder = tmp_path_factory.mktemp("asked")
    master = folder / "master.xlsx"
    master.write_bytes(issued.master.read_bytes())
    ClosedBook(master, backups=0).apply([
        AppendRows(POOLS, [{"code": "COUNTY", "learners": "Learners out of county", "capacity": 5}]),
        SetCells(SAVINGS, "pool", {"PI-02.S1": "COUNTY"}), SetCells(MEASURES, "baseline", {"PI-01.M2": 0.5}),
    ])
    made = issue(master, folder / "trackers", again=True, today=date(2026, 11, 25))
    return replace(issued, master=master, trackers={tracker.code: tracker.path for tracker in made.trackers})


@pytest.fixture
def here(asked: Any, tmp_path: Path) -> Any:
    return replace(asked, folder=tmp_path)


@pytest.mark.parametrize(("sheet", "ref", "cells"), ROWS)
def test_these_rows_hold_nothing(here: Any, sheet: str, ref: str, cells: dict[str, Any]) -> None:
    [found] = here.validate(here.fill({(sheet, ref, header): value for header, value in cells.items()}))
    assert [str(f) for f in found.findings if f.severity.holds] == []


@pytest.mark.parametrize(("sheet", "ref", "cells", "header", "odd"), CASES)
def test_one_thing_is_told_and_what_needs_the_value_is_not_checked(here: Any, sheet: str, ref: str, cells: dict[str, Any],
                                                                   header: str, odd: Any) -> None:
    [found] = here.validate(here.fill({(sheet, ref, name): odd if name == header else value for name, value in cells.items()}))
    told = [(f.code, f.column) for f in found.findings if f.severity.holds]
    assert [column for _, column in told] == [header], told
    seen = next(seen for seen in TRACKED.values() if seen.title == sheet)
    key, master = seen.by_header[header].key, next(master for master in TRACKED if TRACKED[master] is seen)
    need = {rule.code for rule in RULES.values() if rule.scope is Scope.REPORTED and key in rule.columns
            and (not rule.tables or master in rule.tables)}
    missed = {missed.code for missed in found.not_checked if missed.ref == ref}
    assert need <= missed
    assert missed.isdisjoint({f.code for f in found.findings if f.ref == ref})


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.scope in (Scope.ROW, Scope.REPORTED)],
                         ids=lambda rule: rule.code)
def test_a_rule_over_rows_says_what_it_reads(rule: Any) -> None:
    """Every column to fill that its function names; else it would be asked though the cell cannot be read."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(rule.check)))
    named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    named |= {"no_change"} if "says_no_change" in inspect.getsource(rule.check) else set()
    inputs = {column.key for seen in TRACKED.values() for column in seen if column.is_input}
    assert named & inputs <= set(rule.columns)


def test_another_lead_says_otherwise_than_what_is_not_sure(here: Any) -> None:
    one = here.fill({(A, "PI-01", "% complete"): 50}, name="one.xlsx")  # which shows 5000%
    other = here.fill({(A, "PI-01", "% complete"): 0.5}, code="EP", name="other.xlsx")
    for found, codes in zip(here.validate(one, other), (["V06"], []), strict=True):
        assert [f.code for f in found.findings if f.severity.holds] == codes
        assert {"C01", "C02"} <= {missed.code for missed in found.not_checked}
        assert not {"C01", "C02"} & {f.code for f in found.findings}


def test_the_plan_says_otherwise_than_what_is_not_sure(here: Any) -> None:
    since = here.since(SetCells(PLAN, "percent_complete", {"PI-02": 0.6}))
    [found] = since.validate(here.fill({(A, "PI-02", "% complete"): 50}))
    assert [f.code for f in found.findings if f.severity.holds] == ["V06"]
    assert ("C04", "% complete") in {(missed.code, missed.column) for missed in found.not_checked}


@pytest.mark.parametrize("odd", [-9.0, "nine"])
def test_learners_are_not_counted_by_what_cannot_be(here: Any, odd: Any) -> None:
    [found] = here.validate(here.fill({(P, "PI-02.S1.P1", "In place"): odd, (P, "PI-02.S1.P1", "In place on"): DAY,
                                          (P, "PI-02.S1.P1", "In place since"): DAY, (P, "PI-02.S1.P1", "Evidence"): "x"}))
    assert ("C05", "In place") in {(missed.code, missed.column) for missed in found.not_checked}


def test_a_day_that_could_be_two_is_not_compared(here: Any) -> None:
    day_last = here.since(SetCells(SETTINGS, "value", {"Dates day first": "No"}))
    [found] = day_last.validate(here.fill({(A, "PI-02", "Forecast finish"): "03/01/2026", (A, "PI-02", "Progress"): "x"}))
    assert [f.code for f in found.findings if f.severity.holds] == ["V03"]
    assert {"X09", "P06", "V04"} <= {missed.code for missed in found.not_checked}


def test_what_lies_under_a_merge_is_not_blank(here: Any) -> None:
    """Of merged cells only the first holds anything: what was in the others is neither asked for nor taken as cleared."""
    def change(book: Any) -> None:
        first, last = (here.cell(book, A, ref, "Lead status") for ref in ("PI-01", "PI-03"))
        book[A].merge_cells(start_row=first.row, end_row=last.row, start_column=first.column, end_column=last.column)

    filled = {(A, ref, "Progress"): f"Of {ref}." for ref in ("PI-01", "PI-02", "PI-03")} | {(A, "PI-03", "% complete"): 0.1}
    [found] = here.validate(here.fill(filled, change))
    assert [(f.code, f.ref) for f in found.findings if f.severity.holds] == [("S09", ref) for ref in ("PI-01", "PI-02", "PI-03")]
    assert {("X02", "PI-02"), ("X04", "PI-03")} <= {(missed.code, missed.ref) for missed in found.not_checked}
    assert found.accepted == []
