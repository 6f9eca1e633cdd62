"""A later version of the plan beside the master: what it says otherwise is asked, then carried out, recorded and undone."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sendxl.books.book import SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.cli import cli
from sendxl.errors import Unusable
from sendxl.jobs.doctor import doctor
from sendxl.jobs.issue import issue
from sendxl.jobs.new import new_master
from sendxl.jobs.refresh import refresh
from sendxl.jobs.revise import RevisedPlan, revise
from sendxl.jobs.stamp import stamp
from sendxl.jobs.undo import undo
from sendxl.plan.master import LEADS, MASTER_TABLES, MEASURES, PLAN, REVIEW, REVISION, SAVINGS, STAMPS, TARGETS, UPDATES
from tests.jobs.conftest import PLAN_TEXT

Fill = Callable[[Path, dict[tuple[str, str, str], Any]], Path]
NOW, TODAY = datetime(2027, 4, 2, 9), date(2027, 4, 2)
RENAMED = "Inclusive practice and belonging"
NEW = "\t".join(("Teach every driver first aid", "Number of drivers trained", "To increase", "Families ask for it",
                 "Low Fewer escorts", "Now", "Transport Operations Manager"))
ALSO_NEW = "\t".join(("Open a sibling group in each town", "Number of groups", "To increase", "Siblings ask for it",
                      "Low Fewer crises", "Now", "Play Lead"))


def edited(text: str) -> str:
    """The sample plan a year later: five edits, one gone, two new, a theme renamed."""
    lines = []
    for line in text.splitlines():
        cells = line.split("\t")
        if cells[0] == "Practice for Inclusion":
            cells[0] = RENAMED
        elif cells[0].startswith("Bring the guide"):
            cells[0] = cells[0].replace("up to date,", "up to date by the spring,")
        elif cells[0].startswith("Invite schools"):
            cells[0] = f"Continue to {cells[0][0].lower()}{cells[0][1:]}"
        elif cells[0].startswith("Keep a firm hold"):
            cells[0] += ", and publish what comes of it"
        elif cells[0].startswith("Plan the move"):
            cells[1] += ", each term"
        elif cells[0].startswith("Find more employers"):
            cells[6] = cells[6].replace("SEND Board Development Manager", "Head of SEND")
        elif cells[0].startswith("Write SEND into"):
            continue
        lines.append("\t".join(cells))
        lines += [NEW] if cells[0].startswith("Assess the risks") else []
        lines += [ALSO_NEW] if cells[0].startswith("Agree one") else []
    return "\n".join(lines)


@pytest.fixture
def later(tmp_path: Path) -> Path:
    path = tmp_path / "plan-2027.txt"
    path.write_text(edited(PLAN_TEXT.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def run(master: Path, later: Path, minute: int = 0) -> RevisedPlan:
    return revise(master, later, now=NOW.replace(minute=minute), by="kim")


def rows(master: Path) -> list[Any]:
    return list(ClosedBook(master).read(REVISION))


def kept(master: Path) -> dict[str, list[dict[str, Any]]]:
    """What a master holds, but for the record, what was decided, and the doubts that came with what was added."""
    book = ClosedBook(master)
    return {table.name: [row.values() for row in book.read(table)] for table in MASTER_TABLES
            if table not in (STAMPS, REVISION, REVIEW)}


def decide(master: Path, decision: str = "Take new", why: str | None = None, **where: Any) -> None:
    """Decide about the rows that hold some values; about all that are open where none is given."""
    chosen = [row for row in rows(master) if not row.settled_on and (not row.decision or where)
              and all(row[key] == value for key, value in where.items())]
    assert chosen
    ClosedBook(master).apply([SetCells(REVISION, "decision", {row.key: decision for row in chosen}),
                              SetCells(REVISION, "why", {row.key: why for row in chosen})])


def test_a_later_version_is_asked_about_and_nothing_else_changes(master: Path, later: Path) -> None:
    before = kept(master)
    done = run(master, later)
    assert kept(master) == before
    assert done.counts == {"Same": 18, "Reworded": 3, "Moved": 0, "New": 2, "Gone": 1, "Split?": 0}
    said = {(str(row.what), row.ref, row.column): (row.how_sure, row.decision) for row in rows(master)}
    assert said == {
        ("Reworded", "PI-01; PI-02; PI-03; PI-04; PI-05", "Theme"): ("sure", "Take new"),
        ("Reworded", "PI-02", "Activity"): ("sure", "Take new"), ("Reworded", "PI-03", "Activity"): ("sure", "Take new"),
        ("Reworded", "GR-02", "Activity"): ("sure", "Take new"), ("Same", "PA-02.M1", "Measure"): ("sure", "Take new"),
        ("Same", "PA-03", "Lead"): ("sure", None), ("Gone", "PI-05", None): ("likely", None),
        ("New", None, None): ("likely", "Take new")}
    assert Counter(str(row.what) for row in rows(master))["New"] == 2
    [theme] = [row for row in rows(master) if row.column == "Theme"]
    assert (theme.old_words, theme.new_words) == ("Practice for Inclusion", RENAMED)
    assert (done.asked, done.waiting, done.ready, done.batch) == (9, 2, 7, "")
    assert "2 rows of Revision without a Decision" in done.to_mend[0]
    assert not ClosedBook(master).read(STAMPS)


def test_what_was_decided_is_carried_out_by_the_next_run_and_then_nothing_is_left(master: Path, later: Path) -> None:
    refs = [row.key for row in ClosedBook(master).read(PLAN)]
    run(master, later)
    decide(master, what="Gone", why="Part of the town's own plan now")
    decide(master)
    done = run(master, later, 1)
    assert (done.taken, done.kept, done.unsettled, done.to_mend) == (9, 0, [], [])
    book = ClosedBook(master)
    plan = book.read(PLAN).by_key
    assert list(plan) == [*refs, "IH-04", "ST-04"]  # each its own ref, the new ones the next of their themes
    assert (plan["PI-05"].closed_on, plan["PI-05"].closed_reason) == (TODAY, "Part of the town's own plan now")
    assert {row.theme for ref, row in plan.items() if ref.startswith("PI-")} == {RENAMED}
    assert plan["PA-03"].lead == "Head of SEND" and "Head of SEND" in {row.title for row in book.read(LEADS)}
    assert plan["ST-04"].lead == "Transport Operations Manager" and plan["ST-04"].theme == "Safe Travel"
    measures = {row.key: row.measure for row in book.read(MEASURES)}
    assert str(measures["PA-02.M1"]).endswith(", each term") and measures["ST-04.M1"] == "Number of drivers trained"
    assert [row.ref for row in book.read(REVIEW) if (row.ref or "").startswith("IH-04")]  # the doubts that came with it
    before = master.read_bytes()
    again = run(master, later, 2)
    assert again.counts["Same"] == 23 and (again.asked, again.to_mend, again.batch) == (0, [], "")
    assert master.read_bytes() == before
    assert not [finding for finding in doctor(master).findings if str(finding).startswith("E")]


def test_every_changed_cell_is_recorded_and_undo_takes_all_of_it_back(master: Path, later: Path, tmp_path: Path) -> None:
    issue(master, tmp_path / "out", period="2026-27 Q4", today=date(2027, 3, 1))
    run(master, later)
    decide(master)
    before = kept(master)
    done = run(master, later, 1)
    after = kept(master)
    book = ClosedBook(master)
    recorded = {(row.table_, row.ref, row.column) for row in book.read(STAMPS) if row.batch == done.batch}
    assert {row.kind for row in book.read(STAMPS) if row.batch == done.batch} == {"revise"}
    for name in ("Plan", "Measures", "Leads"):
        table = next(table for table in MASTER_TABLES if table.name == name)
        old = {row[table.key.key]: row for row in before[name]}
        changed = {(name, row[table.key.key], table[key].header) for row in after[name] for key, value in row.items()
                   if value != old.get(row[table.key.key], {}).get(key)}
        assert changed <= recorded | {(name, ref, table.key.header) for named, ref, column in recorded if named == name}
    taken = undo(master, now=NOW.replace(minute=2), by="kim")
    assert taken.undoes == done.batch and taken.left == []
    assert kept(master) == before
    assert {row.decision for row in rows(master)} == {None} and not any(row.settled_on for row in rows(master))
    back = undo(master, taken.batch, now=NOW.replace(minute=3), by="kim")
    assert back.left == [] and kept(master) == after
    assert not [row for row in ClosedBook(master).read(STAMPS) if row.kind == "by hand"]


def test_undo_leaves_a_row_on_which_a_lead_has_reported_since(master: Path, later: Path) -> None:
    run(master, later)
    decide(master)
    run(master, later, 1)
    ClosedBook(master).apply([SetCells(PLAN, "progress", {"ST-04": "Twelve drivers trained"})])
    taken = undo(master, now=NOW.replace(minute=2), by="kim")
    plan = ClosedBook(master).read(PLAN).by_key
    assert "ST-04" in plan and "IH-04" not in plan
    assert "ST-04.M1" in ClosedBook(master).read(MEASURES).by_key
    assert sorted(line.partition(":")[0] for line in taken.left) == ["Measures ST-04.M1", "Plan ST-04"]


def test_no_answer_of_a_lead_is_touched(master: Path, later: Path, tmp_path: Path, fill: Fill) -> None:
    made = issue(master, tmp_path / "out", period="2026-27 Q4", today=date(2027, 3, 1))
    tracker = next(one.path for one in made.trackers if one.lead == "IDS 0-5 Manager")
    answers = {"% complete": 0.4, "Lead status": "On track", "Progress": "Two sessions held"}
    stamp(master, [fill(tracker, {("Plan", "PI-01", header): value for header, value in answers.items()})], today=TODAY,
          now=NOW, by="kim")
    run(master, later, 1)
    decide(master)
    run(master, later, 2)
    row = ClosedBook(master).read(PLAN).by_key["PI-01"]
    assert {header: row[PLAN.by_header[header].key] for header in answers} == answers
    assert len(ClosedBook(master).read(UPDATES)) == 1
    refresh(master, today=TODAY, now=NOW.replace(minute=3), by="kim")
    assert run(master, later, 4).to_mend == []


@pytest.mark.parametrize("decision", ["Keep plan", "Take new"])
def test_what_was_kept_is_not_asked_again(master: Path, later: Path, decision: str) -> None:
    run(master, later)
    decide(master, decision, what="Gone")
    decide(master, "Keep plan", what="New", new_words=ALSO_NEW.split("\t")[0])
    decide(master, "Keep plan", column="Lead")
    run(master, later, 1)
    plan = ClosedBook(master).read(PLAN).by_key
    assert (plan["PI-05"].closed_on is None) == (decision == "Keep plan")
    assert "IH-04" not in plan and plan["PA-03"].lead == "SEND Board Development Manager"
    again = run(master, later, 2)
    assert (again.asked, again.waiting, again.ready) == (0, 0, 0)


def small(folder: Path, *lines: str, name: str = "later.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(["No,Theme,Action,Measure,Lead,Due date", *lines]), encoding="utf-8")
    return path


BREAKS = "Calm,Review the offer of short breaks for families,Families who take a break,Head of Play,31/03/2027"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "small.xlsx"
    new_master(small(tmp_path, f"1,{BREAKS}",
                     "2,Calm,Train assistants in signing,Number of assistants trained,Head of Play,31/03/2027",
                     "3,Roads,Agree one form for transport requests,One form in use,Road Manager,30/06/2027",
                     name="first.csv"), path)
    return path


def test_what_is_asked_is_carried_out_as_it_is_decided(plan: Path, tmp_path: Path) -> None:
    """Two that may be the same: the new words, the old words, or two activities."""
    changed = small(tmp_path,
                    ",Calm,Review what respite families are offered,Families content with respite,Care Manager,31/03/2028",
                    ",Calm,Train assistants in signing,Number of assistants trained,Head of Play,31/03/2027",
                    ",Roads,Agree one form for transport requests,One form in use,Road Manager,30/06/2027")
    first = plan.read_bytes()
    for decision, closed, words, refs in (("Take new", False, "Review what respite families are offered", 3),
                                          ("Keep plan", False, "Review the offer of short breaks for families", 3),
                                          ("Is another", True, "Review the offer of short breaks for families", 4)):
        plan.write_bytes(first)
        run(plan, changed)
        [asked] = [row for row in rows(plan) if row.ref == "CA-01"]
        assert (str(asked.what), asked.column, asked.how_sure, asked.decision) == ("Reworded", "Activity", "guess", None)
        decide(plan, decision, ref="CA-01", column="Activity")
        done = run(plan, changed, 1)
        book = ClosedBook(plan).read(PLAN).by_key
        assert done.unsettled == [] and len(book) == refs
        assert (book["CA-01"].activity, book["CA-01"].closed_on is not None) == (words, closed)
        if not closed:  # now that it is known to be the same, its other cells are asked about
            assert {row.column for row in rows(plan) if not row.settled_on} == {"Lead", "Due", "Measure"}


def test_a_new_row_that_is_an_old_one_is_told_by_its_ref(plan: Path, tmp_path: Path) -> None:
    changed = small(tmp_path, "7,Money,Count the pennies,Pennies counted,Treasurer,31/03/2028",
                    "2,Calm,Train assistants in signing,Number of assistants trained,Head of Play,31/03/2027",
                    "3,Roads,Agree one form for transport requests,One form in use,Road Manager,30/06/2027")
    run(plan, changed)
    [new] = [row for row in rows(plan) if row.what == "New" and not row.column]
    ClosedBook(plan).apply([SetCells(REVISION, "ref", {new.key: "CA-01"})])
    run(plan, changed, 1)
    book = ClosedBook(plan).read(PLAN).by_key
    assert len(book) == 3 and book["CA-01"].activity == "Count the pennies" and book["CA-01"].closed_on is None
    assert not [row for row in rows(plan) if row.what == "Gone" and not row.column and not row.settled_on]


def test_what_an_officer_put_right_is_not_put_back(plan: Path, tmp_path: Path) -> None:
    """By hand before and after trackers were issued, and of a doubt of the import."""
    same = small(tmp_path, f"1,{BREAKS}", "2,Calm,Train assistants,Assistants trained,Head of Play,31/03/2027",
                 "3,Roads,Agree one form,One form in use,LA,30/06/2027", name="same.csv")
    plan.unlink()
    new_master(same, plan)
    book = ClosedBook(plan)
    book.apply([SetCells(PLAN, "due", {"CA-02": date(2027, 9, 30)}), SetCells(PLAN, "lead", {"RO-01": "Head of Play"})])
    run(plan, same)
    said = {(row.ref, row.column): row.decision for row in rows(plan)}
    assert said == {("CA-02", "Due"): None}  # asked; the lead was a doubt, and what stands there is what became of it
    issue(plan, tmp_path / "out", period="2026-27 Q4", today=date(2027, 3, 1))
    ClosedBook(plan).apply([SetCells(PLAN, "activity", {"CA-01": "Look at short breaks for families anew"})])
    run(plan, same, 1)
    [row] = [row for row in rows(plan) if row.column == "Activity"]
    assert row.decision is None


HEADERS = "No,Action,Measure,Baseline,Target Mar 27,Target Mar 28,Savings 2027/28,Lead,Due date,Ward"
OF_2027 = ["1,Open clubs,Number of clubs,2,5,9,£120k,Play Lead,31/03/2028,North",
           "2,Train staff,Number trained,10,40,60,,Play Lead,31/03/2028,South"]
OF_2028 = ["4,Open clubs,Number of clubs,2,6,12,£150k,Play Lead,31/03/2028,North",
           "5,Train staff,Number trained,10,40,60,,Play Lead,31/03/2028,South",
           "6,Lend kits,Number of kits,0,5,10,,Play Lead,31/03/2028,East"]


def test_figures_lines_and_numbers_that_differ(tmp_path: Path) -> None:
    """Targets and interim targets, a further savings line; numbers given anew are one row; columns of its own are told."""
    first, later = tmp_path / "first.csv", tmp_path / "later.csv"
    for path, lines in ((first, OF_2027), (later, OF_2028)):
        path.write_text("\n".join([HEADERS, *lines]), encoding="utf-8")
    master = tmp_path / "P.xlsx"
    new_master(first, master)
    run(master, later)
    said = {(row.ref, row.column): (row.old_words, row.new_words, row.decision) for row in rows(master)}
    assert said == {
        ("AC-01; AC-02", "Source no"): ("1; 2", "4; 5", "Take new"), ("AC-01.M1", "Target"): ("9", "12", None),
        ("AC-01.M1.T1", "Expected"): ("5", "6", None),
        ("AC-01", "Savings note"): ("£120k", "£150k", "Take new"),
        ("AC-01", "Description"): (None, "Savings 2027/28: £150k", None), (None, None): (None, "Lend kits", "Take new")}
    decide(master)
    before = kept(master)
    assert run(master, later, 1).to_mend == []
    book = ClosedBook(master)
    assert [(row.key, row.source_no) for row in book.read(PLAN)] == [("AC-01", "4"), ("AC-02", "5"), ("AC-03", "6")]
    assert [(row.key, row.expected) for row in book.read(TARGETS)] == [
        ("AC-01.M1.T1", 6), ("AC-02.M1.T1", 40), ("AC-03.M1.T1", 5)]
    assert [(row.key, row.description) for row in book.read(SAVINGS)] == [
        ("AC-01.S1", "Savings 2027/28: £120k"), ("AC-01.S2", "Savings 2027/28: £150k")]
    assert ("AC-03", "Ward", "East") in {(row.ref, row.column, row.raw_text) for row in book.read(REVIEW)}
    assert run(master, later, 2).batch == ""
    assert undo(master, now=NOW.replace(minute=3), by="kim").left == [] and kept(master) == before


def test_a_measure_that_was_doubtful_may_have_been_put_otherwise_and_is_asked_about(master: Path) -> None:
    ClosedBook(master).apply([SetCells(MEASURES, "measure", {"GR-02.M1": "Reviews held on the days agreed"})])
    run(master, PLAN_TEXT)
    assert [(row.ref, row.column, row.decision) for row in rows(master)] == [("GR-02.M1", "Measure", None)]


def test_a_decision_that_cannot_be_carried_out_is_told(plan: Path, tmp_path: Path) -> None:
    changed = small(tmp_path, f"1,{BREAKS.replace('who take a break', 'asked once a year')}",
                    "2,Calm,Train assistants in signing,,Head of Play,31/03/2027")
    run(plan, changed)
    decide(plan, "Is another", what="Gone", column=None)
    done = run(plan, changed, 1)
    assert ["is for two activities that may be the same" in line for line in done.unsettled] == [True]
    assert ClosedBook(plan).read(PLAN).by_key["RO-01"].closed_on is None


def test_a_row_that_is_no_longer_so_is_settled(plan: Path, tmp_path: Path) -> None:
    changed = small(tmp_path, "2,Calm,Train assistants in signing,Number of assistants trained,Head of Play,31/03/2027",
                    "3,Roads,Agree one form for transport requests,One form in use,Road Manager,30/06/2027")
    run(plan, changed)
    run(plan, tmp_path / "first.csv", 1)
    [row] = rows(plan)
    assert (row.ref, row.settled_on) == ("CA-01", TODAY)


def test_a_closed_activity_that_is_there_again_is_asked_about(plan: Path, tmp_path: Path) -> None:
    ClosedBook(plan).apply([SetCells(PLAN, "closed_on", {"RO-01": date(2027, 1, 31)}),
                            SetCells(PLAN, "closed_reason", {"RO-01": "Done"})])
    run(plan, tmp_path / "first.csv")
    [row] = rows(plan)
    assert (str(row.what), row.ref, row.column, row.decision) == ("Same", "RO-01", "Closed on", None)
    decide(plan)
    run(plan, tmp_path / "first.csv", 1)
    assert ClosedBook(plan).read(PLAN).by_key["RO-01"].closed_on is None


def test_a_ref_that_was_ever_given_is_not_given_again(plan: Path, tmp_path: Path, fill: Fill) -> None:
    """Also where its row was deleted since."""
    issue(plan, tmp_path / "out", period="2026-27 Q4", today=date(2027, 3, 1))
    refresh(plan, today=TODAY, now=NOW, by="kim")
    fill(plan, {("Plan", "RO-01", header): None for header in ("Activity", "Theme", "Lead", "Due", "Source no", "Ref")})
    changed = small(tmp_path, *(tmp_path / "first.csv").read_text(encoding="utf-8").splitlines()[1:3],
                    "4,Roads,Paint a crossing at each school,Crossings painted,Road Manager,30/06/2028")
    run(plan, changed, 1)
    run(plan, changed, 2)
    [added] = [row.key for row in ClosedBook(plan).read(PLAN) if row.activity == "Paint a crossing at each school"]
    assert added != "RO-01"


def test_a_master_without_the_sheet_goes_on_and_gets_it(plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that was made before there was a sheet Revision."""
    monkeypatch.setattr("sendxl.books.build.master.MASTER_TABLES", tuple(t for t in MASTER_TABLES if t is not REVISION))
    monkeypatch.setattr("sendxl.books.build.master_guide.MASTER_TABLES", tuple(t for t in MASTER_TABLES if t is not REVISION))
    plan.unlink()
    new_master(tmp_path / "first.csv", plan)
    monkeypatch.undo()
    assert not ClosedBook(plan).has(REVISION)
    refresh(plan, today=TODAY, now=NOW, by="kim")
    assert not [finding for finding in doctor(plan).findings if "Revision" in str(finding)]
    changed = small(tmp_path, *(tmp_path / "first.csv").read_text(encoding="utf-8").splitlines()[1:3])
    run(plan, changed, 1)
    assert [str(row.what) for row in rows(plan)] == ["Gone"]
    decide(plan)
    run(plan, changed, 2)
    assert ClosedBook(plan).read(PLAN).by_key["RO-01"].closed_on == TODAY
    assert undo(plan, now=NOW.replace(minute=3), by="kim").left == []


def test_the_command_says_what_is_to_be_decided(plan: Path, tmp_path: Path) -> None:
    changed = small(tmp_path, *(tmp_path / "first.csv").read_text(encoding="utf-8").splitlines()[1:3])
    done = CliRunner().invoke(cli, ["revise", str(plan), str(changed)])
    assert done.exit_code == 1
    assert "2 same, 1 gone" in done.output and "cells of the source" in done.output and "choose one" in done.output


@pytest.mark.parametrize(("words", "says"), [("Dear all", "no header row"), ("dear all", "no header row")])
def test_a_file_that_is_no_plan_is_told_and_changes_nothing(plan: Path, tmp_path: Path, words: str, says: str) -> None:
    (tmp_path / "letter.txt").write_text(words, encoding="utf-8")
    before = plan.read_bytes()
    with pytest.raises(Unusable, match=says):
        run(plan, tmp_path / "letter.txt")
    with pytest.raises(Unusable, match="cannot be read"):
        run(plan, tmp_path / "missing.docx")
    assert plan.read_bytes() == before
