"""Drop-downs, limits and input messages, all from the declaration of the column."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from sendxl.books.build.sheet import Placed
from sendxl.books.look import by_sendxl
from sendxl.plan.schema import By, Column, Table, Type
from sendxl.plan.values import serial, show

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Source = Callable[[Column], str | None]

_TITLE, _TEXT = 32, 255  # Excel's limits for the title and the text of a message
_DAYS = (date(2000, 1, 1), date(2099, 12, 31))
_WHAT = {Type.COUNT: "a whole number", Type.FRACTION: "a percentage", Type.MONEY: "an amount in pounds"}
_FROM: dict[By, str] = {
    By.REFRESH: "Computed by refresh; do not type here.",
    By.SENDXL: "Written by sendxl; do not type here.",
    By.LEAD: "From the lead's tracker, by stamping.",
    By.FINANCE: "Filled by finance.",
}


def check_master(placed: Placed, source: Source) -> None:
    """Give every column of a master's table its message, and those that people fill their limits.

    ``source`` names the list that a column chooses from. What sendxl alone writes and only adds to needs no message
    in every cell: its sheet says so once.
    """
    if placed.table.append_only:
        return
    for column in placed.table:
        needed = "" if column.by is By.LEAD else _needed(placed.table, column)
        says = " ".join(part for part in (_FROM.get(column.by, ""), column.help, needed) if part)
        check(placed.sheet, placed.cells(column), column, None if by_sendxl(column) else source, says,
              blank=column.by is By.LEAD or not column.required)


def check_inputs(placed: Placed) -> None:
    """Give the columns that a lead fills their message, limits and drop-down; the words offered stand in the rule.

    Words in the rule itself rather than on a hidden sheet: they are few, they survive every program that a return may
    pass through, and nothing hidden can get lost.
    """
    for column in placed.table:
        if column.is_input:
            says = " ".join(part for part in (column.help, _needed(placed.table, column)) if part)
            check(placed.sheet, placed.cells(column), column, inline, says, blank=not column.required)


def _needed(table: Table, column: Column) -> str:
    """When the column must be filled, for its message; '' where it need not be.

    A rule of Excel cannot look beside its own cell and offer a list as well, so what depends on another column is said.
    """
    if column.required:
        return "Needed in every row that you report on." if column.by is By.LEAD else "Needed in every row."
    return f"Needed where {table[column.required_with].header} is filled." if column.required_with else ""


def inline(column: Column) -> str | None:
    """The words of a closed list as a rule holds them: quoted, with commas between."""
    if column.choices is None:
        return None
    if any("," in word for word in column.choices) or len(",".join(column.choices)) > _TEXT:
        raise ValueError(f"the words of {column.header} do not fit into a rule")
    return f'"{",".join(column.choices)}"'


def check(sheet: "Worksheet", cells: str, column: Column, source: Source | None, says: str, *, blank: bool = True) -> None:
    """Give cells an input message and, unless ``source`` is None, the limits that follow from the column.

    Unless ``blank``, Excel refuses that a cell be typed empty.
    """
    from openpyxl.worksheet.datavalidation import DataValidation

    limits = _limits(column, source, blank=blank) if source else {}
    rule = DataValidation(allow_blank=blank, showInputMessage=True, showErrorMessage=bool(limits), **limits)
    rule.promptTitle, rule.prompt = column.header[:_TITLE], says[:_TEXT]
    if limits:
        rule.errorTitle, rule.error = column.header[:_TITLE], expects(column, blank=blank)
    rule.add(cells)
    sheet.add_data_validation(rule)


def expects(column: Column, *, blank: bool) -> str:
    """What a cell of the column takes, as a sentence for whoever typed something else."""
    otherwise = ", or leave the cell blank" if blank else ""
    if column.choices or column.choices_from:
        return f"Choose a value from the list{otherwise}."
    if column.type in (Type.DATE, Type.MOMENT):
        return f"Enter a date, as in 31 Mar 2027{otherwise}."
    if column.limits_in() is None:
        return "Enter some words: the cell is needed."
    low, high = (None if limit is None else show(limit, column.type) for limit in (column.low, column.high))
    reach = f" from {low} to {high}" if low and high else f", {low} or more" if low else f", {high} or less" if high else ""
    return f"Enter {_WHAT.get(column.type, 'a number')}{reach}, without words{otherwise}."


def _limits(column: Column, source: Source, *, blank: bool) -> dict[str, Any]:
    offered = source(column)
    if offered:
        return {"type": "list", "formula1": offered}
    if column.type in (Type.DATE, Type.MOMENT):
        first, last = (str(serial(day)) for day in _DAYS)
        return {"type": "date", "operator": "between", "formula1": first, "formula2": last}
    reach = column.limits_in()
    if reach is None:
        return {} if blank else {"type": "textLength", "operator": "greaterThanOrEqual", "formula1": "1"}
    low, high = reach
    return {"type": "whole" if column.type is Type.COUNT else "decimal", "operator": "between",
            "formula1": f"{low:.15g}", "formula2": f"{high:.15g}"}
