"""A program for xlwings that is no program: openpyxl holds the workbook, and what Excel does to it is done here.

It has Excel's traps: texts are read as if typed, a formula comes to something as it is entered, every number is a float,
amounts of money have four places, a filtered table takes blocks in the wrong rows, formats that are filled split rules, a
protected sheet takes nothing, a workbook that is opened becomes the active one, and a busy program answers with an error.
It works nothing out: ``Program.answer`` says what a formula comes to. ``Program.calls`` counts what was asked of it.
"""
# mypy: disable-error-code="misc"

import copy
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.formula.translate import Translator
from openpyxl.styles import PatternFill
from openpyxl.worksheet.cell_range import MultiCellRange

from sendxl.books.book import Edit
from sendxl.books.live.live_book import LiveBook
from sendxl.books.live.without_pandas import xlwings
from sendxl.xlsx.read.address import Area, name, parse_area
from tests.once import opened

base_classes = xlwings.base_classes

ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_NUMBER = re.compile(r"[+-]?£?[\d,]*\.?\d+(?:[eE][+-]?\d+)?%?")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


class ProgramError(Exception):
    """What the program says, with the number by which COM knows it."""

    def __init__(self, hresult: int, words: str = "") -> None:
        super().__init__(hresult, "Exception occurred.", (0, "Microsoft Excel", words, None, 0, hresult), None)
        self.hresult, self.excepinfo = hresult, self.args[2]


class Engine:
    """What xlwings asks of an engine."""

    name, type = "memory", "desktop"

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        return "" if value is None else value

    @staticmethod
    def clean_value_data(data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool) -> Any:
        return [[_clean(value, empty_as, err_to_str) for value in row] for row in data]


class _Error(str):
    """An error in a cell, which is no text."""


def _clean(value: Any, empty_as: Any, err_to_str: bool) -> Any:
    if isinstance(value, _Error):
        return str(value) if err_to_str else None
    return empty_as if value in ("", None) else value


class Program(base_classes.App):
    """A running program. ``trouble`` is called before it answers, and may raise.

    ``answer`` is what a formula comes to; ``apostrophe_stays``: one that is set before a text is kept in a cell of format
    Text, which is not known of Excel; ``carries_formats``: a table that grows gives its new rows the formats of the last.
    ``pressed`` is the button that is pressed in a message. ``on_chart``: the active sheet is a chart.
    """

    engine = Engine()
    pid, version, display_alerts = 1, "16.0", True

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.trouble: Callable[[str], None] = lambda what: None
        self.answer: Callable[[Any], Any] = lambda cell: 1234.5
        self.apostrophe_stays, self.carries_formats, self.on_chart = True, True, False
        self.settings: dict[str, Any] = {"screen_updating": True, "enable_events": True, "calculation": "automatic"}
        self._selection: Any = None
        self.opened: list[Book] = []
        self.active: Book | None = None
        self.shown: list[str] = []  # what was gone to: workbooks and sheets
        self.status: list[Any] = []
        self.alerts: list[str] = []
        self.pressed: list[str] = []  # "ok" where there are none
        self.typed: list[str | None] = []  # what is typed into a box; what it proposes where there are none

    def asked(self, what: str) -> None:
        self.trouble(what)
        self.calls[what] += 1

    def open(self, path: Path) -> xlwings.Book:
        return xlwings.Book(impl=self.books.open(str(path)))

    @property
    def books(self) -> "Books":
        return Books(self)

    @property
    def selection(self) -> Any:
        if self.on_chart:
            raise AttributeError("Address")  # as a chart has none
        return self._selection

    @property
    def status_bar(self) -> Any:
        return self.status[-1] if self.status else False

    @status_bar.setter
    def status_bar(self, text: Any) -> None:
        self.asked("status bar")
        self.status.append(text)

    def alert(self, prompt: str, title: str, buttons: Any, mode: Any, callback: Any) -> str:
        self.alerts.append(prompt)
        return self.pressed.pop(0) if self.pressed else "ok"


    def type(self, prompt: str, proposed: str) -> str | None:
        """Answer a box that asks for a text; None: it is cancelled."""
        self.alerts.append(prompt)
        return self.typed.pop(0) if self.typed else proposed

    @property
    def api(self) -> Any:
        return NativeProgram(self)


class NativeProgram:
    """What is asked of Excel beside xlwings, as on Windows."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def InputBox(self, Prompt: str, Title: str, Default: str) -> str | bool:  # noqa: N802, N803
        assert len(Prompt) <= 255
        typed = self._program.type(Prompt, Default)
        return False if typed is None else typed


def _setting(key: str) -> property:
    def write(program: Program, value: Any) -> None:
        program.asked(key)
        program.settings[key] = value

    return property(lambda program: program.settings[key], write)


for _key in ("screen_updating", "enable_events", "calculation"):
    setattr(Program, _key, _setting(_key))


class Books(base_classes.Books):
    """The workbooks that are open."""

    def __init__(self, program: Program) -> None:
        self.program = program

    @property
    def app(self) -> Program:
        return self.program

    @property
    def active(self) -> Any:
        return self.program.active

    def __len__(self) -> int:
        return len(self.program.opened)

    def __iter__(self) -> Iterator["Book"]:
        return iter(self.program.opened)

    def __call__(self, key: Any) -> "Book":
        if isinstance(key, int):
            return self.program.opened[key - 1]
        return next((book for book in self.program.opened if book.path.name.lower() == str(key).lower()), None) or self._none(key)

    @staticmethod
    def _none(key: object) -> "Book":
        raise KeyError(key)

    def open(self, fullname: str, *_: object, **__: object) -> "Book":
        """As Excel: what is opened is the active one."""
        self.program.asked("open")
        book = Book(self.program, Path(fullname))
        self.program.opened.append(book)
        self.program.active = book
        return book


class Native:
    """What is asked of a workbook beside xlwings, as on Windows."""

    def __init__(self, book: "Book") -> None:
        self._book = book
        self.ReadOnly, self.ProtectStructure, self.Saved = book.read_only, book.protects_structure, book.saved

    def SaveCopyAs(self, Filename: str) -> None:  # noqa: N802, N803
        self._book.program.asked("save copy")
        self._book.book.save(Filename)


@lru_cache(maxsize=20)
def _shown(content: bytes) -> dict[tuple[str, str], Any]:
    """What the cells of a workbook show, by sheet and address."""
    book: Any = openpyxl.load_workbook(io.BytesIO(content), data_only=True, read_only=True)
    return {(sheet.title, cell.coordinate): cell.value for sheet in book for row in sheet.iter_rows() for cell in row
            if cell.value is not None}


class Book(base_classes.Book):
    """The workbook at ``path``; ``kept_at`` is what the program says of the place."""

    read_only = protects_structure = False
    saved = True

    def __init__(self, program: Program, path: Path) -> None:
        self.program, self.path, self.kept_at = program, path, str(path)
        self.book, self.shown = opened(path), dict(_shown(path.read_bytes()))

    @property
    def app(self) -> Program:
        return self.program

    @property
    def name(self) -> str:
        self.program.asked("name")
        return self.path.name

    @property
    def fullname(self) -> str:
        return self.kept_at

    @property
    def api(self) -> Any:
        return Native(self)

    def activate(self) -> None:
        self.program.asked("activate")
        self.program.active = self
        self.program.shown.append(self.path.name)

    @property
    def sheets(self) -> "Sheets":
        return Sheets(self)

    @property
    def names(self) -> "Names":
        return Names(self)

    def save(self, path: Any = None, password: Any = None) -> None:
        self.book.save(path or self.path)

    def compute(self, cell: Any) -> None:
        """Have a formula come to something, also while it is set to be worked out by hand."""
        self.shown[cell.parent.title, cell.coordinate] = self.program.answer(cell)


class Kept(LiveBook):
    """A LiveBook on this engine that is saved whenever something was written into it."""

    def __init__(self, path: Path) -> None:
        self.program = Program()
        self.opened = self.program.open(path)
        super().__init__(self.opened, patience=0)

    def apply(self, edits: Sequence[Edit], label: str = "") -> None:
        before = self.program.calls["write"]
        try:
            super().apply(edits, label)
        finally:
            if self.program.calls["write"] > before:
                self.opened.save()


class Sheets(base_classes.Sheets):
    def __init__(self, book: Book) -> None:
        self.book = book

    def __len__(self) -> int:
        return len(self.book.book.worksheets)

    def __iter__(self) -> Iterator["Sheet"]:
        return (Sheet(self.book, sheet) for sheet in self.book.book.worksheets)

    def __call__(self, key: Any) -> "Sheet":
        return Sheet(self.book, self.book.book.worksheets[key - 1] if isinstance(key, int) else self.book.book[key])


class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, cells: Any) -> None:
        self._book, self.cells_of = book, cells

    @property
    def book(self) -> Book:
        return self._book

    @property
    def name(self) -> str:
        return str(self.cells_of.title)

    @property
    def index(self) -> int:
        return int(self._book.book.worksheets.index(self.cells_of)) + 1

    @property
    def visible(self) -> bool:
        return bool(self.cells_of.sheet_state == "visible")

    def activate(self) -> None:
        if not self.visible:
            raise ProgramError(-2146827284, "Activate method of Worksheet class failed")
        self._book.program.shown.append(self.name)

    @property
    def used_range(self) -> "Range":
        return Range(self, Area(1, 1, self.cells_of.max_row, self.cells_of.max_column))

    @property
    def tables(self) -> "Tables":
        return Tables(self)

    def range(self, one: Any, other: Any = None) -> "Range":
        if isinstance(one, str):
            return Range(self, *(parse_area(part.replace("$", "")) for part in one.split(",")))
        top, left = one if isinstance(one, tuple) else (one.row, one.column)
        bottom, right = (top, left) if other is None else other if isinstance(other, tuple) else (other.row, other.column)
        return Range(self, Area(top, left, bottom, right))


class Range(base_classes.Range):
    """Cells of a sheet; of several areas only their number format can be set."""

    options: Any = None
    max_cells_per_read = max_cells_per_write = None

    def __init__(self, sheet: Sheet, *areas: Area) -> None:
        self._sheet, self.areas, self.area = sheet, areas, areas[0]

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def api(self) -> "Range":
        return self

    @property
    def program(self) -> Program:
        return self._sheet.book.program

    @property
    def row(self) -> int:
        return self.area.top

    @property
    def column(self) -> int:
        return self.area.left

    @property
    def shape(self) -> tuple[int, int]:
        return self.area.bottom - self.area.top + 1, self.area.right - self.area.left + 1

    @property
    def coords(self) -> Any:
        return (self._sheet.name, self.row, self.column, *self.shape)

    def __len__(self) -> int:
        return self.area.cells

    def __call__(self, row: int, column: int | None = None) -> "Range":
        if column is None:
            row, column = (row - 1) // self.shape[1] + 1, (row - 1) % self.shape[1] + 1
        at = self.area.top + row - 1, self.area.left + column - 1
        return Range(self._sheet, Area(*at, *at))

    @property
    def address(self) -> str:
        self.program.asked("address")
        return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", str(self.area))

    def cells(self, area: Area | None = None) -> list[list[Any]]:
        top, left, bottom, right = area or self.area
        rows = self._sheet.cells_of.iter_rows(top, bottom, left, right)
        return [list(row) for row in rows]

    def each(self) -> Iterator[Any]:
        return (cell for area in self.areas for row in self.cells(area) for cell in row)

    @property
    def raw_value(self) -> Any:
        self.program.asked("read")
        rows = tuple(tuple(self._shown(cell) for cell in row) for row in self.cells())
        return rows[0][0] if len(self) == 1 else rows

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self.program.asked("write")
        self._refuse_locked()
        rows = self.cells()
        if not isinstance(data, list | tuple):
            data = [[data] * self.shape[1]] * self.shape[0]
        hidden = {row[0].row for row in rows if self._filtered(row[0].row)}
        for row, values in zip(rows, data, strict=True):
            if row[0].row not in hidden or len(self) == 1:  # as in xlwings issue 747
                for cell, value in zip(row, data[0] if hidden and len(self) > 1 else values, strict=True):
                    self._type(cell, value)

    def _shown(self, cell: Any) -> Any:
        value = cell.value
        if cell.data_type == "f":
            value = self._sheet.book.shown.get((cell.parent.title, cell.coordinate))
            return _Error(value) if value in ERRORS else _as_com(value, cell.number_format)
        return _Error(value) if cell.data_type == "e" else _as_com(value, cell.number_format)

    def _refuse_locked(self) -> None:
        if self._sheet.cells_of.protection.sheet and any(cell.protection.locked for cell in self.each()):
            raise ProgramError(-2147352567, "The cell or chart you're trying to change is on a protected sheet.")

    def _filtered(self, row: int) -> bool:
        sheet = self._sheet.cells_of
        tables = [table for table in sheet.tables.values() if table.autoFilter and table.autoFilter.filterColumn]
        return bool(sheet.row_dimensions[row].hidden) and any(
            parse_area(table.ref).top <= row <= parse_area(table.ref).bottom for table in tables)

    def _type(self, cell: Any, value: Any) -> None:
        """Put into a cell what Excel makes of a value that is typed or set."""
        self._sheet.book.shown.pop((cell.parent.title, cell.coordinate), None)
        cell.quotePrefix = False
        if cell.number_format == "@":
            value = self._text(value)
        elif isinstance(value, str):
            prefixed = value.startswith("'")
            value = _Text(value[1:]) if prefixed else _typed(value)
            cell.quotePrefix = prefixed
        if isinstance(value, datetime) and cell.number_format == "General":
            cell.number_format = "m/d/yyyy"
        if isinstance(value, str):
            cell.value = str(value) or None
            cell.data_type = "e" if isinstance(value, _Error) else "f" if isinstance(value, _Formula) else "s"
        else:
            was = cell.number_format
            cell.value = value
            cell.number_format = was
        if cell.data_type == "f":
            self._sheet.book.compute(cell)

    def _text(self, value: Any) -> Any:
        """What is set into a cell of format Text is a text, be it a number or look like a formula."""
        if isinstance(value, str):
            return _Text(value[1:] if value.startswith("'") and not self.program.apostrophe_stays else value)
        return _Text(f"{value:.15g}" if isinstance(value, float) else value)

    @property
    def formula(self) -> Any:
        self.program.asked("formulas")
        rows = tuple(tuple(_formula_text(cell) for cell in row) for row in self.cells())
        return rows[0][0] if len(self) == 1 else rows

    @property
    def number_format(self) -> str | None:
        self.program.asked("number format")
        found = {cell.number_format for cell in self.each()}
        return found.pop() if len(found) == 1 else None

    @number_format.setter
    def number_format(self, code: str) -> None:
        self.program.asked("number format")
        for cell in self.each():
            cell.number_format = code

    def get_special_cells(self, cell_type: str, value_type: Any) -> list["Range"]:
        self.program.asked("special cells")
        assert cell_type == "visible" and value_type is None
        found: list[Range] = []
        for row in range(self.area.top, self.area.bottom + 1):
            if self._sheet.cells_of.row_dimensions[row].hidden:
                continue
            top = found.pop().area.top if found and found[-1].area.bottom == row - 1 else row
            found.append(Range(self._sheet, self.area._replace(top=top, bottom=row)))
        return found

    def _hide(self, hidden: bool) -> None:
        self.program.asked("hide")
        for row in range(self.area.top, self.area.bottom + 1):
            self._sheet.cells_of.row_dimensions[row].hidden = hidden

    row_hidden = property(fset=_hide)

    @property
    def merge_cells(self) -> bool | None:
        self.program.asked("merged")
        meets = [parse_area(str(merged)).meets(self.area) for merged in self._sheet.cells_of.merged_cells.ranges]
        return None if any(meets) else False

    def _paint(self, colour: str | None) -> None:
        for cell in self.each():
            cell.fill = PatternFill("solid", fgColor=f"FF{colour[1:]}") if colour else PatternFill()

    color = property(fset=_paint)

    def clear_contents(self) -> None:
        for cell in self.each():
            cell.value = None

    def autofill(self, destination: Any, type_: str) -> None:
        self.program.asked("autofill")
        assert type_ == "fill_formats"
        [above], (_, *below) = self.cells(), destination.impl.cells()
        give_looks(above, below)
        rules = self._sheet.cells_of.conditional_formatting
        for found in list(rules):  # as Excel: the cells filled get rules of their own
            if any(parse_area(str(part)).meets(self.area) for part in str(found.sqref).split()):
                for rule in found.rules:
                    rules.add(str(destination.impl.area._replace(top=self.area.bottom + 1)), copy.copy(rule))
                break

    def select(self) -> None:
        self.program._selection = self


def give_looks(above: Any, below: Any) -> None:
    """Give rows of cells the formats of the row above."""
    for row in below:
        for cell, of in zip(row, above, strict=True):
            cell._style = copy.copy(of._style)


class _Text(str):
    """A text, whatever it looks like."""


class _Formula(str):
    """A formula."""


def _typed(text: str) -> Any:
    """What Excel makes of a text that is typed, or set without an apostrophe before it."""
    if text[:1] in ("=", "+", "-", "@") and len(text) > 1 and not _NUMBER.fullmatch(text):
        return _Formula(text if text.startswith("=") else f"={text}")
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    if text in ERRORS:
        return _Error(text)
    if _NUMBER.fullmatch(text):
        number = float(text.strip("%£").replace(",", "").replace("£", ""))
        return number / 100 if text.endswith("%") else number
    if _ISO.fullmatch(text):
        return datetime.fromisoformat(text)
    if found := _DATE.fullmatch(text):
        return datetime(int(found[3] or 2026), int(found[2]), int(found[1]))
    return _Text(text)


def _as_com(value: Any, number_format: str) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(round(value, 4))) if "£" in number_format else float(value)
    return value


def _formula_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


class Tables(base_classes.Tables):
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def __len__(self) -> int:
        return len(self.sheet.cells_of.tables)

    def __iter__(self) -> Iterator["Table"]:
        return (Table(self.sheet, table) for table in self.sheet.cells_of.tables.values())

    def __contains__(self, key: str) -> bool:
        return key in self.sheet.cells_of.tables

    def __call__(self, key: Any) -> "Table":
        return Table(self.sheet, self.sheet.cells_of.tables[key])


class Table(base_classes.Table):
    def __init__(self, sheet: Sheet, table: Any) -> None:
        self.sheet, self.table = sheet, table

    @property
    def name(self) -> str:
        return str(self.table.displayName)

    @property
    def show_headers(self) -> bool:
        return bool(self.table.headerRowCount != 0)

    @property
    def show_totals(self) -> bool:
        return bool(self.table.totalsRowCount)

    @property
    def range(self) -> Range:
        return Range(self.sheet, parse_area(self.table.ref))

    @property
    def autofilter(self) -> Any:
        return self

    @property
    def criteria(self) -> list[dict[str, Any]]:
        self.sheet.book.program.asked("filter")
        on = {column.colId for column in self.table.autoFilter.filterColumn} if self.table.autoFilter else set()
        return [{"field": n + 1, "type": "values" if n in on else "none"} for n in range(len(self.table.tableColumns))]

    def resize(self, cells: Any) -> None:
        """As Excel: drop-downs, looks by rule and calculated columns go on in the rows that come in."""
        self.sheet.book.program.asked("resize")
        old, new = parse_area(self.table.ref), cells.impl.area
        self.table.ref = str(new)
        if self.table.autoFilter:
            self.table.autoFilter.ref = str(new)
        if new.bottom > old.bottom:
            if self.sheet.book.program.carries_formats:
                above, *below = Range(self.sheet, new._replace(top=old.bottom)).cells()
                give_looks(above, below)
            self._extend(old.bottom, new.bottom)
            self._calculate(old.bottom, new)

    def _extend(self, old: int, new: int) -> None:
        sheet = self.sheet.cells_of

        def longer(ranges: Any) -> str:
            areas = [parse_area(part) for part in str(ranges).split()]
            return " ".join(str(area._replace(bottom=new) if area.bottom == old else area) for area in areas)

        for check in sheet.data_validations.dataValidation:
            check.sqref = MultiCellRange(longer(check.sqref))
        rules = [(longer(found.sqref), found.rules) for found in sheet.conditional_formatting]
        sheet.conditional_formatting = type(sheet.conditional_formatting)()
        for ranges, several in rules:
            for rule in several:
                sheet.conditional_formatting.add(ranges, rule)

    def _calculate(self, old: int, new: Area) -> None:
        for column, at in zip(self.table.tableColumns, range(new.left, new.right + 1), strict=True):
            above = self.sheet.cells_of.cell(old, at)
            if column.calculatedColumnFormula is not None and above.data_type == "f":
                for row in range(old + 1, new.bottom + 1):
                    moved = Translator(above.value, above.coordinate).translate_formula(name(row, at))
                    self.sheet.cells_of.cell(row, at).value = moved
                    self.sheet.book.compute(self.sheet.cells_of.cell(row, at))


class Names(base_classes.Names):
    def __init__(self, book: Book) -> None:
        self.book = book

    def snapshot(self) -> list[tuple[str, "Name"]]:
        names = list(self.book.book.defined_names.values())
        for sheet in self.book.book.worksheets:
            names += sheet.defined_names.values()
        found = [(named.name, Name(self.book, named)) for named in names]
        areas = [(f"{sheet.title}!Print_Area", Name(self.book, PrintArea(sheet)))
                 for sheet in self.book.book.worksheets if sheet.print_area]
        return found + areas


class PrintArea:
    """The print area of a sheet, which Excel has among the names."""

    def __init__(self, sheet: Any) -> None:
        self.sheet, self.name = sheet, "Print_Area"

    @property
    def attr_text(self) -> str:
        return str(self.sheet.print_area)

    @attr_text.setter
    def attr_text(self, text: str) -> None:
        self.sheet.print_area = text.rpartition("!")[2].replace("$", "")


class Name(base_classes.Name):
    def __init__(self, book: Book, named: Any) -> None:
        self.book, self.named = book, named

    @property
    def name(self) -> str:
        return str(self.named.name)

    @property
    def refers_to(self) -> str:
        self.book.program.asked("name")
        return f"={self.named.attr_text}"

    @refers_to.setter
    def refers_to(self, text: str) -> None:
        self.book.program.asked("set name")
        self.named.attr_text = text[1:]
