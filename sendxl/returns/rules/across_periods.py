"""Across periods: is the return of the period that is open, and does it fit what was reported before?

The last period is the last one before the tracker's own in which the row was stamped; where none was, what was issued
stands for it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby

from sendxl.figures.trajectory import PLACES
from sendxl.plan.finding import Severity
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import MEASURES, PLAN, PROFILE
from sendxl.plan.periods import period_ends
from sendxl.plan.registry import Hit
from sendxl.plan.schema import Type
from sendxl.plan.tracker import NO_CHANGE
from sendxl.plan.values import Value, show, to_text
from sendxl.plan.vocabulary import Kind, LeadStatus, YesNo
from sendxl.returns.file import ReturnedFile
from sendxl.returns.rows import ReturnedCell, ReturnedRow
from sendxl.returns.rules.across_cells import in_plan_now
from sendxl.returns.rules.registry import Scope, rule

_SHARES = (Kind.NUMBER_AND_SHARE, Kind.COMPLIANCE)  # of which it is not the count that is judged
_LARGE, _LARGE_SHARE = 5, 0.05  # a change that is asked about: 5 of a count, 5 percentage points of a share
NOT_REPORTED = "P07"
"""The rule that tells of an activity on which nothing is said."""
_MAY_REPEAT = (LeadStatus.COMPLETE, LeadStatus.NOT_STARTED)


@rule("P01", Severity.REJECT, on=Scope.FILE,
      says="This tracker is for {found}, and the plan is closed through {closed}. Report what still holds in the tracker of "
           "the open period.")
def period_is_not_open(file: ReturnedFile) -> Iterator[Hit]:
    """A return is for the period that is open.

    Why: what was reported to the board for a closed period must not change after it; the return is rejected. For a
    period that is neither closed nor the open one, it is asked whether the answers still hold.

    Example: the Q2 tracker comes back in January, when Closed through says Q2; or when Q3 is open and nothing is closed.

    Put right: fill the tracker of the open period. To take late returns of an earlier one, clear Closed through in
    Settings.
    """
    settings, period = file.register.settings, file.tracker.period if file.tracker else ""
    ends = period_ends(period)
    if settings.closed_through and ends <= period_ends(settings.closed_through):
        yield Hit(words={"found": period, "closed": settings.closed_through})
    elif settings.reporting_period and ends != period_ends(settings.reporting_period):
        for table in file.tables:
            name, sha256 = table.master.name, file.sha256
            if any(row.changed or row.says_no_change for row in table.returned
                   if not file.register.is_stamped(name, row.ref, sha256)):
                yield Hit(table.place, Severity.QUERY, words={"found": period, "open": settings.reporting_period},
                          says="This tracker is for {found}, but the open period is {open}. If these answers still hold, say "
                               "so; else fill the tracker of the open period.")


@rule("P02", Severity.QUERY, on=Scope.REPORTED, tables=(MEASURES,), columns=("actual",), follows=("V08",),
      says="{ref} is a count that only grows, but Actual fell from {last} to {found}. Correct it; if it is right, say why.")
def cumulative_count_fell(row: ReturnedRow) -> Iterator[Hit]:
    """A count that adds up over the periods does not fall.

    Why: a lower figure mostly counts this period alone, where all since the start is meant. Asked of measures that have
    Yes in Cumulative.

    Example: 62 places by the last period, and 15 in this return, opened since then.

    Put right: enter how many there are in all; if the count was corrected or began anew, say so.
    """
    cells = row.inputs
    if cells["actual"].is_changed and in_plan_now(row, "cumulative") == YesNo.YES:
        found, last = cells["actual"].value, last_value(cells["actual"])
        if _fell(found, last):
            yield _hit(cells["actual"], last)


@rule("P03", Severity.QUERY, on=Scope.REPORTED, tables=(MEASURES, PROFILE), columns=("actual", "out_of", "in_place"),
      follows=("V08", "V12", "X06"),
      says="{ref}: {column} went from {last} to {found} since the last period. Check the figure; if it is right, say what "
           "changed.")
def changed_by_more_than_half(row: ReturnedRow) -> Iterator[Hit]:
    """A figure that changed by more than half, and by 5 or more, is asked about.

    Why: most such jumps are slips: a digit too many, a part in place of the whole. Of a percentage, 5 is 5 percentage
    points. Not asked of milestones and of % complete, which go from nothing to all, and of
    the counts of a share, its change is asked about: 38 of 40 is no jump after 19 of 20.

    Example: 12 places in the last period, 120 in this one.

    Put right: correct the figure; if it is right, say what changed.
    """
    if row.table.master is PROFILE and not row.asks("in_place"):
        return
    cells = row.inputs
    cell = cells["actual" if row.table.master is MEASURES else "in_place"]
    is_share = row.kind in _SHARES
    if row.kind == Kind.MILESTONE or not (cell.is_changed or (is_share and cells["out_of"].is_changed)):
        return
    found, last = cell.value, last_value(cell)
    if in_plan_now(row, "cumulative") == YesNo.YES and _fell(found, last):
        return  # of which P02 speaks
    if is_share:
        found, last = _share(found, cells["out_of"].value), _share(last, last_value(cells["out_of"]))
    if isinstance(found, (int, float)) and isinstance(last, (int, float)):
        change = round(abs(found - last), PLACES)
        large = _LARGE_SHARE if is_share or cell.type is Type.FRACTION else _LARGE
        if change >= large and change > round(abs(last) / 2, PLACES):
            if is_share and not cell.is_changed:
                cell = cells["out_of"]
            yield _hit(cell, last_value(cell))


@rule("P04", Severity.QUERY, on=Scope.REPORTED, tables=(PLAN,), columns=("lead_status",),
      says="{ref} was Complete, and is now reported as {found}. If the work has been taken up again, say why.")
def complete_reopened(row: ReturnedRow) -> Iterator[Hit]:
    """What was Complete stays so, unless the lead says why not.

    Why: the board has been told that the activity is complete.

    Example: Lead status was issued as Complete, and comes back as At risk.

    Put right: choose Complete again; if the work has been taken up again, say why, and clear Completed on.
    """
    status = row.inputs["lead_status"]
    if status.issued == LeadStatus.COMPLETE and status.value not in (None, LeadStatus.COMPLETE):
        yield _hit(status, None)


@rule("P05", Severity.QUERY, on=Scope.REPORTED, tables=(PLAN,), columns=("progress", "lead_status"),
      says="Progress of {ref} says the same as in the last period. Write what has been done since; if nothing has, say so.")
def progress_as_last_period(row: ReturnedRow) -> Iterator[Hit]:
    """Progress says what has been done in this period.

    Why: a text that was copied from the last period tells nothing new, and hides that nothing happened. Case and spaces
    do not make it another one. Not asked of what is Complete or Not started.

    Example: the words of Last progress were pasted into Progress.

    Put right: write what has been done since; if nothing has changed, leave Progress blank and choose Yes in No change.
    """
    cells = row.inputs
    if cells["lead_status"].value not in _MAY_REPEAT:
        progress = cells["progress"]
        if progress.value and as_seen(to_text(progress.value)) == as_seen(to_text(last_value(progress))):
            yield _hit(progress, None)


@rule("P06", Severity.QUERY, on=Scope.REPORTED, tables=(PLAN,), columns=("forecast_finish",), follows=("V04", "X09"),
      says="Forecast finish of {ref} moves again, from {last} to {found}; it had moved before, from {before}. Say why, and what "
           "makes this day sure.")
def forecast_moved_again(row: ReturnedRow) -> Iterator[Hit]:
    """A Forecast finish that moved in an earlier period and moves again is asked about.

    Why: work that slips again and again is not under control, however small each step, and though a period lay between.

    Example: 31 Mar 2027 became 30 Jun 2027 in Q1, stayed that in Q2, and is now 30 Sep 2027.

    Put right: say why, and what makes the new day sure; or put the day back.
    """
    finish = row.came_back("forecast_finish")
    if finish and row.inputs["forecast_finish"].is_changed:
        stamped = (values["forecast_finish"] for values in _earlier(row) if "forecast_finish" in values)
        days = [day for day, _ in groupby(stamped)]
        if len(days) > 1 and days[-1] != finish:
            yield _hit(row.inputs["forecast_finish"], days[-1], before=show(days[-2]))


@rule(NOT_REPORTED, Severity.NOTE, on=Scope.ROW, tables=(PLAN,), columns=(NO_CHANGE.key,),
      says="Nothing was changed in {ref}, and No change is blank, so this is no update of it. {do}.")
def nothing_changed_and_not_said(row: ReturnedRow) -> Iterator[Hit]:
    """An activity in which nothing was changed, and No change not chosen, is not reported on.

    Why: nobody can tell whether nothing happened or the row was passed over. It does not count as received. A row that
    was stamped from this tracker before is not asked about again.

    Example: the lead filled four of six activities.

    Put right: fill the row, or choose Yes in No change; where nothing was reported so far, fill it.
    """
    if row.issued and not row.changed and not row.says_no_change:
        cell = row.cell(NO_CHANGE)
        if cell.stamped_text is None:
            do = "Nothing was reported so far: fill the row"
            if row.was_reported:
                do = "If nothing has changed, choose Yes in No change"
            yield Hit(cell.place, words={"found": "", "do": do})


def _share(part: Value, whole: Value) -> float | None:
    return part / whole if isinstance(part, (int, float)) and isinstance(whole, (int, float)) and whole else None


def _fell(value: Value, last: Value) -> bool:
    return isinstance(value, (int, float)) and isinstance(last, (int, float)) and round(last - value, PLACES) > 0


def last_value(cell: ReturnedCell) -> Value:
    """What stood in a cell in the last period: as stamped then, or where none was as issued.

    None where the row was first stamped in this period, from another tracker: what was issued may be of this period.
    """
    earlier = _earlier(cell.row)
    stamped = next((values for values in reversed(earlier) if cell.column.key in values), None)
    if stamped is not None:
        return stamped[cell.column.key]
    row = cell.row
    now = row.table.file.register.periods.get((row.table.master.name, row.ref), {})
    return None if _ends(row) in now and cell.stamped_text is None else cell.base


def _earlier(row: ReturnedRow) -> list[Mapping[str, Value]]:
    """What was stamped into the row in each period before this one, the latest last."""
    return row.table.file.register.before(row.table.master.name, row.ref, _ends(row))


def _ends(row: ReturnedRow) -> date:
    tracker = row.table.file.tracker
    return period_ends(tracker.period if tracker else "")


def _hit(cell: ReturnedCell, last: Value, **words: object) -> Hit:
    return Hit(cell.place, words={"found": cell.found, "last": show(last, cell.type), **words})
