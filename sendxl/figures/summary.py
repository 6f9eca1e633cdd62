"""What the Summary of a master is to show: the rows that it totals, as they are to be, and the rows of its tables."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sendxl.figures.assess import Figures
from sendxl.plan.master import HELD, LEADS, PLAN, REVIEW, SAVINGS, YEARS
from sendxl.plan.periods import is_financial_year
from sendxl.plan.rows import Row
from sendxl.plan.schema import Table
from sendxl.plan.summary import SAVINGS_BY_FUND, SAVINGS_BY_YEAR, Part, Record, columns_totalled
from sendxl.plan.tables import Tables
from sendxl.plan.values import CellKind, Value, to_text

Records: TypeAlias = Mapping[Table, list[Record]]


def records_totalled(tables: Tables, figures: Figures | None) -> dict[Table, list[Record]]:
    """The rows that are totalled, with the computed columns as they are to be."""
    lines: Mapping[str, Any] = figures.lines if figures else {}
    years: Mapping[str, Any] = figures.years if figures else {}
    found: dict[Table, list[Record]] = {
        PLAN: _overlaid(tables, PLAN, figures.activities if figures else {}),
        SAVINGS: _overlaid(tables, SAVINGS, lines),
        YEARS: _overlaid(tables, YEARS, years),
        LEADS: [{"title": row.title} for row in tables.read(LEADS)],
        REVIEW: _overlaid(tables, REVIEW, {}),
        HELD: _overlaid(tables, HELD, {}),
    }
    if figures:
        found[YEARS] += [{key: getattr(years[ref], key) for key in columns_totalled(YEARS)} for ref in figures.new_years]
    return found


def _overlaid(tables: Tables, table: Table, figures: Mapping[str, Any]) -> list[Record]:
    return [_record(row, columns_totalled(table), figures.get(row.key)) for row in tables.read(table)]


def _record(row: Row, keys: Sequence[str], figures: Any) -> Record:
    """The columns of a row that are totalled, words as they are written: a formula knows no others."""
    computed = figures.__slots__ if figures else ()
    found: dict[str, Value] = {}
    for key in keys:
        if key in computed:
            found[key] = getattr(figures, key)
        else:
            stored, value = row.cell(key).stored, row.cell(key).value
            found[key] = stored.value if stored.kind is CellKind.TEXT else value
    return found


def years_in_order(rows: Sequence[Row], new: Sequence[dict[str, Value]]) -> tuple[dict[str, str], list[dict[str, Value]]]:
    """Years in their order: new labels of the rows that are there, and the rows to be added below.

    A row is its label and formulas over it, so that to write labels anew is to sort. Where someone sorted the rows
    otherwise, or has rows of their own among them, they stay.
    """
    old = [row.key for row in rows]
    years = sorted([*old, *(str(row["year"]) for row in new)])
    if old != sorted(old) or not all(map(is_financial_year, old)):
        return dict(zip(old, old, strict=True)), list(new)
    return dict(zip(old, years, strict=False)), [{"year": year} for year in years[len(old) :]]


def is_of_old(part: Part, row: Row) -> bool:
    """True if a row that is not wanted any more was made by sendxl: of a year or a fund that had savings once."""
    if part is SAVINGS_BY_YEAR:
        return is_financial_year(row.key)
    return part is SAVINGS_BY_FUND and row.key == ", ".join(to_text(row[key]) for key in ("type", "fund", "year"))
