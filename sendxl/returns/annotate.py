"""The copy of a return that goes back to its lead: the same workbook, its bad cells marked, its queries listed.

A return may be such a copy itself. What was put right since loses its mark, and its row of Queries says that it is
settled. The row stays: by the questions asked the later of two versions of a return is known.
"""

import re
import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path, PurePath

from sendxl.books.book import AppendRows, Edit, Mark, OpenOn, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.look import Look
from sendxl.errors import FileUnreadable, Refused, Unwritable, writing
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import PLAN
from sendxl.plan.tracker import QUERIES, TRACKED, Query
from sendxl.plan.values import Value, to_text
from sendxl.returns.file import ReturnedBook
from sendxl.returns.outcome import Return
from sendxl.returns.queries import asked_in, first_line, question, told

_LOOKS = {Severity.REJECT: Look.PROBLEM, Severity.ERROR: Look.PROBLEM, Severity.QUERY: Look.QUERY}
_SETTLED = "Settled: nothing is asked here any more."
_TITLE_ROW = 1  # of the sheet Queries, which says in a copy how much there is to do
_TAB = "C00000"
_IN_NAME = " (to correct)"
_COPY = re.compile(rf"{re.escape(_IN_NAME)}(?: \(\d+\))?\.xlsx", re.IGNORECASE)
_UNSAFE = ("S01", "Z02", "Z04", "Z06")


def copy_name(file: str) -> str:
    """The name of the copy of a return that goes back, which says that it is one."""
    path = PurePath(file)
    return f"{_COPY.sub('', path.name) if is_copy(path.name) else path.stem}{_IN_NAME}.xlsx"


def is_copy(name: str) -> bool:
    """True for the name of a copy that goes back."""
    return _COPY.search(name) is not None


def annotate(returned: Return, path: Path, due: date | None = None, today: date | None = None) -> bool:
    """Write the annotated copy of a return to ``path``; False where there is nothing to send back, or no way to.

    It opens on Queries, where the first line says how much there is to do, and by when it is ``due``.

    Every cell of the original stays as it is, but for the fill of those that were found wrong; Queries gets a row for
    each finding that a lead is to act on and that is not there yet. Marks and rows of what is found no more go, or say
    so. A file that cannot be read or edited, or is no tracker, is not copied, and one that was found unsafe is not opened again.
    Unwritable where there is no room for the copy.
    """
    standing = [finding for finding in returned.findings if finding.severity in _LOOKS]
    findings = [finding for finding in standing if not finding.is_explained]
    if not findings or not returned.tracker or any(finding.code in _UNSAFE for finding in findings):
        return False
    try:
        with writing(path):
            shutil.copyfile(returned.path, path)
        book = ReturnedBook(path)
        line = first_line(findings, due, today)
        shown: list[Edit] = [SetCells(QUERIES, QUERIES.key.key, {_TITLE_ROW: line}),
                 OpenOn(book.sheet_of(QUERIES), _TAB)] if book.has(QUERIES) else []
        book.apply([*_settled(standing, book), *_marks(findings, book), *_queries(findings, book), *shown])
    except (FileUnreadable, Refused) as error:
        path.unlink(missing_ok=True)
        if isinstance(error, Unwritable):
            raise
        return False
    return True


def _marks(findings: Iterable[Finding], book: ClosedBook) -> Iterable[Edit]:
    """A cell that has both is marked as wrong, not as asked about."""
    cells: dict[tuple[str, str], Look] = {}
    for finding in findings:
        place, look = (finding.sheet, finding.cell), _LOOKS[finding.severity]
        if finding.cell and finding.sheet in book.sheets and cells.get(place) is not Look.PROBLEM:
            cells[place] = look
    return [Mark(sheet, cell, look) for (sheet, cell), look in cells.items()]


def _settled(standing: Sequence[Finding], book: ClosedBook) -> Iterable[Edit]:
    """Marks off the cells that are right by now, and word of it in Queries; a question that stands again is asked again.

    What was issued in Queries, with its explanation of an earlier period and of no column, stays.
    """
    asked = {question(finding): finding for finding in standing}
    marked = {(finding.sheet, finding.cell) for finding in standing}
    says: dict[int, Value] = {}
    for row in book.read(QUERIES) if book.has(QUERIES) else ():
        finding = asked.get(asked_in(row))
        issued = row.column is None and row.explanation is not None
        says_settled, explained = row.what_to_do == _SETTLED, bool(finding and finding.explanation and not finding.is_explained)
        if (says_settled == (finding is None) and not explained) or (issued and not finding):
            continue
        says[row.number] = told(finding) if finding else _SETTLED
        for mark in () if finding else _unmarked(row, book):
            if (mark.sheet, mark.cell) not in marked:
                yield mark
    if says:
        yield SetCells(QUERIES, "what_to_do", says)


def _unmarked(asked: Query, book: ClosedBook) -> Iterable[Mark]:
    """The mark off the cell that a row of Queries is about: it goes by ref and column, as rows may have been sorted."""
    for table in filter(book.has, TRACKED.values()):
        rows, ref = book.read(table), as_seen(to_text(asked.ref))
        row, column = next((row for row in rows if as_seen(row.key) == ref), None), table.by_header.get(to_text(asked.column))
        if row and column and (cell := row.stored(column.key).address):
            yield Mark(rows.sheet, cell, Look.INPUT if column.is_input else Look.PLAIN)


def _queries(findings: Iterable[Finding], book: ClosedBook) -> Iterable[Edit]:
    if not book.has(QUERIES):
        return []
    there = book.read(QUERIES)
    asked, titles = set(map(asked_in, there)), _titles(book)
    gravest = sorted(findings, key=lambda finding: list(Severity).index(finding.severity))
    new = {question(finding): finding for finding in gravest if question(finding) not in asked}
    rows: list[dict[str, Value]] = [
        {"code": finding.code, "cell": finding.place if finding.cell else None, "ref": finding.ref or None,
         "column": finding.column or None, "found": finding.found or None, "what_to_do": told(finding)}
        for finding in new.values()
    ]
    if QUERIES["activity"].header not in there.missing:  # a tracker of an earlier version has no such column
        rows = [{**row, "activity": titles.get(as_seen(to_text(row["ref"]).partition(".")[0]))} for row in rows]
    return [AppendRows(QUERIES, rows)] if rows else []


def _titles(book: ClosedBook) -> dict[str, Value]:
    """The titles of the activities of a return, by ref as it is seen."""
    table = TRACKED[PLAN]
    return {as_seen(row.key): row["activity"] for row in book.read(table)} if book.has(table) else {}
