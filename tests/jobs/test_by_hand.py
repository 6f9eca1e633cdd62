"""The record of changes by hand: what is noticed, what is not, and that Stamps replays to what the plan holds."""

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import AppendRows, Book, RowEdit, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.archive import archive
from sendxl.jobs.by_hand import NOT_KNOWN, typed
from sendxl.jobs.history import history
from sendxl.jobs.issue import issue
from sendxl.jobs.refresh import refresh
from sendxl.jobs.stamp import stamp
from sendxl.jobs.undo import undo
from sendxl.jobs.upgrade import upgrade
from sendxl.plan.as_left import AS_LEFT, RECORDED, inputs_of
from sendxl.plan.master import (
    LEADS,
    MEASURES,
    PLAN,
    POOLS,
    PROFILE,
    SAVINGS,
    SETTINGS,
    STAMPS,
    TARGETS,
    TRACKERS,
    UNIT_COSTS,
)
from sendxl.plan.schema import Table, by_name
from sendxl.plan.values import Cell, Value, to_text
from sendxl.plan.vocabulary import StampKind
from sendxl.returns.personal import WITHHELD
from tests.engines import mac, memory
from tests.jobs.conftest import IssueOnce

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
RELEASE = Path(__file__).parents[1] / "versions" / "0.1.0"
NOW = datetime(2027, 1, 10, 9)
MARCH, JUNE = date(2027, 3, 31), date(2027, 6, 30)
NHS = "943 476 5919"
Recorded = tuple[str, str, str, Value, Value]
Inputs = dict[tuple[str, str, str], str]


@pytest.fixture
def issued(master: Path, issue_once: IssueOnce) -> Path:
    """A master whose trackers are out."""
    issue_once(period="2026-27 Q3", now=NOW, by="officer")
    return master


def by_hand(path: Path, *edits: RowEdit) -> None:
    """What someone types into a closed master."""
    ClosedBook(path, backups=0).apply(edits)


def without_row(path: Path, table: Table, key: str) -> None:
    """What is left once someone has deleted a row in Excel."""
    book: Any = openpyxl.load_workbook(path)
    sheet = book[table.title]
    row = next(row for row in sheet.iter_rows(min_row=5) if row[0].value == key)[0].row
    sheet.delete_rows(row)
    area = sheet.tables[table.name]
    top, bottom = area.ref.split(":")
    letters = bottom.rstrip("0123456789")
    area.ref = area.autoFilter.ref = f"{top}:{letters}{int(bottom[len(letters):]) - 1}"
    book.save(path)


def refreshed(path: Path, minute: int = 0) -> None:
    refresh(path, now=NOW.replace(hour=10, minute=minute), by="officer")


def recorded(path: Path) -> list[Recorded]:
    """What Stamps says was changed by hand."""
    return [(to_text(row.table_), to_text(row.ref), to_text(row.column), row.old, row.new)
            for row in ClosedBook(path).read(STAMPS) if row.kind == StampKind.BY_HAND]


def batch_by_hand(path: Path) -> str:
    return next(batch.batch for batch in reversed(history(path).batches) if batch.kind == StampKind.BY_HAND)


def key_of(path: Path, table: Table, number: int = 0) -> str:
    return str(ClosedBook(path).read(table)[number].key)


def inputs(path: Path) -> Inputs:
    """Everything that people type, as texts."""
    book = ClosedBook(path)
    return {(table.name, row.key, column.header): to_text(typed(row.cell(column.key)))
            for table in RECORDED for row in book.read(table) for column in inputs_of(table)}


def test_a_run_without_edits_records_nothing(issued: Path) -> None:
    refreshed(issued)
    refreshed(issued, 1)
    assert recorded(issued) == []


def test_what_was_typed_before_trackers_were_issued_is_not_recorded(master: Path) -> None:
    for day in (MARCH, JUNE):
        by_hand(master, SetCells(PLAN, "due", {key_of(master, PLAN): day}))
        refreshed(master)
    issue(master, master.parent / "out", period="2026-27 Q3", now=NOW, by="officer")
    refreshed(master)
    assert recorded(master) == []


def test_a_changed_cell_is_recorded_once_by_nobody_in_a_batch_of_its_own(issued: Path) -> None:
    ref = key_of(issued, PLAN)
    for minute, day in enumerate((MARCH, JUNE)):
        by_hand(issued, SetCells(PLAN, "due", {ref: day}))
        refreshed(issued, minute)
    refreshed(issued, 2)
    assert recorded(issued) == [("Plan", ref, "Due", None, MARCH), ("Plan", ref, "Due", MARCH, JUNE)]
    rows = [row for row in ClosedBook(issued).read(STAMPS) if row.kind == StampKind.BY_HAND]
    assert [row.stamped_by for row in rows] == [None, None]
    assert [row.stamped_at for row in rows] == [NOW.replace(hour=10), NOW.replace(hour=10, minute=1)]
    assert len({row.batch for row in rows}) == 2


@pytest.mark.parametrize("verb", [
    lambda path: refresh(path, now=NOW), lambda path: stamp(path, now=NOW), lambda path: undo(path, batch_by_hand(path), now=NOW),
    lambda path: issue(path, path.parent / "more", again=True, now=NOW), lambda path: archive(path, now=NOW),
], ids=["refresh", "settle", "undo", "issue", "archive"])
def test_each_verb_that_writes_notices(verb: Callable[[Path], object], issued: Path) -> None:
    by_hand(issued, SetCells(PLAN, "due", {"PI-01": MARCH}), SetCells(SETTINGS, "value", {"Closed through": "2025-26 Q3"}))
    refreshed(issued)
    before = len(recorded(issued))
    by_hand(issued, SetCells(SETTINGS, "value", {"Closed through": "2025-26 Q4"}),
            SetCells(MEASURES, "unit", {key_of(issued, MEASURES): "pupils"}))
    verb(issued)
    assert {(table, header, new) for table, _, header, _, new in recorded(issued)[before:]} == {
        ("Settings", "Value", "2025-26 Q4"), ("Measures", "Unit", "pupils")}


def test_rows_that_are_added_and_deleted(issued: Path) -> None:
    refreshed(issued)
    by_hand(issued, AppendRows(TARGETS, [{"ref": "PI-01.M1.T1", "measure_ref": "PI-01.M1", "on": MARCH, "expected": 12}]))
    refreshed(issued, 1)
    whole = [("Targets", "PI-01.M1.T1", header, None, new) for header, new in (
        ("", "PI-01.M1.T1"), ("Ref", "PI-01.M1.T1"), ("Measure ref", "PI-01.M1"), ("On", MARCH), ("Expected", 12))]
    assert recorded(issued) == whole
    by_hand(issued, AppendRows(TARGETS, [{"ref": "PI-01.M1.T2", "on": JUNE}]))
    refreshed(issued, 2)
    before = len(recorded(issued))
    without_row(issued, TARGETS, "PI-01.M1.T1")
    refreshed(issued, 3)
    assert recorded(issued)[before:] == [(table, ref, header, new, old) for table, ref, header, old, new in whole]


def test_sorting_and_what_reads_the_same_is_no_change(issued: Path) -> None:
    by_hand(issued, SetCells(PLAN, "percent_complete", {"PI-01": 0.45}), SetCells(PLAN, "due", {"PI-01": MARCH}))
    refreshed(issued)
    before = recorded(issued)
    book: Any = openpyxl.load_workbook(issued)
    sheet = book[PLAN.title]
    at = {cell.value: cell.column for cell in sheet[4]}
    row = next(cell.row for cell in sheet["A"] if cell.value == "PI-01")
    sheet.cell(row, at["% complete"]).value = "45%"
    sheet.cell(row, at["Due"]).value = "31/03/2027"
    rows = [[cell.value for cell in cells] for cells in sheet.iter_rows(min_row=5, max_col=len(PLAN.columns))]
    for number, cells in enumerate(reversed(rows), 5):
        for column, value in enumerate(cells, 1):
            sheet.cell(number, column).value = value
    book.save(issued)
    refreshed(issued, 1)
    assert recorded(issued) == before


def test_what_cannot_be_read_is_recorded_as_it_stands(issued: Path, fill: Fill) -> None:
    fill(issued, {("Plan", "PI-01", "Due"): "soon"})
    refreshed(issued)
    refreshed(issued, 1)
    assert recorded(issued) == [("Plan", "PI-01", "Due", None, "soon")] and history(issued).edited == []


@pytest.mark.parametrize(("table", "column"), [(LEADS, "name"), (LEADS, "email"), (PLAN, "progress")])
def test_what_is_not_to_be_kept_is_recorded_only_as_changed(table: Table, column: str, issued: Path) -> None:
    key, header = key_of(issued, table), table[column].header
    for minute, text in enumerate((f"Kim, {NHS}", f"Alex, {NHS}", f"Alex, {NHS}", None)):
        by_hand(issued, SetCells(table, column, {key: text}))
        refreshed(issued, minute)
    assert recorded(issued) == [(table.name, key, header, old, new) for old, new in (
        (None, WITHHELD), (WITHHELD, WITHHELD), (WITHHELD, None))]
    assert NHS not in json.dumps([[to_text(value) for value in row.values().values()] for row in ClosedBook(issued).read(STAMPS)])
    undone = undo(issued, batch_by_hand(issued), now=NOW)
    assert undone.left == [f"{table.name} {key}, {header}: what it was is not kept."]


def _deleted(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    del book[AS_LEFT.title]
    book.save(path)


def _typed_over(path: Path) -> None:
    book: Any = openpyxl.load_workbook(path)
    book[AS_LEFT.title]["D5"] = "x"
    book.save(path)


def _cut(path: Path) -> None:
    book: Any = openpyxl.load_workbook(path)
    for row in book[AS_LEFT.title].iter_rows(min_row=5):
        if row[0].value == PLAN.name:
            row[3].value = row[3].value[:-4]
    book.save(path)


def _emptied(path: Path) -> None:
    book: Any = openpyxl.load_workbook(path)
    for row in book[AS_LEFT.title].iter_rows(min_row=5):
        for cell in row:
            cell.value = None
    book.save(path)


@pytest.mark.parametrize(("harm", "of"), [(_deleted, ""), (_emptied, ""), (_typed_over, "Plan"), (_cut, "Plan")])
def test_a_record_that_is_lost_is_begun_anew_and_said_so(harm: Callable[[Path], None], of: str, issued: Path) -> None:
    refreshed(issued)
    by_hand(issued, SetCells(PLAN, "due", {"PI-01": MARCH}))
    harm(issued)
    refreshed(issued, 1)
    told = [row for row in ClosedBook(issued).read(STAMPS) if row.kind == StampKind.BY_HAND]
    assert [(to_text(row.table_), row.explanation, row.new) for row in told] == [(of, NOT_KNOWN, None)]
    by_hand(issued, SetCells(PLAN, "due", {"PI-01": JUNE}))
    refreshed(issued, 2)
    refreshed(issued, 3)
    assert recorded(issued)[1:] == [("Plan", "PI-01", "Due", MARCH, JUNE)]
    assert ClosedBook(issued).sheets[AS_LEFT.title] == "veryHidden"


def test_a_record_that_is_merely_hidden_is_fine(issued: Path) -> None:
    refreshed(issued)
    by_hand(issued, SetCells(PLAN, "due", {"PI-01": MARCH}))
    book = openpyxl.load_workbook(issued)
    book[AS_LEFT.title].sheet_state = "hidden"
    book.save(issued)
    refreshed(issued, 1)
    assert recorded(issued) == [("Plan", "PI-01", "Due", None, MARCH)]


@pytest.mark.parametrize("opened", [memory.Kept, mac.Kept], ids=["memory", "mac"])
def test_an_open_workbook_is_compared_as_a_closed_one(opened: Callable[[Path], Book], issued: Path) -> None:
    refresh(opened(issued), now=NOW, by="officer")
    assert recorded(issued) == []
    by_hand(issued, SetCells(PLAN, "due", {"PI-01": MARCH}), SetCells(PLAN, "percent_complete", {"PI-01": 0.45}),
            AppendRows(POOLS, [{"code": "EARLY", "capacity": 12}]))
    refresh(opened(issued), now=NOW.replace(hour=10), by="officer")
    told = recorded(issued)
    assert {(ref, header, new) for _, ref, header, _, new in told} == {
        ("PI-01", "Due", MARCH), ("PI-01", "% complete", 0.45), ("EARLY", "", "EARLY"), ("EARLY", "Code", "EARLY"),
        ("EARLY", "Capacity", 12)}
    refreshed(issued, 1)
    refresh(opened(issued), now=NOW.replace(hour=11), by="officer")
    assert recorded(issued) == told


def test_an_open_workbook_that_lost_the_record_goes_on_without(issued: Path) -> None:
    refreshed(issued)
    _deleted(issued)
    by_hand(issued, SetCells(PLAN, "due", {"PI-01": MARCH}))
    refresh(memory.Kept(issued), now=NOW, by="officer")
    assert recorded(issued) == []
    refreshed(issued, 1)
    assert [row.explanation for row in ClosedBook(issued).read(STAMPS) if row.kind == StampKind.BY_HAND] == [NOT_KNOWN]


def test_a_batch_by_hand_is_taken_back_only_by_name(issued: Path) -> None:
    refreshed(issued)
    code, line = key_of(issued, UNIT_COSTS), "GR-01.S1"
    by_hand(issued, AppendRows(SAVINGS, [{"ref": line, "activity_ref": "GR-01", "share": 0.5}]),
            AppendRows(PROFILE, [{"ref": f"{line}.P1", "savings_ref": line, "planned_quantity": 6}]),
            AppendRows(POOLS, [{"code": "EARLY", "capacity": 12}, {"code": "LATE"}]))
    refreshed(issued, 1)
    before = inputs(issued)
    without_row(issued, POOLS, "EARLY")
    by_hand(issued, SetCells(UNIT_COSTS, "annual_cost", {code: 1.0}), SetCells(SETTINGS, "value", {"Year count": 7}),
            SetCells(SAVINGS, "share", {line: 0.25}), SetCells(PROFILE, "planned_quantity", {f"{line}.P1": 9}),
            SetCells(LEADS, "other_names", {key_of(issued, LEADS): "Head"}))
    refreshed(issued, 2)
    batch = batch_by_hand(issued)
    with pytest.raises(Exception, match="no batch is left"):
        undo(issued, now=NOW)
    undone = undo(issued, batch, now=NOW)
    assert undone.left == [] and {change.table for change in undone.changes} == {
        "UnitCosts", "Settings", "Savings", "Profile", "Leads"}
    assert inputs(issued) == before
    refreshed(issued, 3)
    assert batch_by_hand(issued) == batch and history(issued).edited == []


def test_what_was_changed_by_hand_since_is_left(issued: Path) -> None:
    refreshed(issued)
    for minute, unit in enumerate(("places", "pupils"), 1):
        by_hand(issued, SetCells(MEASURES, "unit", {key_of(issued, MEASURES): unit}))
        refreshed(issued, minute)
    first, later = (batch.batch for batch in history(issued).batches if batch.kind == StampKind.BY_HAND)
    assert undo(issued, first, now=NOW).left == [
        f"Measures {key_of(issued, MEASURES)}, Unit: batch {later} has changed it since."]


def test_what_was_rebaselined_is_a_list_of_its_own(issued: Path) -> None:
    measure = key_of(issued, MEASURES)
    refreshed(issued)
    by_hand(issued, SetCells(PLAN, "due", {"PI-01": MARCH}), SetCells(PLAN, "progress", {"PI-01": "Going well"}),
            SetCells(MEASURES, "target", {measure: 12}), SetCells(MEASURES, "unit", {measure: "pupils"}),
            AppendRows(TARGETS, [{"ref": f"{measure}.T1", "measure_ref": measure, "on": MARCH, "expected": 5}]),
            AppendRows(PLAN, [{"ref": "PI-90", "due": JUNE}]))
    refreshed(issued, 1)
    events = history(issued, rebaselined=True).events
    assert [(event.ref, event.column) for event in events] == [
        ("PI-01", "Due"), (measure, "Target"), (f"{measure}.T1", ""), (f"{measure}.T1", "On"), (f"{measure}.T1", "Expected")]
    assert {event.ref for event in history(issued, measure, rebaselined=True).events} == {measure, f"{measure}.T1"}


def replayed(before: Inputs, path: Path) -> Inputs:
    """Inputs as they were, and what Stamps says that became of them since."""
    now, tables = dict(before), by_name(RECORDED)
    for row in ClosedBook(path).read(STAMPS):
        table, ref, header = tables.get(to_text(row.table_)), to_text(row.ref), to_text(row.column)
        if table is None or not ref:
            continue
        if not header and row.new is None:
            for column in inputs_of(table):
                del now[table.name, ref, column.header]
        elif not header:
            now |= {(table.name, ref, column.header): "" for column in inputs_of(table)}
            now[table.name, ref, table.key.header] = ref
        elif (table.name, ref, header) in now:  # else it tells what a row held that was deleted
            now[table.name, ref, header] = to_text(row.new)
    return now


def test_stamps_replay_to_what_the_plan_holds(issued: Path, fill: Fill) -> None:
    before = inputs(issued)
    by_hand(issued, SetCells(PLAN, "due", {"PI-01": MARCH, "PI-02": JUNE}), SetCells(SETTINGS, "value", {"Year count": 7}))
    returned = next((issued.parent / "out").glob("*INC*"), None) or sorted((issued.parent / "out").iterdir())[0]
    ref = next(cell.value for cell in openpyxl.load_workbook(returned)["Activities"]["A"] if str(cell.value)[2:3] == "-")
    fill(returned, {("Plan", ref, "% complete"): 0.4, ("Plan", ref, "Lead status"): "On track",
                    ("Plan", ref, "Progress"): "Begun"})
    stamp(issued, [returned], now=NOW.replace(hour=11), by="officer")
    assert ClosedBook(issued).read(PLAN).by_key[ref].progress == "Begun"
    by_hand(issued, SetCells(PLAN, "progress", {ref: "Begun in May"}), AppendRows(POOLS, [{"code": "EARLY", "capacity": 12}]))
    refreshed(issued, 20)
    undo(issued, now=NOW.replace(hour=12))
    by_hand(issued, SetCells(POOLS, "capacity", {"EARLY": 13}), SetCells(PLAN, "lead_status", {ref: "At risk"}))
    issue(issued, issued.parent / "later", period="2026-27 Q4", now=NOW.replace(hour=13), by="officer")
    without_row(issued, POOLS, "EARLY")
    by_hand(issued, SetCells(MEASURES, "baseline", {key_of(issued, MEASURES): 0.25}))
    refreshed(issued, 40)
    assert replayed(before, issued) == inputs(issued)
    rows = len(ClosedBook(issued).read(STAMPS))
    refreshed(issued, 50)
    assert len(ClosedBook(issued).read(STAMPS)) == rows


def test_why_is_the_officers_to_say(issued: Path) -> None:
    by_hand(issued, SetCells(PLAN, "due", {"PI-01": MARCH}))
    refreshed(issued)
    number = key_of(issued, STAMPS)
    by_hand(issued, SetCells(STAMPS, "explanation", {number: "The Board agreed"}))
    by_hand(issued, SetCells(PLAN, "due", {"PI-01": JUNE}))
    refreshed(issued, 1)
    event = next(event for event in history(issued, "PI-01").events if event.column == "Due")
    assert event.explanation == "The Board agreed" and len(ClosedBook(issued).read(TRACKERS)) > 1


def test_only_rows_that_differ_are_read_cell_by_cell(issued: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As large as a plan may be: what is compared as it is stored costs little."""
    refreshed(issued)
    by_hand(issued, SetCells(PLAN, "due", {"PI-01": MARCH}))
    read: list[Cell] = []

    def counted(cell: Cell) -> Value:
        read.append(cell)
        return typed(cell)

    monkeypatch.setattr("sendxl.jobs.by_hand.typed", counted)
    refreshed(issued, 1)
    told = ClosedBook(issued).read(LEADS)
    assert len(read) == len(inputs_of(PLAN)) + 1 + len(told) * len(inputs_of(LEADS)) * any(row.name or row.email for row in told)


@pytest.mark.parametrize("name", ["Delivery plan.xlsx", "Delivery plan, before stamping.xlsx"])
def test_a_master_of_an_earlier_version_begins_its_record_when_it_is_brought_up(name: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(RELEASE / name, tmp_path / "plan.xlsx"))
    upgrade(path, now=NOW, by="officer")
    assert ClosedBook(path).sheets[AS_LEFT.title] == "veryHidden"
    begun = recorded(path)
    assert [(table, old, new) for table, _, _, old, new in begun] == [("", None, None)]
    refreshed(path)
    assert recorded(path) == begun
    by_hand(path, SetCells(PLAN, "due", {"PI-01": MARCH}))
    assert upgrade(path, now=NOW.replace(hour=11)).done == ()
    assert [(ref, header, new) for _, ref, header, _, new in recorded(path)[1:]] == [("PI-01", "Due", MARCH)]
