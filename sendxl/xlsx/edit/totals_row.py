"""A totals row makes room when its table grows: its cells move down below the new rows, and nothing else does.

Excel would change every formula that names one of these cells by its address. That is not done here, so where there is
such a formula, or a note or link in the row, the table is not grown.
"""

import re
from collections.abc import Sequence

from sendxl.xlsx.edit.growth import CHART_RANGES, NAMES, Growth
from sendxl.xlsx.edit.locate import Layout, RowAt
from sendxl.xlsx.edit.mentions import NOTES, formulas_of, notes_of
from sendxl.xlsx.edit.write import How, Refusal, Write
from sendxl.xlsx.package.xml import Patch, apply, decode, feed, handle, local, parser, tag_end, with_attribute
from sendxl.xlsx.read.address import column_number, name, parse_area, parse_cell
from sendxl.xlsx.read.references import unquoted
from sendxl.xlsx.read.workbook import TablePart, Workbook

MOVED = Write(How.NEW)  # stands for a cell of the totals row, in the place it moves to
_SKIPPED = r'"(?:[^"]|"")*"|\[[^\[\]]*\]'
_REFERENCE = re.compile(
    _SKIPPED + r"|(?<![\w.$])((?:'(?:[^']|'')+'|[\w.]+)!)?\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?(?![\w(.!])"
)


class Moved:
    """The totals rows of a sheet part whose tables grow.

    ``cells``: the cells by their new row and column, as XML. ``tags``: start tags by new row. ``writes``: a write for
    each of these cells. ``leaving``: the columns that make room, by old row.
    """

    def __init__(self, xml: bytes, layout: Layout, growths: Sequence[Growth], sheet: str) -> None:
        """Find them; Refusal where something stands beside one, or a formula cannot be moved."""
        self.cells: dict[tuple[int, int], str] = {}
        self.tags: dict[int, str] = {}
        self.writes: dict[int, dict[int, Write]] = {}
        self.leaving: dict[int, range] = {}
        rows = {row.number: row for row in layout.rows} if any(growth.totals for growth in growths) else {}
        for growth in growths:
            if growth.totals and growth.old_last + 1 in rows:
                self._move(xml, rows[growth.old_last + 1], growth, sheet)

    def _move(self, xml: bytes, row: RowAt, growth: Growth, sheet: str) -> None:
        columns, to = range(growth.left, growth.right + 1), growth.new_last + 1
        end, alone = tag_end(xml, row.start)
        tag = with_attribute(xml[row.start : end], "r", str(to)).decode()
        self.tags[to] = tag[:-2].rstrip() + ">" if alone else tag
        self.leaving[row.number] = columns
        cells = row.located(xml).cells
        self.writes[to] = {column: MOVED for column in cells if column in columns}
        for column, cell in cells.items():
            where = f"{sheet}!{name(row.number, column)}"
            if column not in columns and cell.filled:
                raise Refusal(f"{where} stands beside the totals row. Move it to another row, so that the table can grow.")
            if column in columns:
                end = tag_end(xml, cell.start)[0]
                if cell.formula_kind:
                    raise Refusal(f"{where}, in the totals row, has an array or shared formula. Type it anew, then run again.")
                if cell.formula and _names(decode(xml[slice(*cell.formula)]), sheet, growth, growth.old_last):
                    raise Refusal(f"{where} counts up to row {growth.old_last}, which would leave new rows out. Choose the total "
                                  "from the list in that cell, then run again.")
                start = with_attribute(xml[cell.start : end], "r", name(to, column))
                self.cells[to, column] = (start + xml[end : cell.end]).decode()


def refuse_totals(book: Workbook, table: TablePart, growth: Growth) -> None:
    """Refusal where the totals row of a table that grows is named by its address, or has a note."""
    row, where = table.area.bottom, f"{table.sheet.name}, table {table.name}"
    for sheet in book.sheets:
        for formula in formulas_of(book.package.chunks(sheet.part)):
            if _names(formula, sheet.name, growth, row):
                raise Refusal(f"{where}: a formula on {sheet.name} names a cell of its totals row ({formula[:60]}), which is to "
                              "move down. Write it with the table’s name instead, then run again.")
    for part, elements in ((book.part, NAMES), *((part, CHART_RANGES) for part in book.chart_parts)):
        for match in elements.finditer(book.package.read(part)):
            if _names(decode(match[2]), "", growth, row, starts_there=True):
                raise Refusal(f"{where}: a name or chart shows a cell of its totals row, which is to move down. Remove it first.")
    for part in book.related(table.sheet.part, NOTES):
        if any(parse_area(ref).meets(table.area._replace(top=row)) for ref in notes_of(book.package, part)):
            raise Refusal(f"{where}: there is a note in its totals row, which is to move down. Remove it first.")


def rechained(xml: bytes, book: Workbook, growths: Sequence[Growth]) -> bytes:
    """The calculation chain, in which the formulas of totals rows are called by their new places.

    An entry for a cell that holds no formula makes Excel repair the file.
    """
    moves = {book.sheet(growth.sheet).number: growth for growth in growths if growth.totals}
    patches: list[Patch] = []
    made = parser("the calculation chain")
    sheet = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal sheet
        if local(tag) != "c":
            return
        sheet = attributes.get("i", sheet)  # left out where it is that of the entry before
        row, column = parse_cell(attributes["r"])
        growth = moves.get(sheet)
        if growth and row == growth.old_last + 1 and growth.left <= column <= growth.right:
            at = made.CurrentByteIndex
            end = tag_end(xml, at)[0]
            patches.append(Patch(at, end, with_attribute(xml[at:end], "r", name(growth.new_last + 1, column))))

    handle(made, "the calculation chain", start, size=len(xml))
    feed(made, (xml,), "the calculation chain")
    return apply(xml, patches)


def _names(formula: str, own: str, of: Growth, row: int, *, starts_there: bool = False) -> bool:
    """True if a formula on the sheet ``own`` names a cell of a row of a table, or a range that ends (or starts) there."""
    for sheet, left, top, right, bottom in _REFERENCE.findall(formula):
        if not left:  # a text or a name in brackets
            continue
        meant = unquoted(sheet[:-1]) if sheet else own
        try:
            first, last = column_number(left), column_number(right or left)
        except ValueError:  # a name that looks like an address
            continue
        ends = (int(top),) if starts_there else (int(top), int(bottom or top))
        if meant.casefold() == of.sheet.casefold() and row in ends and first <= of.right and of.left <= last:
            return True
    return False
