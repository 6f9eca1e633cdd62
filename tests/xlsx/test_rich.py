"""A workbook with macros, charts, pictures, notes and rules around our table: edited and edited back, nothing else changes."""
# ruff: noqa: E501 (cases read as tables: one a line)

import io
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
import python_calamine
import wolfxl
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from sendxl.books.book import AppendRows, Edit, Mark, SetCached, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.look import Look
from sendxl.plan.schema import Table
from sendxl.plan.values import Value
from sendxl.xlsx.package.package import Package
from tests.fuzzing import fuzzed

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
SHEET, TABLE, CHART, BOOK, STYLES = (f"xl/{part}.xml" for part in ("worksheets/sheet1", "tables/table1", "charts/chart1", "workbook", "styles"))
_IN_CELL = re.compile(r"(?<=/c\[..\])/.*")  # of cells at A1 to Z9
Elements = dict[str, tuple[tuple[tuple[str, str], ...], str]]


@pytest.fixture
def path(rich_plan: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(rich_plan, tmp_path))


def elements(xml: bytes) -> Elements:
    """Every element of a part: its attributes and text, by a path in which rows and cells go by their address."""
    found: Elements = {}

    def walk(element: ElementTree.Element, path: str) -> None:
        found[path] = (tuple(element.attrib.items()), f"{element.text or ''}|{element.tail or ''}")
        counts: dict[str, int] = {}
        for child in element:
            kind = child.tag.rpartition("}")[2]
            counts[kind] = counts.get(kind, 0) + 1
            at = child.attrib["r"] if kind in ("row", "c") and "r" in child.attrib else str(counts[kind])
            walk(child, f"{path}/{kind}[{at}]")

    walk(ElementTree.fromstring(xml), "")
    return found


def changed(old: bytes, new: bytes) -> set[str]:
    """Paths of the elements that differ: of what is within a cell the cell, of elements that came or went the outermost."""
    before, after = elements(old), elements(new)
    assert [path for path in after if path in before] == [path for path in before if path in after]  # in the same order
    differ = {_IN_CELL.sub("", path) for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    other = before.keys() ^ after.keys()
    return {path.replace("/sheetData[1]", "") for path in differ if path.rpartition("/")[0] not in other}


def differing(old: Package, new: Package) -> set[str]:
    assert new.names == old.names
    return {part for part in old.names if old.raw(part) != new.raw(part)}


def edit(path: Path, edits: Sequence[Edit]) -> tuple[Package, Package]:
    """The package before and after edits."""
    old = Package.open(path)
    ClosedBook(path, backups=0).apply(edits)
    return old, Package.open(path)


def cells(*addresses: str) -> set[str]:
    return {f"/row[{address.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}]/c[{address}]" for address in addresses}


def set_cells(table: Table) -> list[Edit]:
    return [SetCells(table, "progress", {"PI-2": "=1+1", "PI-4": "  two\nlines & <more>"}), SetCells(table, "actual", {"PI-1": 9.25, "PI-5": None}),
            SetCells(table, "starts", {"PI-3": date(2027, 1, 5)}), SetCells(table, "share", {"PI-3": 0.75})]


def set_back(table: Table) -> list[Edit]:
    return [SetCells(table, "progress", {"PI-2": "words 2", "PI-4": "words 4"}), SetCells(table, "actual", {"PI-1": 1.5, "PI-5": 7.5}),
            SetCells(table, "starts", {"PI-3": date(2026, 4, 3)}), SetCells(table, "share", {"PI-3": 0.3})]


def append(table: Table) -> list[Edit]:
    return [AppendRows(table, [{"ref": f"PI-{n}", "actual": n, "starts": date(2027, 1, n), "progress": "new"} for n in (6, 7, 8)])]


EDITED = cells("F6", "F8", "C5", "C9", "D7", "E7")
FOLLOW = {"/dataValidations[1]/dataValidation[1]", "/dataValidations[1]/dataValidation[2]", "/protectedRanges[1]/protectedRange[1]",
          *(f"/conditionalFormatting[{n}]" for n in (1, 2, 3)), "/ignoredErrors[1]/ignoredError[1]",
          "/extLst[1]/ext[1]/conditionalFormattings[1]/conditionalFormatting[1]/sqref[1]"}
ROWS = {"/row[10]", "/row[11]", "/row[12]"}
XFS = {"/cellXfs[1]", "/cellXfs[1]/xf[7]"}
CASES: list[tuple[str, Callable[[Table], list[Edit]], dict[str, set[str]]]] = [
    # the edits, and every element that they may change, by part
    ("cells", set_cells, {SHEET: EDITED, STYLES: XFS}),
    ("rows", append, {SHEET: ROWS | FOLLOW, TABLE: {"", "/autoFilter[1]"}, BOOK: {f"/definedNames[1]/definedName[{n}]" for n in (2, 3)},
      CHART: {f"/chart[1]/plotArea[1]/barChart[1]/ser[1]/{axis}[1]/{of}Ref[1]/f[1]" for axis, of in (("cat", "str"), ("val", "num"))}}),
    ("cached", lambda table: [SetCached(table, "PI-3", "state", "On track")], {SHEET: cells("G7")}),
    ("mark", lambda table: [Mark("Plan", "B6", Look.QUERY)], {SHEET: cells("B6"), STYLES: {*XFS, "/fills[1]", "/fills[1]/fill[4]"}}),
]


@pytest.mark.parametrize(("edits", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_no_other_part_and_no_other_element_changes(path: Path, rich_table: Table, edits: Callable[[Table], list[Edit]], expected: dict[str, set[str]]) -> None:
    old, new = edit(path, edits(rich_table))
    seen = {part: changed(old.read(part), new.read(part)) for part in differing(old, new)}
    assert seen == expected


def values(blob: bytes, sheet: str = "Plan") -> dict[str, Any]:
    """Values and formulas as openpyxl sees them, by address."""
    found: Any = openpyxl.load_workbook(io.BytesIO(blob), keep_vba=True)[sheet]
    return {cell.coordinate: (getattr(cell.value, "text", cell.value), cell.number_format) for row in found.iter_rows() for cell in row if cell.value is not None}


def shown(blob: bytes) -> dict[str, list[list[Any]]]:
    """What calamine reads of every sheet, without blank rows at its end."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(blob))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_edited_back_it_is_as_it_was(path: Path, rich_table: Table) -> None:
    """But for styles that were added, how a text is stored, and the rows below, which someone must take out."""
    old, new = edit(path, [*set_cells(rich_table), SetCached(rich_table, "PI-3", "state", "On track")])
    assert values(new.blob) != values(old.blob)
    _, back = edit(path, [*set_back(rich_table), SetCached(rich_table, "PI-3", "state", "?")])
    assert values(back.blob) == values(old.blob) and shown(back.blob) == shown(old.blob)
    assert differing(old, back) == {SHEET, STYLES}
    assert changed(old.read(SHEET), back.read(SHEET)) == cells("F6", "F8")  # once shared strings, now texts of their own
    _, again = edit(path, set_cells(rich_table))
    assert differing(new, again) == {SHEET} and changed(new.read(SHEET), again.read(SHEET)) == cells("G7")


def test_others_read_what_was_written(path: Path, rich_table: Table) -> None:
    old, new = edit(path, [*set_cells(rich_table), *append(rich_table), SetCached(rich_table, "PI-3", "state", "On track")])
    want = values(old.blob)
    del want["C9"]
    want |= {"F6": ("=1+1", "General"), "F8": ("  two\nlines & <more>", "General"), "C5": (9.25, "0.0"), "D7": (datetime(2027, 1, 5), "dd mmm yyyy"), "E7": (0.75, "0%")}
    for row in (10, 11, 12):
        want |= {f"B{row}": (f"PI-{row - 4}", "General"), f"C{row}": (row - 4, "0.0"), f"D{row}": (datetime(2027, 1, row - 4), "dd mmm yyyy"), f"F{row}": ("new", "General")}
        want |= {f"{column}{row}": (str(want[f"{column}9"][0]), "General") for column in "GH"}
    assert values(new.blob) == want
    book: Any = openpyxl.load_workbook(io.BytesIO(new.blob), keep_vba=True)
    assert book["Plan"]["F6"].data_type == "s" and book["Plan"].tables["Items"].ref == "B4:H12"
    assert values(new.blob, "Lists & more") == values(old.blob, "Lists & more")
    theirs, before = shown(new.blob), shown(old.blob)
    assert theirs["Lists & more"] == before["Lists & more"]
    assert [row[1:6] for row in theirs["Plan"][4:12]] == [
        ["PI-1", 9.25, date(2026, 4, 1), 0.1, "words 1"], ["PI-2", 3.0, date(2026, 4, 2), 0.2, "=1+1"], ["PI-3", 4.5, date(2027, 1, 5), 0.75, "words 3"],
        ["PI-4", 6.0, date(2026, 4, 4), 0.4, "  two\nlines & <more>"], ["PI-5", "", date(2026, 4, 5), 0.5, "words 5"],
        *(["PI-" + str(n), float(n), date(2027, 1, n), "", "new"] for n in (6, 7, 8))]
    assert theirs["Plan"][6][6] == "On track"


AS_WOLFXL: list[dict[str, Any]] = [
    {"C5": 4.25}, {"F5": "other words"}, {"C5": 1, "C7": -0.001, "D8": datetime(2028, 2, 29), "E9": 1, "F9": "a & b <c> “d” 😀"},
    {"C6": None, "F6": None}, {"F7": "one\ntwo"}, {"F5": "007", "F6": "1/2", "F8": "TRUE", "F9": " x "}, {"F5": "x" * 32_767},
]


@pytest.mark.parametrize("written", AS_WOLFXL, ids=lambda written: "-".join(written))
def test_wolfxl_writes_the_same_values(path: Path, tmp_path: Path, rich_table: Table, written: Mapping[str, Any]) -> None:
    """An independent writer that edits in place: all cells of all sheets read the same, whichever of the two wrote."""
    book = wolfxl.load_workbook(str(path), modify=True)
    for address, value in written.items():
        book["Plan"][address] = value
    book.save(str(tmp_path / "wolfxl.xlsm"))
    columns = dict(zip("BCDEFG", rich_table, strict=True))
    _, ours = edit(path, [SetCells(rich_table, columns[address[0]].key, {f"PI-{int(address[1:]) - 4}": value}) for address, value in written.items()])
    theirs = (tmp_path / "wolfxl.xlsm").read_bytes()
    for sheet in ("Plan", "Lists & more"):
        assert {at: value for at, (value, _) in values(ours.blob, sheet).items()} == {at: value for at, (value, _) in values(theirs, sheet).items()}


TEXTS = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["=", "+", "-", "@", "=1+1 ", "00", "\t", "\r\n", " "]), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60), st.text(st.sampled_from("\x00\x01\x0b\x1f\x7f\ufffe\n\r_x0D4A&<>]\"'"), min_size=1, max_size=40),
    st.sampled_from(["007", "1/2", "1e5", "TRUE", "#N/A", "2026-04-01", "_x000D_", "_x005F_x000D_", "]]>", "&amp;", "😀👩‍👧", "e\u0301", "x" * 32_767, "😀" * 16_383]),
)
NUMBERS = st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e300, 1e300, allow_subnormal=False), st.just(0.1 + 0.2))
DAYS = st.dates(date(1900, 3, 1), date(9999, 12, 31))
SHAPED = {"progress": TEXTS, "actual": NUMBERS, "starts": DAYS, "share": st.floats(0, 1)}
ROW = st.fixed_dictionaries({}, optional=SHAPED)


@fuzzed(60)
@given(cells=st.lists(st.sampled_from(sorted(SHAPED)).flatmap(lambda key: st.tuples(st.just(key), st.integers(1, 5), SHAPED[key])), min_size=1, max_size=8,
                      unique_by=lambda cell: cell[:2]), rows=st.lists(ROW, max_size=3))
def test_any_value_anywhere_comes_back(rich_plan: Path, rich_table: Table, tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, int, Value]],
                                       rows: list[dict[str, Value]]) -> None:
    """Set or in a new row, as we read it and as openpyxl does: the same to the last character, and never a formula."""
    path = Path(shutil.copy(rich_plan, tmp_path_factory.mktemp("any")))
    new = [{"ref": f"N-{n}", **row} for n, row in enumerate(rows)]
    ClosedBook(path, backups=0).apply([*(SetCells(rich_table, key, {f"PI-{n}": value}) for key, n, value in cells), *([AppendRows(rich_table, new)] if new else [])])
    want = {(f"PI-{n}", key): value for key, n, value in cells} | {(f"N-{n}", key): value for n, row in enumerate(rows) for key, value in row.items()}
    ours = {row.key: row for row in ClosedBook(path).read(rich_table)}
    theirs: Any = openpyxl.load_workbook(path, keep_vba=True)["Plan"]
    columns = {column.key: number for number, column in enumerate(rich_table, 2)}
    for (ref, key), value in want.items():
        stored = ours[ref].cell(key).stored
        assert _same(stored.value, value) and not stored.formula
        cell = theirs.cell(ours[ref].number, columns[key])
        assert cell.data_type != "f" and _same(unescape(cell.value) if isinstance(cell.value, str) else cell.value, value)


def _same(read: Any, written: Value) -> bool:
    if isinstance(written, date):
        return bool(read == datetime(written.year, written.month, written.day))
    return bool(read == written) and type(read) is not bool
