"""Which column of a source is which of ours: what its words and its values say, and all columns of a table together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sendxl.source.column_parts import Part, Sure
from sendxl.source.column_shapes import are_numbers, are_refs, are_sentences, average_words, is_measurable, is_scale, shape_of
from sendxl.source.column_words import folded, named
from sendxl.source.grids import GridCell, words
from sendxl.source.statuses import is_status

_WORDED = (Part.PROGRESS, Part.EVIDENCE, Part.NEXT, Part.MEASURE, Part.CHANGE, Part.RATIONALE)
_SOFT = (
    "outcome",
    "outcomes",
    "what does success look like",
    "what will success look like",
    "what good looks like",
    "expected outcome",
    "expected outcomes",
    "intended outcome",
    "intended outcomes",
    "desired outcome",
)
_OF_ACTIONS = (Part.LEAD, Part.LEAD_BODY, Part.DUE, Part.STATUS, Part.MEASURE, Part.PROGRESS, Part.HISTORY)
_OF_DOING = re.compile(r"\b(?:actions?|activit(?:y|ies)|tasks?|deliverables?)\b")
_TELLS = re.compile(r"\b(?:updates?|progress|comment\w*|position|narrative|notes?)\b", re.IGNORECASE)
_LEAST_OF_ACTIONS = 2  # of these, without which a table is none of actions
_WORDY = 3  # words of an activity, on the average
_FIRST_NAMES = (
    "what we will do",
    "action",
    "actions",
    "activity",
    "what",
    "commitment",
    "we said",
    "task",
    "objective",
    "project",
)


@dataclass(frozen=True)
class Heading:
    """A column of a source and what it is read as."""

    header: str
    part: Part
    sure: Sure
    runner_up: Part | None = None


@dataclass(frozen=True)
class Columns:
    """The columns of a header row, left to right."""

    columns: tuple[Heading, ...]

    def has(self, part: Part) -> bool:
        """True if one of them is read as it."""
        return any(column.part is part for column in self.columns)

    def all(self, part: Part) -> list[int]:
        """The places of those read as it, from 0."""
        return [place for place, column in enumerate(self.columns) if column.part is part]


def mapped(headers: Sequence[str], values: Sequence[Sequence[GridCell]], chosen: Mapping[str, Part] | None = None) -> Columns:
    """The columns of a table: ``values`` are the cells below each header. ``chosen`` wins, by header as compared."""
    parts = [_one(header, below, (chosen or {}).get(folded(header))) for header, below in zip(headers, values, strict=True)]
    _settle(parts, values)
    return Columns(tuple(parts))


def _one(header: str, below: Sequence[GridCell], chosen: Part | None) -> Heading:
    text = words(header)
    if chosen is not None:
        return Heading(text, chosen, Sure.NOT_READ if chosen is Part.OWN else Sure.SURE)
    shape = shape_of(below)
    found = named(text)
    if found is None:
        if shape is None:
            return Heading(text, Part.OWN, Sure.NOT_READ if text else Sure.GUESS)
        return Heading(text, shape, Sure.GUESS)
    part, sure = found
    if part is Part.HISTORY and not any(cell.fill or is_status(cell.text) for cell in below if cell.text or cell.fill):
        told = Part.PROGRESS if _TELLS.search(text) else Part.OWN  # what was said of a month
        part = told if any(cell.text for cell in below) else part
    if part is Part.TARGET and are_sentences(below):
        part, sure = Part.MEASURE, Sure.LIKELY
    elif part is Part.TARGET and shape is Part.DUE:
        part, sure = Part.DUE, Sure.LIKELY
    elif part in (Part.ACTIVITY, Part.THEME) and are_refs(below):
        part, sure = Part.SOURCE_NO, Sure.LIKELY
    elif part is Part.ACTIVITY and are_numbers(below):
        part, sure = Part.OWN, Sure.NOT_READ
    elif (part in _WORDED and shape is Part.DUE) or (part is Part.THEME and is_scale(below)):
        part, sure = Part.OWN, Sure.NOT_READ  # a day on which something was said; how much something matters
    if part in (Part.DUE, Part.STARTS) and shape not in (None, part, Part.DUE) and sure is Sure.LIKELY:
        part, sure = shape, Sure.GUESS
    return Heading(text, part, sure, shape if shape is not part else None)


def _settle(parts: list[Heading], values: Sequence[Sequence[GridCell]]) -> None:
    """Where several columns are read as one thing, or the main one is missing, look at all of them together."""
    places = {part: [i for i, one in enumerate(parts) if one.part is part] for part in Part}

    def turn(place: int, part: Part, sure: Sure | None = None) -> None:
        old = parts[place]
        parts[place] = Heading(old.header, part, sure or old.sure, old.part)

    if not places[Part.ACTIVITY]:
        of_actions = sum(bool(places[part]) for part in _OF_ACTIONS)
        wordiest = _wordiest(parts, values) if of_actions >= _LEAST_OF_ACTIONS else None
        for other in (Part.STEPS, Part.CHANGE, Part.RATIONALE):
            if wordiest is not None and other is Part.RATIONALE and wordiest < min(places[other], default=0):
                continue  # what is done stands before the reason for it
            if wordiest is not None and places[other] and _said(values[places[other][0]]) < _said(values[wordiest]):
                continue  # it is said of several rows together
            if places[other] and (other is not Part.CHANGE or places[Part.LEAD] or places[Part.DUE]):
                turn(places[other][0], Part.ACTIVITY, Sure.LIKELY)
                places[other] = places[other][1:]
                break
        else:
            if wordiest is not None:
                turn(wordiest, Part.ACTIVITY, Sure.GUESS)
    else:
        first, *more = sorted(places[Part.ACTIVITY], key=lambda i: (_rank(parts[i].header), parts[i].sure is not Sure.SURE))
        for place in more:
            name = folded(parts[place].header)
            turn(place, Part.THEME if "objective" in name and not places[Part.THEME] and place < first else Part.OWN)
    for place in sorted(places[Part.THEME], key=lambda i: (parts[i].sure is not Sure.SURE, i))[1:]:
        turn(place, Part.OWN)
    if places[Part.SAVINGS] and len(places[Part.CHANGE]) > 1 and not places[Part.BENEFITS]:
        for place in places[Part.CHANGE]:
            if folded(parts[place].header).startswith("benefit"):
                turn(place, Part.BENEFITS)
    if not places[Part.MEASURE]:
        for place in places[Part.CHANGE]:
            if folded(parts[place].header) in _SOFT and is_measurable(values[place]):
                turn(place, Part.MEASURE)
                break
    if places[Part.LEAD_BODY] and not (places[Part.LEAD] or places[Part.LEAD_CAPACITY]):
        turn(places[Part.LEAD_BODY][0], Part.LEAD)
    elif places[Part.LEAD_BODY]:
        for place in places[Part.LEAD_BODY]:
            turn(place, Part.OWN)
    if places[Part.PROGRESS] and not places[Part.STATUS]:
        for place in places[Part.PROGRESS]:
            if parts[place].runner_up is Part.STATUS:
                turn(place, Part.STATUS, Sure.LIKELY)
                break
    if places[Part.EVIDENCE] and not places[Part.PROGRESS]:
        for place in places[Part.EVIDENCE]:
            if re.search(r"\band impact\b|\bimpact and\b|^impact evidence$", folded(parts[place].header)):
                turn(place, Part.PROGRESS)
                break
    for place in places[Part.LEAD][1:]:
        turn(place, Part.JOINT)
    for part in (
        Part.SOURCE_NO,
        Part.STARTS,
        Part.DUE,
        Part.STATUS,
        Part.COMPLETED,
        Part.PERCENT,
        Part.BENEFITS,
        Part.BETTER,
        Part.BASELINE,
        Part.LEAD_CAPACITY,
    ):
        several = [i for i, one in enumerate(parts) if one.part is part]
        for place in sorted(several, key=lambda i: _second(parts[i]))[1:]:
            turn(place, Part.OWN)


def _said(below: Sequence[GridCell]) -> int:
    """How many cells of a column say something of their own."""
    return sum(not cell.blank for cell in below)


def _second(heading: Heading) -> int:
    """How far behind a column stands that is read as the same as others: what was meant at first, or is only likely."""
    name = folded(heading.header)
    if re.search(r"\b(revised|current|latest|forecast)\b", name):
        return 0
    return 3 if re.search(r"\b(original|previous|initial|review)\b", name) else 1 if heading.sure is Sure.SURE else 2


def _wordiest(parts: Sequence[Heading], values: Sequence[Sequence[GridCell]]) -> int | None:
    """The column that nobody knows by its header and that says most: what is done, where no other column is that."""
    found: list[tuple[float, int]] = []
    for place, (heading, below) in enumerate(zip(parts, values, strict=True)):
        said = average_words(below)
        if heading.part is Part.OWN and heading.header and said >= _WORDY:
            found.append((said, -place))
    return -max(found)[1] if found else None


def _rank(header: str) -> int:
    name = folded(header)
    known = next((rank for rank, known in enumerate(_FIRST_NAMES) if name == known), len(_FIRST_NAMES))
    return min(known, _FIRST_NAMES.index("task")) if _OF_DOING.search(name) else known


@dataclass
class Seen:
    """The columns of all tables of a source that were read, each header once, with some of its values."""

    columns: dict[str, tuple[Heading, list[str]]] = field(default_factory=dict)

    def note(self, heading: Heading, cells: Sequence[GridCell]) -> None:
        """Note a column of a table."""
        _, samples = self.columns.setdefault(folded(heading.header), (heading, []))
        for cell in cells:
            text = words(cell.text)
            if text and not cell.upper and text not in samples and len(samples) < 3:
                samples.append(text)
