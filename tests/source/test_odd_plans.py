"""Plans of further shapes: every column named, every activity found, every cell as a careful person reads it, none lost."""

from pathlib import Path

import pytest

from sendxl.plan.master import MEASURES, PLAN, REVIEW
from sendxl.plan.values import Value, to_text
from sendxl.source import Imported, read_plan
from tests.source.odd_plans import PLANS

Reads = dict[str, str]


def _pairs(line: str) -> Reads:
    return {key: value.strip() for key, _, value in (part.partition(" =") for part in line.split(" | "))}


def _wanted() -> dict[str, tuple[Reads, list[Reads]]]:
    """By plan: what its columns are read as, by header; and its activities."""
    found: dict[str, tuple[Reads, list[Reads]]] = {}
    for block in (Path(__file__).parent / "odd_plans.txt").read_text(encoding="utf-8").split("## ")[1:]:
        name, columns, *rows = block.strip().splitlines()
        found[name] = (_pairs(columns), [_pairs(row) for row in rows])
    return found


WANTED = _wanted()


@pytest.fixture(scope="module", params=PLANS, ids=lambda build: build.__name__)
def plan(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Imported]:
    return request.param.__name__, read_plan(request.param(tmp_path_factory.mktemp("odd")))


def test_every_column_is_named(plan: tuple[str, Imported]) -> None:
    name, imported = plan
    read = {heading.header: str(heading.part) for heading, _ in imported.laid.seen.columns.values()}
    assert {header: read.get(header) for header in WANTED[name][0]} == WANTED[name][0]


def test_every_activity_reads_as_it_should(plan: tuple[str, Imported]) -> None:
    name, imported = plan
    rows = imported.rows[PLAN]
    assert [row["activity"] for row in rows] == [want["activity"] for want in WANTED[name][1]]
    for row, want in zip(rows, WANTED[name][1], strict=True):
        own = [one for one in imported.rows[MEASURES] if one["activity_ref"] == row["ref"]]
        has = {**{key: to_text(value).replace("\n", "\\n") for key, value in row.items()}, "measures": "; ".join(map(_said, own))}
        assert {key: has[key] for key in want} == want


def _said(measure: dict[str, Value]) -> str:
    base, target = to_text(measure["baseline"]), to_text(measure["target"])
    return f"{measure['measure']} ({base} → {target})" if base or target else str(measure["measure"])


def test_no_cell_is_unaccounted_and_doubts_are_sentences(plan: tuple[str, Imported]) -> None:
    _, imported = plan
    assert imported.account.is_whole and imported.account.cells
    assert all(str(doubt["doubt"]).endswith(".") for doubt in imported.rows[REVIEW])


def test_all_of_them_are_written_down() -> None:
    assert [build.__name__ for build in PLANS] == list(WANTED)
