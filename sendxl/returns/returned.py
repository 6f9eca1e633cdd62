"""A tracker come back, as the rules see it: the attempt to open it, the file, its tables beside what was issued."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sendxl.books.closed import ClosedBook
from sendxl.books.issued import PLAN_ID, TRACKER, VERSION, IssuedValue, digest
from sendxl.plan.columns import IDENTITY, ISSUED, QUERIES, TRACKED, TRACKER_VERSION, Table
from sendxl.plan.rows import Row, Rows
from sendxl.plan.values import to_text
from sendxl.returns.outcome import Question
from sendxl.returns.register import Register, RegisteredTracker
from sendxl.returns.rows import Place, ReturnedRow, Words
from sendxl.xlsx.address import name


@dataclass(frozen=True)
class Opening:
    """The attempt to open a file as a workbook; ``fault`` says why it failed, '' where it did not."""

    fault: str = ""
    place = Place()

    @property
    def words(self) -> Words:
        """What messages may name."""
        return {"found": self.fault}


class ReturnedFile:
    """One workbook come back. Everything is read at once: what a PackageError can hinder fails here."""

    place = Place()

    def __init__(self, book: ClosedBook, register: Register, today: date) -> None:
        """Read the file; PackageError where a part of it is damaged."""
        self.register = register
        self.today = today
        self.sha256 = book.sha256
        self.sheets = dict(book.sheets)
        self.has_issued = book.has(ISSUED)
        self.identity: dict[str, str] = {}
        if book.has(IDENTITY):
            self.identity = {row.key: to_text(row.cell("value").value) for row in book.read(IDENTITY)}
        self.answers = _answers(book.read(QUERIES)) if book.has(QUERIES) else {}
        values = [_issued(row) for row in book.read(ISSUED)] if self.has_issued else []
        self.digest = digest(self.identity, values)
        self.issued = _by_row(values)
        self.tables = [
            ReturnedTable(self, master, seen, book.read(seen)) for master, seen in TRACKED.items() if book.has(seen)
        ]
        self.known_sheets = {table.rows.sheet for table in self.tables} | {
            book.read(table).sheet for table in (IDENTITY, ISSUED) if book.has(table)
        }

    @property
    def words(self) -> Words:
        """What messages may name."""
        return self.identity

    @property
    def tracker(self) -> RegisteredTracker | None:
        """The tracker as registered; None where the register has none of that name."""
        return self.register.trackers.get(self.identity.get(TRACKER, ""))

    @property
    def is_genuine(self) -> bool:
        """True if it is a tracker of this plan, in a version that is known, with the values as they were issued."""
        return bool(
            self.identity.get(PLAN_ID) == self.register.plan_id
            and self.identity.get(VERSION) == TRACKER_VERSION
            and self.tracker
            and self.tracker.digest == self.digest
        )


class ReturnedTable:
    """One table of a return: ``master`` is the table of the plan, ``seen`` the tracker's form of it."""

    def __init__(self, file: ReturnedFile, master: Table, seen: Table, rows: Rows) -> None:
        self.file = file
        self.master = master
        self.seen = seen
        self.rows = rows
        self.issued: Mapping[str, Mapping[str, str]] = file.issued.get(master.name, {})
        self.missing = set(rows.missing)
        filled = [ReturnedRow(self, row) for row in (*rows, *rows.below)]
        self.returned = [row for row in filled if not row.is_blank]
        self.blank_rows = sorted({*rows.blank_rows, *(row.row.number for row in filled if row.is_blank)})
        self._numbers: dict[str, list[int]] = defaultdict(list)
        for row in self.returned:
            self._numbers[row.ref].append(row.row.number)

    @property
    def place(self) -> Place:
        """The whole table."""
        return Place(self.rows.sheet, table=self.master.name)

    @property
    def has_key(self) -> bool:
        """True if rows can be told apart: the column of refs is there."""
        return self.seen.key.header not in self.missing

    def numbers(self, ref: str) -> list[int]:
        """Numbers of the sheet rows with that ref."""
        return self._numbers.get(ref, [])

    @cached_property
    def absent(self) -> list[str]:
        """Refs of issued rows that did not come back."""
        return [ref for ref in self.issued if not self.numbers(ref)]

    def header(self, position: int) -> Place:
        """The header cell at a position from the left, from 0."""
        cell = name(self.rows.top, self.rows.left + position)
        return Place(self.rows.sheet, cell, self.master.name, column=self.rows.headers[position])


def _answers(rows: Rows) -> dict[Question, str]:
    """What the lead wrote in answer to each question that was sent back."""
    found = {}
    for row in rows:
        code, ref, asked, answer = (to_text(row.cell(key).value) for key in ("code", "ref", "what_to_do", "explanation"))
        if answer:
            found[code, ref, asked] = answer
    return found


def _issued(row: Row) -> IssuedValue:
    texts = (to_text(row.cell(key).value) for key in ("table", "ref", "column", "value"))
    return IssuedValue(*texts)


def _by_row(values: list[IssuedValue]) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for value in values:
        found[value.table][value.ref][value.column] = value.text
    return found
