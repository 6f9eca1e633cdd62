"""Every rule: a case that finds and one that does not, on real tracker files. The registry itself."""

import re
from collections.abc import Callable, Sequence
from copy import copy
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from sendxl.books.book import SetCells
from sendxl.errors import Unusable
from sendxl.plan.finding import Severity
from sendxl.plan.master import PLAN, SETTINGS, TRACKERS
from sendxl.plan.tracker import TRACKED
from sendxl.reference import rules_reference
from sendxl.returns.rules import RULES
from sendxl.returns.rules.registry import Scope, rule

CODES = [
    *(f"S{n:02}" for n in range(1, 11)), "S12", *(f"I{n:02}" for n in range(1, 7)), "A01", "A02", "A03", "T01", "T04", "T05",
    *(f"V{n:02}" for n in range(1, 16)), "X12", "X13", "Z01", "C01", "C02", "C03", "C04",
]
ELSEWHERE = [  # with cases in test_beside, test_consistency, test_periods_rules, test_pools, test_hostile and test_safety
    "S11",
    *(f"X{n:02}" for n in range(1, 12) if n != 7), *(f"P{n:02}" for n in range(1, 8)), "C05",
    *(f"Z{n:02}" for n in range(2, 8)),
]
Make = Callable[[Any], Sequence[Path]]


class Case(NamedTuple):
    """A return that is made, and the severity with which the rule finds something in it; '' where it does not."""

    code: str
    name: str
    found: str
    make: Make


def fills(sheet: str, ref: str, **cells: Any) -> Make:
    """A return in which cells of one row are filled; headers with “_” for a space."""
    return lambda round: [round.fill({(sheet, ref, header.replace("_", " ")): v for header, v in cells.items()})]


def edits(change: Callable[[Any], None], sheet: str = "Activities", ref: str = "PI-02", **cells: Any) -> Make:
    """A return that is altered as a workbook, after cells of one row are filled."""
    return lambda round: [round.fill({(sheet, ref, header): v for header, v in cells.items()}, change)]


def bytes_of(content: bytes) -> Make:
    def make(round: Any) -> list[Path]:
        (round.folder / "x.xlsx").write_bytes(content)
        return [round.folder / "x.xlsx"]

    return make


def members(change: Callable[[str, bytes], bytes | None]) -> Make:
    return lambda round: [round.rewrite(round.fill(), change)]


def both(one: dict[str, Any], other: dict[str, Any], ref: str = "PI-01") -> Make:
    """Returns of both joint leads."""

    def cells(given: dict[str, Any]) -> dict[Any, Any]:
        return {("Activities", ref, header): value for header, value in given.items()}

    return lambda round: [round.fill(cells(one), name="a.xlsx"), round.fill(cells(other), code="EP", name="b.xlsx")]


ALIKE = ("Next\nsteps", "NEXT  steps ", "Next\u00a0steps", "Next\u200b steps")
ALIKE_REFS = ("pi-02", "PI-02\u00a0", "PI\u00ad-02")


def header(old: str, new: str, sheet: str = "Activities") -> Callable[[Any], None]:
    def change(book: Any) -> None:
        next(cell for cell in book[sheet][4] if cell.value == old).value = new

    return change


def setting(sheet: str, **cells: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for address, value in cells.items():
            book[sheet][address].value = value

    return change


def identity(item: str, value: str) -> Make:
    def change(book: Any) -> None:
        next(row[1] for row in book["Identity"].iter_rows() if row[0].value == item).value = value

    return edits(change)


def extra_column(title: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        sheet = book["Activities"]
        sheet.cell(4, sheet.max_column + 1).value = title
        table = sheet.tables["Plan"]
        table.ref = re.sub(r":[A-Z]+", f":{sheet.cell(4, sheet.max_column).column_letter}", table.ref)
        table.autoFilter.ref = table.ref
        added = copy(table.tableColumns[-1])
        added.id, added.name = len(table.tableColumns) + 1, f"{title} copy"
        table.tableColumns.append(added)

    return change


def no_percent(sheet: str, ref: str, column: str, value: float) -> Make:
    def make(round: Any) -> list[Path]:
        def change(book: Any) -> None:
            cell = round.cell(book, sheet, ref, column)
            cell.value, cell.number_format = value, "General"

        return [round.fill({}, change)]

    return make


def deletes(book: Any, row: int = 7, sheet: str = "Activities") -> None:
    """Delete the table's row 7 (PI-03) as Excel does: the table shrinks."""
    found = book[sheet]
    found.delete_rows(row)
    for table in found.tables.values():
        table.ref = table.autoFilter.ref = re.sub(r"\d+$", lambda m: str(int(m[0]) - 1), table.ref)


def adds(ref: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        sheet = book["Activities"]
        table = sheet.tables["Plan"]
        table.ref = table.autoFilter.ref = table.ref.replace("7", "8")
        sheet["A8"], sheet["C8"] = ref, "Something new"

    return change


def empties(book: Any) -> None:
    for cell in book["Activities"][6]:
        cell.value = None


def swaps(book: Any) -> None:
    sheet = book["Activities"]
    sheet["A5"].value, sheet["A6"].value = sheet["A6"].value, sheet["A5"].value


def blank_column(sheet: str, header: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        [column] = [cell.column for cell in book[sheet][4] if cell.value == header]
        for row in range(5, book[sheet].max_row + 1):
            book[sheet].cell(row, column).value = None

    return change


def unprotected(book: Any) -> None:
    book["Activities"].protection.sheet = False


def after(change: Make, **master: Any) -> Make:
    """A return validated with a master in which PI-02 was changed after issue; see ``test_case``."""
    change.__dict__["since"] = [SetCells(PLAN, column, {"PI-02": value}) for column, value in master.items()]
    return change


def asking(change: Make) -> Make:
    """A return validated with a master whose setting “Dates day first” is No."""
    change.__dict__["since"] = [SetCells(SETTINGS, "value", {"Dates day first": "No"})]
    return change


def said_before(change: Make) -> Make:
    """After an earlier No change in the row, of which nothing is left but its period."""
    change.__dict__["since"] = [SetCells(PLAN, "period", {"PI-03": "2026-27 Q2"})]
    return change


def switched(name: str, content: bytes) -> bytes:
    """The workbook's date system switched, its numbers as they were."""
    return re.sub(rb"<workbookPr[^>]*>", b'<workbookPr date1904="1"/>', content) if name == "xl/workbook.xml" else content


def counts_from_1904(book: Any) -> None:
    book.epoch = CALENDAR_MAC_1904


def no_headers(book: Any) -> None:
    book["Measures"].tables.clear()
    for cell in book["Measures"][4]:
        cell.value = None


def renamed(path: bytes, to: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, content: content.replace(path, to) if "/tables/" in name else content


def bad_style(name: str, content: bytes) -> bytes:
    return re.sub(rb'(<c r="S7"[^>]* s=")\d+', rb"\g<1>99999", content) if "sheet2" in name else content


def bad_string(name: str, content: bytes) -> bytes:
    if "sheet2" not in name:
        return content
    return re.sub(rb'<c r="A5".*?</c>', b'<c r="A5" t="s"><v>99999</v></c>', content)


A, M, P = "Activities", "Measures", "Savings"
NEXT, LAST = date(2027, 2, 1), date(2026, 12, 1)
NOTHING = fills(A, "PI-02")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CASES = [
    Case("S01", "text", "R", bytes_of(b"dear all")), Case("S01", "empty", "R", bytes_of(b"")),
    Case("S01", "old xls", "R", bytes_of(OLE + bytes(99))),
    Case("S01", "encrypted", "R", bytes_of(OLE + "EncryptedPackage".encode("utf-16-le"))),
    Case("S01", "html", "R", bytes_of(b"<html><table>")), Case("S01", "cut short", "R", bytes_of(b"PK\3\4rest")),
    Case("S01", "no workbook", "R", members(lambda name, c: None if name == "xl/workbook.xml" else c)),
    Case("S01", "string index", "R", members(bad_string)), Case("S01", "style index", "R", members(bad_style)),
    Case("S01", "a tracker", "", NOTHING),
    Case("S02", "no identity", "R", edits(lambda book: book.remove(book["Identity"]))),
    Case("S02", "empty", "R", identity("Tracker", "")), Case("S02", "a tracker", "", NOTHING),
    Case("S03", "other plan", "R", identity("Plan id", "plan-2")), Case("S03", "this plan", "", NOTHING),
    Case("S04", "later", "R", identity("Template version", "9")), Case("S04", "this", "", NOTHING),
    Case("S05", "issued", "R", edits(lambda book: book.remove(book["Issued"]))),
    Case("S05", "headers", "R", edits(no_headers)),
    Case("S05", "sheet", "R", edits(lambda book: book.remove(book["Savings"]))), Case("S05", "all", "", NOTHING),
    Case("S06", "renamed", "E", edits(header("Next steps", "Next step"))),
    *(Case("S06", f"seen as it was: {typed!r}", "", edits(header("Next steps", typed))) for typed in ALIKE),
    Case("S06", "sheet renamed", "", edits(lambda book: setattr(book[A], "title", "Mine"))),
    Case("S06", "a locked column", "E", edits(header("Theme", "Themes"))),
    Case("S07", "column", "N", edits(extra_column("Own notes"))),
    Case("S07", "sheet", "N", edits(lambda book: book.create_sheet("Mine"))),
    *(Case("S07", f"seen as it was: {typed!r}", "", edits(header("Next steps", typed))) for typed in ALIKE),
    Case("S07", "a sheet of ours with another space", "", edits(lambda book: setattr(book["Guide"], "title", "guide\u00a0"))),
    Case("S07", "a rename is S06", "", edits(header("Next steps", "Next step"))), Case("S07", "none", "", NOTHING),
    Case("S08", "ours", "E", edits(extra_column("Progress"))),
    Case("S08", "seen as ours", "E", edits(extra_column("next\nsteps"))),
    Case("S08", "own column", "", edits(extra_column("Own notes"))),
    Case("S09", "two rows", "E", edits(lambda book: book[A].merge_cells("P5:P6"))),
    Case("S09", "huge", "R", edits(lambda book: book[A].merge_cells("P5:P20000"))),
    Case("S09", "beside", "", edits(lambda book: book[A].merge_cells("P40:P41"))),
    Case("S10", "emptied", "N", edits(empties)),
    Case("S10", "none", "", NOTHING),
    Case("S12", "renamed", "N", members(renamed(b'"Measures"', b'"Measured"'))), Case("S12", "kept", "", NOTHING),
    Case("I01", "no ref", "E", edits(setting(A, A6=None))), Case("I01", "error", "E", edits(setting(A, A6="#REF!"))),
    Case("I01", "blank row", "", edits(empties)),
    *(Case("I02", f"seen as it was: {typed!r}", "", edits(setting(A, A6=typed))) for typed in ALIKE_REFS),
    Case("I02", "typed over", "E", edits(setting(A, A6="PI-2"))), Case("I02", "added", "", edits(adds("PI-09"))),
    Case("I03", "twice", "E", edits(setting(A, A6="PI-01"))), Case("I03", "seen as twice", "E", edits(setting(A, A6="pi-01"))),
    Case("I03", "once", "", NOTHING),
    Case("I04", "deleted", "Q", edits(deletes)), Case("I04", "all there", "", NOTHING),
    Case("I05", "new", "E", edits(adds("PI-09"))), Case("I05", "of another lead", "", edits(adds("GR-01"))),
    Case("I06", "one column sorted", "Q", edits(swaps)),
    Case("I06", "another title", "Q", fills(A, "PI-02", Activity="Open a cafe for parents")),
    Case("I06", "corrected", "", fills(A, "PI-02", Activity="Train schools' staff")),
    Case("A01", "unknown tracker", "R", identity("Tracker", "2026-27-Q3-XX")),
    Case("A01", "other lead", "R", identity("Lead", "Someone else")),
    Case("A01", "issued altered", "R", edits(setting("Issued", D6="x"))), Case("A01", "ours", "", NOTHING),
    Case("A02", "of another lead", "E", edits(adds("GR-01"))), Case("A02", "ours", "", NOTHING),
    Case("A03", "other not here", "N", fills(A, "PI-01", Progress="x")),
    Case("A03", "its measure", "N", fills(M, "PI-01.M1", Actual=14)),
    Case("A03", "not joint", "", fills(A, "PI-02", Progress="x")),
    Case("A03", "not reported", "", NOTHING), Case("A03", "other here", "", both({"Progress": "x"}, {})),
    Case("T01", "formula", "N", edits(setting(A, B6="=1+1"))),
    Case("T01", "date", "N", fills(A, "PI-01", Due=date(2028, 1, 1))),
    Case("T01", "check", "N", edits(blank_column(A, "Check"))), Case("T01", "no change", "", NOTHING),
    Case("T01", "title is I06", "", fills(A, "PI-02", Activity="Open a cafe for parents")),
    Case("T04", "removed", "N", edits(unprotected)), Case("T04", "kept", "", NOTHING),
    Case("V01", "lead status", "E", fills(A, "PI-03", Progress="x")),
    Case("V01", "says no change, but changes", "E", fills(A, "PI-03", No_change="Yes", Evidence="x")),
    Case("V01", "says no change", "", fills(A, "PI-03", No_change="Yes")),
    Case("V01", "not reported", "", NOTHING), Case("V01", "filled", "", fills(A, "PI-02", Progress="x")),
    Case("V01", "day of actual", "E", fills(M, "PI-02.M2", Actual=6)),
    Case("V01", "a day without a count", "E", fills(P, "PI-02.S1.P1", In_place_on=NEXT)),
    Case("V01", "since when, without a count", "E", fills(P, "PI-02.S1.P1", In_place_since=NEXT)),
    Case("V01", "evidence alone", "", fills(P, "PI-02.S1.P1", Evidence="List")),
    Case("V01", "out of", "E", fills(M, "PI-01.M2", Actual=6, Actual_on=NEXT)),
    Case("V01", "no out of for a number", "", fills(M, "PI-01.M1", Actual=14)),
    Case("V02", "misspelt", "E", fills(A, "PI-02", Lead_status="Ontrak")),
    Case("V02", "a number", "E", fills(A, "PI-03", Lead_status=2026)),
    Case("V02", "a number where one was issued", "E", fills(A, "PI-02", Lead_status=3)),
    Case("V02", "spaces and unseen characters", "", fills(A, "PI-02", Lead_status="At\u00a0risk\u200b")),
    Case("V02", "capitals", "", fills(A, "PI-02", Lead_status=" at RISK")),
    Case("V03", "words", "E", fills(A, "PI-02", Forecast_finish="end of term")),
    Case("V03", "a number of digits", "E", fills(A, "PI-03", Forecast_finish=31122026)),
    Case("V03", "no such day", "E", fills(A, "PI-02", Forecast_finish="29/02/2027")),
    Case("V03", "a truth", "E", fills(A, "PI-03", Forecast_finish=True)),
    Case("V03", "day first", "N", fills(A, "PI-02", Forecast_finish="03/04/27")),
    Case("V03", "day first, where that is not settled", "Q", asking(fills(A, "PI-02", Forecast_finish="03/04/2027"))),
    Case("V03", "one reading, where that is not settled", "N", asking(fills(A, "PI-02", Forecast_finish="13/04/2027"))),
    Case("V03", "text read", "N", fills(A, "PI-02", Forecast_finish="31/03/2027")),
    Case("V03", "a date", "", fills(A, "PI-02", Forecast_finish=NEXT)),
    Case("V04", "before the plan", "Q", fills(A, "PI-02", Forecast_finish=date(2026, 3, 31))),
    Case("V04", "far ahead", "Q", fills(A, "PI-02", Forecast_finish=date(2036, 12, 21))),
    Case("V04", "a year alone", "Q", fills(A, "PI-02", Forecast_finish=date(1905, 7, 19))),
    Case("V04", "first and last day", "", fills(A, "PI-02", Forecast_finish=date(2036, 12, 20), Completed_on=date(2026, 4, 1))),
    Case("V05", "words", "E", fills(M, "PI-01.M1", Actual="12 approx")),
    Case("V05", "a date", "E", fills(M, "PI-01.M1", Actual=datetime(2026, 12, 1))),
    Case("V05", "text read", "N", fills(M, "PI-01.M1", Actual="1,234")),
    Case("V05", "percent as text", "N", fills(A, "PI-02", **{"% complete": "45%"})),
    Case("V05", "a number", "", fills(M, "PI-01.M1", Actual=14)),
    Case("V06", "above", "E", fills(A, "PI-02", **{"% complete": 1.45})),
    Case("V06", "below", "E", fills(A, "PI-02", **{"% complete": -0.1})),
    Case("V06", "two readings", "Q", no_percent(A, "PI-02", "% complete", 0.6)),
    Case("V06", "5000%", "Q", fills(A, "PI-02", **{"% complete": 50})),
    Case("V06", "5000% as text", "E", fills(A, "PI-02", **{"% complete": "5000%"})),
    Case("V06", "float noise", "", fills(A, "PI-02", **{"% complete": 1.0000000001}, Completed_on=date(2026, 12, 1))),
    Case("V06", "float noise in General", "", no_percent(M, "PI-02.M1", "Actual", 100 + 1e-8)),
    Case("V06", "float noise of 10000%", "Q", fills(A, "PI-02", **{"% complete": 100 + 1e-8})),
    Case("V06", "as issued", "", no_percent(A, "PI-02", "% complete", 0.5)),
    Case("V06", "bare 45", "", no_percent(A, "PI-02", "% complete", 45)),
    Case("V06", "of a measure", "E", fills(M, "PI-02.M1", Actual=120, Actual_on=NEXT)),
    Case("V06", "within", "", fills(A, "PI-02", **{"% complete": 1})),
    Case("V07", "count", "E", fills(M, "PI-01.M1", Actual=-3)),
    Case("V07", "quantity", "E", fills(P, "PI-02.S1.P1", In_place=-1)),
    Case("V07", "nought", "", fills(M, "PI-01.M1", Actual=0)),
    Case("V08", "count", "Q", fills(M, "PI-01.M2", Out_of=7.5)),
    Case("V08", "whole target", "Q", fills(M, "PI-01.M1", Actual=0.75)),
    Case("V08", "float noise", "", fills(M, "PI-01.M1", Actual=14.0000000001)),
    Case("V08", "target with a fraction", "", fills(M, "PI-02.M2", Actual=6.5)),
    Case("V08", "in place", "Q", fills(P, "PI-02.S1.P1", In_place=5.5)),
    Case("V09", "error", "E", fills(M, "PI-01.M1", Actual="#DIV/0!")), Case("V09", "none", "", fills(M, "PI-01.M1", Actual=1)),
    Case("V10", "long", "Q", fills(A, "PI-02", Progress="x" * 2001)),
    Case("V10", "unseen", "Q", fills(A, "PI-02", Progress="a_x0007_b")),
    Case("V10", "turned", "Q", fills(A, "PI-02", Progress="a\u202eb")),
    Case("V10", "zero width", "N", fills(A, "PI-02", Progress="a\u200bb")),
    Case("V10", "a filler", "N", fills(A, "PI-02", Progress="a\u3164b")),
    Case("V10", "nothing but a filler", "", fills(A, "PI-03", Progress="\u2800")),
    Case("V10", "nothing else", "", fills(A, "PI-02", Progress="\u200b\ufeff ")),
    Case("V10", "lines", "", fills(A, "PI-02", Progress="x" * 1998 + "\ny")),
    Case("V11", "blanked", "Q", fills(A, "PI-02", Evidence=None)), Case("V11", "issued blank", "", NOTHING),
    Case("V12", "ten times too many", "Q", fills(M, "PI-01.M1", Actual=300, Actual_on=LAST)),
    Case("V12", "lower is better", "Q", fills(M, "PI-02.M2", Actual=2, Actual_on=LAST)),
    Case("V12", "the target passed", "", fills(M, "PI-01.M1", Actual=50, Actual_on=LAST)),
    Case("V12", "not reached", "", fills(M, "PI-01.M1", Actual=1, Actual_on=LAST)),
    Case("V13", "tomorrow", "E", fills(M, "PI-01.M1", Actual=14, Actual_on=date(2026, 12, 21))),
    Case("V13", "today", "", fills(M, "PI-01.M1", Actual=14, Actual_on=date(2026, 12, 20))),
    Case("V14", "the old day", "Q", fills(M, "PI-01.M1", Actual=14)),
    Case("V14", "a new day", "", fills(M, "PI-01.M1", Actual=14, Actual_on=LAST)),
    Case("V14", "a first value", "", fills(M, "PI-02.M2", Actual=6, Actual_on=LAST)),
    Case("V15", "afternoon", "N", fills(A, "PI-02", Forecast_finish=datetime(2027, 3, 31, 14, 30))),
    Case("V15", "seconds early", "N", fills(A, "PI-02", Forecast_finish=datetime(2027, 3, 30, 23, 59, 15))),
    Case("V15", "typed", "N", fills(A, "PI-02", Forecast_finish="31 Mar 2027 14:30")),
    Case("V15", "midnight", "", fills(A, "PI-02", Forecast_finish=datetime(2027, 3, 31))),
    Case("T05", "switched", "R", lambda round: [round.rewrite(round.fill(), switched)]),
    Case("T05", "switched, and dates typed since", "R", lambda round: [round.rewrite(round.fill({
        (M, "PI-01.M1", "Actual"): 14, (M, "PI-01.M1", "Actual on"): LAST, (A, "PI-01", "Due"): date(2027, 6, 30)}), switched)]),
    Case("T05", "not switched", "", NOTHING), Case("T05", "one date four years on", "", fills(A, "PI-01", Due=date(2031, 4, 1))),
    Case("T05", "counted from 1904 by the program", "", edits(counts_from_1904)),
    Case("X12", "Actual blank", "Q", fills(M, "PI-02.M2", Out_of=6)),
    Case("X12", "a kind without it", "Q", fills(M, "PI-01.M1", Actual=14, Out_of=20, Actual_on=LAST)),
    Case("X12", "a share", "", fills(M, "PI-01.M2", Actual=6, Out_of=20, Actual_on=LAST)),
    Case("X13", "beside a change", "Q", fills(A, "PI-02", No_change="Yes", Progress="x")),
    Case("X13", "nothing ever reported", "Q", fills(A, "PI-03", No_change="Yes")),
    Case("X13", "nothing but another No change", "Q", said_before(fills(A, "PI-03", No_change="Yes"))),
    Case("X13", "something stands", "", fills(A, "PI-02", No_change="Yes")),
    Case("Z01", "formula", "E", fills(M, "PI-01.M1", Actual="=6*2")),
    Case("Z01", "text like one", "", fills(A, "PI-02", Progress=" =not a formula")),
    Case("C01", "differ", "E", both({"% complete": 0.5}, {"% complete": 0.6})),
    Case("C01", "agree", "", both({"% complete": 0.5}, {"% complete": 0.5})),
    Case("C01", "other cells", "", both({"% complete": 0.5}, {"Progress": "x"})),
    Case("C02", "agree", "N", both({"% complete": 0.5}, {"% complete": 0.5})),
    Case("C02", "differ", "", both({"% complete": 0.5}, {"% complete": 0.6})),
    Case("C03", "later period", "Q", after(fills(A, "PI-02", Progress="b"), period="2026-27 Q4")),
    Case("C03", "this period", "", after(fills(A, "PI-02", Progress="b"), period="2026-27 Q3")),
    Case("C03", "earlier period", "", after(fills(A, "PI-02", Progress="b"), period="2026-27 Q2")),
    Case("C03", "no period", "", after(fills(A, "PI-02", Progress="b"), period="autumn")),
    Case("C04", "filled", "E", after(fills(A, "PI-02", **{"% complete": 0.7}), percent_complete=0.6)),
    Case("C04", "issued blank", "E", after(fills(A, "PI-02", Progress="b"), progress="a")),
    Case("C04", "the same", "", after(fills(A, "PI-02", **{"% complete": 0.7}), percent_complete=0.7)),
    Case("C04", "not returned", "", after(fills(A, "PI-02", Progress="b"), percent_complete=0.6)),
    Case("C04", "last value issued", "", fills(A, "PI-01", Progress="b")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code} {case.name}")
def test_case(round: Any, case: Case) -> None:
    path, *others = case.make(round)
    found = round.since(*case.make.__dict__.get("since", ())).codes(path, others)
    severities = {line[0] for line in found if line.endswith(case.code)}
    assert severities == set(case.found), found


def test_the_codes_of_the_reference_are_there_and_each_has_cases() -> None:
    assert sorted(RULES) == sorted(CODES + ELSEWHERE)
    assert {case.code for case in CASES if case.found} == set(CODES)
    assert {case.code for case in CASES if not case.found} == set(CODES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_rule_is_whole(rule: Any) -> None:
    assert re.fullmatch("[A-Z][0-9]{2}", rule.code)
    for part in ("\n\nWhy: ", "\n\nExample: ", "\n\nPut right: "):
        assert part in rule.doc
    assert rule.says.endswith((".", "?"))
    assert set(rule.columns) <= {column.key for seen in TRACKED.values() for column in seen}


@pytest.mark.parametrize("code", ["V05", "V5", "v99", "D99"])
def test_a_code_that_is_taken_malformed_or_of_no_family_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=code):
        rule(code, Severity.NOTE, on=Scope.FILE, says="")(lambda file: False)
    assert code == "V05" or code not in RULES


def test_reference() -> None:
    whole = rules_reference()
    assert all(f"### {code} · " in whole for code in CODES + ELSEWHERE)
    assert rules_reference("v05").startswith("# V05 · Not a number (error)\n\nA number must be")
    with pytest.raises(Unusable, match="X99"):
        rules_reference("X99")


def test_a_stamped_tracker_of_the_other_lead_is_here(round: Any) -> None:
    path = round.fill({("Activities", "PI-01", "Progress"): "x"})
    assert "N A03" in round.codes(path)
    assert "N A03" not in round.since(SetCells(TRACKERS, "state", {"2026-27-Q3-EP": "Stamped"})).codes(path)


@pytest.mark.parametrize("typed", ALIKE)
def test_what_stands_under_a_header_that_is_seen_as_ours_is_read(round: Any, typed: str) -> None:
    found = round.validate(round.fill({("Activities", "PI-02", "Next steps"): "Ring them."}, header("Next steps", typed)))[0]
    assert [(change.ref, change.column, change.returned) for change in found.changes] == [("PI-02", "next_steps", "Ring them.")]


@pytest.mark.parametrize("typed", ALIKE_REFS)
def test_a_row_whose_ref_is_seen_as_the_issued_one_is_that_row(round: Any, typed: str) -> None:
    found = round.validate(round.fill({("Activities", "PI-02", "Progress"): "Done."}, setting("Activities", A6=typed)))[0]
    assert [(change.ref, change.column) for change in found.changes] == [("PI-02", "progress")]
    assert not [finding for finding in found.findings if finding.holds], found.findings


@pytest.mark.parametrize(("change", "message"), [
    (extra_column("next\nsteps"), "The header “Next steps” stands twice (this one has a line break in it)."),
    (extra_column("Next steps\u00a0"), "The header “Next steps” stands twice (this one ends in a no-break space)."),
    (extra_column("Next steps"), "The header “Next steps” stands twice."),
    (setting("Activities", A6="pi-01"), "PI-01 stands in more than one row (rows 5 and 6; this one has other capital letters)."),
    (setting("Activities", A6="PI-01\u00a0"),
     "PI-01 stands in more than one row (rows 5 and 6; this one ends in a no-break space)."),
    (setting("Activities", A6="PI-01"), "PI-01 stands in more than one row (rows 5 and 6)."),
])
def test_how_two_differ_that_are_seen_as_the_same_is_said(round: Any, change: Callable[[Any], None], message: str) -> None:
    found = round.validate(round.fill(edit=change))[0]
    assert [f.message.partition(". ")[0] + "." for f in found.findings if f.code in ("S08", "I03")] == [message]


@pytest.mark.parametrize("item", ["plan id", "Template\u00a0version", "TRACKER "])
def test_an_item_of_identity_is_known_however_it_is_typed(round: Any, item: str) -> None:
    def change(book: Any) -> None:
        cell = next(row[0] for row in book["Identity"].iter_rows() if str(row[0].value).casefold() == item.replace("\u00a0", " ")
                    .strip().casefold())
        cell.value = item

    assert not [line for line in round.codes(round.fill(edit=change)) if line[0] == "R"]
