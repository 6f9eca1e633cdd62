"""Many plans side by side: of each the totals of its Summary, so that the picture of all says what each says itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sendxl.figures.savings import total
from sendxl.figures.summary import records_totalled
from sendxl.figures.totals import Totals
from sendxl.plan.master import PERIODS, PLAN, SAVINGS, YEARS
from sendxl.plan.periods import is_financial_year
from sendxl.plan.settings import Settings
from sendxl.plan.summary import (
    HEADLINES,
    SAVINGS_BY_FUND,
    STATUS_BY_THEME,
    UPDATES_BY_LEAD,
    Is,
    Part,
    Record,
    Total,
    Where,
    by_column,
    rows_of,
)
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value, to_text
from sendxl.plan.vocabulary import Fund, SavingType, Status

AMOUNTS = ("planned", "forecast", "realised", "one_off")
_OF_LINES = ("lines", "quantified")
UNREFRESHED = "Not refreshed"  # activities without a status
_BY_STATUS: Mapping[str, Total] = {name: Total(PLAN, (Where("ref", "", Is.NOT), Where("status", word)))
                                   for name, word in (*((status, status) for status in Status), (UNREFRESHED, ""))}


@dataclass(frozen=True)
class PlanTotals:
    """One plan: what it is, and rows of its Summary with their totals, as last refreshed.

    ``headlines``: how many activities there are and have each status, and what waits, by what is counted.
    """

    about: Record
    headlines: Record
    themes: Sequence[Record]
    leads: Sequence[Record]
    savings: Sequence[Record]


def plan_totals(tables: Tables, settings: Settings, file: str, as_at: Value) -> PlanTotals:
    """The totals of one plan."""
    records = records_totalled(tables, None, {})
    records[PERIODS] = by_column(PERIODS, ())  # what was, is in an export
    totals = Totals(records, *_BY_STATUS.values())
    years = sorted({*map(to_text, records[YEARS]["year"])})

    def rows(part: Part) -> list[Record]:
        return [{**row, **totals.of(part.of_row(to_text(row[part.table.key.key])), row)}
                for row in rows_of(part, records, list(filter(is_financial_year, years)))]

    headlines = rows(HEADLINES)
    how_many = HEADLINES.table.columns[-1].key
    about: Record = {"council": settings.council, "plan": settings.plan_title, "plan_id": settings.plan_id, "file": file,
                     "period": settings.reporting_period, "as_at": as_at}
    shown: dict[str, Value] = {to_text(row["headline"]): row[how_many] for row in headlines}
    shown |= totals.of(_BY_STATUS, {})
    lines = [*zip(*(records[SAVINGS][key] for key in ("ref", "type", "fund", "forecast")), strict=True)]
    savings = []
    for row in rows(SAVINGS_BY_FUND):
        forecasts = [forecast for ref, *of, forecast in lines if ref and of == [row["type"], row["fund"]]]
        savings.append({**row, "lines": len(forecasts), "quantified": sum(forecast is not None for forecast in forecasts)})
    return PlanTotals(about, shown, rows(STATUS_BY_THEME), rows(UPDATES_BY_LEAD), savings)


def savings_of_all(plans: Iterable[PlanTotals]) -> list[dict[str, Value]]:
    """The savings of all plans by type, fund and year; types are never added together, and blank is not zero."""
    groups: dict[tuple[str, ...], list[Record]] = {}
    for plan in plans:
        for row in plan.savings:
            groups.setdefault(tuple(to_text(row[key]) for key in ("type", "fund", "year")), []).append(row)
    order = {word: number for number, word in enumerate([*SavingType, *Fund])}
    found: list[dict[str, Value]] = []
    for key in sorted(groups, key=lambda key: (order[key[0]], order[key[1]], key[2])):
        rows = groups[key]
        sums: Mapping[str, Value] = {name: total(_number(row.get(name)) for row in rows) for name in AMOUNTS}
        found.append({"type": key[0], "fund": key[1], "year": key[2], "plans": len(rows),
                      **{name: sum(int(_number(row[name]) or 0) for row in rows) for name in _OF_LINES}, **sums})
    return found


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def not_reported(plans: Iterable[PlanTotals]) -> list[dict[str, Value]]:
    """The leads of all plans with activities whose update is past due."""
    return [{**plan.about, **row} for plan in plans for row in plan.leads
            if (_number(row.get("overdue")) or 0) + (_number(row.get("never_updated")) or 0)]

