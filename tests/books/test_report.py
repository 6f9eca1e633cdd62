"""The report workbook as built."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from openpyxl.worksheet.worksheet import Worksheet

from sendxl.books import fit
from sendxl.books.build.report import CHASERS, FINDINGS, RETURNS, RULES, build_report
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.schema import Table
from sendxl.plan.values import Value
from sendxl.returns.outcome import NotChecked, Return
from sendxl.returns.reminder import Chaser, Item, Matter, Why
from sendxl.returns.report import write_report


def _row(table: Table, **given: Value) -> dict[str, Value]:
    return {**{column.key: "=1+1" for column in table if column.type.value.startswith("text")}, **given}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "report.xlsx"
    build_report(
        made, returns=[_row(RETURNS, outcome="held", errors=2)], findings=[_row(FINDINGS, severity="error")],
        rules=[_row(RULES, severity="note")], chasers=[_row(CHASERS, due_on=date(2027, 1, 14))],
        links=[tmp_path / "in" / "PI 1.xlsx"])
    return made


@pytest.mark.parametrize("table", [RETURNS, FINDINGS, RULES, CHASERS], ids=lambda table: table.name)
def test_a_sheet_is_a_table_that_can_be_filtered_and_printed(path: Path, table: Table) -> None:
    sheet: Any = openpyxl.load_workbook(path)[table.title]
    assert isinstance(sheet, Worksheet)
    (made,) = sheet.tables.values()
    assert made.name == table.name
    assert made.autoFilter is not None
    assert made.ref.startswith("A4:")
    assert sheet.freeze_panes == "B5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) in [
        ("landscape", 9, 1), ("landscape", 9, 2)]
    assert sheet.print_title_rows == "$4:$4"
    assert [cell.value for cell in sheet[4]] == [column.header for column in table]
    assert all(cell.data_type in "snd" for cell in sheet[5])
    assert all(cell.alignment.wrap_text for cell, column in zip(sheet[5], table, strict=True) if column.type.value == "text")


def test_links_lead_from_the_reports_folder(path: Path) -> None:
    cell: Any = openpyxl.load_workbook(path)["Returns"]["A5"]
    assert cell.hyperlink.target == "in/PI%201.xlsx"
    assert cell.value == "=1+1"


def test_a_finding_links_to_its_file_and_straight_to_its_cell(tmp_path: Path) -> None:
    file = tmp_path / "in" / "PI 1.xlsx"
    places = [("Lead's own", "B7"), ("Measures", ""), ("", ""), ("x" * 32, "B7")]
    found = [Finding("V05", Severity.ERROR, file.name, "Mend it.", sheet, cell) for sheet, cell in places]
    write_report(tmp_path / "r.xlsx", [Return(file, file.name, findings=found)])
    rows: Any = openpyxl.load_workbook(tmp_path / "r.xlsx")["Findings"]
    assert {rows.cell(row, 1).hyperlink.target for row in range(5, 9)} == {"in/PI%201.xlsx"}
    linked = rows.cell(5, 6)
    assert (linked.value, linked.hyperlink.target, linked.hyperlink.location) == ("B7", "in/PI%201.xlsx", "'Lead''s own'!B7")
    assert [rows.cell(row, 6).hyperlink for row in range(6, 9)] == [None] * 3


def test_there_are_no_more_links_than_excel_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sendxl.books.build.report._MOST_LINKS", 4)
    file = tmp_path / "a.xlsx"
    found = [Finding("V05", Severity.ERROR, file.name, "Mend it.", "Measures", f"B{row}") for row in range(5, 10)]
    write_report(tmp_path / "r.xlsx", [Return(file, file.name, findings=found)])
    rows: Any = openpyxl.load_workbook(tmp_path / "r.xlsx")["Findings"]
    assert [bool(rows.cell(row, 6).hyperlink) for row in range(5, 10)] == [True, True, False, False, False]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        build_report(tmp_path / name, returns=[], findings=[], rules=[], chasers=[])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_empty_report_has_every_sheet_and_no_reminder_where_none_was_worked_out(tmp_path: Path) -> None:
    for chasers, sheets in (([], ["Returns", "Findings", "Rules", "Chasers"]), (None, ["Returns", "Findings", "Rules"])):
        write_report(tmp_path / "r.xlsx", [], chasers)
        assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == sheets


def _chaser(items: int) -> Chaser:
    listed = tuple(Item(f"PI-01.M{n} Actual", "“12 approx” is not a number. Enter digits only.") for n in range(items))
    due = date(2027, 1, 14)
    return Chaser("INC", "=Inclusion Manager", "Kim Ó", "kim@x.org", "A plan", (
        Matter("2026-27-Q3-INC", "2026-27 Q3", "INC 2026-27 Q3.xlsx", due, 6, Why.OVERDUE, ()),
        Matter("2026-27-Q3-INC", "2026-27 Q3", "INC 2026-27 Q3.xlsx", due, 6, Why.HELD, listed)))


def test_chasers_as_two_readers_read_them(tmp_path: Path) -> None:
    write_report(tmp_path / "r.xlsx", [], [_chaser(2)])
    sheet: Any = openpyxl.load_workbook(tmp_path / "r.xlsx")["Chasers"]
    one = [cell.value for cell in sheet[5]]
    other = python_calamine.CalamineWorkbook.from_path(tmp_path / "r.xlsx").get_sheet_by_name("Chasers").to_python()
    header = [column.header for column in CHASERS]
    assert other[3] == header and other[4] == [one[0], *one[1:4], date(2027, 1, 14), *one[5:]]
    row = dict(zip(header, one, strict=True))
    assert (row["Lead"], row["Name"], row["Email"], row["Period"], row["Tracker"]) == (
        "=Inclusion Manager", "Kim Ó", "kim@x.org", "2026-27 Q3", "2026-27-Q3-INC")
    assert row["Why"] == "Held; Overdue by 6 days" and row["Subject"] == _chaser(2).subject
    assert row["Text"] == _chaser(2).text().rstrip() and row["Outstanding"] == _chaser(2).outstanding()


def test_nothing_is_higher_than_a_row_can_be(tmp_path: Path) -> None:
    missed = [NotChecked("V06", "Measures", f"PI-01.M{n}", "Actual") for n in range(300)]
    write_report(tmp_path / "r.xlsx", [Return(tmp_path / "a.xlsx", "a.xlsx", not_checked=missed)], [_chaser(300)])
    book: Any = openpyxl.load_workbook(tmp_path / "r.xlsx")
    for table, key in ((RETURNS, "rules_not_checked"), (CHASERS, "outstanding"), (CHASERS, "text")):
        text = book[table.title].cell(5, table.columns.index(table[key]) + 1).value
        assert "\n… and 2" in text
        assert fit.TALLEST * 0.8 < book[table.title].row_dimensions[5].height < fit.TALLEST
        assert fit.row_height([(text, table[key].width)]) < fit.TALLEST
