"""A master of an earlier release and LibreOffice: upgraded, then opened there; and saved there, then upgraded."""

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.doctor import doctor
from sendxl.jobs.refresh import refresh
from sendxl.jobs.upgrade import upgrade
from sendxl.plan.master import HELD, MASTER_TABLES, PROFILE, SAVINGS, SETTINGS, STAMPS
from sendxl.plan.versions import FIRST, FORMAT, SETTING

pytestmark = [pytest.mark.calc, pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")]
EARLIER = Path(__file__).parents[1] / "versions" / "0.1.0" / "Delivery plan.xlsx"
TODAY = datetime.date(2027, 1, 20)
CONVERTED = (SAVINGS, PROFILE, HELD)  # whose values mean something else since


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    return Path(shutil.copy(EARLIER, tmp_path / "Plan.xlsx"))


def values(path: Path) -> dict[str, dict[str, Any]]:
    """What each cell of each sheet shows, numbers rounded as two programs may differ in the last place."""
    book: Any = openpyxl.load_workbook(path, data_only=True)
    return {sheet.title: {cell.coordinate: round(cell.value, 9) if isinstance(cell.value, float) else cell.value
                          for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")} for sheet in book}


def test_calc_opens_what_was_upgraded_and_reads_the_same(earlier: Path, resaved: Callable[[Path], Path]) -> None:
    upgrade(earlier)
    refresh(earlier, today=TODAY)
    ours, theirs = values(earlier), values(resaved(earlier))
    assert theirs.keys() == ours.keys() and sum(map(len, ours.values())) > 1000
    for sheet in ours:
        assert theirs[sheet] == ours[sheet], sheet


def test_what_calc_saved_is_upgraded_as_what_excel_did(earlier: Path, resaved: Callable[[Path], Path]) -> None:
    theirs = resaved(earlier)
    before = {table: [row.values() for row in ClosedBook(theirs).read(table)] for table in MASTER_TABLES if FIRST.has(table)
              and table not in CONVERTED}
    done, as_ours = upgrade(theirs), upgrade(earlier)
    assert done.done == as_ours.done
    book = ClosedBook(theirs)
    assert str(book.read(SETTINGS).by_key[SETTING].cell("value").value) == FORMAT
    for table in MASTER_TABLES:
        rows = [row.values() for row in book.read(table)]
        if table in before:
            assert rows[: len(before[table])] == before[table], table.name
            assert len(rows) == len(before[table]) or table in (SETTINGS, STAMPS)
    refresh(theirs, today=TODAY)
    assert not [finding for finding in doctor(theirs).findings if finding.code in ("D01", "D02", "D51", "D53")]
    assert upgrade(theirs).done == ()
