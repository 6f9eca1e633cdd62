"""What a refresh keeps for good: approvals and closed years, recorded in Stamps, and the rows of the open period."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sendxl.books.book import AppendRows, Book, Edit, SetCells
from sendxl.figures.approved import OF_ROW
from sendxl.figures.assess import Figures
from sendxl.figures.kept import Keeping
from sendxl.jobs.stamping.ledger import Ledger, Source
from sendxl.plan.counting import many
from sendxl.plan.master import PERIODS, PROFILE, SAVINGS, YEARS, Saving, SavingYear
from sendxl.plan.rows import value_of
from sendxl.plan.schema import Column, Table
from sendxl.plan.values import Value, same, show

_KEPT_CELLS: tuple[tuple[Table, Sequence[Column]], ...] = (
    (SAVINGS, (Saving.approved_unit_saving, Saving.approved_past_pool)), (PROFILE, OF_ROW))


def record(ledger: Ledger, keepings: Iterable[Keeping]) -> None:
    """Record in Stamps what is kept from now on, or no longer."""
    for keeping in keepings:
        ledger.record(Source(), keeping.table.name, keeping.ref, keeping.column.header, keeping.old, keeping.new,
                      kind=keeping.kind)


def told(keepings: Sequence[Keeping]) -> list[str]:
    """What was approved and closed, in words."""
    words = [_approval(keeping) for keeping in keepings if keeping.column is Saving.approved_on]
    years: Counter[tuple[str, bool]] = Counter(
        (keeping.ref.rpartition(".")[2], keeping.new is not None) for keeping in keepings
        if keeping.column is SavingYear.closed_on)
    for (year, closes), lines in sorted(years.items()):
        what = "closed: its figures stay as they are now" if closes else "open again: its figures follow the plan"
        words.append(f"Years: {year} of {many(lines, 'savings line')} is {what}.")
    return words


def _approval(keeping: Keeping) -> str:
    if keeping.new is None:
        return f"Savings {keeping.ref}: the approval of {show(keeping.old)} is withdrawn."
    anew = "anew " if keeping.old is not None else ""
    return f"Savings {keeping.ref}: approved {anew}on {show(keeping.new)}; price, quantities and days are kept as they are now."


def put_back(book: Book, figures: Figures) -> Iterator[str]:
    """Each cell of what was approved or closed that someone edited, and that is put back as Stamps has it."""
    new = {(keeping.table.name, keeping.ref, keeping.column.key) for keeping in figures.keepings}
    for table, columns in _KEPT_CELLS:
        of = figures.lines if table is SAVINGS else figures.quantities
        for row in book.read(table):
            for column in columns if row.key in of else ():
                yield from _one(table, column, row.key, row[column.key], getattr(of[row.key], column.key), new)
    for row in book.read(YEARS):
        kept = figures.years.get(row.key)
        if kept and kept.closed_on and row.closed_on:
            for column in (SavingYear.approved, SavingYear.planned, SavingYear.forecast, SavingYear.realised):
                yield from _one(YEARS, column, row.key, row[column.key], getattr(kept, column.key), new)


def _one(table: Table, column: Column, ref: str, held: Value, kept: Value, new: set[tuple[str, str, str]]) -> Iterator[str]:
    if not same(held, kept) and (table.name, ref, column.key) not in new:
        was, now = show(held, column.type) or "blank", show(kept, column.type) or "blank"
        yield f"{table.title} {ref}, {column.header}: {was} was typed over what is kept; put back to {now}."


def period_edits(book: Book, rows: Mapping[str, Mapping[str, Value]]) -> list[Edit]:
    """The edits that write the rows of the open period, by ref, into Periods."""
    there = book.read(PERIODS)
    refs = [row.key for row in there]
    edits: list[Edit] = []
    for key in dict.fromkeys(key for row in rows.values() for key in row):
        changed = {ref: row[key] for ref, held in zip(refs, there.held(key), strict=True)
                   if (row := rows.get(ref)) and key in row and not same(value_of(held), row[key])}
        edits += [SetCells(PERIODS, key, changed)] if changed else []
    known = {*refs}
    new = [row for ref, row in rows.items() if ref not in known]
    return [*edits, AppendRows(PERIODS, new)] if new else edits
