"""The rows of a tracker: what a lead is to see of their activities, of the measures of these, and of their savings."""

from collections.abc import Sequence
from datetime import date

from sendxl.books.book import Book
from sendxl.books.issued import TrackerRows, tracker_values
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import MEASURES, PLAN, PROFILE, SAVINGS, Activity, Quantity, Saving
from sendxl.plan.tracker import Covered
from sendxl.plan.values import Value, show
from sendxl.plan.vocabulary import Method

_UNITS = {Method.CHAIN: "places", Method.UNIT: "units", Method.SHARE: "contracts"}


def rows_for(book: Book, activities: Sequence[Activity], as_at: date) -> TrackerRows:
    """The rows of the activities of one lead, by master table, as values of the tracker's columns.

    Measures and savings are in the order of the activities. ``as_at`` is the day by which it is told what was planned.
    """
    order = {as_seen(row.key): place for place, row in enumerate(activities)}
    titles = {as_seen(row.key): row for row in activities}
    measures = [row for row in book.read(MEASURES) if as_seen(row.activity_ref or "") in order]
    lines = {as_seen(row.key): row for row in book.read(SAVINGS) if as_seen(row.activity_ref or "") in order}
    quantities = [(row, lines[as_seen(row.savings_ref or "")]) for row in book.read(PROFILE)
                  if as_seen(row.savings_ref or "") in lines]
    return {
        PLAN: [tracker_values(PLAN, row) for row in activities],
        MEASURES: [tracker_values(MEASURES, row) for row in sorted(
            measures, key=lambda row: order[as_seen(row.activity_ref or "")])],
        PROFILE: [tracker_values(PROFILE, row) | _covered(row, line, titles[as_seen(line.activity_ref or "")], as_at)
                  for row, line in sorted(quantities, key=lambda pair: order[as_seen(pair[1].activity_ref or "")])],
    }


def _covered(row: Quantity, line: Saving, activity: Activity, as_at: date) -> dict[str, Value]:
    """What the master has elsewhere of the savings line of a row of Profile, in words."""
    return {
        Covered.activity.key: activity.activity, Covered.activity_ref.key: activity.key,
        Covered.what_is_saved.key: line.description or line.method, Covered.unit.key: unit_of(line),
        Covered.planned_by_now.key: planned_by(row, unit_of(line), as_at),
    }


def unit_of(line: Saving) -> str:
    """What a quantity of a savings line counts."""
    return _UNITS.get(Method(line.method), "units") if line.method in set(Method) else "units"


def planned_by(row: Quantity, unit: str, as_at: date) -> str:
    """What was planned to be in place on a day, as in “6 places since 1 Sep 2027”."""
    if row.planned_quantity is None:
        return "Not planned yet"
    many = f"{show(row.planned_quantity)} {unit[:-1] if row.planned_quantity == 1 else unit}"
    if row.from_ and row.from_ > as_at:
        return f"None yet; {many} from {show(row.from_)}"
    if row.until and row.until < as_at:
        return f"None any more; {many} until {show(row.until)}"
    return f"{many} since {show(row.from_)}" if row.from_ else f"{many}, from no day in particular"
