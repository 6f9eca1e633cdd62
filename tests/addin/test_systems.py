"""A month of buttons through xlwings' own code for Windows and for macOS, over stand-ins for their Excel."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sendxl.addin import buttons
from sendxl.addin import office as office_module
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.live.live_book import LiveBook
from sendxl.books.live.without_pandas import xlwings
from sendxl.jobs.demo import Demo
from sendxl.jobs.undo import undo
from sendxl.plan.master import PLAN
from sendxl.xlsx.read.address import Area
from tests.engines import mac, memory, windows

ENGINES: dict[str, Callable[[memory.Program, Path], tuple[xlwings.Book, Any]]] = {
    "windows": windows.open_on_windows, "mac": mac.open_on_mac}
ROUND: list[tuple[Callable[..., None], str, list[str]]] = [
    (buttons.validate, "12 returns: ", []), (buttons.preview, "values would change", []),
    (buttons.stamp, "Work out every status and saving now?", ["yes"]), (buttons.settle, "Nothing to stamp", []),
    (buttons.refresh, "22 activities as at", []), (buttons.show_row, "PI-01 ", []), (buttons.history, "stamp by", []),
    (buttons.help, "The Guide of this workbook", []), (buttons.undo, "was taken back", ["ok"]),
]


@pytest.mark.parametrize("system", ENGINES)
def test_a_month_in_one_go(system: str, shipped_demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shutil.copytree(shipped_demo.folder, tmp_path / "demo")
    path = folder / shipped_demo.master.name
    undo(path, by="kim")
    program = memory.Program()
    book, _ = ENGINES[system](program, path)
    before = {row.key: row.progress for row in ClosedBook(path).read(PLAN)}
    monkeypatch.setattr(xlwings.Book, "caller", classmethod(lambda cls: book))
    monkeypatch.setattr(office_module, "LOG", tmp_path / "sendxl.log")
    program._selection = memory.Range(program.opened[0].sheets("Plan"), Area(5, 2, 5, 2))
    progress = []
    for button, says, pressed in ROUND:
        program.pressed = pressed
        program.alerts.clear()
        button(*([str(folder / "Returns")] if button in (buttons.validate, buttons.preview, buttons.stamp) else []))
        assert any(said.startswith(f"{path.name}\n\n") and says in said for said in program.alerts), (button, program.alerts)
        assert not program.status or program.status[-1] is False
        progress.append({row.key: row.progress for row in LiveBook(book).read(PLAN)})
    assert progress[0] == progress[1] == progress[-1] == before != progress[2] == progress[-2]
    program.typed = [None]
    buttons.issue(str(folder / "None"))
    program.typed = ["2027-28 Q1"]
    buttons.issue(str(folder / "New"))
    assert "trackers for 2027-28 Q1" in program.alerts[-1] and len(list((folder / "New").iterdir())) > 10
    assert not (folder / "None").exists()
    assert program.active is program.opened[0]
    reports = [one.path.stem.removeprefix(f"{path.stem} ").rsplit(" ", 2)[0] for one in program.opened[1:]]
    assert reports == ["Validation", "Preview", "Stamping", "History PI-01"]
