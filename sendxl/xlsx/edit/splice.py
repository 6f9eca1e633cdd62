"""Edits spliced into one sheet part: cells set, rows added below a table, and what must follow; every other byte kept.

It also takes a sheet whose middle rows are left out (``skeleton``), so that adding to a table of any length parses
only its last row.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import groupby, islice, pairwise

from sendxl.errors import FileUnreadable
from sendxl.xlsx.edit.added import AddedRows
from sendxl.xlsx.edit.growth import Growth, around
from sendxl.xlsx.edit.locate import CellAt, Columns, Layout, RowAt, locate
from sendxl.xlsx.edit.refusals import cannot_hold, holds_formula, no_formula, not_empty
from sendxl.xlsx.edit.totals_row import MOVED, Moved
from sendxl.xlsx.edit.write import Formula, How, Refusal, Write, Written, after_address, computed, render
from sendxl.xlsx.package.xml import Patch, is_utf8, tag_end, with_attribute
from sendxl.xlsx.read import pattern
from sendxl.xlsx.read.address import Area, letters, name, parse_area
from sendxl.xlsx.read.reader import PatternRow
from sendxl.xlsx.read.styles import Styles

_BLOCKS = (b'"array"', b"'array'", b'"dataTable"', b"'dataTable'")
_AT_A_TIME = 1_000  # added rows that are formed together
_MOST_ALIKE = 1 << 14  # cells of which it is kept how they are written
_SAVE_AGAIN = "Open the file in Excel, save it, then run again."
_BLOCK_KINDS = {"array": "an array formula", "dataTable": "a data table", "shared": "a shared formula"}


@dataclass
class SheetEdits:
    """All that is to be done to one sheet: writes by row and column, rows added below tables, and tables that grow."""

    sheet: str
    cells: dict[int, dict[int, Write]] = field(default_factory=dict)
    added: list[AddedRows] = field(default_factory=list)
    growths: list[Growth] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)  # points that a row needs, unless its height was set by hand

    @property
    def rows(self) -> set[int]:
        """The rows that are written to."""
        return set().union(self.cells, *(added.numbers for added in self.added))

    def writes(self, number: int) -> Mapping[int, Write]:
        """What is written into a row."""
        writes = self.cells.get(number, {})
        for added in self.added:
            if number in added.numbers:
                writes = {**writes, **added.writes(number)}
        return writes

    def columns(self, number: int) -> Set[int]:
        """The columns of a row that are written to."""
        only = self.only_added(number)
        return only.columns.keys() if only else self.writes(number).keys()

    def only_added(self, number: int) -> AddedRows | None:
        """The added rows that a row is one of, if nothing else is written into it."""
        of = [added for added in self.added if number in added.numbers]
        return of[0] if len(of) == 1 and number not in self.cells else None

    @property
    def only_appends(self) -> bool:
        """True if no row before the last row of a growing table is touched, and nothing can depend on what is added."""
        return len(self.growths) == 1 and not self.growths[0].totals and min(self.rows) >= self.growths[0].old_last

    @property
    def written(self) -> Area | None:
        """The smallest area that holds every write."""
        rows = [row for row, cells in self.cells.items() if cells]
        rows += [growth.new_last + 1 for growth in self.growths if growth.totals]
        rows += [row for added in self.added for row in (added.numbers[0], added.numbers[-1])]
        columns = set().union(*self.cells.values(), *(added.columns for added in self.added))
        return Area(min(rows), min(columns), max(rows), max(columns)) if rows else None


def splice(
    xml: bytes, edits: SheetEdits, styles: Styles, date1904: bool, part: str, known: Sequence[PatternRow] | None = None
) -> list[Patch]:
    """The patches that make ``edits`` in a sheet part; Refusal where one would do harm.

    ``known``: the rows of the part, where they were read already.
    """
    if not is_utf8(xml):
        raise Refusal(f"the sheet {edits.sheet} is not stored as UTF-8. {_SAVE_AGAIN}")
    wanted: dict[int, Columns] = {row: edits.columns(row) for row in edits.rows}
    for growth in edits.growths:
        wanted |= dict.fromkeys((growth.old_last, *((growth.old_last + 1, growth.new_last + 1) if growth.totals else ())))
    blocks = any(mark in xml for mark in _BLOCKS)
    if blocks:
        wanted |= dict.fromkeys(range(1, max(wanted) + 1))
    layout = locate(xml, edits.sheet, part, wanted, known)
    splicer = _Splicer(xml, edits, styles, date1904, layout, blocks=blocks)
    return [*splicer.patches(), *around(xml, layout, edits.written, edits.growths, edits.sheet, part)]


_Like = tuple[Written | Formula, type, str, bool, int]
"""What cells have alike that are written alike: value and its type, number format, whether that is exact, and style."""


class _Rests(dict[_Like, str]):
    """What follows the address of cells: many in a column are alike."""

    def __init__(self, styles: Styles, date1904: bool, prefix: str) -> None:
        super().__init__()
        self._of = styles, date1904, prefix

    def __missing__(self, like: _Like) -> str:
        value, _, number_format, exact, style = like
        if len(self) == _MOST_ALIKE:
            self.clear()
        rest = self[like] = after_address(Write(How.SET, value, number_format, exact=exact), style, *self._of)
        return rest


class _Splicer:
    """Makes the patches among the rows of one sheet part."""

    def __init__(self, xml: bytes, edits: SheetEdits, styles: Styles, date1904: bool, layout: Layout, *, blocks: bool) -> None:
        self.xml, self.edits, self.styles, self.date1904, self.layout = xml, edits, styles, date1904, layout
        self.blocks = blocks  # whether there may be formulas that fill several cells
        self.prefix = layout.prefix
        self.rests = _Rests(styles, date1904, layout.prefix)
        self.above: dict[int, int] = {}  # styles of the last row of a growing table, by column
        self.moved = Moved(xml, layout, edits.growths, edits.sheet)
        self.rows = sorted(edits.rows.union(self.moved.writes))

    def writes(self, number: int) -> Mapping[int, Write]:
        """What is written into a row."""
        return {**self.edits.writes(number), **self.moved.writes.get(number, {})}

    def patches(self) -> Iterator[Patch]:
        """Patches to rows that are there, and rows to be added between and after them."""
        for one, next_one in pairwise(self.layout.rows):
            if next_one.number <= one.number:
                raise Refusal(f"the rows of {self.edits.sheet} are not in order. {_SAVE_AGAIN}")
        if self.blocks:
            self._refuse_blocks()
        waiting, at = self.rows, 0
        last_rows = {growth.old_last for growth in self.edits.growths}
        for row in self.layout.rows:
            first = at
            while at < len(waiting) and waiting[at] < row.number:
                at += 1
            if first < at:
                yield from (Patch(row.start, row.start, new) for new in self._new_rows(waiting[first:at]))
            if row.number in last_rows:
                self.above |= {column: cell.style for column, cell in row.located(self.xml).cells.items()}
            if at < len(waiting) and waiting[at] == row.number:
                yield from self._row(row, self.writes(row.number))
                at += 1
        if rest := waiting[at:]:
            yield from self._inserted(self.layout.start, self.layout.close, self._new_rows(rest), "sheetData")

    def _new_rows(self, numbers: Iterable[int]) -> Iterator[bytes]:
        """Rows that are not there yet, some at a time."""
        for added, same in groupby(numbers, self._only_added):
            if added is None:
                yield "".join(f"{self._row_tag(n)}{self._new_cells(n, self.writes(n))}</{self.prefix}row>" for n in same).encode()
            else:
                while some := list(islice(same, _AT_A_TIME)):
                    cells = zip(*(self._column(some, column, added) for column in added.columns), strict=True)
                    rows = (f"{self._row_tag(n)}{''.join(row)}</{self.prefix}row>" for n, row in zip(some, cells, strict=True))
                    yield "".join(rows).encode()

    def _only_added(self, number: int) -> AddedRows | None:
        return None if number in self.moved.writes else self.edits.only_added(number)

    def _row_tag(self, number: int) -> str:
        if number in self.moved.tags:
            return self.moved.tags[number]
        height = self.edits.heights.get(number)
        return f'<{self.prefix}row r="{number}"' + (f' ht="{height:g}">' if height is not None else ">")

    def _column(self, rows: Sequence[int], column: int, added: AddedRows) -> list[str]:
        """The cells of a column in some of the added rows."""
        values, number_formats, exact = added.columns[column]
        style, start = self.above.get(column, 0), f'<{self.prefix}c r="{letters(column)}'
        first = added.numbers.index(rows[0])
        last = first + len(rows)
        made = []
        for row, value, number_format in zip(rows, values[first:last], number_formats[first:last], strict=True):
            made.append(f"{start}{row}{self._rest(row, column, (value, value.__class__, number_format, exact, style))}")
        return made

    def _rest(self, row: int, column: int, like: _Like) -> str:
        try:
            return self.rests[like]
        except ValueError as error:
            raise cannot_hold(self._where(row, column), error) from None

    def _new_cells(self, row: int, writes: Mapping[int, Write]) -> str:
        made = []
        for column, write in sorted(writes.items()):
            if write.how is How.CACHED:
                raise no_formula(self._where(row, column))
            style = self.above.get(column, 0) if write.how is How.NEW else 0
            made.append(self.moved.cells[row, column] if write is MOVED else self._rendered(row, column, style, write))
        return "".join(made)

    def _rendered(self, row: int, column: int, style: int, write: Write) -> str:
        try:
            return render(write, row, column, style, self.styles, self.date1904, self.prefix)
        except ValueError as error:
            raise cannot_hold(self._where(row, column), error) from None

    def _where(self, row: int, column: int) -> str:
        return f"{self.edits.sheet}!{name(row, column)}"

    def _inserted(self, start: int, close: int, new: Iterable[bytes], tag: str) -> Iterator[Patch]:
        """Bytes put before the end tag at ``close`` of the element at ``start``, which is opened up if it closes itself."""
        end, alone = tag_end(self.xml, start)
        if alone:
            cut = self.xml.rindex(b"/", start, end)
            yield Patch(cut, end, b">" + b"".join(new) + f"</{self.prefix}{tag}>".encode())
        else:
            yield from (Patch(close, close, some) for some in new)

    def _row(self, row: RowAt, writes: Mapping[int, Write]) -> Iterator[Patch]:
        if (content := self._plain_values(row, writes)) is not None:
            yield from self._heightened(row)
            yield Patch(row.inner, row.close, content)
            return
        starts, cells = row.located(self.xml)
        columns = list(starts)
        if columns != sorted(columns):
            raise Refusal(f"the cells of {self.edits.sheet}, row {row.number}, are not in order. {_SAVE_AGAIN}")
        yield from self._heightened(row)
        before: dict[int, dict[int, Write]] = {}  # cells to be added, by the offset of the cell they go before
        for column in writes.keys() - starts.keys():
            following = bisect(columns, column)
            start = starts[columns[following]] if following < len(columns) else -1
            before.setdefault(start, {})[column] = writes[column]
        for start, new in before.items():
            added = self._new_cells(row.number, new).encode()
            yield from [Patch(start, start, added)] if start >= 0 else self._inserted(row.start, row.close, [added], "row")
        for column, cell in cells.items():
            if column in writes:
                yield self._cell(row.number, column, cell, writes[column])

    def _plain_values(self, row: RowAt, writes: Mapping[int, Write]) -> bytes | None:
        """The cells of a row of the common shape, where all that is written are values of cells that hold no formula, as most do.

        None for any other row.
        """
        if row.cells is None or row.number in self.moved.leaving:
            return None
        layout = row.cells.layout
        made = pattern.apart(self.xml[row.inner : row.close])
        for column, write in writes.items():
            made_of = row.cells.made_of(column)
            if made_of is None or made_of[2] or write.how is not How.SET or write.fill or write.style is not None:
                return None
            like = write.value, write.value.__class__, write.number_format, write.exact, int(made_of[0] or 0)
            made[layout[column]] = f'r="{letters(column)}{row.number}{self._rest(row.number, column, like)}'.encode()
        in_order = list(layout) == sorted(layout)
        return b"".join(pattern.START_OF_CELL + cell for cell in made) if in_order else None

    def _heightened(self, row: RowAt) -> Iterator[Patch]:
        """The row's start tag with the height that its new text needs, where it is lower and was not set by hand."""
        needed = self.edits.heights.get(row.number)
        if needed is None and row.number not in self.moved.leaving:
            return
        end, alone = tag_end(self.xml, row.start)
        if row.number in self.moved.leaving and not alone:
            yield Patch(row.start, end, self._row_tag(row.number).encode())
            return
        if needed is None or alone:
            return
        tag = self.xml[row.start : end]
        by_hand = b"customHeight" in tag and pattern.attribute(tag, "customHeight") in ("1", "true")
        if not by_hand and (b" ht=" not in tag or float(pattern.attribute(tag, "ht")) < needed):
            yield Patch(row.start, end, with_attribute(tag, "ht", f"{needed:g}"))

    def _cell(self, row: int, column: int, cell: CellAt, write: Write) -> Patch:
        style = cell.style
        leaves = column in self.moved.leaving.get(row, ())
        if write.how is How.NEW:
            if cell.filled and not leaves:
                raise not_empty(self._where(row, column))
            style = self.above.get(column, 0 if leaves else style)
        if write is MOVED:
            return Patch(cell.start, cell.end, self.moved.cells[row, column].encode())
        if leaves:
            return Patch(cell.start, cell.end, self._rendered(row, column, style, write).encode())
        if write.how is How.FILL:
            return self._styled(cell, self.styles.variant(style, fill=write.fill))
        if write.how is How.CACHED:
            return self._cached(row, column, cell, write.value, write.fill)
        if cell.formula is not None and isinstance(write.value, Formula):  # of a calculated column, in its blank first row
            return self._cached(row, column, cell, write.value.shown, write.fill)
        if cell.formula is not None:
            kind = _BLOCK_KINDS.get(cell.formula_kind)
            raise holds_formula(self._where(row, column), f"part of {kind}" if kind else "a formula")
        return Patch(cell.start, cell.end, self._rendered(row, column, style, write).encode())

    def _styled(self, cell: CellAt, style: int) -> Patch:
        tag = self.xml[cell.start : tag_end(self.xml, cell.start)[0]]
        return Patch(cell.start, cell.start + len(tag), with_attribute(tag, "s", str(style)))

    def _cached(self, row: int, column: int, cell: CellAt, value: Written | Formula, fill: str) -> Patch:
        """The cell with its formula as it stands, and another computed value."""
        where, p = self._where(row, column), self.prefix
        if cell.formula is None or isinstance(value, Formula):
            raise no_formula(where)
        style = self.styles.variant(cell.style, fill=fill) if fill else cell.style
        kept = (f' s="{style}"' if style else "") + (f' cm="{cell.metadata}"' if cell.metadata.isdigit() else "")
        try:
            rest = computed(value, self.xml[slice(*cell.formula)].decode(), self.date1904, p)
        except ValueError as error:
            raise cannot_hold(where, error) from None
        return Patch(cell.start, cell.end, f'<{p}c r="{name(row, column)}"{kept}{rest}</{p}c>'.encode())

    def _refuse_blocks(self) -> None:
        """Refuse to set a cell that an array formula or data table elsewhere fills."""
        for row in self.layout.rows:
            for cell in row.located(self.xml).cells.values():
                if cell.formula_kind not in ("array", "dataTable") or cell.formula is None:
                    continue
                try:
                    area = parse_area(pattern.attribute(self.xml[cell.formula[0] : tag_end(self.xml, cell.formula[0])[0]], "ref"))
                except (ValueError, FileUnreadable):
                    continue
                for number in self.rows:
                    if area.top <= number <= area.bottom:
                        for column, write in self.writes(number).items():
                            if area.left <= column <= area.right and write.how in (How.SET, How.NEW):
                                raise holds_formula(self._where(number, column), f"part of {_BLOCK_KINDS[cell.formula_kind]}")
