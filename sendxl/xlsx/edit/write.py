"""What can be written into a cell, and how it is stored."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from math import isfinite
from xml.sax.saxutils import escape

from sendxl.xlsx.package.xml import escape_text
from sendxl.xlsx.read.address import letters
from sendxl.xlsx.read.cell import EPOCH_1900, EPOCH_1904, LEAP_BUG
from sendxl.xlsx.read.styles import Styles

Written = str | int | float | bool | date | None
_SHORT = 10_000  # characters, which no cell is too small for
_UNUSUAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x")  # characters that are not stored as they are
_LARGEST = 9.99999999999999e307  # that Excel takes


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
    """A formula to be written, as a calculated column gives it, and what it shows until Excel computes it."""

    text: str
    shown: Written = None


@dataclass(slots=True)
class Write:
    """One cell to be written; ``fill`` is RRGGBB. Not to be changed; it is not frozen, as hundreds of thousands are made.

    ``number_format`` is used where the cell has none that fits, or with ``exact`` whatever it has; with a ``style`` the cell
    takes that as it is.
    """

    how: How
    value: Written | Formula = None
    number_format: str = "General"
    fill: str = ""
    exact: bool = False
    style: int | None = None


@lru_cache(maxsize=4_000)  # the days of a plan are few, and stand in every row
def serial(value: date, date1904: bool) -> int | float:
    """A date as the workbook stores it: days since its epoch. ValueError before that, and for times with a zone."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    if moment.tzinfo is not None:
        raise ValueError(f"{value} has a time zone, which a cell cannot hold")
    seconds = (moment - (EPOCH_1904 if date1904 else EPOCH_1900)).total_seconds()
    if not date1904 and seconds < (LEAP_BUG + 1) * 86_400:
        seconds -= 86_400
    if seconds < (0 if date1904 else 86_400):
        raise ValueError(f"{value} lies before the first day a workbook can hold")
    return int(seconds // 86_400) if seconds % 86_400 == 0 else seconds / 86_400


def stored(value: object, date1904: bool) -> str:
    """A value as a ``<v>`` or ``<t>`` holds it, escaped. ValueError for what no cell can hold."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, date):
        return repr(serial(value, date1904))
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise ValueError("a number is larger than a cell can hold")
        return str(int(value))
    if isinstance(value, float):
        if not isfinite(value) or abs(value) > _LARGEST:
            raise ValueError(f"{float(value)!r} is not a number that a cell can hold")
        return repr(float(value))
    return escape_text(str(value))


def render(write: Write, row: int, column: int, style: int, styles: Styles, date1904: bool, prefix: str = "") -> str:
    """The cell element that holds what is written, in ``style`` or a variant that shows it rightly."""
    return f'<{prefix}c r="{letters(column)}{row}{after_address(write, style, styles, date1904, prefix)}'


def after_address(write: Write, style: int, styles: Styles, date1904: bool, prefix: str = "") -> str:
    """What follows the address in the cell element of ``render``: the same wherever a cell holds the same."""
    value, p = write.value, prefix
    if write.style is not None:
        style = write.style
    else:
        if write.exact and styles.formats[style].number_format != write.number_format:
            style = styles.variant(style, write.number_format)
        if value is not None and not isinstance(value, Formula):
            style = styles.fit(style, value, write.number_format)
        if write.fill:
            style = styles.variant(style, fill=write.fill)
    start = f'" s="{style}"' if style else '"'
    if value is None or value == "":
        return f"{start}/>"
    if isinstance(value, str):
        text = escape_text(value) if len(value) > _SHORT or _UNUSUAL.search(value) else value
        return f'{start} t="inlineStr"><{p}is><{p}t xml:space="preserve">{text}</{p}t></{p}is></{p}c>'
    if isinstance(value, Formula):
        return f"{start}{computed(value.shown, f'<{p}f>{escape(value.text)}</{p}f>', date1904, p)}</{p}c>"
    kind = ' t="b"' if isinstance(value, bool) else ""
    return f"{start}{kind}><{p}v>{stored(value, date1904)}</{p}v></{p}c>"


def computed(value: Written, formula: str, date1904: bool, prefix: str = "") -> str:
    """The rest of a formula cell from its type on: its formula element, and the value that it shows."""
    kind = ' t="str"' if isinstance(value, str) else ' t="b"' if isinstance(value, bool) else ""
    shown = "" if value is None else f"<{prefix}v>{stored(value, date1904)}</{prefix}v>"
    return f"{kind}>{formula}{shown}"
