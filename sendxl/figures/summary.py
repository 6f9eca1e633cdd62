"""What the Summary of a master is to show: the rows that it totals, as they are to be, and the rows of its tables."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sendxl.figures.assess import Figures
from sendxl.plan.master import HELD, LEADS, PERIODS, PLAN, POSITION, REVIEW, SAVINGS, YEARS
from sendxl.plan.rows import Row
from sendxl.plan.schema import Table
from sendxl.plan.summary import IN_ORDER, Part, Record, columns_totalled, labels_of, place_in_order
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value

Records: TypeAlias = Mapping[Table, list[Record]]


def records_totalled(tables: Tables, figures: Figures | None, periods: Mapping[str, Record]) -> dict[Table, list[Record]]:
    """The rows that are totalled, with the computed columns as they are to be; ``periods`` are those of Periods to be written."""
    lines: Mapping[str, Any] = figures.lines if figures else {}
    years: Mapping[str, Any] = figures.years if figures else {}
    found: dict[Table, list[Record]] = {
        PLAN: _overlaid(tables, PLAN, figures.activities if figures else {}),
        SAVINGS: _overlaid(tables, SAVINGS, lines),
        YEARS: _overlaid(tables, YEARS, years),
        LEADS: [{"title": row.title} for row in tables.read(LEADS)],
        REVIEW: _overlaid(tables, REVIEW, {}),
        HELD: _overlaid(tables, HELD, {}),
        POSITION: _overlaid(tables, POSITION, figures.position if figures else {}),
        PERIODS: [periods.get(row.key) or _record(row, columns_totalled(PERIODS), None) for row in tables.read(PERIODS)],
    }
    there = {row.key for row in tables.read(PERIODS)}
    found[PERIODS] += [row for ref, row in periods.items() if ref not in there]
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
            found[key] = row.as_written(key)
    return found


def in_order(part: Part, rows: Sequence[Row], new: Sequence[Record]) -> tuple[Mapping[str, Record], Sequence[Record]]:
    """The rows of a part in their order: the labels of those that are there, by key, and the rows to be added below.

    A row is its labels and formulas over them, so that to write labels anew is to sort. Where someone sorted the rows
    otherwise, or has rows of their own among them, they stay.
    """
    labels: dict[str, Record] = {row.key: {key: row[key] for key in labels_of(part)} for row in rows}
    old = list(labels.values())
    if part not in IN_ORDER or not all(is_of_old(part, row) for row in old) or old != _sorted(part, old):
        return labels, new
    all_ = _sorted(part, [*old, *new])
    return dict(zip(labels, all_, strict=False)), all_[len(old) :]


def _sorted(part: Part, rows: Sequence[Record]) -> list[Record]:
    return sorted(rows, key=lambda row: place_in_order(part, row))


def is_of_old(part: Part, row: Record) -> bool:
    """True if sendxl made a row, told its labels, be it wanted any more or not: one of a year that had savings once."""
    return part in IN_ORDER and bool(place_in_order(part, row))
