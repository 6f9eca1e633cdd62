"""Several files of one tracker: mere copies are set aside, and of versions the later one counts.

Which is the later, the time says at which each was last saved, or the questions on its sheet Queries. Nothing is last-wins:
where neither tells, it is asked (C03).
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sendxl.plan.finding import Finding, Place, Severity
from sendxl.plan.periods import period_ends
from sendxl.plan.registry import Hit
from sendxl.plan.values import same, to_text
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.held import decide
from sendxl.returns.label import PRINT, file_in, fingerprint, is_called_copy, saved_in
from sendxl.returns.outcome import Reported, Return
from sendxl.returns.personal import WITHHELD
from sendxl.returns.register import HeldRow, Register, Standing
from sendxl.returns.rules import RULES
from sendxl.returns.rules.across_returns import SENT_AGAIN

_LATER_VERSION = ("A later version of this return is here too, with the answers to its queries: {found}. This one is not looked "
                  "at.")
_WHICH = "{ref} came in {found} as well, {why}. An officer decides whether this one counts."
_LATER = "{found} is reported on in a later tracker as well ({later}). An officer decides whether this still counts."
_AS_ISSUED = ("I01", "I02", "I03", "I04", "I05")  # rules about rows that are not as they were issued: no answer is held
_SAVED_LATER = "which was saved later"
_NOT_TOLD = "and nothing tells which of the two was saved later"


def set_copies_aside(returns: Sequence[Return]) -> None:
    """Of files with the same bytes, or the same answers to the same tracker, the first counts: one held before, if any.

    One whose name says that it is a copy comes last, as in “INC 2026-27 Q3 - Copy.xlsx”.
    """
    first: dict[Hashable, Return] = {}
    files = Counter(returned.tracker for returned in returns)
    for returned in sorted(returns, key=lambda one: (one.standing is Standing.NEW, is_called_copy(one.path))):
        by_answers = _answers(returned) if files[returned.tracker] > 1 else None
        original = first.get(returned.sha256) or first.get(by_answers)
        if original:
            returned.set_aside(f"a copy of {original.file}")
        else:
            first |= {key: returned for key in (returned.sha256, by_answers) if key}


def _answers(returned: Return) -> Hashable:
    """All that a return says, by which it is known though another program saved it; None where that is not known."""
    if not returned.tracker or returned.outcome is Outcome.REJECTED or returned.standing is Standing.DONE:
        return None
    if any(change.returned == WITHHELD for change in returned.changes):  # of what is withheld nobody knows whether it is the same
        return None
    return (
        returned.tracker, frozenset((change.key, to_text(change.returned)) for change in returned.changes),
        frozenset((row.table, row.ref) for row in returned.rows), frozenset(returned.answers.items()),
        frozenset((finding.code, finding.table, finding.ref, finding.column, finding.found) for finding in returned.findings
                  if finding.severity is not Severity.NOTE),
    )


def leave_out_stamped(returns: Sequence[Return], register: Register) -> None:
    """Of a return that waits for a row that is held, the rows that were stamped from it are dealt with."""
    for returned in returns:
        if returned.standing is Standing.HELD:
            rows = {(row.table, row.ref) for row in returned.rows}
            if done := {at for at in rows if register.is_stamped(*at, returned.sha256)}:
                returned.leave_out(done)


def set_earlier_aside(returns: Sequence[Return], register: Register) -> None:
    """A return is not looked at again where a later version of it is here.

    One that is held is answered by a new one of its tracker. Of two new ones, the one that was sent back with more
    questions on its sheet Queries is the later.
    """
    new = [returned for returned in returns
           if returned.standing is Standing.NEW and returned.tracker and returned.outcome is not Outcome.REJECTED]
    newest: dict[str, Return] = {}
    for returned in new:
        newest.setdefault(returned.tracker, returned)
        if returned.asked > newest[returned.tracker].asked:
            newest[returned.tracker] = returned
    for returned in new:
        later = newest[returned.tracker]
        if returned.asked < later.asked:
            hit = Hit(severity=Severity.NOTE, says=_LATER_VERSION, words={"found": later.file})
            returned.set_aside(f"an earlier version of {later.file}", RULES["C03"].finding(hit, returned.file, Place(), {}))
    versions: dict[str, list[Return]] = defaultdict(list)
    for returned in new:
        if returned.standing is Standing.NEW and returned.rows:
            versions[returned.tracker].append(returned)
    again = _sent_again([returned for returned in returns if returned.standing is not Standing.DONE and returned.tracker
                         and returned.outcome is not Outcome.REJECTED], register)
    for returned in returns:
        if returned.standing is Standing.HELD and returned.tracker in again:
            returned.standing = Standing.DONE
        elif returned.standing is Standing.HELD and returned.outcome is not Outcome.REJECTED:
            _leave_to_later(returned, versions[returned.tracker], register)


def _leave_to_later(returned: Return, new: Sequence[Return], register: Register) -> None:
    """Where a later version of a return is here, or was here, only the rows are looked at that wait and that it does not have."""
    label, own = register.current.get(returned.tracker, ""), returned.sha256[:PRINT]
    later = [one for one in new if not is_before(one.saved, returned.saved)]
    was_here = label and fingerprint(label) != own and not is_before(saved_in(label), returned.saved)
    if not later and not was_here:
        return
    said = {(row.table, row.ref) for one in later for row in one.rows}
    said |= {(table, ref) for table, tracker, ref in register.recorded if tracker == returned.tracker}
    said |= {(row.table, row.ref) for row in register.held.get(returned.tracker, ()) if fingerprint(row.label) != own}
    if waiting := register.pending.get(own, frozenset()) - said:
        returned.is_followed = True
        places = {(row.table, row.ref) for row in returned.rows} | {(one.table, one.ref) for one in returned.findings}
        returned.leave_out(places - waiting)
    else:
        returned.standing = Standing.DONE


def ask_which_counts(returns: Sequence[Return], register: Register) -> None:
    """Ask of each row that another file of the tracker is held in, or was stamped from, unless this one is the later."""
    of_tracker: dict[str, list[Return]] = defaultdict(list)
    for returned in returns:
        if returned.tracker and returned.standing is not Standing.DONE and returned.outcome is not Outcome.REJECTED:
            of_tracker[returned.tracker].append(returned)
    known = {tracker for _, tracker, _ in register.recorded} | register.held.keys()
    for tracker, versions in of_tracker.items():
        for returned in versions if len(versions) > 1 or tracker in known else ():
            asked = list(_questions(returned, versions, register))
            older = {(one.table, one.ref): one for one in _older_than_stamped(returned, register)}
            if asked or older:  # of an older row nothing else is asked
                found = [*returned.findings, *asked]
                left = [one for one in found if not one.severity.holds or (one.table, one.ref) not in older]
                returned.revise([*left, *older.values()])
                decide(returned, register.decided)


def _questions(returned: Return, versions: Sequence[Return], register: Register) -> Iterator[Finding]:
    rows = {(row.table, row.ref): row for row in returned.rows}
    held = returned.held_by
    said = {(change.table, change.ref, change.place.column): to_text(change.returned) for change in returned.changes}
    asked: set[tuple[str, str]] = set()

    def ask(row: Reported, file: str, saved: datetime | None) -> Iterator[Finding]:
        if (row.table, row.ref) not in asked:
            asked.add((row.table, row.ref))
            yield _which(returned, row, file, saved)

    for one in register.held.get(returned.tracker, ()):
        row, saved = rows.get((one.table, one.ref)), saved_in(one.label)
        repeats = one.column and said.get((one.table, one.ref, one.column)) == one.returned
        at_rest = (one.table, one.ref) in held  # it is not applied in any case
        if row and fingerprint(one.label) != returned.sha256[:PRINT] and not (
                at_rest or one.question in returned.asked or is_before(saved, returned.saved) or repeats):
            yield from ask(row, file_in(one.label), saved)
    for other in versions:
        if other is not returned and other.standing is Standing.NEW:
            for at in sorted(other.held_by.keys() & rows.keys()) if other.outcome is Outcome.HELD else ():
                if at not in held and not is_before(other.saved, returned.saved):
                    yield from ask(rows[at], other.file, other.saved)


def _older_than_stamped(returned: Return, register: Register) -> Iterator[Finding]:
    for row in returned.rows:
        stamped = register.recorded.get((row.table, returned.tracker, row.ref), {})
        saved = saved_in(stamped.get("return"))
        if is_before(returned.saved, saved) and any(not same(stamped.get(key), row.values[key]) for key in row.changed):
            yield _which(returned, row, file_in(stamped.get("return")), saved)


def _which(returned: Return, row: Reported, file: str, saved: datetime | None) -> Finding:
    why = _SAVED_LATER if is_before(returned.saved, saved) else _NOT_TOLD
    hit = Hit(row.place, says=_WHICH, words={"ref": row.ref, "found": file, "why": why})
    return RULES["C03"].finding(hit, returned.file, row.place, {})


def ask_of_earlier_trackers(returns: Sequence[Return], register: Register) -> None:
    """Ask of each row of which there is a return of a later period here, whoever its lead, and of each of a tracker that was
    sent out again and comes back beside the later one: what comes together is asked as what comes one after the other.
    """
    counted = [returned for returned in returns
               if returned.standing is not Standing.DONE and returned.outcome is not Outcome.REJECTED and returned.tracker]
    of_period: dict[date, list[Return]] = defaultdict(list)
    for returned in counted:
        of_period[period_ends(returned.period)].append(returned)
    waiting = [(period_ends(register.trackers[tracker].period), register.trackers[tracker].period, rows)
               for tracker, rows in register.held.items() if tracker in register.trackers] if of_period else []
    later: dict[tuple[str, str], str] = {}
    for ends, of_one in sorted(of_period.items(), reverse=True):
        later |= {(row.table, row.ref): period for others, period, rows in waiting if others > ends for row in rows}
        again = _sent_again(of_one, register)
        for returned in of_one:
            if later or again:
                _ask_of_older(returned, SENT_AGAIN if returned.tracker in again else "", later, register)
        if len(of_period) > 1:
            later |= {(row.table, row.ref): returned.period for returned in of_one for row in returned.rows}


def _sent_again(returns: Sequence[Return], register: Register) -> set[str]:
    """The trackers after which another was sent to the same lead for the same period, and has brought something."""
    of_lead: dict[tuple[str, str], dict[str, list[Return]]] = defaultdict(lambda: defaultdict(list))
    for returned in returns:
        of_lead[returned.lead, returned.period][returned.tracker].append(returned)
    found: set[str] = set()
    for versions in of_lead.values():
        if len(versions) > 1:
            order = [tracker for tracker in register.trackers if tracker in versions]
            brings = (number for number, tracker in enumerate(order)
                      if any(one.standing is Standing.NEW and one.reported for one in versions[tracker]))
            found.update(order[: max(brings, default=0)])
    return found


def _ask_of_older(returned: Return, again: str, later: Mapping[tuple[str, str], str], register: Register) -> None:
    """Ask of its rows that are in returns of later periods, of which ``later`` tells the period, or of all sent out ``again``."""
    known = {(finding.table, finding.ref) for finding in returned.findings if finding.code == "C03"}
    known |= {(missed.table, missed.ref) for missed in returned.not_checked if missed.code == "C03"}
    asked = {}
    for row in returned.rows:
        at = (row.table, row.ref)
        if at not in known and (why := later.get(at) or again):
            hit = Hit(says=_LATER, words={"found": row.ref, "later": why})
            asked[at] = RULES["C03"].finding(hit, returned.file, row.place, {})
    if asked:  # what the plan has otherwise meanwhile is part of the question
        left = [one for one in returned.findings if one.code != "C04" or (one.table, one.ref) not in asked]
        returned.revise([*left, *asked.values()])
        decide(returned, register.decided)


def is_answered(held: HeldRow, returned: Return) -> bool:
    """True if a return that may be applied answers what an earlier file of its tracker is held for."""
    if held.question in returned.asked:
        return True
    at, saved = (held.table, held.ref), saved_in(held.label)
    if not held.table or held.code in _AS_ISSUED:
        return returned.standing is Standing.NEW
    if not held.ref:  # all rows of a table
        return returned.standing is Standing.NEW and not is_before(returned.saved, saved)
    reports = any((row.table, row.ref) == at for row in returned.rows)
    holding = returned.held_by.get(at, ())
    in_conflict = any(one.code == "C01" for one in holding)  # perhaps with that file
    return reports and (not holding or (is_before(saved, returned.saved) and not in_conflict))


def is_before(one: datetime | None, other: datetime | None) -> bool:
    """True if both are known, and the one was saved before the other."""
    return one is not None and other is not None and one < other
