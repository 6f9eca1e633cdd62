"""The report workbook as built."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sendxl.books.report import FINDINGS, RETURNS, RULES, build_report
from sendxl.plan.columns import Table
from sendxl.plan.values import Value


def _row(table: Table, **given: Value) -> dict[str, Value]:
    return {**{column.key: "=1+1" for column in table if column.type.value.startswith("text")}, **given}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "report.xlsx"
    build_report(
        made, returns=[_row(RETURNS, outcome="held", errors=2)], findings=[_row(FINDINGS, severity="error")],
        rules=[_row(RULES, severity="note")], links=[tmp_path / "in" / "PI 1.xlsx"])
    return made


@pytest.mark.parametrize("table", [RETURNS, FINDINGS, RULES], ids=lambda table: table.name)
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
    assert all(cell.data_type in "sn" for cell in sheet[5])
    assert all(cell.alignment.wrap_text for cell, column in zip(sheet[5], table, strict=True) if column.type.value == "text")


def test_links_lead_from_the_reports_folder(path: Path) -> None:
    cell: Any = openpyxl.load_workbook(path)["Returns"]["A5"]
    assert cell.hyperlink.target == "in/PI%201.xlsx"
    assert cell.value == "=1+1"


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        build_report(tmp_path / name, returns=[], findings=[], rules=[])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
