"""Chasers: who is reminded, of what, and in which words."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.book import AppendRows, Edit, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.plan.master import HELD, LEADS, PLAN, SETTINGS, TRACKERS, UPDATES
from sendxl.plan.values import Value
from sendxl.returns.batch import validate_batch
from sendxl.returns.chasers import Chaser, chasers
from sendxl.returns.register import Register
from sendxl.returns.reminder import plain

PERIOD, DUE, TODAY = "2026-27 Q3", date(2027, 1, 14), date(2027, 1, 20)
INC, EP = "2026-27-Q3-INC", "2026-27-Q3-EP"
OVERDUE = "Overdue by 6 days"
TITLE = "“Widen the early help offer”"  # of PI-01
BOTH = {"Inclusion Manager": OVERDUE, "Principal Psychologist": OVERDUE}


def chase(round: Any, *returns: Path, edits: Sequence[Edit] = (), today: date = TODAY) -> list[Chaser]:
    """The chasers of the round's master, edited since issue, with returns validated but not stamped."""
    master = round.folder / "chased.xlsx"
    master.write_bytes(round.master.read_bytes())
    ClosedBook(master, backups=0).apply(list(edits))
    book = ClosedBook(master)
    register = Register.of(book)
    return chasers(book, register, today, validate_batch(returns, register, today))


def why(found: Sequence[Chaser]) -> dict[str, str]:
    return {chaser.lead: chaser.why for chaser in found}


def states(**given: str) -> list[Edit]:
    return [SetCells(TRACKERS, "state", {{"inc": INC, "ep": EP}[code]: state for code, state in given.items()})]


def tracker(name: str, **given: Value) -> Edit:
    row: dict[str, Value] = {"tracker": name, "lead": "Inclusion Manager", "period": PERIOD, "due_on": DUE, "state": "Issued"}
    return AppendRows(TRACKERS, [{**row, **given}])


def held(**given: Value) -> Edit:
    row: dict[str, Value] = {
        "code": "V05", "tracker": INC, "table": "Measures", "ref": "PI-01.M1", "column": "Actual", "returned": "raw A123",
        "return": f"INC {PERIOD}.xlsx · 0123456789ab", "what_to_do": "“[withheld]” is not a number. Enter digits only."}
    return AppendRows(HELD, [{**row, **given}])


def updated(*refs: str) -> Edit:
    return AppendRows(UPDATES, [{"period": PERIOD, "ref": ref, "tracker": INC} for ref in refs])


def setting(name: str, value: Value) -> Edit:
    return SetCells(SETTINGS, "value", {name: value})


@pytest.mark.parametrize(("today", "expected"), [
    (DUE, {}), (date(2027, 1, 15), dict.fromkeys(BOTH, "Overdue by 1 day")), (TODAY, BOTH)], ids=str)
def test_overdue_from_the_day_after_due_on(today: date, expected: Mapping[str, str], round: Any) -> None:
    assert why(chase(round, today=today)) == expected


INC_ONLY, EP_ONLY = {"Inclusion Manager": OVERDUE}, {"Principal Psychologist": OVERDUE}


@pytest.mark.parametrize(("edits", "expected"), [
    (states(inc="Stamped"), EP_ONLY),
    (states(inc="Held"), EP_ONLY),  # every held row of it has been settled
    (states(inc="Replaced"), EP_ONLY),
    (states(inc="Stamped", ep="Stamped"), {}),
    (states(inc="Returned", ep="Stamped"), INC_ONLY),  # nothing was filled in
    (states(inc="Rejected", ep="Stamped"), INC_ONLY),  # what it was rejected for has been settled
    ([tracker(INC + "-2", state="Stamped")], EP_ONLY),
    ([tracker(INC + "-2", due_on=date(2027, 2, 14))], EP_ONLY),  # issued again: the new one is not due yet
    ([tracker("2026-27-Q4-INC", period="2026-27 Q4", state="Stamped")], EP_ONLY),
    ([tracker("2026-27-Q4-INC", period="2026-27 Q4", due_on=date(2027, 4, 14))], BOTH),
    ([setting("Closed through", PERIOD)], {}),
    ([setting("Closed through", "2026-27 Q2")], BOTH),
    ([SetCells(TRACKERS, "due_on", {INC: None})], BOTH),  # then by Update due days
    ([updated("PI-01", "GR-01")], INC_ONLY),
    ([SetCells(PLAN, "closed_on", {"GR-01": date(2026, 12, 1)}), updated("PI-01")], INC_ONLY),
    ([*states(inc="Held", ep="Stamped"), held()], {"Inclusion Manager": "Held"}),
    ([*states(inc="Held", ep="Stamped"), held(decision="Keep master")], {}),
    ([*states(inc="Held", ep="Stamped"), held(settled_on=TODAY)], {}),
    ([*states(inc="Replaced", ep="Stamped"), held(code="C03")], {}),
    ([*states(inc="Held", ep="Stamped"), held(), tracker(INC + "-2", state="Stamped")], {}),
    ([*states(inc="Held", ep="Stamped"), held(), tracker(INC + "-2")], {"Inclusion Manager": "Held; " + OVERDUE}),
    ([*states(inc="Rejected", ep="Stamped"), held(code="A01", table=None, ref=None)], {"Inclusion Manager": "Rejected"}),
    ([*states(inc="Stamped", ep="Stamped"), held(code="A01", table=None, ref=None)], {"Inclusion Manager": "Rejected"}),
    ([*states(ep="Stamped"), held(code="S01", tracker=None, table=None, ref=None)], {"Inclusion Manager": "Rejected"}),
    ([*states(ep="Stamped"), held(code="S03", tracker=None, table=None, ref=None)], INC_ONLY),
    ([*states(inc="Stamped", ep="Stamped"), held(code="S01", tracker=None, table=None, ref=None)], {}),
])
def test_who_is_reminded_and_why(edits: Sequence[Edit], expected: Mapping[str, str], round: Any) -> None:
    assert why(chase(round, edits=edits)) == expected


def test_overdue_lists_what_waits_for_an_update_and_not_what_a_joint_lead_told(round: Any) -> None:
    inc, ep = chase(round, edits=[updated("PI-01")])
    assert inc.outstanding() == "PI-02: send an update\nPI-03: send an update"
    assert ep.outstanding() == "GR-01: send an update"
    assert "Your 2026-27 Q3 update has not reached us yet. It was due on 14 Jan 2027, 6 days ago." in ep.text()
    assert "(A plan - EP 2026-27 Q3.xlsx)" in ep.text() and "- GR-01: Open a resource provision\n" in ep.text()
    assert ep.subject == "A plan: 2026-27 Q3 update overdue"
    assert (ep.code, ep.due_on, ep.periods) == ("EP", DUE, (PERIOD,))


def test_held_rows_are_told_by_message_never_by_value(round: Any) -> None:
    (found,) = chase(round, edits=[*states(inc="Held", ep="Stamped"), held(), held(ref="A123", column="A123"),
                                   held(code="C04", column="Target", what_to_do="An officer decides.")])
    assert found.outstanding().split("\n") == [
        f"PI-01.M1 Actual {TITLE}: “[withheld]” is not a number. Enter digits only.",
        "“[withheld]” is not a number. Enter digits only.", f"PI-01.M1 Target {TITLE}: An officer decides."]
    assert "A123" not in found.text() + found.outstanding() + found.subject
    assert found.text().index("put these right") < found.text().index("need do nothing:\n- PI-01.M1 Target")


def test_what_only_officers_can_do_asks_nothing_of_the_lead(round: Any) -> None:
    (found,) = chase(round, edits=[*states(inc="Held", ep="Stamped"), held(code="C04")])
    assert "you need do nothing" in found.text() and "put these right" not in found.text()


A, M = "Activities", "Measures"


def test_validated_returns_count_as_having_come_back(round: Any) -> None:
    good = round.fill({(A, "PI-01", "No change"): "Yes"}, code="EP", name="ep.xlsx")
    bad = round.fill({(M, "PI-01.M1", "Actual"): "12 approx"}, name="inc.xlsx")
    (found,) = chase(round, good, bad, edits=[held()])
    assert (found.lead, found.why) == ("Inclusion Manager", "Held")
    assert "approx" in found.outstanding() and "withheld" not in found.outstanding()  # the new return answers the old


@pytest.mark.parametrize(("name", "expected"), [
    (f"INC {PERIOD}.xlsx", "Rejected"), (f"inc {PERIOD}.XLS", "Rejected"),
    (f"A plan - INC {PERIOD} (to correct).xlsx", "Rejected"), ("mine.xlsx", OVERDUE)])
def test_a_file_that_nobody_can_open_is_known_by_its_name(name: str, expected: str, round: Any) -> None:
    (round.folder / name).write_bytes(b"dear all")
    found = chase(round, round.folder / name, edits=states(ep="Stamped"))
    assert why(found) == {"Inclusion Manager": expected}
    assert ("This file cannot be read" in found[0].outstanding()) is (expected == "Rejected")


def test_a_rejected_return_tells_why_until_a_good_one_is_there(round: Any) -> None:
    def altered(book: Any) -> None:
        book["Issued"]["D6"] = "something else"

    evil = round.fill(edit=altered, name="evil.xlsx")
    (found,) = chase(round, evil, edits=states(ep="Stamped"))
    assert found.why == "Rejected" and "has been altered" in found.text()
    good = round.fill({(A, "PI-01", "No change"): "Yes"}, name="good.xlsx")
    assert chase(round, evil, good, edits=states(ep="Stamped")) == []


def test_a_return_with_nothing_filled_in_is_still_awaited(round: Any) -> None:
    (found,) = chase(round, round.fill(), edits=states(ep="Stamped"))
    assert found.why == OVERDUE and "came back with nothing filled in" in found.text()


def test_two_periods_are_one_reminder(round: Any) -> None:
    q4 = tracker("2026-27-Q4-INC", period="2026-27 Q4", due_on=date(2027, 4, 14))
    found = chase(round, edits=[*states(ep="Stamped"), q4], today=date(2027, 4, 20))[0]
    assert found.periods == (PERIOD, "2026-27 Q4")
    assert found.why == "Overdue by 96 days; Overdue by 6 days" and found.due_on == DUE
    assert "(A plan - INC 2026-27 Q4.xlsx)" in found.text()


def test_a_lead_that_leads_lacks_is_reminded_last(round: Any) -> None:
    found = chase(round, edits=[tracker("X", lead="Somebody\nElse")])
    assert [(chaser.lead, chaser.code, chaser.address) for chaser in found][2] == ("Somebody Else", "", "")
    assert found[2].outstanding() == "Send the tracker back"


@pytest.mark.parametrize(("email", "expected"), [
    ("kim.o'neill+send@some-council.gov.uk", True), ("", False), ("kim", False), ("kim@localhost", False),
    ("kim@x.org, lee@x.org", False), ("kim@x.org; lee@x.org", False), ("kim@x.org\nBcc: lee@x.org", False),
    ("Kim <kim@x.org>", False), (".kim@x.org", False), ("kim@x..org", False), ("kïm@x.org", False), ("@", False),
    (f"{'k' * 250}@x.org", False),
])
def test_an_address_is_one_plain_address(email: str, expected: bool, round: Any) -> None:
    found = chase(round, edits=[SetCells(LEADS, "email", {"INC": email or None})])[0]
    assert (found.address == email) is (expected or not email)


def test_a_long_list_is_cut_short_when_asked(round: Any) -> None:
    (found,) = chase(round, edits=[*states(inc="Held", ep="Stamped"), *(held(what_to_do=f"Do {n}.") for n in range(9))])
    assert found.outstanding(2).split("\n")[1:] == [f"PI-01.M1 Actual {TITLE}: Do 1.", "… and 7 more"]
    assert "Do 1.\n… and 7 more\n" in found.text(2) and "… and" not in found.text()


@pytest.mark.parametrize(("says", "line"), [
    ("“x” is not a number.", f"PI-01.M1 Actual {TITLE}: “x” is not a number."),
    ("Actual is 4, which is more than Out of (3).", f"PI-01.M1 {TITLE}: Actual is 4, which is more than Out of (3)."),
    ("Actual: 4 has not come yet.", f"PI-01.M1 {TITLE}: Actual: 4 has not come yet."),
    ("PI-01.M1: 4 stands in Out of.", f"{TITLE}: PI-01.M1: 4 stands in Out of."),
])
def test_what_a_message_begins_with_is_not_said_twice(round: Any, says: str, line: str) -> None:
    [found] = [chaser for chaser in chase(round, edits=[*states(inc="Held"), held(what_to_do=says)]) if "Held" in chaser.why]
    assert found.outstanding() == line and f"\n- {line}\n" in found.text()


@pytest.mark.parametrize(("title", "longest", "short"), [
    ("Plan the move to adult life", 27, "Plan the move to adult life"),
    ("Plan the move to adult life", 26, "Plan the move to adult …"), ("Plan the move to adult life", 13, "Plan the move …"),
    ("x" * 40, 10, "xxxxxxxxxx …"), ("a " + "x" * 40, 10, "a xxxxxxxx …")])
def test_a_title_is_cut_between_two_words(title: str, longest: int, short: str) -> None:
    assert plain(title, longest) == short
