from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.plan.dates import TypedDay, probably_meant, read_day
from sendxl.plan.schema import Column, Type
from sendxl.plan.values import Cell, CellKind, Problem, Stored, Value, nearest, read, same, serial, show, to_text
from sendxl.plan.vocabulary import Kind, Status

NAN, BAD_DATE, ABSENT, BROKEN = (
    Problem.NOT_A_NUMBER, Problem.NOT_A_DATE, Problem.NOT_IN_LIST, Problem.EXCEL_ERROR
)  # fmt: skip


def column(type: Type) -> Column:
    return Column("A column", type, "Help.", choices=Status if type is Type.CHOICE else None)


def typed(text: str, type: Type) -> Cell:
    """A cell that holds text, read as a type."""
    return read(column(type), Stored(CellKind.TEXT, text, text))


def numeric(value: float, type: Type, percent: bool = False) -> Cell:
    return read(column(type), Stored(CellKind.NUMBER, value, str(value), percent=percent))


@pytest.mark.parametrize("type", list(Type))
def test_blank_is_blank_in_every_type(type: Type) -> None:
    for stored in (Stored(), Stored(CellKind.TEXT, "", ""), Stored(CellKind.TEXT, " \n\xa0", " \n\xa0")):
        cell = read(column(type), stored)
        assert cell.blank and cell.value is None


@pytest.mark.parametrize("type", list(Type))
def test_an_excel_error_is_a_problem_in_every_type(type: Type) -> None:
    cell = read(column(type), Stored(CellKind.ERROR, "#REF!", "#REF!"))
    assert (cell.value, cell.problem, cell.blank) == (None, BROKEN, False)


NUMBERS: list[tuple[str, Type, float | None]] = [
    ("12", Type.NUMBER, 12), (" 12 ", Type.NUMBER, 12), ("1,234", Type.NUMBER, 1234), ("1,234.50", Type.NUMBER, 1234.5),
    ("12,345,678", Type.MONEY, 12345678), (".5", Type.NUMBER, 0.5), ("0", Type.COUNT, 0), ("-5", Type.NUMBER, -5),
    ("- 5", Type.NUMBER, -5), ("£18k", Type.MONEY, 18000), ("£18K", Type.MONEY, 18000), ("£1.15m", Type.MONEY, 1150000),
    ("1.005k", Type.NUMBER, 1005), ("-£5", Type.MONEY, -5), ("£-5", Type.MONEY, -5), ("£ 1,200", Type.MONEY, 1200),
    ("£5", Type.NUMBER, 5),
    ("12 approx", Type.NUMBER, None), ("about 12", Type.NUMBER, None), ("12-15", Type.NUMBER, None),
    ("1,23", Type.NUMBER, None), ("1 234", Type.NUMBER, None), ("--5", Type.NUMBER, None), ("-£-5", Type.MONEY, None),
    ("-", Type.NUMBER, None), ("£", Type.MONEY, None), ("k", Type.NUMBER, None), ("1e5", Type.NUMBER, None),
    ("45%", Type.NUMBER, None), ("n/a", Type.COUNT, None), ("nan", Type.NUMBER, None), ("inf", Type.NUMBER, None),
    ("9" * 400, Type.NUMBER, None), ("\u22125", Type.NUMBER, -5), ("\uff11\uff12", Type.NUMBER, 12),
    ("1\u00b2", Type.NUMBER, None), ("\uff16\uff10\uff05", Type.FRACTION, 0.6),
    ("12\u201315", Type.NUMBER, None), ("\u00bd", Type.NUMBER, None),
    ("45%", Type.FRACTION, 0.45), ("45 %", Type.FRACTION, 0.45), ("14.35%", Type.FRACTION, 0.1435),
    ("45", Type.FRACTION, 0.45), ("0.45", Type.FRACTION, 0.45), ("100", Type.FRACTION, 1), ("1", Type.FRACTION, 1),
    ("0", Type.FRACTION, 0), ("120%", Type.FRACTION, 1.2), ("250", Type.FRACTION, 250), ("£45", Type.FRACTION, None),
    ("45k", Type.FRACTION, None), ("half", Type.FRACTION, None), ("9" * 400 + "%", Type.FRACTION, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "type", "value"), NUMBERS)
def test_numbers_as_people_type_them(text: str, type: Type, value: float | None) -> None:
    cell = typed(text, type)
    assert cell.value == (None if value is None else pytest.approx(value, abs=1e-12))
    assert cell.problem is (NAN if value is None else None)


def test_a_reading_that_took_more_says_how() -> None:
    assert typed("£18k", Type.MONEY).how == "the text “£18k” was read as the number £18,000"
    assert typed("45%", Type.FRACTION).how == "the text “45%” was read as 45%"
    assert numeric(45, Type.FRACTION).how == "45 was read as 45%"
    assert numeric(46387, Type.DATE).how == "the number 46,387 was read as 31 Dec 2026"
    assert typed("31/12/2026", Type.DATE).how == "the text “31/12/2026” was read as 31 Dec 2026"
    assert numeric(12, Type.NUMBER).how == ""


def test_a_whole_number_typed_as_text_is_an_int() -> None:
    assert isinstance(typed("12", Type.NUMBER).value, int)
    assert isinstance(typed("12.5", Type.NUMBER).value, float)


@pytest.mark.parametrize(
    ("value", "percent", "read_as", "unclear"),
    [(0.5, True, 0.5, False), (0.5, False, 0.5, True), (1, False, 1, True), (45, False, 0.45, False),
     (45, True, 45, False), (0, False, 0, False), (100, False, 1, False), (101, False, 101, False),
     (100 + 1e-8, False, 1 + 1e-10, False), (1 + 1e-8, False, 1 + 1e-8, True)],
)  # fmt: skip
def test_a_bare_percentage(value: float, percent: bool, read_as: float, unclear: bool) -> None:
    cell = numeric(value, Type.FRACTION, percent)
    assert (cell.value, cell.unclear_percent) == (read_as, unclear)


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**400])
def test_a_number_no_cell_can_hold_is_not_a_number(value: float) -> None:
    assert numeric(value, Type.NUMBER).problem is NAN


def test_other_kinds_of_cell_are_no_number() -> None:
    assert read(column(Type.NUMBER), Stored(CellKind.BOOL, True, "1")).problem is NAN
    assert read(column(Type.COUNT), Stored(CellKind.DATE, datetime(2026, 4, 1), "46113")).problem is NAN
    assert read(column(Type.DATE), Stored(CellKind.BOOL, True, "1")).problem is BAD_DATE


LAST = date(2026, 12, 31)
DATES: list[tuple[str, date | None]] = [
    ("2026-12-31", LAST), ("2026-12-31 00:00:00", LAST), ("2026-12-31T00:00", LAST), ("31/12/2026", LAST),
    ("31.12.2026", LAST), ("31-12-2026", LAST), ("31 December 2026", LAST), ("31 Dec 2026", LAST),
    ("31st Dec. 2026", LAST), ("31-Dec-2026", LAST), ("Thursday, 31 December 2026", LAST), ("31 DEC 2026", LAST),
    ("1 Sept 2026", date(2026, 9, 1)), ("3 April 2027", date(2027, 4, 3)), ("4/4/2027", date(2027, 4, 4)),
    ("29 Feb 2028", date(2028, 2, 29)),
    ("03/04/2027", date(2027, 4, 3)), ("31/12/26", LAST), ("31 Dec 26", LAST), ("December 31, 2026", LAST), ("2026/12/31", LAST),
    ("the 31st of December 2026", LAST), ("31 / 12 / 2026", LAST), ("31 12 2026", LAST), ("31Dec2026", LAST),
    ("2026-12-31 10:30", LAST), ("31/12/2026 at 5:30pm", LAST), ("31\u00a0Dec 2026", LAST),
    ("31\u201312\u20132026", LAST), ("31\u201112\u20112026", LAST), ("31\u2013Dec\u201326", LAST), ("31\uff0f12\uff0f2026", LAST),
    ("2026-12-31T00:00:00Z", LAST), ("2026-12-31T00:00:00.000Z", LAST), ("31 Dec 202\u2076", None),
    ("12/31/2026", None), ("30 Feb 2027", None), ("31/02/2027", None), ("31/12/026", None), ("1/2", None),
    ("2026-13-01", None), ("0000-01-01", None), ("Dec 2026", None), ("31 Foo 2026", None), ("soon", None),
    ("2026", None), ("", None), ("Q3", None), ("31 Dec 2026 or so", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), DATES)
def test_dates_as_people_type_them(text: str, day: date | None) -> None:
    assert read_day(text).day == day
    if text:
        assert (typed(text, Type.DATE).value, typed(text, Type.DATE).problem) == (day, None if day else BAD_DATE)


READINGS = [
    ("03/04/2027", TypedDay(date(2027, 4, 3), swaps=True)), ("3/4/27", TypedDay(date(2027, 4, 3), swaps=True)),
    ("13/04/2027", TypedDay(date(2027, 4, 13))), ("04/04/2027", TypedDay(date(2027, 4, 4))),
    ("2027-04-03", TypedDay(date(2027, 4, 3))),
    ("3 Apr 2027", TypedDay(date(2027, 4, 3))), ("31/12/2026 00:00", TypedDay(LAST)),
    ("31/12/2026 14:30:05", TypedDay(LAST, time="14:30:05")), ("31/12/2026 12:00:00 AM", TypedDay(LAST)),
    ("31/12/2026 12:00 PM", TypedDay(LAST, time="12:00pm")), ("31/12/2026 00:30 am", TypedDay(LAST, time="00:30am")),
    ("29/02/2027", TypedDay(why="there is no 29 Feb 2027")), ("31 Apr 2027", TypedDay(why="there is no 31 Apr 2027")),
    ("12/31/2026", TypedDay(why="there is no month 31; the day comes first")), ("end of term", TypedDay()),
]


@pytest.mark.parametrize(("text", "typed_day"), READINGS)
def test_what_a_date_leaves_open_is_told(text: str, typed_day: TypedDay) -> None:
    assert read_day(text) == typed_day


@pytest.mark.parametrize(("digits", "says"), [
    ("2027", "a year alone is no day: type the day, like 31 Mar 2027"),
    ("31122026", "if 31 Dec 2026 is meant, type it like that"),
    ("1042027", "if 1 Apr 2027 is meant, type it like that"), ("20261231", "if 31 Dec 2026 is meant, type it like that"),
    ("311226", "if 31 Dec 2026 is meant, type it like that"), ("99999999", ""), ("46387", ""), ("1850", ""), ("", ""),
    ("123", ""),
])
def test_what_digits_in_place_of_a_date_probably_mean(digits: str, says: str) -> None:
    assert probably_meant(digits) == says


@pytest.mark.parametrize(("moment", "day", "time"), [
    (datetime(2026, 12, 31), LAST, ""), (datetime(2026, 12, 31, 14, 30), LAST, "14:30"),
    (datetime(2026, 12, 30, 23, 59, 15), LAST, "23:59:15"),
    (datetime(2026, 12, 30, 23, 57, 59), date(2026, 12, 30), "23:57:59"), (datetime(2026, 12, 31, 0, 0, 45), LAST, "00:00:45"),
])
def test_a_moment_is_of_the_nearest_day(moment: datetime, day: date, time: str) -> None:
    cell = read(column(Type.DATE), Stored(CellKind.DATE, moment, "0"))
    assert (cell.value, cell.time) == (day, time)


def test_a_workbook_that_counts_from_1904() -> None:
    stored = Stored(CellKind.NUMBER, 46387 - 1462, str(46387 - 1462), date1904=True)
    assert read(column(Type.DATE), stored).value == LAST


def test_characters_that_cannot_be_seen_are_left_out() -> None:
    for text, value in (("a\u200bb\u00ad", "ab"), ("\ufeff", None), (" \u200e ", None), ("caf\u00e9", "café"),
                        ("a\u202eb", "a\u202eb")):
        cell = typed(text, Type.WORDS)
        assert (cell.value, cell.unseen, cell.stored.value) == (value, value == "ab", text)
    assert typed("12\u200b", Type.NUMBER).value == 12


def test_dates_as_workbooks_store_them() -> None:
    noon = datetime(2026, 12, 31, 12)
    stored = Stored(CellKind.DATE, noon, "46387.5")
    assert read(column(Type.DATE), stored).value == LAST
    assert read(column(Type.MOMENT), stored).value == noon
    assert read(column(Type.ANY), stored).value == noon
    assert read(column(Type.ANY), Stored(CellKind.DATE, datetime(2026, 12, 31), "46387")).value == LAST
    assert numeric(46387, Type.DATE).value == LAST
    assert numeric(46387.5, Type.MOMENT).value == noon
    assert numeric(2026, Type.DATE).problem is BAD_DATE  # a year is not a day
    assert numeric(80000, Type.DATE).problem is BAD_DATE


@pytest.mark.parametrize(
    ("text", "value"),
    [("On track", "On track"), ("on TRACK", "On track"), ("  on   track ", "On track"), ("On\xa0track", "On track"),
     ("On-track", None), ("Green", None), ("1", None)],
)  # fmt: skip
def test_choices_as_people_type_them(text: str, value: str | None) -> None:
    cell = typed(text, Type.CHOICE)
    assert (cell.value, cell.problem) == (value, None if value else ABSENT)


def test_a_choice_is_plain_text() -> None:
    assert type(typed("On track", Type.CHOICE).value) is str


def test_text_keeps_its_words() -> None:
    assert typed("one\r\ntwo ", Type.WORDS).value == "one\ntwo "
    assert numeric(7, Type.TEXT).value == "7"
    assert read(column(Type.TEXT), Stored(CellKind.BOOL, True, "1")).value == "TRUE"
    assert read(column(Type.WORDS), Stored(CellKind.DATE, datetime(2026, 12, 31), "46387")).value == "2026-12-31"
    assert typed("12", Type.ANY).value == "12"
    assert numeric(12, Type.ANY).value == 12


def test_the_kind_of_the_row_decides_how_an_actual_is_read() -> None:
    actual = Column("Actual", Type.ACTUAL, "Help.")
    stored = Stored(CellKind.TEXT, "45%", "45%")
    assert read(actual, stored, Kind.PERCENTAGE.value).value == 0.45
    assert read(actual, stored, Kind.NUMBER.value).problem is NAN
    assert read(actual, stored).problem is NAN


TEXTS: list[tuple[Value, str]] = [
    (None, ""), ("", ""), ("  ", ""), (" a\r\nb\rc ", "a\nb\nc"), (12, "12"), (12.0, "12"), (0, "0"), (-0.0, "0"),
    (0.1 + 0.2, "0.3"), (1234.5, "1234.5"), (True, "TRUE"), (False, "FALSE"), (LAST, "2026-12-31"),
    (datetime(2026, 12, 31), "2026-12-31"), (datetime(2026, 12, 31, 9, 5, 7, 999), "2026-12-31 09:05:07"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), TEXTS)
def test_to_text(value: Value, text: str) -> None:
    assert to_text(value) == text


def test_same() -> None:
    assert same(12, 12.0) and same(None, " ") and same("a\r\nb", "a\nb") and same(LAST, datetime(2026, 12, 31))
    assert same(0.1 + 0.2, 0.3) and same(0, -0.0)
    assert not same(None, 0) and not same("a", "A") and not same(12, 12.5)


SHOWN: list[tuple[Value, Type, str]] = [
    (None, Type.ANY, ""), (LAST, Type.DATE, "31 Dec 2026"), (datetime(2026, 1, 5, 9, 3), Type.ANY, "5 Jan 2026"),
    (datetime(2026, 1, 5, 9, 3), Type.MOMENT, "5 Jan 2026 09:03"),
    (1234, Type.NUMBER, "1,234"), (1234.5, Type.NUMBER, "1,234.5"),
    (10, Type.NUMBER, "10"), (100.0, Type.NUMBER, "100"), (0.125, Type.NUMBER, "0.12"), (-0.001, Type.NUMBER, "0"),
    (0, Type.NUMBER, "0"), (0.45, Type.FRACTION, "45%"), (0.3754, Type.FRACTION, "37.5%"), (1, Type.FRACTION, "100%"),
    (0, Type.FRACTION, "0%"), (-0.0001, Type.FRACTION, "0%"), (0.1 + 0.2, Type.FRACTION, "30%"),
    (18000, Type.MONEY, "£18,000"), (-18000, Type.MONEY, "-£18,000"), (-0.2, Type.MONEY, "£0"),
    ("text", Type.ANY, "text"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "type", "text"), SHOWN)
def test_show(value: Value, type: Type, text: str) -> None:
    assert show(value, type) == text


def test_serial() -> None:
    assert serial(date(2026, 12, 31)) == 46387 and isinstance(serial(LAST), int)
    assert serial(datetime(2026, 12, 31, 12)) == 46387.5
    assert serial(date(1900, 3, 1)) == 61  # after the day that Excel made up


def test_nearest() -> None:
    words = [status.value for status in Status]
    assert nearest(" on trak", words) == "On track"
    assert nearest("OFF TRACK", words) == "Off track"
    assert nearest("purple", words) is None


# --- properties

TYPED = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"-?£?[0-9,]{0,9}(\.[0-9]{0,3})?[kKmM%]?", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,9}[-/. ][0-9]{1,4}", fullmatch=True),
)
ANY_STORED = st.one_of(
    st.builds(lambda t: Stored(CellKind.TEXT, t, t), TYPED),
    st.builds(lambda n: Stored(CellKind.NUMBER, n, str(n)), st.floats() | st.integers()),
    st.builds(lambda d: Stored(CellKind.DATE, d, str(d)), st.datetimes()),
    st.builds(lambda b: Stored(CellKind.BOOL, b, str(b)), st.booleans()),
)


@given(ANY_STORED, st.sampled_from(list(Type)), st.sampled_from([None, *(k.value for k in Kind)]))
def test_reading_never_raises_and_a_problem_has_no_value(stored: Stored, type: Type, kind: str | None) -> None:
    cell = read(column(type), stored, kind)
    assert cell.problem is None or cell.value is None
    assert isinstance(show(cell.value, type), str)
    assert same(cell.value, cell.value)


@given(st.floats(-1e9, 1e9) | st.integers(-(10**9), 10**9))
def test_a_number_shown_is_read_back(number: float) -> None:
    value = typed(show(number, Type.NUMBER), Type.NUMBER).value
    assert value == pytest.approx(number, abs=0.00501)


@given(st.dates(date(1000, 1, 1)))
def test_a_date_shown_or_written_is_read_back(day: date) -> None:
    assert read_day(show(day)).day == day
    assert read_day(to_text(day)).day == day


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_number_is_read_back(day: date) -> None:
    assert numeric(serial(day), Type.DATE).value == day
    assert serial(day + timedelta(days=1)) == serial(day) + 1
