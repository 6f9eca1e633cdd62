"""The second calculation of the figures says what is worked by hand: every figure that the meaning of the words gives."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.figures.page import cohorts, rows
from tests.figures.page.claims import past_pool, unit_saving
from tests.figures.page.keeping import Approval, approve, close_years
from tests.figures.page.lines import Savings
from tests.figures.page.periods import as_at_day, realised_through, span_of, year_of
from tests.figures.page.rows import Count, Number, Plan, PositionRow, Quantity, Saving, SavingYear, Settings, UnitCost, pence
from tests.figures.page.totals import net_of_costs, position, present_value, totals

COSTS = tuple(UnitCost(code=code, annual_cost=cost) for code, cost in (("OOC", 54_000), ("SPECIAL", 27_000), ("RP", 18_000)))
THROUGH = "OOC > SPECIAL > RP"
SEPTEMBER, AT_YEAR_END, FOR_EVER = date(2027, 9, 1), date(2028, 3, 31), date(2032, 3, 31)


def plan_with(*lines: Saving, profile: tuple[Quantity, ...] = (), pool: Number | None = None, **more: Any) -> Plan:
    pools = () if pool is None else (rows.Pool(code="P", capacity=pool),)
    settings = Settings(reporting_period="2027-28 Q4", first_year="2027-28")
    return replace(Plan(settings=settings, savings=lines, profile=profile, unit_costs=COSTS, pools=pools), **more)


def line(ref: str = "PI-04.S1", **more: Any) -> Saving:
    given = {"method": "Placement chain", "chain": THROUGH, "type": "Cost avoidance", "fund": "High needs block", **more}
    return Saving(ref=ref, activity_ref=ref.split(".")[0], **given)


def places(quantity: Number | None = None, ref: str = "PI-04.S1.P1", start: date | None = SEPTEMBER, **more: Any) -> Quantity:
    return Quantity(ref=ref, savings_ref=ref.rpartition(".")[0], planned_quantity=quantity, from_=start, **more)


def counts(*told: tuple[date, Number], ref: str = "PI-04.S1.P1") -> tuple[Count, ...]:
    return tuple(Count(no=no, period="2027-28 Q4", ref=ref, in_place=number, in_place_on=day)
                 for no, (day, number) in enumerate(told, 1))


def these(*found: object) -> tuple[object, ...]:
    """Several things at once, whatever they are."""
    return found


def in_place(number: Number) -> dict[str, Any]:
    return {"in_place": number, "in_place_on": date(2027, 9, 30), "in_place_since": SEPTEMBER}


def pounds(plan: Plan, name: str, year: str = "2027-28", as_at: date = AT_YEAR_END, ref: str = "PI-04.S1") -> Decimal | None:
    return pence(getattr(Savings(plan, as_at, as_at).lines[ref].years[year], name))


# Periods

def test_periods() -> None:
    assert year_of(date(2027, 3, 31)) == "2026-27"
    assert year_of(date(2027, 4, 1)) == "2027-28"
    assert span_of("2026-27 Q3") == (date(2026, 10, 1), date(2026, 12, 31))
    assert span_of("2027-02") == (date(2027, 2, 1), date(2027, 2, 28))
    assert as_at_day("2026-27 Q3", date(2026, 11, 5)) == date(2026, 11, 5)
    assert as_at_day("2026-27 Q3", date(2027, 1, 5)) == date(2026, 12, 31)
    assert as_at_day("2026-27 Q3", date(2027, 1, 5), date(2027, 3, 31)) == date(2027, 3, 31)
    assert realised_through(date(2027, 3, 31), date(2027, 1, 5)) == date(2027, 1, 5)


# Unit savings and shares

@pytest.mark.parametrize(("chain", "unit", "past"), [
    ("OOC > SPECIAL > RP", 36_000, 9_000), ("OOC > SPECIAL", 27_000, 0), ("SPECIAL > RP", 9_000, 0),
    ("OOC > MAINSTREAM", None, None),
])
def test_chains(chain: str, unit: int | None, past: int | None) -> None:
    plan = plan_with(line(chain=chain))
    assert these(unit_saving(plan, plan.savings[0]), past_pool(plan, plan.savings[0])) == (unit, past)


@pytest.mark.parametrize(("method", "unit"), [
    ("Unit cost avoided", 1_200), ("One-off", 1_200), ("Share of contract", Fraction(30_000)), ("Not quantified", None),
    (None, None),
])
def test_methods(method: str | None, unit: Number | None) -> None:
    plan = plan_with(line(method=method, unit_amount=1_200, annual_value=200_000, share=0.15))
    assert unit_saving(plan, plan.savings[0]) == unit


def test_one_place_from_september() -> None:
    plan = plan_with(line(), profile=(places(1),))
    assert pounds(plan, "planned") == 21_000
    assert pounds(plan, "planned", "2028-29") == 36_000
    assert Savings(plan, AT_YEAR_END, AT_YEAR_END).lines["PI-04.S1"].full_year_effect == 36_000


def test_until_in_the_middle_of_a_month() -> None:
    plan = plan_with(line(), profile=(places(1, until=date(2027, 11, 29)),))
    assert pounds(plan, "planned") == 6_000
    assert pounds(plan_with(line(), profile=(places(1, until=date(2027, 11, 30)),)), "planned") == 9_000


def test_once() -> None:
    plan = plan_with(line(method="One-off", unit_amount=5_000), profile=(places(3, start=date(2028, 3, 31)),))
    assert pounds(plan, "planned") == 15_000
    assert pounds(plan, "planned", "2028-29") == 0
    at = date(2028, 3, 30)
    assert Savings(plan, at, at).lines["PI-04.S1"].planned_to_date == 0
    assert Savings(plan, date(2028, 3, 31), at).lines["PI-04.S1"].planned_to_date == 15_000


def test_blank_is_not_zero() -> None:
    assert pounds(plan_with(line(), profile=(places(None),)), "planned") is None
    assert pounds(plan_with(line(), profile=(places(0),)), "planned") == 0
    assert pounds(plan_with(line(method="Not quantified"), profile=(places(4),)), "planned") is None
    assert pounds(plan_with(line(), profile=(places(4),)), "realised") is None


# Counts

def test_places_that_open_later() -> None:
    row = places(6, in_place=6, in_place_on=date(2028, 1, 31), in_place_since=date(2028, 1, 1))
    plan = plan_with(line(), profile=(row,))
    assert pounds(plan, "planned") == 126_000
    assert pounds(plan, "realised") == 54_000


def grown(*more: tuple[date, Number], **row: Any) -> Plan:
    told = counts((date(2027, 9, 30), 2), (date(2027, 12, 31), 5), *more)
    return plan_with(line(), profile=(places(None, in_place_since=SEPTEMBER, **row),), counts=told)


def test_counts_that_grow() -> None:
    plan = grown()
    assert pounds(plan, "realised") == 78_000
    assert pounds(plan, "forecast") == 78_000
    assert pounds(plan, "forecast", "2028-29") == 180_000
    assert pounds(plan, "realised", as_at=date(2028, 1, 30)) == 2 * 4 * 3_000 + 3 * 3_000  # September to December


def test_counts_that_fall() -> None:
    """Of 5 from December 4 go in February: the 3 of December, and 1 of the 2 of September, with January as their last."""
    plan = grown((date(2028, 2, 10), 1))
    assert pounds(plan, "realised") == (1 * 7 + 1 * 5 + 3 * 2) * 3_000
    assert pounds(plan, "forecast", "2028-29") == 36_000


def test_counts_of_one_day_and_undone_ones() -> None:
    plan = grown((date(2027, 12, 31), 4))
    assert pounds(plan, "realised") == (2 * 7 + 2 * 4) * 3_000
    undone = replace(plan, counts=(*plan.counts[:2], replace(plan.counts[2], batch="b")), undone=frozenset({"b"}))
    assert pounds(undone, "realised") == 78_000


def test_a_count_that_an_officer_typed() -> None:
    assert pounds(grown(in_place=5, in_place_on=date(2027, 12, 31)), "realised") == 78_000
    assert pounds(grown(in_place=6, in_place_on=date(2028, 3, 1)), "realised") == 78_000 + 3_000


def test_forecast_of_rows_with_and_without_a_count() -> None:
    plan = plan_with(line(), profile=(
        places(6, in_place=4, in_place_on=date(2027, 9, 30), in_place_since=SEPTEMBER, until=date(2028, 9, 15)),
        places(1, "PI-04.S1.P2", date(2028, 4, 1))))
    assert pounds(plan, "forecast") == 4 * 21_000
    assert pounds(plan, "forecast", "2028-29") == 4 * 5 * 3_000 + 36_000  # the last count holds to August


def test_withdrawn() -> None:
    plan = plan_with(line(withdrawn_on=date(2028, 1, 15)), profile=(places(2),))
    assert pounds(plan, "forecast") == 2 * 4 * 3_000
    assert pounds(plan, "planned") == 2 * 21_000
    assert Savings(plan, AT_YEAR_END, AT_YEAR_END).lines["PI-04.S1"].status == "Withdrawn"


def test_an_old_count_is_told_with_its_day() -> None:
    plan = grown()
    assert cohorts.as_of(plan, plan.profile[0]) == date(2027, 12, 31)
    assert cohorts.as_of(grown((date(2028, 1, 1), 5)), plan.profile[0]) is None


# Pools

GROWTH = line("GR-01.S1", chain="OOC > SPECIAL", pool="P", claim_order=1)
THROUGHPUT = line("PI-04.S1", pool="P", claim_order=2)


def test_the_pool_of_twelve() -> None:
    plan = plan_with(THROUGHPUT, GROWTH, profile=(places(6), places(8, "GR-01.S1.P1")), pool=12)
    assert pounds(plan, "planned", "2028-29", ref="GR-01.S1") == 216_000
    assert pounds(plan, "planned", "2028-29") == 162_000
    assert pounds(plan, "planned", ref="GR-01.S1") == 126_000
    assert pounds(plan, "planned") == 94_500
    one_year = replace(plan, settings=replace(plan.settings, first_year="2028-29", year_count=1))
    assert Savings(one_year, FOR_EVER, FOR_EVER).lines["PI-04.S1"].removed_by_pool == 54_000
    assert Savings(one_year, FOR_EVER, FOR_EVER).lines["GR-01.S1"].removed_by_pool == 0
    assert Savings(plan, FOR_EVER, FOR_EVER).lines["PI-04.S1"].full_year_effect == 162_000


def test_the_earlier_start_claims_first_and_keeps_it() -> None:
    ended = places(8, "GR-01.S1.P1", date(2027, 8, 1), until=date(2027, 12, 31))
    plan = plan_with(THROUGHPUT, GROWTH, profile=(places(6), ended), pool=8)
    assert pounds(plan, "planned", "2028-29") == 6 * 9_000
    never = plan_with(THROUGHPUT, GROWTH, profile=(places(6), replace(ended, until=date(2027, 8, 30))), pool=8)
    assert pounds(never, "planned", "2028-29") == 6 * 36_000


def test_within_a_line_what_lasts_longest_claims_first() -> None:
    plan = plan_with(THROUGHPUT, profile=(places(2, until=date(2028, 3, 31)), places(2, "PI-04.S1.P2")), pool=2)
    assert pounds(plan, "planned") == (2 * 9_000 + 2 * 36_000) * Fraction(7, 12)
    assert pounds(plan, "planned", "2028-29") == 72_000


def test_without_a_chain_nothing_is_left_past_the_pool() -> None:
    plan = plan_with(line(method="Unit cost avoided", unit_amount=1_200, pool="P"), profile=(places(5),), pool=3)
    assert pounds(plan, "planned", "2028-29") == 3_600


def test_a_rise_after_a_fall_claims_anew() -> None:
    told = counts((date(2027, 9, 30), 2), (date(2027, 11, 30), 0), (date(2028, 1, 31), 2))
    plan = plan_with(THROUGHPUT, profile=(places(None, in_place_since=SEPTEMBER),), counts=told, pool=2)
    assert pounds(plan, "realised") == 2 * 2 * 3_000 + 2 * 3 * 750


# Approvals and closed years

def test_an_approval_stays_as_it_was() -> None:
    day = date(2027, 5, 1)
    plan, kept = approve(plan_with(replace(THROUGHPUT, approved_on=day), profile=(places(6),), pool=4), {}, day)
    assert kept == {"PI-04.S1": Approval(day, Fraction(36_000), Fraction(9_000), {"PI-04.S1.P1": (6, SEPTEMBER, None)})}
    dearer = (replace(COSTS[0], annual_cost=60_000), replace(COSTS[1], annual_cost=30_000), COSTS[2])
    moved = replace(plan, unit_costs=dearer, profile=(replace(plan.profile[0], planned_quantity=5),))
    moved, kept = approve(moved, kept, date(2027, 6, 1))
    assert pounds(moved, "approved", "2028-29") == 4 * 36_000 + 2 * 9_000
    assert pounds(moved, "planned", "2028-29") == 4 * 42_000 + 12_000
    found = Savings(moved, date(2029, 3, 31), date(2029, 3, 31)).lines["PI-04.S1"]
    assert found.variance == (4 * 42_000 + 12_000) - (4 * 36_000 + 2 * 9_000)
    again = replace(moved, savings=(replace(moved.savings[0], approved_on=date(2027, 6, 1)),))
    assert pounds(approve(again, kept, date(2027, 6, 1))[0], "approved", "2028-29") == 180_000
    ahead = replace(moved, savings=(replace(moved.savings[0], approved_on=date(2027, 6, 2)),))
    assert approve(ahead, {}, date(2027, 6, 1))[1] == {}
    blanked = replace(moved, savings=(replace(moved.savings[0], approved_on=None),))
    assert pounds(approve(blanked, kept, date(2027, 6, 1))[0], "approved", "2028-29") is None


def test_a_closed_year_keeps_its_figures() -> None:
    plan = grown()
    plan = replace(plan, settings=replace(plan.settings, closed_through="2027-28 Q4", reporting_period="2028-29 Q1"))
    closed = close_years(plan, date(2028, 5, 1), date(2028, 5, 1))
    row, = closed.years
    assert these(row.year, row.closed_on) == ("2027-28", date(2028, 5, 1))
    assert these(row.planned, row.forecast, row.realised) == (None, 78_000, 78_000)
    later = replace(closed, unit_costs=(replace(COSTS[0], annual_cost=60_000), *COSTS[1:]),
                    savings=(*closed.savings, line("PI-04.S2", method="Unit cost avoided", unit_amount=1_200)),
                    profile=(*closed.profile, places(1, "PI-04.S2.P1", **in_place(1))))
    later = close_years(later, date(2028, 7, 1), date(2028, 7, 1))
    found = Savings(later, date(2028, 6, 30), date(2028, 7, 1))
    year = found.lines["PI-04.S1"].years["2027-28"]
    assert these(year.realised, year.restated) == (78_000, 26 * 3_500 - 78_000)
    assert found.lines["PI-04.S1"].realised_to_date == 78_000 + 5 * 3 * 3_500
    new = found.lines["PI-04.S2"]
    assert these(new.years["2027-28"].realised, new.years["2027-28"].restated, new.realised_to_date) == (None, 700, 300)
    back = replace(later, settings=replace(later.settings, closed_through="2027-28 Q3"))
    opened = close_years(back, date(2028, 8, 1), date(2028, 8, 1))
    assert all(row.closed_on is None for row in opened.years)
    assert pounds(opened, "realised", as_at=date(2028, 6, 30)) == 26 * 3_500


def test_the_forecast_of_a_closed_year_is_what_was_realised() -> None:
    """Of two rows one was never counted: until the year is closed it is forecast as planned."""
    plan = plan_with(line(), profile=(places(2, **in_place(2)), places(1, "PI-04.S1.P2")))
    assert pounds(plan, "forecast") == 3 * 21_000
    plan = replace(plan, settings=replace(plan.settings, closed_through="2028-03"))
    row = close_years(plan, AT_YEAR_END, AT_YEAR_END).years[0]
    assert these(row.forecast, row.realised) == (42_000, 42_000)


# Lines, activities, funds

def status(plan: Plan, as_at: date = date(2028, 3, 31)) -> str:
    return Savings(plan, as_at, as_at).lines["PI-04.S1"].status


def counted(number: Number, **more: Any) -> Plan:
    return plan_with(line(**more), profile=(places(100, **in_place(number)),))


@pytest.mark.parametrize(("plan", "expected"), [
    (counted(95), "On track"), (counted(94), "At risk"), (counted(75), "At risk"), (counted(74), "Off track"),
    (counted(100, finance_confirmed_on=date(2028, 3, 31)), "Delivered"), (counted(100), "On track"),
    (counted(99, finance_confirmed_on=date(2028, 3, 31)), "On track"),
    (counted(100, finance_confirmed_on=date(2028, 4, 1)), "On track"),
    (counted(95, type="Cost"), "Cost"), (counted(95, method="Not quantified"), "Not quantified"),
    (plan_with(line(), profile=(places(4),)), "Not reported"),
    (plan_with(line(), profile=(places(4, start=date(2028, 4, 1)),)), "Not due"),
    (plan_with(line()), "Not quantified"),
])
def test_line_status(plan: Plan, expected: str) -> None:
    assert status(plan) == expected


def test_weighted() -> None:
    found = Savings(counted(50, confidence=0.8), AT_YEAR_END, AT_YEAR_END).lines["PI-04.S1"]
    assert these(found.forecast, found.weighted, found.variance) == (1_050_000, 840_000, -1_050_000)


def test_an_activity_covers_one_type_costs_apart() -> None:
    profile = (places(2), places(1, "PI-04.S2.P1"), places(1, "PI-04.S3.P1"))
    plan = plan_with(line(), line("PI-04.S2", type="Cost"), line("PI-04.S3", chain="SPECIAL > RP"), profile=profile)
    found = Savings(plan, AT_YEAR_END, AT_YEAR_END).activity("PI-04")
    assert these(found.planned_to_date, found.realised_to_date, found.forecast) == (47_250, None, 47_250)
    assert found.savings_status == "Not reported"
    mixed = replace(plan, savings=(*plan.savings[:2], replace(plan.savings[2], type="Cashable")))
    assert Savings(mixed, FOR_EVER, FOR_EVER).activity("PI-04").savings_status == "Mixed: see Savings"
    assert Savings(mixed, FOR_EVER, FOR_EVER).activity("PI-05").savings_status == "Not quantified"


def funded(year: str, spend: int, opening: int | None = None) -> PositionRow:
    return PositionRow(fund="High needs block", year=year, funding=1_000_000, unmitigated_spend=spend, opening_balance=opening)


def test_totals_and_the_position_of_a_fund() -> None:
    plan = plan_with(
        line(), line("PI-04.S2", method="Unit cost avoided", unit_amount=10_000, type="Cost"),
        line("PI-04.S3", type="Cashable", method=None),
        line("PI-04.S4", method="One-off", unit_amount=500),
        profile=(places(1), places(1, "PI-04.S2.P1", date(2027, 4, 1)), places(1, "PI-04.S4.P1")),
        position=(funded("2027-28", 1_100_000, -50_000), funded("2028-29", 1_200_000), funded("2029-30", 1_000_000, 10)))
    savings = Savings(plan, AT_YEAR_END, AT_YEAR_END)
    by_key = totals(savings, "planned")
    avoided = by_key["Cost avoidance", "High needs block", "2027-28"]
    assert these(avoided.recurring, avoided.one_off, avoided.quantified, avoided.lines) == (21_000, 500, 2, 2)
    none = by_key["Cashable", "High needs block", "2027-28"]
    assert these(none.together, none.quantified, none.lines) == (None, 0, 1)
    assert net_of_costs(by_key)["Cost avoidance", "High needs block", "2028-29"] == 26_000
    first, second, third = position(savings).values()
    assert these(first.savings, first.costs, first.mitigated_spend, first.in_year_balance) == (21_500, 10_000, 1_088_500, -88_500)
    assert these(first.unmitigated_balance, first.mitigated_balance) == (-150_000, -138_500)
    assert these(second.unmitigated_balance, second.mitigated_balance) == (-350_000, -138_500 - 174_000)
    assert these(third.unmitigated_balance, third.mitigated_balance) == (10, 26_010)


def test_present_value() -> None:
    by_year = {"2026-27": Fraction(9), "2027-28": Fraction(100), "2028-29": Fraction(207), "2029-30": None}
    assert present_value(by_year, "2027-28", 0.035) == 300


def test_nothing_is_realised_beyond_today() -> None:
    plan = grown()
    found = Savings(plan, date(2028, 3, 31), date(2027, 12, 31)).lines["PI-04.S1"]
    assert these(found.realised_to_date, found.forecast) == (33_000, 78_000)


def test_looking_back_takes_the_logs() -> None:
    told = tuple(replace(one, period=period, in_place_since=SEPTEMBER)
                 for one, period in zip(grown().counts, ("2027-28 Q2", "2027-28 Q3"), strict=True))
    plan = replace(grown(in_place=5, in_place_on=date(2027, 12, 31)), counts=told)
    back, now = date(2027, 9, 30), date(2028, 3, 31)
    assert Savings(plan, back, now).lines["PI-04.S1"].years["2027-28"].forecast == 2 * 21_000
    assert Savings(plan, date(2027, 10, 1), now).lines["PI-04.S1"].years["2027-28"].forecast == 78_000


def test_a_year_once_there_stays() -> None:
    plan = plan_with(line(), profile=(places(1),), years=(SavingYear(savings_ref="PI-04.S1", year="2040-41"),))
    assert list(Savings(plan, FOR_EVER, FOR_EVER).lines["PI-04.S1"].years) == [
        "2027-28", "2028-29", "2029-30", "2030-31", "2031-32", "2040-41"]
