"""The charts of the Summary: native Excel charts fed by its tables, to be told apart in black and white too."""

from typing import TYPE_CHECKING

from sendxl.books.build.sheet import Placed
from sendxl.books.look import INK
from sendxl.plan.colours import STATUS_FILLS
from sendxl.plan.vocabulary import Status

if TYPE_CHECKING:
    from openpyxl.chart import BarChart
    from openpyxl.chart.label import DataLabelList
    from openpyxl.chart.series import Series
    from openpyxl.chart.text import RichText, Text
    from openpyxl.drawing.fill import PatternFillProperties

_STATUSES = tuple(status for status in Status if status is not Status.CLOSED)
_STRIPED = Status.NOT_ASSESSED  # the others are told apart without colour by how light they are
_MEASURED_FILLS = {"planned": "E3E9F1", "forecast": "7E9CC0", "realised": "1F3A5F", "one-off": "FFFFFF"}
_BALANCES = {"Without the plan": "E3E9F1", "With the plan": "1F3A5F"}
_LINE, _FAINT = "404A57", "D9DDE2"


def status_chart(placed: Placed, title: str, text: str) -> "BarChart":
    """Activities by theme, one bar each, stacked by status, each piece with its number.

    ``title`` is the cell whose text is the title, as in ``'Summary'!$B$5``, and ``text`` what stands there now.
    """
    chart = _stacked(placed, title, text, horizontal=True)
    chart.x_axis.scaling.orientation = "maxMin"  # the first theme on top
    chart.y_axis.crosses = "max"  # and the numbers below
    _axes(chart, "Theme", "Number of activities", "0")
    return chart


def trend_chart(placed: Placed, title: str, text: str) -> "BarChart":
    """Activities by reporting period, one column each, stacked by status; ``title`` and ``text`` as above."""
    chart = _stacked(placed, title, text, horizontal=False)
    _axes(chart, "Reporting period", "Number of activities", "0")
    return chart


def savings_chart(placed: Placed, type: str, title: str, text: str) -> "BarChart":
    """What is planned, forecast and realised of one type side by side, by financial year; ``title`` and ``text`` as above."""
    chart = _bars(title, text, horizontal=False)
    for measured, fill in _MEASURED_FILLS.items():
        _add(chart, placed, f"{type} {measured}", fill)
    _from_nothing(chart)
    chart.gapWidth, chart.overlap = 60, 0
    _axes(chart, "Financial year", "Pounds in the year", '"£"#,##0')
    return chart


def balance_chart(placed: Placed, title: str, text: str) -> "BarChart":
    """The balance of each fund at the end of each year, without the plan and with it; ``title`` and ``text`` as above."""
    from openpyxl.chart.data_source import AxDataSource, MultiLevelStrRef

    chart = _bars(title, text, horizontal=False)
    for balance, fill in _BALANCES.items():
        series = _add(chart, placed, balance, fill)
        series.cat = AxDataSource(multiLvlStrRef=MultiLevelStrRef(f=placed.named(placed.table["fund"], placed.table["year"])))
    _from_nothing(chart)
    chart.gapWidth, chart.overlap = 60, 0
    _axes(chart, "", "Pounds: below 0 is a deficit", '"£"#,##0;-"£"#,##0')
    chart.x_axis.tickLblPos = "low"  # below the bars of a deficit
    return chart


def _stacked(placed: Placed, title: str, text: str, *, horizontal: bool) -> "BarChart":
    chart = _bars(title, text, horizontal=horizontal)
    for status in _STATUSES:
        series = _add(chart, placed, status, STATUS_FILLS.get(status, "FFFFFF"), striped=status is _STRIPED)
        series.dLbls = _numbers()
    chart.grouping, chart.overlap, chart.gapWidth = "stacked", 100, 45 if horizontal else 80
    chart.y_axis.scaling.min = 0
    return chart


def _from_nothing(chart: "BarChart") -> None:
    """Have the axis of amounts, which may be below 0, reach to 0: a last series, unseen, has the value 0."""
    from openpyxl.chart.data_source import NumData, NumDataSource, NumVal
    from openpyxl.chart.legend import LegendEntry
    from openpyxl.chart.series import Series

    number = len(chart.series)
    literal = NumData(formatCode="General", ptCount=1, pt=[NumVal(idx=0, v="0")])
    unseen = Series(idx=number, order=number, val=NumDataSource(numLit=literal), invertIfNegative=False)
    unseen.graphicalProperties.noFill = unseen.graphicalProperties.line.noFill = True
    chart.series.append(unseen)
    assert chart.legend is not None  # every new chart has one
    chart.legend.legendEntry.append(LegendEntry(idx=number, delete=True))


def _bars(title: str, text: str, *, horizontal: bool) -> "BarChart":
    from openpyxl.chart import BarChart
    from openpyxl.chart.data_source import StrData, StrRef, StrVal
    from openpyxl.chart.text import Text
    from openpyxl.chart.title import Title

    chart = BarChart()
    chart.type = "bar" if horizontal else "col"
    chart.roundedCorners, chart.varyColors = False, False
    shown = StrRef(f=title, strCache=StrData(ptCount=1, pt=[StrVal(idx=0, v=text)]))
    chart.title = Title(tx=Text(strRef=shown), overlay=False, txPr=_text(1100, bold=True))
    assert chart.legend is not None  # every new chart has one
    chart.legend.position, chart.legend.txPr = "b", _text(1000)
    return chart


def _add(chart: "BarChart", placed: Placed, header: str, fill: str, *, striped: bool = False) -> "Series":
    """Add a column of a table to a chart; its header is the series' name, the table's first column its categories."""
    from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
    from openpyxl.chart.series import Series, SeriesLabel

    column, number = placed.table.by_header[header], len(chart.series)
    series = Series(
        idx=number,
        order=number,
        tx=SeriesLabel(strRef=StrRef(f=placed.head(column))),
        cat=AxDataSource(strRef=StrRef(f=placed.named(placed.table.key))),
        val=NumDataSource(numRef=NumRef(f=placed.named(column))),
        invertIfNegative=False,
    )
    if striped:
        series.graphicalProperties.pattFill = _stripes(fill)
    else:
        series.graphicalProperties.solidFill = fill
    series.graphicalProperties.line.solidFill = _LINE
    chart.series.append(series)
    return series


def _axes(chart: "BarChart", categories: str, amounts: str, number_format: str) -> None:
    """Give the axes their titles, if any, and small words, and the amounts light lines."""
    from openpyxl.chart.axis import ChartLines
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.chart.title import Title

    for axis, title in ((chart.x_axis, categories), (chart.y_axis, amounts)):
        axis.delete = False
        axis.title = Title(tx=_words(title), overlay=False) if title else None
        axis.txPr = _text(900)
    chart.x_axis.crosses, chart.y_axis.crossBetween = "autoZero", "between"
    faint = GraphicalProperties()
    faint.line.solidFill = _FAINT
    chart.y_axis.number_format, chart.y_axis.majorGridlines = number_format, ChartLines(spPr=faint)


def _stripes(fill: str) -> "PatternFillProperties":
    from openpyxl.drawing.colors import ColorChoice
    from openpyxl.drawing.fill import PatternFillProperties

    dark, light = ColorChoice(srgbClr=_LINE), ColorChoice(srgbClr=fill)  # type: ignore[arg-type]
    return PatternFillProperties(prst="ltUpDiag", fgClr=dark, bgClr=light)


def _numbers() -> "DataLabelList":
    """The number in each piece of a bar, and none in a piece of nothing."""
    from openpyxl.chart.label import DataLabelList

    return DataLabelList(numFmt="0;;;", showVal=True, showSerName=False, showCatName=False, showLegendKey=False,
                         showPercent=False, showBubbleSize=False, txPr=_text(900, bold=True))


def _words(text: str) -> "Text":
    from openpyxl.chart.text import RichText, Text
    from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun

    small = CharacterProperties(sz=900, b=False)
    line = Paragraph(pPr=ParagraphProperties(defRPr=small), r=[RegularTextRun(rPr=small, t=text)])
    return Text(rich=RichText(p=[line]))


def _text(size: int, *, bold: bool = False) -> "RichText":
    """How text is drawn: ``size`` in hundredths of a point."""
    from openpyxl.chart.text import RichText
    from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties

    drawn = CharacterProperties(sz=size, b=bold, solidFill=INK)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=drawn), r=[], endParaRPr=drawn)])
