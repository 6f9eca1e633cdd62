"""A long sheet without its middle: all that adding rows below a table needs to see.

The rows in between are inflated, as nothing else tells where the last ones begin, but not parsed, and passed on as they
stand.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, cast

from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.xml import Patch, patched
from sendxl.xlsx.read.pattern import END_OF_DATA, UNUSUAL, head_end

_SLACK = 1 << 22  # so that little is moved about
_LONGEST = 1 << 20  # bytes before the first row, and from the wanted row on
_ENDS = (*UNUSUAL, b"-->", b"]]>", b"?>")


class Skeleton(NamedTuple):
    """A sheet part of its own: what stands up to the first row, which ends at ``cut``, and from a row near its end on.

    ``size`` is that of the whole part.
    """

    xml: bytes
    cut: int
    size: int

    @property
    def stop(self) -> int:
        """Where in the whole part the end begins."""
        return self.size - len(self.xml) + self.cut


def skeleton(package: Package, part: str, row: int, longest: int = _LONGEST) -> Skeleton | None:
    """The part without the rows before ``row``; None where that is not to be told apart without parsing it all."""
    pieces = package.chunks(part)
    start = b""
    for piece in pieces:
        start += piece
        if (cut := head_end(start)) >= 0:
            break
        if len(start) > longest:
            return None
    else:
        return None
    window, size = bytearray(start[cut:]), len(start)
    for piece in pieces:
        size += len(piece)
        window += piece
        if len(window) > longest + _SLACK:
            del window[: len(window) - longest]
    del window[: max(0, len(window) - longest)]
    at = _row_begins(window, row)
    if at is None or any(window.find(mark, at) >= 0 for mark in _ENDS):
        return None
    window[:at] = start[:cut]
    return Skeleton(cast(bytes, window), cut, size)  # all that it is handed to takes either, and a copy is saved


def _row_begins(window: bytearray, row: int) -> int | None:
    """Where a row begins, if that is to be told."""
    close = window.rfind(END_OF_DATA)
    begins = [match.start() for match in re.compile(rb'<row r="%d"[ />]' % row).finditer(window, 0, max(close, 0))]
    return begins[0] if len(begins) == 1 else None


def with_middle(package: Package, part: str, bones: Skeleton, patches: list[Patch]) -> Iterator[bytes]:
    """The whole part, piece by piece, where ``patches`` are to be made in its skeleton."""
    start, stop = bones.cut, bones.stop
    yield from patched(bones.xml[:start], [patch for patch in patches if patch.start < start])
    at = 0
    for piece in package.chunks(part):
        if stop <= at:
            break
        first, last = max(start - at, 0), min(stop - at, len(piece))
        if first < last:
            yield piece[first:last]
        at += len(piece)
    after = [Patch(patch.start - start, patch.end - start, patch.new) for patch in patches if patch.start >= start]
    yield from patched(bones.xml[start:], after)
