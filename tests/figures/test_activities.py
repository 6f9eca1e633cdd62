"""The status of an activity: delivery, measures, both together, and the state of its update.

Most cases are an activity of 100 days, 1 Jan to 11 Apr 2026, seen on its 50th day, 20 Feb: half is expected.
"""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.figures.activities import SCALE, ActivityFigures, UpdateFacts, assess_activity, lead_view, update_state
from sendxl.figures.measures import Judged, MeasureFigures
from sendxl.figures.savings import ActivitySavings
from sendxl.plan.master import PLAN, Activity
from sendxl.plan.periods import parse_period
from sendxl.plan.rows import Row
from sendxl.plan.schema import By
from sendxl.plan.settings import Settings
from sendxl.plan.values import Problem
from sendxl.plan.vocabulary import Direction, LeadView, Status
from tests.stored_rows import unreadable

START, TENTH, HALF, END = date(2026, 1, 1), date(2026, 1, 11), date(2026, 2, 20), date(2026, 4, 11)
TODAY = date(2026, 4, 20)
SETTINGS = Settings()
Q4 = parse_period("2025-26 Q4")  # ends 31 Mar 2026
BASE: dict[str, Any] = {"ref": "GR-01", "starts": START, "due": END, "percent_complete": 0.5}
NOT_ASSESSED, NOT_STARTED, COMPLETE = Status.NOT_ASSESSED, Status.NOT_STARTED, Status.COMPLETE
ON_TRACK, AT_RISK, OFF_TRACK, CLOSED = Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK, Status.CLOSED


def figures(status: Status, attainment: float | None = 1.0, direction: Direction | None = None,
            reason: str = "12 of 20 places, 15 expected by 20 Feb 2026; due 11 Apr 2026") -> MeasureFigures:
    if status is NOT_ASSESSED:
        reason = "Not assessed: no baseline"
    return MeasureFigures(12.0, None, 15.0, attainment, status, reason, direction)


def assess(*measures: Judged, day: date = HALF, row: Activity | None = None, **changed: Any) -> ActivityFigures:
    activity = row or Row.of(PLAN, **{**BASE, **changed})
    return assess_activity(activity, measures, day, SETTINGS, UpdateFacts(), TODAY, Q4)


def m(number: int, status: Status, attainment: float | None = 1.0, direction: Direction | None = None) -> Judged:
    gaps = ("no baseline",) if status is NOT_ASSESSED else ()
    return Judged(f"GR-01.M{number}", figures(status, attainment, direction), False, gaps)


def contradicting(number: int) -> Judged:
    gaps = ("a target date before the baseline date",)
    return Judged(f"GR-01.M{number}", figures(NOT_ASSESSED, None), True, gaps)


def unreadable_cell(key: str, text: str, problem: Problem, **changed: Any) -> Activity:
    return unreadable(Row.of(PLAN, **{**BASE, **changed}), key, text, problem)


def test_fields_are_the_computed_columns_of_plan() -> None:
    fields = [*ActivityFigures._fields, *ActivitySavings._fields]
    assert sorted(fields) == sorted(c.key for c in PLAN if c.by is By.REFRESH)  # Plan has them in the order of who reads


# --- delivery

DELIVERY: list[tuple[str, dict[str, Any], date, Status, str]] = [
    ("closed", {"closed_on": HALF, "closed_reason": "merged with GR-02."}, HALF, CLOSED,
     "Closed 20 Feb 2026: merged with GR-02"),
    ("closed, no reason", {"closed_on": START}, HALF, CLOSED, "Closed 1 Jan 2026"),
    ("closed before complete", {"closed_on": START, "completed_on": START}, HALF, CLOSED, "Closed 1 Jan 2026"),
    ("to be closed tomorrow", {"closed_on": date(2026, 2, 21)}, HALF, ON_TRACK,
     "50% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"),
    ("complete", {"completed_on": HALF}, HALF, COMPLETE, "Completed 20 Feb 2026"),
    ("complete without dates", {"completed_on": HALF, "starts": None, "due": None}, HALF, COMPLETE,
     "Completed 20 Feb 2026"),
    ("complete after due", {"completed_on": date(2026, 5, 1)}, date(2026, 6, 1), COMPLETE, "Completed 1 May 2026"),
    ("complete tomorrow is not complete", {"completed_on": date(2026, 2, 21)}, HALF, ON_TRACK,
     "50% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"),
    ("no dates", {"starts": None, "due": None}, HALF, NOT_ASSESSED, "Not assessed: no start date, no due date"),
    ("no start", {"starts": None}, HALF, NOT_ASSESSED, "Not assessed: no start date"),
    ("no due date", {"due": None}, HALF, NOT_ASSESSED, "Not assessed: no due date"),
    ("not started", {}, date(2025, 12, 31), NOT_STARTED, "Starts 1 Jan 2026; due 11 Apr 2026"),
    ("not started although something is done", {"percent_complete": 0.2}, date(2025, 12, 31), NOT_STARTED,
     "Starts 1 Jan 2026; due 11 Apr 2026"),
    ("the day after due", {"percent_complete": 0.99}, date(2026, 4, 12), OFF_TRACK,
     "99% complete, was due 11 Apr 2026"),
    ("all done, no day given", {"percent_complete": 1}, HALF, AT_RISK,
     "100% complete, but no Completed on: enter the day; due 11 Apr 2026"),
    ("all done, no day given, past due", {"percent_complete": 1}, date(2026, 4, 12), AT_RISK,
     "100% complete, but no Completed on: enter the day; was due 11 Apr 2026"),
    ("all done, no day given, before it starts", {"percent_complete": 1}, date(2025, 12, 31), AT_RISK,
     "100% complete, but no Completed on: enter the day; due 11 Apr 2026"),
    ("all done, no day at all", {"percent_complete": 1, "starts": None, "due": None}, HALF, AT_RISK,
     "100% complete, but no Completed on: enter the day"),
    ("all done but for the seventh place", {"percent_complete": 0.9999999}, HALF, AT_RISK,
     "100% complete, but no Completed on: enter the day; due 11 Apr 2026"),
    ("past due, without a start", {"starts": None}, date(2026, 4, 12), OFF_TRACK, "50% complete, was due 11 Apr 2026"),
    ("past due, nothing else said", {"starts": None, "percent_complete": None}, date(2026, 4, 12), OFF_TRACK,
     "Not completed, was due 11 Apr 2026"),
    ("not started, without a due date", {"due": None}, date(2025, 12, 31), NOT_STARTED, "Starts 1 Jan 2026"),
    ("nothing said", {"starts": None, "due": None, "percent_complete": None}, HALF, NOT_ASSESSED,
     "Not assessed: no start date, no due date, no % complete"),
    ("past due, nothing said", {"percent_complete": None}, date(2026, 4, 12), OFF_TRACK,
     "Not completed, was due 11 Apr 2026"),
    ("due before it starts", {"due": date(2025, 6, 1)}, HALF, OFF_TRACK, "50% complete, was due 1 Jun 2025"),
    ("no % complete", {"percent_complete": None}, HALF, NOT_ASSESSED, "Not assessed: no % complete"),
    # e = 50/100; p/e
    ("exactly 0.90", {"percent_complete": 0.45}, HALF, ON_TRACK,
     "45% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"),
    ("just below 0.90", {"percent_complete": 0.449999}, HALF, AT_RISK,  # 0.899998
     "45% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"),
    ("0.90 but for the seventh place", {"percent_complete": 0.4499999}, HALF, ON_TRACK,  # 0.8999998
     "45% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"),
    ("exactly 0.75", {"percent_complete": 0.375}, HALF, AT_RISK,
     "37.5% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"),
    ("just below 0.75", {"percent_complete": 0.37}, HALF, OFF_TRACK,
     "37% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"),
    ("0.90 with noise", {"percent_complete": 0.27}, date(2026, 1, 31), ON_TRACK,  # 0.27/0.30
     "27% complete, 30% expected by 31 Jan 2026; due 11 Apr 2026"),
    ("nothing done is not blank", {"percent_complete": 0}, HALF, OFF_TRACK,
     "0% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"),
    ("on the due day", {"percent_complete": 0.9}, END, ON_TRACK,
     "90% complete, 100% expected by 11 Apr 2026; due 11 Apr 2026"),
    ("complete tomorrow, all done", {"percent_complete": 1, "completed_on": date(2026, 2, 21)}, HALF, ON_TRACK,
     "100% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"),
    ("first day", {"percent_complete": 0}, START, ON_TRACK,
     "0% complete, too early to expect more with 0% of the time gone; due 11 Apr 2026"),
    ("early", {"percent_complete": 0}, date(2026, 1, 10), ON_TRACK,
     "0% complete, too early to expect more with 9% of the time gone; due 11 Apr 2026"),
    ("no longer early", {"percent_complete": 0}, TENTH, OFF_TRACK,
     "0% complete, 10% expected by 11 Jan 2026; due 11 Apr 2026"),
    ("one day", {"due": START, "percent_complete": 0.8}, START, AT_RISK,
     "80% complete, 100% expected by 1 Jan 2026; due 1 Jan 2026"),
    ("forecast after due", {"forecast_finish": date(2026, 4, 12)}, HALF, AT_RISK,
     "Forecast to finish 12 Apr 2026, 1 day after it is due on 11 Apr 2026; 50% complete, 50% expected by 20 Feb 2026"),
    ("forecast on the due day", {"forecast_finish": END}, HALF, ON_TRACK,
     "50% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"),
    ("forecast 90 days after due", {"forecast_finish": date(2026, 7, 10)}, HALF, AT_RISK,
     "Forecast to finish 10 Jul 2026, 90 days after it is due on 11 Apr 2026; 50% complete, 50% expected by 20 Feb 2026"),
    ("forecast 91 days after due", {"forecast_finish": date(2026, 7, 11)}, HALF, OFF_TRACK,
     "Forecast to finish 11 Jul 2026, 91 days after it is due on 11 Apr 2026; 50% complete, 50% expected by 20 Feb 2026"),
    ("forecast far after due, and early", {"forecast_finish": date(2026, 7, 11)}, START, OFF_TRACK,
     "Forecast to finish 11 Jul 2026, 91 days after it is due on 11 Apr 2026; 50% complete, 0% expected by 1 Jan 2026"),
    ("forecast after due leaves at risk", {"forecast_finish": date(2026, 5, 1), "percent_complete": 0.4}, HALF, AT_RISK,
     "40% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026, forecast to finish 1 May 2026, 20 days late"),
    ("forecast after due makes nothing better", {"forecast_finish": date(2026, 5, 1), "percent_complete": 0.1}, HALF,
     OFF_TRACK, "10% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026, forecast to finish 1 May 2026, 20 days late"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "day", "status", "reason"), [c[1:] for c in DELIVERY], ids=[c[0] for c in DELIVERY])
def test_delivery(given: dict[str, Any], day: date, status: Status, reason: str) -> None:
    found = assess(day=day, **given)
    settled = status in (CLOSED, NOT_STARTED)
    assert (found.delivery_status, found.status) == (status, status)
    assert found.reason == (reason if settled else f"{reason}; no measures")
    assert (found.measure_status, found.direction) == (NOT_ASSESSED, None)


UNREADABLE: list[tuple[str, str, Problem, dict[str, Any], str]] = [
    ("starts", "spring", Problem.NOT_A_DATE, {}, "Not assessed: Starts “spring” is not a date"),
    ("due", "#N/A", Problem.EXCEL_ERROR, {"starts": None}, "Not assessed: no start date, Due “#N/A” is an Excel error"),
    ("percent_complete", "half", Problem.NOT_A_NUMBER, {}, "Not assessed: % complete “half” is not a number"),
    ("closed_on", "soon", Problem.NOT_A_DATE, {"completed_on": START},
     "Not assessed: Closed on “soon” is not a date"),
    ("completed_on", "yes", Problem.NOT_A_DATE, {}, "Not assessed: Completed on “yes” is not a date"),
    ("forecast_finish", "May", Problem.NOT_A_DATE, {}, "Not assessed: Forecast finish “May” is not a date"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text", "problem", "given", "reason"), UNREADABLE)
def test_a_cell_that_cannot_be_read_never_passes(key: str, text: str, problem: Problem, given: dict[str, Any],
                                                 reason: str) -> None:
    found = assess(row=unreadable_cell(key, text, problem, **given))
    assert (found.delivery_status, found.reason) == (NOT_ASSESSED, f"{reason}; no measures")


def test_the_early_share_is_compared_in_six_places() -> None:
    row = Row.of(PLAN, starts=START, due=date(2026, 1, 4), percent_complete=0)  # 2 of 3 days gone
    settings = Settings(early_share=0.666667)
    found = assess_activity(row, (), date(2026, 1, 3), settings, UpdateFacts(), TODAY, Q4)
    assert found.status is OFF_TRACK
    assert assess(day=START, percent_complete=0).status is ON_TRACK  # nothing is expected on the first day


@pytest.mark.parametrize(("days", "status"), [(0, OFF_TRACK), (19, OFF_TRACK), (20, AT_RISK)])
def test_how_late_is_off_track_is_a_setting(days: int, status: Status) -> None:
    row = Row.of(PLAN, **BASE, forecast_finish=date(2026, 5, 1))  # 20 days late
    found = assess_activity(row, (), HALF, Settings(slip_off_track_days=days), UpdateFacts(), TODAY, Q4)
    assert found.delivery_status is status


def test_an_unreadable_forecast_does_not_hide_that_work_is_behind() -> None:
    row = unreadable_cell("forecast_finish", "May", Problem.NOT_A_DATE, percent_complete=0.1)
    assert assess(row=row).delivery_status is OFF_TRACK


# --- measures and the two together

# rows: delivery; columns: no measure assessed, Complete, On track, At risk, Off track
TOGETHER: dict[Status, tuple[Status, ...]] = {
    CLOSED: (CLOSED, CLOSED, CLOSED, CLOSED, CLOSED),
    NOT_STARTED: (NOT_STARTED, NOT_STARTED, NOT_STARTED, NOT_STARTED, NOT_STARTED),
    COMPLETE: (COMPLETE, COMPLETE, COMPLETE, COMPLETE, AT_RISK),
    ON_TRACK: (ON_TRACK, ON_TRACK, ON_TRACK, AT_RISK, OFF_TRACK),
    AT_RISK: (AT_RISK, AT_RISK, AT_RISK, AT_RISK, OFF_TRACK),
    OFF_TRACK: (OFF_TRACK, OFF_TRACK, OFF_TRACK, OFF_TRACK, OFF_TRACK),
    NOT_ASSESSED: (NOT_ASSESSED, ON_TRACK, ON_TRACK, AT_RISK, OFF_TRACK),
}
MAKES: dict[Status, dict[str, Any]] = {
    CLOSED: {"closed_on": START},
    NOT_STARTED: {"starts": date(2026, 3, 1)},
    COMPLETE: {"completed_on": START},
    ON_TRACK: {},
    AT_RISK: {"percent_complete": 0.4},
    OFF_TRACK: {"percent_complete": 0.1},
    NOT_ASSESSED: {"percent_complete": None},
}
MEASURED = (NOT_ASSESSED, COMPLETE, ON_TRACK, AT_RISK, OFF_TRACK)


@pytest.mark.parametrize(("delivery", "measured"), list(product(TOGETHER, MEASURED)))
def test_together(delivery: Status, measured: Status) -> None:
    found = assess(m(1, measured), **MAKES[delivery])
    wanted = TOGETHER[delivery][MEASURED.index(measured)]
    assert (found.delivery_status, found.measure_status, found.status) == (delivery, measured, wanted)


WORST: list[tuple[tuple[Status, ...], Status]] = [
    ((), NOT_ASSESSED),
    ((NOT_ASSESSED, NOT_STARTED), NOT_ASSESSED),
    ((COMPLETE, COMPLETE), COMPLETE),
    ((COMPLETE, ON_TRACK), ON_TRACK),
    ((AT_RISK, ON_TRACK, COMPLETE), AT_RISK),
    ((ON_TRACK, OFF_TRACK, AT_RISK), OFF_TRACK),
    ((NOT_ASSESSED, COMPLETE, NOT_STARTED), COMPLETE),
]


@pytest.mark.parametrize(("statuses", "wanted"), WORST)
def test_measure_status_is_the_worst(statuses: tuple[Status, ...], wanted: Status) -> None:
    assert assess(*(m(i, s) for i, s in enumerate(statuses, 1))).measure_status is wanted


UP, SAME, DOWN = Direction.IMPROVING, Direction.STEADY, Direction.WORSENING


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [((), None), ((None, None), None), ((SAME, None), SAME), ((SAME, UP), UP), ((UP, SAME, DOWN), DOWN)],
)
def test_direction(seen: tuple[Direction | None, ...], wanted: Direction | None) -> None:
    assert assess(*(m(i, ON_TRACK, 1.0, d) for i, d in enumerate(seen, 1))).direction is wanted


# --- the reason: what decides with its figures, then the other side in brief

WORK = "50% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"
BEHIND = "40% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026"
PLACES = "12 of 20 places, 15 expected by 20 Feb 2026; due 11 Apr 2026"
REASONS: list[tuple[str, dict[str, Any], tuple[Judged, ...], str]] = [
    ("both on track", {}, (m(1, ON_TRACK),), f"{WORK}; measure on track"),
    ("several on track", {}, (m(1, ON_TRACK), m(2, COMPLETE)), f"{WORK}; measures on track"),
    ("the measure decides", {}, (m(1, AT_RISK),), f"{PLACES}; delivery on track (50% complete)"),
    ("one of several decides", {}, (m(1, ON_TRACK), m(2, AT_RISK)),
     f"GR-01.M2: {PLACES}; delivery on track (50% complete)"),
    ("the least attained decides", {}, (m(1, AT_RISK, 0.8), m(2, AT_RISK, 0.76), m(3, AT_RISK, 0.89)),
     f"GR-01.M2: {PLACES}; delivery on track (50% complete)"),
    ("delivery decides", MAKES[OFF_TRACK], (m(1, AT_RISK),),
     "10% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026; measure at risk"),
    ("as bad as each other", MAKES[AT_RISK], (m(1, AT_RISK), m(2, ON_TRACK)),
     f"{BEHIND}; measure GR-01.M1 also at risk"),
    ("measure alone", MAKES[NOT_ASSESSED], (m(1, COMPLETE),), f"{PLACES}; delivery not assessed: no % complete"),
    ("measure set aside", {}, (m(1, NOT_ASSESSED, None),), f"{WORK}; measure set aside: no baseline"),
    ("one of several set aside", {}, (m(1, NOT_ASSESSED, None), m(2, ON_TRACK)),
     f"{WORK}; measure GR-01.M2 on track; measure GR-01.M1 set aside: no baseline"),
    ("several set aside", {}, (m(1, NOT_ASSESSED, None), m(2, NOT_ASSESSED, None)),
     f"{WORK}; measures GR-01.M1 and GR-01.M2 set aside: no baseline"),
    ("the measure decides, one is set aside", {}, (m(1, NOT_ASSESSED, None), m(2, AT_RISK)),
     f"GR-01.M2: {PLACES}; delivery on track (50% complete); measure GR-01.M1 set aside: no baseline"),
    ("one set aside, one not started", {}, (m(1, NOT_ASSESSED, None), m(2, NOT_STARTED, None)),
     f"{WORK}; measure GR-01.M2 not started; measure GR-01.M1 set aside: no baseline"),
    ("measure not started", {}, (m(1, NOT_STARTED, None),), f"{WORK}; measure not started"),
    ("measures not started", {}, (m(1, NOT_STARTED, None), m(2, NOT_STARTED, None)), f"{WORK}; measures not started"),
    ("neither", MAKES[NOT_ASSESSED], (m(1, NOT_ASSESSED, None),),
     "Not assessed: no % complete; measure set aside: no baseline"),
    ("complete, benefits lag", MAKES[COMPLETE], (m(1, OFF_TRACK),),
     f"Completed 1 Jan 2026, but measure off track: {PLACES}"),
    ("complete, one of several lags", MAKES[COMPLETE], (m(1, COMPLETE), m(2, OFF_TRACK)),
     f"Completed 1 Jan 2026, but measure GR-01.M2 off track: {PLACES}"),
    ("complete, measure at risk", MAKES[COMPLETE], (m(1, AT_RISK),), "Completed 1 Jan 2026; measure at risk"),
    ("complete, measure complete", MAKES[COMPLETE], (m(1, COMPLETE),), "Completed 1 Jan 2026; measure complete"),
    ("complete, measure set aside", MAKES[COMPLETE], (m(1, NOT_ASSESSED, None),),
     "Completed 1 Jan 2026; measure set aside: no baseline"),
    ("all done without a day, measure on track", {"percent_complete": 1}, (m(1, ON_TRACK),),
     "100% complete, but no Completed on: enter the day; due 11 Apr 2026; measure on track"),
    ("not started", MAKES[NOT_STARTED], (m(1, OFF_TRACK),), "Starts 1 Mar 2026; due 11 Apr 2026"),
    ("past due without %", {"due": date(2026, 2, 1), "percent_complete": None}, (m(1, ON_TRACK),),
     "Not completed, was due 1 Feb 2026; measure on track"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "measures", "reason"), [r[1:] for r in REASONS], ids=[r[0] for r in REASONS])
def test_reason(given: dict[str, Any], measures: tuple[Judged, ...], reason: str) -> None:
    assert assess(*measures, **given).reason == reason


# --- a measure whose plan contradicts itself

WRONG = "cannot be judged: a target date before the baseline date"
CONTRADICTIONS: list[tuple[str, dict[str, Any], tuple[Judged, ...], Status, str]] = [
    ("would be on track", {}, (contradicting(1),), NOT_ASSESSED, f"Not assessed, as measure {WRONG}; else on track: {WORK}"),
    ("would be on track by another measure", {}, (contradicting(1), m(2, ON_TRACK)), NOT_ASSESSED,
     f"Not assessed, as measure GR-01.M1 {WRONG}; else on track: {WORK}; measure GR-01.M2 on track"),
    ("at risk stands", MAKES[AT_RISK], (contradicting(1),), AT_RISK, f"{BEHIND}; measure {WRONG}"),
    ("off track by another measure stands", {}, (contradicting(1), m(2, OFF_TRACK)), OFF_TRACK,
     f"GR-01.M2: {PLACES}; delivery on track (50% complete); measure GR-01.M1 {WRONG}"),
    ("complete stands", MAKES[COMPLETE], (contradicting(1),), COMPLETE, f"Completed 1 Jan 2026; measure {WRONG}"),
    ("not started stands", MAKES[NOT_STARTED], (contradicting(1),), NOT_STARTED, "Starts 1 Mar 2026; due 11 Apr 2026"),
    ("not assessed anyhow", MAKES[NOT_ASSESSED], (contradicting(1),), NOT_ASSESSED,
     f"Not assessed: no % complete; measure {WRONG}"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "measures", "status", "reason"), [c[1:] for c in CONTRADICTIONS],
                         ids=[c[0] for c in CONTRADICTIONS])  # fmt: skip
def test_a_plan_that_contradicts_itself_never_makes_it_better(given: dict[str, Any], measures: tuple[Judged, ...],
                                                              status: Status, reason: str) -> None:
    found = assess(*measures, **given)
    assert (found.status, found.reason) == (status, reason)


# --- update state and lead view

DUE = date(2026, 4, 14)  # 31 Mar 2026 + 14 days
STATES: list[tuple[UpdateFacts, date, str]] = [
    (UpdateFacts(received=True, ever=True), date(2027, 1, 1), "Received"),
    (UpdateFacts(), date(2026, 1, 5), "Due"),
    (UpdateFacts(), DUE, "Due"),
    (UpdateFacts(), DUE + timedelta(days=1), "Never updated"),
    (UpdateFacts(ever=True), DUE, "Due"),
    (UpdateFacts(ever=True), DUE + timedelta(days=1), "Overdue by 1 day"),
    (UpdateFacts(ever=True), DUE + timedelta(days=2), "Overdue by 2 days"),
    (UpdateFacts(due_on=[date(2026, 4, 1)], ever=True), date(2026, 4, 3), "Overdue by 2 days"),
    (UpdateFacts(due_on=[date(2026, 4, 1), date(2026, 4, 30)], ever=True), date(2026, 4, 30), "Due"),
    (UpdateFacts(due_on=[date(2026, 4, 30), date(2026, 4, 1)], ever=True), date(2026, 5, 1), "Overdue by 1 day"),
]


@pytest.mark.parametrize(("updates", "today", "wanted"), STATES)
def test_update_state(updates: UpdateFacts, today: date, wanted: str) -> None:
    assert update_state(updates, SETTINGS, today, Q4) == wanted
    row = Row.of(PLAN, **BASE)
    assert assess_activity(row, (), HALF, SETTINGS, updates, today, Q4).update_state == wanted


def test_update_state_follows_the_setting() -> None:
    assert update_state(UpdateFacts(ever=True), Settings(update_due_days=0), date(2026, 4, 1), Q4) == "Overdue by 1 day"


def test_update_state_is_blank_where_nothing_is_awaited() -> None:
    assert update_state(UpdateFacts(), SETTINGS, TODAY, None) is None
    assert assess(closed_on=START).update_state is None


LADDER = ("Complete", "On track", "At risk", "Off track")


@pytest.mark.parametrize(("lead", "computed"), list(product(range(4), range(4))))
def test_lead_view_on_the_scale(lead: int, computed: int) -> None:
    wanted = LeadView.AGREES if lead == computed else LeadView.OPTIMISTIC if lead < computed else LeadView.CAUTIOUS
    assert lead_view(LADDER[lead], SCALE[computed]) is wanted


@pytest.mark.parametrize(
    ("lead", "computed"),
    [(None, ON_TRACK), ("", ON_TRACK), ("Not started", NOT_STARTED), ("Not started", ON_TRACK),
     ("On track", NOT_STARTED), ("On track", NOT_ASSESSED), ("On track", CLOSED)],
)  # fmt: skip
def test_lead_view_off_the_scale_is_blank(lead: str | None, computed: Status) -> None:
    assert lead_view(lead, computed) is None


def test_lead_view_is_against_the_status_of_both_together() -> None:
    assert assess(m(1, OFF_TRACK), lead_status="On track").lead_view is LeadView.OPTIMISTIC


# --- properties

DAYS = st.none() | st.dates(date(2024, 1, 1), date(2030, 1, 1))
PLAN_ROWS = st.fixed_dictionaries({
    "starts": DAYS, "due": DAYS, "closed_on": DAYS, "completed_on": DAYS, "forecast_finish": DAYS,
    "percent_complete": st.none() | st.floats(-10, 10) | st.integers(0, 2),
    "lead_status": st.sampled_from([None, "Not started", *LADDER]),
    "closed_reason": st.none() | st.text(max_size=20),
})  # fmt: skip
MEASURE_SETS = st.lists(
    st.builds(
        Judged, st.sampled_from(["", "GR-01.M1", "GR-01.M2"]),
        st.builds(figures, st.sampled_from([s for s in Status if s is not CLOSED]), st.none() | st.floats(-5, 5),
                  st.sampled_from([None, *Direction])),
        st.booleans(),
    ).map(lambda judged: judged._replace(contradicts=judged.contradicts and judged.figures.status is NOT_ASSESSED)),
    max_size=4,
)  # fmt: skip


@given(PLAN_ROWS, MEASURE_SETS, st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_nothing_raises_and_every_status_has_a_reason(row: dict[str, Any], measures: list[Judged], day: date) -> None:
    found = assess(*measures, day=day, row=Row.of(PLAN, **row))
    assert found.reason and "None" not in found.reason.replace(str(row["closed_reason"]), "")
    assert found.measure_status in (*SCALE, NOT_ASSESSED)
    if found.status is NOT_ASSESSED:
        assert found.reason.startswith(("Not assessed: ", "Not assessed, as measure"))


@given(st.floats(0, 0.999), st.floats(0, 0.999), st.dates(START, END))
def test_more_work_done_is_never_worse(one: float, other: float, day: date) -> None:
    less, more = sorted((one, other))
    behind, ahead = (assess(day=day, percent_complete=p).delivery_status for p in (less, more))
    assert SCALE.index(ahead) <= SCALE.index(behind)


@given(st.lists(st.sampled_from(SCALE), min_size=1, max_size=4), st.sampled_from(SCALE))
def test_one_more_measure_never_makes_the_status_better(statuses: list[Status], more: Status) -> None:
    before = assess(*(m(i, s) for i, s in enumerate(statuses)))
    after = assess(*(m(i, s) for i, s in enumerate([*statuses, more])))
    assert SCALE.index(after.status) >= SCALE.index(before.status)
