"""Runs jobs in children of its own, each with what is to befall it, and tells what became of them. Run as a program.

Reads from its input, as JSON, a list of what to run (``Fate``), and writes to its output how each ended.
"""

import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Refused, Unusable
from sendxl.jobs.refresh import refresh
from sendxl.jobs.stamp import stamp
from sendxl.plan.master import PLAN, STAMPS

TODAY, NOW = date(2027, 1, 11), datetime(2027, 1, 11, 9, 30)
WATCHED = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.utime", "shutil.copystat")


@dataclass
class Fate:
    """A job to be run in ``folder``, and what befalls it.

    ``dies``: the number of the event on the disk before which the process is killed. ``room``: bytes that a file may
    have; ``fatal``: whether one more kills, or only fails. ``uid``: the user to become. ``until``: wait for this file.
    """

    job: str
    folder: str
    dies: int = 0
    room: int = -1
    fatal: bool = False
    uid: int = 0
    until: str = ""


def apply(master: Path) -> None:
    """Edits of some tables, with the lock, as a job makes them."""
    book = ClosedBook(master, backups=2)
    with book.locked():
        book.apply([SetCells(PLAN, "progress", {"PI-01": "x" * 500}), AppendRows(STAMPS, [{"ref": f"r{n}"} for n in range(300)])])


JOBS: dict[str, Callable[[Path], object]] = {
    "stamp": lambda master: stamp(master, [master.parent / "in"], today=TODAY, now=NOW, by="kim"),
    "refresh": lambda master: refresh(master, today=TODAY),
    "apply": apply,
}


class Events:
    """Counts what happens on the disk in a folder, and kills the process before the event whose number is given."""

    def __init__(self, folder: str, dies: int) -> None:
        self.folder, self.dies, self.count = folder, dies, 0
        flush = os.fsync

        def flushed(handle: int) -> None:
            self.happens()
            flush(handle)

        os.fsync = flushed  # type: ignore[assignment]
        sys.addaudithook(self.hear)

    def hear(self, event: str, given: tuple[Any, ...]) -> None:
        if event in WATCHED and any(isinstance(one, (str, Path)) and str(one).startswith(self.folder) for one in given):
            self.happens()

    def happens(self) -> None:
        self.count += 1
        if self.count == self.dies:
            os.kill(os.getpid(), signal.SIGKILL)


def live(fate: Fate) -> dict[str, Any]:
    """What became of the job: how many events there were, and what it was refused with."""
    if fate.uid and os.getuid() == 0:
        os.setgroups([])
        os.setgid(fate.uid)
        os.setuid(fate.uid)
    events = Events(fate.folder, fate.dies)
    if fate.room >= 0:
        if fate.fatal:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (fate.room, fate.room))
    while fate.until and not Path(fate.until).exists():
        pass
    try:
        JOBS[fate.job](Path(fate.folder) / "plan.xlsx")
    except (Refused, Unusable) as error:
        return {"events": events.count, "refused": str(error)}
    return {"events": events.count}


def start(fate: Fate) -> tuple[int, int]:
    """A child with that fate: its process number, and where to read how it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    with suppress(BaseException):
        os.close(reading)
        try:
            told = live(fate)
        except BaseException as error:
            told = {"failed": repr(error)}
        os.write(writing, json.dumps(told).encode())
    os._exit(0)


def end(child: int, reading: int) -> dict[str, Any]:
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, **(json.loads(told) if told else {})}


def warm(fate: Fate) -> None:
    """Do the job once on a copy, so that everything it needs is loaded."""
    with TemporaryDirectory() as folder:
        copy = shutil.copytree(fate.folder, Path(folder) / "copy")
        copy.chmod(0o777)
        (copy / "plan.xlsx").chmod(0o666)
        JOBS[fate.job](copy / "plan.xlsx")


def main() -> None:
    fates = [Fate(**given) for given in json.load(sys.stdin)]
    for number, fate in enumerate(fates):
        # Who has become another user perhaps may not read what is imported late; of several each would import it anew.
        if fate.uid or (number == 0 and len(fates) > 2):
            warm(fate)
    together = [start(fate) for fate in fates if fate.until]
    for path in {fate.until for fate in fates if fate.until}:
        Path(path).touch()
    ends = [end(*child) for child in together]
    json.dump(ends or [end(*start(fate)) for fate in fates], sys.stdout)


if __name__ == "__main__":
    main()
