"""Authority: did we issue this tracker, and may its lead report on these rows?"""

from collections.abc import Iterator

from sendxl.books.issued import PLAN_ID, TRACKER, VERSION
from sendxl.plan.finding import Place, Severity
from sendxl.plan.registry import Hit
from sendxl.plan.versions import reads_tracker
from sendxl.returns.file import ReturnedFile
from sendxl.returns.outcome import Batch
from sendxl.returns.rows import ReturnedRow
from sendxl.returns.rules.registry import AGAIN, Scope, rule


@rule("A01", Severity.REJECT, on=Scope.TRACKER,
      says="What this tracker held when it was sent out has been altered, so that there is no telling what is new in "
           "it. " + AGAIN)
def not_as_it_was_sent_out(file: ReturnedFile) -> Iterator[Hit]:
    """A return must be one of the trackers of this plan, with the values that it was sent out with.

    Why: a change is what differs from what was sent out. If that has been altered, or was never sent out, nothing in the
    return can be trusted. The sheet Trackers holds one fingerprint (SHA-256) over all of it.

    Example: someone unhid the sheet Issued and changed a value, or the master is an older copy without this tracker.

    Put right: validate with the right master; or copy the answers into the tracker as it was sent out.
    """
    known = file.identity.get(PLAN_ID) == file.register.plan_id and reads_tracker(file.identity.get(VERSION, ""))
    name = file.identity.get(TRACKER, "")
    if not known or not name or not file.has_issued:
        return
    if file.tracker is None:
        yield Hit(words={"found": name}, says="The plan that this was checked with has no tracker called {found}. If that is the "
                  "current plan: copy the answers into the tracker as it was sent out, and return that file.")
    elif file.tracker.digest != file.digest:
        yield Hit(words={"found": name})


@rule("A02", Severity.ERROR, on=Scope.ROW,
      says="{ref} was not sent to {lead}, so it cannot be reported on here. Delete the row; its lead is {leads}.")
def row_of_another_lead(row: ReturnedRow) -> Iterator[Hit]:
    """A lead may report only on rows that were issued to them.

    Why: each activity has its lead, and joint leads; only they may change its figures.

    Example: a row copied in from a colleague's tracker.

    Put right: delete the row; its own lead reports on it. If the lead has changed, change it in Plan and issue again.
    """
    file = row.table.file
    leads = file.register.leads_of(row.table.master.name, row.ref)
    if row.in_plan and not row.issued and file.tracker and file.tracker.lead not in leads:
        yield Hit(words={"lead": file.tracker.lead, "leads": "; ".join(leads) or "not named yet"})


@rule("A03", Severity.NOTE, on=Scope.BATCH,
      says="{activity} has joint leads, and the return of {found} is not here yet. What they change may differ from this.")
def other_lead_not_here_yet(batch: Batch) -> Iterator[Hit]:
    """A joint activity is reported on before the other lead's return has come.

    Why: what the other lead writes may differ; then one of the two is held (C01, C04). Waiting a day may spare that.

    Example: PI-03 is led jointly, and only one of the two trackers is in.

    Put right: nothing need be done; you may wait for the other return.
    """
    if all(len(leads) < 2 for leads in batch.register.leads.values()):
        return
    here = {returned.tracker for returned in batch.returns if returned.tracker}
    for number, returned in enumerate(batch.returns):
        first: dict[str, Place] = {}
        for row in returned.rows:
            first.setdefault(batch.register.activities.get((row.table, row.ref), ""), row.place)
        for activity, place in first.items():
            for lead in batch.register.leads.get(activity, ()):
                awaited = batch.register.awaited(lead, returned.period) if lead != returned.lead else ()
                if awaited and not here.intersection(awaited):
                    yield Hit(place, words={"found": lead, "activity": activity}, of=number)
