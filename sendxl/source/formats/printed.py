"""A PDF, with the extra [pdf]: its ruled tables, else columns under the words of a header row. All of it is doubtful.

The Word or Excel file that a PDF was made from is always the better source, and the messages say so.
"""

import re
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sendxl.source.decoding import read_bytes
from sendxl.source.grids import Grid, GridCell, Line, Source, digest_of, placed, words
from sendxl.source.spaced import Full, by_line, is_plan_header, under_headers, unwrapped_rows, without_room

ENDINGS = (".pdf",)
BEGINS = (b"%pdf",)
_BETTER = "Ask for the Word or Excel file that it was made from: that is read far more surely"
_MOST_PAGES = 200
_PAGE = re.compile(r"(?:.*\b)?page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}", re.IGNORECASE)
_NOTE = re.compile(r"(?:notes?|key|sources?|version|updated|last updated|contact)\b", re.IGNORECASE)
_LONGEST_HEADING = 12  # words


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
                rows, lines = under_headers(pages)
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
    full: Full = {}
    columns = 0
    furniture = _furniture(pages)
    for number, page in enumerate(pages, 1):
        tables = sorted(page.find_tables(), key=lambda table: float(table.bbox[1]))
        between = _between(page, tables, furniture)
        for place, table in enumerate(tables, 1):
            found = [[str(cell or "") for cell in row] for row in table.extract()]
            width = max((len(row) for row in found), default=0)
            header = next((row for row in found if is_plan_header(row)), None)
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
    return unwrapped_rows(rows, full), lines


def _full_lines(page: Any, table: Any, found: list[list[str]], at: str) -> Full:
    """For each cell of several lines, those behind which the next word had no room, by the place of the cell."""
    full: Full = {}
    said = page.extract_words(x_tolerance=2, keep_blank_chars=False)
    for number, (row, texts) in enumerate(zip(table.rows, found, strict=False), 1):
        for place, (box, text) in enumerate(zip(row.cells, texts, strict=False), 1):
            if box is None or "\n" not in text:
                continue
            left, top, right, bottom = (float(edge) for edge in box)
            within = [word for word in said if left - 1 <= (word["x0"] + word["x1"]) / 2 <= right + 1
                      and top - 1 <= (word["top"] + word["bottom"]) / 2 <= bottom + 1]
            lines = by_line(within)
            if len(lines) == sum(bool(line.strip()) for line in text.split("\n")):
                inner = right - max(min(float(line[0]["x0"]) for line in lines) - left, 0)
                full[f"{at}, row {number}, cell {place}"] = without_room(lines, inner)
    return full


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
