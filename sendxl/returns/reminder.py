"""The reminder of one lead: what is outstanding, and how it is said to them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sendxl.plan.counting import many
from sendxl.plan.values import printable, show

_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_LONGEST_ADDRESS = 254
LONGEST, TITLE = 600, 120  # characters of a message and of a title


class Why(StrEnum):
    """Why a lead is reminded, the most pressing first."""

    REJECTED = "Rejected"
    HELD = "Held"
    OVERDUE = "Overdue"


@dataclass(frozen=True)
class Item:
    """One thing outstanding: ``place`` is its ref and column, if it has them, ``says`` what was found and what to do.

    Of an overdue tracker: an activity's ref and its words. ``ours``: an officer decides, and the lead need do nothing.
    """

    place: str
    says: str
    ours: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.says}" if self.place else self.says


@dataclass(frozen=True)
class Matter:
    """What is outstanding of one tracker. ``file`` is the name it was issued by; ``days`` counts from Due on.

    ``blank``: the tracker came back, but with nothing filled in.
    """

    tracker: str
    period: str
    file: str
    due_on: date | None
    days: int
    why: Why
    items: tuple[Item, ...]
    blank: bool = False

    def __str__(self) -> str:
        late = f" by {many(self.days, 'day')}"
        return f"{self.why}{late if self.why is Why.OVERDUE else ''}"


@dataclass(frozen=True)
class Chaser:
    """The reminder of one lead. ``code``, ``name`` and ``email`` are as in Leads, '' where it has none."""

    code: str
    lead: str
    name: str
    email: str
    plan: str  # its title
    matters: tuple[Matter, ...]

    @property
    def address(self) -> str:
        """The email if it is one plain address, else ''."""
        return self.email if len(self.email) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(self.email) else ""

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
        words = {Why.REJECTED: "return could not be used", Why.HELD: "some rows are held", Why.OVERDUE: "update overdue"}
        told = "; ".join(dict.fromkeys(f"{matter.period} {words[matter.why]}" for matter in self.matters))
        return plain(f"{self.plan}: {told}", 2 * TITLE)

    def outstanding(self, most: int | None = None) -> str:
        """What is outstanding, one thing a line, with what to do; of each matter at ``most`` so many."""
        return "\n".join(line for matter in self.matters for line in _outstanding(matter, most))

    def text(self, most: int | None = None) -> str:
        """The reminder, its paragraphs not broken into lines; of each list at ``most`` so many things."""
        return "\n\n".join([
            f"Dear {self.name or self.lead},",
            *(part for matter in self.matters for part in _paragraphs(matter, most)),
            "If you have sent this in the last few days, thank you, and please take no notice of this reminder. If you "
            "need more time, or the tracker again, please reply to this message.",
            "Thank you.",
        ]) + "\n"


def plain(text: str, longest: int = LONGEST) -> str:
    """Text on one line without control characters, cut short."""
    words = " ".join(printable(text, keep="").split())
    return words if len(words) <= longest else words[:longest].rstrip() + " …"


def _paragraphs(matter: Matter, most: int | None) -> Iterator[str]:
    """What the reminder says of one matter."""
    due = _due("The update", matter)
    if matter.why is Why.OVERDUE:
        due = _due("It", matter)
        came = "came back with nothing filled in." if matter.blank else "has not reached us yet."
        yield (f"Your {matter.period} update {came}{due} Please fill in the tracker that was sent to you "
               f"({matter.file}) and send it back. Where nothing has changed on an activity, choose Yes under No change.")
        if matter.items:
            yield _listed("We are waiting for an update on:", matter.items, most)
        return
    if matter.why is Why.REJECTED:
        yield _listed(f"The file that came back for {matter.period} could not be used, so nothing in it is in the plan "
                      f"yet.{due} Please put this right, and send the tracker ({matter.file}) again:", matter.items, most)
        return
    theirs, ours = ([item for item in matter.items if item.ours is mine] for mine in (False, True))
    if theirs:
        yield _listed(f"Thank you for your {matter.period} return. Some of its rows are held, which means that they are "
                      f"not in the plan yet.{due} What we found, and what to do:", theirs, most)
        yield ("Please put these right in your tracker and send all of it back. Where a value is right as it is, say why: in "
               "Explanation on the sheet Queries if we sent your return back to you, otherwise in a reply to this message.")
    if ours:
        yield _listed(f"{'These rows are' if theirs else f'Thank you for your {matter.period} return. Some of its rows are'} "
                      "with us. An officer will decide, and you need do nothing:", ours, most)


def _due(it: str, matter: Matter) -> str:
    if matter.due_on is None:
        return ""
    ago = f", {many(matter.days, 'day')} ago" if matter.days > 0 else ""
    return f" {it} {'was' if ago else 'is'} due on {show(matter.due_on)}{ago}."


def _listed(head: str, items: Sequence[Item], most: int | None) -> str:
    return "\n".join([head, *(f"- {item}" for item in items[:most]), *_more(items, most)])


def _outstanding(matter: Matter, most: int | None) -> list[str]:
    if matter.why is not Why.OVERDUE:
        return [*map(str, matter.items[:most]), *_more(matter.items, most)]
    lines = [f"{item.place}: send an update" for item in matter.items[:most]] or ["Send the tracker back"]
    return [*lines, *_more(matter.items, most)]


def _more(items: Sequence[Item], most: int | None) -> list[str]:
    return [f"… and {len(items) - most} more"] if most is not None and len(items) > most else []
