"""What would follow of edits: the status of each activity before and after."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from sendxl.books.book import Book, Edit, settings_of
from sendxl.books.look_ahead import LookAhead
from sendxl.errors import Unusable
from sendxl.figures.assess import assess
from sendxl.plan.master import PLAN


@dataclass(frozen=True)
class StatusChange:
    """An activity that is touched: its status ``before`` and ``after``, as a refresh works them out on this day."""

    ref: str
    activity: str
    before: str
    after: str
    reason: str

    @property
    def changes(self) -> bool:
        """True if it would be another."""
        return self.before != self.after


def status_changes(book: Book, edits: Sequence[Edit], touched: Set[str], today: date) -> list[StatusChange]:
    """The activities that are touched, or whose status the edits would change in any case.

    None where a setting keeps refresh from working them out.
    """
    if not edits:
        return []
    settings = settings_of(book)
    try:
        before, after = (assess(one, settings, None, today).activities for one in (book, LookAhead(book, edits)))
    except Unusable:
        return []
    return [
        StatusChange(row.key, str(row.activity or ""), str(before[row.key].status), str(after[row.key].status),
                     str(after[row.key].reason or ""))
        for row in book.read(PLAN)
        if row.key and (row.key in touched or before[row.key].status != after[row.key].status)
    ]
