"""new: a published plan becomes a master, with nothing invented."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs.new import new_master
from sendxl.jobs.refresh import refresh
from sendxl.plan.master import MASTER_TABLES, MEASURES, PLAN, POOLS, PROFILE, REVIEW, SAVINGS, SETTINGS, UNIT_COSTS
from tests.source.made_plans import xlsx

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "workbooks" / "examples" / "plan.txt"
PLANS = [path for path in (SHIPPED, ROOT.parent / "shared" / "plan" / "appendix_b.txt") if path.exists()]
REFS = [f"{code}-{n:02d}" for code, count in
        (("PI", 5), ("GR", 2), ("IH", 3), ("PA", 3), ("ST", 3), ("WD", 4), ("MH", 2)) for n in range(1, count + 1)]


@pytest.mark.parametrize("source", PLANS, ids=lambda p: p.stem)
def test_reads_a_published_plan(source: Path, tmp_path: Path) -> None:
    made = new_master(source, tmp_path / "plan.xlsx", starts=date(2019, 9, 1), first_year="2026-27")
    assert (made.activities, made.themes, made.without_lead) == (22, 7, ("MH-01", "MH-02"))
    book = ClosedBook(made.path)
    plan = book.read(PLAN)
    assert [row.ref for row in plan] == REFS
    assert Counter(row.savings_rating for row in plan) == {"High": 2, "Medium": 14, "Low": 3, "Risk": 1, None: 2}
    assert {row.key: (row.annual_cost, row.qualifier) for row in book.read(UNIT_COSTS)} == {
        "RP": (18000, "approx."), "SPECIAL": (27000, "up to"), "OOC": (54000, "average")}
    assert len(book.read(REVIEW)) == made.doubts > 0


@pytest.mark.parametrize("source", PLANS, ids=lambda p: p.stem)
def test_invents_nothing(source: Path, tmp_path: Path) -> None:
    book = ClosedBook(new_master(source, tmp_path / "plan.xlsx", starts=date(2019, 9, 1)).path)
    for table in (SAVINGS, PROFILE, POOLS):
        assert len(book.read(table)) == 0
    for row in book.read(PLAN):
        assert {row.starts, row.due, row.percent_complete, row.lead_status, row.closed_on} == {None}
    for one in book.read(MEASURES):
        assert {one.baseline, one.target, one.actual, one.out_of, one.baseline_on, one.target_on} == {None}


def test_windows_count_from_the_plans_start(tmp_path: Path) -> None:
    book = ClosedBook(new_master(SHIPPED, tmp_path / "plan.xlsx", starts=date(2019, 9, 1)).path)
    windows = {row.key: (row.benefits_from, row.benefits_by) for row in book.read(PLAN)}
    assert windows["PI-01"] == (date(2019, 9, 1), date(2019, 9, 1))  # Now
    assert windows["PI-02"] == (date(2022, 9, 1), date(2024, 9, 1))  # 3-5 years
    assert windows["ST-03"] == (None, date(2024, 9, 1))  # 5 years
    assert windows["IH-01"] == (date(2019, 9, 1), date(2021, 9, 1))  # Now-2 years
    assert windows["MH-01"] == (date(2019, 9, 1), date(2022, 9, 1))  # Now, and 1-3 years
    assert windows["PI-04"] == (None, None)  # prose


def test_without_a_start_windows_stay_words(tmp_path: Path) -> None:
    book = ClosedBook(new_master(SHIPPED, tmp_path / "plan.xlsx").path)
    for row in book.read(PLAN):
        assert row.benefits_from is row.benefits_by is None
        assert row.benefits_note


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (new_master(SHIPPED, tmp_path / f"{n}.xlsx", starts=date(2026, 4, 1)).path for n in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_has_every_table_with_its_headers_in_order(master: Path) -> None:
    sheets = openpyxl.load_workbook(master)
    for table in MASTER_TABLES:
        sheet = sheets[table.title]
        header = sheet[sheet.tables[table.name].ref][0]
        assert [cell.value for cell in header] == [column.header for column in table]


def test_settings_hold_what_was_given(master: Path) -> None:
    found = {row.setting: row.value for row in ClosedBook(master).read(SETTINGS)}
    assert found["Plan starts"] == date(2026, 4, 1)
    assert found["First year"] == "2026-27"
    assert found["Plan id"]
    assert found["Reporting period"] is None
    assert found["On track from"] == 0.9


def test_roles_of_a_council_add_to_the_dictionary(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("IDS 0-5 Manager", "Chief Kite Flyer")
    source = tmp_path / "plan.txt"
    source.write_text(text, encoding="utf-8")
    roles = tmp_path / "roles.txt"
    roles.write_text("KITE | Chief Kite Flyer | Kite Lead\n", encoding="utf-8")
    book = ClosedBook(new_master(source, tmp_path / "plan.xlsx", roles=roles).path)
    assert book.read(PLAN)[0].lead == "Chief Kite Flyer"


@pytest.mark.parametrize(("out", "says"), [("plan.txt", "must end in .xlsx"), ("nowhere/plan.xlsx", "no folder")])
def test_unusable_output(out: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=says):
        new_master(SHIPPED, tmp_path / out)


def test_never_overwrites(master: Path) -> None:
    before = master.read_bytes()
    with pytest.raises(Unusable, match="exists already"):
        new_master(SHIPPED, master)
    assert master.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"no plan here\n", b"\x00\x01\x02" * 50])
def test_a_source_that_is_no_plan(content: bytes, tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_bytes(content)
    with pytest.raises(Unusable):
        new_master(source, tmp_path / "plan.xlsx")
    assert not (tmp_path / "plan.xlsx").exists()


HEADERS = ["Ref", "Theme", "Action", "Lead", "Start date", "Due date", "% complete", "RAG", "Measure", "Baseline", "Target"]
ACTIONS: list[list[Any]] = [
    ["1", "Calm", "Open clubs", "Play Lead", date(2026, 1, 5), date(2026, 12, 18), 0.6, "Green", "Clubs", 2, 9],
    ["2", "Calm", "Train staff", "Play Lead", date(2026, 1, 5), date(2026, 12, 18), 0.42, "Amber", "Staff trained", 10, 60],
    ["3", "Roads", "Agree one form", "Road Manager", date(2026, 1, 5), date(2026, 5, 29), 0.7, "Amber", "One form in use", None,
     None],
    ["4", "Roads", "Mark crossings", "Road Manager", date(2026, 9, 1), date(2027, 3, 31), 0, "Not started", "Crossings", 0, 12]]


def judged(master: Path) -> list[str]:
    refresh(master, today=date(2026, 7, 1))
    return [str(row.status) for row in ClosedBook(master).read(PLAN)]


def test_the_statuses_of_a_typical_workbook_are_judged_after_a_refresh(tmp_path: Path) -> None:
    source = xlsx(tmp_path / "ours.xlsx", {"Plan": [HEADERS, *ACTIONS]}, formats={("Plan", f"G{n}"): "0%" for n in range(2, 6)})
    made = new_master(source, tmp_path / "Plan.xlsx")
    assert judged(made.path) == ["On track", "At risk", "Off track", "Not started"]
    assert {row.lead_view for row in ClosedBook(made.path).read(PLAN)} <= {"Agrees", "More optimistic", None}


@pytest.mark.parametrize(("starts", "statuses"), [
    (date(2026, 1, 5), ["On track", "At risk", "Off track", "Off track"]),
    (None, ["Not assessed", "Not assessed", "Off track", "Not assessed"])])
def test_a_plan_that_says_only_when_things_are_due_starts_with_the_plan(tmp_path: Path, starts: date | None,
                                                                        statuses: list[str]) -> None:
    """What was taken is a doubt; without the plan's first day it is said what to do."""
    rows = [[*row[:4], *row[5:]] for row in [HEADERS, *ACTIONS]]
    source = xlsx(tmp_path / "ours.xlsx", {"Plan": rows}, formats={("Plan", f"F{n}"): "0%" for n in range(2, 6)})
    made = new_master(source, tmp_path / "Plan.xlsx", starts=starts)
    assert judged(made.path) == statuses
    [doubt] = [row for row in ClosedBook(made.path).read(REVIEW) if row.column == "Starts"]
    assert (doubt.rows, "--starts" in str(doubt.doubt)) == (4, starts is None)
