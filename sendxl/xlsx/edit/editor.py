"""A list of edits spliced into a workbook's parts and written, verified, to a new file."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sendxl.xlsx.edit.added import AddedColumn, AddedRows
from sendxl.xlsx.edit.blockers import uneditable
from sendxl.xlsx.edit.chart_titles import retitled
from sendxl.xlsx.edit.growth import CHART_RANGES, NAMES, Growth, grow_references, grow_table
from sendxl.xlsx.edit.refusals import no_room
from sendxl.xlsx.edit.removal import Removal
from sendxl.xlsx.edit.schema_order import WORKBOOK, place_of_new
from sendxl.xlsx.edit.shrink import move_references, shrink_sheet, shrink_table, verify_removals
from sendxl.xlsx.edit.splice import SheetEdits, splice
from sendxl.xlsx.edit.totals_row import rechained, refuse_totals
from sendxl.xlsx.edit.verify import verify
from sendxl.xlsx.edit.write import Formula, How, Refusal, Write
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.whole_file import flushed
from sendxl.xlsx.package.xml import is_utf8, patched, tag_end, with_attribute
from sendxl.xlsx.package.zipwriter import Content, Packed, write_package
from sendxl.xlsx.read.address import MAX_ROW, Area
from sendxl.xlsx.read.reader import Sheet
from sendxl.xlsx.read.skeleton import with_middle
from sendxl.xlsx.read.workbook import SheetPart, TablePart, Workbook

_FORMULA = re.compile(rb"<(?:[A-Za-z_][\w.\-]*:)?f[\s>/]")
_CALCULATION = re.compile(rb"<!--.*?-->|(<(?:[\w.\-]+:)?calcPr\b)", re.DOTALL)


class Editor:
    """Collects edits to a workbook and writes the result; the package it was opened from is never changed."""

    def __init__(self, workbook: Workbook, known: Mapping[str, Sheet] | None = None) -> None:
        """Refusal where the workbook is of a kind that cannot be edited without harm.

        ``known``: sheets that were read already, by part, so that they need not be read again.
        """
        self._book = workbook
        self._known = {} if known is None else known  # which may be filled later
        self._edits: dict[str, SheetEdits] = {}
        self._tables: dict[str, tuple[TablePart, int]] = {}
        self._removals: dict[str, Removal] = {}
        self._changes: dict[str, list[Callable[[bytes], bytes]]] = defaultdict(list)
        self._added: dict[str, bytes] = {}
        for why in uneditable(workbook.package):
            raise Refusal(why)

    def write(self, sheet: SheetPart, row: int, column: int, write: Write) -> None:
        """Set one cell. A fill and a value for one cell add up; of two values the later stands."""
        cells = self._of(sheet).cells.setdefault(row, {})
        before = cells.get(column)
        if before and write.how is How.FILL:
            write = replace(before, fill=write.fill)
        elif before and before.fill:
            write = replace(write, fill=write.fill or before.fill)
        cells[column] = write

    def fit(self, sheet: SheetPart, row: int, height: float) -> None:
        """Make a row at least so many points high, unless its height was set by hand."""
        heights = self._of(sheet).heights
        heights[row] = max(height, heights.get(row, 0.0))

    def append(self, table: TablePart, columns: Mapping[int, AddedColumn], rows: int, *, fill_first: bool = False) -> None:
        """Add so many rows below a table, once for each table; ``fill_first`` puts the first into its one blank row.

        ``columns`` are by their position in the table, from 0. Calculated columns are filled with their formula where they
        are given nothing; a totals row moves down. Refusal where the space below is taken.
        """
        if not rows:
            return
        first = table.last if fill_first else table.last + 1
        new_last = first + rows - 1
        _refuse_growth(table, new_last)
        edits = self._of(table.sheet)
        added = AddedRows(range(first, new_last + 1), {
            table.area.left + position: _filled(columns.get(position), table.formulas.get(header), rows)
            for position, header in enumerate(table.columns)})
        if fill_first:
            cells = edits.cells.setdefault(first, {})
            cells |= {table.area.left + position: replace(added.write(first, table.area.left + position), how=How.SET)
                      for position, column in columns.items() if column.gives(0)}
            added = added.without_first()
        if added.numbers:
            edits.added.append(added)
        if table.part:  # else it is of cells only
            self._tables[table.part] = (table, new_last)
        if new_last > table.last:
            top, left, _, right = table.area
            growth = Growth(table.sheet.name, top, left, right, table.last, new_last, bool(table.totals_rows))
            if growth.totals:
                refuse_totals(self._book, table, growth)
            edits.growths.append(growth)

    def remove(self, table: TablePart, rows: Collection[int]) -> None:
        """Take rows, by their numbers on the sheet, out of a table; those below move up. Of all its rows a blank one stays.

        The sheet takes no other edit. Saving is a Refusal where something hangs on a row that goes or moves.
        """
        if rows:
            self._removals[table.sheet.part] = Removal.of(table, rows)

    def change(self, part: str, change: Callable[[bytes], bytes]) -> None:
        """Have a part changed, once what is written into its cells is in it."""
        self._changes[part].append(change)

    def add(self, part: str, content: bytes) -> None:
        """Add a part that the package lacks."""
        self._added[part] = content

    @property
    def empty(self) -> bool:
        """True if there is nothing to be changed."""
        return not (self._edits or self._removals or self._changes or self._added)

    def _of(self, sheet: SheetPart) -> SheetEdits:
        if sheet.part not in self._edits:
            self._edits[sheet.part] = SheetEdits(sheet.name)
        return self._edits[sheet.part]

    def check(self) -> None:
        """Refusal where ``save`` would refuse; nothing is written."""
        self._parts()

    def save(self, path: Path) -> None:
        """Write the edited workbook to ``path`` and verify it from what was written; Refusal where it does not hold."""
        with flushed(path, "w+b") as out:
            replaced = self._write(out)
        self._verify(Package.open(path, self._book.package.limits), replaced)

    def package(self) -> Package:
        """The edited workbook in memory, verified as ``save`` does."""
        out = BytesIO()
        replaced = self._write(out)
        package = Package(out.getvalue(), self._book.package.limits)
        self._verify(package, replaced)
        return package

    def _write(self, out: BinaryIO) -> Collection[str]:
        """Write the edited workbook; gives the names of the parts that were replaced or added."""
        replaced = self._parts()
        write_package(self._book.package, out, replaced)
        return replaced.keys()

    def _verify(self, package: Package, replaced: Collection[str]) -> None:
        changed = self._changes.keys() - self._edits.keys()
        kept = {sheet.part: SheetEdits(sheet.name) for sheet in self._book.sheets if sheet.part in changed}
        verify(self._book, package, replaced, {**self._edits, **kept}, self._known)
        verify_removals(self._book, package, self._removals.values())

    def _parts(self) -> dict[str, Content]:
        """The new content of every part that changes."""
        package = self._book.package
        if both := self._edits.keys() & self._removals.keys():
            raise ValueError(f"rows are taken out of the sheet in {min(both)}, which takes no other edit")
        replaced: dict[str, Content] = {part: self._formed(part, self._sheet(part, edits)) for part, edits in self._edits.items()}
        replaced |= {part: self._formed(part, shrink_sheet(self._book, removal)) for part, removal in self._removals.items()}
        if self._book.styles.changed:
            replaced[self._book.styles_part] = self._book.styles.render()
        growths = [growth for edits in self._edits.values() for growth in edits.growths]

        def follow(xml: bytes, elements: "re.Pattern[bytes]") -> bytes:
            return move_references(grow_references(xml, elements, growths), elements, self._removals.values())

        changes: dict[str, Callable[[bytes], bytes]] = {
            part: lambda xml, table=table, last=last: grow_table(xml, table, last)  # type: ignore[misc]
            for part, (table, last) in self._tables.items()
        }
        changes |= {removal.table.part: lambda xml, removal=removal: shrink_table(xml, removal)  # type: ignore[misc]
                    for removal in self._removals.values()}
        changes |= {part: lambda xml: retitled(follow(xml, CHART_RANGES), self._edits) for part in self._book.chart_parts}
        chain = self._book.calculation_chain
        if chain and any(growth.totals for growth in growths):
            changes[chain] = lambda xml: rechained(xml, self._book, growths)
        changes[self._book.part] = lambda xml: self._calculated(follow(xml, NAMES))
        for part, change in changes.items():
            before = package.read(part)
            if (after := change(before)) != before:
                if not is_utf8(before):
                    raise Refusal(f"the part {part} is not stored as UTF-8. Open the file in Excel, save it, then run again.")
                replaced[part] = after
        for part in self._changes:
            if part not in self._edits and part not in self._removals:
                xml = replaced.get(part)
                replaced[part] = self._changed(part, xml if isinstance(xml, bytes) else package.read(part))
        return replaced | self._added

    def _formed(self, part: str, sheet: Iterator[bytes]) -> Content:
        """A sheet part, piece by piece, as it is to be written: as large ones take much memory, not one is kept whole."""
        return self._changed(part, b"".join(sheet)) if part in self._changes else Packed.of(sheet)

    def _changed(self, part: str, xml: bytes) -> bytes:
        for change in self._changes[part]:
            xml = change(xml)
        return xml

    def _sheet(self, part: str, edits: SheetEdits) -> Iterator[bytes]:
        package, styles, date1904 = self._book.package, self._book.styles, self._book.date1904
        bones = self._book.skeleton(part, edits.growths[0].old_last) if edits.only_appends else None
        xml = bones.xml if bones else package.read(part)
        known = self._known.get(part)
        patches = splice(xml, edits, styles, date1904, part, known.by_pattern if known and not bones else None)
        return with_middle(package, part, bones, patches) if bones else patched(xml, patches)

    def _calculated(self, xml: bytes) -> bytes:
        """The workbook part told to compute every formula when it is next opened, where there are any."""
        found = next((match for match in _CALCULATION.finditer(xml) if match[1]), None)
        tag = xml[found.start() : tag_end(xml, found.start())[0]] if found else b""
        if b'fullCalcOnLoad="1"' in tag or not self._has_formulas():
            return xml
        if found:
            return xml[: found.start()] + with_attribute(tag, "fullCalcOnLoad", "1") + xml[found.start() + len(tag) :]
        at, prefix = place_of_new(xml, self._book.part, WORKBOOK, "calcPr")
        return xml[:at] + f'<{prefix}calcPr fullCalcOnLoad="1"/>'.encode() + xml[at:]

    def _has_formulas(self) -> bool:
        package = self._book.package
        if self._book.calculation_chain or any(table.formulas for table, _ in self._tables.values()):
            return True
        appended = {part for part, edits in self._edits.items() if edits.only_appends}
        return any(_holds_formula(package, sheet.part) for sheet in self._book.sheets if sheet.part not in appended)


def _filled(given: AddedColumn | None, formula: str | None, rows: int) -> AddedColumn:
    """A column of added rows; cells that are given nothing get the formula of a calculated column."""
    calculated = Formula(formula) if formula else None
    if given is None:
        return AddedColumn.of(*[calculated] * rows)
    if calculated is None or given.exact:
        return given
    return given._replace(values=[calculated if value is None else value for value in given.values])


def _holds_formula(package: Package, part: str) -> bool:
    end = b""
    for piece in package.chunks(part):
        window = end + piece
        if (b"<f" in window or b":f" in window) and _FORMULA.search(window):
            return True
        end = piece[-64:]
    return False


def _refuse_growth(table: TablePart, new_last: int) -> None:
    """Refusal where the table cannot grow to a new last row."""
    where = f"{table.sheet.name}, table {table.name}"
    if new_last + table.totals_rows > MAX_ROW:
        raise no_room(where)
    if table.arrays:
        raise Refusal(f"{where}: the column {min(table.arrays)!r} has an array formula. Make it an ordinary one, then run again.")
    new = Area(table.last + 1, table.area.left, new_last + table.totals_rows, table.area.right)
    for other in table.sheet.tables:
        if other is not table and new.top <= new.bottom and other.area.meets(new):
            raise Refusal(f"{where}: the table {other.name} stands below it. Move it, so that the table can grow.")
