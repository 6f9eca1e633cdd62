"""What a later version of the published plan would change in a master: one proposal for each thing it says otherwise.

Leads' answers and what is worked out are left alone, and so is what the later version leaves blank.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sendxl.plan.likeness import as_seen
from sendxl.plan.master import LEADS, MEASURES, PLAN, REVIEW, STAMPS, Activity, Measure, Revision
from sendxl.plan.rows import Row
from sendxl.plan.schema import Column, Table
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value, same, show, to_text
from sendxl.plan.vocabulary import Revised, RevisionDecision, StampKind
from sendxl.source.mapping import Sure
from sendxl.source.revise import Brief, Match, likeness, matches
from sendxl.source.understand import Imported

_WORDS = (Activity.source_no, Activity.expected_change, Activity.rationale, Activity.savings_note, Activity.benefits_note,
          Activity.capacity_note)
_JUDGED = (Activity.savings_rating, Activity.benefits_from, Activity.benefits_by, Activity.lead, Activity.joint_leads,
           Activity.capacity, Activity.starts, Activity.due)  # which officers may have put otherwise on purpose
_LEADS = (Activity.lead, Activity.joint_leads)
_OF_MEASURE = (Measure.baseline, Measure.baseline_on, Measure.target, Measure.target_on)
_SAME_MEASURE = 0.4  # likeness from which on a measure is another one in other words
_LEFT = "It was changed by hand from what the later version still says. “Keep plan” leaves it so."


@dataclass(frozen=True)
class Cell:
    """A cell of the plan, and what it would hold."""

    table: Table
    ref: str
    column: Column
    value: Value


@dataclass(frozen=True)
class Proposal:
    """One thing that the later version says otherwise. ``column`` is a header, "" where the whole activity is meant.

    ``cells`` are set if it is taken; ``adds`` is the ref in the later version of an activity or measure that is added,
    ``closes`` that of an activity which is closed. ``ready``: it is so sure that it need only be looked at.
    """

    what: Revised
    ref: str
    column: str
    old: str
    new: str
    says: str
    place: str = ""
    sure: Sure = Sure.SURE
    ready: bool = False
    cells: Sequence[Cell] = ()
    adds: str = ""
    closes: str = ""
    refused: str = ""  # why it cannot be taken
    pair: tuple[str, str] | None = None  # of one about whether two activities are the same: their refs
    was_new: bool = False  # an officer said in the row of what was new that it is an old one

    @property
    def key(self) -> tuple[str, ...]:
        """By which it is known again."""
        if self.was_new or (not self.ref and self.what in (Revised.NEW, Revised.SPLIT)):
            return ("", "", as_seen(self.new))
        return (as_seen(self.ref), self.column, as_seen(self.old), as_seen(self.new))


def key_of(row: Revision) -> tuple[str, ...]:
    """The key of the proposal that a row of Revision tells of."""
    old, new = as_seen(row.old_words or ""), as_seen(row.new_words or "")
    if row.what in (Revised.NEW, Revised.SPLIT) and not row.column:
        return ("", "", new)
    return (as_seen(row.ref or ""), row.column or "", old, new)


@dataclass
class Compared:
    """A master beside a later version of its plan. ``proposals`` in the order of the plan; ``counts`` by what became of each."""

    proposals: list[Proposal] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, Revised), 0))
    themes: dict[str, str] = field(default_factory=dict)  # of the later version, by what the plan calls them


def compare(plan: Tables, later: Imported, decided: Mapping[tuple[str, ...], Revision], today: date) -> Compared:
    """What the later version says otherwise.

    ``decided``: rows of Revision with a decision, by key: what goes with what follows from these too.
    """
    return _Comparing(plan, later, decided, today).compared()


class _Comparing:
    def __init__(self, plan: Tables, later: Imported, decided: Mapping[tuple[str, ...], Revision], today: date) -> None:
        self.later, self.decided = later, decided
        self.old = {ref: row for ref, row in plan.read(PLAN).by_key.items() if ref}
        self.closed = [row for row in self.old.values() if row.is_closed(today)]
        self.open = [row for row in self.old.values() if not row.is_closed(today)]
        self.new = {str(row["ref"]): row for row in later.rows[PLAN]}
        self.at = {str(row["ref"]): raw.at for row, raw in zip(later.rows[PLAN], later.laid.activities, strict=True)}
        self.measures: dict[str, list[Measure]] = defaultdict(list)
        for measure in plan.read(MEASURES):
            self.measures[measure.activity_ref or ""].append(measure)
        self.later_measures: dict[str, list[Mapping[str, Value]]] = defaultdict(list)
        for each in later.rows[MEASURES]:
            self.later_measures[str(each["activity_ref"])].append(each)
        self.mended = set(_mended(plan, later))
        self.bodies = {as_seen(to_text(row.raw_text)) for row in plan.find(REVIEW, "column", LEADS["title"].header)}
        self.changed_from = _changed_from(plan)
        self.said: dict[str, str] = {}  # pairs that an officer told, new to old
        self.found = Compared()

    def compared(self) -> Compared:
        for row in self.new.values():
            said = self.decided.get(("", "", as_seen(str(row["activity"]))))
            if said and said.ref and said.decision == RevisionDecision.TAKE:
                self.said[str(row["ref"])] = to_text(said.ref)
        met = matches([self._brief(row) for row in self.open], [self._later_brief(row) for row in self.new.values()], self.said)
        met = [one for match in met for one in self._as_decided(match)]
        self.found.themes = self._renamed(met)
        for match in met:
            if match.old and match.new:
                self._pair(match)
            elif match.old:
                self._gone(self.old[match.old])
            else:
                self._new(match)
        return self.found

    def _brief(self, row: Activity) -> Brief:
        measures = "; ".join(measure.measure or "" for measure in self.measures[row.key])
        return Brief(row.key, row.activity or "", row.source_no or "", row.theme or "", measures, row.lead or "")

    def _later_brief(self, row: Mapping[str, Value]) -> Brief:
        measures = "; ".join(str(measure["measure"]) for measure in self.later_measures[str(row["ref"])])
        number, theme, lead = (to_text(row[key]) for key in ("source_no", "theme", "lead"))
        return Brief(str(row["ref"]), to_text(row["activity"]), number, theme, measures, lead)

    def _as_decided(self, match: Match) -> Iterator[Match]:
        """A match, a pair as an officer decided about it; none of two that are no pair: what becomes of both was said."""
        asked = self._asked(match) if match.old and match.new else None
        said = self.decided.get(asked.key) if asked else None
        if asked and said and said.decision == RevisionDecision.OTHER:
            self.found.proposals.append(asked)
            self.found.counts[Revised.GONE] += 1
            self.found.counts[Revised.NEW] += 1
        else:
            yield match._replace(sure=Sure.SURE) if said else match

    def _asked(self, match: Match) -> Proposal:
        """The question whether two activities are the same."""
        old, new = self.old[match.old], self.new[match.new]
        words = to_text(new["activity"])
        return Proposal(
            Revised.REWORDED, old.key, PLAN["activity"].header, old.activity or "", words,
            f"The same activity in other words? “{RevisionDecision.TAKE}” takes the new words, “{RevisionDecision.KEEP}” leaves "
            f"the old ones, “{RevisionDecision.OTHER}” closes {old.key} and adds the other as new.",
            self.at[match.new], match.sure, cells=[Cell(PLAN, old.key, PLAN["activity"], words)], pair=(match.old, match.new))

    def _renamed(self, met: Sequence[Match]) -> dict[str, str]:
        """Themes that go by another name: all that is left of the old one is in the new one, which has nothing else."""
        goes: dict[str, set[str]] = defaultdict(set)
        comes: dict[str, set[str]] = defaultdict(set)
        written: dict[str, str] = {}
        for match in met:
            if match.old and match.new:
                old, new = self.old[match.old].theme or "", to_text(self.new[match.new]["theme"])
                goes[as_seen(old)].add(as_seen(new))
                comes[as_seen(new)].add(as_seen(old))
                written.setdefault(as_seen(new), new)
        known = {as_seen(row.theme or "") for row in self.old.values()}
        found = {}
        for theme, into in goes.items():
            [*others] = into
            if theme and len(others) == 1 and others[0] and others[0] not in known and comes[others[0]] == {theme}:
                found[theme] = written[others[0]]
        for theme, new in found.items():
            rows = [row for row in self.old.values() if as_seen(row.theme or "") == theme]
            self.found.proposals.append(Proposal(
                Revised.REWORDED, "; ".join(row.key for row in rows), PLAN["theme"].header, rows[0].theme or "", new,
                "The theme takes its new name in all these activities. Their refs stay.", ready=True,
                cells=[Cell(PLAN, row.key, PLAN["theme"], new) for row in rows]))
        return found

    def _pair(self, match: Match) -> None:
        old, new = self.old[match.old], self.new[match.new]
        reworded = not _same_words(old.activity, new["activity"])
        theme = to_text(new["theme"])
        moved = bool(theme) and as_seen(theme) not in (
            as_seen(old.theme or ""), as_seen(self.found.themes.get(as_seen(old.theme or ""), "")))
        what = Revised.REWORDED if reworded else Revised.MOVED if moved else Revised.SAME
        self.found.counts[what] += 1
        if match.sure is not Sure.SURE:
            self.found.proposals.append(self._asked(match))
            return
        if reworded:
            by_hand = self._by_hand(PLAN, old, PLAN["activity"], new["activity"])
            self.found.proposals.append(replace(
                self._asked(match), says=_LEFT if by_hand else "The activity takes the new words. Its ref stays.",
                ready=not by_hand, was_new=match.new in self.said))
        if moved:
            self._cell(match, Revised.MOVED, PLAN["theme"], "The activity goes to the other theme. Its ref stays.")
        for column in (*_WORDS, *_JUDGED):
            if new[column.key] is not None and not _same_words(old[column.key], new[column.key]):
                self._cell(match, what, column, f"{column.header} takes what the later version says.")
        self._measures(match, what)

    def _cell(self, match: Match, what: Revised, column: Column, says: str) -> None:
        value = self.new[match.new][column.key]
        self._differs(what, PLAN, self.old[match.old], column, value, says, match.new, match.new,
                      ready=column not in _JUDGED)

    def _differs(self, what: Revised, table: Table, row: Row, column: Column, value: Value, says: str, of: str, later_ref: str, *,
                 ready: bool) -> None:
        """Note that a cell differs; what an officer had put in the place of the same words is left."""
        if (row.key, column.header, later_ref) in self.mended or (column in _LEADS and self._are_bodies(value)):
            return
        type = row.type_of(column)
        now = row[column.key]
        by_hand = self._by_hand(table, row, column, value)
        self.found.proposals.append(Proposal(
            what, row.key, column.header, show(now, type), show(value, type), _LEFT if by_hand else says, self.at[of],
            Sure.GUESS if by_hand else Sure.SURE, ready=not by_hand and (ready or now is None),
            cells=[Cell(table, row.key, column, value)]))

    def _are_bodies(self, value: Value) -> bool:
        """True of leads that are no posts, of which an officer was told at the import: what stands now is instead."""
        return all(as_seen(title) in self.bodies for title in to_text(value).split("; "))

    def _by_hand(self, table: Table, row: Row, column: Column, value: Value) -> bool:
        """True if a cell was changed by hand from what the later version says."""
        return any(same(value, was) for was in self.changed_from.get((table.name, row.key, column.header), ()))

    def _measures(self, match: Match, what: Revised) -> None:
        """What the later version says otherwise of the measures of an activity."""
        old, new = list(self.measures[match.old]), list(self.later_measures[match.new])
        pairs = _paired(old, new)
        for measure, later in pairs:
            own = str(later["ref"])
            if not _same_words(measure.measure, later["measure"]):
                self._differs(what, MEASURES, measure, MEASURES["measure"], later["measure"],
                              "The measure takes the new words. What was reported of it stays.", match.new, own, ready=True)
            for column in _OF_MEASURE:
                if later[column.key] is not None and not same(measure[column.key], later[column.key]):
                    self._differs(what, MEASURES, measure, column, later[column.key],
                                  f"{column.header} takes what the later version says.", match.new, own, ready=False)
        for later in new:
            if all(later is not other for _, other in pairs):
                self.found.proposals.append(Proposal(
                    Revised.NEW, match.old, MEASURES["measure"].header, "", to_text(later["measure"]),
                    f"{match.old} gets a further measure.", self.at[match.new], ready=True, adds=str(later["ref"])))
        for measure in old:
            if new and all(measure is not other for other, _ in pairs):
                self.found.proposals.append(Proposal(
                    Revised.GONE, measure.key, MEASURES["measure"].header, measure.measure or "", "",
                    f"The later version does not name it. Choose “{RevisionDecision.KEEP}” to go on with it, or delete its row "
                    f"in {MEASURES.title}.", sure=Sure.LIKELY,
                    refused=f"a measure is not deleted, as values were reported of it. Choose “{RevisionDecision.KEEP}”, or "
                            f"delete its row in {MEASURES.title} yourself"))

    def _gone(self, row: Activity) -> None:
        self.found.counts[Revised.GONE] += 1
        self.found.proposals.append(Proposal(
            Revised.GONE, row.key, "", row.activity or "", "",
            f"{row.key} is closed as of today; its row, its history and its ref stay. Why becomes its Closed reason.",
            sure=Sure.LIKELY, closes=row.key))

    def _new(self, match: Match) -> None:
        row = self.new[match.new]
        words = to_text(row["activity"])
        if was := next((one for one in self.closed if _same_words(one.activity, words)), None):
            self.found.counts[Revised.SAME] += 1
            self.found.proposals.append(Proposal(
                Revised.SAME, was.key, PLAN["closed_on"].header, show(was.closed_on), "",
                f"The later version still has it. To open it again: “{RevisionDecision.TAKE}”.", self.at[match.new],
                cells=[Cell(PLAN, was.key, column, None) for column in (PLAN["closed_on"], PLAN["closed_reason"])]))
            return
        beside = self.old.get(match.beside)
        what = Revised.SPLIT if beside else Revised.NEW
        self.found.counts[what] += 1
        says = "It is added with a ref of its own."
        if beside:
            says = f"It may have been part of {beside.key}. {says}"
        self.found.proposals.append(Proposal(
            what, "", "", f"{beside.key}: {beside.activity}" if beside else "", words,
            f"{says} Is it an old activity in other words? Enter the ref of that in Ref.", self.at[match.new], match.sure,
            ready=not beside, adds=match.new))


def _same_words(one: Value, other: Value) -> bool:
    """True if two cells say the same, whatever spaces and line breaks stand between their words."""
    return " ".join(to_text(one).split()) == " ".join(to_text(other).split())


def _paired(old: Sequence[Measure], new: Sequence[Mapping[str, Value]]) -> list[tuple[Measure, Mapping[str, Value]]]:
    """The measures of both sides that are the same: those with the same words, then the most alike, then the only ones."""
    pairs: list[tuple[Measure, Mapping[str, Value]]] = []
    scored = sorted(((_measure_like(one, other), -at, -place) for at, one in enumerate(old) for place, other in enumerate(new)),
                    reverse=True)
    olds, news = dict(enumerate(old)), dict(enumerate(new))
    for score, at, place in scored:
        if -at in olds and -place in news and (score >= _SAME_MEASURE or len(old) == len(new) == 1):
            pairs.append((olds.pop(-at), news.pop(-place)))
    return pairs


def _measure_like(one: Measure, other: Mapping[str, Value]) -> float:
    if _same_words(one.measure, other["measure"]):
        return 2
    return likeness(Brief("", one.measure or ""), Brief("", to_text(other["measure"])))


def _mended(plan: Tables, later: Imported) -> Iterator[tuple[str, str, str]]:
    """Cells that an officer was asked about at the import, of words that the later version still has: (ref, header, later ref).

    What stands there now is what the officer made of them.
    """
    asked: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in plan.read(REVIEW):
        asked[to_text(row.column), as_seen(to_text(row.raw_text))].update(to_text(row.ref).split("; "))
    for doubt in later.rows[REVIEW]:
        known = asked.get((to_text(doubt["column"]), as_seen(to_text(doubt["raw_text"]))), ())
        for later_ref in to_text(doubt["ref"]).split("; "):
            for ref in known:
                yield ref, to_text(doubt["column"]), later_ref


def _changed_from(plan: Tables) -> Mapping[tuple[str, str, str], list[Value]]:
    """What cells held before people changed them, by table, ref and header."""
    found: dict[tuple[str, str, str], list[Value]] = defaultdict(list)
    for stamp in plan.find(STAMPS, "kind", StampKind.BY_HAND.value):
        if stamp.column and stamp.old is not None:
            found[to_text(stamp.table_), to_text(stamp.ref), stamp.column].append(stamp.old)
    return found
