"""The rating at the beginning of a savings cell, and cells that hold more than one rated part.

“Risk Gaps in provision” is rated Risk; “Risk mitigation and …” and “Previous exercises …” are not rated; “Low Low
numbers …” is one Low. Source: workbooks/pages/month.md, What is read.
"""

import re
from dataclasses import dataclass

from sendxl.plan.vocabulary import Rating

_COMPOUNDS = r"(?!\s+(?:Needs|Assessments?|Management|Registers?|Incidence)\b)"  # “High Needs block” is no rating
_RATING = rf"\b((?i:high|medium|low|risk))\b{_COMPOUNDS}"
_FIRST = re.compile(rf"{_RATING}(?:\s*$|\s*[:;,.]\s*|\s+[–—-]\s+|\s+(?=[A-Z£\d“‘\"'(]))")
_LATER = re.compile(rf"(?<=[\w.;)])\s+{_RATING}\s+(?=[A-Z])")
_LEADS_ON = re.compile(r"\b(?:a|an|and|are|at|by|for|from|in|is|more|of|or|the|to|very|with)$", re.IGNORECASE)


@dataclass(frozen=True)
class RatedPart:
    """A rating and the words it is for; ``rating`` None where the source gives none."""

    rating: Rating | None
    words: str


def read_ratings(text: str) -> list[RatedPart]:
    """The rated parts of a savings cell, at least one."""
    first = _FIRST.match(text)
    if not first:
        return [RatedPart(None, text)]
    parts: list[RatedPart] = []
    rating, begin = first[1], first.end()
    for later in _LATER.finditer(text, begin):
        before = text[begin:later.start()]
        if before.strip() and not _LEADS_ON.search(before):
            parts.append(RatedPart(Rating(rating.capitalize()), before.strip()))
            rating, begin = later[1], later.end()
    parts.append(RatedPart(Rating(rating.capitalize()), text[begin:].strip()))
    return parts
