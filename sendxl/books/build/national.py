"""The national picture as a workbook: many plans by council and theme, their savings by type and fund, who has not reported."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sendxl.books.build.save import save
from sendxl.books.build.sheet import Given, lay, new_sheet
from sendxl.plan.rows import Row
from sendxl.plan.schema import By, Column, Table, count, day, money, text, words
from sendxl.plan.vocabulary import Status

_SX = By.SENDXL
_COUNCIL = text("Council", "Whose plan it is, from Settings; blank where that does not say.", _SX, width=28)
_PLAN = text("Plan", "What the plan is called.", _SX, width=34)
_STATUSES = tuple(count(status.value, f"Activities that are {status.lower()}.", _SX, width=11) for status in Status)
_ACTIVITIES = count("Activities", "Activities, closed ones left out.", _SX, width=11)


def _pounds(source: str) -> tuple[Column, ...]:
    return tuple(money(header, f"{header}, of the lines {source}; blank where none is quantified.", _SX, width=15)
                 for header in ("Planned", "Forecast", "Realised", "One-off"))


_LINES = (count("Lines", "Savings lines.", _SX, width=9), count("Quantified", "Lines that have a forecast.", _SX, width=11))
_KIND = (text("Type", "Type of saving; types are never added together.", _SX, width=16),
         text("Fund", "The budget it falls to.", _SX, width=20))
_YEAR = text("Year", "Financial year, 1 April to 31 March.", _SX, width=10)
SUMMARY = Table("National", "All plans together, each as it was last refreshed.", Row, group="guide", sheet="Summary", columns=(
    text("Item", "What is counted.", _SX, width=52), count("How many", "How many there are.", _SX, width=14)))
COUNCILS = Table("Councils", "One row for each plan.", Row, group="plan", frozen=1, columns=(
    _COUNCIL, _PLAN, text("Period", "Its reporting period.", _SX, width=12),
    day("As at", "Day of its figures; blank where it was never refreshed.", _SX, width=13), _ACTIVITIES, *_STATUSES,
    count("Not refreshed", "Activities without a status.", _SX, width=11),
    count("Updates overdue", "Activities whose update is overdue.", _SX, width=11),
    count("Never updated", "Activities past due that were never updated.", _SX, width=11),
    count("Held", "Rows of Held that are open.", _SX, width=9),
    text("Plan id", "Tells the plan from others.", _SX, width=16), text("File", "Its master.", _SX, width=34)))
THEMES = Table("Themes", "One row for each theme of each plan: activities by status.", Row, group="plan", frozen=2, columns=(
    _COUNCIL, text("Theme", "Theme of the plan.", _SX, width=44), _PLAN,
    *(column for column in _STATUSES if column.header != Status.CLOSED), _ACTIVITIES))
SAVINGS = Table("SavingsOfAll", "Savings of all plans by type, fund and financial year; types are never added together.", Row,
                group="plan", sheet="Savings", frozen=3, columns=(
    *_KIND, _YEAR, count("Plans", "Plans that have such lines.", _SX, width=9), *_LINES, *_pounds("of all plans")))
BY_COUNCIL = Table("SavingsByCouncil", "Savings of each plan by type, fund and financial year.", Row, group="plan",
                   sheet="Savings by council", frozen=1, columns=(
    _COUNCIL, _PLAN, *_KIND, _YEAR, *_LINES, *_pounds("of the plan")))
NOT_REPORTED = Table("NotReported", "One row for each lead with activities whose update is past due.", Row, group="control",
                     sheet="Not reported", frozen=1, columns=(
    _COUNCIL, text("Lead", "The lead role.", _SX, width=44), text("Period", "Reporting period.", _SX, width=12), _ACTIVITIES,
    count("Received", "Updates that are in.", _SX, width=11), count("Overdue", "Updates overdue.", _SX, width=11),
    count("Never updated", "Activities past due that were never updated.", _SX, width=11), _PLAN))
NOT_READ = Table("NotRead", "One row for each file that is in no figure here.", Row, group="control", sheet="Not read", columns=(
    words("Why", "Which file it is, why it is in no figure, and what to do.", _SX, width=120),))
TABLES = (SUMMARY, COUNCILS, THEMES, SAVINGS, BY_COUNCIL, NOT_REPORTED, NOT_READ)


def build_national(path: Path, rows: Mapping[Table, Sequence[Given]]) -> None:
    """Build the workbook at ``path``, replacing what is there; ``rows`` are those of each of ``TABLES``."""
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    for table in TABLES:
        lay(new_sheet(book, table.title, table.group), table, rows[table], title="National picture")
    book.properties.creator, book.properties.title = "sendxl", "National picture"
    save(book, path)
