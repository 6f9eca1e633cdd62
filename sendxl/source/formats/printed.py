"""A PDF, with the extra [pdf]: its ruled tables, else columns under the words of a header row. All of it is doubtful.

The Word or Excel file that a PDF was made from is always the better source, and the messages say so.
"""

import itertools
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from sendxl.source.column_parts import Part
from sendxl.source.column_words import PLAIN_WORDS, looks_like_header, named
from sendxl.source.copied import is_of_leads, unwrapped
from sendxl.source.decoding import read_bytes
from sendxl.source.grids import Grid, GridCell, Line, Source, digest_of, placed, words

ENDINGS = (".pdf",)
BEGINS = (b"%pdf",)
_BETTER = "Ask for the Word or Excel file that it was made from: that is read far more surely"
_MOST_PAGES = 200
_OF_PLAN = {Part.THEME, Part.SOURCE_NO, Part.LEAD, Part.DUE, Part.STATUS, Part.PROGRESS, Part.STARTS, Part.MEASURE}
_PAGE = re.compile(r"(?:.*\b)?page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}", re.IGNORECASE)
_NOTE = re.compile(r"(?:notes?|key|sources?|version|updated|last updated|contact)\b", re.IGNORECASE)
_SMALL = ("a", "all", "an", "and", "any", "as", "at", "be", "by", "day", "for", "from", "in", "is", "it", "no", "not", "of", "on",
          "or", "out", "so", "some", "the", "to", "up", "us", "we", "when", "with")
_LONGEST_HEADING = 12  # words
_Full = dict[str, set[int]]
_SPACE = 1.5  # points, the least between two words
_SAME_LINE = 3  # points between the tops of words of one line
_GAP = 6  # points between the words of two headers


def read(path: Path) -> Source:
    """The source in a PDF; ValueError where it holds no table that can be read, with what to do instead."""
    read_bytes(path)
    try:
        import pdfplumber
        from pdfminer.pdfexceptions import PDFException
        from pdfplumber.utils.exceptions import PdfminerException
    except ImportError:
        raise ValueError(
            f"{path.name}: to read a PDF, sendxl needs a further part. {_BETTER}. If there is none: "
            "pip install “sendxl[pdf]”, then run again."
        ) from None
    try:
        with pdfplumber.open(path) as file:
            if len(file.pages) > _MOST_PAGES:
                raise ValueError(
                    f"{path.name}: has over {_MOST_PAGES} pages. Save the pages with the plan as a file of their own."
                )
            pages = list(file.pages)
            rows, lines = _ruled(pages)
            if not rows:
                rows, lines = _unruled(pages)
    except (PDFException, PdfminerException, AssertionError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise ValueError(f"{path.name}: the PDF is damaged or protected. {_BETTER}.") from None
    if not rows:
        raise ValueError(
            f"{path.name}: no table of a plan could be made out on its pages; a wide sheet that was printed over several "
            f"pages cannot be put together again. {_BETTER}."
        )
    grid = Grid("", placed(rows), at="the pages")
    title = lines[0].text if lines else ""
    kept = tuple(Line(line.text, line.at, heading=place == 0) for place, line in enumerate(lines))
    return Source(title, (grid,), kept, digest_of(title, (grid,), kept), from_pdf=True)


def _ruled(pages: list[Any]) -> tuple[list[list[GridCell]], list[Line]]:
    """Rows of ruled tables whose header names activities; nothing where a page goes on with other columns."""
    rows: list[list[GridCell]] = []
    lines: list[Line] = []
    full: _Full = {}
    columns = 0
    furniture = _furniture(pages)
    for number, page in enumerate(pages, 1):
        tables = sorted(page.find_tables(), key=lambda table: float(table.bbox[1]))
        between = _between(page, tables, furniture)
        for place, table in enumerate(tables, 1):
            found = [[str(cell or "") for cell in row] for row in table.extract()]
            width = max((len(row) for row in found), default=0)
            header = next((row for row in found if _is_plan_header(row)), None)
            if header is None and (not columns or width != columns):
                if columns and number > 1 and abs(width - columns) > 0 and len(found) > 2:
                    return [], []  # a wide sheet: the columns go on over the page
                continue
            columns = columns or width
            above = between[place - 1]
            if above and (rows or len(above) > 1 or number > 1) and _is_heading(above[-1]):
                rows.append([GridCell(above.pop(), f"page {number}, above table {place}", span=columns)])
            at = f"page {number}, table {place}"
            rows += _laid(found, at)
            full |= _full_lines(page, table, found, at)
        lines += [Line(line, f"page {number}") for some in between for line in some]
    return _unwrapped(rows, full), lines


def _full_lines(page: Any, table: Any, found: list[list[str]], at: str) -> _Full:
    """For each cell of several lines, those behind which the next word had no room, by the place of the cell."""
    full: _Full = {}
    said = page.extract_words(x_tolerance=2, keep_blank_chars=False)
    for number, (row, texts) in enumerate(zip(table.rows, found, strict=False), 1):
        for place, (box, text) in enumerate(zip(row.cells, texts, strict=False), 1):
            if box is None or "\n" not in text:
                continue
            left, top, right, bottom = (float(edge) for edge in box)
            within = [word for word in said if left - 1 <= (word["x0"] + word["x1"]) / 2 <= right + 1
                      and top - 1 <= (word["top"] + word["bottom"]) / 2 <= bottom + 1]
            lines = _by_line(within)
            if len(lines) == sum(bool(line.strip()) for line in text.split("\n")):
                inner = right - max(min(float(line[0]["x0"]) for line in lines) - left, 0)
                full[f"{at}, row {number}, cell {place}"] = _without_room(lines, inner)
    return full


def _without_room(lines: list[list[dict[str, Any]]], right: float) -> set[int]:
    """The lines, from 0, behind which the first word of the next has no room."""
    return {
        number
        for number, (line, after) in enumerate(itertools.pairwise(lines))
        if float(line[-1]["x1"]) + _SPACE + float(after[0]["x1"]) - float(after[0]["x0"]) > right
    }


def _between(page: Any, tables: list[Any], furniture: Collection[str]) -> list[list[str]]:
    """The lines of a page above each of its tables, and below the last; without what stands on other pages too."""
    tops = [*(float(table.bbox[1]) for table in tables), float(page.height)]
    bottoms = [0.0, *(float(table.bbox[3]) for table in tables)]
    found = []
    for bottom, top in zip(bottoms, tops, strict=True):
        text = page.crop((0, bottom, page.width, top)).extract_text() if top - bottom > 1 else ""
        said = [words(line) for line in (text or "").split("\n") if line.strip()]
        found.append([line for line in said if line not in furniture and not _PAGE.fullmatch(line)])
    return found


def _furniture(pages: list[Any]) -> set[str]:
    """The first and last lines of pages that stand on more than one."""
    edges: Counter[str] = Counter()
    for page in pages:
        said = [line for line in map(words, (page.extract_text() or "").split("\n")) if line]
        edges.update({*said[:2], *said[-2:]})
    return {line for line, count in edges.items() if count > 1}


def _is_heading(text: str) -> bool:
    return len(text.split()) <= _LONGEST_HEADING and not text.endswith((".", ";", ",")) and not _NOTE.match(text)


def _is_plan_header(row: list[str]) -> bool:
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


def _laid(found: list[list[str]], at: str) -> list[list[GridCell]]:
    rows = []
    for number, row in enumerate(found, 1):
        if any(cell.strip() for cell in row):
            rows.append(
                [
                    GridCell(
                        "\n".join(line for part in cell.split("\n") if (line := words(part))), f"{at}, row {number}, cell {place}"
                    )
                    for place, cell in enumerate(row, 1)
                ]
            )
    return rows


def _unwrapped(rows: list[list[GridCell]], full: _Full) -> list[list[GridCell]]:
    """Rows with the lines joined that only the width of their column broke; ``full`` as of ``_full_lines``."""
    header = next((row for row in rows if _is_plan_header([cell.text for cell in row])), [])
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


def _unruled(pages: list[Any]) -> tuple[list[list[GridCell]], list[Line]]:
    """Rows whose words stand under the words of a header row; a row begins where the first column has words."""
    rows: list[list[list[str]]] = []
    under: list[list[list[list[dict[str, Any]]]]] = []  # the words of each line of each cell
    starts: list[float] = []
    phrased = [[text for _, text in _phrases(line)] for page in pages for line in _lines(page)]
    header = next((texts for texts in phrased if _is_plan_header(texts)), None)
    if header is None or any(_is_other_half(texts, header) for texts in phrased):
        return [], []
    places: list[str] = []
    lines: list[Line] = []
    for number, page in enumerate(pages, 1):
        for line in _lines(page):
            phrases = _phrases(line)
            texts = [text for _, text in phrases]
            if _is_plan_header(texts):
                if not starts:
                    rows.append([[text] for text in texts])
                    under.append([])
                    places.append(f"page {number}")
                starts = [at for at, _ in phrases]
                continue
            whole = words(" ".join(texts))
            if not starts:
                lines.append(Line(whole, f"page {number}"))
                continue
            if re.search(r"\bpage \d+\b", whole, re.IGNORECASE):
                continue
            below: list[list[dict[str, Any]]] = [[] for _ in starts]
            for word in line:
                below[max((k for k, start in enumerate(starts) if start - 3 <= word["x0"]), default=0)].append(word)
            cells = [" ".join(str(word["text"]) for word in some) for some in below]
            alone = len(phrases) == 1 and abs(phrases[0][0] - starts[0]) < 3 and len(whole.split()) > 2
            if cells[0] or alone:
                rows.append([[whole]] if alone else [[cell] if cell else [] for cell in cells])
                under.append([] if alone else [[some] if some else [] for some in below])
                places.append(f"page {number}")
            elif len(rows) > 1 and len(rows[-1]) == len(cells):
                for kept, words_of, cell, some in zip(rows[-1], under[-1], cells, below, strict=True):
                    if cell:
                        kept.append(cell)
                        words_of.append(some)
            else:
                lines.append(Line(whole, f"page {number}"))
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
        cell.at: _without_room(of, rights[place])
        for row, words_of in zip(made, under, strict=True)
        for place, (cell, of) in enumerate(zip(row, words_of, strict=False))
        if len(of) > 1
    }
    return _unwrapped(made, room), lines


def _lines(page: Any) -> list[list[dict[str, Any]]]:
    """The words of a page line by line, each from left to right."""
    return _by_line(page.extract_words(x_tolerance=2, keep_blank_chars=False))


def _by_line(said: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
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
