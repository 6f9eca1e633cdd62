"""One return: from a file that a stranger may have made to its changes and findings."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from sendxl.books.issued import PLAN_ID, typed_in
from sendxl.errors import FileUnreadable
from sendxl.plan.finding import Finding
from sendxl.plan.registry import Hit
from sendxl.plan.values import Value
from sendxl.returns.file import Opening, ReturnedBook, ReturnedFile
from sendxl.returns.held import decide
from sendxl.returns.outcome import Change, NotChecked, Reported, Return
from sendxl.returns.personal import WITHHELD
from sendxl.returns.register import Register, Standing
from sendxl.returns.rows import ReturnedCell, ReturnedRow, ReturnedTable
from sendxl.returns.rules import RULES, Scope, columns_read, of_scope

_LARGEST = 1 << 30  # bytes of a file that is fingerprinted though it is not read

__all__ = ["Change", "NotChecked", "Reported", "Return", "validate_return"]


def validate_return(path: Path, register: Register | None, today: date) -> Return:
    """Check one returned tracker against the register, or without one by what it says itself; ``today``: the day of it.

    Whatever is wrong with the file is a finding, never an exception.
    """
    returned = Return.of(path)
    opening, file = _open(path, register, today)
    for rule in of_scope(Scope.OPENING):
        returned.findings += rule.findings(opening, returned.file)
    if file is None:
        returned.sha256 = sha256_of(path)
        return returned
    register = file.register
    returned.sha256, returned.sheets = file.sha256, tuple(file.sheets)
    returned.saved = file.saved
    returned.standing, returned.asked, returned.answers = register.standing(file.sha256), file.asked, file.answers
    if file.tracker and file.identity.get(PLAN_ID) == register.plan_id:  # as registered: a file may say anything of itself
        returned.tracker = file.tracker.tracker
        returned.lead, returned.period = file.tracker.lead, file.tracker.period
        returned.typed_in = typed_in(file.identity)
    for rule in of_scope(Scope.TRACKER):
        returned.findings += rule.findings(file, returned.file)
    if file.is_genuine and returned.standing is not Standing.DONE and not _dates_moved(returned):
        for rule in of_scope(Scope.FILE):
            returned.findings += rule.findings(file, returned.file)
        for table in file.tables:
            _check_rows(table, returned)
        for place, what in file.told_too_much.items():
            hit = Hit(place, words={"what": what, "found": WITHHELD})
            returned.findings.append(RULES["Z05"].finding(hit, returned.file, place, {}))
    returned.put_in_order()
    decide(returned, register.decided)
    return returned


def _dates_moved(returned: Return) -> bool:
    """True if no date in it is what it seems: of its rows nothing else is to be said."""
    return any(finding.code == "T05" for finding in returned.findings)


def _open(path: Path, register: Register | None, today: date) -> tuple[Opening, ReturnedFile | None]:
    try:
        return Opening(), ReturnedFile(ReturnedBook(path), register, today)
    except FileUnreadable as error:
        return Opening(error.why, error.fault), None
    except OSError as error:
        return Opening(f"the system says “{error.strerror or error}”"), None


def sha256_of(path: Path) -> str:
    """Fingerprint of a file; '' for one that cannot be read, or is of no size that a return has."""
    with suppress(OSError):
        if path.is_file() and path.stat().st_size <= _LARGEST:  # a pipe would not end, nor for long a disk image
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


def _check_rows(table: ReturnedTable, returned: Return) -> None:
    """Ask the rules of rows and cells, and take down the changes."""
    of_rows, of_reported = of_scope(Scope.ROW, table.master), of_scope(Scope.REPORTED, table.master)
    if not table.has_key:
        returned.not_checked += [NotChecked(rule.code, table.master.name) for rule in (*of_rows, *of_reported)]
        return
    read = columns_read(table.seen)
    for row in table.returned:
        found: list[Finding] = []
        unreadable = row.unreadable(read)
        for rule in (*of_rows, *of_reported) if row.issued and row.changed else of_rows:
            if unreadable and not unreadable.isdisjoint(rule.columns):
                returned.not_checked.append(NotChecked(rule.code, table.master.name, row.ref))
            else:
                found += rule.findings(row, returned.file)
        if row.issued:
            for cell in row.answers:
                found += _check_cell(cell, returned)
            returned.changes += [_change(cell) for cell in row.changed]
            if row.changed or row.says_no_change:
                returned.rows.append(_reported(row))
        if found:
            returned.findings += _told_once(found, returned)


def _told_once(found: list[Finding], returned: Return) -> Iterator[Finding]:
    """The findings of a row, but for those that follow from another finding of the same cell."""
    holding = {(finding.cell, finding.code) for finding in found if finding.severity.holds}
    for finding in found:
        if any((finding.cell, code) in holding for code in RULES[finding.code].follows):
            returned.not_checked.append(NotChecked(finding.code, finding.table, finding.ref, finding.column))
        else:
            yield finding


def _check_cell(cell: ReturnedCell, returned: Return) -> Iterator[Finding]:
    readable, sure = cell.is_readable, cell.can_be_read
    for rule in of_scope(Scope.CELL, type=cell.type):
        if rule.reads and not (readable if rule.doubts else sure):
            place = cell.place
            returned.not_checked.append(NotChecked(rule.code, place.table, place.ref, place.column))
        else:
            yield from rule.findings(cell, returned.file)


def _change(cell: ReturnedCell) -> Change:
    place = cell.place
    returned: Value = cell.value if cell.is_readable else cell.found
    readable = cell.can_be_read
    if cell.looks_personal:  # Z05: it goes nowhere, not into Held either
        returned, readable = WITHHELD, False
    return Change(place.table, place.ref, cell.column.key, cell.issued, cell.base, returned, place, cell.type, readable)


def _reported(row: ReturnedRow) -> Reported:
    values = {key: row.came_back(key) for key in row.table.filled if key in row.table.master.by_key}
    return Reported(row.table.master.name, row.ref, values, tuple(cell.column.key for cell in row.changed), row.place)
