"""What is to be written into one table of an open workbook, in the fewest blocks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from sendxl.books.live.excel import for_excel
from sendxl.books.live.opened import Opened
from sendxl.books.new_cells import NewCell
from sendxl.plan.schema import PEOPLE
from sendxl.xlsx.edit.refusals import cannot_hold, holds_formula
from sendxl.xlsx.edit.write import stored
from sendxl.xlsx.read.address import Area, name

_BLANK = NewCell(None, "General")


@dataclass
class Change:
    """Cells of one table by their row and column on the sheet, those of rows to be added among them."""

    opened: Opened
    cells: dict[tuple[int, int], NewCell] = field(default_factory=dict)
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
                for run in runs_of(row for row in span if self._may_write(row, column)):
                    runs[run].append(column)
        for column in sorted(set(rows) & self._exact):
            for run in runs_of(sorted(rows[column])):
                runs[run].append(column)
        found = [Area(top, together[0], bottom, together[-1])
                 for (top, bottom), columns in runs.items() for together in _side_by_side(sorted(columns))]
        return sorted(found, key=lambda area: (area.left, area.top))

    def written(self, row: int, column: int) -> object:
        """What is written into a cell: a formula, what it is to hold, or what it holds already."""
        new = self.cells.get((row, column))
        if new is None:
            return kept(self.opened, row, column)
        return f"={new.formula}" if new.formula else for_excel(new.value)

    @property
    def _exact(self) -> set[int]:
        table, positions = self.opened.table, self.opened.positions
        return {at for key, at in positions.items() if table[key].by in PEOPLE}

    def _may_write(self, row: int, column: int) -> bool:
        opened = self.opened
        return (row, column) in self.cells or not (opened.formula(row, column) or opened.is_error(row, column))


def with_blanks(opened: Opened, cells: Mapping[int, NewCell]) -> Iterator[tuple[int, NewCell]]:
    """The cells of a new row, by column of the sheet, and blank ones between them, so that they are written in few blocks.

    What the table fills with a formula is left to it.
    """
    for column in opened.positions.values():
        cell = cells.get(column, _BLANK)
        if cell.value is not None or cell.formula or not opened.formula(opened.last, column):
            yield column, cell


def refuse_unwritable(opened: Opened, row: int, column: int, new: NewCell) -> None:
    """Refusal of what no cell can hold, and of a value where a formula stands."""
    where = f"{opened.title}!{name(row, column)}"
    if row <= opened.last and not new.formula and opened.formula(row, column):
        raise holds_formula(where)
    try:
        stored(new.value, date1904=False)
    except ValueError as error:
        raise cannot_hold(where, error) from None


def kept(opened: Opened, row: int, column: int) -> object:
    """What to write into a cell for it to stay as it is."""
    return opened.formula(row, column) or for_excel(opened.constant(row, column))


def runs_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers in rising order as runs of one after the other: first and last of each."""
    runs = []
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        runs.append((run[0], run[-1]))
    return runs


def _side_by_side(columns: list[int]) -> list[list[int]]:
    return [list(range(first, last + 1)) for first, last in runs_of(columns)]
