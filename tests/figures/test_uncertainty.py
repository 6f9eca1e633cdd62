"""The range of the forecast against the closed form of what it simulates, and present values against hand-worked ones.

Quantiles of a triangular distribution from low to high with its mode between: of the share below the mode
F = (mode − low) / (high − low), P = low + √(p (high − low)(mode − low)) up to F, high − √((1 − p)(high − low)(high − mode))
from it on. Spreads are those of the default settings, without delay; the line of most cases is one place in 2027-28.
"""

import tracemalloc
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sendxl.figures.present_value import present_value
from sendxl.figures.range_in_words import in_range
from sendxl.figures.savings import SavingsLine, year_figures
from sendxl.figures.uncertainty import GroupRange, Range, forecast_ranges
from sendxl.plan.master import UNIT_COSTS, UnitCost
from sendxl.plan.periods import years_from
from sendxl.plan.rows import Row
from sendxl.plan.settings import Settings
from tests.figures import given as hand
from tests.figures.given import APR, SEP, Given, Line, cohort, counted, line, unit

ON_TIME: Given = {"delay_months": 0}
DEFAULT = Settings(**ON_TIME)
DRAWS = 40_000
Y27, Y28, Y29 = YEARS = years_from("2027-28", 3)
Costs = dict[str, tuple[float, str | None]]  # annual cost and qualifier by code
Group = tuple[str | None, str | None]
CASH: Group = ("Cashable", "High needs block")

EXACT: Costs = {"OOC": (54_000, "exact"), "SPECIAL": (27_000, "exact"), "RP": (18_000, "exact")}
PUBLISHED: Costs = {"OOC": (54_000, "average"), "SPECIAL": (27_000, "up to"), "RP": (18_000, "approx.")}


def planned(quantity: float, start: date = APR, until: date | None = None) -> Given:
    return cohort(start, quantity, until=until)


def actual(quantity: float, start: date = APR, until: date | None = None) -> Given:
    return cohort(start, 99, quantity, until=until)


def solve(lines: Sequence[Line], costs: list[UnitCost], pools: dict[str, float]) -> list[SavingsLine]:
    return list(hand.solve(lines, pools, costs={row.key: row.annual_cost for row in costs}).values())


def limits(pools: dict[str, float]) -> dict[str, Decimal]:
    return {code: Decimal(capacity) for code, capacity in pools.items()}


def ranges(*lines: Line, costs: Costs = PUBLISHED, pools: dict[str, float] | None = None, years: Sequence[str] = YEARS,
           settings: Settings = DEFAULT, draws: int = DRAWS, seed: int = 1) -> dict[Group, GroupRange]:
    pools = pools or {}
    priced = [Row.of(UNIT_COSTS, code=code, annual_cost=cost, qualifier=qualifier) for code, (cost, qualifier) in costs.items()]
    found = solve(lines, priced, pools)
    return dict(forecast_ranges(found, priced, limits(pools), years, settings, draws=draws, seed=seed))


def one(*lines: Line, **given: Any) -> GroupRange:
    ((group, found),) = ranges(*lines, **given).items()
    assert group == CASH
    return found


def triangular(low: float, mode: float, high: float) -> tuple[float, float, float]:
    """P10, P50 and P90 in closed form."""

    def quantile(p: float) -> float:
        if p * (high - low) <= mode - low:
            return low + sqrt(p * (high - low) * (mode - low))
        return high - sqrt((1 - p) * (high - low) * (high - mode))

    return quantile(0.1), quantile(0.5), quantile(0.9)


def percentiles(found: Range) -> tuple[float, float, float]:
    return found.p10, found.p50, found.p90


def near(found: Range, wanted: Sequence[float], within: float = 0.01) -> bool:
    return percentiles(found) == pytest.approx(tuple(wanted), rel=within)


def test_the_closed_form_by_hand() -> None:
    assert triangular(0.9, 1, 1.1) == pytest.approx((0.9 + sqrt(0.002), 1, 1.1 - sqrt(0.002)))  # 0.1 × 0.2 × 0.1
    assert triangular(0.8, 1, 1) == pytest.approx((0.8 + 0.2 * sqrt(0.1), 0.8 + 0.2 * sqrt(0.5), 0.8 + 0.2 * sqrt(0.9)))


# --- what is drawn: one place for a full year, so that the range is that of the cost or of the quantity alone

FREE: Costs = {"FREE": (0, "exact")}
DRAWN: list[tuple[str, Costs, Line, Settings, tuple[float, float, float]]] = [
    ("approx.", {**FREE, "A": (10_000, "approx.")}, line("S1", actual(1), chain="A > FREE"), DEFAULT, (9_000, 10_000, 11_000)),
    ("average", {**FREE, "A": (10_000, "average")}, line("S1", actual(1), chain="A > FREE"), DEFAULT, (8_500, 10_000, 11_500)),
    ("up to", {**FREE, "A": (10_000, "up to")}, line("S1", actual(1), chain="A > FREE"), DEFAULT, (8_000, 10_000, 10_000)),
    ("less an exact cost", {"A": (10_000, "approx."), "B": (4_000, "exact")}, line("S1", actual(1), chain="A > B"), DEFAULT,
     (5_000, 6_000, 7_000)),
    ("an exact cost less it", {"A": (20_000, "exact"), "B": (10_000, "approx.")}, line("S1", actual(1), chain="A > B"), DEFAULT,
     (9_000, 10_000, 11_000)),
    ("an exact cost less one up to", {"A": (20_000, "exact"), "B": (10_000, "up to")}, line("S1", actual(1), chain="A > B"),
     DEFAULT, (10_000, 10_000, 12_000)),
    ("links in the middle do not matter", {**FREE, "A": (10_000, "approx."), "B": (5_000, "average")},
     line("S1", actual(1), chain="A > B > FREE"), DEFAULT, (9_000, 10_000, 11_000)),
    ("volume", {}, unit("S1", planned(1), amount=10_000), DEFAULT, (9_000, 10_000, 11_000)),
    ("volume of a chain", EXACT, line("S1", planned(1)), DEFAULT, (32_400, 36_000, 39_600)),
    ("volume of two cohorts, drawn once", {}, unit("S1", planned(2), planned(3), amount=1_000), DEFAULT, (4_500, 5_000, 5_500)),
    ("volume beside an actual", {}, unit("S1", planned(1), actual(4), amount=10_000), DEFAULT, (49_000, 50_000, 51_000)),
    ("approx spread is a setting", {**FREE, "A": (10_000, "approx.")}, line("S1", actual(1), chain="A > FREE"),
     Settings(**ON_TIME, approx_spread=0.4), (6_000, 10_000, 14_000)),
    ("average spread is a setting", {**FREE, "A": (10_000, "average")}, line("S1", actual(1), chain="A > FREE"),
     Settings(**ON_TIME, average_spread=0.4), (6_000, 10_000, 14_000)),
    ("up to low is a setting", {**FREE, "A": (10_000, "up to")}, line("S1", actual(1), chain="A > FREE"),
     Settings(**ON_TIME, up_to_low=0.5), (5_000, 10_000, 10_000)),
    ("volume spread is a setting", {}, unit("S1", planned(1), amount=10_000), Settings(**ON_TIME, volume_spread=0.3),
     (7_000, 10_000, 13_000)),
]  # fmt: skip


@pytest.mark.parametrize(("costs", "given", "settings", "ends"), [c[1:] for c in DRAWN], ids=[c[0] for c in DRAWN])
def test_against_the_closed_form(costs: Costs, given: Line, settings: Settings, ends: tuple[float, float, float]) -> None:
    found, wanted = one(given, costs=costs, settings=settings), triangular(*ends)
    slack = 0.02 * (ends[2] - ends[0])
    assert near(found.years[Y27], wanted)
    assert percentiles(found.years[Y27]) == pytest.approx(wanted, abs=slack)
    # one draw is shared by all years, so that the years rise and fall together
    assert percentiles(found.years[Y28]) == pytest.approx(percentiles(found.years[Y27]))
    assert percentiles(found.total) == pytest.approx([3 * amount for amount in percentiles(found.years[Y27])])


def test_a_one_off_is_drawn_in_its_year() -> None:
    found = one(unit("S1", planned(1, SEP), amount=10_000, method="One-off"), costs={})
    wanted = triangular(9_000, 10_000, 11_000)
    assert near(found.years[Y27], wanted) and near(found.total, wanted)
    assert percentiles(found.years[Y28]) == (0, 0, 0)


def test_part_of_a_year() -> None:
    found = one(unit("S1", planned(1, SEP), amount=12_000), costs={})
    assert near(found.years[Y27], triangular(6_300, 7_000, 7_700))
    assert near(found.total, triangular(27_900, 31_000, 34_100))  # 7 + 12 + 12 thousand


@pytest.mark.parametrize("qualifier", ["exact", None])
@pytest.mark.parametrize(
    "settings", [Settings(), Settings(approx_spread=0.5, average_spread=0.5, up_to_low=0.1, volume_spread=0.5)],
    ids=["default", "wide"])
def test_exact_costs_and_actual_quantities_are_certain(qualifier: str | None, settings: Settings) -> None:
    lines = [line("S1", actual(4), actual(1, SEP), pool="EY"), line("S2", actual(3), chain="OOC > SPECIAL", pool="EY"),
             unit("S3", actual(7)), unit("S4", actual(2, SEP), method="One-off")]  # fmt: skip
    costs: Costs = {code: (cost, qualifier) for code, (cost, _) in EXACT.items()}
    found = one(*lines, costs=costs, pools={"ey": 5}, settings=settings, draws=100)
    # S1 and S2 from April: 4 and 1 of 3 met; from September past the pool: 144,000 + 9,000 + 27,000; then 8,400 and once 2,400
    wanted = {Y27: 144_000 + 5_250 + 27_000 + 8_400 + 2_400, Y28: 144_000 + 9_000 + 27_000 + 8_400}
    for year, amount in wanted.items():
        assert percentiles(found.years[year]) == pytest.approx((amount,) * 3)
    assert percentiles(found.total) == pytest.approx((wanted[Y27] + 2 * wanted[Y28],) * 3)


def test_spreads_of_0_are_certain() -> None:
    still = Settings(**ON_TIME, approx_spread=0, average_spread=0, up_to_low=1, volume_spread=0)
    assert percentiles(one(line("S1", planned(1)), settings=still).years[Y27]) == pytest.approx((36_000,) * 3)


# --- late starts, and lines that come to nothing: one unit of £1,200, without spread, so that only these are drawn

LATE = Settings(volume_spread=0)  # up to 3 months: D is triangular from 0 with its mode at 0, and each month costs £100
Three = tuple[float, float, float]
SURE: Three = (1_200, 1_200, 1_200)
DELAYS: list[tuple[str, Line, Settings, Three, Three]] = [
    ("not yet counted", unit("S1", planned(1)), LATE, triangular(900, 1_200, 1_200), SURE),
    ("by the setting", unit("S1", planned(1)), Settings(volume_spread=0, delay_months=6), triangular(600, 1_200, 1_200), SURE),
    ("not at all", unit("S1", planned(1)), Settings(volume_spread=0, delay_months=0), SURE, SURE),
    ("counted", unit("S1", actual(1)), LATE, SURE, SURE),
    ("ends when it was to end", unit("S1", planned(1, until=date(2027, 9, 30))), LATE, triangular(300, 600, 600), (0, 0, 0)),
    ("one-off of March: 5 in 9 that it is of that year", unit("S1", planned(1, date(2028, 3, 1)), method="One-off"), LATE,
     (0, 1_200, 1_200), (0, 0, 1_200)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "settings", "first", "second"), [c[1:] for c in DELAYS], ids=[c[0] for c in DELAYS])
def test_what_is_not_counted_may_begin_late(given: Line, settings: Settings, first: Three, second: Three) -> None:
    found = one(given, costs={}, settings=settings)
    assert near(found.years[Y27], first) and near(found.years[Y28], second)


STILL = Settings(volume_spread=0, delay_months=0)
CHANCES: list[tuple[str, list[Given], float | None, Three]] = [
    ("3 in 10", [planned(1)], 0.3, (0, 0, 1_200)),
    ("7 in 10", [planned(1)], 0.7, (0, 1_200, 1_200)),
    ("95 in 100", [planned(1)], 0.95, (1_200, 1_200, 1_200)),
    ("none", [planned(1)], 0, (0, 0, 0)),
    ("certain where blank", [planned(1)], None, (1_200, 1_200, 1_200)),
    ("certain once something has begun", [planned(1), actual(1)], 0.3, (2_400, 2_400, 2_400)),
    ("begun, and ended since", [planned(1), counted(planned(9), (1, APR), (0, APR.replace(day=30)), since=APR)], 0.3,
     (1_200, 1_200, 1_200)),
    ("a count of none is no beginning", [planned(1), actual(0)], 0.3, (0, 0, 1_200)),
    ("all of it or nothing", [planned(1), planned(2)], 0.3, (0, 0, 3_600)),
]


@pytest.mark.parametrize(("cohorts", "confidence", "wanted"), [c[1:] for c in CHANCES], ids=[c[0] for c in CHANCES])
def test_what_has_not_begun_happens_with_its_confidence(cohorts: list[Given], confidence: float | None, wanted: Three) -> None:
    found = one(unit("S1", *cohorts, confidence=confidence), costs={}, settings=STILL)
    assert percentiles(found.years[Y27]) == percentiles(found.years[Y28]) == wanted
    assert percentiles(found.total) == tuple(3 * amount for amount in wanted)  # in all years or in none


def test_a_line_that_comes_to_nothing_leaves_its_learners() -> None:
    first = line("S1", planned(5), chain="OOC > SPECIAL", pool="EY", confidence=0.3)
    second = line("S2", actual(5, date(2027, 4, 2)), chain="OOC > SPECIAL", pool="EY", fund="Schools")
    found = ranges(first, second, costs=EXACT, pools={"ey": 5}, settings=STILL)["Cashable", "Schools"]
    assert percentiles(found.years[Y27]) == (0, 135_000, 135_000)  # 7 in 10


def test_what_is_in_the_range_is_said_with_its_settings() -> None:
    settings = Settings(approx_spread=0.11, average_spread=0.12, up_to_low=0.83, volume_spread=0.14, delay_months=5)
    words = " ".join(in_range(settings))
    for part in ("11%", "12%", "83%", "14%", "5 months late", "Confidence", "Not in it", "optimism", "high end is the bad one"):
        assert part in words
    assert "late" not in " ".join(in_range(Settings(delay_months=0)))


# --- one draw for each code and each line


def test_lines_share_the_draw_of_a_code() -> None:
    """Two lines that rise and fall together: the percentiles of their sum are the sums of theirs."""
    costs: Costs = {**FREE, "A": (10_000, "approx.")}
    first, second = line("S1", actual(1), chain="A > FREE"), line("S2", actual(3), chain="A > FREE")
    parts = [percentiles(one(given, costs=costs).years[Y27]) for given in (first, second)]
    both = percentiles(one(first, second, costs=costs).years[Y27])
    assert both == pytest.approx([a + b for a, b in zip(*parts, strict=True)])
    assert both == pytest.approx(triangular(36_000, 40_000, 44_000), rel=0.01)


def test_a_code_drawn_on_both_sides_cancels_out() -> None:
    costs: Costs = {"A": (20_000, "exact"), "B": (10_000, "average"), "C": (4_000, "exact")}
    found = one(line("S1", actual(1), chain="A > B"), line("S2", actual(1), chain="B > C"), costs=costs, draws=500)
    assert percentiles(found.years[Y27]) == pytest.approx((16_000,) * 3)  # (A − B) + (B − C) = A − C


# P90 − P10 of the sum of two independent symmetric triangular draws of spread 1 is that of the sum of four uniform ones:
# its upper tail at 4 − y is (y⁴ − 4 (y − 1)⁴) / 24 for y from 1 to 2, which is 0.1 at y = 1.2465.
APART = 2 * (2 - 1.2465)


def test_quantities_of_lines_are_drawn_apart() -> None:
    first, second = unit("S1", planned(1), amount=10_000), unit("S2", planned(1), amount=10_000)
    apart = one(first, second, costs={}).years[Y27]
    together = triangular(18_000, 20_000, 22_000)
    assert apart.p50 == pytest.approx(20_000, rel=0.005)
    assert apart.p90 - apart.p10 < 0.8 * (together[2] - together[0])
    assert apart.p90 - apart.p10 == pytest.approx(APART * 1_000, rel=0.02)


def test_codes_are_drawn_apart() -> None:
    costs: Costs = {"A": (10_000, "approx."), "B": (10_000, "approx.")}
    found = one(line("S1", actual(1), chain="A > B"), costs=costs).years[Y27]
    assert found.p90 - found.p10 == pytest.approx(APART * 1_000, rel=0.02)
    assert found.p50 == pytest.approx(0, abs=20)


# --- the same seed, the same range

MANY = [line("PI-04.S1", planned(6, SEP), pool="EY"), line("GR-01.S1", planned(8, SEP), chain="OOC > SPECIAL", pool="EY"),
        line("PI-04.S2", planned(2), actual(1, SEP)), unit("PI-04.S10", planned(5), fund="Schools"),
        unit("ST-01.S1", planned(3), type="Cost avoidance", method="One-off"), line("IH-02.S1", actual(2))]  # fmt: skip


def test_a_seed_gives_the_same_numbers_again() -> None:
    first, again, other = (ranges(*MANY, pools={"ey": 12}, draws=500, seed=seed) for seed in (7, 7, 8))
    assert first == again
    for group, found in first.items():
        assert found.total != other[group].total


@settings(max_examples=20)
@given(st.permutations(MANY))
def test_the_order_of_lines_changes_nothing(lines: list[Line]) -> None:
    assert ranges(*lines, pools={"ey": 12}, draws=200) == ranges(*MANY, pools={"ey": 12}, draws=200)


def test_a_line_added_elsewhere_changes_no_other_line() -> None:
    more = [*MANY, unit("AA-01.S1", planned(9), type="Non-cashable")]
    before, after = ranges(*MANY, pools={"ey": 12}, draws=200), ranges(*more, pools={"ey": 12}, draws=200)
    assert {group: after[group] for group in before} == before and len(after) == len(before) + 1


# --- types and funds

GROUPS: list[Group] = [CASH, ("Cashable", "Schools"), ("Cost avoidance", "Schools"), ("Cost", "High needs block")]


def test_types_and_funds_are_never_added_together() -> None:
    lines = [unit(f"S{n}", actual(10**n), type=type, fund=fund) for n, (type, fund) in enumerate(GROUPS)]
    found = ranges(*lines, unit("S9", actual(5), type="Cost", fund="High needs block"), costs={}, draws=10)
    assert {group: percentiles(range.years[Y27]) for group, range in found.items()} == {
        GROUPS[0]: pytest.approx((1_200,) * 3), GROUPS[1]: pytest.approx((12_000,) * 3),
        GROUPS[2]: pytest.approx((120_000,) * 3), GROUPS[3]: pytest.approx((1_206_000,) * 3),
    }  # fmt: skip


def test_a_pool_is_shared_across_types_and_funds() -> None:
    first, second = line("S1", actual(4), pool="EY"), line("S2", actual(4), pool="EY", type="Cost avoidance")
    found = ranges(first, second, costs=EXACT, pools={"ey": 5}, draws=10)
    assert percentiles(found[CASH].years[Y27]) == pytest.approx((144_000,) * 3)
    assert percentiles(found["Cost avoidance", CASH[1]].years[Y27]) == pytest.approx((36_000 + 27_000,) * 3)


def test_what_is_not_quantified_has_no_range() -> None:
    lines = [unit("S1", planned(1), amount=None), unit("S2"), line("S3", planned(1), chain="OOC > NONE")]
    assert ranges(*lines, draws=10) == {}
    found = one(*lines, unit("S4", actual(1)), draws=10)
    assert percentiles(found.years[Y27]) == pytest.approx((1_200,) * 3)
    assert list(found.years) == YEARS


def test_a_line_withdrawn_saves_nothing_from_then_on() -> None:
    found = one(unit("S1", planned(1), withdrawn_on=SEP, amount=12_000), costs={})
    assert near(found.years[Y27], triangular(4_500, 5_000, 5_500))
    assert percentiles(found.years[Y28]) == (0, 0, 0)


# --- pools: claims are met afresh in every draw


def test_a_pool_that_never_binds_changes_nothing() -> None:
    free, pooled = (one(line("S1", planned(10)), line("S2", planned(5), actual(1)), pools=pools)
                    for pools in ({}, {"ey": 1000}))  # fmt: skip
    tied = one(line("S1", planned(10), pool="EY"), line("S2", planned(5), actual(1), pool="EY"), pools={"ey": 1000})
    assert free == pooled
    assert percentiles(tied.total) == pytest.approx(percentiles(free.total))


def test_a_pool_caps_the_draws_above_it() -> None:
    """Ten places of £27,000 and a pool of ten: nothing above £270,000, and below as without it."""
    wanted = triangular(243_000, 270_000, 297_000)
    found = one(line("S1", planned(10), chain="OOC > SPECIAL", pool="EY"), costs=EXACT, pools={"ey": 10}).years[Y27]
    assert found.p10 == pytest.approx(wanted[0], rel=0.01)
    assert found.p50 == pytest.approx(270_000, rel=0.005)
    assert found.p90 == pytest.approx(270_000)


def test_past_its_pool_a_drawn_place_earns_the_later_links() -> None:
    """Quantities from 9 to 11 and a pool of 5: 5 × 27,000 + 9,000 × the quantity."""
    found = one(line("S1", planned(10), pool="EY"), costs=EXACT, pools={"ey": 5}).years[Y27]
    assert near(found, triangular(135_000 + 81_000, 135_000 + 90_000, 135_000 + 99_000))
    assert found.p90 - found.p10 == pytest.approx(2 * (9_000 - 9_000 * sqrt(0.2)), rel=0.02)


def test_what_one_line_draws_more_the_next_finds_less() -> None:
    """The first takes 9 to 11 of 15, at £27,000; the second, of 10 places in fact, has 4 to 6 left: together always 15."""
    first = line("S1", planned(10, date(2027, 4, 1)), chain="OOC > SPECIAL", pool="EY")
    second = line("S2", actual(10, date(2027, 4, 2)), chain="OOC > SPECIAL", pool="EY")
    found = one(first, second, costs=EXACT, pools={"ey": 15}).years[Y27]
    assert percentiles(found) == pytest.approx((405_000,) * 3)
    apart = ranges(first, (second[0] | {"fund": "Schools"}, second[1]), costs=EXACT, pools={"ey": 15})
    assert near(apart["Cashable", "Schools"].years[Y27], triangular(108_000, 135_000, 162_000))


def test_the_worked_pool_of_the_reference_lies_in_its_range() -> None:
    lines = [line("GR-01.S1", planned(8, SEP), chain="OOC > SPECIAL", pool="EY", claim_order=1),
             line("PI-04.S1", planned(6, SEP), pool="EY", claim_order=2)]  # fmt: skip
    still = one(*lines, costs=EXACT, pools={"ey": 12}, settings=STILL, draws=10)
    assert percentiles(still.years[Y28]) == pytest.approx((216_000 + 162_000,) * 3)
    found = one(*lines, costs=EXACT, pools={"ey": 12})
    assert found.years[Y28].p10 < 378_000 < found.years[Y28].p90
    assert found.years[Y27].p50 == pytest.approx(found.years[Y28].p50 * 7 / 12)


CHAINS = st.sampled_from(["OOC > SPECIAL", "OOC > SPECIAL > RP"])


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.booleans(), CHAINS), min_size=1, max_size=4), st.integers(0, 20))
def test_without_spread_the_range_is_the_forecast(given: list[tuple[int, bool, bool, str]], capacity: int) -> None:
    lines = [line(f"S{n}", (actual if known else planned)(quantity, SEP), chain=chain, pool="EY" if pooled else None)
             for n, (quantity, known, pooled, chain) in enumerate(given)]  # fmt: skip
    priced = [Row.of(UNIT_COSTS, code=code, annual_cost=cost, qualifier=name) for code, (cost, name) in EXACT.items()]
    pools = {"ey": float(capacity)}
    found = solve(lines, priced, pools)
    (group,) = forecast_ranges(found, priced, limits(pools), YEARS, STILL, draws=3, seed=0).values()
    for year in YEARS:
        forecast = sum(year_figures(one, year).forecast or 0 for one in found)
        assert percentiles(group.years[year]) == pytest.approx((forecast,) * 3)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=4), st.integers(0, 20), st.integers(0, 9))
def test_percentiles_are_in_order(given: list[tuple[int, bool]], capacity: int, seed: int) -> None:
    lines = [line(f"S{n}", planned(quantity), pool="EY" if pooled else None) for n, (quantity, pooled) in enumerate(given)]
    found = one(*lines, pools={"ey": capacity}, draws=200, seed=seed)
    for range in (*found.years.values(), found.total):
        assert 0 <= range.p10 <= range.p50 <= range.p90


# --- size


@pytest.mark.parametrize("pooled", [False, True], ids=["free", "pooled"])
def test_memory_does_not_grow_with_lines_times_draws_times_years(pooled: bool) -> None:
    """500 lines, 2,000 draws and 20 years would be 160 MB of numbers at once, without the years 8 MB."""
    count, draws, years = 500, 2_000, years_from("2027-28", 20)
    pool = "EY" if pooled else None
    lines = [line(f"PI-{n // 9:02}.S{n % 9}", planned(n % 7, SEP), actual(n % 3), pool=pool) for n in range(count)]
    priced = [Row.of(UNIT_COSTS, code=code, annual_cost=cost, qualifier=name) for code, (cost, name) in PUBLISHED.items()]
    pools = {"ey": 700.0} if pooled else {}
    found = solve(lines, priced, pools)
    tracemalloc.start()
    try:
        (group,) = forecast_ranges(found, priced, limits(pools), years, DEFAULT, draws=draws, seed=1).values()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(group.years) == len(years) and group.total.p10 < group.total.p90
    assert peak < count * draws * len(years) * 8 / 10


# --- present value

THOUSAND = dict.fromkeys(YEARS, 1_000.0)
VALUES: list[tuple[str, dict[str, float | None], str, float, float]] = [
    ("a thousand a year", dict(THOUSAND), Y27, 0.035, 2_899.69),  # 1,000 + 966.18 + 933.51
    ("the as-at year at face value", {Y27: 1_000}, Y27, 0.035, 1_000),
    ("the next year", {Y28: 1_000}, Y27, 0.035, 966.18),
    ("the year after", {Y29: 1_000}, Y27, 0.035, 933.51),
    ("earlier years left out", dict(THOUSAND), Y28, 0.035, 1_966.18),
    ("all are earlier", dict(THOUSAND), "2030-31", 0.035, 0),
    ("all are later", {Y29: 1_000}, "2026-27", 0.035, 901.94),  # 1,000 / 1.108717875
    ("no rate", dict(THOUSAND), Y27, 0, 3_000),
    ("at ten per cent", dict(THOUSAND), Y27, 0.1, 2_735.54),  # 1,000 + 909.09 + 826.45
    ("negative", {Y27: -1_000, Y28: 1_000}, Y27, 0.035, -33.82),
    ("a blank year adds nothing", {Y27: 1_000, Y28: None, Y29: 1_000}, Y27, 0.035, 1_933.51),
    ("a year without an amount", {Y28: 1_000}, Y28, 0.035, 1_000),
]  # fmt: skip


@pytest.mark.parametrize(("amounts", "now", "rate", "wanted"), [c[1:] for c in VALUES], ids=[c[0] for c in VALUES])
def test_present_value(amounts: dict[str, float | None], now: str, rate: float, wanted: float) -> None:
    assert present_value(amounts, YEARS, now, rate) == pytest.approx(wanted, abs=0.005)


def test_present_value_over_the_turn_of_a_century() -> None:
    years = years_from("2098-99", 3)
    assert present_value(dict.fromkeys(years, 1_000), years, "2098-99", 0.035) == pytest.approx(2_899.69, abs=0.005)


AMOUNTS = st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3)


@given(AMOUNTS, AMOUNTS, st.floats(0, 0.5))
def test_present_values_add_up(one: list[float], other: list[float], rate: float) -> None:
    parts = [present_value(dict(zip(YEARS, amounts, strict=True)), YEARS, Y27, rate) for amounts in (one, other)]
    both = {year: a + b for year, a, b in zip(YEARS, one, other, strict=True)}
    assert present_value(both, YEARS, Y27, rate) == pytest.approx(sum(parts), abs=1e-6)
