"""Plans made at random reach every branch of the second calculation, and it holds to what must be so of any plan."""

from collections import Counter
from dataclasses import fields, replace
from datetime import date
from itertools import pairwise

import pytest

from tests.figures.page import cohorts
from tests.figures.page.activities import all_activities
from tests.figures.page.lines import Savings
from tests.figures.page.measures import all_measures
from tests.figures.page.periods import counts_of, first_day, last_day, month_of, values_come_from_logs, year_end, year_of
from tests.figures.page.rows import total
from tests.figures.page.totals import position
from tests.figures.random_plans import Case, case

STATUSES = {"Complete", "On track", "At risk", "Off track", "Not started", "Not assessed"}
LINES = {"Withdrawn", "Cost", "Not quantified", "Not due", "Not reported", "Delivered", "On track", "At risk", "Off track"}


@pytest.fixture(scope="module", params=[True, False], ids=["plain", "doubtful"])
def cases(request: pytest.FixtureRequest) -> list[Case]:
    return [case(seed, request.param) for seed in range(250)]


def reached(made: Case) -> set[str]:
    """Words for the branches that one case comes through."""
    savings = Savings(made.plan, made.as_at, made.today)
    found = {f"line {one.status}" for one in savings.lines.values()}
    found |= {f"savings {savings.activity(row.ref).savings_status}" for row in made.plan.plan}
    for measure in all_measures(made.plan, made.as_at).values():
        found |= {f"measure {measure.status}", f"direction {measure.direction}"}
    for activity in all_activities(made.plan, made.as_at, made.today).values():
        found |= {f"status {activity.status}", f"view {activity.lead_view}", f"update {activity.update_state}",
                  f"delivery {activity.delivery_status}"}
    figures = [*savings.lines.values()]
    years = [year for one in figures for year in one.years.values()]
    counts = [[one.in_place or 0 for one in counts_of(made.plan, row)] for row in made.plan.profile]
    tells = {
        "restated": any(year.restated for year in years),
        "late line": any(year.closed_on and year.planned is None for year in years),
        "removed": any(one.removed_by_pool for one in figures), "approved": any(year.approved for year in years),
        "fall": any(later < before for some in counts for before, later in pairwise(some)),
        "back": values_come_from_logs(made.plan, made.as_at), "ahead": made.as_at > made.today,
        "blank year": any(year.planned is None for year in years), "zero year": any(year.planned == 0 for year in years),
        "balance": any(one.mitigated_balance is not None for one in position(savings).values()),
    }
    return found | {word for word, true in tells.items() if true}


def test_every_branch_is_reached(cases: list[Case]) -> None:
    counted = Counter(word for made in cases for word in reached(made))
    wanted = {f"measure {one}" for one in STATUSES} | {f"status {one}" for one in STATUSES | {"Closed"}}
    wanted |= {f"delivery {one}" for one in STATUSES | {"Closed"}} | {f"line {one}" for one in LINES}
    wanted |= {f"savings {one}" for one in LINES - {"Withdrawn", "Cost"} | {"Mixed: see Savings"}}
    wanted |= {f"direction {one}" for one in ("Improving", "Steady", "Worsening", None)}
    wanted |= {f"view {one}" for one in ("Agrees", "More optimistic", "More cautious", None)}
    wanted |= {f"update {one}" for one in ("Received", "Due", "Never updated", "Overdue")}
    wanted |= {"restated", "late line", "removed", "approved", "fall", "ahead", "blank year", "zero year", "balance"}
    if not cases[0].plain:
        wanted.add("back")
    assert {word for word in wanted if counted[word] < 2} == set()


def test_the_same_seed_makes_the_same_plan() -> None:
    assert case(7) == case(7)
    assert case(7) != case(8)


def test_months_of_cohorts_are_the_counts(cases: list[Case]) -> None:
    """From the first count on a month counts the last count by its last day; before, the first one from where it begins."""
    compared = 0
    for made in cases[:100]:
        for line in made.plan.savings:
            for row in made.plan.rows_of(line.ref):
                counts = counts_of(made.plan, row)
                if not counts or not counts[0].in_place or not row.in_place_since or line.method == "One-off":
                    continue
                found = cohorts.read_counts(line, row, counts)
                for month in range(month_of(row.in_place_since) - 2, month_of(made.as_at) + 3):
                    told = [one.in_place for one in counts if one.in_place_on and one.in_place_on <= last_day(month)]
                    begun = month >= min(month_of(row.in_place_since), month_of(counts[0].in_place_on or date.max))
                    expected = told[-1] if told else counts[0].in_place if begun else 0
                    live = sum(one.quantity for one in found if one.months(range(month, month + 1)))
                    assert live == expected, (made.seed, row.ref, first_day(month))
                    compared += 1
    assert compared > 500


def test_a_pool_is_never_claimed_beyond_its_capacity(cases: list[Case]) -> None:
    for made in cases[:100]:
        savings = Savings(made.plan, made.as_at, made.today)
        for name, by_line in savings.priced.items():
            for pool in made.plan.pools:
                if pool.capacity is not None:
                    lines = [line.ref for line in made.plan.savings if line.pool == pool.code]
                    claimed = sum(one.claimed for ref in lines for one in by_line[ref] or ())
                    assert claimed <= pool.capacity, (made.seed, name, pool.code)


def test_at_the_end_of_a_year_its_figures_are_those_to_date(cases: list[Case]) -> None:
    """With nothing closed, planned to date at 31 March is the sum of the planned years by then."""
    for made in cases[:60]:
        end = year_end(year_of(made.as_at))
        open_plan = replace(made.plan, years=(), settings=replace(made.plan.settings, first_year="2020-21", year_count=20))
        savings = Savings(open_plan, end, end)
        for ref, found in savings.lines.items():
            past = [year for name, year in found.years.items() if year_end(name) <= end]
            assert found.planned_to_date == total(year.planned for year in past), (made.seed, ref)
            assert found.realised_to_date == total(year.realised for year in past), (made.seed, ref)
            assert found.approved_to_date == total(year.approved for year in past), (made.seed, ref)


def test_rows_of_any_kind_are_made(cases: list[Case]) -> None:
    tables = {field.name for field in fields(cases[0].plan)} - {"settings", "undone"}
    assert {table for table in tables if not any(getattr(made.plan, table) for made in cases)} == set()
