"""chase: one reminder for each lead with something outstanding, as a draft that opens ready to send. Nothing is sent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from sendxl.errors import Unusable, writing
from sendxl.jobs.opening import MasterBook, read_master, refuse_broken
from sendxl.jobs.validate import CHECKED
from sendxl.plan.master import LEADS
from sendxl.returns.chasers import Chaser, chasers
from sendxl.returns.outcome import Return
from sendxl.returns.register import Register

_ENDING = ".eml"
_LONGEST_NAME = 80  # characters of a file name, and of the name of a person


@dataclass(frozen=True)
class Chased:
    """Who is to be reminded of what. ``files`` are the drafts in the order of ``chasers``, none without a folder.

    ``without_email``: a sentence for each lead whose draft has nobody to go to, as Leads has no usable Email.
    """

    chasers: Sequence[Chaser]
    files: Sequence[Path]
    without_email: Sequence[str]

    @property
    def to_mend(self) -> Sequence[str]:
        """What is to be put right before all drafts can be sent."""
        return self.without_email


def chase(master: MasterBook, folder: Path | str | None = None, *, today: date | None = None,
          returns: Sequence[Return] = ()) -> Chased:
    """The reminders that the master calls for on ``today``; with a ``folder``, each written there as a draft (.eml).

    The master is not written. The folder is new or has no other drafts in it: one that was written before may have been
    changed by hand. ``returns``, as ``validate`` has them, count as come back though they are not stamped yet. Unusable where
    the master cannot be used, or the folder holds another draft; nothing is then written.
    """
    book = read_master(master)
    refuse_broken(book, *CHECKED, LEADS)
    found = chasers(book, Register.of(book), today or date.today(), returns)
    files = _write(dict(zip(_names(found), map(draft, found), strict=True)), Path(folder)) if folder and found else []
    return Chased(found, files, [_unaddressed(chaser) for chaser in found if not chaser.address])


def draft(chaser: Chaser) -> bytes:
    """A reminder as an email that is not sent yet: plain text in UTF-8, to the lead if their address can be used.

    The same reminder gives the same bytes. ``X-Unsent`` opens it in Outlook as a message to be sent.
    """
    made = EmailMessage(policy=SMTP)
    made["X-Unsent"] = "1"
    if chaser.address:
        name = " ".join(re.sub(r"[^\w .'’-]", " ", chaser.name).split())  # nothing that means something in an address
        made["To"] = Address(display_name=name[:_LONGEST_NAME], addr_spec=chaser.address)
    made["Subject"] = chaser.subject
    made.set_content(chaser.text(), charset="utf-8", cte="quoted-printable")
    return made.as_bytes()


def _names(reminders: Iterable[Chaser]) -> list[str]:
    """A file name for each reminder: the lead's code (else title) and the latest of its periods."""
    names: list[str] = []
    taken: set[str] = set()
    for chaser in reminders:
        words = re.sub(r"[^\w&'’-]+", " ", f"{chaser.code or chaser.lead} {chaser.periods[-1]}")
        stem = name = words.strip(" -")[:_LONGEST_NAME].rstrip(" -") or "Lead"
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem} ({number})"
        taken.add(name.casefold())
        names.append(name + _ENDING)
    return names


def _write(drafts: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write the drafts, over none that is there, all or none; those there already, just as they are, are left."""
    if folder.exists() and not folder.is_dir():
        raise Unusable(f"{folder} is a file. Give a folder for the drafts.")
    there = [path for path in folder.iterdir() if path.suffix.lower() == _ENDING] if folder.exists() else []
    other = sorted(path.name for path in there if not path.is_file() or path.read_bytes() != drafts.get(path.name))
    if other:
        raise Unusable(f"{folder} has other drafts in it, which may have been changed by hand or be out of date: "
                       f"{', '.join(other[:3])}{' …' if other[3:] else ''}. Give a new folder, or move them away.")
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as undo:
        for name in drafts.keys() - {path.name for path in there}:
            path = folder / name
            with writing(path, "No draft was."), path.open("xb") as file:
                undo.callback(path.unlink, missing_ok=True)
                file.write(drafts[name])
        undo.pop_all()
    return [folder / name for name in drafts]


def _unaddressed(chaser: Chaser) -> str:
    who = " ".join(filter(None, (chaser.code, chaser.lead)))
    what = "holds what is not one plain address" if chaser.email else "is blank"
    return f"{who}: Leads, Email {what}. Enter one like name@council.gov.uk, or address the reminder by hand."
