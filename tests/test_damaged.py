"""A master that is damaged, or is none: whatever verb meets it names the file, what is wrong, and the way out."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sendxl.jobs.demo import Demo
from tests.commands import FURTHER, OF_A_MASTER, Run

Parts = dict[str, bytes]
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_BACKUPS = "folder of backups"


def sheets(change: Callable[[bytes], bytes]) -> Callable[[Parts], Parts]:
    return lambda parts: {name: change(content) if _SHEET.fullmatch(name) else content for name, content in parts.items()}


def cut(part: str) -> Callable[[Parts], Parts]:
    return lambda parts: parts | {part: parts[part][: len(parts[part]) // 2]}


def repacked(change: Callable[[Parts], Parts]) -> Callable[[bytes], bytes]:
    def changed(blob: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(blob)) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        with zipfile.ZipFile(made := io.BytesIO(), "w") as new:
            for name, content in change(parts).items():
                new.writestr(name, content)
        return made.getvalue()

    return changed


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {  # what becomes of the file, what is told of it, the way out
    "a style that is not there": (repacked(sheets(lambda xml: re.sub(rb' s="\d+"', b' s="9999"', xml))),
                                  r"\w+![A-Z]+\d+: it refers to a string or style that is not there", _BACKUPS),
    "a text that is not there": (repacked(sheets(lambda xml: re.sub(rb't="inlineStr">', b't="s"><v>9999</v>', xml))),
                                 r"\w+![A-Z]+\d+: it refers to a string or style that is not there", _BACKUPS),
    "sheets cut short": (repacked(sheets(lambda xml: xml[: len(xml) // 2])), r"xl/worksheets/sheet\d+\.xml", _BACKUPS),
    "a row beyond the sheet": (repacked(sheets(lambda xml: re.sub(rb' r="\d+"', b' r="99999999"', xml))),
                               r"\w+: a row", _BACKUPS),
    "styles cut short": (repacked(cut("xl/styles.xml")), r"xl/styles\.xml", _BACKUPS),
    "the list of sheets cut short": (repacked(cut("xl/workbook.xml")), r"xl/workbook\.xml", _BACKUPS),
    "the file cut short": (lambda blob: blob[: len(blob) // 2], "its directory cannot be read", _BACKUPS),
    "nothing in it": (lambda blob: b"", "it is empty|the file is empty", _BACKUPS),
    "no workbook": (repacked(lambda parts: {"word/document.xml": b"<w/>"}), "it is a Word document", "Give the workbook"),
    "a table gone": (repacked(lambda parts: {name: content for name, content in parts.items() if "table1.xml" not in name}),
                     r"xl/tables/table1\.xml is missing", _BACKUPS),
}


@pytest.fixture
def folder(shipped_demo: Demo, tmp_path: Path) -> Path:
    """Where a plan and one return are; as the folder that commands run in."""
    (tmp_path / "Returns").mkdir()
    shutil.copy(next((shipped_demo.folder / "Returns").iterdir()), tmp_path / "Returns")
    return tmp_path


@pytest.mark.parametrize("verb", OF_A_MASTER)
def test_every_verb_names_the_file_the_place_and_the_way_out(verb: str, run: Run, folder: Path, shipped_demo: Demo) -> None:
    blob = (shipped_demo.folder / "Delivery plan.xlsx").read_bytes()
    for what, (damage, told, way_out) in DAMAGES.items():
        damaged = damage(blob)
        (folder / "Our plan.xlsx").write_bytes(damaged)
        done = run(verb, "Our plan.xlsx", *FURTHER.get(verb, ()))
        assert done.returncode == 2, (what, done)
        assert done.stderr.startswith("sendxl: Our plan.xlsx: "), (what, done.stderr)
        assert re.search(told, done.stderr) and way_out in done.stderr, (what, done.stderr)
        assert (folder / "Our plan.xlsx").read_bytes() == damaged
        assert {path.name for path in folder.iterdir()} == {"Our plan.xlsx", "Returns"}, what
