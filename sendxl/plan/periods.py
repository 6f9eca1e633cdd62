"""Financial years and reporting periods, as English councils write them.

A financial year runs from 1 April to 31 March and is written ``2026-27``. A reporting period is a quarter of one
(``2026-27 Q3``: October to December 2026) or a calendar month (``2026-11``). Source: workbooks/pages/figures.md, Periods.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_QUARTER = re.compile(r"([12][0-9]{3})-([0-9]{2}) Q([1-4])")
_MONTH = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"([12][0-9]{3})-([0-9]{2})")
EXAMPLE = 'write a quarter like "2026-27 Q3" or a month like "2026-11"'


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period: its written form and its first and last day, both inside it."""

    label: str
    first: date
    last: date

    def __str__(self) -> str:
        """The written form."""
        return self.label

    @property
    def next(self) -> "Period":
        """The period after it: a quarter after a quarter, a month after a month."""
        day = self.last + timedelta(days=1)
        return quarter_of(day) if _QUARTER.fullmatch(self.label) else parse_period(f"{day:%Y-%m}")


@lru_cache(maxsize=256)  # the same few stand in thousands of rows
def parse_period(text: str) -> Period:
    """Read a period as written; ValueError, saying how to write one, for anything else."""
    text = text.strip()
    if match := _QUARTER.fullmatch(text):
        year, quarter = _year_start(match[1], match[2], text), int(match[3])
        first = _add_months(date(year, 4, 1), 3 * (quarter - 1))
        return Period(text, first, _add_months(first, 3) - timedelta(days=1))
    if match := _MONTH.fullmatch(text):
        first = date(int(match[1]), int(match[2]), 1)
        return Period(text, first, _add_months(first, 1) - timedelta(days=1))
    raise ValueError(f'"{text}" is not a reporting period: {EXAMPLE}.')


@lru_cache(maxsize=256)
def period_ends(text: str) -> date:
    """The last day of a period as written; for what is no period the first day there is, so that it is before all."""
    try:
        return parse_period(text).last
    except ValueError:
        return date.min


def quarter_of(day: date) -> Period:
    """The quarter that a day falls in."""
    year = day.year if day.month >= 4 else day.year - 1
    quarter = (day.month - 4) % 12 // 3 + 1
    return parse_period(f"{_label(year)} Q{quarter}")


def financial_year_of(day: date) -> str:
    """The financial year that a day falls in, as written."""
    return _label(day.year if day.month >= 4 else day.year - 1)


def parse_financial_year(text: str) -> str:
    """Check a financial year as written (``2026-27``) and return it; ValueError for anything else."""
    match = _YEAR.fullmatch(text.strip())
    if not match:
        raise ValueError(f'"{text}" is not a financial year: write it like "2026-27".')
    _year_start(match[1], match[2], text)
    return text.strip()


@lru_cache(maxsize=256)
def is_financial_year(text: str) -> bool:
    """True for a financial year as written."""
    try:
        return parse_financial_year(text) == text
    except ValueError:
        return False


def years_from(first: str, count: int) -> list[str]:
    """So many financial years as written, from the ``first`` on; ValueError where that is not one."""
    start = int(parse_financial_year(first)[:4])
    return [_label(year) for year in range(start, start + count)]


def last_day_of(year: str) -> date:
    """The last day of a financial year as written."""
    return date(int(year[:4]) + 1, 3, 31)


def months_of(year: str) -> tuple[int, int]:
    """The first and the last month of a financial year as written, counted as ``month_of`` counts them."""
    april = int(year[:4]) * 12 + 3
    return april, april + 11


def month_of(day: date) -> int:
    """The month that a day falls in, as a running number: 12 times the year, and 0 for January."""
    return day.year * 12 + day.month - 1


def last_whole_month(day: date) -> int:
    """The last month that has ended by the end of a day: its last day is that day or before it."""
    return month_of(day) - (day.day < monthrange(day.year, day.month)[1])


def add_years(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _year_start(year: str, next_year: str, text: str) -> int:
    if (int(year) + 1) % 100 != int(next_year):
        raise ValueError(f'"{text}" is not a financial year: the second part must be the next year, as in "2026-27".')
    return int(year)


def _label(year: int) -> str:
    return f"{year}-{(year + 1) % 100:02d}"


def _add_months(day: date, months: int) -> date:
    month = day.month - 1 + months
    return day.replace(year=day.year + month // 12, month=month % 12 + 1)
