"""The rules of validation, one function a rule, one file a family; imported in the order of the reference."""

from sendxl.returns.rules import structure, identity, authority, tampering, values  # noqa: F401, I001
from sendxl.returns.rules import consistency, periods, safety, across, pools  # noqa: F401
from sendxl.returns.rules.registry import RULES, Hit, Rule, Scope, columns_read, of_scope

__all__ = ["RULES", "Hit", "Rule", "Scope", "columns_read", "of_scope"]
