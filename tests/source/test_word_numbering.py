"""Numbers and bullets that Word makes by itself are read: the number of an action, of a theme, of a step."""

import zipfile
from pathlib import Path

import pytest

from sendxl.plan.master import LEADS, MEASURES, PLAN
from sendxl.source import read_plan
from tests.source.made_plans import docx, p, tbl, tc

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def level(at: int, text: str, format: str = "decimal", start: int = 1) -> str:
    return (f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>')


def numbered(path: Path, *levels: str) -> Path:
    """Give a document lists: 1 has the levels, 2 is one of bullets, 3 is as 1 and begins anew."""
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("word/numbering.xml", (
            f'<w:numbering {_W}><w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
            f'<w:abstractNum w:abstractNumId="8">{level(0, "", "bullet")}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
            '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
            '</w:lvlOverride></w:num></w:numbering>'))
    return path


def listed(text: str, of: int = 1, at: int = 0) -> str:
    """A paragraph of a list."""
    return p(text).replace("<w:p>", f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{of}"/></w:numPr></w:pPr>', 1)


def row(*cells: str) -> list[str]:
    return [cell if cell.startswith("<w:tc>") else tc(cell) for cell in cells]


def test_the_number_that_word_gives_an_action_is_its_number(tmp_path: Path) -> None:
    """In a column of its own, whose cells hold no words at all, and before the words of the action."""
    header = row("No", "Action", "Lead", "By when")
    rows = [row(tc(listed("", at=1), raw=True), action, "Play Lead", "May 2027") for action in ("Open", "Mend", "Close")]
    rows[2][0] = tc(listed("", at=1), raw=True)
    theme = [tc(listed("Calm", at=0), span=4, raw=True)]
    path = numbered(docx(tmp_path / "plan.docx", tbl(header, theme, *rows, raw=True)), level(0, "%1."), level(1, "%1.%2"))
    imported = read_plan(path)
    assert [(one["source_no"], one["activity"], one["theme"]) for one in imported.rows[PLAN]] == [
        ("1.1", "Open", "1. Calm"), ("1.2", "Mend", "1. Calm"), ("1.3", "Close", "1. Calm")]
    assert imported.account.is_whole


@pytest.mark.parametrize(("format", "numbers"), [
    ("decimal", ["1", "2", "3"]), ("decimalZero", ["01", "02", "03"])])
def test_a_number_before_the_words_of_an_action(tmp_path: Path, format: str, numbers: list[str]) -> None:
    rows = [row(tc(listed(action), raw=True), "Play Lead", "May 2027") for action in ("Open", "Mend", "Close")]
    path = numbered(docx(tmp_path / "plan.docx", tbl(row("Action", "Lead", "By when"), *rows, raw=True)), level(0, "%1.", format))
    assert [(one["source_no"], one["activity"]) for one in read_plan(path).rows[PLAN]] == list(
        zip(numbers, ("Open", "Mend", "Close"), strict=True))


def test_steps_measures_and_leads_in_lists(tmp_path: Path) -> None:
    steps = tc(p("Open a centre") + listed("find a house", 3) + listed("hire staff", 3), raw=True)
    bullets = tc(listed("Number of visits", 2) + listed("% of parents content", 2), raw=True)
    leads = tc(listed("Play Lead", 2) + listed("House Manager", 2), raw=True)
    path = numbered(docx(tmp_path / "plan.docx", tbl(row("Action", "Lead", "By when", "Measure"),
                                                     [steps, leads, tc("May 2027"), bullets], raw=True)), level(0, "%1."))
    imported = read_plan(path)
    (activity,) = imported.rows[PLAN]
    assert (activity["activity"], activity["lead"], activity["joint_leads"]) == ("Open a centre", "Play Lead", "House Manager")
    assert activity["steps"] == "1. find a house\n2. hire staff"
    assert [one["measure"] for one in imported.rows[MEASURES]] == ["Number of visits", "% of parents content"]
    assert len(imported.rows[LEADS]) == 2


@pytest.mark.parametrize("xml", ["<w:numbering", "<x/>", f'<w:numbering {_W}><w:num w:numId="1"/></w:numbering>'])
def test_a_part_of_lists_that_says_nothing_hinders_nothing_or_is_told(tmp_path: Path, xml: str) -> None:
    action = row(tc(listed("Open"), raw=True), "Play Lead", "May 2027")
    path = docx(tmp_path / "plan.docx", tbl(row("Action", "Lead", "By when"), action, raw=True))
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("word/numbering.xml", xml)
    if xml.endswith(">"):
        assert [one["activity"] for one in read_plan(path).rows[PLAN]] == ["Open"]
    else:
        with pytest.raises(ValueError, match=r"plan\.docx"):
            read_plan(path)
