"""Reading a table of a closed workbook: cells as they are stored, by row and by column of the plan."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from sendxl.books.closed.sheet_store import SheetStore
from sendxl.books.placing import positions_of
from sendxl.errors import FileFault, FileUnreadable
from sendxl.plan.rows import R, Rows
from sendxl.plan.schema import Table
from sendxl.plan.values import to_texts
from sendxl.xlsx.package.xml import checked, is_utf8
from sendxl.xlsx.read import pattern
from sendxl.xlsx.read.parts import TablePart
from sendxl.xlsx.read.reader import PatternRow, Sheet, SheetReader, SheetRow
from sendxl.xlsx.read.walk import walk
from sendxl.xlsx.read.workbook import Workbook

_ROW = b"<row "
_USUAL_ROW = 200  # bytes, if anything stands in it
_AT_A_TIME = 1_000  # rows that share what is alike in them
_MOST_BLANK = 1 << 16  # rows of a table, beyond which blank ones are not counted


def read_rows(workbook: Workbook, part: TablePart, sheet: Sheet, table: Table[R]) -> Rows[R]:
    """The rows of a table, blank ones left out, those typed below it apart."""
    area = part.area
    headers: list[str] = list(part.columns)
    numbers: list[int] = []
    kept: list[SheetRow] = []
    columns: dict[str, int] = {}
    declared: set[int] = set()
    for number, cells in sheet.rows:
        if number == area.top and part.header_rows:
            headers = [_header(cells, column) for column in range(area.left, area.right + 1)]
        if not columns and number >= area.top:
            columns = positions_of(table, headers, area.left)
            declared = set(columns.values())
        is_total = part.last < number <= area.bottom
        if number >= part.first and not is_total and _says_something(cells, part, declared):
            numbers.append(number)
            kept.append(cells)
    store = SheetStore(workbook, table, numbers, kept, columns)
    rows: list[R] = []
    below: list[R] = []
    for index, number in enumerate(numbers):
        (rows if number <= part.last else below).append(table.row(store, index))
    present = set(numbers)
    within = range(part.first, part.last + 1) if part.last - part.first < _MOST_BLANK else ()
    blank = [number for number in within if number not in present]
    merges = [(str(merge), merge.cells) for merge in sheet.merges if merge.meets(area)]
    return Rows(table, rows, headers, part.sheet.name, blank, merges, sheet.protected, area.top, area.left, below)


def read_keys(workbook: Workbook, part: TablePart, table: Table[R]) -> Rows[R] | None:
    """The rows of a table that have a key, of each only that and its Kind: all that finding them takes.

    None where the sheet is stored in an unusual way. That it is well-formed is seen to as for any that is read.
    """
    maker, area = workbook.maker, part.area
    headers: list[str] = list(part.columns)
    columns: dict[str, int] = {}
    numbers: list[int] = []
    kept: list[SheetRow] = []
    try:
        for number, row in walk(checked(workbook.package.chunks(part.sheet.part), part.sheet.part)):
            span = pattern.row_at(row, 0) if area.top <= number <= part.last else None
            if span and number == area.top and part.header_rows:
                cells = PatternRow(span, pattern.cells(row[span.inner : span.close], number), maker)
                headers = [_header(cells, column) for column in range(area.left, area.right + 1)]
            if span and not columns:
                columns = {key: column for key, column in positions_of(table, headers, area.left).items()
                           if key in (table.key.key, table.kind)}
            if span and number >= part.first:
                content = pattern.cells_at(row, number, columns.values())
                found = pattern.kept(content, number, maker.styles, lambda: len(maker.strings))
                numbers.append(number)
                kept.append(PatternRow(span, found, maker))
    except pattern.NoPattern:
        return None
    store = SheetStore(workbook, table, numbers, kept, columns)
    rows = [row for row in map(partial(table.row, store), range(len(numbers))) if row.key]
    return Rows(table, rows, headers, part.sheet.name, top=area.top, left=area.left)


def refuse_too_long(workbook: Workbook, part: TablePart, table: Table) -> None:
    """FileUnreadable where a table has more rows than its declaration allows: told before any is read.

    Rows are counted only where the table says that it has so many, or the sheet is as large as if it had.
    """
    large = workbook.package.infos[part.sheet.part].file_size > table.most * _USUAL_ROW
    if not table.most or not (large or part.last - part.first >= table.most):
        return
    rows, before = 0, b""
    for piece in workbook.package.chunks(part.sheet.part):
        rows += (before + piece).count(_ROW)
        before = piece[1 - len(_ROW) :]
        if rows > part.area.top + table.most:
            raise FileUnreadable(FileFault.TOO_LONG, f"the sheet {part.sheet.name} has over {table.most:,}")


def each_row(workbook: Workbook, part: TablePart, table: Table[R]) -> Iterator[R]:
    """The rows of a table one by one, of which no more are kept at a time than make reading them quick."""
    columns = positions_of(table, headers_of(part), part.area.left)
    declared = set(columns.values())
    rows = ((number, cells) for number, cells in SheetReader(workbook, part.sheet)
            if part.first <= number <= part.last and _says_something(cells, part, declared))
    while some := list(islice(rows, _AT_A_TIME)):
        numbers, kept = zip(*some, strict=True)
        store = SheetStore(workbook, table, numbers, kept, columns)
        yield from (table.row(store, index) for index in range(len(numbers)))


def texts_of(workbook: Workbook, part: TablePart, table: Table) -> list[tuple[str, ...]]:
    """The rows of a table as texts, one for each declared column."""
    positions = positions_of(table, headers_of(part), part.area.left)
    wanted = [positions.get(column.key, 0) for column in table]
    there = tuple(sorted({column for column in wanted if column}))
    at = [there.index(column) if column else len(there) for column in wanted]
    rows: list[tuple[str, ...]] = []
    first, last = part.first, part.last
    for numbers, columns in SheetReader(workbook, part.sheet).values(there):
        texts = [*map(to_texts, columns), [""] * len(numbers)]
        found = zip(numbers, zip(*(texts[place] for place in at), strict=True), strict=True)
        rows += [row for number, row in found if first <= number <= last and any(row)]
    return rows


def mentions(workbook: Workbook, part: str, text: str) -> bool:
    """True if a text may stand in a cell of a sheet, alone or within another; it must have nothing that XML escapes."""
    wanted, end = text.encode(), b""
    for piece in workbook.package.chunks(part):
        if wanted in end + piece or not (end or is_utf8(piece)):
            return True
        end = piece[-len(wanted) :]
    return any(text in shared for shared in workbook.strings)


def headers_of(part: TablePart) -> list[str]:
    """The headers that a table was saved with, left to right."""
    return [header.strip() for header in part.columns]




def _header(cells: SheetRow, column: int) -> str:
    cell = cells.get(column)
    return "" if cell is None or cell.value is None else str(cell.value)


def _says_something(cells: SheetRow, part: TablePart, declared: set[int]) -> bool:
    """True unless a row of a table is blank. Formulas in columns of the user's own fill themselves, and do not count."""
    return any(
        part.area.left <= column <= part.area.right and (column in declared if cell.formula else cell.kind != "blank")
        for column, cell in cells.items()
    )
