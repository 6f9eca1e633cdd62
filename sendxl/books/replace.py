"""A new version of a workbook in the place of the old one: never half a file, never over someone else's change."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sendxl.books.book import Refused
from sendxl.xlsx.write import Refusal

_TEMPORARY = "~sendxl-"


def replace_with(path: Path, sha256: str, write: Callable[[Path], None], backups: int) -> None:
    """Let ``write`` make a file beside ``path``, keep a backup of the old one, and put the new one in its place.

    Refusal, with all as it was, where the file is open elsewhere, is no longer the one with that ``sha256``, or cannot
    be written. ``backups`` is how many to keep.
    """
    target = path.resolve()
    _refuse_open(path)
    _refuse_open(target)
    temporary = None
    try:
        handle, made = tempfile.mkstemp(prefix=_TEMPORARY, suffix=".tmp", dir=target.parent)
        os.close(handle)
        temporary = Path(made)
        write(temporary)
        shutil.copymode(target, temporary)
        if hashlib.sha256(target.read_bytes()).hexdigest() != sha256:
            raise Refusal("it was changed by someone else in the meantime. Run again to work on what is there now.")
        if backups:
            _keep_backup(target, backups)
        temporary.replace(target)
    except PermissionError:
        raise Refusal(
            "it cannot be replaced. If it is open in another program, close it there; if it or its folder may only be "
            "read, move it; then run again."
        ) from None
    except FileNotFoundError:
        raise Refusal("it is no longer there. Put it back, then run again.") from None
    except OSError as error:
        raise Refusal(f"it cannot be written: {error.strerror or error}.") from None
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def _refuse_open(path: Path) -> None:
    """Refusal where a spreadsheet program says that it has the file open."""
    for program, hint in (("Excel", f"~${path.name}"), ("LibreOffice", f".~lock.{path.name}#")):
        if path.with_name(hint).exists():
            raise Refusal(
                f"it is open in {program}. Close it there, then run again. (If it is not, delete {hint} beside it.)"
            )


def _keep_backup(path: Path, keep: int) -> None:
    """Copy the file into the folder of its backups, and prune that folder to the newest ``keep`` of ours."""
    folder = path.with_name(f"{path.stem} backups")
    folder.mkdir(exist_ok=True)
    shutil.copy2(path, folder / f"{path.stem} {datetime.now():%Y-%m-%d %H%M%S %f}{path.suffix}")
    ours = re.compile(re.escape(path.stem) + r" \d{4}-\d\d-\d\d \d{6} \d{6}" + re.escape(path.suffix))
    for old in sorted(kept for kept in folder.iterdir() if ours.fullmatch(kept.name))[:-keep]:
        old.unlink()


@contextmanager
def locked(path: Path, timeout: float) -> Iterator[None]:
    """Hold off other runs of sendxl on a file, a courtesy; Refused after ``timeout`` seconds of waiting."""
    from filelock import FileLock, Timeout

    lock_path = path.with_name(f".{path.name}.lock")
    lock = FileLock(lock_path)
    try:
        lock.acquire(timeout=timeout)
    except Timeout:
        raise Refused(
            f"{path.name} is being written by another run of sendxl. Wait for it to end, then run again."
        ) from None
    except OSError:
        raise Refused(f"{path} cannot be written, as its folder may only be read. Copy it to a folder of yours.") from None
    try:
        yield
    finally:
        lock.release()
        with suppress(OSError):
            lock_path.unlink(missing_ok=True)
