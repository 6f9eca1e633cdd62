"""LibreOffice loads the add-in's VBA project, and runs our macros: what they hand to Python, and what they refuse."""

import io
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from sendxl.desktop.ribbon import addin, build_addin, macros
from sendxl.desktop.vba import Project
from tests.calc.desk import answered
from tests.engines.soffice import VBA, Soffice

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
Public Function GetSetting(AppName As String, Section As String, Key As String, Optional Default As Variant) As Variant
    GetSetting = ThisWorkbook.Sheets(1).Range("D5").Value
End Function
Public Sub SaveSetting(AppName As String, Section As String, Key As String, Setting As String)
    ThisWorkbook.Sheets(1).Range("D5").Value = Setting
End Sub
"""
# Calc knows no ListObjects, and no window in which a folder is chosen.
_ANSWERS = {
    "HasTable": 'ThisWorkbook.Sheets(1).Range("D6").Value = "plan"',
    "Picked": 'start & "/chosen"',
    "ColumnOf": 'IIf(header = "Decision", 2, 5)',
}


def test_it_loads_every_module(soffice: Soffice, tmp_path: Path) -> None:
    build_addin(tmp_path / "sendxl.xlam")
    soffice.convert(tmp_path / "sendxl.xlam", tmp_path / "sendxl.ods", FilterName=VBA)
    with zipfile.ZipFile(tmp_path / "sendxl.ods") as file:
        loaded = {Path(name).stem: "".join(ElementTree.fromstring(file.read(name)).itertext())
                  for name in file.namelist() if name.startswith("Basic/sendxl/") and "script-" not in name}
    assert set(loaded) == {"ThisWorkbook", "Sheet2", "Dictionary", "xlwings", *macros()}
    for name, source in macros().items():
        assert source.partition("\n")[2].strip() in loaded[name]


def with_addin(path: Path, sheet: str, more: Mapping[str, str] | None = None) -> Path:
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
                for module, code in project.sources.items():
                    project.write(module, answered(code, **_ANSWERS))
                project.write("Dictionary", "")  # LibreOffice cannot compile it, and then runs nothing of the project
                content = project.to_bytes()
            target.writestr(name, content)
    return path


class Opened:
    """A workbook with the add-in's macros, as it is open: its first sheet, and its macros."""

    def __init__(self, soffice: Soffice, path: Path) -> None:
        self._soffice = soffice
        self.document = soffice.open(path, MacroExecutionMode=4)
        self.cell = self.document.Sheets[0].getCellRangeByName

    def run(self, macro: str, *arguments: str | float, module: str = "SendxlMacros") -> Any:
        return self._soffice.run(self.document, macro, *arguments, module=module)


Open = Callable[..., Opened]


@pytest.fixture
def opened(soffice: Soffice, tmp_path: Path) -> Open:
    """Opens a workbook with the add-in's macros: its name, that of its first sheet, and what is added to modules."""
    return lambda name="plan.xlsm", sheet="Plan", more=None: Opened(soffice, with_addin(tmp_path / name, sheet, more))


@pytest.mark.parametrize("folder", [
    "C:\\Users\\Zoë O'Neil\\Returns", "'); import os; os.system('x') #", '" & calc.exe & "', "%PATH% ^& $(x) `y` | ; \\",
    "日本 😀", "line\r\nline", "\\\\server\\plans$\\Q3", "x" * 300, "",
])
def test_a_folder_reaches_python_as_it_is_and_as_nothing_else(folder: str, opened: Open) -> None:
    quoted = opened().run("Quoted", folder)
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
    name: str, sheet: str, beside: bool, runs: bool, opened: Open, tmp_path: Path
) -> None:
    book = opened(name, sheet)
    settings = tmp_path / "sendxl.conf"
    book.cell("D2").String, book.cell("D3").String = str(settings), sys.executable
    if beside:
        settings.touch()
    for macro, function in (("SendxlRefresh", "refresh"), ("SendxlUndo", "undo"), ("SendxlShowRow", "show_row")):
        book.run(macro)
        assert book.cell("D1").String == (f"import sendxl.addin; sendxl.addin.{function}()" if runs else "")


@pytest.mark.parametrize("python", ["", "/nowhere/python"])
def test_without_the_python_that_is_set_nothing_is_started(python: str, opened: Open) -> None:
    book = opened()
    book.cell("D3").String = python
    book.run("SendxlRefresh")
    assert book.cell("D1").String == "" and "sendxl addin install" in book.run("MissingPython")


@pytest.mark.parametrize("number", [70, 429, 53])
def test_a_python_that_cannot_be_started_leaves_excel_as_it_was(number: int, opened: Open) -> None:
    """No error of a macro reaches the officer, who would be in the editor of macros then; formulas are worked out as before."""
    book = opened()
    book.cell("D3").String, book.cell("D4").Value = sys.executable, number
    book.run("SendxlRefresh")
    assert book.cell("D1").String == "" and book.document.isAutomaticCalculationEnabled()
    said = book.run("Meaning", float(number), "what Excel says")
    assert said.endswith(f"({number}: what Excel says)") and ("sendxl doctor" in said or "addin install" in said)


def test_a_folder_is_looked_for_beside_the_plan_and_then_where_it_was(opened: Open, tmp_path: Path) -> None:
    book = opened()
    assert book.run("StartFolder", "for returns") == ""
    book.cell("D6").String = "plan"
    assert book.run("StartFolder", "for returns") == str(tmp_path)
    book.cell("D5").String = "/nowhere"
    assert book.run("ChosenFolder", "for returns") == f"{tmp_path}/chosen"
    assert book.cell("D5").String == f"{tmp_path}/chosen"
    (tmp_path / "chosen").mkdir()
    assert book.run("StartFolder", "for returns") == f"{tmp_path}/chosen"
    assert book.run("ChosenFile", "a plan") == f"{tmp_path}/chosen/chosen" and book.cell("D5").String == f"{tmp_path}/chosen"


def test_buttons_follow_whether_a_plan_is_open(opened: Open) -> None:
    book = opened(more={"SendxlPlan": """
Public Function Told(watched As Boolean) As Variant
    Dim enabled As Variant
    isWatched = watched
    LookForPlan
    IsEnabled Nothing, enabled
    Told = enabled
End Function
"""})
    for says in ("", "plan", ""):
        book.cell("D6").String = says
        assert book.run("Told", True, module="SendxlPlan") is bool(says)
        assert book.run("Told", False, module="SendxlPlan") is True  # where Excel tells nothing, no button is grey


def test_a_decision_is_written_with_its_reason_beside_it(opened: Open) -> None:
    book = opened(more={"SendxlHeld": """
Public Sub RecordHere(word As String, reason As String)
    RecordDecision ThisWorkbook.Sheets(1).Range("B12:B13"), word, reason
End Sub
"""})
    book.run("RecordHere", "Keep master", "Asked the lead", module="SendxlHeld")
    assert [book.cell(at).String.lstrip("'") for at in ("B12", "B13", "E12", "E13", "B14")] == [
        "Keep master", "Keep master", "Asked the lead", "Asked the lead", ""]
