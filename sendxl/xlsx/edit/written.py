"""Whether a cell, or a row of the common shape, says what was written into it."""

from bisect import bisect
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from sendxl.xlsx.edit.write import Formula, How, Write, Written, serial
from sendxl.xlsx.package.xml import decode, unescape_text, unescape_texts
from sendxl.xlsx.read import pattern
from sendxl.xlsx.read.cell import SheetCell
from sendxl.xlsx.read.pattern import MadeOf
from sendxl.xlsx.read.reader import PatternRow
from sendxl.xlsx.read.workbook import Workbook

_TEXT = b"inlineStr"
_NUMBERS = (int, float)


def holds(was: PatternRow, before: bytes, now: bytes, number: int, writes: Mapping[int, Write], book: Workbook) -> bool:
    """True if a row evidently holds what was written into it and else, byte for byte, the cells that it had.

    ``before`` and ``now`` are what stands between the tags of row ``number``, which is ``was`` read.
    False where that needs a closer look; NoPattern where the row has not the common shape.
    """
    columns, old, cells = list(was.cells.layout), pattern.apart(before), pattern.apart(now)
    for column in writes.keys() - was.cells.layout.keys():
        place = bisect(columns, column)
        columns.insert(place, column)
        old.insert(place, b"")
    if len(cells) != len(columns):
        return False
    for place, column in enumerate(columns):
        if write := writes.get(column):
            if not _holds(pattern.cell(cells[place], number, column), number, column, write, book):
                return False
            old[place] = cells[place]
    return old == cells


def holds_only(now: bytes, number: int, values: Mapping[int, Written | Formula], write: Callable[[int], Write],
               book: Workbook) -> bool:
    """True if a row evidently holds, by column, the values that were written into it, and no cell besides.

    ``now`` is what stands between its tags; ``write`` gives the write of a column, of which more is to be asked. NoPattern
    where the row has not the common shape.
    """
    new = pattern.kept(now, number, book.maker.styles, lambda: len(book.maker.strings))
    if new.layout.keys() != values.keys():
        return False
    cells = zip(new.layout, new.types, new.formulas, unescape_texts(new.raws), strict=True)
    others = [column for column, stored, formula, text in cells
              if formula or not _evident(stored, text, values[column], book.date1904)]
    return all(_holds(new.made_of(column), number, column, write(column), book) for column in others)


def _evident(stored: bytes, text: str, value: Written | Formula, date1904: bool) -> bool:
    """True if a cell that holds no formula evidently has a value, by its type and text."""
    if value is None:
        return not text
    if isinstance(value, str):
        return text == value and stored == _TEXT
    if isinstance(value, date):
        value = serial(value, date1904)
    return value.__class__ in _NUMBERS and not stored and text != "" and float(text) == value


def _holds(found: MadeOf | None, number: int, column: int, write: Write, book: Workbook) -> bool:
    """True if a cell evidently says what was written into it, by what it is made of; None: of nothing usual."""
    if found is None:
        return False
    _, stored, formula, raw = found
    value = serial(write.value, book.date1904) if isinstance(write.value, date) else write.value
    if isinstance(value, str) and stored == _TEXT and not formula:
        return unescape_text(decode(raw)) == value
    if isinstance(value, (int, float)) and raw and not (stored or formula or isinstance(value, bool)):
        return float(raw) == value
    return says(book.maker.found(number, column, found), write, book.date1904)


def says(cell: SheetCell | None, write: Write, date1904: bool) -> bool:
    """True if a cell says what was written into it."""
    value = write.value
    if write.how is How.FILL:
        return cell is not None
    if value is None or value == "":
        return cell is None or cell.kind == "blank" or (cell.formula and cell.value in (None, ""))
    if cell is None:
        return False
    if isinstance(value, Formula):
        return cell.formula and (value.shown is None or says(cell, replace(write, value=value.shown), date1904))
    if isinstance(value, bool):
        return cell.value is value
    if isinstance(value, str):
        return cell.value == value or (cell.kind == "text" and not _plain(value))
    if isinstance(value, date):
        value = serial(value, date1904)
    return float(cell.raw) == float(value)


def _plain(text: str) -> bool:
    """False for text with lone surrogates, which no workbook can hold."""
    return text.isascii() or text.encode("utf-8", "replace").decode() == text
