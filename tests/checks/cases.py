"""Cases of the rules about a master: what is changed in a small one, and what is then found, and what is not."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sendxl.checks import Filled, Shape, Spot, TableShape
from sendxl.plan.master import (
    LEADS,
    MEASURES,
    PLAN,
    POOLS,
    PROFILE,
    SAVINGS,
    SETTINGS,
    STAMPS,
    TARGETS,
    TRACKERS,
    UNIT_COSTS,
    UPDATES,
    YEARS,
)
from sendxl.plan.schema import Table
from sendxl.plan.settings import Settings
from sendxl.plan.summary import HEADLINES
from sendxl.plan.values import CellKind, Stored
from sendxl.plan.versions import FIRST, Format
from tests.checks.small import CLEAN, ERROR_CELL, FORMULA_CELL, Given, Small

Change = Callable[[Small], Any]


def typed(table: Table, number: int, **cells: Any) -> Change:
    """Type into a row; ``from_`` stands for the column From."""
    return lambda small: small.rows[table][number].update({key.rstrip("_"): value for key, value in cells.items()})


def added(table: Table, **cells: Any) -> Change:
    return lambda small: small.rows[table].append(cells)


def shaped(table: Table | None = None, *, sheets: tuple[str, ...] = (), in_use: tuple[str, ...] = (),
           uneditable: tuple[str, ...] = (), of_no_format: str = "", **facts: Any) -> Change:
    def change(small: Small) -> None:
        small.shape = Shape(sheets, {table: TableShape(**facts)} if table else {}, in_use, uneditable, of_no_format)

    return change


def without(setting: str) -> Change:
    """Delete the row of a setting."""
    return lambda small: small.rows[SETTINGS].remove(next(row for row in small.rows[SETTINGS] if row["setting"] == setting))


def of_format(earlier: Format) -> Change:
    """A master of an earlier format, as it reads once it is brought up."""
    return lambda small: setattr(small, "earlier", earlier)


def all_of(*changes: Change) -> Change:
    return lambda small: [change(small) for change in changes]


def changed(change: Change) -> Small:
    small = Small()
    change(small)
    return small


OF_ROWS: list[tuple[Table, int, Given, str, str, str]] = [  # table, row, what is typed there, code, column, message
    (PLAN, 0, {"theme": None}, "E D09", "theme", "The activity has no Theme, so no total by theme counts it. Enter its theme."),
    (PLAN, 0, {"lead": None}, "N D10", "lead", "Nobody is named as Lead, so nobody answers for it. Choose a title of Leads."),
    (PLAN, 0, {"lead": "Head of Place"}, "E D08", "lead",
     "Lead holds “Head of Place”, which Leads does not have. Did you mean “Head of Places”? Correct it, or add it to Leads."),
    (PLAN, 1, {"joint_leads": "Head of Places; Kites"}, "E D08", "joint_leads",
     "Joint leads holds “Kites”, which Leads does not have. Correct it, or add it to Leads."),
    (PLAN, 0, {"due": "end of term"}, "E D06", "due",
     "Due holds “end of term”, which is not a date that can be read in one way only. Write it like 31 Dec 2026."),
    (PLAN, 0, {"percent_complete": 1.45, "lead_status": "On track"}, "E D07", "percent_complete",
     "% complete is 145%, but can be 100% at the most. Correct it."),
    (PLAN, 0, {"percent_complete": FORMULA_CELL, "lead_status": "On track"}, "E D39", "percent_complete",
     "% complete holds a formula, and sendxl writes there but overwrites none: stamping and refreshing are refused. "
     "Replace it by its value."),
    *((PLAN, 0, {"theme": typed}, "E D40", "theme", f"Theme “{shown}” {how}, so the formulas of the Summary do not count it with "
       "the others. Type it again.") for typed, shown, how in (
           ("In\u00a0clusion", "In clusion", "has a no-break space in it"),
           ("  Inclu  sion\u00a0", "Inclu sion", "ends in a no-break space"),
           ("Inclu\u00adsion", "Inclusion", "has a character that cannot be seen (U+00AD)"))),
    (SAVINGS, 1, {"annual_value": 2e12}, "E D07", "annual_value",
     "Annual value is £2,000,000,000,000, but can be £1,000,000,000,000 at the most. Correct it."),
    (PLAN, 0, {"status": "Ontrack"}, "E D06", "status", "Status holds “Ontrack”, which cannot be right. Do not type here: run "
     "“sendxl refresh”, which works it out afresh."),
    (PLAN, 0, {"activity": ERROR_CELL}, "E D06", "activity",
     "Activity holds the error #REF!. Type the value in its place."),
    (MEASURES, 0, {"target": Stored(CellKind.BLANK, formula=True)}, "E D06", "target",
     "Target holds a formula that was never worked out, so it was not read. Open the workbook in Excel and save it, or type the "
     "value in its place."),
    (MEASURES, 0, {"activity_ref": None}, "E D11", "activity_ref",
     "Activity ref is blank, so the measure counts for no activity. Enter the Ref of its activity."),
    (MEASURES, 0, {"activity_ref": "PI-O1"}, "E D08", "activity_ref",
     "Activity ref holds “PI-O1”, which Plan does not have. Did you mean “PI-01”? Correct it, or add it to Plan."),
    (MEASURES, 0, {"actual": "12 approx"}, "E D06", "actual",
     "Actual holds “12 approx”, which is not a number. Enter digits only; put anything else in words beside it."),
    (MEASURES, 0, {"actual": -1}, "E D07", "actual", "Actual is -1, but can be 0 at the least. Correct it."),
    (MEASURES, 0, {"better": "Highr"}, "E D06", "better",
     "Better holds “Highr”, which is not in its list. Did you mean “Higher”? Choose one of: Higher, Lower."),
    (MEASURES, 0, {"kind": "Percentage", "actual": 0.5, "baseline": 0.1,
                   "target": FORMULA_CELL._replace(value=1.2, percent=True, formula=False)},
     "E D07", "target", "Target is 120%, but can be 100% at the most. Correct it."),
    (MEASURES, 0, {"actual_on": None}, "E D50", "actual_on",
     "Actual on is blank, and is needed where Actual is filled. Ask its lead, and fill it."),
    (MEASURES, 0, {"kind": "Compliance", "target": 1}, "E D50", "out_of",
     "Out of is blank, and is needed where Actual is filled. Ask its lead, and fill it."),
    (PLAN, 0, {"lead_status": "On track"}, "E D50", "percent_complete",
     "% complete is blank, and is needed in a row that is reported on. Ask its lead, and fill it."),
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
     "Chain names “SPECAIL”, which UnitCosts does not have. Did you mean “SPECIAL”? Correct it, or add it to UnitCosts."),
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
    (PROFILE, 0, {"in_place_since": date(2027, 9, 1)}, "E D29", "in_place",
     "In place since is given without a number in In place, so it counts for nothing. Enter how many there were."),
    (YEARS, 0, {"savings_ref": "PI-09.S1"}, "E D30", "savings_ref",
     "There is no line PI-09.S1 in Savings, so this year of it is left blank. Put the line back, or delete this row."),
    (LEADS, 1, {"title": None}, "E D31", "title",
     "The lead has no Title, so Plan cannot name it and no tracker can be issued. Enter it."),
    *((LEADS, 1, {"code": code}, "E D52", "code",
       f"“{code}” cannot be part of the name of a tracker’s file, as it {fault}. Use letters (A to Z), digits and hyphens, at "
       "most 20, as in AD-EDUCATION.")
      for code, fault in (("a/b:", "has “/:” in it"), ("HEAD OF", "has a space in it"), ("Caf\u00e9", "has “\u00e9” in it"),
                          ("nul", "is a name that Windows keeps for itself"), ("LPT9", "is a name that Windows keeps for itself"),
                          ("A" * 21, "has 21 characters"), ("-A", "begins or ends with a hyphen"))),
    (POOLS, 0, {"capacity": None}, "E D32", "capacity",
     "The pool has no Capacity, so nothing stops a learner’s cost from being claimed twice. Enter how many learners there are."),
    (UNIT_COSTS, 0, {"qualifier": "roughly"}, "E D06", "qualifier",
     "Qualifier holds “roughly”, which is not in its list. Choose one of: exact, approx., up to, average."),
    (TRACKERS, 0, {"state": "Stampd"}, "E D06", "state",
     "State holds “Stampd”, which is not in its list. Did you mean “Stamped”? "
     "Choose one of: Issued, Returned, Held, Rejected, Stamped, Replaced."),
    *((table, 0, {key: day}, f"{severity} D54", key, f"{table[key].header} is {shown}, {why}.")
      for table, key, day, severity, shown, why in (
          (PLAN, "due", date(2207, 3, 31), "E", "31 Mar 2207", "more than 15 years ahead. Correct the year"),
          (PLAN, "starts", Stored(CellKind.DATE, datetime(1905, 7, 19), "2027"), "E", "19 Jul 1905",
           "which is long past. A year alone is no day: type the day, like 31 Mar 2027"),
          (PLAN, "starts", date(2026, 3, 31), "N", "31 Mar 2026",
           "before the plan starts (1 Apr 2026). If it is not meant, correct it"),
          (MEASURES, "baseline_on", date(2020, 3, 31), "E", "31 Mar 2020", "which is long past. Correct the year"),
          (SAVINGS, "withdrawn_on", date(2042, 10, 16), "E", "16 Oct 2042", "more than 15 years ahead. Correct the year"),
          (PROFILE, "until", date(2099, 12, 31), "N", "31 Dec 2099", "more than 15 years ahead. Correct the year"))),
    (PLAN, 0, {"starts": date(2027, 4, 1), "due": date(2026, 5, 31)}, "E D55", "due",
     "Due (31 May 2026) is before Starts (1 Apr 2027), so the activity cannot be judged. Correct one of them."),
    (PLAN, 0, {"starts": date(2026, 4, 2), "due": date(2026, 4, 1)}, "E D55", "due",
     "Due (1 Apr 2026) is before Starts (2 Apr 2026), so the activity cannot be judged. Correct one of them."),
    (PLAN, 0, {"starts": date(2026, 4, 1), "due": date(2025, 3, 31)}, "E D55", "due",
     "Due (31 Mar 2025) is before Starts (1 Apr 2026), so the activity cannot be judged. Correct one of them."),
    (PLAN, 0, {"benefits_from": date(2029, 4, 1), "benefits_by": date(2027, 4, 1)}, "N D55", "benefits_by",
     "Benefits by (1 Apr 2027) is before Benefits from (1 Apr 2029). Correct one of them."),
    (MEASURES, 0, {"baseline_on": date(2026, 4, 1), "target_on": date(2026, 3, 31)}, "E D55", "target_on",
     "Target on (31 Mar 2026) is before Baseline on (1 Apr 2026), so the measure cannot be judged. Correct one of them."),
    (MEASURES, 1, {"baseline_on": date(2026, 4, 1), "target_on": date(2026, 3, 31)}, "N D55", "target_on",
     "Target on (31 Mar 2026) is before Baseline on (1 Apr 2026). Correct one of them."),
    (PROFILE, 1, {"in_place_since": date(2027, 10, 1)}, "E D55", "in_place_on",
     "In place on (30 Sep 2027) is before In place since (1 Oct 2027), so what is in place is not counted for the time that is "
     "meant. Correct one of them."),
    (MEASURES, 0, {"actual_on": date(2028, 1, 1)}, "E D56", "actual_on",
     "Actual on is 1 Jan 2028, which has not come yet, yet it counts as if it had. Enter the day on which it was so."),
    (PLAN, 0, {"completed_on": date(2028, 3, 31), "percent_complete": 1, "lead_status": "Complete"}, "N D56", "completed_on",
     "Completed on is 31 Mar 2028, which has not come yet. Enter the day on which it was so."),
    (PROFILE, 1, {"in_place_on": date(2028, 1, 1)}, "E D56", "in_place_on",
     "In place on is 1 Jan 2028, which has not come yet, yet it counts as if it had. Enter the day on which it was so."),
    (MEASURES, 0, {"actual_on": date(2027, 10, 16)}, "N D56", "actual_on",
     "Actual on of 1 row (PI-01.M1) is a day of the open period that has not come yet. Correct it where it is not meant."),
    (PLAN, 0, {"percent_complete": 45, "lead_status": "On track"}, "E D57", "percent_complete",
     "% complete is 4500%: 45 stands there where 45% is probably meant. Type it with its sign, as in 45%."),
    (SAVINGS, 1, {"share": 5}, "E D57", "share",
     "Share is 500%: 5 stands there where 5% is probably meant. Type it with its sign, as in 5%."),
    (MEASURES, 0, {"kind": "Percentage", "actual": 0.5, "baseline": 0.4,
                   "target": FORMULA_CELL._replace(value=71, formula=False)}, "E D57", "target",
     "Target is 7100%: 71 stands there where 71% is probably meant. Type it with its sign, as in 71%."),
    (SETTINGS, 4, {"value": 75}, "E D57", "value",
     "Value is 7500%: 75 stands there where 75% is probably meant. Type it with its sign, as in 75%."),
    (MEASURES, 0, {"baseline": 240, "target": 180}, "E D58", "better",
     "Better is Higher, but the target (180) is below the baseline (240), so the measure is not assessed. Choose Lower, or "
     "correct the figures."),
    (MEASURES, 0, {"better": "Lower"}, "N D59", "better", "Better is Lower, and the target (30) is above the baseline (0). Is "
     "growth to be kept within the target? If the figure is to rise, choose Higher."),
    (MEASURES, 1, {"activity_ref": "PI-01"}, "N D60", "ref",
     "PI-02 has no measure, so only its dates and % complete say how it stands. Add one to Measures."),
    (MEASURES, 0, {"baseline": None, "target_on": None}, "N D61", "baseline",
     "The measure has no Baseline, Target on, so it is not assessed. Enter what is missing."),
    (MEASURES, 1, {"kind": "Compliance", "better": "Lower"}, "N D61", "target",
     "The measure has no Target, so it is not assessed. Enter what is missing."),
    (MEASURES, 1, {"kind": None}, "N D61", "kind", "The measure has no Kind, so it is not assessed. Enter what is missing."),
    (TARGETS, 0, {"on": date(2026, 4, 1)}, "E D62", "on", "On is 1 Apr 2026, not after Baseline on of PI-01.M2 (1 Apr 2026), so "
     "it counts for nothing. Correct the day, or delete the row."),
    (TARGETS, 0, {"on": date(2029, 3, 31)}, "E D62", "on", "On is 31 Mar 2029, not before Target on of PI-01.M2 (31 Mar 2029), "
     "so it counts for nothing. Correct the day, or delete the row."),
    (TARGETS, 0, {"measure_ref": "PI-02.M1"}, "E D62", "on", "On is 30 Sep 2027, but PI-02.M1 is a Milestone, which follows no "
     "line, so it counts for nothing. Delete the row."),
    (TARGETS, 0, {"expected": 31}, "N D62", "expected", "Expected is 31, outside baseline (0) and target (30) of PI-01.M2. If "
     "it is not meant, correct it."),
    (PLAN, 1, {"theme": "inclusion"}, "N D63", "theme", "Theme “inclusion” is “Inclusion” in other rows, but has other capital "
     "letters. To have one spelling, type “Inclusion”."),
    (PLAN, 0, {"lead": "Head of  Places"}, "N D63", "lead", "Lead “Head of  Places” is “Head of Places” in Leads, but has more "
     "than one space between two words. To have one spelling, type “Head of Places”."),
    (PLAN, 1, {"joint_leads": "Head of Places; board manager"}, "N D63", "joint_leads", "Joint leads “board manager” is “Board "
     "Manager” in Leads, but has other capital letters. To have one spelling, type “Board Manager”."),
    (SAVINGS, 0, {"chain": "ooc > SPECIAL > RP"}, "N D63", "chain", "Chain “ooc” is “OOC” in UnitCosts, but has other capital "
     "letters. To have one spelling, type “OOC”."),
    (PROFILE, 0, {"savings_ref": "pi-01.s1"}, "N D63", "savings_ref", "Savings ref “pi-01.s1” is “PI-01.S1” in Savings, but has "
     "other capital letters. To have one spelling, type “PI-01.S1”."),
    (SAVINGS, 0, {"approved_on": date(2027, 11, 1)}, "N D64", "approved_on", "Approved on is 1 Nov 2027, which has not come "
     "yet, so nothing is approved yet. Correct it if it is not meant."),
    (SAVINGS, 0, {"approved_on": date(2027, 5, 1)}, "N D64", "approved_on", "Approved on is 1 May 2027, but it is not kept yet "
     "what was approved. Run “sendxl refresh”, which keeps price, quantities and days as they are now."),
    (SAVINGS, 1, {"approved_on": date(2027, 5, 1)}, "E D64", "approved_on", "Approved on is 1 May 2027, but no row of Profile "
     "plans a quantity for the line, so there is nothing to keep. Add what was approved to Profile, or clear Approved on."),
    (SAVINGS, 0, {"method": "Not quantified", "approved_on": date(2027, 5, 1)}, "N D64", "approved_on", "Approved on is 1 May "
     "2027, but the line is not quantified, so there was nothing to approve. Choose its Method, or clear Approved on."),
    (SAVINGS, 0, {"finance_confirmed_amount": 54000, "realised_to_date": 63000}, "N D66", "finance_confirmed_amount",
     "Finance confirmed £54,000, and Realised to date is £63,000. Agree with finance which of them holds."),
    (SAVINGS, 0, {"finance_confirmed_amount": 54000}, "N D66", "finance_confirmed_amount",
     "Finance confirmed £54,000, and Realised to date is blank. Agree with finance which of them holds."),
    (PROFILE, 1, {"savings_ref": "PI-01.S1", "from": date(2028, 9, 1), "planned_quantity": 14}, "N D67", "planned_quantity",
     "Planned quantity is 14, after 6 in PI-01.S1.P1, and both rows count from 1 Sep 2028 on: 20 together. If 14 is the total by "
     "then, enter the 8 that are added."),
    (PROFILE, 1, {"in_place": 4, "in_place_since": None, "from": date(2027, 9, 1)}, "E D68", "in_place_since",
     "In place is 4, and In place since is blank, so nobody knows from when they count. Ask its lead, and fill it."),
    (POOLS, 0, {"code": "COUNTY ", "capacity": "x" * 80}, "E D06", "capacity",
     f"Capacity holds “{'x' * 60} …”, which is not a number. Enter digits only; put anything else in words beside it."),
]
LINE_KEPT = {("Savings", "pi-01.s1", "Approved on"): date(2027, 5, 1)}
PLACES = {"N D60": (PLAN, 1), "E D16": (SAVINGS, 0), "N D23": (SAVINGS, 0), "E D24": (SAVINGS, 0)}
"""Where it is told in another row."""
FOLLOWS = {("D31", "D08")}  # a title that is gone is missed by those who are led by it

BELOW = Spot("C7", "C7")
OTHER = Spot("B8:B9", "B8", "Notes")
ARRAY = Filled("an array formula", "Q5:R5", 5, 5, {"% complete": "Q5", "Completed on": "R5"})
NO_TABLE = ("If it was renamed, give it its old name back: click in it, then Table Design, Table Name. If it was deleted, take "
            "it from a backup.")
OF_TABLES: list[tuple[str, Change, str]] = [  # code, what is changed, severity, place and message
    ("D01", all_of(lambda small: small.rows.pop(POOLS), typed(SAVINGS, 0, pool=None)),
     f"E: There is no table called Pools. {NO_TABLE}"),
    ("D01", all_of(lambda small: small.rows.pop(POOLS), shaped(sheets=("Plan", "Pools"))),
     f"E Pools: There is no table called Pools. {NO_TABLE}"),
    ("D02", lambda small: small.without.update({SAVINGS: ["chain"]}),
     "E Savings: Savings has no column headed “Chain”. Put its header back."),
    ("D02", all_of(lambda small: small.without.update({SAVINGS: ["chain"]}),
                   lambda small: small.strange.update({SAVINGS: ["Chains"]}), shaped(SAVINGS, headers={"Chains": "E4"})),
     "E Savings E4: Savings has no column headed “Chain”; there is “Chains”: rename it to “Chain”."),
    ("D02", lambda small: small.without.update({HEADLINES.table: ["how_many"]}),
     "E Summary: Summary has no column headed “How many”. Put its header back."),
    ("D03", added(PLAN, theme="Inclusion", lead="Head of Places"),
     "E Plan ref!7: The row has no Ref, so it does not count. Give it one."),
    *(("D04", added(table, **{**CLEAN[table][0], **given}),
       f"E {table.title} {key}!{row}: {table[key].header} {shown} stands in rows 5 and {row}{how}. Give one of them another, or "
       "delete the row.") for table, key, given, shown, row, how in (
           (PLAN, "ref", {}, "PI-01", 7, ""), (PLAN, "ref", {"ref": "PI-01 "}, "PI-01", 7, " (this one ends in a space)"),
           (PLAN, "ref", {"ref": "PI-01\u00a0"}, "PI-01", 7, " (this one ends in a no-break space)"),
           (PLAN, "ref", {"ref": "pi-01"}, "pi-01", 7, " (this one has other capital letters)"),
           (UNIT_COSTS, "code", {"code": "ooc"}, "ooc", 8, " (this one has other capital letters)"),
           (POOLS, "code", {"code": "CO\u200bUNTY"}, "COUNTY", 6,
            " (this one has a character that cannot be seen (U+200B))"),
           (UPDATES, "no", {"no": 1.0}, "1", 6, ""),
           (LEADS, "title", {"code": "HQ", "title": "Head of  Places"}, "Head of Places", 7,
            " (this one has more than one space between two words)"))),
    ("D04", all_of(lambda small: small.strange.update({SAVINGS: ["Own notes", "Chain\nof codes", " chain"]}),
                   shaped(SAVINGS, headers={"Chain": "Z4"})),
     "E Savings Z4: Savings has two columns headed “Chain” (this one begins with a space). Delete the one that was added, or "
     "give it another header."),
    ("D05", lambda small: small.below.update({PLAN: [{"ref": "PI-03"}]}),
     "E Plan ref!8: Row 8 stands below the table, so it does not count. Drag the table’s corner down to take it in."),
    ("D30", typed(YEARS, 0, savings_ref="PI-09.S1", closed_on=date(2027, 4, 20)), "E Years savings_ref!5: There is no line "
     "PI-09.S1 in Savings; what was kept of this closed year still counts, and Restated takes all of it away. Put the line "
     "back, with Withdrawn on if it is given up."),
    ("D33", typed(SETTINGS, 4, setting="At risk form"),
     "E Settings setting!9: There is no setting “At risk form”, so “At risk from” has its default. Rename it to “At risk from”."),
    ("D34", typed(SETTINGS, 3, value="some"),
     "E Settings value!8: “Year count” holds “some”, which cannot be used. Enter a whole number, as in 5."),
    ("D34", typed(SETTINGS, 3, value=0),
     "E Settings value!8: “Year count” holds “0”, which cannot be used. Enter a whole number, as in 5."),
    ("D35", typed(SETTINGS, 1, value="autumn"), 'E Settings value!6: "autumn" is not a reporting period: write a quarter like '
     '"2026-27 Q3" or a month like "2026-11".'),
    ("D35", typed(SETTINGS, 2, value="2026/27"),
     'E Settings value!7: "2026/27" is not a financial year: write it like "2026-27".'),
    ("D51", lambda small: small.rows[SETTINGS].pop(4), "E Settings: The setting “At risk from” has no row, so its default (0.75) "
     "counts. Run “sendxl upgrade”, which puts it back."),
    ("D36", typed(SETTINGS, 0, value=None),
     "E Settings value!5: Plan id is blank, so no tracker can be issued and no return known again. Put it back from a backup."),
    ("D37", lambda small: small.rows.pop(HEADLINES.table), "N: The Summary has no table called Headlines any more, so it is not "
     "kept up to date. If that was not meant, take it from a backup."),
    ("D38", typed(HEADLINES.table, 0, how_many=12), "N Summary how_many!5: How many holds 12 in place of a formula, so refresh "
     "leaves it alone. If that was not meant, copy the formula from the row above or below."),
    ("D53", shaped(of_no_format="Settings: “Plan format” holds “two”, but its tables are those of format 2. Enter 2 there"),
     "E Settings value!12: “Plan format” holds “two”, but its tables are those of format 2. Enter 2 there."),
    ("D41", shaped(in_use=("it is open in Excel. Close it there, then run again.",)),
     "E: Nothing can be written now: it is open in Excel. Close it there, then run again."),
    ("D42", shaped(uneditable=("it is digitally signed. Remove the signature first.",)),
     "E: Nothing can be written into this workbook: it is digitally signed. Remove the signature first."),
    ("D43", all_of(typed(PLAN, 0, percent_complete=FORMULA_CELL, lead_status="On track"), shaped(PLAN, filled=(ARRAY,))),
     "E Plan Q5: % complete lies in an array formula over Q5:R5, and sendxl writes there but overwrites none: stamping and "
     "refreshing are refused. Select Q5:R5, copy it, and paste it in its place as values."),
    ("D44", all_of(lambda small: small.below.update({STAMPS: [{"ref": "a remark"}]}), shaped(STAMPS, taken=(BELOW,))),
     "E Stamps C7: C7, below the table Stamps, is not empty: as soon as the table must grow over it, that is refused. Move what "
     "is there beside the table or to another sheet."),
    ("D45", shaped(STAMPS, stacked=(OTHER,)), "E Stamps B8: The table Notes stands below the table Stamps: as soon as this must "
     "grow over it, that is refused. Move it to another sheet."),
    ("D46", shaped(STAMPS, arrays=(Spot("A5:A9", "A5", "No"),)), "E Stamps A5: The column “No” is one array formula, so no row "
     "can be added to the table Stamps: stamping and refreshing are refused. Make it an ordinary formula, or delete the column."),
    ("D47", shaped(STAMPS, ended=(Spot("A1048576:F1048576", "A1048576"),)), "E Stamps A1048576: The table Stamps ends with the "
     "last row of the sheet, so no row can be added to it: stamping and refreshing are refused. Drag its corner up to its last "
     "filled row."),
    ("D48", added(STAMPS, no=2, kind="stamp"), "N Stamps: Stamps has 2 rows, and every run takes longer for it. Run “sendxl "
     "archive plan.xlsx”: it moves closed years to a workbook beside it."),
    ("D62", added(TARGETS, ref="PI-01.M2.T2", measure_ref="PI-01.M2", on=date(2028, 9, 30), expected=9), "N Targets expected!6: "
     "Expected is 9, which runs back on the way to the target of PI-01.M2. If it is not meant, correct it."),
    ("D57", all_of(typed(MEASURES, 2, kind="Percentage", target=0.9), typed(TARGETS, 0, expected=45)),
     "E Targets expected!5: Expected is 4500%: 45 stands there where 45% is probably meant. Type it with its sign, as in 45%."),
    ("D65", lambda small: small.approved.update({("Profile", "pi-01.s1.p9", "Approved quantity"): 6}),
     "E Profile: PI-01.S1.P9 was approved with 6 and is gone from Profile, so Approved lacks it. Put the row back; where it is "
     "given up, set its Planned quantity to 0."),
    ("D65", lambda small: small.approved.update({("Savings", "pi-01.s9", "Approved on"): date(2027, 5, 1)}),
     "E Savings: PI-01.S9 was approved on 1 May 2027 and is gone from Savings, so Approved lacks it. Put the row back; where it "
     "is given up, enter its Withdrawn on."),
    ("D69", all_of(typed(UNIT_COSTS, 0, price_base="2026-27"), typed(UNIT_COSTS, 2, price_base="2023-24")),
     "N Savings chain!5: The costs of the chain have prices of different years (OOC 2026-27, RP 2023-24), so what it saves is "
     "not at the prices of one. Bring them to one Price base in UnitCosts."),
    ("D70", of_format(FIRST), "E: This plan has the format of an earlier sendxl (1): 23 things are to be brought up before "
     "anything is written. Run “sendxl upgrade plan.xlsx”."),
    ("D49", typed(SETTINGS, 1, value=FORMULA_CELL._replace(value="2026-27 Q3", kind=CellKind.TEXT)), "E Settings value!6: "
     "Reporting period holds a formula, and “sendxl issue” writes there but overwrites none. Replace it by its value."),
]

NOT_FOUND: list[tuple[str, str, Change]] = [
    ("D01", "empty", lambda small: small.rows.update({STAMPS: []})),
    ("D02", "of their own", lambda small: small.strange.update({SAVINGS: ["Chains", "Notes"]})),
    ("D02", "a line break in it", lambda small: (small.without.update({SAVINGS: ["annual_value"]}),
                                                 small.strange.update({SAVINGS: ["Annual\n value "]}))),
    ("D03", "no column of keys", lambda small: small.without.update({STAMPS: ["no"]})),
    ("D04", "looks like it", added(PLAN, ref="PI-O1")),
    ("D04", "own columns of one name", lambda small: small.strange.update({SAVINGS: ["Notes", "Notes"]})),
    ("D04", "blank twice", lambda small: small.rows[PLAN].extend([{"theme": "A"}, {"theme": "A"}])),
    ("D05", "D44 says it", all_of(lambda small: small.below.update({STAMPS: [{"no": 2}]}), shaped(STAMPS, taken=(BELOW,)))),
    ("D05", "D45 says it", all_of(lambda small: small.below.update({STAMPS: [{"no": 2}]}), shaped(STAMPS, stacked=(OTHER,)))),
    ("D06", "a log is not to be corrected", typed(UPDATES, 0, percent_complete="half")),
    ("D07", "the most", typed(PLAN, 0, percent_complete=1)),
    ("D07", "the least", typed(MEASURES, 0, actual=0)),
    ("D08", "other letters", typed(SAVINGS, 0, pool="County")),
    ("D08", "lead with two spaces", typed(PLAN, 0, lead="head of  Places")),
    ("D08", "joint lead with a no-break space", typed(PLAN, 0, joint_leads="Board\u00a0Manager; Head of Places")),
    ("D08", "ref with a line break", typed(MEASURES, 0, activity_ref="pi-01\n")),
    ("D08", "blank", typed(PLAN, 0, lead=None)),
    ("D09", "closed", all_of(typed(PLAN, 0, theme=None, closed_on=date(2027, 3, 31)))),
    ("D10", "closed", all_of(typed(PLAN, 0, lead=None, closed_on=date(2027, 3, 31)))),
    ("D11", "D08 says it", typed(MEASURES, 0, activity_ref="PI-77")),
    ("D12", "D08 says it", typed(SAVINGS, 0, activity_ref="PI-77")),
    ("D13", "no figures", typed(SAVINGS, 0, method="Not quantified", chain=None)),
    ("D14", "two codes", typed(SAVINGS, 0, chain="OOC > RP")),
    ("D14", "another method", typed(SAVINGS, 1, chain=None)),
    ("D14", "D06 says it", typed(SAVINGS, 0, chain=ERROR_CELL)),
    ("D15", "other letters", typed(SAVINGS, 0, chain="ooc > Special")),
    ("D15", "unseen", typed(SAVINGS, 0, chain="OOC >\u00a0SPE\u00adCIAL > RP\u200b")),
    ("D15", "another method", typed(SAVINGS, 1, chain="OOC > HOME")),
    ("D16", "no cost", typed(UNIT_COSTS, 2, annual_cost=0)),
    ("D16", "D15 says it", typed(SAVINGS, 0, chain="OOC > HOME")),
    ("D17", "equal", typed(UNIT_COSTS, 1, annual_cost=54000)),
    ("D18", "nought", typed(SAVINGS, 0, method="Unit cost avoided", unit_amount=0)),
    ("D18", "another method", typed(SAVINGS, 1, unit_amount=None)),
    ("D19", "nought", typed(SAVINGS, 1, annual_value=0)),
    ("D19", "another method", typed(SAVINGS, 0, annual_value=None)),
    ("D20", "nought", typed(SAVINGS, 1, share=0)),
    ("D20", "another method", typed(SAVINGS, 0, share=None)),
    ("D21", "D06 says it", typed(SAVINGS, 0, type="Cashabel")),
    ("D22", "D06 says it", typed(SAVINGS, 0, fund="High need")),
    ("D23", "a cost", all_of(typed(PLAN, 0, savings_rating=None), typed(SAVINGS, 0, type="Cost"))),
    ("D23", "withdrawn", all_of(typed(PLAN, 0, savings_rating="Risk"), typed(SAVINGS, 0, withdrawn_on=date(2027, 3, 31)))),
    ("D24", "withdrawn", all_of(typed(PLAN, 0, closed_on=date(2027, 3, 31)), typed(SAVINGS, 0, withdrawn_on=date(2027, 3, 31)))),
    ("D25", "D08 says it", typed(PROFILE, 0, savings_ref="PI-01.S2")),
    ("D26", "as it came", typed(PROFILE, 0, from_=None, in_place_since=date(2027, 9, 1), in_place=3,
                                in_place_on=date(2027, 9, 30))),
    ("D27", "nought", typed(PROFILE, 0, planned_quantity=0)),
    ("D27", "as it came", typed(PROFILE, 0, planned_quantity=None, in_place=3, in_place_on=date(2027, 9, 30))),
    ("D28", "one day", typed(PROFILE, 0, until=date(2027, 9, 1))),
    ("D29", "nought", typed(PROFILE, 0, in_place_since=date(2027, 9, 1), in_place=0, in_place_on=date(2027, 9, 30))),
    ("D30", "withdrawn line", typed(SAVINGS, 0, withdrawn_on=date(2027, 3, 31))),
    ("D31", "no name", typed(LEADS, 1, name=None, email="a@b")),
    ("D52", "as long as may be", typed(LEADS, 1, code="COM-1" + "2" * 15)),
    ("D52", "blank, as D03 says", typed(LEADS, 1, code=None)),
    ("D32", "nought", typed(POOLS, 0, capacity=0)),
    ("D33", "other letters and spaces", typed(SETTINGS, 4, setting="At\u00a0risk  FROM")),
    ("D33", "a remark", added(SETTINGS, setting="Our remark", value="yes")),
    ("D33", "deleted", lambda small: small.rows[SETTINGS].pop()),
    ("D34", "blank", typed(SETTINGS, 3, value=None)),
    ("D34", "D06 says it", typed(SETTINGS, 3, value=ERROR_CELL)),
    ("D35", "a month", typed(SETTINGS, 1, value="2026-11")),
    ("D35", "blank", typed(SETTINGS, 1, value=None)),
    ("D36", "another", typed(SETTINGS, 1, value=None)),
    ("D51", "the format, as D53 says", all_of(without("Plan format"), shaped(of_no_format="it is lost"))),
    ("D53", "D51 says it", without("At risk from")),
    ("D51", "renamed, as D33 says", typed(SETTINGS, 4, setting="At risk form")),
    ("D37", "empty", lambda small: small.rows.update({HEADLINES.table: []})),
    ("D38", "a row of its own", added(HEADLINES.table, headline="Schools visited", how_many=12)),
    ("D39", "a column of people", typed(PLAN, 0, theme=FORMULA_CELL._replace(value="Inclusion", kind=CellKind.TEXT))),
    ("D39", "a log", typed(UPDATES, 0, percent_complete=FORMULA_CELL)),
    ("D39", "D43 says it", all_of(typed(PLAN, 0, percent_complete=FORMULA_CELL), shaped(PLAN, filled=(ARRAY,)))),
    ("D40", "plain spaces", typed(PLAN, 0, theme="Early help ")),
    ("D40", "not counted by", typed(PLAN, 0, activity="Open\nplaces")),
    ("D41", "D42 says it", shaped(uneditable=("it is digitally signed.",))),
    ("D42", "D41 says it", shaped(in_use=("it is open in Excel.",))),
    ("D43", "a column of people", shaped(PLAN, filled=(Filled("an array formula", "C5", 5, 5, {"Activity": "C5"}),))),
    ("D43", "a log", shaped(UPDATES, filled=(Filled("an array formula", "A5", 5, 5, {"No": "A5"}),))),
    ("D44", "D45 says it", shaped(STAMPS, stacked=(OTHER,))),
    ("D45", "D44 says it", shaped(STAMPS, taken=(BELOW,))),
    ("D46", "D43 says it", shaped(PLAN, filled=(ARRAY,))),
    ("D47", "D44 says it", shaped(STAMPS, taken=(BELOW,))),
    ("D48", "not yet", lambda small: small.rows.update({UPDATES: [{"no": 1}, {"no": 2}]})),
    ("D50", "no update", typed(PLAN, 0, percent_complete=None, lead_status=None)),
    ("D50", "of another Kind", typed(MEASURES, 0, kind="Percentage", actual=0.5)),
    ("D50", "which an upgrade fills", all_of(typed(PROFILE, 1, in_place_on=None), of_format(FIRST))),
    ("D50", "not readable", typed(MEASURES, 0, actual_on="end of term")),
    ("D50", "neither", typed(MEASURES, 0, actual=None, actual_on=None)),
    ("D49", "another", typed(SETTINGS, 3, value=FORMULA_CELL._replace(value=5, percent=False))),
    ("D51", "new since the earlier format", all_of(without("Delay months"), of_format(FIRST))),
    ("D54", "the first day", typed(PLAN, 0, starts=date(2026, 4, 1))),
    ("D54", "the last day", typed(PLAN, 0, due=date(2042, 10, 15))),
    ("D54", "a baseline before the plan", typed(MEASURES, 0, baseline_on=date(2025, 3, 31))),
    ("D54", "an approval before the plan", typed(SAVINGS, 0, approved_on=date(2026, 3, 31))),
    ("D54", "a plan that does not say when it starts", all_of(typed(PLAN, 0, starts=date(2001, 4, 1)), lambda small: setattr(
        small, "settings", Settings()))),
    ("D54", "D55 says it", typed(PLAN, 0, starts=date(2026, 4, 1), due=date(2025, 3, 31))),
    ("D54", "D28 says it", typed(PROFILE, 0, until=date(2025, 3, 31))),
    ("D54", "D06 says it", typed(PLAN, 0, due="end of term")),
    ("D54", "a log", typed(UPDATES, 0, forecast_finish=date(1905, 7, 19))),
    ("D55", "one day", typed(PLAN, 0, starts=date(2027, 4, 1), due=date(2027, 4, 1))),
    ("D55", "D54 says that the end is none", typed(PLAN, 0, starts=date(2026, 4, 1), due=date(1905, 7, 19))),
    ("D55", "D54 says that the beginning is none", typed(PLAN, 0, starts=date(2207, 4, 1), due=date(2027, 3, 31))),
    ("D55", "D28 says it", typed(PROFILE, 0, until=date(2027, 8, 31))),
    ("D56", "today", typed(MEASURES, 0, actual_on=date(2027, 10, 15))),
    ("D56", "what is planned", typed(PLAN, 0, due=date(2028, 3, 31), forecast_finish=date(2028, 3, 31))),
    ("D57", "D07 says it", typed(PLAN, 0, percent_complete=1.45, lead_status="On track")),
    ("D57", "a number", typed(MEASURES, 0, target=71)),
    ("D57", "no share", typed(SETTINGS, 3, value=5)),
    ("D58", "falls", typed(MEASURES, 0, better="Lower", baseline=240, target=180)),
    ("D58", "stays", typed(MEASURES, 0, baseline=30)),
    ("D58", "judged by no line", typed(MEASURES, 0, kind="Compliance", out_of=12, baseline=1, target=0.9)),
    ("D59", "falls", typed(MEASURES, 0, better="Lower", baseline=240, target=180)),
    ("D60", "closed", all_of(typed(PLAN, 1, closed_on=date(2027, 3, 31)), typed(MEASURES, 1, activity_ref="PI-01"),
                             typed(SAVINGS, 1, withdrawn_on=date(2027, 3, 31)))),
    ("D60", "other letters", typed(MEASURES, 1, activity_ref="pi-02")),
    ("D61", "nought", typed(MEASURES, 0, baseline=0, target=0)),
    ("D61", "a standard", typed(MEASURES, 1, kind="Compliance", better="Higher")),
    ("D61", "closed", all_of(typed(PLAN, 0, closed_on=date(2027, 3, 31)), typed(MEASURES, 0, target=None))),
    ("D61", "D06 says it", typed(MEASURES, 0, target="many")),
    ("D62", "on the way down", all_of(typed(MEASURES, 2, better="Lower", baseline=30, target=0), typed(TARGETS, 0, expected=20))),
    ("D62", "of no measure, as D08 says", typed(TARGETS, 0, measure_ref="PI-77.M1")),
    ("D62", "D57 says it", all_of(typed(MEASURES, 2, kind="Percentage", target=0.9), typed(TARGETS, 0, expected=45))),
    ("D63", "D40 says it", typed(PLAN, 0, lead="Head of\u00a0Places")),
    ("D63", "spaces around", typed(PLAN, 0, theme="Inclusion ")),
    ("D63", "no such lead", typed(PLAN, 0, lead="Head of Place")),
    ("D64", "kept", all_of(typed(SAVINGS, 0, approved_on=date(2027, 5, 1)), lambda small: small.approved.update(LINE_KEPT))),
    ("D64", "taken by an upgrade", all_of(typed(SAVINGS, 0, approved_on=date(2027, 5, 1), approved_unit_saving=36000),
                                          of_format(FIRST))),
    ("D65", "there", lambda small: small.approved.update({
        **LINE_KEPT, ("Profile", "pi-01.s1.p1", "Approved quantity"): 6})),
    ("D66", "pence", typed(SAVINGS, 0, finance_confirmed_amount=54000.2, realised_to_date=54000)),
    ("D67", "steps that fall", typed(PROFILE, 1, savings_ref="PI-01.S1", from_=date(2028, 9, 1), planned_quantity=6)),
    ("D67", "of another line", typed(PROFILE, 1, from_=date(2028, 9, 1), planned_quantity=14)),
    ("D67", "one after the other", all_of(
        typed(PROFILE, 0, until=date(2028, 8, 31)),
        typed(PROFILE, 1, savings_ref="PI-01.S1", from_=date(2028, 9, 1), planned_quantity=14))),
    ("D68", "none in place", typed(PROFILE, 1, in_place_since=None, from_=date(2027, 9, 1))),
    ("D68", "an upgrade fills it", all_of(typed(PROFILE, 1, in_place=4, in_place_since=None, from_=date(2027, 9, 1)),
                                          of_format(FIRST))),
    ("D69", "other letters", all_of(typed(UNIT_COSTS, 0, price_base="Year 2026"), typed(UNIT_COSTS, 2, price_base="year  2026"))),
    ("D69", "one blank", typed(UNIT_COSTS, 0, price_base="2026-27")),
    ("D70", "this format", lambda small: None),
]
