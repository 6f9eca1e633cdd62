"""Real clicks: a button in a visible Calc runs our macro, which starts Python, which works on the workbook as it is open."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.demo import Demo
from sendxl.jobs.refresh import refresh
from sendxl.jobs.stamp import stamp
from sendxl.jobs.undo import undo
from sendxl.jobs.validate import validate
from sendxl.plan.master import PLAN
from sendxl.plan.values import show
from sendxl.returns.outcome import outcomes_in_words
from tests.calc.desk import SIZE, Desk, until, with_macros

pytestmark = [pytest.mark.calc("Xvfb", "xdotool", "import"), pytest.mark.slow]
KEYS = ("status", "reason", "progress", "percent_complete", "lead_status", "period")
TODAY = date.today()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "desk").mkdir()
    made = Desk(tmp_path / "desk")
    yield made
    made.close()


@pytest.fixture(scope="module")
def round_(shipped_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample plan as it is when the returns have come (plan.xlsx), and with the returns in it."""
    folder = shutil.copytree(shipped_demo.folder, tmp_path_factory.mktemp("round") / "demo")
    master = folder / shipped_demo.master.name
    undo(master, by="kim")
    master.rename(folder / "plan.xlsx")
    return folder


class Office:
    """The plan, open on the screen."""

    def __init__(self, desk: Desk, folder: Path, plan: Path, labels: list[str]) -> None:
        self.desk, self.plan = desk, plan
        self.document = desk.open(with_macros(plan, folder / "Plan.xlsm", desk.folder, plan.parent / "Returns"))
        self.buttons = desk.buttons(self.document, PLAN.title, labels)
        self.sheet = self.document.Sheets.getByName(PLAN.title)
        self.area = self.document.DatabaseRanges.getByName(PLAN.name).DataArea

    def press(self, label: str) -> str:
        self.document.CurrentController.setActiveSheet(self.sheet)
        told = self.desk.click(self.document, self.buttons[label])
        assert not told["status"] or told["status"][-1] is False
        return "\n".join(told["alerts"])

    def column(self, key: str) -> dict[str, Any]:
        """A column of Plan as Calc has it, by ref."""
        first, *rows = self._cells()
        at = first.index(PLAN[key].header)
        return {row[0]: row[at] for row in rows}

    def _cells(self) -> list[tuple[Any, ...]]:
        area = self.area
        cells = self.sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
        return list(cells.getDataArray())


Open = Callable[..., Office]


@pytest.fixture
def open_plan(desk: Desk, round_: Path, tmp_path: Path) -> Open:
    def opened(*labels: str, change: Callable[[Path], object] = lambda path: None) -> Office:
        folder = tmp_path / "office"
        shutil.copytree(round_, folder)
        change(folder / "plan.xlsx")
        return Office(desk, tmp_path, folder / "plan.xlsx", list(labels))

    return opened


def closed(office: Office, job: Callable[[Path], object]) -> dict[str, dict[str, Any]]:
    """What a job makes of the same plan when it is closed."""
    copy = office.plan.with_name("closed.xlsx")
    shutil.copyfile(office.plan, copy)
    job(copy)
    return {key: {row.key: row.cell(key).value for row in ClosedBook(copy).read(PLAN)} for key in KEYS}


def same_as(office: Office, wanted: dict[str, dict[str, Any]]) -> bool:
    return all({ref: value or None for ref, value in office.column(key).items()} == {
        ref: value or None for ref, value in wanted[key].items()} for key in KEYS)


def done_quicker(path: Path) -> None:
    ClosedBook(path, backups=0).apply([SetCells(PLAN, "percent_complete", {"PI-01": 0.9, "PI-03": 0.05})])


def test_refresh(open_plan: Open, tmp_path: Path) -> None:
    office = open_plan("Refresh", change=done_quicker)
    wanted = closed(office, lambda path: refresh(path, today=TODAY))
    before = Image.open(office.desk.picture(tmp_path / "before.png")).convert("RGB")
    assert not same_as(office, wanted)
    as_at = show(min(date.today(), date(2026, 12, 31)))  # never a day of the open period that is still to come
    assert f"22 activities as at {as_at}" in office.press("Refresh")
    assert same_as(office, wanted)
    after = Image.open(office.desk.picture(tmp_path / "after.png")).convert("RGB")
    colours = after.getcolors(1 << 24)
    assert colours and len(colours) > 100 and after.size == SIZE  # it is no blank screen
    assert ImageChops.difference(before, after).getbbox()


def test_stamp_and_undo(open_plan: Open) -> None:
    office = open_plan("Stamp", "Undo")
    before = {key: office.column(key) for key in KEYS}
    wanted = closed(office, lambda path: stamp(path, [office.plan.parent / "Returns"], today=TODAY, by="kim"))
    said = office.press("Stamp")
    assert "values changed" in said and "held" in said
    assert same_as(office, wanted) and office.column("progress") != before["progress"]
    said = office.press("Undo")
    assert "Take back batch" in said and "was taken back" in said
    assert {key: office.column(key) for key in KEYS} == before


def test_a_filtered_table_is_refreshed_in_the_right_rows_and_stays_filtered(open_plan: Open) -> None:
    office = open_plan("Refresh", change=done_quicker)
    wanted = closed(office, lambda path: refresh(path, today=TODAY))
    table = office.document.DatabaseRanges.getByName(PLAN.name)
    criterion = office.desk.uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
    criterion.Field, criterion.StringValue = PLAN.columns.index(PLAN["ref"]), "PI-02"
    criterion.Operator = office.desk.uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
    table.getFilterDescriptor().setFilterFields((criterion,))
    table.refresh()
    office.press("Refresh")
    assert same_as(office, wanted)
    rows = office.sheet.getRows()
    shown = [row for row in range(office.area.StartRow + 1, office.area.EndRow + 1) if rows.getByIndex(row).IsVisible]
    assert [office.sheet.getCellByPosition(office.area.StartColumn, row).String for row in shown] == ["PI-02"]


def test_a_sorted_table_is_stamped_and_refreshed_in_the_right_rows(open_plan: Open) -> None:
    office = open_plan("Stamp", "Refresh")

    def job(path: Path) -> None:
        stamp(path, [office.plan.parent / "Returns"], today=TODAY, by="kim")
        refresh(path, today=TODAY)

    wanted = closed(office, job)
    field = office.desk.uno.createUnoStruct("com.sun.star.table.TableSortField")
    field.Field, field.IsAscending = 0, False
    fields = office.desk.uno.Any("[]com.sun.star.table.TableSortField", (field,))
    area = office.area
    cells = office.sheet.getCellRangeByPosition(area.StartColumn, area.StartRow + 1, area.EndColumn, area.EndRow)
    cells.sort(office.desk.properties(SortFields=fields, ContainsHeader=False))
    assert next(iter(office.column("ref"))) == "WD-04"
    office.press("Stamp")
    office.press("Refresh")
    assert next(iter(office.column("ref"))) == "WD-04"
    assert same_as(office, wanted)


SAYS = {
    "Validate returns": "12 returns: ", "Preview": "values would change",
    "Settle": "Nothing to stamp", "Show row": "PI-01 ", "History": "stamp by demo",
    "Doctor": "could not make a copy", "Chase": "remind", "Board report": "is written, as at",
    "Issue trackers": "Make new trackers beside the earlier ones?", "Help": "The Guide of this workbook",
}


def test_every_other_button_reaches_python_and_changes_nothing_in_the_plan(open_plan: Open) -> None:
    office = open_plan(*SAYS)
    shown = validate(office.plan, [office.plan.parent / "Returns"], jobs=1).returns  # as of today, as the button has it
    says_now = {**SAYS, "Validate returns": f"{outcomes_in_words(shown)}."}
    before = {key: office.column(key) for key in KEYS}
    office.document.CurrentController.select(office.sheet.getCellRangeByName("C5"))
    for label, says in says_now.items():
        assert says in office.press(label), label
    assert {key: office.column(key) for key in KEYS} == before


def test_a_box_that_a_macro_shows_is_closed_and_told(open_plan: Open) -> None:
    """As here, where the Python that is to be started is gone; no test waits for an answer that nobody gives."""
    office = open_plan("Help")
    (office.desk.folder / "run").unlink()
    with pytest.raises(AssertionError, match="Python is no longer where it was"):
        office.press("Help")
    assert until(lambda: not office.desk.boxes(), 10)
