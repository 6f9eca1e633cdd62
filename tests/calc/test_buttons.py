"""Real clicks: a button in a visible Calc runs our macro, which starts Python, which works on the workbook as it is open."""

import shutil
from collections.abc import Callable, Iterator, Sequence
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
from sendxl.plan.master import HELD, PLAN
from sendxl.plan.values import show
from sendxl.returns.outcome import outcomes_in_words
from tests.calc.desk import LABELS, SIZE, Desk, until, with_macros

pytestmark = [pytest.mark.calc("Xvfb", "xdotool", "import"), pytest.mark.slow]
LONGEST = 400  # seconds for what is done in one test
TYPED = ("progress", "percent_complete", "lead_status", "period")
KEYS = ("status", "reason", *TYPED)
TODAY = date.today()


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Desk]]:
    """Gives the one desk of this file; a new one where that was ended."""
    made: list[Desk] = []

    def give() -> Desk:
        if not made or made[-1].soffice.ended:
            made.append(Desk(tmp_path_factory.mktemp("desk")))
        return made[-1]

    yield give
    for desk in made:
        desk.close()


@pytest.fixture
def desk(desks: Callable[[], Desk]) -> Iterator[Desk]:
    found = desks()
    with found.soffice.watched(LONGEST):
        yield found
        found.answer()
        found.soffice.close()


@pytest.fixture(scope="module")
def round_(desks: Callable[[], Desk], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample plan as it is when the returns have come (plan.xlsx), and with the returns in it."""
    desks()
    shipped_demo: Demo = request.getfixturevalue("shipped_demo")  # no argument: it is made while Calc starts
    folder = shutil.copytree(shipped_demo.folder, tmp_path_factory.mktemp("round") / "demo")
    master = folder / shipped_demo.master.name
    undo(master, by="kim")
    master.rename(folder / "plan.xlsx")
    return folder


class Office:
    """The plan, open on the screen."""

    def __init__(self, desk: Desk, plan: Path, labels: Sequence[str], macro: str, **added_to: str) -> None:
        self.desk, self.plan = desk, plan
        made = with_macros(plan, plan.with_name("Plan.xlsm"), desk.folder, plan.parent / "Returns", **added_to)
        self.document = desk.open(made)
        self.buttons = desk.buttons(self.document, PLAN.title, labels, macro=macro)
        self.sheet = self.document.Sheets.getByName(PLAN.title)
        self.area = self.document.DatabaseRanges.getByName(PLAN.name).DataArea

    def press(self, label: str) -> str:
        self.document.CurrentController.setActiveSheet(self.sheet)
        told = self.desk.click(self.document, self.buttons[label])
        assert not told["status"] or told["status"][-1] is False
        return "\n".join(told["alerts"])

    def decide(self, decision: str, why: str) -> None:
        """Type a decision, and why, into the last row of Held."""
        area = self.document.DatabaseRanges.getByName(HELD.name).DataArea
        sheet = self.document.Sheets.getByName(HELD.title)
        for key, text in (("decision", decision), ("why", why)):
            [column] = [at for at in range(area.StartColumn, area.EndColumn + 1)
                        if sheet.getCellByPosition(at, area.StartRow).String == HELD[key].header]
            sheet.getCellByPosition(column, area.EndRow).String = text

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
    def opened(*labels: str, change: Callable[[Path], object] = lambda path: None, macro: str = "", **added_to: str) -> Office:
        folder = tmp_path / "office"
        shutil.copytree(round_, folder)
        change(folder / "plan.xlsx")
        return Office(desk, folder / "plan.xlsx", labels, macro, **added_to)

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


def test_a_month_in_one_go(open_plan: Open, tmp_path: Path) -> None:
    office = open_plan("Validate returns", "Preview", "Stamp", "Settle", "Refresh", "Undo")
    before = {key: office.column(key) for key in TYPED}
    returns = [office.plan.parent / "Returns"]
    stamped = closed(office, lambda path: stamp(path, returns, today=TODAY, by="kim"))
    told = outcomes_in_words(validate(office.plan, returns, jobs=1).returns)  # as of today, as the button has it
    assert f"{told}." in office.press("Validate returns")
    assert "values would change" in office.press("Preview")
    assert {key: office.column(key) for key in TYPED} == before
    said = office.press("Stamp")
    assert "values changed" in said and "held" in said and same_as(office, stamped)
    office.decide("Keep master", "Asked the lead")
    assert "1 decision carried out" in office.press("Settle") and same_as(office, stamped)
    wanted = closed(office, lambda path: (stamp(path, returns, today=TODAY, by="kim"), refresh(path, today=TODAY)))
    pictures = [Image.open(office.desk.picture(tmp_path / "before.png")).convert("RGB")]
    as_at = show(min(TODAY, date(2026, 12, 31)))  # never a day of the open period that is still to come
    assert f"22 activities as at {as_at}" in office.press("Refresh") and same_as(office, wanted)
    pictures.append(Image.open(office.desk.picture(tmp_path / "after.png")).convert("RGB"))
    colours = pictures[1].getcolors(1 << 24)
    assert colours and len(colours) > 100 and pictures[1].size == SIZE  # it is no blank screen
    assert ImageChops.difference(*pictures).getbbox()
    for _ in ("settled", "stamped"):
        said = office.press("Undo")
        assert "Take back batch" in said and "was taken back" in said
    assert {key: office.column(key) for key in TYPED} == before


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


# What the buttons say that are no part of the month above. Issue is the last: the trackers are those of the next period.
SAYS = {
    "Show row": "PI-01 ", "History": "stamp by demo", "Doctor": "could not make a copy", "Chase": "remind",
    "Board report": "is written, as at", "Upgrade": "Nothing to do",
    "New plan…": "Published plan", "Help": "The Guide of this workbook",
    "Issue trackers": "trackers for 2026-27 Q4",
}
MONTH = {"Validate returns", "Preview", "Stamp", "Settle", "Refresh", "Undo"}


def test_every_other_button_reaches_python_and_changes_nothing_in_the_plan(open_plan: Open) -> None:
    assert {*SAYS, *MONTH} == set(LABELS)
    office = open_plan(*SAYS)
    before = {key: office.column(key) for key in KEYS}
    office.document.CurrentController.select(office.sheet.getCellRangeByName("C5"))
    for label, says in SAYS.items():
        assert says in office.press(label), label
    assert {key: office.column(key) for key in KEYS} == before
    assert len(list((office.plan.parent / "Returns Folder for the new trackers").iterdir())) > 10


def test_a_plan_of_an_earlier_version_is_upgraded_beside_it(open_plan: Open) -> None:
    earlier = Path(__file__).parents[1] / "versions" / "0.1.0" / "Delivery plan.xlsx"
    office = open_plan("Upgrade", change=lambda path: shutil.copyfile(earlier, path))
    assert "Plan (upgraded).xlsm is open, upgraded" in office.press("Upgrade")
    assert (office.plan.parent / "Plan (upgraded).xlsm").exists()


def test_a_box_that_a_macro_shows_is_closed_and_told(open_plan: Open) -> None:
    """No test waits for an answer that nobody gives."""
    office = open_plan("Help", macro="Tells", SendxlMacros='\nPublic Sub Tells()\n    MsgBox "Mind the gap"\nEnd Sub\n')
    with pytest.raises(AssertionError, match="Mind the gap"):
        office.press("Help")
    assert until(lambda: not office.desk.boxes(), 10)


def test_an_error_of_basic_is_closed_and_told(open_plan: Open) -> None:
    office = open_plan("Help", macro="Fails", SendxlMacros="\nPublic Sub Fails()\n    Err.Raise 76\nEnd Sub\n")
    with pytest.raises(AssertionError, match="Path not found"):
        office.press("Help")
    assert until(lambda: not office.desk.boxes(), 10)
