"""Workbooks with everything in them that people and Excel put there, for tests of what edits leave alone."""

import io
import os
import pickle
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings

from sendxl.books.build.master import build_master
from sendxl.jobs.demo import Demo, demo
from sendxl.plan.master import LEADS, MEASURES, PLAN
from sendxl.plan.rows import Row
from sendxl.plan.schema import Column, Table, Type
from sendxl.plan.values import Value
from tests.cells import at, letter

pytest_plugins = ["tests.commands", "tests.programs"]
os.environ["OPENPYXL_DEFUSEDXML"] = "False"  # with it openpyxl parses in Python, not in C; what it opens here is our own
settings.register_profile("sendxl", deadline=None)  # no test judges by the clock, which other work on the machine holds up
settings.load_profile("sendxl")
os.environ.pop("COLUMNS", None)  # pytest-xdist sets it for its workers; commands would cut their tables to it


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
    chart.add_data(Reference(sheet, min_col=sheet[at(PLAN, "% complete", 4)].column, min_row=4, max_row=7), titles_from_data=True)
    share, planned = letter(PLAN, "% complete"), letter(PLAN, "Planned to date")
    sheet.add_chart(chart, "C40")
    sheet.add_image(Image(_picture()), "B40")
    sheet[at(PLAN, "Activity", 5)].comment = Comment("A note", "Someone")
    sheet.conditional_formatting.add(f"{share}5:{share}7", DataBarRule("num", 0, "num", 1, "638EC6"))  # type: ignore[no-untyped-call]
    check = DataValidation(type="list", formula1='"yes,no"', allow_blank=True)
    check.add(f"{planned}5:{planned}7")
    sheet.add_data_validation(check)
    book.defined_names["OurRefs"] = DefinedName("OurRefs", attr_text="'Plan'!$A$5:$A$7")
    extra = book.create_sheet("Our sums")
    extra["A1"], extra["A2"] = "Activities", "=COUNTA(Plan!A5:A7)"
    book.save(path)
    return path


@pytest.fixture(scope="session")
def shipped_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """What ``sendxl demo`` makes, made once for all workers. Nothing in it is to be changed: copy it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo of this run"
    known = folder.with_suffix(".pickle")
    with FileLock(folder.with_suffix(".lock")):
        if not known.exists():
            known.write_bytes(pickle.dumps(demo(folder, say=lambda text: None)))
    made: Demo = pickle.loads(known.read_bytes())
    return made


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


RICH = Table("Items", "A table of a workbook that has everything around it.", Row, columns=(
    Column("Ref", Type.TEXT, "Its name."), Column("Actual", Type.NUMBER, "A figure."), Column("Starts", Type.DATE, "A day."),
    Column("Share", Type.FRACTION, "A part."), Column("Progress", Type.WORDS, "Words."),
    Column("State", Type.TEXT, "A formula.")))


@pytest.fixture(scope="session")
def rich_table() -> Table:
    """The table of ``rich_plan`` as we declare it; its column Twice is the user's own."""
    return RICH


@pytest.fixture(scope="session")
def rich_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with macros and all that XlsxWriter can put around a table: Items, in B4:H9 of the sheet Plan."""
    import xlsxwriter

    path = tmp_path_factory.mktemp("rich_plan") / "rich plan.xlsm"
    macros = path.with_name("vbaProject.bin")
    macros.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 8)  # nobody looks into it
    book = xlsxwriter.Workbook(path)
    book.add_vba_project(str(macros))
    book.set_properties({"title": "Rich", "author": "Someone"})
    for name, value in (("Owner", "Council"), ("Signed off", True), ("On", datetime(2026, 4, 1)), ("Version", 3)):
        book.set_custom_property(name, value)
    sheet, lists = book.add_worksheet("Plan"), book.add_worksheet("Lists & more")
    _fill_plan(book, sheet)
    _decorate(book, sheet)
    _fill_lists(book, lists)
    book.define_name("AllRefs", "=Plan!$B$5:$B$9")
    book.define_name("Rate", "='Lists & more'!$A$1")
    book.define_name("Plan!Here", "=Plan!$B$4:$H$9")
    book.close()
    return path


def _fill_plan(book: Any, sheet: Any) -> None:
    day = book.add_format({"num_format": "dd mmm yyyy", "locked": False})
    kinds = [None, book.add_format({"num_format": "0.0"}), day, book.add_format({"num_format": "0%"}), None, None, None]
    rows = [[f"PI-{n}", n * 1.5, date(2026, 4, n), n / 10, f"words {n}"] for n in range(1, 6)]
    formulas = {5: "=IF(Items[[#This Row],[Actual]]>3,\"On track\",\"At risk\")", 6: "=Items[[#This Row],[Actual]]*2"}
    headers = [*(column.header for column in RICH), "Twice"]
    columns: list[dict[str, Any]] = [{"header": header, "format": kind} for header, kind in zip(headers, kinds, strict=True)]
    for number, formula in formulas.items():
        columns[number]["formula"] = formula
    sheet.add_table("B4:H9", {"name": "Items", "data": rows, "style": "Table Style Light 11", "columns": columns})
    for row in range(5, 10):
        for column, shown in (("G", "?"), ("H", 0)):
            sheet.write_formula(f"{column}{row}", formulas[5 if column == "G" else 6], None, shown)
    sheet.set_row(3, 40)
    sheet.set_row(6, 33)


def _decorate(book: Any, sheet: Any) -> None:
    bold = book.add_format({"bold": True, "bg_color": "#FFEEDD"})
    sheet.write_rich_string("A1", "some ", bold, "bold", " words")
    sheet.write_formula("K1", "=SUM(C5:C9)", None, 22.5)
    sheet.write_dynamic_array_formula("K3:K5", "=C5:C7*1", None, 1.5)
    sheet.merge_range("J8:K9", "merged", bold)
    sheet.write_comment("B5", "A note", {"author": "Someone", "visible": True})
    sheet.write_comment("F6", "Another note")
    sheet.write_url("A2", "https://example.org/?a=1&b=2", string="a link", tip="there")
    sheet.write_url("A3", "internal:'Lists & more'!A1", string="a link within")
    sheet.write_url("F7", "external:other.xlsx#Sheet1!A1", string="words 3")
    sheet.conditional_format("C5:C9", {"type": "data_bar", "data_bar_2010": True, "bar_solid": True})
    sheet.conditional_format("C5:C9", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.conditional_format("E5:E9", {"type": "icon_set", "icon_style": "5_ratings"})
    sheet.conditional_format("F5:F9", {"type": "text", "criteria": "containing", "value": "2", "format": bold})
    sheet.conditional_format("C5:C30", {"type": "3_color_scale"})
    sheet.data_validation("F5:F9", {"validate": "list", "source": "='Lists & more'!$A$1:$A$3", "ignore_blank": True})
    sheet.data_validation("C5:C9", {"validate": "decimal", "criteria": ">=", "value": "='Lists & more'!$A$1"})
    sheet.data_validation("M5:M9", {"validate": "any", "input_message": "Beside the table"})
    sheet.add_sparkline("A5", {"range": "Plan!C5:C9", "type": "column", "markers": True})
    sheet.insert_image("M1", "picture.png", {"image_data": _picture(), "url": "https://example.org/"})
    sheet.insert_textbox("M6", "A shape", {"fill": {"color": "#DDEEFF"}})
    sheet.insert_button("M12", {"macro": "Stamp", "caption": "Stamp"})
    sheet.set_header("&L&G&CHeader & more", {"image_left": "left.png", "image_data_left": _picture()})
    sheet.set_footer("&RPage &P of &N")
    sheet.protect("secret", {"format_columns": True, "autofilter": True})
    sheet.unprotect_range("C5:C9", "Figures", "other")
    sheet.unprotect_range("M20:M25")
    sheet.ignore_errors({"number_stored_as_text": "B5:B9"})
    sheet.set_column("N:P", 8, None, {"level": 1, "hidden": True})
    sheet.set_column("Q:Q", 8, None, {"collapsed": True})
    for row in (20, 21):
        sheet.set_row(row, None, None, {"level": 1, "hidden": True})
    sheet.set_row(22, None, None, {"collapsed": True})
    sheet.freeze_panes(4, 2)
    sheet.print_area("A1:K30")
    sheet.repeat_rows(3)
    sheet.set_h_pagebreaks([15])
    chart = book.add_chart({"type": "column"})
    chart.add_series({"name": "=Plan!$C$4", "categories": "=Plan!$B$5:$B$9", "values": "=Plan!$C$5:$C$9",
                      "trendline": {"type": "linear"}})
    chart.set_title({"name": "Figures"})
    sheet.insert_chart("A30", chart)


def _fill_lists(book: Any, sheet: Any) -> None:
    sheet.write_column("A1", [2.5, "b", "c"])
    sheet.write_formula("B2", "=Plan!K1", None, 22.5)
    sheet.write_comment("A1", "A rate")
    sheet.autofilter("A1:B3")
    sheet.set_background(_picture())
    chart = book.add_chart({"type": "pie"})
    chart.add_series({"values": "='Lists & more'!$A$1:$A$3"})
    sheet.insert_chart("D2", chart)
    sheet.insert_image("D20", "picture.png", {"image_data": _picture()})
    sheet.add_sparkline("C1", {"range": "Plan!C5:C9"})
    sheet.protect()
