"""The status of an activity: its work against its dates, and the worst of its measures.

Pure: told the day, reads no clock. Nothing raises on data; what cannot be judged is Not assessed and says why.
Source: workbooks/pages/figures.md, Activity.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sendxl.figures import reason
from sendxl.figures.measures import Judged
from sendxl.figures.trajectory import PLACES, band
from sendxl.plan.counting import many
from sendxl.plan.master import Activity
from sendxl.plan.periods import Period
from sendxl.plan.schema import Type
from sendxl.plan.settings import Settings
from sendxl.plan.values import show
from sendxl.plan.vocabulary import Direction, LeadView, Status

SCALE = (Status.COMPLETE, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)  # best first
_RANK = {status.value: rank for rank, status in enumerate(SCALE)}


class UpdateFacts(NamedTuple):
    """What the registers say about the updates of one activity.

    ``due_on`` holds Due on of the period's trackers that carry the activity, one for each lead it was issued to.
    """

    due_on: Sequence[date] = ()
    received: bool = False  # an update of it for this period is stamped, of one lead at least
    ever: bool = False  # an update of it was stamped in any period


class ActivityFigures(NamedTuple):
    """The computed columns of one row of Plan, by column key, savings apart; None is a blank cell."""

    delivery_status: Status
    measure_status: Status
    status: Status
    reason: str
    direction: Direction | None
    update_state: str | None
    lead_view: LeadView | None


def assess_activity(activity: Activity, measures: Sequence[Judged], as_at: date, settings: Settings, updates: UpdateFacts,
                    today: date, period: Period | None) -> ActivityFigures:
    """The figures of an activity (a row of Plan): its status ``as_at`` a day, its update state by ``today``."""
    work = _delivery(activity, as_at, settings)
    worst = _worst(measures)
    measured = worst.figures.status if worst else Status.NOT_ASSESSED
    status = _overall(work.status, measured)
    wrong = status is Status.ON_TRACK and any(measure.contradicts for measure in measures)
    why = _reason(activity, work, measures, worst, wrong=wrong)
    if wrong:  # a plan that contradicts itself never makes an activity look better
        status = Status.NOT_ASSESSED
    closed = work.status is Status.CLOSED
    return ActivityFigures(
        delivery_status=work.status,
        measure_status=measured,
        status=status,
        reason=why,
        direction=_direction(measures),
        update_state=None if closed else update_state(updates, settings, today, period),
        lead_view=lead_view(activity.lead_status, status),
    )


def update_state(updates: UpdateFacts, settings: Settings, today: date, period: Period | None) -> str | None:
    """Received, Due, Never updated or Overdue by n days; None where no period is open and no tracker was issued.

    An activity issued to several leads is due until the last of their days, as one lead's update is enough.
    """
    if updates.received:
        return "Received"
    if updates.due_on:
        due = max(updates.due_on)
    elif period:
        due = period.last + timedelta(days=settings.update_due_days)
    else:
        return None
    days = (today - due).days
    if days <= 0:
        return "Due"
    if not updates.ever:
        return "Never updated"
    return f"Overdue by {many(days, 'day')}"


def lead_view(lead_status: str | None, status: Status) -> LeadView | None:
    """The lead's status against the computed one; None where either is not on the scale."""
    lead, computed = _RANK.get(lead_status or ""), _RANK.get(status)
    if lead is None or computed is None:
        return None
    if lead == computed:
        return LeadView.AGREES
    return LeadView.OPTIMISTIC if lead < computed else LeadView.CAUTIOUS


class _Work(NamedTuple):
    """The status of the work by its dates, and why; ``gaps`` says what it lacks to be judged."""

    status: Status
    reason: str
    gaps: Sequence[str] = ()

    @classmethod
    def without(cls, gaps: Sequence[str]) -> "_Work":
        return cls(Status.NOT_ASSESSED, reason.not_assessed(gaps), gaps)


def _delivery(activity: Activity, as_at: date, settings: Settings) -> _Work:
    """The status of the work by its dates, and why. The first that fits; a cell it turns on must be readable."""

    def unreadable(*keys: str) -> list[str]:
        return [reason.gap(activity, key) for key in keys if activity.problem(key)]

    closed, completed = activity.closed_on, activity.completed_on
    if activity.is_closed(as_at):
        why = (activity.closed_reason or "").strip().rstrip(".")
        return _Work(Status.CLOSED, f"Closed {show(closed)}{f': {why}' if why else ''}")
    gaps = unreadable("closed_on")
    if not gaps and completed and completed <= as_at:
        return _Work(Status.COMPLETE, f"Completed {show(completed)}")
    starts, due, percent = activity.starts, activity.due, activity.percent_complete
    if gaps := gaps + unreadable("completed_on"):
        return _Work.without(gaps)
    if percent is not None and round(percent, PLACES) >= 1 and not completed:
        return _Work(Status.AT_RISK, reason.work_without_day(due, as_at))
    if due and due < as_at:
        return _Work(Status.OFF_TRACK, reason.work_overdue(percent, due, completed))
    if starts and starts > as_at:
        return _Work(Status.NOT_STARTED, reason.not_started(starts, due))
    if not (starts and due) or percent is None:
        return _Work.without(
            [reason.gap(activity, key) for key in ("starts", "due", "percent_complete") if activity[key] is None])
    work = _progress(percent, starts, due, activity.forecast_finish, as_at, settings)
    if work.status is Status.ON_TRACK and (gaps := unreadable("forecast_finish")):
        return _Work.without(gaps)
    return work


def _progress(percent: float, starts: date, due: date, forecast: date | None, as_at: date, settings: Settings) -> _Work:
    """The status of work under way: the share done against the share of the time gone."""
    expected = (as_at - starts).days / (due - starts).days if due > starts else 1.0
    gone = round(expected, PLACES)
    early = gone <= 0 or gone < settings.early_share
    status = Status.ON_TRACK if early else band(round(percent / expected, PLACES), settings)
    so_far = reason.work_so_far(percent, gone, as_at, early=early)
    if forecast and forecast > due:
        slipped = Status.OFF_TRACK if (forecast - due).days > settings.slip_off_track_days else Status.AT_RISK
        if _RANK[slipped] > _RANK[status]:
            return _Work(slipped, reason.work_slips(so_far, forecast, due))
        return _Work(status, reason.work_late(so_far, forecast, due))
    return _Work(status, reason.work_on_time(so_far, due))


def _worst(measures: Sequence[Judged]) -> Judged | None:
    """The measure that decides: the worst status, of equals the least attained, then the first."""
    judged = [measure for measure in measures if measure.figures.status in _RANK]
    return min(judged, key=lambda m: (-_RANK[m.figures.status], m.figures.attainment or 0.0), default=None)


def _overall(delivery: Status, measured: Status) -> Status:
    if delivery in (Status.CLOSED, Status.NOT_STARTED):
        return delivery
    if delivery is Status.COMPLETE:  # benefits lag delivery
        return Status.AT_RISK if measured is Status.OFF_TRACK else Status.COMPLETE
    if delivery is Status.NOT_ASSESSED:
        return Status.ON_TRACK if measured is Status.COMPLETE else measured
    return max(delivery, measured, key=lambda status: _RANK.get(status, -1))


def _direction(measures: Sequence[Judged]) -> Direction | None:
    seen = {measure.figures.direction for measure in measures}
    return next((d for d in (Direction.WORSENING, Direction.IMPROVING, Direction.STEADY) if d in seen), None)


def _reason(activity: Activity, work: _Work, measures: Sequence[Judged], worst: Judged | None, *, wrong: bool) -> str:
    """One sentence: what decided the status, with its figures, then the other side in brief, and what is set aside."""
    if work.status in (Status.CLOSED, Status.NOT_STARTED):
        return work.reason
    decisive = _decisive(activity, work, measures, worst)
    if not wrong:
        return "; ".join((decisive, *_set_aside(measures, measures, work)))
    judged = [measure for measure in measures if not measure.contradicts]
    contradicting = [measure for measure in measures if measure.contradicts]
    return "; ".join((f"Not assessed, as {'; '.join(_set_aside(contradicting, measures, work))}",
                      f"else on track: {_inside(decisive)}", *_set_aside(judged, measures, work)))


def _decisive(activity: Activity, work: _Work, measures: Sequence[Judged], worst: Judged | None) -> str:
    delivery = work.status
    if worst is None:
        waiting = [measure for measure in measures if measure.figures.status is Status.NOT_STARTED]
        if not measures:
            return f"{work.reason}; no measures"
        if not waiting:
            return work.reason
        which = _named(waiting, waiting if len(waiting) == len(measures) else measures)
        return f"{work.reason}; {which} not started"
    figures, which = worst.figures, _named([worst], measures)
    stands = figures.status.lower()
    if delivery is Status.COMPLETE and figures.status is Status.OFF_TRACK:
        return f"{work.reason}, but {which} {stands}: {figures.reason}"
    if delivery is Status.NOT_ASSESSED or _RANK[figures.status] > _RANK[delivery] > _RANK[Status.COMPLETE]:
        found = f"{worst.ref}: {figures.reason}" if len(measures) > 1 and worst.ref else figures.reason
        return f"{found}; delivery {_inside(work.reason) if delivery is Status.NOT_ASSESSED else _brief(work, activity)}"
    if figures.status in (Status.ON_TRACK, Status.COMPLETE):
        judged = [measure for measure in measures if measure.figures.status in _RANK]
        return f"{work.reason}; {'measures' if len(judged) > 1 else which} {stands}"
    return f"{work.reason}; {which} {'also ' if figures.status is delivery else ''}{stands}"


def _set_aside(some: Sequence[Judged], measures: Sequence[Judged], work: _Work) -> Iterator[str]:
    """Those of the measures that could not be judged, and why; those with one reason together."""
    reasons: dict[str, list[Judged]] = defaultdict(list)
    for measure in some:
        if measure.figures.status is Status.NOT_ASSESSED:
            how = "cannot be judged" if measure.contradicts else "set aside"
            known = measure.gaps and {gap.replace(reason.NO_SHARE, reason.NO_PERCENT) for gap in measure.gaps} <= {*work.gaps}
            reasons[f"{how} for the same reason" if known else f"{how}: {', '.join(measure.gaps)}"].append(measure)
    for why, named in reasons.items():
        yield f"{_named(named, measures)} {why}"


def _named(some: Sequence[Judged], measures: Sequence[Judged]) -> str:
    """Some of the measures of an activity: by their refs where it has others, too."""
    refs = [measure.ref for measure in some if measure.ref]
    one = "measure" if len(some) == 1 else "measures"
    if len(measures) == 1 or len(refs) < len(some) or some is measures:
        return one
    return f"{one} {' and '.join(filter(None, (', '.join(refs[:-1]), refs[-1])))}"


def _brief(work: _Work, activity: Activity) -> str:
    percent = activity.percent_complete
    if reason.WITHOUT_DAY in work.reason:
        return f"{work.status.lower()} ({reason.WITHOUT_DAY})"
    done = "" if percent is None else f" ({show(percent, Type.FRACTION)} complete)"
    return work.status.lower() + done


def _inside(sentence: str) -> str:
    """A sentence as it reads inside another; a ref at its head stays."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]
