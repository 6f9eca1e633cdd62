"""What is to be written into a table of an open workbook, and the writing: few blocks, compared, taken back on failure."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from math import isclose
from typing import TYPE_CHECKING

from sendxl.books.opened import Opened
from sendxl.books.program import Program, told
from sendxl.plan.columns import FORMATS, PEOPLE, Type
from sendxl.plan.values import Value
from sendxl.xlsx.address import Area, letters, name, parse_cell
from sendxl.xlsx.formats import format_of
from sendxl.xlsx.write import Refusal

if TYPE_CHECKING:
    import xlwings

_ASKED = 16  # times that the number formats of one column are asked for; a long column that mixes many keeps them
_LONGEST = 250  # characters of a list of ranges
_NAMED = re.compile(r"=('?((?:[^']|'')+?)'?!(\$[A-Z]+\$\d+))(?::(\$[A-Z]+\$\d+))?")
_HALF = ("Excel stopped answering half way, and what was written by then could not be taken back. Close the workbook without "
         "saving it, open it again, then run again.")


@dataclass(frozen=True)
class New:
    """What a cell gets: a value or a formula, and the number format to be used where its own does not fit.

    With ``exact`` it gets the number format whatever it has, also where it stays blank.
    """

    value: Value
    number_format: str
    formula: str = ""
    exact: bool = False


@dataclass
class Change:
    """Cells of one table by their row and column on the sheet, those of rows to be added among them."""

    opened: Opened
    cells: dict[tuple[int, int], New] = field(default_factory=dict)
    new_last: int = 0

    @property
    def added(self) -> Area:
        """The cells that the table takes in below."""
        opened = self.opened
        return Area(opened.last + 1, opened.area.left, self.new_last, opened.area.right)

    @property
    def grows(self) -> bool:
        """True if there are any."""
        return self.new_last > self.opened.last

    def blocks(self) -> list[Area]:
        """The fewest rectangles to be written, from the left and from the top.

        A column that people fill is written where it changes. Other columns are written from the first change to the
        last, side by side ones over the same rows, but for formulas and errors in between.
        """
        rows: dict[int, set[int]] = defaultdict(set)
        for row, column in self.cells:
            rows[column].add(row)
        runs: dict[tuple[int, int], list[int]] = defaultdict(list)
        for together in _side_by_side(sorted(set(rows) - self._exact)):
            span = range(min(min(rows[column]) for column in together), max(max(rows[column]) for column in together) + 1)
            for column in together:
                for run in _runs(row for row in span if self._may_write(row, column)):
                    runs[run].append(column)
        for column in sorted(set(rows) & self._exact):
            for run in _runs(sorted(rows[column])):
                runs[run].append(column)
        found = [Area(top, together[0], bottom, together[-1])
                 for (top, bottom), columns in runs.items() for together in _side_by_side(sorted(columns))]
        return sorted(found, key=lambda area: (area.left, area.top))

    @property
    def _exact(self) -> set[int]:
        table, positions = self.opened.table, self.opened.positions
        return {at for key, at in positions.items() if table[key].by in PEOPLE}

    def _may_write(self, row: int, column: int) -> bool:
        kept = self.opened
        return (row, column) in self.cells or not (kept.formula(row, column) or kept.is_error(row, column))


class Writer:
    """Writes changes into ``book``; all of them or, with Refusal, none."""

    def __init__(self, program: Program, book: "xlwings.Book") -> None:
        self._program, self._book = program, book
        self._back: list[Callable[[], object]] = []

    def write(self, changes: Iterable[Change], reread: Callable[[Opened], Opened]) -> None:
        """Write; ``reread`` reads a table anew, for what stands there then to be compared."""
        try:
            for change in changes:
                self._change(change)
                _compare(change, reread(change.opened))
        except BaseException as error:
            self._take_back(error)
            raise

    def _change(self, change: Change) -> None:
        blocks = change.blocks()
        with self._shown(change.opened, blocks):
            if change.grows:
                self._grow(change)
            for block in blocks:
                self._formats(change, block)
            for block in blocks:
                self._block(change, block)

    def _block(self, change: Change, block: Area) -> None:
        before: list[list[object]] = []
        after: list[list[object]] = []
        for row in range(block.top, block.bottom + 1):
            columns = range(block.left, block.right + 1)
            before.append([_kept(change.opened, row, column) for column in columns])
            after.append([self._told(change, row, column) for column in columns])
        self._back.append(lambda: self._set(change.opened, block, before))
        self._program.ask(lambda: self._set(change.opened, block, after))

    def _told(self, change: Change, row: int, column: int) -> object:
        new = change.cells.get((row, column))
        if new is None:
            return _kept(change.opened, row, column)
        return f"={new.formula}" if new.formula else told(new.value)

    @staticmethod
    def _set(opened: Opened, block: Area, rows: list[list[object]]) -> None:
        opened.sheet.range(str(block)).value = rows

    def _grow(self, change: Change) -> None:
        """Take the rows below into the table, whose formulas and drop-downs go on there, with the looks of its last row."""
        opened, ask = change.opened, self._program.ask
        sheet, area = opened.sheet, opened.area
        listed = ask(lambda: sheet.tables[opened.listed_as])
        old, new = str(area), str(area._replace(bottom=change.new_last))
        added, last = str(change.added), str(area._replace(top=opened.last))
        filled = str(area._replace(top=opened.last, bottom=change.new_last))
        self._back += [lambda: sheet.range(added).clear_contents(), lambda: listed.resize(sheet.range(old))]
        ask(lambda: listed.resize(sheet.range(new)))
        ask(lambda: sheet.range(last).autofill(sheet.range(filled), "fill_formats"))
        for named in ask(lambda: list(self._book.names)):
            self._grow_name(named, change)

    def _grow_name(self, named: "xlwings.Name", change: Change) -> None:
        """A name for cells down to the table's old last row goes on to the new one, if Excel did not see to it."""
        before, area = self._program.ask(lambda: named.refers_to) or "", change.opened.area
        found = _NAMED.fullmatch(before)
        if not found or found[2].replace("''", "'") != change.opened.title:
            return
        (top, left), (bottom, right) = parse_cell(found[3]), parse_cell(found[4] or found[3])
        if bottom != change.opened.last or top < area.top or left < area.left or right > area.right:
            return
        self._back.append(lambda: setattr(named, "refers_to", before))
        after = f"={found[1]}:${letters(right)}${change.new_last}"
        self._program.ask(lambda: setattr(named, "refers_to", after))

    def _formats(self, change: Change, block: Area) -> None:
        wanted: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for column in range(block.left, block.right + 1):
            cells = {row: new for row in range(block.top, block.bottom + 1)
                     if (new := change.cells.get((row, column))) and (new.exact or _has_format(new.value))}
            if cells:
                for first, last, present in self._number_formats(change.opened, column, min(cells), max(cells)):
                    for row in range(first, last + 1):
                        if row in cells and (code := _needed(cells[row], present)):
                            wanted[code].append((row, column))
        for code, places in wanted.items():
            for addresses in _lists(places):
                self._program.ask(lambda at=addresses, code=code: setattr(  # type: ignore[misc]
                    change.opened.sheet.range(at), "number_format", code))

    def _number_formats(self, opened: Opened, column: int, top: int, bottom: int) -> Iterator[tuple[int, int, str]]:
        """Number formats in a column: first row, last row, code. Where many are mixed some rows are left out."""
        waiting = [(top, bottom)]
        for _ in range(_ASKED):
            if not waiting:
                return
            first, last = waiting.pop(0)
            at = str(Area(first, column, last, column))
            code = self._number_format(opened, at)
            if code is not None:
                yield first, last, str(code)
            else:
                middle = (first + last) // 2
                waiting += [(first, middle), (middle + 1, last)]

    def _number_format(self, opened: Opened, at: str) -> str | None:
        return self._program.ask(lambda: opened.sheet.range(at).number_format)

    @contextmanager
    def _shown(self, opened: Opened, blocks: list[Area]) -> Iterator[None]:
        """The rows of a filtered table all shown, and in the end those hidden that were. Other tables are left alone."""
        hidden: list[Area] = []
        if blocks and self._filtered(opened):
            rows = range(min(opened.last, *(block.top for block in blocks)), opened.last + 1)
            hidden = [Area(top, opened.area.left, bottom, opened.area.left)
                      for top, bottom in _runs(row for row in rows if self._is_hidden(opened, row))]
        try:
            for area in hidden:
                self._hide(opened, area, False)
            yield
        finally:
            with suppress(Refusal):
                for area in hidden:
                    self._hide(opened, area, True)

    def _filtered(self, opened: Opened) -> bool:
        listed = opened.listed_as
        try:
            return self._program.ask(
                lambda: any(one.type != "none" for one in opened.sheet.tables[listed].autofilter.criteria))
        except (NotImplementedError, AttributeError):  # an engine that cannot tell; what was written is compared anyway
            return False

    def _is_hidden(self, opened: Opened, row: int) -> bool:
        return self._program.ask(lambda: opened.sheet.range(name(row, opened.area.left)).row_height) == 0

    def _hide(self, opened: Opened, area: Area, hidden: bool) -> None:
        self._program.ask(lambda: setattr(opened.sheet.range(str(area)).rows, "hidden", hidden))

    def _take_back(self, error: BaseException) -> None:
        try:
            while self._back:
                self._program.ask(self._back.pop())
        except Refusal:
            raise Refusal(_HALF) from error


def _kept(opened: Opened, row: int, column: int) -> object:
    """What to write into a cell for it to stay as it is."""
    return opened.formula(row, column) or told(opened.constant(row, column))


def _compare(change: Change, now: Opened) -> None:
    """Refusal where a cell does not hold what was written into it."""
    for (row, column), new in change.cells.items():
        if not new.formula and not _same(new.value, now.constant(row, column)):
            raise Refusal(f"Excel did not keep what was written into {now.title}!{name(row, column)}. Clear the filters of the "
                          "sheet, make sure that no formula fills the cell, then run again.")


def _same(wanted: Value, found: object) -> bool:
    if wanted is None or wanted == "":
        return found is None
    if isinstance(wanted, str):
        return isinstance(found, str) and found.replace("\r\n", "\n") == wanted.replace("\r\n", "\n")
    if isinstance(wanted, date):
        moment = told(wanted)
        return isinstance(found, datetime) and isinstance(moment, datetime) and abs(found - moment) < timedelta(seconds=1)
    return isinstance(found, (int, float)) and isclose(wanted, found, rel_tol=1e-12, abs_tol=1e-12)


def _has_format(value: Value) -> bool:
    """True for what a number format shows: a number or a date."""
    return value is not None and not isinstance(value, str)


def _needed(new: New, present: str) -> str:
    """The number format that a cell must get; '' where the present one will do."""
    if new.exact:
        return new.number_format if new.number_format != present else ""
    is_date = format_of(present, 0, True, False).is_date
    if isinstance(new.value, date):
        dated = format_of(new.number_format, 0, True, False).is_date
        return "" if is_date else new.number_format if dated else FORMATS[Type.DATE]
    return new.number_format if (is_date or present in ("General", "@")) and new.number_format != present else ""


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers in rising order as runs of one after the other: first and last of each."""
    runs = []
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        runs.append((run[0], run[-1]))
    return runs


def _side_by_side(columns: list[int]) -> list[list[int]]:
    return [list(range(first, last + 1)) for first, last in _runs(columns)]


def _lists(places: list[tuple[int, int]]) -> Iterator[str]:
    """Cells as lists of ranges, each short enough for one call."""
    columns = sorted({column for _, column in places})
    areas = [str(Area(top, column, bottom, column)) for column in columns
             for top, bottom in _runs(sorted(row for row, at in places if at == column))]
    line = ""
    for area in areas:
        if line and len(line) + len(area) >= _LONGEST:
            yield line
            line = ""
        line = f"{line},{area}" if line else area
    if line:
        yield line
