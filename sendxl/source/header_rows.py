"""The header rows of a source's tables, and the blocks of rows below them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sendxl.source.column_parts import Part
from sendxl.source.column_words import folded, is_surely_header, looks_like_header, named
from sendxl.source.grids import Grid, GridRow, Source, filled_cells, words
from sendxl.source.lone_lines import TO_DO
from sendxl.source.phrases import is_when
from sendxl.source.statuses import is_status

_NUMBER = re.compile(r"[A-Za-z]{0,3}[ .-]?\d{1,3}(?:[.\-]\d{1,3})*[a-z]?\.?")
_OTHER = re.compile(  # how the header row of a table of something else begins
    r"(?:key )?(?:performance )?(?:kpi|indicator|measure|metric|risk|issue|role|name|term|abbreviation|acronym|colour|rag|rating|"
    r"version|meeting|glossary)s?\b.{0,20}",
    re.IGNORECASE,
)
_BESIDE = re.compile(  # what else stands in one
    r"\d{4}(?:[/-]\d{2,4})?|q[1-4]\b.*|likelihood|probability|impact|score|severity|mitigat\w+|trend|latest|current|actual|outturn|"
    r"previous|contact|e-?mail|phone|telephone|meaning|definition|description|full name|organisation|changes?|author|frequency|"
    r"members?(?:hip)?|source|inherent .*|residual .*|controls?",
    re.IGNORECASE,
)
_SHORT = 4  # words
_TOLD: Mapping[Part, Callable[[str], bool]] = {  # what stands in a column of a part, and in no other
    Part.SOURCE_NO: lambda text: bool(_NUMBER.fullmatch(text)),
    Part.DUE: is_when,
    Part.STARTS: is_when,
    Part.STATUS: is_status,
}
_SECOND = re.compile(
    r"(?:q[1-4]|[a-z]{3,9}[ -']?\d{2,4}|start|end|from|to|by|who|when|lead|date|due|\d{4}(?:[/-]\d{2,4})?|rag|status|finish)\b",
    re.IGNORECASE,
)


@dataclass
class Block:
    """Rows below one header row."""

    grid: Grid
    headers: tuple[str, ...]
    top: list[GridRow]
    above: list[GridRow]  # rows that stand above it and are no part of the block before
    rows: list[GridRow] = field(default_factory=list)
    first_of_grid: bool = False


def split_at_headers(source: Source, chosen: Mapping[str, Part]) -> tuple[list[Grid], list[Block]]:
    """Grids without a header row, and the blocks of rows below header rows."""
    plain: list[Grid] = []
    blocks: list[Block] = []
    for grid in (grid for grid in source.grids if not grid.hidden):
        if blocks and _goes_on(blocks[-1], grid):
            blocks.append(Block(grid, blocks[-1].headers, [], [], list(grid.rows), first_of_grid=True))
        elif len(blocks_of := list(_blocks(grid, chosen))) and blocks_of[0].headers:
            blocks += blocks_of
        else:
            plain.append(grid)
    for block in blocks:
        _split_spans(block)
    return plain, blocks


def _goes_on(block: Block, grid: Grid) -> bool:
    """True for a table without headers that has the columns of the one before it, with days, statuses or numbers in the same."""
    parts = [found[0] if header and (found := named(header)) else Part.OWN for header in block.headers]
    rows = [row for row in grid.rows if len(filled_cells(row)) > 1]
    if Part.ACTIVITY not in parts or not rows or grid.caption or any(len(row) > len(parts) for row in grid.rows):
        return False
    if any(is_surely_header(cell) for _, cell in filled_cells(rows[0])):
        return False
    told = [
        (part, words(row[place].text))
        for row in rows
        for place, part in enumerate(parts)
        if part in _TOLD and place < len(row) and row[place].text
    ]
    wide = all(len(filled_cells(row)) * 2 > len(parts) for row in rows)
    return wide and bool(told) and all(_TOLD[part](text) for part, text in told)


def _blocks(grid: Grid, chosen: Mapping[str, Part]) -> Iterator[Block]:
    above: list[GridRow] = []
    block: Block | None = None
    place = 0
    while place < len(grid.rows):
        row = grid.rows[place]
        if (block and not _new_header(block, row, chosen)) or not (_is_header(row, chosen) or (block and _heads_other(row))):
            (block.rows if block else above).append(row)
            place += 1
            continue
        top = [row]
        if place + 1 < len(grid.rows) and _is_second_row(row, grid.rows[place + 1]):
            top.append(grid.rows[place + 1])
        if block:
            above = _trailing(block.rows)
            yield block
        block = Block(grid, _headers(top), top, above, first_of_grid=block is None)
        place += len(top)
    if block:
        yield block


def _is_header(row: GridRow, chosen: Mapping[str, Part]) -> bool:
    filled = filled_cells(row)
    if len(filled) < 2:
        return False
    hits = [cell for _, cell in filled if looks_like_header(cell) or folded(words(cell.text)) in chosen]
    parts = {found[0] for cell in hits if (found := named(words(cell.text)))} | {
        chosen[name] for cell in hits if (name := folded(words(cell.text))) in chosen
    }
    known = all(folded(words(cell.text)) in chosen for _, cell in filled)
    return len(hits) >= 2 and len(hits) * 2 >= len(filled) and (len(parts) >= 2 or known)


def _new_header(block: Block, row: GridRow, chosen: Mapping[str, Part]) -> bool:
    """True if a row below a header may be another: that of the block again, or one in which most cells surely are headers."""
    texts = {folded(cell.text) for _, cell in filled_cells(row)}
    surely = sum(is_surely_header(cell) or folded(cell.text) in chosen for _, cell in filled_cells(row))
    own = {folded(cell.text) for top in block.top for _, cell in filled_cells(top)}
    if len(texts & own) * 2 > len(texts) or (surely >= 2 and surely * 2 >= len(texts)):
        return True
    return _after_gap(block.rows) and _heads_other(row)


def _after_gap(rows: Sequence[GridRow]) -> bool:
    """True where a blank row, or a line alone, stands before what comes next."""
    return bool(rows) and len(filled_cells(rows[-1])) < 2


def _heads_other(row: GridRow) -> bool:
    """True for the header row of a table of indicators, of risks or of names, all of whose words are those of such."""
    first, *more = [words(cell.text) for _, cell in filled_cells(row)] or [""]
    return bool(more) and bool(_OTHER.fullmatch(first)) and all(
        _BESIDE.fullmatch(text) or (named(text) and len(text.split()) <= _SHORT) for text in more
    )


def _is_second_row(first: GridRow, second: GridRow) -> bool:
    """True if a row goes on with the headers above it: its words stand below headers of several columns, or below none."""
    filled = filled_cells(second)
    if not filled or all(place < len(first) and first[place].text and first[place].span == 1 for place, _ in filled):
        return False
    under = 0
    covered = _cover(first)
    for place, cell in filled:
        spanned = place in covered and (covered[place][1] > 1)
        empty = place >= len(first) or (not first[place].text and not spanned)
        if not (spanned or empty) or len(words(cell.text).split()) > 5:
            return False
        under += bool(_SECOND.fullmatch(words(cell.text)) or looks_like_header(cell))
    return under * 2 >= len(filled)


def _trailing(rows: list[GridRow]) -> list[GridRow]:
    """Take the lines that stand alone at the end of some rows out of these: they may belong to what follows."""
    count = 0
    while (
        count < len(rows)
        and len(filled := filled_cells(rows[-1 - count])) < 2
        and not (filled and TO_DO.match(words(filled[0][1].text)))
    ):
        count += 1
    taken = rows[len(rows) - count :]
    del rows[len(rows) - count :]
    return taken


def _headers(top: Sequence[GridRow]) -> tuple[str, ...]:
    """The header of each column: the words of its rows, one behind the other."""
    if len(top) == 1:
        return tuple(words(cell.text) for cell in top[0])
    covered = _cover(top[0])
    before, result = "", []
    for place in range(max(map(len, top))):
        upper = words(covered[place][0]) if place in covered else ""
        lower = words(top[1][place].text) if place < len(top[1]) and not top[1][place].upper else ""
        if lower and not upper:  # a header of several columns that are not merged
            upper = before
        before = upper or before
        both = f"{upper} {lower}".strip()
        own = named(lower) if lower else None
        result.append(lower if own and lower and not named(both) else both)
    return tuple(result)


def _cover(row: GridRow) -> dict[int, tuple[str, int]]:
    """For each place of a row, the words of the cell that covers it, and how many columns that takes."""
    covered: dict[int, tuple[str, int]] = {}
    for place, cell in enumerate(row):
        if cell.text:
            for at in range(place, place + cell.span):
                covered[at] = (cell.text, cell.span)
    return covered


def _split_spans(block: Block) -> None:
    """Give the columns below a header of two their own: the number and the words of an action stand below one often."""
    if len(block.top) != 1:
        return
    headers = list(block.headers)
    for place, cell in enumerate(block.top[0]):
        if cell.span == 2 and cell.text:
            headers += [""] * (place + 2 - len(headers))
            below = [
                words(row[place].text) for row in block.rows if place < len(row) and row[place].text and row[place].span == 1
            ]
            numbers = sum(bool(_NUMBER.fullmatch(text)) for text in below)
            own = words(cell.text)
            headers[place : place + 2] = ["No.", own] if numbers * 2 > len(below) else [own, f"{own} (second column)"]
    block.headers = tuple(headers)
