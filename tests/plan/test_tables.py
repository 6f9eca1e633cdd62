"""The one declaration against the domain reference, whose headers are written out here by hand."""

import re
from enum import StrEnum

import pytest

from sendxl.plan import vocabulary
from sendxl.plan.master import MASTER_TABLES, MEASURES, PLAN, PROFILE, SAVINGS
from sendxl.plan.schema import FORMATS, By, Column, Shown, Table, Type
from sendxl.plan.tracker import IDENTITY, ISSUED, QUERIES, TRACKED, TRACKER_MEASURES, TRACKER_PLAN, TRACKER_PROFILE, last

PLAN_LEAD = (
    "% complete, Completed on, Forecast finish, Lead status, Progress, Corrective action, Next steps, Decision needed, "
    "Evidence"
)
MEASURES_LEAD = "Actual, Out of, Actual on, Note"
PROFILE_LEAD = "In place, In place on, In place since, Evidence, Note"
LOGGED = "Tracker, Return, Batch, Stamped at"
HEADERS = {
    "Plan": "Ref, Source no, Theme, Activity, Expected change, Rationale, Savings rating, Savings note, Benefits from, "
    "Benefits by, Benefits note, Lead, Joint leads, Capacity, Capacity note, Starts, Due, Closed on, Closed reason, "
    f"{PLAN_LEAD}, Period, Updated on, Updated by, Delivery status, Measure status, Status, Reason, Direction, "
    "Update state, Lead view, Planned to date, Realised to date, Forecast, Savings status",
    "Measures": "Ref, Activity ref, Measure, Kind, Better, Cumulative, Unit, Baseline, Baseline on, Target, Target on, "
    f"{MEASURES_LEAD}, Period, Value, Previous, Expected now, Attainment, Status, Reason, Direction",
    "Savings": "Ref, Activity ref, Description, Method, Chain, Unit amount, Annual value, Share, Type, Fund, "
    "Confidence, Pool, Claim order, Approved on, Finance confirmed on, Finance confirmed amount, Withdrawn on, "
    "Approved unit saving, Approved past pool, Unit saving, Full-year effect, Approved to date, Planned to date, "
    "Realised to date, Forecast, Variance, Weighted, Removed by pool, Status",
    "Years": "Ref, Savings ref, Year, Type, Fund, Approved, Planned, Forecast, Realised, Closed on, Restated",
    "Periods": "Ref, Period, Of, As at, Status, Reason, Value, Direction, Lead status, Realised to date, Forecast",
    "Position": "Ref, Fund, Year, Funding, Unmitigated spend, Opening balance, Savings, Costs, Mitigated spend, "
    "In-year balance, Unmitigated balance, Mitigated balance",
    "Targets": "Ref, Measure ref, On, Expected, Note",
    "Profile": f"Ref, Savings ref, From, Until, Planned quantity, {PROFILE_LEAD}, Approved quantity, Approved from, "
    "Approved until",
    "UnitCosts": "Code, Placement, Annual cost, Qualifier, Price base, Source",
    "Pools": "Code, Learners, Capacity, Note",
    "Leads": "Code, Title, Name, Email, Other names",
    "Updates": f"No, Period, Ref, {PLAN_LEAD}, {LOGGED}",
    "Readings": f"No, Period, Ref, {MEASURES_LEAD}, {LOGGED}",
    "Counts": f"No, Period, Ref, {PROFILE_LEAD}, {LOGGED}",
    "Trackers": "Tracker, Lead, Period, Issued on, Due on, Digest, State, Returned on, Stamped on, Return",
    "Held": "No, Code, Tracker, Table, Ref, Column, Issued, Master, Returned, Other, Return, Since, What to do, "
    "Lead, Activity, Decision, Value to put, Why, Settled on",
    "Stamps": "No, Batch, Kind, Stamped at, Stamped by, Table, Ref, Column, Old, New, Code, Explanation, Return, "
    "SHA-256, Undoes",
    "Review": "No, Ref, Column, Cell, Place in source, Raw text, Read as, How sure, Rows, Doubt, Settled",
    "Revision": "No, Ref, What, Column, Old words, New words, Place in source, How sure, Proposal, Decision, Why, Settled on",
    "Settings": "Setting, Value, What it does",
}
LEAD = {"Plan": PLAN_LEAD, "Measures": MEASURES_LEAD, "Profile": PROFILE_LEAD}
COMPUTED = {
    "Plan": "Delivery status, Measure status, Status, Reason, Direction, Update state, Lead view, Planned to date, "
    "Realised to date, Forecast, Savings status",
    "Measures": "Value, Previous, Expected now, Attainment, Status, Reason, Direction",
    "Savings": "Approved unit saving, Approved past pool, Unit saving, Full-year effect, Approved to date, Planned to date, "
    "Realised to date, Forecast, Variance, Weighted, Removed by pool, Status",
    "Profile": "Approved quantity, Approved from, Approved until",
    "Years": "Approved, Planned, Forecast, Realised, Closed on, Restated",
    "Periods": "Status, Reason, Value, Direction, Lead status, Realised to date, Forecast",
    "Position": "Savings, Costs, Mitigated spend, In-year balance, Unmitigated balance, Mitigated balance",
}
GROUPS = {
    "plan": "Plan, Measures, Targets, Savings, Profile, Years, Position",
    "control": "Trackers, Held, Review, Revision",
    "reference": "Leads, UnitCosts, Pools, Settings",
    "history": "Periods, Updates, Readings, Counts, Stamps",
}
TRACKER_TABLES = (TRACKER_PLAN, TRACKER_MEASURES, TRACKER_PROFILE)
ALL_TABLES = (*MASTER_TABLES, *TRACKER_TABLES, IDENTITY, ISSUED, QUERIES)
EVERY = [(table, column) for table in ALL_TABLES for column in table]
IDS = [f"{table.title}-{column.header}" for table, column in EVERY]


def words(text: str) -> list[str]:
    return text.split("; " if "; " in text else ", ") if text else []


def headers(table: Table, by: By | None = None) -> list[str]:
    return [c.header for c in table if by is None or c.by is by]


def test_tables_are_those_of_the_reference() -> None:
    assert {table.name for table in MASTER_TABLES} == set(HEADERS)


@pytest.mark.parametrize("table", MASTER_TABLES, ids=lambda t: t.name)
def test_headers_are_exactly_those_of_the_reference(table: Table) -> None:
    assert sorted(headers(table)) == sorted(words(HEADERS[table.name]))  # the reference says which there are, not their order
    assert sorted(headers(table, By.LEAD)) == sorted(words(LEAD.get(table.name, "")))
    assert sorted(headers(table, By.REFRESH)) == sorted(words(COMPUTED.get(table.name, "")))


def test_keys_are_those_of_the_reference() -> None:
    keys = {t.name: t.key.header for t in MASTER_TABLES}
    rows = ("Plan", "Measures", "Targets", "Savings", "Profile", "Years", "Position", "Periods")
    named = {"UnitCosts": "Code", "Pools": "Code", "Leads": "Code", "Trackers": "Tracker", "Settings": "Setting"}
    numbered = dict.fromkeys(("Updates", "Readings", "Counts", "Held", "Stamps", "Review", "Revision"), "No")
    assert keys == dict.fromkeys(rows, "Ref") | named | numbered
    assert {t.name for t in MASTER_TABLES if t.numbered} == set(numbered)
    assert {t.name for t in MASTER_TABLES if t.append_only} == {"Updates", "Readings", "Counts", "Stamps"}


def test_groups_are_those_of_the_reference() -> None:
    found = {t.name: t.group for t in MASTER_TABLES}
    assert found == {name: group for group, names in GROUPS.items() for name in words(names)}


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda t: t.title)
def test_headers_and_keys_are_unique(table: Table) -> None:
    assert len({c.header.casefold() for c in table}) == len(table.columns) == len({c.key for c in table})
    assert table.says.endswith(".")
    assert all(table[c.key] is c and table.by_header[c.header] is c for c in table)


@pytest.mark.parametrize(("table", "column"), EVERY, ids=IDS)
def test_a_column_is_consistent_with_itself(table: Table, column: Column) -> None:
    assert column.help.strip() and column.help.endswith(".")
    assert re.fullmatch(r"[a-z][a-z0-9_]*", column.key)
    assert column.width > 0
    if column.many:
        assert "; " in column.help


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="table Plan has no column 'colour'"):
        PLAN["colour"]


def test_every_lead_column_is_asked_for_in_the_tracker() -> None:
    assert set(TRACKED) == {PLAN, MEASURES, PROFILE}
    for source, tracker in TRACKED.items():
        assert sorted(c.header for c in source if c.by is By.LEAD) == sorted(
            c.header for c in tracker if c.is_input and c.header in source.by_header
        )
    assert {t.title for t in TRACKER_TABLES} == {"Activities", "Measures", "Savings"}
    assert not any(c.is_input for c in SAVINGS)


def test_only_the_four_sentences_are_issued_blank_beside_a_last_column() -> None:
    blank = ["Progress", "Corrective action", "Next steps", "Decision needed"]
    assert [c.header for t in MASTER_TABLES for c in t if c.shown is Shown.BLANK] == blank
    order = [c.header for c in TRACKER_PLAN]
    for header in blank:
        beside = f"Last {header[0].lower()}{header[1:]}"
        assert order[order.index(header) + 1] == beside
        assert not TRACKER_PLAN.by_header[beside].is_input


KINDS: list[tuple[str, str | None, Type]] = [
    ("actual", "Number", Type.NUMBER), ("actual", "Percentage", Type.FRACTION),
    ("actual", "Number and %", Type.COUNT), ("actual", "Compliance", Type.COUNT),
    ("actual", "Milestone", Type.FRACTION), ("actual", None, Type.NUMBER),
    ("target", "Number", Type.NUMBER), ("target", "Percentage", Type.FRACTION),
    ("target", "Number and %", Type.FRACTION), ("target", "Compliance", Type.FRACTION),
    ("target", "Milestone", Type.FRACTION), ("target", None, Type.NUMBER),
    ("out_of", "Compliance", Type.COUNT), ("note", "Number", Type.WORDS),
]  # fmt: skip


@pytest.mark.parametrize(("key", "kind", "type"), KINDS)
def test_the_kind_of_a_measure_settles_its_unit(key: str, kind: str | None, type: Type) -> None:
    assert MEASURES[key].type_in(kind) is type
    assert MEASURES[key].format_in(kind) == FORMATS.get(type, "General")


VOCABULARIES = [
    v for v in vars(vocabulary).values() if isinstance(v, type) and issubclass(v, StrEnum) and v is not StrEnum
]


@pytest.mark.parametrize("choices", VOCABULARIES, ids=lambda v: v.__name__)
def test_words_of_a_list_differ_by_more_than_case(choices: type[StrEnum]) -> None:
    assert len({word.value.casefold() for word in choices}) == len(choices)
    assert choices.__doc__


WORDS = {
    "Status": "Complete, On track, At risk, Off track, Not started, Not assessed, Closed",
    "Kind": "Number, Percentage, Number and %, Compliance, Milestone",
    "Better": "Higher, Lower",
    "YesNo": "Yes, No",
    "Direction": "Improving, Steady, Worsening",
    "LeadView": "Agrees, More optimistic, More cautious",
    "Rating": "High, Medium, Low, Risk",
    "Capacity": "In place, Additional required, Decision needed, Potential saving, Awaiting proposals, Not stated",
    "Method": "Placement chain, Unit cost avoided, Share of contract, One-off, Not quantified",
    "SavingType": "Cashable, Cost avoidance, Non-cashable, Cost",
    "Fund": "High needs block, General fund, Adult social care, Schools, Other",
    "LineStatus": "Withdrawn, Cost, Not quantified, Not due, Not reported, Delivered, On track, At risk, Off track",
    "SavingsStatus": "Off track, At risk, Not reported, On track, Not due, Delivered, Not quantified, Mixed: see Savings",
    "TrackerState": "Issued, Returned, Held, Rejected, Stamped, Replaced",
    "Decision": "Take returned; Take other; Put this value; Keep master; Take returned, whole return; Keep master, whole return",
    "Revised": "Same, Reworded, Moved, New, Gone, Split?",
    "RevisionDecision": "Take new, Keep plan, Is another",
    "StampKind": "stamp, settle, undo, approve, close, revise, upgrade, by hand, typed in",
}


@pytest.mark.parametrize("name", WORDS)
def test_words_are_exactly_those_of_the_reference(name: str) -> None:
    assert [word.value for word in getattr(vocabulary, name)] == words(WORDS[name])


def test_last_column_is_locked_and_keeps_its_type() -> None:
    column = last(PLAN["progress"])
    assert (column.header, column.key, column.type) == ("Last progress", "last_progress", Type.WORDS)
    assert (column.shown, column.required) == (Shown.LOCKED, False)
