"""The layout of a plan kept as text: what is survived, and what is refused with a message that says where and what to do."""

from pathlib import Path

import pytest

from sendxl.plan.master import MEASURES, PLAN, REVIEW
from sendxl.source import Imported, read_plan
from sendxl.source.decoding import MOST_BYTES

HEADER = ("Activity\tMeasure\tExpected change\tRationale\tSavings\tBenefits realisation\t"
          "Lead (including capacity/resource)")


def row(activity: str, lead: str = "Head of SEND") -> str:
    return f"{activity}\tNumber of plans\tTo increase\tWhy – so\tLow Less spent\tNow\t{lead}"


def read(folder: Path, content: str | bytes, name: str = "plan.txt") -> Imported:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_plan(path)


PLAN_TEXT = "\n".join(["A plan", "", HEADER + "\t\t", "First theme\t\t", row("One"), row("Two") + "\t\t", "",
                       HEADER + "\t\t\t\t", "\tSecond theme", row("Three"), HEADER, "\t\t\tThird theme\t", row("Four")])
THEMES = [("One", "First theme"), ("Two", "First theme"), ("Three", "Second theme"), ("Four", "Third theme")]

SURVIVED: dict[str, str | bytes] = {
    "as published": PLAN_TEXT,
    "byte order mark": "\ufeff" + PLAN_TEXT,
    "CRLF": PLAN_TEXT.replace("\n", "\r\n") + "\r\n",
    "old Mac line ends": PLAN_TEXT.replace("\n", "\r"),
    "blank lines, some with tabs": PLAN_TEXT.replace("\n", "\n\t\t\n\n"),
    "Windows-1252": PLAN_TEXT.encode("cp1252"),
    "UTF-16, as Excel saves text": PLAN_TEXT.encode("utf-16"),
    "page numbers between rows": PLAN_TEXT.replace(row("Two"), "Page 2 of 3\n" + row("Two") + "\t\t\n3"),
    "header again after a page break": PLAN_TEXT.replace(row("Two"), HEADER + "\n" + row("Two")),
    "theme above its header": PLAN_TEXT.replace(HEADER + "\n\t\t\tThird theme\t", "Third theme\n" + HEADER),
    "cells in guarding quotes": PLAN_TEXT.replace("Why – so", '"Why – so"'),
    "one header for all themes":
        PLAN_TEXT.replace("\n" + HEADER + "\t\t\t\t", "").replace("\n" + HEADER + "\n\t\t\tT", "\n\n\t\t\tT"),
    "semicolons": PLAN_TEXT.replace("\t", ";"),
    "bars": PLAN_TEXT.replace("\t", "|"),
}


@pytest.mark.parametrize("content", SURVIVED.values(), ids=SURVIVED)
def test_survives(tmp_path: Path, content: str | bytes) -> None:
    plan = read(tmp_path, content)
    assert plan.title == "A plan"
    assert [(row["activity"], row["theme"]) for row in plan.rows[PLAN]] == THEMES
    assert {row["rationale"] for row in plan.rows[PLAN]} == {"Why – so"}
    assert plan.account.is_whole
    assert not [doubt for doubt in plan.rows[REVIEW] if doubt["column"] in (None, "Theme", "Activity")]


def test_the_same_words_have_the_same_id_however_saved(tmp_path: Path) -> None:
    names = ("as published", "byte order mark", "CRLF", "Windows-1252")
    ids = {read(tmp_path, SURVIVED[name]).plan_id for name in names}
    assert len(ids) == 1
    assert read(tmp_path, PLAN_TEXT.replace("One", "Another")).plan_id not in ids


def test_columns_are_found_by_header(tmp_path: Path) -> None:
    plan = read(tmp_path, "A plan\nLead\tMeasure\tActivity\tRationale\tSavings\tBenefits\tExpected change\nTheme\n"
                          "Head of SEND\tGuide published\tAn activity\tWhy\tLow\tNow\tTo increase")
    (activity,) = plan.rows[PLAN]
    assert (activity["activity"], activity["lead"], activity["savings_rating"]) == ("An activity", "Head of SEND", "Low")
    assert plan.rows[MEASURES][0]["measure"] == "Guide published"


def test_words_outside_the_rows_reach_review(tmp_path: Path) -> None:
    plan = read(tmp_path, PLAN_TEXT.replace(row("Two"), "* A footnote\n" + row("Two") + "\tA margin note"))
    doubts = [doubt for doubt in plan.rows[REVIEW] if not doubt["ref"] and not doubt["column"]]
    assert [(doubt["raw_text"], doubt["place_in_source"]) for doubt in doubts] == [
        ("* A footnote", "line 6, cell 1"), ("A margin note", "line 7, cell 8")]


def test_short_rows_and_untitled_plans(tmp_path: Path) -> None:
    imported = read(tmp_path, "\n".join([HEADER, "Theme", "Do it\tA measure"]))
    assert imported.title == "plan"
    (activity,) = imported.rows[PLAN]
    assert (activity["activity"], activity["lead"], activity["savings_note"]) == ("Do it", None, None)
    assert "Lead" in [doubt["column"] for doubt in imported.rows[REVIEW]]


def test_line_breaks_and_doubled_quotes_in_a_quoted_cell(tmp_path: Path) -> None:
    imported = read(tmp_path, 'Action,Lead,Success measure\n"Run a ""drop-in"" café","Head of SEND\nInclusion Officer",'
                              '"Number of visits\nNumber of cafés"\nOpen "The Hub",Head of SEND,Hub opened\n', "plan.csv")
    first, second = imported.rows[PLAN]
    assert (first["activity"], first["lead"], first["joint_leads"]) == (
        'Run a "drop-in" café', "Head of SEND", "Inclusion Officer")
    assert second["activity"] == 'Open "The Hub"'
    assert [one["measure"] for one in imported.rows[MEASURES]] == ["Number of visits", "Number of cafés", "Hub opened"]


def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path) -> None:
    imported = read(tmp_path, 'Action\tLead\tDue date\n"Belonging\tHead of SEND\tMay 2026\nTrain staff\tHead of SEND\tJune 2026')
    assert [activity["activity"] for activity in imported.rows[PLAN]] == ['"Belonging', "Train staff"]


REFUSED = {
    "empty": (b"", "is empty: no words were found in it"),
    "prose": (b"Minutes of a meeting\nNothing of note", "no header row was found, as this file has no table"),
    "another table": (b"Cost centre,April,May\nA,1,2", "Its fullest row begins with “Cost centre”, “April”, “May”"),
    "header only": (HEADER.encode(), "has a header row .“activity”, “measure”.* but no activities"),
    "a picture": (b"\x89PNG\r\n", "is a picture"),
    "a workbook called text": (b"PK\x03\x04", "the ending .docx"),
    "an old workbook": (b"\xd0\xcf\x11\xe0 and so on", "an old Word or Excel file"),
    "zero bytes": (b"Plan\nab\x00c", r"plan\.txt, line 2: is not text"),
    "too big": (b"x" * (MOST_BYTES + 1), "larger than 20 MB"),
}


@pytest.mark.parametrize(("content", "says"), REFUSED.values(), ids=REFUSED)
def test_refuses_in_one_plain_message(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refusal:
        read(tmp_path, content)
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path, tmp_path / "none.docx", tmp_path / "none.xlsx", tmp_path / "none.pdf"):
        with pytest.raises(ValueError, match="cannot be read"):
            read_plan(path)
