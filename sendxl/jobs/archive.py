"""archive: rows of closed years go from Updates, Readings and Stamps to a workbook beside the master.

What figures and checks still look at stays in the master. The archive is written and verified before the master is, so
that a run that is killed between the two leaves rows in both, never in none; the next run knows them again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sendxl.books.book import RemoveRows, settings_of
from sendxl.books.closed.archive import HISTORY, add_rows, archive_of, build_archive
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import FileUnreadable, Unusable, reason
from sendxl.jobs.opening import master_for_writing, open_master
from sendxl.jobs.stamping.closed_years import choose, number_of
from sendxl.plan.master import PLAN, SETTINGS
from sendxl.plan.periods import add_years, financial_year_of, parse_financial_year, period_ends
from sendxl.plan.rows import Row
from sendxl.plan.schema import Table
from sendxl.plan.settings import Settings


@dataclass(frozen=True)
class Archived:
    """What was archived of the years up to ``through``; ``moved`` and ``kept`` count rows by the name of their table.

    ``kept``: rows of these years that stay, as something still looks at them. ``already``: how many of those moved were in
    the archive, as an earlier run was stopped before it came to the master.
    """

    path: Path
    archive: Path
    through: str
    written: bool
    moved: Mapping[str, int]
    kept: Mapping[str, int]
    already: int


def archive(master: Path | str, *, through: str | None = None, dry_run: bool = False, now: datetime | None = None) -> Archived:
    """Move rows of Updates, Readings and Stamps of closed financial years to the workbook “… archive” beside the master.

    A year is closed if it is over by Settings’ Closed through; ``through`` names an earlier one, as in ``2025-26``. Rows of
    Updates and Readings are of the year of their Period, those of Stamps of that of their Stamped at. The last row of each
    table stays, so that numbers go on, as does all that figures, checks and undo’s records need. A batch whose rows were
    archived can be read in the history, but no longer be taken back. ``dry_run`` writes nothing.

    Unusable where no year is closed, ``through`` is not, or the archive is of another plan; Refused where a file cannot be
    written. The master is then as it was.
    """
    with master_for_writing(master, now or datetime.now().replace(microsecond=0)) as book:
        settings = settings_of(book)
        year = _year(settings, through, book.name)
        path = archive_of(book.path)
        known = _open(path, settings, book.name)
        chosen = {table: choose(book, table, settings, date(int(year[:4]) + 1, 3, 31)) for table in HISTORY}
        present = {table: _present(known, book, table, rows.going) if known else set[int]() for table, rows in chosen.items()}
        edits = [RemoveRows(table, rows.going.keys()) for table, rows in chosen.items() if rows.going]
        if dry_run:
            book.check(edits)
        elif not edits:
            book.apply(())  # what was changed by hand is recorded also now
        else:
            book.check(edits)  # before anything is written
            _add(known, path, settings, book, {
                table: [row for no, row in rows.going.items() if no not in present[table]] for table, rows in chosen.items()})
            book.apply(())  # the same: Stamps cannot lose and take rows at the same time
            book.apply(edits)
    return Archived(
        Path(master), path, year, bool(edits) and not dry_run,
        {table.name: len(rows.going) for table, rows in chosen.items()},
        {table.name: rows.kept for table, rows in chosen.items()},
        sum(map(len, present.values())),
    )


def archived(master: Path | str) -> Mapping[Table, Iterable[Any]]:
    """The archived rows of each table, to be gone through once, in the order in which they were archived.

    Empty where there is no archive. Unusable where what stands in its place is none of this plan. Rows that an
    interrupted run left in the master too are in both.
    """
    book = open_master(master)
    found = _open(archive_of(book.path), settings_of(book), book.name)
    return {table: found.each(table) for table in HISTORY} if found else {}


def _year(settings: Settings, through: str | None, name: str) -> str:
    """The last financial year to be archived."""
    if settings.closed_through is None:
        raise Unusable(f"{name}: no period is closed, so there is nothing to archive. Enter the last closed period in Settings, "
                       "Closed through.")
    last = financial_year_of(add_years(period_ends(settings.closed_through) + timedelta(days=1), -1))
    if through is None:
        return last
    try:
        year = parse_financial_year(through)
    except ValueError as error:
        raise Unusable(str(error)) from None
    if year > last:
        raise Unusable(f"{name}: {year} is not closed. Closed through in Settings is {settings.closed_through}, so {last} is the "
                       "last year that can be archived.")
    return year


def _open(path: Path, settings: Settings, name: str) -> ClosedBook | None:
    """The archive at ``path``; Unusable where it is none of this plan."""
    if not settings.plan_id:
        raise Unusable(f"{name} has no Plan id in Settings, by which its archive is known. Enter one that no other plan has.")
    if not path.exists():
        return None
    mend = "Move it away or rename it, then run again."
    try:
        book = ClosedBook(path, backups=0)
    except FileUnreadable as error:
        raise Unusable(f"{path}: {error.why}. {mend}") from None
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {reason(error)}") from None
    if book.has(PLAN) or not all(book.has(table) for table in (SETTINGS, *HISTORY)):
        raise Unusable(f"{path} is no archive, and stands where that of {name} is to be. {mend}")
    plan = settings_of(book).plan_id
    if plan != settings.plan_id:
        raise Unusable(f"{path} is the archive of another plan ({plan}). {mend}")
    return book


def _add(known: ClosedBook | None, path: Path, settings: Settings, book: ClosedBook, rows: Mapping[Table, list[int]]) -> None:
    """Add rows to the archive, which is built where there is none."""
    if known is None:
        build_archive(path, settings)
    try:
        to = known or ClosedBook(path)
        with to.locked():
            add_rows(to, book, rows)
    except BaseException:
        if known is None:
            path.unlink(missing_ok=True)
        raise


def _present(known: ClosedBook, book: ClosedBook, table: Table, going: Mapping[int, int]) -> set[int]:
    """Which of the rows that go are in the archive already; Unusable where it holds another row of such a number."""
    there = {no: hash(_content(row)) for row in known.each(table) if (no := number_of(row)) in going}
    for row in book.each(table) if there else ():
        no = number_of(row)
        if no in there and there[no] != hash(_content(row)):
            raise Unusable(f"{known.name}: {table.title} has another row {no} than {book.name}. Put right the one that was "
                           "changed, then run again.")
    return set(there)


def _content(row: Row) -> tuple[object, ...]:
    return tuple(row.stored(column.key).value for column in row.table)
