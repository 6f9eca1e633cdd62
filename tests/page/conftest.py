"""A month of the sample plan: the master as trackers were issued of it, and what came back."""

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from sendxl.jobs import demo
from sendxl.jobs.issue import issue
from sendxl.jobs.new import new_master
from sendxl.jobs.refresh import refresh
from sendxl.page.build import build
from tests.programs import PYODIDE

ROOT = Path(__file__).parents[2]
PLAN_TEXT = ROOT / "workbooks" / "examples" / "plan.txt"
NOW = datetime(2027, 1, 20, 9, 30)
TODAY = NOW.date()


@dataclass(frozen=True)
class Month:
    """A master, the folder of its returns, and the trackers as they were issued."""

    master: Path
    returns: Path
    trackers: Path

    def copy(self, folder: Path) -> "Month":
        """The same in another folder, to be worked on."""
        shutil.copytree(self.master.parent, folder, dirs_exist_ok=True)
        return Month(*(folder / path.name for path in (self.master, self.returns, self.trackers)))


def made_month(folder: Path) -> Month:
    """Make the month of the sample plan in a folder."""
    made = Month(folder / "Delivery plan.xlsx", folder / "Returns", folder / "Trackers")
    made.returns.mkdir(parents=True)
    then = datetime(2027, 1, 4, 9, 30)
    new_master(PLAN_TEXT, made.master, starts=date(2026, 4, 1), first_year="2026-27")
    demo.add_illustrative_figures(made.master)
    refresh(made.master, now=then, by="an officer")
    issued = issue(made.master, made.trackers, period="2026-27 Q3", now=then, by="an officer")
    demo.fill_returns({tracker.code: tracker.path for tracker in issued.trackers}, made.returns)
    shutil.rmtree(folder / "Delivery plan backups")
    return made


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    return made_month(tmp_path_factory.mktemp("month"))


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, made once."""
    return build(tmp_path_factory.mktemp("page") / "sendxl.html", pyodide=PYODIDE, say=lambda text: None).path


def cells_of(path: Path) -> dict[str, list[list[object]]]:
    """Every value of a workbook, by sheet."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}
