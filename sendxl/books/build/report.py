"""The report of a validation as a workbook: the returns, what was found in them, the rules, and whom to remind."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sendxl.books import look
from sendxl.books.build.save import save
from sendxl.books.build.sheet import Given, Placed, at, lay, new_sheet
from sendxl.plan.finding import Severity
from sendxl.plan.master import HELD as MASTERS_HELD
from sendxl.plan.rows import Row
from sendxl.plan.schema import Column, Table, Type
from sendxl.plan.vocabulary import Outcome
from sendxl.xlsx.read.references import on_sheet

if TYPE_CHECKING:
    from openpyxl import Workbook

T = Type
RETURNS = Table("Returns", "One row for each file that came back. Held: some rows are not applied; rejected: none is.", Row,
                group="plan", frozen=1, columns=(
    Column("File", T.TEXT, "The file, with a link to it.", width=28),
    Column("Lead", T.TEXT, "Lead role that it was issued to.", width=28),
    Column("Period", T.TEXT, "Reporting period.", width=11),
    Column("Outcome", T.CHOICE, "What becomes of it.", choices=Outcome, width=11),
    Column("Changes", T.COUNT, "Cells that the lead changed.", width=10),
    Column("Held changes", T.COUNT, "Those of them that are not applied.", width=10),
    Column("Rejects", T.COUNT, "Findings that reject the whole return.", width=9),
    Column("Errors", T.COUNT, "Findings that hold a row.", width=9),
    Column("Queries", T.COUNT, "Findings that hold a row until they are explained.", width=9),
    Column("Notes", T.COUNT, "Findings that only tell.", width=9),
    Column("Not checked", T.COUNT, "Rules that could not be asked, as a cell could not be read.", width=10),
    Column("Rules not checked", T.WORDS, "Which rules, and where.", width=24),
    Column("Tracker", T.TEXT, "Permanent name of the tracker.", width=24, folded=True),
    Column("SHA-256", T.TEXT, "Fingerprint of the file.", width=68, folded=True),
))
FINDINGS = Table("Findings", "One row for each thing found. Filter by File to see one return.", Row, group="control", frozen=1,
                 columns=(
    Column("File", T.TEXT, "The file it was found in, with a link to it.", width=26),
    Column("Lead", T.TEXT, "Lead role that it was issued to.", width=24),
    Column("Severity", T.CHOICE, "Reject, error, query or note.", choices=Severity, width=10),
    Column("Code", T.TEXT, "The rule; see Rules.", width=8),
    Column("Sheet", T.TEXT, "Sheet of the return.", width=12),
    Column("Cell", T.TEXT, "Cell on that sheet, with a link to it.", width=8),
    Column("Ref", T.TEXT, "Row of the plan.", width=13),
    Column("Column", T.TEXT, "Column of the table.", width=16),
    Column("Found", T.WORDS, "What was found.", width=30),
    Column("What to do", T.WORDS, "What it means and how to put it right.", width=56),
    Column("Explanation", T.WORDS, "The lead's answer to a query, which then holds nothing.", width=26),
))
RULES = Table("Rules", "One row for each rule that returns are checked by.", Row, group="reference", frozen=1, columns=(
    Column("Code", T.TEXT, "Permanent code.", width=8),
    Column("Family", T.TEXT, "What the rule is about.", width=15),
    Column("Severity", T.CHOICE, "Its severity; a finding may be milder.", choices=Severity, width=10),
    Column("Rule", T.TEXT, "Its name.", width=26),
    Column("Meaning", T.WORDS, "What is checked, why, an example, and how to put it right.", width=100),
))
CHASERS = Table("Chasers", "One reminder for each lead with something outstanding. “sendxl chase” writes them as drafts.", Row,
                group="control", frozen=1, columns=(
    Column("Lead", T.TEXT, "Lead role that is to be reminded.", width=24),
    Column("Name", T.TEXT, "Who holds it now.", width=16),
    Column("Email", T.TEXT, "Where the reminder goes; blank where Leads has none.", width=26),
    Column("Period", T.TEXT, "Reporting period.", width=11),
    Column("Due on", T.DATE, "Day by which it was to be back.", width=12),
    Column("Why", T.TEXT, "Overdue, held or rejected.", width=13),
    Column("Outstanding", T.WORDS, "What is outstanding, with what to do.", width=56),
    Column("Subject", T.TEXT, "Subject of the reminder.", width=28),
    Column("Text", T.WORDS, "The reminder, to be copied; a very long list is cut short here, not in a draft.", width=96),
    Column("Tracker", T.TEXT, "Permanent names of the trackers.", width=26, folded=True),
))
CHANGES = Table("Changes", "One row for each cell of a lead's column that is changed.", Row, group="plan", frozen=2, columns=(
    Column("Table", T.TEXT, "Table of the master.", width=11),
    Column("Ref", T.TEXT, "Row of that table.", width=13),
    Column("Column", T.TEXT, "Column of that table.", width=20),
    Column("Old", T.WORDS, "Value before.", width=44),
    Column("New", T.WORDS, "Value after.", width=44),
    Column("Lead", T.TEXT, "Lead role that it comes from.", width=28),
    Column("File", T.TEXT, "File that it came in.", width=28),
))
STATUSES = Table("Statuses", "One row for each activity that is touched, with its status as the next refresh will work it out.",
                 Row, group="plan", frozen=1, columns=(
    Column("Ref", T.TEXT, "The activity.", width=11),
    Column("Activity", T.WORDS, "What is done.", width=50),
    Column("Before", T.TEXT, "Status without these changes.", width=14),
    Column("After", T.TEXT, "Status with them.", width=14),
    Column("Reason", T.WORDS, "Why it would be so.", width=60),
))
HELD = Table("Held", "One row for each cell or row that is not applied, as an officer will find it in Held.", Row,
             group="control", frozen=1, columns=tuple(MASTERS_HELD[key] for key in (
    "lead", "ref", "activity", "column", "what_to_do", "returned", "master", "other", "issued", "code", "table",
    "return",
)))
LINES = Table("Lines", "All that a message in Excel has no room for; what is here can be copied.", Row, group="reference",
              frozen=1, columns=(
    Column("No", T.COUNT, "Their order.", width=6),
    Column("Line", T.WORDS, "One thing.", width=140),
))
_MOST_LINKS, _LONGEST_SHEET = 65_530, 31  # on one sheet, and letters of its name: Excel takes no more
_FILLS: Mapping[str, str] = {
    Severity.REJECT: look.Look.PROBLEM.value, Severity.ERROR: look.Look.PROBLEM.value,
    Severity.QUERY: look.Look.QUERY.value, Outcome.REJECTED: look.Look.PROBLEM.value,
    Outcome.HELD: look.Look.QUERY.value, Outcome.ACCEPTED: look.GOOD_FILL,
}


def build_report(
    path: Path, *, returns: Sequence[Given], findings: Sequence[Given], rules: Sequence[Given],
    chasers: Sequence[Given] | None = None, links: Sequence[Path] = (), found_in: Sequence[Path] = (),
    title: str = "Validation of returns", changes: Sequence[Given] | None = None, statuses: Sequence[Given] | None = None,
    held: Sequence[Given] | None = None,
) -> None:
    """Build the report at ``path``, replacing what is there. The same input gives the same bytes.

    Rows are values by column key of ``RETURNS``, ``FINDINGS``, ``RULES``, ``CHASERS``, ``CHANGES``, ``STATUSES`` and
    ``HELD`` (None: no such sheet);
    ``links`` are the files of ``returns``, ``found_in`` those of ``findings``, in the same order.
    """
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    for table, rows in ((CHANGES, changes), (STATUSES, statuses), (HELD, held)):
        if rows is not None:
            _sheet(book, table, rows, title)
    placed = _sheet(book, RETURNS, returns, title)
    for row, target in enumerate(links, placed.top + 1):
        _link(placed, row, RETURNS["file"], target, path.parent)
    _fill(placed, RETURNS["outcome"])
    placed = _sheet(book, FINDINGS, findings, title)
    for row, (finding, target) in enumerate(zip(findings[:_MOST_LINKS // 2], found_in, strict=False), placed.top + 1):
        _link_finding(placed, row, finding, target, path.parent)
    _fill(placed, FINDINGS["severity"])
    _sheet(book, RULES, rules, title)
    if chasers is not None:
        _sheet(book, CHASERS, chasers, title)
    book.properties.creator, book.properties.title = "sendxl", title
    save(book, path)


def build_list(path: Path, lines: Sequence[str], title: str) -> None:
    """Build a workbook of lines, one a row, at ``path``."""
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    _sheet(book, LINES, [{"no": number, "line": line} for number, line in enumerate(lines, 1)], title)
    book.properties.creator, book.properties.title = "sendxl", title
    save(book, path)


def _sheet(book: "Workbook", table: Table, rows: Sequence[Given], title: str) -> Placed:
    return lay(new_sheet(book, table.title, table.group), table, rows, title=title)


def _fill(placed: Placed, column: Column) -> None:
    """Fill the words of a column by what they ask for."""
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import PatternFill
    from openpyxl.styles.differential import DifferentialStyle

    for word in column.choices or ():
        if fill := _FILLS.get(word):
            shown = DifferentialStyle(fill=PatternFill("solid", bgColor=fill))
            rule = Rule("cellIs", operator="equal", formula=[f'"{word}"'], dxf=shown)
            placed.sheet.conditional_formatting.add(placed.cells(column), rule)


def _link(placed: Placed, row: int, column: Column, target: Path, folder: Path, place: str | None = None) -> None:
    """Link a cell to a file, or a place in it: from the report's folder, so that both may be moved together."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell = at(placed.sheet, row, placed.table.columns.index(column) + 1)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, target=_address(target, folder), location=place)
    cell.font = look.font(color=look.LINK, underline=True)


def _link_finding(placed: Placed, row: int, finding: Given, target: Path, folder: Path) -> None:
    """Link a finding's file to it, and its cell straight to the cell on its sheet."""
    _link(placed, row, FINDINGS["file"], target, folder)
    sheet, cell = str(finding["sheet"]), str(finding["cell"])
    if cell and len(sheet) <= _LONGEST_SHEET:
        _link(placed, row, FINDINGS["cell"], target, folder, on_sheet(sheet, cell))


def _address(target: Path, folder: Path, relative: Callable[[str, str], str] = os.path.relpath) -> str:
    from urllib.parse import quote

    place = os.path.realpath(target)  # which a link to itself has as well
    try:
        return quote(Path(relative(place, os.path.realpath(folder))).as_posix())
    except ValueError:  # on another drive
        return Path(place).as_uri()
