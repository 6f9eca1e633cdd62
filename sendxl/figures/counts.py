"""What was counted as in place, read as cohorts: how many have been there since which month, and until when.

A lead says how many are in place and on which day; the counts are kept in Counts. A rise begins a cohort, a fall ends the
latest ones. Source: workbooks/pages/figures.md, Counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import inf
from typing import NamedTuple

from sendxl.figures.unit_saving import ZERO, number
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import Logged, Quantity
from sendxl.plan.periods import month_of

FOR_EVER = 10**6  # a month later than any date


class Count(NamedTuple):
    """So many were in place on a day."""

    on: date
    quantity: Decimal


class Cohort(NamedTuple):
    """So many, live from the month of ``start`` to the month ``last``, both whole."""

    start: date
    last: int
    quantity: Decimal


def counts_by_row(log: Iterable[Logged]) -> Mapping[str, Sequence[Logged]]:
    """The rows of Counts by the ref of their row of Profile, ``as_seen``, in the order in which they were stamped."""
    found: dict[str, list[Logged]] = defaultdict(list)
    for row in log:
        found[as_seen(row.ref or "")].append(row)
    return found


def counts_of(row: Quantity, log: Sequence[Logged]) -> list[Count]:
    """The counts of a row of Profile in order of day; of one day the last that was stamped.

    What an officer typed into Profile counts too where it is not the last that was stamped. A count without a day of its
    own is of In place since, else of From; one that has none of them is left out.
    """
    said = [(Quantity.in_place.of(entry), Quantity.in_place_on.of(entry), Quantity.in_place_since.of(entry), entry.no or 0)
            for entry in log]
    last = max(said, key=lambda entry: entry[3], default=None)  # the sheet holds what was stamped last
    if row.in_place is not None and (last is None or (row.in_place, row.in_place_on) != last[:2]):
        said.append((row.in_place, row.in_place_on, row.in_place_since, inf))
    by_day: dict[date, tuple[float, Decimal]] = {}
    for held, on, since, no in said:
        quantity, on = number(held), on or since or row.in_place_since or row.from_
        if quantity is not None and on is not None and (on not in by_day or by_day[on][0] <= no):
            by_day[on] = no, max(quantity, ZERO)
    return [Count(on, quantity) for on, (_, quantity) in sorted(by_day.items())]


def cohorts_of(counts: Sequence[Count], since: date | None) -> list[Cohort]:
    """The cohorts that counts, in order of day, tell of; the first begins on ``since``.

    A later rise begins one in the month of its count; a fall ends the latest ones with the month before its own. Where none
    was in place at first, the first begins on no day up to then.
    """
    ended: list[Cohort] = []
    live: list[Cohort] = []
    none_on = date.min  # the last day of which it was said that none was in place yet
    for count in counts:
        month = month_of(count.on)
        change = count.quantity - sum((cohort.quantity for cohort in live), ZERO)
        if change > 0:
            is_first = not live and not ended
            start = since if is_first and since is not None and since > none_on else count.on
            live.append(Cohort(start, FOR_EVER, change))
        while change < 0:
            latest = live.pop()
            gone = min(latest.quantity, -change)
            ended.append(Cohort(latest.start, month - 1, gone))
            if gone < latest.quantity:
                live.append(Cohort(latest.start, FOR_EVER, latest.quantity - gone))
            change += gone
        if not live and not ended:
            none_on = count.on
    return [*live, *ended]
