"""How many examples a fuzzer tries, and its files as Excel stores them: SENDXL_FUZZ=10 tries ten times as many, at random."""

import io
import os
import re
import zipfile

from hypothesis import HealthCheck, settings

_TIMES = int(os.environ.get("SENDXL_FUZZ", 1))
_INLINE = re.compile(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?) t="inlineStr"><is>(.*?)</is></c>', re.S)
_RELATION = (b'<Relationship Id="rIdText" Target="sharedStrings.xml" '
             b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>')
_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def fuzzed(examples: int) -> settings:
    """The settings of a fuzzer that tries so many ``examples``: the same ones in every run, unless there are to be more."""
    return settings(max_examples=examples * _TIMES, derandomize=_TIMES == 1, database=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def seeds(count: int) -> range:
    """The seeds that a test by chance is run with: so many, unless there are to be more."""
    return range(1, 1 + count * _TIMES)


def _shared(opening: bytes, at: int) -> bytes:
    return b'%s t="s"><v>%d</v></c>' % (opening, at)


def with_shared_strings(blob: bytes) -> bytes:
    """The workbook that openpyxl made with its texts in sharedStrings.xml, where Excel puts them; openpyxl stores them inline."""
    with zipfile.ZipFile(io.BytesIO(blob)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    places: dict[bytes, int] = {}
    for name in [name for name in members if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]:
        members[name] = _INLINE.sub(lambda cell: _shared(cell[1], places.setdefault(cell[2], len(places))), members[name])
    assert places
    members["xl/sharedStrings.xml"] = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="%d">' % len(places)
        + b"".join(b"<si>%s</si>" % text for text in places) + b"</sst>"
    )
    for name, closing, entry in (
        ("[Content_Types].xml", b"</Types>", b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/>' % _TYPE),
        ("xl/_rels/workbook.xml.rels", b"</Relationships>", _RELATION),
    ):
        members[name] = members[name].replace(closing, entry + closing)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return out.getvalue()
