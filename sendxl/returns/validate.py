"""One return: from a file that a stranger may have made to its changes and findings."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from sendxl.books.closed import ClosedBook
from sendxl.books.issued import PLAN_ID
from sendxl.plan.values import Value
from sendxl.returns.outcome import Change, NotChecked, Reported, Return
from sendxl.returns.register import Register, Standing
from sendxl.returns.returned import Opening, ReturnedFile, ReturnedTable
from sendxl.returns.rows import ReturnedCell, ReturnedRow
from sendxl.returns.rules import Rule, Scope, of_scope
from sendxl.xlsx.package import RETURN_LIMITS, PackageError

__all__ = ["Change", "NotChecked", "Reported", "Return", "validate_return"]


def validate_return(path: Path, register: Register, today: date) -> Return:
    """Check one returned tracker against the register; ``today`` is the day of validation.

    Whatever is wrong with the file is a finding, never an exception.
    """
    made = Return(path, path.name)
    opening, file = _open(path, register, today)
    for rule in of_scope(Scope.OPENING):
        made.findings += rule.findings(opening, made.file)
    if file is None:
        made.sha256 = _sha256(path)
        return made
    made.sha256, made.sheets = file.sha256, tuple(file.sheets)
    made.standing, made.answers = register.standing(file.sha256), file.answers
    if file.tracker and file.identity.get(PLAN_ID) == register.plan_id:  # as registered: a file may say anything of itself
        made.tracker = file.tracker.tracker
        made.lead, made.period = file.tracker.lead, file.tracker.period
    for rule in of_scope(Scope.TRACKER):
        made.findings += rule.findings(file, made.file)
    if file.is_genuine and made.standing is not Standing.DONE:
        for rule in of_scope(Scope.FILE):
            made.findings += rule.findings(file, made.file)
        for table in file.tables:
            _check_rows(table, made)
    made.put_in_order()
    return made


def _open(path: Path, register: Register, today: date) -> tuple[Opening, ReturnedFile | None]:
    try:
        return Opening(), ReturnedFile(ClosedBook(path, limits=RETURN_LIMITS, backups=0), register, today)
    except PackageError as error:
        return Opening(str(error)), None
    except OSError as error:
        return Opening(f"the system says “{error.strerror or error}”"), None


def _sha256(path: Path) -> str:
    with suppress(OSError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


def _check_rows(table: ReturnedTable, made: Return) -> None:
    """Ask the rules of rows and cells, and take down the changes."""
    if not table.has_key:
        made.not_checked += [NotChecked(rule.code, table.master.name) for rule in of_scope(Scope.ROW)]
        return
    for row in table.returned:
        for rule in of_scope(Scope.ROW):
            if row.can_read(rule.columns):
                made.findings += rule.findings(row, made.file)
            else:
                made.not_checked.append(NotChecked(rule.code, table.master.name, row.ref))
        if row.issued:
            for cell in row.cells:
                if cell.is_changed or cell.has_formula:
                    _check_cell(cell, made)
            made.changes += [_change(cell) for cell in row.changed]
            if row.changed or row.says_no_change:
                made.rows.append(_reported(row))


def _check_cell(cell: ReturnedCell, made: Return) -> None:
    for rule in _asked_of(cell):
        if rule.reads and not cell.is_readable:
            place = cell.place
            made.not_checked.append(NotChecked(rule.code, place.table, place.ref, place.column))
        else:
            made.findings += rule.findings(cell, made.file)


def _asked_of(cell: ReturnedCell) -> Iterator[Rule]:
    return (rule for rule in of_scope(Scope.CELL) if not rule.types or cell.type in rule.types)


def _change(cell: ReturnedCell) -> Change:
    place = cell.place
    returned: Value = cell.value if cell.is_readable else cell.found
    return Change(place.table, place.ref, cell.column.key, cell.issued, cell.base, returned, place, cell.type,
                  cell.is_readable)


def _reported(row: ReturnedRow) -> Reported:
    values = {cell.column.key: cell.value for cell in row.cells if cell.in_master}
    return Reported(row.table.master.name, row.ref, values, tuple(cell.column.key for cell in row.changed), row.place)
