"""The status of a measure against hand-worked figures.

Most cases use a line of 100 days, 1 Jan to 11 Apr 2026, seen on its 50th day, 20 Feb: expected is half way.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.figures.measures import Judged, MeasureFigures, assess_measure, previous_value
from sendxl.figures.trajectory import Line, band
from sendxl.plan.master import MEASURES, PLAN, READINGS, TARGETS, Measure
from sendxl.plan.periods import parse_period
from sendxl.plan.rows import Row
from sendxl.plan.schema import By
from sendxl.plan.settings import Settings
from sendxl.plan.values import Problem
from sendxl.plan.vocabulary import Direction, Status
from tests.stored_rows import unreadable

START, TENTH, HALF, END = date(2026, 1, 1), date(2026, 1, 11), date(2026, 2, 20), date(2026, 4, 11)
SETTINGS = Settings()
Q4 = parse_period("2025-26 Q4")  # January to March 2026
NUMBER: dict[str, Any] = {
    "ref": "GR-01.M1", "activity_ref": "GR-01", "kind": "Number", "better": "Higher", "unit": "places",
    "baseline": 0, "baseline_on": START, "target": 100, "target_on": END, "actual": 50,
}  # fmt: skip
LOWER: dict[str, Any] = {"better": "Lower", "baseline": 100, "target": 0}
LIMIT: dict[str, Any] = {"better": "Lower", "baseline": 4000, "target": 4200, "unit": "plans"}
PERCENT: dict[str, Any] = {"kind": "Percentage", "baseline": 0.1, "target": 0.3, "actual": 0.2, "unit": None}
SHARE: dict[str, Any] = {
    "kind": "Number and %", "baseline": 0.4, "target": 0.8, "actual": 45, "out_of": 60, "unit": "pupils",
}  # fmt: skip
DUTY: dict[str, Any] = {
    "kind": "Compliance", "baseline": None, "baseline_on": None, "target_on": None, "target": 0.6,
    "actual": 57, "out_of": 100, "unit": "plans",
}  # fmt: skip
MILESTONE: dict[str, Any] = {
    "kind": "Milestone", "better": None, "baseline": None, "baseline_on": None, "target": None, "target_on": None,
    "actual": None, "unit": None,
}  # fmt: skip
ACTIVITY: dict[str, Any] = {"ref": "GR-01", "starts": START, "due": END, "percent_complete": 0.5}
NO_ACTIVITY: dict[str, Any] = {}


def measure(**changed: Any) -> Measure:
    return Row.of(MEASURES, **{**NUMBER, **changed})


def judge(row: Measure, day: date = HALF, activity: dict[str, Any] = ACTIVITY, previous: float | None = None,
          settings: Settings = SETTINGS, targets: Sequence[tuple[date | None, float | None]] = ()) -> Judged:
    interim = [Row.of(TARGETS, measure_ref=row.key, on=on, expected=expected) for on, expected in targets]
    return assess_measure(row, Row.of(PLAN, **activity) if activity else None, day, settings, Q4, previous, interim)


def assess(day: date = HALF, activity: dict[str, Any] = ACTIVITY, previous: float | None = None,
           settings: Settings = SETTINGS, **changed: Any) -> MeasureFigures:
    return judge(measure(**changed), day, activity, previous, settings).figures


def test_fields_are_the_computed_columns_of_measures() -> None:
    assert list(MeasureFigures._fields) == [c.key for c in MEASURES if c.by is By.REFRESH]


# --- worked figures of the domain reference

YEARS: dict[str, Any] = {"baseline": 10, "baseline_on": date(2026, 4, 1), "target": 30, "target_on": date(2028, 3, 31)}


@pytest.mark.parametrize(
    ("actual", "attainment", "status"),
    [
        # expected 10 + 20 × 364/730 = 19.9726; expected change 9.9726
        (19, 0.902473, Status.ON_TRACK),  # 1 − 0.9726/9.9726
        (18, 0.802198, Status.AT_RISK),  # 1 − 1.9726/9.9726
        (17, 0.701923, Status.OFF_TRACK),  # 1 − 2.9726/9.9726
        (31, 2.105769, Status.ON_TRACK),  # 1 + 11.0274/9.9726, target reached early
    ],
)
def test_worked_two_years_up(actual: int, attainment: float, status: Status) -> None:
    found = assess(date(2027, 3, 31), {}, actual=actual, **YEARS)
    assert found.expected_now == pytest.approx(19.9726, abs=1e-4)
    assert (found.attainment, found.status) == (attainment, status)


@pytest.mark.parametrize(
    ("actual", "attainment", "status"),
    [
        (4300, -1, Status.OFF_TRACK),  # 1 − (4,300 − 4,100)/100
        (4050, 1.5, Status.ON_TRACK),  # 1 + (4,100 − 4,050)/100
    ],
)
def test_worked_limit_the_growth(actual: int, attainment: float, status: Status) -> None:
    found = assess(actual=actual, **LIMIT)
    assert (found.expected_now, found.attainment, found.status) == (4100, attainment, status)


def test_example_of_the_reference_in_its_own_words() -> None:
    # 0 on 31 Mar 2026, 20 on 31 Mar 2027 (365 days), 31 Dec 2026 is day 275: 20 × 275/365 = 15.07; 12/15.07 = 0.796
    found = assess(date(2026, 12, 31), baseline=0, target=20, actual=12, baseline_on=date(2026, 3, 31),
                   target_on=date(2027, 3, 31))
    assert found.reason == "12 of 20 places, 15 expected by 31 Dec 2026; due 31 Mar 2027"
    assert found.status is Status.AT_RISK


# --- every branch: what is given, then value, expected, attainment, status, reason

CASES: list[tuple[str, dict[str, Any], date, tuple[float | None, float | None, float | None, Status, str]]] = [
    ("as expected", {}, HALF,
     (50, 50, 1, Status.ON_TRACK, "50 of 100 places, 50 expected by 20 Feb 2026; due 11 Apr 2026")),
    ("exactly 0.90", {"actual": 45}, HALF,  # 1 + (45 − 50)/50
     (45, 50, 0.9, Status.ON_TRACK, "45 of 100 places, 50 expected by 20 Feb 2026; due 11 Apr 2026")),
    ("just below 0.90", {"actual": 44.9999}, HALF,  # 1 − 5.0001/50 = 0.899998
     (44.9999, 50, 0.899998, Status.AT_RISK, "45 of 100 places, 50 expected by 20 Feb 2026; due 11 Apr 2026")),
    ("rounds to 0.90", {"actual": 44.99999}, HALF,  # 0.8999998 is 0.900000 in six places
     (44.99999, 50, 0.9, Status.ON_TRACK, "45 of 100 places, 50 expected by 20 Feb 2026; due 11 Apr 2026")),
    ("exactly 0.75", {"actual": 37.5}, HALF,  # 1 − 12.5/50
     (37.5, 50, 0.75, Status.AT_RISK, "37.5 of 100 places, 50 expected by 20 Feb 2026; due 11 Apr 2026")),
    ("just below 0.75", {"actual": 37.4999}, HALF,  # 1 − 12.5001/50 = 0.749998
     (37.4999, 50, 0.749998, Status.OFF_TRACK, "37.5 of 100 places, 50 expected by 20 Feb 2026; due 11 Apr 2026")),
    ("nothing done", {"actual": 0}, HALF,
     (0, 50, 0, Status.OFF_TRACK, "0 of 100 places, 50 expected by 20 Feb 2026; due 11 Apr 2026")),
    ("no unit", {"actual": 40, "unit": None}, HALF,
     (40, 50, 0.8, Status.AT_RISK, "40 of 100, 50 expected by 20 Feb 2026; due 11 Apr 2026")),
    ("a small change is not rounded away", {"actual": 1, "target": 3}, HALF,  # 1.5 expected, 1/1.5
     (1, 1.5, 0.666667, Status.OFF_TRACK, "1 of 3 places, 1.5 expected by 20 Feb 2026; due 11 Apr 2026")),
    ("a baseline explains the shortfall", {"baseline": 10, "target": 30, "actual": 18}, HALF,  # 1 − 2/10
     (18, 20, 0.8, Status.AT_RISK,
      "18 of 30 places, 20 expected by 20 Feb 2026 from a baseline of 10; due 11 Apr 2026")),
    ("the wrong way", {"baseline": 10, "target": 30, "actual": 8}, HALF,  # 1 − 12/10
     (8, 20, -0.2, Status.OFF_TRACK,
      "8 of 30 places, 20 expected by 20 Feb 2026 from a baseline of 10; due 11 Apr 2026")),
    ("reached early", {"actual": 104}, HALF,  # 1 + 54/50
     (104, 50, 2.08, Status.ON_TRACK, "104 places, target of 100 reached early; due 11 Apr 2026")),
    ("complete on the day", {"actual": 100}, END,
     (100, 100, 1, Status.COMPLETE, "100 places, target of 100 reached; due 11 Apr 2026")),
    ("complete after", {"actual": 110}, date(2026, 9, 1),  # flat after: 1 + 10/100
     (110, 100, 1.1, Status.COMPLETE, "110 places, target of 100 reached; was due 11 Apr 2026")),
    ("missed by a tenth", {"actual": 90}, END,
     (90, 100, 0.9, Status.AT_RISK, "90 of 100 places, not reached by 11 Apr 2026")),
    ("missed by more", {"actual": 89}, date(2026, 9, 1),
     (89, 100, 0.89, Status.OFF_TRACK, "89 of 100 places, not reached by 11 Apr 2026")),
    ("early, nothing yet", {"actual": 0}, date(2026, 1, 10),  # 9 % of the time gone
     (0, 9, 1, Status.ON_TRACK, "0 of 100 places, too early to expect more with 9% of the time gone; due 11 Apr 2026")),
    ("at a tenth of the time it is judged", {"actual": 0}, TENTH,
     (0, 10, 0, Status.OFF_TRACK, "0 of 100 places, 10 expected by 11 Jan 2026; due 11 Apr 2026")),
    ("early and worse", {"baseline": 10, "target": 110, "actual": 8}, date(2026, 1, 10),  # 1 − 2/10
     (8, 19, 0.8, Status.AT_RISK,
      "8 of 110 places, 20% worse than the baseline of 10 with 9% of the time gone; due 11 Apr 2026")),
    ("early and worse than nothing", {"actual": -1}, date(2026, 1, 10),  # baseline 0: attainment 0
     (-1, 9, 0, Status.OFF_TRACK,
      "-1 places, worse than the baseline of 0 with 9% of the time gone; target 100 by 11 Apr 2026")),
    ("first day", {"baseline": 10, "target": 30, "actual": 10}, START,
     (10, 10, 1, Status.ON_TRACK,
      "10 of 30 places, too early to expect more with 0% of the time gone; due 11 Apr 2026")),
    ("held", {"baseline": 20, "target": 20, "actual": 20}, HALF,
     (20, 20, 1, Status.ON_TRACK,
      "20 of 20 places, no worse than the baseline of 20, which is to be held; due 11 Apr 2026")),
    ("held, slipping", {"baseline": 20, "target": 20, "actual": 16}, HALF,  # 1 − 4/20
     (16, 20, 0.8, Status.AT_RISK,
      "16 of 20 places, 20% worse than the baseline of 20, which is to be held; due 11 Apr 2026")),
    ("held to the end", {"baseline": 20, "target": 20, "actual": 21}, END,
     (21, 20, 1, Status.COMPLETE, "21 places, target of 20 reached; due 11 Apr 2026")),
    ("held, not at the end", {"baseline": 20, "target": 20, "actual": 19}, END,  # 1 − 1/20
     (19, 20, 0.95, Status.AT_RISK, "19 of 20 places, not reached by 11 Apr 2026")),
    ("baseline and target on one day", {"target_on": START, "actual": 60}, START,
     (60, 100, 0.6, Status.OFF_TRACK, "60 of 100 places, not reached by 1 Jan 2026")),
    # Lower
    ("lower, as expected", {**LOWER, "actual": 50}, HALF,
     (50, 50, 1, Status.ON_TRACK, "50 places, at most 50 expected by 20 Feb 2026; target at most 0 by 11 Apr 2026")),
    ("lower, exactly 0.90", {**LOWER, "actual": 55}, HALF,  # 1 − (55 − 50)/50
     (55, 50, 0.9, Status.ON_TRACK,
      "55 places, at most 50 expected by 20 Feb 2026 from a baseline of 100; target at most 0 by 11 Apr 2026")),
    ("lower, exactly 0.75", {**LOWER, "actual": 62.5}, HALF,
     (62.5, 50, 0.75, Status.AT_RISK,
      "62.5 places, at most 50 expected by 20 Feb 2026 from a baseline of 100; target at most 0 by 11 Apr 2026")),
    ("lower, off track", {**LOWER, "actual": 63}, HALF,
     (63, 50, 0.74, Status.OFF_TRACK,
      "63 places, at most 50 expected by 20 Feb 2026 from a baseline of 100; target at most 0 by 11 Apr 2026")),
    ("lower, early and worse", {**LOWER, "actual": 110}, date(2026, 1, 10),  # 1 − 10/100
     (110, 91, 0.9, Status.ON_TRACK,
      "110 places, 10% worse than the baseline of 100 with 9% of the time gone; target at most 0 by 11 Apr 2026")),
    ("lower, complete", {**LOWER, "target": 20, "actual": 20}, END,
     (20, 20, 1, Status.COMPLETE, "20 places, target of at most 20 reached; due 11 Apr 2026")),
    ("lower, missed", {**LOWER, "target": 20, "actual": 30}, END,  # 1 − 10/80
     (30, 20, 0.875, Status.OFF_TRACK, "30 places, target of at most 20 not reached by 11 Apr 2026")),
    ("limit: reached is not early", {**LIMIT, "actual": 4050}, HALF,
     (4050, 4100, 1.5, Status.ON_TRACK,
      "4,050 plans, at most 4,100 expected by 20 Feb 2026; may grow from 4,000 to 4,200 at the most by 11 Apr 2026")),
    ("limit: below the target, above the line", {**LIMIT, "actual": 4150}, HALF,  # 1 − 50/100
     (4150, 4100, 0.5, Status.OFF_TRACK,
      "4,150 plans, at most 4,100 expected by 20 Feb 2026 from a baseline of 4,000; "
      "may grow from 4,000 to 4,200 at the most by 11 Apr 2026")),
    # Percentage: 0.1 to 0.3, expected 0.2
    ("percentage", PERCENT, HALF,
     (0.2, 0.2, 1, Status.ON_TRACK, "20%, 20% expected by 20 Feb 2026; target 30% by 11 Apr 2026")),
    ("percentage, 0.90 with noise", {**PERCENT, "actual": 0.19}, HALF,  # 1 − 0.01/0.1
     (0.19, 0.2, 0.9, Status.ON_TRACK,
      "19%, 20% expected by 20 Feb 2026 from a baseline of 10%; target 30% by 11 Apr 2026")),
    ("percentage, 0.75 with noise", {**PERCENT, "actual": 0.175}, HALF,
     (0.175, 0.2, 0.75, Status.AT_RISK,
      "17.5%, 20% expected by 20 Feb 2026 from a baseline of 10%; target 30% by 11 Apr 2026")),
    ("percentage, complete with noise", {**PERCENT, "actual": 0.1 + 0.2, "target": 0.3}, END,
     (0.3, 0.3, 1, Status.COMPLETE, "30%, target of 30% reached; due 11 Apr 2026")),
    ("percentage, target reached but for the last digits", {**PERCENT, "actual": 0.3, "target": 0.1 + 0.2}, END,
     (0.3, 0.3, 1, Status.COMPLETE, "30%, target of 30% reached; due 11 Apr 2026")),
    ("percentage, held but for the last digits", {**PERCENT, "baseline": 0.1 + 0.2, "actual": 0.3}, HALF,
     (0.3, 0.3, 1, Status.ON_TRACK,
      "30%, no worse than the baseline of 30%, which is to be held; target 30% by 11 Apr 2026")),
    ("percentage, held, exactly 0.90", {**PERCENT, "baseline": 0.2, "target": 0.2, "actual": 0.18}, HALF,  # 0.02/0.2
     (0.18, 0.2, 0.9, Status.ON_TRACK,
      "18%, 10% worse than the baseline of 20%, which is to be held; target 20% by 11 Apr 2026")),
    # Number and %: 45/60 = 0.75; 0.4 to 0.8, expected 0.6
    ("number and share", SHARE, HALF,  # 1 + 0.15/0.2
     (0.75, 0.6, 1.75, Status.ON_TRACK,
      "45 of 60 pupils (75%), 60% expected by 20 Feb 2026; target 80% by 11 Apr 2026")),
    ("number and share, off track", {**SHARE, "actual": 30}, HALF,  # 1 − 0.1/0.2
     (0.5, 0.6, 0.5, Status.OFF_TRACK,
      "30 of 60 pupils (50%), 60% expected by 20 Feb 2026 from a baseline of 40%; target 80% by 11 Apr 2026")),
    # Compliance: value / target, or 2 − value / target
    ("compliance", DUTY, HALF,  # 0.57/0.60
     (0.57, 0.6, 0.95, Status.ON_TRACK, "57 of 100 plans (57%), 60% required")),
    ("compliance, exactly 0.90", {**DUTY, "actual": 54}, HALF,
     (0.54, 0.6, 0.9, Status.ON_TRACK, "54 of 100 plans (54%), 60% required")),
    ("compliance, exactly 0.75", {**DUTY, "actual": 45}, HALF,
     (0.45, 0.6, 0.75, Status.AT_RISK, "45 of 100 plans (45%), 60% required")),
    ("compliance, never complete", {**DUTY, "actual": 60, "target_on": START}, END,
     (0.6, 0.6, 1, Status.ON_TRACK, "60 of 100 plans (60%), 60% required")),
    ("compliance, whatever its Target on", {**DUTY, "target_on": START}, END,
     (0.57, 0.6, 0.95, Status.ON_TRACK, "57 of 100 plans (57%), 60% required")),
    ("compliance, Target on before its baseline", {**DUTY, "baseline_on": START, "target_on": date(2025, 1, 1)}, HALF,
     (0.57, 0.6, 0.95, Status.ON_TRACK, "57 of 100 plans (57%), 60% required")),
    ("compliance, met but for the last digits", {**DUTY, "actual": 30, "target": 0.1 + 0.2}, HALF,
     (0.3, 0.3, 1, Status.ON_TRACK, "30 of 100 plans (30%), 30% required")),
    ("compliance, no target is 100%", {**DUTY, "target": None, "actual": 96}, HALF,
     (0.96, 1, 0.96, Status.ON_TRACK, "96 of 100 plans (96%), 100% required")),
    ("compliance, lower", {**DUTY, "better": "Lower", "target": 0.04, "actual": 5}, HALF,  # 2 − 0.05/0.04
     (0.05, 0.04, 0.75, Status.AT_RISK, "5 of 100 plans (5%), at most 4% required")),
    ("compliance, lower, 0 at the least", {**DUTY, "better": "Lower", "target": 0.04, "actual": 50}, HALF,
     (0.5, 0.04, 0, Status.OFF_TRACK, "50 of 100 plans (50%), at most 4% required")),
    ("compliance, lower, none allowed and none", {**DUTY, "better": "Lower", "target": 0, "actual": 0}, HALF,
     (0, 0, 1, Status.ON_TRACK, "0 of 100 plans (0%), at most 0% required")),
    ("compliance, lower, none allowed but one", {**DUTY, "better": "Lower", "target": 0, "actual": 1}, HALF,
     (0.01, 0, 0, Status.OFF_TRACK, "1 of 100 plans (1%), at most 0% required")),
    # Milestone: 0 to 1 between the dates of the activity, 0.5 expected
    ("milestone by its activity", MILESTONE, HALF,
     (0.5, 0.5, 1, Status.ON_TRACK, "50% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026")),
    ("milestone by its actual", {**MILESTONE, "actual": 0.4}, HALF,  # 0.4/0.5
     (0.4, 0.5, 0.8, Status.AT_RISK, "40% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026")),
    ("milestone at 0 is not blank", {**MILESTONE, "actual": 0}, HALF,
     (0, 0.5, 0, Status.OFF_TRACK, "0% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026")),
    ("milestone, complete as soon as 1", {**MILESTONE, "actual": 1}, HALF,
     (1, 0.5, 2, Status.COMPLETE, "100% complete; due 11 Apr 2026")),
    ("milestone, more than all", {**MILESTONE, "actual": 1.2}, HALF,
     (1.2, 0.5, 2.4, Status.COMPLETE, "120% complete; due 11 Apr 2026")),
    ("milestone, missed", {**MILESTONE, "actual": 0.9}, END,
     (0.9, 1, 0.9, Status.AT_RISK, "90% complete, 100% not reached by 11 Apr 2026")),
    ("milestone, early", {**MILESTONE, "actual": 0}, date(2026, 1, 10),
     (0, 0.09, 1, Status.ON_TRACK, "0% complete, too early to expect more with 9% of the time gone; due 11 Apr 2026")),
    ("milestone needs no direction", {**MILESTONE, "better": "Lower", "actual": 0.5}, HALF,
     (0.5, 0.5, 1, Status.ON_TRACK, "50% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026")),
    # Not started
    ("before the baseline", {}, date(2025, 12, 31),
     (50, None, None, Status.NOT_STARTED, "Starts 1 Jan 2026; due 11 Apr 2026")),
    ("milestone before the start", MILESTONE, date(2025, 12, 31),
     (0.5, None, None, Status.NOT_STARTED, "Starts 1 Jan 2026; due 11 Apr 2026")),
    ("compliance before its activity starts", DUTY, date(2025, 12, 31),
     (0.57, None, None, Status.NOT_STARTED, "Starts 1 Jan 2026")),
    # as of
    ("an old value", {"actual_on": date(2025, 12, 31)}, HALF,
     (50, 50, 1, Status.ON_TRACK,
      "50 of 100 places as of 31 Dec 2025, 50 expected by 20 Feb 2026; due 11 Apr 2026")),
    ("a value of the period's first day", {"actual_on": date(2026, 1, 1)}, HALF,
     (50, 50, 1, Status.ON_TRACK, "50 of 100 places, 50 expected by 20 Feb 2026; due 11 Apr 2026")),
    ("an old share", {**SHARE, "actual_on": date(2025, 9, 30)}, HALF,
     (0.75, 0.6, 1.75, Status.ON_TRACK,
      "45 of 60 pupils (75%) as of 30 Sep 2025, 60% expected by 20 Feb 2026; target 80% by 11 Apr 2026")),
    ("a milestone by its activity has no day", {**MILESTONE, "actual_on": date(2025, 9, 30)}, HALF,
     (0.5, 0.5, 1, Status.ON_TRACK, "50% complete, 50% expected by 20 Feb 2026; due 11 Apr 2026")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "day", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_case(given: dict[str, Any], day: date,
              wanted: tuple[float | None, float | None, float | None, Status, str]) -> None:
    found = assess(day, **given)
    value, expected, attainment, status, reason = wanted
    assert found.value == (None if value is None else pytest.approx(value))
    assert found.expected_now == (None if expected is None else pytest.approx(expected))
    assert (found.attainment, found.status, found.reason) == (attainment, status, reason)


# --- not assessed

GAPS: list[tuple[dict[str, Any], str]] = [
    ({"kind": None}, "no kind"),
    ({"better": None}, "no Better (Higher or Lower)"),
    ({"baseline": None, "target_on": None}, "no baseline, no target date"),
    ({"baseline_on": None}, "no baseline date"),
    ({"target": None}, "no target"),
    ({"actual": None}, "no actual"),
    ({"better": None, "baseline": None, "baseline_on": None, "target": None, "target_on": None, "actual": None},
     "no Better (Higher or Lower), no baseline, no baseline date, no target, no target date, no actual"),
    ({"target_on": date(2025, 1, 1)}, "a target date before the baseline date"),
    ({"baseline": 120}, "a target below the baseline though Better is Higher"),
    ({**DUTY, "better": "Lower", "target": None}, "no target"),
    ({**SHARE, "out_of": None}, "no Out of"),
    ({**SHARE, "actual": None}, "no actual"),
    ({**SHARE, "out_of": 0}, "Out of is 0"),
    ({**SHARE, "out_of": -5}, "Out of is -5"),
    ({**DUTY, "better": None}, "no Better (Higher or Lower)"),
    ({**DUTY, "actual": None, "out_of": None}, "no actual, no Out of"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "named"), GAPS)
def test_not_assessed_names_what_is_missing(given: dict[str, Any], named: str) -> None:
    found = assess(**given)
    assert (found.status, found.reason, found.attainment) == (Status.NOT_ASSESSED, f"Not assessed: {named}", None)


MILESTONE_GAPS: list[tuple[dict[str, Any], str]] = [
    (NO_ACTIVITY, "no activity GR-01"),
    ({"percent_complete": 0.5}, "no start date, no due date"),
    ({"starts": START, "due": END}, "no actual and no % complete"),
    ({"starts": END, "due": START, "percent_complete": 0.5}, "a due date before the start date"),
]


@pytest.mark.parametrize(("activity", "named"), MILESTONE_GAPS)
def test_milestone_needs_its_activity(activity: dict[str, Any], named: str) -> None:
    found = assess(HALF, activity, **MILESTONE)
    assert (found.status, found.reason) == (Status.NOT_ASSESSED, f"Not assessed: {named}")


def test_what_is_known_is_shown_though_not_assessed() -> None:
    found = assess(actual=None, previous=40)
    assert (found.value, found.previous, found.expected_now, found.direction) == (None, 40, 50, None)
    found = assess(target=None, previous=40)  # direction by 1: no target to measure the way by
    assert (found.value, found.expected_now, found.direction) == (50, None, Direction.IMPROVING)


UNREADABLE: list[tuple[dict[str, Any], str, str, Problem, str]] = [
    ({}, "actual", "12 approx", Problem.NOT_A_NUMBER, "Actual “12 approx” is not a number"),
    ({}, "kind", "Nummer", Problem.NOT_IN_LIST, "Kind “Nummer” is not in the list"),
    ({}, "baseline", "#REF!", Problem.EXCEL_ERROR, "Baseline “#REF!” is an Excel error"),
    ({"target": None}, "baseline_on", "spring", Problem.NOT_A_DATE,
     "Baseline on “spring” is not a date, no target"),
    ({}, "actual", "twelve\nor so, but " + "x" * 90, Problem.NOT_A_NUMBER,
     "Actual “twelve or so, but " + "x" * 22 + "…” is not a number"),
    (DUTY, "target", "all", Problem.NOT_A_NUMBER, "Target “all” is not a number"),
    (SHARE, "out_of", "?", Problem.NOT_A_NUMBER, "Out of “?” is not a number"),
    (MILESTONE, "actual", "half", Problem.NOT_A_NUMBER, "Actual “half” is not a number"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "key", "text", "problem", "named"), UNREADABLE)
def test_a_cell_that_cannot_be_read_is_named(given: dict[str, Any], key: str, text: str, problem: Problem,
                                             named: str) -> None:
    row = unreadable(measure(**given), key, text, problem)
    found = judge(row).figures
    assert (found.status, found.reason) == (Status.NOT_ASSESSED, f"Not assessed: {named}")


def test_a_milestone_names_the_activity_cell_it_cannot_read() -> None:
    activity = unreadable(Row.of(PLAN, **ACTIVITY), "percent_complete", "most")
    found = assess_measure(measure(**MILESTONE), activity, HALF, SETTINGS, Q4, None).figures
    assert found.reason == "Not assessed: % complete “most” is not a number"


def test_cells_that_the_kind_does_not_need_may_be_unreadable() -> None:
    row = unreadable(measure(**DUTY), "baseline", "n/a")
    assert judge(row).figures.status is Status.ON_TRACK
    row = unreadable(measure(), "out_of", "n/a")
    assert judge(row).figures.status is Status.ON_TRACK


def test_a_measure_without_an_activity_is_judged_by_its_own_dates() -> None:
    assert assess(HALF, {}).status is Status.ON_TRACK
    assert assess(date(2025, 12, 31), {}).status is Status.NOT_STARTED


def test_a_milestone_of_one_day_is_due_on_it() -> None:
    found = assess(START, {"starts": START, "due": START, "percent_complete": 0.95}, **MILESTONE)
    assert (found.expected_now, found.status) == (1, Status.AT_RISK)


def test_an_activity_that_starts_later_opens_its_measures_later() -> None:
    found = assess(HALF, {"starts": END}, actual=0)
    assert (found.status, found.reason) == (Status.NOT_STARTED, "Starts 11 Apr 2026; due 11 Apr 2026")


def test_without_a_period_no_value_is_old() -> None:
    row = measure(actual_on=date(2020, 1, 1))
    assert "as of" not in assess_measure(row, None, HALF, SETTINGS, None, None).figures.reason


# --- a plan that contradicts itself

CONTRADICTIONS: list[tuple[str, dict[str, Any], bool]] = [
    ("target day before baseline day", {"target_on": date(2025, 1, 1)}, True),
    ("Higher, target below the baseline", {"baseline": 120}, True),
    ("Lower, target above the baseline: a limit to growth", LIMIT | {"actual": 4050}, False),
    ("target and baseline are equal", {"baseline": 100}, False),
    ("no target", {"target": None}, False),
    ("not yet reported", {"actual": None}, False),
    ("compliance, Target on before its baseline day", {**DUTY, "baseline_on": START, "target_on": date(2025, 1, 1)}, False),
]


@pytest.mark.parametrize(("given", "wanted"), [c[1:] for c in CONTRADICTIONS], ids=[c[0] for c in CONTRADICTIONS])
def test_contradictions(given: dict[str, Any], wanted: bool) -> None:
    found = judge(measure(**given))
    assert found.ref == "GR-01.M1" and found.contradicts is wanted


@pytest.mark.parametrize(("key", "contradicts"), [("kind", True), ("baseline", True), ("target_on", True), ("actual", True),
                                                  ("out_of", False), ("note", False)])  # fmt: skip
def test_a_formula_that_was_never_worked_out_contradicts_where_the_cell_is_needed(key: str, contradicts: bool) -> None:
    found = judge(unreadable(measure(), key, "", Problem.NEVER_WORKED_OUT))
    assert found.contradicts is contradicts
    if contradicts:
        named = f"{MEASURES[key].header} is a formula that was never worked out"
        assert found.figures.reason == f"Not assessed: {named}"


# --- interim targets: from 0 on 1 Jan through 10 on 20 Feb (day 50) to 100 on 11 Apr (day 100)

BENDS: list[tuple[str, list[tuple[date | None, float | None]], date, float, float]] = [  # day, expected, attainment of 8
    ("half way to the first", [(HALF, 10)], date(2026, 1, 26), 5, 1.6),  # 1 + 3/5
    ("on the day of the first", [(HALF, 10)], HALF, 10, 0.8),
    ("half way from the first", [(HALF, 10)], date(2026, 3, 17), 55, 0.145455),  # 10 + 90 × 25/50; 1 − 47/55
    ("on the last day", [(HALF, 10)], END, 100, 0.08),
    ("after it", [(HALF, 10)], date(2026, 6, 1), 100, 0.08),
    ("two, in any order", [(HALF, 10), (TENTH, 8)], date(2026, 1, 31), 9, 0.888889),  # 8 + 2 × 20/40
    ("above the target for a time", [(HALF, 200)], HALF, 200, 0.04),
    ("none by then", [(HALF, 0)], HALF, 0, 1),  # no change is expected: no worse than the baseline
    ("one without a day", [(None, 10), (HALF, None)], HALF, 50, 0.16),
]  # fmt: skip


@pytest.mark.parametrize(("targets", "day", "expected", "attainment"), [c[1:] for c in BENDS], ids=[c[0] for c in BENDS])
def test_interim_targets(targets: list[tuple[date | None, float | None]], day: date, expected: float, attainment: float) -> None:
    found = judge(measure(actual=8), day, targets=targets).figures
    assert found.expected_now == pytest.approx(expected)
    assert found.attainment == attainment


@pytest.mark.parametrize("given", [DUTY, {**MILESTONE, "actual": 0.5}], ids=["compliance", "milestone"])
def test_what_has_no_line_of_its_own_has_no_interim_targets(given: dict[str, Any]) -> None:
    assert judge(measure(**given), targets=[(HALF, 0.9)]) == judge(measure(**given))


# --- direction

DIRECTIONS: list[tuple[dict[str, Any], float | None, Direction | None]] = [
    ({}, None, None),
    ({}, 0, Direction.IMPROVING),  # previous 0 is a value
    ({}, 50, Direction.STEADY),
    ({}, 48, Direction.STEADY),  # 2/100 is within
    ({}, 47.9, Direction.IMPROVING),  # 2.1/100
    ({}, 52, Direction.STEADY),
    ({}, 52.1, Direction.WORSENING),
    ({**LOWER}, 60, Direction.IMPROVING),
    ({**LOWER}, 40, Direction.WORSENING),
    ({**PERCENT, "actual": 0.304}, 0.3, Direction.STEADY),  # 0.004/0.2 = 0.02 but for the last digits
    ({**PERCENT, "baseline": 0.1 + 0.2, "actual": 0.304}, 0.3, Direction.STEADY),  # baseline = target: 0.004/0.3
    ({"baseline": 50, "target": 50}, 48.9, Direction.IMPROVING),  # baseline = target: 1.1/50
    ({"baseline": 50, "target": 50}, 49.1, Direction.STEADY),  # 0.9/50
    ({"baseline": 0, "target": 0, "actual": 0}, 0.5, Direction.WORSENING),  # target 0: 0.5/1
    ({"baseline": 0, "target": 0, "better": "Lower", "actual": 0}, 0.5, Direction.IMPROVING),
    ({"better": None}, 10, None),
    (DUTY, 0.5, Direction.IMPROVING),  # 0.07/0.6
    ({**DUTY, "target": None}, 0.56, Direction.STEADY),  # 0.01/1
    (MILESTONE, 0.4, Direction.IMPROVING),
]


@pytest.mark.parametrize(("given", "previous", "wanted"), DIRECTIONS)
def test_direction(given: dict[str, Any], previous: float | None, wanted: Direction | None) -> None:
    found = assess(previous=previous, **given)
    assert (found.direction, found.previous) == (wanted, previous)


# --- previous

READ = [
    {"no": 1, "period": "2025-26 Q1", "actual": 10},
    {"no": 2, "period": "2025-26 Q2", "actual": 20},
    {"no": 4, "period": "2025-26 Q3", "actual": 31},
    {"no": 3, "period": "2025-26 Q3", "actual": 30},
    {"no": 5, "period": "2025-26 Q4", "actual": 40},
]


def previous(before: str, readings: list[dict[str, Any]], **changed: Any) -> float | None:
    return previous_value(measure(**changed), [Row.of(READINGS, **r) for r in readings], parse_period(before))


def test_previous_is_the_last_before_the_period() -> None:
    assert previous("2025-26 Q4", READ) == 31  # stamped later than 30
    assert previous("2025-26 Q3", READ) == 20
    assert previous("2025-26 Q1", READ) is None
    assert previous("2025-26 Q4", []) is None
    assert previous("2026-01", [{"period": "2025-12", "actual": 1}, {"period": "2025-12", "actual": 2}]) == 2


def test_previous_passes_over_what_has_no_value_or_no_period() -> None:
    more: list[dict[str, Any]] = [
        {"no": 6, "period": "2025-26 Q3"},
        {"no": 7, "period": "autumn", "actual": 9},
        {"no": 8, "actual": 9},
    ]
    assert previous("2025-26 Q4", [*READ, *more]) == 31


def test_previous_of_months_among_quarters() -> None:
    months: list[dict[str, Any]] = [{"no": 9, "period": "2025-11", "actual": 5}]
    assert previous("2025-12", months) == 5
    assert previous("2025-26 Q3", months) is None  # November is inside the quarter
    assert previous("2025-12", READ) == 20  # the third quarter holds December


@pytest.mark.parametrize(
    ("kind", "out_of", "wanted"),
    [("Number", 60, 45), ("Number and %", 60, 0.75), ("Compliance", 60, 0.75), ("Compliance", 0, None),
     ("Number and %", None, None), ("Milestone", None, 45), (None, None, 45)],
)  # fmt: skip
def test_previous_is_worked_out_by_kind(kind: str | None, out_of: int | None, wanted: float | None) -> None:
    assert previous("2026-01", [{"no": 1, "period": "2025-12", "actual": 45, "out_of": out_of}], kind=kind) == wanted


# --- settings

def test_thresholds_are_settings() -> None:
    strict = Settings(on_track_from=1.0, at_risk_from=0.95)
    assert assess(settings=strict, actual=49).status is Status.AT_RISK  # 0.98
    assert assess(settings=strict, actual=47).status is Status.OFF_TRACK  # 0.94
    assert band(0.9, SETTINGS) is Status.ON_TRACK
    two_thirds = Settings(early_share=0.666667)  # of three days: 0.666667 in six places, so no longer early
    found = assess(date(2026, 1, 3), settings=two_thirds, target_on=date(2026, 1, 4), actual=0)
    assert found.status is Status.OFF_TRACK
    assert assess(date(2026, 1, 10), settings=Settings(early_share=0), actual=0).status is Status.OFF_TRACK


# --- properties

RANK = [Status.OFF_TRACK, Status.AT_RISK, Status.ON_TRACK, Status.COMPLETE]
NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9), st.sampled_from([0, 1, -1, 0.5, 100]))
DAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))
MAYBE_NUMBER, MAYBE_DAY = st.none() | NUMBERS, st.none() | DAYS
ROWS = st.fixed_dictionaries({
    "kind": st.sampled_from([None, "Number", "Percentage", "Number and %", "Compliance", "Milestone"]),
    "better": st.sampled_from([None, "Higher", "Lower"]),
    "unit": st.sampled_from([None, "", "places", "%"]),
    "baseline": MAYBE_NUMBER, "baseline_on": MAYBE_DAY, "target": MAYBE_NUMBER, "target_on": MAYBE_DAY,
    "actual": MAYBE_NUMBER, "out_of": MAYBE_NUMBER, "actual_on": MAYBE_DAY,
})  # fmt: skip
ACTIVITIES = st.none() | st.fixed_dictionaries(
    {"starts": MAYBE_DAY, "due": MAYBE_DAY, "percent_complete": MAYBE_NUMBER}
)


@given(ROWS, ACTIVITIES, DAYS, MAYBE_NUMBER)
def test_nothing_raises_and_every_status_has_a_reason(row: dict[str, Any], activity: dict[str, Any] | None, day: date,
                                                      before: float | None) -> None:
    plan = None if activity is None else Row.of(PLAN, **activity)
    judged = assess_measure(Row.of(MEASURES, **row), plan, day, SETTINGS, Q4, before)
    found = judged.figures
    assert not judged.contradicts or found.status is Status.NOT_ASSESSED
    assert bool(judged.gaps) == (found.status is Status.NOT_ASSESSED)
    assert found.reason and "None" not in found.reason
    assert (found.attainment is None) == (found.status in (Status.NOT_ASSESSED, Status.NOT_STARTED))
    assert found.status is not Status.CLOSED
    assert found.reason.startswith("Not assessed: ") == (found.status is Status.NOT_ASSESSED)
    assert (found.direction is None) if before is None or found.value is None else True


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["Higher", "Lower"]), st.dates(START, date(2026, 6, 1)))
def test_a_worse_value_never_has_a_better_status(baseline: float, target: float, one: float, other: float, better: str,
                                                 day: date) -> None:
    worse, good = sorted((one, other), reverse=better == "Lower")
    if better == "Higher":
        baseline, target = sorted((baseline, target))
    terms: dict[str, Any] = {"baseline": baseline, "target": target, "better": better}
    low, high = assess(day, actual=worse, **terms), assess(day, actual=good, **terms)
    assert RANK.index(low.status) <= RANK.index(high.status)
    assert low.attainment is not None and high.attainment is not None and low.attainment <= high.attainment


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.dates(date(2025, 12, 1), date(2026, 6, 1)))
def test_higher_mirrors_lower(baseline: float, target: float, actual: float, before: float, day: date) -> None:
    baseline, target = sorted((baseline, target))
    up = assess(day, baseline=baseline, target=target, actual=actual, previous=before)
    down = assess(day, baseline=-baseline, target=-target, actual=-actual, previous=-before, better="Lower")
    assert (up.status, up.attainment, up.direction) == (down.status, down.attainment, down.direction)


@given(NUMBERS, NUMBERS, DAYS, DAYS, DAYS, DAYS, st.lists(DAYS, max_size=2, unique=True).map(sorted))
def test_the_line_is_monotone_and_stays_between_its_ends(baseline: float, target: float, one: date, other: date,
                                                         day: date, later: date, between: list[date]) -> None:
    start, due = sorted((one, other))
    day, later = sorted((day, later))
    line = Line(1, baseline, start, target, due, tuple((on, (baseline + target) / 2) for on in between if start < on < due))
    first, second = line.expected(day), line.expected(later)
    slack = 1e-6
    assert (second - first) * (1 if target >= baseline else -1) >= -slack
    assert min(baseline, target) - slack <= first <= max(baseline, target) + slack
    assert line.expected(due) == target


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_compliance_both_ways_meet_at_the_target(actual: int, out_of: int) -> None:
    share = actual / out_of
    high, low = (assess(**{**DUTY, "better": b, "actual": actual, "out_of": out_of, "target": 0.5})
                 for b in ("Higher", "Lower"))  # fmt: skip
    assert high.attainment is not None and low.attainment is not None
    if share <= 1:
        assert high.attainment + low.attainment == pytest.approx(2, abs=2e-6)
    assert high.status is not Status.COMPLETE and low.attainment >= 0
