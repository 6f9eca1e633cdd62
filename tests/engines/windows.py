"""xlwings' own code for Windows, run anywhere: what it asks of Excel through COM is answered by the stand-in for Excel.

As COM has it: errors in cells are numbers, days have a time zone, a thing that is not there is an error with a number, and
sheets are visible, hidden or very hidden by number. ``Application.spoken`` counts the calls that went through.
"""
# mypy: disable-error-code="misc"

import atexit
import ctypes
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sendxl.books.book import Edit
from sendxl.books.live.live_book import LiveBook
from sendxl.books.live.without_pandas import xlwings
from sendxl.xlsx.read.address import MAX_COLUMN, MAX_ROW, Area, parse_area
from tests.engines import memory

_NO_MEMBER, _NO_ITEM = -2147352570, -2147352565  # DISP_E_UNKNOWNNAME, DISP_E_BADINDEX
_CALCULATION = {"automatic": -4105, "manual": -4135}
_STATES = {"visible": -1, "hidden": 0, "veryHidden": 2}
_BUTTONS = {0: "ok", 1: "ok_cancel", 3: "yes_no_cancel", 4: "yes_no"}
_PRESSED = {"ok": 1, "cancel": 2, "yes": 6, "no": 7}


class CDispatch:
    """A thing of Excel's, as pywin32 has it."""

    _oleobj_: Any = types.SimpleNamespace()


class ComTime(datetime):
    """A day as COM tells it."""


def _unknown(_: int, name: str) -> None:
    raise memory.ProgramError(_NO_MEMBER, f"Unknown name: {name}")


CDispatch._oleobj_.GetIDsOfNames = _unknown


def _no_item(key: object) -> memory.ProgramError:
    return memory.ProgramError(_NO_ITEM, f"There is no {key}")


@cache
def engine() -> Any:
    """The module of xlwings, over stand-ins for what only Windows has."""
    nothing: Callable[..., Any] = lambda *given: None  # noqa: E731
    stand_ins: dict[str, dict[str, Any]] = {
        "pywintypes": {"com_error": memory.ProgramError, "error": OSError, "TimeType": ComTime, "IID": str},
        "pythoncom": {"CoInitialize": nothing, "ole_error": memory.ProgramError, "__file__": "pythoncom.dll"},
        "win32api": {"MessageBox": _message},
        "win32con": {"MB_OK": 0, "MB_OKCANCEL": 1, "MB_YESNO": 4, "MB_YESNOCANCEL": 3, "MB_ICONINFORMATION": 64,
                     "MB_ICONWARNING": 48},
        "win32gui": {}, "win32process": {"GetWindowThreadProcessId": lambda hwnd: (0, hwnd)},
        "win32timezone": {"TimeZoneInfo": types.SimpleNamespace(utc=lambda: UTC)},
        "win32com": {},
        "win32com.client": {"CDispatch": CDispatch, "Dispatch": nothing, "DispatchEx": nothing,
                            "DispatchBaseClass": type("DispatchBaseClass", (), {}), "CoClassBaseClass": None}}
    dll = types.SimpleNamespace(
        ole32=types.SimpleNamespace(CLSIDFromString=nothing), PyCom_PyObjectFromIUnknown=types.SimpleNamespace())
    of_ctypes = {"oledll": dll, "windll": dll, "PyDLL": lambda path: dll}
    before, had = dict(sys.modules), {name: getattr(ctypes, name, None) for name in of_ctypes}
    for name, contents in stand_ins.items():
        module = types.ModuleType(name)
        module.__dict__.update(contents)
        sys.modules[name] = module
    sys.modules["win32com"].client = sys.modules["win32com.client"]  # type: ignore[attr-defined]
    ctypes.__dict__.update(of_ctypes)
    try:
        import xlwings._xlwindows as found
    finally:
        for name in stand_ins:
            sys.modules.pop(name)
            if name in before:
                sys.modules[name] = before[name]
        for name, value in had.items():
            ctypes.__dict__.pop(name) if value is None else setattr(ctypes, name, value)
    atexit.unregister(found.cleanup)  # it would end other programs
    return found


_by_window: dict[int, memory.Program] = {}


def _message(hwnd: int, prompt: str, title: str, style: int) -> int:
    program = _by_window[hwnd]
    return _PRESSED[program.alert(prompt, title, _BUTTONS[style & 15], None, None)]


def _inner(given: Any) -> Any:
    """What stands behind what xlwings hands over."""
    return getattr(given, "_inner", given)


class _Many(CDispatch):
    """Things that are found by their place or their name, and gone through."""

    def __init__(self, all: Callable[[], list[tuple[str, Any]]], wrap: Callable[[Any], Any], **more: Any) -> None:
        self._all, self._wrap = all, wrap
        self.__dict__.update(more)

    @property
    def Count(self) -> int:  # noqa: N802
        return len(self._all())

    def Item(self, key: Any) -> Any:  # noqa: N802
        for number, (name, one) in enumerate(self._all(), 1):
            if key == number or (isinstance(key, str) and key.casefold() == name.casefold()):
                return self._wrap(one)
        raise _no_item(key)

    __call__ = Item

    def __iter__(self) -> Iterator[Any]:
        return (self._wrap(one) for _, one in self._all())


def _setting(name: str) -> property:
    return property(lambda app: getattr(app._program, name), lambda app, value: setattr(app._program, name, value))


class Application(CDispatch):
    """Excel, as COM has it."""

    Version = "16.0"
    ScreenUpdating, EnableEvents, DisplayAlerts, StatusBar = map(
        _setting, ("screen_updating", "enable_events", "display_alerts", "status_bar"))

    def __init__(self, program: memory.Program) -> None:
        self._program, self.Hwnd = program, id(program) % 2**31
        self.spoken: Counter[str] = Counter()
        _by_window[self.Hwnd] = program

    @property
    def Calculation(self) -> int:  # noqa: N802
        return _CALCULATION[self._program.calculation]

    @Calculation.setter
    def Calculation(self, value: int) -> None:  # noqa: N802
        self._program.calculation = next(name for name, number in _CALCULATION.items() if number == value)

    @property
    def Selection(self) -> Any:  # noqa: N802
        chosen = self._program._selection
        if self._program.on_chart:
            return CDispatch()  # a chart has no address
        return None if chosen is None else Cells(self, chosen)

    @property
    def Workbooks(self) -> Any:  # noqa: N802
        return _Many(lambda: [(book.path.name, book) for book in self._program.opened], lambda book: Workbook(self, book),
                     Application=self, Open=types.MethodType(Application._open, self))

    @property
    def ActiveWorkbook(self) -> "Workbook | None":  # noqa: N802
        return None if self._program.active is None else Workbook(self, self._program.active)

    def _open(self, fullname: str, *_: Any) -> "Workbook":
        return Workbook(self, self._program.books.open(fullname))

    def InputBox(self, Prompt: str, Title: str, Default: str) -> str | bool:  # noqa: N802, N803
        return memory.NativeProgram(self._program).InputBox(Prompt, Title, Default)

    def Intersect(self, one: Any, other: Any) -> "Cells | None":  # noqa: N802
        one, other = _inner(one)._cells, _inner(other)._cells
        areas = [Area(max(a.top, b.top), max(a.left, b.left), min(a.bottom, b.bottom), min(a.right, b.right))
                 for a in one.areas for b in other.areas if a.meets(b)]
        return Cells(self, memory.Range(one.sheet, *areas)) if areas else None


class Workbook(CDispatch):
    def __init__(self, app: Application, book: memory.Book) -> None:
        self.Application, self._book = app, book

    Name, FullName = property(lambda self: self._book.name), property(lambda self: self._book.fullname)
    ReadOnly, Saved = property(lambda self: self._book.read_only), property(lambda self: self._book.saved)
    ProtectStructure = property(lambda self: self._book.protects_structure)

    @property
    def Worksheets(self) -> Any:  # noqa: N802
        return _Many(lambda: [(sheet.cells_of.title, sheet) for sheet in self._book.sheets],
                     lambda sheet: Worksheet(self, sheet), Parent=self)

    @property
    def Names(self) -> Any:  # noqa: N802
        return _Many(self._book.names.snapshot, Name)

    def Activate(self) -> None:  # noqa: N802
        self._book.activate()

    def SaveCopyAs(self, Filename: str) -> None:  # noqa: N802, N803
        self._book.api.SaveCopyAs(Filename)


class Name(CDispatch):
    def __init__(self, named: Any) -> None:
        self._named = named

    Name = property(lambda self: self._named.name)
    RefersTo = property(lambda self: self._named.refers_to, lambda self, text: setattr(self._named, "refers_to", text))


class Worksheet(CDispatch):
    def __init__(self, book: Workbook, sheet: memory.Sheet) -> None:
        self.Parent, self.Application, self._sheet = book, book.Application, sheet

    Name, Index = property(lambda self: self._sheet.name), property(lambda self: self._sheet.index)
    Visible = property(lambda self: _STATES[self._sheet.cells_of.sheet_state])

    @property
    def Cells(self) -> "Cells":  # noqa: N802
        return Cells(self.Application, memory.Range(self._sheet, Area(1, 1, MAX_ROW, MAX_COLUMN)))

    @property
    def UsedRange(self) -> Any:  # noqa: N802
        return Cells(self.Application, self._sheet.used_range)

    @property
    def ListObjects(self) -> Any:  # noqa: N802
        return _Many(lambda: [(table.name, table) for table in self._sheet.tables], lambda table: ListObject(self, table))

    def Range(self, one: Any, other: Any = None) -> Any:  # noqa: N802
        if isinstance(one, str):
            areas = [parse_area(part.replace("$", "")) for part in one.split(",")]
        else:
            first, last = _inner(one)._cells.area, _inner(one if other is None else other)._cells.area
            areas = [Area(first.top, first.left, last.bottom, last.right)]
        return Cells(self.Application, memory.Range(self._sheet, *areas))

    def Activate(self) -> None:  # noqa: N802
        self._sheet.activate()


class Cells(CDispatch):
    def __init__(self, app: Application, cells: memory.Range) -> None:
        self.Application, self._cells = app, cells

    def __call__(self, row: int, column: int) -> "Cells":
        return Cells(self.Application, self._cells(row, column))

    Row, Column = property(lambda self: self._cells.row), property(lambda self: self._cells.column)
    Count, Address = property(lambda self: len(self._cells)), property(lambda self: self._cells.address)
    Formula, MergeCells = property(lambda self: self._cells.formula), property(lambda self: self._cells.merge_cells)
    NumberFormat = property(lambda self: self._cells.number_format,
                            lambda self, code: setattr(self._cells, "number_format", code))

    @property
    def Worksheet(self) -> Worksheet:  # noqa: N802
        return Worksheet(Workbook(self.Application, self._cells.sheet.book), self._cells.sheet)

    @property
    def Value(self) -> Any:  # noqa: N802
        self.Application.spoken["read"] += 1
        found = self._cells.raw_value
        return tuple(tuple(map(_as_com, row)) for row in found) if isinstance(found, tuple) else _as_com(found)

    @Value.setter
    def Value(self, data: Any) -> None:  # noqa: N802
        self.Application.spoken["write"] += 1
        rows = data if isinstance(data, list | tuple) else [[data]]
        self._cells.raw_value = [list(map(_from_com, row)) for row in rows]

    @property
    def Rows(self) -> Any:  # noqa: N802
        return types.SimpleNamespace(Count=self._cells.shape[0])

    @property
    def Columns(self) -> Any:  # noqa: N802
        return types.SimpleNamespace(Count=self._cells.shape[1])

    @property
    def Areas(self) -> Any:  # noqa: N802
        return [Cells(self.Application, memory.Range(self._cells.sheet, area)) for area in self._cells.areas]

    @property
    def EntireRow(self) -> "_EntireRow":  # noqa: N802
        return _EntireRow(self._cells)

    @property
    def Interior(self) -> "_Interior":  # noqa: N802
        return _Interior(self._cells)

    def SpecialCells(self, Type: int) -> "Cells":  # noqa: N802, N803
        assert Type == 12  # xlCellTypeVisible
        found = self._cells.get_special_cells("visible", None)
        if not found:
            raise memory.ProgramError(-2146827284, "No cells were found.")
        return Cells(self.Application, memory.Range(self._cells.sheet, *(part.area for part in found)))

    def AutoFill(self, Destination: Any, Type: int) -> None:  # noqa: N802, N803
        assert Type == 3  # xlFillFormats
        self._cells.autofill(types.SimpleNamespace(impl=_inner(Destination)._cells), "fill_formats")

    def ClearContents(self) -> None:  # noqa: N802
        self._cells.clear_contents()

    def Select(self) -> None:  # noqa: N802
        self._cells.select()


class _EntireRow(CDispatch):
    def __init__(self, cells: memory.Range) -> None:
        self._cells = cells

    Hidden = property(fset=lambda self, hidden: setattr(self._cells, "row_hidden", hidden))


class _Interior(CDispatch):
    def __init__(self, cells: memory.Range) -> None:
        self._cells = cells

    Color = property(fset=lambda self, number: setattr(
        self._cells, "color", "#" + "".join(f"{number >> shift & 255:02X}" for shift in (0, 8, 16))))
    ColorIndex = property(fset=lambda self, index: setattr(self._cells, "color", None))


def _as_com(value: Any) -> Any:
    if isinstance(value, memory._Error):
        return next(number for number, name in engine().cell_errors.items() if name == value)
    if isinstance(value, datetime):
        return ComTime(*value.timetuple()[:6], value.microsecond, tzinfo=UTC)
    return value


def _from_com(value: Any) -> Any:
    if isinstance(value, datetime):
        assert value.tzinfo is not None  # without one pywin32 would shift it
        return value.replace(tzinfo=None)
    assert value is None or isinstance(value, str | float | bool), value
    return value


class ListObject(CDispatch):
    def __init__(self, sheet: Worksheet, table: memory.Table) -> None:
        self.Parent, self._table = sheet, table

    Name, ShowHeaders = property(lambda self: self._table.name), property(lambda self: self._table.show_headers)
    ShowTotals = property(lambda self: self._table.show_totals)

    @property
    def Range(self) -> Cells:  # noqa: N802
        return Cells(self.Parent.Application, self._table.range)

    @property
    def AutoFilter(self) -> Any:  # noqa: N802
        if not self._table.table.autoFilter:
            return None
        on = [one["type"] != "none" for one in self._table.criteria]
        return _Filters(on)

    def Resize(self, Range: Any) -> None:  # noqa: N802, N803
        self._table.resize(types.SimpleNamespace(impl=_inner(Range)._cells))


class _Filters(CDispatch):
    def __init__(self, on: list[bool]) -> None:
        self._on = on

    def Filters(self, field: int) -> Any:  # noqa: N802
        return types.SimpleNamespace(On=self._on[field - 1], Operator=7, Criteria1=None, Criteria2=None)


def open_on_windows(program: memory.Program, path: Path) -> tuple[xlwings.Book, Application]:
    """A workbook that Excel on Windows has open, as xlwings has it there, and that Excel."""
    module, excel = engine(), Application(program)
    app = module.App(xl=module.COMRetryObjectWrapper(excel))
    return xlwings.Book(impl=app.books.open(str(path))), excel


class Kept(LiveBook):
    """A LiveBook on this engine that is saved whenever something was written into it."""

    def __init__(self, path: Path) -> None:
        self.program = memory.Program()
        self.opened, self.app = open_on_windows(self.program, path)
        super().__init__(self.opened, patience=0)

    def apply(self, edits: Sequence[Edit], label: str = "") -> None:
        before = self.app.spoken["write"]
        try:
            super().apply(edits, label)
        finally:
            if self.app.spoken["write"] > before:
                self.program.opened[0].save()
