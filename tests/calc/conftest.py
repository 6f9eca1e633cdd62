"""LibreOffice as a second opinion: it opens a workbook, computes every formula afresh, and saves it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engines.soffice import Soffice, running


@pytest.fixture
def soffice() -> Iterator[Soffice]:
    """The LibreOffice of this run, without documents; what a test asks of it has a deadline."""
    program = running()
    with program.watched():
        yield program
        program.close()


@pytest.fixture
def resaved(soffice: Soffice, tmp_path: Path) -> Callable[[Path], Path]:
    """Makes of a workbook what LibreOffice saves after it has computed it; the file has the same name, in another folder."""
    out = tmp_path / "resaved"
    out.mkdir()
    return lambda path: soffice.convert(path, (out / path.name).with_suffix(".xlsx"))
