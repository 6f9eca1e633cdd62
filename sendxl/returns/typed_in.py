"""One value that an officer types for a lead, judged by the same rules as what leads return."""

from collections.abc import Mapping
from datetime import date, datetime

from sendxl.plan.finding import Severity
from sendxl.plan.rows import Row, Rows, Store
from sendxl.plan.schema import Column, Table
from sendxl.plan.tracker import TRACKED
from sendxl.plan.values import CellKind, Stored, Value, to_text
from sendxl.returns.register import Register
from sendxl.returns.rows import Origin, ReturnedTable
from sendxl.returns.rules import Scope, of_scope


class _Typed(Store):
    """One row as the plan holds it, but for one cell."""

    def __init__(self, table: Table, cells: Mapping[str, Stored]) -> None:
        super().__init__(table, (1,))
        self._cells = cells

    def fetch(self, index: int, key: str) -> Stored:
        return self._cells.get(key, Stored())


def judged(register: Register, today: date, table: Table, ref: str, column: Column,
           typed: Stored) -> tuple[Value, list[str]]:
    """What was typed for a cell of the plan, as its column reads it, and why it cannot stand there, one message a fault.

    ``typed`` is the cell it was typed into. It is judged as if it came back in a tracker that shows what the plan holds now;
    what a lead would only be asked about has its answer in the officer's reason.
    """
    seen = TRACKED[table]
    holds = register.values[table.name].get(ref, {})
    issued = {of.header: to_text(holds.get(of.key)) for of in seen}
    row = _Typed(seen, {**{of.key: _stored(value) for of in seen if (value := holds.get(of.key)) is not None},
                        seen.key.key: _stored(ref), column.key: typed})
    origin = Origin({}, {table.name: {ref: issued}}, register, today)
    [returned] = ReturnedTable(origin, table, seen, Rows(seen, [Row(row, 0)], [of.header for of in seen]), {}).returned
    cell = returned.cell(seen[column.key])
    found = [finding for rule in of_scope(Scope.CELL, type=cell.type)
             if not rule.reads or (cell.is_readable if rule.doubts else cell.can_be_read) for finding in rule.findings(cell, "")]
    if cell.can_be_read and not cell.is_blank:
        found += [finding for rule in of_scope(Scope.REPORTED, table) if returned.unreadable(rule.columns) == set()
                  for finding in rule.findings(returned, "") if finding.column == column.header]
    faults = [one.message for one in found
              if one.severity is Severity.ERROR or (one.severity is Severity.QUERY and cell.is_doubtful)]
    return (None, faults) if faults else (cell.value, [])


def _stored(value: Value) -> Stored:
    """A value as a cell of its own kind holds it."""
    if isinstance(value, datetime):
        return Stored(CellKind.DATE, value)
    if isinstance(value, date):
        return Stored(CellKind.DATE, datetime(value.year, value.month, value.day))
    kind = CellKind.TEXT if isinstance(value, str) else CellKind.NUMBER
    return Stored(kind, value, to_text(value), percent=kind is CellKind.NUMBER)
