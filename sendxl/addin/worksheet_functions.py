"""Worksheet functions where Python runs within Excel (xlwings Lite): single cells worked out as a refresh would.

Thin over figures/functions. Excel for the desktop has them in the add-in's own macros (macros/SendxlFunctions.bas).
"""

from sendxl.books.live.without_pandas import xlwings as xw
from sendxl.figures import functions
from sendxl.figures.functions import Given


@xw.func
@xw.arg("value", doc="The value reached: a number.")
@xw.arg("baseline", doc="The value at the beginning.")
@xw.arg("baseline_on", doc="Day of the baseline.")
@xw.arg("target", doc="The value to be reached.")
@xw.arg("target_on", doc="Day by which it is to be reached.")
@xw.arg("as_at", doc="Day to judge by.")
@xw.arg("better", doc="Higher or Lower: which is better.")
def SENDXL_STATUS(value: Given, baseline: Given, baseline_on: Given, target: Given, target_on: Given, as_at: Given,  # noqa: N802
                  better: Given = None) -> str:
    """Status of a number against the straight line from its baseline to its target."""
    return functions.measure_status(value, baseline, baseline_on, target, target_on, as_at, better)


@xw.func
@xw.arg("chain", doc="Codes from dearest to cheapest, like OOC > SPECIAL > RP.")
@xw.arg("codes", ndim=1, doc="Range of codes.")
@xw.arg("costs", ndim=1, doc="Range of annual costs, in the same order.")
def SENDXL_UNITSAVING(chain: Given, codes: list[Given], costs: list[Given]) -> float | str:  # noqa: N802
    """Pounds that a place saves a year along a chain: the first cost less the last."""
    return functions.chain_saving(chain, codes, costs)


@xw.func
@xw.arg("from_", doc="First day.")
@xw.arg("until", doc="Last day; blank: for good.")
@xw.arg("year", doc='Financial year, like "2026-27".')
def SENDXL_YEARSHARE(from_: Given, until: Given, year: Given) -> float | str:  # noqa: N802
    """Share of a financial year between two days, by whole months: 0 to 1."""
    return functions.year_share(from_, until, year)


@xw.func
@xw.arg("quantity", doc="How many.")
@xw.arg("unit", doc="Pounds that one saves a year.")
@xw.arg("from_", doc="First day.")
@xw.arg("until", doc="Last day; blank: for good.")
@xw.arg("year", doc='Financial year, like "2026-27".')
@xw.arg("recurs", doc="TRUE for every year (blank: TRUE), FALSE for once.")
def SENDXL_SAVING(quantity: Given, unit: Given, from_: Given, until: Given, year: Given, recurs: Given = None) -> float | str:  # noqa: N802
    """Pounds that a quantity saves in a financial year, to the penny."""
    return functions.year_saving(quantity, unit, from_, until, year, recurs)
