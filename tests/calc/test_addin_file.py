"""LibreOffice loads the add-in's VBA project, and runs our macros: what they hand to Python, and what they refuse."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from sendxl.desktop.ribbon import addin, build_addin, macros
from sendxl.desktop.vba import Project
from tests.engines import calc as program

pytestmark = pytest.mark.calc
# In place of xlwings: a RunPython that writes down what it is asked, and what our macros ask besides. FileExists is Calc's own.
_STUB = """Attribute VB_Name = "xlwings"
Public Function RunPython(PythonCommand As String)
    If ThisWorkbook.Sheets(1).Range("D4").Value > 0 Then
        Application.Calculation = -4135
        Err.Raise ThisWorkbook.Sheets(1).Range("D4").Value
    End If
    ThisWorkbook.Sheets(1).Range("D1").Value = PythonCommand
End Function
Public Function GetConfig(configKey As String, Optional default As String = "") As String
    GetConfig = ThisWorkbook.Sheets(1).Range("D3").Value
End Function
Public Function GetFullName(wb As Workbook) As String
    GetFullName = wb.FullName
End Function
Public Function GetDirectoryConfigFilePath() As String
    GetDirectoryConfigFilePath = ThisWorkbook.Sheets(1).Range("D2").Value
End Function
"""


def _soffice(profile: Path, *arguments: str) -> list[str]:
    return ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", *arguments]


def test_it_loads_every_module(tmp_path: Path) -> None:
    build_addin(tmp_path / "sendxl.xlam")
    command = _soffice(tmp_path / "profile", "--infilter=Calc MS Excel 2007 VBA XML", "--convert-to", "ods",
                       "--outdir", str(tmp_path), str(tmp_path / "sendxl.xlam"))
    for _ in range(2):  # on a new profile LibreOffice may leave at once: start it again
        subprocess.run(command, check=False, capture_output=True, timeout=120)
        if (tmp_path / "sendxl.ods").exists():
            break
    with zipfile.ZipFile(tmp_path / "sendxl.ods") as file:
        loaded = {Path(name).stem: "".join(ElementTree.fromstring(file.read(name)).itertext())
                  for name in file.namelist() if name.startswith("Basic/sendxl/") and "script-" not in name}
    assert set(loaded) == {"ThisWorkbook", "Sheet2", "Dictionary", "xlwings", *macros()}
    for name, source in macros().items():
        assert source.partition("\n")[2].strip() in loaded[name]


@pytest.fixture(scope="module")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Any]]:
    """Opens a workbook in a LibreOffice of its own, with macros on."""
    folder = tmp_path_factory.mktemp("calc")
    uno = program._uno(folder)
    pipe = f"sendxl-addin-{os.getpid()}"
    started: list[subprocess.Popen[bytes]] = []
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + 60
    while True:
        if not started or started[-1].poll() is not None:
            started.append(subprocess.Popen(_soffice(folder / "profile", f"--accept=pipe,name={pipe};urp;"),
                                            stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True))
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            break
        except Exception:
            assert time.monotonic() < until, "LibreOffice does not answer"
            time.sleep(0.1)
    desktop = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
    macros_on = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    macros_on.Name, macros_on.Value = "MacroExecutionMode", 4
    yield lambda path: desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, (macros_on,))
    with contextlib.suppress(Exception):
        desktop.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        started[-1].wait(20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(started[-1].pid, signal.SIGKILL)  # with all that it started
    started[-1].wait(20)


def _workbook(path: Path, sheet: str, more: Mapping[str, str] | None = None) -> Path:
    """A workbook with the add-in's macros, in which RunPython only writes down what it is asked; ``more`` is added to modules."""
    with zipfile.ZipFile(io.BytesIO(addin())) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(b"addin.macroEnabled.main", b"sheet.macroEnabled.main")
            if name == "xl/workbook.xml":
                content = content.replace(b'"sendxl.conf"', f'"{sheet}"'.encode())
            if name == "xl/vbaProject.bin":
                project = Project(content)
                project.write("xlwings", _STUB)
                for module, added in (more or {}).items():
                    project.write(module, project.sources[module].replace(".Value2", ".Value") + added)  # Calc knows no Value2
                project.write("Dictionary", "")  # LibreOffice cannot compile it, and then runs nothing of the project
                content = project.to_bytes()
            target.writestr(name, content)
    return path


def _run(document: Any, macro: str, *arguments: str | float, module: str = "SendxlMacros") -> Any:
    script = document.getScriptProvider().getScript(
        f"vnd.sun.star.script:sendxl.{module}.{macro}?language=Basic&location=document")
    return script.invoke(arguments, (), ())[0]


@pytest.mark.parametrize("folder", [
    "C:\\Users\\Zoë O'Neil\\Returns", "'); import os; os.system('x') #", '" & calc.exe & "', "%PATH% ^& $(x) `y` | ; \\",
    "日本 😀", "line\r\nline", "\\\\server\\plans$\\Q3", "x" * 300, "",
])
def test_a_folder_reaches_python_as_it_is_and_as_nothing_else(
    folder: str, calc: Callable[[Path], Any], tmp_path: Path
) -> None:
    document = calc(_workbook(tmp_path / "plan.xlsm", "Plan"))
    try:
        quoted = _run(document, "Quoted", folder)
    finally:
        document.close(True)
    assert set(quoted) <= set("bytes.fromhex('0123456789ABCDEF').decode('utf-16-be')")
    assert eval(quoted) == folder  # as python -c would


@pytest.mark.parametrize(("name", "sheet", "beside", "runs"), [
    ("plan.xlsm", "Plan", False, True),
    ("Délivery Plan 50% & more.xlsm", "Plan", False, True),
    ("plan.xlsm", "sendxl.conf", False, False),
    ("plan.xlsm", "SendXL.Conf", False, False),
    ("plan.xlsm", "main.py", False, False),
    ("plan.xlsm", "Plan", True, False),
    ("a^&calc&.xlsm", "Plan", False, False),
    ("a;b.xlsm", "Plan", False, False),
])
def test_a_workbook_that_could_choose_what_runs_is_refused(
    name: str, sheet: str, beside: bool, runs: bool, calc: Callable[[Path], Any], tmp_path: Path
) -> None:
    document = calc(_workbook(tmp_path / name, sheet))
    try:
        cell = document.Sheets[0].getCellRangeByName
        settings = tmp_path / "sendxl.conf"
        cell("D2").String, cell("D3").String = str(settings), sys.executable
        if beside:
            settings.touch()
        for macro, function in (("SendxlRefresh", "refresh"), ("SendxlUndo", "undo"), ("SendxlShowRow", "show_row")):
            _run(document, macro)
            assert cell("D1").String == (f"import sendxl.addin; sendxl.addin.{function}()" if runs else "")
    finally:
        document.close(True)


@pytest.mark.parametrize("python", ["", "/nowhere/python"])
def test_without_the_python_that_is_set_nothing_is_started(python: str, calc: Callable[[Path], Any], tmp_path: Path) -> None:
    document = calc(_workbook(tmp_path / "plan.xlsm", "Plan"))
    try:
        cell = document.Sheets[0].getCellRangeByName
        cell("D3").String = python
        _run(document, "SendxlRefresh")
        assert cell("D1").String == "" and "sendxl addin install" in _run(document, "MissingPython")
    finally:
        document.close(True)


@pytest.mark.parametrize("number", [70, 429, 53])
def test_a_python_that_cannot_be_started_leaves_excel_as_it_was(number: int, calc: Callable[[Path], Any], tmp_path: Path) -> None:
    """No error of a macro reaches the officer, who would be in the editor of macros then; formulas are worked out as before."""
    document = calc(_workbook(tmp_path / "plan.xlsm", "Plan"))
    try:
        cell = document.Sheets[0].getCellRangeByName
        cell("D3").String, cell("D4").Value = sys.executable, number
        _run(document, "SendxlRefresh")
        assert cell("D1").String == "" and document.isAutomaticCalculationEnabled()
        said = _run(document, "Meaning", float(number), "what Excel says")
        assert said.endswith(f"({number}: what Excel says)") and ("sendxl doctor" in said or "addin install" in said)
    finally:
        document.close(True)
