"""Reading a published plan into rows and doubts.

Reading a format (``formats``) is apart from understanding what its cells say (``understand``), so that another format
is one more file that yields the same raw rows.
"""

from datetime import date
from pathlib import Path

from sendxl.plan.periods import parse_financial_year
from sendxl.source.formats import reader_of
from sendxl.source.roles import load_roles
from sendxl.source.understand import Imported, understand

__all__ = ["Imported", "read_plan"]


def read_plan(path: Path, *, starts: date | None = None, roles: Path | None = None,
              first_year: str | None = None) -> Imported:
    """Read a published plan, to rows of Plan, Measures, Leads, UnitCosts and Review.

    ``starts`` is the plan's first day, from which windows such as "3-5 years" count; without it they stay words.
    ``roles`` is a file of lead roles that adds to the package's own and wins over it. ``first_year`` is checked to be a
    financial year and changes no row: a plan says nothing of years. The same file gives the same result.

    ValueError, in plain words, if the file is no such plan, the roles file has a bad line or the year is not one.
    """
    if first_year is not None:
        parse_financial_year(first_year)
    dictionary = load_roles(roles)
    return understand(reader_of(path)(path), dictionary, starts, path.stem)
