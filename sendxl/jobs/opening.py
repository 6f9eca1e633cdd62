"""Opening a master for a job: one place that says what is wrong with a file that cannot be worked on."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias, overload

from sendxl.books.book import Book, settings_of
from sendxl.books.brought_up import BroughtUp, Kept
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.paused_gc import paused_gc
from sendxl.checks import CHECKS, Master
from sendxl.errors import FileUnreadable, NeedsUpgrade, Unusable, reason
from sendxl.jobs.by_hand import with_record
from sendxl.plan.master import MASTER_TABLES, SETTINGS, STAMPS
from sendxl.plan.schema import Table
from sendxl.plan.tables import Tables
from sendxl.plan.versions import FORMAT, WHEN_NEEDED, Format, brought_up, earlier_format, missing_settings
from sendxl.plan.vocabulary import StampKind

MasterBook: TypeAlias = Path | str | Book
"""A master workbook: the path of a closed one, or one that is open."""


@overload
def open_master(master: Path | str) -> ClosedBook: ...
@overload
def open_master(master: Book) -> Book: ...
def open_master(master: MasterBook) -> Book:
    """The master at a path, or one that is open; Unusable where there is none or it is not one of ours."""
    if isinstance(master, (Path, str)):
        path = Path(master)
        try:
            book: Book = ClosedBook(path)
        except FileUnreadable as error:
            raise Unusable(str(error)) from None
        except OSError as error:
            raise Unusable(f"{path} cannot be read: {reason(error)}") from None
    else:
        book, path = master, place_of(master)
    missing = [table.name for table in MASTER_TABLES if not book.has(table) and table not in WHEN_NEEDED]
    if missing and not (book.has(SETTINGS) and book.has(STAMPS) and set(missing) <= {t.name for t in _added_since(book)}):
        raise Unusable(
            f"{path} is not a master workbook: it has no table called {', '.join(missing[:3])}{' …' if missing[3:] else ''}. "
            "Give the master, or make one with “sendxl new”. If the table was renamed, give it its old name back."
        )
    return book


def earlier_of(book: Book) -> Format | None:
    """The earlier format of a master; None for one of this. Unusable where it is a later one, or cannot be told."""
    if book.read(SETTINGS).missing:
        refuse_broken(book, SETTINGS)
    return earlier_format(book, partial(kinds_of, book))


def kinds_of(book: Book) -> Collection[str]:
    """The kinds of stamps that a master offers, by which one that lost its format is known."""
    return book.words(f"list_{StampKind.__name__}")


def _added_since(book: Book) -> list[Table]:
    earlier = earlier_of(book)
    return earlier.added_tables if earlier else []


def read_master(master: MasterBook) -> Kept:
    """The tables of a master to be read, as they are declared now: those of an earlier format as they read once brought up.

    Unusable as with ``open_master``, and where the format is a later one or cannot be told.
    """
    book = open_master(master)
    earlier = earlier_of(book)
    return BroughtUp(book, earlier) if earlier else book


def place_of(book: Kept) -> Path:
    """Where a workbook lies, or its name where that is not known."""
    return book.path or Path(book.name)


@overload
def master_for_writing(master: Path | str, now: datetime) -> AbstractContextManager[ClosedBook]: ...
@overload
def master_for_writing(master: Book, now: datetime) -> AbstractContextManager[Book]: ...
def master_for_writing(master: MasterBook, now: datetime) -> AbstractContextManager[Book]:
    """A master to be written: one at a path is kept from other runs of sendxl until the job is done.

    What people changed since the last run is recorded, as noticed at ``now``, with what is applied first.
    NeedsUpgrade, with the command, where it has an earlier format.
    """
    return _for_writing(master, now)


@contextmanager
def _for_writing(master: MasterBook, now: datetime) -> Iterator[Book]:
    with any_master_for_writing(master, now) as book:
        if earlier := earlier_of(book):
            count = len(list(brought_up(earlier, missing_settings(book))))
            how = f"Run: sendxl upgrade {_quoted(master)}" if isinstance(master, (Path, str)) else "Press Upgrade"
            raise NeedsUpgrade(f"{book.name} is of format {earlier.number}: {count} things are to be brought up to format "
                               f"{FORMAT} before anything is written. {how}.")
        yield book


@contextmanager
def any_master_for_writing(master: MasterBook, now: datetime) -> Iterator[Book]:
    """As ``master_for_writing``, of whatever format that is not a later one."""
    with ExitStack() as held:
        if isinstance(master, (Path, str)):
            held.enter_context(open_master(master).locked())
            held.enter_context(paused_gc())
        book = open_master(master)
        earlier = earlier_of(book)  # what format it is comes before what its settings say
        book.keep_backups(settings_of(book).backups_kept)
        book.accompany(partial(with_record, book, BroughtUp(book, earlier) if earlier else book, now))
        held.callback(book.accompany, None)
        yield book


def _quoted(path: Path | str) -> str:
    text = str(path)
    return f'"{text}"' if any(letter.isspace() for letter in text) else text


def refuse_broken(book: Tables, *tables: Table) -> None:
    """Unusable where a table lacks a column of ours or holds a key twice: what is worked out would then be wrong."""
    for table in tables:
        rows = book.read(table)
        alone = Master(book.name, {table: rows})
        for code in ("D02", "D04"):
            for finding in CHECKS[code].in_table(rows, alone):
                cell = f"{finding.place}: " if finding.cell else ""
                raise Unusable(f"{book.name}: {cell}{finding.message}")
