"""Killed at any moment, with no room, no rights or another run at work: the master is the old one or the new one.

Everything here happens to real processes; ``mortal.py`` runs them.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Refused
from sendxl.jobs.doctor import doctor
from sendxl.jobs.issue import issue
from sendxl.plan.master import STAMPS, UPDATES

pytestmark = [pytest.mark.skipif(sys.platform == "win32", reason="needs fork and signals"),
              pytest.mark.xdist_group("crash")]  # what nothing befalls is run once
MORTAL = Path(__file__).with_name("mortal.py")
NOBODY = 65534
JOBS = ("stamp", "refresh", "apply")
PERIOD, ISSUED_ON = "2026-27 Q3", date(2027, 1, 4)


class Plan(NamedTuple):
    """A small master with issued trackers, and the returns of two leads."""

    master: bytes
    returns: tuple[bytes, ...]

    def lay(self, folder: Path, returns: int = 2) -> Path:
        """Put the master, and so many of the returns, into a new folder."""
        (folder / "in").mkdir(parents=True)
        (folder / "plan.xlsx").write_bytes(self.master)
        for number, content in enumerate(self.returns[:returns]):
            (folder / "in" / f"return{number}.xlsx").write_bytes(content)
        return folder


@pytest.fixture(scope="session")
def plan(small_plan: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("crash")
    rows = small_plan()
    leads = [table for table in rows if table.name == "Leads"]
    rows[leads[0]].append({"code": "TWO", "title": "Second lead"})
    [activities] = [table for table in rows if table.name == "Plan"]
    rows[activities][1]["lead"] = "Second lead"
    build_master(folder / "plan.xlsx", rows, {"plan_id": "x"})
    made = issue(folder / "plan.xlsx", folder / "out", period=PERIOD, today=ISSUED_ON)
    for number, tracker in enumerate(made.trackers):
        book: Any = openpyxl.load_workbook(tracker.path)
        cells = list(book["Activities"][book["Activities"].tables["Plan"].ref])
        headers = [cell.value for cell in cells[0]]
        for header, value in (("% complete", 0.6 + number / 10), ("Lead status", "On track"), ("Progress", f"from {number}")):
            cells[1][headers.index(header)].value = value
        book.save(tracker.path)
    assert len(made.trackers) == 2
    return Plan((folder / "plan.xlsx").read_bytes(), tuple(tracker.path.read_bytes() for tracker in made.trackers))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user can get at, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def run(*fates: dict[str, Any], inside: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    command = [*inside, sys.executable, "-B", str(MORTAL)]
    done = subprocess.run(command, input=json.dumps(fates), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    ends: list[dict[str, Any]] = json.loads(done.stdout)
    assert not [end for end in ends if "failed" in end], ends
    return ends


def files(folder: Path) -> set[str]:
    """All files of a folder but the returns."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.parent.name != "in"}


class Whole(NamedTuple):
    """The master that a job makes that nothing befalls, and how many events on the disk that takes."""

    master: bytes
    events: int


@pytest.fixture(scope="module")
def whole(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Whole]:
    """What becomes of each job that nothing befalls."""
    folders = [plan.lay(tmp_path_factory.mktemp("whole") / job) for job in JOBS]
    ends = run(*({"job": job, "folder": str(folder)} for job, folder in zip(JOBS, folders, strict=True)))
    assert not [end for end in ends if "refused" in end or end["signal"]]
    made = {job: Whole((folder / "plan.xlsx").read_bytes(), end["events"])
            for job, folder, end in zip(JOBS, folders, ends, strict=True)}
    assert plan.master not in {one.master for one in made.values()}
    return made


@pytest.mark.parametrize("job", JOBS)
def test_killed_at_any_point_it_is_the_old_one_or_the_new_one(
        job: str, plan: Plan, whole: dict[str, Whole], tmp_path: Path) -> None:
    new, events = whole[job]
    folders = [plan.lay(tmp_path / f"{number}") for number in range(1, events + 1)]
    ends = run(*({"job": job, "folder": str(folder), "dies": number} for number, folder in enumerate(folders, 1)))
    assert [end["signal"] for end in ends] == [signal.SIGKILL] * events and events > 20
    found = [(folder / "plan.xlsx").read_bytes() for folder in folders]
    assert set(found) == {plan.master, new}
    assert any("tmp" in name for folder in folders for name in files(folder))  # that is, it was killed in the midst
    for folder in folders:
        for backup in (folder / "plan backups").glob("*.xlsx"):
            assert backup.read_bytes() == plan.master
    again = run(*({"job": job, "folder": str(folder)} for folder in folders))
    assert not [end for end in again if "refused" in end or end["signal"]]
    for folder, before in zip(folders, found, strict=True):
        assert {name for name in files(folder) if not name.startswith("plan backups/plan 2")} == {"plan.xlsx"}
        if job != "apply" or before == plan.master:  # else it has been done twice
            assert (folder / "plan.xlsx").read_bytes() == new


@pytest.mark.parametrize("job", JOBS)
def test_killed_in_the_midst_of_a_write(job: str, plan: Plan, whole: dict[str, Whole], tmp_path: Path) -> None:
    new = whole[job].master
    rooms = [0, 1, 1000, len(new) // 2, len(new) - 1]
    folders = [plan.lay(tmp_path / str(room)) for room in rooms]
    ends = run(*({"job": job, "folder": str(folder), "room": room, "fatal": True}
                 for room, folder in zip(rooms, folders, strict=True)))
    assert [end["signal"] for end in ends] == [signal.SIGXFSZ] * len(rooms)
    assert {(folder / "plan.xlsx").read_bytes() for folder in folders} == {plan.master}
    again = run(*({"job": job, "folder": str(folder)} for folder in folders))
    assert not [end for end in again if "refused" in end]
    assert {(folder / "plan.xlsx").read_bytes() for folder in folders} == {new}
    assert not any("tmp" in name for folder in folders for name in files(folder))


@pytest.mark.parametrize("job", JOBS)
def test_a_write_that_fails_leaves_all_as_it_was(job: str, plan: Plan, whole: dict[str, Whole], tmp_path: Path) -> None:
    new = whole[job].master
    rooms = sorted({*range(0, len(new), len(new) // 12), len(new) - 1})
    folders = [plan.lay(tmp_path / str(room)) for room in rooms]
    ends = run(*({"job": job, "folder": str(folder), "room": room} for room, folder in zip(rooms, folders, strict=True)))
    for end, folder in zip(ends, folders, strict=True):
        assert "no room for it on the disk. Free some space" in end["refused"]
        assert (folder / "plan.xlsx").read_bytes() == plan.master and files(folder) == {"plan.xlsx"}


def in_small_disk(folder: Path, kilobytes: int) -> tuple[str, ...]:
    """The start of a command line that runs a program with a real disk of that size at ``folder``."""
    shell = f'mount -t tmpfs -o size={kilobytes}k,mode=777 none "{folder}" && cp -r "{folder}.from/." "{folder}" && "$@"; '
    shell += f'code=$?; cp -r "{folder}/." "{folder}.to"; exit $code'
    return ("unshare", "--mount", "--map-root-user", "sh", "-c", shell, "sh")


def can_mount() -> bool:
    try:
        return not subprocess.run(["unshare", "--mount", "--map-root-user", "mount", "-t", "tmpfs", "none", "/mnt"],
                                  capture_output=True).returncode
    except OSError:
        return False


@pytest.mark.skipif(not can_mount(), reason="this system lets no test mount a disk")
def test_a_full_disk(plan: Plan, tmp_path: Path) -> None:
    refused = 0
    least = sum(map(len, (plan.master, *plan.returns))) // 1024 + 12
    for more in range(0, 250, 40):
        disk = tmp_path / f"disk{more}"
        plan.lay(Path(f"{disk}.from"))
        disk.mkdir()
        [end] = run({"job": "apply", "folder": str(disk)}, inside=in_small_disk(disk, least + more))
        left = Path(f"{disk}.to")
        if "refused" in end:
            refused += 1
            assert "no room for it on the disk" in end["refused"]
            assert (left / "plan.xlsx").read_bytes() == plan.master and files(left) == {"plan.xlsx"}
    assert refused and "refused" not in end and len(ClosedBook(left / "plan.xlsx").read(STAMPS)) == 300


@pytest.mark.parametrize(("what", "mode", "says"), [
    ("plan.xlsx", 0o444, "it may only be read. Switch that off"), (".", 0o555, "if it or its folder may only be read, take"),
])
def test_what_may_only_be_read(what: str, mode: int, says: str, plan: Plan, open_folder: Path) -> None:
    folder = plan.lay(open_folder / "work")
    folder.chmod(0o777)
    (folder / what).chmod(mode)
    for end in run(*({"job": job, "folder": str(folder), "uid": NOBODY} for job in JOBS)):
        assert says in end["refused"]
    folder.chmod(0o777)
    assert (folder / "plan.xlsx").read_bytes() == plan.master and files(folder) == {"plan.xlsx"}


def test_doctor_tells_what_may_only_be_read(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    master = plan.lay(tmp_path / "work") / "plan.xlsx"
    monkeypatch.setattr(os, "access", lambda *_: False)  # which root never sees
    told = [finding.message for finding in doctor(master).findings if finding.code == "D41"]
    assert [message.split(":")[1].split(".")[0] for message in told] == [" its folder may only be read", " it may only be read"]


def test_the_owner_and_the_rights_stay(plan: Plan, open_folder: Path) -> None:
    folder = plan.lay(open_folder / "work")
    master = folder / "plan.xlsx"
    master.chmod(0o640)
    if os.getuid() == 0:
        os.chown(master, NOBODY, NOBODY)
    before = master.stat()
    run({"job": "stamp", "folder": str(folder)})
    after = master.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)
    assert after.st_ino != before.st_ino and after.st_mtime_ns > before.st_mtime_ns


def test_several_at_once_wait_for_each_other(plan: Plan, tmp_path: Path) -> None:
    """Each stamps another return, or refreshes; what each did is there at the end."""
    folder = plan.lay(tmp_path / "work", returns=0)
    fates = []
    for number, content in enumerate(plan.returns):
        mine = tmp_path / f"lead{number}"
        (mine / "in").mkdir(parents=True)
        (mine / "in" / f"return{number}.xlsx").write_bytes(content)
        (mine / "plan.xlsx").symlink_to(folder / "plan.xlsx")  # by whatever path they come to it
        fates += [{"job": "stamp", "folder": str(mine)}] * 2
    fates += [{"job": "refresh", "folder": str(folder)}] * 4
    ends = run(*({**fate, "until": str(tmp_path / "go")} for fate in fates))
    assert not [end for end in ends if "refused" in end or end["signal"]]
    book = ClosedBook(folder / "plan.xlsx")
    assert sorted(str(row["progress"]) for row in book.read(UPDATES)) == ["from 0", "from 1"]
    assert [row.no for row in book.read(STAMPS)] == list(range(1, len(book.read(STAMPS)) + 1))
    assert {name for name in files(folder) if not name.startswith("plan backups/plan 2")} == {"plan.xlsx"}


def test_a_run_that_waits_too_long_says_so(plan: Plan, tmp_path: Path) -> None:
    book = ClosedBook(plan.lay(tmp_path / "work") / "plan.xlsx")
    with book.locked(), pytest.raises(Refused, match="another run of sendxl"), book.locked(timeout=0.2):
        pass


def test_temporaries_of_another_file_are_left_alone(plan: Plan, tmp_path: Path) -> None:
    """Another master in the folder may be being written just now."""
    folder = plan.lay(tmp_path / "work")
    other = folder / "other.xlsx"
    shutil.copyfile(folder / "plan.xlsx", other)
    [end] = run({"job": "apply", "folder": str(folder), "room": 1000, "fatal": True})
    assert end["signal"]
    [left] = folder.glob("~sendxl-*.tmp")
    with ClosedBook(other).locked():
        assert left.exists()
    with ClosedBook(folder / "plan.xlsx").locked():
        assert not left.exists()
