"""A table copied from a PDF: its cells come one below the other, in the order of the page, and empty ones are missing.

It is put together where it can be: the headers tell how many columns there are, a number begins a row, and what looks
like a day, a status or a lead goes where such a thing stands. All of it is doubtful, and said to be.
"""

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sendxl.source.column_parts import Part
from sendxl.source.column_words import looks_like_header, named
from sendxl.source.grids import Grid, GridCell, GridRow, Line, words
from sendxl.source.phrases import read_phrase
from sendxl.source.posts import are_two
from sendxl.source.statuses import is_status

_NUMBER = re.compile(r"[A-Za-z]{0,4}[ .-]?\d{1,3}(?:[.\-]\d{1,3})*[a-z]?\.?")
_PAGE = re.compile(r".*\bpage\s+\d+.*|\d{1,3}", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(?:lead|head|manager|director|officer|commissioner|chair|principal|coordinator|team|service|dco|dsco|icb|la|tbc|"
    r"sencos?|advis[eo]r|consultant|partners?)\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(r"%|\bnumber\b|\d|\bin place\b|\bpublished\b|\bagreed\b|\bfewer\b|\bmore\b|→", re.IGNORECASE)
_GOES_ON = re.compile(  # how a line ends that another goes on with
    r"[/&,→:-]$|->$|\b(?:and|with|of|for|in|on|at|by|to|from|the|an?|or|as|per|than|that|who|which|is|are|be|their|its|our|each|every|into|"
    r"within|between)$",
    re.IGNORECASE,
)
_LEAST = 3  # headers
_MOST_IN_ROW = 14
_MOST_LOOSE = 0.4  # of all pieces, that belong to no row
_REPEATED = 3  # pieces in a row that are no chance: a lead and a day come again and again


@dataclass(frozen=True)
class Copied:
    """What was put together."""

    title: str
    grids: tuple[Grid, ...]
    lines: tuple[Line, ...]


@dataclass
class _Record:
    number: str
    line: int
    theme: str = ""
    pieces: list[tuple[str, int]] = field(default_factory=list)


def put_together(lines: Sequence[tuple[str, int]]) -> Copied | None:
    """The table in lines that were copied from a page; None where none can be made out."""
    pieces = _pieces(lines)
    begins, headers = _headers(pieces)
    parts = {found[0] for header in headers if (found := named(header))}
    if len(headers) < _LEAST or not _is_number_header(headers[0]) or Part.ACTIVITY not in parts:
        return None
    title = next((words(text) for text, _ in pieces[:begins]), "")
    records, loose = _records(pieces[begins + len(headers) :], headers)
    whole = sum(len(record.pieces) for record in records)
    if not records or len(loose) > (whole + len(loose)) * _MOST_LOOSE:
        return None  # its words come in another order than that of the rows
    rows: list[GridRow] = [tuple(GridCell(header, f"line {pieces[begins][1]}") for header in headers)]
    theme, seen = "", set()
    widths = _widths(records, headers)
    carried: list[tuple[str, int]] = []
    for record in records:
        if record.theme and record.theme != theme:
            theme = record.theme
            rows.append((GridCell(theme, f"line {record.line}", span=len(headers)),))
        placed, left = _aligned(record, headers[1:], carried)
        first = words(placed[0].text) if placed else ""
        if (record.number, first) in seen:
            continue
        seen.add((record.number, first))
        rows.append(
            (
                GridCell(record.number, f"line {record.line}"),
                *(_unwrapped(*of) for of in zip(placed, widths, headers[1:], strict=True)),
            )
        )
        carried = left
    loose += [Line(words(text), f"line {line}") for text, line in carried]
    return Copied(title, (Grid("", tuple(rows)),), tuple(loose))


def _pieces(lines: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Lines that follow each other without a blank one between, as one piece with its first line."""
    pieces: list[tuple[list[str], int]] = []
    fresh = True
    for text, number in lines:
        if not text:
            fresh = True
        elif fresh or _is_number_header(text):
            pieces.append(([text], number))
            fresh = False
        else:
            pieces[-1][0].append(text)
    return [("\n".join(part), number) for part, number in pieces]


def _is_number_header(text: str) -> bool:
    found = named(text) if len(text.split()) < 4 else None
    return found is not None and found[0] is Part.SOURCE_NO and looks_like_header(GridCell(text)) and not _NUMBER.fullmatch(text)


def _headers(pieces: Sequence[tuple[str, int]]) -> tuple[int, list[str]]:
    """Where the first run of headers begins, and what they are."""
    best: tuple[int, list[str]] = (0, [])
    run: list[str] = []
    for place, (text, _) in enumerate(pieces[:200]):
        if looks_like_header(GridCell(text)) and not _is_number(text.split("\n")[-1]):
            run.append(words(text))
            if len(run) > len(best[1]):
                best = (place - len(run) + 1, list(run))
        else:
            if len(best[1]) >= _LEAST:
                break
            run = []
    begins, headers = best
    skip = next((place for place, header in enumerate(headers) if _is_number_header(header)), 0)  # a title reads like one too
    return begins + skip, headers[skip:]


def _is_number(text: str) -> bool:
    """True for the number of an action; not for a day such as “Sep-26”."""
    return bool(_NUMBER.fullmatch(text) and re.search(r"\d", text)) and not read_phrase(text).days


def _records(pieces: Sequence[tuple[str, int]], headers: Sequence[str]) -> tuple[list[_Record], list[Line]]:
    records: list[_Record] = []
    loose: list[Line] = []
    theme = ""
    known = {words(header).casefold() for header in headers}
    for text, line in pieces:
        parts = text.split("\n")
        if words(text).casefold() in known:
            continue
        if _PAGE.fullmatch(words(text)) and not _is_number(text):
            loose.append(Line(words(text), f"line {line}"))
        elif _is_number(parts[-1]):
            theme = words(" ".join(parts[:-1])) or theme
            records.append(_Record(parts[-1], line, theme))
        elif records and len(records[-1].pieces) < _MOST_IN_ROW:
            records[-1].pieces.append((text, line))
        else:
            loose.append(Line(words(text), f"line {line}"))
    return records, [*loose, *_without_repeats(records)]


def _without_repeats(records: Sequence[_Record]) -> list[Line]:
    """Take out of records what a page repeats: several pieces that stand one after the other in an earlier record too."""
    seen: set[tuple[str, ...]] = set()
    taken: list[Line] = []
    for record in records:
        texts = [words(text) for text, _ in record.pieces]
        runs = [tuple(texts[at : at + _REPEATED]) for at in range(len(texts) - _REPEATED + 1)]
        again = {at + more for at, run in enumerate(runs) if run in seen for more in range(_REPEATED)}
        seen.update(runs)
        if again and 0 not in again:  # a whole record that comes again is known by its number
            taken += [Line(texts[at], f"line {record.pieces[at][1]}") for at in sorted(again)]
            record.pieces = [piece for at, piece in enumerate(record.pieces) if at not in again]
    return taken


def _aligned(
    record: _Record, headers: Sequence[str], carried: Sequence[tuple[str, int]]
) -> tuple[list[GridCell], list[tuple[str, int]]]:
    """The pieces of a record in their columns, in order, as they fit best; what is left over goes to the next."""
    parts = [found[0] if (found := named(header)) else Part.OWN for header in headers]
    pieces = record.pieces
    count, most = len(pieces), len(parts)
    best = [[0.0] * (count + 1) for _ in range(most + 1)]
    for column in range(most - 1, -1, -1):
        for piece in range(count, -1, -1):
            skip = best[column + 1][piece] - 0.3
            take = best[column + 1][piece + 1] + _fits(pieces[piece][0], parts[column]) if piece < count else -99.0
            best[column][piece] = max(skip, take)
    cells: list[GridCell] = []
    piece = 0
    for column in range(most):
        if piece < count and best[column][piece] == best[column + 1][piece + 1] + _fits(pieces[piece][0], parts[column]):
            cells.append(GridCell(pieces[piece][0], f"line {pieces[piece][1]}"))
            piece += 1
        else:
            cells.append(GridCell())
    waiting = list(carried)
    for column in range(most - 1, -1, -1):  # what stood before the row's number on the page
        if (
            not cells[column].text
            and waiting
            and _fits(waiting[-1][0], parts[column]) > (0.5 if parts[column] is not Part.PROGRESS else 0)
        ):
            text, line = waiting.pop()
            cells[column] = GridCell(text, f"line {line}")
    return cells, [*waiting, *pieces[piece:]]


def _fits(text: str, part: Part) -> float:
    """How well a piece fits a column."""
    said = words(text)
    status, role = is_status(said), bool(_ROLE.search(said))
    day = bool(read_phrase(said).days) or bool(re.fullmatch(r"on-?going|half term \d", said, re.IGNORECASE))
    if part is Part.ACTIVITY:
        return 2.0 if not day and not status and len(said.split()) > 1 else -1.0
    if re.fullmatch(r"t\.?b\.?[cad]\.?", said, re.IGNORECASE):
        return 1.5 if part in (Part.LEAD, Part.DUE) else 0.0
    if part in (Part.DUE, Part.STARTS, Part.COMPLETED):
        return 3.0 if day else -2.0
    if part in (Part.STATUS, Part.HISTORY):
        return 3.0 if status else -3.0
    if part in (Part.LEAD, Part.JOINT, Part.LEAD_BODY, Part.LEAD_CAPACITY):
        return (2.0 if role else 0.4) if not day and len(said.split()) < 14 else -1.0
    if part is Part.MEASURE:
        return -0.5 if day else 1.5 if _MEASURE.search(said) else 0.9
    if day or (status and len(said.split()) < 3):
        return 0.1
    return 0.8


def _widths(records: Sequence[_Record], headers: Sequence[str]) -> list[int]:
    """How many characters the longest line of each column has: what goes beyond was broken by the page."""
    widths = [0] * (len(headers) - 1)
    for record in records:
        for place, cell in enumerate(_aligned(record, headers[1:], ())[0]):
            widths[place] = max([widths[place], *(len(line) for line in cell.text.split("\n"))])
    return widths


def _unwrapped(cell: GridCell, width: int, header: str) -> GridCell:
    return GridCell(unwrapped(cell.text, width, leads=is_of_leads(header)), cell.at)


def is_of_leads(header: str) -> bool:
    """True for the header of a column of leads."""
    found = named(header)
    return found is not None and found[0] in (Part.LEAD, Part.JOINT)


def _is_broken(before: str, first: str, known: Collection[str]) -> bool:
    """True if the last word of a line and the first of the next are one word that is known, and are not two."""
    last = before.rsplit(" ", 1)[-1]
    parts = [re.sub(r"^\W+|\W+$", "", part).casefold() for part in (last.removesuffix("-"), first)]
    whole = "".join(parts)
    return all(parts) and first[:1].islower() and whole in known and not all(part in known for part in parts)


def unwrapped(
    text: str, width: int, known: Collection[str] = (), *, full: Collection[int] | None = None, leads: bool = False
) -> str:
    """Lines that only the width of a column broke, joined again; so is a word that was broken, if it is among ``known``.

    ``full``: the lines, from 0, behind which the next word had no room, where that is known; else ``width`` tells it in
    characters. ``leads``: lines that are a lead each stay apart.
    """
    lines = text.split("\n")
    joined = lines[:1]
    for number, (before, line) in enumerate(itertools.pairwise(lines)):
        first = line.split(" ", 1)[0]
        if _is_broken(before, first, known):
            joined[-1] = joined[-1].removesuffix("-") + line
            continue
        if re.search(r"[a-z]-$", before) and line[:1].islower():
            joined[-1] += line
            continue
        broken = bool(
            line[:1].islower()
            or _GOES_ON.search(before)
            or (len(before) + 1 + len(first) > width if full is None else number in full)
        )
        if broken and not re.match(r"[•·*-]\s|[a-z]\)\s|\d{1,2}[.)]\s", line) and not (leads and are_two(before, line)):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return "\n".join(joined)
