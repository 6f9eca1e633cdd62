"""Workbooks that were edited, as LibreOffice opens them: it finds nothing to repair and reads the same values."""

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import AppendRows, Mark, SetCells
from sendxl.books.closed import ClosedBook
from sendxl.books.look import Look
from sendxl.jobs.refresh import refresh
from sendxl.plan.columns import PLAN, STAMPS
from sendxl.xlsx.edit import Editor
from sendxl.xlsx.package import Package
from sendxl.xlsx.workbook import Workbook
from sendxl.xlsx.write import How, Write

pytestmark = [
    pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice (soffice)"),
    pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning"),
]


def values(path: Path, sheet: str) -> dict[str, Any]:
    found: Any = openpyxl.load_workbook(path, data_only=True)[sheet]
    return {cell.coordinate: cell.value for row in found.iter_rows() for cell in row if cell.value not in (None, "")}


def test_a_rich_workbook(rich: Path, tmp_path: Path, resaved: Callable[[Path], Path]) -> None:
    book = Workbook(Package.open(rich))
    editor, data = Editor(book), book.sheet("Data")
    editor.write(data, 5, 4, Write(How.SET, "=1+1"))
    editor.write(data, 30, 11, Write(How.SET, datetime.date(2026, 4, 1)))
    editor.write(data, 6, 2, Write(How.FILL, fill="FADBD3"))
    new = [{0: Write(How.SET, f"N{n}"), 1: Write(How.SET, n), 2: Write(How.SET, "_x000D_")} for n in range(3)]
    editor.append(book.table("Items"), new)
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
