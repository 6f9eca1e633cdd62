"""A workbook full of what people and Excel put there, edited: what was not meant stays, and others read what was."""

import datetime
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from sendxl.xlsx.edit.added import AddedColumn
from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.write import How, Write
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read.address import parse_cell
from sendxl.xlsx.read.reader import SheetReader
from sendxl.xlsx.read.workbook import Workbook
from tests.fuzzing import fuzzed

# openpyxl says of each extension that it does not know it, and that is why it edits nothing of ours
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
SHEET, TABLE, CHART = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml", "xl/charts/chart1.xml"


def save(editor: Editor) -> Package:
    with TemporaryDirectory() as folder:
        editor.save(Path(folder) / "new.xlsx")
        return Package.open(Path(folder) / "new.xlsx")


def edited(blob: bytes, rows: int) -> tuple[Package, Package]:
    """The package before and after edits of every kind."""
    book = Workbook(Package(blob))
    editor, data = Editor(book), book.sheet("Data")
    editor.write(data, *parse_cell("D5"), Write(How.SET, "=1+1"))
    editor.write(data, *parse_cell("C5"), Write(How.SET, 9.5))
    editor.write(data, *parse_cell("E5"), Write(How.CACHED, 19))
    editor.write(data, *parse_cell("B6"), Write(How.FILL, fill="FADBD3"))
    if rows:
        names = AddedColumn.of(*(f"N{n}" for n in range(rows)))
        editor.append(book.table("Items"), {0: names, 1: AddedColumn.of(*range(rows)), 2: AddedColumn.of(*["new"] * rows)}, rows)
    return book.package, save(editor)


def values(blob: bytes, sheet: str) -> dict[str, Any]:
    """Values as openpyxl sees them, by address."""
    found = openpyxl.load_workbook(io.BytesIO(blob), data_only=True)[sheet]
    return {cell.coordinate: cell.value for row in found.iter_rows() for cell in row if cell.value is not None}


@pytest.mark.parametrize("rows", [0, 3])
def test_parts_that_were_not_edited_are_identical(rich: Path, rows: int) -> None:
    old, new = edited(rich.read_bytes(), rows)
    changed = {part for part in old.names if old.raw(part) != new.raw(part)}
    assert new.names == old.names
    assert changed == {SHEET, "xl/styles.xml"} | ({TABLE, CHART, "xl/workbook.xml"} if rows else set())


@pytest.mark.parametrize("rows", [0, 3])
def test_others_read_what_was_meant(rich: Path, rows: int) -> None:
    old, new = edited(rich.read_bytes(), rows)
    want = values(old.blob, "Data")
    want |= {"D5": "=1+1", "C5": 9.5, "E5": 19}
    for n in range(rows):
        want |= {f"B{9 + n}": f"N{n}", f"C{9 + n}": n, f"D{9 + n}": "new"}
    assert values(new.blob, "Data") == want
    assert values(new.blob, "Other sheet & more") == values(old.blob, "Other sheet & more")
    calamine = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(new.blob)).get_sheet_by_name("Data").to_python()
    assert {str(v) for row in calamine for v in row} >= {str(v) for v in want.values() if isinstance(v, str)}


def test_what_ends_with_the_table_grew(rich: Path) -> None:
    _, new = edited(rich.read_bytes(), 3)
    xml = new.read(SHEET).decode()
    for grown in ('sqref="C4:C11"', 'sqref="D4:D11"', "<xm:sqref>C4:C11</xm:sqref>", "<xm:sqref>F4</xm:sqref>"):
        assert grown in xml
    assert "$C$4:$C$11" in new.read(CHART).decode() and "$B$4:$B$11" in new.read("xl/workbook.xml").decode()
    table = openpyxl.load_workbook(io.BytesIO(new.blob))["Data"].tables["Items"]
    assert table.ref == "B3:E11"


@fuzzed(20)
@given(rows=st.integers(1, 60), cells=st.lists(st.sampled_from(["C4", "D4", "K30", "A2", "B4"]), unique=True))
def test_every_other_byte_is_as_it_was(rich: Path, rows: int, cells: list[str]) -> None:
    """Rows that were not written to are in the new part as they were, as is what stands before and after."""
    book = Workbook(Package.open(rich))
    editor = Editor(book)
    for cell in cells:
        editor.write(book.sheet("Data"), *parse_cell(cell), Write(How.SET, 5))
    editor.append(book.table("Items"), {0: AddedColumn.of(*["N"] * rows)}, rows)
    package = save(editor)
    assert str(Workbook(package).table("Items").area) == f"B3:E{8 + rows}"
    old, new = book.package.read(SHEET), package.read(SHEET)
    ahead = next(i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    behind = next(i for i, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b)
    assert old[:ahead] == new[:ahead] and old[len(old) - behind :] == new[len(new) - behind :]
    untouched = [row for row in old.split(b"<row ")[1:-1] if not any(f'"{c}"'.encode() in row for c in (*cells, "B8"))]
    skipped = {parse_cell(c)[0] for c in cells} | set(range(9, 10 + rows))
    for row in untouched:
        if int(row.split(b'"')[1]) not in skipped:
            assert b"<row " + row in new


WRITTEN = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(["=1+1", "+44 20", "-", "@home", "_x000D_", "a\r\nb", "😀", "\x00\x1f", "#N/A", "TRUE", "007", " x ", "<&>"]),
    st.integers(-(10**14), 10**14), st.floats(allow_nan=False, allow_infinity=False, width=32), st.booleans(),
    st.dates(datetime.date(1900, 1, 1)), st.datetimes(datetime.datetime(1900, 3, 1)).map(lambda d: d.replace(microsecond=0)),
)


def _as_read(value: Any) -> Any:
    """A written value as it is read: days are moments, blanks nothing."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime(value.year, value.month, value.day)
    return None if value == "" else value


@fuzzed(60)
@given(st.lists(WRITTEN, min_size=1, max_size=12))
def test_any_value_comes_back(rich: Path, written: list[Any]) -> None:
    book = Workbook(Package.open(rich))
    editor = Editor(book)
    for row, value in enumerate(written, 30):
        editor.write(book.sheet("Other sheet & more"), row, 1, Write(How.SET, value))
    new = save(editor)
    again = Workbook(new)
    rows = dict(SheetReader(again, again.sheet("Other sheet & more")))
    theirs: Any = openpyxl.load_workbook(io.BytesIO(new.blob))["Other sheet & more"]
    for row, value in enumerate(written, 30):
        cell = rows[row][1]
        assert cell.value == _as_read(value) or cell.value == pytest.approx(value)
        assert not cell.formula
        seen = theirs.cell(row, 1)
        assert seen.data_type != "f"
        if isinstance(value, str):
            printable = value.isprintable() and "_x" not in value
            assert not printable or seen.value == _as_read(value)
        elif isinstance(value, datetime.datetime):
            assert abs(seen.value - value) < datetime.timedelta(seconds=1)
        elif isinstance(value, datetime.date):
            assert seen.value == _as_read(value)
        else:
            assert seen.value == pytest.approx(value)
