"""Amounts of money in a savings cell: the cost of a named place or unit with how firm it is, or else a saving.

Nothing is worked out and nothing filled in: an amount that may be something else is said to be so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sendxl.plan.vocabulary import Qualifier

_AMOUNT = re.compile(r"£\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(k|thousand|m|million)?\b", re.IGNORECASE)
_TIMES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
_PLACEMENTS: tuple[tuple[str, str, str], ...] = (  # code, placement, how texts name it
    ("RP", "Resourced provision place", r"\bRPs?\b|\bresourced provisions?\b"),
    ("SPECIAL", "Special school place", r"\bspecial schools?\b"),
    ("OOC", "Out-of-county placement", r"\bout[ -]of[ -](?:county|area|authority|borough)\b"),
    ("ISP", "Independent specialist provision place", r"\bISPs?\b|\bindependent (?:special|specialist)\b"),
)
_QUALIFIERS: tuple[tuple[Qualifier, str], ...] = (
    (Qualifier.APPROX, r"\b(?:approx(?:imately)?|about|around|circa|c|roughly)\b\.?|~"),
    (Qualifier.UP_TO, r"\b(?:up to|at most|no more than|(?:a )?maximum(?: of)?)"),
    (Qualifier.AVERAGE, r"\b(?:(?:an )?average(?: of)?|averaging|on average|(?:a )?mean of)"),
)
_OTHER_SPAN = re.compile(r"\s*(?:a|an|per|each|every|/)\s*(day|week|month|term|hour)\b", re.IGNORECASE)
_SAVED = re.compile(r"\bsav(?:e|es|ed|ing|ings)\b", re.IGNORECASE)
_COSTS = re.compile(r"\b(?:costs?|costing|is|are|at|average\w*|up to|price[ds]?|fees?)\b", re.IGNORECASE)
_UNIT = re.compile(r"\b(?:places?|placements?|taxis?|seats?|sessions?|journeys?|routes?|pupils?|learners?|child(?:ren)?|"
                   r"students?|posts?|vehicles?|assessments?|beds?)\b", re.IGNORECASE)
_PLAIN = re.compile(r"about|approx\w*|average|costs?|costing|each|going|learners?|more|than|that|their|these|they|this|"
                    r"where|which|while|with|year", re.IGNORECASE)


@dataclass(frozen=True)
class Amount:
    """A published amount. ``pounds`` is None where it is not for a year; ``code`` is "" where it reads as a saving."""

    words: str
    code: str
    placement: str
    pounds: int | float | None
    qualifier: Qualifier | None
    known: bool  # the placement was named in words that are known
    span: str = ""  # "week", where it is an amount a week


def read_amounts(text: str) -> Iterator[Amount]:
    """Every amount in pounds, left to right, each with the words that stand between it and the one before."""
    begin = 0
    for match in _AMOUNT.finditer(text):
        clause, after = text[begin:match.start()], text[match.end():]
        begin = match.end()
        code, placement, known = _placement(clause)
        span = _OTHER_SPAN.match(after)
        if _SAVED.search(clause) or not (known or (_COSTS.search(clause) and _UNIT.search(clause))):
            code = placement = ""
        yield Amount((clause + match[0]).strip(" ,;.–-)"), code, placement, None if span else _pounds(match),
                     _qualifier(clause, after), known, span[1].lower() if span else "")


def _pounds(match: re.Match[str]) -> int | float:
    pounds = float(match[1].replace(",", "") + (match[2] or "")) * _TIMES.get((match[3] or "").lower(), 1)
    pounds = round(pounds, 2)
    return int(pounds) if pounds == int(pounds) else pounds


def _placement(clause: str) -> tuple[str, str, bool]:
    """Code and name of the placement named last before the amount; for words not known, a code made from them."""
    found = [(match.start(), code, placement) for code, placement, pattern in _PLACEMENTS
             for match in re.finditer(pattern, clause, re.IGNORECASE)]
    if found:
        _, code, placement = max(found)
        return code, placement, True
    words = [word for word in re.findall(r"[A-Za-z]{4,}", clause) if not _PLAIN.fullmatch(word)][-2:]
    return "-".join(word.upper() for word in words) or "COST", " ".join(words) or "Not named", False


def _qualifier(clause: str, after: str) -> Qualifier | None:
    for qualifier, pattern in _QUALIFIERS:
        if re.search(rf"(?:{pattern})\s*$", clause, re.IGNORECASE):
            return qualifier
    return Qualifier.AVERAGE if re.match(r"\s*(?:on )?average\b", after, re.IGNORECASE) else None
