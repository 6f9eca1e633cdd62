"""The mapping of a published plan: written for an officer to look at, and read again with what they chose."""

from dataclasses import dataclass, field
from pathlib import Path

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.source.column_parts import Part
from sendxl.source.column_words import folded
from sendxl.source.mapping_tables import COLUMNS, LEAVE_BLANK, WORDS, fault_of, mapping_rows
from sendxl.source.understand import Imported
from sendxl.source.worded import Worded, compared

MAPPING = COLUMNS
"""The table by which a mapping is known."""


@dataclass(frozen=True)
class Mapped:
    """What an officer chose: what columns are read as, by header, and what words are read as."""

    columns: dict[str, Part] = field(default_factory=dict)
    said: Worded = field(default_factory=Worded)


def write_mapping(imported: Imported, path: Path) -> None:
    """Build the workbook that shows how a plan was read."""
    from sendxl.books.build.mapping_book import build_mapping

    build_mapping(path, mapping_rows(imported), imported.title)


def read_mapping(path: Path) -> Mapped:
    """What stands in a mapping; Unusable, naming the cell, where a choice is none."""
    book = ClosedBook(path)
    if not (book.has(COLUMNS) and book.has(WORDS)):
        raise Unusable(f"{path} is not a mapping that “sendxl new --look” made. Give that, or leave --map out.")
    mapped = Mapped()
    for row in book.read(COLUMNS):
        chosen = (row.texts(("your_choice",))[0] or "").strip() or row.read_as
        if not chosen or not row.column:
            continue
        if fault := fault_of(COLUMNS, COLUMNS["your_choice"], chosen):
            raise Unusable(f"{path}: {COLUMNS.title}, row {row.number}: {fault}, then run again.")
        mapped.columns[folded(row.column)] = Part(COLUMNS["your_choice"].choice_of(chosen) or chosen)
    for word in book.read(WORDS):
        if not (word.your_choice and word.words and word.kind):
            continue
        choice = word.your_choice.strip()
        if fault := fault_of(WORDS, WORDS["your_choice"], choice, word.kind):
            raise Unusable(f"{path}: {WORDS.title}, row {word.number}: {fault}, then run again.")
        mapped.said.chosen[word.kind, compared(word.words)] = "" if choice == LEAVE_BLANK else choice
    return mapped
