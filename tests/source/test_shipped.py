"""What ships in workbooks/: a sample plan in words of our own, and illustrative figures that say they are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sendxl.plan.master import MASTER_TABLES, MEASURES, PLAN, UNIT_COSTS
from sendxl.plan.schema import Column, Table, Type, by_name
from sendxl.source import read_plan
from sendxl.source.roles import load_roles

ROOT = Path(__file__).parents[2]
SHIPPED, FIGURES = ROOT / "workbooks/examples/plan.txt", ROOT / "workbooks/examples/illustrative.json"
APPENDIX = ROOT.parent / "shared/plan/appendix_b.txt"
TABLES = by_name(MASTER_TABLES)
GIVEN: dict[str, Any] = json.loads(FIGURES.read_text("utf-8"))
LONGEST_SHARED = 5  # words


def rows() -> Iterator[tuple[Table, str, dict[str, Any]]]:
    for name, given in GIVEN.items():
        table = TABLES[name]
        pairs = given.items() if isinstance(given, dict) else ((row[table.key.header], row) for row in given)
        for ref, row in pairs:
            yield table, ref, row


ROWS = [pytest.param(*row, id=f"{row[0].name} {row[1]}") for row in rows()]


def runs(cell: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w£%]+", cell.casefold())
    return {tuple(words[i:i + length]) for i in range(len(words) - length + 1)}


def sentences(path: Path) -> Iterator[str]:
    """The cells of a plan, cut where a role is named; header rows and role titles are facts, not anyone's words."""
    titles = sorted((name for role in load_roles().roles for name in role.names), key=len, reverse=True)
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("Activity\tMeasure\t"):
            for cell in line.split("\t"):
                yield from re.split("|".join(map(re.escape, titles)), cell, flags=re.IGNORECASE)


def test_the_sample_says_that_it_is_one() -> None:
    imported = read_plan(SHIPPED)
    assert "sample with illustrative figures" in imported.title
    assert all(word not in SHIPPED.read_text("utf-8") for word in ("Warwickshire", "Nuneaton", "WCC"))


if APPENDIX.exists():  # it is not ours to ship, so there is a test of it only where it lies beside the project

    @pytest.mark.parametrize("shipped", [SHIPPED, FIGURES], ids=lambda path: path.name)
    def test_no_sentence_of_the_published_plan_is_shipped(shipped: Path) -> None:
        length = LONGEST_SHARED + 1
        theirs = {run for cell in sentences(APPENDIX) for run in runs(cell, length)}
        ours = {run for cell in sentences(shipped) for run in runs(cell, length)}
        assert not theirs & ours


@pytest.mark.parametrize(("table", "ref", "row"), ROWS)
def test_figures_fit_their_columns(table: Table, ref: str, row: dict[str, Any]) -> None:
    kinds = {measure["ref"]: measure["kind"] for measure in read_plan(SHIPPED).rows[MEASURES]}
    kind = row.get("Kind") or kinds.get(ref)
    for header, value in row.items():
        assert fits(table.by_header[header], value, kind), (header, value)


def fits(column: Column, value: object, kind: object) -> bool:
    kind_of = column.type_in(kind)
    if column.choices:
        return value in [*map(str, column.choices)]
    if kind_of is Type.DATE:
        return bool(re.fullmatch(r"20\d\d-\d\d-\d\d", str(value)))
    if kind_of in (Type.NUMBER, Type.COUNT, Type.FRACTION, Type.MONEY):
        return isinstance(value, (int, float)) and column.judge(value, kind) is None
    return isinstance(value, str) and bool(value)


def test_figures_belong_to_rows_that_are_there() -> None:
    imported = read_plan(SHIPPED)
    refs = {row["ref"] for row in imported.rows[PLAN]}
    assert set(GIVEN["Plan"]) == refs - {"MH-01", "MH-02"}
    assert set(GIVEN["Measures"]) == {f"{ref}.M1" for ref in GIVEN["Plan"]}
    savings, codes = {row["Ref"] for row in GIVEN["Savings"]}, {row["code"] for row in imported.rows[UNIT_COSTS]}
    assert {row["Activity ref"] for row in GIVEN["Savings"]} <= refs
    assert {row["Savings ref"] for row in GIVEN["Profile"]} <= savings
    assert {row["Pool"] for row in GIVEN["Savings"] if "Pool" in row} <= {row["Code"] for row in GIVEN["Pools"]}
    assert {code for row in GIVEN["Savings"] for code in row.get("Chain", "RP").split(" > ")} <= codes


@pytest.mark.parametrize(("table", "header"), [("Measures", "Note"), ("Savings", "Description"), ("Profile", "Note"),
                                               ("Pools", "Note")])
def test_figures_say_that_they_are_illustrative(table: str, header: str) -> None:
    given = GIVEN[table].values() if isinstance(GIVEN[table], dict) else GIVEN[table]
    assert all(row[header].startswith("Illustrative") for row in given)
