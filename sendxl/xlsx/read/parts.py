"""Worksheets and the tables on them, as the parts of a workbook describe them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.read_once import read_once
from sendxl.xlsx.package.xml import feed, handle, local, parser, unescape_text
from sendxl.xlsx.read.address import Area, beyond, parse_area


@dataclass(frozen=True)
class TablePart:
    """An Excel table: ``area`` with its header row; ``columns`` as the table part names them, left to right.

    ``part`` is '' where the workbook holds no table there, but cells that are to be read and written like one.
    """

    name: str
    part: str
    sheet: "SheetPart"
    area: Area
    header_rows: int
    totals_rows: int
    columns: tuple[str, ...]
    formulas: Mapping[str, str]  # calculated columns: name to formula
    arrays: frozenset[str]  # those whose formula is an array formula

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
    """A worksheet: its name, state (visible, hidden, veryHidden), part, and the number that other parts know it by."""

    name: str
    state: str
    part: str
    number: str = ""
    tables: list[TablePart] = field(default_factory=list, compare=False)


class _Told(NamedTuple):
    """What a table part says, as TablePart has it."""

    name: str
    area: Area
    header_rows: int
    totals_rows: int
    columns: tuple[str, ...]
    formulas: Mapping[str, str]
    arrays: frozenset[str]


def read_table(package: Package, sheet: SheetPart, part: str) -> TablePart:
    """Read a table part; FileUnreadable where it is damaged."""
    name, area, header_rows, totals_rows, columns, formulas, arrays = _told(package.read(part), part)
    return TablePart(name, part, sheet, area, header_rows, totals_rows, columns, formulas, arrays)


@read_once
def _told(xml: bytes, part: str) -> _Told:
    root: dict[str, str] = {}
    columns: list[str] = []
    formulas: dict[str, str] = {}
    formula: list[str] | None = None
    arrays: set[str] = set()
    made = parser(part)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal formula
        name = local(name)
        if name == "table":
            root.update(attributes)
        elif name == "tableColumn":
            columns.append(unescape_text(attributes.get("name", "")))
        elif name == "calculatedColumnFormula":
            formula = []
            if attributes.get("array") in ("1", "true"):
                arrays.add(columns[-1])

    def text(piece: str) -> None:
        if formula is not None:
            formula.append(piece)

    def end(name: str) -> None:
        nonlocal formula
        if formula is not None and local(name) == "calculatedColumnFormula":
            formulas[columns[-1]] = "".join(formula)
            formula = None

    handle(made, part, start, end, len(xml))
    made.CharacterDataHandler = text
    feed(made, (xml,), part)
    if beyond(root.get("ref", "")):
        raise FileUnreadable(FileFault.UNSAFE, f"the table in {part} lies beyond the sheet")
    try:
        area = parse_area(root["ref"])
        header_rows, totals_rows = int(root.get("headerRowCount", 1)), int(root.get("totalsRowCount", 0))
        if not (0 <= header_rows <= 1 and 0 <= totals_rows <= 1):
            raise ValueError("its header or totals are of more than one row")
        return _Told(
            root.get("displayName") or root["name"],
            area,
            header_rows,
            totals_rows,
            tuple(columns),
            formulas,
            frozenset(arrays),
        )
    except (KeyError, ValueError) as error:
        raise FileUnreadable(FileFault.DAMAGED, f"the table in {part}: {error}") from None
