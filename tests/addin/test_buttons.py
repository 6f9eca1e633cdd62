"""The buttons: each runs its job on the workbook that is open and says what came of it, or what to do, in one message."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sendxl.addin import buttons
from sendxl.addin.buttons import DIALOG_TITLE
from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.live.live_book import LiveBook
from sendxl.books.live.without_pandas import xlwings
from sendxl.jobs.issue import issue
from sendxl.jobs.new import new_master
from sendxl.jobs.opening import earlier_of
from sendxl.plan.master import HELD, PLAN, STAMPS, TRACKERS
from sendxl.plan.tracker import TRACKER_MEASURES, TRACKER_PLAN
from sendxl.plan.versions import FIRST
from tests.engines import memory

base_classes = xlwings.base_classes

pytestmark = pytest.mark.xdist_group("buttons")  # the plan is made once
ROOT = Path(__file__).parents[2]
LEAD, OPEN = "IDS 0-5 Manager", "2026-27 Q3"


class Excel(memory.Program):
    """A program that remembers what it was told to show; ``answer`` is the button that is pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.status: list[Any] = []
        self.alerts: list[str] = []
        self.reports: list[Path] = []
        self.shown: list[str] = []
        self.answer = "ok"

    @property
    def status_bar(self) -> Any:
        return self.status[-1] if self.status else False

    @status_bar.setter
    def status_bar(self, text: Any) -> None:
        self.status.append(text)

    def alert(self, prompt: str, title: str, buttons: Any, mode: Any, callback: Any) -> str:
        assert title == DIALOG_TITLE
        self.alerts.append(prompt)
        return self.answer

    @property
    def books(self) -> "Books":
        return Books(self)


class Books(base_classes.Books):
    """The workbooks of a program: a report is opened beside the plan."""

    def __init__(self, program: Excel) -> None:
        self.program = program

    @property
    def app(self) -> Excel:
        return self.program

    def __call__(self, name: object) -> Any:
        raise KeyError(name)

    def open(self, fullname: str, *_: object, **__: object) -> Any:
        self.program.reports.append(Path(fullname))
        return memory.Book(self.program, Path(fullname))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a master whose trackers were issued, and what came back of one."""
    folder = tmp_path_factory.mktemp("addin")
    new_master(ROOT / "workbooks" / "examples" / "plan.txt", folder / "Plan.xlsx", starts=date(2026, 4, 1), first_year="2026-27")
    issued = issue(folder / "Plan.xlsx", folder / "Trackers", period=OPEN, today=date(2027, 1, 4))
    (folder / "Returns").mkdir()
    path = folder / "Returns" / "back.xlsx"
    shutil.copyfile(next(t.path for t in issued.trackers if t.lead == LEAD), path)
    ClosedBook(path, backups=0).apply([
        SetCells(TRACKER_PLAN, "percent_complete", {"PI-01": 0.4}), SetCells(TRACKER_PLAN, "lead_status", {"PI-01": "On track"}),
        SetCells(TRACKER_PLAN, "progress", {"PI-01": "=two"}), SetCells(TRACKER_MEASURES, "actual", {"PI-01.M1": "12 approx"})])
    return folder


class Office:
    """An officer's Excel with the plan open."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, log: Path) -> None:
        self.folder, self.program = folder, Excel()
        self.open: xlwings.Book = self.program.open(folder / "Plan.xlsx")
        monkeypatch.setattr(xlwings.Book, "caller", classmethod(lambda cls: self.open))
        monkeypatch.setattr(buttons, "LOG", log)

    def press(self, button: Callable[..., None], *arguments: str) -> str:
        """Press a button; the message that it ends with."""
        before = len(self.program.alerts)
        button(*arguments)
        assert not self.program.status or self.program.status[-1] is False
        return "\n---\n".join(self.program.alerts[before:])

    @property
    def returns(self) -> str:
        return str(self.folder / "Returns")

    @property
    def book(self) -> LiveBook:
        return LiveBook(self.open)

    def select(self, sheet: str, row: int) -> None:
        self.program._selection = self.open.sheets[sheet].range((row, 2)).impl


@pytest.fixture
def office(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    shutil.copytree(made, tmp_path / "office")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(memory.Book, "activate", lambda book: book.app.shown.append(book.name))
    monkeypatch.setattr(memory.Sheet, "activate", lambda sheet: sheet.book.app.shown.append(sheet.name))
    return Office(tmp_path / "office", monkeypatch, tmp_path / "home" / "sendxl.log")


def test_refresh(office: Office) -> None:
    said = office.press(buttons.refresh)
    assert "22 activities as at " in said and ": 22 not assessed." in said
    assert office.program.status[0] == "Working out every status…"
    assert office.book.read(PLAN).by_key["PI-01"].status == "Not assessed"
    written = office.program.calls["write"]
    office.press(buttons.refresh)
    assert office.program.calls["write"] == written  # nothing has changed since


def test_the_report_to_the_board_lies_beside_the_plan_and_no_other_is_replaced(office: Office) -> None:
    first, second = (office.folder / f"Board report {OPEN}{more}.docx" for more in ("", " (2)"))
    said = office.press(buttons.board_report)
    assert f"{first} is written, as at " in said and "run “sendxl refresh”" in said
    assert first.read_bytes().startswith(b"PK") and office.program.calls["write"] == 0
    assert f"{second} is written" in office.press(buttons.board_report) and second.exists()


def test_preview_stamp_history_undo(office: Office) -> None:
    said = office.press(buttons.preview, office.returns)
    assert "3 values would change: 1 update, 2 held, 0 decisions carried out." in said
    assert len(office.book.read(STAMPS)) == 0
    said = office.press(buttons.stamp, office.returns)
    assert "3 values changed, 1 update, 2 held" in said and "Press Refresh" in said
    row = office.book.read(PLAN).by_key["PI-01"]
    assert (row.percent_complete, row.progress, row.cell("progress").stored.formula) == (0.4, "=two", False)
    assert [path.name.partition(" ")[0] for path in office.program.reports] == ["Preview", "Stamping"]
    said = office.press(buttons.history)
    assert said.count(": stamp by") == 1 and office.program.shown == ["Plan.xlsx", "Plan.xlsx", "Stamps"]
    office.program.answer = "cancel"
    assert "Take back batch" in office.press(buttons.undo)
    assert office.book.read(PLAN).by_key["PI-01"].percent_complete == 0.4
    office.program.answer = "ok"
    assert "was taken back: 3 values" in office.press(buttons.undo)
    assert office.book.read(PLAN).by_key["PI-01"].percent_complete is None


def test_settle(office: Office) -> None:
    assert "nothing was decided in Held" in office.press(buttons.settle)
    office.press(buttons.stamp, office.returns)
    office.book.apply([SetCells(HELD, "decision", {"1": "Keep master"}), SetCells(HELD, "why", {"1": "Asked"})])
    assert "1 decision carried out" in office.press(buttons.settle)
    assert office.book.read(HELD)[0].settled_on is not None


def test_validate_opens_a_report_and_writes_nothing_into_the_plan(office: Office) -> None:
    said = office.press(buttons.validate, office.returns)
    assert said == "1 return: 1 held. The report is open beside this workbook."
    assert [path.name.partition(" ")[0] for path in office.program.reports] == ["Validation"]
    assert office.program.calls["write"] == 0


def test_issue(office: Office) -> None:
    office.open.impl.kept_at = "https://example.sharepoint.com/Plan.xlsx"  # a place that is not on this computer
    office.program.answer = "cancel"
    said = office.press(buttons.issue, str(office.folder / "New"))
    assert "has been issued already" in said and "beside the earlier ones?" in said and "--" not in said
    assert not (office.folder / "New").exists()
    before = len(office.book.read(TRACKERS))
    office.program.answer = "ok"
    assert "trackers for" in office.press(buttons.issue, str(office.folder / "New"))
    assert len(office.book.read(TRACKERS)) == 2 * before


@pytest.mark.parametrize(("sheet", "row", "says"), [
    ("Plan", 5, "\n\nNot refreshed yet\n\n"),
    ("Measures", 5, "Nothing was stamped into it yet."), ("Plan", 900, "is of no activity"),
    ("Settings", 5, "is of no activity")])
def test_show_row(office: Office, sheet: str, row: int, says: str) -> None:
    office.select(sheet, row)
    assert says in office.press(buttons.show_row)


def test_show_row_tells_of_changes_and_of_what_is_held(office: Office) -> None:
    office.press(buttons.stamp, office.returns)
    office.press(buttons.refresh)
    office.select("Plan", next(row.number for row in office.book.read(PLAN) if row.key == "PI-01"))
    said = office.press(buttons.show_row)
    assert "% complete: blank → 40% (back.xlsx)" in said
    assert "Held:\nActual:" in said


def test_without_a_selection(office: Office) -> None:
    assert "Select a cell" in office.press(buttons.show_row)


def test_help(office: Office) -> None:
    assert "The Guide of this workbook" in office.press(buttons.help)
    assert office.program.shown == ["Guide"]


def test_what_cannot_be_used_is_told_and_noted(office: Office, tmp_path: Path) -> None:
    said = office.press(buttons.stamp, str(tmp_path / "nowhere"))
    assert "There is no file or folder" in said and "Traceback" not in said
    assert "Unusable" in buttons.LOG.read_text(encoding="utf-8") and "nowhere" not in buttons.LOG.read_text(encoding="utf-8")


def test_a_fault_of_ours_names_the_log(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "Kim Doe, " + "born 3 Mar 2016"

    def broken(book: object) -> None:
        try:
            float(typed)
        except ValueError as error:
            raise ZeroDivisionError(typed) from error

    monkeypatch.setattr(buttons, "refresh_book", broken)
    said = office.press(buttons.refresh)
    assert "ZeroDivisionError (test_buttons.py" in said and str(buttons.LOG) in said
    noted = buttons.LOG.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in noted and "ValueError" in noted and "in broken" in noted
    assert typed not in said + noted


def test_an_error_is_told_also_where_the_log_cannot_be_written(
        office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buttons, "LOG", tmp_path / "file" / "sendxl.log")
    (tmp_path / "file").touch()
    assert "There is no file or folder" in office.press(buttons.stamp, str(tmp_path / "nowhere"))


def test_a_busy_excel_is_told_what_to_do(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(what: str) -> None:
        raise memory.ProgramError(-2147418111, "busy")

    office.program.trouble = busy
    monkeypatch.setattr(buttons, "LiveBook", lambda book: LiveBook(book, patience=0))
    assert "Enter" in office.press(buttons.refresh)


def test_a_plan_of_an_earlier_version_is_upgraded_as_a_copy_beside_it(office: Office) -> None:
    path, copy = office.folder / "Plan.xlsx", office.folder / "Plan (upgraded).xlsx"
    assert "Nothing to do" in office.press(buttons.upgrade) and not copy.exists()
    shutil.copyfile(ROOT / "tests" / "versions" / "0.1.0" / "Delivery plan.xlsx", path)
    office.open = office.program.open(path)
    assert office.press(buttons.refresh).endswith("before anything is written. Press Upgrade.")
    assert "Plan (upgraded).xlsx is open, upgraded: " in office.press(buttons.upgrade)
    assert office.program.reports == [copy]
    assert earlier_of(ClosedBook(copy)) is None and earlier_of(ClosedBook(path)) is FIRST
    office.open = office.program.open(copy)
    assert "22 activities" in office.press(buttons.refresh)
