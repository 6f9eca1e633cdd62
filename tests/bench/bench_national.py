"""How a national picture is made of many masters: memory as their number grows, and two processes beside one.

    python tests/bench/bench_national.py [--masters 150] [--activities 40]

Each master is another plan. Memory is the most that a process of its own took. As other work on the machine takes cores, time
is told by the clock, beside that of two processes that only count, and by the processor: what one process takes, against what
the first of three takes and half of what its two workers take. Not part of the test run.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from bench_returns import counting, seconds  # type: ignore[import-not-found, unused-ignore]

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.export import export
from sendxl.jobs.refresh import refresh
from sendxl.jobs.rollup import rollup
from sendxl.plan.master import LEADS, MEASURES, PLAN, SETTINGS

TODAY = date(2026, 12, 20)
PEAK = """
import resource, sys
from pathlib import Path
from sendxl.jobs.{job} import {job}
{job}(list(map(Path, sys.argv[2:])), Path(sys.argv[1]), jobs=1)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def make_masters(folder: Path, count: int, activities: int) -> list[Path]:
    first = folder / "first.xlsx"
    build_master(first, {}, {"plan_title": "Plan", "plan_id": "P", "plan_starts": date(2026, 4, 1),
                             "reporting_period": "2026-27 Q3", "council": "Council"})
    refs = [f"PI-{n:03}" for n in range(1, activities + 1)]
    ClosedBook(first, backups=0).apply([
        AppendRows(LEADS, [{"code": f"L{n}", "title": f"Lead {n}"} for n in range(12)]),
        AppendRows(PLAN, [
            {"ref": ref, "theme": f"Theme {n % 7}", "activity": "Widen the early help offer & keep it going. " * 2,
             "lead": f"Lead {n % 12}", "starts": date(2026, 4, 1), "due": date(2027, 3, 31), "percent_complete": 0.4,
             "lead_status": "On track", "progress": "Begun in two schools. " * 3} for n, ref in enumerate(refs)]),
        AppendRows(MEASURES, [
            {"ref": f"{ref}.M1", "activity_ref": ref, "measure": "Places", "kind": "Number", "better": "Higher", "baseline": 10,
             "baseline_on": date(2026, 4, 1), "target": 40, "target_on": date(2027, 3, 31), "actual": 20,
             "actual_on": date(2026, 9, 30)} for ref in refs])])
    refresh(first, today=TODAY)
    masters = []
    for number in range(count):
        path = folder / f"{number:03}.xlsx"
        path.write_bytes(first.read_bytes())
        own = {"Plan id": f"P{number}", "Council": f"Council {number}"}
        ClosedBook(path, backups=0).apply([SetCells(SETTINGS, "value", own)])
        masters.append(path)
    return masters


def peak(job: str, out: Path, masters: list[Path]) -> float:
    """The most memory of a process that does a job with the masters, in MB."""
    told = subprocess.run([sys.executable, "-c", PEAK.format(job=job), str(out), *map(str, masters)], check=True,
                          capture_output=True, text=True)
    return int(told.stdout) / 1024


def processor() -> tuple[float, float]:
    """The seconds that this process and its ended children have taken of the processor."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    own, children = (one.ru_utime + one.ru_stime for one in used)
    return own, children


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--masters", type=int, default=150)
    asked.add_argument("--activities", type=int, default=40)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        masters = make_masters(folder, given.masters, given.activities)
        fifth = masters[: max(1, len(masters) // 5)]
        for job, out in (("export", folder / "out"), ("rollup", folder / "National.xlsx")):
            one, some, all_ = (peak(job, out, part) for part in (masters[:1], fifth, masters))
            print(f"{job}: {len(fifth)} masters {some:.0f} MB, {len(masters)} masters {all_:.0f} MB (one: {one:.0f} MB): "
                  f"{all_ / some:.2f} x for {len(masters) / len(fifth):.0f} x as many   aim: below 1.2", flush=True)
        two_count, one_count = counting(2), counting(1)
        for job, work in (("export", lambda jobs: export(masters, folder / "out", jobs=jobs)),
                          ("rollup", lambda jobs: rollup(masters, folder / "National.xlsx", jobs=jobs))):
            took = []
            for jobs in (1, 2):
                before = processor()
                clock = seconds(lambda jobs=jobs, work=work: work(jobs))
                took.append((clock, *(after - since for after, since in zip(processor(), before, strict=True))))
            (one_clock, one_own, _), (two_clock, own, workers) = took
            print(f"{job}: {len(masters)} masters, two processes by the processor {one_own / (own + workers / 2):.2f} x one "
                  f"({one_own:.1f} s; {own:.1f} and {workers:.1f} s)   aim: 1.5; by the clock {one_clock / two_clock:.2f} x, two "
                  f"that only count {2 * one_count / two_count:.2f} x", flush=True)


if __name__ == "__main__":
    main()
