"""A query through two periods: asked, sent back, explained, stamped with its explanation, and shown to the lead again."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs.history import history
from sendxl.jobs.issue import issue
from sendxl.jobs.stamp import stamp
from sendxl.jobs.undo import undo
from sendxl.jobs.validate import validate
from sendxl.plan.master import HELD, LEADS, PLAN, STAMPS, TRACKERS
from sendxl.plan.tracker import QUERIES
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.annotate import annotate
from tests.once import built

WHY = "The portal has taken its place"


@pytest.fixture
def master(tmp_path: Path) -> Path:
    rows: dict[Any, Any] = {
        LEADS: [{"code": "INC", "title": "Inclusion Manager"}],
        PLAN: [{"ref": ref, "activity": f"Do {ref}", "lead": "Inclusion Manager", "starts": date(2026, 4, 1),
                "due": date(2027, 3, 31), "percent_complete": 0.5, "lead_status": "On track", "evidence": "Log"}
               for ref in ("PI-01", "PI-02")],
    }
    return built(tmp_path / "plan.xlsx", rows, {"plan_id": "p", "plan_starts": date(2026, 4, 1)})


def fill(path: Path, sheet: str, cells: dict[tuple[str, str], Any]) -> Path:
    book: Any = openpyxl.load_workbook(path)
    found = book[sheet]
    headers = {cell.value: cell.column for cell in found[4]}
    for row in range(5, found.max_row + 1):
        for (key, header), value in cells.items():
            if found.cell(row, 1).value == key:
                found.cell(row, headers[header]).value = value
    book.save(path)
    return path


def test_through_two_periods(master: Path, tmp_path: Path) -> None:
    first = issue(master, tmp_path / "q3", period="2026-27 Q3", today=date(2026, 12, 1)).trackers[0].path
    fill(first, "Activities", {("PI-01", "Evidence"): None, ("PI-01", "% complete"): 0.7, ("PI-02", "Progress"): "More"})
    [held] = validate(master, [first], today=date(2027, 1, 5)).returns
    assert [f.code for f in held.findings if f.holds] == ["V11"]
    back = tmp_path / "back.xlsx"
    assert annotate(held, back)
    fill(back, "Queries", {("V11", "Explanation"): WHY})
    assert validate(master, [back], today=date(2027, 1, 5)).returns[0].outcome is Outcome.ACCEPTED

    stamp(master, [first], today=date(2027, 1, 5), by="officer")  # held at first, then answered
    stamp(master, [back], today=date(2027, 1, 6), by="officer")
    rows = {(row.ref, row.column): row for row in ClosedBook(master).read(STAMPS) if row.column not in ("Period", "Updated on")}
    assert (rows["PI-01", "Evidence"].code, rows["PI-01", "Evidence"].explanation) == ("V11", WHY)
    assert rows["PI-01", "Evidence"].old == "Log" and rows["PI-01", "Evidence"].new is None
    assert (rows["PI-01", "% complete"].code, rows["PI-01", "% complete"].explanation) == (None, None)
    assert ClosedBook(master).read(PLAN).by_key["PI-01"].evidence is None
    assert [row.state for row in ClosedBook(master).read(TRACKERS)] == ["Stamped"]

    second = issue(master, tmp_path / "q4", period="2026-27 Q4", today=date(2027, 3, 1)).trackers[0].path
    [query] = ClosedBook(second).read(QUERIES)
    assert (query.code, query.ref, query.explanation) == ("V11", "PI-01", WHY)
    assert query.what_to_do == "You explained this last time. If you are asked again, explain again."
    third = issue(master, tmp_path / "q1", period="2027-28 Q1", today=date(2027, 6, 1)).trackers[0].path
    assert list(ClosedBook(third).read(QUERIES)) == []  # the fourth quarter had none


def test_an_explanation_of_a_row_is_stamped_even_where_no_cell_changed(master: Path, tmp_path: Path) -> None:
    path = issue(master, tmp_path / "q3", period="2026-27 Q3", today=date(2026, 12, 1)).trackers[0].path
    book: Any = openpyxl.load_workbook(path)
    sheet = book["Activities"]
    headers = {cell.value: cell.column for cell in sheet[4]}
    sheet.cell(5, headers["Activity"]).value, sheet.cell(6, headers["Activity"]).value = "Do PI-02", "Do PI-01"
    sheet.cell(5, headers["No change"]).value = sheet.cell(6, headers["No change"]).value = "Yes"
    book.save(path)
    [held] = validate(master, [path], today=date(2027, 1, 5)).returns
    assert [f.code for f in held.findings if f.holds] == ["I06", "I06"]
    back = tmp_path / "back.xlsx"
    assert annotate(held, back)
    fill(back, "Queries", {("I06", "Explanation"): "The titles were swapped on purpose"})
    stamp(master, [back], today=date(2027, 1, 6))
    told = [(row.ref, row.column, row.code) for row in ClosedBook(master).read(STAMPS) if row.explanation]
    assert told == [("PI-01", None, "I06"), ("PI-02", None, "I06")]


def test_an_explained_error_stands_and_everything_says_that_it_must_be_put_right(master: Path, tmp_path: Path) -> None:
    path = issue(master, tmp_path / "q3", period="2026-27 Q3", today=date(2026, 12, 1)).trackers[0].path
    fill(path, "Activities", {("PI-01", "% complete"): "most", ("PI-01", "Evidence"): None})
    stamp(master, [path], today=date(2027, 1, 5))
    back, report = tmp_path / "back.xlsx", tmp_path / "report.xlsx"
    assert annotate(validate(master, [path], today=date(2027, 1, 5)).returns[0], back)
    fill(back, "Queries", {("V05", "Explanation"): "All but one", ("V11", "Explanation"): WHY})
    validate(master, [back], report=report, today=date(2027, 1, 6))
    [row] = [row for row in openpyxl.load_workbook(report)["Findings"].values if "V05" in row]
    assert "All but one" in row and any("must be put right in the cell" in str(cell) for cell in row)

    done = stamp(master, [back], today=date(2027, 1, 6))
    assert [found.outcome for found in done.returns] == [Outcome.HELD]
    [held] = [row for row in ClosedBook(master).read(HELD) if row.code == "V05"]
    assert held.settled_on is None and held.what_to_do is not None
    assert held.what_to_do.endswith("It was explained (“All but one”), but it must be put right in the cell.")
    assert sorted((event.code, event.explanation) for event in history(master, "PI-01").events) == [
        ("V05", "All but one (must be put right in the cell)"), ("V11", WHY)]
    before = master.read_bytes()
    stamp(master, [back], today=date(2027, 1, 7))  # says it no second time
    assert master.read_bytes() == before

    second = issue(master, tmp_path / "q4", period="2026-27 Q4", today=date(2027, 3, 1)).trackers[0].path
    assert [row.code for row in ClosedBook(second).read(QUERIES)] == ["V11"]  # an error is no question to be answered again


def test_an_explained_error_that_is_taken_back_says_so_no_more(master: Path, tmp_path: Path) -> None:
    path = issue(master, tmp_path / "q3", period="2026-27 Q3", today=date(2026, 12, 1)).trackers[0].path
    fill(path, "Activities", {("PI-01", "% complete"): "most"})
    stamp(master, [path], today=date(2027, 1, 5))
    [first] = ClosedBook(master).read(HELD)
    assert annotate(validate(master, [path], today=date(2027, 1, 5)).returns[0], tmp_path / "back.xlsx")
    fill(tmp_path / "back.xlsx", "Queries", {("V05", "Explanation"): "All but one"})
    stamp(master, [tmp_path / "back.xlsx"], today=date(2027, 1, 6))
    [explained] = ClosedBook(master).read(HELD)
    undo(master)
    [again] = ClosedBook(master).read(HELD)
    assert again.what_to_do == first.what_to_do != explained.what_to_do and again.settled_on is None


def test_copies_go_to_a_new_folder_and_never_over_a_file(master: Path, tmp_path: Path) -> None:
    path = issue(master, tmp_path / "q3", period="2026-27 Q3", today=date(2026, 12, 1)).trackers[0].path
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / path.name).write_bytes(path.read_bytes())
        fill(tmp_path / folder / path.name, "Activities", {("PI-01", "% complete"): "most", ("PI-02", "Progress"): folder})
    given = [tmp_path / "a", tmp_path / "b"]
    done = validate(master, given, annotated=tmp_path / "back", today=date(2027, 1, 5))
    names = [f"{path.stem} (to correct).xlsx", f"{path.stem} (to correct) (2).xlsx"]
    assert [made.name for made in done.annotated] == names
    first = [made.read_bytes() for made in done.annotated]
    done.annotated[1].write_bytes(first[0])  # as somebody changed it
    for times in (1, 2):  # the folder of last time: what lay there is put aside, and nothing is lost
        again = validate(master, given, annotated=tmp_path / "back", today=date(2027, 1, 5))
        assert [made.read_bytes() for made in again.annotated] == first and [made.name for made in again.annotated] == names
        aside = sorted(tmp_path.glob("back/Earlier/*.xlsx"))
        assert len(aside) == 2 * times and {made.read_bytes() for made in aside} == {first[0], *first[:times]}
    for folder in ("q3", "a"):
        before = {file: file.read_bytes() for file in (tmp_path / folder).iterdir()}
        with pytest.raises(Unusable, match=r"not empty|the returns themselves"):
            validate(master, given, annotated=tmp_path / folder, today=date(2027, 1, 5))
        assert {file: file.read_bytes() for file in (tmp_path / folder).iterdir()} == before
    with pytest.raises(Unusable, match="lies among the returns, and its copies would be taken for some"):
        validate(master, given, annotated=tmp_path / "a" / "to correct", today=date(2027, 1, 5))
    assert not (tmp_path / "a" / "to correct").exists()


def test_an_explanation_of_what_is_no_reported_row_is_stamped_too(master: Path, tmp_path: Path) -> None:
    path = issue(master, tmp_path / "q3", period="2026-27 Q3", today=date(2026, 12, 1)).trackers[0].path
    book: Any = openpyxl.load_workbook(path)
    sheet = book["Activities"]
    for cell in sheet[6]:
        cell.value = None
    book.save(path)
    fill(path, "Activities", {("PI-01", "Progress"): "More"})
    [held] = validate(master, [path], today=date(2027, 1, 5)).returns
    assert [f.code for f in held.findings if f.holds] == ["I04"]
    back = tmp_path / "back.xlsx"
    assert annotate(held, back)
    fill(back, "Queries", {("I04", "Explanation"): "It has gone to another team"})
    stamp(master, [back], today=date(2027, 1, 6))
    [told] = [row for row in ClosedBook(master).read(STAMPS) if row.explanation]
    assert (told.cell("table").value, told.ref, told.code) == ("Plan", "PI-02", "I04")
    assert told.explanation == "It has gone to another team"


def test_an_older_tracker_does_not_win_by_coming_last(master: Path, tmp_path: Path) -> None:
    """Both versions of a tracker are stamped; then the first comes again with other words."""
    first = issue(master, tmp_path / "a", period="2026-27 Q3", today=date(2026, 12, 1)).trackers[0].path
    stamp(master, [fill(first, "Activities", {("PI-01", "Progress"): "One"})], today=date(2026, 12, 2))
    second = issue(master, tmp_path / "b", period="2026-27 Q3", again=True, today=date(2026, 12, 3)).trackers[0].path
    stamp(master, [fill(second, "Activities", {("PI-01", "Progress"): "Two"})], today=date(2026, 12, 4))
    fill(first, "Activities", {("PI-01", "Progress"): "One again", ("PI-02", "Progress"): "Late"})
    [found] = validate(master, [first], today=date(2026, 12, 5)).returns
    assert {(f.code, f.ref) for f in found.findings if f.holds} >= {("C03", "PI-01"), ("C03", "PI-02")}
    stamp(master, [first], today=date(2026, 12, 5))
    assert ClosedBook(master).read(PLAN).by_key["PI-01"].progress == "Two"


def test_names_that_cannot_be_printed_or_tell_of_a_child_stop_nothing(master: Path, tmp_path: Path) -> None:
    path = issue(master, tmp_path / "q3", period="2026-27 Q3", today=date(2026, 12, 1)).trackers[0].path
    fill(path, "Activities", {("PI-01", "% complete"): "most"})
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9.xlsx")).write_bytes(path.read_bytes())
    fill(path, "Activities", {("PI-01", "% complete"): "half"})
    (folder / "H801200001001.xlsx").write_bytes(path.read_bytes())
    out = tmp_path / "out.json"
    done = validate(master, [folder], json_file=out, report=tmp_path / "r.xlsx", annotated=tmp_path / "back",
                    today=date(2027, 1, 5))
    assert len(done.returns) == len(done.annotated) == 2
    assert "H801200001001" not in out.read_text(encoding="utf-8") and "[withheld]" in out.read_text(encoding="utf-8")
