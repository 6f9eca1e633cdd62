"""The worked examples on the page of figures come out as it says: every row of its tables is worked out anew."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from sendxl.figures.claims import Basis
from sendxl.figures.measures import assess_measure
from sendxl.figures.savings import year_figures
from sendxl.figures.unit_saving import pence
from sendxl.plan.master import MEASURES
from sendxl.plan.rows import Row
from sendxl.plan.settings import Settings
from tests.figures.given import SEP, cohort, counted, line, solve, unit

PAGE = (Path(__file__).parents[2] / "workbooks" / "pages" / "figures.md").read_text(encoding="utf-8")

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
    found = assess_measure(measure, None, as_at, Settings(), None, None).figures
    assert found.expected_now is not None and round(found.expected_now, 2) == number(row["Expected now"])
    assert found.attainment is not None and round(found.attainment, 3) == number(row["Attainment"])
    assert found.status == row["Status"]


@pytest.mark.parametrize("row", examples("Chain · Unit saving"))
def test_chains(row: dict[str, str]) -> None:
    (found,) = solve([line("PI-04.S1", chain=row["Chain"])]).values()
    assert pence(found.current.full) == number(row["Unit saving"])


@pytest.mark.parametrize("row", examples(
    "From · Planned quantity · Counts · In place since · Unit saving · Year · Planned · Forecast · Realised"))
def test_years(row: dict[str, str]) -> None:
    """Counts are written as “2 on 30 Sep 2027; 5 on 31 Dec 2027”; realised is as at 31 Mar 2028."""
    said = [(float(quantity), on) for count in row["Counts"].split("; ") if count
            for quantity, _, written in (count.partition(" on "),) if (on := day(written))]
    given = cohort(day(row["From"]), number(row["Planned quantity"]))
    if said:
        given = counted(given, *said, since=day(row["In place since"]))
    (found,) = solve([unit("PI-04.S1", given, amount=number(row["Unit saving"]))]).values()
    worked = year_figures(found, row["Year"])
    wanted = [number(row[name]) for name in ("Planned", "Forecast", "Realised")]
    assert [worked.planned, worked.forecast, worked.realised] == wanted


def test_pools() -> None:
    rows = examples("Line · Chain · Places · Claim order · 2027-28 · 2028-29 · Removed in 2028-29")
    found = solve([line(row["Line"], cohort(SEP, number(row["Places"])), chain=row["Chain"], pool="LEARNERS",
                        claim_order=number(row["Claim order"])) for row in rows], {"LEARNERS": 12})
    for row in rows:
        worked = {year: pence(found[row["Line"]].in_year(Basis.PLANNED, year)) for year in ("2027-28", "2028-29")}
        assert worked == {year: number(row[year]) for year in worked}
        assert pence(found[row["Line"]].removed(["2028-29"])) == number(row["Removed in 2028-29"])
