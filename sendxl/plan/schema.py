"""How a table and its columns are declared: header, type, unit, who edits, choices, limits, format, width and help.

A declaration judges: whether a value is as its column says is asked of ``Column.judge``, by whoever asks. One that says
what cannot be meant raises ValueError where it is made, naming the column.
"""

import builtins
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum, auto
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Concatenate, Generic, NamedTuple, ParamSpec, Protocol, TypeAlias, TypeVar, overload

from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.vocabulary import Kind

if TYPE_CHECKING:  # a default, for a Table of any rows, is younger than Python 3.11
    import typing_extensions

    R_co = typing_extensions.TypeVar("R_co", covariant=True, default=Any)
else:
    R_co = TypeVar("R_co", covariant=True)  # the rows of a table
V = TypeVar("V")  # what a column holds
P = ParamSpec("P")
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
_PLACES = 6  # to which a number is compared with its limits: 100.00000001% is 100%


class Against(Enum):
    """What of its column's declaration a value is against."""

    LOW = "below the least"
    HIGH = "above the most"
    CHOICES = "not in the list"
    REQUIRED = "blank, where the row needs it"
    REQUIRED_WITH = "blank, where another column is filled"


class Breach(NamedTuple):
    """What a value is against. ``limit``: of LOW and HIGH, the one that is passed, in the stored unit."""

    against: Against
    limit: float = 0


@dataclass(frozen=True)
class Column:
    """One column: ``header`` exactly as on the sheet, and everything else that follows from it.

    ``low`` and ``high`` are limits in the stored unit (a fraction for percentages). ``choices`` is a vocabulary,
    ``choices_from`` a (table, column) whose values are offered. ``many``: several values, separated by "; ".
    ``folded``: seldom read, so a new master folds it away under a [+], on the screen and in print.
    ``required``: whoever fills the column must do so, a lead in a row that is reported on; with ``required_with``, only
    when that column is filled. ``kinds``: the Kinds of measure that use the column; none: all.
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
    kinds: tuple[Kind, ...] = ()
    key: str = field(init=False)

    def __post_init__(self) -> None:
        words = re.sub(r"[^a-z0-9]+", "_", self.header.lower().replace("%", " percent "))
        object.__setattr__(self, "key", words.strip("_"))
        if not self.width:
            object.__setattr__(self, "width", _WIDTHS.get(self.type, 11))
        for wrong, why in self._wrongs():
            if wrong:
                raise ValueError(f"column “{self.header}” {why}")

    def _wrongs(self) -> Iterator[tuple[bool, str]]:
        """What could be wrong with the declaration: whether it is, and the words for it."""
        offers = (self.choices is not None) + (self.choices_from is not None)
        limited = self.low is not None or self.high is not None
        needed = self.required or bool(self.required_with)
        yield not self.key or self.header != " ".join(self.header.split()), "needs a header of words with single spaces"
        yield limited and self.type not in NUMERIC, f"has limits, but holds {self.type.value}: only numbers have limits"
        yield self.low is not None and self.high is not None and self.low >= self.high, f"has low {self.low} and high {self.high}"
        yield self.choices is not None and self.type is not Type.CHOICE, f"has choices, but holds {self.type.value}"
        yield (self.choices_from is not None and self.type not in (Type.CHOICE, Type.TEXT),
               f"has choices_from, but holds {self.type.value}")
        yield self.type is Type.CHOICE and offers != 1, "is one of a list: it needs either choices or choices_from"
        yield self.many and self.type is not Type.TEXT, f"has several values, but holds {self.type.value}: only a text can"
        yield self.required and bool(self.required_with), "is required always: required_with says nothing more"
        yield needed and self.by not in PEOPLE, f"is required, but nobody fills it: it is written by {self.by}"
        yield self.is_input and self.by is not By.LEAD, f"is for leads to fill, but is written by {self.by}"
        yield self.shown is Shown.LOCKED and self.by is By.LEAD, "is written by leads, but locked in their tracker"
        yield self.is_input and self.choices_from is not None, "is for leads to fill, whose tracker has no table to choose from"

    @cached_property
    def by_kind(self) -> bool:
        """True if the Kind of the row's measure gives the unit."""
        return self.type in (Type.ACTUAL, Type.LEVEL)

    def type_in(self, kind: object) -> Type:
        """The type in a row whose measure is of ``kind``: settles ACTUAL and LEVEL, else the declared type."""
        if not self.by_kind:
            return self.type
        if self.type is Type.ACTUAL:
            if kind in _PERCENT_ACTUALS:
                return Type.FRACTION
            return Type.NUMBER if kind == Kind.NUMBER or not kind else Type.COUNT
        return Type.NUMBER if kind == Kind.NUMBER or not kind else Type.FRACTION

    def format_in(self, kind: object) -> str:
        """The Excel number format in a row whose measure is of ``kind``; ``General`` for text."""
        return FORMATS.get(self.type_in(kind), "General")

    def limits_in(self, kind: object = None) -> tuple[float, float] | None:
        """The least and the most that a number may be, in a row whose measure is of ``kind``; None for what is no number.

        A share is from 0 to 1 unless declared otherwise; where the Kind makes one of a column, its limits are of numbers.
        """
        type = self.type_in(kind)
        if type not in NUMERIC:
            return None
        least, most = (0, 1) if type is Type.FRACTION else (-MOST, MOST)
        if type is Type.FRACTION and self.type is not type:
            return least, most
        return least if self.low is None else self.low, most if self.high is None else self.high

    def choice_of(self, text: str) -> str | None:
        """The choice that a text is seen as; None where it is none of ``choices``."""
        return _words(self.choices).get(as_seen(text)) if self.choices else None

    def judge(self, value: object, kind: object = None, filled: Collection[str] | None = None) -> Breach | None:
        """What of the declaration a typed value is against, in a row whose measure is of ``kind``; None where of nothing.

        ``filled``: keys of the columns of the row that are filled, be they readable or not. Told of them, a blank value
        is judged as well: the row is one in which whoever fills the column must do so. Numbers are compared as rounded to
        6 places.
        """
        if value is None:
            return None if filled is None else self._judge_blank(kind, filled)
        if isinstance(value, (int, float)):
            limits = self.limits_in(kind)
            if limits and round(value, _PLACES) < limits[0]:
                return Breach(Against.LOW, limits[0])
            if limits and round(value, _PLACES) > limits[1]:
                return Breach(Against.HIGH, limits[1])
        return Breach(Against.CHOICES) if self.choices and self.choice_of(str(value)) is None else None

    def _judge_blank(self, kind: object, filled: Collection[str]) -> Breach | None:
        if self.key in filled or (self.kinds and kind not in self.kinds):
            return None
        if self.required:
            return Breach(Against.REQUIRED)
        return Breach(Against.REQUIRED_WITH) if self.required_with in filled else None

    @cached_property
    def is_input(self) -> bool:
        """True if a lead fills it in on a tracker."""
        return self.shown in (Shown.FILLED, Shown.BLANK, Shown.ASKED)


@cache
def _words(words: Vocabulary) -> Mapping[str, str]:
    """Words of a closed list by how they are seen."""
    return by_sight((word, str(word)) for word in words)


class _Row(Protocol):
    """A row, as a column looks at it: typed values by column key."""

    def __getitem__(self, key: str, /) -> Any: ...


class Attribute(Column, Generic[V]):
    """A column as the class of a table's rows declares it: of the class the column itself, of a row the typed value there."""

    @overload
    def __get__(self, row: None, rows: builtins.type) -> "Attribute[V]": ...

    @overload
    def __get__(self, row: _Row, rows: builtins.type) -> V | None: ...

    def __get__(self, row: _Row | None, rows: builtins.type) -> "Attribute[V] | V | None":
        return self if row is None else row[self.key]

    def of(self, row: _Row) -> V | None:
        """The typed value in a row, be it of another table that repeats the column; None where it is blank."""
        value: V | None = row[self.key]
        return value


@dataclass(frozen=True)
class Table(Generic[R_co]):
    """One Excel table: found by ``name``, its rows by the first column. ``title`` is the sheet's name.

    ``row`` is the class of its rows, a view each. ``columns`` are those that it declares, where no others are named.
    """

    name: str
    says: str
    row: type[R_co]
    columns: tuple[Column, ...] = ()
    group: str = ""
    sheet: str = ""
    frozen: int = 1  # columns that stay in sight when the sheet is scrolled sideways
    append_only: bool = False
    numbered: bool = False  # the key is a running number that sendxl gives
    most: int = 0  # rows that sendxl works with; 0: as many as are read of a workbook

    def __post_init__(self) -> None:
        declared = tuple(column for column in vars(self.row).values() if isinstance(column, Column))
        object.__setattr__(self, "columns", self.columns or declared)
        names = Counter(name for column in self.columns for name in {as_seen(column.header), column.key})
        for column in self.columns:
            if names[as_seen(column.header)] > 1 or names[column.key] > 1:
                raise ValueError(f"table {self.name} has two columns “{column.header}”, or two that read alike")
            if column.required_with and column.required_with not in self.by_key:
                raise ValueError(f"column “{column.header}” is required with {column.required_with!r}, which table {self.name} "
                                 "does not have")
            if column.kinds and self.kind is None:
                raise ValueError(f"column “{column.header}” goes by Kind, which table {self.name} does not have")

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

    @cached_property
    def _headed(self) -> Mapping[str, Column]:
        return by_sight((column.header, column) for column in self.columns)

    def headed(self, header: str) -> Column | None:
        """The column whose header a text is seen as; None where there is none."""
        return self.by_header.get(header) or self._headed.get(as_seen(header))

    @cached_property
    def kind(self) -> str | None:
        """Key of the column of the Kind, which gives the unit of others; None where there is none."""
        return next((column.key for column in self.columns if column.choices is Kind), None)

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


def by_name(tables: Iterable[Table]) -> dict[str, Table]:
    """Tables by the name that they go by in Excel, and in Stamps, Held and Updates."""
    return {table.name: table for table in tables}


def check_links(tables: Iterable[Table]) -> None:
    """ValueError names the column whose choices are to come from a table or column that is not there."""
    known = {(table.name, column.header) for table in tables for column in table}
    for table in tables:
        for column in table:
            if column.choices_from and column.choices_from not in known:
                raise ValueError(f"column “{column.header}” of table {table.name} takes its choices from "
                                 "{}[{}], which is not there".format(*column.choices_from))


def _of(
    column: Callable[Concatenate[str, Type, str, P], Attribute[V]], type: Type
) -> Callable[Concatenate[str, str, P], Attribute[V]]:
    def declare(header: str, help: str, /, *rest: P.args, **named: P.kwargs) -> Attribute[V]:
        return column(header, type, help, *rest, **named)

    return declare


# A column of each type, given as header and help and what else Column takes; a type checker knows what it holds.
text = _of(Attribute[str], Type.TEXT)
words = _of(Attribute[str], Type.WORDS)
choice = _of(Attribute[str], Type.CHOICE)
day = _of(Attribute[date], Type.DATE)
moment = _of(Attribute[datetime], Type.MOMENT)
number = _of(Attribute[float], Type.NUMBER)
count = _of(Attribute[float], Type.COUNT)
fraction = _of(Attribute[float], Type.FRACTION)
money = _of(Attribute[float], Type.MONEY)
tally = _of(Attribute[float], Type.ACTUAL)
level = _of(Attribute[float], Type.LEVEL)
link = _of(Attribute[str], Type.LINK)
anything = _of(Attribute[str | float | date], Type.ANY)
