"""Opening what strangers send, and writing a package again."""

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest

from sendxl.errors import FileFault, FileUnreadable
from sendxl.xlsx.package.package import Limits, Package
from sendxl.xlsx.package.zipwriter import Packed, write_package

PARTS = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>" * 50, "xl/médiä/ü.bin": bytes(range(256)) * 9}


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def renamed(old: str, new: str) -> bytes:
    assert len(old) == len(new)
    return zipped({**PARTS, old: b"x"}).replace(old.encode(), new.encode())


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
GOOD = zipped(PARTS)
FAULTS: list[tuple[str, bytes, FileFault]] = [
    ("empty", b"", FileFault.EMPTY),
    ("csv", "Ref;Progress\r\nPI-01;½".encode(), FileFault.TEXT),
    ("csv of old", "Ref;Progress\r\nPI-01;½".encode("cp1252"), FileFault.TEXT),
    ("csv in UTF-16", "Ref;½".encode("utf-16"), FileFault.TEXT),
    ("nothing known", bytes(range(256)), FileFault.NOT_ZIP),
    ("pdf", b"%PDF-1.7", FileFault.PDF),
    ("saved web page", b"MIME-Version: 1.0\r\n", FileFault.HTML),
    ("an XML spreadsheet", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', FileFault.XML),
    ("a zip of nothing", b"PK\5\6" + bytes(18), FileFault.NOT_WORKBOOK),
    ("web page", b"\xef\xbb\xbf <!DOCTYPE html><html>", FileFault.HTML),
    ("web page that begins with a comment", b"<!-- saved from x -->\r\n<html>", FileFault.HTML),
    ("web page as XML", b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>', FileFault.HTML),
    ("web page in UTF-16", "<html><table>".encode("utf-16"), FileFault.HTML),
    ("flat OpenDocument", b'<?xml version="1.0"?><office:document xmlns:office="x"/>', FileFault.ODS),
    ("old xls", OLE + "Workbook".encode("utf-16-le"), FileFault.OLD_XLS),
    ("older xls", OLE + "Book".encode("utf-16-le"), FileFault.OLD_XLS),
    ("another compound file", OLE, FileFault.NOT_ZIP),
    ("sensitivity label", OLE + "DRMEncryptedDataSpace EncryptedPackage".encode("utf-16-le"), FileFault.LABELLED),
    ("old xls with a label", OLE + "\x09DRMContent".encode("utf-16-le"), FileFault.LABELLED),
    ("e-mail of Outlook", OLE + "__properties_version1.0".encode("utf-16-le"), FileFault.MESSAGE),
    ("e-mail", b"Received: from x\r\n by y\r\nFrom: a@b.example\r\nTo: c@d.example\r\nMIME-Version: 1.0\r\n\r\nHello",
     FileFault.MESSAGE),
    ("e-mail without MIME", b"Date: Mon, 1 Feb 2027\r\nFrom: a@b.example\r\nTo: c@d.example\r\n\r\nHello", FileFault.MESSAGE),
    ("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(20), FileFault.MESSAGE),
    ("old doc", OLE + "WordDocument".encode("utf-16-le"), FileFault.WORD),
    ("rich text", b"{\\rtf1\\ansi", FileFault.WORD),
    ("docx", zipped({**PARTS, "word/document.xml": b"x"}), FileFault.WORD),
    ("old ppt", OLE + "PowerPoint Document".encode("utf-16-le"), FileFault.SLIDES),
    ("pptx", zipped({**PARTS, "ppt/presentation.xml": b"x"}), FileFault.SLIDES),
    ("png", b"\x89PNG\r\n\x1a\n" + bytes(99), FileFault.PICTURE),
    ("jpeg", b"\xff\xd8\xff\xe0" + bytes(99), FileFault.PICTURE),
    ("picture of a phone", b"\0\0\0\x18ftypheic" + bytes(99), FileFault.PICTURE),
    ("Numbers", zipped({"Index/Document.iwa": b"x"}), FileFault.NUMBERS),
    ("returns in a zip", zipped({"a/TRANSPORT 2026-27 Q3.xlsx": GOOD}), FileFault.ZIP_OF_FILES),
    ("password", OLE + "EncryptedPackage".encode("utf-16-le"), FileFault.ENCRYPTED),
    ("cut off", GOOD[:-100], FileFault.DAMAGED),
    ("another zip", zipped({"a.txt": b"x"}), FileFault.NOT_WORKBOOK),
    ("OpenDocument", zipped({"mimetype": b"x", "content.xml": b"x"}), FileFault.ODS),
    ("xlsb", zipped({**PARTS, "xl/workbook.bin": b"x"}), FileFault.XLSB),
    ("two parts of one name", renamed("xl/workbooK.xmx", "xl/workbook.xml"), FileFault.UNSAFE),
    ("names that differ in case", zipped({**PARTS, "XL/workbook.xml": b"x"}), FileFault.UNSAFE),
    ("a path upwards", renamed("xl/zz/a.xml", "../zz/a.xml"), FileFault.UNSAFE),
    ("a path upwards with backslashes", renamed("xl/zz/a.xml", "..\\zz\\a.xml"), FileFault.UNSAFE),
    ("a path from another computer", renamed("xl/zz/a.xml", "//xl/z/.xml"), FileFault.UNSAFE),
    ("a name that is another's with a backslash", renamed("xl/workbooK.xmx", "xl\\workbook.xml"), FileFault.UNSAFE),
    ("a name that is another's with a leading slash", renamed("xl/workbooK.xmxx", "/xl/workbook.xml"), FileFault.UNSAFE),
    ("a drive", renamed("xl/zz/a.xml", "C:/zz/a.xml"), FileFault.UNSAFE),
    ("a name that goes on after a NUL", renamed("xl/zz/a.xml", "xl/zz\0a.xml"), FileFault.UNSAFE),
]


@pytest.mark.parametrize(("blob", "fault"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_what_cannot_be_opened_is_named(blob: bytes, fault: FileFault) -> None:
    with pytest.raises(FileUnreadable) as caught:
        Package(blob)
    assert caught.value.fault is fault


def test_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable) as caught:
        Package.open(tmp_path / "none.xlsx")
    assert caught.value.fault is FileFault.MISSING


@pytest.mark.parametrize("limits", [Limits(file=10), Limits(members=2), Limits(claimed=500)])
def test_too_large_to_open(limits: Limits) -> None:
    with pytest.raises(FileUnreadable) as caught:
        Package(GOOD, limits)
    assert caught.value.fault is FileFault.TOO_LARGE


@pytest.mark.parametrize("limits", [Limits(part=400), Limits(total=400)])
def test_a_bomb_is_cut_off_by_what_comes_out(limits: Limits) -> None:
    package = Package(GOOD.replace(struct.pack("<I", 550), struct.pack("<I", 9)), limits)  # a directory that lies
    with pytest.raises(FileUnreadable):
        package.read("xl/workbook.xml")


def test_reading_a_part_again_is_not_counted_again() -> None:
    package = Package(GOOD, Limits(total=600))
    for _ in range(3):
        assert package.read("xl/workbook.xml") == PARTS["xl/workbook.xml"]


def test_a_damaged_part_is_named() -> None:
    package = Package(GOOD)
    at = GOOD.index(package.raw("xl/workbook.xml"))
    with pytest.raises(FileUnreadable, match=r"xl/workbook\.xml"):
        Package(GOOD[:at] + b"\xff\xff" + GOOD[at + 2 :]).read("xl/workbook.xml")


def damage(part: str, blob: bytes) -> FileFault:
    with pytest.raises(FileUnreadable) as caught:
        Package(blob, Limits(marks=1_000)).read(part)
    return caught.value.fault


def test_marks_are_counted_as_they_come_out() -> None:
    part = "xl/workbook.xml"
    assert damage(part, zipped({**PARTS, part: b"<a/>" * 1_001})) is FileFault.TOO_LARGE
    assert damage(part, zipped({**PARTS, part: b"&lt;" * 1_001})) is FileFault.TOO_LARGE
    package = Package(GOOD, Limits(marks=60))
    assert package.read(part) == package.read(part)  # what is read again is not counted again


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_workbooks_are_packed_with_is_unpacked(method: int) -> None:
    assert damage("xl/workbook.xml", zipped(PARTS, method)) is FileFault.DAMAGED


def test_a_part_is_what_the_directory_says_of_it() -> None:
    at = GOOD.rindex(b"PK\1\2", 0, GOOD.rindex(b"xl/workbook.xml"))
    for offset in (16, 24, 42):  # checksum, size, place
        bad = GOOD[: at + offset] + bytes([GOOD[at + offset] ^ 1]) + GOOD[at + offset + 1 :]
        assert damage("xl/workbook.xml", bad) is FileFault.DAMAGED
    assert damage("xl/workbook.xml", GOOD.replace(b"xl/workbook.xml", b"xl/workbook.xmm", 1)) is FileFault.UNSAFE


def test_what_is_no_ordinary_file_is_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        return
    os.mkfifo(tmp_path / "pipe.xlsx")
    with pytest.raises(FileUnreadable, match="no ordinary file"):
        Package.open(tmp_path / "pipe.xlsx")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_writing_copies_what_is_not_replaced(method: int) -> None:
    old = Package(zipped(PARTS, method))
    out = io.BytesIO()
    write_package(old, out, {"xl/workbook.xml": Packed.of([b"<new", b"/>"]), "xl/added.xml": b"<a/>"})
    new = Package(out.getvalue())
    assert new.names == [*old.names, "xl/added.xml"]
    assert (new.read("xl/workbook.xml"), new.read("xl/added.xml")) == (b"<new/>", b"<a/>")
    for part in ("[Content_Types].xml", "xl/médiä/ü.bin"):
        assert new.raw(part) == old.raw(part) and new.read(part) == PARTS[part]
    with zipfile.ZipFile(out) as check:
        assert check.testzip() is None
        old_info, new_info = old.infos["[Content_Types].xml"], check.infolist()[0]
        assert (new_info.date_time, new_info.external_attr, new_info.create_system) == (
            old_info.date_time, old_info.external_attr, old_info.create_system)


def test_writing_nothing_new_is_stable() -> None:
    once, twice = io.BytesIO(), io.BytesIO()
    write_package(Package(GOOD), once, {})
    write_package(Package(once.getvalue()), twice, {})
    assert once.getvalue() == twice.getvalue()
