"""show: the day of the figures, and what has changed since a period, from what Periods kept of it."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sendxl.books.book import SetCells
from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.cli import cli
from sendxl.errors import Unusable
from sendxl.jobs.refresh import refresh
from sendxl.jobs.show import Moved, show
from sendxl.plan.dates import in_words
from sendxl.plan.master import PERIODS, PLAN, SAVINGS, SETTINGS, YEARS

STARTS, DUE = date(2026, 4, 1), date(2027, 3, 31)
Q3_ENDS, TODAY = date(2026, 12, 31), date(2027, 1, 12)
# % complete by period; half of the time has gone by the end of Q2, three quarters by the end of Q3
DONE: dict[str, dict[str, float]] = {
    "PI-01": {"2026-27 Q1": 0.1, "2026-27 Q2": 0.1, "2026-27 Q3": 0.1},  # never on track
    "PI-02": {"2026-27 Q1": 0.3, "2026-27 Q2": 0.6, "2026-27 Q3": 0.2},  # newly off track
    "PI-03": {"2026-27 Q1": 0.3, "2026-27 Q2": 0.1, "2026-27 Q3": 0.8},  # recovered
    "PI-04": {"2026-27 Q1": 0.3, "2026-27 Q2": 0.6, "2026-27 Q3": 0.8},  # stays on track
    "PI-05": {"2026-27 Q1": 0.3, "2026-27 Q2": 0.6, "2026-27 Q3": 0.8},  # is closed
}
ENDS = {"2026-27 Q1": date(2026, 7, 10), "2026-27 Q2": date(2026, 10, 10), "2026-27 Q3": TODAY}


def write(path: Path, table: Any, key: str, values: dict[str, Any]) -> None:
    ClosedBook(path, backups=0).apply([SetCells(table, key, values)])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A master refreshed in three quarters; PI-06 comes with the third, and PI-05 is closed in it."""
    path = tmp_path_factory.mktemp("show") / "plan.xlsx"
    rows: list[dict[str, Any]] = [{"ref": ref, "activity": f"Do {ref}", "starts": STARTS, "due": DUE} for ref in (*DONE, "PI-06")]
    build_master(path, {PLAN: rows}, {"plan_title": "Our plan"})
    for period, today in ENDS.items():
        write(path, SETTINGS, "value", {"Reporting period": period})
        write(path, PLAN, "percent_complete", {ref: done[period] for ref, done in DONE.items()})
        write(path, PLAN, "closed_on", {"PI-06": STARTS if period != "2026-27 Q3" else None})
        if period == "2026-27 Q3":
            write(path, PLAN, "closed_on", {"PI-05": date(2026, 12, 1)})
        refresh(path, today=today)
    return path


def moved(master: Path, since: str, **given: Any) -> dict[str, Moved]:
    changes = show(master, since=since, today=TODAY, **given).changes
    assert changes is not None
    return {one.ref: one for one in changes.activities}


def test_what_has_changed_since_a_period(kept: Path) -> None:
    found = moved(kept, "2026-27 Q2")
    assert {ref: (one.then, one.now, one.change, one.lasting) for ref, one in found.items()} == {
        "PI-01": ("Off track", "Off track", "Same", "third quarter off track"),
        "PI-02": ("On track", "Off track", "Newly off track", ""),
        "PI-03": ("Off track", "On track", "Recovered", ""),
        "PI-04": ("On track", "On track", "Same", ""),
        "PI-05": ("On track", "Closed", "Closed", ""),
        "PI-06": ("", "Not assessed", "New", ""),
    }
    assert found["PI-01"].periods == 3 and found["PI-04"].periods == 3 and found["PI-02"].periods == 1
    changes = show(kept, since="2026-27 Q2").changes
    assert changes and changes.then == {"On track": 3, "Off track": 2}
    assert changes.now == {"On track": 2, "Off track": 2, "Not assessed": 1, "Closed": 1}


def test_an_activity_that_was_deleted_is_told(kept: Path, tmp_path: Path) -> None:
    master = tmp_path / "plan.xlsx"
    shutil.copy(kept, master)
    write(master, PERIODS, "of", {"PI-04.2026-27 Q2": "PI-99"})
    found = moved(master, "2026-27 Q2")
    assert (found["PI-99"].then, found["PI-99"].change) == ("On track", "No longer in Plan")
    assert found["PI-04"].change == "Reopened"  # it stood in the quarter before


@pytest.mark.parametrize(("since", "told"), [
    ("2025-26 Q4", "no rows of 2025-26 Q4. It has those of 2026-27 Q1, 2026-27 Q2, 2026-27 Q3"),
    ("last quarter", "is not a reporting period")])
def test_a_period_without_rows_says_which_there_are(kept: Path, since: str, told: str) -> None:
    with pytest.raises(Unusable, match=told):
        show(kept, since=since)


def test_without_any_it_says_so(tmp_path: Path) -> None:
    build_master(tmp_path / "new.xlsx", {PLAN: [{"ref": "PI-01"}]}, {})
    with pytest.raises(Unusable, match="It has none yet"):
        show(tmp_path / "new.xlsx", since="2026-27 Q2")


@pytest.mark.parametrize(("as_at", "wanted", "ahead"), [
    (None, Q3_ENDS, False), (DUE, DUE, True), (date(2026, 9, 30), date(2026, 9, 30), False)])
def test_the_day_of_the_figures_is_said(kept: Path, tmp_path: Path, as_at: date | None, wanted: date, ahead: bool) -> None:
    master = tmp_path / "plan.xlsx"
    shutil.copy(kept, master)
    refresh(master, as_at=as_at, today=TODAY)
    found = show(master, today=TODAY)
    assert (found.as_at, found.ahead) == (wanted, ahead)
    assert not show(master, today=wanted).ahead
    printed = CliRunner().invoke(cli, ["show", str(master)]).output.splitlines()[0]
    assert printed.startswith(f"Our plan: 2026-27 Q3, as at {in_words(wanted)}")


def test_before_the_first_refresh_there_is_no_day(tmp_path: Path) -> None:
    build_master(tmp_path / "new.xlsx", {PLAN: [{"ref": "PI-01"}]}, {})
    assert show(tmp_path / "new.xlsx").as_at is None
    assert "not refreshed yet" in CliRunner().invoke(cli, ["show", str(tmp_path / "new.xlsx")]).output


def test_the_command_prints_what_changed_and_writes_it(kept: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.json"
    done = CliRunner().invoke(cli, ["show", str(kept), "--since", "2026-27 Q2", "--json", str(file)])
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.output.splitlines()]
    assert ["PI-02", "Newly", "off", "track", "On", "track", "Off", "track", "Do", "PI-02"] in lines
    assert ["PI-01", "Third", "quarter", "off", "track", "Do", "PI-01"] in lines
    assert "Since 2026-27 Q2: 4 activities have another status, 2 the same." in done.output
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["as_at"] == "2026-12-31" and written["by_theme"][""]["Off track"] == 2
    assert written["changes"]["activities"][0]["lasting"] == "third quarter off track"


def test_years_say_whether_they_are_closed(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    years = [{"ref": f"A.S{n}.{year}", "year": year, "type": "Cashable", "forecast": 1_000, "closed_on": closed}
             for n in (1, 2) for year, closed in (("2026-27", TODAY), ("2027-28", None))]
    build_master(path, {YEARS: years, SAVINGS: [{"ref": "A.S1", "type": "Cashable"}]}, {})
    assert [(one.year, one.closed, one.forecast) for one in show(path).years] == [
        ("2026-27", True, 2_000), ("2027-28", False, 2_000)]
    output = CliRunner().invoke(cli, ["show", str(path)]).output
    assert [line.split() for line in output.splitlines() if line.startswith("Cashable")] == [
        ["Cashable", "2026-27,", "closed", "£2,000"], ["Cashable", "2027-28", "£2,000"]]
