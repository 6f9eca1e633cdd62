"""Returns validated in worker processes: the same findings as in one, and a process that dies or hangs is one of them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sendxl.errors import CannotValidate
from sendxl.plan.finding import Finding, Place, Severity
from sendxl.plan.schema import Type
from sendxl.plan.vocabulary import Outcome
from sendxl.returns import workers
from sendxl.returns.batch import Stopped, as_json, validate_batch
from sendxl.returns.outcome import Change, NotChecked, Packed, Reported, Return
from sendxl.returns.workers import in_workers, processes

TODAY = date(2026, 12, 20)
A = "Activities"
BREAKING = """
import os, signal, time
from sendxl.returns import checking

def greedy(*_):
    return bytearray(8 << 30)

def faulty(*_):
    raise KeyError("what")

def check(path, register, today):
    real = checking.validate_return
    checking.validate_return = {"greedy": greedy, "faulty": faulty}.get(path.stem, real)
    match path.stem:
        case "exits": os._exit(3)
        case "crashes": os.kill(os.getpid(), signal.SIGKILL)
        case "hangs": time.sleep(600)
    try:
        return checking.checked(path, register, today)
    finally:
        checking.validate_return = real
"""


@pytest.fixture
def breaking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module with a check that breaks on files by their names; workers can import it too."""
    (tmp_path / "breaking.py").write_text(BREAKING)
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("breaking")
    del sys.modules["breaking"]


def six(round: Any) -> list[Path]:
    """Returns good and bad, with a conflict between two."""
    (round.folder / "not.xlsx").write_bytes(b"dear all")
    return [
        round.fill({(A, "PI-01", "% complete"): 0.6}, code="EP", name="z.xlsx"),
        round.fill({(A, "PI-01", "% complete"): 0.5, (A, "PI-02", "Progress"): "x"}, name="b.xlsx"),
        round.folder / "not.xlsx",
        round.fill({("Measures", "PI-01.M1", "Actual"): "12 approx"}, name="a.xlsx"),
        round.folder / "nothing.xlsx",
        round.fill(name="c.xlsx"),
    ]


def found_in(round: Any, paths: list[Path], check: Any, *, jobs: int, limit: float) -> dict[str, Return]:
    each = in_workers(paths, round.register, TODAY, jobs, limit=limit, check=check)
    return {paths[number].stem: found for number, found in each}


def test_the_same_in_the_same_order_however_many_processes(round: Any) -> None:
    paths, told = six(round), list[tuple[int, int]]()
    alone = validate_batch(paths, round.register, TODAY)
    together = validate_batch(paths, round.register, TODAY, lambda done, of: told.append((done, of)), jobs=2)
    assert [found.file for found in together] == [path.name for path in paths]
    assert json.dumps(as_json(together)) == json.dumps(as_json(alone))
    assert together == alone
    assert told == [(done, 6) for done in range(7)]


@pytest.mark.skipif(sys.platform == "win32", reason="has no signals to die of, and no limit of memory")
def test_what_dies_hangs_or_fails_is_one_finding_and_the_others_go_on(round: Any, breaking: ModuleType) -> None:
    good = round.fill({(A, "PI-02", "Progress"): "x"}, name="good.xlsx")
    names = ("one", "exits", "two", "crashes", "hangs", "greedy", "three", "faulty", "four")
    paths = [round.folder / f"{name}.xlsx" for name in names]
    for path in paths:
        path.write_bytes(good.read_bytes())
    found = found_in(round, paths, breaking.check, jobs=2, limit=4)
    assert set(found) == set(names)
    for name in ("one", "two", "three", "four"):
        assert (found[name].outcome, len(found[name].changes)) == (Outcome.ACCEPTED, 1)
    says = {"exits": "it ended the process that checked it (exit code 3)",
            "crashes": "it ended the process that checked it (exit code -9)",
            "hangs": "checking it took longer than 4 seconds",
            "greedy": "checking it took more memory than a return may",
            "faulty": "a fault of sendxl, please report it: KeyError (breaking.py, line 9)"}
    for name, why in says.items():
        (finding,) = found[name].findings
        assert (finding.code, finding.severity, finding.found) == ("S01", Severity.REJECT, why)
        assert why in finding.message
        assert found[name].sha256 == found["one"].sha256


def test_a_worker_that_hangs_is_replaced_even_if_it_is_the_only_one(round: Any, breaking: ModuleType) -> None:
    paths = [round.fill(name=f"{name}.xlsx") for name in ("hangs", "good")]
    found = found_in(round, paths, breaking.check, jobs=1, limit=1)
    assert [found[name].outcome for name in ("hangs", "good")] == [Outcome.REJECTED, Outcome.ACCEPTED]


def test_workers_that_cannot_start_are_told(round: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("only_here")
    exec("def check(path, register, today): pass", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    with pytest.raises(CannotValidate, match="--jobs 1"):
        list(in_workers([round.fill()], round.register, TODAY, 1, check=module.check))


@pytest.mark.parametrize("jobs", [1, 2])
def test_stopped_with_what_was_done(jobs: int, round: Any) -> None:
    paths = six(round)

    def progress(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(Stopped) as stopped:
        validate_batch(paths, round.register, TODAY, progress, jobs=jobs)
    assert len(stopped.value.returns) == 2
    summary = as_json(stopped.value.returns, len(paths))["summary"]
    assert (summary["returns"], summary["incomplete"], summary["files"]) == (2, True, 6)
    assert "incomplete" not in as_json(stopped.value.returns, 2)["summary"]


STOPPING = """
import sys, time
from datetime import date
from sendxl.jobs import validate as job

if __name__ == "__main__":
    sys.path.insert(0, {folder!r})
    import breaking
    found = job.validate({master!r}, {paths!r}, json_file={out!r}, today=date(2026, 12, 20), jobs=2, check=breaking.check,
                         progress=lambda done, of: print(done, flush=True))
    print(found.complete, found.clean, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends Ctrl-C as a terminal of POSIX does, to a whole group")
def test_ctrl_c_stops_the_workers_in_silence_and_leaves_a_report(round: Any, breaking: ModuleType, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    paths = [str(round.fill(name=f"{name}.xlsx")) for name in ("a", "b", "hangs")]
    script = tmp_path / "stopping.py"
    script.write_text(STOPPING.format(folder=str(tmp_path), master=str(round.master), paths=paths, out=str(out / "f.json")))
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          start_new_session=True) as process:
        assert process.stdout
        assert [process.stdout.readline() for _ in range(3)] == ["0\n", "1\n", "2\n"]
        os.killpg(process.pid, signal.SIGINT)
        said, complaints = process.communicate(timeout=20)
    assert (said, complaints, process.returncode) == ("False False\n", "", 0)
    summary = json.loads((out / "f.json").read_text())["summary"]
    assert (summary["returns"], summary["incomplete"], summary["files"]) == (2, True, 3)
    until = time.monotonic() + 5
    while time.monotonic() < until and _group_lives(process.pid):
        time.sleep(0.05)
    assert not _group_lives(process.pid)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_few_files_are_checked_in_this_process() -> None:
    assert [processes(files) for files in (1, workers.FEW)] == [1, 1]  # beside this one
    cores = processes(10_000)
    assert 1 <= cores <= (os.cpu_count() or 1)


def test_none_is_as_many_as_pay_beside_this_process_so_that_even_one_file_is_under_the_clock(
    round: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def told(paths: Any, register: Any, today: Any, jobs: int, **more: Any) -> Any:
        asked.append(jobs)
        return in_workers(paths, register, today, jobs, **more)

    monkeypatch.setattr(workers, "in_workers", told)
    assert len(validate_batch([round.fill()], round.register, TODAY, jobs=None)) == 1
    assert asked == [1]


def test_one_is_this_process(round: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "in_workers", None)  # would fail if it were called
    assert len(validate_batch([round.fill()], round.register, TODAY, jobs=1)) == 1


def test_none_is_this_process_where_there_can_be_no_others(round: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a browser, whose Python has no _multiprocessing."""
    monkeypatch.setitem(sys.modules, "_multiprocessing", None)
    monkeypatch.setattr(workers, "in_workers", None)
    assert len(validate_batch([round.fill()], round.register, TODAY, jobs=None)) == 1


def test_packed() -> None:
    place = Place("Plan", "B7", "Plan", "PI-01", "Due")
    kinds: list[list[Any]] = [
        [Finding("V01", Severity.ERROR, "a.xlsx", "It is blank." * 10, *place)] * 100,
        [Change("Plan", "PI-01", "due", date(2027, 1, 1), None, 0.5, place, Type.DATE, n > 5) for n in range(100)],
        [Reported("Plan", "PI-01", {"due": date(2027, 1, 1), "progress": "Begun"}, ("due",), place)] * 100,
        [NotChecked("V01", "Plan", "PI-01", "Due")] * 100,
    ]
    for items in kinds:
        packed = Packed(items)
        assert (len(packed), list(packed), packed[0], packed[1:3]) == (100, items, items[0], items[1:3])
        assert packed == items
        assert packed != items[1:]
        assert len(packed._bytes) < 800
    assert isinstance(Packed(kinds[1])[0].place, Place)
    assert not Packed([])
