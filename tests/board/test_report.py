"""What the Board report says: of a small plan told by hand, and of the shipped one beside its Summary."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx.oxml.ns import qn

from sendxl.board.asked import restated
from sendxl.books.book import settings_of
from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.figures.assess import assess
from sendxl.figures.years import YearRow
from sendxl.jobs.board import BoardReport, board_report
from sendxl.plan.master import PLAN, STAMPS
from tests.board.conftest import ROWS, SHIPPED, Make
from tests.board.word import number, opened, tables_of, text_of

BY_THEME = "Activities by theme and status, and how many stand better or worse than in the last report"
SLIPPING, DECISIONS = "What is off track or at risk", "Every decision that a lead asked for"
SAVINGS = "Savings by type, fund and financial year"
THIS_YEAR = "Savings of the year against what was approved, by type and fund; types are never added together"
NET = "Forecast of cashable savings less that of the costs of the plan, by fund and year"
FUNDS = "Funding, spend and balances of each fund by year"
REBASELINED = "Baselines, targets, dates and approvals that were changed, and why"


def table_of(sheet: Any, name: str) -> Iterator[dict[str, Any]]:
    header, *rows = [[cell.value for cell in row] for row in sheet[sheet.tables[name].ref]]
    yield from (dict(zip(header, row, strict=True)) for row in rows)


def same_amount(in_report: float | None, in_summary: float | None) -> bool:
    """The same to the pound, to which a report rounds each fund, or not known in both."""
    return in_report == (None if in_summary is None else pytest.approx(in_summary, abs=2))


def test_its_figures_are_those_of_the_summary(shipped: BoardReport) -> None:
    """Number by number, with the figures that the last refresh left in the Summary."""
    assert shipped.to_mend == [], "the shipped master is to be refreshed; run: python -m sendxl.workbooks.build"
    tables, summary = tables_of(shipped.path), openpyxl.load_workbook(SHIPPED, data_only=True)["Summary"]
    compared = 0

    themes = {row["Theme"]: row for row in tables[BY_THEME]}
    for row in table_of(summary, "StatusByTheme"):
        for header in ("Complete", "On track", "At risk", "Off track", "Not started", "Not assessed", "Activities"):
            assert number(themes[row["Theme"]][{"Activities": "All"}.get(header, header)]) == row[header], (row["Theme"], header)
            compared += 1

    headlines = {row["Headline"]: row["How many"] for row in table_of(summary, "Headlines")}
    total, text = themes["All"], text_of(shipped.path)
    assert number(total["All"]) == headlines["Activities (closed ones left out)"]
    assert number(total["Off track"]) == headlines["Activities off track"]
    assert number(total["At risk"]) == headlines["Activities at risk"]
    assert f"{headlines['Updates overdue']} updates are overdue" in text
    assert f"{headlines['Updates past due, activity never updated']} activities were never updated" in text

    by_fund = {f"{row['Type']}, {row['Fund']}, {row['Year']}": row for row in tables[SAVINGS]}
    for name, caption, headers in (
            ("SavingsByFund", SAVINGS,
             {"Planned": "Planned", "Forecast": "Forecast", "Realised": "Realised", "One-off": "Of it one-off"}),
            ("NetByFund", NET, {"Cashable": "Cashable", "Costs": "Costs", "Net of costs": "Net"}),
            ("BalanceByYear", FUNDS, {"Without the plan": "Balance without the plan", "With the plan": "Balance with the plan"})):
        keyed = {", ".join(row[key] for key in ("Type", "Fund", "Year") if key in row): row for row in tables[caption]}
        in_summary = list(table_of(summary, name))
        assert keyed.keys() == {row["Ref"] for row in in_summary}
        for row in in_summary:
            for header, in_report in headers.items():
                assert same_amount(number(keyed[row["Ref"]][in_report]), row[header]), (name, row["Ref"], header)
                compared += 1
    for row in table_of(summary, "SavingsByType"):
        for header in ("Approved", "Planned", "Forecast", "Realised"):
            known = [amount for one in tables[SAVINGS] if (one["Type"], one["Year"]) == (row["Type"], row["Year"])
                     and (amount := number(one[header])) is not None]
            assert same_amount(sum(known) if known else None, row[header]), (row["Ref"], header)
            compared += 1
    quantified = {row["Type"]: row["Quantified"] for row in table_of(summary, "Quantified")}
    for row in tables[THIS_YEAR]:
        assert row["Quantified"].split(" of ")[1] <= quantified[row["Type"]].split(" of ")[1]
        for header in ("Forecast", "Realised"):
            assert row[header] == by_fund[f"{row['Type']}, {row['Fund']}, 2026-27"][header]
    assert compared > 200


def test_what_has_changed_since_the_last_report(report: BoardReport) -> None:
    assert (report.since, report.as_at, report.ahead, report.activities) == ("2026-27 Q2", date(2026, 12, 31), False, 4)
    tables, text = tables_of(report.path), text_of(report.path)
    themes = {row["Theme"]: row for row in tables[BY_THEME]}
    assert [themes["Inclusion"][header] for header in ("Off track", "On track", "Better", "Worse")] == ["1", "1", "1", "0"]
    assert "3 activities: 2 on track, 1 off track. Compared with 2026-27 Q2: 1 better, 0 worse." in text
    (row,) = tables[SLIPPING]
    assert row["Status"] == "Off track (2 quarters)"
    assert (row["Corrective action"], row["Forecast finish"]) == ("“Hire two more”", "31 Dec 2028")
    assert "Recovered, was At risk." in text
    assert "“Third advert out”" in text and "“Second advert out”" not in text


def test_it_compares_with_the_period_that_is_named(make: Make) -> None:
    done = make(since="2026-27 Q1")
    text = text_of(done.path)
    assert done.since == "2026-27 Q1" and "compared with 2026-27 Q1" in text
    assert "“Second advert out”" in text and "“First advert out”" not in text
    assert "Newly off track, was At risk." in text


@pytest.mark.parametrize(("since", "says"), [
    ("2025-26 Q1", "Give one of: 2026-27 Q1, 2026-27 Q2."), ("last time", "is not a reporting period"),
    ("2026-27 Q3", "does not know how the activities stood in 2026-27 Q3"),
])
def test_a_period_that_is_not_known_is_told(make: Make, since: str, says: str) -> None:
    with pytest.raises(Unusable, match="--since") as caught:
        make(since=since)
    assert says in str(caught.value)


def test_the_log_of_decisions_tells_when_each_was_first_asked_for(report: BoardReport) -> None:
    rows = [(row["Ref"], row["Decision"], row["First asked"], row["Last asked"], row["Now"])
            for row in tables_of(report.path)[DECISIONS]]
    assert rows == [
        ("PI-01", "“board: agree the  money”", "2026-27 Q1", "2026-27 Q3", "Asked for"),
        ("GR-01", "“Schools Forum: top-up”", "2026-27 Q2", "2026-27 Q2", "Asked for"),  # typed into Plan, not in the record
        ("GR-01", "“Panel: choose a site”", "2026-27 Q2", "2026-27 Q2", "No longer asked for"),
    ]


def test_what_was_rebaselined_since_and_why(report: BoardReport, make: Make) -> None:
    assert [tuple(row.values()) for row in tables_of(report.path)[REBASELINED]] == [
        ("2 Dec 2026", "PI-01.S1", "Approved unit saving", "£9,000", "£36,000", "No reason was given"),
        ("1 Dec 2026", "PI-02", "Due", "30 Sep 2027", "31 Mar 2028", "No reason was given")]
    assert [row["Why"] for row in tables_of(make(since="2026-27 Q1").path)[REBASELINED]] == [
        "No reason was given", "No reason was given", "“Funds came late”"]


def test_a_row_that_was_added_or_deleted_by_hand_is_told_once(make: Make, tmp_path: Path) -> None:
    at = datetime(2026, 12, 5, 9)
    noticed = {"batch": "b7", "kind": "by hand", "stamped_at": at}
    build_master(tmp_path / "Plan.xlsx", ROWS | {STAMPS: [
        {**noticed, "table": "Targets", "ref": "PI-01.M1.T1", "new": "PI-01.M1.T1", "explanation": "The Board asked for it"},
        {**noticed, "table": "Targets", "ref": "PI-01.M1.T1", "column": "On", "new": date(2027, 3, 31)},
        {**noticed, "table": "Targets", "ref": "PI-01.M1.T1", "column": "Expected", "new": 20},
        {**noticed, "table": "Plan", "ref": "GR-09", "old": "GR-09"},
        {**noticed, "table": "Plan", "ref": "GR-09", "column": "Activity", "old": "Open a hub"},
        {**noticed, "table": "Plan", "ref": "GR-09", "column": "Due", "old": date(2027, 3, 31)},
        {**noticed, "table": "Plan", "ref": "GR-10", "new": "GR-10"},
        {**noticed, "table": "Leads", "ref": "B", "new": "B"},
        {**noticed, "table": "Plan", "ref": "PI-02", "column": "Due", "new": date(2028, 3, 31)},
    ]}, {"plan_id": "ours", "reporting_period": "2026-27 Q3"})
    rows = [tuple(row.values()) for row in tables_of(make(tmp_path / "Plan.xlsx").path)[REBASELINED]]
    assert rows == [
        ("5 Dec 2026", "GR-10", "A row of Plan", "Not there", "–", "No reason was given"),
        ("5 Dec 2026", "GR-09", "A row of Plan", "Due 31 Mar 2027", "Deleted", "No reason was given"),
        ("5 Dec 2026", "PI-01.M1.T1", "A row of Targets", "Not there", "On 31 Mar 2027; Expected 20", "“The Board asked for it”"),
    ]


def test_it_says_whose_plan_it_is(make: Make, tmp_path: Path) -> None:
    build_master(tmp_path / "Plan.xlsx", ROWS, {"plan_title": "Our plan", "plan_id": "ours", "council": "Sampleshire & Co"})
    done = make(tmp_path / "Plan.xlsx")
    header = opened(done.path).sections[0].header.paragraphs[0].text
    assert header.startswith("Sampleshire & Co · Our plan · As at ")
    assert any(paragraph.text.startswith("Sampleshire & Co · As at ") for paragraph in opened(done.path).paragraphs)


def test_a_very_long_table_is_several_each_with_its_header(make: Make, tmp_path: Path) -> None:
    """LibreOffice lays out one of 5,000 rows no more: the time for it grows faster than its rows."""
    refs = [f"PI-{n:03}" for n in range(1, 251)]
    rows = [{"ref": ref, "activity": "Widen the offer", "theme": "Inclusion"} for ref in refs]
    build_master(tmp_path / "Plan.xlsx", {PLAN: rows}, {"plan_id": "ours"})
    annex = [table for table in opened(make(tmp_path / "Plan.xlsx").path).tables
             if table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Every activity of the plan"]
    assert [len(table.rows) for table in annex] == [101, 101, 51]
    assert [row.cells[0].text for table in annex for row in table.rows[1:]] == refs
    for table in annex:
        assert table.rows[0].cells[0].text == "Ref" and table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
        beside = table._tbl.getnext()
        assert beside.tag == qn("w:p") or beside.tag == qn("w:sectPr")  # else Word makes one table of two


def test_what_would_change_in_closed_years(built: Path) -> None:
    book = ClosedBook(built)
    figures = assess(book, settings_of(book), None, date(2027, 1, 20))
    closed = YearRow("PI-01.S1", "2025-26", "Cashable", "Schools", None, 9000.0, 9000.0, 9000.0, date(2026, 5, 1), -2500.0)
    years = {"PI-01.S1.2025-26": closed, "PI-02.S1.2025-26": closed._replace(restated=0.0),
             "PI-02.S1.2026-27": closed._replace(restated=None)}
    assert [(row.ref, row.year, row.kept, row.restated) for row in restated(replace(figures, years=years))] == [
        ("PI-01.S1", "2025-26", "£9,000", "−£2,500")]


def test_a_look_ahead_is_called_one_on_every_page(make: Make) -> None:
    done = make(as_at=date(2027, 3, 31))
    assert done.ahead and done.to_mend == []  # of another day the sheets need not say the same
    headers = [section.header.paragraphs[0].text for section in opened(done.path).sections]
    assert headers == ["Our plan · A look ahead: as at 31 Mar 2027, still to come"]
    alts = [element.get("descr") for element in opened(done.path).element.iter(qn("wp:docPr"))]
    assert all("as at 31 Mar 2027, still to come" in alt for alt in alts)


def test_an_empty_plan_has_a_report(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "Empty.xlsx"
    build_master(path, {}, {"plan_id": "ours"})
    done = make(path)
    assert (done.activities, done.decisions, done.since) == (0, 0, "")
    text = text_of(done.path)
    for said in ("0 activities.", "Nothing is off track or at risk.", "No lead asks for a decision.",
                 "The plan has no activities yet."):
        assert said in text


HOSTILE = "<b> & {{ title }} {% for x in y %} {_{x}_} “$x^2$” \u202e]]>\n&amp; '=1+1"


def test_what_people_typed_appears_as_they_typed_it(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "Hostile.xlsx"
    rows = ROWS | {PLAN: [{**ROWS[PLAN][0], "activity": HOSTILE, "theme": HOSTILE, "corrective_action": HOSTILE,
                           "progress": HOSTILE + "\a\f\x0b"}]}
    build_master(path, rows, {"plan_title": HOSTILE, "plan_id": "ours", "reporting_period": "2026-27 Q3"})
    done = make(path)
    typed = HOSTILE.replace("\u202e", "")
    paragraphs = [paragraph.text for paragraph in opened(done.path).paragraphs]
    assert f"PI-01 {typed}" in paragraphs
    assert f"What would bring it back: “{typed}”" in paragraphs
    assert f"Progress (2026-27 Q3): “{typed}”" in paragraphs
    assert any(row["Activity"] == typed for row in tables_of(done.path)["Every activity of the plan"])


def test_it_can_be_read_by_all(shipped: BoardReport) -> None:
    """Headings of Word's own, without a step left out; headers of tables repeated; words for pictures; a title and a language."""
    document = opened(shipped.path)
    levels = [int(style[-1]) for paragraph in document.paragraphs if (style := paragraph.style.name).startswith("Heading")]
    assert levels[0] == 1 and all(level <= before + 1 for before, level in pairwise(levels))
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    alts = [element.get("descr") for element in document.element.iter(qn("wp:docPr"))]
    assert len(alts) == 4 and all(len(alt) > 50 for alt in alts)
    assert "Practice for Inclusion: 3 on track, 1 off track" in alts[0] or "Practice for Inclusion: 1 complete" in alts[0]
    assert document.core_properties.title.startswith("SEND & Inclusion delivery plan")
    assert document.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "en-GB"


def test_the_same_plan_gives_the_same_bytes(report: BoardReport, make: Make) -> None:
    assert make().path.read_bytes() == report.path.read_bytes()


def test_sheets_that_say_otherwise_are_told(report: BoardReport) -> None:
    assert len(report.to_mend) == 1 and "run “sendxl refresh”" in report.to_mend[0]  # its Plan was never refreshed


def test_without_its_libraries_it_says_what_to_install(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sendxl.board.document.find_spec", lambda name: None if name == "matplotlib" else object())
    with pytest.raises(Unusable, match=r"needs matplotlib.*pip install matplotlib"):
        make()


@pytest.mark.parametrize(("out", "says"), [("Report.doc", "must end in .docx"), ("none/Report.docx", "There is no folder")])
def test_where_it_cannot_be_written(built: Path, tmp_path: Path, out: str, says: str) -> None:
    with pytest.raises(Unusable, match=says):
        board_report(built, tmp_path / out)
