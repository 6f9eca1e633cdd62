"""What must follow when a table grows or a cell is set: ranges around the rows, in names and in charts."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from xml.sax.saxutils import escape

from sendxl.xlsx.edit.locate import Layout
from sendxl.xlsx.edit.refusals import merged
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.package.xml import Patch, apply, decode, feed, local, parser, tag_end, with_attribute
from sendxl.xlsx.read.address import Area, parse_area
from sendxl.xlsx.read.references import SHEET, unquoted
from sendxl.xlsx.read.workbook import TablePart

_RANGE = re.compile(rf"((?:{SHEET})!)(\$[A-Z]{{1,3}}\$\d+:\$[A-Z]{{1,3}}\$)(\d+)(?!\d)")
NAMES = re.compile(rb"(<(?:[\w.\-]+:)?definedName\b[^>]*>)([^<]*)(?=</)")
CHART_RANGES = re.compile(rb"(<(?:[\w.\-]+:)?f>)([^<]*)(?=</)")
_PRINTED = b'"_xlnm.Print_Area"'
_RULES = ("conditionalFormatting", "dataValidation")


@dataclass(frozen=True)
class Growth:
    """A table that grows: its header row, columns, and last data row before and after.

    ``totals``: below the last data row stands a totals row, which moves down.
    """

    sheet: str
    top: int
    left: int
    right: int
    old_last: int
    new_last: int
    totals: bool = False

    @property
    def taken(self) -> Area:
        """The cells below that the table takes."""
        return Area(self.old_last + 1, self.left, self.new_last + self.totals, self.right)

    def grown(self, area: Area) -> Area:
        """A range over the table that ends at its last row ends at the new one, as does one that ends at its totals row.

        Others stay. A single cell or row is left alone, as someone meant just that one, unless the table has no other;
        one of the totals row moves with it.
        """
        if area.left > self.right or self.left > area.right:
            return area
        one_row = area.top == area.bottom
        if self.totals and area.bottom == self.old_last + 1:
            return area._replace(top=self.new_last + 1 if one_row else area.top, bottom=self.new_last + 1)
        if area.bottom == self.old_last and not (one_row and self.old_last > self.top + 1):
            return area._replace(bottom=self.new_last)
        return area

    def printed(self, area: Area) -> Area:
        """What is printed: where that is the whole table, it is so after."""
        whole = area.top <= self.top and area.left <= self.left and self.right <= area.right and self.old_last <= area.bottom
        return area._replace(bottom=max(area.bottom, self.taken.bottom)) if whole else self.grown(area)


def around(xml: bytes, layout: Layout, written: Area | None, growths: Sequence[Growth], sheet: str, part: str) -> list[Patch]:
    """The patches to what stands around the rows of a sheet part, whose offsets ``layout`` gives."""
    patches: list[Patch] = []
    state: dict[str, int | str] = {"rule": "", "text": 0}
    pieces: list[str] = []
    made = parser(part)

    def change(attributes: dict[str, str], name: str, changed: Callable[[str], str]) -> None:
        old = attributes.get(name, "")
        if (new := changed(old)) != old:
            at = here()
            end = tag_end(xml, at)[0]
            patches.append(Patch(at, end, with_attribute(xml[at:end], name, new)))

    def here() -> int:
        """Where in the whole part the parser stands, which is not fed the rows."""
        at: int = made.CurrentByteIndex
        return at if at < layout.inner else at + layout.close - layout.inner

    def start(tag: str, attributes: dict[str, str]) -> None:
        kind = local(tag)
        if kind == "dimension" and written:
            change(attributes, "ref", lambda old: _covering(old, written))
        elif kind in (*_RULES, "ignoredError", "protectedRange"):
            change(attributes, "sqref", lambda old: _grow_areas(old, growths))
            state["rule"] = kind if kind in _RULES else ""
        elif kind == "autoFilter":
            change(attributes, "ref", lambda old: _grow_areas(old, growths))
        elif kind == "mergeCell":
            _refuse_merge(attributes.get("ref", ""), growths, sheet)
        elif kind == "hyperlink":
            _refuse_in_totals(attributes.get("ref", ""), growths, sheet)
        elif kind == "sqref":  # of something that Excel keeps in an extension
            state["text"] = tag_end(xml, here())[0]
            pieces.clear()

    def end(tag: str) -> None:
        kind = local(tag)
        if kind == "sqref" and state["text"]:
            old = "".join(pieces)
            if not state["rule"]:
                _refuse_in_totals(old, growths, sheet)
            elif (new := _grow_areas(old, growths)) != old:
                patches.append(Patch(int(state["text"]), here(), new.encode()))
            state["text"] = 0
        elif kind == state["rule"]:
            state["rule"] = ""

    made.StartElementHandler, made.EndElementHandler = start, end
    made.CharacterDataHandler = pieces.append
    feed(made, (xml[: layout.inner], xml[layout.close :]), part)
    return patches


def _covering(old: str, written: Area) -> str:
    """A dimension that covers what was written too."""
    try:
        area = parse_area(old)
    except ValueError:
        return old
    whole = Area(min(area.top, written.top), min(area.left, written.left),
                 max(area.bottom, written.bottom), max(area.right, written.right))
    return old if whole == area else str(whole)


def _grow_areas(old: str, growths: Sequence[Growth]) -> str:
    """Ranges separated by spaces, those that end with a growing table grown; all as it was where one is odd."""
    areas = []
    for text in old.split():
        try:
            area = grown = parse_area(text)
        except ValueError:
            return old
        for growth in growths:
            grown = growth.grown(grown)
        areas.append(text if grown == area else str(grown))
    return " ".join(areas) if growths else old


def _refuse_in_totals(refs: str, growths: Sequence[Growth], sheet: str) -> None:
    """Refusal of a link or sparkline in a totals row, which is to move down."""
    for growth in growths:
        row = growth.taken._replace(bottom=growth.old_last + 1)
        if growth.totals and any(parse_area(ref).meets(row) for ref in refs.split()):
            raise Refusal(f"{sheet}!{refs}, in the totals row, holds a link or sparkline. Remove it, so that the table can grow.")


def _refuse_merge(ref: str, growths: Sequence[Growth], sheet: str) -> None:
    for growth in growths:
        if growth.new_last > growth.old_last and parse_area(ref).meets(growth.taken):
            raise merged(f"{sheet}!{ref}")


def grow_table(xml: bytes, table: TablePart, new_last: int) -> bytes:
    """The table part with its range, and its filter's, down to a new last row, and no longer marked as empty."""
    follows = {table.last: new_last, table.area.bottom: new_last + table.totals_rows}
    patches: list[Patch] = []
    made = parser(table.part)

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) not in ("table", "autoFilter") or "ref" not in attributes:
            return
        at = made.CurrentByteIndex
        end = tag_end(xml, at)[0]
        area, new = parse_area(attributes["ref"]), xml[at:end]
        if follows.get(area.bottom, area.bottom) != area.bottom:
            new = with_attribute(new, "ref", str(area._replace(bottom=follows[area.bottom])))
        if "insertRow" in attributes:  # Excel's sign that the one row of the table is there to be filled
            new = with_attribute(new, "insertRow", "0")
        if new != xml[at:end]:
            patches.append(Patch(at, end, new))

    made.StartElementHandler = start
    feed(made, (xml,), table.part)
    return apply(xml, patches)


def grow_references(xml: bytes, elements: "re.Pattern[bytes]", growths: Sequence[Growth]) -> bytes:
    """Ranges in names or charts that end at the last row of a growing table end at its new one.

    What is printed goes on holding the whole of a table that it held.
    """
    if not growths:
        return xml

    def one(match: "re.Match[str]", *, printed: bool) -> str:
        sheet = unquoted(match[1][:-1])
        area = parse_area(match[2] + match[3])
        for growth in growths:
            if growth.sheet.casefold() == sheet.casefold():
                area = growth.printed(area) if printed else growth.grown(area)
        return f"{match[1]}{match[2]}{area.bottom}"

    def element(match: "re.Match[bytes]") -> bytes:
        old = decode(match[2])
        new = _RANGE.sub(partial(one, printed=_PRINTED in match[1]), old)
        return match[1] + escape(new).encode() if new != old else match[0]

    return elements.sub(element, xml)
