"""From the tables of a source to its activities, with the fate of everything else.

Source: workbooks/pages/month.md, What is read.
"""

from collections.abc import Mapping, Sequence

from sendxl.source.activity_rows import read_rows
from sendxl.source.column_parts import Part
from sendxl.source.column_words import folded, named
from sendxl.source.grids import GridCell, Source, filled_cells, words
from sendxl.source.header_rows import Block, split_at_headers
from sendxl.source.headings import starting_themes, take_title
from sendxl.source.laid_out import Fate, Laid, Left, RowRead
from sendxl.source.mapping import Columns, mapped
from sendxl.source.other_tables import is_other, list_skipped, skip, skip_block
from sendxl.source.statuses import Key


def lay_out(source: Source, chosen: Mapping[str, Part] | None = None) -> Laid:
    """The activities of a source, and the fate of everything else. ``chosen``: what columns are to be read as, by header."""
    laid = Laid(source.title)
    plain, blocks = split_at_headers(source, chosen or {})
    for line in source.lines:
        laid.key.take(line.text)
    for grid in plain:
        skip(laid, grid)
    for grid in source.grids:
        if grid.hidden:
            list_skipped(laid, grid, grid.rows, "a hidden sheet")
    ways = _ways(blocks, chosen or {})
    kept = []
    for block in blocks:
        columns = ways[block.headers]
        if columns.has(Part.ACTIVITY) and not is_other(block.headers, columns):
            kept.append(block)
        else:
            skip_block(laid, block, columns)
    take_title(laid, source, kept)
    theme = ""
    if source.from_pdf:
        _without_repeats(laid, kept)
    for block, starting in zip(kept, starting_themes(laid, kept), strict=True):
        theme = read_rows(laid, block, ways[block.headers], theme if starting is None else starting)
    for line in source.lines:
        if not line.heading and not laid.key.said.keys() & _colours(line.text):
            laid.left.append(Left(line.text, line.at, "They stand outside the tables."))
    laid.unthemed = any(not activity.theme for activity in laid.activities)
    return laid


def _ways(blocks: Sequence[Block], chosen: Mapping[str, Part]) -> dict[tuple[str, ...], Columns]:
    """How the columns of each different header row are read, by all the values below it in the whole source."""
    values: dict[tuple[str, ...], list[list[GridCell]]] = {}
    for block in blocks:
        below = values.setdefault(block.headers, [[] for _ in block.headers])
        for row in block.rows:
            if len(filled_cells(row)) > 1:
                for cells, cell in zip(below, row, strict=False):
                    cells.append(cell)
    return {headers: mapped(headers, below, chosen) for headers, below in values.items()}


def _without_repeats(laid: Laid, kept: Sequence[Block]) -> None:
    """Leave out what a page repeats word for word of the one before."""
    seen: set[tuple[str, ...]] = set()
    for block in kept:
        rows = []
        for row in block.rows:
            said = tuple(words(cell.text) for cell in row)
            filled = filled_cells(row)
            if len(filled) > 2 and said in seen:
                laid.fates[Fate.REVIEW] += len(filled)
                laid.left.append(
                    Left(" | ".join(text for text in said if text), filled[0][1].at, "The same row stands on a page before.")
                )
                laid.rows.append(RowRead(filled[0][1].at, "skipped", " | ".join(said)[:200], "the same row again"))
            else:
                seen.add(said)
                rows.append(row)
        block.rows[:] = rows


def _colours(text: str) -> set[str]:
    key = Key()
    key.take(text)
    return set(key.said)


def likely_headers(source: Source) -> dict[str, Part]:
    """The cells of the first full row of the largest table, for an officer to say what they are the headers of."""
    shown = [grid for grid in source.grids if not grid.hidden and grid.rows]
    if not shown:
        return {}
    grid = max(shown, key=lambda one: len(one.rows))
    most = max(len(filled_cells(row)) for row in grid.rows)
    first = next(row for row in grid.rows if len(filled_cells(row)) * 4 >= most * 3)
    headers = [words(cell.text) for _, cell in filled_cells(first)]
    return {folded(header): found[0] if (found := named(header)) else Part.OWN for header in headers}
