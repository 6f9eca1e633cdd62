"""The backups of a workbook: a folder beside it, with what was there before edits, the newest of them kept."""

import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sendxl.books.book import LASTING

LABEL = r"\d[\w-]*"  # as a batch is called; what a person adds to a name begins otherwise
_FOLDER = " backups"


def backups_of(path: Path) -> Path:
    """The folder of the backups of a workbook."""
    return path.with_name(f"{path.stem}{_FOLDER}")


def is_backup(path: Path) -> bool:
    """True for a workbook that lies among backups."""
    return path.parent.name.endswith(_FOLDER)


def backup_of(path: Path, label: str) -> Path:
    """Where a backup of now goes; ``label``, a digit and then letters, digits or dashes, or nothing, goes into its name."""
    label = f" {label}" if label else ""
    return backups_of(path) / f"{path.stem} {datetime.now():%Y-%m-%d %H%M%S %f}{label}{path.suffix}"


def prune(path: Path, keep: int, newest: Path) -> None:
    """Leave the ``newest`` backup, and those of ours that were made before it, up to ``keep``; what cannot be deleted stays.

    One whose label ends with ``LASTING`` stays. How old one is, its time of writing says, not its name. What is dated
    after the newest was written when a clock was wrong, and goes first.
    """
    ours = re.compile(re.escape(path.stem) + rf" \d{{4}}-\d\d-\d\d \d{{6}} \d{{6}}( {LABEL}(?<!{LASTING}))?"
                      + re.escape(path.suffix))
    last = newest.stat().st_mtime_ns
    made: list[tuple[bool, int, str, Path]] = []
    for kept in backups_of(path).iterdir():
        if kept != newest and ours.fullmatch(kept.name):
            at = kept.stat().st_mtime_ns
            made.append((at <= last, at, kept.name, kept))
    for *_, old in sorted(made)[: max(0, len(made) - keep + 1)]:
        with suppress(OSError):
            old.unlink()
