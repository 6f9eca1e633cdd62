"""What a column of a source is by the shape of what stands in it: days, statuses, figures, a scale, or many words."""

import re
from collections.abc import Sequence

from sendxl.source.column_parts import Part
from sendxl.source.grids import GridCell, words
from sendxl.source.levels import level_of
from sendxl.source.measure_words import read_measure
from sendxl.source.phrases import read_phrase
from sendxl.source.statuses import is_status

_SCALE = re.compile(r"(?:very )?(?:high|medium|med|low|urgent|critical|must|should|could)|[hml]|p?\d", re.IGNORECASE)
_REF = re.compile(r"[A-Za-z]{0,3}\d{1,2}(?:[.\-]\d{1,2})+[a-z]?\.?|[A-Za-z]{0,3}\d{1,2}[a-z]")
_NUMBER = re.compile(r"[A-Za-z]{0,4}[ .-]?\d{1,3}(?:[.\-]\d{1,3})*[a-z]?\.?")
_SAMPLED = 40  # values that are looked at


def is_scale(below: Sequence[GridCell]) -> bool:
    """True if a column tells how much something matters, in words or figures, and not what it is about."""
    texts = [words(cell.text) for cell in below[:_SAMPLED] if not cell.blank]
    return bool(texts) and all(_SCALE.fullmatch(text) for text in texts)


def are_numbers(below: Sequence[GridCell]) -> bool:
    """True if a column holds nothing but figures, as where actions are counted."""
    texts = [words(cell.text) for cell in below[:_SAMPLED] if not cell.blank]
    return bool(texts) and all(re.fullmatch(r"[\d.,%£k]+", text) for text in texts)


def are_sentences(below: Sequence[GridCell]) -> bool:
    """True if a column of figures holds words instead: most of its cells have several, and are no figure with what it counts."""
    texts = [words(cell.text) for cell in below[:_SAMPLED] if not cell.blank]
    worded = [text for text in texts if len(text.split()) > 1 and level_of(text) is None and not read_phrase(text).end]
    return bool(texts) and len(worded) * 10 >= len(texts) * 6


def are_refs(below: Sequence[GridCell]) -> bool:
    """True if a column holds a number of its own for each row, such as 1.1 and 1.2, whatever its header says."""
    texts = [words(cell.text) for cell in below[:_SAMPLED] if not cell.blank]
    refs = [text for text in texts if _REF.fullmatch(text)]
    return len(refs) > 1 and len(refs) >= len(texts) * 0.6 and len(set(refs)) == len(refs)


def shape_of(below: Sequence[GridCell]) -> Part | None:
    """What the values of a column look like; None where like nothing in particular."""
    filled = [cell for cell in below[:_SAMPLED] if not cell.blank]
    if len(filled) < 2:
        return None
    texts = [words(cell.text) for cell in filled]
    most = len(texts) * 0.7

    def mostly(count: int) -> bool:
        return count >= most

    if mostly(sum(is_status(text) for text in texts)):
        return Part.STATUS
    if mostly(sum(bool(_NUMBER.fullmatch(text)) and not read_phrase(text).days for text in texts)):
        return Part.SOURCE_NO if not any(cell.percent for cell in filled) else Part.PERCENT
    if mostly(sum(bool(read_phrase(text).end) for text in texts)):
        return Part.DUE
    return None


def is_measurable(below: Sequence[GridCell]) -> bool:
    """True if what stands in a column can mostly be measured: a figure, or something that is then done."""
    texts = [words(cell.text) for cell in below[:_SAMPLED] if not cell.blank]
    return 2 * sum(bool(re.search(r"\d", text) or read_measure(text, "").kind) for text in texts) >= max(len(texts), 1)


def average_words(below: Sequence[GridCell]) -> float:
    """How many words the values of a column have on the average; 0 where there are none."""
    said = [len(cell.text.split()) for cell in below[:_SAMPLED] if not cell.blank]
    return sum(said) / len(said) if said else 0
