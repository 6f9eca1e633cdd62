"""Why a file is no plan that can be read, in words about this file."""

from collections.abc import Mapping

from sendxl.source.grids import Source, words

_NAMED, _LONGEST = 4, 40  # cells that a message quotes, and characters of each


def why_no_plan(source: Source, columns: Mapping[str, object]) -> str:
    """Why no activity was found in a source."""
    if columns:
        named = ", ".join(f"“{words(heading)}”" for heading in list(columns)[:_NAMED])
        return (f"has a header row ({named}) but no activities. Each activity is one row below the header row. If the headers "
                "mean something else, run “sendxl new” with --look and say there what they are.")
    if not any(source.cells()) and not source.lines:
        return "is empty: no words were found in it. Check that this is the right file."
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
