"""Statuses as plans say them: by the plan's own key, by words, by colours, by the fill of a cell alone.

A colour means different things in different plans: the key of the plan wins, and without one the usual meaning is taken
with a doubt. Source: workbooks/pages/month.md, What is read.
"""

import colorsys
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sendxl.plan.vocabulary import LeadStatus

_COLOURS = {
    "red": "red",
    "amber": "amber",
    "yellow": "amber",
    "orange": "amber",
    "green": "green",
    "blue": "blue",
    "purple": "purple",
    "grey": "grey",
    "gray": "grey",
    "white": "white",
    "black": "black",
    "gold": "amber",
}
_LETTERS = {"r": "red", "a": "amber", "y": "amber", "g": "green", "b": "blue", "p": "purple"}
_USUAL = {
    "red": LeadStatus.OFF_TRACK,
    "amber": LeadStatus.AT_RISK,
    "green": LeadStatus.ON_TRACK,
    "blue": LeadStatus.COMPLETE,
    "purple": LeadStatus.COMPLETE,
}
_NOT_APPLICABLE = (
    r"not applicable|n/?a\b|no longer|superseded|cancel\w*|withdrawn|not required|on hold|paused|deferred|closed down"
)
_MEANS: tuple[tuple[LeadStatus, bool, str], ...] = (  # what it means, whether that is sure; the first that fits
    (
        LeadStatus.OFF_TRACK,
        True,
        r"\boff[- ](?:track|target|course|schedule)|\bnot (?:on (?:track|target|schedule)|achieved|met|delivered|"
        r"complete[d]?|progressing)\b|\boverdue|\blate\b|\bmissed\b|\bfail\w*|\bcritical\b|"
        r"\b(?:significant|serious|major|severe|high|substantial)(?:ly)? (?:\w+ )?(?:risk|delay\w*|slippage|concerns?|issues?|"
        r"behind|problems?|barriers?)|\bno progress\b|\bunlikely\b|\bwill not\b|\bnot be (?:met|achieved|delivered)",
    ),
    (
        LeadStatus.AT_RISK,
        True,
        r"\b(?:at|some|minor|moderate|slight|medium) (?:\w+ )?risks?\b|\brisk\b|\bdelay\w*|\bslip\w*|\bbehind\b|"
        r"\bconcerns?\b|\bissues?\b|\bpartial\w*|\bslower\b|\bminor\b|\bproblems?\b|\bmay not\b",
    ),
    (
        LeadStatus.NOT_STARTED,
        True,
        r"\bnot (?:yet )?(?:started|begun|commenced|due|underway)|\byet to (?:start|begin|commence)|"
        r"\bto (?:start|begin)\b|\bplanned\b|\bnot yet\b|\bscheduled\b|\bfuture\b|\bdue to (?:start|begin)",
    ),
    (
        LeadStatus.ON_TRACK,
        True,
        r"\bon (?:track|target|course|schedule|plan|time)\b|\bprogressing (?:well|to plan)|\bas planned\b|"
        r"\bgood progress\b|\bno (?:risks?|issues?|concerns?|delays?)\b|\bgoing well\b",
    ),
    (
        LeadStatus.COMPLETE,
        True,
        r"\bcomplete[d]?\b|\bdone\b|\bachieved\b|\bclosed\b|\bdelivered\b|\bimplemented\b|\bembedded\b|"
        r"\bfinished\b|\bin place\b|\bfully met\b|\bended\b",
    ),
    (
        LeadStatus.ON_TRACK,
        False,
        r"\bin progress\b|\bwork in progress\b|\bstarted\b|\bunder ?way\b|\bon-?going\b|\bprogress\w*|"
        r"\bactive\b|\bcommenced\b|\blive\b|\bopen\b|\bwip\b|\bbegun\b|\bin development\b|\bin train\b",
    ),
)
_COLOUR = re.compile(rf"\b({'|'.join(_COLOURS)})\b", re.IGNORECASE)
_LETTER = re.compile(r"(?<![\w])([RAGBYP])\s*(?:=|:|–|—|\s-\s)\s*")
_LONGEST = 6  # words of a status


@dataclass(frozen=True)
class StatusRead:
    """A status; None where the words name none of ours. ``doubt``: "" or plain sentences."""

    status: LeadStatus | None
    doubt: str = ""


@dataclass
class Key:
    """What the colours of a plan mean, as it says itself. ``said`` are the plan's words by colour."""

    said: dict[str, str] = field(default_factory=dict)

    def take(self, text: str) -> bool:
        """Read a key from a text; True where it is one."""
        pairs = _pairs(text)
        if len(pairs) < 2 or sum(bool(meaning_of(words)) or _none(words) for words in pairs.values()) < 2:
            return False
        for colour, words in pairs.items():
            self.said.setdefault(colour, words)
        return True

    def add(self, colour: str, words: str) -> None:
        """Take one line of a key that is a table."""
        self.said.setdefault(colour, words)


def colour_of(text: str) -> str | None:
    """The colour that a text names and nothing else, as a word or a letter; None for any other text."""
    name = text.strip(" .").casefold()
    return _COLOURS.get(name) or _LETTERS.get(name)


def _pairs(text: str) -> Mapping[str, str]:
    """Colours of a text and the words after each, in one form or the other."""
    for pattern, names in ((_LETTER, _LETTERS), (_COLOUR, _COLOURS)):
        marks = list(pattern.finditer(text))
        if len(marks) < 2:
            continue
        ends = [*(mark.start() for mark in marks[1:]), len(text)]
        found: dict[str, str] = {}
        for mark, end in zip(marks, ends, strict=True):
            if words := text[mark.end() : end].strip(" \t\n=:–—-,;.()|/"):
                found.setdefault(names[mark[1].casefold()], words)
        return found
    return {}


def meaning_of(words: str) -> tuple[LeadStatus, bool] | None:
    """What words about a status mean, and whether that is sure; None where they say nothing of ours."""
    text = words.casefold()
    if _none(text):
        return None
    return next(((status, sure) for status, sure, pattern in _MEANS if re.search(pattern, text)), None)


def _none(words: str) -> bool:
    return bool(re.search(_NOT_APPLICABLE, words.casefold()))


@lru_cache(maxsize=4000)
def is_status(text: str) -> bool:
    """True if a text is a status and hardly more: a colour, a letter, or a few of the words for one."""
    name = " ".join(text.split())
    if not name or len(name.split()) > _LONGEST or len(name) > 45:
        return False
    if colour_of(name):
        return True
    if re.fullmatch(r"n/?a|not applicable|cancelled|on hold|paused", name, re.IGNORECASE):
        return True
    if re.search(r"\d", name):
        return False
    bare = re.sub(r"[-–—:/,()]", " ", name)
    rest = _COLOUR.sub(" ", bare)
    for _, _, pattern in _MEANS:
        rest = re.sub(pattern, " ", rest, flags=re.IGNORECASE)
    left = [
        word
        for word in rest.split()
        if word.casefold() not in ("and", "but", "yet", "fully", "now", "some", "work", "in", "not", "the")
    ]
    return not left


def read_status(text: str, fill: str, key: Key) -> StatusRead:
    """The status that a cell says; where only its fill speaks, the nearest colour, with a doubt."""
    name = " ".join(text.split())
    if not name:
        colour = colour_of_fill(fill)
        if colour is None:
            return StatusRead(None)
        found = _of_colour(colour, key)
        read = f"It was read as {found.status}" if found.status else "It was left blank"
        return StatusRead(found.status, f"The cell has no words, only the colour {colour}. {read}: check it.")
    if colour := colour_of(name):
        return _of_colour(colour, key)
    if _none(name):
        return StatusRead(None, f"“{name}” is none of our statuses, so Lead status is blank. Choose one, or close the activity.")
    for colour, words in key.said.items():
        if words.casefold() == name.casefold():
            return _of_colour(colour, key)
    if meaning := meaning_of(name):
        status, sure = meaning
        return StatusRead(status, "" if sure else f"“{name}” was read as {status}. Check it.")
    if mark := _COLOUR.search(name):
        return _of_colour(_COLOURS[mark[1].casefold()], key)
    return StatusRead(None, f"“{name}” is no status that is known, so Lead status is blank. Choose one.")


def _of_colour(colour: str, key: Key) -> StatusRead:
    said = key.said.get(colour)
    if said is not None:
        if _none(said):
            return StatusRead(
                None, f"The plan's key says of {colour}: “{said}”, so Lead status is blank. Choose one, or close the activity."
            )
        if meaning := meaning_of(said):
            status, sure = meaning
            return StatusRead(
                status, "" if sure else f"The plan's key says of {colour}: “{said}”. It was read as {status}: check it."
            )
        usual = _USUAL.get(colour)
        return StatusRead(usual, f"The plan's key says of {colour}: “{said}”. It was read as {usual or 'blank'}: check it.")
    usual = _USUAL.get(colour)
    if usual is None:
        return StatusRead(None, f"The source does not say what {colour} means, so Lead status is blank. Choose one.")
    return StatusRead(usual, f"The source does not say what {colour} means. It was read as {usual}: check it.")


def colour_of_fill(fill: str) -> str | None:
    """The nearest of red, amber, green, blue, purple and grey to a fill as RRGGBB; None for white, black and none."""
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", fill):
        return None
    red, green, blue = (int(fill[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, strong = colorsys.rgb_to_hls(red, green, blue)
    if light > 0.97 or light < 0.08:
        return None
    if strong < 0.18:
        return "grey"
    degrees = hue * 360
    for upto, colour in ((22, "red"), (70, "amber"), (170, "green"), (255, "blue"), (325, "purple"), (361, "red")):
        if degrees < upto:
            return colour
    return None


def keys_in(texts: Iterable[str]) -> Key:
    """The key of a plan, from whichever of some texts hold one."""
    key = Key()
    for text in texts:
        key.take(text)
    return key
