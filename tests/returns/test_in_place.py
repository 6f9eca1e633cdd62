"""The rules about In place: how many there are, on which day, and since when; each found, and not found."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.issue import issue
from sendxl.plan.master import POOLS, PROFILE, SAVINGS
from sendxl.returns.judge import validate_return
from tests.returns.conftest import TODAY

P = "Savings"
COUNTED, SINCE = date(2026, 9, 30), date(2026, 9, 1)
NEVER, FOUR, NONE, UPGRADED, UNPLANNED = (f"PI-02.S1.P{number}" for number in range(1, 6))
"""Rows never counted; with a count of 4; of none; of 4 by an upgrade that found no first day; and one that plans nothing."""
ON, YESTERDAY, TOMORROW = date(2026, 12, 1), TODAY - timedelta(1), TODAY + timedelta(1)


@pytest.fixture(scope="module")
def counted(issued: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A round with rows of Profile that were counted before, and a pool of 12 learners for all of them."""
    folder = tmp_path_factory.mktemp("counted")
    master = folder / "master.xlsx"
    master.write_bytes(issued.master.read_bytes())
    day = date(2026, 9, 1)
    ClosedBook(master, backups=0).apply([
        AppendRows(POOLS, [{"code": "COUNTY", "capacity": 12}]), SetCells(SAVINGS, "pool", {"PI-02.S1": "COUNTY"}),
        AppendRows(PROFILE, [
            {"ref": FOUR, "savings_ref": "PI-02.S1", "from": day, "planned_quantity": 6, "in_place": 4, "in_place_on": COUNTED,
             "in_place_since": SINCE, "evidence": "List"},
            {"ref": NONE, "savings_ref": "PI-02.S1", "from": day, "planned_quantity": 6, "in_place": 0, "in_place_on": COUNTED,
             "evidence": "List"},
            {"ref": UPGRADED, "savings_ref": "PI-02.S1", "from": day, "planned_quantity": 6, "in_place": 4,
             "in_place_on": COUNTED, "evidence": "List"},
            {"ref": UNPLANNED, "savings_ref": "PI-02.S1", "from": day},
        ])])
    made = issue(master, folder / "trackers", again=True, today=date(2026, 11, 25))
    return replace(issued, master=master, trackers={tracker.code: tracker.path for tracker in made.trackers})


class Case(NamedTuple):
    """What a lead types into a row, and what of these rules is then found: letter, code and column."""

    name: str
    ref: str
    typed: dict[str, Any]
    found: set[str]


def cells(count: Any, on: Any = ON, since: Any = SINCE, evidence: Any = "Route list") -> dict[str, Any]:
    return {"In place": count, "In place on": on, "In place since": since, "Evidence": evidence}


CASES = [
    Case("a first count", NEVER, cells(4), set()),
    Case("a first count of none", NEVER, cells(0, since=None), set()),
    Case("a first count without its day", NEVER, cells(4, on=None), {"E V01 In place on"}),
    Case("a first count without its first day", NEVER, cells(4, since=None), {"E V01 In place since"}),
    Case("a first count with neither", NEVER, cells(4, None, None), {"E V01 In place on", "E V01 In place since"}),
    Case("a first count without evidence", NEVER, cells(4, evidence=None), {"E X08 Evidence"}),
    Case("a count of none without evidence", NEVER, cells(0, since=None, evidence=None), {"E X08 Evidence"}),
    Case("the first after none", NONE, {"In place": 3, "In place on": ON}, {"E V01 In place since"}),
    Case("the first after none, with its day", NONE, {"In place": 3, "In place on": ON, "In place since": ON}, set()),
    Case("a rise", FOUR, {"In place": 6, "In place on": ON}, set()),
    Case("a fall to none", FOUR, {"In place": 0, "In place on": ON}, set()),
    Case("a rise where an upgrade found no first day", UPGRADED, {"In place": 5, "In place on": ON}, {"E V01 In place since"}),
    Case("only a note where an upgrade found no first day", UPGRADED, {"Note": "As before."}, {"E V01 In place since"}),
    Case("only a note", FOUR, {"Note": "As before."}, set()),
    Case("only a note, never counted", NEVER, {"Note": "Building goes on."}, set()),
    Case("only a day", NEVER, {"In place on": ON}, {"E V01 In place"}),
    Case("only since when", NEVER, {"In place since": ON}, {"E V01 In place"}),
    Case("text", NEVER, cells("four"), {"E V05 In place"}),
    Case("negative", NEVER, cells(-1), {"E V07 In place"}),
    Case("blanked", FOUR, {"In place": None}, {"Q V11 In place"}),
    Case("one and a half times what is planned", NEVER, cells(9), set()),
    Case("more than that, and 2 above it", NEVER, cells(10), {"Q V12 In place"}),
    Case("far more in a later count", FOUR, {"In place": 10, "In place on": ON}, {"Q V12 In place"}),
    Case("half a place", NEVER, cells(4.5), {"Q V08 In place"}),
    Case("nothing planned", UNPLANNED, cells(3), set()),
    Case("counted today", NEVER, cells(4, TODAY), set()),
    Case("counted tomorrow", NEVER, cells(4, TOMORROW), {"E V13 In place on"}),
    Case("since tomorrow", NEVER, cells(4, TODAY, TOMORROW), {"E V13 In place since"}),
    Case("since after it was counted", NEVER, cells(4, YESTERDAY, TODAY), {"E V13 In place since"}),
    Case("since the day of the count", NEVER, cells(4, ON, ON), set()),
    Case("a count of before the first day", FOUR, {"In place": 5, "In place on": date(2026, 8, 31)}, {"E V13 In place since"}),
    Case("the same day", FOUR, {"In place": 5}, {"Q V14 In place on"}),
    Case("the day of the first moved", FOUR, {"In place since": date(2026, 6, 1)}, {"Q V14 In place since"}),
    Case("the day of the first moved with a rise", FOUR, {"In place": 5, "In place on": ON, "In place since": ON},
         {"Q V14 In place since"}),
    Case("the day of the first blanked", FOUR, {"In place since": None}, {"E V01 In place since"}),
    Case("a rise by 5 and more than half", FOUR, {"In place": 9, "In place on": ON}, {"Q P03 In place"}),
    Case("a rise by less than 5", FOUR, {"In place": 8, "In place on": ON}, set()),
    Case("a date in another century", NEVER, cells(4, date(1905, 7, 19), date(1905, 7, 19)),
         {"Q V04 In place on", "Q V04 In place since"}),
    Case("a formula", NEVER, cells("=2*2"), {"E Z01 In place"}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_lead_says_is_in_place(counted: Any, tmp_path: Path, case: Case) -> None:
    here = replace(counted, folder=tmp_path)
    returned = validate_return(here.fill({(P, case.ref, header): value for header, value in case.typed.items()}),
                               here.register, TODAY)
    found = {f"{one.severity.letter} {one.code} {one.column}" for one in returned.findings if one.ref == case.ref}
    assert found == case.found
    applied = {change.column for change in returned.accepted if change.ref == case.ref}
    assert bool(applied) == (not case.found)


@pytest.mark.parametrize(("counts", "codes"), [
    ({NEVER: 4}, set()), ({NEVER: 5}, {"C05"}), ({NEVER: 2, FOUR: 6}, set()), ({NEVER: 3, FOUR: 6}, {"C05"}), ({FOUR: 0}, set())])
def test_the_learners_of_a_pool(counted: Any, tmp_path: Path, counts: dict[str, int], codes: set[str]) -> None:
    """8 are counted in the other rows, and there are 12 learners."""
    here = replace(counted, folder=tmp_path)
    typed = {(P, ref, header): value for ref, count in counts.items() for header, value in (
        cells(count) if ref == NEVER else {"In place": count, "In place on": ON}).items()}
    [found] = here.validate(here.fill(typed))
    assert {one.code for one in found.findings if one.ref in counts} == codes
