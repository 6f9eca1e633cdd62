"""What only a Book over a file on disk does: never over someone else's change, and never half a file."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import FileFault, FileUnreadable, Refused
from sendxl.plan import values
from sendxl.plan.master import MASTER_TABLES, MEASURES, PLAN, READINGS, SETTINGS, STAMPS, UPDATES
from sendxl.plan.schema import Column
from sendxl.plan.values import Cell, CellKind, Stored
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read import reader
from sendxl.xlsx.read.address import MAX_ROW
from sendxl.xlsx.read.workbook import Workbook
from tests.fuzzing import fuzzed

SET = SetCells(PLAN, "progress", {"PI-01": "x"})


@pytest.fixture
def book(path: Path) -> ClosedBook:
    return ClosedBook(path, backups=2)


def test_a_file_that_changed_is_not_overwritten(book: ClosedBook, path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Refused, match="changed by someone else"):
        book.apply([SET])
    assert path.read_bytes().endswith(b" ") and list(path.parent.iterdir()) == [path]


def test_a_file_that_is_gone(book: ClosedBook, path: Path) -> None:
    path.unlink()
    with pytest.raises(Refused, match="no longer there"):
        book.apply([SET])
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize(("hint", "program"), [("~${}", "Excel"), (".~lock.{}#", "LibreOffice")])
def test_a_file_that_is_open(book: ClosedBook, path: Path, hint: str, program: str) -> None:
    path.with_name(hint.format(path.name)).touch()
    with pytest.raises(Refused, match=f"open in {program}. Close it"):
        book.apply([SET])


def test_a_file_that_another_program_holds(book: ClosedBook, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*_: object) -> None:
        raise PermissionError(13, "held")

    monkeypatch.setattr(Path, "replace", held)
    before = path.read_bytes()
    with pytest.raises(Refused, match="open in another program"):
        book.apply([SET])
    assert path.read_bytes() == before and not list(path.parent.glob("~sendxl*"))


def test_backups_are_kept_and_pruned(book: ClosedBook, path: Path) -> None:
    versions = [path.read_bytes()]
    folder = path.with_name(f"{path.stem} backups")
    for word in ("one", "two", "three"):
        book.apply([SetCells(PLAN, "progress", {"PI-01": word})])
        versions.append(path.read_bytes())
        (folder / f"{path.stem} keep me.xlsx").touch()
    ours = sorted(kept for kept in folder.iterdir() if "keep" not in kept.name)
    assert [kept.read_bytes() for kept in ours] == versions[1:3] and len(list(folder.iterdir())) == 3


def test_a_link_is_written_through(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    ClosedBook(link, backups=0).apply([SET])
    assert link.is_symlink() and ClosedBook(path).read(PLAN)[0].progress == "x"


def test_it_reads_what_it_wrote(book: ClosedBook, path: Path) -> None:
    before = book.sha256
    book.apply([SET])
    assert book.sha256 != before and book.read(PLAN)[0].progress == "x" and book.sha256 == ClosedBook(path).sha256


def test_two_runs_wait_for_each_other(book: ClosedBook, path: Path) -> None:
    with book.locked(), pytest.raises(Refused, match="another run"), ClosedBook(path).locked(timeout=0):
        pass
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("count", [1, 2, 40, 700])
def test_appending_at_any_length(book: ClosedBook, path: Path, count: int) -> None:
    book.apply([AppendRows(READINGS, [{"ref": f"r{n}"} for n in range(count)])])
    book.apply([AppendRows(READINGS, [{"ref": "last"}])])
    sheet: Any = openpyxl.load_workbook(path)[READINGS.title]
    rows = [[cell.value for cell in row] for row in sheet[sheet.tables[READINGS.name].ref]]
    assert [row[2] for row in rows[1:]] == [*(f"r{n}" for n in range(count)), "last"]
    assert [row[0] for row in rows[1:]] == list(range(1, count + 2))


def test_a_broken_sheet_is_refused(path: Path) -> None:
    out, sheet = io.BytesIO(), ClosedBook(path)._workbook.table(STAMPS.name).sheet.part
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, content.replace(b"</sheetData>", b"") if part == sheet else content)
    path.write_bytes(out.getvalue())
    with pytest.raises(Refused, match="damaged"):
        ClosedBook(path).apply([AppendRows(STAMPS, [{"ref": "a"}])])


def test_headers_that_the_table_does_not_have_are_not_appended_under(path: Path) -> None:
    with zipfile.ZipFile(path) as package:  # as a program might leave it that knows nothing of tables
        parts = {name: package.read(name) for name in package.namelist()}
    [part] = [name for name, xml in parts.items() if name.startswith("xl/tables/") and b'displayName="Readings"' in xml]
    swapped = parts[part].replace(b'name="Period"', b'name="?"').replace(b'name="Ref"', b'name="Period"')
    with zipfile.ZipFile(path, "w") as package:
        for name, xml in {**parts, part: swapped.replace(b'name="?"', b'name="Ref"')}.items():
            package.writestr(name, xml)
    closed = ClosedBook(path)
    closed.read(READINGS)
    with pytest.raises(Refused, match="headers are not those"):
        closed.apply([AppendRows(READINGS, [{"ref": "PI-01.M1"}])])


def changed(path: Path, old: bytes, new: bytes) -> None:
    """Put other bytes in the place of some on the sheet Plan."""
    book = Workbook(Package.open(path))
    part = book.table(PLAN.name).sheet.part
    parts = {name: book.package.read(name) for name in book.package.names}
    parts[part] = parts[part].replace(old, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)


def rows_added(path: Path, count: int) -> None:
    """Add so many rows, with nothing in their cells, below what is on the sheet Plan."""
    first = Workbook(Package.open(path)).table(PLAN.name).area.bottom + 1
    rows = b"".join(b'<row r="%d">' % n + b"".join(b'<c r="%s%d"/>' % (c, n) for c in b"A B C D E F G H I J K L M N".split())
                    + b"</row>" for n in range(first, first + count))
    changed(path, b"</sheetData>", rows + b"</sheetData>")


def test_a_table_longer_than_declared_is_refused_before_a_row_of_it_is_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_added(path, PLAN.most)
    monkeypatch.setattr(reader.SheetReader, "__iter__", None)
    with pytest.raises(FileUnreadable, match=r"Plan \[v2\]\.xlsx: .*the sheet Plan has over 100,000\)\. Delete") as caught:
        ClosedBook(path).read(PLAN)
    assert caught.value.fault is FileFault.TOO_LONG


def test_every_table_of_a_master_says_how_long_it_may_be() -> None:
    assert all(100_000 <= table.most < MAX_ROW for table in MASTER_TABLES)


def test_to_set_cells_of_a_row_no_more_is_typed_than_keys(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed: set[str] = set()
    read = values.read

    def counted(column: Column, stored: Stored, kind: object = None) -> Cell:
        typed.add(column.header)
        return read(column, stored, kind)

    monkeypatch.setattr(values, "read", counted)
    monkeypatch.setattr(reader.SheetReader, "__iter__", None)
    ClosedBook(path, backups=0).apply([SET, SetCells(MEASURES, "actual", {"PI-01.M1": 3})])
    assert typed == {"Kind"}  # a plain ref is taken as it stands
    monkeypatch.undo()
    book = ClosedBook(path)
    assert (book.read(PLAN).by_key["PI-01"].progress, book.read(MEASURES).by_key["PI-01.M1"].actual) == ("x", 3)


@pytest.mark.parametrize("shape", [
    b"<sheetData>", b"<sheetData><!-- a comment -->", b'<row r="6" hidden="1"', b'<c r="A6" xml:space="preserve"',
])
def test_keys_are_found_where_reading_all_finds_them(path: Path, shape: bytes) -> None:
    """In whatever way a row, or the sheet, is stored; ``shape`` is what stands in the place of something usual."""
    usual = next(start for start in (b"<sheetData>", b'<row r="6"', b'<c r="A6"') if shape.startswith(start))
    changed(path, usual, shape)
    book = ClosedBook(path, backups=0)
    numbers = {row.key: row.number for row in book.read(PLAN) if row.key}
    other = ClosedBook(path, backups=0)
    assert numbers and {key: other._places(PLAN).row(key) for key in numbers} == numbers
    assert bool(other._sheets) == (shape != usual and b"hidden" not in shape)  # all is read where the shape is unusual


@fuzzed(200)
@given(st.one_of(st.text(max_size=6), st.text(" -\r\n\t\x1f\x7f\u00a0\u200bPI01", max_size=6)))
def test_a_plain_text_reads_as_it_is_stored(text: str) -> None:
    for column in (PLAN["ref"], PLAN["progress"], UPDATES["progress"], STAMPS["new"], SETTINGS["value"]):
        cell = values.read(column, Stored(CellKind.TEXT, text, text))
        assert not values.is_plain_text(column, text) or (cell.value == text and not cell.odd)


def test_plain_texts_are_not_typed(book: ClosedBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "read", None)
    assert next(row.key for row in book.read(PLAN)) == "PI-01"
    assert [row.key for row in book.read(MEASURES)]
