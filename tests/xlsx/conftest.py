"""Workbooks made by hand, part by part, so that a test decides every byte of a sheet."""
# ruff: noqa: E501 (XML and cases read as tables: one a line)

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest

from sendxl.xlsx.package.package import Package
from sendxl.xlsx.read.workbook import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    '<Override PartName="/xl/tables/table1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"/></Types>'
)
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd mmm yyyy"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="9" fontId="0" fillId="0" borderId="0" xfId="0"><protection locked="0"/></xf>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs></styleSheet>'
)
STRINGS = (
    f'<sst xmlns="{MAIN}"><si><t>plain &amp; simple</t></si><si><r><t>rich </t></r><r><t>text</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si></sst>'
)


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{DOCUMENT}/{kind}" Target="{target}"/>'


def _relations(*inner: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(inner)}</Relationships>'


def parts_of(sheet: str | bytes, table: str = "", names: str = "", workbook: str = "") -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet, called Plan; ``table`` is its table part."""
    properties = workbook or "<workbookPr/>"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES if table else TYPES.replace(TYPES[TYPES.index('<Override PartName="/xl/tables'):], "</Types>"),
        "_rels/.rels": _relations(_relation(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">{properties}<sheets>'
        f'<sheet name="Plan" sheetId="1" r:id="rId1"/></sheets>{names}</workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            _relation(1, "worksheet", "worksheets/sheet1.xml"), _relation(2, "styles", "styles.xml"),
            _relation(3, "sharedStrings", "sharedStrings.xml")),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": STRINGS,
    }
    if table:
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = _relations(_relation(1, "table", "../tables/table1.xml"))
        parts["xl/tables/table1.xml"] = table
    return parts


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """The parts as a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def sheet_of(data: str, before: str = "", after: str = "") -> str:
    """A sheet part around its ``<sheetData>`` element."""
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{DOCUMENT}">{before}{data}{after}</worksheet>'


Made = Callable[..., Workbook]


@pytest.fixture(scope="session")
def made() -> Made:
    """Makes a workbook of ``<sheetData>`` content and what stands around it, or of a whole sheet part."""

    def make(data: str = "", *, before: str = "", after: str = "", table: str = "", names: str = "", workbook: str = "",
             sheet: str | bytes | None = None) -> Workbook:
        whole = sheet if sheet is not None else sheet_of(f"<sheetData>{data}</sheetData>", before, after)
        return Workbook(Package(zipped(parts_of(whole, table, names, workbook))))

    return make


@pytest.fixture(scope="session")
def table() -> Callable[..., str]:
    """Makes a table part with the columns A, B and C."""

    def make(ref: str = "A1:C3", columns: str = "", more: str = "") -> str:
        inner = columns or "".join(f'<tableColumn id="{n}" name="{name}"/>' for n, name in enumerate("ABC", 1))
        return (f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="{ref}" {more}><autoFilter ref="{ref}"/>'
                f'<tableColumns count="3">{inner}</tableColumns></table>')

    return make
