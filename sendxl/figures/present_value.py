"""What later pounds are worth today.

Source: workbooks/pages/figures.md, Present value.
"""

from collections.abc import Mapping, Sequence


def present_value(amounts: Mapping[str, float | None], years: Sequence[str], now: str, rate: float) -> float:
    """Pounds of yearly amounts at a yearly discount rate, from the year ``now`` (factor 1); earlier years left out.

    ``years`` and ``now`` are financial years as written.
    """
    ahead = ((int(year[:4]) - int(now[:4]), amounts.get(year) or 0.0) for year in years)
    return sum(amount / (1 + rate) ** distance for distance, amount in ahead if distance >= 0)
