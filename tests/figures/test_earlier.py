"""A plan as at an earlier day: what was reported for periods that had ended by then, from the logs.

The latest values are those of 2026-27 Q3, October to December 2026; Q2 ended on 30 Sep 2026.
"""

from datetime import date
from decimal import Decimal

import pytest

from sendxl.figures.approved import approvals
from sendxl.figures.assess import assess
from sendxl.figures.counts import Count, counts_by_row, counts_of
from sendxl.figures.earlier import Earlier, as_known_by
from sendxl.plan.batches import counted
from sendxl.plan.master import COUNTS, MEASURES, PLAN, PROFILE, READINGS, STAMPS, UPDATES
from sendxl.plan.rows import Row
from sendxl.plan.settings import Settings
from tests.figures.given import Memory

Q1, Q2, Q3 = "2026-27 Q1", "2026-27 Q2", "2026-27 Q3"
S30, N30 = date(2026, 9, 30), date(2026, 11, 30)
ROWS: list[Row] = [
    Row.of(PLAN, ref="PI-01", activity="Open places", due=date(2027, 3, 31), percent_complete=0.7, lead_status="At risk"),
    Row.of(PLAN, ref="PI-02", percent_complete=0.9),
    Row.of(MEASURES, ref="PI-01.M1", target=20, actual=12),
    Row.of(PROFILE, ref="PI-01.S1.P1", planned_quantity=6, in_place=5, in_place_on=N30, in_place_since=date(2026, 9, 1)),
    Row.of(UPDATES, no=1, batch="a", period=Q1, ref="PI-01", percent_complete=0.2, lead_status="On track"),
    Row.of(UPDATES, no=2, batch="b", period=Q2, ref="pi-01 ", percent_complete=0.3, lead_status="On track"),
    Row.of(UPDATES, no=3, batch="b", period=Q2, ref="PI-01", percent_complete=0.4),
    Row.of(UPDATES, no=4, batch="c", period=Q3, ref="PI-01", percent_complete=0.7, lead_status="At risk"),
    Row.of(UPDATES, no=5, batch="c", period=Q3, ref="PI-02", percent_complete=0.9),
    Row.of(READINGS, no=1, batch="b", period=Q2, ref="PI-01.M1", actual=8),
    Row.of(READINGS, no=2, batch="c", period=Q3, ref="PI-01.M1", actual=12),
    Row.of(COUNTS, no=1, batch="b", period=Q2, ref="PI-01.S1.P1", in_place=2, in_place_on=S30, in_place_since=date(2026, 9, 1)),
    Row.of(COUNTS, no=2, batch="c", period=Q3, ref="PI-01.S1.P1", in_place=5, in_place_on=N30, in_place_since=date(2026, 9, 1)),
]
UNDONE = Row.of(STAMPS, no=9, batch="d", kind="undo", undoes="c")


@pytest.mark.parametrize("day", [date(2026, 10, 1), date(2026, 11, 28), date(2027, 3, 31)])
def test_from_the_period_of_the_latest_values_on_the_sheets_count(day: date) -> None:
    tables = Memory(*ROWS)
    assert as_known_by(tables, day) is tables


def test_without_anything_reported_the_sheets_count() -> None:
    tables = Memory(ROWS[0])
    assert as_known_by(tables, date(2020, 1, 1)) is tables


KNOWN: list[tuple[date, tuple[float | None, ...], list[str]]] = [  # % complete of both, actual, in place; silent
    (S30, (0.4, None, 8, 2), ["PI-02"]),
    (date(2026, 9, 29), (0.2, None, None, None), ["PI-02", "PI-01.M1"]),
    (date(2026, 6, 30), (0.2, None, None, None), ["PI-02", "PI-01.M1"]),
    (date(2026, 6, 29), (None, None, None, None), ["PI-01", "PI-02", "PI-01.M1"]),
]


@pytest.mark.parametrize(("day", "wanted", "silent"), KNOWN)
def test_what_was_reported_for_periods_that_had_ended(day: date, wanted: tuple[float | None, ...], silent: list[str]) -> None:
    plan = as_known_by(Memory(*ROWS), day)
    assert isinstance(plan, Earlier)
    (first, second), (measure,), (row,) = plan.read(PLAN), plan.read(MEASURES), plan.read(PROFILE)
    assert (first.percent_complete, second.percent_complete, measure.actual, row.in_place) == wanted
    assert (first.activity, first.due, measure.target, row.planned_quantity) == ("Open places", date(2027, 3, 31), 20, 6)
    assert plan.silent == silent


def test_the_last_of_a_period_counts_whole() -> None:
    assert as_known_by(Memory(*ROWS), S30).read(PLAN)[0].lead_status is None  # the later update of Q2 says nothing of it


def test_counts_are_those_of_that_time() -> None:
    plan = as_known_by(Memory(*ROWS), S30)
    (row,) = plan.read(PROFILE)
    said = counts_by_row(counted(plan, COUNTS))["pi-01.s1.p1"]
    assert counts_of(row, said) == [Count(S30, Decimal(2))]
    (approved,) = approvals([], [row], {}, {}, None).profile  # as the figures read it
    assert (approved.in_place, approved.in_place_since, approved.planned_quantity) == (2, date(2026, 9, 1), 6)


def test_what_was_taken_back_is_not_the_latest_and_does_not_count() -> None:
    tables = Memory(*ROWS, UNDONE)
    assert as_known_by(tables, S30) is tables  # the latest values that count are those of Q2
    assert as_known_by(tables, date(2026, 6, 30)).read(PLAN)[0].percent_complete == 0.2


@pytest.mark.parametrize(("rows", "reported", "told"), [
    (2, ["A-01"], "Of A-02 nothing had been reported"), (2, [], "Nothing had been reported"),
    (30, ["A-01"], "A-20, A-21 and 9 more nothing had been reported")])
def test_what_was_not_reported_is_told_in_few_words(rows: int, reported: list[str], told: str) -> None:
    tables = Memory(
        *(Row.of(PLAN, ref=f"A-{n:02}", percent_complete=0.5) for n in range(1, rows + 1)),
        *(Row.of(UPDATES, no=1, ref=ref, period="2026-27 Q1") for ref in reported),
        Row.of(UPDATES, no=2, ref="A-01", period="2026-27 Q3"))
    [note] = assess(tables, Settings(), date(2026, 9, 30), date(2027, 1, 10)).notes
    assert told in note and note.endswith("ended by 30 Sep 2026: no more is known of that day.")
