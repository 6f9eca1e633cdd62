"""A visible Calc on a screen of its own, with the plan open and our macros on buttons: clicked with a real mouse.

A button runs a macro of ``macros/``; in place of xlwings' RunPython stands one that starts this Python beside Calc, with
``shim.py``, and does not wait for it: Calc must go on to answer it. Every wait ends, and what is done at a desk is watched:
past the deadline Calc is ended with all that it started, and a call that waits for it fails.

``python -m tests.calc.desk PICTURE`` takes the picture of the README.
"""

import functools
import io
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sendxl.desktop.ribbon import addin
from sendxl.desktop.vba import Project
from sendxl.plan.master import PLAN
from sendxl.verbs import buttons
from tests.engines.soffice import Soffice, end, repeating_nothing

SIZE = (1400, 860)
LABELS = {button.label: f"Sendxl{button.name.title().replace('_', '')}" for group in buttons().values() for button in group}
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
Public Function GetSetting(AppName As String, Section As String, Key As String, Optional Default As Variant) As Variant
    GetSetting = Default
End Function
Public Sub SaveSetting(AppName As String, Section As String, Key As String, Setting As String)
End Sub
"""
_VBA = "application/vnd.ms-office.vbaProject"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def answered(code: str, **answers: str) -> str:
    """The code of a module in which functions that Calc cannot do give an answer, an expression of Basic."""
    for function, answer in answers.items():
        code = re.sub(rf"(Private Function {function}\(.*?\n).*?(End Function)", rf"\1{function} = {answer}\n\2", code,
                      flags=re.DOTALL)
    return code


def with_macros(plan: Path, made: Path, folder: Path, returns: Path, **added_to: str) -> Path:
    """A copy of a workbook with our macros, at ``made``; ``returns`` is the folder that is chosen where they are asked for.

    Another folder that is asked for is one beside it, and a file the published plan there. Calc has no FileDialog and no
    ListObjects: only these are replaced. ``added_to`` modules is code.
    """
    folder_chosen = f'"{returns}" & IIf(InStr(prompt, "returned") > 0, "", " " & prompt)'
    chosen = f'IIf(what = "file", "{returns.parent}/Published plan.txt", {folder_chosen})'
    with zipfile.ZipFile(io.BytesIO(addin())) as package:
        project = Project(package.read("xl/vbaProject.bin"))
    project.write("xlwings", _RUN_PYTHON.format(folder=folder))
    project.write("Dictionary", "")  # Calc cannot compile it, and then runs nothing of the project
    project.write("SendxlPlan", answered(project.sources["SendxlPlan"], HasTable="True"))
    project.write("SendxlMacros", answered(project.sources["SendxlMacros"], Picked=chosen))
    for module, code in added_to.items():
        project.write(module, project.sources[module] + code)
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    added = {
        "[Content_Types].xml": f'<Default Extension="bin" ContentType="{_VBA}"/></Types>',
        "xl/_rels/workbook.xml.rels": f'<Relationship Id="rIdVba" Type="{kind}" Target="vbaProject.bin"/></Relationships>',
    }
    with zipfile.ZipFile(plan) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name in given.namelist():
            content = repeating_nothing(given.read(name)) if name == "xl/workbook.xml" else given.read(name)
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
        self.environment = dict(os.environ)
        self._screen = self._start_screen()
        self.soffice = Soffice(folder / "soffice", "--calc", environment=self.environment)
        self.uno = self.soffice.uno
        shim = f'"{sys.executable}" "{_SHIM}" "{folder}" {self.soffice.pipe} >"{folder}/log" 2>&1'
        (folder / "run").write_text(f'#!/bin/sh\ncd "{_ROOT}" && PYTHONPATH="{_ROOT}" exec {shim}\n')
        (folder / "run").chmod(0o755)

    @functools.cached_property
    def toolkit(self) -> Any:
        """What knows the windows of Calc."""
        return self.soffice.service("com.sun.star.awt.Toolkit")

    def _start_screen(self) -> "subprocess.Popen[bytes]":
        """Start a screen on the first number that is free, which it tells; one that was killed has left its own taken."""
        told, tells = os.pipe()
        size = f"{self.size[0]}x{self.size[1]}x24"
        screen = subprocess.Popen(["Xvfb", "-displayfd", str(tells), "-screen", "0", size, "-nolisten", "tcp", "-noreset"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, pass_fds=[tells])
        os.close(tells)
        with os.fdopen(told) as number:
            if not select.select([number], [], [], 20)[0] or not (found := number.readline().strip()):
                end(screen)
                raise RuntimeError("no screen could be started")
        self.environment["DISPLAY"] = f":{found}"
        return screen

    def open(self, path: Path) -> Any:
        """Open a workbook with its macros, as large as the screen."""
        document = self.soffice.open(path, Hidden=False, MacroExecutionMode=4)
        document.CurrentController.Frame.ContainerWindow.setPosSize(0, 0, *self.size, 15)
        self.toolkit.processEventsToIdle()
        return document

    def properties(self, **given: Any) -> Any:
        """Named values, as UNO takes them."""
        return self.soffice.properties(**given)

    def buttons(self, document: Any, sheet: str, labels: Iterable[str], *, top: int = 60, wide: int = 3_000,
                macro: str = "") -> dict[str, Any]:
        """Put buttons in a row at the top of a sheet, in hundredths of a millimetre; their models by label.

        Each calls its own macro, or that which is named.
        """
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
            called = f"sendxl.SendxlMacros.{macro or LABELS[label]}"
            event.ScriptCode = f"vnd.sun.star.script:{called}?language=Basic&location=document"
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
        controller = document.CurrentController
        controller.Frame.ContainerWindow.setFocus()  # a window that has yet to get it may miss the click
        # Each pane of a window has a control of its own, a new one each time its sheet is shown; asked for, it is there.
        control, *_ = [controller.getByIndex(pane).getControl(model) for pane in range(controller.Count)]
        self.toolkit.processEventsToIdle()
        at, size = control.AccessibleContext.getLocationOnScreen(), control.getPosSize()
        for _ in range(3):  # in case it is missed all the same
            self.mouse("mousemove", str(self.size[0] // 2), str(self.size[1] // 2), "mousemove",
                       str(at.X + size.Width // 2), str(at.Y + size.Height // 2), "click", "1")
            if self._comes(asked, 10):
                break
        if not self._comes(told, 180):
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
        """End Calc, whatever it started, and the screen: asked first, that gives its number back."""
        self.soffice.kill()
        end(self._screen, signal.SIGTERM, signal.SIGKILL)


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
            plan = with_macros(_ROOT / "workbooks" / "examples" / "master.xlsx", folder / "Plan.xlsm", folder, folder)
            document = desk.open(plan)
            sheet = document.Sheets.getByName("Plan")
            sheet.Rows.insertByIndex(0, 1)
            sheet.Rows.getByIndex(0).Height = 800 * len(buttons())
            controls: dict[str, Any] = {}
            for number, group in enumerate(buttons().values()):
                labels = [button.label for button in group]
                controls |= desk.buttons(document, "Plan", labels, top=80 + 720 * number, wide=3_200)
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
