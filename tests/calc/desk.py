"""A visible Calc on a screen of its own, with the plan open and our macros on buttons: clicked with a real mouse.

A button runs a macro of ``macros/``; in place of xlwings' RunPython stands one that starts this Python beside Calc, with
``shim.py``, and does not wait for it: Calc must go on to answer it. Every wait ends, and a desk that is used for too long is
cleared: whatever hangs there, a call to Calc or a box that waits for an answer, then fails.

``python -m tests.calc.desk PICTURE`` takes the picture of the README.
"""

import contextlib
import io
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sendxl.desktop.ribbon import addin
from sendxl.desktop.vba import Project
from sendxl.plan.master import PLAN
from tests.engines import calc

SIZE, LONGEST = (1400, 860), 150  # seconds for all that is done at one desk
MACROS = {
    "Refresh": "SendxlRefresh", "Issue trackers": "SendxlIssue", "Validate returns": "SendxlValidate", "Preview": "SendxlPreview",
    "Stamp": "SendxlStamp", "Settle": "SendxlSettle", "Undo": "SendxlUndo", "History": "SendxlHistory",
    "Show row": "SendxlShowRow", "Help": "SendxlHelp",
}
_MACROS = {**MACROS, "Doctor": "SendxlDoctor", "Chase": "SendxlChase", "Board report": "SendxlBoardReport"}  # not pictured
_PICTURED = ("ref", "activity", "lead", "due", "percent_complete", "lead_status", "status", "reason", "update_state")
_SHIM = Path(__file__).with_name("shim.py")
_ROOT = Path(__file__).parents[2]
_RUN_PYTHON = """Attribute VB_Name = "xlwings"
Public Function RunPython(PythonCommand As String)
    Dim file As Integer
    file = FreeFile
    Open "{folder}/asked" For Output As #file
    Print #file, PythonCommand
    Close #file
    Shell "{folder}/run", 0, "", False
End Function
Public Function GetFullName(wb As Workbook) As String
    GetFullName = wb.FullName
End Function
Public Function GetConfig(configKey As String, Optional default As String = "") As String
    GetConfig = "{folder}/run"
End Function
Public Function GetDirectoryConfigFilePath() As String
    GetDirectoryConfigFilePath = "{folder}/sendxl.conf"
End Function
"""
_VBA = "application/vnd.ms-office.vbaProject"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def with_macros(plan: Path, made: Path, folder: Path, returns: Path) -> Path:
    """A copy of a workbook with our macros, at ``made``; ``returns`` is the folder that is chosen where one is asked for.

    Of our macros only the asking is replaced: Calc has no FileDialog.
    """
    with zipfile.ZipFile(io.BytesIO(addin())) as package:
        project = Project(package.read("xl/vbaProject.bin"))
    project.write("xlwings", _RUN_PYTHON.format(folder=folder))
    project.write("Dictionary", "")  # Calc cannot compile it, and then runs nothing of the project
    asks = re.compile(r"(Private Function ChosenFolder\(.*?\) As String\s).*?(End Function)", re.DOTALL)
    source, count = asks.subn(rf'\1    ChosenFolder = "{returns}"\n\2', project.sources["SendxlMacros"])
    assert count == 1
    project.write("SendxlMacros", source)
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    added = {
        "[Content_Types].xml": f'<Default Extension="bin" ContentType="{_VBA}"/></Types>',
        "xl/_rels/workbook.xml.rels": f'<Relationship Id="rIdVba" Type="{kind}" Target="vbaProject.bin"/></Relationships>',
    }
    with zipfile.ZipFile(plan) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name in given.namelist():
            content = given.read(name)
            if name in added:
                content = content.replace(_SHEET.encode(), b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
                content = re.sub(rb"</(?:Types|Relationships)>\s*$", added[name].encode(), content)
            out.writestr(name, content)
        out.writestr("xl/vbaProject.bin", project.to_bytes())
    return made


class Desk:
    """The screen, Calc on it, and the folder through which macros and Python meet."""

    def __init__(self, folder: Path, size: tuple[int, int] = SIZE) -> None:
        self.folder, self.size = folder, size
        self.pipe = f"sendxl-desk-{os.getpid()}"
        self.environment = dict(os.environ)
        self._running: list[subprocess.Popen[bytes]] = []
        self._watchdog = threading.Timer(LONGEST, self.close)
        self._watchdog.start()
        self._start_screen()
        self.uno = calc._uno(folder)
        shim = f'"{sys.executable}" "{_SHIM}" "{folder}" {self.pipe} >"{folder}/log" 2>&1'
        (folder / "run").write_text(f'#!/bin/sh\ncd "{_ROOT}" && PYTHONPATH="{_ROOT}" exec {shim}\n')
        (folder / "run").chmod(0o755)
        self.desktop = self._start_calc()

    def _start(self, command: list[str], *kept: int) -> "subprocess.Popen[bytes]":
        self._running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                              env=self.environment, start_new_session=True, pass_fds=kept))
        return self._running[-1]

    def _start_screen(self) -> None:
        """Start a screen on the first number that is free, which it tells; one that was killed has left its own taken."""
        told, tells = os.pipe()
        size = f"{self.size[0]}x{self.size[1]}x24"
        self._start(["Xvfb", "-displayfd", str(tells), "-screen", "0", size, "-nolisten", "tcp"], tells)
        os.close(tells)
        with os.fdopen(told) as number:
            if not select.select([number], [], [], 20)[0] or not (found := number.readline().strip()):
                raise RuntimeError("no screen could be started")
        self.environment["DISPLAY"] = f":{found}"

    def _start_calc(self) -> Any:
        command = ["soffice", f"-env:UserInstallation={(self.folder / 'profile').as_uri()}", "--norestore", "--nologo",
                   "--nofirststartwizard", "--calc", f"--accept=pipe,name={self.pipe};urp;"]
        context = self.uno.getComponentContext()
        resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
        started, end = self._start(command), time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(Exception):
                found = resolver.resolve(f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext")
                self.toolkit = found.ServiceManager.createInstanceWithContext("com.sun.star.awt.Toolkit", found)
                return found.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", found)
            if started.poll() is not None:  # on a new profile it may leave at once
                started = self._start(command)
            time.sleep(0.1)
        raise RuntimeError("Calc does not answer")

    def open(self, path: Path) -> Any:
        """Open a workbook with its macros, as large as the screen."""
        document = self.desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, self.properties(MacroExecutionMode=4))
        document.CurrentController.Frame.ContainerWindow.setPosSize(0, 0, *self.size, 15)
        return document

    def properties(self, **given: Any) -> Any:
        """Named values, as UNO takes them."""
        made = []
        for key, value in given.items():
            one = self.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
            one.Name, one.Value = key, value
            made.append(one)
        return tuple(made)

    def buttons(self, document: Any, sheet: str, labels: Iterable[str], *, top: int = 60, wide: int = 3_000) -> dict[str, Any]:
        """Put buttons in a row at the top of a sheet, in hundredths of a millimetre; their models by label."""
        page = document.Sheets.getByName(sheet).DrawPage
        models = {}
        for number, label in enumerate(labels):
            model = document.createInstance("com.sun.star.form.component.CommandButton")
            model.Label = label
            shape = document.createInstance("com.sun.star.drawing.ControlShape")
            shape.Control = model
            size, place = (self.uno.createUnoStruct(f"com.sun.star.awt.{kind}") for kind in ("Size", "Point"))
            size.Width, size.Height, place.X, place.Y = wide - 100, 640, 100 + number * wide, top
            page.add(shape)
            shape.setSize(size)
            shape.setPosition(place)
            event = self.uno.createUnoStruct("com.sun.star.script.ScriptEventDescriptor")
            event.ListenerType, event.EventMethod, event.ScriptType = "XActionListener", "actionPerformed", "Script"
            event.ScriptCode = f"vnd.sun.star.script:sendxl.SendxlMacros.{_MACROS[label]}?language=Basic&location=document"
            form = page.Forms.getByIndex(0)
            form.registerScriptEvent(form.Count - 1, event)
            models[label] = model
        controller = document.CurrentController
        controller.setActiveSheet(document.Sheets.getByName(sheet))
        controller.setFormDesignMode(False)
        return models

    def click(self, document: Any, model: Any) -> dict[str, Any]:
        """Click a button with the mouse; what the Python that it started has told when it was done."""
        told, asked = self.folder / "told.json", self.folder / "asked"
        for file in (told, asked):
            file.unlink(missing_ok=True)
        control = document.CurrentController.getControl(model)  # a new one each time its sheet is shown
        at, size = control.AccessibleContext.getLocationOnScreen(), control.getPosSize()
        for _ in range(3):  # a window that has just opened may miss a click
            self.mouse("mousemove", str(self.size[0] // 2), str(self.size[1] // 2), "sleep", "0.2", "mousemove",
                       str(at.X + size.Width // 2), str(at.Y + size.Height // 2), "sleep", "0.2", "click", "1")
            if self._comes(asked, 10):
                break
        if not self._comes(told, 90):
            log = (self.folder / "log").read_text() if (self.folder / "log").exists() else "Python was not started"
            raise AssertionError(f"the click came to nothing (see {self.picture(self.folder / 'stuck.png')}): {log}")
        found: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
        assert not found["failed"], found["failed"]
        return found

    def _comes(self, file: Path, seconds: int) -> bool:
        """Wait for a file; AssertionError with the words of a box that comes instead, which is closed."""
        for _ in range(seconds):
            if until(file.exists, 1):
                return True
            if boxes := self.boxes():
                self.answer()
                raise AssertionError(f"Calc shows a message: {'; '.join(boxes)}")
        return False

    def boxes(self) -> list[str]:
        """The words of the boxes that wait for an answer, such as that of an error in Basic."""
        return [" ".join(part.AccessibleName for part in _parts_of(box) if part.AccessibleName) for box in self._boxes()]

    def answer(self) -> None:
        """Press the first button of every box."""
        for box in self._boxes():
            at, size = next((part.getLocationOnScreen(), part.getSize()) for part in _parts_of(box)
                            if part.AccessibleRole == self._role("PUSH_BUTTON"))
            self.mouse("mousemove", str(at.X + size.Width // 2), str(at.Y + size.Height // 2), "sleep", "0.2", "click", "1")

    def _boxes(self) -> list[Any]:
        windows = [self.toolkit.getTopWindow(number) for number in range(self.toolkit.getTopWindowCount())]
        shown = [window.AccessibleContext for window in windows]
        return [one for one in shown if one and one.AccessibleRole in (self._role("ALERT"), self._role("DIALOG"))]

    def _role(self, name: str) -> int:
        return int(self.uno.getConstantByName(f"com.sun.star.accessibility.AccessibleRole.{name}"))

    def mouse(self, *what: str) -> None:
        """Move the mouse, or press it, as xdotool takes it."""
        subprocess.run(["xdotool", *what], env=self.environment, check=True, timeout=20)

    def picture(self, path: Path) -> Path:
        """What is to be seen on the screen."""
        time.sleep(0.7)  # until all is drawn
        subprocess.run(["import", "-window", "root", str(path)], env=self.environment, check=True, timeout=30)
        return path

    def close(self) -> None:
        """End Calc and the screen."""
        self._watchdog.cancel()
        for process in reversed(self._running):
            for how in (signal.SIGTERM, signal.SIGKILL):  # asked first, a screen gives its number back
                with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                    os.killpg(process.pid, how)
                    process.wait(5)


def _parts_of(context: Any) -> Iterator[Any]:
    yield context
    for number in range(context.getAccessibleChildCount()):
        yield from _parts_of(context.getAccessibleChild(number).AccessibleContext)


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is so; False if it is not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def take_picture(out: Path) -> None:
    """The commands as buttons over the plan, after a click on Refresh."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        desk = Desk(folder, (1400, 760))
        try:
            plan = with_macros(_ROOT / "workbooks" / "master.xlsx", folder / "Plan.xlsm", folder, folder)
            document = desk.open(plan)
            sheet = document.Sheets.getByName("Plan")
            sheet.Rows.insertByIndex(0, 1)
            sheet.Rows.getByIndex(0).Height = 800
            controls = desk.buttons(document, "Plan", MACROS, top=80, wide=3_200)
            for number, column in enumerate(PLAN):
                if column.key not in _PICTURED:
                    sheet.Columns.getByIndex(number).IsVisible = False
            desk.click(document, controls["Refresh"])
            desk.mouse("mousemove", "1200", "600")
            desk.picture(out)
        finally:
            desk.close()


if __name__ == "__main__":
    take_picture(Path(sys.argv[1]))
