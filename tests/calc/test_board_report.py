"""The Board report as LibreOffice prints it: the first page on one A4, whatever there is to say, and the PDF of --pdf."""

import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.build.master import build_master
from sendxl.jobs.board import board_report
from sendxl.plan.master import LEADS, PERIODS, PLAN, POSITION, SAVINGS
from sendxl.plan.schema import Table
from sendxl.plan.vocabulary import Fund, SavingType

pytestmark = pytest.mark.calc("pdftotext")
NOW = datetime(2027, 1, 20, 9, 30)
LONG = "Words that go on for a line or two, and then a little further, as people write them when they are asked. " * 4


def full(count: int) -> dict[Table, list[dict[str, Any]]]:
    """A plan with something long in whatever stands on the first page."""
    lead = f"Assistant Director of {LONG[:60]}"
    refs = [f"T{number % 12:02}-{number // 12 + 1:02}" for number in range(count)]
    return {
        LEADS: [{"code": "A", "title": lead}],
        PLAN: [{"ref": ref, "theme": f"Theme {ref[:3]} {LONG[:60]}", "activity": LONG, "lead": lead,
                "starts": date(2026, 4, 1), "due": date(2027, 12, 31), "percent_complete": 0.01, "corrective_action": LONG,
                "forecast_finish": date(2028, 12, 31), "decision_needed": LONG, "progress": LONG} for ref in refs],
        PERIODS: [{"ref": f"{ref}.2026-27 Q2", "period": "2026-27 Q2", "of": ref, "status": "Off track"} for ref in refs],
        SAVINGS: [{"ref": f"{refs[0]}.S{number}", "activity_ref": refs[0], "type": type, "fund": fund, "method": "Not quantified"}
                  for number, (type, fund) in enumerate([(type, fund) for type in SavingType for fund in Fund], 1)],
        POSITION: [{"ref": "High needs block.2026-27", "fund": "High needs block", "year": "2026-27", "funding": 141_000_000,
                    "unmitigated_spend": 156_000_000, "opening_balance": -123_456_789}],
    }


@pytest.mark.parametrize("count", [0, 60])
def test_the_first_page_is_one_page(count: int, tmp_path: Path) -> None:
    master = tmp_path / "Plan.xlsx"
    build_master(master, full(count) if count else {},
                 {"plan_title": f"A plan {LONG[:70]}", "plan_id": "ours", "reporting_period": "2026-27 Q3"})
    done = board_report(master, tmp_path / "Board report.docx", pdf=True, now=NOW)
    assert done.pdf == tmp_path / "Board report.pdf"
    command = ["pdftotext", "-layout", str(done.pdf), "-"]
    pages = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\f")
    assert "Updates overdue" in pages[0] and "page 1 of" in pages[0]
    assert [line for line in pages[1].splitlines() if line.strip()][1] == "The plan in pictures"
    assert all("As at 31 Dec 2026" in page for page in pages[:-1])
    if count:
        assert "more, under the themes below" in pages[0]
