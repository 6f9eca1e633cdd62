"""Rows and cells found by pattern where a sheet part has the shape that spreadsheet programs write.

The fast way through a sheet. Each row must begin where the last one ended, and each cell too, so that nothing is
skipped; a sheet that deviates from the common shape at all (prefixes, comments, CDATA, rich text, addresses left out,
unusual attributes, another encoding) is walked with expat instead (``scan``). Whether the
part is well-formed XML is for expat to check in either case.
"""

import re
from collections.abc import Callable, Container
from functools import cache
from itertools import repeat
from typing import NamedTuple

from sendxl.xlsx.package.xml import decode
from sendxl.xlsx.read.address import MAX_ROW, column_number, letters

# Their attributes by name: of names that a stranger thinks up, expat would keep each.
_OF_ROW = (
    rb"(?:spans|s|customFormat|ht|customHeight|hidden|outlineLevel|collapsed|x14ac:dyDescent|thickTop|thickBot|ph)"
)
_OF_SHOWN_ROW = _OF_ROW.replace(b"|hidden", b"")
_OF_FORMULA = rb"(?:t|ref|si|ca|aca|bx|dt2D|dtr|r1|r2|del1|del2|xml:space)"
_ROW = re.compile(rb'<row r="([1-9]\d{0,6})"((?: ' + _OF_ROW + rb'="[^"<>&]*")*+) ?(/?)>')
_ATTRIBUTES = rb'<c r="([A-Z]{1,3})([1-9]\d{0,6})"(?: s="(\d{1,5})")?(?: t="(n|s|b|e|str|inlineStr)")?(?: (?:cm|vm)="\d+")*+ ?'
_FORMULA = rb"<f(?: " + _OF_FORMULA + rb'="[^"<>]*")*+ ?(?:/>|>[^<>]*+</f>)'
_VALUE = rb'<v(?: xml:space="preserve")?>([^<]*+)</v>|<v ?/>|<is><t(?: xml:space="preserve")?>([^<]*+)</t></is>'
_CELL = re.compile(rb"(" + _ATTRIBUTES + rb"(?:/>|>(" + _FORMULA + rb")?(?:" + _VALUE + rb")?</c>))")
_TEXT = (
    rb'<c r="%s\1"(?: s="(\d{1,5})")?(?: t="inlineStr"><is><t(?: xml:space="preserve")?>([^<]*+)</t></is>'
    rb'| t="s"><v>(\d{1,9}+)</v>)</c>'
)
_START = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1.0["'](?: encoding=["'](?:UTF|utf)-8["'])?(?: standalone=["']\w+["'])? ?\?>)?"""
    rb"""\s*<worksheet[ >]"""
)
_HIDDEN = re.compile(rb' hidden="(?:1|true)"')
_MOST_SHARED = 1 << 17
START_OF_DATA = b"<sheetData>"
END_OF_ROW = b"</row>"
END_OF_DATA = b"</sheetData>"
UNUSUAL = (b"<!", b"<?")  # comments, CDATA, instructions

Found = tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes]
"""A cell: all of it, column letters, row number, style, type, formula element, value, inline text."""
OF_PLACE = 3
"""So many of these are of one cell alone; cells of which the rest is the same hold the same."""


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


class _Same(dict[bytes, bytes]):
    """One object for all bytes that are equal: columns, styles and types, which are met again in every row."""

    def __missing__(self, same: bytes) -> bytes:
        if len(self) < _MOST_SHARED:
            self[same] = same
        return same


COLUMNS = _Columns()
_ONE = _Same()


def head_end(xml: bytes) -> int:
    """Where the rows of a sheet part begin; -1 if its start has not the common shape, or is not whole."""
    end = xml.find(START_OF_DATA) + len(START_OF_DATA)
    start = _START.match(xml)
    if end < len(START_OF_DATA) or start is None or any(mark in xml[start.end() : end] for mark in UNUSUAL):
        return -1
    return end


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


@cache
def text_row(columns: tuple[int, ...]) -> "re.Pattern[bytes]":
    """The pattern of a whole row, shown, that has a mere text in each of these columns and no other cell.

    Its groups: row number, then for each column the style, the text if it is in the cell, its number if it is shared.
    """
    of_row = rb'<row r="([1-9]\d{0,6})"(?: ' + _OF_SHOWN_ROW + rb'="[^"<>&]*")*+ ?>'
    return re.compile(of_row + b"".join(_TEXT % letters(column).encode() for column in columns) + END_OF_ROW)


def text_rows(texts: "re.Pattern[bytes]", xml: bytes, at: int) -> tuple[list[tuple[bytes, ...]], int]:
    """The rows from ``at`` on that have the pattern of a ``text_row``, as its groups, and where the first other begins."""
    rows = []
    while found := texts.match(xml, at):
        rows.append(found.groups(b""))
        at = found.end()
    return rows, at


def cells(
    content: bytes, number: int, styles: Container[bytes] | None = None, strings: Callable[[], int] | None = None
) -> dict[int, Found]:
    """The cells of row ``number`` by column, in their order; ``content`` is what stands between the row's tags.

    NoPattern if they are not all of it, or one has a style not among ``styles`` or a string beyond ``strings()``, where these
    are given. The loops run in C where they can: this is the innermost part of everything that reads.
    """
    found: list[Found] = _CELL.findall(content)
    if not found:
        if content:
            raise NoPattern
        return {}
    whole, column_letters, numbers, styled, types, formulas, values, texts = zip(*found, strict=True)
    same, one = _ONE.__getitem__, repeat(b"%d" % number)
    kept = zip(whole, map(same, column_letters), one, map(same, styled), map(same, types), formulas, values, texts)  # noqa: B905
    made = dict(zip(map(COLUMNS.__getitem__, column_letters), kept))  # noqa: B905 (strictness costs; all are as long)
    if sum(map(len, whole)) != len(content) or set(numbers) != {b"%d" % number} or len(made) != len(found):
        raise NoPattern
    if styles is not None and not all(map(styles.__contains__, set(styled))):
        raise NoPattern
    if strings is not None and b"s" in types:
        for stored, value, text in zip(types, values, texts, strict=True):
            if stored == b"s" and (index := value or text) and not (index.isdigit() and int(index) < strings()):
                raise NoPattern
    return made


def attribute(tag: bytes, name: str) -> str:
    """An attribute of a start tag of the common shape; '' where it has none."""
    found = re.search(rb' %s="([^"]*)"' % name.encode(), tag)
    return decode(found[1]) if found else ""
