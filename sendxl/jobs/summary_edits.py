"""What the Summary of a master is to show, as edits: rows that it lacks, and what its formulas come to."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sendxl.books.book import AppendRows, Book, Edit, SetCached, SetCells
from sendxl.errors import Refused
from sendxl.figures.assess import Figures
from sendxl.figures.totals import Totals
from sendxl.plan.master import HELD, LEADS, PLAN, REVIEW, SAVINGS, YEARS
from sendxl.plan.periods import is_financial_year
from sendxl.plan.rows import Row
from sendxl.plan.schema import Table
from sendxl.plan.summary import (
    BASIS,
    CHARTS,
    PARTS,
    QUANTIFIED,
    SAVINGS_BY_FUND,
    SAVINGS_BY_YEAR,
    STATUS_BY_THEME,
    UPDATES_BY_LEAD,
    Part,
    Record,
    basis,
    chart_titles,
    columns_totalled,
    folded,
    rows_of,
)
from sendxl.plan.values import CellKind, Value, same
from sendxl.plan.vocabulary import SavingType

Records: TypeAlias = Mapping[Table, list[Record]]


def summary_edits(book: Book, figures: Figures | None) -> tuple[list[Edit], list[str]]:
    """The edits that bring the Summary up to date with ``figures``; None for a plan that was never refreshed.

    Its formulas stay; what they show until a spreadsheet computes them again is set. What someone took away stays away,
    and where they left no room for a row, the table stays as it is: the texts tell of that.
    """
    records = _records(book, figures)
    totals = Totals(records)
    parts = {part.table: list(_part_edits(book, part, records, totals, figures.window if figures else ()))
             for part in PARTS if book.has(part.table)}
    period, as_at = (figures.period, figures.as_at) if figures else (None, None)
    quantified = {type.value: totals.of(QUANTIFIED.totals, {"type": type.value})["quantified"] for type in SavingType}
    parts[BASIS] = list(_item_edits(book, BASIS, basis(period, as_at)))
    parts[CHARTS] = list(_item_edits(book, CHARTS, chart_titles(period, as_at, quantified)))
    kept_out = _kept_out(book, parts)
    strange = [text for part in PARTS if book.has(part.table) for text in _strange(book, part, records)]
    return [edit for edits in parts.values() for edit in edits], [*kept_out, *strange]


def _kept_out(book: Book, parts: dict[Table, list[Edit]]) -> list[str]:
    """Take out the tables of the Summary whose edits the book refuses, and tell of them: a view must not stop a refresh."""
    try:
        book.check([edit for edits in parts.values() for edit in edits])
        return []
    except Refused:
        pass
    told = []
    for table, edits in parts.items():
        try:
            book.check(edits)
        except Refused as error:
            told.append(f"{table.title}: the table {table.name} was not brought up to date. {error}")
            edits.clear()
    return told


def _part_edits(book: Book, part: Part, records: Records, totals: Totals, years: Sequence[str]) -> Iterable[Edit]:
    table = part.table
    wanted = {folded(row[table.key.key]): row for row in rows_of(part, records[PLAN], records[LEADS], records[SAVINGS], years)}
    there = [row for row in book.read(table) if row.key]
    labels = {row.key: row.key for row in there}
    new = [row for key, row in wanted.items() if key not in {folded(row.key) for row in there}]
    if part is SAVINGS_BY_YEAR and new:
        labels, new = _in_order(there, new)
        moved = {key: label for key, label in labels.items() if key != label}
        if moved:
            yield SetCells(table, table.key.key, moved)
    for row in there:
        label = labels[row.key]
        if folded(label) in wanted or _is_of_old(part, row):
            yield from _cached(table, row, totals.of(part.of_row(label), {**row.values(), table.key.key: label}))
    if new and not part.by_row:
        yield AppendRows(table, [{**row, **totals.of(part.totals, row)} for row in new])


def _cached(table: Table, row: Row, values: Mapping[str, Value]) -> Iterable[Edit]:
    for key, value in values.items():
        cell = row.cell(key)
        if cell.stored.formula and not (same(cell.value, value) and cell.problem is None):
            yield SetCached(table, row.key, key, value)


def _in_order(there: Sequence[Row], new: Sequence[dict[str, Value]]) -> tuple[dict[str, str], list[dict[str, Value]]]:
    """Years in their order: new labels of the rows that are there, and the rows to be added below.

    A row is its label and formulas over it, so that to write labels anew is to sort. Where someone sorted the rows
    otherwise, or has rows of their own among them, they stay.
    """
    old = [row.key for row in there]
    years = sorted([*old, *(str(row["year"]) for row in new)])
    if old != sorted(old) or not all(map(is_financial_year, old)):
        return dict(zip(old, old, strict=True)), list(new)
    return dict(zip(old, years, strict=False)), [{"year": year} for year in years[len(old) :]]


def _is_of_old(part: Part, row: Row) -> bool:
    """True if a row that is not wanted any more was made by sendxl: of a year or a fund that had savings once."""
    if part is SAVINGS_BY_YEAR:
        return is_financial_year(row.key)
    return part is SAVINGS_BY_FUND and row.key == f"{row.type}, {row.fund}, {row.year}"


def _strange(book: Book, part: Part, records: Records) -> Iterable[str]:
    """Rows of a theme or lead that the plan has no more: nobody but their owner can tell whether they may go."""
    if part in (STATUS_BY_THEME, UPDATES_BY_LEAD):
        wanted = {folded(row[part.table.key.key]) for row in rows_of(part, records[PLAN], records[LEADS], (), ())}
        rows = book.read(part.table)
        for row in rows:
            if row.key and folded(row.key) not in wanted:
                place = f"{rows.sheet}!{row.cell(part.table.key.key).stored.address}"
                what = part.table.key.header.lower()
                yield f"{place}: the plan has no {what} “{row.key}”. Delete the row, unless it is your own."


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
        found[YEARS] += [{key: getattr(years[ref], key) for key in columns_totalled(YEARS)} for ref in figures.new_years]
    return found


def _overlaid(book: Book, table: Table, figures: Mapping[str, Any]) -> list[Record]:
    return [_record(row, columns_totalled(table), figures.get(row.key)) for row in book.read(table)]


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
