"""A Board report as a Word document: the template filled in, in a sandbox, and made ready to be read by all."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import fields, is_dataclass
from datetime import datetime
from importlib.util import find_spec
from io import BytesIO
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from sendxl.board.contents import Contents, Picture
from sendxl.board.packed import packed
from sendxl.board.tags import check_tags, environment, refuse_torn
from sendxl.errors import Refused, Unusable

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

_NEEDED = ("docxtpl", "matplotlib")
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold, and what docxtpl takes for a command
_DAY = re.compile(r"\{\{\s*as_at\s*\}\}")
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LONGEST_PROPERTY = 255
_MOST_ROWS = 100  # of one table


def missing_libraries() -> list[str]:
    """The libraries that make Word documents and pictures, as far as this Python does not have them."""
    return [name for name in _NEEDED if find_spec(name) is None]


def refuse_without_libraries() -> None:
    """Unusable, with what to install, where a library that makes Word documents or pictures is not there."""
    if missing := missing_libraries():
        raise Unusable(f"The Board report needs {' and '.join(missing)}, which this Python does not have. Run: python -m pip "
                       f"install {' '.join(missing)}")


def checked(template: bytes, name: str) -> "DocxTemplate":
    """A template to be filled in, of a file that was opened safely; ``name`` is what it is called in messages.

    Unusable where it asks for what there is not, Refused where it reaches for more than tags, or where a look ahead would not be
    called one on every page.
    """
    filled = _filled(template, name)
    check_tags(filled, name)
    _refuse_pages_without_day(filled, name)
    return filled


def document(contents: Contents, filled: "DocxTemplate", name: str, now: datetime) -> bytes:
    """The report as a .docx file, from a template that was checked."""
    from jinja2 import TemplateError

    try:
        filled.render(_given(contents, filled), environment(), autoescape=True)
    except TemplateError as error:
        raise Refused(f"{name}: it cannot be filled in: {error}. Look at the tags in it.") from None
    _complete(filled.docx.element)
    _split(filled.docx.element)
    _cut_off(filled.docx.part)
    properties = filled.docx.core_properties
    properties.title = _text(contents.title)[:_LONGEST_PROPERTY]
    properties.subject, properties.author, properties.last_modified_by = contents.as_at[:_LONGEST_PROPERTY], "sendxl", "sendxl"
    properties.created = properties.modified = now
    return packed(filled)


def _filled(template: bytes, name: str) -> "DocxTemplate":
    """The template to be filled in: text that is given appears as it is, whatever it looks like; tags stand on pages only."""
    from docxtpl import DocxTemplate

    class Filled(DocxTemplate):  # type: ignore[misc]
        def render_xml_part(self, src_xml: str, part: Any, context: Mapping[str, Any], jinja_env: Any = None) -> str:
            self.current_rendering_part = part
            made = str(self.resolve_listing(jinja_env.from_string(src_xml).render(context)))
            refuse_torn(made, name)
            return made

        def render_properties(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:
            """Properties are set, not filled in."""

        def render_footnotes(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:
            """Footnotes stay as they are."""

    filled: DocxTemplate = Filled(BytesIO(template))
    filled.init_docx()
    return filled


def _complete(body: Any) -> None:
    """Give each cell of which nothing was shown a paragraph, and take out tables without rows: Word opens no others."""
    from docx.oxml import OxmlElement

    for cell in body.iter(f"{{{_WORD}}}tc"):
        if not len(cell) or cell[-1].tag != f"{{{_WORD}}}p":
            cell.append(OxmlElement("w:p"))
    for table in list(body.iter(f"{{{_WORD}}}tbl")):
        if table.find(f"{{{_WORD}}}tr") is None:
            table.getparent().remove(table)


def _split(body: Any) -> None:
    """Make several tables of one that is very long, each with its header: the time to lay one out grows faster than its rows."""
    from docx.oxml import OxmlElement

    for table in list(body.iter(f"{{{_WORD}}}tbl")):
        rows = table.findall(f"{{{_WORD}}}tr")
        heads = list(takewhile(lambda row: row.find(f".//{{{_WORD}}}tblHeader") is not None, rows))
        rows, before = rows[len(heads) :], table
        for start in range(_MOST_ROWS, len(rows), _MOST_ROWS):
            between, part = OxmlElement("w:p"), OxmlElement("w:tbl")
            between.get_or_add_pPr().get_or_add_spacing().set(f"{{{_WORD}}}line", "20")  # else Word makes one table of both
            between.pPr.spacing.set(f"{{{_WORD}}}lineRule", "exact")
            between.pPr.spacing.set(f"{{{_WORD}}}after", "0")
            part.extend([deepcopy(one) for one in table if one.tag != f"{{{_WORD}}}tr"])
            part.extend([*map(deepcopy, heads), *rows[start : start + _MOST_ROWS]])
            before.addnext(between)
            between.addnext(part)
            before = part


def _cut_off(document: Any) -> None:
    """Have the report know nothing of the file that its template was made from, which Word would look for."""
    settings = document._settings_part
    for relationship in [one for one in settings.rels.values() if one.is_external]:
        settings.rels.pop(relationship.rId)
    for element in settings.element.findall(f"{{{_WORD}}}attachedTemplate"):
        settings.element.remove(element)


def _given(value: Any, filled: "DocxTemplate") -> Any:
    """The contents as plain texts, lists and mappings, so that there is nothing behind them to reach for."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Picture):
        return _Inline(value, filled)
    if isinstance(value, Sequence):
        return [_given(one, filled) for one in value]
    assert is_dataclass(value)
    return {field.name: _given(getattr(value, field.name), filled) for field in fields(value)}


def _text(text: str) -> str:
    return _UNFIT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


class _Inline:
    """A picture as docxtpl puts it into a run; all that it has is private, which the sandbox refuses."""

    def __init__(self, picture: Picture, filled: "DocxTemplate") -> None:
        self._picture, self._filled = picture, filled

    def __html__(self) -> str:
        from docx.shared import Cm

        inline = self._filled.current_rendering_part.new_pic_inline(BytesIO(self._picture._png), Cm(self._picture._width_cm))
        inline.docPr.set("descr", _text(self._picture.alt))
        inline.docPr.set("name", "Picture")
        return f'</w:t></w:r><w:r><w:drawing>{inline.xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


def _refuse_pages_without_day(filled: "DocxTemplate", name: str) -> None:
    """Refused where a page has no header with the day of the figures, so that a look ahead could pass for what has happened."""
    even = filled.docx.settings.odd_and_even_pages_header_footer
    for section in filled.docx.sections:
        headers = [section.header, *([section.even_page_header] if even else []),
                   *([section.first_page_header] if section.different_first_page_header_footer else [])]
        for header in headers:
            if not _DAY.search("".join(text.text or "" for text in header._element.iter(f"{{{_WORD}}}t"))):
                raise Refused(f"{name}: a page would not say of which day its figures are. Put {{{{ as_at }}}} into the header "
                              "of every section, of first and of even pages too where these have one of their own.")
