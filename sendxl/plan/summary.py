"""The Summary: small keyed tables of totals, by theme, lead, type, fund and year."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import TypeAlias

from sendxl.plan.counting import many
from sendxl.plan.likeness import by_sight, without_unseen
from sendxl.plan.master import HELD, LEADS, PERIODS, PLAN, POSITION, REVIEW, SAVINGS, YEARS
from sendxl.plan.periods import Period, financial_year_of, is_financial_year, period_ends
from sendxl.plan.rows import Row
from sendxl.plan.schema import By, Column, Table, anything, count, money, text
from sendxl.plan.values import Value, show, to_text
from sendxl.plan.vocabulary import Direction, Fund, Method, SavingType, Status, YesNo

Record: TypeAlias = Mapping[str, Value]  # a row, as values by column key
Columns: TypeAlias = Mapping[str, Sequence[Value]]  # rows, as the values of each column by its key


class Is(Enum):
    """How a condition compares the cell of a counted row."""

    EQUAL = "is the word"
    NOT = "is not the word"
    BEGINS = "begins with the word"
    WITHOUT = "does not have the word in it, in capitals"
    OF_LINE = "is the Ref of a row of Savings whose Method is the word"
    OF_OTHER_LINE = "is not the Ref of such a row"
    HERE = "is what stands in this row of the Summary, in the column of that key"


@dataclass(frozen=True)
class Where:
    """A condition on a counted row: its ``column`` against a word ('' is a blank cell) or a column of the total's row."""

    column: str
    word: str = ""
    how: Is = Is.EQUAL


@dataclass(frozen=True)
class Total:
    """How many rows of ``table`` meet every condition or, with ``adds``, the sum of that column over them.

    A sum is blank where no row has an amount: blank is not zero.
    """

    table: Table
    where: tuple[Where, ...]
    adds: str = ""


@dataclass(frozen=True)
class PartOfWhole:
    """Two counts of the same row of the Summary in words: “5 of 6”."""

    part: str
    whole: str


@dataclass(frozen=True)
class Less:
    """An amount of the same row of the Summary less another; blank where both are."""

    amount: str
    less: str


Totalled: TypeAlias = Total | PartOfWhole | Less


def folded(value: Value) -> str:
    """A value as the formulas compare it: small and capital letters, and spaces around, are the same."""
    text = value if isinstance(value, str) else to_text(value)
    return " ".join(filter(None, text.split(" "))).lower()


@dataclass(frozen=True)
class Part:
    """A table of the Summary: ``totals`` by column key or, where each row has one of its own, by key of the row.

    ``rows`` are the keys of the rows that are always there.
    """

    table: Table[Row]
    totals: Mapping[str, Totalled]
    rows: tuple[str, ...] = ()
    by_row: bool = False

    def of_row(self, key: str) -> Mapping[str, Totalled]:
        """The totals of one row, by column key."""
        if not self.by_row:
            return self.totals
        return {self.table.columns[-1].key: self.totals[key]} if key in self.totals else {}


_COUNTED = (Where("ref", "", Is.NOT), Where("status", Status.CLOSED, Is.NOT))  # an activity that is not closed
_LINE = Where("ref", "", Is.NOT)
_OF_ACTIVITY = Where("of", ".M", Is.WITHOUT)  # the refs of measures have it, as in PI-01.M1
_RAISED = Where("no", "", Is.NOT)
_SHOWN = tuple(status for status in Status if status is not Status.CLOSED)
MEASURED = ("planned", "forecast", "realised")  # columns of Years
_ONCE, _RECURS = Where("savings_ref", Method.ONE_OFF, Is.OF_LINE), Where("savings_ref", Method.ONE_OFF, Is.OF_OTHER_LINE)
_Declared: TypeAlias = tuple[Column, Totalled | None]


def _here(column: str) -> Where:
    return Where(column, column, Is.HERE)


def _label(header: str, help: str, width: float) -> _Declared:
    return text(header, help, By.REFRESH, width=width), None


def _count(header: str, help: str, table: Table, *where: Where, width: float = 11) -> _Declared:
    return count(header, help, By.FORMULA, width=width), Total(table, where)


def _pounds(header: str, help: str, adds: str, *where: Where, table: Table = YEARS, width: float = 12) -> _Declared:
    return money(header, help, By.FORMULA, width=width), Total(table, where, adds)


def _part(name: str, says: str, *columns: _Declared, rows: Iterable[str] = ()) -> Part:
    table = Table(name, says, Row, tuple(column for column, _ in columns), sheet="Summary")
    return Part(table, {column.key: total for column, total in columns if total}, tuple(rows))


BASIS = Table("Basis", "What the figures are of.", Row, sheet="Summary", columns=(
    text("Item", "What it is.", By.REFRESH, width=52),
    anything("Value", "Its value, as last refreshed.", By.REFRESH, width=12),
))
CHARTS = Table("Charts", "The titles of the charts.", Row, sheet="Summary", columns=(
    text("Chart", "Which chart it is the title of.", By.REFRESH, width=20),
    text("Title", "The title, as last refreshed.", By.REFRESH, width=80),
))
STATUS_CHART, TREND_CHART, BALANCE_CHART = "Status by theme", "Status by period", "Balance by year"
UNREAD = "Cells that cannot be read, in no figure"  # a row of Basis; “sendxl doctor” tells them
FIGURES = "The figures are"
FIGURES_OF = Table("FiguresOf", "Of which day the figures in this workbook are.", Row, sheet="Guide", columns=(
    text("Item", "What it is.", By.REFRESH, width=24),
    text("Value", "Its value, as last refreshed.", By.REFRESH, width=96),
))
AS_AT = "As at"  # the row of Basis with the day of all figures

_HEADLINES: Mapping[str, Total] = {
    "Activities (closed ones left out)": Total(PLAN, _COUNTED),
    "Activities off track": Total(PLAN, (Where("status", Status.OFF_TRACK),)),
    "Activities at risk": Total(PLAN, (Where("status", Status.AT_RISK),)),
    "Activities getting worse since the period before": Total(PLAN, (*_COUNTED, Where("direction", Direction.WORSENING))),
    "Activities getting better since the period before": Total(PLAN, (*_COUNTED, Where("direction", Direction.IMPROVING))),
    "Activities without a lead": Total(PLAN, (*_COUNTED, Where("lead"))),
    "Activities without a theme": Total(PLAN, (*_COUNTED, Where("theme"))),
    "Updates overdue": Total(PLAN, (Where("update_state", "Overdue", Is.BEGINS),)),
    "Updates past due, activity never updated": Total(PLAN, (Where("update_state", "Never updated"),)),
    "Rows of Review that are open": Total(REVIEW, (_RAISED, Where("settled"))),
    "Rows of Held that are open": Total(HELD, (_RAISED, Where("settled_on"))),
    "Savings lines": Total(SAVINGS, (_LINE,)),
    "Savings lines without a type, in no total": Total(SAVINGS, (_LINE, Where("type"))),
    "Savings lines without a fund, in no total by fund": Total(SAVINGS, (_LINE, Where("fund"))),
}
_FIRST_HEADLINES: Mapping[str, Total] = {"Activities, closed ones apart": Total(PLAN, _COUNTED)}  # as release 0.1.0 worded them
HEADLINES = Part(
    Table("Headlines", "What there is, and what waits for somebody.", Row, sheet="Summary", columns=(
        text("Headline", "What is counted.", By.REFRESH, width=52),
        count("How many", "How many there are.", By.FORMULA, width=12),
    )),
    {**_HEADLINES, **_FIRST_HEADLINES}, tuple(_HEADLINES), by_row=True,
)
STATUS_BY_THEME = _part(
    "StatusByTheme", "Activities by theme and status (closed ones left out).",
    _label("Theme", "Theme of Plan.", 60),
    *(_count(status, f"Activities of the theme that are {status.lower()}.", PLAN, _here("theme"), Where("status", status),
             width=14) for status in _SHOWN),
    _count("Activities", "All activities of the theme.", PLAN, _here("theme"), *_COUNTED, width=12),
)
STATUS_BY_PERIOD = _part(
    "StatusByPeriod", "How the activities stood in each reporting period (closed ones left out).",
    _label("Period", "Reporting period, from Periods.", 14),
    *(_count(status, f"Activities that were {status.lower()} in the period.", PERIODS, _here("period"), _OF_ACTIVITY,
             Where("status", status), width=14) for status in _SHOWN),
    _count("Activities", "All activities of the period.", PERIODS, _here("period"), _OF_ACTIVITY, width=12),
)
UPDATES_BY_LEAD = _part(
    "UpdatesByLead", "Updates of the open period, by the lead of the activity (joint leads are not counted).",
    _label("Lead", "Title of the lead role, from Leads.", 52),
    _count("Activities", "Activities that the role leads, closed ones left out.", PLAN, _here("lead"), *_COUNTED, width=12),
    _count("Received", "Updates received.", PLAN, _here("lead"), Where("update_state", "Received")),
    _count("Due", "Updates not yet due.", PLAN, _here("lead"), Where("update_state", "Due")),
    _count("Overdue", "Updates overdue.", PLAN, _here("lead"), Where("update_state", "Overdue", Is.BEGINS)),
    _count("Never updated", "Updates past due of activities that were never updated.", PLAN, _here("lead"),
           Where("update_state", "Never updated"), width=14),
)
QUANTIFIED = _part(
    "Quantified", "How many lines the totals of each type rest on: a line that is not quantified adds nothing to them.",
    _label("Type", "Type of saving.", 16),
    _count("Lines", "Lines of the type.", SAVINGS, _here("type"), _LINE, width=12),
    _count("Planned", "Lines with a planned saving.", SAVINGS, _here("type"), Where("full_year_effect", "", Is.NOT), width=12),
    _count("Forecast", "Lines with a forecast.", SAVINGS, _here("type"), Where("forecast", "", Is.NOT), width=12),
    _count("Realised", "Lines with a reported quantity.", SAVINGS, _here("type"), Where("realised_to_date", "", Is.NOT),
           width=12),
    (text("Quantified", "How many of the lines have a forecast.", By.FORMULA, width=12),
     PartOfWhole("forecast", "lines")),
    rows=SavingType,
)
SAVINGS_BY_YEAR = _part(
    "SavingsByYear", "Savings by financial year for each type; types are never added together.",
    _label("Year", "Financial year.", 16),
    *(_pounds(f"{type} {measured}", f"{type}, {measured}: all lines in Years.", measured, Where("type", type), _here("year"),
              width=24) for type in SavingType for measured in MEASURED),
    *(_pounds(f"{type} one-off", f"{type}: what of the forecast does not recur.", "forecast", Where("type", type), _here("year"),
              _ONCE, width=24) for type in SavingType),
)
_OF_TYPE = _here("type"), _here("year")
SAVINGS_BY_TYPE = _part(
    "SavingsByType", "Savings by type and year: pounds in the year; types are never added together.",
    _label("Ref", "Type and year in one.", 21),
    _label("Type", "Type of saving.", 14),
    _label("Year", "Financial year.", 9),
    _pounds("Approved", "As approved.", "approved", *_OF_TYPE),
    _pounds("Planned", "As planned now.", "planned", *_OF_TYPE),
    _pounds("Forecast", "As expected now.", "forecast", *_OF_TYPE),
    _pounds("Recurring", "What of the forecast recurs every year.", "forecast", *_OF_TYPE, _RECURS),
    _pounds("One-off", "What of the forecast comes once.", "forecast", *_OF_TYPE, _ONCE),
    _pounds("Realised", "Of what was in place; of closed years as it was kept.", "realised", *_OF_TYPE),
    _pounds("Restated", "Closed years: what today's rows would give, less what was kept.", "restated", *_OF_TYPE),
)
SAVINGS_BY_FUND = _part(
    "SavingsByFund", "Savings by type, fund and financial year.",
    _label("Ref", "Type, fund and year in one.", 42),
    _label("Type", "Type of saving.", 14),
    _label("Fund", "Fund.", 18),
    _label("Year", "Financial year.", 10),
    *(_pounds(measured.capitalize(), f"{measured.capitalize()}, of the lines in Years.", measured,
              _here("type"), _here("fund"), _here("year")) for measured in MEASURED),
    _pounds("One-off", "What of the forecast comes once.", "forecast", _here("type"), _here("fund"), _here("year"), _ONCE),
)
_OF_FUND = _here("fund"), _here("year")
NET_BY_FUND = _part(
    "NetByFund", "Cashable savings of each fund that has costs, by year, net of these: forecasts.",
    _label("Ref", "Fund and year in one.", 28),
    _label("Fund", "Fund.", 18),
    _label("Year", "Financial year.", 10),
    _pounds("Cashable", "Forecast of its cashable lines.", "forecast", Where("type", SavingType.CASHABLE), *_OF_FUND),
    _pounds("Costs", "Forecast of its cost lines.", "forecast", Where("type", SavingType.COST), *_OF_FUND),
    (money("Net of costs", "Cashable less Costs.", By.FORMULA, width=13), Less("cashable", "costs")),
)
BALANCE_BY_YEAR = _part(
    "BalanceByYear", "Balance of each fund at the end of the year, without the plan and with it, from Position.",
    _label("Ref", "Fund and year in one.", 28),
    _label("Fund", "Fund.", 18),
    _label("Year", "Financial year.", 10),
    _pounds("Without the plan", "Unmitigated balance.", "unmitigated_balance", *_OF_FUND, table=POSITION, width=18),
    _pounds("With the plan", "Mitigated balance.", "mitigated_balance", *_OF_FUND, table=POSITION, width=18),
)
PARTS = (HEADLINES, STATUS_BY_THEME, STATUS_BY_PERIOD, UPDATES_BY_LEAD, QUANTIFIED, SAVINGS_BY_TYPE, SAVINGS_BY_YEAR,
         SAVINGS_BY_FUND, NET_BY_FUND, BALANCE_BY_YEAR)
SUMMARY_TABLES = (BASIS, HEADLINES.table, UPDATES_BY_LEAD.table, SAVINGS_BY_TYPE.table, STATUS_BY_THEME.table,
                  STATUS_BY_PERIOD.table, QUANTIFIED.table, SAVINGS_BY_YEAR.table, SAVINGS_BY_FUND.table, NET_BY_FUND.table,
                  BALANCE_BY_YEAR.table, CHARTS)
_ADDED = (SAVINGS_BY_TYPE, STATUS_BY_PERIOD, NET_BY_FUND, BALANCE_BY_YEAR)
ADDED_COLUMNS: Mapping[Table, frozenset[str]] = {
    **{part.table: frozenset(part.table.by_header) for part in _ADDED},
    **{part.table: frozenset(header for header in part.table.by_header if header.lower().endswith("one-off"))
       for part in (SAVINGS_BY_YEAR, SAVINGS_BY_FUND)}}
"""The columns that the Summary of release 0.1.0 had not, by table and header; a master brought up from it keeps its Summary."""
IN_ORDER = (SAVINGS_BY_TYPE, SAVINGS_BY_YEAR, SAVINGS_BY_FUND, NET_BY_FUND, BALANCE_BY_YEAR)
"""The parts by year, whose rows stand in order."""


def is_first(there: Container[Table]) -> bool:
    """True if a Summary that has these tables is that of release 0.1.0, or was left with no others."""
    return not any(part.table in there for part in _ADDED)


def rows_of(part: Part, records: Mapping[Table, Columns], years: Sequence[str]) -> list[dict[str, Value]]:
    """The rows that a part is to have, as values of its columns that are not totals, from the rows of the master."""
    if part is STATUS_BY_THEME:
        return [{"theme": theme} for theme in _distinct(records[PLAN]["theme"])]
    if part is STATUS_BY_PERIOD:
        ends = {period: period_ends(period) for period in _distinct(records[PERIODS]["period"])}
        return [{"period": period} for _, period in sorted((end, period) for period, end in ends.items() if end > date.min)]
    if part is UPDATES_BY_LEAD:
        return [{"lead": title} for title in _distinct(records[LEADS]["title"])]
    if part is SAVINGS_BY_YEAR:
        return [{"year": year} for year in years]
    if part is SAVINGS_BY_TYPE:
        types = {*records[SAVINGS]["type"]}
        return [_keyed(type=type.value, year=year) for type in SavingType if type in types for year in years]
    if part in (SAVINGS_BY_FUND, NET_BY_FUND):
        found = {*zip(records[SAVINGS]["type"], records[SAVINGS]["fund"], strict=True)}
        if part is NET_BY_FUND:
            return [_keyed(fund=fund.value, year=year) for fund in Fund if (SavingType.COST, fund) in found for year in years]
        return [_keyed(type=type.value, fund=fund.value, year=year)
                for type in SavingType for fund in Fund if (type, fund) in found for year in years]
    if part is BALANCE_BY_YEAR:
        of_year = {*zip(records[POSITION]["fund"], map(to_text, records[POSITION]["year"]), strict=True)}
        return [_keyed(fund=fund.value, year=year) for fund in Fund for year in sorted({year for _, year in of_year})
                if (fund, year) in of_year and is_financial_year(year)]
    return [{part.table.key.key: key} for key in part.rows]


_WORDS = {"type": list(map(str, SavingType)), "fund": list(map(str, Fund))}


def _keyed(**labels: str) -> dict[str, Value]:
    """The labels of a row, and its Ref, which is all of them in one."""
    return {"ref": ", ".join(labels.values()), **labels}


def labels_of(part: Part) -> list[str]:
    """The columns of a part, by key, that say what a row is of; its first is one of them."""
    return [column.key for column in part.table if column.key not in part.totals]


def place_in_order(part: Part, row: Record) -> tuple[int | str, ...]:
    """Where a row of a part by year stands among its others; () for one that is no such row."""
    labels = {key: to_text(row.get(key)) for key in labels_of(part) if key != "ref"}
    known = all(label in _WORDS[key] if key in _WORDS else is_financial_year(label) for key, label in labels.items())
    made = ", ".join(labels.values()) == to_text(row.get(part.table.key.key))
    return tuple(_WORDS[key].index(label) if key in _WORDS else label for key, label in labels.items()) if known and made else ()


def when(as_at: date | None, ahead: bool) -> str:
    """The day of the figures in words, as in “31 Mar 2027, still to come”."""
    return f"{show(as_at)}{', still to come' if ahead else ''}"


def basis(period: Period | None, as_at: date | None, ahead: bool = False, unread: int | None = None) -> dict[str, Value]:
    """The rows of Basis: key to value. ``as_at`` is None in a plan that was never refreshed; ``ahead`` if it is to come.

    ``unread``: how many cells cannot be read, of the rows that figures follow from.
    """
    return {"Reporting period": period.label if period else None, AS_AT: as_at,
            "Still to come (a look ahead)": (YesNo.YES if ahead else YesNo.NO).value if as_at else None,
            "Financial year of the as-at day": financial_year_of(as_at) if as_at else None,
            UNREAD: unread}


def figures_of(as_at: date | None, ahead: bool = False) -> dict[str, Value]:
    """The row of the table on the Guide: of which day the figures are, and whether it is still to come."""
    return {FIGURES: f"as at {when(as_at, ahead)}" if as_at else "not worked out yet: refresh"}


def chart_titles(period: Period | None, as_at: date | None, quantified: Mapping[str, tuple[int, int]],
                 ahead: bool = False) -> dict[str, Value]:
    """The rows of Charts: key to title. ``quantified`` says by type how many of its lines are, and how many there are."""
    day = f"as at {when(as_at, ahead)}" if as_at else "not refreshed yet"
    found: dict[str, Value] = {
        STATUS_CHART: f"Activities by theme and status (closed ones left out), {f'{period}, ' if period else ''}{day}",
        TREND_CHART: "How the activities stood in each reporting period (closed ones left out)",
        BALANCE_CHART: f"Balance of each fund at the end of the year, {day}"}
    for type in SavingType:
        what = "Costs" if type is SavingType.COST else f"{type} savings"
        some, all_ = quantified.get(type, (0, 0))
        found[type.value] = f"{what} by year, {day} ({some} of {many(all_, 'line')} quantified)"
    return found


TOTALS = tuple(wanted for part in PARTS for wanted in part.totals.values() if isinstance(wanted, Total))
"""Every count and sum of the Summary."""
LOOKED_AT = (PLAN, SAVINGS, YEARS, LEADS, REVIEW, HELD, POSITION, PERIODS)
"""The tables whose rows are totalled, or say which rows the Summary is to have."""
_BESIDES: Mapping[Table, Sequence[str]] = {SAVINGS: ["method"], LEADS: ["title"]}


@cache
def columns_totalled(table: Table) -> Sequence[str]:
    """Keys of the columns of a table that the Summary looks at, for its totals or for the rows that it is to have."""
    totals = [wanted for wanted in TOTALS if wanted.table is table]
    keys = [key for one in totals for key in (*(where.column for where in one.where), one.adds) if key]
    return tuple(dict.fromkeys([*keys, *_BESIDES.get(table, ())]))


def by_column(table: Table, rows: Sequence[Record]) -> Columns:
    """The columns of a table that the Summary looks at, of rows that are given one by one."""
    return {key: [row.get(key) for row in rows] for key in columns_totalled(table)}


def _distinct(values: Iterable[Value]) -> list[str]:
    """Texts in the order in which they first occur, spaces made single, those that are seen as the same only once."""
    labels = (" ".join(without_unseen(to_text(value)).split()) for value in values)
    return [label for seen, label in by_sight((label, label) for label in labels).items() if seen]
