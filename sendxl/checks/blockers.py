"""Blockers: what would stop sendxl from writing into a master, found before it is tried."""

from collections.abc import Iterator, Sequence

from sendxl.checks.cells import written
from sendxl.checks.registry import Scope, check
from sendxl.checks.view import Master, Spot
from sendxl.plan.finding import Place, Severity
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import COUNTS, HELD, PERIODS, READINGS, SETTINGS, STAMPS, TRACKERS, UPDATES, YEARS, Setting
from sendxl.plan.registry import Hit
from sendxl.plan.rows import Rows

MANY_STAMPS = 500_000
"""Rows of Stamps beyond which each run waits noticeably for them: time for ``archive``."""
GROWING = (YEARS, TRACKERS, HELD, PERIODS, UPDATES, READINGS, COUNTS, STAMPS)
"""The tables to which sendxl adds rows."""


@check("D41", Severity.ERROR, on=Scope.MASTER, says="Nothing can be written now: {why}")
def master_in_use(master: Master) -> Iterator[Hit]:
    """Nothing keeps the master from being written just now.

    Why: a file that is open elsewhere, or may not be changed, cannot be replaced; a run would be refused at its end.

    Example: a colleague has the master open in Excel.

    Put right: do as the message says, such as closing the workbook there; then run again.
    """
    for why in master.shape.in_use:
        yield Hit(words={"why": why})


@check("D42", Severity.ERROR, on=Scope.MASTER, says="Nothing can be written into this workbook: {why}")
def workbook_not_editable(master: Master) -> Iterator[Hit]:
    """The workbook is of a kind that can be edited without harm.

    Why: a change would break a digital signature; and a few programs save files in a form that is not edited here.

    Example: the master was signed when the Board approved the plan.

    Put right: do as the message says; or save a copy without the signature, and work on that.
    """
    for why in master.shape.uneditable:
        yield Hit(words={"why": why})


@check("D43", Severity.ERROR, on=Scope.TABLE,
       says="{column} lies in {kind} over {area}, and sendxl writes there but overwrites none: stamping and refreshing are "
            "refused. Select {area}, copy it, and paste it in its place as values.")
def formula_over_several_cells(rows: Rows, master: Master) -> Iterator[Hit]:
    """No array formula or data table lies over cells that sendxl writes.

    Why: one formula fills all of these cells, so none of them can be set alone. It is told once for a formula, at the first
    cell of it that sendxl writes.

    Example: an array formula fills % complete of five activities.

    Put right: select the area that the message names, copy it, and paste it in its place as values. A formula of your own
    belongs into a column of your own.
    """
    if rows.table.append_only and rows:  # no row that is there is written again
        return
    for filled in master.shape.of(rows.table).filled:
        headers = [column.header for column in written(rows.table) if column.header in filled.cells]
        if headers:
            yield Hit(Place(rows.sheet, filled.cells[headers[0]], rows.table.name, "", headers[0]),
                      words={"kind": filled.kind, "area": filled.area, "found": filled.area})


def _hits(rows: Rows, spots: Sequence[Spot]) -> Iterator[Hit]:
    for spot in spots:
        yield Hit(Place(rows.sheet, spot.cell, rows.table.name), words={"area": spot.area, "other": spot.name})


@check("D44", Severity.ERROR, on=Scope.TABLE,
       says="{area}, below the table {table}, is not empty: as soon as the table must grow over it, that is refused. Move what "
            "is there beside the table or to another sheet.")
def cells_taken_below_table(rows: Rows, master: Master) -> Iterator[Hit]:
    """Below a table to which sendxl adds rows, the sheet is empty.

    Why: the table grows downwards, and what is there would be overwritten; so the run is refused.

    Example: a remark was typed two rows below Stamps.

    Put right: cut what is there, and paste it beside the table or on another sheet. Unmerge cells that are merged there.
    """
    return _hits(rows, master.shape.of(rows.table).taken)


@check("D45", Severity.ERROR, on=Scope.TABLE,
       says="The table {other} stands below the table {table}: as soon as this must grow over it, that is refused. Move it to "
            "another sheet.")
def table_below_table(rows: Rows, master: Master) -> Iterator[Hit]:
    """No other table stands below a table to which sendxl adds rows.

    Why: the table grows downwards, and two tables cannot lie over each other; so the run is refused.

    Example: a table Notes was made below Stamps.

    Put right: select the other table with its header, cut it, and paste it on another sheet.
    """
    return _hits(rows, master.shape.of(rows.table).stacked)


@check("D46", Severity.ERROR, on=Scope.TABLE,
       says="The column “{other}” is one array formula, so no row can be added to the table {table}: stamping and refreshing are "
            "refused. Make it an ordinary formula, or delete the column.")
def column_is_array_formula(rows: Rows, master: Master) -> Iterator[Hit]:
    """No column of a table to which sendxl adds rows is worked out by an array formula.

    Why: a new row is given the formulas of its columns, and an array formula cannot be given row by row.

    Example: a column of your own in Updates was entered with Ctrl+Shift+Enter.

    Put right: delete the formula, and enter an ordinary one; or delete the column.
    """
    return _hits(rows, master.shape.of(rows.table).arrays)


@check("D47", Severity.ERROR, on=Scope.TABLE,
       says="The table {table} ends with the last row of the sheet, so no row can be added to it: stamping and refreshing are "
            "refused. Drag its corner up to its last filled row.")
def table_fills_sheet(rows: Rows, master: Master) -> Iterator[Hit]:
    """A table to which sendxl adds rows does not reach to the last row of the sheet.

    Why: there is no row after row 1,048,576.

    Example: the corner of Updates was dragged down as far as it goes, to make room for later.

    Put right: drag the corner at the table's lower right up to its last filled row. New rows need no room made for them.
    """
    return _hits(rows, master.shape.of(rows.table).ended)


@check("D48", Severity.NOTE, on=Scope.MASTER,
       says="Stamps has {rows} rows, and every run takes longer for it. Run “sendxl archive {master}”: it moves closed years to "
            "a workbook beside it.")
def many_stamps(master: Master) -> Iterator[Hit]:
    """Stamps is not longer than needed.

    Why: it has a row for each cell that was ever stamped, and every run reads it. Beyond half a million rows that takes
    long.

    Example: forty leads have reported on a thousand rows each month for four years.

    Put right: run “sendxl archive” with the master. What is moved can still be looked up.
    """
    rows = master.tables.get(STAMPS)
    if rows is not None and len(rows) > MANY_STAMPS:
        yield Hit(Place(rows.sheet, table=STAMPS.name), words={"rows": f"{len(rows):,}", "master": master.given})


@check("D49", Severity.ERROR, on=(SETTINGS, "value"), reads=("setting",),
       says="Reporting period holds a formula, and “sendxl issue” writes there but overwrites none. Replace it by its value.")
def reporting_period_is_formula(setting: Setting, master: Master) -> bool:
    """The setting Reporting period is typed, not worked out.

    Why: “sendxl issue” writes the period that it opens into that cell, and overwrites no formula.

    Example: Value of Reporting period is ="2026-27 Q3".

    Put right: copy the cell, and paste it in its place as a value.
    """
    return as_seen(setting.key) == as_seen("Reporting period") and setting.has_formula("value")
