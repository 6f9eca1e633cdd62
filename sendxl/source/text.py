"""Reading the layout of a published plan kept as tab-separated text: the format only, not what the words mean.

The layout: a title line; then, for each theme, a header row, the theme's name alone in some cell of the next row, and
a row for each activity. Source: workbooks/pages/month.md, What is read.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MOST_BYTES = 20_000_000
_HEADERS = {  # how the header of each cell begins, in small letters
    "activity": "activity",
    "measure": "measure",
    "expected_change": "expected change",
    "rationale": "rationale",
    "savings": "saving",
    "benefits": "benefit",
    "lead": "lead",
}
_MAGIC = {
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a Word, Excel or zip file",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file",
    b"{\\rt": "a rich text file",
}
_FURNITURE = re.compile(r"(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)  # page numbers
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class RawActivity:
    """One activity, each cell in the source's own words; ``line`` is its line in the file, from 1."""

    theme: str
    activity: str
    measure: str
    expected_change: str
    rationale: str
    savings: str
    benefits: str
    lead: str
    line: int


@dataclass(frozen=True)
class Leftover:
    """Words of the source that stand in no cell of an activity, with their line."""

    line: int
    words: str


@dataclass(frozen=True)
class RawPlan:
    """A plan as its source lays it out. ``title`` is the first line that is not empty ("" where there is none)."""

    title: str
    activities: tuple[RawActivity, ...]
    leftovers: tuple[Leftover, ...]
    text: str  # the whole source, line ends and trailing blanks made alike


def read_text(path: Path) -> RawPlan:
    """The raw rows of a plan in a tab-separated text file (UTF-8, UTF-16 with its mark, or else Windows-1252).

    ValueError, in one plain sentence or two, if the file is no such plan.
    """
    text = decode(read_bytes(path), path.name)
    rows = _Rows(path.name)
    for number, line in enumerate(text.split("\n"), 1):
        rows.take(number, [_unquoted(cell) for cell in line.split("\t")])
    return rows.plan(text)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file from a stranger; ValueError if it cannot be read or is larger than ``MOST_BYTES``."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror or error}). Check the name and try again.") from None
    if len(content) > MOST_BYTES:
        raise ValueError(f"{path.name}: is larger than {MOST_BYTES // 1_000_000} MB. A plan is a few pages of text; "
                         "check that this is the right file.")
    return content


def decode(content: bytes, name: str) -> str:
    """Text from bytes, with ``\\n`` line ends and no trailing blanks; ValueError names the file if it is not text."""
    for magic, what in _MAGIC.items():
        if content.startswith(magic):
            raise ValueError(f"{name}: is {what}, not text. Save it as plain text with a tab between cells.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        at = text.count("\n", 0, text.index("\x00")) + 1
        raise ValueError(f"{name}, line {at}: is not text. Save the plan as plain text with a tab between cells.")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_CONTROL.sub("", line).rstrip() for line in lines)


def _unquoted(cell: str) -> str:
    """A cell as a spreadsheet saves it, without the quotes that only guard it."""
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in cell[1:-1].replace('""', ""):
        return cell[1:-1].replace('""', '"').strip()
    return cell


@dataclass
class _Rows:
    """Takes the lines of a file one by one and sorts them into title, headers, themes, activities and the rest."""

    name: str
    title: str = ""
    places: dict[str, int] = field(default_factory=dict)  # of each cell in a row, from the last header row
    theme: str = ""
    fresh: bool = False  # the last row that was not empty was a header row
    lone: Leftover | None = None  # a name that stood alone just before a header row
    activities: list[RawActivity] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)

    def take(self, line: int, cells: list[str]) -> None:
        filled = [cell for cell in cells if cell]
        if not filled or (len(filled) == 1 and _FURNITURE.fullmatch(filled[0])):
            return
        if self._is_header(line, cells):
            self.fresh = True
        elif not self.places:
            self._before_any_header(line, " ".join(filled))
        elif len(filled) == 1:
            self._alone(line, filled[0])
        else:
            self._activity(line, cells)

    def _is_header(self, line: int, cells: list[str]) -> bool:
        folded = [" ".join(cell.casefold().split()) for cell in cells]
        if not {"activity", "measure"} <= set(folded):
            return False
        found = {key: next((i for i, cell in enumerate(folded) if cell.startswith(start)), -1)
                 for key, start in _HEADERS.items()}
        missing = [_HEADERS[key].capitalize() for key, place in found.items() if place < 0]
        if missing:
            raise ValueError(f"{self.name}, line {line}: the header row has no “{missing[0]}”. It must name Activity, "
                             "Measure, Expected change, Rationale, Savings, Benefits realisation and Lead.")
        self.places = found
        return True

    def _before_any_header(self, line: int, words: str) -> None:
        if not self.title and not self.leftovers:
            self.title = words
        else:
            self._alone(line, words)

    def _alone(self, line: int, words: str) -> None:
        self._let_go()
        if self.fresh:
            self.theme, self.fresh = words, False
        else:
            self.lone = Leftover(line, words)

    def _activity(self, line: int, cells: list[str]) -> None:
        if self.fresh and self.lone:  # the theme stood above its header row instead of below
            self.theme, self.lone = self.lone.words, None
        self._let_go()
        self.fresh = False
        raw = {key: cells[place] if place < len(cells) else "" for key, place in self.places.items()}
        outside = [cell for i, cell in enumerate(cells) if cell and i not in self.places.values()]
        if not raw["activity"]:
            outside = [cell for cell in cells if cell]
        elif not self.theme:
            raise ValueError(f"{self.name}, line {line}: an activity stands before any theme. "
                             "Put the name of its theme alone on the line after the header row.")
        else:
            self.activities.append(RawActivity(theme=self.theme, line=line, **raw))
        if outside:
            self.leftovers.append(Leftover(line, " ".join(outside)))

    def _let_go(self) -> None:
        if self.lone:
            self.leftovers.append(self.lone)
            self.lone = None

    def plan(self, text: str) -> RawPlan:
        self._let_go()
        if not self.places:
            raise ValueError(f"{self.name}: no header row was found in its {text.count(chr(10)) + 1} lines. "
                             "A plan has a row that reads Activity, Measure, Expected change, Rationale, Savings, "
                             "Benefits realisation, Lead, with a tab between cells.")
        if not self.activities:
            raise ValueError(f"{self.name}: has a header row but no activities. "
                             "Each activity is one line below the header row, with a tab between cells.")
        return RawPlan(self.title, tuple(self.activities), tuple(self.leftovers), text)


def words_of(plan: RawPlan) -> Iterator[str]:
    """Every cell of every activity, in order."""
    for raw in plan.activities:
        yield from (raw.activity, raw.measure, raw.expected_change, raw.rationale, raw.savings, raw.benefits, raw.lead)
