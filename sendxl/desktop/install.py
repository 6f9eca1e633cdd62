"""The add-in in Excel: building it, putting it where Excel starts it, telling it which Python to run, taking it out again."""

import compileall
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sendxl.desktop.computer import Computer
from sendxl.desktop.ribbon import FILE, NAME, addin, build_addin, made_from, same
from sendxl.errors import Unusable, Unwritable
from sendxl.xlsx.package.whole_file import replace_file

_MAC_PLAIN = re.compile(r"[A-Za-z0-9/._@+~,:=-]+")  # xlwings hands the interpreter to the shell as it stands
STORE_PYTHON = ("This Python is of the Microsoft Store: what it writes for Excel goes into a copy of its own ({}), which Excel "
                "does not see. Install Python from python.org, or ask your IT support for it, and install sendxl for that.")
_LINE = re.compile(r'\s*"?([^",]*)"?\s*,\s*"?([^"\r\n]*)"?')


@dataclass(frozen=True)
class Status:
    """How the add-in stands: ``current`` if it is what would be built now; ``made_from`` the xlwings it was built of.

    ``interpreter`` is the Python that it would run, None if there is no such setting.
    """

    addin: Path
    settings: Path
    installed: bool
    current: bool
    made_from: str | None
    interpreter: str | None
    script_missing: bool

    @property
    def ready(self) -> bool:
        """True if Excel will show the add-in as it should be, and can run Python."""
        return self.installed and self.current and self.interpreter is not None and not self.script_missing

    @property
    def to_mend(self) -> Sequence[str]:
        """What to do where it is not ready."""
        return () if self.ready else ("Run “sendxl addin install”, then start Excel again.",)


def build(path: Path | str) -> Path:
    """Make the add-in as a file, on any system; Unusable if the name is not that of one, or its folder is not there."""
    path = Path(path)
    if path.suffix.lower() != ".xlam":
        raise Unusable(f"{path}: an add-in of Excel ends in .xlam. Give a name like “{FILE}”.")
    if not path.parent.is_dir():
        raise Unusable(f"{path}: there is no folder {path.parent}. Make it first.")
    build_addin(path)
    return path


def install(computer: Computer | None = None) -> Status:
    """Put the add-in into Excel's start folder and tell it to run this Python; again = once.

    Other settings of the user are kept. Unusable where that cannot be; the message says what to do.
    """
    computer = computer or Computer.here()
    folder, settings = computer.start_folder, computer.settings
    if lands := computer.private_copy(folder):
        raise Unusable(STORE_PYTHON.format(lands))
    line = _interpreter_line(computer)
    content = addin()
    _put(folder / FILE, content)
    _put(settings, _with_interpreter(_bytes_of(settings), computer, line))
    if computer.script:
        _put(computer.script, _xlwings_script(computer.script.name))
    _compile()
    return status(computer)


def _compile() -> None:
    """Compile what a button imports: Excel starts Python so that it keeps no compiled code, and each click would do it anew."""
    for package in (NAME, "xlwings"):
        found = find_spec(package)
        if found and found.origin:
            compileall.compile_dir(Path(found.origin).parent, quiet=2, legacy=False)


def remove(computer: Computer | None = None) -> tuple[Path, ...]:
    """Take the add-in out of Excel's start folder and our setting out of the settings; the files that were changed.

    A file of settings with nothing else in it goes too. What xlwings needs besides is left, as it may serve others.
    """
    computer = computer or Computer.here()
    changed = []
    path, settings = computer.start_folder / FILE, computer.settings
    if path.exists():
        _unlink(path)
        changed.append(path)
    before = _bytes_of(settings)
    after = _with_interpreter(before, computer, "")
    if after != before:
        changed.append(settings)
        if after.strip():
            _put(settings, after)
        else:
            _unlink(settings)
            if computer.system == "win32" and not any(settings.parent.iterdir()):
                settings.parent.rmdir()
    return tuple(changed)


def status(computer: Computer | None = None) -> Status:
    """How the add-in stands on this computer; Unusable where there is no Excel."""
    computer = computer or Computer.here()
    path = computer.start_folder / FILE
    content = _bytes_of(path)
    return Status(
        addin=path, settings=computer.settings, installed=path.exists(),
        current=bool(content) and same(content, addin()), made_from=made_from(content) if content else None,
        interpreter=_settings_in(_bytes_of(computer.settings), computer).get(computer.interpreter_key),
        script_missing=computer.script is not None and not computer.script.exists(),
    )


def _interpreter_line(computer: Computer) -> str:
    """The line of settings that names this Python; Unusable if Excel could not start a Python of that name."""
    python = str(computer.python)
    if computer.system == "darwin" and not _MAC_PLAIN.fullmatch(python):
        raise Unusable(f"Excel on macOS cannot start a Python whose path has spaces or special letters: {python}. Make the "
                       "environment in a folder with a plain name, such as ~/sendxl, and install from there.")
    try:
        python.encode(computer.encoding)
    except UnicodeEncodeError:
        raise Unusable(f"Excel cannot read the path of this Python: {python}. Make the environment in a folder whose name has "
                       "plain letters only, such as C:\\sendxl, and install from there.") from None
    if '"' in python or "%" in python:
        raise Unusable(f"Excel cannot start a Python whose path has quotation or percent signs: {python}. Make the environment "
                       "in a folder with a plain name, and install from there.")
    return f'"{computer.interpreter_key}","{python}"'


def _with_interpreter(content: bytes, computer: Computer, line: str) -> bytes:
    """The settings with this line for the interpreter (blank: without any); every other line as it was.

    It is the first line: xlwings reads by commas, not by lines, so that an odd line spoils what follows it.
    """
    text = content.decode(computer.encoding, "surrogateescape")
    kept = [old for old in text.splitlines(keepends=True) if _key(old) != computer.interpreter_key]
    newline = "\r\n" if computer.system == "win32" else "\n"
    return "".join([line + newline if line else "", *kept]).encode(computer.encoding, "surrogateescape")


def _settings_in(content: bytes, computer: Computer) -> dict[str, str]:
    """The settings as xlwings reads them: of a key that is there twice, the first."""
    found: dict[str, str] = {}
    for line in content.decode(computer.encoding, "surrogateescape").splitlines():
        match = _LINE.match(line)
        if match:
            found.setdefault(match[1].strip().upper(), match[2])
    return found


def _key(line: str) -> str:
    match = _LINE.match(line)
    return match[1].strip().upper() if match else ""


def _xlwings_script(name: str) -> bytes:
    found = find_spec("xlwings")
    if found is None or found.origin is None:
        raise Unusable("xlwings is not installed for this Python: install sendxl again.")
    return Path(found.origin).with_name(name).read_bytes()


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise _closed_to_us(path, "read", error) from None


def _put(path: Path, content: bytes) -> None:
    if _bytes_of(path) == content:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
    except (OSError, Unwritable) as error:
        raise _closed_to_us(path, "written", error) from None


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise _closed_to_us(path, "removed", error) from None


def _closed_to_us(path: Path, done: str, error: Exception) -> Unusable:
    why = f" ({os.strerror(error.errno or 0)})" if isinstance(error, OSError) else ""
    return Unusable(f"{path} cannot be {done}. Close Excel and try again. If Excel is closed, ask your IT support for the right "
                    f"to change this folder{why}.")
