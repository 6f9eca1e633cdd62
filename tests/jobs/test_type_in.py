"""type-in: what a lead says on paper or by phone is typed in by an officer, and stamped as that."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl import Unusable, chase, issue, stamp, type_in, validate
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.undo import undo
from sendxl.plan.master import LEADS, PLAN, STAMPS, TRACKERS, UPDATES
from sendxl.plan.vocabulary import TrackerState
from tests.jobs.conftest import NAMED, PERIOD, TODAY

CODE = "TRANSPORT"
SAID = date(2027, 1, 5)
TYPED = {"% complete": 0.35, "Lead status": "On track", "Progress": "Two routes more, she said"}


def first_row(path: Path) -> str:
    return str(openpyxl.load_workbook(path)["Activities"]["A5"].value)


@pytest.fixture
def typed(master: Path, tmp_path: Path, fill: Any) -> Any:
    title = next(str(row.title) for row in ClosedBook(master).read(LEADS) if row.code == CODE)
    issue(master, tmp_path / "trackers", period=PERIOD, today=date(2027, 1, 4))
    made = type_in(master, title.upper(), folder=tmp_path / "typed", said_on=SAID, by="ann", today=TODAY)
    ref = first_row(made.path)
    fill(made.path, {("Plan", ref, header): value for header, value in TYPED.items()})
    return made, ref


def test_it_is_registered_beside_the_trackers_of_the_lead_and_says_what_it_is(master: Path, typed: Any) -> None:
    made, _ = typed
    assert made.path.name.endswith(f"{CODE} {PERIOD} v2 (typed in).xlsx")
    assert made.says == f"typed in by ann for {made.lead}, said on 5 Jan 2027"
    states = {row.tracker: row.state for row in ClosedBook(master).read(TRACKERS) if row.lead == made.lead}
    assert list(states.values()) == [TrackerState.ISSUED, TrackerState.ISSUED] and list(states)[1] == made.tracker
    guide = openpyxl.load_workbook(made.path)["Guide"]
    assert any(made.says in str(cell.value) for row in guide.iter_rows() for cell in row)


def test_what_was_typed_in_is_stamped_as_that(master: Path, typed: Any) -> None:
    made, ref = typed
    done = stamp(master, [made.path], today=TODAY, now=datetime(2027, 1, 10, 9), by="bob")
    assert [change.ref for change in done.changes] == [ref] * 3 and done.held == 0
    book = ClosedBook(master)
    rows = [row for row in book.read(STAMPS) if row.batch == done.batch and row.table_ == PLAN.name]
    assert {row.kind for row in rows} == {"typed in"} and {row.stamped_by for row in rows} == {"bob"}
    assert {row.explanation for row in rows} == {made.says}
    assert {row.column: row.new for row in rows}["Updated by"] == made.lead
    assert [row["progress"] for row in book.read(UPDATES)] == [TYPED["Progress"]]
    states = [row.state for row in book.read(TRACKERS) if row.lead == made.lead]
    assert states == [TrackerState.REPLACED, TrackerState.STAMPED]


def test_its_lead_is_reminded_of_the_tracker_they_have_until_it_is_stamped(master: Path, typed: Any) -> None:
    made, _ = typed
    late = date(2027, 2, 1)

    def reminded() -> list[list[str]]:
        found = chase(master, today=late).chasers
        return [[matter.file for matter in one.matters] for one in found if one.lead == made.lead]

    assert reminded() == [[f"{NAMED}{CODE} {PERIOD}.xlsx"]]
    stamp(master, [made.path], today=TODAY, now=datetime(2027, 1, 10, 9))
    assert reminded() == []


def test_it_is_taken_back_like_any_other(master: Path, typed: Any) -> None:
    made, ref = typed
    stamp(master, [made.path], today=TODAY, now=datetime(2027, 1, 10, 9))
    undo(master, now=datetime(2027, 1, 10, 10))
    row = ClosedBook(master).read(PLAN).by_key[ref]
    assert row.progress is None and row.percent_complete is None
    again = stamp(master, [made.path], today=TODAY, now=datetime(2027, 1, 10, 11))
    assert len(again.changes) == 3


def test_who_and_when_cannot_be_altered(master: Path, typed: Any) -> None:
    made, _ = typed
    book = openpyxl.load_workbook(made.path)
    next(row for row in book["Identity"].iter_rows() if row[0].value == "Said on")[1].value = "2026-12-31"
    book.save(made.path)
    assert [f.code for f in validate(master, [made.path], today=TODAY).returns[0].findings] == ["A01"]


@pytest.mark.parametrize(("lead", "said", "says"), [
    ("NOBODY", SAID, "no lead with the code NOBODY"), (CODE, date(2027, 1, 11), "11 Jan 2027 has not come yet")])
def test_what_cannot_be(master: Path, tmp_path: Path, lead: str, said: date, says: str) -> None:
    before = master.read_bytes()
    with pytest.raises(Unusable, match=says):
        type_in(master, lead, folder=tmp_path / "typed", said_on=said, today=TODAY)
    assert master.read_bytes() == before and not (tmp_path / "typed").exists()


def test_the_command(master: Path, run: Any) -> None:
    done = run("type-in", master, CODE, "--said-on", "2026-01-05", "--by", "ann", "--period", PERIOD)
    assert done.returncode == 0 and "stamped as “typed in by ann for" in done.stdout
    assert list(master.parent.glob("*(typed in).xlsx"))
