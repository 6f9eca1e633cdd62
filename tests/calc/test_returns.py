"""Returns as other programs send them: a filled tracker that LibreOffice saved, and what people do to it besides."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.table import TableColumn

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.demo import Demo
from sendxl.jobs.validate import validate
from sendxl.plan.tracker import TRACKER_PLAN
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.outcome import Return

pytestmark = [pytest.mark.calc, pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")]
TODAY = date(2027, 1, 20)


@pytest.fixture
def issued(shipped_demo: Demo, tmp_path: Path) -> Path:
    """The master as it was when the trackers were issued."""
    [first, *_] = sorted((shipped_demo.folder / "Delivery plan backups").iterdir(), reverse=True)[1:]
    shutil.copyfile(first, tmp_path / "plan.xlsx")
    return tmp_path / "plan.xlsx"


def facts(found: Return) -> Any:
    return (found.outcome, [(f.code, f.ref, f.column, f.found) for f in found.findings],
            [(c.table, c.ref, c.column, c.returned) for c in found.changes])


def test_every_filled_return_is_judged_the_same(shipped_demo: Demo, issued: Path, resaved: Callable[[Path], Path]) -> None:
    paths = sorted(shipped_demo.returns.glob("*.xlsx"))[:5]
    theirs = [resaved(path) for path in paths]
    ours = {found.file: facts(found) for found in validate(issued, paths, today=TODAY).returns}
    again = {found.file: facts(found) for found in validate(issued, theirs, today=TODAY).returns}
    assert len(ours) == 5 and any(changes for _, _, changes in ours.values())
    assert again == ours


def rearrange(path: Path) -> None:
    """Sort rows upside down, swap two columns, add one, filter, delete nothing, and type a date as text."""
    book: Any = openpyxl.load_workbook(path)
    sheet = book["Activities"]
    table = sheet.tables["Plan"]
    cells = [list(row) for row in sheet[table.ref]]
    headers = [cell.value for cell in cells[0]]
    body = [[cell.value for cell in row] for row in cells[1:]]
    one, other = headers.index("Evidence"), headers.index("% complete")
    for row in (headers, *body):
        row[one], row[other] = row[other], row[one]
    for row, values in zip(cells, [headers, *reversed(body)], strict=True):
        for cell, value in zip(row, values, strict=True):
            cell.value = value
            cell.number_format = "General" if isinstance(value, str) else "0%" if isinstance(value, float) else cell.number_format
    for column, header in zip(table.tableColumns, headers, strict=True):
        column.name = header
    right = len(headers) + 1
    table.tableColumns.append(TableColumn(id=right, name="Our own notes"))
    sheet.cell(4, right, "Our own notes")
    table.ref = table.autoFilter.ref = f"A4:{sheet.cell(cells[-1][0].row, right).coordinate}"
    table.autoFilter.add_filter_column(1, ["Practice for Inclusion"])
    book.save(path)


def test_sorted_swapped_widened_and_renamed(
    shipped_demo: Demo, issued: Path, tmp_path: Path, resaved: Callable[[Path], Path]
) -> None:
    back = validate(issued, [shipped_demo.returns], today=TODAY).returns
    clean = [found for found in back if found.outcome is Outcome.ACCEPTED]
    of_several = [found for found in clean if len(ClosedBook(found.path).read(TRACKER_PLAN)) > 1]
    path = max(of_several, key=lambda found: len(found.changes)).path
    other = tmp_path / "Re_ FW_ tracker (final) v2.xlsx"
    shutil.copyfile(path, other)
    rearrange(other)
    [before] = validate(issued, [path], today=TODAY).returns
    [after] = validate(issued, [resaved(other)], today=TODAY).returns
    assert sorted(facts(after)[2]) == sorted(facts(before)[2]) and len(before.changes) > 3
    assert after.outcome is before.outcome
    assert "S07" in {f.code for f in after.findings} and after.tracker == before.tracker
