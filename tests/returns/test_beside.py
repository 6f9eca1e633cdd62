"""What stands beside the cells of a return: it is quoted, asked about in a row that was changed, or becomes part of the text."""

import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.worksheet.hyperlink import Hyperlink

from sendxl.plan.finding import Finding, Severity
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.annotate import annotate
from sendxl.returns.report import write_report

from .conftest import HEADER_ROW

A, M, Q = "Activities", "Measures", "Queries"
CHANGED = {(A, "PI-02", "Progress"): "Two schools more"}
NHS = "943 476 5919"
ADDRESS = "https://council.example/minutes/12.docx"
Alter = Callable[[Any], None]


def note(round: Any, ref: str, text: str, header: str = "% complete") -> Alter:
    def alter(book: Any) -> None:
        round.cell(book, A, ref, header).comment = Comment(text, "T Reid")

    return alter


def words(row: int, column: int, text: Any, sheet: str = A) -> Alter:
    """Words in a cell; a column from 1, or from the right of the table where it is not positive."""

    def alter(book: Any) -> None:
        found = book[sheet]
        found.cell(row, column if column > 0 else found.max_column + 1 - column).value = text

    return alter


def linked(round: Any, place: tuple[str, str, str], text: Any, target: str | None, location: str | None = None) -> Alter:
    def alter(book: Any) -> None:
        cell = round.cell(book, *place)
        cell.value = text
        cell.hyperlink = Hyperlink(ref=cell.coordinate, target=target, location=location)

    return alter


def told(round: Any, alter: Alter, cells: dict[Any, Any] | None = None) -> Sequence[Finding]:
    [found] = round.validate(round.fill(cells, alter))
    return [finding for finding in found.findings if finding.code in ("S11", "Z05")]


def short(findings: Iterable[Finding]) -> list[tuple[str, str, str, str]]:
    return [(finding.severity.letter + finding.code, finding.ref, finding.column, finding.found) for finding in findings]


@pytest.mark.parametrize(("cells", "severity"), [({}, "NS11"), (CHANGED, "QS11")])
def test_a_note_is_quoted_and_asked_about_in_a_row_that_was_changed(round: Any, cells: Any, severity: str) -> None:
    assert short(told(round, note(round, "PI-02", "Real figure is 45 of 90"), cells)) == [
        (severity, "PI-02", "% complete", "Real figure is 45 of 90")]


def test_a_note_on_another_row_or_on_a_header_holds_nothing(round: Any) -> None:
    def alter(book: Any) -> None:
        note(round, "PI-01", "Ask Beth")(book)
        book[A]["A4"].comment = Comment("What is a ref?", "T Reid")
        book["Guide"]["A1"].comment = Comment("Thank you", "T Reid")

    found = told(round, alter, CHANGED)
    assert {(f.sheet, f.ref, f.found) for f in found} == {(A, "PI-01", "Ask Beth"), (A, "", "What is a ref?"),
                                                         ("Guide", "", "Thank you")}
    assert {f.severity for f in found} == {Severity.NOTE}


THREAD = (b'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
          b'<threadedComment ref="%s" dT="2026-12-01T09:00:00.00" personId="{1}" id="{2}"><text>Is this &lt;right&gt;?</text>'
          b'</threadedComment><threadedComment ref="%s" personId="{1}" id="{3}" parentId="{2}"><text>Yes</text></threadedComment>'
          b"</ThreadedComments>")
RELATION = (b'<Relationship Id="rIdT" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
            b'Target="../threadedComments/threadedComment1.xml"/></Relationships>')
STAND_IN = "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment.\n\nComment:\n    "


def with_thread(round: Any, path: Path, cell: bytes) -> Path:
    """Comments as Excel 365 keeps them, on a cell of Activities, the second sheet."""
    round.rewrite(path, lambda name, content: content.replace(b"</Relationships>", RELATION)
                  if name == "xl/worksheets/_rels/sheet2.xml.rels" else content)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/threadedComments/threadedComment1.xml", THREAD % (cell, cell))
    return path


BOX = (b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
       b'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:from><xdr:col>25</xdr:col>'
       b"<xdr:colOff>9</xdr:colOff><xdr:row>%d</xdr:row><xdr:rowOff>9</xdr:rowOff></xdr:from><xdr:to><xdr:col>28</xdr:col>"
       b"<xdr:row>9</xdr:row></xdr:to><xdr:sp><xdr:txBody><a:p><a:r><a:t>Real figure is </a:t></a:r><a:r><a:t>45</a:t></a:r>"
       b"</a:p><a:p><a:r><a:t>T &amp; R</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>")
DRAWN = (b'<Relationship Id="rIdD" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" '
         b'Target="../drawings/drawing9.xml"/></Relationships>')


@pytest.mark.parametrize(("row", "found"), [(5, ("QS11", "PI-02")), (20, ("NS11", ""))])
def test_a_text_box_is_quoted(round: Any, row: int, found: tuple[str, str]) -> None:
    path = round.rewrite(round.fill(CHANGED), lambda name, content: content.replace(b"</Relationships>", DRAWN)
                         if name == "xl/worksheets/_rels/sheet2.xml.rels" else content)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/drawings/drawing9.xml", BOX % row)
    told = short(finding for finding in round.validate(path)[0].findings if finding.code == "S11")
    assert told == [(*found, "", "Real figure is 45 T & R")]


@pytest.mark.parametrize(("row", "found"), [(6, ("QS11", "PI-02")), (40, ("NS11", ""))])
def test_a_picture_is_told_of(round: Any, row: int, found: tuple[str, str]) -> None:
    """A photograph of the figures, say; nothing of it can be taken up."""
    def alter(book: Any) -> None:
        chart = BarChart()
        chart.add_data(Reference(book[A], min_col=1, min_row=5, max_row=6))
        book[A].add_chart(chart, f"Z{row}")

    assert short(told(round, alter, CHANGED)) == [(*found, "", "Chart 1")]


def test_comments_of_excel_365_are_read_once_with_their_replies(round: Any) -> None:
    path = round.fill({}, note(round, "PI-02", STAND_IN + "Is this <right>?"))
    cell = round.cell(openpyxl.load_workbook(path), A, "PI-02", "% complete").coordinate
    [alone] = [f for f in round.validate(path)[0].findings if f.code == "S11"]
    assert alone.found == "Is this <right>?"  # as a program left it that knows notes only
    [both] = [f for f in round.validate(with_thread(round, path, cell.encode()))[0].findings if f.code == "S11"]
    assert both.found == "Is this <right>? Yes" and both.cell == cell


def below(row: int, header: str, text: str) -> Alter:
    def alter(book: Any) -> None:
        column = next(cell.column for cell in book[A][HEADER_ROW] if cell.value == header)
        book[A].cell(row, column).value = text

    return alter


@pytest.mark.parametrize("header", ["Ref", "Theme", "Activity", "Reason"])
@pytest.mark.parametrize("row", [8, 12])
def test_words_below_the_table_are_quoted_and_are_no_row_of_it(round: Any, row: int, header: str) -> None:
    [found] = round.validate(round.fill(CHANGED, below(row, header, "I hand over to Beth on 1 March")))
    assert [(f.severity.letter, f.code, f.found) for f in found.findings if f.code[0] in "SI"] == [
        ("N", "S11", "I hand over to Beth on 1 March")]
    assert found.outcome is Outcome.ACCEPTED


def test_an_answer_below_the_table_whose_ref_is_lost_is_held_and_quoted(round: Any) -> None:
    [found] = round.validate(round.fill(CHANGED, below(8, "Progress", "Two schools more")))
    [lost] = [finding for finding in found.findings if finding.code == "I01"]
    assert "“Two schools more”" in lost.message
    assert found.outcome is Outcome.HELD
    [found] = round.validate(round.fill(CHANGED, below(8, "Progress", "Jo, DOB 3/4/2014")))
    assert not [finding for finding in found.findings if "3/4/2014" in f"{finding.message} {finding.found}"]


@pytest.mark.parametrize(("alter", "found"), [
    (words(6, 0, "Title is out of date"), ("PI-02", "Title is out of date")),
    (words(6, -1, 45), ("PI-02", "45")),
    (words(3, 2, "I hand over to Beth on 1 March"), ("", "I hand over to Beth on 1 March")),
    (words(1, 0, datetime(2026, 12, 1)), ("", "2026-12-01")),
    (words(30, 0, "See my e-mail"), ("", "See my e-mail")),
    (words(2, 1, "Not the description"), ("", "Not the description")),
    (words(5, 0, "Why so?", Q), ("", "Why so?")),
])
def test_words_outside_the_table_are_quoted(round: Any, alter: Alter, found: tuple[str, str]) -> None:
    assert [(f.ref, f.found) for f in told(round, alter)] == [found]
    [asked] = told(round, alter, CHANGED)
    assert asked.severity is (Severity.QUERY if found[0] else Severity.NOTE)


@pytest.mark.parametrize(("row", "column", "where"), [(3, 4, "beside"), (20, 7, "beside"), (80, 1, "below"), (60, 3, "below")])
def test_words_on_the_guide_are_quoted(round: Any, row: int, column: int, where: str) -> None:
    [finding] = told(round, words(row, column, "Please ring me about PI-01", "Guide"), CHANGED)
    assert (finding.severity, finding.sheet) == (Severity.NOTE, "Guide")
    assert f"Words {where} the Guide say “Please ring me about PI-01”." in finding.message


def test_words_of_one_row_are_one_finding_in_their_order(round: Any) -> None:
    def alter(book: Any) -> None:
        for column, text in ((0, "45"), (-3, "of 90")):
            words(6, column, text)(book)

    assert [f.found for f in told(round, alter)] == ["45 · of 90"]


def test_a_tracker_as_issued_has_nothing_beside_its_cells(round: Any) -> None:
    assert not told(round, lambda book: None)


EVIDENCE = (A, "PI-02", "Evidence")


@pytest.mark.parametrize(("text", "target", "location", "stamped"), [
    ("Minutes", ADDRESS, None, f"Minutes ({ADDRESS})"),
    ("Minutes", ADDRESS, "page3", f"Minutes ({ADDRESS}#page3)"),
    ("Ask Beth", "mailto:beth@council.example?subject=Evidence", None, "Ask Beth (beth@council.example)"),
    (ADDRESS, ADDRESS, None, ADDRESS),
    ("council.example/minutes/12.docx", ADDRESS, None, "council.example/minutes/12.docx"),
    ("Minutes: " + ADDRESS, ADDRESS + "/", None, "Minutes: " + ADDRESS),
    ("beth@council.example", "mailto:Beth@council.example", None, "beth@council.example"),
    (r"\\share\send\minutes 3.docx", r"file:///\\share\send\minutes%203.docx", None, r"\\share\send\minutes 3.docx"),
    ("Guide", None, "'Guide'!A1", "Guide"),
])
def test_the_address_of_a_link_is_taken_up_where_the_text_does_not_show_it(
    round: Any, text: str, target: str | None, location: str | None, stamped: str
) -> None:
    [found] = round.validate(round.fill({}, linked(round, EVIDENCE, text, target, location)))
    assert {(change.ref, change.column): change.returned for change in found.changes} == {("PI-02", "evidence"): stamped}
    assert found.outcome is Outcome.ACCEPTED
    said = [(f.severity, f.column, f.found) for f in found.findings if f.code == "S11"]
    assert said == ([] if stamped == text else [(Severity.NOTE, "Evidence", stamped)])


def test_a_link_added_to_a_text_that_was_issued_is_a_change(round: Any) -> None:
    [found] = round.validate(round.fill({}, linked(round, EVIDENCE, "Training log", ADDRESS)))
    assert [change.returned for change in found.changes] == [f"Training log ({ADDRESS})"]


@pytest.mark.parametrize(("place", "value"), [
    ((A, "PI-02", "Lead status"), "At risk"), ((A, "PI-02", "% complete"), 0.6), ((A, "PI-02", "Theme"), None),
    ((A, "PI-02", "Activity"), "Train school staff")])
def test_a_link_that_can_be_no_part_of_the_value_is_quoted(round: Any, place: Any, value: Any) -> None:
    found = told(round, linked(round, place, value, ADDRESS), {**CHANGED, (A, "PI-02", "Corrective action"): "More trainers"})
    assert short(found) == ([("QS11", "PI-02", place[2], ADDRESS)] if value else [])  # a blank cell shows no link


def test_a_childs_data_beside_the_cells_is_found_and_withheld(round: Any, tmp_path: Path) -> None:
    def alter(book: Any) -> None:
        note(round, "PI-02", f"NHS number {NHS}")(book)
        words(5, 0, f"NHS number {NHS}")(book)
        linked(round, EVIDENCE, "Her file", f"https://council.example/{NHS.replace(' ', '')}")(book)

    [found] = round.validate(round.fill(CHANGED, alter))
    z05 = [(f.ref, f.column) for f in found.findings if f.code == "Z05"]
    assert set(z05) == {("PI-02", "A note"), ("PI-01", "What stands beside the table"), ("PI-02", "Evidence")}
    assert not found.accepted
    (tmp_path / "out").mkdir()
    write_report(tmp_path / "out" / "report.xlsx", [found])
    report = openpyxl.load_workbook(tmp_path / "out" / "report.xlsx")
    shown = [str(cell.value) for sheet in report for row in sheet.iter_rows() for cell in row]
    for text in (*shown, *map(str, found.findings), repr(found.changes)):
        assert NHS not in text and NHS.replace(" ", "") not in text


def test_the_quotes_are_in_the_report_and_an_answer_lets_the_row_through(round: Any, tmp_path: Path) -> None:
    long = "The figure counts every school, also those that joined in May. " * 8
    [found] = round.validate(round.fill(CHANGED, note(round, "PI-02", long)))
    assert found.outcome is Outcome.HELD
    write_report(tmp_path / "report.xlsx", [found])
    findings = openpyxl.load_workbook(tmp_path / "report.xlsx")["Findings"]
    assert any(long.strip() in str(cell.value) for row in findings.iter_rows() for cell in row)
    assert long.strip() in json.dumps([f.as_json() for f in found.findings])
    (tmp_path / "back").mkdir()
    back = tmp_path / "back" / "return.xlsx"
    assert annotate(found, back)
    book = openpyxl.load_workbook(back)
    queries = book[Q]
    [explanation] = [cell.column for cell in queries[4] if cell.value == "Explanation"]
    assert queries.cell(5, 1).value == "S11"
    queries.cell(5, explanation).value = "It is only for me"
    book.save(back)
    [again] = round.validate(back)
    assert again.outcome is Outcome.ACCEPTED
    assert [finding.explanation for finding in again.findings if finding.code == "S11"] == ["It is only for me"]


@pytest.mark.parametrize(("ref", "code"), [(b"A1048577", "R Z06"), (b"nowhere", "R S01")])
def test_a_note_on_no_cell_rejects_the_file(round: Any, ref: bytes, code: str) -> None:
    path = with_thread(round, round.fill(), ref)
    assert round.codes(path) == [code]


def test_more_links_than_any_lead_makes_are_not_followed(round: Any) -> None:
    def alter(book: Any) -> None:
        for cell in book[A][4]:
            cell.hyperlink = Hyperlink(ref="", target=ADDRESS)
            cell.hyperlink.ref = "A1:XFD7"

    assert round.codes(round.fill({}, alter)) == ["R Z04"]


def test_more_notes_than_anyone_writes_reject_the_file(round: Any) -> None:
    def alter(book: Any) -> None:
        for row in range(1, 1_002):
            book["Guide"].cell(row, 40).comment = Comment("x", "T Reid")

    assert round.codes(round.fill({}, alter)) == ["R Z04"]


@pytest.mark.parametrize(("row", "header"), [
    (HEADER_ROW + 1, "Explanation"), (HEADER_ROW + 1, "Code"), (HEADER_ROW + 3, "Explanation")])
def test_what_is_typed_on_queries_to_no_question_is_quoted(round: Any, row: int, header: str) -> None:
    def alter(book: Any) -> None:
        column = next(cell.column for cell in book[Q][HEADER_ROW] if cell.value == header)
        book[Q].cell(row, column).value = "All figures are provisional"

    [found] = told(round, alter, CHANGED)
    assert (found.severity, found.sheet, found.found) == (Severity.NOTE, Q, "All figures are provisional")
    assert found.message.startswith("Words on the sheet Queries say “All figures are provisional”. ")
