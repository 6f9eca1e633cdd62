"""What the Summary of a master is to show, as edits: rows that it lacks, and what its formulas come to."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sendxl.books.book import AppendRows, Book, Edit, SetCached, SetCells
from sendxl.jobs.figures import Figures
from sendxl.plan.columns import HELD, LEADS, PLAN, REVIEW, SAVINGS, YEARS, Table
from sendxl.plan.rows import Row
from sendxl.plan.summary import BASIS, CHARTS, PARTS, QUANTIFIED, Part, basis, chart_titles, columns_totalled, rows_of
from sendxl.plan.totals import Record, Totals, folded
from sendxl.plan.values import Value, same
from sendxl.plan.vocabulary import SavingType


def summary_edits(book: Book, figures: Figures | None) -> list[Edit]:
    """The edits that bring the Summary up to date with ``figures``; None for a plan that was never refreshed.

    Its formulas stay; what they show until a spreadsheet computes them again is set. A table or a formula of the
    Summary that someone took away stays away.
    """
    records = _records(book, figures)
    totals = Totals(records)
    years = figures.window if figures else ()
    edits: list[Edit] = []
    for part in PARTS:
        if book.has(part.table):
            wanted = rows_of(part, records[PLAN], records[LEADS], records[SAVINGS], years)
            edits += _part_edits(book, part, wanted, totals)
    period, as_at = (figures.period, figures.as_at) if figures else (None, None)
    quantified = {type.value: totals.of(QUANTIFIED.totals, {"type": type.value})["quantified"] for type in SavingType}
    edits += _item_edits(book, BASIS, basis(period, as_at))
    edits += _item_edits(book, CHARTS, chart_titles(period, as_at, quantified))
    return edits


def _part_edits(book: Book, part: Part, wanted: Sequence[dict[str, Value]], totals: Totals) -> Iterable[Edit]:
    table = part.table
    there = {folded(row.key): row for row in book.read(table) if row.key}
    for row in there.values():
        for key, value in totals.of(part.of_row(row.key), row.values()).items():
            cell = row.cell(key)
            if cell.stored.formula and not (same(cell.value, value) and cell.problem is None):
                yield SetCached(table, row.key, key, value)
    new = [row for row in wanted if folded(row[table.key.key]) not in there]
    if new and not part.by_row:
        yield AppendRows(table, [{**row, **totals.of(part.totals, row)} for row in new])


def _item_edits(book: Book, table: Table, wanted: Mapping[str, Value]) -> Iterable[Edit]:
    """Edits of a table of items, each with one value."""
    if book.has(table):
        column = table.columns[1].key
        there = book.read(table).by_key
        changed = {key: value for key, value in wanted.items() if key in there and not same(there[key].cell(column).value, value)}
        if changed:
            yield SetCells(table, column, changed)


def _records(book: Book, figures: Figures | None) -> dict[Table, list[Record]]:
    """The rows that are totalled, with the computed columns as they are to be."""
    lines: Mapping[str, Any] = figures.lines if figures else {}
    years: Mapping[str, Any] = figures.years if figures else {}
    found: dict[Table, list[Record]] = {
        PLAN: _overlaid(book, PLAN, figures.activities if figures else {}),
        SAVINGS: _overlaid(book, SAVINGS, lines),
        YEARS: _overlaid(book, YEARS, years),
        LEADS: [{"title": row.title} for row in book.read(LEADS)],
        REVIEW: _overlaid(book, REVIEW, {}),
        HELD: _overlaid(book, HELD, {}),
    }
    if figures:
        keys = ("type", "fund", "planned", "forecast", "realised")
        found[YEARS] += [{"year": year, **{key: getattr(years[ref], key) for key in keys}}
                         for ref, (_, year) in figures.new_years.items()]
    return found


def _overlaid(book: Book, table: Table, figures: Mapping[str, Any]) -> list[Record]:
    return [_record(row, columns_totalled(table), figures.get(row.key)) for row in book.read(table)]


def _record(row: Row, keys: Sequence[str], figures: Any) -> Record:
    """The columns of a row that are totalled; what cannot be read is there as it is written."""
    computed = figures.__slots__ if figures else ()
    found: dict[str, Value] = {}
    for key in keys:
        if key in computed:
            found[key] = getattr(figures, key)
        else:
            cell = row.cell(key)
            found[key] = cell.stored.raw if cell.problem else cell.value
    return found
