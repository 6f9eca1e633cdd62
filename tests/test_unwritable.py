"""What cannot be written, by whatever verb: the message names the file and says what to do, and all is as it was.

Each command is run in a child of its own, to which that happens.
"""

import errno
import io
import os
import re
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sendxl import cli
from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.demo import Demo
from sendxl.plan.master import HELD, SETTINGS, UPDATES
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Decision
from sendxl.verbs import VERBS, Option

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "workbooks" / "examples" / "plan.txt"
# What each verb is given, of the master that is called so, and the file that is then in the message.
COMMANDS: dict[str, tuple[list[str], str]] = {
    "new": ([str(SOURCE), "-o", "Made.xlsx"], "Made.xlsx"),
    "issue": (["stamped.xlsx", "-o", "New", "--period", "2026-27 Q4"], r" 2026-27 Q4\.xlsx|New|stamped\.xlsx"),
    "type-in": (["issued.xlsx", "STS", "-o", "Typed"], r" \(typed in\)\.xlsx|Typed|issued\.xlsx"),
    "validate --report": (["issued.xlsx", "Returns", "--report", "Report.xlsx"], "Report.xlsx"),
    "validate --json": (["issued.xlsx", "Returns", "--json", "Found.json"], "Found.json"),
    "validate --annotate": (["issued.xlsx", "Returns", "--annotate", "Back"], r"2026-27 Q3\.xlsx|Back"),
    "chase": (["stamped.xlsx", "-o", "Drafts"], r"\.eml|Drafts"),
    "stamp": (["issued.xlsx", "Returns"], "issued.xlsx"),
    "settle": (["decided.xlsx"], "decided.xlsx"),
    "revise": (["stamped.xlsx", "later.csv"], "stamped.xlsx"),
    "undo": (["stamped.xlsx"], "stamped.xlsx"),
    "refresh": (["stamped.xlsx", "--as-at", "2028-06-30"], "stamped.xlsx"),
    "show --json": (["stamped.xlsx", "--json", "Shown.json"], "Shown.json"),
    "history --json": (["stamped.xlsx", "--json", "History.json"], "History.json"),
    "savings --json": (["stamped.xlsx", "--draws", "100", "--json", "Savings.json"], "Savings.json"),
    "export": (["stamped.xlsx", "-o", "Tables"], r"\.csv|Tables"),
    "rollup": (["stamped.xlsx", "-o", "National.xlsx"], "National.xlsx"),
    "board": (["stamped.xlsx", "-o", "Board.docx"], "Board.docx"),
    "archive": (["closed.xlsx"], r"closed archive\.xlsx|closed\.xlsx"),
    "upgrade": (["earlier.xlsx"], "earlier.xlsx"),
    "addin build": (["-o", "Plan.xlam"], "Plan.xlam"),
    "demo": (["Demo"], "Demo"),
}


@pytest.fixture(scope="module")
def stored(shipped_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Masters before and after stamping, one of an earlier format, and returns."""
    folder = tmp_path_factory.mktemp("stored")
    [issued] = (path for path in (shipped_demo.folder / "Delivery plan backups").iterdir() if path.stem.count(" ") == 5)
    shutil.copy(issued, folder / "issued.xlsx")
    shutil.copy(shipped_demo.folder / "Delivery plan.xlsx", folder / "stamped.xlsx")
    shutil.copy(folder / "stamped.xlsx", folder / "closed.xlsx")
    decided = ClosedBook(shutil.copy(folder / "stamped.xlsx", folder / "decided.xlsx"), backups=0)
    [first, *_] = decided.read(HELD)
    decided.apply([SetCells(HELD, "decision", {first.key: Decision.MASTER.value}), SetCells(HELD, "why", {first.key: "Agreed"})])
    old: list[dict[str, Value]] = [{"ref": "PI-01", "period": period, "percent_complete": 0.1, "batch": "20240101-000000"}
                                   for period in ("2024-25 Q1", "2024-25 Q2", "2024-25 Q3")]
    ClosedBook(folder / "closed.xlsx", backups=0).apply(
        [SetCells(SETTINGS, "value", {"Closed through": "2024-25 Q4"}), AppendRows(UPDATES, old)])
    shutil.copy(ROOT / "tests" / "versions" / "0.1.0" / "Delivery plan.xlsx", folder / "earlier.xlsx")
    shutil.copytree(shipped_demo.folder / "Returns", folder / "Returns")
    (folder / "later.csv").write_text("Action,Lead\nCount the pennies,Treasurer\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(stored: Path, tmp_path: Path) -> Path:
    return shutil.copytree(stored, tmp_path / "work")


def run(command: list[str], folder: Path, befalls: Callable[[], None]) -> tuple[int, str]:
    """The exit status, and what was said on standard error, of a command in a child that something befalls."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.chdir(folder)
            sys.dont_write_bytecode = True  # else a module that is imported now would be kept cut short, for later runs
            os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
            befalls()
            sys.argv = ["sendxl", *command]
            os.dup2(writing, 2)
            sys.stderr, sys.stdout = os.fdopen(2, "w"), io.StringIO()
            cli.main()
        except SystemExit as stop:
            sys.stderr.flush()
            os._exit(int(stop.code or 0))
        finally:
            os._exit(99)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        said = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def full() -> None:
    """No file may hold more than 100 bytes: a write fails in the midst, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def refused(number: int) -> Callable[[], None]:
    """The system makes no file and no folder in the present one: with that error."""

    def befalls() -> None:
        here = Path.cwd()

        def hear(event: str, given: tuple[Any, ...]) -> None:
            makes = event == "os.mkdir" or (event == "open" and isinstance(given[2], int) and given[2] & os.O_CREAT)
            if makes and isinstance(given[0], (str, os.PathLike)) and here in (here / given[0]).parents:
                raise OSError(number, os.strerror(number), given[0])

        sys.addaudithook(hear)

    return befalls


def test_every_verb_that_writes_is_here() -> None:
    besides = ("new", "upgrade", "chase", "export", "rollup", "board", "demo", "addin build")
    writing = {verb.name for verb in VERBS if verb.writes or verb.name in besides}
    writing |= {f"{verb.name} {option.flags}" for verb in VERBS for option in verb.takes
                if isinstance(option, Option) and option.written and verb.name not in ("stamp", "settle")}
    assert writing <= COMMANDS.keys()


@pytest.mark.parametrize("verb", COMMANDS)
@pytest.mark.parametrize(("befalls", "told"), [
    (full, "there is no room for it on the disk. Free some space, then run again."),
    (refused(errno.ENOSPC), "there is no room for it on the disk. Free some space, then run again."),
    (refused(errno.EROFS), "if it or its folder may only be read, take a folder of yours; then run again."),
    (refused(errno.EACCES), "If it is open in another program, close it there;"),
    (refused(errno.EIO), "the system says “Input/output error”. Mend that, or take another folder;"),
], ids=["a full disk", "no room", "read only", "no right", "a broken disk"])
def test_what_cannot_be_written(verb: str, befalls: Callable[[], None], told: str, folder: Path) -> None:
    arguments, named = COMMANDS[verb]
    before = files(folder)
    code, said = run([*verb.split(" --")[0].split(), *arguments], folder, befalls)
    assert code == 2 and said.count("\n") == 1, (code, said)
    assert re.search(f"^sendxl: .*({named}|{re.escape(tempfile.gettempdir())} was).*: ", said) and told in said, said
    assert re.search("was(?: not)? (?:as it was|changed|issued)|is as it was|was not written", said)
    assert {name: held for name, held in files(folder).items() if not name.startswith("Demo")} == before


@pytest.mark.parametrize(("verb", "arguments"), [
    ("new", [str(SOURCE), "-o"]), ("validate", ["issued.xlsx", "Returns", "--report"]), ("addin build", ["-o"]),
])
def test_a_name_that_is_too_long(verb: str, arguments: list[str], folder: Path) -> None:
    name = "n" * 251 + (".xlam" if verb == "addin build" else ".xlsx")
    before = files(folder)
    code, said = run([*verb.split(), *arguments, name], folder, lambda: None)
    assert code == 2 and "its name is too long for this disk. Choose a shorter one" in said and "nnn" in said, (code, said)
    assert files(folder) == before
