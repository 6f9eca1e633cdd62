"""The reminder of one lead: what is outstanding, and how it is said to them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sendxl.plan.counting import many
from sendxl.plan.values import printable, show
from sendxl.returns import letters
from sendxl.returns.letters import Letters

_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_LONGEST_ADDRESS = 254
LONGEST, TITLE = 600, 120  # characters of a message and of a title
_SHORT_TITLE = 60  # of an activity, in a line that says what is outstanding of it


class Why(StrEnum):
    """Why a lead is reminded, the most pressing first."""

    REJECTED = "Rejected"
    HELD = "Held"
    OVERDUE = "Overdue"
    DUE = "Due"


@dataclass(frozen=True)
class Item:
    """One thing outstanding: ``place`` is its ref and column, if it has them, ``says`` what was found and what to do.

    ``activity`` is the title of the activity it is of. Of an overdue tracker: an activity's ref and its words. ``ours``: an
    officer decides, and the lead need do nothing.
    """

    place: str
    says: str
    ours: bool = False
    activity: str = ""

    def __str__(self) -> str:
        title = f"“{plain(self.activity, _SHORT_TITLE)}”" if self.activity else ""
        where = " ".join(filter(None, (self.place, title)))
        return f"{where}: {self.says}" if where else self.says


@dataclass(frozen=True)
class Matter:
    """What is outstanding of one tracker. ``file`` is the name it was issued by; ``days`` counts from Due on.

    ``blank``: the tracker came back, but with nothing filled in. ``attached``: the name of the file that goes with the
    reminder, if there is one.
    """

    tracker: str
    period: str
    file: str
    due_on: date | None
    days: int
    why: Why
    items: tuple[Item, ...]
    blank: bool = False
    attached: str = ""

    def __str__(self) -> str:
        if self.why is Why.DUE:
            return f"Due in {many(-self.days, 'day')}" if self.days else "Due today"
        late = f" by {many(self.days, 'day')}"
        return f"{self.why}{late if self.why is Why.OVERDUE else ''}"

    @property
    def parts(self) -> Sequence[tuple[str, Sequence[Item]]]:
        """The parts of a reminder that say it, by their names in the file of words, each with what it lists."""
        if self.why is Why.HELD:
            found = [(part, [item for item in self.items if item.ours is ours])
                     for part, ours in ((letters.HELD, False), (letters.WITH_US, True))]
            return [(part, items) for part, items in found if items]
        late = letters.NOTHING if self.blank else letters.OVERDUE
        return [({Why.REJECTED: letters.REJECTED, Why.DUE: letters.DUE_SOON}.get(self.why, late), self.items)]

    def words(self, items: Sequence[Item] = (), most: int | None = None) -> dict[str, str]:
        """What is filled in where it is told of."""
        listed = [f"- {item}" for item in items[:most]] + _more(items, most)
        return {"period": self.period, "due": show(self.due_on) or "the day that was agreed",
                "is_due": _is_due(self.due_on, self.days), "file": self.file, "attached": self.attached,
                "list": "\n".join(listed)}


@dataclass(frozen=True)
class Chaser:
    """The reminder of one lead. ``code``, ``name`` and ``email`` are as in Leads, '' where it has none."""

    code: str
    lead: str
    name: str
    email: str
    plan: str  # its title
    matters: tuple[Matter, ...]
    council: str = ""
    letters: Letters = field(default_factory=letters.shipped_letters, repr=False)

    @property
    def address(self) -> str:
        """The email if it is one plain address, else ''."""
        return address_in(self.email)

    @property
    def due_on(self) -> date | None:
        """The first day by which something was due."""
        return min((matter.due_on for matter in self.matters if matter.due_on), default=None)

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods that something is outstanding of, in the order of the register."""
        return tuple(dict.fromkeys(matter.period for matter in self.matters))

    @property
    def why(self) -> str:
        """As in “Held; Overdue by 6 days”."""
        return "; ".join(dict.fromkeys(map(str, sorted(self.matters, key=lambda matter: list(Why).index(matter.why)))))

    @property
    def subject(self) -> str:
        """One line, without control characters."""
        told = "; ".join(dict.fromkeys(self.letters[part].titled({**self._words, **matter.words()})
                                       for matter in self.matters for part, _ in matter.parts))
        return plain(self.letters[letters.REMINDER].titled({**self._words, "outstanding": told}), 2 * TITLE)

    def outstanding(self, most: int | None = None) -> str:
        """What is outstanding, one thing a line, with what to do; of each matter at ``most`` so many."""
        return "\n".join(line for matter in self.matters for line in _outstanding(matter, most))

    def text(self, most: int | None = None) -> str:
        """The reminder, its paragraphs not broken into lines; of each list at ``most`` so many things."""
        parts = "\n\n".join(self.letters[part].said({**self._words, **matter.words(items, most)})
                            for matter in self.matters for part, items in matter.parts)
        return self.letters[letters.REMINDER].said({**self._words, "parts": parts}) + "\n"

    @property
    def _words(self) -> Mapping[str, str]:
        return {"name": self.name or self.lead, "plan": self.plan, "council": self.council}


def plain(text: str, longest: int = LONGEST) -> str:
    """Text on one line without control characters, cut short: between two words, unless one is very long."""
    words = " ".join(printable(text, keep="").split())
    if len(words) <= longest:
        return words
    whole = words[: longest + 1].rpartition(" ")[0]
    return (whole if 2 * len(whole) > longest else words[:longest]) + " …"


def address_in(email: str) -> str:
    """An email if it is one plain address, else ''."""
    return email if len(email) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(email) else ""


def _is_due(due_on: date | None, days: int) -> str:
    if due_on is None:
        return "is due"
    return f"was due on {show(due_on)}, {many(days, 'day')} ago" if days > 0 else f"is due on {show(due_on)}"


def _outstanding(matter: Matter, most: int | None) -> list[str]:
    if matter.why not in (Why.OVERDUE, Why.DUE):
        return [*map(str, matter.items[:most]), *_more(matter.items, most)]
    lines = [f"{item.place}: send an update" for item in matter.items[:most]] or ["Send the tracker back"]
    return [*lines, *_more(matter.items, most)]


def _more(items: Sequence[Item], most: int | None) -> list[str]:
    return [f"… and {len(items) - most} more"] if most is not None and len(items) > most else []
