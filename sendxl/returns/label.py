"""How the master names a return: its file, when that was last saved, and the first digits of its SHA-256."""

import re
from contextlib import suppress
from datetime import datetime
from pathlib import PurePath

from sendxl.plan.values import to_text

MARK, PRINT = " · ", 12  # by which the parts of a return's name in the master are parted; digits of its SHA-256
_SAVED = "saved "
# As Windows, macOS and browsers name it.
_COPY = re.compile(r"^copy (?:\(\d+\) )?of |(?: -)? copy(?: \d+)?(?: ?\(\d+\))?$| ?\(\d+\)$", re.IGNORECASE)


def is_called_copy(path: PurePath) -> bool:
    """True if a file has the name that a system gives to a copy, as in “INC 2026-27 Q3 - Copy.xlsx”."""
    return _COPY.search(path.stem) is not None


def label_of(file: str, sha256: str, saved: datetime | None) -> str:
    """How the master names a return: its file, when that was last saved if it says so, the first digits of its SHA-256."""
    return MARK.join([file, *([f"{_SAVED}{saved:%Y-%m-%d %H:%M:%S}"] if saved else []), sha256[:PRINT]])


def file_in(label: object) -> str:
    """The file of a return, from how the master names the return."""
    file, said = _parted(label)
    return file if saved_in(label) else MARK.join(filter(None, (file, said)))


def saved_in(label: object) -> datetime | None:
    """When a return was last saved, from how the master names the return; None where that is not said."""
    with suppress(ValueError):
        said = _parted(label)[1]
        return datetime.fromisoformat(said.removeprefix(_SAVED)) if said.startswith(_SAVED) else None
    return None


def _parted(label: object) -> tuple[str, str]:
    """The name of a return without its fingerprint, before the last mark and after it."""
    named = to_text(label if isinstance(label, str) else None).rpartition(MARK)[0]
    file, mark, said = named.rpartition(MARK)
    return (file, said) if mark else (named, "")


def fingerprint(label: object) -> str:
    """The first digits of a return's SHA-256, from how the master names the return."""
    return to_text(label if isinstance(label, str) else None).rpartition(MARK)[2]
