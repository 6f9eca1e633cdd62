"""What is issued in a tracker: its template filled by edits, and the digest by which a return is known to be ours."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import NamedTuple

from sendxl.books.book import AppendRows, Book, Edit, SetCached, SetCells
from sendxl.books.check_column import LEFT_ROW, left_in_words, workings
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import writing
from sendxl.plan.master import PROFILE
from sendxl.plan.rows import Row
from sendxl.plan.schema import NUMERIC, Column, Shown, Table, Type
from sendxl.plan.tracker import ABOUT, CHECK, IDENTITY, ISSUED, LEFT_TO_FILL, QUERIES, TRACKED, last
from sendxl.plan.values import Value, show, to_text

_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')  # of files, on Windows
_BEHIND_PLAN = " - "
_FOR_TYPING = "-typed"
_ADDED = re.compile(r" \((?:to correct|typed in)\)", re.IGNORECASE)
_LONGEST = 40  # characters of the plan's title in the name of a file
TrackerRows = Mapping[Table, Sequence[Mapping[str, Value]]]
"""Rows of a tracker, by table of the master: values by key of the tracker's columns."""

# The items of a tracker's Identity table.
PLAN_ID, TRACKER, LEAD, PERIOD, VERSION = IDENTITY_ITEMS = ("Plan id", "Tracker", "Lead", "Period", "Template version")
# Those of one that an officer fills with what a lead said on paper or by phone.
TYPED_BY, SAID_ON = TYPED_ITEMS = ("Typed in by", "Said on")


class IssuedValue(NamedTuple):
    """One value as issued: table name, key of the row, header of the tracker's column, text of the value."""

    table: str
    ref: str
    column: str
    text: str


def digest(identity: Mapping[str, str], issued: Iterable[IssuedValue]) -> str:
    """SHA-256 over a tracker's identity and every value issued in it, in hexadecimal.

    Blank values are not issued, so they do not count; the order of the values does not matter.
    """
    content = {
        "identity": {item: identity.get(item, "") for item in (*IDENTITY_ITEMS, *TYPED_ITEMS)
                     if item in IDENTITY_ITEMS or item in identity},
        "issued": sorted(value for value in issued if value.text),  # as lists: JSON knows no other rows
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def typed_in(identity: Mapping[str, str]) -> str:
    """Who typed in what whom said when, as in “typed in by ann for Inclusion Manager, said on 5 Jan 2027”; '' of a lead's own."""
    if SAID_ON not in identity:
        return ""
    by = f" by {identity[TYPED_BY]}" if identity.get(TYPED_BY) else ""
    try:
        day = show(date.fromisoformat(identity[SAID_ON]))
    except ValueError:  # as someone has altered it
        day = identity[SAID_ON]
    return f"typed in{by} for {identity.get(LEAD, '')}, said on {day}"


def tracker_of(code: str, period: str, version: int, *, typed: bool = False) -> str:
    """The permanent name of a lead's tracker, as in 2026-27-Q3-INC; the second of a period ends in -2.

    One that is ``typed`` in for the lead says so.
    """
    return f"{period.replace(' ', '-')}-{code}" + (f"-{version}" if version > 1 else "") + (_FOR_TYPING if typed else "")


def is_for_typing(tracker: str) -> bool:
    """True for the name of a tracker that an officer fills, and that its lead never had."""
    return tracker.endswith(_FOR_TYPING)


def stem_of(code: str, period: str, version: int) -> str:
    """By what its file is known among those of the plan, as in “INC 2026-27 Q3”; the second of a period ends in “v2”."""
    return f"{code} {period}" + (f" v{version}" if version > 1 else "")


def file_of(plan: str, code: str, period: str, version: int, ending: str = ".xlsx") -> str:
    """The name of its file, by plan, lead and period, as in “Delivery plan - INC 2026-27 Q3.xlsx”."""
    words = " ".join(_NOT_IN_NAMES.sub(" ", plan.partition("(")[0]).split())
    if len(words) > _LONGEST:
        words = words[: _LONGEST + 1].rpartition(" ")[0] or words[:_LONGEST]
    words = words.strip(" .-")
    return (f"{words}{_BEHIND_PLAN}" if words else "") + stem_of(code, period, version) + ending


def stem_in(file: str) -> str:
    """The stem of a tracker in the name of a file, whatever it is named by besides."""
    return _ADDED.sub("", PurePath(file).stem).rpartition(_BEHIND_PLAN)[2]


def code_in(tracker: str, period: str, version: int) -> str:
    """The code of the lead in the permanent name of a tracker."""
    code = tracker.removeprefix(tracker_of("", period, 1)).removesuffix(_FOR_TYPING)
    return code.removesuffix(f"-{version}") if version > 1 else code


def from_text(text: str, column: Column, kind: object = None) -> Value:
    """The value that ``values.to_text`` wrote for a cell of ``column``; '' is a blank.

    ``kind`` is the Kind of the row's measure. ValueError for a text that is not such a value.
    """
    if not text:
        return None
    type = column.type_in(kind)
    if type in NUMERIC:
        number = float(text)
        return int(number) if number.is_integer() else number
    return date.fromisoformat(text) if type is Type.DATE else text


def tracker_values(table: Table, row: Row) -> dict[str, Value]:
    """What a tracker shows of a row: what is locked or filled as it is, what is issued blank in its “Last …” column."""
    values: dict[str, Value] = {}
    for column in table:
        if column.shown in (Shown.LOCKED, Shown.FILLED):
            values[column.key] = row[column.key]
        elif column.shown is Shown.BLANK:
            values[last(column).key] = row[column.key]
    return values


class Templates:
    """The template of a tracker, built once a run for each of its two forms."""

    def __init__(self, folder: Path) -> None:
        """Copies are written to ``folder``."""
        self._folder = folder
        self._built: dict[tuple[bool, tuple[Column, ...]], bytes] = {}

    def staged(self, path: Path) -> Path:
        """Where the tracker that is to go to ``path`` is written first."""
        return self._folder / path.name

    def copy(self, path: Path, rows: TrackerRows) -> ClosedBook:
        """A copy of the template for these rows, to be filled for ``path``."""
        from sendxl.books.build.tracker import template

        savings, hidden = bool(rows.get(PROFILE)), tuple(empty_for_all(rows))
        if (savings, hidden) not in self._built:
            self._built[savings, hidden] = template(savings=savings, hidden=hidden)
        with writing(path, "No tracker was issued."):
            self.staged(path).write_bytes(self._built[savings, hidden])
        return ClosedBook(self.staged(path), backups=0)


def empty_for_all(rows: TrackerRows) -> Iterator[Column]:
    """The “Last …” columns in which no row has anything."""
    for table, given in rows.items():
        for column in (last(column) for column in table if column.shown is Shown.BLANK):
            if all(row.get(column.key) is None for row in given):
                yield TRACKED[table][column.key]


def fill(tracker: Book, rows: TrackerRows, identity: Mapping[str, str], about: Mapping[str, Value],
         queries: Sequence[Mapping[str, Value]] = ()) -> str:
    """Fill a copy of the template; the digest over what was issued. ``queries`` are rows of Queries, for the lead to see."""
    headers: dict[Table, dict[str, Column]] = {table: seen.by_key for table, seen in TRACKED.items()}
    issued = [
        IssuedValue(table.name, to_text(row[table.key.key]), headers[table][key].header, to_text(value))
        for table, given in rows.items() for row in given for key, value in row.items() if to_text(value)
    ]
    edits: list[Edit] = []
    for table, given in rows.items():
        if given:  # of what formulas show nothing is known but that no row was touched
            of = workings(table)
            edits.append(AppendRows(TRACKED[table], [{**row, CHECK.key: of.untouched(row)} for row in given]))
            edits.append(AppendRows(of.table, [of.row(row) for row in given]))
        if given or table is not PROFILE:
            edits.append(SetCached(TRACKED[table], LEFT_ROW, CHECK.key, left_in_words(len(given))))
    edits.append(SetCached(ABOUT, LEFT_TO_FILL, "value", left_in_words(sum(map(len, rows.values())))))
    edits.append(AppendRows(IDENTITY, [{"item": item, "value": value} for item, value in identity.items()]))
    edits.append(AppendRows(ISSUED, [{"table": v.table, "ref": v.ref, "column": v.column, "value": v.text} for v in issued]))
    edits.append(SetCells(ABOUT, "value", about))
    edits += [AppendRows(QUERIES, queries)] if queries else []
    tracker.apply(edits)
    return digest(identity, issued)
