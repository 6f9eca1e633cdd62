"""A LibreOffice of the tests' own, asked over a pipe, and ended with all that it started.

Whatever is asked of it is asked while it is ``watched``: past the deadline it is killed, and the call that waits for it fails.
"""

import atexit
import contextlib
import functools
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.programs import UNO_PLACES

DEADLINE = 180.0
_NUMBERS = itertools.count()
_MOST_DOCUMENTS = 60  # after so many it gets slow
_FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".pdf": "calc_pdf_Export", ".ods": "calc8"}
VBA = "Calc MS Excel 2007 VBA XML"
_PRINT_TITLES = re.compile(rb'<definedName [^>]*name="_xlnm\.Print_Titles"[^>]*>[^<]*</definedName>')


def uno_module(folder: Path) -> Any:
    """The module uno, from a folder with nothing else of the system's Python."""
    links = folder / "uno"
    links.mkdir(parents=True)
    for name in ("uno.py", "unohelper.py"):
        for place in UNO_PLACES:
            if (Path(place) / name).exists() and not (links / name).exists():
                (links / name).symlink_to(Path(place) / name)
    sys.path.insert(0, str(links))
    try:
        import uno
    finally:
        sys.path.remove(str(links))
    return uno


def repeating_nothing(content: bytes) -> bytes:
    """What names a workbook's parts, without what is to be repeated on each printed page.

    LibreOffice takes three times as long to open our masters for that alone: for where nothing is printed.
    """
    return _PRINT_TITLES.sub(b"", content)


def copy_to_work_on(path: Path, made: Path) -> Path:
    """A copy of a workbook, as ``repeating_nothing`` has it."""
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(made, "w") as out:
        for name in given.namelist():
            content = given.read(name)
            out.writestr(name, repeating_nothing(content) if name == "xl/workbook.xml" else content)
    return made


def connected(uno: Any, pipe: str) -> Any:
    """The context of the LibreOffice behind a pipe; an error of uno's own where there is none yet."""
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")


def end(process: "subprocess.Popen[bytes]", *how: signal.Signals) -> None:
    """End a process that has a group of its own, with all that it started."""
    for one in how or (signal.SIGKILL,):
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, one)
            process.wait(5)


class _Watch:
    """What ``Soffice.watched`` gives. No generator: an error of uno's own cannot be thrown into one."""

    def __init__(self, timer: threading.Timer) -> None:
        self._timer = timer

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()


class Soffice:
    """One soffice with a profile in ``folder``; without ``arguments`` it has no window. It is waited for once it is asked."""

    def __init__(self, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self.folder, self.opened = folder, 0
        self.uno = uno_module(folder)
        self.pipe = f"sendxl-{os.getpid()}-{next(_NUMBERS)}"
        self._environment = environment
        self._command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--norestore", "--nologo",
                         "--nofirststartwizard", *(arguments or ("--headless",)), f"--accept=pipe,name={self.pipe};urp;"]
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                                env=self._environment)

    @functools.cached_property
    def _context(self) -> Any:
        until = time.monotonic() + DEADLINE
        with self.watched():
            while True:
                try:
                    return connected(self.uno, self.pipe)
                except Exception:
                    if time.monotonic() > until:
                        self.kill()
                        raise
                    if self._process.poll() is not None:  # on a new profile it may leave at once: start it again
                        self._process = self._start()
                    time.sleep(0.1)

    @functools.cached_property
    def desktop(self) -> Any:
        """What has its documents."""
        return self.service("com.sun.star.frame.Desktop")

    @property
    def ended(self) -> bool:
        """Whether it is no longer there."""
        return self._process.poll() is not None

    @property
    def tired(self) -> bool:
        """Whether it opened so many documents that another one had better take its place."""
        return self.opened > _MOST_DOCUMENTS

    def watched(self, deadline: float = DEADLINE) -> "_Watch":
        """Nothing in here hangs: past the deadline it is killed, and the call that waits for it fails."""
        return _Watch(threading.Timer(deadline, self.kill))

    def kill(self) -> None:
        """End it, with all that it started."""
        end(self._process)

    def service(self, name: str) -> Any:
        """A service of its own."""
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    def properties(self, **given: Any) -> Any:
        """Named values, as UNO takes them."""
        made = []
        for key, value in given.items():
            one = self.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
            one.Name, one.Value = key, value
            made.append(one)
        return tuple(made)

    def open(self, path: Path, **given: Any) -> Any:
        """Open a document, without a window unless something else is said."""
        self.opened += 1
        return self.desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, self.properties(**{"Hidden": True, **given}))

    def close(self) -> None:
        """Close every document, saved or not; one that was ended has none."""
        for document in [] if self.ended else self.documents():
            document.close(True)

    def documents(self) -> list[Any]:
        """The documents that are open."""
        listed, found = self.desktop.Components.createEnumeration(), []
        while listed.hasMoreElements():
            found.append(listed.nextElement())
        return found

    def convert(self, path: Path, out: Path, **given: Any) -> Path:
        """Work out a document afresh, and save it as something else, which the ending of ``out`` says."""
        document = self.open(path, **given)
        try:
            document.calculateAll()
            document.storeToURL(out.as_uri(), self.properties(FilterName=_FILTERS[out.suffix], Overwrite=True))
        finally:
            document.close(True)
        return out

    def worked_out(self, path: Path) -> dict[str, list[tuple[Any, ...]]]:
        """The texts and numbers of each sheet, from its first row and column on, after a document was worked out afresh."""
        document, found = self.open(path), {}
        try:
            document.calculateAll()
            for name in document.Sheets.ElementNames:
                sheet = document.Sheets.getByName(name)
                cursor = sheet.createCursor()
                cursor.gotoEndOfUsedArea(False)
                last = cursor.RangeAddress
                found[name] = list(sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow).getDataArray())
        finally:
            document.close(True)
        return found

    def run(self, document: Any, macro: str, *arguments: Any, module: str = "SendxlMacros") -> Any:
        """What a macro of a document gives; an error of Basic is raised with its words."""
        script = document.getScriptProvider().getScript(
            f"vnd.sun.star.script:sendxl.{module}.{macro}?language=Basic&location=document")
        return script.invoke(arguments, (), ())[0]


_running: list[Soffice] = []


def running() -> Soffice:
    """The one without a window of this test run; a new one where that was killed, or has opened many documents."""
    if _running and (_running[-1].ended or _running[-1].tired):
        _running.pop().kill()
    if not _running:
        folder = Path(tempfile.mkdtemp(prefix="sendxl-calc-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _running.append(Soffice(folder))
        atexit.register(_running[-1].kill)
    return _running[-1]
