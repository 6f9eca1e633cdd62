"""Cell addresses: ``B7`` and ``A3:F20`` to numbers, counted from 1, and back."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")


class Area(NamedTuple):
    """A rectangle of cells, both corners inside."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        """As in ``A3:F20``; a single cell as in ``A3``."""
        first = f"{letters(self.left)}{self.top}"
        last = f"{letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def cells(self) -> int:
        """How many cells it has."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def meets(self, other: "Area") -> bool:
        """True if the two share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )


@cache
def letters(column: int) -> str:
    """Column number to letters: 28 to ``AB``."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@lru_cache(maxsize=20_000)
def column_number(text: str) -> int:
    """Letters to column number: ``AB`` to 28. ValueError beyond XFD or for anything but letters."""
    number = 0
    for letter in text:
        if not "A" <= letter <= "Z":
            raise ValueError(f"{text!r} is not a column")
        number = number * 26 + ord(letter) - 64
    if not 0 < number <= MAX_COLUMN:
        raise ValueError(f"{text!r} is not a column")
    return number


def parse_cell(text: str) -> tuple[int, int]:
    """``B7`` to (7, 2); ValueError for anything else or beyond XFD1048576."""
    match = _CELL.fullmatch(text)
    if not match or int(match[2]) > MAX_ROW:
        raise ValueError(f"{text!r} is not a cell address")
    return int(match[2]), column_number(match[1])


def beyond(text: str) -> bool:
    """True if an address or area is written as one, but lies beyond XFD1048576."""
    for corner in text.split(":", 1):
        match = _CELL.fullmatch(corner)
        if match and (int(match[2]) > MAX_ROW or (len(match[1]) == 3 and match[1] > "XFD")):
            return True
    return False


def parse_area(text: str) -> Area:
    """``A3:F20`` or ``A3`` to an Area; ValueError for anything else."""
    first, _, last = text.partition(":")
    top, left = parse_cell(first)
    bottom, right = parse_cell(last) if last else (top, left)
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def name(row: int, column: int) -> str:
    """(7, 2) to ``B7``."""
    return f"{letters(column)}{row}"
