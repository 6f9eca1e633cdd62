"""A new version of a workbook in the place of the old one: never half a file, never over someone else's change."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sendxl.books.backups import LABEL, backup_of, backups_of, prune
from sendxl.errors import Refused, Unwritable, reason
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.package.whole_file import flush_folder, flushed

_TEMPORARY = "~sendxl-"
_PROGRAMS = (("Excel", "~${}"), ("LibreOffice", ".~lock.{}#"))  # and the hint that each leaves beside an open file
_CHANGED = "it was changed by someone else in the meantime. Run again to work on what is there now."


class Unstored(Refusal):
    """A file that the system would not store. Nothing is changed."""


def replace_with(path: Path, sha256: str, write: Callable[[Path], object], backups: int, label: str = "") -> None:
    """Let ``write`` make a file beside ``path``, keep a backup of the old one, and put the new one in its place.

    Refusal, with all as it was, where the file is open elsewhere or is no longer the one with that ``sha256``; Unstored
    where the system would not store it. ``backups`` is how many to keep; ``label``, a digit and then letters, digits or
    dashes, goes into the name of this one. What another program writes between the last look at the file and its
    replacing, some microseconds, would be lost: no system has one step for both.
    """
    if label and not re.fullmatch(LABEL, label):
        raise ValueError(f"{label!r} cannot label a backup")
    target = path.resolve()
    for why in file_blockers(path):
        raise Refusal(why)
    made: list[Path] = []  # to be taken away again, should it not come to the end
    try:
        new = _temporary(target, target.parent, made)
        write(new)
        _take_after(target, new)
        seen = _state(target)
        old = target.read_bytes()
        if hashlib.sha256(old).hexdigest() != sha256:
            raise Refusal(_CHANGED)
        newest = _keep_backup(target, old, label, made) if backups else None
        if _state(target) != seen:
            raise Refusal(_CHANGED)
        new.replace(target)
        made.clear()
    except OSError as error:
        raise Unstored(reason(error)) from None
    finally:
        _take_away(target, made)
    flush_folder(target.parent)
    if newest:
        prune(target, backups, newest)


def file_blockers(path: Path) -> Iterator[str]:
    """What keeps a file from being replaced, each with how to mend it: it is open elsewhere, or may only be read."""
    target = path.resolve()
    for program, pattern in _PROGRAMS:
        for beside in dict.fromkeys((path.absolute(), target)):
            hint = pattern.format(beside.name)
            if beside.with_name(hint).exists():
                yield f"it is open in {program}. Close it there, then run again. (If it is not, delete {hint} beside it.)"
    if not os.access(target.parent, os.W_OK):
        yield "its folder may only be read. Copy it to a folder of yours, and work there."
    if target.exists() and not os.access(target, os.W_OK):
        yield "it may only be read. Switch that off in its properties, or work on a copy; then run again."


def _temporary(target: Path, folder: Path, made: list[Path]) -> Path:
    """A new file whose name says for which file it is, so that the next run can tell it if this one is killed."""
    handle, name = tempfile.mkstemp(prefix=_mark(target), suffix=".tmp", dir=folder)
    made.append(Path(name))
    os.close(handle)
    return Path(name)


def _mark(target: Path) -> str:
    return f"{_TEMPORARY}{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]}-"


def _take_after(old: Path, new: Path) -> None:
    """Give the new file the owner, the rights and the attributes of the old one, as far as that may be."""
    if os.name == "posix":
        found = old.stat()
        for owner in ((found.st_uid, -1), (-1, found.st_gid)):
            with suppress(PermissionError):
                os.chown(new, *owner)
    shutil.copystat(old, new)
    os.utime(new)


def _state(path: Path) -> tuple[int, ...]:
    """What changes whenever a file is written or another takes its place."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _keep_backup(target: Path, old: bytes, label: str, made: list[Path]) -> Path:
    """Put the old content into the folder of backups, whole or not at all; where it is."""
    folder = backups_of(target)
    folder.mkdir(exist_ok=True)
    temporary = _temporary(target, folder, made)
    with flushed(temporary) as file:
        file.write(old)
    shutil.copystat(target, temporary)
    os.utime(temporary)  # by which its age is told
    kept = backup_of(target, label)
    temporary.replace(kept)
    made.append(kept)
    flush_folder(folder)
    return kept


def _take_away(target: Path, made: list[Path]) -> None:
    for path in made:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    for folder in {path.parent for path in made} - {target.parent}:
        with suppress(OSError):  # as it holds earlier backups
            folder.rmdir()


@contextmanager
def locked(path: Path, timeout: float) -> Iterator[None]:
    """Hold off other runs of sendxl on a file, and clear away what a run that was killed has left.

    Refused after ``timeout`` seconds of waiting. A run that is killed holds its lock no longer.
    """
    from filelock import FileLock, Timeout

    target = path.resolve()
    lock_path = target.with_name(f".{target.name}.lock")
    lock = FileLock(lock_path, mode=0o666)  # for others to open, should this run be killed
    try:
        lock.acquire(timeout=timeout)
    except Timeout:
        raise Refused(
            f"{path.name} is being written by another run of sendxl. Wait for it to end, then run again."
        ) from None
    except OSError as error:
        raise Unwritable(f"{path} was not changed: {reason(error)}") from None
    try:
        _clear(target)
        yield
    finally:
        _release(lock.release, lock_path)


def _release(release: Callable[[], None], lock_path: Path) -> None:
    """Let go of a lock, and delete its file.

    While it is still held, so that whoever waits for it sees that it is gone and makes another, on systems that delete
    open files; on the others nobody can have it open once it is deleted.
    """
    if os.name == "posix":
        with suppress(OSError):
            lock_path.unlink(missing_ok=True)
    release()
    if os.name != "posix":
        with suppress(OSError):
            lock_path.unlink(missing_ok=True)


def _clear(target: Path) -> None:
    """Delete the temporary files of runs on this file that were killed; only its lock tells that none is at work on them."""
    for folder in (target.parent, backups_of(target)):
        with suppress(OSError):
            for left in folder.glob(f"{_mark(target)}*.tmp"):
                left.unlink()
