"""A small plan with a history, and its Board report."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.build.master import build_master
from sendxl.jobs.board import BoardReport, board_report
from sendxl.plan.master import LEADS, PERIODS, PLAN, STAMPS, UPDATES
from sendxl.plan.schema import Table

Make = Callable[..., BoardReport]
SHIPPED = Path(__file__).parents[2] / "workbooks" / "examples" / "master.xlsx"
NOW = datetime(2027, 1, 20, 9, 30)
_ACTIVITY = {"lead": "Lead A", "starts": date(2026, 4, 1), "due": date(2028, 3, 31)}
ROWS: dict[Table, list[dict[str, Any]]] = {
    LEADS: [{"code": "A", "title": "Lead A"}],
    PLAN: [
        {**_ACTIVITY, "ref": "PI-01", "theme": "Inclusion", "activity": "Train staff", "percent_complete": 0.02,
         "lead_status": "At risk", "corrective_action": "Hire two more", "forecast_finish": date(2028, 12, 31),
         "progress": "Third advert out", "decision_needed": "board: agree the  money", "period": "2026-27 Q3"},
        {**_ACTIVITY, "ref": "PI-02", "theme": "Inclusion", "activity": "Write the guide", "percent_complete": 0.5},
        {**_ACTIVITY, "ref": "GR-01", "theme": "Growing", "activity": "Open places", "percent_complete": 0.36,
         "decision_needed": "Schools Forum: top-up", "period": "2026-27 Q2"},
        {**_ACTIVITY, "ref": "GR-02", "theme": "Growing", "activity": "Old work", "closed_on": date(2026, 6, 1)},
    ],
    PERIODS: [{"ref": f"{ref}.{period}", "period": period, "of": ref, "status": status}
              for period, stood in {"2026-27 Q1": ("At risk", "On track", "On track"),
                                    "2026-27 Q2": ("Off track", "At risk", "On track")}.items()
              for ref, status in zip(("PI-01", "PI-02", "GR-01"), stood, strict=True)],
    UPDATES: [
        {"no": 1, "period": "2026-27 Q1", "ref": "PI-01", "progress": "First advert out",
         "decision_needed": "Board: agree the money", "batch": "b1"},
        {"no": 2, "period": "2026-27 Q2", "ref": "GR-01", "decision_needed": "Panel: choose a site", "batch": "b2"},
        {"no": 3, "period": "2026-27 Q2", "ref": "PI-01", "progress": "Second advert out", "batch": "b2"},
        {"no": 4, "period": "2026-27 Q3", "ref": "PI-01", "progress": "Third advert out",
         "decision_needed": "board: agree the  money", "batch": "b3"},
        {"no": 5, "period": "2026-27 Q3", "ref": "PI-02", "progress": "Taken back", "decision_needed": "Never mind",
         "batch": "b4"},
    ],
    STAMPS: [
        {"no": 1, "batch": "b0", "kind": "by hand", "stamped_at": datetime(2026, 7, 1, 9), "table": "Plan", "ref": "PI-01",
         "column": "Due", "old": date(2027, 3, 31), "new": date(2028, 3, 31), "explanation": "Funds came late"},
        {"no": 2, "batch": "b3", "kind": "by hand", "stamped_at": datetime(2026, 12, 1, 9), "table": "Plan", "ref": "PI-02",
         "column": "Due", "old": date(2027, 9, 30), "new": date(2028, 3, 31)},
        {"no": 3, "batch": "b3", "kind": "by hand", "stamped_at": datetime(2026, 12, 1, 9), "table": "Plan", "ref": "PI-02",
         "column": "Activity", "old": "Guide", "new": "Write the guide"},
        {"no": 5, "batch": "b6", "kind": "approve", "stamped_at": datetime(2026, 12, 2, 9), "table": "Savings", "ref": "PI-01.S1",
         "column": "Approved unit saving", "old": 9000, "new": 36000},
        {"no": 6, "batch": "b6", "kind": "approve", "stamped_at": datetime(2026, 12, 2, 9), "table": "Savings", "ref": "PI-01.S2",
         "column": "Approved unit saving", "new": 36000},
        {"no": 4, "batch": "b5", "kind": "undo", "stamped_at": datetime(2027, 1, 10, 9), "undoes": "b4"},
    ],
}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("board") / "Plan.xlsx"
    build_master(path, ROWS, {"plan_title": "Our plan", "plan_id": "ours", "reporting_period": "2026-27 Q3"})
    return path


@pytest.fixture(scope="session")
def report(built: Path) -> BoardReport:
    """The report of the small plan."""
    return board_report(built, built.with_name("Board report.docx"), now=NOW)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> BoardReport:
    """The report of the shipped plan."""
    return board_report(SHIPPED, tmp_path_factory.mktemp("shipped") / "Board report.docx", now=NOW)


@pytest.fixture
def make(built: Path, tmp_path: Path) -> Make:
    """Makes the report of the small plan, or of another, with what a test asks for besides."""

    def made(master: Path = built, **asked: Any) -> BoardReport:
        template = asked.pop("template", None)
        if isinstance(template, bytes):
            path = tmp_path / "Our template.docx"
            path.write_bytes(template)
            template = path
        return board_report(master, tmp_path / "Board report.docx", template=template, **{"now": NOW, **asked})

    return made
