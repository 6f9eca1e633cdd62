"""refresh: the worked figures of the domain reference come out on the sheet, and nothing else changes."""

import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs.doctor import doctor
from sendxl.jobs.issue import issue
from sendxl.jobs.refresh import refresh
from sendxl.plan.master import MEASURES, PLAN, SETTINGS
from sendxl.plan.summary import BASIS, UNREAD

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
REF, MEASURE = "PI-01", "PI-01.M1"


def worked(baseline: float, target: float, better: str, actual: float) -> dict[tuple[str, str, str], Any]:
    """730 days from 1 Apr 2026 to 31 Mar 2028, as in the domain reference."""
    return {
        ("Plan", REF, "Starts"): date(2026, 4, 1), ("Plan", REF, "Due"): date(2028, 3, 31),
        ("Measures", MEASURE, "Kind"): "Number", ("Measures", MEASURE, "Better"): better,
        ("Measures", MEASURE, "Unit"): "places",
        ("Measures", MEASURE, "Baseline"): baseline, ("Measures", MEASURE, "Baseline on"): date(2026, 4, 1),
        ("Measures", MEASURE, "Target"): target, ("Measures", MEASURE, "Target on"): date(2028, 3, 31),
        ("Measures", MEASURE, "Actual"): actual, ("Measures", MEASURE, "Actual on"): date(2027, 3, 31),
    }


@pytest.mark.parametrize(("actual", "attainment", "status"), [
    # expected on 31 Mar 2027: 10 + 20 x 364/730 = 19.97; attainment 1 + (actual - 19.97) / 9.97
    (19, 0.902, "On track"),
    (18, 0.802, "At risk"),
    (17, 0.702, "Off track"),
    (31, 2.106, "On track"),  # target reached early
])
def test_worked_figures_higher(actual: float, attainment: float, status: str, master: Path, fill: Fill) -> None:
    fill(master, worked(10, 30, "Higher", actual))
    refresh(master, as_at=date(2027, 3, 31), today=date(2027, 4, 2))
    row = ClosedBook(master).read(MEASURES).by_key[MEASURE]
    assert row.expected_now == pytest.approx(19.97, abs=0.005)
    assert (round(row.attainment or 0, 3), row.status) == (attainment, status)
    assert str(actual) in str(row.reason)


@pytest.mark.parametrize(("actual", "attainment", "status"), [(4300, -1.0, "Off track"), (4050, 1.5, "On track")])
def test_worked_figures_lower(actual: float, attainment: float, status: str, master: Path, fill: Fill) -> None:
    values = worked(4000, 4200, "Lower", actual)
    values["Measures", MEASURE, "Target on"] = date(2028, 3, 29)  # 728 days, of which 364 have gone: half the way, 4,100
    fill(master, values)
    refresh(master, as_at=date(2027, 3, 31), today=date(2027, 4, 2))
    row = ClosedBook(master).read(MEASURES).by_key[MEASURE]
    assert (row.expected_now, row.attainment) == (4100, attainment)
    assert row.status == status


def unread(master: Path) -> object:
    """What the Summary says of cells that cannot be read."""
    return ClosedBook(master).read(BASIS).by_key[UNREAD]["value"]


@pytest.mark.parametrize("formula", ["=40+5", '=IF(1=1,"","")'])
def test_a_formula_that_was_never_worked_out_is_not_read_as_blank(master: Path, formula: str) -> None:
    book = openpyxl.load_workbook(master)
    sheet = book["Measures"]
    headers, first = (next(sheet.iter_rows(row, row)) for row in (4, 5))
    column = next(cell.column for cell in headers if cell.value == "Target")
    sheet.cell(5, column).value = formula
    book.save(master)
    assert unread(master) is None
    [left] = refresh(master, as_at=date(2026, 12, 31)).left_out
    assert unread(master) == 1
    assert "Target holds a formula that was never worked out" in left
    measure = next(row for row in ClosedBook(master).read(MEASURES) if row.key == first[0].value)
    assert "Target is a formula that was never worked out" in str(measure.reason)
    told = [(finding.code, finding.column) for finding in doctor(master).findings if finding.ref == measure.key]
    assert [one for one in told if one[1] == "Target"] == [("D06", "Target")]


SLIPS: list[tuple[str, str, str, Any, str]] = [  # table, key, header, what an officer types there, what is told
    ("Plan", REF, "Due", date(2207, 3, 31), "Due is 31 Mar 2207, more than 15 years ahead. Correct the year."),
    ("Plan", "PI-02", "Due", date(2026, 3, 31),
     "Due (31 Mar 2026) is before Starts (1 Apr 2026), so the activity cannot be judged. Correct one of them."),
    ("Plan", "PI-02", "% complete", 45,
     "% complete is 4500%: 45 stands there where 45% is probably meant. Type it with its sign, as in 45%."),
    ("Measures", MEASURE, "Actual on", date(2028, 3, 31),
     "Actual on is 31 Mar 2028, which has not come yet, yet it counts as if it had. Enter the day on which it was so."),
    ("Measures", MEASURE, "Better", "Lower", ""),  # growth may be limited: that is asked by doctor alone
]


def test_errors_of_days_and_figures_are_told_and_by_issue_too(master: Path, tmp_path: Path, fill: Fill) -> None:
    plain = worked(10, 30, "Higher", 19)
    fill(master, plain | {("Plan", "PI-02", "Starts"): date(2026, 4, 1)})
    before = refresh(master, today=date(2027, 4, 2)).left_out
    fill(master, {(table, key, header): value for table, key, header, value, _ in SLIPS})
    told = [line for line in refresh(master, today=date(2027, 4, 2)).left_out if line not in before]
    assert sorted(line.partition(": ")[2] for line in told) == sorted(says for *_, says in SLIPS if says)
    errors = {str(finding).partition(" ")[2].partition(" ")[2] for finding in doctor(master, today=date(2027, 4, 2)).findings
              if finding.severity == "error"}
    assert set(told) <= errors
    made = issue(master, tmp_path / "out", period="2026-27 Q4", today=date(2027, 4, 2))
    assert set(told) <= set(made.to_mend)


def test_twice_changes_nothing_the_second_time(master: Path) -> None:
    first = refresh(master, today=date(2027, 1, 10))
    before = master.read_bytes()
    second = refresh(master, today=date(2027, 1, 10))
    assert first.changed > 0
    assert second.changed == 0
    assert master.read_bytes() == before


def test_as_at_is_the_last_day_of_the_reporting_period(master: Path) -> None:
    ClosedBook(master).apply([SetCells(SETTINGS, "value", {"Reporting period": "2026-11"})])
    assert refresh(master, today=date(2027, 1, 10)).as_at == date(2026, 11, 30)


def test_a_reporting_period_that_is_none(master: Path) -> None:
    ClosedBook(master).apply([SetCells(SETTINGS, "value", {"Reporting period": "autumn"})])
    with pytest.raises(Unusable, match="Reporting period"):
        refresh(master)


def test_untouched_parts_stay_as_they_were(master: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.xlsx"
    shutil.copyfile(master, before)
    refresh(master, today=date(2027, 1, 10))
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(master) as new:
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
        assert old.namelist() == new.namelist()
    sheets = openpyxl.load_workbook(before).sheetnames
    allowed = {f"xl/worksheets/sheet{sheets.index(name) + 1}.xml" for name in ("Guide", "Summary", "Plan", "Measures")}
    titled = {f"xl/charts/chart{number}.xml" for number in range(1, 8)}  # whose titles say the day
    assert changed <= allowed | titled | {"xl/styles.xml"}


def test_a_backup_is_kept(master: Path) -> None:
    before = master.read_bytes()
    refresh(master, today=date(2027, 1, 10))
    [backup] = (master.parent / "plan backups").iterdir()
    assert backup.read_bytes() == before


def test_refuses_while_it_is_open_in_excel(master: Path) -> None:
    from sendxl.errors import Refused

    master.with_name(f"~${master.name}").write_bytes(b"")
    before = master.read_bytes()
    with pytest.raises(Refused, match="open in Excel"):
        refresh(master, today=date(2027, 1, 10))
    assert master.read_bytes() == before


def test_rows_without_a_ref_are_named(master: Path, fill: Fill) -> None:
    fill(master, {("Plan", "PI-05", "Ref"): None})
    done = refresh(master, today=date(2027, 1, 10))
    assert done.activities == 21
    assert any("no Ref" in line for line in done.left_out)


def test_computed_columns_may_stand_anywhere(master: Path) -> None:
    """Columns moved by their owner are still found by header."""
    book = openpyxl.load_workbook(master)
    sheet = book["Plan"]
    ref = sheet.tables["Plan"].ref
    rows = sheet[ref]
    a, b = (next(i for i, cell in enumerate(rows[0]) if cell.value == header) for header in ("Status", "Rationale"))
    for row in rows:
        row[a].value, row[b].value = row[b].value, row[a].value
    for column in sheet.tables["Plan"].tableColumns:
        column.name = rows[0][column.id - 1].value
    book.save(master)
    refresh(master, today=date(2027, 1, 10))
    after = ClosedBook(master).read(PLAN)
    assert {row.status for row in after} <= {"Not assessed"}
    assert all(row.rationale for row in after)
