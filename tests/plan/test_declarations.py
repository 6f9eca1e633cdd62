"""What a declaration says is enforced by all: Excel's rule, the validator of returns and doctor.

The matrix goes over every column of every table, once as they are declared and once with further declarations on
columns of every sort, so that it proves the mechanism and not the present declarations. One master, one tracker and one
return hold every breach, each in a row of its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from sendxl.books.build.master import build_master
from sendxl.books.build.sheet import HEADER_ROW
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.doctor import doctor
from sendxl.jobs.issue import issue
from sendxl.plan.finding import Finding
from sendxl.plan.master import LEADS, MASTER_TABLES, MEASURES, PLAN, POOLS, PROFILE, SAVINGS, UNIT_COSTS
from sendxl.plan.schema import PEOPLE, By, Column, Table, Type
from sendxl.plan.tracker import TRACKED
from sendxl.plan.values import Value
from sendxl.plan.vocabulary import Kind, Status
from sendxl.returns.batch import validate_batch
from sendxl.returns.register import Register

ATTRIBUTES = ("low", "high", "choices", "choices_from", "required", "required_with")
TODAY, STARTS = date(2026, 12, 20), date(2026, 4, 1)
VALIDATOR = {"low": {"V06", "V07"}, "high": {"V06", "V07"}, "choices": {"V02"}, "required": {"V01"}, "required_with": {"V01"}}
DOCTOR = {"low": {"D07"}, "high": {"D07"}, "choices": {"D06"}, "choices_from": {"D08"}, "required": {"D50"},
          "required_with": {"D50"}}
FURTHER: Mapping[tuple[Table, str], Mapping[str, Any]] = {
    (PROFILE, "in_place"): {"type": Type.MONEY, "high": 100},
    (MEASURES, "actual"): {"low": 3, "high": 500},
    (MEASURES, "out_of"): {"high": 1000},
    (MEASURES, "note"): {"required": True},
    (PROFILE, "note"): {"type": Type.CHOICE, "choices": Status},
    (PROFILE, "evidence"): {"required": True},
    (PLAN, "next_steps"): {"required_with": "progress"},
    (PLAN, "evidence"): {"required_with": "activity"},
    (PLAN, "percent_complete"): {"low": 0.1, "high": 0.9},
    (PLAN, "rationale"): {"required": True},
    (SAVINGS, "annual_value"): {"low": 10, "high": 5000, "required_with": "share"},
    (SAVINGS, "fund"): {"required": True},
    (UNIT_COSTS, "annual_cost"): {"high": 250_000, "required": True},
    (LEADS, "email"): {"required_with": "name"},
    (POOLS, "note"): {"required": True},
    (POOLS, "capacity"): {"low": 2},
}


BELONGS: Mapping[Table, dict[str, Value]] = {
    PLAN: {"lead": "Inclusion Manager", "starts": STARTS},
    MEASURES: {"activity_ref": "PI-01"},
    PROFILE: {"savings_ref": "PI-01.S1"},
}


@dataclass(frozen=True)
class Told:
    """What the one master, the one tracker and its return came to. ``broken``: ref by table, column and attribute."""

    doctor: Sequence[Finding]
    validator: Sequence[Finding]
    master: openpyxl.Workbook
    tracker: openpyxl.Workbook
    broken: Mapping[tuple[str, str, str], str]


def declared(table: Table) -> Iterator[tuple[Column, str]]:
    """Every declared attribute of the columns that people fill."""
    for column in table:
        if column.by in PEOPLE:
            for attribute in ATTRIBUTES:
                value = getattr(column, attribute)
                if value is not None and value is not False and value != "":
                    yield column, attribute


def filled_in(column: Column) -> Value:
    """A value that a column may hold."""
    if column.choices:
        return str(next(iter(column.choices)))
    if column.limits_in():
        least, most = column.limits_in("Compliance" if column.type is Type.COUNT else None) or (0, 0)
        return least if abs(least) < abs(most) else most
    return STARTS if column.type is Type.DATE else "some words"


def breaking(table: Table, column: Column, attribute: str) -> dict[str, Value]:
    """What stands in a row that breaks a declaration, by column key, besides its ref; None where it must be blank."""
    if attribute == "low":
        return {column.key: (column.low or 0) - 0.1 if column.type is Type.FRACTION else (column.low or 0) - 1}
    if attribute == "high":
        return {column.key: (column.high or 0) + 0.1 if column.type is Type.FRACTION else (column.high or 0) + 1}
    if attribute in ("choices", "choices_from"):
        return {column.key: "no such word"}
    beside = table[column.required_with] if attribute == "required_with" else next(
        one for one in table if one.by is column.by and one is not table.key and one is not column and not one.choices_from)
    return {beside.key: filled_in(beside), column.key: None}


@pytest.fixture(scope="module", params=["as declared", "with further declarations"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    further = FURTHER if request.param == "with further declarations" else {}
    before = [(table[key], replace(table[key])) for table, key in further]
    for (table, key), attributes in further.items():
        become(table[key], replace(table[key], **attributes))
    try:
        yield tell(tmp_path_factory.mktemp("declarations"))
    finally:
        for column, was in before:
            become(column, was)


def become(column: Column, other: Column) -> None:
    """Have a column, which other tables share, declare what another does."""
    for one in fields(Column):
        object.__setattr__(column, one.name, getattr(other, one.name))


def tell(folder: Path) -> Told:
    broken: dict[tuple[str, str, str], str] = {}
    rows: dict[Table, list[dict[str, Value]]] = {}
    issued: dict[Table, list[dict[str, Value]]] = {table: [] for table in TRACKED}
    typed: list[tuple[Table, str, dict[str, Value]]] = []
    every = ((each, number, *one) for each in MASTER_TABLES for number, one in enumerate(declared(each), 1))
    for table, number, column, attribute in every:
        key = number if table.numbered else f"{table.name}-{number}"
        ref = broken[table.name, column.key, attribute] = str(key)
        cells = breaking(table, column, attribute)
        kind: dict[str, Value] = {"kind": str((column.kinds or (Kind.NUMBER,))[0])} if "kind" in table.by_key else {}
        rows.setdefault(table, []).append({table.key.key: key, **kind, **cells})
        if table in TRACKED and column.is_input:
            shown = {key: value for key, value in cells.items() if not table[key].is_input}
            issued[table].append({table.key.key: ref, **BELONGS[table], **kind, **shown})
            other = next(one for one in table if one.is_input and one is not column)
            inputs: dict[str, Value] = {key: value for key, value in cells.items() if key not in shown and value is not None}
            typed.append((table, ref, inputs or {other.key: filled_in(other)}))
    issued[LEADS] = [{"code": "INC", "title": "Inclusion Manager"}]
    issued[PLAN].insert(0, {"ref": "PI-01", "activity": "Open places", "lead": "Inclusion Manager", "starts": STARTS})
    issued[SAVINGS] = [{"ref": "PI-01.S1", "activity_ref": "PI-01"}]
    build_master(folder / "broken.xlsx", rows, {})
    build_master(folder / "master.xlsx", issued, {"plan_id": "plan-1", "plan_starts": STARTS})
    [tracker] = issue(folder / "master.xlsx", folder, period="2026-27 Q3", today=date(2026, 11, 24)).trackers
    book = openpyxl.load_workbook(tracker.path)
    for table, ref, cells in typed:
        for key, value in cells.items():
            cell_of(book, TRACKED[table], ref, TRACKED[table][key]).value = value
    book.save(folder / "return.xlsx")
    [judged] = validate_batch([folder / "return.xlsx"], Register.of(ClosedBook(folder / "master.xlsx")), TODAY)
    return Told(doctor(folder / "broken.xlsx").findings, judged.findings, openpyxl.load_workbook(folder / "broken.xlsx"),
                openpyxl.load_workbook(tracker.path), broken)


def cell_of(book: openpyxl.Workbook, table: Table, ref: str, column: Column) -> Any:
    """The cell in the row of a ref, under the header of a column."""
    sheet: Any = book[table.title]
    headers = [cell.value for cell in sheet[HEADER_ROW]]
    return next(row for row in sheet.iter_rows(min_row=HEADER_ROW + 1) if row[0].value == ref)[headers.index(column.header)]


def test_doctor_tells_each_declaration_that_a_master_breaks(told: Told) -> None:
    found = {(finding.table, finding.column, finding.ref, finding.code) for finding in told.doctor}
    missed = []
    for (name, key, attribute), ref in told.broken.items():
        header = next(table for table in MASTER_TABLES if table.name == name)[key].header
        if not any((name, header, ref, code) in found for code in DOCTOR[attribute]):
            missed.append((name, header, attribute))
    assert missed == []


def test_the_validator_tells_each_declaration_that_a_return_breaks(told: Told) -> None:
    found = {(finding.table, finding.column, finding.ref, finding.code) for finding in told.validator}
    missed, asked = [], 0
    for table in TRACKED:
        for column, attribute in declared(table):
            if column.is_input:
                asked, ref = asked + 1, told.broken[table.name, column.key, attribute]
                if not any((table.name, column.header, ref, code) in found for code in VALIDATOR[attribute]):
                    missed.append((table.name, column.header, attribute))
    assert missed == [] and asked >= 10


def test_excel_enforces_each_declaration(told: Told) -> None:
    in_master = [(told.master, table, column, attribute) for table in MASTER_TABLES for column, attribute in declared(table)
                 if column.by is not By.LEAD or not attribute.startswith("required")]  # leads write in their tracker
    in_tracker = [(told.tracker, table, column, attribute) for table in TRACKED.values()
                  for column, attribute in declared(table) if column.is_input]
    assert in_master and in_tracker
    assert [(table.title, column.header, attribute) for book, table, column, attribute in (*in_master, *in_tracker)
            if not enforced(book, table, column, attribute)] == []


def enforced(book: openpyxl.Workbook, table: Table, column: Column, attribute: str) -> bool:
    """True if the rule of the column's first cell holds what is declared.

    Excel can hold no list against several values in a cell, and says only in the message what depends on another column.
    """
    sheet: Any = book[table.title]
    number = [cell.value for cell in sheet[HEADER_ROW]].index(column.header) + 1
    cell = f"{get_column_letter(number)}{HEADER_ROW + 1}"
    rule = next(rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref)
    if attribute == "required_with":
        return f"Needed where {table[column.required_with].header} is filled." in rule.prompt
    if attribute == "choices_from" and column.many:
        return rule.type is None
    holds: dict[str, Callable[[], bool]] = {
        "low": lambda: rule.operator == "between" and float(rule.formula1) == column.low,
        "high": lambda: rule.operator == "between" and float(rule.formula2) == column.high,
        "choices": lambda: rule.type == "list" and offered(book, rule.formula1) == [str(word) for word in column.choices or ()],
        "choices_from": lambda: rule.type == "list" and rule.formula1 == "list_{}_{}".format(*column.choices_from or ()),
        "required": lambda: rule.type is not None and not rule.allowBlank and "Needed in every row" in rule.prompt,
    }
    return bool(rule.showErrorMessage) and holds[attribute]()


def offered(book: openpyxl.Workbook, formula: str) -> list[object]:
    """The words of a list: those in the rule itself, or in the cells of the name."""
    if formula.startswith('"'):
        return [*formula.strip('"').split(",")]
    (title, area), = book.defined_names[formula].destinations
    sheet: Any = book[title]
    return [cell.value for row in sheet[area.replace("$", "")] for cell in row]
