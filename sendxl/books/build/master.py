"""Building a new master: the Guide, one sheet for each table, and the Lists that its drop-downs offer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sendxl.books import look
from sendxl.books.build.master_guide import GUIDE, LISTS, LISTS_SAY, lay_guide
from sendxl.books.build.save import save, saved
from sendxl.books.build.sheet import HEADER_ROW, Given, Placed, at, lay, new_sheet, put, status_columns
from sendxl.books.build.summary import SUMMARY, lay_summary
from sendxl.books.build.validations import check, check_master
from sendxl.plan.as_left import AS_LEFT, NOT_BEGUN
from sendxl.plan.colours import STATUS_FILLS
from sendxl.plan.master import MASTER_TABLES, PLAN, SETTINGS
from sendxl.plan.periods import financial_year_of, years_from
from sendxl.plan.schema import FORMATS, Column, Table, Type
from sendxl.plan.settings import Settings
from sendxl.plan.settings import columns as setting_columns
from sendxl.plan.values import Value
from sendxl.plan.versions import FORMAT
from sendxl.xlsx.read.address import Area
from sendxl.xlsx.read.references import fixed_area

if TYPE_CHECKING:
    from openpyxl import Workbook

_LISTS_COLUMN = Column("List", Type.TEXT, "", width=20)
_SETTING_FORMATS = {**FORMATS, Type.TEXT: "@", Type.NUMBER: "General"}
_UNTITLED = "Delivery plan"


def build_master(path: Path, rows: Mapping[Table, Sequence[Given]], settings: Mapping[str, Value],
                 own: Sequence[Column] = ()) -> None:
    """Build a new master at ``path``, replacing what is there. The same input gives the same bytes.

    ``rows``: for each table its rows, as values by column key; tables left out are empty. ``settings``: values by
    attribute of Settings; those left out have their defaults. ``own`` are columns that Plan has besides its own, at its
    right end. ValueError, naming the cell, where a text is too long.
    """
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    settings = {"plan_format": FORMAT, **settings}
    title = str(settings.get("plan_title") or _UNTITLED)
    front, summary = new_sheet(book, GUIDE, "guide"), new_sheet(book, SUMMARY, "guide")
    placed: dict[str, Placed] = {}
    for table in MASTER_TABLES:
        given = _setting_rows(settings) if table is SETTINGS else rows.get(table, ())
        laid = replace(table, columns=(*table.columns, *own)) if table is PLAN else table
        placed[table.name] = _data_sheet(book, laid, given, title)
        if table is SETTINGS:
            _lists(book, title)
    _data_sheet(book, AS_LEFT, [{"table": NOT_BEGUN}], title)
    _name_columns(book, placed)
    _check_settings(placed[SETTINGS.name])
    lay_summary(summary, rows, _years(settings), title)
    lay_guide(front, title)
    book.properties.creator, book.properties.title = "sendxl", title
    save(book, path)


def build_model(table: Table, title: str) -> bytes:
    """A workbook with the sheet of one table of a new master, without rows, for another workbook to follow.

    Settings has its rows. ``title`` is that of the plan.
    """
    from openpyxl import Workbook

    book = Workbook()  # with a first sheet, which is the one that is shown
    placed = _data_sheet(book, table, _setting_rows({}) if table is SETTINGS else (), title)
    if table is SETTINGS:
        _check_settings(placed)
    return saved(book)


def _years(settings: Mapping[str, Value]) -> list[str]:
    """The financial years of a new plan, as far as they can be known; refresh adds those that it works out."""
    starts, first = settings.get("plan_starts"), settings.get("first_year")
    first = first or (financial_year_of(starts) if isinstance(starts, date) else None)
    return years_from(str(first), int(str(settings.get("year_count") or Settings().year_count))) if first else []


def list_title(words: type[StrEnum]) -> str:
    """What the sheet Lists calls a closed list, as in “Lead status”."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda m: f" {m[0].lower()}", words.__name__)


def list_name(column: Column) -> str | None:
    """The defined name of the list that a column chooses from, as in ``list_Status`` or ``list_Leads_Title``.

    None also for a column of several values: a drop-down takes one, and would refuse the others.
    """
    if column.choices:
        return f"list_{column.choices.__name__}"
    if column.many:
        return None
    return "_".join(("list", *column.choices_from)) if column.choices_from else None


def _data_sheet(book: "Workbook", table: Table, rows: Sequence[Given], title: str) -> Placed:
    sheet = new_sheet(book, table.title, table.group)
    if table is AS_LEFT:
        sheet.sheet_state = "veryHidden"
    placed = lay(sheet, table, rows, title=title)
    check_master(placed, list_name)
    for column in status_columns(table):
        look.status_rules(sheet, placed.cells(column), STATUS_FILLS)
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
    put(sheet["A2"], LISTS_SAY)
    sheet.row_dimensions[HEADER_ROW - 1].height = look.GAP
    lists = list(_vocabularies())
    for number, words in enumerate(lists, 1):
        top = at(sheet, HEADER_ROW, number)
        put(top, list_title(words))
        look.header(top, _LISTS_COLUMN, slanted=True)
        sheet.column_dimensions[top.column_letter].width = _LISTS_COLUMN.width
        for row, word in enumerate(words, HEADER_ROW + 1):
            cell = at(sheet, row, number)
            look.body(cell, _LISTS_COLUMN)
            put(cell, word)
        where = fixed_area(LISTS, Area(HEADER_ROW + 1, number, HEADER_ROW + len(words), number))
        name = f"list_{words.__name__}"
        book.defined_names[name] = DefinedName(name, attr_text=where)
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    look.printed(sheet, title, width=_LISTS_COLUMN.width * len(lists), header_row=HEADER_ROW)


def _name_columns(book: "Workbook", placed: Mapping[str, Placed]) -> None:
    """Name the table columns that others choose from; a name ends with its table's last row, and grows with it."""
    from openpyxl.workbook.defined_name import DefinedName

    for column in (column for table in MASTER_TABLES for column in table if column.choices_from):
        name, (table_name, header) = list_name(column), column.choices_from or ("", "")
        if name is None:
            continue
        target = placed[table_name]
        book.defined_names[name] = DefinedName(name, attr_text=target.named(target.table.by_header[header]))
