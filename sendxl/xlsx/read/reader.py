"""Rows of a sheet: cells as they really are, by column.

The sheet part is streamed; ``<dimension>`` is ignored, merged ranges are never expanded, string and style indexes are
checked, and the number of cells is capped. Expat checks every part; the cells are taken by pattern where the part has
the common shape (``pattern``) and from expat's events where it has not (``scan``), with the same outcome.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any, NamedTuple
from xml.parsers.expat import XMLParserType

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.xml import decode, feed, feed_piece, handle, parser, unescape_text, unescape_texts
from sendxl.xlsx.read import pattern, scan
from sendxl.xlsx.read.address import MAX_ROW, Area, beyond, name, parse_area
from sendxl.xlsx.read.cell import CellValue, Maker, SheetCell, SheetRow
from sendxl.xlsx.read.pattern import Cells, Kept, NoPattern, Span
from sendxl.xlsx.read.workbook import SheetPart, Workbook

__all__ = ["SheetCell", "CellValue", "Sheet", "SheetReader", "SheetRow", "PatternRow", "read_sheet"]

_LONGEST = 1 << 22  # bytes of a row
_LONGEST_HEAD = 1 << 16  # bytes before the first row that are not walked tag by tag
_HIDDEN = b' hidden="'


class PatternRow(SheetRow):
    """The cells of one row by column number, each made when it is asked for.

    ``span`` says where in the part the row stands, ``cells`` what its cells are made of.
    """

    __slots__ = ("_maker", "cells", "number", "span")

    def __init__(self, span: Span, cells: Kept | Cells, maker: Maker) -> None:
        self.number = span.number
        self.span = span
        self.cells = cells
        self._maker = maker

    def __getitem__(self, column: int) -> SheetCell:
        made_of = self.cells.made_of(column)
        if made_of is None:
            raise KeyError(column)
        return self._maker.found(self.number, column, made_of)

    def get(self, column: int, default: Any = None) -> Any:
        """The cell of a column, or ``default`` where there is none."""
        made_of = self.cells.made_of(column)
        return default if made_of is None else self._maker.found(self.number, column, made_of)

    def plain_text(self, column: int) -> str | None:
        """The text of a cell that holds no formula, and no number or the like; None for any other, or where there is none."""
        made_of = self.cells.made_of(column)
        if made_of is None or made_of[2]:
            return None
        _, stored, _, raw = made_of
        if stored == b"inlineStr":
            return unescape_text(decode(raw))
        return self._maker.strings[int(raw)] if stored == b"s" and raw else None

    def __iter__(self) -> Iterator[int]:
        return iter(self.cells.layout)

    def __len__(self) -> int:
        return len(self.cells.layout)

    def __contains__(self, column: object) -> bool:
        return column in self.cells.layout


def plain_text(cells: SheetRow, column: int) -> str | None:
    """The text of a cell that holds a mere text, of which no SheetCell need be made; None for any other cell."""
    return cells.plain_text(column) if isinstance(cells, PatternRow) else None


def _value(cells: SheetRow, column: int) -> CellValue:
    cell = cells.get(column)
    return None if cell is None else cell.value


class Values(NamedTuple):
    """Values of some rows: the rows' numbers, and of each column that was asked for the values in them."""

    numbers: Sequence[int]
    columns: Sequence[Sequence[CellValue]]


def _texts(rows: Sequence[tuple[bytes, ...]], maker: Maker) -> Values:
    """The texts of rows of nothing but text; NoPattern if one has a style or a string that is not there."""
    numbers, *columns = zip(*rows, strict=True)
    if not maker.styles.issuperset(chain.from_iterable(columns[::3])):
        raise NoPattern
    found = Values(list(map(int, numbers)), list(map(_column, columns[1::3], columns[2::3], repeat(maker))))
    if max(found.numbers) > MAX_ROW:
        raise NoPattern
    return found


def _column(texts: Sequence[bytes], shared: Sequence[bytes], maker: Maker) -> Sequence[str]:
    """A column of texts, each in its cell or shared."""
    if any(shared):
        strings = maker.strings
        try:
            return [strings[int(index)] if index else unescape_text(decode(text))
                    for index, text in zip(shared, texts, strict=True)]
        except IndexError:
            raise NoPattern from None
    return unescape_texts(texts)


class Link(NamedTuple):
    """A link on a sheet: its cells as they are addressed, and where it leads.

    That is what a relationship of the sheet names, by its id, and a place in it; a place alone is in the workbook itself.
    """

    cells: str
    relation: str
    location: str


class Sheet(NamedTuple):
    """A sheet that was read: its rows in the order of the part, and what is known of it."""

    rows: list[tuple[int, SheetRow]]
    merges: list[Area]
    protected: bool
    hidden_rows: list[int]
    hidden_columns: list[tuple[int, int]]  # first and last of those beside one another
    links: list[Link]

    @property
    def by_pattern(self) -> "list[PatternRow] | None":
        """The rows with their places in the part, if all have the common shape."""
        rows = [row for _, row in self.rows if isinstance(row, PatternRow)]
        return rows if len(rows) == len(self.rows) else None


def read_sheet(workbook: Workbook, sheet: SheetPart) -> Sheet:
    """The whole of a sheet."""
    reader = SheetReader(workbook, sheet)
    return Sheet(list(reader), reader.merges, reader.protected, reader.hidden_rows, reader.hidden_columns, reader.links)


class SheetReader:
    """Reads one sheet once. Iterate for (row number, cells by column number); afterwards the facts below are known."""

    def __init__(
        self, workbook: Workbook, sheet: SheetPart, pieces: Iterable[bytes] | None = None, *, by_pattern: bool = True
    ) -> None:
        """Nothing is read before iteration.

        ``pieces``: the sheet's XML, where it is not to come from the package. ``by_pattern``: False always walks with expat.
        """
        self._pieces = pieces
        self._workbook = workbook
        self._sheet = sheet
        self._pattern_first = by_pattern
        self._reset()

    def _reset(self) -> None:
        self.merges: list[Area] = []
        self.protected = False
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.links: list[Link] = []
        self._cells = 0
        counted = self._workbook.cells
        self._most = self._workbook.package.limits.cells - sum(n for part, n in counted.items() if part != self._sheet.part)

    def __iter__(self) -> Iterator[tuple[int, SheetRow]]:
        """Rows in the order of the part; FileUnreadable where it is damaged or unsafe."""
        for found in self._found(None):
            assert not isinstance(found, Values)
            yield found

    def values(self, columns: tuple[int, ...]) -> Iterator[Values]:
        """Rows as iterated, some at a time, of some columns alone: quick where most have a text in each, and no more."""
        for found in self._found(pattern.text_row(columns)):
            if isinstance(found, Values):
                yield found
            else:
                number, row = found
                yield Values([number], [[_value(row, column)] for column in columns])

    def _found(self, texts: "re.Pattern[bytes] | None") -> Iterator[tuple[int, SheetRow] | Values]:
        """The rows, those of nothing but ``texts`` some at a time."""
        passed = 0
        if self._pattern_first:
            try:
                for found in self._by_pattern(texts):
                    yield from found
                    passed += sum(len(one.numbers) if isinstance(one, Values) else 1 for one in found) if texts else len(found)
                self._workbook.cells[self._sheet.part] = self._cells
                return
            except NoPattern:
                self._reset()
        for number, row in enumerate(self._by_scan()):
            if number >= passed:
                yield row
        self._workbook.cells[self._sheet.part] = self._cells

    def _chunks(self) -> Iterable[bytes]:
        return self._workbook.package.chunks(self._sheet.part) if self._pieces is None else self._pieces

    def _by_pattern(self, texts: "re.Pattern[bytes] | None") -> Iterator[list[tuple[int, SheetRow] | Values]]:
        """Rows taken by pattern, some at a time, those of nothing but ``texts`` as these; NoPattern if something deviates."""
        part = self._sheet.part
        made = parser(part)
        maker = self._workbook.maker
        pieces = iter(self._chunks())
        waiting, passed = self._head(made, pieces)
        while True:
            at = 0
            rows: list[tuple[int, SheetRow] | list[tuple[bytes, ...]]] = []
            while True:
                if texts:
                    of_text, at = pattern.text_rows(texts, waiting, at)
                    if of_text:
                        rows.append(of_text)
                        self._count(int(of_text[-1][0]), len(of_text) * (texts.groups // 3), False, len(of_text))
                span = pattern.row_at(waiting, at)
                if span is None:
                    break
                kept = pattern.kept(waiting[span.inner : span.close], span.number, maker.styles, lambda: len(maker.strings))
                self._count(span.number, len(kept.layout), span.hidden)
                rows.append((span.number, PatternRow(span.moved(passed), kept, maker)))
                at = span.end
            feed_piece(made, waiting[:at], part)  # only what is well-formed is given out
            waiting, passed = waiting[at:], passed + at
            yield [_texts(row, maker) if isinstance(row, list) else row for row in rows]
            if waiting.startswith(pattern.END_OF_DATA):
                break
            piece = next(pieces, b"")
            if not piece or len(waiting) > _LONGEST:
                raise NoPattern
            waiting += piece
        piece = next(pieces, b"")
        self._watch(made, len(waiting) if not piece else _LONGEST)
        feed(made, chain((waiting, piece), pieces), part)

    def _head(self, made: XMLParserType, pieces: Iterator[bytes]) -> tuple[bytes, int]:
        """Feed what stands before the rows; gives the start of these, and their offset. NoPattern if it is unusual."""
        start = b""
        for piece in pieces:
            start += piece
            if (end := pattern.head_end(start)) >= 0:
                head = start[:end]
                if end > _LONGEST_HEAD or b"mergeCell" in head or b"sheetProtection" in head:  # whose place is after the rows
                    raise NoPattern
                if _HIDDEN in head:
                    self._watch(made, end)
                feed_piece(made, head, self._sheet.part)
                made.StartElementHandler = made.EndElementHandler = None
                return start[end:], end
            if len(start) > _LONGEST:
                break
        raise NoPattern

    def _by_scan(self) -> Iterator[tuple[int, SheetRow]]:
        part = self._sheet.part
        made = parser(part)
        done: list[tuple[int, SheetRow]] = []
        maker = self._workbook.maker

        def row_done(row: int, hidden: bool, found: list[scan.Scanned]) -> None:
            self._count(row, len(found), hidden)
            done.append((row, {cell.column: self._make(maker, row, cell) for cell in found}))

        scan.attach(made, self._sheet.name, row_done, self._other)
        for piece in self._chunks():
            feed_piece(made, piece, part)
            yield from done
            done.clear()
        feed_piece(made, b"", part, last=True)
        yield from done

    def _make(self, maker: Maker, row: int, cell: scan.Scanned) -> SheetCell:
        try:
            style = int(cell.attributes.get("s", 0))
            stored = cell.attributes.get("t", "n")
            return maker.make(row, cell.column, stored, style, cell.formula, "".join(cell.pieces))
        except (IndexError, ValueError):
            where = f"{self._sheet.name}!{name(row, cell.column)}"
            raise FileUnreadable(FileFault.DAMAGED, f"{where}: it refers to a string or style that is not there") from None

    def _count(self, row: int, cells: int, hidden: bool, rows: int = 1) -> None:
        if hidden:
            self.hidden_rows.append(row)
        self._cells += cells + rows
        if self._cells > self._most:
            most = self._workbook.package.limits.cells
            raise FileUnreadable(FileFault.TOO_LARGE, f"over {most:,} rows and cells, up to row {row} of {self._sheet.name}")

    def _watch(self, made: XMLParserType, size: int) -> None:
        """Take note of what stands around the rows, ``size`` bytes or less."""
        handle(made, self._sheet.part, lambda tag, attributes: self._other(tag.rpartition(":")[2], attributes), size=size)

    def _other(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "mergeCell":
            self._count(MAX_ROW, 0, False)
            self.merges.append(self._area(attributes.get("ref", "")))
        elif tag == "hyperlink":
            self._count(MAX_ROW, 0, False)
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.links.append(Link(attributes.get("ref", ""), relation, attributes.get("location", "")))
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            self.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif tag == "sheetProtection":
            self.protected = attributes.get("sheet") in ("1", "true")

    def _area(self, text: str) -> Area:
        """The cells that are merged."""
        if beyond(text):
            raise FileUnreadable(FileFault.UNSAFE, f"{self._sheet.name}: the merged cells {text[:40]!r} lie beyond the sheet")
        return parse_area(text)
