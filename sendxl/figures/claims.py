"""The dated quantities of savings lines: over which months each is live, and what its pool leaves it.

A place in a placement chain takes a learner from the pool of its line; a learner's cost can be avoided once. So the
claims of a pool are met in order, and past its capacity a place earns only the later links of its chain. Approved,
planned, forecast and realised quantities each claim afresh. Source: workbooks/pages/figures.md, Pools.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import inf
from typing import NamedTuple

from sendxl.figures.counts import FOR_EVER, Cohort, Count, cohorts_of
from sendxl.figures.unit_saving import ZERO, number
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import Quantity, Saving
from sendxl.plan.periods import last_whole_month, month_of

YEAR = 12  # months
_DIGITS = re.compile(r"(\d+)")


class Basis(StrEnum):
    """Which quantities count."""

    APPROVED = "approved"
    PLANNED = "planned"
    FORECAST = "forecast"
    REALISED = "realised"


class Plan(NamedTuple):
    """A quantity from a day on, until the last day on which it is live; None: for ever."""

    quantity: Decimal | None
    start: date | None
    until: date | None

    def cohorts(self) -> list[Cohort]:
        """Its one cohort; none where it has no quantity or no start."""
        return [] if self.quantity is None or self.start is None else [Cohort(self.start, FOR_EVER, self.quantity)]


class Entry(NamedTuple):
    """A row of Profile: what is planned, what was approved, and what was counted as in place."""

    ref: str
    planned: Plan
    approved: Plan
    counts: Sequence[Count]
    counted: Sequence[Cohort]

    @classmethod
    def of(cls, row: Quantity, counts: Sequence[Count]) -> "Entry":
        """A row of Profile with its counts; what cannot be read is blank."""
        counted = cohorts_of(counts, row.in_place_since or row.from_)
        if counts and not counted:  # known to be nothing, not unknown
            counted = [Cohort(counts[0].on, FOR_EVER, ZERO)]
        return cls(row.key, Plan(number(row.planned_quantity), row.from_, row.until),
                   Plan(number(row.approved_quantity), row.approved_from, row.approved_until), counts, counted)

    @property
    def begins(self) -> date | None:
        """The day by which its first count is awaited: Approved from, else From."""
        return self.approved.start or self.planned.start

    def has_begun(self, by: date) -> bool:
        """True if its quantity was to be there by a day, or was counted since one before."""
        return (self.begins is not None and self.begins <= by) or any(cohort.start <= by for cohort in self.counted)

    def cohorts(self, basis: Basis) -> tuple[Sequence[Cohort], date | None]:
        """What is live on a basis, and until when."""
        if basis is Basis.APPROVED:
            return self.approved.cohorts(), self.approved.until
        if basis is Basis.PLANNED or (basis is Basis.FORECAST and not self.counts):
            return self.planned.cohorts(), self.planned.until
        return self.counted, self.planned.until


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
    """A quantity that is live from month ``first`` to month ``last``; ``met`` of it found a learner in the pool.

    ``row`` is the ref of its row of Profile; ``lasts`` the month with which it ends, whatever the basis counts of it.
    """

    terms: Terms
    row: str
    start: date
    first: int
    last: int
    lasts: int
    quantity: Decimal
    met: Decimal
    is_counted: bool  # as reported, not as planned

    def months(self, first: int, last: int) -> int:
        """How many twelfths of a year's saving fall into the months from ``first`` to ``last``."""
        if self.terms.once:
            return YEAR if first <= self.first <= min(last, self.last) else 0
        return max(0, min(last, self.last) - max(first, self.first) + 1)

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands among the claims of its pool: by start, Claim order and Ref of the line.

        Of one line and day, what lasts longest claims first, so that splitting a cohort in two changes nothing.
        """
        return self.start, self.terms.claim_order, natural(self.terms.ref), -self.lasts, natural(self.row)


def natural(ref: str) -> tuple[tuple[str, int, str], ...]:
    """A key by which refs sort as people count: PI-04.S2 before PI-04.S10."""
    parts = _DIGITS.split(ref)
    numbers = [digits.lstrip("0") for digits in parts[1::2]]
    pairs = zip(parts[::2], [*numbers, ""], strict=True)
    return (*((text, len(digits), digits) for text, digits in pairs), (ref, 0, ""))


def claims_of(terms: Terms, entries: Iterable[Entry], basis: Basis, day: date) -> list[Claim]:
    """The claims of a line on one basis, every one of them met; what has no start or quantity makes none.

    A month counts from that of the start, whole, while its last day is not after Until. Forecast and realised end on
    the day the line is withdrawn; realised counts the months gone by ``day``.
    """
    claims = []
    planned = basis in (Basis.APPROVED, Basis.PLANNED)
    end = FOR_EVER if planned else _end(terms, day if basis is Basis.REALISED else None)
    for entry in entries:
        cohorts, until = entry.cohorts(basis)
        ends = FOR_EVER if until is None or terms.once else last_whole_month(until)
        for cohort in cohorts:
            quantity, lasts = cohort.quantity, min(cohort.last, ends)
            first, last = month_of(cohort.start), min(end, lasts)
            withdrawn = not planned and terms.withdrawn_on is not None and cohort.start >= terms.withdrawn_on
            if withdrawn:  # known to be nothing, not unknown
                quantity = ZERO
            claims.append(Claim(terms, entry.ref, cohort.start, first, last, lasts, quantity, quantity,
                                cohorts is entry.counted))
    return claims


def meet(claims: Sequence[Claim], capacities: Mapping[str, Decimal]) -> None:
    """Meet the claims of every pool in order; a pool of no known capacity (by code ``as_seen``) limits nothing.

    What is live for no whole month takes nothing.
    """
    for pool, claimed in by_pool(claims, lambda pool: pool in capacities).items():
        left = capacities[pool]
        for claim in claimed:
            claim.met = min(max(claim.quantity, ZERO), left) if claim.first <= claim.last else ZERO
            left -= claim.met


def by_pool(claims: Iterable[Claim], limited: Callable[[str], bool]) -> dict[str, list[Claim]]:
    """The claims of each pool that is ``limited``, in the order in which they are met."""
    pools: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.terms.pool and limited(claim.terms.pool):
            pools[claim.terms.pool].append(claim)
    return {pool: sorted(claimed, key=lambda claim: claim.place) for pool, claimed in pools.items()}


def _end(terms: Terms, as_at: date | None) -> int:
    """The last month that counts: the last one wholly before the line is withdrawn and, with ``as_at``, gone by then."""
    last = FOR_EVER if as_at is None else last_whole_month(as_at)
    if terms.withdrawn_on is None:
        return last
    # A day is the last of its month where the next is the first: a month counts if it ends before that day.
    return last if terms.once else min(last, month_of(terms.withdrawn_on) - 1)
