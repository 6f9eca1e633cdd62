"""The tracker's template as built, read back with openpyxl and calamine."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sendxl.books import look
from sendxl.books.build.sheet import HEADER_ROW
from sendxl.books.build.tracker import build_template
from sendxl.books.build.validations import inline
from sendxl.plan.schema import Column, Table, Type
from sendxl.plan.tracker import (
    ABOUT,
    ABOUT_ITEMS,
    IDENTITY,
    ISSUED,
    LEFT_TO_FILL,
    QUERIES,
    TRACKER_MEASURES,
    TRACKER_PLAN,
    TRACKER_PROFILE,
)
from sendxl.plan.vocabulary import LeadStatus

TABLES = (TRACKER_PLAN, TRACKER_MEASURES, TRACKER_PROFILE, QUERIES, IDENTITY, ISSUED)
CELLS = [(table, column) for table in TABLES for column in table]
FIRST = HEADER_ROW + 1


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tracker") / "template.xlsx"
    build_template(made, savings=True)
    return made


@pytest.fixture(scope="module")
def book(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def _sheet(book: openpyxl.Workbook, table: Table) -> Worksheet:
    sheet = book[table.title]
    assert isinstance(sheet, Worksheet)
    return sheet


def _cell(book: openpyxl.Workbook, table: Table, column: Column) -> Any:
    return _sheet(book, table).cell(FIRST, table.columns.index(column) + 1)


@pytest.mark.parametrize("savings", [True, False])
def test_sheets(tmp_path: Path, savings: bool) -> None:
    build_template(tmp_path / "t.xlsx", savings=savings)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    shown = ["Guide", "Activities", "Measures", *(["Savings"] if savings else []), "Queries"]
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"] == shown
    hidden = ("Identity", "Issued", *(f"{sheet} check" for sheet in shown[1:-1]))
    assert {sheet.title: sheet.sheet_state for sheet in book.worksheets[len(shown):]} == dict.fromkeys(hidden, "veryHidden")
    assert ("Savings" in str([cell.value for row in book["Guide"].iter_rows() for cell in row])) is savings


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.title)
def test_a_sheet_holds_its_table_with_one_blank_row(book: openpyxl.Workbook, path: Path, table: Table) -> None:
    sheet = _sheet(book, table)
    area = f"A{HEADER_ROW}:{get_column_letter(len(table.columns))}{FIRST}"
    assert [(made.name, made.ref) for made in sheet.tables.values()] == [(table.name, area)]
    assert all(cell.value is None for cell in sheet[FIRST])
    read = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(table.title).to_python()
    assert read[HEADER_ROW - 1] == [column.header for column in table]


@pytest.mark.parametrize(("table", "column"), CELLS, ids=lambda x: getattr(x, "title", getattr(x, "header", "")))
def test_only_cells_to_fill_are_open_and_look_it(book: openpyxl.Workbook, table: Table, column: Column) -> None:
    cell = _cell(book, table, column)
    assert cell.protection.locked is not column.is_input
    assert (cell.fill.fgColor.rgb[2:] == look.INPUT_FILL) is column.is_input
    assert (cell.border.left.color.rgb[2:] == look.INPUT_LINE) is column.is_input
    assert _sheet(book, table).cell(HEADER_ROW, cell.column).font.i is not column.is_input


@pytest.mark.parametrize(("table", "column"), CELLS, ids=lambda x: getattr(x, "title", getattr(x, "header", "")))
def test_cells_to_fill_have_their_limits(book: openpyxl.Workbook, table: Table, column: Column) -> None:
    cell = _cell(book, table, column)
    rules = [r for r in _sheet(book, table).data_validations.dataValidation if str(r.sqref) == cell.coordinate]
    assert len(rules) == column.is_input
    for rule in rules:
        assert rule.prompt.startswith(column.help) and rule.promptTitle == column.header
        if column.choices:
            assert rule.formula1 == f'"{",".join(column.choices)}"'
        elif column.type is Type.DATE:
            assert rule.type == "date" and rule.error.startswith("Enter a date")
        elif column.type is Type.FRACTION:
            assert (rule.type, rule.formula1, rule.formula2) == ("decimal", "0", "1")
            assert rule.error.startswith("Enter a percentage from 0% to 100%")


def test_every_sheet_is_locked_without_a_password(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        locks = sheet.protection
        assert locks.sheet and not locks.password and not locks.hashValue, sheet.title
        forbidden = (locks.selectLockedCells, locks.selectUnlockedCells, locks.formatColumns, locks.formatRows,
                     locks.sort, locks.autoFilter)
        assert not any(forbidden), sheet.title
        assert not any(dimension.hidden for dimension in sheet.column_dimensions.values()), sheet.title


def test_nothing_on_the_guide_is_open(book: openpyxl.Workbook) -> None:
    assert all(cell.protection.locked for row in book["Guide"].iter_rows() for cell in row)


def test_the_guide_says_what_and_for_whom(book: openpyxl.Workbook) -> None:
    guide = book["Guide"]
    assert isinstance(guide, Worksheet)
    rows = list(guide[guide.tables[ABOUT.name].ref])
    assert [cell.value for cell in rows[0]] == [column.header for column in ABOUT]
    assert [[cell.value for cell in row] for row in rows[1:-1]] == [[item, None] for item in ABOUT_ITEMS]
    assert rows[-1][0].value == LEFT_TO_FILL and str(rows[-1][1].value).startswith("=")
    words = " ".join(str(cell.value) for row in guide.iter_rows() for cell in row if cell.value)
    assert all(status.value in words for status in LeadStatus) and "Nothing about a child" in words
    links = {str(cell.hyperlink.location) for row in guide.iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{table.title}'!A1" for table in (TRACKER_PLAN, TRACKER_MEASURES, TRACKER_PROFILE, QUERIES)}


def test_printing(book: openpyxl.Workbook) -> None:
    for sheet in (sheet for sheet in book.worksheets if not sheet.title.endswith(" check")):
        setup = sheet.page_setup
        assert (setup.orientation, int(setup.paperSize or 0), int(setup.fitToWidth or 0) <= 2) == ("landscape", 9, True)


def test_building_twice_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    build_template(tmp_path / "t.xlsx", savings=True)
    assert (tmp_path / "t.xlsx").read_bytes() == path.read_bytes()


def test_words_that_do_not_fit_into_a_rule_are_a_mistake() -> None:
    from enum import StrEnum

    class Words(StrEnum):
        PAIR = "one, two"

    with pytest.raises(ValueError, match="Colour"):
        inline(Column("Colour", Type.CHOICE, "", choices=Words))
