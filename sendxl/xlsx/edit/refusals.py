"""Refusals that edits of a closed and of an open workbook have in common, in the same words."""

from sendxl.xlsx.edit.write import Refusal

_GROW = "so that the table can grow"


def no_room(where: str) -> Refusal:
    """A table would reach beyond the end of its sheet."""
    return Refusal(f"{where}: the sheet has no room for so many rows. Move old rows to another workbook.")


def not_empty(cell: str) -> Refusal:
    """A cell that a table would take in holds something."""
    return Refusal(f"{cell}, below the table, is not empty. Move what is there, {_GROW}.")


def merged(cells: str) -> Refusal:
    """Cells that a table would take in are merged, or touch such as are."""
    return Refusal(f"{cells}, below the table, touches a merged range. Unmerge it, {_GROW}.")


def holds_formula(cell: str, what: str = "a formula") -> Refusal:
    """A value would take the place of a formula."""
    return Refusal(f"{cell} holds {what}; it is not overwritten. Replace it with its value, then run again.")


def no_formula(cell: str) -> Refusal:
    """A computed value would be set where nothing is computed."""
    return Refusal(f"{cell} holds no formula, so there is no computed value to set.")


def cannot_hold(cell: str, error: ValueError) -> Refusal:
    """A value is such as no cell can hold."""
    return Refusal(f"{cell}: {error}.")
