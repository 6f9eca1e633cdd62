"""undo: a batch taken back as a new batch. What it changed goes back to what it was, unless it has been changed since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from sendxl.books.book import LASTING, Book, Edit
from sendxl.errors import Refused, Unusable
from sendxl.jobs.by_hand import typed
from sendxl.jobs.history import Batch, Record, batches_of
from sendxl.jobs.opening import MasterBook, master_for_writing, place_of, refuse_broken
from sendxl.jobs.stamping.ledger import Ledger, Source, StampedCell, type_of, user
from sendxl.jobs.validate import CHECKED
from sendxl.plan.as_left import RECORDED, inputs_of
from sendxl.plan.batches import WITHDRAWN, taken_back
from sendxl.plan.likeness import as_written
from sendxl.plan.master import HELD, LOGS, REVISION, STAMPS, TRACKERS, Held, Logged
from sendxl.plan.rows import Row
from sendxl.plan.schema import Column, Table, by_name
from sendxl.plan.values import Share, Value, same, show, to_text
from sendxl.plan.versions import SETTING
from sendxl.plan.vocabulary import StampKind
from sendxl.returns.held import filled_column
from sendxl.returns.personal import WITHHELD

_TABLES = by_name((*RECORDED, TRACKERS, HELD, REVISION))
_Place: TypeAlias = tuple[str, str, str]  # table, ref, header
_SHOWN = 10  # batches that a message names
_KEPT = (StampKind.APPROVE, StampKind.CLOSE)
_ONLY_NAMED = (*_KEPT, StampKind.BY_HAND)
_OF_THE_PLAN = (StampKind.BY_HAND, StampKind.REVISE)  # of which updates tell nothing, and which change what leads do not fill


@dataclass(frozen=True)
class Undone:
    """What an undo did. ``batch`` is its own, ``undoes`` the one it took back; ``cells`` counts all that went back.

    ``changes`` are those of leads' columns; ``left`` says which were left, as they have been changed since.
    """

    path: Path
    batch: str
    undoes: str
    changes: Sequence[StampedCell]
    cells: int
    left: Sequence[str]
    written: bool

    @property
    def whole(self) -> bool:
        """True if nothing was left as it was."""
        return not self.left

    @property
    def to_mend(self) -> Sequence[str]:
        """What was left as it was, and why."""
        return [f"Left: {line}" for line in self.left]


def undo(master: MasterBook, batch: str | None = None, *, dry_run: bool = False, now: datetime | None = None,
         by: str | None = None) -> Undone:
    """Take back a batch of the master at ``master``: without ``batch`` the last one that was stamped and still counts.

    A batch of changes by hand is taken back only where it is named; what it says was deleted is then put back at the end.

    Cells, states of trackers and what was settled go back; its rows of Updates and Readings count no more; what it held
    is withdrawn, so its returns may be stamped again. An undo is a batch itself, and may be taken back by its name.
    Unusable where there is no such batch, or it was taken back before.
    """
    now = now or datetime.now().replace(microsecond=0)
    with master_for_writing(master, now) as book:
        refuse_broken(book, *{*CHECKED, *RECORDED, STAMPS})
        target = _target(book, batch)
        taking = _Taking(book, now, user() if by is None else by, target)
        edits = taking.edits()
        if dry_run:
            book.check(edits)
        else:
            book.apply(edits, taking.batch)
    return Undone(place_of(book), taking.batch, target.batch, taking.changes, len(taking.recorded), taking.left, not dry_run)


def _target(book: Book, batch: str | None) -> Batch:
    batches = batches_of(map(Record.of, book.read(STAMPS)))
    counting = [found for found in batches if found.counts]
    if batch is None:
        upgraded = _upgraded(book)
        stamped = [found for found in counting
                   if not found.undoes and found.kind not in _ONLY_NAMED
                   and (found.kind != StampKind.UPGRADE or found.batch == upgraded)]
        if not stamped:
            raise Unusable(f"{book.name}: no batch is left to be taken back.")
        return _not_upgraded(book, stamped[-1], batches)
    found = next((found for found in batches if found.batch == batch), None)
    if found is None:
        names = ", ".join(known.batch for known in reversed(counting[-_SHOWN:])) or "none"
        raise Unusable(f"{book.name} has no batch {batch}. The last ones are: {names}. An archived one cannot be taken back.")
    if found.kind in _KEPT:
        raise Refused(f"Batch {batch} kept what was approved or closed, and is not taken back. To withdraw an approval, blank "
                      "Approved on of its line; to open a year again, set Closed through in Settings back. Then refresh.")
    if not found.counts:
        by = next(later.batch for later in reversed(batches) if later.undoes == batch)
        raise Unusable(f"Batch {batch} was taken back already, by {by}. To bring it again, undo {by}.")
    return _not_upgraded(book, found, batches)


def _upgraded(book: Book) -> str:
    """The last batch that brought the master up to another format; '' where there is none."""
    records = book.find(STAMPS, "kind", StampKind.UPGRADE.value)
    return next((to_text(record.batch) for record in reversed(records) if to_text(record.ref) == SETTING), "")


def _not_upgraded(book: Book, target: Batch, batches: Sequence[Batch]) -> Batch:
    """The batch, unless it is an upgrade or comes before one: what it recorded is of tables that are no longer so."""
    upgraded = _upgraded(book)
    names = [found.batch for found in batches]
    before = upgraded in names and names.index(target.batch) <= names.index(upgraded)
    if not before and target.kind != StampKind.UPGRADE:
        return target
    batch = upgraded if before else target.batch
    what = f"Batch {batch} is an upgrade" if batch == target.batch else f"Batch {target.batch} comes before the upgrade {batch}"
    raise Refused(f"{what}, and is not taken back. The workbook as it was before lies in the folder “{place_of(book).stem} "
                  f"backups”, in the file whose name ends with {batch}{LASTING}.")


@dataclass
class _Taking(Ledger):
    """One batch being taken back: gathers the edits."""

    target: Batch

    def __post_init__(self) -> None:
        super().__post_init__()
        self.left: list[str] = []
        self._by_key = {name: {row.key: row for row in self.book.read(table)} if self.book.has(table) else {}
                        for name, table in _TABLES.items()}
        self._chains: dict[_Place, list[Record]] = defaultdict(list)  # what was recorded of each cell, in its order
        self._written = {name: as_written(rows) for name, rows in self._by_key.items()}
        self._rows: dict[tuple[str, str], Record] = {}  # of the batch, by table and ref: those that were added or deleted
        undone = [(self.batch, self.target.batch)]
        for record in map(Record.of, self.book.read(STAMPS)):
            if record.batch == self.target.batch and record.ref and not record.column and (record.old or record.new):
                self._rows[record.table, record.ref] = record
            if record.column:
                written = self._written.get(record.table)
                self._chains[record.table, written(record.ref) if written else record.ref, record.column].append(record)
            if record.undoes:
                undone.insert(-1, (record.batch, record.undoes))
        self._gone = taken_back(undone)

    def edits(self) -> list[Edit]:
        """What takes the batch back, and records it; also where nothing of it can go back."""
        places = self._places()
        kept = {ref for name, ref, header in places if name == TRACKERS.name and self._stands(name, ref, header)}
        self.left += [f"{TRACKERS.name} {ref}: a later return of it was stamped, or its row was changed." for ref in sorted(kept)]
        added = [(_TABLES[name], ref) for (name, ref), whole in self._rows.items() if whole.old is None]
        stay = {_top(ref) for of, ref in added if not self._may_go(of, ref)}
        for of, ref in added:
            self._take_away(of, ref, stays=_top(ref) in stay)
        for (name, ref), whole in self._rows.items():
            if whole.old is not None:
                self._put_back(_TABLES[name], ref, whole)
        for name, ref, header in reversed(places):
            table = _TABLES.get(name)
            column = table.by_header.get(header) if table else None
            row = self._by_key[name].get(ref) if column else None
            if (name, ref) in self._rows:
                continue
            if table is None or column is None or row is None:
                self.left.append(f"{name} {ref}, {header}: it is no longer there.")
            elif table is HELD and header == HELD["since"].header:
                self._withdraw(row)
            elif not (table is TRACKERS and ref in kept):
                self._take_back(table, column, row)
        if not self.added[STAMPS]:
            self.record(Source(), "", "", kind=StampKind.UNDO, undoes=self.target.batch)
        return super().edits()

    def _places(self) -> list[_Place]:
        """The cells that the batch changed, and those of its rows that batches changed which count no more.

        These were left when that was taken back, as this batch said so too.
        """
        batch = self.target.batch
        own = {place for place, chain in self._chains.items() if any(record.batch == batch for record in chain)}
        rows = {place[:2] for place in own}
        rows |= {row for row, updates in self._updates.items() if any(update.batch == batch for update in updates)}
        return [place for place, chain in self._chains.items() if place in own or (
            place[:2] in rows and any(record.batch in self._gone and not record.undoes for record in chain))]

    def _counting(self, chain: Sequence[Record]) -> list[Record]:
        """What of it counts, once the batch is taken back."""
        return [record for record in chain if record.batch not in self._gone and not record.undoes]

    def _later(self, chain: Sequence[Record]) -> Record | None:
        """The last record that counts, if it comes after those that do not."""
        counting = self._counting(chain)
        last = max(record.no for record in chain if record.batch in self._gone)
        return counting[-1] if counting and counting[-1].no > last else None

    def _stands(self, name: str, ref: str, header: str) -> bool:
        """True if a cell of a tracker is not to go back."""
        chain, row = self._chains[name, ref, header], self._by_key[name].get(ref)
        now = row[_TABLES[name].by_header[header].key] if row else None
        return self._later(chain) is not None or not same(now, chain[-1].new)

    def _take_back(self, table: Table, column: Column, row: Row) -> None:
        """Let a cell hold what it would without the batch, unless somebody has changed it since, or says the same again."""
        chain = self._chains[table.name, row.key, column.header]
        counting, now = self._counting(chain), typed(row.held(column.key))
        wanted = counting[-1].new if counting else chain[0].old
        filled = filled_column(table.name, column.header) is not None
        named = filled or (self.target.kind in _OF_THE_PLAN and table is not REVISION)
        type = type_of(column, row)
        if later := self._later(chain):
            self._leave(table, row, column, f"batch {later.batch} has changed it since" if named else "")
        elif same(now, wanted):
            return
        elif WITHHELD in (wanted, chain[-1].new):
            self._leave(table, row, column, "what it was is not kept")
        elif not same(now, chain[-1].new) or row.has_formula(column.key):
            was, is_now = (show(value, type) or "blank" for value in (chain[-1].new, now))
            self._leave(table, row, column, f"it was changed since, from {was} to {is_now}")
        elif again := self._said_again(table, row.key, column.key if filled else "", now):
            self._leave(table, row, column, f"batch {again} says so too" if filled else "")
        else:
            self._set(table, column, row, now, wanted, chain[-1])
            if named:
                self.changes.append(StampedCell(table.name, row.key, column.header, show(now, type), show(wanted, type), "",
                                                chain[-1].file))

    def _may_go(self, table: Table, ref: str) -> bool:
        """True if a row that a revision added holds what it put there, and nothing else that people or leads filled."""
        row, put = self._by_key[table.name].get(ref), self._recorded[table.name, ref]
        return self.target.kind == StampKind.REVISE and (row is None or all(
            same(typed(row.held(column.key)), put[column.header].new if column.header in put else None)
            for column in inputs_of(table)[1:]))

    def _take_away(self, table: Table, ref: str, *, stays: bool) -> None:
        """Blank a row that a revision added; one that people added, or that holds more by now, is left with its own."""
        row = self._by_key[table.name].get(ref)
        if stays:
            self.left.append(f"{table.name} {ref}: the row was added. Delete it there, if it is not to stay.")
        elif row is not None:
            taken = next(iter(self._recorded[table.name, ref].values()), None)
            source = Source(taken.file, taken.sha256) if taken else Source()
            self.record(source, table.name, ref, "", ref, None, kind=StampKind.UNDO, undoes=self.target.batch)
            for column in reversed(table.columns):  # the ref last, by which the row goes
                if not row.is_blank(column.key):
                    self.cells[table, column.key][ref] = None
                    if column in inputs_of(table)[1:]:
                        value = Share.of(typed(row.held(column.key)), type_of(column, row))
                        self.record(source, table.name, ref, column.header, value, None, kind=StampKind.UNDO,
                                    undoes=self.target.batch)

    @cached_property
    def _recorded(self) -> Mapping[tuple[str, str], Mapping[str, Record]]:
        """What the batch recorded of each row, by header."""
        found: dict[tuple[str, str], dict[str, Record]] = defaultdict(dict)
        for (name, ref, header), chain in self._chains.items():
            for record in chain:
                if record.batch == self.target.batch:
                    found[name, ref][header] = record
        return found

    def _put_back(self, table: Table, ref: str, whole: Record) -> None:
        """Put a row back that was deleted."""
        if ref in self._by_key[table.name]:
            self.left.append(f"{table.name} {ref}: the row was put back since.")
            return
        was = {header: record.old for header, record in self._recorded[table.name, ref].items() if record.old is not None}
        values = {column.key: was[column.header] for column in inputs_of(table) if was.get(column.header, WITHHELD) != WITHHELD}
        self.added[table].append({table.key.key: ref, **values})
        taken = Source(whole.file, whole.sha256)
        self.record(taken, table.name, ref, "", None, ref, kind=StampKind.UNDO, undoes=self.target.batch)
        for key, value in values.items():
            self.record(taken, table.name, ref, table[key].header, None, value, kind=StampKind.UNDO, undoes=self.target.batch)
        self.left += [f"{table.name} {ref}, {header}: what it was is not kept." for header, old in was.items() if old == WITHHELD]

    def _leave(self, table: Table, row: Row, column: Column, why: str) -> None:
        """Leave a cell, and name it; marks of period, day and lead go with what they mark, and are not named."""
        if why:
            self.left.append(f"{table.name} {row.key}, {column.header}: {why}.")

    def _said_again(self, table: Table, ref: str, key: str, value: Value) -> str:
        """The batch of a later update that counts and has a value too ('' as key: any later update); '' where none has.

        Stamps has no row for it, as nothing was changed.
        """
        found = ""
        if self.target.kind in _OF_THE_PLAN:
            return found
        for row in reversed(self._updates.get((table.name, ref), ())):
            batch = to_text(row.batch)
            if batch == self.target.batch:
                return found
            if batch not in self._gone and (not key or (value is not None and same(row[key], value))):
                found = batch
        return ""

    @cached_property
    def _updates(self) -> Mapping[tuple[str, str], Sequence[Logged]]:
        found: dict[tuple[str, str], list[Logged]] = defaultdict(list)
        for table, log in LOGS.items():
            for row in self.book.read(log):
                found[table.name, self._written[table.name](to_text(row.ref))].append(row)
        return found

    def _withdraw(self, held: Held) -> None:
        """Settle what the batch held, unless it was settled since."""
        if held.settled_on is None:
            record = self._chains[HELD.name, held.key, HELD["since"].header][-1]
            day: date = self.now.date()
            self._set(HELD, HELD[WITHDRAWN], held, None, day, record)
            if held.why is None:
                self._set(HELD, HELD["why"], held, None, f"Taken back with batch {self.target.batch}", record)

    def _set(self, table: Table, column: Column, row: Row, old: Value, new: Value, taken: Record) -> None:
        """Set a cell, and record it; ``taken`` is the record that it takes back."""
        self.cells[table, column.key][row.key] = new
        old, new = (Share.of(value, type_of(column, row)) for value in (old, new))
        self.record(Source(taken.file, taken.sha256), table.name, row.key, column.header, old, new, kind=StampKind.UNDO,
                    undoes=self.target.batch)


def _top(ref: str) -> str:
    """The ref of the activity that a row belongs to; that of another row itself."""
    return ref.partition(".")[0]
