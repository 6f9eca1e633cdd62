from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.plan.periods import add_years, financial_year_of, parse_financial_year, parse_period, quarter_of


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-27 Q1", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-27 Q2", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-27 Q3", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-27 Q4", date(2027, 1, 1), date(2027, 3, 31)),
        ("1999-00 Q4", date(2000, 1, 1), date(2000, 3, 31)),
        ("2099-00 Q1", date(2099, 4, 1), date(2099, 6, 30)),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2027-02", date(2027, 2, 1), date(2027, 2, 28)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        (" 2026-27 Q3 ", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_period(text: str, first: date, last: date) -> None:
    period = parse_period(text)
    assert (period.first, period.last, str(period)) == (first, last, text.strip())


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-27", "2026-27 Q5", "2026-27 Q0", "2026-27 q3", "2026-27  Q3", "2026-27Q3", "2026/27 Q3",
     "2026-00", "2026-13", "2026-1", "Q3 2026-27", "November 2026", "0000-01", "9999-12", "9999-00 Q4", "２０２６-11",
     "2026-27 Q3 draft"],
)  # fmt: skip
def test_bad_period_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match='write a quarter like "2026-27 Q3" or a month like "2026-11"') as raised:
        parse_period(text)
    assert f'"{text}"' in str(raised.value)


@pytest.mark.parametrize("text", ["2026-28 Q1", "2026-26 Q1", "1999-01 Q4"])
def test_a_year_that_is_not_followed_by_the_next_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="the second part must be the next year"):
        parse_period(text)


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 3, 31), "2025-26 Q4"),
        (date(2026, 4, 1), "2026-27 Q1"),
        (date(2026, 6, 30), "2026-27 Q1"),
        (date(2026, 7, 1), "2026-27 Q2"),
        (date(2026, 12, 31), "2026-27 Q3"),
        (date(2027, 1, 1), "2026-27 Q4"),
        (date(2000, 2, 29), "1999-00 Q4"),
    ],
)
def test_quarter_of(day: date, quarter: str) -> None:
    assert quarter_of(day).label == quarter
    assert financial_year_of(day) == quarter[:7]


@given(st.dates(date(1900, 4, 1), date(2900, 3, 31)))
def test_every_day_is_in_its_quarter_and_quarters_touch(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter.first <= day <= quarter.last
    assert parse_period(quarter.label) == quarter
    assert quarter_of(quarter.last + timedelta(days=1)).first == quarter.last + timedelta(days=1)


def test_financial_year_as_written() -> None:
    assert parse_financial_year(" 2026-27 ") == "2026-27"
    for text in ("2026", "2026-28", "26-27", "2026/27", "2026-27 Q1", ""):
        with pytest.raises(ValueError, match="is not a financial year"):
            parse_financial_year(text)


def test_add_years() -> None:
    assert add_years(date(2026, 4, 1), 3) == date(2029, 4, 1)
    assert add_years(date(2028, 2, 29), 1) == date(2029, 2, 28)
    assert add_years(date(2028, 2, 29), 4) == date(2032, 2, 29)


@pytest.mark.parametrize(("text", "after"), [
    ("2026-27 Q3", "2026-27 Q4"), ("2026-27 Q4", "2027-28 Q1"), ("1999-00 Q4", "2000-01 Q1"), ("2026-11", "2026-12"),
    ("2026-12", "2027-01"),
])
def test_the_period_after_another(text: str, after: str) -> None:
    assert parse_period(text).next == parse_period(after)
