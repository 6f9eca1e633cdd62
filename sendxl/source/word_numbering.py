"""The numbers and bullets that Word puts before paragraphs by itself: they stand in no text, only in the part numbering.xml.

Source: ECMA-376 part 1, 17.9 Numbering.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.xml import feed, handle, local, parser

BULLET = "•"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST_LEVELS = 9


@dataclass
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""


@dataclass
class Numbering:
    """The lists of a document. ``label`` is asked for every paragraph of a list, in the order of the document."""

    kinds: dict[str, dict[int, _Level]] = field(default_factory=lambda: defaultdict(dict))  # levels by abstract list
    lists: dict[str, str] = field(default_factory=dict)  # abstract list by list
    begun: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))  # where a list begins anew, by level
    _counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package) -> "Numbering":
        """What the package says of its lists; none where it says nothing."""
        part = package.named("word/numbering.xml")
        found = cls()
        if part not in package:
            return found
        kind, of, level = "", "", _Level()

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal kind, of, level
            given = {local(name): value for name, value in attributes.items()}
            name, value = local(tag), given.get("val", "")
            if name == "abstractNum":
                kind, of = given.get("abstractNumId", ""), ""
            elif name == "num":
                kind, of = "", given.get("numId", "")
            elif name == "abstractNumId" and of:
                found.lists[of] = value
            elif name in ("lvl", "lvlOverride"):
                at = _whole(given.get("ilvl", ""), 0)
                level = found.kinds[kind].setdefault(at, _Level()) if kind else _Level()
                found.begun[of].update({at: 1}) if name == "lvlOverride" and of else None
            elif name == "startOverride" and of and found.begun[of]:
                found.begun[of][max(found.begun[of])] = _whole(value, 1)
            elif name == "start":
                level.start = _whole(value, 1)
            elif name == "numFmt":
                level.format = value
            elif name == "lvlText":
                level.text = value

        made = parser(part)
        handle(made, part, start)
        feed(made, package.chunks(part), part)
        return found

    def label(self, of: str, at: int) -> str:
        """What stands before the next paragraph of a list, at a level from 0; "" where nothing does."""
        kind = self.lists.get(of)
        level = self.kinds.get(kind or "", {}).get(at)
        if kind is None or level is None or not 0 <= at < _MOST_LEVELS:
            return ""
        if level.format == "bullet":
            return BULLET
        if level.format == "none":
            return ""
        levels = self.kinds[kind]
        counter = f"list {of}" if self.begun.get(of) else kind  # a list of its own, or one that goes on
        starts = [self.begun[of].get(n, levels[n].start if n in levels else 1) for n in range(_MOST_LEVELS)]
        counts = self._counts.setdefault(counter, [first - 1 for first in starts])
        counts[at] += 1
        counts[at + 1 :] = [first - 1 for first in starts[at + 1 :]]
        return re.sub(r"%(\d)", lambda match: self._number(levels, counts, starts, int(match[1]) - 1), level.text).strip()

    @staticmethod
    def _number(levels: dict[int, _Level], counts: list[int], starts: list[int], at: int) -> str:
        if not 0 <= at < _MOST_LEVELS:
            return ""
        number, format = max(counts[at], starts[at]), levels[at].format if at in levels else "decimal"
        if format in ("lowerLetter", "upperLetter"):
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter.upper() if format == "upperLetter" else letter
        if format in ("lowerRoman", "upperRoman"):
            return _roman(number).upper() if format == "upperRoman" else _roman(number)
        return f"{number:02d}" if format == "decimalZero" else str(number)


def _roman(number: int) -> str:
    said = ""
    for value, letters in _ROMAN:
        while number >= value and len(said) < 40:
            said, number = said + letters, number - value
    return said


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else otherwise
