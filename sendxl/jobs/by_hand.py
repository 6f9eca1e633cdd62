"""The record of changes by hand: what people typed since the last run, appended to Stamps by whichever verb writes next.

What the last run left is compared with what there is now, before the run's own edits; these are counted in for what
the next run will compare with.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from math import isfinite
from typing import NamedTuple

from sendxl.books.book import AddTable, AppendRows, Book, Edit, SetCells
from sendxl.errors import Refused
from sendxl.jobs.stamping.ledger import Ledger, Source, new_batch
from sendxl.plan.as_left import (
    AS_LEFT,
    NOT_BEGUN,
    RECORDED,
    Left,
    fields_of,
    inputs_of,
    key_of,
    line_of,
    packed,
    raw_lines,
    unpacked,
)
from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.master import LEADS, SETTINGS, TRACKERS, Lead
from sendxl.plan.rows import Row, Rows
from sendxl.plan.schema import NUMERIC, PEOPLE, Column, Table, Type
from sendxl.plan.settings import columns as setting_columns
from sendxl.plan.tables import Tables
from sendxl.plan.values import Cell, Share, Value, to_text
from sendxl.plan.vocabulary import StampKind
from sendxl.returns.personal import WITHHELD, personal

_DIGEST = "\x1d"  # begins what stands for a text that is not kept
_DIGITS = 6  # of a digest: enough to see a change, too few to find a child's number by trying
NOT_KNOWN = "What the run before had left is missing or damaged: earlier changes by hand are not known."


class Change(NamedTuple):
    """A cell that people changed, or without a column a row: its ref is new where they added it, old where they deleted it."""

    table: Table
    ref: str
    column: Column | None
    old: Value
    new: Value


def with_record(book: Book, plan: Tables, now: datetime, edits: Sequence[Edit]) -> Sequence[Edit]:
    """The edits of a run, with those that record what people changed in ``book`` since the last one, and what this one leaves.

    ``plan`` is the book as it reads in this format. Nothing is recorded before trackers are first issued.
    """
    issued = bool(plan.read(TRACKERS))
    if not issued and not any(isinstance(edit, AppendRows) and edit.table is TRACKERS and edit.rows for edit in edits):
        return edits
    standing = book.read(AS_LEFT) if book.has(AS_LEFT) else None
    if issued and not edits and _not_begun(standing):
        return edits
    if standing is not None and standing.missing:  # someone changed the headers: nothing can be kept
        return edits
    left = unpacked(standing) if standing else {}
    coming = any(isinstance(edit, AddTable) and edit.table is AS_LEFT for edit in edits)
    adds = [] if standing is not None or coming else [AddTable(AS_LEFT, "")]
    if adds and not _may_be(book, adds):  # in an open workbook; the next run on the closed one begins
        return edits
    compared = [_Compared(plan.read(table), left.get(table.name), edits) for table in RECORDED]
    ledger = Ledger(book, now, "")
    ledger.batch = new_batch(book, now, {row.get("batch") for edit in edits if isinstance(edit, AppendRows) for row in edit.rows})
    for name in _not_known(left) if issued and not _not_begun(standing) else ():
        ledger.record(Source(), name, "", kind=StampKind.BY_HAND, explanation=NOT_KNOWN)
    for change in (change for one in compared if one.left for change in one.changes):
        ledger.record(Source(), change.table.name, change.ref, change.column.header if change.column else "", change.old,
                      change.new, kind=StampKind.BY_HAND)
    kept = [row for one in compared for row in packed(one.table, one.lines)] if any(one.moved for one in compared) else []
    return [*ledger.edits(), *edits, *adds, *(_kept(standing, kept) if kept else ())]


def _not_begun(standing: Rows | None) -> bool:
    """True for a master that was made with trackers that are out, and in which nothing was written since."""
    return standing is not None and [row.key for row in standing] == [NOT_BEGUN]


def _may_be(book: Book, edits: Sequence[Edit]) -> bool:
    try:
        book.check(edits)
    except Refused:
        return False
    return True


def _not_known(left: Mapping[str, Left]) -> list[str]:
    """The tables of which it is not known what was left; '' for all of them."""
    lost = [table.name for table in RECORDED if table.name not in left]
    return [""] if len(lost) == len(RECORDED) else lost


def _kept(standing: Rows | None, wanted: Sequence[Mapping[str, Value]]) -> Iterator[Edit]:
    """The edits by which the table holds what is wanted, in its rows from the first on; those left over are blank."""
    rows = {row.number: row for row in standing or ()}
    places = sorted((*rows, *standing.blank_rows)) if standing and rows else []
    for column in AS_LEFT:
        values: dict[int, Value] = {}
        for at, number in enumerate(places):
            value = wanted[at][column.key] if at < len(wanted) else None
            if to_text(rows[number][column.key] if number in rows else None) != to_text(value):
                values[number] = value
        if values:
            yield SetCells(AS_LEFT, column.key, values)
    if more := wanted[len(places) :]:
        yield AppendRows(AS_LEFT, more)


@dataclass
class _Compared:
    """A table as people left it: how it differs from what the last run left, and its lines with this run's own edits."""

    rows: Rows
    left: Left | None
    edits: Sequence[Edit]

    def __post_init__(self) -> None:
        self.table: Table = self.rows.table
        self.columns = inputs_of(self.table)
        self.changes: list[Change] = []
        known = list(self.left.as_lines_of(self.columns)) if self.left else []
        if self.left and {column.header for column in self.columns} & {*self.rows.missing}:
            now = {key_of(line): line for line in known}  # what cannot be read is not compared
        else:
            now = self._compare(known)
        self._count_own(now)
        self.lines = list(now.values())
        self.moved = self.left is None or set(self.lines) != set(known) or self.left.headers != [c.header for c in self.columns]

    def _compare(self, known: Collection[str]) -> dict[str, str]:
        """The lines of the rows by key. Only those that differ as stored are read as their types, and looked through."""
        gone = dict.fromkeys(known)
        now: dict[str, str] = {}
        others = []
        for row, line in zip(self.rows, raw_lines(self.rows, self.columns), strict=True):
            if line in gone:
                now[key_of(line)] = line
                del gone[line]
            else:
                others.append(row)
        changed: list[tuple[Row, str]] = []
        for row in others:
            line = self._line(row)
            key = key_of(line)
            if line in gone:
                del gone[line]
                now[key] = line
            elif key and key not in now:  # of two rows with the same the first counts
                changed.append((row, line))
                now[key] = line
        were = by_sight((key_of(line), line) for line in gone)
        back = set()
        for row, line in changed:
            was = were.get(as_seen(key_of(line)))
            back.add(was)
            self.changes += self._changed(was, line, row)
        for line in gone:
            if line not in back:
                self.changes += self._changed(line, None, None)
        return now

    def _line(self, row: Row) -> str:
        key = row.key
        return line_of(self._field(key, column, typed(row.held(column.key))) for column in self.columns)

    def _field(self, key: str, column: Column, value: Value) -> str:
        """A value as it is kept: a digest where it is not to be."""
        text = to_text(value)
        if not text or column is self.table.key or not (column in _NOT_KEPT.get(self.table, ()) or personal(text)):
            return text
        what = "\n".join((self.table.name, key, column.header, text))
        return _DIGEST + sha256(what.encode("utf-8", "replace")).hexdigest()[:_DIGITS]

    def _changed(self, was: str | None, line: str | None, row: Row | None) -> Iterator[Change]:
        """What differs between two lines of a row; one that is not there is of a row that was added or deleted."""
        old, new = (fields_of(one) if one is not None else [""] * len(self.columns) for one in (was, line))
        ref = key_of(line if line is not None else was or "")
        if was is None or line is None:
            yield Change(self.table, ref, None, ref if line is None else None, ref if was is None else None)
        for at, column in enumerate(self.columns):
            if old[at] != new[at] and column.by in PEOPLE:
                before, after = (self._value(fields, at) for fields in (old, new))
                if row is not None and after != WITHHELD:
                    after = Share.of(typed(row.held(column.key)), row.type_of(column))
                yield Change(self.table, ref, column, before, after)

    def _value(self, fields: Sequence[str], at: int) -> Value:
        """The value that a text of a line stands for."""
        text = fields[at]
        if not text or text.startswith(_DIGEST):
            return WITHHELD if text else None
        column = self.columns[at]
        kind = next((fields[number] for number, one in enumerate(self.columns) if one.key == self.table.kind), None)
        type = _settings().get(as_seen(fields[0]), column).type if self.table is SETTINGS else column.type_in(kind)
        try:
            if type in (Type.DATE, Type.MOMENT):
                return date.fromisoformat(text)
            if type in NUMERIC and isfinite(number := float(text)):
                return Share.of(int(number) if number.is_integer() else number, type)
        except ValueError:
            pass  # people type what they like
        return text

    def _count_own(self, now: dict[str, str]) -> None:
        """Have the lines say what the run's own edits make of them."""
        keys = {column.key: at for at, column in enumerate(self.columns)}
        numbered = {row.number: row.key for row in self.rows}
        seen = by_sight((key, key) for key in now) if any(edit.table is self.table for edit in self._own) else {}
        for edit in self._own:
            if edit.table is not self.table:
                continue
            if isinstance(edit, AppendRows):
                for row in edit.rows:
                    key = to_text(row.get(self.table.key.key))
                    now[key] = line_of(self._field(key, column, row.get(column.key)) for column in self.columns)
            elif edit.column in keys:
                for place, value in edit.values.items():
                    key = numbered.get(place, "") if isinstance(place, int) else place
                    key = key if key in now else seen.get(as_seen(key), "")
                    if key in now:
                        fields = fields_of(now[key])
                        fields[keys[edit.column]] = self._field(key, self.table[edit.column], value)
                        now[key] = line_of(fields)
                        if not fields[0]:  # the row is taken out
                            del now[key]

    @property
    def _own(self) -> Iterator[SetCells | AppendRows]:
        return (edit for edit in self.edits if isinstance(edit, (SetCells, AppendRows)))


_NOT_KEPT: Mapping[Table, Collection[Column]] = {LEADS: (Lead.name, Lead.email)}


def _settings() -> Mapping[str, Column]:
    return by_sight((column.header, column) for _, column in setting_columns())


def typed(held: Value | Cell) -> Value:
    """What people typed into a cell, as it is held: its value, or where that cannot be read the text that stands there."""
    if not isinstance(held, Cell):
        return held
    return held.value if held.problem is None else to_text(held.stored.value)
