"""The status of a measure: its value against the line from baseline to target, through its interim targets.

Pure: told the day, reads no clock. Nothing raises on data; what cannot be judged is Not assessed and says why.
Source: workbooks/pages/figures.md, Measure.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sendxl.figures import reason
from sendxl.figures.reason import Wording
from sendxl.figures.trajectory import PLACES, Line, band
from sendxl.plan.master import Activity, Logged, Measure, Target
from sendxl.plan.periods import Period, parse_period
from sendxl.plan.rows import Row
from sendxl.plan.settings import Settings
from sendxl.plan.values import Problem
from sendxl.plan.vocabulary import Better, Direction, Kind, Status

_KINDS = {kind.value: kind for kind in Kind}
_SIGNS = {Better.HIGHER.value: 1, Better.LOWER.value: -1}
_ON_LINE = ("better", "baseline", "baseline_on", "target", "target_on", "actual")
_JUDGED_BY = {Kind.NUMBER: _ON_LINE, Kind.PERCENTAGE: _ON_LINE, Kind.NUMBER_AND_SHARE: (*_ON_LINE, "out_of"),
              Kind.COMPLIANCE: ("better", "target", "actual", "out_of"), Kind.MILESTONE: ("actual",)}
_COUNTED = (Kind.NUMBER_AND_SHARE, Kind.COMPLIANCE)


class MeasureFigures(NamedTuple):
    """The computed columns of one row of Measures, by column key; None is a blank cell.

    Levels are in the unit of the measure (fractions for percentages). ``attainment`` is a fraction, 1 as expected,
    rounded to 6 places. ``expected_now`` and ``attainment`` are None before the measure starts.
    """

    value: float | None
    previous: float | None
    expected_now: float | None
    attainment: float | None
    status: Status
    reason: str
    direction: Direction | None


class _Terms(NamedTuple):
    """What a measure is judged by, as far as it can be read. ``gaps`` names what its kind needs and lacks."""

    gaps: list[str]
    kind: Kind | None = None
    sign: int = 0  # +1 higher is better, −1 lower is
    baseline: float | None = None
    start: date | None = None
    target: float | None = None
    due: date | None = None
    opens: date | None = None  # not started before this day
    value: float | None = None
    counted: tuple[float, float] | None = None  # how many, out of how many
    as_of: date | None = None
    contradicts: bool = False  # what is planned cannot be meant
    between: tuple[tuple[date, float], ...] = ()

    @property
    def line(self) -> Line | None:
        if self.kind is Kind.COMPLIANCE or not self.sign or self.baseline is None or self.target is None:
            return None
        if self.start is None or self.due is None or self.due < self.start:
            return None
        return Line(self.sign, self.baseline, self.start, self.target, self.due, self.between)


class Judged(NamedTuple):
    """A measure as its activity looks at it: its ref, its figures, and whether what is planned of it contradicts itself.

    ``gaps`` says what it lacks to be judged.
    """

    ref: str
    figures: MeasureFigures
    contradicts: bool
    gaps: tuple[str, ...] = ()


def assess_measure(measure: Measure, activity: Activity | None, as_at: date, settings: Settings, period: Period | None,
                   previous: float | None, targets: Sequence[Target] = ()) -> Judged:
    """The figures of a measure (a row of Measures) on a day; ``targets`` are its interim ones.

    ``activity`` is the row of Plan it belongs to, None where there is none; ``previous`` the value of an earlier
    period (see ``previous_value``); ``period`` the one reported on, by which a value that is older is told.
    """
    terms = _terms(measure, activity, targets)
    direction = _direction(terms, previous, settings.same_within)
    value, line = terms.value, terms.line
    started = terms.opens is None or as_at >= terms.opens
    expected = attainment = None
    if started:
        expected = line.expected(as_at) if line else terms.target if terms.kind is Kind.COMPLIANCE else None
    if terms.gaps or terms.kind is None or value is None:
        status, why = Status.NOT_ASSESSED, reason.not_assessed(terms.gaps)
    elif terms.opens and not started:
        status, why = Status.NOT_STARTED, reason.not_started(terms.opens, terms.due)
    else:
        later = terms.as_of is not None and terms.as_of > as_at
        old = period is not None and terms.as_of is not None and terms.as_of < period.first
        as_of = terms.as_of if old or later else None
        words = Wording(terms.kind, value, (measure.unit or "").strip(), terms.counted, as_of, later)
        if line:
            attainment, status, why = _on_line(words, line, as_at, settings)
        else:
            attainment, status, why = _to_standard(words, terms, settings)
    figures = MeasureFigures(value, previous, expected, attainment, status, why, direction)
    return Judged(measure.key, figures, terms.contradicts, tuple(terms.gaps))


def previous_value(measure: Measure, readings: Iterable[Logged], before: Period) -> float | None:
    """The last value of a period before this one, among the Readings of one measure; None where there is none.

    Of several in one period the one stamped last (the highest No) counts. A reading without a value, or of a period
    that cannot be read or runs into this one, is passed over. To leave out what was undone is for the caller.
    """
    kind = _KINDS.get(measure.kind or "")
    latest: tuple[date, float] | None = None
    previous: float | None = None
    for reading in readings:
        last = _last_day(reading.period)
        if last is None or last >= before.first:
            continue
        when = (last, reading.no or 0)
        value = _value(kind, Measure.actual.of(reading), Measure.out_of.of(reading))
        if value is not None and (latest is None or when >= latest):
            latest, previous = when, value
    return previous


def _on_line(words: Wording, line: Line, as_at: date, settings: Settings) -> tuple[float, Status, str]:
    """Attainment, status and reason of a value against its line. The first status that fits."""
    attainment = line.attainment(words.value, as_at, settings.early_share)
    reached = line.ahead(words.value, line.target) >= 0
    if reached and (as_at >= line.due or words.kind is Kind.MILESTONE):
        return attainment, Status.COMPLETE, reason.reached(words, line, as_at)
    if as_at >= line.due:
        return attainment, _late(attainment, settings), reason.on_line(words, line, as_at, settings.early_share)
    if reached and line.ahead(line.target, line.baseline) > 0:
        return attainment, Status.ON_TRACK, reason.reached(words, line, as_at)
    return attainment, band(attainment, settings), reason.on_line(words, line, as_at, settings.early_share)


def _to_standard(words: Wording, terms: _Terms, settings: Settings) -> tuple[float, Status, str]:
    """Attainment, status and reason of a Compliance measure, which is to meet its target all the time."""
    target = 1.0 if terms.target is None else terms.target
    met = round(terms.sign * (words.value - target), PLACES) >= 0
    if not target:
        attainment = 1.0 if met else 0.0
    else:
        attainment = words.value / target if terms.sign > 0 else max(2 - words.value / target, 0.0)
    attainment = round(attainment, PLACES)
    return attainment, band(attainment, settings), reason.to_standard(words, terms.sign, target)


def _late(attainment: float, settings: Settings) -> Status:
    """The status of a target that was not reached by its date."""
    return Status.AT_RISK if attainment >= settings.on_track_from else Status.OFF_TRACK


def _direction(terms: _Terms, previous: float | None, same_within: float) -> Direction | None:
    """Which way the value moved since the earlier period, as a share of the way from baseline to target."""
    if terms.value is None or previous is None or not terms.sign:
        return None
    target = terms.target or 0.0
    way = 0.0 if terms.baseline is None or terms.target is None else round(abs(target - terms.baseline), PLACES)
    move = round(terms.sign * (terms.value - previous) / (way or abs(target) or 1.0), PLACES)
    if move > same_within:
        return Direction.IMPROVING
    return Direction.WORSENING if move < -same_within else Direction.STEADY


def _terms(measure: Measure, activity: Activity | None, targets: Sequence[Target]) -> _Terms:
    """Read what the measure's kind needs, in the order of the columns."""
    gaps: list[str] = []
    kind = _KINDS.get(_need(measure, "kind", gaps))
    if kind is None:
        return _Terms(gaps, contradicts=measure.problem("kind") is Problem.NEVER_WORKED_OUT)
    if kind is Kind.MILESTONE:
        return _milestone(measure, activity, gaps)
    sign = _SIGNS.get(_need(measure, "better", gaps), 0)
    contradicts = False
    if kind is Kind.COMPLIANCE:
        baseline, start, due = measure.baseline, measure.baseline_on, None
        standard = measure.is_blank("target") and sign > 0
        target = 1.0 if standard else _need(measure, "target", gaps)
    else:
        baseline, start = _need(measure, "baseline", gaps), _need(measure, "baseline_on", gaps)
        target, due = _need(measure, "target", gaps), _need(measure, "target_on", gaps)
        if start and due and due < start:
            gaps.append("a target date before the baseline date")
            contradicts = True
        if sign > 0 and baseline is not None and target is not None and round(target - baseline, PLACES) < 0:
            gaps.append("a target below the baseline though Better is Higher")
            contradicts = True
    actual, counted = _need(measure, "actual", gaps), None
    if kind in _COUNTED:
        out_of = _need(measure, "out_of", gaps)
        if out_of is not None and out_of <= 0:
            gaps.append(f"Out of is {out_of:g}")
        elif out_of is not None and actual is not None:
            counted = (actual, out_of)
    value = _value(kind, actual, counted and counted[1])
    begins = activity.starts if activity is not None else None
    opens = max((day for day in (start, begins) if day), default=None)
    between = () if kind is Kind.COMPLIANCE else _between(targets, start, due)
    return _Terms(gaps, kind, sign, baseline, start, target, due, opens, value, counted, measure.actual_on,
                  contradicts or bool(gaps and _uncomputed(measure, kind)), between)  # what was never worked out is a gap


def _between(targets: Sequence[Target], start: date | None, due: date | None) -> tuple[tuple[date, float], ...]:
    """Days and levels of the interim targets that lie between the first and the last day; of one day the last."""
    if start is None or due is None:
        return ()
    levels = {row.on: row.expected for row in targets if row.on and row.expected is not None and start < row.on < due}
    return tuple(sorted(levels.items()))


def _uncomputed(measure: Measure, kind: Kind) -> bool:
    """True if a cell that a measure of its kind is judged by holds a formula that was never worked out."""
    return any(measure.problem(key) is Problem.NEVER_WORKED_OUT for key in _JUDGED_BY[kind])


def _milestone(measure: Measure, activity: Activity | None, gaps: list[str]) -> _Terms:
    """A milestone goes from 0 to 1 between the dates of its activity, by Actual or else by the activity's %."""
    start, due, contradicts = None, None, _uncomputed(measure, Kind.MILESTONE)
    value: Any = _need(measure, "actual", gaps) if measure.problem("actual") else measure.actual
    if activity is None:
        gaps.append(f"no activity {measure.activity_ref or ''}".rstrip())
    else:
        start, due = _need(activity, "starts", gaps), _need(activity, "due", gaps)
        if start and due and due < start:
            gaps.append("a due date before the start date")
            contradicts = True
    unreported = measure.is_blank("actual")
    if unreported and activity is not None:
        value = activity.percent_complete
        if value is None:
            gaps.append(reason.gap(activity, "percent_complete") if activity.problem("percent_complete") else reason.NO_SHARE)
    as_of = None if unreported else measure.actual_on
    return _Terms(gaps, Kind.MILESTONE, 1, 0.0, start, 1.0, due, start, value, None, as_of, contradicts)


def _need(row: Row, key: str, gaps: list[str]) -> Any:
    """The value of a cell that is needed; one that is blank or cannot be read is noted among the gaps."""
    value = row[key]
    if value is None:
        gaps.append(reason.gap(row, key))
    return value


def _value(kind: Kind | None, actual: float | None, out_of: float | None) -> float | None:
    """The figure that is judged: the actual, or for kinds that count one out of another their share."""
    if actual is None or kind not in _COUNTED:
        return actual
    return actual / out_of if out_of is not None and out_of > 0 else None


@lru_cache(maxsize=1024)
def _last_day(period: str | None) -> date | None:
    try:
        return parse_period(period or "").last
    except ValueError:
        return None
