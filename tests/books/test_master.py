"""The master as built: read back with openpyxl, and with calamine as a second opinion."""

import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sendxl.books import look
from sendxl.books.build.master import build_master, list_name
from sendxl.books.build.sheet import HEADER_ROW
from sendxl.errors import Unwritable
from sendxl.plan.as_left import AS_LEFT
from sendxl.plan.master import LEADS, MASTER_TABLES, MEASURES, PLAN, PROFILE, REVIEW, SETTINGS, STAMPS
from sendxl.plan.schema import Column, Table, Type
from sendxl.plan.settings import Settings
from sendxl.plan.settings import columns as setting_columns
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Kind, LeadStatus, LineStatus, SavingsStatus, Status
from tests.cells import placed

TITLE = "SEND & Inclusion delivery plan"
SET: dict[str, Value] = {"plan_title": TITLE, "plan_starts": date(2026, 4, 1), "reporting_period": "2026-27 Q3"}
GUIDE, SUMMARY, LISTS = "Guide", "Summary", "Lists"
SUMMARY_PART, PLAN_PART = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"
HEADERS = [(table, column) for table in MASTER_TABLES for column in table]
FILLED = [(table, column) for table, column in HEADERS if not look.by_sendxl(column)]


def _rows() -> dict[Table, list[dict[str, Value]]]:
    plan: list[dict[str, Value]] = [
        {"ref": f"PI-0{n}", "activity": "Widen the offer. " * 9, "starts": date(2026, 4, 1), "percent_complete": 0.45,
         "lead": "Inclusion Manager", "status": status.value, "reason": "12 of 20 places"}
        for n, status in enumerate(Status, 1)]
    measures: list[dict[str, Value]] = [
        {"ref": f"PI-0{n}.M1", "activity_ref": f"PI-0{n}", "kind": kind.value, "baseline": 0.4, "actual": 12}
        for n, kind in enumerate(Kind, 1)]
    return {
        PLAN: plan,
        MEASURES: measures,
        PROFILE: [{"ref": "PI-01.S1.P1", "planned_quantity": 6}],
        LEADS: [{"code": "INC", "title": "Inclusion Manager"}, {"code": "EP", "title": "Educational Psychologist"}],
        STAMPS: [{"no": 1, "stamped_at": datetime(2027, 1, 15, 9, 30), "old": date(2026, 12, 31), "new": 5}],
    }


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("master") / "master.xlsx"
    build_master(made, _rows(), SET)
    return made


@pytest.fixture(scope="module")
def book(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def _sheet(book: openpyxl.Workbook, table: Table) -> Worksheet:
    sheet = book[table.title]
    assert isinstance(sheet, Worksheet)
    return sheet


def _number(table: Table, column: Column) -> int:
    return table.columns.index(column) + 1


def _data_cells(sheet: Worksheet, table: Table, column: Column) -> str:
    """The data cells of a column, as openpyxl writes an area."""
    letter = get_column_letter(_number(table, column))
    last = int(re.sub(r".*:[A-Z]+", "", sheet.tables[table.name].ref))
    first = f"{letter}{HEADER_ROW + 1}"
    return first if last == HEADER_ROW + 1 else f"{first}:{letter}{last}"


def _validation(sheet: Worksheet, row: int, number: int) -> Any:
    cell = sheet.cell(row, number).coordinate
    return next((rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref), None)


def _resolve(book: openpyxl.Workbook, name: str) -> list[object]:
    (title, area), = book.defined_names[name].destinations
    return [cell.value for row in book[title][area.replace("$", "")] for cell in row]


def test_sheets_stand_in_their_groups(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [
        GUIDE, SUMMARY, "Plan", "Measures", "Targets", "Savings", "Profile", "Years", "Position", "Trackers", "Held", "Review",
        "Revision", "Leads", "UnitCosts", "Pools", "Settings", LISTS, "Periods", "Updates", "Readings", "Counts", "Stamps",
        AS_LEFT.title]
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"] == [AS_LEFT.title]
    assert book[AS_LEFT.title].sheet_state == "veryHidden"
    tabs = [sheet.sheet_properties.tabColor for sheet in book.worksheets]
    colours = [str(tab and tab.rgb) for tab in tabs]
    assert len(set(colours)) == len(look.GROUPS) == 5
    assert [a for a, b in zip(colours, [None, *colours], strict=False) if a != b] == list(dict.fromkeys(colours))


@pytest.mark.parametrize("table", MASTER_TABLES, ids=lambda t: t.name)
def test_a_sheet_holds_its_table(book: openpyxl.Workbook, path: Path, table: Table) -> None:
    sheet = _sheet(book, table)
    assert list(sheet.tables) == [table.name]
    last = HEADER_ROW + (len(setting_columns()) if table is SETTINGS else max(1, len(_rows().get(table, ()))))
    right = get_column_letter(len(table.columns))
    made = sheet.tables[table.name]
    assert made.ref == made.autoFilter.ref == f"A{HEADER_ROW}:{right}{last}"
    assert [column.name for column in made.tableColumns] == [column.header for column in table]
    assert [sheet.cell(HEADER_ROW, n).value for n in range(1, len(table.columns) + 1)] == [c.header for c in table]
    assert str(sheet["A1"].value) == f"{table.title} · {TITLE}"
    assert sheet["A2"].value == table.says
    assert not any(cell.value for cell in sheet[HEADER_ROW - 1])
    assert not sheet.merged_cells.ranges
    assert str(sheet.freeze_panes) == f"{get_column_letter(table.frozen + 1)}{HEADER_ROW + 1}"
    read = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(table.title).to_python()
    assert read[HEADER_ROW - 1][: len(table.columns)] == [column.header for column in table]


@pytest.mark.parametrize(("table", "column"), FILLED, ids=lambda x: getattr(x, "name", getattr(x, "header", "")))
def test_what_people_fill_has_its_limits(book: openpyxl.Workbook, table: Table, column: Column) -> None:
    if table is SETTINGS or table.append_only:
        return
    rule = _validation(_sheet(book, table), HEADER_ROW + 1, _number(table, column))
    assert str(rule.sqref) == _data_cells(_sheet(book, table), table, column)
    assert rule.promptTitle == column.header[:32] and column.help in rule.prompt and len(rule.prompt) <= 255
    if column.choices:
        assert rule.type == "list" and _resolve(book, rule.formula1) == [word.value for word in column.choices]
    elif column.choices_from and not column.many:
        assert rule.type == "list" and rule.formula1 == list_name(column) and _resolve(book, rule.formula1)
    elif column.type in (Type.DATE, Type.MOMENT):
        assert rule.type == "date"
    elif column.type in (Type.TEXT, Type.WORDS, Type.ANY):
        assert rule.type is None
    else:
        assert rule.type == ("whole" if column.type is Type.COUNT else "decimal")
        assert column.low is None or float(rule.formula1) == column.low
        assert column.high is None or float(rule.formula2) == column.high
        assert rule.error and rule.showErrorMessage


def test_names_end_with_their_tables_last_row(book: openpyxl.Workbook) -> None:
    assert _resolve(book, "list_Leads_Title") == ["Inclusion Manager", "Educational Psychologist"]
    assert _resolve(book, "list_Plan_Ref") == [f"PI-0{n}" for n in range(1, len(Status) + 1)]
    assert _resolve(book, "list_Pools_Code") == [None]


@pytest.mark.parametrize(("table", "column"), [p for p in HEADERS if look.by_sendxl(p[1])],
                         ids=lambda x: getattr(x, "name", getattr(x, "header", "")))
def test_what_sendxl_writes_is_slanted_and_says_so(book: openpyxl.Workbook, table: Table, column: Column) -> None:
    sheet = _sheet(book, table)
    assert sheet.cell(HEADER_ROW, _number(table, column)).font.i
    rule = _validation(sheet, HEADER_ROW + 1, _number(table, column))
    assert rule is None if table.append_only else rule.type is None and "do not type here" in rule.prompt


def test_formats_follow_the_kind_of_the_row(book: openpyxl.Workbook) -> None:
    sheet = _sheet(book, MEASURES)
    for row, kind in enumerate(Kind, HEADER_ROW + 1):
        for column in MEASURES:
            found = sheet.cell(row, _number(MEASURES, column)).number_format
            assert found == column.format_in(kind.value), (kind, column.header)


@pytest.mark.parametrize(("table", "key", "expected"), [
    (PLAN, "starts", "dd mmm yyyy"), (PLAN, "percent_complete", "0%"), (PLAN, "due", "dd mmm yyyy"),
    (STAMPS, "stamped_at", "dd mmm yyyy hh:mm"), (STAMPS, "old", "dd mmm yyyy"), (REVIEW, "no", "#,##0"),
])
def test_formats_stand_in_every_cell(book: openpyxl.Workbook, table: Table, key: str, expected: str) -> None:
    assert _sheet(book, table).cell(HEADER_ROW + 1, _number(table, table[key])).number_format == expected


def test_settings_are_all_there_in_order(book: openpyxl.Workbook) -> None:
    rows = list(_sheet(book, SETTINGS).iter_rows(min_row=HEADER_ROW + 1, max_col=2))
    assert [row[0].value for row in rows] == [column.header for _, column in setting_columns()]
    found = {key: row[1] for (key, _), row in zip(setting_columns(), rows, strict=True)}
    assert found["plan_title"].value == TITLE and found["discount_rate"].value == Settings().discount_rate
    assert found["plan_starts"].number_format == "dd mmm yyyy"
    assert found["reporting_period"].number_format == "@"  # Excel would make a date of 2026-11
    assert _validation(_sheet(book, SETTINGS), HEADER_ROW + len(rows), 2).type == "whole"


def test_an_unknown_setting_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="on_trak_from"):
        build_master(tmp_path / "m.xlsx", {}, {"on_trak_from": 0.9})


def test_the_guide_links_to_every_sheet(book: openpyxl.Workbook) -> None:
    guide = book[GUIDE]
    assert isinstance(guide, Worksheet)
    links = {str(cell.hyperlink.location) for row in guide.iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in book.sheetnames if name not in (GUIDE, AS_LEFT.title)}
    words = {cell.value for row in guide.iter_rows() for cell in row}
    assert {status.value for status in Status} <= words


@pytest.mark.parametrize("text", [
    "=1+1", "=cmd|' /C calc'!A0", "+44 1926", "-5 places", "@here", "#N/A", "007", "1/2", "'quoted", " spaced ",
    "a\tb\nc", "£18k – “so”"])
def test_text_stays_the_text_it_is(tmp_path: Path, text: str) -> None:
    build_master(tmp_path / "m.xlsx", {PLAN: [{"ref": "PI-01", "activity": text}]}, {"plan_title": text})
    cell = openpyxl.load_workbook(tmp_path / "m.xlsx")["Plan"].cell(HEADER_ROW + 1, _number(PLAN, PLAN["activity"]))
    assert cell.value == text and cell.data_type in "s" + "e" * (text == "#N/A")
    assert bool(cell.quotePrefix) is (text[0] in "=+-@")
    read = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "m.xlsx")).get_sheet_by_name("Plan").to_python()
    assert read[HEADER_ROW][_number(PLAN, PLAN["activity"]) - 1] == text
    with zipfile.ZipFile(tmp_path / "m.xlsx") as package:
        with_formulas = [n for n in package.namelist() if n.startswith("xl/worksheets/") and b"<f>" in package.read(n)]
        assert with_formulas == [SUMMARY_PART]


@pytest.mark.parametrize(("text", "stored"), [
    ("bell\x07", "bell_x0007_"), ("cr\r\n", "cr_x000D_\n"), ("_x0041_", "_x005F_x0041_"),
    ("a & b < c", "a &amp; b &lt; c")])
def test_what_xml_cannot_hold_is_escaped(tmp_path: Path, text: str, stored: str) -> None:
    build_master(tmp_path / "m.xlsx", {PLAN: [{"ref": "PI-01", "activity": text}]}, {})
    with zipfile.ZipFile(tmp_path / "m.xlsx") as package:
        assert f">{stored}</t>".encode() in package.read(PLAN_PART)


@pytest.mark.parametrize("text", ["x" * 32_768, "\x01" * 6_000])
def test_text_too_long_for_a_cell_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=placed("Plan![Activity]6: a cell holds at most 32,767 characters")):
        build_master(tmp_path / "m.xlsx", {PLAN: [{"ref": "PI-01"}, {"ref": "PI-02", "activity": text}]}, {})
    assert list(tmp_path.iterdir()) == []


def test_building_twice_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    build_master(tmp_path / "other name.xlsx", _rows(), SET)
    assert (tmp_path / "other name.xlsx").read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.xlsx"
    path.write_bytes(b"before")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(Unwritable, match=r"m\.xlsx was not written: .*disk full"):
        build_master(path, {}, {})
    assert [p.name for p in tmp_path.iterdir()] == ["m.xlsx"] and path.read_bytes() == b"before"


def test_status_words_are_filled_by_rules_over_the_whole_column(book: openpyxl.Workbook) -> None:
    for table in MASTER_TABLES:
        sheet = _sheet(book, table)
        covered = {str(area.sqref) for area in sheet.conditional_formatting}
        words = [column for column in table if column.choices in (Status, LeadStatus, LineStatus, SavingsStatus)]
        assert covered == {_data_cells(sheet, table, column) for column in words}, table.name


def test_printing(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        setup = sheet.page_setup
        if sheet.title == SUMMARY:  # of which test_summary tells
            continue
        assert (setup.orientation, int(setup.paperSize or 0)) == ("landscape", 9), sheet.title
        assert sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert int(setup.fitToWidth or 0) in (1, 2) and int(setup.fitToHeight or 0) == 0
        assert sheet.title == GUIDE or sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"


def test_the_plan_in_print_has_what_an_officer_reads(book: openpyxl.Workbook) -> None:
    sheet = _sheet(book, PLAN)
    widths = sheet.column_dimensions
    shown = [c.header for c in PLAN if not widths[get_column_letter(_number(PLAN, c))].hidden]
    assert {"Ref", "Activity", "Lead", "Due", "% complete", "Lead status", "Progress", "Status", "Reason"} <= set(shown)
    repeated = [PLAN.by_header[h].width for h in ("Ref", "Activity")]
    assert sheet.print_title_cols == "$A:$B" and [c.header for c in PLAN][:2] == ["Ref", "Activity"]
    assert sum([PLAN.by_header[h].width for h in shown] + repeated) < 2 * 170 * 1.2


FIRST_SCREEN = ("Ref", "Activity", "Lead", "Status", "Reason", "Due", "% complete", "Lead status", "Lead view", "Direction")


def test_the_first_screen_of_the_plan(book: openpyxl.Workbook) -> None:
    """At 1600 pixels, of which the numbers of the rows and the scroll bar take 60; a column takes 7 a letter."""
    sheet = _sheet(book, PLAN)
    assert tuple(c.header for c in PLAN)[:10] == FIRST_SCREEN
    widths = [sheet.column_dimensions[get_column_letter(number)] for number in range(1, 11)]
    assert not any(column.hidden for column in widths) and sum(round(7 * column.width) for column in widths) <= 1540
    assert sum(PLAN.by_header[header].width for header in FIRST_SCREEN) <= 170 * 1.2  # nor is the first page in print narrower


def test_rows_fit_their_text_and_are_not_set_by_hand(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        rows = re.findall(rb"<row r=\"(\d+)\"([^>]*)>", package.read(PLAN_PART))
    data: Sequence[bytes] = [attributes for number, attributes in rows if int(number) > HEADER_ROW]
    assert all(b"ht=" in a and b"customHeight" not in a for a in data)


def test_empty_tables_keep_one_blank_row(tmp_path: Path) -> None:
    build_master(tmp_path / "m.xlsx", {}, {})
    sheet = _sheet(openpyxl.load_workbook(tmp_path / "m.xlsx"), PLAN)
    assert sheet.tables["Plan"].ref.endswith(str(HEADER_ROW + 1))
    assert all(cell.value is None for cell in sheet[HEADER_ROW + 1])
    assert sheet.cell(HEADER_ROW + 1, _number(PLAN, PLAN["starts"])).number_format == "dd mmm yyyy"
