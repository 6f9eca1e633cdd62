"""The command line as a person runs it: output, exit codes, one plain message for what cannot be used."""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Self

import openpyxl
import pytest

from sendxl import cli, terminal
from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.demo import TODAY, Demo
from sendxl.plan.master import LEADS, STAMPS
from sendxl.plan.master import PLAN as PLANNED
from tests.commands import Run

ROOT = Path(__file__).parents[1]
PLAN = ROOT / "workbooks" / "examples" / "plan.txt"


@pytest.fixture
def demo(shipped_demo: Demo) -> Path:
    return shipped_demo.folder


def test_the_round_by_hand(run: Run, tmp_path: Path) -> None:
    done = run("new", PLAN, "-o", "Plan.xlsx", "--starts", "2026-04-01", "--first-year", "2026-27")
    assert (done.returncode, done.stderr) == (0, "")
    assert "22 activities in 7 themes" in done.stdout
    assert "Without a lead: MH-01, MH-02" in done.stdout
    done = run("issue", "Plan.xlsx", "-o", "out", "--period", "2026-27 Q3", "--due", "2027-01-20")
    assert done.returncode == 1 and "In no tracker, as they have no lead: MH-01, MH-02." in done.stdout
    assert "due back 20 Jan 2027" in done.stdout
    done = run("validate", "Plan.xlsx", "out", "--report", "report.xlsx", "--json", "found.json")
    assert done.returncode == 0
    assert openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames == ["Returns", "Findings", "Rules", "Chasers"]
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert {entry["outcome"] for entry in found["returns"]} == {"accepted"}
    assert set(found["returns"][0]) == {
        "file", "sha256", "tracker", "lead", "period", "outcome", "changes", "findings", "not_checked"}
    assert run("stamp", "Plan.xlsx", "out").returncode == 0
    done = run("refresh", "Plan.xlsx", "--as-at", "2026-12-31")
    assert done.returncode == 0
    assert "as at 31 Dec 2026" in done.stdout and ": 22 not assessed" in done.stdout
    shown = run("show", "Plan.xlsx").stdout
    assert "PI-01" in shown
    assert "\x1b" not in shown


class _Day(date):
    @classmethod
    def today(cls) -> Self:
        return cls(TODAY.year, TODAY.month, TODAY.day)


class _Moment(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=tz)


@pytest.fixture
def day_of_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands believe that it is the day on which the demo stamped: what was reported by then has come."""
    monkeypatch.setattr("sendxl.jobs.validate.date", _Day)
    monkeypatch.setattr("sendxl.jobs.stamp.datetime", _Moment)


@pytest.mark.usefixtures("day_of_the_demo")
def test_held_returns_exit_with_1_and_say_where(run: Run, demo: Path) -> None:
    master = demo / "Delivery plan.xlsx"
    before = master.read_bytes()
    done = run("validate", master, demo / "Returns")
    assert done.returncode == 1
    assert "E V05 Measures!" in done.stdout
    assert "1 rejected" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert run("stamp", master, demo / "Returns", "--dry-run").returncode == 1
    assert "stamped before" in run("stamp", master, demo / "Returns").stdout
    assert master.read_bytes() == before


def test_what_was_stamped_is_looked_up_taken_back_and_brought_again(run: Run, demo: Path, tmp_path: Path) -> None:
    master = tmp_path / "Plan.xlsx"
    master.write_bytes((demo / "Delivery plan.xlsx").read_bytes())
    done = run("history", "Plan.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 batches; 0 cells changed by hand since." in done.stdout
    [batch] = {str(row.batch) for row in ClosedBook(master).find(STAMPS, "kind", "stamp")}
    assert batch in done.stdout
    done = run("history", "Plan.xlsx", "PI-01", "--json", "h.json")
    assert "changes recorded of PI-01." in done.stdout
    assert json.loads((tmp_path / "h.json").read_text(encoding="utf-8"))["batches"][-1]["batch"] == batch
    before = master.read_bytes()
    done = run("undo", "Plan.xlsx", "--dry-run")
    assert done.returncode == 0 and f"values of batch {batch} would go back" in done.stdout
    assert master.read_bytes() == before
    done = run("undo", "Plan.xlsx")
    assert done.returncode == 0 and f"took back {batch}" in done.stdout
    assert run("undo", "Plan.xlsx", batch).returncode == 2
    done = run("stamp", "Plan.xlsx", demo / "Returns", "--dry-run")
    assert "would follow." in done.stdout and "Status now" in done.stdout
    done = run("stamp", "Plan.xlsx")
    assert done.returncode == 0 and "Nothing to stamp" in done.stdout
    done = run("archive", "Plan.xlsx", "--dry-run")
    assert done.returncode == 2 and "Closed through" in done.stderr


@pytest.mark.parametrize("command", [
    ("refresh", "nothing.xlsx"),
    ("refresh", "--as-at", "31.12.2026", "nothing.xlsx"),
    ("show", PLAN),
    ("new", "nothing.txt", "-o", "Plan.xlsx"),
    ("new", PLAN, "-o", "Plan.xlsx", "--starts", "yesterday"),
    ("new", PLAN, "-o", "Plan.xlsx", "--first-year", "2026"),
    ("issue", "nothing.xlsx", "-o", "out"),
    ("validate", "nothing.xlsx", "."),
    ("stamp", "nothing.xlsx", "."),
    ("stamp", "nothing.xlsx"),
    ("undo", "nothing.xlsx"),
    ("history", "nothing.xlsx", "PI-01"),
    ("archive", "nothing.xlsx"),
    ("rules", "Q99"),
    ("nonsense",),
], ids=lambda c: " ".join(map(str, c))[:40])
def test_what_cannot_be_used_exits_with_2_and_one_message(command: tuple[object, ...], run: Run, tmp_path: Path) -> None:
    done = run(*command)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture
def plan(run: Run) -> Path:
    """A plan that nothing is to be mended in, or left out of."""
    assert run("new", PLAN, "-o", "Plan.xlsx", "--first-year", "2026-27").returncode == 0
    lead = next(iter(ClosedBook("Plan.xlsx").read(LEADS))).title
    ClosedBook("Plan.xlsx").apply([SetCells(PLANNED, "lead", dict.fromkeys(("MH-01", "MH-02"), lead))])
    return Path("Plan.xlsx")


def test_quiet_prints_nothing_where_nothing_is_to_be_mended(run: Run, plan: Path) -> None:
    for command in (("issue", plan, "-o", "out"), ("validate", plan, "out"), ("stamp", plan, "out"), ("refresh", plan),
                    ("demo", "quiet"), ("undo", plan, "--dry-run"), ("chase", plan), ("savings", plan, "--draws", "100"),
                    ("history", plan)):
        done = run(*command, "--quiet")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), command


def test_what_is_left_out_or_to_be_mended_exits_with_1_and_is_told_also_quietly(run: Run, plan: Path, tmp_path: Path) -> None:
    wrong = "PI-01 was not issued to “IDS 0-5 Managers”, as Leads has no such Title. Did you mean “IDS 0-5 Manager”?"
    ClosedBook(plan).apply([SetCells(PLANNED, "lead", {"PI-01": "IDS 0-5 Managers", "MH-01": None})])
    assert run("issue", plan, "-o", "out").returncode == 1
    (tmp_path / "out" / "below").symlink_to(tmp_path / "out", target_is_directory=True)
    (tmp_path / "out" / "note.txt").write_text("no return")
    below = f"{Path('out', 'below')} is not looked into: it is a link to a folder."
    commands = {
        ("issue", plan, "-o", "again", "--again", "--due", "2020-01-01"): (wrong, "as they have no lead: MH-01."),
        ("validate", plan, "out"): (below, "note.txt: rejected (1 reject)."),
        ("stamp", plan, "out"): (below, "note.txt: rejected (1 reject)."),
        ("chase", plan): ("Leads, Email is blank.",),
        ("doctor", plan): ("IDS 0-5 Managers",),
    }
    for command, told in commands.items():
        for quiet in ((), ("--quiet",)) if command[0] in ("validate", "stamp", "chase", "doctor") else (("--quiet",),):
            done = run(*command, *quiet)
            assert done.returncode == 1 and not done.stderr, done
            assert all(line in done.stdout for line in told) or (not quiet and "note.txt" in done.stdout), done


def test_the_demo_never_overwrites(run: Run, shipped_demo: Demo, tmp_path: Path) -> None:
    demo = shutil.copytree(shipped_demo.folder, tmp_path / "demo")
    before = {path: path.read_bytes() for path in demo.rglob("*") if path.is_file()}
    done = run("demo", demo)
    assert (done.returncode, done.stderr) == (0, "")
    assert "open this first" in done.stdout
    assert f"{demo.name}-2" in done.stdout
    assert {path: path.read_bytes() for path in demo.rglob("*") if path.is_file()} == before


def test_a_fault_of_ours_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError("Kim Doe, born 3 Mar 2016")

    monkeypatch.setattr(cli.cli, "main", broken)
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 2
    assert re.fullmatch(r"sendxl: a fault of sendxl, please report it: ZeroDivisionError \(test_cli\.py, line \d+\)\.\n",
                        capsys.readouterr().err)


def interrupted(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> object:
    """The exit code of a command during which Ctrl-C is pressed once one file is done."""
    @contextmanager
    def progress(label: str, *, quiet: bool = False) -> Iterator[terminal.Progress]:
        def told(done: int, total: int) -> None:
            if done == 1:
                raise KeyboardInterrupt

        yield told

    monkeypatch.setattr(terminal, "progress", progress)
    monkeypatch.setattr(sys, "argv", ["sendxl", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    return stop.value.code


def test_validation_stopped_by_ctrl_c_reports_what_was_done_and_exits_with_130(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = interrupted(monkeypatch, "validate", demo / "Delivery plan.xlsx", demo / "Returns", "--jobs", "1",
                       "--report", tmp_path / "r.xlsx", "--json", tmp_path / "f.json")
    assert code == 130
    assert "stopped after 1 of " in capsys.readouterr().err
    assert json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["summary"]["incomplete"]
    assert "INCOMPLETE" in openpyxl.load_workbook(tmp_path / "r.xlsx")["Returns"]["A1"].value


def test_any_other_command_stopped_by_ctrl_c_exits_with_130(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    master = demo / "Delivery plan.xlsx"
    before = master.read_bytes()
    assert interrupted(monkeypatch, "issue", master, "-o", tmp_path / "out", "--period", "2027-28 Q1") == 130
    assert capsys.readouterr().err.strip() == "sendxl: stopped."
    assert master.read_bytes() == before
