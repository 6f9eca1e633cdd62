"""A master made of the shipped plan, in a folder of its own."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sendxl.jobs.issue import Issue
from sendxl.jobs.issue import issue as issue_now
from sendxl.jobs.new import new_master
from tests.once import opened

ROOT = Path(__file__).parents[2]
PLAN_TEXT = ROOT / "workbooks" / "examples" / "plan.txt"
TODAY = date(2027, 1, 10)
PERIOD = "2026-27 Q3"
NAMED = "SEND & Inclusion delivery plan - "  # with what the name of a tracker of the plan begins
Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
IssueOnce = Callable[..., Issue]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("built") / "plan.xlsx"
    new_master(PLAN_TEXT, path, starts=date(2026, 4, 1), first_year="2026-27")
    return path.read_bytes()


@pytest.fixture
def master(built: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(built)
    return path


def clock(first: datetime) -> SimpleNamespace:
    """What openpyxl asks for the time, which goes on by a minute each time that it is asked."""
    times = (first + timedelta(minutes=number) for number in count())
    return SimpleNamespace(datetime=SimpleNamespace(now=lambda tz: next(times)), timezone=timezone)


@pytest.fixture(autouse=True)
def saved_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each workbook that openpyxl saves says that it was saved a minute after the one before: people are slower than tests."""
    monkeypatch.setattr("openpyxl.writer.excel.datetime", clock(datetime(2027, 1, 5, 9, tzinfo=UTC)))


@pytest.fixture(scope="session")
def rounds() -> dict[tuple[bytes, str], tuple[Path, Issue]]:
    """What was issued by ``issue_once``, and the folder of it, by plan and by what was asked."""
    return {}


@pytest.fixture
def issue_once(master: Path, rounds: dict[tuple[bytes, str], tuple[Path, Issue]],
               tmp_path_factory: pytest.TempPathFactory) -> IssueOnce:
    """Issues the trackers of the plan to the folder ``out`` beside it; where a test before did just that, they are copied."""

    def issued(**asked: Any) -> Issue:
        of = master.read_bytes(), repr(sorted(asked.items()))
        if of not in rounds:
            folder = tmp_path_factory.mktemp("issued")
            plan = Path(shutil.copy(master, folder))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("openpyxl.writer.excel.datetime", clock(datetime(2027, 1, 4, 9, tzinfo=UTC)))
                rounds[of] = folder, issue_now(plan, folder / "out", **asked)
        folder, made = rounds[of]
        shutil.copytree(folder, master.parent, dirs_exist_ok=True)
        return replace(made, trackers=[replace(tracker, path=master.parent / "out" / tracker.path.name)
                                       for tracker in made.trackers])

    return issued


@pytest.fixture
def fill() -> Fill:
    """Type into a workbook with openpyxl, as a person would in Excel: {(table, key, header): value}."""

    def filled(path: Path, values: dict[tuple[str, str, str], Any]) -> Path:
        book = opened(path)
        sheets = {name: sheet for sheet in book.worksheets for name in sheet.tables}
        for (table, key, header), value in values.items():
            sheet = sheets[table]
            cells = sheet[sheet.tables[table].ref]
            headers = [cell.value for cell in cells[0]]
            row = next(row for row in cells[1:] if row[0].value == key)
            cell = row[headers.index(header)]
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # text that begins with "=" is text, as with a leading apostrophe in Excel
        book.save(path)
        return path

    return filled
