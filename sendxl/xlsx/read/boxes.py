"""The words in the text boxes and other shapes that lie on a sheet, and its pictures: Excel keeps them in a part of their own."""

from typing import NamedTuple

from sendxl.xlsx.package.xml import feed, handle, local, parser
from sendxl.xlsx.read.address import MAX_COLUMN, MAX_ROW, name
from sendxl.xlsx.read.workbook import SheetPart, Workbook

KIND = "drawing"
"""The kind of the relationship by which a sheet has them."""
_ANCHORS = frozenset({"twoCellAnchor", "oneCellAnchor", "absoluteAnchor"})
_PICTURES = frozenset({"pic", "graphicFrame"})
_LINES = frozenset({"p", "br"})


class Box(NamedTuple):
    """A shape: the cell at its upper left, and its words; those of a picture or chart are what it is called."""

    cell: str
    says: str
    is_picture: bool = False


def boxes_on(workbook: Workbook, sheet: SheetPart) -> list[Box]:
    """The shapes of a sheet that have words, and its pictures. FileUnreadable where a part of them is damaged."""
    return [box for part in workbook.related(sheet.part, {KIND}) for box in _read(workbook, part)]


def _read(workbook: Workbook, part: str) -> list[Box]:
    boxes: list[Box] = []
    open_: list[str] = []  # the elements around
    pieces: list[str] = []
    at = {"col": "", "row": ""}
    called: list[str] = []  # the pictures of an anchor
    made = parser(part)

    def start(tag: str, attributes: dict[str, str]) -> None:
        open_.append(local(tag))
        if open_[-1] in _ANCHORS:
            pieces.clear()
            called.clear()
            at.update(col="", row="")
        elif open_[-1] == "cNvPr" and not _PICTURES.isdisjoint(open_) and "Fallback" not in open_:
            called.append(attributes.get("descr") or attributes.get("name") or "picture")

    def end(tag: str) -> None:
        element = open_.pop()
        if element in _LINES:
            pieces.append("\n")
        elif element in _ANCHORS:
            cell = name(_number(at["row"], MAX_ROW), _number(at["col"], MAX_COLUMN))
            if says := "".join(pieces).strip():
                boxes.append(Box(cell, says))
            boxes.extend(Box(cell, what, is_picture=True) for what in called)

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
