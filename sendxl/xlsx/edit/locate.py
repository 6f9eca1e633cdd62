"""Where the rows and cells of a sheet part stand, by byte offset, so that edits can be spliced in.

By pattern where the part has the common shape (``pattern``), from expat's events where it has not. Only the cells of
wanted rows are located.
"""

from collections.abc import Mapping, Sequence, Set
from itertools import accumulate
from typing import NamedTuple

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.xml import feed, parser, tag_end
from sendxl.xlsx.read import pattern
from sendxl.xlsx.read.pattern import Cells, Kept, MadeOf, NoPattern
from sendxl.xlsx.read.reader import PatternRow
from sendxl.xlsx.read.scan import place, row_number

Columns = Set[int] | None
"""Columns whose cells are wanted; None: all."""
Wanted = Mapping[int, Columns]
"""Wanted columns by row."""


class CellAt(NamedTuple):
    """A cell from ``start`` to ``end``. ``formula`` spans its formula element; ``filled`` if it has any content."""

    start: int
    end: int
    style: int
    metadata: str  # the ``cm`` attribute, which goes with the formula
    formula: tuple[int, int] | None
    formula_kind: str
    filled: bool


class Located(NamedTuple):
    """Where the cells of a row stand: where every one begins, by column and in their order, and those that are wanted."""

    starts: Mapping[int, int]
    cells: Mapping[int, CellAt]


_NOTHING = Located({}, {})


class RowAt(NamedTuple):
    """A row from ``start``; ``close`` is where its end tag begins, or its own end where it closes itself.

    Of a row of the common shape whose cells in the columns ``wanted`` are, ``inner`` is where the first begins, and ``cells``
    what they are made of.
    """

    number: int
    start: int
    close: int
    inner: int = 0
    wanted: Columns = frozenset()
    cells: Kept | Cells | None = None
    scanned: Located = _NOTHING

    def located(self, xml: bytes) -> Located:
        """Where the cells of a wanted row stand in its part: found when it is asked for, as it takes much memory."""
        if self.cells is None:
            return self.scanned
        apart, layout = pattern.apart(xml[self.inner : self.close]), self.cells.layout
        begins = accumulate(map(len, apart), lambda at, size: at + size + len(pattern.START_OF_CELL), initial=self.inner)
        starts = dict(zip(layout, begins, strict=False))
        return Located(starts, {column: _cell(apart[place], starts[column], self.cells.made_of(column))
                                for column, place in layout.items() if self.wanted is None or column in self.wanted})


class Layout(NamedTuple):
    """A sheet part: its ``<sheetData`` begins at ``start``, its rows lie from ``inner`` to ``close``."""

    prefix: str
    start: int
    inner: int
    close: int
    rows: list[RowAt]


def locate(xml: bytes, sheet: str, part: str, wanted: Wanted, known: Sequence[PatternRow] | None = None) -> Layout:
    """The layout of a sheet part, with the cells of the rows ``wanted``. ``known``: its rows, where they were read."""
    try:
        return _by_pattern(xml, wanted, known)
    except NoPattern:
        return _by_scan(xml, sheet, part, wanted)


def _by_pattern(xml: bytes, wanted: Wanted, known: Sequence[PatternRow] | None) -> Layout:
    inner = pattern.head_end(xml)
    if inner < 0 or not (known or pattern.is_usual(xml, inner)):
        raise NoPattern
    rows: list[RowAt] = []
    at = inner
    for row in known or pattern.spans(xml, inner):
        number, start, first, close, at, _ = row.span if isinstance(row, PatternRow) else row
        if number in wanted:
            cells = row.cells if isinstance(row, PatternRow) else pattern.cells(xml[first:close], number)
            rows.append(RowAt(number, start, close, first, wanted[number], cells))
        else:
            rows.append(RowAt(number, start, close))
    if not xml.startswith(pattern.END_OF_DATA, at):
        raise NoPattern
    return Layout("", inner - len(pattern.START_OF_DATA), inner, at, rows)


def _cell(apart: bytes, start: int, made_of: MadeOf | None) -> CellAt:
    """A cell that begins at ``start``; ``apart`` is what follows the start of its tag."""
    assert made_of is not None
    style, _, formula, _ = made_of
    tag, _, content = apart.partition(b">")
    inner, end = start + len(pattern.START_OF_CELL) + len(tag) + 1, start + len(pattern.START_OF_CELL) + len(apart)
    metadata = pattern.attribute(tag, "cm") if b" cm=" in tag and content else ""
    if not formula:
        return CellAt(start, end, int(style or 0), metadata, None, "", content not in (b"", b"</c>"))
    kind = pattern.attribute(formula[: formula.index(b">")], "t")
    return CellAt(start, end, int(style or 0), metadata, (inner, inner + len(formula)), kind, True)


def _by_scan(xml: bytes, sheet: str, part: str, wanted: Wanted) -> Layout:
    scan = _Scan(xml, sheet, wanted)
    scan.run(part)
    return Layout(scan.prefix, scan.start, scan.inner, scan.close, scan.rows)


class _Scan:
    """One walk over a sheet part with expat, noting offsets."""

    def __init__(self, xml: bytes, sheet: str, wanted: Wanted) -> None:
        self.xml, self.sheet, self.wanted = xml, sheet, wanted
        self.prefix = ""
        self.start = self.inner = self.close = 0
        self.rows: list[RowAt] = []
        self.inside = False
        self.row = self.column = self.row_start = self.cell_start = 0
        self.attributes: dict[str, str] | None = None  # of the cell that is open
        self.formula: tuple[int, int] | None = None
        self.formula_kind = ""
        self.filled = False
        self.starts: dict[int, int] = {}
        self.cells: dict[int, CellAt] = {}

    def run(self, part: str) -> None:
        self.parser = parser(part)
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        feed(self.parser, (self.xml,), part)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        if not self.inside:
            if tag.rpartition(":")[2] == "sheetData":
                self.inside, self.start, self.prefix = True, at, tag[: -len("sheetData")]
                self.inner = tag_end(self.xml, at)[0]
            return
        kind = tag.removeprefix(self.prefix)
        if kind == "row":
            self.row, self.column, self.row_start = row_number(attributes.get("r"), self.row, self.sheet), 0, at
            self.starts, self.cells = {}, {}
        elif kind == "c":
            self.column = place(attributes.get("r"), self.row, self.column, self.sheet)
            self.attributes, self.cell_start, self.formula, self.filled = attributes, at, None, False
        elif self.attributes is not None:
            if kind == "f":
                self.formula, self.formula_kind = (at, 0), attributes.get("t", "")
            self.filled = self.filled or kind in ("v", "is", "f")

    def _end(self, tag: str) -> None:
        if not self.inside:
            return
        at = self.parser.CurrentByteIndex
        kind = tag.removeprefix(self.prefix)
        if kind == "f" and self.formula is not None:
            self.formula = (self.formula[0], self._end_of(self.formula[0], at))
        elif kind == "c" and self.attributes is not None:
            self._end_cell(at, self.attributes)
            self.attributes = None
        elif kind == "row":
            end, alone = tag_end(self.xml, self.row_start)
            self.rows.append(RowAt(self.row, self.row_start, end if alone else at, scanned=Located(self.starts, self.cells)))
        elif kind == "sheetData":
            self.inside = False
            end, alone = tag_end(self.xml, self.start)
            self.close = end if alone else at

    def _end_cell(self, at: int, attributes: dict[str, str]) -> None:
        if self.row not in self.wanted:
            return
        if self.column in self.starts:
            raise FileUnreadable(FileFault.DAMAGED, f"{self.sheet}, row {self.row} has two cells in column {self.column}")
        self.starts[self.column] = self.cell_start
        columns = self.wanted[self.row]
        if columns is None or self.column in columns:
            self.cells[self.column] = CellAt(
                self.cell_start, self._end_of(self.cell_start, at), int(attributes.get("s", 0)), attributes.get("cm", ""),
                self.formula, self.formula_kind if self.formula else "", self.filled,
            )

    def _end_of(self, start: int, at: int) -> int:
        """End of the element that starts at ``start``; ``at`` is its end tag, unless it closes itself."""
        end, alone = tag_end(self.xml, start)
        return end if alone else self.xml.index(b">", at) + 1
