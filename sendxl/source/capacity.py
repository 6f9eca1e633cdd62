"""Whether the people and money are there, read from the words about capacity.

Rules are tried in order and the first that fits decides. It is a guess where the rule itself is one, or where another
rule that fits says something else.
"""

import re
from dataclasses import dataclass

from sendxl.plan.vocabulary import Capacity

_EXTRA = (r"\b(?<!no )(?<!than )(?:additional|further|extra|more|new)\s+"
          r"(?:capacity|resources?|staff\w*|funding|posts?|time)\b")
_RULES: tuple[tuple[Capacity, bool, str], ...] = (  # what it means, whether that is certain, the words
    (Capacity.DECISION, True, r"\b(?:requires?|needs?) (?:\w+ and )?(?:a )?decision\b"),
    (Capacity.DECISION, True, r"\bdecision (?:is )?(?:needed|required|awaited)\b"),
    (Capacity.AWAITING, True, r"\bawait\w*\b[^.;]*\bproposals?\b|\bsubject to proposals?\b"),
    (Capacity.SAVING, True, r"\bsavings?\b[^.;]*\b(?:recycled?|reinvest\w*|afford|fund|pay for)\b"),
    (Capacity.ADDITIONAL, True, rf"{_EXTRA}(?![^.;]*\b(?:may|might|could)\b)[^.;]*\b(?:required|needed|necessary)\b"),
    (Capacity.IN_PLACE, True, r"\bno (?:additional|further|extra|more) (?:capacity|resources?|staff\w*|cost)\b"),
    (Capacity.IN_PLACE, True, r"\b(?:teams?|staff|posts?|capacity|resources?) (?:is |are |already )*in place\b"),
    (Capacity.IN_PLACE, True, r"^in place\b|\bexisting (?:teams?|staff|posts?|capacity|resources?)\b"),
    (Capacity.IN_PLACE, True, r"\b(?:covered|met|shared|carried|absorbed) (?:from|by|within|between|across|among)\b"),
    (Capacity.DECISION, False, r"\b(?:in|under) discussion\b|\bbeing discussed\b|\bto be (?:agreed|decided)\b"),
    (Capacity.ADDITIONAL, False, r"\b(?:may|might|could) (?:require|need|be needed)\b"),
    (Capacity.ADDITIONAL, False, r"\blimited capacity\b|\bcapacity is limited\b"),
    (Capacity.ADDITIONAL, False, rf"{_EXTRA}[^.;]*\b(?:would|welcomed?|helpful)\b"),
    (Capacity.ADDITIONAL, False, r"\b(?:capacity|officer|support)\b[^.;]*\bwould\b"),
    (Capacity.SAVING, False, r"\bsavings?\b"),
    (Capacity.IN_PLACE, False, r"^(?:part of|within|with|from within|supported by|in partnership with)\b"),
)


@dataclass(frozen=True)
class CapacityRead:
    """What was read, and in one sentence the doubt about it ("" where there is none)."""

    capacity: Capacity
    doubt: str = ""


def read_capacity(words: str) -> CapacityRead:
    """Capacity from the words about it; no words at all is plainly Not stated."""
    if not words:
        return CapacityRead(Capacity.NOT_STATED)
    fitting = [(capacity, certain) for capacity, certain, pattern in _RULES
               if re.search(pattern, words, re.IGNORECASE)]
    if not fitting:
        return CapacityRead(Capacity.NOT_STATED, "These words do not say whether the capacity is there. "
                                                 "Choose Capacity if you know.")
    capacity, certain = fitting[0]
    others = sorted({str(other) for other, _ in fitting} - {str(capacity)})
    if others:
        return CapacityRead(capacity, f"The words also point to {' and '.join(others)}. Check which holds now.")
    if not certain:
        return CapacityRead(capacity, "Capacity was guessed from these words. Check it.")
    return CapacityRead(capacity)
