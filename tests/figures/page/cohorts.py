"""Quantities as cohorts: planned, approved, and as counted, each from its month to its last.

Ambiguities, and how they are read here:
- Whole months: a month lives from the month of the start (whatever its day) while its last day is on or before Until.
- The counts of a row: of equal days the higher No replaces the other (it is not a fall and a rise on one day). "the Profile
  cell where an officer typed another": In place and In place on both filled, and not both as in the last Counts row (by No)
  that is not undone; it joins the counts by its day, replaces those of an equal day, and the Counts rows stay. A count
  without a day is none.
- The first cohort, of the first count above 0, begins on In place since, also where counts of 0 came before. Without one it
  begins on From, and without that in the month of its count. It never begins after the month of its count.
- A fall ends the latest cohorts with the month before its own; one that lived no month (it began in that month) is gone.
  Among cohorts the latest is the one that began last; a cohort is ended in part where the fall is smaller.
- Until ends counted cohorts too, in what is realised as in the forecast; a count after Until lives no month.
- Withdrawn on: the last live day is the one before; "0 from Withdrawn on" is read for what is realised as well (a closed
  year's forecast is its realised, and the savings of a closed activity "count until Withdrawn on"). Planned and Approved
  are not cut.
- In the forecast, a row without a count is planned also in months that have gone.
- A line that does not recur counts a cohort once, in the year of its start, whatever Until says; of counted cohorts also
  one that a later month's fall ended (a rise after it counts again). One that a fall in its own month took is none.
- To date, such a cohort counts once the last day of its month of start is reached; Withdrawn on on or before that day
  leaves nothing of it.
- A row with a planned quantity and no From (approved: no Approved from) is a quantity (not blank) that never lives.
- "in order of start": by day: From, In place since, and for a rise the day of its count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from tests.figures.page.periods import Month, counts_of, last_whole_month, month_of, span_of
from tests.figures.page.rows import Count, Plan, Quantity, Saving, exact


@dataclass(frozen=True)
class Cohort:
    line: str
    row: str
    quantity: Fraction
    start: date  # for the order of claims
    first: Month
    last: Month | None  # for ever
    once: bool

    @property
    def lives(self) -> bool:
        """In a whole month at least."""
        return self.last is None or self.last >= self.first

    def months(self, within: range, through: Month | None = None) -> int:
        """How many of these months it lives, no later than ``through``."""
        end = within[-1] if self.last is None else min(within[-1], self.last)
        return max(0, (end if through is None else min(end, through)) - max(within[0], self.first) + 1)

    def share_of(self, year: range, through: Month | None = None) -> Fraction:
        if self.once:
            return Fraction(int(self.lives and self.first in year and (through is None or self.first <= through)))
        return Fraction(self.months(year, through), 12)

    def cut(self, last: Month | None) -> "Cohort":
        if last is None:
            return self
        return replace(self, last=last if self.last is None else min(self.last, last))


def recurs(line: Saving) -> bool:
    return line.method != "One-off"


def _dated(line: Saving, row: Quantity, quantity: Fraction, start: date, until: date | None) -> Cohort:
    last = None if until is None or not recurs(line) else last_whole_month(until)
    return Cohort(line.ref, row.ref, quantity, start, month_of(start), last, not recurs(line))


def planned_row(line: Saving, row: Quantity) -> list[Cohort]:
    if row.planned_quantity is None or row.from_ is None:
        return []
    return [_dated(line, row, exact(row.planned_quantity), row.from_, row.until)]


def approved_row(line: Saving, row: Quantity) -> list[Cohort]:
    if row.approved_quantity is None or row.approved_from is None:
        return []
    return [_dated(line, row, exact(row.approved_quantity), row.approved_from, row.approved_until)]


def read_counts(line: Saving, row: Quantity, counts: Sequence[Count]) -> list[Cohort]:
    """The counts of one row, in order of day, as cohorts; without Until and Withdrawn on."""
    standing: list[Cohort] = []
    ended: list[Cohort] = []
    before, begun = Fraction(0), False
    for count in counts:
        assert count.in_place is not None and count.in_place_on is not None
        now, month = exact(count.in_place), month_of(count.in_place_on)
        if now > before:
            start = count.in_place_on if begun else min(row.in_place_since or row.from_ or count.in_place_on, count.in_place_on)
            standing.append(Cohort(line.ref, row.ref, now - before, start, month_of(start), None, not recurs(line)))
            begun = True
        fall = before - now
        while fall > 0:
            latest = standing.pop()
            gone = min(fall, latest.quantity)
            ended.append(replace(latest, quantity=gone, last=month - 1))
            if latest.quantity > gone:
                standing.append(replace(latest, quantity=latest.quantity - gone))
            fall -= gone
        before = now
    return [one for one in (*standing, *ended) if one.lives]


def last_before_withdrawal(line: Saving) -> Month | None:
    return None if line.withdrawn_on is None else last_whole_month(line.withdrawn_on - timedelta(days=1))


def counted_row(plan: Plan, line: Saving, row: Quantity) -> list[Cohort] | None:
    """Nothing (None) where the row has no count; a count of 0 is one."""
    counts = counts_of(plan, row)
    if not counts:
        return None
    until = None if row.until is None or not recurs(line) else last_whole_month(row.until)
    return [one.cut(until).cut(last_before_withdrawal(line)) for one in read_counts(line, row, counts)]


def as_of(plan: Plan, row: Quantity) -> date | None:
    """The day of the row's last count where it is older than the Reporting period."""
    counts = counts_of(plan, row)
    day = counts[-1].in_place_on if counts else None
    return day if day is not None and day < span_of(plan.settings.reporting_period)[0] else None


def planned(plan: Plan, line: Saving) -> list[Cohort] | None:
    """Each of these four is None where no row has a quantity: blank, not zero."""
    rows = plan.rows_of(line.ref)
    if all(row.planned_quantity is None for row in rows):
        return None
    return [one for row in rows for one in planned_row(line, row)]


def approved(plan: Plan, line: Saving) -> list[Cohort] | None:
    rows = plan.rows_of(line.ref)
    if all(row.approved_quantity is None for row in rows):
        return None
    return [one for row in rows for one in approved_row(line, row)]


def realised(plan: Plan, line: Saving) -> list[Cohort] | None:
    rows = [counted for row in plan.rows_of(line.ref) if (counted := counted_row(plan, line, row)) is not None]
    return [one for row in rows for one in row] if rows else None


def forecast(plan: Plan, line: Saving) -> list[Cohort] | None:
    found: list[Cohort] | None = None
    for row in plan.rows_of(line.ref):
        cohorts = counted_row(plan, line, row)
        if cohorts is None:
            if row.planned_quantity is None:
                continue
            cohorts = [one.cut(last_before_withdrawal(line)) for one in planned_row(line, row)]
        found = [*(found or []), *cohorts]
    return found
