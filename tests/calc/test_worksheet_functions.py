"""The worksheet functions of the add-in, in Basic as they ship, give what those of Python give, over thousands of cases."""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sendxl.figures import functions
from tests.calc.test_addin_file import Opened, with_addin
from tests.engines.soffice import Soffice

pytestmark = [pytest.mark.calc, pytest.mark.slow]
EPOCH, CASES, STEP = datetime(1899, 12, 30), 1_500, 10
# Runs a function over rows of a sheet, each cell handed over as Excel does it; the results are written beside.
DRIVER = """
Public Sub RunRows(rows As Long)
    Dim row As Long, out() As Variant, sheet As Object
    Set sheet = ThisWorkbook.Sheets(1)
    For row = 1 To rows
        {call}
    Next row
End Sub
"""
CALLS: dict[str, tuple[str, Callable[..., Any], int]] = {
    "status": ("SENDXL_STATUS(" + ", ".join(f"sheet.Cells(row, {at})" for at in range(1, 8)) + ")", functions.measure_status, 7),
    "share": ("SENDXL_YEARSHARE(sheet.Cells(row, 1), sheet.Cells(row, 2), sheet.Cells(row, 3))", functions.year_share, 3),
    "saving": ("SENDXL_SAVING(" + ", ".join(f"sheet.Cells(row, {at})" for at in range(1, 7)) + ")", functions.year_saving, 6),
    "chain": ("SENDXL_UNITSAVING(sheet.Cells(row, 1), sheet.Range(sheet.Cells(row, 2), sheet.Cells(row, 5)), "
              "sheet.Range(sheet.Cells(row, 6), sheet.Cells(row, 9)))",
              lambda chain, *cells: functions.chain_saving(chain, cells[:4], cells[4:]), 9),
}


def _day(chance: random.Random) -> Any:
    days = [datetime(2026, 1, 1) + timedelta(chance.randrange(1_500)) for _ in range(12)]
    ends = [datetime(chance.randrange(2025, 2030), month, 1) - timedelta(days) for month in (3, 4, 9) for days in (0, 1)]
    return chance.choice([None, "soon", *days, *ends])


def _amount(chance: random.Random) -> Any:
    return chance.choice([None, "ten", 0.0, float(chance.randrange(-50, 200)), round(chance.uniform(-5, 5), 3), 0.5, 1.005,
                          float(chance.randrange(1, 60_000)), round(chance.uniform(0, 60_000), 2)])


def _year(chance: random.Random) -> Any:
    return chance.choice(["2026-27", "2027-28", "2028-29", "2029-30", "2027", "2027-29", None, " 2027-28", "1999-00"])


def _code(chance: random.Random) -> Any:
    return chance.choice(["OOC", "SPECIAL", "RP", "rp", " Special ", "Two  words", "two words", None, "NONE"])


def _given(kind: str, chance: random.Random) -> list[Any]:
    if kind == "status":
        return [_amount(chance), _amount(chance), _day(chance), _amount(chance), _day(chance), _day(chance),
                chance.choice([None, "Higher", "lower", " LOWER ", "Sideways", "higher"])]
    if kind == "share":
        return [_day(chance), _day(chance), _year(chance)]
    if kind == "saving":
        return [_amount(chance), _amount(chance), _day(chance), _day(chance), _year(chance),
                chance.choice([None, "Yes", "no", "TRUE", 1.0, 0.0, "false"])]
    chain = " > ".join(str(_code(chance) or "") for _ in range(chance.randrange(1, 4)))
    return [chance.choice([None, chain, chain, chain, chain.replace(" > ", ">")]), *(_code(chance) for _ in range(4)),
            *(_amount(chance) for _ in range(4))]


def _as_cell(value: Any) -> Any:
    return "" if value is None else (value - EPOCH) / timedelta(days=1) if isinstance(value, datetime) else value


def _rows(kind: str) -> Iterator[list[Any]]:
    chance = random.Random(kind)
    for _ in range(CASES):
        yield _given(kind, chance)


@pytest.mark.parametrize("kind", CALLS)
def test_basic_gives_what_python_gives(kind: str, soffice: Soffice, tmp_path: Path) -> None:
    call, function, width = CALLS[kind]
    driver = DRIVER.format(call=f"sheet.Cells(row, {STEP}).Value = {call}")
    book = Opened(soffice, with_addin(tmp_path / "plan.xlsm", "Plan", {"SendxlFunctions": driver}))
    given = list(_rows(kind))
    sheet = book.document.Sheets[0]
    sheet.getCellRangeByPosition(0, 0, width - 1, CASES - 1).setDataArray(
        tuple(tuple(_as_cell(value) for value in row) for row in given))
    book.run("RunRows", float(CASES), module="SendxlFunctions")
    told = [row[0] for row in sheet.getCellRangeByPosition(STEP - 1, 0, STEP - 1, CASES - 1).getDataArray()]
    wanted = [function(*row) for row in given]
    assert len({str(value) for value in wanted}) > 4 and sum(value != "" for value in wanted) > CASES / 20
    wrong = [(row, value, right) for row, value, right in zip(given, told, wanted, strict=True)
             if not (value == right or (isinstance(right, float) and value == pytest.approx(right, rel=1e-12, abs=1e-9)))]
    assert wrong == [], "\n".join(map(str, wrong[:12]))


def test_days_are_days_whatever_their_hour() -> None:
    shares = {functions.year_share(day, None, "2027-28") for day in (datetime(2027, 9, 1, 15, 30), date(2027, 9, 1))}
    assert len(shares) == 1
