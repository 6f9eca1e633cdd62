"""Delivery status, measure status, status, direction, lead view and update state of an activity, from the page alone.

Ambiguities, and how they are read here:
- "100 % complete but no Completed on": Completed on is blank; one that lies after the as-at day falls through to the rest.
- Slip: both halves bear only on what p / e gave. After Due: On track becomes At risk; more than Slip off track days after
  it: On track and At risk become Off track. The At risk of 100 % without a day is not made worse.
- Where e is 0 and Early share is 0, nothing could be done yet: On track.
- Measure status is blank where every measure is set aside (not Not started, not Not assessed).
- A measure that contradicts itself makes Not assessed of any On track, also of one that measures alone gave.
- Lead view is blank where either is Not started, also where both are.
- Update state: Received by a row of Updates, not undone, of the Reporting period, or by Plan's Period. Of several
  trackers of the period (joint leads, issued again) the latest Due on counts. None ever: no row of Updates that stands and
  no Updated on. A closed activity has none, as it is not issued. Days are told as a number, the words are left to others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.figures.page.measures import MeasureFigures, all_measures
from tests.figures.page.periods import as_told_by, span_of, standing
from tests.figures.page.rows import Activity, Plan, Settings, exact, share

WORSE = ("Complete", "On track", "At risk", "Off track")


@dataclass(frozen=True)
class ActivityFigures:
    delivery_status: str
    measure_status: str | None
    status: str
    direction: str | None
    lead_view: str | None
    update_state: str | None
    overdue_days: int | None
    missing: tuple[str, ...]  # headers of what delivery needs, where it is Not assessed
    set_aside: tuple[str, ...]  # refs of measures that are Not assessed or Not started
    contradicting: tuple[str, ...]  # refs of measures whose plan contradicts itself


def delivery_status(row: Activity, settings: Settings, as_at: date) -> tuple[str, tuple[str, ...]]:
    """The status, and the headers of what is missing."""
    if row.closed_on is not None and row.closed_on <= as_at:
        return "Closed", ()
    if row.completed_on is not None and row.completed_on <= as_at:
        return "Complete", ()
    if row.percent_complete is not None and exact(row.percent_complete) >= 1 and row.completed_on is None:
        return "At risk", ()
    if row.due is not None and row.due < as_at:
        return "Off track", ()
    if row.starts is not None and row.starts > as_at:
        return "Not started", ()
    needs = (("Starts", row.starts), ("Due", row.due), ("% complete", row.percent_complete))
    missing = tuple(name for name, there in needs if there is None)
    if missing:
        return "Not assessed", missing
    assert row.starts is not None and row.due is not None and row.percent_complete is not None
    done, whole = exact(row.percent_complete), (row.due - row.starts).days
    gone = min(Fraction(1), max(Fraction(0), Fraction((as_at - row.starts).days, whole))) if whole else Fraction(1)
    if share(gone) < exact(settings.early_share) or gone == 0 or share(done / gone) >= exact(settings.on_track_from):
        found = "On track"
    else:
        found = "At risk" if share(done / gone) >= exact(settings.at_risk_from) else "Off track"
    if row.forecast_finish is not None and row.forecast_finish > row.due:
        slips = "Off track" if (row.forecast_finish - row.due).days > settings.slip_off_track_days else "At risk"
        found = worst(found, slips)
    return found, ()


def worst(*statuses: str) -> str:
    return max(statuses, key=WORSE.index)


def measure_status(measures: Mapping[str, MeasureFigures]) -> str | None:
    judged = [one.status for one in measures.values() if one.status in WORSE]
    return worst(*judged) if judged else None


def status(delivery: str, measured: str | None, contradicting: bool) -> str:
    if delivery in ("Closed", "Not started"):
        return delivery
    if delivery == "Complete":
        return "At risk" if measured == "Off track" else "Complete"
    if delivery == "Not assessed":
        found = "Not assessed" if measured is None else worst(measured, "On track")
    else:
        found = delivery if measured is None else worst(delivery, measured)
    return "Not assessed" if found == "On track" and contradicting else found


def lead_view(lead_status: str | None, found: str) -> str | None:
    if lead_status not in WORSE or found not in WORSE:
        return None
    more = WORSE.index(lead_status) - WORSE.index(found)
    return "Agrees" if more == 0 else "More optimistic" if more < 0 else "More cautious"


def update_state(plan: Plan, row: Activity, today: date) -> tuple[str, int | None]:
    """Received, Due, Never updated, or Overdue and by how many days."""
    period = plan.settings.reporting_period
    updates = [one for one in standing(plan, plan.updates) if one.ref == row.ref]
    if row.period == period or any(one.period == period for one in updates):
        return "Received", None
    leads = {row.lead, *(one.strip() for one in (row.joint_leads or "").split(";"))} - {None, ""}
    days = [one.due_on for one in plan.trackers if one.period == period and one.lead in leads and one.due_on]
    due = max(days) if days else span_of(period)[1] + timedelta(days=plan.settings.update_due_days)
    if today <= due:
        return "Due", None
    if not updates and row.updated_on is None:
        return "Never updated", None
    return "Overdue", (today - due).days


def all_activities(plan: Plan, as_at: date, today: date) -> dict[str, ActivityFigures]:
    """Of every activity of the plan, by Ref."""
    told = as_told_by(plan, as_at)
    now = {row.ref: row for row in plan.plan}
    judged = all_measures(plan, as_at)
    found = {}
    for row in told.plan:
        own = {one.ref: judged[one.ref] for one in told.measures if one.activity_ref == row.ref}
        delivery, missing = delivery_status(row, plan.settings, as_at)
        measured = measure_status(own)
        contradicting = tuple(ref for ref, one in own.items() if one.contradicts)
        reached = status(delivery, measured, bool(contradicting))
        ways = {one.direction for one in own.values()}
        state, days = (None, None) if delivery == "Closed" else update_state(plan, now[row.ref], today)
        found[row.ref] = ActivityFigures(
            delivery, measured, reached, next((way for way in ("Worsening", "Improving", "Steady") if way in ways), None),
            lead_view(row.lead_status, reached), state, days, missing,
            tuple(ref for ref, one in own.items() if one.status not in WORSE), contradicting)
    return found
