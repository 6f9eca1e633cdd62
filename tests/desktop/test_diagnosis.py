"""What doctor says of a computer: each thing that can be wrong with one, on faked Windows and macOS."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.live.without_pandas import xlwings
from sendxl.desktop import diagnosis as job
from sendxl.desktop.computer import Computer, private_copy
from sendxl.desktop.diagnosis import Level, Look, machine, registry
from sendxl.desktop.install import install, status
from sendxl.errors import Unusable

Change = Callable[[Computer], Any]
POLICY, CHOICE = r"Software\Policies\Microsoft\office\16.0", r"Software\Microsoft\Office\16.0"
EXCEL = {(r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", ""): r"C:\Office\EXCEL.EXE"}
PYTHON = Path(sys.executable)
DEFENDER = r"Microsoft\Windows Defender"
RULES = rf"{DEFENDER}\Windows Defender Exploit Guard\ASR\Rules"
CHILDREN, CALLS = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A", "92E97FA1-2EDF-4476-BDD6-9DD0B4DDDC7B"


def ready(system: str, tmp_path: Path) -> Computer:
    """A computer with everything in its place."""
    (tmp_path / "Apps" / "Microsoft Excel.app").mkdir(parents=True)
    computer = Computer(system, tmp_path / "home", PYTHON)
    install(computer)
    return computer


def looked(computer: Computer, tmp_path: Path, keys: dict[tuple[str, str], object] | None = None) -> dict[str, Look]:
    found = {**EXCEL, **(keys or {})}
    looks = machine(computer, registry=lambda key, name: found.get((key, name)), applications=tmp_path / "Apps")
    return {look.subject: look for look in looks}


@pytest.mark.parametrize(("system", "subjects"), [
    ("win32", ["Python", "xlwings", "Excel", "Add-in", "Settings", "Start folder", "Locked"]),
    ("darwin", ["Python", "xlwings", "Excel", "Add-in", "Settings", "Script", "Start folder"]),
])
def test_a_computer_with_everything_is_fit(system: str, subjects: list[str], tmp_path: Path) -> None:
    looks = looked(ready(system, tmp_path), tmp_path)
    assert list(looks) == subjects
    assert {look.level for look in looks.values()} == {Level.OK}
    assert xlwings.__version__ in looks["Add-in"].found
    assert all(str(look).startswith("ok       ") for look in looks.values())


def no_addin(computer: Computer) -> None:
    status(computer).addin.unlink()


def old_addin(computer: Computer) -> None:
    status(computer).addin.write_bytes(b"old")


def no_settings(computer: Computer) -> None:
    computer.settings.unlink()


def gone_python(computer: Computer) -> None:
    computer.settings.write_text(f'"{computer.interpreter_key}","/gone/python"\n')


def other_python(computer: Computer) -> None:
    computer.settings.write_text(f'"{computer.interpreter_key}","{__file__}"\n')


def no_script(computer: Computer) -> None:
    if computer.script:
        computer.script.rename(computer.script.with_name("xlwings-0.1.applescript"))


def unreadable(computer: Computer) -> None:
    computer.settings.unlink()
    computer.settings.mkdir()


@pytest.mark.parametrize(("system", "change", "subject", "level", "says"), [
    ("win32", no_addin, "Add-in", Level.PROBLEM, "there is no .*sendxl.xlam. Close Excel and run “sendxl addin install”"),
    ("darwin", no_addin, "Add-in", Level.PROBLEM, "there is no .*sendxl.xlam"),
    ("win32", old_addin, "Add-in", Level.PROBLEM, "something else than sendxl. Close Excel and run"),
    ("win32", no_settings, "Settings", Level.PROBLEM, "does not say which Python to run. Run “sendxl addin install”"),
    ("win32", gone_python, "Settings", Level.PROBLEM, "would run /gone/python, which is not there. Run"),
    ("darwin", other_python, "Settings", Level.NOTE, "runs another Python"),
    ("darwin", no_script, "Script", Level.PROBLEM, "there is no .*, only xlwings-0.1.applescript, so Excel cannot start Python"),
    ("win32", unreadable, "Add-in", Level.PROBLEM, "sendxl.conf cannot be read. Close Excel"),
])
def test_what_is_wrong_is_told_with_what_to_do(
    system: str, change: Change, subject: str, level: Level, says: str, tmp_path: Path
) -> None:
    computer = ready(system, tmp_path)
    change(computer)
    look = looked(computer, tmp_path)[subject]
    assert look.level is level
    assert look.mend or "Close Excel" in look.found
    assert re.search(says, str(look)), look


@pytest.mark.parametrize(("keys", "level", "says"), [
    ({(rf"HKCU\{POLICY}\common", "VBAOff"): 1}, Level.PROBLEM, "macros are switched off in all of Office"),
    ({(rf"HKLM\{POLICY}\excel\security", "RequireAddinSig"): 1}, Level.PROBLEM, "only signed add-ins"),
    ({(rf"HKCU\{CHOICE}\excel\security", "DisableAllAddins"): 1}, Level.PROBLEM, "all add-ins are switched off"),
    ({(r"HKCU\Software\Policies\Microsoft\Windows\System", "DisableCMD"): 2}, Level.PROBLEM, "command prompt is switched off"),
    ({(rf"HKLM\SOFTWARE\Policies\{RULES}", CHILDREN): "1"}, Level.PROBLEM, "“Block all Office applications from creating child"),
    ({(rf"HKLM\SOFTWARE\{RULES}", CHILDREN): 1}, Level.PROBLEM, "“Block all Office applications from creating child processes”"),
    ({(rf"HKLM\SOFTWARE\Policies\{DEFENDER}\Policy Manager", "ASRRules"): f"{'0' * 8}=1|{CHILDREN.lower()}=1"}, Level.PROBLEM,
     "“Block all Office applications.*Policy Manager"),
    ({(rf"HKLM\SOFTWARE\{RULES}", CALLS): 6}, Level.PROBLEM, "“Block Win32 API calls from Office macros”"),
    ({(rf"HKLM\SOFTWARE\{RULES}", CHILDREN): 2}, Level.OK, "nothing"),  # it is only noted
    ({(rf"HKCU\{POLICY}\excel\security", "VBAWarnings"): 4}, Level.NOTE, "all macros are switched off; Excel's start folder"),
    ({(rf"HKCU\{CHOICE}\excel\security", "VBAWarnings"): 3}, Level.NOTE, "macros that are not signed are switched off;"),
    ({(rf"HKCU\{CHOICE}\excel\security", "VBAWarnings"): 2}, Level.OK, "nothing that would keep"),
    ({(rf"HKCU\{CHOICE}\excel\security\trusted locations", "AllLocationsDisabled"): 1}, Level.NOTE, "trusts no folder"),
    ({(rf"HKLM\{POLICY}\excel\security\trusted locations", "AllLocationsDisabled"): 1,
      (rf"HKCU\{POLICY}\excel\security", "VBAWarnings"): 3}, Level.PROBLEM, "not signed .*trusts no folder"),
    ({(rf"HKCU\{POLICY}\excel\security", "VBAWarnings"): 2,
      (rf"HKCU\{CHOICE}\excel\security", "VBAWarnings"): 4}, Level.OK, "nothing"),  # the policy goes before the choice
])
def test_signs_of_a_locked_down_computer(
    keys: dict[tuple[str, str], object], level: Level, says: str, tmp_path: Path
) -> None:
    look = looked(ready("win32", tmp_path), tmp_path, keys)["Locked"]
    assert look.level is level
    assert re.search(says, look.found)
    assert look.mend


def test_without_excel_it_says_what_the_add_in_needs(tmp_path: Path) -> None:
    for system in ("win32", "darwin"):
        looks = machine(Computer(system, tmp_path, PYTHON), registry=lambda key, name: None, applications=tmp_path)
        excel = {look.subject: look for look in looks}["Excel"]
        assert excel.level is Level.PROBLEM and "in a browser" in excel.mend


def test_excel_of_one_user_on_a_mac_is_found(tmp_path: Path) -> None:
    computer = ready("darwin", tmp_path)
    (computer.home / "Applications" / "Microsoft Excel.app").mkdir(parents=True)
    looks = machine(computer, applications=tmp_path / "none")
    assert {look.subject: look.level for look in looks}["Excel"] is Level.OK


def test_a_start_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    computer = ready("win32", tmp_path)
    monkeypatch.setattr("tempfile.TemporaryFile", refuses)
    look = looked(computer, tmp_path)["Start folder"]
    assert look.level is Level.PROBLEM and "IT support" in look.mend


def test_a_start_folder_that_is_not_there_yet_will_be_made(tmp_path: Path) -> None:
    look = looked(Computer("win32", tmp_path, PYTHON), tmp_path)["Start folder"]
    assert look.level is Level.OK and "will be made" in look.found
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_excel_the_rest_is_looked_at(tmp_path: Path) -> None:
    looks = looked(Computer("linux", tmp_path, PYTHON), tmp_path)
    assert [(look.subject, look.level) for look in looks.values()] == [
        ("Python", Level.OK), ("xlwings", Level.OK), ("Excel", Level.NOTE)]
    assert "addin build" in looks["Excel"].mend


def test_without_xlwings_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(job, "version", missing)
    look = looked(Computer("win32", tmp_path, PYTHON), tmp_path)["xlwings"]
    assert look.level is Level.PROBLEM and "pip install" in look.mend


def test_conda_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "conda-meta").mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert looked(Computer("linux", tmp_path, PYTHON), tmp_path)["Python"].level is Level.NOTE


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a registry")
def test_elsewhere_there_is_no_registry() -> None:
    assert registry(r"HKCU\Software", "x") is None


def test_a_python_of_the_store_is_told_and_not_installed_for(tmp_path: Path) -> None:
    """It is proven by what becomes of a file that is written, here through a link."""
    private = tmp_path / "Packages" / "LocalCache"
    private.mkdir(parents=True)
    computer = Computer("win32", tmp_path / "home", PYTHON, private_copy=lambda folder: private)
    looks = machine(computer, registry=lambda key, name: EXCEL.get((key, name)), applications=tmp_path)
    [found] = [look for look in looks if "Microsoft Store" in look.found]
    assert found.level is Level.PROBLEM and str(private) in found.found and "IT support" in found.found
    with pytest.raises(Unusable, match="Microsoft Store"):
        install(computer)
    assert not (tmp_path / "home").exists()


def test_a_folder_that_is_a_link_is_no_private_copy(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert private_copy(tmp_path / "link") is private_copy(tmp_path / "real" / "not" / "yet") is None


def test_an_add_in_that_windows_marked_is_told(tmp_path: Path) -> None:
    computer = ready("win32", tmp_path)
    addin = status(computer).addin
    addin.with_name(f"{addin.name}:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n")
    look = looked(computer, tmp_path)["Add-in"]
    assert look.level is Level.PROBLEM and "from the web" in look.found and "Unblock" in look.mend


def test_several_pythons_are_noted(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "python.exe").touch()
    computer = replace(ready("win32", tmp_path), path=[tmp_path / "one", tmp_path / "none", tmp_path / "two"])
    look = looked(computer, tmp_path)["Pythons"]
    assert look.level is Level.NOTE and str(tmp_path / "two" / "python.exe") in look.found and "-m pip" in look.mend


@pytest.mark.parametrize("folder", ["OneDrive - Council", "Onedrive"])
def test_a_start_folder_in_onedrive_is_noted(folder: str, tmp_path: Path) -> None:
    computer = Computer("win32", tmp_path / "home", PYTHON, tmp_path / folder)
    install(computer)
    look = looked(computer, tmp_path)["Start folder"]
    assert look.level is Level.NOTE and "OneDrive keeps it" in look.found and "IT support" in look.mend
