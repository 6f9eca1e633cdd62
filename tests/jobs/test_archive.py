"""archive: closed years go to a workbook beside the master, nothing is lost on the way, and nothing is missed afterwards."""

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Refused, Unusable
from sendxl.jobs.archive import Archived, archive, archived
from sendxl.jobs.issue import issue
from sendxl.jobs.refresh import refresh
from sendxl.plan import values
from sendxl.plan.master import HELD, MEASURES, PLAN, READINGS, SETTINGS, STAMPS, TRACKERS, UPDATES
from sendxl.plan.periods import parse_period
from sendxl.plan.schema import Column, Table
from sendxl.plan.values import Cell, Stored, Value
from sendxl.returns.batch import validate_batch
from sendxl.returns.register import Register
from sendxl.xlsx.package import xml

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
Plan = Callable[..., dict[Any, list[dict[str, Value]]]]
OPEN, CLOSED, LEAD = "2026-27 Q3", "2026-27 Q1", "Inclusion Manager"
QUARTERS = [f"{year} Q{quarter}" for year in ("2024-25", "2025-26", "2026-27") for quarter in (1, 2, 3, 4)][:10]
HISTORY = (UPDATES, READINGS, STAMPS)
Numbers = dict[str, set[int]]


def update(at: int, ref: str) -> dict[str, Value]:
    """What was reported of an activity in a quarter. Of PI-02 a new finish was given only long ago, twice."""
    finish = date(2027, 2, 1) + timedelta(days=30 * at) if ref != "PI-02" or at in (0, 2) else None
    return {"percent_complete": at / 20, "lead_status": "On track", "progress": f"=step {at} of {ref}", "forecast_finish": finish,
            "next_steps": "007" if at == 3 else None}


def reading(at: int, ref: str) -> dict[str, Value]:
    """What was reported of a measure in a quarter: of PI-03.M1 nothing since the third."""
    actual = at * 4 if ref != "PI-03.M1" or at < 3 else None
    return {"actual": actual, "actual_on": parse_period(QUARTERS[at]).last, "note": "1/2"}


def rows_of(at: int, refs: list[str]) -> dict[Table, list[dict[str, Value]]]:
    """What stamping adds in a quarter."""
    last = parse_period(QUARTERS[at]).last
    stamped: dict[str, Value] = {"batch": f"{last:%Y%m%d}-090000", "stamped_at": datetime(last.year, last.month, last.day, 9)}
    logged = {**stamped, "period": QUARTERS[at], "tracker": f"T{at}", "return": f"back {at}.xlsx · {at:012d}"}
    cells: list[dict[str, Value]] = [
        {**stamped, "kind": "stamp", "stamped_by": "kim", "table": "Plan", "ref": ref, "column": PLAN[key].header,
         "old": update(at - 1, ref)[key], "new": value, "return": f"back {at}.xlsx", "sha_256": f"{at:012d}{0:052d}"}
        for ref in refs for key, value in update(at, ref).items()]
    return {UPDATES: [{**logged, "ref": ref, **update(at, ref)} for ref in refs],
            READINGS: [{**logged, "ref": f"{ref}.M1", **reading(at, f"{ref}.M1")} for ref in refs], STAMPS: cells}


@pytest.fixture(scope="module")
def three_years(tmp_path_factory: pytest.TempPathFactory, small_plan: Plan) -> Path:
    """A master with ten quarters stamped, closed through the first of the third year."""
    path = tmp_path_factory.mktemp("years") / "plan.xlsx"
    plan = small_plan()
    for row in plan[MEASURES]:
        row["cumulative"] = "Yes"
    refs = [str(row["ref"]) for row in plan[PLAN]]
    build_master(path, plan, {"plan_title": "The plan", "plan_id": "p-1", "reporting_period": OPEN, "closed_through": CLOSED})
    book = ClosedBook(path, backups=0)
    added: dict[Table, list[dict[str, Value]]] = {TRACKERS: [
        {"tracker": f"T{at}", "lead": LEAD, "period": label, "state": "Stamped", "return": f"back {at}.xlsx · {at:012d}"}
        for at, label in enumerate(QUARTERS)]}
    for at in range(len(QUARTERS)):
        for table, rows in rows_of(at, refs).items():
            added.setdefault(table, []).extend(rows)
    book.apply([AppendRows(table, rows) for table, rows in added.items()])
    return path


@pytest.fixture
def master(three_years: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(three_years, tmp_path / "plan.xlsx"))


def beside(master: Path) -> Path:
    return master.with_name("plan archive.xlsx")


def contents(master: Path) -> dict[str, dict[int, dict[str, Value]]]:
    """All rows of the three tables, by number."""
    book = ClosedBook(master)
    return {table.name: {int(row.key): row.values() for row in book.each(table)} for table in HISTORY}


def together(master: Path) -> tuple[dict[str, dict[int, dict[str, Value]]], Numbers]:
    """What master and archive hold together, and the numbers that stand in both."""
    here, there = contents(master), contents(beside(master))
    return ({name: {**rows, **here[name]} for name, rows in there.items()},
            {name: rows.keys() & here[name].keys() for name, rows in there.items()})


def years(master: Path, table: Table) -> set[str]:
    key, digits = ("stamped_at", 4) if table is STAMPS else ("period", 7)
    return {str(row[key])[:digits] for row in ClosedBook(master).read(table)}


def test_closed_years_go_and_nothing_is_lost(master: Path) -> None:
    before = contents(master)
    done = archive(master)
    assert (done.through, done.archive, done.written, done.already) == ("2025-26", beside(master), True, 0)
    assert together(master) == (before, {table.name: set() for table in HISTORY})
    there = contents(beside(master))
    assert done.moved == {name: len(rows) for name, rows in there.items()}
    assert all(number > 10 for number in done.moved.values())
    assert years(beside(master), STAMPS) == {"2024", "2025", "2026"}  # the last on 31 Mar 2026
    assert max(row.stamped_at or datetime.max for row in ClosedBook(beside(master)).read(STAMPS)) < datetime(2026, 4, 1)
    assert [row.no for row in ClosedBook(master).read(STAMPS)] == sorted(before["Stamps"].keys() - there["Stamps"].keys())


def test_numbers_go_on_and_a_second_run_adds_to_the_archive(master: Path) -> None:
    before = contents(master)
    first = archive(master, through="2024-25")
    assert (first.through, archive(master, through="2024-25").moved) == ("2024-25", {"Updates": 0, "Readings": 0, "Stamps": 0})
    ClosedBook(master).apply([AppendRows(STAMPS, [{"batch": "new", "kind": "stamp", "stamped_at": datetime(2026, 12, 1)}])])
    added = max(contents(master)["Stamps"])
    assert added == max(before["Stamps"]) + 1
    second = archive(master)
    assert second.already == 0 and second.moved["Stamps"] > 0
    whole, twice = together(master)
    assert whole["Stamps"].pop(added)["batch"] == "new"
    assert (whole, twice) == (before, {table.name: set() for table in HISTORY})
    order = [row.no or 0 for row in ClosedBook(beside(master)).read(STAMPS)]
    assert order == sorted(order)


def test_of_a_table_all_of_whose_rows_are_old_the_last_one_stays(master: Path) -> None:
    last = max(contents(master)["Stamps"])
    ClosedBook(master).apply([SetCells(SETTINGS, "value", {"Closed through": "2026-27 Q4"})])
    archive(master)
    assert list(contents(master)["Stamps"])[-1:] == [last]


def figures(master: Path) -> list[dict[str, Value]]:
    refresh(master, today=date(2027, 1, 10))
    book = ClosedBook(master)
    return [row.values() for table in (PLAN, MEASURES) for row in book.read(table)]


def findings(master: Path, path: Path) -> list[tuple[str, str, str]]:
    found = validate_batch([path], Register.of(ClosedBook(master)), date(2027, 1, 10))
    return [(finding.code, finding.cell, finding.message) for finding in found[0].findings]


def test_figures_and_findings_are_the_same_afterwards(master: Path, tmp_path: Path, fill: Fill) -> None:
    made = issue(master, tmp_path / "out", period=OPEN, today=date(2027, 1, 2))
    path = fill(made.trackers[0].path, {
        **{("Plan", ref, header): value for ref in ("PI-01", "PI-02", "PI-03") for header, value in (
            ("% complete", 0.6), ("Lead status", "On track"), ("Forecast finish", date(2028, 3, 1)))},
        ("Plan", "PI-01", "Progress"): "=step 9 of PI-01",
        **{("Measures", f"PI-0{n}.M1", header): value for n in (1, 2, 3) for header, value in (
            ("Actual", 5), ("Actual on", date(2026, 12, 31)))},
    })
    other = tmp_path / "archived" / "plan.xlsx"
    other.parent.mkdir()
    shutil.copy(master, other)
    archive(other)
    assert figures(other) == figures(master)
    before = findings(master, path)
    assert {"P02", "P05", "P06"} <= {code for code, _, _ in before}
    assert ("PI-02" in " ".join(message for code, _, message in before if code == "P06"))
    assert findings(other, path) == before


KEPT: list[tuple[str, list[Any], Table, Callable[[Any], bool]]] = [
    ("a tracker that is not settled", [SetCells(TRACKERS, "state", {"T1": "Held"})], UPDATES, lambda row: row.tracker == "T1"),
    ("its cells, if it may still be stamped",
     [SetCells(TRACKERS, "state", {"T1": "Returned"}), SetCells(TRACKERS, "period", {"T1": "2029-30 Q1"})], STAMPS,
     lambda row: str(row.sha_256).startswith(f"{1:012d}")),
    ("an open row of Held, if its return may still be stamped",
     [AppendRows(HELD, [{"code": "V05", "tracker": "T2", "return": f"back 2.xlsx · {2:012d}"}]),
      SetCells(TRACKERS, "period", {"T2": "2029-30 Q1"})], STAMPS,
     lambda row: str(row.sha_256).startswith(f"{2:012d}")),
    ("an undo", [SetCells(STAMPS, "kind", {"7": "undo"}), SetCells(STAMPS, "undoes", {"7": "20240930-090000"})], STAMPS,
     lambda row: row.no == 7),
    ("what was undone", [SetCells(STAMPS, "kind", {"7": "undo"}), SetCells(STAMPS, "undoes", {"7": "20240930-090000"})], READINGS,
     lambda row: row.batch == "20240930-090000"),
    ("a value given long ago", [], UPDATES, lambda row: row.ref == "PI-02" and row.period == "2024-25 Q3"),
    ("the last explanations", [SetCells(STAMPS, "explanation", {"124": "so"}), SetCells(TRACKERS, "lead", {"T9": "x", "T8": "x"}),
                               SetCells(TRACKERS, "period", {"T8": "2024-25 Q1"})], STAMPS, lambda row: row.explanation == "so"),
    ("a period that cannot be read", [SetCells(READINGS, "period", {"2": "spring"})], READINGS, lambda row: row.no == 2),
    ("a day that cannot be read", [SetCells(STAMPS, "stamped_at", {"3": "soon"})], STAMPS, lambda row: row.no == 3),
]


@pytest.mark.parametrize(("edits", "table", "wanted"), [case[1:] for case in KEPT], ids=[case[0] for case in KEPT])
def test_what_is_still_needed_stays(master: Path, edits: list[Any], table: Table, wanted: Callable[[Any], bool]) -> None:
    book = ClosedBook(master, backups=0)
    book.apply(edits)
    before = [row.no for row in book.read(table) if wanted(row)]
    done = archive(master)
    assert before and done.moved[table.name]
    assert [row.no for row in ClosedBook(master).read(table) if wanted(row)] == before


def test_what_came_back_for_a_closed_period_and_was_never_settled_does_not_stay_for_ever(master: Path) -> None:
    ClosedBook(master, backups=0).apply([
        SetCells(TRACKERS, "state", {"T1": "Rejected"}),
        AppendRows(HELD, [{"code": "S01", "return": f"mail.xlsx · {2:012d}"}])])
    archive(master)
    assert not [row for row in ClosedBook(master).read(STAMPS) if str(row.sha_256)[:12] in (f"{1:012d}", f"{2:012d}")]


def test_a_batch_goes_whole_or_not_at_all(master: Path) -> None:
    ClosedBook(master, backups=0).apply([SetCells(STAMPS, "kind", {"7": "undo"})])
    batch = next(row.batch for row in ClosedBook(master).read(STAMPS) if row.no == 7)
    before = [row.no for row in ClosedBook(master).read(STAMPS) if row.batch == batch]
    archive(master)
    assert [row.no for row in ClosedBook(master).read(STAMPS) if row.batch == batch] == before and len(before) > 1


def test_a_dry_run_writes_nothing(master: Path) -> None:
    before = master.read_bytes()
    dry = archive(master, dry_run=True)
    assert master.read_bytes() == before and not beside(master).exists() and not dry.written
    assert archive(master).moved == dry.moved


@pytest.mark.parametrize("by_then", ["new", "there"])
def test_a_run_that_ends_between_the_two_files(master: Path, monkeypatch: pytest.MonkeyPatch, by_then: str) -> None:
    if by_then == "there":
        archive(master, through="2024-25")
    before, held = contents(master), contents(beside(master)) if by_then == "there" else {}
    monkeypatch.setattr(ClosedBook, "apply", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        archive(master)
    monkeypatch.undo()
    assert contents(master) == before
    _, twice = together(master)
    done = archive(master)
    assert done.already == sum(done.moved.values()) == sum(map(len, twice.values())) > 0
    whole, twice = together(master)
    assert whole == {name: {**rows, **held.get(name, {})} for name, rows in before.items()}
    assert not any(twice.values())
    rows = [row.no for row in ClosedBook(beside(master)).read(STAMPS)]
    assert len(rows) == len(set(rows))


def test_an_archive_that_says_something_else_is_not_believed(master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClosedBook, "apply", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        archive(master)
    monkeypatch.undo()
    ClosedBook(beside(master), backups=0).apply([SetCells(STAMPS, "ref", {"1": "PI-09"})])
    before = master.read_bytes()
    with pytest.raises(Unusable, match=r"plan archive.xlsx: Stamps has another row 1 than plan.xlsx"):
        archive(master)
    assert master.read_bytes() == before


def test_the_archive_may_be_saved_by_others(master: Path) -> None:
    """With strings shared, as Excel stores them."""
    before = contents(master)
    archive(master, through="2024-25")
    book = openpyxl.load_workbook(beside(master))
    book.save(beside(master))
    archive(master)
    assert together(master)[0] == before
    ClosedBook(master)
    openpyxl.load_workbook(master).save(master)  # and so may the master
    ClosedBook(master).apply([SetCells(SETTINGS, "value", {"Closed through": "2026-27 Q4"})])
    archive(master)
    after = together(master)[0]
    noticed = {no for no, row in after[STAMPS.name].items() if row["kind"] == "by hand"}
    assert len(noticed) == 1
    assert {**after, STAMPS.name: {no: row for no, row in after[STAMPS.name].items() if no not in noticed}} == before


def _foreign(path: Path) -> None:
    openpyxl.Workbook().save(path)


def _of_another_plan(path: Path) -> None:
    other = path.with_name("other.xlsx")
    build_master(other, {}, {"plan_id": "p-2"})
    from sendxl.books.book import settings_of
    from sendxl.books.closed.archive import build_archive

    build_archive(path, settings_of(ClosedBook(other)))


STRANGE: list[tuple[Callable[[Path], Any], str]] = [
    (_foreign, "is no archive, and stands where that of plan.xlsx is to be"),
    (_of_another_plan, r"is the archive of another plan \(p-2\)"),
    (lambda path: path.write_bytes(b"words"), "Move it away"),
    (lambda path: shutil.copy(path.with_name("plan.xlsx"), path), "is no archive"),
]


@pytest.mark.parametrize(("put", "says"), STRANGE)
def test_a_strange_file_in_its_place(master: Path, put: Callable[[Path], Any], says: str) -> None:
    put(beside(master))
    before = master.read_bytes(), beside(master).read_bytes()
    for run in (archive, archived):
        with pytest.raises(Unusable, match=says):
            run(master)
    assert (master.read_bytes(), beside(master).read_bytes()) == before


UNUSABLE: list[tuple[Mapping[str, Value], str | None, str]] = [
    ({"Closed through": None}, None, "no period is closed"),
    ({}, "2026-27", "2026-27 is not closed. Closed through in Settings is 2026-27 Q1, so 2025-26 is the last"),
    ({}, "2024", "is not a financial year"),
    ({"Plan id": None}, None, "no Plan id in Settings"),
]


@pytest.mark.parametrize(("settings", "through", "says"), UNUSABLE)
def test_unusable_arguments(master: Path, settings: Mapping[str, Value], through: str | None, says: str) -> None:
    ClosedBook(master).apply([SetCells(SETTINGS, "value", settings)] if settings else [])
    with pytest.raises(Unusable, match=says):
        archive(master, through=through)


@pytest.mark.parametrize(("closed", "through"), [("2025-26 Q4", "2025-26"), ("2025-26 Q3", "2024-25"), ("2026-03", "2025-26"),
                                                 ("2024-02", "2022-23"), ("2024-03", "2023-24")])
def test_a_year_is_closed_once_it_is_over(master: Path, closed: str, through: str) -> None:
    ClosedBook(master).apply([SetCells(SETTINGS, "value", {"Closed through": closed})])
    assert archive(master, dry_run=True).through == through


@pytest.mark.parametrize("rows", [{"150": 1}, {"150": None}])
def test_a_table_that_is_not_sorted_by_number(master: Path, rows: dict[str, Value]) -> None:
    ClosedBook(master).apply([SetCells(STAMPS, "no", rows)])
    with pytest.raises(Unusable, match="Stamps is not sorted by its numbers"):
        archive(master)


def test_a_number_that_is_there_twice(master: Path) -> None:
    ClosedBook(master).apply([SetCells(STAMPS, "no", {"2": 1})])
    before = master.read_bytes()
    with pytest.raises(Refused, match="not every No"):
        archive(master)
    assert master.read_bytes() == before and not beside(master).exists()


def test_what_the_archive_has_no_place_for(master: Path) -> None:
    book = openpyxl.load_workbook(master)
    book["Stamps"]["R6"] = "beside"
    book.save(master)
    before = master.read_bytes()
    with pytest.raises(Refused, match="Stamps!R6 stands beside the table"):
        archive(master)
    assert master.read_bytes() == before and not beside(master).exists()


def test_it_reads_as_the_history(master: Path) -> None:
    assert archived(master) == {}
    before = contents(master)["Stamps"]
    done = archive(master)
    rows = list(archived(master)[STAMPS])
    assert len(rows) == done.moved["Stamps"]
    assert all(row.values() == before[int(row.key)] for row in rows)


def test_it_looks_like_the_master(master: Path) -> None:
    archive(master)
    book, own = openpyxl.load_workbook(beside(master)), openpyxl.load_workbook(master)
    for table in HISTORY:
        sheet, like = book[table.title], own[table.title]
        assert sheet.tables[table.name].ref == f"A4:{get_column_letter(len(table.columns))}{sheet.max_row}"
        assert [cell.value for cell in sheet[4]] == [column.header for column in table]
        assert sheet.freeze_panes == like.freeze_panes
        for one, other in zip(sheet[5], like[5], strict=True):
            assert repr((one.font, one.border, one.alignment)) == repr((other.font, other.border, other.alignment))
        assert all(sheet.row_dimensions[row].height for row in range(5, sheet.max_row + 1))
    stamped = STAMPS.columns.index(STAMPS["stamped_at"]) + 1
    assert book["Stamps"].cell(6, stamped).number_format == "dd mmm yyyy hh:mm"
    assert "archive of The plan" in str(book["Stamps"]["A1"].value)


def worked(path: Path, rows: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[str], Archived]:
    """The work that so many rows of Stamps are, half of them of closed years: values read, and bytes parsed."""
    build_master(path, {}, {"plan_id": "p-1", "closed_through": "2025-26 Q4"})
    stamped: list[dict[str, Value]] = [
        {"batch": f"b{at}", "kind": "stamp", "stamped_at": datetime(2025 + 2 * at // rows, 5, 1), "table": "Plan", "ref": "PI-01",
         "column": "Progress", "new": f"words {at}"} for at in range(rows)]
    ClosedBook(path, backups=0).apply([AppendRows(STAMPS, stamped)])
    fed: list[xml._Met] = []
    work: Counter[str] = Counter()
    read = values.read

    class Met(xml._Met):
        def __init__(self) -> None:
            super().__init__()
            fed.append(self)

    def counted(column: Column, stored: Stored, kind: object = None) -> Cell:
        work["values read"] += 1
        return read(column, stored, kind)

    with monkeypatch.context() as patch:
        patch.setattr(xml, "_Met", Met)
        patch.setattr(values, "read", counted)
        done = archive(path)
    work["bytes parsed"] = sum(met.fed for met in fed)
    return work, done


def test_four_times_the_rows_are_about_four_times_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some, few = worked(tmp_path / "few.xlsx", 1_000, monkeypatch)
    more, many = worked(tmp_path / "many.xlsx", 4_000, monkeypatch)
    assert (few.moved["Stamps"], many.moved["Stamps"]) == (500, 2_000)
    assert set(some) == set(more) == {"values read", "bytes parsed"}
    assert all(2 * some[what] < more[what] < 4.5 * some[what] for what in some), (some, more)
