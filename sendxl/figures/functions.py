"""Figures of the plan for single cells: what Excel's worksheet functions work out from the values that they are given.

Values are as a spreadsheet hands them over: numbers as floats, days as dates or datetimes, texts, None for a blank cell.
What cannot be worked out is '' and shows as a blank.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from sendxl.figures.measures import assess_measure
from sendxl.figures.unit_saving import costs_of, number, unit_saving
from sendxl.plan.master import MEASURES, SAVINGS, UNIT_COSTS
from sendxl.plan.periods import is_financial_year, last_whole_month, month_of, months_of
from sendxl.plan.rows import Row
from sendxl.plan.settings import Settings
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Better, Kind, Method, Status

Given = str | float | bool | date | datetime | None
_PENNY, _MONTHS = Decimal("0.01"), 12


def measure_status(value: Given, baseline: Given, baseline_on: Given, target: Given, target_on: Given, as_at: Given,
                   better: Given) -> str:
    """The status of a number against the straight line from baseline to target, by the default settings; '' without a day.

    ``better`` is Higher or Lower (blank: Higher). Source: workbooks/pages/figures.md, Measure.
    """
    day = _day(as_at)
    if day is None:
        return ""
    way = str(better or Better.HIGHER.value).strip().capitalize()
    measure = Row.of(
        MEASURES, kind=Kind.NUMBER.value, better=way if way in set(Better) else None, actual=_number(value),
        baseline=_number(baseline), baseline_on=_day(baseline_on), target=_number(target), target_on=_day(target_on))
    status = assess_measure(measure, None, day, Settings(), None, None).figures.status
    return "" if status is Status.NOT_ASSESSED else str(status)


def chain_saving(chain: Given, codes: Sequence[Given], costs: Sequence[Given]) -> float | str:
    """What a place saves a year along a chain such as ``OOC > SPECIAL > RP``, in pounds: first cost less last.

    ``codes`` and ``costs`` are two ranges of one length. '' for a chain of fewer than two codes, or one without a cost.
    """
    known = costs_of(Row.of(UNIT_COSTS, code=str(code), annual_cost=_number(cost))
                     for code, cost in zip(codes, costs, strict=False) if code)
    full = unit_saving(Row.of(SAVINGS, method=Method.CHAIN.value, chain=str(chain or "")), known).full
    return "" if full is None else float(full)


def year_share(starts: Given, until: Given, year: Given) -> float | str:
    """The share of a financial year, written like ``2026-27``, from ``starts`` to ``until`` (blank: for good): 0 to 1.

    A month counts from that of ``starts``, while its last day is not after ``until``.
    """
    months = _live(_day(starts), _day(until), str(year or ""))
    return "" if months is None else months / _MONTHS


def year_saving(quantity: Given, unit: Given, starts: Given, until: Given, year: Given, recurs: Given) -> float | str:
    """Pounds that a quantity saves in a financial year at ``unit`` pounds each; to the penny.

    ``recurs`` is TRUE or Yes (blank: TRUE) for a saving of every year; else it counts once, in the year of ``starts``.
    """
    many, each, begins, text = number(_number(quantity)), number(_number(unit)), _day(starts), str(year or "")
    months = _live(begins, _day(until), text)
    if many is None or each is None or months is None or begins is None:
        return ""
    if not _is_yes(recurs):
        first, last = months_of(text)
        months = _MONTHS if first <= month_of(begins) <= last and months else 0
    return float((many * each * months / _MONTHS).quantize(_PENNY, ROUND_HALF_UP))


def _live(starts: date | None, until: date | None, year: str) -> int | None:
    """Whole months of a year from a day to another; None without a first day, or for what is no year."""
    if starts is None or not is_financial_year(year):
        return None
    first, last = months_of(year)
    return max(0, min(last, last_whole_month(until) if until else last) - max(first, month_of(starts)) + 1)


def _is_yes(value: Given) -> bool:
    return True if value in (None, "") else str(value).strip().casefold() in ("true", "yes", "1", "1.0")


def _number(value: Given) -> Value:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _day(value: Given) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
