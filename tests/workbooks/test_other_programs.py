"""Every kind of workbook that we write, before Microsoft's validator of the format and a program that is strict elsewhere."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.closed.archive import HISTORY, add_rows, archive_of, build_archive
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.desktop.ribbon import build_addin
from sendxl.jobs.demo import demo
from sendxl.jobs.upgrade import upgrade
from sendxl.plan.settings import Settings

NODE = Path(__file__).parents[1] / "node"
VALIDATOR = NODE / "node_modules" / "@xarsh" / "ooxml-validator-linux-x64" / "ooxml-validator"  # the Open XML SDK's
ADDIN, BOARD, TEMPLATE = "the add-in", "a report to the Board", "its template"
# The one thing that xlwings' add-in has, and that Excel itself wrote there.
_DPI = "The attribute 'defaultImageDpi' has invalid value '32767'. The Enumeration constraint failed."
ALLOWED = {ADDIN: {("/xl/workbook.xml", _DPI)}}
EARLIER = Path(__file__).parents[1] / "versions" / "0.1.0" / "Delivery plan.xlsx"
KINDS = ("a master", "a tracker", "a return", "a copy that goes back", "a report", "closed years", ADDIN, BOARD, TEMPLATE)

pytestmark = pytest.mark.skipif(not (VALIDATOR.exists() and shutil.which("node")), reason="run “npm ci” in tests/node first")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """One workbook of each kind, made by the round of the demo, and edited in it."""
    made = demo(tmp_path_factory.mktemp("other") / "demo", say=lambda text: None)
    archive = archive_of(made.master)
    build_archive(archive, Settings(plan_title="A plan", plan_id="x"))
    master = ClosedBook(made.master)
    add_rows(ClosedBook(archive), master, {table: [row.number for row in master.read(table)][:5] for table in HISTORY})
    addin = made.folder / "sendxl.xlam"
    build_addin(addin)
    paths = (made.master, *(min(folder.glob("*.xlsx")) for folder in (made.trackers, made.returns, made.sent_back)),
             made.report, archive, addin, made.board, made.template)
    return dict(zip(KINDS, paths, strict=True))


def run(*command: object) -> str:
    done = subprocess.run([*map(str, command)], cwd=NODE, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout, done.stderr
    return done.stdout


def faults(path: Path) -> set[tuple[str, str]]:
    """What the validator of the format finds: the part, and what is wrong in it."""
    told: Any = json.loads(run(VALIDATOR, path))
    return {(error["path"], error["description"]) for error in told["errors"]}


@pytest.mark.parametrize("kind", KINDS)
def test_the_validator_of_the_format_finds_nothing(kind: str, written: Mapping[str, Path]) -> None:
    assert faults(written[kind]) == ALLOWED.get(kind, set())


def test_an_upgrade_adds_no_fault_to_those_that_an_earlier_release_made(tmp_path: Path) -> None:
    path = Path(shutil.copy(EARLIER, tmp_path / "Plan.xlsx"))
    assert upgrade(path).done
    assert faults(path) == faults(EARLIER)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (ADDIN, BOARD, TEMPLATE)])
def test_exceljs_opens_it(kind: str, written: Mapping[str, Path]) -> None:
    book = openpyxl.load_workbook(written[kind])
    seen = [[sheet.title, sorted(sheet.tables), str(sheet["A1"].value)] for sheet in book.worksheets]
    told = [[name, sorted(tables), first] for name, tables, first in json.loads(run("node", "exceljs.cjs", written[kind]))]
    assert told == seen
