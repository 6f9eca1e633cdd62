"""doctor: everything to mend in a master, all at once, each at its cell."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs.doctor import Diagnosis
from sendxl.jobs.doctor import doctor as doctor_on
from sendxl.plan.master import LEADS, MASTER_TABLES, PLAN, SAVINGS, SETTINGS
from tests.cells import placed

SHIPPED = Path(__file__).parents[2] / "workbooks" / "examples"
TODAY = date(2027, 1, 20)
Change = Callable[[Any], None]  # of an openpyxl workbook, as a person would in Excel


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The shipped master, built anew so that it has the columns of today."""
    book = ClosedBook(SHIPPED / "master.xlsx")
    path = tmp_path_factory.mktemp("shipped") / "plan.xlsx"
    rows = {table: [row.values() for row in book.read(table)] for table in MASTER_TABLES if book.has(table)}
    settings = {row.key.lower().replace(" ", "_"): row.value for row in book.read(SETTINGS)}
    build_master(path, rows, settings)
    return path.read_bytes()


@pytest.fixture
def plan(shipped: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(shipped)
    return path


KNOWN = [placed(text) for text in (
    "N D10 Plan![Lead]25 MH-01: Nobody is named as Lead, so nobody answers for it. Choose a title of Leads.",
    "N D10 Plan![Lead]26 MH-02: Nobody is named as Lead, so nobody answers for it. Choose a title of Leads.",
    "N D23 Savings![Activity ref]7 GR-02.S1: GR-02 has no savings rating in Plan, yet this line counts savings on it. "
    "Agree with finance that it may.",
)]


def doctor(path: Path) -> Diagnosis:
    return doctor_on(path, today=TODAY)


def told(found: Diagnosis) -> list[str]:
    return [str(finding) for finding in found.findings]


def changed(path: Path, change: Change) -> Diagnosis:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return doctor(path)


def cell(sheet: str, key: str, header: str, value: Any) -> Change:
    """Type into the cell of the row that ``key`` names."""
    def typed(book: Any) -> None:
        rows = list(book[sheet].iter_rows(min_row=4))
        row = next(row for row in rows if row[0].value == key)
        row[[one.value for one in rows[0]].index(header)].value = value

    return typed


def head(sheet: str, header: str, renamed: str) -> Change:
    """Rename a header, as Excel does: in the cell and in the table."""
    def typed(book: Any) -> None:
        column = next(one for one in book[sheet][4] if one.value == header)
        column.value = book[sheet].tables[sheet].tableColumns[column.column - 1].name = renamed

    return typed


def renamed_table(name: str, renamed: str) -> Change:
    def typed(book: Any) -> None:
        sheet = book[name]
        table = sheet.tables.pop(name)
        table.name = table.displayName = renamed
        sheet.add_table(table)

    return typed


def test_the_shipped_master_has_only_what_the_published_plan_leaves_open(plan: Path) -> None:
    before = plan.read_bytes()
    found = doctor(plan)
    assert (found.path, told(found), found.clean) == (plan, KNOWN, False)
    assert {finding.file for finding in found.findings} == {"plan.xlsx"}
    assert plan.read_bytes() == before and [path.name for path in plan.parent.iterdir()] == ["plan.xlsx"]


def test_a_master_with_nothing_to_mend(plan: Path) -> None:
    def mended(book: Any) -> None:
        for ref in ("MH-01", "MH-02"):
            cell("Plan", ref, "Lead", "Transport Operations Manager")(book)
        cell("Plan", "GR-02", "Savings rating", "Low")(book)

    found = changed(plan, mended)
    assert (found.findings, found.clean) == ((), True)


WRITE_PERIOD = 'write a quarter like "2026-27 Q3" or a month like "2026-11".'
CASES: list[tuple[Change, str]] = [
    (head("Savings", "Chain", "Chains"),
     "E D02 Savings![Chain]4: Savings has no column headed “Chain”; there is “Chains”: rename it to “Chain”."),
    (head("Savings", "Chain", "Route"), "E D02 Savings: Savings has no column headed “Chain”. Put its header back."),
    (head("Plan", "Ref", "Our number"), "E D02 Plan: Plan has no column headed “Ref”. Put its header back."),
    (renamed_table("Pools", "Groups"),
     "E D01 Pools: There is no table called Pools. If it was renamed, give it its old name back: click in it, then Table Design, "
     "Table Name. If it was deleted, take it from a backup."),
    (lambda book: book.remove(book["Years"]),
     "E D01: There is no table called Years. If it was renamed, give it its old name back: click in it, then Table Design, "
     "Table Name. If it was deleted, take it from a backup."),
    (cell("Measures", "PI-02.M1", "Ref", None), "E D03 Measures!A6: The row has no Ref, so it does not count. Give it one."),
    (cell("Plan", "MH-02", "Ref", "MH-01"),
     "E D04 Plan!A26 MH-01: Ref MH-01 stands in rows 25 and 26. Give one of them another, or delete the row."),
    (lambda book: book["Pools"].__setitem__("A7", "CITY"),
     "E D05 Pools!A7 CITY: Row 7 stands below the table, so it does not count. Drag the table’s corner down to take it in."),
    (cell("Plan", "PI-01", "Due", "end of term"),
     "E D06 Plan![Due]5 PI-01: Due holds “end of term”, which is not a date that can be read in one way only. "
     "Write it like 31 Dec 2026."),
    (cell("Savings", "PI-04.S1", "Chain", "OOC > SPECIAL > RPP"),
     "E D15 Savings![Chain]6 PI-04.S1: Chain names “RPP”, which UnitCosts does not have. Did you mean “RP”? Correct it, or add "
     "it to UnitCosts."),
    (cell("Settings", "Year count", "Value", "some"),
     "E D34 Settings![Value]<Year count> Year count: “Year count” holds “some”, which cannot be used. "
     "Enter a whole number, as in 5."),
    (cell("Settings", "Discount rate", "Value", -1),
     "E D34 Settings![Value]<Discount rate> Discount rate: “Discount rate” holds “-1”, which cannot be used. "
     "Enter a number, as in 0.035."),
    (cell("Settings", "Reporting period", "Value", "autumn"),
     f'E D35 Settings![Value]<Reporting period> Reporting period: "autumn" is not a reporting period: {WRITE_PERIOD}'),
    (cell("Settings", "Closed through", "Value", "2026-27 Q5"),
     "E D34 Settings![Value]<Closed through> Closed through: “Closed through” holds “2026-27 Q5”, which cannot be used. "
     f"Enter a period: {WRITE_PERIOD}"),
    (cell("Settings", "First year", "Value", "2026/27"),
     'E D35 Settings![Value]<First year> First year: "2026/27" is not a financial year: write it like "2026-27".'),
    (cell("Settings", "Plan id", "Value", None),
     "E D36 Settings![Value]<Plan id> Plan id: Plan id is blank, so no tracker can be issued and no return known again. "
     "Put it back from a backup."),
    (cell("Settings", "At risk from", "Setting", "At risk form"),
     "E D33 Settings![Setting]<At risk from> At risk form: There is no setting “At risk form”, "
     "so “At risk from” has its default. Rename it to “At risk from”."),
    (cell("Settings", "Year count", "Value", "#N/A"),
     "E D06 Settings![Value]<Year count> Year count: Value holds the error #N/A. Type the value in its place."),
]


@pytest.mark.parametrize(("change", "message"), CASES, ids=[message[2:25] for _, message in CASES])
def test_what_doctor_tells(change: Change, message: str, plan: Path) -> None:
    found = told(changed(plan, change))
    assert placed(message) in found
    assert {line[:5] for line in found} <= {message[:5], "N D10", "N D23", *(["E D08"] if "D04" in message else [])}


def test_the_cost_of_a_code_that_has_none_is_told_on_every_line_that_needs_it(plan: Path) -> None:
    found = changed(plan, cell("UnitCosts", "SPECIAL", "Annual cost", None))
    lines = [finding.ref for finding in found.findings if finding.code == "D16"]
    chains = [row.key for row in ClosedBook(plan).read(SAVINGS) if "SPECIAL" in (row.chain or "")]
    assert lines == chains and len(lines) >= 2


def test_all_at_once_in_the_order_of_the_sheets(plan: Path) -> None:
    def spoilt(book: Any) -> None:
        renamed_table("Pools", "Groups")(book)
        head("Savings", "Fund", "Funds")(book)
        cell("Settings", "Year count", "Value", 0)(book)
        cell("Plan", "PI-01", "Due", "soon")(book)
        cell("Profile", "GR-01.S1.P1", "Planned quantity", -8)(book)
        cell("Measures", "PI-02.M1", "Activity ref", "PI-2")(book)
        book.move_sheet("Savings", -book.sheetnames.index("Savings"))

    found = changed(plan, spoilt)
    assert [(finding.sheet, finding.code) for finding in found.findings] == [
        ("Savings", "D02"), ("Savings", "D23"), ("Plan", "D06"), ("Plan", "D60"), ("Plan", "D10"), ("Plan", "D10"),
        ("Measures", "D08"), ("Profile", "D07"), ("Pools", "D01"), ("Settings", "D34"),
    ]


def test_a_header_is_taken_for_one_column_only(plan: Path) -> None:
    """Planned to date is gone, Realised to date was renamed to what is like both."""
    def spoilt(book: Any) -> None:
        head("Plan", "Planned to date", "Own notes")(book)
        head("Plan", "Realised to date", "Realised till date")(book)

    assert [line for line in told(changed(plan, spoilt)) if "D02" in line] == [
        "E D02 Plan: Plan has no column headed “Planned to date”. Put its header back.",
        placed("E D02 Plan![Realised to date]4: Plan has no column headed “Realised to date”; there is “Realised till date”: "
               "rename it to “Realised to date”."),
    ]


def test_a_row_of_leads_that_no_tracker_can_be_made_for(plan: Path) -> None:
    found = changed(plan, cell("Leads", "TRANSPORT", "Title", None))
    assert [(finding.code, finding.ref) for finding in found.findings if finding.severity == "error"] == [
        ("D08", "ST-01"), ("D31", "TRANSPORT")]


@pytest.mark.parametrize(("source", "says"), [
    (None, "there is no such file"), (SHIPPED / "plan.txt", "plan.xlsx"), (SHIPPED / "tracker.xlsx", "is not a master workbook"),
])
def test_what_is_no_master_is_refused(source: Path | None, says: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    if source:
        shutil.copyfile(source, path)
    with pytest.raises(Unusable, match=says):
        doctor(path)


def test_a_workbook_of_something_else_is_refused(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(Unusable, match="is not a master workbook"):
        doctor(tmp_path / "other.xlsx")


def test_what_was_changed_on_the_summary_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    rows: Any = {PLAN: [{"ref": "PI-01", "theme": "A", "lead": "L"}], LEADS: [{"code": "L", "title": "L"}]}
    build_master(path, rows, {"plan_id": "x"})
    book: Any = openpyxl.load_workbook(path)
    sheet = book["Summary"]
    del sheet.tables["SavingsByFund"]
    headlines, themes = sheet[sheet.tables["Headlines"].ref], sheet[sheet.tables["StatusByTheme"].ref]
    headlines[1][1].value = 12
    themes[0][1].value = sheet.tables["StatusByTheme"].tableColumns[1].name = "Done"
    book.save(path)
    found = {finding.code: finding for finding in doctor(path).findings}
    assert set(found) == {"D02", "D37", "D38", "D60"}
    assert "no table called SavingsByFund" in found["D37"].message
    assert found["D38"].place == f"Summary!{headlines[1][1].coordinate}"
    assert "holds 12 in place of a formula" in found["D38"].message
    assert "no column headed “Complete”" in found["D02"].message


def test_a_totals_row_is_part_of_its_table(plan: Path) -> None:
    before = told(doctor(plan))

    def total(book: Any) -> None:
        sheet = book[SAVINGS.title]
        table = sheet.tables[SAVINGS.name]
        left, right = table.ref.split(":")
        row = sheet[right].row + 1
        table.ref = f"{left}:{sheet[right].column_letter}{row}"
        table.totalsRowCount = 1
        sheet.cell(row, 1, "Total")

    assert told(changed(plan, total)) == before
