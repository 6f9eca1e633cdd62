"""Defined names: what they stand for, and names added or given other cells."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from sendxl.xlsx.edit.elements import appended, elements
from sendxl.xlsx.edit.schema_order import WORKBOOK
from sendxl.xlsx.package.xml import Patch, apply, decode, tag_end
from sendxl.xlsx.read.address import Area, letters, parse_area
from sendxl.xlsx.read.workbook import Workbook

_CELLS = re.compile(r"((?:'(?:[^']|'')+'|[^\s'!,;()=&]+))!(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)")


def names_of(workbook: Workbook) -> dict[str, str]:
    """The names of the whole workbook: name to formula."""
    xml = workbook.package.read(workbook.part)
    found: dict[str, str] = {}
    for child in elements(xml, workbook.part).inside:
        for name in child.inside if child.tag == "definedNames" else ():
            if "localSheetId" not in name.attributes:
                start, alone = tag_end(xml, name.start)
                text = b"" if alone else xml[start : xml.rindex(b"</", start, name.end)]
                found[name.attributes.get("name", "")] = decode(text)
    return found


def cells_named(formula: str) -> tuple[str, Area] | None:
    """The sheet and the cells that a name stands for; None where it stands for anything else."""
    match = _CELLS.fullmatch(formula)
    if not match:
        return None
    sheet = match[1][1:-1].replace("''", "'") if match[1].startswith("'") else match[1]
    return sheet, parse_area(match[2].replace("$", ""))


def naming(sheet: str, area: Area) -> str:
    """Cells as a name holds them, as in ``'Leads'!$B$5:$B$20``."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!${letters(area.left)}${area.top}:${letters(area.right)}${area.bottom}"


def renamed(xml: bytes, part: str, wanted: Mapping[str, str]) -> bytes:
    """The workbook part with names standing for other formulas, those that it lacks added."""
    patches: list[Patch] = []
    waiting = dict(wanted)
    for child in elements(xml, part).inside:
        for name in child.inside if child.tag == "definedNames" else ():
            formula = waiting.get(name.attributes.get("name", "")) if "localSheetId" not in name.attributes else None
            if formula is not None:
                del waiting[name.attributes["name"]]
                start = tag_end(xml, name.start)[0]
                patches.append(Patch(start, xml.rindex(b"</", start, name.end), escape(formula).encode()))
    xml = apply(xml, patches)
    added = [f"<definedName name={quoteattr(name)}>{escape(formula)}</definedName>".encode() for name, formula in waiting.items()]
    return appended(xml, part, "definedNames", added, WORKBOOK, counted=False)
