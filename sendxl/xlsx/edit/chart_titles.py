"""A chart's title or a series' name that shows a cell is kept in step with that cell.

Excel reads the cell anew when it opens the workbook; LibreOffice and previewers show what the chart remembers of it.
The numbers that a chart remembers are left alone: every program that draws it reads them from the cells.
"""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from sendxl.xlsx.edit.splice import SheetEdits
from sendxl.xlsx.edit.write import Formula
from sendxl.xlsx.package.xml import decode
from sendxl.xlsx.read.address import parse_cell
from sendxl.xlsx.read.references import unquoted

_REMEMBERED = re.compile(
    rb"(<(?:\w+:)?f>)([^<]*)(</(?:\w+:)?f>\s*<(?:\w+:)?strCache>(?:(?!</(?:\w+:)?strCache>).)*?<(?:\w+:)?v>)([^<]*)(?=</)",
    re.DOTALL,
)


def retitled(xml: bytes, edits: Mapping[str, SheetEdits]) -> bytes:
    """A chart part that shows the text just written into the single cells that it names; ``edits`` are by sheet part."""
    sheets = {sheet.sheet.casefold(): sheet for sheet in edits.values()}

    def one(match: "re.Match[bytes]") -> bytes:
        sheet, _, cell = decode(match[2]).rpartition("!")
        try:
            row, column = parse_cell(cell.replace("$", ""))
        except ValueError:  # more than one cell
            return match[0]
        edited = sheets.get(unquoted(sheet).casefold())
        write = edited.writes(row).get(column) if edited else None
        shown = write.value.shown if write and isinstance(write.value, Formula) else write and write.value
        return match[1] + match[2] + match[3] + escape(shown).encode() if isinstance(shown, str) else match[0]

    return _REMEMBERED.sub(one, xml)
