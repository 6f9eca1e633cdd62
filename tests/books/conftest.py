"""A small master, and a way to change it as people do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.build.master import build_master

Alter = Callable[[Callable[[Any], None]], None]


@pytest.fixture
def path(tmp_path: Path, small_plan: Callable[..., Any]) -> Path:
    made = tmp_path / "Plan [v2].xlsx"
    build_master(made, small_plan(), {"plan_title": "Plan"})
    return made


@pytest.fixture
def alter(path: Path) -> Alter:
    """Changes the master as a person would, before it is opened."""

    def change(by: Callable[[Any], None]) -> None:
        book = openpyxl.load_workbook(path)
        by(book)
        book.save(path)

    return change
