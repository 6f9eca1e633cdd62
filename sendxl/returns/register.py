"""What validation needs to know of the master: its trackers, and what its tracked tables hold now."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from functools import cached_property
from typing import Any

from sendxl.books.book import settings_of
from sendxl.books.issued import code_in, stem_in, stem_of
from sendxl.figures.savings import capacities_of
from sendxl.plan.batches import counted, not_counted, withdrawn
from sendxl.plan.likeness import as_seen, as_written
from sendxl.plan.master import (
    HELD,
    LEADS,
    LOGS,
    MEASURES,
    PLAN,
    POOLS,
    PROFILE,
    SAVINGS,
    STAMPS,
    TRACKERS,
    Held,
    Logged,
    Tracker,
)
from sendxl.plan.periods import period_ends
from sendxl.plan.schema import Table
from sendxl.plan.settings import Settings
from sendxl.plan.tables import Tables
from sendxl.plan.tracker import TRACKED
from sendxl.plan.values import Value, to_text
from sendxl.plan.vocabulary import Decision, StampKind, TrackerState
from sendxl.returns.label import PRINT, fingerprint

MasterRows = Mapping[str, Mapping[str, Value]]




@dataclass(frozen=True)
class HeldRow:
    """An open row of Held that no officer has decided: what is held, and of which return (its ``label`` in the master)."""

    code: str
    table: str
    ref: str
    column: str
    returned: str
    label: str
    value: Value = None  # what was returned, as its cell holds it

    @classmethod
    def of(cls, row: Held, written: Callable[[str], str]) -> "HeldRow":
        """A row of Held; ``written``: a ref as the plan has it."""
        return cls.of_values(row.values(), written)

    @classmethod
    def of_values(cls, row: Mapping[str, Any], written: Callable[[str], str]) -> "HeldRow":
        """A row of Held from its values by key."""
        code, table, ref, column, returned, label = (
            to_text(row.get(key)) for key in ("code", "table", "ref", "column", "returned", "return"))
        return cls(code, table, written(ref), column, returned, label, row.get("returned"))

    @property
    def question(self) -> tuple[str, str, str, str]:
        """The question as a sheet Queries asks it."""
        return self.code, self.ref, self.column, self.returned


class Standing(Enum):
    """What became of a file in earlier runs of stamping."""

    NEW = auto()
    HELD = auto()  # something in it is held and not settled
    DONE = auto()  # stamped, or answered by a later return


@dataclass(frozen=True)
class RegisteredTracker:
    """A tracker as the register has it. ``state`` is a TrackerState."""

    tracker: str
    lead: str
    period: str
    digest: str
    state: str
    due_on: date | None = None

    @property
    def is_awaited(self) -> bool:
        """True if no return of it has been stamped or held yet."""
        return self.state == TrackerState.ISSUED


@dataclass(frozen=True)
class Register:
    """One snapshot of the master, plain enough to be sent to a worker process.

    ``values``: by table name (Plan, Measures, Profile), then ref, then column key. ``leads``: titles of the lead and joint
    leads of each activity, as Leads has them. ``activities``: the activity of each row, by (table name, ref). ``recorded``:
    the lead's values that were last stamped, by (table name, tracker, ref); ``rows``: (table name, ref, fingerprint) of
    every row stamped. ``seen``: fingerprints of returns stamped or held before; ``open``: of those with held rows not yet
    settled, or rows that wait for the return to be given again. ``held``: open rows of Held, by tracker; ``current``: the
    return of each tracker that was taken last; ``pending``: the rows (table name, ref) that are held, or in which an
    officer decided something and whose other answers follow, by the fingerprint of their return; ``stale``: rows of
    Held whose conflict was settled with another row, by number, with the label of the return that settled it.
    ``decided``: what officers decided about rows of Held whose
    returns may be given again, by ``held_key``. ``periods``: by (table name, ref), then last day of the period, what was
    stamped in it last, blanks left out. ``pools``: the pool of each row of Profile, by ref; ``capacities``: learners of
    each pool, by its code ``as_seen``; ``learners``: who they are, in words, likewise.
    """

    settings: Settings
    trackers: dict[str, RegisteredTracker]
    values: Mapping[str, MasterRows]
    leads: Mapping[str, tuple[str, ...]]
    activities: Mapping[tuple[str, str], str]
    recorded: Mapping[tuple[str, str, str], Mapping[str, Value]] = field(default_factory=dict)
    rows: Set[tuple[str, str, str]] = frozenset()
    seen: Set[str] = frozenset()
    open: Set[str] = frozenset()
    periods: Mapping[tuple[str, str], Mapping[date, Mapping[str, Value]]] = field(default_factory=dict)
    decided: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    held: Mapping[str, Sequence[HeldRow]] = field(default_factory=dict)
    current: Mapping[str, str] = field(default_factory=dict)
    pending: Mapping[str, Set[tuple[str, str]]] = field(default_factory=dict)
    stale: Mapping[str, str] = field(default_factory=dict)
    pools: Mapping[str, str] = field(default_factory=dict)
    capacities: Mapping[str, Decimal] = field(default_factory=dict)
    learners: Mapping[str, str] = field(default_factory=dict)

    def standing(self, sha256: str) -> Standing:
        """What became of a file in earlier runs of stamping."""
        print_ = sha256[:PRINT]
        if print_ not in self.seen:
            return Standing.NEW
        return Standing.HELD if print_ in self.open else Standing.DONE

    def is_stamped(self, table: str, ref: str, sha256: str) -> bool:
        """True if a row was stamped from a file before."""
        return (table, ref, sha256[:PRINT]) in self.rows

    @property
    def plan_id(self) -> str:
        """Tells trackers of this plan from others."""
        return self.settings.plan_id or ""

    @property
    def plan_starts(self) -> date | None:
        """First day of the plan."""
        return self.settings.plan_starts

    @classmethod
    def of(cls, book: Tables) -> "Register":
        """Read it from the master; SettingError names a setting that cannot be used."""
        title_of = as_written(row.title for row in book.read(LEADS) if row.title)
        return cls(
            settings=settings_of(book),
            trackers={row.key: _tracker(row, title_of(row.lead)) for row in book.read(TRACKERS) if row.key},
            values={table.name: {row.key: row.values() for row in book.read(table) if row.key} for table in TRACKED},
            leads={row.key: tuple(map(title_of, row.leads)) for row in book.read(PLAN) if row.key},
            activities=_activities(book),
            pools=_pools(book),
            capacities=capacities_of(book.read(POOLS)),
            learners={as_seen(row.key): to_text(row.learners) for row in book.read(POOLS)},
            **_history(book),
        )

    def leads_of(self, table: str, ref: str) -> tuple[str, ...]:
        """Titles of the leads of a row's activity; none where the row is not in the plan."""
        return self.leads.get(self.activities.get((table, ref), ""), ())

    def before(self, table: str, ref: str, day: date) -> list[Mapping[str, Value]]:
        """What was stamped into a row in each period that ended before a day, blanks left out, the latest last."""
        stamped = self.periods.get((table, ref), {})
        return [stamped[ends] for ends in sorted(stamped) if ends < day]

    def named(self, file: str) -> RegisteredTracker | None:
        """The tracker that was issued in a file of that name, whatever its ending."""
        return self._by_file.get(stem_in(file).casefold())

    @cached_property
    def _by_file(self) -> Mapping[str, RegisteredTracker]:
        versions: Counter[tuple[str, str]] = Counter()
        found = {}
        for tracker in self.trackers.values():
            versions[tracker.lead, tracker.period] += 1
            number = versions[tracker.lead, tracker.period]
            found[stem_of(code_in(tracker.tracker, tracker.period, number), tracker.period, number).casefold()] = tracker
        return found

    @cached_property
    def followed(self) -> Set[str]:
        """Names of the trackers of which a later one of the same lead and period was stamped."""
        stamped: set[tuple[str, str]] = set()
        found = set()
        for tracker in reversed(self.trackers.values()):
            same = (tracker.lead, tracker.period)
            if same in stamped:
                found.add(tracker.tracker)
            if tracker.state == TrackerState.STAMPED:
                stamped.add(same)
        return found

    def awaited(self, lead: str, period: str) -> tuple[str, ...]:
        """Names of a lead's trackers of a period, if none of them has come back yet."""
        theirs = [t for t in self.trackers.values() if (t.lead, t.period) == (lead, period)]
        current = [t for t in theirs if t.state != TrackerState.REPLACED]
        return tuple(t.tracker for t in current) if all(t.is_awaited for t in current) else ()


def _history(book: Tables) -> dict[str, Any]:
    recorded: dict[tuple[str, str, str], Mapping[str, Value]] = {}
    periods: dict[tuple[str, str], dict[date, dict[str, Value]]] = defaultdict(dict)
    rows = set()
    written = {table.name: as_written(row.key for row in book.read(table)) for table in TRACKED}
    answered: set[str] = set()  # returns that were taken back, but a later one of their tracker counts
    for table, log in LOGS.items():
        answered |= _answered(book, log)
        for row in counted(book, log):
            ref = written[table.name](to_text(row.ref))
            values = recorded[table.name, to_text(row.tracker), ref] = row.values()
            if (ends := period_ends(to_text(row.period))) > date.min:
                filled = {key: value for key, value in values.items() if value is not None}
                periods[table.name, ref].setdefault(ends, {}).update(filled)
            rows.add((table.name, ref, fingerprint(row.return_)))
    gone = withdrawn(book)
    held = [row for row in book.read(HELD) if row.key not in gone]
    returned = {row.key: fingerprint(row.return_) for row in book.read(TRACKERS)}
    waiting = {returned[row.key] for row in book.read(TRACKERS) if row.state == TrackerState.HELD}
    seen = {print_ for _, _, print_ in rows} | {fingerprint(row.return_) for row in held} | {*returned.values()}
    still_open = waiting | {fingerprint(row.return_) for row in held if row.settled_on is None}
    stale = _stale(held, rows)
    open_rows: dict[str, list[HeldRow]] = defaultdict(list)
    pending: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in held:
        name, ref = to_text(one.table_), to_text(one.ref)
        if one.decision or (one.settled_on is None and one.key not in stale):
            pending[fingerprint(one.return_)].add((name, written[name](ref) if name in written else ref))
        if one.settled_on is None and one.is_blank("decision") and one.key not in stale:
            open_rows[to_text(one.tracker)].append(HeldRow.of(one, written.get(to_text(one.table_), to_text)))
    return {
        "held": dict(open_rows), "stale": stale, "pending": dict(pending),
        "current": {row.key: to_text(row.return_) for row in book.read(TRACKERS) if row.state != TrackerState.REJECTED},
        "recorded": recorded, "rows": rows, "seen": (seen | answered) - {""}, "periods": dict(periods),
        "open": still_open,
        "decided": _decided(book, [row for row in held if row.settled_on and row.decision
                                   and fingerprint(row.return_) in still_open]),
    }


def _stale(held: Sequence[Held], stamped: Set[tuple[str, str, str]]) -> dict[str, str]:
    """Open rows of Held that show the other side of a conflict between two versions of one return, one of which was stamped."""

    def side(row: Held, *values: Value) -> tuple[str, ...]:
        place = (to_text(row[key]) for key in ("tracker", "table", "ref", "column"))
        return (*place, *map(to_text, values))

    conflicts = [row for row in held if row.code == "C01" and row.tracker]
    settled = {side(row, row.other, row.returned): to_text(row.return_) for row in conflicts if row.settled_on
               and (to_text(row.table_), to_text(row.ref), fingerprint(row.return_)) in stamped}
    return {row.key: settled[at] for row in conflicts if row.settled_on is None and row.is_blank("decision")
            and (at := side(row, row.returned, row.other)) in settled}


def _answered(book: Tables, log: Table[Logged]) -> set[str]:
    """Fingerprints of returns whose rows in a log do not count, while a later row of the same tracker does."""
    gone, found = not_counted(book), set[str]()
    later: set[str] = set()
    for row in reversed(book.read(log)) if gone else ():
        if to_text(row.batch) not in gone:
            later.add(to_text(row.tracker))
        elif to_text(row.tracker) in later:
            found.add(fingerprint(row.return_))
    return found


def _decided(book: Tables, settled: Sequence[Held]) -> dict[tuple[str, ...], str]:
    """What was decided about rows of Held, as it was carried out; what their cells say may have been changed since."""
    gone, header = not_counted(book), HELD["decision"].header
    records = book.find(STAMPS, "kind", StampKind.SETTLE.value) if settled else ()
    carried_out = {to_text(row.ref): to_text(row.new) for row in records
                   if row.table_ == HELD.name and row.column == header and to_text(row.batch) not in gone}
    return {held_key(row.values()): Decision(carried_out[row.key]).of_one for row in settled if row.key in carried_out}


def held_key(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes two rows of Held the same: the rule, the place and what was returned there, or the file if none."""
    code, tracker, table, ref, column, returned = (
        to_text(row.get(key)) for key in ("code", "tracker", "table", "ref", "column", "returned"))
    place = (code, tracker, table, as_seen(ref), column, returned)
    return place if row.get("table") else (*place, fingerprint(row.get("return")))


def _tracker(row: Tracker, lead: str) -> RegisteredTracker:
    return RegisteredTracker(
        row.key, lead, to_text(row.period), to_text(row.digest), to_text(row.state), row.due_on)


def _pools(book: Tables) -> dict[str, str]:
    lines = {row.key: to_text(row.pool) for row in book.read(SAVINGS)}
    line_of = as_written(lines)
    return {row.key: lines.get(line_of(row.savings_ref), "") for row in book.read(PROFILE)}


def _activities(book: Tables) -> dict[tuple[str, str], str]:
    activities = [row.key for row in book.read(PLAN)]
    activity_of = as_written(activities)
    lines = {row.key: activity_of(row.activity_ref) for row in book.read(SAVINGS)}
    line_of = as_written(lines)
    return {
        **{(PLAN.name, ref): ref for ref in activities},
        **{(MEASURES.name, row.key): activity_of(row.activity_ref) for row in book.read(MEASURES)},
        **{(PROFILE.name, row.key): lines.get(line_of(row.savings_ref), "") for row in book.read(PROFILE)},
    }
