"""undo: a batch taken back as a new batch. What it changed goes back to what it was, unless it has been changed since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from getpass import getuser
from pathlib import Path

from sendxl.books.batches import WITHDRAWN
from sendxl.books.book import AppendRows, Book, Edit, SetCells
from sendxl.jobs.history import Batch, Record, batches_of
from sendxl.jobs.master import MasterBook, Unusable, label, master_for_writing, place_of, refuse_unsound
from sendxl.jobs.stamping import StampedCell, new_batch
from sendxl.jobs.validate import CHECKED
from sendxl.plan.columns import HELD, STAMPS, TRACKED, TRACKERS, Table
from sendxl.plan.rows import Row
from sendxl.plan.values import Share, Value, same, show, to_text
from sendxl.plan.vocabulary import StampKind
from sendxl.returns.held import filled_column

_TABLES: Mapping[str, Table] = {table.name: table for table in (*TRACKED, TRACKERS, HELD)}
_SHOWN = 10  # batches that a message names


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


def undo(master: MasterBook, batch: str | None = None, *, dry_run: bool = False, now: datetime | None = None,
         by: str | None = None) -> Undone:
    """Take back a batch of the master at ``master``: without ``batch`` the last one that was stamped and still counts.

    Cells, states of trackers and what was settled go back; its rows of Updates and Readings count no more; what it held
    is withdrawn, so its returns may be stamped again. An undo is a batch itself, and may be taken back by its name.
    Unusable where there is no such batch, or it was taken back before.
    """
    now = now or datetime.now().replace(microsecond=0)
    with master_for_writing(master) as book:
        refuse_unsound(book, *CHECKED, STAMPS)
        target = _target(book, batch)
        taking = _Taking(book, target, new_batch(book, now), now, getuser() if by is None else by)
        edits = taking.edits()
        if dry_run:
            book.check(edits)
        else:
            label(book, taking.batch)
            book.apply(edits)
    return Undone(place_of(book), taking.batch, target.batch, taking.changes, taking.count, taking.left, not dry_run)


def _target(book: Book, batch: str | None) -> Batch:
    batches = batches_of(map(Record.of, book.read(STAMPS)))
    counting = [found for found in batches if found.counts]
    if batch is None:
        stamped = [found for found in counting if not found.undoes]
        if not stamped:
            raise Unusable(f"{book.name}: no batch is left to be taken back.")
        return stamped[-1]
    found = next((found for found in batches if found.batch == batch), None)
    if found is None:
        names = ", ".join(known.batch for known in reversed(counting[-_SHOWN:])) or "none"
        raise Unusable(f"{book.name} has no batch {batch}. The last ones are: {names}. An archived one cannot be taken back.")
    if not found.counts:
        by = next(later.batch for later in reversed(batches) if later.undoes == batch)
        raise Unusable(f"Batch {batch} was taken back already, by {by}. To bring it again, undo {by}.")
    return found


class _Taking:
    """One batch being taken back: gathers the edits."""

    def __init__(self, book: Book, target: Batch, batch: str, now: datetime, by: str) -> None:
        self.book, self.target, self.batch, self.now, self.by = book, target, batch, now, by
        self.changes: list[StampedCell] = []
        self.left: list[str] = []
        self.count = 0
        self._cells: dict[tuple[Table, str], dict[str, Value]] = defaultdict(dict)
        self._rows: list[dict[str, Value]] = []
        self._by_key = {name: {row.key: row for row in book.read(table)} for name, table in _TABLES.items()}

    def edits(self) -> list[Edit]:
        """What takes the batch back, and records it; also where nothing of it can go back."""
        for (name, ref, header), recorded in self._recorded().items():
            table = _TABLES.get(name)
            column = table.by_header.get(header) if table else None
            row = self._by_key[name].get(ref) if column else None
            if table is None or column is None or row is None:
                self.left.append(f"{name} {ref}, {header}: it is no longer there.")
            elif table is HELD and header == HELD["since"].header:
                self._withdraw(row, recorded[-1])
            else:
                self._take_back(table, column.key, row, recorded)
        if not self._rows:
            self._record(None)
        return [*(SetCells(table, key, values) for (table, key), values in self._cells.items()), AppendRows(STAMPS, self._rows)]

    def _recorded(self) -> dict[tuple[str, str, str], list[Row]]:
        """The rows of Stamps of the batch that are about a cell, by the cell, the latest cell first."""
        found: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.book.read(STAMPS):
            if row.batch == self.target.batch and row.column:
                found.setdefault((to_text(row.cell("table").value), to_text(row.ref), to_text(row.column)), []).append(row)
        return dict(reversed(found.items()))

    def _take_back(self, table: Table, key: str, row: Row, recorded: Sequence[Row]) -> None:
        """Put back what a cell held before the batch, unless it holds something else than the batch wrote."""
        before, written, now = recorded[0].old, recorded[-1].new, row.cell(key).value
        column = table[key]
        type = column.type_in(row.kind if "kind" in table.by_key else None)
        if not same(now, written) or row.cell(key).stored.formula:
            was, is_now = (show(value, type) or "blank" for value in (written, now))
            self.left.append(f"{table.name} {row.key}, {column.header}: it was changed since, from {was} to {is_now}.")
        elif not same(now, before):
            self._set(table, key, row, now, before, recorded[-1])
            if filled_column(table.name, column.header):
                source = recorded[-1]
                self.changes.append(StampedCell(table.name, row.key, column.header, show(now, type), show(before, type), "",
                                                to_text(source.cell("return").value)))

    def _withdraw(self, held: Row, recorded: Row) -> None:
        """Settle what the batch held, unless it was settled since."""
        if held.settled_on is None:
            day: date = self.now.date()
            self._set(HELD, WITHDRAWN, held, None, day, recorded)
            if held.why is None:
                self._set(HELD, "why", held, None, f"Taken back with batch {self.target.batch}", recorded)

    def _set(self, table: Table, key: str, row: Row, old: Value, new: Value, recorded: Row) -> None:
        self._cells[table, key][row.key] = new
        self.count += 1
        type = table[key].type_in(row.kind if "kind" in table.by_key else None)
        self._record(recorded, table.name, row.key, table[key].header, Share.of(old, type), Share.of(new, type))

    def _record(self, recorded: Row | None, table: str = "", ref: str = "", column: str = "", old: Value = None,
                new: Value = None) -> None:
        """Add a row to Stamps; ``recorded`` is the row that it takes back."""
        self._rows.append({
            "batch": self.batch, "kind": StampKind.UNDO.value, "stamped_at": self.now, "stamped_by": self.by,
            "table": table or None, "ref": ref or None, "column": column or None, "old": old, "new": new,
            "return": recorded.cell("return").value if recorded else None,
            "sha_256": recorded.sha_256 if recorded else None, "undoes": self.target.batch,
        })
