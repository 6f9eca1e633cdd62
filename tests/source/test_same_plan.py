"""The sample plan in other layouts reads as the same plan, cell by cell."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from sendxl.plan.master import LEADS, MEASURES, PLAN, SAVINGS, UNIT_COSTS
from sendxl.source import Imported, read_plan

SAMPLE = Path(__file__).parents[2] / "workbooks" / "examples" / "plan.txt"
Rows = list[list[str]]


def rows() -> Rows:
    return [line.split("\t") for line in SAMPLE.read_text(encoding="utf-8").splitlines()]


def is_header(row: list[str]) -> bool:
    return row[0] == "Activity"


def is_activity(row: list[str]) -> bool:
    return len(row) > 4 and bool(row[0] and row[1]) and not is_header(row)


def written(said: Rows, delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(said)
    return out.getvalue()


def with_commas(said: Rows) -> str:
    """As Excel saves it: cells in quotes where they hold a comma, and all rows of one length."""
    most = max(map(len, said))
    return "\ufeff" + written([row + [""] * (most - len(row)) for row in said], ",")


def with_semicolons(said: Rows) -> str:
    return written(said, ";")


def with_a_status(said: Rows) -> str:
    """A further column, which the themes do not have."""
    return written([[*row[:7], "RAG"] if is_header(row) else [*(row + [""] * 7)[:7], "Amber"] if is_activity(row) else row
                    for row in said], "\t")


def with_one_header(said: Rows) -> str:
    first = next(row for row in said if is_header(row))
    return written([row for row in said if not is_header(row) or row is first], "\t")


def with_a_column_of_themes(said: Rows) -> str:
    """In place of lines that stand alone."""
    theme, found = "", [["Theme", *next(row for row in said if is_header(row))[:7]]]
    for row in said[1:]:
        if is_activity(row):
            found.append([theme, *(row + [""] * 7)[:7]])
        elif any(row) and not is_header(row):
            theme = "".join(row)
    return written([said[0], [], *found], "\t")


def with_total_rows(said: Rows) -> str:
    """A total before each theme's headers and at the end."""
    found: Rows = []
    for row in said:
        found += [["Total", "22", "", "", "", "", ""]] if is_header(row) and found[2:] else []
        found.append(row)
    return written([*found, ["Total", "22", "", "", "", "", ""]], "\t")


def with_broken_cells(said: Rows) -> str:
    """Line breaks in quoted cells, in the place of some spaces."""
    return written([[cell.replace(", ", ",\n", 1) if number in (0, 3, 4) and is_activity(row) else cell
                     for number, cell in enumerate(row)] for row in said], "\t")


LAYOUTS: list[Callable[[Rows], str]] = [
    with_commas, with_semicolons, with_a_status, with_one_header, with_a_column_of_themes, with_total_rows, with_broken_cells]


@pytest.fixture(scope="module")
def sample() -> Imported:
    return read_plan(SAMPLE)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_another_layout_is_the_same_plan(tmp_path: Path, sample: Imported, layout: Callable[[Rows], str]) -> None:
    path = tmp_path / ("plan.csv" if layout in (with_commas, with_semicolons) else "plan.txt")
    path.write_text(layout(rows()), encoding="utf-8")
    read = read_plan(path)
    status = {"lead_status": "At risk"} if layout is with_a_status else {}
    assert read.rows[PLAN] == [{**row, **status} for row in sample.rows[PLAN]]
    for table in (MEASURES, LEADS, UNIT_COSTS, SAVINGS):
        assert read.rows[table] == sample.rows[table]
    assert read.title == sample.title and read.account.is_whole
