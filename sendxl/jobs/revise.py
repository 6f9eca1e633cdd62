"""revise: a later version of the published plan beside the master; what it says otherwise goes to Revision, to be decided.

Each run carries out what was decided in Revision since the one before, and adds what is asked now. Refs stay, what is
gone is closed, and no answer of a lead is touched.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from sendxl.books.book import AddTable, Edit, SetChoices, settings_of
from sendxl.errors import Unusable, reason
from sendxl.jobs.mapped import Mapped, read_mapping
from sendxl.jobs.opening import MasterBook, master_for_writing, place_of, refuse_broken
from sendxl.jobs.stamping.ledger import Ledger, Source, user
from sendxl.plan.counting import many
from sendxl.plan.lead_code import Codes
from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.master import (
    LEADS,
    LOGS,
    MEASURES,
    PERIODS,
    PLAN,
    REVIEW,
    REVISION,
    SAVINGS,
    STAMPS,
    TARGETS,
    UNIT_COSTS,
    Revision,
)
from sendxl.plan.rows import Row
from sendxl.plan.schema import Table
from sendxl.plan.values import Share, Value, same, to_text
from sendxl.plan.vocabulary import RevisionDecision, StampKind
from sendxl.source import Imported, read_plan
from sendxl.source.column_parts import Sure
from sendxl.source.comparing import compare
from sendxl.source.proposals import Compared, Proposal, key_of
from sendxl.source.refs import UNTHEMED, Refs
from sendxl.source.roles import code_from

_NEEDED = (PLAN, MEASURES, TARGETS, SAVINGS, LEADS, UNIT_COSTS, REVIEW, STAMPS)
_BELOW = (MEASURES, TARGETS, SAVINGS)  # what belongs to an activity, by its ref
_OWN_REFS = {MEASURES: ("M", "activity_ref"), SAVINGS: ("S", "activity_ref"), TARGETS: ("T", "measure_ref")}
"""The letter in the refs of a table, and the column that says what a row belongs to."""
_GONE = "The plan or the later version has changed since."


@dataclass(frozen=True)
class RevisedPlan:
    """What a later version of a plan is beside the master. ``counts``: activities by what became of each.

    ``asked`` counts the rows that were added to Revision, ``waiting`` those that wait for a decision, ``ready`` those whose
    Decision is filled for the next run. ``taken`` and ``kept`` count what was carried out; ``unsettled`` says which
    decisions were not, and why. ``account`` tells what became of the cells of the later version.
    """

    path: Path
    source: Path
    batch: str
    counts: Mapping[str, int]
    asked: int
    waiting: int
    ready: int
    taken: int
    kept: int
    unsettled: Sequence[str]
    account: str

    @property
    def to_mend(self) -> Sequence[str]:
        """What is left for a person to decide, and which decisions were not carried out."""
        rows = [f"{many(self.waiting, 'row')} of {REVISION.title} without a Decision: choose one."] if self.waiting else []
        rows += [f"{many(self.ready, 'row')} of {REVISION.title} with a Decision: look at them, then run again to have them "
                 "carried out."] if self.ready else []
        return [*rows, *self.unsettled]


def revise(master: MasterBook, source: Path | str, *, mapping: Path | str | None = None, roles: Path | str | None = None,
           now: datetime | None = None, by: str | None = None) -> RevisedPlan:
    """Compare the later version of the plan at ``source`` with the master, and carry out what was decided in Revision.

    ``mapping`` is a workbook of “new --look” to read the source by, ``roles`` a file of further lead roles. What is changed
    is recorded in Stamps (Kind revise), and undone as a batch. Unusable where a file cannot be read; the master is then as
    it was.
    """
    now = now or datetime.now().replace(microsecond=0)
    path = Path(source)
    with master_for_writing(master, now) as book:
        refuse_broken(book, *_NEEDED)
        there = book.has(REVISION)
        if there:
            refuse_broken(book, REVISION)
        settings = settings_of(book)
        later = _read(path, settings.plan_starts, roles, read_mapping(Path(mapping)) if mapping else Mapped())
        book.apply(())  # what was changed by hand is recorded first: it is not proposed to be put back
        rows = list(book.read(REVISION)) if there else []
        decided = {key_of(row): row for row in rows if row.decision}
        compared = compare(book, later, decided, now.date())
        run = _Run(book, now, user() if by is None else by, later, compared,
                   Source(path.name, sha256(path.read_bytes()).hexdigest()))
        run.go(rows)
        adds: list[Edit] = [] if there or not run.added[REVISION] else [
            AddTable(REVISION, settings.plan_title or ""), SetChoices(STAMPS, "kind")]
        book.apply([*adds, *run.edits()], run.batch if run.added[STAMPS] else "")
    return RevisedPlan(place_of(book), path, run.batch if run.added[STAMPS] else "", compared.counts, len(run.added[REVISION]),
                       run.waiting, run.ready, run.taken, run.kept, run.unsettled, str(later.account))


def _read(path: Path, starts: date | None, roles: Path | str | None, mapped: Mapped) -> Imported:
    try:
        return read_plan(path, starts=starts, roles=Path(roles) if roles else None, columns=mapped.columns, said=mapped.said)
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} cannot be read: {reason(error)}" if isinstance(error, OSError) else str(error)) from None


@dataclass
class _Run(Ledger):
    """One run: carries out decisions, and gathers the edits."""

    later: Imported
    compared: Compared
    source: Source

    def __post_init__(self) -> None:
        super().__post_init__()
        self.waiting = self.ready = self.taken = self.kept = 0
        self.unsettled: list[str] = []
        self.refs: dict[str, str] = {}  # of what was added: the ref in the later version to its own
        self.titles = by_sight((to_text(row.title), row.key) for row in self.book.read(LEADS))
        self.rows = {table: self.book.read(table).by_key for table in (PLAN, MEASURES, TARGETS, UNIT_COSTS)}
        self.given = Refs(self._refs_there())

    def _refs_there(self) -> Iterator[tuple[str, str]]:
        """Every ref of an activity that was ever given, with its theme: none is given again."""
        renamed = self.compared.themes
        for row in self.book.read(PLAN):
            theme = to_text(row.theme) or UNTHEMED
            yield row.key, renamed.get(as_seen(theme), theme)
            yield row.key, theme
        for table, key in ((STAMPS, "ref"), (PERIODS, "of"), *((log, "ref") for log in LOGS.values())):
            for ref in {to_text(row[key]).partition(".")[0] for row in self.book.read(table)}:
                yield ref, ""

    def go(self, rows: Sequence[Revision]) -> None:
        """Go through what the later version says otherwise, beside the rows of Revision."""
        known = {key_of(row): row for row in rows}  # of two about the same the later one
        met = set()
        for proposal in self.compared.proposals:
            row = known.get(proposal.key)
            met.add(proposal.key)
            if row is None:
                self._ask(proposal)
            elif row.settled_on is not None:
                continue
            elif row.decision:
                self._settle(row, proposal)
            elif not row.is_blank("decision"):
                self._unsettled(row, f"“{row.stored('decision').raw}” is no decision. Choose one from the list")
            else:
                self.waiting += 1
        for row in rows:
            if row.settled_on is None and key_of(row) not in met:
                self._close(row, _GONE)
        self._doubts()

    def _ask(self, proposal: Proposal) -> None:
        self.added[REVISION].append({
            "ref": proposal.ref or None, "what": str(proposal.what), "column": proposal.column or None,
            "old_words": proposal.old or None, "new_words": proposal.new or None, "place_in_source": proposal.place or None,
            "how_sure": str(proposal.sure), "proposal": proposal.says,
            "decision": str(RevisionDecision.TAKE) if proposal.ready else None})
        if proposal.ready:
            self.ready += 1
        else:
            self.waiting += 1

    def _settle(self, row: Revision, proposal: Proposal) -> None:
        """Carry out what was decided about a row."""
        if row.decision == RevisionDecision.OTHER and proposal.pair is None:
            self._unsettled(row, f"“{row.decision}” is for two activities that may be the same. Choose another decision")
            return
        if row.decision == RevisionDecision.KEEP:
            self.kept += 1
        elif row.decision == RevisionDecision.TAKE and proposal.refused:
            self._unsettled(row, proposal.refused)
            return
        else:
            self._carry_out(row, proposal)
            self.taken += 1
        self._close(row, "")
        self.record(self.source, REVISION.name, row.key, REVISION["decision"].header, None, row.decision, kind=StampKind.REVISE)

    def _carry_out(self, row: Revision, proposal: Proposal) -> None:
        why = row.why or ""
        if row.decision == RevisionDecision.OTHER and proposal.pair:
            self._shut(proposal.pair[0], why)
            self._add(proposal.pair[1], why)
            return
        for cell in proposal.cells:
            self._set(cell.table, cell.ref, cell.column.key, cell.value, why)
        if proposal.adds and proposal.ref:
            self._add_below(proposal.table, proposal.ref, proposal.adds, why)
        elif proposal.adds:
            self._add(proposal.adds, why)
        if proposal.closes:
            self._shut(proposal.closes, why)

    def _set(self, table: Table, ref: str, key: str, value: Value, why: str) -> None:
        row, column = self.rows[table][ref], table[key]
        if table is PLAN and key in ("lead", "joint_leads"):
            for title in to_text(value).split("; "):
                self._add_lead(title)
        if same(row[key], value):
            return
        self.cells[table, key][ref] = value
        type = row.type_of(column)
        self.record(self.source, table.name, ref, column.header, Share.of(row[key], type), Share.of(value, type),
                    kind=StampKind.REVISE, explanation=why)

    def _shut(self, ref: str, why: str) -> None:
        self._set(PLAN, ref, "closed_on", self.now.date(), why)
        self._set(PLAN, ref, "closed_reason", why or f"Not in the later version of the plan, {self.source.file}.", why)

    def _add(self, later: str, why: str) -> None:
        """Add an activity of the later version, with all that belongs to it."""
        row = next(one for one in self.later.rows[PLAN] if one["ref"] == later)
        self.refs[later] = ref = self.given.next(to_text(row["theme"]) or UNTHEMED)
        for title in (*to_text(row["lead"]).split("; "), *to_text(row["joint_leads"]).split("; ")):
            self._add_lead(title)
        self._append(PLAN, {**{column.key: row[column.key] for column in PLAN}, "ref": ref}, why)
        for table in _BELOW:
            for below in self.later.rows[table]:
                if to_text(below["ref"]).partition(".")[0] == later:
                    self._append(table, {key: _moved(value, later, ref) for key, value in below.items()}, why)
        for column in self.later.own:
            if row.get(column.key) is not None:
                self.added[REVIEW].append({
                    "ref": ref, "column": column.header, "raw_text": to_text(row[column.key]), "how_sure": str(Sure.NOT_READ),
                    "rows": 1,
                    "doubt": "The later version says this in a column of its own, which is not taken. Enter what matters."})
        known = {as_seen(cost.key) for cost in self.book.read(UNIT_COSTS)}
        for cost in self.later.rows[UNIT_COSTS]:
            if as_seen(to_text(cost["code"])) not in known and cost not in self.added[UNIT_COSTS]:
                self._append(UNIT_COSTS, cost, why)

    def _add_below(self, table: Table, ref: str, later: str, why: str) -> None:
        """Add a measure, savings line or interim target of the later version to what it belongs to, with its own."""
        letter, belongs = _OWN_REFS[table]
        taken = {row.key for row in self.book.read(table)} | {to_text(row["ref"]) for row in self.added[table]}
        number = 1
        while f"{ref}.{letter}{number}" in taken:
            number += 1
        own = self.refs[later] = f"{ref}.{letter}{number}"
        for below in _BELOW:
            for row in self.later.rows[below]:
                if to_text(row["ref"]) == later or to_text(row["ref"]).startswith(f"{later}."):
                    self._append(below, {**{key: _moved(value, later, own) for key, value in row.items()},
                                         **({belongs: ref} if below is table else {})}, why)

    def _add_lead(self, title: str) -> None:
        """Add the row of a lead role that Leads does not have."""
        if not title or as_seen(title) in self.titles:
            return
        role = next((row for row in self.later.rows[LEADS] if row["title"] == title), {"code": code_from(title), "title": title})
        code = Codes(self.titles.values()).free(to_text(role["code"]))
        self.titles = {**self.titles, as_seen(title): code}
        self.refs[to_text(role["code"])] = code
        self._append(LEADS, {**role, "code": code}, "")

    def _append(self, table: Table, values: Mapping[str, Value], why: str) -> None:
        key = to_text(values[table.key.key])
        row = Row.of(table, 0, **{column.key: values.get(column.key) for column in table})
        self.added[table].append({column.key: row[column.key] for column in table})
        self.record(self.source, table.name, key, "", None, key, kind=StampKind.REVISE, explanation=why)
        for column in table.columns[1:]:
            if row[column.key] is not None:
                self.record(self.source, table.name, key, column.header, None,
                            Share.of(row[column.key], row.type_of(column)), kind=StampKind.REVISE)

    def _doubts(self) -> None:
        """Add what was doubtful in what was taken to Review, and what was not read of the later version once."""
        known = {(to_text(row.column), as_seen(to_text(row.raw_text)), to_text(row.doubt)) for row in self.book.read(REVIEW)}
        for doubt in self.later.rows[REVIEW]:
            refs = to_text(doubt["ref"]).split("; ")
            own = [ref for ref in map(self._own, refs) if ref]
            key = (to_text(doubt["column"]), as_seen(to_text(doubt["raw_text"])), to_text(doubt["doubt"]))
            if own or (refs == [""] and key not in known and self.taken):
                self.added[REVIEW].append({**doubt, "no": None, "ref": "; ".join(own) or None, "cell": None})

    def _own(self, later: str) -> str:
        """The ref of something that was added, or belongs to it; "" for anything else."""
        top = later.partition(".")[0]
        for known in (later, top):
            if known in self.refs:
                return to_text(_moved(later, known, self.refs[known]))
        return ""

    def _close(self, row: Revision, why: str) -> None:
        settled: dict[str, Value] = {"settled_on": self.now.date(), **({"why": why} if why and row.why is None else {})}
        for key, value in settled.items():
            self.cells[REVISION, key][row.key] = value
            self.record(self.source, REVISION.name, row.key, REVISION[key].header, None, value, kind=StampKind.REVISE)

    def _unsettled(self, row: Revision, why: str) -> None:
        self.unsettled.append(f"{REVISION.title} {row.key} ({row.ref or row.what}) was not carried out: {why}.")

    def edits(self) -> list[Edit]:
        """All edits; rows without a running number get one."""
        for row in self.added[REVIEW]:
            row.pop("no", None)
        return super().edits()


def _moved(value: Value, was: str, ref: str) -> Value:
    """A ref that is or belongs to another one, below a new one; any other value as it is."""
    if isinstance(value, str) and (value == was or value.startswith(f"{was}.")):
        return ref + value[len(was):]
    return value
