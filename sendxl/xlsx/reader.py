"""Cells of a sheet as they really are: value, kind, formula, error, style and address, row by row.

The sheet part is streamed; ``<dimension>`` is ignored, merged ranges are never expanded, string and style indexes are
checked, and the number of cells is capped.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import isfinite
from typing import NamedTuple
from xml.parsers.expat import XMLParserType

from sendxl.xlsx.address import MAX_COLUMN, MAX_ROW, Area, column_number, name, parse_area
from sendxl.xlsx.package import Fault, PackageError
from sendxl.xlsx.styles import Format
from sendxl.xlsx.workbook import SheetPart, Workbook
from sendxl.xlsx.xml import feed_piece, parser, unescape_text

MAX_CELLS = 20_000_000
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LAST_SERIAL = 2_958_466  # 1 Jan 10000
_DIGITS = "0123456789"
CellValue = str | int | float | bool | datetime | None


class Cell(NamedTuple):
    """One cell. ``kind`` is blank, number, date, text, bool or error; ``raw`` is the stored text."""

    row: int
    column: int
    kind: str
    value: CellValue
    raw: str
    formula: bool
    style: int

    @property
    def address(self) -> str:
        """As in ``B7``."""
        return name(self.row, self.column)


SheetRow = dict[int, Cell]


class SheetReader:
    """Reads one sheet once. Iterate for (row number, cells by column number); afterwards the facts below are known."""

    def __init__(self, workbook: Workbook, sheet: SheetPart, pieces: Iterable[bytes] | None = None) -> None:
        """Nothing is read before iteration. ``pieces``: the sheet's XML, where it is not to come from the package."""
        self._pieces = pieces
        self._workbook = workbook
        self._sheet = sheet
        self.merges: list[Area] = []
        self.protected = False
        self.hidden_rows: list[int] = []
        self._cells = 0

    def __iter__(self) -> Iterator[tuple[int, SheetRow]]:
        done: list[tuple[int, SheetRow]] = []
        made = parser(self._sheet.part)
        self._attach(made, done)
        pieces = self._workbook.package.chunks(self._sheet.part) if self._pieces is None else self._pieces
        for piece in pieces:
            feed_piece(made, piece, self._sheet.part)
            yield from done
            done.clear()
        feed_piece(made, b"", self._sheet.part, last=True)
        yield from done

    def _attach(self, made: XMLParserType, done: list[tuple[int, SheetRow]]) -> None:
        """Set the parser's handlers. One closure over locals: this is the innermost loop of everything that reads."""
        strings: list[str] | None = None
        formats = self._workbook.styles.formats
        cell_tag = value_tag = text_tag = formula_tag = row_tag = phonetic_tag = ""
        row = column = 0
        kind, style = "n", 0
        formula = collecting = phonetic = False
        pieces: list[str] = []
        cells: SheetRow = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal cell_tag, value_tag, text_tag, formula_tag, row_tag, phonetic_tag
            nonlocal row, column, kind, style, formula, collecting, phonetic, cells, strings
            if tag == cell_tag:
                at = attributes.get("r")
                if at is None:
                    column += 1
                else:
                    stem = at.rstrip(_DIGITS)
                    try:
                        column = column_number(stem)
                        if int(at[len(stem) :]) != row:
                            raise ValueError
                    except ValueError:
                        raise PackageError(
                            Fault.UNSAFE, f"{self._sheet.name}: a cell of row {row} is addressed {at!r}"
                        ) from None
                if column > MAX_COLUMN:
                    raise PackageError(Fault.UNSAFE, f"{self._sheet.name}: a cell beyond the last column")
                kind = attributes.get("t", "n")
                style = int(attributes.get("s", 0))
                formula = False
                pieces.clear()
            elif tag == value_tag:
                collecting = True
            elif tag == text_tag:
                collecting = not phonetic
            elif tag == formula_tag:
                formula = True
            elif tag == row_tag:
                row = int(attributes.get("r", row + 1))
                if not 0 < row <= MAX_ROW:
                    raise PackageError(Fault.UNSAFE, f"{self._sheet.name}: a row beyond the last row")
                if attributes.get("hidden") in ("1", "true"):
                    self.hidden_rows.append(row)
                column = 0
                cells = {}
            elif tag == phonetic_tag:
                phonetic = True
            elif not cell_tag:
                prefix = tag[: len(tag) - len("worksheet")] if tag.endswith("worksheet") else ""
                cell_tag, value_tag, text_tag, formula_tag, row_tag, phonetic_tag = (
                    prefix + part for part in ("c", "v", "t", "f", "row", "rPh")
                )
            else:
                self._other(tag.rpartition(":")[2], attributes)

        def text(piece: str) -> None:
            if collecting:
                pieces.append(piece)

        def end(tag: str) -> None:
            nonlocal collecting, phonetic, strings
            if tag == value_tag or tag == text_tag:
                collecting = False
            elif tag == cell_tag:
                raw = "".join(pieces)
                try:
                    shown = formats[style]
                    if kind == "n":
                        made_cell = _number(row, column, raw, formula, style, shown, epoch)
                    elif kind == "s" and raw:
                        if strings is None:
                            strings = self._workbook.strings
                        if raw[:1] == "-":
                            raise IndexError
                        string = strings[int(raw)]
                        made_cell = Cell(row, column, "text", string, string, formula, style)
                    else:
                        made_cell = _other_kind(row, column, kind, raw, formula, style)
                except (IndexError, ValueError):
                    raise PackageError(
                        Fault.DAMAGED,
                        f"{self._sheet.name}!{name(row, column)} refers to a string or style that is "
                        "not there, or holds a number that is none",
                    ) from None
                cells[column] = made_cell
            elif tag == row_tag:
                self._cells += len(cells) + 1
                if self._cells > MAX_CELLS:
                    raise PackageError(Fault.TOO_LARGE, f"{self._sheet.name} has over {MAX_CELLS:,} cells")
                done.append((row, cells))
            elif tag == phonetic_tag:
                phonetic = False

        epoch = _EPOCH_1904 if self._workbook.date1904 else _EPOCH_1900
        made.StartElementHandler, made.CharacterDataHandler, made.EndElementHandler = start, text, end

    def _other(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "mergeCell":
            self.merges.append(parse_area(attributes.get("ref", "")))
        elif tag == "sheetProtection":
            self.protected = attributes.get("sheet") in ("1", "true")


def _number(row: int, column: int, raw: str, formula: bool, style: int, shown: Format, epoch: datetime) -> Cell:
    if not raw:
        return Cell(row, column, "blank", None, "", formula, style)
    value: int | float
    try:
        value = int(raw)
    except ValueError:
        value = float(raw)
        if not isfinite(value):
            return Cell(row, column, "error", raw, raw, formula, style)
        if value.is_integer() and abs(value) < 1e15:
            value = int(value)
    if shown.is_date and 0 < value < _LAST_SERIAL:
        return Cell(row, column, "date", epoch + timedelta(seconds=round(value * 86_400)), raw, formula, style)
    return Cell(row, column, "number", value, raw, formula, style)


def _other_kind(row: int, column: int, kind: str, raw: str, formula: bool, style: int) -> Cell:
    if kind in ("inlineStr", "str"):
        text = unescape_text(raw)
        return Cell(row, column, "text" if text or formula else "blank", text, text, formula, style)
    if not raw:
        return Cell(row, column, "blank", None, "", formula, style)
    if kind == "b":
        return Cell(row, column, "bool", raw in ("1", "true"), raw, formula, style)
    if kind == "d":
        return Cell(row, column, "date", datetime.fromisoformat(raw.rstrip("Z")), raw, formula, style)
    if kind == "e":
        return Cell(row, column, "error", raw, raw, formula, style)
    raise ValueError(kind)
