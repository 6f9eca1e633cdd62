"""Templates: the shipped one as the code lays it out, one that a council restyled, and those that are refused."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from sendxl.board.template import shipped_template
from sendxl.errors import Refused, Unusable
from tests.board.conftest import Make
from tests.board.word import Change, changed, opened, text_of, zipped

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "workbooks" / "examples" / "board-template.docx").read_bytes()


def says(text: str) -> Change:
    """A paragraph that somebody adds at the end."""
    def change(document: Any) -> None:
        for line in text.split("\n"):
            document.add_paragraph(line)

    return change


def without_header(document: Any) -> None:
    document.sections[0].header.paragraphs[0].clear()


def other_first_page(document: Any) -> None:
    document.sections[0].different_first_page_header_footer = True


def parts(blob: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(blob)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_shipped_template_is_what_the_code_lays_out() -> None:
    assert shipped_template() == SHIPPED, "run: python -m sendxl.workbooks.build"


def test_a_restyled_template_is_filled_in(make: Make) -> None:
    def restyle(document: Any) -> None:
        document.styles["Title"].font.name = "Georgia"
        document.add_paragraph("{% if decisions %}{{ headline }}{% else %}None{% endif %} of {{ period }}")
        says("{%p for one in decisions %}\n{{ loop.index }} {{ one.words }}\n{%p endfor %}")(document)

    document = opened(make(template=changed(SHIPPED, restyle)).path)
    assert document.styles["Title"].font.name == "Georgia"
    last = [paragraph.text for paragraph in document.paragraphs][-4:]
    assert last[0].startswith("3 activities: ") and last[0].endswith(" of 2026-27 Q3")
    assert last[1:] == ["1 “board: agree the  money”", "2 “Schools Forum: top-up”", "3 “Panel: choose a site”"]


@pytest.mark.parametrize(("text", "error", "told"), [
    ("{{ headlin }}", Unusable, "no tag “headlin”. Did you mean “headline”?"),
    ("{{ first_page.positon }}", Unusable, "no tag “first_page.positon”. Did you mean “first_page.position”?"),
    ("{%p for row in decisions %}\n{{ row.lead.name }}\n{%p endfor %}", Unusable, "no tag “row.lead.name”"),
    ("{{ decisions }}", Unusable, "“decisions” is not one text; of each of its rows there is: ref, activity"),
    ("{%p for row in title %}\n{{ row }}\n{%p endfor %}", Unusable, "“title” is no list of rows"),
    ("{{ title", Unusable, "a tag cannot be read"),
    ("{%p for row in decisions %}", Unusable, "a tag cannot be read"),
    ("{{ title.__class__ }}", Refused, "“title.__class__” reaches for what is no tag"),
    ("{{ status_picture._filled }}", Refused, "reaches for what is no tag"),
    ("{{ ''.__class__.__mro__ }}", Refused, "may do nothing else"),
    ("{{ title['x'] }}", Refused, "may do nothing else"),
    ("{{ title.upper() }}", Refused, "may do nothing else"),
    ("{{ title|upper }}", Refused, "may do nothing else"),
    ("{{ 'a' * 1000000000 }}", Refused, "may do nothing else"),
    ("{{ range(9) }}", Refused, "may do nothing else"),
    ("{%p for x in range(1000000000) %}\n{{ x }}\n{%p endfor %}", Refused, "may do nothing else"),
    ("{% include '/etc/passwd' %}", Refused, "may do nothing else"),
    ("{% import 'os' as os %}", Refused, "may do nothing else"),
    ("{% set x = 1 %}", Refused, "may do nothing else"),
    ("{%p for a in activities %}\n{%p for b in activities %}\n{{ b.ref }}\n{%p endfor %}\n{%p endfor %}", Refused,
     "repeated inside another list"),
    ("{%p if title.__init__ %}\nx\n{%p endif %}", Refused, "reaches for what is no tag"),
])
def test_what_a_template_may_not_ask_for_is_told(make: Make, text: str, error: type[Exception], told: str) -> None:
    with pytest.raises(error) as caught:
        make(template=changed(SHIPPED, says(text)))
    assert told in str(caught.value) and "Our template.docx" in str(caught.value)


@pytest.mark.parametrize("asked", ["decisions", "restated"])  # some, and none
def test_tags_that_tear_the_document_are_told(make: Make, asked: str) -> None:
    def torn(document: Any) -> None:
        document.add_paragraph(f"{{%p if {asked} %}}")
        document.add_table(1, 1).rows[0].cells[0].paragraphs[0].text = "{%p endif %}"

    with pytest.raises(Unusable, match="begins in a place of one kind and ends in one of another"):
        make(template=changed(SHIPPED, torn))


def test_a_cell_and_a_table_of_which_nothing_is_shown_can_be_opened(make: Make) -> None:
    def without(document: Any) -> None:
        cell = document.add_table(1, 1).rows[0].cells[0]
        cell.paragraphs[0].text = "{%p if restated %}"
        cell.add_paragraph("{%p endif %}")
        table = document.add_table(2, 1)
        table.rows[0].cells[0].text, table.rows[1].cells[0].text = "{%tr for row in restated %}", "{%tr endfor %}"

    shown = opened(make(template=changed(SHIPPED, without)).path)
    assert [paragraph.text for paragraph in shown.tables[-1].rows[0].cells[0].paragraphs] == [""]
    assert all(len(table.rows) for table in shown.tables)


@pytest.mark.parametrize("change", [without_header, other_first_page], ids=lambda change: change.__name__)
def test_a_template_with_a_page_that_tells_no_day_is_refused(make: Make, change: Change) -> None:
    with pytest.raises(Refused, match=r"Put \{\{ as_at \}\} into the header"):
        make(template=changed(SHIPPED, change))


_EXTERNAL = (b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
             b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s" TargetMode="External"/>'
             b'</Relationships>')


@pytest.mark.parametrize(("blob", "error", "told"), [
    (b"", Unusable, "it is no Word document"),
    (b"%PDF-1.7", Unusable, "it is no Word document"),
    ((ROOT / "workbooks" / "examples" / "master.xlsx").read_bytes(), Unusable, "it is no Word document"),
    (SHIPPED[:-300], Unusable, "damaged"),
    (zipped(SHIPPED, {"word/vbaProject.bin": b"x"}), Refused, "a macro, a control or an embedded file"),
    (zipped(SHIPPED, {"word/embeddings/oleObject1.bin": b"x"}), Refused, "a macro, a control or an embedded file"),
    (zipped(SHIPPED, {"../word/x.xml": b"<x/>"}), Unusable, "unsafe"),
    (zipped(SHIPPED, {"WORD/Document.xml": b"<x/>"}), Unusable, "unsafe"),
    (zipped(SHIPPED, {"word/x.xml": b"<!DOCTYPE x [<!ENTITY e 'e'>]><x>&e;</x>"}), Unusable, "unsafe"),
    (zipped(SHIPPED, {"word/media/x.png": bytes(9 << 20)}), Unusable, "too large"),
    (zipped(SHIPPED, {"word/_rels/header9.xml.rels": _EXTERNAL % (b"image", b"http://example.org/x.png")}), Refused,
     "takes something from elsewhere"),
], ids=range(11))
def test_a_file_that_is_no_safe_template_is_told(make: Make, blob: bytes, error: type[Exception], told: str) -> None:
    with pytest.raises(error) as caught:
        make(template=blob)
    assert told in str(caught.value) and "Our template.docx" in str(caught.value)


def test_a_report_does_not_look_for_the_file_that_its_template_was_made_from(make: Make) -> None:
    settings = parts(SHIPPED)["word/settings.xml"].replace(
        b"</w:settings>", b'<w:attachedTemplate xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
                          b'r:id="r1"/></w:settings>')
    template = zipped(SHIPPED, {
        "word/settings.xml": settings,
        "word/_rels/settings.xml.rels": _EXTERNAL % (b"attachedTemplate", b"file:///C:/council.dotm")})
    made = parts(make(template=template).path.read_bytes())
    assert b"attachedTemplate" not in made["word/settings.xml"]
    assert b"council.dotm" not in b"".join(made.values())


def test_a_template_that_is_not_there_is_told(make: Make, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="Check its name and its folder"):
        make(template=tmp_path / "none.docx")


def test_a_report_is_not_written_over_its_template(make: Make, tmp_path: Path) -> None:
    (tmp_path / "Board report.docx").write_bytes(SHIPPED)
    with pytest.raises(Unusable, match="is the master, the template or a folder"):
        make(template=tmp_path / "Board report.docx")
    assert "{{ headline }}" in text_of(tmp_path / "Board report.docx")
