"""Cells: can each be read as its column says, is it within limits and among its choices, and may sendxl write there?"""

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import partial
from itertools import repeat
from typing import Any

from sendxl.checks.registry import Scope, at, check, found, rows_where
from sendxl.checks.view import Master
from sendxl.plan.finding import Severity
from sendxl.plan.likeness import as_seen, difference, unseen
from sendxl.plan.master import MASTER_TABLES, MEASURES, PLAN, SAVINGS, SETTINGS, TARGETS
from sendxl.plan.registry import Hit
from sendxl.plan.rows import Row, Rows
from sendxl.plan.schema import NUMERIC, PEOPLE, Against, Breach, By, Column, Table, Type, by_name
from sendxl.plan.settings import Settings
from sendxl.plan.settings import columns as setting_columns
from sendxl.plan.values import Cell, Problem, Value, nearest, show, to_text, to_texts
from sendxl.plan.vocabulary import Kind

_UNREAD: Mapping[Problem, str] = {
    Problem.EXCEL_ERROR: "the error {found}. Type the value in its place.",
    Problem.NOT_A_NUMBER: "“{found}”, which is not a number. Enter digits only; put anything else in words beside it.",
    Problem.NOT_A_DATE: "“{found}”, which is not a date that can be read in one way only. Write it like 31 Dec 2026.",
    Problem.NEVER_WORKED_OUT: "a formula that was never worked out, so it was not read. Open the workbook in Excel and save it, "
                              "or type the value in its place.",
    Problem.NOT_IN_LIST: "“{found}”, which is not in its list.{maybe} Choose one of: {choices}.",
}
_COMPUTED = "“{found}”, which cannot be right. Do not type here: run “sendxl refresh”, which works it out afresh."
_WRITTEN = (By.REFRESH, By.LEAD, By.SENDXL)
_COUNTED_BY: Mapping[Table, tuple[str, ...]] = {PLAN: ("theme", "lead"), SAVINGS: ("type", "fund")}
_SUGGESTED = 100  # wrong values for which a near one is looked up: among thousands of choices that takes long


def written(table: Table) -> list[Column]:
    """The columns of a table that sendxl writes."""
    return [column for column in table if column.by in _WRITTEN]


def maybe(text: str, choices: Iterable[str]) -> str:
    """A choice near to what was typed, as a question; '' where none is."""
    near = nearest(text, choices)
    return f" Did you mean “{near}”?" if near else ""


@check("D06", Severity.ERROR, on=Scope.TABLE, says="{column} holds {what}")
def cell_unreadable(rows: Rows, master: Master) -> Iterator[Hit]:
    """A cell holds what its column is for: a number, a date, one of a list.

    Why: what cannot be read counts for nothing, and is never taken for blank or 0. Logs, such as Updates and Stamps, are
    left as they are: nobody is to correct them.

    Example: Due holds “end of term”; Actual holds “12 approx”; Status, which refresh works out, holds “Ontrack”.

    Put right: type the value as the message says, and put words into a column for words beside it. Where refresh works
    the column out, run “sendxl refresh”.
    """
    for row, column, cell in rows.odd(rows.table) if not rows.table.append_only else ():
        if cell.problem:
            text, choices = found(row, column.key), tuple(column.choices or ())
            says = _COMPUTED if column.by is By.REFRESH and text else _UNREAD[cell.problem]
            what = says.format(found=text, maybe=maybe(text, choices), choices=", ".join(choices))
            yield at(rows, row, column.key, what=what)


@check("D07", Severity.ERROR, on=Scope.TABLE, says="{column} is {found}, but can be {limit} at the {end}. Correct it.")
def number_outside_limits(rows: Rows, master: Master) -> Iterator[Hit]:
    """A number that a person typed is within the limits of its column.

    Why: beyond them it cannot be meant: 145% of the work, less than no places, a contract worth more than any plan holds.
    It would spoil the figures that are worked out from it.

    Example: % complete is 145%; Planned quantity is -6.

    Put right: correct the number. The limits of each column stand in the reference of columns (“sendxl columns”).
    """
    for column in (column for column in rows.table if column.by in PEOPLE and column.type in NUMERIC):
        for row, breach in _against(rows, column):
            if not _percent_meant(row, column):
                end = "least" if breach.against is Against.LOW else "most"
                yield at(rows, row, column.key, limit=show(breach.limit, row.type_of(column)), end=end)


_PERCENT_FROM = 2  # shares from here on are percentages that were typed without their sign: 145% is none, 4500% is
_WHOLE = 100


def _against(rows: Rows, column: Column) -> Iterator[tuple[Row, Breach]]:
    """The rows in which a number is beyond the limits of its column, each with the limit."""
    kinds = rows.values(rows.table.kind) if column.by_kind and rows.table.kind else [None] * len(rows)
    for row, (value, kind) in rows_where(rows, zip(rows.values(column.key), kinds, strict=True),
                                         lambda cell: column.judge(*cell) is not None):
        if breach := column.judge(value, kind):
            yield row, breach


def _percent_meant(row: Row, column: Column) -> bool:
    """True for a share beyond its limits that is 71, as 71 was typed where 71% was meant."""
    value = row[column.key]
    return isinstance(value, (int, float)) and _PERCENT_FROM <= value <= _WHOLE and row.type_of(column) is Type.FRACTION


@check("D57", Severity.ERROR, on=Scope.TABLE,
       says="{column} is {found}: {typed} stands there where {meant} is probably meant. Type it with its sign, as in {meant}.")
def percentage_without_its_sign(rows: Rows, master: Master) -> Iterator[Hit]:
    """A share is stored as a share: 71% as 0.71, not as 71.

    Why: 71 is 7,100%. Whatever is worked out from it is wrong a hundredfold. It is told of shares of people's columns, of
    interim targets of measures in %, and of the shares in Settings.

    Example: Baseline of a Percentage measure holds 71; At risk from in Settings holds 75.

    Put right: type the percentage with its sign.
    """
    if rows.table is SETTINGS:
        yield from _shares_of_settings(rows)
        return
    shares = [column for column in rows.table if column.by in PEOPLE and (column.type is Type.FRACTION or column.by_kind)]
    for column in shares:
        for row, _ in _against(rows, column):
            if _percent_meant(row, column):
                yield _hundredfold(rows, row, column.key, row[column.key])
    if rows.table is TARGETS and master.has(MEASURES, "kind"):
        for row in rows:
            measure, level = master.row(MEASURES, to_text(row["measure_ref"])), row["expected"]
            in_percent = measure is not None and measure.kind in (Kind.PERCENTAGE, Kind.NUMBER_AND_SHARE)
            if in_percent and isinstance(level, (int, float)) and _PERCENT_FROM <= level <= _WHOLE:
                yield _hundredfold(rows, row, "expected", level)


def _shares_of_settings(rows: Rows) -> Iterator[Hit]:
    defaults = Settings()
    shares = {as_seen(column.header) for key, column in setting_columns()
              if column.type is Type.NUMBER and getattr(defaults, key) < 1}
    for row in rows:
        value = row["value"]
        if as_seen(row.key) in shares and isinstance(value, (int, float)) and _PERCENT_FROM <= value <= _WHOLE:
            yield _hundredfold(rows, row, "value", value)


def _hundredfold(rows: Rows, row: Row, key: str, value: Any) -> Hit:
    return at(rows, row, key, found=show(value, Type.FRACTION), typed=show(value), meant=show(value / _WHOLE, Type.FRACTION))


@check("D50", Severity.ERROR, on=Scope.TABLE, says="{column} is blank, and is needed{why}. {do}.")
def required_cell_blank(rows: Rows, master: Master) -> Iterator[Hit]:
    """A column that is required is filled, always or where another one is.

    Why: without it the row cannot be judged: a count without its Out of, a value without its day. What a lead is to fill
    is missed in rows in which a lead has filled anything; nothing is asked of the others.

    Example: Actual is filled, and Actual on is blank.

    Put right: fill the cell that is named; where it is a lead’s, ask the lead what it should hold.
    """
    added = master.earlier.added(rows.table) if master.earlier else ()  # which an upgrade fills
    asked = [column for column in rows.table if column.header in rows.headers and column.by in PEOPLE and column not in added
             and (column.required or column.required_with)]
    for column in asked:
        of_lead = column.by is By.LEAD
        needed = map(_holds_anything, rows.held(column.required_with)) if column.required_with else repeat(True)
        for row, is_needed, held in zip(rows, needed, rows.held(column.key), strict=False):
            if not is_needed or _holds_anything(held):
                continue
            filled = _Filled(row)
            breach = column.judge(None, row.measured_as, filled)
            if breach and breach.against is Against.REQUIRED_WITH:
                why = f" where {rows.table[column.required_with].header} is filled"
            elif breach and breach.against is Against.REQUIRED and (not of_lead or filled.by_lead):
                why = " in a row that is reported on" if of_lead else ""
            else:
                continue
            yield at(rows, row, column.key, why=why, do="Ask its lead, and fill it" if of_lead else "Fill it")


def _holds_anything(held: Value | Cell) -> bool:
    """True for a cell that holds anything, readable or not, be it a formula that shows nothing."""
    return held.stored.formula or not held.blank if isinstance(held, Cell) else held is not None


class _Filled(Set[str]):
    """Keys of the columns of a row that are filled, readable or not, each told when it is asked for."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and _holds_anything(self._row.held(key))

    def __iter__(self) -> Iterator[str]:
        return (column.key for column in self._row.table if column.key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def by_lead(self) -> bool:
        """True if a lead filled any of them."""
        return any(column.by is By.LEAD and column.key in self for column in self._row.table)


def _links() -> Iterator[tuple[Table, str, Table, str]]:
    tables = by_name(MASTER_TABLES)
    for table in MASTER_TABLES:
        for column in table:
            if column.choices_from:
                name, header = column.choices_from
                yield table, column.key, tables[name], tables[name].by_header[header].key


LINKS = tuple(_links())  # a column, and that which its values come from


@check("D08", Severity.ERROR, on=Scope.TABLE,
       says="{column} holds “{value}”, which {to} does not have.{maybe} Correct it, or add it to {to}.")
def choice_unknown(rows: Rows, master: Master) -> Iterator[Hit]:
    """What a column takes from another table is there: a lead in Leads, a Ref in Plan or Savings, a code in Pools.

    Why: what is named nowhere else belongs to nothing: a measure to no activity, an activity to no lead. A blank cell is
    none of this rule; other rules say where one is missed.

    Example: Lead holds “Head of Place”, and Leads has the title “Head of Places”.

    Put right: choose what was meant, which the message names where it is near; or add the row that is missing.
    """
    for table, key, to, choices in LINKS:
        if table is rows.table and master.has(table, key) and master.has(to, choices):
            yield from _unknown(rows, key, to, to_texts(master.tables[to].values(choices)))


def _unknown(rows: Rows, key: str, to: Table, offered: list[str]) -> Iterator[Hit]:
    known, suggested = set(map(as_seen, offered)), 0

    def unknown(value: Value) -> list[str]:
        text = to_text(value)
        parts = (part.strip() for part in (text.split(";") if rows.table[key].many else [text]))
        return [part for part in parts if part and as_seen(part) not in known]

    for row, value in rows_where(rows, rows.values(key), unknown):
        for part in unknown(value):
            suggested += 1
            near = maybe(part, offered) if suggested <= _SUGGESTED else ""
            yield at(rows, row, key, value=part, to=to.title, maybe=near)


@check("D39", Severity.ERROR, on=Scope.TABLE,
       says="{column} holds a formula, and sendxl writes there but overwrites none: stamping and refreshing are refused. Replace "
            "it by its value.")
def formula_where_sendxl_writes(rows: Rows, master: Master) -> Iterator[Hit]:
    """No formula stands in a column that sendxl writes, by stamping or by refresh.

    Why: somebody made the formula for a reason, so it is not overwritten; and as all of a run is written or nothing,
    nothing is. A formula that fills several cells is told by D43.

    Example: % complete of an activity was set to =AVERAGE(A1:A3).

    Put right: copy the cell and paste it in its place as a value. A formula of your own belongs into a column of your own.
    """
    filled = master.shape.of(rows.table).filled
    for row, column, cell in rows.odd(written(rows.table)) if not rows.table.append_only else ():
        if cell.stored.formula and not any(
                column.header in one.cells and one.top <= row.number <= one.bottom for one in filled):
            yield at(rows, row, column.key)


@check("D40", Severity.ERROR, on=Scope.TABLE,
       says="{column} “{found}” {how}, so the formulas of the Summary do not count it with the others. Type it again.")
def space_of_another_kind(rows: Rows, master: Master) -> Iterator[Hit]:
    """Words that the Summary counts by, such as Theme, Lead, Type and Fund, have no spaces but plain ones, and nothing unseen.

    Why: a no-break space or a line break looks like a space, but Excel's formulas tell them apart, as they do a text with a
    character that nobody sees. The row would then be missing from its total.

    Example: Theme was pasted from a web page, as “Early”, a no-break space, and “help”.

    Put right: type the words again, or choose them from the list of the cell.
    """
    for key in _COUNTED_BY.get(rows.table, ()):
        for row, text in rows_where(rows, rows.as_written(key), partial(spaced_otherwise, rows.table, key)):
            words = " ".join(filter(None, str(text).split(" ")))  # plain ones are no matter
            yield at(rows, row, key, how=difference(words, ""))


def spaced_otherwise(table: Table, key: str, text: Value) -> bool:
    """True for the text of a cell by which the Summary counts, and which it misses for its spaces or unseen characters."""
    return key in _COUNTED_BY.get(table, ()) and isinstance(text, str) and any(
        unseen(letter) or (letter.isspace() and letter != " ") for letter in text)
