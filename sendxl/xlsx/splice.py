"""Edits spliced into one sheet part: cells set, rows added below a table, and what must follow; every other byte kept.

``splice`` finds byte offsets with expat and gives patches. It also takes a sheet whose middle rows are left out
(``Workbook.ends``), so that adding to a table of any length parses only its last row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from sendxl.xlsx.address import Area, column_number, letters, name, parse_area
from sendxl.xlsx.package import Package
from sendxl.xlsx.styles import Styles
from sendxl.xlsx.xml import Patch, escape_text, feed, local, parser, tag_end, with_attribute

Written = str | int | float | bool | date | None
_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}


class Refusal(Exception):
    """An edit that would do harm; the message says where and why."""


class How(Enum):
    """What a write does to its cell."""

    SET = "the value"
    NEW = "the value, of a cell that must be empty"
    CACHED = "what a formula shows"
    FILL = "the fill"


@dataclass(frozen=True)
class Formula:
    """A formula to be written, as a calculated column gives it; Excel computes its value."""

    text: str


@dataclass(frozen=True)
class Write:
    """One cell to be written; ``number_format`` is used where the cell has none that fits."""

    how: How
    value: "Written | Formula" = None
    number_format: str = "General"
    fill: str = ""


@dataclass(frozen=True)
class Growth:
    """A table that grows: its header row, columns, and last data row before and after."""

    sheet: str
    top: int
    left: int
    right: int
    old_last: int
    new_last: int

    def grown(self, area: Area) -> Area:
        """A range that ends at the table's last row, inside its columns, ends at the new one; others stay."""
        if (
            area.bottom == self.old_last
            and area.top >= self.top
            and self.left <= area.left
            and area.right <= self.right
        ):
            return area._replace(bottom=self.new_last)
        return area


@dataclass
class SheetEdits:
    """All that is to be done to one sheet."""

    sheet: str
    writes: dict[int, dict[int, Write]] = field(default_factory=dict)
    growths: list[Growth] = field(default_factory=list)

    @property
    def only_appends(self) -> bool:
        """True if no row before the last row of a growing table is touched."""
        return len(self.growths) == 1 and min(self.writes) >= self.growths[0].old_last


def serial(value: date, date1904: bool) -> int | float:
    """A date as the workbook stores it: days since its epoch."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    seconds = (moment - _EPOCHS[date1904]).total_seconds()
    return int(seconds // 86_400) if seconds % 86_400 == 0 else seconds / 86_400


def splice(xml: bytes, edits: SheetEdits, styles: Styles, date1904: bool, part: str) -> list[Patch]:
    """The patches that make ``edits`` in a sheet part; Refusal where one would do harm."""
    return _Splicer(xml, edits, styles, date1904, part).run()


class _Splicer:
    """One pass over a sheet part."""

    def __init__(self, xml: bytes, edits: SheetEdits, styles: Styles, date1904: bool, part: str) -> None:
        self.xml, self.edits, self.styles, self.date1904, self.part = xml, edits, styles, date1904, part
        self.patches: list[Patch] = []
        self.rows = sorted(edits.writes)
        self.next = 0  # index into rows of the next one to be placed
        self.prefix = ""
        self.above: dict[int, int] = {}  # styles of the last row of a growing table, by column
        self.row = self.column = 0
        self.pending: dict[int, Write] | None = None
        self.sampling = False
        self.cell: tuple[int, int, dict[str, str]] | None = None
        self.formula: tuple[int, int, dict[str, str]] | None = None
        self.filled = False
        self.inside = False
        self.row_at = self.data_at = 0  # where the row and the sheet data start
        self.sqref: list[str] | None = None
        self.sqref_at = 0

    def run(self) -> list[Patch]:
        self.parser = parser(self.part)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        feed(self.parser, (self.xml,), self.part)
        return self.patches

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag if ":" not in tag else local(tag)
        if self.inside:
            if kind == "c":
                self._start_cell(attributes)
            elif kind == "row":
                self._start_row(attributes)
            elif self.cell is not None:
                if kind == "f":
                    self.formula = (self.parser.CurrentByteIndex, 0, attributes)
                self.filled = self.filled or kind in ("v", "is", "f")
        elif kind == "sheetData":
            self.inside = True
            self.data_at = self.parser.CurrentByteIndex
            self.prefix = tag[: -len("sheetData")]
        elif kind == "dimension":
            self._attribute("ref", attributes, self._dimension)
        elif kind in ("conditionalFormatting", "dataValidation", "ignoredError", "protectedRange"):
            self._attribute("sqref", attributes, self._grow)
        elif kind == "autoFilter":
            self._attribute("ref", attributes, self._grow)
        elif kind == "mergeCell":
            self._check_merge(attributes.get("ref", ""))
        elif kind == "sqref":
            self.sqref, self.sqref_at = [], tag_end(self.xml, self.parser.CurrentByteIndex)[0]

    def _text(self, piece: str) -> None:
        if self.sqref is not None:
            self.sqref.append(piece)

    def _end(self, tag: str) -> None:
        kind = tag if ":" not in tag else local(tag)
        at = self.parser.CurrentByteIndex
        if self.inside:
            if kind == "c":
                if self.cell is not None:
                    self._end_cell(at)
            elif kind == "f" and self.formula is not None:
                self.formula = (self.formula[0], self._close(self.formula[0], at), self.formula[2])
            elif kind == "row":
                if self.pending:
                    self._insert(self.row_at, at, "".join(self._new_cell(c, w) for c, w in sorted(self.pending.items())), tag)
                self.pending = None
            elif kind == "sheetData":
                self.inside = False
                self._insert(self.data_at, at, self._rows_before(None), tag)
        elif kind == "sqref" and self.sqref is not None:
            old = "".join(self.sqref)
            if (new := self._grow(old)) != old:
                self.patches.append(Patch(self.sqref_at, at, new.encode()))
            self.sqref = None

    def _close(self, start: int, at: int) -> int:
        """End of the element that starts at ``start``; ``at`` is its end tag, unless it closes itself."""
        end, alone = tag_end(self.xml, start)
        return end if alone else self.xml.index(b">", at) + 1

    def _insert(self, start: int, at: int, text: str, tag: str) -> None:
        """Put text before the end tag at ``at``, or open up the element at ``start`` where that closes itself."""
        if not text:
            return
        end, alone = tag_end(self.xml, start)
        if alone:
            self.patches.append(Patch(self.xml.rindex(b"/", start, end), end, f">{text}</{tag}>".encode()))
        else:
            self.patches.append(Patch(at, at, text.encode()))

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes.get("r", self.row + 1))
        self.column = 0
        self.row_at = self.parser.CurrentByteIndex
        row = self.row
        if text := self._rows_before(row):
            self.patches.append(Patch(self.row_at, self.row_at, text.encode()))
        self.row = row
        self.pending = None
        if self.next < len(self.rows) and self.rows[self.next] == self.row:
            self.pending = dict(self.edits.writes[self.row])
            self.next += 1
        self.sampling = any(growth.old_last == self.row for growth in self.edits.growths)

    def _rows_before(self, row: int | None) -> str:
        made = []
        while self.next < len(self.rows) and (row is None or self.rows[self.next] < row):
            number = self.rows[self.next]
            self.row = number
            cells = "".join(self._new_cell(c, w) for c, w in sorted(self.edits.writes[number].items()))
            made.append(f'<{self.prefix}row r="{number}">{cells}</{self.prefix}row>')
            self.next += 1
        return "".join(made)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        at = attributes.get("r")
        self.column = column_number(at.rstrip("0123456789")) if at else self.column + 1
        if self.sampling:
            self.above[self.column] = int(attributes.get("s", 0))
        if not self.pending:
            return
        before = sorted(c for c in self.pending if c < self.column)
        if before:
            index = self.parser.CurrentByteIndex
            self.patches.append(
                Patch(index, index, "".join(self._new_cell(c, self.pending.pop(c)) for c in before).encode())
            )
        if self.column in self.pending:
            self.cell = (self.parser.CurrentByteIndex, self.column, attributes)
            self.formula = None
            self.filled = False

    def _end_cell(self, at: int) -> None:
        assert self.cell is not None and self.pending is not None
        start, column, attributes = self.cell
        self.cell = None
        write = self.pending.pop(column)
        end = self._close(start, at)
        style = int(attributes.get("s", 0))
        where = f"{self.edits.sheet}!{name(self.row, column)}"
        if write.how is How.NEW and self.filled:
            raise Refusal(f"{where}, below the table, is not empty. Move what is there, so that the table can grow.")
        if write.how is How.FILL:
            tag = self.xml[start : tag_end(self.xml, start)[0]]
            marked = with_attribute(tag, "s", str(self.styles.variant(style, fill=write.fill)))
            self.patches.append(Patch(start, start + len(tag), marked))
        elif write.how is How.CACHED:
            self.patches.append(Patch(start, end, self._cached(column, attributes, write, where)))
        else:
            if self.formula is not None:
                kind = self.formula[2].get("t", "normal")
                raise Refusal(
                    f"{where} holds {'a formula' if kind == 'normal' else f'part of {kind} formula'}; "
                    "it is not overwritten. Replace it with its value, then run again."
                )
            self.patches.append(Patch(start, end, self._render(self.row, column, style, write).encode()))

    def _cached(self, column: int, attributes: dict[str, str], write: Write, where: str) -> bytes:
        if self.formula is None:
            raise Refusal(f"{where} holds no formula, so there is no computed value to set.")
        value = write.value
        kept = "".join(f' {k}="{v}"' for k, v in attributes.items() if k in ("s", "cm", "vm"))
        kind = ' t="str"' if isinstance(value, str) else ' t="b"' if isinstance(value, bool) else ""
        shown = "" if value is None else f"<{self.prefix}v>{self._stored(value)}</{self.prefix}v>"
        head = f'<{self.prefix}c r="{name(self.row, column)}"{kept}{kind}>'
        formula = self.xml[self.formula[0] : self.formula[1]]
        return head.encode() + formula + f"{shown}</{self.prefix}c>".encode()

    def _new_cell(self, column: int, write: Write) -> str:
        if write.how is How.CACHED:
            raise Refusal(
                f"{self.edits.sheet}!{name(self.row, column)} holds no formula, so there is no computed value to set."
            )
        style = self.above.get(column, 0) if write.how is How.NEW else 0
        if write.how is How.FILL:
            return f'<{self.prefix}c r="{name(self.row, column)}" s="{self.styles.variant(style, fill=write.fill)}"/>'
        return self._render(self.row, column, style, write)

    def _stored(self, value: object) -> str:
        if isinstance(value, bool):
            return str(int(value))
        if isinstance(value, date):
            return repr(serial(value, self.date1904))
        if isinstance(value, (int, float)):
            return repr(value)
        return escape_text(str(value))

    def _render(self, row: int, column: int, style: int, write: Write) -> str:
        value, p = write.value, self.prefix
        if value is not None and not isinstance(value, Formula):
            style = self.styles.fit(style, value, write.number_format)
        start = f'<{p}c r="{letters(column)}{row}"' + (f' s="{style}"' if style else "")
        if value is None or value == "":
            return f"{start}/>"
        if isinstance(value, Formula):
            return f"{start}><{p}f>{escape_text(value.text)}</{p}f></{p}c>"
        if isinstance(value, str):
            return f'{start} t="inlineStr"><{p}is><{p}t xml:space="preserve">{escape_text(value)}</{p}t></{p}is></{p}c>'
        kind = ' t="b"' if isinstance(value, bool) else ""
        return f"{start}{kind}><{p}v>{self._stored(value)}</{p}v></{p}c>"

    def _attribute(self, attribute: str, attributes: dict[str, str], change: Callable[[str], str]) -> None:
        old = attributes.get(attribute, "")
        new = change(old)
        if new != old:
            at = self.parser.CurrentByteIndex
            end = tag_end(self.xml, at)[0]
            self.patches.append(Patch(at, end, with_attribute(self.xml[at:end], attribute, new)))

    def _dimension(self, old: str) -> str:
        rows = [row for row, cells in self.edits.writes.items() if cells]
        columns = [column for cells in self.edits.writes.values() for column in cells]
        try:
            area = parse_area(old)
        except ValueError:
            return old
        if not rows:
            return old
        return str(
            Area(min(area.top, *rows), min(area.left, *columns), max(area.bottom, *rows), max(area.right, *columns))
        )

    def _grow(self, old: str) -> str:
        areas = []
        for text in old.split():
            try:
                area = parse_area(text)
            except ValueError:
                return old
            for growth in self.edits.growths:
                area = growth.grown(area)
            areas.append(text if str(area) == str(parse_area(text)) else str(area))
        return " ".join(areas)

    def _check_merge(self, ref: str) -> None:
        for growth in self.edits.growths:
            new = Area(growth.old_last + 1, growth.left, growth.new_last, growth.right)
            if growth.new_last > growth.old_last and parse_area(ref).meets(new):
                raise Refusal(
                    f"{self.edits.sheet}!{ref}, below the table, is a merged range. Unmerge it, so that the table can grow."
                )


def with_middle(
    package: Package, part: str, head: bytes, tail: bytes, new: bytes, patches: list[Patch]
) -> Iterator[bytes]:
    """The part with a patched skeleton: its middle is passed on as it stands."""
    total = sum(len(piece) for piece in package.chunks(part))
    grown = sum(len(p.new) - (p.end - p.start) for p in patches if p.start < len(head))
    cut = len(head) + grown
    yield new[:cut]
    at, stop = 0, total - len(tail)
    for piece in package.chunks(part):
        first, last = max(len(head) - at, 0), min(stop - at, len(piece))
        if first < last:
            yield piece[first:last]
        at += len(piece)
    yield new[cut:]
