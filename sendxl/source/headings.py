"""The title of a source, and the theme with which each of its tables begins."""

import re
from collections.abc import Sequence

from sendxl.source.grids import Grid, GridCell, Source, filled_cells, words
from sendxl.source.header_rows import Block
from sendxl.source.laid_out import Fate, Laid, Left, RowRead
from sendxl.source.lone_lines import OF_THEME, PAGE_NUMBER, is_remark, labelled, lone, may_name, names_theme
from sendxl.source.other_tables import read_key
from sendxl.source.statuses import colour_of

_GENERIC = re.compile(
    r"(?:the )?(?:our )?(?:delivery|action|improvement|implementation|work|strategic)? ?(?:plan|plans|actions?|action table|"
    r"contents|introduction|what we will do|summary|overview|appendix(?: \w)?|annex(?: \w)?|key performance indicators|kpis|"
    r"risks?|sheet ?\d*|table ?\d*|data|current)",
    re.IGNORECASE,
)
_OF_PLAN = re.compile(r"\b(?:plan|strategy|programme|statement of action|tracker|road ?map|dashboard)\b", re.IGNORECASE)
_SAID = re.compile(  # words about the table that a label begins: no theme
    r"(?:sponsor|(?:senior )?responsible|sro|lead|owner|chair|author|version|status|prepared|approved|reviewed|reporting|date|"
    r"completed|review|programme manager|board)\b[\w ]{0,25}:\s*\S",
    re.IGNORECASE,
)


def take_title(laid: Laid, source: Source, kept: Sequence[Block]) -> None:
    """The title of a source that has none of its own: its first heading, or the first line alone above the first table."""
    if not source.title and (heading := _of_all(source, kept)):
        laid.title = heading
        return
    firsts = [next((cell for row in block.above if (cell := lone(row))), None) for block in kept if block.first_of_grid]
    if source.title or not firsts or firsts[0] is None:
        return
    if len(firsts) > 1 and len({words(cell.text) for cell in firsts if cell}) == len(firsts):
        return  # each table has its own: they are themes
    if not names_theme(words(firsts[0].text)):
        laid.title = words(firsts[0].text)


def _of_all(source: Source, kept: Sequence[Block]) -> str:
    """The heading with which a source begins, where it stands above all its tables and speaks of the plan; "" for none."""
    firsts = {block.grid.headings[:1] for block in kept}
    heading = words(firsts.pop()[0]) if len(firsts) == 1 and all(firsts) else ""
    begins = bool(source.lines) and words(source.lines[0].text) == heading
    return heading if begins and _OF_PLAN.search(heading) and not OF_THEME.match(heading) else ""


def starting_themes(laid: Laid, kept: Sequence[Block]) -> list[str | None]:
    """The theme with which each block begins: its heading, the line above it, or the name of its sheet.

    None: it goes on with that of the block before.
    """
    names = {block.grid.name for block in kept if block.grid.name}
    themes: list[str | None] = []
    grid: Grid | None = None
    for block in kept:
        carried: str | None = None
        if block.grid is not grid:
            carried, grid = _of_headings(block.grid, laid.title), block.grid
        alone: list[GridCell] = []
        adjacent = False
        read_key(laid, block.above)
        for row in block.above:
            filled = filled_cells(row)
            if not filled:
                continue
            of_key = len(filled) == 2 and colour_of(words(filled[0][1].text)) in laid.key.said
            if of_key or laid.key.take(" ".join(words(cell.text) for _, cell in filled)):
                laid.fates[Fate.HEADING] += len(filled)
                says = " | ".join(words(cell.text) for _, cell in filled)
                laid.rows.append(RowRead(filled[0][1].at, "heading", says[:500], "the key of the statuses"))
                adjacent = False
                continue
            cell = lone(row)
            if cell is not None and words(cell.text) == laid.title:
                laid.fates[Fate.HEADING] += 1
                laid.rows.append(RowRead(cell.at, "heading", words(cell.text), "the title"))
                adjacent = False
            elif cell is not None and _SAID.match(words(cell.text)):
                laid.fates[Fate.REVIEW] += 1
                laid.left.append(Left(words(cell.text), cell.at, "They stand above the table."))
                laid.rows.append(RowRead(cell.at, "skipped", words(cell.text)[:200], "words above the table"))
            elif cell is not None and not is_remark(words(cell.text)) and not PAGE_NUMBER.fullmatch(words(cell.text)):
                alone.append(cell)
                adjacent = True
            else:
                adjacent = False
                says = " | ".join(words(c.text) for _, c in filled)
                if cell is not None and PAGE_NUMBER.fullmatch(says):
                    laid.fates[Fate.HEADING] += 1
                    continue
                laid.fates[Fate.REVIEW] += len(filled)
                laid.left.append(Left(says, filled[0][1].at, "They stand above the table."))
                laid.rows.append(RowRead(filled[0][1].at, "skipped", says[:200], "words above the table"))
        named = [cell for cell in alone if not labelled(words(cell.text))] or [cell for cell in alone if may_name(cell.text)]
        if named and adjacent:
            carried = words(named[-1].text)
            alone.remove(named[-1])
            laid.fates[Fate.HEADING] += 1
            at = block.top[0][0].at if block.top and block.top[0] else ""
            laid.rows.append(RowRead(at, "heading", carried, "the theme, above its table"))
        for cell in alone:
            laid.fates[Fate.REVIEW] += 1
            laid.left.append(Left(words(cell.text), cell.at, "They stand above the table."))
        if carried == "" and len(names) > 1 and not _GENERIC.fullmatch(block.grid.name):
            carried = block.grid.name
        themes.append(carried)
    return themes


def _of_headings(grid: Grid, title: str) -> str:
    for heading in reversed(grid.headings):
        text = words(heading)
        if not _GENERIC.fullmatch(text) and text != title:
            return OF_THEME.sub("", text, count=1)
    caption = words(grid.caption)
    if not caption or _GENERIC.fullmatch(caption) or (is_remark(caption) and not OF_THEME.match(caption)):
        return ""
    return OF_THEME.sub("", caption, count=1)
