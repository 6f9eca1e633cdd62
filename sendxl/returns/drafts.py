"""Mails as drafts that open ready to send, in a folder of their own. Nothing is sent."""

import hashlib
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from sendxl.errors import Unusable, reason, writing
from sendxl.plan.values import printable

_ENDING = ".eml"
_LONGEST_NAME = 80  # characters of a file name, and of the name of a person
_WORKBOOK = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True)
class Draft:
    """One mail. ``stem`` names its file; ``address`` is '' where it is not known; ``attached``: files by the names they get."""

    stem: str
    address: str
    name: str
    subject: str
    text: str
    attached: tuple[tuple[str, Path], ...] = ()

    def content(self) -> bytes:
        """It as an email that is not sent yet: plain text in UTF-8, with what is attached. The same gives the same bytes.

        ``X-Unsent`` opens it in Outlook as a message to be sent. Unusable where a file cannot be read.
        """
        made = EmailMessage(policy=SMTP)
        made["X-Unsent"] = "1"
        if self.address:
            name = " ".join(re.sub(r"[^\w .'’-]", " ", self.name).split())  # nothing that means something in an address
            made["To"] = Address(display_name=name[:_LONGEST_NAME], addr_spec=self.address)
        made["Subject"] = " ".join(printable(self.subject, keep="").split())
        made.set_content(self.text, charset="utf-8", cte="quoted-printable")
        for name, path in self.attached:
            try:
                held = path.read_bytes()
            except OSError as error:
                raise Unusable(f"{path} cannot be read: {reason(error)}") from None
            made.add_attachment(held, *_WORKBOOK, filename=name)
        if self.attached:
            made.set_boundary(f"=_{hashlib.sha256(self.text.encode()).hexdigest()[:32]}")  # else another one each time
        return made.as_bytes()


def file_name(text: str, ending: str = "") -> str:
    """A text as the name of a file that every system can store."""
    return (" ".join(re.sub(r"[^\w&()'’-]+", " ", text).split()).strip(" -")[:_LONGEST_NAME].rstrip(" -") or "Lead") + ending


def write_drafts(drafts: Sequence[Draft], folder: Path) -> list[Path]:
    """Write the drafts, over none that is there, all or none; those there already, just as they are, are left.

    Unusable where other drafts are in the folder: they may have been changed by hand, or be out of date.
    """
    contents = dict(zip(_names(drafts), (draft.content() for draft in drafts), strict=True))
    there = drafts_in(folder)
    other = sorted(path.name for path in there if not path.is_file() or path.read_bytes() != contents.get(path.name))
    if other:
        raise others_in(folder, other)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as undo:
        for name in contents.keys() - {path.name for path in there}:
            path = folder / name
            with writing(path, "No draft was."), path.open("xb") as file:
                undo.callback(path.unlink, missing_ok=True)
                file.write(contents[name])
        undo.pop_all()
    return [folder / name for name in contents]


def drafts_in(folder: Path) -> list[Path]:
    """The drafts in a folder, none where it is not there; Unusable for a file."""
    if folder.exists() and not folder.is_dir():
        raise Unusable(f"{folder} is a file. Give a folder for the drafts.")
    return [path for path in folder.iterdir() if path.suffix.lower() == _ENDING] if folder.exists() else []


def others_in(folder: Path, names: Sequence[str]) -> Unusable:
    """That other drafts are in a folder."""
    return Unusable(f"{folder} has other drafts in it, which may have been changed by hand or be out of date: "
                    f"{', '.join(names[:3])}{' …' if names[3:] else ''}. Give a new folder, or move them away.")


def _names(drafts: Sequence[Draft]) -> list[str]:
    """A file name for each draft, each once."""
    names: list[str] = []
    taken: set[str] = set()
    for draft in drafts:
        stem = name = file_name(draft.stem)
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem} ({number})"
        taken.add(name.casefold())
        names.append(name + _ENDING)
    return names
