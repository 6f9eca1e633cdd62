"""xlwings' own code for macOS, run anywhere: what it asks of Excel through AppleScript is answered by the stand-in for Excel.

Excel there tells of no error what it is, but as the text of a single cell, and with ``leaves_out`` it leaves cells with errors
out of what it tells of a range (xlwings issues 1188 and 1924). It knows no amounts of money: they are plain numbers.
"""
# mypy: disable-error-code="misc"

import atexit
import struct
import sys
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from sendxl.books.book import Edit
from sendxl.books.live.live_book import LiveBook
from sendxl.books.live.without_pandas import xlwings
from sendxl.xlsx.read.address import Area, parse_area
from tests.engines import memory


@dataclass(frozen=True)
class Keyword:
    """A word of AppleScript."""

    name: str


class _Keywords:
    def __getattr__(self, name: str) -> Keyword:
        return Keyword(name)


kw = _Keywords()


class CommandError(Exception):
    """What Excel says through AppleScript."""

    def __init__(self, errornumber: int, words: str) -> None:
        super().__init__(errornumber, words)
        self.errornumber = errornumber


@cache
def engine() -> Any:
    """The module of xlwings, over stand-ins for what only macOS has."""
    appscript: dict[str, dict[str, Any]] = {
        "appscript": {"its": kw, "k": kw, "mactypes": None, "app": lambda name: _SYSTEM_EVENTS}, "aem": {"kae": kw},
        "osax": {"OSAX": _Additions},
        "appscript.reference": {"CommandError": CommandError, "Reference": object}}
    before = dict(sys.modules)
    for name, contents in appscript.items():
        module = types.ModuleType(name)
        module.__dict__.update(contents)
        sys.modules[name] = module
    sys.modules["appscript"].reference = sys.modules["appscript.reference"]  # type: ignore[attr-defined]
    try:
        import xlwings._xlmac as found
    finally:
        for name in appscript:
            sys.modules.pop(name)
            if name in before:
                sys.modules[name] = before[name]
    atexit.unregister(found.cleanup)  # it would look for an Excel
    return found


_by_number: dict[int, memory.Program] = {}


class _Additions:
    """The messages of AppleScript's standard additions."""

    def __init__(self, pid: int) -> None:
        self._program = _by_number[pid]

    def activate(self) -> None:
        """Nothing hides the message here."""

    def display_alert(self, title: str, message: str, buttons: str | list[str], as_: Keyword) -> dict[Keyword, str]:
        pressed = self._program.alert(message, title, None, None, None)
        return {kw.button_returned: pressed.capitalize() if len(pressed) > 2 else pressed.upper()}


    def display_dialog(self, prompt: str, with_title: str, default_answer: str) -> dict[Keyword, str]:
        typed = self._program.type(prompt, default_answer)
        if typed is None:
            raise CommandError(-128, "User canceled.")
        return {kw.text_returned: typed}


class Property:
    """What is asked for with ``get`` and changed with ``set``."""

    def __init__(self, get: Callable[[], Any], set: Callable[[Any], object] | None = None) -> None:
        self._get, self._set = get, set

    def get(self) -> Any:
        return _answer(self._get)

    def set(self, value: Any) -> None:
        assert self._set is not None
        change = self._set
        _answer(lambda: change(value))


def _answer(call: Callable[[], Any]) -> Any:
    """As the stand-in for Excel answers, its errors as AppleScript has them."""
    try:
        return call()
    except memory.ProgramError as error:
        raise CommandError(-50, error.args[2][2]) from None


class _Many:
    """Things that are found by their place or their name."""

    def __init__(self, all: Callable[[], list[Any]], wrap: Callable[[Any], Any], **properties: Property) -> None:
        self._all, self._wrap = all, wrap
        self.__dict__.update(properties)

    def __getitem__(self, key: Any) -> Any:
        for number, (name, one) in enumerate(self._all(), 1):
            if key in (number, name):
                return self._wrap(one)
        return _Nothing()


class _Nothing:
    @staticmethod
    def exists() -> bool:
        return False


class Application:
    """Excel, as AppleScript has it."""

    def __init__(self, program: memory.Program) -> None:
        self.program, self.leaves_out = program, False
        _by_number[program.pid] = program
        number = types.SimpleNamespace(coerce=lambda kind: types.SimpleNamespace(data=struct.pack("i", program.pid)))
        self.AS_appdata = types.SimpleNamespace(target=lambda: types.SimpleNamespace(addressdesc=number))
        for name in ("screen_updating", "enable_events", "status_bar", "display_alerts"):
            setattr(self, name, Property(partial(getattr, program, name), partial(setattr, program, name)))
        self.calculation = Property(lambda: getattr(kw, f"calculation_{program.calculation}"),
                                    lambda value: setattr(program, "calculation", value.name.removeprefix("calculation_")))
        self.workbooks = _Many(lambda: [(book.path.name, book) for book in program.opened], lambda book: Workbook(self, book))

    @property
    def active_workbook(self) -> "Workbook":
        assert self.program.active is not None
        return Workbook(self, self.program.active)

    @property
    def selection(self) -> Any:
        chosen = self.program._selection
        if chosen is None or self.program.on_chart:
            raise CommandError(-1728, "Can’t get selection")
        return Cells(self, chosen)

    def count(self, each: Any) -> int:
        assert each == kw.workbook
        return len(self.program.opened)

    def open_workbook(self, workbook_file_name: str, **_: Any) -> None:
        _answer(lambda: self.program.books.open(workbook_file_name))


class Workbook:
    def __init__(self, app: Application, book: memory.Book) -> None:
        self._app, self._book = app, book
        self.name = Property(lambda: book.name)
        self.read_only, self.protect_structure = Property(lambda: book.read_only), Property(lambda: book.protects_structure)
        self.saved = Property(lambda: book.saved)
        sheets = lambda: [(sheet.name, sheet) for sheet in book.sheets]  # noqa: E731
        self.worksheets = _Many(sheets, lambda sheet: Worksheet(app, sheet),
                                name=Property(lambda: [sheet.name for sheet in book.sheets]))
        self.sheets = self.worksheets
        self.named_items = _named(book.names.snapshot)

    def exists(self) -> bool:
        return True

    def activate_object(self) -> None:
        _answer(self._book.activate)

    @property
    def active_sheet(self) -> "Worksheet":
        chosen = self._app.program._selection
        return Worksheet(self._app, chosen.sheet if chosen and chosen.sheet.book is self._book else next(iter(self._book.sheets)))

    def properties(self) -> dict[Any, Any]:
        return {kw.full_name: self._book.fullname, kw.path: str(Path(self._book.fullname).parent)}

    def count(self, each: Any) -> int:
        assert each == kw.worksheet
        return len(self._book.sheets)


def _named(snapshot: Callable[[], list[tuple[str, Any]]]) -> _Many:
    def item(name: str, one: memory.Name) -> Any:
        references = Property(lambda: one.refers_to, lambda text: setattr(one, "refers_to", text))
        return types.SimpleNamespace(name=Property(lambda: name), references=references,
                                     properties=lambda: {kw.references: _answer(lambda: one.refers_to)})

    return _Many(lambda: [(name, item(name, one)) for name, one in snapshot()], lambda one: one,
                 name=Property(lambda: [name for name, _ in snapshot()] or kw.missing_value))


class Worksheet:
    def __init__(self, app: Application, sheet: memory.Sheet) -> None:
        self._app, self._sheet = app, sheet
        self.name, self.entry_index = Property(lambda: sheet.name), Property(lambda: sheet.index)
        self.visible = Property(lambda: kw.sheet_visible if sheet.visible else kw.sheet_hidden)
        self.list_objects = _Many(lambda: [(table.name, table) for table in sheet.tables], lambda table: ListObject(app, table))
        self.named_items = _named(list)

    def exists(self) -> bool:
        return True

    def activate_object(self) -> None:
        _answer(self._sheet.activate)

    @property
    def cells(self) -> Any:
        return self

    def __getitem__(self, address: str) -> "Cells":
        areas = [parse_area(part.replace("$", "")) for part in address.split(",")]
        return Cells(self._app, memory.Range(self._sheet, *areas))

    @property
    def rows(self) -> Any:
        row = lambda top: types.SimpleNamespace(columns=_Places(lambda left: self[str(Area(top, left, top, left))]))  # noqa: E731
        return _Places(row)

    @property
    def used_range(self) -> "Cells":
        return Cells(self._app, self._sheet.used_range)

    def count(self, each: Any) -> int:
        assert each == kw.list_object
        return len(self._sheet.tables)


class _Places:
    def __init__(self, of: Callable[[int], Any]) -> None:
        self._of = of

    def __getitem__(self, number: int) -> Any:
        return self._of(number)


# Of other programs macOS is asked only whether Excel is to be seen; where it is, xlwings would bring it to the front.
_SYSTEM_EVENTS = types.SimpleNamespace(processes=_Places(lambda _: types.SimpleNamespace(visible=Property(lambda: [False]))))


class Cells:
    def __init__(self, app: Application, cells: memory.Range) -> None:
        self._app, self._cells = app, cells
        self.value = Property(self._values, lambda value: setattr(cells, "raw_value", value))
        self.string_value = Property(lambda: self._shape(self._raw(), lambda value: "" if value is None else str(value)))
        self.formula = Property(lambda: self._shape(_rows(cells.formula), lambda text: text))
        self.number_format = Property(self._number_format, lambda code: setattr(cells, "number_format", code))
        self.first_row_index, self.first_column_index = Property(lambda: cells.row), Property(lambda: cells.column)
        self.merge_cells = Property(lambda: kw.missing_value if cells.merge_cells is None else cells.merge_cells)
        self.entire_row = types.SimpleNamespace(hidden=Property(lambda: None, lambda value: setattr(cells, "row_hidden", value)))
        colour = Property(lambda: None, lambda rgb: setattr(cells, "color", "#" + "".join(f"{part:02X}" for part in rgb)))
        self.interior_object = types.SimpleNamespace(
            color=colour, color_index=Property(lambda: None, lambda index: setattr(cells, "color", None)))

    def _raw(self) -> list[list[Any]]:
        return _rows(_answer(lambda: self._cells.raw_value))

    def _values(self) -> Any:
        leaves_out = self._app.leaves_out and len(self._cells) > 1
        rows = [[value for value in row if not (leaves_out and isinstance(value, memory._Error))] for row in self._raw()]
        return self._shape(rows, _as_apple_script)

    @staticmethod
    def _shape(rows: list[list[Any]], one: Callable[[Any], Any]) -> Any:
        """A single cell is no list; of more, each row is one."""
        if len(rows) == 1 and len(rows[0]) == 1:
            return one(rows[0][0])
        return [[one(value) for value in row] for row in rows]

    def _number_format(self) -> Any:
        found = self._cells.number_format
        return kw.missing_value if found is None else found

    def get_address(self, **_: Any) -> str:
        return self._cells.address

    def count(self, each: Any) -> int:
        return self._cells.shape[0 if each == kw.row else 1]

    def special_cells(self, type: Any) -> Any:
        assert type == kw.cell_type_visible
        found = ",".join(part.address for part in self._cells.get_special_cells("visible", None))
        return types.SimpleNamespace(get_address=lambda: found)

    def autofill(self, destination: "Cells", type: Any) -> None:
        assert type == kw.fill_formats
        _answer(lambda: self._cells.autofill(types.SimpleNamespace(impl=destination._cells), "fill_formats"))

    def clear_contents(self) -> None:
        _answer(self._cells.clear_contents)

    def select(self) -> None:
        _answer(self._cells.select)


def _as_apple_script(value: Any) -> Any:
    if isinstance(value, memory._Error):
        return kw.missing_value
    return float(value) if isinstance(value, Decimal) else "" if value is None else value


def _rows(found: Any) -> list[list[Any]]:
    return [list(row) for row in found] if isinstance(found, tuple) else [[found]]


class ListObject:
    def __init__(self, app: Application, table: memory.Table) -> None:
        self._table = table
        self.name = self.display_name = Property(lambda: table.name)
        self.show_headers, self.total = Property(lambda: table.show_headers), Property(lambda: table.show_totals)
        self.range_object = Cells(app, table.range)

    def exists(self) -> bool:
        return True

    def resize(self, range: Cells) -> None:
        _answer(lambda: self._table.resize(types.SimpleNamespace(impl=range._cells)))

    @property
    def autofilter_object(self) -> Any:
        on = [one["type"] != "none" for one in _answer(lambda: self._table.criteria)]
        nothing = Property(lambda: kw.missing_value)
        return types.SimpleNamespace(filters=_Places(lambda field: types.SimpleNamespace(
            filter_on=Property(lambda: on[field - 1]), operator=Property(lambda: kw.filter_by_value), criteria1=nothing,
            criteria2=nothing)))


def open_on_mac(program: memory.Program, path: Path) -> tuple[xlwings.Book, Application]:
    """A workbook that Excel on macOS has open, as xlwings has it there, and that Excel."""
    module, app = engine(), Application(program)
    program.books.open(str(path))
    return xlwings.Book(impl=module.Book(module.App(xl=app), path.name)), app


class Kept(LiveBook):
    """A LiveBook on this engine that is saved whenever something was written into it."""

    def __init__(self, path: Path) -> None:
        self.program = memory.Program()
        self.opened, self.app = open_on_mac(self.program, path)
        super().__init__(self.opened, patience=0)

    def apply(self, edits: Sequence[Edit], label: str = "") -> None:
        before = self.program.calls["write"]
        try:
            super().apply(edits, label)
        finally:
            if self.program.calls["write"] > before:
                self.program.opened[0].save()
