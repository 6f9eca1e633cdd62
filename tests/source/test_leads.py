"""Who leads, the words about capacity, and the dictionary of roles."""

from pathlib import Path

import pytest

from sendxl.plan.master import LEADS, PLAN, REVIEW
from sendxl.source import read_plan
from sendxl.source.capacity import read_capacity
from sendxl.source.leads import read_lead
from sendxl.source.posts import read_posts
from sendxl.source.roles import load_roles, parse_roles

ROLES = load_roles()
PEP, POST_16 = "Principal Educational Psychologist & SENDAR Lead", "Post 16 Senior Plan Coordinator"
BOARD, COMMISSIONER = "SEND Board Development Manager", "SEND & Inclusion Commissioner"
DIRECTOR = "Assistant Director Education"


@pytest.mark.parametrize(("cell", "titles", "capacity", "about"), [
    ("IDS 0-5 Manager IDS team is there", ["IDS 0-5 Manager"], "IDS team is there", []),
    (f"{PEP} More people – soon", [PEP], "More people – soon", []),
    ("principal educational psychologist and SENDAR lead", [PEP], "", []),
    ("Principal Educational Psychologist In place", ["Principal Educational Psychologist"], "In place", []),
    (f"{PEP} & {POST_16} Team in place", [PEP, POST_16], "Team in place", []),
    (f"{BOARD} & {COMMISSIONER} – more people wanted", [BOARD, COMMISSIONER], "more people wanted", []),
    (f"{DIRECTOR} & Assistant Director People Decide", [DIRECTOR, "Assistant Director People"], "Decide", []),
    (f"{DIRECTOR}; {BOARD}, {POST_16}", [DIRECTOR, BOARD, POST_16], "", []),
    (f"{COMMISSIONER} plus time of Someone", [COMMISSIONER], "plus time of Someone", ["Joint leads"]),
    (f"{DIRECTOR} supported by a team", [DIRECTOR], "supported by a team", ["Joint leads"]),
    (f"Covered by {BOARD} – more would help", [BOARD], "more would help", ["Lead"]),
    (f"Lead: the {BOARD}", [BOARD], "", []),
    (f"{BOARD} & the finance people", [BOARD], "& the finance people", ["Joint leads"]),
    (f"{BOARD}: Projects", [BOARD], "Projects", ["Lead"]),
    ("Specialist Teaching Service", ["Specialist Teaching Service"], "", ["Lead"]),
    ("Director of Children’s Services", ["Director of Children's Services"], "", []),
    ("School Nurse Awaiting funds", ["School Nurse"], "Awaiting funds", ["Lead"]),
    (f"Director of Public Health & {BOARD}", ["Director of Public Health", BOARD], "", ["Lead"]),
    (f"{BOARD} & Early Years Team Lead Existing staff", [BOARD, "Early Years Team Lead"], "Existing staff",
     ["Joint leads"]),
    ("Await the proposals.", [], "Await the proposals.", ["Lead"]),
    ("No more people wanted", [], "No more people wanted", ["Lead"]),
    ("Various officers", [], "Various officers", ["Lead"]),
    ("", [], "", ["Lead"]),
])
def test_leads(cell: str, titles: list[str], capacity: str, about: list[str]) -> None:
    read = read_lead(cell, ROLES)
    assert [role.title for role in read.roles] == titles
    assert read.capacity == capacity
    assert [doubt.about for doubt in read.doubts] == about


@pytest.mark.parametrize(("words", "capacity", "guessed"), [
    ("", "Not stated", False),
    ("Team in place – no additional capacity required", "In place", False),
    ("No extra staff", "In place", False),
    ("Existing team", "In place", False),
    ("Covered from three roles; may require more later", "In place", True),
    ("Within the contract", "In place", True),
    ("Extra resource needed for the web", "Additional required", False),
    ("Team in place but extra staff needed", "Additional required", True),
    ("Limited capacity for visits", "Additional required", True),
    ("additional capacity welcomed", "Additional required", True),
    ("a project officer would speed it up", "Additional required", True),
    ("Requires escalation and decision rather than additional capacity", "Decision needed", False),
    ("extra capacity in discussion", "Decision needed", True),
    ("Savings on it could be recycled to pay", "Potential saving", False),
    ("Await outcome of proposals", "Awaiting proposals", False),
    ("Launched last year", "Not stated", True),
])
def test_capacity(words: str, capacity: str, guessed: bool) -> None:
    read = read_capacity(words)
    assert (read.capacity, bool(read.doubt)) == (capacity, guessed)


def write(folder: Path, text: str) -> Path:
    path = folder / "my roles.txt"
    path.write_text(text, "utf-8")
    return path


def test_own_roles_are_added_and_win(tmp_path: Path) -> None:
    own = write(tmp_path, "\ufeff# ours\n\nVS | Virtual School\r\n"
                          "BOSS | Head of SEND | Chief of SEND\nDCO | Another Post\n")
    roles = load_roles(own)
    by_title = {role.title: role.code for role in roles.roles}
    assert (by_title["Virtual School"], by_title["Head of SEND"], by_title["Another Post"]) == ("VS", "BOSS", "DCO")
    assert "Designated Clinical Officer" not in by_title  # its code is taken
    codes = [role.code.casefold() for role in roles.roles]
    assert len(set(codes)) == len(codes)
    found = roles.match("Chief of SEND and others")
    assert found and found[0].code == "BOSS"


def test_own_roles_settle_a_plan(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("Plan\nActivity\tMeasure\tExpected change\tRationale\tSavings\tBenefits\tLead\nTheme\n"
                    "Do it\tPlan published\tTo complete\tWhy\tLow\tNow\tKeeper of the Keys Team in place", "utf-8")
    without, with_own = read_plan(plan), read_plan(plan, roles=write(tmp_path, "KEYS | Keeper of the Keys"))
    assert without.rows[PLAN][0]["lead"] != "Keeper of the Keys"
    assert with_own.rows[PLAN][0]["lead"] == "Keeper of the Keys"
    assert [row["code"] for row in with_own.rows[LEADS]] == ["KEYS"]


@pytest.mark.parametrize(("line", "says"), [
    ("Just a title", "is not a role"),
    ("CODE |", "is not a role"),
    ("A | B | C | D", "is not a role"),
    ("HEAD OF | Head", "“HEAD OF” cannot be a code"),
    ("../up | Head", "cannot be a code"),
    ("CON | Head", "cannot be a code"),
    ("HEAD | Head; Deputy", "semicolon"),
    ("ONE | Another", "the code ONE is on line 2 already"),
    ("TWO | First", "the name first is on line 2 already"),
])
def test_a_bad_line_names_file_and_line(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"my roles\.txt, line 3: ") as refusal:
        load_roles(write(tmp_path, f"# ours\nONE | First\n{line}\n"))
    assert says in str(refusal.value)


def test_the_shipped_file_is_well_formed() -> None:
    assert len(ROLES.roles) >= 14
    assert parse_roles("X | Y", "roles.txt")[0].names == ("Y",)


def test_a_body_that_leads_is_doubted_once_beside_its_row_of_leads(tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("Action,Lead,Due date\nOpen,LA and ICB,May 2027\nMend,LA,May 2027\nShut,Play Lead,May 2027\n", "utf-8")
    imported = read_plan(plan)
    assert [(row["lead"], row["joint_leads"]) for row in imported.rows[PLAN]] == [
        ("LA", "ICB"), ("LA", None), ("Play Lead", None)]
    doubts = [(row["ref"], row["column"], row["rows"]) for row in imported.rows[REVIEW] if "body" in str(row["doubt"])]
    assert doubts == [("LA", "Title", 2), ("ICB", "Title", 1)]
    assert not [row for row in imported.rows[REVIEW] if row["column"] in ("Lead", "Joint leads")]


def test_made_up_codes_are_unique(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    leads = ["Early Years Sports Adviser", "Early Years Sports Advisor", "Early Years Sport Adviser"]
    rows = "\n".join(f"Do it\tPlan published\tTo complete\tWhy\tLow\tNow\t{lead}" for lead in leads)
    header = "Activity\tMeasure\tExpected change\tRationale\tSavings\tBenefits\tLead"
    plan.write_text(f"Plan\n{header}\nTheme\n{rows}", "utf-8")
    codes = [row["code"] for row in read_plan(plan).rows[LEADS]]
    assert len(set(codes)) == 3


@pytest.mark.parametrize(("text", "titles"), [
    ("Parent Carer Forum & Communications Officer", ["Parent Carer Forum", "Communications Officer"]),
    ("Strategy & Commissioning Officer", ["Strategy & Commissioning Officer"]),
    ("Head of Places and the Trust Chief Executive", ["Head of Places", "Trust Chief Executive"]),
    ("Head of SEND/Schools Forum Chair", ["Head of SEND", "Schools Forum Chair"]),
])
def test_a_body_beside_a_post_is_told_from_a_title_with_two_parts(text: str, titles: list[str]) -> None:
    assert [post.role.title for post in read_posts(text, ROLES).posts] == titles
