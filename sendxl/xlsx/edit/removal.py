"""Rows that are to be taken out of a table: where the others come to stand, and what keeps them from moving.

Excel would change every formula that names one of the cells that move, and take along what hangs on them. That is not done
here, so where there is such a thing, no row is taken out.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sendxl.xlsx.edit.mentions import NOTES, formulas_of, notes_of
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.read import pattern
from sendxl.xlsx.read.address import MAX_ROW, Area, name, parse_area
from sendxl.xlsx.read.parts import TablePart
from sendxl.xlsx.read.pattern import NoPattern
from sendxl.xlsx.read.references import unquoted
from sendxl.xlsx.read.walk import AFTER, BEFORE, cells_of, walk
from sendxl.xlsx.read.workbook import Workbook

CELL = b'<c r="'
ADDRESS = re.compile(rb'<c r="([A-Z]{1,3})(\d+)"')
_ANY_CELL = re.compile(rb"<c[ />]")
_REFERENCE = re.compile(
    r'"(?:[^"]|"")*"|\[[^\[\]]*\]'
    r"|(?<![\w.$])((?:'(?:[^']|'')+'|[\w.]+)!)?\$?[A-Z]{1,3}(\$?)(\d+)(?::\$?[A-Z]{1,3}(\$?)(\d+))?(?![\w(.!])"
)
_ANCHOR = re.compile(rb"<(?:\w+:)?row>(\d+)</")


@dataclass(frozen=True)
class Removal:
    """Rows to be taken out of a table, by their numbers on the sheet, in order; ``blanked``: one that stays, without values."""

    table: TablePart
    rows: Sequence[int]
    blanked: int = 0

    @classmethod
    def of(cls, table: TablePart, rows: Collection[int]) -> "Removal":
        """Of all rows of a table the first stays as the blank one. ValueError for a row that the table has not."""
        numbers = sorted(set(rows))
        if numbers[0] < table.first or numbers[-1] > table.last:
            raise ValueError(f"the table {table.name} has no row {numbers[0 if numbers[0] < table.first else -1]}")
        everything = len(numbers) == table.last - table.first + 1
        return cls(table, numbers[1:] if everything else numbers, numbers[0] if everything else 0)

    @property
    def first(self) -> int:
        """The first row that goes or is blanked."""
        return self.blanked or self.rows[0]

    def moved(self, row: int) -> int:
        """Where a row that stays comes to stand."""
        return row - bisect_left(self.rows, row)

    def area(self, area: Area) -> Area | None:
        """What becomes of a range; None where all its rows go. One down to the end of the sheet stays so."""
        bottom = area.bottom if area.bottom == MAX_ROW else area.bottom - bisect_right(self.rows, area.bottom)
        top = self.moved(area.top)
        return area._replace(top=top, bottom=bottom) if top <= bottom else None

    def touches(self, area: Area) -> bool:
        """True if a formula over a range would say something else: all but of rows above, or over all that go and move."""
        return area.bottom >= self.first and not (area.top <= self.first and area.bottom >= self.table.last)


def inspected(book: Workbook, removal: Removal) -> tuple[bytes, bytes]:
    """What stands before and after the rows; Refusal where something in the workbook would be harmed by their moving."""
    table, head, tail, above = removal.table, b"", b"", list[bytes]()
    where = f"{table.sheet.name}, table {table.name}"
    if table.totals_rows:
        raise Refusal(f"{where}: it has a totals row. Switch it off (Table Design, Total Row), then run again.")
    for other in table.sheet.tables:
        if other is not table and other.area.bottom >= removal.first:
            raise Refusal(f"{where}: the table {other.name} stands beside or below it. Move it to another sheet, then run again.")
    for number, row in walk(book.package.chunks(table.sheet.part)):
        if number == BEFORE:
            head = row
        elif number == AFTER:
            tail = row
        elif number >= removal.first:
            _inspect(row, number, removal)
        elif b"<f" in row:
            above.append(row)
    _refuse_anchored(book, removal, tail)
    for sheet in book.sheets:
        if sheet is not table.sheet:
            _refuse_formulas(book.package.chunks(sheet.part), sheet.name, removal)
    _refuse_formulas(above, table.sheet.name, removal)
    _refuse_formulas((head, tail), table.sheet.name, removal, of_rules=True)
    return head, tail


def _inspect(row: bytes, number: int, removal: Removal) -> None:
    """Refusal where a row that goes or moves holds a formula, or anything outside the table."""
    table, sheet = removal.table, removal.table.sheet.name
    first, last = row.find(CELL), row.rfind(CELL)
    if len(_ANY_CELL.findall(row)) != row.count(CELL):
        raise NoPattern
    if first < 0:
        return
    columns = [pattern.COLUMNS[found[1]] for at in (first, last) if (found := ADDRESS.match(row, at))]
    if b"<f" not in row and number <= table.last and min(columns) >= table.area.left and max(columns) <= table.area.right:
        return
    for column, cell in cells_of(row, number).items():
        where, filled = f"{sheet}!{name(number, column)}", any(cell[5:])
        if cell[5]:
            raise Refusal(f"{where} holds a formula, which would not move with its row. Replace it with its value first.")
        if filled and number > table.last:
            raise Refusal(f"{where}, below the table, is not empty. Move what is there, then run again.")
        if filled and not table.area.left <= column <= table.area.right:
            raise Refusal(f"{where} stands beside the table. Move it to another sheet, then run again.")


def _refuse_anchored(book: Workbook, removal: Removal, tail: bytes) -> None:
    """Refusal where a note, picture, chart or control hangs on a row that goes or moves."""
    sheet = removal.table.sheet
    for part in book.related(sheet.part, NOTES):
        for ref in notes_of(book.package, part):
            if parse_area(ref).bottom >= removal.first:
                raise Refusal(f"{sheet.name}!{ref} has a note, which would not move with its row. Remove it, then run again.")
    drawn = [book.package.read(part) for part in book.related(sheet.part, ("drawing",))]
    for xml in (tail, *drawn):
        for match in _ANCHOR.finditer(xml):
            if int(match[1]) + 1 >= removal.first:
                raise Refusal(f"{sheet.name}: a picture, chart or button stands beside or on the rows from {removal.first} on. "
                              "Move it to another sheet, then run again.")


def _refuse_formulas(pieces: Iterable[bytes], sheet: str, removal: Removal, *, of_rules: bool = False) -> None:
    """Refusal of a formula that names rows that go or move. Of a rule on the table, rows without $ move along."""
    own = removal.table.sheet.name
    for formula in formulas_of(pieces):
        for named, top_fixed, top, bottom_fixed, bottom in _REFERENCE.findall(formula):
            if not top or (sheet_named(named) if named else sheet.casefold()) != own.casefold():
                continue
            stays = of_rules and not (named or top_fixed or bottom_fixed)
            if not stays and removal.touches(Area(int(top), 1, int(bottom or top), 1)):
                raise Refusal(f"{own}, table {removal.table.name}: a formula on {sheet} names rows that would go or move "
                              f"({formula[:60]}). Write it with the table’s name instead, then run again.")


def sheet_named(named: str) -> str:
    """The name of a sheet as a formula has it before a cell, in small letters."""
    return unquoted(named[:-1]).casefold()
