"""Permanent references: the code of a theme and the number of an activity in it, as in PI-01."""

import re
import unicodedata
from collections.abc import Iterator

_PASSED_OVER = frozenset(("it", "for", "and", "with", "of", "the"))


class Refs:
    """Gives refs in the order of the plan; a theme that comes back keeps its code and its count."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def next(self, theme: str) -> str:
        """The ref of the next activity of a theme."""
        code = self.code(theme)
        self._counts[code] = self._counts.get(code, 0) + 1
        return f"{code}-{self._counts[code]:02d}"

    def code(self, theme: str) -> str:
        """The theme's code: initials of its first two words that count; on a clash a third letter."""
        name = " ".join(theme.casefold().split())
        if name not in self._codes:
            taken = set(self._codes.values())
            self._codes[name] = next(code for code in _candidates(name) if code not in taken)
        return self._codes[name]


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
    number = 2
    while True:
        yield f"{first}{number}"
        number += 1
