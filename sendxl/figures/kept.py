"""What Stamps keeps for good: what was approved, and the figures of closed years.

The cells that hold them may be edited; the rows of Stamps of that kind are the source, the last one of a cell.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

from sendxl.plan.batches import not_counted
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import STAMPS
from sendxl.plan.schema import Column, Table
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value, same, to_text
from sendxl.plan.vocabulary import StampKind

Kept: TypeAlias = Mapping[tuple[str, str, str], Value]
"""Values by name of the table, ref ``as_seen`` and header."""


class Keeping(NamedTuple):
    """A cell that is to be kept from now on, or with None as ``new`` no longer; to be recorded in Stamps."""

    kind: StampKind
    table: Table
    ref: str
    column: Column
    old: Value
    new: Value


def kept(tables: Tables, kind: StampKind) -> Kept:
    """What Stamps keeps of a kind, but for batches that were taken back."""
    gone = not_counted(tables)
    cells: dict[tuple[str, str, str], Value] = {}
    for row in tables.find(STAMPS, "kind", kind.value):
        if to_text(row.batch) not in gone:
            new: Value = row.new
            cells[to_text(row.table_), as_seen(row.ref or ""), to_text(row.column)] = (
                new.date() if isinstance(new, datetime) else new)
    return {cell: value for cell, value in cells.items() if value is not None}


def of_row(cells: Kept, table: Table, ref: str, columns: Iterable[Column]) -> dict[str, Value]:
    """What is kept of some columns of a row, by column key; None where nothing is."""
    if not cells:
        return dict.fromkeys(column.key for column in columns)
    name, seen = table.name, as_seen(ref)
    return {column.key: cells.get((name, seen, column.header)) for column in columns}


def keepings(kind: StampKind, table: Table, ref: str, columns: Sequence[Column], cells: Kept,
             values: Mapping[str, Value]) -> list[Keeping]:
    """What is to be recorded for columns of a row to be kept as ``values``, by column key; nothing of what already is."""
    was = of_row(cells, table, ref, columns)
    return [Keeping(kind, table, ref, column, was[column.key], new) for column in columns
            if not same(was[column.key], new := values.get(column.key))]
