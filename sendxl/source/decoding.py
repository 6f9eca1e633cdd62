"""The bytes and the text of a file from a stranger."""

import codecs
import re
from pathlib import Path

MOST_BYTES = 20_000_000
_MAGIC = {
    b"%PDF": "a PDF. Give its name the ending .pdf",
    b"PK": "a Word, Excel, PowerPoint or zip file. Give the name of a Word document the ending .docx, of a workbook .xlsx; "
           "of a zip file take what is in it",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file, or an e-mail. Open it, and save the plan as .docx or .xlsx",
    b"{\\rt": "a rich text file. Open it in Word, and save it as a Word Document (.docx)",
    b"\x89PNG": "a picture. Take the Word or Excel file of the plan",
    b"\xff\xd8\xff": "a picture. Take the Word or Excel file of the plan",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def read_bytes(path: Path) -> bytes:
    """The bytes of a file from a stranger; ValueError if it cannot be read or is larger than ``MOST_BYTES``."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror or error}). Check the name and try again.") from None
    if len(content) > MOST_BYTES:
        raise ValueError(f"{path.name}: is larger than {MOST_BYTES // 1_000_000} MB. A plan is a few pages of text; "
                         "check that this is the right file.")
    return content


def decode(content: bytes, name: str) -> str:
    """Text from bytes, with ``\\n`` line ends and no trailing blanks; ValueError names the file if it is not text."""
    for magic, what in _MAGIC.items():
        if content.startswith(magic):
            raise ValueError(f"{name}: is {what}.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        at = text.count("\n", 0, text.index("\x00")) + 1
        raise ValueError(f"{name}, line {at}: is not text. Take the Word or Excel file of the plan, or save it as plain text.")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_CONTROL.sub("", line).rstrip() for line in lines)
