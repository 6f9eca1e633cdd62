"""A Book over a workbook that is open in Excel, through xlwings.

It works on the workbook as it is there, saved or not, wherever it is kept. It is not saved; before a batch is written, a
copy of it is saved with the backups of its file, where it has one. Excel is asked seldom: a
table is read at once, computed columns are written at once from the first changed row to the last, with what stands
between them as it is. Columns that people fill are written exactly where they change, as rich text between would
lose its looks. Every written table is read again and compared.

A filtered table would take what is written to it in the wrong rows (xlwings issues 679 and 747). Criteria cannot be put
back for sure, so a filter is left alone: its hidden rows are shown while it is written to, and then hidden again.

All edits are made or none: what can be known is checked first, and after a failure values are written back. What
cannot be taken back are number formats and, if Excel stops answering half way, what was written by then; it is said.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sendxl.books.backups import backup_of, is_backup, prune
from sendxl.books.book import SCHEMA_EDITS, Accompany, Edit, Mark, RemoveRows, SetCached, SetCells
from sendxl.books.live.change import Change, refuse_unwritable, with_blanks
from sendxl.books.live.excel import PATIENCE, Excel
from sendxl.books.live.native import blockers, save_copy
from sendxl.books.live.opened import Opened
from sendxl.books.live.writing import HalfWritten, Writer
from sendxl.books.new_cells import TableEnd, running_numbers, set_cells
from sendxl.books.placing import Places, added_rows
from sendxl.errors import Refused
from sendxl.plan.rows import R, Rows
from sendxl.plan.schema import Table
from sendxl.plan.values import Value, to_text
from sendxl.xlsx.edit.names import cells_named
from sendxl.xlsx.edit.refusals import merged, no_formula, no_room, not_empty
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.read.address import MAX_ROW, Area, name, parse_cell

if TYPE_CHECKING:
    from sendxl.books.live.without_pandas import xlwings

_T = TypeVar("_T")
_VISIBLE = -1  # what xlwings tells of a sheet on Windows, where a very hidden one is no 0 either


class LiveBook:
    """The workbook ``book`` of xlwings. ``patience`` is how many seconds a busy Excel is waited for."""

    def __init__(self, book: "xlwings.Book", *, patience: float = PATIENCE, clock: Callable[[], float] = time.monotonic,
                 sleep: Callable[[float], None] = time.sleep) -> None:
        self._book = book
        self._excel = Excel(book.app, patience, clock, sleep)
        self._backups = 0
        self.copy: Path | None = None
        self._more: Accompany | None = None
        self._forget()

    def _forget(self) -> None:
        self._listed: dict[str, tuple[xlwings.Sheet, xlwings.main.Table]] | None = None
        self._opened: dict[str, Opened] = {}
        self._rows: dict[str, Rows[Any]] = {}  # by name of the table
        self._placed: dict[str, Places] = {}

    @property
    def name(self) -> str:
        """The workbook's name, as in Excel's title bar."""
        return self._ask(lambda: str(self._book.name))

    @property
    def path(self) -> Path | None:
        """Where the workbook is kept; None where that is no local place, or it was never saved."""
        try:
            path = Path(self._ask(lambda: str(self._book.fullname)))
        except Exception:  # of a place on the web xlwings cannot always tell which local one belongs to it
            return None
        return path if path.is_absolute() else None

    @property
    def sheets(self) -> Mapping[str, str]:
        """Sheet names and states: visible or hidden."""
        with self._refusing():
            shown = self._ask(lambda: {sheet.name: sheet.visible in (True, _VISIBLE) for sheet in self._book.sheets})
        return {name: "visible" if visible else "hidden" for name, visible in shown.items()}

    def has(self, table: Table) -> bool:
        """True if the workbook has a table of that name."""
        with self._refusing():
            return table.name.casefold() in self._tables()

    def read(self, table: Table[R]) -> Rows[R]:
        """The rows of a table, blank ones left out; KeyError where there is no table of that name, Refused by a busy Excel."""
        if table.name not in self._rows:
            with self._refusing():
                self._rows[table.name] = self._open(table).rows()
        return self._rows[table.name]

    def find(self, table: Table[R], column: str, text: str) -> list[R]:
        """The rows of a table that hold a text in a column."""
        return [row for row in self.read(table) if to_text(row[column]) == text]

    def words(self, name: str) -> list[str]:
        """The words of a closed list, as the sheet Lists has them under its defined name; none where there is no such name."""
        with self._refusing():
            return self._ask(lambda: self._words(name))

    def _words(self, name: str) -> list[str]:
        stands_for = next((str(named.refers_to) for named in self._book.names if named.name == name), "")
        found = cells_named(stands_for.removeprefix("="))
        if found is None or found[0] not in [sheet.name for sheet in self._book.sheets]:
            return []
        return [to_text(row[0]) for row in self._book.sheets[found[0]].range(str(found[1])).options(ndim=2).value]

    def check(self, edits: Sequence[Edit]) -> None:
        """Refused where ``apply`` would refuse the edits for what is in the workbook; nothing is written."""
        with self._refusing():
            self._plan(edits)

    def accompany(self, more: Accompany | None) -> None:
        """Have ``apply`` make what ``more`` makes of its edits; None: these alone."""
        self._more = more

    def keep_backups(self, count: int) -> None:
        """Keep so many copies of what was there before a batch was written; ``copy`` is that of the last one."""
        self._backups = count

    def blockers(self) -> Iterator[str]:
        """What keeps it from being written, each with how to mend it: it may only be read, it is protected, it is a backup."""
        yield from blockers(self._excel, self._book)
        if self.path and is_backup(self.path):
            yield ("it is a copy among the backups of a plan. Open the plan itself; to go back to this copy, first save it under "
                   "another name outside of that folder.")

    def apply(self, edits: Sequence[Edit], label: str = "") -> None:
        """Apply all the edits or, with Refused, none. Without edits, and what accompanies them, nothing is written.

        With a ``label`` a copy of what was there is kept, if that can be. Refused too where a table that is written was
        changed since it was read. KeyError where an edit names a table or sheet that the workbook has not.
        """
        with self._refusing():
            changes, marks = self._plan(self._more(edits) if self._more else edits)
            if not (changes or marks):
                return
            try:
                for change in changes:
                    self._refuse_changed(change.opened)
                self.copy = self._keep_copy(label) if label else None
                with self._excel.quiet():
                    Writer(self._excel, self._book).write(changes, self._reread)
                    for mark in marks:
                        self._ask(lambda mark=mark: self._mark(mark))  # type: ignore[misc]
            finally:
                self._forget()

    def save_copy(self, copy: Path) -> bool:
        """Save a copy of it as it is open; False where Excel cannot: on macOS one that was changed since it was saved."""
        with self._refusing():
            return save_copy(self._excel, self._book, self.path or Path(self.name), copy)

    def _keep_copy(self, label: str) -> Path | None:
        """The copy that was kept of the workbook as it is; None where none could be."""
        path = self.path
        if not (self._backups and path and path.exists()):
            return None
        copy = backup_of(path, label)
        try:
            copy.parent.mkdir(exist_ok=True)
            if save_copy(self._excel, self._book, path, copy):
                prune(path, self._backups, copy)
                return copy
        except (OSError, Refusal):  # the batch can be taken back without it; that there is none is told
            copy.unlink(missing_ok=True)
        return None

    def _ask(self, call: Callable[[], _T]) -> _T:
        return self._excel.ask(call)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except HalfWritten as error:
            raise Refused(f"{self._called}: {error}") from None
        except (Refusal, ValueError) as error:
            raise Refused(f"{self._called} was not changed: {error}") from None

    @property
    def _called(self) -> str:
        """The workbook's name in a refusal, which Excel may be too busy to tell."""
        try:
            return self.name
        except Refusal:
            return "The workbook"

    def _tables(self) -> Mapping[str, "tuple[xlwings.Sheet, xlwings.main.Table]"]:
        if self._listed is None:
            self._listed = self._ask(
                lambda: {str(table.name).casefold(): (sheet, table) for sheet in self._book.sheets for table in sheet.tables})
        return self._listed

    def _open(self, table: Table) -> Opened:
        if table.name not in self._opened:
            self._opened[table.name] = self._read_table(table)
        return self._opened[table.name]

    def _read_table(self, table: Table) -> Opened:
        try:
            sheet, listed = self._tables()[table.name.casefold()]
        except KeyError:
            raise KeyError(f"{self._called} has no table called {table.name}") from None
        return Opened.read(self._excel, table, sheet, listed)

    def _reread(self, opened: Opened) -> Opened:
        return self._read_table(opened.table)

    def _refuse_changed(self, opened: Opened) -> None:
        if opened.moved(self._reread(opened)):
            raise Refusal(f"{opened.title}, table {opened.table.name}: it was changed in the meantime. Run again to work on what "
                          "is there now.")

    def _mark(self, mark: Mark) -> None:
        self._book.sheets[mark.sheet].range(mark.cell).color = f"#{mark.look.value}" if mark.look.value else None

    def _plan(self, edits: Sequence[Edit]) -> tuple[list[Change], list[Mark]]:
        """What is to be written, by table, and what is to be marked; Refusal where it would do harm."""
        changes: dict[str, Change] = {}
        marks: list[Mark] = []
        for edit in edits:
            if isinstance(edit, SCHEMA_EDITS):
                raise Refusal("only a closed workbook is given tables, columns or choices. Close it, then upgrade it.")
            if isinstance(edit, SetCells):
                self._set_cells(self._change(changes, edit.table), edit)
            elif isinstance(edit, SetCached):
                self._refuse_no_formula(edit)
            elif isinstance(edit, RemoveRows):
                raise Refusal("rows are only taken out of a closed workbook. Close it in Excel and run sendxl archive.")
            elif isinstance(edit, Mark):
                marks.append(edit)
        for table, rows in added_rows(edits).items():
            self._append(self._change(changes, table), rows)
        if marks:
            self._refuse_no_cells(marks)
        return [change for change in changes.values() if change.cells], marks

    def _change(self, changes: dict[str, Change], table: Table) -> Change:
        if table.name not in changes:
            opened = self._open(table)
            changes[table.name] = Change(opened, new_last=opened.last)
        return changes[table.name]

    def _set_cells(self, change: Change, edit: SetCells) -> None:
        for row, column, cell in set_cells(edit, self._places(edit.table)):
            refuse_unwritable(change.opened, row, column, cell)
            change.cells[row, column] = cell

    def _places(self, table: Table) -> Places:
        if table.name not in self._placed:
            self._placed[table.name] = Places(self.read(table))
        return self._placed[table.name]

    def _refuse_no_formula(self, edit: SetCached) -> None:
        opened = self._open(edit.table)
        places = self._places(edit.table)
        row, column = places.row(edit.key), places.column(edit.table[edit.column])
        if not opened.formula(row, column):
            raise no_formula(f"{opened.title}!{name(row, column)}")

    def _refuse_no_cells(self, marks: Sequence[Mark]) -> None:
        sheets = self.sheets
        for mark in marks:
            parse_cell(mark.cell)
            if mark.sheet not in sheets:
                raise KeyError(f"{self.name} has no sheet called {mark.sheet}")

    def _append(self, change: Change, rows: Sequence[Mapping[str, Value]]) -> None:
        opened, table = change.opened, change.opened.table
        end = TableEnd(table, opened.title, opened.positions, opened.first, opened.last, opened.blank(opened.last))
        change.new_last = end.top + len(rows) - 1
        if change.grows:
            self._refuse_no_room(opened, change.added)
        for number, cells in enumerate(end.new_rows(rows, lambda: running_numbers(self.read(table))), end.top):
            for column, cell in with_blanks(opened, cells):
                refuse_unwritable(opened, number, column, cell)
                change.cells[number, column] = cell

    def _refuse_no_room(self, opened: Opened, added: Area) -> None:
        """Refusal where the table cannot take in the cells below it."""
        where = f"{opened.title}, table {opened.table.name}"
        if added.bottom > MAX_ROW:
            raise no_room(where)
        if opened.totals:
            raise Refusal(f"{where}: it has a totals row. Switch that off (Table Design, Total Row), then run again.")
        if taken := opened.taken(added):
            raise not_empty(f"{opened.title}!{taken}")
        if self._ask(lambda: opened.sheet.range(str(added)).merge_cells) is not False:
            raise merged(f"{opened.title}!{added}")
