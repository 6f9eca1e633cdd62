"""Quantities: does each row of Profile have a line, days and numbers that count, and each year a line?"""

from collections.abc import Iterator

from sendxl.checks.registry import check
from sendxl.checks.view import Master
from sendxl.plan.finding import Severity
from sendxl.plan.master import PROFILE, SAVINGS, YEARS, Quantity, SavingYear
from sendxl.plan.registry import Hit
from sendxl.plan.values import show


@check("D25", Severity.ERROR, on=(PROFILE, "savings_ref"),
       says="Savings ref is blank, so the quantity counts for no line. Enter the Ref of its line.")
def quantity_without_line(quantity: Quantity, master: Master) -> bool:
    """A row of Profile names the savings line that it belongs to.

    Why: a line saves its unit saving times its quantities.

    Example: a quantity was added to Profile, and its Savings ref was left blank.

    Put right: enter the Ref of the line, as it stands in Savings.
    """
    return quantity.cell("savings_ref").blank


@check("D26", Severity.ERROR, on=(PROFILE, "from"), reads=("in_place_since",),
       says="The row has no From, so its quantity counts from no day. Enter the first day on which it is in place.")
def quantity_without_first_day(quantity: Quantity, master: Master) -> bool:
    """A row of Profile says from which day its quantity is in place: planned in From, or as it came in In place since.

    Why: savings are counted by whole months from that day on.

    Example: Planned quantity is 6, and From and In place since are blank.

    Put right: enter the day from which the places or units are planned to be there.
    """
    return quantity.cell("in_place_since").blank and quantity.cell("from").blank


@check("D27", Severity.ERROR, on=(PROFILE, "planned_quantity"), reads=("in_place",),
       says="The row has no quantity, so it adds nothing. Enter a Planned quantity: 0 if none was planned.")
def row_without_quantity(quantity: Quantity, master: Master) -> bool:
    """A row of Profile has a quantity, planned or in place.

    Why: without one it adds nothing, and nobody can tell whether none was planned or the number was forgotten.

    Example: From is 1 Sep 2027, and Planned quantity and In place are blank.

    Put right: enter the Planned quantity; 0 where something came that nobody had planned.
    """
    return quantity.cell("in_place").blank and quantity.cell("planned_quantity").blank


@check("D28", Severity.ERROR, on=(PROFILE, "until"),
       says="Until ({found}) is before From ({start}), so the row adds nothing. Correct one of them.")
def ends_before_it_starts(quantity: Quantity, master: Master) -> Iterator[Hit]:
    """A quantity does not end before it starts.

    Why: there would be no day on which it is in place.

    Example: From is 1 Sep 2027, and Until is 31 Aug 2027.

    Put right: correct the day that is wrong; clear Until where the quantity stays.
    """
    if quantity.from_ and quantity.until and quantity.until < quantity.from_:
        yield Hit(words={"start": show(quantity.from_)})


@check("D29", Severity.ERROR, on=(PROFILE, "in_place"), reads=("in_place_on", "in_place_since"),
       says="{column} is given without a number in In place, so it counts for nothing. Enter how many there were.")
def day_without_count(quantity: Quantity, master: Master) -> Iterator[Hit]:
    """Where In place on or In place since says when, In place says how many.

    Why: what is in place counts as realised only with both; a day alone changes nothing.

    Example: In place on is 30 Sep 2027, and In place is blank.

    Put right: enter how many there were on that day; 0 where none was.
    """
    if quantity.cell("in_place").blank:
        for key in ("in_place_on", "in_place_since"):
            if not quantity.cell(key).blank:
                yield Hit(words={"column": PROFILE[key].header})
                return


@check("D30", Severity.ERROR, on=(YEARS, "savings_ref"), reads=((SAVINGS, "ref"),),
       says="There is no line {line} in Savings, so this year of it is left blank. Put the line back, or delete this row.")
def year_of_no_line(year: SavingYear, master: Master) -> Iterator[Hit]:
    """A row of Years belongs to a line that stands in Savings.

    Why: refresh fills Years from the lines. What the row once held would no longer follow from anything, so it is left
    blank and is in no total.

    Example: PI-09.S1 was deleted from Savings, and its years are still there.

    Put right: put the line back from a backup; a line that is given up is withdrawn rather than deleted. Or delete its rows
    of Years.
    """
    if not master.row(SAVINGS, year.savings_ref):
        yield Hit(words={"line": year.savings_ref or "(blank)"})
