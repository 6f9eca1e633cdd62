"""Number formats: what a cell's format shows."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

BUILTIN = {
    9: "0%",
    10: "0.00%",
    14: "dd/mm/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "dd/mm/yyyy h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-',
    42: '_-£* #,##0_-;-£* #,##0_-;_-£* "-"_-;_-@_-',
    43: '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-',
    44: '_-£* #,##0.00_-;-£* #,##0.00_-;_-£* "-"??_-;_-@_-',
    48: "##0.0E+0",
    49: "@",
}
_EAST_ASIAN_DATES = frozenset((*range(27, 37), *range(50, 59)))
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
FIRST_CUSTOM = 164
_LONGEST = 1_000  # characters of a code that are looked at; Excel takes 255


@dataclass(frozen=True)
class Format:
    """One cell format: its number format and what follows from it."""

    number_format: str
    is_date: bool
    is_percent: bool
    locked: bool
    quote_prefix: bool
    span: tuple[int, int] = field(compare=False, default=(0, 0))  # bytes of its <xf> in the part


def format_of(code: str, number: int, locked: bool, quote_prefix: bool, span: tuple[int, int] = (0, 0)) -> Format:
    """The format of a code and its number, with what follows from them."""
    is_date, is_percent = _shows(code[:_LONGEST])
    return Format(code, number in _EAST_ASIAN_DATES or is_date, is_percent, locked, quote_prefix, span)


@lru_cache(maxsize=1_000)
def _shows(code: str) -> tuple[bool, bool]:
    """Whether a code shows a date, and a percentage."""
    plain = _LITERALS.sub("", code).split(";")[0].lower()
    return plain != "general" and any(c in plain for c in "dmyhs"), "%" in plain


def is_date_code(code: str) -> bool:
    """True if a number format shows a date or time."""
    return format_of(code, 0, True, False).is_date
