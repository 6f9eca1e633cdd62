"""The law of input cells: whatever a lead puts into one is applied, equals what was issued, or has a finding of its own.

Every column that a lead fills, by every way in which a workbook can store a cell, in a row where it was issued blank and in
one where it was filled.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from sendxl.plan.finding import Severity
from sendxl.plan.schema import Column
from sendxl.plan.tracker import TRACKED
from sendxl.plan.values import to_text
from sendxl.returns.outcome import Return
from tests.once import opened

from .conftest import HEADER_ROW

Put = Callable[[Any], None]


def value(what: Any, number_format: str = "") -> Put:
    def put(cell: Any) -> None:
        cell.value = what
        cell.number_format = number_format or cell.number_format

    return put


def text(words: str) -> Put:
    """A text that is stored as one, whatever it looks like."""

    def put(cell: Any) -> None:
        cell.value = words
        cell.data_type = "s"

    return put


def error(code: str) -> Put:
    def put(cell: Any) -> None:
        cell.value, cell.data_type = code, "e"

    return put


def rich(cell: Any) -> None:
    cell.value = CellRichText("Two ", TextBlock(InlineFont(b=True), "schools"))


KINDS: dict[str, Put] = {
    "an integer": value(7), "a number as a float": value(7.0), "a fraction": value(0.35), "a negative number": value(-3),
    "a great number": value(31122026), "a year": value(2027), "a serial": value(46400),
    "a General number": value(46400.5, "General"),
    "a number with %": value(45, "0%"), "a truth": value(True), "a date": value(date(2026, 12, 1)),
    "a date with a time": value(datetime(2026, 12, 1, 14, 30)), "a date of General": value(datetime(2026, 12, 1), "General"),
    "a text": text("Two schools"), "a rich text": rich, "a number as text": text("7"), "a date as text": text("01/12/26"),
    "a choice": text("at  risk"), "Yes": text("yes"), "a percentage as text": text("45%"), "a text like a formula": text("=1+1"),
    "spaces": text("   "), "unseen characters": text("\u200b\ufeff"), "a text with unseen ones": text("On\u200b track"),
    "a formula": value("=1+1"), "an error": error("#REF!"), "a long text": text("x" * 2001),
    "a control character": text("a_x0007_b"),
}
BLANK = {"spaces", "unseen characters"}


def stored_otherwise(xml: bytes, addresses: Collection[str], cell: bytes) -> bytes:
    """The sheet with cells as other programs store them."""

    def put(match: "re.Match[bytes]") -> bytes:
        return re.sub(rb' t="\w+"', b"", match[1]) + cell if match[2].decode() in addresses else match[0]

    return re.sub(rb'(<c r="([A-Z]+\d+)"[^>]*?)(?:/>|>.*?</c>)', put, xml)


RAW: dict[str, bytes] = {
    "an ISO date": b' t="d"><v>2026-12-01</v></c>', "an inline text": b' t="inlineStr"><is><t>Two schools</t></is></c>',
    "a formula without a result": b"><f>1+1</f></c>", "a formula with a text": b' t="str"><f>"a"</f><v>a</v></c>',
    "a formula with an error": b' t="e"><f>1/0</f><v>#DIV/0!</v></c>', "a truth of others": b' t="b"><v>1</v></c>',
    "a number with an exponent": b"><v>7E0</v></c>", "no number at all": b"><v>seven</v></c>",
}


class Inputs:
    """Every input cell of a lead's tracker by (sheet, ref, header), and what was issued there."""

    def __init__(self, round: Any) -> None:
        self.round = round
        self.columns: dict[tuple[str, str, str], Column] = {}
        self.issued: dict[tuple[str, str, str], str] = {}
        book = opened(round.trackers["INC"])
        for seen in TRACKED.values():
            for row in book[seen.title].iter_rows(min_row=HEADER_ROW + 1, max_col=1):
                for column in (column for column in seen if column.is_input and row[0].value):
                    at = (seen.title, str(row[0].value), column.header)
                    self.columns[at] = column
                    self.issued[at] = to_text(round.cell(book, *at).value)

    def filled(self, put: Put | bytes) -> Return:
        """A return that has the same in every input cell."""
        addresses: dict[str, set[str]] = {}

        def change(book: Any) -> None:
            for at in self.columns:
                cell = self.round.cell(book, *at)
                addresses.setdefault(f"xl/worksheets/sheet{book.sheetnames.index(at[0]) + 1}.xml", set()).add(cell.coordinate)
                if not isinstance(put, bytes):
                    put(cell)

        path = self.round.fill({}, change)
        if isinstance(put, bytes):
            self.round.rewrite(path, lambda name, xml: stored_otherwise(xml, addresses.get(name, ()), put))
        [found] = self.round.validate(path)
        returned: Return = found
        return returned


@pytest.fixture(scope="module")
def inputs(issued: Any, tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(replace(issued, folder=tmp_path_factory.mktemp("law")))


@pytest.mark.parametrize("kind", [*KINDS, *RAW])
def test_no_cell_is_dropped(inputs: Inputs, kind: str) -> None:
    returned = inputs.filled(KINDS.get(kind) or RAW[kind])
    assert not {"S01", "S02", "A01"} & {finding.code for finding in returned.findings}
    tables = {seen.title: (master, seen) for master, seen in TRACKED.items()}
    taken = {(change.table, change.ref, change.column): change.returned for change in returned.changes}
    dropped = []
    for at, column in inputs.columns.items():
        sheet, ref, _ = at
        own = [finding for finding in returned.findings if (finding.sheet, finding.ref, finding.column) == at]
        if any(finding.severity is not Severity.NOTE for finding in own) or (kind in BLANK and not inputs.issued[at]):
            continue
        master, _ = tables[sheet]
        if column.key in master.by_key:
            shown = taken.get((master.name, ref, column.key))
            if shown is None and not _equal(kind, inputs.issued[at]):
                dropped.append((at, [str(finding) for finding in own]))
        else:  # No change, which the plan has not: Yes is taken as one, beside changes it is asked about
            dropped.append((at, []))
    assert not dropped


# What some kinds mean where it was issued already.
MEANS = {"a text with unseen ones": "on track", "a fraction": "0.35", "an integer": "7"}


def _equal(kind: str, issued: str) -> bool:
    return MEANS.get(kind) == issued.casefold()


def test_there_are_inputs_of_every_kind_to_try(inputs: Inputs) -> None:
    keys = {column.key for column in inputs.columns.values()}
    assert keys >= {column.key for seen in TRACKED.values() for column in seen if column.is_input}
    assert {bool(issued) for issued in inputs.issued.values()} == {True, False} and len(inputs.columns) >= 50
