"""What stands beside the cells of a return: notes and comments, words outside a table, addresses behind links.

Nothing of it has a place in the plan, but for the address behind a text: it is quoted for whoever reads the findings.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from sendxl.books.check_column import is_rows_left
from sendxl.errors import FileFault, FileUnreadable
from sendxl.plan.likeness import as_seen
from sendxl.plan.schema import Column, Table, Type
from sendxl.plan.tracker import LAST_OF_GUIDE
from sendxl.plan.values import CellKind, Stored, to_text
from sendxl.returns.queries import is_first_line
from sendxl.xlsx.read.address import Area, name, parse_area
from sendxl.xlsx.read.reader import Sheet, SheetRow

_TEXTS = (Type.TEXT, Type.WORDS)
_MOST_LINKED = 20_000  # cells of a sheet
_BY_PANDAS = re.compile(r"Unnamed: \d+(?:_level_\d+)?")  # what it calls a column without a header
_MAILTO = "mailto:"


@dataclass(frozen=True)
class Beside:
    """Something beside the cells, at a cell of a sheet: what is ``told`` of it before what it ``says``, and its ``name``."""

    sheet: str
    cell: str
    name: str
    told: str
    says: str


def words_outside(sheet: Sheet, area: Area, table: Table) -> Iterator[tuple[str, str, str]]:
    """Words above and beside a table that a tracker does not have: where they begin, whether “above” or “beside”, the words.

    Those of one row are one. What stands below a table is read as rows, and is none of them.
    """
    found = [(number, cells, columns) for number, cells in sheet.rows
             if (columns := list(cells) if number < area.top else _beyond(cells, area))]
    running = {column for column in {column for _, _, columns in found for column in columns}
               if column < area.left and _runs(sheet, column)}
    for number, cells, columns in found:
        texts = {column: to_text(cells[column].value) for column in sorted(columns) if column not in running}
        said = {column: text for column, text in texts.items() if text and not (number < area.top and _is_ours(text, table))}
        if said:
            yield name(number, min(said)), "above" if number < area.top else "beside", " · ".join(said.values())


def words_on_guide(sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    """Words below and beside what a tracker has on its Guide, as ``words_outside`` tells them."""
    texts = {number: {column: to_text(cells[column].value) for column in sorted(cells)} for number, cells in sheet.rows}
    last, second = next(((number, column) for number, said in texts.items() for column, text in said.items()
                         if text.startswith(LAST_OF_GUIDE)), (0, 0))
    for number, said in texts.items() if last else ():
        beyond = {column: text for column, text in said.items()
                  if text and (number > last or column > second + 1) and not _BY_PANDAS.fullmatch(text)}
        if beyond:
            yield name(number, min(beyond)), "below" if number > last else "beside", " · ".join(beyond.values())


def _beyond(cells: SheetRow, area: Area) -> list[int]:
    """The columns of a row that are left or right of a table."""
    if not cells or (min(cells) >= area.left and max(cells) <= area.right):
        return []
    return [column for column in cells if not area.left <= column <= area.right]


def _is_ours(text: str, table: Table) -> bool:
    """True for the title and the description of a tracker's sheet, and for what pandas makes of the cells beside them."""
    seen = as_seen(text)
    return (seen == as_seen(table.says) or seen.startswith(as_seen(f"{table.title} ·")) or is_rows_left(text)
            or is_first_line(text) or _BY_PANDAS.fullmatch(text) is not None)


def _runs(sheet: Sheet, column: int) -> bool:
    """True if a column holds nothing but the running numbers of the rows, as pandas writes them."""
    filled = [(number, cells[column].value) for number, cells in sheet.rows if column in cells]
    values = [(number, value) for number, value in filled if value is not None]
    steps = {value - number if isinstance(value, (int, float)) else None for number, value in values}
    begins = len(values) > 1 or [value for _, value in values] == [0]
    return begins and len(steps) == 1 and None not in steps


def addresses(sheet: Sheet, outside: Mapping[str, str]) -> dict[str, str]:
    """Where the links of a sheet lead, by cell, where a cell shows anything else; those to a place in the workbook are left out.

    ``outside``: addresses by the ids of relationships. FileUnreadable where more cells are links than any lead makes.
    """
    rows = dict(sheet.rows)
    found: dict[str, str] = {}
    count = 0
    for link in sheet.links:
        address = outside.get(link.relation, "")
        try:
            top, left, bottom, right = parse_area(link.cells)
        except ValueError:  # no program follows it
            continue
        within = range(top, min(bottom, max(rows, default=0)) + 1)
        count += len(within) * (right - left + 1)
        if count > _MOST_LINKED:
            raise FileUnreadable(FileFault.TOO_LARGE, f"over {_MOST_LINKED:,} cells are links")
        whole = _plain(f"{address}#{link.location}" if link.location else address)
        for row in within if address else ():
            for column in range(left, right + 1):
                text = to_text(cell.value) if (cell := rows.get(row, {}).get(column)) else ""
                if text and _bare(whole) not in _bare(text):
                    found[name(row, column)] = whole
    return found


def with_address(stored: Stored, column: Column, address: str) -> Stored:
    """The cell of a text as “text (address)”, ``address`` being that of the link on it; any other cell as it is."""
    if column.type not in _TEXTS or stored.kind is not CellKind.TEXT or stored.formula:
        return stored
    return stored._replace(value=f"{to_text(stored.value)} ({address})")


def _plain(address: str) -> str:
    """An address as one writes it: of a mail without what makes a program begin one."""
    return address[len(_MAILTO) :].partition("?")[0] if address.casefold().startswith(_MAILTO) else address


def _bare(text: str) -> str:
    """An address without what is often left out where it is typed."""
    return re.sub(r"(?:https?://|file:///)(?:www\.)?|/$", "", as_seen(unquote(text)))
