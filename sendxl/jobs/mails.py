"""The mails that take trackers to their leads, as drafts. Nothing is sent."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sendxl.errors import Unwritable
from sendxl.plan.counting import many
from sendxl.plan.master import Lead
from sendxl.plan.settings import Settings
from sendxl.plan.values import show
from sendxl.returns.drafts import Draft, drafts_in, others_in, write_drafts
from sendxl.returns.letters import TRACKER, Letters, read_letters, shipped_letters
from sendxl.returns.reminder import TITLE, address_in, plain


def letters_of(words: Path | str | None) -> Letters:
    """The words of mails: those of an officer's file, else those that sendxl ships; Unusable where the file cannot be used."""
    return read_letters(Path(words)) if words else shipped_letters()


def refuse_drafts(folder: Path) -> None:
    """Unusable where drafts are in the folder already: it is asked before anything is issued."""
    if there := drafts_in(folder):
        raise others_in(folder, sorted(path.name for path in there))


def mail_trackers(trackers: Sequence[tuple[Path, Lead, int]], period: str, due_on: date, settings: Settings, letters: Letters,
                  folder: Path) -> list[Path]:
    """A draft for each tracker, with the lead it goes to and its number of activities; the tracker is attached.

    Unwritable where the drafts cannot be written; the trackers are issued all the same, and that is said.
    """
    part = letters[TRACKER]
    drafts = []
    for path, lead, activities in trackers:
        words = {
            "name": plain(lead.name or lead.title or ""), "plan": plain(settings.plan_title or "Delivery plan", TITLE),
            "council": plain(settings.council or "", TITLE), "period": period, "due": show(due_on),
            "is_due": f"is due on {show(due_on)}", "file": path.name, "attached": path.name,
            "activities": many(activities, "activity", "activities")}
        drafts.append(Draft(f"{lead.code} {period}", address_in(lead.email or ""), words["name"], part.titled(words),
                            part.said(words) + "\n", ((path.name, path),)))
    try:
        return write_drafts(drafts, folder)
    except Unwritable as error:
        raise Unwritable(f"{error} The trackers are issued all the same: send those by hand.") from None


def unaddressed(code: str, lead: str, email: str) -> str:
    """That a draft has nobody to go to; '' where it has."""
    if address_in(email):
        return ""
    who = " ".join(filter(None, (code, lead)))
    what = "holds what is not one plain address" if email else "is blank"
    return f"{who}: Leads, Email {what}. Enter one like name@council.gov.uk, or address the draft by hand."
