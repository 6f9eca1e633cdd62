"""What Excel's add-ins depend on: the system, where Excel looks for things, and the Python to run."""

import locale
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sendxl.desktop.ribbon import NAME
from sendxl.errors import Unusable

_MAC_CONTAINER = "Library/Containers/com.microsoft.Excel/Data"  # where Excel may read without asking
_MAC_SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"  # what Excel may run
_MAC_START = "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
_NO_EXCEL = ("There is no Excel on this system, so the add-in cannot be installed here. “sendxl addin build” makes the file; on "
             "Windows or macOS “sendxl addin install” puts it in its place.")


def private_copy(folder: Path) -> Path | None:
    """Where a file really goes that is written into a folder, if that is elsewhere; tried, as nothing else tells it.

    A Python of the Microsoft Store writes %APPDATA% into a private copy, which no other program sees (cpython issue 85368).
    """
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=there, prefix=f".{NAME}.") as file:
            lands = Path(os.path.realpath(file.name)).parent
    except OSError:
        return None
    return lands if lands != Path(os.path.realpath(there)) else None


@dataclass(frozen=True)
class Computer:
    """What Excel's add-ins depend on. ``system`` is as ``sys.platform``; ``roaming`` is %APPDATA% on Windows;
    ``encoding`` is that of the text files which VBA reads. ``private_copy`` and ``path`` (the folders in which programs are
    looked for) are given in tests.
    """

    system: str
    home: Path
    python: Path
    roaming: Path | None = None
    encoding: str = "utf-8"
    private_copy: Callable[[Path], Path | None] = private_copy
    path: Sequence[Path] = ()

    @classmethod
    def here(cls) -> "Computer":
        """The computer that this runs on."""
        roaming = os.environ.get("APPDATA") if sys.platform == "win32" else None
        return cls(sys.platform, Path.home(), this_python(), Path(roaming) if roaming else None, locale.getencoding(),
                   path=[Path(folder) for folder in os.get_exec_path() if folder])

    @property
    def has_excel(self) -> bool:
        """True for a system that there is an Excel for."""
        return self.system in ("win32", "darwin")

    @property
    def pythons(self) -> list[Path]:
        """The Pythons that are found by name, each folder's once."""
        name = "python.exe" if self.system == "win32" else "python3"
        return list(dict.fromkeys(folder / name for folder in self.path if (folder / name).exists()))

    @property
    def start_folder(self) -> Path:
        """The folder whose workbooks and add-ins Excel opens when it starts; Unusable where there is no Excel."""
        if self.system == "win32":
            return (self.roaming or self.home / "AppData" / "Roaming") / "Microsoft" / "Excel" / "XLSTART"
        if self.system == "darwin":
            return self.home / _MAC_START
        raise Unusable(_NO_EXCEL)

    @property
    def settings(self) -> Path:
        """The file in which the add-in looks for the user's settings; Unusable where there is no Excel."""
        if self.system == "win32":
            return self.home / f".{NAME}" / f"{NAME}.conf"
        if self.system == "darwin":
            return self.home / _MAC_CONTAINER / f"{NAME}.conf"
        raise Unusable(_NO_EXCEL)

    @property
    def open_folder(self) -> Path | None:
        """The folder from which Excel opens files without asking for leave; None where it asks for none."""
        return self.home / _MAC_CONTAINER / "sendxl reports" if self.system == "darwin" else None

    @property
    def interpreter_key(self) -> str:
        """The setting that names the Python to run."""
        return "INTERPRETER_WIN" if self.system == "win32" else "INTERPRETER_MAC"

    @property
    def script(self) -> Path | None:
        """The script through which Excel on macOS starts Python; no other system needs one."""
        return self.home / _MAC_SCRIPTS / f"xlwings-{version('xlwings')}.applescript" if self.system == "darwin" else None


def this_python(executable: str | None = None, prefix: str | None = None) -> Path:
    """The Python of the environment we are in, the one with a console; also where we run inside another program.

    There ``sys.executable`` is that program, such as Excel.
    """
    running = Path(executable if executable is not None else sys.executable)
    if running.stem.lower() == "pythonw" and running.with_stem("python").exists():
        return running.with_stem("python")
    if running.stem.lower().startswith("python"):
        return running
    root = Path(prefix if prefix is not None else sys.prefix)
    names = ("Scripts/python.exe", "python.exe", "bin/python3", "bin/python")
    return next((root / name for name in names if (root / name).exists()), running)


def let_workers_start(*, windows: bool = os.name == "nt") -> None:
    """Have worker processes run Python even where we run inside another program, which they would start again.

    On Windows they run the Python that the environment was made of, and are told of the environment: its own python.exe
    would start yet another process, which does not get what is handed to the first (bugs.python.org/issue35797).
    """
    if Path(sys.executable).stem.lower().startswith("python"):
        return  # multiprocessing knows what to do
    python = this_python()
    base = this_python(prefix=sys.base_prefix) if windows else python
    import multiprocessing

    multiprocessing.set_executable(str(base))
    if base != python:
        os.environ["__PYVENV_LAUNCHER__"] = str(python)
