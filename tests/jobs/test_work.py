"""How much is done to read a plan, counted: rows parsed and cells typed, so that no later change makes large plans slow."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.closed.sheet_store import SheetStore
from sendxl.errors import FileUnreadable
from sendxl.figures import totals
from sendxl.jobs.chase import chase
from sendxl.jobs.doctor import doctor
from sendxl.jobs.history import history
from sendxl.jobs.refresh import refresh
from sendxl.jobs.show import show
from sendxl.plan import values
from sendxl.plan.master import HELD, LEADS, MEASURES, PERIODS, PLAN, STAMPS
from sendxl.plan.rows import Store
from sendxl.plan.schema import Breach, Column
from sendxl.plan.summary import folded
from sendxl.plan.values import Cell, Stored, Value
from sendxl.xlsx.edit import splice
from sendxl.xlsx.edit.write import Write, after_address, render
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read import pattern
from sendxl.xlsx.read.workbook import Workbook
from tests.books.test_closed import rows_added

TODAY = date(2027, 1, 10)
OWN = 3  # cells of a row that are like no other: its Ref in two tables, and the Activity ref of its measure
PARSED = {doctor: 2, show: 1, refresh: 4}  # rows of an activity and its measure, each once; two of Periods, once written
ASKED = {doctor: 30, show: 10, refresh: 50}  # cells asked for one by one, of the 65 that the two rows have


def master(path: Path, activities: int) -> None:
    """Activities that differ in their refs alone, with a measure each."""
    refs = [f"PI-{n:04}" for n in range(1, activities + 1)]
    build_master(path, {
        PLAN: [{"ref": ref, "theme": "Early help", "activity": "Widen the offer", "lead": "Inclusion Manager",
                "starts": date(2026, 4, 1), "due": date(2027, 3, 31), "percent_complete": 0.45, "lead_status": "On track"}
               for ref in refs],
        MEASURES: [{"ref": f"{ref}.M1", "activity_ref": ref, "measure": "Places", "kind": "Number", "better": "Higher",
                    "baseline": 10, "baseline_on": date(2026, 4, 1), "target": 40, "target_on": date(2027, 3, 31), "actual": 20,
                    "actual_on": date(2026, 12, 31)} for ref in refs],
        LEADS: [{"code": "INC", "title": "Inclusion Manager"}],
    }, {"plan_title": "Plan", "plan_id": "p-1", "plan_starts": date(2026, 4, 1), "reporting_period": "2026-27 Q3"})


def work(job: Callable[[], object], patch: pytest.MonkeyPatch) -> Counter[str]:
    """What a job does."""
    done: Counter[str] = Counter()
    read, kept, fetch, held, cells = values.read, pattern.kept, SheetStore.fetch, Store.held, pattern.cells
    judge = Column.judge

    def typed(column: Column, stored: Stored, kind: object = None) -> Cell:
        done["typed"] += 1
        return read(column, stored, kind)

    def parsed(content: bytes, *rest: Any) -> pattern.Kept:
        done["parsed"] += b">PI-" in content
        return kept(content, *rest)

    def fetched(store: SheetStore, index: int, key: str) -> Stored:
        done["fetched"] += 1
        return fetch(store, index, key)

    def asked(store: Store, index: int, key: str) -> Value | Cell:
        done["asked"] += 1
        return held(store, index, key)

    def compared(value: Value) -> str:
        done["compared"] += 1
        return folded(value)

    def judged(column: Column, *of: Any) -> Breach | None:
        done["judged"] += 1
        return judge(column, *of)

    def searched(content: bytes, number: int) -> pattern.Cells:
        done["searched"] += 1
        return cells(content, number)

    with patch.context() as counted:
        counted.setattr(pattern, "cells", searched)
        counted.setattr(totals, "folded", compared)
        counted.setattr(Column, "judge", judged)
        counted.setattr(Store, "held", asked)
        counted.setattr(values, "read", typed)
        counted.setattr(pattern, "kept", parsed)
        counted.setattr(SheetStore, "fetch", fetched)
        job()
    return done


def each_more(job: Callable[[Path], object], make: Callable[[Path, int], None], folder: Path,
              patch: pytest.MonkeyPatch) -> Mapping[str, float]:
    """What each more of what is made adds to the work of a job."""
    few, many = folder / "few.xlsx", folder / "many.xlsx"
    make(few, 40)
    make(many, 140)
    some, more = (work(partial(job, path), patch) for path in (few, many))
    return {what: (more[what] - some[what]) / 100 for what in more}


@pytest.mark.parametrize("job", [doctor, refresh, show], ids=lambda job: str(job.__name__))
def test_a_row_more_is_no_more_work_than_the_cells_that_are_its_own(
    job: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = each_more(lambda path: job(path, today=TODAY), master, tmp_path, monkeypatch)
    assert added["typed"] <= OWN and added["fetched"] <= OWN and added["parsed"] <= PARSED[job], added
    assert added["asked"] <= ASKED[job] and not added.get("searched"), added
    assert added.get("judged", 0) <= 1, added  # whether a number that is filled needs its Out of
    assert added.get("compared", 0) <= OWN, added  # of words that are alike one


def test_what_is_written_alike_into_many_cells_is_formed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No Write is made for each cell of rows that are added, nor is each told apart."""
    formed, path = Counter[str](), tmp_path / "plan.xlsx"

    def formed_anew(write: Write, *rest: Any) -> str:
        formed["cells"] += 1
        return after_address(write, *rest)

    def made(write: Write, *values: Any, **more: Any) -> None:
        formed["writes"] += 1
        init(write, *values, **more)

    init = Write.__init__
    master(path, 200)
    with monkeypatch.context() as counted:
        counted.setattr(splice, "after_address", formed_anew)
        counted.setattr(Write, "__init__", made)
        done = refresh(path, today=TODAY)
    assert done.changed > 200 * 30
    assert 0 < formed["cells"] < done.changed / 3  # what differs from row to row are refs
    assert formed["writes"] - formed["cells"] < 200 * 13  # those of cells that were there


def test_refresh_forms_just_the_cells_that_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And unpacks a sheet to read it, to change it, and to hold what it was against what it is."""
    path, formed, unpacked = tmp_path / "plan.xlsx", Counter[str](), Counter[str]()
    form, alike, chunks = render, splice._Splicer._rest, Package.chunks

    def formed_anew(write: Write, *rest: Any) -> str:
        formed["cells"] += 1
        return form(write, *rest)

    def formed_alike(splicer: splice._Splicer, *rest: Any) -> str:
        formed["cells"] += 1
        return alike(splicer, *rest)

    def unpacked_again(package: Package, name: str) -> Iterator[bytes]:
        unpacked[name] += 1
        return chunks(package, name)

    master(path, 100)
    refresh(path, today=TODAY)
    ClosedBook(path, backups=0).apply([SetCells(MEASURES, "actual", {f"PI-{n:04}.M1": 15 for n in range(1, 6)})])
    sheets = {Workbook(Package.open(path)).table(table.name).sheet.part for table in (PLAN, MEASURES, PERIODS)}
    with monkeypatch.context() as counted:
        counted.setattr(splice, "render", formed_anew)
        counted.setattr(splice._Splicer, "_rest", formed_alike)
        counted.setattr(Package, "chunks", unpacked_again)
        done = refresh(path, today=TODAY)
    assert 5 < formed["cells"] <= done.changed < 100
    assert max(unpacked[sheet] for sheet in sheets) == 4, unpacked


def logged(path: Path, rows: int) -> None:
    """A master with so many rows of Stamps and Held, which differ in their number and what is new alone."""
    master(path, 1)
    ClosedBook(path, backups=0).apply([
        AppendRows(STAMPS, [{"batch": "2027-01-15 0930", "kind": "Stamp", "stamped_at": datetime(2027, 1, 15, 9, 30),
                             "table": "Plan", "ref": "PI-0001", "column": "Progress", "new": f"Half built {row}"}
                            for row in range(rows)]),
        AppendRows(HELD, [{"tracker": "T1", "code": "V01", "table": "Plan", "ref": "PI-0001", "column": "Progress",
                           "what_to_do": "Say more"} for _ in range(rows)])])


@pytest.mark.parametrize("job", [history, chase], ids=lambda job: str(job.__name__))
def test_a_row_more_of_what_is_recorded_is_no_more_work_than_what_is_new_in_it(
    job: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = each_more(job, logged, tmp_path, monkeypatch)
    assert added["typed"] <= 3 and added["fetched"] <= 3, added


@pytest.mark.parametrize("job", [doctor, show, refresh, chase], ids=lambda job: str(job.__name__))
def test_a_plan_beyond_its_limit_is_told_before_a_row_of_it_is_parsed(
    job: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.xlsx"
    master(path, 1)
    rows_added(path, PLAN.most)

    def refused() -> None:
        with pytest.raises(FileUnreadable, match=r"plan\.xlsx: it has more rows .*the sheet Plan has over 100,000"):
            job(path)

    assert not work(refused, monkeypatch)["parsed"]
