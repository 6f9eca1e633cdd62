"""What only a Book over an open workbook does; what every Book does is in test_book.py."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import FormulaRule

from sendxl.books.book import AppendRows, Edit, Mark, RemoveRows, SetCached, SetCells
from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.live.live_book import LiveBook
from sendxl.books.look import Look
from sendxl.errors import Refused
from sendxl.jobs.refresh import refresh
from sendxl.plan.master import HELD, MASTER_TABLES, MEASURES, PLAN, POOLS, PROFILE, REVIEW, SAVINGS, STAMPS, UNIT_COSTS
from sendxl.plan.values import CellKind
from tests.cells import area, at
from tests.engines import mac, windows
from tests.engines.memory import Kept, Program, ProgramError
from tests.once import built

Alter = Callable[[Callable[[Any], None]], None]
BUSY = -2147418111


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def kept(path: Path, key: str, table: Any = PLAN) -> list[Any]:
    """A column as it stands in the file: what a Kept book saved."""
    return [row.values()[key] for row in ClosedBook(path).read(table)]


def state(program: Program) -> dict[str, Any]:
    return {**program.settings, "selected": program.selection}


def facts(book: LiveBook | ClosedBook) -> dict[str, Any]:
    """All that can be read of a master, but whether cells are shown as percentages."""
    found: dict[str, Any] = {}
    for table in MASTER_TABLES:
        rows = book.read(table)
        cells = [[row.cell(column.key) for column in table] for row in (*rows, *rows.below)]
        found[table.name] = (
            rows.headers, rows.missing, rows.sheet, rows.blank_rows, rows.top, rows.left, [row.number for row in rows],
            [[(cell.value, cell.problem, cell.stored._replace(percent=False)) for cell in row] for row in cells])
    return found


def _odd(book: Any) -> None:
    """What people type: dates as text, wrong words, errors, truths, formulas, and rows under the table."""
    sheet = book[PLAN.title]
    odd = {"starts": "31/03/2027", "due": "soon", "closed_on": "#N/A", "closed_reason": True, "percent_complete": "=1+1",
           "completed_on": datetime(2027, 1, 2, 3, 4, 5), "forecast_finish": 46113, "lead_status": "  x ", "progress": "'quoted",
           "corrective_action": 1e16, "next_steps": 0.1 + 0.2, "decision_needed": -0.5}
    for key, value in odd.items():
        sheet[at(PLAN, PLAN[key].header, 6)] = value
    text, share = sheet[at(PLAN, "Progress", 5)], sheet[at(PLAN, "% complete", 7)]
    text.value, text.data_type = "#N/A", "s"
    sheet["B9"] = "under it"
    share.value, share.number_format = 1.2, "0%"


@pytest.mark.parametrize("book", [Kept, windows.Kept])
def test_it_reads_what_a_closed_book_reads(path: Path, used_master: Path, alter: Alter, book: Callable[[Path], LiveBook]) -> None:
    alter(_odd)
    ClosedBook(path, backups=0).apply([SetCached(PLAN, "PI-02", "percent_complete", 0.5)])
    for one in (path, used_master):
        live, closed = facts(book(one)), facts(ClosedBook(one))
        assert {name: live[name] for name in closed if live[name] != closed[name]} == {}


@pytest.mark.parametrize("book", [Kept, mac.Kept, windows.Kept])
def test_a_sheet_that_is_very_hidden_is_hidden(path: Path, alter: Alter, book: Callable[[Path], LiveBook]) -> None:
    def hide(workbook: Any) -> None:
        for title, state in (("Held", "hidden"), ("Stamps", "veryHidden")):
            workbook[title].sheet_state = state

    alter(hide)
    states = book(path).sheets
    assert (states["Held"], states["Stamps"], states["Plan"]) == ("hidden", "hidden", "visible")


@pytest.mark.parametrize("leaves_out", [False, True])
def test_excel_on_macos_is_read_as_a_closed_book_is(path: Path, alter: Alter, leaves_out: bool) -> None:
    """Also where it leaves cells with errors out of what it tells: no row is shifted."""
    alter(_odd)
    ClosedBook(path, backups=0).apply([SetCached(PLAN, "PI-02", "percent_complete", 0.5)])
    book = mac.Kept(path)
    book.app.leaves_out = leaves_out
    live, closed = facts(book), facts(ClosedBook(path))
    assert {name: live[name] for name in closed if live[name] != closed[name]} == {}


def test_number_formats_are_set_in_every_run_of_cells_on_macos(path: Path) -> None:
    """Of a list of ranges xlwings there takes the first cell alone."""
    days = [date(2026, 4, n + 1) if n // 2 % 2 else None for n in range(12)]
    mac.Kept(path).apply([AppendRows(STAMPS, [{"ref": str(n), "old": day} for n, day in enumerate(days)])])
    sheet: Any = openpyxl.load_workbook(path)[STAMPS.title]
    formats = [sheet[at(STAMPS, STAMPS["old"].header, 5 + n)].number_format for n, day in enumerate(days) if day]
    assert kept(path, "old", STAMPS) == days and set(formats) == {"dd mmm yyyy"}


def test_figures_over_a_hundred_per_cent_are_not_divided(path: Path, alter: Alter) -> None:
    alter(_odd)
    assert Kept(path).read(PLAN)[2].percent_complete == ClosedBook(path).read(PLAN)[2].percent_complete == 1.2


def test_no_digit_of_an_amount_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    build_master(path, {UNIT_COSTS: [{"code": "OOC", "annual_cost": 54_000.123456}]}, {})
    book = Kept(path)
    told = book.opened.sheets[UNIT_COSTS.title].range(area(UNIT_COSTS, 5, top=5)).value
    assert Decimal("54000.1235") in told and book.read(UNIT_COSTS)[0].annual_cost == 54_000.123456


def trips(tmp_path: Path, rows: dict[Any, Any]) -> tuple[Counter[str], Counter[str]]:
    """What a program is asked when every table is read, columns are written and rows added; and what for a refresh."""
    path = tmp_path / f"{len(rows[PLAN])}.xlsx"
    build_master(path, rows, {"plan_starts": date(2026, 4, 1), "reporting_period": "2026-27 Q3"})
    program = Program()
    refreshed = refresh(LiveBook(program.open(path)), today=date(2027, 1, 11))
    assert refreshed.activities == len(rows[PLAN]) and refreshed.changed > 10 * len(rows[PLAN])
    for_refresh, program.calls = program.calls, Counter()
    book = LiveBook(program.open(path))
    for table in MASTER_TABLES:
        assert all(row.values() for row in book.read(table))
    plan, measures = book.read(PLAN), book.read(MEASURES)
    computed = {PLAN: ("status", "reason", "direction"), MEASURES: ("value", "expected_now", "status")}
    book.apply([
        *(SetCells(PLAN, key, {row.key: f"{key} {row.number}" for row in plan[::2]}) for key in computed[PLAN]),
        *(SetCells(MEASURES, key, {row.key: row.number for row in measures[::3]}) for key in ("value", "expected_now")),
        AppendRows(POOLS, [{"code": f"P{n}"} for n in range(3)]),
    ])
    return program.calls, for_refresh


def test_round_trips_do_not_grow_with_the_plan(tmp_path: Path, small_plan: Callable[..., Any]) -> None:
    (few, few_for_refresh), (many, many_for_refresh) = trips(tmp_path, small_plan(22)), trips(tmp_path, small_plan(500))
    assert few_for_refresh == many_for_refresh
    assert (few_for_refresh["read"], few_for_refresh["write"]) == (46, 10)
    assert few == many
    tables = len(MASTER_TABLES)
    assert (few["read"], few["formulas"]) == (tables + 6, tables + 6)  # three tables read again before and after they are written
    assert few["write"] == 5  # a block for Pools, one for each of two columns of Measures that lie apart, and two for Plan


ANSWERS = [0.0, 1234.56789, "#N/A", "text", "", "=1", True]


@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_a_formula_comes_to_as_it_is_entered_is_no_reason_to_refuse(tmp_path: Path, answer: object) -> None:
    """A new plan's first savings give the Summary new rows of formulas, shown in pounds, which Excel tells as Decimal."""
    path = tmp_path / "plan.xlsx"
    built(path, {PLAN: [{"ref": "PI-01", "activity": "Act", "lead": "L"}]}, {"plan_starts": date(2026, 4, 1)})
    ClosedBook(path, backups=0).apply([
        AppendRows(SAVINGS, [{"ref": "PI-01.S1", "activity_ref": "PI-01", "description": "x", "method": "One-off",
                              "unit_amount": 100, "type": "Cashable", "fund": "General fund"}]),
        AppendRows(PROFILE, [{"ref": "PI-01.S1.P1", "savings_ref": "PI-01.S1", "from_": date(2026, 9, 1),
                               "planned_quantity": 1}])])
    program = Program()
    program.answer = lambda cell: answer
    opened = program.open(path)
    assert refresh(LiveBook(opened), today=date(2027, 1, 20)).changed
    formulas = [cell for sheet in opened.impl.book for row in sheet.iter_rows() for cell in row
                if cell.data_type == "f" and opened.impl.shown.get((sheet.title, cell.coordinate)) == answer]
    assert formulas


@pytest.mark.parametrize("stays", [True, False])
def test_words_are_kept_in_cells_of_the_format_text(path: Path, alter: Alter, stays: bool) -> None:
    """Whichever way Excel takes the apostrophe there; what was there before is put back just so."""
    columns = ("Progress", "Reason", "% complete")

    def as_text(book: Any) -> None:
        for header in columns:
            for row in range(5, 9):
                book[PLAN.title][at(PLAN, header, row)].number_format = "@"
        book[PLAN.title][at(PLAN, "Progress", 6)] = "=was"
        book[PLAN.title][at(PLAN, "Progress", 6)].data_type = "s"

    alter(as_text)
    book = Kept(path)
    book.program.apostrophe_stays = stays
    words = {"PI-01": "=1+1", "PI-02": "007", "PI-03": "'tis 1/2"}
    book.apply([SetCells(PLAN, "progress", words), SetCells(PLAN, "reason", words),
                SetCells(PLAN, "percent_complete", {"PI-01": 0.4})])
    assert kept(path, "progress") == kept(path, "reason") == list(words.values()) and kept(path, "percent_complete")[0] == 0.4

    def trouble(what: str) -> None:
        if what == "formulas" and book.program.calls["write"] > before:
            book.program.trouble = lambda what: None
            raise ProgramError(-2146827284, "no")

    before = book.program.calls["write"]
    book.read(PLAN)
    book.program.trouble = trouble
    with pytest.raises(Refused):
        book.apply([SetCells(PLAN, key, dict.fromkeys(words, "=else")) for key in ("progress", "reason")])
    assert kept(path, "progress") == kept(path, "reason") == list(words.values())


def test_numbers_between_changed_ones_stay_numbers_in_the_format_text(path: Path, alter: Alter) -> None:
    cells = [(row, 0.1 * row) for row in (5, 6, 7)]

    def as_text(book: Any) -> None:
        for row, value in cells:
            cell = book[PLAN.title][at(PLAN, "Planned to date", row)]
            cell.value, cell.number_format = value, "@"

    alter(as_text)
    book = Kept(path)
    book.apply([SetCells(PLAN, "planned_to_date", {"PI-01": 1000.0, "PI-03": 3000.0})])
    assert kept(path, "planned_to_date") == [1000.0, pytest.approx(0.6), 3000.0]


@pytest.mark.parametrize("carries", [True, False])
def test_a_table_grows_ten_times_with_its_looks_and_no_more_rules_than_it_had(path: Path, carries: bool) -> None:
    book = Kept(path)
    book.program.carries_formats = carries
    sheet = book.opened.impl.book[STAMPS.title]
    sheet.conditional_formatting.add(area(STAMPS, 5, top=5), FormulaRule(formula=["TRUE"]))  # type: ignore[no-untyped-call]
    rules = sum(len(found.rules) for found in sheet.conditional_formatting)
    for number in range(10):
        book.apply([AppendRows(STAMPS, [{"ref": str(number), "stamped_at": datetime(2027, 1, 1 + number)}] * 2)])
    assert kept(path, "stamped_at", STAMPS)[-1] == datetime(2027, 1, 10)
    assert len({sheet[at(STAMPS, STAMPS["stamped_at"].header, row)].number_format for row in range(5, 25)}) == 1
    assert (sum(len(found.rules) for found in sheet.conditional_formatting) == rules) is carries


def test_columns_of_people_are_written_exactly_where_they_change(path: Path, alter: Alter) -> None:
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    def rich(book: Any) -> None:
        book[PLAN.title][at(PLAN, "Progress", 6)] = CellRichText("some ", TextBlock(InlineFont(b=True), "bold"))

    alter(rich)
    book = Kept(path)
    book.apply([SetCells(PLAN, "progress", {"PI-01": "a", "PI-03": "c"})])
    assert book.program.calls["write"] == 2 and kept(path, "progress") == ["a", "some bold", "c"]


def test_computed_columns_leave_what_stands_between(path: Path, alter: Alter) -> None:
    def between(book: Any) -> None:
        sheet = book[PLAN.title]
        at = {cell.value: cell.column for cell in sheet[4]}
        sheet.cell(6, at["Status"], "=1+1")
        sheet.cell(6, at["Reason"], "007")

    alter(between)
    book = Kept(path)
    book.apply([SetCells(PLAN, key, {"PI-01": "a", "PI-03": "c"}) for key in ("status", "reason")])
    assert kept(path, "reason") == ["a", "007", "c"]
    assert ClosedBook(path).read(PLAN)[1].cell("status").stored.formula


def _filter(book: Any) -> None:
    """Show the second of three activities only, as Excel keeps a filter."""
    sheet = book[PLAN.title]
    sheet.tables["Plan"].autoFilter.add_filter_column(0, ["PI-02"])
    for row in (5, 7):
        sheet.row_dimensions[row].hidden = True


FILTERED: list[Edit] = [SetCells(PLAN, "progress", {f"PI-0{n}": f"p{n}" for n in (1, 2, 3)}),
            SetCells(PLAN, "reason", {"PI-01": "r1", "PI-03": "r3"}), AppendRows(PLAN, [{"ref": "PI-04"}, {"ref": "PI-05"}])]


def test_a_filtered_table_is_written_in_the_right_rows_and_stays_filtered(path: Path, alter: Alter) -> None:
    alter(_filter)
    book = Kept(path)
    book.apply(FILTERED)
    assert book.program.calls["special cells"] == 1  # what is hidden is asked for at once, not by row
    assert kept(path, "progress") == ["p1", "p2", "p3", None, None] and kept(path, "reason")[:3] == ["r1", None, "r3"]
    assert kept(path, "ref")[3:] == ["PI-04", "PI-05"]
    sheet: Any = openpyxl.load_workbook(path)[PLAN.title]
    assert [bool(sheet.row_dimensions[row].hidden) for row in range(5, 10)] == [True, False, True, False, False]


def test_a_filter_that_cannot_be_seen_does_no_harm(path: Path, alter: Alter, monkeypatch: pytest.MonkeyPatch) -> None:
    """What did not go where it should is found, and written cell by cell."""
    alter(_filter)
    alter(lambda book: book[PLAN.title].__setitem__(at(PLAN, "Completed on", 6), "was"))
    monkeypatch.setattr("tests.engines.memory.Table.autofilter", property(lambda self: self.nothing))
    Kept(path).apply(FILTERED)
    assert kept(path, "progress") == ["p1", "p2", "p3", None, None] and kept(path, "reason")[:3] == ["r1", None, "r3"]


@pytest.mark.parametrize("fails", [1, 2, 3])
def test_what_was_written_before_a_failure_is_taken_back(path: Path, alter: Alter, fails: int) -> None:
    alter(_odd)
    alter(lambda book: book[PLAN.title].__setitem__("B9", None))
    book, before = Kept(path), facts(ClosedBook(path))
    left = [fails]

    def trouble(what: str) -> None:
        left[0] -= what == "write"
        if what == "write" and not left[0]:
            raise ProgramError(-2146827284, "Unable to set the Value property of the Range class")

    book.program.trouble = trouble
    with pytest.raises(Refused, match=r"Excel would not do it: Unable to set the Value property of the Range class\. If the"):
        book.apply([SetCells(PLAN, "progress", {"PI-01": "x", "PI-03": "y"}), AppendRows(PLAN, [{"ref": "PI-04"}]),
                    SetCells(PLAN, "starts", {"PI-02": date(2026, 5, 1)}), AppendRows(STAMPS, [{"ref": "PI-01"}])])
    book.opened.save()
    after = facts(ClosedBook(path))
    assert {name: after[name] for name in before if after[name] != before[name]} == {}
    assert openpyxl.load_workbook(path).defined_names["list_Plan_Ref"].attr_text == "'Plan'!$A$5:$A$7"


def test_state_is_restored_also_when_writing_fails(path: Path) -> None:
    book = Kept(path)
    book.program._selection = book.opened.sheets["Plan"].range("C3").impl
    was = state(book.program)
    seen: list[Any] = []

    def trouble(what: str) -> None:
        if what == "write":
            seen.append(dict(book.program.settings))
            book.program._selection = None
            raise ZeroDivisionError

    book.program.trouble = trouble
    with pytest.raises(ZeroDivisionError):
        book.apply([SetCells(PLAN, "progress", {"PI-01": "x"})])
    assert seen[0] == {"screen_updating": False, "enable_events": False, "calculation": "manual"}
    assert {**state(book.program), "selected": None} == {**was, "selected": None}
    assert book.program.selection is not None


@pytest.mark.parametrize("code", [BUSY, -2146777998])
def test_a_busy_program_is_waited_for(path: Path, code: int) -> None:
    clock, program = Clock(), Program()
    book = LiveBook(program.open(path), clock=clock, sleep=clock.sleep)
    left = [5]

    def trouble(what: str) -> None:
        if what == "write" and left[0]:
            left[0] -= 1
            raise ProgramError(code)

    program.trouble = trouble
    book.apply([SetCells(PLAN, "progress", {"PI-01": "x"})])
    assert book.read(PLAN)[0].progress == "x" and 0 < clock.now < 5


def test_a_program_that_stays_busy_is_not_waited_for_for_ever(path: Path) -> None:
    clock, program = Clock(), Program()
    book = LiveBook(program.open(path), clock=clock, sleep=clock.sleep)
    book.read(PLAN)
    was = state(program)

    def trouble(what: str) -> None:
        raise ProgramError(BUSY)

    program.trouble = trouble
    with pytest.raises(Refused, match=r"Excel is busy, or a cell is being edited"):
        LiveBook(book._book, clock=clock, sleep=clock.sleep).read(PLAN)
    clock.now = 0.0
    with pytest.raises(Refused, match=r"Excel is busy, or a cell is being edited\. Press Enter or Esc in Excel"):
        book.apply([SetCells(PLAN, "progress", {"PI-01": "x"})])
    assert 20 <= clock.now < 21 and state(program) == was


def test_a_program_that_stops_half_way_is_told_of(path: Path) -> None:
    clock, program = Clock(), Program()
    book = LiveBook(program.open(path), clock=clock, sleep=clock.sleep)

    def trouble(what: str) -> None:
        if program.calls["write"]:
            raise ProgramError(BUSY)

    program.trouble = trouble
    with pytest.raises(Refused, match=r"^The workbook: Excel stopped answering half way.*without saving it"):
        book.apply([SetCells(PLAN, "progress", {"PI-01": "x", "PI-03": "y"})])
    assert clock.now < 21


def _protect(book: Any) -> None:
    book[PLAN.title].protection.sheet = True


def _totals(book: Any) -> None:
    book[PLAN.title].tables["Plan"].totalsRowCount = 1


REFUSED: list[tuple[Callable[[Any], None] | None, Any, str]] = [
    (_protect, SetCells(PLAN, "progress", {"PI-01": "x"}), "on a protected sheet. If the sheet is protected, unprotect it"),
    (_totals, AppendRows(PLAN, [{"ref": "PI-04"}]), "it has a totals row. Switch that off"),
    (None, RemoveRows(STAMPS, [1]), "Close it in Excel and run sendxl archive"),
    (None, Mark("Plan", "nowhere", Look.QUERY), "is not a cell address"),
]


@pytest.mark.parametrize(("change", "edit", "says"), REFUSED)
def test_refused(path: Path, alter: Alter, change: Callable[[Any], None] | None, edit: Any, says: str) -> None:
    if change:
        alter(change)
    book = Kept(path)
    with pytest.raises(Refused) as caught:
        book.apply([edit])
    assert says in str(caught.value) and str(caught.value).startswith(f"{path.name} was not changed: ")


def test_check_refuses_what_apply_would_and_writes_nothing(path: Path) -> None:
    book = Kept(path)
    with pytest.raises(Refused, match="PI-09 is not there"):
        book.check([SetCells(PLAN, "progress", {"PI-01": "x"}), SetCells(PLAN, "progress", {"PI-09": "x"})])
    book.check([SetCells(PLAN, "progress", {"PI-01": "x"})])
    assert not book.program.calls["write"]


@pytest.mark.parametrize("change", ["A5", "C6", "A8"])
def test_a_table_that_was_changed_since_it_was_read_is_left_alone(path: Path, change: str) -> None:
    book = Kept(path)
    book.read(PLAN)
    book.opened.sheets["Plan"].range(change).value = "someone was here"
    if change == "A8":
        book.opened.sheets["Plan"].tables["Plan"].resize(book.opened.sheets["Plan"].range(area(PLAN, 8)))
    with pytest.raises(Refused, match=r"Plan, table Plan: it was changed in the meantime\. Run again"):
        book.apply([SetCells(PLAN, "progress", {"PI-01": "x"})])


PLACES = [("https://council.sharepoint.com/sites/send/plan.xlsx", None), ("Book1", None),
          (str(Path("/plans/plan.xlsx").absolute()), Path("/plans/plan.xlsx").absolute())]


@pytest.mark.parametrize(("fullname", "wanted"), PLACES)
def test_the_place_is_told_where_it_is_local(path: Path, fullname: str, wanted: Path | None) -> None:
    book = Kept(path)
    book.opened.impl.kept_at = fullname
    assert book.path == wanted and book.name == path.name
    assert book.sheets["Plan"] == "visible"
    book.apply([AppendRows(REVIEW, [{"doubt": "works all the same"}])])
    assert kept(path, "doubt", REVIEW) == ["works all the same"]


def test_kinds_of_cells_survive(path: Path, alter: Alter) -> None:
    alter(_odd)
    kinds = {key: Kept(path).read(PLAN)[1].cell(key).stored.kind for key in ("starts", "due")}
    assert set(kinds.values()) == {CellKind.TEXT}
    error, text = Kept(path).read(PLAN)[1].cell("closed_on").stored, Kept(path).read(PLAN)[0].cell("progress").stored
    assert text.kind is CellKind.TEXT and text.value == "#N/A"
    assert error.kind in (CellKind.ERROR, CellKind.BLANK)


def test_mixed_values_get_a_format_that_shows_them(path: Path) -> None:
    Kept(path).apply([AppendRows(HELD, [{"ref": "a", "found": date(2026, 4, 1)}])])
    Kept(path).apply([AppendRows(STAMPS, [{"ref": str(n), "old": date(2026, 4, n + 1) if n % 2 else n} for n in range(28)])])
    assert kept(path, "old", STAMPS) == [date(2026, 4, n + 1) if n % 2 else n for n in range(28)]
