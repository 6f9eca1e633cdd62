"""The Summary, computed afresh by LibreOffice: every cell shows what sendxl said it would."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import AppendRows, SetCached, SetCells
from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.demo import Demo
from sendxl.jobs.refresh import refresh
from sendxl.plan.master import (
    HELD,
    LEADS,
    MEASURES,
    PERIODS,
    PLAN,
    POOLS,
    POSITION,
    PROFILE,
    REVIEW,
    SAVINGS,
    SETTINGS,
    UNIT_COSTS,
)
from sendxl.plan.summary import HEADLINES, SAVINGS_BY_YEAR, STATUS_BY_THEME, SUMMARY_TABLES

pytestmark = [pytest.mark.calc, pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")]
AS_AT, TODAY = date(2026, 12, 31), date(2027, 1, 20)
THEMES = (
    "Inclusion", "inclusion ", "Growing * places", "=Sum", "<5s", 'The "quoted" theme', "~tilde?", None, "O'Neill\u00a0& co",
)
LEAD = 'Head of "Special" & more'


def odd_rows() -> dict[Any, list[dict[str, Any]]]:
    """A plan whose words are a trap for a formula: wildcards, quotes, capitals, spaces, blanks, what is not in a list."""
    activities = [
        {"ref": f"PI-{n:02}", "theme": theme, "activity": "Do", "lead": LEAD if n % 2 else None, "starts": date(2026, 4, 1),
         "due": date(2027, 3, 31), "percent_complete": n / 10} for n, theme in enumerate(THEMES, 1)
    ]
    activities[1]["closed_on"] = date(2026, 5, 1)
    chain = {"method": "Placement chain", "type": "Cost avoidance", "fund": "High needs block", "pool": "P"}
    lines: list[dict[str, Any]] = [
        {**chain, "chain": "OOC > SPECIAL > RP"},
        {**chain, "chain": "OOC > SPECIAL"},
        {"method": "Unit cost avoided", "unit_amount": 1000.05, "type": "Cashable", "fund": "Schools"},
        {"method": "Share of contract", "annual_value": 99_999, "share": 0.0333, "type": "cashable", "fund": " general  fund"},
        {"method": "One-off", "unit_amount": 15_000, "type": "Cost", "fund": "Other"},
        {"method": "Not quantified", "type": "Non-cashable", "fund": "Adult social care"},
        {"method": "Unit cost avoided", "unit_amount": 50, "type": None, "fund": None},
        {"method": "Unit cost avoided", "unit_amount": 50, "type": "Cashabel", "fund": "Schools"},
        {"method": "Unit cost avoided", "unit_amount": 70, "type": "Cashable", "fund": "Schools",
         "withdrawn_on": date(2026, 10, 1)},
    ]
    return {
        PLAN: activities,
        LEADS: [{"code": "HEAD", "title": LEAD}, {"code": "NONE", "title": "Nobody?"}],
        SAVINGS: [{"ref": f"PI-0{n}.S1", "activity_ref": f"PI-0{n}", **line} for n, line in enumerate(lines, 1)],
        PROFILE: [{"ref": f"PI-0{n}.S1.P1", "savings_ref": f"PI-0{n}.S1", "from": date(2026, 4 + n % 3, 1),
                   "planned_quantity": n + 0.5, "in_place": n if n % 2 else None} for n in range(1, 10) if n != 6],
        UNIT_COSTS: [{"code": "OOC", "annual_cost": 54_000}, {"code": "SPECIAL", "annual_cost": 27_000},
                     {"code": "RP", "annual_cost": 18_000}],
        POOLS: [{"code": "P", "capacity": 2}],
        MEASURES: [{"ref": "pi-01.m1", "activity_ref": "PI-01", "measure": "Milestone?"}],
        PERIODS: [{"ref": f"{of}.2026-27 Q2", "period": "2026-27 Q2", "of": of, "status": status}
                  for of, status in (("PI-01", "Off track"), ("PI-09 ", "At risk"), ("pi-01.m1", "Off track"))],
        POSITION: [{"ref": f"{fund}.{year}", "fund": fund, "year": year, "funding": 100_000.1, "unmitigated_spend": 120_000,
                    "opening_balance": -5_000.25 if year == "2026-27" else None}
                   for fund in ("Other", "high needs block", "Schools") for year in ("2027-28", "2026-27")],
        REVIEW: [{"no": 1, "doubt": "?"}, {"no": 2, "doubt": "?", "settled": "AB"}, {"no": 3, "doubt": "?", "settled": " "}],
        HELD: [{"no": 1, "code": "V01"}, {"no": 2, "code": "V01", "settled_on": date(2026, 12, 1)}],
    }


def shown(path: Path) -> dict[str, Any]:
    """What the cells of the Summary's tables show, by table and place in it; blank text is blank."""
    sheet: Any = openpyxl.load_workbook(path, data_only=True)["Summary"]
    return {f"{table.name} {row} {column}": cell.value if cell.value != "" else None
            for table in sheet.tables.values() for row, cells in enumerate(sheet[table.ref]) for column, cell in enumerate(cells)}


def check(path: Path, resaved: Callable[[Path], Path]) -> dict[str, Any]:
    ours, theirs = shown(path), shown(resaved(path))
    assert set(ours) == set(theirs) and len({key.split()[0] for key in ours}) == len(SUMMARY_TABLES)
    numbers = {key for key, value in ours.items() if isinstance(value, (int, float))}
    assert len(numbers) > 50
    assert {key: ours[key] for key in set(ours) - numbers} == {key: theirs[key] for key in set(ours) - numbers}
    assert {key: ours[key] for key in numbers} == pytest.approx({key: theirs[key] for key in numbers}, abs=0.005)
    return ours


def test_the_demo(shipped_demo: Demo, resaved: Callable[[Path], Path]) -> None:
    check(shipped_demo.master, resaved)


def test_odd_words_and_rows_that_were_added(tmp_path: Path, resaved: Callable[[Path], Path]) -> None:
    path = tmp_path / "plan.xlsx"
    build_master(path, odd_rows(), {"plan_starts": date(2026, 4, 1), "reporting_period": "2026-27 Q3"})
    refresh(path, today=TODAY)
    before = check(path, resaved)
    assert before["StatusByTheme 1 0"] == "Inclusion" and before["StatusByTheme 1 7"] == 1  # its other one is closed
    book = ClosedBook(path)
    book.apply([
        SetCells(SETTINGS, "value", {"First year": "2027-28", "Reporting period": "2027-28 Q1"}),
        SetCells(PLAN, "theme", {"PI-08": "A new theme"}),
        AppendRows(LEADS, [{"code": "NEW", "title": "A new lead"}]),
        AppendRows(SAVINGS, [{"ref": "PI-08.S2", "activity_ref": "PI-08", "method": "Unit cost avoided", "unit_amount": 7,
                              "type": "Non-cashable", "fund": "Schools"}]),
        AppendRows(PROFILE, [{"ref": "PI-08.S2.P1", "savings_ref": "PI-08.S2", "from": date(2027, 4, 1), "planned_quantity": 3}]),
    ])
    refresh(path, today=date(2027, 7, 20))
    after = check(path, resaved)
    grown = {name: sum(key.startswith(f"{name} ") for key in after) - sum(key.startswith(f"{name} ") for key in before)
             for name in {key.split()[0] for key in after}}
    assert {name for name, cells in grown.items() if not cells} == {"Basis", "Headlines", "Quantified", "BalanceByYear", "Charts"}
    assert after["StatusByPeriod 1 0"] == "2026-27 Q2" and after["StatusByPeriod 1 4"] == 1


def test_a_master_that_libreoffice_saved_still_gets_formulas(tmp_path: Path, resaved: Callable[[Path], Path]) -> None:
    """It drops what Excel fills new rows with; they get their formulas all the same."""
    path = tmp_path / "plan.xlsx"
    build_master(path, odd_rows(), {"plan_starts": date(2026, 4, 1), "reporting_period": "2026-27 Q3"})
    refresh(path, today=TODAY)
    theirs = resaved(path)
    ClosedBook(theirs).apply([SetCells(SETTINGS, "value", {"First year": "2027-28"}), SetCells(PLAN, "theme", {"PI-08": "New"})])
    refresh(theirs, today=TODAY)
    book = ClosedBook(theirs)
    year, theme = book.read(SAVINGS_BY_YEAR.table)[-1], book.read(STATUS_BY_THEME.table)[-1]
    assert (year.key, theme.key) == ("2031-32", "New")
    assert all(year.cell(key).stored.formula for key in SAVINGS_BY_YEAR.totals)
    assert all(theme.cell(key).stored.formula for key in STATUS_BY_THEME.totals) and theme["activities"] == 1


def test_it_is_computed_afresh(tmp_path: Path, resaved: Callable[[Path], Path]) -> None:
    """A wrong figure would be found: LibreOffice does not take over what the cells showed."""
    path = tmp_path / "plan.xlsx"
    build_master(path, odd_rows(), {})
    ClosedBook(path).apply([SetCached(HEADLINES.table, "Savings lines", "how_many", 4711)])
    assert 4711 in shown(path).values() and 4711 not in shown(resaved(path)).values()
