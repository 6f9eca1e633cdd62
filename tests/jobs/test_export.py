"""export and rollup: many masters read as one, a bad one costing one line; no master is written, and text is no formula."""

import csv
import sys
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from sendxl.books.book import SetCells
from sendxl.books.build.master import build_master
from sendxl.books.build.national import BY_COUNCIL, COUNCILS, NOT_READ, NOT_REPORTED, SAVINGS, SUMMARY, THEMES
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs import many_masters
from sendxl.jobs.export import EXPORTED, export
from sendxl.jobs.issue import issue
from sendxl.jobs.opening import read_master
from sendxl.jobs.refresh import refresh
from sendxl.jobs.rollup import rollup
from sendxl.jobs.show import show
from sendxl.plan.master import LEADS, MEASURES, PLAN, PROFILE, SETTINGS, UNIT_COSTS, YEARS
from sendxl.plan.master import SAVINGS as LINES
from sendxl.plan.schema import NUMERIC, Table
from sendxl.plan.summary import SAVINGS_BY_FUND, STATUS_BY_THEME
from sendxl.plan.values import Value

TODAY = date(2027, 1, 20)
EVIL = ["=1+1", "+44 20", "-5 places", "@SUM(A1)", "\tx", "plain, with “quotes” and\nlines", "'single", '=HYPERLINK("x")']


def council(path: Path, number: int, activities: int = 8) -> Path:
    """A master of one council, with a savings line of two types, refreshed: activity n is n0 % complete."""
    refs = [f"PI-{n:02}" for n in range(1, activities + 1)]
    build_master(path, {
        LEADS: [{"code": "KIM", "title": "Inclusion Manager"}, {"code": "LEE", "title": "Transport Manager"}],
        PLAN: [{"ref": ref, "theme": f"Theme {n % 2}", "activity": EVIL[n % len(EVIL)], "starts": date(2026, 4, 1),
                "lead": "Inclusion Manager" if n % 3 else "Transport Manager", "due": date(2027, 3, 31),
                "percent_complete": n / 10} for n, ref in enumerate(refs)],
        MEASURES: [{"ref": f"{ref}.M1", "activity_ref": ref, "kind": "Number", "measure": "Places"} for ref in refs],
        UNIT_COSTS: [{"code": "OOC", "annual_cost": 54_000}, {"code": "RP", "annual_cost": 18_000}],
        LINES: [{"ref": f"PI-01.S{n}", "activity_ref": "PI-01", "method": "Placement chain", "chain": "OOC > RP",
                 "type": type, "fund": "High needs block"} for n, type in enumerate(("Cashable", "Cost avoidance"), 1)],
        PROFILE: [{"ref": f"PI-01.S{n}.P1", "savings_ref": f"PI-01.S{n}", "from": date(2026, 4, 1), "planned_quantity": number}
                  for n in (1, 2)],
    }, {"plan_title": f"Plan {number}", "plan_id": f"P{number}", "council": f"Council {number}", "plan_starts": date(2026, 4, 1),
        "reporting_period": "2026-27 Q3", "first_year": "2026-27"})
    refresh(path, today=TODAY)
    return path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("councils")
    return {f"council {n}.xlsx": council(folder / f"{n}.xlsx", n).read_bytes() for n in (1, 2, 3)}


@pytest.fixture
def councils(made: dict[str, bytes], tmp_path: Path) -> Path:
    """A folder with the masters of three councils, one of them in a folder of its own."""
    folder = tmp_path / "councils"
    for number, (name, content) in enumerate(made.items()):
        path = folder / ("East" if number == 2 else ".") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_is_one_file_whose_rows_say_whose_they_are(councils: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in councils.rglob("*.xlsx")}
    done = export([councils], tmp_path / "out")
    assert [path.name for path in done.files] == [f"{table.name}.csv" for table in EXPORTED]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in done.files)
    assert (done.plans, done.left_out, done.rows["Plan"], done.rows["Plans"]) == (3, [], 24, 3)
    plan = lines(tmp_path / "out" / "Plan.csv")
    assert list(plan[0]) == ["Plan id", "Council", *(column.header for column in PLAN)]
    assert {(row["Plan id"], row["Council"]) for row in plan} == {(f"P{n}", f"Council {n}") for n in (1, 2, 3)}
    first = next(row for row in plan if (row["Plan id"], row["Ref"]) == ("P1", "PI-05"))
    assert (first["% complete"], first["Due"], first["Completed on"]) == ("0.4", "2027-03-31", "")
    periods = lines(tmp_path / "out" / "Periods.csv")
    assert {(row["Period"], row["Of"]) for row in periods if row["Plan id"] == "P2"} >= {("2026-27 Q3", "PI-01")}
    assert {row["As at"] for row in lines(tmp_path / "out" / "Plans.csv")} == {"2026-12-31"}
    assert {path: path.read_bytes() for path in councils.rglob("*.xlsx")} == before


def test_what_is_exported_is_what_the_master_holds(councils: Path, tmp_path: Path) -> None:
    path = councils / "council 1.xlsx"
    export([path], tmp_path / "out")
    for table in EXPORTED[1:]:
        rows = [row for row in ClosedBook(path).read(table) if row.key]
        told = lines(tmp_path / "out" / f"{table.name}.csv")
        assert len(told) == len(rows)
        for row, line in zip(rows, told, strict=True):
            for column in table:
                value, text = row[column.key], line[column.header]
                if column.type in NUMERIC and text:
                    assert float(text) == pytest.approx(float(str(value)))
                else:
                    assert text.removeprefix("'") == ("" if value is None else str(value)).removeprefix("'")


def test_text_of_people_is_no_formula_where_a_csv_is_opened(councils: Path, tmp_path: Path) -> None:
    export([councils], tmp_path / "out")
    told = {row["Ref"]: row["Activity"] for row in lines(tmp_path / "out" / "Plan.csv")}
    held = {row.key: row.activity or "" for row in ClosedBook(councils / "council 1.xlsx").read(PLAN)}
    for ref, text in held.items():
        assert told[ref] == (f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text)
    assert not [cell for row in lines(tmp_path / "out" / "Plan.csv") for cell in row.values()
                if cell.startswith(("=", "+", "@")) or (cell.startswith("-") and not cell[1:2].isdigit())]


def test_parquet_has_types_and_text_as_it_is(councils: Path, tmp_path: Path) -> None:
    done = export([councils], tmp_path / "out", format="parquet")
    plan = pd.read_parquet(tmp_path / "out" / "Plan.parquet")
    assert len(plan) == done.rows["Plan"] == 24
    assert set(plan["Activity"]) == set(EVIL)
    assert plan["% complete"].dtype == "float64" and set(plan["Due"]) == {date(2027, 3, 31)}
    counts = pd.read_parquet(tmp_path / "out" / "Counts.parquet")  # a table without rows keeps its columns and types
    assert len(counts) == 0 and counts["In place"].dtype == "float64"


def spoil_zip(folder: Path) -> None:
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 and no more")


def spoil_other(folder: Path) -> None:
    openpyxl.Workbook().save(folder / "accounts.xlsx")


def spoil_id(folder: Path) -> None:
    (folder / "no id.xlsx").write_bytes((folder / "council 1.xlsx").read_bytes())
    ClosedBook(folder / "no id.xlsx", backups=0).apply([SetCells(SETTINGS, "value", {"Plan id": None})])


def spoil_copy(folder: Path) -> None:
    (folder / "council 1 - Copy.xlsx").write_bytes((folder / "council 1.xlsx").read_bytes())


def test_a_bad_master_costs_one_line(councils: Path, tmp_path: Path) -> None:
    for spoil in (spoil_zip, spoil_other, spoil_id, spoil_copy):
        spoil(councils)
    done = export([councils], tmp_path / "out")
    assert done.plans == 3 and len(done.to_mend) == 4
    told = ("accounts.xlsx is not a master workbook", "broken.xlsx",
            "council 1 - Copy.xlsx is not counted: it has the Plan id of", "Plan id is blank")
    for line, says in zip(done.to_mend, told, strict=True):
        assert says in line
    assert len(lines(tmp_path / "out" / "Plan.csv")) == 24


def test_trackers_reports_and_backups_in_the_folder_are_passed_over(councils: Path, tmp_path: Path) -> None:
    issue(councils / "council 1.xlsx", councils / "Trackers", period="2026-27 Q3", today=TODAY)
    (councils / "council 1 archive.xlsx").write_bytes(b"an archive")
    done = export([councils], tmp_path / "out")
    assert (done.plans, done.to_mend) == (3, [])


@pytest.mark.parametrize(("masters", "says"), [([], "No masters in"), (["nowhere"], "There is no file or folder")])
def test_where_there_is_no_master(masters: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Unusable, match=says):
        export([tmp_path / name for name in masters] or [tmp_path / "empty"], tmp_path / "out")


def test_parquet_without_its_library_says_what_to_install(
        councils: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(Unusable, match=r"pip install 'sendxl\[parquet\]'"):
        export([councils], tmp_path / "out", format="parquet")
    assert not (tmp_path / "out").exists()


def test_processes_write_the_same_bytes(councils: Path, tmp_path: Path) -> None:
    spoil_zip(councils)
    one, two = export([councils], tmp_path / "one", jobs=1), export([councils], tmp_path / "two", jobs=2)
    assert one.to_mend == two.to_mend and len(two.to_mend) == 1
    assert [path.read_bytes() for path in one.files] == [path.read_bytes() for path in two.files]


def test_one_master_at_a_time_is_held(made: dict[str, bytes], tmp_path: Path) -> None:
    """The most memory that is taken does not grow with the number of masters."""

    def peak(count: int) -> int:
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.xlsx").write_bytes(made["council 1.xlsx"])
        export([folder], tmp_path / "out")
        tracemalloc.start()
        export([folder], tmp_path / "out")
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return taken

    assert peak(12) < 1.25 * peak(2)


def sheet(path: Path, table: Table) -> list[dict[str, Value]]:
    return [row.values() for row in ClosedBook(path).read(table)]


def test_the_national_picture_says_what_each_council_says(councils: Path, tmp_path: Path) -> None:
    path = tmp_path / "National.xlsx"
    spoil_zip(councils)
    done = rollup([councils], path)
    shown = {n: show(councils / ("East" if n == 3 else ".") / f"council {n}.xlsx") for n in (1, 2, 3)}
    by_council = {row["plan_id"]: row for row in sheet(path, COUNCILS)}
    assert set(by_council) == {"P1", "P2", "P3"}
    for number, plan in shown.items():
        row = by_council[f"P{number}"]
        assert (row["council"], row["as_at"], row["activities"]) == (f"Council {number}", date(2026, 12, 31), 8)
        counts = {status: sum(one.status == status for one in plan.activities) for status in ("On track", "At risk", "Off track")}
        assert {status: row[COUNCILS.by_header[status].key] for status in counts} == counts
    assert done.statuses["On track"] == sum(one.status == "On track" for plan in shown.values() for one in plan.activities)
    themes = [(row["council"], row["theme"], row["activities"]) for row in sheet(path, THEMES)]
    assert sorted(themes) == [(f"Council {n}", f"Theme {m}", 4) for n in (1, 2, 3) for m in (0, 1)]
    of_all = {(row["type"], row["fund"], row["year"]): row for row in sheet(path, SAVINGS)}
    assert {key[0] for key in of_all} == {"Cashable", "Cost avoidance"}
    row = of_all["Cashable", "High needs block", "2026-27"]
    assert (row["plans"], row["lines"], row["quantified"], row["planned"]) == (3, 3, 3, (1 + 2 + 3) * 36_000)
    assert row["realised"] is None  # nothing was counted: blank is not zero
    assert len(sheet(path, BY_COUNCIL)) == 3 * len(of_all)
    late = [(row["council"], row["lead"], row["never_updated"]) for row in sheet(path, NOT_REPORTED)]
    assert sorted(late)[:2] == [("Council 1", "Inclusion Manager", 5), ("Council 1", "Transport Manager", 3)]
    assert len(late) == done.not_reported == 6
    assert ["broken.xlsx" in str(row["why"]) for row in sheet(path, NOT_READ)] == [True]
    summary = {row["item"]: row["how_many"] for row in sheet(path, SUMMARY)}
    assert (summary["Plans"], summary["Files in no figure: see Not read"]) == (3, 1)


def test_its_figures_are_those_of_each_summary(councils: Path, tmp_path: Path) -> None:
    """The totals of a master's own Summary, worked out by its formulas when it was refreshed, are the ones that are shown."""
    rollup([councils / "council 2.xlsx"], tmp_path / "National.xlsx")
    for ours, theirs in ((THEMES, STATUS_BY_THEME.table), (BY_COUNCIL, SAVINGS_BY_FUND.table)):
        shown = [{key: value for key, value in row.items() if key in theirs.by_key and value is not None}
                 for row in sheet(tmp_path / "National.xlsx", ours)]
        held = [{key: value for key, value in row.items() if key in ours.by_key and value is not None}
                for row in sheet(councils / "council 2.xlsx", theirs)]
        assert shown == held and held


@pytest.mark.parametrize(("out", "says"), [
    ("National.csv", "must end in .xlsx"), ("none/National.xlsx", "There is no folder"),
    ("councils/council 1.xlsx", "one of the masters"),
])
def test_no_master_is_overwritten(out: str, says: str, councils: Path, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=says):
        rollup([councils, councils / "council 1.xlsx"], tmp_path / out)


def test_the_workbook_may_lie_among_the_masters_and_is_made_anew(councils: Path) -> None:
    for _ in range(2):
        done = rollup([councils], councils / "National.xlsx")
        assert (done.plans, done.to_mend) == (3, [])


def test_a_fault_of_ours_in_one_plan_costs_one_line(councils: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def odd(path: Path) -> Any:
        if path.name == "council 2.xlsx":
            raise ZeroDivisionError("secret words")
        return read_master(path)

    monkeypatch.setattr(many_masters, "read_master", odd)
    done = export([councils], tmp_path / "out")
    assert done.plans == 2 and "secret" not in done.to_mend[0] and "council 2.xlsx" in done.to_mend[0]
    assert YEARS.name in done.rows
