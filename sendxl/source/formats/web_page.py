"""A web page: its tables, with spans and colours, and the headings above them. No script is run and nothing is fetched."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from sendxl.source.decoding import decode, read_bytes
from sendxl.source.grids import Grid, GridCell, Line, Source, digest_of, placed, words
from sendxl.source.lone_lines import names_theme
from sendxl.source.records import apart, labelled_lines, lines_of

ENDINGS = (".html", ".htm", ".xhtml")
BEGINS = (b"<!doctype html", b"<html")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_OF_WORDS = 9  # level of a heading that is one by its words alone
_SILENT = frozenset(("script", "style", "noscript", "template", "svg", "del", "nav", "footer"))
_VOID = frozenset(("br", "img", "hr", "input", "meta", "link", "col", "wbr", "area", "base", "embed", "source", "track"))
_BLOCKS = frozenset(("p", "div", "li", "ul", "ol", "section", "article", "header", "main", "dt", "dd", "caption", "blockquote"))
_COLOUR = re.compile(r"background(?:-color)?\s*:\s*(#[0-9a-fA-F]{3,6}|[a-zA-Z]+|rgb\([^)]*\))")
_NAMES = {
    "red": "FF0000",
    "amber": "FFC000",
    "orange": "FFA500",
    "yellow": "FFFF00",
    "green": "00B050",
    "blue": "0070C0",
    "purple": "7030A0",
    "grey": "BFBFBF",
    "gray": "BFBFBF",
    "lime": "00FF00",
    "gold": "FFC000",
    "lightgreen": "92D050",
}
_MOST_SPANNED = 200


@dataclass
class _Table:
    rows: list[list[GridCell]] = field(default_factory=list)
    row: list[GridCell] | None = None
    pieces: list[str] | None = None  # of the cell that is open
    fill: str = ""
    struck: bool = False
    span: int = 1
    down: int = 1
    merged: dict[int, int] = field(default_factory=dict)  # columns that cells from above still take: rows
    caption: str = ""
    headings: tuple[str, ...] = ()


def read(path: Path) -> Source:
    """The source in a web page."""
    page = _Page()
    page.feed(decode(read_bytes(path), path.name))
    page.close()
    page.end()
    title = page.title or page.head_title
    if not any(len(grid.rows) > 1 for grid in page.grids):
        labelled = labelled_lines(apart(page.lines))
        if labelled is not None:
            return Source(title, (Grid("", labelled),), (), digest_of(title, page.grids, page.lines))
    return Source(title, tuple(page.grids), tuple(page.lines), digest_of(title, page.grids, page.lines))


class _Page(HTMLParser):
    """Takes a page tag by tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[Grid] = []
        self.lines: list[Line] = []
        self.title = self.head_title = ""
        self.levels: dict[int, str] = {}
        self.tables: list[_Table] = []
        self.silent: list[str] = []
        self.pieces: list[str] = []
        self.number = 0
        self.in_title = False
        self.captioned = False
        self.term = ""  # of a list of terms and what is said of each

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if tag in _SILENT and tag not in _VOID:
            self.silent.append(tag)
        if self.silent:
            return
        given = {name: value or "" for name, value in attrs}
        table = self.tables[-1] if self.tables else None
        if tag == "title":
            self.in_title = True
        elif tag == "table":
            self._paragraph()
            self.tables.append(_Table(headings=tuple(text for _, text in sorted(self.levels.items()) if text != self.title)))
        elif table and tag == "tr":
            self._close_row(table)
            table.row = []
        elif table and tag in ("td", "th"):
            self._close_cell(table)
            table.row = [] if table.row is None else table.row
            table.pieces, table.fill, table.struck = [], _fill(given), False
            table.span, table.down = _number(given.get("colspan")), _number(given.get("rowspan"))
        elif table and tag == "caption":
            self.captioned = True
        elif tag in ("s", "strike") and table and table.pieces is not None:
            table.struck = True
        elif tag == "br":
            self._add("\n")
        elif tag == "dd" and not (table and table.pieces is not None) and self.term:
            pass  # what is said of the term before it
        elif tag in _BLOCKS:
            self._break()
            if tag == "li" and table and table.pieces is not None and "".join(table.pieces).strip():
                table.pieces.append("• ")
        elif tag in _HEADINGS:
            self._paragraph()

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if self.silent:
            if tag == self.silent[-1]:
                self.silent.pop()
            return
        table = self.tables[-1] if self.tables else None
        if tag == "title":
            self.in_title = False
        elif tag == "table" and table:
            self._close_row(table)
            self.tables.pop()
            self.number += 1
            if table.rows:
                self.grids.append(Grid("", placed(table.rows), table.headings, words(table.caption), f"table {self.number}"))
        elif table and tag == "tr":
            self._close_row(table)
        elif table and tag in ("td", "th"):
            self._close_cell(table)
        elif table and tag == "caption":
            self.captioned = False
        elif tag == "dt" and not (table and table.pieces is not None):
            self.term = words("".join(self.pieces)).removesuffix(":")
            self.pieces = [f"{self.term}: "] if self.term else []
        elif tag in _HEADINGS and not (table and table.pieces is not None):
            self._heading(_HEADINGS[tag])
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        """Take words."""
        if self.silent:
            return
        if self.in_title:
            self.head_title = words(self.head_title + data)
        elif self.captioned and self.tables:
            self.tables[-1].caption += data
        else:
            self._add(re.sub(r"\s+", " ", data))

    def end(self) -> None:
        """Close what the page left open."""
        while self.tables:
            self.handle_endtag("table")
        self._paragraph()

    def _add(self, text: str) -> None:
        table = self.tables[-1] if self.tables else None
        if table and table.pieces is not None:
            table.pieces.append(text)
        else:
            self.pieces.append(text)

    def _break(self) -> None:
        table = self.tables[-1] if self.tables else None
        if table and table.pieces is not None:
            table.pieces.append("\n")
        else:
            self._paragraph()

    def _paragraph(self) -> None:
        self.term = ""
        text = "".join(self.pieces)
        if names_theme(words(text)):
            self._heading(_OF_WORDS)
            return
        self.pieces = []
        self.lines += [Line(line, f"paragraph {len(self.lines) + 1}") for line in lines_of(text)]

    def _heading(self, level: int) -> None:
        text = words("".join(self.pieces))
        self.pieces = []
        if text:
            self.levels = {known: kept for known, kept in self.levels.items() if known < level} | {level: text}
            self.title = self.title or (text if level == 1 else "")
            self.lines.append(Line(text, f"heading {text}", heading=True))

    def _close_cell(self, table: _Table) -> None:
        if table.pieces is None or table.row is None:
            return
        self._under(table)
        text = "\n".join(line for part in "".join(table.pieces).split("\n") if (line := words(part)))
        at = f"table {self.number + 1}, row {len(table.rows) + 1}, cell {len(table.row) + 1}"
        column = sum(cell.span for cell in table.row)
        table.row.append(GridCell(text, at, fill=table.fill, span=table.span, struck=table.struck))
        if table.down > 1:
            table.merged |= dict.fromkeys(range(column, column + table.span), table.down)  # this row among them
        table.pieces = None

    def _under(self, table: _Table) -> None:
        """Put the lower parts of merged cells where they stand."""
        assert table.row is not None
        while table.merged.get(sum(cell.span for cell in table.row), 0) > 0:
            if len(table.row) > _MOST_SPANNED:
                break
            table.row.append(GridCell(upper=True))

    def _close_row(self, table: _Table) -> None:
        self._close_cell(table)
        if table.row is None:
            return
        self._under(table)
        table.rows.append(table.row)
        table.merged = {column: left - 1 for column, left in table.merged.items() if left > 1}
        table.row = None


def _number(text: str | None) -> int:
    digits = (text or "").strip()
    return (
        min(int(digits), _MOST_SPANNED) if digits.isascii() and digits.isdecimal() and 0 < len(digits) < 6 and int(digits) else 1
    )


def _fill(given: dict[str, str]) -> str:
    found = _COLOUR.search(given.get("style", ""))
    colour = (found[1] if found else given.get("bgcolor", "")).strip().lower()
    if colour.startswith("rgb"):
        parts = [int(part) for part in re.findall(r"\d{1,3}", colour)[:3]]
        return "".join(f"{min(part, 255):02X}" for part in parts) if len(parts) == 3 else ""
    if colour.startswith("#"):
        digits = colour[1:]
        return ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits).upper()
    return _NAMES.get(colour, "")
