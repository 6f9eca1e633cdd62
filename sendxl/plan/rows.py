"""Rows of a table: typed values by column, each with the cell it came from."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress
from keyword import iskeyword
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar, cast, overload

from sendxl.plan import values
from sendxl.plan.schema import Column, Table, Type
from sendxl.plan.values import Cell, CellKind, Problem, Stored, Value

if TYPE_CHECKING:
    import pandas as pd
    import typing_extensions

    R_co = typing_extensions.TypeVar("R_co", bound="Row", covariant=True, default="Row")
else:
    R_co = TypeVar("R_co", bound="Row", covariant=True)
R = TypeVar("R", bound="Row")
_NOTHING = Stored()
PLAIN = (CellKind.BLANK, CellKind.TEXT, CellKind.NUMBER, CellKind.DATE)
"""How cells are stored of which the text form says all, unless they hold a formula."""


class _Unread:
    """What stands for a cell that nobody has asked for yet."""


_UNREAD = _Unread()


class Store(ABC):
    """A table as it was read, of which rows are views: each cell is read as its type on first use.

    What is kept of it, by column, is its value; only an odd cell, of which there is more to tell, is kept as a Cell.
    ``numbers`` are those of the rows on their sheet, from 1; a row is asked for by its index in them.
    """

    def __init__(self, table: Table, numbers: Sequence[int]) -> None:
        self.table = table
        self.numbers = numbers
        self._kept: dict[str, list[Value | Cell | _Unread]] = {}
        self._whole: set[str] = set()  # the columns of which every cell was read
        self._odd: dict[str, Sequence[int]] = {}  # of such a column which cells are odd

    @abstractmethod
    def fetch(self, index: int, key: str) -> Stored:
        """The cell of a column as it is in the workbook; a blank where the sheet lacks the column."""

    def texts(self, index: int, keys: tuple[str, ...]) -> list[str | None]:
        """The text forms of cells that are blank or plainly hold a text, a number or a day; None for any other."""
        cells = [self.stored(index, key) for key in keys]
        return [values.to_text(cell.value) if cell.kind in PLAIN and not cell.formula else None for cell in cells]

    def held(self, index: int, key: str) -> Value | Cell:
        """What a cell holds: its value or, where it is odd, the cell; KeyError where the table has no such column."""
        cells = self._kept.get(key)
        if cells is None:
            self.table[key]  # before there is a place for it
            cells = self._kept[key] = [_UNREAD] * len(self.numbers)
        held = cells[index]
        if isinstance(held, _Unread):
            held = cells[index] = self.read(index, self.table[key])
        return held

    def read(self, index: int, column: Column) -> Value | Cell:
        """A cell read as its type, as it is ``held``."""
        cell = values.read(column, self.fetch(index, column.key), self.kind(index) if column.by_kind else None)
        return cell if cell.odd else cell.value

    def column(self, key: str) -> Sequence[Value | Cell]:
        """What the cells of a column hold, row by row. Not to be changed."""
        if key not in self._whole:
            for index in range(len(self.numbers)):
                self.held(index, key)
            self._whole.add(key)
        return cast("list[Value | Cell]", self._kept.get(key, []))

    def odd_in(self, key: str) -> Sequence[int]:
        """Which cells of a column are odd."""
        if key not in self._odd:
            self._odd[key] = [index for index, held in enumerate(self.column(key)) if isinstance(held, Cell)]
        return self._odd[key]

    @cached_property
    def keys(self) -> Sequence[str]:
        """What each row goes by; '' where it has none."""
        return [values.to_text(value_of(held)) for held in self.column(self.table.key.key)]

    def stored(self, index: int, key: str) -> Stored:
        """The cell of a column as it is in the workbook."""
        kept = self._kept.get(key)
        held = None if kept is None else kept[index]
        return held.stored if isinstance(held, Cell) else self.fetch(index, key)

    def address(self, index: int, key: str) -> str:
        """Where the cell of a column stands on its sheet; '' where the sheet lacks the column."""
        return self.stored(index, key).address

    def kind(self, index: int) -> Value:
        """The Kind that gives ACTUAL and LEVEL columns of a row their unit; None where the table has none."""
        return None if self.table.kind is None else value_of(self.held(index, self.table.kind))


def value_of(held: Value | Cell) -> Value:
    """The value of what a cell holds."""
    return held.value if isinstance(held, Cell) else held


def written_in(held: Value | Cell) -> Value:
    """The value of what a cell holds, of a text the letters as they stand in the workbook."""
    if not isinstance(held, Cell):
        return held
    return str(held.stored.value) if held.stored.kind is CellKind.TEXT else held.value


def is_blank(held: Value | Cell) -> bool:
    """True where a cell holds nothing (spaces count as nothing)."""
    return held.blank if isinstance(held, Cell) else held is None


def has_value(held: Value | Cell) -> bool:
    """True where a cell holds a value."""
    return value_of(held) is not None


class _Given(Store):
    """One row of which values were given; its other cells are those of the row that it ``was``, if any."""

    def __init__(self, table: Table, number: int, given: Mapping[str, Value], was: "Row | None" = None) -> None:
        super().__init__(table, (number,))
        self._was = was
        self._given = given

    def fetch(self, index: int, key: str) -> Stored:
        return _NOTHING if self._was is None or key in self._given else self._was.stored(key)

    def texts(self, index: int, keys: tuple[str, ...]) -> list[str | None]:
        return [values.to_text(value_of(self.held(index, key))) for key in keys]

    def held(self, index: int, key: str) -> Value | Cell:
        if key in self._given:
            return self._given[key]
        return super().held(index, key) if self._was is None else self._was.held(key)

    def column(self, key: str) -> Sequence[Value | Cell]:
        return [self.held(0, key)]


class Row:
    """One row of a table: a view of what was read, by index. A column that the sheet lacks reads as blank.

    Each table declares its columns in a class of its own: there ``activity.lead_status`` is the typed value of a column.
    """

    __slots__ = ("_index", "_store")

    def __init__(self, store: Store, index: int) -> None:
        self._store = store
        self._index = index

    def __init_subclass__(cls) -> None:
        """ValueError where a column is not named as its header says."""
        for name, column in vars(cls).items():
            if isinstance(column, Column):
                taken = iskeyword(column.key) or hasattr(Row, column.key)
                if name != (right := f"{column.key}_" if taken else column.key):
                    raise ValueError(f"{cls.__name__}: the column “{column.header}” is to be named {right}, not {name}")

    @staticmethod
    def of(table: Table[R], number: int = 0, /, **given: Value) -> R:
        """A row made from values, for figures worked out away from any sheet and for tests."""
        unknown = sorted(set(given) - set(table.by_key))
        if unknown:
            raise KeyError(f"table {table.name} has no column {unknown[0]!r}")
        return table.row(_Given(table, number, given), 0)

    def changed_to(self: R, values: Mapping[str, Value]) -> R:
        """The row with other values in some columns, by key; the row itself where there are none."""
        return type(self)(_Given(self.table, self.number, values, self), 0) if values else self

    @property
    def table(self) -> Table:
        """The table that it is a row of."""
        return self._store.table

    @property
    def number(self) -> int:
        """Of the row on its sheet, from 1."""
        return self._store.numbers[self._index]

    def __getitem__(self, key: str) -> Value:
        """The typed value of a column, by its key."""
        held = self._store.held(self._index, key)
        return held.value if isinstance(held, Cell) else held

    def held(self, key: str) -> Value | Cell:
        """What the cell of a column holds, by its key: its value or, where it is odd, the cell."""
        return self._store.held(self._index, key)

    def cell(self, key: str) -> Cell:
        """The cell of a column, by its key. It is made for whoever asks: values, problems and blanks are got sooner alone."""
        held = self._store.held(self._index, key)
        return held if isinstance(held, Cell) else Cell(held, self._store.fetch(self._index, key))

    def odd(self, key: str) -> Cell | None:
        """The cell of a column, by its key, if there is more to tell of it than its value."""
        held = self._store.held(self._index, key)
        return held if isinstance(held, Cell) else None

    def problem(self, key: str) -> Problem | None:
        """Why the cell of a column has no value, by its key; None where it has one, or is blank."""
        held = self._store.held(self._index, key)
        return held.problem if isinstance(held, Cell) else None

    def is_blank(self, key: str) -> bool:
        """True if there is nothing in the cell of a column, by its key (spaces count as nothing)."""
        return is_blank(self._store.held(self._index, key))

    def has_formula(self, key: str) -> bool:
        """True if the cell of a column, by its key, holds a formula, whatever it shows."""
        odd = self.odd(key)
        return odd is not None and odd.stored.formula

    def as_written(self, key: str) -> Value:
        """The value of a column, by its key, of a text the letters as they stand in the workbook, spaces and all."""
        return written_in(self._store.held(self._index, key))

    def stored(self, key: str) -> Stored:
        """The cell of a column as it is in the workbook, by its key; unlike ``cell`` not read as its type."""
        return self._store.stored(self._index, key)

    def address(self, key: str) -> str:
        """Where the cell of a column stands on its sheet, by its key; '' where the sheet lacks the column."""
        return self._store.address(self._index, key)

    def texts(self, keys: tuple[str, ...]) -> list[str | None]:
        """The text forms of cells that are blank or plainly hold a text, a number or a day, by their keys; None for any other.

        They are got sooner than the cells.
        """
        return self._store.texts(self._index, keys)

    def type_of(self, column: Column) -> Type:
        """The type of a column here, where ACTUAL and LEVEL are what the Kind of the row makes of them."""
        return column.type_in(self.measured_as)

    @property
    def measured_as(self) -> Value:
        """The Kind of the row's measure, which gives some columns their unit; None where the table has none."""
        return self._store.kind(self._index)

    @property
    def key(self) -> str:
        """The ref, code, number or name that the row goes by; '' where it has none."""
        return self._store.keys[self._index]

    @property
    def blank(self) -> bool:
        """True if every declared column is blank."""
        return all(self.is_blank(column.key) for column in self.table)

    def values(self) -> dict[str, Value]:
        """All declared columns: key to typed value."""
        return {key: self[key] for key in self.table.by_key}

    def __repr__(self) -> str:
        return f"<{self.table.name} row {self.number} {self.key}>"


class Rows(Sequence[R_co]):
    """The rows of a table in the order of the sheet, blank ones left out.

    ``headers`` are the headers found, left to right, known or not; ``missing`` the declared columns not among them. One that
    is seen as that of a declared column is given as that is declared; ``typed_headers`` are all of them as they stand there.
    ``top`` and ``left`` are the row and the first column of the headers on the sheet, from 1.
    """

    def __init__(
        self,
        table: Table[R_co],
        rows: Iterable[R_co],
        headers: Sequence[str] = (),
        sheet: str = "",
        blank_rows: Sequence[int] = (),
        merges: Sequence[tuple[str, int]] = (),
        protected: bool = False,
        top: int = 1,
        left: int = 1,
        below: Iterable[R_co] = (),
    ) -> None:
        self.table = table
        self._rows = list(rows)
        self.typed_headers = tuple(headers)
        self.headers = tuple(header.strip() if column is None else column.header
                             for header, column in zip(headers, map(table.headed, headers), strict=True))
        self.sheet = sheet
        self.blank_rows = tuple(blank_rows)  # their numbers on the sheet
        self.merges = tuple(merges)  # merged ranges that touch the table, each with its number of cells
        self.protected = protected  # whether the sheet is
        self.top = top
        self.left = left
        self.below = tuple(below)  # rows typed under the table, which are not part of it

    def replaced(self, rows: "Iterable[Row]") -> "Rows[R_co]":
        """The table as it was found, with other rows of it."""
        return Rows(self.table, cast("Iterable[R_co]", rows), self.typed_headers, self.sheet, self.blank_rows, self.merges,
                    self.protected, self.top, self.left, self.below)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> R_co: ...

    @overload
    def __getitem__(self, index: slice) -> list[R_co]: ...

    def __getitem__(self, index: int | slice) -> R_co | list[R_co]:
        return self._rows[index]

    def __iter__(self) -> Iterator[R_co]:
        return iter(self._rows)

    def held(self, key: str) -> Sequence[Value | Cell]:
        """What the cells of a column hold, by its key, row by row: got sooner than one by one."""
        return [row.held(key) for row in self._rows] if self._store is None else self._store.column(key)[: len(self._rows)]

    @cached_property
    def _store(self) -> Store | None:
        """The store of which the rows are the first ones, in their order; None where they are of several."""
        store = self._rows[0]._store if self._rows else None
        return store if all(row._store is store and row._index == at for at, row in enumerate(self._rows)) else None

    def odd(self, columns: Iterable[Column]) -> Iterator[tuple[R_co, Column, Cell]]:
        """The odd cells of some columns, row by row, each with its row and column; plain cells are passed over at once."""
        found = [(at, place, column) for place, column in enumerate(columns) for at in self._odd_in(column.key)]
        for at, _, column in sorted(found, key=itemgetter(0, 1)):
            yield self._rows[at], column, self._rows[at].cell(column.key)

    def _odd_in(self, key: str) -> Sequence[int]:
        """Which cells of a column are odd."""
        if self._store is None:
            return [at for at, row in enumerate(self._rows) if row.odd(key)]
        return [at for at in self._store.odd_in(key) if at < len(self._rows)]

    def without(self, column: Column) -> Iterator[R_co]:
        """The rows in which a column is blank."""
        return compress(self._rows, map(is_blank, self.held(column.key)))

    def filled(self, column: Column) -> Iterator[tuple[R_co, Value]]:
        """The rows that have a value in a column, each with that."""
        for row, value in zip(self._rows, self.values(column.key), strict=True):
            if value is not None:
                yield row, value

    def values(self, key: str) -> Sequence[Value]:
        """The values of a column, by its key, row by row."""
        held = self.held(key)
        return list(map(value_of, held)) if self._odd_in(key) else cast("Sequence[Value]", held)

    def as_written(self, key: str) -> Sequence[Value]:
        """The values of a column, by its key, row by row, of texts the letters as they stand in the workbook."""
        held = self.held(key)
        return list(map(written_in, held)) if self._odd_in(key) else cast("Sequence[Value]", held)

    @property
    def missing(self) -> list[str]:
        """Headers of declared columns that the sheet does not have."""
        found = set(self.headers)
        return [column.header for column in self.table if column.header not in found]

    @property
    def by_key(self) -> Mapping[str, R_co]:
        """Rows by key; of two with the same key the first."""
        found: dict[str, R_co] = {}
        for row in self._rows:
            found.setdefault(row.key, row)
        return found

    def frame(self) -> "pd.DataFrame":
        """The rows as a pandas DataFrame: one column a declared column, named by header."""
        import pandas as pd

        headers = {column.key: column.header for column in self.table}
        return pd.DataFrame([row.values() for row in self._rows], columns=list(headers)).rename(columns=headers)
