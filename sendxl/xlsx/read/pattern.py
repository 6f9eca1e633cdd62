"""Rows and cells found by pattern where a sheet part has the shape that spreadsheet programs write.

The fast way through a sheet. Each row must begin where the last one ended, and each cell too, so that nothing is
skipped; a sheet that deviates from the common shape at all (prefixes, comments, CDATA, rich text, addresses left out,
unusual attributes, another encoding) is walked with expat instead (``scan``). Whether the
part is well-formed XML is for expat to check in either case.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import cache
from operator import add
from typing import NamedTuple

from sendxl.xlsx.package.xml import decode
from sendxl.xlsx.read.address import MAX_ROW, column_number, letters

# Their attributes by name: of names that a stranger thinks up, expat would keep each.
_OF_ROW = (
    rb"(?:spans|s|customFormat|ht|customHeight|hidden|outlineLevel|collapsed|x14ac:dyDescent|thickTop|thickBot|ph)"
)
_OF_SHOWN_ROW = _OF_ROW.replace(b"|hidden", b"")
_OF_FORMULA = rb"(?:t|ref|si|ca|aca|bx|dt2D|dtr|r1|r2|del1|del2|xml:space)"
START_OF_CELL = b"<c "
_ROW = re.compile(rb'<row r="([1-9]\d{0,6})"((?: ' + _OF_ROW + rb'="[^"<>&]*")*+) ?(/?)>')
_ATTRIBUTES = rb'<c r="([A-Z]{1,3})([1-9]\d{0,6})"(?: s="(\d{1,5})")?(?: t="(n|s|b|e|str|inlineStr)")?'
_MORE = rb'(?: (?:cm|vm)="\d+")*+'
_FORMULA = rb"<f(?: " + _OF_FORMULA + rb'="[^"<>]*")*+ ?(?:/>|>[^<>]*+</f>)'
_VALUE = rb'<v(?: xml:space="preserve")?>([^<]*+)</v>|<v ?/>|<is><t(?: xml:space="preserve")?>([^<]*+)</t></is>'
_CONTENT = rb" ?(?:/>|>(" + _FORMULA + rb")?(?:" + _VALUE + rb")?</c>)"
_CELL = re.compile(rb"(" + _ATTRIBUTES + _MORE + _CONTENT + rb")")
_KEPT_CELL = re.compile(rb"(" + _ATTRIBUTES + rb"(" + _MORE + rb")" + _CONTENT + rb")")
_APART = re.compile(_ATTRIBUTES.removeprefix(START_OF_CELL) + _MORE + _CONTENT)
_TEXT = (
    rb'<c r="%s\1"(?: s="(\d{1,5})")?(?: t="inlineStr"><is><t(?: xml:space="preserve")?>([^<]*+)</t></is>'
    rb'| t="s"><v>(\d{1,9}+)</v>)</c>'
)
_START = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1.0["'](?: encoding=["'](?:UTF|utf)-8["'])?(?: standalone=["']\w+["'])? ?\?>)?"""
    rb"""\s*<worksheet[ >]"""
)
_HIDDEN = re.compile(rb' hidden="(?:1|true)"')
_MOST_SHARED = 1 << 14
START_OF_DATA = b"<sheetData>"
END_OF_ROW = b"</row>"
END_OF_DATA = b"</sheetData>"
UNUSUAL = (b"<!", b"<?")  # comments, CDATA, instructions

Found = tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes]
"""A cell: all of it, column letters, row number, style, type, formula element, value, inline text."""
MadeOf = tuple[bytes, bytes, bytes, bytes]
"""What a cell holds, wherever it stands: style, type, formula element, and value or text."""


class NoPattern(Exception):
    """The part has not the common shape."""


class Span(NamedTuple):
    """A row by byte offsets: its start tag begins at ``start`` and ends at ``inner``, its cells end at ``close``."""

    number: int
    start: int
    inner: int
    close: int
    end: int
    hidden: bool

    def moved(self, by: int) -> "Span":
        """The same row, where its part begins ``by`` bytes further left."""
        number, start, inner, close, end, hidden = self
        return Span(number, start + by, inner + by, close + by, end + by, hidden)


class _Columns(dict[bytes, int]):
    """Column letters to numbers."""

    def __missing__(self, letters: bytes) -> int:
        try:
            number = self[letters] = column_number(letters.decode())
        except ValueError:
            raise NoPattern from None
        return number


_Each = tuple[bytes, ...]
"""Something of each cell of a row, in their order."""


class _Same(dict[_Each, _Each]):
    """One object for all that are equal, as styles and types of a row are those of the rows around it."""

    def __missing__(self, same: _Each) -> _Each:
        if len(self) < _MOST_SHARED:
            self[same] = same
        return same


class _Layouts(dict[_Each, dict[int, int]]):
    """By the letters of the columns of a row's cells: column number to place among the cells."""

    def __missing__(self, letters: _Each) -> dict[int, int]:
        layout = {COLUMNS[each]: place for place, each in enumerate(letters)}
        if len(layout) < len(letters):
            raise NoPattern
        if len(self) < _MOST_SHARED:
            self[letters] = layout
        return layout


class Cells(dict[int, Found]):
    """The cells of a row by column, byte for byte."""

    @property
    def layout(self) -> Mapping[int, int]:
        """Column number to place among the cells."""
        return {column: place for place, column in enumerate(self)}

    @property
    def by_column(self) -> Mapping[int, object]:
        """All that is known of each cell."""
        return self

    def made_of(self, column: int) -> MadeOf | None:
        """What the cell of a column is made of; None where there is none."""
        if column not in self:
            return None
        _, _, _, style, stored, formula, value, text = self[column]
        return style, stored, formula, value or text

    def each_made_of(self, columns: Iterable[int]) -> list[MadeOf | None]:
        """What the cells of some columns are made of."""
        return [self.made_of(column) for column in columns]


class Kept(NamedTuple):
    """The cells of a row as they are kept by the thousand: what rows have alike is one object for all of them.

    ``layout``: column number to place in the others, which have something of each cell. ``more``: further attributes.
    """

    layout: dict[int, int]
    styles: _Each
    types: _Each
    more: _Each
    formulas: _Each
    raws: _Each  # value or text

    @property
    def by_column(self) -> Mapping[int, object]:
        """All that is known of each cell."""
        return dict(zip(self.layout, zip(*self[1:], strict=True), strict=True))

    def made_of(self, column: int) -> MadeOf | None:
        """What the cell of a column is made of; None where there is none."""
        place = self.layout.get(column)
        return None if place is None else (self.styles[place], self.types[place], self.formulas[place], self.raws[place])

    def each_made_of(self, columns: Iterable[int]) -> list[MadeOf | None]:
        """What the cells of some columns are made of: got sooner than one by one."""
        cells = list(zip(self.styles, self.types, self.formulas, self.raws, strict=True))
        places = map(self.layout.get, columns)
        return [None if place is None else cells[place] for place in places]


COLUMNS = _Columns()
_LAYOUTS = _Layouts()
_ONE = _Same()
_NO_CELLS = Kept({}, (), (), (), (), ())


def head_end(xml: bytes) -> int:
    """Where the rows of a sheet part begin; -1 if its start has not the common shape, or is not whole."""
    end = xml.find(START_OF_DATA) + len(START_OF_DATA)
    start = _START.match(xml)
    if end < len(START_OF_DATA) or start is None or any(mark in xml[start.end() : end] for mark in UNUSUAL):
        return -1
    return end


def is_usual(xml: bytes, at: int) -> bool:
    """True if there is nothing in a sheet part, from ``at`` on, that might hide a row or a cell."""
    return not any(xml.find(mark, at) >= 0 for mark in UNUSUAL)


def row_at(xml: bytes, at: int) -> Span | None:
    """The row that begins at ``at``; None at the end of the rows or of what is there yet. NoPattern for anything else."""
    found = _ROW.match(xml, at)
    if found is None:
        if xml.startswith(END_OF_DATA, at) or b">" not in xml[at : at + 2000]:
            return None
        raise NoPattern
    number, inner = int(found[1]), found.end()
    if number > MAX_ROW:
        raise NoPattern
    hidden = bool(found[2]) and _HIDDEN.search(found[2]) is not None
    if found[3]:
        return Span(number, at, inner, inner, inner, hidden)
    close = xml.find(END_OF_ROW, inner)
    return Span(number, at, inner, close, close + len(END_OF_ROW), hidden) if close >= 0 else None


def spans(xml: bytes, at: int) -> Iterator[Span]:
    """The rows from ``at`` on."""
    while span := row_at(xml, at):
        yield span
        at = span.end


@cache
def text_row(columns: tuple[int, ...]) -> "re.Pattern[bytes]":
    """The pattern of a whole row, shown, that has a mere text in each of these columns and no other cell.

    Its groups: row number, then for each column the style, the text if it is in the cell, its number if it is shared.
    """
    of_row = rb'<row r="([1-9]\d{0,6})"(?: ' + _OF_SHOWN_ROW + rb'="[^"<>&]*"| hidden="(?:0|false)")*+ ?>'
    return re.compile(of_row + b"".join(_TEXT % letters(column).encode() for column in columns) + END_OF_ROW)


def text_rows(texts: "re.Pattern[bytes]", xml: bytes, at: int) -> tuple[list[tuple[bytes, ...]], int]:
    """The rows from ``at`` on that have the pattern of a ``text_row``, as its groups, and where the first other begins."""
    rows = []
    while found := texts.match(xml, at):
        rows.append(found.groups(b""))
        at = found.end()
    return rows, at


def cells(content: bytes, number: int) -> Cells:
    """The cells of row ``number`` by column, in their order; ``content`` is what stands between the row's tags.

    NoPattern if they are not all of it.
    """
    found: list[Found] = _CELL.findall(content)
    by_column = Cells(zip([COLUMNS[cell[1]] for cell in found], found, strict=True))
    of_row = {cell[2] for cell in found} <= {b"%d" % number}
    if sum([len(cell[0]) for cell in found]) != len(content) or not of_row or len(by_column) != len(found):
        raise NoPattern
    return by_column


def cells_at(row: bytes, number: int, columns: Iterable[int]) -> bytes:
    """Of row ``number`` the cells of some columns, of each the first, as ``kept`` takes them; NoPattern for unusual ones."""
    found = []
    for column in columns:
        at = row.find(b'<c r="%s%d"' % (letters(column).encode(), number))
        cell = _CELL.match(row, at) if at >= 0 else None
        if at >= 0 and cell is None:
            raise NoPattern
        found.append(cell[0] if cell else b"")
    return b"".join(found)


def apart(content: bytes) -> list[bytes]:
    """The cells of a row of the common shape, each without the start of its tag; ``content`` is as for ``cells``."""
    before, *cells = content.split(START_OF_CELL)
    return cells if not before else []


def cell(apart: bytes, number: int, column: int) -> MadeOf | None:
    """What a cell of ``apart`` is made of; None where it is unusual or does not stand in that row and column."""
    found = _APART.fullmatch(apart)
    if found is None:
        return None
    letters, row, style, stored, formula, value, text = found.groups(b"")
    return (style, stored, formula, value or text) if COLUMNS[letters] == column and row == b"%d" % number else None


def kept(content: bytes, number: int, styles: Set[bytes], strings: Callable[[], int]) -> Kept:
    """The cells of row ``number``; ``content`` is what stands between the row's tags.

    NoPattern if they are not all of it, or one has a style not among ``styles`` or a string beyond ``strings()``. The loops
    run in C where they can: this is the innermost part of everything that reads.
    """
    found: list[_Each] = _KEPT_CELL.findall(content)
    if not found:
        if content:
            raise NoPattern
        return _NO_CELLS
    whole, letters, numbers, styled, types, more, formulas, values, texts = zip(*found, strict=True)
    if sum(map(len, whole)) != len(content) or set(numbers) != {b"%d" % number} or not styles >= set(styled):
        raise NoPattern
    raws = tuple(map(add, values, texts))  # one of the two is empty
    if b"s" in types:
        for stored, index in zip(types, raws, strict=True):
            if stored == b"s" and index and not (index.isdigit() and int(index) < strings()):
                raise NoPattern
    return Kept(_LAYOUTS[letters], _ONE[styled], _ONE[types], _ONE[more],
                formulas if any(formulas) else _ONE[formulas], raws)


def attribute(tag: bytes, name: str) -> str:
    """An attribute of a start tag of the common shape; '' where it has none."""
    found = re.search(rb' %s="([^"]*)"' % name.encode(), tag)
    return decode(found[1]) if found else ""
