"""The plans that the importer is run on: the one that ships always, the published appendix where it is present."""

from datetime import date
from pathlib import Path

import pytest

from sendxl.source import Imported, read_plan

ROOT = Path(__file__).parents[2]
APPENDIX = ROOT.parent / "shared/plan/appendix_b.txt"
PLANS = [path for path in (ROOT / "workbooks/examples/plan.txt", APPENDIX) if path.exists()]


@pytest.fixture(scope="session", params=PLANS, ids=lambda path: path.stem)
def plan_file(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture(scope="session")
def imported(plan_file: Path) -> Imported:
    return read_plan(plan_file, starts=date(2019, 9, 1))
