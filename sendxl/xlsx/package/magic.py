"""Why a file cannot be used as a workbook, and what a file is that is none."""

from contextlib import suppress

from sendxl.errors import FileFault, FileUnreadable

_MAGIC = {
    FileFault.HTML: (b"<!doctype html", b"<html", b"<table", b"<head", b"mime-version:"),
    FileFault.XML: (b"<?xml",),
    FileFault.PDF: (b"%pdf",),
    FileFault.NOT_WORKBOOK: (b"pk\5\6",),  # a zip file without members
}


def check_magic(blob: bytes) -> None:
    """Tell from the first bytes what a file is; FileUnreadable for all but a zip."""
    if not blob:
        raise FileUnreadable(FileFault.EMPTY)
    if blob.startswith(b"PK\3\4"):
        return
    if blob.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        encrypted = "EncryptedPackage".encode("utf-16-le") in blob
        raise FileUnreadable(FileFault.ENCRYPTED if encrypted else FileFault.OLD_XLS)
    start = blob[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for fault, marks in _MAGIC.items():
        if start.startswith(marks):
            raise FileUnreadable(fault)
    raise FileUnreadable(FileFault.TEXT if _is_text(blob[:4096]) else FileFault.NOT_ZIP)


def _is_text(start: bytes) -> bool:
    """True if a file that starts so is plain text."""
    for encoding in ("utf-16",) if start.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8", "cp1252"):
        with suppress(ValueError):
            text = start.decode(encoding, "ignore" if encoding == "utf-16" else "strict")
            return all(letter.isprintable() or letter in "\t\r\n\ufeff" for letter in text)
    return False
