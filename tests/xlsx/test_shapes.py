"""Shapes of packages that other programs write and Excel opens: read like all others, and edited without harm.

Openpyxl cannot open most of them; what is read back of an edited one is read by this package and, where the names are
put right first, by openpyxl.
"""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.write import How, Refusal, Write
from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read.reader import read_sheet
from sendxl.xlsx.read.workbook import Workbook

from .conftest import STYLES, parts_of, sheet_of, zipped

DATA = ('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46113</v></c><c r="C1" s="2"><v>0.45</v></c>'
        '<c r="D1"><f>1+1</f><v>2</v></c></row>')
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
Parts = dict[str, str | bytes]


def base(data: str = DATA) -> Parts:
    return parts_of(sheet_of(f"<sheetData>{data}</sheetData>"))


def renamed(**to: str) -> Callable[[], Parts]:
    """Parts under other names, by the last word of their own; what refers to them goes on naming the old ones."""

    def make() -> Parts:
        return {next((new for word, new in to.items() if word in name), name): content for name, content in base().items()}

    return make


def everywhere(change: Callable[[str], str]) -> Callable[[], Parts]:
    return lambda: {change(name): content for name, content in base().items()}


def altered(part: str, old: str, new: str) -> Callable[[], Parts]:
    def make() -> Parts:
        parts = base()
        content = parts[part]
        assert isinstance(content, str) and old in content
        return {**parts, part: content.replace(old, new)}

    return make


def alternate(xf: str) -> str:
    """A format that is offered twice, as Hancom Office does."""
    return (f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice xmlns:hs="http://schemas.haansoft.com/office/spreadsheet/8.0" '
            f'Requires="hs">{xf}</mc:Choice><mc:Fallback>{xf}</mc:Fallback></mc:AlternateContent>')


DATE_XF = '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0"/>'
FILLS = '<fill><patternFill patternType="gray125"/></fill>'
SHAPES: dict[str, Callable[[], Parts]] = {
    "strings by case": renamed(sharedStrings="xl/SharedStrings.xml"),
    "styles by case": renamed(styles="xl/STYLES.xml"),
    "sheet by case": renamed(sheet1="xl/Worksheets/Sheet1.XML"),
    "content types by case": renamed(Content_Types="[content_types].xml"),
    "relations by case": renamed(**{"workbook.xml.rels": "xl/_Rels/Workbook.xml.rels"}),
    "backslashes": everywhere(lambda name: name.replace("/", "\\")),
    "leading slashes": everywhere(lambda name: f"/{name}"),
    "a module of old": altered(
        "xl/workbook.xml", "</sheets>", '<sheet name="Module1" sheetId="2" state="veryHidden" r:id=""/></sheets>'),
    "no names": altered("xl/workbook.xml", "</sheets>", "</sheets><definedNames/>"),
    "a space in an end tag": altered("xl/workbook.xml", "</sheets>", "</sheets >"),
    "a comment with sheets": altered("xl/workbook.xml", "<sheets>", "<!-- </sheets><calcPr/></definedNames> --><sheets>"),
    "a comment with rows": lambda: base('<!-- <row r="9"><c r="A9"/></row> -->' + DATA),
    "a format offered twice": altered("xl/styles.xml", DATE_XF, alternate(DATE_XF)),
    "a fill offered twice": altered("xl/styles.xml", FILLS, alternate(FILLS)),
}


@pytest.fixture(params=SHAPES)
def blob(request: pytest.FixtureRequest) -> bytes:
    return zipped(SHAPES[request.param]())


def values_of(book: Workbook) -> dict[int, object]:
    [sheet] = book.sheets
    return {column: cell.value for _, cells in read_sheet(book, sheet).rows for column, cell in cells.items()}


def test_it_is_read(blob: bytes) -> None:
    found = values_of(Workbook(Package(blob)))
    assert [str(found[column]) for column in (1, 2, 3, 4)] == ["plain & simple", "2026-04-01 00:00:00", "0.45", "2"]


def test_it_is_edited_and_every_other_part_stays(blob: bytes, tmp_path: Path) -> None:
    book = Workbook(Package(blob))
    editor = Editor(book)
    editor.write(book.sheets[0], 2, 1, Write(How.SET, "new"))
    editor.write(book.sheets[0], 1, 1, Write(How.FILL, fill="FFC7CE"))
    path = tmp_path / "new.xlsx"
    editor.save(path)
    again = Workbook(Package.open(path))
    assert values_of(again) | {1: "plain & simple"} == values_of(book) and len(read_sheet(again, again.sheets[0]).rows) == 2
    before, after = (zipfile.ZipFile(source) for source in (io.BytesIO(blob), path))
    assert before.namelist() == after.namelist()
    same = {name for name in before.namelist() if before.read(name) == after.read(name)}
    changed = {name.replace("\\", "/").strip("/").casefold() for name in set(before.namelist()) - same}
    assert changed == {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"}
    order = re.findall(r"<(sheets|definedNames|calcPr)\b", re.sub(r"<!--.*?-->", "", _named(after, "xl/workbook.xml")))
    assert order == sorted(order, key=["sheets", "definedNames", "calcPr"].index) and order[-1] == "calcPr"


@pytest.mark.filterwarnings("ignore:Workbook contains no default style:UserWarning")
def test_openpyxl_reads_the_edited_one(blob: bytes, tmp_path: Path) -> None:
    """With the names of the parts as openpyxl wants them, without the formats and the sheet that it does not know."""
    book = Workbook(Package(blob))
    editor = Editor(book)
    editor.write(book.sheets[0], 2, 1, Write(How.SET, "new"))
    editor.save(tmp_path / "new.xlsx")
    plain = {name.casefold(): name for name in base()}
    with zipfile.ZipFile(tmp_path / "new.xlsx") as source:
        parts: Parts = {plain[name.replace("\\", "/").strip("/").casefold()]: source.read(name) for name in source.namelist()}
    parts["xl/styles.xml"] = STYLES
    parts["xl/workbook.xml"] = re.sub(rb'<sheet name="Module1"[^>]*/>', b"", bytes(parts["xl/workbook.xml"]))  # type: ignore[arg-type]
    (tmp_path / "plain.xlsx").write_bytes(zipped(parts))
    sheet = openpyxl.load_workbook(tmp_path / "plain.xlsx").worksheets[0]
    assert [[cell.value for cell in row][:1] for row in sheet.iter_rows()] == [["plain & simple"], ["new"]]


def _named(file: zipfile.ZipFile, part: str) -> str:
    name = next(name for name in file.namelist() if name.replace("\\", "/").strip("/").casefold() == part)
    return file.read(name).decode()


def test_a_style_that_is_not_there_says_what_to_do() -> None:
    book = Workbook(Package(zipped(base('<row r="1"><c r="A1" s="9"/></row>'))))
    editor = Editor(book)
    editor.write(book.sheets[0], 1, 1, Write(How.SET, 5))
    with pytest.raises((Refusal, FileUnreadable), match=r"style|style 9.*Open the file in Excel, save it, then run again"):
        editor.check()


def test_a_sheet_whose_part_is_missing_is_damage() -> None:
    parts = altered("xl/workbook.xml", "</sheets>", '<sheet name="Gone" sheetId="2" r:id="rId99"/></sheets>')()
    with pytest.raises(FileUnreadable) as told:
        Workbook(Package(zipped(parts)))
    assert told.value.fault is FileFault.DAMAGED
