"""Workbooks that were edited, as LibreOffice opens them: it finds nothing to repair and reads the same values."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from sendxl.books.book import AppendRows, Mark, SetCached, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.look import Look
from sendxl.jobs.refresh import refresh
from sendxl.plan.master import PLAN, STAMPS
from sendxl.plan.schema import Table
from sendxl.xlsx.edit.added import AddedColumn
from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.write import How, Write
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read.workbook import Workbook

pytestmark = [pytest.mark.calc, pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")]


def values(path: Path, sheet: str) -> dict[str, Any]:
    found: Any = openpyxl.load_workbook(path, data_only=True)[sheet]
    return {cell.coordinate: cell.value for row in found.iter_rows() for cell in row if cell.value not in (None, "")}


def test_a_rich_workbook(rich: Path, tmp_path: Path, resaved: Callable[[Path], Path]) -> None:
    book = Workbook(Package.open(rich))
    editor, data = Editor(book), book.sheet("Data")
    editor.write(data, 5, 4, Write(How.SET, "=1+1"))
    editor.write(data, 30, 11, Write(How.SET, datetime.date(2026, 4, 1)))
    editor.write(data, 6, 2, Write(How.FILL, fill="FADBD3"))
    new = {0: AddedColumn.of("N0", "N1", "N2"), 1: AddedColumn.of(0, 1, 2), 2: AddedColumn.of(*["_x000D_"] * 3)}
    editor.append(book.table("Items"), new, 3)
    path = tmp_path / "rich.xlsx"
    editor.save(path)
    theirs = values(resaved(path), "Data")
    assert (theirs["D5"], theirs["K30"], theirs["B11"], theirs["C11"]) == ("=1+1", datetime.datetime(2026, 4, 1), "N2", 2)
    assert [theirs[f"E{row}"] for row in (9, 10, 11)] == [0, 2, 4]  # the calculated column is worked out in new rows
    assert openpyxl.load_workbook(path.parent / "resaved" / path.name)["Data"].tables["Items"].ref == "B3:E11"


def test_a_used_master_through_a_month(used_master: Path, tmp_path: Path, resaved: Callable[[Path], Path]) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(used_master.read_bytes())
    ClosedBook(path, backups=0).apply([
        SetCells(PLAN, "progress", {"PI-01": "=Places open"}), Mark("Plan", "C6", Look.QUERY),
        AppendRows(STAMPS, [{"ref": f"PI-{n}", "new": n} for n in range(40)])])
    refresh(path, today=datetime.date(2027, 1, 10))
    again = resaved(path)
    for sheet in ("Plan", "Measures", "Stamps"):
        assert values(again, sheet) == values(path, sheet)
    assert values(again, "Our sums") == {"A1": "Activities", "A2": 3}


def test_macros_shapes_and_rules_around_our_table(rich_plan: Path, rich_table: Table, tmp_path: Path,
                                                  resaved: Callable[[Path], Path]) -> None:
    """Calc reads every value as it was written, and works out the formulas of the new rows; so it does after edits back."""
    path = tmp_path / "rich.xlsx"
    path.write_bytes(rich_plan.read_bytes())
    before = values(resaved(path), "Plan")
    new = {row: (f"PI-{row - 4}", row / 4, datetime.datetime(2027, 1, row)) for row in (10, 11, 12)}
    ClosedBook(path, backups=0).apply([
        SetCells(rich_table, "progress", {"PI-2": "=1+1"}), SetCells(rich_table, "actual", {"PI-1": 9.25}),
        SetCached(rich_table, "PI-3", "state", "not this"), AppendRows(rich_table, [
            {"ref": ref, "actual": actual, "starts": starts, "progress": "=new"} for ref, actual, starts in new.values()])])
    want = before | {"F6": "=1+1", "C5": 9.25, "H5": 18.5, "G5": "On track", "K1": 30.25, "K3": 9.25}
    for row, (ref, actual, starts) in new.items():
        want |= {f"B{row}": ref, f"C{row}": actual, f"D{row}": starts, f"F{row}": "=new",
                 f"G{row}": "On track" if actual > 3 else "At risk", f"H{row}": actual * 2}
    assert values(resaved(path), "Plan") == want
    assert values(path.with_name("resaved") / path.name, "Lists & more") == {"A1": 2.5, "A2": "b", "A3": "c", "B2": 30.25}
    ClosedBook(path, backups=0).apply([
        SetCells(rich_table, "progress", {"PI-2": "words 2"}), SetCells(rich_table, "actual", {"PI-1": 1.5})])
    back = values(resaved(path), "Plan")
    assert {at: value for at, value in back.items() if at in before} == before


def test_a_totals_row_moves_down(tmp_path: Path, resaved: Callable[[Path], Path]) -> None:
    path = tmp_path / "totals.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Data")
        sheet.add_table("B3:C7", {
            "name": "T", "total_row": True, "data": [[f"K{n}", n] for n in range(1, 4)],
            "columns": [{"header": "Key", "total_string": "All"}, {"header": "Number", "total_function": "sum"}]})
        sheet.write_formula("C7", "=SUBTOTAL(109,T[Number])")  # as Excel has it; Calc needs the name
    book = Workbook(Package.open(path))
    editor = Editor(book)
    editor.append(book.table("T"), {0: AddedColumn.of("N10", "N20"), 1: AddedColumn.of(10, 20)}, 2)
    editor.save(path)
    again = resaved(path)
    found = values(again, "Data")
    assert [found[f"B{row}"] for row in range(4, 10)] == ["K1", "K2", "K3", "N10", "N20", "All"] and found["C9"] == 36
    assert openpyxl.load_workbook(again)["Data"].tables["T"].ref == "B3:C9"


def test_a_used_master_edited_and_edited_back(used_master: Path, tmp_path: Path) -> None:
    """Charts, pictures, notes and sheets of the council's own are there byte for byte; only edited sheets have changed."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(used_master.read_bytes())
    old = Workbook(Package.open(path))
    words = {row.key: row.progress for row in ClosedBook(path).read(PLAN)}
    for text in ("=Places open", None):
        told = {ref: text or words[ref] for ref in words}
        ClosedBook(path, backups=0).apply([SetCells(PLAN, "progress", told), AppendRows(STAMPS, [{"ref": "PI-01", "new": text}])])
    new = Package.open(path)
    stamps = old.table(STAMPS.name)
    may_change = {old.table(PLAN.name).sheet.part, stamps.sheet.part, stamps.part, old.part, old.styles_part}
    assert {part for part in new.names if new.raw(part) != old.package.raw(part)} <= may_change
    assert values(path, "Plan") == values(used_master, "Plan")
