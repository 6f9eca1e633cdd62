"""A folder of returns as it is after a month: copies, later versions, junk, other plans' trackers, folders in folders.

It is stamped three times over: nothing that a lead typed is lost, and once it is stamped, it is stamped.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.chase import chase
from sendxl.jobs.issue import issue
from sendxl.jobs.new import new_master
from sendxl.jobs.stamp import Stamped, stamp
from sendxl.jobs.validate import validate
from sendxl.plan.master import HELD, PLAN, SETTINGS, TRACKERS
from sendxl.plan.tracker import NO_CHANGE
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.reminder import Why

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
Cells = Mapping[str, Any]
PERIOD, TODAY = "2026-27 Q3", date(2027, 1, 20)
PLAN_TEXT = Path(__file__).parents[2] / "workbooks" / "examples" / "plan.txt"
GOOD: Cells = {"% complete": 0.4, "Lead status": "On track", "Progress": "Two schools more"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def zipped(**parts: bytes) -> bytes:
    """A zip file of parts; the names with “_” for a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("_", "/") + ".xml", content)
    return out.getvalue()


JUNK = {
    "notes.docx": zipped(word_document=b"<x/>"), "photo.jpg": b"\xff\xd8\xff\xe0" + bytes(99),
    "list.csv": b"Ref,Progress\nPI-01,x\n",
    "mail.eml": b"From: a@b.example\r\nTo: c@d.example\r\nMIME-Version: 1.0\r\n\r\nHello", "board.pdf": b"%PDF-1.7",
    "empty.xlsx": b"", "old.xls": OLE + "Workbook".encode("utf-16-le"),
    "mail.msg": OLE + "__properties_version1.0".encode("utf-16-le"), "page.html": b"<html><table>",
    "secret.xlsx": OLE + "EncryptedPackage".encode("utf-16-le"),
}


@dataclass
class Folder:
    """A master, a folder of returns, and the trackers by the code of their lead."""

    master: Path
    path: Path
    trackers: Mapping[str, Path]
    fill: Fill

    def put(self, name: str, code: str, rows: Mapping[str, Cells], change: Callable[[Any], None] | None = None) -> Path:
        """A return of a lead, with cells of activities filled, then altered."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.trackers[code].read_bytes())
        self.fill(path, {("Plan", ref, header): value for ref, cells in rows.items() for header, value in cells.items()})
        if change:
            book = openpyxl.load_workbook(path)
            change(book)
            book.save(path)
        return path

    def stamp(self, run: int) -> Stamped:
        return stamp(self.master, [self.path], today=TODAY, now=datetime(2027, 1, 20, 9) + timedelta(hours=run), by="kim")


def no_tables(book: Any) -> None:
    for sheet in book.worksheets:
        for name in list(sheet.tables):
            del sheet.tables[name]


def noted(book: Any) -> None:
    book["Activities"]["C5"].comment = Comment("Please use my e-mail instead", "T Reid")


def words_below(book: Any) -> None:
    book["Activities"]["A9"].value = "I hand over to Beth on 1 March"


def forged(book: Any) -> None:
    sheet = book["Issued"]
    sheet.cell(sheet.max_row, 4).value = "not as issued"


@pytest.fixture
def folder(master: Path, tmp_path: Path, fill: Fill) -> Folder:
    """What lies in it after a month."""
    made = issue(master, tmp_path / "out", period=PERIOD, today=date(2027, 1, 4))
    one = Folder(master, tmp_path / "returns", {tracker.code: tracker.path for tracker in made.trackers}, fill)
    first = one.put("IDS-0-5 2026-27 Q3.xlsx", "IDS-0-5", {"PI-01": GOOD})
    (one.path / "from Beth" / "old").mkdir(parents=True)
    (one.path / "from Beth" / "copy of it.xlsx").write_bytes(first.read_bytes())
    openpyxl.load_workbook(first).save(one.path / "from Beth" / "old" / "saved again.xlsx")
    one.put("PEP v1.xlsx", "PEP-SENDAR", {"PI-02": GOOD, "PA-01": {**GOOD, "% complete": 1.45}})
    one.put("PEP v2 FINAL.xlsx", "PEP-SENDAR", {"PI-02": GOOD, "PA-01": {**GOOD, "% complete": 0.45}})
    one.put("STS.xlsx", "STS", {"PI-03": GOOD}, noted)
    one.put("SEND-COMM.xlsx", "SEND-COMM", {"PI-04": GOOD, "GR-01": GOOD})
    one.put("board/SEND-BOARD.xlsx", "SEND-BOARD", {"PA-03": GOOD, "GR-01": {**GOOD, "% complete": 0.2}})
    one.put("from Gnumeric.xlsx", "SCM-EDUCATION", {"PI-05": GOOD}, no_tables)
    one.put("SIC.xlsx", "SIC-DISABILITY", {"GR-02": {**GOOD, "Progress": "Met Jo, DOB 3/4/2014"}})
    one.put("AD-EDUCATION.xlsx", "AD-EDUCATION", {"IH-01": GOOD, "WD-01": GOOD}, words_below)
    one.put("AD-PEOPLE.xlsx", "AD-PEOPLE", {"IH-01": GOOD})
    one.put("SM-EARLY.xlsx", "SM-EARLY", {"IH-02": GOOD}, forged)
    one.put("WD.xlsx", "SCM-SEND", {"WD-02": GOOD, "WD-03": {**GOOD, "Lead status": 3}, "WD-04": {NO_CHANGE.header: "Yes"}})
    cut = one.put("cut short.xlsx", "SCM-TARGETED", {"IH-03": GOOD})
    cut.write_bytes(cut.read_bytes()[:-500])
    other = tmp_path / "other" / "plan.xlsx"
    other.parent.mkdir()
    new_master(PLAN_TEXT, other, starts=date(2026, 4, 1), first_year="2026-27")
    ClosedBook(other).apply([SetCells(SETTINGS, "value", {"Plan id": "another"})])
    theirs = issue(other, tmp_path / "theirs", period=PERIOD, today=date(2027, 1, 4)).trackers[0]
    (one.path / "another plan.xlsx").write_bytes(theirs.path.read_bytes())
    (one.path / "as it was sent out.xlsx").write_bytes(one.trackers["IDS-0-5"].read_bytes())
    (one.path / "plan as it was.xlsx").write_bytes(master.read_bytes())
    for name, content in JUNK.items():
        (one.path / name).write_bytes(content)
    with zipfile.ZipFile(one.path / "all returns.zip", "w") as package:
        package.write(first, "IDS.xlsx")
    for name in ("~$STS.xlsx", ".DS_Store", "Thumbs.db"):
        (one.path / name).write_bytes(b"x")
    (one.path / "plan backups").mkdir()
    (one.path / "plan backups" / "old.xlsx").write_bytes(first.read_bytes())
    (one.path / "here").symlink_to(one.path, target_is_directory=True)
    (one.path / "loop.xlsx").symlink_to("loop.xlsx")
    return one


ACCEPTED = {"AD-EDUCATION.xlsx", "AD-PEOPLE.xlsx", "IDS-0-5 2026-27 Q3.xlsx", "PEP v2 FINAL.xlsx", "from Gnumeric.xlsx"}
PARTLY = {"PEP v1.xlsx", "SEND-COMM.xlsx", "SEND-BOARD.xlsx", "SIC.xlsx", "STS.xlsx", "WD.xlsx"}
NONE_OF_OURS = {"all returns.zip", "another plan.xlsx", "plan as it was.xlsx", "cut short.xlsx", "loop.xlsx", *JUNK}
ALREADY = {"copy of it.xlsx", "saved again.xlsx", "as it was sent out.xlsx"}
OPEN = {("C01", "SEND-COMM", "GR-01"), ("C01", "SEND-BOARD", "GR-01"), ("Z05", "SIC-DISABILITY", "GR-02"),
        ("A01", "SM-EARLY", ""), ("S11", "STS", "PI-03"), ("V02", "SCM-SEND", "WD-03"), ("X13", "SCM-SEND", "WD-04")}
APPLIED = {"PI-01": 0.4, "PI-02": 0.4, "PA-01": 0.45, "PI-04": 0.4, "PA-03": 0.4, "PI-05": 0.4, "IH-01": 0.4, "WD-01": 0.4,
           "WD-02": 0.4}


def every_file_is_accounted_for(folder: Folder, done: Stamped) -> None:
    told = {outcome: {one.file for one in done.returns if one.outcome is outcome} for outcome in Outcome}
    assert told == {Outcome.ACCEPTED: ACCEPTED, Outcome.HELD: PARTLY, Outcome.REJECTED: {*NONE_OF_OURS, "SM-EARLY.xlsx"},
                    Outcome.ASIDE: set()}
    already = {line.partition(".xlsx")[0] + ".xlsx" for line in done.already}
    files = {path.name for path in folder.path.rglob("*") if path.is_symlink() or path.is_file()}
    assert already | set().union(*told.values()) == files - {"~$STS.xlsx", ".DS_Store", "Thumbs.db", "here", "old.xlsx"}
    assert [line.rpartition("/")[2].partition(":")[0] for line in (*done.left_out, *done.passed_over)] == [
        "here is not looked into", "plan backups is not looked into"]


def what_was_typed_is_in_the_plan_or_held(folder: Folder) -> None:
    book = ClosedBook(folder.master)
    assert {row.key: row.percent_complete for row in book.read(PLAN) if row.percent_complete is not None} == APPLIED
    code_of = {row.key: row.key.removeprefix(f"{PERIOD.replace(' ', '-')}-") for row in book.read(TRACKERS)}
    held = {(row.code, code_of[str(row.tracker)], row.ref or "") for row in book.read(HELD) if row.settled_on is None}
    assert held == OPEN
    assert {(row.code, row.ref, row.why) for row in book.read(HELD) if row.settled_on} == {
        ("V06", "PA-01", "Answered by PEP v2 FINAL.xlsx")}


def a_second_and_a_third_run_change_nothing(folder: Folder) -> None:
    before = folder.master.read_bytes()
    for run in (2, 3):
        done = folder.stamp(run)
        assert not done.written and not done.changes
        assert {one.file for one in done.returns} == (PARTLY - {"PEP v1.xlsx"}) | NONE_OF_OURS | {"SM-EARLY.xlsx"}
    assert folder.master.read_bytes() == before


def only_what_is_open_is_chased(folder: Folder) -> None:
    with_report = folder.master.with_name("report.xlsx")
    validate(folder.master, [folder.path], today=TODAY, report=with_report, annotated=folder.master.with_name("back"))
    found = {(chaser.code, matter.why, item.place.partition(" ")[0]) for chaser in chase(folder.master, today=TODAY).chasers
             for matter in chaser.matters for item in matter.items}
    assert {(code, ref) for code, why, ref in found if why is not Why.OVERDUE} == {(code, ref) for _, code, ref in OPEN}
    assert {(code, ref) for code, why, ref in found if why is Why.OVERDUE} == {
        ("SCM-TARGETED", "IH-03"), ("P16-COORD", "PA-02"), ("TRANSPORT", "ST-01")}
    sheet = openpyxl.load_workbook(with_report)["Chasers"]
    told = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert not [name for name in JUNK if name in told] and "PA-01" not in told


def test_nothing_is_lost_and_once_is_enough(folder: Folder) -> None:
    done = folder.stamp(1)
    every_file_is_accounted_for(folder, done)
    what_was_typed_is_in_the_plan_or_held(folder)
    a_second_and_a_third_run_change_nothing(folder)
    only_what_is_open_is_chased(folder)
