"""Everything the import was not certain of, in the order of the plan: the rows of Review."""

from collections.abc import Iterator

from sendxl.plan.values import Value


class Doubts:
    """Collects doubts. ``column`` is a header, ``raw`` the source's words, ``says`` what an officer is to check."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Value]] = []

    def add(self, ref: str, column: str, raw: str, read_as: str, says: str) -> None:
        """Note a doubt; "" for what there is none of."""
        self._rows.append({"ref": ref or None, "column": column or None, "raw_text": raw or None,
                           "read_as": read_as or None, "doubt": says})

    def rows(self) -> Iterator[dict[str, Value]]:
        """Rows of Review, numbered from 1, not settled."""
        for number, row in enumerate(self._rows, 1):
            yield {"no": number, **row, "settled": None}
