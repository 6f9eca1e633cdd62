"""Files that are there whole or not at all, also after a crash: written beside, on the disk, then moved into their place.

It stands here, below all that writes files, and knows nothing of what they hold.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Literal

from sendxl.errors import writing


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step. Unwritable, which names ``path``, where it cannot be; all is then as it was."""
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to be written that is put at ``path`` in one step, once all of it is on the disk; errors as ``replace_file``."""
    temporary = path.with_name(f"{temporary_mark(path)}{secrets.token_hex(4)}.tmp")
    with writing(path):
        try:
            with flushed(temporary, "xb") as file:
                yield file
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
    flush_folder(path.parent)


def temporary_mark(path: Path) -> str:
    """With what the names of temporary files for ``path`` begin; not with its own name, which may be as long as any can be."""
    return f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:12]}-"


@contextmanager
def flushed(path: Path, mode: Literal["w+b", "xb", "wb"] = "wb") -> Iterator[BinaryIO]:
    """A file to be written, all of which is on the disk when it is closed."""
    with path.open(mode) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """See to it that the names in a folder outlast a power cut, on systems that can."""
    if os.name == "posix":
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
