"""Shapes in which other councils write: each in a few rows, read back cell by cell."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sendxl.plan.master import MEASURES, PLAN, REVIEW
from sendxl.source import Imported, read_plan
from sendxl.source.levels import level_of, read_levels
from sendxl.source.posts import read_posts
from sendxl.source.roles import load_roles
from tests.source.made_plans import docx, p, pdf, tbl, tc, text, xlsx

HEADERS = ("Action", "Lead officer", "Target date", "Success measure")
FIRST = ("Open a lending library of toys", "Library Manager", "31/03/2027", "Library open")
SECOND = ("Lend bikes to families", "Travel Officer", "30/06/2027", "40 bikes lent")


def said(imported: Imported, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row[key] for key in keys) for row in imported.rows[PLAN]]


def figures(imported: Imported) -> list[tuple[Any, Any]]:
    return [(row["baseline"], row["target"]) for row in imported.rows[MEASURES]]


def test_a_theme_in_the_table_is_no_title_below_the_heading_of_the_plan(tmp_path: Path) -> None:
    rows = [[tc("Outcome 1: Play", span=4)], [tc(one) for one in HEADERS], [tc(one) for one in FIRST]]
    imported = read_plan(docx(tmp_path / "a.docx", p("Play action plan", "Heading1"), p("Version 2"), tbl(*rows, raw=True)))
    assert (imported.title, said(imported, "theme")) == ("Play action plan", [("Outcome 1: Play",)])


def test_a_paragraph_that_numbers_a_theme_is_a_heading(tmp_path: Path) -> None:
    long = "Area for priority action 2: Leaders should know which families wait for a place to play and how long they wait"
    path = docx(
        tmp_path / "a.docx",
        p("Joint plan for play", "Heading1"),
        p("Priority 1: Toys"),
        p("Sponsor: Head of Play"),
        tbl(HEADERS, FIRST),
        p(long),
        tbl(HEADERS, SECOND),
    )
    assert said(read_plan(path), "theme") == [("Toys",), (long.split(": ")[1],)]
    page = text(
        tmp_path / "a.html",
        "<h1>Joint plan</h1><p><strong>Theme A – Toys</strong></p><table><tr>"
        + "".join(f"<th>{one}</th>" for one in HEADERS)
        + "</tr><tr>"
        + "".join(f"<td>{one}</td>" for one in FIRST)
        + "</tr></table>",
    )
    assert said(read_plan(page), "theme") == [("Toys",)]


def test_a_label_that_says_nothing_is_a_label_in_tables_of_one_action(tmp_path: Path) -> None:
    def card(*pairs: tuple[str, str]) -> str:
        return tbl(*pairs) + p("")

    labels = ("Action", "Lead", "Due date", "Progress", "Status")
    path = docx(
        tmp_path / "a.docx",
        card(*zip(labels, (*FIRST[:3], "Begun", "On track"), strict=True)),
        card(*zip(labels, (*SECOND[:3], "", "At risk"), strict=True)),
    )
    assert said(read_plan(path), "progress", "lead_status") == [("Begun", "On track"), (None, "At risk")]


BLOCKS = {
    "the line above": "Play plan\n\nTheme 1: Toys\n\n"
    "Action 1.1 Open a lending library of toys\nResponsible officer: Library Manager\n"
    "Completion date: 31/03/2027\nUpdate: Shelves are up\n\nBooks are coming\nRAG: Amber\n\nTheme 2: Bikes\n\n"
    "Action 2.1 Lend bikes to families\nResponsible officer: Travel Officer\nCompletion date: 30/06/2027\nUpdate:\nRAG: Red\n",
    "words below": "Play plan\n\nTheme 1: Toys\n\n"
    "Action\nOpen a lending library of toys\nLead\nLibrary Manager\nWhen\n31/03/2027\n"
    "Progress\nShelves are up\nBooks are coming\nRAG\nAmber\n\nTheme 2: Bikes\n\nAction\nLend bikes to families\nLead\n"
    "Travel Officer\nWhen\n30/06/2027\nProgress\nRAG\nRed\n",
}


@pytest.mark.parametrize("blocks", BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize("ending", ["txt", "md", "docx"])
def test_label_blocks(tmp_path: Path, blocks: str, ending: str) -> None:
    """The action is the line above its labels, or words stand below labels without a colon."""
    path = tmp_path / f"a.{ending}"
    if ending == "docx":
        docx(path, *(p(line) for line in blocks.split("\n") if line))
    else:
        text(
            path,
            blocks.replace("Theme", "## Theme").replace("Action 1", "### Action 1").replace("Action 2", "### Action 2")
            if ending == "md"
            else blocks,
        )
    imported = read_plan(path)
    assert said(imported, "theme", "activity", "lead", "due", "progress", "lead_status") == [
        (
            "Theme 1: Toys" if ending == "txt" else "Toys",
            FIRST[0],
            FIRST[1],
            date(2027, 3, 31),
            "Shelves are up\nBooks are coming",
            "At risk",
        ),
        ("Theme 2: Bikes" if ending == "txt" else "Bikes", SECOND[0], SECOND[1], date(2027, 6, 30), None, "Off track"),
    ]
    assert imported.account.is_whole


def test_labels_parted_by_line_breaks_in_one_paragraph(tmp_path: Path) -> None:
    page = "<h1>Plan</h1>" + "".join(
        f"<h3>{row[0]}</h3><p><b>Lead:</b> {row[1]}<br><b>Due date:</b> {row[2]}<br><b>Measure:</b> {row[3]}</p>"
        for row in (FIRST, SECOND)
    )
    assert said(read_plan(text(tmp_path / "a.html", page)), "activity", "lead") == [FIRST[:2], SECOND[:2]]


def test_numbers_below_a_header_of_themes_are_numbers(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Objective", *HEADERS],
        ["1. Play at home"],
        ["1.1", *FIRST],
        ["1.2", *SECOND],
        ["Total actions", 2],
    ]
    imported = read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows}))
    assert said(imported, "theme", "source_no") == [("1. Play at home", "1.1"), ("1. Play at home", "1.2")]


def test_of_two_columns_of_themes_the_first_is_it(tmp_path: Path) -> None:
    path = text(
        tmp_path / "a.csv",
        "Strand,Aim,Activity,Who,Deadline\nToys,Calm homes,Lend toys,Toy Officer,31.12.2026\n"
        "Bikes,Fresh air,Lend bikes,Bike Officer,31.12.2026\n",
    )
    assert said(read_plan(path), "theme", "aim") == [("Toys", "Calm homes"), ("Bikes", "Fresh air")]


def test_what_is_done_stands_before_the_reason_for_it(tmp_path: Path) -> None:
    rows = [
        ["Ref", "Undertaking", "Lead", "Due date", "Rationale"],
        ["A1", "Bring the toys back to town", "Toy Officer", "May 2027", "Children ask for more of them every week"],
        ["A2", "Share the cost of bikes", "Bike Officer", "June 2027", "Prices went up by a tenth last year alone"],
    ]
    imported = read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows}))
    assert said(imported, "activity", "rationale")[0] == (
        "Bring the toys back to town",
        "Children ask for more of them every week",
    )


def test_an_update_of_a_month_is_progress(tmp_path: Path) -> None:
    rows = [[*HEADERS, "Update Sept 2026"], [*FIRST, "Shelves are up"], [*SECOND, "Bikes bought"]]
    assert said(read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows})), "progress") == [("Shelves are up",), ("Bikes bought",)]


@pytest.mark.parametrize(
    "table",
    [
        [["Performance indicators"], ["Indicator", "2024", "2025", "Target 2026"], ["Toys lent each month", "60%", "70%", "90%"]],
        [["Risks"], ["Risk", "Likelihood", "Impact", "Mitigation"], ["Toys get lost on the way", "High", "Low", "Count them"]],
        [["Abbreviation", "Meaning"], ["SEND", "Special educational needs and disabilities"]],
    ],
)
def test_a_table_of_something_else_below_the_actions(tmp_path: Path, table: list[list[str]]) -> None:
    rows: list[list[Any]] = [["Our plan"], list(HEADERS), list(FIRST), list(SECOND), [None], *table]
    imported = read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows}))
    assert said(imported, "activity") == [(FIRST[0],), (SECOND[0],)]
    assert imported.account.is_whole and len(imported.laid.skipped) == 1


def test_milestones_say_when_an_action_is_due(tmp_path: Path) -> None:
    rows = [
        ["Action", "Milestones", "Lead"],
        [FIRST[0], "Shelves up – May 2026\nLibrary open – January 2027", FIRST[1]],
        [SECOND[0], "Buy them; paint them", SECOND[1]],
    ]
    imported = read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows}))
    assert said(imported, "due") == [(date(2027, 1, 31),), (None,)]
    assert [row["ref"] for row in imported.rows[REVIEW] if row["column"] == "Due"] == ["AC-01"]


@pytest.mark.parametrize(
    ("words", "baseline", "target"),
    [
        ("Response rate of 30%", None, 0.3),
        ("Passport used by 90% of starters", None, 0.9),
        ("18 schools with a team (from 7)", 7, 18),
        ("95% of moves on time (was 71%)", 0.71, 0.95),
        ("Families feel heard (up from 45%)", 0.45, None),
        ("Absence rate below 6%", None, 0.06),
        ("Forecast within 5% of the actual figure", None, None),
        ("Suspensions fall by 20% of the figure now", None, None),
        ("Fair attended by 200 families", None, None),
    ],
)
def test_figures_in_the_midst_of_words(words: str, baseline: float | None, target: float | None) -> None:
    levels = read_levels(words)
    assert [level and level.value for level in (levels.baseline, levels.target)] == [baseline, target]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0 places", 0),
        ("38 weeks", 38),
        ("1,240 children waiting", 1240),
        ("14 per 1,000", 14),
        ("41% (Mar 25)", 0.41),
        ("12 of 30", None),
        ("10 more places", None),
        ("5 to 6", None),
    ],
)
def test_a_figure_with_what_it_counts(cell: str, value: float | None) -> None:
    assert (level_of(cell) and getattr(level_of(cell), "value", None)) == value


def test_figures_among_the_changes_are_a_measure_where_there_is_no_other(tmp_path: Path) -> None:
    rows = [
        ["Activity", "Named lead", "Delivery date", "Intended impact"],
        [FIRST[0], FIRST[1], "Dec-26", "Plans issued in 20 weeks: 35% to 60%"],
        [SECOND[0], SECOND[1], "Mar-27", "Bikes are used"],
    ]
    imported = read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows}))
    assert figures(imported) == [(0.35, 0.6)]
    assert any(row["ref"] == "AC-01.M1" for row in imported.rows[REVIEW])


@pytest.mark.parametrize(
    ("cell", "titles"),
    [
        ("School\nImprovement\nManager", ["School Improvement Manager"]),
        ("Head of SEND /\nSchools Forum\nChair", ["Head of SEND", "Schools Forum Chair"]),
        ("Jane Smith\nHead of SEND", ["Head of SEND"]),
        ("NHS Trust\nSchool Nursing Service", ["NHS Trust", "School Nursing Service"]),
        ("TBC\nHead of SEND", ["Head of SEND"]),
        ("DE (Director of Education)", ["Director of Education"]),
        ("Head Teacher, Alternative Provision", ["Head Teacher, Alternative Provision"]),
        ("Lead: Head of SEND, Support: DCO", ["Head of SEND", "DCO"]),
        ("Strategic Lead - Inclusion", ["Strategic Lead - Inclusion"]),
    ],
)
def test_leads(cell: str, titles: list[str]) -> None:
    assert [post.role.title for post in read_posts(cell, load_roles(None)).posts] == titles


@pytest.mark.parametrize("ruled", [True, False])
def test_a_title_that_a_narrow_column_broke(tmp_path: Path, ruled: bool) -> None:
    """“School” and “Improvement” would fit by their letters, in a column with a longer line, and not by their width."""
    rows = [
        ["Ref", "Action", "Owner", "Target date", "RAG"],
        ["A1", "Open a library of toys", "School\nImprovement\nManager", "31/03/2027", "Green"],
        ["A2", "Lend bikes to families", "Head of Illicit\nHead of Travel", "30/06/2027", "Red"],
        ["A3", "Lend boats to families", "Community\nWellbeing Lead", "30/06/2027", "Red"],
    ]
    imported = read_plan(pdf(tmp_path / "a.pdf", rows, [40, 170, 74, 100, 80], ruled=ruled))
    assert said(imported, "lead", "joint_leads") == [
        ("School Improvement Manager", None),
        ("Head of Illicit", "Head of Travel"),
        ("Community Wellbeing Lead", None),
    ]


def test_a_title_above_the_headers_of_a_copied_table_is_none_of_them(tmp_path: Path) -> None:
    header = "Play and action plan\nNo.\n\nAction\n\nOwner\n\nTarget date\n\nRAG\n\n"
    rows = "".join(
        f"{number}\n\n{row[0]}\n\n{row[1]}\n\n{row[2]}\n\nGreen\n\n" for number, row in (("A1", FIRST), ("A2", SECOND))
    )
    assert said(read_plan(text(tmp_path / "a.txt", header + rows)), "source_no", "activity") == [
        ("A1", FIRST[0]),
        ("A2", SECOND[0]),
    ]


def test_hidden_cells_are_doubted_and_not_the_rest_of_their_row(tmp_path: Path) -> None:
    import openpyxl

    path = xlsx(tmp_path / "a.xlsx", {"Plan": [list(HEADERS), list(FIRST), list(SECOND)]})
    book = openpyxl.load_workbook(path)
    book["Plan"].column_dimensions["D"].hidden = True
    book.save(path)
    assert [(row["ref"], row["column"]) for row in read_plan(path).rows[REVIEW] if row["read_as"] == "hidden"] == [
        ("AC-01; AC-02", "Measure")
    ]


def test_statuses_below_quarters_of_no_year_give_the_last_and_a_doubt(tmp_path: Path) -> None:
    rows = [["Action", "Lead", "Due", "RAG Q1", "RAG Q2"], [*FIRST[:3], "A", "G"], [*SECOND[:3], "R", "A"]]
    imported = read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows}))
    assert said(imported, "lead_status") == [("On track",), ("At risk",)]
    assert [row["raw_text"] for row in imported.rows[REVIEW] if "Of which year" in str(row["doubt"])] == [
        "RAG Q1: A",
        "RAG Q1: R",
    ]


def test_the_day_that_was_first_meant_stands_where_it_was_not_revised(tmp_path: Path) -> None:
    rows = [
        ["Action", "Lead", "Original due date", "Revised due date"],
        [*FIRST[:2], "May 2026", "July 2026"],
        [*SECOND[:2], "May 2026"],
    ]
    assert said(read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows})), "due") == [(date(2026, 7, 31),), (date(2026, 5, 31),)]


def test_a_list_of_terms_is_labels(tmp_path: Path) -> None:
    def card(number: int, row: tuple[str, ...]) -> str:
        terms = zip(("Lead", "Due date", "Measure"), row[1:], strict=True)
        return f"<h3>Action {number}: {row[0]}</h3><dl>" + "".join(f"<dt>{a}</dt><dd>{b}</dd>" for a, b in terms) + "</dl>"

    page = f"<h1>Plan</h1><h2>Priority 1: Toys</h2>{card(1, FIRST)}<h2>Priority 2: Bikes</h2>{card(2, SECOND)}"
    assert said(read_plan(text(tmp_path / "a.html", page)), "theme", "source_no", "activity", "lead") == [
        ("Toys", "1", *FIRST[:2]),
        ("Bikes", "2", *SECOND[:2]),
    ]


def test_lines_with_a_label_go_on_with_the_activity_above_or_are_no_theme(tmp_path: Path) -> None:
    rows = [["Priority 1: Toys"], ["Outcome: Children play at home"], [*FIRST[:3]], ["Update: Shelves are up"], [*SECOND[:3]],
            ["Update: Bikes bought"]]  # fmt: skip
    imported = read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": [list(HEADERS[:3]), *map(list, rows)]}))
    assert said(imported, "theme", "activity", "progress") == [
        ("Priority 1: Toys", FIRST[0], "Shelves are up"),
        ("Priority 1: Toys", SECOND[0], "Bikes bought"),
    ]
    assert "Outcome: Children play at home" in [row["raw_text"] for row in imported.rows[REVIEW]]
    assert imported.account.is_whole


def test_what_is_done_is_the_activity_beside_an_objective(tmp_path: Path) -> None:
    rows = [
        ["Objective", "Key tasks", "LA lead", "Health lead", "Timeframe"],
        ["Play at home", FIRST[0], "Toy Officer", "Play Nurse", "2027"],
    ]
    assert said(read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows})), "theme", "activity", "lead", "joint_leads") == [
        ("Play at home", FIRST[0], "Toy Officer", "Play Nurse")
    ]


@pytest.mark.parametrize(
    ("words", "measure", "baseline", "target"),
    [
        ("Current wait 32 weeks; target 18 weeks", "Current wait 32 weeks; target 18 weeks", 32, 18),
        ("Young people at work to rise to 60 (24 in 2025)", "Young people at work", 24, 60),
        ("Appeals: 2024/25: 110; 2026/27: 70", "Appeals", 110, 70),
    ],
)
def test_figures_of_one_measure(tmp_path: Path, words: str, measure: str, baseline: float, target: float) -> None:
    rows = [["Action", "Lead", "Measure"], [*FIRST[:2], words]]
    imported = read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows}))
    assert [row["measure"] for row in imported.rows[MEASURES]] == [measure]
    assert figures(imported) == [(baseline, target)]


SPACED = """Play plan

{0}Action                         Lead                  Timescale     RAG
{1}Open a library of toys for     Family                April 2027    Amber
{2}every family in the town       Engagement
{2}                               Worker and Parent
{2}                               Carer Forum
{2}                               Coordinator
{3}Lend bikes                     Travel Officer        By 31 March   Green
{2}                                                     2027
"""


@pytest.mark.parametrize("starts", [("", "", "", ""), ("Ref   ", "1.1   ", "      ", "1.2   ")], ids=["plain", "numbered"])
def test_a_text_whose_columns_are_parted_by_spaces(tmp_path: Path, starts: tuple[str, ...]) -> None:
    imported = read_plan(text(tmp_path / "a.txt", SPACED.format(*starts)))
    assert said(imported, "activity", "lead", "joint_leads", "due") == [
        (
            "Open a library of toys for every family in the town",
            "Family Engagement Worker",
            "Parent Carer Forum Coordinator",
            date(2027, 4, 30),
        ),
        ("Lend bikes", "Travel Officer", None, date(2027, 3, 31)),
    ]
    assert any(row["read_as"] == "from PDF" for row in imported.rows[REVIEW])


def test_rows_of_a_page_without_rules_or_numbers(tmp_path: Path) -> None:
    """A row begins with a day or a status, not with every line of the first column."""
    rows = [
        ["Action", "Lead", "Timescale", "RAG"],
        ["Open a library of toys\nfor every family", FIRST[1], "April\n2027", "Amber"],
        ["Lend bikes\nto children", SECOND[1], "May 2027", "Green"],
    ]
    imported = read_plan(pdf(tmp_path / "a.pdf", rows, [170, 140, 100, 80], ruled=False))
    assert said(imported, "activity", "due") == [
        ("Open a library of toys for every family", date(2027, 4, 30)),
        ("Lend bikes to children", date(2027, 5, 31)),
    ]


def test_what_will_be_done_is_the_activity_beside_what_is_wanted(tmp_path: Path) -> None:
    rows = [
        ["What do we want to achieve?", "What will we do?", "Who?", "By when?"],
        ["Play at home", FIRST[0], FIRST[1], FIRST[2]],
    ]
    assert said(read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows})), "activity", "expected_change") == [
        (FIRST[0], "Play at home")
    ]


def test_a_table_without_headers_goes_on_with_the_one_before(tmp_path: Path) -> None:
    head = "".join(f"<th>{one}</th>" for one in HEADERS)

    def row(cells: tuple[str, ...]) -> str:
        return "<tr>" + "".join(f"<td>{one}</td>" for one in cells) + "</tr>"

    page = f"<h1>Plan</h1><h2>Toys</h2><table><tr>{head}</tr>{row(FIRST)}</table><h2>Bikes</h2><table>{row(SECOND)}</table>"
    page += "<h2>People</h2><table>" + row(("Kim Lane", "Head of Play", "0123 456", "kim@play.example")) + "</table>"
    imported = read_plan(text(tmp_path / "a.html", page))
    assert said(imported, "theme", "activity") == [("Toys", FIRST[0]), ("Bikes", SECOND[0])]
    assert imported.account.is_whole and len(imported.laid.skipped) == 1


def test_cells_pasted_with_line_breaks_and_no_quotes(tmp_path: Path) -> None:
    pasted = (
        "Ref\tAction\tLead\tTarget date\tRAG\n1.1\tOpen a library\nof toys\tLibrary Manager\nToy Officer\t31/03/2027\tAmber\n"
        "1.2\tLend bikes\tTravel Officer\t30/06/2027\tGreen\n"
    )
    imported = read_plan(text(tmp_path / "a.txt", pasted))
    assert said(imported, "source_no", "activity", "lead", "joint_leads", "lead_status") == [
        ("1.1", "Open a library of toys", "Library Manager", "Toy Officer", "At risk"),
        ("1.2", "Lend bikes", "Travel Officer", None, "On track"),
    ]


def test_rows_that_end_early_are_not_put_together(tmp_path: Path) -> None:
    rows = "Action\tLead\tDue\tRAG\tNotes\nOpen a library\tLibrary Manager\tMay 2027\nLend bikes\tTravel Officer\tJune 2027\n"
    assert len(read_plan(text(tmp_path / "a.txt", rows)).rows[PLAN]) == 2


def test_a_theme_with_its_owner_in_the_next_cell(tmp_path: Path) -> None:
    rows: list[list[Any]] = [list(HEADERS), ["Objective 1: Toys", None, "Objective owner: Head of Play"], list(FIRST)]
    imported = read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows}))
    assert said(imported, "theme", "activity") == [("Objective 1: Toys", FIRST[0])]
    assert "Objective owner: Head of Play" in [row["raw_text"] for row in imported.rows[REVIEW]]
    assert imported.account.is_whole


def test_numbers_of_actions_on_lines_of_their_own(tmp_path: Path) -> None:
    blocks = "OUR PLAN\n\nPRIORITY 1: TOYS\n\n" + "".join(
        f"ACTION {number}\n    Description:  {row[0]}\n    Owner:        {row[1]}\n    Deadline:     {row[2]}\n\n"
        for number, row in enumerate((FIRST, SECOND), 1)
    )
    assert said(read_plan(text(tmp_path / "a.txt", blocks)), "theme", "source_no", "activity", "lead") == [
        ("PRIORITY 1: TOYS", "1", *FIRST[:2]),
        ("PRIORITY 1: TOYS", "2", *SECOND[:2]),
    ]


def test_a_table_of_labels_below_each_action(tmp_path: Path) -> None:
    tables = "# Plan\n\n## Priority 1: Toys\n\n" + "".join(
        f"### Action {number}: {row[0]}\n\n| | |\n|---|---|\n| Lead | {row[1]} |\n| Due | {row[2]} |\n| RAG | Green |\n\n"
        for number, row in enumerate((FIRST, SECOND), 1)
    )
    imported = read_plan(text(tmp_path / "a.md", tables))
    assert said(imported, "theme", "source_no", "activity", "lead") == [
        ("Toys", "1", *FIRST[:2]),
        ("Toys", "2", *SECOND[:2]),
    ]
    assert imported.account.is_whole


def test_a_form_with_two_labels_in_a_row(tmp_path: Path) -> None:
    def form(row: tuple[str, ...], progress: str) -> str:
        cells = (
            ("Action", row[0], "Lead officer", row[1]),
            ("Deadline", row[2], "RAG", "Red"),
            ("Measure", row[3], "Progress", progress),
        )
        return tbl(*cells) + p("")

    imported = read_plan(docx(tmp_path / "a.docx", p("Plan of forms", "Title"), form(FIRST, ""), form(SECOND, "Begun")))
    assert said(imported, "activity", "lead", "due", "lead_status", "progress") == [
        (*FIRST[:2], date(2027, 3, 31), "Off track", None),
        (*SECOND[:2], date(2027, 6, 30), "Off track", "Begun"),
    ]
    assert imported.account.is_whole


def test_headers_of_several_lines_on_a_page_without_rules(tmp_path: Path) -> None:
    """Headers that the width of their columns broke, one of them in a word; days that go on below; a status that is alone."""
    rows = [
        ["Our\ncommitme\nnts", "Responsible\nofficer", "Timescale for\ncompletion", "Task\nno.", "Progress\nrating"],
        ["Open a library\nof toys for\nevery family", FIRST[1], "By end of\nMarch 2027", "1.1", "Amber"],
        ["Lend bikes\nto children", SECOND[1], "Jan 2027 -\nMay 2027", "1.2", "Green"],
    ]
    imported = read_plan(pdf(tmp_path / "a.pdf", rows, [90, 140, 100, 60, 80], ruled=False))
    assert said(imported, "source_no", "activity", "lead", "starts", "due", "lead_status") == [
        ("1.1", "Open a library of toys for every family", FIRST[1], None, date(2027, 3, 31), "At risk"),
        ("1.2", "Lend bikes to children", SECOND[1], date(2027, 1, 1), date(2027, 5, 31), "On track"),
    ]


def test_days_that_go_on_below_begin_no_row_without_numbers(tmp_path: Path) -> None:
    rows = [
        ["Action", "Lead", "Due", "RAG"],
        ["Open a library of toys\nfor every family", FIRST[1], "By end of\nMarch 2027", "Amber"],
        ["Lend bikes\nto children", SECOND[1], "Jan 2027 -\nMay 2027", "Green"],
    ]
    imported = read_plan(pdf(tmp_path / "a.pdf", rows, [170, 140, 100, 80], ruled=False))
    assert said(imported, "activity", "due") == [
        ("Open a library of toys for every family", date(2027, 3, 31)),
        ("Lend bikes to children", date(2027, 5, 31)),
    ]


def test_an_objective_above_the_headers_is_the_theme_where_nothing_else_is(tmp_path: Path) -> None:
    rows = [
        ["Our plan"],
        ["Objective: Play at home"],
        list(HEADERS),
        list(FIRST),
        ["Objective: Play outside"],
        list(HEADERS),
        list(SECOND),
    ]
    path = text(tmp_path / "a.csv", "\n".join(",".join(row) for row in rows))
    assert said(read_plan(path), "theme", "activity") == [
        ("Objective: Play at home", FIRST[0]),
        ("Objective: Play outside", SECOND[0]),
    ]


def test_the_first_theme_above_the_table_is_no_title(tmp_path: Path) -> None:
    blocks = "Priority 1: Toys\n\n" + "".join(
        f"Recommendation {number}\nWhat we will do: {row[0]}\nWho is responsible: {row[1]}\nBy when: {row[2]}\n\n"
        for number, row in enumerate((FIRST, SECOND), 1)
    )
    assert said(read_plan(text(tmp_path / "a.txt", blocks)), "theme", "source_no") == [
        ("Priority 1: Toys", "1"),
        ("Priority 1: Toys", "2"),
    ]


def test_targets_in_sentences_are_measures(tmp_path: Path) -> None:
    rows = [
        ["Action", "Lead", "Target measure"],
        [*FIRST[:2], "Longest wait 26 weeks (from 61)"],
        [*SECOND[:2], "One form in use"],
    ]
    imported = read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows}))
    assert figures(imported) == [(61, 26), (None, None)]
    assert any("was taken as the target" in str(row["doubt"]) for row in imported.rows[REVIEW])


def test_an_outcome_of_several_rows_is_not_what_is_done(tmp_path: Path) -> None:
    head = ["Outcome", "Step by step", "Named person", "Timescales"]
    rows: list[list[Any]] = [head, ["Calm homes", *FIRST[:3]], [None, *SECOND[:3]]]
    imported = read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows}, merges=[("Plan", "A2:A3")]))
    assert said(imported, "activity", "expected_change") == [(FIRST[0], "Calm homes"), (SECOND[0], "Calm homes")]


def test_a_hyphen_at_the_end_of_a_line_stays(tmp_path: Path) -> None:
    rows = [
        ["Ref", "Action", "Lead", "RAG"],
        ["1", "Refresh the anti-\nbullying guide", FIRST[1], "Red"],
        ["2", SECOND[0], SECOND[1], "Red"],
    ]
    imported = read_plan(pdf(tmp_path / "a.pdf", rows, [40, 90, 140, 60], ruled=True))
    assert said(imported, "activity")[0] == ("Refresh the anti-bullying guide",)


def test_a_line_that_ends_in_an_arrow_goes_on(tmp_path: Path) -> None:
    rows = [
        ["Ref", "Action", "Measure", "RAG"],
        ["1", FIRST[0], "Toys lent each week: 84 ->\n120", "Red"],
        ["2", SECOND[0], "Bikes", "Red"],
    ]
    assert figures(read_plan(pdf(tmp_path / "a.pdf", rows, [40, 190, 190, 60], ruled=True)))[0] == (84, 120)


def test_totals_by_any_name_are_no_activities(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Action", "Lead", "Saving"],
        [*FIRST[:2], 36],
        ["Overall total", None, 36],
        ["Net total:", None, 30],
    ]
    assert said(read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows})), "activity") == [(FIRST[0],)]


def test_days_of_months_are_no_numbers(tmp_path: Path) -> None:
    rows = [["No", "Action", "Delivery timescale"], ["1", FIRST[0], "Sep-26"], ["2", SECOND[0], "May-27"]]
    assert said(read_plan(xlsx(tmp_path / "a.xlsx", {"Plan": rows})), "source_no", "due") == [
        ("1", date(2026, 9, 30)),
        ("2", date(2027, 5, 31)),
    ]


def test_words_that_are_struck_through_are_doubted(tmp_path: Path) -> None:
    import openpyxl
    from openpyxl.styles import Font

    book = xlsx(tmp_path / "a.xlsx", {"Plan": [list(HEADERS), list(FIRST), list(SECOND)]})
    opened = openpyxl.load_workbook(book)
    opened["Plan"]["C3"].font = Font(strike=True)
    opened.save(book)
    run = (
        "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>May 2027</w:t></w:r><w:r><w:t xml:space='preserve'> June 2027</w:t></w:r></w:p>"
    )
    cells = [tc(SECOND[0]), tc(SECOND[1]), tc(run, raw=True), tc(SECOND[3])]
    word = docx(
        tmp_path / "a.docx", p("Plan", "Title"), tbl([tc(one) for one in HEADERS], [tc(one) for one in FIRST], cells, raw=True)
    )
    rows = [
        "".join(f"<td>{one}</td>" for one in row) for row in (HEADERS, FIRST, (*SECOND[:2], f"<s>{SECOND[2]}</s>", SECOND[3]))
    ]
    page = text(tmp_path / "a.html", "<h1>Plan</h1><table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
    for path in (book, word, page):
        doubts = [(row["ref"], row["column"]) for row in read_plan(path).rows[REVIEW] if row["read_as"] == "struck through"]
        assert doubts == [("AC-02", "Due")], path.name
