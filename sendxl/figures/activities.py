"""The status of an activity: its work against its dates, and the worst of its measures.

Pure: told the day, reads no clock. Nothing raises on data; what cannot be judged is Not assessed and says why.
Source: workbooks/pages/figures.md, Activity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from sendxl.figures import reason
from sendxl.figures.measures import MeasureFigures
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
Measured: TypeAlias = tuple[str, MeasureFigures]  # the ref of a measure, and its figures


@dataclass(frozen=True, slots=True)
class UpdateFacts:
    """What the registers say about the updates of one activity.

    ``due_on`` holds Due on of the period's trackers that carry the activity, one for each lead it was issued to.
    """

    due_on: Sequence[date] = ()
    received: bool = False  # an update of it for this period is stamped, of one lead at least
    ever: bool = False  # an update of it was stamped in any period


@dataclass(frozen=True, slots=True)
class ActivityFigures:
    """The computed columns of one row of Plan, by column key, savings apart; None is a blank cell."""

    delivery_status: Status
    measure_status: Status
    status: Status
    reason: str
    direction: Direction | None
    update_state: str | None
    lead_view: LeadView | None


def assess_activity(activity: Activity, measures: Sequence[Measured], as_at: date, settings: Settings, updates: UpdateFacts,
                    today: date, period: Period | None) -> ActivityFigures:
    """The figures of an activity (a row of Plan): its status ``as_at`` a day, its update state by ``today``."""
    delivery, work = _delivery(activity, as_at, settings)
    worst = _worst(measures)
    measured = worst[1].status if worst else Status.NOT_ASSESSED
    status = _overall(delivery, measured)
    closed = delivery is Status.CLOSED
    return ActivityFigures(
        delivery_status=delivery,
        measure_status=measured,
        status=status,
        reason=_reason(activity, delivery, work, measures, worst),
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


def _delivery(activity: Activity, as_at: date, settings: Settings) -> tuple[Status, str]:
    """The status of the work by its dates, and why. The first that fits; a cell it turns on must be readable."""

    def unreadable(*keys: str) -> list[str]:
        return [reason.gap(activity, key) for key in keys if activity.cell(key).problem]

    closed, completed = activity.closed_on, activity.completed_on
    if activity.is_closed(as_at):
        why = (activity.closed_reason or "").strip().rstrip(".")
        return Status.CLOSED, f"Closed {show(closed)}{f': {why}' if why else ''}"
    gaps = unreadable("closed_on")
    if not gaps and completed and completed <= as_at:
        return Status.COMPLETE, f"Completed {show(completed)}"
    starts, due = activity.starts, activity.due
    gaps += unreadable("completed_on")
    gaps += [reason.gap(activity, key) for key, day in (("starts", starts), ("due", due)) if not day]
    if gaps or not (starts and due):
        return Status.NOT_ASSESSED, reason.not_assessed(gaps)
    if starts > as_at:
        return Status.NOT_STARTED, reason.not_started(starts, due)
    percent = activity.percent_complete
    if due < as_at:
        return Status.OFF_TRACK, reason.work_overdue(percent, due)
    if percent is None:
        return Status.NOT_ASSESSED, reason.not_assessed([reason.gap(activity, "percent_complete")])
    status, why = _progress(percent, starts, due, activity.forecast_finish, as_at, settings)
    if status is Status.ON_TRACK and (gaps := unreadable("forecast_finish")):
        return Status.NOT_ASSESSED, reason.not_assessed(gaps)
    return status, why


def _progress(percent: float, starts: date, due: date, forecast: date | None, as_at: date,
              settings: Settings) -> tuple[Status, str]:
    """The status of work under way: the share done against the share of the time gone."""
    expected = (as_at - starts).days / (due - starts).days if due > starts else 1.0
    gone = round(expected, PLACES)
    early = gone <= 0 or gone < settings.early_share
    status = Status.ON_TRACK if early else band(round(percent / expected, PLACES), settings)
    why = reason.work_done(percent, gone, as_at, due, early=early)
    if forecast and forecast > due:
        status = Status.AT_RISK if status is Status.ON_TRACK else status
        why += f", forecast to finish {show(forecast)}"
    return status, why


def _worst(measures: Sequence[Measured]) -> Measured | None:
    """The measure that decides: the worst status, of equals the least attained, then the first."""
    judged = [measure for measure in measures if measure[1].status in _RANK]
    return min(judged, key=lambda m: (-_RANK[m[1].status], m[1].attainment or 0.0), default=None)


def _overall(delivery: Status, measured: Status) -> Status:
    if delivery in (Status.CLOSED, Status.NOT_STARTED):
        return delivery
    if delivery is Status.COMPLETE:  # benefits lag delivery
        return Status.AT_RISK if measured is Status.OFF_TRACK else Status.COMPLETE
    if delivery is Status.NOT_ASSESSED:
        return Status.ON_TRACK if measured is Status.COMPLETE else measured
    return max(delivery, measured, key=lambda status: _RANK.get(status, -1))


def _direction(measures: Sequence[Measured]) -> Direction | None:
    seen = {figures.direction for _, figures in measures}
    return next((d for d in (Direction.WORSENING, Direction.IMPROVING, Direction.STEADY) if d in seen), None)


def _reason(activity: Activity, delivery: Status, work: str, measures: Sequence[Measured], worst: Measured | None) -> str:
    """One sentence: what decided the status, with its figures, then the other side in brief."""
    if delivery in (Status.CLOSED, Status.NOT_STARTED):
        return work
    if worst is None:
        return work if delivery is Status.COMPLETE else f"{work}; {_unmeasured(measures)}"
    ref, figures = worst
    which = f"measure {ref}" if len(measures) > 1 and ref else "measure"
    stands = figures.status.lower()
    if delivery is Status.COMPLETE and figures.status is Status.OFF_TRACK:
        return f"{work}, but {which} {stands}: {figures.reason}"
    if delivery is Status.NOT_ASSESSED or _RANK[figures.status] > _RANK[delivery] > _RANK[Status.COMPLETE]:
        found = f"{ref}: {figures.reason}" if len(measures) > 1 and ref else figures.reason
        return f"{found}; delivery {_inside(work) if delivery is Status.NOT_ASSESSED else _brief(delivery, activity)}"
    if figures.status in (Status.ON_TRACK, Status.COMPLETE):
        return f"{work}; {'measures' if len(measures) > 1 else 'measure'} {stands}"
    return f"{work}; {which} {'also ' if figures.status is delivery else ''}{stands}"


def _brief(delivery: Status, activity: Activity) -> str:
    percent = activity.percent_complete
    done = "" if percent is None else f" ({show(percent, Type.FRACTION)} complete)"
    return delivery.lower() + done


def _unmeasured(measures: Sequence[Measured]) -> str:
    if not measures:
        return "no measures"
    if all(figures.status is Status.NOT_STARTED for _, figures in measures):
        return "measures not started" if len(measures) > 1 else "measure not started"
    return "no measure assessed" if len(measures) > 1 else f"measure {_inside(measures[0][1].reason)}"


def _inside(sentence: str) -> str:
    """A sentence as it reads inside another."""
    return sentence[:1].lower() + sentence[1:]
