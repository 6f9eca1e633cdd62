"""How fast workbooks are read and changed, as ratios to a named peer and to the floor on the same file in one run.

    python tests/bench/bench.py [--quick | --stamp]

The peers are openpyxl, which loads and saves the same file, and wolfxl, which edits it in place; the floor is
what cannot be left out: inflating, bare expat,
deflating. Each figure is the best of a few runs. ``--quick`` leaves out the largest table. Not part of the test run.
"""

import argparse
import gc
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch
from xml.parsers import expat

import bench_returns  # type: ignore[import-not-found, unused-ignore]
import openpyxl
import wolfxl
from openpyxl.utils import coordinate_to_tuple, get_column_letter

from sendxl.books.book import AppendRows, Edit, SetCells
from sendxl.books.build.master import build_master
from sendxl.books.build.tracker import build_template
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.refresh import refresh
from sendxl.jobs.savings import savings
from sendxl.jobs.stamp import stamp
from sendxl.plan.master import LEADS, MEASURES, PLAN, POOLS, PROFILE, SAVINGS, STAMPS, TRACKERS, UNIT_COSTS
from sendxl.plan.schema import Table
from sendxl.plan.tracker import TRACKER_PLAN
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Fund, SavingType
from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.write import How, Write
from sendxl.xlsx.package.package import RETURN_LIMITS, Package
from sendxl.xlsx.read.reader import SheetReader
from sendxl.xlsx.read.workbook import Workbook

TODAY = date(2027, 1, 10)


def best(work: Callable[[], object], runs: int = 5, before: Callable[[], object] = lambda: None) -> float:
    """Seconds of this process's own work in the quickest run; ``before`` is not counted."""
    times = []
    for _ in range(runs):
        before()
        gc.collect()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def line(what: str, ours: float, other: str, theirs: float, aim: str) -> None:
    print(f"{what:46} {ours:8.3f} s   {ours / theirs:5.2f} x {other} ({theirs:.3f} s)   {aim}")


def master(path: Path, activities: int) -> None:
    """A master with that many activities, each with a measure, and nothing computed yet."""
    numbers = range(1, activities + 1)
    plan: list[dict[str, Value]] = [
        {"ref": f"PI-{n:04}", "theme": f"Theme {n % 7}", "activity": "Widen the offer & keep it going. " * 3,
         "expected_change": "More places nearer home", "rationale": "Because of need. " * 5, "savings_rating": "High",
         "lead": "Inclusion Manager", "starts": date(2026, 4, 1), "due": date(2027, 3, 31), "percent_complete": 0.45,
         "lead_status": "On track", "progress": "Progress made here. " * 4, "next_steps": "Do more", "period": "2026-27 Q2"}
        for n in numbers]
    measures: list[dict[str, Value]] = [
        {"ref": f"PI-{n:04}.M1", "activity_ref": f"PI-{n:04}", "measure": "Places open", "kind": "Number", "better": "Higher",
         "cumulative": "Yes", "unit": "places", "baseline": 10, "baseline_on": date(2026, 4, 1), "target": 40,
         "target_on": date(2027, 3, 31), "actual": 20 + n % 20, "actual_on": date(2026, 12, 31)} for n in numbers]
    rows: dict[Table, Any] = {PLAN: plan, MEASURES: measures, LEADS: [{"code": "INC", "title": "Inclusion Manager"}]}
    build_master(path, rows, {"plan_title": "Plan", "plan_starts": date(2026, 4, 1), "reporting_period": "2026-27 Q3"})


def saving_master(path: Path, activities: int) -> None:
    """A master with that many activities, each with a savings line of three cohorts, a third of the lines from pools."""
    build_master(path, {UNIT_COSTS: [{"code": code, "annual_cost": cost, "qualifier": "approx."} for code, cost in
                                     (("OOC", 54_000), ("SPECIAL", 27_000), ("RP", 18_000))],
                        POOLS: [{"code": f"P{n}", "capacity": 900} for n in range(10)]},
                 {"plan_starts": date(2026, 4, 1), "first_year": "2026-27", "reporting_period": "2026-27 Q3"})
    numbers = range(activities)
    ClosedBook(path, backups=0).apply([
        AppendRows(PLAN, [{"ref": f"PI-{n:05}", "theme": f"Theme {n % 7}", "activity": "Widen the offer",
                           "starts": date(2026, 4, 1), "due": date(2027, 3, 31), "percent_complete": 0.45} for n in numbers]),
        AppendRows(SAVINGS, [{"ref": f"PI-{n:05}.S1", "activity_ref": f"PI-{n:05}", "method": "Placement chain",
                              "chain": "OOC > SPECIAL > RP", "type": list(SavingType)[n % 4], "fund": list(Fund)[n % 5],
                              "pool": f"P{n % 10}" if n % 3 == 0 else None, "claim_order": n % 9 + 1} for n in numbers]),
        AppendRows(PROFILE, [{"ref": f"PI-{n:05}.S1.P{k}", "savings_ref": f"PI-{n:05}.S1", "from": date(2026 + k, 4 + n % 9, 1),
                              "planned_quantity": 1 + n % 4, "in_place": n % 4 if k == 0 else None}
                             for n in numbers for k in range(3)]),
    ])


def bench_savings(folder: Path, *, quick: bool) -> None:
    """Refreshing many savings lines, ten times as many, and simulating their range."""
    path = folder / "savings.xlsx"
    took = refreshed(path, 5_000, 3)
    peer = best(lambda: load_and_save(path), 1)
    line("refresh, 5,000 lines of 15,000 profile rows", took, "openpyxl load + save", peer, "")
    spent = best(lambda: savings(path, draws=10_000, today=TODAY), 1)
    line("range, 5,000 lines x 10,000 draws x 5 years", spent, "that refresh", took, "")
    print(f"most memory so far: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB   aim 2")
    if not quick:
        line("refresh, 50,000 lines of 150,000 profile rows", refreshed(path, 50_000, 1), "a tenth of them", took, "aim 10")


def refreshed(path: Path, lines: int, runs: int) -> float:
    """Seconds to refresh a master of so many savings lines that was never refreshed."""
    made = path.with_name("made.xlsx")
    saving_master(made, lines)
    return best(lambda: refresh(path, today=TODAY), runs, lambda: shutil.copy(made, path))


def load_and_save(path: Path) -> None:
    openpyxl.load_workbook(path).save(path.with_name("saved.xlsx"))


def bench_refresh(folder: Path, activities: int, aim: str) -> None:
    made, path = folder / f"made{activities}.xlsx", folder / f"master{activities}.xlsx"
    master(made, activities)
    runs = 3 if activities > 1000 else 7
    peer = best(lambda: load_and_save(made), runs)
    ours = best(lambda: refresh(path, today=TODAY), runs, lambda: shutil.copy(made, path))
    line(f"refresh, {activities:,} activities, all of it new", ours, "openpyxl load + save", peer, aim)
    peer = best(lambda: load_and_save(path), runs)
    moved = activities // 20 + 1

    def a_few_moved() -> None:
        shutil.copy(made, path)
        refresh(path, today=TODAY)
        ClosedBook(path, backups=0).apply([SetCells(MEASURES, "actual", {f"PI-{n:04}.M1": 15 for n in range(1, moved)})])

    ours = best(lambda: refresh(path, today=TODAY), runs, a_few_moved)
    line(f"refresh, {activities:,} activities, one in twenty moved", ours, "openpyxl load + save", peer, aim and "aim 0.2")


def bench_by_hand(folder: Path) -> None:
    """What the record of changes by hand costs in a refresh of 5,000 activities, of which one in twenty moved."""
    made, path = folder / "made5000.xlsx", folder / "by hand.xlsx"
    shutil.copy(made, path)
    ClosedBook(path, backups=0).apply([AppendRows(TRACKERS, [{"tracker": "T1", "lead": "Inclusion Manager", "state": "Issued"}])])
    refresh(path, today=TODAY)
    ClosedBook(path, backups=0).apply([SetCells(MEASURES, "actual", {f"PI-{n:04}.M1": 15 for n in range(1, 251)})])
    before = path.read_bytes()

    def refreshed() -> None:
        refresh(path, today=TODAY)

    ours = best(refreshed, 3, lambda: path.write_bytes(before))
    with patch("sendxl.jobs.opening.with_record", lambda book, plan, now, edits: edits):
        peer = best(refreshed, 3, lambda: path.write_bytes(before))
    line("refresh, 1 in 20 moved, with the record by hand", ours, "without it", peer, "aim 1.15")


def bench_tracker(folder: Path) -> None:
    path = folder / "tracker.xlsx"
    build_template(path, savings=True)
    texts = {c.key: "Some words about it" for c in TRACKER_PLAN if c.type.name in ("TEXT", "WORDS")}
    ClosedBook(path, backups=0).apply([AppendRows(TRACKER_PLAN, [
        {**texts, "ref": f"PI-{n:02}", "starts": date(2026, 4, 1), "percent_complete": 0.4} for n in range(30)])])
    book: Any = openpyxl.load_workbook(path)
    for row in range(5, 35):
        book["Activities"].cell(row, 30, f"=LEN(C{row})")
    book.save(path)

    def ours() -> None:
        workbook = Workbook(Package.open(path, RETURN_LIMITS))
        for sheet in workbook.sheets:
            for _, cells in SheetReader(workbook, sheet):
                for cell in cells.values():
                    assert cell.style >= 0

    def floor() -> None:
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                if name.endswith((".xml", ".rels")):
                    expat.ParserCreate().Parse(package.read(name), True)

    took = best(ours, 30)
    peer = best(lambda: openpyxl.load_workbook(path), 15)
    line("reading a tracker of 30 rows, every cell", took, "openpyxl load", peer, "aim 0.25")
    line("", took, "inflate + bare expat", best(floor, 30), "aim 4")


def lengthened(path: Path, rows: int) -> None:
    """Make the master's Stamps ``rows`` long by repeating its first row, without a spreadsheet library."""
    ClosedBook(path, backups=0).apply([AppendRows(STAMPS, [
        {"batch": "2027-01-15 0930", "kind": "Stamp", "table": "Plan", "ref": "PI-01", "column": "Progress", "old": "Some words",
         "new": "Other words", "return": "PI-INC 2026-27 Q3.xlsx", "sha_256": "0" * 64, "stamped_by": "someone"}])])
    book = Workbook(Package.open(path))
    table = book.table(STAMPS.name)
    xml = book.package.read(table.sheet.part)
    start, end = xml.index(b'<row r="5"'), xml.index(b"</row>", xml.index(b'<row r="5"')) + 6
    one = xml[start:end].replace(b"<v>1</v>", b"<v>%d</v>", 1)
    template = one.replace(b'r="5"', b'r="%(row)d"').replace(b'5" s=', b'%(row)d" s=').replace(b"<v>%d</v>", b"<v>%(no)d</v>")
    body = b"".join(template % {b"row": n + 4, b"no": n} for n in range(1, rows + 1))
    ref = table.area
    grown = ref._replace(bottom=4 + rows)
    out = path.with_name("long.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == table.sheet.part:
                content = xml[:start] + body + xml[end:]
            elif name == table.part:
                content = content.replace(str(ref).encode(), str(grown).encode())
            new.writestr(name, content)
    out.replace(path)


def bench_append(folder: Path, rows: int) -> None:
    made, path = folder / f"long{rows}.xlsx", folder / "appended.xlsx"
    master(made, 22)
    lengthened(made, rows)
    package = Package.open(made)
    part = Workbook(package).table(STAMPS.name).sheet.part

    def floor() -> None:
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        for piece in package.chunks(part):
            packer.compress(piece)
        packer.flush()

    new = [{"ref": f"PI-{n:02}", "column": "Progress", "new": "Words"} for n in range(20)]
    ours = best(lambda: ClosedBook(path, backups=0).apply([AppendRows(STAMPS, new)]), 3, lambda: shutil.copy(made, path))
    line(f"20 rows added to Stamps of {rows:,}", ours, "inflate + deflate", best(floor, 3), "")
    assert Workbook(Package.open(path)).table(STAMPS.name).last == rows + 24


Load = Callable[[Path], Any]


def modified(path: Path) -> Any:
    return wolfxl.load_workbook(str(path), modify=True)


def bench_one_cell(folder: Path) -> None:
    """A text set in a master of 5,000 activities: found by its reference, and at a place that is known."""
    made, path = folder / "made5000.xlsx", folder / "one.xlsx"
    if not made.exists():
        master(made, 5_000)

    def by_key() -> None:
        ClosedBook(path, backups=0).apply([SetCells(PLAN, "progress", {"PI-2500": "Something new"})])

    def by_place() -> None:
        book = Workbook(Package.open(made))
        editor = Editor(book)
        editor.write(book.sheet("Plan"), 2504, 8, Write(How.SET, "Something new"))
        editor.save(path)

    def theirs(load: Load) -> Callable[[], None]:
        def by_place() -> None:
            book = load(made)
            book["Plan"]["H2504"] = "Something new"
            book.save(str(folder / "theirs.xlsx"))

        return by_place

    def sought() -> None:
        book = modified(made)
        sheet = book["Plan"]
        row = next(row for row in range(5, 5_005) if sheet.cell(row, 1).value == "PI-2500")
        sheet.cell(row, 8).value = "Something new"
        book.save(str(folder / "theirs.xlsx"))

    slow, quick = best(theirs(openpyxl.load_workbook), 2), best(theirs(modified), 7)
    ours, placed = best(by_key, 7, lambda: shutil.copy(made, path)), best(by_place, 7)
    line("one cell of 5,000 rows, by its reference", ours, "openpyxl load + save", slow, "aim 0.1")
    line("", ours, "wolfxl modify, at its place", quick, "")
    line("", ours, "wolfxl modify, by its reference", best(sought, 3), "aim 1.0")
    line("one cell of 5,000 rows, at its place", placed, "openpyxl load + save", slow, "")
    line("", placed, "wolfxl modify, at its place", quick, "")
    subprocess.run([sys.executable, __file__, "--memory", str(made)], check=True)


def measure_memory(made: Path) -> None:
    """In a process of its own, which has made nothing else."""
    path = made.with_name("memory.xlsx")
    shutil.copy(made, path)
    before = most_resident()
    ClosedBook(path, backups=0).apply([SetCells(PLAN, "progress", {"PI-2500": "Something new"})])
    grown = most_resident() - before
    print(f"most memory for that edit, by its reference: {grown:.0f} MB more than before   aim 100", flush=True)


def most_resident() -> float:
    """MB that this process has had in memory at most."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))[0]) / 1e3


def bench_stamp(folder: Path) -> None:
    """500 returns into 5,000 activities and 10,000 measures; the peers make the very same change of cells and rows."""
    bench_returns.ACTIVITIES = 10
    _, returns = bench_returns.make_returns(folder, 500)
    made, path, edits = folder / "master.xlsx", folder / "stamped.xlsx", list[Edit]()
    apply = ClosedBook.apply

    def watched(book: ClosedBook, given: Sequence[Edit], label: str = "") -> None:
        edits[:] = given
        apply(book, given, label)

    with patch.object(ClosedBook, "apply", watched):
        whole = best(lambda: stamp(path, returns, today=bench_returns.TODAY), 1, lambda: shutil.copy(made, path))
    ours = best(lambda: ClosedBook(path, backups=0).apply(edits), 2, lambda: shutil.copy(made, path))
    rows = sum(len(edit.rows) for edit in edits if isinstance(edit, AppendRows))
    cells = sum(len(edit.values) for edit in edits if isinstance(edit, SetCells))
    print(f"500 returns: {cells:,} cells set, {rows:,} rows added", flush=True)
    plain = best(lambda: load_and_save(made), 1)
    slow = best(lambda: changed(openpyxl.load_workbook(made), edits, folder / "theirs.xlsx"), 1)
    quick = best(lambda: changed(modified(made), edits, folder / "theirs.xlsx"), 1)
    line("500 returns, the file work", ours, "openpyxl load + save, nothing changed", plain, "")
    line("", ours, "openpyxl, the same change", slow, "aim 0.4")
    line("", ours, "wolfxl modify, the same change", quick, "")
    line("500 returns, validated and stamped", whole, "openpyxl, the same change", slow, "")


def changed(book: Any, edits: Sequence[Edit], path: Path) -> None:
    """Make edits with openpyxl, or a library with its interface, and save."""
    places: dict[str, dict[Any, int]] = {}
    for edit in edits:
        assert isinstance(edit, SetCells | AppendRows)
        sheet = book[edit.table.title]
        table = sheet.tables[edit.table.name]
        first, last = map(coordinate_to_tuple, table.ref.split(":"))
        (top, left), (bottom, right) = first, last
        columns = {sheet.cell(top, column).value: column for column in range(left, right + 1)}
        if isinstance(edit, SetCells):
            if edit.table.name not in places:
                key = columns[edit.table.key.header]
                places[edit.table.name] = {sheet.cell(row, key).value: row for row in range(top + 1, bottom + 1)}
            for ref, value in edit.values.items():
                row = ref if isinstance(ref, int) else places[edit.table.name][ref]
                sheet.cell(row, columns[edit.table[edit.column].header]).value = value
        else:
            for number, given in enumerate(edit.rows, bottom + 1):
                for column, value in given.items():
                    sheet.cell(number, columns[edit.table[column].header]).value = value
            table.ref = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom + len(edit.rows)}"
    book.save(str(path))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="leave out the largest table")
    options.add_argument("--stamp", action="store_true", help="only one cell and 500 returns")
    options.add_argument("--memory", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    quick = given.quick
    if given.memory:
        measure_memory(given.memory)
        return
    print(f"Python {sys.version.split()[0]}, openpyxl {openpyxl.__version__}, wolfxl {version('wolfxl')}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench_one_cell(folder)
        bench_stamp(folder)
        if given.stamp:
            return
        bench_savings(folder, quick=quick)
        bench_refresh(folder, 22, "aim 0.5")
        bench_refresh(folder, 5_000, "aim 0.3")
        bench_by_hand(folder)
        bench_tracker(folder)
        for rows in (50_000,) if quick else (50_000, 500_000):
            bench_append(folder, rows)


if __name__ == "__main__":
    main()
