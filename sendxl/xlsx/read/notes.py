"""Notes and comments on the cells of a sheet, which Excel keeps in parts of their own."""

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.xml import feed, handle, local, parser, unescape_text
from sendxl.xlsx.read.address import beyond, parse_cell
from sendxl.xlsx.read.workbook import SheetPart, Workbook

KINDS = frozenset({"comments", "threadedComment"})
"""Kinds of the relationships by which a sheet has them."""
_STANDS_IN = "[Threaded comment]"  # how the note begins that Excel puts in a comment's place for programs that know only notes
_WORDS = "Comment:"  # after which that has the words of the comment


def notes_on(workbook: Workbook, sheet: SheetPart) -> dict[str, str]:
    """The words of notes and comments by cell, those of replies after those that they answer, a line each.

    FileUnreadable where a part of them is damaged, or names a cell beyond the sheet.
    """
    notes: dict[str, str] = {}
    for part in workbook.related(sheet.part, {"comments"}):
        for cell, text in _read(workbook, part, "comment", "t"):
            notes[cell] = text.rpartition(_WORDS)[2] if text.startswith(_STANDS_IN) else text
    threads: dict[str, list[str]] = {}
    for part in workbook.related(sheet.part, {"threadedComment"}):
        for cell, text in _read(workbook, part, "threadedComment", "text"):
            threads.setdefault(cell, []).append(text)
    notes |= {cell: "\n".join(texts) for cell, texts in threads.items()}
    return {cell: text.strip() for cell, text in notes.items() if text.strip()}


def _read(workbook: Workbook, part: str, element: str, holds: str) -> list[tuple[str, str]]:
    """Cell and text of each ``element`` of a part, whose words are in elements called ``holds``."""
    notes: list[tuple[str, str]] = []
    cell, inside, phonetic = "", False, False
    pieces: list[str] = []
    made = parser(part)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal cell, inside, phonetic
        name = local(tag)
        if name == element:
            cell = _cell(attributes.get("ref", ""), part)
            pieces.clear()
        elif name == "rPh":
            phonetic = True
        inside = name == holds and not phonetic

    def end(tag: str) -> None:
        nonlocal inside, phonetic
        name = local(tag)
        inside = False
        if name == "rPh":
            phonetic = False
        elif name == element:
            notes.append((cell, unescape_text("".join(pieces))))

    def text(piece: str) -> None:
        if inside:
            pieces.append(piece)

    handle(made, part, start, end)
    made.CharacterDataHandler = text
    feed(made, workbook.package.chunks(part), part)
    return notes


def _cell(text: str, part: str) -> str:
    """The address of a cell; FileUnreadable where it is none."""
    if beyond(text):
        raise FileUnreadable(FileFault.UNSAFE, f"the part {part} has a note on {text[:40]!r}, which lies beyond the sheet")
    try:
        parse_cell(text)
    except ValueError as error:
        raise FileUnreadable(FileFault.DAMAGED, f"the part {part}: {error}") from None
    return text.replace("$", "")
