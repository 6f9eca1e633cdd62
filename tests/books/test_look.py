"""Rules of appearance, checked on the workbooks as built."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from sendxl.books import fit, look
from sendxl.books.build.master import build_master
from sendxl.books.build.tracker import build_template
from sendxl.plan.colours import STATUS_FILLS
from sendxl.plan.master import MASTER_TABLES
from sendxl.plan.schema import Column, Table
from sendxl.plan.tracker import QUERIES, TRACKED


@pytest.fixture(scope="module", params=["master", "tracker"])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("look") / "book.xlsx"
    if request.param == "master":
        build_master(path, {}, {"plan_title": "A plan"})
    else:
        build_template(path, savings=True)
    return openpyxl.load_workbook(path)


def _pairs(book: openpyxl.Workbook) -> Iterator[tuple[str, str]]:
    """Every pair of fill and ink: of cells with content or a fill, and of conditional formats, on what anybody can see."""
    for sheet in (sheet for sheet in book.worksheets if sheet.sheet_state != "veryHidden"):
        for row in sheet.iter_rows():
            for cell in row:
                solid = cell.fill.fill_type == "solid"
                if solid or cell.value is not None:
                    yield cell.fill.fgColor.rgb[2:] if solid else "FFFFFF", cell.font.color.rgb[2:]
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                font = rule.dxf.font
                yield rule.dxf.fill.bgColor.rgb[2:], font.color.rgb[2:] if font and font.color else look.INK


def _contrast(one: str, other: str) -> float:
    """Contrast of two colours. Source: WCAG 2.1, relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_fills_stand_for_something(book: openpyxl.Workbook) -> None:
    marks = {look.Look.PROBLEM.value, look.Look.QUERY.value}  # what Check says is missing or left
    assert {fill for fill, _ in _pairs(book)} <= {"FFFFFF", look.HEADER_FILL, look.INPUT_FILL, *STATUS_FILLS.values(), *marks}


@pytest.mark.parametrize("table", [*MASTER_TABLES, *TRACKED.values(), QUERIES], ids=lambda table: table.name)
def test_headers_take_two_lines_at_the_most(table: Table) -> None:
    assert look.header_height(table.columns) <= 2 * (fit.LINE + fit.PADDING)


def test_all_text_stands_out(book: openpyxl.Workbook) -> None:
    assert {pair: round(_contrast(*pair), 1) for pair in set(_pairs(book)) if _contrast(*pair) < 4.5} == {}


@pytest.mark.parametrize("mark", look.Look)
def test_text_stands_out_on_a_mark(mark: look.Look) -> None:
    assert _contrast(mark.value or "FFFFFF", look.INK) >= 4.5


def test_one_font_and_one_for_commands(book: openpyxl.Workbook) -> None:
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.font.name for cell in cells if cell.value is not None} <= {look.FONT, look.MONO}


@pytest.mark.parametrize("column", [c for table in (*MASTER_TABLES, *TRACKED.values(), QUERIES) for c in table],
                         ids=lambda column: column.header)
def test_no_word_of_a_header_is_wider_than_its_column(column: Column) -> None:
    assert max(len(word) for word in column.header.split()) + 1 <= column.width


def test_a_header_row_has_room_for_every_line_and_the_filter_button() -> None:
    one, three = (Column(header, QUERIES["found"].type, "", width=11) for header in ("Due", "Finance confirmed on"))
    assert look.header_height((one,)) < look.header_height((one, three))


def test_importing_the_looks_does_not_import_openpyxl() -> None:
    import subprocess
    import sys

    code = "import sys, sendxl.books.build.master, sendxl.books.build.tracker; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2]).returncode == 0
