"""The Python side of the page: the jobs' own answers, in a Python that has no more than a browser's."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sendxl import open_book
from sendxl.jobs.refresh import refresh
from sendxl.jobs.stamp import stamp
from sendxl.jobs.validate import validate
from sendxl.page.checker import Checker
from sendxl.page.desk import Desk
from sendxl.page.offer import ACTIONS, NOT_OFFERED, worded
from sendxl.plan.master import PLAN
from sendxl.returns.batch import as_json
from sendxl.source.column_parts import Part
from sendxl.verbs import VERBS
from tests.page.conftest import NOW, PLAN_TEXT, TODAY, Month, cells_of

ROUND = Path(__file__).with_name("round.py")


def ask(desk: Desk, **question: object) -> Any:
    return json.loads(desk.ask(json.dumps(question)))


def run(desk: Desk, action: str, **asked: object) -> Any:
    return ask(desk, ask="run", action=action, asked=asked, now=NOW.isoformat(), by="an officer")


@pytest.fixture(scope="module")
def folder(month: Month, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the round was done."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "plan").mkdir()
    shutil.copy(month.master, folder / "plan")
    shutil.copytree(month.returns, folder / "returns")
    return folder


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Any]:
    """What a fresh Python without what browsers lack answers to a whole round."""
    done = subprocess.run([sys.executable, ROUND, folder], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


@pytest.fixture
def desk(month: Month, tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "desk")
    shutil.copy(month.master, desk.plan)
    shutil.copytree(month.returns, desk.returns, dirs_exist_ok=True)
    return desk


def test_the_whole_round_needs_nothing_that_a_browser_has_not(told: dict[str, Any]) -> None:
    assert told["imported"] == []
    assert {name: answer["error"] for name, answer in told.items() if isinstance(answer, dict) and "error" in answer} == {}


def test_what_is_found_is_what_validate_finds(month: Month, told: dict[str, Any]) -> None:
    found = as_json(validate(month.master, [month.returns], today=TODAY).returns)["returns"]
    for returned in found:
        returned["not_checked"] = len(returned["not_checked"])
    for returned in told["validate"]["returns"]:
        assert returned.pop("path") == returned["file"]
        assert returned["outcome"].startswith(returned.pop("kind"))
    assert told["validate"]["returns"] == found
    assert [one["file"] for one in told["checked"]] == [one["file"] for one in found]


def test_a_return_that_was_checked_is_not_checked_again(told: dict[str, Any]) -> None:
    assert len(told["lend"]["returns"]) == 12
    assert told["lent again"]["returns"] == []


def test_the_plan_is_the_one_that_the_commands_make(month: Month, told: dict[str, Any], tmp_path: Path) -> None:
    """Undone and issued anew at the end, so the cells are compared from a second desk that stopped after refresh."""
    other = month.copy(tmp_path / "other")
    stamp(other.master, [other.returns], today=TODAY, now=NOW, by="an officer")
    refresh(other.master, today=TODAY, now=NOW, by="an officer")
    desk = Desk(tmp_path / "desk")
    shutil.copy(month.master, desk.plan)
    shutil.copytree(month.returns, desk.returns, dirs_exist_ok=True)
    run(desk, "stamp")
    name = run(desk, "refresh")["plan"]
    assert name == "Delivery plan 20270120-093000 refresh.xlsx"
    assert cells_of(desk.plan / name) == cells_of(other.master)


def test_a_plan_goes_by_the_time_and_the_batch_that_made_it(told: dict[str, Any]) -> None:
    names = [told[name]["plan"] for name in ("stamp", "refresh", "undo", "issue")]
    assert names == [f"Delivery plan {rest}.xlsx" for rest in (
        "20270120-093000 stamp", "20270120-093000 refresh", "20270120-093000-2 undo", "20270120-093000 issue")]


def test_no_answer_names_a_command_an_option_or_a_place_on_the_desk(told: dict[str, Any], folder: Path) -> None:
    text = json.dumps([answer.get("told") for answer in told.values() if isinstance(answer, dict)], ensure_ascii=False)
    assert "Press “Refresh”" in text
    assert not re.search(r"sendxl [a-z]+”|--[a-z]", text)
    assert str(folder) not in text


def test_what_is_handed_out(told: dict[str, Any], desk: Desk) -> None:
    assert told["type-in"]["files"]["name"].endswith(".xlsx")
    assert told["issue"]["files"]["name"] == "Delivery plan 20270120-093000 issue.zip"
    run(desk, "validate")
    out = {path.relative_to(desk.out).as_posix() for path in desk.out.rglob("*") if path.is_file()}
    assert {"Validate returns report.xlsx", "Validate returns.json"} <= out
    assert {Path(name).parent.name for name in out} == {"", "Sent back", "Drafts"}


def test_savings_say_that_the_range_is_left_out(told: dict[str, Any]) -> None:
    assert any("P50" in line and "left out" in line for line in told["savings"]["told"] if isinstance(line, str))
    assert any("Forecast" in block["headers"] for block in told["savings"]["told"] if isinstance(block, dict))


def test_a_tracker_alone_tells_its_lead_what_is_left_to_do(month: Month, tmp_path: Path) -> None:
    (tmp_path / "seen").mkdir()
    checker = Checker(tmp_path)
    for file in (next(month.trackers.iterdir()), month.master):
        shutil.copy(file, tmp_path / "seen" / "file.xlsx")
        told = json.loads(checker.alone("file.xlsx", NOW.isoformat()))["told"]
        assert "file.xlsx" in json.dumps(told)
        assert str(tmp_path) not in json.dumps(told)
    assert "There is no file" in json.loads(checker.alone("other.xlsx", NOW.isoformat()))["error"]


def test_what_is_dropped_is_told_apart(month: Month, tmp_path: Path) -> None:
    (tmp_path / "seen").mkdir()
    for name, file in {"plan": month.master, "tracker": next(month.trackers.iterdir()), "other": PLAN_TEXT}.items():
        shutil.copy(file, tmp_path / "seen" / name)
        assert Checker(tmp_path).look(name) == name


def test_a_return_that_is_lost_costs_one_finding(desk: Desk) -> None:
    returns = ask(desk, ask="lend", now=NOW.isoformat())["returns"]
    lost = ask(desk, ask="lose", path=returns[0], why="checking it took longer than 60 seconds")["return"]
    assert [finding["code"] for finding in lost["findings"]] == ["S01"]
    assert returns[0] not in ask(desk, ask="lend", now=NOW.isoformat())["returns"]
    stamped = run(desk, "stamp")["returns"]
    assert {one["path"]: one["kind"] for one in stamped}[returns[0]] == "rejected"
    assert "accepted" in {one["kind"] for one in stamped}


def test_what_was_found_counts_only_for_the_plan_that_it_was_found_for(desk: Desk) -> None:
    lent = ask(desk, ask="lend", now=NOW.isoformat())
    checker = Checker(desk.folder)
    checker.learn(Path(lent["path"]).read_bytes())
    checker.check(lent["returns"][0])
    ask(desk, ask="take", path=lent["returns"][0])
    run(desk, "stamp")
    assert ask(desk, ask="lend", now=NOW.isoformat())["returns"] == lent["returns"]


def test_another_file_in_the_place_of_one_that_was_checked_is_checked(desk: Desk) -> None:
    lent = ask(desk, ask="lend", now=NOW.isoformat())
    checker = Checker(desk.folder)
    checker.learn(Path(lent["path"]).read_bytes())
    for path in lent["returns"]:
        checker.check(path)
        ask(desk, ask="take", path=path)
    one, other = (desk.returns / path for path in lent["returns"][:2])
    shutil.copy(other, one)
    assert ask(desk, ask="lend", now=NOW.isoformat())["returns"] == [one.name]
    assert {returned["path"]: returned["kind"] for returned in run(desk, "validate")["returns"]}[other.name] != "rejected"


def test_a_month_after_the_next(desk: Desk) -> None:
    """Trackers that the page issued come back to the page."""
    run(desk, "stamp")
    answer = run(desk, "issue", period="2026-27 Q4", leads="STS")
    assert answer["files"]["name"].endswith(".xlsx")  # one tracker, as it is
    shutil.rmtree(desk.returns)
    shutil.copytree(desk.out / "Trackers", desk.returns)
    (returned,) = run(desk, "validate")["returns"]
    assert returned["outcome"] == "accepted"


def test_a_new_plan_by_what_was_chosen_in_the_form(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    shutil.copy(PLAN_TEXT, desk.source)
    looked = ask(desk, ask="look", source=PLAN_TEXT.name)
    columns = looked["form"][0]
    assert columns["choice"] == "Your choice"
    assert Part.LEAVE in columns["words"]
    made = ask(desk, ask="make", source=PLAN_TEXT.name, name="Plan.xlsx", starts="2026-04-01", first_year="2026-27",
               choices={columns["name"]: {"Rationale": str(Part.LEAVE)}})
    assert made["plan"] == "Plan.xlsx"
    assert made["files"]["name"] == "Plan mapping.xlsx"
    rows = open_book(desk.plan / "Plan.xlsx").read(PLAN)
    assert {row["rationale"] for row in rows} == {None}
    assert all(row["activity"] for row in rows)
    assert ask(desk, ask="open")["title"]


def test_an_empty_plan(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert ask(desk, ask="make", source="", name="Plan.xlsx", first_year="2026-27", choices={})["plan"] == "Plan.xlsx"
    assert ask(desk, ask="open")["leads"] == []


@pytest.mark.parametrize(("question", "says"), [
    ({"ask": "open"}, "There is no plan yet"),
    ({"ask": "run", "action": "refresh", "asked": {}, "now": NOW.isoformat()}, "There is no plan yet"),
    ({"ask": "look", "source": "none.docx"}, "none.docx: cannot be read"),
])
def test_what_cannot_be_done_is_said(tmp_path: Path, question: dict[str, Any], says: str) -> None:
    answer = ask(Desk(tmp_path), **question)
    assert answer.keys() == {"error"}
    assert answer["error"].startswith(says)


def test_a_workbook_that_is_no_plan(desk: Desk, month: Month) -> None:
    (desk.plan / month.master.name).unlink()
    shutil.copy(next(month.trackers.iterdir()), desk.plan)
    assert "is not a master workbook" in ask(desk, ask="open")["error"]


def test_a_fault_of_ours_is_told_without_a_word_of_the_plan(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sendxl.page.desk.read_master", lambda path: dict[str, str]()["secret"])
    assert "secret" not in ask(desk, ask="open")["error"]
    assert "report it" in ask(desk, ask="open")["error"]


@pytest.mark.parametrize(("said", "shown"), [
    ("Run “sendxl refresh” to work out the statuses.", "Press “Refresh” to work out the statuses."),
    ('There is much to do. Run: sendxl upgrade "A plan.xlsx"', "There is much to do. Press “Upgrade”"),
    ("Give the master, or make one with “sendxl new”.", "Give the master, or make one with “New plan”."),
    ("“sendxl history” lists it.", "“History” lists it."),
    ("To issue new ones beside the earlier, add --again.", "To issue new ones beside the earlier, add “Again”."),
    ("Ref PI-01 -- nothing else", "Ref PI-01 -- nothing else"),
])
def test_words_of_the_command_line_become_those_of_the_page(said: str, shown: str) -> None:
    assert worded(said) == shown


def test_every_action_says_what_it_does() -> None:
    for verb in VERBS:  # that work on a plan: offered, or with a reason why not
        if verb.result and " " not in verb.name:
            offered = {action.verb.name for action in ACTIONS.values()}
            assert (verb.name in offered) != (verb.name in NOT_OFFERED), f"{verb.name}: offer it in page/offer.py, or say why not"
    assert all(action.label and action.says.endswith(".") for action in ACTIONS.values())
    assert {name for name, action in ACTIONS.items() if action.asks} == {"settle", "undo"}
    assert {name for name, action in ACTIONS.items() if action.writes} == {
        "issue", "type-in", "stamp", "settle", "undo", "refresh", "upgrade"}
