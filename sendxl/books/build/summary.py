"""The Summary sheet: its tables side by side, so that each can grow; their formulas; and the charts that they feed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sendxl.books import fit, look
from sendxl.books.build.charts import balance_chart, savings_chart, status_chart, trend_chart
from sendxl.books.build.sheet import Given, Placed, at, place, put
from sendxl.books.formulas import formula
from sendxl.plan.schema import Column, Table
from sendxl.plan.summary import (
    BALANCE_BY_YEAR,
    BALANCE_CHART,
    BASIS,
    CHARTS,
    HEADLINES,
    LOOKED_AT,
    NET_BY_FUND,
    PARTS,
    QUANTIFIED,
    SAVINGS_BY_FUND,
    SAVINGS_BY_TYPE,
    SAVINGS_BY_YEAR,
    STATUS_BY_PERIOD,
    STATUS_BY_THEME,
    STATUS_CHART,
    TREND_CHART,
    UPDATES_BY_LEAD,
    Part,
    basis,
    by_column,
    chart_titles,
    rows_of,
)
from sendxl.plan.vocabulary import SavingType
from sendxl.xlsx.read.references import fixed_cell

if TYPE_CHECKING:
    from openpyxl.chart import BarChart
    from openpyxl.worksheet.worksheet import Worksheet

SUMMARY = "Summary"
SAYS = "Where the plan stands, on one page in print: formulas over the other sheets. The tables to the right feed the charts."
_GAP = 3.0  # width of the column between bands
_PIXELS, _EMUS = 7, 9525  # pixels of a column's unit of width, and what Excel measures a drawing in, of a pixel
# Bands side by side, with the row of each table's header. The last table of a band has nothing below it and can grow;
# those above it never do. Headers that stand in one row share its height. The first bands are the page that is printed.
_FIRST, _SECOND, _THIRD = 5, 13, 43
_LAST = 62  # row to which the page has room; where a table grows further, the page is drawn smaller
_PAGE: tuple[tuple[tuple[Table, int], ...], ...] = (
    ((BASIS, _FIRST), (HEADLINES.table, _SECOND), (UPDATES_BY_LEAD.table, _THIRD)),
    ((SAVINGS_BY_TYPE.table, _THIRD),),
)
_BESIDE: tuple[tuple[tuple[Table, int], ...], ...] = (
    ((STATUS_BY_THEME.table, _FIRST),),
    ((STATUS_BY_PERIOD.table, _FIRST),),
    ((SAVINGS_BY_FUND.table, _FIRST),),
    ((NET_BY_FUND.table, _FIRST),),
    ((BALANCE_BY_YEAR.table, _FIRST),),
    ((QUANTIFIED.table, _FIRST), (SAVINGS_BY_YEAR.table, _SECOND)),
    ((CHARTS, _FIRST),),
)


def lay_summary(sheet: "Worksheet", rows: Mapping[Table, Sequence[Given]], years: Sequence[str], title: str) -> None:
    """Lay the Summary of a new master on an empty sheet; ``rows`` are those of the master, ``years`` the financial years."""
    from openpyxl.utils import get_column_letter

    look.titled(sheet["A1"], sheet["A2"])
    put(sheet["A1"], f"{SUMMARY} · {title}")
    put(sheet["A2"], SAYS)
    sheet.sheet_view.showGridLines = False
    given = _given(rows, years)
    placed: dict[Table, Placed] = {}
    left, right = 1, 0
    for band in (*_PAGE, *_BESIDE):
        for table, top in band:
            placed[table] = _place(sheet, table, given[table], top, left)
        left = _widths(sheet, [table for table, _ in band], left)
        right = left - 2 if band is _PAGE[-1] else right
    for part in PARTS:
        _write_formulas(placed[part.table], part, given[part.table])
    _draw(sheet, placed, right)
    last = max(_LAST, *(placed[band[-1][0]].last for band in _PAGE))
    look.printed(sheet, title, width=0, tall=1)
    sheet.print_area = f"A1:{get_column_letter(right)}{last}"


def _given(rows: Mapping[Table, Sequence[Given]], years: Sequence[str]) -> dict[Table, Sequence[Given]]:
    """The rows of every table, without what formulas compute."""
    records = {table: by_column(table, rows.get(table, ())) for table in LOOKED_AT}
    found: dict[Table, Sequence[Given]] = {part.table: rows_of(part, records, years) for part in PARTS}
    found[BASIS] = [{"item": item, "value": value} for item, value in basis(None, None).items()]
    found[CHARTS] = [{"chart": chart, "title": text} for chart, text in chart_titles(None, None, {}).items()]
    return found


def _place(sheet: "Worksheet", table: Table, rows: Sequence[Given], top: int, left: int) -> Placed:
    heading = at(sheet, top - 1, left)
    put(heading, table.says)
    heading.font = look.font(bold=True, color=look.ACCENT)
    placed = place(sheet, table, rows, top=top, left=left, filtered=False)
    height = max(look.header_height(table.columns, filtered=False), sheet.row_dimensions[top].height or fit.LINE)
    sheet.row_dimensions[top].height = height
    return placed


def _widths(sheet: "Worksheet", tables: Sequence[Table], left: int) -> int:
    """Set the widths of a band's columns, and of the gap after it; returns where the next band begins."""
    from openpyxl.utils import get_column_letter

    count = max(len(table.columns) for table in tables)
    for offset in range(count):
        width = max(table.columns[offset].width for table in tables if offset < len(table.columns))
        sheet.column_dimensions[get_column_letter(left + offset)].width = width + 0.71
    sheet.column_dimensions[get_column_letter(left + count)].width = _GAP
    return left + count + 1


def _write_formulas(placed: Placed, part: Part, rows: Sequence[Given]) -> None:
    """Put its formula into every cell of a total, and into the table, where all rows of a column have the same."""
    table = part.table
    for number, row in enumerate(rows, placed.top + 1):
        for key, wanted in part.of_row(str(row[table.key.key])).items():
            at(placed.sheet, number, placed.left + table.columns.index(table[key])).value = f"={formula(table, wanted)}"
    if not part.by_row:
        _calculated(placed, {table[key]: formula(table, wanted) for key, wanted in part.totals.items()})


def _calculated(placed: Placed, formulas: Mapping[Column, str]) -> None:
    """Tell the table of its formulas, so that Excel fills rows that are added."""
    from openpyxl.worksheet.table import TableFormula

    columns = placed.sheet.tables[placed.table.name].tableColumns
    for made, column in zip(columns, placed.table, strict=True):
        if column in formulas:
            made.calculatedColumnFormula = TableFormula(attr_text=formulas[column])


def _draw(sheet: "Worksheet", placed: Mapping[Table, Placed], right: int) -> None:
    """Draw the charts beside and below the headlines, as far as the column ``right``."""
    shown = placed[CHARTS]
    titles = {chart: (fixed_cell(sheet.title, row, shown.left + 1), str(text))
              for row, (chart, text) in enumerate(chart_titles(None, None, {}).items(), shown.top + 1)}
    years = placed[SAVINGS_BY_YEAR.table]
    first, middle, low = placed[HEADLINES.table].left + 2, placed[SAVINGS_BY_TYPE.table].left + 3, _THIRD - 2
    half = _FIRST - 1 + (low - _FIRST) // 2
    _anchor(sheet, status_chart(placed[STATUS_BY_THEME.table], *titles[STATUS_CHART]), (_FIRST - 1, first), (half, middle))
    _anchor(sheet, trend_chart(placed[STATUS_BY_PERIOD.table], *titles[TREND_CHART]), (_FIRST - 1, middle), (half, right + 1))
    below = placed[HEADLINES.table].last + 2
    _anchor(sheet, balance_chart(placed[BALANCE_BY_YEAR.table], *titles[BALANCE_CHART]), (below, 1), (low, first))
    width = sum(_widths_of(sheet, first, right + 1))
    for number, type in enumerate(SavingType):
        start, end = (first, number * width // 4), (first, (number + 1) * width // 4)
        _anchor(sheet, savings_chart(years, type, *titles[type]), (half, *start), (low, *end))


def _widths_of(sheet: "Worksheet", first: int, end: int) -> list[int]:
    """The widths of the columns from ``first`` up to before ``end``, in pixels."""
    from openpyxl.utils import get_column_letter

    return [round(_PIXELS * sheet.column_dimensions[get_column_letter(column)].width) for column in range(first, end)]


def _anchor(sheet: "Worksheet", chart: "BarChart", start: tuple[int, ...], end: tuple[int, ...]) -> None:
    """Put a chart over the cells from ``start`` up to before ``end``: a row, a column and, where given, pixels from its left."""
    from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor

    def marker(row: int, column: int, pixels: int = 0) -> AnchorMarker:
        for width in _widths_of(sheet, column, sheet.max_column):
            if pixels < width:
                break
            column, pixels = column + 1, pixels - width
        return AnchorMarker(col=column - 1, colOff=pixels * _EMUS, row=row - 1)

    chart.anchor = TwoCellAnchor(editAs="oneCell", _from=marker(*start), to=marker(*end))  # type: ignore[assignment]
    sheet.add_chart(chart)
