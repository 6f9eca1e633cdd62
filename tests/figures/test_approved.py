"""What is kept of an approval, refresh by refresh: price, quantities and days as they stood then."""

from datetime import date, datetime
from typing import Any

import pytest

from sendxl.figures.approved import Approvals, approvals
from sendxl.figures.kept import Kept, kept
from sendxl.figures.unit_saving import costs_of
from sendxl.plan.master import PROFILE, SAVINGS, STAMPS, UNIT_COSTS
from sendxl.plan.rows import Row
from sendxl.plan.values import Problem
from sendxl.plan.vocabulary import StampKind
from tests.figures.given import COSTS, JAN, OCT, SEP, Given, Memory, cohort, line, recorded
from tests.stored_rows import unreadable

MAY, JUNE = date(2027, 5, 4), date(2027, 6, 7)
UNTIL = date(2030, 8, 31)
SIX = cohort(SEP, 6, until=UNTIL)
PRICES = (36_000, 9_000)  # of OOC > SPECIAL > RP, and past the pool
Frozen = tuple[tuple[float | None, float | None], tuple[float | None, date | None, date | None]]
NONE: Frozen = ((None, None), (None, None, None))
AS_IT_STOOD: Frozen = (PRICES, (6, SEP, UNTIL))


def refresh(cells: Kept, today: date | None, profile: Given = SIX, costs: dict[str, float | None] = COSTS,
            **terms: Any) -> Approvals:
    row, rows = line("PI-04.S1", profile, **terms)
    priced = costs_of(Row.of(UNIT_COSTS, code=code, annual_cost=cost) for code, cost in costs.items())
    return approvals([Row.of(SAVINGS, **row)], [Row.of(PROFILE, **given) for given in rows], priced, cells, today)


def frozen(found: Approvals) -> Frozen:
    (of_line,), (of_row,) = found.lines, found.profile
    return ((of_line.approved_unit_saving, of_line.approved_past_pool),
            (of_row.approved_quantity, of_row.approved_from, of_row.approved_until))


BEFORE = recorded(refresh({}, MAY, approved_on=MAY).new)  # approved on 4 May as it stood
CHANGED: Given = {"profile": cohort(JAN, 4), "costs": COSTS | {"OOC": 50_000}}
ANEW: Frozen = ((32_000, 9_000), (4, JAN, None))
CASES: list[tuple[str, Kept, date | None, dict[str, Any], Frozen, bool]] = [  # the last: whether anything is recorded
    ("no approval", {}, JUNE, {}, NONE, False),
    ("on the day", {}, MAY, {"approved_on": MAY}, AS_IT_STOOD, True),
    ("a refresh later", {}, JUNE, {"approved_on": MAY}, AS_IT_STOOD, True),
    ("after today", {}, MAY, {"approved_on": JUNE}, NONE, False),
    ("looked at by an earlier day", {}, None, {"approved_on": MAY}, NONE, False),
    ("stays", BEFORE, JUNE, {"approved_on": MAY}, AS_IT_STOOD, False),
    ("stays whatever is edited", BEFORE, JUNE, {"approved_on": MAY, **CHANGED}, AS_IT_STOOD, False),
    ("stays in a look at an earlier day", BEFORE, None, {"approved_on": MAY, **CHANGED}, AS_IT_STOOD, False),
    ("another day approves anew", BEFORE, JUNE, {"approved_on": JUNE, **CHANGED}, ANEW, True),
    ("an earlier day approves anew too", BEFORE, JUNE, {"approved_on": date(2027, 5, 1), **CHANGED}, ANEW, True),
    ("another day, of which nothing changed", BEFORE, JUNE, {"approved_on": JUNE}, AS_IT_STOOD, True),
    ("another day that is still to come", BEFORE, MAY, {"approved_on": JUNE, **CHANGED}, AS_IT_STOOD, False),
    ("a blank day withdraws it", BEFORE, JUNE, CHANGED, NONE, True),
    ("a blank day in a look at an earlier day", BEFORE, None, CHANGED, AS_IT_STOOD, False),
    ("edited cells are put back", BEFORE, JUNE, {
        "approved_on": MAY, "approved_unit_saving": 99, "approved_past_pool": None,
        "profile": {**SIX, "approved_quantity": 60, "approved_from": OCT, "approved_until": None}}, AS_IT_STOOD, False),
    ("typed without an approval", {}, JUNE, {"approved_unit_saving": 99, "profile": {**SIX, "approved_quantity": 60}}, NONE,
     False),
    ("no quantity", {}, MAY, {"approved_on": MAY, "profile": cohort(SEP)}, (PRICES, (None, SEP, None)), True),
    ("not quantified", {}, MAY, {"approved_on": MAY, "chain": "OOC > BLANK"}, ((None, None), (6, SEP, UNTIL)), True),
    ("two codes: nothing past the pool", {}, MAY, {"approved_on": MAY, "chain": "OOC > SPECIAL"},
     ((27_000, 0), (6, SEP, UNTIL)), True),
    ("to the penny", {}, MAY, {"approved_on": MAY, "method": "Share of contract", "annual_value": 1_000, "share": 0.33333},
     ((333.33, 0), (6, SEP, UNTIL)), True),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "today", "given", "wanted", "records"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_approval(cells: Kept, today: date | None, given: dict[str, Any], wanted: Frozen, records: bool) -> None:
    found = refresh(cells, today, **given)
    assert frozen(found) == wanted and bool(found.new) is records
    again = refresh(recorded(found.new, cells), today, **given)
    assert frozen(again) == wanted and not again.new


def test_what_is_recorded_says_what_was_and_what_is() -> None:
    found = refresh(BEFORE, JUNE, approved_on=JUNE, **CHANGED).new
    assert {(to.kind, to.table, to.ref, to.column.header, to.old, to.new) for to in found} == {
        (StampKind.APPROVE, SAVINGS, "PI-04.S1", "Approved on", MAY, JUNE),
        (StampKind.APPROVE, SAVINGS, "PI-04.S1", "Approved unit saving", 36_000, 32_000),
        (StampKind.APPROVE, PROFILE, "PI-04.S1.P1", "Approved quantity", 6, 4),
        (StampKind.APPROVE, PROFILE, "PI-04.S1.P1", "Approved from", SEP, JAN),
        (StampKind.APPROVE, PROFILE, "PI-04.S1.P1", "Approved until", UNTIL, None),
    }  # fmt: skip


@pytest.mark.parametrize(("approved_on", "forgets"), [(MAY, False), (JUNE, True), (None, True)])
def test_of_a_row_that_is_gone_nothing_is_kept_once_its_line_is_approved_anew_or_no_more(
        approved_on: date | None, forgets: bool) -> None:
    row, rows = line("PI-04.S1", cohort(JAN, 2), approved_on=approved_on)
    found = approvals([Row.of(SAVINGS, **row)], [Row.of(PROFILE, **{**rows[0], "ref": "PI-04.S1.P2"})], {}, BEFORE, JUNE)
    of_the_row = {to.column.header: (to.old, to.new) for to in found.new if to.ref == "PI-04.S1.P1"}
    gone = {"Approved quantity": (6, None), "Approved from": (SEP, None), "Approved until": (UNTIL, None)}
    assert of_the_row == (gone if forgets else {})


def test_of_a_row_that_went_to_another_line_nothing_is_forgotten() -> None:
    row, rows = line("PI-04.S1", SIX, approved_on=JUNE)
    found = approvals([Row.of(SAVINGS, **row)], [Row.of(PROFILE, **{**rows[0], "savings_ref": "PI-05.S1"})], {}, BEFORE, JUNE)
    assert not [to for to in found.new if to.table is PROFILE]


def test_a_row_that_comes_after_the_approval_is_not_approved() -> None:
    row, rows = line("PI-04.S1", SIX, cohort(JAN, 2), approved_on=MAY)
    found = approvals([Row.of(SAVINGS, **row)], [Row.of(PROFILE, **given) for given in rows], {}, BEFORE, JUNE)
    assert [each.approved_quantity for each in found.profile] == [6, None] and not found.new


def test_a_day_that_cannot_be_read_changes_nothing() -> None:
    row = unreadable(Row.of(SAVINGS, ref="PI-04.S1"), "approved_on", "spring", Problem.NOT_A_DATE)
    found = approvals([row], [], {}, BEFORE, JUNE)
    assert (found.lines[0].approved_unit_saving, found.new) == (36_000, [])


# --- what Stamps keeps


def stamp(no: int, batch: str, new: Any, **changed: Any) -> Row:
    return Row.of(STAMPS, **{"no": no, "batch": batch, "kind": "approve", "table": "Savings", "ref": "PI-04.S1",
                             "column": "Approved on", "new": new, **changed})


KEPT: list[tuple[str, list[Row], Kept]] = [
    ("nothing", [], {}),
    ("the last of a cell", [stamp(1, "a", MAY), stamp(2, "b", JUNE)], {("Savings", "pi-04.s1", "Approved on"): JUNE}),
    ("a day kept as a moment", [stamp(1, "a", datetime(2027, 5, 4))], {("Savings", "pi-04.s1", "Approved on"): MAY}),
    ("withdrawn", [stamp(1, "a", MAY), stamp(2, "b", None)], {}),
    ("taken back", [stamp(1, "a", MAY), stamp(2, "b", JUNE), stamp(3, "c", MAY, kind="undo", undoes="b")],
     {("Savings", "pi-04.s1", "Approved on"): MAY}),
    ("of another kind", [stamp(1, "a", MAY, kind="stamp"), stamp(2, "a", MAY, kind="close")], {}),
]  # fmt: skip


@pytest.mark.parametrize(("stamps", "wanted"), [c[1:] for c in KEPT], ids=[c[0] for c in KEPT])
def test_kept(stamps: list[Row], wanted: Kept) -> None:
    assert kept(Memory(*stamps), StampKind.APPROVE) == wanted
