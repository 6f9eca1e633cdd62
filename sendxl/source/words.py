"""Putting right the words that a PDF broke: “state- funded”, “post- 16”; but “in place- no” holds a dash.

Only what is certain is changed. Words that a PDF joined (“topup”) are left: what they were cannot be known.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_BROKEN = re.compile(r"(?<![\w-])([\w-]*\w)- (\w+)")
_JOINED = re.compile(r"\w+(?:-\w+)+")
_PREFIX = re.compile(r"co|cross|decision|full|high|inter|long|low|multi|non|out|part|post|pre|re|self|semi|short|state|"
                     r"sub|top|under|well", re.IGNORECASE)
_SUSPENDED = re.compile(r"and|or|to", re.IGNORECASE)  # “pre- and post-16” is as it should be
_SMALL_WORD = re.compile(  # with which a new clause begins, so that a dash stood before it
    r"a|additional|all|also|an|are|as|at|but|by|for|from|has|have|if|in|is|it|limited|may|no|not|of|on|so|some|subject|"
    r"that|the|their|then|there|these|they|this|until|we|when|where|which|will|with|would", re.IGNORECASE)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl",
                            "\u00ad": None, "\u200b": None, "\ufeff": None, "\u2011": "-"})


@dataclass(frozen=True)
class Cleaned:
    """A cell's words for display. ``repairs`` are (broken, put right); ``unsure`` are hyphens left as they were."""

    text: str
    repairs: tuple[tuple[str, str], ...] = ()
    unsure: tuple[str, ...] = ()


def joined_words(texts: Iterable[str]) -> frozenset[str]:
    """Every hyphenated word of the texts, in small letters: how the source itself writes them where they are whole."""
    return frozenset(word.casefold() for text in texts for word in _JOINED.findall(text))


def clean(text: str, known: frozenset[str]) -> Cleaned:
    """Words with broken hyphens put right where that is certain; ``known`` are hyphenated words found elsewhere."""
    repairs: list[tuple[str, str]] = []
    unsure: list[str] = []

    def mend(match: re.Match[str]) -> str:
        left, right = match[1], match[2]
        if f"{left}-{right}".casefold() in known:
            mended = f"{left}-{right}"
        elif _SUSPENDED.fullmatch(right):
            return match[0]
        elif _SMALL_WORD.fullmatch(right):
            mended = f"{left} – {right}"
        elif _PREFIX.fullmatch(left):
            mended = f"{left}-{right}"
        else:
            unsure.append(match[0])
            return match[0]
        repairs.append((match[0], mended))
        return mended

    text = " ".join(text.translate(_LIGATURES).split())
    return Cleaned(_BROKEN.sub(mend, text), tuple(repairs), tuple(unsure))
