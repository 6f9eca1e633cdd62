"""What is printed of many returns: what needs something first, and never more than a person reads."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from sendxl import terminal
from sendxl.jobs.refresh import Refreshed
from sendxl.jobs.savings import FundYear, Group, NetYear, Profile, YearOfGroup
from sendxl.jobs.stamp import Stamped
from sendxl.jobs.stamping.ledger import StampedCell
from sendxl.plan.finding import Finding, Severity
from sendxl.printing.plans import print_refreshed
from sendxl.printing.returns import print_returns, print_stamped
from sendxl.printing.savings import print_savings
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


# --- tables and sentences at the width of a terminal

HEADERS = ("Ref", "Reason", "Unmitigated balance", "Mitigated balance", "In-year balance")
ROWS = [("PI-01", "12 of 20 places, 15 expected by 31 Dec 2026; due 31 Mar 2027", "-£23,800,000", "-£18,473,500", "£1"),
        ("PI-02", "short", "£0", "", "-£3,582,000")]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_a_table_keeps_within_the_width_and_loses_nothing(
        width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    terminal.table(HEADERS, ROWS, numbers=(2, 3, 4))
    out = lines(capsys)
    assert max(map(len, out)) <= width
    printed = " ".join(" ".join(out).split())
    for row in ROWS:
        assert all(word in printed for cell in row[1:2] for word in cell.split())
        assert all(any(amount in line.split() for line in out) for amount in row[2:] if amount)  # none broken in two
    assert sum(line.split()[:1] == ["PI-02"] for line in out) == sum(line.split()[:1] == ["Ref"] for line in out)


def test_columns_that_have_no_room_follow_in_tables_of_about_one_width(
        capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    terminal.table(("Year", *(f"P{n}" for n in range(6))), [("2026-27", *["£1,000,000"] * 6)], numbers=range(1, 7))
    heads = [line.split() for line in lines(capsys) if line.startswith("Year")]
    assert heads == [["Year", "P0", "P1"], ["Year", "P2", "P3"], ["Year", "P4", "P5"]]


@pytest.mark.parametrize(("width", "first"), [(60, ["When"]), (44, ["No", "When"])])
def test_rows_that_the_first_column_does_not_tell_apart_stay_together_or_get_a_number(
        width: int, first: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    terminal.table(("When", "Old", "New", "Amount"), [("1 May", "a word " * 9, "a word " * 9, "£1,000,000")] * 3, numbers=(3,))
    out = lines(capsys)
    heads = [line.split() for line in out if line.startswith(first[0])]
    assert heads[0][:len(first)] == first and len(heads) == (1 if width == 60 else 2)
    assert max(map(len, out)) <= width


def test_long_sentences_end_their_lines_between_words(
        capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    text = "What is not yet counted is ± 10% of its quantity and begins up to 3 months late. " * 3
    monkeypatch.setenv("COLUMNS", "50")
    terminal.sentences(text)
    out = lines(capsys)
    assert max(map(len, out)) <= 50 and " ".join(out).split() == text.split()
    monkeypatch.delenv("COLUMNS")
    terminal.sentences(text)
    assert lines(capsys) == [text]  # to a file as it is


# --- what refresh and savings say

def refreshed(**given: Any) -> Refreshed:
    usual: dict[str, Any] = {
        "path": Path("Plan.xlsx"), "as_at": date(2027, 3, 31), "ahead": False, "period": None, "activities": 1, "measures": 1,
        "lines": 1, "statuses": {"On track": 1}, "changed": 1, "left_out": (), "notes": ()}
    return Refreshed(**{**usual, **given})


@pytest.mark.parametrize(("given", "told"), [
    ({}, ["Plan.xlsx: 1 activity, 1 measure and 1 savings line, as at 31 Mar 2027: 1 on track.", "1 cell changed."]),
    ({"ahead": True, "activities": 2, "measures": 0, "lines": 3, "changed": 0}, [
        "Plan.xlsx: 2 activities, 0 measures and 3 savings lines, as at 31 Mar 2027, still to come: 1 on track.",
        "Nothing changed."]),
    ({"notes": ("Savings A.S1: approved.",), "left_out": ("Measures!L5: odd",)}, [
        "Plan.xlsx: 1 activity, 1 measure and 1 savings line, as at 31 Mar 2027: 1 on track.", "1 cell changed.",
        "Savings A.S1: approved.", "Measures!L5: odd"])])
def test_refresh_says_the_day_and_what_it_keeps(given: dict[str, Any], told: list[str],
                                                capsys: pytest.CaptureFixture[str]) -> None:
    print_refreshed(refreshed(**given), {})
    assert lines(capsys) == told


def year_of(year: str, **given: float | None) -> YearOfGroup:
    usual = dict.fromkeys(("approved", "planned", "forecast", "one_off", "p10", "p50", "p90", "realised", "restated"))
    return YearOfGroup(**{"year": year, **usual, **given})  # type: ignore[arg-type]


def profile(**given: Any) -> Profile:
    closed = year_of("2026-27", approved=40_000, planned=42_000, forecast=42_000, realised=42_000, restated=-7_000)
    ahead = year_of("2027-28", planned=72_000, forecast=72_000, one_off=5_000, p10=60_000, p50=70_000, p90=80_000)
    total = year_of("", approved=40_000, planned=114_000, forecast=114_000, one_off=5_000, p10=102_000, p50=112_000, p90=122_000,
                    realised=42_000, restated=-7_000)
    group = Group("Cashable", "General fund", 2, 1, 1, [closed, ahead], total, 111_000, 110_000)
    usual: dict[str, Any] = {
        "title": "Our plan", "as_at": date(2027, 3, 31), "ahead": True, "years": ["2026-27", "2027-28"], "closed": ["2026-27"],
        "discount_rate": 0.035, "draws": 100, "seed": 1, "groups": [group],
        "net": [NetYear("General fund", "2026-27", 42_000, 2_000, 40_000)],
        "position": [FundYear("General fund", "2027-28", {"funding": 1_000, "mitigated_balance": -77_000})],
        "in_range": ["In the range: costs."], "left_out": []}
    return Profile(**{**usual, **given})


def test_savings_shows_each_figure_in_its_year_with_what_is_closed(capsys: pytest.CaptureFixture[str]) -> None:
    print_savings(profile(), {})
    out = lines(capsys)
    assert out[0] == "Our plan: savings as at 31 Mar 2027, still to come, 2026-27 to 2027-28"
    assert "Cashable, General fund: 1 of 2 lines quantified, 1 of 2 lines approved." in out
    rows = [line.split("  ") for line in out]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert ["Year", "Approved", "Planned", "Forecast", "One-off", "Realised", "Restated", "P10", "P50", "P90"] in cells
    assert ["2026-27, closed", "£40,000", "£42,000", "£42,000", "£42,000", "-£7,000"] in cells
    assert ["2027-28", "£72,000", "£72,000", "£5,000", "£60,000", "£70,000", "£80,000"] in cells
    assert ["present value", "£111,000", "£110,000"] in cells
    assert ["General fund", "2026-27, closed", "£42,000", "£2,000", "£40,000"] in cells
    assert ["2027-28", "£1,000", "-£77,000"] in cells
    text = "\n".join(out)
    assert "Closed: the figures of 2026-27 stay as they were kept" in text and "In the range: costs." in text


def test_what_there_is_none_of_takes_no_column(capsys: pytest.CaptureFixture[str]) -> None:
    year = year_of("2026-27", planned=1, forecast=1, one_off=0, p10=1, p50=1, p90=1)
    group = Group("Cost", "General fund", 1, 1, 0, [year], replace(year, year=""), 1, 1)
    unknown = Group("Cost", "Schools", 1, 0, 0, [year_of("2026-27")], year_of(""), None, None)
    print_savings(profile(groups=[group, unknown], closed=[], net=[], position=[]), {})
    out = lines(capsys)
    assert ["Year", "Planned", "Forecast", "P10", "P50", "P90"] in [line.split() for line in out]
    assert "Cost, General fund: 1 of 1 line quantified, none approved." in out
    assert out[out.index("Cost, Schools: 0 of 1 line quantified, none approved.") + 1] == ""
    assert not [line for line in out if "losed" in line or "One-off" in line or "Position" in line or "net of costs" in line]
