"""What the last run left: the inputs of a plan in one very hidden table, by which the next run knows what people changed.

The inputs of a table are one text: a line of headers, then a line for each row, of texts as ``to_text`` has them. It is
kept compressed, as no program that saves the workbook alters letters and digits, and a text that was cut or changed is
known for damaged.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sendxl.plan.master import (
    LEADS,
    MEASURES,
    PLAN,
    POOLS,
    POSITION,
    PROFILE,
    SAVINGS,
    SETTINGS,
    TARGETS,
    UNIT_COSTS,
)
from sendxl.plan.rows import Row, Rows
from sendxl.plan.schema import PEOPLE, By, Column, Table, count, text, words
from sendxl.plan.values import to_text

RECORDED: tuple[Table, ...] = (
    PLAN, MEASURES, TARGETS, SAVINGS, PROFILE, UNIT_COSTS, POOLS, LEADS, POSITION, SETTINGS)
"""The tables whose changes by hand are recorded."""
_BETWEEN, _AFTER = "\x1f", "\x1e"  # cells, lines
_LONGEST = 8_000  # characters of a part: Excel takes no longer texts in a block
_MOST = 1 << 28  # bytes of a text


class Part(Row):
    """A part of the text of a table."""

    __slots__ = ()
    table_ = text("Table", "Table of the plan.", By.SENDXL)
    ref = text("Ref", "The first row that its text tells of.", By.SENDXL)
    part = count("Part", "Number of the part, in the order in which they make up the text.", By.SENDXL)
    inputs = words("Inputs", "The part of the text.", By.SENDXL, width=60)


AS_LEFT = Table("AsLeft", "What people had typed when sendxl last ran, by which it knows what they change. Not to be changed.",
                Part, group="history", sheet="As left")


NOT_BEGUN = "not begun"
"""What stands as Table in the one row of a new master's, until a run begins the record."""


class Left(NamedTuple):
    """The lines of a table as they were left."""

    headers: Sequence[str]
    lines: Sequence[str]

    def as_lines_of(self, columns: Sequence[Column]) -> Sequence[str]:
        """The lines as they are with these columns: those that were not there are blank."""
        wanted = [column.header for column in columns]
        if wanted == self.headers:
            return self.lines
        at = {header: number for number, header in enumerate(self.headers)}
        return [line_of([fields[at[header]] if header in at else "" for header in wanted])
                for fields in map(fields_of, self.lines)]


@cache
def inputs_of(table: Table) -> tuple[Column, ...]:
    """The columns of a line: the key, then the others that people type."""
    return (table.key, *(column for column in table.columns[1:] if column.by in PEOPLE))


def line_of(fields: Iterable[str]) -> str:
    """A line of texts, one for each of ``inputs_of``."""
    return _BETWEEN.join(field.translate(_TAKEN_OUT) if _BETWEEN in field or _AFTER in field else field for field in fields)


_TAKEN_OUT = str.maketrans({_BETWEEN: " ", _AFTER: " "})


def fields_of(line: str) -> list[str]:
    """The texts of a line."""
    return line.split(_BETWEEN)


def key_of(line: str) -> str:
    """The key of the row that a line is of."""
    return line.partition(_BETWEEN)[0]


def packed(table: Table, lines: Sequence[str]) -> list[dict[str, str | int]]:
    """The rows of ``AS_LEFT`` that keep the lines of a table."""
    whole = _AFTER.join([line_of(column.header for column in inputs_of(table)), *lines])
    stored = b64encode(zlib.compress(whole.encode("utf-8", "surrogatepass"))).decode("ascii")
    ref = key_of(lines[0]) if lines else ""
    return [{"table": table.name, "ref": ref, "part": number, "inputs": stored[start : start + _LONGEST]}
            for number, start in enumerate(range(0, len(stored), _LONGEST), 1)]


def unpacked(rows: Rows[Part]) -> Mapping[str, Left]:
    """What is kept of each table, by name; what is damaged is left out."""
    parts: dict[str, list[tuple[float, str]]] = {}
    for row in rows:
        parts.setdefault(to_text(row.table_), []).append((row.part or 0, to_text(row.inputs)))
    found = {name: _left("".join(part for _, part in sorted(of))) for name, of in parts.items()}
    return {name: left for name, left in found.items() if left}


def _left(stored: str) -> Left | None:
    try:
        reader = zlib.decompressobj()
        whole = reader.decompress(b64decode(stored, validate=True), _MOST).decode("utf-8", "surrogatepass")
    except (ValueError, zlib.error):
        return None
    if not reader.eof:
        return None
    first, *lines = whole.split(_AFTER)
    headers = fields_of(first)
    return Left(headers, lines) if all(line.count(_BETWEEN) == len(headers) - 1 for line in lines) else None


def raw_lines(rows: Collection[Row], columns: Sequence[Column]) -> list[str]:
    """The lines of rows as their cells are stored; '' of one with a cell that must be read as its type first."""
    keys = tuple(column.key for column in columns)
    found = []
    for row in rows:
        fields = row.texts(keys)
        found.append("" if None in fields else _BETWEEN.join(fields))  # type: ignore[arg-type]
    return found
