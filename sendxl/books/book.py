"""The one seam between the plan and a workbook: a Book reads tables and applies edits.

These are all the edits there are. Refresh, stamping, issuing and annotating make edits; a Book applies them. Tables
are found by table name, columns by header, rows by key; nothing depends on position. Only ``Mark`` takes an address,
as rows with a missing or double ref have nothing else to go by.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from sendxl.books.look import Look
from sendxl.errors import SettingError
from sendxl.plan.master import SETTINGS
from sendxl.plan.schema import Table
from sendxl.plan.settings import Settings
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value


@dataclass(frozen=True)
class SetCells:
    """Set cells of one column: key of the row to new value; None blanks the cell.

    Rows of a table whose keys are double go by their number on the sheet.
    """

    table: Table
    column: str
    values: Mapping[str, Value] | Mapping[int, Value]


@dataclass(frozen=True)
class AppendRows:
    """Add rows below the last row of a table: column key to value, columns left out stay blank.

    An empty table's one blank row is filled first. Where the table is numbered, the Book numbers rows that have no number.
    """

    table: Table
    rows: Sequence[Mapping[str, Value]]


@dataclass(frozen=True)
class RemoveRows:
    """Take rows out of a numbered table that is only added to, by their running numbers; those below move up.

    Its sheet takes no other edit at the same time. To have the numbers go on, leave the last row.
    """

    table: Table
    numbers: Collection[int]


@dataclass(frozen=True)
class SetCached:
    """Set what a formula cell shows until Excel computes it again; the formula stays.

    A number in place of the ``key`` is that of a row of the sheet, as in ``SetCells``, be it above the table.
    """

    table: Table
    key: str | int
    column: str
    value: Value


@dataclass(frozen=True)
class Mark:
    """Give a cell a look: ``cell`` is an A1 address on ``sheet``."""

    sheet: str
    cell: str
    look: Look


@dataclass(frozen=True)
class AddColumns:
    """Add declared columns, by their keys, at the right end of a table; nothing that is there moves."""

    table: Table
    columns: Sequence[str]


@dataclass(frozen=True)
class AddTable:
    """Add a table as the last sheet, as a new master of the plan called ``title`` has it."""

    table: Table
    title: str


@dataclass(frozen=True)
class RenameHeader:
    """Give the column that is headed ``old`` the header of a declared column; formulas that name it follow."""

    table: Table
    old: str
    column: str


@dataclass(frozen=True)
class SetChoices:
    """Offer in a column what is declared of it: its list on the sheet Lists, and its drop-down, limits and message.

    With a ``key`` in that row alone, where each row is declared apart: a setting, whose format is set too.
    """

    table: Table
    column: str
    key: str = ""


@dataclass(frozen=True)
class OpenOn:
    """Have the workbook open on a sheet, unless that is hidden; with a ``tab``, RRGGBB, its tab has that colour."""

    sheet: str
    tab: str = ""


RowEdit: TypeAlias = SetCells | AppendRows | RemoveRows | SetCached | Mark
SchemaEdit: TypeAlias = AddColumns | AddTable | RenameHeader | SetChoices | OpenOn
Edit: TypeAlias = RowEdit | SchemaEdit
"""All the edits there are. Those of schema are made in closed workbooks alone, in their order and that of the others."""
Accompany: TypeAlias = Callable[[Sequence[Edit]], Sequence[Edit]]
"""Makes the edits of a run those that are applied: what is always written with them is added."""
SCHEMA_EDITS = (AddColumns, AddTable, RenameHeader, SetChoices, OpenOn)


class Book(Tables, Protocol):
    """A workbook that holds tables, closed on disk or open in a spreadsheet program."""

    @property
    def path(self) -> Path | None:
        """Where it lies on this machine; None where it does not."""

    def words(self, name: str) -> Collection[str]:
        """The words of a closed list, as the sheet Lists has them under its defined name; none where there is no such name."""

    def check(self, edits: Sequence[Edit]) -> None:
        """Refused where ``apply`` would refuse the edits for what is in the workbook; nothing is written."""

    def apply(self, edits: Sequence[Edit], label: str = "") -> None:
        """Apply all the edits or, with Refused, none. ``label`` names the copy that is kept of what was there before."""

    def accompany(self, more: Accompany | None) -> None:
        """Have ``apply`` make what ``more`` makes of its edits; None: these alone."""

    def keep_backups(self, count: int) -> None:
        """Keep so many copies of what was there before edits; of a workbook that is open, before edits with a label alone."""


LASTING = "-upgrade"
"""With what a label ends whose copy is kept for good: it is the way back from an upgrade, which no undo takes back."""


def settings_of(book: Tables) -> Settings:
    """The settings of the plan in a master; SettingError, naming file and setting, where one cannot be used."""
    try:
        return Settings.read({row.key: row.stored("value") for row in book.read(SETTINGS)})
    except SettingError as error:
        raise SettingError(f"{book.name}: {error}") from None
