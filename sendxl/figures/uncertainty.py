"""How far the forecast may turn out otherwise: P10, P50 and P90 by simulation.

Costs that are not exact and quantities that are not yet counted are drawn from triangular distributions around what was
entered, and what is not yet counted may begin late; a line of which nothing has begun happens with the chance of its
Confidence. One draw for each code of UnitCosts, and one of each kind for each line, is shared by all years. A draw depends
on the seed and on the code or ref alone, so that the order of rows, or a line that is added, changes no other line's draws.
Source: workbooks/pages/figures.md, Range.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sendxl.figures.claims import YEAR, Basis, Claim, by_pool, natural
from sendxl.figures.counts import FOR_EVER
from sendxl.figures.savings import SavingsLine
from sendxl.figures.unit_saving import chain_codes, number
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import UnitCost
from sendxl.plan.periods import months_of
from sendxl.plan.settings import Settings
from sendxl.plan.vocabulary import Method, Qualifier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Draws: TypeAlias = NDArray[np.float64]

Group: TypeAlias = tuple[str | None, str | None]  # Type and Fund of a line
_PERCENTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Range:
    """Pounds that the forecast falls short of in 10, 50 and 90 of 100 draws."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class GroupRange:
    """The range of the lines of one Type and Fund: by financial year as written, and of all those years together."""

    years: Mapping[str, Range]
    total: Range


def forecast_ranges(lines: Sequence[SavingsLine], unit_costs: Iterable[UnitCost], capacities: Mapping[str, Decimal],
                    years: Sequence[str], settings: Settings, *, draws: int, seed: int) -> dict[Group, GroupRange]:
    """The range of Forecast for every Type and Fund that has a quantified line.

    ``capacities`` are those of the pools, by code in small letters. Memory is that of ``draws`` times groups times
    years; time grows with lines times years times draws.
    """
    costs = {as_seen(row.key): row for row in reversed(list(unit_costs))}  # of a code that stands twice the first
    world = _World(costs, settings, draws, seed)
    spans = [months_of(year) for year in years]
    sums: dict[Group, Draws] = defaultdict(lambda: np.zeros((len(years), draws)))
    lines = sorted((line for line in lines if line.current.full is not None and line.claims[Basis.FORECAST]),
                   key=lambda line: natural(line.ref))
    free = [line for line in lines if as_seen(line.row.pool or "") not in capacities]
    for line in free:
        _add_free(sums[line.row.type, line.row.fund], line, spans, world)
    pooled = {line.ref: line for line in lines if as_seen(line.row.pool or "") in capacities}
    claims = [claim for line in pooled.values() for claim in line.claims[Basis.FORECAST]]
    for pool, claimed in by_pool(claims, capacities.__contains__).items():
        _add_pool(sums, claimed, float(capacities[pool]), pooled, spans, world)
    return {group: _ranges(sums[group], years) for group in _grouped(lines)}


@dataclass
class _World:
    """The draws of costs and quantities."""

    costs: Mapping[str, UnitCost]
    settings: Settings
    draws: int
    seed: int

    def __post_init__(self) -> None:
        self._drawn: dict[str, Draws | float] = {}

    def cost(self, code: str) -> "Draws | float":
        """Annual cost of a code of UnitCosts: an array of draws, or one number where it is exact."""
        code = as_seen(code)
        if code not in self._drawn:
            row, set_ = self.costs[code], self.settings
            spreads: dict[str | None, tuple[float, float]] = {
                Qualifier.APPROX: (1 - set_.approx_spread, 1 + set_.approx_spread),
                Qualifier.AVERAGE: (1 - set_.average_spread, 1 + set_.average_spread),
                Qualifier.UP_TO: (set_.up_to_low, 1.0),
            }
            low, high = spreads.get(row.qualifier, (1.0, 1.0))
            self._drawn[code] = (row.annual_cost or 0.0) * self._triangular(f"cost {code}", max(low, 0.0), 1.0, high)
        return self._drawn[code]

    def volume(self, line: SavingsLine) -> "Draws | float":
        """What the planned quantities of a line are multiplied by: 0 in the draws in which it does not happen."""
        spread = self.settings.volume_spread
        return self._chance(line) * self._triangular(f"line {line.ref}", max(1 - spread, 0.0), 1.0, 1 + spread)

    def delay(self, line: SavingsLine) -> "Draws | float":
        """By how many months what is not yet counted of a line begins late."""
        return self._triangular(f"delay {line.ref}", 0.0, 0.0, self.settings.delay_months)

    def _chance(self, line: SavingsLine) -> "Draws | float":
        confidence = number(line.row.confidence)
        if confidence is None or any(count.quantity for entry in line.entries for count in entry.counts):
            return 1.0
        return (self._uniform(f"chance {line.ref}") < float(confidence)).astype(np.float64)

    def unit(self, line: SavingsLine) -> "tuple[Draws | float, Draws | float]":
        """The unit saving of a line, and what of it remains past its pool."""
        if line.row.method != Method.CHAIN:
            return float(line.current.full or 0), 0.0
        first, second, *rest = (self.cost(code) for code in chain_codes(line.row.chain))
        last = rest[-1] if rest else second
        return first - last, second - last

    def _triangular(self, of: str, low: float, mode: float, high: float) -> "Draws | float":
        """Numbers by the inverse of their distribution; the mode where there is no spread."""
        if low >= high:
            return mode
        uniform = self._uniform(of)
        mode = min(max(mode, low), high)
        below = (mode - low) / (high - low)
        return np.where(uniform < below,
                        low + np.sqrt(uniform * (high - low) * (mode - low)),
                        high - np.sqrt((1 - uniform) * (high - low) * (high - mode)))

    def _uniform(self, of: str) -> "Draws":
        key = int.from_bytes(sha256(of.encode("utf-8", "surrogatepass")).digest()[:16], "big")
        return np.random.default_rng([self.seed, key]).random(self.draws)


def _grouped(lines: Iterable[SavingsLine]) -> dict[Group, list[SavingsLine]]:
    groups: dict[Group, list[SavingsLine]] = defaultdict(list)
    for line in lines:
        groups[line.row.type, line.row.fund].append(line)
    return groups


def _add_free(sums: "Draws", line: SavingsLine, spans: Sequence[tuple[int, int]], world: _World) -> None:
    """Add what a line without a pool saves in each year."""
    unit = world.unit(line)[0]
    for claim in line.claims[Basis.FORECAST]:
        sums += _shares(claim, spans, world, line) * (_quantity(claim, world, line) * unit)


def _add_pool(sums: Mapping[Group, "Draws"], claims: Sequence[Claim], capacity: float, lines: Mapping[str, SavingsLine],
              spans: Sequence[tuple[int, int]], world: _World) -> None:
    """Add what the lines of a pool save: its claims are met in order afresh in every draw."""
    left = np.full(world.draws, capacity)
    for claim in claims:
        line = lines[claim.terms.ref]
        quantity = _quantity(claim, world, line)
        met = np.minimum(np.maximum(quantity, 0.0), left if claim.first <= claim.last else 0.0)
        left -= met
        unit, later = world.unit(line)
        sums[line.row.type, line.row.fund] += _shares(claim, spans, world, line) * (met * unit + (quantity - met) * later)


def _quantity(claim: Claim, world: _World, line: SavingsLine) -> "Draws | float":
    return float(claim.quantity) * (1.0 if claim.is_counted else world.volume(line))


def _shares(claim: Claim, spans: Sequence[tuple[int, int]], world: _World, line: SavingsLine) -> "Draws":
    """The share of each year in which a claim is live: a row a year, and a column a draw where it may begin late."""
    if claim.is_counted:
        return np.array([[claim.months(*span)] for span in spans]) / YEAR
    first, last = claim.first + world.delay(line), min(claim.last, FOR_EVER)
    if claim.terms.once:
        return np.array([(start <= first) & (first < end + 1) & (first <= last) for start, end in spans], dtype=np.float64
                        ).reshape(len(spans), -1)
    return np.array([np.maximum(0.0, min(last, end) + 1 - np.maximum(first, start)) for start, end in spans]
                    ).reshape(len(spans), -1) / YEAR


def _ranges(sums: "Draws", years: Sequence[str]) -> GroupRange:
    found = np.quantile(np.vstack([sums, sums.sum(axis=0)]), _PERCENTILES, axis=1).T
    of = [Range(*(float(amount) for amount in row)) for row in found]
    return GroupRange(dict(zip(years, of, strict=False)), of[-1])
