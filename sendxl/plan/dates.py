"""Dates as people type them: as in 2027-03-31, with the day first, or with the month in letters.

Nothing is guessed silently: where the day and the month could change places, it is told. Source: the Values family of the
validation rules.
"""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from sendxl.plan.likeness import as_keyed

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:\s?[/.\-]\s?|\s)(\d{1,2})(?:\s?[/.\-]\s?|\s)(\d{4}|\d{2})")
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DAY_WORDED = re.compile(
    _WEEKDAY + r"(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*(?:of\s+)?([a-z]{3,9})[.,]?[\s\-/.,]*(\d{4}|\d{2})", re.IGNORECASE)
_MONTH_WORDED = re.compile(_WEEKDAY + r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.IGNORECASE)
_TIME = re.compile(r"(.*\d)(?:T|,?\s+(?:at\s+)?)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s?([ap]m|Z)?", re.IGNORECASE)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")
_YEARS = (1990, 2100)  # between which four digits alone are a year
_MIDNIGHT = time()
_SLIP = timedelta(minutes=2)  # by which some programs miss midnight


class TypedDay(NamedTuple):
    """What a text says of a day. ``day`` is None where it is none; ``why`` then says why, where that can be said.

    ``swaps``: the day and the month could change places. ``time``: of day, as typed with it, '' at midnight.
    """

    day: date | None = None
    swaps: bool = False
    time: str = ""
    why: str = ""


def read_day(text: str) -> TypedDay:
    """The day that a text says; a number of two digits for a year is of this century."""
    text, typed = " ".join(as_keyed(text).split()), ""
    if match := _TIME.fullmatch(text):
        text, typed = match[1], _time_of_day(match)
    if match := _ISO.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]), typed)
    if match := _DAY_FIRST.fullmatch(text):
        day, month = int(match[1]), int(match[2])
        return _day(_year(match[3]), month, day, typed, swaps=day <= 12 and month <= 12 and day != month)
    for pattern, at in ((_DAY_WORDED, 1), (_MONTH_WORDED, 2)):
        if match := pattern.fullmatch(text):
            months = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(match[3 - at].lower())]
            if len(months) == 1:
                return _day(_year(match[3]), months[0], int(match[at]), typed)
    return TypedDay()


def nearest_day(moment: datetime) -> tuple[date, str]:
    """The day of a moment, and the time of day that it leaves out, '' at midnight.

    A moment less than two minutes before midnight is of the day that begins then: programs that count in fractions of a
    day miss it by some seconds.
    """
    late = moment + _SLIP
    if late.date() > moment.date():
        return late.date(), f"{moment:%H:%M:%S}"
    at = moment.time().replace(microsecond=0)
    return moment.date(), "" if at == _MIDNIGHT else f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def probably_meant(digits: str) -> str:
    """What a run of digits in place of a date probably means, to go on with in a message; '' where nothing is near."""
    if len(digits) == 4 and digits.isdecimal() and _YEARS[0] <= int(digits) <= _YEARS[1]:
        return f"a year alone is no day: type the day, like 31 Mar {digits}"
    for form in ("%d%m%Y", "%Y%m%d") if len(digits) in (7, 8) else ("%d%m%y",) if len(digits) in (5, 6) else ():
        try:
            day = datetime.strptime(digits.rjust(len(digits) + len(digits) % 2, "0"), form)
        except ValueError:
            continue
        if _YEARS[0] <= day.year <= _YEARS[1]:
            return f"if {in_words(day)} is meant, type it like that"
    return ""


@lru_cache(maxsize=4_000)  # the days of a plan are few, and stand in the reasons of all its rows
@lru_cache(maxsize=1_024)  # the same few days stand in thousands of rows
def in_words(day: date) -> str:
    """A day as in 31 Dec 2026, in English whatever the computer's language."""
    return f"{day.day} {_MONTHS[day.month - 1][:3].title()} {day.year}"


def _day(year: int, month: int, day: int, typed: str, *, swaps: bool = False) -> TypedDay:
    try:
        return TypedDay(date(year, month, day), swaps, typed)
    except ValueError:
        if 1 <= month <= 12 and 1 <= day <= 31 and year:
            return TypedDay(why=f"there is no {day} {_MONTHS[month - 1][:3].title()} {year}")
        return TypedDay(why=f"there is no month {month}; the day comes first" if 12 < month <= 31 else "")


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _time_of_day(match: "re.Match[str]") -> str:
    hour, minute, second = int(match[2]), match[3], match[4]
    half = (match[5] or "").lower().strip("z")  # Z says that it is the time of Greenwich
    midnight = hour == (12 if half == "am" else 0) and half != "pm"
    if midnight and not int(minute) and not int(second or 0):
        return ""
    return f"{match[2]}:{minute}{f':{second}' if second and int(second) else ''}{half}"
