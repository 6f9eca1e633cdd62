"""The figures of savings lines, by year and to date, and of activities, against figures worked out by hand.

Most cases are a line that saves £1,200 a unit and year, so that one unit is worth £100 a month; what the domain
reference works out itself stands first. Pools are in test_claims.
"""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.figures.approved import ApprovedQuantity
from sendxl.figures.position import PositionFigures
from sendxl.figures.savings import (
    ActivitySavings,
    LineFigures,
    SavingsLine,
    YearFigures,
    activity_savings,
    line_figures,
    year_figures,
)
from sendxl.figures.years import YearRow
from sendxl.plan.master import PLAN, POSITION, PROFILE, SAVINGS, YEARS
from sendxl.plan.periods import years_from
from sendxl.plan.schema import By, Table
from sendxl.plan.settings import Settings
from sendxl.plan.vocabulary import LineStatus, SavingsStatus, SavingType
from tests.figures import given as hand
from tests.figures.given import APR, END, JAN, OCT, SEP, Given, approved, cohort, counted, in_years

SETTINGS = Settings()
UNIT: Given = {
    "ref": "PI-04.S1", "method": "Unit cost avoided", "unit_amount": 1_200, "type": "Cashable", "fund": "High needs block",
}  # fmt: skip
CHAIN: Given = {"method": "Placement chain", "chain": "OOC > SPECIAL > RP", "unit_amount": None}
ONE_OFF: Given = {"method": "One-off", "unit_amount": 5_000}
JUL, DEC, HALF = date(2027, 7, 1), date(2027, 12, 1), date(2027, 9, 30)  # as at: HALF of 2027-28 gone, at END all of it
Y26, Y27, Y28, Y29 = years_from("2026-27", 4)


def solve(row: Given, *cohorts: Given, as_at: date = END) -> SavingsLine:
    terms = {key: value for key, value in {**UNIT, **row}.items() if key != "ref"}
    (found,) = hand.solve([hand.line(UNIT["ref"], *cohorts, **terms)], day=as_at).values()
    return found


def whole(row: Given, *cohorts: Given, as_at: date = END) -> LineFigures:
    line = solve(row, *cohorts, as_at=as_at)
    return line_figures(line, as_at, in_years(line, [Y27, Y28]), {}, SETTINGS)


def test_fields_are_the_computed_columns() -> None:
    def computed(table: Table) -> list[str]:
        return [column.key for column in table if column.by is By.REFRESH]

    assert list(LineFigures._fields) == computed(SAVINGS)
    assert [*YearFigures._fields, "closed_on", "restated"] == computed(YEARS)
    assert ["ref", *YearRow._fields] == [column.key for column in YEARS]
    assert list(ApprovedQuantity._fields) == computed(PROFILE)
    assert list(PositionFigures._fields) == computed(POSITION)
    assert set(ActivitySavings._fields) <= set(computed(PLAN))


# --- unit saving

UNIT_SAVINGS: list[tuple[str, Given, float | None]] = [
    ("the whole chain", {**CHAIN, "chain": "OOC > SPECIAL > RP"}, 36_000),
    ("its first link", {**CHAIN, "chain": "OOC > SPECIAL"}, 27_000),
    ("its second link", {**CHAIN, "chain": "SPECIAL > RP"}, 9_000),
    ("a chain that costs more", {**CHAIN, "chain": "RP > SPECIAL"}, -9_000),
    ("a chain that ends where it began", {**CHAIN, "chain": "OOC > SPECIAL > OOC"}, 0),
    ("no chain", {**CHAIN, "chain": None}, None),
    ("a code that is not in UnitCosts", {**CHAIN, "chain": "OOC > BOARDING"}, None),
    ("a code in the middle that is not in UnitCosts", {**CHAIN, "chain": "OOC > BOARDING > RP"}, None),
    ("a code without a cost", {**CHAIN, "chain": "OOC > BLANK"}, None),
    ("unit cost avoided", {"unit_amount": 1_200}, 1_200),
    ("unit cost of 0", {"unit_amount": 0}, 0),
    ("unit cost blank", {"unit_amount": None}, None),
    ("share of contract", {"method": "Share of contract", "unit_amount": None, "annual_value": 240_000, "share": 0.05}, 12_000),
    ("share of 0", {"method": "Share of contract", "unit_amount": None, "annual_value": 240_000, "share": 0}, 0),
    ("share blank", {"method": "Share of contract", "unit_amount": None, "annual_value": 240_000}, None),
    ("value blank", {"method": "Share of contract", "unit_amount": None, "share": 0.05}, None),
    ("a third of a contract, to the penny", {"method": "Share of contract", "annual_value": 1_000, "share": 0.33333}, 333.33),
    ("one-off", ONE_OFF, 5_000),
    ("one-off blank", {**ONE_OFF, "unit_amount": None}, None),
    ("not quantified although amounts stand there", {"method": "Not quantified", "annual_value": 9, "share": 1}, None),
    ("no method", {"method": None}, None),
    ("what is approved is not the current one", {**CHAIN, "approved_unit_saving": 30_000}, 36_000),
]  # fmt: skip


@pytest.mark.parametrize(("row", "wanted"), [c[1:] for c in UNIT_SAVINGS], ids=[c[0] for c in UNIT_SAVINGS])
def test_unit_saving(row: Given, wanted: float | None) -> None:
    assert whole(row, cohort(SEP, 1)).unit_saving == wanted


# --- years

# One unit from the 1st of each month of 2027-28 is live for the rest of it: months / 12 of £1,200.
MONTHS: list[tuple[int, int, float]] = [
    (2027, 4, 1_200), (2027, 5, 1_100), (2027, 6, 1_000), (2027, 7, 900), (2027, 8, 800), (2027, 9, 700), (2027, 10, 600),
    (2027, 11, 500), (2027, 12, 400), (2028, 1, 300), (2028, 2, 200), (2028, 3, 100),
]  # fmt: skip


@pytest.mark.parametrize(("of", "month", "wanted"), MONTHS)
@pytest.mark.parametrize("day", [1, 2, 15, 28])
def test_share_of_the_first_year_by_month_of_start(of: int, month: int, day: int, wanted: float) -> None:
    line = solve({}, cohort(date(of, month, day), 1))
    assert [year_figures(line, y).planned for y in (Y26, Y27, Y28, Y29)] == [0, wanted, 1_200, 1_200]


Wanted = tuple[float | None, float | None, float | None]  # planned, forecast, realised
YEARLY: list[tuple[str, Given, list[Given], date, dict[str, Wanted]]] = [
    ("worked: one place from 1 Sep 2027", CHAIN, [cohort(SEP, 1)], END,
     {Y26: (0, 0, None), Y27: (21_000, 21_000, None), Y28: (36_000, 36_000, None), Y29: (36_000, 36_000, None)}),
    ("worked: six places that open late", CHAIN, [cohort(SEP, 6, 6, JAN)], END,  # 6 × 36,000 × 7/12 and 3/12
     {Y27: (126_000, 54_000, 54_000), Y28: (216_000, 216_000, 0)}),
    ("opened early", {}, [cohort(JAN, 1, 1, OCT)], END, {Y27: (300, 600, 600)}),
    ("opened in a later year", {}, [cohort(SEP, 1, 1, date(2028, 5, 1))], date(2028, 6, 30),
     {Y27: (700, 0, 0), Y28: (1_200, 1_100, 200)}),
    ("actual without Actual from", {}, [cohort(SEP, 2, 1)], END, {Y27: (1_400, 700, 700)}),
    ("actual 0 is not blank", {}, [cohort(SEP, 2, 0)], END, {Y27: (1_400, 0, 0), Y28: (2_400, 0, 0)}),
    ("planned 0 is not blank", {}, [cohort(SEP, 0)], END, {Y27: (0, 0, None)}),
    ("not planned, yet there", {}, [cohort(SEP, None, 2)], END, {Y27: (None, 1_400, 1_400), Y28: (None, 2_400, 0)}),
    ("no quantity", {}, [cohort(SEP)], END, {Y27: (None, None, None)}),
    ("no rows", {}, [], END, {Y27: (None, None, None)}),
    ("a row without quantity beside one with", {}, [cohort(APR), cohort(SEP, 1)], END, {Y27: (700, 700, None)}),
    ("one row reported, one not", {}, [cohort(APR, 2, 1), cohort(SEP, 1)], END, {Y27: (3_100, 1_900, 1_200)}),
    ("half a place", CHAIN, [cohort(SEP, 2.5)], END, {Y27: (52_500, 52_500, None)}),
    ("blank unit saving", {"unit_amount": None}, [cohort(SEP, 1, 1)], END, {Y27: (None, None, None)}),
    ("unit saving 0", {"unit_amount": 0}, [cohort(SEP, 1, 1)], END, {Y27: (0, 0, 0)}),
    ("share of contract", {"method": "Share of contract", "annual_value": 240_000, "share": 0.05}, [cohort(SEP, 1, 1)], END,
     {Y27: (7_000, 7_000, 7_000), Y28: (12_000, 12_000, 0)}),
    ("a negative chain", {**CHAIN, "chain": "RP > SPECIAL"}, [cohort(SEP, 2, 1)], END,
     {Y27: (-10_500, -5_250, -5_250), Y28: (-18_000, -9_000, 0)}),
    ("Cost, entered positive", {"type": "Cost"}, [cohort(SEP, 2, 1)], END, {Y27: (1_400, 700, 700)}),
    ("rounded once, up", {"unit_amount": 0.06}, [cohort(date(2028, 3, 1), 1)], END, {Y27: (0.01, 0.01, None)}),  # half a penny
    ("rounded after adding", {"unit_amount": 1_000}, [cohort(SEP, 1), cohort(OCT, 1), cohort(OCT, 1)], END,
     {Y27: (1_583.33, 1_583.33, None)}),  # 19/12 of 1,000; in parts 583.33 + 500 + 500
    ("rounded after adding twelfths", {"unit_amount": 1_000}, [cohort(date(2028, 3, 1), 1)] * 2, END,
     {Y27: (166.67, 166.67, None)}),  # not 2 × 83.33
    # Until is the last live day
    ("until 31 Aug", {}, [cohort(APR, 1, until=date(2027, 8, 31))], END, {Y27: (500, 500, None), Y28: (0, 0, None)}),
    ("until 30 Aug", {}, [cohort(APR, 1, until=date(2027, 8, 30))], END, {Y27: (400, 400, None)}),
    ("until mid-month", {}, [cohort(APR, 1, until=date(2027, 8, 15))], END, {Y27: (400, 400, None)}),
    ("until 1 Sep", {}, [cohort(APR, 1, until=SEP)], END, {Y27: (500, 500, None)}),
    ("until 31 Aug of the next year", {}, [cohort(SEP, 1, until=date(2028, 8, 31))], END,
     {Y27: (700, 700, None), Y28: (500, 500, None), Y29: (0, 0, None)}),
    ("until 31 Mar", {}, [cohort(SEP, 1, until=END)], END, {Y27: (700, 700, None), Y28: (0, 0, None)}),
    ("until 28 Feb of a leap year", {}, [cohort(JAN, 1, until=date(2028, 2, 28))], END, {Y27: (100, 100, None)}),
    ("until 29 Feb", {}, [cohort(JAN, 1, until=date(2028, 2, 29))], END, {Y27: (200, 200, None)}),
    ("within one month", {}, [cohort(date(2027, 9, 2), 1, until=date(2027, 9, 29))], END, {Y27: (0, 0, None)}),
    ("one month from its middle", {}, [cohort(date(2027, 9, 20), 1, until=date(2027, 9, 30))], END, {Y27: (100, 100, None)}),
    ("until before from", {}, [cohort(SEP, 1, until=date(2027, 6, 30))], END, {Y27: (0, 0, None)}),
    ("opened after until", {}, [cohort(SEP, 1, 1, JAN, until=date(2027, 12, 31))], END, {Y27: (400, 0, 0)}),
    ("until holds for actuals", {}, [cohort(APR, 2, 1, OCT, until=date(2027, 12, 31))], END, {Y27: (1_800, 300, 300)}),
    # cohorts
    ("overlapping", {}, [cohort(APR, 2, until=date(2027, 8, 31)), cohort(JUL, 3)], END,  # 5 × 200 + 9 × 300
     {Y27: (3_700, 3_700, None), Y28: (3_600, 3_600, None)}),
    ("one after the other", {}, [cohort(APR, 2, until=date(2027, 8, 31)), cohort(SEP, 3)], END, {Y27: (3_100, 3_100, None)}),
    ("three at once", {}, [cohort(SEP, 1)] * 3, END, {Y27: (2_100, 2_100, None)}),
    # realised: whole months gone by as at
    ("as at mid-month", {}, [cohort(SEP, 1, 1)], date(2027, 10, 15), {Y27: (700, 700, 100), Y28: (1_200, 1_200, 0)}),
    ("as at the month's last day", {}, [cohort(SEP, 1, 1)], date(2027, 10, 31), {Y27: (700, 700, 200)}),
    ("as at the day before", {}, [cohort(SEP, 1, 1)], date(2027, 10, 30), {Y27: (700, 700, 100)}),
    ("as at 28 Feb of a leap year", {}, [cohort(JAN, 1, 1)], date(2028, 2, 28), {Y27: (300, 300, 100)}),
    ("as at 29 Feb", {}, [cohort(JAN, 1, 1)], date(2028, 2, 29), {Y27: (300, 300, 200)}),
    ("as at before it opened", {}, [cohort(JAN, 1, 1)], HALF, {Y27: (300, 300, 0)}),
    ("as at a later year", {}, [cohort(SEP, 1, 1)], date(2028, 5, 31), {Y27: (700, 700, 700), Y28: (1_200, 1_200, 200)}),
    # one-off
    ("one-off counts once", ONE_OFF, [cohort(SEP, 2, 1)], END, {Y26: (0, 0, 0), Y27: (10_000, 5_000, 5_000), Y28: (0, 0, 0)}),
    ("one-off on the last day of a year", ONE_OFF, [cohort(END, 1)], END, {Y27: (5_000, 5_000, None), Y28: (0, 0, None)}),
    ("one-off, its month not over", ONE_OFF, [cohort(SEP, 1, 1)], date(2027, 9, 29), {Y27: (5_000, 5_000, 0)}),
    ("one-off, its month over", ONE_OFF, [cohort(SEP, 1, 1)], HALF, {Y27: (5_000, 5_000, 5_000)}),
    ("one-off, a year late", ONE_OFF, [cohort(SEP, 1, 1, date(2028, 5, 9))], date(2028, 5, 31),
     {Y27: (5_000, 0, 0), Y28: (0, 5_000, 5_000)}),
    ("one-off whatever its Until", ONE_OFF, [cohort(SEP, 1, until=date(2027, 9, 10))], END, {Y27: (5_000, 5_000, None)}),
    ("one-off in two parts", ONE_OFF, [cohort(SEP, 1), cohort(date(2028, 4, 1), 3)], END,
     {Y27: (5_000, 5_000, None), Y28: (15_000, 15_000, None)}),
    # withdrawn: forecast is 0 from that day, and what is realised ends there too
    ("withdrawn on the first of a month", {"withdrawn_on": DEC}, [cohort(SEP, 2, 1)], END,
     {Y27: (1_400, 300, 300), Y28: (2_400, 0, 0)}),
    ("withdrawn mid-month", {"withdrawn_on": date(2027, 12, 15)}, [cohort(SEP, 2, 1)], END, {Y27: (1_400, 300, 300)}),
    ("withdrawn on the last of a month", {"withdrawn_on": date(2027, 11, 30)}, [cohort(SEP, 2, 1)], END,
     {Y27: (1_400, 200, 200)}),
    ("withdrawn, not reported", {"withdrawn_on": DEC}, [cohort(SEP, 2)], END,
     {Y27: (1_400, 600, None), Y28: (2_400, 0, None)}),
    ("withdrawn before the start", {"withdrawn_on": JUL}, [cohort(SEP, 2)], END, {Y27: (1_400, 0, None), Y28: (2_400, 0, None)}),
    ("withdrawn before the start, yet reported", {"withdrawn_on": JUL}, [cohort(SEP, 2, 1)], END, {Y27: (1_400, 0, 0)}),
    ("withdrawn on the day of the start", {"withdrawn_on": SEP}, [cohort(SEP, 2, 1)], END, {Y27: (1_400, 0, 0)}),
    ("to be withdrawn", {"withdrawn_on": date(2028, 10, 1)}, [cohort(SEP, 2)], END,
     {Y27: (1_400, 1_400, None), Y28: (2_400, 1_200, None)}),
    ("withdrawn, until earlier", {"withdrawn_on": date(2028, 2, 1)}, [cohort(SEP, 2, until=date(2027, 12, 31))], END,
     {Y27: (800, 800, None)}),
    ("one-off withdrawn after its day", {**ONE_OFF, "withdrawn_on": JAN}, [cohort(SEP, 1, 1)], END, {Y27: (5_000, 5_000, 5_000)}),
    ("one-off withdrawn on its day", {**ONE_OFF, "withdrawn_on": SEP}, [cohort(SEP, 1, 1)], END, {Y27: (5_000, 0, 0)}),
    ("one-off withdrawn before its day", {**ONE_OFF, "withdrawn_on": JUL}, [cohort(SEP, 1)], END, {Y27: (5_000, 0, None)}),
    ("withdrawn and not quantified", {"unit_amount": None, "withdrawn_on": JUL}, [cohort(SEP, 1)], END,
     {Y27: (None, None, None)}),
]  # fmt: skip


@pytest.mark.parametrize(("row", "cohorts", "as_at", "wanted"), [c[1:] for c in YEARLY], ids=[c[0] for c in YEARLY])
def test_year(row: Given, cohorts: list[Given], as_at: date, wanted: dict[str, Wanted]) -> None:
    line = solve(row, *cohorts, as_at=as_at)
    assert in_years(line, list(wanted)) == {y: YearFigures(None, *figures) for y, figures in wanted.items()}


# What was counted, at £36,000 a place and year, that is £3,000 a month; 99 are planned: forecast and realised by 31 Mar 2028.
D31, J10 = date(2027, 12, 31), date(2028, 1, 10)
COUNTED: list[tuple[str, Given, date | None, list[tuple[float, date]], dict[str, tuple[float, float]]]] = [
    ("worked: 2, then 5", CHAIN, None, [(2, HALF), (5, D31)],  # 2 × 7/12 + 3 × 4/12
     {Y26: (0, 0), Y27: (78_000, 78_000), Y28: (180_000, 0), Y29: (180_000, 0)}),
    ("a fall", CHAIN, None, [(6, HALF), (4, J10)], {Y27: (108_000, 108_000), Y28: (144_000, 0)}),  # 6 × 4/12 + 4 × 3/12
    ("down to none", CHAIN, None, [(6, HALF), (0, J10)], {Y27: (72_000, 72_000), Y28: (0, 0)}),  # 6 × 4/12
    ("several in a month", CHAIN, None, [(2, date(2027, 9, 5)), (6, date(2027, 9, 25)), (5, HALF)], {Y27: (105_000, 105_000)}),
    ("the last holds to Until", CHAIN, date(2028, 1, 31), [(2, HALF), (5, D31)], {Y27: (48_000, 48_000), Y28: (0, 0)}),
    ("none", CHAIN, None, [(0, HALF)], {Y27: (0, 0), Y28: (0, 0)}),
    ("one-off: each cohort once", ONE_OFF, None, [(2, HALF), (5, date(2028, 4, 3))], {Y27: (10_000, 10_000), Y28: (15_000, 0)}),
]  # fmt: skip


@pytest.mark.parametrize(("row", "until", "counts", "wanted"), [c[1:] for c in COUNTED], ids=[c[0] for c in COUNTED])
def test_counted(row: Given, until: date | None, counts: list[tuple[float, date]],
                 wanted: dict[str, tuple[float, float]]) -> None:
    line = solve(row, counted(cohort(SEP, 99, until=until), *counts, since=SEP))
    assert {y: (f.forecast, f.realised) for y, f in in_years(line, list(wanted)).items()} == wanted


@pytest.mark.parametrize(("day", "realised"), [
    (HALF, 6_000), (date(2027, 11, 30), 18_000), (date(2027, 12, 30), 18_000), (D31, 33_000), (END, 78_000)])
def test_what_is_realised_grows_with_the_months_gone(day: date, realised: float) -> None:
    line = solve(CHAIN, counted(cohort(SEP, 6), (2, HALF), (5, D31), since=SEP), as_at=day)
    assert (year_figures(line, Y27).realised, year_figures(line, Y27).forecast) == (realised, 78_000)


# What was approved: six units at £600 from 1 Sep 2027, so £300 a month, unless the case says otherwise.
AT_600: Given = {"approved_unit_saving": 600, "approved_past_pool": 0}
SIX = approved(cohort(SEP, 6), 6, SEP)
APPROVED: list[tuple[str, Given, list[Given], dict[str, tuple[float | None, float | None]]]] = [  # approved, planned
    ("the price of then", AT_600, [SIX], {Y26: (0, 0), Y27: (2_100, 4_200), Y28: (3_600, 7_200)}),
    ("the quantity of then", AT_600, [{**SIX, "planned_quantity": 4}], {Y27: (2_100, 2_800)}),
    ("the day of then", AT_600, [{**SIX, "from": JAN}], {Y27: (2_100, 1_800)}),
    ("the end of then", AT_600, [approved(cohort(SEP, 6), 6, SEP, D31)], {Y27: (1_200, 4_200), Y28: (0, 7_200)}),
    ("ends now, and did not then", AT_600, [{**SIX, "until": D31}], {Y27: (2_100, 2_400), Y28: (3_600, 0)}),
    ("a row that came later", AT_600, [SIX, cohort(OCT, 1)], {Y27: (2_100, 4_800)}),
    ("nothing approved of any row", AT_600, [cohort(SEP, 6)], {Y27: (None, 4_200)}),
    ("not quantified then", {}, [SIX], {Y27: (None, 4_200)}),
    ("not quantified now", {**AT_600, "unit_amount": None}, [SIX], {Y27: (2_100, None)}),
    ("at 0", {**AT_600, "approved_unit_saving": 0}, [SIX], {Y27: (0, 4_200)}),
    ("none of it", AT_600, [approved(cohort(SEP, 6), 0, SEP)], {Y27: (0, 4_200)}),
    ("withdrawn since", {**AT_600, "withdrawn_on": OCT}, [SIX], {Y27: (2_100, 4_200)}),
    ("one-off", {**ONE_OFF, "approved_unit_saving": 4_000}, [approved(cohort(SEP, 1), 1, SEP)],
     {Y27: (4_000, 5_000), Y28: (0, 0)}),
    ("rounded away from 0", {**AT_600, "approved_unit_saving": -0.06}, [approved(cohort(JAN, 1), 1, date(2028, 3, 1))],
     {Y27: (-0.01, 300)}),
]  # fmt: skip


@pytest.mark.parametrize(("row", "cohorts", "wanted"), [c[1:] for c in APPROVED], ids=[c[0] for c in APPROVED])
def test_approved(row: Given, cohorts: list[Given], wanted: dict[str, tuple[float | None, float | None]]) -> None:
    assert {y: (f.approved, f.planned) for y, f in in_years(solve(row, *cohorts), list(wanted)).items()} == wanted


# --- to date, of the as-at year, and of a full year

LATE = [cohort(SEP, 6, 6, JAN)]  # the worked case
TO_DATE: list[tuple[str, Given, list[Given], date, float | None, float | None]] = [
    ("late opening, at the year's end", CHAIN, LATE, END, 126_000, 54_000),
    ("late opening, before it opened", CHAIN, LATE, date(2027, 12, 31), 72_000, 0),
    ("late opening, a quarter into the next year", CHAIN, LATE, date(2028, 6, 30), 180_000, 108_000),
    ("runs from the start, over years", {}, [cohort(SEP, 1, 1)], date(2029, 6, 30), 2_200, 2_200),  # 700 + 1,200 + 300
    ("mid-month", {}, [cohort(SEP, 2, 1)], date(2027, 10, 15), 200, 100),
    ("before its first month is over", {}, [cohort(SEP, 1, 1)], date(2027, 9, 29), 0, 0),
    ("before it starts", {}, [cohort(SEP, 1)], date(2027, 6, 30), 0, None),
    ("a start in mid-month", {}, [cohort(date(2027, 9, 15), 1, 1)], HALF, 100, 100),
    ("ended long ago", {}, [cohort(APR, 1, 1, until=date(2027, 8, 31))], date(2029, 3, 31), 500, 500),
    ("one-off, its month not over", ONE_OFF, [cohort(SEP, 1, 1)], date(2027, 9, 29), 0, 0),
    ("one-off, its month over", ONE_OFF, [cohort(SEP, 1, 1)], HALF, 5_000, 5_000),
    ("one-off, years later", ONE_OFF, [cohort(SEP, 1, 1)], date(2029, 12, 31), 5_000, 5_000),
    ("one-off, next year", ONE_OFF, [cohort(date(2028, 4, 1), 1)], END, 0, None),
    ("not reported", {}, [cohort(APR, 1)], END, 1_200, None),
    ("not planned", {}, [cohort(APR, None, 1)], END, None, 1_200),
    ("not quantified", {"unit_amount": None}, [cohort(APR, 1, 1)], END, None, None),
    ("planned at the current cost", AT_600, [approved(cohort(APR, 1, 1), 1, APR)], END, 1_200, 1_200),
    ("the plan of a line withdrawn stands", {"withdrawn_on": DEC}, [cohort(SEP, 1, 1)], END, 700, 300),
    ("Cost", {"type": "Cost"}, [cohort(APR, 2, 1)], END, 2_400, 1_200),
]  # fmt: skip


@pytest.mark.parametrize(("row", "cohorts", "as_at", "planned", "realised"), [c[1:] for c in TO_DATE],
                         ids=[c[0] for c in TO_DATE])  # fmt: skip
def test_to_date(row: Given, cohorts: list[Given], as_at: date, planned: float | None, realised: float | None) -> None:
    found = whole(row, *cohorts, as_at=as_at)
    assert (found.planned_to_date, found.realised_to_date) == (planned, realised)


@pytest.mark.parametrize(("as_at", "wanted"), [(date(2027, 9, 29), 0), (HALF, 300), (END, 2_100), (date(2028, 9, 15), 3_600)])
def test_approved_to_date(as_at: date, wanted: float) -> None:
    assert whole(AT_600, {**SIX, "planned_quantity": 1, "from": APR}, as_at=as_at).approved_to_date == wanted
    assert whole({}, cohort(SEP, 6), as_at=as_at).approved_to_date is None


# forecast, variance, weighted: of the financial year of the as-at day
AS_AT_YEAR: list[tuple[str, Given, list[Given], date, Wanted]] = [
    ("late opening", {**CHAIN, "confidence": 0.5}, LATE, END, (54_000, -72_000, 27_000)),
    ("late opening, the year after", {**CHAIN, "confidence": 0.5}, LATE, date(2028, 4, 1), (216_000, 0, 108_000)),
    ("the year before", {**CHAIN, "confidence": 0.5}, LATE, date(2027, 3, 31), (0, 0, 0)),
    ("no confidence", {}, [cohort(SEP, 1)], HALF, (700, 0, None)),
    ("confidence 0", {"confidence": 0}, [cohort(SEP, 1)], HALF, (700, 0, 0)),
    ("the whole year, however much has gone", {"confidence": 1}, [cohort(APR, 1, 1)], date(2027, 4, 1), (1_200, 0, 1_200)),
    ("more than planned", {}, [cohort(SEP, 1, 2)], END, (1_400, 700, None)),
    ("against what was approved", {**CHAIN, "approved_unit_saving": 30_000}, [approved(cohort(SEP, 1), 1, SEP)], END,
     (21_000, 3_500, None)),
    ("put off since it was approved", AT_600, [{**SIX, "from": JAN}], END, (1_800, -300, None)),
    ("more than approved", AT_600, [approved(cohort(SEP, 6, 8), 6, SEP)], END, (5_600, 3_500, None)),
    ("approved at 0", {**AT_600, "approved_unit_saving": 0}, [SIX], END, (4_200, 4_200, None)),
    ("a price without rows: against the plan", AT_600, [cohort(SEP, 6, 5)], END, (3_500, -700, None)),
    ("a negative chain costs less than planned", {**CHAIN, "chain": "RP > SPECIAL"}, [cohort(SEP, 2, 1)], END,
     (-5_250, 5_250, None)),
    ("a Cost has the same sign", {"type": "Cost"}, [cohort(SEP, 1, 2)], END, (1_400, 700, None)),
    ("withdrawn", {"confidence": 0.8, "withdrawn_on": SEP}, [cohort(APR, 1)], END, (500, -700, 400)),
    ("not planned", {"confidence": 0.5}, [cohort(APR, None, 1)], END, (1_200, None, 600)),
    ("not quantified", {"unit_amount": None, "confidence": 0.5}, [cohort(APR, 1)], END, (None, None, None)),
    ("no quantity", {"confidence": 0.5}, [cohort(APR)], END, (None, None, None)),
    ("weighted, rounded", {"unit_amount": 0.03, "confidence": 0.5}, [cohort(APR, 1)], END, (0.03, 0, 0.02)),
    ("one-off of last year", {**ONE_OFF, "confidence": 1}, [cohort(SEP, 1)], date(2028, 4, 1), (0, 0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("row", "cohorts", "as_at", "wanted"), [c[1:] for c in AS_AT_YEAR], ids=[c[0] for c in AS_AT_YEAR])
def test_as_at_year(row: Given, cohorts: list[Given], as_at: date, wanted: Wanted) -> None:
    found = whole(row, *cohorts, as_at=as_at)
    assert (found.forecast, found.variance, found.weighted) == wanted


FULL_YEAR: list[tuple[str, Given, list[Given], float | None]] = [
    ("one cohort", {}, [cohort(SEP, 2)], 2_400),
    ("every row live, though they never meet", {}, [cohort(APR, 2, until=date(2027, 8, 31)), cohort(date(2029, 9, 1), 3)], 6_000),
    ("planned, not actual", {}, [cohort(SEP, 2, 1)], 2_400),
    ("at the current unit saving", AT_600, [approved(cohort(SEP, 2), 6, SEP)], 2_400),
    ("of a line withdrawn too", {"withdrawn_on": APR}, [cohort(SEP, 2)], 2_400),
    ("worked case", CHAIN, LATE, 216_000),
    ("negative", {**CHAIN, "chain": "RP > SPECIAL"}, [cohort(SEP, 2)], -18_000),
    ("none planned", {}, [cohort(SEP, None, 2)], None),
    ("0 planned", {}, [cohort(SEP, 0)], 0),
    ("not quantified", {"unit_amount": None}, [cohort(SEP, 2)], None),
]


@pytest.mark.parametrize(("row", "cohorts", "wanted"), [c[1:] for c in FULL_YEAR], ids=[c[0] for c in FULL_YEAR])
def test_full_year_effect(row: Given, cohorts: list[Given], wanted: float | None) -> None:
    assert whole(row, *cohorts).full_year_effect == wanted


# --- status of a line, in the order of the reference: the first that fits

W, C, NQ, ND, NR = (LineStatus.WITHDRAWN, LineStatus.COST, LineStatus.NOT_QUANTIFIED, LineStatus.NOT_DUE, LineStatus.NOT_REPORTED)
D, ON, AT, OFF = LineStatus.DELIVERED, LineStatus.ON_TRACK, LineStatus.AT_RISK, LineStatus.OFF_TRACK
CONFIRMED: Given = {"finance_confirmed_on": HALF}
# As at 30 Sep 2027: ten units from April were planned to save £6,000 by then, each actual unit has saved £600.
STATUSES: list[tuple[str, Given, list[Given], LineStatus]] = [
    ("withdrawn today", {"withdrawn_on": HALF}, [cohort(APR, 10, 10)], W),
    ("withdrawn before cost", {"withdrawn_on": APR, "type": "Cost"}, [cohort(APR, 10)], W),
    ("withdrawn before not quantified", {"withdrawn_on": APR, "unit_amount": None}, [], W),
    ("withdrawn before delivered", {"withdrawn_on": HALF, **CONFIRMED}, [cohort(APR, 10, 10)], W),
    ("to be withdrawn tomorrow", {"withdrawn_on": OCT}, [cohort(APR, 10, 10)], ON),
    ("cost", {"type": "Cost"}, [cohort(APR, 10, 1)], C),
    ("cost before not quantified", {"type": "Cost", "unit_amount": None}, [], C),
    ("cost before not due", {"type": "Cost"}, [cohort(OCT, 10)], C),
    ("no unit saving", {"unit_amount": None}, [cohort(APR, 10, 10)], NQ),
    ("no unit saving before not due", {"unit_amount": None}, [cohort(OCT, 10)], NQ),
    ("no rows", {}, [], NQ),
    ("no quantity", {}, [cohort(OCT)], NQ),
    ("starts tomorrow", {}, [cohort(OCT, 10)], ND),
    ("starts tomorrow, confirmed", CONFIRMED, [cohort(OCT, 10)], ND),
    ("one-off next month", ONE_OFF, [cohort(OCT, 1)], ND),
    ("nothing planned, nothing there", {}, [cohort(APR, 0, 0)], ND),
    ("planned for later, nothing there yet", {}, [cohort(OCT, 10, 0, APR)], ND),
    ("no actual", {}, [cohort(APR, 10)], NR),
    ("no actual of one of two", {}, [cohort(APR, 10, 10), cohort(SEP, 1)], NR),
    ("no actual on its first day", {}, [cohort(APR, 10, 10), cohort(HALF, 1)], NR),
    ("not reported before delivered", CONFIRMED, [cohort(APR, 10, 20), cohort(SEP, 1)], NR),
    ("not reported before off track", {}, [cohort(APR, 10, 0), cohort(SEP, 1)], NR),
    ("a row that has not started need not report", {}, [cohort(APR, 10, 10), cohort(OCT, 1)], ON),
    ("delivered", CONFIRMED, [cohort(APR, 10, 10)], D),
    ("delivered, and more", CONFIRMED, [cohort(APR, 10, 11)], D),
    ("confirmed, not all rows started", CONFIRMED, [cohort(APR, 10, 10), cohort(OCT, 1)], ON),
    ("confirmed, a little short", CONFIRMED, [cohort(APR, 10, 9.99)], ON),
    ("confirmed, far short", CONFIRMED, [cohort(APR, 10, 1)], OFF),
    ("confirmed one-off", {**ONE_OFF, **CONFIRMED}, [cohort(SEP, 1, 1)], D),
    ("as planned, not confirmed", {}, [cohort(APR, 10, 10)], ON),
    ("exactly 0.95", {}, [cohort(APR, 10, 9.5)], ON),
    ("just below 0.95", {}, [cohort(APR, 10, 9.49)], AT),
    ("exactly 0.75", {}, [cohort(APR, 10, 7.5)], AT),
    ("just below 0.75", {}, [cohort(APR, 10, 7.49)], OFF),
    ("nothing there", {}, [cohort(APR, 10, 0)], OFF),
    ("late: opened in July", {}, [cohort(APR, 10, 10, JUL)], OFF),  # 3,000 of 6,000
    ("late: opened in May", {}, [cohort(APR, 10, 10, date(2027, 5, 1))], AT),  # 5,000 of 6,000
    ("one cohort makes up for another", {}, [cohort(APR, 5, 4), cohort(APR, 5, 6)], ON),
    ("early: nothing planned yet", {}, [cohort(OCT, 10, 10, SEP)], ON),
    ("early and confirmed", CONFIRMED, [cohort(OCT, 10, 10, SEP)], D),
    ("against what was approved", {"approved_unit_saving": 2_400}, [approved(cohort(APR, 10, 10), 10, APR)], OFF),  # of 12,000
    ("approved for fewer", {"approved_unit_saving": 1_200}, [approved(cohort(APR, 10, 5), 5, APR)], ON),
    ("approved for fewer, confirmed", {"approved_unit_saving": 1_200, **CONFIRMED}, [approved(cohort(APR, 10, 5), 5, APR)], D),
    ("planned now, approved for later", {"approved_unit_saving": 1_200}, [approved(cohort(APR, 10), 10, OCT)], ND),
    ("put off, awaited since its approved day", {"approved_unit_saving": 1_200}, [approved(cohort(OCT, 10), 10, APR)], NR),
    ("put off, and nothing there", {"approved_unit_saving": 1_200}, [approved(cohort(OCT, 10, 0), 10, APR)], OFF),
    ("to be confirmed", {"finance_confirmed_on": OCT}, [cohort(APR, 10, 10)], ON),
    ("none any more", {}, [counted(cohort(APR, 10), (10, date(2027, 6, 30)), (0, HALF), since=APR)], AT),  # 5 of 6 months
]  # fmt: skip


@pytest.mark.parametrize(("row", "cohorts", "wanted"), [c[1:] for c in STATUSES], ids=[c[0] for c in STATUSES])
def test_line_status(row: Given, cohorts: list[Given], wanted: LineStatus) -> None:
    assert whole(row, *cohorts, as_at=HALF).status is wanted


def test_not_due_comes_before_not_reported() -> None:
    assert whole({}, cohort(SEP, 10), as_at=date(2027, 9, 29)).status is ND  # started, but no month has gone
    assert whole({}, cohort(SEP, 10), as_at=HALF).status is NR


@pytest.mark.parametrize("row", [cohort(APR, 0), cohort(APR)], ids=["planned 0", "planned blank"])
def test_any_started_row_without_a_count_is_not_reported(row: Given) -> None:
    """The reference: Not reported (a row whose From has come has no count). It makes no exception for rows that plan nothing."""
    assert whole({}, cohort(APR, 10, 10), row, as_at=HALF).status is NR


def test_status_thresholds_are_settings() -> None:
    line = solve({}, cohort(APR, 10, 9.5), as_at=HALF)
    strict, mild = Settings(realised_on_track=0.99, realised_at_risk=0.96), Settings(realised_on_track=0.5)
    assert line_figures(line, HALF, {}, {}, strict).status is OFF
    assert line_figures(line, HALF, {}, {}, mild).status is ON


# --- activities


def of(type: str, status: LineStatus, planned: float | None = 100, realised: float | None = 60,
       forecast: float | None = 250) -> tuple[SavingType, LineFigures]:
    return SavingType(type), LineFigures(
        approved_unit_saving=None, approved_past_pool=None, unit_saving=10, full_year_effect=500, approved_to_date=None,
        planned_to_date=planned, realised_to_date=realised, forecast=forecast, variance=None, weighted=None,
        removed_by_pool=None, status=status)


CASH, AVOID, SOFT, COST = "Cashable", "Cost avoidance", "Non-cashable", "Cost"
ACTIVITIES: list[tuple[str, list[tuple[SavingType, LineFigures]], tuple[float | None, float | None, float | None, str]]] = [
    ("no lines", [], (None, None, None, "Not quantified")),
    ("one line", [of(CASH, ON)], (100, 60, 250, "On track")),
    ("two of one type", [of(SOFT, ON), of(SOFT, AT, 10.1, 0.2, 7)], (110.1, 60.2, 257, "At risk")),
    ("pennies add exactly", [of(CASH, ON, 0.1, 0.1, 0.1), of(CASH, ON, 0.2, 0.2, 0.2)], (0.3, 0.3, 0.3, "On track")),
    ("cost apart", [of(CASH, ON), of(COST, C, 999, 999, 999)], (100, 60, 250, "On track")),
    ("nothing but cost", [of(COST, C)], (None, None, None, "Not quantified")),
    ("mixed", [of(CASH, ON), of(AVOID, ON)], (None, None, None, "Mixed: see Savings")),
    ("mixed, and cost", [of(CASH, OFF), of(SOFT, OFF), of(COST, C)], (None, None, None, "Mixed: see Savings")),
    ("mixed of three", [of(CASH, ON), of(AVOID, ON), of(SOFT, ON)], (None, None, None, "Mixed: see Savings")),
    ("one quantified, one not", [of(CASH, ON), of(CASH, NQ, None, None, None)], (100, 60, 250, "On track")),
    ("one reported, one not", [of(CASH, NR, 100, None, 250), of(CASH, ON)], (200, 60, 500, "Not reported")),
    ("none quantified", [of(CASH, NQ, None, None, None)] * 2, (None, None, None, "Not quantified")),
    ("0 is not blank", [of(CASH, ND, 0, None, 0)], (0, None, 0, "Not due")),
    ("negative", [of(CASH, ON, -5, -5, -5), of(CASH, ON, 2, 2, 2)], (-3, -3, -3, "On track")),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "wanted"), [c[1:] for c in ACTIVITIES], ids=[c[0] for c in ACTIVITIES])
def test_activity(lines: list[tuple[SavingType, LineFigures]],
                  wanted: tuple[float | None, float | None, float | None, str]) -> None:
    planned, realised, forecast, status = wanted
    assert activity_savings(lines) == ActivitySavings(planned, realised, forecast, SavingsStatus(status))


WORST_FIRST = (OFF, AT, NR, ON, ND, D)
SET_ASIDE = (W, NQ)


@pytest.mark.parametrize("place", range(len(WORST_FIRST)), ids=WORST_FIRST)
def test_activity_is_as_its_worst_line(place: int) -> None:
    worst = WORST_FIRST[place]
    for lines in (WORST_FIRST[place:], (*WORST_FIRST[:place:-1], worst), (*SET_ASIDE, worst), (worst, *SET_ASIDE)):
        assert activity_savings([of(CASH, status) for status in lines]).savings_status == worst.value


@pytest.mark.parametrize("lines", [(W,), (NQ,), (W, NQ), (NQ, W, W)])
def test_activity_with_no_line_left_is_not_quantified(lines: Sequence[LineStatus]) -> None:
    assert activity_savings([of(CASH, status) for status in lines]).savings_status is SavingsStatus.NOT_QUANTIFIED


# --- properties

QUANTITIES = st.integers(0, 40).map(lambda quarters: quarters / 4)
DAYS = st.dates(date(2026, 4, 1), date(2030, 3, 31))
ENDS = st.none() | st.dates(date(2026, 4, 1), date(2033, 3, 31))
PLANNED = st.builds(cohort, DAYS, st.none() | QUANTITIES, st.none() | QUANTITIES, st.none() | DAYS, ENDS)
COHORTS = st.lists(PLANNED | st.builds(approved, PLANNED, QUANTITIES, DAYS, ENDS), max_size=4)
LINES = st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(["Unit cost avoided", "One-off", "Placement chain", "Share of contract"]),
        "unit_amount": st.integers(0, 10**8).map(lambda amount: amount / 100),
        "chain": st.sampled_from(["OOC > SPECIAL > RP", "OOC > RP", "RP > OOC"]),
        "annual_value": st.integers(0, 10**6), "share": st.sampled_from([0.05, 1 / 3, 1]),
        "approved_unit_saving": st.none() | st.integers(0, 10**6), "withdrawn_on": st.none() | DAYS,
    },
)  # fmt: skip
HORIZON = years_from("2026-27", 10)
HORIZON_END = date(2036, 3, 31)
HALF_PENNY = 0.005 + 1e-6


def amounts(line: SavingsLine, years: Sequence[str] = HORIZON) -> list[YearFigures]:
    return list(in_years(line, years).values())


@given(LINES, COHORTS)
def test_years_add_up_to_the_whole(row: Given, cohorts: list[Given]) -> None:
    line = solve(row, *cohorts, as_at=HORIZON_END)
    found = line_figures(line, HORIZON_END, {}, {}, SETTINGS)
    for basis, total in (("approved", found.approved_to_date), ("planned", found.planned_to_date),
                         ("realised", found.realised_to_date)):
        known = [amount for year in amounts(line) if (amount := getattr(year, basis)) is not None]
        assert len(known) == (0 if total is None else len(HORIZON))
        assert sum(known) == pytest.approx(total or 0, abs=HALF_PENNY * (len(HORIZON) + 1))


@given(LINES, COHORTS)
def test_what_is_forecast_is_realised_once_all_is_reported_and_gone(row: Given, cohorts: list[Given]) -> None:
    reported = [{"in_place": 0, **given} for given in cohorts]
    assert all(year.forecast == year.realised for year in amounts(solve(row, *reported, as_at=HORIZON_END)))


@given(LINES, COHORTS, st.integers(2, 9), st.dates(date(2026, 4, 1), date(2032, 3, 31)))
def test_quantities_scale_savings(row: Given, cohorts: list[Given], times: int, as_at: date) -> None:
    keys = ("planned_quantity", "in_place", "approved_quantity")
    more = [{**given, **{key: given[key] * times for key in keys if given.get(key) is not None}} for given in cohorts]
    for one, many in zip(amounts(solve(row, *cohorts, as_at=as_at)), amounts(solve(row, *more, as_at=as_at)), strict=True):
        for less, most in zip(one, many, strict=True):
            assert (less is None) == (most is None)
            assert (most or 0) == pytest.approx((less or 0) * times, abs=HALF_PENNY * (times + 1))


@given(LINES, COHORTS, st.dates(date(2026, 4, 1), date(2032, 3, 31)), st.data())
def test_the_order_of_cohorts_changes_nothing(row: Given, cohorts: list[Given], as_at: date, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(cohorts))
    one, other = solve(row, *cohorts, as_at=as_at), solve(row, *shuffled, as_at=as_at)
    assert amounts(one) == amounts(other)
    whole_one, whole_other = (line_figures(each, as_at, in_years(each, HORIZON), {}, SETTINGS) for each in (one, other))
    assert whole_one == whole_other


@given(LINES, COHORTS, DAYS, DAYS)
def test_to_date_never_falls_of_what_saves(row: Given, cohorts: list[Given], one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    row = {**row, "chain": "OOC > RP"}
    first, then = (whole(row, *cohorts, as_at=day) for day in (earlier, later))
    assert (first.planned_to_date or 0) <= (then.planned_to_date or 0)
    assert (first.realised_to_date or 0) <= (then.realised_to_date or 0)
