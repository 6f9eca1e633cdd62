"""Laying a table on a sheet: title, header, rows, the Excel table itself, and what follows from the columns."""

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, TypeAlias, cast
from xml.sax.saxutils import unescape

from sendxl.books import fit, look
from sendxl.plan.schema import FORMATS, Column, Table, Type
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import LeadStatus, LineStatus, SavingsStatus, Status
from sendxl.xlsx.package.xml import MAX_TEXT, escape_text
from sendxl.xlsx.read.address import Area, letters
from sendxl.xlsx.read.references import fixed_area, fixed_cell

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.dimensions import RowDimension
    from openpyxl.worksheet.worksheet import Worksheet

Given: TypeAlias = Mapping[str, Value]
HEADER_ROW = 4
_LIKE_A_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Placed:
    """A table as it stands on its sheet."""

    table: Table
    sheet: "Worksheet"
    top: int  # row of the header
    last: int  # last row
    left: int = 1

    @property
    def area(self) -> str:
        """The whole table with its header, as in ``A4:F26``."""
        return str(Area(self.top, self.left, self.last, self.left + len(self.table.columns) - 1))

    def cells(self, column: Column) -> str:
        """The data cells of a column, as in ``C5:C26``."""
        letter = letters(self._column(column))
        return f"{letter}{self.top + 1}:{letter}{self.last}"

    def named(self, column: Column, last: Column | None = None) -> str:
        """The data cells of a column, or of those as far as ``last``, as a defined name holds them: ``'Leads'!$B$5:$B$20``."""
        return fixed_area(self.sheet.title, Area(self.top + 1, self._column(column), self.last, self._column(last or column)))

    def head(self, column: Column) -> str:
        """The header cell of a column as a formula holds it, as in ``'Leads'!$B$4``."""
        return fixed_cell(self.sheet.title, self.top, self._column(column))

    def _column(self, column: Column) -> int:
        return self.left + self.table.columns.index(column)


def new_sheet(book: "Workbook", title: str, group: str) -> "Worksheet":
    """A new last sheet, its tab in the colour of its group."""
    sheet: Worksheet = book.create_sheet(title)
    sheet.sheet_properties.tabColor = look.GROUPS[group].tab
    return sheet


def at(sheet: "Worksheet", row: int, column: int) -> "Cell":
    """A cell by numbers from 1 (never merged: nothing of ours is)."""
    return cast("Cell", sheet.cell(row, column))


def lay(sheet: "Worksheet", table: Table, rows: Sequence[Given], *, title: str,
        to_fill: Callable[[Column], bool] | None = None, folding: bool = True, hidden: Collection[Column] = ()) -> Placed:
    """Lay a whole data sheet: title, description, header, rows, frozen panes, filter, print set-up.

    ``to_fill`` says which columns are unlocked for a lead; None on a master, where all are open. An empty table keeps
    one blank row. Without ``folding`` no column is folded away: on a protected sheet Excel would not let it be opened.
    Columns that are ``hidden`` are there, and not shown.
    """
    from openpyxl.utils import get_column_letter

    look.titled(sheet["A1"], sheet["A2"])
    put(sheet["A1"], f"{table.title} · {title}" if title else table.title)
    put(sheet["A2"], table.says)
    sheet.row_dimensions[HEADER_ROW - 1].height = look.GAP
    look.widths(sheet, table, folding=folding)
    placed = place(sheet, table, rows, to_fill=to_fill)
    sheet.row_dimensions[HEADER_ROW].height = look.header_height(table.columns)
    sheet.freeze_panes = f"{get_column_letter(table.frozen + 1)}{HEADER_ROW + 1}"
    for column in hidden:
        sheet.column_dimensions[get_column_letter(table.columns.index(column) + 1)].hidden = True
    seen = sum(column.width for column in table if not (column in hidden or (folding and column.folded)))
    look.printed(sheet, title, width=seen, header_row=HEADER_ROW, table=placed.area, repeated=table.frozen)
    return placed


def place(sheet: "Worksheet", table: Table, rows: Sequence[Given], *, top: int = HEADER_ROW, left: int = 1,
          to_fill: Callable[[Column], bool] | None = None, filtered: bool = True) -> Placed:
    """Put a table with its header at a place on a sheet."""
    for number, column in enumerate(table, left):
        cell = at(sheet, top, number)
        put(cell, column.header)
        look.header(cell, column, slanted=not to_fill(column) if to_fill else look.by_sendxl(column))
    for number, column in enumerate(table, left):
        _fill_column(sheet, column, rows or [{}], (top + 1, number), bool(to_fill and to_fill(column)))
    for number, row in enumerate(rows, top + 1):
        texts = [(value, column.width) for column in table if isinstance(value := row.get(column.key), str)]
        needed = max(fit.row_height(texts), sheet.row_dimensions[number].height or 0.0)  # of a table beside it, too
        sheet.row_dimensions[number] = _fitted_row()(sheet, index=number, ht=needed)
    placed = Placed(table, sheet, top, top + max(1, len(rows)), left)
    _add_table(placed, filtered)
    return placed


def put(cell: "Cell", value: Value) -> None:
    """Set a cell. Text stays text whatever it begins with; ValueError, saying where, for text that no cell can hold."""
    if not isinstance(value, str):
        cell.value = value
        return
    try:
        stored = unescape(escape_text(str(value)))  # openpyxl escapes &, < and > itself
        if len(stored) > MAX_TEXT:  # else openpyxl would cut it without a word
            raise ValueError(f"a cell holds at most {MAX_TEXT:,} characters, not {len(stored):,}")
    except ValueError as error:
        raise ValueError(f"{cell.parent.title}!{cell.coordinate}: {error}. Shorten the text.") from None
    cell.value = stored
    cell.data_type = "s"  # openpyxl makes formulas and errors of "=…" and "#N/A"
    if value.startswith(_LIKE_A_FORMULA):
        cell.quotePrefix = True  # so that Excel keeps it text when the cell is edited


def status_columns(table: Table) -> list[Column]:
    """The columns that hold a status word."""
    return [column for column in table if column.choices in (Status, LeadStatus, LineStatus, SavingsStatus)]


def _fill_column(sheet: "Worksheet", column: Column, rows: Sequence[Given], first: tuple[int, int],
                 to_fill: bool) -> None:
    """Write one column. Its looks are made once and copied: setting them cell by cell is what is slow in openpyxl."""
    looks: dict[str, StyleArray] = {}
    for number, row in enumerate(rows, first[0]):
        cell = at(sheet, number, first[1])
        code = _number_format(column, row)
        if code in looks:
            cell._style = copy(looks[code])  # type: ignore[attr-defined]
        else:
            look.body(cell, column, to_fill=to_fill)
            cell.number_format = code
            looks[code] = copy(cell._style)  # type: ignore[attr-defined]
        value = row.get(column.key)
        if value is not None:
            put(cell, value)
            if cell.number_format != code:  # openpyxl gives dates a format of its own
                cell.number_format = code
            if column.type is Type.LINK:
                _link(cell, str(value))


def _link(cell: "Cell", place: str) -> None:
    """Make a cell a link to the place in the workbook that it names, as in Plan!C7."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    sheet, _, address = place.partition("!")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!{address}", display=place)


@cache
def _fitted_row() -> "type[RowDimension]":
    """A row whose height is not marked as set by hand, which openpyxl's own always is."""
    from openpyxl.worksheet.dimensions import RowDimension

    class FittedRow(RowDimension):
        @property
        def customHeight(self) -> bool:  # noqa: N802
            return False

    return FittedRow


def _number_format(column: Column, row: Given) -> str:
    kind, value = row.get("kind"), row.get(column.key)
    if column.type is Type.ANY and isinstance(value, date):
        return FORMATS[Type.MOMENT if isinstance(value, datetime) else Type.DATE]
    if column.type in (Type.ACTUAL, Type.LEVEL) and not kind:
        return "General"  # settled by the first value, not before
    return column.format_in(kind)


def _add_table(placed: Placed, filtered: bool) -> None:
    from openpyxl.worksheet.filters import AutoFilter
    from openpyxl.worksheet.table import Table as ExcelTable
    from openpyxl.worksheet.table import TableColumn, TableStyleInfo

    made = ExcelTable(displayName=placed.table.name, name=placed.table.name, ref=placed.area)
    made.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    made.autoFilter = AutoFilter(ref=placed.area) if filtered else None
    # openpyxl would give columns that it has to make itself a filter, wanted or not.
    made.tableColumns = [TableColumn(id=number, name=column.header) for number, column in enumerate(placed.table, 1)]
    placed.sheet.add_table(made)
