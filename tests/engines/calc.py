"""LibreOffice Calc as a program for xlwings: a real one with its own mind, over UNO.

As Excel, and unlike Calc, it takes a text that is set as if it were typed, and carries calculated columns, drop-downs
and print areas on when a table grows.
"""
# mypy: disable-error-code="misc"

import re
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from openpyxl.formula.tokenizer import Tokenizer

from sendxl.books.book import Edit
from sendxl.books.live.live_book import LiveBook
from sendxl.books.live.without_pandas import xlwings
from sendxl.xlsx.read.address import Area, letters, parse_area
from tests.engines.memory import ProgramError
from tests.engines.soffice import Soffice, copy_to_work_on, running

base_classes = xlwings.base_classes

_EPOCH = datetime(1899, 12, 30)
_DAY, _TRUTH, _TEXT = 2, 1024, 256  # com.sun.star.util.NumberFormat: DATE, LOGICAL, TEXT
_CONTENTS = 1 | 2 | 4 | 16  # CellFlags: VALUE, DATETIME, STRING, FORMULA
_DAYS, _NOTES = 2, 8
_NUMBERS, _ERRORS = 1, 4  # com.sun.star.sheet.FormulaResult
_CODES = {502: "#VALUE!", 503: "#NUM!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}


class Calc(base_classes.App):
    """A soffice as the program of xlwings."""

    pid, version, display_alerts, enable_events = 1, "7.4", True, True

    def __init__(self, soffice: Soffice) -> None:
        self.soffice, self.uno, self.desktop = soffice, soffice.uno, soffice.desktop

    def open(self, path: Path) -> "Book":
        """Open a copy of a workbook, which Calc then may lock."""
        held = Path(tempfile.mkdtemp(dir=self.soffice.folder)) / path.name
        document = self.soffice.open(copy_to_work_on(path, held))
        document.setModified(False)
        return Book(self, document)

    def properties(self, **given: Any) -> Any:
        return self.soffice.properties(**given)

    @property
    def engine(self) -> "Engine":
        return Engine()

    @property
    def active(self) -> Any:
        return self.desktop.CurrentComponent or self.soffice.documents()[0]

    @property
    def selection(self) -> None:
        return None  # a document without a window has none

    def _updating(self, on: bool) -> None:
        (self.active.unlockControllers if on else self.active.lockControllers)()

    screen_updating = property(lambda self: not self.active.hasControllersLocked(), _updating)
    calculation = property(lambda self: "automatic" if self.active.isAutomaticCalculationEnabled() else "manual",
                           lambda self, how: self.active.enableAutomaticCalculation(how == "automatic"))


class Kept(LiveBook):
    """A LiveBook on Calc; what was written into it is saved at ``path``."""

    def __init__(self, path: Path) -> None:
        self.program, self.saved_at = Calc(running()), path
        self.opened = self.program.open(path)
        super().__init__(xlwings.Book(impl=self.opened), patience=0)

    def apply(self, edits: Sequence[Edit], label: str = "") -> None:
        try:
            super().apply(edits, label)
        finally:
            if self.opened.document.isModified():
                self.opened.save(self.saved_at)


class Engine:
    name, type = "calc", "desktop"

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        return "" if value is None else value

    @staticmethod
    def clean_value_data(data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool) -> Any:
        return [[(str(one) if err_to_str else None) if isinstance(one, _Error) else empty_as if one == "" else one
                 for one in row] for row in data]


class _Error(str):
    """An error in a cell, which is no text."""


class Book(base_classes.Book):
    def __init__(self, calc: Calc, document: Any) -> None:
        self.calc, self.document = calc, document
        self.tables: dict[int, list[str]] = {}  # names by place of the sheet
        for name in document.DatabaseRanges.ElementNames:
            self.tables.setdefault(document.DatabaseRanges.getByName(name).DataArea.Sheet, []).append(name)

    @property
    def app(self) -> Calc:
        return self.calc

    @property
    def fullname(self) -> str:
        return str(self.calc.uno.fileUrlToSystemPath(self.document.URL))

    @property
    def name(self) -> str:
        return Path(self.fullname).name

    @property
    def sheets(self) -> "Sheets":
        return Sheets(self)

    @property
    def names(self) -> "Names":
        return Names(self)

    def save(self, path: Any = None, password: Any = None) -> None:
        as_xlsx = self.calc.properties(FilterName="Calc MS Excel 2007 XML", Overwrite=True)
        self.document.storeToURL(Path(path).as_uri(), as_xlsx)


class Sheets(base_classes.Sheets):
    def __init__(self, book: Book) -> None:
        self.book, self.listed = book, book.document.Sheets

    def __len__(self) -> int:
        return int(self.listed.Count)

    def __iter__(self) -> Iterator["Sheet"]:
        return (Sheet(self.book, self.listed.getByIndex(at)) for at in range(len(self)))

    def __call__(self, key: Any) -> "Sheet":
        return Sheet(self.book, self.listed.getByIndex(key - 1) if isinstance(key, int) else self.listed.getByName(key))


class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, cells: Any) -> None:
        self._book, self.cells_of = book, cells

    @property
    def book(self) -> Book:
        return self._book

    @property
    def name(self) -> str:
        return str(self.cells_of.Name)

    @property
    def index(self) -> int:
        return int(self.cells_of.RangeAddress.Sheet) + 1

    @property
    def visible(self) -> bool:
        return bool(self.cells_of.IsVisible)

    @property
    def used_range(self) -> "Range":
        cursor = self.cells_of.createCursor()
        cursor.gotoEndOfUsedArea(False)
        return Range(self, Area(1, 1, cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1))

    @property
    def tables(self) -> "Tables":
        return Tables(self)

    def range(self, one: Any, other: Any = None) -> "Range":
        if isinstance(one, str):
            return Range(self, *(parse_area(part.replace("$", "")) for part in one.split(",")))
        top, left = one if isinstance(one, tuple) else (one.row, one.column)
        bottom, right = (top, left) if other is None else other if isinstance(other, tuple) else (other.row, other.column)
        return Range(self, Area(top, left, bottom, right))

    def cells(self, area: Area) -> Any:
        return self.cells_of.getCellRangeByPosition(area.left - 1, area.top - 1, area.right - 1, area.bottom - 1)


class Range(base_classes.Range):
    options: Any = None
    max_cells_per_read = max_cells_per_write = None

    def __init__(self, sheet: Sheet, *areas: Area) -> None:
        self._sheet, self.areas, self.area = sheet, areas, areas[0]
        self.cells = sheet.cells(self.area)

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def api(self) -> Any:
        return self.cells

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
        return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", str(self.area))

    @property
    def raw_value(self) -> Any:
        data = [list(row) for row in self.cells.getDataArray()]
        days = set(self._places(self.cells.queryContentCells(_DAYS)))
        others = {(i, j) for i, row in enumerate(data) for j, value in enumerate(row) if value in (0.0, 1.0)} - days
        others.update(self._places(self.cells.queryFormulaCells(_NUMBERS)))
        for row, column, kind in self._kinds(others):
            if kind & _TRUTH:
                data[row][column] = bool(data[row][column])
            elif kind & _DAY:
                days.add((row, column))
        for row, column in days:
            data[row][column] = _EPOCH + timedelta(milliseconds=round(data[row][column] * 86_400_000))
        for row, column in self._places(self.cells.queryFormulaCells(_ERRORS)):
            error = self.cells.getCellByPosition(column, row).getError()
            data[row][column] = _Error(_CODES.get(error, "#VALUE!"))
        return data

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self._refuse_locked()
        self.cells.setDataArray(tuple(tuple(_plain(value) for value in row) for row in data))
        at = {(i, j): value for i, row in enumerate(data) for j, value in enumerate(row)}
        if any(isinstance(value, datetime) for value in at.values()):
            self._show_days({place for place, value in at.items() if isinstance(value, datetime)})
        for (i, j), value in at.items():
            if isinstance(value, bool) or (isinstance(value, str) and _is_typed(value)):
                self._finish(self.cells.getCellByPosition(j, i), value)

    def _show_days(self, days: set[tuple[int, int]]) -> None:
        """Have days look like days where cells have no format of their own."""
        for row, column, kind in self._kinds(days):
            if not kind & _DAY:
                cell = self.cells.getCellByPosition(column, row)
                if cell.NumberFormat % 10_000 == 0:
                    cell.NumberFormat = self._key("yyyy-mm-dd")

    def _places(self, ranges: Any) -> Iterator[tuple[int, int]]:
        """The cells of ranges: row and column in this one."""
        for area in ranges.RangeAddresses:
            yield from product(range(area.StartRow - self.area.top + 1, area.EndRow - self.area.top + 2),
                               range(area.StartColumn - self.area.left + 1, area.EndColumn - self.area.left + 2))

    def _kinds(self, places: set[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
        """The kind of number format of each of these cells: asked for by column where a column has but one."""
        formats = self._sheet.book.document.NumberFormats
        for column in sorted({column for _, column in places}):
            rows = [row for row, at in places if at == column]
            common = self.cells.getCellRangeByPosition(column, min(rows), column, max(rows)).NumberFormat
            for row in rows:
                key = self.cells.getCellByPosition(column, row).NumberFormat if common is None else common
                yield row, column, int(formats.getByKey(key).Type)

    def _formats(self) -> Iterator[tuple[Any, int]]:
        groups, formats = self.cells.getUniqueCellFormatRanges(), self._sheet.book.document.NumberFormats
        for at in range(groups.Count):
            ranges = groups.getByIndex(at)
            yield ranges, int(formats.getByKey(ranges.getByIndex(0).NumberFormat).Type)

    def _refuse_locked(self) -> None:
        """Calc itself would write into locked cells without a word."""
        locked = (ranges.getByIndex(0).CellProtection.IsLocked for ranges, _ in self._formats())
        if self._sheet.cells_of.isProtected() and any(locked):
            raise ProgramError(-2147352567, "The cell is on a protected sheet.")

    def _finish(self, cell: Any, value: str | bool) -> None:
        """What does not go in with a block: a formula, a text that looks like something else, a truth."""
        if isinstance(value, bool):
            cell.NumberFormat = self._key("BOOLEAN")
        elif not self._sheet.book.document.NumberFormats.getByKey(cell.NumberFormat).Type & _TEXT:
            cell.setFormula(_calc_formula(value) if value.startswith("=") else value)

    @property
    def formula(self) -> Any:
        values = self.cells.getDataArray()
        return tuple(tuple(one[1:] if one[:1] == "'" and one[1:] == value else one for one, value in zip(row, shown, strict=True))
                     for row, shown in zip(self.cells.getFormulaArray(), values, strict=True))

    def _key(self, code: str) -> int:
        formats = self._sheet.book.document.NumberFormats
        place = self._sheet.book.calc.uno.createUnoStruct("com.sun.star.lang.Locale")
        found = formats.queryKey(code, place, False)
        return int(found if found != -1 else formats.addNew(code, place))

    def _code(self, key: int) -> str:
        return str(self._sheet.book.document.NumberFormats.getByKey(key).FormatString)

    @property
    def number_format(self) -> str | None:
        if self.cells.NumberFormat is None:
            codes = {self._code(ranges.getByIndex(0).NumberFormat) for ranges, _ in self._formats()}
            return codes.pop() if len(codes) == 1 else None
        return self._code(self.cells.NumberFormat)

    @number_format.setter
    def number_format(self, code: str) -> None:
        for area in self.areas:
            self._sheet.cells(area).NumberFormat = self._key(code)

    def get_special_cells(self, cell_type: str, value_type: Any) -> list["Range"]:
        assert cell_type == "visible" and value_type is None
        areas = (Area(one.StartRow + 1, one.StartColumn + 1, one.EndRow + 1, one.EndColumn + 1)
                 for one in self.cells.queryVisibleCells().RangeAddresses)
        return [Range(self._sheet, area) for area in areas]

    row_hidden = property(fset=lambda self, hidden: setattr(self.cells.Rows, "IsVisible", not hidden))

    @property
    def merge_cells(self) -> bool | None:
        cursor = self._sheet.cells_of.createCursorByRange(self.cells)
        cursor.collapseToMergedArea()
        grown = cursor.RangeAddress.EndRow != self.area.bottom - 1 or cursor.RangeAddress.EndColumn != self.area.right - 1
        return None if grown or any(ranges.getByIndex(0).IsMerged for ranges, _ in self._formats()) else False

    def _paint(self, colour: str | None) -> None:
        self.cells.CellBackColor = int(colour[1:], 16) if colour else -1

    color = property(fset=_paint)

    def clear_contents(self) -> None:
        self.cells.clearContents(_CONTENTS)

    def autofill(self, destination: Any, type_: str) -> None:
        assert type_ == "fill_formats"
        last = destination.impl.area.bottom
        below = Range(self._sheet, self.area._replace(top=self.area.bottom + 1, bottom=last))
        held = below.formula
        while (top := self.area.bottom + 1) <= last:  # twice as many rows each time
            rows = min(top - self.area.top, last - top + 1)
            self._copy(self.area._replace(bottom=self.area.top + rows - 1), top)
            self.area = self.area._replace(bottom=top + rows - 1)
        below.cells.clearContents(_CONTENTS | _NOTES)
        below.cells.setFormulaArray(held)

    def _copy(self, area: Area, row: int) -> None:
        to = self._sheet.cells(Area(row, area.left, row, area.left)).getCellByPosition(0, 0).CellAddress
        self._sheet.cells_of.copyRange(to, self._sheet.cells(area).RangeAddress)


def _is_typed(text: str) -> bool:
    """True for a text that Excel would read as if it were typed; a block makes a text of it."""
    return bool(text) and not text.startswith("'") and (
        text.startswith("=") or not text[0].isalpha() or text in ("TRUE", "FALSE"))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - _EPOCH) / timedelta(days=1)
    if isinstance(value, str):
        return "" if value.startswith("=") else value.removeprefix("'")  # Calc would make a text cell for a formula
    return float(value)


def _calc_formula(text: str) -> str:
    """A formula of Excel as UNO takes it."""
    made = []
    for token in Tokenizer(text).items:
        value = token.value
        if token.type == "SEP" and value == ",":
            value = ";"
        elif token.type == "OPERAND" and token.subtype == "RANGE":
            value = re.sub(r"^('(?:[^']|'')+'|[^'!\[]+)!", r"$\1.", value.replace("],[", "];["))
        made.append(value)
    return "=" + "".join(made)


class Tables(base_classes.Tables):
    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.listed = sheet, sheet.book.document.DatabaseRanges

    def _names(self) -> list[str]:
        return self.sheet.book.tables.get(self.sheet.index - 1, [])

    def __len__(self) -> int:
        return len(self._names())

    def __iter__(self) -> Iterator["Table"]:
        return (self(name) for name in self._names())

    def __contains__(self, key: str) -> bool:
        return key in self._names()

    def __call__(self, key: Any) -> "Table":
        return Table(self.sheet, self.listed.getByName(key))


class Table(base_classes.Table):
    show_headers = True

    def __init__(self, sheet: Sheet, table: Any) -> None:
        self.sheet, self.table = sheet, table

    @property
    def name(self) -> str:
        return str(self.table.Name)

    @property
    def show_totals(self) -> bool:
        return bool(self.table.TotalsRow)

    @property
    def range(self) -> Range:
        area = self.table.DataArea
        return Range(self.sheet, Area(area.StartRow + 1, area.StartColumn + 1, area.EndRow + 1, area.EndColumn + 1))

    @property
    def autofilter(self) -> Any:
        return self

    @property
    def criteria(self) -> list[dict[str, Any]]:
        return [{"field": 1, "type": "values" if len(self.table.getFilterDescriptor().getFilterFields()) else "none"}]

    def resize(self, cells: Any) -> None:
        old, new = self.range.area, cells.impl.area
        self.table.DataArea = cells.impl.cells.RangeAddress
        if new.bottom == old.bottom:
            return
        last = Area(old.bottom, new.left, old.bottom, new.right)
        for column, formula in enumerate(self.sheet.cells(last).getFormulaArray()[0], new.left):
            if formula[:1] == "=":
                cells = self.sheet.cells(Area(old.bottom, column, new.bottom, column))
                cells.fillAuto(self.sheet.book.calc.uno.Enum("com.sun.star.sheet.FillDirection", "TO_BOTTOM"), 1)


class Names(base_classes.Names):
    def __init__(self, book: Book) -> None:
        self.book = book

    def snapshot(self) -> list[tuple[str, Any]]:
        listed = self.book.document.NamedRanges
        areas = [(f"{sheet.name}!Print_Area", PrintArea(sheet)) for sheet in self.book.sheets if sheet.cells_of.PrintAreas]
        return [(name, Name(listed.getByName(name))) for name in listed.ElementNames] + areas


class Name(base_classes.Name):
    def __init__(self, named: Any) -> None:
        self.named = named

    @property
    def name(self) -> str:
        return str(self.named.Name)

    @property
    def refers_to(self) -> str:
        return "=" + re.sub(r"\$?('(?:[^']|'')+'|[^'.$]+)\.", r"\1!", self.named.Content, count=1).replace(":" + "!", ":")

    @refers_to.setter
    def refers_to(self, text: str) -> None:
        sheet, _, area = text[1:].rpartition("!")
        self.named.setContent(f"${sheet}.{area}")


class PrintArea(base_classes.Name):
    """The print area of a sheet, which Excel has among the names."""

    name = "Print_Area"

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def refers_to(self) -> str:
        area = self.sheet.cells_of.PrintAreas[0]
        corners = (area.StartColumn + 1, area.StartRow + 1), (area.EndColumn + 1, area.EndRow + 1)
        return f"='{self.sheet.name}'!" + ":".join(f"${letters(column)}${row}" for column, row in corners)

    @refers_to.setter
    def refers_to(self, text: str) -> None:
        area = parse_area(text.rpartition("!")[2].replace("$", ""))
        self.sheet.cells_of.setPrintAreas((self.sheet.cells(area).RangeAddress,))
        if self.sheet.cells_of.NamedRanges.hasByName("_xlnm.Print_Area"):  # as it was read, which would be written again
            self.sheet.cells_of.NamedRanges.removeByName("_xlnm.Print_Area")
