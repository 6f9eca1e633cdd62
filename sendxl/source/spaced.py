"""Words as they stand on a page, put under the words of a header row: columns without rules, of a PDF or of spaced text."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sendxl.source.column_parts import Part
from sendxl.source.column_words import PLAIN_WORDS, looks_like_header, named
from sendxl.source.copied import is_of_leads, unwrapped
from sendxl.source.grids import GridCell, Line, words

Full = dict[str, set[int]]
"""For cells of several lines, by place: the lines, from 0, behind which the next word had no room."""
_OF_PLAN = {Part.THEME, Part.SOURCE_NO, Part.LEAD, Part.DUE, Part.STATUS, Part.PROGRESS, Part.STARTS, Part.MEASURE}
_SMALL = ("a", "all", "an", "and", "any", "as", "at", "be", "by", "day", "for", "from", "in", "is", "it", "no", "not", "of", "on",
          "or", "out", "so", "some", "the", "to", "up", "us", "we", "when", "with")
_SPACE = 1.5  # points, the least between two words
_SAME_LINE = 3  # points between the tops of words of one line
_SHORT = (Part.DUE, Part.STARTS, Part.STATUS, Part.SOURCE_NO, Part.PERCENT)  # what stands on the first line of a row
_YEAR = re.compile(r"\d{4}|\d{4}/\d{2,4}")
_LINE = 8  # points, the least height of a line
_WIDER = 1.7  # times the height of a line, from where on a gap parts rows
_GAP = 6  # points between the words of two headers
_LETTER = 5  # points that a letter of plain text takes


class Page(Protocol):
    """A page whose words can be told with where they stand."""

    def extract_words(self, *, x_tolerance: float, keep_blank_chars: bool) -> list[dict[str, Any]]:
        """The words, each with text, x0, x1 and top."""
        ...


@dataclass(frozen=True)
class SpacedText:
    """Plain text whose columns are parted by spaces, as a page."""

    text: str

    def extract_words(self, *, x_tolerance: float, keep_blank_chars: bool) -> list[dict[str, Any]]:
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
    under: list[list[list[list[dict[str, Any]]]]] = []  # the words of each line of each cell
    starts: list[float] = []
    phrased = [[text for _, text in _phrases(line)] for page in pages for line in _lines(page)]
    header = next((texts for texts in phrased if is_plan_header(texts)), None)
    if header is None or any(_is_other_half(texts, header) for texts in phrased):
        return [], []
    begins = _Beginning(header)
    places: list[str] = []
    lines: list[Line] = []
    for number, page in enumerate(pages, 1):
        begins.top = None
        for line in _lines(page):
            phrases = _phrases(line)
            texts = [text for _, text in phrases]
            if is_plan_header(texts):
                if not starts:
                    rows.append([[text] for text in texts])
                    under.append([])
                    places.append(at.format(number))
                starts = [at for at, _ in phrases]
                continue
            whole = words(" ".join(texts))
            if not starts:
                lines.append(Line(whole, at.format(number)))
                continue
            if re.search(r"\bpage \d+\b", whole, re.IGNORECASE):
                continue
            below: list[list[dict[str, Any]]] = [[] for _ in starts]
            for word in line:
                below[max((k for k, start in enumerate(starts) if start - 3 <= word["x0"]), default=0)].append(word)
            cells = [" ".join(str(word["text"]) for word in some) for some in below]
            alone = len(phrases) == 1 and abs(phrases[0][0] - starts[0]) < 3 and len(whole.split()) > 2
            if begins(cells, line) or alone:
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
    room = {
        cell.at: without_room(of, rights[place])
        for row, words_of in zip(made, under, strict=True)
        for place, (cell, of) in enumerate(zip(row, words_of, strict=False))
        if len(of) > 1
    }
    return unwrapped_rows(made, room), lines


class _Beginning:
    """Tells the lines with which a row begins: those with a number, else those with words in the first column and a day or a
    status, or a gap above them."""

    def __init__(self, header: Sequence[str]) -> None:
        parts = [found[0] if (found := named(text)) else Part.OWN for text in header]
        self.numbered = parts[0] is Part.SOURCE_NO
        self.anchors = [place for place, part in enumerate(parts) if place and part in _SHORT]
        self.top: float | None = None  # of the line before

    def __call__(self, cells: Sequence[str], line: Sequence[dict[str, Any]]) -> bool:
        top, height = float(line[0]["top"]), float(line[0].get("bottom", 0)) - float(line[0]["top"])
        before, self.top = self.top, top
        if self.numbered or not self.anchors:
            return bool(cells[0])
        gap = before is not None and top - before > max(height, _LINE) * _WIDER
        said = any(cells[place] and not _YEAR.fullmatch(cells[place]) for place in self.anchors if place < len(cells))
        return bool(cells[0]) and (said or gap)


def _lines(page: Page) -> list[list[dict[str, Any]]]:
    """The words of a page line by line, each from left to right."""
    return by_line(page.extract_words(x_tolerance=2, keep_blank_chars=False))


def by_line(said: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Words in lines from the top down, each from left to right."""
    lines: list[list[dict[str, Any]]] = []
    for word in sorted(said, key=lambda word: float(word["top"])):
        if lines and float(word["top"]) - float(lines[-1][0]["top"]) <= _SAME_LINE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: float(word["x0"])) for line in lines]


def _phrases(line: list[dict[str, Any]]) -> list[tuple[float, str]]:
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


def without_room(lines: list[list[dict[str, Any]]], right: float) -> set[int]:
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
    known = _known(rows)
    return [
        [
            replace(cell, text=unwrapped(cell.text, widths.get(place, 0), known, full=full.get(cell.at), leads=place in leads))
            for place, cell in enumerate(row)
        ]
        for row in rows
    ]


def _known(rows: list[list[GridCell]]) -> set[str]:
    """The words that stand whole in the rows, at the end of no line that goes on, and those of plans in general."""
    found = {*PLAIN_WORDS, *_SMALL}
    for row in rows:
        for cell in row:
            lines = cell.text.split("\n")
            for number, line in enumerate(lines):
                said = re.findall(r"[\w’'-]+", line.casefold())
                found.update(said[number > 0 : len(said) - (number < len(lines) - 1)])
    return found
