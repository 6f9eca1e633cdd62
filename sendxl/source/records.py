"""Label blocks: plans that are no table but “Action: …, Lead: …, By when: …” for each activity, brought into tables."""

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sendxl.source.column_parts import Part
from sendxl.source.column_words import folded, is_surely_header, looks_like_header, named
from sendxl.source.grids import NOTHING, Grid, GridCell, GridRow, Line, Source, filled_cells, words
from sendxl.source.lone_lines import OF_THEME

_LABEL = re.compile(
    r"\s*(?:[-*•]\s*|(?P<number>\d{1,3}(?:\.\d{1,3})*[a-z]?)[.)]?\s+)?(?:\*\*)?"
    r"(?P<label>[A-Za-z%#][A-Za-z0-9 %'’/()&.?#£-]{0,45}?)(?:\*\*)?"
    r"\s*:(?:\*\*)?(?:\s+(?P<said>\S.*|))?$"
)
_NUMBERED = re.compile(
    r"((?:key |agreed )?(?:action|activity|task|commitment|objective|recommendation))\s+(?:no\.?\s*)?"
    r"([A-Za-z]{0,3}\d+(?:\.\d+)*[a-z]?)",
    re.IGNORECASE,
)
_NUMBER = "No"  # what a number before the first label of a record is read as
_ACTIVITY = "Action"  # what the line above a record is read as, where no label says what is done
_OF_ACTIONS = {Part.LEAD, Part.LEAD_BODY, Part.DUE, Part.STATUS}
_TWO_PAIRS = 4  # columns
_LEAST = 3  # labels of a record


def as_tables(source: Source) -> Source:
    """The source, with those of its tables that are label blocks turned so that their labels are header rows."""
    shown = _under_actions([_in_pairs(grid) for grid in source.grids if not grid.hidden])
    every = {_name(pair) for grid in shown for row in grid.rows if len(pair := _pair(row)) == 2}
    turned = iter([_turned(grid, every) for grid in shown])
    return replace(source, grids=tuple(grid if grid.hidden else next(turned) for grid in source.grids))


def _in_pairs(grid: Grid) -> Grid:
    """A form in which two labels stand side by side in each row, each before its words, with a row for each label."""
    if not 2 < max((len(row) for row in grid.rows), default=0) <= _TWO_PAIRS:
        return grid
    pairs = [tuple(row[at : at + 2]) for row in grid.rows for at in range(0, len(row), 2)]
    filled = [pair for pair in pairs if any(not cell.blank for cell in pair)]
    labels = [words(pair[0].text) for pair in filled]
    parts = {found[0] for label in labels if (found := named(_bare(label))) and looks_like_header(GridCell(_bare(label)))}
    known = sum(looks_like_header(GridCell(_bare(label))) for label in labels)
    answers = sum(is_surely_header(pair[1]) for pair in filled if len(pair) > 1)
    if len(parts) < _LEAST or known < len(filled) or answers * 3 > known:
        return grid
    return replace(grid, rows=tuple(pair if len(pair) > 1 else (pair[0], NOTHING) for pair in filled))


def _under_actions(grids: Sequence[Grid]) -> list[Grid]:
    """Tables of labels that do not say what is done have it above them, where several stand below a line each of its own."""
    bare = [place for place, grid in enumerate(grids) if _lacks_activity(grid) and (grid.caption or grid.headings)]
    lines = {place: grids[place].caption or grids[place].headings[-1] for place in bare}
    if len(bare) < 2 or len(set(lines.values())) < len(bare):
        return list(grids)
    done = list(grids)
    for place, line in lines.items():
        grid = grids[place]
        above = grid.headings if grid.caption else grid.headings[:-1]
        said = (GridCell(_ACTIVITY, grid.at), GridCell(line, grid.at))
        done[place] = replace(grid, rows=(said, *grid.rows), headings=above, caption="")
    return done


def _lacks_activity(grid: Grid) -> bool:
    """True for a table of labels of an action that is not among them."""
    pairs = [pair for row in grid.rows if len(pair := _pair(row)) == 2]
    parts = {found[0] for pair in pairs if (found := named(_bare(pair[0].text)))}
    return (
        len(pairs) == sum(bool(filled_cells(row)) for row in grid.rows)
        and len(parts) >= _LEAST
        and Part.ACTIVITY not in parts
        and bool(parts & _OF_ACTIONS)
        and not any(is_surely_header(pair[1]) for pair in pairs)
    )


def _turned(grid: Grid, every: Collection[str]) -> Grid:
    """A grid, turned if it holds label blocks; ``every`` is what stands before words in any grid."""
    filled = [pair for row in grid.rows if (pair := _pair(row))]
    if len(filled) < _LEAST or any(len(pair) > 2 for pair in filled):
        return grid
    labelled = [pair for pair in filled if len(pair) == 2]
    parts = [found[0] for pair in labelled if (found := named(_bare(pair[0].text)))]
    if Part.ACTIVITY not in parts or len(set(parts)) < _LEAST or len(parts) * 3 < len(labelled) * 2:
        return grid
    begins, known = _begins(labelled), {_name(pair) for pair in labelled}
    rows: list[GridRow] = []
    record: list[list[GridCell]] = []
    for pair in filled:
        if len(pair) == 1 and (_name(pair) in known or (_name(pair) in every and named(_bare(pair[0].text)))):
            pair = [pair[0], NOTHING]
        if len(pair) == 1:
            rows += _closed(record)
            record = []
            rows.append((pair[0],))
        else:
            if record and _name(pair) == begins:
                rows += _closed(record)
                record = []
            record.append(pair)
    return replace(grid, rows=(*rows, *_closed(record)))


def _pair(row: GridRow) -> list[GridCell]:
    """The cells of a row that say something; a label of which nothing is said, with a blank."""
    filled = [cell for cell in row if not cell.blank]
    return [filled[0], NOTHING] if len(filled) == 1 and len(row) == 2 and named(_bare(filled[0].text)) else filled


def _begins(labelled: Sequence[Sequence[GridCell]]) -> str:
    """The label with which each record begins: the first one that comes as often as that of the activity."""
    counts = Counter(map(_name, labelled))
    most = max(count for name, count in counts.items() if (found := named(name)) and found[0] is Part.ACTIVITY)
    return next(name for name, count in counts.items() if count >= most)


def _name(pair: Sequence[GridCell]) -> str:
    return folded(_bare(pair[0].text))


def _closed(record: Sequence[Sequence[GridCell]]) -> list[GridRow]:
    if not record:
        return []
    return [
        tuple(replace(pair[0], text=_bare(pair[0].text), span=1) for pair in record),
        tuple(replace(pair[1], span=1) for pair in record),
    ]


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(" :")


def lines_of(paragraph: str) -> list[str]:
    """A paragraph as one line; as several where its line breaks part labels."""
    lines = [line for part in paragraph.split("\n") if (line := words(part))]
    return lines if sum(bool(_LABEL.match(line)) for line in lines) > 1 else [words(paragraph)] if lines else []


def apart(lines: Sequence[Line]) -> list[Line]:
    """Paragraphs, a blank line above each."""
    return [one for line in lines for one in (Line("", line.at), line)]


@dataclass
class _Said:
    """A label and what is said behind it; a line that stands alone has no label."""

    label: str
    said: str
    at: str
    after_blank: bool
    bare: bool = False  # what is said stands below it
    heading: bool = False


def labelled_lines(lines: Sequence[Line]) -> tuple[GridRow, ...] | None:
    """Lines as rows of label and words; None where they are no label blocks.

    A line without a label goes on with the one above it. Between two records it stands alone if a blank line is above it; where
    no label says what is done, the line above each record does.
    """
    pieces = list(_pieces(lines))
    labels = [piece.label for piece in pieces if piece.label]
    parts = {found[0] for label in labels if (found := named(label))}
    if len(labels) < _LEAST or len(parts) < _LEAST:
        return None
    begins = _first_label(labels)
    pieces = _joined(pieces, begins)
    if Part.ACTIVITY not in parts and not (parts & _OF_ACTIONS and _name_activities(pieces, begins)):
        return None
    return tuple(
        (GridCell(piece.label, piece.at), GridCell(piece.said, piece.at))
        if piece.label
        else (GridCell(OF_THEME.sub("", piece.said) if piece.heading else piece.said, piece.at),)
        for piece in pieces
    )


def _pieces(lines: Sequence[Line]) -> Iterator[_Said]:
    bare = _bare_labels(lines)
    headings = _headings(lines, max(bare.values(), default=0))
    after_blank = True
    for line in lines:
        text, at = line.text, line.at
        if not text.strip():
            after_blank = True
            continue
        match = _LABEL.match(text)
        if alone := _NUMBERED.fullmatch(text.strip()):
            yield _Said(_NUMBER, alone[2], at, after_blank)
        elif folded(_bare(text)) in bare:
            yield _Said(_bare(text), "", at, after_blank, bare=True)
        elif match and named(match["label"]) and folded(match["label"]) not in headings:
            label, number = _label(match)
            if number:
                yield _Said(_NUMBER, number, at, after_blank)
            yield _Said(label, (match["said"] or "").strip(), at, after_blank)
        else:
            yield _Said("", text.strip(), at, after_blank, heading=line.heading)
        after_blank = False


def _label(match: "re.Match[str]") -> tuple[str, str]:
    """A label and its number, which stands before it, or behind it as in “Action 1.2”."""
    label = match["label"].strip()
    numbered = _NUMBERED.fullmatch(label)
    return (numbered[1], numbered[2]) if numbered else (label, match["number"] or "")


def _first_label(labels: Sequence[str]) -> str:
    """The label with which each record begins: the first one that comes as often as that of the activity, or as any."""
    counts = Counter(map(folded, labels))
    acts = [count for name, count in counts.items() if (found := named(name)) and found[0] is Part.ACTIVITY]
    most = max(acts or counts.values())
    return next(name for name in counts if counts[name] >= most)


def _joined(pieces: Sequence[_Said], begins: str) -> list[_Said]:
    """The pieces, lines without a label put behind what they go on with."""
    done: list[_Said] = []
    next_labels = [begins]  # the label of each piece, or of the first with one below it; the last piece first
    for piece in reversed(pieces):
        next_labels.append(folded(piece.label) if piece.label else next_labels[-1])
    for piece, follows in zip(pieces, reversed(next_labels), strict=False):
        goes_on = not piece.after_blank or follows not in (begins, folded(_NUMBER))
        if piece.label or not done:
            done.append(replace(piece))
        elif done[-1].label and (goes_on or (done[-1].bare and not done[-1].said)):
            done[-1].said = f"{done[-1].said}\n{piece.said}".strip()
        elif not done[-1].label and not piece.after_blank and piece.said[:1].islower():
            done[-1].said += f" {piece.said}"
        else:
            done.append(replace(piece))
    return done


def _name_activities(pieces: list[_Said], begins: str) -> bool:
    """Give the lines above the records a label, where nearly each has one; False where they have none."""
    records = [place for place, piece in enumerate(pieces) if folded(piece.label) == begins]
    named_ = [place - 1 for place in records if place and not pieces[place - 1].label]
    if len(named_) * 10 < len(records) * 9:
        return False
    for place in named_:
        pieces[place].label = _ACTIVITY
    return True


def _bare_labels(lines: Sequence[Line]) -> dict[str, int]:
    """Headers that stand on lines of their own again and again, often with words below: labels without a colon, and how often."""
    said = [(folded(line.text), line.text) for line in lines if line.text.strip()]
    follow: dict[str, list[bool]] = {}
    for (name, text), (after, later) in itertools.pairwise(said):
        if is_surely_header(GridCell(text.strip())) and not text.rstrip().endswith(":"):
            follow.setdefault(name, []).append(not is_surely_header(GridCell(later.strip())) and after != name)
    bare = {name: len(below) for name, below in follow.items() if len(below) > 1 and sum(below) * 2 >= len(below)}
    return bare if len(bare) >= _LEAST else {}


def _headings(lines: Sequence[Line], least: int) -> set[str]:
    """Names of themes that only look like labels, as in “Priority one: attendance”: they come less often than records.

    ``least``: how many records there are at the least.
    """
    labels = Counter(folded(_label(match)[0]) for line in lines if (match := _LABEL.match(line.text)))
    parts = {name: found[0] for name in labels if (found := named(name))}
    acts = [labels[name] for name, part in parts.items() if part is Part.ACTIVITY]
    most = max(acts or [least, *(labels[name] for name in parts)])
    return {name for name, part in parts.items() if part is Part.THEME and labels[name] < most}
