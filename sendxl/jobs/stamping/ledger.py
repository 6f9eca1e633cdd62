"""What one batch changes in the master, and the record of it: every changed cell is a row of Stamps."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from getpass import getuser
from typing import NamedTuple

from sendxl.books.book import AppendRows, Book, Edit, SetCells
from sendxl.plan.master import STAMPS
from sendxl.plan.rows import Row
from sendxl.plan.schema import Column, Table, Type
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import StampKind
from sendxl.returns.outcome import Return


@dataclass(frozen=True)
class StampedCell:
    """One cell of a lead's column that was (or, in a dry run, would be) changed; values as a person reads them."""

    table: str
    ref: str
    column: str
    old: str
    new: str
    lead: str
    file: str


class Source(NamedTuple):
    """Where a change comes from: the file, its fingerprint, and the lead it was issued to.

    ``typed_in`` says who typed it in for the lead, where it was not the lead.
    """

    file: str = ""
    sha256: str = ""
    lead: str = ""
    typed_in: str = ""

    @classmethod
    def of(cls, returned: Return) -> "Source":
        """A return."""
        return cls(returned.file, returned.sha256, returned.lead, returned.typed_in)


@dataclass
class Ledger:
    """One batch: the cells that it sets, by table and column key, then ref; and the rows that it adds, of Stamps and others."""

    book: Book
    now: datetime
    by: str
    changes: list[StampedCell] = field(default_factory=list, init=False)
    cells: dict[tuple[Table, str], dict[str, Value]] = field(default_factory=lambda: defaultdict(dict), init=False)
    added: dict[Table, list[dict[str, Value]]] = field(default_factory=lambda: defaultdict(list), init=False)

    def __post_init__(self) -> None:
        self.batch = new_batch(self.book, self.now)

    def record(self, source: Source, table: str, ref: str, column: str = "", old: Value = None, new: Value = None, *,
               kind: StampKind = StampKind.STAMP, code: str = "", explanation: str = "", undoes: str = "") -> None:
        """Add a row to Stamps; without a column it is about no cell that was changed."""
        if source.typed_in and kind is StampKind.STAMP:
            kind, explanation = StampKind.TYPED_IN, "; ".join(filter(None, (source.typed_in, explanation)))
        self.added[STAMPS].append({
            "batch": self.batch, "kind": kind.value, "stamped_at": self.now, "stamped_by": self.by or None,
            "table": table or None, "ref": ref or None, "column": column or None, "old": old, "new": new, "code": code or None,
            "explanation": explanation or None, "return": source.file or None, "sha_256": source.sha256 or None,
            "undoes": undoes or None,
        })

    @property
    def recorded(self) -> Sequence[dict[str, Value]]:
        """The rows of Stamps, but for those that are about no cell."""
        return [row for row in self.added[STAMPS] if row["column"] is not None]

    def edits(self) -> list[Edit]:
        """All edits of the batch; none where nothing is new."""
        edits: list[Edit] = [SetCells(table, key, values) for (table, key), values in self.cells.items() if values]
        return edits + [AppendRows(table, rows) for table, rows in self.added.items() if rows]


def type_of(column: Column, row: Row | None) -> Type:
    """How the values of a column are shown, in a row of its Kind if there is one."""
    return row.type_of(column) if row else column.type_in(None)


def user() -> str:
    """Who runs this; '' where the system does not say."""
    try:
        return getuser()
    except (KeyError, OSError):
        return ""


def new_batch(book: Book, now: datetime, taken: Collection[Value] = ()) -> str:
    """The name of a batch that neither Stamps has nor ``taken``: the time, with a number where there is one of that time."""
    name = time = f"{now:%Y%m%d-%H%M%S}"
    number = 1
    while name in taken or book.find(STAMPS, "batch", name):
        number += 1
        name = f"{time}-{number}"
    return name
