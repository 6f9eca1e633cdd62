"""A quarter that has been issued and is not over: figures are as at today, and nothing is realised of days still to come.

The plan has 24 activities, 22 measures and 5 savings lines; it is the 28 Nov 2026, and 2026-27 Q4 is open.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.refresh import refresh
from sendxl.jobs.savings import savings
from sendxl.plan.master import LEADS, MEASURES, PLAN, POOLS, PROFILE, SAVINGS, UNIT_COSTS
from sendxl.plan.schema import Table

TODAY, END = date(2026, 11, 28), date(2027, 3, 31)
BEGUN, COUNTED = date(2026, 3, 31), date(2026, 11, 26)
ACTIVITIES: dict[str, tuple[tuple[int, int], tuple[int, int], float | None, str]] = {  # starts, due, % complete, status
    "PI-01": ((2026, 4), (2027, 3), 0.7, "On track"), "PI-02": ((2026, 4), (2027, 3), 0.5, "At risk"),
    "PI-03": ((2026, 4), (2028, 3), 0.3, "On track"), "PI-04": ((2026, 9), (2029, 3), 0.4, "Off track"),
    "PI-05": ((2026, 4), (2026, 12), None, "Not assessed"), "GR-01": ((2026, 4), (2030, 3), 0.3, "On track"),
    "GR-02": ((2026, 4), (2027, 3), 0.6, "Off track"), "IH-01": ((2026, 6), (2027, 3), 0.4, "Off track"),
    "IH-02": ((2026, 4), (2026, 9), None, "Off track"), "IH-03": ((2026, 4), (2027, 3), 0.5, "Off track"),
    "PA-01": ((2026, 4), (2028, 8), 0.5, "On track"), "PA-02": ((2026, 9), (2027, 8), 0.5, "Off track"),
    "PA-03": ((2026, 4), (2027, 8), 0.4, "Off track"), "ST-01": ((2026, 4), (2027, 3), 0.55, "Off track"),
    "ST-02": ((2027, 1), (2027, 9), None, "Not started"), "ST-03": ((2026, 4), (2027, 3), 0.65, "Off track"),
    "WD-01": ((2026, 4), (2027, 7), 0.5, "Off track"), "WD-02": ((2026, 4), (2027, 3), 0.6, "On track"),
    "WD-03": ((2026, 4), (2027, 3), 0.6, "On track"), "WD-04": ((2026, 4), (2026, 12), 1, "Complete"),
    "MH-01": ((2026, 4), (2028, 3), 0.1, "Off track"), "MH-02": ((2026, 4), (2027, 3), 0.5, "At risk"),
    "ST-04": ((2027, 1), (2027, 12), None, "Not started"), "PA-04": ((2027, 1), (2027, 8), None, "Not started"),
}
LINES: dict[str, tuple[str, float, float, tuple[int, int], float, float | None]] = {
    # kind, better, baseline, target and its month, actual, out of
    "PI-01.M1": ("Number", 42, 60, (2027, 3), 55, None), "PI-04.M1": ("Number", 40, 100, (2029, 3), 46, None),
    "GR-01.M1": ("Number and %", 0.38, 0.45, (2030, 3), 1890, 4600), "GR-02.M1": ("Compliance", 0.6, 1, (2027, 3), 17, 24),
    "IH-03.M1": ("Percentage", 0.71, 0.85, (2027, 3), 0.71, None), "PA-01.M1": ("Number and %", 0.62, 0.75, (2028, 8), 271, 410),
    "PA-02.M1": ("Number", 110, 200, (2027, 8), 135, None), "PA-03.M1": ("Number", 18, 36, (2027, 8), 24, None),
    "ST-01.M1": ("Number", 120, 400, (2027, 3), 250, None), "ST-03.M1": ("Number", 25, 60, (2027, 3), 41, None),
    "WD-01.M1": ("Number", 88, 60, (2027, 7), 79, None), "GR-01.M2": ("Number and %", 0.09, 0.06, (2030, 3), 380, 4600),
}
MILESTONES = {"PI-02": 0.5, "PI-05": None, "IH-01": None, "IH-02": None, "ST-02": None, "WD-02": None, "WD-04": 1, "MH-01": None,
              "MH-02": None}
SAVED: dict[str, tuple[dict[str, Any], list[tuple[date, float, float | None, date | None]]]] = {
    # the line, and from, planned quantity, in place and since of its rows
    "PI-04.S1": ({"method": "Placement chain", "chain": "OOC > SPECIAL > RP", "type": "Cost avoidance", "pool": "OOC",
                  "claim_order": 1}, [(date(2026, 9, 1), 8, 6, date(2026, 10, 1)), (date(2027, 9, 1), 10, None, None)]),
    "GR-01.S1": ({"method": "Placement chain", "chain": "OOC > SPECIAL", "type": "Cost avoidance", "pool": "OOC",
                  "claim_order": 2}, [(date(2026, 9, 1), 6, 6, date(2026, 9, 1))]),
    "GR-02.S1": ({"method": "Share of contract", "annual_value": 2_400_000, "share": 0.03, "type": "Cashable",
                  "approved_on": date(2026, 3, 20)}, [(date(2026, 4, 1), 1, 1, date(2026, 4, 1))]),
    "ST-03.S1": ({"method": "Unit cost avoided", "unit_amount": 6_500, "type": "Cashable"},
                 [(date(2026, 4, 1), 12, 9, date(2026, 6, 1))]),
    "ST-01.S1": ({"method": "Unit cost avoided", "unit_amount": 42_000, "type": "Cost"},
                 [(date(2026, 6, 1), 2, 2, date(2026, 6, 15))]),
}


def first(month: tuple[int, int]) -> date:
    return date(*month, 1)


def last(month: tuple[int, int]) -> date:
    year, number = month
    return date(year, number, {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(number, 31))


def rows() -> dict[Table, list[dict[str, Any]]]:
    measures: list[dict[str, Any]] = [
        {"ref": ref, "activity_ref": ref[:5], "kind": kind, "better": "Lower" if target < baseline else "Higher",
         "baseline": baseline, "baseline_on": BEGUN, "target": target, "target_on": last(month), "actual": actual,
         "out_of": out_of, "actual_on": COUNTED}
        for ref, (kind, baseline, target, month, actual, out_of) in LINES.items()]
    measures += [{"ref": f"{ref}.M1", "activity_ref": ref, "kind": "Milestone", "better": "Higher", "actual": actual,
                  "actual_on": actual and COUNTED} for ref, actual in MILESTONES.items()]
    measures.append({"ref": "PI-03.M1", "activity_ref": "PI-03", "kind": "Number", "better": "Higher", "baseline": 10,
                     "baseline_on": BEGUN, "target": 40, "target_on": date(2028, 3, 31)})
    return {
        LEADS: [{"code": "L", "title": "Lead"}],
        PLAN: [{"ref": ref, "theme": ref[:2], "activity": ref, "lead": "Lead", "starts": first(starts), "due": last(due),
                "percent_complete": done, "completed_on": date(2026, 11, 12) if done == 1 else None}
               for ref, (starts, due, done, _) in ACTIVITIES.items()],
        MEASURES: measures,
        SAVINGS: [{"ref": ref, "activity_ref": ref[:5], "fund": "High needs block", **given}
                  for ref, (given, _) in SAVED.items()],
        PROFILE: [{"ref": f"{ref}.P{number}", "savings_ref": ref, "from": start, "planned_quantity": planned, "in_place": there,
                   "in_place_on": there and TODAY, "in_place_since": since}
                  for ref, (_, quantities) in SAVED.items()
                  for number, (start, planned, there, since) in enumerate(quantities, 1)],
        UNIT_COSTS: [{"code": code, "annual_cost": cost}
                     for code, cost in (("OOC", 54_000), ("SPECIAL", 27_000), ("RP", 18_000))],
        POOLS: [{"code": "OOC", "capacity": 14}],
    }


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("open") / "plan.xlsx"
    build_master(path, rows(), {"plan_id": "plan-1", "reporting_period": "2026-27 Q4", "plan_starts": date(2026, 4, 1),
                                "first_year": "2026-27"})
    assert refresh(path, today=TODAY).as_at == TODAY
    return path


def test_nothing_is_realised_of_days_still_to_come(plan: Path) -> None:
    """Whole months until October: 7/12 of £72,000 and 9 × 5/12 of £6,500; 6 × 1/12 of £36,000 and 6 × 2/12 of £27,000."""
    realised = {group.type: group.total.realised for group in savings(plan, draws=1, today=TODAY).groups}
    assert realised == {"Cashable": 42_000 + 24_375, "Cost avoidance": 18_000 + 27_000, "Cost": 35_000}
    assert {row.ref: row.realised_to_date for row in ClosedBook(plan).read(SAVINGS)} == {
        "PI-04.S1": 18_000, "GR-01.S1": 27_000, "GR-02.S1": 42_000, "ST-03.S1": 24_375, "ST-01.S1": 35_000}


def test_each_activity_is_judged_as_at_today(plan: Path) -> None:
    stands = {row.ref: row.status for row in ClosedBook(plan).read(PLAN)}
    assert stands == {ref: status for ref, (*_, status) in ACTIVITIES.items()}
    assert list(stands.values()).count("Off track") == 11


def test_a_look_ahead_realises_nothing_beyond_today(plan: Path) -> None:
    ahead = savings(plan, draws=1, as_at=END, today=TODAY)
    assert ahead.ahead and {group.type: group.total.realised for group in ahead.groups} == {
        "Cashable": 66_375, "Cost avoidance": 45_000, "Cost": 35_000}
