"""What a Word document says, read by python-docx: tables by their caption, and what a template is changed to for a test."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn

Change = Callable[[Any], None]


def opened(path: Path) -> Any:
    return docx.Document(str(path))


def tables_of(path: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each table by its caption, as texts by header."""
    found: dict[str, list[dict[str, str]]] = {}
    for table in opened(path).tables:
        caption = table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        header, *rows = [[cell.text for cell in row.cells] for row in table.rows]
        found[caption] = [dict(zip(header, row, strict=True)) for row in rows]
    return found


def text_of(path: Path) -> str:
    document = opened(path)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs),
                      *(cell.text for table in document.tables for row in table.rows for cell in row.cells)])


def number(text: str) -> float | None:
    """The amount of a text such as “−£1,234”; None for one that is not known."""
    return None if text == "–" else float(re.sub("[£,]", "", text).replace("−", "-"))


def changed(template: bytes, change: Change) -> bytes:
    """A template as somebody changed it in Word."""
    document = docx.Document(BytesIO(template))
    change(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def zipped(template: bytes, parts: dict[str, bytes]) -> bytes:
    """A template with parts added, or put in the place of its own."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(template)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, blob in parts.items():
            new.writestr(name, blob)
    return file.getvalue()
