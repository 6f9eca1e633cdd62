"""Files collected, returns compared, JSON and the report workbook."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.plan.tracker import TRACKER_PLAN
from sendxl.returns.batch import as_json, collect, validate_batch
from sendxl.returns.report import write_report
from tests.cells import at

A = "Activities"


def test_collect(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    for folder in ("deeper/down", ".git", "Plan backups", "Plan reports"):
        (inside / folder).mkdir(parents=True)
    for name in ("b.xlsx", "a.xlsm", "note.pdf", "~$a.xlsm", ".hidden", "Thumbs.db", ".~lock.b.xlsx#", "deeper/c.xlsx",
                 "deeper/down/d.xlsx", ".git/e.xlsx", "Plan backups/f.xlsx", "Plan reports/g.xlsx"):
        (inside / name).touch()
    for name, to in (("itself.xlsx", "itself.xlsx"), ("deeper/parent", ".."), ("b again.xlsx", "b.xlsx")):
        (inside / name).symlink_to(to)
    given = tmp_path / "~$given"
    given.touch()
    found = collect([given, inside, inside / "b.xlsx"])
    assert [path.name for path in found.files] == ["a.xlsm", "b.xlsx", "c.xlsx", "d.xlsx", "itself.xlsx", "note.pdf", "~$given"]
    said = ["it is hidden", "it holds the backups of a plan", "it holds reports of sendxl", "it is a link to a folder"]
    assert all(sum(f"is not looked into: {why}" in line for line in (*found.passed_over, *found.left_out)) == 1
               for why in said)
    assert [line for line in found.left_out if "a link" in line] == found.left_out
    assert len(found.passed_over) == len(said) - 1
    with pytest.raises(FileNotFoundError, match="none"):
        collect([tmp_path / "none"])


def test_progress_is_told_from_none_to_all(round: Any) -> None:
    told: list[tuple[int, int]] = []
    paths = [round.fill(name="a.xlsx"), round.fill(name="b.xlsx")]
    validate_batch(paths, round.register, date(2026, 12, 20), lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_a_conflict_is_held_in_both_returns_and_shows_all_values(round: Any) -> None:
    one = round.fill({(A, "PI-01", "% complete"): 0.5, (A, "PI-02", "Progress"): "x"}, name="one.xlsx")
    other = round.fill({(A, "PI-01", "% complete"): 0.6}, code="EP", name="other.xlsx")
    found = round.validate(one, other)
    assert [r.outcome.value for r in found] == ["held", "held"]
    assert [c.ref for c in found[0].accepted] == ["PI-02"]
    assert found[0].others == {("Plan", "PI-01", "percent_complete"): 0.6}
    assert found[1].others == {("Plan", "PI-01", "percent_complete"): 0.5}
    message = next(f.message for f in found[0].findings if f.code == "C01")
    assert message == ("% complete differs: it was “40%” when the tracker was sent out, and is “50%” here but “60%” in the "
                       "return of Principal Psychologist. Agree on one, and send a corrected return.")


def test_the_same_return_twice_is_no_agreement_of_two_leads(round: Any) -> None:
    cells = {(A, "PI-02", "Progress"): "x"}
    found = round.validate(round.fill(cells, name="a.xlsx"), round.fill(cells, name="b.xlsx"))
    assert {f.code for r in found for f in r.findings} == {"P07"}


def test_a_cell_that_cannot_be_read_is_not_compared(round: Any) -> None:
    one = round.fill({(A, "PI-01", "% complete"): "half"}, name="one.xlsx")
    other = round.fill({(A, "PI-01", "% complete"): 0.6}, code="EP", name="other.xlsx")
    found = round.validate(one, other)
    assert [r.outcome.value for r in found] == ["held", "accepted"]
    assert all("C01" in {missed.code for missed in r.not_checked} for r in found)


def test_json(round: Any) -> None:
    good = round.fill({(A, "PI-02", "Progress"): "x"}, name="good.xlsx")
    bad = round.folder / "bad.xlsx"
    bad.write_bytes(b"dear all")
    wrong = round.fill({("Measures", "PI-01.M1", "Actual"): "12 approx"}, name="wrong.xlsx")
    made = as_json(round.validate(bad, good, wrong))
    assert made["summary"] == {
        "returns": 3, "accepted": 1, "held": 1, "rejected": 1, "changes": 2,
        "findings": {"reject": 1, "error": 1, "query": 0, "note": 6}, "not_checked": made["summary"]["not_checked"]}
    assert [(r["file"], r["outcome"], r["changes"]) for r in made["returns"]] == [
        ("bad.xlsx", "rejected", 0), ("good.xlsx", "accepted", 1), ("wrong.xlsx", "held", 1)]
    assert set(made["returns"][0]) == {
        "file", "sha256", "tracker", "lead", "period", "outcome", "changes", "findings", "not_checked"}
    assert set(made["returns"][0]["findings"][0]) == {
        "code", "severity", "sheet", "cell", "ref", "column", "found", "message", "explanation", "decision"}


def test_report(round: Any) -> None:
    evil = round.fill({(A, "PI-02", "Lead status"): '=HYPERLINK("x")', ("Measures", "PI-01.M1", "Actual"): "+12 approx"},
                      lambda book: setattr(book[A][at(TRACKER_PLAN, "Lead status", 6)], "data_type", "s"), name="a & b.xlsx")
    write_report(round.folder / "report.xlsx", round.validate(evil))
    book: Any = openpyxl.load_workbook(round.folder / "report.xlsx")
    assert [sheet.title for sheet in book.worksheets] == ["Returns", "Findings", "Rules"]
    row = {book["Returns"].cell(4, n).value: book["Returns"].cell(5, n) for n in range(1, 15)}
    assert (row["File"].value, row["Outcome"].value, row["Errors"].value) == ("a & b.xlsx", "held", 2)
    assert row["File"].hyperlink.target == "a%20%26%20b.xlsx"
    assert "PI-01.M1 Actual" in row["Rules not checked"].value
    found = {cell.value for cell in book["Findings"]["I"]}
    assert {'=HYPERLINK("x")', "+12 approx"} <= found
    assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


def test_a_report_of_a_part_says_so(round: Any) -> None:
    good = round.fill({(A, "PI-02", "Progress"): "x"}, name="good.xlsx")
    for files, says in ((3, "INCOMPLETE: stopped after 1 of 3 files"), (1, "")):
        write_report(round.folder / "part.xlsx", round.validate(good), files=files)
        title = str(openpyxl.load_workbook(round.folder / "part.xlsx")["Returns"]["A1"].value)
        assert says in title and ("INCOMPLETE" in title) == bool(says)


def test_what_is_no_file_in_a_folder_is_told_not_passed_over(round: Any, tmp_path: Path) -> None:
    folder = tmp_path / "came back"
    folder.mkdir()
    (folder / "link.xlsx").symlink_to(tmp_path / "gone.xlsx")
    os.mkfifo(folder / "pipe.xlsx")
    found = validate_batch(collect([folder]).files, round.register, date(2026, 12, 20))
    assert [(r.file, [f.code for f in r.findings]) for r in found] == [("link.xlsx", ["S01"]), ("pipe.xlsx", ["S01"])]
