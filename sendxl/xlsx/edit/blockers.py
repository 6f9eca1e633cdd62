"""What an edit of a workbook would be refused for, found before anyone tries: formulas over several cells, no room below."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from sendxl.errors import FileUnreadable
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.xml import feed, local, parser
from sendxl.xlsx.read.address import MAX_ROW, Area, parse_area
from sendxl.xlsx.read.reader import Sheet
from sendxl.xlsx.read.workbook import SheetPart, TablePart, Workbook

_MARKS = (b"array", b"dataTable")
_KINDS = {"array": "an array formula", "dataTable": "a data table"}
_ZIP64 = "it is a ZIP64 file, which is not edited. Open it in Excel and save it again."
_SIGNED = "it is digitally signed, and a change would break the signature. Remove the signature first."


class BlockerKind(Enum):
    """What keeps a table from growing."""

    CELLS = "cells below it"
    TABLE = "a table below it"
    CALCULATED = "an array formula for a whole column"
    END = "the end of the sheet"


@dataclass(frozen=True)
class Blocker:
    """Something that keeps a table from growing, at ``area``; ``name`` is that of the other table or the column."""

    what: BlockerKind
    area: Area
    name: str = ""


@dataclass(frozen=True)
class Block:
    """Cells that one formula fills, so that none of them can be set; ``kind`` says what it is."""

    kind: str
    area: Area


def uneditable(package: Package) -> Iterator[str]:
    """Why a package is of a kind that cannot be edited without harm, each with how to mend it."""
    if package.needs_zip64:
        yield _ZIP64
    if any(part.casefold().startswith("_xmlsignatures/") for part in package.names):
        yield _SIGNED


def blocks(workbook: Workbook, sheet: SheetPart) -> list[Block]:
    """The array formulas and data tables of a sheet; of most sheets the bytes tell that there are none."""
    found: list[Block] = []
    if not _mentioned(workbook.package, sheet.part):
        return found
    made = parser(sheet.part)

    def start(tag: str, attributes: dict[str, str]) -> None:
        kind = _KINDS.get(attributes.get("t", ""))
        if kind and local(tag) == "f" and "ref" in attributes:
            try:
                found.append(Block(kind, parse_area(attributes["ref"])))
            except (ValueError, FileUnreadable):
                return

    made.StartElementHandler = start
    feed(made, workbook.package.chunks(sheet.part), sheet.part)
    return found


def _mentioned(package: Package, part: str) -> bool:
    end = b""
    for piece in package.chunks(part):
        if any(mark in end + piece for mark in _MARKS):
            return True
        end = piece[-16:]
    return False


def blockers(table: TablePart, sheet: Sheet, filled: list[Block]) -> Iterator[Blocker]:
    """All that keeps a table from growing row after row; ``sheet`` is that which it is on, ``filled`` the blocks of that."""
    _, left, bottom, right = table.area
    if bottom >= MAX_ROW:
        yield Blocker(BlockerKind.END, Area(bottom, left, bottom, right))
        return
    for column in sorted(table.arrays):
        at = left + table.columns.index(column)
        yield Blocker(BlockerKind.CALCULATED, Area(table.first, at, table.last, at), column)
    room = Area(bottom + 1, left, MAX_ROW, right)
    others = [other for other in table.sheet.tables if other is not table and other.area.meets(room)]
    for other in others:
        yield Blocker(BlockerKind.TABLE, other.area, other.name)
    taken = [area for area in _taken(sheet, filled, room) if not any(area.meets(other.area) for other in others)]
    if taken:
        yield Blocker(BlockerKind.CELLS, Area(min(a.top for a in taken), min(a.left for a in taken),
                                        max(a.bottom for a in taken), max(a.right for a in taken)))


def _taken(sheet: Sheet, filled: list[Block], room: Area) -> Iterator[Area]:
    """What is not empty in ``room``."""
    for number, cells in sheet.rows:
        if number >= room.top:
            columns = [column for column, cell in cells.items()
                       if room.left <= column <= room.right and (cell.formula or cell.kind != "blank")]
            if columns:
                yield Area(number, min(columns), number, max(columns))
    for area in (*sheet.merges, *(block.area for block in filled)):
        if area.meets(room):
            yield area
