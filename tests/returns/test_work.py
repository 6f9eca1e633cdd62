"""How much is done to validate one return, counted: what is typed, read and unpacked, each no more than once."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from sendxl.books.closed import sheet_store
from sendxl.plan import values
from sendxl.plan.master import PLAN
from sendxl.plan.schema import Column, Type
from sendxl.plan.tracker import NO_CHANGE, TRACKED
from sendxl.plan.values import Cell, Stored
from sendxl.returns import personal, rows
from sendxl.returns.judge import validate_return
from sendxl.xlsx.package import xml
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read import parts, reader, styles, workbook
from sendxl.xlsx.read.pattern import MadeOf
from tests.returns.conftest import TODAY

A = "Activities"
LOCKED = {column.header for seen in TRACKED.values() for column in seen.columns[1:] if not column.is_input}


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, str, str]]:
    """How often each cell is read as its type, by header, address and stored text."""
    counts: Counter[tuple[str, str, str]] = Counter()
    read = values.read

    def counted(column: Column, stored: Stored, kind: object = None) -> Cell:
        counts[column.header, stored.address, stored.raw] += 1
        return read(column, stored, kind)

    monkeypatch.setattr(values, "read", counted)
    monkeypatch.setattr(rows, "read", counted)
    return counts


def test_no_part_is_unpacked_twice(round: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: Counter[str] = Counter()
    chunks = Package.chunks

    def counted(package: Package, name: str) -> Any:
        counts[name] += 1
        return chunks(package, name)

    register = round.register
    monkeypatch.setattr(Package, "chunks", counted)
    validate_return(round.trackers["INC"], register, TODAY)
    assert len(counts) > 10 and set(counts.values()) == {1}


def test_no_cell_is_typed_twice_and_no_locked_one_but_the_first_date(round: Any, typed: Counter[tuple[str, str, str]]) -> None:
    path, register = round.fill({(A, "PI-02", "% complete"): 0.75}), round.register
    typed.clear()
    validate_return(path, register, TODAY)
    assert set(typed.values()) == {1}
    dates = {column.header for seen in TRACKED.values() for column in seen if column.type is Type.DATE}
    assert TRACKED[PLAN].key.header not in {header for header, _, _ in typed}
    locked = [header for header, _, _ in typed if header in LOCKED]
    assert len(locked) == 1 and locked[0] in dates


def test_a_locked_cell_is_typed_where_it_was_changed(round: Any, typed: Counter[tuple[str, str, str]]) -> None:
    path, register = round.fill({(A, "PI-02", "Activity"): "Train all staff"}), round.register
    typed.clear()
    validate_return(path, register, TODAY)
    assert [raw for header, _, raw in typed if header == "Activity"] == ["Train all staff"]


def test_cells_that_are_alike_are_read_once(round: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[MadeOf] = []
    missing = sheet_store._Texts.__missing__

    def counted(texts: Any, made_of: MadeOf) -> str | None:
        made.append(made_of)
        return missing(texts, made_of)

    register = round.register
    monkeypatch.setattr(sheet_store._Texts, "__missing__", counted)
    validate_return(round.trackers["INC"], register, TODAY)
    assert len(made) > 20 and max(Counter(made).values()) <= len(TRACKED)  # once a table


def test_of_rows_that_came_back_as_they_were_issued_no_answer_is_typed(round: Any, typed: Counter[tuple[str, str, str]]) -> None:
    path, register = round.fill({(A, "PI-02", "% complete"): 0.75}), round.register
    typed.clear()
    validate_return(path, register, TODAY)
    changed = [(header, address) for header, address, raw in typed if header == "% complete" and raw == "0.75"]
    assert len(changed) == 1
    row = changed[0][1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    asked = {column.header for column in TRACKED[PLAN] if column.is_input}
    elsewhere = {header for header, address, _ in typed if header in asked and not address.endswith(row)}
    assert elsewhere <= {NO_CHANGE.header}  # which P07 tells the place of


def test_parts_that_are_the_same_in_every_tracker_are_parsed_once(round: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The relationships, the workbook part, the tables and the styles; what is left are sheets."""
    parsed: Counter[str] = Counter()
    parser = xml.parser

    def counted(part: str) -> Any:
        parsed[part] += 1
        return parser(part)

    register = round.register
    validate_return(round.trackers["INC"], register, TODAY)
    for module in (workbook, parts, styles, reader):
        monkeypatch.setattr(module, "parser", counted)
    validate_return(round.trackers["INC"], register, TODAY)
    assert all(part.startswith("xl/worksheets/sheet") for part in parsed) and set(parsed.values()) == {1}


def test_a_cell_that_was_issued_blank_and_came_back_so_is_typed_for_nothing_but_its_place(
        round: Any, typed: Counter[tuple[str, str, str]]) -> None:
    path, register = round.fill({(A, "PI-01", "% complete"): 0.75, (A, "PI-01", "Lead status"): "On track",
                                 ("Measures", "PI-01.M1", "Actual"): 14,
                                 ("Measures", "PI-01.M1", "Actual on"): date(2026, 12, 1)}), round.register
    typed.clear()
    validate_return(path, register, TODAY)
    asked = {column.header for seen in TRACKED.values() for column in seen if column.is_input}
    assert {header for header, _, raw in typed if header in asked and not raw} <= {NO_CHANGE.header, "Progress"}


def test_each_text_is_searched_for_a_childs_data_once_a_cell(round: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: Counter[str] = Counter()

    def counted(text: str) -> str:
        searched[text] += 1
        return personal.personal(text)

    monkeypatch.setattr(rows, "personal", counted)
    path, register = round.fill({(A, "PI-01", "Progress"): "Begun in 3 schools"}), round.register
    validate_return(path, register, TODAY)
    assert searched["Begun in 3 schools"] == 1


def test_a_text_without_the_digits_of_a_date_or_number_is_not_searched_for_those_of_a_child(
        monkeypatch: pytest.MonkeyPatch) -> None:
    for pattern in ("_UPN", "_SPACED_UPN", "_NHS"):
        monkeypatch.setattr(personal, pattern, None)
    assert personal.personal.__wrapped__("Agreed by all schools on 12 May 2026, PI-01.M1") == ""
    with pytest.raises(AttributeError):
        personal.personal.__wrapped__("Agreed by all schools on 12 May 2026, PI-01.M10")
    monkeypatch.setattr(personal, "_BIRTH", None)
    assert personal.personal.__wrapped__("Born of the need for 3 places in 2 schools") == ""
    with pytest.raises(AttributeError):
        personal.personal.__wrapped__("Born of the need for 13 places in 2 schools")
