"""The archive: a workbook beside the master that holds rows of its closed years, in tables of the same columns.

Rows go from sheet to sheet as they are stored, one by one, so that tables of any length take little memory. A cell keeps
what it holds and its number format; the rest of its look is the archive's.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from sendxl.books.closed.closed_book import ClosedBook, named
from sendxl.books.closed.reading import headers_of
from sendxl.books.closed.replace import replace_with
from sendxl.books.placing import column_at, positions_of
from sendxl.errors import FileUnreadable, Refused
from sendxl.plan.master import READINGS, SETTINGS, STAMPS, UPDATES
from sendxl.plan.schema import Table
from sendxl.plan.settings import Settings
from sendxl.plan.settings import columns as setting_columns
from sendxl.xlsx.edit.growth import CHART_RANGES, NAMES, Growth, around, grow_references, grow_table
from sendxl.xlsx.edit.locate import Layout
from sendxl.xlsx.edit.verify import verify
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.whole_file import flushed, temporary_mark
from sendxl.xlsx.package.xml import escape_text
from sendxl.xlsx.package.zipwriter import Content, Packed, write_package
from sendxl.xlsx.read import pattern
from sendxl.xlsx.read.address import MAX_ROW, Area, letters
from sendxl.xlsx.read.cell import CellValue, SheetRow
from sendxl.xlsx.read.pattern import NoPattern
from sendxl.xlsx.read.reader import SheetReader, plain_text
from sendxl.xlsx.read.walk import AFTER, BEFORE, applied, cells_of, in_pieces, walk
from sendxl.xlsx.read.workbook import Workbook

HISTORY = (UPDATES, READINGS, STAMPS)
_ABOUT = replace(SETTINGS, says="The plan that this is the archive of. Written by sendxl, and not to be changed.", sheet="About")
_TOLD = {"plan_title": "The plan.", "plan_id": "Tells the archive of this plan from others. Do not change it."}
_FILLED = slice(5, 8)  # formula, value and text of a found cell
_NO_CELL: pattern.Found = (b"", b"", b"", b"", b"", b"", b"", b"")
_STYLED = re.compile(rb'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?')
_UNUSUAL = "a sheet is stored in an unusual way. Open the file in Excel, save it, then run again."


ARCHIVE = " archive"
"""With what the name of an archive ends."""


def archive_of(master: Path) -> Path:
    """Where the archive of a master stands."""
    master = master.resolve()
    return master.with_name(f"{master.stem}{ARCHIVE}.xlsx")


def build_archive(path: Path, settings: Settings) -> None:
    """Build the archive of a plan, without rows, replacing what is at ``path`` and what a run that was killed has left of one."""
    from openpyxl import Workbook as NewWorkbook

    from sendxl.books.build.save import save
    from sendxl.books.build.sheet import lay, new_sheet

    book = NewWorkbook()
    del book[book.sheetnames[0]]
    title = f"archive of {settings.plan_title or 'the plan'}"
    known = dict(setting_columns())
    about = [{"setting": known[key].header, "value": getattr(settings, key), "what_it_does": says} for key, says in _TOLD.items()]
    lay(new_sheet(book, _ABOUT.title, "guide"), _ABOUT, about, title=title)
    for table in HISTORY:
        said = replace(table, says=f"Rows of {table.name} of closed years, moved here from the master by “sendxl archive”.")
        lay(new_sheet(book, table.title, table.group), said, (), title=title)
    book.properties.creator, book.properties.title = "sendxl", title
    for left in path.parent.glob(f"{temporary_mark(path)}*.tmp"):
        left.unlink(missing_ok=True)
    save(book, path)


def add_rows(archive: ClosedBook, master: ClosedBook, rows: Mapping[Table, Collection[int]]) -> None:
    """Add rows of a master, by their numbers on its sheets, to the archive; the master is not changed.

    The archive is written beside itself, verified and put in its place in one step. Refused, with it as it was, where
    that cannot be done.
    """
    try:
        source, target = _workbook_at(master.path), _workbook_at(archive.path)
        if source.package.sha256 != master.sha256:
            raise Refusal(f"{master.name} was changed by someone else in the meantime. Run again.")
        if source.date1904 != target.date1904:
            raise Refusal(f"{master.name} counts days from 1904. Switch that off in its options.")
        copies = [_Copy(source, target, table, numbers) for table, numbers in rows.items() if numbers]
        replace_with(archive.path, archive.sha256, lambda path: _save(path, target, copies), backups=0)
    except (Refusal, FileUnreadable, ValueError) as error:
        raise Refused(f"{archive.name} was not changed, nor was {master.name}: {error}") from None
    except NoPattern:
        raise Refused(f"{archive.name} was not changed, nor was {master.name}: {_UNUSUAL}") from None


def _workbook_at(path: Path) -> Workbook:
    with named(path):
        return Workbook(Package.open(path))


def _save(path: Path, target: Workbook, copies: "Collection[_Copy]") -> None:
    growths = [copy.growth for copy in copies]
    replaced: dict[str, Content] = {copy.there.sheet.part: Packed.of(copy.content()) for copy in copies}
    replaced |= {copy.there.part: grow_table(target.package.read(copy.there.part), copy.there, copy.growth.new_last)
                 for copy in copies}
    for part, elements in ((target.part, NAMES), *((part, CHART_RANGES) for part in target.chart_parts)):
        replaced[part] = grow_references(target.package.read(part), elements, growths)
    if target.styles.changed:
        replaced[target.styles_part] = target.styles.render()
    with flushed(path, "w+b") as out:
        write_package(target.package, out, replaced)
    package = Package.open(path)
    verify(target, package, replaced, {}, {})
    new = Workbook(package)
    for copy in copies:
        copy.verify(new)


class _Copy:
    """The rows of one table that are to be added to the archive."""

    def __init__(self, source: Workbook, target: Workbook, table: Table, numbers: Collection[int]) -> None:
        self.source, self.target = source, target
        self.here, self.there = source.table(table.name), target.table(table.name)
        self.numbers = frozenset(numbers)
        here, there = (positions_of(table, headers_of(part), part.area.left) for part in (self.here, self.there))
        self.columns = {column_at(there, table[key], self.there.sheet.name, table): column for key, column in here.items()}
        rows = walk(target.package.chunks(self.there.sheet.part))
        first = next((row for number, row in rows if number == self.there.first), b"")
        cells = cells_of(first, self.there.first) if first else {}
        self.base = {column: int(cell[3] or 0) for column, cell in cells.items()}
        self.blank = self.there.first == self.there.last and not any(any(cell[_FILLED]) for cell in cells.values())
        self.last = self.there.last - self.blank  # after which rows are added
        area = self.there.area
        self.growth = Growth(
            self.there.sheet.name, area.top, area.left, area.right, self.there.last, self.last + len(self.numbers))
        if self.growth.new_last > MAX_ROW:
            raise Refusal(f"{self.there.sheet.name} has no room for {len(self.numbers):,} more rows. Rename this archive: a new "
                          "one is then begun, and “sendxl history” reads only that.")
        self._styles = {place: self._style(*place) for place in self._places()}

    def _places(self) -> set[tuple[int, bytes]]:
        """The columns of the archive with the master's styles of the cells that come there, and of none."""
        there = {letters(column).encode(): to for to, column in self.columns.items()}
        found: set[tuple[bytes, bytes]] = set()
        for number, row in walk(self.source.package.chunks(self.here.sheet.part)):
            if number in self.numbers:
                found.update(_STYLED.findall(row))
        return {(there[column], style) for column, style in found if column in there} | {(to, b"") for to in self.columns}

    def _style(self, to: int, style: bytes) -> bytes:
        """The attribute for a cell that has that style in the master: the archive's look, with the master's number format."""
        base = self.base.get(to, 0)
        shown, styles = self.source.styles.formats[int(style or 0)], self.target.styles
        if style and styles.formats[base].number_format != shown.number_format:
            base = styles.variant(base, shown.number_format)
        if style and styles.formats[base].quote_prefix != shown.quote_prefix:
            base = styles.variant(base, quote_prefix=shown.quote_prefix)
        return b' s="%d"' % base if base else b""

    def content(self) -> Iterator[bytes]:
        """The sheet part of the archive with the rows added, piece by piece."""
        outside = self._outside()
        head, tail = outside[BEFORE], outside[AFTER]
        layout = Layout("", len(head) - len(pattern.START_OF_DATA), len(head), len(head), [])
        area = self.there.area
        written = Area(self.last + 1, area.left, self.growth.new_last, area.right)
        patches = around(head + tail, layout, written, [self.growth], self.there.sheet.name, self.there.sheet.part)
        head, tail = applied(head, tail, patches)
        kept = (row for number, row in walk(self.target.package.chunks(self.there.sheet.part)) if BEFORE < number <= self.last)
        return in_pieces(chain((head,), kept, self._new_rows(), (tail,)))

    def _outside(self) -> dict[int, bytes]:
        """What stands before and after the rows of the archive; Refusal of anything below the table."""
        found: dict[int, bytes] = {}
        for number, row in walk(self.target.package.chunks(self.there.sheet.part)):
            if number in (BEFORE, AFTER):
                found[number] = row
            elif number > self.there.last and any(any(cell[_FILLED]) for cell in cells_of(row, number).values()):
                raise Refusal(f"{self.there.sheet.name}, row {number}, below the table, is not empty. Move what is there first.")
        return found

    def _new_rows(self) -> Iterator[bytes]:
        order = sorted(self.columns)
        to = self.last
        for number, row in walk(self.source.package.chunks(self.here.sheet.part)):
            if number not in self.numbers:
                continue
            to += 1
            cells = cells_of(row, number)
            self._refuse_others(cells, number)
            height = pattern.attribute(row[: row.index(b">")], "ht")
            made = b"".join(self._cell(column, to, cells.get(self.columns[column])) for column in order)
            yield b'<row r="%d"%s>%s</row>' % (to, f' ht="{height}"'.encode() if height else b"", made)

    def _refuse_others(self, cells: Mapping[int, pattern.Found], number: int) -> None:
        """Refusal of what someone put into a column of their own: the archive has no place for it."""
        for column in cells.keys() - self.columns.values():
            if any(cells[column][_FILLED]):
                raise Refusal(f"{self.here.sheet.name}!{letters(column)}{number} is in a column that the archive has not. Move "
                              "that column to another sheet, then run again.")

    def _cell(self, to: int, row: int, found: pattern.Found | None) -> bytes:
        """The cell as it is stored, its text in itself, of a formula what it shows."""
        _, _, _, style, kind, _, value, text = found or _NO_CELL
        start = b'<c r="%s%d"%s' % (letters(to).encode(), row, self._styles[to, style])
        if not (value or text):
            return start + b"/>"
        if kind == b"s":
            text, kind = escape_text(self.source.strings[int(value)]).encode(), b"inlineStr"
        if kind in (b"inlineStr", b"str"):
            return b'%s t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (start, text or value)
        return b"%s%s><v>%s</v></c>" % (start, b' t="%s"' % kind if kind in (b"b", b"e") else b"", value)

    def verify(self, new: Workbook) -> None:
        """Refusal unless the written archive holds the rows it had, byte for byte, and after them the new ones."""
        part = self.there.sheet.part
        old = (row for number, row in walk(self.target.package.chunks(part)) if BEFORE < number <= self.last)
        kept = (row for number, row in walk(new.package.chunks(part)) if BEFORE < number <= self.last)
        given = (cells for number, cells in SheetReader(self.source, self.here.sheet) if number in self.numbers)
        added = (cells for number, cells in SheetReader(new, self.there.sheet) if number > self.last)
        pairs = tuple(self.columns.items())
        try:
            held = all(was == row for was, row in zip(old, kept, strict=True)) and all(
                _said(row, to) == _said(was, column) for was, row in zip(given, added, strict=True) for to, column in pairs)
        except ValueError:  # the one has more rows than the other
            held = False
        if not held:
            raise Refusal(f"{self.there.sheet.name}: the written file does not hold the rows it should")


def _said(cells: SheetRow, column: int) -> CellValue | tuple[str, CellValue]:
    """What a cell says, however it is stored."""
    text = plain_text(cells, column)
    if text is not None:
        return text or None
    cell = cells.get(column)
    if cell is None or cell.value in (None, ""):
        return None
    return cell.value if cell.kind == "text" else (cell.kind, cell.value)
