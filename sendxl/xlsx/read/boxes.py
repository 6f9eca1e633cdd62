"""The words in the text boxes and other shapes that lie on a sheet, which Excel keeps in a part of their own."""

from sendxl.xlsx.package.xml import feed, handle, local, parser
from sendxl.xlsx.read.address import MAX_COLUMN, MAX_ROW, name
from sendxl.xlsx.read.workbook import SheetPart, Workbook

KIND = "drawing"
"""The kind of the relationship by which a sheet has them."""
_ANCHORS = frozenset({"twoCellAnchor", "oneCellAnchor", "absoluteAnchor"})
_LINES = frozenset({"p", "br"})


def boxes_on(workbook: Workbook, sheet: SheetPart) -> list[tuple[str, str]]:
    """The words of each shape of a sheet, with the cell at its upper left. FileUnreadable where a part of them is damaged."""
    return [box for part in workbook.related(sheet.part, {KIND}) for box in _read(workbook, part)]


def _read(workbook: Workbook, part: str) -> list[tuple[str, str]]:
    boxes: list[tuple[str, str]] = []
    open_: list[str] = []  # the elements around
    pieces: list[str] = []
    at = {"col": "", "row": ""}
    made = parser(part)

    def start(tag: str, attributes: dict[str, str]) -> None:
        open_.append(local(tag))
        if open_[-1] in _ANCHORS:
            pieces.clear()
            at.update(col="", row="")

    def end(tag: str) -> None:
        element = open_.pop()
        if element in _LINES:
            pieces.append("\n")
        elif element in _ANCHORS and (says := "".join(pieces).strip()):
            boxes.append((name(_number(at["row"], MAX_ROW), _number(at["col"], MAX_COLUMN)), says))

    def text(piece: str) -> None:
        if open_[-1] == "t" and "Fallback" not in open_:
            pieces.append(piece)
        elif open_[-1] in at and open_[-2:-1] == ["from"]:
            at[open_[-1]] += piece

    handle(made, part, start, end)
    made.CharacterDataHandler = text
    feed(made, workbook.package.chunks(part), part)
    return boxes


def _number(text: str, most: int) -> int:
    """A row or column, which counts from 0 there, from 1; the first where it is none of the sheet."""
    digits = text.strip()
    return int(digits) + 1 if digits.isascii() and digits.isdecimal() and len(digits) < 8 and int(digits) < most else 1
