"""Rows and cells of any well-formed sheet part, walked with expat: the thorough way, for what ``pattern`` leaves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers.expat import XMLParserType

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.xml import LONGEST_TEXT, handle
from sendxl.xlsx.read.address import MAX_COLUMN, MAX_ROW, beyond, column_number

_DIGITS = "0123456789"


@dataclass(slots=True)
class Scanned:
    """One cell as it was met: attributes, whether it has a formula, and its text."""

    column: int
    attributes: dict[str, str]
    formula: bool = False
    pieces: list[str] = field(default_factory=list)
    size: int = 0  # of its text


RowDone = Callable[[int, bool, list[Scanned]], None]
"""Called at the end of a row with its number, whether it is hidden, and its cells."""


def place(at: str | None, row: int, column: int, sheet: str) -> int:
    """The column of a cell of ``row`` that says it stands ``at``; None: it stands after ``column``."""
    if at is None:
        found = column + 1
    else:
        stem = at.rstrip(_DIGITS)
        try:
            found = column_number(stem)
            if int(at[len(stem) :]) != row:
                raise ValueError
        except ValueError:
            what = "lies beyond the sheet" if beyond(at) else f"is addressed {at[:40]!r}"
            raise FileUnreadable(FileFault.UNSAFE, f"{sheet}: a cell of row {row} {what}") from None
    if found > MAX_COLUMN:
        raise FileUnreadable(FileFault.UNSAFE, f"{sheet}: a cell beyond the last column")
    return found


def row_number(at: str | None, row: int, sheet: str) -> int:
    """The number of a row that says it is ``at``; None: it comes after ``row``."""
    found = row + 1 if at is None else int(at)
    if not 0 < found <= MAX_ROW:
        raise FileUnreadable(FileFault.UNSAFE, f"{sheet}: a row beyond the last row")
    return found


def attach(made: XMLParserType, sheet: str, done: RowDone, other: Callable[[str, dict[str, str]], None]) -> None:
    """Set a parser's handlers: ``done`` gets each row, ``other`` the start tags outside the sheet data."""
    cell_tag = row_tag = value_tag = text_tag = formula_tag = phonetic_tag = data_tag = ""
    row = column = 0
    hidden = inside = collecting = phonetic = False
    cells: list[Scanned] = []
    cell: Scanned | None = None

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal cell_tag, row_tag, value_tag, text_tag, formula_tag, phonetic_tag, data_tag
        nonlocal row, column, hidden, inside, collecting, phonetic, cells, cell
        if not inside:
            prefix, colon, kind = tag.rpartition(":")
            if inside := kind == "sheetData":
                cell_tag, row_tag, value_tag, text_tag, formula_tag, phonetic_tag, data_tag = (
                    prefix + colon + name for name in ("c", "row", "v", "t", "f", "rPh", "sheetData")
                )
            other(kind, attributes)
        elif tag == cell_tag:
            column = place(attributes.get("r"), row, column, sheet)
            if len(cells) == MAX_COLUMN:
                raise FileUnreadable(FileFault.UNSAFE, f"{sheet}: row {row} has more cells than a sheet has columns")
            cell = Scanned(column, attributes)
            cells.append(cell)
        elif tag in (value_tag, text_tag):
            collecting = not phonetic
        elif tag == row_tag:
            row, column, cells = row_number(attributes.get("r"), row, sheet), 0, []
            hidden = attributes.get("hidden") in ("1", "true")
        elif tag == phonetic_tag:
            phonetic = True
        elif tag == formula_tag and cell is not None:
            cell.formula = True

    def text(piece: str) -> None:
        if collecting and cell is not None:
            cell.pieces.append(piece)
            cell.size += len(piece)
            if cell.size > LONGEST_TEXT:
                raise FileUnreadable(FileFault.TOO_LARGE, f"{sheet}: a cell of row {row} has over {LONGEST_TEXT:,} characters")

    def end(tag: str) -> None:
        nonlocal inside, collecting, phonetic, cell
        if not inside:
            return
        if tag in (value_tag, text_tag):
            collecting = False
        elif tag == cell_tag:
            cell = None
        elif tag == row_tag:
            done(row, hidden, cells)
        elif tag == phonetic_tag:
            phonetic = False
        elif tag == data_tag:
            inside = False

    handle(made, sheet, start, end)
    made.CharacterDataHandler = text
