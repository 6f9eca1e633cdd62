"""What the Summary of a master is to show: the rows that it totals, as they are to be, and the rows of its tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from sendxl.figures.assess import Figures
from sendxl.plan.master import PERIODS, PLAN, POSITION, SAVINGS, YEARS
from sendxl.plan.rows import Row, Rows
from sendxl.plan.schema import Table
from sendxl.plan.summary import IN_ORDER, LOOKED_AT, Columns, Part, Record, columns_totalled, labels_of, place_in_order
from sendxl.plan.tables import Tables


def records_totalled(tables: Tables, figures: Figures | None, periods: Mapping[str, Record]) -> dict[Table, Columns]:
    """The rows that are totalled, with the computed columns as they are to be; ``periods`` are those of Periods to be written."""
    computed: Mapping[Table, Mapping[str, Any]] = {
        PLAN: figures.activities, SAVINGS: figures.lines, YEARS: figures.years, POSITION: figures.position} if figures else {}
    found = {table: _overlaid(tables.read(table), computed.get(table, {})) for table in LOOKED_AT}
    found[PERIODS] = _with_periods(tables.read(PERIODS), found[PERIODS], periods)
    if figures:
        new = [figures.years[ref] for ref in figures.new_years]
        found[YEARS] = {key: [*column, *(getattr(row, key) for row in new)] for key, column in found[YEARS].items()}
    return found


def _overlaid(rows: Rows, figures: Mapping[str, Any]) -> Columns:
    """The columns of a table that are totalled: those that ``figures`` have by ref as these have them."""
    of = [figures.get(row.key) for row in rows]
    computed = next(iter(figures.values()))._fields if figures else ()
    columns = {key: rows.as_written(key) for key in columns_totalled(rows.table)}
    return {key: [value if row is None else getattr(row, key) for value, row in zip(column, of, strict=True)]
            if key in computed else column for key, column in columns.items()}


def _with_periods(rows: Rows, columns: Columns, periods: Mapping[str, Record]) -> Columns:
    """The columns of Periods once ``periods``, by ref, are written into it."""
    refs = [row.key for row in rows]
    there = {*refs}
    new = [row for ref, row in periods.items() if ref not in there]
    return {key: [*(periods[ref].get(key) if ref in periods else value for ref, value in zip(refs, column, strict=True)),
                  *(row.get(key) for row in new)] for key, column in columns.items()}


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
