"""How many of what, in words."""

from collections.abc import Mapping


def many(count: int, one: str, more: str = "") -> str:
    """As in “1 value” or “2,000 values”; ``more`` is the word for several where it is not made with an s."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def counted(counts: Mapping[str, int]) -> str:
    """As in “12 on track, 3 at risk”: what there is any of, in that order; “none” where there is nothing."""
    return ", ".join(f"{count:,} {word.lower()}" for word, count in counts.items() if count) or "none"
