"""What is in a workbook: its sheets, tables, styles and shared strings, and which part holds each."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from sendxl.xlsx.address import Area, parse_area
from sendxl.xlsx.package import Fault, Package, PackageError
from sendxl.xlsx.styles import Styles
from sendxl.xlsx.xml import feed, local, parser, unescape_text

_Attributes = dict[str, str]
_WINDOW = 1 << 20
_SHEET_DATA = re.compile(rb"<((?:[A-Za-z_][\w.\-]*:)?)sheetData\s*>")


@dataclass(frozen=True)
class TablePart:
    """An Excel table: ``area`` with its header row; ``columns`` as the table part names them, left to right."""

    name: str
    part: str
    sheet: "SheetPart"
    area: Area
    header_rows: int
    totals_rows: int
    columns: tuple[str, ...]
    formulas: dict[str, str]  # calculated columns: name to formula

    @property
    def first(self) -> int:
        """First data row."""
        return self.area.top + self.header_rows

    @property
    def last(self) -> int:
        """Last data row."""
        return self.area.bottom - self.totals_rows


@dataclass(frozen=True)
class SheetPart:
    """A worksheet: its name, state (visible, hidden, veryHidden) and part."""

    name: str
    state: str
    part: str
    tables: list[TablePart] = field(default_factory=list, compare=False)


class Workbook:
    """The structure of an opened package."""

    def __init__(self, package: Package) -> None:
        """Read the structure; PackageError where there is none or it is broken."""
        self.package = package
        self.part = self._target("", "officeDocument") or ""
        if not self.part:
            raise PackageError(Fault.NOT_WORKBOOK)
        self.date1904 = False
        self.sheets: list[SheetPart] = []
        self._ends: dict[tuple[str, int], tuple[bytes, bytes] | None] = {}
        self._relations = _relations(package, self.part)
        self._read_sheets()
        for sheet in self.sheets:
            for kind, target in _relations(package, sheet.part).values():
                if kind == "table":
                    sheet.tables.append(_read_table(package, sheet, target))
        self.tables = {table.name.casefold(): table for sheet in self.sheets for table in sheet.tables}

    def table(self, name: str) -> TablePart:
        """The table of that name; KeyError where there is none."""
        return self.tables[name.casefold()]

    def sheet(self, name: str) -> SheetPart:
        """The sheet of that name; KeyError where there is none."""
        for sheet in self.sheets:
            if sheet.name.casefold() == name.casefold():
                return sheet
        raise KeyError(name)

    def _target(self, source: str, kind: str) -> str | None:
        return next((target for found, target in _relations(self.package, source).values() if found == kind), None)

    def _read_sheets(self) -> None:
        def start(name: str, attributes: _Attributes) -> None:
            if name == "workbookPr":
                self.date1904 = attributes.get("date1904", "0") in ("1", "true")
            elif name == "sheet" and "name" in attributes:
                relation = next((v for k, v in attributes.items() if local(k) == "id" and k != "id"), "")
                kind, target = self._relations.get(relation, ("", ""))
                if kind == "worksheet":
                    self.sheets.append(SheetPart(attributes["name"], attributes.get("state", "visible"), target))

        _scan(self.package, self.part, start)

    @cached_property
    def styles(self) -> Styles:
        """The styles part."""
        part = next((target for kind, target in self._relations.values() if kind == "styles"), "")
        return Styles(self.package.read(part) if part in self.package else b"", part)

    @property
    def styles_part(self) -> str:
        """Name of the styles part; '' where there is none."""
        return next((target for kind, target in self._relations.values() if kind == "styles"), "")

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings, by index."""
        part = next((target for kind, target in self._relations.values() if kind == "sharedStrings"), "")
        return _read_strings(self.package, part) if part in self.package else []

    def ends(self, part: str, last: int) -> tuple[bytes, bytes] | None:
        """Head and tail of a sheet part: up to its first row, and from its last row on, if that is row ``last``.

        The rows between are inflated but not parsed. None where the two do not stand apart within a megabyte.
        """
        if (part, last) not in self._ends:
            self._ends[part, last] = _ends(self.package, part, last)
        return self._ends[part, last]

    @property
    def chart_parts(self) -> list[str]:
        """Names of the chart parts."""
        return [name for name in self.package.names if name.startswith("xl/charts/chart") and name.endswith(".xml")]


def _scan(package: Package, part: str, start: Callable[[str, _Attributes], None]) -> None:
    """Walk a part's start tags by local name."""
    made = parser(part)
    made.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    feed(made, package.chunks(part), part)


def _relations(package: Package, source: str) -> dict[str, tuple[str, str]]:
    """Relationships of a part: id to (kind, part name). Those that leave the package are not followed."""
    folder, name = posixpath.split(source)
    part = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}
    if part not in package:
        return found

    def start(name: str, attributes: _Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], whole)

    _scan(package, part, start)
    return found


def _read_table(package: Package, sheet: SheetPart, part: str) -> TablePart:
    root: _Attributes = {}
    columns: list[str] = []
    formulas: dict[str, str] = {}
    formula: list[str] | None = None
    made = parser(part)

    def start(name: str, attributes: _Attributes) -> None:
        nonlocal formula
        name = local(name)
        if name == "table":
            root.update(attributes)
        elif name == "tableColumn":
            columns.append(unescape_text(attributes.get("name", "")))
        elif name == "calculatedColumnFormula":
            formula = []

    def text(piece: str) -> None:
        if formula is not None:
            formula.append(piece)

    def end(name: str) -> None:
        nonlocal formula
        if formula is not None and local(name) == "calculatedColumnFormula":
            formulas[columns[-1]] = "".join(formula)
            formula = None

    made.StartElementHandler, made.CharacterDataHandler, made.EndElementHandler = start, text, end
    feed(made, package.chunks(part), part)
    try:
        area = parse_area(root["ref"])
        return TablePart(
            root.get("displayName") or root["name"],
            part,
            sheet,
            area,
            int(root.get("headerRowCount", 1)),
            int(root.get("totalsRowCount", 0)),
            tuple(columns),
            formulas,
        )
    except (KeyError, ValueError) as error:
        raise PackageError(Fault.DAMAGED, f"the table in {part}: {error}") from None


def _read_strings(package: Package, part: str) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []
    state = {"in_text": False, "phonetic": False}
    made = parser(part)

    def start(name: str, _: _Attributes) -> None:
        name = local(name)
        if name == "si":
            pieces.clear()
        elif name == "rPh":
            state["phonetic"] = True
        elif name == "t":
            state["in_text"] = not state["phonetic"]

    def text(piece: str) -> None:
        if state["in_text"]:
            pieces.append(piece)

    def end(name: str) -> None:
        name = local(name)
        if name == "t":
            state["in_text"] = False
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "si":
            strings.append(unescape_text("".join(pieces)))

    made.StartElementHandler, made.CharacterDataHandler, made.EndElementHandler = start, text, end
    feed(made, package.chunks(part), part)
    return strings


def _ends(package: Package, part: str, last: int) -> tuple[bytes, bytes] | None:
    """Head and tail of a sheet part: up to its first row, and from its last row on, if that is row ``last``.

    None where the two do not stand apart within a megabyte of the part's ends; the part is then spliced whole.
    """
    head = b""
    opened = None
    window = b""
    for piece in package.chunks(part):
        if opened is None:
            head += piece
            opened = _SHEET_DATA.search(head)
            if opened is None:
                if len(head) > _WINDOW:
                    return None
                continue
            piece, head = head[opened.end() :], head[: opened.end()]
        window = (window + piece)[-2 * _WINDOW :] if len(window) + len(piece) > 4 * _WINDOW else window + piece
    if opened is None:
        return None
    prefix = opened[1]
    close = window.rfind(b"</" + prefix + b"sheetData>")
    row = window.rfind(b"<" + prefix + b"row ", 0, close) if close >= 0 else -1
    if row < 0 or not re.match(rb'<[^>]*\sr="%d"[\s>/]' % last, window[row:]):
        return None
    return head, window[row:]
