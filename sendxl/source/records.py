"""Label blocks: plans that are no table but “Action: …, Lead: …, By when: …” for each activity, brought into tables."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sendxl.source.column_parts import Part
from sendxl.source.column_words import folded, named
from sendxl.source.grids import NOTHING, Grid, GridCell, GridRow

_LABEL = re.compile(
    r"\s*(?:[-*•]\s*|(?P<number>\d{1,3}(?:\.\d{1,3})*[a-z]?)[.)]?\s+)?(?:\*\*)?"
    r"(?P<label>[A-Za-z%#][A-Za-z0-9 %'’/()&.?#£-]{0,45}?)(?:\*\*)?"
    r"\s*:(?:\*\*)?(?:\s+(?P<said>\S.*|))?$"
)
_NUMBER = "No"  # what a number before the first label of a record is read as
_LEAST = 3  # labels of a record


def as_table(grids: Sequence[Grid]) -> tuple[Grid, ...]:
    """The grids, those that are label blocks turned so that their labels are header rows."""
    return tuple(_turned(grid) for grid in grids)


def _turned(grid: Grid) -> Grid:
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
        if len(pair) == 1 and _name(pair) in known:
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


def labelled_lines(lines: Sequence[tuple[str, str]]) -> tuple[GridRow, ...] | None:
    """Lines with their places as rows of label and words; None where they are no label blocks.

    A line without a label goes on with the one above it, unless a blank line is between; then it stands alone.
    """
    rows: list[list[GridCell]] = []
    labels: list[str] = []
    headings = _headings(lines)
    after_blank = True
    for text, at in lines:
        if not text.strip():
            after_blank = True
            continue
        match = _LABEL.match(text)
        if match and named(match["label"]) and folded(match["label"]) not in headings:
            if match["number"]:
                rows.append([GridCell(_NUMBER, at), GridCell(match["number"], at)])
            rows.append([GridCell(match["label"].strip(), at), GridCell((match["said"] or "").strip(), at)])
            labels.append(folded(match["label"]))
        elif after_blank or not rows or len(rows[-1]) == 1:
            rows.append([GridCell(text.strip(), at)])
        else:
            label, said = rows[-1]
            rows[-1] = [label, replace(said, text=f"{said.text}\n{text.strip()}".strip())]
        after_blank = False
    parts = {found[0] for label in labels if (found := named(label))}
    if len(labels) < _LEAST or Part.ACTIVITY not in parts or len(parts) < _LEAST:
        return None
    return tuple(tuple(cell for cell in row) for row in rows)


def _headings(lines: Sequence[tuple[str, str]]) -> set[str]:
    """Names of themes that only look like labels, as in “Priority one: attendance”: they come less often than records."""
    labels = Counter(folded(match["label"]) for text, _ in lines if (match := _LABEL.match(text)))
    parts = {name: found[0] for name in labels if (found := named(name))}
    most = max((labels[name] for name, part in parts.items() if part is Part.ACTIVITY), default=0)
    return {name for name, part in parts.items() if part is Part.THEME and labels[name] < most}
