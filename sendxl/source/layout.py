"""From the tables of a source to its activities: header rows, themes, continuation rows, and what is no activity.

Every cell that holds words gets a fate: it is read, is in Review, is a heading, or is in a table that was skipped and is
listed. Source: workbooks/pages/month.md, What is read.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sendxl.source.column_parts import Part
from sendxl.source.column_words import folded, is_surely_header, looks_like_header, named
from sendxl.source.grids import NOTHING, Grid, GridCell, GridRow, Source, words
from sendxl.source.mapping import Columns, Seen, mapped
from sendxl.source.records import as_table
from sendxl.source.statuses import Key, colour_of, colour_of_fill, meaning_of

_FURNITURE = re.compile(r"(?:.*\b)?page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Za-z]{0,3}[ .-]?\d{1,3}(?:[.\-]\d{1,3})*[a-z]?\.?")
_TOTAL = re.compile(r"(?:grand |sub[- ]?)?totals?\b", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:notes?|key|sources?|footnotes?|please note|last updated|updated|version|contact|legend|nb|n\.b\.)\b|[*†‡]", re.IGNORECASE
)
_MEASURES = re.compile(r"(?:number|no\.|%|percentage|proportion|rate|\d+)", re.IGNORECASE)
_TO_DO = re.compile(r"to [a-z]", re.IGNORECASE)
_PREFIX = re.compile(
    r"(?:(?:strategic |key )?(?:priority|priorities|theme|area of weakness|area for improvement|area of focus|area|objective|"
    r"outcome|workstream|work stream|strand|pillar|aim|goal|pledge|ambition|commitment))\s*[\w.]{0,3}\s*[:–—-]\s+(?=\S)",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:the )?(?:our )?(?:delivery|action|improvement|implementation|work|strategic)? ?(?:plan|plans|actions?|action table|"
    r"contents|introduction|what we will do|summary|overview|appendix(?: \w)?|annex(?: \w)?|key performance indicators|kpis|"
    r"risks?|sheet ?\d*|table ?\d*|data|current)",
    re.IGNORECASE,
)
_SECOND = re.compile(
    r"(?:q[1-4]|[a-z]{3,9}[ -']?\d{2,4}|start|end|from|to|by|who|when|lead|date|due|\d{4}(?:[/-]\d{2,4})?|rag|status|finish)\b",
    re.IGNORECASE,
)
_SAID = re.compile(  # words about the table that a label begins: no theme
    r"(?:sponsor|(?:senior )?responsible|sro|lead|owner|chair|author|version|status|prepared|approved|reviewed|reporting|date|"
    r"completed|review|programme manager|board)\b[\w ]{0,25}:\s*\S",
    re.IGNORECASE,
)
_LONG = 14  # words, from which on a line is prose


class Fate(StrEnum):
    """What became of a cell of the source."""

    READ = "read"
    REVIEW = "in Review"
    HEADING = "headings"
    SKIPPED = "in tables that were skipped"


@dataclass(frozen=True)
class RowRead:
    """A row of the source and what it was read as, for the mapping workbook."""

    at: str
    read_as: str
    says: str
    why: str = ""


@dataclass
class RawActivity:
    """One activity: its cells by what they are read as, and rows below it that belong to it."""

    theme: str
    at: str
    cells: dict[Part, list[tuple[str, GridCell]]] = field(default_factory=dict)  # header and cell
    further: list[dict[Part, list[tuple[str, GridCell]]]] = field(default_factory=list)
    doubt: str = ""  # about whether it is one

    def text(self, part: Part) -> str:
        """The words of a part, those of several columns a line each."""
        return "\n".join(cell.text for _, cell in self.cells.get(part, ()) if cell.text)

    def first(self, part: Part) -> GridCell:
        """The first cell of a part that says something."""
        return next((cell for _, cell in self.cells.get(part, ()) if cell.text or cell.fill), NOTHING)


@dataclass(frozen=True)
class Left:
    """Words that were not read, with their place and why."""

    words: str
    at: str
    why: str


@dataclass(frozen=True)
class Skipped:
    """A table that holds no activities: what it is, where, and its words."""

    kind: str
    at: str
    words: str
    cells: int


@dataclass
class Laid:
    """A source, laid out."""

    title: str = ""
    activities: list[RawActivity] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    rows: list[RowRead] = field(default_factory=list)
    fates: Counter[Fate] = field(default_factory=Counter)
    key: Key = field(default_factory=Key)
    seen: Seen = field(default_factory=Seen)
    theme_doubts: list[Left] = field(default_factory=list)
    unthemed: bool = False


@dataclass
class _Block:
    """Rows below one header row."""

    grid: Grid
    headers: tuple[str, ...]
    top: list[GridRow]
    above: list[GridRow]  # rows that stand above it and are no part of the block before
    rows: list[GridRow] = field(default_factory=list)
    first_of_grid: bool = False


def lay_out(source: Source, chosen: Mapping[str, Part] | None = None) -> Laid:
    """The activities of a source, and the fate of everything else. ``chosen``: what columns are to be read as, by header."""
    laid = Laid(source.title)
    plain, blocks = _split(source, chosen or {})
    for line in source.lines:
        laid.key.take(line.text)
    for grid in plain:
        _skip(laid, grid)
    for grid in source.grids:
        if grid.hidden:
            _skipped(laid, grid, grid.rows, "a hidden sheet")
    for block in blocks:
        _split_spans(block)
    ways = _ways(blocks, chosen or {})
    kept = []
    for block in blocks:
        columns = ways[block.headers]
        if columns.has(Part.ACTIVITY) and not _is_other(block.headers, columns):
            kept.append(block)
        else:
            _skip_block(laid, block, columns)
    _themes(laid, source, kept)
    theme = ""
    if source.from_pdf:
        _without_repeats(laid, kept)
    for block, starting in zip(kept, _starting_themes(laid, kept), strict=True):
        reading = _Reading(laid, block, ways[block.headers], theme if starting is None else starting)
        reading.run()
        theme = reading.theme
    for line in source.lines:
        if not line.heading and not laid.key.said.keys() & _colours(line.text):
            laid.left.append(Left(line.text, line.at, "They stand outside the tables."))
    laid.unthemed = any(not activity.theme for activity in laid.activities)
    return laid


def likely_headers(source: Source) -> dict[str, Part]:
    """The cells of the first full row of the largest table, for an officer to say what they are the headers of."""
    shown = [grid for grid in source.grids if not grid.hidden and grid.rows]
    if not shown:
        return {}
    grid = max(shown, key=lambda one: len(one.rows))
    most = max(len(_filled(row)) for row in grid.rows)
    first = next(row for row in grid.rows if len(_filled(row)) * 4 >= most * 3)
    headers = [words(cell.text) for _, cell in _filled(first)]
    return {folded(header): found[0] if (found := named(header)) else Part.OWN for header in headers}


def _without_repeats(laid: Laid, kept: Sequence[_Block]) -> None:
    """Leave out what a page repeats word for word of the one before."""
    seen: set[tuple[str, ...]] = set()
    for block in kept:
        rows = []
        for row in block.rows:
            said = tuple(words(cell.text) for cell in row)
            filled = _filled(row)
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


def _filled(row: GridRow) -> list[tuple[int, GridCell]]:
    return [(place, cell) for place, cell in enumerate(row) if not cell.blank]


def _is_header(row: GridRow, chosen: Mapping[str, Part]) -> bool:
    filled = _filled(row)
    if len(filled) < 2:
        return False
    hits = [cell for _, cell in filled if looks_like_header(cell) or folded(words(cell.text)) in chosen]
    parts = {found[0] for cell in hits if (found := named(words(cell.text)))} | {
        chosen[name] for cell in hits if (name := folded(words(cell.text))) in chosen
    }
    known = all(folded(words(cell.text)) in chosen for _, cell in filled)
    return len(hits) >= 2 and len(hits) * 2 >= len(filled) and (len(parts) >= 2 or known)


def _split(source: Source, chosen: Mapping[str, Part]) -> tuple[list[Grid], list[_Block]]:
    """Grids without a header row, and the blocks of rows below header rows."""
    plain: list[Grid] = []
    blocks: list[_Block] = []
    for grid in as_table([grid for grid in source.grids if not grid.hidden]):
        if len(blocks_of := list(_blocks(grid, chosen))) and blocks_of[0].headers:
            blocks += blocks_of
        else:
            plain.append(grid)
    return plain, blocks


def _blocks(grid: Grid, chosen: Mapping[str, Part]) -> Iterator[_Block]:
    above: list[GridRow] = []
    block: _Block | None = None
    place = 0
    while place < len(grid.rows):
        row = grid.rows[place]
        if (block and not _new_header(block, row, chosen)) or not _is_header(row, chosen):
            (block.rows if block else above).append(row)
            place += 1
            continue
        top = [row]
        if place + 1 < len(grid.rows) and _is_second_row(row, grid.rows[place + 1]):
            top.append(grid.rows[place + 1])
        if block:
            above = _trailing(block.rows)
            yield block
        block = _Block(grid, _headers(top), top, above, first_of_grid=block is None)
        place += len(top)
    if block:
        yield block


def _trailing(rows: list[GridRow]) -> list[GridRow]:
    """Take the lines that stand alone at the end of some rows out of these: they may belong to what follows."""
    count = 0
    while (
        count < len(rows)
        and len(filled := _filled(rows[-1 - count])) < 2
        and not (filled and _TO_DO.match(words(filled[0][1].text)))
    ):
        count += 1
    taken = rows[len(rows) - count :]
    del rows[len(rows) - count :]
    return taken


def _new_header(block: _Block, row: GridRow, chosen: Mapping[str, Part]) -> bool:
    """True if a row below a header may be another: that of the block again, or one in which most cells surely are headers."""
    texts = {folded(cell.text) for _, cell in _filled(row)}
    surely = sum(is_surely_header(cell) or folded(cell.text) in chosen for _, cell in _filled(row))
    own = {folded(cell.text) for top in block.top for _, cell in _filled(top)}
    return len(texts & own) * 2 > len(texts) or (surely >= 2 and surely * 2 >= len(texts))


def _is_second_row(first: GridRow, second: GridRow) -> bool:
    """True if a row goes on with the headers above it: its words stand below headers of several columns, or below none."""
    filled = _filled(second)
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


def _cover(row: GridRow) -> dict[int, tuple[str, int]]:
    """For each place of a row, the words of the cell that covers it, and how many columns that takes."""
    covered: dict[int, tuple[str, int]] = {}
    for place, cell in enumerate(row):
        if cell.text:
            for at in range(place, place + cell.span):
                covered[at] = (cell.text, cell.span)
    return covered


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


def _split_spans(block: _Block) -> None:
    """Give the columns below a header of two their own: the number and the words of an action stand below one often."""
    if len(block.top) > 1:
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


def _key_of(laid: Laid, rows: Sequence[GridRow]) -> bool:
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


def _ways(blocks: Sequence[_Block], chosen: Mapping[str, Part]) -> dict[tuple[str, ...], Columns]:
    """How the columns of each different header row are read, by all the values below it in the whole source."""
    values: dict[tuple[str, ...], list[list[GridCell]]] = {}
    for block in blocks:
        below = values.setdefault(block.headers, [[] for _ in block.headers])
        for row in block.rows:
            if len(_filled(row)) > 1:
                for cells, cell in zip(below, row, strict=False):
                    cells.append(cell)
    return {headers: mapped(headers, below, chosen) for headers, below in values.items()}


def _is_other(headers: Sequence[str], columns: Columns) -> bool:
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
        if strong and (columns.has(Part.BASELINE) or columns.has(Part.TARGET) or columns.has(Part.HISTORY)):
            return "a table of indicators"
    if names and re.fullmatch(r"key|rag|colour|rating", names[0]) and len(names) <= 3:
        return "the key of the statuses"
    return ""


def _skip_block(laid: Laid, block: _Block, columns: Columns) -> None:
    grid = block.grid
    rows = (*block.above, *block.top, *block.rows)
    kind = "the key of the statuses" if _key_of(laid, block.rows) else _kind_of(block.headers, columns)
    if not kind and not columns.has(Part.BASELINE):
        for place, heading in enumerate(columns.columns):
            laid.seen.note(heading, [row[place] for row in block.rows if place < len(row)])
    if not kind and columns.has(Part.MEASURE) and (columns.has(Part.BASELINE) or columns.has(Part.TARGET)):
        kind = "a table of indicators"
    _skipped(laid, grid, rows, kind or "a table without a column of activities")


def _skip(laid: Laid, grid: Grid) -> None:
    """List a table that has no header row of a plan: a key, owners, a frame of the page."""
    cells = [cell for row in grid.rows for _, cell in _filled(row)]
    if not cells:
        return
    text = " | ".join(words(cell.text) for cell in cells)
    pairs = [_filled(row) for row in grid.rows]
    if _key_of(laid, grid.rows) or laid.key.take(text):
        kind = "the key of the statuses"
    elif all(len(pair) <= 2 for pair in pairs):
        kind = "a table of names and words"
    else:
        kind = "a table without a header row of a plan"
    _skipped(laid, grid, grid.rows, kind)


def _skipped(laid: Laid, grid: Grid, rows: Sequence[GridRow], kind: str) -> None:
    filled = [[cell for _, cell in _filled(row)] for row in rows]
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


def _is_note(text: str) -> bool:
    return bool(_NOTE.match(text)) or len(text.split()) > _LONG or (text.endswith(".") and len(text.split()) > 4)


def _lone(row: GridRow) -> GridCell | None:
    filled = _filled(row)
    return filled[0][1] if len(filled) == 1 else None


def _themes(laid: Laid, source: Source, kept: Sequence[_Block]) -> None:
    """The title of a source that has none of its own: the first line that stands alone above the first table."""
    firsts = [next((cell for row in block.above if (cell := _lone(row))), None) for block in kept if block.first_of_grid]
    if source.title or not firsts or firsts[0] is None:
        return
    if len(firsts) > 1 and len({words(cell.text) for cell in firsts if cell}) == len(firsts):
        return  # each table has its own: they are themes
    laid.title = words(firsts[0].text)


def _starting_themes(laid: Laid, kept: Sequence[_Block]) -> list[str | None]:
    """The theme with which each block begins: its heading, the line above it, or the name of its sheet.

    None: it goes on with that of the block before.
    """
    names = {block.grid.name for block in kept if block.grid.name}
    themes: list[str | None] = []
    grid: Grid | None = None
    for block in kept:
        carried: str | None = None
        if block.grid is not grid:
            carried, grid = _of_headings(block.grid), block.grid
        alone: list[GridCell] = []
        adjacent = False
        _key_of(laid, block.above)
        for row in block.above:
            filled = _filled(row)
            if not filled:
                continue
            of_key = len(filled) == 2 and colour_of(words(filled[0][1].text)) in laid.key.said
            if of_key or laid.key.take(" ".join(words(cell.text) for _, cell in filled)):
                laid.fates[Fate.HEADING] += len(filled)
                says = " | ".join(words(cell.text) for _, cell in filled)
                laid.rows.append(RowRead(filled[0][1].at, "heading", says[:500], "the key of the statuses"))
                adjacent = False
                continue
            cell = _lone(row)
            if cell is not None and words(cell.text) == laid.title:
                laid.fates[Fate.HEADING] += 1
                laid.rows.append(RowRead(cell.at, "heading", words(cell.text), "the title"))
                adjacent = False
            elif cell is not None and _SAID.match(words(cell.text)):
                laid.fates[Fate.REVIEW] += 1
                laid.left.append(Left(words(cell.text), cell.at, "They stand above the table."))
                laid.rows.append(RowRead(cell.at, "skipped", words(cell.text)[:200], "words above the table"))
            elif cell is not None and not _is_note(words(cell.text)) and not _FURNITURE.fullmatch(words(cell.text)):
                alone.append(cell)
                adjacent = True
            else:
                adjacent = False
                says = " | ".join(words(c.text) for _, c in filled)
                if cell is not None and _FURNITURE.fullmatch(says):
                    laid.fates[Fate.HEADING] += 1
                    continue
                laid.fates[Fate.REVIEW] += len(filled)
                laid.left.append(Left(says, filled[0][1].at, "They stand above the table."))
                laid.rows.append(RowRead(filled[0][1].at, "skipped", says[:200], "words above the table"))
        if alone and adjacent:
            carried = words(alone.pop().text)
            laid.fates[Fate.HEADING] += 1
            laid.rows.append(
                RowRead(block.top[0][0].at if block.top[0] else "", "heading", carried, "the theme, above its table")
            )
        for cell in alone:
            laid.fates[Fate.REVIEW] += 1
            laid.left.append(Left(words(cell.text), cell.at, "They stand above the table."))
        if carried == "" and len(names) > 1 and not _GENERIC.fullmatch(block.grid.name):
            carried = block.grid.name
        themes.append(carried)
    return themes


def _of_headings(grid: Grid) -> str:
    for heading in reversed(grid.headings):
        text = words(heading)
        if not _GENERIC.fullmatch(text):
            return _PREFIX.sub("", text, count=1)
    caption = words(grid.caption)
    return "" if not caption or _GENERIC.fullmatch(caption) or _is_note(caption) else _PREFIX.sub("", caption, count=1)


class _Reading:
    """Takes the rows of a block one by one."""

    def __init__(self, laid: Laid, block: _Block, columns: Columns, theme: str) -> None:
        self.laid = laid
        self.block = block
        self.columns = columns
        self.theme = theme
        self.activity = columns.all(Part.ACTIVITY)[0]
        self.theme_at = columns.all(Part.THEME)
        self.numbers = columns.all(Part.SOURCE_NO)
        self.upper: dict[int, GridCell] = {}
        self.current: RawActivity | None = None
        self.pending: list[GridCell] = []
        self.pending_at = 0  # the place of the last one
        self.themes_at: set[int] = set()  # places where themes stood alone
        self.fresh = True
        self.after_blank = False
        self.starts_with_to = False
        self.lines_alone = 0

    def run(self) -> None:
        """Read the header, then every row."""
        laid, block = self.laid, self.block
        heads = [cell for row in block.top for _, cell in _filled(row)]
        laid.fates[Fate.HEADING] += len(heads)
        if heads:
            laid.rows.append(
                RowRead(heads[0].at, "heading", " | ".join(words(cell.text) for cell in heads)[:200], "a header row")
            )
        for place, heading in enumerate(self.columns.columns):
            cells = [row[place] for row in block.rows if place < len(row)]
            if heading.header or any(not cell.blank for cell in cells):
                laid.seen.note(heading, cells)
        acts = [words(row[self.activity].text) for row in block.rows if len(row) > self.activity and len(_filled(row)) > 1]
        self.starts_with_to = bool(acts) and sum(bool(_TO_DO.match(text)) for text in acts) * 2 > len(acts)
        self.lines_alone = sum(_lone(row) is not None for row in block.rows)
        for place, row in enumerate(block.rows):
            self._take(row, block.rows[place + 1] if place + 1 < len(block.rows) else ())
        self._let_go("No activity follows them.")

    def _take(self, row: GridRow, after: GridRow) -> None:
        filled = _filled(row)
        if not filled:
            self.after_blank = self.after_blank or not any(cell.fill or cell.upper for cell in row)
            return
        first = words(filled[0][1].text)
        if len(filled) == 1 and _FURNITURE.fullmatch(first):
            self._fate(filled, Fate.HEADING, "heading", "a page number")
        elif _TOTAL.match(first) and not any(
            place == self.activity and len(words(cell.text).split()) > 3 for place, cell in filled
        ):
            self._leave(filled, "It is a row of totals.")
        elif len(filled) == 1 and not self._continues(row, filled):
            self._alone(*filled[0])
        elif self._is_numbered_theme(filled, after):
            self._theme(filled, words(row[self.activity].text), "a numbered heading")
        elif not self._cell(row, self.activity).blank:
            self._begin(row, filled)
        elif self.current is not None and not self.pending:
            self._go_on(filled)
        else:
            self._leave(filled, "They belong to no activity.")
        self.after_blank = False

    def _cell(self, row: GridRow, place: int) -> GridCell:
        return row[place] if place < len(row) else NOTHING

    def _continues(self, row: GridRow, filled: list[tuple[int, GridCell]]) -> bool:
        """True if a cell that stands alone goes on with the activity above it."""
        place, cell = filled[0]
        if self.current is None or self.pending or self.fresh or cell.span > 2:
            return False
        if self._cell(row, self.activity).upper:
            return True
        part = self._part(place)
        if place == self.activity or part in (Part.THEME, Part.SOURCE_NO) or self.after_blank or place in self.themes_at:
            return False
        return part not in (Part.MEASURE, Part.RATIONALE, Part.CHANGE, Part.OWN) or (
            part in (Part.MEASURE, Part.CHANGE) and bool(_MEASURES.match(words(cell.text)))
        )

    def _part(self, place: int) -> Part:
        return self.columns.columns[place].part if place < len(self.columns.columns) else Part.OWN

    def _alone(self, place: int, cell: GridCell) -> None:
        """A line that stands alone: a theme, an activity of which no more is said, or a remark."""
        text = words(cell.text)
        if place == self.activity and cell.span == 1 and self._is_activity(text):
            self._begin((*[NOTHING] * place, cell), [(place, cell)])
            if self.current:
                self.current.doubt = (
                    "Nothing but these words stands in its row, so it may be a theme instead. It was taken as an "
                    "activity: check it."
                )
        elif _is_note(text) and not self.fresh:
            self._leave([(place, cell)], "They stand alone and read like a remark.")
        else:
            if self.pending and self.fresh:
                self._let_go("Another line that stands alone follows them.")
            self.pending.append(cell)
            self.pending_at = place

    def _is_activity(self, text: str) -> bool:
        if _TO_DO.match(text) and self.starts_with_to:
            return True
        return not self.fresh and self.lines_alone == 1 and not self.after_blank and bool(_TO_DO.match(text))

    def _is_numbered_theme(self, filled: list[tuple[int, GridCell]], after: GridRow) -> bool:
        """True for a number and words alone, where the number of the next row goes on with it: 1, then 1.1."""
        if len(filled) != 2 or not self.numbers or {place for place, _ in filled} != {self.numbers[0], self.activity}:
            return False
        number = words(filled[0][1].text if filled[0][0] == self.numbers[0] else filled[1][1].text).rstrip(".")
        follows = words(self._cell(after, self.numbers[0]).text)
        return bool(number) and re.match(rf"{re.escape(number)}[.a-z]", follows) is not None

    def _settle_theme(self) -> None:
        """The last line that stood alone is the theme of the activity that follows."""
        if not self.pending:
            return
        *others, cell = self.pending
        self.themes_at.add(self.pending_at)
        for other in others:
            self._leave([(0, other)], "Another line that stands alone follows them.")
        self.pending = []
        text = words(cell.text)
        self._theme([(0, cell)], text, "a theme")
        if not self.fresh and self.lines_alone == 1 and cell.span == 1 and not self.after_blank:
            self.laid.theme_doubts.append(
                Left(text, cell.at, "These words stand alone between activities and were taken as a theme.")
            )
        elif self.fresh and cell.span == 1 and len(text.split()) > 6 and _TO_DO.match(text):
            self.laid.theme_doubts.append(
                Left(text, cell.at, "These words stand alone and read like an activity; they were taken as a theme.")
            )

    def _theme(self, filled: list[tuple[int, GridCell]], theme: str, why: str) -> None:
        self._fate(filled, Fate.HEADING, "heading", why)
        self.theme = theme
        self.current = None

    def _let_go(self, why: str) -> None:
        for cell in self.pending:
            self._leave([(0, cell)], why)
        self.pending = []

    def _begin(self, row: GridRow, filled: list[tuple[int, GridCell]]) -> None:
        self._settle_theme()
        self.fresh = False
        for place in self.theme_at:
            cell = self._cell(row, place)
            if not cell.blank:
                self.theme = words(cell.text)
        activity = RawActivity(self.theme, self._cell(row, self.activity).at or filled[0][1].at)
        for place, column in enumerate(self.columns.columns):
            cell = self._cell(row, place)
            if cell.upper:
                cell = self.upper.get(place, NOTHING)
            elif cell.text or cell.fill:
                self.upper[place] = cell
            if (cell.text or (cell.fill and column.part in (Part.STATUS, Part.HISTORY))) and column.part not in (
                Part.LEAVE,
                Part.THEME,
            ):
                activity.cells.setdefault(column.part, []).append((column.header, cell))
        self.current = activity
        self.laid.activities.append(activity)
        self._read(row, filled, activity.cells, "activity")

    def _go_on(self, filled: list[tuple[int, GridCell]]) -> None:
        further: dict[Part, list[tuple[str, GridCell]]] = {}
        for place, cell in filled:
            part = self._part(place)
            if part not in (Part.LEAVE, Part.THEME):
                further.setdefault(part, []).append((self._header(place), cell))
        assert self.current is not None
        self.current.further.append(further)
        self._read((), filled, further, "measure")

    def _header(self, place: int) -> str:
        return self.columns.columns[place].header if place < len(self.columns.columns) else ""

    def _read(
        self, row: GridRow, filled: list[tuple[int, GridCell]], into: dict[Part, list[tuple[str, GridCell]]], what: str
    ) -> None:
        """Account for the cells of a row that is read: those in no column, or in one that is to be left out, go to Review."""
        del row
        known = {id(cell) for cells in into.values() for _, cell in cells}
        lost = []
        for place, cell in filled:
            if id(cell) in known or self._part(place) is Part.THEME:
                self.laid.fates[Fate.READ] += 1
                if self._part(place) is Part.OWN and not self._header(place):
                    self.laid.fates[Fate.READ] -= 1
                    lost.append((place, cell))
            else:
                lost.append((place, cell))
        for part in (Part.OWN,):
            into[part] = [(header, cell) for header, cell in into.get(part, ()) if header]
        if lost:
            self._leave(lost, "They stand in a column without a header, or in one that was left out.")
        says = " | ".join(words(cell.text) for _, cell in filled)[:200]
        self.laid.rows.append(RowRead(filled[0][1].at, what, says))

    def _fate(self, filled: list[tuple[int, GridCell]], fate: Fate, what: str, why: str) -> None:
        self.laid.fates[fate] += len(filled)
        self.laid.rows.append(RowRead(filled[0][1].at, what, " | ".join(words(cell.text) for _, cell in filled)[:200], why))

    def _leave(self, filled: list[tuple[int, GridCell]], why: str) -> None:
        self._fate(filled, Fate.REVIEW, "skipped", why)
        self.laid.left.append(Left(" | ".join(words(cell.text) for _, cell in filled), filled[0][1].at, why))
