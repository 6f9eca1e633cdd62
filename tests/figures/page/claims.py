"""Unit savings, and the claims of cohorts on pools.

Ambiguities, and how they are read here:
- A chain needs two codes at least, and the costs of its first and its last; without them the unit saving is blank. Past
  capacity the cost of the second is needed too: where it is not known, what falls past capacity makes the figure blank.
- Every line with a Pool claims: also Cost lines, withdrawn ones (planned and approved quantities), lines that are not
  quantified, and in Approved every line with approved quantities. In Approved the pool's Capacity is today's (it is not
  frozen), and so are Pool, Claim order and Method.
- A pool without a Capacity, or that is not in Pools, has room for all. Capacity may be met in part by a fraction of a cohort.
- Claim order: a blank one comes last. Ref: of the line, numbers in it as numbers (S2 before S10); then, within a line, what
  lasts longest, for ever before all; then the profile row's Ref.
- A cohort that lives no whole month (by Until, by Withdrawn on, and for what is realised by the as-at day or today) claims
  nothing. A line that does not recur lives in its month of start.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.figures.page import cohorts
from tests.figures.page.cohorts import Cohort
from tests.figures.page.periods import Month, last_whole_month, realised_through
from tests.figures.page.rows import Figure, Plan, Saving, exact, figure

FIGURES = ("Approved", "Planned", "Forecast", "Realised")


def natural(ref: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", ref) if part]


def _costs(plan: Plan, line: Saving) -> list[Figure]:
    known = {row.code.casefold(): figure(row.annual_cost) for row in plan.unit_costs}
    return [known.get(code.strip().casefold()) for code in (line.chain or "").split(">")]


def unit_saving(plan: Plan, line: Saving) -> Figure:
    """Of one place or unit a year (One-off: once), at today's costs."""
    match line.method:
        case "Placement chain":
            costs = _costs(plan, line)
            first, last = costs[0], costs[-1]
            return first - last if len(costs) > 1 and first is not None and last is not None else None
        case "Unit cost avoided" | "One-off":
            return figure(line.unit_amount)
        case "Share of contract":
            if line.annual_value is None or line.share is None:
                return None
            return exact(line.annual_value) * exact(line.share)
        case _:
            return None


def past_pool(plan: Plan, line: Saving) -> Figure:
    """What a place past the capacity of its pool still earns: the later links, and without a chain nothing."""
    if line.method != "Placement chain":
        return Fraction(0)
    costs = _costs(plan, line)
    if len(costs) < 2 or costs[1] is None or costs[-1] is None:
        return None
    return costs[1] - costs[-1]


@dataclass(frozen=True)
class Priced:
    """A cohort with what it earns in a whole year (once, where it does not recur); blank where a price is not known."""

    cohort: Cohort
    claimed: Fraction
    amount: Figure
    without_pool: Figure


def claims(plan: Plan, found: list[Cohort]) -> list[Fraction]:
    """How many places of each cohort its pool has room for."""
    lines = {line.ref: line for line in plan.savings}
    left = {pool.code.casefold(): exact(pool.capacity) for pool in plan.pools if pool.capacity is not None}

    def order(index: int) -> tuple[object, ...]:
        one = found[index]
        rank = lines[one.line].claim_order
        lasts = float("inf") if one.last is None else one.last
        return one.start, float("inf") if rank is None else rank, natural(one.line), -lasts, natural(one.row), index

    claimed = [one.quantity for one in found]
    for index in sorted(range(len(found)), key=order):
        code = (lines[found[index].line].pool or "").casefold()
        if code not in left:
            continue
        claimed[index] = min(left[code], found[index].quantity) if found[index].lives else Fraction(0)
        left[code] -= claimed[index]
    return claimed


def priced(plan: Plan, name: str, as_at: date, today: date) -> dict[str, list[Priced] | None]:
    """The cohorts of every line on one of the four bases, each with its claim; None where no row has a quantity."""
    of: dict[str, Callable[[Plan, Saving], list[Cohort] | None]] = {
        "Approved": cohorts.approved, "Planned": cohorts.planned, "Forecast": cohorts.forecast, "Realised": cohorts.realised}
    by_line = {line.ref: of[name](plan, line) for line in plan.savings}
    if name == "Realised":
        gone: Month = last_whole_month(realised_through(as_at, today))
        by_line = {ref: None if some is None else [one.cut(gone) for one in some] for ref, some in by_line.items()}
    together = [one for some in by_line.values() for one in some or ()]
    prices = {line.ref: (figure(line.approved_unit_saving), figure(line.approved_past_pool)) if name == "Approved"
              else (unit_saving(plan, line), past_pool(plan, line)) for line in plan.savings}
    found: dict[str, list[Priced] | None] = {ref: None if some is None else [] for ref, some in by_line.items()}
    for one, claimed in zip(together, claims(plan, together), strict=True):
        unit, past = prices[one.line]
        rest = one.quantity - claimed
        amount = None if unit is None or (rest and past is None) else claimed * unit + rest * (past or 0)
        mine = found[one.line]
        assert mine is not None
        mine.append(Priced(one, claimed, amount, None if unit is None else one.quantity * unit))
    return found
