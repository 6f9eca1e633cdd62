"""A master that people have made their own, through a month: what is theirs stays as it was (issue, Shown by 3)."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import python_calamine

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.refresh import refresh
from sendxl.plan.master import MEASURES, PERIODS, PLAN, STAMPS, UPDATES
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read.workbook import Workbook
from tests.cells import at


def month(path: Path) -> None:
    """Edits as stamping makes them, then a refresh."""
    ClosedBook(path).apply([
        SetCells(PLAN, "progress", {"PI-01": "=Places open", "PI-03": "More"}), SetCells(MEASURES, "actual", {"PI-02.M1": 35}),
        AppendRows(UPDATES, [{"ref": "PI-01", "progress": "=Places open"}]),
        AppendRows(STAMPS, [{"ref": "PI-01", "column": "Progress", "new": "=Places open"}, {"ref": "PI-03", "new": "More"}])])
    refresh(path, today=date(2027, 1, 10))


@pytest.fixture(scope="module")
def before_and_after(used_master: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Package, Package]:
    path = tmp_path_factory.mktemp("month") / "plan.xlsx"
    path.write_bytes(used_master.read_bytes())
    before = Package.open(path)
    month(path)
    return before, Package.open(path)


def test_untouched_parts_are_identical(before_and_after: tuple[Package, Package]) -> None:
    before, after = before_and_after
    book = Workbook(before)
    sheets = {book.table(table.name).sheet.part for table in (PLAN, MEASURES, PERIODS, UPDATES, STAMPS)}
    tables = {book.table(table.name).part for table in (PERIODS, STAMPS)}  # Updates only has its blank row filled
    summary = {book.sheet(name).part for name in ("Guide", "Summary")}  # the day of the figures, and what follows from it
    summary |= {part for part in book.chart_parts if b"as at" in after.read(part)}  # whose titles say the day
    changed = {part for part in before.names if before.raw(part) != after.raw(part)}
    assert after.names == before.names
    assert changed - {"xl/styles.xml", "xl/workbook.xml"} == sheets | tables | summary
    assert len(summary) == 8
    kept = [part for part in before.names if part.startswith(("xl/charts/", "xl/drawings/", "xl/media/", "xl/comments"))]
    assert len(kept) >= 4 and not set(kept) & changed - summary


def test_openpyxl_and_calamine_open_it(before_and_after: tuple[Package, Package]) -> None:
    _, after = before_and_after
    book = openpyxl.load_workbook(io.BytesIO(after.blob))
    sheet = book["Plan"]
    header = [cell.value for cell in sheet[4]]
    assert [sheet.cell(row, header.index("Progress") + 1).value for row in (5, 6, 7)] == ["=Places open", None, "More"]
    assert sheet.cell(5, header.index("Progress") + 1).data_type != "f"
    status = header.index("Measure status") + 1
    assert [sheet.cell(row, status).value for row in (5, 6, 7)] == ["Off track", "On track", "Off track"]
    assert [sheet.cell(row, header.index("Our own note") + 1).value for row in (5, 6, 7)] == ["own 5", "own 6", "own 7"]
    assert book["Our sums"]["A2"].value == "=COUNTA(Plan!A5:A7)" and sheet[at(PLAN, "Activity", 5)].comment.text == "A note"
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(after.blob)).get_sheet_by_name("Plan").to_python()
    theirs = next(row for row in rows if row[0] == "PI-01")
    assert "Off track" in theirs and "=Places open" in theirs
