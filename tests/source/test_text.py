"""The layout of a plan: what is survived, and what is refused with a message that says where and what to do."""

from pathlib import Path

import pytest

from sendxl.plan.master import PLAN, REVIEW
from sendxl.source import read_plan
from sendxl.source.decoding import MOST_BYTES
from sendxl.source.formats.text import read as read_text
from sendxl.source.raw import RawPlan

HEADER = ("Activity\tMeasure\tExpected change\tRationale\tSavings\tBenefits realisation\t"
          "Lead (including capacity/resource)")


def row(activity: str, lead: str = "Head of SEND") -> str:
    return f"{activity}\tNumber of plans\tTo increase\tWhy – so\tLow Less spent\tNow\t{lead}"


def read(folder: Path, content: str | bytes) -> RawPlan:
    path = folder / "plan.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_text(path)


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
}


@pytest.mark.parametrize("content", SURVIVED.values(), ids=SURVIVED)
def test_survives(tmp_path: Path, content: str | bytes) -> None:
    plan = read(tmp_path, content)
    assert plan.title == "A plan"
    assert [(raw.activity, raw.theme) for raw in plan.activities] == THEMES
    assert {raw.rationale for raw in plan.activities} == {"Why – so"}
    assert not plan.leftovers


def test_the_same_words_have_the_same_id_however_saved(tmp_path: Path) -> None:
    ids = set()
    for name in ("as published", "byte order mark", "CRLF", "Windows-1252"):
        read(tmp_path, SURVIVED[name])
        ids.add(read_plan(tmp_path / "plan.txt").plan_id)
    assert len(ids) == 1
    read(tmp_path, PLAN_TEXT.replace("One", "Another"))
    assert read_plan(tmp_path / "plan.txt").plan_id not in ids


def test_columns_are_found_by_header(tmp_path: Path) -> None:
    plan = read(tmp_path, "A plan\nLead\tMeasure\tActivity\tRationale\tSavings\tBenefits\tExpected change\nTheme\n"
                          "A lead\tA measure\tAn activity\tWhy\tLow\tNow\tTo increase")
    (raw,) = plan.activities
    assert (raw.activity, raw.measure, raw.lead, raw.benefits) == ("An activity", "A measure", "A lead", "Now")
    assert raw.line == 4


def test_words_outside_the_rows_reach_review(tmp_path: Path) -> None:
    content = PLAN_TEXT.replace(row("Two"), "A footnote\n" + row("Two") + "\tA margin note")
    assert [left.words for left in read(tmp_path, content).leftovers] == ["A footnote", "A margin note"]
    doubts = [row_ for row_ in read_plan(tmp_path / "plan.txt").rows[REVIEW] if not row_["ref"]]
    assert [doubt["raw_text"] for doubt in doubts][:2] == ["A footnote", "A margin note"]


def test_short_rows_and_untitled_plans(tmp_path: Path) -> None:
    read(tmp_path, "\n".join([HEADER, "Theme", "Do it\tA measure"]))
    imported = read_plan(tmp_path / "plan.txt")
    assert imported.title == "plan"
    (activity,) = imported.rows[PLAN]
    assert (activity["activity"], activity["lead"], activity["savings_note"]) == ("Do it", None, None)
    assert "Lead" in [doubt["column"] for doubt in imported.rows[REVIEW]]


REFUSED = {
    "empty": (b"", "no header row"),
    "prose": (b"Minutes of a meeting\nNothing of note", "no header row was found in its 2 lines"),
    "header only": (HEADER.encode(), "no activities"),
    "header lacks a cell": (PLAN_TEXT.replace("\tRationale", "").encode(), r"plan\.txt, line 3: .*“Rationale”"),
    "activity before a theme": (f"Plan\n{HEADER}\n{row('One')}".encode(), r"plan\.txt, line 3: .*theme"),
    "a workbook": (b"PK\x03\x04 and so on", "a Word, Excel or zip file"),
    "a PDF": (b"%PDF-1.7", "a PDF file"),
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
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(ValueError, match="cannot be read"):
            read_plan(path)
