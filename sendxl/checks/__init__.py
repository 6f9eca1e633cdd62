"""The rules about a master (D codes), one function a rule, one file a subject: what a person should mend, where, and how.

What stands in a table or column that the master lacks is not checked: that it is missing is told once.
"""
# isort: off

from sendxl.checks import structure, cells, alike, activities, aims, days, savings, approvals, quantities, settings  # noqa: F401
from sendxl.checks import summary, blockers  # noqa: F401
from sendxl.checks.registry import CHECKS, MasterRule
from sendxl.checks.view import Filled, Master, Shape, Spot, TableShape

__all__ = ["CHECKS", "Filled", "Master", "MasterRule", "Shape", "Spot", "TableShape"]
