"""Files that are made to do harm: one clear Reject each, with 300 MB and 32 MB of XML parsed at most; others go on.

Each is made by hand from a good tracker, byte by byte where a zip library would not do it, and judged in a process of
its own that is measured. One that would take for ever is ended there, and then has no finding.
"""
# ruff: noqa: E501 (the files read as a table: one a line)

import io
import json
import pickle
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

import pytest

from sendxl.plan.tracker import TRACKER_PLAN
from sendxl.plan.vocabulary import Outcome
from sendxl.xlsx.read.address import letters
from tests.cells import area, letter

PARSED, MEGABYTES, LONGEST = 32, 300, 120  # megabytes of XML, megabytes of memory, seconds of CPU before it is ended
TODAY = date(2026, 12, 20)
pytestmark = pytest.mark.xdist_group("hostile")  # every file is judged once, for all cases
Parts = dict[str, bytes]
TABLE = area(TRACKER_PLAN, 7).encode()  # of the three activities of the tracker
ACTIVITIES, ISSUED = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet7.xml"
WORKBOOK, STYLES, RELATIONS = "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>'.encode()


class Member(NamedTuple):
    """One member of a zip file as it is to stand there, whatever of it is true."""

    name: bytes
    packed: bytes
    method: int = zipfile.ZIP_DEFLATED
    crc: int = 0
    size: int = 0
    flags: int = 0


def member(name: str | bytes, content: bytes) -> Member:
    """A member as it should be."""
    stored = name if isinstance(name, bytes) else name.encode()
    return Member(stored, deflated(content), crc=zlib.crc32(content), size=len(content))


def deflated(content: bytes) -> bytes:
    """The content as a raw deflate stream."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def repeated(start: bytes, block: bytes, times: int, end: bytes) -> tuple[bytes, int]:
    """Start, block after block, end as a raw deflate stream, made in no time; and its size unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(end) + packer.flush()
    return first + again * times + last, len(start) + len(block) * times + len(end)


def packed(members: list[Member]) -> bytes:
    """A zip file of the members."""
    out, directory = io.BytesIO(), io.BytesIO()
    for name, content, method, crc, size, flags in members:
        fields = struct.pack("<HHHHHLLLHH", 20, flags, method, 0, 33, crc, len(content), size, len(name), 0)
        directory.write(b"PK\1\2\x14\0" + fields + struct.pack("<HHHLL", 0, 0, 0, 0, out.tell()) + name)
        out.write(b"PK\3\4" + fields + name + content)
    start, entries = out.tell(), min(len(members), 0xFFFF)
    central = directory.getvalue()
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, entries, entries, len(central), start, 0)
    return out.getvalue() + central + end


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a zip file."""
    return packed([member(name, content) for name, content in parts.items()])


Make = Callable[[Parts], bytes]


def without(*names: str) -> Make:
    return lambda parts: zipped({name: content for name, content in parts.items() if name not in names})


def with_part(name: str, content: bytes) -> Make:
    return lambda parts: zipped({**parts, name: content})


def with_member(made: Member) -> Make:
    return lambda parts: packed([*(member(*part) for part in parts.items() if part[0].encode() != made.name), made])


def replaced(name: str, old: bytes, new: bytes, count: int = 1) -> Make:
    """One part with something else in place of its first ``old``."""

    def make(parts: Parts) -> bytes:
        assert old in parts[name], (name, old)
        return zipped({**parts, name: parts[name].replace(old, new, count)})

    return make


def started(name: str, new: bytes) -> Make:
    """One part with something before its root."""
    return lambda parts: zipped({**parts, name: new + parts[name]})


def after_rows(new: bytes) -> Make:
    """Rows or cells after the last of Activities."""
    return replaced(ACTIVITIES, b"</sheetData>", new + b"</sheetData>")


def bomb(name: str, start: bytes, block: bytes, times: int, end: bytes, size: int | None = None) -> Make:
    """A part that unpacks to far more than the file has; ``size`` is what the directory says."""
    content, true = repeated(start, block, times, end)
    return with_member(Member(name.encode(), content, size=true if size is None else size))


def damaged(parts: Parts) -> bytes:
    """A deflate stream with bytes overwritten."""
    good = member(ACTIVITIES, parts[ACTIVITIES])
    bad = good.packed[:200] + b"\xff" * 40 + good.packed[240:]
    return with_member(good._replace(packed=bad))(parts)


def bad_crc(parts: Parts) -> bytes:
    return with_member(member(ACTIVITIES, parts[ACTIVITIES])._replace(crc=1))(parts)


def short_size(parts: Parts) -> bytes:
    """The directory says that less comes out, with the checksum of that."""
    start = parts[ACTIVITIES][:500]
    return with_member(member(ACTIVITIES, parts[ACTIVITIES])._replace(size=500, crc=zlib.crc32(start)))(parts)


def many_members(parts: Parts) -> bytes:
    return packed([*(member(*part) for part in parts.items()), *(Member(b"xl/m%05d" % n, b"\3\0") for n in range(65_000))])


def overlapping(parts: Parts) -> bytes:
    """Many entries of the directory for one member, as in a quoted bomb."""
    whole = zipped({**parts, "xl/b.xml": bytes(1 << 20)})
    at = whole.rindex(b"PK\1\2")
    entry, end = whole[at : whole.rindex(b"PK\5\6")], whole[whole.rindex(b"PK\5\6") :]
    copies = b"".join(entry.replace(b"xl/b.xml", b"xl/%04d." % n) for n in range(900))
    size, start = struct.unpack("<LL", end[12:20])
    return whole[: -len(end)] + copies + end[:12] + struct.pack("<LL", size + len(copies), start) + end[20:]


def zip64(parts: Parts) -> bytes:
    """A sound file in the ZIP64 form."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            with target.open(name, "w", force_zip64=True) as stream:
                stream.write(content)
    return out.getvalue()


def zip64_that_lies(parts: Parts) -> bytes:
    """The end of the directory refers to a ZIP64 end that is not there."""
    whole = zipped(parts)
    return whole[:-22] + b"PK\6\7" + struct.pack("<LQL", 0, 1 << 60, 1) + whole[-22:-14] + b"\xff" * 12 + b"\0\0"


def utf16(name: str) -> Make:
    """One part in UTF-16, as the format allows."""
    return lambda parts: zipped({**parts, name: b"\xff\xfe" + parts[name].decode().encode("utf-16-le")})


def many_parts(parts: Parts) -> bytes:
    """Many sheets, each within what is allowed: together they are not."""
    names = [f"xl/worksheets/big{n}.xml" for n in range(30)]
    sheets = "".join(f'<sheet name="B{n}" sheetId="{n + 50}" r:id="b{n}"/>' for n in range(30))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    rels = "".join(f'<Relationship Id="b{n}" Type="{kind}worksheet" Target="worksheets/big{n}.xml"/>' for n in range(30))
    pad = b"<a>" + b" " * (2 << 20) + b"</a>"
    big = member("x", b"<Relationships>" + pad + b"</Relationships>")
    changed = {**parts, WORKBOOK: parts[WORKBOOK].replace(b"</sheets>", sheets.encode() + b"</sheets>"),
               RELATIONS: parts[RELATIONS].replace(b"</Relationships>", rels.encode() + b"</Relationships>")}
    return packed([*(member(*part) for part in changed.items()), *(member(name, b"<worksheet/>") for name in names),
                   *(big._replace(name=f"xl/worksheets/_rels/big{n}.xml.rels".encode()) for n in range(30))])


def cells(count: int, cell: bytes = b'<c r="A%d" t="inlineStr"><is><t>x</t></is></c>') -> Make:
    """Activities with that many rows of one cell below the table."""
    rows = b"".join(b'<row r="%d">%s</row>' % (n, cell % n) for n in range(100, 100 + count))
    return after_rows(rows)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
_ROW = b'<row r="900"><c r="A900" t="inlineStr"><is><t>%s</t></is></c></row>'

# What it is, how it is made, the code, and words of the message.
HOSTILE: list[tuple[str, Make, str, str]] = [
    ("encrypted", lambda _: OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000), "S01", "password"),
    ("encrypted zip", lambda p: packed([member(*x)._replace(flags=1) for x in p.items()]), "S01", "password"),
    ("old xls", lambda _: OLE + bytes(504) + "Workbook".encode("utf-16-le") + bytes(2000), "S01", "old .xls"),
    ("xlsb", with_part("xl/workbook.bin", b"\x83\1"), "S01", ".xlsb"),
    ("ods", lambda _: zipped({"mimetype": SPREADSHEET.encode(), "content.xml": b"<x/>"}), "S01", "OpenDocument"),
    ("html", lambda _: b"<!DOCTYPE html><html><table><tr><td>Ref", "S01", "web page"),
    ("csv", lambda _: b"Ref,Progress\r\nPI-01,Some\r\n", "S01", "plain text"),
    ("pdf", lambda _: b"%PDF-1.7\n%\xe2\xe3", "S01", "PDF"),
    ("another document", lambda p: replaced(WORKBOOK, b"<workbook ", b"<document ")({
        **p, WORKBOOK: p[WORKBOOK].replace(b"</workbook>", b"</document>")}), "S01", "holds no workbook"),
    ("empty", lambda _: b"", "S01", "empty"),
    ("noise", lambda _: bytes(range(256)) * 40, "S01", "not an Excel workbook"),
    ("truncated", lambda p: zipped(p)[:-3000], "S01", "cut short"),
    ("damaged deflate", damaged, "S01", "damaged"),
    ("bad checksum", bad_crc, "S01", "damaged"),
    ("a size too short", short_size, "S01", "damaged"),
    ("packed as no workbook is", lambda p: with_member(Member(ACTIVITIES.encode(), b"BZh9", 12, size=9))(p), "S01", "packed"),
    ("ZIP64 that lies", zip64_that_lies, "S01", "directory"),
    ("no workbook part", without(WORKBOOK), "S01", f"{WORKBOOK} is missing"),
    ("no relationships", without("_rels/.rels"), "S01", "holds no workbook"),
    ("no sheet", without(ACTIVITIES), "S01", "'Activities' is missing"),
    ("no table", without("xl/tables/table2.xml"), "S01", "table2.xml is missing"),
    ("no styles", without(STYLES), "S01", "style that is not there"),
    ("no shared strings", replaced(ACTIVITIES, b't="inlineStr"><is><t>Ref</t></is>', b't="s"><v>0</v>'), "S01", "not there"),
    ("a string out of range", replaced(ISSUED, b't="inlineStr"><is><t>', b't="s"><v>7</v></c><c t="inlineStr"><is><t>'), "S01",
     "not there"),
    ("a style out of range", replaced(ACTIVITIES, b's="3"', b's="9999"'), "S01", "not there"),
    ("a sheet that leads nowhere", replaced(RELATIONS, b"worksheets/sheet2.xml", b"worksheets/none.xml"), "S01", "'Activities' is missing"),
    ("a sheet of no relationship", replaced(WORKBOOK, b'r:id="rId2"', b'r:id="rId99"'), "S01", "'Activities' is missing"),
    ("two sheets in one part", replaced(RELATIONS, b"worksheets/sheet3.xml", b"worksheets/sheet2.xml"), "S01", "twice"),
    ("invalid UTF-8", replaced(ACTIVITIES, b"Progress tracker", b"Progress \xff\xfe"), "S01", "damaged"),
    ("half of UTF-16", lambda p: zipped({**p, ACTIVITIES: utf16_cut(p[ACTIVITIES])}), "S01", "damaged"),
    ("an unknown encoding", started(WORKBOOK, b'<?xml version="1.0" encoding="klingon"?>'), "S01", "damaged"),
    ("an unfinished part", replaced(ACTIVITIES, b"</worksheet>", b""), "S01", "damaged"),
    ("1 GB from 1 MB", bomb(ACTIVITIES, b"<worksheet>", b" " * (1 << 20), 1024, b"</worksheet>"), "Z04", "bomb"),
    ("1 GB that says 10 bytes", bomb(ACTIVITIES, b"<worksheet>", b" " * (1 << 20), 1024, b"", 10), "Z04", "bomb"),
    ("1 GB of relationships", bomb(RELATIONS, b"<Relationships>", b" " * (1 << 20), 1024, b"", 10), "Z04", "bomb"),
    ("1 GB of styles", bomb(STYLES, b"<styleSheet>", b" " * (1 << 20), 1024, b"", 10), "Z04", "bomb"),
    ("1 GB that is not read", bomb("xl/media/a.emf", b"", bytes(1 << 20), 1024, b""), "Z04", "bomb"),
    ("1 GB of one text", bomb(ACTIVITIES, b'<worksheet><sheetData><row r="1"><c r="A1"><v>', b"1" * (1 << 20), 1024, b"", 10),
     "Z04", "too large"),
    ("many parts", many_parts, "Z04", "bomb"),
    ("overlapping members", overlapping, "Z04", "bomb"),
    ("65,000 members", many_members, "Z04", "parts"),
    ("a million empty rows", lambda p: after_rows(b"<row/>" * 1_000_000)(p), "Z04", "rows and cells"),
    ("a million rows of one shape", lambda p: after_rows(b"".join(b'<row r="%d"/>' % n for n in range(9, 700_000)))(p), "Z04",
     "rows and cells"),
    ("a million cells in a row", lambda p: after_rows(b'<row r="9">' + b'<c r="A9"/>' * 1_000_000 + b"</row>")(p), "Z06", "more cells"),
    ("a pasted database", lambda p: cells(60_000)(p), "Z04", "filled rows"),
    ("many merges", lambda p: replaced(ACTIVITIES, b"</sheetData>", b"</sheetData><mergeCells>" + b'<mergeCell ref="P5:Q6"/>' * 300_000
                             + b"</mergeCells>")(p), "Z04", "rows and cells"),
    ("a long text", lambda p: after_rows(_ROW % (b"x" * (5 << 20)))(p), "Z04", "characters"),
    ("a long tag", lambda p: after_rows(b"<row" + b"".join(b' a%x=""' % n for n in range(1_000_000)) + b"/>")(p), "Z04", "tag"),
    ("a million formats", lambda p: replaced(STYLES, b"</cellXfs>", b"<xf/>" * 900_000 + b"</cellXfs>")(p), "Z04", "formats"),
    ("a million names", lambda p: replaced(STYLES, b"</styleSheet>", b"".join(b"<n%x/>" % n for n in range(600_000)) + b"</styleSheet>")(p), "Z06", "names"),
    ("millions of elements", lambda p: replaced(WORKBOOK, b"</workbook>", b"<a/>" * 3_000_000 + b"</workbook>")(p), "Z04", "elements"),
    ("deep nesting", lambda p: replaced(ACTIVITIES, b"<sheetData>", b"<a>" * 900_000 + b"<sheetData>")(p), "Z06", "nested"),
    ("deep nesting in styles", lambda p: replaced(STYLES, b"</styleSheet>", b"<a>" * 900_000)(p), "Z06", "nested"),
    ("deep nesting in a row", lambda p: after_rows(b'<row r="9">' + b"<a>" * 900_000)(p), "Z06", "nested"),
    ("billion laughs", lambda p: zipped({**p, ACTIVITIES: LAUGHS + p[ACTIVITIES].replace(b"Ref", b"&l9;", 1)}), "Z06", "document type"),
    ("billion laughs in UTF-16", lambda p: zipped({**p, ACTIVITIES: b"\xff\xfe" + (
        LAUGHS + p[ACTIVITIES].replace(b"Ref", b"&l9;", 1)).decode().encode("utf-16-le")}), "Z06", "document type"),
    ("an external entity", started(ACTIVITIES, b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), "Z06", "document type"),
    *((f"a document type in {name}", started(name, b"<!DOCTYPE x>"), "Z06", "document type") for name in (
        WORKBOOK, STYLES, RELATIONS, "_rels/.rels", ISSUED, "xl/tables/table2.xml", "xl/worksheets/_rels/sheet2.xml.rels")),
    ("a cell beyond the last column", after_rows(b'<row r="9"><c r="XFE9"><v>1</v></c></row>'), "Z06", "beyond"),
    ("a row beyond the last", after_rows(b'<row r="1048577"><c r="A1048577"><v>1</v></c></row>'), "Z06", "beyond"),
    ("a merge beyond the sheet", replaced(ACTIVITIES, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFE1"/></mergeCells>'),
     "Z06", "beyond"),
    ("a table beyond the sheet", replaced("xl/tables/table2.xml", b'ref="%s"' % TABLE, b'ref="%s"' % TABLE.replace(b"7", b"1048577")), "Z06", "beyond"),
    ("two parts of one name", lambda p: packed([*(member(*x) for x in p.items()), member(ACTIVITIES, b"<worksheet/>")]), "Z06", "two parts"),
    ("names that differ in case", with_part(ACTIVITIES.upper(), b"<worksheet/>"), "Z06", "two parts"),
    *((f"a part called {name!r}", with_part(name, b"x"), "Z06", "a part is called") for name in (
        "../evil.xml", "xl/../../evil.xml", "//etc/evil.xml", "..\\evil.xml", "C:evil.xml", "xl/a.xml\0.png")),
    ("a merge over the whole sheet", replaced(ACTIVITIES, b"</sheetData>",
                                              b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "S09", "merged"),
    ("thousands of merges", lambda p: replaced(ACTIVITIES, b"</sheetData>", b"</sheetData><mergeCells>" + b'<mergeCell ref="P5:Q6"/>' * 90_000
                                     + b"</mergeCells>")(p), "S09", "89,999 more"),
]


def utf16_cut(content: bytes) -> bytes:
    """A part in UTF-16 that ends within a character."""
    return (b"\xff\xfe" + content.decode().encode("utf-16-le"))[:-1]


# Not hostile: odd, and judged like any other; what it finds.
HARMLESS: list[tuple[str, Make, list[str]]] = [
    ("as issued", zipped, []),
    ("a lying dimension", replaced(ACTIVITIES, b'<dimension ref="%s" />' % TABLE.replace(b"A4", b"A1"), b'<dimension ref="A1:XFD1048576"/>'), []),
    ("a validation over everything", replaced(ACTIVITIES, b'sqref="%s5:%s7"' % ((letter(TRACKER_PLAN, "Corrective action").encode(),) * 2), b'sqref="A1:XFD1048576"'), []),
    ("a stray cell in the last corner", after_rows(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), ["N S11"]),
    ("UTF-16", utf16(ACTIVITIES), []), ("UTF-16 styles", utf16(STYLES), []), ("UTF-16 workbook", utf16(WORKBOOK), []),
    ("ZIP64", zip64, []),
    ("a lying size of a part that is not read", with_member(Member(b"xl/media/a.png", deflated(bytes(1 << 20)), size=9)), []),
    ("a code of brackets", replaced(STYLES, b"</numFmts>", b'<numFmt numFmtId="900" formatCode="' + b"[" * 500_000 + b'"/></numFmts>'), []),
]


def text_in(header: str, text: bytes, more: Make = zipped) -> Make:
    """A text under that header in the row of PI-01."""

    def make(parts: Parts) -> bytes:
        cell = re.compile(rb'(<c r="%s5"(?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)' % letter(TRACKER_PLAN, header).encode())
        sheet, found = cell.subn(rb'\1 t="inlineStr"><is><t>' + text + b"</t></is></c>", parts[ACTIVITIES])
        assert found == 1
        return more({**parts, ACTIVITIES: sheet})

    return make


def issued_rows(count: int) -> Make:
    """Issued with that many rows of four cells."""
    row = b'<row r="%d">' + b"".join(b'<c r="%c%%d" t="inlineStr"><is><t>PI-%%d</t></is></c>' % c for c in b"ABCD") + b"</row>"
    rows = b"".join(row % ((n,) * 9) for n in range(9_000, 9_000 + count))
    return replaced(ISSUED, b"</sheetData>", rows + b"</sheetData>")


def wide(parts: Parts) -> bytes:
    """A table with as many columns as are read, none of them ours."""
    headers = b"".join(b'<c r="%s4" t="inlineStr"><is><t>Progres %d</t></is></c>' % (letters(n).encode(), n) for n in range(1, 390))
    sheet = re.sub(rb'(<row r="4"[^>]*>).*?</row>', rb"\g<1>" + headers + b"</row>", parts[ACTIVITIES])
    table = parts["xl/tables/table2.xml"].replace(TABLE, b"A4:NY7")
    return zipped({**parts, ACTIVITIES: sheet, "xl/tables/table2.xml": table})


def sheets(count: int, rels: int) -> Make:
    """Many sheets, with relationships each."""

    def make(parts: Parts) -> bytes:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        more = "".join(f'<Relationship Id="b{n}" Type="{kind}" Target="worksheets/b{n}.xml"/>' for n in range(count))
        named = "".join(f'<sheet name="B{n}" sheetId="{n + 50}" r:id="b{n}"/>' for n in range(count))
        inner = b"<Relationships>" + b'<Relationship Id="" Type="" Target=""/>' * rels + b"</Relationships>"
        return zipped({
            **parts, WORKBOOK: parts[WORKBOOK].replace(b"</sheets>", named.encode() + b"</sheets>"),
            RELATIONS: parts[RELATIONS].replace(b"</Relationships>", more.encode() + b"</Relationships>"),
            **{f"xl/worksheets/b{n}.xml": b"<worksheet/>" for n in range(count)},
            **{f"xl/worksheets/_rels/b{n}.xml.rels": inner for n in range(count)}})

    return make


_FILLED = b"".join(b'<c r="%c%%d" t="inlineStr"><is><t>PI-9%%d %s</t></is></c>' % (c, b"lorem " * 9) for c in b"ABCDEFGHIJKLMNOPQRSTUVW")
# As much as is let through, or what takes long to judge: bounded all the same.
EXTREME: list[tuple[str, Make]] = [
    ("a table of a thousand rows", lambda p: after_rows(b"".join(b'<row r="%d">' % n + _FILLED.replace(b"%d", b"%d" % n) + b"</row>" for n in range(9, 1_000)))(p)),
    ("a long Issued", lambda p: issued_rows(36_000)(p)),
    ("spaces in a number", text_in("% complete", b"-" + b" " * 30_000 + b"x")),
    ("190,000 cells beside the table", lambda p: after_rows(b"".join(b'<row r="%d">' % n + b'<c r="BZ%d"><v>1</v></c>' % n * 1 + b"</row>" for n in range(9, 95_000)))(p)),
    ("cells of a rare shape", lambda p: after_rows(b"<!-- -->" + b"".join(b"<row><c/><c t='inlineStr'><is><r><t>x</t></r></is></c></row>" for _ in range(60_000)))(p)),
    ("emoji", lambda p: after_rows(b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c></row>' % (n, n, "😀".encode() + b"x" * 250_000)
                                  for n in range(9, 39)))(p)),
    ("escapes", lambda p: after_rows(b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c></row>' % (n, n, b"_x0041_" * 37_000)
                                    for n in range(9, 39)))(p)),
    ("references", lambda p: after_rows(b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c></row>' % (n, n, b"&#65;" * 50_000)
                                       for n in range(9, 35)))(p)),
    ("a long number", replaced(ACTIVITIES, b"<v>0.4</v>", b"<v>" + b"1" * 250_000 + b"x</v>")),
    ("digits in a number", text_in("% complete", b"1" * 30_000 + b"x")),
    ("commas in a number", text_in("% complete", b"1" + b",111" * 8_000 + b"x")),
    ("spaces in a date", text_in("Forecast finish", b"1" + b" -" * 15_000 + b"x")),
    ("a long choice", text_in("Lead status", b"On track " * 3_600)),
    ("a long ref", text_in("Ref", b"PI-01 " * 5_000)),
    ("a long title", text_in("Activity", b"Widen the early help offer " * 1_200)),
    ("a long progress", text_in("Progress", b"x" * 250_000)),
    ("births in a text", text_in("Progress", b"DOB born 1/1/ " * 18_000)),
    ("digits in a text", text_in("Progress", b"1" * 250_000)),
    ("NHS numbers", text_in("Progress", b"123 456 7890 A12345678901" * 10_000)),
    ("many columns", wide),
    ("many sheets", sheets(450, 1_000)),
    ("a large rels", sheets(2, 100_000)),
]

# Judges each file in a fork of one process that has everything imported, so that what is measured is the file's.
_JUDGE = """
import json, os, pickle, resource, sys
from pathlib import Path
from sendxl.returns.judge import validate_return
from sendxl.xlsx.package import xml

fed = []


class Counted(xml._Met):
    def __init__(self):
        super().__init__()
        fed.append(self)


xml._Met = Counted  # so that every parser's bytes are counted

register, today = pickle.load(open(sys.argv[1], "rb"))
for path in sys.argv[3:]:
    ours = os.fork()
    if not ours:
        resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]), int(sys.argv[2])))
        found = validate_return(Path(path), register, today).findings
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
        told = [(f.severity.letter, f.code, f.found, f.message) for f in found]
        print(json.dumps([Path(path).stem, told, most, sum(met.fed for met in fed) / 1e6]), flush=True)
        os._exit(0)
    _, status = os.waitpid(ours, 0)
    if status:
        print(json.dumps([Path(path).stem, [("E", "ended", "", "it took too long, or killed its process")], 0, 0]), flush=True)
"""


class Judged(NamedTuple):
    """What became of a file: severity, code, found and message of each finding; megabytes that it took and that were parsed."""

    found: list[tuple[str, str, str, str]]
    megabytes: float
    parsed: float


@pytest.fixture(scope="module")
def parts(issued: Any) -> Parts:
    """The parts of a good tracker."""
    with zipfile.ZipFile(issued.trackers["INC"]) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture(scope="module")
def judged(issued: Any, parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judged]:
    """Every file, judged one after the other."""
    if not hasattr(sys.modules["os"], "fork"):
        pytest.skip("the memory of each file is measured in a fork, which this system has not")
    folder = tmp_path_factory.mktemp("hostile")
    paths: dict[str, str] = {}
    makes: dict[str, Make] = {name: make for name, make, *_ in HOSTILE} | {name: make for name, make, _ in HARMLESS} | dict(EXTREME)
    for number, (name, make) in enumerate(makes.items()):
        path = folder / f"{number:03}.xlsx"
        path.write_bytes(make(parts))
        paths[path.stem] = name
    known = folder / "register"
    known.write_bytes(pickle.dumps((issued.register, TODAY)))
    done = subprocess.run([sys.executable, "-c", _JUDGE, known, str(LONGEST), *(folder / f"{stem}.xlsx" for stem in paths)],
                          capture_output=True, text=True, check=True)
    found = (json.loads(line) for line in done.stdout.splitlines())
    return {paths[stem]: Judged(told, megabytes, parsed) for stem, told, megabytes, parsed in found}


@pytest.mark.parametrize(("name", "code", "words"), [(name, code, words) for name, _, code, words in HOSTILE],
                         ids=[case[0] for case in HOSTILE])
def test_a_hostile_file_is_one_clear_reject(judged: dict[str, Judged], name: str, code: str, words: str) -> None:
    found, megabytes, parsed = judged[name]
    assert [(its, words in message) for letter, its, _, message in found if letter != "N"] == [(code, True)]
    assert parsed < PARSED
    assert megabytes < MEGABYTES


@pytest.mark.parametrize(("name", "codes"), [(name, codes) for name, _, codes in HARMLESS], ids=[case[0] for case in HARMLESS])
def test_what_is_only_odd_is_judged_like_any_other(judged: dict[str, Judged], name: str, codes: list[str]) -> None:
    found, megabytes, parsed = judged[name]
    assert [f"{letter} {code}" for letter, code, _, _ in found if code != "P07"] == codes  # nothing was changed
    assert parsed < PARSED
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("name", [name for name, _ in EXTREME])
def test_the_most_that_is_let_through_is_bounded(judged: dict[str, Judged], name: str) -> None:
    found, megabytes, parsed = judged[name]
    assert found
    assert parsed < PARSED
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("text", ["1e999", "NaN", "-inf", "1_000", "9" * 5000])
@pytest.mark.parametrize("measure", ["PI-01.M1", "PI-01.M2"])
def test_what_is_no_number_is_a_finding(round: Any, text: str, measure: str) -> None:
    path = round.fill({("Measures", measure, "Actual"): 123456})
    path = round.rewrite(path, lambda name, content: content.replace(b"<v>123456</v>", f"<v>{text}</v>".encode()))
    assert "E V05" in round.codes(path)


def test_the_files_beside_a_hostile_one_are_judged_as_usual(round: Any, parts: Parts) -> None:
    good = round.fill({("Activities", "PI-02", "Progress"): "x"}, name="b.xlsx")
    for number, (name, make, *_) in enumerate(HOSTILE):
        if name in ("truncated", "billion laughs", "65,000 members", "a merge over the whole sheet"):
            (round.folder / f"{'az'[number % 2]}{number}.xlsx").write_bytes(make(parts))
    found = round.validate(*sorted(round.folder.iterdir()))
    assert [r.outcome for r in found if r.path == good] == [Outcome.ACCEPTED]
    assert [r.outcome for r in found if r.path != good] == [Outcome.REJECTED] * 4
