from collections import Counter
from datetime import datetime

import pytest

from sendxl.plan.master import LEADS, MASTER_TABLES, MEASURES, PLAN, STAMPS, UPDATES, Activity, Measure
from sendxl.plan.rows import Row, Rows
from sendxl.plan.schema import Table, Type, text
from sendxl.plan.values import Cell, CellKind, Problem, Stored, read
from tests.stored_rows import StoredRows

SHEET = {
    "ref": Stored(CellKind.TEXT, "GR-01.M1", "GR-01.M1", "A4"),
    "kind": Stored(CellKind.TEXT, " percentage ", " percentage ", "D4"),
    "baseline": Stored(CellKind.NUMBER, 0.4, "0.4", "H4", percent=True),
    "target": Stored(CellKind.TEXT, "80%", "80%", "J4"),
    "actual": Stored(CellKind.TEXT, "some", "some", "L4"),
    "better": Stored(CellKind.TEXT, "Up", "Up", "E4"),
}


def on_sheet(asked: list[str]) -> Measure:
    """A row of the sheet, with a note of each cell that it was asked for."""
    def told(number: int, key: str) -> Stored:
        asked.append(key)
        return SHEET.get(key, Stored())

    return MEASURES.row(StoredRows(MEASURES, (4,), told), 0)


def test_cells_are_read_as_the_kind_of_the_row_says_and_once() -> None:
    asked: list[str] = []
    row = on_sheet(asked)
    assert asked == []
    assert (row.kind, row.baseline, row.target, row.target) == ("Percentage", 0.4, 0.8, 0.8)
    assert sorted(asked) == ["baseline", "kind", "target"]
    assert row.cell("target").how == "the text “80%” was read as 80%"
    assert (row.number, row.key, repr(row)) == (4, "GR-01.M1", "<Measures row 4 GR-01.M1>")


def test_what_cannot_be_read_has_a_problem_and_no_value() -> None:
    row = on_sheet([])
    assert (row.actual, row.cell("actual").problem) == (None, Problem.NOT_A_NUMBER)
    assert (row.better, row.cell("better").problem) == (None, Problem.NOT_IN_LIST)
    assert not row.cell("actual").blank and not row.blank
    assert row.cell("actual").stored.address == "L4"


def test_a_column_that_the_sheet_lacks_is_blank_and_one_not_declared_is_an_error() -> None:
    row = on_sheet([])
    assert row.note is None and row.cell("note").blank
    with pytest.raises(KeyError, match="no column 'colour'"):
        row.cell("colour")


def test_a_row_made_from_values() -> None:
    row = Row.of(PLAN, 7, ref="GR-01", percent_complete=0, lead_status="On track")
    assert (row.ref, row.percent_complete, row.lead_status, row.due, row.number) == ("GR-01", 0, "On track", None, 7)
    assert row.values()["percent_complete"] == 0 and set(row.values()) == set(PLAN.by_key)
    assert Row.of(PLAN).blank and not Row.of(PLAN, percent_complete=0).blank
    with pytest.raises(KeyError, match="table Plan has no column 'colour'"):
        Row.of(PLAN, colour="red")


def test_the_key_of_a_row_is_text() -> None:
    assert Row.of(LEADS, code="007").key == "007"
    assert Row.of(LEADS).key == ""


def test_rows() -> None:
    first, second, again = (Row.of(LEADS, n, code=c) for n, c in ((4, "A"), (5, "B"), (7, "A")))
    rows = Rows(LEADS, [first, second, again], headers=["Code", "Title", "Colour"], sheet="Leads", blank_rows=[6])
    assert (len(rows), list(rows), rows[1], rows[-1]) == (3, [first, second, again], second, again)
    assert rows.missing == ["Name", "Email", "Other names"]
    assert rows.by_key == {"A": first, "B": second}
    assert rows.blank_rows == (6,)


def test_frame_has_every_declared_header_even_without_rows() -> None:
    frame = Rows(LEADS, [Row.of(LEADS, code="A", title="Head of service")]).frame()
    assert list(frame.columns) == ["Code", "Title", "Name", "Email", "Other names"]
    assert frame.loc[0, "Title"] == "Head of service"
    empty = Rows(LEADS, []).frame()
    assert (len(empty), list(empty.columns)) == (0, list(frame.columns))


def test_a_misspelt_column_is_told_by_the_type_checker() -> None:
    """Where mypy accepted the name, it would report that nothing need be ignored here."""
    activity = Row.of(PLAN, closed_reason="Merged")
    assert activity.closed_reason == "Merged"
    with pytest.raises(AttributeError, match="closed_reson"):
        _ = activity.closed_reson  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "header", "right"), [
    ("closed_reson", "Closed reason", "closed_reason"), ("from", "From", "from_"), ("table", "Table", "table_"),
])
def test_a_column_is_named_as_its_header_says(name: str, header: str, right: str) -> None:
    with pytest.raises(ValueError, match=f"Odd: the column “{header}” is to be named {right}, not {name}$"):
        type("Odd", (Row,), {name: text(header, "Words.")})
    type("Even", (Row,), {right: text(header, "Words.")})


@pytest.mark.parametrize("table", MASTER_TABLES, ids=lambda table: table.name)
def test_a_row_is_a_view_without_a_place_of_its_own_for_cells(table: Table) -> None:
    assert not hasattr(Row.of(table), "__dict__")


def test_rows_that_repeat_a_column_are_read_by_it() -> None:
    update = Row.of(UPDATES, ref="GR-01", progress="Half built")
    assert (update.ref, Activity.progress.of(update)) == ("GR-01", "Half built")


def test_the_kind_of_a_row_settles_the_types_of_its_columns() -> None:
    measure = on_sheet([])
    assert (measure.measured_as, measure.type_of(Measure.target), measure.type_of(Measure.note)) == (
        "Percentage", Type.FRACTION, Type.WORDS)
    stamp = Row.of(STAMPS, kind="stamp")  # a Kind of another sort
    assert stamp.measured_as is None


def test_a_row_with_other_values_reads_the_rest_as_before() -> None:
    measure = on_sheet([]).changed_to({"kind": "Number", "actual": 3})
    assert (measure.kind, measure.actual, measure.baseline, measure.number) == ("Number", 3, 0.4, 4)
    assert (measure.stored("actual"), measure.stored("baseline")) == (Stored(), SHEET["baseline"])


def test_the_text_of_what_a_cell_plainly_holds() -> None:
    held = {
        "ref": Stored(CellKind.TEXT, " PI-01 ", " PI-01 "), "baseline": Stored(CellKind.NUMBER, 12.0, "12"),
        "baseline_on": Stored(CellKind.DATE, datetime(2026, 4, 1), "46113"),
        "target": Stored(CellKind.NUMBER, 1, "1", formula=True), "out_of": Stored(CellKind.BOOL, True, "1"),
        "actual": Stored(CellKind.ERROR, "#N/A", "#N/A"),
    }
    row = MEASURES.row(StoredRows(MEASURES, (5,), lambda _, key: held.get(key, Stored())), 0)
    assert row.texts(("ref", "baseline", "baseline_on", "note")) == ["PI-01", "12", "2026-04-01", ""]
    assert row.texts(("target", "out_of", "actual")) == [None, None, None]
    assert row.changed_to({"target": 40}).texts(("target",)) == ["40"]


def test_of_a_plain_cell_the_value_alone_is_kept_and_an_odd_one_is_kept_whole() -> None:
    """A plan of many rows is then no more in memory than its values."""
    asked: list[str] = []
    row = on_sheet(asked)
    assert {key: type(row.held(key)) for key in ("ref", "baseline", "target", "actual", "better", "kind", "note")} == {
        "ref": str, "baseline": float, "target": Cell, "actual": Cell, "better": Cell, "kind": Cell, "note": type(None)}
    assert row.cell("ref") == Cell("GR-01.M1", SHEET["ref"]) and row.cell("ref") is not row.cell("ref")
    assert row.cell("target") is row.held("target") is row.odd("target") and row.odd("ref") is None
    assert Counter(asked) == {"actual": 1, "baseline": 1, "better": 1, "kind": 1, "note": 1, "ref": 4, "target": 1}


ODD = {
    "ref": Stored(CellKind.TEXT, " PI-01", " PI-01"), "activity": Stored(CellKind.TEXT, "=B1", "x", formula=True),
    "theme": Stored(CellKind.TEXT, "Early\u200b help", "x"), "lead": Stored(CellKind.TEXT, "  "),
    "starts": Stored(CellKind.NUMBER, 46_113, "46113"), "due": Stored(CellKind.TEXT, "3/4/2027", "3/4/2027"),
    "percent_complete": Stored(CellKind.NUMBER, 0.5, "0.5"), "lead_status": Stored(CellKind.TEXT, "on track", "on track"),
    "completed_on": Stored(CellKind.DATE, datetime(2026, 4, 1, 10, 30), "46113.4375"), "closed_on": Stored(formula=True),
}


@pytest.mark.parametrize("key", ODD)
def test_a_cell_of_which_there_is_more_to_tell_than_its_value_is_odd(key: str) -> None:
    row = PLAN.row(StoredRows(PLAN, (5,), lambda _, asked: ODD.get(asked, Stored())), 0)
    odd = row.odd(key)
    assert odd is not None and odd == read(PLAN[key], ODD[key])
    assert (row.is_blank(key), row.problem(key), row.has_formula(key)) == (odd.blank, odd.problem, ODD[key].formula)
    assert row.as_written(key) == (ODD[key].value if ODD[key].kind is CellKind.TEXT else odd.value)


def test_a_column_is_told_row_by_row_whatever_the_rows_are_of() -> None:
    def told(number: int, key: str) -> Stored:
        return {(4, "ref"): Stored(CellKind.TEXT, "PI-01", "PI-01"), (5, "due"): Stored(CellKind.TEXT, "soon", "soon"),
                (6, "ref"): Stored(CellKind.TEXT, " PI-03", " PI-03")}.get((number, key), Stored())

    store = StoredRows(PLAN, (4, 5, 6), told)
    first, second, third = (PLAN.row(store, index) for index in range(3))
    changed = first.changed_to({"progress": "Half built"})
    for rows in (Rows(PLAN, [first, second]), Rows(PLAN, [second, third, first]), Rows(PLAN, [changed, third])):
        for column in PLAN:
            assert [*rows.held(column.key)] == [row.held(column.key) for row in rows]
            assert list(rows.without(column)) == [row for row in rows if row.is_blank(column.key)]
            assert list(rows.filled(column)) == [(row, row[column.key]) for row in rows if row[column.key] is not None]
        assert [(row, column.key, cell) for row, column, cell in rows.odd(PLAN)] == [
            (row, column.key, odd) for row in rows for column in PLAN if (odd := row.odd(column.key))]
    assert not list(Rows(PLAN, []).odd(PLAN)) and not Rows(PLAN, []).held("ref")
