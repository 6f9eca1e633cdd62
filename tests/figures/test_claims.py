"""Over which months a quantity is live, and what a pool leaves of it, against figures worked out by hand.

With the costs of the reference a place in the chain OOC > SPECIAL > RP saves £36,000 a year while its pool lasts and
£9,000 past it; one in OOC > SPECIAL £27,000 and nothing. The year of most cases is 2028-29, in which all are live.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.figures.savings import LineFigures, SavingsLine, line_figures, year_figures
from sendxl.plan.periods import years_from
from sendxl.plan.settings import Settings
from tests.figures import given as hand
from tests.figures.given import JAN, OCT, SEP, Given, Line, Pools, approved, cohort, counted, in_years

SETTINGS = Settings()
END = date(2029, 3, 31)  # as at: 2027-28 and 2028-29 have gone
Y27, Y28 = YEARS = years_from("2027-28", 2)
Wanted = tuple[float | None, float | None, float | None]  # planned, forecast, realised


def line(ref: str, *cohorts: Given, **changed: Any) -> Line:
    return hand.line(ref, *cohorts, **{"pool": "EY", **changed})


def unit(ref: str, *cohorts: Given, **changed: Any) -> Line:
    return hand.unit(ref, *cohorts, **{"pool": "EY", **changed})


def solve(lines: Sequence[Line], pools: Pools, as_at: date = END) -> dict[str, SavingsLine]:
    return hand.solve(lines, pools, as_at)


def figures(line: SavingsLine, year: str) -> Wanted:
    found = year_figures(line, year)
    return found.planned, found.forecast, found.realised


def whole(line: SavingsLine, years: Sequence[str] = YEARS, as_at: date = END) -> LineFigures:
    return line_figures(line, as_at, in_years(line, years), {}, SETTINGS)


def removed(line: SavingsLine, years: Sequence[str] = YEARS) -> float | None:
    return whole(line, years).removed_by_pool


# --- the worked example of the reference

WORKED = [line("GR-01.S1", cohort(SEP, 8), chain="OOC > SPECIAL", claim_order=1), line("PI-04.S1", cohort(SEP, 6), claim_order=2)]


@pytest.mark.parametrize("lines", [WORKED, WORKED[::-1]], ids=["in order", "in reverse"])
def test_the_worked_pool(lines: Sequence[Line]) -> None:
    found = solve(lines, {"EY": 12})
    assert figures(found["GR-01.S1"], Y28) == (216_000, 216_000, None)
    assert figures(found["PI-04.S1"], Y28) == (162_000, 162_000, None)
    assert figures(found["GR-01.S1"], Y27) == (126_000, 126_000, None)
    assert figures(found["PI-04.S1"], Y27) == (94_500, 94_500, None)
    assert removed(found["PI-04.S1"], [Y28]) == 54_000
    assert removed(found["PI-04.S1"], [Y27]) == 31_500  # 7/12
    assert removed(found["PI-04.S1"], YEARS) == 85_500
    assert removed(found["PI-04.S1"], []) == 0
    assert removed(found["GR-01.S1"]) == 0
    both = whole(found["PI-04.S1"])
    assert (both.unit_saving, both.full_year_effect, both.planned_to_date) == (36_000, 162_000, 94_500 + 162_000)


# --- past capacity: what is planned in 2028-29, and what is removed in that year

CLAIMS: list[tuple[str, list[Line], Pools, dict[str, tuple[float, float | None]]]] = [
    ("just enough", [line("A", cohort(SEP, 6))], {"EY": 6}, {"A": (216_000, 0)}),
    ("one short", [line("A", cohort(SEP, 6))], {"EY": 5}, {"A": (189_000, 27_000)}),  # 5 × 36,000 + 9,000
    ("half a place short", [line("A", cohort(SEP, 2.5))], {"EY": 2}, {"A": (76_500, 13_500)}),
    ("an empty pool", [line("A", cohort(SEP, 6))], {"EY": 0}, {"A": (54_000, 162_000)}),
    ("two codes, an empty pool", [line("A", cohort(SEP, 6), chain="OOC > SPECIAL")], {"EY": 0}, {"A": (0, 162_000)}),
    ("four codes: all later links", [line("A", cohort(SEP, 3), chain="OOC > IND > SPECIAL > RP")], {"EY": 1},
     {"A": (80_000, 28_000)}),  # 36,000 + 2 × (40,000 − 18,000)
    ("a later link that costs more", [line("A", cohort(SEP, 2), chain="OOC > RP > SPECIAL")], {"EY": 1},
     {"A": (18_000, 36_000)}),  # 27,000 − 9,000
    ("without a chain: 0", [unit("A", cohort(SEP, 5))], {"EY": 3}, {"A": (3_600, 2_400)}),
    ("without a chain, an empty pool", [unit("A", cohort(SEP, 5))], {"EY": 0}, {"A": (0, 6_000)}),
    ("a line without a chain claims too", [unit("A", cohort(SEP, 5)), line("B", cohort(SEP, 1))], {"EY": 5},
     {"A": (6_000, 0), "B": (9_000, 27_000)}),
    ("share of contract", [unit("A", cohort(SEP, 5), method="Share of contract", annual_value=12_000, share=0.1)], {"EY": 3},
     {"A": (3_600, 2_400)}),
    ("no pool", [line("A", cohort(SEP, 6), pool=None), line("B", cohort(SEP, 6))], {"EY": 5},
     {"A": (216_000, None), "B": (189_000, 27_000)}),
    ("two pools", [line("A", cohort(SEP, 6)), line("B", cohort(SEP, 6), pool="KS2")], {"EY": 5, "KS2": 4},
     {"A": (189_000, 27_000), "B": (162_000, 54_000)}),
    ("Cost lines claim as others", [line("A", cohort(SEP, 1), type="Cost"), line("B", cohort(SEP, 1))], {"EY": 1},
     {"A": (36_000, 0), "B": (9_000, 27_000)}),
    # order: start, then Claim order, then Ref
    ("start before Claim order", [line("A", cohort(OCT, 2), claim_order=1), line("B", cohort(SEP, 2), claim_order=9)],
     {"EY": 2}, {"A": (18_000, 54_000), "B": (72_000, 0)}),
    ("a day earlier", [line("A", cohort(date(2027, 9, 2), 2), claim_order=1), line("B", cohort(SEP, 2), claim_order=2)],
     {"EY": 2}, {"A": (18_000, 54_000), "B": (72_000, 0)}),
    ("Claim order before Ref", [line("A", cohort(SEP, 2), claim_order=2), line("B", cohort(SEP, 2), claim_order=1)], {"EY": 2},
     {"A": (18_000, 54_000), "B": (72_000, 0)}),
    ("Claim order by number", [line("A", cohort(SEP, 2), claim_order=10), line("B", cohort(SEP, 2), claim_order=9)], {"EY": 2},
     {"A": (18_000, 54_000), "B": (72_000, 0)}),
    ("Ref", [line("B", cohort(SEP, 2)), line("A", cohort(SEP, 2))], {"EY": 2}, {"A": (72_000, 0), "B": (18_000, 54_000)}),
    ("Ref as people count", [line("PI-04.S10", cohort(SEP, 2)), line("PI-04.S2", cohort(SEP, 2))], {"EY": 2},
     {"PI-04.S2": (72_000, 0), "PI-04.S10": (18_000, 54_000)}),
    ("Ref by activity first", [line("PI-10.S1", cohort(SEP, 2)), line("PI-09.S2", cohort(SEP, 2))], {"EY": 2},
     {"PI-09.S2": (72_000, 0), "PI-10.S1": (18_000, 54_000)}),
    ("Ref by theme before number", [line("PI-01.S1", cohort(SEP, 2)), line("GR-10.S1", cohort(SEP, 2))], {"EY": 2},
     {"GR-10.S1": (72_000, 0), "PI-01.S1": (18_000, 54_000)}),
    # cohorts of one line and of several, in order of start; nothing is released
    ("a second cohort finds the rest", [line("A", cohort(SEP, 4), cohort(OCT, 4))], {"EY": 5},
     {"A": (207_000, 81_000)}),  # 5 × 36,000 + 3 × 9,000
    ("cohorts of two lines take turns", [line("A", cohort(SEP, 2), cohort(JAN, 2)), line("B", cohort(OCT, 2))], {"EY": 4},
     {"A": (90_000, 54_000), "B": (72_000, 0)}),
    ("never released", [line("A", cohort(SEP, 4, until=date(2028, 3, 31))), line("B", cohort(date(2028, 4, 1), 4))], {"EY": 4},
     {"A": (0, 0), "B": (36_000, 108_000)}),
    ("never released within a line", [line("A", cohort(SEP, 4, until=date(2028, 3, 31)), cohort(date(2028, 4, 1), 4))], {"EY": 4},
     {"A": (36_000, 108_000)}),
    ("a later start releases nothing earlier", [line("A", cohort(SEP, 4)), line("B", cohort(date(2030, 4, 1), 4))], {"EY": 4},
     {"A": (144_000, 0), "B": (0, 0)}),
    ("removed while live alone", [line("A", cohort(SEP, 2, until=date(2028, 9, 30)))], {"EY": 1},
     {"A": (22_500, 13_500)}),  # 45,000 and 27,000 × 6/12
    ("quantity 0 claims nothing", [line("A", cohort(SEP, 0)), line("B", cohort(SEP, 2))], {"EY": 2},
     {"A": (0, 0), "B": (72_000, 0)}),
    ("a line withdrawn keeps its plan", [line("A", cohort(SEP, 2), withdrawn_on=date(2027, 8, 1)), line("B", cohort(SEP, 2))],
     {"EY": 2}, {"A": (72_000, 0), "B": (18_000, 54_000)}),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "pools", "wanted"), [c[1:] for c in CLAIMS], ids=[c[0] for c in CLAIMS])
def test_past_capacity(lines: list[Line], pools: Pools,
                       wanted: dict[str, tuple[float, float | None]]) -> None:
    found = solve(lines, pools)
    assert {ref: (year_figures(one, Y28).planned, removed(one, [Y28])) for ref, one in found.items()} == wanted


def test_the_full_year_effect_counts_every_row_live_and_no_learner_twice() -> None:
    found = solve([line("A", cohort(SEP, 4, until=date(2028, 3, 31)), cohort(date(2030, 4, 1), 4))], {"EY": 5})["A"]
    assert whole(found).full_year_effect == 5 * 36_000 + 3 * 9_000


@pytest.mark.parametrize(("capacity", "year", "planned"), [(3, Y27, 3_600), (0, Y27, 0), (9, Y27, 6_000), (3, Y28, 0)])
def test_a_one_off_past_capacity_is_0(capacity: int, year: str, planned: float) -> None:
    found = solve([unit("A", cohort(SEP, 5), method="One-off")], {"EY": capacity})["A"]
    assert year_figures(found, year).planned == planned
    assert removed(found) == (5 - min(capacity, 5)) * 1_200
    assert removed(found, [Y28]) == 0


# What was approved claims afresh at its own prices: £20,000 a place and, past the pool, £2,000; a pool of 5.
APPROVED: list[tuple[str, list[tuple[str, float, date, int]], dict[str, float]]] = [
    ("a place past the pool", [("A", 6, SEP, 1)], {"A": 102_000}),  # 5 × 20,000 + 2,000
    ("in order of the approved days", [("A", 4, OCT, 1), ("B", 4, SEP, 2)], {"A": 26_000, "B": 80_000}),
    ("what is planned now takes nothing from it", [("A", 1, SEP, 1), ("B", 4, SEP, 2)], {"A": 20_000, "B": 80_000}),
]


@pytest.mark.parametrize(("given", "wanted"), [c[1:] for c in APPROVED], ids=[c[0] for c in APPROVED])
def test_what_was_approved_claims_afresh(given: list[tuple[str, float, date, int]], wanted: dict[str, float]) -> None:
    found = solve([line(ref, approved(cohort(JAN, 9), quantity, start), claim_order=order, approved_unit_saving=20_000,
                        approved_past_pool=2_000) for ref, quantity, start, order in given], {"EY": 5})
    assert {ref: year_figures(one, Y28).approved for ref, one in found.items()} == wanted


def test_what_was_approved_is_blank_past_its_pool_where_no_price_is_known_for_that() -> None:
    row = line("A", approved(cohort(SEP, 2), 2, SEP), approved_unit_saving=30_000)
    assert [year_figures(solve([row], {"EY": n})["A"], Y28).approved for n in (2, 1)] == [60_000, None]  # blank is not zero


def test_a_plan_is_blank_past_its_pool_where_the_later_links_have_no_cost() -> None:
    row = line("A", cohort(SEP, 2), chain="OOC > BLANK > RP")
    assert figures(solve([row], {"EY": 2})["A"], Y28) == (None, None, None)


# --- planned, forecast and realised each claim afresh over their own quantities

A_LATE = line("A", cohort(SEP, 4, 4, JAN), claim_order=1)  # planned first, opened last
B_NEXT = line("B", cohort(OCT, 4), chain="OOC > SPECIAL", claim_order=2)
AFRESH: list[tuple[str, list[Line], float, dict[str, dict[str, Wanted]]]] = [
    # A: 4 × 36,000 × 7/12 planned; forecast past the pool, 4 × 9,000 × 3/12; realised alone, 4 × 36,000 × 3/12
    ("late opening loses its place in the forecast", [A_LATE, B_NEXT], 4,
     {"A": {Y27: (84_000, 9_000, 36_000), Y28: (144_000, 36_000, 144_000)},
      "B": {Y27: (0, 54_000, None), Y28: (0, 108_000, None)}}),
    ("what is there claims less than planned", [line("A", cohort(SEP, 4, 1)), line("B", cohort(SEP, 4, 4))], 4,
     {"A": {Y28: (144_000, 36_000, 36_000)}, "B": {Y28: (36_000, 117_000, 117_000)}}),  # 3 × 36,000 + 9,000
    ("what is there claims more than planned", [line("A", cohort(SEP, 1, 4)), line("B", cohort(SEP, 4))], 4,
     {"A": {Y28: (36_000, 144_000, 144_000)}, "B": {Y28: (117_000, 36_000, None)}}),
    ("nothing there leaves all", [line("A", cohort(SEP, 4, 0)), line("B", cohort(SEP, 4, 4))], 4,
     {"A": {Y28: (144_000, 0, 0)}, "B": {Y28: (36_000, 144_000, 144_000)}}),
    ("not reported claims in the forecast alone", [line("A", cohort(SEP, 4)), line("B", cohort(SEP, 4, 4))], 4,
     {"A": {Y28: (144_000, 144_000, None)}, "B": {Y28: (36_000, 36_000, 144_000)}}),
    ("not planned claims nothing of the plan", [line("A", cohort(SEP, None, 4)), line("B", cohort(SEP, 4))], 4,
     {"A": {Y28: (None, 144_000, 144_000)}, "B": {Y28: (144_000, 36_000, None)}}),
    ("withdrawn before the start", [line("A", cohort(SEP, 4), withdrawn_on=date(2027, 8, 1)), line("B", cohort(SEP, 4))], 4,
     {"A": {Y28: (144_000, 0, None)}, "B": {Y28: (36_000, 144_000, None)}}),
    ("withdrawn on the day of the start", [line("A", cohort(SEP, 4), withdrawn_on=SEP), line("B", cohort(SEP, 4))], 4,
     {"A": {Y28: (144_000, 0, None)}, "B": {Y28: (36_000, 144_000, None)}}),
    ("withdrawn later releases nothing", [line("A", cohort(SEP, 4, 4), withdrawn_on=date(2028, 4, 1)),
                                          line("B", cohort(date(2028, 4, 1), 4))], 4,
     {"A": {Y27: (84_000, 84_000, 84_000), Y28: (144_000, 0, 0)}, "B": {Y28: (36_000, 36_000, None)}}),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "capacity", "wanted"), [c[1:] for c in AFRESH], ids=[c[0] for c in AFRESH])
def test_each_claims_afresh(lines: list[Line], capacity: float,
                            wanted: dict[str, dict[str, Wanted]]) -> None:
    found = solve(lines, {"EY": capacity})
    assert {ref: {year: figures(found[ref], year) for year in years} for ref, years in wanted.items()} == wanted


# A pool of 5 and places at £36,000, or £9,000 past it; forecast and realised by 31 Mar 2029.
S30, N30, J31 = date(2027, 9, 30), date(2027, 11, 30), date(2028, 1, 31)
COUNTED: list[tuple[str, list[Line], dict[str, tuple[float, float]]]] = [
    ("a rise finds the rest", [line("A", counted(cohort(SEP, 9), (4, S30), (8, J31), since=SEP))],
     {"A": (84_000 + 15_750, 180_000 + 27_000)}),  # 4 for 7 months; of 4 more, one in the pool, for 3 months
    ("a rise after a fall claims anew", [line("A", counted(cohort(SEP, 9), (4, S30), (1, N30), (4, J31), since=SEP))],
     {"A": (21_000 + 18_000 + 13_500, 90_000)}),  # 1 for 7, 3 for 2 months; of 3 anew, one in the pool
    ("in the order of the days of the counts", [line("A", counted(cohort(SEP, 9), (1, S30), (5, J31), since=SEP)),
                                                line("B", counted(cohort(SEP, 9), (4, N30), since=OCT))],
     {"A": (21_000 + 9_000, 72_000), "B": (72_000, 144_000)}),
    ("gone in the month in which they came", [line("A", counted(cohort(SEP, 9), (4, date(2027, 9, 5)), (0, S30), since=SEP)),
                                              line("B", counted(cohort(OCT, 9), (5, N30), since=OCT))],
     {"A": (0, 0), "B": (90_000, 180_000)}),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "wanted"), [c[1:] for c in COUNTED], ids=[c[0] for c in COUNTED])
def test_cohorts_claim(lines: list[Line], wanted: dict[str, tuple[float, float]]) -> None:
    found = solve(lines, {"EY": 5})
    for ref, (first, second) in wanted.items():
        assert [figures(found[ref], year)[1:] for year in YEARS] == [(first, first), (second, second)]


def test_what_is_removed_is_of_the_plan() -> None:
    found = solve([A_LATE, B_NEXT], {"EY": 4})
    assert (removed(found["A"]), removed(found["B"])) == (0, 4 * 27_000 * 18 / 12)


# --- properties

DAYS = st.dates(date(2027, 4, 1), date(2027, 4, 4)) | st.dates(date(2027, 4, 1), date(2030, 3, 31))  # often the same day
QUANTITIES = st.integers(0, 24).map(lambda quarters: quarters / 4)
COHORTS = st.lists(
    st.builds(cohort, DAYS, st.none() | QUANTITIES, st.none() | QUANTITIES, st.none() | DAYS,
              st.none() | st.dates(date(2027, 4, 1), date(2031, 3, 31))),
    max_size=3,
)  # fmt: skip
TERMS = st.fixed_dictionaries({
    "method": st.sampled_from(["Placement chain", "Placement chain", "Unit cost avoided", "One-off"]),
    "chain": st.sampled_from(["OOC > SPECIAL", "OOC > SPECIAL > RP", "IND > RP"]),  # none that costs more
    "unit_amount": st.sampled_from([1_000, 1_234.56]),
    "pool": st.sampled_from([None, "EY", "EY", "KS2"]),
    "claim_order": st.none() | st.integers(1, 2),
    "withdrawn_on": st.none() | DAYS,
})  # fmt: skip
REFS = ("PI-04.S1", "PI-04.S2", "PI-04.S10", "GR-01.S1")


@st.composite
def savings(draw: st.DrawFn) -> list[Line]:
    refs = draw(st.lists(st.sampled_from(REFS), min_size=1, max_size=4, unique=True))
    made = []
    for ref in refs:
        terms: Given = draw(TERMS)
        made.append(line(ref, *draw(COHORTS), **terms))
    return made


CAPACITIES = st.fixed_dictionaries({"EY": st.integers(0, 20), "KS2": st.none() | st.integers(0, 6)})
AS_AT = st.dates(date(2027, 4, 1), date(2032, 3, 31))
HORIZON = years_from("2027-28", 5)
Found = dict[str, tuple[Any, ...]]


def everything(found: dict[str, SavingsLine], as_at: date) -> Found:
    return {ref: (whole(one, HORIZON, as_at), *(figures(one, year) for year in HORIZON))
            for ref, one in found.items()}  # fmt: skip


def parted(given: Given, share: float) -> list[Given]:
    """The same cohort as two rows, with the quantities shared out in quarters."""
    parts: list[Given] = [dict(given), {**given, "ref": f"{given['ref']}9"}]
    for key in ("planned_quantity", "in_place"):
        if given.get(key) is not None:
            first = int(given[key] * 4 * share) / 4
            parts[0][key], parts[1][key] = first, given[key] - first
    return parts


@given(savings(), CAPACITIES, AS_AT, st.data())
def test_splitting_a_cohort_in_two_changes_nothing(lines: list[Line], pools: Pools,
                                                   as_at: date, data: st.DataObject) -> None:
    split: list[Line] = []
    for row, cohorts in lines:
        share = data.draw(st.sampled_from([None, 0.0, 0.3, 0.5, 1.0]))
        split.append((row, cohorts if share is None else [part for given in cohorts for part in parted(given, share)]))
    assert everything(solve(split, pools, as_at), as_at) == everything(solve(lines, pools, as_at), as_at)


def test_splitting_beside_a_shorter_cohort_of_the_same_day_changes_nothing() -> None:
    """The rows P1 and P3 are one cohort of 4 places; P2 ends while they go on. Both start on one day."""
    short = cohort(SEP, 4, until=date(2028, 8, 31))
    found = [everything(solve([line("A", *cohorts)], {"EY": 5}), END)
             for cohorts in ([cohort(SEP, 4), short], [short, cohort(SEP, 4)],
                             [cohort(SEP, 2), short, cohort(SEP, 2)], [short, cohort(SEP, 1), cohort(SEP, 3)])]  # fmt: skip
    assert found[1:] == found[:1] * 3


@given(savings(), CAPACITIES, AS_AT, st.sampled_from([0.25, 1.0, 7.0]))
def test_a_larger_pool_never_lowers_a_saving(lines: list[Line], pools: Pools,
                                             as_at: date, more: float) -> None:
    small = solve(lines, pools, as_at)
    large = solve(lines, {code: None if capacity is None else capacity + more for code, capacity in pools.items()}, as_at)
    for ref, one in small.items():
        for year in HORIZON:
            for less, most in zip(figures(one, year), figures(large[ref], year), strict=True):
                assert (less is None) == (most is None) and (less or 0) <= (most or 0)
        assert (removed(one, HORIZON) or 0) >= (removed(large[ref], HORIZON) or 0)


@given(savings(), CAPACITIES, AS_AT)
def test_a_pool_large_enough_removes_nothing(lines: list[Line], pools: Pools,
                                             as_at: date) -> None:
    pooled = solve(lines, dict.fromkeys(pools, 4 * 3 * 6), as_at)
    free = solve([({**row, "pool": None}, cohorts) for row, cohorts in lines], {}, as_at)
    for ref, one in pooled.items():
        assert [figures(one, year) for year in HORIZON] == [figures(free[ref], year) for year in HORIZON]
        assert not removed(one, HORIZON)


@given(savings(), CAPACITIES, AS_AT)
def test_what_is_planned_and_what_is_removed_are_what_there_would_be_without_a_pool(
        lines: list[Line], pools: Pools, as_at: date) -> None:
    pooled, free = solve(lines, pools, as_at), solve([({**row, "pool": None}, cohorts) for row, cohorts in lines], {}, as_at)
    for ref, one in pooled.items():
        for year in HORIZON:
            with_pool, without = year_figures(one, year).planned, year_figures(free[ref], year).planned
            if with_pool is not None:
                assert with_pool + (removed(one, [year]) or 0) == pytest.approx(without, abs=0.011)


@given(savings(), CAPACITIES, AS_AT)
def test_no_learner_is_claimed_twice(lines: list[Line], pools: Pools, as_at: date) -> None:
    """A chain of two codes earns nothing past its pool: what such lines plan at £27,000 a place is at most the pool."""
    plain: Given = {"chain": "OOC > SPECIAL", "method": "Placement chain", "pool": "EY"}
    found = solve([({**row, **plain}, cohorts) for row, cohorts in lines], pools, as_at)
    for year in HORIZON:
        most = 27_000 * (pools["EY"] or 0) + 0.005 * len(REFS)
        assert sum(year_figures(one, year).planned or 0 for one in found.values()) <= most


@given(savings(), CAPACITIES, AS_AT, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(lines: list[Line], pools: Pools, as_at: date,
                                           random: Any) -> None:
    shuffled = [(row, random.sample(cohorts, len(cohorts))) for row, cohorts in random.sample(lines, len(lines))]
    limits = {code: pools[code] for code in random.sample(sorted(pools), len(pools))}
    assert everything(solve(shuffled, limits, as_at), as_at) == everything(solve(lines, pools, as_at), as_at)
