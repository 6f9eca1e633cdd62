"""The day by which a plan is judged, and how each activity and measure stands in the open period."""

from datetime import date

import pytest

from sendxl.figures.assess import Figures, assess
from sendxl.figures.trend import period_rows
from sendxl.plan.master import MEASURES, PLAN, PROFILE, SAVINGS
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
    assert activity == {**shared, "of": "PI-01", "reason": activity["reason"], "lead_status": "At risk",
                        "realised_to_date": 700, "forecast": 1_200}
    assert measure == {**shared, "of": "PI-01.M1", "reason": measure["reason"], "value": 0.666667}
    assert str(activity["reason"]).startswith("60% complete, 66.2% expected by 28 Nov 2026")


def test_without_an_open_period_there_are_none() -> None:
    assert period_rows(TABLES, at(None, NOV, Settings())) == {}
