"""The buttons: each runs its job on the workbook that is open and says what came of it, or what to do, in one message."""

import atexit
import errno
import shutil
import sys
import types
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from sendxl.addin import buttons
from sendxl.addin import office as office_module
from sendxl.books.book import SetCells, settings_of
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.live.live_book import LiveBook
from sendxl.books.live.without_pandas import xlwings
from sendxl.errors import writing
from sendxl.jobs.issue import issue
from sendxl.jobs.new import new_master
from sendxl.jobs.opening import earlier_of
from sendxl.plan.master import HELD, PLAN, STAMPS, TRACKERS
from sendxl.plan.tracker import TRACKER_MEASURES, TRACKER_PLAN
from sendxl.plan.values import show
from sendxl.plan.versions import FIRST
from sendxl.source.mapping_tables import WORDS
from tests.engines import memory

pytestmark = pytest.mark.xdist_group("buttons")  # the plan is made once
ROOT = Path(__file__).parents[2]
LEAD, OPEN = "IDS 0-5 Manager", "2026-27 Q3"


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
        self.folder, self.program = folder, memory.Program()
        self.open: xlwings.Book = self.program.open(folder / "Plan.xlsx")
        monkeypatch.setattr(xlwings.Book, "caller", classmethod(lambda cls: xlwings.Book(impl=self.program.active)))
        monkeypatch.setattr(office_module, "LOG", log)

    def press(self, button: Callable[..., None], *arguments: str) -> str:
        """Press a button; the message that it ends with."""
        before = len(self.program.alerts)
        button(*arguments)
        assert not self.program.status or self.program.status[-1] is False
        return "\n---\n".join(self.program.alerts[before:])

    @property
    def reports(self) -> list[str]:
        """The kinds of the reports that were opened; each lies beside the plan, and the plan is in front of it."""
        opened = [book.path for book in self.program.opened if book.path.parent == self.folder / "Plan reports"]
        assert self.program.active is self.open.impl
        return [path.name.removeprefix("Plan ").partition(" ")[0] for path in opened]

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
    return Office(tmp_path / "office", monkeypatch, tmp_path / "home" / "sendxl.log")


def test_refresh(office: Office) -> None:
    said = office.press(buttons.refresh)
    as_at = show(min(date.today(), date(2026, 12, 31)))  # never a day of the open period that is still to come
    assert said.startswith(f"Plan.xlsx\n\n22 activities as at {as_at}: 22 not assessed.")
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
    office.program.pressed = ["no"]
    said = office.press(buttons.stamp, office.returns)
    assert "3 values changed, 1 update, 2 held" in said and said.endswith("Work out every status and saving now?")
    row = office.book.read(PLAN).by_key["PI-01"]
    assert (row.percent_complete, row.progress, row.cell("progress").stored.formula) == (0.4, "=two", False)
    assert office.reports == ["Preview", "Stamping"]
    copy = max((office.folder / "Plan backups").iterdir())
    assert f"The plan as it was before is kept: {copy}" in said
    assert ClosedBook(copy).read(PLAN).by_key["PI-01"].percent_complete is None
    said = office.press(buttons.history)
    assert said.count(": stamp by") == 1 and office.program.shown[-1] == "Stamps"
    office.program.pressed = ["cancel"]
    assert "Take back batch" in office.press(buttons.undo)
    assert office.book.read(PLAN).by_key["PI-01"].percent_complete == 0.4
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
    assert said.startswith("Plan.xlsx\n\n1 return: 1 held. The report is open beside this workbook: ")
    assert office.reports == ["Validation"]
    assert office.program.calls["write"] == 0


def test_issue_asks_for_the_period_and_proposes_the_next(office: Office) -> None:
    office.open.impl.kept_at = "https://example.sharepoint.com/Plan.xlsx"  # a place that is not on this computer
    before = len(office.book.read(TRACKERS))
    office.program.typed = [None]
    said = office.press(buttons.issue, str(office.folder / "New"))
    assert f"Trackers for which period? Those for {OPEN} were made already." in said
    assert not (office.folder / "New").exists() and len(office.book.read(TRACKERS)) == before
    assert "trackers for 2026-27 Q4" in office.press(buttons.issue, str(office.folder / "New"))
    assert settings_of(office.book).reporting_period == "2026-27 Q4" and len(office.book.read(TRACKERS)) == 2 * before


@pytest.mark.parametrize("typed", ["2027-28 Q2", " 2027-05 "])
def test_any_period_can_be_typed(office: Office, typed: str) -> None:
    office.program.typed = [typed]
    assert f"trackers for {typed.strip()}" in office.press(buttons.issue, str(office.folder / "New"))


@pytest.mark.parametrize("typed", ["soon", "2026-27 Q5", ""])
def test_what_is_no_period_is_told_and_nothing_is_made(office: Office, typed: str) -> None:
    office.program.typed = [typed]
    before = len(office.book.read(TRACKERS))
    said = office.press(buttons.issue, str(office.folder / "New"))
    assert "is not a reporting period" in said and len(office.book.read(TRACKERS)) == before
    assert not (office.folder / "New").exists()


def test_trackers_of_the_same_period_are_made_again_only_when_asked(office: Office) -> None:
    before = len(office.book.read(TRACKERS))
    office.program.typed, office.program.pressed = [OPEN, OPEN], ["cancel"]
    said = office.press(buttons.issue, str(office.folder / "Again"))
    assert "issued already" in said and "Make new trackers beside the earlier ones?" in said and "--again" not in said
    assert not (office.folder / "Again").exists() and len(office.book.read(TRACKERS)) == before
    assert f"trackers for {OPEN}" in office.press(buttons.issue, str(office.folder / "Again"))
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
    noted = office_module.LOG.read_text(encoding="utf-8")
    assert "Unusable" in noted and "nowhere" not in noted


def test_a_fault_of_ours_names_the_log(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "Kim Doe, " + "born 3 Mar 2016"

    def broken(book: object) -> None:
        try:
            float(typed)
        except ValueError as error:
            raise ZeroDivisionError(typed) from error

    monkeypatch.setattr(buttons, "refresh_book", broken)
    said = office.press(buttons.refresh)
    assert "ZeroDivisionError (test_buttons.py" in said and str(office_module.LOG) in said
    noted = office_module.LOG.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in noted and "ValueError" in noted and "in broken" in noted
    assert typed not in said + noted


def test_an_error_is_told_also_where_the_log_cannot_be_written(
        office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_module, "LOG", tmp_path / "file" / "sendxl.log")
    (tmp_path / "file").touch()
    assert "There is no file or folder" in office.press(buttons.stamp, str(tmp_path / "nowhere"))


def test_a_busy_excel_is_told_what_to_do(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(what: str) -> None:
        raise memory.ProgramError(-2147418111, "busy")

    office.program.trouble = busy
    monkeypatch.setattr(office_module, "PATIENCE", 0)
    monkeypatch.setattr(office_module, "LiveBook", lambda book: LiveBook(book, patience=0))
    said = office.press(buttons.refresh)
    assert said.startswith("The workbook\n\n") and "Enter" in said


def test_a_plan_of_an_earlier_version_is_upgraded_as_a_copy_beside_it(office: Office) -> None:
    path, copy = office.folder / "Plan.xlsx", office.folder / "Plan (upgraded).xlsx"
    assert "Nothing to do" in office.press(buttons.upgrade) and not copy.exists()
    shutil.copyfile(ROOT / "tests" / "versions" / "0.1.0" / "Delivery plan.xlsx", path)
    office.open = office.program.open(path)
    assert office.press(buttons.refresh).endswith("before anything is written. Press Upgrade.")
    assert "Plan (upgraded).xlsx is open, upgraded: " in office.press(buttons.upgrade)
    assert office.program.opened[-1].path == copy
    assert earlier_of(ClosedBook(copy)) is None and earlier_of(ClosedBook(path)) is FIRST
    office.open = office.program.open(copy)
    assert "22 activities" in office.press(buttons.refresh)


def test_a_published_plan_becomes_a_master_beside_it_at_once_or_after_a_look(office: Office) -> None:
    source = office.folder / "Our plan.csv"
    source.write_text("Action,Lead,Due date,RAG\nOpen two clubs,Club Lead,May 2027,Purple\n"
                      "Shut one,Club Lead,June 2027,Purple\n", encoding="utf-8")
    office.open.save()
    office.program.pressed = ["no"]  # no look
    asked, said = office.press(buttons.new_plan, str(source)).split("\n---\n")
    assert "Look first at how it would be read?" in asked
    assert f"{office.folder / 'Our plan master.xlsx'} is open: 2 activities" in said
    assert not (office.folder / "Our plan mapping.xlsx").exists()
    office.program.pressed = ["yes"]
    said = office.press(buttons.new_plan, str(source)).split("\n---\n")[1]
    mapping = office.folder / "Our plan mapping.xlsx"
    assert said.endswith("No master was made yet.") and office.program.opened[-1].path == mapping
    ClosedBook(mapping).apply([SetCells(WORDS, "your_choice", {row.key: "At risk" for row in ClosedBook(mapping).read(WORDS)
                                                              if row.words == "Purple"})])
    office.program.opened.pop()
    office.open = office.program.open(mapping)  # in front
    said = office.press(buttons.new_plan, str(source))
    assert f"{office.folder / 'Our plan master (2).xlsx'} is open: 2 activities" in said
    plan = ClosedBook(office.folder / "Our plan master (2).xlsx").read(PLAN)
    assert {row.lead_status for row in plan} == {"At risk"}


def test_a_plan_in_which_no_activity_is_found_is_looked_at_first(office: Office) -> None:
    source = office.folder / "Odd plan.csv"
    source.write_text("Pledge,Boss,Ready when\nOpen two clubs,Club Lead,May 2027\n", encoding="utf-8")
    assert office.press(buttons.new_plan, str(source)).endswith("No master was made yet.")
    assert office.program.opened[-1].path == office.folder / "Odd plan mapping.xlsx"


def test_what_is_no_published_plan_is_told_and_leaves_nothing(office: Office) -> None:
    before = sorted(office.folder.iterdir())
    (office.folder / "letter.txt").write_text("Dear all", encoding="utf-8")
    said = office.press(buttons.new_plan, str(office.folder / "letter.txt"))
    assert "letter.txt" in said
    assert sorted(path for path in office.folder.iterdir() if path.name != "letter.txt") == before


@pytest.fixture
def report_in_front(office: Office) -> xlwings.Book:
    """A workbook that is no plan is the active one, as a report is that was looked at."""
    shutil.copyfile(office.folder / "Returns" / "back.xlsx", office.folder / "Report.xlsx")
    return office.program.open(office.folder / "Report.xlsx")


@pytest.mark.parametrize("button", [buttons.refresh, buttons.history, buttons.settle, buttons.help])
def test_with_another_workbook_in_front_the_open_plan_is_taken_and_named(office: Office, report_in_front: xlwings.Book,
                                                                        button: Callable[[], None]) -> None:
    said = office.press(button)
    assert said.startswith("Plan.xlsx (Report.xlsx, which is in front, is no plan)\n\n")
    assert not report_in_front.impl.program.calls["open"] > 3


def test_without_a_plan_it_is_said_what_the_workbook_is_not(office: Office, report_in_front: xlwings.Book) -> None:
    office.program.opened.pop(0)
    assert "Report.xlsx is not a master workbook" in office.press(buttons.refresh)


def test_of_several_plans_it_is_asked_which(office: Office) -> None:
    for name in ("Other.xlsx", "Third.xlsx"):
        shutil.copyfile(office.folder / "Plan.xlsx", office.folder / name)
        office.program.open(office.folder / name)
    shutil.copyfile(office.folder / "Returns" / "back.xlsx", office.folder / "Report.xlsx")
    office.program.open(office.folder / "Report.xlsx")
    office.program.pressed = ["cancel", "ok"]
    *asked, said = office.press(buttons.refresh).split("\n---\n")
    assert ["Work on Plan.xlsx?" in asked[0], "Work on Other.xlsx?" in asked[1], len(asked)] == [True, True, 2]
    assert said.startswith("Other.xlsx (")
    office.program.pressed = ["cancel"] * 3
    written = office.program.calls["write"]
    office.press(buttons.refresh)
    assert office.program.calls["write"] == written


BLOCKED = [("read_only", "it is open for reading only"), ("protects_structure", "its structure is protected")]
WRITING = [buttons.refresh, buttons.settle, buttons.undo, buttons.upgrade]


@pytest.mark.parametrize(("blocker", "says"), BLOCKED)
@pytest.mark.parametrize("button", WRITING)
def test_what_cannot_be_written_is_refused_before_anything_is_done(office: Office, button: Callable[[], None], blocker: str,
                                                                  says: str) -> None:
    setattr(office.open.impl, blocker, True)
    assert f"Plan.xlsx\n\nNothing was written: {says}" in office.press(button)
    for verb in (buttons.stamp, buttons.issue):
        assert f"Nothing was written: {says}" in office.press(verb, str(office.folder / "New"))
    assert not office.program.calls["write"] and not (office.folder / "New").exists()
    assert "1 return: 1 held" in office.press(buttons.validate, office.returns)


def test_a_copy_among_the_backups_is_not_taken_for_the_plan(office: Office) -> None:
    folder = office.folder / "Plan backups"
    folder.mkdir(exist_ok=True)
    shutil.copyfile(office.folder / "Plan.xlsx", folder / "Plan 2027.xlsx")
    office.open = office.program.open(folder / "Plan 2027.xlsx")
    assert "it is a copy among the backups of a plan" in office.press(buttons.refresh)
    assert not office.program.calls["write"]


def test_a_report_that_cannot_be_opened_is_told_in_a_success(office: Office) -> None:
    """Nothing is a fault then: what was written is written."""
    def trouble(what: str) -> None:
        if what == "open":
            raise memory.ProgramError(-2146827284, "Sorry, we couldn't find it")

    office.program.trouble = trouble
    office.program.pressed = ["no"]
    said = office.press(buttons.stamp, office.returns)
    assert "3 values changed" in said and "Excel did not open it" in said and "we couldn't find it" in said
    assert "fault" not in said
    report = Path(said.partition("The report is ")[2].partition(".xlsx")[0] + ".xlsx")
    assert report.exists() and report.parent == office.folder / "Plan reports"
    assert office.book.read(PLAN).by_key["PI-01"].percent_complete == 0.4


def test_a_plan_in_no_folder_has_its_reports_in_the_one_that_was_asked_for(office: Office, tmp_path: Path,
                                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    office.open.impl.kept_at = "https://example.sharepoint.com/Plan.xlsx"
    (tmp_path / "mine").mkdir()
    office.program.pressed = ["no"]
    monkeypatch.setattr(office_module.Office, "reports", "")
    office_module.reports_in(str(tmp_path / "mine"))
    said = office.press(buttons.stamp, office.returns)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["Plan reports"]
    assert "No copy of the plan as it was before could be kept." in said


def test_a_stamping_may_go_on_to_a_refresh(office: Office) -> None:
    office.program.pressed = ["yes"]
    asked, said = office.press(buttons.stamp, office.returns).split("\n---\n")
    assert "3 values changed" in asked and "22 activities as at" in said


@pytest.mark.parametrize("button", [buttons.history, buttons.help])
def test_a_hidden_sheet_is_said_and_hinders_nothing(office: Office, button: Callable[[], None]) -> None:
    for sheet in office.open.impl.book:
        if sheet.title in ("Stamps", "Guide"):
            sheet.sheet_state = "hidden"
    assert "is hidden" in office.press(button)


@pytest.mark.parametrize("button", [buttons.refresh, buttons.show_row])
def test_a_chart_that_is_active_hinders_nothing(office: Office, button: Callable[[], None]) -> None:
    office.program.on_chart = True
    assert "fault" not in office.press(button)


def test_the_row_selected_in_another_workbook_is_not_shown(office: Office, report_in_front: xlwings.Book) -> None:
    office.program._selection = report_in_front.sheets["Plan" if "Plan" in report_in_front.sheet_names else 0].range((5, 2)).impl
    assert "Select a cell" in office.press(buttons.show_row)


def test_the_status_bar_says_how_far_it_is_and_is_excels_own_in_the_end(office: Office) -> None:
    office.press(buttons.validate, office.returns)
    assert "Checking returns: 1 of 1" in office.program.status and office.program.status[-1] is False


def test_where_no_workbook_can_be_asked_the_macro_gets_the_words(office: Office, monkeypatch: pytest.MonkeyPatch,
                                                                capsys: pytest.CaptureFixture[str]) -> None:
    def gone(cls: object) -> None:
        raise memory.ProgramError(-2147221021, "Operation unavailable")

    monkeypatch.setattr(xlwings.Book, "caller", classmethod(gone))
    with pytest.raises(SystemExit):
        buttons.refresh()
    assert "Operation unavailable" in capsys.readouterr().err


def test_a_name_with_an_equals_sign_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["-c", "--wb=Plan a=b.xlsx", "--from_xl=1"])
    monkeypatch.setattr(xlwings, "Book", lambda name, from_xl: (name, from_xl))
    assert office_module.caller() == ("plan a=b.xlsx", True)


def test_xlwings_ends_no_excel_as_python_ends(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []
    engine = types.ModuleType("xlwings._xlwindows")
    engine.cleanup = lambda: ended.append("taskkill")  # type: ignore[attr-defined]
    engine.N_COM_ATTEMPTS = 0  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "xlwings._xlwindows", engine)
    atexit.register(engine.cleanup)
    office.press(buttons.help)
    count = atexit._ncallbacks()
    atexit.unregister(engine.cleanup)
    assert atexit._ncallbacks() == count


def test_chase_writes_drafts(office: Office) -> None:
    said = office.press(buttons.chase, str(office.folder / "Drafts"))
    written = list((office.folder / "Drafts").iterdir()) if (office.folder / "Drafts").exists() else []
    assert f"{len(written)} reminder" in said or "No lead is to be reminded" in said
    assert not office.program.calls["write"]


def test_doctor_tells_of_the_plan_as_it_is_open_and_of_many_in_a_file(office: Office) -> None:
    said = office.press(buttons.doctor)
    sheet = office.open.sheets["Plan"]
    for row in range(5, 20):
        sheet.range((row, sheet.range("A4:Z4").value.index("Due") + 1)).value = "soon"
    more = office.press(buttons.doctor)
    path = Path(more.partition("The report is open beside this workbook: ")[2])
    assert more != said and set(office.reports) == {"Doctor"} and path.parent == office.folder / "Plan reports"
    lines = [str(cell) for row in openpyxl.load_workbook(path)["Lines"].iter_rows(values_only=True) for cell in row]
    assert sum("soon" in line for line in lines) == 15
    assert "temp" not in more and "tmp/sendxl-" not in "".join(lines)


def press_escape(monkeypatch: pytest.MonkeyPatch, *pressed: bool) -> None:
    """Have Esc be pressed, or not, each time that it is asked for."""
    answers = list(pressed)
    monkeypatch.setattr(office_module, "escape_pressed", lambda: answers.pop(0) if answers else False)


def test_escape_stops_a_validation_after_asking_and_what_was_done_is_reported(office: Office, monkeypatch: pytest.MonkeyPatch,
                                                                             ) -> None:
    for number in range(3):
        shutil.copyfile(office.folder / "Returns" / "back.xlsx", office.folder / "Returns" / f"{number}.xlsx")
    press_escape(monkeypatch, True, False, True, False, True)  # before it began, then twice
    office.program.pressed = ["cancel", "ok"]
    once, twice, said = office.press(buttons.validate, office.returns).split("\n---\n")
    assert "Stop after 1 of 4? The report is then of those." in once and "Stop after 3 of 4?" in twice
    assert "stopped after 3 of 4 returns" in said and office.reports == ["Validation"]
    assert "Checking returns: 1 of 4 (Esc stops)" in office.program.status


@pytest.mark.parametrize(("button", "folder"), [(buttons.stamp, "Returns"), (buttons.issue, "New")])
def test_escape_stops_what_writes_before_anything_is_written(office: Office, monkeypatch: pytest.MonkeyPatch,
                                                             button: Callable[[str], None], folder: str) -> None:
    press_escape(monkeypatch, False, True)
    before = len(office.book.read(TRACKERS))
    said = office.press(button, str(office.folder / folder))
    assert "Stop after 0 of" in said and said.endswith("Stopped. Nothing was written.")
    assert not office.program.calls["write"] and len(office.book.read(TRACKERS)) == before
    assert not (office.folder / "New").exists() or not list((office.folder / "New").iterdir())


FULL = OSError(errno.ENOSPC, "No space left on device")


def _no_room(*_: object, **__: object) -> None:
    raise FULL


@pytest.mark.parametrize("where", ["file", "folder"])
def test_a_report_for_which_there_is_no_room_is_told_in_a_success(office: Office, monkeypatch: pytest.MonkeyPatch,
                                                                  where: str) -> None:
    """Whether the disk fills up as it is written, or no folder takes anything at all."""
    if where == "file":
        monkeypatch.setattr("sendxl.books.build.save.replace_file", _writing_no_room)
    else:
        monkeypatch.setattr("tempfile.TemporaryFile", _no_room)
    said = office.press(buttons.validate, office.returns)
    assert said.startswith("Plan.xlsx\n\n1 return: 1 held. ") and "there is no room for it on the disk" in said
    office.program.pressed = ["yes"]
    asked, said = office.press(buttons.stamp, office.returns).split("\n---\n")
    assert "3 values changed" in asked and "there is no room for it on the disk" in asked and "fault" not in asked
    assert "22 activities as at" in said and office.book.read(PLAN).by_key["PI-01"].percent_complete == 0.4


def _writing_no_room(path: Path, *_: object) -> None:
    with writing(path):
        raise FULL
