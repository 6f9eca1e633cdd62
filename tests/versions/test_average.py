"""Actual quantity in a return of a 0.1.0 tracker was an average: it is asked about, and the row's other answers are not lost."""

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.stamp import stamp
from sendxl.jobs.upgrade import upgrade
from sendxl.jobs.validate import validate
from sendxl.plan.master import HELD, PROFILE, STAMPS, Quantity
from sendxl.plan.vocabulary import Decision

RELEASE = Path(__file__).parent / "0.1.0"
RETURN = RELEASE / "Returns" / "TRANSPORT 2026-27 Q3.xlsx"
TODAY, UPGRADED = date(2027, 1, 20), datetime(2027, 1, 20, 9, 30)
ROW = "ST-01.S1.P1"  # the average was 16, and 18 is returned, with other evidence
SAYS = "18 in place on 31 Dec 2026"


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(RELEASE / "Delivery plan, before stamping.xlsx", tmp_path_factory.mktemp("upgraded") / "plan.xlsx"))
    upgrade(path, now=UPGRADED)
    return path


@pytest.fixture
def master(upgraded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(upgraded.parent, tmp_path, dirs_exist_ok=True)) / upgraded.name


def stamped(master: Path, *paths: Path, hour: int) -> Any:
    return stamp(master, paths, today=TODAY, now=UPGRADED.replace(hour=hour), jobs=1)


def row_of(master: Path) -> Quantity:
    return ClosedBook(master).read(PROFILE).by_key[ROW]


def test_it_is_asked_and_its_row_held_whole(master: Path) -> None:
    stamped(master, RETURN, hour=10)
    [held] = ClosedBook(master).read(HELD)
    assert (held.code, held.ref, held.column, held.returned) == ("S04", ROW, "Actual quantity", "18")
    row = row_of(master)
    assert (row.in_place, row.in_place_on, row.evidence) == (16, TODAY, "Illustrative: transport routes, September 2026")


def test_once_explained_the_other_answers_are_applied_and_the_average_is_kept(master: Path, tmp_path: Path) -> None:
    validate(master, [RETURN], today=TODAY, jobs=1, annotated=tmp_path / "back")
    [back] = (tmp_path / "back").iterdir()
    book: Any = openpyxl.load_workbook(back)
    headers = [cell.value for cell in book["Queries"][4]]
    [asked] = [row for row in book["Queries"].iter_rows(min_row=5) if row[0].value == "S04"]
    asked[headers.index("Explanation")].value = SAYS
    book.save(back)
    stamped(master, back, hour=10)
    row = row_of(master)
    assert (row.in_place, row.in_place_on, row.evidence) == (16, TODAY, "Illustrative: transport routes, December 2026")
    assert [one.explanation for one in ClosedBook(master).read(STAMPS) if one.code == "S04"] == [f"Actual quantity 18: {SAYS}"]


@pytest.mark.parametrize("decision", [Decision.MASTER, Decision.RETURNED])
def test_once_decided_the_other_answers_follow(master: Path, decision: Decision) -> None:
    stamped(master, RETURN, hour=10)
    ClosedBook(master, backups=0).apply([
        SetCells(HELD, "decision", {"1": decision}), SetCells(HELD, "why", {"1": "An average; the count is asked for in Q4"})])
    stamped(master, RETURN, hour=11)
    row = row_of(master)
    assert (row.in_place, row.in_place_on, row.evidence) == (16, TODAY, "Illustrative: transport routes, December 2026")
    assert [held.settled_on for held in ClosedBook(master).read(HELD)] == [TODAY]


def test_an_average_as_it_was_issued_asks_nothing(master: Path, tmp_path: Path) -> None:
    book: Any = openpyxl.load_workbook(RETURN)
    sheet = book["Savings"]
    headers = [cell.value for cell in sheet[4]]
    [row] = [row for row in sheet.iter_rows(min_row=5) if row[0].value == ROW]
    row[headers.index("Actual quantity")].value = 16
    book.save(tmp_path / RETURN.name)
    found = validate(master, [tmp_path / RETURN.name], today=TODAY, jobs=1).returns[0]
    assert [str(finding.severity) for finding in found.findings if finding.code == "S04"] == ["note"]
    stamped(master, tmp_path / RETURN.name, hour=10)
    assert row_of(master).evidence == "Illustrative: transport routes, December 2026"
