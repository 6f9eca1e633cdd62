"""What of a plan does not count, or counts for what cannot be meant: the errors that doctor would tell of its figures."""

from collections.abc import Iterator
from datetime import date

from sendxl.books.book import Book
from sendxl.checks import CHECKS, Master
from sendxl.figures.kept import kept
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.master import MEASURES, PLAN, POOLS, POSITION, PROFILE, SAVINGS, TARGETS, UNIT_COSTS
from sendxl.plan.schema import By
from sendxl.plan.settings import Settings
from sendxl.plan.vocabulary import StampKind

_MONEY = (SAVINGS, PROFILE, UNIT_COSTS, POOLS)  # whose figures nobody would miss who only reads the totals
_FIGURES = (PLAN, MEASURES, TARGETS, POSITION, *_MONEY)
_LINKED = (MEASURES, TARGETS, *_MONEY)  # rows that belong to one of another table; the leads of Plan are told by issue
_OF_CELLS = ("D03", "D05", "D06", "D07", "D54", "D55", "D56", "D57", "D62")
_GONE = "D65"
UNREADABLE = "D06"


def uncounted(book: Book, settings: Settings, today: date) -> list[Finding]:
    """The errors in the rows that figures follow from; not those in cells that refresh works out itself."""
    master = Master(book.name, {table: book.read(table) for table in _FIGURES}, today=today, settings=settings,
                    approved=kept(book, StampKind.APPROVE))
    return [finding for finding in _findings(master) if finding.severity is Severity.ERROR]


def as_told(finding: Finding) -> str:
    """A finding in one line: where it is, and what is to be done."""
    return f"{finding.place}{f' {finding.ref}' if finding.ref else ''}: {finding.message}"


def _findings(master: Master) -> Iterator[Finding]:
    for table, rows in master.tables.items():
        for code in _OF_CELLS:
            for finding in CHECKS[code].in_table(rows, master):
                if code != UNREADABLE or table.by_header[finding.column].by is not By.REFRESH:
                    yield finding
    for table in _LINKED:
        yield from CHECKS["D08"].in_table(master.tables[table], master)
    for check in CHECKS.values():
        if check.severity is Severity.ERROR and check.table in (MEASURES, *_MONEY):
            yield from check.findings(master)
    yield from CHECKS[_GONE].findings(master)
