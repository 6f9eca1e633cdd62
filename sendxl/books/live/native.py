"""What is asked of Excel beside xlwings, which has no words for it: on Windows through COM, on macOS through AppleScript."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sendxl.books.live.excel import Excel

if TYPE_CHECKING:
    from sendxl.books.live.without_pandas import xlwings

_READ_ONLY = ("it is open for reading only, so nothing that is written into it could be saved. Close it; if others have it open, "
              "wait for them; then open it for editing and press the button again.")
_PROTECTED = ("its structure is protected. Switch that off (Review, Protect Workbook), then press the button again; switch it on "
              "again afterwards.")
_LONGEST_QUESTION = 255  # characters that Excel's box shows
_CANCELLED = -128  # of AppleScript


def blockers(excel: Excel, book: "xlwings.Book") -> Iterator[str]:
    """What keeps a workbook that is open from being written, each with how to mend it."""
    if _is(excel, book, "ReadOnly", "read_only"):
        yield _READ_ONLY
    if _is(excel, book, "ProtectStructure", "protect_structure"):
        yield _PROTECTED


def save_copy(excel: Excel, book: "xlwings.Book", path: Path, copy: Path) -> bool:
    """Save a copy of a workbook, kept at ``path``, as it is open; False where Excel cannot.

    On macOS it can only be copied as it was last saved, so not where it was changed since.
    """
    if not excel.on_mac:
        native = _native(excel, book)
        if native is None:
            return False
        excel.ask(lambda: native.SaveCopyAs(str(copy)))
    elif _is(excel, book, "", "saved"):
        shutil.copyfile(path, copy)
    return copy.exists()


def ask_text(excel: Excel, app: "xlwings.App", question: str, title: str, proposed: str) -> str | None:
    """What is typed into a box that asks for a text, with one proposed; None where it was cancelled.

    Where an engine has no Excel behind it, nobody can be asked, and the proposed one is taken.
    """
    try:
        native: Any = excel.ask(lambda: app.api)
    except NotImplementedError:
        return proposed
    if not excel.on_mac:
        answer = excel.ask(lambda: native.InputBox(question[:_LONGEST_QUESTION], title, proposed))
        return None if answer is False else str(answer)
    return excel.ask(lambda: _asked_on_mac(app, question, title, proposed))


def _asked_on_mac(app: "xlwings.App", question: str, title: str, proposed: str) -> str | None:
    """By the system's own box, as xlwings shows its messages there: Excel's cannot be asked for by AppleScript."""
    engine: Any = sys.modules[type(app.impl).__module__]
    box = engine.osax.OSAX(pid=app.pid)
    box.activate()
    try:
        found = box.display_dialog(question, with_title=title, default_answer=proposed)
    except engine.CommandError as error:
        if getattr(error, "errornumber", None) == _CANCELLED:
            return None
        raise
    return str(found[engine.kw.text_returned])


def _is(excel: Excel, book: "xlwings.Book", name: str, mac_name: str) -> bool:
    native = _native(excel, book)
    if native is None:
        return False
    return bool(excel.ask(lambda: getattr(native, mac_name).get() if excel.on_mac else getattr(native, name)))


def _native(excel: Excel, book: "xlwings.Book") -> Any:
    """The workbook as Excel itself has it; None for an engine that has no Excel behind it."""
    try:
        return excel.ask(lambda: book.api)
    except NotImplementedError:
        return None
