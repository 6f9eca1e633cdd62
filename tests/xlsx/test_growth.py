"""Rows added below a table: it grows, and all that ends with it; refused where there is no room."""
# ruff: noqa: E501 (XML and cases read as tables: one a line)

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from sendxl.xlsx.edit.added import AddedColumn
from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read.workbook import Workbook

Made = Callable[..., Workbook]
SHEET = "xl/worksheets/sheet1.xml"


def text(value: str) -> str:
    return f'<is><t xml:space="preserve">{value}</t></is>'


def appended(book: Workbook, path: Path, rows: int = 2, *, fill_first: bool = False) -> Package:
    editor = Editor(book)
    editor.append(book.table("T"), {0: AddedColumn.of(*(f"new {n}" for n in range(rows))), 1: AddedColumn.of(*range(rows))}, rows, fill_first=fill_first)
    editor.save(path)
    return Package.open(path)


ROWS = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="2"><v>{n}</v></c><c r="C{n}"/></row>' for n in range(1, 4))
FOLLOW: list[tuple[str, str]] = [
    # what stands after the rows, and what it becomes when A1:C3 grows to A1:C5
    ('<conditionalFormatting sqref="A2:A3 E2:E3"/>', '<conditionalFormatting sqref="A2:A5 E2:E3"/>'),
    ('<conditionalFormatting sqref="A2:F3"/>', '<conditionalFormatting sqref="A2:F5"/>'),
    ('<conditionalFormatting sqref="A3"/>', '<conditionalFormatting sqref="A3"/>'),
    ('<dataValidations count="1"><dataValidation sqref="B2:B3"><formula1>"a,b"</formula1></dataValidation></dataValidations>',
     '<dataValidations count="1"><dataValidation sqref="B2:B5"><formula1>"a,b"</formula1></dataValidation></dataValidations>'),
    ('<dataValidations count="1"><dataValidation sqref="B2:B9"/></dataValidations>',
     '<dataValidations count="1"><dataValidation sqref="B2:B9"/></dataValidations>'),
    ('<extLst><ext xmlns:e="e"><e:dataValidation><e:sqref>C2:C3</e:sqref></e:dataValidation></ext></extLst>',
     '<extLst><ext xmlns:e="e"><e:dataValidation><e:sqref>C2:C5</e:sqref></e:dataValidation></ext></extLst>'),
    ('<extLst><ext xmlns:e="e"><e:sparkline><e:sqref>C2:C3</e:sqref></e:sparkline></ext></extLst>',
     '<extLst><ext xmlns:e="e"><e:sparkline><e:sqref>C2:C3</e:sqref></e:sparkline></ext></extLst>'),
    ('<autoFilter ref="A1:C3"/>', '<autoFilter ref="A1:C5"/>'),
]


@pytest.mark.parametrize(("after", "grown"), FOLLOW)
@pytest.mark.parametrize("shape", ["common", "odd"])
def test_what_ends_with_the_table_grows(made: Made, table: Callable[..., str], tmp_path: Path, after: str, grown: str, shape: str) -> None:
    rows = ROWS if shape == "common" else ROWS.replace("<row r", "<!-- odd --><row r", 1)
    new = appended(made(rows, before='<dimension ref="A1:C3"/>', after=after, table=table()), tmp_path / "new.xlsx").read(SHEET).decode()
    assert '<dimension ref="A1:C5"/>' in new and new.endswith(grown + "</worksheet>")
    assert f'<row r="4"><c r="A4" s="1" t="inlineStr">{text("new 0")}</c><c r="B4" s="2"><v>0</v></c><c r="C4"/></row>' in new


NAMES = [
    ("Plan!$A$2:$A$3", "Plan!$A$2:$A$5"), ("'Plan'!$A$2:$A$3,Plan!$C$2:$C$3", "'Plan'!$A$2:$A$5,Plan!$C$2:$C$5"),
    ("Plan!$A$1:$H$3", "Plan!$A$1:$H$5"), ("Plan!$A$2:$A$2", "Plan!$A$2:$A$2"), ("Plan!$E$2:$E$3", "Plan!$E$2:$E$3"),
    ("Other!$A$2:$A$3", "Other!$A$2:$A$3"), ("Plan!$A$2:$A$30", "Plan!$A$2:$A$30"), ("Plan!$A$3", "Plan!$A$3"),
    ("COUNTIF(Plan!$A$2:$A$3,&quot;&gt;1&quot;)", 'COUNTIF(Plan!$A$2:$A$5,"&gt;1")'),
]


@pytest.mark.parametrize(("before", "grown"), NAMES)
def test_names_that_end_with_the_table_grow(made: Made, table: Callable[..., str], tmp_path: Path, before: str, grown: str) -> None:
    names = '<definedNames><definedName name="n">{}</definedName></definedNames>'
    book = made(ROWS, table=table(), names=names.format(before))
    assert names.format(grown) in appended(book, tmp_path / "new.xlsx").read("xl/workbook.xml").decode()


@pytest.mark.parametrize(("before", "grown"), [
    ("Plan!$A$1:$H$3", "Plan!$A$1:$H$5"), ("Plan!$A$1:$C$4", "Plan!$A$1:$C$5"), ("Plan!$A$1:$C$9", "Plan!$A$1:$C$9"),
    ("Plan!$A$2:$H$4", "Plan!$A$2:$H$4"), ("Plan!$A$1:$B$4", "Plan!$A$1:$B$4"), ("Plan!$A$1:$B$3", "Plan!$A$1:$B$5"),
    ("Other!$A$1:$H$4", "Other!$A$1:$H$4")])
def test_what_is_printed_goes_on_holding_the_whole_table(made: Made, table: Callable[..., str], tmp_path: Path, before: str,
                                                         grown: str) -> None:
    names = '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">{}</definedName></definedNames>'
    book = made(ROWS, table=table(), names=names.format(before))
    assert names.format(grown) in appended(book, tmp_path / "new.xlsx").read("xl/workbook.xml").decode()


def test_the_table_grows_with_its_filter(made: Made, table: Callable[..., str], tmp_path: Path) -> None:
    new = appended(made(ROWS, table=table()), tmp_path / "new.xlsx")
    assert new.read("xl/tables/table1.xml").decode() == table("A1:C5").replace("A1:C3", "A1:C5")


def test_the_blank_row_of_an_empty_table_is_filled_first(made: Made, table: Callable[..., str], tmp_path: Path) -> None:
    rows = '<row r="1"/><row r="2"><c r="A2" s="1"/><c r="B2" s="2"/><c r="C2"/></row>'
    book = made(rows, table=table("A1:C2", more='insertRow="1"'), after='<conditionalFormatting sqref="A2"/>')
    new = appended(book, tmp_path / "new.xlsx", fill_first=True)
    assert 'ref="A1:C3" insertRow="0"' in new.read("xl/tables/table1.xml").decode()
    assert '<conditionalFormatting sqref="A2:A3"/>' in new.read(SHEET).decode()
    one = appended(book, tmp_path / "one.xlsx", 1, fill_first=True)
    assert 'ref="A1:C2" insertRow="0"' in one.read("xl/tables/table1.xml").decode()


def test_a_calculated_column_is_filled(made: Made, table: Callable[..., str], tmp_path: Path) -> None:
    columns = ('<tableColumn id="1" name="A"/><tableColumn id="2" name="B"/><tableColumn id="3" name="C">'
               "<calculatedColumnFormula>T[[#This Row],[B]]&lt;2</calculatedColumnFormula></tableColumn>")
    new = appended(made(ROWS, table=table(columns=columns)), tmp_path / "new.xlsx")
    assert '<c r="C4"><f>T[[#This Row],[B]]&lt;2</f></c>' in new.read(SHEET).decode()
    assert '<calcPr fullCalcOnLoad="1"/>' in new.read("xl/workbook.xml").decode()


HARD: list[tuple[dict[str, str], str]] = [
    ({"data": ROWS + '<row r="4"><c r="B4"><v>1</v></c></row>'}, "Plan!B4, below the table, is not empty"),
    ({"data": ROWS + '<row r="5"><c r="C5"><f>1</f></c></row>'}, "Plan!C5, below the table, is not empty"),
    ({"data": ROWS, "after": '<mergeCells><mergeCell ref="B5:D6"/></mergeCells>'}, "merged range"),
]


@pytest.mark.parametrize(("given", "says"), HARD)
def test_no_room_below(made: Made, table: Callable[..., str], tmp_path: Path, given: dict[str, str], says: str) -> None:
    with pytest.raises(Refusal, match=says):
        appended(made(table=table(), **given), tmp_path / "new.xlsx")


@pytest.mark.parametrize("beside", ["", '<row r="4"><c r="E4"><v>1</v></c></row>'])
def test_appending_leaves_the_rows_before_alone(made: Made, table: Callable[..., str], tmp_path: Path, beside: str,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """The skeleton's outcome is that of splicing the whole part, and it is used wherever rows stand apart."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 3000))
    rows = rows.replace('<row r="2999">', '<row r="2999" ht="3">') + beside.replace("4", "3000")
    book = made(rows, before='<dimension ref="A1:C2999"/>', table=table("A1:C2999"), after='<conditionalFormatting sqref="A2:A2999"/>')
    assert book.skeleton(SHEET, 2999)
    short = appended(book, tmp_path / "short.xlsx").read(SHEET)
    monkeypatch.setattr(Workbook, "skeleton", lambda *_: None)
    assert appended(book, tmp_path / "long.xlsx").read(SHEET) == short


def test_rows_that_are_added_take_little_memory(made: Made, table: Callable[..., str], tmp_path: Path) -> None:
    """A few times the part that they make: of a cell no more is kept than its value, of the part no copy but while it is looked at."""
    book, rows = made(ROWS, table=table()), 20_000
    names, numbers = [f"new {n}" for n in range(rows)], [*range(rows)]
    editor = Editor(book)
    tracemalloc.start()
    try:
        editor.append(book.table("T"), {0: AddedColumn.of(*names), 1: AddedColumn.of(*numbers)}, rows)
        kept = tracemalloc.get_traced_memory()[0]
        editor.save(tmp_path / "new.xlsx")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    size = Package.open(tmp_path / "new.xlsx").infos[SHEET].file_size
    assert size > 100 * rows
    assert kept < 60 * rows
    assert most < 3.5 * size
