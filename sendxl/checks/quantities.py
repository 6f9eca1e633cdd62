"""Quantities: does each row of Profile have a line, days and numbers that count, and each year a line?"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from sendxl.checks.registry import Scope, at, check
from sendxl.checks.view import Master
from sendxl.plan.finding import Severity
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import PROFILE, SAVINGS, YEARS, Quantity, SavingYear
from sendxl.plan.registry import Hit
from sendxl.plan.rows import Rows, has_value, is_blank
from sendxl.plan.values import show


@check("D25", Severity.ERROR, on=(PROFILE, "savings_ref"), where=is_blank,
       says="Savings ref is blank, so the quantity counts for no line. Enter the Ref of its line.")
def quantity_without_line(quantity: Quantity, master: Master) -> bool:
    """A row of Profile names the savings line that it belongs to.

    Why: a line saves its unit saving times its quantities.

    Example: a quantity was added to Profile, and its Savings ref was left blank.

    Put right: enter the Ref of the line, as it stands in Savings.
    """
    return True


@check("D26", Severity.ERROR, on=(PROFILE, "from"), where=is_blank, reads=("in_place_since",),
       says="The row has no From, so its quantity counts from no day. Enter the first day on which it is in place.")
def quantity_without_first_day(quantity: Quantity, master: Master) -> bool:
    """A row of Profile says from which day its quantity is in place: planned in From, or as it came in In place since.

    Why: savings are counted by whole months from that day on.

    Example: Planned quantity is 6, and From and In place since are blank.

    Put right: enter the day from which the places or units are planned to be there.
    """
    return quantity.is_blank("in_place_since")


@check("D27", Severity.ERROR, on=(PROFILE, "planned_quantity"), where=is_blank, reads=("in_place",),
       says="The row has no quantity, so it adds nothing. Enter a Planned quantity: 0 if none was planned.")
def row_without_quantity(quantity: Quantity, master: Master) -> bool:
    """A row of Profile has a quantity, planned or in place.

    Why: without one it adds nothing, and nobody can tell whether none was planned or the number was forgotten.

    Example: From is 1 Sep 2027, and Planned quantity and In place are blank.

    Put right: enter the Planned quantity; 0 where something came that nobody had planned.
    """
    return quantity.is_blank("in_place")


@check("D28", Severity.ERROR, on=(PROFILE, "until"), where=has_value,
       says="Until ({found}) is before From ({start}), so the row adds nothing. Correct one of them.")
def ends_before_it_starts(quantity: Quantity, master: Master) -> Iterator[Hit]:
    """A quantity does not end before it starts.

    Why: there would be no day on which it is in place.

    Example: From is 1 Sep 2027, and Until is 31 Aug 2027.

    Put right: correct the day that is wrong; clear Until where the quantity stays.
    """
    if quantity.from_ and quantity.until and quantity.until < quantity.from_:
        yield Hit(words={"start": show(quantity.from_)})


@check("D29", Severity.ERROR, on=(PROFILE, "in_place"), where=is_blank, reads=("in_place_on", "in_place_since"),
       says="{column} is given without a number in In place, so it counts for nothing. Enter how many there were.")
def day_without_count(quantity: Quantity, master: Master) -> Iterator[Hit]:
    """Where In place on or In place since says when, In place says how many.

    Why: what is in place counts as realised only with both; a day alone changes nothing.

    Example: In place on is 30 Sep 2027, and In place is blank.

    Put right: enter how many there were on that day; 0 where none was.
    """
    for key in ("in_place_on", "in_place_since"):
        if not quantity.is_blank(key):
            yield Hit(words={"column": PROFILE[key].header})
            return


@check("D30", Severity.ERROR, on=(YEARS, "savings_ref"), reads=("closed_on", (SAVINGS, "ref")),
       says="There is no line {line} in Savings, so this year of it is left blank. Put the line back, or delete this row.")
def year_of_no_line(year: SavingYear, master: Master) -> Iterator[Hit]:
    """A row of Years belongs to a line that stands in Savings.

    Why: refresh fills Years from the lines. What the row once held would no longer follow from anything, so it is left
    blank and is in no total.

    Example: PI-09.S1 was deleted from Savings, and its years are still there.

    Put right: put the line back from a backup; a line that is given up is withdrawn rather than deleted. Or delete its rows
    of Years that are not closed. What a closed year kept goes on counting.
    """
    if not master.row(SAVINGS, year.savings_ref):
        words = {"line": year.savings_ref or "(blank)"}
        yield Hit(words=words) if year.closed_on is None else Hit(
            words=words, says="There is no line {line} in Savings; what was kept of this closed year still counts, and Restated "
                              "takes all of it away. Put the line back, with Withdrawn on if it is given up.")


@check("D67", Severity.NOTE, on=Scope.TABLE,
       says="{column} is {found}, after {before} in {earlier}, and both rows count from {start} on: {sum} together. If {found} "
            "is the total by then, enter the {step} that are added.")
def total_in_place_of_a_step(rows: Rows, master: Master) -> Iterator[Hit]:
    """Rows of one line that are live at the same time hold steps, not totals.

    Why: all rows that are live are added up. Where each says how many there are altogether by then, the first places are
    counted again with every row. It is asked where the planned quantities of a line only rise from row to row.

    Example: 6 places from 1 Sep 2026 and 14 from 1 Sep 2027, where 8 are added in the second year.

    Put right: enter in each row what is added from its day on, here 6 and 8; or end the first row with Until on the day
    before. If 20 are meant, nothing.
    """
    reads = ("savings_ref", "from", "planned_quantity", "until")
    if rows.table is not PROFILE or not all(master.has(PROFILE, key) for key in reads):
        return
    of_line: dict[str, list[tuple[date, float, Quantity]]] = defaultdict(list)
    for row in master.tables[PROFILE]:
        if row.savings_ref and row.from_ and row.planned_quantity:
            of_line[as_seen(row.savings_ref)].append((row.from_, row.planned_quantity, row))
    for planned in of_line.values():
        planned.sort(key=lambda one: one[0])
        steps = list(pairwise(planned))
        if all(from_ < later and quantity < more and (row.until is None or row.until >= later)
               for (from_, quantity, row), (later, more, _) in steps):
            for (_, quantity, row), (later, more, next_) in steps:
                yield at(rows, next_, "planned_quantity", before=show(quantity), earlier=row.key, start=show(later),
                         sum=show(quantity + more), step=show(more - quantity))


@check("D68", Severity.ERROR, on=(PROFILE, "in_place_since"), where=is_blank, reads=("in_place",),
       says="In place is {count}, and In place since is blank, so nobody knows from when they count. Ask its lead, and fill it.")
def count_without_first_day(quantity: Quantity, master: Master) -> Iterator[Hit]:
    """Where some are in place, In place since says since when the first of them are.

    Why: what is in place counts from that day on. Without it, it counts from From, as if all had come as planned, which is
    seldom so. An upgrade from 0.1.0 takes From, so it is not asked before one.

    Example: In place is 4, In place on is 31 Dec 2026, and In place since is blank.

    Put right: ask the lead since when the first of them are in place, and enter that day.
    """
    if not master.earlier and quantity.in_place and quantity.in_place > 0:
        yield Hit(words={"count": show(quantity.in_place)})
