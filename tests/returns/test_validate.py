"""What becomes of a return: changes, held rows, outcome, what was not checked; bad files of every sort."""

import pickle
import random
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.book import SetCells
from sendxl.plan.master import PLAN
from sendxl.plan.tracker import TRACKER_MEASURES, TRACKER_PLAN, TRACKER_PROFILE
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.judge import validate_return
from tests.cells import TRACKER, at, placed

TODAY = date(2026, 12, 20)
A, M, P = "Activities", "Measures", "Savings"


def test_a_tracker_as_issued_changes_nothing(round: Any) -> None:
    for code, tracker in round.trackers.items():
        found = validate_return(tracker, round.register, TODAY)
        assert ({f.code for f in found.findings}, found.changes, found.rows, found.outcome) == (
            {"P07"}, [], [], Outcome.ACCEPTED), code
        assert (found.tracker, found.period) == (f"2026-27-Q3-{code}", "2026-27 Q3")
        assert len(found.sha256) == 64


def test_changes_are_typed_and_know_what_was_issued(round: Any) -> None:
    path = round.fill({
        (A, "PI-02", "% complete"): 0.75, (A, "PI-02", "Progress"): " Two schools\r\nmore ", (A, "PI-01", "No change"): "yes",
        (M, "PI-01.M1", "Actual"): 14, (M, "PI-01.M1", "Actual on"): datetime(2026, 12, 1),
        (P, "PI-02.S1.P1", "In place"): 4, (P, "PI-02.S1.P1", "In place on"): date(2026, 12, 1),
        (P, "PI-02.S1.P1", "In place since"): date(2026, 9, 1), (P, "PI-02.S1.P1", "Evidence"): "Route list",
    })
    (found,) = round.validate(path)
    assert [(c.table, c.ref, c.column, c.issued, c.returned, c.cell) for c in found.changes] == [
        ("Plan", "PI-02", "percent_complete", 0.5, 0.75, at(TRACKER_PLAN, "% complete", 6)),
        ("Plan", "PI-02", "progress", None, found.changes[1].returned, at(TRACKER_PLAN, "Progress", 6)),
        ("Measures", "PI-01.M1", "actual", 12, 14, at(TRACKER_MEASURES, "Actual", 5)),
        ("Measures", "PI-01.M1", "actual_on", date(2026, 9, 30), date(2026, 12, 1), at(TRACKER_MEASURES, "Actual on", 5)),
        ("Profile", "PI-02.S1.P1", "in_place", None, 4, at(TRACKER_PROFILE, "In place", 5)),
        ("Profile", "PI-02.S1.P1", "in_place_on", None, date(2026, 12, 1), at(TRACKER_PROFILE, "In place on", 5)),
        ("Profile", "PI-02.S1.P1", "in_place_since", None, date(2026, 9, 1), at(TRACKER_PROFILE, "In place since", 5)),
        ("Profile", "PI-02.S1.P1", "evidence", None, "Route list", at(TRACKER_PROFILE, "Evidence", 5)),
    ]
    assert found.outcome is Outcome.ACCEPTED
    assert found.accepted == found.changes
    rows = {row.ref: row for row in found.reported}
    assert list(rows) == ["PI-01", "PI-02", "PI-01.M1", "PI-02.S1.P1"]
    assert rows["PI-01"].changed == ()
    assert rows["PI-01"].values["progress"] is None
    assert rows["PI-02"].changed == ("percent_complete", "progress")
    assert rows["PI-02"].values["evidence"] == "Training log"
    assert "no_change" not in rows["PI-02"].values


def test_the_base_of_a_column_issued_blank_is_its_last_value(round: Any) -> None:
    path = round.fill({(A, "PI-01", "Progress"): "Begun in four schools."})
    (change,) = round.validate(path)[0].changes
    assert (change.issued, change.base, change.returned) == (None, "Begun in two schools.", "Begun in four schools.")


def test_a_row_with_an_error_is_held_whole_and_others_are_applied(round: Any) -> None:
    path = round.fill({(M, "PI-01.M1", "Actual"): "12 approx", (M, "PI-01.M1", "Note"): "of 20",
                       (A, "PI-02", "Progress"): "Two more"})
    (found,) = round.validate(path)
    assert found.outcome is Outcome.HELD
    assert [(c.column, c.returned, c.readable) for c in found.held_changes] == [
        ("actual", "12 approx", False), ("note", "of 20", True)]
    assert [c.ref for c in found.accepted] == [row.ref for row in found.reported] == ["PI-02"]
    assert {row: [f.code for f in codes] for row, codes in found.held_by.items()} == {("Measures", "PI-01.M1"): ["V05"]}
    assert {(missed.code, missed.ref, missed.column) for missed in found.not_checked} >= {("V07", "PI-01.M1", "Actual")}
    assert str(next(f for f in found.findings if f.code == "V05")) == placed(
        "E V05 Measures![Actual]5 PI-01.M1: “12 approx” is not a number. Enter digits only; put anything else in words beside "
        "it.", TRACKER)


def test_a_column_missing_holds_the_table_and_no_other(round: Any) -> None:
    def change(book: Any) -> None:
        book[A][at(TRACKER_PLAN, "Progress", 4)].value = "Progres"

    cells = {(A, "PI-02", "Evidence"): "x", (M, "PI-02.M2", "Actual"): 6, (M, "PI-02.M2", "Actual on"): TODAY}
    (found,) = round.validate(round.fill(cells, change))
    assert [c.ref for c in found.held_changes] == ["PI-02"]
    assert [c.ref for c in found.accepted] == ["PI-02.M2", "PI-02.M2"]
    assert [(f.code, f.column, f.found, f.cell) for f in found.findings if f.severity.holds] == [
        ("S06", "Progress", "Progres", at(TRACKER_PLAN, "Progress", 4))]


def test_without_the_column_of_refs_the_rules_of_rows_are_not_checked(round: Any) -> None:
    def change(book: Any) -> None:
        book[A]["A4"].value = "Number"

    (found,) = round.validate(round.fill({(A, "PI-02", "Evidence"): "x"}, change))
    assert {f.code for f in found.findings} == {"S06", "S07"}
    assert found.changes == []
    assert {missed.code for missed in found.not_checked if missed.table == "Plan"} >= {"I01", "I02", "V01"}


def test_rows_in_another_order_and_an_own_column_change_nothing(round: Any) -> None:
    def change(book: Any) -> None:
        sheet = book[A]
        rows = [[cell.value for cell in sheet[number]] for number in (5, 6, 7)]
        for number, values in zip((5, 6, 7), (rows[2], rows[0], rows[1]), strict=True):
            for cell, value in zip(sheet[number], values, strict=True):
                cell.value = value

    assert round.codes(round.fill({}, change)) == ["N P07"] * 3


def test_a_tampered_kind_does_not_change_how_a_value_is_read(round: Any) -> None:
    path = round.fill({(M, "PI-02.M1", "Kind"): "Number", (M, "PI-02.M1", "Actual"): "45%", (M, "PI-02.M1", "Actual on"): TODAY})
    (found,) = round.validate(path)
    assert found.accepted[0].returned == 0.45
    assert [f.code for f in found.findings if f.table == "Measures"] == ["V05", "T01"]


def test_a_row_that_the_master_no_longer_has_is_held(round: Any) -> None:
    path = round.fill({(A, "PI-02", "Progress"): "x"})
    (found,) = round.since(SetCells(PLAN, "ref", {"PI-02": "PI-99"})).validate(path)
    assert [f.message for f in found.findings if f.severity.holds] == [
        "PI-02 is no longer in the plan. Nothing need be done; if you doubt it, ask whoever sent the tracker out."]
    assert (found.accepted, found.outcome) == ([], Outcome.HELD)


def test_all_findings_come_at_once_in_the_order_of_the_sheets(round: Any) -> None:
    path = round.fill({(A, "PI-02", "Lead status"): "Ontrak", (A, "PI-01", "Forecast finish"): "soon",
                       (M, "PI-01.M1", "Actual"): -3, (A, "PI-02", "Evidence"): None})
    assert round.codes(path) == ["N A03", "E V03", "E V02", "Q V11", "N P07", "E V07"]


def test_register_and_return_can_be_sent_to_a_worker(round: Any) -> None:
    path = round.fill({(A, "PI-02", "Progress"): "x"})
    arguments = pickle.loads(pickle.dumps((path, round.register, TODAY)))
    found = validate_return(*arguments)
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file_is_a_finding_never_an_exception(round: Any, seed: int) -> None:
    chance = random.Random(seed)
    whole = round.fill().read_bytes()
    path = Path(round.folder / "damaged.xlsx")
    for _ in range(25):
        blob = bytearray(whole)
        for _ in range(chance.choice((1, 4, 60))):
            blob[chance.randrange(len(blob))] = chance.randrange(256)
        path.write_bytes(blob)
        validate_return(path, round.register, TODAY)


@pytest.mark.parametrize("seed", range(8))
def test_damaged_xml_is_a_finding_never_an_exception(round: Any, seed: int) -> None:
    chance = random.Random(seed)

    def change(name: str, content: bytes) -> bytes:
        if chance.random() < 0.6 or len(content) < 3:
            return content
        blob = bytearray(content)
        for _ in range(chance.choice((1, 3))):
            at = chance.randrange(len(blob))
            if chr(blob[at]) in '<>="/':
                continue
            blob[at] = ord(chance.choice("09AZx-.: "))
        return bytes(blob)

    for _ in range(12):
        validate_return(round.rewrite(round.fill(), change), round.register, TODAY)


def test_a_folder_or_a_file_that_is_gone_is_a_finding(round: Any) -> None:
    for path in (round.folder, round.folder / "none.xlsx"):
        assert [f.code for f in validate_return(path, round.register, TODAY).findings] == ["S01"]


def test_guide_and_queries_are_not_compared_and_words_to_no_question_are_quoted(round: Any) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["Guide"]["B3"] = "mine"
        book["Queries"]["A5"] = "mine"

    assert round.codes(round.fill({}, change)) == [*["N P07"] * 3, "N S11"]
