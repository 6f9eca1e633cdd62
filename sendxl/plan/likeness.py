"""What people see as the same is the same: the one comparison of names that are typed by hand.

Names of columns, sheets and parts, leads, refs, themes, settings and choices are compared without case, with every run of
white space as one space, and without characters that cannot be seen. Source: the rules page, the law of input cells.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import TypeVar
from unicodedata import category, normalize
from unicodedata import name as called

T = TypeVar("T")
_SPACES = {" ": "a space", "\u00a0": "a no-break space", "\t": "a tab", "\n": "a line break", "\r": "a line break"}
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of the text behind them, so that it is shown otherwise than it is stored."""
_JOINERS = "\u200c\u200d"
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # blank pictures that are counted among the letters and marks
_HYPHENS = str.maketrans("\u2010\u2011", "--")  # as other programs write it, so that a line does or does not break there
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
"""Every dash and minus sign as the one of the keyboard."""
_KEYED = DASHES | {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}  # and signs as wide as those of Chinese
_SELECTORS = range(0xFE00, 0xFE10)  # which ask for another picture of the letter before, and have none of their own


def unseen(letter: str) -> bool:
    """True for a character that has neither a picture nor a place: zero-width, soft hyphen, a mark of direction."""
    return (category(letter) in ("Cf", "Cc") and not letter.isspace()) or letter in _FILLERS or ord(letter) in _SELECTORS


def without_unseen(text: str) -> str:
    """A text without the characters that nobody sees and that change nothing of what is seen.

    Control characters and marks that turn the direction of what follows stay: they may hide something, and are asked about.
    Joiners stay between letters that are joined by them, as in Arabic and in some pictures.
    """
    if text.isascii():
        return text
    kept = []
    for at, letter in enumerate(text):
        joins = letter in _JOINERS and not (text[:at][-1:] + text[at + 1 :][:1]).isascii() and 0 < at < len(text) - 1
        unwanted = letter in _FILLERS or (category(letter) == "Cf" and letter not in TURNS)
        if joins or not unwanted:
            kept.append(letter)
    return "".join(kept)


def as_keyed(text: str) -> str:
    """A date or number with each of its signs as the keyboard has it: other programs put longer dashes, or wider digits."""
    return text if text.isascii() else text.translate(_KEYED)


@lru_cache(maxsize=20_000)  # the same headers, names and refs are compared again and again
def as_seen(text: str) -> str:
    """A name as it is compared; two that people see as the same give the same."""
    if not text.isascii() or not text.isprintable():
        text = "".join(letter for letter in normalize("NFC", text) if not unseen(letter)).translate(_HYPHENS)
    return " ".join(text.split()).casefold()


def by_sight(named: Iterable[tuple[str, T]]) -> Mapping[str, T]:
    """Things by their names ``as_seen``; of two with the same name the first."""
    found: dict[str, T] = {}
    for name, thing in named:
        found.setdefault(as_seen(name), thing)
    return found


def as_written(names: Iterable[str]) -> Callable[[str | None], str]:
    """How names are written in the place they come from: of a text that is seen as one of them that one, else the text itself.

    What goes through it can be compared letter by letter from then on. None is ''.
    """
    written = dict.fromkeys(names)
    seen = cache(lambda: by_sight((name, name) for name in written))  # seldom needed, as most names are written alike

    def of(text: str | None) -> str:
        return text or "" if not text or text in written else seen().get(as_seen(text), text)

    return of


def difference(text: str, other: str) -> str:
    """How a text differs from another that is seen as the same, as in “ends in a no-break space”; '' where it does not."""
    if text == other:
        return ""
    for edge, says in ((text[:1], "begins with"), (text[-1:], "ends in")):
        if edge.isspace():
            return f"{says} {_space(edge)}"
    for letter in text:
        if unseen(letter):
            return f"has a character that cannot be seen (U+{ord(letter):04X})"
        if letter.isspace() and letter != " ":
            return f"has {_space(letter)} in it"
    if "  " in text:
        return "has more than one space between two words"
    return "has other capital letters" if text.casefold() == other.casefold() else "is put together of other characters"


def strange(text: str, other: str) -> str:
    """What of a text only looks like another, as in “has a letter of another alphabet”; '' where nothing of it does."""
    for letter in text:
        if not letter.isascii() and letter not in other:
            if letter != as_keyed(letter):
                return "has a longer dash" if ord(letter) in DASHES else "has wider signs"
            if letter.isalpha() and not called(letter, "").startswith("LATIN"):
                return "has a letter of another alphabet"
    return ""


def _space(letter: str) -> str:
    return _SPACES.get(letter, "an unusual space")
