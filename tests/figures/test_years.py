"""Years as they close, stay, are restated and are opened again; a line of £42,000 in 2026-27 in most cases.

The line has one unit from 1 Sep 2026, planned and counted, at £72,000 a year: 7/12 of it in 2026-27.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from sendxl.figures.kept import Kept
from sendxl.figures.savings import SavingsLine, line_figures
from sendxl.figures.years import LineYears, YearRow, line_years
from sendxl.plan.master import YEARS, SavingYear
from sendxl.plan.rows import Row
from sendxl.plan.settings import Settings
from sendxl.plan.vocabulary import StampKind
from tests.figures.given import Line, approved, cohort, counted, recorded, solve, unit

SEP, MAR, TODAY, LATER = date(2026, 9, 1), date(2027, 3, 31), date(2027, 4, 20), date(2027, 10, 15)
Y26, Y27 = WINDOW = ["2026-27", "2027-28"]
ONE = counted(approved(cohort(SEP, 1), 1, SEP), (1, date(2026, 9, 30)), since=SEP)
TERMS: dict[str, Any] = {"amount": 72_000, "approved_unit_saving": 72_000, "approved_past_pool": 0}
NEVER = date.min  # Closed through is blank


def a(**changed: Any) -> Line:
    return unit("A", changed.pop("profile", ONE), **{**TERMS, **changed})


def refresh(lines: Sequence[Line], cells: Kept, through: date, closing: date | None, day: date = TODAY,
            rows: Sequence[SavingYear] = ()) -> LineYears:
    def lines_as_at(day: date) -> list[SavingsLine]:
        return list(solve(lines, day=day).values())

    return line_years(lines_as_at(day), rows, WINDOW, cells, through, closing, lines_as_at)


def money(row: YearRow) -> tuple[object, ...]:
    return row.approved, row.planned, row.forecast, row.realised, row.closed_on, row.restated


OPEN = refresh([a()], {}, NEVER, TODAY)
CLOSED = refresh([a()], {}, MAR, TODAY)
CELLS = recorded(CLOSED.keepings)
LEFT = (42_000, 42_000, 42_000, 42_000, TODAY)


def test_open_years() -> None:
    assert {key: money(row) for key, row in OPEN.rows.items()} == {
        f"A.{Y26}": (42_000, 42_000, 42_000, 42_000, None, None), f"A.{Y27}": (72_000, 72_000, 72_000, 0, None, None)}
    assert OPEN.new == [f"A.{Y26}", f"A.{Y27}"] and OPEN.window == WINDOW and not OPEN.keepings and not OPEN.closed["A"]


def test_a_year_that_closes_is_kept_with_its_type_and_fund() -> None:
    assert money(CLOSED.rows[f"A.{Y26}"]) == (*LEFT, 0)
    assert money(CLOSED.rows[f"A.{Y27}"]) == (72_000, 72_000, 72_000, 0, None, None)
    assert {(to.kind, to.table, to.ref) for to in CLOSED.keepings} == {(StampKind.CLOSE, YEARS, f"A.{Y26}")}
    assert {to.column.header: to.new for to in CLOSED.keepings} == {
        "Closed on": TODAY, "Type": "Cashable", "Fund": "High needs block", "Approved": 42_000, "Planned": 42_000,
        "Forecast": 42_000, "Realised": 42_000}  # fmt: skip


def test_a_year_that_is_not_over_is_not_closed_yet() -> None:
    early = refresh([a()], {}, MAR, date(2027, 3, 30), date(2027, 3, 30))
    assert early.keepings == [] and early.rows[f"A.{Y26}"].closed_on is None


def test_it_closes_as_at_its_last_day_with_forecast_as_realised() -> None:
    short = a(profile=counted(cohort(SEP, 2), (1, date(2026, 9, 30)), (0, date(2027, 5, 3)), since=SEP))
    assert money(refresh([short], {}, MAR, LATER, LATER).rows[f"A.{Y26}"])[1:4] == (84_000, 42_000, 42_000)
    unreported = refresh([a(profile=cohort(SEP, 1))], {}, MAR, TODAY).rows[f"A.{Y26}"]
    assert money(unreported) == (None, 42_000, None, None, TODAY, None)


@pytest.mark.parametrize(
    ("through", "closing"), [(NEVER, TODAY), (date(2026, 12, 31), TODAY), (date(2027, 2, 28), TODAY), (MAR, None)],
    ids=["blank", "Q3", "February", "looked at by an earlier day"])
def test_it_stays_open(through: date, closing: date | None) -> None:
    found = refresh([a()], {}, through, closing)
    assert found.rows == OPEN.rows and not found.keepings


# --- closed: whatever is edited, the year stays; Restated is what today's rows and costs give beyond it

EDITS: list[tuple[str, Line, float]] = [
    ("nothing", a(), 0),
    ("price", a(amount=60_000), -7_000),  # 60,000 × 7/12 = 35,000
    ("planned quantity", a(profile={**ONE, "planned_quantity": 5}), 0),
    ("approved quantity", a(profile={**ONE, "approved_quantity": 5}), 0),
    ("a count corrected", a(profile={**ONE, "in_place": 2, "in_place_on": date(2026, 9, 30)}), 42_000),
    ("since when", a(profile={**ONE, "in_place_since": date(2026, 8, 1)}), 6_000),
    ("withdrawn in the year", a(withdrawn_on=date(2026, 12, 1)), -24_000),  # 4 of 7 months
    ("type and fund", a(type="Cost avoidance", fund="Schools"), 0),
    ("no amount any more", a(amount=None), -42_000),
]


@pytest.mark.parametrize(("line", "restated"), [c[1:] for c in EDITS], ids=[c[0] for c in EDITS])
@pytest.mark.parametrize("closing", [LATER, None], ids=["refreshed", "looked at"])
def test_a_closed_year_stays(line: Line, restated: float, closing: date | None) -> None:
    found = refresh([line], CELLS, MAR, closing, LATER)
    row = found.rows[f"A.{Y26}"]
    assert money(row) == (*LEFT, restated)
    assert (row.savings_ref, row.year, row.type, row.fund) == ("A", Y26, "Cashable", "High needs block")
    assert not found.keepings


def test_typed_cells_of_years_are_put_right() -> None:
    typed = Row.of(YEARS, ref=f"A.{Y26}", savings_ref="B", year=Y27, type="Cost", realised=1, closed_on=None)
    found = refresh([a()], CELLS, MAR, LATER, rows=[typed])
    assert money(found.rows[f"A.{Y26}"]) == (*LEFT, 0) and found.rows[f"A.{Y26}"].type == "Cashable"
    assert found.new == [f"A.{Y27}"]


def test_a_line_that_appears_later_is_restated_whole() -> None:
    found = refresh([a(), unit("B", ONE, amount=12_000)], CELLS, MAR, LATER, LATER)
    assert money(found.rows[f"A.{Y26}"]) == (*LEFT, 0)
    assert money(found.rows[f"B.{Y26}"]) == (None, None, None, None, LATER, 7_000)
    again = refresh([a(), unit("B", ONE, amount=12_000)], recorded(found.keepings, CELLS), MAR, date(2027, 11, 1), LATER)
    assert money(again.rows[f"B.{Y26}"]) == (None, None, None, None, LATER, 7_000) and not again.keepings


def test_a_line_that_is_gone_keeps_its_closed_year() -> None:
    found = refresh([], CELLS, MAR, LATER, rows=[Row.of(YEARS, ref=f"A.{year}") for year in WINDOW])
    assert money(found.rows[f"A.{Y26}"]) == (*LEFT, -42_000)
    assert money(found.rows[f"A.{Y27}"]) == (None,) * 6


def test_a_year_beyond_the_window_stays_and_closes_too() -> None:
    found = refresh([a()], {}, MAR, TODAY, rows=[Row.of(YEARS, ref="A.2025-26")])
    assert found.window == ["2025-26", *WINDOW]
    assert money(found.rows["A.2025-26"]) == (0, 0, 0, 0, TODAY, 0)


# --- opened again


def test_closed_through_set_back_opens_it_again() -> None:
    found = refresh([a(amount=60_000)], CELLS, NEVER, LATER, LATER)
    assert money(found.rows[f"A.{Y26}"]) == (42_000, 35_000, 35_000, 35_000, None, None)
    assert {(to.kind, to.ref, to.new) for to in found.keepings} == {(StampKind.CLOSE, f"A.{Y26}", None)}
    assert {to.column.header: to.old for to in found.keepings}["Realised"] == 42_000
    cells = recorded(found.keepings, CELLS)
    assert not cells
    closed = refresh([a(amount=60_000)], cells, MAR, LATER, LATER)
    assert money(closed.rows[f"A.{Y26}"]) == (42_000, 35_000, 35_000, 35_000, LATER, 0)


def test_only_a_refresh_opens_it_again() -> None:
    assert money(refresh([a()], CELLS, NEVER, None).rows[f"A.{Y26}"]) == (*LEFT, 0)


# --- to date: the kept figures of closed years and the open years; Forecast and Variance of a closed year as kept


@pytest.mark.parametrize(("as_at", "to_date"), [
    (MAR, 42_000), (date(2027, 4, 30), 42_000 + 5_000), (LATER, 42_000 + 30_000)])
def test_to_date_adds_what_was_kept_and_the_open_years(as_at: date, to_date: float) -> None:
    line = a(amount=60_000)  # £72,000 when it closed; £5,000 a month now
    years = refresh([line], CELLS, MAR, None, as_at)
    (found,) = solve([line], day=as_at).values()
    figures = line_figures(found, as_at, years.of_line["A"], years.closed["A"], Settings())
    assert (figures.planned_to_date, figures.realised_to_date) == (to_date, to_date)
    assert (figures.forecast, figures.variance) == ((42_000, 0) if as_at == MAR else (60_000, -12_000))


def test_what_is_restated_is_not_added_in() -> None:
    lines = [unit("B", ONE, amount=12_000)]
    years = refresh(lines, CELLS, MAR, None, LATER)
    (found,) = solve(lines, day=LATER).values()
    assert line_figures(found, LATER, years.of_line["B"], years.closed["B"], Settings()).realised_to_date == 6_000  # April on
