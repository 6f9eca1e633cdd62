"""Cells as they are: every kind, and the same by pattern and by events."""
# ruff: noqa: E501 (XML and cases read as tables: one a line)

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.package import Limits, Package
from sendxl.xlsx.read.pattern import Kept
from sendxl.xlsx.read.reader import PatternRow, SheetCell, SheetReader
from sendxl.xlsx.read.workbook import Workbook
from tests.fuzzing import fuzzed

Made = Callable[..., Workbook]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read(book: Workbook, by_pattern: bool = True) -> list[tuple[int, dict[int, SheetCell]]]:
    return [(number, dict(cells)) for number, cells in SheetReader(book, book.sheets[0], by_pattern=by_pattern)]


CELLS: list[tuple[str, str, object]] = [
    ('<c r="A1"/>', "blank", None),
    ('<c r="A1" s="2"></c>', "blank", None),
    ('<c r="A1"><v>12</v></c>', "number", 12),
    ('<c r="A1" t="n"><v>-1.50</v></c>', "number", -1.5),
    ('<c r="A1"><v>1E3</v></c>', "number", 1000),
    ('<c r="A1"><v>1e999</v></c>', "text", "1e999"),
    ('<c r="A1"><v>1_000</v></c>', "text", "1_000"),
    ('<c r="A1"><v>NaN</v></c>', "text", "NaN"),
    ('<c r="A1"><v>twelve</v></c>', "text", "twelve"),
    ('<c r="A1" s="1"><v>46113</v></c>', "date", datetime(2026, 4, 1)),
    ('<c r="A1" s="1"><v>46113.5</v></c>', "date", datetime(2026, 4, 1, 12)),
    ('<c r="A1" s="1"><v>59</v></c>', "date", datetime(1900, 2, 28)),
    ('<c r="A1" s="1"><v>2958465.9999999</v></c>', "date", datetime(9999, 12, 31, 23, 59, 59)),
    ('<c r="A1" s="1"><v>2958466</v></c>', "number", 2958466),
    ('<c r="A1" s="1"><v>-5</v></c>', "number", -5),
    ('<c r="A1" t="d"><v>2026-04-01T00:00:00Z</v></c>', "date", datetime(2026, 4, 1)),
    ('<c r="A1" t="d"><v>soon</v></c>', "error", "soon"),
    ('<c r="A1" t="b"><v>1</v></c>', "bool", True),
    ('<c r="A1" t="e"><v>#N/A</v></c>', "error", "#N/A"),
    ('<c r="A1" t="s"><v>0</v></c>', "text", "plain & simple"),
    ('<c r="A1" t="s"><v>1</v></c>', "text", "rich text"),
    ('<c r="A1" t="inlineStr"><is><t>a&lt;b &#65;&#x42; "q"</t></is></c>', "text", 'a<b AB "q"'),
    ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> two\r\nlines\r </t></is></c>', "text", " two\nlines\n "),
    ('<c r="A1" t="inlineStr"><is><t>_x000D_ _x005F_x000D_ _xD83D__xDE00_</t></is></c>', "text", "\r _x000D_ 😀"),
    ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>', "text", "a b"),
    ('<c r="A1" t="inlineStr"><is><t>漢</t><rPh sb="0" eb="1"><t>kan</t></rPh></is></c>', "text", "漢"),
    ('<c r="A1" t="inlineStr"><is><t></t></is></c>', "blank", None),
    ('<c r="A1" t="str"><f>A2&amp;""</f><v></v></c>', "text", ""),
    ('<c r="A1"><f>1+1</f><v>2</v></c>', "number", 2),
    ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', "number", 2),
    ('<c r="A1"><!-- note --><v><![CDATA[5]]></v></c>', "number", 5),
    ('<c><v>7</v></c>', "number", 7),
    ("<c r='A1'><v>7</v></c>", "number", 7),
    ('<c r="A1" foo="1"><v>7</v><extLst/></c>', "number", 7),
]


@pytest.mark.parametrize(("xml", "kind", "value"), CELLS)
@pytest.mark.parametrize("by_pattern", [True, False])
def test_a_cell(made: Made, xml: str, kind: str, value: object, by_pattern: bool) -> None:
    (_, cells), = read(made(f'<row r="1">{xml}</row>'), by_pattern)
    assert (cells[1].kind, cells[1].value, cells[1].formula) == (kind, value, "<f" in xml)
    assert cells[1].address == "A1"


def test_days_of_the_1904_system(made: Made) -> None:
    book = made('<row r="1"><c r="A1" s="1"><v>44651</v></c></row>', workbook='<workbookPr date1904="1"/>')
    assert read(book)[0][1][1].value == datetime(2026, 4, 1)


BAD: list[tuple[str, FileFault]] = [
    ('<row r="1"><c r="A1" s="99"><v>1</v></c></row>', FileFault.DAMAGED),
    ('<row r="1"><c r="A1" s="-1"><v>1</v></c></row>', FileFault.DAMAGED),
    ('<row r="1"><c r="A1" s="x"><v>1</v></c></row>', FileFault.DAMAGED),
    ('<row r="1"><c r="A1" t="s"><v>2</v></c></row>', FileFault.DAMAGED),
    ('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', FileFault.DAMAGED),
    ('<row r="1"><c r="A1" t="s"><is><t>x</t></is></c></row>', FileFault.DAMAGED),
    ('<row r="1"><c r="A2"><v>1</v></c></row>', FileFault.UNSAFE),
    ('<row r="1"><c r="XFE1"><v>1</v></c></row>', FileFault.UNSAFE),
    ('<row r="1048577"/>', FileFault.UNSAFE),
    ('<row r="x"/>', FileFault.DAMAGED),
    ('<row r="1"><c r="A1"><v>&nope;</v></c></row>', FileFault.DAMAGED),
    ('<row r="1"><c r="A1"><v>1</v></row>', FileFault.DAMAGED),
    ('<row r="1"/></sheetData><mergeCells><mergeCell ref="A:B"/></mergeCells><sheetData>', FileFault.DAMAGED),
]


@pytest.mark.parametrize(("data", "fault"), BAD)
@pytest.mark.parametrize("by_pattern", [True, False])
def test_what_is_refused(made: Made, data: str, fault: FileFault, by_pattern: bool) -> None:
    with pytest.raises(FileUnreadable) as caught:
        read(made(data), by_pattern)
    assert caught.value.fault is fault


@pytest.mark.parametrize("by_pattern", [True, False])
def test_names_that_a_stranger_thinks_up_are_counted(made: Made, by_pattern: bool) -> None:
    rows = "".join(f'<row r="{n}" a{n}="1"/>' for n in range(1, 12_000))
    with pytest.raises(FileUnreadable) as caught:
        read(made(rows), by_pattern)
    assert caught.value.fault is FileFault.UNSAFE


def test_sheets_share_no_part(made: Made) -> None:
    book = made()
    parts = {name: book.package.read(name) for name in book.package.names}
    sheets = b'<sheet name="Again" sheetId="2" r:id="rId1"/></sheets>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", sheets)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    with pytest.raises(FileUnreadable, match="used twice"):
        Workbook(Package(out.getvalue()))


def test_a_document_type_is_refused(made: Made) -> None:
    sheet = f'<!DOCTYPE x [<!ENTITY e "1">]><worksheet xmlns="{MAIN}"><sheetData><row r="1"/></sheetData></worksheet>'
    with pytest.raises(FileUnreadable) as caught:
        read(made(sheet=sheet))
    assert caught.value.fault is FileFault.UNSAFE


ROW = '<row r="2"{}><c r="B2"><v>5</v></c></row>'
WHOLE: dict[str, str | bytes] = {
    "with a byte order mark": b"\xef\xbb\xbf" + f'<worksheet xmlns="{MAIN}"><sheetData>{ROW.format("")}</sheetData></worksheet>'.encode(),
    "UTF-16": f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{MAIN}"><sheetData>{ROW.format("")}</sheetData></worksheet>'.encode("utf-16"),
    "Latin-1": f'<?xml version="1.0" encoding="ISO-8859-1"?><worksheet xmlns="{MAIN}"><sheetData>{ROW.format("")}</sheetData></worksheet>',
    "with a prefix": f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2"><x:c r="B2"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    "with a comment that looks like rows": f'<worksheet xmlns="{MAIN}"><!-- <sheetData><row r="1"> --><sheetData>{ROW.format("")}</sheetData></worksheet>',
    "laid out over lines": f'<worksheet xmlns="{MAIN}">\n <sheetData>\n  {ROW.format("")}\n </sheetData>\n</worksheet>',
}


@pytest.mark.parametrize("sheet", WHOLE.values(), ids=WHOLE.keys())
def test_sheets_of_any_make(made: Made, sheet: str | bytes) -> None:
    (number, cells), = read(made(sheet=sheet))
    assert number == 2 and {column: cell.value for column, cell in cells.items()} == {2: 5}


def test_an_unknown_encoding_is_damage(made: Made) -> None:
    with pytest.raises(FileUnreadable):
        read(made(sheet=f'<?xml version="1.0" encoding="klingon"?><worksheet xmlns="{MAIN}"/>'))


@pytest.mark.parametrize("by_pattern", [True, False])
def test_what_stands_around_the_rows(made: Made, by_pattern: bool) -> None:
    cols = '<cols><col min="2" max="2" hidden="1"/><col min="3" max="9" hidden="0"/><col min="10" max="16384" hidden="true"/></cols>'
    book = made(ROW.format(' ht="3" hidden="1"'), before='<dimension ref="A1:XFD1048576"/>' + cols,
                after='<sheetProtection sheet="1"/><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    reader_ = SheetReader(book, book.sheets[0], by_pattern=by_pattern)
    assert len(list(reader_)) == 1
    assert reader_.hidden_columns == [(2, 2), (10, 16_384)]
    assert (reader_.protected, reader_.hidden_rows, [str(m) for m in reader_.merges]) == (True, [2], ["A1:XFD1048576"])


@pytest.mark.parametrize("by_pattern", [True, False])
def test_too_many_cells(made: Made, by_pattern: bool) -> None:
    book = made('<row r="1"/><row r="2"><c r="A2"/></row><row r="4"/>')
    book.package.limits = Limits(cells=4)
    read(book, by_pattern)
    book.package.limits = Limits(cells=3)
    with pytest.raises(FileUnreadable) as caught:
        read(book, by_pattern)
    assert caught.value.fault is FileFault.TOO_LARGE


def _cell_xml(row: int, column: int, choice: int, text: str, style: int) -> str:
    at = f"{'ABCDEFGH'[column]}{row}"
    shown = escape("".join(c for c in text if c.isprintable() or c in "\n\t\r"))
    return (
        f'<c r="{at}" s="{style}"/>',
        f'<c r="{at}" s="{style}"><v>{len(text)}.5</v></c>',
        f'<c r="{at}" t="s" s="{style}"><v>1</v></c>',
        f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>',
        f'<c r="{at}" t="str"><f>A1&amp;"x"</f><v>{shown}</v></c>',
        f'<c r="{at}" t="inlineStr"><is><r><t>{shown}</t></r></is></c>',
        f'<c r="{at}" t="b"><v>1</v></c>',
        f'<c r="{at}"><v>{len(text)}</v><!-- odd --></c>',
        f'<c  r="{at}"><v>3</v></c>',
        f'<c r="{at}" cm="1"><f t="array" ref="{at}">SUM(A1)</f><v>3</v></c>',
    )[choice]


@fuzzed(100)
@given(st.lists(st.lists(st.tuples(st.integers(0, 9), st.text(max_size=8), st.integers(0, 3)), max_size=6), max_size=6),
       st.booleans())
def test_both_ways_read_the_same(made: Made, rows: list[list[tuple[int, str, int]]], common: bool) -> None:
    data = "".join(
        f'<row r="{number}">' + "".join(
            _cell_xml(number, column, choice % 5 if common else choice, text, style)
            for column, (choice, text, style) in enumerate(row)) + "</row>"
        for number, row in enumerate(rows, 1))
    book = made(data)
    assert read(book) == read(book, by_pattern=False)


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_pieces_of_any_size(made: Made, size: int) -> None:
    data = "".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>é {n}</t></is></c></row>' for n in range(1, 40))
    book = made(data, after='<sheetProtection sheet="1"/>')
    xml = book.package.read(book.sheets[0].part)
    pieces = [xml[at : at + size] for at in range(0, len(xml), size)]
    found = SheetReader(book, book.sheets[0], pieces)
    assert [(n, dict(cells)) for n, cells in found] == read(book, by_pattern=False) and found.protected


PROGRAMS = {
    "Excel": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    f'<worksheet xmlns="{MAIN}" xmlns:mc="http://m" mc:Ignorable="x14ac" xmlns:x14ac="http://x"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    '<sheetData><row r="4" spans="1:37" s="2" customFormat="1" ht="43.25" x14ac:dyDescent="0.2"><c r="A4" s="1" t="s"><v>0</v></c>'
    '<c r="B4"><f ca="1">TODAY()</f><v>1</v></c><c r="C4" t="str"><f t="shared" ref="C4:C9" si="0">A4&amp;" "</f><v xml:space="preserve"> </v></c>'
    '<c r="D4" cm="1"><f t="array" ref="D4:D5">B4</f><v>2</v></c></row></sheetData><pageMargins left="0.7"/></worksheet>',
    "LibreOffice": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1" customFormat="false" ht="12.8" hidden="false" outlineLevel="0" collapsed="false">'
    '<c r="A1" s="0" t="s"><v>1</v></c><c r="B1" s="0"><f aca="false">A1</f><v>5</v></c></row></sheetData></worksheet>',
    "XlsxWriter": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1" spans="1:2"><c r="A1" s="1"/><c r="B1" t="b"><v>0</v></c></row></sheetData></worksheet>',
    "openpyxl": f'<worksheet xmlns="{MAIN}"><sheetData><row r="3" ht="6" customHeight="1"></row><row r="4"><c r="A4" s="3" t="inlineStr">'
    '<is><t>Ref</t></is></c><c r="B4" t="n"><v>1</v></c><c r="C4"><f>1+1</f><v /></c></row></sheetData></worksheet>',
}


@pytest.mark.parametrize("sheet", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_what_programs_write_goes_by_pattern(made: Made, sheet: str) -> None:
    book = made(sheet=sheet)
    for _, row in SheetReader(book, book.sheets[0]):
        assert isinstance(row, PatternRow)
        assert row.cells.each_made_of(range(6)) == [row.cells.made_of(column) for column in range(6)]
    assert read(book) == read(book, by_pattern=False)


SOUND = (f'<worksheet xmlns="{MAIN}"><sheetData>' + "".join(
    f'<row r="{n}" ht="3"><c r="A{n}" s="1" t="s"><v>0</v></c><c r="B{n}" t="inlineStr"><is><t>x&amp;y</t></is></c>'
    f'<c r="C{n}"><f>A1</f><v>3</v></c><c r="D{n}"/></row>' for n in (1, 2)) + "</sheetData></worksheet>").encode()
SHARDS = [b"<!--", b"-->", b"<c>", b"</c>", b"<row>", b"</row>", b"<![CDATA[", b"]]>", b"&#65;", b"&bad;", b"\r", b" ", b'"', b"/>",
          b"</sheetData>", b"9", b"A", b"\xff", b"<f/>", b' s="9"', b' t="b"', b' hidden="1"', b"<v>", b"</v>"]


def _outcome(book: Workbook, xml: bytes, by_pattern: bool) -> object:
    found = SheetReader(book, book.sheets[0], (xml,), by_pattern=by_pattern)
    try:
        return [(number, dict(cells)) for number, cells in found], found.hidden_rows
    except FileUnreadable:
        return "refused"


@fuzzed(100)
@given(st.lists(st.tuples(st.integers(0, len(SOUND)), st.integers(0, 9), st.sampled_from(SHARDS)), min_size=1, max_size=3))
def test_both_ways_read_the_same_of_damaged_sheets(made: Made, changes: list[tuple[int, int, bytes]]) -> None:
    xml = SOUND
    for at, gone, shard in changes:
        xml = xml[:at] + shard + xml[at + gone :]
    book = made()
    assert _outcome(book, xml, True) == _outcome(book, xml, False)


TEXTS = [xml for xml, kind, _ in CELLS if "t=\"s\"" in xml or "inlineStr" in xml]


@pytest.mark.parametrize("xml", [xml for xml, _, _ in CELLS])
@pytest.mark.parametrize("beside", ["", TEXTS[0], '<c r="B1"><v>3</v></c>'])
@pytest.mark.parametrize(("tag", "hidden"), [
    ('<row r="1">', False), ('<row r="1" spans="1:2" hidden="1">', True), ('<row r="1" ht="15.5" customHeight="1">', False),
    ('<row r="1" hidden="true">', True), ('<row r="1" hidden="0">', False), ('<row r="1" hidden="false" ht="12.8">', False)])
def test_values_of_columns_are_those_of_the_cells(made: Made, xml: str, beside: str, tag: str, hidden: bool) -> None:
    book = made(f'{tag}{xml}{beside.replace("A1", "B1")}</row><row r="2">{TEXTS[2].replace("A1", "A2")}</row>')
    reader = SheetReader(book, book.sheets[0])
    values = [(number, [value or None for value in row]) for found in reader.values((1, 2))  # no text is no value
              for number, row in zip(found.numbers, zip(*found.columns, strict=True), strict=True)]
    by_events = read(book, by_pattern=False)
    assert values == [(number, [(cells[c].value or None) if c in cells else None for c in (1, 2)]) for number, cells in by_events]
    assert reader.hidden_rows == ([1] if hidden else [])


@pytest.mark.parametrize("attributes", [
    ' ht="6" customHeight="1"', ' spans="1:2" x14ac:dyDescent="0.25"',
    ' customFormat="false" ht="15.25" hidden="false" customHeight="false" outlineLevel="0" collapsed="false"'],
    ids=["ours", "Excel", "LibreOffice"])
def test_rows_of_mere_texts_are_taken_together_whatever_program_wrote_them(made: Made, attributes: str) -> None:
    rows = "".join(f'<row r="{n}"{attributes}><c r="A{n}" s="1" t="s"><v>0</v></c><c r="B{n}" t="inlineStr"><is><t>x</t></is></c></row>'
                   for n in range(1, 40))
    book = made(rows)
    assert [len(found.numbers) for found in SheetReader(book, book.sheets[0]).values((1, 2))] == [39]


@pytest.mark.parametrize(("row", "fault"), [
    ('<row r="1"><c r="A1" s="99" t="s"><v>0</v></c></row>', FileFault.DAMAGED),
    ('<row r="1"><c r="A1" t="s"><v>2</v></c></row>', FileFault.DAMAGED),
    ('<row r="1048577"><c r="A1048577" t="s"><v>0</v></c></row>', FileFault.UNSAFE),
    ('<row r="1"><c r="A1" t="inlineStr"><is><t>&nbsp;</t></is></c></row>', FileFault.DAMAGED),
])
def test_values_of_a_bad_row_are_refused(made: Made, row: str, fault: FileFault) -> None:
    book = made(row)
    with pytest.raises(FileUnreadable) as caught:
        list(SheetReader(book, book.sheets[0]).values((1,)))
    assert caught.value.fault is fault


def test_what_rows_have_alike_is_kept_once(made: Made) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1" t="inlineStr"><is><t>{n}</t></is></c><c r="B{n}"><v>{n}</v></c></row>'
                   for n in range(1, 40))
    book = made(rows)
    first, *others = [row for _, row in SheetReader(book, book.sheets[0])]
    assert isinstance(first, PatternRow) and isinstance(first.cells, Kept) and first[2].value == 1
    for row in others:
        assert isinstance(row, PatternRow) and isinstance(row.cells, Kept)
        assert all(one is other for one, other in zip(first.cells[:-1], row.cells[:-1], strict=True))  # all but what they hold
        assert row.cells.raws == (str(row.number).encode(),) * 2
