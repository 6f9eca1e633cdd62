"""Across returns: two returns, or a return and the master, that do not agree. Nothing is ever last-wins."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import combinations

from sendxl.plan.finding import Severity
from sendxl.plan.periods import period_ends
from sendxl.plan.registry import Hit
from sendxl.plan.tracker import NO_CHANGE
from sendxl.plan.values import Value, same, show, to_text
from sendxl.plan.vocabulary import Outcome, TrackerState
from sendxl.returns.label import PRINT, file_in, fingerprint
from sendxl.returns.outcome import Batch, Change
from sendxl.returns.register import HeldRow, Standing
from sendxl.returns.rows import ReturnedCell, ReturnedRow
from sendxl.returns.rules.registry import Scope, rule

SENT_AGAIN = "this one was sent out again"
"""How the tracker is told by which another of its lead and period was replaced."""


@rule("C01", Severity.ERROR, on=Scope.BATCH,
      says="{column} differs: it was {issued:quoted} when the tracker was sent out, and is {found:quoted} here but "
           "{other:quoted} in {whose}. Agree on one, and send a corrected return.")
def changed_differently(batch: Batch) -> Iterator[Hit]:
    """Two returns changed one cell to different values.

    Why: the later of the two must not win by being later. Both rows are held, and both values shown, until one is corrected;
    also where the other return is not given again. Of two versions of one
    return, where the row of one is held already for what is wrong in it, the other counts if it was saved later (C03). Two
    of different periods may differ.

    Example: two joint leads report 40% and 55% complete.

    Put right: the leads agree, and one of them sends a corrected return.
    """
    found: set[tuple[int, Change]] = set()
    held = cache(lambda number: batch.returns[number].held_by.keys())
    for number, change, other_number, other in pairs(batch):
        versions = batch.returns[number].tracker == batch.returns[other_number].tracker
        at = (change.table, change.ref)
        if differ(change, other) and not (versions and (at in held(number)) != (at in held(other_number))):
            from_ = batch.returns[other_number]
            found.add((number, change))
            yield _conflict(batch, number, change, other.returned, from_.lead, from_.file)
    for number, change, other_one, lead in _open_conflicts(batch):
        if (number, change) not in found:
            yield _conflict(batch, number, change, other_one.value, lead, file_in(other_one.label))


@rule("C02", Severity.NOTE, on=Scope.BATCH, says="{column} was changed to {found:quoted} by {lead} as well.")
def changed_the_same(batch: Batch) -> Iterator[Hit]:
    """Two leads made the same change.

    Why: it is well, and will be stamped once; it is said so that both returns can be seen to have been read.

    Example: both joint leads set Lead status to On track.

    Put right: nothing need be done.
    """
    for number, change, other_number, other in pairs(batch):
        found = batch.returns[other_number]
        if agree(change, other) and found.lead != batch.returns[number].lead:
            yield Hit(change.place, of=number, words={"found": _shown(change, change.returned), "lead": found.lead})


@rule("C03", Severity.QUERY, on=Scope.ROW, columns=(NO_CHANGE.key,),
      says="{ref} has been updated since, from a later tracker ({later}). An officer decides whether this still counts.")
def older_than_the_last_update(row: ReturnedRow) -> Iterator[Hit]:
    """A return comes after a later one of its rows was stamped, or from a tracker that was replaced.

    So does one that is here together with a later one of its row, and a version of a return beside another of the same
    tracker, unless the time at which it was last saved, or the questions on its sheet Queries, tell that it is the later.

    Why: old answers must not take the place of newer ones by arriving last.

    Example: the Q3 tracker comes back in May, when Q4 has been stamped.

    Put right: send what still holds in the current tracker; for the rest nothing need be done.
    """
    if (row.changed or row.says_no_change) and (later := _later(row)):
        yield Hit(words={"later": later})


def _later(row: ReturnedRow) -> str:
    """From which later tracker the row was updated since; '' where it was not."""
    file = row.table.file
    tracker, last = file.tracker, row.last_period
    if tracker and (tracker.state == TrackerState.REPLACED or tracker.tracker in file.register.followed):
        return SENT_AGAIN
    return last if tracker and last and period_ends(last) > period_ends(tracker.period) else ""


@rule("C04", Severity.ERROR, on=Scope.CELL,
      says="{column} was {base:quoted} when the tracker was sent out and is {master:quoted} in the plan now, but {found:quoted} "
           "in this return. An officer decides which is to stand.")
def plan_changed_meanwhile(cell: ReturnedCell) -> Iterator[Hit]:
    """The master has changed since the tracker was issued, and the return says something else again.

    Why: the return was written without knowing of the change; taking it would undo that change unseen. For a column
    that is issued blank, what was issued is what stands in its “Last …” column. What was stamped from the same tracker
    before is no change by someone else: a lead may correct it. A row that was updated from a later tracker is asked about as
    a whole (C03).

    Example: a joint lead's update was stamped on Monday, and the other lead's differing one came on Tuesday.

    Put right: an officer decides in Held which value is to stand; the next stamping carries it out.
    """
    if not cell.in_master or not cell.row.in_plan or _later(cell.row):
        return
    table = cell.row.table
    now = table.file.register.values[table.master.name][cell.row.ref].get(cell.column.key)
    in_plan, here = to_text(now), to_text(cell.value)
    if in_plan not in (cell.base_text, here) and cell.stamped_text not in (in_plan, here):
        yield Hit(words={"base": show(cell.base, cell.type), "master": show(now, cell.type)})


def pairs(batch: Batch) -> Iterator[tuple[int, Change, int, Change]]:
    """Changes of one cell in two returns, each pair both ways round, with the numbers of their returns.

    Rejected returns are left out, and those that were dealt with before. Those of different periods may well differ, and
    those of a tracker that was sent out again: of which of them counts, C03 asks.
    """
    of = [(period_ends(returned.period), returned.lead, returned.tracker) for returned in batch.returns]
    for changes in batch.shared:
        for (number, change), (other_number, other) in combinations(changes, 2):
            (ends, *one), (other_ends, *another) = of[number], of[other_number]
            if number != other_number and ends == other_ends and (one[0] != another[0] or one == another):
                yield number, change, other_number, other
                yield other_number, other, number, change


def _open_conflicts(batch: Batch) -> Iterator[tuple[int, Change, HeldRow, str]]:
    """The changes that were held for another return that neither is here nor has been answered: its row of Held, and its lead."""
    open_rows = {tracker: conflicts for tracker, rows in batch.register.held.items()
                 if (conflicts := [row for row in rows if row.code == "C01"])}
    here: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for number, returned in enumerate(batch.returns) if open_rows else ():
        if returned.outcome is not Outcome.REJECTED and returned.standing is not Standing.DONE:
            for at in returned.rows if returned.tracker in open_rows else ():
                here[returned.tracker, at.table, at.ref].add(number)
    for number, returned in enumerate(batch.returns) if open_rows else ():
        own = {(row.table, row.ref, row.column, row.returned) for row in open_rows.get(returned.tracker, ())
               if fingerprint(row.label) == returned.sha256[:PRINT]} if returned.standing is Standing.HELD else set()
        for change in returned.changes if own else ():
            *cell, said = change.table, change.ref, change.place.column, to_text(change.returned)
            if (*cell, said) in own:
                yield from ((number, change, row, batch.register.trackers[tracker].lead)
                            for tracker, rows in open_rows.items() for row in rows
                            if [row.table, row.ref, row.column] == cell and row.returned != said
                            and here[tracker, row.table, row.ref] <= {number})


def _conflict(batch: Batch, number: int, change: Change, other: Value, lead: str, file: str) -> Hit:
    """``other``: what the return of a lead has in the cell; ``file``: its name."""
    whose = f"the return of {lead}" if lead != batch.returns[number].lead else f"another file of the same lead, {file}"
    return Hit(change.place, of=number, words={"issued": _shown(change, change.issued), "found": _shown(change, change.returned),
                                               "other": _shown(change, other), "whose": whose})


def agree(one: Change, other: Change) -> bool:
    """True if two changes of a cell can be read and mean the same."""
    return one.readable and other.readable and same(one.returned, other.returned)


def differ(one: Change, other: Change) -> bool:
    """True if two changes of a cell can be read and do not mean the same."""
    return one.readable and other.readable and not same(one.returned, other.returned)


def _shown(change: Change, value: Value) -> str:
    return show(value, change.type)
