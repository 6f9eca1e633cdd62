"""Aims: can each activity and measure be judged, by a measure, a baseline, a target and interim targets that agree?"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sendxl.checks.registry import Scope, at, check
from sendxl.checks.view import Master
from sendxl.plan.finding import Severity
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import MEASURES, PLAN, TARGETS, Activity, Measure, Target
from sendxl.plan.registry import Hit
from sendxl.plan.rows import Rows, has_value
from sendxl.plan.schema import Type
from sendxl.plan.values import show
from sendxl.plan.vocabulary import Better, Kind

_PLACES = 6  # to which levels are compared
_BY_LINE = (Kind.NUMBER, Kind.PERCENTAGE, Kind.NUMBER_AND_SHARE)
_LINE = ("better", "baseline", "baseline_on", "target", "target_on")


def _levels(measure: Measure) -> tuple[float, float] | None:
    """Baseline and target of a measure that is judged by the line between them; None where one is missing."""
    if measure.kind not in _BY_LINE or measure.baseline is None or measure.target is None:
        return None
    return round(measure.baseline, _PLACES), round(measure.target, _PLACES)


def _level(measure: Measure, value: float | None) -> str:
    return show(value, measure.type_of(MEASURES["target"]))


@check("D58", Severity.ERROR, on=(MEASURES, "better"), where=has_value, reads=("kind", "baseline", "target"),
       says="Better is {found}, but the target ({target}) is below the baseline ({baseline}), so the measure is not assessed. "
            "Choose Lower, or correct the figures.")
def better_against_the_figures(measure: Measure, master: Master) -> Iterator[Hit]:
    """Where Better is Higher, the target is not below the baseline.

    Why: nobody can tell which of the two is wrong, and by the wrong one a loss would be on track.

    Example: exclusions are to fall from 240 to 180, and Better is Higher.

    Put right: choose Lower where the figure is to fall; else correct Baseline or Target.
    """
    levels = _levels(measure)
    if measure.better == Better.HIGHER and levels and levels[1] < levels[0]:
        yield Hit(words={"target": _level(measure, measure.target), "baseline": _level(measure, measure.baseline)})


@check("D59", Severity.NOTE, on=(MEASURES, "better"), where=has_value, reads=("kind", "baseline", "target"),
       says="Better is {found}, and the target ({target}) is above the baseline ({baseline}). Is growth to be kept within the "
            "target? If the figure is to rise, choose Higher.")
def target_that_lets_the_figure_grow(measure: Measure, master: Master) -> Iterator[Hit]:
    """Where Better is Lower, a target above the baseline is meant as a limit to growth.

    Why: it is judged like that: to stay below the line is on track. If the figure is meant to rise, all is judged the wrong
    way round.

    Example: plans are to grow from 4,000 to 4,200 at the most, and Better is Lower, rightly.

    Put right: nothing, if growth is to be limited. Else choose Higher.
    """
    levels = _levels(measure)
    if measure.better == Better.LOWER and levels and levels[1] > levels[0]:
        yield Hit(words={"target": _level(measure, measure.target), "baseline": _level(measure, measure.baseline)})


@check("D60", Severity.NOTE, on=(PLAN, "ref"), reads=("closed_on", (MEASURES, "activity_ref")),
       says="{found} has no measure, so only its dates and % complete say how it stands. Add one to Measures.")
def activity_without_measure(activity: Activity, master: Master) -> bool:
    """An activity has a measure, unless it is closed.

    Why: work can be done on time and change nothing; a measure says whether it did.

    Example: an activity was added to Plan, and nothing to Measures.

    Put right: add a row to Measures with its Ref; the Kind Milestone where there is nothing to count.
    """
    return bool(activity.key) and activity.closed_on is None and as_seen(activity.key) not in master.measured


@check("D61", Severity.NOTE, on=(MEASURES, "ref"), reads=("activity_ref", "kind", *_LINE, (PLAN, "closed_on")),
       says="The measure has no {gaps}, so it is not assessed. Enter what is missing.")
def measure_without_target_or_baseline(measure: Measure, master: Master) -> Iterator[Hit]:
    """A measure has what its Kind is judged by.

    Why: without a baseline and a target, each with its day, nobody can say what was to be expected by now. A Compliance
    measure needs Better and, where lower is better, a target; a Milestone needs none. Measures of closed activities are
    left out.

    Example: Baseline is 40 on 1 Apr 2026, and Target is blank.

    Put right: enter what the message names. Published plans often leave it open; agree it with the lead.
    """
    activity = master.row(PLAN, measure.activity_ref)
    if activity is not None and activity.closed_on is not None:
        return
    needed: Sequence[str] = ("kind",)
    if measure.kind in _BY_LINE:
        needed = _LINE
    elif measure.kind == Kind.COMPLIANCE:
        needed = ("better", "target") if measure.better == Better.LOWER else ("better",)
    gaps = [key for key in needed if measure.is_blank(key)]
    if gaps:
        rows = master.tables[MEASURES]
        yield at(rows, measure, gaps[0], gaps=", ".join(MEASURES[key].header for key in gaps))


@check("D62", Severity.ERROR, on=Scope.TABLE, says="{column} is {found}, {why}. {do}.")
def interim_target_off_the_line(rows: Rows, master: Master) -> Iterator[Hit]:
    """Interim targets lie between baseline and target, in days and in level, each on a day of its own.

    Why: the line that a measure is to follow runs through them. One that lies outside in days, on a day that another has, or
    of a measure that follows no line, counts for nothing. One above or below both levels, or that runs back, is only noted:
    a plan may foresee a dip.

    Example: a target of 31 Aug 2030 for a measure whose Target on is 31 Aug 2029; 95 in one year, and 80 in the next.

    Put right: correct the day or the level; delete a row that is not needed.
    """
    reads = ("kind", "better", "baseline", "baseline_on", "target", "target_on")
    if rows.table is not TARGETS or not all(master.has(MEASURES, key) for key in reads):
        return
    of_measure: dict[str, list[Target]] = defaultdict(list)
    for row in master.tables[TARGETS]:
        of_measure[as_seen(row.measure_ref or "")].append(row)
    for ref, targets in of_measure.items():
        measure = master.row(MEASURES, ref)
        if measure is not None and measure.kind:
            yield from _off_line(rows, measure, targets)


def _off_line(rows: Rows, measure: Measure, targets: Sequence[Target]) -> Iterator[Hit]:
    if measure.kind not in _BY_LINE:
        for row in targets:
            yield at(rows, row, "on", why=f"but {measure.key} is a {measure.kind}, which follows no line, so it counts for "
                     "nothing", do="Delete the row")
        return
    on_day, levels = Counter(row.on for row in targets), _levels(measure)
    counted = []
    for row in targets:
        if row.on is None:
            continue
        if measure.baseline_on and row.on <= measure.baseline_on:
            why = f"not after Baseline on of {measure.key} ({show(measure.baseline_on)}), so it counts for nothing"
        elif measure.target_on and row.on >= measure.target_on:
            why = f"not before Target on of {measure.key} ({show(measure.target_on)}), so it counts for nothing"
        elif on_day[row.on] > 1:
            why = f"as is another interim target of {measure.key}, so only one of them counts"
        else:
            counted.append(row)
            continue
        yield at(rows, row, "on", why=why, do="Correct the day, or delete the row")
    yield from _off_levels(rows, measure, sorted(counted, key=lambda row: str(row.on)), levels)


def _off_levels(rows: Rows, measure: Measure, targets: Sequence[Target], levels: tuple[float, float] | None) -> Iterator[Hit]:
    """Notes of what lies outside the levels or runs back; levels are shown in the unit of the measure."""
    told = [(row, round(row.expected, _PLACES)) for row in targets if row.expected is not None]
    if not levels:
        return
    low, high = sorted(levels)
    way = -1 if levels[1] < levels[0] else 1
    outside = [row for row, level in told if not low <= level <= high and not _as_percentage(measure, level)]
    back = [row for (_, before), (row, level) in pairwise(told) if way * (level - before) < 0]
    for row, _ in told:
        if row in outside or row in back:
            why = (f"outside baseline ({_level(measure, measure.baseline)}) and target ({_level(measure, measure.target)}) of "
                   f"{measure.key}" if row in outside else f"which runs back on the way to the target of {measure.key}")
            hit = at(rows, row, "expected", found=_level(measure, row.expected), why=why, do="If it is not meant, correct it")
            yield Hit(hit.at, Severity.NOTE, hit.says, hit.words)


def _as_percentage(measure: Measure, level: float) -> bool:
    """True for what D57 tells of: 45 where 45% is meant."""
    return measure.type_of(MEASURES["target"]) is Type.FRACTION and level > 1
