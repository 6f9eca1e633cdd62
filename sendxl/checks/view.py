"""What the rules about a master are given: its tables as they were read, and plain facts about the workbook around them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from sendxl.figures.kept import Kept
from sendxl.figures.unit_saving import costs_of
from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.master import MEASURES, PROFILE, UNIT_COSTS
from sendxl.plan.rows import R, Rows
from sendxl.plan.schema import Table
from sendxl.plan.settings import Settings
from sendxl.plan.versions import Format


class Spot(NamedTuple):
    """Cells of a sheet: ``area`` as in C7:F9, ``cell`` its first; ``name`` is that of the table or column that lies there."""

    area: str
    cell: str
    name: str = ""


@dataclass(frozen=True)
class Filled:
    """Cells that one formula fills, so that none of them can be set alone; ``kind`` says which formula.

    ``area`` is where, from row ``top`` to row ``bottom`` of the sheet. ``cells`` are those of the rows of a table that it
    covers: the first of each column, by header.
    """

    kind: str
    area: str
    top: int
    bottom: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class TableShape:
    """How a table lies on its sheet: ``headers`` says in which cell each stands, ``filled`` what formulas fill of it.

    The others keep it from growing row after row: ``taken`` are cells below it that are not empty, ``stacked`` tables
    below it, ``arrays`` columns that are one array formula each, ``ended`` its end where that is the end of the sheet.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    filled: Sequence[Filled] = ()
    taken: Sequence[Spot] = ()
    stacked: Sequence[Spot] = ()
    arrays: Sequence[Spot] = ()
    ended: Sequence[Spot] = ()


@dataclass(frozen=True)
class Shape:
    """Facts about a workbook: names of its sheets, how its tables lie on them, and why nothing can be written into it.

    ``in_use`` are reasons that hold just now, as that it is open in Excel; ``uneditable`` those that hold as it is saved.
    ``of_no_format`` is why it cannot be told of which format it is.
    """

    sheets: Sequence[str] = ()
    tables: Mapping[Table, TableShape] = field(default_factory=dict)
    in_use: Sequence[str] = ()
    uneditable: Sequence[str] = ()
    of_no_format: str = ""

    def of(self, table: Table) -> TableShape:
        """How a table lies on its sheet; nothing of it where that is not known."""
        return self.tables.get(table, TableShape())


@dataclass(frozen=True)
class Master:
    """The tables of a master that are there, those of its Summary, and its shape; ``file`` is its name.

    ``today``, ``settings`` and ``approved``, what Stamps keeps as approved, are what its days and approvals are held against.
    ``earlier`` is its format where that is one before this; ``to_bring_up`` how many things an upgrade would bring up.
    """

    file: str
    tables: Mapping[Table, Rows[Any]]
    summary: Mapping[Table, Rows[Any]] = field(default_factory=dict)
    shape: Shape = Shape()
    today: date = date.max
    settings: Settings = field(default_factory=Settings)
    approved: Kept = field(default_factory=dict)
    earlier: Format | None = None
    to_bring_up: int = 0

    @property
    def given(self) -> str:
        """Its name as it is given to a command."""
        return f'"{self.file}"' if " " in self.file else self.file

    def has(self, table: Table, key: str) -> bool:
        """True if the table is there and has the column of that key."""
        return table in self.tables and table[key].header in self.tables[table].headers

    def row(self, table: Table[R], key: str | None) -> R | None:
        """The row whose key is seen as that; None where there is none."""
        if not key:
            return None
        if table.name not in self._rows:
            self._rows[table.name] = by_sight((row.key, row) for row in self.tables.get(table, ()))
        return self._rows[table.name].get(as_seen(key))

    @cached_property
    def _rows(self) -> dict[str, Mapping[str, Any]]:
        """The rows of tables of which one was asked for, by name of the table, then by key as it is seen."""
        return {}

    @cached_property
    def measured(self) -> Collection[str]:
        """The refs of activities that have a measure, ``as_seen``."""
        return {as_seen(measure.activity_ref or "") for measure in self.tables.get(MEASURES, ())}

    @cached_property
    def planned(self) -> Collection[str]:
        """The refs of savings lines of which a row of Profile plans a quantity from a day, ``as_seen``."""
        return {as_seen(row.savings_ref or "") for row in self.tables.get(PROFILE, ())
                if row.planned_quantity is not None and row.from_ is not None}

    @cached_property
    def costs(self) -> Mapping[str, Decimal | None]:
        """Annual cost in pounds by code ``as_seen``."""
        return costs_of(self.tables.get(UNIT_COSTS, ()))
