"""What officers do first in Excel, through xlwings' own code for Windows: nothing that a formula comes to stops them."""

import itertools
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.live.live_book import LiveBook
from sendxl.jobs.demo import Demo
from sendxl.jobs.issue import issue
from sendxl.jobs.new import new_master
from sendxl.jobs.refresh import refresh
from sendxl.jobs.stamp import stamp
from sendxl.jobs.undo import undo
from sendxl.plan.master import MASTER_TABLES, PLAN, PROFILE, SAVINGS, SETTINGS, STAMPS
from tests.cells import at
from tests.engines import memory, windows

SHIPPED = Path(__file__).parents[2] / "workbooks" / "examples" / "plan.txt"
TODAY = date(2027, 1, 20)


@pytest.fixture(scope="module")
def new_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new plan in which nothing was done yet."""
    path = tmp_path_factory.mktemp("new") / "Plan.xlsx"
    new_master(SHIPPED, path, starts=date(2026, 4, 1))
    return path


@pytest.fixture(scope="module")
def with_savings(new_plan: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Callable[[LiveBook], list[Any]]]:
    """A new plan into which its first saving was typed, and what a book differs in from it as a refresh makes it while closed."""
    path = Path(shutil.copy(new_plan, tmp_path_factory.mktemp("savings")))
    ClosedBook(path, backups=0).apply([
        AppendRows(SAVINGS, [{"ref": "PI-01.S1", "activity_ref": "PI-01", "description": "x", "method": "One-off",
                              "unit_amount": 100, "type": "Cashable", "fund": "General fund"}]),
        AppendRows(PROFILE, [{"ref": "PI-01.S1.P1", "savings_ref": "PI-01.S1", "from_": date(2026, 9, 1),
                               "planned_quantity": 1}])])
    closed = Path(shutil.copy(path, path.with_name("Closed.xlsx")))
    refresh(closed, today=TODAY)
    wanted = constants(ClosedBook(closed))
    return path, lambda book: [pair for pair in zip(constants(book), wanted, strict=True) if pair[0] != pair[1]]


def constants(book: LiveBook | ClosedBook) -> list[Any]:
    """What the tables of a plan hold, but for what formulas come to."""
    return [(table.name, row.key, column.key, row.cell(column.key).value) for table in MASTER_TABLES for row in book.read(table)
            for column in table if not row.cell(column.key).stored.formula]


ANSWERS = st.one_of(st.decimals(-10**9, 10**9, places=4), st.floats(-1e15, 1e15), st.sampled_from(sorted(memory.ERRORS)),
                    st.text("ab £=+'0", max_size=5), st.booleans(), st.just(""), st.just(Decimal("1234.5")))


@settings(max_examples=8)
@given(st.lists(ANSWERS, min_size=1, max_size=5))
def test_the_first_savings_whatever_the_new_formulas_of_the_summary_come_to(
    with_savings: tuple[Path, Callable[[LiveBook], list[Any]]], answers: Sequence[Any]
) -> None:
    """Excel tells pounds as amounts of four places; a formula may come to an error or a text as well."""
    path, differs = with_savings
    program, told, computed = memory.Program(), itertools.cycle(answers), []
    program.answer = lambda cell: computed.append(cell) or next(told)  # type: ignore[func-returns-value]
    opened, _ = windows.open_on_windows(program, path)
    assert refresh(LiveBook(opened), today=TODAY).changed and computed
    assert differs(LiveBook(opened)) == []


def test_the_first_issue_of_a_new_plan(new_plan: Path, tmp_path: Path) -> None:
    """Its Settings are cells of the format Text, into which the period goes."""
    book = windows.Kept(Path(shutil.copy(new_plan, tmp_path)))
    issued = issue(book, tmp_path / "Trackers", period="2026-27 Q3", today=TODAY)
    assert len(issued.trackers) == len(list((tmp_path / "Trackers").iterdir())) > 10
    assert ClosedBook(tmp_path / "Plan.xlsx").read(SETTINGS).by_key["Reporting period"].value == "2026-27 Q3"


def test_a_saving_of_another_type_and_fund(shipped_demo: Demo, tmp_path: Path) -> None:
    """The Summary gains rows of formulas in pounds."""
    path = Path(shutil.copy(shipped_demo.master, tmp_path))
    book = ClosedBook(path, backups=0)
    key = book.read(SAVINGS)[0].key
    book.apply([SetCells(SAVINGS, "fund", {key: "Other"}), SetCells(SAVINGS, "type", {key: "Non-cashable"})])
    assert refresh(windows.Kept(path), today=TODAY).changed


def test_a_column_that_an_officer_made_text(shipped_demo: Demo, tmp_path: Path) -> None:
    """What is worked out stands in it as it is, without an apostrophe."""
    path = Path(shutil.copy(shipped_demo.master, tmp_path))
    ClosedBook(path, backups=0).apply([SetCells(PLAN, "percent_complete", {"PI-01": 0.9})])
    closed = Path(shutil.copy(path, tmp_path / "Closed.xlsx"))
    refresh(closed, today=TODAY)
    book = windows.Kept(path)
    sheet = book.program.opened[0].book[PLAN.title]
    for row in range(5, sheet.max_row + 1):
        sheet[at(PLAN, "Reason", row)].number_format = "@"
    assert refresh(book, today=TODAY).changed
    assert [row.reason for row in ClosedBook(path).read(PLAN)] == [row.reason for row in ClosedBook(closed).read(PLAN)]


def test_ten_stamps_in_a_row_split_no_rule(shipped_demo: Demo, tmp_path: Path) -> None:
    path = Path(shutil.copy(shipped_demo.master, tmp_path))
    undo(path, by="kim")
    program = memory.Program()
    book = LiveBook(windows.open_on_windows(program, path)[0])
    sheets = program.opened[0].book.worksheets

    def rules() -> dict[str, int]:
        return {sheet.title: sum(len(found.rules) for found in sheet.conditional_formatting) for sheet in sheets}

    before, rows = rules(), len(book.read(STAMPS))
    for returned in sorted((shipped_demo.folder / "Returns").iterdir())[:10]:
        assert stamp(book, [returned], today=TODAY, by="kim").written
    assert rules() == before and sum(before.values()) > 10 and len(book.read(STAMPS)) > rows + 100
