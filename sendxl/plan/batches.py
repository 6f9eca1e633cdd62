"""Which batches of stamping count: one that was taken back does not, nor do its rows of Updates and Readings."""

from collections.abc import Iterable

from sendxl.plan.master import HELD, STAMPS, Logged, Stamp
from sendxl.plan.schema import Table
from sendxl.plan.tables import Tables
from sendxl.plan.values import to_text
from sendxl.plan.vocabulary import StampKind

WITHDRAWN = "settled_on"
"""The column of Held that undo fills for a row whose return was taken back."""


def taken_back(undone: Iterable[tuple[str, str]]) -> set[str]:
    """The batches that do not count. ``undone``: the batch and what it undoes, of each row of the kind undo, in their order.

    An undo may be taken back itself: what it took back then counts again, and so on down.
    """
    takes_back: dict[str, str] = {}
    gone: set[str] = set()
    for batch, target in undone:
        if not target or batch in takes_back:
            continue
        takes_back[batch] = target
        away, passed = True, {batch}
        while target and target not in passed:
            passed.add(target)
            (gone.add if away else gone.discard)(target)
            target, away = takes_back.get(target, ""), not away
    return gone


def undo_rows(tables: Tables) -> list[Stamp]:
    """The rows of Stamps that record an undo."""
    return list(tables.find(STAMPS, "kind", StampKind.UNDO.value))


def not_counted(tables: Tables) -> set[str]:
    """The batches of a master that were taken back, and not brought again."""
    return taken_back((to_text(row.batch), to_text(row.undoes)) for row in undo_rows(tables))


def counted(tables: Tables, log: Table[Logged]) -> list[Logged]:
    """The rows of Updates or Readings, but for those of batches that were taken back."""
    gone = not_counted(tables)
    return [row for row in tables.read(log) if not gone or to_text(row.batch) not in gone]


def withdrawn(tables: Tables) -> set[str]:
    """Numbers of the rows of Held whose returns were taken back: these were never held, and may be stamped again."""
    rows, gone = undo_rows(tables), not_counted(tables)
    column = HELD[WITHDRAWN].header
    return {
        to_text(row.ref) for row in rows
        if row.table_ == HELD.name and row.column == column and row.new is not None
        and to_text(row.batch) not in gone
    }
