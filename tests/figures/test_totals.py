"""Totals over rows, worked out by hand, and against counting one row after the other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.figures.totals import Totals
from sendxl.plan.master import PLAN, YEARS
from sendxl.plan.schema import Table
from sendxl.plan.summary import LOOKED_AT, Is, PartOfWhole, Total, Where, by_column

PLAN_ROWS: list[dict[str, Any]] = [
    {"ref": "A", "theme": "Inclusion", "status": "On track", "update_state": "Overdue by 3 days"},
    {"ref": "B", "theme": " inclusion ", "status": "Off track", "update_state": "Received"},
    {"ref": "C", "theme": "Growing", "status": "On track", "update_state": "Overdue by 1 day"},
    {"ref": None, "theme": None, "status": None, "update_state": None},
]
YEAR_ROWS: list[dict[str, Any]] = [
    {"year": "2026-27", "type": "Cashable", "planned": 0.1, "realised": None},
    {"year": "2026-27", "type": "cashable", "planned": 0.2, "realised": None},
    {"year": "2026-27", "type": "Cost", "planned": 5, "realised": 0},
    {"year": "2027-28", "type": "Cashable", "planned": None, "realised": None},
]
HERE = Where("theme", "theme", Is.HERE)
YEAR = Where("year", "year", Is.HERE)


def totals_of(rows: dict[Table, list[dict[str, Any]]], *wanted: Total) -> Totals:
    return Totals({table: by_column(table, rows.get(table, ())) for table in LOOKED_AT}, *wanted)


@pytest.mark.parametrize(("total", "row", "value"), [
    (Total(PLAN, (Where("status", "On track"),)), {}, 2),
    (Total(PLAN, (HERE,)), {"theme": "INCLUSION"}, 2),
    (Total(PLAN, (HERE, Where("status", "On track"))), {"theme": "Inclusion"}, 1),
    (Total(PLAN, (HERE, Where("status", "Complete"))), {"theme": "Inclusion"}, 0),
    (Total(PLAN, (HERE,)), {"theme": "Elsewhere"}, 0),
    (Total(PLAN, (Where("ref", "", Is.NOT),)), {}, 3),
    (Total(PLAN, (Where("theme"),)), {}, 1),
    (Total(PLAN, (Where("update_state", "Overdue", Is.BEGINS),)), {}, 2),
    (Total(PLAN, (Where("status", "on track", Is.NOT),)), {}, 2),
    (Total(YEARS, (YEAR, Where("type", "Cashable")), "planned"), {"year": "2026-27"}, 0.3),
    (Total(YEARS, (YEAR, Where("type", "Cost")), "realised"), {"year": "2026-27"}, 0),
    (Total(YEARS, (YEAR, Where("type", "Cashable")), "realised"), {"year": "2026-27"}, None),  # blank is not zero
    (Total(YEARS, (YEAR, Where("type", "Cashable")), "planned"), {"year": "2027-28"}, None),
    (Total(YEARS, (YEAR,), "planned"), {"year": "2030-31"}, None),
])
def test_by_hand(total: Total, row: dict[str, Any], value: float | None) -> None:
    assert totals_of({PLAN: PLAN_ROWS, YEARS: YEAR_ROWS}, total).of({"it": total}, row) == {"it": value}


def test_counts_in_words() -> None:
    some, all_ = Total(PLAN, (Where("status", "On track"),)), Total(PLAN, (Where("ref", "", Is.NOT),))
    totals: dict[str, Total | PartOfWhole] = {"some": some, "all": all_, "words": PartOfWhole("some", "all")}
    assert totals_of({PLAN: PLAN_ROWS}, some, all_).of(totals, {})["words"] == "2 of 3"


WORDS = st.sampled_from(["a", "A ", "b", "", None])


@given(st.lists(st.fixed_dictionaries({"type": WORDS, "fund": WORDS, "planned": st.none() | st.integers(-999, 999)})))
def test_the_totals_of_all_groups_are_the_whole(rows: list[dict[str, Any]]) -> None:
    by_both = Total(YEARS, (Where("type", "type", Is.HERE), Where("fund", "fund", Is.HERE)), "planned")
    totals = totals_of({YEARS: rows}, by_both, Total(YEARS, (), "planned"))
    found = [totals.of({"it": by_both}, {"type": type, "fund": fund})["it"] for type in ("a", "b", "") for fund in ("a", "b", "")]
    whole = totals.of({"it": Total(YEARS, (), "planned")}, {})["it"]
    assert whole == (sum(v for v in found if v is not None) if any(v is not None for v in found) else None)  # type: ignore[misc]
