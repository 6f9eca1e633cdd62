"""Looking at a computer instead of a master: can the add-in run here, and if not, what to do about it."""

import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sendxl.desktop.computer import Computer
from sendxl.desktop.install import STORE_PYTHON, Status, status
from sendxl.desktop.ribbon import FILE
from sendxl.errors import Refused, Unusable

Registry = Callable[[str, str], object | None]  # a key such as HKCU\Software\…, the name of a value -> the value or None

_APP_PATH = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_POLICY = r"Software\Policies\Microsoft\office\16.0"
_CHOICE = r"Software\Microsoft\Office\16.0"
_SECURITY, _TRUSTED = r"excel\security", r"excel\security\trusted locations"
_SYSTEM = r"Software\Policies\Microsoft\Windows\System"
_ASK_IT = "Ask your IT support to allow the add-in; until then use the command line, which needs no Excel."
# Of what locks a computer down: key, name of the value, the values that do, and what that means.
_LOCKS: tuple[tuple[str, str, tuple[int, ...], str], ...] = (
    (rf"{_POLICY}\common", "VBAOff", (1,), "macros are switched off in all of Office"),
    (rf"{_POLICY}\{_SECURITY}", "RequireAddinSig", (1,), "only signed add-ins are let run"),
    (rf"{_CHOICE}\{_SECURITY}", "RequireAddinSig", (1,), "only signed add-ins are let run"),
    (rf"{_POLICY}\{_SECURITY}", "DisableAllAddins", (1,), "all add-ins are switched off"),
    (rf"{_CHOICE}\{_SECURITY}", "DisableAllAddins", (1,), "all add-ins are switched off"),
    (_SYSTEM, "DisableCMD", (1, 2), "the command prompt is switched off, through which Excel starts Python"),
)
_DEFENDER = r"Microsoft\Windows Defender"
_RULES = r"Windows Defender Exploit Guard\ASR\Rules"
# Rules of Microsoft Defender that stand in the way: their number, and what they forbid.
_ATTACK_RULES = (
    ("D4F940AB-401B-4EFC-AADC-AD5F3C50688A", "Block all Office applications from creating child processes"),
    ("92E97FA1-2EDF-4476-BDD6-9DD0B4DDDC7B", "Block Win32 API calls from Office macros"),
)
_BLOCKS, _WARNS = "1", "6"
_ASK_RULE = ("Ask your IT support for an exception from this rule for the add-in sendxl.xlam and for the Python above; until "
             "then use the command line, which needs no Excel.")
_WARNINGS = {3: "macros that are not signed are switched off", 4: "all macros are switched off"}
_EXCEL_FOR_MAC = "Microsoft Excel.app"


class Level(Enum):
    """How grave a look is."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at: what was found, and what to do if that is not as it should be."""

    level: Level
    subject: str
    found: str
    mend: str = ""

    def __str__(self) -> str:
        """One line as printed: level, subject, what was found, what to do."""
        return f"{self.level.value:<7}  {self.subject}: {self.found}{f' {self.mend}' if self.mend else ''}"


def registry(key: str, name: str) -> object | None:
    """A value of the Windows registry; None where there is none, or no registry."""
    if sys.platform == "win32":
        import winreg

        hive, _, path = key.partition("\\")
        root = winreg.HKEY_CURRENT_USER if hive == "HKCU" else winreg.HKEY_LOCAL_MACHINE
        with suppress(OSError), winreg.OpenKey(root, path) as opened:
            found: object = winreg.QueryValueEx(opened, name)[0]
            return found
    return None


def machine(
    computer: Computer | None = None, *, registry: Registry = registry, applications: Path = Path("/Applications")
) -> tuple[Look, ...]:
    """Look at what the add-in needs on this computer; nothing is changed. No problem among them: it is fit for the add-in."""
    computer = computer or Computer.here()
    found = [_python(computer)]
    try:
        found.append(Look(Level.OK, "xlwings", f"{version('xlwings')}."))
    except PackageNotFoundError:
        return (*found, Look(Level.PROBLEM, "xlwings", "it is not installed for this Python.",
                             "Run “pip install” for sendxl again."))
    if not computer.has_excel:
        return (*found, Look(Level.NOTE, "Excel", f"there is none for this system ({computer.system}).",
                             "The command line does everything; “sendxl addin build” makes the add-in for other computers."))
    found.append(_excel(computer, registry, applications))
    if lands := computer.private_copy(computer.start_folder):
        found.append(Look(Level.PROBLEM, "Python", STORE_PYTHON.format(lands)))
    try:
        stands = status(computer)
        found += [_addin(stands), *_marked(stands), _settings(stands, computer), *_several(stands, computer),
                  *_script(stands, computer)]
    except (Unusable, Refused) as error:
        found.append(Look(Level.PROBLEM, "Add-in", str(error)))
    found.append(_writable(computer.start_folder))
    found += _elsewhere(computer.start_folder)
    if computer.system == "win32":
        found += _locks(registry)
    return tuple(found)


def _python(computer: Computer) -> Look:
    found = f"{platform.python_version()}, {64 if sys.maxsize > 2**32 else 32} bit, {computer.python}"
    if (Path(sys.prefix) / "conda-meta").is_dir():
        return Look(Level.NOTE, "Python", found + ", of conda.",
                    "If Excel says that a DLL cannot be loaded, install sendxl for a Python from python.org.")
    return Look(Level.OK, "Python", found + ".")


def _excel(computer: Computer, registry: Registry, applications: Path) -> Look:
    if computer.system == "win32":
        for hive in ("HKCU", "HKLM"):
            path = registry(rf"{hive}\{_APP_PATH}", "")
            if path:
                return Look(Level.OK, "Excel", f"{path}.")
        return Look(Level.PROBLEM, "Excel", "it is not installed, as far as Windows knows.",
                    "The add-in needs Excel for the desktop; Excel in a browser cannot run it.")
    for folder in (applications, computer.home / "Applications"):
        if (folder / _EXCEL_FOR_MAC).is_dir():
            return Look(Level.OK, "Excel", f"{folder / _EXCEL_FOR_MAC}.")
    return Look(Level.PROBLEM, "Excel", f"there is no {applications / _EXCEL_FOR_MAC}.",
                "The add-in needs Excel for the desktop; Excel in a browser cannot run it.")


def _addin(stands: Status) -> Look:
    if not stands.installed:
        return Look(Level.PROBLEM, "Add-in", f"there is no {stands.addin}.", "Close Excel and run “sendxl addin install”.")
    if stands.current:
        return Look(Level.OK, "Add-in", f"{stands.addin}, made from xlwings {stands.made_from}.")
    of = f"xlwings {stands.made_from}" if stands.made_from else "something else than sendxl"
    return Look(Level.PROBLEM, "Add-in", f"{stands.addin} is not the one of this sendxl; it was made from {of}.",
                "Close Excel and run “sendxl addin install”.")


def _settings(stands: Status, computer: Computer) -> Look:
    python = stands.interpreter
    if python is None:
        return Look(Level.PROBLEM, "Settings", f"{stands.settings} does not say which Python to run.",
                    "Run “sendxl addin install”.")
    if not Path(python).exists():
        return Look(Level.PROBLEM, "Settings", f"Excel would run {python}, which is not there.", "Run “sendxl addin install”.")
    if Path(python).parent != computer.python.parent:  # python3 beside python is the same
        return Look(Level.NOTE, "Settings", f"Excel runs another Python than this one: {python}.",
                    "If that is not meant, run “sendxl addin install”.")
    return Look(Level.OK, "Settings", f"{stands.settings}; Excel runs this Python.")


def _marked(stands: Status) -> Iterator[Look]:
    """Whether Windows marked the add-in as one from the web: Excel then runs no macro of it."""
    if stands.installed and Path(f"{stands.addin}:Zone.Identifier").exists():
        yield Look(Level.PROBLEM, "Add-in", f"Windows marked {stands.addin} as from the web, so Excel runs none of its macros.",
                   "Close Excel, and run “sendxl addin remove” and “sendxl addin install”, or tick Unblock in its properties.")


def _several(stands: Status, computer: Computer) -> Iterator[Look]:
    """Whether there are several Pythons, of which the one that is typed may be another than the one that Excel runs."""
    others = [python for python in computer.pythons if python.parent != computer.python.parent]
    if others and stands.interpreter:
        yield Look(Level.NOTE, "Pythons", f"besides this one there are {', '.join(map(str, others))}.",
                   f"Excel runs {stands.interpreter}: install and upgrade sendxl with “{computer.python} -m pip”.")


def _elsewhere(folder: Path) -> Iterator[Look]:
    """Whether the start folder is kept elsewhere, from where Excel may not have it when it starts."""
    synchronised = any(part.casefold().startswith("onedrive") for part in folder.parts)
    if synchronised or str(folder).startswith("\\\\"):
        where = "OneDrive keeps it" if synchronised else "it lies on a server"
        yield Look(Level.NOTE, "Start folder", f"{where} ({folder}), so Excel may start before the add-in is there.",
                   "If the tab “Delivery plan” is missing at times, ask your IT support to keep that folder on this computer.")


def _script(stands: Status, computer: Computer) -> Iterator[Look]:
    if computer.script is None:
        return
    if stands.script_missing:
        others = sorted(path.name for path in computer.script.parent.glob("xlwings-*.applescript"))
        instead = f", only {', '.join(others)}" if others else ""
        yield Look(Level.PROBLEM, "Script", f"there is no {computer.script}{instead}, so Excel cannot start Python.",
                   "Run “sendxl addin install”.")
    else:
        yield Look(Level.OK, "Script", f"{computer.script}.")


def _writable(folder: Path) -> Look:
    """Whether the add-in can be put into Excel's start folder, or that folder be made; tried, as rights cannot be read."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=there, prefix=f".{FILE}."):
            return Look(Level.OK, "Start folder", f"{folder} can be written." if there == folder else f"{folder} will be made.")
    except OSError as error:
        return Look(Level.PROBLEM, "Start folder", f"{there} cannot be written ({error.strerror or error}).",
                    "Ask your IT support for the right to change it.")


def _attack_rules(registry: Registry) -> Iterator[Look]:
    """The rules of Microsoft Defender that are on: set by a policy, on this computer, or by Intune."""
    of_intune = str(registry(rf"HKLM\SOFTWARE\Policies\{_DEFENDER}\Policy Manager", "ASRRules") or "")
    managed = dict(rule.strip().upper().partition("=")[::2] for rule in of_intune.split("|"))
    for number, words in _ATTACK_RULES:
        keys = (rf"SOFTWARE\Policies\{_DEFENDER}\{_RULES}", rf"SOFTWARE\{_DEFENDER}\{_RULES}")
        found = {rf"HKLM\{key}": str(registry(rf"HKLM\{key}", number)) for key in keys}
        found[rf"HKLM\SOFTWARE\Policies\{_DEFENDER}\Policy Manager"] = managed.get(number, "")
        for where, state in found.items():
            if state.strip() in (_BLOCKS, _WARNS):
                yield Look(Level.PROBLEM, "Locked", f"the rule “{words}” of Microsoft Defender is on ({where}, {number}).",
                           _ASK_RULE)
                break


def _locks(registry: Registry) -> Iterator[Look]:
    """What an administrator, or the user, has switched off in the registry."""
    before = []
    for key, name, locking, meaning in _LOCKS:
        where = [hive for hive in ("HKCU", "HKLM") if registry(rf"{hive}\{key}", name) in locking]
        if where:
            before.append(Look(Level.PROBLEM, "Locked", f"{meaning} ({where[0]}\\{key}, {name}).", _ASK_IT))
    before += _attack_rules(registry)
    yield from before
    untrusted = any(registry(rf"{hive}\{branch}\{_TRUSTED}", "AllLocationsDisabled") == 1
                    for hive in ("HKCU", "HKLM") for branch in (_POLICY, _CHOICE))
    warnings = [registry(rf"{hive}\{branch}\{_SECURITY}", "VBAWarnings")
                for branch in (_POLICY, _CHOICE) for hive in ("HKCU", "HKLM")]
    decided = next((value for value in warnings if value is not None), None)
    meaning = _WARNINGS.get(decided, "") if isinstance(decided, int) else ""
    if untrusted and meaning:
        yield Look(Level.PROBLEM, "Locked", f"{meaning}, and Excel trusts no folder, not even its start folder.", _ASK_IT)
    elif untrusted:
        yield Look(Level.NOTE, "Locked", "Excel trusts no folder, not even its start folder.",
                   "It may ask at each start whether to let the add-in run: choose Enable Macros.")
    elif meaning:
        yield Look(Level.NOTE, "Locked", f"{meaning}; Excel's start folder is trusted all the same.",
                   "If the tab “Delivery plan” does not show, ask your IT support to trust that folder.")
    elif not before:
        yield Look(Level.OK, "Locked", "nothing that would keep the add-in from running is set for Excel.",
                   "What a program such as AppLocker forbids cannot be seen from here.")
