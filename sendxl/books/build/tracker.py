"""Building the template of a tracker: what a lead sees, with only the cells to fill unlocked.

The template has no plan in it. Issuing copies it and fills it by edits, which carry the looks, limits and drop-downs
of each table's blank row to the rows they add.
"""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from sendxl.books import look
from sendxl.books.build.guide import Page
from sendxl.books.build.save import saved
from sendxl.books.build.sheet import at, lay, new_sheet, place, put, status_columns
from sendxl.books.build.validations import check_inputs
from sendxl.books.check_column import LEFT_ROW, rows_left, workings
from sendxl.plan.master import PLAN
from sendxl.plan.schema import Column, Table
from sendxl.plan.tracker import (
    ABOUT,
    ABOUT_ITEMS,
    ANSWER,
    CHECK,
    IDENTITY,
    ISSUED,
    LAST_OF_GUIDE,
    LEFT_TO_FILL,
    NO_CHANGE,
    PUT_RIGHT,
    QUERIES,
    TRACKED,
    TRACKER_MEASURES,
    TRACKER_PLAN,
    TRACKER_PROFILE,
)
from sendxl.plan.vocabulary import LeadStatus
from sendxl.xlsx.package.whole_file import replace_file

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_TITLE = "Progress tracker"
_TITLES = {table.title for table in TRACKED.values()}
_ACTION = PLAN["corrective_action"].header
_MEANINGS = {
    LeadStatus.NOT_STARTED: "Work has not begun, and need not have.",
    LeadStatus.ON_TRACK: "You expect it to be done by its due date.",
    LeadStatus.AT_RISK: f"It may slip or fall short. Say in {_ACTION} what will bring it back.",
    LeadStatus.OFF_TRACK: f"As things stand it will be late or fall short. Say in {_ACTION} what will bring it back.",
    LeadStatus.COMPLETE: f"The work is done. Give {PLAN['completed_on'].header} and {PLAN['evidence'].header}.",
}
_REQUIRED = " and ".join(column.header for column in TRACKER_PLAN if column.required)
_STEPS: dict[Table, str] = {
    TRACKER_PLAN: f"Each row is one of your activities. Fill {_REQUIRED}, and write what has happened in Progress, "
                  "Next steps and the like. Beside each stands what you said last time.",
    TRACKER_MEASURES: "Each row is a measure. Enter the latest value in Actual and the day it was true in Actual on; "
                      "for a share, give both Actual and Out of.",
    TRACKER_PROFILE: "Each row is a planned number of places or units. Enter how many there really are, since when, "
                     "and where the evidence is kept.",
    QUERIES: "Empty at first. If the tracker comes back to you, it says here what is to be put right in a cell, and what you "
             "can answer in Explanation.",
}
_SEND = "Save it as an Excel workbook (.xlsx) and send it to whoever sent it to you, by the day in Due back."
_LIKE_THIS = "Cells to fill look like this. All others are locked: they show what the plan holds."
_GOOD_TO_KNOW = (
    (CHECK.header, f"The column {CHECK.header} says what a row still lacks, as you type. Send it back once nothing is left "
     "to fill."),
    ("Nothing has changed", f"Choose Yes in {NO_CHANGE.header}. That counts as your update."),
    ("Blank cells", "Leave a cell blank if there is nothing to say: the plan stays as it is. Only if you empty a cell "
     "that was filled will you be asked about it."),
    ("Joint leads", "Each joint lead gets the row. Agree who fills it; if both do, say the same."),
    ("Rows and sheets", "You may filter and widen. Do not add, delete or copy rows: they are known by their refs."),
    ("No personal data", "Nothing about a child or family: no names, dates of birth, UPN or NHS numbers. Counts and "
     "words about the work only."),
)
_COMPUTED = f"{LAST_OF_GUIDE} made. Yours may differ: say why in Progress."


def build_template(path: Path, *, savings: bool) -> None:
    """Build a tracker template at ``path``, replacing what is there; with the Savings sheet only if ``savings``."""
    replace_file(path, template(savings=savings))


def template(*, savings: bool, hidden: Collection[Column] = ()) -> bytes:
    """A tracker template, with the Savings sheet only if ``savings``. The same input gives the same bytes.

    ``hidden`` are columns that would be empty in every row, so that they are not shown.
    """
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    front = new_sheet(book, ABOUT.title, "guide")
    masters = [master for master, seen in TRACKED.items() if savings or seen is not TRACKER_PROFILE]
    shown = [*(TRACKED[master] for master in masters), QUERIES]
    for table in shown:
        _sheet(book, table, [column for column in table if column in hidden])
    for table in (IDENTITY, ISSUED):
        _sheet(book, table).sheet_state = "veryHidden"
    for table in (workings(master).table for master in masters):
        _hidden(book, table).sheet_state = "veryHidden"
    for master in masters:
        _count(book[TRACKED[master].title], master)
    _guide(front, masters, shown)
    look.protect(front)
    book.properties.creator, book.properties.title = "sendxl", _TITLE
    return saved(book)


def _sheet(book: "Workbook", table: Table, hidden: Collection[Column] = ()) -> "Worksheet":
    sheet = new_sheet(book, table.title, "plan" if table.title in _TITLES else "reference")
    placed = lay(sheet, table, (), title=_TITLE, to_fill=_is_input, folding=False, hidden=hidden)
    check_inputs(placed)
    for column in status_columns(table):
        if column.is_input:  # keeps the look of a cell to fill
            continue
        look.status_rules(sheet, placed.cells(column), look.ATTENTION)
    if table is QUERIES:
        look.beginning(sheet, placed.cells(table["what_to_do"]), {PUT_RIGHT: look.Look.PROBLEM, ANSWER: look.Look.QUERY})
    look.protect(sheet)
    return sheet


def _hidden(book: "Workbook", table: Table) -> "Worksheet":
    """A sheet that nobody reads: a table, and no more."""
    sheet = new_sheet(book, table.title, "reference")
    put(sheet["A1"], table.says)
    place(sheet, table, (), to_fill=_is_input, filtered=False)
    look.protect(sheet)
    return sheet


def _is_input(column: Column) -> bool:
    return column.is_input


def _count(sheet: "Worksheet", master: Table) -> None:
    """Right above the header of Check: how many rows are left on the sheet."""
    cell = at(sheet, LEFT_ROW, TRACKED[master].columns.index(CHECK) + 1)
    cell.value, cell.font = f"={rows_left([master])}", look.font(bold=True, color=look.ACCENT)
    sheet.row_dimensions[LEFT_ROW].height = look.HEADING


def _guide(sheet: "Worksheet", masters: list[Table], shown: list[Table]) -> None:
    page = Page(sheet)
    page.start(_TITLE, "Your update on the activities you lead")
    page.row += 1
    about = page.table(ABOUT, [{"item": item} for item in (*ABOUT_ITEMS, LEFT_TO_FILL)])
    left = at(sheet, about.last, about.left + 1)
    left.value, left.font = f"={rows_left(masters)}", look.font(bold=True, color=look.ACCENT)
    page.heading("What to do")
    for number, table in enumerate(shown, 1):
        page.line(table.title, _STEPS[table], number=number, link=table.title)
    page.line("Send it back", _SEND, number=len(shown) + 1)
    page.heading("Good to know")
    look.body(page.line("A cell to fill", _LIKE_THIS), ABOUT["item"], to_fill=True, locked=True)
    for name, says in _GOOD_TO_KNOW:
        page.line(name, says)
    page.heading(f"What to choose in {PLAN['lead_status'].header}")
    for status, meaning in _MEANINGS.items():
        page.line(status, meaning)
    page.says(_COMPUTED)
    look.printed(sheet, _TITLE, width=page.width, tall=1)
