"""One stamping run: takes returns one by one, and gathers the edits of the master that follow from them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from sendxl.books.book import AppendRows, Book, Edit, SetCells
from sendxl.plan.columns import HELD, PROFILE, STAMPS, TRACKED, TRACKERS, Table
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.rows import Row
from sendxl.plan.values import Value, same, show, to_text
from sendxl.plan.vocabulary import Outcome, StampKind, TrackerState
from sendxl.returns.held import held_key, held_row, label
from sendxl.returns.outcome import Reported, Return
from sendxl.returns.register import LOGS, PRINT, Register, Standing, fingerprint

_TRACKED: Mapping[str, Table] = {table.name: table for table in TRACKED}
_LOGS: Mapping[str, Table] = {table.name: log for table, log in LOGS.items()}
_OUTCOMES = {Outcome.ACCEPTED: TrackerState.STAMPED, Outcome.HELD: TrackerState.HELD, Outcome.REJECTED: TrackerState.REJECTED}
_DONE = (TrackerState.STAMPED, TrackerState.HELD, TrackerState.REPLACED)


@dataclass(frozen=True)
class StampedCell:
    """One cell of a lead's column that was (or, in a dry run, would be) changed; values as a person reads them."""

    table: str
    ref: str
    column: str
    old: str
    new: str
    lead: str
    file: str


def _explained(found: Return, row: Reported) -> dict[str, tuple[str, str]]:
    """The lead's explanations in a row: header of the queried column to codes and words."""
    told: dict[str, list[Finding]] = defaultdict(list)
    for finding in found.findings:
        if finding.explanation and (finding.table, finding.ref) == (row.table, row.ref):
            told[finding.column].append(finding)
    return {header: (", ".join(finding.code for finding in findings),
                     "; ".join(dict.fromkeys(finding.explanation for finding in findings)))
            for header, findings in told.items()}


@dataclass
class Run:
    """One stamping run: takes returns one by one and gathers the edits."""

    book: Book
    register: Register
    today: date
    now: datetime
    by: str
    changes: list[StampedCell] = field(default_factory=list)
    already: list[Return] = field(default_factory=list)
    cells: dict[tuple[Table, str], dict[str, Value]] = field(default_factory=lambda: defaultdict(dict))
    added: dict[Table, list[dict[str, Value]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.batch = f"{self.now:%Y%m%d-%H%M%S}"
        self.values: dict[tuple[str, str, str], Value] = {}  # what the master will hold, where this run changes it
        self.states = {name: tracker.state for name, tracker in self.register.trackers.items()}
        self.explained: dict[str, tuple[str, str]] = {}  # of the row that is being applied
        self.taken: set[str] = set()  # fingerprints of the returns of this run
        self.held = [row for row in self.book.read(HELD) if row.settled_on is None]

    def take(self, found: Return) -> None:
        """Apply what is accepted of a return, hold the rest, and note the state of its tracker."""
        rejected = found.outcome is Outcome.REJECTED
        if found.sha256 in self.taken or (found.standing is Standing.DONE and not rejected):
            self.already.append(found)
            return
        self.taken.add(found.sha256)
        for row in found.reported:
            if not self._is_recorded(found, row):
                self._apply(found, row)
        self._note_explained(found)
        self._hold(found)
        if found.tracker:
            self._note_state(found)

    def _note_explained(self, found: Return) -> None:
        """Record what was explained of no row that is reported on: a row that is missing, a table, a sheet."""
        reported = {(row.table, row.ref) for row in found.reported}
        for finding in found.findings if found.outcome is not Outcome.REJECTED else ():
            if finding.explanation and (finding.table, finding.ref) not in reported:
                self.added[STAMPS].append({**self._stamped(found, finding.table or None, finding.ref or None),
                                           "code": finding.code, "explanation": finding.explanation})

    def _is_recorded(self, found: Return, row: Reported) -> bool:
        """True if the row was stamped from this file before, or says just what was last stamped from its tracker."""
        place = (row.table, row.ref, found.sha256[:PRINT])
        if place in self.register.rows:
            return True
        if row.table == PROFILE.name and found.standing is Standing.HELD:
            return place in self._profile_rows
        before = self.register.recorded.get((row.table, found.tracker, row.ref))
        return before is not None and all(same(before.get(key), value) for key, value in row.values.items())

    @cached_property
    def _profile_rows(self) -> set[tuple[str, str, str]]:
        """Rows of Profile in Stamps; no log of their own has them. Stamps may be long, so it is read only if need be."""
        rows = (row for row in self.book.read(STAMPS) if row.cell("table").value == PROFILE.name)
        return {(PROFILE.name, to_text(row.ref), to_text(row.sha_256)[:PRINT]) for row in rows}

    def _apply(self, found: Return, row: Reported) -> None:
        table = _TRACKED[row.table]
        before = self.register.recorded.get((row.table, found.tracker, row.ref), {})
        self.explained = _explained(found, row)
        for key in row.changed:
            if key not in before or not same(before[key], row.values[key]):  # else it was stamped, and may have been corrected
                self._change(found, table, row.ref, key, row.values[key], shown=True)
        for code, explanation in self.explained.values():  # of what is no changed cell: the row, or a cell as it was
            self.added[STAMPS].append({**self._stamped(found, table.name, row.ref), "code": code, "explanation": explanation})
        marks: dict[str, Value] = {"period": found.period, "updated_on": self.today, "updated_by": found.lead}
        for key, value in marks.items():
            if key in table.by_key:
                self._change(found, table, row.ref, key, value, shown=False)
        log = _LOGS.get(row.table)
        if log is not None:
            self.added[log].append({
                **row.values, "period": found.period, "ref": row.ref, "tracker": found.tracker, "return": label(found),
                "batch": self.batch, "stamped_at": self.now,
            })

    def _change(self, found: Return, table: Table, ref: str, key: str, new: Value, *, shown: bool) -> None:
        """Set one cell, unless it holds the value already, and record it."""
        old = self._master(table.name, ref, key)
        if same(old, new):
            return
        column = table[key]
        self.values[table.name, ref, key] = new
        self.cells[table, key][ref] = new
        code, explanation = self.explained.pop(column.header, (None, None)) if shown else (None, None)
        self.added[STAMPS].append({
            **self._stamped(found, table.name, ref), "column": column.header, "old": old, "new": new, "code": code,
            "explanation": explanation,
        })
        if shown:
            kind = self._master(table.name, ref, "kind") if "kind" in table.by_key else None
            type = column.type_in(kind)
            self.changes.append(StampedCell(
                table.name, ref, column.header, show(old, type), show(new, type), found.lead, found.file))

    def _stamped(self, found: Return, table: str | None, ref: str | None) -> dict[str, Value]:
        """What every row of Stamps says."""
        return {"batch": self.batch, "kind": StampKind.STAMP.value, "stamped_at": self.now, "stamped_by": self.by,
                "table": table, "ref": ref, "return": found.file, "sha_256": found.sha256}

    def _master(self, table: str, ref: str, key: str) -> Value:
        if (table, ref, key) in self.values:
            return self.values[table, ref, key]
        return self.register.values[table].get(ref, {}).get(key)

    def _hold(self, found: Return) -> None:
        """List what holds rows (or the whole return), and settle what an earlier return of the tracker was held for."""
        rows = [held_row(found, finding, self._master, self.today) for finding in found.findings
                if finding.severity is Severity.REJECT or (finding.holds and found.outcome is not Outcome.REJECTED)]
        wanted = {held_key(row) for row in rows}
        known = self.book.read(HELD) if found.outcome is Outcome.REJECTED else self.held
        open_keys = {held_key(row.values()) for row in known}
        self.added[HELD] += [row for row in rows if held_key(row) not in open_keys]
        if found.outcome is Outcome.REJECTED:
            return
        for old in self.held:
            its_own = fingerprint(old.cell("return").value) == found.sha256[:PRINT]
            answered = old.tracker == found.tracker and (its_own or found.standing is Standing.NEW)
            if answered and held_key(old.values()) not in wanted:
                self._settle(old, found)

    def _settle(self, old: Row, found: Return) -> None:
        """Close a held row that a later return has answered; what an officer wrote on it stays."""
        self.cells[HELD, "settled_on"][old.key] = self.today
        if old.why is None:
            self.cells[HELD, "why"][old.key] = f"Answered by {found.file}"

    def _note_state(self, found: Return) -> None:
        state = _OUTCOMES[found.outcome]
        if state is TrackerState.STAMPED and not found.rows:
            state = TrackerState.RETURNED  # nothing in it was reported, so nothing was stamped
        standing = self.states[found.tracker]
        if standing == TrackerState.REPLACED or (state is TrackerState.REJECTED and standing in _DONE):
            return  # a later tracker, or an earlier return of it, stands
        changed: dict[str, Value] = {"state": state.value, "returned_on": self.today, "return": label(found)}
        if found.reported:
            changed["stamped_on"] = self.today
            self._replace_earlier(found)
        self._set_tracker(found.tracker, changed)

    def _replace_earlier(self, found: Return) -> None:
        """Earlier trackers of the lead for the period no longer count once a later one is stamped."""
        names = [name for name, tracker in self.register.trackers.items()
                 if (tracker.lead, tracker.period) == (found.lead, found.period)]
        for name in names[: names.index(found.tracker)]:
            if self.states[name] != TrackerState.STAMPED:
                self._set_tracker(name, {"state": TrackerState.REPLACED.value})
                for old in self.held:
                    if old.tracker == name:
                        self._settle(old, found)

    def _set_tracker(self, name: str, changed: Mapping[str, Value]) -> None:
        self.states[name] = str(changed["state"])
        row = self.book.read(TRACKERS).by_key[name]
        for key, value in changed.items():
            self.cells[TRACKERS, key].pop(name, None)
            if not same(row.cell(key).value, value) and not self._only_date_differs(row, changed):
                self.cells[TRACKERS, key][name] = value

    @staticmethod
    def _only_date_differs(row: Row, changed: Mapping[str, Value]) -> bool:
        """True if the same return was noted with the same state before: a repeated run changes nothing."""
        return all(same(row.cell(key).value, changed.get(key)) for key in ("state", "return"))

    def edits(self) -> list[Edit]:
        """All edits of the run; none where nothing is new."""
        edits: list[Edit] = [SetCells(table, key, values) for (table, key), values in self.cells.items() if values]
        return edits + [AppendRows(table, rows) for table, rows in self.added.items() if rows]
