"""The words of the mails to leads: one text file, which an officer may copy and change."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from sendxl.errors import Unusable, reason
from sendxl.plan.values import printable

TRACKER, REMINDER = "tracker", "reminder"
"""The parts of the file that are whole mails."""
DUE_SOON, OVERDUE, NOTHING, REJECTED, HELD, WITH_US = (
    "due soon", "overdue", "nothing filled in", "rejected", "held", "with us")
"""The parts that say what is outstanding of one tracker."""
_ALWAYS = frozenset({"name", "plan", "council"})
_OF_TRACKER = _ALWAYS | {"period", "due", "is_due", "file", "attached"}
_PARTS: Mapping[str, frozenset[str]] = {
    TRACKER: _OF_TRACKER | {"activities"}, REMINDER: _ALWAYS | {"outstanding", "parts"},
    **dict.fromkeys((DUE_SOON, OVERDUE, NOTHING, REJECTED, HELD, WITH_US), _OF_TRACKER | {"list"})}
_NEEDED = {REMINDER: "parts", **dict.fromkeys((REJECTED, HELD, WITH_US), "list")}
_OPTIONAL = ("list", "attached", "council")  # a paragraph with one of them is left out where there is nothing to fill in
_SUBJECT, _LARGEST = "Subject:", 100_000
_BLANKS = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True)
class Part:
    """A part of the file: its subject and its words, with what is to be filled in."""

    subject: str
    text: str

    def titled(self, words: Mapping[str, str]) -> str:
        """The subject, filled in."""
        return _filled(self.subject, words)

    def said(self, words: Mapping[str, str]) -> str:
        """The words, filled in, without the paragraphs that have nothing to say."""
        paragraphs = [one for one in re.split(r"\n\s*\n", self.text)
                      if all(words.get(name) for name in _BLANKS.findall(one) if name in _OPTIONAL)]
        return "\n\n".join(_filled(one, words) for one in paragraphs)


@dataclass(frozen=True)
class Letters:
    """All parts of the file."""

    parts: Mapping[str, Part]

    def __getitem__(self, name: str) -> Part:
        return self.parts[name]


def read_letters(path: Path) -> Letters:
    """The words in a file of an officer; Unusable, with the line, where it is not like the one that sendxl ships."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {reason(error)}") from None
    try:
        if len(content) > _LARGEST:
            raise UnicodeError
        text = content.decode("utf-8-sig")
    except UnicodeError:
        raise Unusable(f"{path} is no text file of the words of mails. Copy the shipped one (sendxl demo puts it into its "
                       "folder), change it, and save it as UTF-8.") from None
    return _parsed(text.splitlines(), str(path))


@cache
def shipped_letters() -> Letters:
    """The words that sendxl ships."""
    return _parsed(shipped_words().splitlines(), "mail.txt")


def shipped_words() -> str:
    """The file of words that sendxl ships."""
    return resources.files("sendxl.returns").joinpath("mail.txt").read_text(encoding="utf-8")


def _filled(text: str, words: Mapping[str, str]) -> str:
    return _BLANKS.sub(lambda found: words.get(found[1], ""), text)


def _parsed(lines: Iterable[str], name: str) -> Letters:
    parts: dict[str, list[str]] = {}
    here = ""
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            continue
        if found := re.fullmatch(r"\[(.+)\]\s*", line):
            here = found[1].strip().casefold()
            if here not in _PARTS or here in parts:
                why = "stands there twice" if here in parts else f"is no part. The parts are: {', '.join(_PARTS)}"
                raise Unusable(f"{name}, line {number}: [{here}] {why}.")
            parts[here] = []
        elif here:
            for blank in _BLANKS.findall(line):
                if blank not in _PARTS[here]:
                    raise Unusable(f"{name}, line {number}: {{{blank}}} is not known in [{here}]. Known are: "
                                   f"{', '.join(f'{{{known}}}' for known in sorted(_PARTS[here]))}.")
            parts[here].append(printable(line).rstrip())
        elif line.strip():
            raise Unusable(f"{name}, line {number}: words before the first part. Begin with a line like [{TRACKER}], or with #.")
    if missing := [part for part in _PARTS if part not in parts]:
        raise Unusable(f"{name}: the part [{missing[0]}] is missing. Put it back; the shipped file has all of them.")
    return Letters({part: _part(part, written, name) for part, written in parts.items()})


def _part(part: str, lines: list[str], name: str) -> Part:
    subject, _, text = "\n".join(lines).strip().partition("\n")
    if not subject.startswith(_SUBJECT) or not text.strip():
        raise Unusable(f"{name}: [{part}] needs a first line “{_SUBJECT} …”, and words below it.")
    needed = _NEEDED.get(part)
    if needed and needed not in _BLANKS.findall(text):
        raise Unusable(f"{name}: [{part}] needs {{{needed}}}, else nobody is told what is outstanding.")
    return Part(subject.removeprefix(_SUBJECT).strip(), text.strip())
