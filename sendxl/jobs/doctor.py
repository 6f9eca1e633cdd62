"""doctor: everything in a master that a person should mend, all at once: where it is, what is wrong, what to do. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import overload

from sendxl.books.book import settings_of
from sendxl.books.brought_up import BroughtUp, Kept
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.closed.replace import file_blockers
from sendxl.books.paused_gc import paused_gc
from sendxl.checks import CHECKS, Filled, Master, Shape, Spot, TableShape
from sendxl.checks.blockers import GROWING
from sendxl.desktop.diagnosis import Level, Look, machine
from sendxl.errors import FileUnreadable, SendxlError
from sendxl.figures.kept import kept
from sendxl.jobs.opening import earlier_of, kinds_of, open_master
from sendxl.plan.finding import Finding
from sendxl.plan.master import MASTER_TABLES, SETTINGS, STAMPS
from sendxl.plan.rows import Rows
from sendxl.plan.schema import Table
from sendxl.plan.settings import Settings
from sendxl.plan.summary import SUMMARY_TABLES
from sendxl.plan.tracker import IDENTITY
from sendxl.plan.versions import Format, brought_up, fault_of_format, missing_settings, refuse_later
from sendxl.plan.vocabulary import StampKind
from sendxl.xlsx.edit.blockers import Block, Blocker, BlockerKind
from sendxl.xlsx.read.address import Area, name, parse_cell


@dataclass(frozen=True)
class Diagnosis:
    """What there is to mend in the master at ``path``: in the order of its sheets, and down each sheet."""

    path: Path
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """True if there is nothing to mend."""
        return not self.findings

    @property
    def to_mend(self) -> Sequence[str]:
        """What there is to mend, a line each."""
        return [str(finding) for finding in self.findings]

    @property
    def summary(self) -> str:
        """How much there is to mend, in words."""
        return f"{len(self.findings)} to look at." if self.findings else f"{self.path}: nothing to mend."


@dataclass(frozen=True)
class Fitness:
    """Whether this computer is fit for the add-in: all that was looked at, each with how to mend it."""

    findings: tuple[Look, ...]

    @property
    def problems(self) -> int:
        """How many of them keep the add-in from working."""
        return sum(look.level is Level.PROBLEM for look in self.findings)

    @property
    def clean(self) -> bool:
        """True if the add-in can work here."""
        return not self.problems

    @property
    def to_mend(self) -> Sequence[str]:
        """What keeps the add-in from working, a line each."""
        return [str(look) for look in self.findings if look.level is Level.PROBLEM]

    @property
    def summary(self) -> str:
        """How much there is to mend, in words."""
        return f"{self.problems} to mend." if self.problems else "Nothing to mend."


@overload
def doctor(master: Path | str, *, today: date | None = None) -> Diagnosis: ...
@overload
def doctor(master: None = None) -> Fitness: ...
def doctor(master: Path | str | None = None, *, today: date | None = None) -> Diagnosis | Fitness:
    """Look through the master at ``master`` and tell what a person should mend; nothing is written.

    One of an earlier format is looked at as it reads once it is brought up. ``today`` (default: the real day) tells which
    days are still to come. Without a master, look at this computer: can the add-in run here? Unusable where the file cannot
    be read or has nothing of a master.
    """
    return _of_master(master, today or date.today()) if master is not None else Fitness(machine())


@paused_gc()
def _of_master(path: Path | str, today: date) -> Diagnosis:
    book = _opened(path)
    if book.has(SETTINGS):
        refuse_later(book)
    sheets = list(book.sheets)
    looked_at = _looked_at(book, today)

    def place(finding: Finding) -> tuple[int, tuple[int, int], str]:
        sheet = sheets.index(finding.sheet) if finding.sheet in sheets else -1
        return sheet, parse_cell(finding.cell) if finding.cell else (0, 0), finding.code

    found = [finding for rule in CHECKS.values() for finding in rule.findings(looked_at)]
    return Diagnosis(book.path, tuple(sorted(found, key=place)))


def _opened(path: Path | str) -> ClosedBook:
    """The workbook at ``path`` if it has tables of a master, be they all there or not."""
    try:
        book = ClosedBook(path)
        if any(book.has(table) for table in MASTER_TABLES) and not book.has(IDENTITY):  # a tracker has that
            return book
    except (FileUnreadable, OSError):
        pass
    return open_master(path)  # which says why it is not one


def _looked_at(book: ClosedBook, today: date) -> Master:
    """What the rules are given: the tables as they are declared now, and what is around them."""
    tells = book.has(SETTINGS) and not book.read(SETTINGS).missing
    unknown = fault_of_format(book, partial(kinds_of, book)) if tells else ""
    earlier = earlier_of(book) if tells and not unknown else None
    plan: Kept = BroughtUp(book, earlier) if earlier else book
    summary = {table: book.read(table) for table in SUMMARY_TABLES if book.has(table)}
    shapes = {table: _table_shape(book, table, earlier) for table in (*MASTER_TABLES, *SUMMARY_TABLES) if book.has(table)}
    shape = Shape(tuple(book.sheets), shapes, tuple(file_blockers(book.path)), tuple(book.uneditable()), unknown)
    return Master(
        book.name,
        {table: plan.read(table) for table in MASTER_TABLES if plan.has(table)},
        summary,
        shape,
        today,
        _settings(book),
        kept(plan, StampKind.APPROVE) if plan.has(STAMPS) and not plan.read(STAMPS).missing else {},
        earlier,
        len(list(brought_up(earlier, missing_settings(book)))) if earlier else 0,
    )


def _settings(book: ClosedBook) -> Settings:
    """The settings; their defaults where one cannot be used, of which the rules about Settings tell."""
    try:
        return settings_of(book) if book.has(SETTINGS) else Settings()
    except SendxlError:
        return Settings()


def _table_shape(book: ClosedBook, table: Table, earlier: Format | None) -> TableShape:
    """How a table lies on its sheet; what keeps it from growing is asked of the tables that sendxl lets grow."""
    rows = book.read(earlier.as_it_was(table) if earlier else table)
    in_its_way = book.blockers(table) if table in GROWING else []
    return TableShape(
        headers={header: name(rows.top, column) for column, header in enumerate(rows.headers, rows.left)},
        filled=tuple(_filled(rows, book.blocks(table))),
        taken=_spots(in_its_way, BlockerKind.CELLS),
        stacked=_spots(in_its_way, BlockerKind.TABLE),
        arrays=_spots(in_its_way, BlockerKind.CALCULATED),
        ended=_spots(in_its_way, BlockerKind.END),
    )


def _filled(rows: Rows, blocks: Sequence[Block]) -> Iterator[Filled]:
    """The formulas that fill cells of rows of a table or, where it has none yet, of its blank row."""
    numbers = [row.number for row in rows] or rows.blank_rows
    for block in blocks if numbers else ():
        top, bottom = min(numbers), max(numbers)
        cells = {header: name(max(block.area.top, top), column) for column, header in enumerate(rows.headers, rows.left)
                 if block.area.meets(Area(top, column, bottom, column))}
        yield Filled(block.kind, str(block.area), block.area.top, block.area.bottom, cells)


def _spots(blockers: Sequence[Blocker], what: BlockerKind) -> tuple[Spot, ...]:
    """Those of one kind that keep a table from growing."""
    return tuple(Spot(str(blocker.area), name(blocker.area.top, blocker.area.left), blocker.name)
                 for blocker in blockers if blocker.what is what)
