"""Tables of a workbook whose program dropped them when it saved: their cells are there, and are found by the headers."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from sendxl.plan.likeness import as_seen
from sendxl.plan.schema import Table
from sendxl.plan.values import to_text
from sendxl.xlsx.read.address import Area
from sendxl.xlsx.read.reader import SheetReader, SheetRow
from sendxl.xlsx.read.workbook import SheetPart, TablePart, Workbook

_FIRST_ROWS = 30  # of a sheet, among which headers are looked for
_MOST_SHEETS = 30  # on which a table is looked for


@dataclass(frozen=True)
class _Headers:
    """The row of a sheet that seems to be a table's header: its number, and what stands in it by column."""

    sheet: SheetPart
    row: int
    texts: dict[int, str]
    declared: list[int]  # the columns of those that the table declares


def table_by_headers(workbook: Workbook, table: Table, sheets: Iterable[SheetPart]) -> TablePart | None:
    """A table where it stands on one of some sheets; None where none of them has a row of its headers.

    It reaches from the row that holds most of its headers, among them that of the key, to the last row that has anything
    under these, and over whatever columns stand right beside them with a header of their own.
    """
    seen = [one for sheet in list(sheets)[:_MOST_SHEETS] for one in _rows_of_headers(workbook, table, sheet)]
    most = max(reversed(seen), key=lambda one: len(one.declared), default=None)  # of two alike the last: a tracker's come last
    if most is None:
        return None
    left, right = min(most.declared), max(most.declared)
    while left - 1 in most.texts:
        left -= 1
    while right + 1 in most.texts:
        right += 1
    last = max((number for number, cells in SheetReader(workbook, most.sheet) if number > most.row
                and any(_is_filled(cells, column) for column in most.declared)), default=most.row + 1)
    headers = tuple(most.texts.get(column, "") for column in range(left, right + 1))
    return TablePart(table.name, "", most.sheet, Area(most.row, left, last, right), 1, 0, headers, {}, frozenset())


def _rows_of_headers(workbook: Workbook, table: Table, sheet: SheetPart) -> Iterable[_Headers]:
    """The rows at the top of a sheet that hold the header of the key, and most of the others."""
    wanted = {as_seen(column.header) for column in table}
    for number, cells in takewhile(lambda row: row[0] <= _FIRST_ROWS, SheetReader(workbook, sheet)):
        texts = _texts(cells)
        first = {as_seen(text): column for column, text in reversed(texts.items())}
        declared = [column for seen, column in first.items() if seen in wanted]
        if as_seen(table.key.header) in first and 2 * len(declared) > len(wanted):
            yield _Headers(sheet, number, texts, declared)


def _is_filled(cells: SheetRow, column: int) -> bool:
    cell = cells.get(column)
    return cell is not None and (cell.formula or cell.kind != "blank")


def _texts(cells: SheetRow) -> dict[int, str]:
    """The texts in a row, by column from the left."""
    texts = ((column, to_text(cells[column].value)) for column in sorted(cells) if cells[column].kind == "text")
    return {column: text for column, text in texts if text}
