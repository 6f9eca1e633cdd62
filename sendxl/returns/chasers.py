"""Whom to remind of what: trackers overdue, rows held and returns rejected, one reminder for each lead.

Only messages and what the plan itself says go into a reminder, never a value that a lead typed: a rule may withhold it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from sendxl.books.issued import file_of, is_for_typing
from sendxl.plan.finding import Severity
from sendxl.plan.master import HELD, LEADS, PLAN, Held
from sendxl.plan.periods import parse_period, period_ends
from sendxl.plan.schema import by_name
from sendxl.plan.tables import Tables
from sendxl.plan.tracker import TRACKED
from sendxl.plan.values import to_text
from sendxl.plan.vocabulary import Outcome, TrackerState
from sendxl.returns.label import file_in
from sendxl.returns.letters import Letters, shipped_letters
from sendxl.returns.outcome import Return
from sendxl.returns.queries import OFFICERS_DECIDE
from sendxl.returns.register import Register, RegisteredTracker, Standing
from sendxl.returns.reminder import TITLE, Chaser, Item, Matter, Why, plain
from sendxl.returns.rules import RULES, Scope

__all__ = ["Chaser", "Item", "Matter", "Why", "awaited", "chasers"]

_TABLES = by_name(TRACKED.values())
Attached: TypeAlias = Callable[[str, Why], str]
"""Tells the name of the file that goes with the reminder of a tracker, by its name and why it is reminded of; '' where none."""


def chasers(book: Tables, register: Register, today: date, returns: Sequence[Return] = (), *, before: int | None = None,
            attached: Attached = lambda tracker, why: "", letters: Letters | None = None) -> list[Chaser]:
    """The reminders of all leads with something outstanding on ``today``, in the order of Leads.

    ``book`` is the master that ``register`` was read from. ``returns``, validated but not stamped yet, count as having
    come back; what of them is held or rejected is outstanding, and what was held of the same tracker before is not.
    ``before``: remind also of what is due within so many days. ``attached`` tells the name of the file that goes with the
    reminder of a tracker. ``letters``: the words, in place of those that sendxl ships.
    """
    return list(_Chase(book, register, today, returns, before, attached, letters or shipped_letters()).chasers())


def awaited(book: Tables, register: Register, today: date, returns: Sequence[Return] = ()) -> list[date]:
    """The days by which trackers are due that are still out, but not overdue."""
    of_all = chasers(book, register, today, returns, before=date.max.toordinal())
    return [matter.due_on for chaser in of_all for matter in chaser.matters if matter.why is Why.DUE and matter.due_on]


class _Chase:
    """One look at a master and the returns validated against it."""

    def __init__(self, book: Tables, register: Register, today: date, returns: Sequence[Return], before: int | None,
                 attached: Attached, letters: Letters) -> None:
        self.book, self.register, self.today = book, register, today
        self.before, self.attached, self.letters = before, attached, letters
        self.new: dict[str, list[Return]] = defaultdict(list)  # usable ones, by tracker
        self.held: dict[str, list[tuple[str, Item]]] = defaultdict(list)  # with the rule's code, by tracker
        self.rejected: dict[str, list[Item]] = defaultdict(list)  # of new returns
        self.unreadable: dict[str, list[Item]] = defaultdict(list)  # by the tracker whose file it is by its name
        fresh = [found for found in returns if register.standing(found.sha256) is Standing.NEW]
        for found in fresh:
            self._take(found)
        for row in book.read(HELD):
            if row.settled_on is None and row.decision is None and row.key not in register.stale:
                self._take_held(row)
        self.updated = {(to_text(values.get("period")), ref)
                        for (table, _, ref), values in register.recorded.items() if table == PLAN.name}
        self.updated |= {(found.period, row.ref) for found in fresh for row in found.reported if row.table == PLAN.name}

    def chasers(self) -> Iterator[Chaser]:
        of_lead: dict[str, list[RegisteredTracker]] = {to_text(row.title): [] for row in self.book.read(LEADS)}
        known = {to_text(row.title): row for row in reversed(self.book.read(LEADS))}
        for tracker in self.register.trackers.values():
            of_lead.setdefault(tracker.lead, []).append(tracker)
        plan = plain(self.register.settings.plan_title or "Delivery plan", TITLE)
        council = plain(self.register.settings.council or "", TITLE)
        for title, trackers in of_lead.items():
            row = known.get(title)
            code, name, email = (to_text(row[key]) if row else "" for key in ("code", "name", "email"))
            matters = tuple(matter for tracker in trackers for matter in self._matters(tracker, trackers, code))
            if matters:
                yield Chaser(plain(code), plain(title), plain(name), email, plan, matters, council, self.letters)

    def _take(self, returned: Return) -> None:
        """Note a new return."""
        if returned.outcome is not Outcome.REJECTED:
            self.new[returned.tracker].append(returned)
            self.held[returned.tracker] += [
                (finding.code, self._item(finding.code, finding.table, finding.ref, finding.column, finding.message))
                for finding in returned.findings if finding.holds]
            return
        for finding in returned.findings:
            if finding.severity is Severity.REJECT:
                item = Item("", plain(finding.message))
                if returned.tracker:
                    self.rejected[returned.tracker].append(item)
                elif _cannot_be_opened(finding.code) and (named := self.register.named(returned.file)):
                    self.unreadable[named.tracker].append(item)

    def _take_held(self, row: Held) -> None:
        """Note an open row of Held, unless a new return answers it."""
        texts = (to_text(row[key]) for key in ("code", "tracker", "table", "ref", "column", "what_to_do"))
        code, tracker, table, ref, column, says = texts
        if tracker and tracker not in self.new:
            says = says or f"It is held by rule {code}: please ask us what to do."
            self.held[tracker].append((code, self._item(code, table, ref, column, says)))
        elif not tracker and _cannot_be_opened(code) and (named := self.register.named(file_in(row.return_))):
            self.unreadable[named.tracker].append(Item("", plain(says)))

    def _item(self, code: str, table: str, ref: str, column: str, says: str) -> Item:
        """A ref or column that is not the plan's own may be anything, and is named by the message alone, if at all.

        What the message begins with is not said twice.
        """
        parts = [ref] if (table, ref) in self.register.activities else []
        parts += [column] if table in _TABLES and column in _TABLES[table].by_header else []
        begins = next((number for number, part in enumerate(parts) if says.startswith((f"{part} ", f"{part}:"))), len(parts))
        title = to_text(self.register.values[PLAN.name].get(self.register.activities.get((table, ref), ""), {}).get("activity"))
        return Item(" ".join(parts[:begins]), plain(says), code in OFFICERS_DECIDE, plain(title, TITLE))

    def _is_in(self, tracker: RegisteredTracker) -> bool:
        """True if something of it was stamped or held, or will be."""
        fresh = any(returned.rows or returned.outcome is Outcome.HELD for returned in self.new.get(tracker.tracker, ()))
        return fresh or tracker.state in (TrackerState.STAMPED, TrackerState.HELD)

    def _matters(self, tracker: RegisteredTracker, trackers: Sequence[RegisteredTracker], code: str) -> Iterator[Matter]:
        """What is outstanding of a tracker; ``trackers`` are all of its lead, in the order of issue."""
        if tracker.state == TrackerState.REPLACED or (is_for_typing(tracker.tracker) and not self._is_in(tracker)):
            return
        same = [other for other in trackers if other.period == tracker.period]
        version = same.index(tracker) + 1
        file = file_of(self.register.settings.plan_title or "", code, tracker.period, version)
        due = tracker.due_on or self._due(tracker.period)
        days = (self.today - due).days if due else 0
        ended = period_ends(tracker.period)
        is_in = self._is_in(tracker)
        again = [other for other in same[version:] if not is_for_typing(other.tracker) or self._is_in(other)]
        answered = any(map(self._is_in, again))
        past = answered or any(self._is_in(other) for other in trackers if period_ends(other.period) > ended)

        def matter(why: Why, items: Iterable[Item], blank: bool = False) -> Matter:
            return Matter(tracker.tracker, tracker.period, file, due, days, why, tuple(dict.fromkeys(items)), blank,
                          self.attached(tracker.tracker, why))

        held = [item for rule, item in self.held.get(tracker.tracker, ()) if not self._rejects(rule, tracker)]
        rejected = self.rejected.get(tracker.tracker, []) if tracker.tracker not in self.new else []
        if not again:  # what came back of one that was issued again is of no use any more
            rejected = rejected + [item for rule, item in self.held.get(tracker.tracker, ()) if self._rejects(rule, tracker)]
            rejected += [] if is_in else self.unreadable.get(tracker.tracker, [])
        if rejected and not past:
            yield matter(Why.REJECTED, rejected)
        if held and not answered:
            yield matter(Why.HELD, held)
        closed = period_ends(self.register.settings.closed_through or "") >= ended > date.min
        soon = self.before is not None and due is not None and -self.before <= days <= 0
        if (days > 0 or soon) and not (is_in or rejected or past or again or closed):
            waiting = self._waiting(tracker.lead, tracker.period)
            if waiting is not None:
                came = tracker.state == TrackerState.RETURNED or tracker.tracker in self.new
                yield matter(Why.DUE if soon else Why.OVERDUE, waiting, came)

    def _rejects(self, code: str, tracker: RegisteredTracker) -> bool:
        rule = RULES.get(code)
        return tracker.tracker not in self.new and (
            tracker.state == TrackerState.REJECTED or (rule is not None and rule.severity is Severity.REJECT))

    def _due(self, period: str) -> date | None:
        try:
            return parse_period(period).last + timedelta(days=self.register.settings.update_due_days)
        except ValueError:
            return None

    def _waiting(self, lead: str, period: str) -> list[Item] | None:
        """The lead's open activities without an update for the period; None where all have one, be it of a joint lead."""
        ended = period_ends(period)
        rows = self.register.values[PLAN.name]
        theirs = [ref for ref, titles in self.register.leads.items() if lead in titles
                  and not (isinstance(closed := rows[ref].get("closed_on"), date) and closed <= ended)]
        waiting = [Item(ref, plain(to_text(rows[ref].get("activity")), TITLE))
                   for ref in theirs if (period, ref) not in self.updated]
        return None if theirs and not waiting else waiting


def _cannot_be_opened(code: str) -> bool:
    """True for a rule about files that nobody can look into: whose they are, only their names can tell."""
    return code in RULES and RULES[code].scope is Scope.OPENING
