"""The copy of a return that goes back to its lead: the same workbook, its bad cells marked, its queries listed."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from sendxl.books.book import AppendRows, Edit, Mark, Refused
from sendxl.books.closed import ClosedBook
from sendxl.books.look import Look
from sendxl.plan.columns import QUERIES
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.values import Value
from sendxl.returns.outcome import Return, asked_in, question
from sendxl.xlsx.package import RETURN_LIMITS, PackageError

_LOOKS = {Severity.REJECT: Look.PROBLEM, Severity.ERROR: Look.PROBLEM, Severity.QUERY: Look.QUERY}
_UNSAFE = ("S01", "Z02", "Z04", "Z06")


def annotate(found: Return, path: Path) -> bool:
    """Write the annotated copy of a return to ``path``; False where there is nothing to send back, or no way to.

    Every cell of the original stays as it is, but for the fill of those that were found wrong; Queries gets a row for
    each finding that a lead is to act on and that is not there yet. A file that cannot be read or edited is not copied,
    and one that was found unsafe is not opened again.
    """
    findings = [finding for finding in found.findings if finding.severity in _LOOKS and not finding.explanation]
    if not findings or any(finding.code in _UNSAFE for finding in findings):
        return False
    shutil.copyfile(found.path, path)
    try:
        book = ClosedBook(path, limits=RETURN_LIMITS, backups=0)
        book.apply([*_marks(findings, book), *_queries(findings, book)])
    except (PackageError, Refused):
        path.unlink()
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


def _queries(findings: Iterable[Finding], book: ClosedBook) -> Iterable[Edit]:
    if not book.has(QUERIES):
        return []
    asked = set(map(asked_in, book.read(QUERIES)))
    new = {question(finding): finding for finding in findings if question(finding) not in asked}
    rows: list[dict[str, Value]] = [
        {"code": finding.code, "cell": finding.place if finding.cell else None, "ref": finding.ref or None,
         "column": finding.column or None, "found": finding.found or None, "what_to_do": finding.message}
        for finding in new.values()
    ]
    return [AppendRows(QUERIES, rows)] if rows else []
