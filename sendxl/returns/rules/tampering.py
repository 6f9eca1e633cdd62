"""Tampering: what a lead could not change without taking off the protection."""

from collections.abc import Iterator
from datetime import date

from sendxl.plan.finding import Severity
from sendxl.plan.registry import Hit
from sendxl.plan.schema import Type
from sendxl.returns.file import ReturnedFile
from sendxl.returns.rows import ReturnedCell, ReturnedRow
from sendxl.returns.rules.identity import ref_and_title_disagree, title_keys
from sendxl.returns.rules.registry import WHOM, Scope, rule

_EPOCHS_APART = 1_462  # days from 1 Jan 1900 to 1 Jan 1904, as Excel counts them


@rule("T01", Severity.NOTE, on=Scope.ROW,
      says="A locked cell was changed from {issued:quoted} to {found:quoted}. The change is ignored; ask " + WHOM + " for it.")
def locked_cell_changed(row: ReturnedRow) -> Iterator[Hit]:
    """Changes of locked cells are ignored.

    Why: they show what the plan holds, and the plan is changed in the master. Saying so keeps a lead from thinking that
    a date has moved because they typed over it.

    Example: a lead took off the protection and changed Due.

    Put right: nothing need be done; to change the plan, ask whoever sent the tracker out. Where the formulas of Check are
    gone, as some programs keep only what they showed, it is said once for the sheet: they are not read.
    """
    if row is row.table.returned[0]:
        for header, holds in row.table.worked_out.items():
            if not holds:
                yield Hit(row.table.place, words={"found": header},
                          says="The column {found} on the sheet {sheet} has lost its formulas, so that it stands still. It is "
                               "not read; nothing need be done.")
    if not row.issued or not row.touched:
        return
    asked = title_keys(row) if any(ref_and_title_disagree(row)) else ()  # I06 speaks of these instead
    for cell in row.touched:
        if cell.column.key not in asked:
            yield Hit(cell.place, words=cell.words)


@rule("T04", Severity.NOTE, on=Scope.FILE,
      says="The protection of the sheet {sheet} was removed. Its locked cells were compared.")
def protection_removed(file: ReturnedFile) -> Iterator[Hit]:
    """A sheet that was issued protected has come back without protection.

    Why: protection only keeps a lead from slips; what counts is that every locked cell was compared with what was
    issued (T01). Some programs drop it when they save.

    Example: a tracker saved by Google Sheets.

    Put right: nothing need be done.
    """
    yield from (Hit(table.place) for table in file.tables if not table.rows.protected)


@rule("T05", Severity.REJECT, on=Scope.TRACKER,
      says="All the dates of this workbook have moved by 1,462 days ({found}): its date system was switched, in Excel’s advanced "
           "options. Switch “Use 1904 date system” back, save it, and return it again.")
def date_system_switched(file: ReturnedFile) -> Iterator[Hit]:
    """The dates of a return are those that were issued, not all of them four years later or earlier.

    Why: Excel counts days from 1900 or from 1904. Where a workbook is switched from one to the other, every date in it
    shows another day, those that the lead typed among them, and none can be trusted.

    Example: a program that counts from 1904 saved the tracker, and shows Due as 1 Apr 2031 in place of 31 Mar 2027.

    Put right: in Excel, File › Options › Advanced, switch “Use 1904 date system” back; save it, and return it again.
    """
    for locked in (True, False) if file.is_genuine else ():
        moved = dict[int, ReturnedCell]()  # the first cell, by how far it has moved
        for cell, days in _moved(file, locked=locked):
            if not days:  # as the first mostly is
                return
            moved.setdefault(abs(days), cell)  # another than all the others was typed over
        if switched := moved.get(_EPOCHS_APART):
            found = f"{switched.column.header} of {switched.row.ref} shows {switched.found}"
            yield Hit(switched.place, words={"found": found})
        if moved:  # what a lead may type tells only where nothing else does
            return


def _moved(file: ReturnedFile, *, locked: bool) -> Iterator[tuple[ReturnedCell, int]]:
    """The dates in issued rows that a lead cannot type, or can, each with the days by which it is later than it was issued."""
    for table in file.tables:
        dates = [column for column in table.seen if column.type is Type.DATE and column.is_input is not locked]
        for row in table.returned if table.has_key else ():
            for cell in map(row.cell, dates) if row.issued else ():
                if isinstance(cell.issued, date) and isinstance(cell.value, date):
                    yield cell, (cell.value - cell.issued).days
