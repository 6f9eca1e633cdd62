"""A sheet with a table, built as a model, added as the last sheet of a workbook: its parts, and all that lists them."""

import posixpath
import re
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.elements import appended, elements, retagged
from sendxl.xlsx.edit.model import Model
from sendxl.xlsx.edit.names import names_of
from sendxl.xlsx.edit.schema_order import WORKBOOK
from sendxl.xlsx.edit.write import Refusal
from sendxl.xlsx.package.xml import tag_end, with_attribute
from sendxl.xlsx.read.parts import SheetPart
from sendxl.xlsx.read.workbook import Workbook

_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATION = "rId1"  # of the sheet to its table


def add_sheet(editor: Editor, workbook: Workbook, model: Model) -> None:
    """Add the sheet that the model's table is on; Refusal where its name, or that of the table, is taken."""
    name, table = model.table.sheet.name, model.table.name
    if name.casefold() in (sheet.name.casefold() for sheet in workbook.sheets):
        raise Refusal(f"there is a sheet {name} already, without a table {table}. Give that sheet another name, then run again.")
    if table.casefold() in (known.casefold() for known in names_of(workbook)):
        raise Refusal(f"the name {table} stands for something else (Formulas, Name Manager). Give that another name, then run "
                      "again.")
    folder = posixpath.dirname(workbook.part)
    sheet_part = _free(workbook, posixpath.join(folder, "worksheets", "sheet"))
    table_part = _free(workbook, posixpath.join(folder, "tables", "table"))
    editor.add(sheet_part, _sheet(model))
    editor.add(_relations_of(sheet_part), _relations(posixpath.relpath(table_part, posixpath.dirname(sheet_part))))
    editor.add(table_part, _with_id(model, table_part, 1 + max(_table_ids(workbook), default=0)))
    types = [f'<Override PartName="/{part}" ContentType="{_MAIN}{kind}+xml"/>'.encode()
             for part, kind in ((sheet_part, "worksheet"), (table_part, "table"))]
    content_types = workbook.package.named("[Content_Types].xml")
    editor.change(content_types, lambda xml: appended(xml, content_types, "Override", types))
    relations = workbook.package.named(_relations_of(workbook.part))
    relation = _free_relation(workbook, relations)
    target = posixpath.relpath(sheet_part, folder)
    item = f'<Relationship Id="{relation}" Type="{_RELATIONS}/worksheet" Target="{target}"/>'.encode()
    editor.change(relations, lambda xml: appended(xml, relations, "Relationship", [item]))
    editor.change(workbook.part, lambda xml: _listed(xml, workbook.part, model.table.sheet, relation, _printed(model)))


def _sheet(model: Model) -> bytes:
    """The sheet part, with its formats as the other workbook numbers them, and not the one that is shown first."""
    formats, looks = model.adopted.formats, model.adopted.looks

    def change(tag: str, attributes: dict[str, str]) -> dict[str, str]:
        if tag in ("c", "row") and "s" in attributes:
            return {"s": str(int(attributes["s"]) + formats)}
        if tag == "c":
            return {"s": str(formats)}
        if tag == "col" and "style" in attributes:
            return {"style": str(int(attributes["style"]) + formats)}
        if tag == "cfRule" and "dxfId" in attributes:
            return {"dxfId": str(int(attributes["dxfId"]) + looks)}
        if tag == "tablePart":
            return {next(key for key in attributes if key.endswith(":id")): _RELATION}
        return {"tabSelected": "0"} if tag == "sheetView" and "tabSelected" in attributes else {}

    return retagged(model.xml, model.table.sheet.part, change)


def _with_id(model: Model, part: str, number: int) -> bytes:
    xml = model.workbook.package.read(model.table.part)
    return retagged(xml, part, lambda tag, _: {"id": str(number)} if tag == "table" else {})


def _table_ids(workbook: Workbook) -> Iterator[int]:
    for table in workbook.tables.values():
        yield int(elements(workbook.package.read(table.part), table.part).attributes.get("id", 0))


def _relations(target: str) -> bytes:
    return (b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            + f'<Relationship Id="{_RELATION}" Type="{_RELATIONS}/table" Target="{target}"/></Relationships>'.encode())


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _free(workbook: Workbook, stem: str) -> str:
    """The name of a part that is not there yet; names of parts are compared without case."""
    known = {name.casefold() for name in workbook.package.names}
    number = 1
    while f"{stem}{number}.xml".casefold() in known:
        number += 1
    return f"{stem}{number}.xml"


def _free_relation(workbook: Workbook, part: str) -> str:
    known = {item.attributes.get("Id", "") for item in elements(workbook.package.read(part), part).inside}
    number = 1
    while f"rId{number}" in known:
        number += 1
    return f"rId{number}"


def _printed(model: Model) -> list[tuple[str, str]]:
    """The names that say how the sheet is printed: name and formula."""
    found: list[tuple[str, str]] = []
    part = model.workbook.part
    xml = model.workbook.package.read(part)
    index = str([sheet.name for sheet in model.workbook.sheets].index(model.table.sheet.name))
    for child in elements(xml, part).inside:
        for item in child.inside if child.tag == "definedNames" else ():
            if item.attributes.get("localSheetId") == index:
                start = tag_end(xml, item.start)[0]
                found.append((item.attributes["name"], xml[start : xml.rindex(b"</", start, item.end)].decode()))
    return found


def _listed(xml: bytes, part: str, sheet: SheetPart, relation: str, printed: list[tuple[str, str]]) -> bytes:
    """The workbook part with one more sheet at the end, and the names of that sheet."""
    sheets = next(child for child in elements(xml, part).inside if child.tag == "sheets").inside
    number = 1 + max(int(sheet.attributes.get("sheetId", 0)) for sheet in sheets)
    others = sheets[-1].attributes
    key = next(key for key in others if re.fullmatch(r"\w+:id", key))
    spaces = [(declared, value) for declared, value in others.items() if declared.startswith("xmlns")]  # where not at the root
    tag = b"<sheet/>"
    hidden = [] if sheet.state == "visible" else [("state", sheet.state)]
    for attribute, value in (*spaces, ("name", sheet.name), ("sheetId", str(number)), *hidden, (key, relation)):
        tag = with_attribute(tag, attribute, value)
    xml = appended(xml, part, "sheets", [tag], WORKBOOK, counted=False)
    items = [f"<definedName name={quoteattr(found)} localSheetId=\"{len(sheets)}\">{formula}</definedName>".encode()
             for found, formula in printed]
    return appended(xml, part, "definedNames", items, WORKBOOK, counted=False)
