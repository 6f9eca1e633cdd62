"""What every Book does. The suite runs over each kind of Book there is."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import AddColumns, AddTable, AppendRows, Book, Mark, OpenOn, RenameHeader, SetCached, SetCells, SetChoices
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.look import Look
from sendxl.errors import Refused
from sendxl.plan.master import HELD, MEASURES, PLAN, REVIEW, SETTINGS, STAMPS, TRACKERS
from sendxl.plan.rows import Row
from sendxl.plan.schema import Column, Table, Type
from tests.cells import area, at, placed
from tests.engines import calc, mac, memory, windows
from tests.engines.soffice import running
from tests.once import opened

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # openpyxl, of files from Calc
Alter = Callable[[Callable[[Any], None]], None]


BOOKS: dict[str, Callable[[Path], Book]] = {"closed": ClosedBook, "memory": memory.Kept, "mac": mac.Kept,
                                          "windows": windows.Kept, "calc": calc.Kept}


@pytest.fixture(params=[pytest.param(kind, marks=pytest.mark.calc if kind == "calc" else ()) for kind in BOOKS])
def kind_of_book(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which Book the test is run over; a live one is saved where something was written, so that a test can look at the file."""
    if request.param == "calc":
        with running().watched():
            yield request.param
            running().close()
    else:
        yield request.param


@pytest.fixture
def open_book(kind_of_book: str) -> Callable[[Path], Book]:
    return BOOKS[kind_of_book]


def seen(path: Path, table: Table) -> list[dict[str, Any]]:
    """The rows of a table as openpyxl sees them: header to cell."""
    book = opened(path)
    sheet = next(sheet for sheet in book if table.name in sheet.tables)
    header, *rows = sheet[sheet.tables[table.name].ref]
    return [dict(zip((cell.value for cell in header), row, strict=True)) for row in rows]


def column(path: Path, table: Table, key: str) -> list[Any]:
    return [row[table[key].header].value for row in seen(path, table)]


def number_format(cell: Any) -> str:
    """A cell's number format; Calc writes it with backslashes."""
    return str(cell.number_format).replace("\\", "")


def test_reading(open_book: Callable[[Path], Book], path: Path) -> None:
    book = open_book(path)
    rows = book.read(PLAN)
    assert book.has(PLAN) and [row.key for row in rows] == ["PI-01", "PI-02", "PI-03"]
    assert rows[0].starts == date(2026, 4, 1) and rows[0].cell("starts").stored.address == at(PLAN, "Starts", 5)
    assert list(book.read(STAMPS)) == [] and book.read(STAMPS).blank_rows == (5,)
    with pytest.raises(KeyError, match="Nowhere"):
        book.read(Table("Nowhere", "", Row, PLAN.columns))


def test_cells_are_set_by_key_and_column(open_book: Callable[[Path], Book], path: Path) -> None:
    book = open_book(path)
    book.apply([SetCells(PLAN, "progress", {"PI-02": "Done", "PI-01": None}),
                SetCells(PLAN, "completed_on", {"PI-02": date(2026, 9, 1)})])
    assert [row.progress for row in book.read(PLAN)] == [None, "Done", None]
    assert column(path, PLAN, "progress") == [None, "Done", None]
    cell = seen(path, PLAN)[1]["Completed on"]
    assert (cell.value, number_format(cell)) == (datetime(2026, 9, 1), "dd mmm yyyy")


KINDS = [("Number", 12.5, "[>=1000]#,##0;General"), ("Percentage", 0.4, "0%"), ("Milestone", 1, "0%"), ("Compliance", 9, "#,##0")]


@cache
def _blank(kind: str) -> Callable[[Any], None]:
    """Makes the first measure one of that kind, whose Actual has no number format."""

    def blank(book: Any) -> None:
        book[MEASURES.title][at(MEASURES, "Kind", 5)] = kind
        book[MEASURES.title][at(MEASURES, "Actual", 5)].number_format = "General"

    return blank


@pytest.mark.parametrize(("kind", "value", "shown_as"), KINDS)
def test_the_number_format_follows_the_kind(open_book: Callable[[Path], Book], path: Path, alter: Alter, kind: str, value: float,
                                            shown_as: str) -> None:
    alter(_blank(kind))
    open_book(path).apply([SetCells(MEASURES, "actual", {"PI-01.M1": value})])
    cell = seen(path, MEASURES)[0]["Actual"]
    assert (cell.value, number_format(cell)) == (value, shown_as)


TEXTS = ["=1+1", "+44 20", "-none", "@home", "_x000D_", "007", "#N/A", "TRUE", " two\nlines ", "a<b>&c", "😀"]


def test_text_is_never_a_formula(open_book: Callable[[Path], Book], kind_of_book: str, path: Path) -> None:
    book = open_book(path)
    book.apply([AppendRows(REVIEW, [{"doubt": text} for text in TEXTS])])
    book.apply([SetCells(REVIEW, "doubt", {str(number): text for number, text in enumerate(reversed(TEXTS), 1)}),
                SetCells(REVIEW, "raw_text", {str(number): text for number, text in enumerate(TEXTS, 1)})])
    cells = [row.cell("doubt").stored for row in reversed(book.read(REVIEW))]
    assert [(cell.value, cell.formula) for cell in cells] == [(text, False) for text in TEXTS]
    for row, text, reverse in zip(seen(path, REVIEW), TEXTS, reversed(TEXTS), strict=True):
        for cell, wanted in ((row["Doubt"], reverse), (row["Raw text"], text)):
            assert cell.data_type == "s"
            # Calc needs no mark. Excel gets one more often than a file, as it reads what it is told.
            assert kind_of_book == "calc" or cell.quotePrefix or not wanted.startswith(("=", "+", "-", "@"))


def test_columns_may_be_moved_and_added(open_book: Callable[[Path], Book], used_master: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(used_master.read_bytes())
    book = open_book(path)
    assert book.read(PLAN).missing == [] and "Our own note" in book.read(PLAN).headers
    book.apply([SetCells(PLAN, "status", {"PI-02": "At risk"}), SetCells(PLAN, "theme", {"PI-02": "New"})])
    assert column(path, PLAN, "status") == [None, "At risk", None]
    assert column(path, PLAN, "theme") == ["Inclusion", "New", "Inclusion"]
    assert [row["Our own note"].value for row in seen(path, PLAN)] == ["own 5", "own 6", "own 7"]


def _turned(book: Any) -> None:
    sheet = book[PLAN.title]
    for cells in zip(sheet[5], sheet[7], strict=True):
        cells[0].value, cells[1].value = cells[1].value, cells[0].value


def test_rows_may_be_sorted(open_book: Callable[[Path], Book], path: Path, alter: Alter) -> None:
    alter(_turned)
    open_book(path).apply([SetCells(PLAN, "progress", {"PI-01": "first"})])
    assert column(path, PLAN, "ref") == ["PI-03", "PI-02", "PI-01"] and column(path, PLAN, "progress") == [None, None, "first"]


def _no_header(book: Any) -> None:
    cell = book[PLAN.title][at(PLAN, "Progress", 4)]
    cell.value = book[PLAN.title].tables["Plan"].tableColumns[cell.column - 1].name = "Progres"


def _double(book: Any) -> None:
    book[PLAN.title]["A7"] = "PI-01"


def _formula(book: Any) -> None:
    book[PLAN.title][at(PLAN, "Progress", 5)] = "=1+1"


def _below(book: Any) -> None:
    book[PLAN.title][at(PLAN, "Activity", 8)] = "a remark"


def _merged(book: Any) -> None:
    book[PLAN.title].merge_cells("C9:D9")


SET = SetCells(PLAN, "progress", {"PI-01": "x"})
TWO = AppendRows(PLAN, [{"ref": "PI-04"}, {"ref": "PI-05"}])
REFUSED = [
    (None, SetCells(PLAN, "progress", {"PI-09": "x"}), "Plan, table Plan: the Ref PI-09 is not there"),
    (_double, SET, "the Ref PI-01 stands in rows 5 and 7"),
    (_no_header, SET, "the column “Progress” is missing. Put its header back"),
    (_no_header, AppendRows(PLAN, [{"progress": "x"}]), "the column “Progress” is missing"),
    (_formula, SET, "Plan![Progress]5 holds a formula; it is not overwritten"),
    (_below, TWO, "Plan![Activity]8, below the table, is not empty"),
    (_merged, TWO, "merged range"),
    (None, SetCached(PLAN, "PI-01", "progress", "x"), "Plan![Progress]5 holds no formula"),
    (None, SetCells(PLAN, "progress", {"PI-01": "x" * 32_768}), "Plan![Progress]5: a cell holds at most 32,767 characters"),
    (None, SetCells(PLAN, "percent_complete", {"PI-01": float("inf")}), "Plan![% complete]5: inf is not a number"),
]


@pytest.mark.parametrize(("change", "edit", "says"), REFUSED)
def test_refused_edits_change_nothing(open_book: Callable[[Path], Book], path: Path, alter: Alter,
                                      change: Callable[[Any], None] | None, edit: Any, says: str) -> None:
    if change:
        alter(change)
    before, files = path.read_bytes(), sorted(path.parent.iterdir())
    good = SetCells(PLAN, "theme", {"PI-02": "changed"})
    with pytest.raises(Refused, match="was not changed: ") as caught:
        open_book(path).apply([good, edit])
    assert placed(says) in str(caught.value)
    assert path.read_bytes() == before and sorted(path.parent.iterdir()) == files


def test_appending_fills_the_blank_row_first_and_numbers(open_book: Callable[[Path], Book], path: Path) -> None:
    book = open_book(path)
    book.apply([AppendRows(STAMPS, [{"ref": "a"}, {"ref": "b", "stamped_at": datetime(2027, 1, 15, 9, 30)}])])
    book.apply([AppendRows(STAMPS, [{"ref": "c", "old": date(2026, 4, 1), "new": 5}]), AppendRows(STAMPS, [{"ref": "d"}])])
    assert column(path, STAMPS, "ref") == ["a", "b", "c", "d"] and column(path, STAMPS, "no") == [1, 2, 3, 4]
    row = seen(path, STAMPS)[2]
    assert (row["Old"].value, number_format(row["Old"])) == (datetime(2026, 4, 1), "dd mmm yyyy") and row["New"].value == 5
    assert number_format(seen(path, STAMPS)[1]["Stamped at"]) == "dd mmm yyyy hh:mm"
    assert [row.ref for row in book.read(STAMPS)] == ["a", "b", "c", "d"]


def test_a_sorted_and_thinned_out_table_keeps_its_numbers_apart(open_book: Callable[[Path], Book], path: Path,
                                                                alter: Alter) -> None:
    open_book(path).apply([AppendRows(HELD, [{"ref": "a"}, {"ref": "b"}, {"ref": "c"}])])

    def number(book: Any) -> None:
        for row, no in ((5, 9), (6, 4), (7, 2)):
            book[HELD.title].cell(row, 1, no)

    alter(number)
    open_book(path).apply([AppendRows(HELD, [{"ref": "d"}])])
    assert column(path, HELD, "no") == [9, 4, 2, 10]


def _looks(cell: Any) -> tuple[str, ...]:
    return number_format(cell), *map(repr, (cell.font, cell.fill, cell.border, cell.alignment, cell.protection))


def test_drop_downs_looks_and_names_follow_a_table(open_book: Callable[[Path], Book], path: Path) -> None:
    open_book(path).apply([AppendRows(PLAN, [{"ref": "PI-04", "starts": date(2026, 5, 1)}])])
    book = opened(path)
    sheet = book[PLAN.title]
    assert sheet.tables["Plan"].ref == sheet.tables["Plan"].autoFilter.ref == area(PLAN, 8)
    checked = [str(check.sqref).split(":") for check in sheet.data_validations.dataValidation]
    assert checked and all(last == first.rstrip("0123456789") + "8" for first, last in checked)
    assert all(str(rule.sqref).endswith("8") for rule in sheet.conditional_formatting)
    assert book.defined_names["list_Plan_Ref"].attr_text.replace("'", "") == "Plan!$A$5:$A$8"
    assert sheet.print_area.replace("$", "") == f"'Plan'!{area(PLAN, 8)}"
    assert [_looks(cell) for cell in sheet[8]] == [_looks(cell) for cell in sheet[7]]


def _calculated(book: Any) -> None:
    from openpyxl.worksheet.table import TableColumn, TableFormula

    for table, row in ((PLAN, 7), (TRACKERS, 5)):
        sheet = book[table.title]
        excel, right = sheet.tables[table.name], len(table.columns) + 1
        excel.tableColumns.append(TableColumn(id=right, name="Own", calculatedColumnFormula=TableFormula(attr_text="1+1")))
        sheet.cell(4, right, "Own")
        for number in range(5, row + 1):
            sheet.cell(number, right, "=1+1")
        excel.ref = excel.autoFilter.ref = f"A4:{sheet.cell(row, right).coordinate}"


def test_a_calculated_column_of_the_users_own_is_filled(open_book: Callable[[Path], Book], path: Path, alter: Alter) -> None:
    alter(_calculated)
    book = open_book(path)
    assert list(book.read(TRACKERS)) == []  # its one row has nothing but the formula
    book.apply([AppendRows(PLAN, [{"ref": "PI-04"}]), AppendRows(TRACKERS, [{"tracker": "T1"}, {"tracker": "T2"}])])
    assert [row["Own"].value for row in seen(path, PLAN)] == ["=1+1"] * 4
    assert [(row["Tracker"].value, row["Own"].value) for row in seen(path, TRACKERS)] == [("T1", "=1+1"), ("T2", "=1+1")]


def test_what_a_formula_shows_is_set_and_the_formula_stays(open_book: Callable[[Path], Book], kind_of_book: str, path: Path,
                                                           alter: Alter) -> None:
    alter(_formula)
    open_book(path).apply([SetCached(PLAN, "PI-01", "progress", "two")])
    assert column(path, PLAN, "progress")[0] == "=1+1"
    shown: Any = openpyxl.load_workbook(path, data_only=True)
    cell = shown[PLAN.title][at(PLAN, "Progress", 5)]
    assert cell.value == ("two" if kind_of_book == "closed" else None)  # an open one computes for itself


def test_marks_and_values_on_one_cell(open_book: Callable[[Path], Book], path: Path) -> None:
    open_book(path).apply([Mark("Plan", at(PLAN, "Progress", 5), Look.PROBLEM), SetCells(PLAN, "progress", {"PI-01": "x"}),
                           Mark("Plan", "A30", Look.QUERY)])
    book = opened(path)
    cell = book["Plan"][at(PLAN, "Progress", 5)]
    assert (cell.value, cell.fill.fgColor.rgb) == ("x", "FF" + Look.PROBLEM.value)
    assert book["Plan"]["A30"].fill.fgColor.rgb == "FF" + Look.QUERY.value


@pytest.mark.parametrize("edits", [[], [SetCells(PLAN, "progress", {})], [AppendRows(STAMPS, [])]])
def test_nothing_to_do_changes_nothing(open_book: Callable[[Path], Book], path: Path, edits: list[Any]) -> None:
    before = path.read_bytes()
    open_book(path).apply(edits)
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]


LATER = replace(PLAN, columns=(*PLAN.columns[:1], Column("Field", Type.TEXT, "Its field."), *PLAN.columns[2:],
                               Column("Ward", Type.TEXT, "Where it is.")))
INTERIM = Table("Interim", "Interim targets.", Row, (Column("Ref", Type.TEXT, ""),), "plan")
OF_SCHEMA = [AddColumns(LATER, ["ward"]), AddTable(INTERIM, ""), RenameHeader(LATER, "Theme", "field"),
             SetChoices(STAMPS, "kind"), SetChoices(SETTINGS, "value", "Year count"),
             OpenOn(TRACKERS.title)]


@pytest.mark.parametrize("edit", OF_SCHEMA, ids=lambda edit: type(edit).__name__)
def test_only_a_closed_workbook_takes_edits_of_schema(open_book: Callable[[Path], Book], kind_of_book: str, path: Path,
                                                      edit: Any) -> None:
    before, book = path.read_bytes(), open_book(path)
    if kind_of_book == "closed":
        book.check([edit])
        assert path.read_bytes() == before
        book.apply([edit])
        assert path.read_bytes() != before and [row.key for row in book.read(PLAN)] == ["PI-01", "PI-02", "PI-03"]
    else:
        with pytest.raises(Refused, match=r"was not changed: only a closed workbook .* Close it, then upgrade it"):
            book.apply([SetCells(PLAN, "theme", {"PI-02": "changed"}), edit])
        assert path.read_bytes() == before
