"""One cell as it really is: value, kind, formula, style and address, made of what a sheet part says of it."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from math import isfinite
from typing import NamedTuple

from sendxl.xlsx.package.xml import decode, unescape_text
from sendxl.xlsx.read.address import name

EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
LEAP_BUG = 60  # the 1900 system has a 29 Feb 1900; days before it count one less
_END = 2_958_466  # 1 Jan 10000, the first day that is none
_YEARS_1904 = 1462  # days between the two epochs
_NUMBER = re.compile(r"\s*+[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?\s*+", re.ASCII)
_TYPES = {b"": "n", b"n": "n", b"s": "s", b"b": "b", b"e": "e", b"str": "str", b"inlineStr": "inlineStr"}
CellValue = str | int | float | bool | datetime | None


class SheetCell(NamedTuple):
    """One cell. ``kind`` is blank, number, date, text, bool or error; ``raw`` is the stored text."""

    row: int
    column: int
    kind: str
    value: CellValue
    raw: str
    formula: bool
    style: int

    @property
    def address(self) -> str:
        """As in ``B7``."""
        return name(self.row, self.column)


SheetRow = Mapping[int, SheetCell]


class Maker:
    """Makes the cells of one workbook: knows its formats, shared strings and first day."""

    def __init__(self, dates: Sequence[bool], date1904: bool, strings: Callable[[], list[str]]) -> None:
        """``dates``: of each style whether it shows a number as a date; ``strings`` reads the shared strings."""
        self._dates = dates
        self._date1904 = date1904
        self._read_strings = strings
        self._end = _END - (_YEARS_1904 if date1904 else 0)
        self.styles = frozenset((b"", *(b"%d" % number for number in range(len(self._dates)))))  # as a cell names its own, if any

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings, read when first needed."""
        return self._read_strings()

    def found(self, row: int, column: int, made_of: tuple[bytes, bytes, bytes, bytes]) -> SheetCell:
        """The cell that was found by pattern to have that style, type, formula element, and value or text; see ``make``."""
        style, stored, formula, raw = made_of
        if not (formula or raw):
            return SheetCell(row, column, "blank", None, "", False, int(style or 0))
        return self.make(row, column, _TYPES[stored], int(style or 0), bool(formula), decode(raw))

    def make(self, row: int, column: int, stored: str, style: int, formula: bool, raw: str) -> SheetCell:
        """The cell whose ``t`` attribute is ``stored`` and whose text is ``raw``.

        IndexError where its style or string is not there. What should be a number and is none (1e999, NaN) is text;
        what is no day or known type is an error cell.
        """
        if not 0 <= style < len(self._dates):
            raise IndexError
        if stored in ("inlineStr", "str"):
            return _text(row, column, unescape_text(raw), formula, style)
        if not raw:
            return SheetCell(row, column, "blank", None, "", formula, style)
        if stored == "n":
            return self._number(row, column, raw, formula, style)
        if stored == "s":
            if not (raw.isascii() and raw.strip().isdigit()):
                raise IndexError
            return _text(row, column, self.strings[int(raw)], formula, style)
        kind, value = _rare(stored, raw)
        return SheetCell(row, column, kind, value, raw, formula, style)

    def _number(self, row: int, column: int, raw: str, formula: bool, style: int) -> SheetCell:
        value = _number_of(raw)
        if value is None:
            return SheetCell(row, column, "text", raw, raw, formula, style)
        if self._dates[style] and 0 < value < self._end:
            return SheetCell(row, column, "date", _day_of(value, self._date1904), raw, formula, style)
        return SheetCell(row, column, "number", value, raw, formula, style)


def _number_of(raw: str) -> int | float | None:
    """The number that a cell stores as a text; None where that is none."""
    if raw.isdigit() and raw.isascii() and len(raw) < 16:
        return int(raw)
    if _NUMBER.fullmatch(raw) and isfinite(number := float(raw)):
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    return None


@lru_cache(maxsize=4_000)  # the days of a plan are few, and stand in every row
def _day_of(serial: float, date1904: bool) -> datetime:
    """The moment that a number of days is, in either of the two systems; the last of all days ends before midnight."""
    if date1904:
        return EPOCH_1904 + timedelta(seconds=min(round(serial * 86_400), (_END - _YEARS_1904) * 86_400 - 1))
    return EPOCH_1900 + timedelta(seconds=min(round((serial + (serial < LEAP_BUG)) * 86_400), _END * 86_400 - 1))


def _text(row: int, column: int, text: str, formula: bool, style: int) -> SheetCell:
    """A cell of text; without any it is blank, unless a formula says so."""
    if text or formula:
        return SheetCell(row, column, "text", text, text, formula, style)
    return SheetCell(row, column, "blank", None, "", False, style)


def _rare(stored: str, raw: str) -> tuple[str, CellValue]:
    """Kind and value of a cell that is neither number nor text."""
    if stored == "b":
        return "bool", raw in ("1", "true")
    if stored == "d":
        try:
            return "date", datetime.fromisoformat(raw.strip().rstrip("Z")).replace(tzinfo=None)
        except ValueError:
            pass
    return "error", raw
