"""One stamping run: takes returns one by one, and gathers the edits of the master that follow from them."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial

from sendxl.books.book import Edit
from sendxl.jobs.stamping.ledger import Ledger, Source, StampedCell
from sendxl.plan.batches import not_counted, withdrawn
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.likeness import as_written
from sendxl.plan.master import HELD, LOGS, PLAN, STAMPS, TRACKERS, Held, Tracker
from sendxl.plan.schema import Table, by_name
from sendxl.plan.tracker import TRACKED
from sendxl.plan.values import Share, Value, same, show, to_text
from sendxl.plan.vocabulary import Decision, Outcome, StampKind, TrackerState
from sendxl.returns.copies import is_answered
from sendxl.returns.held import filled_column, held_row, label
from sendxl.returns.label import PRINT, file_in, fingerprint
from sendxl.returns.outcome import Reported, Return
from sendxl.returns.register import HeldRow, MasterRows, Register, Standing, held_key

_TRACKED = by_name(TRACKED)
_OUTCOMES = {Outcome.ACCEPTED: TrackerState.STAMPED, Outcome.HELD: TrackerState.HELD, Outcome.REJECTED: TrackerState.REJECTED}
_WITHOUT_A_PLACE = "S04"  # asks about an answer that the plan has no cell for any more; the other answers of its row stand
_CONFLICT = "C01"  # of two returns
_NOT_RETURNED = (Decision.MASTER, Decision.OTHER, Decision.PUT)
_DONE = (TrackerState.STAMPED, TrackerState.HELD, TrackerState.REPLACED)
_CAME = (*_DONE, TrackerState.RETURNED)


def _explained(returned: Return, row: Reported) -> dict[str, tuple[str, str]]:
    """The lead's explanations in a row: header of the queried column to codes and words.

    What was returned of a column that the plan does not have is put before them: nothing else would keep it.
    """
    told: dict[str, list[Finding]] = defaultdict(list)
    for finding in returned.findings:
        if finding.explanation and (finding.table, finding.ref) == (row.table, row.ref):
            told[finding.column].append(finding)
    return {header: (", ".join(finding.code for finding in findings),
                     "; ".join(dict.fromkeys(map(_words, findings))))
            for header, findings in told.items()}


def _words(finding: Finding) -> str:
    returned = f"{finding.column} {finding.found}: " if finding.code == _WITHOUT_A_PLACE and finding.column else ""
    return f"{returned}{finding.explanation}"


def _side(row: Held, *values: Value) -> tuple[str, ...]:
    return tuple(map(to_text, (row.table_, row.ref, row.column, *values)))


def _is_no_return(returned: Return, register: Register) -> bool:
    """True for a rejected file that is none of our trackers: another workbook, a text, a picture.

    One that goes by the name of a tracker may be it, and cannot be opened: its lead is asked for it again.
    """
    return not returned.tracker and returned.outcome is Outcome.REJECTED and register.named(returned.file) is None


@dataclass
class Run(Ledger):
    """One stamping run: takes returns one by one and gathers the edits."""

    register: Register
    today: date
    already: list[Return] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.values: dict[tuple[str, str, str], Value] = {}  # what the master will hold, where this run changes it
        self.states = {name: tracker.state for name, tracker in self.register.trackers.items()}
        self.explained: dict[str, tuple[str, str]] = {}  # of the row that is being applied
        self.taken: set[str] = set()  # fingerprints of the returns of this run
        self.held = [row for row in self.book.read(HELD) if row.settled_on is None]
        self.waiting: list[tuple[Held, Decision, str]] = []  # rows of Held, decision and why, which need the return
        self.unsettled: list[str] = []  # decisions that were not carried out, and why
        self.settled = 0
        self.settled_of: list[Held] = []  # rows of Held whose decision was carried out without the return
        self._noted: dict[str, Source] = {}  # the last return of each tracker
        self._added_of: dict[str, list[dict[str, Value]]] = defaultdict(list)  # rows of Held that this run adds, by tracker
        self._added: set[tuple[str, ...]] = set()  # what makes two of them the same
        self._wanted: list[tuple[Return, set[tuple[str, ...]]]] = []  # what holds each return that was not rejected
        self._last_held = max((int(row.key) for row in self.book.read(HELD) if row.key.isdecimal()), default=0)

    def take(self, returned: Return) -> None:
        """Apply what is accepted of a return, hold the rest, and note the state of its tracker."""
        rejected = returned.outcome is Outcome.REJECTED
        if returned.sha256 in self.taken or (returned.standing is Standing.DONE and not rejected):
            self.already.append(returned)
            return
        self.taken.add(returned.sha256)
        before = self._brought()
        decided = {(f.table, f.ref, f.column): f.decision for f in returned.findings
                   if f.decision in _NOT_RETURNED and f.code != _WITHOUT_A_PLACE}
        refused = {(table, ref) for table, ref, header in decided if not filled_column(table, header)}
        rows = [row for row in returned.reported if (row.table, row.ref) not in refused]
        if not all(self._is_recorded(returned, row) for row in rows):  # else it is a copy
            for row in rows:
                self._apply(returned, self._as_decided(row, decided))
        self._note_explained(returned)
        self._hold(returned)
        brings_nothing = returned.outcome is Outcome.ACCEPTED and returned.standing is Standing.NEW and self._brought() == before
        if brings_nothing and self.states[returned.tracker] in _CAME:
            self.already.append(returned)  # such as the tracker as it was sent out: another file of it stands
        elif returned.tracker:
            self._note_state(returned)

    def _brought(self) -> int:
        """How much the returns that were taken so far brought: entries of the logs, of Held and of Stamps."""
        return sum(map(len, self.added.values()))

    def _as_decided(self, row: Reported, decided: Mapping[tuple[str, str, str], str]) -> Reported:
        """The row with what an officer decided to keep, or to take of another return, in the place of what it says itself."""
        table = _TRACKED[row.table]
        kept = {key for key in row.values if (row.table, row.ref, table[key].header) in decided}
        values = {key: self.in_master(row.table, row.ref, key) if key in kept else value for key, value in row.values.items()}
        return replace(row, values=values, changed=tuple(key for key in row.changed if key not in kept))

    def _note_explained(self, returned: Return) -> None:
        """Record what was explained of no row that is applied: one that is held or missing, a table, a sheet."""
        reported = {(row.table, row.ref) for row in returned.reported}
        for finding in returned.findings if returned.outcome is not Outcome.REJECTED else ():
            told = (finding.code, finding.table, finding.ref, finding.recorded)
            if finding.explanation and told[1:3] not in reported and (*told, returned.sha256) not in self._told_before:
                self.record(Source.of(returned), finding.table, finding.ref, code=finding.code, explanation=finding.recorded)

    @cached_property
    def _told_before(self) -> set[tuple[str, ...]]:
        """The explanations that are recorded: code, table, ref, words and fingerprint of the return."""
        gone = not_counted(self.book)
        return {(to_text(row.code), to_text(row.table_), to_text(row.ref), to_text(row.explanation), to_text(row.sha_256))
                for row in self.book.read(STAMPS) if row.explanation and row.batch not in gone}

    def _is_recorded(self, returned: Return, row: Reported) -> bool:
        """True if the row says just what was last stamped from its tracker."""
        before = self.register.recorded.get((row.table, returned.tracker, row.ref))
        return before is not None and all(same(before.get(key), value) for key, value in row.values.items())

    def _apply(self, returned: Return, row: Reported) -> None:
        table = _TRACKED[row.table]
        before = self.register.recorded.get((row.table, returned.tracker, row.ref), {})
        self.explained = _explained(returned, row)
        for key in row.changed:
            if key not in before or not same(before[key], row.values[key]):  # else it was stamped, and may have been corrected
                self._change(returned, table, row.ref, key, row.values[key], shown=True)
        for code, explanation in self.explained.values():  # of what is no changed cell: the row, or a cell as it was
            self.record(Source.of(returned), table.name, row.ref, code=code, explanation=explanation)
        marks: dict[str, Value] = {"period": returned.period, "updated_on": self.today, "updated_by": returned.lead}
        for key, value in marks.items():
            if key in table.by_key:
                self._change(returned, table, row.ref, key, value, shown=False)
        self.added[LOGS[table]].append({
            **row.values, "period": returned.period, "ref": row.ref, "tracker": returned.tracker, "return": label(returned),
            "batch": self.batch, "stamped_at": self.now,
        })

    def _change(self, returned: Return, table: Table, ref: str, key: str, new: Value, *, shown: bool) -> None:
        """Set one cell, unless it holds the value already, and record it."""
        if same(self.in_master(table.name, ref, key), new):
            return
        code, explanation = self.explained.pop(table[key].header, ("", "")) if shown else ("", "")
        self.change(Source.of(returned), table, ref, key, new, shown=shown, code=code, explanation=explanation)

    def change(self, source: Source, table: Table, ref: str, key: str, new: Value, *, kind: StampKind = StampKind.STAMP,
               code: str = "", explanation: str = "", shown: bool = True) -> None:
        """Set one cell of a tracked table and record it; ``shown``: list it among the changes of the run."""
        old, column = self.in_master(table.name, ref, key), table[key]
        self.values[table.name, ref, key] = new
        self.cells[table, key][ref] = new
        type = column.type_in(self.kind(table, ref))
        self.record(source, table.name, ref, column.header, Share.of(old, type), Share.of(new, type), kind=kind, code=code,
                    explanation=explanation)
        if shown:
            self.changes.append(StampedCell(
                table.name, ref, column.header, show(old, type), show(new, type), source.lead, source.file))

    def in_master(self, table: str, ref: str, key: str) -> Value:
        """What the master holds in a cell of a tracked table, this run's changes counted."""
        if (table, ref, key) in self.values:
            return self.values[table, ref, key]
        return self.register.values[table].get(ref, {}).get(key)

    def plan_now(self) -> Mapping[str, MasterRows]:
        """What the tracked tables hold, as the register has them, this run's changes counted."""
        tables = {table: dict(rows) for table, rows in self.register.values.items()}
        for (table, ref, key), value in self.values.items():
            tables[table][ref] = {**tables[table][ref], key: value}
        return tables

    def written(self, table: str, ref: str) -> str:
        """A ref of a tracked table as the plan has it, where it is seen as that; else as it is."""
        return self._written[table](ref) if table in self._written else ref

    @cached_property
    def _written(self) -> Mapping[str, Callable[[str], str]]:
        return {table: as_written(rows) for table, rows in self.register.values.items()}

    def kind(self, table: Table, ref: str) -> Value:
        """The Kind in the master that gives some columns of a row their unit; None where the table has none."""
        return None if table.kind is None else self.in_master(table.name, ref, table.kind)

    def _hold(self, returned: Return) -> None:
        """List what holds rows (or the whole return), and settle what an earlier return of the tracker was held for."""
        holding = [finding for finding in returned.findings
                   if finding.severity is Severity.REJECT or (finding.holds and returned.outcome is not Outcome.REJECTED)]
        rows = [{**held_row(returned, finding, self.in_master, self.today), **self._whose(returned, finding)}
                for finding in holding]
        if _is_no_return(returned, self.register):
            return  # there is nothing in it to decide on
        wanted = {held_key(row) for row in rows}
        known = self._ever_held if returned.outcome is Outcome.REJECTED else self._still_held
        for finding, row in zip(holding, rows, strict=True):
            key = held_key(row)
            if key in known:
                if finding.explanation:
                    self._tell_explained(row, returned)
            elif key not in self._added:  # by another version of the return
                self._last_held += 1
                self._added.add(key)
                self.added[HELD].append({"no": self._last_held, **row})
                self._added_of[returned.tracker].append(self.added[HELD][-1])
                self.record(Source.of(returned), HELD.name, str(self._last_held), HELD["since"].header, None, row["since"],
                            code=to_text(row["code"]))
        if returned.outcome is Outcome.REJECTED:
            for old in self._held_of.get(returned.tracker, ()):  # such as what was asked before its period was closed
                if fingerprint(old.return_) == returned.sha256[:PRINT] and held_key(old.values()) not in wanted:
                    self.close(old, Source.of(returned), StampKind.STAMP, f"{returned.file} is rejected as a whole")
            return
        self._wanted.append((returned, wanted))
        for old in self._held_of.get(returned.tracker, ()):
            held = HeldRow.of(old, partial(self.written, to_text(old.table_)))
            its_own = fingerprint(held.label) == returned.sha256[:PRINT] and (held.table, held.ref) not in returned.left_out
            if (its_own or is_answered(held, returned)) and held_key(old.values()) not in wanted:
                self._settle(old, returned)

    def _whose(self, returned: Return, finding: Finding) -> dict[str, Value]:
        """Of a finding: whose return it is, and which activity it is of, by what the plan calls them."""
        named = None if returned.lead else self.register.named(returned.file)
        activity = self.register.activities.get((finding.table, finding.ref), "")
        whose = {"lead": named.lead if named else returned.lead, "activity": self.in_master(PLAN.name, activity, "activity")}
        return {key: value for key, value in whose.items() if value}

    def settle_answered(self) -> None:
        """Close what this run held, where another version of the return, taken before or after it, has answered it."""
        for returned, wanted in self._wanted:
            for added in self._added_of[returned.tracker]:
                held = HeldRow.of_values(added, partial(self.written, to_text(added.get("table"))))
                its_own = fingerprint(held.label) == returned.sha256[:PRINT]
                if not its_own and "settled_on" not in added and held_key(added) not in wanted and is_answered(held, returned):
                    added |= {"settled_on": self.today, "why": f"Answered by {returned.file}"}

    def _tell_explained(self, row: Mapping[str, Value], returned: Return) -> None:
        """Have a row of Held say what its lead has written since about what is to be put right."""
        key, column = held_key(row), HELD["what_to_do"]
        for old in [old for old in self.held if held_key(old.values()) == key and not same(old.what_to_do, row[column.key])]:
            self.cells[HELD, column.key][old.key] = row[column.key]
            self.record(Source.of(returned), HELD.name, old.key, column.header, old.what_to_do, row[column.key])

    @cached_property
    def _still_held(self) -> set[tuple[str, ...]]:
        """The rows of Held that were not settled before returns were taken, by what makes two of them the same."""
        return {held_key(row.values()) for row in self.held}

    @cached_property
    def _ever_held(self) -> set[tuple[str, ...]]:
        """The rows of Held, settled or not, but for those whose returns were taken back."""
        gone = withdrawn(self.book)
        return {held_key(row.values()) for row in self.book.read(HELD) if row.key not in gone}

    @cached_property
    def _held_of(self) -> Mapping[str, list[Held]]:
        """The rows of Held that were not settled before returns were taken, by tracker."""
        held: dict[str, list[Held]] = defaultdict(list)
        for row in self.held:
            held[to_text(row.tracker)].append(row)
        return held

    def _settle(self, old: Held, returned: Return) -> None:
        """Close a held row that a later return has answered; what an officer wrote on it stays.

        Where it was a conflict with another lead, and the two agree by now, it is none for that lead either.
        """
        why = f"Answered by {returned.file}"
        self.close(old, Source.of(returned), StampKind.STAMP, why)
        if old.code == _CONFLICT:
            cells = {(change.table, change.ref, change.place.column): to_text(change.returned) for change in returned.changes}
            for other in self._conflicts.get(_side(old, old.other, old.returned), ()):
                at = (to_text(other.table_), self.written(to_text(other.table_), to_text(other.ref)), to_text(other.column))
                if other.tracker != old.tracker and cells.get(at, to_text(other.returned)) == to_text(other.returned):
                    self.close(other, Source.of(returned), StampKind.STAMP, why)

    @cached_property
    def _conflicts(self) -> Mapping[tuple[str, ...], list[Held]]:
        """The open rows of Held that show one side of a conflict, by the cell, what was returned there, and by the other."""
        found: dict[tuple[str, ...], list[Held]] = defaultdict(list)
        for row in self.held:
            if row.code == _CONFLICT and row.decision is None:
                found[_side(row, row.returned, row.other)].append(row)
        return found

    def settle_stale(self) -> None:
        """Close the rows of Held whose conflict was settled when another version of the return was stamped."""
        for row in [row for row in self.held if row.key in self.register.stale]:
            label, tracker = self.register.stale[row.key], self.register.trackers.get(to_text(row.tracker))
            file = file_in(label)
            self.close(row, Source(file, fingerprint(label), tracker.lead if tracker else ""), StampKind.STAMP,
                       f"Answered by {file}")
            self.held.remove(row)

    def close(self, held: Held, source: Source, kind: StampKind, why: str, decision: Decision | None = None) -> None:
        """Note that a row of Held is settled, and why unless an officer said so; ``decision``: what was carried out."""
        changed: dict[str, Value] = {"settled_on": self.today, **({"why": why} if held.why is None else {})}
        if decision and held.decision is None:  # it was decided for the whole return
            changed["decision"] = decision.value
        for key, value in changed.items():
            if held.key not in self.cells[HELD, key]:
                self.cells[HELD, key][held.key] = value
                self.record(source, HELD.name, held.key, HELD[key].header, held[key], value, kind=kind)
        if decision and held.decision:  # what was decided is known by the record, whatever the cell says later
            self.record(source, HELD.name, held.key, HELD["decision"].header, None, held.decision, kind=kind)

    @property
    def open_leads(self) -> list[str]:
        """The lead of each row of Held that is open once the run is done."""
        settled = self.cells[HELD, "settled_on"]
        before = [self._lead_of(row) for row in self.book.read(HELD) if row.settled_on is None and row.key not in settled]
        return before + [to_text(row.get("lead")) for row in self.added[HELD] if "settled_on" not in row]

    def _lead_of(self, held: Held) -> str:
        tracker = self.register.trackers.get(to_text(held.tracker))
        return held.lead or (tracker.lead if tracker else "")

    @property
    def to_follow(self) -> list[str]:
        """Returns not taken in this run that have the other answers of rows which were settled in it."""
        waiting = {fingerprint(row.return_) for row in self._trackers.values() if self.states[row.key] == TrackerState.HELD}
        taken = {sha256[:PRINT] for sha256 in self.taken}
        files = {print_: file_in(held.return_) for held in self.settled_of
                 if (print_ := fingerprint(held.return_)) in waiting - taken and held.table_}
        return sorted(set(files.values()))

    def _note_state(self, returned: Return) -> None:
        state = _OUTCOMES[returned.outcome]
        if state is TrackerState.STAMPED and not returned.rows:
            state = TrackerState.RETURNED  # nothing in it was reported, so nothing was stamped
        standing = self.states[returned.tracker]
        if standing == TrackerState.REPLACED or (state is TrackerState.REJECTED and standing in _DONE):
            return  # a later tracker, or an earlier return of it, stands
        if returned.is_followed or (returned.standing is Standing.HELD and standing == TrackerState.STAMPED):
            return  # what was held of an earlier version was answered by a later one
        changed: dict[str, Value] = {"state": state.value, "returned_on": self.today, "return": label(returned)}
        if returned.reported:
            changed["stamped_on"] = self.today
            self._replace_earlier(returned)
        self._set_tracker(returned.tracker, changed, returned)

    def _replace_earlier(self, returned: Return) -> None:
        """Earlier trackers of the lead for the period no longer count once a later one is stamped."""
        names = [name for name, tracker in self.register.trackers.items()
                 if (tracker.lead, tracker.period) == (returned.lead, returned.period)]
        for name in names[: names.index(returned.tracker)]:
            if self.states[name] != TrackerState.STAMPED:
                self._set_tracker(name, {"state": TrackerState.REPLACED.value}, returned)
                for old in self._held_of.get(name, ()):
                    self._settle(old, returned)

    def _set_tracker(self, name: str, changed: Mapping[str, Value], returned: Return) -> None:
        self.states[name] = str(changed["state"])
        self._noted[name] = Source.of(returned)
        row = self._trackers[name]
        for key, value in changed.items():
            self.cells[TRACKERS, key].pop(name, None)
            if not same(row[key], value) and not self._only_date_differs(row, changed):
                self.cells[TRACKERS, key][name] = value

    @cached_property
    def _trackers(self) -> Mapping[str, Tracker]:
        return self.book.read(TRACKERS).by_key

    def _record_trackers(self) -> None:
        """Record what became of the trackers once that is known: two returns of one may have come."""
        for key in ("state", "returned_on", "stamped_on", "return"):
            for name, value in self.cells[TRACKERS, key].items():
                old = self._trackers[name][key]
                self.record(self._noted[name], TRACKERS.name, name, TRACKERS[key].header, old, value)

    @staticmethod
    def _only_date_differs(row: Tracker, changed: Mapping[str, Value]) -> bool:
        """True if the same return was noted with the same state before: a repeated run changes nothing."""
        return all(same(row[key], changed.get(key)) for key in ("state", "return"))

    def edits(self) -> list[Edit]:
        """All edits of the run, once it has taken every return; none where nothing is new."""
        self._record_trackers()
        return super().edits()
