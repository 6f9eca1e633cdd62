"""A tracker come back, as the rules see it: the attempt to open it, the file, its tables beside what was issued."""

import re
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sendxl.books.build.save import BUILT
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.issued import IDENTITY_ITEMS, PLAN_ID, VERSION, IssuedValue, digest
from sendxl.errors import FileFault, FileUnreadable
from sendxl.plan.finding import Place
from sendxl.plan.likeness import as_seen, as_written
from sendxl.plan.registry import Words
from sendxl.plan.schema import Table
from sendxl.plan.tracker import ABOUT, IDENTITY, ISSUED, QUERIES, TRACKED
from sendxl.plan.values import to_text
from sendxl.plan.versions import asked, reads_tracker
from sendxl.returns.queries import answers_in
from sendxl.returns.register import Register
from sendxl.returns.rows import Origin, ReturnedTable
from sendxl.xlsx.package.package import RETURN_LIMITS
from sendxl.xlsx.read.address import letters

_CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"<(?:\w+:)?modified\b[^>]*>([^<]{10,40})<")
_SHEETS = {as_seen(table.title) for table in (ABOUT, *TRACKED.values(), QUERIES, IDENTITY, ISSUED)}
_as_item = as_written(IDENTITY_ITEMS)
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
    kind: FileFault | None = None
    place = Place()

    @property
    def words(self) -> Words:
        """What messages may name."""
        return {"found": self.fault}


class ReturnedBook(ClosedBook):
    """A workbook that came back: besides its tables, what else a stranger may have put into it."""

    def __init__(self, path: Path) -> None:
        """Open it within the limits of returns; FileUnreadable where it is no workbook, or unsafe to read."""
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

    @property
    def saved(self) -> datetime | None:
        """When it was last saved, as it says itself, in UTC; None where it does not say so in a way that can be read."""
        name = self._package.named(_CORE)
        with suppress(FileUnreadable, ValueError, OverflowError):
            part = b"".join(self._package.chunks(name)) if name in self._package else b""
            said = _MODIFIED.search(part)
            text = said[1].decode().strip() if said else BUILT
            if text != BUILT:  # which every tracker says as it is issued
                at = datetime.fromisoformat(text)
                return at.astimezone(UTC).replace(tzinfo=None, microsecond=0) if at.tzinfo else at
        return None

    def hidden(self, table: Table) -> str:
        """Rows and columns of a table that are hidden, as in “rows 5, 6 and columns C–D”; '' where none is."""
        self.read(table)
        part = self._part(table)
        sheet, area = self._sheets[part.sheet.part], part.area
        rows = [str(row) for row in sheet.hidden_rows if part.first <= row <= area.bottom]
        spans = [(max(first, area.left), min(last, area.right)) for first, last in sheet.hidden_columns]
        columns = [letters(a) if a == b else f"{letters(a)}–{letters(b)}" for a, b in spans if a <= b]
        return " and ".join(_listed(what, found) for what, found in (("row", rows), ("column", columns)) if found)


class ReturnedFile(Origin):
    """One workbook come back. Everything is read at once: what a FileUnreadable can hinder fails here."""

    place = Place()

    def __init__(self, book: ReturnedBook, register: Register, today: date) -> None:
        """Read the file; FileUnreadable where a part of it is damaged."""
        self.sha256, self.saved = book.sha256, book.saved
        self.sheets = dict(book.sheets)
        self.has_issued = book.has(ISSUED)
        items = book.read(IDENTITY) if book.has(IDENTITY) else ()
        identity = {_as_item(row.key): to_text(row.cell("value").value) for row in items}
        self.asked, self.answers, self.told_too_much = answers_in(book.read(QUERIES) if book.has(QUERIES) else ())
        values = [IssuedValue(*texts) for texts in book.texts(ISSUED)] if self.has_issued else []
        super().__init__(identity, _by_row(values), register, today)
        self.digest = digest(identity, values)
        self.tables = [
            ReturnedTable(self, master, seen, book.read(seen))
            for master, seen in ((master, asked(seen, self.identity.get(VERSION, ""))) for master, seen in TRACKED.items())
            if book.has(seen)
        ]
        known = {table.rows.sheet for table in self.tables} | {
            book.sheet_of(table) for table in (IDENTITY, ISSUED) if book.has(table)
        }
        self.extra_sheets = [sheet for sheet in self.sheets if sheet not in known and as_seen(sheet) not in _SHEETS]
        self.hidden = {table.master.name: book.hidden(table.seen) for table in self.tables}
        self.active, self.links = book.holds(_ACTIVE), book.holds(_LINKS)

    @property
    def words(self) -> Words:
        """What messages may name."""
        return self.identity

    @property
    def is_genuine(self) -> bool:
        """True if it is a tracker of this plan, in a version that is known, with the values as they were issued."""
        return bool(
            self.identity.get(PLAN_ID) == self.register.plan_id
            and reads_tracker(self.identity.get(VERSION, ""))
            and self.tracker
            and self.tracker.digest == self.digest
        )


def _listed(what: str, found: list[str]) -> str:
    """As in “row 5” or “rows 5, 6 …”."""
    return f"{what}{'s' if len(found) > 1 else ''} {', '.join(found[:10])}{' …' if len(found) > 10 else ''}"


def _by_row(values: list[IssuedValue]) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for value in values:
        found[value.table][value.ref][value.column] = value.text
    return found
