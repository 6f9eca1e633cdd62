"""Large plans: what jobs take in time and memory, as ratios to smaller ones, to reading their tables, and to the floor.

    python tests/bench/bench_large.py [--quick]

Each job runs in a process of its own, so that its memory is its own; times are of that process's own work. ``--quick``:
2,000 rows and 1,000 and 10,000 savings lines in place of 20,000, 5,000 and 50,000. Not part of the test run.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from xml.parsers import expat

import bench  # type: ignore[import-not-found, unused-ignore]
import openpyxl

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.paused_gc import paused_gc
from sendxl.jobs.chase import chase
from sendxl.jobs.doctor import doctor
from sendxl.jobs.history import history
from sendxl.jobs.refresh import refresh
from sendxl.jobs.show import show
from sendxl.plan.master import HELD, LEADS, MASTER_TABLES, MEASURES, PLAN, SAVINGS, SETTINGS, STAMPS, TRACKERS, UPDATES, YEARS
from sendxl.plan.schema import Table

TODAY = date(2027, 1, 20)
READ: dict[str, tuple[Table, ...]] = {
    "doctor": MASTER_TABLES, "show": (PLAN, SAVINGS, YEARS), "history": (STAMPS, PLAN),
    "chase": (TRACKERS, HELD, LEADS, PLAN, MEASURES, SAVINGS, STAMPS, UPDATES)}
"""The tables that each job needs."""


def tables(path: Path, read: tuple[Table, ...], *, typed: bool) -> None:
    """Read tables, with ``typed`` every cell of them as its type."""
    with paused_gc():
        book = ClosedBook(path)
        for rows in (book.read(table) for table in read):
            for column in rows.table if typed else ():
                rows.held(column.key)


def floor(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                expat.ParserCreate().Parse(package.read(name), True)


JOBS: dict[str, Callable[[Path], object]] = {
    "doctor": lambda path: doctor(path, today=TODAY), "show": lambda path: show(path, today=TODAY),
    "history": history, "chase": lambda path: chase(path, today=TODAY), "refresh": lambda path: refresh(path, today=TODAY),
    "openpyxl": openpyxl.load_workbook, "floor": floor,
    **{f"read {job}": lambda path, read=read: tables(path, read, typed=False) for job, read in READ.items()},  # type: ignore[misc]
    **{f"typed {job}": lambda path, read=read: tables(path, read, typed=True) for job, read in READ.items()},  # type: ignore[misc]
}


def logged(path: Path, rows: int) -> None:
    """A master of so many activities, as many rows of Stamps and Held, and a tracker that is overdue."""
    bench.master(path, rows)
    refs = [f"PI-{n:04}" for n in range(1, rows + 1)]
    ClosedBook(path, backups=0).apply([
        SetCells(SETTINGS, "value", {"Plan id": "p-1"}),
        AppendRows(TRACKERS, [{"tracker": "T1", "lead": "Inclusion Manager", "period": "2026-27 Q3", "state": "Issued",
                               "issued_on": date(2026, 12, 1), "due_on": date(2027, 1, 5)}]),
        AppendRows(STAMPS, [{"batch": "2027-01-15 0930", "kind": "Stamp", "stamped_at": datetime(2027, 1, 15, 9, 30),
                             "stamped_by": "officer", "table": "Plan", "ref": ref, "column": "Progress", "old": "Some words",
                             "new": f"Progress made at {ref}", "return": "PI-INC.xlsx", "sha_256": "0" * 64} for ref in refs]),
        AppendRows(HELD, [{"tracker": "T1", "code": "V01", "table": "Plan", "ref": ref, "column": "Progress",
                           "what_to_do": "Say more"} for ref in refs])])


def measured(job: str, path: Path) -> tuple[float, float]:
    """Seconds and GB of a job in a process of its own."""
    done = subprocess.run([sys.executable, __file__, "--job", job, str(path)], check=True, capture_output=True, text=True)
    seconds, gigabytes = json.loads(done.stdout.splitlines()[-1])
    return seconds, gigabytes


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="a tenth of the rows")
    options.add_argument("--job", nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.job:
        job, path = given.job
        start = time.process_time()
        JOBS[job](Path(path))
        print(json.dumps([time.process_time() - start, bench.most_resident() / 1e3]))
        return
    rows, lines = (2_000, 1_000) if given.quick else (20_000, 5_000)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "logged.xlsx"
        logged(path, rows)
        peer, least = measured("openpyxl", path)[0], measured("floor", path)[0]
        print(f"{rows:,} activities, measures, rows of Stamps and Held: openpyxl load {peer:.2f} s, floor {least:.2f} s")
        for job in READ:
            (took, gigabytes), (read, _), (typed, _) = (measured(what, path) for what in (job, f"read {job}", f"typed {job}"))
            print(f"{job:10} {took:6.2f} s {gigabytes:5.2f} GB   {took / read:4.2f} x reading its tables (aim 2), "
                  f"{took / typed:4.2f} x with every cell as its type, {took / peer:4.2f} x openpyxl load, "
                  f"{took / least:4.1f} x floor", flush=True)
        took = 0.0
        for count in (lines, lines * 10):
            path = Path(name) / f"lines{count}.xlsx"
            bench.saving_master(path, count)
            before = took
            took, gigabytes = measured("refresh", path)
            ratio = f"{took / before:5.2f} x a tenth of them (aim 10.3)" if before else ""
            print(f"refresh of {count:,} lines {took:6.2f} s {gigabytes:5.2f} GB (aim 1.5)   {ratio}", flush=True)


if __name__ == "__main__":
    main()
