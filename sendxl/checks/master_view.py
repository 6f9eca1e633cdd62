"""What a person should mend in the rows of a master: every fault declared once. Told the rows, it reads no file.

What stands in a table or column that the master lacks is not checked: that it is missing is told once, by the doctor.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from sendxl.figures.unit_saving import costs_of
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.master import LEADS, MASTER_TABLES, PLAN, POOLS, SAVINGS, UNIT_COSTS
from sendxl.plan.rows import Row, Rows
from sendxl.plan.schema import NUMERIC, PEOPLE, Against, By, Table
from sendxl.plan.values import Problem, nearest, show, to_text

ERROR, NOTE = Severity.ERROR, Severity.NOTE
Words: TypeAlias = Mapping[str, str]  # that a message names
_WRITTEN = (By.REFRESH, By.LEAD, By.SENDXL)
_COUNTED_BY: Mapping[Table, tuple[str, ...]] = {PLAN: ("theme", "lead"), SAVINGS: ("type", "fund")}
_FOLDED = (UNIT_COSTS, POOLS)  # small and capital letters of their codes are the same
_QUOTED = 60  # characters of a cell that a message quotes


@dataclass(frozen=True)
class Master:
    """The tables of a master that are there; ``file`` is its name."""

    file: str
    tables: Mapping[Table, Rows]

    def has(self, table: Table, key: str) -> bool:
        """True if the table is there and has the column of that key."""
        return table in self.tables and table[key].header in self.tables[table].headers

    def row(self, table: Table, key: str | None) -> Row | None:
        """The row of that key; None where there is none."""
        return self._rows[table].get(key) if key and table in self._rows else None

    @cached_property
    def _rows(self) -> Mapping[Table, Mapping[str, Row]]:
        return {table: rows.by_key for table, rows in self.tables.items()}

    @cached_property
    def costs(self) -> Mapping[str, Decimal | None]:
        """Annual cost in pounds by code in small letters."""
        return costs_of(self.tables.get(UNIT_COSTS, ()))


@dataclass(frozen=True)
class Fault:
    """A kind of thing to mend. ``says`` is its message, with {words} to be filled in."""

    code: str
    severity: Severity
    says: str

    def at(self, file: str, rows: Rows, row: Row, key: str, **words: str) -> Finding:
        """The fault in a row, at its cell of the column of that key."""
        cell = row.cell(key).stored.address
        return self.on_sheet(file, rows.sheet, cell, rows.table, row.key, rows.table[key].header, _found(row, key),
                             row=str(row.number), **words)

    def on_sheet(self, file: str, sheet: str, cell: str, table: Table, ref: str = "", header: str = "", found: str = "",
                 **words: str) -> Finding:
        """The fault anywhere on a sheet, or on none."""
        message = self.says.format_map({"sheet": sheet, "table": table.name, "header": header, "found": found, **words})
        return Finding(self.code, self.severity, file, message, sheet, cell, table.name, ref, header, found)


KEYLESS = Fault("D03", ERROR, "The row has no {header}, so it does not count. Give it one.")
DOUBLE = Fault("D04", ERROR, "{header} {found} stands in rows {first} and {row}. Give one of them another, or delete the row.")
BELOW = Fault("D05", ERROR, "Row {row} stands below the table, so it does not count. Drag the table’s corner down to take it in.")
UNREADABLE = Fault("D06", ERROR, "{header} holds {what}")
OUTSIDE = Fault("D07", ERROR, "{header} is {found}, but can be {limit} at the {end}. Correct it.")
UNKNOWN = Fault("D08", ERROR, "{header} holds “{value}”, which {to} does not have.{maybe} Correct it, or add it to {to}.")

FORMULA = Fault("D39", ERROR, "{header} holds a formula, and sendxl writes there but overwrites none: stamping and refreshing "
                              "are refused. Replace it by its value.")
ODD_SPACE = Fault("D40", ERROR, "{header} “{found}” has a no-break space or a line break in it, so the formulas of the Summary "
                                "do not count it with the others. Type it again.")

_UNREAD: Mapping[Problem, str] = {
    Problem.EXCEL_ERROR: "the error {found}. Type the value in its place.",
    Problem.NOT_A_NUMBER: "“{found}”, which is not a number. Enter digits only; put anything else in words beside it.",
    Problem.NOT_A_DATE: "“{found}”, which is not a date that can be read in one way only. Write it like 31 Dec 2026.",
    Problem.NOT_IN_LIST: "“{found}”, which is not in its list.{maybe} Choose one of: {choices}.",
}
_COMPUTED = "“{found}”, which cannot be right. Do not type here: run “sendxl refresh”, which works it out afresh."


def without_key(rows: Rows, file: str) -> Iterator[Finding]:
    """Rows that nothing names."""
    key = rows.table.key
    if key.header in rows.headers:
        yield from (KEYLESS.at(file, rows, row, key.key) for row in rows if row.cell(key.key).blank)


def doubles(rows: Rows, file: str) -> Iterator[Finding]:
    """Keys, and titles of leads, that stand in more than one row; told at each row but the first."""
    for key in (rows.table.key.key, *(["title"] if rows.table is LEADS else [])):
        first: dict[str, int] = {}
        for row in rows:
            text = to_text(row.cell(key).value)
            text = text.casefold() if rows.table in (*_FOLDED, LEADS) else text
            if text and first.setdefault(text, row.number) != row.number:
                yield DOUBLE.at(file, rows, row, key, first=str(first[text]))


def below_table(rows: Rows, file: str) -> Iterator[Finding]:
    """Rows that were typed under the table."""
    yield from (BELOW.at(file, rows, row, rows.table.key.key) for row in rows.below)


def unreadable(rows: Rows, file: str) -> Iterator[Finding]:
    """Cells that cannot be read as the type of their column; of logs, which nobody is to correct, none."""
    for row in rows if not rows.table.append_only else ():
        for column in rows.table:
            cell = row.cell(column.key)
            if cell.problem:
                found, choices = _found(row, column.key), tuple(column.choices or ())
                says = _COMPUTED if column.by is By.REFRESH else _UNREAD[cell.problem]
                what = says.format(found=found, maybe=maybe(found, choices), choices=", ".join(choices))
                yield UNREADABLE.at(file, rows, row, column.key, what=what)


def outside_limits(rows: Rows, file: str) -> Iterator[Finding]:
    """Numbers of people's columns that are below or above the limits of their column, or beyond what any plan holds."""
    for column in (column for column in rows.table if column.by in PEOPLE and column.type in NUMERIC):
        for row in rows:
            kind = row.cell("kind").value if "kind" in rows.table.by_key else None
            breach = column.judge(row.cell(column.key).value, kind)
            if breach:
                end = "least" if breach.against is Against.LOW else "most"
                yield OUTSIDE.at(file, rows, row, column.key, limit=show(breach.limit, column.type_in(kind)), end=end)


def formulas(rows: Rows, file: str) -> Iterator[Finding]:
    """Formulas in columns that sendxl writes: it overwrites none, and so writes nothing at all."""
    for column in (column for column in rows.table if column.by in _WRITTEN):
        for row in rows if not rows.table.append_only else ():
            if row.cell(column.key).stored.formula:
                yield FORMULA.at(file, rows, row, column.key)


def odd_spaces(rows: Rows, file: str) -> Iterator[Finding]:
    """Words that the Summary counts by, with a space or line break in them that its formulas do not take for one."""
    for key in _COUNTED_BY.get(rows.table, ()):
        for row in rows:
            text = row.cell(key).stored.value
            if isinstance(text, str) and any(letter.isspace() and letter != " " for letter in text):
                yield ODD_SPACE.at(file, rows, row, key)


EVERY_TABLE: tuple[Callable[[Rows, str], Iterator[Finding]], ...] = (
    without_key, doubles, below_table, unreadable, outside_limits, formulas, odd_spaces,
)


def _links() -> Iterator[tuple[Table, str, Table, str]]:
    tables = {table.name: table for table in MASTER_TABLES}
    for table in MASTER_TABLES:
        for column in table:
            if column.choices_from:
                name, header = column.choices_from
                yield table, column.key, tables[name], tables[name].by_header[header].key


LINKS = tuple(_links())  # a column, and that which its values come from


_SUGGESTED = 100  # wrong values for which a near one is looked up: among thousands of choices that takes long


def unknown(table: Table, key: str, to: Table, choices: str, master: Master) -> Iterator[Finding]:
    """Values of a column that are not in the column that they are to come from; a blank one is none."""
    if not (master.has(table, key) and master.has(to, choices)):
        return
    offered = [to_text(row.cell(choices).value) for row in master.tables[to]]
    known, rows = {_compared(choice, to) for choice in offered}, master.tables[table]
    suggested = 0
    for row in rows:
        text = to_text(row.cell(key).value)
        for value in (part.strip() for part in (text.split(";") if table[key].many else [text])):
            if value and _compared(value, to) not in known:
                suggested += 1
                near = maybe(value, offered) if suggested <= _SUGGESTED else ""
                yield UNKNOWN.at(master.file, rows, row, key, value=value, to=to.title, maybe=near)


def _compared(text: str, table: Table) -> str:
    return text.casefold() if table in _FOLDED else text


def maybe(text: str, choices: Iterable[str]) -> str:
    """A choice near to what was typed, as a question; '' where none is."""
    near = nearest(text, choices)
    return f" Did you mean “{near}”?" if near else ""


def _found(row: Row, key: str) -> str:
    """What a cell holds, on one line and cut short."""
    cell, column = row.cell(key), row.table[key]
    text = show(cell.value, column.type) if cell.problem is None else to_text(cell.stored.value) or cell.stored.raw
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rstrip()} …"
