"""A Book over a closed .xlsx or .xlsm file on disk.

Reading is of one snapshot of the file. Applying writes a temporary file beside it, verifies that, keeps a backup and
replaces the old file in one step; a file that changed on disk since it was read is not overwritten.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sendxl.books.book import AppendRows, Edit, Mark, Refused, SetCached, SetCells
from sendxl.plan.columns import Column, Table, Type
from sendxl.plan.rows import Row, Rows
from sendxl.plan.values import CellKind, Stored, Value
from sendxl.xlsx.address import name, parse_cell
from sendxl.xlsx.edit import Editor
from sendxl.xlsx.package import MASTER_LIMITS, Limits, Package
from sendxl.xlsx.reader import SheetReader, SheetRow
from sendxl.xlsx.splice import How, Refusal, Write
from sendxl.xlsx.workbook import TablePart, Workbook

_KINDS = {kind.value: kind for kind in CellKind}
_TEMPORARY = "~sendxl-"


class ClosedBook:
    """The file at ``path``. ``sha256`` is that of the snapshot read; ``backups`` is how many to keep (0: none)."""

    def __init__(self, path: Path | str, *, limits: Limits = MASTER_LIMITS, backups: int = 20) -> None:
        """Open a workbook; sendxl.xlsx.package.PackageError where the file is not one."""
        self.path = Path(path)
        self.backups = backups
        self._limits = limits
        self._open()

    def _open(self) -> None:
        self._package = Package.open(self.path, self._limits)
        self._workbook = Workbook(self._package)
        self._read: dict[str, Rows] = {}
        self._numbers: dict[str, dict[str, list[int]]] = {}

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

    def read(self, table: Table) -> Rows:
        """The rows of a table, blank ones left out; KeyError where there is no table of that name."""
        if table.name not in self._read:
            self._read[table.name] = self._read_rows(table)
        return self._read[table.name]

    def _part(self, table: Table) -> TablePart:
        try:
            return self._workbook.table(table.name)
        except KeyError:
            raise KeyError(f"{self.name} has no table called {table.name}") from None

    def _read_rows(self, table: Table) -> Rows:
        part = self._part(table)
        area = part.area
        reader = SheetReader(self._workbook, part.sheet)
        headers: list[str] = list(part.columns)
        rows: list[Row] = []
        present: set[int] = set()
        columns: dict[str, int] = {}
        for number, cells in reader:
            if number == area.top and part.header_rows:
                headers = [_header(cells, column) for column in range(area.left, area.right + 1)]
            if not columns and number >= area.top:
                columns = _positions(table, headers, area.left)
            if part.first <= number <= part.last and any(
                area.left <= column <= area.right and (cell.kind != "blank" or cell.formula)
                for column, cell in cells.items()
            ):
                present.add(number)
                rows.append(self._row(table, number, cells, columns))
        blank = (
            [number for number in range(part.first, part.last + 1) if number not in present]
            if part.last - part.first < 1 << 16
            else []
        )
        merges = [(str(merge), merge.cells) for merge in reader.merges if merge.meets(area)]
        return Rows(table, rows, headers, part.sheet.name, blank, merges, reader.protected)

    def _row(self, table: Table, number: int, cells: SheetRow, columns: Mapping[str, int]) -> Row:
        formats = self._workbook.styles.formats

        def fetch(key: str) -> Stored:
            column = columns.get(key)
            if column is None:
                return Stored()
            cell = cells.get(column)
            if cell is None:
                return Stored(address=name(number, column))
            return Stored(
                _KINDS[cell.kind],
                cell.value,
                cell.raw,
                name(number, column),
                formats[cell.style].is_percent,
                cell.formula,
            )

        return Row(table, number, fetch)

    def apply(self, edits: Sequence[Edit]) -> None:
        """Apply all the edits or, with Refused, none. Without edits the file is not touched."""
        if not edits:
            return
        try:
            editor = Editor(self._workbook)
            for edit in edits:
                if isinstance(edit, SetCells):
                    self._set_cells(editor, edit)
                elif isinstance(edit, SetCached):
                    row, column = self._place(edit.table, edit.key, edit.table[edit.column])
                    editor.write(self._part(edit.table).sheet, row, column, Write(How.CACHED, edit.value))
                elif isinstance(edit, Mark):
                    editor.write(
                        self._workbook.sheet(edit.sheet), *parse_cell(edit.cell), Write(How.FILL, fill=edit.look.value)
                    )
            appended: dict[str, list[Mapping[str, Value]]] = {}
            tables = {edit.table.name: edit.table for edit in edits if isinstance(edit, AppendRows)}
            for edit in edits:
                if isinstance(edit, AppendRows):
                    appended.setdefault(edit.table.name, []).extend(edit.rows)
            for table_name, rows in appended.items():
                self._append(editor, tables[table_name], rows)
            self._replace(editor)
        except (Refusal, ValueError) as error:
            raise Refused(f"{self.name} was not changed: {error}") from None
        self._open()

    def _set_cells(self, editor: Editor, edit: SetCells) -> None:
        column = edit.table[edit.column]
        sheet = self._part(edit.table).sheet
        rows = self.read(edit.table)
        kinds = rows.by_key if column.type in (Type.ACTUAL, Type.LEVEL) and "kind" in edit.table.by_key else {}
        for key, value in edit.values.items():
            row, position = self._place(edit.table, key, column)
            kind = kinds[key].kind if kinds else None
            editor.write(sheet, row, position, Write(How.SET, value, column.format_in(kind)))

    def _place(self, table: Table, key: str, column: Column) -> tuple[int, int]:
        """Row and column on the sheet; Refusal where the key is missing or double, or the column is not there."""
        rows = self.read(table)
        numbers = self._numbers.get(table.name)
        if numbers is None:
            numbers = self._numbers[table.name] = {}
            for row in rows:
                numbers.setdefault(row.key, []).append(row.number)
        found = numbers.get(key, [])
        if len(found) != 1:
            where = f"stands in rows {found[0]} and {found[1]}; make it one" if found else "is not there"
            raise Refusal(f"{rows.sheet}, table {table.name}: the {table.key.header} {key} {where}.")
        positions = _positions(table, rows.headers, self._part(table).area.left)
        if column.key not in positions:
            raise Refusal(
                f"{rows.sheet}, table {table.name}: the column “{column.header}” is missing. Put its header back."
            )
        return found[0], positions[column.key]

    def _append(self, editor: Editor, table: Table, rows: Sequence[Mapping[str, Value]]) -> None:
        part = self._part(table)
        last = self._last_row(part)
        blank = part.first == part.last and not any(cell.kind != "blank" for cell in last.values())
        headers = list(part.columns)
        positions = {c.key: headers.index(c.header) for c in table if c.header in headers}
        missing = next(
            (c for c in table if c.key not in positions and any(row.get(c.key) is not None for row in rows)), None
        )
        if missing:
            raise Refusal(
                f"{part.sheet.name}, table {table.name}: the column “{missing.header}” is missing. Put its header back."
            )
        number = 0
        if table.numbered:
            known = last.get(part.area.left + positions[table.key.key])
            count = 0 if blank else part.last - part.first + 1
            number = max(count, int(known.value) if known and isinstance(known.value, (int, float)) else 0)
        made: list[dict[int, Write]] = []
        for row in rows:
            number += 1
            given = {**row, table.key.key: number} if table.numbered else dict(row)
            kind = given.get("kind")
            made.append(
                {
                    positions[key]: Write(How.SET, value, table[key].format_in(kind))
                    for key, value in given.items()
                    if value is not None
                }
            )
        editor.append(part, made, fill_first=blank)

    def _last_row(self, part: TablePart) -> SheetRow:
        """The cells of a table's last row; the rows before it are not parsed where that can be helped."""
        ends = self._workbook.ends(part.sheet.part, part.last)
        reader = SheetReader(self._workbook, part.sheet, ends)
        return next(
            (
                {column: cell for column, cell in cells.items() if part.area.left <= column <= part.area.right}
                for number, cells in reader
                if number == part.last
            ),
            {},
        )

    def _replace(self, editor: Editor) -> None:
        target = self.path.resolve()
        _refuse_open(target)
        handle, temporary_name = tempfile.mkstemp(prefix=_TEMPORARY, suffix=".tmp", dir=target.parent)
        os.close(handle)
        temporary = Path(temporary_name)
        try:
            editor.save(temporary)
            shutil.copymode(target, temporary)
            if hashlib.sha256(target.read_bytes()).hexdigest() != self.sha256:
                raise Refusal("it was changed by someone else in the meantime. Run again to work on what is there now.")
            if self.backups:
                _keep_backup(target, self.backups)
            try:
                temporary.replace(target)
            except PermissionError:
                raise Refusal("it is open in another program. Close it there, then run again.") from None
        finally:
            temporary.unlink(missing_ok=True)

    @contextmanager
    def locked(self, timeout: float = 10) -> Iterator[None]:
        """Hold off other runs of sendxl on this file, a courtesy; Refused after ``timeout`` seconds of waiting."""
        from filelock import FileLock, Timeout

        path = self.path.with_name(f".{self.path.name}.lock")
        lock = FileLock(path)
        try:
            lock.acquire(timeout=timeout)
        except Timeout:
            raise Refused(
                f"{self.name} is being written by another run of sendxl. Wait for it to end, then run again."
            ) from None
        try:
            yield
        finally:
            lock.release()
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _header(cells: SheetRow, column: int) -> str:
    cell = cells.get(column)
    return "" if cell is None or cell.value is None else str(cell.value).strip()


def _positions(table: Table, headers: Sequence[str], left: int) -> dict[str, int]:
    """Column key to column number on the sheet; of two columns with one header the first."""
    found: dict[str, int] = {}
    for offset, header in enumerate(headers):
        column = table.by_header.get(header)
        if column is not None:
            found.setdefault(column.key, left + offset)
    return found


def _refuse_open(path: Path) -> None:
    """Refusal where a spreadsheet program says that it has the file open."""
    for program, hint in (("Excel", f"~${path.name}"), ("LibreOffice", f".~lock.{path.name}#")):
        if path.with_name(hint).exists():
            raise Refusal(
                f"it is open in {program}. Close it there, then run again. (If it is not, delete {hint} beside it.)"
            )


def _keep_backup(path: Path, keep: int) -> None:
    """Copy the file into the folder of its backups, and prune that folder to the newest ``keep``."""
    folder = path.with_name(f"{path.stem} backups")
    folder.mkdir(exist_ok=True)
    stem = f"{path.stem} {datetime.now():%Y-%m-%d %H%M%S %f}"
    shutil.copy2(path, folder / f"{stem}{path.suffix}")
    for old in sorted(folder.glob(f"{path.stem} *{path.suffix}"))[:-keep]:
        old.unlink()
