"""Opening a master for a job: one place that says what is wrong with a file that cannot be worked on."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TypeAlias, overload

from sendxl.books.book import Book, settings_of
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.paused_gc import paused_gc
from sendxl.checks import CHECKS, Master
from sendxl.errors import FileUnreadable, Unusable
from sendxl.plan.master import MASTER_TABLES
from sendxl.plan.schema import Table

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
            raise Unusable(f"{path}: {error}.") from None
        except OSError as error:
            raise Unusable(f"{path} cannot be read: {error.strerror or error}.") from None
    else:
        book, path = master, place_of(master)
    missing = [table.name for table in MASTER_TABLES if not book.has(table)]
    if missing:
        raise Unusable(
            f"{path} is not a master workbook: it has no table called {', '.join(missing[:3])}{' …' if missing[3:] else ''}. "
            "Give the master, or make one with “sendxl new”. If the table was renamed, give it its old name back."
        )
    return book


def place_of(book: Book) -> Path:
    """Where a workbook lies, or its name where that is not known."""
    return book.path or Path(book.name)


@overload
def master_for_writing(master: Path | str) -> AbstractContextManager[ClosedBook]: ...
@overload
def master_for_writing(master: Book) -> AbstractContextManager[Book]: ...
def master_for_writing(master: MasterBook) -> AbstractContextManager[Book]:
    """A master to be written: one at a path is kept from other runs of sendxl until the job is done."""
    return _for_writing(master)


@contextmanager
def _for_writing(master: MasterBook) -> Iterator[Book]:
    with ExitStack() as held:
        if isinstance(master, (Path, str)):
            held.enter_context(open_master(master).locked())
            held.enter_context(paused_gc())
        book = open_master(master)
        book.keep_backups(settings_of(book).backups_kept)
        yield book


def refuse_broken(book: Book, *tables: Table) -> None:
    """Unusable where a table lacks a column of ours or holds a key twice: what is worked out would then be wrong."""
    for table in tables:
        rows = book.read(table)
        alone = Master(book.name, {table: rows})
        for code in ("D02", "D04"):
            for finding in CHECKS[code].in_table(rows, alone):
                cell = f"{finding.place}: " if finding.cell else ""
                raise Unusable(f"{book.name}: {cell}{finding.message}")
