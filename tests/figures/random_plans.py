"""Plans of rows made at random from a seed, that come through every branch of the figures.

A plain case keeps out of what the words leave open (the lists at the head of the files of the second calculation), so that
two honest readings agree on it to the penny; a doubtful one goes there too, and a difference is first to be judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from tests.figures.page.keeping import approve, close_years
from tests.figures.page.periods import (
    as_at_day,
    first_day,
    month_of,
    next_year,
    span_of,
    values_come_from_logs,
    year_end,
    year_of,
)
from tests.figures.page.rows import (
    Activity,
    Count,
    Measure,
    Number,
    Plan,
    Pool,
    PositionRow,
    Quantity,
    Reading,
    Saving,
    Settings,
    Target,
    Tracker,
    UnitCost,
    Update,
    exact,
)

T = TypeVar("T")
FUNDS = ("High needs block", "General fund", "Schools")
TYPES = ("Cashable", "Cost avoidance", "Non-cashable", "Cost")
CHAINS = ("OOC > SPECIAL > RP", "OOC > SPECIAL", "SPECIAL > RP", "OOC > SPECIAL > RP > MAINSTREAM")
METHODS = (*["Placement chain"] * 3, "Unit cost avoided", "Share of contract", "One-off", "Not quantified")
LEADS = ("Head of SEND", "Finance lead")


@dataclass(frozen=True)
class Case:
    seed: int
    plan: Plan
    as_at: date
    today: date
    plain: bool


def quarter_of(day: date) -> str:
    return f"{year_of(day)} Q{(day.month - 4) % 12 // 3 + 1}"


class Maker:
    """One plan in the making."""

    def __init__(self, seed: int, plain: bool) -> None:
        self.random, self.plain = Random(seed), plain
        self.today = self.day(date(2027, 4, 1), date(2030, 3, 31))
        reported = self.today - timedelta(days=self.random.choice((0, 0, 30, 60, 90)))
        self.period = quarter_of(reported) if self.chance(0.8) else f"{reported:%Y-%m}"
        self.as_at = as_at_day(self.period, self.today)
        self.no = 0

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def doubtful(self, of: float) -> bool:
        """As a chance, but never in a plain case; a number is drawn all the same."""
        return self.chance(of) and not self.plain

    def day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.random.randint(0, max(0, (last - first).days)))

    def near(self, before: int, after: int) -> date:
        return self.day(self.as_at - timedelta(days=before), self.as_at + timedelta(days=after))

    def maybe(self, of: float, value: T) -> T | None:
        return value if self.chance(of) else None

    def number(self) -> int:
        self.no += 1
        return self.no

    def share(self) -> float:
        return round(self.random.choice((0.0, 1.0, self.random.random(), self.random.random(), self.random.random())), 2)

    def earlier_periods(self) -> list[str]:
        """Quarters before the reporting period, from the oldest."""
        first = span_of(self.period)[0]
        days = [first - timedelta(days=days) for days in (370, 280, 190, 95)]
        return [period for day in days if span_of(period := quarter_of(day))[1] < first]

    # Activities and measures

    def activity(self, ref: str) -> Activity:
        starts = self.maybe(0.9, self.near(700, 120))
        due = self.maybe(0.9, self.day(starts or self.near(500, 0), self.as_at + timedelta(days=400)))
        if starts and due and self.chance(0.05):
            due = starts
        done = self.maybe(0.9, self.share())
        if starts and due and self.chance(0.4):  # as far as it should be, or nearly
            whole = max(1, (due - starts).days)
            done = round(min(1.0, max(0.0, (self.as_at - starts).days / whole * self.random.uniform(0.6, 1.2))), 3)
        completed = self.near(90, 0) if done == 1 and self.chance(0.5) else None
        if self.doubtful(0.1):
            completed = self.near(0, 90)
        finish = self.maybe(0.3, self.day(due, due + timedelta(days=200))) if due else None
        if self.plain and done == 1:
            finish = None
        return Activity(
            ref=ref, lead=self.random.choice(LEADS), joint_leads=self.maybe(0.2, "Finance lead; Health lead"),
            starts=starts, due=due, closed_on=self.maybe(0.07, self.near(200, 60)), percent_complete=done, completed_on=completed,
            forecast_finish=finish, period=self.maybe(0.3, self.period),
            lead_status=self.maybe(0.8, self.random.choice(("Not started", "On track", "At risk", "Off track", "Complete"))))

    def measure(self, ref: str, activity: Activity) -> tuple[Measure, list[Target], list[Reading]]:
        kind = self.random.choice(("Number", "Number", "Percentage", "Number and %", "Compliance", "Milestone"))
        early = activity.starts is not None and activity.starts > self.as_at
        if self.plain and early and kind == "Compliance":
            kind = "Milestone"
        better = self.random.choice(("Higher", "Higher", "Lower"))
        whole = kind == "Number"
        ends_of_way = (self.random.randint(0, 40), self.random.randint(0, 60)) if whole else (self.share(), self.share())
        low, high = sorted(ends_of_way)
        falls = better == "Lower" and self.chance(0.7)
        baseline, target = (high, low) if falls or self.doubtful(0.1) else (low, high)
        begins = activity.starts or self.near(600, 60)
        if self.doubtful(0.3):
            begins = self.near(600, 60)
        ends = self.day(begins + timedelta(days=1), begins + timedelta(days=900))
        if self.doubtful(0.1):
            ends = begins - timedelta(days=self.random.randint(0, 30))
        share_of = kind in ("Number and %", "Compliance")

        def told() -> tuple[Number | None, Number | None]:
            if share_of:
                out_of = self.random.randint(0 if self.doubtful(0.2) else 1, 80)
                return self.random.randint(0, out_of), self.maybe(0.95, out_of)
            if kind == "Milestone":
                return self.share(), None
            if self.chance(0.4):
                return target, None
            between = baseline + (target - baseline) * self.random.uniform(-0.2, 1.3)
            return (max(0, round(between)) if whole else round(min(1.0, max(0.0, between)), 3)), None

        actual, out_of = told()
        there = self.chance(0.85)
        targets = []
        if kind in ("Number", "Percentage", "Number and %") and self.chance(0.3) and (ends - begins).days > 40:
            inside = sorted({self.day(begins + timedelta(days=1), ends - timedelta(days=1)) for _ in range(2)})
            for number, on in enumerate(inside, 1):
                if self.doubtful(0.1):
                    on = ends + timedelta(days=5)
                expected = baseline + (target - baseline) * self.random.choice((0, 0.25, 0.5, 0.5, 0.8))
                targets.append(Target(ref=f"{ref}.T{number}", measure_ref=ref, on=self.maybe(0.95, on),
                                      expected=self.maybe(0.95, expected)))
        readings = []
        for period in self.earlier_periods():
            if self.chance(0.5):
                before, out = told()
                readings.append(Reading(no=self.number(), period=period, ref=ref, batch=self.random.choice(("a", "a", "b")),
                                        actual=before, out_of=out, actual_on=span_of(period)[1]))
        if not there:
            actual, out_of = None, None
        if kind == "Milestone":
            return Measure(ref=ref, activity_ref=activity.ref, kind=kind, actual=actual,
                           actual_on=self.near(150, 0) if there else None), targets, readings
        compliance = kind == "Compliance"
        if compliance and self.chance(0.2):
            target = 0
        row = Measure(
            ref=ref, activity_ref=activity.ref, kind=kind, better=better, baseline=self.maybe(0.95, baseline),
            baseline_on=self.maybe(0.95, begins), target=self.maybe(0.8 if compliance else 0.95, target),
            target_on=self.maybe(0.95, ends), actual=actual, out_of=out_of, actual_on=self.near(150, 0) if there else None,
            formula_never_worked_out=self.doubtful(0.03))
        if compliance:
            row = replace(row, baseline=None, baseline_on=None, target_on=None)
        return row, targets, readings

    # Savings

    def saving(self, ref: str, activity: str, type: str) -> Saving:
        method = self.random.choice(METHODS)
        pooled = method in ("Placement chain", "Unit cost avoided") and self.chance(0.6) and (type != "Cost" or not self.plain)
        chain = self.random.choice(CHAINS) if not self.chance(0.04) else "UNKNOWN > RP"
        amount = self.random.randint(0, 900_000) / 100
        return Saving(
            ref=ref, activity_ref=activity, method=method, chain=chain if method == "Placement chain" else None,
            unit_amount=self.maybe(0.93, amount) if method in ("Unit cost avoided", "One-off") else None,
            annual_value=self.random.randint(1_000, 400_000) if method == "Share of contract" else None,
            share=self.maybe(0.93, self.share()) if method == "Share of contract" else None,
            type=type, fund=self.random.choice(FUNDS), confidence=self.maybe(0.6, self.share()),
            pool=self.random.choice(("P1", "P1", "P2")) if pooled or self.doubtful(0.1) else None,
            claim_order=self.maybe(0.6, self.random.randint(1, 3)),
            finance_confirmed_on=self.maybe(0.35, self.near(100, 20)),
            approved_on=self.maybe(0.6, self.near(400, 0) if not self.doubtful(0.1) else self.near(0, 300)))

    def first_of_month(self, day: date, always: bool) -> date:
        return first_day(month_of(day)) if always or self.chance(0.5) else day

    def quantity(self, ref: str, line: Saving) -> Quantity:
        """On a pool, plain starts and counts are on the first of a month, so that by day and by month are one order."""
        starts = self.first_of_month(self.near(900, 500), self.plain and line.pool is not None)
        until = self.maybe(0.3, self.day(starts, starts + timedelta(days=700)))
        if self.plain and line.method == "One-off":
            until = None
        planned = self.random.choice((1, 2, 3, 5, 8, 2.5)) if not self.doubtful(0.1) else 0
        return Quantity(ref=ref, savings_ref=line.ref, from_=None if self.doubtful(0.07) else starts,
                        until=until, planned_quantity=self.maybe(0.93, planned))

    def counted(self, row: Quantity, line: Saving) -> tuple[Quantity, list[Count]]:
        """Counts in the quarters they came in, the last of them in the row as stamping leaves it."""
        since = (row.from_ or self.near(500, 0)) + timedelta(days=self.random.choice((0, 0, 0, 35, 95, 180)))
        since = self.first_of_month(since, self.plain and line.pool is not None)
        latest = min(self.as_at, self.today, row.until or self.today) if self.plain else min(self.as_at, self.today)
        if since > latest or not self.chance(0.75):
            return row, []
        days = sorted({self.day(since, latest) for _ in range(self.random.randint(1, 4))})
        if self.plain and line.pool is not None:
            days = sorted({max(since, first_day(month_of(day))) for day in days})
        planned = row.planned_quantity or 4
        numbers: list[Number] = [self.random.choice((planned, planned, planned + 1, 1, 2, 3, 0)) for _ in days]
        if self.plain:
            numbers[0] = numbers[0] or 1
            if line.method == "One-off":
                numbers = sorted(number or 1 for number in numbers)
        counts = [Count(no=self.number(), period=quarter_of(day), ref=row.ref, batch="a",
                        in_place=number, in_place_on=day, in_place_since=since)
                  for day, number in zip(days, numbers, strict=True)]
        if self.doubtful(0.15):
            counts.append(replace(counts[-1], no=self.number(), in_place=self.random.randint(0, 6)))
        if self.chance(0.15):
            counts.append(replace(counts[-1], no=self.number(), in_place=self.random.randint(0, 6), batch="b"))  # undone
        last = [one for one in counts if one.batch != "b"][-1]
        row = replace(row, in_place=last.in_place, in_place_on=last.in_place_on, in_place_since=since)
        if self.doubtful(0.2):
            row = replace(row, in_place=self.random.randint(0, 6), in_place_on=self.day(since, latest))
        if self.doubtful(0.05):
            row = replace(row, in_place_since=None)
        return row, counts

    def withdrawn(self, plan: Plan) -> Plan:
        def one(line: Saving) -> Saving:
            counted = any(row.in_place is not None for row in plan.rows_of(line.ref))
            single = len({other.type for other in plan.savings if other.activity_ref == line.activity_ref}) == 1
            if not self.chance(0.12) or (self.plain and (counted or not single)):
                return line
            return replace(line, withdrawn_on=self.first_of_month(self.near(300, 100), self.plain))
        return replace(plan, savings=tuple(map(one, plan.savings)))

    # The plan

    def position(self) -> list[PositionRow]:
        rows = []
        for fund in FUNDS[:self.random.randint(0, 2)]:
            for by in range(3):
                opening = -self.random.randint(0, 9_000_000) if by == 0 or self.chance(0.2) else None
                if self.doubtful(0.1):
                    opening = None
                funding, spend = (self.maybe(0.95, self.random.randint(10**6, 10**7)) for _ in range(2))
                rows.append(PositionRow(fund=fund, year=next_year("2027-28", by), funding=funding, unmitigated_spend=spend,
                                        opening_balance=opening))
        return rows

    def approved(self, plan: Plan) -> Plan:
        """Approved before the plan moved on: some rows came later, some prices and quantities have changed since."""
        early = replace(plan, profile=tuple(row for row in plan.profile if not self.chance(0.1)))
        lines = {line.ref: line for line in approve(early, {}, self.today)[0].savings}
        rows = {row.ref: row for row in approve(early, {}, self.today)[0].profile}
        profile = tuple(rows.get(row.ref, row) for row in plan.profile)
        return self.moved(replace(plan, savings=tuple(lines[line.ref] for line in plan.savings), profile=profile))

    def moved(self, plan: Plan) -> Plan:
        """Other costs and other planned quantities."""
        costs = tuple(replace(cost, annual_cost=exact(cost.annual_cost or 0) + self.random.choice((0, 0, 500, 1_250)))
                      for cost in plan.unit_costs)
        profile = tuple(replace(row, planned_quantity=row.planned_quantity + 1)
                        if row.planned_quantity and self.chance(0.2) else row for row in plan.profile)
        return replace(plan, unit_costs=costs, profile=profile)

    def closed(self, plan: Plan) -> Plan:
        """The last year that has ended is closed, and then the rows move on; a line or two come later."""
        year = next_year(year_of(self.as_at), -1)
        through = self.random.choice((f"{year} Q4", f"{int(year[:4]) + 1}-03"))
        plan = replace(plan, settings=replace(plan.settings, closed_through=through))
        late = {line.ref for line in plan.savings if self.chance(0.15)}
        then = replace(plan, savings=tuple(line for line in plan.savings if line.ref not in late),
                       profile=tuple(row for row in plan.profile if row.savings_ref not in late))
        kept = close_years(then, year_end(year) + timedelta(days=1), self.today)
        return self.moved(close_years(replace(plan, years=kept.years), self.today, self.today))

    def updates(self, activities: Sequence[Activity]) -> list[Update]:
        periods = self.earlier_periods() + ([self.period] if self.chance(0.5) else [])
        return [Update(no=self.number(), period=period, ref=row.ref, batch=self.random.choice(("a", "a", "b")),
                       percent_complete=self.share(), lead_status=self.random.choice(("On track", "At risk")))
                for period in periods for row in activities if self.chance(0.3)]

    def plan(self) -> Plan:
        activities, measures, targets, readings = [], [], [], []
        lines: list[Saving] = []
        profile: list[Quantity] = []
        counts: list[Count] = []
        for number in range(1, self.random.randint(2, 4)):
            activity = self.activity(f"{self.random.choice(('GR', 'PI'))}-{number:02}")
            activities.append(activity)
            for one in range(1, self.random.randint(1, 4)):
                measure, interim, told = self.measure(f"{activity.ref}.M{one}", activity)
                measures.append(measure)
                targets += interim
                readings += told
            type = self.random.choice(TYPES[:3])
            for one in range(1, self.random.randint(1, 5)):
                other = self.random.choice(TYPES) if self.chance(0.25) else type
                line = self.saving(f"{activity.ref}.S{one}", activity.ref, other)
                lines.append(line)
                for part in range(1, self.random.randint(2, 4)):
                    row, told_counts = self.counted(self.quantity(f"{line.ref}.P{part}", line), line)
                    profile.append(row)
                    counts += told_counts
        first = self.random.choice((None, "2026-27", "2027-28"))
        pools = [Pool(code=code, capacity=None if self.doubtful(0.1) else self.random.choice((0, 2, 4, 6, 12)))
                 for code in ("P1", "P2")]
        costs = [UnitCost(code=code, annual_cost=cost) for code, cost in
                 (("OOC", 54_000), ("SPECIAL", 27_000.4), ("RP", 18_000), ("MAINSTREAM", 6_000.01))]
        due = span_of(self.period)[1] + timedelta(days=10)
        trackers = [Tracker(tracker=f"T{number}", lead=lead, period=self.period, due_on=due)
                    for number, lead in enumerate(LEADS) if self.chance(0.4)]
        settings = Settings(reporting_period=self.period, first_year=first, year_count=self.random.randint(2, 6))
        made = Plan(settings=settings, plan=tuple(activities), measures=tuple(measures), targets=tuple(targets),
                    savings=tuple(lines), profile=tuple(profile), unit_costs=tuple(costs), pools=tuple(pools),
                    position=tuple(self.position()), updates=tuple(self.updates(activities)), readings=tuple(readings),
                    counts=tuple(counts), trackers=tuple(trackers), undone=frozenset("b"))
        made = self.withdrawn(self.approved(made))
        return self.closed(made) if self.chance(0.4) else made


def case(seed: int, plain: bool = True) -> Case:
    """One plan with its as-at day and today: at the default day, looking ahead, or looking back."""
    maker = Maker(seed, plain)
    plan = maker.plan()
    as_at = maker.as_at
    match maker.random.randint(0, 5):
        case 0:
            as_at = maker.day(maker.today, maker.today + timedelta(days=300))
        case 1:
            earlier = maker.day(maker.as_at - timedelta(days=250), maker.as_at)
            if not plain or not (values_come_from_logs(plan, earlier) or any(row.closed_on for row in plan.years)):
                as_at = earlier
    return Case(seed, plan, as_at, maker.today, plain)
