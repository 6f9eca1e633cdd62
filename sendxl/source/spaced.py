"""Words as they stand on a page, put under the words of a header row: columns without rules, of a PDF or of spaced text."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sendxl.source.column_parts import Part, Sure
from sendxl.source.column_words import PLAIN_WORDS, looks_like_header, named
from sendxl.source.copied import is_of_leads, unwrapped
from sendxl.source.grids import GridCell, Line, words
from sendxl.source.phrases import is_when

Word = Mapping[str, Any]
Full = dict[str, set[int]]
"""For cells of several lines, by place: the lines, from 0, behind which the next word had no room."""
_OF_PLAN = {Part.THEME, Part.SOURCE_NO, Part.LEAD, Part.DUE, Part.STATUS, Part.PROGRESS, Part.STARTS, Part.MEASURE}
_SMALL = ("a", "all", "an", "and", "any", "as", "at", "be", "by", "day", "for", "from", "in", "is", "it", "no", "not", "of", "on",
          "or", "out", "so", "some", "the", "to", "up", "us", "we", "when", "with")
_WORDS = {*PLAIN_WORDS, *_SMALL}
_SPACE = 1.5  # points, the least between two words
_SAME_LINE = 3  # points between the tops of words of one line
_SHORT = (Part.DUE, Part.STARTS, Part.STATUS, Part.SOURCE_NO, Part.PERCENT)  # what stands on the first line of a row
_YEAR = re.compile(r"\d{4}|\d{4}/\d{2,4}")
_MOST_LINES = 4  # of a header row
_LEAST = 3  # headers of a plan
_SLACK = 0.25  # of the width of a column
_FEW = 3  # gaps that are around a table
_UNFINISHED = re.compile(r"(?:[-–/,&]|\b(?:of|by|to|and|until|end|from))$", re.IGNORECASE)
_NEAR = 3  # points between the beginnings of words of one column
_LINE = 8  # points, the least height of a line
_WIDER = 1.7  # times the height of a line, from where on a gap parts rows
_GAP = 6  # points between the words of two headers
_LETTER = 5  # points that a letter of plain text takes


class Page(Protocol):
    """A page whose words can be told with where they stand."""

    def extract_words(self, *, x_tolerance: float, keep_blank_chars: bool) -> Sequence[Word]:
        """The words, each with text, x0, x1 and top."""
        ...


@dataclass(frozen=True)
class SpacedText:
    """Plain text whose columns are parted by spaces, as a page."""

    text: str

    def extract_words(self, *, x_tolerance: float, keep_blank_chars: bool) -> Sequence[Word]:
        """The words, each with where it stands by its letters; the tolerances are those of a printed page, and not used."""
        del x_tolerance, keep_blank_chars
        return [
            {"text": word[0], "x0": word.start() * _LETTER, "x1": word.end() * _LETTER, "top": number * 10}
            for number, line in enumerate(self.text.expandtabs().split("\n"))
            for word in re.finditer(r"\S+", line)
        ]


def under_headers(pages: Sequence[Page], at: str = "page {}") -> tuple[list[list[GridCell]], list[Line]]:
    """Rows whose words stand under the words of a header row; a row begins where the first column has words."""
    rows: list[list[list[str]]] = []
    under: list[list[list[list[Word]]]] = []  # the words of each line of each cell
    starts: list[float] = []
    read = [_lines(page) for page in pages]
    headers = [_headers(lines) for lines in read]
    header = next((found.texts for of_page in headers for found in of_page.values()), None)
    if header is None or any(
        _is_other_half([text for _, text in _phrases(line)], header)
        for lines, of_page in zip(read, headers, strict=True)
        for place, line in enumerate(lines)
        if not any(first <= place < first + found.lines for first, found in of_page.items())
    ):
        return [], []
    begins = _Beginning(header, _are_apart(read))
    places: list[str] = []
    lines: list[Line] = []
    for number, (of_page, found_at) in enumerate(zip(read, headers, strict=True), 1):
        begins.top = None
        skip = 0
        for place, line in enumerate(of_page):
            phrases = _phrases(line)
            if found := found_at.get(place):
                if not starts:
                    rows.append([[text] for text in found.texts])
                    under.append([])
                    places.append(at.format(number))
                starts, skip = found.starts, found.lines
            skip -= 1
            if skip >= 0:
                begins.top = float(line[0]["top"])
                continue
            whole = words(" ".join(text for _, text in phrases))
            if not starts:
                lines.append(Line(whole, at.format(number)))
                continue
            if re.search(r"\bpage \d+\b", whole, re.IGNORECASE):
                continue
            below: list[list[Word]] = [[] for _ in starts]
            for word in line:
                below[max((k for k, start in enumerate(starts) if start - 3 <= word["x0"]), default=0)].append(word)
            cells = [" ".join(str(word["text"]) for word in some) for some in below]
            new = begins(cells, line, rows[-1])
            alone = len(phrases) == 1 and abs(phrases[0][0] - starts[0]) < _NEAR and (
                any(cells[1:]) or (len(whole.split()) > 2 and (begins.gap or begins.number == 0)))
            if new or alone:
                rows.append([[whole]] if alone else [[cell] if cell else [] for cell in cells])
                under.append([] if alone else [[some] if some else [] for some in below])
                places.append(at.format(number))
            elif len(rows) > 1 and len(rows[-1]) == len(cells):
                for kept, words_of, cell, some in zip(rows[-1], under[-1], cells, below, strict=True):
                    if cell:
                        kept.append(cell)
                        words_of.append(some)
            else:
                lines.append(Line(whole, at.format(number)))
    made = [
        [GridCell("\n".join(cell), f"{at}, row {number}, cell {place}") for place, cell in enumerate(row, 1)]
        for number, (row, at) in enumerate(zip(rows, places, strict=True), 1)
    ]
    full = sum(sum(bool(cell.text) for cell in row) * 2 >= len(starts) for row in made[1:])
    if full * 2 < len(made) - 1 or not full:  # as where a wide sheet goes on over the page
        return [], []
    laid = [row for row in under if row]
    rights = [max((float(line[-1]["x1"]) for row in laid for line in row[place]), default=0) for place in range(len(starts))]
    if any(isinstance(page, SpacedText) for page in pages):  # letters of which some are wider than others on the page
        rights = [right - (right - start) * _SLACK for right, start in zip(rights, starts, strict=True)]
    room = {
        cell.at: without_room(of, rights[place])
        for row, words_of in zip(made, under, strict=True)
        for place, (cell, of) in enumerate(zip(row, words_of, strict=False))
        if len(of) > 1
    }
    return unwrapped_rows(made, room), lines


@dataclass(frozen=True)
class _Header:
    """A header row: its texts with where they begin, and how many lines it takes."""

    texts: list[str]
    starts: list[float]
    lines: int


def _headers(lines: Sequence[Sequence[Word]]) -> dict[int, _Header]:
    """The header rows of a page, by their first line: of one line, or of as many more as say more of the columns."""
    found: dict[int, _Header] = {}
    at = 0
    while at < len(lines):
        best = max(_from(lines, at), key=_told, default=None)
        if best is not None and is_plan_header(best.texts):
            found[at] = best
            at += best.lines
        else:
            at += 1
    return found


def _from(lines: Sequence[Sequence[Word]], at: int) -> Iterator[_Header]:
    """What may be a header row from a line on, with ever more of the lines that stand close below."""
    columns = dict(_phrases(lines[at]))
    if len(columns) < _LEAST:
        return
    for place in range(at, min(at + _MOST_LINES, len(lines))):
        if place > at:
            if _is_apart(lines[place - 1], lines[place]):
                return
            for start, text in _phrases(lines[place]):
                near = next((known for known in columns if abs(known - start) < _NEAR), start)
                columns[near] = unwrapped(f"{columns[near]}\n{text}", 0, _WORDS, full={0}) if near in columns else text
        if place + 1 < len(lines) and _ends_header(columns, lines[place], lines[place + 1]):
            continue
        starts = sorted(columns)
        yield _Header([columns[start] for start in starts], starts, place - at + 1)


def _ends_header(columns: Mapping[float, str], above: Sequence[Word], line: Sequence[Word]) -> bool:
    """True if a line close below the beginning of a header row is surely its rest: all in small letters, below its words."""
    if _is_apart(above, line):
        return False
    return all(
        text[:1].islower() and any(abs(known - start) < _NEAR for known in columns) for start, text in _phrases(line)
    )


def _told(header: _Header) -> tuple[int, int]:
    """How much the texts of a header row say of its columns; of two that say as much the one of fewer lines."""
    known = [named(text) for text in header.texts if looks_like_header(GridCell(text))]
    return sum(2 if found and found[1] is Sure.SURE else 1 for found in known), -header.lines


def _is_apart(above: Sequence[Word], line: Sequence[Word]) -> bool:
    """True if more than the space between two lines of a text is between them."""
    height = float(above[0].get("bottom", 0)) - float(above[0]["top"])
    return float(line[0]["top"]) - float(above[0]["top"]) > max(height, _LINE) * _WIDER


def _are_apart(pages: Sequence[Sequence[Sequence[Word]]]) -> bool:
    """True if gaps are between the rows of a table, and not just around it."""
    count = gaps = 0
    for lines in pages:
        for above, line in itertools.pairwise(lines):
            count += 1
            gaps += _is_apart(above, line)
    return gaps > _FEW and gaps * 8 > count


class _Beginning:
    """Tells the lines with which a row begins: those with a number; in a plan without numbers those with words in the first
    column, or below a gap, and a day or a status."""

    def __init__(self, header: Sequence[str], apart: bool) -> None:
        """``apart``: gaps are between the rows."""
        self.apart = apart
        parts = [found[0] if (found := named(text)) else Part.OWN for text in header]
        self.days = [place for place, part in enumerate(parts) if part in (Part.DUE, Part.STARTS)]
        self.number = parts.index(Part.SOURCE_NO) if Part.SOURCE_NO in parts else None
        self.anchors = [place for place, part in enumerate(parts) if part in _SHORT]
        self.top: float | None = None  # of the line before
        self.gap = True  # above the line

    def __call__(self, cells: Sequence[str], line: Sequence[Word], before: Sequence[Sequence[str]]) -> bool:
        top = float(line[0]["top"])
        height = float(line[0].get("bottom", 0)) - top
        self.gap = self.top is None or top - self.top > max(height, _LINE) * _WIDER
        self.top = top
        told = {place: text for place, text in enumerate(cells) if text}
        if self.number in told:
            return True
        if self.number == 0 or not self.anchors:
            return 0 in told
        said = any(place in told and not self._goes_on(place, told[place], before) for place in self.anchors)
        return (self.gap and (said or bool(cells[0]))) if self.apart else (bool(cells[0]) and said)

    def _goes_on(self, place: int, text: str, before: Sequence[Sequence[str]]) -> bool:
        """True for the rest of a day that began on the line before."""
        begun = " ".join(before[place]) if place < len(before) else ""
        if place not in self.days or not begun:
            return False
        return bool(_YEAR.fullmatch(text)) or not is_when(begun) or bool(_UNFINISHED.search(begun))


def _lines(page: Page) -> list[list[Word]]:
    """The words of a page line by line, each from left to right."""
    return by_line(page.extract_words(x_tolerance=2, keep_blank_chars=False))


def by_line(said: Sequence[Word]) -> list[list[Word]]:
    """Words in lines from the top down, each from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(said, key=lambda word: float(word["top"])):
        if lines and float(word["top"]) - float(lines[-1][0]["top"]) <= _SAME_LINE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: float(word["x0"])) for line in lines]


def _phrases(line: Sequence[Word]) -> list[tuple[float, str]]:
    """Words that stand near each other, with where they begin."""
    phrases: list[tuple[float, str]] = []
    end = None
    for word in line:
        if end is None or word["x0"] - end > _GAP:
            phrases.append((float(word["x0"]), str(word["text"])))
        else:
            phrases[-1] = (phrases[-1][0], f"{phrases[-1][1]} {word['text']}")
        end = word["x1"]
    return phrases


def is_plan_header(row: list[str]) -> bool:
    """True for headers that name activities and two things more."""
    parts = _parts(row)
    return Part.ACTIVITY in parts and len(parts) > 2


def _parts(row: list[str]) -> set[Part]:
    return {found[0] for cell in row if looks_like_header(GridCell(cell)) and (found := named(words(cell)))}


def _is_other_half(row: list[str], header: list[str]) -> bool:
    """True for headers of a plan that are none of those of its table: a wide sheet goes on there over the page."""
    parts = _parts(row)
    if (
        len(parts) < 2
        or len(parts) * 2 < len(row)
        or any(re.search(r"\brisk|\bkpi|indicator", cell, re.IGNORECASE) for cell in row)
    ):
        return False
    return Part.ACTIVITY not in parts and bool(parts & _OF_PLAN - _parts(header))


def without_room(lines: Sequence[Sequence[Word]], right: float) -> set[int]:
    """The lines, from 0, behind which the first word of the next has no room."""
    return {
        number
        for number, (line, after) in enumerate(itertools.pairwise(lines))
        if float(line[-1]["x1"]) + _SPACE + float(after[0]["x1"]) - float(after[0]["x0"]) > right
    }


def unwrapped_rows(rows: list[list[GridCell]], full: Full) -> list[list[GridCell]]:
    """Rows with the lines joined that only the width of their column broke; ``full`` as of ``_full_lines``."""
    header = next((row for row in rows if is_plan_header([cell.text for cell in row])), [])
    leads = {place for place, cell in enumerate(header) if is_of_leads(words(cell.text))}
    widths: dict[int, int] = {}
    for row in rows:
        if sum(bool(cell.text) for cell in row) > 1:
            for place, cell in enumerate(row):
                widths[place] = max([widths.get(place, 0), *(len(line) for line in cell.text.split("\n"))])
    known = {*_known(rows), *_WORDS}
    return [
        [
            replace(cell, text=unwrapped(cell.text, widths.get(place, 0), known, full=full.get(cell.at), leads=place in leads))
            for place, cell in enumerate(row)
        ]
        for row in rows
    ]


def _known(rows: list[list[GridCell]]) -> set[str]:
    """The words that stand whole in the rows, at the end of no line that goes on."""
    found: set[str] = set()
    for row in rows:
        for cell in row:
            lines = cell.text.split("\n")
            for number, line in enumerate(lines):
                said = re.findall(r"[\w’'-]+", line.casefold())
                found.update(said[number > 0 : len(said) - (number < len(lines) - 1)])
    return found
