"""Safety rules: what comes with a workbook, what is hidden in it, and children's data, which no report may show."""

import json
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pytest

from sendxl.jobs.stamp import stamp
from sendxl.plan.finding import Finding
from sendxl.plan.tracker import TRACKER_PLAN
from sendxl.returns.batch import as_json
from sendxl.returns.held import held_row
from sendxl.returns.personal import is_nhs_number, is_upn, personal, withheld
from sendxl.returns.report import write_report
from tests.cells import at, letter

A, M, P = "Activities", "Measures", "Savings"
UPN, NHS = "H801200001001", "943 476 5919"
_NUMBER = re.compile(r"9[ ,]?43[ ,]?4[ ,]?76[ ,]?5[ ,]?919")
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def found(round: Any, path: Any, code: str) -> list[Finding]:
    return [finding for finding in round.validate(path)[0].findings if finding.code == code]


def with_members(round: Any, extra: dict[str, bytes], rels: str = "", of: str = "xl/_rels/workbook.xml.rels") -> Any:
    """A return with more parts and relationships."""

    def change(name: str, content: bytes) -> bytes:
        return content.replace(b"</Relationships>", rels.encode() + b"</Relationships>") if name == of else content

    path = round.rewrite(round.fill(), change)
    with zipfile.ZipFile(path, "a") as package:
        for name, content in extra.items():
            package.writestr(name, content)
    return path


def relation(kind: str, target: str, mode: str = "") -> str:
    mode = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="rIdX" Type="{kind if ":" in kind else KIND + kind}" Target="{target}"{mode}/>'


SHEET = "xl/worksheets/_rels/sheet2.xml.rels"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships/"
COMES_WITH: list[tuple[str, str, dict[str, bytes], str, str, str]] = [
    ("macros", "R Z02", {"xl/vbaProject.bin": b"x"}, relation(MICROSOFT + "vbaProject", "vbaProject.bin"), "", "macros"),
    ("macros by another name", "R Z02", {"xl/a.bin": b"x"}, relation(MICROSOFT + "vbaProject", "a.bin"), "", "macros"),
    ("macros of another case, unrelated", "R Z02", {"xl/VBAproject.BIN": b"x"}, "", "", "macros"),
    ("macros of Excel 4", "R Z02", {"xl/macrosheets/sheet1.xml": b"<x/>"}, "", "", "macros"),
    ("ActiveX", "R Z02", {"xl/activeX/activeX1.xml": b"<x/>"}, relation("control", "../activeX/activeX1.xml"), SHEET, "ActiveX"),
    ("an object", "R Z02", {"xl/embeddings/oleObject1.bin": b"x"}, relation("oleObject", "../embeddings/oleObject1.bin"), SHEET,
     "embedded or linked objects"),
    ("a document", "R Z02", {"xl/embeddings/a.docx": b"x"}, relation("package", "../embeddings/a.docx"), SHEET, "embedded"),
    ("a linked object", "R Z02", {}, relation("oleObject", "file:///c:/a.docx", "External"), SHEET, "linked"),
    ("a picture", "", {"xl/media/a.png": b"x"}, "", "", ""),
    ("a link to a workbook", "N Z07", {"xl/externalLinks/externalLink1.xml": b"<x/>"},
     relation("externalLink", "externalLinks/externalLink1.xml"), "", "links to other workbooks"),
    ("a connection", "N Z07", {"xl/connections.xml": b"<x/>"}, relation("connections", "connections.xml"), "", "connections"),
    ("a hyperlink to a file", "", {}, relation("hyperlink", "file:///c:/a.docx", "External"), SHEET, ""),
]


@pytest.mark.parametrize(("code", "extra", "rels", "of", "words"), [case[1:] for case in COMES_WITH],
                         ids=[case[0] for case in COMES_WITH])
def test_what_comes_with_a_workbook(round: Any, code: str, extra: dict[str, bytes], rels: str, of: str, words: str) -> None:
    path = with_members(round, extra, rels, of or "xl/_rels/workbook.xml.rels")
    (returned,) = round.validate(path)
    told = [(str(f)[:5], words in f.found) for f in returned.findings if f.code in ("Z02", "Z07")]
    assert told == ([(code, True)] if code else [])


def hides(sheet: str, *, rows: tuple[int, ...] = (), columns: Iterable[str] = ()) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for row in rows:
            book[sheet].row_dimensions[row].hidden = True
        for column in columns:
            book[sheet].column_dimensions[column].hidden = True

    return change


def adds_sheet(state: str) -> Callable[[Any], None]:
    return lambda book: setattr(book.create_sheet("Pupils"), "sheet_state", state)


def states(state: str, *sheets: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for sheet in sheets:
            book[sheet].sheet_state = state

    return change


SHOWN = [letter(TRACKER_PLAN, header) for header in ("Progress", "Corrective action")]
HIDDEN: list[tuple[str, Callable[[Any], None], list[tuple[str, str, str]]]] = [
    ("a row", hides(A, rows=(6,)), [("N", A, "row 6")]),
    ("rows and columns", hides(A, rows=(5, 7), columns=SHOWN), [("N", A, f"rows 5, 7 and columns {', '.join(SHOWN)}")]),
    ("below the table", hides(A, rows=(90,)), []),
    ("beside the table", hides(A, columns=["AZ"]), []),
    ("on another sheet", hides("Guide", rows=(5,)), []),
    ("a sheet of ours", states("hidden", M), [("N", M, "all of it")]),
    ("a sheet added", adds_sheet("visible"), []),
    ("a sheet added and hidden", adds_sheet("hidden"), [("Q", "Pupils", "Pupils")]),
    ("a sheet added and well hidden", adds_sheet("veryHidden"), [("Q", "Pupils", "Pupils")]),
    ("as LibreOffice saves it", states("hidden", "Identity", "Issued"), []),
    ("shown", states("visible", "Identity", "Issued"), []),
]


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in HIDDEN], ids=[case[0] for case in HIDDEN])
def test_what_is_hidden(round: Any, change: Callable[[Any], None], expected: list[tuple[str, str, str]]) -> None:
    told = found(round, round.fill({}, change), "Z03")
    assert [(f.severity.letter, f.sheet, f.found) for f in told] == expected


def test_hidden_columns_are_seen_either_way(round: Any) -> None:
    path = round.fill({}, hides(A, columns=[letter(TRACKER_PLAN, "Progress")]))
    plain = [f.found for f in found(round, path, "Z03")]
    path = round.rewrite(path, lambda name, content: content.replace(b"<sheetData>", b"<!-- --><sheetData>"))
    assert [f.found for f in found(round, path, "Z03")] == plain == [f"column {letter(TRACKER_PLAN, 'Progress')}"]


PERSONAL: list[tuple[str, str]] = [
    ("H801200001001", "UPN"), ("h801200001001", "UPN"), ("see H801200001001.", "UPN"), ("A801200001001", ""),
    ("H80120000100A", ""), ("M80120000100A", ""), ("XH801200001001", ""), ("H8012000010011", ""), ("I801200001001", ""),
    ("9434765919", "NHS"), ("943 476 5919", "NHS"), ("943-476-5919", "NHS"), ("NHS:9434765919", "NHS"), ("9434765918", ""),
    ("94347659190", ""), ("0000000000", ""), ("9,434,765,919", ""), ("9434765919.5", ""), ("94 34 76 59 19", ""),
    ("DOB 3/4/2014", "birth"), ("D.O.B.: 03.04.14", "birth"), ("dob 2014-04-03", "birth"),
    ("Date of birth is 3 April 2014", "birth"), ("born on the 3rd of April 2014", "birth"),
    ("3rd April 2014 (born)", "birth"), ("born April 3, 2014", "birth"),
    ("a stubborn case of 3/4/2014", ""), ("born leaders", ""), ("DOB not known", ""), ("due 3/4/2027", ""),
    ("UPNH801200001001", "UPN"), ("UPN: H801200001001", "UPN"), ("H 8012 0000 1001", "UPN"), ("H 801 20000 1001", "UPN"),
    ("H801-2000-01001", "UPN"), ("H8012\u00a00000\u00a01001", "UPN"), ("H 8 0 1 2 0 0 0 0 1 0 0 1", "UPN"),
    ("H 8012-0000 1001", ""), ("A 8012 0000 1001", ""), ("H, 8012 0000 1001", ""), ("h 8012 0000 1001", ""),
    ("943.476.5919", "NHS"), ("943\u2013476\u20135919", "NHS"), ("943/476/5919", "NHS"), ("943\u00a0476\u00a05919", "NHS"),
    ("943 476-5919", ""), ("943, 476, 5919", ""), ("943 places, 476 left, 5919 pounds", ""), ("943\n476\n5919", ""),
    ("birthday 3 Apr 14", "birth"), ("b. 3/4/2014", "birth"), ("b 3.4.14", "birth"), ("his birthday is 3-Apr-2014", "birth"),
    ("DOB 03042014", "birth"), ("DOB: 2014/04/03", "birth"), ("d o b 3 / 4 / 2014", "birth"), ("born 3 4 2014", "birth"),
    ("DOB 3April2014", "birth"), ("option b. Due 3/4/2027", ""), ("the birthday party of the service", ""),
    ("943:476:5919", "NHS"), ("943|476|5919", "NHS"), ("943\\476\\5919", "NHS"), ("943  476  5919", "NHS"),
    ("943 - 476 - 5919", "NHS"), ("943\u2212476\u22125919", "NHS"), ("９４３ ４７６ ５９１９", "NHS"),
    ("943\u200b 476 5919", "NHS"),
    ("943 476\n5919", ""), ("943; 476; 5919", ""), ("(943) 476 5919", ""), ("H. 801200001001", "UPN"),
    ("D\u200bOB 3/4/2014", "birth"), ("DOB 3\u201104\u20112014", "birth"), ("DOB 3\u00a0April\u00a02014", "birth"),
    ("D/O/B 3/4/14", "birth"), ("b-day 3/4/14", "birth"), ("born 3rd Apr '14", "birth"), ("B. 3 Apr 2014", "birth"),
    ("DOB 2014 - 04 - 03", "birth"), ("Plan B 3/4/2026", ""),
    ("born into it; nothing else happened until 3/4/2014", ""), ("", ""),
]


@pytest.mark.parametrize(("text", "what"), PERSONAL)
def test_what_looks_like_a_childs_data(text: str, what: str) -> None:
    assert bool(what) == bool(personal(text)) and what in personal(text)
    assert withheld(text) == ("[withheld]" if what else text)


def test_check_letters_and_digits() -> None:
    """Of all the letters and digits that might check, exactly one does."""
    assert [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if is_upn(f"{letter}801200001001")] == ["H"]
    assert [digit for digit in "0123456789" if is_nhs_number(f"943476591{digit}")] == ["9"]
    assert sum(is_upn(f"{letter}80120000100A") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 1  # a temporary number


SECRET = f"Jo Bloggs, UPN {UPN}, DOB 5/6/2015"


def nowhere(round: Any, *paths: Any) -> list[Any]:
    """The returns, where no part of the secret is in any report of theirs."""
    returns: list[Any] = round.validate(*paths)
    write_report(round.folder / "report.xlsx", returns)
    shown = json.dumps(as_json(returns)) + "".join(str(f) + f.found + f.ref + f.column for r in returns for f in r.findings)
    held = [held_row(r, f, lambda *_: None, date(2026, 12, 20)) for r in returns for f in r.findings]
    shown += repr(held) + repr([change.returned for r in returns for change in r.changes]) + repr([r.others for r in returns])
    with zipfile.ZipFile(round.folder / "report.xlsx") as package:
        shown += "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))
    assert not re.search(f"Bloggs|{UPN}|{UPN[1:]}|5/6/2015", shown)
    assert not _NUMBER.search(shown)
    return returns


@pytest.mark.parametrize(("sheet", "ref", "column", "other"), [
    (A, "PI-02", "Progress", ""), (A, "PI-02", "Lead status", "V02"), (A, "PI-02", "Forecast finish", "V03"),
    (M, "PI-01.M1", "Actual", "V05"), (M, "PI-01.M1", "Note", ""), (A, "PI-02", "No change", "V02")])
def test_a_childs_data_is_held_and_shown_nowhere(round: Any, sheet: str, ref: str, column: str, other: str) -> None:
    (returned,) = nowhere(round, round.fill({(sheet, ref, column): SECRET}))
    assert {"Z05", *([other] if other else [])} <= {f.code for f in returned.findings}
    (finding,) = [f for f in returned.findings if f.code == "Z05"]
    assert (finding.severity.letter, finding.found, finding.ref, finding.column) == ("E", "[withheld]", ref, column)
    assert "a pupil's number (UPN) and a date of birth" in finding.message
    assert not returned.accepted


def test_it_is_withheld_in_long_texts_formulas_and_locked_cells(round: Any) -> None:
    paths = [
        round.fill({(A, "PI-02", "Progress"): "Jo Bloggs " * 300 + SECRET}, name="long.xlsx"),
        round.fill({(A, "PI-02", "Progress"): SECRET + " a_x0007_b"}, name="unclean.xlsx"),
        round.fill({}, lambda book: setattr(book[A][at(TRACKER_PLAN, "Activity", 6)], "value", SECRET), name="title.xlsx"),
        round.fill({}, lambda book: setattr(book[A][at(TRACKER_PLAN, "Status", 6)], "value", SECRET), name="locked.xlsx"),
        round.fill({}, lambda book: setattr(book[A]["A6"], "value", UPN), name="ref.xlsx"),
        round.fill({}, lambda book: setattr(book[A]["B4"], "value", SECRET), name="header.xlsx"),
    ]
    codes = [{f.code for f in returned.findings} for returned in nowhere(round, *paths)]
    assert [expected <= its for expected, its in zip(
        [{"Z05", "V10"}, {"Z05", "V10"}, {"I06"}, {"T01"}, {"I02"}, {"S06"}], codes, strict=True)] == [True] * 6


def test_it_is_withheld_where_two_returns_differ(round: Any) -> None:
    one = round.fill({(A, "PI-01", "Progress"): SECRET}, name="a.xlsx")
    other = round.fill({(A, "PI-01", "Progress"): "Four schools"}, code="EP", name="b.xlsx")
    returns = nowhere(round, one, other)
    assert [[f.code for f in r.findings if f.code in ("Z05", "C01", "C02")] for r in returns] == [["Z05"], []]
    assert "C01" in {missed.code for missed in returns[0].not_checked}


def test_an_nhs_number_that_is_stored_as_a_number(round: Any) -> None:
    (finding,) = found(round, round.fill({(A, "PI-02", "Evidence"): 9434765919}), "Z05")
    assert finding.found == "[withheld]"


@pytest.mark.parametrize(("sheet", "ref", "column"), [
    (M, "PI-01.M1", "Actual"), (M, "PI-01.M2", "Out of"), (M, "PI-02.M1", "Actual"), (A, "PI-02", "% complete"),
    (A, "PI-02", "Forecast finish"), (A, "PI-02", "Lead status"), (A, "PI-02", "No change"), (P, "PI-02.S1.P1", "In place")])
def test_a_number_in_place_of_a_figure_is_shown_nowhere_however_grouped(round: Any, sheet: str, ref: str, column: str) -> None:
    """Nor is anything concluded from it: 9,434,765,919 is no value that is far from what was planned."""
    returns = nowhere(round, round.fill({(sheet, ref, column): 9434765919}))
    holding = [f.code for f in returns[0].findings if f.column == column and f.severity.holds]
    assert "Z05" in holding and set(holding) <= {"Z05", "V02", "V03"}


def test_nor_does_it_reach_the_plan(round: Any) -> None:
    master = round.folder / "stamped.xlsx"
    master.write_bytes(round.master.read_bytes())
    done = stamp(master, [round.fill({(M, "PI-01.M1", "Actual"): 9434765919})], today=date(2026, 12, 20), by="kim")
    assert [row["code"] for row in done.held_rows] == ["Z05"]
    with zipfile.ZipFile(master) as package:
        assert not any(_NUMBER.search(package.read(name).decode("utf-8", "replace")) for name in package.namelist())
