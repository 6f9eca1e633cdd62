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
from sendxl.returns.register import Register, Standing
from sendxl.returns.rules.registry import Scope, rule


@rule("C05", Severity.QUERY, on=Scope.BATCH,
      says="With {found} in {ref}, {claimed} are counted of {learners}, and there are {capacity} of them. Check the "
           "quantity{whom}; if it is right, say why.")
def more_than_there_are_learners(batch: Batch) -> Iterator[Hit]:
    """All savings lines that take learners of one group have no more in place than there are learners.

    Why: each learner's cost can be avoided once. Past the number of its pool a place earns only the later links of its
    chain. The quantities of these returns are put in place of the plan's; where two returns differ, the larger.

    Example: the pool has 12 learners; one line has 8 places in place, and another now reports 6.

    Put right: agree which places took learners from the pool, and correct the quantity; if there are more learners by
    now, ask whoever sent the tracker out to change Capacity in Pools.
    """
    register = batch.register
    if not register.capacities:
        return
    quantities = {ref: number(row.get("in_place")) or ZERO for ref, row in register.values[PROFILE.name].items()}
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
            learners = register.learners.get(as_seen(pool)) or "the learners of this saving"
            yield Hit(change.place, of=of, words={
                "found": show(change.returned) or "a blank", "claimed": show(float(claimed[as_seen(pool)])),
                "learners": learners, "capacity": show(float(capacity)),
                "whom": _others(register, as_seen(pool), batch.returns[of].lead)})


def _others(register: Register, pool: str, lead: str) -> str:
    """With whom a lead is to agree: the leads of the other lines that take learners of a pool."""
    leads = (title for ref, code in register.pools.items() if as_seen(code) == pool
             for title in register.leads_of(PROFILE.name, ref) if title != lead)
    titles = "; ".join(dict.fromkeys(leads))
    return f" with {titles}" if titles else ""


def unread(batch: Batch) -> Iterator[tuple[int, Change]]:
    """The changes that could not be counted, as they cannot be read, of lines that take learners who are counted."""
    for of, change in _changes(batch, readable=False):
        if as_seen(batch.register.pools.get(change.ref, "")) in batch.register.capacities:
            yield of, change


def _changes(batch: Batch, *, readable: bool = True) -> Iterator[tuple[int, Change]]:
    """The changes of actual quantities that can be read, or cannot, with the numbers of their returns."""
    for of, returned in enumerate(batch.returns):
        if returned.outcome is not Outcome.REJECTED and returned.standing is not Standing.DONE:
            for change in returned.changes:
                if (change.table, change.column) == (PROFILE.name, "in_place") and change.readable is readable:
                    yield of, change


def _largest(changes: Iterator[Change]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for change in changes:
        found[change.ref] = max(found.get(change.ref, ZERO), number(change.returned) or ZERO)
    return found
