"""doctor: everything in a master that a person should mend, all at once: where it is, what is wrong, what to do. Reads only."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.checks.master_view import ERROR, NOTE, Fault, Master, doubles
from sendxl.checks.rows_of_plan import CHECKS, Check, Words, examine, needed
from sendxl.desktop.diagnosis import Level, Look, machine
from sendxl.errors import FileUnreadable, SettingError
from sendxl.jobs.blockers import PERIOD_FORMULA, hindered, without_doubles
from sendxl.jobs.opening import open_master
from sendxl.plan.finding import Finding
from sendxl.plan.master import MASTER_TABLES, SETTINGS
from sendxl.plan.periods import parse_financial_year, parse_period
from sendxl.plan.rows import Row, Rows
from sendxl.plan.settings import Settings
from sendxl.plan.settings import columns as setting_columns
from sendxl.plan.summary import PARTS, SUMMARY_TABLES
from sendxl.plan.tracker import IDENTITY
from sendxl.plan.values import nearest, to_text
from sendxl.xlsx.read.address import name, parse_cell


@dataclass(frozen=True)
class Diagnosis:
    """What there is to mend in the master at ``path``: in the order of its sheets, and down each sheet."""

    path: Path
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """True if there is nothing to mend."""
        return not self.findings

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
    def sound(self) -> bool:
        """True if the add-in can work here."""
        return not self.problems

    @property
    def summary(self) -> str:
        """How much there is to mend, in words."""
        return f"{self.problems} to mend." if self.problems else "Nothing to mend."


NO_TABLE = Fault("D01", ERROR, "There is no table called {table}. If it was renamed, give it its old name back: click in it, "
                               "then Table Design, Table Name. If it was deleted, take it from a backup.")
NO_COLUMN = Fault("D02", ERROR, "{sheet} has no column headed “{header}”{mend}")
NO_TOTALS = Fault("D37", NOTE, "The Summary has no table called {table} any more, so it is not kept up to date. If that was not "
                               "meant, take it from a backup.")
NO_FORMULA = Fault("D38", NOTE, "{header} holds {found} in place of a formula, so refresh leaves it alone. If that was not "
                                "meant, copy the formula from the row above or below.")


@overload
def doctor(master: Path | str) -> Diagnosis: ...
@overload
def doctor(master: None = None) -> Fitness: ...
def doctor(master: Path | str | None = None) -> Diagnosis | Fitness:
    """Look through the master at ``master`` and tell what a person should mend; nothing is written.

    Without one, look at this computer: can the add-in run here? Unusable where the file cannot be read or has nothing of a
    master.
    """
    return _of_master(master) if master is not None else Fitness(machine())


def _of_master(path: Path | str) -> Diagnosis:
    book = _opened(path)
    sheets = list(book.sheets)
    tables = {table: book.read(table) for table in MASTER_TABLES if book.has(table)}
    found = list(_missing_tables(book))
    for rows in tables.values():
        found += missing_columns(rows, book.name)
    found += _summary(book)
    found += hindered(book)
    found += examine(Master(book.name, tables), (*CHECKS, *SETTING_CHECKS, PERIOD_FORMULA))

    def place(finding: Finding) -> tuple[int, tuple[int, int], str]:
        sheet = sheets.index(finding.sheet) if finding.sheet in sheets else -1
        return sheet, parse_cell(finding.cell) if finding.cell else (0, 0), finding.code

    return Diagnosis(book.path, tuple(sorted(without_doubles(found), key=place)))


def _opened(path: Path | str) -> ClosedBook:
    """The workbook at ``path`` if it has tables of a master, be they all there or not."""
    try:
        book = ClosedBook(path)
        if any(book.has(table) for table in MASTER_TABLES) and not book.has(IDENTITY):  # a tracker has that
            return book
    except (FileUnreadable, OSError):
        pass
    return open_master(path)  # which says why it is not one


def _missing_tables(book: ClosedBook) -> Iterator[Finding]:
    for table in MASTER_TABLES:
        if not book.has(table):
            sheet = table.title if table.title in book.sheets else ""
            yield NO_TABLE.on_sheet(book.name, sheet, "", table)


def _summary(book: ClosedBook) -> Iterator[Finding]:
    """What is no longer kept up to date on the Summary, which is its owner's to change."""
    for table in SUMMARY_TABLES:
        if not book.has(table):
            yield NO_TOTALS.on_sheet(book.name, "", "", table)
            continue
        yield from missing_columns(book.read(table), book.name)
        yield from doubles(book.read(table), book.name)
    for part in PARTS:
        rows = book.read(part.table) if book.has(part.table) else ()
        for row in rows:
            for key in part.of_row(row.key) if row.key else ():
                if row.cell(key).stored.address and not row.cell(key).stored.formula:
                    yield NO_FORMULA.at(book.name, book.read(part.table), row, key)


def missing_columns(rows: Rows, file: str) -> Iterator[Finding]:
    """Declared columns that a table lacks, each with the header that may have been made of its own."""
    strange = [header for header in rows.headers if header and header not in rows.table.by_header]
    for header in rows.missing:
        near = nearest(header, strange)
        renamed = near if near and nearest(near, rows.missing) == header else None
        mend = f"; there is “{renamed}”: rename it to “{header}”." if renamed else ". Put its header back."
        cell = name(rows.top, rows.left + rows.headers.index(renamed)) if renamed else ""
        yield NO_COLUMN.on_sheet(file, rows.sheet, cell, rows.table, "", header, renamed or "", mend=mend)


_KNOWN = [column.header for _, column in setting_columns()]
_WRITTEN: Mapping[str, Callable[[str], object]] = {
    "Reporting period": parse_period, "First year": parse_financial_year,
}


def _renamed(row: Row, master: Master) -> Iterator[Words]:
    """A setting that goes by another name: the one it was has its default, and nobody notices."""
    gone = [header for header in _KNOWN if not master.row(SETTINGS, header)]
    near = nearest(row.key, gone) if row.key and row.key not in _KNOWN else None
    if near:
        yield {"near": near}


def _unusable(row: Row, _: Master) -> Iterator[Words]:
    cell = row.cell("value")
    try:
        Settings.read({row.key: cell.stored} if cell.problem is None else {})
    except SettingError as error:
        yield {"why": str(error).removeprefix("Settings: ")}


def _not_written_so(row: Row, _: Master) -> Iterator[Words]:
    text = to_text(row.value)
    try:
        if text and row.key in _WRITTEN:
            _WRITTEN[row.key](text)
    except ValueError as error:
        yield {"why": str(error)}


SETTING_CHECKS = (
    Check("D33", ERROR, "There is no setting “{found}”, so “{near}” has its default. Rename it to “{near}”.",
          SETTINGS, "setting", _renamed),
    Check("D34", ERROR, "{why}", SETTINGS, "value", _unusable, ("setting",)),
    Check("D35", ERROR, "{why}", SETTINGS, "value", _not_written_so, ("setting",)),
    needed("D36", ERROR, "Plan id is blank, so no tracker can be issued and no return known again. Put it back from a backup.",
           SETTINGS, "value", lambda row: row.key == "Plan id", ("setting",)),
)
