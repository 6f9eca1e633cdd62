"""Tables of a source that hold no activities: of risks, of indicators, what colours mean, a frame of the page."""

import re
from collections.abc import Sequence

from sendxl.source.column_parts import Part
from sendxl.source.column_words import folded
from sendxl.source.grids import Grid, GridRow, filled_cells, words
from sendxl.source.header_rows import Block
from sendxl.source.laid_out import Fate, Laid, RowRead, Skipped
from sendxl.source.mapping import Columns
from sendxl.source.statuses import colour_of, colour_of_fill, meaning_of


def is_other(headers: Sequence[str], columns: Columns) -> bool:
    """True for a table of risks, of indicators, or of what colours mean, though one of its columns could be an activity."""
    return bool(_kind_of(headers, columns))


def _kind_of(headers: Sequence[str], columns: Columns) -> str:
    names = [folded(header) for header in headers if header]
    if any(re.match(r"risks?\b|risk description", name) for name in names) and any(
        re.search(r"likelihood|probability|impact|mitigat|score|severity", name) for name in names
    ):
        return "a table of risks"
    if not columns.has(Part.ACTIVITY) or (columns.has(Part.MEASURE) and not columns.has(Part.LEAD)):
        strong = any(re.search(r"\b(kpis?|indicators?)\b", name) for name in names[:2])
        years = any(re.fullmatch(r"\d{4}(?: \d{2,4})?|q[1-4]\b.*", name) for name in names)
        if strong and (years or columns.has(Part.BASELINE) or columns.has(Part.TARGET) or columns.has(Part.HISTORY)):
            return "a table of indicators"
    if names and re.fullmatch(r"key|rag|colour|rating", names[0]) and len(names) <= 3:
        return "the key of the statuses"
    return ""


def skip_block(laid: Laid, block: Block, columns: Columns) -> None:
    """List a block whose columns are those of no activities, with what stands above it."""
    grid = block.grid
    rows = (*block.above, *block.top, *block.rows)
    kind = "the key of the statuses" if read_key(laid, block.rows) else _kind_of(block.headers, columns)
    if not kind and not columns.has(Part.BASELINE):
        for place, heading in enumerate(columns.columns):
            laid.seen.note(heading, [row[place] for row in block.rows if place < len(row)])
    if not kind and columns.has(Part.MEASURE) and (columns.has(Part.BASELINE) or columns.has(Part.TARGET)):
        kind = "a table of indicators"
    list_skipped(laid, grid, rows, kind or "a table without a column of activities")


def skip(laid: Laid, grid: Grid) -> None:
    """List a table that has no header row of a plan: a key, owners, a frame of the page."""
    cells = [cell for row in grid.rows for _, cell in filled_cells(row)]
    if not cells:
        return
    text = " | ".join(words(cell.text) for cell in cells)
    pairs = [filled_cells(row) for row in grid.rows]
    if read_key(laid, grid.rows) or laid.key.take(text):
        kind = "the key of the statuses"
    elif all(len(pair) <= 2 for pair in pairs):
        kind = "a table of names and words"
    else:
        kind = "a table without a header row of a plan"
    list_skipped(laid, grid, grid.rows, kind)


def list_skipped(laid: Laid, grid: Grid, rows: Sequence[GridRow], kind: str) -> None:
    """List rows of a table as skipped, and what kind of table it is."""
    filled = [[cell for _, cell in filled_cells(row)] for row in rows]
    cells = [cell for row in filled for cell in row]
    if not cells:
        return
    says = "\n".join(" | ".join(words(cell.text) for cell in row) for row in filled if row)
    at = grid.name or grid.at or cells[0].at
    if grid.caption:
        at += f", “{grid.caption}”"
    laid.skipped.append(Skipped(kind, at, says, len(cells)))
    laid.fates[Fate.SKIPPED] += len(cells)
    laid.rows += [
        RowRead(row[0].at, "skipped", " | ".join(words(cell.text) for cell in row)[:200], kind) for row in filled if row
    ]


def read_key(laid: Laid, rows: Sequence[GridRow]) -> bool:
    """Read rows of a colour and what it means, be the colour a word or a fill; True where they are a key."""
    pairs = []
    for row in rows:
        said = [(words(cell.text), cell.fill) for cell in row if cell.text or cell.fill]
        if len(said) == 2:
            colour = colour_of(said[0][0]) or (colour_of_fill(said[0][1]) if not said[0][0] else None)
            pairs.append((colour, said[1][0]))
    meant = [(colour, says) for colour, says in pairs if colour and says]
    if sum(bool(meaning_of(says)) for _, says in meant) < 2:
        return False
    for colour, says in meant:
        laid.key.add(colour, says)
    return True
