"""A Book over a closed .xlsx or .xlsm file on disk.

Reading is of one snapshot of the file. Applying writes a temporary file beside it, verifies that, keeps a backup and
replaces the old file in one step; a file that changed on disk since it was read is not overwritten.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any

from sendxl.books.book import SCHEMA_EDITS, Accompany, Edit, Mark, RemoveRows, RenameHeader, RowEdit, SetCached, SetCells
from sendxl.books.closed.reading import each_row, headers_of, mentions, read_keys, read_rows, refuse_too_long, texts_of
from sendxl.books.closed.replace import Unstored, locked, replace_with
from sendxl.books.closed.schema_edits import SchemaEditor
from sendxl.books.closed.writes import added_column, heights_of, write_of
from sendxl.books.fit import row_height
from sendxl.books.new_cells import TableEnd, running_numbers, set_cells
from sendxl.books.placing import Places, added_rows, column_at, positions_of
from sendxl.errors import FileUnreadable, Refused, Unwritable
from sendxl.plan.rows import R, Rows
from sendxl.plan.schema import Table
from sendxl.plan.values import Value, to_text
from sendxl.xlsx.edit.blockers import Block, Blocker, blockers, blocks, uneditable
from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.names import cells_named, names_of
from sendxl.xlsx.edit.rename import follow_rename
from sendxl.xlsx.edit.write import How, Refusal, Write
from sendxl.xlsx.package.package import MASTER_LIMITS, Limits, Package
from sendxl.xlsx.read.address import parse_cell
from sendxl.xlsx.read.pattern import NoPattern
from sendxl.xlsx.read.reader import Sheet, SheetReader, SheetRow, read_sheet
from sendxl.xlsx.read.walk import numbers_in
from sendxl.xlsx.read.workbook import TablePart, Workbook


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Have a FileUnreadable say which file it is about."""
    try:
        yield
    except FileUnreadable as error:
        error.file = path
        raise


class ClosedBook:
    """The file at ``path``. ``sha256`` is that of the snapshot read; ``backups`` is how many to keep (0: none).

    Whatever reads raises FileUnreadable, which names the file, where it cannot be read.
    """

    def __init__(self, path: Path | str, *, limits: Limits = MASTER_LIMITS, backups: int = 20) -> None:
        """Open a workbook; FileUnreadable where the file is not one."""
        self.path = Path(path)
        self._backups = backups
        self._limits = limits
        self._more: Accompany | None = None
        with named(self.path):
            self._open()

    def _open(self) -> None:
        self._take(Package.open(self.path, self._limits))

    def _take(self, package: Package) -> None:
        """Read from a package from now on."""
        self._package = package
        self._workbook = Workbook(self._package)
        self._read: dict[str, Rows[Any]] = {}  # by name of the table
        self._sheets: dict[str, Sheet] = {}
        self._blocks: dict[str, list[Block]] = {}
        self._placed: dict[str, Places] = {}
        self._mentioned: dict[tuple[str, str], bool] = {}  # whether a text may stand on a sheet

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def sha256(self) -> str:
        """Fingerprint of the file as it was read."""
        return self._package.sha256

    @property
    def sheets(self) -> Mapping[str, str]:
        """Sheet names and states: visible, hidden or veryHidden."""
        return {sheet.name: sheet.state for sheet in self._workbook.sheets}

    def has(self, table: Table) -> bool:
        """True if the workbook has a table of that name."""
        return table.name.casefold() in self._workbook.tables

    def read(self, table: Table[R]) -> Rows[R]:
        """The rows of a table, blank ones left out; KeyError where there is no table of that name."""
        if table.name not in self._read:
            part = self._part(table)
            with named(self.path):
                refuse_too_long(self._workbook, part, table)
                self._read[table.name] = read_rows(self._workbook, part, self._sheet(part), table)
        return self._read[table.name]

    def find(self, table: Table[R], column: str, text: str) -> list[R]:
        """The rows of a table that hold a text in a column; where the text stands nowhere on the sheet, none is read."""
        part = self._part(table).sheet.part
        if table.name not in self._read:
            if (part, text) not in self._mentioned:
                with named(self.path):
                    self._mentioned[part, text] = mentions(self._workbook, part, text)
            if not self._mentioned[part, text]:
                return []
        return [row for row in self.read(table) if to_text(row[column]) == text]

    def each(self, table: Table[R]) -> Iterator[R]:
        """The rows of a table as ``read`` has them, one by one and none kept: a table of any length takes little memory."""
        with named(self.path):
            yield from each_row(self._workbook, self._part(table), table)

    def texts(self, table: Table) -> list[tuple[str, ...]]:
        """The rows of a table as texts, one for each declared column: as ``read`` has them, but much quicker.

        For tables of nothing but text; KeyError where there is no table of that name.
        """
        with named(self.path):
            return texts_of(self._workbook, self._part(table), table)

    def words(self, name: str) -> list[str]:
        """The words of a closed list, as the sheet Lists has them under its defined name; none where there is no such name."""
        with self._refusing():
            place = cells_named(names_of(self._workbook).get(name, ""))
        if place is None or place[0] not in self.sheets:
            return []
        with named(self.path):
            rows = read_sheet(self._workbook, self._workbook.sheet(place[0])).rows
        cells = [cells.get(place[1].left) for number, cells in rows if place[1].top <= number <= place[1].bottom]
        return [to_text(cell.value) for cell in cells if cell]

    def _sheet(self, part: TablePart) -> Sheet:
        if part.sheet.part not in self._sheets:
            self._sheets[part.sheet.part] = read_sheet(self._workbook, part.sheet)
        return self._sheets[part.sheet.part]

    def _part(self, table: Table) -> TablePart:
        try:
            return self._workbook.table(table.name)
        except KeyError:
            raise KeyError(f"{self.name} has no table called {table.name}") from None

    def apply(self, edits: Sequence[Edit], label: str = "") -> None:
        """Apply all the edits or, with Refused, none. Without edits, and what accompanies them, the file is not touched.

        ``label``, the batch that the edits are of, goes into the name of the backup.
        KeyError where an edit names a table or sheet that the workbook has not.
        """
        with self._refusing():
            editor = self._staged(self._more(edits) if self._more else edits)
            if editor.empty:
                return
            replace_with(self.path, self.sha256, editor.save, self._backups, label)
        self._open()

    def accompany(self, more: Accompany | None) -> None:
        """Have ``apply`` make what ``more`` makes of its edits; None: these alone."""
        self._more = more

    def keep_backups(self, count: int) -> None:
        """Keep so many copies of the file as it was before edits; 0: none."""
        self._backups = count

    def check(self, edits: Sequence[Edit]) -> None:
        """Refused where ``apply`` would refuse the edits for what is in the workbook; nothing is written."""
        with self._refusing():
            self._staged(edits).check()

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except FileUnreadable as error:
            raise Refused(f"{self.name} was not changed: {error.why}. {error.fault.mend}") from None
        except Unstored as error:
            raise Unwritable(f"{self.name} was not changed: {error}") from None
        except (Refusal, ValueError) as error:
            raise Refused(f"{self.name} was not changed: {error}") from None

    def _staged(self, edits: Sequence[Edit]) -> Editor:
        """The editor that is left to save: each edit of schema is made, and verified, in memory before what follows it."""
        book, editor = self, Editor(self._workbook, self._sheets)
        for step in _steps(edits):
            ahead = book if editor.empty else book._with(editor.package())
            following = step(ahead)
            if not following.empty:
                book, editor = ahead, following
        return editor

    def _with(self, package: Package) -> "ClosedBook":
        """The book as it would be with another content."""
        book = copy(self)
        book._take(package)
        return book

    def _follow(self, edit: RenameHeader) -> Editor:
        """The editor that has formulas name the column by its new header, which is not yet that of the column."""
        editor = Editor(self._workbook, self._sheets)
        follow_rename(editor, self._workbook, edit.table.name, edit.old, edit.table[edit.column].header)
        return editor

    def _editor(self, edits: Sequence[RowEdit]) -> Editor:
        editor = Editor(self._workbook, self._sheets)
        for edit in edits:
            if isinstance(edit, SetCells):
                self._set_cells(editor, edit)
            elif isinstance(edit, SetCached):
                places = self._places(edit.table)
                row, column = places.row(edit.key), places.column(edit.table[edit.column])
                editor.write(self._part(edit.table).sheet, row, column, Write(How.CACHED, edit.value))
            elif isinstance(edit, RemoveRows):
                editor.remove(self._part(edit.table), self._numbered(edit.table, edit.numbers))
            elif isinstance(edit, Mark):
                sheet = self._workbook.sheet(edit.sheet)
                editor.write(sheet, *parse_cell(edit.cell), Write(How.FILL, fill=edit.look.value))
        for table, rows in added_rows(edits).items():
            self._append(editor, table, rows)
        return editor

    def _numbered(self, table: Table, numbers: Collection[int]) -> list[int]:
        """The sheet's rows that hold running numbers; Refusal where one is missing or double."""
        part = self._part(table)
        column = column_at(positions_of(table, headers_of(part), part.area.left), table.key, part.sheet.name, table)
        wanted = set(numbers)
        try:
            found = [(no, row) for row, no in numbers_in(self._package.chunks(part.sheet.part), column)
                     if no in wanted and part.first <= row <= part.last]
        except NoPattern:
            raise Refusal(f"the sheet {part.sheet.name} is stored in an unusual way. Open the file in Excel, save it, then run "
                          "again.") from None
        if len(found) != len(wanted) or {no for no, _ in found} != wanted:
            raise Refusal(f"table {table.name}: not every {table.key.header} of the rows to be taken out is there just once.")
        return [row for _, row in found]

    def _set_cells(self, editor: Editor, edit: SetCells) -> None:
        sheet, width, top = self._part(edit.table).sheet, edit.table[edit.column].width, self._part(edit.table).area.top
        for row, column, cell in set_cells(edit, self._places(edit.table)):
            editor.write(sheet, row, column, write_of(cell))
            if isinstance(cell.value, str) and len(cell.value) > width and row > top:
                editor.fit(sheet, row, row_height([(cell.value, width)]))

    def _places(self, table: Table) -> Places:
        if table.name not in self._placed:
            rows = self._read.get(table.name) or read_keys(self._workbook, self._part(table), table)
            self._placed[table.name] = Places(rows or self.read(table))
        return self._placed[table.name]

    def _append(self, editor: Editor, table: Table, rows: Sequence[Mapping[str, Value]]) -> None:
        part = self._part(table)
        read = self._read.get(table.name)
        if read is not None and [header.strip() for header in read.typed_headers] != headers_of(part):
            raise Refusal(f"{read.sheet}, table {table.name}: its headers are not those that the table was saved with. Open the "
                          "file in Excel, save it, then run again.")
        last = self._last_row(part)
        blank = all(cell.kind == "blank" or cell.formula for cell in last.values())
        positions = positions_of(table, headers_of(part), 0)
        widths = {position: table[key].width for key, position in positions.items()}
        end = TableEnd(table, part.sheet.name, positions, part.first, part.last, blank)
        columns = end.new_columns(rows, lambda: self._running_numbers(table, part, last, positions))
        for number, height in enumerate(heights_of(columns, widths, len(rows)), end.top):
            editor.fit(part.sheet, number, height)
        added = {position: added_column(column) for position, column in columns.items()}
        editor.append(part, added, len(rows), fill_first=end.fills)

    def _running_numbers(self, table: Table, part: TablePart, last: SheetRow, positions: Mapping[str, int]) -> list[int]:
        """The running numbers of a table. Of one that is only added to, the last row has the highest: others are not read."""
        if not table.append_only:
            return running_numbers(self.read(table))
        cell = last.get(part.area.left + positions[table.key.key])
        return [int(cell.value)] if cell and isinstance(cell.value, (int, float)) else []

    def _last_row(self, part: TablePart) -> SheetRow:
        """The cells of a table's last row; the rows before it are not parsed where that can be helped."""
        bones = self._workbook.skeleton(part.sheet.part, part.last)
        for number, cells in SheetReader(self._workbook, part.sheet, (bones.xml,) if bones else None):
            if number == part.last:
                return {column: cell for column, cell in cells.items() if part.area.left <= column <= part.area.right}
        return {}

    def uneditable(self) -> list[str]:
        """Why nothing can be written into the file as it is, each with how to mend it."""
        with named(self.path):
            return list(uneditable(self._package))

    def blocks(self, table: Table) -> list[Block]:
        """Formulas that fill several cells of the sheet that a table is on; KeyError where there is no such table."""
        part = self._part(table).sheet
        if part.part not in self._blocks:
            with named(self.path):
                self._blocks[part.part] = blocks(self._workbook, part)
        return self._blocks[part.part]

    def blockers(self, table: Table) -> list[Blocker]:
        """What keeps rows from being added to a table; KeyError where there is none of that name."""
        part = self._part(table)
        with named(self.path):
            return list(blockers(part, self._sheet(part), self.blocks(table)))

    @contextmanager
    def locked(self, timeout: float = 10) -> Iterator[None]:
        """Hold off other runs of sendxl on this file, a courtesy; Refused after ``timeout`` seconds of waiting."""
        with locked(self.path, timeout):
            yield


def _steps(edits: Sequence[Edit]) -> Iterator[Callable[[ClosedBook], Editor]]:
    """The edits in steps that are made one after another: of schema each by itself, of rows those that stand together."""
    rows: list[RowEdit] = []
    for edit in edits:
        if not isinstance(edit, SCHEMA_EDITS):
            rows.append(edit)
            continue
        if rows:
            yield lambda book, rows=rows: book._editor(rows)  # type: ignore[misc]
        rows = []
        if isinstance(edit, RenameHeader):
            yield lambda book, edit=edit: book._follow(edit)  # type: ignore[misc]
        yield lambda book, edit=edit: SchemaEditor(book._workbook).make(edit)  # type: ignore[misc]
    if rows:
        yield lambda book: book._editor(rows)
