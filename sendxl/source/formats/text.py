"""Reading the layout of a published plan kept as tab-separated text: the format only, not what the words mean.

The layout: a title line; then, for each theme, a header row, the theme's name alone in some cell of the next row, and
a row for each activity. Source: workbooks/pages/month.md, What is read.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from sendxl.source.decoding import decode, read_bytes
from sendxl.source.raw import Leftover, RawActivity, RawPlan

ENDINGS = (".txt", ".tsv", ".tab")
_HEADERS = {  # how the header of each cell begins, in small letters
    "activity": "activity",
    "measure": "measure",
    "expected_change": "expected change",
    "rationale": "rationale",
    "savings": "saving",
    "benefits": "benefit",
    "lead": "lead",
}
_FURNITURE = re.compile(r"(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)  # page numbers


def read(path: Path) -> RawPlan:
    """The raw rows of a plan in a tab-separated text file (UTF-8, UTF-16 with its mark, or else Windows-1252).

    ValueError, in one plain sentence or two, if the file is no such plan.
    """
    text = decode(read_bytes(path), path.name)
    rows = _Rows(path.name)
    for number, line in enumerate(text.split("\n"), 1):
        rows.take(number, [_unquoted(cell) for cell in line.split("\t")])
    return rows.plan(text)


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
