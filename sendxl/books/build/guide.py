"""The Guide sheets: a page of headings, lines and links, written top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sendxl.books import fit, look
from sendxl.books.build.sheet import Given, Placed, at, place, put
from sendxl.plan.schema import Table
from sendxl.xlsx.read.references import on_sheet

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.styles import Font
    from openpyxl.worksheet.worksheet import Worksheet

WIDTHS = (5.0, 24.0, 96.0)  # number, name, words
_NAME, _WORDS = 2, 3


@dataclass
class Page:
    """A Guide being written; ``row`` is the next free row."""

    sheet: "Worksheet"
    row: int = 1

    @property
    def width(self) -> float:
        """The width of the page, as Excel counts it."""
        return sum(WIDTHS)

    def start(self, title: str, under: str) -> None:
        """Set up the page and write its title and the line under it."""
        for letter, width in zip("ABC", WIDTHS, strict=True):
            self.sheet.column_dimensions[letter].width = width
        self.sheet.sheet_view.showGridLines = False
        self._write(1, title, look.font(bold=True, size=18, color=look.ACCENT))
        self._write(1, under, look.font(size=12, color=look.MUTED))

    def heading(self, text: str) -> None:
        """A heading, with space above."""
        self.sheet.row_dimensions[self.row].height = look.GAP
        self.row += 1
        self.sheet.row_dimensions[self.row].height = look.HEADING
        self._write(1, text, look.font(bold=True, size=12, color=look.ACCENT))

    def group(self, text: str) -> None:
        """A small heading within a list."""
        self._write(1, text, look.font(bold=True))

    def says(self, text: str) -> None:
        """A paragraph across the name and words columns, its row as high as it needs."""
        self._set(at(self.sheet, self.row, _NAME), text, look.font())
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=_NAME, end_column=_WORDS)
        self._fit(text, sum(WIDTHS[1:]))
        self.row += 1

    def line(self, name: str, text: str, *, number: int = 0, link: str = "") -> "Cell":
        """A line: a number or none, a name (a link to the sheet ``link``), and words. Returns the name's cell."""
        cell = at(self.sheet, self.row, _NAME)
        self._set(cell, name, look.font(bold=not link, color=look.LINK if link else look.INK, underline=bool(link)))
        if link:
            from openpyxl.worksheet.hyperlink import Hyperlink

            cell.hyperlink = Hyperlink(ref="", location=on_sheet(link, "A1"), display=name)
        if number:
            self._set(at(self.sheet, self.row, 1), str(number), look.font(bold=True))
        self._set(at(self.sheet, self.row, _WORDS), text, look.font(), indent=1)
        self._fit(text, WIDTHS[-1] - 2)
        self.row += 1
        return cell

    def command(self, text: str) -> None:
        """A command to type."""
        font = look.font(name=look.MONO, size=look.SIZE - 1, color=look.ACCENT)
        self._set(at(self.sheet, self.row, _WORDS), text, font, indent=1)
        self._fit(text, WIDTHS[-1])
        self.row += 1

    def table(self, table: Table, rows: Sequence[Given]) -> Placed:
        """A small table in the name and words columns."""
        placed = place(self.sheet, table, rows, top=self.row, left=_NAME, filtered=False)
        self.row = placed.last + 1
        return placed

    def _fit(self, text: str, width: float) -> None:
        self.sheet.row_dimensions[self.row].height = fit.row_height([(text, width)]) + look.AIR

    def _write(self, column: int, text: str, font: "Font") -> None:
        cell = at(self.sheet, self.row, column)
        put(cell, text)
        cell.font = font
        self.row += 1

    def _set(self, cell: "Cell", text: str, font: "Font", indent: int = 0) -> None:
        from openpyxl.styles import Alignment

        put(cell, text)
        cell.font = font
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=indent)
