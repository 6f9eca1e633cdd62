"""Which rows of Updates, Readings and Stamps of closed years nothing looks at any more, so that they may be archived."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sendxl.books.book import Book
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.plan.master import HELD, LOGS, READINGS, STAMPS, TRACKERS, Logged, Stamp
from sendxl.plan.periods import parse_period, period_ends
from sendxl.plan.rows import Row
from sendxl.plan.schema import By, Table
from sendxl.plan.settings import Settings
from sendxl.plan.values import to_text
from sendxl.plan.vocabulary import StampKind, TrackerState
from sendxl.returns.label import PRINT, fingerprint

_LOOKED_BACK_ON = 2  # periods: of each value of a row by its checks, of each lead by what is issued to them next
_DONE = (TrackerState.STAMPED, TrackerState.REPLACED)
_COUNTED = ("actual", "out_of")  # of which a value may be worked out together
_STAYING = (StampKind.UNDO, StampKind.UPGRADE, StampKind.APPROVE, StampKind.CLOSE)
_Test = Callable[[Any], bool]


class Choice(NamedTuple):
    """Which rows of a table go: running number to the sheet's row. ``kept``: how many of the same years stay."""

    going: dict[int, int]
    kept: int


def choose(book: ClosedBook, table: Table, settings: Settings, ends: date) -> Choice:
    """Choose the rows of a table of the years up to a day; of what has no number, or is its last row, none goes.

    Of Stamps whole batches go, so that a batch can be taken back as one or not at all.
    Unusable where the last row has not the highest number: those that come would be given numbers that there were already.
    """
    stays, in_years = _stamps(book, ends) if table is STAMPS else _log(book, table, settings, ends)
    going: dict[int, tuple[int, str]] = {}
    staying: set[str] = set()  # batches of Stamps of which a row stays
    old = last = highest = 0
    batch = ""
    for row in book.each(table):
        last, batch = number_of(row), to_text(row.batch)
        highest = max(last, highest)
        old += in_years(row)
        if last and in_years(row) and not stays(row):
            going[last] = row.number, batch
        else:
            staying.add(batch)
    if last < highest:
        raise Unusable(f"{book.name}: {table.title} is not sorted by its numbers. Sort it by {table.key.header}, smallest first, "
                       "then run again.")
    going.pop(last, None)
    kept = staying | {batch} if table is STAMPS else set()
    chosen = {number: row for number, (row, of) in going.items() if of not in kept}
    return Choice(chosen, old - len(chosen))


def _stamps(book: Book, ends: date) -> tuple[_Test, _Test]:
    """Which rows of Stamps stay, and which are of the years up to a day.

    Those of an undo stay: they say which batches count; so do those of an upgrade, which tells what format the master has,
    and of what was approved or closed, from which figures are worked out. So do those of returns that wait for something,
    and the explanations that a lead is asked to look at again with the next tracker.
    """
    waiting, explained = _prints(book, ends)

    def stays(row: Stamp) -> bool:
        if row.kind in _STAYING:
            return True
        print_ = to_text(row.sha_256)[:PRINT]
        return print_ in waiting or (print_ in explained and row.explanation is not None)

    def in_years(row: Stamp) -> bool:
        at = row.stamped_at
        return at is not None and (at.date() if isinstance(at, datetime) else at) <= ends

    return stays, in_years


def _prints(book: Book, ends: date) -> tuple[Set[str], Set[str]]:
    """Fingerprints of returns that may still be stamped, and of those of the newest periods of each lead.

    A return of a closed period is rejected, whatever was held of it.
    """
    open_ = {row.key: row for row in book.read(TRACKERS) if period_ends(to_text(row.period)) > ends}
    waiting = {fingerprint(row.return_) for row in open_.values() if row.state not in _DONE}
    waiting |= {fingerprint(row.return_) for row in book.read(HELD)
                if (tracker := open_.get(to_text(row.tracker))) and (row.settled_on is None or tracker.state not in _DONE)}
    periods: dict[str, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in book.read(TRACKERS):
        periods[to_text(row.lead)][period_ends(to_text(row.period))].add(fingerprint(row.return_))
    explained = {print_ for of in periods.values() for end in sorted(of)[-_LOOKED_BACK_ON:] for print_ in of[end]}
    return waiting - {""}, explained - {""}


def _log(book: ClosedBook, log: Table[Logged], settings: Settings, ends: date) -> tuple[_Test, _Test]:
    """Which rows of Updates or Readings stay, and which are of the years up to a day.

    The newest closed periods stay, of each row and of each of its values; and what belongs to trackers that wait for
    something, or to batches that were taken back, and may be brought back.
    """
    opened = _opened(settings)
    taken_back = {to_text(row.undoes) for row in book.find(STAMPS, "kind", StampKind.UNDO.value)}
    waiting = {row.key for row in book.read(TRACKERS) if row.state not in _DONE}
    needs = _needs(log)
    newest: dict[tuple[str, int], list[date]] = defaultdict(list)
    for row in book.each(log):
        end = period_ends(to_text(row.period))
        if date.min < end < opened and to_text(row.batch) not in taken_back:
            for need in _filled(row, needs):
                found = newest[to_text(row.ref), need]
                if end not in found:
                    newest[to_text(row.ref), need] = sorted((*found, end))[-_LOOKED_BACK_ON:]

    def stays(row: Logged) -> bool:
        end, ref = period_ends(to_text(row.period)), to_text(row.ref)
        return (end >= opened or to_text(row.tracker) in waiting or to_text(row.batch) in taken_back
                or any(end in newest[ref, need] for need in _filled(row, needs)))

    return stays, lambda row: date.min < period_ends(to_text(row.period)) <= ends


def _opened(settings: Settings) -> date:
    """The first day that may still be reported on."""
    after = period_ends(settings.closed_through or "") + timedelta(days=1)
    try:
        return min(after, parse_period(settings.reporting_period or "").first)
    except ValueError:
        return after


def _needs(log: Table) -> list[tuple[str, ...]]:
    """What is looked up in earlier rows of a log: the row itself, each of its values, and those that go together."""
    source = next(source for source, of in LOGS.items() if of is log)
    return [(), *((column.key,) for column in source if column.by is By.LEAD), *([_COUNTED] if log is READINGS else [])]


def _filled(row: Row, needs: Iterable[tuple[str, ...]]) -> Iterator[int]:
    """The positions of what a row says something of."""
    return (at for at, keys in enumerate(needs) if all(row[key] is not None for key in keys))


def number_of(row: Logged | Stamp) -> int:
    """The running number of a row; 0 where it has none."""
    return int(row.no or 0)
