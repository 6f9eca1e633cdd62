"""What was approved of the savings: price, quantities and days as they stood on the day of the approval.

Once Approved on is filled, and not after today, a refresh keeps them; from then on Approved is worked out from these
alone. Another day approves anew, a blank one withdraws the approval. Source: workbooks/pages/figures.md, Approved.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sendxl.figures.kept import Keeping, Kept, keepings, of_row
from sendxl.figures.unit_saving import Costs, UnitSaving, pence, unit_saving
from sendxl.plan.likeness import as_seen, as_written
from sendxl.plan.master import PROFILE, SAVINGS, Quantity, Saving
from sendxl.plan.rows import R
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import StampKind

OF_LINE = (Saving.approved_on, Saving.approved_unit_saving, Saving.approved_past_pool)
OF_ROW = (Quantity.approved_quantity, Quantity.approved_from, Quantity.approved_until)
_PRICES = OF_LINE[1:]


class ApprovedQuantity(NamedTuple):
    """The computed columns of a row of Profile, by column key; None is a blank cell."""

    approved_quantity: Value
    approved_from: Value
    approved_until: Value


@dataclass(frozen=True)
class Approvals:
    """The rows of Savings and Profile with what was approved of them, and what is to be recorded as approved from now on."""

    lines: Sequence[Saving]
    profile: Sequence[Quantity]
    new: Sequence[Keeping] = ()


def approvals(lines: Sequence[Saving], profile: Sequence[Quantity], costs: Costs, cells: Kept, today: date | None) -> Approvals:
    """The rows as they count: the cells of approval hold what ``cells``, those kept in Stamps, say of them.

    With ``today`` the approvals that are due by then are taken.
    """
    new: list[Keeping] = []
    if today:
        line_of = as_written(line.key for line in lines)
        rows: dict[str, list[Quantity]] = defaultdict(list)
        for row in profile:
            rows[line_of(row.savings_ref)].append(row)
        held = {ref for table, ref, _ in cells if table == PROFILE.name}
        gone = sorted(held.difference(as_seen(row.key) for row in profile)) if held else []
        for line in lines:
            new += _due(line, rows.get(line.key, ()), gone, costs, cells, today)
    now: dict[tuple[str, str, str], Value] = dict(cells)
    now.update({(to.table.name, as_seen(to.ref), to.column.header): to.new for to in new})
    return Approvals(
        [_held_to(line, of_row(now, SAVINGS, line.key, _PRICES)) for line in lines],
        [_held_to(row, of_row(now, PROFILE, row.key, OF_ROW)) for row in profile],
        new,
    )


def _held_to(row: R, kept: Mapping[str, Value]) -> R:
    """The row with what is kept of it; the row itself where just that stands in its cells."""
    return row if all(row.held(key) == value for key, value in kept.items()) else row.changed_to(kept)


def _due(line: Saving, rows: Sequence[Quantity], gone: Sequence[str], costs: Costs, cells: Kept, today: date) -> list[Keeping]:
    """What of a line is to be recorded as approved, or as approved no more.

    ``gone``: refs of rows of Profile of which something is kept and that are there no more; nothing is kept of them anew.
    """
    on, was = line.approved_on, of_row(cells, SAVINGS, line.key, OF_LINE)["approved_on"]
    if on == was or line.problem("approved_on") or (on is not None and on > today):
        return []
    price = UnitSaving(None, None) if on is None else unit_saving(line, costs)
    found = keepings(StampKind.APPROVE, SAVINGS, line.key, OF_LINE, cells, {
        "approved_on": on, "approved_unit_saving": pence(price.full), "approved_past_pool": pence(price.later)})
    for row in rows:
        frozen: Mapping[str, Value] = {} if on is None else {
            "approved_quantity": row.planned_quantity, "approved_from": row.from_, "approved_until": row.until}
        found += keepings(StampKind.APPROVE, PROFILE, row.key, OF_ROW, cells, frozen)
    for ref in gone:
        if ref.startswith(f"{as_seen(line.key)}."):
            found += keepings(StampKind.APPROVE, PROFILE, ref.upper(), OF_ROW, cells, {})
    return found
