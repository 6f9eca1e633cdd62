"""The second calculation of status says what is worked by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.figures.page.activities import ActivityFigures, all_activities
from tests.figures.page.measures import MeasureFigures, all_measures
from tests.figures.page.rows import Activity, Measure, Number, Plan, Reading, Settings, Target, Tracker, Update, plan_of

START, END, AS_AT = date(2026, 4, 1), date(2028, 3, 31), date(2027, 3, 31)
SETTINGS = Settings(reporting_period="2026-27 Q4")
ACTIVITY = Activity(ref="PI-01", lead="Head", starts=START, due=END, percent_complete=0.5)
COUNT = Measure(ref="PI-01.M1", activity_ref="PI-01", kind="Number", better="Higher", baseline=10, baseline_on=START, target=30,
                target_on=END)
LIMIT = replace(COUNT, better="Lower", baseline=4_000, target=4_200)
TIMELY = Measure(ref="PI-01.M1", activity_ref="PI-01", kind="Compliance", better="Higher", out_of=100)
STONE = Measure(ref="PI-01.M1", activity_ref="PI-01", kind="Milestone")


def judged(measure: Measure, *, as_at: date = AS_AT, activity: Activity = ACTIVITY, targets: tuple[Target, ...] = (),
           readings: tuple[Reading, ...] = ()) -> MeasureFigures:
    plan = Plan(settings=SETTINGS, plan=(activity,), measures=(measure,), targets=targets, readings=readings)
    return all_measures(plan, as_at)["PI-01.M1"]


def these(*found: object) -> tuple[object, ...]:
    """Several things at once, whatever they are."""
    return found


def rounded(number: Fraction | None) -> Decimal | None:
    return None if number is None else round(Decimal(number.numerator) / Decimal(number.denominator), 3)


@pytest.mark.parametrize(("actual", "attainment", "status"), [
    (19, "0.902", "On track"), (18, "0.802", "At risk"), (17, "0.702", "Off track"), (31, None, "On track"),
])
def test_places_that_should_grow(actual: int, attainment: str | None, status: str) -> None:
    found = judged(replace(COUNT, actual=actual))
    assert found.expected_now == 10 + Fraction(20 * 364, 730)
    assert rounded(found.expected_now) == Decimal("19.973")
    assert found.status == status
    assert attainment is None or rounded(found.attainment) == Decimal(attainment)


@pytest.mark.parametrize(("actual", "attainment", "status"), [(4_300, "-1", "Off track"), (4_050, "1.5", "On track")])
def test_growth_that_should_be_limited(actual: int, attainment: str, status: str) -> None:
    half = date(2027, 4, 1)  # 365 of 730 days
    found = judged(replace(LIMIT, actual=actual), as_at=half)
    assert these(found.expected_now, found.attainment) == (4_100, Fraction(attainment))
    assert these(found.status, found.growth_limit) == (status, True)


@pytest.mark.parametrize(("measure", "as_at", "status"), [
    (replace(COUNT, actual=30), END, "Complete"), (replace(COUNT, actual=28), END, "At risk"),
    (replace(COUNT, actual=27), END, "Off track"),
    (replace(COUNT, actual=10), date(2026, 3, 31), "Not started"), (replace(COUNT, actual=10), START, "On track"),
    (COUNT, AS_AT, "Not assessed"), (replace(COUNT, actual=15, target=5), AS_AT, "Not assessed"),
    (replace(COUNT, actual=15, target_on=date(2026, 3, 1)), AS_AT, "Not assessed"),
    (replace(COUNT, actual=19, formula_never_worked_out=True), AS_AT, "Not assessed"),
    (replace(STONE, actual=1), AS_AT, "Complete"), (replace(STONE, actual=0.95), END, "At risk"),
    (replace(STONE, actual=0.45), date(2027, 4, 1), "On track"), (STONE, date(2027, 4, 1), "On track"),
    (replace(TIMELY, actual=95, target=1), AS_AT, "On track"), (replace(TIMELY, actual=100), AS_AT, "On track"),
    (replace(TIMELY, actual=80), AS_AT, "At risk"), (replace(TIMELY, actual=50), AS_AT, "Off track"),
    (replace(TIMELY, actual=50, out_of=0), AS_AT, "Not assessed"),
    (replace(TIMELY, actual=5, better="Lower"), AS_AT, "Not assessed"),
    (replace(TIMELY, actual=12, better="Lower", target=0.1), AS_AT, "At risk"),
    (replace(TIMELY, actual=0, better="Lower", target=0), AS_AT, "On track"),
    (replace(TIMELY, actual=1, better="Lower", target=0), AS_AT, "Off track"),
])
def test_measure_status(measure: Measure, as_at: date, status: str) -> None:
    assert judged(measure, as_at=as_at).status == status


@pytest.mark.parametrize(("actual", "attainment"), [(10, 1), (11, 1), (9, Fraction(9, 10))])
def test_early_on_a_measure_is_held_to_its_baseline(actual: int, attainment: Number) -> None:
    assert judged(replace(COUNT, actual=actual), as_at=date(2026, 6, 12)).attainment == attainment  # 72 of 730 days


def test_the_line_goes_through_the_interim_targets() -> None:
    found = judged(replace(COUNT, actual=12), targets=(Target(ref="PI-01.M1.T1", measure_ref="PI-01.M1", on=AS_AT, expected=12),))
    assert these(found.expected_now, found.attainment) == (12, 1)
    half = judged(replace(COUNT, actual=12), as_at=date(2026, 9, 30),
                  targets=(Target(ref="PI-01.M1.T1", measure_ref="PI-01.M1", on=AS_AT, expected=12),))
    assert half.expected_now == 11


def test_what_is_missing_is_named() -> None:
    assert judged(replace(COUNT, baseline=None, target_on=None)).missing == ("Baseline", "Target on", "Actual")
    assert judged(replace(TIMELY, actual=3, out_of=None)).missing == ("Out of",)
    assert judged(STONE, activity=replace(ACTIVITY, percent_complete=None, due=None)).missing == ("Due", "Actual")


@pytest.mark.parametrize(("actual", "direction"), [(15.4, "Steady"), (15.5, "Improving"), (14.6, "Steady"), (14.5, "Worsening")])
def test_direction(actual: float, direction: str) -> None:
    readings = (Reading(no=1, period="2026-27 Q2", ref="PI-01.M1", actual=29),
    Reading(no=3, period="2026-27 Q3", ref="PI-01.M1", actual=15),
                Reading(no=2, period="2026-27 Q3", ref="PI-01.M1", actual=7),
                Reading(no=4, period="2026-27 Q4", ref="PI-01.M1", actual=8))
    found = judged(replace(COUNT, actual=actual), readings=readings)
    assert these(found.previous, found.direction) == (15, direction)


# Activities

def activity(row: Activity = ACTIVITY, *measures: Measure, as_at: date = AS_AT, today: date = date(2027, 4, 1),
             updates: tuple[Update, ...] = (), trackers: tuple[Tracker, ...] = ()) -> ActivityFigures:
    plan = Plan(settings=SETTINGS, plan=(row,), measures=measures, updates=updates, trackers=trackers)
    return all_activities(plan, as_at, today)["PI-01"]


@pytest.mark.parametrize(("row", "status"), [
    (replace(ACTIVITY, closed_on=AS_AT, completed_on=AS_AT), "Closed"), (replace(ACTIVITY, completed_on=AS_AT), "Complete"),
    (replace(ACTIVITY, percent_complete=1), "At risk"), (replace(ACTIVITY, percent_complete=1, due=date(2026, 12, 1)), "At risk"),
    (replace(ACTIVITY, due=date(2027, 3, 30), starts=None), "Off track"),
    (replace(ACTIVITY, starts=date(2027, 4, 1)), "Not started"),
    (replace(ACTIVITY, starts=None), "Not assessed"), (replace(ACTIVITY, percent_complete=None), "Not assessed"),
    (ACTIVITY, "On track"), (replace(ACTIVITY, percent_complete=0.4), "At risk"),
    (replace(ACTIVITY, percent_complete=0.3), "Off track"),
    (replace(ACTIVITY, percent_complete=0, starts=date(2027, 3, 1)), "On track"),
    (replace(ACTIVITY, starts=AS_AT, due=AS_AT, percent_complete=0.9), "On track"),
    (replace(ACTIVITY, starts=AS_AT, due=AS_AT, percent_complete=0.5), "Off track"),
    (replace(ACTIVITY, forecast_finish=date(2028, 4, 1)), "At risk"),
    (replace(ACTIVITY, forecast_finish=date(2028, 6, 29)), "At risk"),
    (replace(ACTIVITY, forecast_finish=date(2028, 6, 30)), "Off track"),
])
def test_delivery_status(row: Activity, status: str) -> None:
    assert activity(row).delivery_status == status


BEHIND, AHEAD = replace(COUNT, actual=17), replace(COUNT, ref="PI-01.M2", actual=25)
DONE = replace(STONE, ref="PI-01.M3", actual=1)
WRONG = replace(COUNT, ref="PI-01.M4", target=5, actual=10)


@pytest.mark.parametrize(("row", "measures", "status"), [
    (replace(ACTIVITY, completed_on=AS_AT), (BEHIND,), "At risk"), (replace(ACTIVITY, completed_on=AS_AT), (WRONG,), "Complete"),
    (ACTIVITY, (AHEAD, BEHIND), "Off track"), (ACTIVITY, (AHEAD, DONE), "On track"), (ACTIVITY, (COUNT,), "On track"),
    (replace(ACTIVITY, starts=None), (DONE,), "Not assessed"), (replace(ACTIVITY, percent_complete=None), (DONE,), "On track"),
    (replace(ACTIVITY, percent_complete=None), (COUNT,), "Not assessed"), (ACTIVITY, (WRONG,), "Not assessed"),
    (replace(ACTIVITY, percent_complete=0.4), (WRONG,), "At risk"), (replace(ACTIVITY, starts=date(2027, 4, 1)),
    (BEHIND,), "Not started"),
])
def test_status(row: Activity, measures: tuple[Measure, ...], status: str) -> None:
    assert activity(row, *measures).status == status


@pytest.mark.parametrize(("said", "view"), [
    ("On track", "Agrees"), ("Complete", "More optimistic"), ("At risk", "More cautious"), ("Not started", None), (None, None),
])
def test_lead_view(said: str | None, view: str | None) -> None:
    assert activity(replace(ACTIVITY, lead_status=said)).lead_view == view


def test_update_state() -> None:
    old, new = (Update(no=no, period=f"2026-27 Q{no}", ref="PI-01") for no in (3, 4))
    assert activity(updates=(old, new)).update_state == "Received"
    assert activity(today=date(2027, 4, 14)).update_state == "Due"
    assert activity(today=date(2027, 4, 15)).update_state == "Never updated"
    late = activity(today=date(2027, 4, 15), updates=(old,))
    assert these(late.update_state, late.overdue_days) == ("Overdue", 1)
    given = Tracker(tracker="T", lead="Head", period="2026-27 Q4", due_on=date(2027, 5, 1))
    assert activity(today=date(2027, 4, 15), updates=(old,), trackers=(given,)).update_state == "Due"


def test_looking_back_takes_the_logs() -> None:
    told = Update(no=1, period="2026-27 Q2", ref="PI-01", percent_complete=0.1, lead_status="On track")
    later = Update(no=2, period="2026-27 Q4", ref="PI-01", percent_complete=0.5)
    back = activity(replace(ACTIVITY, period="2026-27 Q4"), as_at=date(2026, 12, 31), updates=(told, later))
    assert these(back.delivery_status, back.lead_view) == ("Off track", "More optimistic")
    assert activity(as_at=date(2026, 9, 29), updates=(told, later)).missing == ("% complete",)


def test_a_plan_of_plain_mappings() -> None:
    row = {"ref": "PI-01", "starts": START, "due": END, "percent_complete": 0.5, "activity": "passed over"}
    plan = plan_of({"reporting_period": "2026-27 Q4"}, plan=[row])
    assert all_activities(plan, AS_AT, AS_AT)["PI-01"].status == "On track"
