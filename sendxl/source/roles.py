"""The dictionary of lead roles: a plain file in the package, to which the user's own file adds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from sendxl.plan.lead_code import CODE_SHAPE, fault_of_code
from sendxl.source.decoding import decode, read_bytes

_SHAPE = "Write CODE | Title | other name; another name"


@dataclass(frozen=True)
class Role:
    """A lead role. ``code`` is safe in a file name; ``known`` is False for a role made from a plan's own words."""

    code: str
    title: str
    other_names: tuple[str, ...] = ()
    known: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The title and the other names."""
        return (self.title, *self.other_names)


class Roles:
    """Roles to be found in text by any of their names, the longest name first."""

    def __init__(self, roles: Iterable[Role]) -> None:
        self.roles = tuple(roles)
        by_name = sorted(((name, role) for role in self.roles for name in role.names),
                         key=lambda pair: (-len(pair[0]), pair[0]))
        self._patterns = [(re.compile(_pattern(name), re.IGNORECASE), role) for name, role in by_name]

    def match(self, text: str, at: int = 0) -> tuple[Role, int] | None:
        """The role whose name stands in ``text`` at that place, and where the name ends."""
        for pattern, role in self._patterns:
            if found := pattern.match(text, at):
                return role, found.end()
        return None


def load_roles(extra: Path | None = None) -> Roles:
    """The package's roles and those of the user's file, which win. ValueError names file and line of a bad line."""
    shipped = parse_roles(files("sendxl.source").joinpath("roles.txt").read_text("utf-8"), "roles.txt")
    if extra is None:
        return Roles(shipped)
    own = parse_roles(decode(read_bytes(extra), extra.name), extra.name)
    codes, names = {role.code.casefold() for role in own}, {_folded(name) for role in own for name in role.names}
    kept = []
    for role in shipped:
        if role.code.casefold() in codes or _folded(role.title) in names:
            continue
        others = tuple(name for name in role.other_names if _folded(name) not in names)
        kept.append(Role(role.code, role.title, others))
    return Roles([*own, *kept])


def parse_roles(text: str, name: str) -> list[Role]:
    """The roles in a role file's text; ``name`` is the file's, for the message of a ValueError."""
    roles: list[Role] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        role = _role(line, f"{name}, line {number}")
        for key in (f"code {role.code}", *(f"name {folded}" for folded in sorted({_folded(n) for n in role.names}))):
            if seen.setdefault(key.casefold(), number) != number:
                raise ValueError(f"{name}, line {number}: the {key} is on line {seen[key.casefold()]} already. "
                                 "Keep one of them.")
        roles.append(role)
    return roles


def _role(line: str, where: str) -> Role:
    parts = [" ".join(part.split()) for part in line.split("|")]
    if len(parts) not in (2, 3) or not parts[1]:
        raise ValueError(f"{where}: “{line.strip()}” is not a role. {_SHAPE}, with two or three parts.")
    code, title = parts[0], parts[1]
    if fault := fault_of_code(code):
        raise ValueError(f"{where}: “{code}” cannot be a code, as it {fault}. {CODE_SHAPE}")
    if ";" in title:
        raise ValueError(f"{where}: the title “{title}” has a semicolon, which separates other names. {_SHAPE}.")
    others = tuple(other for part in parts[2:] for other in (words.strip() for words in part.split(";")) if other)
    return Role(code, title, others)


def code_from(title: str) -> str:
    """A code for a role that has none: the beginnings of its words, safe in a file name."""
    words = [word for word in re.findall(r"[A-Z0-9]+", title.upper()) if word not in ("OF", "FOR", "AND", "THE", "TO")]
    code = "-".join(word[:5] for word in words[:3])[:16].strip("-")
    return "LEAD" if fault_of_code(code) else code


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("&", " and ").split())


def _pattern(name: str) -> str:
    """A pattern for a name: any spacing, “&” or “and”, any kind of hyphen or apostrophe, whole words only."""
    words = []
    for word in name.split():
        if word.casefold() in ("&", "and"):
            words.append("(?:&|and)")
        else:
            words.append(re.sub(r"(?:\\-|[-–‑])", "[-–‑]", re.escape(word)).replace("'", "['’]"))
    return r"\s+".join(words) + r"(?![\w-])"
