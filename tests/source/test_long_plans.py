"""Long plans are read in linear time: the work that is done is counted, by no clock."""

import cProfile
import pstats
from collections.abc import Callable
from pathlib import Path

import pytest

from sendxl.plan.master import PLAN
from sendxl.source import read_plan
from tests.source import made_plans as made

HEADERS = ["No", "Theme", "Action", "Lead", "Due date", "Success measure", "Status", "Update"]


def alike(count: int) -> list[list[str]]:
    """Rows of few themes and leads."""
    return [[str(n), f"Theme {n % 40}", f"Open the club number {n} in street {n * 7 % 1000}", f"Club Lead {n % 60}",
             f"{1 + n % 28:02d}/{1 + n % 12:02d}/2027", f"Visits to club {n}: {n % 90} to {n % 90 + 20}",
             ("Green", "Amber", "Red")[n % 3], f"Begun in week {n % 50}"] for n in range(count)]


def apart(count: int) -> list[list[str]]:
    """Rows each of its own theme and leads."""
    return [[row[0], f"Theme {n}", row[2], f"Officer {n} Manager; Helper {n} Lead", *row[4:]]
            for n, row in enumerate(alike(count))]


def as_csv(path: Path, rows: list[list[str]]) -> Path:
    return made.text(path / "plan.csv", "\n".join(",".join(row) for row in [HEADERS, *rows]))


def as_word(path: Path, rows: list[list[str]]) -> Path:
    return made.docx(path / "plan.docx", made.tbl(HEADERS, *rows))


def as_page(path: Path, rows: list[list[str]]) -> Path:
    said = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [HEADERS, *rows])
    return made.text(path / "plan.html", f"<html><body><table>{said}</table></body></html>")


def as_labels(path: Path, rows: list[list[str]]) -> Path:
    return made.text(path / "plan.txt", "\n\n".join(
        "\n".join(f"{header}: {cell}" for header, cell in zip(HEADERS, row, strict=True)) for row in rows))


def work(path: Path, rows: int) -> int:
    """How many calls of functions, Python's own among them, a plan is read in."""
    profile = cProfile.Profile()
    with profile:
        imported = read_plan(path)
    assert len(imported.rows[PLAN]) == rows
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("write", "rows"), [(as_csv, apart), (as_word, alike), (as_page, alike), (as_labels, alike)],
                         ids=lambda one: one.__name__)
def test_twice_as_many_rows_are_twice_the_work(tmp_path: Path, write: Callable[[Path, list[list[str]]], Path],
                                               rows: Callable[[int], list[list[str]]]) -> None:
    read_plan(write(tmp_path, rows(50)))  # what is kept from one plan to the next is there
    counts = [work(write(tmp_path, rows(size)), size) for size in (150, 300)]
    assert counts[1] < 2.25 * counts[0]


def test_codes_of_many_themes_and_leads_are_not_tried_one_after_the_other(tmp_path: Path) -> None:
    """Where all would have the same code, the next number is known."""
    counts = []
    for size in (150, 300):
        rows = [[*row[:1], f"Same words {n}", row[2], f"Same Lead {n}", *row[4:]] for n, row in enumerate(alike(size))]
        counts.append(work(as_csv(tmp_path, rows), size))
    assert counts[1] < 2.25 * counts[0]
