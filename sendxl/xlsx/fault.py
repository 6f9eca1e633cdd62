"""Why a file cannot be used as a workbook, and what a file is that is none."""

from contextlib import suppress
from enum import Enum


class Fault(Enum):
    """Why a file cannot be used as a workbook, as said to a person."""

    MISSING = "there is no such file"
    EMPTY = "the file is empty"
    ENCRYPTED = "it is protected with a password; save a copy without one"
    OLD_XLS = "it is in the old .xls format; save it as an Excel Workbook (.xlsx)"
    XLSB = "it is an .xlsb workbook; save it as an Excel Workbook (.xlsx)"
    ODS = "it is an OpenDocument spreadsheet; save it as an Excel Workbook (.xlsx)"
    HTML = "it is a web page, not a workbook; save it as an Excel Workbook (.xlsx)"
    TEXT = "it is plain text, such as a .csv file; save it as an Excel Workbook (.xlsx)"
    XML = "it is an XML file, not a workbook; save it as an Excel Workbook (.xlsx)"
    PDF = "it is a PDF, not a workbook"
    NOT_ZIP = "it is not an Excel workbook"
    DAMAGED = "it is damaged"
    NOT_WORKBOOK = "it is a zip file but holds no workbook"
    TOO_LARGE = "it is too large, or a decompression bomb"
    UNSAFE = "it is built in an unsafe way"


class PackageError(Exception):
    """The file cannot be used as a workbook. ``fault`` says why; the message adds what exactly was found."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        self.fault = fault
        self.detail = detail
        super().__init__(f"{fault.value} ({detail})" if detail else fault.value)


_MAGIC = {
    Fault.HTML: (b"<!doctype html", b"<html", b"<table", b"<head", b"mime-version:"),
    Fault.XML: (b"<?xml",),
    Fault.PDF: (b"%pdf",),
    Fault.NOT_WORKBOOK: (b"pk\5\6",),  # a zip file without members
}


def check_magic(blob: bytes) -> None:
    """Tell from the first bytes what a file is; PackageError for all but a zip."""
    if not blob:
        raise PackageError(Fault.EMPTY)
    if blob.startswith(b"PK\3\4"):
        return
    if blob.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        encrypted = "EncryptedPackage".encode("utf-16-le") in blob
        raise PackageError(Fault.ENCRYPTED if encrypted else Fault.OLD_XLS)
    start = blob[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for fault, marks in _MAGIC.items():
        if start.startswith(marks):
            raise PackageError(fault)
    raise PackageError(Fault.TEXT if _is_text(blob[:4096]) else Fault.NOT_ZIP)


def _is_text(start: bytes) -> bool:
    """True if a file that starts so is plain text."""
    for encoding in ("utf-16",) if start.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8", "cp1252"):
        with suppress(ValueError):
            text = start.decode(encoding, "ignore" if encoding == "utf-16" else "strict")
            return all(letter.isprintable() or letter in "\t\r\n\ufeff" for letter in text)
    return False
