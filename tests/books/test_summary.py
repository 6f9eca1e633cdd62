"""The Summary of a new master: native formulas, and native charts that stay told apart in black and white."""

import re
import zipfile
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sendxl.plan.colours import STATUS_FILLS
from sendxl.plan.master import LEADS, PERIODS, PLAN, POSITION, SAVINGS
from sendxl.plan.summary import CHARTS, PARTS, SUMMARY_TABLES
from sendxl.plan.vocabulary import SavingType, Status
from tests.once import built, opened

ROWS: dict[Any, list[dict[str, Any]]] = {
    PLAN: [{"ref": "PI-01", "theme": "Inclusion"}, {"ref": "PI-02", "theme": " inclusion"}, {"ref": "GR-01", "theme": "Growing"}],
    LEADS: [{"code": "A", "title": "Lead A"}, {"code": "B", "title": "Lead B"}],
    SAVINGS: [{"ref": "PI-01.S1", "activity_ref": "PI-01", "type": "Cashable", "fund": "Schools"},
              {"ref": "PI-01.S2", "activity_ref": "PI-01", "type": "Cost", "fund": "General fund"}],
    PERIODS: [{"ref": "PI-01.2026-27 Q3", "period": "2026-27 Q3", "of": "PI-01", "status": "On track"},
              {"ref": "PI-01.2026-27 Q2", "period": "2026-27 Q2", "of": "PI-01", "status": "At risk"}],
    POSITION: [{"ref": "Schools.2026-27", "fund": "Schools", "year": "2026-27"}],
}
COMPUTED_ELSEWHERE = ("XLOOKUP", "LET(", "FILTER", "UNIQUE", "SORT", "[@", "[#All]", "ROWS(")  # not by LibreOffice


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return built(tmp_path / "plan.xlsx", ROWS, {"plan_starts": date(2026, 4, 1), "year_count": 3})


@pytest.fixture
def sheet(path: Path) -> Any:
    return opened(path)["Summary"]


def column(sheet: Any, table: str, header: str) -> list[Any]:
    cells = sheet[sheet.tables[table].ref]
    number = [cell.value for cell in cells[0]].index(header)
    return [row[number].value for row in cells[1:]]


def test_its_tables_are_those_declared(sheet: Any) -> None:
    assert set(sheet.tables) == {table.name for table in SUMMARY_TABLES}
    for table in SUMMARY_TABLES:
        cells = sheet[sheet.tables[table.name].ref]
        assert [cell.value for cell in cells[0]] == [column.header for column in table]
        assert sheet.cell(cells[0][0].row - 1, cells[0][0].column).value == table.says


@pytest.mark.parametrize(("table", "header", "keys"), [
    ("StatusByTheme", "Theme", ["Inclusion", "Growing"]),
    ("UpdatesByLead", "Lead", ["Lead A", "Lead B"]),
    ("SavingsByYear", "Year", ["2026-27", "2027-28", "2028-29"]),
    ("StatusByPeriod", "Period", ["2026-27 Q2", "2026-27 Q3"]),
    ("SavingsByType", "Ref", [f"{type}, {year}" for type in ("Cashable", "Cost") for year in ("2026-27", "2027-28", "2028-29")]),
    ("SavingsByFund", "Ref", [f"{which}, {year}" for which in ("Cashable, Schools", "Cost, General fund")
                              for year in ("2026-27", "2027-28", "2028-29")]),
    ("NetByFund", "Ref", [f"General fund, {year}" for year in ("2026-27", "2027-28", "2028-29")]),
    ("BalanceByYear", "Ref", ["Schools, 2026-27"]),
    ("Quantified", "Type", list(map(str, SavingType))),
])
def test_its_rows(sheet: Any, table: str, header: str, keys: list[str]) -> None:
    assert column(sheet, table, header) == keys


@pytest.mark.parametrize(("table", "header", "formula"), [
    ("StatusByTheme", "On track",
     '=SUMPRODUCT((TRIM(Plan[Theme])=StatusByTheme[[#This Row],[Theme]])*(Plan[Status]="On track"))'),
    ("UpdatesByLead", "Overdue",
     '=SUMPRODUCT((TRIM(Plan[Lead])=UpdatesByLead[[#This Row],[Lead]])*(LEFT(Plan[Update state],7)="Overdue"))'),
    ("Quantified", "Quantified", '=Quantified[[#This Row],[Forecast]]&" of "&Quantified[[#This Row],[Lines]]'),
    ("SavingsByYear", "Cost avoidance realised",
     '=IF(COUNTIFS(Years[Type],"Cost avoidance",Years[Year],SavingsByYear[[#This Row],[Year]],Years[Realised],">-1E+99")=0,"",'
     'SUMIFS(Years[Realised],Years[Type],"Cost avoidance",Years[Year],SavingsByYear[[#This Row],[Year]]))'),
    ("StatusByPeriod", "At risk",
     '=SUMPRODUCT((Periods[Period]=StatusByPeriod[[#This Row],[Period]])*ISERROR(FIND(".M",UPPER(Periods[Of])))'
     '*(Periods[Status]="At risk"))'),
    ("NetByFund", "Net of costs",
     '=IF(COUNT(NetByFund[[#This Row],[Cashable]],NetByFund[[#This Row],[Costs]])=0,"",'
     'N(NetByFund[[#This Row],[Cashable]])-N(NetByFund[[#This Row],[Costs]]))'),
])
def test_totals_are_formulas_that_say_where_they_come_from(sheet: Any, table: str, header: str, formula: str) -> None:
    assert set(column(sheet, table, header)) == {formula}
    calculated = {made.name: made.calculatedColumnFormula for made in sheet.tables[table].tableColumns}
    assert f"={calculated[header].attr_text}" == formula  # so that Excel fills a row that is added


def test_every_total_is_a_formula_that_libreoffice_computes_too(sheet: Any) -> None:
    for part in PARTS:
        for header in {column.header for column in part.table if column.key in part.totals} or {part.table.columns[-1].header}:
            for formula in column(sheet, part.table.name, header):
                assert formula.startswith("=") and not any(word in formula for word in COMPUTED_ELSEWHERE)


def test_it_stands_after_the_guide_which_links_to_it(path: Path) -> None:
    book = opened(path)
    assert book.sheetnames[:3] == ["Guide", "Summary", "Plan"]
    assert any(cell.hyperlink and cell.hyperlink.location == "'Summary'!A1" for row in book["Guide"].iter_rows() for cell in row)


def charts(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as package:
        names = sorted(name for name in package.namelist() if name.startswith("xl/charts/chart"))
        return [package.read(name).decode() for name in names]


def light(rgb: str) -> float:
    """How light a colour is without its colour, 0 to 1 (Rec. 709)."""
    return sum(weight * int(rgb[at : at + 2], 16) / 255 for weight, at in ((0.2126, 0), (0.7152, 2), (0.0722, 4)))


def test_charts_are_fed_by_the_tables_and_titled_by_cells(path: Path, sheet: Any) -> None:
    found = charts(path)
    assert len(found) == len(column(sheet, CHARTS.name, "Title")) == 3 + len(SavingType)
    titles = {cell.coordinate: cell.value for row in sheet[sheet.tables[CHARTS.name].ref] for cell in row}
    for chart in found:
        title = re.search(r"<title>.*?<f>'Summary'!\$([A-Z]+)\$(\d+)</f>.*?<v>([^<]*)</v>", chart, re.DOTALL)
        assert title and titles[f"{title[1]}{title[2]}"] == title[3]
        assert "not refreshed yet" in title[3] or "in each reporting period" in title[3]
        for ref in re.findall(r"<(?:cat|val)>.*?<f>'Summary'!([^<]*)</f>", chart, re.DOTALL):
            rows = sheet[ref.replace("$", "")]
            assert any(rows[-1][0].coordinate.endswith(table.ref.partition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
                       for table in sheet.tables.values())  # to the end of a table, with which it grows


def names(chart: str, sheet: Any) -> list[str]:
    """The words of its legend, in order."""
    return [sheet[ref.replace("$", "")].value for ref in re.findall(r"<ser>.*?<tx>.*?<f>'Summary'!([^<]*)</f>", chart, re.DOTALL)]


def lightness(chart: str) -> list[float | None]:
    """How light each series is; None for one that is striped."""
    fills = re.findall(r"<ser>.*?<spPr><a:(solidFill|pattFill)[^>]*>(?:<a:srgbClr val=\"(\w+)\")?", chart, re.DOTALL)
    return [light(rgb) if kind == "solidFill" else None for kind, rgb in fills]


@pytest.mark.parametrize(("number", "direction"), [(0, "bar"), (1, "col")])
def test_charts_of_statuses_keep_their_order_and_are_told_apart_in_black_and_white(path: Path, sheet: Any, number: int,
                                                                                   direction: str) -> None:
    chart = charts(path)[number]
    assert names(chart, sheet) == [word for word in Status if word != "Closed"]
    found = lightness(chart)
    assert len(found) == 6 and found.count(None) == 1
    assert all(b - a > 0.12 for a, b in pairwise(sorted(one for one in found if one is not None)))
    assert '<grouping val="stacked"' in chart and f'<barDir val="{direction}"' in chart


def test_a_status_has_one_colour_in_sheets_and_charts(path: Path, sheet: Any) -> None:
    book = opened(path)
    in_cells = {rule.formula[0].strip('"'): rule.dxf.fill.bgColor.rgb[2:] for table in ("Plan", "Measures", "Savings")
                for area in book[table].conditional_formatting for rule in area.rules}
    assert in_cells == STATUS_FILLS
    for chart in charts(path)[:2]:
        fills = re.findall(r"<ser>.*?<spPr><a:(?:solidFill[^>]*>|pattFill.*?<a:bgClr>)<a:srgbClr val=\"(\w+)\"", chart, re.DOTALL)
        in_chart = dict(zip(names(chart, sheet), fills, strict=True))
        assert {word: in_cells.get(word, "FFFFFF") for word in in_chart} == in_chart
        assert min(light(fill) for fill in fills) > 0.5  # none nearly black


@pytest.mark.parametrize("number", range(7))
def test_bars_start_at_nothing(path: Path, number: int) -> None:
    """Counts by the least that the axis shows; amounts, which may be below 0, by a series of 0 that is not seen."""
    chart = charts(path)[number]
    least = re.search(r"<valAx>.*?<min val=\"0\" ?/>.*?</valAx>", chart, re.DOTALL)
    nought = re.search(r"<ser>(?:(?!</ser>).)*<a:noFill ?/>(?:(?!</ser>).)*<numLit>.*?<v>0</v></pt></numLit>", chart, re.DOTALL)
    assert bool(least) is (number < 2) and bool(nought) is (number >= 2)
    if nought:
        assert '<delete val="1"' in chart[chart.index("<legendEntry>") :]  # nor in the legend


@pytest.mark.parametrize("number", [3, 4, 5, 6])
def test_savings_charts_stand_side_by_side_in_pounds(path: Path, sheet: Any, number: int) -> None:
    chart, type = charts(path)[number], list(SavingType)[number - 3]
    assert names(chart, sheet) == [f"{type} {measured}" for measured in ("planned", "forecast", "realised", "one-off")]
    assert "Pounds in the year" in chart and "Financial year" in chart and "£" in chart
    planned, forecast, realised, once = lightness(chart)
    assert planned and forecast and realised and planned - forecast > 0.25 and forecast - realised > 0.25 and once == 1


def test_the_chart_of_balances_is_by_fund_and_year(path: Path, sheet: Any) -> None:
    chart = charts(path)[2]
    assert names(chart, sheet) == ["Without the plan", "With the plan"]
    [fund, year] = sheet[re.findall(r"<multiLvlStrRef><f>'Summary'!([^<]*)</f>", chart)[0].replace("$", "")][0]
    assert (fund.value, year.value) == ("Schools", "2026-27")
    without, with_ = lightness(chart)
    assert without and with_ and without - with_ > 0.25


def test_it_prints_on_one_page(sheet: Any) -> None:
    """What is printed holds the tables of the first bands, and every chart whole; those that feed the charts stand beside it."""
    setup, printed = sheet.page_setup, sheet.print_area.rpartition("!")[2].replace("$", "")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and (setup.fitToWidth, setup.fitToHeight) == (1, 1)
    held = {cell.coordinate for row in sheet[printed] for cell in row}
    inside = {name for name, area in sheet.tables.items() if sheet[area][-1][-1].coordinate in held}
    assert inside == {"Basis", "Headlines", "UpdatesByLead", "SavingsByType"}
    bottom, right = sheet[printed][-1][-1].row, sheet[printed][-1][-1].column
    ends = [chart.anchor.to for chart in sheet._charts]
    assert all(end.row < bottom and end.col <= right for end in ends)
