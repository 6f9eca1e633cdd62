"""Seeing in the written file, before it takes the place of the old one, that it says what it should and nothing else."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import cast

from sendxl.xlsx.edit.splice import SheetEdits
from sendxl.xlsx.edit.write import Refusal, Write
from sendxl.xlsx.edit.written import holds, holds_only, says
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.xml import feed, feed_piece, parser
from sendxl.xlsx.read import pattern
from sendxl.xlsx.read.address import name
from sendxl.xlsx.read.cell import Maker, SheetCell, SheetRow
from sendxl.xlsx.read.pattern import NoPattern, Span
from sendxl.xlsx.read.reader import PatternRow, Sheet, SheetReader
from sendxl.xlsx.read.skeleton import skeleton
from sendxl.xlsx.read.workbook import Workbook

_SLACK = 1 << 16
_FEW = 50  # rows
_RUN = 1 << 20  # bytes of rows that are parsed together
_Rows = Iterator[tuple[int, SheetRow]]


def verify(
    old: Workbook, package: Package, replaced: Collection[str], edits: Mapping[str, SheetEdits], known: Mapping[str, Sheet]
) -> None:
    """Refusal unless ``package``, as it was written, is ``old`` with ``edits`` made, and only parts ``replaced`` differ.

    ``edits`` are by sheet part. Written cells read as what was written, all others as before. ``known``: sheets of
    ``old`` that were read already. Of ``replaced`` those that ``old`` lacks were added.
    """
    if package.names != [*old.package.names, *(part for part in replaced if part not in old.package)]:
        raise Refusal("the written file does not hold the parts it should")
    for part in package.names:
        if part not in replaced:
            if package.raw(part) != old.package.raw(part) or package.crc(part) != old.package.crc(part):
                raise Refusal(f"the written file differs in {part}, which was not edited")
        elif part not in edits:
            feed(parser(part), package.chunks(part), part)
    new = Workbook(package)
    for part, sheet_edits in edits.items():
        sheet = next(sheet for sheet in new.sheets if sheet.part == part)
        if not (sheet_edits.rows or sheet_edits.growths):
            _same_cells(SheetReader(old, sheet), SheetReader(new, sheet), sheet.name)
            continue
        bones = _bones(old, new, part, sheet_edits)
        read = known.get(part)
        try:
            one, other = bones or (_whole(old.package, part), _whole(package, part))
            rows = (read.by_pattern or ()) if read and not bones else ()
            _Check(sheet_edits, new).by_bytes(one, other, rows, part)
        except NoPattern:
            before, after = ((bone,) for bone in bones) if bones else (None, None)
            cells = iter(read.rows if read and not bones else SheetReader(old, sheet, before))
            _Check(sheet_edits, new).by_cells(cells, iter(SheetReader(new, sheet, after)))


def _same_cells(before: Iterable[tuple[int, SheetRow]], after: Iterable[tuple[int, SheetRow]], sheet: str) -> None:
    """Refusal unless every cell says what it said; formulas may have been respelt."""
    nothing: tuple[int, SheetRow] = (0, {})
    rows = zip_longest(before, after, fillvalue=nothing)
    if not all(one == other and {**was} == {**cells} for (one, was), (other, cells) in rows):
        raise Refusal(f"{sheet}: the written file differs where nothing was edited")


def _bones(old: Workbook, new: Workbook, part: str, edits: SheetEdits) -> tuple[bytes, bytes] | None:
    """The skeletons, before and after, of a sheet that was only added to."""
    if not edits.only_appends:
        return None
    last = edits.growths[0].old_last
    before = old.skeleton(part, last)
    added = new.package.infos[part].file_size - before.size if before else 0
    after = skeleton(new.package, part, last, len(before.xml) + added + _SLACK) if before else None
    return (before.xml, after.xml) if before and after else None


class _Check:
    """Holds one sheet as it was written against what it was and what was to be done to it."""

    def __init__(self, edits: SheetEdits, new: Workbook) -> None:
        self.edits, self.new = edits, new
        self.totals = {growth.old_last + 1: growth for growth in edits.growths if growth.totals}
        self.moved: dict[int, dict[int, SheetCell]] = {}  # cells of a totals row, by its new row

    def by_bytes(self, old: bytes, new: bytes, rows: Sequence[PatternRow], part: str) -> None:
        """Rows that were not written to must be the same bytes; only the others are parsed. NoPattern for other shapes.

        ``rows``: the old ones, if they were read.
        """
        at, to = pattern.head_end(old), pattern.head_end(new)
        if at < 0 or to < 0 or not (rows or pattern.is_usual(old, at)):  # of the new rows, others than the old are looked at
            raise NoPattern
        touched = {*self.edits.rows, *(growth.new_last + 1 for growth in self.totals.values())}
        spans = [row.span for row in rows] or _sought(old, at, sorted(touched)) or list(pattern.spans(old, at))
        numbers = [span.number for span in spans]
        end = spans[-1].end if rows else max(old.find(pattern.END_OF_DATA, at), at)
        made, fed = parser(part), 0
        maker = self.new.maker
        touched -= {growth.new_last + 1 for row, growth in self.totals.items() if row not in numbers}  # there was nothing to move
        for number in sorted(touched):
            place = bisect_left(numbers, number)
            there = place < len(numbers) and numbers[place] == number
            start = spans[place].start if place < len(spans) else end
            if start > at or to - fed > _RUN:  # what is passed over is not parsed, as it is the same as in the old part
                feed_piece(made, new[fed:to], part)
                at, to = self._passed(old, new, at, start, to)
                fed = to
            span = pattern.row_at(new, to)
            if span is None or span.number != number:
                raise Refusal(f"{self.edits.sheet}: rows are missing from the written file")
            was = (rows[place] if rows else _row(old, spans[place], maker)) if there else None
            self._written(was, old, span, new)
            at, to = spans[place].end if there else at, span.end
        feed_piece(made, new[fed:to], part)
        at, to = self._passed(old, new, at, end, to)
        if not (old.startswith(pattern.END_OF_DATA, at) and new.startswith(pattern.END_OF_DATA, to)):
            raise Refusal(f"{self.edits.sheet}: the written file has rows that it should not")
        feed(made, (new[to:],), part)

    def _written(self, was: PatternRow | None, old: bytes, span: Span, new: bytes) -> None:
        """A row that was written to, by its bytes, or cell by cell where these do not tell at once."""
        number, maker = span.number, self.new.maker
        moves = number in self.totals or number in self.moved
        if moves or not self._evident(was, old, new[span.inner : span.close], number):
            self._row(number, _row(old, was.span, maker) if was else {}, _row(new, span, maker))

    def _evident(self, was: PatternRow | None, old: bytes, now: bytes, number: int) -> bool:
        """True if its bytes tell at once that a row holds what was written into it, and else what it held."""
        if was is not None:
            before = old[was.span.inner : was.span.close]
            return holds(was, before, now, number, self.edits.writes(number), self.new)
        added = self.edits.only_added(number)
        if added is not None:
            return holds_only(now, number, added.values(number), partial(added.write, number), self.new)
        writes = self.edits.writes(number)
        return holds_only(now, number, {c: write.value for c, write in writes.items()}, writes.__getitem__, self.new)

    def _passed(self, old: bytes, new: bytes, start: int, end: int, to: int) -> tuple[int, int]:
        """Where the rows from ``start`` to ``end``, which must stand in the new part at ``to``, end in either."""
        for at in range(start, end, _RUN):
            size = min(_RUN, end - at)
            if old[at : at + size] != new[to : to + size]:
                raise Refusal(f"{self.edits.sheet}: the written file differs where nothing was edited")
            to += size
        return end, to

    def by_cells(self, before: _Rows, after: _Rows) -> None:
        """Every cell of every row is compared."""
        waiting = next(before, None)
        seen = set()
        for number, cells in after:
            seen.add(number)
            was: SheetRow = {}
            if waiting and waiting[0] == number:
                was, waiting = waiting[1], next(before, None)
            self._row(number, was, cells)
        if waiting or any(self.moved.values()) or not seen >= self.edits.rows:
            raise Refusal(f"{self.edits.sheet}: rows are missing from the written file")

    def _row(self, number: int, was: SheetRow, cells: SheetRow) -> None:
        """A row holds what was written into it, and else what it held."""
        writes = self.edits.writes(number)
        if growth := self.totals.get(number):
            self.moved[growth.new_last + 1] = {c: was[c] for c in was if growth.left <= c <= growth.right}
        for column, write in writes.items():
            if not says(cells.get(column), write, self.new.date1904):
                raise Refusal(f"{self.edits.sheet}!{name(number, column)}: the written file does not hold {write.value!r}")
        if number in self.moved:
            arrived = {column: cell._replace(row=number) for column, cell in self.moved.pop(number).items()}
            was, cells = {column: was[column] for column in was} | arrived, {column: cells[column] for column in cells}
        if not _same(was, cells, writes):
            raise Refusal(f"{self.edits.sheet}, row {number}: the written file differs where nothing was edited")


def _whole(package: Package, part: str) -> bytes:
    """A part's bytes, of which there is never more than one copy."""
    out = bytearray(package.infos[part].file_size)
    at = 0
    for piece in package.chunks(part):  # which sees to it that they are as many
        out[at : at + len(piece)] = piece
        at += len(piece)
    return cast(bytes, out)  # all that it is handed to takes either, and a copy is saved


def _sought(xml: bytes, at: int, numbers: Sequence[int]) -> list[Span]:
    """Where a few rows stand, without going through all; empty where one is missing, or they are many."""
    found: list[Span] = []
    for number in numbers if len(numbers) < _FEW else ():
        at = xml.find(b'<row r="%d"' % number, at)
        if at < 0 or not (span := pattern.row_at(xml, at)):
            return []
        found.append(span)
        at = span.end
    return found


def _row(xml: bytes, span: Span, maker: Maker) -> PatternRow:
    return PatternRow(span, pattern.cells(xml[span.inner : span.close], span.number), maker)


def _same(was: SheetRow, cells: SheetRow, writes: Mapping[int, Write]) -> bool:
    """True if the cells that were not written are what they were."""
    one: Mapping[int, object] = was
    other: Mapping[int, object] = cells
    if isinstance(was, PatternRow) and isinstance(cells, PatternRow):
        one, other = was.cells.by_column, cells.cells.by_column
    if not writes:
        return dict(one) == dict(other)
    return {c: one[c] for c in one if c not in writes} == {c: other[c] for c in other if c not in writes}
