"""What is pasted into xlwings Lite: it runs as it stands, where there are no processes, on closed files alone."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sendxl import addin, open_book
from sendxl.addin import lite
from sendxl.jobs.demo import Demo
from sendxl.jobs.validate import validate
from sendxl.plan.master import PLAN
from sendxl.returns.outcome import outcomes_in_words
from sendxl.version import __version__

ROOT = Path(__file__).parents[2]
# A Python as Lite has it: xlwings with a decorator for scripts, and no processes. What main.py registers is told at the end.
_AS_IN_LITE = """
import sys
sys.modules["_multiprocessing"] = sys.modules["multiprocessing"] = None
import xlwings
scripts = []
xlwings.script = lambda function: scripts.append(function.__name__) or function
names = {}
exec(compile(sys.stdin.read(), "main.py", "exec"), names)
print(*sorted(scripts), *sorted(name for name, found in names.items() if name.startswith("SENDXL_") and callable(found)))
"""


@pytest.fixture
def data(shipped_demo: Demo, tmp_path: Path) -> Path:
    """Files as they were dropped into Lite."""
    data = tmp_path / "data"
    shutil.copytree(shipped_demo.returns, data / "Returns")
    shutil.copy(shipped_demo.master, data / "Plan.xlsx")
    return data


def test_what_is_pasted_runs_and_has_the_functions_and_the_scripts() -> None:
    done = subprocess.run([sys.executable, "-c", _AS_IN_LITE], input=lite.MAIN, cwd=ROOT, capture_output=True, text=True,
                          check=False)
    assert done.stderr == ""
    functions = [name for name in addin.__all__ if name.startswith("SENDXL_")]
    assert done.stdout.split() == ["refresh", "validate", *sorted(functions)]


def test_it_says_what_to_paste_and_why_there_is_no_more() -> None:
    page = lite.lite()
    assert lite.MAIN in page
    assert f"sendxl=={__version__}" in page
    assert "is not written" in page


def test_validate_tells_what_validate_finds_and_writes_a_report(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (data / "Plan.xlsx").read_bytes()
    for _ in range(2):  # its own report is no return
        lite.validate(data)
        told = capsys.readouterr().out
        found = validate(data / "Plan.xlsx", [data / "Returns"]).returns
        assert all(str(finding) in told for returned in found for finding in returned.findings)
        assert outcomes_in_words(found) in told
    assert (data / "Plan reports" / "Validation report.xlsx").exists()
    assert (data / "Plan.xlsx").read_bytes() == before


def test_refresh_works_out_the_plan_among_the_files(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lite.refresh(data)
    assert "cells changed" in capsys.readouterr().out
    assert all(row["status"] for row in open_book(data / "Plan.xlsx").read(PLAN))


@pytest.mark.parametrize("plans", [[], ["Plan.xlsx", "Plan (2).xlsx"]])
def test_there_is_to_be_one_plan(data: Path, plans: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    plan = (data / "Plan.xlsx").read_bytes()
    (data / "Plan.xlsx").unlink()
    (data / "notes.xlsx").write_bytes(b"no workbook")
    for name in plans:
        (data / name).write_bytes(plan)
    for script in (lite.validate, lite.refresh):
        script(data)
        assert "have one plan there" in capsys.readouterr().out
