"""The mapping of a published plan as a form: how it would be read, and what an officer chooses instead."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.plan.schema import By, Column, Table
from sendxl.plan.values import to_text
from sendxl.source.mapping_tables import MAPPING_TABLES

Choices = Mapping[str, Mapping[str, str]]
"""What was chosen, by name of the table, then key of the row."""


def form_of(mapping: Path) -> list[dict[str, Any]]:
    """The tables of a mapping; one in which something may be chosen names the column of the choice, and its words if any."""
    book = ClosedBook(mapping)
    return [_table(book, table) for table in MAPPING_TABLES if book.has(table)]


def choose(mapping: Path, choices: Choices) -> None:
    """Put what was chosen into a mapping; what is blank leaves what is read."""
    book = ClosedBook(mapping, backups=0)
    edits = []
    for table in MAPPING_TABLES:
        chosen = {key: value.strip() for key, value in choices.get(table.name, {}).items() if value.strip()}
        column = _chosen_in(table)
        if column and chosen:
            keys = {to_text(row.key): row.key for row in book.read(table)}
            edits.append(SetCells(table, column.key, {keys[key]: value for key, value in chosen.items() if key in keys}))
    book.apply(edits)


def _table(book: ClosedBook, table: Table) -> dict[str, Any]:
    rows = list(book.read(table))
    column = _chosen_in(table)
    return {
        "name": table.name, "title": table.title, "says": table.says, "headers": [one.header for one in table],
        "keys": [to_text(row.key) for row in rows],
        "rows": [[to_text(row[one.key]) for one in table] for row in rows],
        "choice": column.header if column else "", "help": column.help if column else "",
        "words": [str(word) for word in column.choices] if column and column.choices else [],
    }


def _chosen_in(table: Table) -> Column | None:
    return next((column for column in table if column.by is By.OFFICER), None)
