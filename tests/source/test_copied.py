"""A table that was copied from a PDF, cell below cell: put together, and what the page repeats left out."""

from pathlib import Path

import pytest

from sendxl.plan.master import PLAN, REVIEW
from sendxl.source import read_plan

HEADER = "Ref\n\nAction\n\nLead officer\n\nTimescale\n\nSuccess measure\n\nProgress update\n\nRAG\n\n"
FIRST = ("1.1\n\nOpen a quiet room in each\nlibrary\n\nLibrary Manager\n\nMay 2027\n\nNumber of quiet rooms\n\nTwo are open\n\n"
         "Green\n\n")
SECOND = ("1.2\n\nTrain the drivers of buses\n\nBus Network Lead\n\nJune 2027\n\n90% of drivers trained\n\nBegun in spring\n\n"
          "Amber\n\n")
LAST = "1.3\n\nAsk families each year\n\nEngagement Officer\n\n31/03/2027\n\nSurvey done\n\n"


def test_what_the_page_repeats_is_no_part_of_the_last_action(tmp_path: Path) -> None:
    """Lead, day and measure of the first action stand once more behind the last one, as the page was copied twice."""
    repeated = "Library Manager\n\nMay 2027\n\nNumber of quiet rooms\n\nRed\n\n"
    path = tmp_path / "plan.txt"
    path.write_text(f"Our plan\n{HEADER}{FIRST}{SECOND}{LAST}{repeated}", encoding="utf-8")
    imported = read_plan(path)
    rows = {row["source_no"]: row for row in imported.rows[PLAN]}
    assert [(row["lead"], row["progress"], row["lead_status"]) for row in rows.values()] == [
        ("Library Manager", "Two are open", "On track"), ("Bus Network Lead", "Begun in spring", "At risk"),
        ("Engagement Officer", None, "Off track")]
    assert rows["1.1"]["activity"] == "Open a quiet room in each library"
    left = [str(doubt["raw_text"]) for doubt in imported.rows[REVIEW] if "not read" in str(doubt["doubt"])]
    assert {"Library Manager", "Number of quiet rooms"} <= set(left)


def test_a_short_theme_before_the_first_number_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(f"Our plan\n{HEADER}Theme 1: Calm\n{FIRST}{SECOND}Theme 2: Work\n{LAST}", encoding="utf-8")
    assert [(row["source_no"], row["theme"]) for row in read_plan(path).rows[PLAN]] == [
        ("1.1", "Theme 1: Calm"), ("1.2", "Theme 1: Calm"), ("1.3", "Theme 2: Work")]


def test_a_lead_and_a_day_that_come_again_are_no_repeat(tmp_path: Path) -> None:
    again = SECOND.replace("Bus Network Lead\n\nJune 2027", "Library Manager\n\nMay 2027")
    path = tmp_path / "plan.txt"
    path.write_text(f"Our plan\n{HEADER}{FIRST}{again}{LAST}", encoding="utf-8")
    assert [row["lead"] for row in read_plan(path).rows[PLAN]] == ["Library Manager", "Library Manager", "Engagement Officer"]


def test_a_day_that_looks_like_a_number_and_a_short_header_with_a_stop(tmp_path: Path) -> None:
    """“Sep-26” begins no action, and “No.” is a header as “No” is; a cell with a comma makes no table of the text."""
    header = HEADER.replace("Ref", "No.").replace("Action", "What will we do to get there?")
    first = FIRST.replace("May 2027", "Sep-26").replace("Number of quiet rooms", "Number of rooms (baseline 3, target 20)")
    path = tmp_path / "plan.txt"
    path.write_text(f"Our plan\n{header}{first}{SECOND.replace('June 2027', 'Dec 2026 onwards')}{LAST}", encoding="utf-8")
    rows = read_plan(path).rows[PLAN]
    assert [(row["source_no"], row["due"] and str(row["due"])) for row in rows] == [
        ("1.1", "2026-09-30"), ("1.2", None), ("1.3", "2027-03-31")]
    assert [row["progress"] for row in rows] == ["Two are open", "Begun in spring", None]


def test_a_text_copied_column_by_column_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("Our plan\nRef\n\nAction\n\n1.1\nOpen a quiet room\n1.2\nTrain the drivers\n\nOwner\n\nTarget date\n\n"
                    "Library Manager\nBus Lead\n\nMay 2027\n\nJune 2027\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"copied from a PDF, .* Word or Excel file"):
        read_plan(path)


def test_a_copied_text_without_a_header_of_actions_is_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(f"Our plan\n{HEADER.replace('Action', 'Need')}{FIRST}{SECOND}{LAST}", encoding="utf-8")
    with pytest.raises(ValueError, match="copied from a PDF"):
        read_plan(path)
