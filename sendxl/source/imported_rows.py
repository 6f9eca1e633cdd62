"""Rows of the master's tables, as the import makes them."""

from sendxl.plan.schema import Table
from sendxl.plan.values import Value

Rows = dict[Table, list[dict[str, Value]]]


def full_row(table: Table, **given: Value) -> dict[str, Value]:
    """A row with every column of its table, None where nothing is given; KeyError for a column it does not have."""
    for key in given:
        table[key]
    return {column.key: given.get(column.key) for column in table}
