"""A master beside a later version of its published plan: what became of each activity, and what is proposed.

Leads' answers and what is worked out are left alone, and so is what the later version leaves blank.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sendxl.plan.likeness import as_seen
from sendxl.plan.master import PLAN, Activity, Revision
from sendxl.plan.schema import Column
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value, show, to_text
from sendxl.plan.vocabulary import Revised, RevisionDecision
from sendxl.source.column_parts import Sure
from sendxl.source.comparing_below import Below
from sendxl.source.differing import LEFT, Differing, same_words
from sendxl.source.proposals import Cell, Compared, Proposal
from sendxl.source.revise import Brief, Match, matches
from sendxl.source.understand import Imported

_WORDS = (Activity.expected_change, Activity.rationale, Activity.savings_note, Activity.benefits_note, Activity.capacity_note)
_JUDGED = (Activity.savings_rating, Activity.benefits_from, Activity.benefits_by, Activity.lead, Activity.joint_leads,
           Activity.capacity, Activity.starts, Activity.due)  # which officers may have put otherwise on purpose
_NAMED = 40  # refs, or pairs of numbers, that one row names


def compare(plan: Tables, later: Imported, decided: Mapping[tuple[str, ...], Revision], today: date) -> Compared:
    """What the later version says otherwise.

    ``decided``: rows of Revision with a decision, by key: what goes with what follows from these too.
    """
    return _Comparing(plan, later, decided, today).compared()


class _Comparing:
    def __init__(self, plan: Tables, later: Imported, decided: Mapping[tuple[str, ...], Revision], today: date) -> None:
        self.differing = Differing(plan, later)
        self.below, self.found, self.at = Below(self.differing), self.differing.found, self.differing.at
        self.decided = decided
        self.old = {ref: row for ref, row in plan.read(PLAN).by_key.items() if ref}
        self.closed = [row for row in self.old.values() if row.is_closed(today)]
        self.open = [row for row in self.old.values() if not row.is_closed(today)]
        self.new = {str(row["ref"]): row for row in later.rows[PLAN]}
        self.said: dict[str, str] = {}  # pairs that an officer told, new to old

    def compared(self) -> Compared:
        for row in self.new.values():
            said = self.decided.get(("", "", as_seen(str(row["activity"]))))
            if said and said.ref and said.decision == RevisionDecision.TAKE:
                self.said[str(row["ref"])] = to_text(said.ref)
        met = matches([self._brief(row) for row in self.open], [self._later_brief(row) for row in self.new.values()], self.said)
        met = [one for match in met for one in self._as_decided(match)]
        self.found.themes = self._renamed(met)
        self._numbered(met)
        for match in met:
            if match.old and match.new:
                self._pair(match)
            elif match.old:
                self._gone(self.old[match.old])
            else:
                self._new(match)
        self.below.costs()
        return self.found

    def _brief(self, row: Activity) -> Brief:
        measures = "; ".join(measure.measure or "" for measure in self.below.measures[row.key])
        return Brief(row.key, row.activity or "", row.source_no or "", row.theme or "", measures, row.lead or "")

    def _later_brief(self, row: Mapping[str, Value]) -> Brief:
        measures = "; ".join(str(measure["measure"]) for measure in self.below.later_measures[str(row["ref"])])
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
                Revised.REWORDED, _listed([row.key for row in rows]), PLAN["theme"].header, rows[0].theme or "", new,
                "The theme takes its new name in all these activities. Their refs stay.", ready=True,
                cells=[Cell(PLAN, row.key, PLAN["theme"], new) for row in rows]))
        return found

    def _pair(self, match: Match) -> None:
        old, new = self.old[match.old], self.new[match.new]
        reworded = not same_words(old.activity, new["activity"])
        theme = to_text(new["theme"])
        moved = bool(theme) and as_seen(theme) not in (
            as_seen(old.theme or ""), as_seen(self.found.themes.get(as_seen(old.theme or ""), "")))
        what = Revised.REWORDED if reworded else Revised.MOVED if moved else Revised.SAME
        self.found.counts[what] += 1
        if match.sure is not Sure.SURE:
            self.found.proposals.append(self._asked(match))
            return
        if reworded:
            by_hand = self.differing.by_hand(PLAN, old, PLAN["activity"], new["activity"])
            self.found.proposals.append(replace(
                self._asked(match), says=LEFT if by_hand else "The activity takes the new words. Its ref stays.",
                ready=not by_hand, was_new=match.new in self.said))
        if moved:
            self._cell(match, Revised.MOVED, PLAN["theme"], "The activity goes to the other theme. Its ref stays.")
        for column in (*_WORDS, *_JUDGED):
            if new[column.key] is not None and not same_words(old[column.key], new[column.key]):
                self._cell(match, what, column, f"{column.header} takes what the later version says.")
        self.below.compare(match.old, match.new, what)

    def _cell(self, match: Match, what: Revised, column: Column, says: str) -> None:
        self.differing.cell(what, PLAN, self.old[match.old], column, self.new[match.new][column.key], says, match.new, match.new,
                            ready=column not in _JUDGED)

    def _numbered(self, met: Sequence[Match]) -> None:
        """Numbers that activities have otherwise in the later version: one row for all of them."""
        cells, pairs = [], []
        for match in met:
            if match.old and match.new and match.sure is Sure.SURE:
                was, now = self.old[match.old].source_no, self.new[match.new]["source_no"]
                if now is not None and not same_words(was, now):
                    cells.append(Cell(PLAN, match.old, PLAN["source_no"], now))
                    pairs.append((to_text(was), to_text(now)))
        if cells:
            self.differing.add(Proposal(
                Revised.SAME, _listed([cell.ref for cell in cells]), PLAN["source_no"].header, _listed([was for was, _ in pairs]),
                _listed([now for _, now in pairs]), "The activities take the numbers of the later version. Their refs stay.",
                ready=True, cells=cells))

    def _gone(self, row: Activity) -> None:
        self.found.counts[Revised.GONE] += 1
        self.found.proposals.append(Proposal(
            Revised.GONE, row.key, "", row.activity or "", "",
            f"{row.key} is closed as of today; its row, its history and its ref stay. Why becomes its Closed reason.",
            sure=Sure.LIKELY, closes=row.key))

    def _new(self, match: Match) -> None:
        row = self.new[match.new]
        words = to_text(row["activity"])
        if was := next((one for one in self.closed if same_words(one.activity, words)), None):
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


def _listed(words: Sequence[str]) -> str:
    """Words in their order; of many the first, and how many more there are."""
    more = f"; and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    return "; ".join(words[:_NAMED]) + more
