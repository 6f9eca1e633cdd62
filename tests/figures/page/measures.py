"""Value, expected now, attainment, status and direction of a measure, worked out from the page alone.

Ambiguities, and how they are read here:
- What a kind needs: Number, Percentage, "Number and %": Better, Baseline, Baseline on, Target, Target on and a value;
  Compliance: Better, a value, and with Lower a Target; Milestone: Starts, Due and a value (it is always Higher).
  An Out of of 0 is missing.
- "Not started (as at < Baseline on or Starts)": either day, for every kind; a day that is blank does not count. As "Not
  assessed" fits first, an unreported measure that has not started is Not assessed.
- A measure that contradicts itself is itself Not assessed; expected now and attainment are still shown where the line can
  be drawn. A milestone whose Due is before its Starts contradicts itself too. Its contradiction comes before what it lacks.
- Targets rows on or before Baseline on, or on or after Target on, are passed over; of equal days the later Ref counts.
- Early share: of the whole time from Baseline on to Target on (a milestone: Starts to Due), whatever Targets say.
- "Target on" of a milestone, in the statuses, is Due.
- "target reached" compares value and target rounded to 6 places.
- "of a period before this one": one that ends before the first day of this one. This one is the Reporting period; where
  the values come from the logs, the period of the value taken. The last is the one of the latest period, then of the highest
  No, among those that have a value; a milestone's reading without an Actual has none.
- Direction is worked out also of a measure that is Not assessed, where value, previous and Better are there.
- "|target − baseline|, else |target|, else 1": the next where the one before is blank or 0. A milestone's are 1 and 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from tests.figures.page.periods import as_told_by, span_of, standing, values_come_from_logs
from tests.figures.page.rows import Activity, Figure, Measure, Plan, Reading, Settings, Target, exact, figure, share

OF_SHARE = ("Number and %", "Compliance")
KINDS = ("Number", "Percentage", "Number and %", "Compliance", "Milestone")


@dataclass(frozen=True)
class MeasureFigures:
    value: Figure
    previous: Figure
    expected_now: Figure
    attainment: Figure
    status: str
    direction: str | None
    missing: tuple[str, ...]  # headers of what its kind needs
    contradicts: bool
    growth_limit: bool  # Lower with a target above the baseline: judged, and said
    as_of: date | None  # an Actual on before the period


def value_of(kind: str | None, actual: Figure, out_of: Figure) -> Figure:
    if kind not in OF_SHARE:
        return actual
    return actual / out_of if actual is not None and out_of else None


def on_line(points: Sequence[tuple[date, Fraction]], day: date) -> Figure:
    """Straight between the points, by day; flat after the last, blank before the first."""
    if day < points[0][0]:
        return None
    for (from_day, start), (to_day, end) in pairwise(points):
        if day < to_day:
            return start + (end - start) * Fraction((day - from_day).days, (to_day - from_day).days)
    return points[-1][1]


@dataclass(frozen=True)
class _Course:
    """Where a measure comes from and goes to, as its kind says."""

    sign: int | None
    baseline: Figure
    begins: date | None
    target: Figure
    ends: date | None


def _course(measure: Measure, activity: Activity) -> _Course:
    if measure.kind == "Milestone":
        return _Course(1, Fraction(0), activity.starts, Fraction(1), activity.due)
    sign = {"Higher": 1, "Lower": -1}.get(measure.better or "")
    target = figure(measure.target)
    if measure.kind == "Compliance" and target is None and sign == 1:
        target = Fraction(1)
    return _Course(sign, figure(measure.baseline), measure.baseline_on, target, measure.target_on)


def _missing(measure: Measure, course: _Course, value: Figure) -> tuple[str, ...]:
    if measure.kind not in KINDS:
        return ("Kind",)
    milestone = measure.kind == "Milestone"
    needs: list[tuple[str, object]] = [("Better", course.sign), ("Target", course.target)]
    if measure.kind != "Compliance":
        needs += [("Baseline", course.baseline), ("Starts" if milestone else "Baseline on", course.begins),
                  ("Due" if milestone else "Target on", course.ends)]
    if value is None:
        counted = measure.kind in OF_SHARE and measure.actual is not None
        needs.append(("Out of" if counted else "Actual", None))
    return tuple(name for name, there in needs if there is None)


def _contradicts(measure: Measure, course: _Course) -> bool:
    if measure.formula_never_worked_out:
        return True
    if measure.kind == "Compliance":
        return False
    backwards = course.begins is not None and course.ends is not None and course.ends < course.begins
    falls = course.sign == 1 and course.baseline is not None and course.target is not None and course.target < course.baseline
    return backwards or falls


def _expected(measure: Measure, course: _Course, targets: Sequence[Target], as_at: date) -> Figure:
    if measure.kind == "Compliance":
        return course.target
    if course.baseline is None or course.begins is None or course.target is None or course.ends is None:
        return None
    if course.ends < course.begins:
        return None
    between = {row.on: exact(row.expected) for row in sorted(targets, key=lambda row: row.ref)
               if row.on is not None and row.expected is not None and course.begins < row.on < course.ends}
    if measure.kind == "Milestone":
        between = {}
    return on_line([(course.begins, course.baseline), *sorted(between.items()), (course.ends, course.target)], as_at)


def _attainment(measure: Measure, course: _Course, value: Figure, expected: Figure, as_at: date, settings: Settings) -> Figure:
    if value is None or expected is None or course.sign is None:
        return None
    sign = course.sign
    if measure.kind == "Compliance":
        if expected == 0:
            return Fraction(1 if sign * value >= 0 else 0)
        return value / expected if sign == 1 else max(Fraction(0), 2 - value / expected)
    assert course.baseline is not None and course.begins is not None and course.ends is not None
    whole = (course.ends - course.begins).days
    gone = Fraction((as_at - course.begins).days, whole) if whole else Fraction(1)
    if expected == course.baseline or share(gone) < exact(settings.early_share):
        if sign * (value - course.baseline) >= 0:
            return Fraction(1)
        return 1 - abs(value - course.baseline) / abs(course.baseline) if course.baseline else Fraction(0)
    return 1 + sign * (value - expected) / abs(expected - course.baseline)


def _status(measure: Measure, activity: Activity, course: _Course, value: Fraction, attainment: Figure, as_at: date,
            settings: Settings) -> str:
    if any(day is not None and as_at < day for day in (measure.baseline_on, activity.starts)):
        return "Not started"
    assert attainment is not None and course.sign is not None and course.target is not None
    judged, on_track = share(attainment), exact(settings.on_track_from)
    if measure.kind != "Compliance":
        assert course.baseline is not None and course.ends is not None
        reached = course.sign * (share(value) - share(course.target)) >= 0
        if reached and (measure.kind == "Milestone" or as_at >= course.ends):
            return "Complete"
        if as_at >= course.ends:
            return "At risk" if judged >= on_track else "Off track"
        if reached and course.sign * (course.target - course.baseline) > 0:
            return "On track"
    if judged >= on_track:
        return "On track"
    return "At risk" if judged >= exact(settings.at_risk_from) else "Off track"


def _previous(measure: Measure, readings: Sequence[Reading], period: str) -> Figure:
    first = span_of(period)[0]
    told = [(span_of(row.period)[1], row.no, value) for row in readings
            if row.ref == measure.ref and span_of(row.period)[1] < first
            and (value := value_of(measure.kind, figure(row.actual), figure(row.out_of))) is not None]
    return max(told)[2] if told else None


def _direction(course: _Course, value: Figure, previous: Figure, settings: Settings) -> str | None:
    if value is None or previous is None or course.sign is None:
        return None
    way = abs(course.target - course.baseline) if course.target is not None and course.baseline is not None else Fraction(0)
    scale = way or (Fraction(0) if course.target is None else abs(course.target)) or Fraction(1)
    moved, same = share(course.sign * (value - previous) / scale), exact(settings.same_within)
    return "Improving" if moved > same else "Worsening" if moved < -same else "Steady"


def measure_figures(measure: Measure, activity: Activity, targets: Sequence[Target], readings: Sequence[Reading],
                    settings: Settings, as_at: date, period: str) -> MeasureFigures:
    """Of one measure; ``targets`` are its own, ``readings`` those not undone, ``period`` is "this one"."""
    actual = measure.actual
    if measure.kind == "Milestone" and actual is None:
        actual = activity.percent_complete
    value = value_of(measure.kind, figure(actual), figure(measure.out_of))
    course = _course(measure, activity)
    contradicts = _contradicts(measure, course)
    missing = _missing(measure, course, value)
    expected = _expected(measure, course, targets, as_at)
    attainment = _attainment(measure, course, value, expected, as_at, settings)
    if contradicts or missing or value is None:
        status = "Not assessed"
    else:
        status = _status(measure, activity, course, value, attainment, as_at, settings)
    previous = _previous(measure, readings, period)
    limit = (measure.kind != "Compliance" and course.sign == -1 and course.target is not None
             and course.baseline is not None and course.target > course.baseline)
    old = measure.actual_on if measure.actual_on and measure.actual_on < span_of(period)[0] else None
    return MeasureFigures(value, previous, expected, attainment, status, _direction(course, value, previous, settings),
                          missing, contradicts, limit, old)


def all_measures(plan: Plan, as_at: date) -> dict[str, MeasureFigures]:
    """Of every measure of the plan, by Ref, with the values that count as at that day."""
    told = as_told_by(plan, as_at)
    back = values_come_from_logs(plan, as_at)
    activities = {row.ref: row for row in told.plan}
    readings = standing(plan, plan.readings)
    found = {}
    for measure in told.measures:
        period = (measure.period if back else None) or plan.settings.reporting_period
        targets = [row for row in told.targets if row.measure_ref == measure.ref]
        found[measure.ref] = measure_figures(measure, activities[measure.activity_ref], targets, readings, plan.settings,
                                             as_at, period)
    return found
