"""Edits spliced into a sheet: exactly the bytes that had to change, and refusals where a change would do harm."""
# ruff: noqa: E501 (XML and cases read as tables: one a line)

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sendxl.errors import FileUnreadable
from sendxl.xlsx.edit import editor
from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.write import How, Refusal, Write
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.package.xml import apply
from sendxl.xlsx.read import pattern
from sendxl.xlsx.read.address import parse_cell
from sendxl.xlsx.read.cell import Maker
from sendxl.xlsx.read.pattern import Cells
from sendxl.xlsx.read.reader import read_sheet
from sendxl.xlsx.read.workbook import Workbook

Made = Callable[..., Workbook]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


def edited(book: Workbook, path: Path, *, known: bool = False, **writes: Any) -> Package:
    """The package after values, or writes, were set in the cells named."""
    sheet = book.sheets[0]
    editor = Editor(book, {sheet.part: read_sheet(book, sheet)} if known else None)
    for cell, value in writes.items():
        editor.write(sheet, *parse_cell(cell), value if isinstance(value, Write) else Write(How.SET, value))
    editor.save(path)
    return Package.open(path)


def text(value: str, prefix: str = "") -> str:
    return f'<{prefix}is><{prefix}t xml:space="preserve">{value}</{prefix}t></{prefix}is>'


X = f'B2" t="inlineStr">{text("x")}</c>'
SPLICES: list[tuple[str, Any, str]] = [
    # rows as they stand, what is set in B2, rows as they should stand
    ('<row r="2"><c r="B2"/></row>', 5, '<row r="2"><c r="B2"><v>5</v></c></row>'),
    ('<row r="2"><c r="B2" s="2"/></row>', 0.5, '<row r="2"><c r="B2" s="2"><v>0.5</v></c></row>'),
    ('<row r="2"><c r="B2" t="s"><v>0</v></c></row>', True, '<row r="2"><c r="B2" t="b"><v>1</v></c></row>'),
    ('<row r="2"><c r="B2" t="e" vm="1"><v>#N/A</v></c></row>', 7, '<row r="2"><c r="B2"><v>7</v></c></row>'),
    ('<row r="2"><c r="B2" s="2"><v>1</v></c></row>', None, '<row r="2"><c r="B2" s="2"/></row>'),
    ('<row r="2"><c r="B2" s="2"><v>1</v></c></row>', "", '<row r="2"><c r="B2" s="2"/></row>'),
    ('<row r="2"><c r="B2" s="1"/></row>', date(2026, 4, 1), '<row r="2"><c r="B2" s="1"><v>46113</v></c></row>'),
    ('<row r="2"/>', "x", f'<row r="2"><c r="{X}</row>'),
    ('<row r="2" ht="3" />', "x", f'<row r="2" ht="3" ><c r="{X}</row>'),
    ('<row r="2"></row>', "x", f'<row r="2"><c r="{X}</row>'),
    ('<row r="2"><c r="A2"/><c r="C2"/></row>', "x", f'<row r="2"><c r="A2"/><c r="{X}<c r="C2"/></row>'),
    ('<row r="2"><c r="A2"/></row>', "x", f'<row r="2"><c r="A2"/><c r="{X}</row>'),
    ('<row r="2"><c r="C2"/></row>', "x", f'<row r="2"><c r="{X}<c r="C2"/></row>'),
    ('<row r="1"/><row r="3"/>', "x", f'<row r="1"/><row r="2"><c r="{X}</row><row r="3"/>'),
    ('<row r="1"/>', "x", f'<row r="1"/><row r="2"><c r="{X}</row>'),
    ("", "x", f'<row r="2"><c r="{X}</row>'),
    ("<row><c/></row><row><c/><c/></row>", "x", f'<row><c/></row><row><c/><c r="{X}</row>'),
    ('<row r="2"><c r="B2"><!-- why --><v>1</v></c><c r="C2"><v><![CDATA[1]]></v></c></row>', 5,
     '<row r="2"><c r="B2"><v>5</v></c><c r="C2"><v><![CDATA[1]]></v></c></row>'),
    ("<row r='2'><c r='B2' s='2'><v>1</v></c></row>", 5, '<row r=\'2\'><c r="B2" s="2"><v>5</v></c></row>'),
    ('<row r="2"><c r="B2"><is><r><t>rich</t></r></is></c></row>', "a<b&c", f'<row r="2"><c r="B2" t="inlineStr">{text("a&lt;b&amp;c")}</c></row>'),
    ('<row r="2"><c r="B2"><f>1+1</f><v>2</v></c></row>', Write(How.CACHED, 3), '<row r="2"><c r="B2"><f>1+1</f><v>3</v></c></row>'),
    ('<row r="2"><c r="B2" s="2" cm="1" vm="4"><f t="array" ref="B2">A1</f><v>2</v></c></row>', Write(How.CACHED, "a"),
     '<row r="2"><c r="B2" s="2" cm="1" t="str"><f t="array" ref="B2">A1</f><v>a</v></c></row>'),
    ('<row r="2"><c r="B2"><f t="shared" si="0"/></c></row>', Write(How.CACHED, False),
     '<row r="2"><c r="B2" t="b"><f t="shared" si="0"/><v>0</v></c></row>'),
    ('<row r="2"><c r="B2"><f>1+1</f><v>2</v></c></row>', Write(How.CACHED, None), '<row r="2"><c r="B2"><f>1+1</f></c></row>'),
    ('<row r="2"><c r="B2"><f>1+1</f><v>2</v></c></row>', Write(How.FILL, fill="FADBD3"), '<row r="2"><c r="B2" s="4"><f>1+1</f><v>2</v></c></row>'),
    ('<row r="2"/>', Write(How.FILL, fill="FADBD3"), '<row r="2"><c r="B2" s="4"/></row>'),
]


@pytest.mark.parametrize(("data", "value", "after"), SPLICES)
@pytest.mark.parametrize("known", [False, True])
def test_only_the_cell_changes(made: Made, tmp_path: Path, data: str, value: Any, after: str, known: bool) -> None:
    book = made(data)
    old = book.package
    new = edited(book, tmp_path / "new.xlsx", known=known, B2=value)
    assert new.read(SHEET).decode() == old.read(SHEET).decode().replace(f"<sheetData>{data}</sheetData>", f"<sheetData>{after}</sheetData>")
    for part in old.names:
        if part not in (SHEET, "xl/styles.xml", "xl/workbook.xml"):
            assert new.raw(part) == old.raw(part)


def test_a_prefix_is_kept(made: Made, tmp_path: Path) -> None:
    book = made(sheet=f'<x:worksheet xmlns:x="{MAIN}"><x:dimension ref="A1"/><x:sheetData/></x:worksheet>')
    new = edited(book, tmp_path / "new.xlsx", B2="x").read(SHEET).decode()
    assert new == (f'<x:worksheet xmlns:x="{MAIN}"><x:dimension ref="A1:B2"/><x:sheetData><x:row r="2"><x:c r="B2" t="inlineStr">'
                   f'{text("x", "x:")}</x:c></x:row></x:sheetData></x:worksheet>')


REFUSED: list[tuple[str, Any, str]] = [
    ('<row r="2"><c r="B2"><f>1</f></c></row>', 5, "holds a formula"),
    ('<row r="2"><c r="B2"><f t="shared" si="0"/></c></row>', 5, "part of a shared formula"),
    ('<row r="1"><c r="A1"><f t="array" ref="A1:B2">X</f></c></row><row r="2"><c r="B2"><v>1</v></c></row>', 5, "part of an array formula"),
    ('<row r="1"><c r="B1"><f t="dataTable" ref="B1:B9"/></c></row>', 5, "part of a data table"),
    ('<row r="2"><c r="B2"/></row>', Write(How.CACHED, 5), "no formula"),
    ("", Write(How.CACHED, 5), "no formula"),
    ("", float("inf"), "not a number that a cell can hold"),
    ("", float("nan"), "not a number that a cell can hold"),
    ("", 10**400, "larger than a cell can hold"),
    ("", "x" * 32_768, "at most 32,767"),
    ("", "😀" * 16_384, "at most 32,767"),
    ("", date(1899, 12, 31), "before the first day"),
    ("", datetime(2026, 4, 1, tzinfo=UTC), "time zone"),
    ('<row r="3"/><row r="2"/>', 5, "not in order"),
    ('<row r="2"><c r="C2"/><c r="A2"/></row>', 5, "not in order"),
]


@pytest.mark.parametrize(("data", "value", "says"), REFUSED)
def test_what_would_do_harm(made: Made, tmp_path: Path, data: str, value: Any, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        edited(made(data), tmp_path / "new.xlsx", B2=value)


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1"])
def test_other_encodings_are_not_edited(made: Made, tmp_path: Path, encoding: str) -> None:
    sheet = f'<?xml version="1.0" encoding="{encoding}"?><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode(encoding)
    with pytest.raises(Refusal, match="UTF-8"):
        edited(made(sheet=sheet), tmp_path / "new.xlsx", B2=5)


STYLED: list[tuple[int, Any, str, Any]] = [
    # style of the cell, value, its column's format, what is to be seen of its new style
    (0, date(2026, 4, 1), "dd mmm yyyy", ("dd mmm yyyy", False)),
    (0, date(2026, 4, 1), "General", ("dd mmm yyyy", False)),
    (1, date(2026, 4, 1), "dd/mm/yyyy", ("dd mmm yyyy", False)),
    (0, 0.5, "0%", ("0%", False)),
    (0, 5, '"£"#,##0', ('"£"#,##0', False)),
    (2, 5, "#,##0", ("0%", False)),
    (1, 5, "General", ("General", False)),
    (0, "=1+1", "General", ("General", True)),
    (0, "-", "General", ("General", True)),
    (3, "plain", "General", ("General", True)),
    (3, 5, "General", ("General", False)),
]


@pytest.mark.parametrize(("style", "value", "code", "shown"), STYLED)
def test_the_style_fits_the_value(made: Made, tmp_path: Path, style: int, value: Any, code: str, shown: Any) -> None:
    new = Workbook(edited(made(f'<row r="2"><c r="B2" s="{style}"/></row>'), tmp_path / "new.xlsx", B2=Write(How.SET, value, code)))
    format_ = new.styles.formats[read_sheet(new, new.sheets[0]).rows[0][1][2].style]
    assert (format_.number_format, format_.quote_prefix) == shown


def test_a_value_and_a_fill_add_up(made: Made, tmp_path: Path) -> None:
    for number, order in enumerate([(0, 1), (1, 0)]):
        book = made('<row r="2"><c r="B2"/></row>')
        editor = Editor(book)
        writes = [Write(How.SET, 5), Write(How.FILL, fill="FADBD3")]
        for index in order:
            editor.write(book.sheets[0], 2, 2, writes[index])
        editor.save(tmp_path / f"{number}.xlsx")
        assert '<c r="B2" s="4"><v>5</v></c>' in Package.open(tmp_path / f"{number}.xlsx").read(SHEET).decode()


def test_formulas_are_computed_anew_on_opening(made: Made, tmp_path: Path) -> None:
    names = '<definedNames/><calcPr calcId="1"/>'
    with_formula = edited(made('<row r="1"><c r="A1"><f>B2</f></c></row>', names=names), tmp_path / "1.xlsx", B2=5)
    assert '<calcPr calcId="1" fullCalcOnLoad="1"/>' in with_formula.read("xl/workbook.xml").decode()
    without = edited(made('<row r="1"><c r="A1"/></row>', names=names), tmp_path / "2.xlsx", B2=5)
    assert '<calcPr calcId="1"/>' in without.read("xl/workbook.xml").decode()


@pytest.mark.parametrize("known", [False, True])
def test_what_no_workbook_can_hold_is_verified_as_what_stands_for_it(made: Made, tmp_path: Path, known: bool) -> None:
    sheet = edited(made('<row r="1"><c r="A1"><v>1</v></c></row>'), tmp_path / "new.xlsx", known=known, B1="a\ud800").read(SHEET)
    assert b'<c r="A1"><v>1</v></c><c r="B1"' in sheet and b"a_xD800_" in sheet


@pytest.mark.parametrize("known", [False, True])
def test_of_rows_that_were_written_no_cell_is_made_anew(
        made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: bool) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"/></row>' for n in range(1, 40))
    looked_at: list[int] = []
    cells = pattern.cells

    def counted(content: bytes, number: int) -> Cells:
        looked_at.append(number)
        return cells(content, number)

    monkeypatch.setattr(pattern, "cells", counted)
    monkeypatch.setattr(Maker, "make", None)
    edited(made(rows), tmp_path / "new.xlsx", known=known, **{f"B{n}": f"text {n}" for n in range(1, 80)}, C1=None)
    assert looked_at == ([] if known else [*range(1, 40)] * 2)  # unless they were read, to be edited and to be held against


@pytest.mark.parametrize("shape", ["common", "odd"])
@pytest.mark.parametrize("known", [False, True])
def test_a_file_that_was_written_wrongly_is_noticed(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str, known: bool) -> None:
    """Verification is not fooled by a splicer that drops, changes, adds or forgets a cell or row."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>'
    for wrong in ((b"<v>1</v>", b"<v>9</v>"), (b"<v>5</v>", b"<v>6</v>"), (b'<row r="1"><c r="A1"><v>1</v></c></row>', b""),
                  (b'<c r="A1"><v>1</v></c>', b""), (b'<c r="A1">', b'<c r="A1" s="1">'), (b"</sheetData>", b'<row r="3"><c r="A3"><v>3</v></c></row></sheetData>'),
                  (b"</row>", b'<c r="C2"><v>5</v></c></row>'), (b"<row r=\"2\">", b"<row r=\"2\"><c r=\"A2\"><v>5</v></c>")):
        book = made(rows if shape == "common" else f"<!-- odd -->{rows}")
        monkeypatch.setattr(editor, "patched", lambda xml, patches, wrong=wrong: iter([apply(xml, patches).replace(*wrong)]))
        with pytest.raises((Refusal, FileUnreadable)):
            edited(book, tmp_path / "new.xlsx", known=known, B2=5)
