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
from sendxl.jobs.chase import chase
from sendxl.jobs.issue import issue
from sendxl.jobs.stamp import stamp
from sendxl.plan.master import HELD, LEADS, PLAN, SETTINGS, TRACKERS
from sendxl.plan.tracker import QUERIES
from sendxl.returns.chasers import Chaser
from sendxl.returns.drafts import Draft
from sendxl.returns.letters import shipped_words
from tests.jobs.conftest import NAMED, IssueOnce

PERIOD, TODAY = "2026-27 Q3", date(2027, 1, 20)
Issued = Callable[..., Path]


@pytest.fixture
def issued(master: Path, issue_once: IssueOnce) -> Path:
    """Trackers of two leads are out; the name and address of the first are known."""
    issue_once(period=PERIOD, leads=("IDS-0-5", "STS"), today=date(2027, 1, 4))
    ClosedBook(master, backups=0).apply([
        SetCells(LEADS, "name", {"IDS-0-5": "Zoë O’Neill, PhD"}), SetCells(LEADS, "email", {"IDS-0-5": "zoe@council.gov.uk"})])
    return master


@pytest.fixture
def chaser(issued: Path) -> Chaser:
    return chase(issued, today=TODAY).chasers[0]


def draft(chaser: Chaser) -> bytes:
    return Draft("Lead", chaser.address, chaser.name, chaser.subject, chaser.text()).content()


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
        "draft by hand."]


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


FILL = dict[tuple[str, str, str], Any]


def attachments(path: Path) -> dict[str, bytes]:
    made = read(path.read_bytes())
    return {part.get_filename(): part.get_content() for part in made.iter_attachments()}


@pytest.fixture
def returned(issued: Path, fill: Any) -> Path:
    """A folder with one return whose measure is no number; the other tracker is still out."""
    folder = issued.parent / "back"
    folder.mkdir()
    path = folder / f"{NAMED}IDS-0-5 {PERIOD}.xlsx"
    path.write_bytes((issued.parent / "out" / path.name).read_bytes())
    fill(path, {("Measures", "PI-01.M1", "Actual"): "12 approx"})
    return folder


def test_returns_that_are_not_stamped_yet_are_spoken_of_and_go_back_marked(issued: Path, returned: Path) -> None:
    before = issued.read_bytes()
    done = chase(issued, issued.parent / "drafts", paths=[returned], today=TODAY)
    assert [(found.code, found.why) for found in done.chasers] == [("IDS-0-5", "Held"), ("STS", "Overdue by 6 days")]
    held, late = done.files
    assert list(attachments(held)) == [f"{NAMED}IDS-0-5 {PERIOD} (to correct).xlsx"] and attachments(late) == {}
    copy = issued.parent / "copy.xlsx"
    copy.write_bytes(*attachments(held).values())
    assert [row.code for row in ClosedBook(copy).read(QUERIES)] == ["V05", "V01"]
    assert {row.activity for row in ClosedBook(copy).read(QUERIES)} == {
        next(row.activity for row in ClosedBook(issued).read(PLAN) if row.key == "PI-01")}
    words = read(held.read_bytes()).get_body().get_content()
    title = next(str(row.activity) for row in ClosedBook(issued).read(PLAN) if row.key == "PI-01")
    assert f"- PI-01.M1 Actual “{title[:20]}" in words and "(to correct).xlsx" in words
    assert issued.read_bytes() == before
    again = chase(issued, issued.parent / "drafts", paths=[returned], today=TODAY)
    assert again.files == done.files  # the same bytes, so nothing is in the way


def test_a_return_that_was_stamped_and_is_held_goes_back_marked_too(issued: Path, returned: Path) -> None:
    stamp(issued, [returned], today=TODAY)
    (found, _) = chase(issued, issued.parent / "drafts", paths=[returned], today=TODAY).files
    assert list(attachments(found)) == [f"{NAMED}IDS-0-5 {PERIOD} (to correct).xlsx"]
    (alone, _) = chase(issued, issued.parent / "others", today=TODAY).files
    assert attachments(alone) == {} and "Attached" not in read(alone.read_bytes()).get_content()


def test_what_is_awaited_is_attached_once_more(issued: Path, returned: Path) -> None:
    held, late = chase(issued, issued.parent / "drafts", paths=[returned], trackers=issued.parent / "out", today=TODAY).files
    name = f"{NAMED}STS {PERIOD}.xlsx"
    assert attachments(late) == {name: (issued.parent / "out" / name).read_bytes()}
    assert list(attachments(held)) == [f"{NAMED}IDS-0-5 {PERIOD} (to correct).xlsx"]


@pytest.mark.parametrize(("before", "today", "why"), [
    (None, date(2027, 1, 12), []), (3, date(2027, 1, 10), []), (3, date(2027, 1, 11), ["Due in 3 days"] * 2),
    (3, date(2027, 1, 14), ["Due today"] * 2), (0, date(2027, 1, 14), ["Due today"] * 2),
    (3, date(2027, 1, 15), ["Overdue by 1 day"] * 2),
])
def test_before_the_due_day(issued: Path, before: int | None, today: date, why: list[str]) -> None:
    done = chase(issued, issued.parent / "drafts", before=before, today=today)
    assert [found.why for found in done.chasers] == why
    if why and "Due" in why[0]:
        made = read(done.files[0].read_bytes())
        assert made["Subject"].endswith(f"{PERIOD} update due 14 Jan 2027") and "is due on 14 Jan 2027" in made.get_content()


def test_nothing_outstanding_is_said_only_when_that_is_so(issued: Path, returned: Path, fill: Any) -> None:
    early = date(2027, 1, 10)
    assert chase(issued, today=early).standing == [
        "No lead is to be reminded of anything.", "Still out, and not overdue: 2 trackers, due by 14 Jan 2027."]
    (returned / "notes.txt").write_text("dear all", encoding="utf-8")
    done = chase(issued, paths=[returned], today=early)
    assert done.to_mend[0].startswith("notes.txt is no tracker of this plan")
    assert not any("Nothing" in line for line in done.standing)
    (returned / "notes.txt").unlink()
    stamp(issued, [returned], today=early)
    issue(issued, issued.parent / "again", period=PERIOD, leads=("STS",), again=True, today=early)
    assert "In Held wait 2 rows." in chase(issued, paths=[returned], today=early).standing
    ClosedBook(issued, backups=0).apply([
        SetCells(TRACKERS, "state", {row.key: "Stamped" for row in ClosedBook(issued).read(TRACKERS)}),
        SetCells(HELD, "settled_on", {"1": early, "2": early})])
    assert chase(issued, paths=[returned], today=early).standing == ["Nothing is outstanding."]


def test_the_words_are_those_of_a_file_that_may_be_changed(issued: Path) -> None:
    path = issued.parent / "mail.txt"
    ours = shipped_words().replace("Subject: {plan}: {outstanding}", "Subject: Reminder of {outstanding}, {council}")
    path.write_text("\ufeff" + ours.replace("Dear {name},\n\n{parts}", "Hi {name}\n\n{parts}"), encoding="utf-8")
    ClosedBook(issued, backups=0).apply([SetCells(SETTINGS, "value", {"Council": "Sampleshire <b>\nBcc: lee@x.org"})])
    made = read(chase(issued, issued.parent / "drafts", words=path, today=TODAY).files[0].read_bytes())
    assert made["Subject"] == f"Reminder of {PERIOD} update overdue, Sampleshire <b> Bcc: lee@x.org" and made["Bcc"] is None
    assert made.get_content().startswith("Hi Zoë O’Neill, PhD")


@pytest.mark.parametrize(("change", "says"), [
    (lambda text: text.replace("[overdue]", "[late]"), "[late] is no part"),
    (lambda text: text.replace("update {is_due}", "update {name.__class__}"), "{name.__class__} is not known in ["),
    (lambda text: text.replace("[held]", "[rejected]"), "[rejected] stands there twice"),
    (lambda text: text.partition("[with us]")[0], "the part [with us] is missing"),
    (lambda text: text.replace("Subject: {plan}: {outstanding}\n", ""), "[reminder] needs a first line “Subject: …”"),
    (lambda text: text.replace("{parts}", ""), "[reminder] needs {parts}"),
    (lambda text: "Hello\n" + text, "words before the first part"),
])
def test_a_file_of_words_that_lacks_something_is_told_by_its_line(
        change: Callable[[str], str], says: str, issued: Path) -> None:
    path = issued.parent / "mail.txt"
    path.write_text(change(shipped_words()).replace("#   {parts}", "#"), encoding="utf-8")
    with pytest.raises(Unusable) as told:
        chase(issued, issued.parent / "drafts", words=path, today=TODAY)
    assert says in str(told.value) and "mail.txt" in str(told.value) and not (issued.parent / "drafts").exists()


def test_words_in_braces_of_a_lead_are_not_filled_in(issued: Path) -> None:
    ClosedBook(issued, backups=0).apply([SetCells(LEADS, "name", {"IDS-0-5": "{council} {parts}"})])
    made = read(chase(issued, issued.parent / "drafts", today=TODAY).files[0].read_bytes())
    assert made.get_content().startswith("Dear {council} {parts},")


@pytest.fixture
def addressed(master: Path) -> Path:
    ClosedBook(master, backups=0).apply([
        SetCells(LEADS, "email", {"IDS-0-5": "zoe@council.gov.uk"}), SetCells(SETTINGS, "value", {"Council": "Sampleshire"})])
    return master


def test_a_tracker_goes_out_in_a_mail_to_its_lead(addressed: Path) -> None:
    folder, leads = addressed.parent, ("IDS-0-5", "STS")
    done = issue(addressed, folder / "out", mails=folder / "mails", period=PERIOD, leads=leads, today=date(2027, 1, 4))
    assert [path.name for path in done.mails] == [f"IDS-0-5 {PERIOD}.eml", f"STS {PERIOD}.eml"]
    made = read(done.mails[0].read_bytes())
    assert made["To"].addresses[0].addr_spec == "zoe@council.gov.uk"
    assert made["Subject"].endswith(f": your tracker for {PERIOD}, due back 14 Jan 2027")
    assert attachments(done.mails[0]) == {f"{NAMED}IDS-0-5 {PERIOD}.xlsx": done.trackers[0].path.read_bytes()}
    assert made.get_body().get_content().replace("\r\n", "\n").endswith("Thank you.\n\nSampleshire\n")
    assert [line for line in done.to_mend if line.startswith("STS Specialist Teaching Service: Leads, Email is blank.")]


def test_where_drafts_lie_nothing_is_issued(addressed: Path) -> None:
    folder = addressed.parent / "mails"
    folder.mkdir()
    (folder / "mine.eml").write_text("x", encoding="utf-8")
    before = addressed.read_bytes()
    with pytest.raises(Unusable, match="other drafts in it"):
        issue(addressed, addressed.parent / "out", mails=folder, period=PERIOD, today=date(2027, 1, 4))
    assert addressed.read_bytes() == before and not (addressed.parent / "out").exists()
