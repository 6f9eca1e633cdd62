"""demo: what the sample month must yield, told by hand from what the leads type (workbooks/examples/returns.json)."""

from datetime import date
from pathlib import Path

import pytest

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs.demo import demo
from sendxl.jobs.show import show
from sendxl.plan.master import HELD, MEASURES, PLAN, PROFILE, TRACKERS


def test_the_month(tmp_path: Path) -> None:
    said: list[str] = []
    made = demo(tmp_path / "demo", say=said.append)
    book = ClosedBook(made.master)
    states = {str(row.tracker).removeprefix("2026-27-Q3-"): row.state for row in book.read(TRACKERS)}
    assert {code for code, state in states.items() if state == "Issued"} == {"AD-PEOPLE", "SM-EARLY"}  # late
    assert {code for code, state in states.items() if state == "Rejected"} == {"AD-EDUCATION"}  # tampered with
    assert {code for code, state in states.items() if state == "Held"} == {
        "P16-COORD", "PEP-SENDAR",  # disagree on PA-01.M1
        "STS", "SEND-COMM",  # no numbers
        "SEND-BOARD",  # no choice of the list
    }
    assert sorted((row.code, row.ref) for row in book.read(HELD)) == [
        ("A01", None), ("C01", "PA-01.M1"), ("C01", "PA-01.M1"), ("V02", "ST-02"), ("V05", "GR-01.M1"), ("V05", "PI-03.M1")]
    plan, measures = book.read(PLAN).by_key, book.read(MEASURES).by_key
    assert (plan["PI-05"].status, plan["PI-05"].completed_on) == ("Complete", date(2026, 11, 20))
    assert (measures["PI-01.M1"].actual, measures["PA-01.M1"].actual) == (55, 351)
    assert book.read(PROFILE).by_key["ST-01.S1.P1"].in_place == 18
    assert plan["IH-02"].update_state == "Never updated"
    assert plan["PI-01"].update_state == "Received"
    # 205 - 150 of 110 x 274/486 = 62.02 expected: 0.887, at risk
    assert (measures["PA-02.M1"].status, round(measures["PA-02.M1"].attainment or 0, 3)) == ("At risk", 0.887)
    assert any("open this first" in line for line in said)
    assert all(path.exists() for path in (made.source, made.report, made.findings, made.board, made.template))


def test_a_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("somebody's")
    with pytest.raises(Unusable, match="is a file"):
        demo(tmp_path / "demo", say=lambda text: None)


def test_show_counts_by_theme_what_the_sheet_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no Word document can be made, the rest of the month is as it is."""
    monkeypatch.setattr("sendxl.jobs.demo.missing_libraries", lambda: ["docxtpl"])
    said: list[str] = []
    made = demo(tmp_path / "demo", say=said.append)
    assert not made.board.exists() and any("Left out, as this Python does not have docxtpl." in line for line in said)
    shown, plan = show(made.master), ClosedBook(made.master).read(PLAN)
    assert shown.period == "2026-27 Q3"
    assert sum(sum(counts.values()) for counts in shown.by_theme.values()) == len(plan) == 22
    first = [row for row in plan if row.theme == plan[0].theme]
    assert dict(shown.by_theme[str(plan[0].theme)]) == {s: sum(r.status == s for r in first) for s in {r.status for r in first}}
