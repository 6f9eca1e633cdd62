"""What is printed of many returns: what needs something first, and never more than a person reads."""

from datetime import datetime
from pathlib import Path

import pytest

from sendxl.jobs.stamp import Stamped
from sendxl.jobs.stamping.ledger import StampedCell
from sendxl.plan.finding import Finding, Severity
from sendxl.printing import print_returns, print_stamped
from sendxl.returns.outcome import Return

WORDS = {"accepted": Severity.NOTE, "held": Severity.ERROR, "rejected": Severity.REJECT}


def returned(number: int, outcome: str, findings: int = 1) -> Return:
    file = f"{outcome}-{number}.xlsx"
    return Return(Path(file), file, findings=[
        Finding("V05", WORDS[outcome], file, f"message {n}", "Measures", f"F{n}") for n in range(1, findings + 1)])


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_few_returns_are_told_whole_those_first_that_need_something(capsys: pytest.CaptureFixture[str]) -> None:
    print_returns([returned(1, "accepted"), returned(2, "held", 20), returned(3, "rejected"), returned(4, "accepted", 0)])
    out = lines(capsys)
    assert [line for line in out if line.endswith(".xlsx")] == ["rejected-3.xlsx", "held-2.xlsx", "accepted-1.xlsx"]
    assert sum("V05" in line for line in out) == 22
    assert not [line for line in out if "more" in line]
    assert out[-1] == "4 returns: 2 accepted, 1 held, 1 rejected."


def test_of_many_returns_the_first_are_told_and_how_many_more_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_returns([*(returned(n, "accepted") for n in range(2_000)), *(returned(n, "held") for n in range(30)),
                   *(returned(n, "rejected") for n in range(3))])
    out = lines(capsys)
    named = [line for line in out if line.endswith(".xlsx")]
    assert named == [*(f"rejected-{n}.xlsx" for n in range(3)), *(f"held-{n}.xlsx" for n in range(17))]
    assert len(out) < 200
    assert out[-4:] == [
        "", "… and 2,013 more returns with findings.",
        "“sendxl validate” with --report or --json writes every finding to a file.",
        "2,033 returns: 2,000 accepted, 30 held, 3 rejected."]
    assert "… and 1,933 more returns." in out


def test_of_many_findings_in_one_return_the_gravest_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = returned(1, "accepted", 500)
    found.findings.append(Finding("S01", Severity.REJECT, found.file, "last but worst"))
    print_returns([found])
    out = lines(capsys)
    told = out[out.index(found.file) + 1:-3]
    assert told[0] == "  R S01: last but worst" and len(told) == 21
    assert told[-1] == "  … and 481 more findings of this return."
    assert "--report or --json" in out[-2] and "1 rejected" in out[-1]


@pytest.mark.parametrize("dry_run", [True, False])
def test_of_many_changes_the_first_are_told_and_all_are_counted(dry_run: bool, capsys: pytest.CaptureFixture[str]) -> None:
    changes = [StampedCell("Plan", f"PI-{n:04}", "Progress", "", "More", "Lead", "a.xlsx") for n in range(150)]
    print_stamped(Stamped(Path("Plan.xlsx"), f"{datetime(2027, 1, 5):%Y-%m-%d} 1", not dry_run, [], changes, updates=150, held=0,
                          already=[f"{n}.xlsx was stamped before" for n in range(25)], cells=600,
                          settled=0, unsettled=[], statuses=[]), {"dry_run": dry_run})
    out = lines(capsys)
    assert sum("PI-0" in line for line in out) == 100
    assert "… and 50 more changes: once stamped, the sheet Stamps lists all." in out
    assert sum("stamped before" in line for line in out) == 20 and "… and 5 more in which nothing is new." in out
    assert any("150 values" in line for line in out)
