"""The mails that take trackers to their leads, as drafts. Nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sendxl.errors import Unwritable
from sendxl.plan.counting import many
from sendxl.plan.master import Lead
from sendxl.plan.settings import Settings
from sendxl.plan.values import show
from sendxl.returns.drafts import Draft, drafts_in, others_in, write_drafts
from sendxl.returns.letters import TRACKER, Letters, read_letters, shipped_letters
from sendxl.returns.reminder import TITLE, address_in, plain

if TYPE_CHECKING:
    from sendxl.jobs.issue import Issue


def letters_of(words: Path | str | None) -> Letters:
    """The words of mails: those of an officer's file, else those that sendxl ships; Unusable where the file cannot be used."""
    return read_letters(Path(words)) if words else shipped_letters()


def refuse_drafts(folder: Path) -> None:
    """Unusable where drafts are in the folder already: it is asked before anything is issued."""
    if there := drafts_in(folder):
        raise others_in(folder, sorted(path.name for path in there))


def issued_by_mail(issued: Issue, leads: Sequence[Lead], settings: Settings, letters: Letters, folder: Path) -> Issue:
    """What was issued, with a draft for each lead, who are in the order of the trackers; the tracker is attached.

    Unwritable where the drafts cannot be written; the trackers are issued all the same, and that is said.
    """
    part = letters[TRACKER]
    drafts = []
    for tracker, lead in zip(issued.trackers, leads, strict=True):
        words = {
            "name": plain(lead.name or tracker.lead), "plan": plain(settings.plan_title or "Delivery plan", TITLE),
            "council": plain(settings.council or "", TITLE), "period": issued.period, "due": show(issued.due_on),
            "is_due": f"is due on {show(issued.due_on)}", "file": tracker.path.name, "attached": tracker.path.name,
            "activities": many(tracker.activities, "activity", "activities")}
        drafts.append(Draft(f"{tracker.code} {issued.period}", address_in(tracker.email), words["name"], part.titled(words),
                            part.said(words) + "\n", ((tracker.path.name, tracker.path),)))
    try:
        files = write_drafts(drafts, folder)
    except Unwritable as error:
        raise Unwritable(f"{error} The trackers are issued all the same: send those by hand.") from None
    without = [unaddressed(tracker.code, tracker.lead, tracker.email) for tracker in issued.trackers
               if not address_in(tracker.email)]
    return replace(issued, mails=files, without_email=without)


def unaddressed(code: str, lead: str, email: str) -> str:
    """That a draft has nobody to go to."""
    who = " ".join(filter(None, (code, lead)))
    what = "holds what is not one plain address" if email else "is blank"
    return f"{who}: Leads, Email {what}. Enter one like name@council.gov.uk, or address the draft by hand."
