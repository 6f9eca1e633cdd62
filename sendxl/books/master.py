"""Building a new master: the Guide, one sheet for each table, and the Lists that its drop-downs offer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sendxl.books import look
from sendxl.books.checks import check, check_master
from sendxl.books.guide import Page
from sendxl.books.save import save
from sendxl.books.sheet import HEADER_ROW, Given, Placed, at, lay, new_sheet, put, status_columns
from sendxl.books.summary import SAYS as SUMMARY_SAYS
from sendxl.books.summary import TITLE as SUMMARY
from sendxl.books.summary import lay_summary
from sendxl.plan.columns import FORMATS, MASTER_TABLES, SETTINGS, Column, Table, Type
from sendxl.plan.periods import financial_year_of, years_from
from sendxl.plan.settings import Settings
from sendxl.plan.settings import columns as setting_columns
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Status

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

GUIDE, LISTS = "Guide", "Lists"
_LISTS_SAY = "The words that the drop-downs offer. They are fixed: sendxl knows no others."
_LISTS_COLUMN = Column("List", Type.TEXT, "", width=20)
_SETTING_FORMATS = {**FORMATS, Type.TEXT: "@", Type.NUMBER: "General"}
_UNTITLED = "Delivery plan"

_WHAT_THIS_IS = (
    "The plan, how each activity stands, and the record of every update. Leads report on trackers that are issued from "
    "here; what they return is checked, then stamped in. You may add columns and sheets, sort, filter, hide and colour "
    "as you like: tables are found by their names, columns by their headers, rows by their refs."
)
_STEPS = (
    ("Issue", "Make one tracker for each lead, and send them out. The period becomes the Reporting period of Settings.",
     'sendxl issue MASTER -o FOLDER --period "2026-27 Q3"'),
    ("Validate", "When the trackers are back, see what is wrong in which cell. Nothing is written.",
     "sendxl validate MASTER RETURNS"),
    ("Stamp", "Bring in what is accepted. What is not goes to Held; every changed cell is listed in Stamps.",
     "sendxl stamp MASTER RETURNS"),
    ("Settle", "Read in Held what was not applied and why: ask the lead for a corrected return. Trackers shows which leads are "
     "still to be chased.", ""),
    ("Refresh", "Work out every status and saving afresh, then read Summary, and in Plan: Status, Reason, Update state.",
     "sendxl refresh MASTER"),
)
_MEANINGS = {
    Status.COMPLETE: "The work is done, or the target reached by its date.",
    Status.ON_TRACK: "At least as far as “On track from” in Settings asks for by now.",
    Status.AT_RISK: "Behind, but no further than “At risk from” in Settings; or expected to finish late.",
    Status.OFF_TRACK: "Further behind, or past its date and not done.",
    Status.NOT_STARTED: "Its first day lies ahead.",
    Status.NOT_ASSESSED: "A date, baseline, target or value that is needed is missing; Reason says which.",
    Status.CLOSED: "No longer counted and no longer issued, from Closed on.",
}

_READING = (
    ("Slanted header", "Computed, or written by sendxl: do not type there. Select a cell to read what it holds."),
    ("[+] above the columns", "Columns seldom read are folded away, and left out in print. Press [+], or the small 2 "
     "at the left, to open them."),
    ("Printing", "A sheet two pages wide prints its table alone. To print columns that you added: Page Layout, Print "
     "Area, Clear."),
)


def build_master(path: Path, rows: Mapping[Table, Sequence[Given]], settings: Mapping[str, Value]) -> None:
    """Build a new master at ``path``, replacing what is there. The same input gives the same bytes.

    ``rows``: for each table its rows, as values by column key; tables left out are empty. ``settings``: values by
    attribute of Settings; those left out have their defaults. ValueError, naming the cell, where a text is too long.
    """
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    title = str(settings.get("plan_title") or _UNTITLED)
    front, summary = new_sheet(book, GUIDE, "guide"), new_sheet(book, SUMMARY, "guide")
    placed: dict[str, Placed] = {}
    for table in MASTER_TABLES:
        given = _setting_rows(settings) if table is SETTINGS else rows.get(table, ())
        placed[table.name] = _data_sheet(book, table, given, title)
        if table is SETTINGS:
            _lists(book, title)
    _name_columns(book, placed)
    _check_settings(placed[SETTINGS.name])
    lay_summary(summary, rows, _years(settings), title)
    _guide(front, title)
    book.properties.creator, book.properties.title = "sendxl", title
    save(book, path)


def _years(settings: Mapping[str, Value]) -> list[str]:
    """The financial years of a new plan, as far as they can be known; refresh adds those that it works out."""
    starts, first = settings.get("plan_starts"), settings.get("first_year")
    first = first or (financial_year_of(starts) if isinstance(starts, date) else None)
    return years_from(str(first), int(str(settings.get("year_count") or Settings().year_count))) if first else []


def list_name(column: Column) -> str | None:
    """The defined name of the list that a column chooses from, as in ``list_Status`` or ``list_Leads_Title``."""
    if column.choices:
        return f"list_{column.choices.__name__}"
    return "_".join(("list", *column.choices_from)) if column.choices_from else None


def _data_sheet(book: "Workbook", table: Table, rows: Sequence[Given], title: str) -> Placed:
    sheet = new_sheet(book, table.title, table.group)
    placed = lay(sheet, table, rows, title=title)
    check_master(placed, list_name)
    for column in status_columns(table):
        look.status_rules(sheet, placed.cells(column), look.STATUS_FILLS)
    return placed


def _setting_rows(settings: Mapping[str, Value]) -> list[Given]:
    known = setting_columns()
    unknown = sorted(set(settings) - {key for key, _ in known})
    if unknown:
        raise KeyError(f"there is no setting {unknown[0]!r}")
    defaults = Settings()
    return [
        {"setting": column.header, "value": settings.get(key, getattr(defaults, key)), "what_it_does": column.help}
        for key, column in known
    ]


def _check_settings(placed: Placed) -> None:
    """Each setting has a type of its own: its format, limits and message go on its one cell.

    Text is kept text by the format, as Excel would make a date of the period 2026-11.
    """
    whole = next(rule for rule in placed.sheet.data_validations.dataValidation
                 if str(rule.sqref) == placed.cells(SETTINGS["value"]))
    placed.sheet.data_validations.dataValidation.remove(whole)
    number = SETTINGS.columns.index(SETTINGS["value"]) + 1
    for row, (_, column) in enumerate(setting_columns(), placed.top + 1):
        cell = at(placed.sheet, row, number)
        cell.number_format = _SETTING_FORMATS.get(column.type, "General")
        check(placed.sheet, cell.coordinate, column, list_name, column.help)


def _vocabularies() -> Iterator[type[StrEnum]]:
    """The closed lists of the master, in the order in which its columns use them."""
    yield from dict.fromkeys(words for table in MASTER_TABLES for column in table if (words := column.choices))


def _lists(book: "Workbook", title: str) -> None:
    from openpyxl.workbook.defined_name import DefinedName

    sheet = new_sheet(book, LISTS, SETTINGS.group)
    look.titled(sheet["A1"], sheet["A2"])
    put(sheet["A1"], f"{LISTS} · {title}")
    put(sheet["A2"], _LISTS_SAY)
    sheet.row_dimensions[HEADER_ROW - 1].height = look.GAP
    lists = list(_vocabularies())
    for number, words in enumerate(lists, 1):
        top = at(sheet, HEADER_ROW, number)
        put(top, re.sub(r"(?<=[a-z])[A-Z]", lambda m: f" {m[0].lower()}", words.__name__))
        look.header(top, _LISTS_COLUMN, slanted=True)
        sheet.column_dimensions[top.column_letter].width = _LISTS_COLUMN.width
        for row, word in enumerate(words, HEADER_ROW + 1):
            cell = at(sheet, row, number)
            look.body(cell, _LISTS_COLUMN)
            put(cell, word)
        where = f"'{LISTS}'!${top.column_letter}${HEADER_ROW + 1}:${top.column_letter}${HEADER_ROW + len(words)}"
        name = f"list_{words.__name__}"
        book.defined_names[name] = DefinedName(name, attr_text=where)
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    look.printed(sheet, title, width=_LISTS_COLUMN.width * len(lists), header_row=HEADER_ROW)


def _name_columns(book: "Workbook", placed: Mapping[str, Placed]) -> None:
    """Name the table columns that others choose from; a name ends with its table's last row, and grows with it."""
    from openpyxl.workbook.defined_name import DefinedName

    for column in (column for table in MASTER_TABLES for column in table if column.choices_from):
        table_name, header = column.choices_from or ("", "")
        name = str(list_name(column))
        target = placed[table_name]
        book.defined_names[name] = DefinedName(name, attr_text=target.named(target.table.by_header[header]))


def _guide(sheet: "Worksheet", title: str) -> None:
    page = Page(sheet)
    page.start(title, "SEND & Inclusion delivery plan: the master workbook")
    page.heading("What this is")
    page.says(_WHAT_THIS_IS)
    page.heading("Sheets")
    page.line(SUMMARY, SUMMARY_SAYS, link=SUMMARY)
    for key, group in look.GROUPS.items():
        tables = [table for table in MASTER_TABLES if table.group == key]
        if tables:
            page.group(group.title)
        for table in tables:
            page.line(table.title, table.says, link=table.title)
            if table is SETTINGS:
                page.line(LISTS, _LISTS_SAY, link=LISTS)
    page.heading("The month in five steps")
    page.says("MASTER is this workbook, closed in Excel; RETURNS is the folder with the returned trackers.")
    for number, (name, says, command) in enumerate(_STEPS, 1):
        page.line(name, says, number=number)
        if command:
            page.command(command)
    page.heading("What the status words mean")
    for status, meaning in _MEANINGS.items():
        cell = page.line(status, meaning)
        look.status_rules(sheet, cell.coordinate, look.STATUS_FILLS)
    page.heading("Reading the sheets")
    for name, says in _READING:
        page.line(name, says)
    look.printed(sheet, title, width=page.width)
