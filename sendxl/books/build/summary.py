"""The Summary sheet: its tables side by side, so that each can grow; their formulas; and the charts that they feed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sendxl.xlsx.read.references import fixed_cell
from sendxl.books import fit, look
from sendxl.books.build.charts import savings_chart, status_chart
from sendxl.books.formulas import formula
from sendxl.books.build.sheet import Given, Placed, at, place, put
from sendxl.plan.master import LEADS, PLAN, SAVINGS
from sendxl.plan.schema import Column, Table
from sendxl.plan.summary import (
    BASIS,
    CHARTS,
    HEADLINES,
    PARTS,
    Part,
    QUANTIFIED,
    SAVINGS_BY_FUND,
    SAVINGS_BY_YEAR,
    STATUS_BY_THEME,
    STATUS_CHART,
    UPDATES_BY_LEAD,
    basis,
    chart_titles,
    rows_of,
)
from sendxl.plan.vocabulary import SavingType

if TYPE_CHECKING:
    from openpyxl.chart import BarChart
    from openpyxl.worksheet.worksheet import Worksheet

SUMMARY = "Summary"
SAYS = "Where the plan stands: formulas over the other sheets. Types of saving are never added together."
_GAP = 3.0  # width of the column between bands
_SCALE = 70  # per cent in print
# Bands side by side, with the row of each table's header. The last table of a band has nothing below it and can grow;
# those above it never do. Headers that stand in one row share its height.
_FIRST, _SECOND, _THIRD = 5, 12, 28
_BANDS: tuple[tuple[tuple[Table, int], ...], ...] = (
    ((BASIS, _FIRST), (HEADLINES.table, _SECOND), (UPDATES_BY_LEAD.table, _THIRD)),
    ((STATUS_BY_THEME.table, _THIRD),),
    ((QUANTIFIED.table, _FIRST), (SAVINGS_BY_YEAR.table, _SECOND)),
    ((SAVINGS_BY_FUND.table, _SECOND),),
)
_CHART_COLUMNS, _CHART_WIDTH, _CHART_ROWS = 12, 13.0, 18  # of the band of charts: two side by side, two rows of them


def lay_summary(sheet: "Worksheet", rows: Mapping[Table, Sequence[Given]], years: Sequence[str], title: str) -> None:
    """Lay the Summary of a new master on an empty sheet; ``rows`` are those of the master, ``years`` the financial years."""
    look.titled(sheet["A1"], sheet["A2"])
    put(sheet["A1"], f"{SUMMARY} · {title}")
    put(sheet["A2"], SAYS)
    sheet.sheet_view.showGridLines = False
    given = _given(rows, years)
    placed: dict[Table, Placed] = {}
    left, breaks = 1, []
    for band in _BANDS:
        for table, top in band:
            placed[table] = _place(sheet, table, given[table], top, left)
        left = _widths(sheet, [table for table, _ in band], left)
        breaks.append(left - 1)
    placed[CHARTS] = _place(sheet, CHARTS, given[CHARTS], _FIRST, left + _CHART_COLUMNS + 1)
    for part in PARTS:
        _write_formulas(placed[part.table], part, given[part.table])
    _draw(sheet, placed, left)
    _print(sheet, breaks, left + _CHART_COLUMNS, max(one.last for one in placed.values()), title)


def _given(rows: Mapping[Table, Sequence[Given]], years: Sequence[str]) -> dict[Table, Sequence[Given]]:
    """The rows of every table, without what formulas compute."""
    found: dict[Table, Sequence[Given]] = {
        part.table: rows_of(part, rows.get(PLAN, ()), rows.get(LEADS, ()), rows.get(SAVINGS, ()), years) for part in PARTS
    }
    found[BASIS] = [{"item": item, "value": value} for item, value in basis(None, None).items()]
    found[CHARTS] = [{"chart": chart, "title": text} for chart, text in chart_titles(None, None, {}).items()]
    return found


def _place(sheet: "Worksheet", table: Table, rows: Sequence[Given], top: int, left: int) -> Placed:
    heading = at(sheet, top - 1, left)
    put(heading, table.says)
    heading.font = look.font(bold=True, color=look.ACCENT)
    placed = place(sheet, table, rows, top=top, left=left, filtered=False)
    height = max(look.header_height(table.columns), sheet.row_dimensions[top].height or fit.LINE)
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


def _draw(sheet: "Worksheet", placed: Mapping[Table, Placed], left: int) -> None:
    """Draw the chart of the statuses above its table, and those of the savings in a band of their own from ``left`` on."""
    from openpyxl.utils import get_column_letter

    for offset in range(_CHART_COLUMNS):
        sheet.column_dimensions[get_column_letter(left + offset)].width = _CHART_WIDTH
    shown = placed[CHARTS]
    titles = {chart: (fixed_cell(sheet.title, row, shown.left + 1), str(text))
              for row, (chart, text) in enumerate(chart_titles(None, None, {}).items(), shown.top + 1)}
    theme, years = placed[STATUS_BY_THEME.table], placed[SAVINGS_BY_YEAR.table]
    _anchor(sheet, status_chart(theme, *titles[STATUS_CHART]), theme.left, len(theme.table.columns), _THIRD - 2 - _FIRST)
    half = _CHART_COLUMNS // 2
    for number, type in enumerate(SavingType):
        down, across = divmod(number, 2)
        chart = savings_chart(years, type, *titles[type])
        _anchor(sheet, chart, left + across * half, half, _CHART_ROWS, down * _CHART_ROWS)


def _anchor(sheet: "Worksheet", chart: "BarChart", left: int, columns: int, rows: int, down: int = 0) -> None:
    """Put a chart over so many columns and rows, from the row above the first headers on, or so many ``down``."""
    from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor

    col, row = left - 1, _FIRST - 2 + down
    chart.anchor = TwoCellAnchor(  # type: ignore[assignment]
        editAs="oneCell", _from=AnchorMarker(col=col, row=row), to=AnchorMarker(col=col + columns, row=row + rows)
    )
    sheet.add_chart(chart)


def _print(sheet: "Worksheet", breaks: Sequence[int], right: int, last: int, title: str) -> None:
    """A page for each band; the table with the titles of the charts is not printed."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.pagebreak import Break

    look.printed(sheet, title, width=0)
    assert sheet.sheet_properties.pageSetUpPr is not None  # set by what stands above
    sheet.sheet_properties.pageSetUpPr.fitToPage = False  # which would do away with the breaks
    sheet.page_setup.scale = _SCALE
    for column in breaks:
        sheet.col_breaks.append(Break(id=column))
    sheet.print_area = f"A1:{get_column_letter(right)}{last}"
