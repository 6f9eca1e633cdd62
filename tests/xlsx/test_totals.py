"""A totals row moves down below the new rows of its table, with what belongs to it; refused where something would be lost."""
# ruff: noqa: E501 (XML and cases read as tables: one a line)

import io
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
import xlsxwriter

from sendxl.xlsx.edit.added import AddedColumn
from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.growth import Growth
from sendxl.xlsx.edit.totals_row import rechained
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read.workbook import Workbook

Made = Callable[..., Workbook]
SHEET, TABLE, RELATIONS = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml", "xl/worksheets/_rels/sheet1.xml.rels"
DATA = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="2"><v>{n}</v></c><c r="C{n}"/></row>' for n in range(1, 4))
CELLS = '<c r="A{n}" s="3" t="str"><v>All</v></c><c r="B{n}" s="2"><f>SUBTOTAL(109,T[B])</f><v>5</v></c>'
TOTALS = f'<row r="{{n}}" ht="30" customHeight="1">{CELLS}</row>'
INLINE = '<c r="A{n}" s="1" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c><c r="B{n}" s="2"><v>{value}</v></c><c r="C{n}"/>'
NEW = INLINE.format(n=4, text="new 0", value=0), INLINE.format(n=5, text="new 1", value=1)


def totalled(ref: str = "A1:C4", filtered: str = "A1:C3") -> str:
    columns = ('<tableColumn id="1" name="A" totalsRowLabel="All"/><tableColumn id="2" name="B" totalsRowFunction="sum"/>'
               '<tableColumn id="3" name="C"/>')
    return (f'<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="1" name="T" displayName="T" ref="{ref}" '
            f'totalsRowCount="1"><autoFilter ref="{filtered}"/><tableColumns count="3">{columns}</tableColumns></table>')


def grown(book: Workbook, path: Path, rows: int = 2) -> Package:
    editor = Editor(book)
    editor.append(book.table("T"), {0: AddedColumn.of(*(f"new {n}" for n in range(rows))), 1: AddedColumn.of(*range(rows))}, rows)
    editor.save(path)
    return Package.open(path)


BELOW: list[tuple[str, str, str]] = [
    # what stands from the totals row on, and from the new rows on when A1:C4 has grown to A1:C6
    (TOTALS.format(n=4), f'<row r="4">{NEW[0]}</row><row r="5">{NEW[1]}</row>' + TOTALS.format(n=6), "a row of its own"),
    (TOTALS.format(n=4) + '<row r="6"><c r="E6"><v>1</v></c></row>',
     f'<row r="4">{NEW[0]}</row><row r="5">{NEW[1]}</row><row r="6">{CELLS.format(n=6)}<c r="E6"><v>1</v></c></row>', "a row with something beside"),
    (TOTALS.format(n=4) + '<row r="6"><c r="A6" s="2"/></row><row r="9"/>',
     f'<row r="4">{NEW[0]}</row><row r="5">{NEW[1]}</row><row r="6">{CELLS.format(n=6)}</row><row r="9"/>', "a row with a blank cell"),
    (f'<row r="4">{CELLS.format(n=4)}<c r="D4" s="1"/></row>',
     f'<row r="4">{NEW[0]}<c r="D4" s="1"/></row><row r="5">{NEW[1]}</row><row r="6">{CELLS.format(n=6)}</row>', "a blank cell beside"),
    ("", f'<row r="4">{NEW[0]}</row><row r="5">{NEW[1]}</row>', "no cells at all"),
]


@pytest.mark.parametrize(("before", "after"), [case[:2] for case in BELOW], ids=[case[2] for case in BELOW])
@pytest.mark.parametrize("shape", ["common", "odd"])
def test_only_the_totals_row_moves(made: Made, tmp_path: Path, before: str, after: str, shape: str) -> None:
    rows = DATA if shape == "common" else DATA.replace("<row r", "<!-- odd --><row r", 1)
    book = made(rows + before, table=totalled())
    new = grown(book, tmp_path / "new.xlsx")
    assert new.read(SHEET).decode() == book.package.read(SHEET).decode().replace(rows + before, rows + after)
    assert new.read(TABLE).decode() == totalled("A1:C6", "A1:C5")


FOLLOW: list[tuple[str, str]] = [
    # what stands after the rows, and what becomes of it
    ('<conditionalFormatting sqref="A2:C3"/>', '<conditionalFormatting sqref="A2:C5"/>'),
    ('<conditionalFormatting sqref="A2:C4"/>', '<conditionalFormatting sqref="A2:C6"/>'),
    ('<conditionalFormatting sqref="A4:C4 E4"/>', '<conditionalFormatting sqref="A6:C6 E4"/>'),
    ('<dataValidations count="1"><dataValidation sqref="B4"/></dataValidations>', '<dataValidations count="1"><dataValidation sqref="B6"/></dataValidations>'),
    ('<dataValidations count="1"><dataValidation sqref="B2:B9"/></dataValidations>', '<dataValidations count="1"><dataValidation sqref="B2:B9"/></dataValidations>'),
    ('<hyperlinks><hyperlink ref="A3"/></hyperlinks>', '<hyperlinks><hyperlink ref="A3"/></hyperlinks>'),
]


@pytest.mark.parametrize(("before", "after"), FOLLOW)
def test_rules_follow(made: Made, tmp_path: Path, before: str, after: str) -> None:
    book = made(DATA + TOTALS.format(n=4), before='<dimension ref="A1:C4"/>', after=before, table=totalled())
    xml = grown(book, tmp_path / "new.xlsx").read(SHEET).decode()
    assert '<dimension ref="A1:C6"/>' in xml and xml.endswith(f"{after}</worksheet>")


NAMED = [("Plan!$A$2:$A$3", "Plan!$A$2:$A$5"), ("Plan!$A$1:$C$4", "Plan!$A$1:$C$6"), ("Plan!$E$4", "Plan!$E$4"), ("T[[#Totals],[B]]", "T[[#Totals],[B]]")]


@pytest.mark.parametrize(("before", "after"), NAMED)
def test_names_follow(made: Made, tmp_path: Path, before: str, after: str) -> None:
    names = '<definedNames><definedName name="n">{}</definedName></definedNames>'
    book = made(DATA + TOTALS.format(n=4), table=totalled(), names=names.format(before))
    assert names.format(after) in grown(book, tmp_path / "new.xlsx").read("xl/workbook.xml").decode()


def one(cell: str) -> str:
    return DATA + TOTALS.format(n=4) + cell


NAME = "<definedNames><definedName name=\"n\">Plan!$B$4</definedName></definedNames>"
REFUSED: list[tuple[dict[str, str], str]] = [
    ({"data": one('<row r="5"><c r="B5"><v>1</v></c></row>')}, "Plan!B5, below the table, is not empty"),
    ({"data": one('<row r="6"><c r="B6"><v>1</v></c></row>')}, "Plan!B6, below the table, is not empty"),
    ({"data": one("").replace("</row>", '<c r="E4"><v>1</v></c></row>').replace('<c r="E4"><v>1</v></c>', "", 3)}, "Plan!E4 stands beside the totals row"),
    ({"data": one('<row r="8"><c r="F8"><f>B4*2</f></c></row>')}, r"formula on Plan names a cell of its totals row \(B4\*2\)"),
    ({"data": one('<row r="8"><c r="F8"><f>SUM(Plan!$A$2:$B$4)</f></c></row>')}, "names a cell of its totals row"),
    ({"data": one(""), "after": '<conditionalFormatting sqref="F1"><cfRule><formula>$B$4&gt;1</formula></cfRule></conditionalFormatting>'}, "names a cell of its totals row"),
    ({"data": one("").replace("SUBTOTAL(109,T[B])", "SUM(B2:B3)")}, "Plan!B4 counts up to row 3"),
    ({"data": one("").replace("<f>", '<f t="array" ref="B4">')}, "array or shared formula"),
    ({"data": one(""), "names": NAME}, "name or chart shows a cell of its totals row"),
    ({"data": one(""), "after": '<mergeCells><mergeCell ref="A4:C4"/></mergeCells>'}, "merged range"),
    ({"data": one(""), "after": '<mergeCells><mergeCell ref="C6:D6"/></mergeCells>'}, "merged range"),
    ({"data": one(""), "after": '<hyperlinks><hyperlink ref="A4"/></hyperlinks>'}, "holds a link"),
    ({"data": one(""), "after": '<extLst><ext xmlns:e="e"><e:sparkline><e:sqref>C4</e:sqref></e:sparkline></ext></extLst>'}, "sparkline"),
]


@pytest.mark.parametrize(("given", "says"), REFUSED)
def test_what_would_be_lost(made: Made, tmp_path: Path, given: dict[str, str], says: str) -> None:
    with pytest.raises(Refusal, match=says):
        grown(made(table=totalled(), **given), tmp_path / "new.xlsx")


@pytest.mark.parametrize("formula", ['"B4"&amp;"B3"', "T[[#Totals],[B]]", "B40+AB4", "Other!B4", "T[B4 and B3]", "LOG10(B4x)", "B2:B9", "E4"])
def test_formulas_that_name_something_else(made: Made, tmp_path: Path, formula: str) -> None:
    cell = f'<row r="8"><c r="F8"><f>{formula}</f></c></row>'
    new = grown(made(one(cell), table=totalled()), tmp_path / "new.xlsx")
    assert cell in new.read(SHEET).decode() and 'fullCalcOnLoad="1"' in new.read("xl/workbook.xml").decode()


CHAINS = [('<c r="B4" i="1"/>', '<c r="B6" i="1"/>'), ('<c r="A1" i="1"/><c r="B4"/>', '<c r="A1" i="1"/><c r="B6"/>'),
          ('<c r="B4" i="2"/><c r="B4" i="1"/><c r="E4" l="1"/>', '<c r="B4" i="2"/><c r="B6" i="1"/><c r="E4" l="1"/>')]


@pytest.mark.parametrize(("before", "after"), CHAINS)
def test_the_calculation_chain_knows_the_new_place(made: Made, before: str, after: str) -> None:
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</calcChain>'
    xml = rechained(chain.format(before).encode(), made(one(""), table=totalled()), [Growth("Plan", 1, 1, 3, 3, 5, totals=True)])
    assert xml.decode() == chain.format(after)


def with_parts(package: Package, parts: dict[str, str], relation: str = "") -> Workbook:
    """The workbook with more parts, and its sheet related to one of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for part in (part for part in package.names if part not in parts):
            xml = package.read(part).decode()
            target.writestr(part, xml.replace("</Relationships>", f"{relation}</Relationships>") if part == RELATIONS else xml)
        for part, xml in parts.items():
            target.writestr(part, xml)
    return Workbook(Package(out.getvalue()))


COMMENTS = '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="../comments1.xml"/>'


@pytest.mark.parametrize(("ref", "refused"), [("B3", False), ("B4", True)])
def test_a_note_in_it(made: Made, tmp_path: Path, ref: str, refused: bool) -> None:
    note = f'<comments><commentList><comment ref="{ref}"/></commentList></comments>'
    book = with_parts(made(one(""), table=totalled()).package, {"xl/comments1.xml": note}, COMMENTS)
    with pytest.raises(Refusal, match="note in its totals row") if refused else nullcontext():
        grown(book, tmp_path / "new.xlsx")


def test_a_calculation_chain_is_not_left_behind(made: Made, tmp_path: Path) -> None:
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="B4" i="1"/></calcChain>'
    package = made(one(""), table=totalled()).package
    relation = ('<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain" '
                'Target="calcChain.xml"/></Relationships>')
    relations = package.read("xl/_rels/workbook.xml.rels").decode().replace("</Relationships>", relation)
    book = with_parts(package, {"xl/calcChain.xml": chain, "xl/_rels/workbook.xml.rels": relations})
    assert grown(book, tmp_path / "new.xlsx").read("xl/calcChain.xml").decode() == chain.replace("B4", "B6")


def test_others_read_it_where_it_should_be(tmp_path: Path) -> None:
    path = tmp_path / "totals.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Data")
        sheet.add_table("B3:D7", {"name": "T", "total_row": True, "data": [[f"K{n}", n] for n in range(1, 4)], "columns": [
            {"header": "Key", "total_string": "All"}, {"header": "Number", "total_function": "sum"}, {"header": "Twice", "formula": "=T[[#This Row],[Number]]*2"}]})
    new = grown(Workbook(Package.open(path)), tmp_path / "new.xlsx", 5)
    found: Any = openpyxl.load_workbook(io.BytesIO(new.blob))["Data"]
    assert (found.tables["T"].ref, found.tables["T"].autoFilter.ref, found.tables["T"].totalsRowCount) == ("B3:D12", "B3:D11", 1)
    assert [found.cell(row, 2).value for row in range(4, 13)] == ["K1", "K2", "K3", *(f"new {n}" for n in range(5)), "All"]
    assert found["C12"].value == "=SUBTOTAL(109,[Number])" and all("T[" in found.cell(row, 4).value for row in range(4, 12))
    theirs = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(new.blob)).get_sheet_by_name("Data").to_python()
    assert [row[0] for row in theirs[-6:]] == [*(f"new {n}" for n in range(5)), "All"]
