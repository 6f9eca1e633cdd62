"""Small masters, as they would be read from sheets: one with nothing to mend, and what is changed in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sendxl.checks import Master, Shape
from sendxl.plan.master import (
    LEADS,
    MASTER_TABLES,
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
from sendxl.plan.rows import Rows
from sendxl.plan.schema import Table, Type
from sendxl.plan.settings import Settings, columns
from sendxl.plan.summary import HEADLINES, SUMMARY_TABLES
from sendxl.plan.values import CellKind, Stored
from sendxl.plan.versions import Format
from tests.stored_rows import StoredRows

Given = dict[str, Any]  # a row: column key to what is typed there
FIRST = 5  # row of the sheet
FILE = "plan.xlsx"
TODAY = date(2027, 10, 15)
FORMULA_CELL = Stored(CellKind.NUMBER, 0.5, "0.5", percent=True, formula=True)
ERROR_CELL = Stored(CellKind.ERROR, "#REF!", "#REF!")
CHAIN = "OOC > SPECIAL > RP"

_GIVEN = ("Plan id", "Reporting period", "First year", "Year count", "At risk from")  # the other settings have their defaults
CLEAN: dict[Table, list[Given]] = {
    PLAN: [
        {"ref": "PI-01", "theme": "Inclusion", "activity": "Open places", "lead": "Head of Places", "savings_rating": "High"},
        {"ref": "PI-02", "theme": "Inclusion", "activity": "Review contracts", "lead": "Head of Places", "savings_rating": "Low",
         "joint_leads": "Head of Places; Board Manager"},
    ],
    MEASURES: [
        {"ref": "PI-01.M1", "activity_ref": "PI-01", "measure": "Places", "kind": "Number", "better": "Higher", "baseline": 0,
         "baseline_on": date(2026, 4, 1), "target": 30, "target_on": date(2029, 3, 31), "actual": 12,
         "actual_on": date(2026, 9, 30)},
        {"ref": "PI-02.M1", "activity_ref": "PI-02", "measure": "Contracts reviewed", "kind": "Milestone"},
        {"ref": "PI-01.M2", "activity_ref": "PI-01", "measure": "Schools", "kind": "Number", "better": "Higher", "baseline": 0,
         "baseline_on": date(2026, 4, 1), "target": 30, "target_on": date(2029, 3, 31)},
    ],
    TARGETS: [{"ref": "PI-01.M2.T1", "measure_ref": "PI-01.M2", "on": date(2027, 9, 30), "expected": 10}],
    SAVINGS: [
        {"ref": "PI-01.S1", "activity_ref": "PI-01", "method": "Placement chain", "chain": CHAIN, "type": "Cost avoidance",
         "fund": "High needs block", "pool": "COUNTY", "share": 0.5},
        {"ref": "PI-02.S1", "activity_ref": "PI-02", "method": "Share of contract", "annual_value": 1000, "share": 0.1,
         "type": "Cashable", "fund": "High needs block"},
    ],
    PROFILE: [
        {"ref": "PI-01.S1.P1", "savings_ref": "PI-01.S1", "from": date(2027, 9, 1), "planned_quantity": 6},
        {"ref": "PI-02.S1.P1", "savings_ref": "PI-02.S1", "in_place_since": date(2027, 9, 1),
         "in_place": 0, "in_place_on": date(2027, 9, 30)},
    ],
    YEARS: [{"ref": "PI-01.S1.2027-28", "savings_ref": "PI-01.S1", "year": "2027-28"}],
    TRACKERS: [{"tracker": "T1", "lead": "Head of Places"}],
    LEADS: [{"code": "HP", "title": "Head of Places"}, {"code": "BM", "title": "Board Manager"}],
    UNIT_COSTS: [{"code": "OOC", "annual_cost": 54000}, {"code": "SPECIAL", "annual_cost": 27000},
                 {"code": "RP", "annual_cost": 18000}],
    POOLS: [{"code": "COUNTY", "capacity": 12}],
    UPDATES: [{"no": 1, "ref": "PI-01"}],
    STAMPS: [{"no": 1, "kind": "stamp"}],
    SETTINGS: [{"setting": "Plan id", "value": "plan-1"}, {"setting": "Reporting period", "value": "2026-27 Q3"},
               {"setting": "First year", "value": "2026-27"}, {"setting": "Year count", "value": 5},
               {"setting": "At risk from", "value": 0.8},
               *({"setting": column.header} for _, column in columns() if column.header not in _GIVEN)],
    HEADLINES.table: [{"headline": "Activities off track", "how_many": FORMULA_CELL}],
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


def sheet(table: Table, given: Sequence[Given], below: Sequence[Given] = (), without: Sequence[str] = (),
          strange: Sequence[str] = ()) -> Rows:
    """Rows as they would be read from a sheet; cells are addressed by column key, as in ``chain!5``, to be readable."""
    rows = {**dict(enumerate(given, FIRST)), **dict(enumerate(below, FIRST + len(given) + 1))}
    store = StoredRows(table, tuple(rows), lambda number, key: Stored() if key in without else stored(
        table, key, rows[number].get(key), f"{key}!{number}"))
    made = [table.row(store, index) for index in range(len(rows))]
    headers = [*(column.header for column in table if column.key not in without), *strange]
    return Rows(table, made[: len(given)], headers, table.title, below=made[len(given) :])


@dataclass
class Small:
    """A small master to be changed: its rows, rows below, headers gone and strange ones, tables gone, and its shape."""

    rows: dict[Table, list[Given]] = field(default_factory=lambda: {
        table: [dict(row) for row in CLEAN.get(table, ())] for table in (*MASTER_TABLES, *SUMMARY_TABLES)})
    below: dict[Table, list[Given]] = field(default_factory=dict)
    without: dict[Table, list[str]] = field(default_factory=dict)
    strange: dict[Table, list[str]] = field(default_factory=dict)
    shape: Shape = field(default_factory=Shape)
    settings: Settings = field(default_factory=lambda: Settings(plan_starts=date(2026, 4, 1), reporting_period="2027-28 Q3"))
    approved: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    earlier: Format | None = None

    def read(self) -> Master:
        read = {table: sheet(table, given, self.below.get(table, ()), self.without.get(table, ()), self.strange.get(table, ()))
                for table, given in self.rows.items()}
        return Master(FILE, {table: rows for table, rows in read.items() if table in MASTER_TABLES},
                      {table: rows for table, rows in read.items() if table in SUMMARY_TABLES}, self.shape,
                      TODAY, self.settings, self.approved, self.earlier, 23 if self.earlier else 0)
