"""The sheet that a workbook opens on: shown, and selected alone, as Excel types into every sheet that is selected."""

from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.elements import retagged
from sendxl.xlsx.edit.schema_order import WORKBOOK, WORKSHEET, place_of_new
from sendxl.xlsx.package.xml import Patch, apply, is_utf8, local
from sendxl.xlsx.read.workbook import Workbook

_OTHER_SHEETS = ("chartsheet", "dialogsheet")


def open_on(editor: Editor, workbook: Workbook, name: str) -> None:
    """Have the workbook open on a sheet; KeyError where there is none of that name.

    It opens as before where that sheet is hidden, or where a part that says what is selected is not stored as UTF-8.
    """
    wanted, part = workbook.sheet(name), workbook.part
    sheets = [*(sheet.part for sheet in workbook.sheets), *workbook.related(part, _OTHER_SHEETS)]
    if wanted.state != "visible" or not all(is_utf8(workbook.package.read(one)) for one in (part, *sheets)):
        return
    for sheet in sheets:
        before, first = workbook.package.read(sheet), sheet == wanted.part
        if (after := _selected(before, sheet, first)) != before:
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
