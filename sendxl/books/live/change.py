"""What is to be written into one table of an open workbook, in the fewest blocks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from sendxl.books.formulas import column_formula, link
from sendxl.books.live import excel
from sendxl.books.live.opened import Opened
from sendxl.plan.schema import FORMATS, PEOPLE, Type
from sendxl.plan.values import Share, Value
from sendxl.xlsx.edit.write import Refusal, stored
from sendxl.xlsx.read.address import Area, name


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
                for run in runs_of(row for row in span if self._may_write(row, column)):
                    runs[run].append(column)
        for column in sorted(set(rows) & self._exact):
            for run in runs_of(sorted(rows[column])):
                runs[run].append(column)
        found = [Area(top, together[0], bottom, together[-1])
                 for (top, bottom), columns in runs.items() for together in _side_by_side(sorted(columns))]
        return sorted(found, key=lambda area: (area.left, area.top))

    def told(self, row: int, column: int) -> object:
        """What the program is told of a cell: a formula, what it is to hold, or what it holds already."""
        new = self.cells.get((row, column))
        if new is None:
            return kept(self.opened, row, column)
        return f"={new.formula}" if new.formula else excel.told(new.value)

    @property
    def _exact(self) -> set[int]:
        table, positions = self.opened.table, self.opened.positions
        return {at for key, at in positions.items() if table[key].by in PEOPLE}

    def _may_write(self, row: int, column: int) -> bool:
        opened = self.opened
        return (row, column) in self.cells or not (opened.formula(row, column) or opened.is_error(row, column))


def new_cells(opened: Opened, row: Mapping[str, Value]) -> Iterator[tuple[int, New]]:
    """What the cells of a new row get, by column of the sheet; those that the table fills with a formula are left to it.

    Columns whose unit the row's Kind gives get its format, blank or not.
    """
    table = opened.table
    for key, at in opened.positions.items():
        column, value = table[key], row.get(key)
        formula = link(str(value)) if column.type is Type.LINK and value else column_formula(table, key) or ""
        if value is not None or formula or not opened.formula(opened.last, at):
            shown = FORMATS[Type.FRACTION] if isinstance(value, Share) else column.format_in(row.get("kind"))
            by_kind = "kind" in table.by_key and column.type in (Type.ACTUAL, Type.LEVEL)
            yield at, New(value, shown, formula, exact=by_kind)


def refuse_unwritable(opened: Opened, row: int, column: int, new: New) -> None:
    """Refusal of what no cell can hold, and of a value where a formula stands."""
    where = f"{opened.title}!{name(row, column)}"
    if row <= opened.last and not new.formula and opened.formula(row, column):
        raise Refusal(f"{where} holds a formula; it is not overwritten. Replace it with its value, then run again.")
    try:
        stored(new.value, date1904=False)
    except ValueError as error:
        raise Refusal(f"{where}: {error}.") from None


def kept(opened: Opened, row: int, column: int) -> object:
    """What to write into a cell for it to stay as it is."""
    return opened.formula(row, column) or excel.told(opened.constant(row, column))


def runs_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers in rising order as runs of one after the other: first and last of each."""
    runs = []
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        runs.append((run[0], run[-1]))
    return runs


def _side_by_side(columns: list[int]) -> list[list[int]]:
    return [list(range(first, last + 1)) for first, last in runs_of(columns)]
