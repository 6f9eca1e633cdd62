"""Worksheet functions by the worked figures of the domain, given values as a spreadsheet hands them over."""

from datetime import date, datetime
from typing import Any

import pytest

from sendxl import addin
from sendxl.figures import functions

LINE = (10.0, datetime(2026, 4, 1), 30.0, datetime(2028, 3, 31))
AS_AT = datetime(2027, 3, 31)
COSTS = {"OOC": 54_000.0, "SPECIAL": 27_000.0, "RP": 18_000.0}


@pytest.mark.parametrize(("value", "better", "status"), [
    (19.0, "Higher", "On track"), (18.0, "Higher", "At risk"), (17.0, None, "Off track"), (31.0, " higher ", "On track"),
    (None, "Higher", ""), ("nineteen", "Higher", ""), (19.0, "Sideways", ""),
])
def test_status(value: Any, better: Any, status: str) -> None:
    assert functions.measure_status(value, *LINE, AS_AT, better) == status
    assert addin.SENDXL_STATUS(value, *LINE, AS_AT, better) == status


@pytest.mark.parametrize(("as_at", "status"), [
    (datetime(2028, 3, 31), "Complete"), (date(2026, 3, 31), "Not started"), (None, ""), ("soon", "")])
def test_status_by_day(as_at: Any, status: str) -> None:
    assert functions.measure_status(31.0, *LINE, as_at, "Higher") == status


def test_status_where_lower_is_better() -> None:
    line = (4_000.0, datetime(2026, 4, 1), 4_200.0, datetime(2026, 4, 3))
    assert [functions.measure_status(value, *line, datetime(2026, 4, 2), "Lower") for value in (4_050.0, 4_300.0)] == [
        "On track", "Off track"]


@pytest.mark.parametrize(("chain", "saving"), [
    ("OOC > SPECIAL > RP", 36_000), ("OOC > SPECIAL", 27_000), ("special>rp", 9_000), ("OOC", ""), ("OOC > NONE", ""), (None, ""),
])
def test_unit_saving(chain: Any, saving: Any) -> None:
    assert functions.chain_saving(chain, list(COSTS), list(COSTS.values())) == saving
    assert addin.SENDXL_UNITSAVING(chain, [*COSTS, None], [*COSTS.values(), None]) == saving


@pytest.mark.parametrize(("starts", "until", "year", "share"), [
    (datetime(2027, 9, 1), None, "2027-28", 7 / 12), (datetime(2027, 9, 1), None, "2028-29", 1.0),
    (datetime(2027, 9, 1), None, "2026-27", 0.0), (datetime(2027, 9, 30), datetime(2028, 1, 30), "2027-28", 4 / 12),
    (date(2027, 9, 1), date(2028, 1, 31), "2027-28", 5 / 12), (None, None, "2027-28", ""), (date(2027, 9, 1), None, "2027", ""),
])
def test_year_share(starts: Any, until: Any, year: str, share: Any) -> None:
    assert functions.year_share(starts, until, year) == share
    assert addin.SENDXL_YEARSHARE(starts, until, year) == share


@pytest.mark.parametrize(("arguments", "saving"), [
    ((1.0, 36_000.0, datetime(2027, 9, 1), None, "2027-28", None), 21_000.0),
    ((1.0, 36_000.0, datetime(2027, 9, 1), None, "2028-29", True), 36_000.0),
    ((6.0, 36_000.0, datetime(2027, 9, 1), None, "2027-28", "Yes"), 126_000.0),
    ((6.0, 36_000.0, datetime(2028, 1, 1), None, "2027-28", ""), 54_000.0),
    ((1.0, 5_000.0, datetime(2027, 9, 1), None, "2027-28", False), 5_000.0),
    ((1.0, 5_000.0, datetime(2027, 9, 1), None, "2028-29", "No"), 0.0),
    ((None, 5_000.0, datetime(2027, 9, 1), None, "2028-29", None), ""),
])
def test_year_saving(arguments: Any, saving: Any) -> None:
    assert functions.year_saving(*arguments) == saving
    assert addin.SENDXL_SAVING(*arguments) == saving
