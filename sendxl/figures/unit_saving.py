"""What one place or unit saves: by the method of its line and, for a placement chain, by the costs of its links.

All prices are constant. Source: workbooks/pages/figures.md, Unit saving.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from sendxl.plan.likeness import as_seen, by_sight
from sendxl.plan.master import Saving, UnitCost
from sendxl.plan.schema import MOST
from sendxl.plan.vocabulary import Method

Costs = Mapping[str, Decimal | None]
ZERO = Decimal(0)
_PENNY = Decimal("0.01")


class UnitSaving(NamedTuple):
    """Pounds that a unit saves a year (One-off: once), unrounded; None where that is not quantified.

    ``later`` is what a place still saves where its pool is used up: the links of its chain after the first.
    """

    full: Decimal | None
    later: Decimal | None


def pence(amount: Decimal | None) -> float | None:
    """Pounds rounded to the penny, halves away from 0."""
    if amount is None:
        return None
    return float(amount.quantize(_PENNY, ROUND_HALF_UP)) + 0.0  # never “-0”


def number(value: object) -> Decimal | None:
    """A cell's number exactly as it is written, to 15 digits as Excel keeps them; None for all else.

    A number beyond what any plan holds is none: it is a slip, which the checks of a master name.
    """
    if not isinstance(value, (int, float)) or not -MOST <= value <= MOST:
        return None
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")


def chain_codes(chain: str | None) -> tuple[str, ...]:
    """The codes of a chain, dearest first, as it is written: “OOC > SPECIAL > RP”."""
    return tuple(code.strip() for code in (chain or "").split(">") if code.strip())


def costs_of(unit_costs: Iterable[UnitCost]) -> dict[str, Decimal | None]:
    """Annual cost by code ``as_seen``; of a code that stands twice the first."""
    return dict(by_sight((row.key, number(row.annual_cost)) for row in unit_costs))


def unit_saving(line: Saving, costs: Costs) -> UnitSaving:
    """The unit saving of a row of Savings at the costs given, which are by code ``as_seen``.

    Blank where an amount is missing, a chain has fewer than two codes, or one of them has no cost.
    """
    if line.method == Method.CHAIN:
        found = [costs.get(as_seen(code)) for code in chain_codes(line.chain)]
        known = [cost for cost in found if cost is not None]
        if len(known) < 2 or len(known) < len(found):
            return UnitSaving(None, None)
        return UnitSaving(known[0] - known[-1], known[1] - known[-1])
    if line.method in (Method.UNIT, Method.ONE_OFF):
        return UnitSaving(number(line.unit_amount), ZERO)
    if line.method == Method.SHARE:
        value, share = number(line.annual_value), number(line.share)
        return UnitSaving(None if value is None or share is None else value * share, ZERO)
    return UnitSaving(None, ZERO)
