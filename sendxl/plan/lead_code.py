"""The code of a lead: it becomes part of the name of a file, which every system must be able to store."""

import re
from collections.abc import Iterable

_MOST = 20
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


def free_code(code: str, taken: Iterable[str]) -> str:
    """The code, or where it is ``taken`` or no code the first one with a number behind it that is free."""
    others = {other.casefold() for other in taken}
    free, number = code, 2
    while free.casefold() in others or fault_of_code(free):
        free, number = f"{code[:16]}-{number}", number + 1
    return free
