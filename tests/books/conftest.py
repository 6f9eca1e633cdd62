"""A small master, and a way to change it as people do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.build.master import build_master

Alter = Callable[[Callable[[Any], None]], None]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, small_plan: Callable[..., Any]) -> bytes:
    path = tmp_path_factory.mktemp("small") / "plan.xlsx"
    build_master(path, small_plan(), {"plan_title": "Plan"})
    return path.read_bytes()


@pytest.fixture
def path(built: bytes, tmp_path: Path) -> Path:
    made = tmp_path / "Plan [v2].xlsx"
    made.write_bytes(built)
    return made


@pytest.fixture
def alter(path: Path) -> Alter:
    """Changes the master as a person would, before it is opened."""

    def change(by: Callable[[Any], None]) -> None:
        book = openpyxl.load_workbook(path)
        by(book)
        book.save(path)

    return change
