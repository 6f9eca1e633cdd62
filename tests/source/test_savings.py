"""Ratings, windows and money."""

from datetime import date
from pathlib import Path

import pytest

from sendxl.plan.master import REVIEW, SAVINGS, UNIT_COSTS
from sendxl.source import read_plan
from sendxl.source.costs import UnitCosts
from sendxl.source.doubts import Doubts
from sendxl.source.money import read_amounts
from sendxl.source.ratings import read_ratings
from sendxl.source.windows import add_months, read_benefits


@pytest.mark.parametrize(("cell", "parts"), [
    ("High", [("High", "")]),
    ("Medium Fewer requests", [("Medium", "Fewer requests")]),
    ("MEDIUM: fewer requests", [("Medium", "fewer requests")]),
    ("Low – little to save", [("Low", "little to save")]),
    ("Low £3k a year", [("Low", "£3k a year")]),
    ("Low Low numbers already", [("Low", "Low numbers already")]),
    ("Risk Gaps in provision", [("Risk", "Gaps in provision")]),
    ("Risk mitigation and more", [(None, "Risk mitigation and more")]),
    ("Risk-based approach", [(None, "Risk-based approach")]),
    ("High Needs funding is spent better", [(None, "High Needs funding is spent better")]),
    ("Previous exercises saved money", [(None, "Previous exercises saved money")]),
    ("Medium/High to be agreed", [(None, "Medium/High to be agreed")]),
    ("Medium Risk assessment brings change", [("Medium", "Risk assessment brings change")]),
    ("Medium Fewer places in High Wycombe", [("Medium", "Fewer places in High Wycombe")]),
    ("Medium First part High Second part", [("Medium", "First part"), ("High", "Second part")]),
    ("", [(None, "")]),
])
def test_ratings(cell: str, parts: list[tuple[str | None, str]]) -> None:
    assert [(part.rating, part.words) for part in read_ratings(cell)] == parts


START = date(2019, 9, 1)


@pytest.mark.parametrize(("cell", "opens", "closes", "prose"), [
    ("Now", START, START, ""),
    ("Now.", START, START, ""),
    ("3-5 years", date(2022, 9, 1), date(2024, 9, 1), ""),
    ("3 – 5 yrs", date(2022, 9, 1), date(2024, 9, 1), ""),
    ("1 to 3 years", date(2020, 9, 1), date(2022, 9, 1), ""),
    ("6-18 months", date(2020, 3, 1), date(2021, 3, 1), ""),
    ("Now-2 years", START, date(2021, 9, 1), ""),
    ("5 years", None, date(2024, 9, 1), ""),
    ("Now 1-3 years", START, date(2022, 9, 1), ""),
    ("1-3 years; 5 years", date(2020, 9, 1), date(2024, 9, 1), ""),
    ("Now – more people joined", START, START, "more people joined"),
    ("1-3 years (if funded)", date(2020, 9, 1), date(2022, 9, 1), "(if funded)"),
    ("Now that it is agreed", None, None, "Now that it is agreed"),
    ("5 years after it opens", None, None, "5 years after it opens"),
    ("Each takes 2 years to open", None, None, "Each takes 2 years to open"),
    ("From September 2021", None, None, "From September 2021"),
    ("5-3 years", None, None, "5-3 years"),
    ("", None, None, ""),
])
def test_windows(cell: str, opens: date | None, closes: date | None, prose: str) -> None:
    benefits = read_benefits(cell)
    assert benefits.dates(START) == (opens, closes)
    assert benefits.prose == prose


def test_months_end_on_the_last_day_there_is() -> None:
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)


@pytest.mark.parametrize(("words", "code", "pounds", "qualifier"), [
    ("An RP place is approx. £18k", "RP", 18000, "approx."),
    ("Resourced provisions cost about £18,500", "RP", 18500, "approx."),
    ("special schools, up to £27k", "SPECIAL", 27000, "up to"),
    ("going out of County, average of £54k", "OOC", 54000, "average"),
    ("placed out-of-county at £54.5k on average", "OOC", 54500, "average"),
    ("An ISP place is £1.2m", "ISP", 1200000, None),
    ("A nursery place is £9,250.50", "NURSERY-PLACE", 9250.5, None),
    ("A taxi is £500 a week", "TAXI", None, None),
    ("It will save £200k", "", 200000, None),
])
def test_amounts(words: str, code: str, pounds: float | None, qualifier: str | None) -> None:
    (amount,) = read_amounts(words)
    assert (amount.code, amount.pounds, amount.qualifier) == (code, pounds, qualifier)


def costs_of(*cells: tuple[str, str]) -> tuple[list[tuple[object, object]], list[str]]:
    costs, doubts = UnitCosts(), Doubts()
    for ref, words in cells:
        costs.take(ref, words, doubts)
    costs.close(doubts)
    return [(row["code"], row["annual_cost"]) for row in costs.rows()], [str(row["doubt"]) for row in doubts.rows()]


def test_the_same_cost_twice_is_one_row() -> None:
    rows, doubts = costs_of(("A-01", "special schools up to £27k"), ("A-02", "a special school costs up to £27,000"))
    assert rows == [("SPECIAL", 27000)]
    assert len(doubts) == 1 and "Price base" in doubts[0]


def test_two_amounts_for_one_placement_are_a_doubt_and_the_first_stands() -> None:
    rows, doubts = costs_of(("A-01", "special schools up to £27k"), ("A-02", "special schools up to £30k"))
    assert rows == [("SPECIAL", 27000)]
    assert "A-01 gives SPECIAL as up to £27,000, this cell as up to £30,000" in doubts[0]


def test_unknown_placements_get_a_code_and_a_doubt() -> None:
    rows, doubts = costs_of(("A-01", "a nursery place at up to £9k"), ("A-02", "a nursery place at up to £11k"),
                            ("A-03", "£5k"))
    assert rows == [("NURSERY-PLACE", 9000), ("NURSERY-PLACE-2", 11000)]
    assert "NURSERY-PLACE" in doubts[0] and "delete the row" in doubts[0]


def test_no_money_no_rows_and_no_doubts() -> None:
    assert costs_of(("A-01", "Fewer placements")) == ([], [])


@pytest.mark.parametrize(("words", "says"), [("a taxi is £500 a week", "a week"),
                                             ("RP places are £18k", "Choose Qualifier")])
def test_what_is_not_certain_of_an_amount_is_said(words: str, says: str) -> None:
    assert says in costs_of(("A-01", words))[1][0]


@pytest.mark.parametrize(("savings", "costs", "line"), [
    ("£512,000", 0, "Savings: £512,000"),
    ("(£250k)", 0, "Savings: (£250k) (written as a negative)"),
    ("Medium Saves £36k a place", 0, "Savings: Medium Saves £36k a place"),
    ("£0.5m over three years from 2026/27", 0, "Savings: £0.5m over three years from 2026/27"),
    ("High An RP place costs approx. £18k", 1, ""),
    ("Low Less is spent", 0, ""),
])
def test_money_below_savings_is_a_line_that_nobody_has_quantified(tmp_path: Path, savings: str, costs: int, line: str) -> None:
    source = tmp_path / "plan.csv"
    source.write_text(f'Action,Lead,Savings\nOpen places,Head of SEND,"{savings}"\n', encoding="utf-8")
    imported = read_plan(source)
    assert len(imported.rows[UNIT_COSTS]) == costs
    assert [(row["description"], row["method"]) for row in imported.rows[SAVINGS]] == ([(line, "Not quantified")] if line else [])
    assert all(row["unit_amount"] is row["annual_value"] is None for row in imported.rows[SAVINGS])
    assert [doubt["ref"] for doubt in imported.rows[REVIEW] if doubt["column"] == "Description"] == ["AC-01.S1"] * bool(line)


def test_savings_by_year_are_one_line_with_its_years(tmp_path: Path) -> None:
    source = tmp_path / "plan.csv"
    source.write_text("Action,Lead,Saving 2026/27 £000,Saving 2027/28 £000\nOpen places,Head of SEND,40,120\n", encoding="utf-8")
    (line,) = read_plan(source).rows[SAVINGS]
    assert line["description"] == "Saving 2026/27 £000: 40; Saving 2027/28 £000: 120"
