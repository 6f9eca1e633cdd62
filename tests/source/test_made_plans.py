"""Plans of other shapes: every activity is found, its cells are read right, and no cell of the source is lost."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.plan.master import LEADS, MEASURES, PERIODS, PLAN, REVIEW, SAVINGS, TARGETS
from sendxl.source import Imported, read_plan
from sendxl.source.formats import reader_of
from tests.source import made_plans as made

STARTS = date(2025, 9, 1)
Expected = list[dict[str, Any]]

PLANS: dict[str, tuple[Callable[[Path], Path], Expected]] = {
    "Word, with tracked changes": (
        made.word_with_changes,
        [
            {
                "theme": "Sensory needs",
                "activity": "Open a second sensory room",
                "lead": "Head of Sensory Support",
                "due": date(2026, 6, 30),
                "lead_status": "Off track",
            },
            {
                "theme": "Sensory needs",
                "activity": "Lend hearing kit to nurseries",
                "lead": "Early Years Adviser",
                "due": date(2026, 12, 31),
                "lead_status": "On track",
            },
            {
                "theme": "Short breaks",
                "activity": "Publish the short breaks statement",
                "lead": "Short Breaks Manager",
                "due": None,
                "lead_status": "Not started",
                "percent_complete": 0,
            },
        ],
    ),
    "Word, a table of labels for each": (
        made.word_with_label_tables,
        [
            {
                "theme": "Belonging",
                "activity": "Start lunchtime clubs",
                "lead": "Inclusion Manager",
                "due": date(2026, 12, 31),
                "lead_status": "On track",
            },
            {"theme": "Belonging", "activity": "Train lunchtime staff", "lead": "Training Officer", "due": date(2027, 3, 31)},
            {"theme": "Moving on", "activity": "Taster days at college", "lead": "Post 16 Adviser", "due": date(2027, 7, 31)},
        ],
    ),
    "Excel, a sheet for each theme": (
        made.excel_by_sheet,
        [
            {
                "theme": "Pathways",
                "source_no": "1",
                "activity": "Map every pathway",
                "lead": "Pathway Manager",
                "starts": date(2026, 1, 5),
                "due": date(2026, 6, 30),
                "lead_status": "On track",
                "progress": "Two of five mapped",
            },
            {"theme": "Pathways", "activity": "Join up the front door", "lead_status": "At risk", "due": date(2026, 12, 31)},
            {"theme": "Travel", "activity": "Agree one transport offer", "lead": "Travel Manager", "lead_status": "Complete"},
        ],
    ),
    "Excel, with figures": (
        made.excel_with_figures,
        [
            {
                "theme": "Places",
                "source_no": "1",
                "activity": "Build a new base",
                "starts": date(2025, 9, 1),
                "due": date(2027, 8, 31),
                "percent_complete": 0.4,
                "lead_status": "On track",
                "ward": "North",
            },
            {
                "theme": "Places",
                "source_no": "2",
                "activity": "Bring pupils back to county",
                "percent_complete": 1.0,
                "lead_status": "Complete",
            },
        ],
    ),
    "semicolons, and columns of its own": (
        made.csv_with_history,
        [
            {
                "theme": None,
                "activity": "Write to every family, twice a year",
                "lead": "Participation Lead",
                "due": date(2027, 3, 31),
                "lead_status": "On track",
                "progress": "Draft seen",
                "next_steps": "Print",
                "committee": "People",
                "ward": "All",
            },
            {
                "activity": "Set up a youth board",
                "lead": "Participation Lead",
                "joint_leads": "Youth Voice Officer",
                "due": date(2026, 12, 31),
                "lead_status": "At risk",
            },
        ],
    ),
    "a web page with spans": (
        made.page_with_spans,
        [
            {
                "theme": "Calm schools",
                "activity": "Coach ten schools",
                "lead": "Behaviour Adviser",
                "starts": date(2026, 1, 1),
                "due": date(2026, 7, 31),
                "lead_status": "At risk",
                "steps": "1. choose them\n2. begin",
            },
            {
                "theme": "Calm schools",
                "activity": "Publish what works",
                "lead": "Research Officer, Public Health",
                "due": date(2026, 8, 31),
                "lead_status": "Complete",
            },
            {
                "theme": "Strong families",
                "activity": "Run parent courses",
                "lead": "Family Learning Manager",
                "due": date(2027, 3, 31),
            },
        ],
    ),
    "blocks of labels": (
        made.labelled_text,
        [
            {
                "theme": "Speech and language",
                "activity": "Train the childminders",
                "lead": "Speech Therapy Lead",
                "due": date(2026, 9, 30),
            },
            {"theme": "Speech and language", "activity": "Open a phone line", "due": None},
            {"theme": "Autism", "activity": "Shorten the wait", "lead": "Autism Pathway Lead (ICB)", "due": date(2027, 3, 31)},
        ],
    ),
    "numbered themes": (
        made.numbered_text,
        [
            {"theme": "Early years", "source_no": "1.1", "activity": "Fund quiet rooms", "due": date(2026, 10, 1)},
            {"theme": "Early years", "source_no": "1.2", "activity": "Link with health visitors", "due": date(2026, 11, 30)},
            {"theme": "Teenagers", "source_no": "2.1", "activity": "Mentors for Year 8", "due": date(2027, 3, 28)},
        ],
    ),
    "Markdown": (
        made.markdown_tables,
        [
            {"theme": "Health", "activity": "Share the *A | B* form", "lead": "DCO", "due": date(2026, 5, 31)},
            {
                "theme": "Care",
                "activity": "Join the panels",
                "lead": "Panel Chair",
                "joint_leads": "Panel Clerk",
                "due": date(2027, 3, 31),
            },
        ],
    ),
    "Excel, with its key in rows": (
        made.excel_with_key_rows,
        [
            {
                "theme": "Priority 1: Ports",
                "source_no": "1.1",
                "activity": "Teach sailing",
                "due": date(2028, 9, 30),
                "lead_status": "At risk",
            },
            {"activity": "Paint boats", "completed_on": date(2026, 9, 12), "lead_status": "Complete", "percent_complete": 1},
        ],
    ),
    "one header above two columns": (
        made.page_with_a_header_of_two,
        [{"theme": "Belonging", "source_no": "1.1", "activity": "Open clubs", "lead": "Club Lead", "due": date(2026, 12, 31)}],
    ),
    "a ruled PDF": (
        lambda folder: made.pdf(folder / "ruled.pdf", made.PDF_ROWS, made.PDF_WIDTHS, ruled=True),
        [
            {
                "source_no": "1",
                "activity": "Give every school a named psychologist",
                "lead": "Principal EP",
                "due": date(2026, 9, 30),
                "lead_status": "At risk",
            },
            {"source_no": "2", "activity": "Hold surgeries", "lead": "SEND Adviser", "due": None, "lead_status": "On track"},
        ],
    ),
    "a PDF without rules": (
        lambda folder: made.pdf(folder / "open.pdf", made.PDF_ROWS, made.PDF_WIDTHS, ruled=False),
        [
            {
                "source_no": "1",
                "activity": "Give every school a named psychologist",
                "lead": "Principal EP",
                "due": date(2026, 9, 30),
            },
            {"source_no": "2", "activity": "Hold surgeries", "lead": "SEND Adviser", "due": None},
        ],
    ),
}


@pytest.fixture(params=PLANS, ids=lambda name: name)
def plan(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Imported, Expected]:
    build, expected = PLANS[request.param]
    path = build(tmp_path)
    return path, read_plan(path, starts=STARTS), expected


def test_every_activity_is_read_right(plan: tuple[Path, Imported, Expected]) -> None:
    _, imported, expected = plan
    rows = imported.rows[PLAN]
    assert [row["activity"] for row in rows] == [want["activity"] for want in expected]
    for row, want in zip(rows, expected, strict=True):
        assert {key: row.get(key) for key in want} == want


def test_no_cell_is_lost(plan: tuple[Path, Imported, Expected]) -> None:
    """Each word of the source stands in a row of the master, in Review, or is a heading; days and figures as these."""
    path, imported, _ = plan
    assert imported.account.is_whole and imported.account.cells > 0
    said = " ".join(str(value) for rows in imported.rows.values() for row in rows for value in row.values() if value is not None)
    headings = " ".join(row.says for row in imported.laid.rows if row.read_as == "heading")
    kept = set(re.findall(r"[a-z]{4,}", f"{said} {headings} {imported.title}".casefold()))
    for cell in reader_of(path)(path).cells():
        words = re.findall(r"[a-z]{4,}", cell.text.casefold())
        if not re.search(r"\d{4}|\d/\d", cell.text):
            lost = [
                word
                for word in words
                if word not in kept and word not in ("amber", "green", "blue", "track", "from", "underway", "delayed", "down")
            ]
            assert not lost, (cell.at, cell.text, lost)


def test_what_is_doubtful_says_where_it_stands(plan: tuple[Path, Imported, Expected]) -> None:
    _, imported, _ = plan
    for doubt in imported.rows[REVIEW]:
        assert doubt["place_in_source"] or doubt["rows"] or not doubt["raw_text"]
        assert doubt["how_sure"] in ("guess", "not read") and str(doubt["doubt"]).endswith(".")


def figures(imported: Imported) -> dict[str, tuple[Any, ...]]:
    return {str(row["measure"]): (row["kind"], row["better"], row["baseline"], row["target"]) for row in imported.rows[MEASURES]}


def test_baselines_and_targets_from_columns(tmp_path: Path) -> None:
    imported = read_plan(made.excel_with_figures(tmp_path))
    assert figures(imported) == {
        "Places in bases": ("Number", "Higher", 20, 48),
        "Places filled by September": ("Percentage", "Higher", 0.55, 0.9),
        "Pupils out of county": ("Number", "Lower", 41, 30),
    }
    assert [(row["measure_ref"], row["on"], row["expected"]) for row in imported.rows[TARGETS]] == [
        ("PL-01.M1", date(2027, 3, 31), 32)
    ]
    first = imported.rows[MEASURES][0]
    assert (first["baseline_on"], first["target_on"]) == (date(2025, 3, 31), date(2028, 3, 31))
    assert [row["description"] for row in imported.rows[SAVINGS]] == [
        "Saving / (cost) £000: 120",
        "Saving / (cost) £000: -15 (written as a negative)",
    ]


def test_baselines_and_targets_from_words(tmp_path: Path) -> None:
    assert figures(read_plan(made.labelled_text(tmp_path))) == {
        "childminders trained": ("Number", "Higher", 15, 60),
        "Calls answered": (None, None, None, None),
        "% seen in 13 weeks": ("Percentage", "Higher", 0.2, 0.75),
    }
    assert figures(read_plan(made.word_with_label_tables(tmp_path)))["Number of clubs"] == ("Number", "Higher", 4, 9)


def test_statuses_by_month_become_periods(tmp_path: Path) -> None:
    imported = read_plan(made.excel_by_sheet(tmp_path))
    assert [(row["ref"], row["as_at"], row["lead_status"]) for row in imported.rows[PERIODS]] == [
        ("PA-01.2025-26 Q4", date(2026, 3, 31), "At risk"),
        ("PA-01.2026-27 Q1", date(2026, 6, 30), "On track"),
        ("PA-02.2025-26 Q4", date(2026, 3, 31), "Off track"),
        ("PA-02.2026-27 Q1", date(2026, 6, 30), "At risk"),
        ("TR-01.2026-27 Q1", date(2026, 6, 30), "Complete"),
    ]
    skipped = {skipped.kind for skipped in imported.laid.skipped}
    assert skipped == {"a hidden sheet", "a table of indicators"}


def test_a_key_wins_over_the_usual_meaning_and_needs_no_doubt(tmp_path: Path) -> None:
    imported = read_plan(made.excel_with_figures(tmp_path))
    assert not [doubt for doubt in imported.rows[REVIEW] if doubt["column"] == "Lead status"]


@pytest.mark.parametrize(
    ("build", "refs"), [(made.word_with_changes, ["SN-01"]), (made.page_with_spans, ["CS-01", "CS-02", "SF-01"])]
)
def test_a_colour_alone_or_without_a_key_is_a_doubt(build: Callable[[Path], Path], refs: list[str], tmp_path: Path) -> None:
    doubts = [doubt for doubt in read_plan(build(tmp_path)).rows[REVIEW] if doubt["column"] == "Lead status"]
    assert [doubt["ref"] for doubt in doubts] == refs


def test_a_name_with_a_post_goes_to_leads_with_a_doubt(tmp_path: Path) -> None:
    imported = read_plan(made.page_with_spans(tmp_path))
    names = {row["title"]: row["name"] for row in imported.rows[LEADS] if row["name"]}
    assert names == {"Family Learning Manager": "Jo Brook"}
    assert [doubt["ref"] for doubt in imported.rows[REVIEW] if doubt["column"] == "Lead"] == ["SF-01"]


def test_what_is_hidden_is_read_with_a_doubt(tmp_path: Path) -> None:
    path = made.xlsx(
        tmp_path / "plan.xlsx",
        {"Plan": [["Action", "Lead", "Due date"], ["Open", "Play Lead", "May 2026"], ["Shut", "Play Lead", "May 2026"]]},
    )
    book = openpyxl.load_workbook(path)
    book["Plan"].row_dimensions[3].hidden = True
    book.save(path)
    imported = read_plan(path)
    assert [row["activity"] for row in imported.rows[PLAN]] == ["Open", "Shut"]
    assert [doubt["ref"] for doubt in imported.rows[REVIEW] if doubt["read_as"] == "hidden"] == ["AC-02"]


def test_a_status_without_a_share_is_told_once(tmp_path: Path) -> None:
    (doubt,) = [doubt for doubt in read_plan(made.page_with_spans(tmp_path)).rows[REVIEW] if doubt["column"] == "% complete"]
    assert (doubt["ref"], doubt["rows"]) == ("CS-01; SF-01", 2)


def test_a_pdf_is_doubtful_throughout(tmp_path: Path) -> None:
    imported = read_plan(made.pdf(tmp_path / "a.pdf", made.PDF_ROWS, made.PDF_WIDTHS, ruled=True))
    (doubt,) = [doubt for doubt in imported.rows[REVIEW] if doubt["read_as"] == "from PDF"]
    assert doubt["rows"] == 2 and doubt["ref"] == "AC-01; AC-02"


def test_headings_between_the_tables_of_a_pdf_are_themes(tmp_path: Path) -> None:
    """Also where only the first table has headers; what stands below the tables is told."""
    head, *rows = made.PDF_ROWS
    blocks = [(["Our plan for 2027", "Calm schools"], [head, rows[0]]), (["Ready for work"], [head, rows[1]]),
              (["Good plans"], [["3", "Audit", "Quality Lead", "May 2027", "Audits done", "Green"]]),
              (["Write to us at the town hall."], [])]
    imported = read_plan(made.pdf_of(tmp_path / "plan.pdf", blocks, made.PDF_WIDTHS, ruled=True))
    assert imported.title == "Our plan for 2027" and imported.account.is_whole
    assert [row["theme"] for row in imported.rows[PLAN]] == ["Calm schools", "Ready for work", "Good plans"]
    assert any("Write to us at the town hall." in str(doubt["raw_text"]) for doubt in imported.rows[REVIEW])


def test_words_that_a_narrow_cell_of_a_pdf_broke_are_whole_again(tmp_path: Path) -> None:
    """A word that plans have, or that this one has elsewhere; two words that could be one stay two."""
    head = made.PDF_ROWS[0]
    rows = [["1", "Open a sensorium\nfor to\nday", "Commis-\nsioner", "Septem\nber 2027", "Sen-\nsorium in use", "Com\npleted"],
            ["2", "Show the sensorium now\nto day centres today", "Play Lead", "May 2027", "Visits", "Green"]]
    imported = read_plan(made.pdf(tmp_path / "plan.pdf", [head, *rows], [40, 200, 110, 90, 180, 80], ruled=True))
    (first, _), measures = imported.rows[PLAN], imported.rows[MEASURES]
    assert (first["activity"], first["lead"], first["due"], first["lead_status"], measures[0]["measure"]) == (
        "Open a sensorium for to day", "Commissioner", date(2027, 9, 30), "Complete", "Sensorium in use")


def test_a_pdf_without_a_plan_says_what_to_take_instead(tmp_path: Path) -> None:
    rows = [["Directorate", "January", "February"], ["Education", "1", "2"], ["Health", "3", "4"]]
    with pytest.raises(ValueError, match="Word or Excel file that it was made from"):
        read_plan(made.pdf(tmp_path / "wide.pdf", rows, [200, 200, 200], ruled=True))
    sparse = [made.PDF_ROWS[0], *([word, "", "", "", "", ""] for word in ("Minutes", "Clinics", "Data", "Waiting", "Draft"))]
    with pytest.raises(ValueError, match="a wide sheet"):
        read_plan(made.pdf(tmp_path / "sparse.pdf", sparse, made.PDF_WIDTHS, ruled=False))
    halves = [
        made.PDF_ROWS[0][:4],
        ["1", "Open clubs", "Club Lead", "May 2026"],
        ["Success measure", "Status", "Progress update", ""],
        ["Clubs open", "Amber", "Begun", ""],
    ]
    with pytest.raises(ValueError, match="a wide sheet"):
        read_plan(made.pdf(tmp_path / "halves.pdf", halves, [120, 160, 140, 100], ruled=False))
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    with pytest.raises(ValueError, match=r"broken\.pdf: the PDF is damaged or protected"):
        read_plan(tmp_path / "broken.pdf")
