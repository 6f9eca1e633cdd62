"""What Periods tells of how each activity and measure stood from one reporting period to the next."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeAlias

from sendxl.plan.likeness import as_seen
from sendxl.plan.master import PERIODS, PeriodRow
from sendxl.plan.periods import Period, parse_period, quarter_of
from sendxl.plan.rows import value_of
from sendxl.plan.tables import Tables
from sendxl.plan.values import to_text
from sendxl.plan.vocabulary import Change, Status

ByPeriod: TypeAlias = Mapping[Period, Mapping[str, PeriodRow]]
"""Rows of Periods by period, from the first on, and by ref ``as_seen`` of what they are of."""

_BETTER = (Status.COMPLETE, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)  # best first
SLIPPING = (Status.AT_RISK, Status.OFF_TRACK)
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def kept_periods(tables: Tables) -> ByPeriod:
    """What Periods keeps; rows of what is no period are passed over."""
    if not tables.has(PERIODS):
        return {}
    rows, found = tables.read(PERIODS), dict[Period, dict[str, PeriodRow]]()
    columns = (map(to_text, map(value_of, rows.held(key))) for key in ("period", "of"))
    for row, label, of in zip(rows, *columns, strict=True):
        try:
            period = parse_period(label)
        except ValueError:
            continue
        found.setdefault(period, {})[as_seen(of)] = row
    return dict(sorted(found.items(), key=lambda pair: (pair[0].last, pair[0].first)))


def in_a_row(ref: str, status: str, now: date, kept: ByPeriod) -> tuple[int, str]:
    """How many periods in a row something has a status, that of ``now`` among them; and what one of them is called.

    They are quarters or months, as the last period kept; where a period was left out, the row ends.
    """
    months = bool(kept) and _is_month([*kept][-1])
    runs, first = 1, _first_of(now, months=months)
    for period, rows in reversed([*kept.items()]):
        if _is_month(period) is not months or period.last >= first:
            continue
        row = rows.get(as_seen(ref)) if period.last == first - timedelta(days=1) else None
        if row is None or row.status != status:
            break
        runs, first = runs + 1, _first_of(period.last, months=months)
    return runs, "month" if months else "quarter"


def for_the(runs: int, span: str, status: str) -> str:
    """As in “third quarter off track”; '' for the first, which is no row yet, and for what is neither at risk nor off track."""
    if runs < 2 or status not in SLIPPING:
        return ""
    return f"{_ORDINALS[runs] if runs < len(_ORDINALS) else _numbered(runs)} {span} {status.lower()}"


def change_of(then: str | None, now: str | None, *, known: bool) -> Change:
    """What became of an activity: its status in a period and now, None where it has no row; ``known``: one of before."""
    if now is None:
        return Change.GONE
    if now == Status.CLOSED:
        return Change.CLOSED
    if then is None:
        return Change.REOPENED if known else Change.NEW
    if then == now:
        return Change.SAME
    if now == Status.OFF_TRACK:
        return Change.NEWLY_OFF_TRACK
    if then not in _BETTER or now not in _BETTER:
        return Change.OTHER
    if _place(now) > _place(then):
        return Change.WORSE
    return Change.RECOVERED if then in SLIPPING and now not in SLIPPING else Change.BETTER


def _place(status: str) -> int:
    return [str(word) for word in _BETTER].index(status)


def _is_month(period: Period) -> bool:
    return (period.last - period.first).days < 31


def _first_of(day: date, *, months: bool) -> date:
    return day.replace(day=1) if months else quarter_of(day).first


def _numbered(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
