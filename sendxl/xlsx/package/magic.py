"""What a file is that is no workbook, told from its first bytes or from the names inside it."""

import re
from collections.abc import Collection
from contextlib import suppress

from sendxl.errors import FileFault, FileUnreadable

_STARTS = {
    FileFault.HTML: (b"<!doctype html", b"<html", b"<table", b"<head"),
    FileFault.XML: (b"<?xml",),
    FileFault.PDF: (b"%pdf",),
    FileFault.MESSAGE: (b"x\x9f>\"",),  # winmail.dat, as Outlook sends what is attached
    FileFault.WORD: (b"{\\rtf",),
    FileFault.PICTURE: (b"\x89png", b"\xff\xd8\xff", b"gif8", b"ii*\0", b"mm\0*", b"\0\0\0\x18ftyphei"),
    FileFault.NOT_WORKBOOK: (b"pk\5\6",),  # a zip file without members
}
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # MS-CFB: the small file system in which Office of old kept everything
_ENTRIES = (  # of its directory, the first that is there telling what it is; a label encrypts like a password, and says so
    ("DRMEncryptedDataSpace", FileFault.LABELLED), ("\x09DRMContent", FileFault.LABELLED),
    ("EncryptedPackage", FileFault.ENCRYPTED), ("__properties_version1.0", FileFault.MESSAGE),
    ("WordDocument", FileFault.WORD), ("PowerPoint Document", FileFault.SLIDES),
    ("Workbook", FileFault.OLD_XLS), ("Book", FileFault.OLD_XLS),
)
_COMMENTS = re.compile(rb"^(?:<!--.*?-->\s*)+", re.DOTALL)
_IN_XML = ((b"<html", FileFault.HTML), (b"<office:document", FileFault.ODS))
_HEADER = re.compile(rb"(?:[\w-]+:[^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*\r?\n)+", re.ASCII)
_OF_MESSAGES = re.compile(rb"^(?:received|message-id|return-path|delivered-to|to):", re.IGNORECASE | re.MULTILINE)
_OF_MIME = re.compile(rb"^(?:mime-version|content-type):", re.IGNORECASE | re.MULTILINE)
_PARTS = (  # of a zip file, in small letters
    ("xl/workbook.bin", FileFault.XLSB), ("word/document.xml", FileFault.WORD), ("ppt/presentation.xml", FileFault.SLIDES),
    ("index/document.iwa", FileFault.NUMBERS), ("content.xml", FileFault.ODS),
)


def check_magic(blob: bytes) -> None:
    """Tell from the first bytes what a file is; FileUnreadable for all but a zip."""
    if not blob:
        raise FileUnreadable(FileFault.EMPTY)
    if blob.startswith(b"PK\3\4"):
        return
    if blob.startswith(_COMPOUND):
        raise FileUnreadable(next((fault for entry, fault in _ENTRIES if entry.encode("utf-16-le") in blob), FileFault.NOT_ZIP))
    start = _COMMENTS.sub(b"", _one_byte_each(blob[:4096]).lstrip(b"\xef\xbb\xbf \t\r\n")).lower()
    if start.startswith(b"<") and (page := next((fault for mark, fault in _IN_XML if mark in start), None)):
        raise FileUnreadable(page)
    for fault, marks in _STARTS.items():
        if start.startswith(marks):
            raise FileUnreadable(fault)
    header = _HEADER.match(blob[:8192])
    if header and _OF_MESSAGES.search(header[0]):
        raise FileUnreadable(FileFault.MESSAGE)
    if header and _OF_MIME.search(header[0]):
        raise FileUnreadable(FileFault.HTML)  # a saved web page
    raise FileUnreadable(FileFault.TEXT if _is_text(blob[:4096]) else FileFault.NOT_ZIP)


def check_parts(names: Collection[str]) -> None:
    """Tell from the names inside a zip file, in small letters, what it is; FileUnreadable for all but a workbook."""
    for part, fault in _PARTS:
        if part in names:
            raise FileUnreadable(fault)
    if "[content_types].xml" not in names:
        inside = [name for name in names if name.endswith((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".zip"))]
        raise FileUnreadable(FileFault.ZIP_OF_FILES if inside else FileFault.NOT_WORKBOOK)


def check_document_parts(names: Collection[str]) -> None:
    """FileUnreadable for all but a Word document; otherwise as ``check_parts``."""
    if "word/document.xml" not in names or "[content_types].xml" not in names:
        raise FileUnreadable(FileFault.NOT_ZIP)


def _one_byte_each(start: bytes) -> bytes:
    """What a file begins with; of one whose letters are of two bytes each, the letters alone."""
    return start.replace(b"\0", b"")[2:] if start.startswith((b"\xff\xfe", b"\xfe\xff")) else start


def _is_text(start: bytes) -> bool:
    """True if a file that starts so is plain text."""
    for encoding in ("utf-16",) if start.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8", "cp1252"):
        with suppress(ValueError):
            text = start.decode(encoding, "ignore" if encoding == "utf-16" else "strict")
            return all(letter.isprintable() or letter in "\t\r\n\ufeff" for letter in text)
    return False
