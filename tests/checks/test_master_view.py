"""What a person should mend in a master: each fault at its place, with the words that say how to mend it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest

from sendxl.checks.master_view import LINKS, Master, below_table, doubles, without_key
from sendxl.checks.rows_of_plan import CHECKS, FAULTS, examine
from sendxl.plan.master import (
    LEADS,
    MASTER_TABLES,
    MEASURES,
    PLAN,
    POOLS,
    PROFILE,
    SAVINGS,
    STAMPS,
    TRACKERS,
    UNIT_COSTS,
    UPDATES,
    YEARS,
)
from sendxl.plan.rows import Row, Rows
from sendxl.plan.schema import Table, Type
from sendxl.plan.values import CellKind, Stored

Given = dict[str, Any]  # a row: column key to what is typed there
FIRST = 5  # row of the sheet
FILE = "plan.xlsx"
FORMULA_CELL = Stored(CellKind.NUMBER, 0.5, "0.5", percent=True, formula=True)
ERROR_CELL = Stored(CellKind.ERROR, "#REF!", "#REF!")
CHAIN = "OOC > SPECIAL > RP"

SOUND: dict[Table, list[Given]] = {
    PLAN: [
        {"ref": "PI-01", "theme": "Inclusion", "activity": "Open places", "lead": "Head of Places", "savings_rating": "High"},
        {"ref": "PI-02", "theme": "Inclusion", "activity": "Review contracts", "lead": "Head of Places", "savings_rating": "Low",
         "joint_leads": "Head of Places; Board Manager"},
    ],
    MEASURES: [{"ref": "PI-01.M1", "activity_ref": "PI-01", "measure": "Places", "kind": "Number", "actual": 12}],
    SAVINGS: [
        {"ref": "PI-01.S1", "activity_ref": "PI-01", "method": "Placement chain", "chain": CHAIN, "type": "Cost avoidance",
         "fund": "High needs block", "pool": "county", "share": 0.5},
        {"ref": "PI-02.S1", "activity_ref": "PI-02", "method": "Share of contract", "annual_value": 1000, "share": 0.1,
         "type": "Cashable", "fund": "High needs block"},
    ],
    PROFILE: [
        {"ref": "PI-01.S1.P1", "savings_ref": "PI-01.S1", "from": date(2027, 9, 1), "planned_quantity": 6},
        {"ref": "PI-02.S1.P1", "savings_ref": "PI-02.S1", "actual_from": date(2027, 9, 1), "actual_quantity": 0},
    ],
    YEARS: [{"ref": "PI-01.S1.2027-28", "savings_ref": "PI-01.S1", "year": "2027-28"}],
    TRACKERS: [{"tracker": "T1", "lead": "Head of Places"}],
    LEADS: [{"code": "HP", "title": "Head of Places"}, {"code": "BM", "title": "Board Manager"}],
    UNIT_COSTS: [{"code": "OOC", "annual_cost": 54000}, {"code": "Special", "annual_cost": 27000},
                 {"code": "RP", "annual_cost": 18000}],
    POOLS: [{"code": "COUNTY", "capacity": 12}],
    UPDATES: [{"no": 1, "ref": "PI-01"}],
    STAMPS: [{"no": 1, "kind": "stamp"}],
}


def stored(table: Table, key: str, value: Any, address: str) -> Stored:
    if isinstance(value, Stored):
        return value._replace(address=address)
    if value is None:
        return Stored(address=address)
    if isinstance(value, date):
        return Stored(CellKind.DATE, datetime(value.year, value.month, value.day), "", address)
    if isinstance(value, str):
        return Stored(CellKind.TEXT, value, value, address)
    return Stored(CellKind.NUMBER, value, str(value), address, percent=table[key].type is Type.FRACTION)


def sheet(table: Table, given: Sequence[Given], below: Sequence[Given] = (), without: Sequence[str] = ()) -> Rows:
    """Rows as they would be read from a sheet; cells are addressed by column key, as in ``chain!5``, to be readable."""
    def made(number: int, row: Given) -> Row:
        return Row(table, number, lambda key: Stored() if key in without else stored(table, key, row.get(key), f"{key}!{number}"))

    headers = [column.header for column in table if column.key not in without]
    return Rows(table, [made(n, row) for n, row in enumerate(given, FIRST)], headers, table.title,
                below=[made(n, row) for n, row in enumerate(below, FIRST + len(given) + 1)])


def master(change: Callable[[dict[Table, list[Given]]], None] = lambda rows: None,
           without: dict[Table, Sequence[str]] | None = None) -> Master:
    rows = {table: [dict(row) for row in SOUND.get(table, ())] for table in MASTER_TABLES}
    change(rows)
    return Master(FILE, {table: sheet(table, given, without=(without or {}).get(table, ())) for table, given in rows.items()})


def told(found: Master) -> list[tuple[str, str, str, str]]:
    return [(f"{f.severity.letter} {f.code}", f"{f.sheet} {f.cell}", f.ref, f.message) for f in examine(found)]


def test_a_sound_master() -> None:
    assert told(master()) == []


CASES: list[tuple[Table, int, Given, str, str, str]] = [  # table, row, what is typed there, code, column, message
    (PLAN, 0, {"theme": None}, "E D09", "theme", "The activity has no Theme, so no total by theme counts it. Enter its theme."),
    (PLAN, 0, {"lead": None}, "N D10", "lead", "Nobody is named as Lead, so nobody answers for it. Choose a title of Leads."),
    (PLAN, 0, {"lead": "Head of Place"}, "E D08", "lead",
     "Lead holds “Head of Place”, which Leads does not have. Did you mean “Head of Places”? Correct it, or add it to Leads."),
    (PLAN, 1, {"joint_leads": "Head of Places; Kites"}, "E D08", "joint_leads",
     "Joint leads holds “Kites”, which Leads does not have. Correct it, or add it to Leads."),
    (PLAN, 0, {"due": "end of term"}, "E D06", "due",
     "Due holds “end of term”, which is not a date that can be read in one way only. Write it like 31 Dec 2026."),
    (PLAN, 0, {"percent_complete": 1.45}, "E D07", "percent_complete",
     "% complete is 145%, but can be 100% at the most. Correct it."),
    (PLAN, 0, {"percent_complete": FORMULA_CELL}, "E D39", "percent_complete",
     "% complete holds a formula, and sendxl writes there but overwrites none: stamping and refreshing are refused. "
     "Replace it by its value."),
    (PLAN, 0, {"theme": "In\u00a0clusion"}, "E D40", "theme",
     "Theme “In clusion” has a no-break space or a line break in it, so the formulas of the Summary do not count it with the "
     "others. Type it again."),
    (SAVINGS, 1, {"annual_value": 2e12}, "E D07", "annual_value",
     "Annual value is £2,000,000,000,000, but can be £1,000,000,000,000 at the most. Correct it."),
    (PLAN, 0, {"status": "Ontrack"}, "E D06", "status", "Status holds “Ontrack”, which cannot be right. Do not type here: run "
     "“sendxl refresh”, which works it out afresh."),
    (PLAN, 0, {"activity": ERROR_CELL}, "E D06", "activity",
     "Activity holds the error #REF!. Type the value in its place."),
    (MEASURES, 0, {"activity_ref": None}, "E D11", "activity_ref",
     "Activity ref is blank, so the measure counts for no activity. Enter the Ref of its activity."),
    (MEASURES, 0, {"activity_ref": "PI-O1"}, "E D08", "activity_ref",
     "Activity ref holds “PI-O1”, which Plan does not have. Did you mean “PI-01”? Correct it, or add it to Plan."),
    (MEASURES, 0, {"actual": "12 approx"}, "E D06", "actual",
     "Actual holds “12 approx”, which is not a number. Enter digits only; put anything else in words beside it."),
    (MEASURES, 0, {"actual": -1}, "E D07", "actual", "Actual is -1, but can be 0 at the least. Correct it."),
    (MEASURES, 0, {"better": "Highr"}, "E D06", "better",
     "Better holds “Highr”, which is not in its list. Did you mean “Higher”? Choose one of: Higher, Lower."),
    (SAVINGS, 0, {"activity_ref": None}, "E D12", "activity_ref",
     "Activity ref is blank, so the line counts for no activity. Enter the Ref of its activity."),
    (SAVINGS, 0, {"activity_ref": "GR-77"}, "E D08", "activity_ref",
     "Activity ref holds “GR-77”, which Plan does not have. Correct it, or add it to Plan."),
    (SAVINGS, 0, {"pool": "COUNTRY"}, "E D08", "pool",
     "Pool holds “COUNTRY”, which Pools does not have. Did you mean “COUNTY”? Correct it, or add it to Pools."),
    (SAVINGS, 0, {"method": None}, "E D13", "method",
     "Method is blank, so no saving is worked out. Choose one: “Not quantified” where there are no figures."),
    *((SAVINGS, 0, {"chain": chain}, "E D14", "chain",
       "A placement chain needs at least two codes, as in “OOC > SPECIAL > RP”. Write them, dearest first.")
      for chain in (None, "OOC", "OOC >")),
    (SAVINGS, 0, {"chain": "OOC > SPECAIL"}, "E D15", "chain",
     "Chain names “SPECAIL”, which UnitCosts does not have. Did you mean “Special”? Correct it, or add it to UnitCosts."),
    (SAVINGS, 0, {"chain": "OOC > home"}, "E D15", "chain",
     "Chain names “home”, which UnitCosts does not have. Correct it, or add it to UnitCosts."),
    (UNIT_COSTS, 2, {"annual_cost": None}, "E D16", "chain",
     "Chain names RP, which has no Annual cost, so no saving is worked out. Enter the cost in UnitCosts."),
    (SAVINGS, 0, {"chain": "SPECIAL > OOC"}, "E D17", "chain",
     "From SPECIAL (£27,000) to OOC (£54,000) the chain saves less than nothing. Write the dearest first."),
    (SAVINGS, 0, {"chain": "OOC > RP > SPECIAL"}, "E D17", "chain",
     "From RP (£18,000) to SPECIAL (£27,000) the chain saves less than nothing. Write the dearest first."),
    *((SAVINGS, 0, {"method": method}, "E D18", "unit_amount",
       "The Method needs a Unit amount, so no saving is worked out. Enter the pounds that one unit saves.")
      for method in ("Unit cost avoided", "one-off")),
    (SAVINGS, 1, {"annual_value": None}, "E D19", "annual_value",
     "The Method needs an Annual value, so no saving is worked out. Enter what the contract costs a year."),
    (SAVINGS, 1, {"share": None}, "E D20", "share",
     "The Method needs a Share, so no saving is worked out. Enter the share that is saved, as in 5%."),
    (SAVINGS, 1, {"annual_value": -1000}, "E D07", "annual_value",
     "Annual value is -£1,000, but can be £0 at the least. Correct it."),
    (SAVINGS, 0, {"type": " "}, "E D21", "type", "The line has no Type, so it is in no total. Choose one."),
    (SAVINGS, 0, {"fund": None}, "E D22", "fund", "The line has no Fund, so it is in no total by fund. Choose one."),
    (PLAN, 0, {"savings_rating": None}, "N D23", "activity_ref",
     "PI-01 has no savings rating in Plan, yet this line counts savings on it. Agree with finance that it may."),
    (PLAN, 0, {"savings_rating": "risk"}, "N D23", "activity_ref",
     "PI-01 is rated Risk in Plan, yet this line counts savings on it. Agree with finance that it may."),
    (PLAN, 0, {"closed_on": date(2027, 3, 31)}, "E D24", "withdrawn_on",
     "PI-01 has a Closed on (31 Mar 2027), yet this line still counts. Enter Withdrawn on, or clear Closed on."),
    (PROFILE, 0, {"savings_ref": None}, "E D25", "savings_ref",
     "Savings ref is blank, so the quantity counts for no line. Enter the Ref of its line."),
    (PROFILE, 0, {"savings_ref": "PI-01.S2"}, "E D08", "savings_ref",
     "Savings ref holds “PI-01.S2”, which Savings does not have. Did you mean “PI-01.S1”? Correct it, or add it to Savings."),
    (PROFILE, 0, {"from": None}, "E D26", "from",
     "The row has no From, so its quantity counts from no day. Enter the first day on which it is in place."),
    (PROFILE, 0, {"planned_quantity": None}, "E D27", "planned_quantity",
     "The row has no quantity, so it adds nothing. Enter a Planned quantity: 0 if none was planned."),
    (PROFILE, 0, {"planned_quantity": -6}, "E D07", "planned_quantity",
     "Planned quantity is -6, but can be 0 at the least. Correct it."),
    (PROFILE, 0, {"until": date(2027, 8, 31)}, "E D28", "until",
     "Until (31 Aug 2027) is before From (1 Sep 2027), so the row adds nothing. Correct one of them."),
    (PROFILE, 0, {"actual_from": date(2027, 9, 1)}, "E D29", "actual_quantity",
     "Actual from is given without an Actual quantity, so it counts for nothing. Enter how many there were."),
    (YEARS, 0, {"savings_ref": "PI-09.S1"}, "E D30", "savings_ref",
     "There is no line PI-09.S1 in Savings, so this year of it is left blank. Put the line back, or delete this row."),
    (LEADS, 1, {"title": None}, "E D31", "title",
     "The lead has no Title, so Plan cannot name it and no tracker can be issued. Enter it."),
    (POOLS, 0, {"capacity": None}, "E D32", "capacity",
     "The pool has no Capacity, so nothing stops a learner’s cost from being claimed twice. Enter how many learners there are."),
    (UNIT_COSTS, 0, {"qualifier": "roughly"}, "E D06", "qualifier",
     "Qualifier holds “roughly”, which is not in its list. Choose one of: exact, approx., up to, average."),
    (TRACKERS, 0, {"state": "Stampd"}, "E D06", "state",
     "State holds “Stampd”, which is not in its list. Did you mean “Stamped”? "
     "Choose one of: Issued, Returned, Held, Rejected, Stamped, Replaced."),
    (POOLS, 0, {"code": "COUNTY ", "capacity": "x" * 80}, "E D06", "capacity",
     f"Capacity holds “{'x' * 60} …”, which is not a number. Enter digits only; put anything else in words beside it."),
]
PLACES = {"E D16": (SAVINGS, 0), "N D23": (SAVINGS, 0), "E D24": (SAVINGS, 0)}  # where the fault is told elsewhere
FOLLOWS = {("D31", "D08")}  # a title that is gone is missed by those who are led by it


@pytest.mark.parametrize(("table", "number", "typed", "code", "column", "message"), CASES,
                         ids=[f"{code} {table.name} {key}" for table, _, _, code, key, _ in CASES])
def test_each_fault(table: Table, number: int, typed: Given, code: str, column: str, message: str) -> None:
    def change(rows: dict[Table, list[Given]]) -> None:
        rows[table][number].update(typed)

    found = master(change)
    at, row = PLACES.get(code, (table, number))
    place = (code, f"{at.title} {column}!{FIRST + row}", found.tables[at][row].key, message)
    assert [one for one in told(found) if (code[2:], one[0][2:]) not in FOLLOWS] == [place]


@pytest.mark.parametrize(("table", "number", "typed"), [
    (PLAN, 0, {"lead": None, "theme": None, "closed_on": date(2027, 3, 31)}),  # closed: nobody need answer for it
    (SAVINGS, 0, {"chain": "ooc > Special"}),  # codes in any letters
    (SAVINGS, 0, {"method": "Not quantified", "chain": None}),
    (SAVINGS, 0, {"method": "Unit cost avoided", "unit_amount": 0}),  # 0 is not blank
    (PROFILE, 0, {"until": date(2027, 9, 1)}),
    (PROFILE, 0, {"actual_quantity": 3, "planned_quantity": None}),
    (LEADS, 1, {"name": "Somebody", "email": "a@b"}),
    (UPDATES, 0, {"percent_complete": "half"}),  # a log is not to be corrected
])
def test_what_is_not_to_be_mended(table: Table, number: int, typed: Given) -> None:
    def change(rows: dict[Table, list[Given]]) -> None:
        rows[table][number].update(typed)
        if "closed_on" in typed:
            rows[SAVINGS][0]["withdrawn_on"] = date(2027, 3, 31)

    assert told(master(change)) == []


def test_costs_and_withdrawn_lines_may_stand_on_an_unrated_activity() -> None:
    def change(rows: dict[Table, list[Given]]) -> None:
        rows[PLAN][0]["savings_rating"] = rows[PLAN][1]["savings_rating"] = None
        rows[SAVINGS][0]["type"] = "Cost"
        rows[SAVINGS][1]["withdrawn_on"] = date(2027, 3, 31)

    assert told(master(change)) == []


def test_a_cell_that_cannot_be_read_is_told_once_and_not_as_blank() -> None:
    def change(rows: dict[Table, list[Given]]) -> None:
        rows[SAVINGS][0].update(type="Cashabel", fund="High need", method="Chain", chain=ERROR_CELL)
        rows[PROFILE][0].update({"from": "autumn", "planned_quantity": "six"})

    assert [(code, place) for code, place, *_ in told(master(change))] == [
        ("E D06", "Savings method!5"), ("E D06", "Savings chain!5"), ("E D06", "Savings type!5"), ("E D06", "Savings fund!5"),
        ("E D06", "Profile from!5"), ("E D06", "Profile planned_quantity!5"),
    ]


@pytest.mark.parametrize(("table", "missing"), [
    *((table, column.key) for table in (PLAN, MEASURES, SAVINGS, PROFILE, YEARS, LEADS, UNIT_COSTS, POOLS) for column in table),
])
def test_a_missing_column_makes_no_faults_of_its_own(table: Table, missing: str) -> None:
    assert told(master(without={table: [missing]})) == []


@pytest.mark.parametrize("table", MASTER_TABLES, ids=lambda table: table.name)
def test_a_missing_table_makes_no_faults_of_its_own(table: Table) -> None:
    found = master()
    assert told(Master(FILE, {one: rows for one, rows in found.tables.items() if one is not table})) == []


def test_rows_without_a_key() -> None:
    [found] = without_key(sheet(PLAN, [{"ref": "PI-01"}, {"theme": "Inclusion"}]), FILE)
    assert (str(found), found.file) == ("E D03 Plan!ref!6: The row has no Ref, so it does not count. Give it one.", FILE)
    assert not list(without_key(sheet(PLAN, [{"ref": "PI-01"}], without=["ref"]), FILE))


@pytest.mark.parametrize(("table", "key", "one", "other", "double"), [
    (PLAN, "ref", "PI-01", "PI-01 ", True), (PLAN, "ref", "PI-01", "pi-01", False), (PLAN, "ref", None, None, False),
    (UNIT_COSTS, "code", "OOC", "ooc", True), (POOLS, "code", "County", "COUNTY", True), (LEADS, "title", "Head", "HEAD", True),
    (UPDATES, "no", 1, 1.0, True),
])
def test_keys_that_stand_twice(table: Table, key: str, one: Any, other: Any, double: bool) -> None:
    found = [str(finding) for finding in doubles(sheet(table, [{key: one}, {key: "9"}, {key: other}]), FILE)]
    shown = str(other).strip().removesuffix(".0")
    ref = f" {shown}" if table.key.key == key else ""
    says = f"{table[key].header} {shown} stands in rows 5 and 7. Give one of them another, or delete the row."
    assert found == ([f"E D04 {table.title}!{key}!7{ref}: {says}"] if double else [])


def test_rows_below_the_table() -> None:
    [found] = below_table(sheet(PLAN, [{"ref": "PI-01"}], below=[{"ref": "PI-02"}]), FILE)
    assert str(found) == ("E D05 Plan!ref!7 PI-02: Row 7 stands below the table, so it does not count. "
                          "Drag the table’s corner down to take it in.")


def test_every_column_that_has_choices_of_another_table_is_checked() -> None:
    declared = {(table, column.key) for table in MASTER_TABLES for column in table if column.choices_from}
    assert declared == {(table, key) for table, key, _, _ in LINKS}


def test_codes_are_unique_and_every_check_has_a_case() -> None:
    codes = [fault.code for fault in FAULTS]
    assert len(set(codes)) == len(codes)
    assert {check.code for check in CHECKS} <= {code[2:] for _, _, _, code, _, _ in CASES}
    for check in CHECKS:
        reads = [(check.table, read) if isinstance(read, str) else read for read in (check.on, *check.reads)]
        assert all(key in table.by_key for table, key in reads)
