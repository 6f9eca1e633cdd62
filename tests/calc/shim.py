"""What the click on a button starts: the Python that xlwings would start, with Calc in the place of Excel."""

import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from sendxl.addin import office
from sendxl.books.live.without_pandas import xlwings
from tests.engines import calc
from tests.engines.soffice import connected, uno_module

base_classes = xlwings.base_classes


class Calc(calc.Calc):
    """The Calc that is running on the screen."""

    def __init__(self, folder: Path, pipe: str) -> None:
        self.uno = uno_module(folder / f"shim-{os.getpid()}")
        self.context = connected(self.uno, pipe)
        self.desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        self.alerts: list[str] = []
        self.status: list[Any] = []
        self.opened: list[str] = []

    status_bar = property(lambda self: self.status[-1], lambda self, text: self.status.append(text))

    def alert(self, prompt: str, title: str, buttons: Any, mode: Any, callback: Any) -> str:
        self.alerts.append(prompt)
        return "ok"

    @property
    def books(self) -> "Books":
        return Books(self)

    @property
    def selection(self) -> Any:
        """The cell that is selected."""
        cell = self.desktop.CurrentComponent.CurrentSelection.RangeAddress
        book = calc.Book(self, self.desktop.CurrentComponent)
        return book.sheets(cell.Sheet + 1).range((cell.StartRow + 1, cell.StartColumn + 1))


def _activate(sheet: calc.Sheet) -> None:
    sheet.book.calc.desktop.CurrentComponent.CurrentController.setActiveSheet(sheet.cells_of)


class Books(base_classes.Books):
    """Reports are not opened, only named: the screen shows the plan."""

    def __init__(self, program: Calc) -> None:
        self.program = program

    @property
    def app(self) -> Calc:
        return self.program

    def __call__(self, name: object) -> Any:
        raise KeyError(name)

    def open(self, fullname: str, *_: object, **__: object) -> Any:
        self.program.opened.append(fullname)
        return calc.Book(self.program, self.program.desktop.CurrentComponent)


def main(folder: Path, pipe: str) -> None:
    program = Calc(folder, pipe)
    book = xlwings.Book(impl=calc.Book(program, program.desktop.CurrentComponent))
    xlwings.Book.caller = classmethod(lambda cls: book)  # type: ignore[assignment,method-assign]
    calc.Book.save = lambda *_, **__: None  # type: ignore[method-assign]  # it is on disk as it is open
    calc.Book.activate = lambda book: None  # type: ignore[method-assign]
    calc.Sheet.activate = _activate  # type: ignore[method-assign,assignment]
    office.LOG = folder / "sendxl.log"
    began = time.monotonic()
    failed = ""
    try:
        exec((folder / "asked").read_text(encoding="utf-8"), {})
    except Exception:
        failed = traceback.format_exc()
    told = {"failed": failed, "alerts": program.alerts, "status": program.status, "opened": program.opened,
            "seconds": time.monotonic() - began}
    (folder / "told.part").write_text(json.dumps(told), encoding="utf-8")
    (folder / "told.part").rename(folder / "told.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
