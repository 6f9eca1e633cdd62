"""What validation needs to know of the master: its trackers, and what its tracked tables hold now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sendxl.books.book import Book, settings_of
from sendxl.plan.activity import leads_of
from sendxl.plan.columns import MEASURES, PLAN, PROFILE, SAVINGS, TRACKED, TRACKERS
from sendxl.plan.rows import Row
from sendxl.plan.settings import Settings
from sendxl.plan.values import Value, to_text
from sendxl.plan.vocabulary import TrackerState

MasterRows = Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True)
class RegisteredTracker:
    """A tracker as the register has it. ``state`` is a TrackerState; ``ret`` names the last return of it."""

    tracker: str
    lead: str
    period: str
    digest: str
    state: str
    due_on: date | None = None
    ret: str = ""

    @property
    def is_awaited(self) -> bool:
        """True if no return of it has been stamped or held yet."""
        return self.state == TrackerState.ISSUED


@dataclass(frozen=True)
class Register:
    """One snapshot of the master, plain enough to be sent to a worker process.

    ``values``: by table name (Plan, Measures, Profile), then ref, then column key. ``leads``: titles of the lead and
    joint leads of each activity. ``activities``: the activity of each row, by (table name, ref).
    """

    settings: Settings
    trackers: Mapping[str, RegisteredTracker]
    values: Mapping[str, MasterRows]
    leads: Mapping[str, tuple[str, ...]]
    activities: Mapping[tuple[str, str], str]

    @property
    def plan_id(self) -> str:
        """Tells trackers of this plan from others."""
        return self.settings.plan_id or ""

    @property
    def plan_starts(self) -> date | None:
        """First day of the plan."""
        return self.settings.plan_starts

    @classmethod
    def of(cls, book: Book) -> "Register":
        """Read it from the master; SettingError names a setting that cannot be used."""
        return cls(
            settings=settings_of(book),
            trackers={row.key: _tracker(row) for row in book.read(TRACKERS) if row.key},
            values={table.name: {row.key: row.values() for row in book.read(table) if row.key} for table in TRACKED},
            leads={row.key: leads_of(row) for row in book.read(PLAN) if row.key},
            activities=_activities(book),
        )

    def leads_of(self, table: str, ref: str) -> tuple[str, ...]:
        """Titles of the leads of a row's activity; none where the row is not in the plan."""
        return self.leads.get(self.activities.get((table, ref), ""), ())

    def awaited(self, lead: str, period: str) -> tuple[str, ...]:
        """Names of a lead's trackers of a period, if none of them has come back yet."""
        theirs = [t for t in self.trackers.values() if (t.lead, t.period) == (lead, period)]
        current = [t for t in theirs if t.state != TrackerState.REPLACED]
        return tuple(t.tracker for t in current) if all(t.is_awaited for t in current) else ()


def _tracker(row: Row) -> RegisteredTracker:
    texts = {key: to_text(row.cell(key).value) for key in ("lead", "period", "digest", "state", "return")}
    due = row.cell("due_on").value
    return RegisteredTracker(
        row.key, texts["lead"], texts["period"], texts["digest"], texts["state"],
        due if isinstance(due, date) else None, texts["return"],
    )


def _activities(book: Book) -> dict[tuple[str, str], str]:
    lines = {row.key: to_text(row.activity_ref) for row in book.read(SAVINGS)}
    return {
        **{(PLAN.name, row.key): row.key for row in book.read(PLAN)},
        **{(MEASURES.name, row.key): to_text(row.activity_ref) for row in book.read(MEASURES)},
        **{(PROFILE.name, row.key): lines.get(to_text(row.savings_ref), "") for row in book.read(PROFILE)},
    }
