"""Tables, columns, headers and choices that a closed master is given: as a new one has them, every other byte kept."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.worksheet.table import Table as ExcelTable

from sendxl.books.book import AddColumns, AddTable, AppendRows, RenameHeader, SetCells, SetChoices
from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Refused
from sendxl.plan import vocabulary
from sendxl.plan.master import MASTER_TABLES, MEASURES, PLAN, STAMPS
from sendxl.plan.rows import Row
from sendxl.plan.schema import By, Column, Table, Type
from sendxl.plan.vocabulary import Status

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
Alter = Callable[[Callable[[Any], None]], None]


class Mood(StrEnum):
    """A list that no master has."""

    GOOD = "Good & well"
    POOR = "Poor"


# The kinds of stamps as a later version may declare them.
LONGER = StrEnum("StampKind", {f"WORD_{n}": word for n, word in enumerate([*map(str, vocabulary.StampKind), "more", "still"])})  # type: ignore[misc]


NEW = (
    Column("Ward", Type.TEXT, "Where it is.", width=17),
    Column("Looked at", Type.DATE, "When it was last looked at."),
    Column("Agreed share", Type.FRACTION, "Who pays what.", low=0, high=1),
    Column("Other view", Type.CHOICE, "What another thinks.", By.REFRESH, Status),
    Column("Mood", Type.CHOICE, "How it feels.", choices=Mood),
    Column("Of measure", Type.CHOICE, "A measure of it.", choices_from=("Measures", "Ref")),
    Column("Cost & “more” <£>", Type.MONEY, "An odd header."),
)
WIDER = replace(PLAN, columns=(*PLAN.columns, *NEW))
ADD = AddColumns(WIDER, [column.key for column in NEW])
EXTRA = Table("Interim", "One row for each interim target.", Row, group="plan", columns=(
    Column("Ref", Type.TEXT, "Its name."), Column("Mood", Type.CHOICE, "How it feels.", choices=Mood),
    Column("State", Type.CHOICE, "How it stands.", choices=Status), Column("On", Type.DATE, "Its day.")))


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def part_of(path: Path, table: Table) -> tuple[str, str]:
    """The parts of a table's sheet and of the table."""
    book = ClosedBook(path)._workbook
    return book.table(table.name).sheet.part, book.table(table.name).part


def area(path: Path, table: Table) -> tuple[Any, ExcelTable]:
    book: Any = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if table.name in sheet.tables)
    return sheet, sheet.tables[table.name]


def looks(cell: Any) -> tuple[str, ...]:
    return cell.number_format, *map(repr, (cell.font, cell.fill, cell.border, cell.alignment, cell.protection))


def layout(path: Path, table: Table) -> dict[str, Any]:
    """What each column of a table looks like and takes, by header."""
    sheet, excel = area(path, table)
    header, first, *_ = sheet[excel.ref]
    found: dict[str, Any] = {}
    for top, cell in zip(header, first, strict=True):
        cells = f"{cell.coordinate}:{cell.column_letter}{sheet[excel.ref][-1][0].row}"
        names = {cells, cell.coordinate} if cells.split(":")[0] == cells.split(":")[1] else {cells}
        rules = [(rule.type, rule.formula1, rule.formula2, rule.prompt, rule.error, rule.showErrorMessage)
                 for rule in sheet.data_validations.dataValidation if names & set(str(rule.sqref).split())]
        fills = [(rule.formula, repr(rule.dxf)) for at, of in sheet.conditional_formatting._cf_rules.items()
                 if names & {str(at.sqref)} for rule in of]
        found[str(top.value)] = (looks(top), looks(cell), rules, fills)
    return found


def test_added_columns_look_and_check_as_those_of_a_new_master(path: Path, small_plan: Callable[..., Any],
                                                               tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = parts(path)
    ClosedBook(path).apply([ADD])
    after = parts(path)
    sheet, table = part_of(path, PLAN)
    lists = ClosedBook(path)._workbook.sheet("Lists").part
    assert changed(before, after) == {sheet, table, lists, "xl/styles.xml", "xl/workbook.xml"}
    found, excel = area(path, PLAN)
    assert [column.name for column in excel.tableColumns] == [column.header for column in WIDER]
    assert excel.autoFilter and excel.ref == excel.autoFilter.ref == f"A4:{found.cell(7, len(WIDER.columns)).coordinate}"
    assert len({column.id for column in excel.tableColumns}) == len(WIDER.columns)

    new = tmp_path / "new.xlsx"
    monkeypatch.setattr("sendxl.books.build.master.MASTER_TABLES", (WIDER, *(t for t in MASTER_TABLES if t is not PLAN)))
    rows = small_plan()
    build_master(new, {WIDER: rows[PLAN], MEASURES: rows[MEASURES]}, {"plan_title": "Plan"})
    assert {column.header: layout(path, PLAN)[column.header] for column in NEW} == {
        column.header: layout(new, PLAN)[column.header] for column in NEW}
    book: Any = openpyxl.load_workbook(path)
    assert found.column_dimensions[found.cell(4, len(PLAN.columns) + 1).column_letter].width == 17.71
    named = book.defined_names["list_Mood"].attr_text.replace("'", "")
    assert [cell[0].value for cell in book["Lists"][named.removeprefix("Lists!").replace("$", "")]] == list(Mood)
    assert book.defined_names["list_Measures_Ref"].attr_text == "'Measures'!$A$5:$A$7"


def test_an_added_column_is_written_and_read_in_the_same_go(path: Path) -> None:
    book = ClosedBook(path)
    book.apply([SetCells(PLAN, "theme", {"PI-01": "Other"}), ADD, SetCells(WIDER, "looked_at", {"PI-02": date(2027, 1, 5)}),
                AppendRows(WIDER, [{"ref": "PI-04", "ward": "=North"}])])
    assert [(row.key, row["looked_at"], row["ward"]) for row in book.read(WIDER)] == [
        ("PI-01", None, None), ("PI-02", date(2027, 1, 5), None), ("PI-03", None, None), ("PI-04", None, "=North")]
    assert book.read(PLAN)[0].theme == "Other"
    assert len(list((path.parent / f"{path.stem} backups").iterdir())) == 1


@pytest.mark.parametrize("alter_to", ["totals", "own column", "filter"])
def test_columns_are_added_beside_what_people_have_made(path: Path, alter: Alter, alter_to: str) -> None:
    def change(book: Any) -> None:
        sheet = book[PLAN.title]
        excel, right = sheet.tables[PLAN.name], len(PLAN.columns) + 1
        sheet.cell(12, right + 1, "below, a remark")
        if alter_to == "totals":
            excel.totalsRowCount = 1
            excel.ref = f"A4:{sheet.cell(8, right - 1).coordinate}"
        elif alter_to == "own column":
            from openpyxl.worksheet.table import TableColumn

            excel.tableColumns.append(TableColumn(id=right, name="Own"))
            for row, value in ((4, "Own"), (5, "a"), (6, "b")):
                sheet.cell(row, right, value)
            excel.ref = excel.autoFilter.ref = f"A4:{sheet.cell(7, right).coordinate}"
        else:
            sheet.row_dimensions[6].hidden = True

    alter(change)
    before, _ = area(path, PLAN)
    old = [[cell.value for cell in row] for row in before.iter_rows()]
    ClosedBook(path).apply([ADD])
    sheet, excel = area(path, PLAN)
    now = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=len(old[0]))]
    right = sheet[excel.ref][0][0].column + len(excel.tableColumns) - 1
    assert [row[: len(old[0])] for row in now][4:] == old[4:] and now[:3] == old[:3]
    assert [sheet.cell(4, right - len(NEW) + 1 + n).value for n in range(len(NEW))] == [column.header for column in NEW]
    assert excel.totalsRowCount == (1 if alter_to == "totals" else None)
    assert sheet.row_dimensions[6].hidden == (alter_to == "filter")
    assert [row.key for row in ClosedBook(path).read(WIDER)] == ["PI-01", "PI-02", "PI-03"]
    assert ClosedBook(path).read(WIDER).missing == []


def _beside(book: Any) -> None:
    book[PLAN.title].cell(6, len(PLAN.columns) + 2, "mine")


def _merged(book: Any) -> None:
    right = len(PLAN.columns) + 1
    book[PLAN.title].merge_cells(start_row=5, end_row=6, start_column=right, end_column=right)


def _own_of_that_name(book: Any) -> None:
    from openpyxl.worksheet.table import TableColumn

    sheet, right = book[PLAN.title], len(PLAN.columns) + 1
    excel = sheet.tables[PLAN.name]
    excel.tableColumns.append(TableColumn(id=right, name="ward"))
    sheet.cell(4, right, "ward")
    excel.ref = excel.autoFilter.ref = f"A4:{sheet.cell(7, right).coordinate}"


def _sheet_of_that_name(book: Any) -> None:
    book.create_sheet("interim")


def _below_list(book: Any) -> None:
    named = book.defined_names["list_StampKind"].attr_text.replace("$", "").rpartition(":")[2]
    letter, row = named.rstrip("0123456789"), int(named.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    book["Lists"][f"{letter}{row + 1}"] = "mine"


def _no_lists(book: Any) -> None:
    del book["Lists"]


KIND = Column("Kind", Type.CHOICE, "Its kind.", By.SENDXL, LONGER)
LATER_STAMPS = replace(STAMPS, columns=tuple(KIND if column.key == "kind" else column for column in STAMPS))


TAKEN = [
    (_beside, ADD, "Move what stands there further to the right"),
    (_merged, ADD, "Move what stands there further to the right"),
    (_own_of_that_name, ADD, "there is a column “Ward” already"),
    (_sheet_of_that_name, AddTable(EXTRA, ""), "there is a sheet Interim already"),
    (_below_list, SetChoices(LATER_STAMPS, "kind"), "is not empty, where a word of"),
    (_no_lists, ADD, "the sheet Lists, with the words of drop-downs, is not as it was made"),
    (lambda book: None, RenameHeader(replace(PLAN, columns=(Column("Theme", Type.TEXT, ""),)), "Ref", "theme"),
     "there is a column “Theme” already"),
]


@pytest.mark.parametrize(("change", "edit", "says"), TAKEN)
def test_what_is_in_the_way_is_named_and_nothing_changes(path: Path, alter: Alter, change: Callable[[Any], None], edit: Any,
                                                         says: str) -> None:
    alter(change)
    before = path.read_bytes()
    with pytest.raises(Refused, match="was not changed") as caught:
        ClosedBook(path).apply([SetCells(PLAN, "theme", {"PI-01": "x"}), edit])
    assert says in str(caught.value)
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]


def test_a_table_is_added_on_a_sheet_as_new_masters_have_it(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = parts(path)
    ClosedBook(path).apply([AddTable(EXTRA, "Our plan"), AppendRows(EXTRA, [{"ref": "a", "on": date(2027, 1, 5)}, {"ref": "b"}])])
    after = parts(path)
    sheet, table = part_of(path, EXTRA)
    lists = ClosedBook(path)._workbook.sheet("Lists").part
    relations = f"xl/worksheets/_rels/{Path(sheet).name}.rels"
    assert changed(before, after) == {sheet, table, relations, lists, "[Content_Types].xml", "xl/_rels/workbook.xml.rels",
                                      "xl/workbook.xml", "xl/styles.xml"}
    assert b'Target="../tables/' in after[relations] and b'Target="/xl' not in after[relations]
    book: Any = openpyxl.load_workbook(path)
    added = book[EXTRA.title]
    assert book.sheetnames[-1] == EXTRA.title and added["A1"].value == "Interim · Our plan"
    assert (added["A5"].value, added["D5"].number_format, added["A6"].value) == ("a", "dd mmm yyyy", "b")
    assert added.print_title_rows == "$4:$4" and not added.sheet_view.tabSelected
    new = tmp_path / "new.xlsx"
    monkeypatch.setattr("sendxl.books.build.master.MASTER_TABLES", (*MASTER_TABLES, EXTRA))
    build_master(new, {EXTRA: [{"ref": "a"}, {"ref": "b"}]}, {})
    assert layout(path, EXTRA) == layout(new, EXTRA)
    ids = [excel.id for sheet in book for excel in sheet.tables.values()]
    assert len(set(ids)) == len(ids)


def test_a_sheet_is_added_also_where_each_sheet_declares_its_namespace(path: Path) -> None:
    """As openpyxl writes the workbook part; one that is not declared makes the whole file unreadable."""
    openpyxl.load_workbook(path).save(path)
    for table in (EXTRA, replace(EXTRA, name="Further", sheet="Further")):
        ClosedBook(path).apply([AddTable(table, "")])
    for name, xml in parts(path).items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(xml)
    assert openpyxl.load_workbook(path).sheetnames[-2:] == [EXTRA.title, "Further"]


def test_a_renamed_header_is_followed_by_every_formula(path: Path, alter: Alter) -> None:
    other = replace(PLAN, columns=tuple(replace(column, header="Field [of] work") if column.key == "theme" else column
                                        for column in PLAN))

    def use(book: Any) -> None:
        from openpyxl.workbook.defined_name import DefinedName

        sheet = book.create_sheet("Sums")
        sheet["A1"], sheet["A2"] = '=COUNTIF(Plan[Theme],"Inclusion")', "=COUNTA(plan[[#All],[Ref]:[Theme]])&\"Plan[Theme] \""
        sheet["A3"] = "=COUNTA(Measures[Ref])"
        book.defined_names["Themes"] = DefinedName("Themes", attr_text="Plan[Theme]")

    alter(use)
    before = parts(path)
    book = ClosedBook(path)
    book.apply([RenameHeader(other, "Theme", "field_of_work")])
    sheet, table = part_of(path, PLAN)
    sums = book._workbook.sheet("Sums").part
    summary = {name for name in changed(before, parts(path)) if b"Plan[Theme]" in before[name]}
    assert changed(before, parts(path)) == {sheet, table, sums, "xl/workbook.xml"} | summary
    assert [row["field_of_work"] for row in book.read(other)] == ["Inclusion"] * 3 and book.read(other).missing == []
    found: Any = openpyxl.load_workbook(path)
    assert found["Sums"]["A1"].value == "=COUNTIF(Plan[Field '[of'] work],\"Inclusion\")"
    assert found["Sums"]["A2"].value.startswith("=COUNTA(plan[[#All],[Ref]:[Field '[of'] work]])")
    assert found["Sums"]["A3"].value == "=COUNTA(Measures[Ref])"
    assert found.defined_names["Themes"].attr_text == "Plan[Field '[of'] work]"


def test_choices_are_brought_up(path: Path) -> None:
    before = parts(path)
    ClosedBook(path).apply([SetChoices(LATER_STAMPS, "kind")])
    lists = ClosedBook(path)._workbook.sheet("Lists").part
    assert changed(before, parts(path)) == {lists, "xl/workbook.xml", "xl/styles.xml"}
    book: Any = openpyxl.load_workbook(path)
    named = book.defined_names["list_StampKind"].attr_text.replace("'", "").removeprefix("Lists!").replace("$", "")
    assert [cell[0].value for cell in book["Lists"][named]] == list(LONGER)


def test_limits_are_brought_up_for_just_their_cells(path: Path) -> None:
    narrow = replace(PLAN, columns=tuple(replace(column, high=0.5) if column.key == "percent_complete" else column
                                         for column in PLAN))
    old = layout(path, PLAN)
    ClosedBook(path).apply([SetChoices(narrow, "percent_complete")])
    new = layout(path, PLAN)
    assert [header for header in new if new[header] != old[header]] == ["% complete"]
    assert [rule[:3] for rule in new["% complete"][2]] == [("decimal", "0", "0.5")]
