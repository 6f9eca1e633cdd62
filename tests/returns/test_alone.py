"""A tracker checked by itself tells what the plan would tell of it, but for what only the plan knows."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl import Unusable, check
from sendxl.books.issued import TRACKER, VERSION
from tests.returns.conftest import TODAY, At

A, M, S = "Activities", "Measures", "Savings"
FAULTS: dict[At, Any] = {
    (A, "PI-01", "% complete"): "half", (A, "PI-01", "Lead status"): "Ontrack", (A, "PI-01", "Progress"): "More",
    (A, "PI-02", "Lead status"): "At risk", (A, "PI-02", "Evidence"): None,
    (A, "PI-03", "No change"): "Yes",
    (M, "PI-01.M1", "Actual"): 300, (M, "PI-01.M2", "Actual"): 38, (M, "PI-01.M2", "Actual on"): date(2027, 3, 1),
    (M, "PI-02.M1", "Actual"): 0.5, (S, "PI-02.S1.P1", "In place"): 2,
}
BEYOND = {"A03", "C05", "P01"}  # which no tracker can tell


def without_the_plan(path: Path) -> Any:
    [tracker] = check([path], today=TODAY).trackers
    return tracker


@pytest.mark.parametrize("cells", [
    {}, FAULTS, {(A, "PI-02", "Progress"): "More"}, {(A, "PI-01", "Due"): date(2028, 1, 1)},
    {(A, "PI-02", "Completed on"): date(2072, 1, 1)}, {(A, "PI-01", "Progress"): "born 3 May 2014"}])
def test_it_finds_what_the_plan_finds(round: Any, cells: dict[At, Any]) -> None:
    path = round.fill(cells)
    tracker, [returned] = without_the_plan(path), round.validate(path)
    told = [*tracker.to_put_right, *tracker.questions, *tracker.notes]
    wanted = [f for f in returned.findings if f.code not in BEYOND and f.code != "P07"]
    assert sorted(map(str, told)) == sorted(map(str, wanted))
    assert tracker.not_filled == [f.ref for f in returned.findings if f.code == "P07"]
    assert (tracker.lead, tracker.period) == ("Inclusion Manager", "2026-27 Q3")


def test_each_is_where_its_lead_looks_for_it(round: Any) -> None:
    tracker = without_the_plan(round.fill(FAULTS))
    assert {f.code for f in tracker.to_put_right} == {"V01", "V02", "V05", "V13", "X04", "X08"}
    assert {f.code for f in tracker.questions} == {"V11", "V12", "V14", "X13"} and tracker.not_filled == []
    assert tracker.says == "return.xlsx: 9 to put right, 4 to answer."


def test_a_filled_tracker_is_ready_and_one_as_it_was_sent_is_not_filled(round: Any) -> None:
    done = {(A, "PI-01", "No change"): "Yes", (A, "PI-02", "No change"): "Yes", (A, "PI-03", "% complete"): 0.1,
            (A, "PI-03", "Lead status"): "On track"}
    paths = [round.fill(done, name="Done.xlsx"), round.trackers["INC"]]
    checked = check(paths, today=TODAY)
    assert {tracker.says for tracker in checked.trackers} == {
        "Done.xlsx: ready to be sent back.", "A plan - INC 2026-27 Q3.xlsx: 3 not filled."}
    assert checked.to_mend == ["A plan - INC 2026-27 Q3.xlsx: 3 not filled."]


@pytest.mark.parametrize(("table", "column", "value"), [
    ("Issued", "Value", "who knows"), ("Issued", "Value", "2026-13-41"), ("Identity", "Value", None)])
def test_one_whose_hidden_sheets_were_altered_is_told_so(round: Any, table: str, column: str, value: Any) -> None:
    def alter(book: Any) -> None:
        sheet = book[table]
        at = next(cell.column for cell in sheet[4] if cell.value == column)
        for row in range(5, sheet.max_row + 1):
            if table == "Issued" or sheet.cell(row, 1).value in (TRACKER, VERSION):
                sheet.cell(row, at).value = value

    [wrong, *_] = without_the_plan(round.fill(FAULTS, alter)).to_put_right
    assert wrong.severity.value == "reject" and "master" not in wrong.message


def test_trackers_of_the_first_release_are_checked() -> None:
    issued = check([Path("tests/versions/0.1.0/Trackers")], today=TODAY)
    assert issued.trackers and all(tracker.not_filled and not tracker.to_put_right for tracker in issued.trackers)


def test_what_is_no_tracker_and_what_is_not_there(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    assert [f.code for f in without_the_plan(tmp_path / "other.xlsx").to_put_right] == ["S02"]
    (tmp_path / "empty").mkdir()
    for path, says in ((tmp_path / "gone.xlsx", "There is no file"), (tmp_path / "empty", "There is no tracker in")):
        with pytest.raises(Unusable, match=says):
            check([path])


def test_the_command_names_no_code_and_exits_with_1(round: Any, run: Any) -> None:
    done = run("check", round.fill(FAULTS))
    assert done.returncode == 1 and "PI-01.M2" in done.stdout and "  Answer or put right:" in done.stdout
    assert not any(code in done.stdout for code in ("V05", "X04", "V13"))
    assert run("check", round.fill(FAULTS), "--quiet").stdout.splitlines() == ["return.xlsx: 9 to put right, 4 to answer."]
