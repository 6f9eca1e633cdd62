"""A tracker come back, as the rules see it: the attempt to open it, the file, its tables beside what was issued."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from sendxl.books.closed import ClosedBook
from sendxl.books.issued import PLAN_ID, TRACKER, VERSION, IssuedValue, digest
from sendxl.plan.columns import ABOUT, IDENTITY, ISSUED, QUERIES, TRACKED, TRACKER_VERSION, Shown, Table, last
from sendxl.plan.rows import Row, Rows
from sendxl.plan.values import to_text
from sendxl.returns.outcome import Question, asked_in
from sendxl.returns.personal import personal
from sendxl.returns.register import Register, RegisteredTracker
from sendxl.returns.rows import Place, ReturnedRow, Words
from sendxl.xlsx.address import letters, name
from sendxl.xlsx.package import RETURN_LIMITS, Fault, PackageError

_SHEETS = {table.title for table in (ABOUT, *TRACKED.values(), QUERIES, IDENTITY, ISSUED)}
_MOST_ROWS = 1_000  # filled in one table, beyond twice as many as were issued
_MOST_COLUMNS = 400
# What may be in a workbook besides cells: how it is told, kinds of relationships, and where its parts are kept.
_ACTIVE = {
    "macros": ({"vbaProject", "wordVbaData", "xlMacrosheet", "xlIntlMacrosheet"}, ("xl/vbaproject", "xl/macrosheets/")),
    "ActiveX controls": ({"control", "activeXControlBinary"}, ("xl/activex/",)),
    "embedded or linked objects": ({"oleObject", "package"}, ("xl/embeddings/",)),
}
_LINKS = {
    "links to other workbooks": ({"externalLink", "externalLinkPath", "xlExternalLinkPath"}, ("xl/externallinks/",)),
    "connections to sources of data": ({"connections", "queryTable"}, ("xl/connections.xml", "xl/querytables/")),
}


@dataclass(frozen=True)
class Opening:
    """The attempt to open a file as a workbook; ``fault`` says why it failed, '' where it did not; ``kind`` if known."""

    fault: str = ""
    kind: Fault | None = None
    place = Place()

    @property
    def words(self) -> Words:
        """What messages may name."""
        return {"found": self.fault}


class ReturnedBook(ClosedBook):
    """A workbook that came back: besides its tables, what else a stranger may have put into it."""

    def __init__(self, path: Path) -> None:
        """Open it within the limits of returns; PackageError where it is no workbook, or unsafe to read."""
        super().__init__(path, limits=RETURN_LIMITS, backups=0)

    def holds(self, what: Mapping[str, tuple[set[str], tuple[str, ...]]]) -> list[str]:
        """Which of these are in it, by the workbook's relationships or the names of its parts."""
        names = [part.casefold() for part in self._package.names]
        return [
            words for words, (kinds, places) in what.items()
            if kinds & self._workbook.kinds or any(part.startswith(places) for part in names)
        ]

    def sheet_of(self, table: Table) -> str:
        """The sheet that a table is on."""
        return self._part(table).sheet.name

    def hidden(self, table: Table) -> str:
        """Rows and columns of a table that are hidden, as in “rows 5, 6 and columns C–D”; '' where none is."""
        self.read(table)
        part = self._part(table)
        sheet, area = self._sheets[part.sheet.part], part.area
        rows = [str(row) for row in sheet.hidden_rows if part.first <= row <= area.bottom]
        spans = [(max(first, area.left), min(last, area.right)) for first, last in sheet.hidden_columns]
        columns = [letters(a) if a == b else f"{letters(a)}–{letters(b)}" for a, b in spans if a <= b]
        return " and ".join(_listed(what, found) for what, found in (("row", rows), ("column", columns)) if found)


BASED_ON = {seen: {column.key: (last(column) if column.shown is Shown.BLANK else column).header for column in seen}
            for seen in TRACKED.values()}
"""For each column of a tracker's table the header of the one that shows what the master held at issue."""


class ReturnedFile:
    """One workbook come back. Everything is read at once: what a PackageError can hinder fails here."""

    place = Place()

    def __init__(self, book: ReturnedBook, register: Register, today: date) -> None:
        """Read the file; PackageError where a part of it is damaged."""
        self.register = register
        self.today = today
        self.sha256 = book.sha256
        self.sheets = dict(book.sheets)
        self.has_issued = book.has(ISSUED)
        self.identity: dict[str, str] = {}
        if book.has(IDENTITY):
            self.identity = {row.key: to_text(row.cell("value").value) for row in book.read(IDENTITY)}
        self.asked, self.answers, self.told_too_much = _queries(book.read(QUERIES) if book.has(QUERIES) else ())
        values = [IssuedValue(*texts) for texts in book.texts(ISSUED)] if self.has_issued else []
        self.digest = digest(self.identity, values)
        self.issued = _by_row(values)
        self.tables = [
            ReturnedTable(self, master, seen, book.read(seen)) for master, seen in TRACKED.items() if book.has(seen)
        ]
        self.known_sheets = {table.rows.sheet for table in self.tables} | {
            book.sheet_of(table) for table in (IDENTITY, ISSUED) if book.has(table)
        }
        self.extra_sheets = [sheet for sheet in self.sheets if sheet not in self.known_sheets | _SHEETS]
        self.hidden = {table.master.name: book.hidden(table.seen) for table in self.tables}
        self.active, self.links = book.holds(_ACTIVE), book.holds(_LINKS)

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
        _check_size(rows, len(self.issued))
        self.missing = set(rows.missing)
        self.filled = [column for column in seen if column.is_input]  # by the lead
        self.shown = [column for column in seen.columns[1:] if not column.is_input]  # to the lead, but for the ref
        self.based_on = BASED_ON[seen]
        found = [ReturnedRow(self, row) for row in (*rows, *rows.below)]
        self.returned = [row for row in found if not row.is_blank]
        self.blank_rows = sorted({*rows.blank_rows, *(row.row.number for row in found if row.is_blank)})
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


def _queries(rows: Iterable[Row]) -> tuple[frozenset[Question], dict[Question, str], dict[Place, str]]:
    """The questions that were sent back, what the lead wrote in answer, and where that holds what of a child's data."""
    asked, answers, told_too_much = set(), {}, {}
    for row in rows:
        asks, answer = asked_in(row), to_text(row.cell("explanation").value)
        asked.add(asks)
        if what := personal(answer):
            told_too_much[Place(QUERIES.title, row.cell("explanation").stored.address, column="Explanation")] = what
        elif answer:
            answers[asks] = answer
    return frozenset(asked), answers, told_too_much


def _check_size(rows: Rows, issued: int) -> None:
    """PackageError where a table is larger than any that a lead fills: checking it could take for ever."""
    filled = len(rows) + len(rows.below)
    if filled > _MOST_ROWS + 2 * issued:
        raise PackageError(Fault.TOO_LARGE, f"{rows.sheet} has {filled:,} filled rows, where {issued:,} were issued")
    if len(rows.headers) > _MOST_COLUMNS:
        raise PackageError(Fault.TOO_LARGE, f"the table on {rows.sheet} has {len(rows.headers):,} columns")


def _listed(what: str, found: list[str]) -> str:
    """As in “row 5” or “rows 5, 6 …”."""
    return f"{what}{'s' if len(found) > 1 else ''} {', '.join(found[:10])}{' …' if len(found) > 10 else ''}"


def _by_row(values: list[IssuedValue]) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for value in values:
        found[value.table][value.ref][value.column] = value.text
    return found
