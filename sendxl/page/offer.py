"""What the page offers: an action for each verb that works there, with the words of the command line and of the ribbon."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sendxl.verbs import VERBS, Option, Verb

# By button or, where a verb has none, by verb: in the order of the month.
_OFFERED = ("issue", "type-in", "validate", "chase", "preview", "stamp", "settle", "undo", "refresh", "show", "history",
            "savings", "doctor", "upgrade", "new", "check")
NOT_OFFERED = {  # verb to the reason
    "board": "its libraries are too heavy for a page",
    "archive": "it goes on with a second workbook, which nobody would think to bring",
    "revise": "it goes on with a second file and what was decided about it",
    "export": "it is for other programs", "rollup": "it is for many plans at once",
    "demo": "it is for the command line",
}
_BESIDES = {"by", "dry_run", "jobs", "cluster", "look", "blank"}  # options that the page itself sees to
# Of verbs whose name alone says too little.
_LABELS = {"show": "Statuses", "new": "New plan", "check": "Check my tracker", "type-in": "Type in"}
_KINDS: Mapping[type, str] = {bool: "flag", date: "date", int: "number", str: "text"}
_RUN = re.compile(r"\b([Rr])un:? “?sendxl ([a-z-]+)(?: [^”“]*?)?(?:”|(?=\.?$))")
_NAMED = re.compile(r"“sendxl ([a-z-]+)[^”]*”")
_FLAG = re.compile(r"(?<![\w-])--([a-z][a-z-]*)")


@dataclass(frozen=True)
class Field:
    """What an action may be given besides the plan and the returns."""

    to: str
    label: str
    says: str
    kind: str  # flag, date, number, text, or texts for several
    required: bool = False
    default: int | str | None = None
    least: int | None = None
    most: int | None = None

    @classmethod
    def of(cls, asked: Any) -> "Field":
        """That of an option or an argument of the command line."""
        if not isinstance(asked, Option):
            return cls(asked.to, asked.to.capitalize(), "", "text", asked.required)
        kind = f"{_KINDS[asked.type]}{'s' if asked.many else ''}"
        return cls(asked.to, _label(asked.flags), asked.says, kind, asked.required, asked.default, asked.least, asked.most)


@dataclass(frozen=True)
class Action:
    """One thing that the page can be asked to do. ``always`` is what it gives the job unasked.

    ``returns``: it works on returns, ``may``: where there are any. ``asks``: it is shown what would change before it is done.
    ``writes``: it changes the plan.
    """

    name: str
    verb: Verb
    label: str
    says: str
    always: Mapping[str, Any] = field(default_factory=dict)
    returns: bool = False
    may: bool = False
    asks: bool = False

    @property
    def writes(self) -> bool:
        """True if the plan is another one afterwards."""
        return (self.verb.writes or self.verb.name == "upgrade") and not self.always.get("dry_run")

    @property
    def fields(self) -> Iterator[Field]:
        """What it may be given, in the order of the command line."""
        for asked in self.verb.takes:
            if asked.type is not Path and asked.to not in _BESIDES:
                yield Field.of(asked)

    def as_json(self) -> dict[str, Any]:
        """What the page needs to show it."""
        return {"name": self.name, "label": self.label, "says": self.says, "doing": self.verb.doing or self.label,
                "returns": self.returns, "may": self.may, "asks": self.asks, "writes": self.writes,
                "fields": [vars(field) for field in self.fields]}


def _label(flags: str) -> str:
    return flags.split()[-1].strip("-").replace("-", " ").capitalize()


def _says(verb: Verb, label: str = "") -> str:
    """What the step of the month says; of several the one that is called as the button is."""
    steps = sorted(verb.steps, key=lambda step: step.name != label)
    return steps[0].says if steps else verb.says


def _action(name: str) -> Action:
    verb, button = next((verb, button) for verb in VERBS for button in (*verb.buttons, None)
                        if name == (button.name if button else verb.name))
    label = _LABELS.get(name) or (button.label if button else verb.name.capitalize())
    takes = {asked.to for asked in verb.takes}
    return Action(name, verb, label, _says(verb, label), {"dry_run": True} if name == "preview" else {},
                  returns="paths" in takes and name != "chase", may=name == "chase",
                  asks="dry_run" in takes and "paths" not in takes)


ACTIONS: Mapping[str, Action] = {name: _action(name) for name in _OFFERED}


def as_json() -> Sequence[Mapping[str, Any]]:
    """All actions, as they are written into the page."""
    return [action.as_json() for action in ACTIONS.values()]


def worded(text: str) -> str:
    """A message of a job as the page says it: where it names a command or an option, the button or the field of that."""
    text = _RUN.sub(lambda found: f"{'P' if found[1] == 'R' else 'p'}ress {_button(found[2])}", text)
    text = _NAMED.sub(lambda found: _button(found[1]), text)
    return _FLAG.sub(lambda found: f"“{_label(found[1])}”", text)


def _button(verb: str) -> str:
    names = [action.label for action in ACTIONS.values() if action.verb.name == verb and not action.always]
    return f"“{names[0]}”" if names else f"“sendxl {verb}”"
