"""How a table and its columns are declared: header, type, unit, who edits, choices, limits, format, width and help."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from functools import cached_property
from typing import TypeAlias

from sendxl.plan.vocabulary import Kind

Vocabulary: TypeAlias = type[StrEnum]


class Type(Enum):
    """What a column holds. ``ACTUAL`` and ``LEVEL`` take their unit from the Kind of the row's measure."""

    TEXT = "text"
    WORDS = "text, several lines"
    CHOICE = "one of a list"
    DATE = "date"
    MOMENT = "date and time"
    NUMBER = "number"
    COUNT = "whole number"
    FRACTION = "percentage, stored as a fraction"
    MONEY = "pounds"
    ACTUAL = "a count, or a percentage for the kinds Percentage and Milestone"
    LEVEL = "a number, or a percentage for every kind but Number"
    ANY = "text, number or date"
    LINK = "a cell, as a link to it"


class By(StrEnum):
    """Who writes a column."""

    CORE = "core team"
    FINANCE = "finance"
    LEAD = "leads, through stamping"
    OFFICER = "officers"
    REFRESH = "computed by refresh"
    FORMULA = "a formula of the sheet"
    SENDXL = "sendxl"


PEOPLE = (By.CORE, By.FINANCE, By.LEAD, By.OFFICER)  # who may type what nobody foresaw


class Shown(Enum):
    """How a column of the master appears in a lead's tracker."""

    NO = auto()
    LOCKED = auto()  # for the lead to see, not to change
    FILLED = auto()  # an input issued with the master's value
    BLANK = auto()  # an input issued blank, beside a locked "Last ..." column with the master's value
    ASKED = auto()  # an input that only the tracker has


FORMATS: dict[Type, str] = {
    Type.DATE: "dd mmm yyyy",
    Type.MOMENT: "dd mmm yyyy hh:mm",
    Type.NUMBER: "[>=1000]#,##0;General",  # "#,##0.##" would show 6 as "6."
    Type.COUNT: "#,##0",
    Type.FRACTION: "0%",
    Type.MONEY: '"£"#,##0',
    Type.ACTUAL: "General",
    Type.LEVEL: "General",
}
_WIDTHS: dict[Type, float] = {Type.WORDS: 34, Type.TEXT: 14, Type.CHOICE: 12, Type.DATE: 11, Type.MOMENT: 17}
_PERCENT_ACTUALS = (Kind.PERCENTAGE, Kind.MILESTONE)
MOST = 1e12  # what a number of a plan may be, up or down, where its column has no limit of its own
NUMERIC = (Type.NUMBER, Type.COUNT, Type.FRACTION, Type.MONEY, Type.ACTUAL, Type.LEVEL)


@dataclass(frozen=True)
class Column:
    """One column: ``header`` exactly as on the sheet, and everything else that follows from it.

    ``low`` and ``high`` are limits in the stored unit (a fraction for percentages). ``choices`` is a vocabulary,
    ``choices_from`` a (table, column) whose values are offered. ``many``: several values, separated by "; ".
    ``folded``: seldom read, so a new master folds it away under a [+], on the screen and in print.
    ``required``: a lead who reports on the row must fill it; with ``required_with``, only when that column is filled.
    """

    header: str
    type: Type
    help: str
    by: By = By.CORE
    choices: Vocabulary | None = None
    choices_from: tuple[str, str] | None = None
    many: bool = False
    low: float | None = None
    high: float | None = None
    width: float = 0
    folded: bool = False
    shown: Shown = Shown.NO
    required: bool = False
    required_with: str = ""
    key: str = field(init=False)

    def __post_init__(self) -> None:
        words = re.sub(r"[^a-z0-9]+", "_", self.header.lower().replace("%", " percent "))
        object.__setattr__(self, "key", words.strip("_"))
        if not self.width:
            object.__setattr__(self, "width", _WIDTHS.get(self.type, 11))

    def type_in(self, kind: object) -> Type:
        """The type in a row whose measure is of ``kind``: settles ACTUAL and LEVEL, else the declared type."""
        if self.type is Type.ACTUAL:
            if kind in _PERCENT_ACTUALS:
                return Type.FRACTION
            return Type.NUMBER if kind == Kind.NUMBER or not kind else Type.COUNT
        if self.type is Type.LEVEL:
            return Type.NUMBER if kind == Kind.NUMBER or not kind else Type.FRACTION
        return self.type

    def format_in(self, kind: object) -> str:
        """The Excel number format in a row whose measure is of ``kind``; ``General`` for text."""
        return FORMATS.get(self.type_in(kind), "General")

    def limits_in(self, kind: object) -> tuple[float | None, float | None]:
        """The least and the highest that a number may be, in a row whose measure is of ``kind``; a share is from 0 to 1."""
        if self.type_in(kind) is Type.FRACTION:
            return self.low or 0, 1 if self.high is None else self.high
        return self.low, self.high

    @property
    def is_input(self) -> bool:
        """True if a lead fills it in on a tracker."""
        return self.shown in (Shown.FILLED, Shown.BLANK, Shown.ASKED)


@dataclass(frozen=True)
class Table:
    """One Excel table: found by ``name``, its rows by the first column. ``title`` is the sheet's name."""

    name: str
    says: str
    columns: tuple[Column, ...]
    group: str = ""
    sheet: str = ""
    frozen: int = 1  # columns that stay in sight when the sheet is scrolled sideways
    append_only: bool = False
    numbered: bool = False  # the key is a running number that sendxl gives

    @property
    def title(self) -> str:
        """The name of the sheet that holds it."""
        return self.sheet or self.name

    @property
    def key(self) -> Column:
        """The column that names a row for good."""
        return self.columns[0]

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """Columns by attribute name."""
        return {column.key: column for column in self.columns}

    @cached_property
    def by_header(self) -> dict[str, Column]:
        """Columns by header."""
        return {column.header: column for column in self.columns}

    def __getitem__(self, key: str) -> Column:
        """The column of that attribute name; KeyError names the table."""
        try:
            return self.by_key[key]
        except KeyError:
            raise KeyError(f"table {self.name} has no column {key!r}") from None

    def __iter__(self) -> Iterator[Column]:
        """Columns in the order in which they are laid out in a new workbook."""
        return iter(self.columns)

    def __hash__(self) -> int:
        return hash(self.name)
