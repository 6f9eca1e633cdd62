"""Why a file is no plan that can be read, in words about this file."""

from collections.abc import Mapping

from sendxl.source.column_words import is_surely_header
from sendxl.source.grids import GridCell, Source, words

_NAMED, _LONGEST = 4, 40  # cells that a message quotes, and characters of each
_COPIED = 3  # headers that stand in no row of them


def why_no_plan(source: Source, columns: Mapping[str, object]) -> str:
    """Why no activity was found in a source."""
    if columns:
        named = ", ".join(f"“{words(heading)}”" for heading in list(columns)[:_NAMED])
        return (f"has a header row ({named}) but no activities. Each activity is one row below the header row. If the headers "
                "mean something else, run “sendxl new” with --look and say there what they are.")
    if not any(source.cells()) and not source.lines:
        return "is empty: no words were found in it. Check that this is the right file."
    alone = {line.text for line in source.lines} | {words(cell.text) for cell in source.cells()}
    if sum(is_surely_header(GridCell(text)) for text in alone) >= _COPIED:
        return ("holds the words of a plan, but not in its rows: it seems to be copied from a PDF, in an order in which the "
                "cells of a row no longer stand together. Ask for the Word or Excel file that it was made from, or import the "
                "PDF itself.")
    rows = (row for grid in source.grids for row in grid.rows)
    row = max(rows, key=lambda row: sum(not cell.blank for cell in row), default=())
    texts = [words(cell.text)[:_LONGEST] for cell in row if not cell.blank]
    if len(texts) < 2:
        return ("no header row was found, as this file has no table. A plan has a table with a row that names its columns, such "
                "as Action, Lead, Due date and Success measure, and a row for each activity; or “Action:”, “Lead:” and so on "
                "before the words of each.")
    said = ", ".join(f"“{text}”" for text in texts[:_NAMED])
    return (f"no header row was found. Its fullest row begins with {said}. A plan has a row that names its columns, such as "
            "Action, Lead, Due date and Success measure, with a row for each activity below it. If its headers have other names, "
            "run “sendxl new” with --look and say there what they are.")
