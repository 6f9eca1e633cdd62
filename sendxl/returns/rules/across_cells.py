"""Across cells: do the cells of a row agree with one another? Asked of rows in which the lead changed something.

What a lead left as issued counts as it stands; of what was issued blank, what was stamped before stands still.
"""

from collections.abc import Iterator
from datetime import date

from sendxl.figures.trajectory import PLACES
from sendxl.plan.finding import Severity
from sendxl.plan.master import MEASURES, PLAN, PROFILE
from sendxl.plan.periods import period_ends
from sendxl.plan.registry import Hit
from sendxl.plan.tracker import NO_CHANGE
from sendxl.plan.values import Value, show
from sendxl.plan.vocabulary import LeadStatus, Status
from sendxl.returns.rows import ReturnedCell, ReturnedRow
from sendxl.returns.rules.registry import Scope, rule

_SLIPPING = (LeadStatus.AT_RISK, LeadStatus.OFF_TRACK)


def in_plan_now(row: ReturnedRow, key: str) -> Value:
    """What the master has in a column of the row, by its key; None where it has no such row."""
    return row.table.file.register.values[row.table.master.name].get(row.ref, {}).get(key)


@rule("X01", Severity.ERROR, on=Scope.REPORTED, tables=(PLAN,), columns=("lead_status", "completed_on", "evidence"),
      says="{ref} is reported as Complete, but {column} is blank. {do}, or correct Lead status.")
def complete_without_day_or_evidence(row: ReturnedRow) -> Iterator[Hit]:
    """What is Complete has a day in Completed on, and says in Evidence where that can be seen.

    Why: an activity that is complete is not looked at again; so its day, and what shows it, must be on record.

    Example: Lead status is set to Complete, and nothing else is filled.

    Put right: fill the cell that is named; if the work still goes on, choose another Lead status.
    """
    cells = row.inputs
    if cells["lead_status"].value == LeadStatus.COMPLETE:
        for key, do in (("completed_on", "Enter the day"), ("evidence", "Say where the evidence is kept")):
            if cells[key].is_blank:
                yield Hit(cells[key].place, words={"do": do, "found": ""})


@rule("X02", Severity.ERROR, on=Scope.REPORTED, tables=(PLAN,), columns=("lead_status", "completed_on"),
      says="{ref} has {day} in Completed on, but is reported as {found}. Choose Complete, or clear Completed on.")
def completed_but_not_complete(row: ReturnedRow) -> Iterator[Hit]:
    """What has a day in Completed on is reported as Complete.

    Why: by that day the activity counts as complete, whatever its Lead status says. Where Lead status is blank, V01 asks
    for it.

    Example: Completed on holds the day by which the lead hopes to be done, and Lead status says On track.

    Put right: choose Complete; or clear Completed on, and put the day that you expect into Forecast finish.
    """
    cells = row.inputs
    if row.came_back("completed_on") and cells["lead_status"].value not in (None, LeadStatus.COMPLETE):
        yield _hit(cells["lead_status"], day=cells["completed_on"].found)


@rule("X03", Severity.QUERY, on=Scope.REPORTED, tables=(PLAN,), columns=("lead_status",),
      says="{ref} was due on {due}, before the end of {period}, but is reported as On track. Choose the status that fits; if "
           "this is right, say why.")
def overdue_yet_on_track(row: ReturnedRow) -> Iterator[Hit]:
    """What is overdue at the end of the period is hardly on track.

    Why: work past its day is Off track by its dates. The lead may know that the day has been moved, or may have passed
    over the cell. Due is taken from the plan as it is now.

    Example: due on 31 Oct 2026, 80% complete at the end of December, and reported as On track.

    Put right: choose another Lead status; if a new day was agreed, ask whoever sent the tracker out to change Due.
    """
    cells, due, tracker = row.inputs, in_plan_now(row, "due"), row.table.file.tracker
    if not (tracker and isinstance(due, date)
            and due < min(period_ends(tracker.period), row.table.file.today)):
        return
    if cells["lead_status"].value == LeadStatus.ON_TRACK:
        yield _hit(cells["lead_status"], due=show(due), period=tracker.period)


@rule("X04", Severity.ERROR, on=Scope.REPORTED, tables=(PLAN,), columns=("lead_status", "corrective_action"),
      says="{ref} is reported as {status}, but has no corrective action. Say in Corrective action what will bring it back.")
def slipping_without_corrective_action(row: ReturnedRow) -> Iterator[Hit]:
    """An activity at risk or off track says what is being done about it.

    Why: the status alone leaves the board nothing to agree to. One that was given before, and stands in Last corrective
    action, need not be written again.

    Example: Lead status goes from On track to At risk, and only Progress is written.

    Put right: say in Corrective action what will bring it back, and by when.
    """
    cells = row.inputs
    if cells["lead_status"].value in _SLIPPING:
        action = cells["corrective_action"]
        if not (action.value or action.base_text or action.stamped_text):
            yield _hit(action, status=cells["lead_status"].found)


@rule("X05", Severity.QUERY, on=Scope.REPORTED, tables=(PLAN,), columns=("percent_complete", "completed_on"),
      follows=("X01",),
      says="{ref} is {found} complete, but Completed on is blank. Enter the day; if something is still to do, say what.")
def fully_done_without_a_day_or_the_reverse(row: ReturnedRow) -> Iterator[Hit]:
    """What is 100% complete has a day in Completed on, and the reverse.

    Why: without the day the activity does not count as complete; with it, it does, whatever its % complete.

    Example: 100% in % complete, and Completed on left blank, as the report is still to be signed off.

    Put right: fill or clear Completed on, or correct % complete; if both are right, say why.
    """
    cells = row.inputs
    percent = cells["percent_complete"].value
    if not isinstance(percent, (int, float)):
        return
    percent = round(percent, PLACES)
    done = cells["percent_complete"]
    if percent >= 1 and cells["completed_on"].is_blank:
        yield _hit(cells["completed_on"], found=done.found)
    elif percent < 1 and row.came_back("completed_on"):
        yield Hit(done.place, words={"found": done.found, "day": cells["completed_on"].found},
                  says="{ref} was completed on {day}, but is {found} complete. Enter 100%, or clear Completed on; if "
                       "something is still to do, say what.")


@rule("X06", Severity.ERROR, on=Scope.REPORTED, tables=(MEASURES,), columns=("actual", "out_of"),
      says="Actual is {found}, which is more than Out of ({out_of}). Correct one of the two.")
def actual_above_out_of(row: ReturnedRow) -> Iterator[Hit]:
    """Of so many, there cannot be more.

    Why: the share would be above 100%. The two were mostly swapped, or counted on different days. Asked where the Kind
    of the measure is Number and % or Compliance; for others Out of does not count.

    Example: Actual 38, Out of 20.

    Put right: enter in Actual how many count, and in Out of how many there are in all.
    """
    cells = row.inputs
    if row.kind not in MEASURES["out_of"].kinds:
        return
    actual, out_of = cells["actual"].value, cells["out_of"].value
    if isinstance(actual, (int, float)) and isinstance(out_of, (int, float)) and round(actual - out_of, PLACES) > 0:
        yield _hit(cells["actual"], out_of=cells["out_of"].found)


@rule("X08", Severity.ERROR, on=Scope.REPORTED, tables=(PROFILE,), columns=("in_place", "evidence"),
      says="{ref} has {quantity} in place, but Evidence is blank. Say where the evidence is kept.")
def quantity_without_evidence(row: ReturnedRow) -> Iterator[Hit]:
    """A count of what is in place says where it can be seen.

    Why: from it the saving is worked out, and finance confirms none that nothing shows. Nought is no exception: it takes
    what was planned out of the forecast.

    Example: 6 in In place, and Evidence left blank.

    Put right: name the list, contract or report in Evidence; no names of children.
    """
    cells = row.inputs
    if row.asks("in_place") and cells["in_place"].value is not None and cells["evidence"].is_blank:
        yield Hit(cells["evidence"].place, words={"quantity": cells["in_place"].found, "found": ""})


@rule("X09", Severity.QUERY, on=Scope.REPORTED, tables=(PLAN,), columns=("forecast_finish",), follows=("V04",),
      says="Forecast finish is {found}, before {ref} starts ({starts}). Correct the day; if it is right, say why.")
def forecast_before_start(row: ReturnedRow) -> Iterator[Hit]:
    """Work is not finished before it starts.

    Why: most such days are slips of the year. Starts is taken from the plan as it is now.

    Example: the work starts on 1 Sep 2027, and Forecast finish says 31 Mar 2027.

    Put right: correct Forecast finish; if the work started earlier, ask whoever sent the tracker out to
    change Starts.
    """
    cells, starts = row.inputs, in_plan_now(row, "starts")
    finish = row.came_back("forecast_finish")
    if isinstance(finish, date) and isinstance(starts, date) and finish < starts:
        yield _hit(cells["forecast_finish"], starts=show(starts))


@rule("X10", Severity.QUERY, on=Scope.REPORTED, tables=(PLAN,), columns=("completed_on",), follows=("V04",),
      says="Completed on is {found}, which is still to come. Enter the day on which the work was complete; a day that you "
           "expect goes into Forecast finish.")
def completed_in_the_future(row: ReturnedRow) -> Iterator[Hit]:
    """Completed on is a day that has been.

    Why: it says what has happened. A day that is expected belongs into Forecast finish.

    Example: validated on 20 Dec 2026, and Completed on says 31 Mar 2027.

    Put right: clear Completed on and fill Forecast finish, or correct the day.
    """
    day = row.came_back("completed_on")
    if isinstance(day, date) and day > row.table.file.today:
        yield _hit(row.inputs["completed_on"])


@rule("X11", Severity.QUERY, on=Scope.REPORTED, tables=(PLAN,), columns=("lead_status", "progress"),
      says="{ref} was worked out to be Off track, but is reported as On track, and Progress does not say why. Write in "
           "Progress why it is on track, or choose the status that fits.")
def on_track_against_the_figures(row: ReturnedRow) -> Iterator[Hit]:
    """A lead who sees an activity on track that its figures have off track says why in Progress.

    Why: the lead may know what the figures do not show yet; the board must be able to read it. The status as worked out
    is the one that was issued in the tracker.

    Example: Status says Off track, Lead status On track, and only % complete was changed.

    Put right: write in Progress why it is on track, or choose another Lead status.
    """
    cells = row.inputs
    if row.was_issued("status") == Status.OFF_TRACK and cells["lead_status"].value == LeadStatus.ON_TRACK:
        progress = cells["progress"]
        if not (progress.value or progress.stamped_text):
            yield _hit(progress)


@rule("X12", Severity.QUERY, on=Scope.REPORTED, tables=(MEASURES,), columns=("actual", "out_of"),
      says="{ref}: {found} stands in Out of, {why}. {do}; if it is right, say why.")
def out_of_without_use(row: ReturnedRow) -> Iterator[Hit]:
    """Out of is filled only beside an Actual, and only in a measure that is out of a whole.

    Why: a value typed one cell too far to the right leaves the measure without its value, and nothing else would show it.

    Example: 42 in Out of, and Actual blank.

    Put right: move the value to Actual, or fill Actual as well.
    """
    if row.came_back("out_of") is None or not (out_of := row.inputs["out_of"]).is_changed:
        return
    if row.inputs["actual"].is_blank:
        yield _hit(out_of, why="but Actual is blank", do="Fill Actual, or move the value there")
    elif row.kind not in out_of.column.kinds:
        yield _hit(out_of, why=f"which a measure of the kind {row.kind} does not use", do="Clear Out of")


@rule("X13", Severity.QUERY, on=Scope.ROW, tables=(PLAN,), columns=(NO_CHANGE.key,),
      says="No change is Yes in {ref}, but {why}. {do}.")
def no_change_that_cannot_be(row: ReturnedRow) -> Iterator[Hit]:
    """No change is chosen only where nothing was changed, and where there is something to stand.

    Why: it counts as an update received. Beside changes it contradicts them; where nothing was ever reported, there is
    nothing that could stand unchanged.

    Example: Yes in No change, and a new % complete beside it.

    Put right: clear No change where something was changed; fill the row where nothing was reported yet.
    """
    if not row.issued or not row.says_no_change:
        return
    if row.changed:
        changed = ", ".join(cell.column.header for cell in row.changed)
        yield _hit(row.inputs[NO_CHANGE.key], why=f"{changed} {'was' if len(row.changed) == 1 else 'were'} changed",
                   do="Clear No change, or put back what was there")
    elif not row.was_reported:
        yield _hit(row.inputs[NO_CHANGE.key], why="nothing was reported on it so far", do="Fill the row")


def _hit(cell: ReturnedCell, **words: object) -> Hit:
    return Hit(cell.place, words={"found": cell.found, **words})
