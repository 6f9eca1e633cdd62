"""Permanent references: the code of a theme and the number of an activity in it, as in PI-01."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_OTHERWISE = re.compile(r"JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|\d+E?\d*")
"""Codes that Excel would take for a day or a number, with a number behind them: MAR-01, 12-01, 1E-01."""
UNTHEMED = "Actions"
"""What stands for the theme of activities that have none."""
_PASSED_OVER = frozenset(("it", "for", "and", "with", "of", "the"))


class Refs:
    """Gives refs in the order of the plan; a theme that comes back keeps its code and its count."""

    def __init__(self, given: Iterable[tuple[str, str]] = ()) -> None:
        """``given``: refs that there are, each with its theme, "" where that is not known; they go on from these."""
        self._codes: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}  # the last number behind a code that many themes would have
        for ref, theme in given:
            code, _, number = ref.partition("-")
            if theme and code:
                self._codes.setdefault(_folded(theme), code)
                self._taken.add(code)
            if number.isdecimal():
                self._counts[code] = max(self._counts.get(code, 0), int(number))
                self._taken.add(code)

    def next(self, theme: str) -> str:
        """The ref of the next activity of a theme."""
        code = self.code(theme)
        self._counts[code] = self._counts.get(code, 0) + 1
        return f"{code}-{self._counts[code]:02d}"

    def code(self, theme: str) -> str:
        """The theme's code: initials of its first two words that count; on a clash a third letter."""
        name = _folded(theme)
        if name not in self._codes:
            code = next((code for code in _candidates(name) if code not in self._taken and not _OTHERWISE.fullmatch(code)), "")
            self._codes[name] = code or self._numbered(next(_candidates(name)))
            self._taken.add(self._codes[name])
        return self._codes[name]

    def _numbered(self, code: str) -> str:
        """The code with the first number behind it that is free."""
        code = f"X{code}" if code[:1].isdigit() else code
        number = self._numbers.get(code, 1) + 1
        while f"{code}{number}" in self._taken:
            number += 1
        self._numbers[code] = number
        return f"{code}{number}"


def _folded(theme: str) -> str:
    return " ".join(theme.casefold().split())


def _candidates(name: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    every = re.findall(r"[A-Z0-9]+", plain.replace("'", ""))
    words = [word for word in every if word.casefold() not in _PASSED_OVER] or every or ["X"]
    first, spare = words[0][:2].ljust(2, "X"), words[0][2:]
    if len(words) > 1:
        first, spare = words[0][0] + words[1][0], words[1][1:]
    yield first
    for word in words[2:]:
        yield first + word[0]
    for letter in spare:
        yield first + letter
