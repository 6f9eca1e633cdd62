"""A column of a table given another header, and every formula that names it by the old one the new one."""

import re
from xml.sax.saxutils import escape, quoteattr

from sendxl.xlsx.edit.add_columns import escape_name
from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.elements import elements
from sendxl.xlsx.edit.write import How, Refusal, Write
from sendxl.xlsx.package.xml import Patch, apply, decode, tag_end
from sendxl.xlsx.read.workbook import TablePart, Workbook

_FORMULA = re.compile(
    rb"(<(?:[\w.\-]+:)?(?:f|formula[12]?|definedName|calculatedColumnFormula|totalsRowFormula)(?:\s[^<>]*)?>)([^<]+)(?=</)"
)
_SPECIAL = re.compile(r"([\[\]#'@])")


def rename_header(editor: Editor, table: TablePart, old: str, new: str) -> None:
    """Give a column another header: its cell, and its name in the table; Refusal where there is one of that name already."""
    if new.casefold() in (column.casefold() for column in table.columns):
        raise Refusal(f"{table.sheet.name}, table {table.name}: there is a column “{new}” already, so “{old}” cannot be called "
                      f"that. Give your own column another header, then run again.")
    at = table.columns.index(old)
    if table.header_rows:
        editor.write(table.sheet, table.area.top, table.area.left + at, Write(How.SET, new))
    editor.change(table.part, lambda xml: _named(xml, table, at, new))


def follow_rename(editor: Editor, workbook: Workbook, table: str, old: str, new: str) -> None:
    """Have every formula of the workbook name a column by its new header: of cells, rules, names and calculated columns."""
    mark = f"{table}[".encode().lower()
    for part in workbook.package.names:
        before = workbook.package.read(part) if part.endswith(".xml") else b""
        if mark in before.lower() and (after := followed(before, table, old, new)) != before:
            editor.change(part, lambda _, after=after: after)  # type: ignore[misc]


def followed(xml: bytes, table: str, old: str, new: str) -> bytes:
    """A part with every formula naming a column by its new header."""
    reference = re.compile(rf"(?<![\w.]){re.escape(table)}\[((?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*)\]", re.IGNORECASE)
    was, now = (_SPECIAL.sub(r"'\1", header) for header in (old, new))

    def inside(match: "re.Match[str]") -> str:
        name, content = match[0].partition("[")[0], match[1]
        if content.casefold() == was.casefold():
            return f"{name}[{now}]"
        return f"{name}[" + re.sub(rf"\[{re.escape(was)}\]", lambda _: f"[{now}]", content, flags=re.IGNORECASE) + "]"

    def formula(match: "re.Match[bytes]") -> bytes:
        before = decode(match[2])
        after = reference.sub(inside, before)
        return match[0] if after == before else match[1] + escape(after).encode()

    return _FORMULA.sub(formula, xml)


def _named(xml: bytes, table: TablePart, at: int, new: str) -> bytes:
    """The table part with another name of its column ``at``, from 0."""
    column = next(child for child in elements(xml, table.part).inside if child.tag == "tableColumns").inside[at]
    end = tag_end(xml, column.start)[0]
    name = quoteattr(escape_name(new)).encode()
    tag = re.sub(rb"""(?<=\sname=)(?:"[^"]*"|'[^']*')""", lambda _: name, xml[column.start : end], count=1)
    return apply(xml, [Patch(column.start, end, tag)])
