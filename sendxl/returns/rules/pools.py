"""Pools across returns: a learner's cost can be avoided once, whoever claims it."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from sendxl.figures.unit_saving import ZERO, number
from sendxl.plan.finding import Severity
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import PROFILE
from sendxl.plan.registry import Hit
from sendxl.plan.values import show
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.outcome import Batch, Change
from sendxl.returns.register import Standing
from sendxl.returns.rules.registry import Scope, rule


@rule("C05", Severity.QUERY, on=Scope.BATCH,
      says="With {found} in {ref}, {claimed} are claimed of the pool {pool}, which has {capacity}. Check the quantity with the "
           "leads of the pool's other lines; if it is right, say why.")
def pool_over_claimed(batch: Batch) -> Iterator[Hit]:
    """The actual quantities of all lines of a pool are not more than its learners.

    Why: each learner's cost can be avoided once. Past the capacity of its pool a place earns only the later links of its
    chain. The quantities of these returns are put in place of the plan's; where two returns differ, the larger.

    Example: the pool has 12 learners; one line has 8 places in place, and another now reports 6.

    Put right: agree which places took learners from the pool, and correct the quantity; if the pool has grown, ask the
    core team to change its Capacity.
    """
    register = batch.register
    if not register.capacities:
        return
    quantities = {ref: number(row.get("actual_quantity")) or ZERO for ref, row in register.values[PROFILE.name].items()}
    changed = [(of, change) for of, change in _changes(batch) if change.ref in quantities]
    quantities |= _largest(change for _, change in changed)
    claimed: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for ref, quantity in quantities.items():
        claimed[as_seen(register.pools.get(ref, ""))] += quantity
    for of, change in changed:
        pool = register.pools.get(change.ref, "")
        capacity = register.capacities.get(as_seen(pool))
        raised = (number(change.returned) or ZERO) > (number(change.base) or ZERO)
        if raised and capacity is not None and claimed[as_seen(pool)] > capacity:
            yield Hit(change.place, of=of, words={
                "found": show(change.returned) or "a blank", "pool": pool, "claimed": show(float(claimed[as_seen(pool)])),
                "capacity": show(float(capacity))})


def _changes(batch: Batch) -> Iterator[tuple[int, Change]]:
    """The changes of actual quantities that can be read, with the numbers of their returns."""
    for of, returned in enumerate(batch.returns):
        if returned.outcome is not Outcome.REJECTED and returned.standing is not Standing.DONE:
            for change in returned.changes:
                if (change.table, change.column) == (PROFILE.name, "actual_quantity") and change.readable:
                    yield of, change


def _largest(changes: Iterator[Change]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for change in changes:
        found[change.ref] = max(found.get(change.ref, ZERO), number(change.returned) or ZERO)
    return found
