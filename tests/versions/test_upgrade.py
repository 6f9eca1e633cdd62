"""What release 0.1.0 made goes on working: read as it is, upgraded without loss, then used for a whole round."""

import shutil
import zipfile
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from sendxl.books.brought_up import BroughtUp
from sendxl.books.build.master import build_master, list_name
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.cli import cli
from sendxl.errors import NeedsUpgrade, Refused, Unusable
from sendxl.jobs import archive, chase, doctor, history, issue, refresh, savings, show, stamp, undo, validate
from sendxl.jobs.opening import earlier_of, open_master, read_master
from sendxl.jobs.upgrade import upgrade
from sendxl.plan import versions
from sendxl.plan.as_left import AS_LEFT
from sendxl.plan.finding import Severity
from sendxl.plan.master import HELD, MASTER_TABLES, PLAN, PROFILE, SAVINGS, SETTINGS, STAMPS, TRACKERS
from sendxl.plan.rows import Row
from sendxl.plan.schema import Column, Table, Type
from sendxl.plan.summary import HEADLINES, SAVINGS_BY_YEAR, SUMMARY_TABLES
from sendxl.plan.tracker import TRACKED, TRACKER_VERSION
from sendxl.plan.versions import FIRST, FORMAT, SETTING
from sendxl.plan.vocabulary import StampKind
from sendxl.returns.outcome import Return
from tests.once import built, opened

RELEASE = Path(__file__).parent / "0.1.0"
SETTINGS_ADDED = ["Settings: “Council”", f"Settings: “{SETTING}”", *(f"Settings: “{name}”" for name in (
    "Dates day first", "Slip off track days", "Delay months"))]
SHEETS_ADDED = ["Targets", "Position", "Revision", "Periods", "Counts"]
COLUMNS_ADDED = {
    "Plan": ["Source no"], "Savings": ["Finance confirmed amount", "Approved past pool", "Approved to date"],
    "Profile": ["In place on", "Approved quantity", "Approved from", "Approved until"],
    "Years": ["Approved", "Closed on", "Restated"], "Held": ["Lead", "Activity", "Value to put"],
    "Review": ["Cell", "Place in source", "How sure", "Rows"],
}
COUNTS_RENAMED = ["Profile: “Actual quantity” becomes “In place”", "Profile: “Actual from” becomes “In place since”"]
ADDED_BESIDE = ["[Content_Types].xml", "xl/_rels/workbook.xml.rels"]
JUDGED_OTHERWISE = {"ST-01": "S04 asks about the average in its return, so it is not applied"}
VALUES = ["Profile: 3 of Actual quantity kept as counts of today (average, from 0.1.0)",
          *(f"Savings {ref}: approved at upgrade, as it stands" for ref in (
              "GR-01.S1", "PI-04.S1", "GR-02.S1", "ST-01.S1", "ST-01.S2"))]
HELD_NAMED = "Held: 6 rows with lead and activity"  # of the master whose returns were stamped


def brought_up() -> list[str]:
    """What an upgrade says that it did."""
    columns = {table: [f"{table}: the column “{name}”" for name in names] for table, names in COLUMNS_ADDED.items()}
    return [*(f"the sheet {name}" for name in SHEETS_ADDED), *columns["Plan"], *columns["Savings"], *COUNTS_RENAMED,
            *columns["Profile"], *columns["Years"], *columns["Held"], *columns["Review"],
            "Savings: the choices of “Approved unit saving”", "Stamps: the choices of “Kind”",
            "Held: the choices of “Decision”", *SETTINGS_ADDED, *VALUES]


RULES_SINCE = ("X13",)  # of those that find something in the returns of 0.1.0
MASTERS = ["Delivery plan.xlsx", "Delivery plan, before stamping.xlsx"]
TODAY, NOW = date(2027, 1, 20), datetime(2027, 1, 20, 9, 30)
LATER = datetime(2027, 1, 21, 9, 30)


@pytest.fixture
def master(tmp_path: Path) -> Path:
    """The master of 0.1.0 at the end of its round."""
    return Path(shutil.copy(RELEASE / MASTERS[0], tmp_path / "Delivery plan.xlsx"))


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The master of 0.1.0 before its returns were stamped, upgraded. It is not to be changed: copy it."""
    path = Path(shutil.copy(RELEASE / MASTERS[1], tmp_path_factory.mktemp("brought up") / "Delivery plan.xlsx"))
    upgrade(path, now=NOW)
    return path


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The master of 0.1.0 before its returns were stamped."""
    return Path(shutil.copy(RELEASE / MASTERS[1], tmp_path / "Delivery plan.xlsx"))


def changed(path: Path, by: Callable[[Any], None]) -> None:
    """Have openpyxl change a workbook as a person would, its charts and all else that it keeps aside."""
    book = opened(path)
    by(book)
    book.save(path)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


READERS: list[Callable[[Path], Any]] = [
    show.show, history.history, lambda path: history.history(path, "PI-01"), doctor.doctor,
    lambda path: savings.savings(path, draws=100, today=TODAY), lambda path: chase.chase(path, today=TODAY),
    lambda path: validate.validate(path, [RELEASE / "Returns"], today=TODAY, jobs=1),
]


@pytest.mark.parametrize("read", READERS)
def test_what_only_reads_works_on_an_earlier_master(master: Path, read: Callable[[Path], Any]) -> None:
    content = master.read_bytes()
    assert read(master)
    assert master.read_bytes() == content


WRITERS: list[tuple[str, Callable[[Path], Any], list[str]]] = [
    ("refresh", lambda path: refresh.refresh(path, today=TODAY), ["refresh"]),
    ("stamp", lambda path: stamp.stamp(path, [RELEASE / "Returns"], today=TODAY), ["stamp"]),
    ("settle", lambda path: stamp.stamp(path, [], today=TODAY), ["stamp"]),
    ("undo", undo.undo, ["undo"]),
    ("archive", archive.archive, ["archive"]),
    ("issue", lambda path: issue.issue(path, path.parent / "out", period="2026-27 Q4"), ["issue", "-o", "out"]),
]


@pytest.mark.parametrize(("name", "write", "words"), WRITERS, ids=[name for name, _, _ in WRITERS])
def test_what_writes_says_what_to_do_and_changes_nothing(
        master: Path, name: str, write: Callable[[Path], Any], words: list[str], monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    content, files = master.read_bytes(), sorted(master.parent.iterdir())
    with pytest.raises(NeedsUpgrade) as caught:
        write(master)
    assert str(caught.value) == (f"Delivery plan.xlsx is of format 1: 33 things are to be brought up to format {FORMAT} before "
                                 f'anything is written. Run: sendxl upgrade "{master}".')
    from sendxl import cli as command_line

    monkeypatch.chdir(master.parent)
    monkeypatch.setattr("sys.argv", ["sendxl", words[0], str(master), *words[1:]])
    with pytest.raises(SystemExit) as stopped:
        command_line.main()
    told = capsys.readouterr()
    assert stopped.value.code == 1 and "sendxl upgrade" in told.err
    assert master.read_bytes() == content and sorted(master.parent.iterdir()) == files


def test_writing_with_upgrade_brings_it_up_first(before: Path) -> None:
    done = CliRunner().invoke(cli, ["refresh", str(before), "--upgrade"])
    assert done.exit_code == 0, done.output
    assert earlier_of(open_master(before)) is None
    again = CliRunner().invoke(cli, ["undo", str(before), "--upgrade", "--dry-run"])
    assert again.exit_code == 2 and "leave one of them out" in again.output


@pytest.mark.parametrize("name", MASTERS)
def test_an_upgrade_changes_what_is_declared_and_nothing_else(tmp_path: Path, name: str) -> None:
    path = Path(shutil.copy(RELEASE / name, tmp_path / "Delivery plan.xlsx"))
    old, was = parts(path), ClosedBook(RELEASE / name)
    done = upgrade(path, now=NOW, by="someone")
    book, new = ClosedBook(path), parts(path)
    tables = [book._workbook.table(name) for name in (*COLUMNS_ADDED, *SHEETS_ADDED, AS_LEFT.name, SETTINGS.name, STAMPS.name)]
    assert {part for part in old.keys() | new.keys() if old.get(part) != new.get(part)} == {
        *(table.part for table in tables), *(table.sheet.part for table in tables), book._workbook.sheet("Lists").part,
        "xl/workbook.xml", "xl/styles.xml", *ADDED_BESIDE,
        *(f"xl/worksheets/_rels/{Path(table.sheet.part).name}.rels" for table in tables
          if table.name in (*SHEETS_ADDED, AS_LEFT.name))}
    assert done.done == [*brought_up(), *([HELD_NAMED] if name == MASTERS[0] else [])]
    for table in MASTER_TABLES:
        if was.has(FIRST.as_it_was(table)):
            rows = [row.values() for row in was.read(FIRST.as_it_was(table))] or [{}]
            now = [row.values() for row in book.read(table)][: len(rows)]
            same = {key for key in rows[0] if key in table.by_key} - {"in_place_on", "in_place_since"}
            if table is PROFILE:
                assert [row["actual_quantity"] for row in rows] == [row["in_place"] for row in now]
            same -= {"lead", "activity"} if table is HELD else set()
            same -= {"approved_past_pool", "approved_quantity", "approved_from", "approved_until"}
            assert [{key: row[key] for key in same} for row in now or [{}]] == [{key: row[key] for key in same} for row in rows]
    added = book.find(STAMPS, "kind", StampKind.UPGRADE.value)
    assert {(row.batch, row.stamped_at, row.stamped_by) for row in added} == {(done.batch, NOW, "someone")}
    assert [(row.ref, row.new) for row in added if row.ref] == [
        ("Council", None), (SETTING, FORMAT), ("Dates day first", "Yes"), ("Slip off track days", 90), ("Delay months", 3)]
    kept = list((tmp_path / "Delivery plan backups").iterdir())
    assert [file.read_bytes() for file in kept] == [(RELEASE / name).read_bytes()] and kept[0].stem.endswith(done.label)
    content = path.read_bytes()
    assert upgrade(path).done == () and path.read_bytes() == content
    assert "nothing to do" in CliRunner().invoke(cli, ["upgrade", str(path)]).output


def layout(path: Path) -> dict[tuple[str, str], Any]:
    """What each column of each table, and each setting, takes; and the words of each list."""
    book: Any = openpyxl.load_workbook(path)
    found: dict[tuple[str, str], Any] = {}
    for sheet in book:
        rules = {at: (rule.type, rule.formula1, rule.formula2, rule.operator) for rule in sheet.data_validations.dataValidation
                 for at in str(rule.sqref).split()}
        for table in MASTER_TABLES:
            if table.name in sheet.tables:
                header, *rows = sheet[sheet.tables[table.name].ref]
                for number, cell in enumerate(header):
                    first, last = rows[0][number].coordinate, rows[-1][number].coordinate
                    found[table.name, str(cell.value)] = rules.get(f"{first}:{last}" if first != last else first)
                    if table is SETTINGS and cell.value == "Value":
                        found |= {("a setting", str(row[0].value)): (rules.get(row[number].coordinate), row[number].number_format)
                                  for row in rows}
    for name, named in book.defined_names.items():
        sheet_name, _, cells = named.attr_text.replace("'", "").replace("$", "").partition("!")
        if sheet_name == "Lists":
            found["a list", name] = [row[0].value for row in book["Lists"][cells]]
    return found


def test_an_upgraded_master_is_laid_out_as_a_new_one(before: Path, tmp_path: Path) -> None:
    upgrade(before, now=NOW)
    book = ClosedBook(before)
    rows = {table: [row.values() for row in book.read(table)] for table in MASTER_TABLES if table is not SETTINGS}
    build_master(tmp_path / "new.xlsx", rows, {"plan_title": "Plan"})
    new, upgraded = layout(tmp_path / "new.xlsx"), layout(before)
    assert {at: upgraded.get(at) for at in new} == new


def test_the_summary_of_an_upgraded_master_stays_as_it_was_and_is_kept_up_to_date(before: Path) -> None:
    """Its tables and columns are those of its release, which nothing asks for more; what they show follows the plan."""
    upgrade(before, now=NOW)
    sheet: Any = openpyxl.load_workbook(before)["Summary"]
    assert "SavingsByType" not in sheet.tables and len(sheet._charts) == 5
    done = refresh.refresh(before, today=date(2027, 4, 10))
    assert not any("Summary" in line for line in done.left_out)
    assert not any(finding.sheet == "Summary" or finding.table in {table.name for table in SUMMARY_TABLES}
                   for finding in doctor.doctor(before).findings)
    book = ClosedBook(before)
    assert book.read(HEADLINES.table).by_key["Activities, closed ones apart"]["how_many"] == done.activities
    assert len(book.read(SAVINGS_BY_YEAR.table)) > 0 and book.read(SAVINGS_BY_YEAR.table)[0]["cashable_planned"] is not None


def test_a_whole_round_on_an_upgraded_master(before: Path, tmp_path: Path) -> None:
    early = parts(before)
    content = [(RELEASE / "Returns" / file.name).read_bytes() for file in (RELEASE / "Returns").iterdir()]
    upgrade(before, now=NOW)
    checked = validate.validate(before, [RELEASE / "Returns"], today=TODAY, jobs=1)
    told = {found.file: found for found in checked.returns}
    noted = {finding.severity.name for found in told.values() for finding in found.findings if finding.code == "S04"}
    assert noted == {"NOTE", "QUERY"}
    assert not [finding for found in told.values() for finding in found.findings if finding.code == "S11"]  # its own words
    done = stamp.stamp(before, [RELEASE / "Returns"], today=TODAY, now=NOW, jobs=1)
    released = ClosedBook(RELEASE / MASTERS[0])
    asked = {found.tracker for found in told.values() for finding in found.findings
             if finding.code in RULES_SINCE or (finding.code, finding.severity) == ("S04", Severity.QUERY)}
    now, then = ([row.values() for row in book.read(TRACKERS) if row.tracker not in asked]
                 for book in (ClosedBook(before), released))
    assert now == then and 0 < len(asked) < len(then)
    assert {row.ref: row.lead_status for row in ClosedBook(before).read(PLAN)} == {
        row.ref: row.lead_status for row in released.read(PLAN)}
    refresh.refresh(before, today=TODAY)
    assert [(row.status, row.forecast) for row in ClosedBook(before).read(PLAN) if row.key not in JUDGED_OTHERWISE] == [
        (row.status, row.forecast) for row in released.read(PLAN) if row.key not in JUDGED_OTHERWISE]
    assert done.changes and any(event.column for event in history.history(before, "PI-01").events)
    assert undo.undo(before, now=LATER).undoes == done.batch
    assert stamp.stamp(before, [RELEASE / "Returns"], today=TODAY, now=LATER.replace(hour=11), jobs=1).changes
    issued = issue.issue(before, tmp_path / "Next", period="2026-27 Q4", today=date(2027, 4, 5))
    tracker: Any = openpyxl.load_workbook(issued.trackers[0].path)
    identity = {row[0].value: row[1].value for row in tracker["Identity"].iter_rows(min_row=5)}
    assert identity["Template version"] == TRACKER_VERSION == "2"
    assert {part for part in early if part.startswith("xl/drawings") or part == "docProps/core.xml"} <= parts(before).keys()
    assert content == [(RELEASE / "Returns" / file.name).read_bytes() for file in (RELEASE / "Returns").iterdir()]


def test_the_returns_of_a_tracker_of_0_1_0_are_judged_as_they_were(before: Path) -> None:
    """But for the note: their digests hold, and no answer is lost."""
    def judged(returns: Any) -> dict[str, Any]:
        return {found.file: (found.outcome, [(f.code, f.cell) for f in found.findings if f.code != "S04"]) for found in returns}

    first: list[Return] = list(validate.validate(before, [RELEASE / "Returns"], today=TODAY, jobs=1).returns)
    upgrade(before, now=NOW)
    second = list(validate.validate(before, [RELEASE / "Returns"], today=TODAY, jobs=1).returns)
    assert judged(first) == judged(second)
    assert sorted({str(found.outcome) for found in second}) == ["accepted", "held", "rejected"]


def test_a_tracker_of_0_1_0_whose_program_dropped_the_tables_is_found_by_its_own_headers(before: Path, tmp_path: Path) -> None:
    """Also the sheet Savings, which asks for twice as much by now."""
    name = "TRANSPORT 2026-27 Q3.xlsx"
    book: Any = openpyxl.load_workbook(RELEASE / "Returns" / name)
    for sheet in book:
        sheet.tables.clear()
    book.save(tmp_path / name)
    [whole] = validate.validate(before, [RELEASE / "Returns" / name], today=TODAY, jobs=1).returns
    [found] = validate.validate(before, [tmp_path / name], today=TODAY, jobs=1).returns
    assert (found.outcome, found.changes) == (whole.outcome, whole.changes)
    assert "Profile" in {change.table for change in found.changes} and "S12" in {finding.code for finding in found.findings}


@pytest.mark.parametrize("which", ["the upgrade", "one before it", "the last"])
def test_an_upgrade_and_what_came_before_is_not_taken_back(master: Path, which: str) -> None:
    early = history.history(master).batches[-1].batch
    done = upgrade(master, now=datetime(2027, 2, 1, 12, 0))
    content = master.read_bytes()
    with pytest.raises(Refused, match=rf"“Delivery plan backups”, in the file whose name ends with {done.batch}-upgrade"):
        undo.undo(master, {"the upgrade": done.batch, "one before it": early, "the last": None}[which])
    assert master.read_bytes() == content


def _set(value: Any) -> Callable[[Any], None]:
    def by(book: Any) -> None:
        for row in book["Settings"].iter_rows(min_row=5):
            if row[0].value == SETTING:
                row[1].value = value
    return by


def _delete(book: Any) -> None:
    sheet = book["Settings"]
    number = next(row[0].row for row in sheet.iter_rows(min_row=5) if row[0].value == SETTING)
    sheet.delete_rows(number)
    table = sheet.tables["Settings"]
    top, _, bottom = table.ref.partition(":")
    table.ref = table.autoFilter.ref = f"{top}:{bottom[0]}{int(bottom[1:]) - 1}"


ODD = [
    (_set("3"), "has Plan format 3, which a later sendxl made"), (_set(3), "which a later sendxl made"),
    (_set("abc"), "Plan format” holds “abc”, but its tables are those of format 2. Enter 2 there"),
    (_set(None), "Plan format” is blank, but its tables are those of format 2. Enter 2 there"),
    (_set("two"), "Plan format” holds “two”, but its tables are those of format 2. Enter 2 there"),
    (_set(3.5), "Plan format” holds “3.5”, but its tables are those of format 2. Enter 2 there"),
    (_set("=1+1"), "Plan format” holds a formula or an error, but its tables are those of format 2. Enter 2 there"),
    (_set("1"), "but its tables are those of format 2. Enter 2 there"),
    (_delete, "Settings has no row “Plan format”, but its tables are those of format 2. Put the row back"),
]


@pytest.mark.parametrize("kind", ["new", "upgraded"])
@pytest.mark.parametrize(("change", "says"), ODD)
def test_a_format_that_cannot_be_is_refused_by_all(tmp_path: Path, small_plan: Callable[..., Any], brought: Path, kind: str,
                                                   change: Callable[[Any], None], says: str) -> None:
    path = tmp_path / "Plan.xlsx"
    if kind == "new":
        built(path, small_plan(), {"plan_title": "Plan", "reporting_period": "2026-27 Q3"})
    else:
        shutil.copy(brought, path)
    changed(path, change)
    content = path.read_bytes()
    jobs: list[Callable[[Path], Any]] = [show.show, upgrade, lambda p: refresh.refresh(p, today=TODAY)]
    if "later" in says:
        jobs.append(doctor.doctor)
    else:
        told = [finding for finding in doctor.doctor(path).findings if SETTING in str(finding)]
        [unknown] = (finding for finding in told if finding.code == "D53")
        assert says.partition("format” ")[2].partition(". ")[0] in str(unknown)
    for job in jobs:
        with pytest.raises(Unusable) as caught:
            job(path)
        assert says in str(caught.value)
    assert path.read_bytes() == content


def test_an_earlier_master_with_an_odd_format_is_not_guessed_at(before: Path) -> None:
    def add(book: Any) -> None:
        sheet = book["Settings"]
        last = int(sheet.tables["Settings"].ref.rpartition("C")[2]) + 1
        sheet.cell(last, 1, SETTING)
        sheet.cell(last, 2, "abc")
        sheet.tables["Settings"].ref = sheet.tables["Settings"].autoFilter.ref = f"A4:C{last}"

    changed(before, add)
    with pytest.raises(Unusable, match=r"holds “abc”, but its tables are those of format 1\. Delete that row"):
        upgrade(before)


def _own(book: Any) -> None:
    from openpyxl.worksheet.table import TableColumn

    sheet = book["Settings"]
    table = sheet.tables["Settings"]
    last = int(table.ref.rpartition("C")[2])
    table.tableColumns.append(TableColumn(id=9, name="Our note"))
    for row in range(4, last + 1):
        sheet.cell(row, 4, "Our note" if row == 4 else f"note {row}")
    table.ref = table.autoFilter.ref = f"A4:D{last}"
    book.create_sheet("Our sums")["A1"] = "=COUNTA(Plan[Ref])"


def _sorted(book: Any) -> None:
    sheet = book["Settings"]
    rows = [[(cell.value, copy(cell._style)) for cell in row] for row in sheet["A5:C24"]]
    for row, cells in zip(sheet["A5:C24"], reversed(rows), strict=True):
        for cell, (value, style) in zip(row, cells, strict=True):
            cell.value, cell._style = value, style
    sheet.row_dimensions[9].hidden = True


def _totals(book: Any) -> None:
    sheet = book["Settings"]
    table = sheet.tables["Settings"]
    last = int(table.ref.rpartition("C")[2])
    sheet.cell(last + 1, 1, "Total")
    table.totalsRowCount = 1
    table.ref = f"A4:C{last + 1}"


def _protected(book: Any) -> None:
    for name in ("Settings", "Lists", "Stamps"):
        book[name].protection.sheet = True


@pytest.mark.parametrize("change", [_own, _sorted, _totals, _protected])
def test_masters_as_people_have_made_them_are_upgraded(before: Path, change: Callable[[Any], None]) -> None:
    changed(before, change)
    tables = [table for table in MASTER_TABLES if FIRST.has(table) and table not in (PROFILE, SAVINGS)]
    was = {table: [row.values() for row in ClosedBook(before).read(table)] for table in tables}
    assert upgrade(before, now=NOW).done
    book = ClosedBook(before)
    assert {table: [row.values() for row in book.read(table)][: len(rows)] for table, rows in was.items()} == was
    assert book.read(SETTINGS).by_key[SETTING].value == FORMAT
    assert upgrade(before).done == ()
    refresh.refresh(before, today=TODAY)


def test_a_setting_that_was_deleted_is_put_back_with_its_default(before: Path) -> None:
    def without(book: Any) -> None:
        for row in book["Settings"]["A5:C24"]:
            if row[0].value == "Early share":
                row[0].value = row[1].value = row[2].value = None

    changed(before, without)
    assert "Settings: “Early share”" in upgrade(before, now=NOW).done
    book = ClosedBook(before)
    assert book.read(SETTINGS).by_key["Early share"].value == 0.1
    assert [row.new for row in book.find(STAMPS, "kind", "upgrade") if row.ref == "Early share"] == [0.1]


def test_a_file_that_may_only_be_read_is_left(before: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = before.read_bytes()
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(Refused, match="may only be read"):
        upgrade(before)
    assert before.read_bytes() == content


def test_an_open_master_is_upgraded_as_a_copy_by_its_button(before: Path) -> None:
    from tests.engines import memory

    book = memory.Kept(before)
    with pytest.raises(NeedsUpgrade, match="Press Upgrade"):
        refresh.refresh(book, today=TODAY)
    with pytest.raises(Refused, match=r"is open\. Press Upgrade"):
        upgrade(book)
    assert show.show(book).activities


# The next step, of which today's is a part: a table, columns, a header and a choice that a later issue may declare.

WARD = Column("Ward", Type.TEXT, "Where it is.")
FIELD = Column("Field", Type.TEXT, "Its field.")
INTERIM = Table("Interim", "Interim targets.", Row, (Column("Ref", Type.TEXT, ""), Column("On", Type.DATE, "")), "plan")
NEXT_PLAN = replace(PLAN, columns=(*(FIELD if column.key == "theme" else column for column in PLAN), WARD))


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a later version may declare."""
    tables = (NEXT_PLAN, *(table for table in MASTER_TABLES if table is not PLAN), INTERIM)
    later = replace(FIRST, renamed={**FIRST.renamed, PLAN.name: {"Theme": "Field"}})
    for module in ("sendxl.plan.versions", "sendxl.jobs.upgrade", "sendxl.jobs.opening"):
        monkeypatch.setattr(f"{module}.MASTER_TABLES", tables)
    monkeypatch.setattr(versions, "FIRST", later)


@pytest.mark.usefixtures("declared")
def test_an_earlier_master_reads_as_brought_up(before: Path) -> None:
    book = read_master(before)
    assert isinstance(book, BroughtUp)
    assert list(book.read(INTERIM)) == [] and book.has(INTERIM)
    rows, was = book.read(NEXT_PLAN), ClosedBook(before).read(PLAN)
    assert rows.missing == [] and [(row["field"], row["ward"]) for row in rows] == [(row.theme, None) for row in was]
    assert next(iter(book.find(NEXT_PLAN, "field", str(was[0].theme)))).ref == was[0].ref


@pytest.mark.usefixtures("declared")
def test_what_is_declared_since_is_brought_up(before: Path) -> None:
    was = [row.theme for row in ClosedBook(before).read(PLAN)]
    done = upgrade(before, now=NOW)
    said = brought_up()
    said[len(SHEETS_ADDED):len(SHEETS_ADDED)] = ["the sheet Interim", "Plan: “Theme” becomes “Field”"]
    at = said.index(f"Plan: the column “{COLUMNS_ADDED['Plan'][0]}”")
    assert done.done == [*said[: at + 1], "Plan: the column “Ward”", *said[at + 1 :]]
    book = ClosedBook(before)
    assert [row["field"] for row in book.read(NEXT_PLAN)] == was and book.read(NEXT_PLAN).missing == [] and book.has(INTERIM)
    assert upgrade(before).done == ()


def test_the_first_format_is_that_of_the_release() -> None:
    for name in MASTERS:
        book = ClosedBook(RELEASE / name)
        assert {table: tuple(book._workbook.table(table).columns) for table in FIRST.tables} == FIRST.tables
        assert tuple(row.key for row in book.read(SETTINGS)) == FIRST.settings
    tracker = ClosedBook(next((RELEASE / "Trackers").iterdir()))._workbook
    assert {seen.name for seen in TRACKED.values()} == set(FIRST.asked)
    for table in ("Plan", "Measures"):
        assert tuple(tracker.table(table).columns) == FIRST.asked[table]


def test_a_list_that_was_changed_since_is_among_the_choices() -> None:
    """A word that is added to a list, and not said in the format, would be missing from upgraded masters."""
    book = ClosedBook(RELEASE / MASTERS[0])
    said = {list_name(table[key]) for table, key in FIRST.choices}
    for table in MASTER_TABLES:
        for column in table:
            if column.choices and list_name(column) not in said and FIRST.has(table):
                assert book.words(str(list_name(column))) == [str(word) for word in column.choices], column.header
