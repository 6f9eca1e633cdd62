"""refresh: every computed column worked out, status with its reason in words, savings by year, and the Summary."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sendxl.books.book import AppendRows, Book, Edit, SetCached, SetCells, settings_of
from sendxl.checks import CHECKS, Master
from sendxl.figures.assess import Figures, assess
from sendxl.jobs.opening import MasterBook, master_for_writing, place_of, refuse_broken
from sendxl.jobs.summary_edits import summary_edits
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.master import MEASURES, PLAN, POOLS, PROFILE, READINGS, SAVINGS, SETTINGS, TRACKERS, UNIT_COSTS, UPDATES, YEARS
from sendxl.plan.periods import Period
from sendxl.plan.rows import Rows
from sendxl.plan.values import Value, same
from sendxl.plan.vocabulary import Status

_PLACES = 4  # of small figures as they are written (larger ones have two); they are worked out and compared unrounded
_READ = (SETTINGS, PLAN, MEASURES, SAVINGS, PROFILE, YEARS, UNIT_COSTS, POOLS, TRACKERS, UPDATES, READINGS)
_MONEY = (SAVINGS, PROFILE, UNIT_COSTS, POOLS)  # whose figures nobody would miss who only reads the totals


@dataclass(frozen=True)
class Refreshed:
    """What a refresh found and wrote. ``statuses`` counts activities by status; ``activities``
    leaves out the closed ones. ``left_out`` says which rows were not counted, and why.
    """

    path: Path
    as_at: date
    period: Period | None
    activities: int
    measures: int
    lines: int
    statuses: Mapping[str, int]
    changed: int
    left_out: tuple[str, ...]


def refresh(master: MasterBook, *, as_at: date | None = None, today: date | None = None) -> Refreshed:
    """Work out the computed columns of the master at ``master`` and write those cells that changed.

    ``as_at`` is the day the plan is judged by: the last day of the Reporting period unless given. ``today`` decides
    what is overdue (default: the real day). Unusable or Refused where the master cannot be read or written.
    """
    today = today or date.today()
    with master_for_writing(master) as book:
        refuse_broken(book, *_READ)
        figures = assess(book, settings_of(book), as_at, today)
        summary, kept_out = summary_edits(book, figures)
        edits = [*_edits(book, figures), *summary]
        left_out = (*_left_out(book), *kept_out)  # before applying, after which the book would be read anew
        book.apply(edits)
    return Refreshed(
        place_of(book),
        figures.as_at,
        figures.period,
        activities=sum(row.status is not Status.CLOSED for row in figures.activities.values()),
        measures=len(figures.measures),
        lines=len(figures.lines),
        statuses=Counter(str(row.status) for row in figures.activities.values()),
        changed=sum(map(_cells, edits)),
        left_out=left_out,
    )


def _edits(book: Book, figures: Figures) -> list[Edit]:
    """The edits that write the figures into the tables of the plan."""
    edits: list[Edit] = [
        *_changed(book.read(MEASURES), figures.measures),
        *_changed(book.read(PLAN), figures.activities),
        *_changed(book.read(PLAN), figures.savings),
        *_changed(book.read(SAVINGS), figures.lines),
        *_changed(book.read(YEARS), figures.years),
    ]
    new = [{"ref": ref, **_columns(figures.years[ref])} for ref in figures.new_years]
    return [*edits, AppendRows(YEARS, new)] if new else edits


def _changed(rows: Rows, figures: Mapping[str, Any]) -> list[SetCells]:
    """One edit for each computed column in which a cell differs from its figure."""
    changed: dict[str, dict[str, Value]] = defaultdict(dict)
    for row in rows:
        if row.key in figures:
            for key, value in _columns(figures[row.key]).items():
                cell = row.cell(key)
                if not same(cell.value, value) or cell.problem:
                    changed[key][row.key] = value
    return [SetCells(rows.table, key, values) for key, values in changed.items()]


def _columns(figures: Any) -> dict[str, Value]:
    """Figures by column key, as they are written."""
    found = {key: getattr(figures, key) for key in figures.__slots__}
    return {key: round(value, _PLACES if abs(value) < 10 else 2) if isinstance(value, float) else value
            for key, value in found.items()}


def _cells(edit: Edit) -> int:
    """How many cells an edit writes."""
    if isinstance(edit, AppendRows):
        return sum(len(row) for row in edit.rows)
    return len(edit.values) if isinstance(edit, SetCells) else int(isinstance(edit, SetCached))


def _left_out(book: Book) -> Iterable[str]:
    """What a person should mend for every row to count, and to count for what it should."""
    master = Master(book.name, {table: book.read(table) for table in (PLAN, MEASURES, *_MONEY)})
    found: list[Finding] = []
    for table, rows in master.tables.items():
        codes = ("D03", "D05", "D06") if table in _MONEY else ("D03", "D05")  # of measures the reason says what is unreadable
        found += [finding for code in codes for finding in CHECKS[code].in_table(rows, master)]
    for table in (MEASURES, *_MONEY):
        found += CHECKS["D08"].in_table(master.tables[table], master)
    for check in CHECKS.values():
        if check.severity is Severity.ERROR and check.table in _MONEY:
            found += check.findings(master)
    return [f"{finding.place}{f' {finding.ref}' if finding.ref else ''}: {finding.message}" for finding in found]
