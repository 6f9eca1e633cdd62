"""Savings by financial year: open years as they are worked out today, closed ones as they were kept.

A year is closed once Closed through covers its last period: it is worked out once more, as at its last day, and its figures
stay from then on. Restated tells what today's rows and costs would give besides.
Source: workbooks/pages/figures.md, Closed years.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sendxl.figures.kept import Keeping, Kept, keepings, of_row
from sendxl.figures.savings import SavingsLine, YearFigures, total, year_figures
from sendxl.plan.likeness import as_written
from sendxl.plan.master import YEARS, SavingYear
from sendxl.plan.periods import is_financial_year, last_day_of
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import StampKind

KEPT = (SavingYear.closed_on, SavingYear.type, SavingYear.fund, SavingYear.approved, SavingYear.planned,
        SavingYear.forecast, SavingYear.realised)
"""What Stamps keeps of a closed year of a line."""
_NOTHING: Mapping[str, Value] = dict.fromkeys(column.key for column in KEPT)


class YearRow(NamedTuple):
    """What a row of Years holds of its line and of its figures, by column key; None is a blank cell.

    Its Ref says which line and year it is of; what else someone typed there is put right.
    """

    savings_ref: str | None
    year: str | None
    type: str | None
    fund: str | None
    approved: float | None
    planned: float | None
    forecast: float | None
    realised: float | None
    closed_on: date | None
    restated: float | None


@dataclass
class LineYears:
    """The years of all lines: rows of Years by ref, which of them are new, and what is to be recorded of closed ones."""

    rows: dict[str, YearRow] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    window: Sequence[str] = ()
    keepings: list[Keeping] = field(default_factory=list)
    of_line: Mapping[str, dict[str, YearFigures]] = field(default_factory=lambda: defaultdict(dict))
    closed: Mapping[str, dict[str, YearFigures]] = field(default_factory=lambda: defaultdict(dict))


def line_years(lines: Iterable[SavingsLine], rows: Iterable[SavingYear], window: Sequence[str], cells: Kept,
               closed_through: date, closing: date | None, lines_as_at: Callable[[date], Sequence[SavingsLine]]) -> LineYears:
    """The rows of Years. ``cells``: what Stamps keeps of closed years; ``closed_through``: the last closed day.

    With ``closing``, which is today, years that are over by the last closed day are closed, and those that no longer are
    opened; ``lines_as_at`` gives the lines as at a day.
    """
    by_ref = {line.ref: line for line in lines}
    line_of = as_written(by_ref)
    there = {row.key: (line_of(ref), year) for row in rows if row.key for ref, year in (_line_and_year(row.key),)}
    result = LineYears(window=sorted({*window, *(year for _, year in there.values() if year)}))
    known = set(there.values())
    new = {f"{ref}.{year}": (ref, year) for ref in by_ref for year in result.window if (ref, year) not in known}
    result.new = list(new)
    kept_in = _kept_years(cells)
    ended = {year for year in result.window if last_day_of(year) <= closed_through}
    to_close = {year for year in ended - kept_in if closing and last_day_of(year) <= closing}
    at_close = {year: {line.ref: line for line in lines_as_at(last_day_of(year))} for year in sorted(to_close)}
    of_line = {line.ref: (line.row.type, line.row.fund) for line in by_ref.values()}
    for key, (ref, year) in (there | new).items():
        line = by_ref.get(ref)
        was = of_row(cells, YEARS, key, KEPT) if year in kept_in else _NOTHING
        figures = year_figures(line, year) if line and year else None
        is_closed = year in to_close or ((year in kept_in or was["closed_on"] is not None) and (not closing or year in ended))
        held = was if is_closed else _NOTHING
        if is_closed and was["closed_on"] is None:  # a line that appeared later has nothing but the day
            held = _closed(at_close.get(year, {}).get(ref), year, closing)
        if closing and held is not was:
            result.keepings += keepings(StampKind.CLOSE, YEARS, key, KEPT, cells, held)
        if is_closed:
            shown = YearFigures(*(_amount(held[column.key]) for column in KEPT[-4:]))
            row = YearRow(ref or None, year or None, _text(held["type"]), _text(held["fund"]), *shown, _day(held["closed_on"]),
                          _difference(figures.realised if figures else None, shown.realised))
            result.closed[ref][year] = shown
        else:
            shown = figures or YearFigures(None, None, None, None)
            row = YearRow(ref or None, year or None, *of_line.get(ref, (None, None)), *shown, None, None)
        result.rows[key] = row
        if line and year:
            result.of_line[ref][year] = shown
    return result


def _kept_years(cells: Kept) -> set[str]:
    """The years of which something is kept."""
    return {_line_and_year(ref)[1] for table, ref, _ in cells if table == YEARS.name}


def _closed(line: SavingsLine | None, year: str, closing: date | None) -> dict[str, Value]:
    """What is kept of a year of a line that is closed: what was realised of it is what is forecast of it."""
    held: dict[str, Value] = {**dict.fromkeys(column.key for column in KEPT), "closed_on": closing}
    if line:
        figures = year_figures(line, year)
        held |= {"type": line.row.type, "fund": line.row.fund, "approved": figures.approved, "planned": figures.planned,
                 "forecast": figures.realised, "realised": figures.realised}
    return held


def _difference(today: float | None, was: float | None) -> float | None:
    """Pounds that today's rows give beyond what was kept; 0 where they are the same, blank where neither is known."""
    return None if today is None and was is None else total((today or 0.0, -(was or 0.0)))


def _amount(value: Value) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: Value) -> date | None:
    return value if isinstance(value, date) else None


def _line_and_year(key: str) -> tuple[str, str]:
    """The line and the financial year of a row of Years, as its key says; blank where it says neither."""
    ref, _, year = key.rpartition(".")
    return (ref, year) if is_financial_year(year) else ("", "")


