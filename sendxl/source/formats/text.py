"""Plain text: cells between tabs, commas, semicolons or bars, with quotes around line breaks; label blocks; copied pages."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sendxl.source.column_parts import Part
from sendxl.source.column_words import is_surely_header, looks_like_header, named
from sendxl.source.copied import put_together
from sendxl.source.decoding import decode, read_bytes
from sendxl.source.grids import Grid, GridCell, Line, Source, placed, words
from sendxl.source.phrases import read_phrase
from sendxl.source.records import labelled_lines
from sendxl.source.spaced import SpacedText, under_headers

ENDINGS = (".txt", ".tsv", ".tab", ".csv", ".text")
_BETWEEN = "\t,;|"
_MANY = 4  # likely headers in a row that make it one
_TOP = 400  # rows among which a header is looked for
_GAPS = re.compile(r"^\S+(?: \S+)*(?: {2,}\S+(?: \S+)*){2,}\s*$", re.MULTILINE)
_SHORT = (Part.SOURCE_NO, Part.DUE, Part.STARTS, Part.COMPLETED, Part.STATUS, Part.PERCENT)  # whose cells have one line
_NUMBER = re.compile(r"[A-Za-z]{0,3}[ .-]?\d{1,3}(?:[.\-]\d{1,3})*[a-z]?\.?")
_RULE = re.compile(r"[\s|:+=-]*")


def read(path: Path) -> Source:
    """The source in a text file (UTF-8, UTF-16 with its mark, or else Windows-1252)."""
    text = decode(read_bytes(path), path.name)
    return read_text(text)


def read_text(text: str) -> Source:
    """The source in a text; ValueError where there is nothing in it."""
    read = (_rows(text, mark) for mark in _BETWEEN if mark in text)
    rows = max(read, key=lambda rows: (_headers(rows), _regular(rows)), default=[])
    if "\t" in text and _headers(rows):
        rows = _mended(rows)
    if _headers(rows):
        return Source("", (Grid("", placed(rows)),), digest=text)
    numbered = list(enumerate(text.split("\n"), 1))
    lines = [Line(line, f"line {number}") for number, line in numbered]
    if (labelled := labelled_lines(lines)) is not None:
        return Source("", (Grid("", labelled),), digest=text)
    if (source := _spaced(text)) is not None:
        return source
    if (copied := put_together([(line.strip(), number) for number, line in numbered])) is not None:
        return Source(copied.title, copied.grids, copied.lines, text, from_pdf=True)
    loose = tuple(Line(words(line.text), line.at) for line in lines if line.text.strip())
    return Source("", (Grid("", placed(rows)),) if rows else (), loose if not rows else (), digest=text)


def _spaced(text: str) -> Source | None:
    """The table of a text whose columns are parted by spaces; None where there is none."""
    if not _GAPS.search(text):
        return None
    rows, lines = under_headers([SpacedText(text)], "the text")
    if not rows:
        return None
    title = lines[0].text if lines else ""
    kept = tuple(Line(line.text, line.at, heading=place == 0) for place, line in enumerate(lines))
    return Source(title, (Grid("", placed(rows)),), kept, digest=text, from_pdf=True)


def _headers(rows: list[list[GridCell]]) -> int:
    """How many headers the row that has the most of them has."""
    best = 0
    for row in rows[:_TOP]:
        filled = [cell for cell in row if cell.text]
        hits = sum(looks_like_header(cell) for cell in filled)
        surely = sum(is_surely_header(cell) for cell in filled) >= min(2, hits)
        if len(filled) > 1 and hits * 2 >= len(filled) and (surely or (hits >= _MANY and hits * 4 >= len(filled) * 3)):
            best = max(best, hits)
    return best if best > 1 else 0


def _mended(rows: list[list[GridCell]]) -> list[list[GridCell]]:
    """Rows whose cells were pasted with line breaks and no quotes, put together; as they are where that is not even."""
    header = next((place for place, row in enumerate(rows) if _headers([row])), 0)
    width = len(rows[header])
    parts = [found[0] if (found := named(words(cell.text))) else Part.OWN for cell in rows[header]]
    done, at = rows[: header + 1], header + 1
    mended = False
    while at < len(rows):
        row, at = list(rows[at]), at + 1
        while 1 < len(row) < width and at < len(rows) and _goes_on(row, rows[at], parts):
            first, *more = rows[at]
            row[-1] = replace(row[-1], text=f"{row[-1].text}\n{first.text}".strip())
            row += more
            at, mended = at + 1, True
        if len([cell for cell in row if cell.text]) > 1 and len(row) != width:
            return rows
        done.append(row)
    return done if mended else rows


def _goes_on(row: list[GridCell], after: list[GridCell], parts: list[Part]) -> bool:
    """True if a line may be the rest of a row: it has no number and no day where a row has these, and no cell ends in a day."""
    if not any(cell.text for cell in after) or parts[len(row) - 1] in _SHORT or len(row) + len(after) - 1 > len(parts):
        return False
    if parts[0] is Part.SOURCE_NO:
        return not _NUMBER.fullmatch(after[0].text)
    return Part.DUE in parts and not any(
        part is Part.DUE and read_phrase(words(cell.text)).days for part, cell in zip(parts, after, strict=False)
    )


def _regular(rows: list[list[GridCell]]) -> int:
    """How many rows have as many cells as most of those have that have several."""
    counts = Counter(len(row) for row in rows if len(row) > 1)
    return max(counts.values(), default=0)


def _rows(text: str, mark: str) -> list[list[GridCell]]:
    """The cells of a text, row by row; a row is blank where its line is."""
    rows: list[list[GridCell]] = []
    for number, cells in _split(text, mark):
        row = [GridCell(_tidy(cell), f"line {number}, cell {place}") for place, cell in enumerate(cells, 1)]
        if not all(_RULE.fullmatch(cell.text) for cell in row) or not any(cell.text for cell in row):
            rows.append(row)
    return rows


def _tidy(cell: str) -> str:
    return "\n".join(line for part in cell.split("\n") if (line := " ".join(part.split())))


def _split(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its line: a cell in quotes may hold the mark, line breaks and doubled quotes.

    What begins with a quote but is not closed before the end of its cell is taken as it stands.
    """
    stop = re.escape(mark)
    quoted = re.compile(rf'[ ]*"([^"]*+(?:""[^"]*+)*+)"[ ]*(?={stop}|\n|\Z)')
    plain = re.compile(rf"[^{stop}\n]*")
    at, number, line = 0, 1, 1
    cells: list[str] = []
    while True:
        if match := quoted.match(text, at):
            cells.append(match[1].replace('""', '"'))
            line += match[0].count("\n")
        else:
            match = plain.match(text, at)
            assert match is not None
            cells.append(match[0])
        at = match.end()
        if at < len(text) and text[at] == mark:
            at += 1
            continue
        yield number, cells
        if at >= len(text):
            return
        at, line, cells = at + 1, line + 1, []
        number = line
