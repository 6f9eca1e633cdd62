"""What the values of a master of release 0.1.0 become: averages are counts, and approved prices are approvals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sendxl.books.book import AppendRows, Edit, SetCells
from sendxl.figures.approved import OF_LINE, OF_ROW
from sendxl.figures.kept import Keeping, keepings
from sendxl.figures.unit_saving import costs_of, number, pence, unit_saving
from sendxl.plan.counting import many
from sendxl.plan.likeness import as_written
from sendxl.plan.master import (
    COUNTS,
    HELD,
    PLAN,
    PROFILE,
    SAVINGS,
    TRACKERS,
    UNIT_COSTS,
    Held,
    Quantity,
    Saving,
)
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import StampKind

AVERAGE = "average, from 0.1.0"


@dataclass(frozen=True)
class Conversion:
    """What is written besides the layout, what is recorded as approved, and what is said of it."""

    edits: Sequence[Edit]
    approved: Sequence[Keeping]
    done: Sequence[str] = field(default_factory=list)


def convert(plan: Tables, today: date, batch: str) -> Conversion:
    """Convert the values of ``plan``, which reads as one of this format.

    An Actual quantity becomes one count of today, in place since Actual from, else From. A line with Approved on and an
    Approved unit saving is approved as it stands.
    """
    counted = [row for row in plan.read(PROFILE) if row.key and row.in_place is not None]
    log = [_count(row, today, batch) for row in counted]
    edits: list[Edit] = []
    if counted:
        edits = [SetCells(PROFILE, "in_place_on", {row.key: today for row in counted}),
                 SetCells(PROFILE, "in_place_since", {row.key: since for row in counted if (since := _since(row))}),
                 AppendRows(COUNTS, log)]
    approved, done = _approvals(plan, today)
    if held := [row for row in plan.read(HELD) if row.key]:
        edits += _named(plan, held)
        done.append(f"Held: {many(len(held), 'row')} with lead and activity")
    for keeping in approved:
        if keeping.column is not Saving.approved_on and keeping.column is not Saving.approved_unit_saving:
            edits.append(SetCells(keeping.table, keeping.column.key, {keeping.ref: keeping.new}))
    if counted:
        done.insert(0, f"Profile: {len(counted)} of Actual quantity kept as counts of today ({AVERAGE})")
    return Conversion([edit for edit in edits if not isinstance(edit, SetCells) or edit.values], approved, done)


def _named(plan: Tables, held: Sequence[Held]) -> list[Edit]:
    """Whose return rows of Held are, and what the activities are called that they are of."""
    leads = {row.key: row.lead for row in plan.read(TRACKERS)}
    titles = {row.key: row.activity for row in plan.read(PLAN)}
    activity_of = as_written(titles)
    return [SetCells(HELD, "lead", {row.key: leads.get(row.tracker or "") for row in held}),
            SetCells(HELD, "activity", {row.key: titles.get(activity_of((row.ref or "").partition(".")[0])) for row in held})]


def _count(row: Quantity, today: date, batch: str) -> dict[str, Value]:
    note = "; ".join(filter(None, (AVERAGE, row.note)))
    return {"ref": row.key, "in_place": row.in_place, "in_place_on": today, "in_place_since": _since(row),
            "evidence": row.evidence, "note": note, "batch": batch}


def _since(row: Quantity) -> date | None:
    return row.in_place_since or row.from_


def _approvals(plan: Tables, today: date) -> tuple[list[Keeping], list[str]]:
    lines = [row for row in plan.read(SAVINGS) if row.key]
    costs, line_of = costs_of(plan.read(UNIT_COSTS)), as_written(row.key for row in lines)
    made: list[Keeping] = []
    done: list[str] = []
    for line in lines:
        price, on = number(line.approved_unit_saving), line.approved_on
        if price is None:
            continue
        if on is None or on > today:
            done.append(f"Savings {line.key}: the Approved unit saving counts no more, as no Approved on stands beside it")
            continue
        later = unit_saving(line, costs).later
        made += keepings(StampKind.APPROVE, SAVINGS, line.key, OF_LINE, {}, {
            "approved_on": on, "approved_unit_saving": pence(price),
            "approved_past_pool": None if later is None else pence(min(later, price))})
        for row in plan.read(PROFILE):
            if row.key and line_of(row.savings_ref) == line.key:
                made += keepings(StampKind.APPROVE, PROFILE, row.key, OF_ROW, {}, {
                    "approved_quantity": row.planned_quantity, "approved_from": row.from_, "approved_until": row.until})
        done.append(f"Savings {line.key}: approved at upgrade, as it stands")
    return made, done
