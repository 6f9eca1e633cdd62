"""What the range of the forecast covers, in words.

Source: workbooks/pages/figures.md, Range.
"""

from sendxl.plan.schema import Type
from sendxl.plan.settings import Settings
from sendxl.plan.values import show


def in_range(settings: Settings) -> list[str]:
    """What the range covers, and what it does not, in words."""
    def share(spread: float) -> str:
        return show(spread, Type.FRACTION)

    late = f" and begins up to {show(settings.delay_months)} months late" if settings.delay_months else ""
    return [
        f"In the range: costs marked approx. (± {share(settings.approx_spread)}), average (± {share(settings.average_spread)}) "
        f"and up to (from {share(settings.up_to_low)} of them); what is not yet counted is ± {share(settings.volume_spread)} of "
        f"its quantity{late}; a line of which nothing has begun happens with the chance of its Confidence.",
        "Not in it: counts, exact costs, changes of prices, what nobody foresaw, and any allowance for optimism.",
        "Of Cost lines the high end is the bad one.",
    ]
