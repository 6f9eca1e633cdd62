"""What would stop sendxl from writing into a master, found before it is tried: each refusal, where it is, how to mend it."""

from collections.abc import Iterator, Sequence

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.closed.replace import hindrances
from sendxl.checks.master_view import BELOW, ERROR, FORMULA, NOTE, Fault
from sendxl.checks.rows_of_plan import Check
from sendxl.plan.finding import Finding
from sendxl.plan.master import HELD, MASTER_TABLES, READINGS, SETTINGS, STAMPS, TRACKERS, UPDATES, YEARS
from sendxl.plan.rows import Rows
from sendxl.plan.schema import By, Table
from sendxl.xlsx.edit.blockers import Block, What
from sendxl.xlsx.read.address import Area, name, parse_area

MANY_STAMPS = 500_000
"""Rows of Stamps beyond which each run waits noticeably for them: time for ``archive``."""
GROWING = (YEARS, TRACKERS, HELD, UPDATES, READINGS, STAMPS)
_WRITTEN = (By.REFRESH, By.LEAD, By.SENDXL)
HINDERED = Fault("D41", ERROR, "Nothing can be written now: {why}")
UNEDITABLE = Fault("D42", ERROR, "Nothing can be written into this workbook: {why}")
BLOCK = Fault("D43", ERROR, "{header} lies in {kind} over {area}, and sendxl writes there but overwrites none: stamping and "
                            "refreshing are refused. Select {area}, copy it, and paste it in its place as values.")
TAKEN = Fault("D44", ERROR, "{area}, below the table {table}, is not empty: as soon as the table must grow over it, that is "
                            "refused. Move what is there beside the table or to another sheet.")
STACKED = Fault("D45", ERROR, "The table {other} stands below the table {table}: as soon as this must grow over it, that is "
                              "refused. Move it to another sheet.")
CALCULATED = Fault("D46", ERROR, "The column “{other}” is one array formula, so no row can be added to the table {table}: "
                                 "stamping and refreshing are refused. Make it an ordinary formula, or delete the column.")
ENDED = Fault("D47", ERROR, "The table {table} ends with the last row of the sheet, so no row can be added to it: stamping and "
                            "refreshing are refused. Drag its corner up to its last filled row.")
LONG = Fault("D48", NOTE, "Stamps has {rows} rows, and every run takes longer for it. Run “sendxl archive {master}”: it moves "
                          "closed years to a workbook beside it.")
PERIOD_FORMULA = Check("D49", ERROR, "Reporting period holds a formula, and “sendxl issue” writes there but overwrites none. "
                                     "Replace it by its value.",
                       SETTINGS, "value", lambda row, _: row.key == "Reporting period" and row.cell("value").stored.formula,
                       ("setting",))
FAULTS: tuple[Fault, ...] = (HINDERED, UNEDITABLE, BLOCK, TAKEN, STACKED, CALCULATED, ENDED, LONG, PERIOD_FORMULA)
_SAYS = {What.CELLS: TAKEN, What.TABLE: STACKED, What.CALCULATED: CALCULATED, What.END: ENDED}


def hindered(book: ClosedBook) -> Iterator[Finding]:
    """Everything in a master, or around it, for which a run that writes would be refused."""
    for fault, reasons in ((HINDERED, hindrances(book.path)), (UNEDITABLE, book.uneditable())):
        for why in reasons:
            yield Finding(fault.code, fault.severity, book.name, fault.says.format(why=why))
    for table in MASTER_TABLES:
        if book.has(table):
            yield from _in_blocks(book.read(table), book.blocks(table), book.name)
    for table in GROWING:
        if book.has(table):
            yield from _kept_short(book, table)
    if book.has(STAMPS) and len(rows := book.read(STAMPS)) > MANY_STAMPS:
        yield LONG.on_sheet(book.name, rows.sheet, "", STAMPS, rows=f"{len(rows):,}", master=book.name)


def _in_blocks(rows: Rows, blocks: Sequence[Block], file: str) -> Iterator[Finding]:
    """Formulas that fill cells which sendxl writes, each told once for the table, at the first of these."""
    numbers = [row.number for row in rows] if not rows.table.append_only else []
    numbers += rows.blank_rows if not rows else ()
    for block in blocks if numbers else ():
        for column in (column for column in rows.table if column.by in _WRITTEN and column.header in rows.headers):
            at = rows.left + rows.headers.index(column.header)
            if block.area.meets(Area(min(numbers), at, max(numbers), at)):
                cell = name(max(block.area.top, min(numbers)), at)
                yield BLOCK.on_sheet(file, rows.sheet, cell, rows.table, "", column.header, str(block.area), kind=block.kind,
                                     area=str(block.area))
                break


def _kept_short(book: ClosedBook, table: Table) -> Iterator[Finding]:
    sheet = book.read(table).sheet
    for obstacle in book.obstacles(table):
        cell = name(obstacle.area.top, obstacle.area.left)
        yield _SAYS[obstacle.what].on_sheet(book.name, sheet, cell, table, area=str(obstacle.area), other=obstacle.name)


def without_doubles(found: Sequence[Finding]) -> list[Finding]:
    """The findings without those that a hindrance at the same cells says better."""
    blocked = [(finding.sheet, parse_area(finding.found)) for finding in found if finding.code == BLOCK.code]
    short = {finding.table for finding in found if finding.code in (TAKEN.code, STACKED.code)}

    def is_double(finding: Finding) -> bool:
        if finding.code == BELOW.code:
            return finding.table in short
        return finding.code == FORMULA.code and any(
            finding.sheet == sheet and area.meets(parse_area(finding.cell)) for sheet, area in blocked)

    return [finding for finding in found if not is_double(finding)]
