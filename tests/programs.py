"""What a test asks of this computer besides Python, and which tests begin first: what the markers stand for."""

import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

# Where LibreOffice's own Python keeps the module uno, which no registry of packages has.
UNO_PLACES = ("/usr/lib/python3/dist-packages", "/usr/lib/libreoffice/program")

PYODIDE = Path(__file__).with_name("node") / "node_modules" / "pyodide"


def pytest_configure(config: pytest.Config) -> None:
    """What a process of a test compiles is there for the next, also where Python is told to keep nothing of it."""
    if sys.dont_write_bytecode and not hasattr(config, "workerinput"):
        compiled = tempfile.TemporaryDirectory(prefix="sendxl-compiled-")
        config.add_cleanup(compiled.cleanup)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = compiled.name
        sys.dont_write_bytecode = False


def missing(item: pytest.Item) -> Iterator[str]:
    """The programs that a case marked ``calc`` or ``browser`` needs and that are not here.

    ``calc("pdftotext")`` needs that besides, as ``browser("firefox-esr")`` does; ``needs_pyodide``: npm ci in tests/node.
    """
    if item.get_closest_marker("needs_pyodide") and not PYODIDE.is_dir():
        yield "npm ci in tests/node"
    for mark in item.iter_markers("browser"):
        yield from (program for program in ("chromium", *mark.args) if not shutil.which(program))
    wanted = {program: None for mark in item.iter_markers("calc") for program in ("soffice", *mark.args)}
    yield from (program for program in wanted if not shutil.which(program))
    if wanted and not any((Path(place) / "uno.py").exists() for place in UNO_PLACES):
        yield "python3-uno"


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """One worker has LibreOffice's screen, one drives LibreOffice without one, one the page.

    What takes long begins first, so that none is left alone with it.
    """
    for item in items:
        if calc := item.get_closest_marker("calc"):
            item.add_marker(pytest.mark.xdist_group("desk" if "Xvfb" in calc.args else "calc"))
        if item.get_closest_marker("needs_pyodide"):
            item.add_marker(pytest.mark.xdist_group("page"))  # on one worker, so that the page is made once
        if absent := list(missing(item)):
            item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(absent)}"))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    yield  # here xdist names the group of each case
    for item in items:
        _tell_group(item)


def _tell_group(item: pytest.Item) -> None:
    """Put the group where it is read: xdist 3.8 adds it to ``_nodeid``, at which pytest 9.2 no longer looks."""
    named = getattr(item, "_nodeid", item.nodeid)
    if named != item.nodeid:
        item._id = type(item.id).parse(named)
