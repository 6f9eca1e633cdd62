"""How fast returns are validated, as ratios to a named peer and to the floor on the same files in one run.

    python tests/bench/bench_returns.py [--returns 500] [--batch 4500]

Distinct returns are made first: a tracker for each of so many leads, with 12 activities and 24 measures, filled with
different answers and some faults. The peer is openpyxl, which only loads the file; the floor is inflating every part and
handing it to a bare expat. As other work on the machine takes cores, two processes are set beside two that only count.
``--batch`` is made of copies under other names. Not part of the test run.
"""

import argparse
import gc
import os
import pickle
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from xml.parsers import expat

import openpyxl

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.issue import issue
from sendxl.plan.master import LEADS, MEASURES, PLAN
from sendxl.plan.tracker import TRACKER_MEASURES, TRACKER_PLAN
from sendxl.returns.batch import validate_batch
from sendxl.returns.register import Register

STARTS, ENDS, TODAY = date(2026, 4, 1), date(2027, 3, 31), date(2026, 12, 20)
ACTIVITIES = 12
WORDS = ("Held", "sessions", "with", "schools;", "the panel", "met", "and agreed", "the next cohort.", "Families", "were told.")
COUNTING = "sum(range(30_000_000))"
CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made:
        print(made.scheduler_address, flush=True)
        sys.stdin.read()
"""


def make_master(path: Path, leads: int) -> None:
    build_master(path, {}, {"plan_title": "Plan", "plan_id": "bench", "plan_starts": STARTS, "reporting_period": "2026-27 Q3"})
    refs = [(f"L{lead:03}-{n:02}", f"Lead {lead:03}") for lead in range(leads) for n in range(1, ACTIVITIES + 1)]
    ClosedBook(path, backups=0).apply([
        AppendRows(LEADS, [{"code": f"L{lead:03}", "title": f"Lead {lead:03}"} for lead in range(leads)]),
        AppendRows(PLAN, [
            {"ref": ref, "theme": "Inclusion", "activity": "Widen the early help offer & keep it going. " * 2,
             "expected_change": "More places nearer home", "lead": lead, "starts": STARTS, "due": ENDS,
             "percent_complete": 0.4, "lead_status": "On track", "progress": "Begun in two schools. " * 3,
             "next_steps": "Do more"} for ref, lead in refs]),
        AppendRows(MEASURES, [
            {"ref": f"{ref}.M{n}", "activity_ref": ref, "measure": "Places in mainstream", "kind": "Number",
             "better": "Higher", "unit": "places", "baseline": 10, "baseline_on": STARTS, "target": 40, "target_on": ENDS,
             "actual": 20, "actual_on": date(2026, 9, 30)} for ref, _ in refs for n in (1, 2)]),
    ])


def answer(path: Path, seed: int) -> None:
    """Fill a tracker as its lead would: four activities of five, one number in thirteen not typed as one."""
    chance, book = random.Random(seed), ClosedBook(path, backups=0)
    told = [row.key for row in book.read(TRACKER_PLAN) if chance.random() < 0.8]
    measures = [row.key for row in book.read(TRACKER_MEASURES) if row.key.rpartition(".")[0] in told]

    def text(length: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(length))

    book.apply([
        SetCells(TRACKER_PLAN, "percent_complete", {ref: round(chance.uniform(0.4, 0.95), 2) for ref in told}),
        SetCells(TRACKER_PLAN, "lead_status", {ref: chance.choice(["On track", "At risk"]) for ref in told}),
        SetCells(TRACKER_PLAN, "progress", {ref: text(30) for ref in told}),
        SetCells(TRACKER_PLAN, "next_steps", {ref: text(12) for ref in told}),
        SetCells(TRACKER_PLAN, "corrective_action", {ref: text(8) for ref in told if chance.random() < 0.7}),
        SetCells(TRACKER_MEASURES, "actual",
                 {ref: "12 approx" if chance.random() < 1 / 13 else chance.randint(20, 40) for ref in measures}),
        SetCells(TRACKER_MEASURES, "actual_on", {ref: date(2026, 12, chance.randint(1, 19)) for ref in measures}),
    ])


def make_returns(folder: Path, count: int) -> tuple[Register, list[Path]]:
    make_master(folder / "master.xlsx", count)
    trackers = issue(folder / "master.xlsx", folder / "returns", period="2026-27 Q3", today=date(2026, 11, 24)).trackers
    for number, tracker in enumerate(trackers):
        answer(tracker.path, number)
    return Register.of(ClosedBook(folder / "master.xlsx")), [tracker.path for tracker in trackers]


def floor(paths: Sequence[Path]) -> None:
    for path in paths:
        inflate_and_parse(path)


def inflate_and_parse(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            content = package.read(name)
            if name.endswith((".xml", ".rels")):
                expat.ParserCreate().Parse(content, True)


def seconds(work: Callable[[], object], runs: int = 1, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds of the quickest run."""
    times = []
    for _ in range(runs):
        gc.collect()
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)


def counting(processes: int) -> float:
    def count() -> None:
        for started in [subprocess.Popen([sys.executable, "-c", COUNTING]) for _ in range(processes)]:
            started.wait()

    return seconds(count)


def line(what: str, ours: float, other: str, theirs: float, aim: str, *, times: bool = True) -> None:
    ratio = f"{ours / theirs:5.2f} x {other}" if times else f"{theirs / ours:5.2f} x as fast as {other}"
    print(f"{what:38} {ours * 1e3:8.1f} ms  {ratio} ({theirs * 1e3:.1f} ms)   {aim}", flush=True)


def in_turn(*works: Callable[[], object], runs: int = 5) -> list[float]:
    """Seconds of this process's own work in the quickest run of each, one after the other in every round.

    So what else the machine does weighs on all alike, if at all.
    """
    rounds = [[seconds(work, clock=time.process_time) for work in works] for _ in range(runs)]
    return [min(times) for times in zip(*rounds, strict=True)]


def bench_one(register: Register, paths: Sequence[Path]) -> None:
    """All rules in one process."""
    count, sample = len(paths), paths[:: max(1, len(paths) // 30)]
    ours, bare, peer = in_turn(lambda: validate_batch(paths, register, TODAY), lambda: floor(paths),
                               lambda: [openpyxl.load_workbook(path) for path in sample])
    ours, bare, peer = ours / count, bare / count, peer / len(sample)
    line("a return, every rule", ours, "openpyxl load", peer, "aim 0.25")
    line("", ours, "inflate + bare expat", bare, "aim 6, later 4")


def bench_two(register: Register, paths: Sequence[Path]) -> None:
    one = seconds(lambda: validate_batch(paths, register, TODAY), 3) / len(paths)
    two = seconds(lambda: validate_batch(paths, register, TODAY, jobs=2), 3) / len(paths)
    line("a return, two processes", two, "one", one, "aim 1.6", times=False)
    line("", counting(2) / 2, "one, when both only count", counting(1), "what the machine has to give", times=False)
    with cluster() as address:
        there = seconds(lambda: validate_batch(paths, register, TODAY, cluster=address)) / len(paths)
    line("a return, Dask with two processes", there, "one", one, "", times=False)


@contextmanager
def cluster() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "cluster.py"
        script.write_text(CLUSTER)
        with subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            yield process.stdout.readline().strip()
            process.communicate("")


def bench_memory(folder: Path, register: Register, paths: Sequence[Path], count: int) -> None:
    """In a process of its own, which holds nothing else."""
    many = folder / "many"
    many.mkdir()
    for number in range(count):
        path = paths[number % len(paths)]
        os.link(path, many / f"{number:05} {path.name}")
    (folder / "register").write_bytes(pickle.dumps(register))
    subprocess.run([sys.executable, __file__, "--memory", str(folder)], check=True)


def resident() -> float:
    """MB that this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure_memory(folder: Path) -> None:
    register: Register = pickle.loads((folder / "register").read_bytes())
    paths = sorted((folder / "many").iterdir())
    gc.collect()
    before, most = resident(), 0.0

    def progress(done: int, total: int) -> None:
        nonlocal most
        most = max(most, resident())

    start = time.perf_counter()
    returns = validate_batch(paths, register, TODAY, progress, jobs=2)
    took, checked, after = time.perf_counter() - start, most, resident()
    print(f"{len(returns):,} returns, two processes: {took:.0f} s, {len(returns) / took:.0f}/s; the parent grew by "
          f"{checked - before:.0f} MB, compared {after - before:.0f} MB   aim 60")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--returns", type=int, default=500)
    options.add_argument("--batch", type=int, default=4_500)
    options.add_argument("--memory", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--keep", type=Path, help="make the returns here, or use those made here before")
    given = options.parse_args()
    if given.memory:
        measure_memory(given.memory)
        return
    print(f"Python {sys.version.split()[0]}, openpyxl {openpyxl.__version__}, {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.keep and given.keep.exists():
            shutil.copytree(given.keep, folder, dirs_exist_ok=True)
            register, paths = Register.of(ClosedBook(folder / "master.xlsx")), sorted((folder / "returns").iterdir())
        else:
            took = time.perf_counter()
            register, paths = make_returns(folder, given.returns)
            print(f"{len(paths)} returns made in {time.perf_counter() - took:.0f} s", flush=True)
            if given.keep:
                shutil.copytree(folder, given.keep)
        bench_one(register, paths)
        bench_two(register, paths)
        bench_memory(folder, register, paths, given.batch)


if __name__ == "__main__":
    main()
