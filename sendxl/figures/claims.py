"""The dated quantities of savings lines: over which months each is live, and what its pool leaves it.

A place in a placement chain takes a learner from the pool of its line; a learner's cost can be avoided once. So the
claims of a pool are met in order, and past its capacity a place earns only the later links of its chain. Planned,
forecast and realised quantities each claim afresh. Source: workbooks/pages/figures.md, Pools.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from math import inf

from sendxl.figures.unit_saving import ZERO, number
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import Quantity, Saving
from sendxl.plan.periods import last_whole_month, month_of

FOR_EVER = 10**6  # a month later than any date
YEAR = 12  # months
_DIGITS = re.compile(r"(\d+)")


class Basis(Enum):
    """Which quantities count."""

    PLANNED = "planned"
    FORECAST = "forecast"
    REALISED = "realised"


@dataclass(frozen=True, slots=True)
class Cohort:
    """A row of Profile: a quantity as planned from a day and, where reported, as it is from a day."""

    ref: str
    start: date | None
    until: date | None
    planned: Decimal | None
    actual: Decimal | None
    actual_start: date | None  # Actual from, else From

    @classmethod
    def of(cls, row: Quantity) -> "Cohort":
        """The cohort of a row of Profile; what cannot be read is blank."""
        return cls(row.key, row.from_, row.until, number(row.planned_quantity), number(row.actual_quantity),
                   row.actual_from or row.from_)

    @property
    def begins(self) -> date | None:
        """The day it starts: as reported, else as planned."""
        return self.start if self.actual is None else self.actual_start


@dataclass(frozen=True, slots=True)
class Terms:
    """What the claims of a line have in common; ``once`` for a saving that does not recur."""

    ref: str
    once: bool
    pool: str
    claim_order: float
    withdrawn_on: date | None

    @classmethod
    def of(cls, line: Saving, once: bool) -> "Terms":
        """The terms of a row of Savings; without a Claim order it comes after those with one."""
        order = line.claim_order
        return cls(line.key, once, as_seen(line.pool or ""), inf if order is None else order, line.withdrawn_on)


@dataclass(slots=True)
class Claim:
    """A quantity that is live from month ``first`` to month ``last``; ``met`` of it found a learner in the pool."""

    terms: Terms
    cohort: Cohort
    start: date
    first: int
    last: int
    quantity: Decimal
    met: Decimal

    def months(self, first: int, last: int) -> int:
        """How many twelfths of a year's saving fall into the months from ``first`` to ``last``."""
        if self.terms.once:
            return YEAR if first <= self.first <= min(last, self.last) else 0
        return max(0, min(last, self.last) - max(first, self.first) + 1)

    @property
    def is_actual(self) -> bool:
        """True if the quantity is as reported, not as planned."""
        return self.quantity is self.cohort.actual

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands among the claims of its pool: by start, Claim order and Ref of the line.

        Of one line and day, what lasts longest claims first, so that splitting a cohort in two changes nothing.
        """
        lasts = (self.cohort.until or date.max).toordinal()
        return self.start, self.terms.claim_order, natural(self.terms.ref), -lasts, natural(self.cohort.ref)


def natural(ref: str) -> tuple[tuple[str, int, str], ...]:
    """A key by which refs sort as people count: PI-04.S2 before PI-04.S10."""
    parts = _DIGITS.split(ref)
    numbers = [digits.lstrip("0") for digits in parts[1::2]]
    pairs = zip(parts[::2], [*numbers, ""], strict=True)
    return (*((text, len(digits), digits) for text, digits in pairs), (ref, 0, ""))


def claims_of(terms: Terms, cohorts: Iterable[Cohort], basis: Basis, as_at: date) -> list[Claim]:
    """The claims of a line on one basis, every one of them met; what has no start or quantity claims nothing.

    A month counts from that of the start, whole, while its last day is not after Until. Forecast and realised end on
    the day the line is withdrawn; realised counts the months gone by as at.
    """
    made = []
    end = FOR_EVER if basis is Basis.PLANNED else _end(terms, as_at if basis is Basis.REALISED else None)
    for cohort in cohorts:
        quantity, start = _quantity(cohort, basis)
        if quantity is None or start is None:
            continue
        if basis is not Basis.PLANNED and terms.withdrawn_on and start >= terms.withdrawn_on:
            quantity = ZERO  # known to be nothing, not unknown
        until = FOR_EVER if cohort.until is None or terms.once else last_whole_month(cohort.until)
        first, last = month_of(start), min(end, until)
        if last < first:  # live for no whole month, it takes nothing from a pool either
            quantity = ZERO
        made.append(Claim(terms, cohort, start, first, last, quantity, quantity))
    return made


def meet(claims: Sequence[Claim], capacities: Mapping[str, Decimal]) -> None:
    """Meet the claims of every pool in order; a pool of no known capacity (by code ``as_seen``) limits nothing."""
    for pool, claimed in by_pool(claims, lambda pool: pool in capacities).items():
        left = capacities[pool]
        for claim in claimed:
            claim.met = min(max(claim.quantity, ZERO), left)
            left -= claim.met


def by_pool(claims: Iterable[Claim], limited: Callable[[str], bool]) -> dict[str, list[Claim]]:
    """The claims of each pool that is ``limited``, in the order in which they are met."""
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.terms.pool and limited(claim.terms.pool):
            found[claim.terms.pool].append(claim)
    return {pool: sorted(claimed, key=lambda claim: claim.place) for pool, claimed in found.items()}


def _quantity(cohort: Cohort, basis: Basis) -> tuple[Decimal | None, date | None]:
    if basis is Basis.PLANNED or (basis is Basis.FORECAST and cohort.actual is None):
        return cohort.planned, cohort.start
    return cohort.actual, cohort.actual_start


def _end(terms: Terms, as_at: date | None) -> int:
    """The last month that counts: the last one wholly before the line is withdrawn and, with ``as_at``, gone by then."""
    last = FOR_EVER if as_at is None else last_whole_month(as_at)
    if terms.withdrawn_on is None:
        return last
    # A day is the last of its month where the next is the first: a month counts if it ends before that day.
    return last if terms.once else min(last, month_of(terms.withdrawn_on) - 1)
