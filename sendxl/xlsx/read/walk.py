"""A sheet part passed on row by row, in the bytes as they stand, so that one of any length takes little memory."""

import re
from collections.abc import Collection, Iterable, Iterator

from sendxl.xlsx.package.xml import Patch, apply
from sendxl.xlsx.read import pattern
from sendxl.xlsx.read.address import MAX_ROW, letters
from sendxl.xlsx.read.pattern import NoPattern

BEFORE, AFTER = 0, MAX_ROW + 1  # what ``walk`` numbers the parts of a sheet around its rows
_LONGEST = 1 << 22  # bytes of a row, and of what stands before the first
_PIECE = 1 << 18  # bytes written at a time


def walk(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """A sheet part as it stands: what comes BEFORE its rows, each row by its number, what comes AFTER them.

    NoPattern, perhaps only after some rows, where the part has not the common shape.
    """
    pieces, waiting = iter(pieces), b""
    while (end := pattern.head_end(waiting)) < 0:
        waiting += _next(pieces, waiting)
    yield BEFORE, waiting[:end]
    waiting, last = waiting[end:], 0
    while True:
        at = 0
        while span := pattern.row_at(waiting, at):
            row = waiting[at : span.end]
            if span.number <= last or any(mark in row for mark in pattern.UNUSUAL):
                raise NoPattern
            yield span.number, row
            at, last = span.end, span.number
        waiting = waiting[at:]
        if waiting.startswith(pattern.END_OF_DATA):
            break
        waiting += _next(pieces, waiting)
    yield AFTER, waiting + b"".join(pieces)


def _next(pieces: Iterator[bytes], waiting: bytes) -> bytes:
    piece = next(pieces, b"")
    if not piece or len(waiting) > _LONGEST:
        raise NoPattern
    return piece


def numbers_in(pieces: Iterable[bytes], column: int) -> Iterator[tuple[int, int]]:
    """The rows that hold a whole number in a column, as themselves: the row and that number. NoPattern as for ``walk``."""
    cell = re.compile(rb'<c r="%s\d+"(?: [^<>]*)?><v>(\d+)</v>' % letters(column).encode())
    for number, row in walk(pieces):
        if BEFORE < number < AFTER and (found := cell.search(row)):
            yield number, int(found[1])


def cells_of(row: bytes, number: int) -> dict[int, pattern.Found]:
    """The cells of a row by column; NoPattern where they have not the common shape."""
    span = pattern.row_at(row, 0)
    return pattern.cells(row[span.inner : span.close], number) if span else {}


def in_pieces(rows: Iterator[bytes]) -> Iterator[bytes]:
    """Rows joined to pieces that are worth passing on."""
    waiting: list[bytes] = []
    size = 0
    for row in rows:
        waiting.append(row)
        size += len(row)
        if size > _PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def applied(head: bytes, tail: bytes, patches: Collection[Patch]) -> tuple[bytes, bytes]:
    """What stands before and after the rows of a sheet part, with the patches to the two of them put together."""
    cut = len(head)
    below = [Patch(start - cut, end - cut, new) for start, end, new in patches if start >= cut]
    return apply(head, [patch for patch in patches if patch.start < cut]), apply(tail, below)
