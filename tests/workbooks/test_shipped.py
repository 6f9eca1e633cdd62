"""What lies in workbooks/ is what the code makes: cells, styles, validations; not bytes, which vary with libraries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sendxl.workbooks.build import HERE, build

from tests.board.word import text_of

pytestmark = pytest.mark.xdist_group("shipped")  # all are made once
WORKBOOKS = sorted(str(path.relative_to(HERE)) for path in (HERE / "examples").rglob("*.xlsx"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbooks")
    build(folder)
    return folder


def facts(path: Path) -> Iterator[tuple[str, Any]]:
    """Everything of a workbook that a person sees or meets."""
    book = openpyxl.load_workbook(path)
    yield "names", {name: defined.attr_text for name, defined in book.defined_names.items()}
    for sheet in book.worksheets:
        yield f"{sheet.title}: layout", (
            sheet.sheet_state, sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation, sheet.protection.sheet,
            {letter: (size.width, size.hidden) for letter, size in sheet.column_dimensions.items()},
            sorted((table.name, table.ref) for table in sheet.tables.values()),
        )
        yield f"{sheet.title}: validations", sorted(
            (str(v.sqref), v.type, v.operator, v.formula1, v.formula2, v.prompt, v.error)
            for v in sheet.data_validations.dataValidation
        ) if sheet.data_validations.count else []
        yield f"{sheet.title}: conditional formats", sorted(
            (str(ranges.sqref), rule.type, rule.operator, tuple(rule.formula)) for ranges in sheet.conditional_formatting
            for rule in ranges.rules
        )
        for row in sheet.iter_rows():
            for cell in row:
                yield f"{sheet.title}!{cell.coordinate}", (
                    cell.value, cell.data_type, cell.number_format, cell.fill.fgColor.rgb, cell.font.b, cell.font.i,
                    cell.font.color and cell.font.color.rgb, cell.alignment.wrap_text, cell.protection.locked,
                )


@pytest.mark.parametrize("name", WORKBOOKS)
def test_workbooks_match_the_code(name: str, built: Path) -> None:
    expected, found = dict(facts(built / name)), dict(facts(HERE / name))
    assert set(expected) == set(found)
    assert {place: (expected[place], found[place]) for place in expected if expected[place] != found[place]} == {}


def test_the_board_report_matches_the_code(built: Path) -> None:
    expected, found = (text_of(folder / "examples" / "board-report.docx") for folder in (built, HERE))
    assert expected == found, "run: python -m sendxl.workbooks.build"


def test_no_file_too_few_or_too_many(built: Path) -> None:
    made = {str(path.relative_to(built)) for path in built.rglob("*") if path.is_file()}
    sources = {"__init__.py", "build.py", "examples/plan.txt", "examples/illustrative.json", "examples/returns.json"}
    sources |= {str(path.relative_to(HERE)) for written in ("pictures", "pages") for path in (HERE / written).glob("*.*")}
    shipped = {str(path.relative_to(HERE)) for path in HERE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert shipped == made | sources


def test_figures_say_that_they_are_illustrative() -> None:
    book = openpyxl.load_workbook(HERE / "examples" / "master.xlsx")
    for sheet in book.worksheets:
        if sheet.tables or sheet.title == "Guide":
            heading = " ".join(str(sheet.cell(row, 1).value) for row in (1, 2))
            assert "illustrative" in heading.lower(), sheet.title
    tracker = openpyxl.load_workbook(HERE / "examples" / "tracker.xlsx")
    assert any("illustrative" in str(cell.value).lower() for row in tracker["Guide"].iter_rows() for cell in row)
