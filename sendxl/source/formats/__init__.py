"""The formats that published plans come in, one file each: a format is known by its file being here.

Each file has ``ENDINGS``, the ends of the names of its files in small letters, and ``read``, which gives the raw plan at
a path; ValueError, in one plain sentence or two, where the file is no such plan.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from sendxl.source.formats import text
from sendxl.source.raw import RawPlan


def reader_of(path: Path) -> Callable[[Path], RawPlan]:
    """The reader of a file by the end of its name; that of plain text for any other, which says what the file is instead."""
    formats = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    readers: dict[str, Callable[[Path], RawPlan]] = {ending: one.read for one in formats for ending in one.ENDINGS}
    return readers.get(path.suffix.casefold(), text.read)
