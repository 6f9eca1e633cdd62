"""Saving a workbook that was built: the same bytes for the same content, and never half a file."""

import io
import posixpath
import re
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from sendxl.errors import writing
from sendxl.xlsx.package.whole_file import replace_file

if TYPE_CHECKING:
    from openpyxl import Workbook

BUILT = "2026-01-01T00:00:00Z"  # stands for the moment of building, so that it leaves no trace in the bytes
_MEMBER_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_CORE = "docProps/core.xml"
_APP = "docProps/app.xml"
_CHARTS = "xl/charts/"
_DRAWINGS = "xl/drawings/"
_BARE = re.compile(rb"<(/?)(\w+)(?=[\s/>])")
_STYLES = "xl/styles.xml"
_RELATIONS = ".rels"
_FONT = re.compile(rb"(?<=<font>).*?(?=</font>)")
_CHILD = re.compile(rb"<(\w+)[^>]*/>")
_FONT_ORDER = (b"b", b"i", b"strike", b"condense", b"extend", b"outline", b"shadow", b"u", b"vertAlign", b"sz", b"color", b"name",
               b"family", b"charset", b"scheme")  # ECMA-376 part 1, CT_Font, as Excel writes it
_ABSOLUTE = re.compile(rb'(?<=Target=")/([^"]+)(?=")')
_APPLICATION = re.compile(rb"<Application>[^<]*</Application>(<AppVersion>[^<]*</AppVersion>)?")
_LABEL_FORMAT = re.compile(rb'(<numFmt formatCode="[^"]*") ?/>')
_STAMP = re.compile(rb"(<dcterms:(created|modified)\b[^>]*>)[^<]*(?=</)")


def save(workbook: "Workbook", path: Path) -> None:
    """Write a workbook built with openpyxl to ``path``, replacing what is there in one step.

    Building the same content again gives the same bytes: openpyxl's two stamps of the time and the times of the zip
    members are fixed. On any failure nothing is left behind and ``path`` is as it was.
    """
    replace_file(path, saved(workbook))


def saved(workbook: "Workbook") -> bytes:
    """A workbook built with openpyxl, as it is stored."""
    raw = io.BytesIO()
    with writing(tempfile.gettempdir()):  # into which openpyxl puts each sheet meanwhile
        workbook.save(raw)
    return _fixed(raw)


def _in_order(font: "re.Match[bytes]") -> bytes:
    """A font's elements in the order that the schema gives them, which openpyxl does not keep."""
    return b"".join(child[0] for child in sorted(_CHILD.finditer(font[0]), key=lambda child: _FONT_ORDER.index(child[1])))


def _relative(target: "re.Match[bytes]", relations: str) -> bytes:
    """A part's name from the folder of the part related to it: openpyxl writes it from the root, which exceljs cannot open."""
    folder = posixpath.dirname(posixpath.dirname(relations))
    return posixpath.relpath(target[1].decode(), folder or ".").encode()


def _fixed(raw: io.BytesIO) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w") as target:
        for name in sorted(source.namelist(), key=lambda name: name != "[Content_Types].xml"):
            content = source.read(name)
            if name == _CORE:
                content = _STAMP.sub(rb"\g<1>" + BUILT.encode(), content)
            elif name == _APP:  # it was not Excel that saved it, nor does openpyxl's version matter
                content = _APPLICATION.sub(b"<Application>sendxl</Application>", content)
            elif name == _STYLES:
                content = _FONT.sub(_in_order, content)
            elif name.startswith(_DRAWINGS) and name.endswith(".xml"):  # exceljs knows the elements by Excel's prefix alone
                content = _BARE.sub(rb"<\1xdr:\2", content).replace(b" xmlns=", b" xmlns:xdr=")
            elif name.endswith(_RELATIONS):
                content = _ABSOLUTE.sub(lambda target, name=name: _relative(target, name), content)  # type: ignore[misc]
            elif name.startswith(_CHARTS):  # openpyxl does not say that a label's format is its own, not the cell's
                content = _LABEL_FORMAT.sub(rb'\1 sourceLinked="0"/>', content)
            member = zipfile.ZipInfo(name, _MEMBER_TIME)
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, _UNIX
            member.external_attr = 0o600 << 16
            target.writestr(member, content)
    return out.getvalue()
