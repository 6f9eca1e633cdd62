"""The Summary: small keyed tables of totals, by theme, lead, type, fund and year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TypeAlias

from sendxl.plan.likeness import by_sight, without_unseen
from sendxl.plan.master import HELD, PLAN, REVIEW, SAVINGS, YEARS
from sendxl.plan.periods import Period, financial_year_of
from sendxl.plan.rows import Row
from sendxl.plan.schema import By, Column, Table, anything, count, money, text
from sendxl.plan.values import Value, show, to_text
from sendxl.plan.vocabulary import Fund, SavingType, Status

Record: TypeAlias = Mapping[str, Value]  # a row, as values by column key


class Is(Enum):
    """How a condition compares the cell of a counted row."""

    EQUAL = "is the word"
    NOT = "is not the word"
    BEGINS = "begins with the word"
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
    totals: Mapping[str, Total | PartOfWhole]
    rows: tuple[str, ...] = ()
    by_row: bool = False

    def of_row(self, key: str) -> Mapping[str, Total | PartOfWhole]:
        """The totals of one row, by column key."""
        if not self.by_row:
            return self.totals
        return {self.table.columns[-1].key: self.totals[key]} if key in self.totals else {}


_COUNTED = (Where("ref", "", Is.NOT), Where("status", Status.CLOSED, Is.NOT))  # an activity that is not closed
_LINE = Where("ref", "", Is.NOT)
_RAISED = Where("no", "", Is.NOT)
_SHOWN = tuple(status for status in Status if status is not Status.CLOSED)
MEASURED = ("planned", "forecast", "realised")  # columns of Years
_Totalled: TypeAlias = tuple[Column, Total | PartOfWhole | None]


def _here(column: str) -> Where:
    return Where(column, column, Is.HERE)


def _label(header: str, help: str, width: float) -> _Totalled:
    return text(header, help, By.REFRESH, width=width), None


def _count(header: str, help: str, table: Table, *where: Where, width: float = 11) -> _Totalled:
    return count(header, help, By.FORMULA, width=width), Total(table, where)


def _pounds(header: str, help: str, adds: str, *where: Where) -> _Totalled:
    return money(header, help, By.FORMULA, width=12), Total(YEARS, where, adds)


def _part(name: str, says: str, *columns: _Totalled, rows: Iterable[str] = ()) -> Part:
    table = Table(name, says, Row, tuple(column for column, _ in columns), sheet="Summary")
    return Part(table, {column.key: total for column, total in columns if total}, tuple(rows))


BASIS = Table("Basis", "What the figures are of.", Row, sheet="Summary", columns=(
    text("Item", "What it is.", By.REFRESH, width=52),
    anything("Value", "Its value, as last refreshed.", By.REFRESH, width=14),
))
CHARTS = Table("Charts", "The titles of the charts.", Row, sheet="Summary", columns=(
    text("Chart", "Which chart it is the title of.", By.REFRESH, width=20),
    text("Title", "The title, as last refreshed.", By.REFRESH, width=80),
))
STATUS_CHART = "Status by theme"
AS_AT = "As at"  # the row of Basis with the day of all figures

_HEADLINES: Mapping[str, Total] = {
    "Activities, closed ones apart": Total(PLAN, _COUNTED),
    "Activities off track": Total(PLAN, (Where("status", Status.OFF_TRACK),)),
    "Activities at risk": Total(PLAN, (Where("status", Status.AT_RISK),)),
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
HEADLINES = Part(
    Table("Headlines", "What there is, and what waits for somebody.", Row, sheet="Summary", columns=(
        text("Headline", "What is counted.", By.REFRESH, width=52),
        count("How many", "How many there are.", By.FORMULA, width=14),
    )),
    _HEADLINES, tuple(_HEADLINES), by_row=True,
)
STATUS_BY_THEME = _part(
    "StatusByTheme", "Activities by theme and status, closed ones apart.",
    _label("Theme", "Theme of Plan.", 30),
    *(_count(status, f"Activities of the theme that are {status.lower()}.", PLAN, _here("theme"), Where("status", status),
             width=14) for status in _SHOWN),
    _count("Activities", "All activities of the theme.", PLAN, _here("theme"), *_COUNTED, width=12),
)
UPDATES_BY_LEAD = _part(
    "UpdatesByLead", "Updates of the open period, by the lead of the activity.",
    _label("Lead", "Title of the lead role, from Leads.", 52),
    _count("Activities", "Activities that the role leads, closed ones apart.", PLAN, _here("lead"), *_COUNTED, width=14),
    _count("Received", "Updates received.", PLAN, _here("lead"), Where("update_state", "Received")),
    _count("Due", "Updates not yet due.", PLAN, _here("lead"), Where("update_state", "Due")),
    _count("Overdue", "Updates overdue.", PLAN, _here("lead"), Where("update_state", "Overdue", Is.BEGINS)),
    _count("Never updated", "Updates past due of activities that were never updated.", PLAN, _here("lead"),
           Where("update_state", "Never updated"), width=16),
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
    *(_pounds(f"{type} {measured}", f"{type}, {measured}: all lines in Years.", measured, Where("type", type), _here("year"))
      for type in SavingType for measured in MEASURED),
)
SAVINGS_BY_FUND = _part(
    "SavingsByFund", "Savings by type, fund and financial year.",
    _label("Ref", "Type, fund and year in one.", 42),
    _label("Type", "Type of saving.", 14),
    _label("Fund", "Fund.", 18),
    _label("Year", "Financial year.", 10),
    *(_pounds(measured.capitalize(), f"{measured.capitalize()}, of the lines in Years.", measured,
              _here("type"), _here("fund"), _here("year")) for measured in MEASURED),
)
PARTS = (HEADLINES, STATUS_BY_THEME, UPDATES_BY_LEAD, QUANTIFIED, SAVINGS_BY_YEAR, SAVINGS_BY_FUND)
SUMMARY_TABLES = (BASIS, HEADLINES.table, UPDATES_BY_LEAD.table, STATUS_BY_THEME.table, QUANTIFIED.table, SAVINGS_BY_YEAR.table,
                  SAVINGS_BY_FUND.table, CHARTS)


def rows_of(part: Part, plan: Iterable[Record], leads: Iterable[Record], lines: Iterable[Record],
            years: Sequence[str]) -> list[dict[str, Value]]:
    """The rows that a part is to have, as values of its columns that are not totals, from rows of Plan, Leads and Savings."""
    if part is STATUS_BY_THEME:
        return [{"theme": theme} for theme in _distinct(row.get("theme") for row in plan)]
    if part is UPDATES_BY_LEAD:
        return [{"lead": title} for title in _distinct(row.get("title") for row in leads)]
    if part is SAVINGS_BY_YEAR:
        return [{"year": year} for year in years]
    if part is SAVINGS_BY_FUND:
        found = {(line.get("type"), line.get("fund")) for line in lines}
        return [{"ref": f"{type}, {fund}, {year}", "type": type.value, "fund": fund.value, "year": year}
                for type in SavingType for fund in Fund if (type, fund) in found for year in years]
    return [{part.table.key.key: key} for key in part.rows]


def basis(period: Period | None, as_at: date | None) -> dict[str, Value]:
    """The rows of Basis: key to value. ``as_at`` is None in a plan that was never refreshed."""
    return {"Reporting period": period.label if period else None, AS_AT: as_at,
            "Financial year of the as-at day": financial_year_of(as_at) if as_at else None}


def chart_titles(period: Period | None, as_at: date | None, quantified: Mapping[str, Value]) -> dict[str, Value]:
    """The rows of Charts: key to title. ``quantified`` says by type how many of its lines are, as in “5 of 6”."""
    when = f"as at {show(as_at)}" if as_at else "not refreshed yet"
    found: dict[str, Value] = {STATUS_CHART: f"Activities by theme and status, {f'{period}, ' if period else ''}{when}"}
    for type in SavingType:
        what = "Costs" if type is SavingType.COST else f"{type} savings"
        lines = f"{quantified.get(type) or '0 of 0'} lines quantified"
        found[type.value] = f"{what} by year, {when} ({lines})"
    return found


def columns_totalled(table: Table) -> list[str]:
    """Keys of the columns of a table that the totals look at."""
    totals = [wanted for part in PARTS for wanted in part.totals.values() if isinstance(wanted, Total) and wanted.table is table]
    return list(dict.fromkeys(key for one in totals for key in (*(where.column for where in one.where), one.adds) if key))


def _distinct(values: Iterable[Value]) -> list[str]:
    """Texts in the order in which they first occur, spaces made single, those that are seen as the same only once."""
    labels = (" ".join(without_unseen(to_text(value)).split()) for value in values)
    return [label for seen, label in by_sight((label, label) for label in labels).items() if seen]
