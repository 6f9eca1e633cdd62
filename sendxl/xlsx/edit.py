"""A list of edits spliced into a workbook's parts and written, verified, to a new file."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sendxl.xlsx.address import Area, parse_area
from sendxl.xlsx.package import Package
from sendxl.xlsx.reader import Cell, SheetReader
from sendxl.xlsx.splice import Formula, Growth, How, Refusal, SheetEdits, Write, Written, serial, splice, with_middle
from sendxl.xlsx.workbook import SheetPart, TablePart, Workbook
from sendxl.xlsx.xml import Patch, apply, feed, local, parser, tag_end, with_attribute

_FORMULA = re.compile(rb"<(?:[A-Za-z_][\w.\-]*:)?f[\s>/]")
_RANGE = re.compile(r"((?:'(?:[^']|'')+'|[^\s'!,;()<>=&]+)!)\$([A-Z]{1,3})\$(\d+):\$([A-Z]{1,3})\$(\d+)")
_NAMES = re.compile(rb"(<(?:[\w.\-]+:)?definedName\b[^>]*>)([^<]*)(?=</)")
_CHART_RANGES = re.compile(rb"(<(?:[\w.\-]+:)?f>)([^<]*)(?=</)")


@dataclass(frozen=True)
class _Check:
    """How to see in the written file that a sheet says what it should."""

    edits: SheetEdits
    pieces: bytes | None  # of a skeleton; None: read the part


class Editor:
    """Collects edits to a workbook and writes the result; the package it was opened from is never changed."""

    def __init__(self, workbook: Workbook) -> None:
        """Refusal where the workbook is of a kind that cannot be edited without harm."""
        self._book = workbook
        self._edits: dict[str, SheetEdits] = {}
        self._tables: dict[str, tuple[TablePart, int]] = {}
        _refuse_kinds(workbook.package)

    def write(self, sheet: SheetPart, row: int, column: int, write: Write) -> None:
        """Set one cell."""
        self._of(sheet).writes.setdefault(row, {})[column] = write

    def append(self, table: TablePart, rows: Sequence[Mapping[int, Write]], *, fill_first: bool = False) -> None:
        """Add rows below a table, once for each table; ``fill_first`` puts the first into its one blank row.

        ``rows`` hold writes by position of the column in the table, from 0. Calculated columns that are not given are
        filled with their formula. Refusal where the table has a totals row or the space below is taken.
        """
        where = f"{table.sheet.name}, table {table.name}"
        if table.totals_rows:
            raise Refusal(f"{where}: it has a totals row. Switch it off (Table Design, Total Row), then run again.")
        new_last = table.last + len(rows) - (1 if fill_first else 0)
        new = Area(table.last + 1, table.area.left, new_last, table.area.right)
        for other in table.sheet.tables:
            if other is not table and new.top <= new.bottom and other.area.meets(new):
                raise Refusal(f"{where}: the table {other.name} stands below it. Move it, so that the table can grow.")
        edits = self._of(table.sheet)
        start = table.last if fill_first else table.last + 1
        for number, row in enumerate(rows, start):
            how = How.SET if number == table.last else How.NEW
            cells = edits.writes.setdefault(number, {})
            for position, column in enumerate(table.columns):
                given = row.get(position)
                if given is not None:
                    cells[table.area.left + position] = Write(how, given.value, given.number_format)
                elif how is How.NEW:
                    formula = table.formulas.get(column)
                    cells[table.area.left + position] = Write(how, Formula(formula) if formula else None)
        if new_last > table.last:
            edits.growths.append(
                Growth(table.sheet.name, table.area.top, table.area.left, table.area.right, table.last, new_last)
            )
            self._tables[table.part] = (table, new_last)

    def _of(self, sheet: SheetPart) -> SheetEdits:
        return self._edits.setdefault(sheet.part, SheetEdits(sheet.name))

    def save(self, path: Path) -> None:
        """Write the edited workbook to ``path`` and verify it from what was written; Refusal where it does not hold."""
        replaced, checks = self._parts()
        with path.open("w+b") as out:
            self._book.package.write(out, replaced)
            out.flush()
            os.fsync(out.fileno())
        self._verify(path, replaced, checks)

    def _parts(self) -> tuple[dict[str, bytes | Iterable[bytes]], dict[str, _Check]]:
        package = self._book.package
        replaced: dict[str, bytes | Iterable[bytes]] = {}
        checks: dict[str, _Check] = {}
        for part, edits in self._edits.items():
            replaced[part], checks[part] = self._sheet(part, edits)
        if self._book.styles.changed:
            replaced[self._book.styles_part] = self._book.styles.render()
        growths = [growth for edits in self._edits.values() for growth in edits.growths]
        for table, new_last in self._tables.values():
            replaced[table.part] = _grow_table(package.read(table.part), table, new_last)
        workbook = package.read(self._book.part)
        changed = _grow_references(workbook, _NAMES, growths)
        if self._has_formulas():
            changed = _full_calculation(changed)
        if changed != workbook:
            replaced[self._book.part] = changed
        for part in self._book.chart_parts if growths else ():
            chart = package.read(part)
            if (grown := _grow_references(chart, _CHART_RANGES, growths)) != chart:
                replaced[part] = grown
        return replaced, checks

    def _sheet(self, part: str, edits: SheetEdits) -> "tuple[bytes | _Again, _Check]":
        package, styles = self._book.package, self._book.styles
        ends = self._book.ends(part, edits.growths[0].old_last) if edits.only_appends else None
        xml = b"".join(ends) if ends else package.read(part)
        patches = splice(xml, edits, styles, self._book.date1904, part)
        new = apply(xml, patches)
        if ends is None:
            return new, _Check(edits, None)
        head, tail = ends
        return _Again(lambda: with_middle(package, part, head, tail, new, patches)), _Check(edits, new)

    def _has_formulas(self) -> bool:
        package = self._book.package
        if "xl/calcChain.xml" in package:
            return True
        appended = {part for part, edits in self._edits.items() if edits.only_appends}
        for sheet in self._book.sheets:
            if sheet.part not in appended:
                end = b""
                for piece in package.chunks(sheet.part):
                    if _FORMULA.search(end + piece):
                        return True
                    end = piece[-64:]
        return False

    def _verify(self, path: Path, replaced: Mapping[str, object], checks: Mapping[str, _Check]) -> None:
        old = self._book.package
        new = Package.open(path, old.limits)
        if new.names != [*old.names, *(part for part in replaced if part not in old)]:
            raise Refusal("the written file does not hold the parts it should")
        for part in old.names:
            if part not in replaced:
                if new.raw(part) != old.raw(part) or new.crc(part) != old.crc(part):
                    raise Refusal(f"the written file differs in {part}, which was not edited")
            elif part not in checks:
                feed(parser(part), new.chunks(part), part)
        written = Workbook(new)
        for part, check in checks.items():
            sheet = next(s for s in written.sheets if s.part == part)
            if check.pieces is not None:
                for _ in new.chunks(part):
                    pass  # inflating all of it compares it with its CRC
            _read_back(written, sheet, check)


class _Again:
    """Pieces made anew each time they are asked for."""

    def __init__(self, make: Callable[[], Iterable[bytes]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._make())


def _refuse_kinds(package: Package) -> None:
    if package.needs_zip64:
        raise Refusal("it is a ZIP64 file, which is not edited. Open it in Excel and save it again.")
    if any(part.startswith("_xmlsignatures/") for part in package.names):
        raise Refusal("it is digitally signed, and a change would break the signature. Remove the signature first.")


def _read_back(book: Workbook, sheet: SheetPart, check: _Check) -> None:
    """Every written cell must read as what was written."""
    wanted = check.edits.writes
    found: dict[int, dict[int, Cell]] = {}
    for number, cells in SheetReader(book, sheet, None if check.pieces is None else (check.pieces,)):
        if number in wanted:
            found[number] = cells
    for row, writes in wanted.items():
        for column, write in writes.items():
            cell = found.get(row, {}).get(column)
            if write.how is not How.FILL and not _holds(cell, write.value, book.date1904):
                raise Refusal(
                    f"{sheet.name}, row {row}, column {column}: the written file holds {cell and cell.raw!r}, not {write.value!r}"
                )


def _holds(cell: Cell | None, value: "Written | Formula", date1904: bool) -> bool:
    if value is None or value == "":
        return cell is None or cell.kind == "blank"
    if cell is None:
        return False
    if isinstance(value, Formula):
        return cell.formula
    if isinstance(value, bool) or isinstance(value, str):
        return cell.value == value or (isinstance(value, str) and cell.kind == "text" and not _plain(value))
    if isinstance(value, (date, datetime)):
        value = serial(value, date1904)
    return float(cell.raw) == float(value)


def _plain(text: str) -> bool:
    """False for text with lone surrogates, which no workbook can hold."""
    return text.isascii() or text.encode("utf-8", "replace").decode() == text


def _grow_table(xml: bytes, table: TablePart, new_last: int) -> bytes:
    """The table part with its range, and its filter's, down to a new last row."""
    patches: list[Patch] = []
    made = parser(table.part)

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) in ("table", "autoFilter") and "ref" in attributes:
            area = parse_area(attributes["ref"])
            if area.bottom == table.last:
                at = made.CurrentByteIndex
                end = tag_end(xml, at)[0]
                grown = str(area._replace(bottom=new_last))
                patches.append(Patch(at, end, with_attribute(xml[at:end], "ref", grown)))

    made.StartElementHandler = start
    feed(made, (xml,), table.part)
    return apply(xml, patches)


def _grow_references(xml: bytes, elements: "re.Pattern[bytes]", growths: Sequence[Growth]) -> bytes:
    """Ranges in names or charts that end at the last row of a growing table end at its new one."""
    if not growths:
        return xml

    def one(match: "re.Match[str]") -> str:
        sheet = match[1][:-1]
        sheet = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
        area = parse_area(f"{match[2]}{match[3]}:{match[4]}{match[5]}")
        for growth in growths:
            if growth.sheet.casefold() == _unescape(sheet).casefold():
                area = growth.grown(area)
        return (
            f"{match[1]}${match[2]}${match[3]}:${match[4]}${area.bottom}" if area.bottom != int(match[5]) else match[0]
        )

    def element(match: "re.Match[bytes]") -> bytes:
        return match[1] + _RANGE.sub(one, match[2].decode()).encode()

    return elements.sub(element, xml)


def _unescape(text: str) -> str:
    return (
        text.replace("&apos;", "'")
        .replace("&quot;", '"')
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
    )


def _full_calculation(xml: bytes) -> bytes:
    """The workbook part told to compute every formula when it is next opened."""
    found = re.search(rb"<(?:[\w.\-]+:)?calcPr\b", xml)
    if found:
        end = tag_end(xml, found.start())[0]
        return xml[: found.start()] + with_attribute(xml[found.start() : end], "fullCalcOnLoad", "1") + xml[end:]
    places = list(re.finditer(rb"</((?:[\w.\-]+:)?)(?:definedNames|sheets|externalReferences|functionGroups)>", xml))
    last = max(places, key=lambda match: match.end())
    return xml[: last.end()] + b"<" + last[1] + b'calcPr fullCalcOnLoad="1"/>' + xml[last.end() :]
