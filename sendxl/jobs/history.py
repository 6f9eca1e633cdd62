"""history: who changed what in the plan, when and why, from Stamps and what of it was archived."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from sys import intern
from typing import NamedTuple

from sendxl.books.brought_up import Kept
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.json_file import write_json
from sendxl.books.paused_gc import paused_gc
from sendxl.errors import Unusable
from sendxl.jobs.archive import archived
from sendxl.jobs.by_hand import typed
from sendxl.jobs.opening import MasterBook, place_of, read_master
from sendxl.jobs.stamping.ledger import type_of
from sendxl.jobs.validate import check_outputs
from sendxl.plan.as_left import RECORDED
from sendxl.plan.baselines import BASELINES
from sendxl.plan.batches import taken_back
from sendxl.plan.likeness import as_seen, as_written, by_sight
from sendxl.plan.master import (
    MASTER_TABLES,
    MEASURES,
    PLAN,
    PROFILE,
    REVISION,
    SAVINGS,
    STAMPS,
    TARGETS,
    Stamp,
)
from sendxl.plan.rows import Row
from sendxl.plan.schema import Type, by_name
from sendxl.plan.values import Value, same, show, to_text
from sendxl.plan.vocabulary import StampKind
from sendxl.returns.held import filled_column
from sendxl.returns.personal import WITHHELD

_TABLES = by_name(MASTER_TABLES)
_OF_ANY = (StampKind.BY_HAND, StampKind.REVISE)  # which change what leads do not fill
_OF_NEW = (PLAN, MEASURES)  # whose new rows have a first baseline, and no other
_BASELINED = {(table.name, column.header) for table, columns in BASELINES.items() for column in columns} | {(TARGETS.name, "")}


class Record(NamedTuple):
    """A row of Stamps, lean enough to be kept by the hundred thousand."""

    no: int
    batch: str
    kind: str
    at: datetime | None
    by: str
    table: str
    ref: str
    column: str
    old: Value
    new: Value
    code: str
    explanation: str
    file: str
    sha256: str
    undoes: str

    @classmethod
    def of(cls, row: Stamp) -> "Record":
        """What a row says; words that come again and again are kept once."""
        def word(key: str) -> str:
            return intern(to_text(row[key]))

        return cls(int(row.no or 0), word("batch"), word("kind"), row.stamped_at, word("stamped_by"), word("table"), word("ref"),
                   word("column"), row.old, row.new, word("code"), to_text(row.explanation), word("return"), word("sha_256"),
                   word("undoes"))


@dataclass(frozen=True)
class Batch:
    """One run that changed the plan. ``undoes``: the batch that it took back, if any; ``counts``: False once taken back.

    ``cells`` counts those of leads' columns that it changed, by hand those of any, ``files`` are the returns it took them from.
    """

    batch: str
    kind: str
    at: datetime | None
    by: str
    cells: int
    files: Sequence[str]
    undoes: str
    counts: bool


@dataclass(frozen=True)
class Event:
    """One recorded change; values as a person reads them. Without a column it is about the row: an explanation, say."""

    batch: str
    kind: str
    at: datetime | None
    by: str
    table: str
    ref: str
    column: str
    old: str
    new: str
    code: str
    explanation: str
    file: str
    counts: bool


@dataclass(frozen=True)
class Edited:
    """A cell that someone has changed since sendxl last did: ``recorded`` is what that wrote, ``now`` what it holds."""

    table: str
    ref: str
    column: str
    recorded: str
    now: str


@dataclass(frozen=True)
class History:
    """The batches in their order and, where a row was asked for, what was recorded of it; else what was edited since.

    ``rebaselined``: the events are the changes of dates, baselines, targets and approvals alone.
    """

    path: Path
    ref: str
    batches: Sequence[Batch]
    events: Sequence[Event]
    edited: Sequence[Edited]
    rebaselined: bool = False


@paused_gc()
def history(master: MasterBook, ref: str | None = None, *, rebaselined: bool = False,
            json_file: Path | str | None = None) -> History:
    """Read what was recorded of the plan, or of the rows that go by ``ref`` and belong to it; nothing is written.

    ``ref`` is that of an activity (with its measures, their targets, its savings and their quantities), or of any other row
    that people fill. ``rebaselined``: only what was changed of Starts, Due, baselines, targets and approvals. Unusable
    where there is no such row, in the plan or in its history.
    """
    book = read_master(master)
    check_outputs(None, json_file, [place_of(book)])
    found = _history(book, ref, rebaselined)
    if json_file:
        write_json(json_file, {"batches": list(map(asdict, found.batches)), "events": list(map(asdict, found.events)),
                               "edited": list(map(asdict, found.edited))})
    return found


def _history(book: Kept, ref: str | None, rebaselined: bool) -> History:
    found = {record.no: record for rows in (_archived(book), _stamps(book)) for record in map(Record.of, rows)}
    records = [found[no] for no in sorted(found)]  # one that an archive run left in both is one
    gone = taken_back((record.batch, record.undoes) for record in records)
    batches = batches_of(records)
    if ref is None and not rebaselined:
        return History(place_of(book), "", batches, [], edited_since(book, records))
    ref = as_written(_known(book))(ref)
    refs = set(map(as_seen, _belonging(book, ref)))
    there = {table.name: by_sight((row.key, row) for row in book.read(table)) for table in RECORDED}
    seen = cache(as_seen)
    of = [record for record in records if record.table in there and (not ref or seen(record.ref) in refs)]
    if ref and not of and ref not in _known(book):
        raise Unusable(f"{book.name} has no row {ref}, nor was there one that was stamped. Give the ref of an activity, a "
                       "measure, a savings line or a row of Profile.")
    events = [_event(record, gone, there) for record in (_rebaselined(of) if rebaselined else of)]
    return History(place_of(book), ref, batches, events, [], rebaselined)


def _rebaselined(records: Sequence[Record]) -> list[Record]:
    """What was recorded of dates, baselines, targets and approvals, but for those that a new row began with."""
    began = {(record.batch, record.table, record.ref) for record in records
             if not record.column and record.new is not None and _TABLES[record.table] in _OF_NEW}
    return [record for record in records
            if (record.table, record.column) in _BASELINED and (record.batch, record.table, record.ref) not in began]


def _archived(book: Kept) -> Iterable[Stamp]:
    return archived(book.path).get(STAMPS, ()) if book.path else ()


def _stamps(book: Kept) -> Iterable[Stamp]:
    return book.each(STAMPS) if isinstance(book, ClosedBook) else book.read(STAMPS)


def batches_of(records: Iterable[Record]) -> list[Batch]:
    """The batches that rows of Stamps record, in their order."""
    of: dict[str, list[Record]] = {}
    for record in records:
        of.setdefault(record.batch, []).append(record)
    gone = taken_back((record.batch, record.undoes) for recorded in of.values() for record in recorded)
    return [_batch(batch, recorded, batch not in gone) for batch, recorded in of.items() if batch]


def _batch(batch: str, records: Sequence[Record], counts: bool) -> Batch:
    first = records[0]
    return Batch(
        batch, ", ".join(dict.fromkeys(record.kind for record in records)), first.at, first.by,
        sum(bool(record.column) and ((record.kind in _OF_ANY and record.table != REVISION.name)
                                     or filled_column(record.table, record.column) is not None) for record in records),
        tuple(dict.fromkeys(record.file for record in records if record.file)),
        next((record.undoes for record in records if record.undoes), ""), counts,
    )


def edited_since(book: Kept, records: Iterable[Record]) -> list[Edited]:
    """The cells that do not hold what was last recorded of them: someone has changed them by hand.

    All others hold just what replaying Stamps gives.
    """
    seen = cache(as_seen)
    last = {(record.table, seen(record.ref), record.column): record for record in records if record.column}
    tables = {name for name, _, _ in last} & set(_TABLES)
    now = {table: by_sight((row.key, row) for row in book.read(_TABLES[table])) for table in tables}
    found = []
    for (name, ref, header), record in last.items():
        recorded = record.new
        column = _TABLES[name].by_header.get(header) if name in _TABLES else None
        held = now[name].get(ref) if column else None
        present = typed(held.held(column.key)) if held and column else None
        if recorded != WITHHELD and not (same(present, recorded) and (held or recorded is None)):
            type = type_of(column, held) if column else Type.ANY
            at, is_now = (held.key, show(present, type)) if held else (record.ref, "(no such row)")
            found.append(Edited(name, at, header, show(recorded, type), is_now))
    return found


def _event(record: Record, gone: set[str], there: Mapping[str, Mapping[str, Row]]) -> Event:
    table = _TABLES[record.table]
    column = table.by_header.get(record.column)
    type = type_of(column, there[table.name].get(as_seen(record.ref))) if column else Type.ANY
    return Event(record.batch, record.kind, record.at, record.by, record.table, record.ref, record.column,
                 show(record.old, type), show(record.new, type), record.code, record.explanation, record.file,
                 record.batch not in gone)


def _belonging(book: Kept, ref: str) -> set[str]:
    """A ref, and those of all that belongs to it: of measures, targets, savings lines and rows of Profile."""
    seen = as_seen(ref)
    lines = {seen} | {as_seen(row.key) for row in book.read(SAVINGS) if as_seen(row.activity_ref or "") == seen}
    measures = {seen} | {as_seen(row.key) for row in book.read(MEASURES) if as_seen(row.activity_ref or "") == seen}
    return lines | measures | {row.key for row in book.read(TARGETS) if as_seen(row.measure_ref or "") in measures} | {
        row.key for row in book.read(PROFILE) if as_seen(row.savings_ref or "") in lines}


def _known(book: Kept) -> set[str]:
    return {row.key for table in RECORDED for row in book.read(table)}
