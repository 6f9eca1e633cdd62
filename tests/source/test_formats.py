"""A format is one file in its folder: it is found, and the plan that it reads is understood as any other."""

import sys
from pathlib import Path

import pytest

from sendxl.plan.master import PLAN
from sendxl.source import formats, read_plan

SEMICOLONS = """
from sendxl.source.grids import Grid, GridCell, Source

ENDINGS = (".semi",)


def read(path):
    rows = tuple(tuple(GridCell(cell) for cell in line.split(";")) for line in path.read_text().splitlines())
    return Source("A plan", (Grid("", rows),))
"""


@pytest.mark.parametrize("name", ["plan.semi", "PLAN.SEMI"])
def test_a_file_in_the_folder_is_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / "semicolons.py").write_text(SEMICOLONS, encoding="utf-8")
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "sendxl.source.formats.semicolons", raising=False)
    plan = tmp_path / name
    plan.write_text("Theme;Activity;Measure;Savings\nFirst theme;One;Number of plans;Low Less spent", encoding="utf-8")
    (row,) = read_plan(plan).rows[PLAN]
    assert (row["ref"], row["theme"], row["activity"], row["savings_rating"]) == ("FT-01", "First theme", "One", "Low")


@pytest.mark.parametrize("name", ["plan.txt", "plan.tsv", "plan.appendix", "plan"])
def test_any_other_name_is_read_as_plain_text(name: str) -> None:
    assert formats.reader_of(Path(name)) is formats.text.read


def test_a_file_with_a_wrong_name_is_known_by_how_it_begins(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("<!DOCTYPE html><table><tr><th>Action<th>Lead<th>Due date</tr>"
                    "<tr><td>One<td>Head of SEND<td>May 2026</tr></table>", encoding="utf-8")
    assert [row["activity"] for row in read_plan(plan).rows[PLAN]] == ["One"]
