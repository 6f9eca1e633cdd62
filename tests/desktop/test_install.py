"""The add-in goes into Excel's start folder and out again, on faked Windows and macOS homes."""

import errno
import os
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from sendxl.books.live.without_pandas import xlwings
from sendxl.desktop import install as job
from sendxl.desktop.computer import Computer, let_workers_start, this_python
from sendxl.desktop.install import build, install, remove, status
from sendxl.desktop.ribbon import addin as addin_bytes
from sendxl.errors import Unusable

START = {"win32": "AppData/Roaming/Microsoft/Excel/XLSTART",
         "darwin": "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"}
SETTINGS = {"win32": ".sendxl/sendxl.conf", "darwin": "Library/Containers/com.microsoft.Excel/Data/sendxl.conf"}
SCRIPT = f"Library/Application Scripts/com.microsoft.Excel/xlwings-{xlwings.__version__}.applescript"
KEY = {"win32": "INTERPRETER_WIN", "darwin": "INTERPRETER_MAC"}
NEWLINE = {"win32": b"\r\n", "darwin": b"\n"}
PYTHON = Path("/opt/plain/bin/python")


@pytest.fixture(params=["win32", "darwin"])
def computer(request: pytest.FixtureRequest, tmp_path: Path) -> Computer:
    home = tmp_path / "Zoë O'Neil & Søn"
    home.mkdir()
    return Computer(request.param, home, PYTHON, encoding="cp1252" if request.param == "win32" else "utf-8")


def files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def line(computer: Computer) -> bytes:
    return f'"{KEY[computer.system]}","{computer.python}"'.encode(computer.encoding) + NEWLINE[computer.system]


def test_install_puts_everything_in_its_place(computer: Computer) -> None:
    stands = install(computer)
    expected = {f"{START[computer.system]}/sendxl.xlam": addin_bytes(), SETTINGS[computer.system]: line(computer)}
    if computer.system == "darwin":
        expected[SCRIPT] = (Path(xlwings.__file__).parent / Path(SCRIPT).name).read_bytes()
    assert files(computer.home) == expected
    assert stands == status(computer)
    assert stands.ready and stands.made_from == xlwings.__version__ and stands.interpreter == str(PYTHON)


def test_installing_twice_is_installing_once(computer: Computer) -> None:
    install(computer)
    before = {path: path.stat() for path in computer.home.rglob("*")}
    install(computer)
    assert set(computer.home.rglob("*")) == set(before)
    assert all(path.stat().st_mtime_ns == stat.st_mtime_ns for path, stat in before.items() if path.is_file())


def test_what_a_button_imports_is_compiled(computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel starts Python with -B, by which it would compile everything at each click."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("x = 1\n")
    monkeypatch.setattr("sendxl.desktop.install.find_spec", lambda name: SimpleNamespace(origin=str(package / "__init__.py")))
    monkeypatch.setattr("sendxl.desktop.install._xlwings_script", lambda name: b"")
    monkeypatch.setattr("sys.pycache_prefix", None)  # which is of the tests, see tests/programs.py
    install(computer)
    assert list((package / "__pycache__").glob("__init__.*.pyc"))


def test_remove_takes_out_what_install_put_in(computer: Computer) -> None:
    install(computer)
    removed = remove(computer)
    assert removed == (computer.start_folder / "sendxl.xlam", computer.settings)
    assert files(computer.home).keys() == ({SCRIPT} if computer.system == "darwin" else set())  # may serve other add-ins
    assert computer.settings.parent.exists() == (computer.system == "darwin")
    assert remove(computer) == ()
    assert not status(computer).installed


@pytest.mark.parametrize("theirs", [
    b'"CONDA PATH","C:\\conda"\n', b'"SHOW CONSOLE","True"\r\n"ONEDRIVE_WIN","C:\\Users\\Zo\xeb"\r\n', b"no setting at all",
    b"\n\n", b'"PYTHONPATH","a,b"\n\n# a word \x81\xff\n',
], ids=["one", "ansi", "no newline", "blank lines", "odd bytes"])
def test_other_settings_are_kept_byte_for_byte(computer: Computer, theirs: bytes) -> None:
    computer.settings.parent.mkdir(parents=True)
    computer.settings.write_bytes(theirs)
    install(computer)
    assert computer.settings.read_bytes() == line(computer) + theirs
    assert status(computer).interpreter == str(PYTHON)
    remove(computer)
    assert computer.settings.exists() == bool(theirs.strip())
    assert not theirs.strip() or computer.settings.read_bytes() == theirs


def test_an_older_interpreter_gives_way(computer: Computer) -> None:
    computer.settings.parent.mkdir(parents=True)
    computer.settings.write_text(f'"{KEY[computer.system].lower()}","old"\n"OTHER","x"\n{KEY[computer.system]},older\n')
    assert status(computer).interpreter == "old"
    install(computer)
    assert computer.settings.read_bytes() == line(computer) + b'"OTHER","x"\n'


def test_an_older_add_in_gives_way(computer: Computer) -> None:
    computer.start_folder.mkdir(parents=True)
    path = computer.start_folder / "sendxl.xlam"
    path.write_bytes(b"an older one")
    assert status(computer).installed and not status(computer).current and not status(computer).ready
    assert install(computer).current


def test_roaming_may_lie_elsewhere(tmp_path: Path) -> None:
    computer = Computer("win32", tmp_path / "home", PYTHON, roaming=tmp_path / "server share" / "Zoë", encoding="cp1252")
    assert install(computer).addin == tmp_path / "server share" / "Zoë" / "Microsoft" / "Excel" / "XLSTART" / "sendxl.xlam"
    assert status(computer).ready


@pytest.mark.parametrize("verb", [install, remove])
def test_a_file_that_excel_holds_is_a_plain_message(
    verb: object, computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(computer)
    path = computer.start_folder / "sendxl.xlam"
    path.write_bytes(b"open in Excel")
    before = files(computer.home)

    def held(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "in use", str(self))

    monkeypatch.setattr(Path, "replace", held)
    real = Path.unlink
    monkeypatch.setattr(Path, "unlink", lambda self, **how: held(self) if self == path else real(self, **how))
    assert callable(verb)
    with pytest.raises(Unusable, match=r"sendxl\.xlam cannot be (written|removed)\. Close Excel and try again"):
        verb(computer)
    assert files(computer.home) == before


@pytest.mark.parametrize(("system", "python", "says"), [
    ("darwin", "/Users/zoe/My Plans/bin/python", "spaces or special letters"),
    ("darwin", "/Users/zoë/bin/python", "spaces or special letters"),
    ("darwin", "/Users/zoe/$(x)/python", "spaces or special letters"),
    ("win32", "C:\\Users\\Łukasz\\python.exe", "cannot read the path"),
    ("win32", "C:\\100% plan\\python.exe", "quotation or percent"),
])
def test_a_python_that_excel_cannot_start_is_refused_before_anything_is_written(
    system: str, python: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(Unusable, match=f"{says}.*install"):
        install(Computer(system, tmp_path, Path(python), encoding="cp1252"))
    assert files(tmp_path) == {}


@pytest.mark.parametrize("python", ["C:\\Users\\Zoë Søn & Co\\.venv\\Scripts\\python.exe", "\\\\server\\plans$\\python.exe"])
def test_windows_takes_any_path_that_its_code_page_has(python: str, tmp_path: Path) -> None:
    computer = Computer("win32", tmp_path, Path(python), encoding="cp1252")
    assert install(computer).interpreter == python
    assert python.encode("cp1252") in computer.settings.read_bytes()


@pytest.mark.parametrize("verb", [install, remove, status])
def test_without_excel_it_says_so(verb: object, tmp_path: Path) -> None:
    assert callable(verb)
    with pytest.raises(Unusable, match=r"no Excel on this system.*addin build"):
        verb(Computer("linux", tmp_path, PYTHON))
    assert files(tmp_path) == {}


def test_build_makes_the_file_on_any_system(tmp_path: Path) -> None:
    assert build(tmp_path / "sendxl.xlam").read_bytes() == addin_bytes()


@pytest.mark.parametrize(("name", "says"), [("plan.xlsx", r"ends in \.xlam"), ("none/sendxl.xlam", "no folder")])
def test_build_says_what_it_cannot_use(name: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=says):
        build(tmp_path / name)
    assert files(tmp_path) == {}


@pytest.mark.parametrize(("executable", "there", "expected"), [
    ("env/Scripts/python.exe", (), "env/Scripts/python.exe"),
    ("env/bin/python3.11", (), "env/bin/python3.11"),
    ("env/Scripts/pythonw.exe", ("env/Scripts/python.exe",), "env/Scripts/python.exe"),
    ("env/Scripts/pythonw.exe", (), "env/Scripts/pythonw.exe"),
    ("Office/EXCEL.EXE", ("env/Scripts/python.exe",), "env/Scripts/python.exe"),
    ("Office/EXCEL.EXE", ("env/python.exe",), "env/python.exe"),
    ("Excel.app/Excel", ("env/bin/python3", "env/bin/python"), "env/bin/python3"),
    ("Office/EXCEL.EXE", (), "Office/EXCEL.EXE"),
])
def test_this_python_is_a_python_whatever_runs_us(executable: str, there: tuple[str, ...], expected: str, tmp_path: Path) -> None:
    for name in there:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert this_python(str(tmp_path / executable), str(tmp_path / "env")) == tmp_path / expected


@pytest.mark.parametrize(("running", "windows", "worker", "launcher"), [
    ("Office/EXCEL.EXE", True, "base/python.exe", "env/Scripts/python.exe"),
    ("Excel.app/Excel", False, "env/Scripts/python.exe", None),
    ("env/Scripts/pythonw.exe", True, None, None),
])
def test_workers_start_python_and_not_the_program_we_run_in(
    running: str, windows: bool, worker: str | None, launcher: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("env/Scripts/python.exe", "base/python.exe"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    for attribute, value in (("executable", running), ("prefix", "env"), ("base_prefix", "base")):
        monkeypatch.setattr(sys, attribute, str(tmp_path / value))
    monkeypatch.setenv("__PYVENV_LAUNCHER__", "")
    told: list[str] = []
    monkeypatch.setattr("multiprocessing.set_executable", told.append)
    let_workers_start(windows=windows)
    assert told == ([str(tmp_path / worker)] if worker else [])
    assert os.environ["__PYVENV_LAUNCHER__"] == (str(tmp_path / launcher) if launcher else "")


def test_here_is_this_python(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Computer.here()
    assert here.python == this_python() and os.access(here.python, os.X_OK)
    assert here.home == Path.home()
    assert replace(here, system="linux").has_excel is False


def test_a_script_that_xlwings_lacks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "find_spec", lambda name: None)
    with pytest.raises(Unusable, match="xlwings is not installed"):
        install(Computer("darwin", tmp_path, PYTHON))
