"""Word and Excel files and web pages from strangers: refused in one message about this file, or read without harm."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sendxl.plan.master import PLAN
from sendxl.source import read_plan
from tests.source import made_plans as made

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _zip(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def _bomb(folder: Path) -> Path:
    return made.docx(folder / "plan.docx", document=f"<w:document {_W}><w:body>{' ' * 70_000_000}</w:body></w:document>")


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "document type": (
        lambda f: made.docx(f / "plan.docx", document=f'<!DOCTYPE x [<!ENTITY a "b">]><w:document {_W}/>'),
        "unsafe way",
    ),
    "bomb": (_bomb, "too large to be a plan"),
    "nested": (lambda f: made.docx(f / "plan.docx", "<w:sdt>" * 3_000 + "<w:p/>" * 20_000 + "</w:sdt>" * 3_000), "unsafe way"),
    "no text part": (
        lambda f: _zip(f / "plan.docx", {"[Content_Types].xml": b"<Types/>", "word/documentation.txt": b""}),
        "is damaged",
    ),
    "cut short": (lambda f: _cut(made.docx(f / "plan.docx", made.p("a" * 5_000))), "is damaged"),
    "a workbook called .docx": (
        lambda f: made.xlsx(f / "plan.docx", {"a": [["b"]]}),
        "is not a Word document, though its name says so",
    ),
    "a document called .xlsx": (lambda f: made.docx(f / "plan.xlsx"), "Word Document"),
    "a password": (lambda f: _bytes(f / "plan.xlsx", "EncryptedPackage"), "protected with a password"),
    "an old workbook": (lambda f: _bytes(f / "plan.xlsx", "Workbook"), r"old \.xls format"),
    "an old document": (lambda f: _bytes(f / "plan.docx", "WordDocument"), r"old Word"),
}


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-40])
    return path


def _bytes(path: Path, entry: str) -> Path:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + entry.encode("utf-16-le") + b"\0" * 600)
    return path


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_in_one_message_about_this_file(name: str, tmp_path: Path) -> None:
    build, says = REFUSED[name]
    path = build(tmp_path)
    with pytest.raises(ValueError, match=says) as refusal:
        read_plan(path)
    assert str(refusal.value).startswith(path.name) and "workbook of one's own" not in str(refusal.value)


def test_spans_beyond_all_reason_do_no_harm(tmp_path: Path) -> None:
    page = made.text(
        tmp_path / "plan.html",
        "<table><tr><th>Action<th>Lead<th>Due date</tr>"
        "<tr><td rowspan=999999999 colspan=888888888>Open places<td>Head of SEND<td>May 2026</tr>" * 2 + "</table>",
    )
    assert len(read_plan(page).rows[PLAN]) == 2
    document = made.docx(
        tmp_path / "plan.docx",
        made.tbl(["Action", "Lead", "Due date"]),
        made.tbl(
            [made.tc("Action"), made.tc("Lead"), made.tc("Due date")],
            [made.tc("Open places"), made.tc("Head of SEND", span=60_000), made.tc("May 2026")],
            raw=True,
        ),
    )
    assert [row["activity"] for row in read_plan(document).rows[PLAN]] == ["Open places"]


def test_a_merge_of_the_whole_sheet_does_no_harm(tmp_path: Path) -> None:
    book = made.xlsx(
        tmp_path / "plan.xlsx",
        {"Plan": [["Action", "Lead", "Due date"], ["Open places", "Head of SEND", "May 2026"]]},
        merges=[("Plan", "A5:B6")],
    )
    with zipfile.ZipFile(book) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"A5:B6", b"A5:XFD1048576")
    assert [row["activity"] for row in read_plan(_zip(book, parts)).rows[PLAN]] == ["Open places"]
