"""A chart's title that shows a cell says what was written into it; nothing else of a chart is touched."""

from collections.abc import Mapping

import pytest

from sendxl.xlsx.edit.chart_titles import retitled
from sendxl.xlsx.edit.splice import SheetEdits
from sendxl.xlsx.edit.write import Formula, How, Write

TITLE = (b'<c:chart><c:title><c:tx><c:strRef><c:f>%s</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>old</c:v></c:pt>'
         b"</c:strCache></c:strRef></c:tx></c:title><c:numRef><c:f>Data!$A$1</c:f><c:numCache><c:pt idx=\"0\"><c:v>1</c:v></c:pt>"
         b"</c:numCache></c:numRef></c:chart>")


def edits(write: Write) -> Mapping[str, SheetEdits]:
    return {"xl/worksheets/sheet1.xml": SheetEdits("Data", {2: {2: write}}), "other": SheetEdits("It's", {2: {2: write}})}


@pytest.mark.parametrize(("ref", "write", "shown"), [
    (b"Data!$B$2", Write(How.SET, "new"), b"new"),
    (b"'Data'!$B$2", Write(How.SET, "a & b < c"), b"a &amp; b &lt; c"),
    (b"data!B2", Write(How.NEW, "new"), b"new"),
    (b"'It''s'!$B$2", Write(How.CACHED, "new"), b"new"),
    (b"Data!$B$2", Write(How.NEW, Formula("1&2", "12")), b"12"),
    (b"Data!$B$2", Write(How.NEW, Formula("1&2")), b"old"),
    (b"Data!$B$2", Write(How.FILL, fill="FFFFFF"), b"old"),
    (b"Data!$B$2", Write(How.SET, 12), b"old"),
    (b"Data!$B$3", Write(How.SET, "new"), b"old"),
    (b"Other!$B$2", Write(How.SET, "new"), b"old"),
    (b"Data!$B$2:$B$3", Write(How.SET, "new"), b"old"),
    (b"OurName", Write(How.SET, "new"), b"old"),
])
def test_titles(ref: bytes, write: Write, shown: bytes) -> None:
    before = TITLE % ref
    assert retitled(before, edits(write)) == before.replace(b">old<", b">" + shown + b"<")
