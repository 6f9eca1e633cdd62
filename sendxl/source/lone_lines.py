"""A line that stands alone: whether it is a remark, a page number, names a theme, or begins as an action does."""

import re

from sendxl.source.column_parts import Part
from sendxl.source.column_words import named
from sendxl.source.grids import GridCell, GridRow, filled_cells, words

PAGE_NUMBER = re.compile(r"(?:.*\b)?page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:notes?|key|sources?|footnotes?|please note|last updated|updated|version|contact|legend|nb|n\.b\.)\b|[*†‡]", re.IGNORECASE
)
OF_THEME = re.compile(
    r"(?:(?:strategic |key )?(?:priority|priorities|theme|area (?:of|for) (?:weakness|improvement|development|focus|"
    r"(?:priority |urgent )?action)|area|objective|"
    r"outcome|workstream|work stream|strand|pillar|aim|goal|pledge|ambition|commitment))\s*[\w.]{0,3}\s*[:–—-]\s+(?=\S)",
    re.IGNORECASE,
)
_NUMBERED_THEME = re.compile(
    r"[A-Za-z]+(?: [A-Za-z]+){0,3} (?:\d{1,2}|[A-H]|one|two|three|four|five|six|seven)\s*[:–—-]", re.IGNORECASE
)
TO_DO = re.compile(r"to [a-z]", re.IGNORECASE)
_TOLD = re.compile(r"([A-Za-z][A-Za-z ’'()/-]{2,40}?)\s*:\s+(?=\S)")
_LONG = 14  # words, from which on a line is prose
_LONGEST_THEME = 30  # words


def lone(row: GridRow) -> GridCell | None:
    """The only cell of a row that holds words; None where there are several, or none."""
    filled = filled_cells(row)
    return filled[0][1] if len(filled) == 1 else None


def is_note(text: str) -> bool:
    """True if words begin like a note about the table."""
    return bool(_NOTE.match(text))


def is_remark(text: str) -> bool:
    """True if words read like a remark: they begin like a note, are prose, or a sentence."""
    return is_note(text) or len(text.split()) > _LONG or (text.endswith(".") and len(text.split()) > 4)


def labelled(text: str) -> tuple[str, Part] | None:
    """The label with which a line begins and what it is about, as in “Update: …”; None without one, and for one of a theme."""
    told = _TOLD.match(text)
    found = named(told[1]) if told and not names_theme(text) else None
    return (told[1], found[0]) if told and found and found[0] is not Part.THEME else None


def may_name(text: str) -> bool:
    """True for a line such as “Objective: …”, that is a theme where nothing else is."""
    told = labelled(words(text))
    return told is not None and told[1] in (Part.CHANGE, Part.ACTIVITY)


def names_theme(text: str) -> bool:
    """True if a paragraph is a heading in all but its style: it numbers a theme, as in “Priority 2: Plans that help”."""
    return bool(OF_THEME.match(text) and _NUMBERED_THEME.match(text)) and len(text.split()) <= _LONGEST_THEME
