"""Everything the import was not certain of, in the order of the plan: the rows of Review."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sendxl.plan.values import Value
from sendxl.source.column_parts import Sure

_MOST_REFS = 40  # that one row names


@dataclass
class _Doubt:
    refs: list[str]
    column: str
    raw: str
    read_as: str
    says: str
    at: str
    sure: str
    count: int = 1
    more: int = field(default=0)

    @property
    def ref(self) -> str | None:
        named = "; ".join(self.refs)
        return (f"{named}; and {self.more} more" if self.more else named) or None


class Doubts:
    """Collects doubts. ``column`` is a header, ``raw`` the source's words, ``says`` what an officer is to check."""

    def __init__(self) -> None:
        self._rows: list[_Doubt] = []
        self._alike: dict[tuple[str, str, str], _Doubt] = {}
        self.at = ""  # the place in the source that doubts are about, where none is given

    def add(self, ref: str, column: str, raw: str, read_as: str, says: str, *, at: str = "", together: bool = False,
            rows: int = 1) -> None:
        """Note a doubt; "" for what there is none of. ``together``: those with the same words share a row.

        ``rows``: of how many rows of the source it is.
        """
        alike = (column, raw, says)
        if together and alike in self._alike:
            known = self._alike[alike]
            known.count += 1
            if ref and ref not in known.refs:
                if len(known.refs) < _MOST_REFS:
                    known.refs.append(ref)
                else:
                    known.more += 1
            return
        doubt = _Doubt(
            [ref] if ref else [], column, raw, read_as, says, at or self.at, str(Sure.GUESS if read_as else Sure.NOT_READ), rows
        )
        self._rows.append(doubt)
        if together:
            self._alike[alike] = doubt

    def rows(self) -> Iterator[dict[str, Value]]:
        """Rows of Review, numbered from 1, not settled."""
        for number, doubt in enumerate(self._rows, 1):
            yield {
                "no": number,
                "ref": doubt.ref,
                "column": doubt.column or None,
                "place_in_source": doubt.at or None,
                "raw_text": doubt.raw or None,
                "read_as": doubt.read_as or None,
                "how_sure": doubt.sure,
                "rows": doubt.count,
                "doubt": doubt.says,
                "settled": None,
            }
