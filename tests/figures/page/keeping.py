"""What a refresh keeps: approvals frozen, financial years closed.

Ambiguities, and how they are read here:
- Approved on changed to a day after today freezes nothing yet, and what was approved before stands until that day.
- An approval keeps the rows as they stand: a row added later has blank Approved columns until it is approved anew.
- A year is closed where Closed through is a quarter or month that ends on or after 31 March; all earlier years that are
  shown in Years at the default as-at day are closed with it, each as at its own last day. Nothing is closed that has not
  ended by today. Where the latest stamped values are of a later period, "as at its last day" takes those of the logs, so
  that what an officer typed into Profile since is Restated, not kept.
- A line without a row in a year that was closed before gets one with blank figures.
- Setting Closed through back takes Closed on from the rows of years it no longer covers; their figures are worked out again.
"""

from dataclasses import dataclass, replace
from datetime import date

from tests.figures.page.claims import past_pool, unit_saving
from tests.figures.page.lines import Savings, shown_years
from tests.figures.page.periods import as_at_day, span_of, year_end
from tests.figures.page.rows import Figure, Number, Plan, Saving, SavingYear


@dataclass(frozen=True)
class Approval:
    """The last approval of a line in Stamps."""

    on: date
    unit_saving: Figure
    past_pool: Figure
    rows: dict[str, tuple[Number | None, date | None, date | None]]  # by Ref: quantity, From, Until


def approval_of(plan: Plan, line: Saving, last: Approval | None, today: date) -> Approval | None:
    """What stands as approved after a refresh."""
    if line.approved_on is None:
        return None
    if (last is not None and last.on == line.approved_on) or line.approved_on > today:
        return last
    rows = {row.ref: (row.planned_quantity, row.from_, row.until) for row in plan.rows_of(line.ref)}
    return Approval(line.approved_on, unit_saving(plan, line), past_pool(plan, line), rows)


def approve(plan: Plan, last: dict[str, Approval], today: date) -> tuple[Plan, dict[str, Approval]]:
    """The plan with its Approved columns as a refresh leaves them, and the approvals that stand, by line."""
    standing = {line.ref: found for line in plan.savings if (found := approval_of(plan, line, last.get(line.ref), today))}

    def saving(line: Saving) -> Saving:
        found = standing.get(line.ref)
        unit, past = (found.unit_saving, found.past_pool) if found else (None, None)
        return replace(line, approved_unit_saving=unit, approved_past_pool=past)

    kept = {ref: row for found in standing.values() for ref, row in found.rows.items()}
    nothing: tuple[Number | None, date | None, date | None] = (None, None, None)
    profile = []
    for row in plan.profile:
        quantity, start, until = kept.get(row.ref, nothing)
        profile.append(replace(row, approved_quantity=quantity, approved_from=start, approved_until=until))
    return replace(plan, savings=tuple(map(saving, plan.savings)), profile=tuple(profile)), standing


def close_years(plan: Plan, closed_on: date, today: date) -> Plan:
    """The plan with the years that Closed through covers closed; ``closed_on`` is the day written into their rows."""
    through = plan.settings.closed_through
    until = span_of(through)[1] if through else date.min
    rows = tuple(row if year_end(row.year) <= until else replace(row, closed_on=None) for row in plan.years)
    plan = replace(plan, years=rows)
    already = {row.year: row.closed_on for row in rows if row.closed_on}
    for year in shown_years(plan, as_at_day(plan.settings.reporting_period, today)):
        end = year_end(year)
        if end > min(until, today):
            continue
        there = {row.savings_ref: row for row in plan.years if row.year == year}
        figures = None if year in already else Savings(plan, end, today)
        made = []
        for line in plan.savings:
            if figures is not None:
                found = figures.year(line, year)
                made.append(SavingYear(savings_ref=line.ref, year=year, approved=found.approved, planned=found.planned,
                                       forecast=found.realised, realised=found.realised, closed_on=closed_on))
            elif line.ref not in there:
                made.append(SavingYear(savings_ref=line.ref, year=year, closed_on=already[year]))
        new = {row.savings_ref for row in made}
        plan = replace(plan, years=(*(row for row in plan.years if row.year != year or row.savings_ref not in new), *made))
    return plan
