"""A new version in the place of the old one: backups by time and label, never over another change, nothing left behind."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.closed.replace import replace_with
from sendxl.plan.master import PLAN
from sendxl.xlsx.edit.write import Refusal

OLD, NEW = b"old", b"new"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "plan (1).xlsx"
    path.write_bytes(OLD)
    return path


def put(path: Path, content: bytes = NEW, backups: int = 3, label: str = "",
        write: Callable[[Path], object] | None = None) -> None:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    replace_with(path, sha256, write or (lambda new: new.write_bytes(content)), backups, label)


def kept(path: Path) -> list[str]:
    """What the names of the backups say after the time."""
    names = sorted(backup.name for backup in path.with_name(f"{path.stem} backups").iterdir())
    return [name[len("plan (1) 2027-01-11 093000 123456") :] for name in names]


@pytest.mark.parametrize(("label", "ending"), [
    ("", ".xlsx"), ("20270111-093000", " 20270111-093000.xlsx"), ("20270111-093000-2", " 20270111-093000-2.xlsx"),
])
def test_a_backup_says_when_and_of_which_batch(target: Path, label: str, ending: str) -> None:
    put(target, label=label)
    [backup] = target.with_name("plan (1) backups").iterdir()
    assert kept(target) == [ending] and backup.read_bytes() == OLD and target.read_bytes() == NEW


@pytest.mark.parametrize("label", ["mine", "1/2", "1 2", "../1"])
def test_what_cannot_label_a_backup(target: Path, label: str) -> None:
    with pytest.raises(ValueError, match="cannot label"):
        put(target, label=label)
    assert target.read_bytes() == OLD and list(target.parent.iterdir()) == [target]


def test_backups_of_both_forms_are_pruned_and_others_are_not(target: Path) -> None:
    folder = target.with_name("plan (1) backups")
    folder.mkdir()
    own = {"plan (1) 2027-01-11 093000 123456 before the board.xlsx", "plan 2027-01-11 093000 123456.xlsx", "notes.txt"}
    for name in own:
        (folder / name).touch()
    for number, label in enumerate(("", "20270111-093000", "", "20270112-093000")):
        put(target, b"%d" % number, backups=2, label=label)
    ours = sorted(backup for backup in folder.iterdir() if backup.name not in own)
    assert [backup.read_bytes() for backup in ours] == [b"1", b"2"] and ours[1].stem.endswith(" 20270112-093000")
    assert own <= {backup.name for backup in folder.iterdir()}


def test_the_backup_of_an_upgrade_stays(target: Path) -> None:
    put(target, b"1", label="20270111-093000-2-upgrade")
    for number in range(5):
        put(target, b"%d" % number, backups=2, label="20270112-093000")
    left = sorted(target.with_name("plan (1) backups").iterdir())
    assert [backup.stem.rpartition(" ")[2] for backup in left] == ["20270111-093000-2-upgrade", *["20270112-093000"] * 2]
    assert left[0].read_bytes() == OLD


def test_backups_go_by_when_they_were_made_and_the_last_one_never(target: Path) -> None:
    folder = target.with_name("plan (1) backups")
    folder.mkdir()
    for year, made in ((2099, 10), (1999, 30), (2030, 20), (2031, 1 << 33)):  # the last was made when the clock was wrong
        old = folder / f"plan (1) {year}-01-01 000000 000000.xlsx"
        old.touch()
        os.utime(old, (made, made))
    put(target, backups=3)
    assert {backup.name[9:13] for backup in folder.iterdir() if backup.read_bytes() != OLD} == {"1999", "2030"}
    assert sum(backup.read_bytes() == OLD for backup in folder.iterdir()) == 1
    put(target, b"newer", backups=1)
    assert [backup.read_bytes() for backup in folder.iterdir()] == [NEW]


def test_a_book_labels_its_backups(path: Path) -> None:
    book = ClosedBook(path)
    book.apply([SetCells(PLAN, "progress", {"PI-01": "x"})], "20270111-093000")
    [backup] = path.with_name(f"{path.stem} backups").iterdir()
    assert backup.stem.endswith(" 20270111-093000")


def test_a_change_while_the_new_one_is_written(target: Path) -> None:
    with pytest.raises(Refusal, match="changed by someone else"):
        put(target, write=lambda new: (new.write_bytes(NEW), target.write_bytes(b"theirs")))
    assert target.read_bytes() == b"theirs" and list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("how", ["in place", "replaced"])
def test_a_change_while_the_backup_is_written(target: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is, after the file has been seen to be the one that was read: a sync client brings another."""
    flush = os.fsync

    def meanwhile(handle: int) -> None:
        flush(handle)
        theirs = target if how == "in place" else target.with_name("synced")
        theirs.write_bytes(b"the")  # as long as the old one
        theirs.replace(target)

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(Refusal, match="changed by someone else"):
        put(target)
    assert target.read_bytes() == b"the" and list(target.parent.iterdir()) == [target]


def test_a_refusal_leaves_earlier_backups(target: Path) -> None:
    put(target, b"one")

    def fails(new: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(Refusal, match="no room for it on the disk"):
        put(target, write=fails)
    assert kept(target) == [".xlsx"] and target.read_bytes() == b"one"


def test_a_file_in_the_place_of_the_folder_of_backups(target: Path) -> None:
    target.with_name("plan (1) backups").touch()
    with pytest.raises(Refusal, match="File exists"):
        put(target)
    assert target.read_bytes() == OLD and not list(target.parent.glob("~*"))


def test_a_backup_that_cannot_be_deleted_stays(target: Path) -> None:
    stubborn, old = (target.with_name("plan (1) backups") / f"plan (1) 202{n}-01-01 000000 000000.xlsx" for n in range(2))
    stubborn.mkdir(parents=True)
    old.touch()
    put(target, backups=1)
    assert target.read_bytes() == NEW and stubborn.exists() and not old.exists()
