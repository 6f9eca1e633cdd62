"""Reading a published plan, in whatever format and layout it comes, into rows and doubts.

A reader of a format (``formats``) gives tables as they stand (``grids``); ``layout`` finds the activities in them (by
``header_rows``, ``headings``, ``activity_rows`` and ``other_tables``), ``mapping`` which column is which (by ``column_words``
and ``column_shapes``), ``understand`` what the cells say.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sendxl.plan.periods import parse_financial_year
from sendxl.source.column_parts import Part
from sendxl.source.formats import reader_of
from sendxl.source.layout import lay_out, likely_headers
from sendxl.source.no_plan import why_no_plan
from sendxl.source.records import as_tables
from sendxl.source.roles import load_roles
from sendxl.source.understand import Imported, understand
from sendxl.source.worded import Worded

__all__ = ["Imported", "read_plan"]


def read_plan(path: Path, *, starts: date | None = None, roles: Path | None = None, first_year: str | None = None,
              columns: Mapping[str, Part] | None = None, said: Worded | None = None, look: bool = False) -> Imported:
    """Read a published plan, to rows of the master's tables.

    ``starts`` is the plan's first day, from which windows such as "3-5 years" count; without it they stay words.
    ``roles`` is a file of lead roles that adds to the package's own and wins over it. ``first_year`` is checked to be a
    financial year and changes no row: a plan says nothing of years. ``columns``: what columns are read as, by header;
    ``said``: what words are read as. ``look``: a plan in which no activity is found is given as what was seen of it. The same
    file gives the same result.

    ValueError, in plain words, if the file is no such plan, the roles file has a bad line or the year is not one.
    """
    if first_year is not None:
        parse_financial_year(first_year)
    dictionary = load_roles(roles)
    source = as_tables(reader_of(path)(path))
    laid = lay_out(source, columns)
    if not laid.activities and look and len(headers := likely_headers(source)) > 1:
        laid = lay_out(source, headers)
    elif not laid.activities:
        raise ValueError(f"{path.name}: {why_no_plan(source, laid.seen.columns)}")
    return understand(source, laid, dictionary, starts, path.stem, said)
