"""A Book over a workbook open in Calc, as a person left it: filtered, sorted, with rows hidden and formulas at work.

What every Book does is in tests/books/test_book.py, which runs over Calc too.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.book import AppendRows, Edit, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Refused
from sendxl.plan.master import PLAN
from sendxl.plan.summary import STATUS_BY_THEME
from tests.engines import calc
from tests.engines.soffice import Soffice
from tests.once import built

pytestmark = pytest.mark.calc


@pytest.fixture
def path(tmp_path: Path, small_plan: Callable[..., Any]) -> Path:
    return built(tmp_path / "plan.xlsx", small_plan(8), {"plan_title": "Plan"})


@pytest.fixture
def book(path: Path, soffice: Soffice) -> calc.Kept:
    return calc.Kept(path)


def column(path: Path, key: str) -> list[Any]:
    return [row[key] for row in ClosedBook(path).read(PLAN)]


def show_only(book: calc.Kept, header: str, wanted: str) -> None:
    """Filter the table Plan as a person does with the arrow in its header."""
    table = book.opened.document.DatabaseRanges.getByName(PLAN.name)
    criterion = book.program.uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
    criterion.Field, criterion.StringValue = PLAN.columns.index(PLAN.by_header[header]), wanted
    criterion.Operator = book.program.uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
    table.getFilterDescriptor().setFilterFields((criterion,))
    table.refresh()


def sort_down(book: calc.Kept) -> None:
    """Sort the table Plan by its first column, the last ref first."""
    table = book.opened.document.DatabaseRanges.getByName(PLAN.name)
    field = book.program.uno.createUnoStruct("com.sun.star.table.TableSortField")
    field.Field, field.IsAscending = 0, False
    fields = book.program.uno.Any("[]com.sun.star.table.TableSortField", (field,))
    area = table.DataArea
    sheet = book.opened.document.Sheets.getByIndex(area.Sheet)
    cells = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow + 1, area.EndColumn, area.EndRow)
    cells.sort(book.program.properties(SortFields=fields, ContainsHeader=False))


def shown(book: calc.Kept) -> list[int]:
    sheet = book.opened.sheets("Plan").cells_of
    return [row for row in range(5, 13) if sheet.getRows().getByIndex(row - 1).IsVisible]


KEYS = ("progress", "reason", "evidence")
ALL: list[Edit] = [SetCells(PLAN, key, {f"PI-0{n}": f"{key} {n}" for n in range(1, 9)}) for key in KEYS]


def test_a_filtered_table_is_written_in_the_right_rows_and_stays_filtered(book: calc.Kept, path: Path) -> None:
    show_only(book, "Ref", "PI-03")
    assert shown(book) == [7]
    book.apply([*ALL, AppendRows(PLAN, [{"ref": "PI-09"}])])
    assert shown(book) == [7] and book.opened.sheets("Plan").tables("Plan").criteria[0]["type"] == "values"
    for key in KEYS:
        assert column(path, key) == [*(f"{key} {n}" for n in range(1, 9)), None]
    assert column(path, "ref")[-1] == "PI-09"


def test_a_sorted_table_is_written_in_the_right_rows(book: calc.Kept, path: Path) -> None:
    book.read(PLAN)
    sort_down(book)
    with pytest.raises(Refused, match="changed in the meantime"):
        book.apply(ALL)
    book.apply(ALL)
    assert column(path, "ref") == [f"PI-0{n}" for n in range(8, 0, -1)]
    assert column(path, "reason") == [f"reason {n}" for n in range(8, 0, -1)]


def test_rows_hidden_by_hand_are_written_too_and_stay_hidden(book: calc.Kept, path: Path) -> None:
    for row in (6, 7):
        book.opened.sheets("Plan").cells_of.getRows().getByIndex(row - 1).IsVisible = False
    book.apply(ALL)
    assert shown(book) == [5, 8, 9, 10, 11, 12] and column(path, "progress") == [f"progress {n}" for n in range(1, 9)]


def test_formulas_of_new_rows_are_computed(book: calc.Kept) -> None:
    book.apply([SetCells(PLAN, "theme", {"PI-02": "=New", "PI-03": "=New"}), SetCells(PLAN, "status", {"PI-02": "At risk"}),
                AppendRows(STATUS_BY_THEME.table, [{"theme": "=New"}])])
    row = book.read(STATUS_BY_THEME.table)[-1]
    assert (row["theme"], row["activities"], row["at_risk"]) == ("=New", 2, 1)
    assert row.cell("activities").stored.formula and not row.cell("theme").stored.formula


def test_calc_is_left_as_it_was(book: calc.Kept) -> None:
    book.apply(ALL)
    document = book.opened.document
    assert document.isAutomaticCalculationEnabled() and not document.hasControllersLocked()
