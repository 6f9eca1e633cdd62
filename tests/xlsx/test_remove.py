"""Rows taken out of a table: the others stay as they were and move up, with all that ends with the table; or nothing is done."""
# ruff: noqa: E501 (XML and cases read as tables: one a line)

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.write import How, Refusal, Write
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read.reader import read_sheet
from sendxl.xlsx.read.walk import in_pieces
from sendxl.xlsx.read.workbook import Workbook
from tests.fuzzing import fuzzed

Made = Callable[..., Workbook]
MakeTable = Callable[..., str]
SHEET = "xl/worksheets/sheet1.xml"
LAST = 6


def row(number: int, was: int = 0) -> str:
    """A row with what makes it hard: attributes, a text that looks like addresses, styles, a shared string."""
    was = was or number
    return (f'<row r="{number}" spans="1:3" ht="{was}5" customHeight="1"><c r="A{number}" s="1"><v>{was}</v></c>'
            f'<c r="B{number}" t="inlineStr"><is><t xml:space="preserve">A{was}" r="B{was}"</t></is></c><c r="C{number}" t="s"><v>0</v></c></row>')


ROWS = '<row r="1"><c r="A1"/></row>' + "".join(map(row, range(2, LAST + 1)))


def removed(book: Workbook, path: Path, *rows: int) -> Package:
    editor = Editor(book)
    editor.remove(book.table("T"), rows)
    editor.save(path)
    return Package.open(path)


TAKEN: list[tuple[tuple[int, ...], str]] = [
    ((2,), row(2, 3) + row(3, 4) + row(4, 5) + row(5, 6)),
    ((6,), row(2) + row(3) + row(4) + row(5)),
    ((3, 5), row(2) + row(3, 4) + row(4, 6)),
    ((5, 3, 2, 4), row(2, 6)),
    ((2, 3, 4, 5, 6), '<row r="2" spans="1:3" ht="25" customHeight="1"><c r="A2" s="1"/><c r="B2"/><c r="C2"/></row>'),
]


@pytest.mark.parametrize(("rows", "after"), TAKEN)
def test_the_others_move_up_byte_for_byte(made: Made, table: MakeTable, tmp_path: Path, rows: tuple[int, ...], after: str) -> None:
    book = made(ROWS, before='<dimension ref="A1:C6"/>', table=table("A1:C6"))
    new, last = removed(book, tmp_path / "new.xlsx", *rows), max(2, LAST - len(rows))
    assert new.read(SHEET).decode() == (book.package.read(SHEET).decode()
                                        .replace(ROWS, '<row r="1"><c r="A1"/></row>' + after).replace("A1:C6", f"A1:C{last}"))
    assert new.read("xl/tables/table1.xml").decode() == table(f"A1:C{last}")
    for part in book.package.names:
        if part not in (SHEET, "xl/tables/table1.xml"):
            assert new.raw(part) == book.package.raw(part)


FOLLOW: list[tuple[str, str]] = [
    # what stands after the rows, and what it becomes when rows 3 and 5 of 2 to 6 go
    ('<conditionalFormatting sqref="A2:A6 E2:E6"/>', '<conditionalFormatting sqref="A2:A4 E2:E4"/>'),
    ('<conditionalFormatting sqref="A2:A4 A6"/>', '<conditionalFormatting sqref="A2:A3 A4"/>'),
    ('<conditionalFormatting sqref="A2:A9"><cfRule type="expression"><formula>$A2=LEN(A2)</formula></cfRule></conditionalFormatting>',
     '<conditionalFormatting sqref="A2:A7"><cfRule type="expression"><formula>$A2=LEN(A2)</formula></cfRule></conditionalFormatting>'),
    ('<dataValidations count="1"><dataValidation sqref="B2:B1048576"><formula1>"A3,b"</formula1></dataValidation></dataValidations>',
     '<dataValidations count="1"><dataValidation sqref="B2:B1048576"><formula1>"A3,b"</formula1></dataValidation></dataValidations>'),
    ('<extLst><ext xmlns:e="e"><e:dataValidation><e:sqref>C2:C6</e:sqref></e:dataValidation></ext></extLst>',
     '<extLst><ext xmlns:e="e"><e:dataValidation><e:sqref>C2:C4</e:sqref></e:dataValidation></ext></extLst>'),
    ('<autoFilter ref="A1:C6"/>', '<autoFilter ref="A1:C4"/>'),
    ('<mergeCells><mergeCell ref="A1:B2"/></mergeCells>', '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'),
]


@pytest.mark.parametrize(("after", "moved"), FOLLOW)
def test_what_ends_with_the_table_moves_up(made: Made, table: MakeTable, tmp_path: Path, after: str, moved: str) -> None:
    new = removed(made(ROWS, after=after, table=table("A1:C6")), tmp_path / "new.xlsx", 3, 5).read(SHEET).decode()
    assert new.endswith(f"</sheetData>{moved}</worksheet>")


NAMES = [
    ("Plan!$A$2:$A$6", "Plan!$A$2:$A$4"), ("'Plan'!$A$4,Plan!$C$2:$C$9", "'Plan'!$A$3,Plan!$C$2:$C$7"), ("Plan!$A$3:$C$4", "Plan!$A$3:$C$3"),
    ("Other!$A$2:$A$6", "Other!$A$2:$A$6"), ("Plan!$A$1:$C$1", "Plan!$A$1:$C$1"), ("Plan!$1:$1", "Plan!$1:$1"),
    ("COUNTIF(Plan!$A$2:$A$6,&quot;&gt;1&quot;)", 'COUNTIF(Plan!$A$2:$A$4,"&gt;1")'),
]


@pytest.mark.parametrize(("before", "moved"), NAMES)
def test_names_follow(made: Made, table: MakeTable, tmp_path: Path, before: str, moved: str) -> None:
    names = '<definedNames><definedName name="n">{}</definedName></definedNames>'
    book = made(ROWS, table=table("A1:C6"), names=names.format(before))
    assert names.format(moved) in removed(book, tmp_path / "new.xlsx", 3, 5).read("xl/workbook.xml").decode()


def test_what_the_table_is_sorted_by_follows(made: Made, table: MakeTable, tmp_path: Path) -> None:
    part = table("A1:C6").replace("</table>", '<sortState ref="A2:C6"><sortCondition ref="B2:B6"/></sortState></table>')
    new = removed(made(ROWS, table=part), tmp_path / "new.xlsx", 3).read("xl/tables/table1.xml").decode()
    assert new == part.replace("C6", "C5").replace("B6", "B5")


ABOVE, NAMED = '<row r="1">{}</row>', '<definedNames><definedName name="n">{}</definedName></definedNames>'
HARM: list[tuple[dict[str, Any], str]] = [
    ({"data": ROWS.replace('<c r="C5" t="s"><v>0</v></c>', '<c r="C5"><f>B5</f><v>1</v></c>')}, "Plan!C5 holds a formula"),
    ({"data": ROWS.replace('<v>0</v></c></row><row r="4"', '<v>0</v></c><c r="E3"><v>1</v></c></row><row r="4"')}, "Plan!E3 stands beside"),
    ({"data": ROWS + '<row r="8"><c r="B8"><v>1</v></c></row>'}, "Plan!B8, below the table"),
    ({"data": ROWS.replace('<c r="A1"/>', '<c r="A1"><f>SUM(A4:A6)</f></c>')}, "names rows that would go"),
    ({"data": ROWS.replace('<row r="3"', '<!-- odd --><row r="3"')}, "stored in an unusual way"),
    ({"data": ROWS.replace('<c r="A3" s="1">', '<c s="1" r="A3">')}, "stored in an unusual way"),
    ({"after": '<mergeCells><mergeCell ref="E4:F4"/></mergeCells>'}, "E4:F4 is merged"),
    ({"after": '<hyperlinks><hyperlink ref="A4" location="x"/></hyperlinks>'}, "A4 holds a link"),
    ({"after": '<conditionalFormatting sqref="A4:A6"/>'}, "A4:A6: a rule"),
    ({"after": '<conditionalFormatting sqref="A3"/>'}, "A3: a rule"),
    ({"after": '<conditionalFormatting sqref="A2:A6"><cfRule><formula>A2=A$4</formula></cfRule></conditionalFormatting>'}, "names rows that would go"),
    ({"after": '<extLst><ext xmlns:e="e"><e:sparkline><e:sqref>C4</e:sqref></e:sparkline></ext></extLst>'}, "sparkline"),
    ({"after": '<controls xmlns:x="x"><control><anchor><from><x:row>4</x:row></from></anchor></control></controls>'}, "picture, chart or button"),
    ({"names": NAMED.format("Plan!$A$3")}, r"shows Plan!\$A\$3"),
]


@pytest.mark.parametrize(("wrong", "says"), HARM)
def test_what_would_be_harmed(made: Made, table: MakeTable, tmp_path: Path, wrong: dict[str, Any], says: str) -> None:
    book = made(**{"data": ROWS, "table": table("A1:C6"), **wrong})
    with pytest.raises(Refusal, match=says):
        removed(book, tmp_path / "new.xlsx", 3, 5)
    editor = Editor(book)
    editor.remove(book.table("T"), [3, 5])
    with pytest.raises(Refusal, match=says):
        editor.check()


def test_a_totals_row_does_not_move(made: Made, table: MakeTable, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="totals row"):
        removed(made(ROWS, table=table("A1:C6", more='totalsRowCount="1"')), tmp_path / "new.xlsx", 3)


def test_a_sheet_takes_no_other_edit_and_a_table_no_strange_row(made: Made, table: MakeTable) -> None:
    book = made(ROWS, table=table("A1:C6"))
    editor = Editor(book)
    editor.remove(book.table("T"), [3])
    editor.write(book.sheets[0], 2, 1, Write(How.SET, 1))
    with pytest.raises(ValueError, match="no other edit"):
        editor.check()
    for rows in ([1], [7], [2, 9]):
        with pytest.raises(ValueError, match="has no row"):
            editor.remove(book.table("T"), rows)


@pytest.mark.parametrize("wrong", [(b"<v>4</v>", b"<v>9</v>"), (b'<c r="A4"', b'<c r="A5"'), (row(4, 5).encode(), b""), (b's="1"', b's="2"')])
def test_a_file_that_was_written_wrongly_is_noticed(made: Made, table: MakeTable, tmp_path: Path, wrong: tuple[bytes, bytes],
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sendxl.xlsx.edit.shrink.in_pieces", lambda rows: (b"".join(in_pieces(rows)).replace(*wrong),))
    with pytest.raises(Refusal, match="does not hold"):
        removed(made(ROWS, table=table("A1:C6")), tmp_path / "new.xlsx", 3)


def _noted(path: Path, *, picture: bool, comment: bool, elsewhere: str = "") -> Workbook:
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    sheet, other = book.add_worksheet("Plan"), book.add_worksheet("Other")
    sheet.add_table("A1:B6", {"name": "T", "data": [[n, f"t{n}"] for n in range(5)]})
    if comment:
        sheet.write_comment("B4", "why")
    if picture:
        chart: Any = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Other!$A$1:$A$3"})
        sheet.insert_chart("D4", chart)
    if elsewhere:
        other.write_formula("A1", elsewhere, None, 1)
    book.close()
    return Workbook(Package.open(path))


ELSEWHERE: list[tuple[dict[str, Any], str]] = [
    ({"comment": True, "picture": False}, "B4 has a note"),
    ({"comment": False, "picture": True}, "picture, chart or button"),
    *(({"comment": False, "picture": False, "elsewhere": formula}, "a formula on Other")
      for formula in ("=Plan!A4", "='Plan'!$A$2+1", "=SUM(Plan!A2:A5)", '=IF(Plan!B6="Plan!A1",1,2)')),
]


@pytest.mark.parametrize(("given", "says"), ELSEWHERE)
def test_notes_charts_and_formulas_of_other_sheets(tmp_path: Path, given: dict[str, Any], says: str) -> None:
    book = _noted(tmp_path / "old.xlsx", **given)
    with pytest.raises(Refusal, match=says):
        removed(book, tmp_path / "new.xlsx", 2)


@pytest.mark.parametrize("formula", ["=COUNTA(Plan!A:A)", "=SUM(Plan!A2:A6)", "=Plan!A1", "=SUM(T[Column1])", "=Other!A4", '="Plan!A4"'])
def test_formulas_that_say_the_same_afterwards(tmp_path: Path, formula: str) -> None:
    book = _noted(tmp_path / "old.xlsx", comment=False, picture=False, elsewhere=formula)
    new = removed(book, tmp_path / "new.xlsx", 2)
    assert b'fullCalcOnLoad="1"' in new.read("xl/workbook.xml")


CELLS = st.one_of(st.none(), st.integers(-10**6, 10**6), st.floats(-1e6, 1e6), st.booleans(),
                  st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12).filter(lambda text: not text.startswith("=")))


@fuzzed(40)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12), picked=st.sets(st.integers(0, 11)))
def test_the_rows_that_stay_read_back_equal(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]], picked: set[int]) -> None:
    import xlsxwriter

    folder = tmp_path_factory.mktemp("removed")
    made = xlsxwriter.Workbook(folder / "old.xlsx")
    sheet = made.add_worksheet()
    sheet.add_table(2, 1, 2 + len(rows), 3, {"name": "T"})
    for number, values in enumerate(rows, 3):
        for column, value in enumerate(values, 1):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write(number, column, value)
    made.close()
    old = Workbook(Package.open(folder / "old.xlsx"))
    numbers = [4 + at for at in picked if at < len(rows)]
    stays = [values for at, values in enumerate(rows) if at not in picked] or [(None, None, None)]
    new = Workbook(removed(old, folder / "new.xlsx", *numbers)) if numbers else old
    assert str(new.table("T").area) == f"B3:D{3 + len(stays)}"
    by_number = dict(read_sheet(new, new.sheets[0]).rows)
    before = dict(read_sheet(old, old.sheets[0]).rows)
    kept = [number for number in range(4, 4 + len(rows)) if number not in numbers]
    for to, number in enumerate(kept, 4):
        assert [(c.column, c.kind, c.value, c.style) for c in by_number.get(to, {}).values()] == [
            (c.column, c.kind, c.value, c.style) for c in before.get(number, {}).values()]
    shown, was = (openpyxl.load_workbook(io.BytesIO(book.package.blob)).worksheets[0] for book in (new, old))
    assert shown.max_row <= 3 + len(stays)
    for to, number in enumerate(kept, 4):
        assert [shown.cell(to, column).value for column in (2, 3, 4)] == [was.cell(number, column).value for column in (2, 3, 4)]
