"""The rules of validation, one function a rule, one file a family; imported in the order of the reference."""
# isort: off

from sendxl.returns.rules import structure, identity, authority, tampering, values  # noqa: F401
from sendxl.returns.rules import across_cells, across_periods, across_returns, pools, safety  # noqa: F401
from sendxl.returns.rules.registry import RULES, ReturnRule, Scope, columns_read, of_scope

__all__ = ["RULES", "ReturnRule", "Scope", "columns_read", "of_scope"]
