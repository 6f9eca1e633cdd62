"""A small master, and a way to change it as people do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.build.master import build_master
from tests.once import opened

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


@pytest.fixture(scope="session")
def altered() -> dict[tuple[bytes, Callable[[Any], None]], bytes]:
    """What became of a master by what it was and what changed it."""
    return {}


@pytest.fixture
def alter(path: Path, altered: dict[tuple[bytes, Callable[[Any], None]], bytes]) -> Alter:
    """Changes the master as a person would, before it is opened; where the same was done to the same before, it is copied."""

    def change(by: Callable[[Any], None]) -> None:
        of = path.read_bytes(), by
        if of not in altered:
            book = opened(path)
            by(book)
            book.save(path)
            altered[of] = path.read_bytes()
        path.write_bytes(altered[of])

    return change
