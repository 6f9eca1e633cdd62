"""What is imported for what: nothing heavy to show the help, pandas by no button and no command. Each in a fresh process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from sendxl import addin, cli
from sendxl.version import __version__

ROOT = Path(__file__).parents[1]
SOURCE = str(ROOT / "workbooks" / "examples" / "plan.txt")
HEAVY = {"docxtpl", "matplotlib", "numpy", "openpyxl", "pandas", "rich", "sendxl.xlsx.package.package", "xlwings"}
BUTTONS = [name for name in addin.__all__ if not name.startswith("SENDXL_") and name != "reports_in"]
# A run of every command, in this order in one folder, and the code that it exits with.
COMMANDS: dict[str, tuple[int, list[str]]] = {
    "new": (0, [SOURCE, "-o", "Plan.xlsx", "--starts", "2026-04-01", "--first-year", "2026-27"]),
    "issue": (1, ["Plan.xlsx", "-o", "out", "--period", "2026-27 Q3"]),
    "demo": (0, ["demo"]),
    "type-in": (0, ["demo/Delivery plan.xlsx", "TRANSPORT", "-o", "typed"]),
    "check": (1, ["demo/Returns"]),
    "validate": (1, ["demo/Delivery plan.xlsx", "demo/Returns", "--report", "report.xlsx", "--json", "found.json"]),
    "stamp": (1, ["demo/Delivery plan.xlsx", "demo/Returns"]),
    "settle": (0, ["demo/Delivery plan.xlsx"]),
    "refresh": (0, ["demo/Delivery plan.xlsx", "--as-at", "2026-12-31"]),
    "show": (0, ["demo/Delivery plan.xlsx"]),
    "savings": (0, ["demo/Delivery plan.xlsx", "--draws", "1000"]),
    "board": (0, ["demo/Delivery plan.xlsx", "-o", "Report.docx", "--as-at", "2026-12-31"]),
    "history": (0, ["demo/Delivery plan.xlsx"]),
    "undo": (0, ["demo/Delivery plan.xlsx"]),
    "chase": (1, ["demo/Delivery plan.xlsx"]),
    "doctor": (1, ["demo/Delivery plan.xlsx"]),
    "revise": (0, ["Plan.xlsx", SOURCE]),
    "upgrade": (0, ["demo/Delivery plan.xlsx"]),
    "archive": (2, ["demo/Delivery plan.xlsx"]),  # no year is closed
    "columns": (0, []),
    "rules": (0, []),
    "addin build": (0, ["-o", "sendxl.xlam"]),
    "addin install": (2, []),  # there is no Excel for this system
    "addin remove": (2, []),
    "addin status": (2, []),
    "lite": (0, []),
    "page build": (2, ["-o", "sendxl.html"]),  # without npm there is no Pyodide
    "rollup": (0, ["demo", "-o", "National.xlsx"]),
    "export": (0, ["demo", "-o", "tables"]),  # in processes of their own
}
_RUN_COMMANDS = """
import json, sys
from sendxl import cli
for name, arguments in json.loads(sys.argv[1]):
    sys.argv = ["sendxl", *name.split(), *arguments]
    try:
        cli.main()
        code = 0
    except SystemExit as stop:
        code = stop.code or 0
    print("\\n", json.dumps([name, [code, "pandas" in sys.modules]]), flush=True)
"""
_PRESS_BUTTONS = """
import inspect, json, shutil, sys
from sendxl import addin
from sendxl.jobs.issue import issue
from sendxl.jobs.new import new_master
from pathlib import Path
from tests.engines import memory
from sendxl.addin import office
from sendxl.books.live.without_pandas import xlwings

source, *names = json.loads(sys.argv[1])
source = str(shutil.copy(source, "published.txt"))  # beside which a master is made
new_master(source, "Plan.xlsx", first_year="2026-27")
issue("Plan.xlsx", "out", period="2026-27 Q3")
program = memory.Program()
opened = program.open(Path("Plan.xlsx").absolute())
xlwings.Book.caller = classmethod(lambda cls: opened)
program._selection = opened.sheets["Plan"].range((5, 2)).impl
office.LOG = Path("sendxl.log").absolute()
for name in names:
    button = getattr(addin, name)
    button(*({"folder": "out", "file": source}[one] for one in inspect.signature(button).parameters))
    print("\\n", json.dumps([name, [office.LOG.exists(), "pandas" in sys.modules]]), flush=True)
import numpy, pandas
assert pandas.DataFrame({"a": numpy.arange(3)})["a"].sum() == 3
print("\\n", json.dumps(["pandas afterwards", [False, "pandas" in sys.modules]]))
"""


def run(program: str, given: object, folder: Path) -> dict[str, list[Any]]:
    """What a fresh Python tells in lines of JSON: name to what was seen."""
    environment = {"PATH": "", "HOME": str(folder), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", program, json.dumps(given)], cwd=folder, env=environment, capture_output=True,
                          text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(line) for line in done.stdout.splitlines() if line.startswith(" ["))


def leaves(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        yield from leaves(command, f"{name} ") if isinstance(command, click.Group) else [before + name]


def test_help_imports_nothing_heavy() -> None:
    """What makes --help fast: the libraries are imported by the commands that need them."""
    probe = "import sys; from sendxl import cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


@pytest.mark.parametrize("module", ["sendxl", "sendxl.cli"])
def test_it_runs_as_a_module_and_tells_its_version(module: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"sendxl, version {__version__}\n"


def test_no_command_imports_pandas(tmp_path: Path) -> None:
    assert set(COMMANDS) == set(leaves(cli.cli)), "a command has no run in COMMANDS"
    given = [(name, arguments) for name, (_, arguments) in COMMANDS.items()]
    assert run(_RUN_COMMANDS, given, tmp_path) == {name: [code, False] for name, (code, _) in COMMANDS.items()}


def test_no_button_imports_pandas_and_later_it_can_be_imported(tmp_path: Path) -> None:
    seen = run(_PRESS_BUTTONS, [SOURCE, *BUTTONS], tmp_path)
    assert seen == {name: [False, False] for name in BUTTONS} | {"pandas afterwards": [False, True]}
