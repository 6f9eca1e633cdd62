"""Parts that many workbooks have alike, as all trackers that are sent out have: what one of them says is read once."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

LARGEST = 1 << 15
"""Bytes of a part of which what it says is kept."""
_MOST = 128  # parts

T = TypeVar("T")
Reads = Callable[[bytes, str], T]
"""What reads a part: given its bytes and its name."""


def read_once(reads: Reads[T]) -> Reads[T]:
    """Have a function, whose result nobody changes, read parts that are the same byte for byte only once.

    What it gave for the last parts is kept; a large part is read each time, so that those of a stranger take little memory.
    """
    known = lru_cache(maxsize=_MOST)(reads)

    def of(xml: bytes, part: str) -> T:
        return reads(xml, part) if len(xml) > LARGEST else known(xml, part)

    return of
