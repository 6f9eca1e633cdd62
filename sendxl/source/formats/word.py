"""A Word document: its tables, with fills, spans and merged cells, and the headings above them.

Read by hand from the package: what was inserted while changes were tracked is taken, what was deleted is not, and content
controls are looked through. Source: ECMA-376 part 1, WordprocessingML.
"""

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from sendxl.errors import FileFault, FileUnreadable
from sendxl.source.grids import Grid, GridCell, Line, Source, digest_of, placed, words
from sendxl.source.lone_lines import names_theme
from sendxl.source.records import apart, labelled_lines, lines_of
from sendxl.source.safe_package import opened, refusal
from sendxl.source.word_numbering import BULLET, Numbering
from sendxl.xlsx.package.magic import check_parts
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.xml import feed, handle, local, parser

ENDINGS = (".docx", ".docm", ".dotx")
_HEADING = re.compile(r"(?:heading|titre|überschrift)\s*(\d)", re.IGNORECASE)
_TITLE = re.compile(r"title|titel|titre", re.IGNORECASE)
_LONGEST_CAPTION = 12  # words
_OF_WORDS = 9  # level of a heading that is one by its words alone
_MOST_SPANNED = 200
_MOST_CELLS = 400_000


def read(path: Path) -> Source:
    """The source in a Word document."""
    try:
        package = opened(path, _is_word)
        document = _Document(_styles(package), Numbering.of(package))
        part = _main_part(package)
        document.walk(package, part)
    except FileUnreadable as error:
        raise refusal(path, error, "a Word document") from None
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror or error}). Check the name and try again.") from None
    return document.source()


def _is_word(names: Collection[str]) -> None:
    """FileUnreadable for a package that is no Word document."""
    if "[content_types].xml" not in names or not any(name.startswith("word/document") for name in names):
        if any(name.startswith("xl/") for name in names):
            raise FileUnreadable(FileFault.NOT_WORKBOOK)
        check_parts(names)
        raise FileUnreadable(FileFault.NOT_WORKBOOK)


def _main_part(package: Package) -> str:
    """The name of the part that holds the text, as the package says."""
    targets: list[str] = []
    rels = package.named("_rels/.rels")

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            targets.append(posixpath.normpath(attributes.get("Target", "").lstrip("/")))

    if rels in package:
        made = parser(rels)
        handle(made, rels, start)
        feed(made, package.chunks(rels), rels)
    name = package.named(targets[0] if targets else "word/document.xml")
    if name not in package:
        raise FileUnreadable(FileFault.DAMAGED, f"the part {name} is missing")
    return name


@dataclass
class _Style:
    """A style of paragraphs: its name, and the list that it belongs to, with its level."""

    name: str = ""
    list: str = ""
    level: int = 0


def _styles(package: Package) -> dict[str, _Style]:
    """Styles by their ids."""
    part = package.named("word/styles.xml")
    styles: dict[str, _Style] = {}
    current = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal current
        given = {local(name): value for name, value in attributes.items()}
        if local(tag) == "style":
            current = given.get("styleId", "")
            styles.setdefault(current, _Style())
        elif local(tag) == "name" and current:
            styles[current].name = styles[current].name or given.get("val", "")
        elif local(tag) == "numId" and current:
            styles[current].list = given.get("val", "")
        elif local(tag) == "ilvl" and current:
            styles[current].level = _level(given.get("val", ""))

    if part in package:
        made = parser(part)
        handle(made, part, start)
        feed(made, package.chunks(part), part)
    return styles


@dataclass
class _Table:
    rows: list[list[GridCell]] = field(default_factory=list)
    row: list[GridCell] | None = None
    row_gone: bool = False
    before: int = 0  # columns of the grid that a row begins after


@dataclass
class _Cell:
    paragraphs: list[tuple[str, str]] = field(default_factory=list)  # what Word puts before it, and its words
    fill: str = ""
    span: int = 1
    upper: bool = False
    gone: bool = False
    struck: bool = False


@dataclass
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    style: str = ""
    level: int | None = None
    list: str = ""
    list_level: int = 0


class _Document:
    """Takes the main part tag by tag."""

    def __init__(self, styles: dict[str, _Style], numbering: Numbering) -> None:
        self.styles = styles
        self.numbering = numbering
        self.grids: list[Grid] = []
        self.lines: list[Line] = []
        self.levels: dict[int, str] = {}
        self.title = ""
        self.caption: Line | None = None
        self.tables: list[_Table] = []
        self.cells: list[_Cell] = []
        self.paragraphs: list[_Paragraph] = []
        self.path: list[str] = []
        self.gone = 0  # elements open of which nothing counts
        self.placeholders: list[bool] = []  # of the content controls that are open
        self.in_text = False
        self.struck = False  # of the run that is open
        self.count = 0

    def walk(self, package: Package, part: str) -> None:
        """Read the part."""
        made = parser(part)
        handle(made, part, self._start, self._end)
        made.CharacterDataHandler = self._text
        feed(made, package.chunks(part), part)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        parent = self.path[-1] if self.path else ""
        self.path.append(name)
        value = next((value for key, value in attributes.items() if local(key) == "val"), "")
        if name in ("del", "moveFrom") and parent == "trPr":
            if self.tables:
                self.tables[-1].row_gone = True
        elif name in ("del", "moveFrom", "Fallback"):
            self.gone += 1
        elif name == "sdt":
            self.placeholders.append(False)
        elif name == "showingPlcHdr" and self.placeholders:
            self.placeholders[-1] = value not in ("0", "false")
        elif name == "tbl":
            self.tables.append(_Table())
        elif name == "tr" and self.tables:
            self.tables[-1].row, self.tables[-1].row_gone, self.tables[-1].before = [], False, 0
        elif name == "gridBefore" and self.tables:
            self.tables[-1].before = _number(value)
        elif name == "tc":
            self.cells.append(_Cell())
            self.count += 1
            if self.count > _MOST_CELLS:
                raise FileUnreadable(FileFault.TOO_LARGE, f"over {_MOST_CELLS:,} cells of tables")
        elif name == "p":
            self.paragraphs.append(_Paragraph())
        elif name == "r":
            self.struck = False
        elif name in ("strike", "dstrike") and self.path[-3:-1] == ["r", "rPr"]:
            self.struck = value not in ("0", "false")
        elif parent == "tcPr" and self.cells:
            self._of_cell(name, value, attributes)
        elif self.paragraphs:
            self._of_paragraph(name, value)

    def _of_cell(self, name: str, value: str, attributes: dict[str, str]) -> None:
        cell = self.cells[-1]
        if name == "shd":
            fill = next((value for key, value in attributes.items() if local(key) == "fill"), "")
            cell.fill = fill.upper() if re.fullmatch(r"[0-9A-Fa-f]{6}", fill) and fill.upper() != "FFFFFF" else ""
        elif name == "gridSpan":
            cell.span = _number(value)
        elif name == "vMerge":
            cell.upper = value in ("", "continue")
        elif name == "cellDel":
            cell.gone = True

    def _of_paragraph(self, name: str, value: str) -> None:
        paragraph = self.paragraphs[-1]
        if name == "pStyle":
            style = self.styles.get(value, _Style(value))
            paragraph.style = style.name or value
            paragraph.list, paragraph.list_level = style.list, style.level
        elif name == "numId" and self.path[-2:-1] == ["numPr"]:
            paragraph.list = value
        elif name == "ilvl" and self.path[-2:-1] == ["numPr"]:
            paragraph.list_level = _level(value)
        elif name == "outlineLvl":
            paragraph.level = _number(value) + 1 if value in tuple("12345678") else 1 if value == "0" else None
        elif name == "t":
            self.in_text = True
        elif name in ("br", "cr") and not self.gone:
            paragraph.pieces.append("\n")
        elif name == "tab" and self.path[-2:-1] == ["r"] and not self.gone:
            paragraph.pieces.append(" ")
        elif name == "noBreakHyphen" and not self.gone:
            paragraph.pieces.append("-")

    def _end(self, tag: str) -> None:
        name = local(tag)
        self.path.pop()
        parent = self.path[-1] if self.path else ""
        if name == "t":
            self.in_text = False
        elif name in ("del", "moveFrom", "Fallback") and parent != "trPr":
            self.gone -= 1
        elif name == "sdt" and self.placeholders:
            self.placeholders.pop()
        elif name == "p" and self.paragraphs:
            self._paragraph(self.paragraphs.pop())
        elif name == "tc" and self.cells:
            self._close_cell(self.cells.pop())
        elif name == "tr" and self.tables:
            self._close_row()
        elif name == "tbl" and self.tables:
            self._close_table(self.tables.pop())

    def _text(self, text: str) -> None:
        if self.in_text and self.paragraphs and not self.gone and not any(self.placeholders):
            self.paragraphs[-1].pieces.append(text)
            if self.struck and self.cells and text.strip():
                self.cells[-1].struck = True

    def _paragraph(self, paragraph: _Paragraph) -> None:
        text = "\n".join(line for part in "".join(paragraph.pieces).split("\n") if (line := words(part)))
        label = self.numbering.label(paragraph.list, paragraph.list_level) if paragraph.list and not self.gone else ""
        if self.cells:
            if text or (label and label != BULLET):
                self.cells[-1].paragraphs.append((label, text))
            return
        if not text or self.paragraphs:
            if text:  # of a text box within a paragraph
                self.lines.append(Line(words(text), f"paragraph {len(self.lines) + 1}"))
            return
        at = f"paragraph {len(self.lines) + 1}"
        heading = _HEADING.match(paragraph.style)
        level = int(heading[1]) if heading else paragraph.level
        says = words(text)
        if _TITLE.match(paragraph.style):
            self.title = self.title or says
            self.lines.append(Line(says, at, heading=True))
        elif level := level or (_OF_WORDS if names_theme(says) else 0):
            self.levels = {known: kept for known, kept in self.levels.items() if known < level} | {level: says}
            self.lines.append(Line(says, at, heading=True))
        else:
            self.lines += [Line(line, at) for line in lines_of(text)]
            self.caption = self.lines[-1]

    def _close_cell(self, cell: _Cell) -> None:
        several = len(cell.paragraphs) > 1
        text = "\n".join(f"{label} {said}".strip() if label != BULLET or (several and number) else said
                         for number, (label, said) in enumerate(cell.paragraphs))
        if len(self.tables) > 1:  # a table within a cell: its words are those of the cell around it
            if text and self.cells and not cell.gone:
                self.cells[-1].paragraphs.append(("", text))
            return
        table = self.tables[-1] if self.tables else None
        if table is None or table.row is None or cell.gone:
            return
        at = f"table {len(self.grids) + 1}, row {len(table.rows) + 1}, cell {len(table.row) + 1}"
        table.row.append(
            GridCell("" if cell.upper else text, at, fill=cell.fill, span=min(cell.span, _MOST_SPANNED), upper=cell.upper,
                     struck=cell.struck)
        )
        if cell.upper and text:
            table.row[-1] = GridCell(text, at, fill=cell.fill, span=cell.span)

    def _close_row(self) -> None:
        table = self.tables[-1]
        if table.row is not None and not table.row_gone:
            table.rows.append([GridCell()] * min(table.before, _MOST_SPANNED) + table.row)
        table.row = None

    def _close_table(self, table: _Table) -> None:
        if self.tables or not table.rows:
            return
        caption = ""
        if self.caption and self.lines and self.lines[-1] is self.caption and len(self.caption.text.split()) <= _LONGEST_CAPTION:
            caption = self.caption.text
        above = tuple(text for _, text in sorted(self.levels.items()))
        self.grids.append(Grid("", placed(table.rows), above, caption, f"table {len(self.grids) + 1}"))
        self.caption = None

    def source(self) -> Source:
        """What was read, once all is."""
        if not self.grids and (labelled := labelled_lines(apart(self.lines))) is not None:
            return Source(self.title, (Grid("", labelled),), (), digest_of(self.title, (), self.lines))
        title, grids = self.title, self.grids
        tops = {grid.headings[0] for grid in grids if grid.headings}
        if not title and len(tops) == 1 and all(len(grid.headings) > 1 for grid in grids):
            title = tops.pop()
        captions = {grid.caption for grid in grids if grid.caption}
        lines = [Line(line.text, line.at, line.heading or line.text in captions) for line in self.lines]
        if not title and lines and not lines[0].heading and len(lines[0].text.split()) <= _LONGEST_CAPTION:
            title = lines[0].text
            lines[0] = Line(title, lines[0].at, heading=True)
        return Source(title, tuple(grids), tuple(lines), digest_of(title, grids, lines))


def _level(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) == 1 else 0


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 and int(text) else 1
