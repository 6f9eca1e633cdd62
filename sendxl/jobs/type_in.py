"""type-in: a tracker for an officer to fill, with what a lead said on paper or by phone."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sendxl.books.book import Book
from sendxl.errors import Unusable
from sendxl.jobs.issue import Said, issue_in
from sendxl.jobs.opening import MasterBook, master_for_writing, place_of
from sendxl.jobs.stamping.ledger import user
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import LEADS
from sendxl.plan.values import show


@dataclass(frozen=True)
class TypedIn:
    """The tracker that is to be filled. ``lead`` is the title of the lead who said it, ``activities`` how many there are."""

    path: Path
    tracker: str
    lead: str
    period: str
    by: str
    said_on: date
    activities: int

    @property
    def says(self) -> str:
        """What it will be stamped as."""
        by = f" by {self.by}" if self.by else ""
        return f"typed in{by} for {self.lead}, said on {show(self.said_on)}"


def type_in(
    master: MasterBook,
    lead: str,
    *,
    folder: Path | str | None = None,
    said_on: date | None = None,
    period: str | None = None,
    today: date | None = None,
    now: datetime | None = None,
    by: str | None = None,
) -> TypedIn:
    """Write a tracker of a lead, by code or title, for an officer to type in what the lead said on the day ``said_on``.

    It is registered beside the trackers that the lead has for the period, which stay valid until it is stamped; returned and
    stamped like any other, it is recorded in Stamps as typed in, by whom, for whom and when it was said. ``folder`` defaults
    to that of the master, ``said_on`` to today, ``by`` to whoever runs this. Unusable where an argument is wrong; nothing is
    then written.
    """
    now = now or datetime.combine(today or date.today(), datetime.now().time().replace(microsecond=0))
    today = today or now.date()
    said = Said(user() if by is None else by, said_on or today)
    if said.on > today:
        raise Unusable(f"{show(said.on)} has not come yet. Give the day on which it was said.")
    with master_for_writing(master, now) as book:
        where = Path(folder) if folder else place_of(book).parent
        issued, _ = issue_in(book, where, period=period, leads=[_code(book, lead)], again=True, today=today, now=now, by=by,
                             said=said)
    [tracker] = issued.trackers
    return TypedIn(tracker.path, tracker.tracker, tracker.lead, issued.period, said.by, said.on, tracker.activities)


def _code(book: Book, lead: str) -> str:
    """The code of a lead who is named by it or by title; what is neither stays, and is told as an unknown code."""
    rows = [row for row in book.read(LEADS) if as_seen(lead) in (as_seen(row.code or ""), as_seen(row.title or ""))]
    return rows[0].code or lead if rows else lead
