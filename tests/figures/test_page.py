"""The worked examples on the page of figures come out as it says: every row of its tables is worked out anew."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from sendxl.figures.claims import Basis
from sendxl.figures.measures import assess_measure
from sendxl.figures.savings import SavingsLine, pence, savings_lines, year_figures
from sendxl.plan.master import MEASURES, POOLS, PROFILE, SAVINGS, UNIT_COSTS
from sendxl.plan.rows import Row
from sendxl.plan.settings import Settings

PAGE = (Path(__file__).parents[2] / "workbooks" / "pages" / "figures.md").read_text(encoding="utf-8")
COSTS = [Row.of(UNIT_COSTS, code=code, annual_cost=cost)
         for code, cost in zip(("OOC", "SPECIAL", "RP"), (54_000, 27_000, 18_000), strict=True)]
YEAR_END = date(2028, 3, 31)


def examples(header: str) -> list[dict[str, str]]:
    """The rows of the tables of the page that begin with that header, by header."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        headers, _, *rows = ([cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.splitlines())
        if " · ".join(headers) == header:
            found += [dict(zip(headers, row, strict=True)) for row in rows]
    assert found, f"the page has no table {header}"
    return found


def number(text: str) -> float | None:
    return float(text.replace("£", "").replace(",", "")) if text else None


def day(text: str) -> date | None:
    return datetime.strptime(text, "%d %b %Y").date() if text else None


@pytest.mark.parametrize("row", examples("Better · Baseline · Target · As at · Actual · Expected now · Attainment · Status"))
def test_measures(row: dict[str, str]) -> None:
    measure = Row.of(
        MEASURES, ref="PI-01.M1", kind="Number", better=row["Better"], baseline=number(row["Baseline"]),
        baseline_on=date(2026, 4, 1), target=number(row["Target"]), target_on=date(2028, 3, 31), actual=number(row["Actual"]))
    as_at = day(row["As at"])
    assert as_at
    found = assess_measure(measure, None, as_at, Settings(), None, None)
    assert found.expected_now is not None and round(found.expected_now, 2) == number(row["Expected now"])
    assert found.attainment is not None and round(found.attainment, 3) == number(row["Attainment"])
    assert found.status == row["Status"]


def solve(*lines: dict[str, Any], profile: dict[str, dict[str, Any]], capacity: int | None = None) -> list[SavingsLine]:
    pools = [Row.of(POOLS, code="LEARNERS", capacity=capacity)]
    rows = [Row.of(PROFILE, ref=f"{ref}.P1", savings_ref=ref, **given) for ref, given in profile.items()]
    return savings_lines([Row.of(SAVINGS, **line) for line in lines], rows, COSTS, pools, YEAR_END)


@pytest.mark.parametrize("row", examples("Chain · Unit saving"))
def test_chains(row: dict[str, str]) -> None:
    (line,) = solve({"ref": "PI-04.S1", "method": "Placement chain", "chain": row["Chain"]}, profile={})
    assert pence(line.current.full) == number(row["Unit saving"])


@pytest.mark.parametrize("row", examples(
    "From · Planned quantity · Actual quantity · Actual from · Unit saving · Year · Planned · Forecast · Realised"))
def test_years(row: dict[str, str]) -> None:
    (line,) = solve(
        {"ref": "PI-04.S1", "method": "Unit cost avoided", "unit_amount": number(row["Unit saving"])},
        profile={"PI-04.S1": {"from": day(row["From"]), "planned_quantity": number(row["Planned quantity"]),
                              "actual_quantity": number(row["Actual quantity"]), "actual_from": day(row["Actual from"])}})
    found = year_figures(line, row["Year"])
    assert [found.planned, found.forecast, found.realised] == [number(row[name]) for name in ("Planned", "Forecast", "Realised")]


def test_pools() -> None:
    rows = examples("Line · Chain · Places · Claim order · 2027-28 · 2028-29 · Removed in 2028-29")
    lines = solve(
        *({"ref": row["Line"], "method": "Placement chain", "chain": row["Chain"], "pool": "LEARNERS",
           "claim_order": number(row["Claim order"])} for row in rows),
        profile={row["Line"]: {"from": date(2027, 9, 1), "planned_quantity": number(row["Places"])} for row in rows},
        capacity=12)
    for row, line in zip(rows, lines, strict=True):
        worked = {year: pence(line.in_year(Basis.PLANNED, year)) for year in ("2027-28", "2028-29")}
        assert worked == {year: number(row[year]) for year in worked}
        assert pence(line.removed(["2028-29"])) == number(row["Removed in 2028-29"])
