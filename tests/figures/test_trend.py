"""The day by which a plan is judged, and how each activity and measure stands in the open period."""

from datetime import date

import pytest

from sendxl.figures.assess import Figures, assess
from sendxl.figures.period_rows import period_rows
from sendxl.figures.trend import change_of, for_the, in_a_row, kept_periods
from sendxl.plan.master import MEASURES, PERIODS, PLAN, PROFILE, SAVINGS
from sendxl.plan.rows import Row
from sendxl.plan.settings import Settings
from tests.figures.given import Memory

STARTS, DUE, NOV, DEC = date(2026, 4, 1), date(2027, 3, 31), date(2026, 11, 28), date(2026, 12, 31)
Q3 = Settings(reporting_period="2026-27 Q3")  # October to December 2026
TABLES = Memory(
    Row.of(PLAN, ref="PI-01", starts=STARTS, due=DUE, percent_complete=0.6, lead_status="At risk"),
    Row.of(PLAN, ref="PI-02", closed_on=date(2026, 5, 1)),
    Row.of(MEASURES, ref="PI-01.M1", activity_ref="PI-01", kind="Number and %", better="Higher", baseline=0, baseline_on=STARTS,
           target=1, target_on=DUE, actual=2, out_of=3),
    Row.of(SAVINGS, ref="PI-01.S1", activity_ref="PI-01", method="Unit cost avoided", unit_amount=1_200, type="Cashable"),
    Row.of(PROFILE, ref="PI-01.S1.P1", savings_ref="PI-01.S1", planned_quantity=2, in_place=1, in_place_on=date(2026, 6, 30),
           in_place_since=STARTS, **{"from": STARTS}))


def at(as_at: date | None, today: date, settings: Settings = Q3) -> Figures:
    return assess(TABLES, settings, as_at, today)


@pytest.mark.parametrize(("as_at", "today", "settings", "wanted", "ahead"), [
    (None, NOV, Q3, NOV, False), (None, DEC, Q3, DEC, False), (None, date(2027, 1, 15), Q3, DEC, False),
    (None, NOV, Settings(), NOV, False), (DUE, NOV, Q3, DUE, True), (NOV, NOV, Q3, NOV, False), (STARTS, NOV, Q3, STARTS, False)])
def test_the_as_at_day(as_at: date | None, today: date, settings: Settings, wanted: date, ahead: bool) -> None:
    found = at(as_at, today, settings)
    assert (found.as_at, found.ahead) == (wanted, ahead)


@pytest.mark.parametrize(("as_at", "today", "planned", "realised"), [
    (None, NOV, 1_400, 700), (None, DEC, 1_800, 900), (DUE, NOV, 2_400, 700), (date(2026, 6, 30), NOV, 600, 300)])
def test_nothing_is_realised_beyond_today(as_at: date | None, today: date, planned: float, realised: float) -> None:
    line = at(as_at, today).lines["PI-01.S1"]
    assert (line.planned_to_date, line.realised_to_date, line.forecast) == (planned, realised, 1_200)


def test_the_rows_of_the_open_period() -> None:
    """241 of 364 days have gone: 66.2% is expected; 60% done is 0.906 of it, 2 of 3 is 1.007."""
    rows = period_rows(TABLES, at(None, NOV))
    assert list(rows) == ["PI-01.2026-27 Q3", "PI-01.M1.2026-27 Q3"]  # none of PI-02, which is closed
    activity, measure = rows.values()
    shared = {"period": "2026-27 Q3", "as_at": NOV, "status": "On track", "direction": None}
    assert activity == {**shared, "ref": "PI-01.2026-27 Q3", "of": "PI-01", "reason": activity["reason"],
                        "lead_status": "At risk", "realised_to_date": 700, "forecast": 1_200}
    assert measure == {**shared, "ref": "PI-01.M1.2026-27 Q3", "of": "PI-01.M1", "reason": measure["reason"], "value": 0.666667}
    assert str(activity["reason"]).startswith("60% complete, 66% expected by 28 Nov 2026")


def test_without_an_open_period_there_are_none() -> None:
    assert period_rows(TABLES, at(None, NOV, Settings())) == {}


def kept(**rows: str) -> Memory:
    """Periods of one activity: ``q2="Off track"``, ``m11="At risk"``."""
    labels = {**{f"q{n}": f"2026-27 Q{n}" for n in range(1, 5)}, "q0": "2025-26 Q4", "m11": "2026-11", "m10": "2026-10"}
    return Memory(*(Row.of(PERIODS, ref=f"PI-01.{labels[key]}", period=labels[key], of="PI-01", status=status)
                    for key, status in rows.items()))


@pytest.mark.parametrize(("rows", "now", "wanted"), [
    ({"q1": "Off track", "q2": "Off track"}, NOV, "third quarter off track"),
    ({"q1": "Off track", "q2": "Off track", "q3": "Off track"}, NOV, "third quarter off track"),  # Q3 is that of the day
    ({"q1": "Off track", "q2": "Off track", "q3": "Off track"}, DUE, "fourth quarter off track"),  # a look ahead
    ({"q0": "Off track", "q1": "At risk", "q2": "Off track"}, NOV, "second quarter off track"),
    ({"q1": "Off track"}, NOV, ""),  # a period was left out
    ({"q2": "On track"}, NOV, ""), ({}, NOV, ""),
    ({"m10": "Off track", "m11": "Off track"}, DEC, "third month off track"),
    ({"q1": "Off track", "q2": "Off track", "m11": "Off track"}, DEC, "second month off track"),  # of months only
])
def test_how_many_periods_in_a_row(rows: dict[str, str], now: date, wanted: str) -> None:
    assert for_the(*in_a_row("pi-01 ", "Off track", now, kept_periods(kept(**rows))), "Off track") == wanted


@pytest.mark.parametrize(("runs", "wanted"), [(1, ""), (10, "tenth"), (11, "11th"), (22, "22nd"), (113, "113th")])
def test_ordinals(runs: int, wanted: str) -> None:
    assert for_the(runs, "quarter", "At risk") == (wanted and f"{wanted} quarter at risk")
    assert for_the(runs, "quarter", "On track") == ""


@pytest.mark.parametrize(("then", "now", "wanted"), [
    ("On track", "Off track", "Newly off track"), ("Not started", "Off track", "Newly off track"),
    ("Off track", "Off track", "Same"), ("Off track", "At risk", "Better"), ("On track", "Complete", "Better"),
    ("Off track", "On track", "Recovered"), ("At risk", "Complete", "Recovered"), ("Complete", "At risk", "Worse"),
    ("Not started", "On track", "Changed"), ("On track", "Not assessed", "Changed"), ("On track", "Closed", "Closed"),
    ("On track", None, "No longer in Plan"), (None, "On track", "New")])
def test_what_became_of_an_activity(then: str | None, now: str | None, wanted: str) -> None:
    assert change_of(then, now, known=False) == wanted


def test_one_that_was_known_before_is_reopened() -> None:
    assert change_of(None, "On track", known=True) == "Reopened"


@pytest.mark.parametrize(("rows", "as_at", "ends"), [
    ({"q1": "Off track", "q2": "Off track", "q3": "Off track"}, None, "; third quarter off track"),
    ({"q1": "At risk", "q2": "At risk"}, None, ""), ({"q2": "Off track"}, DUE, "")])
def test_the_reason_says_for_how_many_periods(rows: dict[str, str], as_at: date | None, ends: str) -> None:
    """Nothing done of what was due in September; the row of the open period is there already, or not."""
    work = Row.of(PLAN, ref="PI-01", starts=STARTS, due=date(2026, 9, 30), percent_complete=0)
    of = assess(Memory(work, *kept(**rows).read(PERIODS)), Q3, as_at, NOV).activities["PI-01"]
    assert of.reason == f"0% complete, was due 30 Sep 2026; no measures{ends}"


def test_what_is_no_period_is_passed_over() -> None:
    rows = Memory(Row.of(PERIODS, ref="x", period="later", of="PI-01", status="On track"))
    assert kept_periods(rows) == {}
