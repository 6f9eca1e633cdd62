"""Workbooks with everything in them that people and Excel put there, for tests of what edits leave alone."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.master import build_master
from sendxl.plan.columns import LEADS, MEASURES, PLAN
from sendxl.plan.values import Value


def _picture() -> io.BytesIO:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (20, 10), "navy").save(out, "PNG")
    out.seek(0)
    return out


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook as rich as XlsxWriter can make it: the table Items in B3:E8 of the sheet Data, and much around it."""
    import xlsxwriter

    path = tmp_path_factory.mktemp("rich") / "rich.xlsx"
    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": "Rich", "author": "Someone"})
    book.set_custom_property("Owner", "Council")
    sheet, other = book.add_worksheet("Data"), book.add_worksheet("Other sheet & more")
    bold = book.add_format({"bold": True})
    rows = [[f"K{n}", n * 1.5, f"text {n}"] for n in range(1, 6)]
    sheet.add_table("B3:E8", {"name": "Items", "data": rows, "columns": [
        {"header": "Key"}, {"header": "Number", "format": book.add_format({"num_format": "0.00"})}, {"header": "Text"},
        {"header": "Twice", "formula": "=Items[[#This Row],[Number]]*2"}]})
    sheet.write_rich_string("A1", "some ", bold, "bold", " words")
    sheet.write_formula("H1", "=SUM(C4:C8)", None, 22.5)
    sheet.write_dynamic_array_formula("H3:H5", "=C4:C6*1", None, 1.5)
    sheet.write_comment("B4", "A note")
    sheet.write_url("G1", "https://example.org/", string="a link")
    sheet.merge_range("G5:H6", "merged", bold)
    sheet.conditional_format("C4:C8", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("C4:C8", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.conditional_format("D4:D8", {"type": "text", "criteria": "containing", "value": "2", "format": bold})
    sheet.data_validation("D4:D8", {"validate": "list", "source": ["a", "b"]})
    sheet.add_sparkline("F4", {"range": "Data!C4:C8"})
    sheet.insert_image("J1", "picture.png", {"image_data": _picture()})
    sheet.set_column("F:F", 10, None, {"hidden": True})
    sheet.set_row(20, 30, None, {"level": 1})
    sheet.freeze_panes(3, 2)
    sheet.set_header("&CHeader & more")
    chart: Any = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Data!$C$4:$C$8", "categories": "=Data!$B$4:$B$8"})
    sheet.insert_chart("J10", chart)
    other.write("A1", "left alone")
    other.protect("secret")
    other.autofilter("A1:B9")
    other.write_formula("B2", "=Data!H1", None, 22.5)
    book.define_name("AllKeys", "=Data!$B$4:$B$8")
    book.close()
    return path


def _add_column(sheet: Any, header: str) -> None:
    """A column of the user's own at the right of Plan's table."""
    from openpyxl.worksheet.table import TableColumn

    table = sheet.tables[PLAN.name]
    right, top = len(table.tableColumns) + 1, 4
    table.tableColumns.append(TableColumn(id=right, name=header))
    for row in range(top, sheet.max_row + 1):
        sheet.cell(row, right, header if row == top else f"own {row}")
    table.ref = table.autoFilter.ref = f"A{top}:{sheet.cell(sheet.max_row, right).coordinate}"


def _swap_columns(sheet: Any, one: str, other: str) -> None:
    """Two columns of Plan's table change places."""
    table = sheet.tables[PLAN.name]
    names = [column.name for column in table.tableColumns]
    first, second = names.index(one), names.index(other)
    table.tableColumns[first].name, table.tableColumns[second].name = other, one
    for row in range(4, sheet.max_row + 1):
        a, b = sheet.cell(row, first + 1), sheet.cell(row, second + 1)
        a.value, b.value = b.value, a.value
        a._style, b._style = b._style, a._style


@pytest.fixture(scope="session")
def used_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A master to which someone added a chart, an image, a note, rules, a name, a sheet and a column, and moved columns."""
    import openpyxl
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment
    from openpyxl.drawing.image import Image
    from openpyxl.formatting.rule import DataBarRule
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.datavalidation import DataValidation

    path = tmp_path_factory.mktemp("used") / "plan.xlsx"
    build_master(path, plan_rows(), {"plan_title": "Plan", "plan_starts": date(2026, 4, 1), "reporting_period": "2026-27 Q3"})
    book: Any = openpyxl.load_workbook(path)
    sheet = book[PLAN.title]
    _add_column(sheet, "Our own note")
    _swap_columns(sheet, "Status", "Theme")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=19, min_row=4, max_row=7), titles_from_data=True)
    sheet.add_chart(chart, "C40")
    sheet.add_image(Image(_picture()), "B40")
    sheet["C5"].comment = Comment("A note", "Someone")
    sheet.conditional_formatting.add("S5:S7", DataBarRule("num", 0, "num", 1, "638EC6"))  # type: ignore[no-untyped-call]
    check = DataValidation(type="list", formula1='"yes,no"', allow_blank=True)
    check.add("AL5:AL7")
    sheet.add_data_validation(check)
    book.defined_names["OurRefs"] = DefinedName("OurRefs", attr_text="'Plan'!$A$5:$A$7")
    extra = book.create_sheet("Our sums")
    extra["A1"], extra["A2"] = "Activities", "=COUNTA(Plan!A5:A7)"
    book.save(path)
    return path


PlanRows = dict[Any, list[dict[str, Value]]]


def plan_rows(activities: int = 3) -> PlanRows:
    """Rows for a small master: activities that run this year, each with a measure half way to its target."""
    refs = [f"PI-{number:02}" for number in range(1, activities + 1)]
    return {
        PLAN: [{"ref": ref, "theme": "Inclusion", "activity": "Widen the offer", "lead": "Inclusion Manager",
                "starts": date(2026, 4, 1), "due": date(2027, 3, 31), "percent_complete": 0.5} for ref in refs],
        MEASURES: [{"ref": f"{ref}.M1", "activity_ref": ref, "measure": "Places open", "kind": "Number", "better": "Higher",
                    "unit": "places", "baseline": 0, "baseline_on": date(2026, 4, 1), "target": 40,
                    "target_on": date(2027, 3, 31), "actual": 20, "actual_on": date(2026, 12, 31)} for ref in refs],
        LEADS: [{"code": "INC", "title": "Inclusion Manager"}],
    }


@pytest.fixture(scope="session")
def small_plan() -> Callable[..., PlanRows]:
    """Makes rows for a small master; see ``plan_rows``."""
    return plan_rows
