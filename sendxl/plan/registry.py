"""What a rule is: one function with a code, a severity, a message and a page; rules about returns and about masters alike.

A function is given what its scope says and tells either True (found, at the place of what it was given) or its hits,
one by one. Its docstring is its page in the reference: what is checked, why, an example, how to put it right.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from sendxl.plan.finding import Finding, Place, Severity

Words: TypeAlias = Mapping[str, object]
"""What a message names, by the name that stands for it there."""
Finds = TypeVar("Finds", bound=Callable[..., bool | Iterable["Hit"]])
"""The function of a rule."""
AnyRule = TypeVar("AnyRule", bound="Rule")


@dataclass(frozen=True)
class Hit:
    """Something found: ``at`` where it is not the place of what the rule was given.

    ``severity`` and ``says`` are given where they are not the rule's own; ``words`` are named in the message. ``of``
    is the number of the file, for rules over several.
    """

    at: Place | None = None
    severity: Severity | None = None
    says: str = ""
    words: Words = field(default_factory=dict)
    of: int = 0


@dataclass(frozen=True)
class Rule:
    """One rule. ``says`` is its message, where, what and what to do next, with {words} to be filled in."""

    code: str
    severity: Severity
    says: str
    check: Callable[..., bool | Iterable[Hit]]

    @property
    def name(self) -> str:
        """What it checks, in a few words."""
        return self.check.__name__.replace("_", " ").capitalize()

    @property
    def doc(self) -> str:
        """Its page of the reference, in markdown."""
        return inspect.getdoc(self.check) or ""

    def hits(self, *given: object) -> Iterator[Hit]:
        """What it finds in what it is given."""
        told = self.check(*given)
        if not isinstance(told, bool):
            yield from told
        elif told:
            yield Hit()

    def finding(self, hit: Hit, file: str, place: Place, words: Words) -> Finding:
        """A hit as a finding of a file; ``place`` and ``words`` are those of what the rule was given."""
        at = self.shown_place(hit.at or place)
        named = _Named({**at._asdict(), **words, **hit.words}, self.shown)
        message = (hit.says or self.says).format_map(named)
        return Finding(self.code, hit.severity or self.severity, file, message, *at, named.found)

    def shown(self, word: object) -> str:
        """A word as it stands in a message."""
        return str(word)

    def shown_place(self, place: Place) -> Place:
        """A place as it stands in a finding."""
        return place


class _Named(dict[str, object]):
    """Words as a message names them."""

    def __init__(self, words: Words, shown: Callable[[object], str]) -> None:
        super().__init__(words)
        self._shown = shown

    def __getitem__(self, key: str) -> "_Word":
        return _Word(self._shown(super().__getitem__(key)))

    @property
    def found(self) -> str:
        """What was found, in words; '' where the rule does not say."""
        return str(self["found"]) if "found" in self else ""


class _Word(str):
    """A word that a message names; ``{issued:quoted}`` puts it in quotes, and names a blank one."""

    def __format__(self, how: str) -> str:
        if how == "quoted":
            return f"“{self:s}”" if self else "blank"
        return super().__format__(how)


class Registry(dict[str, AnyRule]):
    """Rules by code, in the order of definition; ``families`` names those of each letter."""

    def __init__(self, families: Mapping[str, str]) -> None:
        super().__init__()
        self.families = families

    def add(self, rule: AnyRule) -> None:
        """Register a rule; ValueError where its code is malformed, of no family, or another rule's."""
        if not re.fullmatch("[A-Z][0-9]{2}", rule.code) or rule.code[0] not in self.families or rule.code in self:
            raise ValueError(f"{rule.code} is not a new code: a code is the letter of a family and two digits, and belongs to "
                             "one rule")
        self[rule.code] = rule

    def family(self, rule: Rule) -> str:
        """The name of a rule's family."""
        return self.families[rule.code[0]]
