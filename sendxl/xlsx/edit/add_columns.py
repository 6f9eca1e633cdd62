"""Columns added at the right end of a table: their cells, and what a table part and a sheet say of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr, unescape

from sendxl.xlsx.edit.editor import Editor
from sendxl.xlsx.edit.elements import appended, elements, placed, retagged
from sendxl.xlsx.edit.schema_order import TABLE, WORKSHEET
from sendxl.xlsx.edit.write import How, Refusal, Write
from sendxl.xlsx.package.xml import Patch, apply, escape_text, tag_end, with_attribute
from sendxl.xlsx.read.address import MAX_COLUMN, Area, name, parse_area
from sendxl.xlsx.read.reader import Sheet
from sendxl.xlsx.read.workbook import TablePart


@dataclass(frozen=True)
class NewColumn:
    """A column to be added: its header, the cell formats of its header and of its cells, and its width (0: as it is).

    ``checks`` are dataValidation elements and ``looks`` the rules of a conditionalFormatting element for its cells.
    """

    header: str
    header_format: int
    cell_format: int
    width: float = 0
    checks: Sequence[bytes] = ()
    looks: Sequence[bytes] = ()


def add_columns(editor: Editor, table: TablePart, sheet: Sheet, columns: Sequence[NewColumn]) -> None:
    """Add columns to a table; Refusal where the cells to its right are taken, saying by what. ``sheet``: that it is on."""
    left, right = table.area.right + 1, table.area.right + len(columns)
    _refuse_taken(table, sheet, Area(table.area.top, left, table.area.bottom, min(right, MAX_COLUMN)), right)
    part = table.sheet.part
    for at, column in enumerate(columns, left):
        if table.header_rows:
            editor.write(table.sheet, table.area.top, at, Write(How.SET, column.header, style=column.header_format))
        for row in range(table.first, table.last + 1):
            editor.write(table.sheet, row, at, Write(How.SET, None, style=column.cell_format))
    editor.change(table.part, lambda xml: _widened(xml, table, [column.header for column in columns]))
    widths = {at: column.width for at, column in enumerate(columns, left) if column.width}
    cells = {at: str(Area(table.first, at, table.last, at)) for at in range(left, right + 1)}
    checks = [covering(check, cells[at]) for at, column in enumerate(columns, left) for check in column.checks]
    looks = {cells[at]: column.looks for at, column in enumerate(columns, left) if column.looks}
    editor.change(part, lambda xml: _columns_wide(xml, part, widths))
    editor.change(part, lambda xml: with_looks(xml, part, looks))
    editor.change(part, lambda xml: appended(xml, part, "dataValidations", checks, WORKSHEET))


def covering(element: bytes, cells: str) -> bytes:
    """A rule of a sheet, for other cells."""
    cut = tag_end(element, 0)[0]
    return with_attribute(element[:cut], "sqref", cells) + element[cut:]


def with_looks(xml: bytes, part: str, looks: Mapping[str, Iterable[bytes]]) -> bytes:
    """The sheet part with rules of looks for cells, those of lowest priority."""
    priority = max((int(rule.attributes.get("priority", 0)) for child in elements(xml, part).inside
                    if child.tag == "conditionalFormatting" for rule in child.inside), default=0)
    for cells, rules in looks.items():
        made = b""
        for rule in rules:
            priority += 1
            cut = tag_end(rule, 0)[0]
            made += with_attribute(rule[:cut], "priority", str(priority)) + rule[cut:]
        whole = f"<conditionalFormatting sqref={quoteattr(cells)}>".encode() + made + b"</conditionalFormatting>"
        xml = placed(xml, part, "conditionalFormatting", whole, WORKSHEET)
    return xml


def _refuse_taken(table: TablePart, sheet: Sheet, room: Area, right: int) -> None:
    where = f"{table.sheet.name}, table {table.name}"
    if right > MAX_COLUMN:
        raise Refusal(f"{where}: the sheet has no room for {len(range(room.left, right + 1))} more columns at its right.")
    for other in table.sheet.tables:
        if other is not table and other.area.meets(room):
            raise Refusal(f"{where} is to have {right - room.left + 1} more columns at its right, where the table {other.name} "
                          f"stands ({other.area}). Move that table further to the right, or to a sheet of its own.")
    taken = next((name(number, column) for number, cells in sheet.rows if room.top <= number <= room.bottom
                  for column, cell in cells.items()
                  if room.left <= column <= room.right and (cell.formula or cell.kind != "blank")), "")
    taken = taken or next((str(merge) for merge in sheet.merges if merge.meets(room)), "")
    if taken:
        raise Refusal(f"{where} is to have {right - room.left + 1} more columns at its right, in {room}, where {taken} is not "
                      "empty. Move what stands there further to the right, or to a sheet of its own.")


def _widened(xml: bytes, table: TablePart, headers: Sequence[str]) -> bytes:
    """The table part with columns added, its range and that of its filter as wide."""
    known = elements(xml, table.part)
    ids = [int(column.attributes["id"]) for child in known.inside if child.tag == "tableColumns" for column in child.inside]
    names = {column.casefold() for column in table.columns}
    if double := next((header for header in headers if header.casefold() in names), ""):
        raise Refusal(f"{table.sheet.name}, table {table.name}: there is a column “{double}” already.")
    items = [f'<tableColumn id="{number}" name={quoteattr(escape_name(header))}/>'.encode()
             for number, header in enumerate(headers, max(ids, default=0) + 1)]

    def wider(tag: str, attributes: dict[str, str]) -> dict[str, str]:
        if tag not in ("table", "autoFilter") or "ref" not in attributes:
            return {}
        area = parse_area(attributes["ref"])
        whole = area.left == table.area.left and area.right == table.area.right
        return {"ref": str(area._replace(right=area.right + len(headers)))} if whole else {}

    return retagged(appended(xml, table.part, "tableColumns", items, TABLE), table.part, wider)


def escape_name(header: str) -> str:
    """A header as the name of a table's column holds it, before it is quoted."""
    return unescape(escape_text(header)).replace("\n", "_x000a_")


def _columns_wide(xml: bytes, part: str, widths: Mapping[int, float]) -> bytes:
    """The sheet part with widths of columns, by number; what it said of several together is said of each part of them."""
    if not widths:
        return xml
    cols = next((child for child in elements(xml, part).inside if child.tag == "cols"), None)
    spans: list[tuple[int, int, bytes]] = []
    for item in cols.inside if cols else ():
        first, last, waiting = int(item.attributes["min"]), int(item.attributes["max"]), item.raw(xml)
        cuts = sorted(at for at in widths if first <= at <= last)
        for at in cuts:
            spans += [(first, at - 1, waiting)] if first < at else []
            spans.append((at, at, _wide(waiting, widths[at])))
            first = at + 1
        spans += [(first, last, waiting)] if first <= last else []
    given = {at for first, last, _ in spans for at in range(first, min(last, max(widths)) + 1)}
    spans += [(at, at, _wide(b"<col/>", width)) for at, width in widths.items() if at not in given]
    made = b"".join(_spanning(tag, first, last) for first, last, tag in sorted(spans))
    if cols is None:
        return placed(xml, part, "cols", b"<cols>" + made + b"</cols>", WORKSHEET)
    return apply(xml, [Patch(tag_end(xml, cols.start)[0], xml.rindex(b"</", cols.start, cols.end), made)])


def _spanning(tag: bytes, first: int, last: int) -> bytes:
    return with_attribute(with_attribute(tag, "min", str(first)), "max", str(last))


def _wide(tag: bytes, width: float) -> bytes:
    return with_attribute(with_attribute(tag, "width", f"{width:g}"), "customWidth", "1")
