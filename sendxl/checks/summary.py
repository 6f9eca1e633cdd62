"""The Summary, which is its owner's to change: what of it is no longer kept up to date is told, not mended."""

from collections.abc import Iterator

from sendxl.checks.registry import Scope, at, check
from sendxl.checks.view import Master
from sendxl.plan.finding import Place, Severity
from sendxl.plan.registry import Hit
from sendxl.plan.summary import ADDED_COLUMNS, PARTS, SUMMARY_TABLES, is_first


@check("D37", Severity.NOTE, on=Scope.MASTER,
       says="The Summary has no table called {table} any more, so it is not kept up to date. If that was not meant, take it from "
            "a backup.")
def table_of_summary_missing(master: Master) -> Iterator[Hit]:
    """The tables of the Summary are there, unless they were taken away on purpose.

    Why: refresh leaves out what is not there. The sheet is yours, so that is only noted.

    Example: the table SavingsByFund was turned into plain cells (Convert to Range) to print it.

    Put right: nothing, if it was meant. Else copy the table from the newest backup in which it is there.
    """
    first = is_first(master.summary)
    for table in SUMMARY_TABLES:
        if table not in master.summary and not (first and table.key.header in ADDED_COLUMNS.get(table, ())):
            yield Hit(Place(table=table.name))


@check("D38", Severity.NOTE, on=Scope.MASTER,
       says="{column} holds {found} in place of a formula, so refresh leaves it alone. If that was not meant, copy the formula "
            "from the row above or below.")
def total_without_formula(master: Master) -> Iterator[Hit]:
    """The totals of the Summary are formulas.

    Why: a number that was typed over a formula stays as it is while the plan goes on, and the Board would read an old
    figure.

    Example: “Activities off track” was set to 12 by hand.

    Put right: nothing, if it was meant. Else copy the formula from the cell above or below.
    """
    for part in PARTS:
        if part.table in master.summary:
            rows = master.summary[part.table]
            for row in rows:
                for key in part.of_row(row.key) if row.key else ():
                    if row.stored(key).address and not row.has_formula(key):
                        yield at(rows, row, key)
