"""refresh: every computed column worked out, status with its reason in words, savings by year, and the Summary."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sendxl.books.book import AppendRows, Book, Edit, SetCached, SetCells, settings_of
from sendxl.books.by_column import RowsByColumn
from sendxl.errors import Refused
from sendxl.figures.assess import Figures, assess
from sendxl.figures.period_rows import period_rows
from sendxl.figures.summary import in_order, is_of_old, records_totalled
from sendxl.figures.totals import Totals
from sendxl.figures.years import YearRow
from sendxl.jobs.keeping import period_edits, put_back, record, told
from sendxl.jobs.opening import MasterBook, master_for_writing, place_of, refuse_broken
from sendxl.jobs.stamping.ledger import Ledger, user
from sendxl.jobs.uncounted import UNREADABLE, as_told, uncounted
from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.master import (
    COUNTS,
    MEASURES,
    PERIODS,
    PLAN,
    POOLS,
    POSITION,
    PROFILE,
    READINGS,
    SAVINGS,
    SETTINGS,
    TARGETS,
    TRACKERS,
    UNIT_COSTS,
    UPDATES,
    YEARS,
)
from sendxl.plan.periods import Period
from sendxl.plan.rows import Row, Rows, value_of
from sendxl.plan.schema import Table
from sendxl.plan.summary import (
    BASIS,
    CHARTS,
    FIGURES_OF,
    PARTS,
    QUANTIFIED,
    STATUS_BY_THEME,
    UPDATES_BY_LEAD,
    Columns,
    Part,
    Record,
    basis,
    chart_titles,
    figures_of,
    folded,
    labels_of,
    rows_of,
)
from sendxl.plan.values import Cell, Problem, Value, same
from sendxl.plan.vocabulary import SavingType, Status

_PLACES = 4  # of small figures as they are written (larger ones have two); they are worked out and compared unrounded
_READ = (SETTINGS, PLAN, MEASURES, TARGETS, SAVINGS, PROFILE, YEARS, POSITION, UNIT_COSTS, POOLS, TRACKERS, PERIODS, UPDATES,
         READINGS, COUNTS)
_RENAMED = (STATUS_BY_THEME, UPDATES_BY_LEAD)  # parts whose rows go by words that people change


@dataclass(frozen=True)
class Refreshed:
    """What a refresh worked out and wrote. ``statuses`` counts activities by status; ``activities`` leaves out the closed ones.

    ``ahead``: as at a day that is still to come. ``left_out`` says which rows were not counted, and why; ``notes`` what was
    approved, closed and put back.
    """

    path: Path
    as_at: date
    ahead: bool
    period: Period | None
    activities: int
    measures: int
    lines: int
    statuses: Mapping[str, int]
    changed: int
    left_out: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def to_mend(self) -> Sequence[str]:
        """Which rows were not counted, and why."""
        return self.left_out


def refresh(master: MasterBook, *, as_at: date | None = None, today: date | None = None, now: datetime | None = None,
            by: str | None = None) -> Refreshed:
    """Work out the computed columns of the master at ``master`` and write those cells that changed.

    ``as_at`` is the day the plan is judged by: unless given the earlier of ``today`` and the last day of the Reporting
    period. Only then the rows of that period are written into Periods, approvals taken and years closed. ``today`` (default:
    that of ``now``) decides what is overdue; ``now`` (default: the real time) and ``by`` are recorded.

    Unusable or Refused where the master cannot be read or written.
    """
    now = now or datetime.now().replace(microsecond=0)
    today = today or now.date()
    with master_for_writing(master, now) as book:
        edits, done = _worked_out(book, as_at, today, now, user() if by is None else by)
        book.apply(edits)
    return done


def _worked_out(book: Book, as_at: date | None, today: date, now: datetime, by: str) -> tuple[list[Edit], Refreshed]:
    """The edits of a refresh, and what it is to tell. No more of the figures is kept while the edits are applied."""
    refuse_broken(book, *_READ)
    settings = settings_of(book)
    errors = uncounted(book, settings, today)  # first, as it reads whole columns, of which figures ask for cells one by one
    figures = assess(book, settings, as_at, today)
    periods = period_rows(book, figures) if as_at is None else {}
    summary, kept_out = summary_edits(book, figures, periods, sum(finding.code == UNREADABLE for finding in errors))
    edits = [*_edits(book, figures), *summary, *period_edits(book, periods)]
    ledger = Ledger(book, now, by)
    record(ledger, figures.keepings)
    return [*edits, *ledger.edits()], Refreshed(
        place_of(book),
        figures.as_at,
        figures.ahead,
        figures.period,
        activities=sum(row.status is not Status.CLOSED for row in figures.activities.values()),
        measures=len(figures.measures),
        lines=len(figures.lines),
        statuses=Counter(str(row.status) for row in figures.activities.values()),
        changed=sum(map(_cells, edits)),
        left_out=(*map(as_told, errors), *kept_out),
        notes=(*told(figures.keepings), *put_back(book, figures), *figures.notes),
    )


def _edits(book: Book, figures: Figures) -> list[Edit]:
    """The edits that write the figures into the tables of the plan."""
    edits: list[Edit] = [
        *_changed(book.read(MEASURES), figures.measures),
        *_changed(book.read(PLAN), figures.activities),
        *_changed(book.read(PLAN), figures.savings),
        *_changed(book.read(SAVINGS), figures.lines),
        *_changed(book.read(PROFILE), figures.quantities),
        *_changed(book.read(YEARS), figures.years),
        *_changed(book.read(POSITION), figures.position),
    ]
    new = [figures.years[ref] for ref in figures.new_years]
    columns = {key: [_written(getattr(row, key)) for row in new] for key in YearRow._fields}
    return [*edits, AppendRows(YEARS, RowsByColumn({"ref": figures.new_years, **columns}))] if new else edits


def _changed(rows: Rows, figures: Mapping[str, Any]) -> Iterator[SetCells]:
    """One edit for each computed column in which a cell differs from its figure."""
    refs = [row.key for row in rows]
    of = [figures.get(ref) for ref in refs]
    for key in next(iter(figures.values()))._fields if figures else ():
        written = [None if row is None else _written(getattr(row, key)) for row in of]
        changed = {ref: value for ref, row, held, value in zip(refs, of, rows.held(key), written, strict=True)
                   if row is not None and not _shows(held, value)}
        if changed:
            yield SetCells(rows.table, key, changed)


def _shows(held: Value | Cell, value: Value) -> bool:
    """True if a cell holds a value, and nothing else is wrong with it."""
    return held == value or (same(value_of(held), value) and not (isinstance(held, Cell) and held.problem))


def _written(value: Value) -> Value:
    return round(value, _PLACES if abs(value) < 10 else 2) if isinstance(value, float) else value


def _cells(edit: Edit) -> int:
    """How many cells an edit writes."""
    if isinstance(edit, AppendRows):
        return sum(len(row) for row in edit.rows)
    return len(edit.values) if isinstance(edit, SetCells) else int(isinstance(edit, SetCached))


def summary_edits(book: Book, figures: Figures | None, periods: Mapping[str, Record],
                  unread: int | None = None) -> tuple[list[Edit], list[str]]:
    """The edits that bring the Summary up to date with ``figures``; None for a plan that was never refreshed.

    ``periods`` are the rows that are written into Periods at the same time; ``unread`` is how many cells cannot be read.
    Its formulas stay; what they show until a spreadsheet computes them again is set. What someone took away stays away,
    and where they left no room for a row, the table stays as it is: the texts tell of that.
    """
    records = records_totalled(book, figures, periods)
    totals = Totals(records)
    parts = {part.table: list(_part_edits(book, part, records, totals, figures.window if figures else ()))
             for part in PARTS if book.has(part.table)}
    period, as_at, ahead = (figures.period, figures.as_at, figures.ahead) if figures else (None, None, False)
    lines = {type.value: totals.of(QUANTIFIED.totals, {"type": type.value}) for type in SavingType}
    quantified = {type: (int(str(of["forecast"])), int(str(of["lines"]))) for type, of in lines.items()}
    parts[FIGURES_OF] = list(_item_edits(book, FIGURES_OF, figures_of(as_at, ahead)))
    parts[BASIS] = list(_item_edits(book, BASIS, basis(period, as_at, ahead, unread)))
    parts[CHARTS] = list(_item_edits(book, CHARTS, chart_titles(period, as_at, quantified, ahead)))
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


def _part_edits(book: Book, part: Part, records: Mapping[Table, Columns], totals: Totals, years: Sequence[str]) -> Iterable[Edit]:
    table, rows = part.table, book.read(part.table)
    key, columns = table.key.key, {column.key for column in table if column.header not in rows.missing}
    wanted = {folded(row[key]): row for row in rows_of(part, records, years)}
    there = [row for row in rows if row.key]
    known = {folded(row.key) for row in there}
    labels, new = in_order(part, there, [row for label, row in wanted.items() if label not in known])
    if part in _RENAMED:  # a new one takes the row of one that the plan has no more
        gone = [row.key for row in there if folded(row.key) not in wanted]
        labels, new = {**labels, **dict(zip(gone, new, strict=False))}, new[len(gone) :]
    for column in labels_of(part):
        if moved := {row.key: labels[row.key][column] for row in there if row[column] != labels[row.key][column]}:
            yield SetCells(table, column, moved)
    for row in there:
        here = labels[row.key]
        if folded(here[key]) in wanted or is_of_old(part, here):
            yield from _cached(table, row, totals.of(part.of_row(str(here[key])), {**row.values(), **here}))
    if new and not part.by_row:
        added = ({**row, **totals.of(part.totals, row)} for row in new)
        yield AppendRows(table, [{key: value for key, value in row.items() if key in columns} for row in added])


def _cached(table: Table, row: Row, values: Mapping[str, Value]) -> Iterable[Edit]:
    for key, value in values.items():
        shown = row.problem(key) in (None, Problem.NEVER_WORKED_OUT)  # where nothing is to be seen, either will do
        if row.has_formula(key) and not (same(row[key], value) and shown):
            yield SetCached(table, row.key, key, value)


def _strange(book: Book, part: Part, records: Mapping[Table, Columns]) -> Iterable[str]:
    """Rows of a theme or lead that the plan has no more: nobody but their owner can tell whether they may go."""
    if part in _RENAMED:
        wanted = {folded(row[part.table.key.key]) for row in rows_of(part, records, ())}
        rows = book.read(part.table)
        new = len(wanted - {folded(row.key) for row in rows})  # they take the place of as many
        for row in [row for row in rows if row.key and folded(row.key) not in wanted][new:]:
            place = f"{rows.sheet}!{row.stored(part.table.key.key).address}"
            what = part.table.key.header.lower()
            yield f"{place}: the plan has no {what} “{row.key}”. Delete the row, unless it is your own."


def _item_edits(book: Book, table: Table, wanted: Mapping[str, Value]) -> Iterable[Edit]:
    """Edits of a table of items, each with one value."""
    if book.has(table):
        column = table.columns[1].key
        there = by_sight((row.key, row) for row in book.read(table))
        changed = {key: value for key, value in wanted.items()
                   if (row := there.get(as_seen(key))) and not same(row[column], value)}
        if changed:
            yield SetCells(table, column, changed)
