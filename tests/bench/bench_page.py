"""How large the page is, how soon it is ready, and how long it takes, as a ratio to the installed sendxl in the same run.

    PYTHONPATH=. python tests/bench/bench_page.py [--many 300]

Needs chromium, and npm ci in tests/node. The round is 12 returns of the sample plan: validate, stamp, refresh. The many are
distinct returns that are validated. Both sides use one process for the round; of the many the page checks some at a time, as
many as it finds good, and so may the installed one. Not part of the test run.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import bench_returns  # type: ignore[import-not-found, unused-ignore]

from sendxl.jobs.refresh import refresh
from sendxl.jobs.stamp import stamp
from sendxl.jobs.validate import validate
from sendxl.page.build import build
from tests.page import screen as screens
from tests.page.conftest import NOW, TODAY, made_month
from tests.page.screen import Screen, opened
from tests.programs import PYODIDE

WARM = 20_000  # milliseconds that a person takes to choose the returns; the checker is started meanwhile


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def of_round(screen: Screen, folder: Path) -> None:
    """The sample plan's round, in the page and installed."""
    month = made_month(folder / "month")
    screen.choose("plan", month.master)
    screen.choose("folder", month.returns)
    screen.tab.locator("#by").fill("bench")
    screen.tab.wait_for_timeout(WARM)
    page = [seconds(partial(screen.press, action)) for action in ("validate", "stamp", "refresh")]
    installed = [seconds(work) for work in (
        lambda: validate(month.master, [month.returns], today=TODAY, report=folder / "report.xlsx", annotated=folder / "back"),
        lambda: stamp(month.master, [month.returns], today=TODAY, now=NOW, by="bench"),
        lambda: refresh(month.master, now=NOW, by="bench"))]
    for what, ours, theirs in zip(("validate", "stamp", "refresh"), page, installed, strict=True):
        print(f"12 returns, {what}: {ours:.1f} s, {ours / theirs:.1f} times the installed one")


def of_many(screen: Screen, folder: Path, count: int) -> None:
    """Very many returns, validated."""
    (folder / "many").mkdir()
    bench_returns.make_returns(folder / "many", count)
    master, returns = folder / "many" / "master.xlsx", folder / "many" / "returns"
    screen.choose("plan", master)
    with screen.working():
        screen.tab.locator("#clear-returns").click()
    screen.choose("folder", returns)
    page = seconds(lambda: screen.press("validate"))
    one, more = (seconds(partial(validate, master, [returns], today=TODAY, jobs=jobs, report=folder / f"{jobs}.xlsx",
                                 annotated=folder / f"back {jobs}")) for jobs in (1, None))
    print(f"{count} returns, validate: {page:.1f} s, {page / one:.1f} times one process, {page / more:.1f} times as many as pay")


def main() -> None:
    """Print each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=300)
    many = parser.parse_args().many
    screens.LONG = 3_600_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = build(folder / "sendxl.html", pyodide=PYODIDE, say=lambda text: None)
        print(f"size: {page.size / 1e6:.2f} MB")
        begun = time.perf_counter()
        with opened(page.path, folder) as screen:
            print(f"ready: {time.perf_counter() - begun:.1f} s after the browser was started")
            of_round(screen, folder)
            of_many(screen, folder, many)


if __name__ == "__main__":
    main()
