"""The code of a lead: it becomes part of the name of a file, which every system must be able to store."""

import re
from collections.abc import Iterable

_MOST = 20
_STEM = 16  # characters of a code to which a number is put
_PLAIN = re.compile(r"[A-Za-z0-9-]")
_RESERVED = re.compile(r"CON|PRN|AUX|NUL|(?:COM|LPT)[0-9]", re.IGNORECASE)  # as Windows keeps them for itself
CODE_SHAPE = f"Use letters (A to Z), digits and hyphens, at most {_MOST}, as in AD-EDUCATION."


def fault_of_code(code: str) -> str:
    """Why a code cannot be part of the name of a file, in words after “it”; '' where it can.

    Source: Microsoft, Naming files, paths, and namespaces: reserved characters and names.
    """
    if strange := "".join(dict.fromkeys(letter for letter in code if not _PLAIN.match(letter))):
        return f"has “{strange}” in it" if strange.strip() and strange.isprintable() else "has a space in it"
    if len(code) > _MOST:
        return f"has {len(code)} characters"
    if _RESERVED.fullmatch(code):
        return "is a name that Windows keeps for itself"
    if not code or "-" in (code[0], code[-1]):
        return "begins or ends with a hyphen" if code else "is blank"
    return ""


class Codes:
    """Gives codes of leads that none has yet."""

    def __init__(self, taken: Iterable[str]) -> None:
        """``taken``: those that there are."""
        self._taken = {code.casefold() for code in taken}
        self._numbers: dict[str, int] = {}  # the last number behind a code

    def free(self, code: str) -> str:
        """The code, or where it is taken or no code the first one with a number behind it that is free."""
        free, stem = code, code[:_STEM]
        while free.casefold() in self._taken or fault_of_code(free):
            self._numbers[stem] = self._numbers.get(stem, 1) + 1
            free = f"{stem[: _MOST - len(str(self._numbers[stem])) - 1]}-{self._numbers[stem]}"
        self._taken.add(free.casefold())
        return free
