"""chase: drafts that a mail program opens ready to send, written over nothing; the master is not written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.book import AppendRows, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable
from sendxl.jobs.chase import chase, draft
from sendxl.jobs.issue import issue
from sendxl.plan.master import LEADS, TRACKERS
from sendxl.returns.chasers import Chaser

PERIOD, TODAY = "2026-27 Q3", date(2027, 1, 20)
Issued = Callable[..., Path]


@pytest.fixture
def issued(master: Path) -> Path:
    """Trackers of two leads are out; the name and address of the first are known."""
    issue(master, master.parent / "out", period=PERIOD, leads=("IDS-0-5", "STS"), today=date(2027, 1, 4))
    ClosedBook(master, backups=0).apply([
        SetCells(LEADS, "name", {"IDS-0-5": "Zoë O’Neill, PhD"}), SetCells(LEADS, "email", {"IDS-0-5": "zoe@council.gov.uk"})])
    return master


@pytest.fixture
def chaser(issued: Path) -> Chaser:
    return chase(issued, today=TODAY).chasers[0]


def read(content: bytes) -> Any:
    made = message_from_bytes(content, policy=policy.default)
    assert not made.defects
    return made


def test_a_draft_opens_ready_to_send(issued: Path) -> None:
    before = issued.read_bytes()
    done = chase(issued, issued.parent / "new" / "drafts", today=TODAY)
    assert issued.read_bytes() == before
    assert [path.name for path in done.files] == [f"IDS-0-5 {PERIOD}.eml", f"STS {PERIOD}.eml"]
    made, other = (read(path.read_bytes()) for path in done.files)
    assert set(made.keys()) == {"X-Unsent", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    assert made["X-Unsent"] == "1"
    (to,) = made["To"].addresses
    assert (to.addr_spec, to.display_name) == ("zoe@council.gov.uk", "Zoë O’Neill PhD")
    assert made["Subject"] == done.chasers[0].subject
    assert made.get_content_type() == "text/plain" and made.get_content_charset() == "utf-8"
    assert made.get_content().replace("\r\n", "\n") == done.chasers[0].text()
    assert made.get_content().startswith("Dear Zoë O’Neill, PhD,")
    assert other["To"] is None and done.files[1].read_bytes().isascii()
    assert done.without_email == [
        "STS Specialist Teaching Service: Leads, Email is blank. Enter one like name@council.gov.uk, or address the "
        "reminder by hand."]


def test_without_a_folder_nothing_is_written(issued: Path) -> None:
    before = sorted(issued.parent.rglob("*"))
    done = chase(str(issued), today=TODAY)
    assert [(found.code, found.why) for found in done.chasers] == [("IDS-0-5", "Overdue by 6 days"), ("STS", "Overdue by 6 days")]
    assert done.files == [] and sorted(issued.parent.rglob("*")) == before


def test_nothing_outstanding_makes_no_folder(issued: Path) -> None:
    done = chase(issued, issued.parent / "drafts", today=date(2027, 1, 14))
    assert (done.chasers, done.files, done.without_email) == ([], [], [])
    assert not (issued.parent / "drafts").exists()


def test_again_changes_nothing(issued: Path) -> None:
    folder = issued.parent / "drafts"
    first = chase(issued, folder, today=TODAY)
    first.files[1].unlink()
    before = first.files[0].stat().st_mtime_ns
    assert chase(issued, folder, today=TODAY).files == first.files
    assert first.files[0].stat().st_mtime_ns == before and first.files[1].exists()


@pytest.mark.parametrize("spoil", [
    lambda folder: (folder / f"STS {PERIOD}.eml").write_bytes(b"Subject: mine"),
    lambda folder: (folder / "another.EML").write_bytes(b"x"),
    lambda folder: (folder / f"STS {PERIOD}.eml").mkdir(),
], ids=["edited", "another", "folder"])
def test_never_over_or_beside_another_draft(spoil: Callable[[Path], Any], issued: Path) -> None:
    folder = issued.parent / "drafts"
    folder.mkdir()
    (folder / "notes.txt").write_text("these are no drafts", encoding="utf-8")
    spoil(folder)
    before = sorted(folder.iterdir())
    with pytest.raises(Unusable, match="other drafts in it"):
        chase(issued, folder, today=TODAY)
    assert sorted(folder.iterdir()) == before


def test_drafts_of_another_day_are_not_replaced(issued: Path) -> None:
    chase(issued, issued.parent / "drafts", today=TODAY)
    with pytest.raises(Unusable, match="out of date"):
        chase(issued, issued.parent / "drafts", today=date(2027, 1, 21))


def test_a_file_is_no_folder(issued: Path) -> None:
    with pytest.raises(Unusable, match="is a file"):
        chase(issued, issued, today=TODAY)


@pytest.mark.parametrize("evil", [
    "Kim\r\nBcc: lee@x.org", "Kim\nX: y", "Kim\x00\x85\u2028Bcc: lee@x.org", "Kim <lee@x.org>, Lee", '"Kim" lee@x.org;',
    "Zoë, lee@x.org", "=?utf-8?q?a=0ABcc:_lee=40x.org?=", "K" * 2_000, "é" * 500, "\u202eevil", ":;,<>()[]",
])
def test_no_name_title_or_address_makes_a_header(evil: str, issued: Path) -> None:
    ClosedBook(issued, backups=0).apply([
        SetCells(LEADS, "name", {"IDS-0-5": evil.replace("\x00", " ")}),
        AppendRows(TRACKERS, [{"tracker": "T", "lead": evil.replace("\x00", " "), "period": PERIOD, "due_on": date(2027, 1, 1),
                               "state": "Issued"}])])
    done = chase(issued, issued.parent / "drafts", today=TODAY)
    found = done.chasers[0]
    content = [path.read_bytes() for path in done.files]
    content += [draft(replace(found, name=evil)), draft(replace(found, lead=evil)), draft(replace(found, email=evil))]
    for made in map(read, content):
        assert set(made.keys()) <= {"X-Unsent", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
        assert made["To"] is None or [to.addr_spec for to in made["To"].addresses] == ["zoe@council.gov.uk"]
    assert all(path.parent == issued.parent / "drafts" and len(path.name) < 100 for path in done.files)


@pytest.mark.parametrize(("code", "name"), [
    ("../../up", "up 2026-27 Q3.eml"), ("a/b\\c", "a b c 2026-27 Q3.eml"), ("C:x?", "C x 2026-27 Q3.eml"),
    (".", "2026-27 Q3.eml"), ("ids-0-5?", "ids-0-5 2026-27 Q3 (2).eml"), ("", "Specialist Teaching Service 2026-27 Q3.eml"),
])
def test_file_names_are_safe_and_each_is_used_once(code: str, name: str, issued: Path, fill: Any) -> None:
    fill(issued, {("Leads", "STS", "Code"): code or None})
    done = chase(issued, issued.parent / "drafts", today=TODAY)
    assert [path.name for path in done.files] == [f"IDS-0-5 {PERIOD}.eml", name]
    assert sorted((issued.parent / "drafts").iterdir()) == sorted(done.files)


def test_an_odd_address_is_told(issued: Path) -> None:
    ClosedBook(issued, backups=0).apply([SetCells(LEADS, "email", {"STS": "a@x.org, b@x.org"})])
    done = chase(issued, issued.parent / "drafts", today=TODAY)
    assert [text for text in done.without_email if "holds what is not one plain address" in text and text.startswith("STS ")]
    assert read(done.files[1].read_bytes())["To"] is None


def test_the_subject_is_one_line_whatever_the_plan_is_called(chaser: Chaser) -> None:
    made = read(draft(replace(chaser, plan="Plan\r\nBcc: lee@x.org " + "ü" * 300)))
    assert made["Bcc"] is None and made["Subject"].startswith("Plan Bcc: lee@x.org ü")
