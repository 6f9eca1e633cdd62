"""Where a cell of a table lies in a workbook as we build it: by its header, so that a new column moves it along."""

import re
from collections.abc import Iterable

from sendxl.plan.master import MASTER_TABLES
from sendxl.plan.schema import Table
from sendxl.plan.settings import columns as settings
from sendxl.plan.tracker import TRACKER_MEASURES, TRACKER_PLAN, TRACKER_PROFILE
from sendxl.xlsx.read.address import letters

TRACKER = (TRACKER_PLAN, TRACKER_MEASURES, TRACKER_PROFILE)
TOP = 4  # the row of headers


def letter(table: Table, header: str) -> str:
    """The letters of a column; tables begin in the first."""
    return letters([column.header for column in table].index(header) + 1)


def at(table: Table, header: str, row: int) -> str:
    """The address of a cell, like ``W5``."""
    return f"{letter(table, header)}{row}"


def area(table: Table, bottom: int, top: int = TOP) -> str:
    """The address of a table that ends in that row, like ``A4:AO8``."""
    return f"A{top}:{letters(len(table.columns))}{bottom}"


def placed(text: str, tables: Iterable[Table] = MASTER_TABLES) -> str:
    """A text with addresses in place of headers: ``Plan![Lead]25`` names the cell of row 25 under Lead on the sheet Plan.

    ``Settings![Value]<Year count>`` names the cell of that setting.
    """
    titles = {table.title: table for table in tables}
    rows = {column.header: str(row) for row, (_, column) in enumerate(settings(), TOP + 1)}
    text = re.sub(r"(?<=\])<([^>]+)>", lambda found: rows[found[1]], text)
    return re.sub(r"(\w+)!\[([^\]]+)\](\d+)", lambda found: f"{found[1]}!{at(titles[found[1]], found[2], int(found[3]))}", text)
