"""Pools over all returns: claims of the plan and of these returns together, against the learners there are."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.issue import issue
from sendxl.plan.master import POOLS, PROFILE, SAVINGS
from sendxl.returns.batch import validate_batch
from tests.cells import TRACKER, placed

P = "Savings"
TODAY = date(2026, 12, 20)
FROM = date(2026, 9, 1)


@pytest.fixture(scope="module")
def pooled(issued: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A pool of 12 with lines of two leads; 5 places are in place in each of them, of which one line has two rows."""
    folder = tmp_path_factory.mktemp("pooled")
    master = folder / "master.xlsx"
    master.write_bytes(issued.master.read_bytes())
    ClosedBook(master, backups=0).apply([
        AppendRows(POOLS, [{"code": "COUNTY", "capacity": 12}, {"code": "OPEN"}]),
        SetCells(SAVINGS, "pool", {"PI-02.S1": "county"}),
        AppendRows(SAVINGS, [{"ref": "GR-01.S1", "activity_ref": "GR-01", "pool": "COUNTY"},
                             {"ref": "GR-01.S2", "activity_ref": "GR-01", "pool": "OPEN"}]),
        AppendRows(PROFILE, [
            {"ref": ref, "savings_ref": ref[:8], "from": FROM, "in_place": quantity, "evidence": "List"}
            for ref, quantity in (("GR-01.S1.P1", 3), ("GR-01.S1.P2", 2), ("GR-01.S2.P1", 5))]),
        SetCells(PROFILE, "in_place", {"PI-02.S1.P1": 5}), SetCells(PROFILE, "evidence", {"PI-02.S1.P1": "List"}),
    ])
    made = issue(master, folder / "trackers", again=True, today=date(2026, 11, 25))
    return replace(issued, master=master, trackers={tracker.code: tracker.path for tracker in made.trackers})


def told(pooled: Any, folder: Path, inc: dict[str, Any], ep: dict[str, Any]) -> list[list[str]]:
    """Refs at which each of the two returns is told of a pool that is over-claimed."""
    here = replace(pooled, folder=folder)
    paths = [here.fill({(P, ref, "In place"): value for ref, value in cells.items()}, code=code, name=f"{code}.xlsx")
             for code, cells in (("INC", inc), ("EP", ep))]
    return [[f.ref for f in found.findings if f.code == "C05"] for found in validate_batch(paths, here.register, TODAY)]


@pytest.mark.parametrize(("inc", "ep", "found"), [
    ({"PI-02.S1.P1": 7}, {}, [[], []]),  # 7 + 5
    ({"PI-02.S1.P1": 8}, {}, [["PI-02.S1.P1"], []]),
    ({"PI-02.S1.P1": 7.5}, {}, [["PI-02.S1.P1"], []]),
    ({"PI-02.S1.P1": 6}, {"GR-01.S1.P1": 4}, [[], []]),
    ({"PI-02.S1.P1": 6}, {"GR-01.S1.P1": 5}, [["PI-02.S1.P1"], ["GR-01.S1.P1"]]),
    ({"PI-02.S1.P1": 8}, {"GR-01.S1.P2": None}, [[], []]),  # 8 + 3
    ({"PI-02.S1.P1": "9 or so"}, {"GR-01.S1.P1": 4}, [[], []]),  # cannot be read: the plan's 5 stand
    ({}, {"GR-01.S2.P1": 99}, [[], []]),  # of a pool whose learners nobody has counted
    ({}, {}, [[], []]),
])
def test_claims(pooled: Any, tmp_path: Path, inc: dict[str, Any], ep: dict[str, Any], found: list[list[str]]) -> None:
    assert told(pooled, tmp_path, inc, ep) == found


def test_two_returns_that_differ_claim_the_larger(pooled: Any, tmp_path: Path) -> None:
    here = replace(pooled, folder=tmp_path)
    paths = [here.fill({(P, "PI-02.S1.P1", "In place"): value}, name=f"{value}.xlsx") for value in (9, 7)]
    found = validate_batch(paths, here.register, TODAY)
    assert [[f.code for f in ret.findings if f.code[0] == "C"] for ret in found] == [["C01", "C05"], ["C01", "C05"]]


def test_message_and_what_it_holds(pooled: Any, tmp_path: Path) -> None:
    here = replace(pooled, folder=tmp_path)
    [found] = validate_batch([here.fill({(P, "PI-02.S1.P1", "In place"): 8})], here.register, TODAY)
    [query] = [f for f in found.findings if f.code == "C05"]
    assert str(query) == placed(
        "Q C05 Savings![In place]5 PI-02.S1.P1: With 8 in PI-02.S1.P1, 13 are counted of the learners of this saving, and "
        "there are 12 of them. Check the quantity with Principal Psychologist; if it is right, say why.", TRACKER)
    assert found.accepted == []


def test_a_rejected_return_claims_nothing(pooled: Any, tmp_path: Path) -> None:
    def tamper(book: Any) -> None:
        book["Issued"]["D6"].value = "x"

    here = replace(pooled, folder=tmp_path)
    path = here.fill({(P, "PI-02.S1.P1", "In place"): 8}, tamper)
    assert "C05" not in {f.code for f in validate_batch([path], here.register, TODAY)[0].findings}


@pytest.mark.parametrize(("learners", "says"), [
    ("Learners placed out of county", "Learners placed out of county"), (None, "the learners of this saving")])
def test_the_learners_and_the_other_leads_are_named_in_words(pooled: Any, tmp_path: Path, learners: Any, says: str) -> None:
    here = replace(pooled, folder=tmp_path).since(SetCells(POOLS, "learners", {"COUNTY": learners}))
    path = here.fill({(P, "PI-02.S1.P1", "In place"): 8})
    [found] = [f for f in here.validate(path)[0].findings if f.code == "C05"]
    assert found.message == (f"With 8 in PI-02.S1.P1, 13 are counted of {says}, and there are 12 of them. Check the quantity "
                             "with Principal Psychologist; if it is right, say why.")
