"""Unit costs that a plan names in its savings cells: one row for each placement, however often it is named."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sendxl.plan.schema import Type
from sendxl.plan.values import Value, show
from sendxl.source.doubts import Doubts
from sendxl.source.money import Amount, read_amounts


@dataclass
class _Cost:
    amount: Amount
    refs: list[str] = field(default_factory=list)


class UnitCosts:
    """Collects amounts activity by activity. Where a placement is named with two amounts, the first stands."""

    def __init__(self) -> None:
        self._costs: dict[str, _Cost] = {}

    def take(self, ref: str, words: str, doubts: Doubts) -> list[Amount]:
        """Read the amounts of one savings cell, noting what is not certain; gives those that are no cost of a unit."""
        others = []
        for amount in read_amounts(words):
            if not amount.code:
                others.append(amount)
                continue
            amount = self._apart(amount)
            cost = self._costs.get(amount.code)
            if cost is None:
                self._costs[amount.code] = _Cost(amount, [ref])
                self._first(ref, amount, doubts)
                continue
            if ref not in cost.refs:
                cost.refs.append(ref)
            if (amount.pounds, amount.qualifier) != (cost.amount.pounds, cost.amount.qualifier):
                doubts.add(ref, "Savings note", amount.words, _said(cost.amount),
                           f"{cost.refs[0]} gives {amount.code} as {_said(cost.amount)}, this cell as {_said(amount)}. "
                           "The first stands in UnitCosts. Check which is right.")
        return others

    def _apart(self, amount: Amount) -> Amount:
        """An amount for something unknown, under a code of its own where another amount has the code it would get."""
        code, number = amount.code, 2
        while not amount.known and code in self._costs and self._costs[code].amount.pounds != amount.pounds:
            code, number = f"{amount.code}-{number}", number + 1
        return replace(amount, code=code)

    def _first(self, ref: str, amount: Amount, doubts: Doubts) -> None:
        says = []
        if not amount.known:
            says.append(f"What the amount is the cost of is not among the known placements; it has the code "
                        f"{amount.code}. Name it in UnitCosts, or delete the row if it is no yearly cost of a place.")
        if amount.span:
            says.append(f"It is an amount a {amount.span}, so Annual cost is blank. Enter the cost of a year.")
        elif not amount.qualifier:
            says.append("How firm the figure is is not said. Choose Qualifier.")
        if says:
            doubts.add(ref, "Savings note", amount.words, f"{amount.code}: {_said(amount)}", " ".join(says))

    def close(self, doubts: Doubts) -> None:
        """Note, once for the plan, what it leaves unsaid about all its costs."""
        costs = {code: cost for code, cost in self._costs.items() if cost.amount.pounds is not None}
        if costs:
            doubts.add("", "Price base", "\n".join(cost.amount.words for cost in costs.values()),
                       "; ".join(f"{code}: {_said(cost.amount)}" for code, cost in costs.items()),
                       "The plan does not say which year's prices these are, nor that they are costs of a whole year. "
                       "Confirm them with finance and fill Price base in UnitCosts.")

    def rows(self) -> Iterator[dict[str, Value]]:
        """Rows of UnitCosts, in the order of the plan."""
        for code, cost in self._costs.items():
            yield {"code": code, "placement": cost.amount.placement, "annual_cost": cost.amount.pounds,
                   "qualifier": str(cost.amount.qualifier) if cost.amount.qualifier else None,
                   "source": f"Published plan, savings of {', '.join(cost.refs)}: “{cost.amount.words}”"}


def _said(amount: Amount) -> str:
    pounds = show(amount.pounds, Type.MONEY) or "no yearly amount"
    return f"{amount.qualifier} {pounds}" if amount.qualifier else pounds
