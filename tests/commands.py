"""Commands run in this process as a person runs them, and what each verb that works on a master is given besides it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sendxl import cli
from sendxl.verbs import VERBS, Argument

Run = Callable[..., subprocess.CompletedProcess[str]]
FURTHER: dict[str, tuple[str, ...]] = {
    "issue": ("-o", "New", "--period", "2026-27 Q4"), "validate": ("Returns",), "stamp": ("Returns",),
    "type-in": ("INC", "-o", "Typed"),
    "savings": ("--draws", "100"), "board": ("-o", "Report.docx"),
    "revise": (str(Path(__file__).parents[1] / "workbooks" / "examples" / "plan.txt"),),
}
OF_A_MASTER = [verb.name for verb in VERBS if any(isinstance(one, Argument) and one.to == "master" for one in verb.takes)]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command as a process would, but in this one; test_imports.py starts real ones."""
    monkeypatch.chdir(tmp_path)

    def go(*arguments: object) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["sendxl", *map(str, arguments)])
        capsys.readouterr()
        code: Any = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code or 0
        return subprocess.CompletedProcess(sys.argv, code, *capsys.readouterr())

    return go
