"""Refuse rather than harm: what stamping and refreshing refuse, with all as it was, and doctor finds beforehand, all of it."""
# ruff: noqa: E501 (cases read as tables: one a line)

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from sendxl.books.book import AppendRows
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.checks import CHECKS, blockers
from sendxl.errors import Refused, SettingError, Unusable
from sendxl.jobs.doctor import doctor
from sendxl.jobs.issue import issue
from sendxl.jobs.refresh import refresh
from sendxl.jobs.stamp import stamp
from sendxl.plan.master import HELD, PLAN, PROFILE, READINGS, SAVINGS, SETTINGS, STAMPS, UPDATES, YEARS
from sendxl.plan.schema import Table
from sendxl.plan.values import Value

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
Change = Callable[[Path], None]
TODAY, NOW = date(2027, 1, 11), datetime(2027, 1, 11, 9, 30)
LINE: dict[str, Value] = {"ref": "PI-01.S1", "activity_ref": "PI-01", "method": "Unit cost avoided", "unit_amount": 7,
                          "type": "Cost avoidance", "fund": "High needs block"}
QUANTITY: dict[str, Value] = {"ref": "PI-01.S1.P1", "savings_ref": "PI-01.S1", "from": date(2026, 9, 1), "planned_quantity": 3}
MARK = 123456789
BLOCKERS = {code for code, rule in CHECKS.items() if rule.check.__module__ == blockers.__name__}


class Ready(NamedTuple):
    """A master with issued trackers and a savings line, and returns of which one is accepted and one held."""

    master: bytes
    returns: tuple[bytes, ...]


@pytest.fixture(scope="session")
def ready(built: bytes, tmp_path_factory: pytest.TempPathFactory) -> Ready:
    folder = tmp_path_factory.mktemp("ready")
    master = folder / "plan.xlsx"
    master.write_bytes(built)
    ClosedBook(master, backups=0).apply([AppendRows(SAVINGS, [LINE]), AppendRows(PROFILE, [QUANTITY])])
    trackers = {made.lead: made.path for made in issue(master, folder / "out", period="2026-27 Q3", today=date(2027, 1, 4)).trackers}
    typed: dict[str, dict[tuple[str, str], Value]] = {
        "IDS 0-5 Manager": {("Activities", "% complete"): 0.4, ("Activities", "Lead status"): "On track"},
        "Specialist Teaching Service": {("Activities", "% complete"): "much"},
    }
    for lead, values in typed.items():
        book: Any = openpyxl.load_workbook(trackers[lead])
        for (sheet, header), value in values.items():
            cells = list(book[sheet][book[sheet].tables["Plan"].ref])
            cells[1][[cell.value for cell in cells[0]].index(header)].value = value
        book.save(trackers[lead])
    return Ready(master.read_bytes(), tuple(trackers[lead].read_bytes() for lead in typed))


@pytest.fixture
def master(ready: Ready, tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(ready.master)
    (tmp_path / "in").mkdir()
    for number, content in enumerate(ready.returns):
        (tmp_path / "in" / f"return{number}.xlsx").write_bytes(content)
    return path


def stamping(master: Path) -> Any:
    return stamp(master, [master.parent / "in"], today=TODAY, now=NOW, by="kim")


def refreshing(master: Path) -> Any:
    return refresh(master, today=TODAY)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- what people and programs do to a master ---------------------------------------------------------------------------


def in_excel(change: Callable[[Any], None]) -> Change:
    def changed(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)

    return changed


def rewritten(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
    path.write_bytes(out.getvalue())


def at(table: Table, header: str, row: int) -> str:
    """Where a new master has a column's cell."""
    return f"{openpyxl.utils.get_column_letter([column.header for column in table].index(header) + 1)}{row}"


def below(table: Table, key: str = "", down: int = 1) -> Callable[[Any], str]:
    def found(book: Any) -> str:
        area = book[table.title].tables[table.name].ref
        return f"{key or 'A'}{int(area.rpartition(':')[2].lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')) + down}"

    return found


def typed(table: Table, cell: str | Callable[[Any], str], value: Any) -> Change:
    return in_excel(lambda book: book[table.title].__setitem__(cell if isinstance(cell, str) else cell(book), value))


def formula_xml(table: Table, cell: str, xml: str) -> Change:
    """Put a formula element, and what it shows, into a cell."""
    def changed(path: Path) -> None:
        typed(table, cell, MARK)(path)
        rewritten(path, lambda part, content: content.replace(f"<v>{MARK}</v>".encode(), xml.encode()))

    return changed


def merged(table: Table) -> Change:
    def merge(book: Any) -> None:
        first = below(table, "B")(book)
        book[table.title].merge_cells(f"{first}:C{first[1:]}")

    return in_excel(merge)


def stacked(table: Table) -> Change:
    def stack(book: Any) -> None:
        from openpyxl.worksheet.table import Table as ExcelTable

        row = int(below(table, "B", 3)(book)[1:])
        for number, text in enumerate(("Notes", "one", "two")):
            book[table.title][f"B{row + number}"] = text
        book[table.title].add_table(ExcelTable(displayName="Notes", ref=f"B{row}:B{row + 2}"))

    return in_excel(stack)


def array_column(table: Table) -> Change:
    def add(path: Path) -> None:
        header = next(iter(table.columns)).header.encode()
        mark = b'name="' + header + b'"'
        rewritten(path, lambda part, content: content if f'displayName="{table.name}"'.encode() not in content else content.replace(
            mark + b" />", mark + b'><calculatedColumnFormula array="1">1</calculatedColumnFormula></tableColumn>').replace(
            mark + b"/>", mark + b'><calculatedColumnFormula array="1">1</calculatedColumnFormula></tableColumn>'))

    return add


def to_the_end(table: Table) -> Change:
    def drag(book: Any) -> None:
        excel = book[table.title].tables[table.name]
        excel.ref = excel.autoFilter.ref = excel.ref.rstrip("0123456789") + "1048576"

    return in_excel(drag)


def renamed_table(book: Any) -> None:
    sheet = book["Plan"]
    table = sheet.tables.pop("Plan")
    table.name = table.displayName = "Aims"
    sheet.add_table(table)


def renamed(table: Table, header: str, new: str) -> Change:
    def rename(book: Any) -> None:
        sheet = book[table.title]
        column = next(cell for cell in sheet[4] if cell.value == header)
        column.value = sheet.tables[table.name].tableColumns[column.column - 1].name = new

    return in_excel(rename)


def signed(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("_xmlsignatures/origin.sigs", b"")


def encrypted(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))


def two_of_one_name(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/styleX.xml", b"<styleSheet/>")
    path.write_bytes(path.read_bytes().replace(b"xl/styleX.xml", b"xl/styles.xml"))


def zip64(path: Path) -> None:
    blob = path.read_bytes()
    end = blob.rindex(b"PK\5\6")
    count, size, start = struct.unpack("<HII", blob[end + 10 : end + 20])
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
    path.write_bytes(blob[:end] + record + struct.pack("<4sIQI", b"PK\6\7", 0, end, 1) + blob[end:])


def beside(hint: str) -> Change:
    return lambda path: path.with_name(hint).touch()


SHARE, STATUS = at(PLAN, "% complete", 5), at(PLAN, "Status", 6)
DONE = at(PLAN, "Lead status", 5)
CASES: list[tuple[str, Change, str, str, str]] = [
    # what, how it comes about, what doctor tells, what stamping and what refreshing is refused with ('': it goes on)
    ("signed", signed, "E D42: Nothing can be written into this workbook: it is digitally signed", "Remove the signature", "Remove the signature"),
    ("ZIP64", zip64, "E D42: Nothing can be written into this workbook: it is a ZIP64 file", "save it again", "save it again"),
    ("open in Excel", beside("~$plan.xlsx"), "E D41: Nothing can be written now: it is open in Excel", "Close it there", "Close it there"),
    ("open in LibreOffice", beside(".~lock.plan.xlsx#"), "E D41: Nothing can be written now: it is open in LibreOffice", "Close it there", "Close it there"),
    ("table renamed", in_excel(renamed_table), "E D01 Plan: There is no table called Plan", "give it its old name back", "give it its old name back"),
    ("header of leads", renamed(PLAN, "% complete", "Done"), "E D02 Plan: Plan has no column headed “% complete”", "Put its header back", "Put its header back"),
    ("header of Stamps", renamed(STAMPS, "Old", "Before"), "E D02 Stamps: Stamps has no column headed “Old”", "Put its header back", ""),
    ("header of Updates", renamed(UPDATES, "Batch", "Lot"), "E D02 Updates: Updates has no column headed “Batch”", "Put its header back", "Put its header back"),
    ("header of Held", renamed(HELD, "Returned", "What came"), "E D02 Held: Held has no column headed “Returned”", "Put its header back", ""),
    ("formula", typed(PLAN, SHARE, "=0.1*3"), f"E D39 Plan!{SHARE} PI-01: % complete holds a formula", f"Plan!{SHARE} holds a formula", ""),
    ("formula in Status", typed(PLAN, STATUS, "=1"), f"E D39 Plan!{STATUS} PI-02: Status holds a formula", "", f"Plan!{STATUS} holds a formula"),
    ("shared formula", formula_xml(PLAN, SHARE, f'<f t="shared" ref="{SHARE}" si="0">1/2</f>'),
     f"E D39 Plan!{SHARE} PI-01: % complete holds a formula", f"Plan!{SHARE} holds part of a shared formula", ""),
    ("array formula", formula_xml(PLAN, SHARE, f'<f t="array" ref="{SHARE}">1/2</f>'),
     f"E D43 Plan!{SHARE}: % complete lies in an array formula over {SHARE}", f"Plan!{SHARE} holds part of an array formula", ""),
    ("array formula beside", formula_xml(PLAN, SHARE, f'<f t="array" ref="{SHARE}:{DONE}">1/2</f>'),
     f"E D43 Plan!{SHARE}: % complete lies in an array formula over {SHARE}:{DONE}", "holds part of an array formula", ""),
    ("array formula above", formula_xml(PLAN, STATUS.replace("6", "2"), f'<f t="array" ref="{STATUS.replace("6", "2")}:{STATUS}">1</f><v>1</v>'),
     f"E D43 Plan!{STATUS.replace('6', '5')}: Status lies in an array formula", "", "holds part of an array formula"),
    ("data table", formula_xml(PLAN, SHARE, f'<f t="dataTable" ref="{SHARE}" dt2D="0" dtr="0" r1="A1"/>'),
     f"E D43 Plan!{SHARE}: % complete lies in a data table over {SHARE}", f"Plan!{SHARE} holds part of a data table", ""),
    ("remark below Stamps", typed(STAMPS, below(STAMPS, "C", 2), "a remark"), "E D44 Stamps!C7: C7, below the table Stamps", "Stamps!C7, below the table, is not empty", ""),
    ("remark below Held", typed(HELD, below(HELD, "D"), "=1+1"), "E D44 Held!D6: D6, below the table Held", "", ""),
    ("remark below Years", typed(YEARS, below(YEARS, "D"), 5), "E D44 Years!D6: D6, below the table Years", "", "Years!D6, below the table, is not empty"),
    ("merged below Stamps", merged(STAMPS), "E D44 Stamps!B6: B6:C6, below the table Stamps", "Unmerge it", ""),
    ("array formula below", formula_xml(STAMPS, "AA6", '<f t="array" ref="C6:AA6">1</f><v>1</v>'), "E D44 Stamps!C6: C6:AA6, below", "holds part of an array formula", ""),
    ("table below Stamps", stacked(STAMPS), "E D45 Stamps!B8: The table Notes stands below the table Stamps", "the table Notes stands below it. Move it", ""),
    ("array column", array_column(STAMPS), "E D46 Stamps!A5: The column “No” is one array formula", "Make it an ordinary one", ""),
    ("end of the sheet", to_the_end(UPDATES), "E D47 Updates!A1048576: The table Updates ends with the last row", "no room for so many rows", ""),
]


@pytest.mark.parametrize(("change", "told", "stamped", "refreshed"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_would_do_harm_is_refused_and_found_beforehand(
        change: Change, told: str, stamped: str, refreshed: str, master: Path) -> None:
    change(master)
    before = everything(master.parent)
    found = [str(finding) for finding in doctor(master).findings]
    assert any(line.startswith(told) for line in found), found
    for job, says in ((stamping, stamped), (refreshing, refreshed)):
        if says:
            with pytest.raises((Refused, Unusable), match=r"plan\.xlsx") as caught:
                job(master)
            assert says in str(caught.value)
            assert everything(master.parent) == before


@pytest.mark.parametrize(("change", "says"), [(encrypted, "protected with a password; save a copy without one"),
                                              (two_of_one_name, "two parts are called 'xl/styles.xml'")])
def test_a_file_that_cannot_be_read_is_refused_by_all(change: Change, says: str, master: Path) -> None:
    change(master)
    before = everything(master.parent)
    for job in (doctor, stamping, refreshing):
        with pytest.raises(Unusable) as caught:
            job(master)
        assert says in str(caught.value) and str(master) in str(caught.value)
    assert everything(master.parent) == before


def test_all_at_once(master: Path) -> None:
    told = ("signed", "open in Excel", "header of Stamps", "formula in Status", "array formula beside", "remark below Held",
            "merged below Stamps")
    changes = {case[0]: case for case in CASES}
    for case in sorted(told, key=lambda case: case == "signed"):  # openpyxl would lose the signature
        changes[case][1](master)
    found = [str(finding) for finding in doctor(master).findings]
    for case in told:
        assert any(line.startswith(changes[case][2]) for line in found), case


def test_each_blocker_is_told_once(master: Path) -> None:
    typed(STAMPS, below(STAMPS, "C", 2), "a remark")(master)
    formula_xml(PLAN, SHARE, f'<f t="array" ref="{SHARE}:{DONE}">1/2</f>')(master)
    codes = [finding.code for finding in doctor(master).findings]
    assert (codes.count("D44"), codes.count("D43")) == (1, 1) and not {"D05", "D39"} & set(codes)


def test_a_master_without_blockers_is_stamped_and_refreshed(master: Path) -> None:
    codes = {finding.code for finding in doctor(master).findings}
    assert len(BLOCKERS) == 9 and not codes & BLOCKERS
    assert stamping(master).written and refreshing(master).changed
    book = ClosedBook(master)
    assert len(book.read(STAMPS)) and len(book.read(UPDATES)) and len(book.read(YEARS)) and not len(book.read(READINGS))
    codes = {finding.code for finding in doctor(master).findings}
    assert not codes & BLOCKERS


def test_long_stamps_are_told(master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamping(master)
    rows = len(ClosedBook(master).read(STAMPS))
    monkeypatch.setattr(blockers, "MANY_STAMPS", rows)
    assert "D48" not in {finding.code for finding in doctor(master).findings}
    monkeypatch.setattr(blockers, "MANY_STAMPS", rows - 1)
    [told] = [finding for finding in doctor(master).findings if finding.code == "D48"]
    assert (told.sheet, told.severity) == ("Stamps", "note")
    assert f"Stamps has {rows} rows" in told.message and "sendxl archive plan.xlsx" in told.message


def test_a_period_that_is_worked_out_is_told(master: Path) -> None:
    rows = {row.key: row.number for row in ClosedBook(master).read(SETTINGS)}
    typed(SETTINGS, f"B{rows['Reporting period']}", '="2026-27 Q3"')(master)
    assert "D49" in {finding.code for finding in doctor(master).findings}
    with pytest.raises(SettingError, match=r"plan\.xlsx: Settings: “Reporting period” holds a formula that was never worked out"):
        issue(master, master.parent / "next", period="2026-27 Q4", today=TODAY)
