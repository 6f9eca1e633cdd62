"""The template of the Board report that sendxl ships: a Word document with tags, which a council may restyle.

It is laid out here and lies in ``workbooks/examples/board-template.docx``; a test says where that lags.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sendxl.board.packed import packed

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

_MADE = datetime(2026, 1, 1)
_INK, _SHADE = "1F3A5F", "E3E9F1"
_SMALL, _TABLE_TEXT = "Small", "Table text"
_MARGIN = 1.5  # centimetres
_COUNCIL = "{% if council %}{{ council }} · {% endif %}"


class Column(NamedTuple):
    """A column of a table: its header, the text of its cells with tags, its width in centimetres, and whether it holds figures."""

    header: str
    text: str
    width: float
    figures: bool = False


def shipped_template() -> bytes:
    """The template as a .docx file."""
    import docx

    made = docx.Document()
    _styles(made)
    _page(made)
    _first_page(made)
    _pictures(made)
    _themes(made)
    _money(made)
    _record(made)
    _annex(made)
    properties = made.core_properties
    properties.title, properties.author, properties.comments = "Board report", "sendxl", "A template with tags."
    properties.created = properties.modified = _MADE
    return packed(made)


def _first_page(made: "Document") -> None:
    from docx.shared import Pt

    made.add_paragraph("Board report: {{ title }}", "Title")
    _line(made, f"{_COUNCIL}{{{{ as_at }}}}", " · {{ period }}{% if since %} · compared with {{ since }}{% endif %}")
    _line(made, "", "{{ headline }}")
    made.add_heading("Status by theme", 1)
    counted = [Column(header, f"{{{{ row.{key} }}}}", 1.4, True) for header, key in (
        ("Complete", "complete"), ("On track", "on_track"), ("At risk", "at_risk"), ("Off track", "off_track"),
        ("Not started", "not_started"), ("Not assessed", "not_assessed"), ("All", "activities"), ("Better", "better"),
        ("Worse", "worse"))]
    _table(made, "Activities by theme and status, and how many stand better or worse than in the last report",
           [Column("Theme", "{{ row.theme }}", 5.4), *counted], "first_page.themes", total="first_page.total")
    made.add_heading("Off track and at risk", 1)
    _if(made, "first_page.slipping")
    _table(made, "What is off track or at risk", [
        Column("Ref", "{{ row.ref }}", 1.2), Column("Activity, lead", "{{ row.activity }}, {{ row.lead }}", 4.3),
        Column("Status", "{{ row.status }} ({{ row.periods }})", 1.8), Column("Why", "{{ row.reason }}", 4.7),
        Column("Corrective action", "{{ row.corrective_action }}", 4.2), Column("Forecast finish", "{{ row.forecast_finish }}", 1.8),
    ], "first_page.slipping")
    _more(made, "first_page.more_slipping")
    _otherwise(made, "Nothing is off track or at risk.")
    made.add_heading("Decisions needed", 1)
    _if(made, "first_page.decisions")
    _table(made, "Decisions that leads ask for", [
        Column("Ref", "{{ row.ref }}", 1.2), Column("Activity", "{{ row.activity }}", 5.0), Column("Decision", "{{ row.words }}", 9.6),
        Column("First asked", "{{ row.first_asked }}", 2.2)], "first_page.decisions")
    _more(made, "first_page.more_decisions")
    _otherwise(made, "No lead asks for a decision.")
    made.add_heading("Savings in {{ year }}", 1)
    _if(made, "first_page.savings")
    _table(made, "Savings of the year against what was approved, by type and fund; types are never added together", [
        Column("Type", "{{ row.type }}", 2.8), Column("Fund", "{{ row.fund }}", 3.4), Column("Approved", "{{ row.approved }}", 2.1, True),
        Column("Forecast", "{{ row.forecast }}", 2.1, True), Column("Difference", "{{ row.difference }}", 2.1, True),
        Column("Realised", "{{ row.realised }}", 2.1, True), Column("Approved lines", "{{ row.approved_lines }}", 1.7, True),
        Column("Quantified", "{{ row.lines }}", 1.7, True)], "first_page.savings")
    _more(made, "first_page.more_savings")
    _otherwise(made, "There are no savings lines with a type and a fund.")
    _line(made, "", "{{ first_page.position }}").paragraph_format.space_before = Pt(4)
    made.add_heading("Updates overdue", 1)
    _line(made, "", "{{ first_page.overdue }}")


def _pictures(made: "Document") -> None:
    _section(made, "The plan in pictures")
    for heading, tag in (("Status by theme", "status_picture"), ("Status by period", "periods_picture"),
                         ("Savings by year", "savings_picture"), ("Position of the funds", "position_picture")):
        made.add_heading(heading, 2)
        made.add_paragraph(f"{{{{ {tag} }}}}")


def _themes(made: "Document") -> None:
    _section(made, "Theme by theme")
    _line(made, "", "Words in quotation marks are those of the leads, as they wrote them.", _SMALL)
    _tag(made, "for theme in themes")
    made.add_heading("{{ theme.theme }}", 2)
    _line(made, "", "{{ theme.counts }}")
    _tag(made, "for row in theme.activities")
    made.add_heading("{{ row.ref }} {{ row.activity }}", 3)
    _line(made, "{{ row.status }}", "{% if row.periods %} for {{ row.periods }}{% endif %}. {{ row.reason }}."
                                    "{% if row.change %} {{ row.change }}.{% endif %}")
    _line(made, "Lead: ", "{{ row.lead }}{% if row.lead_status %}, who says: {{ row.lead_status }}{% endif %}"
                          "{% if row.lead_view %} ({{ row.lead_view }}){% endif %}. Due {{ row.due }}"
                          "{% if row.forecast_finish %}; forecast finish {{ row.forecast_finish }}{% endif %}."
                          "{% if row.update_state %} Update: {{ row.update_state }}.{% endif %}")
    _if(made, "row.progress")
    _tag(made, "for said in row.progress")
    _line(made, "Progress{% if said.period %} ({{ said.period }}){% endif %}: ", "{{ said.words }}")
    _tag(made, "endfor")
    _otherwise(made, "No progress was reported{% if since %} since {{ since }}{% endif %}.")
    for label, tag in (("Next steps: ", "next_steps"), ("What would bring it back: ", "corrective_action"),
                       ("Decision needed: ", "decision_needed")):
        _if(made, f"row.{tag}")
        _line(made, label, f"{{{{ row.{tag} }}}}")
        _tag(made, "endif")
    _tag(made, "endfor")
    _tag(made, "endfor")


def _money(made: "Document") -> None:
    _section(made, "Savings")
    _line(made, "", "The whole effect of each year at constant prices, not the change to the base budget. Types of saving are "
                    "never added together. “–” is not known, which is not nothing.", _SMALL)
    _if(made, "savings")
    _table(made, "Savings by type, fund and financial year", [
        Column("Type", "{{ row.type }}", 2.2), Column("Fund", "{{ row.fund }}", 2.4), Column("Year", "{{ row.year }}", 1.5),
        *(Column(header, f"{{{{ row.{key} }}}}", 1.85, True) for header, key in (
            ("Approved", "approved"), ("Planned", "planned"), ("Forecast", "forecast"), ("Of it one-off", "one_off"))),
        Column("8 in 10 chance between", "{{ row.range }}", 2.65, True), Column("Realised", "{{ row.realised }}", 1.85, True),
    ], "savings")
    _otherwise(made, "There are no savings lines with a type and a fund.")
    _if(made, "net")
    made.add_heading("Cashable savings less costs", 2)
    _table(made, "Forecast of cashable savings less that of the costs of the plan, by fund and year", [
        Column("Fund", "{{ row.fund }}", 5.0), Column("Year", "{{ row.year }}", 2.5), Column("Cashable", "{{ row.cashable }}", 3.5, True),
        Column("Costs", "{{ row.costs }}", 3.5, True), Column("Net", "{{ row.net }}", 3.5, True)], "net")
    _tag(made, "endif")
    made.add_heading("Position of the funds", 2)
    _if(made, "position")
    _line(made, "", "The one place where cashable savings, avoided costs and costs meet. A deficit is below 0.", _SMALL)
    _table(made, "Funding, spend and balances of each fund by year", [
        Column("Fund", "{{ row.fund }}", 1.6), Column("Year", "{{ row.year }}", 1.2), *(Column(header, f"{{{{ row.{key} }}}}", 1.9, True) for header, key in (
            ("Funding", "funding"), ("Spend without the plan", "unmitigated_spend"), ("Savings", "savings"), ("Costs", "costs"),
            ("Spend with the plan", "mitigated_spend"), ("In-year balance", "in_year_balance"),
            ("Balance without the plan", "unmitigated_balance"), ("Balance with the plan", "mitigated_balance")))], "position")
    _otherwise(made, "The sheet Position is not filled in.")
    made.add_heading("How to read these figures", 2)
    _tag(made, "for note in notes")
    _line(made, "", "{{ note }}", _SMALL)
    _tag(made, "endfor")


def _record(made: "Document") -> None:
    made.add_heading("Decisions asked for", 1)
    _if(made, "decisions")
    _table(made, "Every decision that a lead asked for", [
        Column("Ref", "{{ row.ref }}", 1.2), Column("Activity, lead", "{{ row.activity }}, {{ row.lead }}", 4.6),
        Column("Decision", "{{ row.words }}", 6.2), Column("First asked", "{{ row.first_asked }}", 1.9),
        Column("Last asked", "{{ row.last_asked }}", 1.9), Column("Now", "{{ row.stands }}", 2.2)], "decisions")
    _otherwise(made, "No lead has asked for a decision.")
    made.add_heading("What was re-baselined", 1)
    _if(made, "rebaselined")
    _table(made, "Baselines, targets, dates and approvals that were changed, and why", [
        Column("Recorded on", "{{ row.on }}", 2.0), Column("Ref", "{{ row.ref }}", 2.2), Column("What", "{{ row.what }}", 3.0),
        Column("Was", "{{ row.old }}", 2.6), Column("Is", "{{ row.new }}", 2.6), Column("Why", "{{ row.why }}", 5.6)], "rebaselined")
    _otherwise(made, "Nothing was re-baselined{% if since %} since {{ since }}{% endif %}.")
    made.add_heading("What would change in closed years", 1)
    _if(made, "restated")
    _line(made, "", "Closed years keep their figures. Later counts and costs would add this to what was kept.", _SMALL)
    _table(made, "Closed years that today's rows and costs would give otherwise", [
        Column("Savings line", "{{ row.ref }}", 3.0), Column("Type", "{{ row.type }}", 3.4), Column("Fund", "{{ row.fund }}", 4.0),
        Column("Year", "{{ row.year }}", 2.2), Column("Kept", "{{ row.kept }}", 2.7, True), Column("Would add", "{{ row.restated }}", 2.7, True)],
        "restated")
    _otherwise(made, "Nothing would change in closed years.")


def _annex(made: "Document") -> None:
    _section(made, "Annex: all activities")
    _if(made, "activities")
    _table(made, "Every activity of the plan", [
        Column("Ref", "{{ row.ref }}", 1.3), Column("Activity", "{{ row.activity }}", 5.2), Column("Lead", "{{ row.lead }}", 3.6),
        Column("Status", "{{ row.status }}", 1.7), Column("Due", "{{ row.due }}", 1.75), Column("Forecast finish", "{{ row.forecast_finish }}", 1.75),
        Column("Done", "{{ row.percent_complete }}", 1.1, True), Column("Lead says", "{{ row.lead_status }}", 1.6)], "activities")
    _otherwise(made, "The plan has no activities yet.")


def _section(made: "Document", heading: str) -> None:
    made.add_heading(heading, 1).paragraph_format.page_break_before = True


def _line(made: "Document", bold: str, text: str, style: str = "Normal") -> "Paragraph":
    paragraph = made.add_paragraph(style=style)
    if bold:
        paragraph.add_run(bold).bold = True
    paragraph.add_run(text)
    return paragraph


def _tag(made: "Document", statement: str) -> None:
    """A paragraph that holds nothing but a statement, and goes when the report is made."""
    made.add_paragraph(f"{{%p {statement} %}}", _SMALL)


def _if(made: "Document", rows: str) -> None:
    _tag(made, f"if {rows}")


def _more(made: "Document", tag: str) -> None:
    """That there are more rows elsewhere, where there are."""
    _if(made, tag)
    _line(made, "", f"{{{{ {tag} }}}}", _SMALL)
    _tag(made, "endif")


def _otherwise(made: "Document", text: str) -> None:
    """What stands there where there are no rows."""
    _tag(made, "else")
    _line(made, "", text)
    _tag(made, "endif")


def _table(made: "Document", caption: str, columns: Sequence[Column], rows: str, total: str = "") -> None:
    """A table with one row for each of ``rows``: its header is repeated on every page, and no row is torn."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    table = made.add_table(1, len(columns), "Table Grid")
    table.autofit = False
    _set(table._tbl.tblPr, "w:tblCaption", caption)
    _narrow(table)
    contents = [[column.header for column in columns], [f"{{%tr for row in {rows} %}}"],
                [column.text for column in columns], ["{%tr endfor %}"]]
    if total:
        contents.append([column.text.replace("row.", f"{total}.") for column in columns])
    for number, texts in enumerate(contents):
        row = table.rows[0] if number == 0 else table.add_row()
        _set(row._tr.get_or_add_trPr(), "w:cantSplit")
        if number == 0:
            _set(row._tr.get_or_add_trPr(), "w:tblHeader")
        for cell, column, text in zip(row.cells, columns, [*texts, *[""] * (len(columns) - len(texts))], strict=True):
            cell.width = Cm(column.width)
            paragraph = cell.paragraphs[0]
            paragraph.style = _TABLE_TEXT
            paragraph.add_run(text).bold = number in (0, 4)
            if column.figures:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if number == 0:
                _set(cell._tc.get_or_add_tcPr(), "w:shd", fill=_SHADE, val="clear", color="auto")
    for column, grid in zip(columns, table._tbl.tblGrid.gridCol_lst, strict=True):
        grid.w = Cm(column.width)


def _narrow(table: Any) -> None:
    """Leave less space beside the text of cells than Word would, so that amounts keep on one line."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        _set(margins, f"w:{side}", w="60", type="dxa")
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


def _set(properties: Any, name: str, val: str = "", **attributes: str) -> None:
    """Add an element of Word's own to properties that python-docx has no words for."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in (attributes | ({"val": val} if val else {})).items():
        element.set(qn(f"w:{key}"), value)
    properties.append(element)


def _page(made: "Document") -> None:
    """A4, with the day of the figures at the head of every page and its number at the foot."""
    from docx.shared import Cm

    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(_MARGIN)
    section.top_margin, section.bottom_margin = Cm(1.6), Cm(1.3)
    section.header_distance, section.footer_distance = Cm(0.7), Cm(0.6)
    header = section.header.paragraphs[0]
    header.style = _SMALL
    header.add_run(f"{_COUNCIL}{{{{ title }}}} · ")
    header.add_run("{{ as_at }}").bold = True
    footer = section.footer.paragraphs[0]
    footer.style = _SMALL
    footer.add_run("Made on {{ made_on }} with sendxl · page ")
    _field(footer, "PAGE")
    footer.add_run(" of ")
    _field(footer, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = paragraph.add_run()._r
        if kind:
            _set(run, "w:fldChar", fldCharType=kind)
        else:
            _set(run, "w:instrText")
            run[-1].text = text


def _styles(made: "Document") -> None:
    """Styles by their names in Word, so that a council restyles them there."""
    from docx.enum.style import WD_STYLE_TYPE

    styles: Any = made.styles
    _style(styles["Normal"], 9.5, after=3)
    styles["Normal"].element.rPr.append(_language())
    for name, size in ((_SMALL, 8.0), (_TABLE_TEXT, 7.5)):
        added = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        added.base_style = styles["Normal"]
        _style(added, size, after=2 if name == _SMALL else 0)
    _style(styles["Title"], 15, after=2, ink=True)
    for name, size, before in (("Heading 1", 12, 7), ("Heading 2", 11, 8), ("Heading 3", 10, 6)):
        _style(styles[name], size, before=before, after=2, ink=True)
        styles[name].paragraph_format.keep_with_next = True


def _style(style: "ParagraphStyle", size: float, *, before: float = 0, after: float = 0, ink: bool = False) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = "Calibri", Pt(size)
    fonts = style.element.rPr.rFonts
    for script in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # which would come before the name
        fonts.attrib.pop(qn(f"w:{script}"), None)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = 1.0
    if ink:
        style.font.bold, style.font.color.rgb = True, RGBColor.from_string(_INK)


def _language() -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    return language
