"""The copy that goes back: bad cells marked, queries listed with a link, everything else as it was; and its answers."""

import zipfile
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine

from sendxl.books.book import SetCells
from sendxl.books.look import Look
from sendxl.plan.finding import Severity
from sendxl.plan.master import PLAN
from sendxl.plan.tracker import QUERIES
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.annotate import annotate, copy_name, is_copy
from sendxl.returns.outcome import Return

A, M = "Activities", "Measures"
DAY = date(2026, 12, 1)
AT = {column.header: number for number, column in enumerate(QUERIES, 1)}  # columns of Queries
HOW = {Severity.ERROR: "Put right in the cell", Severity.QUERY: "Answer here, or put right"}
FAULTS = {
    (A, "PI-02", "% complete"): "half", (A, "PI-02", "Evidence"): None, (A, "PI-01", "Evidence"): "x" * 2_001,
    (M, "PI-01.M1", "Actual"): 12.5, (M, "PI-01.M1", "Actual on"): DAY,
}


@pytest.fixture
def sent_back(round: Any, tmp_path: Path) -> tuple[Return, Path]:
    path = round.fill(FAULTS, name="their own name.xlsx")
    (tmp_path / "back").mkdir()
    found = round.validate(path)[0]
    made = tmp_path / "back" / "their own name.xlsx"
    assert annotate(found, made)
    return found, made


def sheets(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def test_bad_cells_are_marked_and_hold_what_they_held(round: Any, sent_back: tuple[Return, Path]) -> None:
    book = sheets(sent_back[1])
    for place, look in (((A, "PI-02", "% complete"), Look.PROBLEM), ((A, "PI-02", "Evidence"), Look.QUERY),
                        ((A, "PI-01", "Evidence"), Look.QUERY), ((M, "PI-01.M1", "Actual"), Look.QUERY)):
        cell = round.cell(book, *place)
        assert cell.fill.fgColor.rgb == f"FF{look.value}" and cell.value == FAULTS[place]
        assert not cell.protection.locked


def test_queries_lists_each_with_a_link_and_room_for_an_answer(sent_back: tuple[Return, Path]) -> None:
    found, path = sent_back
    sheet = sheets(path)["Queries"]
    rows = [[cell.value for cell in row] for row in sheet[sheet.tables["Queries"].ref]][1:]
    asked = sorted((finding for finding in found.findings if finding.severity.holds), key=lambda f: f.severity is Severity.QUERY)
    assert [(row[AT["Code"] - 1], row[AT["Ref"] - 1], row[AT["What to do"] - 1]) for row in rows] == [
        (f.code, f.ref, f"{HOW[f.severity]}: {f.message}") for f in asked]
    assert {row[AT["Activity"] - 1] for row in rows} == {"Widen the early help offer", "Train school staff"}
    assert [row[1] for row in rows] == [f'=HYPERLINK("#\'{f.sheet}\'!{f.cell}","{f.place}")' for f in asked]
    for row in range(5, 5 + len(rows)):
        assert sheet.cell(row, 1).protection.locked and not sheet.cell(row, AT["Explanation"]).protection.locked
    shown = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Queries").to_python()
    assert [row[1] for row in shown[4:]] == [f.place for f in asked]  # shown before a spreadsheet computes it


def test_the_first_line_says_how_much_there_is_to_do_and_the_tab_is_coloured(round: Any, sent_back: tuple[Return, Path],
                                                                              tmp_path: Path) -> None:
    found, path = sent_back
    sheet = sheets(path)["Queries"]
    assert sheet["A1"].value == "1 thing to put right, 3 questions" and sheet.sheet_properties.tabColor.rgb == "FFC00000"
    codes = [sheet.cell(row, 1).value for row in range(5, sheet.max_row + 1)]
    assert codes[0] == "V05" and len(codes) == 4  # what must be put right comes first
    for today, says in ((date(2027, 1, 5), "by 14 Jan"), (date(2027, 1, 15), "overdue since 14 Jan")):
        assert annotate(found, tmp_path / f"{today}.xlsx", date(2027, 1, 14), today)
        assert sheets(tmp_path / f"{today}.xlsx")["Queries"]["A1"].value == f"1 thing to put right, 3 questions, {says}"
    again = round.validate(tmp_path / "2027-01-05.xlsx")[0]  # where the line is none of the lead's own words
    assert {f.code for f in again.findings} == {f.code for f in found.findings}


@pytest.mark.parametrize(("name", "copy_of_it"), [
    ("INC 2026-27 Q3.xlsx", "INC 2026-27 Q3 (to correct).xlsx"), ("mine (2).xlsx", "mine (2) (to correct).xlsx"),
    ("INC 2026-27 Q3 (to correct).xlsx", "INC 2026-27 Q3 (to correct).xlsx"), ("a.XLSM", "a (to correct).xlsx"),
    ("INC (to correct) (2).xlsx", "INC (to correct).xlsx")])
def test_its_name_says_that_it_is_a_copy_to_correct(name: str, copy_of_it: str) -> None:
    assert copy_name(name) == copy_of_it and is_copy(copy_of_it)


def test_every_other_part_is_as_it_was(sent_back: tuple[Return, Path]) -> None:
    found, path = sent_back
    with zipfile.ZipFile(found.path) as old, zipfile.ZipFile(path) as new:
        assert old.namelist() == new.namelist()
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    names = sheets(found.path).sheetnames
    edited = {f"xl/worksheets/sheet{names.index(name) + 1}.xml" for name in (A, M, "Queries")}
    assert edited <= changed <= edited | {"xl/styles.xml", "xl/workbook.xml"} | {n for n in changed if n.startswith("xl/tables/")}


def explain(path: Path, words: dict[str, str]) -> None:
    book = sheets(path)
    sheet = book["Queries"]
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, AT["Explanation"]).value = words.get(str(sheet.cell(row, 1).value))
    book.save(path)


def test_an_explained_query_is_satisfied_and_an_error_is_not(round: Any, sent_back: tuple[Return, Path]) -> None:
    path = sent_back[1]
    explain(path, {"V11": "It moved to the portal", "V10": "As the board asked", "V08": "Half a place is shared", "V05": "Sorry"})
    again = round.validate(path)[0]
    assert {f.code: f.explanation for f in again.findings if f.severity.holds} == {
        "V11": "It moved to the portal", "V10": "As the board asked", "V08": "Half a place is shared", "V05": "Sorry"}
    assert [f.code for f in again.findings if f.holds] == ["V05"] and again.outcome is Outcome.HELD
    assert {row.ref for row in again.reported} == {"PI-01", "PI-01.M1"}  # the row of the error waits


def test_an_explained_error_is_told_that_it_must_be_put_right_in_the_cell(round: Any, sent_back: tuple[Return, Path],
                                                                         tmp_path: Path) -> None:
    explain(sent_back[1], {"V05": "We think\nabout half"})
    again = round.validate(sent_back[1])[0]
    [error] = [f for f in again.findings if f.code == "V05"]
    ends = " It was explained (“We think about half”), but it must be put right in the cell."
    assert error.explanation == "We think\nabout half" and error.message.endswith(ends)
    again.put_in_order()
    assert [f for f in again.findings if f.code == "V05"] == [error]
    assert annotate(again, tmp_path / "second.xlsx")
    assert told(tmp_path / "second.xlsx")["V05"] == (f"Put right in the cell: {error.message}", "We think\nabout half")
    third = round.validate(tmp_path / "second.xlsx")[0]
    assert annotate(third, tmp_path / "third.xlsx")
    assert told(tmp_path / "third.xlsx") == told(tmp_path / "second.xlsx")


def test_what_is_to_be_done_of_a_whole_file_or_sheet_is_to_be_done_there(round: Any, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book[A]
        column = next(cell for cell in sheet[4] if cell.value == "Next steps")
        column.value = "More"

    assert annotate(round.validate(round.fill(edit=change))[0], tmp_path / "back.xlsx")
    missing = "The column “Next steps” is missing. Put its header back as it was."
    assert told(tmp_path / "back.xlsx") == {"S06": (f"Put right in the tracker: {missing}", None)}
    explain(tmp_path / "back.xlsx", {"S06": "It was in the way"})
    [again] = [f for f in round.validate(tmp_path / "back.xlsx")[0].findings if f.code == "S06"]
    ends = "It was explained (“It was in the way”), but it must be put right in the tracker."
    assert again.holds and again.message == f"{missing} {ends}"


def test_what_an_officer_decides_is_not_asked_of_the_lead(round: Any, tmp_path: Path) -> None:
    path = round.fill({(A, "PI-02", "% complete"): 0.7})
    found = round.since(SetCells(PLAN, "percent_complete", {"PI-02": 0.6})).validate(path)[0]
    assert annotate(found, tmp_path / "back.xlsx")
    [message] = [f.message for f in found.findings if f.code == "C04"]
    assert told(tmp_path / "back.xlsx") == {"C04": (message, None)}


@pytest.mark.parametrize("view", ["as issued", "another sheet", "no view", "hidden"])
def test_the_copy_opens_on_queries_alone(round: Any, tmp_path: Path, view: str) -> None:
    def change(book: Any) -> None:
        if view == "another sheet":
            book.active = book[M]
        for sheet in book:
            sheet.views.sheetView[0].tabSelected = sheet.title == book.active.title if view != "no view" else None
        book["Queries"].sheet_state = "hidden" if view == "hidden" else "visible"
        if view == "no view":
            book.views = []

    path = round.fill(FAULTS, change)
    for name in ("first.xlsx", "second.xlsx"):  # also when it is sent back again
        assert annotate(round.validate(path)[0], tmp_path / name)
        path = tmp_path / name
        shown = sheets(path)
        selected = [sheet.title for sheet in shown if sheet.sheet_view.tabSelected]
        assert (shown.active.title, selected) == (("Queries", ["Queries"]) if view != "hidden" else ("Guide", ["Guide"]))


def test_an_answer_is_to_the_value_that_was_asked_about(round: Any, sent_back: tuple[Return, Path]) -> None:
    path = sent_back[1]
    explain(path, {"V08": "Half a place is shared"})
    book = sheets(path)
    round.cell(book, M, "PI-01.M1", "Actual").value = 13.5
    book.save(path)
    [query] = [f for f in round.validate(path)[0].findings if f.code == "V08"]
    assert query.found == "13.5" and query.holds


def test_sent_back_again_only_what_is_new_is_added(round: Any, sent_back: tuple[Return, Path], tmp_path: Path) -> None:
    path = sent_back[1]
    explain(path, {"V11": "It moved to the portal"})
    (tmp_path / "again").mkdir()
    made = tmp_path / "again" / "x.xlsx"
    assert annotate(round.validate(path)[0], made)
    rows = sheets(made)["Queries"]
    codes = [rows.cell(row, 1).value for row in range(5, rows.max_row + 1)]
    assert sorted(codes) == ["V05", "V08", "V10", "V11"]
    assert {rows.cell(row, AT["Explanation"]).value for row in range(5, rows.max_row + 1)} == {None, "It moved to the portal"}


def told(path: Path) -> dict[str, tuple[Any, Any]]:
    """What Queries says to do and the explanation, by code."""
    sheet = sheets(path)["Queries"]
    return {sheet.cell(row, 1).value: (sheet.cell(row, AT["What to do"]).value, sheet.cell(row, AT["Explanation"]).value)
            for row in range(5, sheet.max_row + 1)}


def fill_of(round: Any, path: Path, *place: str) -> str:
    return str(round.cell(sheets(path), *place).fill.fgColor.rgb)[2:]


def test_what_was_put_right_since_has_no_mark_and_no_question(round: Any, sent_back: tuple[Return, Path], tmp_path: Path) -> None:
    path = sent_back[1]
    asked = told(path)
    explain(path, {"V10": "As the board asked"})
    book = sheets(path)
    round.cell(book, A, "PI-02", "Evidence").value, round.cell(book, M, "PI-01.M1", "Actual").value = "Training log", 13
    book.save(path)
    again = round.validate(path)[0]
    assert annotate(again, tmp_path / "second.xlsx")
    says = told(tmp_path / "second.xlsx")
    assert says["V11"] == says["V08"] == ("Settled: nothing is asked here any more.", None)
    assert (says["V05"], says["V10"]) == (asked["V05"], (asked["V10"][0], "As the board asked"))
    untouched = round.trackers["INC"]
    for place in ((A, "PI-02", "Evidence"), (M, "PI-01.M1", "Actual")):
        assert fill_of(round, tmp_path / "second.xlsx", *place) == fill_of(round, untouched, *place) == Look.INPUT.value
    assert fill_of(round, tmp_path / "second.xlsx", A, "PI-02", "% complete") == Look.PROBLEM.value
    assert fill_of(round, tmp_path / "second.xlsx", A, "PI-01", "Evidence") == Look.QUERY.value
    assert round.validate(tmp_path / "second.xlsx")[0].asked == again.asked  # by which later versions are known

    explain(tmp_path / "second.xlsx", {})  # the value that was asked about comes back
    book = sheets(tmp_path / "second.xlsx")
    round.cell(book, M, "PI-01.M1", "Actual").value = 12.5
    book.save(tmp_path / "second.xlsx")
    assert annotate(round.validate(tmp_path / "second.xlsx")[0], tmp_path / "third.xlsx")
    assert told(tmp_path / "third.xlsx")["V08"] == asked["V08"]
    assert fill_of(round, tmp_path / "third.xlsx", M, "PI-01.M1", "Actual") == Look.QUERY.value


def test_a_locked_cell_put_right_has_no_fill_again_and_a_sorted_row_takes_its_mark_along(round: Any, tmp_path: Path) -> None:
    titles = {(A, "PI-01", "Activity"): "Train school staff", (A, "PI-02", "Activity"): "Widen the early help offer"}
    path = round.fill({**titles, (A, "PI-02", "% complete"): "half", (A, "PI-01", "% complete"): "most"})
    assert annotate(round.validate(path)[0], tmp_path / "first.xlsx")
    assert fill_of(round, tmp_path / "first.xlsx", A, "PI-02", "Ref") == Look.QUERY.value
    book = sheets(tmp_path / "first.xlsx")
    round.cell(book, A, "PI-02", "% complete").value = 0.6
    one, two = (round.cell(book, A, ref, "Activity") for ref in ("PI-01", "PI-02"))
    one.value, two.value = two.value, one.value
    one, two = (round.cell(book, A, ref, "Ref").row for ref in ("PI-01", "PI-02"))
    for column in range(1, book[A].max_column + 1):
        a, b = book[A].cell(one, column), book[A].cell(two, column)
        a.value, b.value, a._style, b._style = b.value, a.value, copy(b._style), copy(a._style)
    book.save(tmp_path / "first.xlsx")
    assert annotate(round.validate(tmp_path / "first.xlsx")[0], tmp_path / "second.xlsx")
    cell = round.cell(sheets(tmp_path / "second.xlsx"), A, "PI-02", "Ref")
    assert cell.fill.fill_type is None and cell.protection.locked
    assert fill_of(round, tmp_path / "second.xlsx", A, "PI-02", "% complete") == Look.INPUT.value
    assert fill_of(round, tmp_path / "second.xlsx", A, "PI-01", "% complete") == Look.PROBLEM.value


def test_a_corrected_copy_validates_like_any_return(round: Any, sent_back: tuple[Return, Path]) -> None:
    book = sheets(sent_back[1])
    for place, value in {(A, "PI-02", "% complete"): 0.6, (A, "PI-02", "Evidence"): "Training log",
                         (A, "PI-01", "Evidence"): "Minutes", (M, "PI-01.M1", "Actual"): 13}.items():
        round.cell(book, *place).value = value
    book.save(sent_back[1])
    again = round.validate(sent_back[1])[0]
    assert [f for f in again.findings if f.holds] == []
    assert {(c.ref, c.column): c.returned for c in again.accepted} == {
        ("PI-02", "percent_complete"): 0.6, ("PI-01", "evidence"): "Minutes", ("PI-01.M1", "actual"): 13,
        ("PI-01.M1", "actual_on"): DAY}


@pytest.mark.parametrize("make", ["good", "unreadable", "the master", "no queries"])
def test_what_is_not_sent_back(round: Any, tmp_path: Path, make: str) -> None:
    (tmp_path / "back").mkdir()
    if make == "good":
        path = round.fill({(A, "PI-02", "Progress"): "More"})
        assert not annotate(round.validate(path)[0], tmp_path / "back" / "x.xlsx")
    elif make == "unreadable":
        path = tmp_path / "bad.xlsx"
        path.write_bytes(b"dear all")
        assert not annotate(round.validate(path)[0], tmp_path / "back" / "x.xlsx")
    elif make == "the master":  # which nobody is to get
        assert not annotate(round.validate(round.master)[0], tmp_path / "back" / "x.xlsx")
    else:  # its marks are still worth sending
        path = round.fill(FAULTS, lambda book: book["Queries"].tables.clear())
        made = tmp_path / "back" / "x.xlsx"
        assert annotate(round.validate(path)[0], made)
        assert round.cell(sheets(made), A, "PI-02", "% complete").fill.fgColor.rgb == f"FF{Look.PROBLEM.value}"
    assert (make == "no queries") == any((tmp_path / "back").iterdir())


def test_two_alike_dates_in_a_row_are_two_questions(round: Any, tmp_path: Path) -> None:
    from datetime import date

    path = round.fill({(A, "PI-02", "Completed on"): date(2072, 1, 1), (A, "PI-02", "Forecast finish"): date(2072, 1, 1)})
    made = tmp_path / "back.xlsx"
    assert annotate(round.validate(path)[0], made)
    sheet = sheets(made)["Queries"]
    asked = [(sheet.cell(row, 1).value, sheet.cell(row, AT["Column"]).value) for row in range(5, sheet.max_row + 1)]
    assert ("V04", "Completed on") in asked and ("V04", "Forecast finish") in asked


def test_beside_the_answered_copy_the_first_version_is_set_aside(round: Any, sent_back: tuple[Return, Path]) -> None:
    """The natural way: both lie in the folder. Neither the values nor the queries of the first count any more."""
    first, path = sent_back
    book = sheets(path)
    round.cell(book, A, "PI-02", "% complete").value, round.cell(book, M, "PI-01.M1", "Actual").value = 0.6, 14
    book.save(path)
    explain(path, {"V11": "It moved", "V10": "As asked"})
    for order in ([first.path, path], [path, first.path]):
        found = {returned.path: returned for returned in round.validate(*order)}
        assert [f for f in found[path].findings if f.holds] == []
        [why] = found[first.path].findings
        assert (why.code, why.severity.letter) == ("C03", "N") and "later version" in why.message
        assert found[first.path].outcome is Outcome.ASIDE and list(found[first.path].changes) == []


@pytest.mark.parametrize("words", ["UPN H801200001001", "born 3 April 2014", "943 476 5919"])
def test_an_explanation_that_tells_of_a_child_is_none(round: Any, sent_back: tuple[Return, Path], words: str) -> None:
    explain(sent_back[1], {"V11": words})
    again = round.validate(sent_back[1])[0]
    assert any(f.code == "Z05" and f.sheet == "Queries" and f.column == "Explanation" for f in again.findings)
    assert [f.explanation for f in again.findings if f.code == "V11"] == [""]
    assert words not in str([str(f) for f in again.findings])
