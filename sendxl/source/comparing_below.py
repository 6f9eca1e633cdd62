"""What belongs to an activity, beside a later version of the plan: measures, interim targets, savings lines; and unit costs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sendxl.plan.likeness import as_seen
from sendxl.plan.master import MEASURES, SAVINGS, TARGETS, UNIT_COSTS, Measure
from sendxl.plan.schema import Table
from sendxl.plan.values import Value, same, show, to_text
from sendxl.plan.vocabulary import Revised, RevisionDecision
from sendxl.source.column_parts import Sure
from sendxl.source.differing import Differing, same_words
from sendxl.source.proposals import Proposal
from sendxl.source.revise import Brief, likeness

_OF_MEASURE = (Measure.baseline, Measure.baseline_on, Measure.target, Measure.target_on)
_SAME_MEASURE = 0.4  # likeness from which on a measure is another one in other words
Later = Mapping[str, Value]


class Below:
    """Compares what belongs to activities. ``measures`` and ``later_measures`` by activity, each on its own side."""

    def __init__(self, differing: Differing) -> None:
        self._differing = differing
        plan, rows = differing.plan, differing.later.rows
        self.measures: dict[str, list[Measure]] = defaultdict(list)
        for measure in plan.read(MEASURES):
            self.measures[measure.activity_ref or ""].append(measure)
        self.later_measures = _by(rows[MEASURES], "activity_ref")
        self._targets = {(row.measure_ref or "", row.on): row for row in plan.read(TARGETS)}
        self._later_targets = _by(rows[TARGETS], "measure_ref")
        self._lines = {(row.activity_ref or "", as_seen(row.description or "")) for row in plan.read(SAVINGS)}
        self._later_lines = _by(rows[SAVINGS], "activity_ref")

    def compare(self, old_ref: str, new_ref: str, what: Revised) -> None:
        """Note what the later version says otherwise of what belongs to an activity, ``what`` became of it."""
        at = self._differing.at[new_ref]
        old, new = self.measures[old_ref], self.later_measures[new_ref]
        pairs = _paired(old, new)
        for measure, later in pairs:
            self._measure(measure, later, new_ref, what)
        for later in new:
            if all(later is not other for _, other in pairs):
                self._further(MEASURES, old_ref, later, "measure", f"{old_ref} gets a further measure.", at, ready=True)
        for measure in old:
            if new and all(measure is not other for other, _ in pairs):
                self._differing.add(Proposal(
                    Revised.GONE, measure.key, MEASURES["measure"].header, measure.measure or "", "",
                    f"The later version does not name it. Choose “{RevisionDecision.KEEP}” to go on with it, or delete its row "
                    f"in {MEASURES.title}.", sure=Sure.LIKELY,
                    refused=f"a measure is not deleted, as values were reported of it. Choose “{RevisionDecision.KEEP}”, or "
                            f"delete its row in {MEASURES.title} yourself"))
        for line in self._later_lines[new_ref]:
            if (old_ref, as_seen(to_text(line["description"]))) not in self._lines:
                self._further(SAVINGS, old_ref, line, "description", f"{old_ref} gets this savings line, not quantified.", at,
                              ready=False)

    def _measure(self, measure: Measure, later: Later, new_ref: str, what: Revised) -> None:
        own = to_text(later["ref"])
        if not same_words(measure.measure, later["measure"]):
            self._differing.cell(what, MEASURES, measure, MEASURES["measure"], later["measure"],
                                 "The measure takes the new words. What was reported of it stays.", new_ref, own, ready=True)
        for column in _OF_MEASURE:
            if later[column.key] is not None and not same(measure[column.key], later[column.key]):
                self._differing.cell(what, MEASURES, measure, column, later[column.key],
                                     f"{column.header} takes what the later version says.", new_ref, own, ready=False)
        for target in self._later_targets[own]:
            expected = TARGETS["expected"]
            kept = next((row for (of, on), row in self._targets.items() if of == measure.key and same(on, target["on"])), None)
            if kept is None:
                on, level = show(target["on"]), show(target["expected"], MEASURES["target"].type_in(measure.kind))
                self._differing.add(Proposal(
                    Revised.NEW, measure.key, expected.header, "", f"{level} by {on}", "The measure gets this interim target.",
                    self._differing.at[new_ref], adds=to_text(target["ref"]), table=TARGETS))
            elif not same(kept.expected, target["expected"]):
                self._differing.cell(what, TARGETS, kept, expected, target["expected"],
                                     "The interim target takes what the later version says.", new_ref, own, ready=False)

    def costs(self) -> None:
        """Note what the later version says otherwise of the costs of placements and units."""
        known = {as_seen(row.key): row for row in self._differing.plan.read(UNIT_COSTS)}
        cost = UNIT_COSTS["annual_cost"]
        for later in self._differing.later.rows[UNIT_COSTS]:
            row = known.get(as_seen(to_text(later["code"])))
            if row is not None and later["annual_cost"] is not None and not same(row.annual_cost, later["annual_cost"]):
                self._differing.cell(Revised.SAME, UNIT_COSTS, row, cost, later["annual_cost"],
                                     "The unit cost takes what the later version says; what was approved stays.", "", "",
                                     ready=False)

    def _further(self, table: Table, ref: str, later: Later, key: str, says: str, at: str, *, ready: bool) -> None:
        self._differing.add(Proposal(Revised.NEW, ref, table[key].header, "", to_text(later[key]), says, at, ready=ready,
                                     adds=to_text(later["ref"]), table=table))


def _by(rows: Sequence[Later], key: str) -> dict[str, list[Later]]:
    found: dict[str, list[Later]] = defaultdict(list)
    for row in rows:
        found[to_text(row[key])].append(row)
    return found


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
    if same_words(one.measure, other["measure"]):
        return 2
    return likeness(Brief("", one.measure or ""), Brief("", to_text(other["measure"])))
