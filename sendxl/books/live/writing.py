"""The writing into tables of an open workbook: in few blocks, compared with what stands there then, taken back on failure."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from itertools import product
from math import isclose
from typing import TYPE_CHECKING, Any

from sendxl.books.live.change import Change, kept, runs_of
from sendxl.books.live.excel import Excel
from sendxl.books.live.opened import Opened
from sendxl.books.new_cells import NewCell
from sendxl.plan.schema import FORMATS, Type
from sendxl.plan.values import Value
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.read.address import Area, letters, name, parse_area, parse_cell
from sendxl.xlsx.read.formats import format_of
from sendxl.xlsx.read.references import unquoted

if TYPE_CHECKING:
    from sendxl.books.live.without_pandas import xlwings

_DAYS = (Type.DATE, Type.MOMENT)
_ASKED = 16  # times that the number formats of one column are asked for; a long column that mixes many keeps them
_LONGEST = 250  # characters of a list of ranges
_NAMED = re.compile(r"=(('(?:[^']|'')+'|[^'!]+)!(\$[A-Z]+\$\d+))(?::(\$[A-Z]+\$\d+))?")
_HALF = ("Excel stopped answering half way, and what was written by then could not be taken back. Close the workbook without "
         "saving it, open it again, then run again.")
_NOT_KEPT = ("Excel did not keep what was written into {}. Clear the filters of the sheet, make sure that no formula fills the "
             "cell, then run again.")


class HalfWritten(Refusal):
    """What was written could not be taken back."""


class Writer:
    """Writes changes into ``book``; all of them or, with Refusal, none. HalfWritten where that could not be."""

    def __init__(self, excel: Excel, book: "xlwings.Book") -> None:
        self._excel, self._book = excel, book
        self._back: list[Callable[[], object]] = []

    def write(self, changes: Iterable[Change], reread: Callable[[Opened], Opened]) -> None:
        """Write; ``reread`` reads a table anew, for what stands there then to be compared."""
        try:
            for change in changes:
                blocks = change.blocks()
                wanted = {(row, column): change.written(row, column) for block in blocks for row, column in _cells(block)}
                self._change(change, blocks, wanted)
                if wrong := _wrong(wanted, reread(change.opened)):
                    self._singly(change.opened, {at: wanted[at] for at in wrong})
                    if still := _wrong(wanted, reread(change.opened)):
                        raise Refusal(_NOT_KEPT.format(f"{change.opened.title}!{name(*still[0])}"))
        except BaseException as error:
            self._take_back(error)
            raise

    def _change(self, change: Change, blocks: list[Area], wanted: Mapping[tuple[int, int], object]) -> None:
        opened = change.opened
        with self._shown(opened, blocks):
            if change.grows:
                self._grow(change)
            for block in blocks:
                self._formats(change, block)
            for block in blocks:
                columns = range(block.left, block.right + 1)
                rows = [[wanted[row, column] for column in columns] for row in range(block.top, block.bottom + 1)]
                self._excel.ask(lambda block=block, rows=rows: _set(opened, block, rows))  # type: ignore[misc]
                before = {at: kept(opened, *at) for at in _cells(block)}
                self._back.append(lambda before=before: self._singly(opened, before))  # type: ignore[misc]

    def _singly(self, opened: Opened, cells: Mapping[tuple[int, int], object]) -> None:
        """Write cell by cell, which goes into the right rows whatever is hidden.

        A cell of format Text may have kept the apostrophe before a text as part of it: then it gets the text without one.
        """
        for at, value in cells.items():
            self._excel.ask(lambda at=at, value=value: _set(opened, Area(*at, *at), [[value]]))  # type: ignore[misc]
            if (isinstance(value, str) and value[:1] == "'"
                    and self._excel.ask(lambda at=at: opened.sheet.range(name(*at)).value) == value):  # type: ignore[misc]
                self._excel.ask(lambda at=at, value=value: _set(opened, Area(*at, *at), [[value[1:]]]))  # type: ignore[misc]

    def _grow(self, change: Change) -> None:
        """Take the rows below into the table, whose formulas and drop-downs go on there, with the looks of its last row."""
        opened, ask = change.opened, self._excel.ask
        sheet, area = opened.sheet, opened.area
        listed = ask(lambda: sheet.tables[opened.listed_as])
        old, new = str(area), str(area._replace(bottom=change.new_last))
        added, last = str(change.added), str(area._replace(top=opened.last))
        filled = str(area._replace(top=opened.last, bottom=change.new_last))
        ask(lambda: listed.resize(sheet.range(new)))
        self._back += [lambda: sheet.range(added).clear_contents(), lambda: listed.resize(sheet.range(old))]
        if not self._carried(change):  # to fill formats splits the looks by rule anew each time
            ask(lambda: sheet.range(last).autofill(sheet.range(filled), "fill_formats"))
        for named in ask(lambda: list(self._book.names)):
            self._grow_name(named, change)

    def _carried(self, change: Change) -> bool:
        """Whether Excel gave the new rows the formats of the last one: told by a column of days."""
        opened = change.opened
        column = next((at for key, at in opened.positions.items() if opened.table[key].type in _DAYS), None)
        if column is None:
            return False
        code = self._number_format(opened, str(Area(opened.last, column, change.new_last, column)))
        return code is not None and format_of(code, 0, True, False).is_date

    def _grow_name(self, named: "xlwings.Name", change: Change) -> None:
        """A name for cells down to the table's old last row goes on to the new one, if Excel did not see to it."""
        before, area = self._excel.ask(lambda: named.refers_to) or "", change.opened.area
        found = _NAMED.fullmatch(before)
        if not found or unquoted(found[2]) != change.opened.title:
            return
        (top, left), (bottom, right) = parse_cell(found[3]), parse_cell(found[4] or found[3])
        if bottom != change.opened.last or top < area.top or left < area.left or right > area.right:
            return
        after = f"={found[1]}:${letters(right)}${change.new_last}"
        self._excel.ask(lambda: setattr(named, "refers_to", after))
        self._back.append(lambda: setattr(named, "refers_to", before))

    def _formats(self, change: Change, block: Area) -> None:
        wanted: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for column in range(block.left, block.right + 1):
            cells = {row: new for row in range(block.top, block.bottom + 1)
                     if (new := change.cells.get((row, column))) and (new.exact or _has_format(new.value))}
            if cells:
                model = next(iter(cells.values()))
                for first, last, present in self._number_formats(change.opened, column, min(cells), max(cells)):
                    for row in range(first, last + 1):
                        if row in cells:
                            code = _needed(cells[row], present)
                        else:  # written as it is, which would make a text of a number that stands in the format Text
                            stays = present != "@" or not isinstance(change.written(row, column), float | datetime)
                            code = "" if stays else model.number_format
                        if code:
                            wanted[code].append((row, column))
        for code, places in wanted.items():
            for addresses in _lists(places, 0 if self._excel.on_mac else _LONGEST):
                self._excel.ask(lambda at=addresses, code=code: setattr(  # type: ignore[misc]
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
        return self._excel.ask(lambda: opened.sheet.range(at).number_format)

    @contextmanager
    def _shown(self, opened: Opened, blocks: list[Area]) -> Iterator[None]:
        """The rows of a filtered table all shown, and in the end those hidden that were. Other tables are left alone."""
        hidden: list[Area] = []
        if blocks and self._filtered(opened):
            left = opened.area.left
            rows = Area(min(opened.last, *(block.top for block in blocks)), left, opened.last, left)
            hidden = [Area(top, left, bottom, left) for top, bottom in runs_of(self._hidden(opened, rows))]
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
            return self._excel.ask(
                lambda: any(one.type != "none" for one in opened.sheet.tables[listed].autofilter.criteria))
        except (NotImplementedError, AttributeError):  # an engine that cannot tell; what was written is compared anyway
            return False

    def _hidden(self, opened: Opened, rows: Area) -> list[int]:
        """The rows that are hidden, asked for at once: by those that are not."""
        shown: set[int] = set()
        for part in self._excel.ask(lambda: _visible(opened, rows)):
            shown.update(range(part.top, part.bottom + 1))
        return [row for row in range(rows.top, rows.bottom + 1) if row not in shown]

    def _hide(self, opened: Opened, area: Area, hidden: bool) -> None:
        self._excel.ask(lambda: setattr(opened.sheet.range(str(area)).rows, "hidden", hidden))

    def _take_back(self, error: BaseException) -> None:
        try:
            while self._back:
                self._excel.ask(self._back.pop())
        except Refusal:
            raise HalfWritten(_HALF) from error


def _visible(opened: Opened, area: Area) -> list[Area]:
    """The parts of an area that are not hidden."""
    found: Any = opened.sheet.range(str(area)).get_special_cells("visible")
    return [parse_area(part.address.replace("$", "")) for part in found]


def _set(opened: Opened, block: Area, rows: list[list[object]]) -> None:
    opened.sheet.range(str(block)).value = rows


def _cells(block: Area) -> Iterator[tuple[int, int]]:
    return product(range(block.top, block.bottom + 1), range(block.left, block.right + 1))


def _wrong(wanted: Mapping[tuple[int, int], object], now: Opened) -> list[tuple[int, int]]:
    """The cells that do not hold what was written into them."""
    return [at for at, value in wanted.items() if not _same(value, now, *at)]


def _same(written: object, now: Opened, row: int, column: int) -> bool:
    """True if a cell holds what was written, of a formula any: what it comes to is not asked."""
    if isinstance(written, str) and written[:1] == "=":
        return bool(now.formula(row, column))
    found = now.constant(row, column)
    if isinstance(written, str):
        return isinstance(found, str) and found.replace("\r\n", "\n") == written.removeprefix("'")
    if isinstance(written, datetime):
        return isinstance(found, datetime) and abs(found - written) < timedelta(seconds=1)
    if isinstance(written, float):
        return isinstance(found, int | float) and isclose(written, found, rel_tol=1e-12, abs_tol=1e-12)
    return found == written


def _has_format(value: Value) -> bool:
    """True for what a number format shows: a number or a date."""
    return value is not None and not isinstance(value, str)


def _needed(new: NewCell, present: str) -> str:
    """The number format that a cell must get; '' where the present one will do."""
    if new.exact:
        return new.number_format if new.number_format != present else ""
    is_date = format_of(present, 0, True, False).is_date
    if isinstance(new.value, date):
        dated = format_of(new.number_format, 0, True, False).is_date
        return "" if is_date else new.number_format if dated else FORMATS[Type.DATE]
    return new.number_format if (is_date or present in ("General", "@")) and new.number_format != present else ""


def _lists(places: list[tuple[int, int]], longest: int) -> Iterator[str]:
    """Cells as lists of ranges, each short enough for one call; with 0 each range by itself."""
    columns = sorted({column for _, column in places})
    areas = [str(Area(top, column, bottom, column)) for column in columns
             for top, bottom in runs_of(sorted(row for row, at in places if at == column))]
    line = ""
    for area in areas:
        if line and len(line) + len(area) >= longest:
            yield line
            line = ""
        line = f"{line},{area}" if line else area
    if line:
        yield line
