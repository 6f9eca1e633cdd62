"""How the readers of an activity have words cleaned, with the doubts about that noted."""

from typing import Protocol


class Cleaning(Protocol):
    """Gives a cell's words for display: what was put right in them is noted for a ref and a column."""

    def __call__(self, ref: str, column: str, raw: str, /) -> str:
        """The words."""
        ...
