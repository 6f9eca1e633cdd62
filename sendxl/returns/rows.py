"""Rows and cells of a tracker come back, each beside what was issued.

Cells are read as the Kind that was issued says: a lead cannot turn a percentage into a count by overwriting Kind.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from sendxl.books.issued import LEAD, TRACKER, VERSION, from_text
from sendxl.errors import FileFault, FileUnreadable
from sendxl.figures.trajectory import PLACES
from sendxl.plan.finding import Place
from sendxl.plan.likeness import as_seen, as_written
from sendxl.plan.master import MEASURES
from sendxl.plan.registry import Words
from sendxl.plan.rows import Row, Rows
from sendxl.plan.schema import Column, Shown, Table, Type
from sendxl.plan.tracker import NO_CHANGE, TRACKED, last
from sendxl.plan.values import Cell, CellKind, Stored, Value, read, show, to_text
from sendxl.plan.versions import meant_otherwise
from sendxl.plan.vocabulary import Yes, YesNo
from sendxl.returns.beside import with_address
from sendxl.returns.personal import WITHHELD, personal
from sendxl.returns.register import Register, RegisteredTracker
from sendxl.xlsx.read.address import name, parse_area

NUMBERS = (Type.NUMBER, Type.COUNT, Type.MONEY, Type.FRACTION)
"""The types of numbers once the Kind of a row has settled ACTUAL and LEVEL."""
_KIND = MEASURES["kind"].header
_MOST_ROWS = 1_000  # filled in one table, beyond twice as many as were issued
_MOST_COLUMNS = 400
MOST_MERGED = 10_000
"""Cells under merges that touch a table; more are no slip."""


class Origin:
    """The file that rows came in: which tracker it says it is, what was issued in that, and what the plan knows of it.

    ``issued``: text by table, ref and header.
    """

    def __init__(self, identity: Mapping[str, str], issued: Mapping[str, Mapping[str, Mapping[str, str]]], register: Register,
                 today: date) -> None:
        self.identity = identity
        self.issued = issued
        self.register = register
        self.today = today

    @cached_property
    def tracker(self) -> RegisteredTracker | None:
        """The tracker as registered; None where the register has none of that name."""
        return self.register.trackers.get(self.identity.get(TRACKER, ""))


class ReturnedRow:
    """One row of a return. ``issued``: text by header, empty where the row was not issued in this tracker.

    ``ref`` is as the plan has it, whoever typed it otherwise in the row. ``moved``: by key the columns, but for the ref,
    whose cells are not plainly what was issued: most are, and need not be typed.
    """

    def __init__(self, table: "ReturnedTable", row: Row) -> None:
        self.table = table
        self.row = row
        self.ref = table.written(row.key)
        self.issued = table.issued.get(self.ref, {})
        self.kind = self.issued.get(_KIND, "")  # of the measure, as issued
        self._cells: dict[str, ReturnedCell] = {}
        self.inputs = Inputs(self)
        self.moved = self._moved()

    @cached_property
    def place(self) -> Place:
        """The cell of the ref."""
        address = self.row.address(self.table.seen.key.key)
        return Place(self.table.rows.sheet, address, self.table.master.name, self.ref, self.table.seen.key.header)

    @property
    def words(self) -> Words:
        """What messages may name."""
        return {"found": self.ref, "lead": self.table.file.identity.get(LEAD, "")}

    @cached_property
    def is_blank(self) -> bool:
        """True if nothing is in any column of ours, not even a formula."""
        return not self.row.key and all(
            self.row.is_blank(column.key) and not self.row.has_formula(column.key) for column in self.table.seen)

    @property
    def words_alone(self) -> Stored | None:
        """Words that stand alone in a row of no ref that we know, in a column that no lead fills; None in a row of answers."""
        if self.issued or self.in_plan:
            return None
        stored = [self.row.stored(column.key) for column in self.table.seen if not self.row.is_blank(column.key)]
        is_told = len(stored) == 1 and stored[0].kind is CellKind.TEXT and " " in to_text(stored[0].value)
        return stored[0] if is_told and all(cell.is_blank for cell in self.cells) else None

    @property
    def typed_ref(self) -> str:
        """The ref as it stands in the row."""
        value = self.row.as_written(self.table.seen.key.key)
        return value if isinstance(value, str) else self.row.key

    @cached_property
    def in_plan(self) -> bool:
        """True if the master has the row."""
        return self.ref in self.table.file.register.values.get(self.table.master.name, {})

    @property
    def cells(self) -> list["ReturnedCell"]:
        """The cells that a lead fills."""
        return list(self.inputs.values())

    def asks(self, key: str) -> bool:
        """True if the tracker asks for a column, by its key; one of an earlier version may not."""
        return key in self.table.filled

    @cached_property
    def filled(self) -> frozenset[str]:
        """Keys of the columns that are filled, readable or not: by the lead, or as issued where a lead is only shown them."""
        issued = frozenset(key for key, header in self.table.named if self.issued.get(header))
        moved = [key for key, column in self.moved.items() if column.is_input]
        return issued.difference(moved).union(key for key in moved if not self.inputs[key].is_blank)

    def _moved(self) -> Mapping[str, Column]:
        table = self.table
        texts, issued = self.row.texts(table.compared), self.issued
        moved = {key: table.seen[key] for (key, header), text in zip(table.named, texts, strict=True)
                 if text != issued.get(header, "")}
        return moved if table.is_plain else moved | table.filled

    @property
    def touched(self) -> list["ReturnedCell"]:
        """The cells that a lead is only shown, but for the ref, and that are not what was issued."""
        return [cell for cell in map(self.cell, self.moved.values()) if not cell.column.is_input and cell.is_altered]

    @cached_property
    def answers(self) -> list["ReturnedCell"]:
        """The cells that a lead fills, and that are not what was issued, readable or not."""
        return [cell for cell in map(self.cell, self.moved.values()) if cell.column.is_input and cell.is_altered]

    @cached_property
    def changed(self) -> list["ReturnedCell"]:
        """The lead's changes, readable or not; No change is none."""
        return [cell for cell in self.answers if cell.in_master]

    def came_back(self, key: str) -> Value:
        """The typed value of a column that a lead fills, by its key; None where it is blank or cannot be read."""
        stands_blank = key not in self.moved and not self.issued.get(self.table.filled[key].header)
        return None if stands_blank else self.inputs[key].value

    def cell(self, column: Column) -> "ReturnedCell":
        """The cell of a column of the tracker."""
        found = self._cells.get(column.key)
        if found is None:
            stored = self.row.stored(column.key)
            if column.is_input and (address := self.table.addresses.get(stored.address)):
                stored = with_address(stored, column, address)
            type = column.type_in(self.kind)
            cell = _asked_percent(read(column, stored, self.kind), type)
            found = self._cells[column.key] = ReturnedCell(self, column, type, cell)
        return found

    def type_of(self, key: str) -> Type:
        """The type of a column here, by its key, as the Kind that was issued settles it."""
        return self.table.seen[key].type_in(self.kind)

    def was_issued(self, key: str) -> Value:
        """The issued value of a column, by its key."""
        column = self.table.seen[key]
        return from_text(self.issued.get(column.header, ""), column, self.kind)

    def unreadable(self, keys: Iterable[str]) -> set[str]:
        """Those of the columns that are not on the sheet, or whose cells cannot be read."""
        doubtful = (key for key in keys if key in self.moved or (self.table.missing and key in self.table.seen.by_key))
        return {key for key in doubtful if not self.cell(self.table.seen[key]).can_be_read}

    @property
    def linked(self) -> list["ReturnedCell"]:
        """The cells to fill whose text has the address of a link added to it."""
        linked = [cell for cell in self.cells if cell.cell.stored.address in self.table.addresses] if self.table.addresses else ()
        return [cell for cell in linked if cell.cell.stored.value != self.row.stored(cell.column.key).value]

    @cached_property
    def last_period(self) -> str:
        """The period of the last update stamped into the row; a row of Profile does not tell it, but its counts do."""
        register, place = self.table.file.register, (self.table.master.name, self.ref)
        row = register.values.get(place[0], {}).get(self.ref, {})
        if "period" not in row and (stamped := register.periods.get(place)):
            row = stamped[max(stamped)]
        return to_text(row.get("period"))

    @property
    def was_reported(self) -> bool:
        """True if anything was ever reported on it before it was issued."""
        table = self.table
        return any(self.issued.get(table.based_on[key]) for key in table.filled if key in table.master.by_key)

    @property
    def says_no_change(self) -> bool:
        """True if the lead chose Yes in No change."""
        return NO_CHANGE.key in self.moved and self.inputs[NO_CHANGE.key].value == Yes.YES


class Inputs(Mapping[str, "ReturnedCell"]):
    """The cells of a row that a lead fills, by column key, each typed when it is first asked for."""

    __slots__ = ("_row",)

    def __init__(self, row: ReturnedRow) -> None:
        self._row = row

    def __getitem__(self, key: str) -> "ReturnedCell":
        return self._row.cell(self._row.table.filled[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._row.table.filled)

    def __len__(self) -> int:
        return len(self._row.table.filled)


class ReturnedCell:
    """One cell of a return, in a row that was issued."""

    __slots__ = ("_can_be_read", "_changed", "_personal", "cell", "column", "row", "type")

    def __init__(self, row: ReturnedRow, column: Column, type: Type, cell: Cell) -> None:
        self.row = row
        self.column = column
        self.type = type  # of the column in this row
        self.cell = cell
        self._changed: bool | None = None  # each of the three is asked for often
        self._can_be_read: bool | None = None
        self._personal: str | None = None

    @property
    def place(self) -> Place:
        """The cell."""
        sheet, _, table, ref, _ = self.row.place
        return Place(sheet, self.cell.stored.address, table, ref, self.column.header)

    @property
    def words(self) -> Words:
        """What messages may name."""
        return {"found": self.found, "issued": show(self.issued, self.type), "how": self.cell.how}

    @property
    def value(self) -> Value:
        """The typed value; None where it is blank or cannot be read."""
        return self.cell.value

    @property
    def issued(self) -> Value:
        """The value as issued; None where it was issued blank."""
        return from_text(self.issued_text, self.column, self.row.kind)

    @property
    def issued_text(self) -> str:
        """The value as issued, as text."""
        return self.row.issued.get(self.column.header, "")

    @property
    def base_text(self) -> str:
        """What the master held at issue: for a cell issued blank, what stands in its “Last …” column."""
        return self.row.issued.get(self.row.table.based_on[self.column.key], "")

    @property
    def stamped_text(self) -> str | None:
        """What was last stamped here from the same tracker; None where nothing was."""
        file = self.row.table.file
        place = (self.row.table.master.name, file.identity.get(TRACKER, ""), self.row.ref)
        recorded = file.register.recorded.get(place)
        return None if recorded is None else to_text(recorded.get(self.column.key))

    @property
    def base(self) -> Value:
        """The master's value at issue."""
        return from_text(self.base_text, self.column, self.row.kind)

    @property
    def in_master(self) -> bool:
        """True if the master has the column; No change it has not."""
        return self.column.key in self.row.table.master.by_key

    @property
    def is_missing(self) -> bool:
        """True if the sheet lacks the column, or the cell lies under a merge and holds nothing: what was there is not known."""
        table = self.row.table
        return self.column.header in table.missing or (
            bool(table.rows.merges) and self.is_blank and self.cell.stored.address in table.merged_away)

    @property
    def has_formula(self) -> bool:
        """True if the cell holds a formula, whatever it shows."""
        return self.cell.stored.formula

    @property
    def is_altered(self) -> bool:
        """True if it is not what was issued, or holds a formula."""
        return self.is_changed or self.has_formula

    @property
    def is_readable(self) -> bool:
        """True if there is one typed value, or a plain blank."""
        return self.cell.problem is None and not self.has_formula

    @property
    def can_be_read(self) -> bool:
        """True if its column is on the sheet, and it is readable; a cell that a lead is only shown may hold a formula."""
        if self._can_be_read is None:
            self._can_be_read = self._is_to_be_read()
        return self._can_be_read

    def _is_to_be_read(self) -> bool:
        if self.is_missing or (self.column.is_input and self.is_changed and self.is_doubtful):
            return False
        return self.cell.problem is None if self.cell.stored.formula and not self.column.is_input else self.is_readable

    @property
    def is_doubtful(self) -> bool:
        """True if it is read, but not for sure, or against what its column declares: nothing else is to be concluded from it."""
        return (self.cell.unclear_percent or self.day_is_unclear or bool(self.column.judge(self.value, self.row.kind))
                or bool(self.looks_personal))

    @property
    def looks_personal(self) -> str:
        """What of a child's data it seems to hold, in words; '' where there is nothing of the kind."""
        if self._personal is None:
            stored = self.cell.stored
            self._personal = personal(to_text(stored.value)) if stored.kind in (CellKind.NUMBER, CellKind.TEXT) else ""
        return self._personal

    @property
    def day_is_unclear(self) -> bool:
        """True if its day and its month could change places, and Settings does not say that the day comes first."""
        return self.cell.day_swaps and self.row.table.file.register.settings.dates_day_first == YesNo.NO

    @property
    def is_blank(self) -> bool:
        """True if there is nothing in the cell, not even a formula."""
        return self.cell.blank and not self.has_formula

    @property
    def is_changed(self) -> bool:
        """True if it is not what was issued. A number stored exactly as issued is no change, however it is shown."""
        if self._changed is None:
            self._changed = self._is_changed()
        return self._changed

    def _is_changed(self) -> bool:
        if self.is_missing:
            return False
        if self.cell.stored.kind in (CellKind.NUMBER, CellKind.TEXT) and to_text(self.cell.stored.value) == self.issued_text:
            return False
        asked = self.cell.unclear_percent and self.cell.stored.percent  # whether 5000% is the 50% that was issued
        return asked or self.cell.problem is not None or to_text(self.value) != self.issued_text

    @property
    def found(self) -> str:
        """What is in the cell, as a person reads it; withheld where it seems to be a child's data."""
        stored = self.cell.stored
        if self.looks_personal:
            return WITHHELD
        if self.cell.problem is None:
            return show(self.value, self.type)
        return show(stored.value) if stored.kind is CellKind.DATE else to_text(stored.value)


BASED_ON = {master: {column.key: (last(column) if column.shown is Shown.BLANK else column).header for column in seen}
            for master, seen in TRACKED.items()}
"""For each column of a tracker's table the header of the one that shows what the master held at issue."""


class ReturnedTable:
    """One table of a return: ``master`` is the table of the plan, ``seen`` the tracker's form of it.

    ``addresses``: where the links on its cells lead, by cell. ``worked_out``: the headers of columns of formulas, which are not
    read, and whether there is one in them still.
    """

    def __init__(self, file: Origin, master: Table, seen: Table, rows: Rows, addresses: Mapping[str, str],
                 worked_out: Mapping[str, bool] | None = None) -> None:
        self.file = file
        self.worked_out = worked_out or {}
        self.master = master
        self.seen = seen
        self.rows = rows
        self.addresses = addresses
        self._in_plan = file.register.values.get(master.name, {})
        issued = file.issued.get(master.name, {})
        self.issued: Mapping[str, Mapping[str, str]] = {self._as_in_plan(ref): texts for ref, texts in issued.items()}
        _check_size(rows, len(self.issued))
        self.missing = set(rows.missing)
        self.is_plain = not (self.missing or rows.merges or addresses)  # nothing but a cell itself tells what it holds
        self.filled = {column.key: column for column in seen if column.is_input}  # by the lead
        self.otherwise = meant_otherwise(seen, file.identity.get(VERSION, ""))
        self.shown = {column.key: column for column in seen.columns[1:]  # to the lead, but for the ref
                      if not column.is_input and column not in self.otherwise}
        compared = self.shown | self.filled
        self.compared = tuple(compared)
        self.named = [(key, column.header) for key, column in compared.items()]
        self.needed = [column for column in self.filled.values() if column.required or column.required_with]
        self.based_on = BASED_ON[master]
        found = [ReturnedRow(self, row) for row in (*rows, *rows.below)]
        filled = [row for row in found if not row.is_blank]
        self.words = [words for row in filled if (words := row.words_alone)]
        self.returned = [row for row in filled if not row.words_alone] if self.words else filled
        self.blank_rows = sorted({*rows.blank_rows, *(row.row.number for row in found if row.is_blank)})
        self._numbers: dict[str, list[int]] = defaultdict(list)
        for row in self.returned:
            self._numbers[row.ref].append(row.row.number)

    @property
    def place(self) -> Place:
        """The whole table."""
        return Place(self.rows.sheet, table=self.master.name)

    @cached_property
    def merged_away(self) -> frozenset[str]:
        """The cells that lie under a merge, but for its first; none where so many are merged that the return is rejected."""
        merges = self.rows.merges
        if sum(cells for _, cells in merges) > MOST_MERGED:
            return frozenset()
        areas = [parse_area(merge) for merge, _ in merges]
        return frozenset(name(row, column) for area in areas for row in range(area.top, area.bottom + 1)
                         for column in range(area.left, area.right + 1) if (row, column) != (area.top, area.left))

    def written(self, ref: str) -> str:
        """A ref as the plan has it, else as it was issued, where it is seen as that; else as it is."""
        return ref if ref in self.issued else self._as_issued(self._as_in_plan(ref))

    def _as_in_plan(self, ref: str) -> str:
        return ref if ref in self._in_plan else self._of_plan(ref)

    @cached_property
    def _of_plan(self) -> Callable[[str], str]:
        return as_written(self._in_plan)

    @cached_property
    def _as_issued(self) -> Callable[[str], str]:
        return as_written(self.issued)

    @cached_property
    def shown_empty(self) -> frozenset[str]:
        """Headers of the “Last …” columns in which nothing was issued: they are not shown."""
        issued = {header for texts in self.issued.values() for header in texts}
        return frozenset(self.based_on[key] for key, column in self.filled.items() if column.shown is Shown.BLANK) - issued

    def is_worked_out(self, header: str) -> bool:
        """True for the header of a column of formulas, which are not read."""
        return as_seen(header) in map(as_seen, self.worked_out)

    @property
    def has_key(self) -> bool:
        """True if rows can be told apart: the column of refs is there."""
        return self.seen.key.header not in self.missing

    def numbers(self, ref: str) -> list[int]:
        """Numbers of the sheet rows with that ref."""
        return self._numbers.get(ref, [])

    @cached_property
    def absent(self) -> list[str]:
        """Refs of issued rows that did not come back."""
        return [ref for ref in self.issued if not self.numbers(ref)]

    def header(self, position: int) -> Place:
        """The header cell at a position from the left, from 0."""
        cell = name(self.rows.top, self.rows.left + position)
        return Place(self.rows.sheet, cell, self.master.name, column=self.rows.headers[position])


def _check_size(rows: Rows, issued: int) -> None:
    """FileUnreadable where a table is larger than any that a lead fills: checking it could take for ever."""
    filled = len(rows) + len(rows.below)
    if filled > _MOST_ROWS + 2 * issued:
        raise FileUnreadable(FileFault.TOO_LARGE, f"{rows.sheet} has {filled:,} filled rows, where {issued:,} were sent out")
    if len(rows.headers) > _MOST_COLUMNS:
        raise FileUnreadable(FileFault.TOO_LARGE, f"the table on {rows.sheet} has {len(rows.headers):,} columns")


def _asked_percent(cell: Cell, type: Type) -> Cell:
    """A percentage: 50 in a cell with a % format shows as 5000%, and mostly was meant as 50%; so it is read, and asked."""
    stored = cell.stored
    shown = type is Type.FRACTION and stored.percent and stored.kind is CellKind.NUMBER  # a text says itself what it means
    if not shown or not isinstance(cell.value, (int, float)) or not 2 <= round(cell.value, PLACES) <= 100:
        return cell
    return Cell(round(cell.value / 100, 12), stored, unclear_percent=True)
