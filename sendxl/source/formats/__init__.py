"""The formats that published plans come in, one file each: a format is known by its file being here.

Each file has ``ENDINGS``, the ends of the names of its files in small letters, and ``read``, which gives the source at a
path as it stands; ValueError, in one plain sentence or two, where the file is no such plan. ``BEGINS``, where it has one,
is how its files begin, whatever their name is.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from sendxl.source.formats import text
from sendxl.source.grids import Source


def reader_of(path: Path) -> Callable[[Path], Source]:
    """The reader of a file by the end of its name, or by how it begins; that of plain text for any other."""
    formats = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    readers: dict[str, Callable[[Path], Source]] = {ending: one.read for one in formats for ending in one.ENDINGS}
    own = readers.get(path.suffix.casefold())
    begins = {start: one.read for one in formats for start in getattr(one, "BEGINS", ())}
    if own is None or own is text.read:
        start = _start(path)
        own = next((read for mark, read in begins.items() if start.startswith(mark)), own)
    return own or text.read


def _start(path: Path) -> bytes:
    """How a file begins, in small letters; nothing where it cannot be read, which its reader tells."""
    try:
        with path.open("rb") as file:
            return file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    except OSError:
        return b""
