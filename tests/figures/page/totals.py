"""Totals by type, fund and year, net of costs, present value, and the position of a fund.

Ambiguities, and how they are read here:
- "n of m quantified": m are the lines of that type and fund, withdrawn ones too; n those whose figure of that year is not blank.
- One-off and recurring: by the Method of today, in closed years too.
- Net of Cost lines by fund and year: for each type by itself, as types are never added; a fund without Cost lines is unchanged.
- Present value: each year's total (recurring and one-off together), of the years given; blank years add nothing.
- Position: blank Savings or Costs count as nothing in Mitigated spend, and stay blank in their own cells. Without
  Unmitigated spend or Funding, what needs it is blank, and so are the balances from there until an Opening balance.
- Balances run from a year to the next one only: a year that is missing between breaks them. Without an Opening balance in
  the first year they are blank. An Opening balance is the balance before that year's own in-year balance.
- The unmitigated balance moves by Funding less Unmitigated spend.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tests.figures.page.lines import Savings
from tests.figures.page.periods import next_year
from tests.figures.page.rows import Figure, Number, exact, figure, total


@dataclass(frozen=True)
class Total:
    recurring: Figure
    one_off: Figure
    quantified: int
    lines: int

    @property
    def together(self) -> Figure:
        return total((self.recurring, self.one_off))


Key = tuple[str | None, str | None, str]  # type, fund, year


def totals(savings: Savings, name: str) -> dict[Key, Total]:
    """``name`` is one of approved, planned, forecast, realised."""
    groups: dict[Key, list[tuple[bool, Figure]]] = {}
    for line in savings.plan.savings:
        for year, found in savings.lines[line.ref].years.items():
            one: Figure = {"approved": found.approved, "planned": found.planned, "forecast": found.forecast,
                           "realised": found.realised}[name]
            groups.setdefault((line.type, line.fund, year), []).append((line.method == "One-off", one))
    return {key: Total(total(one for once, one in group if not once), total(one for once, one in group if once),
                       sum(one is not None for _, one in group), len(group)) for key, group in groups.items()}


def net_of_costs(found: Mapping[Key, Total]) -> dict[Key, Figure]:
    """Each type's total of a fund and year less that fund's Cost lines of the year; blank where nothing is quantified."""
    net = {}
    for (kind, fund, year), one in found.items():
        if kind != "Cost":
            costs = found.get(("Cost", fund, year))
            cost = costs.together if costs else None
            net[kind, fund, year] = total((one.together, None if cost is None else -cost))
    return net


def present_value(by_year: Mapping[str, Figure], as_at_year: str, rate: Number) -> Figure:
    worth: list[Figure] = []
    for year, amount in by_year.items():
        after = int(year[:4]) - int(as_at_year[:4])
        if after >= 0 and amount is not None:
            worth.append(amount / (1 + exact(rate)) ** after)
    return total(worth)


@dataclass(frozen=True)
class PositionFigures:
    savings: Figure
    costs: Figure
    mitigated_spend: Figure
    in_year_balance: Figure
    unmitigated_balance: Figure
    mitigated_balance: Figure


def position(savings: Savings) -> dict[tuple[str, str], PositionFigures]:
    """By fund and year."""
    def of(fund: str, year: str, *types: str) -> Figure:
        return total(savings.year(line, year).forecast for line in savings.plan.savings
                     if line.fund == fund and line.type in types)

    found: dict[tuple[str, str], PositionFigures] = {}
    for row in sorted(savings.plan.position, key=lambda one: (one.fund, one.year)):
        saved, costs = of(row.fund, row.year, "Cashable", "Cost avoidance"), of(row.fund, row.year, "Cost")
        spend, funding = figure(row.unmitigated_spend), figure(row.funding)
        mitigated = None if spend is None else spend - (saved or Fraction(0)) + (costs or Fraction(0))
        in_year = None if mitigated is None or funding is None else funding - mitigated
        plain = None if spend is None or funding is None else funding - spend
        before = found.get((row.fund, next_year(row.year, -1)))
        opening = figure(row.opening_balance)
        opens = (opening, opening)
        if opening is None and before is not None:
            opens = (before.unmitigated_balance, before.mitigated_balance)
        found[row.fund, row.year] = PositionFigures(
            saved, costs, mitigated, in_year, None if opens[0] is None or plain is None else opens[0] + plain,
            None if opens[1] is None or in_year is None else opens[1] + in_year)
    return found
