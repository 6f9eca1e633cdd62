"""Tampering: what a lead could not change without taking off the protection."""

from collections.abc import Iterator

from sendxl.plan.finding import Severity
from sendxl.plan.registry import Hit
from sendxl.returns.file import ReturnedFile
from sendxl.returns.rows import ReturnedRow
from sendxl.returns.rules.identity import ref_and_title_disagree, title_keys
from sendxl.returns.rules.registry import Scope, rule


@rule("T01", Severity.NOTE, on=Scope.ROW,
      says="A locked cell was changed from {issued:quoted} to {found:quoted}. The change is ignored; ask the core team for it.")
def locked_cell_changed(row: ReturnedRow) -> Iterator[Hit]:
    """Changes of locked cells are ignored.

    Why: they show what the plan holds, and the plan is changed in the master. Saying so keeps a lead from thinking that
    a date has moved because they typed over it.

    Example: a lead took off the protection and changed Due.

    Put right: nothing need be done; to change the plan, ask the core team.
    """
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
