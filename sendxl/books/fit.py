"""How high a row must be for its wrapped text, measured with the widths of Calibri's letters.

Excel fits rows that have no height when it opens a workbook, LibreOffice does not. So every row gets the height it
needs, not marked as set by hand: both programs fit it anew when its text is edited.
"""

import math
from functools import lru_cache

LINE = 12.75  # points, for 10 point text in Excel; LibreOffice needs less
PADDING = 2.5
TALLEST = 409.0  # Excel's limit for a row
BOLD = 1.05
BUTTON = 1.9  # a filter button, in ems

# Widths of letters in fortieths of an em, measured on Carlito, which has Calibri's metrics.
_LETTERS = {
    9: " 'il", 10: ",.Ij‘’·", 11: ":;", 12: "()-[]`f", 13: "!Jt{}", 14: "r", 15: "/\\", 16: '"sz', 17: "Lcx“”",
    18: "FSkvy|", 19: "?TYZag", 20: "#$*+0123456789<=>E^_e~£–", 21: "CKPXbdhnopqu", 22: "BR", 23: "AV", 25: "DGH",
    26: "NOU", 27: "&Q", 28: "…", 29: "%w", 32: "m", 34: "M", 36: "@W—",
}  # fmt: skip
_EMS = {letter: fortieths / 40 for fortieths, letters in _LETTERS.items() for letter in letters}
_OTHER = 0.6
_SPACE = _EMS[" "]
_EM_OF_WIDTH = 0.525  # one unit of a column's width (7 pixels) in ems of 10 point text
_SAFETY = 1.05  # screens draw text a little wider than its metrics


def row_height(texts: "list[tuple[str, float]]") -> float:
    """Points for a row of cells, each a text and the width of its column as Excel counts it."""
    return height_of_lines(max((line_count(text, width) for text, width in texts), default=1))


def height_of_lines(lines: int) -> float:
    """Points for a row of so many lines."""
    return min(TALLEST, math.ceil((lines * LINE + PADDING) * 4) / 4)


@lru_cache(maxsize=20_000)  # many rows hold the same
def line_count(text: str, width: float, *, factor: float = 1.0, last: float = 0.0) -> int:
    """Lines that a text takes when wrapped in a column; ``last`` ems are kept free at its end."""
    room = width * _EM_OF_WIDTH / (_SAFETY * factor)
    if last:
        return _wrapped([*(ems(word) for word in text.split()), last], room)
    return sum(_wrapped([ems(word) for word in line.split(" ")], room) for line in text.split("\n"))


@lru_cache(maxsize=20_000)
def ems(word: str) -> float:
    """The width of a word in ems."""
    return sum(_EMS.get(letter, _OTHER) for letter in word)


def _wrapped(words: list[float], room: float) -> int:
    lines, used = 1, 0.0
    for word in words:
        if used and used + _SPACE + word > room:
            lines, used = lines + 1, 0.0
        used += word + (_SPACE if used else 0.0)
        if used > room:  # a word wider than the column is broken
            lines += math.ceil(used / room) - 1
            used = used % room
    return lines
