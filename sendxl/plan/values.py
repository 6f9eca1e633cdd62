"""What a cell holds, read as the type its column declares: numbers, dates and percentages as people type them.

Nothing is guessed silently. A reading that needed more than the stored value says how it was read; what has no single
reading has a problem and no value. Source: the Values family of the validation rules.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, StrEnum
from typing import NamedTuple, TypeAlias
from unicodedata import category

from sendxl.plan.dates import in_words, nearest_day, probably_meant, read_day
from sendxl.plan.likeness import as_keyed, without_unseen
from sendxl.plan.schema import Column, Type

Value: TypeAlias = str | int | float | date | datetime | None


class Share(float):
    """A number that is shown as a percentage also where its column shows any value, as in the history."""

    @classmethod
    def of(cls, value: Value, type: Type) -> Value:
        """A value of a type; a share where that is a fraction."""
        return cls(value) if type is Type.FRACTION and isinstance(value, (int, float)) else value


class CellKind(StrEnum):
    """How a workbook stores a cell."""

    BLANK = "blank"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    BOOL = "bool"
    ERROR = "error"


class Stored(NamedTuple):
    """A cell as it is in a workbook, before it is read as a type."""

    kind: CellKind = CellKind.BLANK
    value: str | int | float | bool | datetime | None = None
    raw: str = ""
    address: str = ""
    percent: bool = False  # shown with a % format
    formula: bool = False
    date1904: bool = False  # of a workbook that counts days from 1904


class Problem(Enum):
    """Why a stored cell has no value of its column's type."""

    EXCEL_ERROR = "an Excel error"
    NOT_A_NUMBER = "not a number"
    NOT_A_DATE = "not a date"
    NOT_IN_LIST = "not in the list"
    NEVER_WORKED_OUT = "a formula that was never worked out"


@dataclass(slots=True)
class Cell:
    """A typed value with where it came from.

    ``how`` is set where reading it took more than the stored value; where there is a problem, to what was probably meant.
    """

    value: Value
    stored: Stored
    problem: Problem | None = None
    how: str = ""
    unclear_percent: bool = False  # a bare 0 to 1 in a cell without % format: 0.5 may be 50% or 0.5%
    day_swaps: bool = False  # a date typed as text, whose day and month could change places
    time: str = ""  # the time of day that was left out of a date
    unseen: bool = False  # characters that cannot be seen were left out of a text

    @property
    def blank(self) -> bool:
        """True if there is nothing in the cell (spaces count as nothing)."""
        return self.value is None and self.problem is None

    @property
    def odd(self) -> bool:
        """True if there is more to tell of it than its value: a problem, a formula, how it was read, or how a text is written."""
        return bool(self.problem or self.how or self.unclear_percent or self.day_swaps or self.time or self.unseen
                    or self.stored.formula or (self.stored.kind is CellKind.TEXT and self.stored.value != self.value))


# Possessive throughout (++): else the time for a text of many spaces grows with a power of their number.
_NUMBER = re.compile(r"(-)?\s*+(£)?\s*+(-)?\s*+(\d{1,3}(?:,\d{3})++|\d++)?(\.\d++)?\s*+([kKmM])?\s*+(%)?")
_TEXTS = (Type.TEXT, Type.WORDS, Type.LINK, Type.ANY)
_PLACES = 6  # to which percentages are compared, as calculations leave 100.0000000001 for 100
_SHOWN = {"Cc": " ", "Cf": "", "Cs": "�", "Zs": " ", "Zl": " ", "Zp": " "}  # by general category of Unicode
_SERIALS = (36526, 73050)  # 1 Jan 2000 to 31 Dec 2099 as Excel day numbers
_SERIALS_1904 = 1462  # days by which those of a workbook that counts from 1904 are fewer
_MIDNIGHT = time()
_EPOCH = datetime(1899, 12, 30)
_FIRST_DAY = date(1900, 3, 1)  # before it workbooks count days differently, or not at all


def read(column: Column, stored: Stored, kind: object = None) -> Cell:
    """Read a stored cell as ``column`` declares; ``kind`` is the Kind of the row's measure, where it has one."""
    if stored.kind is CellKind.BLANK:  # a formula that shows nothing is a text without letters
        return Cell(None, stored, Problem.NEVER_WORKED_OUT if stored.formula else None)
    if stored.kind is CellKind.ERROR:
        return Cell(None, stored, Problem.EXCEL_ERROR)
    if stored.kind is not CellKind.TEXT:
        return _read(column.type_in(kind), column, stored)
    text = str(stored.value)
    clean = without_unseen(text)
    if not clean.strip():
        return Cell(None, stored)
    if clean == text:
        return _read(column.type_in(kind), column, stored)
    cell = _read(column.type_in(kind), column, stored._replace(value=clean))
    cell.stored, cell.unseen = stored, True
    return cell


def is_plain_text(column: Column, text: str) -> bool:
    """True for a text of a column of texts that is read just as it is stored: of most that is all there is to tell."""
    return column.type in _TEXTS and text.isascii() and text == text.strip() != "" and "\r" not in text


def _read(type: Type, column: Column, stored: Stored) -> Cell:
    if type in (Type.NUMBER, Type.COUNT, Type.MONEY, Type.FRACTION):
        return _number(stored, type)
    if type in (Type.DATE, Type.MOMENT):
        return _date(stored, type)
    if type is Type.CHOICE and column.choices:
        return _choice(stored, column)
    if type is Type.ANY and stored.kind in (CellKind.NUMBER, CellKind.DATE):
        return Cell(_plain_day(stored.value) if isinstance(stored.value, datetime) else stored.value, stored)
    text = _as_text(stored)
    return Cell(text if type in (Type.WORDS, Type.ANY) else text.strip(), stored)


def to_text(value: Value) -> str:
    """The one text form of a value, by which values are compared, issued and signed; blank is ''."""
    if isinstance(value, str):  # first, as most are
        return (value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value).strip()
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (
            value.isoformat(sep=" ", timespec="seconds")
            if value.time() != _MIDNIGHT
            else value.date().isoformat()
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value or 0:.12g}"  # never “-0”


def to_texts(values: Iterable[Value]) -> list[str]:
    """The text form of each of some values; of many mere texts it is got sooner than one by one."""
    of = list(values)
    texts = [value for value in of if isinstance(value, str)]
    return [*map(str.strip, texts)] if len(texts) == len(of) and "\r" not in "".join(texts) else [*map(to_text, of)]


def printable(text: str, *, keep: str = "\n\t") -> str:
    """A text as it can be shown anywhere: what a terminal would obey becomes a space, marks that nobody sees go.

    ``keep`` stays: line breaks and tabs, unless it is to be one line. Direction marks would show a text in another order
    than it is stored in.
    """
    if text.isprintable():
        return text
    return "".join(_SHOWN.get(category(letter), letter) if letter not in keep else letter for letter in text)


def same(one: Value, other: Value) -> bool:
    """True if two values mean the same: 12 and 12.0, a blank and spaces, line ends of any system."""
    return (type(one) is type(other) and one == other) or to_text(one) == to_text(other)


def show(value: Value, type: Type = Type.ANY) -> str:
    """A value as a person reads it: ``31 Dec 2026``, ``45%``, ``£18,000``, ``1,234``; blank is ''."""
    if value is None:
        return ""
    if isinstance(value, datetime) and type is Type.MOMENT:
        return f"{in_words(value)} {value:%H:%M}"
    if isinstance(value, date):
        return in_words(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if type is Type.FRACTION:
            return f"{_trim(f'{value * 100:z.1f}')}%"
        if type is Type.MONEY:
            pounds = f"{value:z,.0f}"
            return f"-£{pounds[1:]}" if pounds.startswith("-") else f"£{pounds}"
        return _trim(f"{value:z,.2f}")
    return str(value)


def serial(day: date) -> float | int:
    """A date as Excel's day number (1900 system); with a time, a fraction of a day."""
    moment = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
    days = (moment - _EPOCH) / timedelta(days=1)
    return int(days) if days == int(days) else days


def nearest(text: str, choices: Iterable[str]) -> str | None:
    """The choice most like a near miss, or None if none is near."""
    from difflib import get_close_matches

    folded = {choice.casefold(): choice for choice in choices}
    found = get_close_matches(as_keyed(text.strip()).casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain_day(value: datetime) -> date | datetime:
    return value.date() if value.time() == _MIDNIGHT else value


def _as_text(stored: Stored) -> str:
    value = stored.value
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return to_text(value)


def _choice(stored: Stored, column: Column) -> Cell:
    choice = column.choice_of(_as_text(stored))
    return Cell(choice, stored) if choice else Cell(None, stored, Problem.NOT_IN_LIST)


def _number(stored: Stored, type: Type) -> Cell:
    value = stored.value
    if stored.kind is CellKind.NUMBER and isinstance(value, (int, float)):
        if not _finite(value):
            return Cell(None, stored, Problem.NOT_A_NUMBER)
        if type is Type.FRACTION and not stored.percent:
            return _bare_percent(value, stored)
        return Cell(value, stored)
    if stored.kind is not CellKind.TEXT:
        return Cell(None, stored, Problem.NOT_A_NUMBER)
    text = str(value).strip()
    match = _NUMBER.fullmatch(as_keyed(text))
    if not match or not (match[4] or match[5]) or (match[1] and match[3]):
        return Cell(None, stored, Problem.NOT_A_NUMBER)
    if (match[7] and type is not Type.FRACTION) or (type is Type.FRACTION and (match[2] or match[6])):
        return Cell(None, stored, Problem.NOT_A_NUMBER)
    number = float((match[4] or "").replace(",", "") + (match[5] or ""))
    if match[6]:
        number = round(number * {"k": 1e3, "m": 1e6}[match[6].lower()], 6)  # 1.005k is 1,005
    if not _finite(number):
        return Cell(None, stored, Problem.NOT_A_NUMBER)
    number = -number if match[1] or match[3] else number
    if match[7]:
        return Cell(round(number / 100, 12), stored, how=f"the text “{text}” was read as {show(number / 100, type)}")
    if type is Type.FRACTION:
        return _bare_percent(number, stored)
    number = int(number) if number == int(number) else number
    return Cell(number, stored, how=f"the text “{text}” was read as the number {show(number, type)}")


def _finite(number: float) -> bool:
    """False beyond what a cell can hold."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def _bare_percent(number: float, stored: Stored) -> Cell:
    near = round(number, _PLACES)
    if 1 < near <= 100:
        fraction = round(number / 100, 12)
        return Cell(fraction, stored, how=f"{show(number)} was read as {show(fraction, Type.FRACTION)}")
    return Cell(number, stored, unclear_percent=0 < near <= 1)


def _date(stored: Stored, type: Type) -> Cell:
    value = stored.value
    if isinstance(value, datetime) and value.date() >= _FIRST_DAY:
        return _of_moment(value, stored, type)
    if stored.kind is CellKind.NUMBER and isinstance(value, (int, float)):
        serial = value + (_SERIALS_1904 if stored.date1904 else 0)
        if _SERIALS[0] <= serial <= _SERIALS[1]:
            cell = _of_moment(_EPOCH + timedelta(days=serial), stored, type)
            cell.how = f"the number {show(value)} was read as {show(cell.value)}"
            return cell
        return Cell(None, stored, Problem.NOT_A_DATE, probably_meant(to_text(value)))
    if stored.kind is CellKind.TEXT:
        typed = read_day(str(value))
        if typed.day and typed.day >= _FIRST_DAY:
            how = f"the text “{str(value).strip()}” was read as {show(typed.day)}"
            return Cell(typed.day, stored, how=how, day_swaps=typed.swaps, time=typed.time)
        return Cell(None, stored, Problem.NOT_A_DATE, typed.why or probably_meant(str(value).strip()))
    return Cell(None, stored, Problem.NOT_A_DATE)


def _of_moment(moment: datetime, stored: Stored, type: Type) -> Cell:
    if type is Type.MOMENT:
        return Cell(moment, stored)
    day, time = nearest_day(moment)
    return Cell(day, stored, time=time)
