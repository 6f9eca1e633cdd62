"""The page in a real Chromium, from a folder and offline: the round as a person clicks it, and what may go wrong in it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest

from sendxl import open_book
from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.check import check
from sendxl.jobs.refresh import refresh
from sendxl.jobs.stamp import stamp
from sendxl.jobs.validate import validate
from sendxl.plan.master import PLAN
from sendxl.plan.tracker import TRACKED
from sendxl.source.column_parts import Part
from tests.page.conftest import NOW, PLAN_TEXT, ROOT, TODAY, Month, cells_of
from tests.page.screen import Screen, opened, opened_in

pytestmark = [pytest.mark.browser, pytest.mark.needs_pyodide, pytest.mark.slow]
NASTY = '<img src=x onerror="alert(1)"><b>bold</b> & {{x}}'
NASTY_NAME = "<b>bold & 'quoted'.xlsx"
AXE = ROOT / "tests" / "node" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def nasty(month: Month, tmp_path_factory: pytest.TempPathFactory) -> Month:
    """The month with one more return, in which a lead wrote what would be HTML."""
    nasty = month.copy(tmp_path_factory.mktemp("nasty"))
    late = next(path for path in sorted(nasty.trackers.iterdir()) if not (nasty.returns / path.name).exists())
    returned = nasty.returns / NASTY_NAME
    shutil.copy(late, returned)
    book, table = ClosedBook(returned, backups=0), TRACKED[PLAN]
    ref = next(row.key for row in book.read(table))
    book.apply([SetCells(table, "progress", {ref: NASTY}), SetCells(table, "lead_status", {ref: NASTY})])
    return nasty


@pytest.fixture(scope="module")
def screen(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with opened(page, tmp_path_factory.mktemp("downloads")) as screen:
        yield screen
        assert screen.errors == []
        assert {url.partition(":")[0] for url in screen.asked} <= {"file", "blob"}


class Validated(NamedTuple):
    """What the page showed of the returns, and handed out."""

    returns: list[list[str]]
    findings: list[list[str]]
    packed: list[str]
    filtered: dict[str, list[list[str]]]


@pytest.fixture(scope="module")
def validated(screen: Screen, nasty: Month) -> Validated:
    assert "is open" in screen.choose("plan", nasty.master)
    assert "13 files" in screen.choose("folder", nasty.returns)
    assert screen.press("validate") == "Done."
    with ZipFile(screen.download()) as packed:
        names = packed.namelist()
    returns, findings = screen.rows("#of-returns"), screen.rows("#findings")
    filtered = {}
    for name, value in {"severity": "error", "code": "C01", "lead": "SEND Board Development Manager"}.items():
        screen.tab.locator(f"#filter-{name}").select_option(value)
        filtered[name] = screen.rows("#findings")
        screen.tab.locator(f"#filter-{name}").select_option("")
    return Validated(returns, findings, names, filtered)


@pytest.fixture(scope="module")
def stamped(screen: Screen, validated: Validated) -> Path:
    """The plan as it was downloaded after stamping and refreshing."""
    screen.tab.locator("#by").fill("an officer")
    assert screen.press("preview") == "Done."
    assert "would change" in screen.outcome
    assert screen.press("stamp") == "Done."
    assert screen.press("refresh") == "Done."
    return screen.download()


@pytest.fixture(scope="module")
def found(nasty: Month, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What ``sendxl validate --json`` writes of the same returns on the same day."""
    out = tmp_path_factory.mktemp("found") / "found.json"
    validate(nasty.master, [nasty.returns], today=TODAY, json_file=out)
    return json.loads(out.read_text("utf-8"))["returns"]


def test_findings_are_those_of_validate(validated: Validated, found: Any) -> None:
    def where(finding: Any) -> str:
        return "\n".join(filter(None, ("!".join(filter(None, (finding["sheet"], finding["cell"]))), finding["ref"],
                                       finding["column"])))

    shown = [[finding["severity"].capitalize(), finding["code"], where(finding), finding["found"], finding["message"]]
             for returned in found for finding in returned["findings"]]
    assert len(shown) > 15
    assert sorted(validated.findings) == sorted(shown)


def test_the_table_of_returns_is_that_of_validate(validated: Validated, found: Any) -> None:
    severities = ("reject", "error", "query", "note")
    counts = [[sum(one["severity"] == severity for one in returned["findings"]) for severity in severities] for returned in found]
    shown = [[returned["file"], returned["lead"], returned["outcome"].capitalize(), str(returned["changes"]),
              *(str(count or "") for count in (*of, len(returned["not_checked"])))]
             for returned, of in zip(found, counts, strict=True)]
    assert sorted(validated.returns) == sorted(shown)


def test_findings_are_filtered_by_lead_severity_and_code(validated: Validated) -> None:
    assert {row[0] for row in validated.filtered["severity"]} == {"Error"}
    assert {row[1] for row in validated.filtered["code"]} == {"C01"}
    assert 0 < len(validated.filtered["lead"]) < len(validated.findings)


def test_report_copies_and_drafts_are_one_download(validated: Validated) -> None:
    assert "Validate returns report.xlsx" in validated.packed
    assert {name.partition("/")[0] for name in validated.packed if "/" in name} == {"Sent back", "Drafts"}


def test_text_of_a_return_is_text(screen: Screen, validated: Validated) -> None:
    assert [row for row in validated.findings if NASTY in row[3]]
    assert [row for row in validated.returns if row[0] == NASTY_NAME]
    assert screen.inside("document.querySelectorAll('main img, main b').length") == 0


def test_the_plan_is_the_one_that_the_commands_make(stamped: Path, nasty: Month, tmp_path: Path) -> None:
    other = nasty.copy(tmp_path)
    stamp(other.master, [other.returns], today=TODAY, now=NOW, by="an officer")
    refresh(other.master, today=TODAY, now=NOW, by="an officer")
    assert stamped.name == "Delivery plan 20270120-093000 refresh.xlsx"
    assert cells_of(stamped) == cells_of(other.master)


@pytest.mark.parametrize("action", ["show", "history", "savings", "doctor", "chase", "upgrade"])
def test_every_way_of_looking_at_the_plan(screen: Screen, stamped: Path, action: str) -> None:
    assert screen.press(action) == "Done."
    assert len(screen.outcome) > 50


def test_undo_shows_what_it_would_do_and_then_does_it(screen: Screen, stamped: Path) -> None:
    assert screen.press("undo") == "Done."
    assert "would go back" in screen.outcome
    with screen.working():
        screen.tab.locator("#outcomes > details").first.get_by_role("button", name="Undo: do it").click()
    assert "took back" in screen.outcome
    assert screen.inside("unsaved.size") > 0  # so that the page asks before it is closed


def test_a_plan_that_was_changed_on_the_disk_is_asked_for_again(screen: Screen, stamped: Path, nasty: Month) -> None:
    before = screen.inside("desk.plan.name")
    original = nasty.master.read_bytes()
    nasty.master.write_bytes(original + b" ")
    try:
        with screen.working():
            screen.tab.locator("#do-upgrade").click()
            screen.tab.locator("#ask[open]").wait_for()
            assert "no longer as it was read" in screen.tab.locator("#ask").inner_text()
            screen.tab.keyboard.press("Escape")
        assert screen.status == "Nothing was changed."
        assert screen.inside("desk.plan.name") == before
    finally:
        nasty.master.write_bytes(original)
    screen.choose("plan", nasty.master)
    assert screen.press("settle") == "Done."


def test_a_plan_is_written_into_its_folder_with_a_backup_beside_it(screen: Screen, stamped: Path, nasty: Month) -> None:
    """The browser's own window to choose a folder is stubbed: the folder is one in the page's memory."""
    screen.choose("plan", nasty.master)
    screen.press("refresh")
    screen.inside("globalThis.folderOfPlan = folderOf('Plans', {[origin.name]: origin.bytes}); globalThis.was = origin.bytes; 0")
    with screen.working():
        screen.tab.locator("#outcomes > details").first.get_by_role("button", name="Write it into its folder").click()
        screen.tab.locator("#ask-yes").click()
    assert screen.status == f"{nasty.master.name} is written."
    kept = "Object.entries(folderOfPlan.folders['Delivery plan backups'].files)"
    assert screen.inside(f"{kept}.length === 1 && same({kept}[0][1], was)")
    assert screen.inside("same(folderOfPlan.files[origin.name], desk.plan.bytes) && !same(desk.plan.bytes, was)")

    screen.inside("folderOfPlan.files[origin.name] = was; 0")  # somebody else's
    screen.press("refresh", as_at="2026-12-01")
    with screen.working():
        screen.tab.locator("#outcomes > details").first.get_by_role("button", name="Write it into its folder").click()
    assert "somebody has changed it since" in screen.status
    assert screen.inside("same(folderOfPlan.files[origin.name], was)")


def violations(screen: Screen) -> list[str]:
    if not screen.inside("globalThis.axe !== undefined"):
        screen.inside(f"{AXE.read_text('utf-8')}; 0")
    told: list[dict[str, Any]] = screen.inside("axe.run().then((told) => told.violations)")
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in told]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(screen: Screen, validated: Validated, scheme: Any) -> None:
    screen.tab.emulate_media(color_scheme=scheme)
    for tab in ("check", "new", "about", "month"):
        screen.go(tab)
        assert violations(screen) == []
    screen.tab.locator("#do-refresh").click()
    assert violations(screen) == []
    screen.tab.keyboard.press("Escape")


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_it_fits_a_screen_of_any_width(screen: Screen, validated: Validated, width: int) -> None:
    screen.tab.set_viewport_size({"width": width, "height": 900})
    for tab in ("check", "new", "about", "month"):
        screen.go(tab)
        assert screen.inside("document.documentElement.scrollWidth") <= width
    screen.tab.set_viewport_size({"width": 1280, "height": 900})


def test_the_keyboard_is_enough(screen: Screen, validated: Validated) -> None:
    screen.inside("document.querySelector('.skip').focus()")
    reached: list[str] = []
    while reached[-1:] != ["do-doctor"] and len(reached) < 60:
        screen.tab.keyboard.press("Tab")
        reached.append(screen.inside("document.activeElement.id"))
    assert {"tab-month", "choose-plan", "by", "choose-returns", "do-history", "do-doctor"} <= set(reached)
    with screen.working():
        screen.tab.keyboard.press("Enter")
    assert screen.inside("document.activeElement.closest('#outcomes') !== null")  # where it is read on


def test_findings_are_printed_without_what_is_for_the_screen(screen: Screen, validated: Validated) -> None:
    screen.tab.emulate_media(media="print")
    visible = [screen.tab.locator(place).is_visible() for place in ("nav", "#actions", "#of-returns", "#findings")]
    screen.tab.emulate_media(media="screen")
    assert visible == [False, False, True, True]
    assert screen.tab.locator("button.more").count() > 0
    screen.inside("dispatchEvent(new Event('beforeprint')); 0")  # as the browser tells before it prints
    assert screen.tab.locator("button.more").count() == 0


def test_what_is_dropped_anywhere_is_told_apart(screen: Screen, nasty: Month) -> None:
    with screen.working(3):  # they are looked at, the plan is opened, the returns are read
        screen.drop(nasty.master, nasty.returns, on="nav")
    assert nasty.master.name in screen.tab.locator("#plan").inner_text()
    assert "13 files" in screen.tab.locator("#returns").inner_text()


def test_a_lead_checks_a_tracker_alone(screen: Screen, nasty: Month) -> None:
    screen.go("check")
    tracker = sorted(nasty.returns.iterdir())[-1]
    assert screen.choose("tracker", tracker) == "Done."
    shown = screen.tab.locator("#checked article").first.inner_text()
    (told,) = check([tracker], today=TODAY).trackers
    assert told.says in shown
    assert all(finding.message in shown for finding in (*told.to_put_right, *told.questions, *told.notes))
    screen.go("month")


def test_a_new_plan_by_what_is_chosen(screen: Screen) -> None:
    screen.go("new")
    screen.tab.locator("#starts").fill("2026-04-01")
    screen.tab.locator("#first-year").fill("2026-27")
    assert "is read" in screen.choose("source", PLAN_TEXT)
    screen.tab.locator('#form select[data-key="Rationale"]').select_option(str(Part.LEAVE))
    with screen.working():
        screen.tab.get_by_role("button", name="Make the plan").click()
    assert "is made" in screen.status
    rows = open_book(screen.download()).read(PLAN)
    assert len(rows) == 22
    assert {row["rationale"] for row in rows} == {None}


def test_another_file_of_the_same_name_is_another_return(screen: Screen, nasty: Month, tmp_path: Path) -> None:
    screen.go("month")
    one, other, *_ = sorted(nasty.trackers.iterdir())
    for name, file in {"a": one, "b": other, "c": one}.items():
        (tmp_path / name).mkdir()
        shutil.copy(file, tmp_path / name / "Tracker.xlsx")
    before = screen.inside("desk.returns.size")
    for name in "abc":
        screen.choose("returns", tmp_path / name / "Tracker.xlsx")
    assert screen.inside("desk.returns.size") == before + 2


def test_where_no_worker_may_be_started_it_says_so(screen: Screen, page: Path, tmp_path: Path) -> None:
    forbidden = "globalThis.Worker = class { constructor() { throw new Error('forbidden'); } };"
    assert screen.tab.context.browser
    with opened_in(screen.tab.context.browser, page, tmp_path, before=forbidden) as other:
        assert other.status.startswith("This browser cannot run it (forbidden).")


@pytest.mark.browser("firefox-esr", "node")
def test_firefox_does_the_main_way(page: Path, month: Month) -> None:
    """The days are as in the other browser; what Firefox itself would ask with is stubbed."""
    done = subprocess.run(["node", "firefox.mjs", page, month.master, month.returns, NOW.isoformat()],
                          cwd=ROOT / "tests" / "node", capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    found = validate(month.master, [month.returns], today=TODAY).returns
    assert seen["errors"] == []
    assert sorted([row[0], row[2]] for row in seen["returns"]) == sorted(
        [returned.file, returned.outcome_in_words.capitalize()] for returned in found)
    assert sorted([row[1], row[4]] for row in seen["findings"]) == sorted(
        [finding.code, finding.message] for returned in found for finding in returned.findings)
    assert seen["told"][0].startswith("Batch 20270120-093000: 84 values changed")
    assert seen["files"][0] == "Delivery plan 20270120-093000 stamp.xlsx"
    assert not any("folder" in label for label in seen["intoFolder"])  # which Firefox cannot write into
