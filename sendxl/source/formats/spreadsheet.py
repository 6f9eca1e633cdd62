"""An Excel workbook: each sheet a table, its cells as they are, with days, percentages, fills and merged cells."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from sendxl.errors import FileUnreadable
from sendxl.plan.dates import in_words, nearest_day
from sendxl.source.grids import NOTHING, Grid, GridCell, GridRow, Line, Source, digest_of, words
from sendxl.source.safe_package import opened, refusal
from sendxl.xlsx.read.cell import SheetCell
from sendxl.xlsx.read.fills import Shown, shown_in
from sendxl.xlsx.read.notes import notes_on
from sendxl.xlsx.read.reader import Sheet, read_sheet
from sendxl.xlsx.read.workbook import SheetPart, Workbook

ENDINGS = (".xlsx", ".xlsm", ".xltx")
_NEVER = "(a formula that was never worked out)"
_MOST_SPANNED = 200
_MOST_MERGED = 5_000  # rows of one merged area


def read(path: Path) -> Source:
    """The source in a workbook."""
    try:
        workbook = Workbook(opened(path))
        shown = shown_in(workbook)
        grids, lines = [], []
        for part in workbook.sheets:
            grids.append(_grid(workbook, part, shown))
            lines += [
                Line(words(text), f"{part.name}!{cell}, a note on the cell") for cell, text in notes_on(workbook, part).items()
            ]
    except FileUnreadable as error:
        raise refusal(path, error, "an Excel workbook") from None
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror or error}). Check the name and try again.") from None
    kept = tuple(grid for grid in grids if grid.rows)
    return Source("", kept, tuple(lines), digest_of("", kept))


def _grid(workbook: Workbook, part: SheetPart, shown: Shown) -> Grid:
    sheet = read_sheet(workbook, part)
    spans, uppers = _merged(sheet)
    hidden = {column for first, last in sheet.hidden_columns for column in range(first, min(last, first + _MOST_SPANNED) + 1)}
    hidden_rows = set(sheet.hidden_rows)
    percents = [one.is_percent for one in workbook.styles.formats]
    rows: list[GridRow] = []
    last = 0
    for number, cells in sheet.rows:
        row = _row(
            part.name, number, cells, shown, percents, spans, uppers.get(number, frozenset()), hidden, number in hidden_rows
        )
        if row:
            if number > last + 1 and rows:
                rows.append(())
            rows.append(row)
            last = number
    return Grid(part.name, tuple(rows), at=part.name, hidden=part.state != "visible")


def _merged(sheet: Sheet) -> tuple[dict[tuple[int, int], int], dict[int, set[int]]]:
    """Columns that merged cells take, by their first cell; and by row the columns of lower parts of merged cells."""
    spans: dict[tuple[int, int], int] = {}
    uppers: dict[int, set[int]] = {}
    for area in sheet.merges:
        spans[area.top, area.left] = min(area.right - area.left + 1, _MOST_SPANNED)
        for row in range(area.top + 1, min(area.bottom, area.top + _MOST_MERGED) + 1):
            uppers.setdefault(row, set()).add(area.left)
    return spans, uppers


def _row(
    sheet: str,
    number: int,
    cells: Mapping[int, SheetCell],
    looks: Shown,
    percents: list[bool],
    spans: dict[tuple[int, int], int],
    uppers: "set[int] | frozenset[int]",
    hidden: set[int],
    row_hidden: bool,
) -> GridRow:
    row: list[GridCell] = []
    for column in sorted({*cells, *uppers}):
        cell = cells.get(column)
        made = (
            NOTHING
            if cell is None
            else _cell(sheet, cell, looks, percents, spans.get((number, column), 1), row_hidden or column in hidden)
        )
        if column in uppers:
            made = GridCell(upper=True, fill=made.fill)
        if made is NOTHING:
            continue
        row.extend([NOTHING] * (column - 1 - len(row)))
        row.append(made)
    return tuple(row)


def _cell(sheet: str, cell: SheetCell, looks: Shown, percents: list[bool], span: int, hidden: bool) -> GridCell:
    fill = looks.fills[cell.style] if cell.style < len(looks.fills) else ""
    struck = cell.style < len(looks.struck) and looks.struck[cell.style]
    value: object = cell.value
    text = ""
    typed: date | float | None = None
    percent = cell.style < len(percents) and percents[cell.style]
    if cell.kind == "date" and isinstance(value, datetime):
        typed, _ = nearest_day(value)
        text = in_words(typed)
    elif cell.kind == "number" and isinstance(value, (int, float)):
        typed = float(value)
        shown = round(value * 100, 4) if percent else value
        text = f"{shown:g}%" if percent else f"{shown:.10g}"
    elif cell.kind == "bool":
        text = "Yes" if value else "No"
    elif cell.kind == "blank":
        text = _NEVER if cell.formula else ""
    else:
        text = "\n".join(line for part in str(value).replace("\r", "\n").split("\n") if (line := words(part)))
    if not text and not fill:
        return NOTHING
    return GridCell(text, f"{sheet}!{cell.address}", typed, percent, fill, span, hidden=hidden, struck=struck and bool(text))
