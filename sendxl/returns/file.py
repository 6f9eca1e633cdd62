"""A tracker come back, as the rules see it: the attempt to open it, the file, its tables beside what was issued."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import chain, starmap
from pathlib import Path

from sendxl.books.build.save import BUILT
from sendxl.books.check_column import workings
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.issued import IDENTITY_ITEMS, PLAN_ID, TYPED_ITEMS, VERSION, IssuedValue, digest
from sendxl.errors import FileFault, FileUnreadable
from sendxl.plan.finding import Place
from sendxl.plan.likeness import as_seen, as_written
from sendxl.plan.registry import Words
from sendxl.plan.rows import Rows
from sendxl.plan.schema import By, Table
from sendxl.plan.tracker import ABOUT, IDENTITY, ISSUED, QUERIES, TRACKED, TRACKER_VERSION, Query
from sendxl.plan.values import to_text
from sendxl.plan.versions import asked, reads_tracker, worded
from sendxl.returns.alone import register_of
from sendxl.returns.beside import Beside, addresses, words_on_guide, words_outside
from sendxl.returns.by_headers import table_by_headers
from sendxl.returns.personal import personal
from sendxl.returns.queries import answers_in
from sendxl.returns.register import Register
from sendxl.returns.rows import Origin, ReturnedRow, ReturnedTable
from sendxl.xlsx.package.package import RETURN_LIMITS
from sendxl.xlsx.read.address import letters, parse_cell
from sendxl.xlsx.read.boxes import KIND, boxes_on
from sendxl.xlsx.read.notes import KINDS, notes_on
from sendxl.xlsx.read.reader import read_sheet
from sendxl.xlsx.read.workbook import SheetPart

_CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"<(?:\w+:)?modified\b[^>]*>([^<]{10,40})<")
_WORKED_OUT: dict[Table, Collection[str]] = {
    master: [column.header for column in seen if column.by is By.FORMULA] for master, seen in TRACKED.items()}
_CHECKED = {master: workings(master).table for master in TRACKED}
_SHEETS = {as_seen(table.title) for table in (ABOUT, *TRACKED.values(), QUERIES, IDENTITY, ISSUED, *_CHECKED.values())}
_as_item = as_written((*IDENTITY_ITEMS, *TYPED_ITEMS))
_CODE = re.compile(r"[A-Z]\d{2}")  # of a rule, in a row of Queries that asks something
_MOST_BESIDE = 1_000  # notes, links, and rows with words outside the tables
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

    def _open(self) -> None:
        super()._open()
        everywhere = not self.has(IDENTITY)  # as its program keeps no tables
        self.by_headers = self._found([IDENTITY], everywhere)
        self.identity = self._identity()
        tables = (ISSUED, *(asked(seen, self.identity.get(VERSION, "")) for seen in TRACKED.values()), QUERIES)
        self.by_headers += self._found(tables, everywhere)
        if everywhere:
            self._found(_CHECKED.values(), everywhere)

    def _found(self, tables: Iterable[Table], everywhere: bool) -> list[Table]:
        """Those of some tables that the workbook holds as mere cells; they are tables from now on."""
        found = []
        for table in tables:
            if not self.has(table) and (part := table_by_headers(self._workbook, table, self._places_of(table, everywhere))):
                self._workbook.tables[table.name.casefold()] = part
                found.append(table)
        return found

    def _identity(self) -> dict[str, str]:
        """What says which tracker it is, by item; nothing where that is missing."""
        items = self.read(IDENTITY) if self.has(IDENTITY) else ()
        return {_as_item(row.key): to_text(row["value"]) for row in items}

    def _places_of(self, table: Table, everywhere: bool) -> list[SheetPart]:
        """The sheet that is called as a table is; where there is none, all whose name is no table's."""
        named = [(as_seen(sheet.name), sheet) for sheet in self._workbook.sheets]
        its_own = [sheet for name, sheet in named if name == as_seen(table.title)]
        return its_own or [sheet for name, sheet in named if everywhere and name not in _SHEETS]

    def notes(self) -> Iterator[Beside]:
        """The notes and comments on all sheets, the words in shapes, and the pictures."""
        for sheet in self._workbook.sheets if KINDS & self._workbook.kinds else ():
            for cell, says in notes_on(self._workbook, sheet).items():
                yield Beside(sheet.name, cell, "A note", "A note on this cell says", says)
        for sheet in self._workbook.sheets if KIND in self._workbook.kinds else ():
            for cell, says, is_picture in boxes_on(self._workbook, sheet):
                what, told = ("A picture", "A picture lies on this sheet:") if is_picture else (
                    "A text box", "A text box on this sheet says")
                yield Beside(sheet.name, cell, what, told, says)

    def words_outside(self, table: Table) -> Iterator[Beside]:
        """Words above and beside a table that no tracker has there."""
        part = self._part(table)
        for cell, where, says in words_outside(self._sheet(part), part.area, table):
            yield Beside(part.sheet.name, cell, f"What stands {where} the table", f"Words {where} the table say", says)

    def words_on_guide(self) -> Iterator[Beside]:
        """Words below and beside what the Guide says, if there is one."""
        for sheet in (sheet for sheet in self._workbook.sheets if as_seen(sheet.name) == as_seen(ABOUT.title)):
            for cell, where, says in words_on_guide(read_sheet(self._workbook, sheet)):
                yield Beside(sheet.name, cell, f"What stands {where} the Guide", f"Words {where} the Guide say", says)

    def worked_out(self, table: Table, headers: Collection[str]) -> dict[str, bool]:
        """Of columns of formulas, by header: whether any of their cells on the sheet of a table holds one still."""
        read, sheet = self.read(table), self._sheet(self._part(table))
        at = {as_seen(header): read.left + place for place, header in enumerate(read.headers)}
        below = [cells for number, cells in sheet.rows if number > read.top]
        return {header: any((cell := cells.get(at.get(as_seen(header), 0))) and cell.formula for cells in below)
                for header in headers}

    def addresses(self, table: Table) -> dict[str, str]:
        """Where links on the sheet of a table lead, by cell, where a cell shows anything else."""
        part = self._part(table)
        sheet = self._sheet(part)
        return addresses(sheet, self._workbook.outside(part.sheet.part)) if sheet.links else {}

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

    def hidden(self, table: Table, but: Collection[str] = ()) -> str:
        """Rows and columns of a table that are hidden, as in “rows 5, 6 and columns C–D”; '' where none is.

        Of the columns those are left out that have the headers ``but``.
        """
        read = self.read(table)
        part = self._part(table)
        sheet, area = self._sheets[part.sheet.part], part.area
        rows = [str(row) for row in sheet.hidden_rows if part.first <= row <= area.bottom]
        spans = [(max(first, area.left), min(last, area.right)) for first, last in sheet.hidden_columns]
        known = {read.left + at for at, header in enumerate(read.headers) if header in but}
        spans = [(a, b) for a, b in spans if not known.issuperset(range(a, b + 1))]
        columns = [letters(a) if a == b else f"{letters(a)}–{letters(b)}" for a, b in spans if a <= b]
        return " and ".join(_listed(what, found) for what, found in (("row", rows), ("column", columns)) if found)


class ReturnedFile(Origin):
    """One workbook come back. Everything is read at once: what a FileUnreadable can hinder fails here."""

    place = Place()

    def __init__(self, book: ReturnedBook, register: Register | None, today: date) -> None:
        """Read the file; FileUnreadable where a part of it is damaged. Without a register it stands for the plan itself."""
        self.sha256, self.saved = book.sha256, book.saved
        self.sheets = dict(book.sheets)
        self.has_issued = book.has(ISSUED)
        identity = book.identity
        self.asked, self.answers, self.told_too_much = answers_in(book.read(QUERIES) if book.has(QUERIES) else ())
        values = list(starmap(IssuedValue, book.texts(ISSUED))) if self.has_issued else []
        self.digest, issued = digest(identity, values), _by_row(values)
        super().__init__(identity, issued, register or register_of(identity, issued, self.digest), today)
        formulas = _WORKED_OUT if self.identity.get(VERSION) == TRACKER_VERSION else dict.fromkeys(TRACKED, ())
        self.tables = [
            ReturnedTable(self, master, seen, book.read(seen), book.addresses(seen), book.worked_out(seen, formulas[master]))
            for master, seen in ((master, asked(seen, self.identity.get(VERSION, ""))) for master, seen in TRACKED.items())
            if book.has(seen)
        ]
        known = {table.rows.sheet for table in self.tables} | {
            book.sheet_of(table) for table in (IDENTITY, ISSUED, QUERIES, *_CHECKED.values()) if book.has(table)
        }
        self.extra_sheets = [sheet for sheet in self.sheets if sheet not in known and as_seen(sheet) not in _SHEETS]
        self.by_headers = [book.sheet_of(table) for table in book.by_headers]
        self.hidden = {table.master.name: book.hidden(table.seen, table.shown_empty) for table in self.tables}
        queries = worded(QUERIES, self.identity.get(VERSION, ""))
        words = (book.words_outside(table) for table in (*(table.seen for table in self.tables), queries) if book.has(table))
        on_queries = _to_no_question(book.read(QUERIES)) if book.has(QUERIES) else ()
        in_tables = chain(*map(_words_in_rows, self.tables), *map(_links, self.tables))
        self.beside = [*book.notes(), *book.words_on_guide(), *chain(*words, in_tables, on_queries)]
        if len(self.beside) > _MOST_BESIDE:
            raise FileUnreadable(FileFault.TOO_LARGE, f"it has {len(self.beside):,} notes, links and words beside its tables")
        self.told_too_much |= {self.place_of(one)._replace(column=one.name): what
                               for one in self.beside if (what := personal(one.says))}
        self.active, self.links = book.holds(_ACTIVE), book.holds(_LINKS)

    @property
    def words(self) -> Words:
        """What messages may name."""
        return self.identity

    def row_of(self, one: Beside) -> ReturnedRow | None:
        """The row of a table that something stands beside; None where it is no such row."""
        row, _ = parse_cell(one.cell)
        return self._rows.get((one.sheet, row))

    def place_of(self, one: Beside) -> Place:
        """Where something beside the cells is."""
        row = self.row_of(one)
        if row is None:
            return Place(one.sheet, one.cell)
        headers = (column.header for column in row.table.seen if row.row.stored(column.key).address == one.cell)
        return row.place._replace(cell=one.cell, column=next(headers, ""))

    @cached_property
    def _rows(self) -> dict[tuple[str, int], ReturnedRow]:
        return {(table.rows.sheet, row.row.number): row for table in self.tables for row in table.returned}

    @property
    def is_genuine(self) -> bool:
        """True if it is a tracker of this plan, in a version that is known, with the values as they were issued."""
        return bool(
            self.identity.get(PLAN_ID) == self.register.plan_id
            and reads_tracker(self.identity.get(VERSION, ""))
            and self.tracker
            and self.tracker.digest == self.digest
        )


def _words_in_rows(table: ReturnedTable) -> Iterator[Beside]:
    """The words that stand in rows of their own, mostly below the table."""
    for words in table.words:
        says = to_text(words.value)
        yield Beside(table.rows.sheet, words.address, "What stands below the table", "Words below the table say", says)


def _to_no_question(queries: Rows[Query]) -> Iterator[Beside]:
    """What is typed on Queries in rows of no question."""
    for row in (*queries, *queries.below):
        said = [stored for stored in (row.stored(column.key) for column in QUERIES) if to_text(stored.value)]
        if said and not _CODE.fullmatch(to_text(row.code)):
            says = " · ".join(to_text(stored.value) for stored in said)
            yield Beside(queries.sheet, said[0].address, "Words on Queries", "Words on the sheet Queries say", says)


def _links(table: ReturnedTable) -> Iterator[Beside]:
    """The links whose addresses do not become part of a text that a lead fills in."""
    linked = {cell.cell.stored.address for row in table.returned for cell in row.linked}
    for cell, address in table.addresses.items():
        if cell not in linked:
            yield Beside(table.rows.sheet, cell, "A link", "A link on this cell leads to", address)


def _listed(what: str, found: list[str]) -> str:
    """As in “row 5” or “rows 5, 6 …”."""
    return f"{what}{'s' if len(found) > 1 else ''} {', '.join(found[:10])}{' …' if len(found) > 10 else ''}"


def _by_row(values: list[IssuedValue]) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for value in values:
        found[value.table][value.ref][value.column] = value.text
    return found
