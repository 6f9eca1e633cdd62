"""Files that would stop the page: hostile ones, ones that hang, fill the memory or end their program; and very many."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.validate import validate
from sendxl.plan.master import PLAN
from sendxl.plan.tracker import TRACKED
from tests.page.conftest import TODAY
from tests.page.screen import Screen, opened
from tests.returns.conftest import Round
from tests.returns.conftest import issued as issued  # the small round, of whose trackers the hostile files are made
from tests.returns.test_hostile import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.needs_pyodide, pytest.mark.slow]
MANY, LIMIT = 300, 6  # returns; seconds for each
# What a file of that name does to the worker that is at it, whatever is in it.
_BREAKING = """  check({path, bytes}) {
    if (path.includes("hangs")) for (;;);
    if (path.includes("fills")) python.runPython("held = []\\nwhile True: held.append(bytearray(64 << 20))");
    if (path.includes("ends")) throw new WebAssembly.RuntimeError("unreachable");"""
_BREAKING_DESK = """  ask({question}) {
    if (question.action === "history") throw new WebAssembly.RuntimeError("unreachable");"""
# Clicked by the page's own clock: a click from outside can come after the last return on a quick computer.
_CANCEL_AFTER_SOME = """new Promise((done) => {
  const wait = () => found.size > 20 ? done(document.getElementById("cancel").click()) : setTimeout(wait, 5);
  wait();
})"""
BREAKING = ("hangs.xlsx", "fills.xlsx", "ends.xlsx")


@pytest.fixture(scope="module")
def breaking(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """The page with a worker that some names of files break, and less time for each."""
    text = page.read_text("utf-8")
    changed = text.replace("  check({path, bytes}) {", _BREAKING).replace("  ask({question}) {", _BREAKING_DESK)
    changed = changed.replace('"limit": 60.0', f'"limit": {LIMIT}')
    assert len(changed) > len(text) + len(_BREAKING) + len(_BREAKING_DESK) - 100
    folder = tmp_path_factory.mktemp("breaking")
    (folder / "sendxl.html").write_text(changed, "utf-8")
    with opened(folder / "sendxl.html", folder) as screen:
        yield screen


@pytest.fixture(scope="module")
def returns(issued: Round, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Very many returns, the hostile ones of the tests among them."""
    folder = tmp_path_factory.mktemp("many") / "Returns"
    folder.mkdir()
    with ZipFile(issued.trackers["INC"]) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for number, (_, make, *_) in enumerate(HOSTILE):
        (folder / f"hostile {number:03}.xlsx").write_bytes(make(parts))
    trackers = list(issued.trackers.values())
    for number in range(MANY - len(HOSTILE)):
        shutil.copy(trackers[number % len(trackers)], folder / f"return {number:03}.xlsx")
    return folder


class Shown(NamedTuple):
    """The table of returns, by file: when checking was cancelled, and once it had gone on to the end."""

    then: dict[str, list[str]]
    said: str
    left: int  # returns to check after the cancel
    all: dict[str, list[str]]


@pytest.fixture(scope="module")
def shown(breaking: Screen, issued: Round, returns: Path) -> Shown:
    breaking.choose("plan", issued.master)
    breaking.choose("folder", returns)
    with breaking.working():
        breaking.tab.locator("#do-validate").click()
        breaking.inside(_CANCEL_AFTER_SOME)
    then, said = {row[0]: row for row in breaking.rows("#of-returns")}, breaking.status
    left = breaking.inside("desk.ask({ask: 'lend', now: now()}).then((lent) => lent.returns.length)")
    assert breaking.press("validate") == "Done."
    return Shown(then, said, left, {row[0]: row for row in breaking.rows("#of-returns")})


def test_hundreds_of_returns_hostile_ones_among_them_are_found_as_by_validate(shown: Shown, issued: Round, returns: Path) -> None:
    found = validate(issued.master, [returns], today=TODAY).returns
    assert len(shown.all) == MANY
    assert {file: row[2] for file, row in shown.all.items()} == {
        returned.file: returned.outcome_in_words[0].upper() + returned.outcome_in_words[1:] for returned in found}


def test_findings_of_very_many_returns_are_there_when_one_is_unfolded_and_when_they_are_printed(
        breaking: Screen, shown: Shown) -> None:
    folded = breaking.tab.locator("#findings details:not([open])")
    some, count = len(breaking.rows("#findings")), folded.count()
    assert count > 20
    folded.last.locator("summary").click()
    breaking.tab.locator("#findings details").last.locator("td").first.wait_for()
    assert len(breaking.rows("#findings")) > some
    breaking.inside("dispatchEvent(new Event('beforeprint')); 0")
    assert f"{len(breaking.rows('#findings')):,} findings shown." == breaking.tab.locator("#shown").inner_text()


def test_checking_is_cancelled_loses_nothing_that_is_shown_and_goes_on_where_it_was(shown: Shown) -> None:
    assert shown.said == "Stopped. The plan is as it was."
    assert 20 < len(shown.then) < MANY
    assert shown.then.keys() <= shown.all.keys()
    assert shown.left == MANY - len(shown.then)


def test_a_file_that_hangs_or_fills_memory_or_ends_its_program_costs_one_finding(
        breaking: Screen, shown: Shown, issued: Round, tmp_path: Path) -> None:
    for name in (*BREAKING, "sound.xlsx"):
        shutil.copy(issued.trackers["INC"], tmp_path / name)
        ClosedBook(tmp_path / name, backups=0).apply([SetCells(TRACKED[PLAN], "progress", {"PI-02": f"As told in {name}."})])
    with breaking.working():
        breaking.tab.locator("#clear-returns").click()
    breaking.choose("returns", *sorted(tmp_path.iterdir()))
    assert breaking.press("validate") == "Done."
    rows: dict[str, list[str]] = {row[0]: row for row in breaking.rows("#of-returns")}
    assert {file: row[2] for file, row in rows.items()} == {
        **dict.fromkeys(BREAKING, "Rejected"), "sound.xlsx": "Accepted"}
    findings: list[Any] = [row for row in breaking.rows("#findings") if row[1] == "S01"]
    assert len(findings) == len(BREAKING)
    assert all("could not be checked" in row[4] for row in findings)
    breaking.tab.locator("#by").fill("an officer")
    assert breaking.press("stamp") == "Done."
    assert breaking.errors == []


def test_where_the_program_with_the_plan_ends_another_goes_on_with_it(breaking: Screen, shown: Shown) -> None:
    assert "The plan is as it was" in breaking.press("history")
    assert breaking.press("doctor") == "Done."
    assert f"{MANY} returns" in (breaking.tab.locator("#outcomes").text_content() or "")
