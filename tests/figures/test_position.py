"""The position of a fund by year, to the penny, worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from sendxl.figures.position import PositionFigures, position
from sendxl.plan.master import POSITION
from sendxl.plan.rows import Row

HIGH, GENERAL = "High needs block", "General fund"
Y26, Y27, Y28 = "2026-27", "2027-28", "2028-29"
Wanted = tuple[float | None, ...]  # savings, costs, mitigated spend, in-year balance, unmitigated and mitigated balance
FORECASTS: dict[tuple[str, str, str], Decimal] = {(fund, year, type): Decimal(amount) for fund, year, type, amount in [
    (HIGH, Y26, "Cashable", "66375.25"), (HIGH, Y26, "Cost avoidance", "45000"), (HIGH, Y26, "Non-cashable", "9999"),
    (HIGH, Y26, "Cost", "20000.10"), (HIGH, Y27, "Cost avoidance", "200000"), (GENERAL, Y26, "Cost", "500"),
    (GENERAL, Y27, "Cashable", "0")]}  # fmt: skip


def year(fund: str, year: str, funding: float | None, spend: float | None, opening: float | None = None) -> Row:
    return Row.of(POSITION, ref=f"{fund}.{year}", fund=fund, year=year, funding=funding, unmitigated_spend=spend,
                  opening_balance=opening)


CASES: list[tuple[str, list[Any], dict[str, Wanted]]] = [
    ("one year", [year(HIGH, Y26, 1_000_000, 1_200_000, -50_000)],
     # 66,375.25 + 45,000; 1,200,000 − 111,375.25 + 20,000.10; − 108,624.85; − 50,000 − 200,000; − 50,000 − 108,624.85
     {f"{HIGH}.{Y26}": (111_375.25, 20_000.10, 1_108_624.85, -108_624.85, -250_000, -158_624.85)}),
    ("balances run on, whatever the order of rows",
     [year(HIGH, Y28, 1_300_000, 1_250_000), year(HIGH, Y26, 1_000_000, 1_200_000, -50_000),
      year(HIGH, Y27, 1_100_000, 1_300_000)],
     {f"{HIGH}.{Y27}": (200_000, None, 1_100_000, 0, -450_000, -158_624.85),
      f"{HIGH}.{Y28}": (None, None, 1_250_000, 50_000, -400_000, -108_624.85)}),
    ("a later opening balance is the ledger's, and restarts both",
     [year(HIGH, Y26, 1_000_000, 1_200_000, -50_000), year(HIGH, Y27, 1_100_000, 1_300_000, -150_000)],
     {f"{HIGH}.{Y27}": (200_000, None, 1_100_000, 0, -350_000, -150_000)}),
    ("0 is an opening balance", [year(HIGH, Y26, 100, 100, -9), year(HIGH, Y28, 100, 90, 0)],
     {f"{HIGH}.{Y28}": (None, None, 90, 10, 10, 10)}),
    ("no opening balance", [year(HIGH, Y26, 1_000_000, 1_200_000), year(HIGH, Y27, 1, 1)],
     {f"{HIGH}.{Y26}": (111_375.25, 20_000.10, 1_108_624.85, -108_624.85, None, None),
      f"{HIGH}.{Y27}": (200_000, None, -199_999, 200_000, None, None)}),
    ("no funding", [year(HIGH, Y26, None, 1_200_000, 0), year(HIGH, Y27, 1, 1)],
     {f"{HIGH}.{Y26}": (111_375.25, 20_000.10, 1_108_624.85, None, None, None),
      f"{HIGH}.{Y27}": (200_000, None, -199_999, 200_000, None, None)}),
    ("no spend", [year(HIGH, Y26, 1, None, 0)], {f"{HIGH}.{Y26}": (111_375.25, 20_000.10, None, None, None, None)}),
    ("funds apart", [year(GENERAL, Y26, 1_000, 900, 10), year(GENERAL, Y27, 1_000, 900), year(HIGH, Y27, 5, 5, 0)],
     {f"{GENERAL}.{Y26}": (None, 500, 1_400, -400, 110, -390), f"{GENERAL}.{Y27}": (0, None, 900, 100, 210, -290)}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "wanted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_position(rows: list[Any], wanted: dict[str, Wanted]) -> None:
    found = position(rows, FORECASTS)
    assert len(found) == len(rows)
    assert {ref: found[ref] for ref in wanted} == {ref: PositionFigures(*figures) for ref, figures in wanted.items()}
