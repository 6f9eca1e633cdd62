"""What is in a workbook: its sheets, tables, styles and shared strings, and which part holds each."""

import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import NamedTuple

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.read_once import read_once
from sendxl.xlsx.package.xml import feed, handle, local, parser
from sendxl.xlsx.read.cell import Maker
from sendxl.xlsx.read.parts import SheetPart, TablePart, read_table
from sendxl.xlsx.read.skeleton import Skeleton, skeleton
from sendxl.xlsx.read.strings import read_strings
from sendxl.xlsx.read.styles import Styles

__all__ = ["SheetPart", "TablePart", "Workbook"]

_Attributes = dict[str, str]
_CHART = re.compile(r"xl/charts/chart[^/]*\.xml", re.IGNORECASE)


class Workbook:
    """The structure of an opened package."""

    def __init__(self, package: Package) -> None:
        """Read the structure; FileUnreadable where there is none or it is broken."""
        self.package = package
        self.kinds: set[str] = set()  # of what the workbook and its sheets are related to, also outside the package
        self.part = self._target("", "officeDocument") or ""
        if not self.part:
            raise FileUnreadable(FileFault.NOT_WORKBOOK)
        self.date1904 = False
        self.cells: dict[str, int] = {}  # rows and cells of the sheet parts that were read
        self._skeletons: dict[tuple[str, int], Skeleton | None] = {}
        self.sheets: list[SheetPart] = []
        self._relations = self._related(self.part)
        self._read_sheets()
        self._read_tables()
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
        return next((target for found, target in self._related(source).values() if found == kind), None)

    def _related(self, source: str) -> dict[str, tuple[str, str]]:
        """Relationships of a part within the package."""
        found, outside = _relations(self.package, source)
        self.kinds |= {kind for kind, _ in (*outside.values(), *found.values())}
        return found

    def outside(self, source: str) -> dict[str, str]:
        """Addresses outside the package that a part is related to, by the ids of the relationships."""
        return {relation: target for relation, (_, target) in _relations(self.package, source)[1].items()}

    def _read_tables(self) -> None:
        seen: set[str] = set()

        def once(part: str) -> str:
            if part in seen:  # Excel never shares one, and reading it again and again may take for ever
                raise FileUnreadable(FileFault.DAMAGED, f"the part {part} is used twice")
            seen.add(part)
            return part

        for sheet in self.sheets:
            for kind, target in self._related(once(sheet.part)).values():
                if kind == "table":
                    sheet.tables.append(read_table(self.package, sheet, once(target)))

    def _read_sheets(self) -> None:
        said = _read_workbook(self.package.read(self.part), self.part)
        self.date1904 = said.date1904
        for name, state, number, relation in said.sheets:
            kind, target = self._relations.get(relation, ("", ""))
            if not kind or (kind == "worksheet" and target not in self.package):
                raise FileUnreadable(FileFault.DAMAGED, f"the part of the sheet {name[:40]!r} is missing")
            if kind == "worksheet":
                self.sheets.append(SheetPart(name, state, target, number))

    @cached_property
    def styles(self) -> Styles:
        """The styles part."""
        part = self.styles_part
        return Styles(self.package.read(part) if part in self.package else b"", part)

    @cached_property
    def maker(self) -> Maker:
        """Makes the cells of the sheets that are read."""
        return Maker([shown.is_date for shown in self.styles.formats], self.date1904, lambda: self.strings)

    @property
    def styles_part(self) -> str:
        """Name of the styles part; '' where there is none."""
        return next((target for kind, target in self._relations.values() if kind == "styles"), "")

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings, by index."""
        part = next((target for kind, target in self._relations.values() if kind == "sharedStrings"), "")
        return read_strings(self.package, part) if part in self.package else []

    def skeleton(self, part: str, row: int) -> Skeleton | None:
        """A sheet part without the rows before ``row``; see ``sendxl.xlsx.read.skeleton``. Looked for once."""
        if (part, row) not in self._skeletons:
            self._skeletons[part, row] = skeleton(self.package, part, row)
        return self._skeletons[part, row]

    def related(self, source: str, kinds: Collection[str]) -> list[str]:
        """Names of the parts that a part is related to in one of some kinds."""
        return [target for kind, target in self._related(source).values() if kind in kinds and target in self.package]

    @property
    def chart_parts(self) -> list[str]:
        """Names of the chart parts."""
        return [name for name in self.package.names if _CHART.fullmatch(name)]

    @property
    def calculation_chain(self) -> str:
        """Name of the part that lists the formulas in the order of calculation; '' where there is none."""
        return next((target for kind, target in self._relations.values() if kind == "calcChain" and target in self.package), "")


def _scan(xml: bytes, part: str, start: Callable[[str, _Attributes], None]) -> None:
    """Walk a part's start tags by local name."""
    made = parser(part)
    handle(made, part, lambda name, attributes: start(local(name), attributes), size=len(xml))
    feed(made, (xml,), part)


def _relations(package: Package, source: str) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """Relationships of a part: id to (kind, part name); and of those that leave the package to (kind, address)."""
    folder, name = posixpath.split(source)
    part = package.named(posixpath.join(folder, "_rels", f"{name}.rels"))
    if part not in package:
        return {}, {}
    found, outside = _read_relations(package.read(part), part)
    return {relation: (kind, package.named(target)) for relation, (kind, target) in found.items()}, outside


class _Said(NamedTuple):
    """What stands in a workbook part: of each sheet the name, state, number and the id of its relationship."""

    sheets: tuple[tuple[str, str, str, str], ...]
    date1904: bool


@read_once
def _read_workbook(xml: bytes, part: str) -> _Said:
    root = ""
    date1904 = False
    sheets: list[tuple[str, str, str, str]] = []

    def start(name: str, attributes: _Attributes) -> None:
        nonlocal root, date1904
        root = root or name
        if name == "workbookPr":
            date1904 = attributes.get("date1904", "0") in ("1", "true")
        elif name == "sheet" and "name" in attributes:
            relation = next((v for k, v in attributes.items() if local(k) == "id" and k != "id"), "")
            if relation:  # a module that Excel keeps from the days before VBA projects has none
                sheets.append((attributes["name"], attributes.get("state", "visible"), attributes.get("sheetId", ""), relation))

    _scan(xml, part, start)
    if root != "workbook":
        raise FileUnreadable(FileFault.NOT_WORKBOOK)
    return _Said(tuple(sheets), date1904)


@read_once
def _read_relations(xml: bytes, part: str) -> tuple[Mapping[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """What stands in a part of relationships; not to be changed."""
    folder = posixpath.dirname(posixpath.dirname(part))
    found: dict[str, tuple[str, str]] = {}
    outside: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: _Attributes) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        if name == "Relationship" and attributes.get("TargetMode") == "External":
            outside[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))
        elif name == "Relationship":
            target = attributes.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (kind, whole)

    _scan(xml, part, start)
    return found, outside
