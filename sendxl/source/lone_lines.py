"""A line that stands alone in a row: whether it is a remark, a page number, or begins as an action does."""

import re

from sendxl.source.grids import GridCell, GridRow, filled_cells

PAGE_NUMBER = re.compile(r"(?:.*\b)?page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:notes?|key|sources?|footnotes?|please note|last updated|updated|version|contact|legend|nb|n\.b\.)\b|[*†‡]", re.IGNORECASE
)
TO_DO = re.compile(r"to [a-z]", re.IGNORECASE)
_LONG = 14  # words, from which on a line is prose


def lone(row: GridRow) -> GridCell | None:
    """The only cell of a row that holds words; None where there are several, or none."""
    filled = filled_cells(row)
    return filled[0][1] if len(filled) == 1 else None


def is_remark(text: str) -> bool:
    """True if words read like a remark: they begin like a note, are prose, or a sentence."""
    return bool(_NOTE.match(text)) or len(text.split()) > _LONG or (text.endswith(".") and len(text.split()) > 4)
