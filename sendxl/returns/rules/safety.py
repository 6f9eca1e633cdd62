"""Safety: what must not come into the master."""

from sendxl.plan.finding import Severity
from sendxl.returns.rows import ReturnedCell
from sendxl.returns.rules.registry import Scope, rule


@rule("Z01", Severity.ERROR, on=Scope.CELL, reads=False,
      says="{column} holds a formula (its result is {found:quoted}). Type the value itself in its place.")
def formula_in_an_input_cell(cell: ReturnedCell) -> bool:
    """A cell to fill must hold a value, not a formula.

    Why: a formula may read what is on someone else's computer, and shows something else once it is copied.

    Example: =SUM(B2:B9) on a sheet of the lead's own.

    Put right: copy the cell and paste it as a value, or type what it shows.
    """
    return cell.has_formula
