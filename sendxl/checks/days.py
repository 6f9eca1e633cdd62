"""Days: can each be meant, does nothing end before it begins, and has what is said to have happened come?"""

from collections.abc import Callable, Iterator
from datetime import date

from sendxl.checks.registry import Scope, at, check, rows_where
from sendxl.checks.view import Master
from sendxl.plan.counting import many
from sendxl.plan.dates import probably_meant
from sendxl.plan.finding import Severity
from sendxl.plan.master import MEASURES, PLAN, PROFILE, SAVINGS, TARGETS, Measure, Quantity, Saving
from sendxl.plan.periods import add_years, parse_period
from sendxl.plan.registry import Hit
from sendxl.plan.rows import Row, Rows
from sendxl.plan.schema import PEOPLE, Column, Table, Type
from sendxl.plan.values import CellKind, Value, show
from sendxl.plan.vocabulary import Kind

_DATED = (PLAN, MEASURES, TARGETS, SAVINGS, PROFILE)
_EARLIEST = date(2000, 1, 1)
_BEFORE, _AHEAD = 5, 15  # years before the start of the plan, and after today, beyond which no day is meant
_BEFOREHAND = (Measure.baseline_on, Saving.approved_on)  # which are often before the plan starts
_NO_LINE = (Kind.COMPLIANCE, Kind.MILESTONE)  # kinds of measure that are not judged by a day of baseline and target
_PAIRS: dict[Table, tuple[tuple[str, str], ...]] = {
    PLAN: (("starts", "due"), ("benefits_from", "benefits_by"), ("starts", "completed_on")),
    MEASURES: (("baseline_on", "target_on"),),
    PROFILE: (("from", "until"), ("in_place_since", "until"), ("in_place_since", "in_place_on")),
}
_JUDGED = (("starts", "due"), ("baseline_on", "target_on"), ("in_place_since", "until"), ("in_place_since", "in_place_on"))
_TOLD_BY_D28 = ("from", "until")
_HAPPENED: dict[Table, tuple[str, ...]] = {
    PLAN: ("completed_on",), MEASURES: ("actual_on",), SAVINGS: ("finance_confirmed_on",),
    PROFILE: ("in_place_on", "in_place_since")}
_COUNTS_NOW = ("actual_on", "in_place_on", "in_place_since")  # days of figures, which count as if they had come
_NAMED = 5  # refs that one note names


@check("D54", Severity.ERROR, on=Scope.TABLE, says="{column} is {found}, {why}. {do}.")
def day_that_cannot_be_meant(rows: Rows, master: Master) -> Iterator[Hit]:
    """A day of the plan lies within the life of the plan.

    Why: status, expected values and savings are worked out from the days, and most days far off are slips of the year. A
    year alone, or a run of digits, is stored as a day of another century. A day before the plan starts is only noted; a
    baseline and an approval may be earlier.

    Example: Due is 19 Jul 1905, as 2027 was typed; Target on is 31 Mar 2207.

    Put right: type the day that is meant, like 31 Mar 2027. For a quantity that stays for ever, clear Until.
    """
    if rows.table not in _DATED:
        return
    starts, (earliest, latest) = master.settings.plan_starts, _within(master)
    for column in (column for column in rows.table if column.type is Type.DATE and column.by in PEOPLE):
        for row, day in _days_where(rows, column.key, lambda day: not max(starts or earliest, earliest) <= day <= latest):
            if earliest <= day <= latest:
                if starts and column not in _BEFOREHAND and not _ends_early(row, column.key):
                    yield _noted(at(rows, row, column.key, why=f"before the plan starts ({show(starts)})",
                                    do="If it is not meant, correct it"))
                continue
            stored = row.stored(column.key)
            meant = probably_meant(stored.raw) if stored.kind is CellKind.DATE else ""
            if day > latest:
                hit = at(rows, row, column.key, why=f"more than {_AHEAD} years ahead", do="Correct the year")
                yield _noted(hit) if column is Quantity.until else hit
            else:
                yield at(rows, row, column.key, why="which is long past",
                         do=f"{meant[:1].upper()}{meant[1:]}" or "Correct the year")


def _within(master: Master) -> tuple[date, date]:
    """The first and the last day that can be meant."""
    starts = master.settings.plan_starts
    return add_years(starts, -_BEFORE) if starts else _EARLIEST, add_years(master.today, _AHEAD)


def _ends_early(row: Row, last: str) -> bool:
    """True for a day that is before the one on which begins what it ends, of which another rule tells."""
    return any(_runs_back(row, first, last) for first, end in _PAIRS.get(row.table, ()) if end == last)


def _runs_back(row: Row, first: str, last: str) -> bool:
    return _is_before(row[last], row[first])


def _is_before(day: Value, other: Value) -> bool:
    return isinstance(day, date) and isinstance(other, date) and day < other


def _days_where(rows: Rows, key: str, holds: Callable[[date], bool]) -> Iterator[tuple[Row, date]]:
    """The rows with a day in a column of which something holds, each with that."""
    for row, day in rows_where(rows, rows.values(key), lambda day: isinstance(day, date) and holds(day)):
        assert isinstance(day, date)
        yield row, day


def _noted(hit: Hit) -> Hit:
    return Hit(hit.at, Severity.NOTE, hit.says, hit.words, hit.of)


@check("D55", Severity.ERROR, on=Scope.TABLE,
       says="{column} ({found}) is before {first} ({start}){so}. Correct one of them.")
def end_before_its_beginning(rows: Rows, master: Master) -> Iterator[Hit]:
    """What ends does not end before it begins: work, the time for a target, what is in place.

    Why: nothing can be expected of a time that ends before it begins, so it is not assessed, or adds nothing. Where
    nothing is worked out from the two days, it is only noted. From and Until of Profile have a check of their own, D28.

    Example: Starts is 1 Apr 2027, and Due is 31 Mar 2027; In place since is after In place on.

    Put right: correct the day that is wrong.
    """
    earliest, latest = _within(master)
    for first, last in _PAIRS.get(rows.table, ()):
        if (first, last) == _TOLD_BY_D28:
            continue
        days = zip(rows.values(first), rows.values(last), strict=True)
        for row, (begins, ends) in rows_where(rows, days, lambda pair: _is_before(pair[1], pair[0])):
            if not (last == "until" and _runs_back(row, *_TOLD_BY_D28)):
                if isinstance(begins, date) and isinstance(ends, date) and (ends < earliest or begins > latest):
                    continue  # D54 says it
                judged = (first, last) in _JUDGED and not (rows.table is MEASURES and row["kind"] in _NO_LINE)
                hit = at(rows, row, last, first=rows.table[first].header, start=show(row[first]),
                         so=_so(rows.table, last) if judged else "")
                yield hit if judged else _noted(hit)


def _so(table: Table, last: str) -> str:
    if table is PROFILE:
        return ", so what is in place is not counted for the time that is meant"
    return f", so the {'measure' if table is MEASURES else 'activity'} cannot be judged"


@check("D56", Severity.ERROR, on=Scope.TABLE,
       says="{column} is {found}, which has not come yet{so}. Enter the day on which it was so.")
def day_still_to_come(rows: Rows, master: Master) -> Iterator[Hit]:
    """The day on which something was so, or was done, is not after today.

    Why: a value of a day that has not come is a forecast, and would be judged as if it had been reached. Days up to the end
    of the open reporting period are noted, once for a column: figures for its end are often prepared before it.

    Example: Actual on is 31 Mar 2028, in January 2028; Completed on is next week.

    Put right: enter the day on which the value was true; for what is only planned, clear the value and its day.
    """
    ends = _period_ends(master)
    for key in _HAPPENED.get(rows.table, ()):
        column, soon = rows.table[key], []
        for row, day in _days_where(rows, key, lambda day: day > master.today):
            if day <= ends:
                soon.append(row)
            elif key in _COUNTS_NOW:
                yield at(rows, row, key, so=", yet it counts as if it had")
            else:
                yield _noted(at(rows, row, key, so=""))
        if soon:
            yield _in_this_period(rows, column, soon)


def _in_this_period(rows: Rows, column: Column, soon: list[Row]) -> Hit:
    refs = ", ".join(row.key for row in soon[:_NAMED]) + (" …" if len(soon) > _NAMED else "")
    hit = at(rows, soon[0], column.key, of=many(len(soon), "row"), refs=refs)
    return Hit(hit.at, Severity.NOTE, "{column} of {of} ({refs}) is a day of the open period that has not come yet. Correct it "
               "where it is not meant.", hit.words)


def _period_ends(master: Master) -> date:
    """The last day of the open period; no day where there is none, or it cannot be read."""
    try:
        return parse_period(master.settings.reporting_period or "").last
    except ValueError:
        return date.min
