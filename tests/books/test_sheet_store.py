"""Columns that are read whole: each cell is what it is when it is read by itself, with its own address."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.closed.sheet_store import SheetStore
from sendxl.plan.master import MEASURES, Measure
from sendxl.plan.rows import Rows, Store
from sendxl.plan.values import Cell, Problem

TYPED: dict[str, list[Any]] = {  # what a person types into the rows, one after another
    "measure": ["Places", " Places", "Places\n", "a\N{NO-BREAK SPACE}b", "a\N{ZERO WIDTH SPACE}b", "a\r\nb", 12, True, " "],
    "kind": ["Percentage", "number", "Number", "Nothing", None, "Percentage", "Milestone", 3, "Nothing"],
    "baseline": [0.4, 0.4, "40%", "some", None, 45, 0.4, date(2026, 4, 1), 0.4],
    "baseline_on": [date(2026, 4, 1), "1 Apr 2026", 46113, "soon", None, date(2026, 4, 1), date(1905, 7, 19), 2027, "01/02/26"],
    "actual": ["=1+1", "=1+1", 5, 5, "=1/0", "1,234", 0.5, 5, 5],
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("typed") / "plan.xlsx"
    rows = len(TYPED["kind"])
    build_master(path, {MEASURES: [{"ref": f"PI-01.M{row}", "target": 0.5} for row in range(rows)]}, {})
    book: Any = openpyxl.load_workbook(path)
    sheet = book[MEASURES.title]
    [top] = [cell.row for cell in sheet["A"] if cell.value == MEASURES.key.header]
    columns = {cell.value: cell.column for cell in sheet[top]}
    for key, values in TYPED.items():
        for number, value in enumerate(values, top + 1):
            sheet.cell(number, columns[MEASURES[key].header]).value = value
    book.save(path)
    return path


def one_by_one(rows: Rows[Measure], key: str) -> list[Any]:
    """What the cells of a column hold, each read as if no other were."""
    store = rows[0]._store
    return [Store.read(store, index, MEASURES[key]) for index in range(len(rows))]


@pytest.mark.parametrize("key", [column.key for column in MEASURES])
def test_a_column_that_is_read_whole_holds_what_its_cells_hold(key: str, path: Path) -> None:
    rows = ClosedBook(path).read(MEASURES)
    assert isinstance(rows[0]._store, SheetStore) and rows[0]._store._forms
    assert rows.held(key) == one_by_one(rows, key)
    assert rows.held(key) == [row.held(key) for row in rows] == [row.held(key) for row in ClosedBook(path).read(MEASURES)]


def test_cells_that_are_alike_and_odd_are_each_at_their_own_place(path: Path) -> None:
    rows = ClosedBook(path).read(MEASURES)
    odd = [held for held in rows.held("kind") if isinstance(held, Cell)]
    assert [cell.problem for cell in odd] == [None, *[Problem.NOT_IN_LIST] * 3]
    assert [cell.stored.address for cell in odd] == [rows[at].stored("kind").address for at in (1, 3, 7, 8)]
    formulas = [held for held in rows.held("actual") if isinstance(held, Cell) and held.stored.formula]
    assert [cell.stored.address for cell in formulas] == [rows[at].stored("actual").address for at in (0, 1, 4)]


def test_who_asks_for_many_cells_of_a_column_has_it_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As asking row by row takes much longer; of a long table, a few cells are read alone."""
    path, asked = tmp_path / "plan.xlsx", list[str]()
    build_master(path, {MEASURES: [{"ref": f"PI-01.M{row}", "measure": f"Places {row}"} for row in range(100)]}, {})
    read_alike = SheetStore._read_alike

    def counted(store: SheetStore, column: Any, *of: Any) -> Any:
        asked.append(column.key)
        return read_alike(store, column, *of)

    monkeypatch.setattr(SheetStore, "_read_alike", counted)
    rows = ClosedBook(path).read(MEASURES)
    assert [row.measure for row in rows[:5]] == [f"Places {row}" for row in range(5)] and asked.count("measure") == 5
    assert [row.measure for row in rows[:20]] == [f"Places {row}" for row in range(20)] and asked.count("measure") == 100
