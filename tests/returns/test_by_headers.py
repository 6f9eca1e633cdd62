"""Trackers of which a program kept the cells and dropped the tables: they are found by their headers, and read like any other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from sendxl.plan.vocabulary import Outcome
from sendxl.returns.annotate import annotate

A, M, Q = "Activities", "Measures", "Queries"
FILLED = {(A, "PI-02", "Progress"): "Two schools more", (A, "PI-02", "% complete"): 0.75, (M, "PI-02.M1", "Actual"): 0.5,
          (M, "PI-02.M1", "Actual on"): "2026-12-01"}
Alter = Callable[[Any], None]


def no_tables(book: Any) -> None:
    for sheet in book:
        sheet.tables.clear()


def moved_down(book: Any) -> None:
    no_tables(book)
    for sheet in book:
        sheet.insert_rows(1, 5)


def moved_right(book: Any) -> None:
    no_tables(book)
    for sheet in book:
        sheet.insert_cols(1, 2)


def shuffled(book: Any) -> None:
    """The columns of every sheet but the first stand the other way round."""
    no_tables(book)
    for sheet in book.worksheets[1:]:
        for row in sheet.iter_rows(min_row=4):
            stood = [(cell.value, cell.number_format) for cell in row]
            for cell, (value, number_format) in zip(row, reversed(stood), strict=True):
                cell.value, cell.number_format = value, number_format


def other_names(book: Any) -> None:
    no_tables(book)
    for number, sheet in enumerate(book.worksheets, 1):
        sheet.title = f"Table {number}"


def seen_as_the_same(book: Any) -> None:
    no_tables(book)
    for sheet in book:
        sheet.title = f"{sheet.title.upper()} "
    for sheet in book.worksheets[1:]:
        for cell in sheet[4]:
            cell.value = str(cell.value).upper().replace(" ", "\u00a0\n")


def shown(book: Any) -> None:
    no_tables(book)
    for sheet in book:
        sheet.sheet_state = "visible"


def one_only(book: Any) -> None:
    book[A].tables.clear()


ALTERED: list[Alter] = [no_tables, moved_down, moved_right, shuffled, other_names, seen_as_the_same, shown, one_only]


def through_pandas(source: Path, path: Path, *, index: bool) -> Path:
    """The workbook read and written again by pandas: cells only, under whatever it takes for headers."""
    frames = pd.read_excel(source, sheet_name=None, dtype=object, keep_default_na=False, na_values=[""], engine="openpyxl")
    with pd.ExcelWriter(path) as writer:
        for name, frame in frames.items():
            frame.to_excel(writer, sheet_name=name, index=index)
    return path


def changes(found: Any) -> set[tuple[str, str, str, Any]]:
    return {(change.table, change.ref, change.column, change.returned) for change in found.changes}


@pytest.mark.parametrize("alter", ALTERED, ids=lambda alter: alter.__name__)
def test_it_is_read_as_if_the_tables_were_there(round: Any, alter: Alter) -> None:
    [whole] = round.validate(round.fill(FILLED, name="whole.xlsx"))
    [found] = round.validate(round.fill(FILLED, alter))
    assert changes(found) == changes(whole) and len(found.changes) == 4
    assert found.outcome is Outcome.ACCEPTED and (found.lead, found.period) == (whole.lead, whole.period)
    assert [finding.code for finding in found.findings if finding.code == "S12"] == ["S12"]
    hidden = [f.found for f in found.findings if f.code == "Z03"]  # openpyxl leaves it to where a column was
    assert all(what.startswith("column") for what in hidden)
    rest = [(f.code, f.ref, f.column) for f in found.findings if f.code not in ("S12", "T04", "S07", "Z03")]
    assert rest == [(f.code, f.ref, f.column) for f in whole.findings]


@pytest.mark.parametrize("index", [False, True])
def test_what_pandas_wrote(round: Any, tmp_path: Path, index: bool) -> None:
    """It keeps no formats either: 75 is read as 75%, with V05 to say so; a bare 0.75 would be asked about."""
    [whole] = round.validate(round.fill(FILLED, name="whole.xlsx"))
    source = round.fill({**FILLED, (A, "PI-02", "% complete"): 75, (M, "PI-02.M1", "Actual"): 50})
    [found] = round.validate(through_pandas(source, tmp_path / "pandas.xlsx", index=index))
    assert found.outcome is Outcome.ACCEPTED and changes(found) == changes(whole)
    new = {finding.code for finding in found.findings} - {finding.code for finding in whole.findings}
    assert new == {"S12", "T01", "T04", "V05"}
    assert {finding.found for finding in found.findings if finding.code == "T01"} == {"Check"}


def test_what_is_typed_right_below_or_beside_is_read_as_in_a_table(round: Any) -> None:
    def alter(book: Any) -> None:
        no_tables(book)
        sheet = book[A]
        sheet.cell(sheet.max_row + 1, 1).value = "PI-99"
        sheet.cell(4, sheet.max_column + 1).value = "Own notes"

    codes = round.codes(round.fill(FILLED, alter))
    assert {"E I02", "N S07"} <= set(codes) or {"E I05", "N S07"} <= set(codes)


@pytest.mark.parametrize("alter", ALTERED[:-2], ids=lambda alter: alter.__name__)
def test_it_goes_back_with_its_questions_and_an_answer_is_read(round: Any, tmp_path: Path, alter: Alter) -> None:
    def faulty(book: Any) -> None:
        round.cell(book, A, "PI-02", "% complete").value = "half"
        round.cell(book, A, "PI-01", "Evidence").value = "x" * 2_001
        alter(book)

    [found] = round.validate(round.fill(FILLED, faulty))
    (tmp_path / "back").mkdir()
    back = tmp_path / "back" / "return.xlsx"
    assert annotate(found, back)
    book = openpyxl.load_workbook(back)
    queries = next(sheet for sheet in book if sheet.title.strip().casefold() == "queries" or sheet.title == "Table 5")
    [top] = [row for row in range(1, queries.max_row) if "CODE" in [str(cell.value).upper() for cell in queries[row]]]
    at = {" ".join(str(cell.value).upper().split()): cell.column for cell in queries[top] if cell.value}
    asked = {queries.cell(row, at["CODE"]).value: row for row in range(top + 1, queries.max_row + 1)}
    assert {"V05", "V10"} <= set(asked)
    for row in asked.values():
        queries.cell(row, at["EXPLANATION"]).value = "The board asked for it"
    book.save(back)
    [again] = round.validate(back)
    assert {f.code for f in again.findings if f.is_explained} == {"V10"}
    assert {f.code for f in again.findings if f.holds} == {"V05"}
    (tmp_path / "again").mkdir()
    assert annotate(again, tmp_path / "again" / "return.xlsx")  # whose questions are there already


@pytest.mark.parametrize("sheets", [1, 40])
def test_a_workbook_without_such_headers_is_no_tracker(round: Any, tmp_path: Path, sheets: int) -> None:
    book = openpyxl.Workbook()
    for number in range(sheets):
        sheet = book.create_sheet(f"Sheet of {number}")
        for row in range(1, 200):
            sheet.append(["Item", "Figure", row])
    book.save(tmp_path / "x.xlsx")
    assert round.codes(tmp_path / "x.xlsx") == ["R S02"]
