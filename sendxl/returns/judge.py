"""One return: from a file that a stranger may have made to its changes and findings."""

import hashlib
from contextlib import suppress
from datetime import date
from pathlib import Path

from sendxl.books.issued import PLAN_ID
from sendxl.errors import FileUnreadable
from sendxl.plan.registry import Hit
from sendxl.plan.values import Value
from sendxl.returns.file import Opening, ReturnedBook, ReturnedFile
from sendxl.returns.held import decide
from sendxl.returns.outcome import Change, NotChecked, Reported, Return
from sendxl.returns.personal import WITHHELD, withheld
from sendxl.returns.register import Register, Standing
from sendxl.returns.rows import ReturnedCell, ReturnedRow, ReturnedTable
from sendxl.returns.rules import RULES, Scope, columns_read, of_scope

_LARGEST = 1 << 30  # bytes of a file that is fingerprinted though it is not read

__all__ = ["Change", "NotChecked", "Reported", "Return", "validate_return"]


def validate_return(path: Path, register: Register, today: date) -> Return:
    """Check one returned tracker against the register; ``today`` is the day of validation.

    Whatever is wrong with the file is a finding, never an exception.
    """
    made = Return.of(path)
    opening, file = _open(path, register, today)
    for rule in of_scope(Scope.OPENING):
        made.findings += rule.findings(opening, made.file)
    if file is None:
        made.sha256 = sha256_of(path)
        return made
    made.sha256, made.sheets = file.sha256, tuple(file.sheets)
    made.saved = file.saved
    made.standing, made.asked, made.answers = register.standing(file.sha256), file.asked, file.answers
    if file.tracker and file.identity.get(PLAN_ID) == register.plan_id:  # as registered: a file may say anything of itself
        made.tracker = file.tracker.tracker
        made.lead, made.period = file.tracker.lead, file.tracker.period
    for rule in of_scope(Scope.TRACKER):
        made.findings += rule.findings(file, made.file)
    if file.is_genuine and made.standing is not Standing.DONE and not _dates_moved(made):
        for rule in of_scope(Scope.FILE):
            made.findings += rule.findings(file, made.file)
        for table in file.tables:
            _check_rows(table, made)
        for place, what in file.told_too_much.items():
            made.findings.append(RULES["Z05"].finding(Hit(place, words={"what": what, "found": WITHHELD}), made.file, place, {}))
    made.put_in_order()
    decide(made, register.decided)
    return made


def _dates_moved(made: Return) -> bool:
    """True if no date in it is what it seems: of its rows nothing else is to be said."""
    return any(finding.code == "T05" for finding in made.findings)


def _open(path: Path, register: Register, today: date) -> tuple[Opening, ReturnedFile | None]:
    try:
        return Opening(), ReturnedFile(ReturnedBook(path), register, today)
    except FileUnreadable as error:
        return Opening(str(error), error.fault), None
    except OSError as error:
        return Opening(f"the system says “{error.strerror or error}”"), None


def sha256_of(path: Path) -> str:
    """Fingerprint of a file; '' for one that cannot be read, or is of no size that a return has."""
    with suppress(OSError):
        if path.is_file() and path.stat().st_size <= _LARGEST:  # a pipe would not end, nor for long a disk image
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


def _check_rows(table: ReturnedTable, made: Return) -> None:
    """Ask the rules of rows and cells, and take down the changes."""
    of_rows, of_reported = of_scope(Scope.ROW, table.master), of_scope(Scope.REPORTED, table.master)
    if not table.has_key:
        made.not_checked += [NotChecked(rule.code, table.master.name) for rule in (*of_rows, *of_reported)]
        return
    for row in table.returned:
        unreadable = row.unreadable(columns_read(table.seen))
        for rule in (*of_rows, *of_reported) if row.issued and row.changed else of_rows:
            if unreadable and not unreadable.isdisjoint(rule.columns):
                made.not_checked.append(NotChecked(rule.code, table.master.name, row.ref))
            else:
                made.findings += rule.findings(row, made.file)
        if row.issued:
            for cell in row.cells:
                if cell.is_changed or cell.has_formula:
                    _check_cell(cell, made)
            made.changes += [_change(cell) for cell in row.changed]
            if row.changed or row.says_no_change:
                made.rows.append(_reported(row))


def _check_cell(cell: ReturnedCell, made: Return) -> None:
    for rule in of_scope(Scope.CELL, type=cell.type):
        if rule.reads and not cell.is_readable:
            place = cell.place
            made.not_checked.append(NotChecked(rule.code, place.table, place.ref, place.column))
        else:
            made.findings += rule.findings(cell, made.file)


def _change(cell: ReturnedCell) -> Change:
    place = cell.place
    returned: Value = cell.value if cell.is_readable else cell.found
    readable = cell.is_readable
    if isinstance(returned, str) and withheld(returned) != returned:  # Z05: it goes nowhere, not into Held either
        returned, readable = WITHHELD, False
    return Change(place.table, place.ref, cell.column.key, cell.issued, cell.base, returned, place, cell.type, readable)


def _reported(row: ReturnedRow) -> Reported:
    values = {cell.column.key: cell.value for cell in row.cells if cell.in_master}
    return Reported(row.table.master.name, row.ref, values, tuple(cell.column.key for cell in row.changed), row.place)
