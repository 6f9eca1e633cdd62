"""doctor on a plan of release 0.1.0: it is told once that it is of an earlier format, and each slip at its own cell."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sendxl.jobs.doctor import doctor
from tests.cells import TOP
from tests.once import opened

MASTER = Path(__file__).parent / "0.1.0" / "Delivery plan.xlsx"
TODAY = date(2027, 1, 20)
SLIPS: list[tuple[str, str, str, Any, str]] = [  # table, key, header as it was, what an officer types there, what is told
    ("Plan", "PI-02", "Due", date(2026, 3, 31), "E D55"),
    ("Plan", "PI-03", "Due", date(2207, 3, 31), "E D54"),
    ("Plan", "WD-01", "Theme", "WORKFORCE development", "N D63"),
    ("Plan", "ST-02", "Lead", "Transport  Operations Manager", "N D63"),
    ("Plan", "ST-01", "% complete", 45, "E D57"),
    ("Measures", "IH-03.M1", "Baseline", 71, "E D57"),
    ("Measures", "PI-04.M1", "Target on", date(2026, 3, 31), "E D55"),
    ("Measures", "PI-01.M1", "Target", None, "N D61"),
    ("Measures", "PA-03.M1", "Better", "Lower", "N D59"),
    ("Measures", "GR-01.M1", "Better", "Higher", "E D58"),
    ("Measures", "ST-03.M1", "Actual on", date(2028, 9, 30), "E D56"),
    ("Measures", "WD-01.M1", "Target", "=2*90", "E D06"),
    ("Savings", "GR-01.S1", "Approved on", date(2027, 3, 31), "N D64"),
    ("Savings", "PI-04.S1", "Chain", "ooc > SPECIAL > RP", "N D63"),
    ("Profile", "GR-01.S1.P1", "Until", date(2026, 9, 1), "E D28"),
    ("Profile", "ST-01.S1.P2", "Planned quantity", 30, "N D67"),
    ("Profile", "GR-02.S1.P1", "Actual quantity", "two", "E D06"),
    ("Profile", "PI-04.S1.P1", "Actual from", date(2207, 9, 1), "E D54"),
    ("Settings", "At risk from", "Value", 75, "E D57"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What doctor tells of a plan with all slips, by sheet and cell."""
    book = opened(MASTER)
    for table, key, header, value, _ in SLIPS:
        book[table][_place(book, table, key, header)].value = value
    book["Measures"].delete_rows(next(cell.row for cell in book["Measures"]["A"] if cell.value == "WD-03.M1"))
    path = tmp_path_factory.mktemp("slips") / "plan.xlsx"
    book.save(path)
    found: dict[str, set[str]] = {}
    for finding in doctor(path, today=TODAY).findings:
        found.setdefault(f"{finding.sheet}!{finding.cell}", set()).add(f"{finding.severity.letter} {finding.code}")
    return found


def _place(book: Any, table: str, key: str, header: str) -> str:
    column = next(cell.column_letter for cell in book[table][TOP] if cell.value == header)
    return f"{column}{next(cell.row for cell in book[table]['A'] if cell.value == key)}"


@pytest.mark.parametrize(("table", "key", "header", "value", "code"), SLIPS, ids=[f"{s[4]} {s[1]} {s[2]}" for s in SLIPS])
def test_a_slip_is_told_at_its_cell(told: dict[str, set[str]], table: str, key: str, header: str, value: Any, code: str) -> None:
    assert code in told[f"{table}!{_place(opened(MASTER), table, key, header)}"]


def test_the_format_is_told_once_and_nothing_as_missing(told: dict[str, set[str]]) -> None:
    assert told["!"] == {"E D70"}
    assert not {code for codes in told.values() for code in codes} & {"E D01", "E D02", "E D50", "E D51", "E D68"}


def test_an_activity_whose_measure_was_deleted(told: dict[str, set[str]]) -> None:
    assert "N D60" in told[f"Plan!{_place(opened(MASTER), 'Plan', 'WD-03', 'Ref')}"]


def test_a_plan_as_it_was_made_has_nothing_else() -> None:
    found = {finding.code: finding for finding in doctor(MASTER, today=TODAY).findings}
    assert found.keys() == {"D10", "D23", "D70"}
    assert found["D70"].message.endswith('Run “sendxl upgrade "Delivery plan.xlsx"”.')
