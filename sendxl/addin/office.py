"""The Excel in which a button was pressed: the plan that it works on, its reports, and the one message that it ends with."""

import atexit
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import ClassVar, TypeVar

from sendxl.books.build.report import build_list
from sendxl.books.live.excel import PATIENCE, Excel, Patience, answered
from sendxl.books.live.live_book import LiveBook
from sendxl.books.live.native import ask_text
from sendxl.books.live.without_pandas import xlwings as xw
from sendxl.desktop.computer import Computer, let_workers_start
from sendxl.desktop.keyboard import escape_pressed
from sendxl.errors import Refused, SendxlError, Unusable, explain, fault_of_ours, reason, way_to
from sendxl.plan.master import SETTINGS, STAMPS

_T = TypeVar("_T")
LOG = Path.home() / ".sendxl" / "sendxl.log"
DIALOG_TITLE = "Delivery plan"
_LINES = 12  # of what a message lists
_REPORTS = " reports"  # with this a folder's name ends in which no returns are looked for


class Office:
    """The Excel of the workbook ``asked`` in which a button was pressed, and the plan that it works on.

    The plan is that workbook or, where it is none, the one that is open: after a report was looked at, the report is the
    workbook in front. ``reports`` is the folder for reports of a plan that lies in none.
    """

    reports: ClassVar[str] = ""

    def __init__(self, asked: xw.Book) -> None:
        self.app = asked.app
        self.excel = Excel(self.app, PATIENCE, time.monotonic, time.sleep)
        self.plan, self.book, self.instead = asked, LiveBook(asked), ""

    def find_plan(self) -> bool:
        """Take the plan that is meant; False where it was asked for, and nobody said which."""
        if _is_plan(self.book):
            return True
        asked = self.book.name
        open_plans = [(one, book) for one in self.ask(lambda: list(self.app.books))
                      if (book := LiveBook(one)).name != asked and _is_plan(book)]
        if not open_plans:
            return True  # what it is not, the job itself says
        for plan, book in open_plans:
            several = len(open_plans) > 1
            if not several or self.confirm(f"{asked} is not a delivery plan, and several plans are open. Work on {book.name}?"):
                self.plan, self.book = plan, book
                self.instead = f" ({asked}, which is in front, is no plan)"
                return True
        return False

    def ask(self, call: Callable[[], _T]) -> _T:
        """The answer of Excel to a call, waited for as long as it is busy, but not for ever."""
        return self.excel.answer(call)

    @property
    def name(self) -> str:
        """How the plan is called in messages."""
        with suppress(SendxlError):
            return f"{self.ask(lambda: self.book.name)}{self.instead}"
        return "The workbook"

    @property
    def log(self) -> Path:
        """The file in which errors are noted."""
        return LOG

    @property
    def selection(self) -> tuple[str, int] | None:
        """Sheet and row of the cell that is selected in the plan; None where that is in another workbook, or none is."""
        chosen = self.excel.selection
        if chosen is None or self.ask(lambda: chosen.sheet.book.name) != self.book.name:
            return None
        return self.ask(lambda: (str(chosen.sheet.name), int(chosen.row)))

    def refuse_for_writing(self) -> None:
        """Refused where the plan cannot be written, before anything is done."""
        for why in self.book.blockers():
            raise Refused(f"Nothing was written: {why}")

    def doing(self, what: str | bool) -> None:
        """Say in the status bar what is being done; False gives it back to Excel."""
        with suppress(SendxlError):
            self.ask(lambda: setattr(self.app, "status_bar", what))

    def progress(self, what: str, unless: str) -> Callable[[int, int], None]:
        """What a job tells how far it is: it is said in the status bar, and Esc ends the job, after asking.

        ``unless`` says what then is. KeyboardInterrupt where it is to end, as Ctrl-C on the command line.
        """
        escape_pressed()  # what was pressed before does not count

        def told(done: int, of: int) -> None:
            self.doing(f"{what}: {done} of {of} (Esc stops)" if done < of else f"{what}: {done} of {of}")
            if done < of and escape_pressed() and self.confirm(f"{self.name}\n\nStop after {done} of {of}? {unless}"):
                raise KeyboardInterrupt

        return told

    def confirm(self, question: str) -> bool:
        """Ask in a message that may be cancelled."""
        return self.ask(lambda: self.app.alert(question, DIALOG_TITLE, buttons="ok_cancel")) != "cancel"

    def ask_text(self, question: str, proposed: str) -> str | None:
        """Ask for a text, with one proposed; None where it was cancelled."""
        return answered(lambda: ask_text(self.excel, self.app, question, DIALOG_TITLE, proposed))

    def agrees(self, question: str) -> bool:
        """Ask in a message that is answered by Yes or No."""
        return self.ask(lambda: self.app.alert(question, DIALOG_TITLE, buttons="yes_no")) == "yes"

    def report(self, kind: str, ending: str = ".xlsx") -> Path:
        """Where a report is written: beside the plan, named by plan and time; a new file each time, as one may be open."""
        stem = Path(self.book.name).stem
        for folder in self._folders(stem):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryFile(dir=folder):
                    return folder / f"{stem} {kind} {datetime.now():%Y-%m-%d %H%M%S}{ending}"
            except OSError as error:
                last = error
        raise Unusable(f"No folder can be written for the report: {reason(last)}")

    def _folders(self, stem: str) -> Iterator[Path]:
        for parent in (self.book.path and self.book.path.parent, self.reports and Path(self.reports), Path.home() / "Documents",
                       Path(tempfile.gettempdir())):
            if parent and parent.is_dir():
                yield parent / f"{stem}{_REPORTS}"

    def listed(self, kind: str, lines: Iterable[object]) -> str:
        """Lines below one another; of many only the first, and all in a workbook of their own, from which one can copy."""
        found = [str(line) for line in lines]
        if len(found) <= _LINES:
            return "\n".join(found)
        try:
            path = self.report(kind)
            build_list(path, found, f"{kind}: {self.book.name}")
            whole = self.show_report(path)
        except SendxlError as error:
            whole = f"The whole list could not be written: {error}"
        return "\n".join([*found[:_LINES], f"… and {len(found) - _LINES} more. {whole}"])

    def show_report(self, path: Path) -> str:
        """Open a report, and put the plan before it again; in a sentence what came of it."""
        try:
            opened = self._openable(path)
            self.ask(lambda: self.app.books.open(str(opened)))
        except (SendxlError, OSError) as error:
            return f"The report is {path}. Excel did not open it ({explain(error)}) Open it from there."
        finally:
            self.show_plan()
        return f"The report is open beside this workbook: {path}"

    @staticmethod
    def _openable(path: Path) -> Path:
        """The report where Excel may open it: on macOS without asking for leave, which a button cannot answer."""
        folder = Computer.here().open_folder
        if folder is None or not folder.parent.is_dir():
            return path
        folder.mkdir(exist_ok=True)
        return Path(shutil.copyfile(path, folder / path.name))

    def show_plan(self) -> None:
        """Have the plan in front again: the next button is to work on it."""
        with suppress(SendxlError):
            self.ask(self.plan.impl.activate)

    def show_sheet(self, sheet: str) -> str:
        """Go to a sheet of the plan; in a sentence where that cannot be, else ''.

        Not by xlwings' own way, which refuses where it takes another Excel for the one in front.
        """
        if self.book.sheets.get(sheet) == "hidden":
            return f"The sheet {sheet} is hidden: right-click the tab of any sheet and choose Unhide to see it."
        with suppress(SendxlError):
            self.ask(lambda: self.plan.sheets[sheet].impl.activate())
        return ""


def reports_in(folder: str) -> None:
    """Macro: have the reports of a plan that lies in no folder of this computer go into this one."""
    Office.reports = folder


def press(doing: str, job: Callable[[Office], str], *, writes: bool = False, of_plan: bool = True) -> None:
    """Do the job of a button on the plan; tell what came of it, or what went wrong, in one message that names the plan.

    ``of_plan``: False for a job that needs none, and works on the workbook in front.
    """
    let_workers_start()
    office = None
    try:
        office = Office(Patience(PATIENCE, time.monotonic, time.sleep).answer(caller))
        _spare_other_excels()
        if of_plan and not office.find_plan():
            return
        if doing:
            office.doing(doing)
        if writes:
            office.refuse_for_writing()
        said = job(office)
    except KeyboardInterrupt:
        said = "Stopped. Nothing was written."
    except Exception as error:
        noted = f"\n\nWhat led to it is in {LOG}." if log(error) else ""
        said = explain(error) or f"{fault_of_ours(error)}.{noted}"
    finally:
        if office and doing:
            office.doing(False)
    if said:
        tell(office, said)


def tell(office: Office | None, said: str) -> None:
    """Show the message; where Excel shows none, hand it to the macro that started Python, which shows what that leaves."""
    try:
        if office is None:
            raise Unusable(said)
        said = f"{office.name}\n\n{said}"
        office.ask(lambda: office.app.alert(said, DIALOG_TITLE))
    except SendxlError:
        print(said, file=sys.stderr)
        raise SystemExit(1) from None


def caller() -> xw.Book:
    """The workbook in which the button was pressed. xlwings' own way cuts its name at the first “=”."""
    given = dict(argument.partition("=")[::2] for argument in sys.argv if argument.startswith("--"))
    name = given.get("--wb", "").strip()
    if "=" not in name:
        return xw.Book.caller()
    if sys.platform.startswith("win"):
        return xw.App(impl=xw._xlwindows.App(xl=int(given["--hwnd"]))).books[name.lower()]
    return xw.Book(name.lower(), from_xl=True)


def _spare_other_excels() -> None:
    """Take out what xlwings does as Python ends on Windows: it would end every Excel without a window. We start none."""
    engine = sys.modules.get("xlwings._xlwindows")
    if engine is not None:
        atexit.unregister(engine.cleanup)


def _is_plan(book: LiveBook) -> bool:
    return book.has(STAMPS) and book.has(SETTINGS)


def free(path: Path) -> Path:
    """The path, or where a file lies there, which may have been edited since, one with a number."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_stem(f"{path.stem} ({number})")
    return found


def log(error: Exception) -> bool:
    """Note what led to an error; False where the log cannot be written, which is no reason not to tell the error."""
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        with LOG.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now():%Y-%m-%d %H:%M:%S}\n{way_to(error)}\n")
    except OSError:
        return False
    return True
