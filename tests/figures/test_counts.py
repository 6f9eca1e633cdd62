"""What was counted, read as cohorts, against cohorts worked out by hand and against counting month by month."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.figures.counts import FOR_EVER, Cohort, Count, cohorts_of, counts_by_row, counts_of
from sendxl.plan.master import COUNTS, PROFILE
from sendxl.plan.periods import month_of
from sendxl.plan.rows import Row

AUG, SEP, OCT, NOV, DEC = (date(2027, month, 1) for month in range(8, 13))
S5, S20, S30, O31, D31 = date(2027, 9, 5), date(2027, 9, 20), date(2027, 9, 30), date(2027, 10, 31), date(2027, 12, 31)
J10, J31 = date(2028, 1, 10), date(2028, 1, 31)
Said = tuple[float, date]  # so many, on a day
Live = tuple[date, date | None, float]  # since a day, the first of its last month (None: for ever), so many


def counts(*said: Said) -> list[Count]:
    return [Count(on, Decimal(str(quantity))) for quantity, on in said]


COHORTS: list[tuple[str, list[Said], date | None, list[Live]]] = [
    ("nothing was counted", [], SEP, []),
    ("one count", [(2, S30)], SEP, [(SEP, None, 2)]),
    ("one count, in place for long", [(2, S30)], AUG, [(AUG, None, 2)]),
    ("one count, no day since when", [(2, S30)], None, [(S30, None, 2)]),
    ("worked: 2, then 5", [(2, S30), (5, D31)], SEP, [(SEP, None, 2), (D31, None, 3)]),
    ("the same again", [(2, S30), (2, D31)], SEP, [(SEP, None, 2)]),
    ("a fall ends with the month before", [(6, S30), (4, J10)], SEP, [(SEP, None, 4), (SEP, DEC, 2)]),
    ("last in, first out", [(2, S30), (5, O31), (3, J10)], SEP, [(SEP, None, 2), (O31, None, 1), (O31, DEC, 2)]),
    ("a fall through two cohorts", [(2, S30), (5, O31), (1, J10)], SEP, [(SEP, None, 1), (SEP, DEC, 1), (O31, DEC, 3)]),
    ("a rise after a fall begins anew", [(4, S30), (1, D31), (4, J31)], SEP, [(SEP, None, 1), (SEP, NOV, 3), (J31, None, 3)]),
    ("down to none, and back", [(4, S30), (0, D31), (4, J31)], SEP, [(SEP, NOV, 4), (J31, None, 4)]),
    ("two rises in a month", [(2, S5), (5, S30)], SEP, [(SEP, None, 2), (S30, None, 3)]),
    ("halves", [(2.5, S30), (4, D31)], SEP, [(SEP, None, 2.5), (D31, None, 1.5)]),
    ("none at first, then since a day after that", [(0, S30), (3, D31)], NOV, [(NOV, None, 3)]),
    ("none at first, since no later day", [(0, S30), (3, D31)], AUG, [(D31, None, 3)]),
    ("none at all", [(0, S30), (0, D31)], SEP, []),
]  # fmt: skip


@pytest.mark.parametrize(("said", "since", "wanted"), [c[1:] for c in COHORTS], ids=[c[0] for c in COHORTS])
def test_cohorts(said: list[Said], since: date | None, wanted: list[Live]) -> None:
    hand = [Cohort(start, FOR_EVER if last is None else month_of(last), Decimal(str(n))) for start, last, n in wanted]
    assert sorted(cohorts_of(counts(*said), since)) == sorted(hand)


def live(cohorts: Sequence[Cohort], day: date) -> Decimal:
    """How many are live in the month of a day."""
    return sum((c.quantity for c in cohorts if month_of(c.start) <= month_of(day) <= c.last), Decimal(0))


@pytest.mark.parametrize(("said", "in_september"), [
    ([(5, S5), (2, S20)], 2), ([(2, S5), (6, S20), (5, S30)], 5), ([(2, S5), (0, S20)], 0), ([(2, S5), (0, S20), (1, S30)], 1)])
def test_of_several_counts_in_a_month_the_last_counts(said: list[Said], in_september: int) -> None:
    found = cohorts_of(counts(*said), AUG)
    assert [int(live(found, day)) for day in (AUG, SEP, J31)] == [said[0][0], in_september, in_september]


@given(st.lists(st.tuples(st.integers(0, 9), st.dates(SEP, date(2028, 6, 30))), min_size=1, max_size=8), st.dates(AUG, SEP))
def test_each_month_counts_the_last_count_by_its_end(said: list[tuple[int, date]], since: date) -> None:
    """From the first count on; earlier months count the first one, from the day since when."""
    in_order = counts(*sorted({on: (n or 1 if on == min(d for _, d in said) else n, on) for n, on in said}.values(),
                              key=lambda entry: entry[1]))
    found = cohorts_of(in_order, since)
    for number in range(12):
        day = date(2027 + (7 + number) // 12, (7 + number) % 12 + 1, 1)
        by_then = [count for count in in_order if month_of(count.on) <= month_of(day)]
        first = in_order[0].quantity if month_of(since) <= month_of(day) else 0
        assert live(found, day) == (by_then[-1].quantity if by_then else first)
    assert all(cohort.quantity > 0 for cohort in found)


# --- which counts there are: those that were stamped, and what an officer typed into Profile

Logs = list[tuple[float | None, date | None]]  # in the order in which they were stamped
READ: list[tuple[str, Logs, dict[str, Any], list[Said]]] = [
    ("none", [], {}, []),
    ("as stamped", [(2, S30), (5, D31)], {"in_place": 5, "in_place_on": D31}, [(2, S30), (5, D31)]),
    ("in order of day, not of stamping", [(5, D31), (2, S30)], {"in_place": 2, "in_place_on": S30}, [(2, S30), (5, D31)]),
    ("of one day the higher No", [(2, S30), (4, S30)], {"in_place": 4, "in_place_on": S30}, [(4, S30)]),
    ("nought is a count", [(0, S30)], {"in_place": 0, "in_place_on": S30}, [(0, S30)]),
    ("a row without a count is none", [(2, S30), (None, None)], {"in_place": 2, "in_place_on": S30}, [(2, S30)]),
    ("typed, none stamped", [], {"in_place": 3, "in_place_on": S30}, [(3, S30)]),
    ("typed without a day: since when", [], {"in_place": 3, "in_place_since": OCT}, [(3, OCT)]),
    ("typed without any day: From", [], {"in_place": 3}, [(3, SEP)]),
    ("typed over the last one", [(2, S30)], {"in_place": 3, "in_place_on": S30}, [(3, S30)]),
    ("typed for a later day", [(2, S30)], {"in_place": 3, "in_place_on": O31}, [(2, S30), (3, O31)]),
    ("blanked by hand", [(2, S30)], {}, [(2, S30)]),
]  # fmt: skip


@pytest.mark.parametrize(("logs", "cell", "wanted"), [c[1:] for c in READ], ids=[c[0] for c in READ])
def test_counts_of_a_row(logs: Logs, cell: dict[str, Any], wanted: list[Said]) -> None:
    stamped = [Row.of(COUNTS, no=no, in_place=n, in_place_on=on) for no, (n, on) in enumerate(logs, 1)]
    row = Row.of(PROFILE, **{"from": SEP, "planned_quantity": 9, **cell})
    assert counts_of(row, stamped) == counts(*wanted)
    assert counts_of(row, stamped[::-1]) == counts(*wanted)  # by No, wherever they stand


def test_counts_by_row_of_profile() -> None:
    rows = [Row.of(COUNTS, no=no, ref=ref, in_place=no) for no, ref in enumerate(("PI-04.S1.P1", "B", "pi-04.s1.p1 "), 1)]
    assert {ref: [row.no for row in found] for ref, found in counts_by_row(rows).items()} == {"pi-04.s1.p1": [1, 3], "b": [2]}
