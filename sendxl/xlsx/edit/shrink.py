"""Rows taken out of a table: those below move up, and all that ends with the table ends higher.

Of a row that moves only its number and those of its cells' addresses change, in the bytes as they stand.
"""

import re
from collections.abc import Collection, Iterator
from xml.sax.saxutils import escape

from sendxl.xlsx.edit.removal import ADDRESS, CELL, Removal, inspected, sheet_named
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.xml import Patch, apply, decode, feed, local, parser, tag_end, with_attribute
from sendxl.xlsx.read import pattern
from sendxl.xlsx.read.address import Area, parse_area
from sendxl.xlsx.read.pattern import NoPattern
from sendxl.xlsx.read.references import SHEET
from sendxl.xlsx.read.walk import AFTER, BEFORE, applied, cells_of, in_pieces, walk
from sendxl.xlsx.read.workbook import Workbook

_RANGE = re.compile(
    rf"((?:{SHEET})!)(\$?[A-Z]{{1,3}}\$?)(\d+)(?!\d)(?:(:\$?[A-Z]{{1,3}}\$?)(\d+)(?!\d))?")
_RULES = ("conditionalFormatting", "dataValidation", "ignoredError", "protectedRange")
_SAVE_AGAIN = "Open the file in Excel, save it, then run again."


def shrink_sheet(book: Workbook, removal: Removal) -> Iterator[bytes]:
    """The sheet part without the rows, piece by piece; Refusal, at once, where a move would do harm."""
    try:
        head, tail = inspected(book, removal)
    except NoPattern:
        raise Refusal(f"the sheet {removal.table.sheet.name} is stored in an unusual way. {_SAVE_AGAIN}") from None
    head, tail = _around(head, tail, removal)
    return in_pieces(_rows(book, removal, head, tail))


def _rows(book: Workbook, removal: Removal, head: bytes, tail: bytes) -> Iterator[bytes]:
    gone = set(removal.rows)
    for number, row in walk(book.package.chunks(removal.table.sheet.part)):
        if number in (BEFORE, AFTER):
            yield tail if number else head
        elif number == removal.blanked:
            yield _blank(row, number)
        elif number not in gone:
            yield _renumbered(row, number, removal.moved(number)) if number > removal.first else row


def shrink_table(xml: bytes, removal: Removal) -> bytes:
    """The table part, the ranges of the table, its filter and its sorting ending higher."""
    patches: list[Patch] = []
    made = parser(removal.table.part)

    def start(tag: str, attributes: dict[str, str]) -> None:
        new = removal.area(parse_area(attributes["ref"])) if "ref" in attributes else None
        if new:
            patches.append(_attribute(xml, made.CurrentByteIndex, "ref", str(new)))

    made.StartElementHandler = start
    feed(made, (xml,), removal.table.part)
    return apply(xml, patches)


def move_references(xml: bytes, elements: "re.Pattern[bytes]", removals: Collection[Removal]) -> bytes:
    """Names or charts that follow the rows that move; Refusal where all rows of one go."""
    if not removals:
        return xml
    by_sheet = {removal.table.sheet.name.casefold(): removal for removal in removals}

    def one(match: "re.Match[str]") -> str:
        removal = by_sheet.get(sheet_named(match[1]))
        if removal is None:
            return match[0]
        new = removal.area(Area(int(match[3]), 1, int(match[5] or match[3]), 1))
        if new is None:
            raise Refusal(f"{removal.table.sheet.name}: a name or chart shows {match[0]}, which goes. Remove it, then run again.")
        return f"{match[1]}{match[2]}{new.top}" + (f"{match[4]}{new.bottom}" if match[4] else "")

    def element(match: "re.Match[bytes]") -> bytes:
        old = decode(match[2])
        new = _RANGE.sub(one, old)
        return match[1] + escape(new).encode() if new != old else match[0]

    return elements.sub(element, xml)


def verify_removals(book: Workbook, package: Package, removals: Collection[Removal]) -> None:
    """Refusal unless the sheets of ``package`` hold the rows that stay, byte for byte but for their numbers."""
    for removal in removals:
        try:
            _verify(book.package, package, removal)
        except (NoPattern, ValueError):  # the one has more rows than the other
            raise Refusal(f"{removal.table.sheet.name}: the written file does not hold the rows it should") from None


def _verify(before: Package, after: Package, removal: Removal) -> None:
    gone, part = set(removal.rows), removal.table.sheet.part
    stays = ((number, row) for number, row in walk(before.chunks(part)) if number not in gone)
    for (old, was), (new, row) in zip(stays, walk(after.chunks(part)), strict=True):
        if old in (BEFORE, AFTER):
            same = new == old
        elif old == removal.blanked:
            same = new == old and not any(any(found[5:]) for found in cells_of(row, new).values())
        else:
            same = new == removal.moved(old) and _bare(was, old) == _bare(row, new)
        if not same:
            raise Refusal(f"{removal.table.sheet.name}, row {old}: the written file does not hold what it should")


def _around(head: bytes, tail: bytes, removal: Removal) -> tuple[bytes, bytes]:
    """What stands before and after the rows, its ranges following them; Refusal of those that cannot."""
    xml, patches, texts = head + tail, list[Patch](), [0]
    pieces: list[str] = []
    part, sheet = removal.table.sheet.part, removal.table.sheet.name
    made = parser(part)

    def start(tag: str, attributes: dict[str, str]) -> None:
        kind, at = local(tag), made.CurrentByteIndex
        if kind in ("dimension", "autoFilter") and "ref" in attributes:
            new = removal.area(parse_area(attributes["ref"]))
            patches.append(_attribute(xml, at, "ref", str(new or attributes["ref"])))
        elif kind in _RULES and "sqref" in attributes:
            patches.append(_attribute(xml, at, "sqref", _followed(attributes["sqref"], removal)))
        elif kind in ("mergeCell", "hyperlink") and parse_area(attributes["ref"]).bottom >= removal.first:
            what = "is merged" if kind == "mergeCell" else "holds a link"
            raise Refusal(f"{sheet}!{attributes['ref']} {what}, and would not move with its row. Undo that, then run again.")
        elif kind == "sqref":  # of something that Excel keeps in an extension
            texts[0] = tag_end(xml, at)[0]
            pieces.clear()

    def end(tag: str) -> None:
        if local(tag) == "sqref":
            patches.append(Patch(texts[0], made.CurrentByteIndex, _followed("".join(pieces), removal).encode()))

    made.StartElementHandler, made.EndElementHandler = start, end
    made.CharacterDataHandler = pieces.append
    feed(made, (xml,), part)
    return applied(head, tail, patches)


def _followed(refs: str, removal: Removal) -> str:
    """Ranges of a rule, separated by spaces. It must begin where it did, as its formulas count from there."""
    areas = [parse_area(ref) for ref in refs.split()]
    new = [area for area in map(removal.area, areas) if area]
    if not new or min(area.top for area in new) != min(area.top for area in areas):
        raise Refusal(f"{removal.table.sheet.name}!{refs}: a rule, exception or sparkline of these cells would not move with its "
                      "rows. Let it begin at the table’s first row, or remove it, then run again.")
    return " ".join(map(str, new)) if new != areas else refs


def _attribute(xml: bytes, at: int, key: str, value: str) -> Patch:
    end = tag_end(xml, at)[0]
    return Patch(at, end, with_attribute(xml[at:end], key, value))


def _renumbered(row: bytes, old: int, new: int) -> bytes:
    """A row with another number: its own, and that of each cell's address, the first that each cell has."""
    was, now = b'%d"' % old, b'%d"' % new
    return CELL.join([piece.replace(was, now, 1) for piece in row.split(CELL)])


def _bare(row: bytes, number: int) -> bytes:
    """A row without its number; NoPattern where not all of it has that number."""
    tag = b'<row r="%d"' % number
    if not row.startswith(tag) or {found[1] for found in ADDRESS.findall(row)} - {b"%d" % number}:
        raise NoPattern
    return ADDRESS.sub(rb'<c r="\1"', row[len(tag) :])


def _blank(row: bytes, number: int) -> bytes:
    """A row whose cells keep their styles alone."""
    span = pattern.row_at(row, 0)
    if span is None:
        raise NoPattern
    cells = [b'<c r="%s%d"%s/>' % (found[1], number, b' s="%s"' % found[3] if found[3] else b"")
             for found in cells_of(row, number).values()]
    return row[: span.inner] + b"".join(cells) + row[span.close :]
