"""The sheet that a workbook opens on: shown, and selected alone, as Excel types into every sheet that is selected."""

import re

from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.elements import retagged
from sendxl.xlsx.edit.schema_order import WORKBOOK, WORKSHEET, place_of_new
from sendxl.xlsx.package.xml import Patch, apply, is_utf8, local, tag_end
from sendxl.xlsx.read.workbook import Workbook

_PROPERTIES = "sheetPr"
_COLOUR = re.compile(rb"<((?:[\w.\-]+:)?tabColor)\b[^<>]*?(/?)>")
_OTHER_SHEETS = ("chartsheet", "dialogsheet")


def open_on(editor: Editor, workbook: Workbook, name: str, tab: str = "") -> None:
    """Have the workbook open on a sheet, its tab of a colour, if one is given; KeyError where there is none of that name.

    It opens as before where that sheet is hidden, or where a part that says what is selected is not stored as UTF-8.
    """
    wanted, part = workbook.sheet(name), workbook.part
    sheets = [*(sheet.part for sheet in workbook.sheets), *workbook.related(part, _OTHER_SHEETS)]
    if wanted.state != "visible" or not all(is_utf8(workbook.package.read(one)) for one in (part, *sheets)):
        return
    for sheet in sheets:
        before, first = workbook.package.read(sheet), sheet == wanted.part
        after = _selected(before, sheet, first)
        if first and tab:
            after = _coloured(after, sheet, tab)
        if after != before:
            editor.change(sheet, lambda _, after=after: after)  # type: ignore[misc]
    editor.change(part, lambda xml: _shown(xml, part, wanted.name))


def _selected(xml: bytes, part: str, selected: bool) -> bytes:
    """A sheet part that says in each of its views whether it is selected."""
    views = 0

    def change(tag: str, attributes: dict[str, str]) -> dict[str, str]:
        nonlocal views
        if local(tag) != "sheetView":
            return {}
        views += 1
        says = attributes.get("tabSelected", "0") in ("1", "true")
        return {} if says is selected else {"tabSelected": "1" if selected else "0"}

    xml = retagged(xml, part, change)
    if views or not selected:
        return xml
    return _with_view(xml, part, WORKSHEET, "sheetViews", 'sheetView tabSelected="1" workbookViewId="0"')


def _coloured(xml: bytes, part: str, tab: str) -> bytes:
    """A sheet part whose tab has a colour."""
    if _COLOUR.search(xml):
        return _COLOUR.sub(rb'<\1 rgb="FF%s"\2>' % tab.encode(), xml, count=1)
    own: list[str] = []  # the tag of what says how the sheet is

    def note(tag: str, _: dict[str, str]) -> dict[str, str]:
        own.extend([tag] if local(tag) == _PROPERTIES else [])
        return {}

    retagged(xml, part, note)
    if not own:
        at, prefix = place_of_new(xml, part, WORKSHEET, _PROPERTIES)
        new = f'<{prefix}{_PROPERTIES}><{prefix}tabColor rgb="FF{tab}"/></{prefix}{_PROPERTIES}>'
        return apply(xml, [Patch(at, at, new.encode())])
    at = xml.index(f"<{own[0]}".encode())
    end, alone = tag_end(xml, at)
    new = f'<{own[0][: -len(_PROPERTIES)]}tabColor rgb="FF{tab}"/>'  # it comes first of what is in it
    if alone:
        return apply(xml, [Patch(at, end, xml[at:end].rstrip(b"/> \r\n\t") + f">{new}</{own[0]}>".encode())])
    return apply(xml, [Patch(end, end, new.encode())])


def _shown(xml: bytes, part: str, name: str) -> bytes:
    """The workbook part whose windows show the sheet of that name."""
    names: list[str] = []
    views = 0

    def count(tag: str, attributes: dict[str, str]) -> dict[str, str]:
        nonlocal views
        views += local(tag) == "workbookView"
        names.extend([attributes.get("name", "")] if local(tag) == "sheet" else [])
        return {}

    retagged(xml, part, count)
    place = str(names.index(name))
    if not views:
        return _with_view(xml, part, WORKBOOK, "bookViews", f'workbookView activeTab="{place}"')
    return retagged(xml, part, lambda tag, _: {"activeTab": place} if local(tag) == "workbookView" else {})


def _with_view(xml: bytes, part: str, order: tuple[str, ...], kind: str, view: str) -> bytes:
    at, prefix = place_of_new(xml, part, order, kind)
    return apply(xml, [Patch(at, at, f"<{prefix}{kind}><{prefix}{view}/></{prefix}{kind}>".encode())])
