"""Seeing in the written file, before it takes the place of the old one, that it says what it should and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from sendxl.xlsx.address import name
from sendxl.xlsx.cell import Cell, SheetRow
from sendxl.xlsx.package import Package
from sendxl.xlsx.reader import Sheet, SheetReader, TiledRow
from sendxl.xlsx.skeleton import skeleton
from sendxl.xlsx.splice import SheetEdits
from sendxl.xlsx.workbook import SheetPart, Workbook
from sendxl.xlsx.write import Formula, How, Refusal, Write, serial
from sendxl.xlsx.xml import feed, parser

_SLACK = 1 << 16
_Rows = Iterator[tuple[int, SheetRow]]


def verify(
    old: Workbook, path: Path, replaced: set[str], edits: Mapping[str, SheetEdits], known: Mapping[str, Sheet]
) -> None:
    """Refusal unless the file at ``path`` is ``old`` with ``edits`` made, and only parts ``replaced`` differ.

    ``edits`` are by sheet part. Written cells read as what was written, all others as before. ``known``: sheets of
    ``old`` that were read already.
    """
    package = Package.open(path, old.package.limits)
    if package.names != old.package.names:
        raise Refusal("the written file does not hold the parts it should")
    for part in package.names:
        if part not in replaced:
            if package.raw(part) != old.package.raw(part) or package.crc(part) != old.package.crc(part):
                raise Refusal(f"the written file differs in {part}, which was not edited")
        elif part not in edits:
            feed(parser(part), package.chunks(part), part)
    new = Workbook(package)
    for part, sheet_edits in edits.items():
        sheet = next(sheet for sheet in new.sheets if sheet.part == part)
        _verify_sheet(*_rows(old, new, sheet, sheet_edits, known.get(part)), sheet_edits, new.date1904)


def _rows(old: Workbook, new: Workbook, sheet: SheetPart, edits: SheetEdits, known: Sheet | None) -> tuple[_Rows, _Rows]:
    """The rows of a sheet before and after; of one that was only added to, those from the first change on."""
    if edits.only_appends:
        last = edits.growths[0].old_last
        before = old.skeleton(sheet.part, last)
        added = new.package.infos[sheet.part].file_size - before.size if before else 0
        after = skeleton(new.package, sheet.part, last, len(before.tail) + added + _SLACK) if before else None
        if before and after:
            return iter(SheetReader(old, sheet, (before.xml,))), iter(SheetReader(new, sheet, (after.xml,)))
    return iter(known.rows if known else SheetReader(old, sheet)), iter(SheetReader(new, sheet))


def _verify_sheet(before: _Rows, after: _Rows, edits: SheetEdits, date1904: bool) -> None:
    waiting = next(before, None)
    seen = set()
    for number, cells in after:
        writes = edits.writes.get(number, {})
        seen.add(number)
        was: SheetRow = {}
        if waiting and waiting[0] == number:
            was, waiting = waiting[1], next(before, None)
        for column, write in writes.items():
            if not _holds(cells.get(column), write, date1904):
                raise Refusal(f"{edits.sheet}!{name(number, column)}: the written file does not hold {write.value!r}")
        if not _same(was, cells, writes):
            raise Refusal(f"{edits.sheet}, row {number}: the written file differs where nothing was edited")
    if waiting or not seen >= edits.writes.keys():
        raise Refusal(f"{edits.sheet}: rows are missing from the written file")


def _same(was: SheetRow, cells: SheetRow, writes: Mapping[int, Write]) -> bool:
    """True if the cells that were not written are what they were."""
    one: Mapping[int, object] = was
    other: Mapping[int, object] = cells
    if isinstance(was, TiledRow) and isinstance(cells, TiledRow):
        one, other = was.found, cells.found
    if not writes:
        return dict(one) == dict(other)
    return {c: one[c] for c in one if c not in writes} == {c: other[c] for c in other if c not in writes}


def _holds(cell: Cell | None, write: Write, date1904: bool) -> bool:
    """True if a cell says what was written into it."""
    value = write.value
    if write.how is How.FILL:
        return cell is not None
    if value is None or value == "":
        return cell is None or cell.kind == "blank" or (cell.formula and cell.value in (None, ""))
    if cell is None:
        return False
    if isinstance(value, Formula):
        return cell.formula and (value.shown is None or _holds(cell, replace(write, value=value.shown), date1904))
    if isinstance(value, bool):
        return cell.value is value
    if isinstance(value, str):
        return cell.value == value or (cell.kind == "text" and not _plain(value))
    if isinstance(value, date):
        value = serial(value, date1904)
    return float(cell.raw) == float(value)


def _plain(text: str) -> bool:
    """False for text with lone surrogates, which no workbook can hold."""
    return text.isascii() or text.encode("utf-8", "replace").decode() == text
