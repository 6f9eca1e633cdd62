"""Values: is what a lead typed of its column's type and within its limits? Asked of changed cells alone."""

import re
from collections.abc import Iterator
from datetime import date

from sendxl.plan import values
from sendxl.plan.dates import probably_meant
from sendxl.plan.finding import Severity
from sendxl.plan.likeness import TURNS, strange
from sendxl.plan.master import MEASURES, PLAN, PROFILE
from sendxl.plan.periods import add_years
from sendxl.plan.registry import Hit
from sendxl.plan.schema import Against, Type
from sendxl.plan.values import CellKind, Problem, Value, show
from sendxl.plan.vocabulary import LeadStatus
from sendxl.returns.rows import NUMBERS, ReturnedCell, ReturnedRow
from sendxl.returns.rules.registry import Scope, rule

_DATES = (Type.DATE, Type.MOMENT)
_COUNTS = (Type.NUMBER, Type.COUNT, Type.MONEY)
_TEXTS = (Type.TEXT, Type.WORDS)
_LONGEST = 2_000
_HIDING = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{TURNS}]")  # control characters but for line breaks and tabs, and turns
_EARLIEST = date(2000, 1, 1)  # where Settings does not say when the plan starts
_YEARS_AHEAD = 10
_PLACES = 6  # to which figures are compared
_PLANNED = {"in_place": ("planned_quantity",)}  # what tells that a number is a count, beside that of a measure
_READ_AS = "{column}: {how}. If that is not what was meant, type it again."


@rule("V01", Severity.ERROR, on=Scope.REPORTED, columns=("in_place", "in_place_on", "in_place_since"),
      says="{column} is blank, and is needed{why}. Fill it.")
def required_cell_blank(row: ReturnedRow) -> Iterator[Hit]:
    """A row that is reported on must have what makes it an update.

    Why: an activity without % complete and Lead status, a count without its Out of, a value without its day, or a day
    without how many were in place on it, cannot be judged. Nothing is asked of a row in which nothing was changed.

    Example: Progress was written, but Lead status left blank.

    Put right: fill the cell that is named.
    """
    for column in row.table.needed:
        breach = column.judge(None, row.kind, row.filled)
        if breach is None or (cell := row.cell(column)).is_missing:
            continue
        if breach.against is Against.REQUIRED:
            of = "an activity" if row.table.master is PLAN else "a row"
            yield Hit(cell.place, words={"why": f" in {of} that you report on", "found": ""})
        elif breach.against is Against.REQUIRED_WITH:
            beside = row.table.seen[column.required_with]
            yield Hit(cell.place, words={"why": f" where {beside.header} is filled", "found": ""})
    if row.asks("in_place"):
        count, since = row.inputs["in_place"], row.inputs["in_place_since"]
        if since.is_blank and not since.is_missing and isinstance(count.value, (int, float)) and count.value > 0:
            yield Hit(since.place, words={"why": f" where {count.column.header} is above 0", "found": ""})
        day = next((cell for key in ("in_place_on", "in_place_since")
                    if (cell := row.inputs[key]).is_changed and not cell.is_blank), None)
        if day and count.is_blank and not count.is_missing:
            yield Hit(count.place, words={"why": f" where {day.column.header} is filled", "found": ""})


@rule("V02", Severity.ERROR, on=Scope.CELL, types=(Type.CHOICE,), reads=False,
      says="“{found}” is not a choice of {column}.{maybe} Choose from the list: {choices}.")
def not_in_the_list(cell: ReturnedCell) -> Iterator[Hit]:
    """A cell with a list must hold one of its choices.

    Why: status words are counted and compared; one that is spelt otherwise would be lost. Capitals and spaces are
    forgiven.

    Example: “Ontrack” in place of “On track”.

    Put right: choose from the drop-down list; the message names the nearest choice.
    """
    if cell.cell.problem is Problem.NOT_IN_LIST and cell.column.choices:
        nearest = values.nearest(cell.found, cell.column.choices)
        maybe = f" Did you mean “{nearest}”?" if nearest else ""
        if nearest and (why := strange(cell.found, nearest)):
            maybe += f" What stands there {why}."
        yield Hit(words={"maybe": maybe, "choices": ", ".join(cell.column.choices)})


@rule("V03", Severity.ERROR, on=Scope.CELL, types=_DATES, reads=False,
      says="“{found}” is not a date{why}. Write it like 31 Dec 2026.")
def not_a_date(cell: ReturnedCell) -> Iterator[Hit]:
    """A date must be a date, or a text that can be read as one.

    Why: what is no date cannot be compared with the plan. Texts such as 2027-04-03, 31/12/26 and 3 April 2027 are read,
    with the day first as in Britain, and noted. Where “Dates day first” in Settings is No and the day and the month could
    change places, as in 03/04/2027, it is asked.

    Example: “end of term”, “12/26”, “29 Feb 2027”, the number 31122026.

    Put right: type the date like 31 Dec 2026; put anything vaguer into Progress or Note.
    """
    if cell.cell.problem is Problem.NOT_A_DATE:
        yield Hit(words={"why": f": {cell.cell.how}" if cell.cell.how else ""})
    elif cell.day_is_unclear:
        yield Hit(severity=Severity.QUERY, words={"day": show(cell.value)},
                  says="“{found}” could be two days: is {day} meant? Type it like that, or the day that is meant.")
    elif cell.cell.how:
        yield Hit(severity=Severity.NOTE, says=_READ_AS)


@rule("V04", Severity.QUERY, on=Scope.CELL, types=_DATES, follows=("V13",),
      says="{column}: {found} is {why}. {do}; if it is right, say why.")
def implausible_date(cell: ReturnedCell) -> Iterator[Hit]:
    """A date lies between the start of the plan and ten years from today.

    Why: most dates beyond that are slips of the year. A year alone, or a run of digits, is stored as a day of another
    century; the message says what was probably meant.

    Example: 31 Mar 2072 in place of 2027; 2027 typed into a date cell, which Excel shows as 19 Jul 1905.

    Put right: correct the date; if it is right, say why.
    """
    file = cell.row.table.file
    starts, latest = file.register.plan_starts, add_years(file.today, _YEARS_AHEAD)
    day = cell.value
    if not isinstance(day, date) or (starts or _EARLIEST) <= day <= latest:
        return
    why = f"more than {_YEARS_AHEAD} years ahead" if day > latest else "long past"
    if starts and day < starts:
        why = f"before the plan starts ({show(starts)})"
    yield Hit(words={"why": why, "do": _meant(cell) or "Check the year"})


@rule("V05", Severity.ERROR, on=Scope.CELL, types=NUMBERS, reads=False,
      says="“{found}” is not a number. Enter digits only; put anything else in words beside it.")
def not_a_number(cell: ReturnedCell) -> Iterator[Hit]:
    """A number must be a number, or a text that can be read as one.

    Why: words in a figure's place leave it out of every total. “1,234”, “£18k” and “45%” are read, and noted; “12
    approx” is not, as it says that it is not 12.

    Example: “12 approx” in Actual.

    Put right: enter the figure alone, and put “approx” in Note.
    """
    if cell.cell.problem is Problem.NOT_A_NUMBER:
        yield Hit()
    elif cell.cell.how:
        yield Hit(severity=Severity.NOTE, says=_READ_AS)


@rule("V06", Severity.ERROR, on=Scope.CELL, types=(Type.FRACTION,), doubts=True, follows=("Z05",),
      says="{found} is outside {least} to {most}. Enter a percentage between the two.")
def percentage_outside(cell: ReturnedCell) -> Iterator[Hit]:
    """A percentage is between 0% and 100%, or between the limits of its column where those are others.

    Why: it is a share of a whole. Limits are compared rounded to 6 places. Where a cell lost its % format and holds 1 or
    less, 0.5 may be 50% or half of one per cent; that is asked, as is a cell that shows 5000%, where 50% was meant. Until
    that is clear, nothing else is concluded from the cell.

    Example: 145% complete; 0.5 in a cell pasted over with another format; 50 pasted into a cell with a % format.

    Put right: enter it with its sign, as in 45%.
    """
    if cell.column.judge(cell.value, cell.row.kind):
        least, most = (show(limit, Type.FRACTION) for limit in cell.column.limits_in(cell.row.kind) or ())
        stored = cell.cell.stored
        found = show(cell.value) if stored.kind is CellKind.NUMBER and not stored.percent else cell.found  # as the cell shows it
        yield Hit(words={"found": found, "least": least, "most": most})
    elif cell.cell.unclear_percent and isinstance(cell.value, (int, float)):
        large = f"{values.to_text(round(cell.value * 100, _PLACES))}%"
        if cell.cell.stored.percent:
            yield Hit(severity=Severity.QUERY, words={"shown": show(cell.value * 100, Type.FRACTION), "large": large},
                      says="{column} shows {shown}: is {large} meant? Type it with its sign.")
            return
        as_typed = values.to_text(cell.value)
        yield Hit(severity=Severity.QUERY, words={"found": as_typed, "large": large, "small": f"{as_typed}%"},
                  says="{column} holds {found} without a % sign: is it {large} or {small}? Type it with its sign.")


@rule("V07", Severity.ERROR, on=Scope.CELL, types=_COUNTS, doubts=True, follows=("Z05",),
      says="{found} is negative, which {column} cannot be. Enter 0 or more.")
def number_outside_its_limits(cell: ReturnedCell) -> Iterator[Hit]:
    """Counts and quantities are not negative, and every number is within the limits of its column.

    Why: there are no fewer than no places. A fall is shown by a lower figure, not by a minus sign. A number beyond what
    its column can hold is a slip, mostly of a digit or of the unit. Limits are compared rounded to 6 places.

    Example: −3 places, meant as “3 fewer”.

    Put right: enter how many there are now.
    """
    breach = cell.column.judge(cell.value, cell.row.kind)
    if breach and breach.against is Against.LOW and breach.limit == 0:
        yield Hit()
    elif breach:
        how = "less than the least" if breach.against is Against.LOW else "more than the most"
        yield Hit(words={"how": how, "limit": show(breach.limit, cell.type),
                         "do": "more" if breach.against is Against.LOW else "less"},
                  says="{found} is {how} that {column} can be ({limit}). Enter {limit} or {do}.")


@rule("V08", Severity.QUERY, on=Scope.CELL, types=_COUNTS,
      says="{found} is not a whole number, where a count is meant. Enter how many there are.")
def fraction_where_a_count_is_meant(cell: ReturnedCell) -> bool:
    """A count is a whole number.

    Why: 0.75 in a count is mostly a percentage in the wrong place. A measure of Kind Number counts unless its baseline
    or target has a fraction itself, and what is in place unless a fraction was planned.

    Example: 0.75 as Actual where the target is 40 places.

    Put right: enter the count; for a share, ask whoever sent the tracker out to change the
    measure's Kind.
    """
    levels = ("baseline", "target") if cell.column.type is Type.ACTUAL else _PLANNED.get(cell.column.key)
    counts = cell.type is Type.COUNT or (levels is not None and all(_whole(cell.row.was_issued(level)) for level in levels))
    return counts and not _whole(cell.value)


@rule("V09", Severity.ERROR, on=Scope.CELL, reads=False,
      says="{column} holds the error {found} in place of a value. Type the value.")
def excel_error(cell: ReturnedCell) -> bool:
    """A cell to fill must not hold an error of Excel.

    Why: the value that was meant is lost; what depends on it would show the error as well.

    Example: #REF! pasted from a sheet whose source is gone.

    Put right: type the value itself.
    """
    return cell.cell.problem is Problem.EXCEL_ERROR


@rule("V10", Severity.QUERY, on=Scope.CELL, doubts=True, says="{column} {why}. {do}.")
def text_too_long_or_unclean(cell: ReturnedCell) -> Iterator[Hit]:
    """A text has at most 2,000 characters, and none that could hide something.

    Why: longer texts cannot be read on a sheet, and often are a report pasted whole. Control characters come from
    pasting, and break other programs; marks that turn the direction show a text otherwise than it is stored. Other
    characters that nobody sees (zero-width, soft hyphens) are taken out, and noted.

    Example: a whole report in Progress.

    Put right: shorten it, and give the place of the report in Evidence; retype what was pasted.
    """
    text = values.to_text(cell.value) if cell.type in _TEXTS else ""
    if len(text) > _LONGEST:
        do = f"Shorten it to {_LONGEST:,}; the whole can be where Evidence says"
        yield Hit(words={"why": f"has {len(text):,} characters", "do": do})
    if not text.isprintable() and _HIDING.search(text):
        yield Hit(words={"why": "has characters that cannot be seen, mostly from pasting", "do": "Type the text again"})
    elif cell.cell.unseen:
        yield Hit(severity=Severity.NOTE, says="{column} had characters that cannot be seen; they were taken out.")


@rule("V11", Severity.QUERY, on=Scope.CELL, reads=False, follows=("V01", "X01", "X08"),
      says="{column} was sent out as “{issued}” and has come back blank. Put the value back, or say that it is "
           "to go.")
def filled_cell_blanked(cell: ReturnedCell) -> bool:
    """A cell that was filled has come back blank.

    Why: a blank may be a slip, or mean that the value is no longer true; only the lead knows. (A cell that was issued
    blank and comes back blank changes nothing.)

    Example: Forecast finish was deleted.

    Put right: put the value back; if it is to go, say why, and it is blanked in the plan.
    """
    return cell.is_blank and bool(cell.issued_text) and not _clears_the_day(cell)


@rule("V12", Severity.QUERY, on=Scope.REPORTED, tables=(MEASURES, PROFILE), columns=("actual", "out_of", "in_place"),
      follows=("X06",),
      says="{ref}: {found} is far from what was planned ({plan}). Check it; if it is right, say why.")
def far_from_what_was_planned(row: ReturnedRow) -> Iterator[Hit]:
    """A value lies not far beyond its target.

    Why: most such values are slips of a digit, or a value of another row; as a first value nothing else would show it. Far
    is past the target by more than the whole way from the baseline; without a baseline, over three times the target; of
    what is in place, over one and a half times what was planned and at least 2 more.

    Example: 300 as Actual, where the target is 30 places; 500 in place, where 3 are planned.

    Put right: correct the value; if it is right, say what brought it about.
    """
    if row.table.master is PROFILE:
        yield from _more_than_planned(row)
        return
    actual = row.inputs["actual"]
    value = _measured(row)
    baseline, target = (row.was_issued(level) for level in ("baseline", "target"))
    if value is None or not (actual.is_changed or row.inputs["out_of"].is_changed) or not isinstance(target, (int, float)):
        return
    says = "target {target}"
    if isinstance(baseline, (int, float)) and baseline != target:
        says = "from {baseline} to {target}"
        sign = -1 if target < baseline else 1
        far = round(sign * (value - target), _PLACES) > round(abs(target - baseline), _PLACES)
    else:
        far = not isinstance(baseline, (int, float)) and 0 < 3 * target < value
    if far:
        plan = says.format(baseline=show(baseline, row.type_of("baseline")), target=show(target, row.type_of("target")))
        yield Hit(actual.place, words={"found": show(value, row.type_of("target")), "plan": plan})


def _more_than_planned(row: ReturnedRow) -> Iterator[Hit]:
    if not row.asks("in_place"):
        return
    cell, planned = row.inputs["in_place"], row.was_issued("planned_quantity")
    value = cell.value
    if not (cell.is_changed and isinstance(value, (int, float)) and isinstance(planned, (int, float))):
        return
    if round(value - planned * 1.5, _PLACES) > 0 and round(value - planned - 2, _PLACES) >= 0:
        yield Hit(cell.place, words={"found": f"{cell.found} in place", "plan": f"{show(planned)} planned"})


@rule("V13", Severity.ERROR, on=Scope.REPORTED, tables=(MEASURES, PROFILE),
      columns=("actual_on", "in_place", "in_place_on", "in_place_since"),
      says="{column}: {found} has not come yet. {do}.")
def day_of_a_value_still_to_come(row: ReturnedRow) -> Iterator[Hit]:
    """The day of a reported value is not after the day of validation, and what is in place was there by the day it was counted.

    Why: a value of a day still to come is a forecast; it would be judged as if it had been reached.

    Example: 31 Mar 2027 as Actual on, in January 2027.

    Put right: enter the day on which the value was true, or leave the row for the next period.
    """
    for key in ("actual_on", "in_place_on", "in_place_since"):
        cell = row.inputs.get(key)
        if cell is not None and cell.is_changed and isinstance(cell.value, date) and cell.value > row.table.file.today:
            do = _meant(cell) or "Enter the day on which the value was true"
            yield Hit(cell.place, words={"found": cell.found, "do": do})
    if row.asks("in_place"):
        on, since = row.inputs["in_place_on"], row.inputs["in_place_since"]
        late = isinstance(on.value, date) and isinstance(since.value, date) and on.value < since.value <= row.table.file.today
        if late and (on.is_changed or since.is_changed):
            yield Hit(since.place, words={"found": since.found, "on": on.found},
                      says="{column}: {found} is after In place on ({on}). Enter since when the first of them are in place.")


@rule("V14", Severity.QUERY, on=Scope.REPORTED, tables=(MEASURES, PROFILE),
      columns=("actual", "actual_on", "in_place", "in_place_on", "in_place_since"),
      says="{ref}: {value} was changed, but {column} is {found} as before. Enter the day of the new value.")
def new_value_of_the_old_day(row: ReturnedRow) -> Iterator[Hit]:
    """A new value has a day of its own, and the first of what is in place have been there since the same day.

    Why: two values of one day contradict each other, and nobody can tell later which came first. A later rise does not
    change since when the first are there.

    Example: Actual goes from 12 to 15, and Actual on stays 30 Sep 2026.

    Put right: enter the day of the new value; if the earlier one was wrong, say so.
    """
    for value_key, day_key in (("actual", "actual_on"), ("in_place", "in_place_on")):
        if row.asks(value_key):
            value, day = row.inputs[value_key], row.inputs[day_key]
            if value.is_changed and value.value is not None and value.issued_text and day.value and not day.is_changed:
                yield Hit(day.place, words={"found": day.found, "value": value.column.header})
    since = row.inputs.get("in_place_since")
    if since is not None and since.is_changed and since.value is not None and since.issued_text:
        yield Hit(since.place, words={"found": since.found, "was": show(row.was_issued("in_place_since"))},
                  says="{ref}: {column} was {was}, and is now {found}. A later rise does not change it; if the first day was "
                       "wrong, say so.")


@rule("V15", Severity.NOTE, on=Scope.CELL, types=(Type.DATE,),
      says="{column}: the time of day ({time}) was left out; the day is {found}.")
def time_of_day_in_a_date(cell: ReturnedCell) -> Iterator[Hit]:
    """A date has no time of day.

    Why: the plan counts in days. The time is left out; a moment less than two minutes from midnight is taken as the day
    that begins or ends there, as some programs miss it by seconds.

    Example: 31 Mar 2027 14:30, pasted from a calendar.

    Put right: nothing need be done.
    """
    if cell.cell.time:
        yield Hit(words={"time": cell.cell.time})


def _meant(cell: ReturnedCell) -> str:
    """What to do where a run of digits is stored as a day of another century; '' where it is none."""
    do = probably_meant(cell.cell.stored.raw) if cell.cell.stored.kind is CellKind.DATE else ""
    return f"{do[:1].upper()}{do[1:]}"


def _clears_the_day(cell: ReturnedCell) -> bool:
    """True for the day on which an activity was complete, where it is reported as Complete no more: P04 asks why."""
    status = cell.row.inputs.get("lead_status")
    return (cell.column.key == "completed_on" and status is not None and status.issued == LeadStatus.COMPLETE
            and status.value not in (None, LeadStatus.COMPLETE))


def _measured(row: ReturnedRow) -> float | None:
    """The figure of a measure's row that is judged: Actual, or its share of Out of."""
    actual, out_of = row.came_back("actual"), row.came_back("out_of")
    if not isinstance(actual, (int, float)):
        return None
    if row.kind in row.table.seen["out_of"].kinds:
        return actual / out_of if isinstance(out_of, (int, float)) and out_of > 0 else None
    return float(actual)


def _whole(value: Value) -> bool:
    return not isinstance(value, (int, float)) or round(value, _PLACES) == round(value)
