"""Every appearance decision: fonts, fills, widths, protection and print set-up.

Few means, each with one meaning. The fills of a workbook are the header's, that of cells to fill, and one for each status,
the same in cells and charts. A fill never stands alone: the word is in the cell, what is not to be typed in has a slanted
header, cells to fill have a border. All text has a contrast of 4.5 to 1 or more (WCAG 2.1, 1.4.3). openpyxl is imported
inside the functions: it is slow to import.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from sendxl.books import fit
from sendxl.plan.colours import STATUS_FILLS
from sendxl.plan.schema import NUMERIC, By, Column, Table, Type
from sendxl.plan.vocabulary import Status

if TYPE_CHECKING:
    from typing import Literal, TypedDict

    from openpyxl.cell import Cell
    from openpyxl.styles import Border, Font
    from openpyxl.worksheet.worksheet import Worksheet

    class _Across(TypedDict):
        horizontal: Literal["left", "right"]
        indent: int


class Look(Enum):
    """What a cell is marked as, or is again once a mark goes; the value is its fill, as RRGGBB ('': none)."""

    PROBLEM = "FADBD3"
    QUERY = "FFF2CC"
    INPUT = "E8F1FA"
    PLAIN = ""


FONT, MONO = "Calibri", "Consolas"  # every Excel has both; LibreOffice draws Carlito, of Calibri's widths
SIZE = 10
INK, MUTED, LINK, ACCENT = "1F2328", "57606A", "0B5CAD", "1F3A5F"
HEADER_FILL, HEADER_INK = ACCENT, "FFFFFF"
INPUT_FILL, INPUT_LINE = Look.INPUT.value, "7F9DB9"
RULE = "D0D7DE"
GOOD_FILL = "E3F1DF"
ATTENTION: dict[str, str] = {status: STATUS_FILLS[status] for status in (Status.OFF_TRACK, Status.AT_RISK)}
"""Those of the words that ask for attention."""


@dataclass(frozen=True)
class Group:
    """A group of sheets: what the Guide calls it, and the colour of its tabs."""

    title: str
    tab: str


GROUPS: dict[str, Group] = {
    "guide": Group("Guide", ACCENT),
    "plan": Group("The plan", "2E75B6"),
    "control": Group("The round: what is out, held or in doubt", "C55A11"),
    "reference": Group("What the plan refers to", "6B7280"),
    "history": Group("History, written by sendxl", "4F7A3A"),
}

GAP = 6.0  # points of the empty row above a header
AIR, HEADING = 2.5, 20.0  # points more for each row, and for a heading, on a Guide
_PAGE = 170.0  # widths, as Excel counts them, that one A4 landscape page holds at full size
_MARGIN, _EDGE = 0.4, 0.6  # inches: sides, and top and bottom


def font(*, bold: bool = False, italic: bool = False, underline: bool = False, size: float = SIZE, color: str = INK,
         name: str = FONT) -> "Font":
    """A font of the project."""
    from openpyxl.styles import Font

    return Font(name=name, size=size, bold=bold, italic=italic, underline="single" if underline else None, color=color)


def titled(title: "Cell", under: "Cell") -> None:
    """The look of a sheet's title and of the line under it."""
    title.font, under.font = font(bold=True, size=14, color=ACCENT), font(color=MUTED)


def by_sendxl(column: Column) -> bool:
    """True if people are not to type in the column: in a master its header is slanted."""
    return column.by in (By.REFRESH, By.SENDXL, By.FORMULA)


def header(cell: "Cell", column: Column, *, slanted: bool) -> None:
    """The look of a header cell; slanted where the reader is not to type in the column."""
    from openpyxl.styles import Alignment, PatternFill

    cell.font = font(bold=True, italic=slanted, color=HEADER_INK)
    cell.fill = PatternFill("solid", fgColor=HEADER_FILL)
    cell.alignment = Alignment(wrap_text=True, vertical="top", **_across(column))
    cell.border = _lines("FFFFFF", "left", "right")


def body(cell: "Cell", column: Column, *, to_fill: bool = False, locked: bool = False) -> None:
    """The look of a data cell; one ``to_fill`` is pale blue, has a border and, if not ``locked``, is unlocked."""
    from openpyxl.styles import Alignment, PatternFill, Protection

    linked = column.type is Type.LINK
    cell.font = font(color=LINK if linked else INK, underline=linked)
    cell.alignment = Alignment(wrap_text=column.type not in NUMERIC, vertical="top", **_across(column))
    if to_fill:
        cell.fill = PatternFill("solid", fgColor=INPUT_FILL)
        cell.border = _lines(INPUT_LINE, "left", "right", "top", "bottom")
        cell.protection = Protection(locked=locked)
    else:
        cell.border = _lines(RULE, "left", "right", "top", "bottom")


def header_height(columns: tuple[Column, ...], *, filtered: bool = True) -> float:
    """Points for a header row in which no header is clipped and, if ``filtered``, none lies under its filter button."""
    lines = (fit.line_count(c.header, c.width, factor=fit.BOLD, last=fit.BUTTON if filtered else 0) for c in columns)
    return fit.LINE * max(lines) + 2 * fit.PADDING


def status_rules(sheet: "Worksheet", cells: str, fills: dict[str, str]) -> None:
    """Fill status words by conditional format; off track is also bold."""
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.styles.differential import DifferentialStyle

    for status, fill in fills.items():
        shown = DifferentialStyle(fill=PatternFill("solid", bgColor=fill))
        if status == Status.OFF_TRACK:
            shown.font = Font(bold=True, color=INK)
        sheet.conditional_formatting.add(cells, Rule("cellIs", operator="equal", formula=[f'"{status}"'], dxf=shown))


def beginning(sheet: "Worksheet", cells: str, fills: dict[str, Look]) -> None:
    """Fill cells by the words with which they begin, by conditional format."""
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import PatternFill
    from openpyxl.styles.differential import DifferentialStyle

    first = cells.partition(":")[0]
    for words, fill in fills.items():
        shown = DifferentialStyle(fill=PatternFill("solid", bgColor=fill.value))
        test = f'LEFT({first},{len(words)})="{words}"'
        sheet.conditional_formatting.add(cells, Rule("beginsWith", operator="beginsWith", text=words, formula=[test], dxf=shown))


def widths(sheet: "Worksheet", table: Table, *, folding: bool) -> None:
    """Set the widths of a table's columns and, if ``folding``, fold away those seldom read."""
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(table, 1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = round(column.width + 0.71, 2)  # Excel's own allowance for the cell's padding
        if folding and column.folded:
            dimension.outlineLevel, dimension.hidden = 1, True
        elif folding and number > 1 and table.columns[number - 2].folded:
            dimension.collapsed = True
    sheet.column_dimensions.max_outline = 1 if folding and any(column.folded for column in table) else None


def protect(sheet: "Worksheet") -> None:
    """Lock all but the unlocked cells, without a password; widening, sorting and filtering stay allowed."""
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = False  # False: not forbidden
    protection.sort = protection.autoFilter = False
    protection.selectLockedCells = protection.selectUnlockedCells = False


def printed(sheet: "Worksheet", title: str, *, width: float, header_row: int = 0, table: str = "", repeated: int = 1,
            tall: int = 0) -> None:
    """A4 landscape, one or two pages wide and as tall as it takes, the header row repeated.

    ``width`` is the sum of the widths of the columns that show, ``tall`` a number of pages not to exceed. A ``table``
    on two pages repeats so many first columns too, and is printed alone: the sheet's title would be cut off in the repeated
    columns, and stands in the page header.
    """
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    wide = 1 if width <= _PAGE * 1.2 else 2
    setup = sheet.page_setup
    setup.orientation, setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    setup.fitToWidth, setup.fitToHeight, setup.pageOrder = wide, tall, "overThenDown"
    margins = sheet.page_margins
    margins.left = margins.right = _MARGIN
    margins.top = margins.bottom = _EDGE
    margins.header = margins.footer = 0.3
    if header_row:
        sheet.print_title_rows = f"{header_row}:{header_row}"
        if table and wide > 1:
            sheet.print_title_cols, sheet.print_area = f"A:{get_column_letter(repeated)}", table
    head, foot = sheet.oddHeader, sheet.oddFooter
    assert head is not None and foot is not None  # every new sheet has them
    for part, text in ((head.left, f"&A · {title.replace('&', '&&')}"), (foot.right, "Page &P of &N")):
        part.text, part.size, part.color = text, 9, MUTED


def _across(column: Column) -> "_Across":
    """Numbers to the right, short of the edge as the next column begins at it; all else to the left."""
    return {"horizontal": "right", "indent": 1} if column.type in NUMERIC else {"horizontal": "left", "indent": 0}


def _lines(color: str, *sides: str) -> "Border":
    from openpyxl.styles import Border, Side

    border = Border()
    for side in sides:
        setattr(border, side, Side(style="thin", color=color))
    return border
