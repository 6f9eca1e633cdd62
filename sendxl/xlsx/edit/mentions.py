"""What a part says about cells of a sheet: its formulas, as they stand, and where its notes are."""

import re
from collections.abc import Iterable, Iterator

from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.xml import decode, feed, handle, local, parser

NOTES = ("comments", "threadedComment")
"""The kinds of parts that hold notes."""
_FORMULA = re.compile(rb"<(?:[\w.\-]+:)?(?:f|formula[12]?)(?:\s[^<>]*)?>([^<]+)<")
_LONGEST = 1 << 16  # bytes of a formula with its tag


def formulas_of(pieces: Iterable[bytes]) -> Iterator[str]:
    """The formulas of a sheet part, of cells and rules."""
    waiting = b""
    for piece in pieces:
        waiting += piece
        end = 0
        for match in _FORMULA.finditer(waiting):
            end = match.end() - 1
            yield decode(match[1])
        waiting = waiting[max(end, len(waiting) - _LONGEST) :]


def notes_of(package: Package, part: str) -> list[str]:
    """Where the notes of a part stand, as addresses."""
    found: list[str] = []
    xml = package.read(part)
    made = parser(part)

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) in ("comment", "threadedComment") and "ref" in attributes:
            found.append(attributes["ref"])

    handle(made, part, start, size=len(xml))
    feed(made, (xml,), part)
    return found
