"""The bytes and the text of a file from a stranger."""

import codecs
import re
from pathlib import Path

MOST_BYTES = 20_000_000
_MAGIC = {
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a Word, Excel or zip file",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file",
    b"{\\rt": "a rich text file",
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
            raise ValueError(f"{name}: is {what}, not text. Save it as plain text with a tab between cells.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        at = text.count("\n", 0, text.index("\x00")) + 1
        raise ValueError(f"{name}, line {at}: is not text. Save the plan as plain text with a tab between cells.")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_CONTROL.sub("", line).rstrip() for line in lines)
