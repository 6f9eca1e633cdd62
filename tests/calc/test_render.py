"""The workbooks as LibreOffice prints them: nothing clipped to ###, at most two pages wide."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from sendxl.books.book import AppendRows
from sendxl.books.build.master import build_master
from sendxl.books.build.tracker import build_template
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.demo import Demo
from sendxl.plan.master import MASTER_TABLES, PLAN
from sendxl.plan.schema import Table, Type
from sendxl.plan.tracker import QUERIES, TRACKER_MEASURES, TRACKER_PLAN, TRACKER_PROFILE
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import SavingType, Status
from tests.engines.soffice import running

pytestmark = [pytest.mark.calc("pdftotext"), pytest.mark.usefixtures("soffice")]

_SAMPLES: dict[Type, Value] = {
    Type.TEXT: "PI-04.M1", Type.WORDS: "Words that go on for a line or two, and then a little further. " * 3,
    Type.CHOICE: "Not assessed", Type.DATE: date(2028, 9, 30), Type.MOMENT: date(2028, 9, 30), Type.NUMBER: 12345.678,
    Type.COUNT: 999_999, Type.FRACTION: 0.456, Type.MONEY: 12345678, Type.ACTUAL: 98765.4321, Type.LEVEL: 98765.4321,
    Type.ANY: date(2028, 9, 30), Type.LINK: "Activities!AB123"}


def _full(table: Table, rows: int) -> list[dict[str, Value]]:
    """Rows with something long in every cell."""
    return [{column.key: _SAMPLES[column.type] for column in table if column.key != "kind"} for _ in range(rows)]


def _pages(path: Path) -> list[str]:
    pdf = running().convert(path, path.with_suffix(".pdf"))
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True, timeout=60).stdout
    return text.split("\f")[:-1]


def _pages_by_sheet(pages: list[str]) -> dict[str, int]:
    """Pages of each sheet, by the sheet's name at the start of the page header."""
    found: dict[str, int] = {}
    for page in pages:
        sheet = page.lstrip().split(" · ")[0]
        found[sheet] = found.get(sheet, 0) + 1
    return found


def test_a_full_master_prints(tmp_path: Path) -> None:
    path = tmp_path / "master.xlsx"
    rows = {table: _full(table, 2) for table in MASTER_TABLES if table.name != "Settings"}
    build_master(path, rows, {"plan_title": "SEND & Inclusion plan"})
    pages = _pages(path)
    assert "###" not in "".join(pages)
    # Two rows are one page high, and the Summary is one page.
    found = _pages_by_sheet(pages)
    assert {sheet: n for sheet, n in found.items() if n > 2} == {"Guide": 4} and found["Summary"] == 1
    plan = [page for page in pages if page.lstrip().startswith("Plan · SEND & Inclusion plan")]
    assert len(plan) == 2 and all("PI-04.M1" in page for page in plan)  # ref and activity stand on both
    assert all("Words that go on" in page and "Activity" in page for page in plan)
    first = " ".join(plan[0].split())
    assert all(header in first for header in ("Ref", "Activity", "Lead", "Status", "Reason", "Due", "% complete", "Lead status",
                                              "Lead view", "Direction"))


def test_the_charts_say_what_they_show(shipped_demo: Demo, tmp_path: Path) -> None:
    """Titles with the period, axes with their units, legends in words; none of it is cut off."""
    master = Path(shutil.copy(shipped_demo.master, tmp_path))
    [shown] = [" ".join(page.split()) for page in _pages(master) if page.lstrip().startswith("Summary · ")]
    assert "Activities by theme and status (closed ones left out), 2026-27 Q3, as at 31 Dec 2026" in shown
    assert shown.count("Number of activities") == 2 and "Reporting period 2026-27 Q3" in shown
    assert all(shown.count(word) >= 2 for word in Status if word != "Closed")  # in both legends
    assert shown.count("Financial year") == 5 and shown.count("Pounds in the year") == 4
    assert all(f"{type} {of}" in shown for type in SavingType for of in ("planned", "forecast", "realised", "one-off"))
    assert "Balance of each fund at the end of the year, as at 31 Dec 2026" in shown and "With the plan" in shown
    assert all(year in shown for year in ("2026-27", "2030-31"))


def test_a_long_plan_repeats_its_header_row(tmp_path: Path) -> None:
    path = tmp_path / "master.xlsx"
    build_master(path, {PLAN: _full(PLAN, 40)}, {"plan_title": "Plan"})
    plan = [page for page in _pages(path) if page.lstrip().startswith("Plan · ")]
    assert len(plan) > 2 and all("Ref" in page for page in plan)


def test_a_tracker_prints(tmp_path: Path) -> None:
    path = tmp_path / "tracker.xlsx"
    build_template(path, savings=True)
    tables = (TRACKER_PLAN, TRACKER_MEASURES, TRACKER_PROFILE, QUERIES)
    ClosedBook(path, backups=0).apply([AppendRows(table, _full(table, 2)) for table in tables])
    pages = _pages(path)
    assert "###" not in "".join(pages)
    found = _pages_by_sheet(pages)
    assert list(found) == ["Guide", "Activities", "Measures", "Savings", "Queries"] and max(found.values()) <= 2
