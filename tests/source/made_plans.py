"""Plans of other councils in the formats and shapes that they come in, built here in words of our own."""

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.styles import PatternFill

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def p(text: str, style: str = "") -> str:
    """A paragraph of a Word document; of its style, where one is given."""
    shown = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{shown}{r(text)}</w:p>"


def r(text: str) -> str:
    """A run of words; a line break for each line end."""
    return "<w:r>" + "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n")) + "</w:r>"


def tc(content: str, *, span: int = 1, fill: str = "", merge: str = "", raw: bool = False) -> str:
    """A cell; ``merge`` is restart or continue, ``raw`` content that is XML already."""
    of = (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "") + (f'<w:vMerge w:val="{merge}"/>' if merge else "")
    of += f'<w:shd w:val="clear" w:fill="{fill}"/>' if fill else ""
    return f"<w:tc><w:tcPr>{of}</w:tcPr>{content if raw else p(content)}</w:tc>"


def tbl(*rows: Sequence[str], raw: bool = False) -> str:
    """A table; each row a sequence of words, or of cells where ``raw``."""
    return (
        "<w:tbl>"
        + "".join("<w:tr>" + "".join(cell if raw else tc(cell) for cell in row) + "</w:tr>" for row in rows)
        + "</w:tbl>"
    )


def docx(path: Path, *body: str, document: str = "") -> Path:
    """A Word document of paragraphs and tables."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", _TYPES)
        file.writestr("_rels/.rels", _RELS)
        file.writestr(
            "word/document.xml",
            document or f'<?xml version="1.0"?><w:document {_W}><w:body>{"".join(body)}</w:body></w:document>',
        )
    return path


def xlsx(
    path: Path,
    sheets: dict[str, list[list[Any]]],
    *,
    merges: Sequence[tuple[str, str]] = (),
    fills: dict[tuple[str, str], str] | None = None,
    formats: dict[tuple[str, str], str] | None = None,
    hidden: Sequence[str] = (),
) -> Path:
    """A workbook: rows of each sheet; merged areas, fills and number formats by sheet and cell; hidden sheets."""
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    for name, area in merges:
        book[name].merge_cells(area)
    for (name, cell), colour in (fills or {}).items():
        book[name][cell].fill = PatternFill("solid", fgColor=colour)
    for (name, cell), code in (formats or {}).items():
        book[name][cell].number_format = code
    book.save(path)
    return path


def pdf(path: Path, rows: Sequence[Sequence[str]], widths: Sequence[int], *, ruled: bool, title: str = "A plan") -> Path:
    """A page with a table: each cell a line of words (its lines by line ends), with or without rules."""
    return pdf_of(path, [([title], rows)], widths, ruled=ruled)


def pdf_of(path: Path, blocks: Sequence[tuple[Sequence[str], Sequence[Sequence[str]]]], widths: Sequence[int], *,
           ruled: bool) -> Path:
    """A page with tables, each below lines of words."""
    ops, top = [], 580
    for above, rows in blocks:
        for line in above:
            top -= 20
            ops.append(f"BT /F1 12 Tf 40 {top} Td ({line}) Tj ET")
        top -= 20
        for row in rows:
            height = 14 * max(cell.count("\n") + 1 for cell in row) + 6
            left = 40
            for cell, width in zip(row, widths, strict=True):
                if ruled:
                    ops.append(f"{left} {top - height} {width} {height} re S")
                for number, line in enumerate(cell.split("\n"), 1):
                    said = line.replace("(", r"\(").replace(")", r"\)")
                    ops.append(f"BT /F1 8 Tf {left + 3} {top - 12 * number} Td ({said}) Tj ET")
                left += width
            top -= height
    stream = "\n".join(ops).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    begins = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % begins
    path.write_bytes(out)
    return path


def text(path: Path, words: str) -> Path:
    """A text file."""
    path.write_text(words, encoding="utf-8")
    return path


INSERTED = (
    f'<w:p><w:r><w:t xml:space="preserve">Open a </w:t></w:r><w:ins w:id="1" w:author="a">{r("second ")}</w:ins>'
    '<w:del w:id="2" w:author="a"><w:r><w:delText>first </w:delText></w:r></w:del><w:r><w:t>sensory room</w:t></w:r></w:p>'
)
CONTROL = f'<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>{p("Head of Sensory Support")}</w:sdtContent></w:sdt>'
PLACEHOLDER = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('Click here to enter text.')}</w:sdtContent></w:sdt>"


def word_with_changes(folder: Path) -> Path:
    """Themes as merged cells on the left, tracked changes, content controls, a deleted row, colours alone."""
    gone = '<w:tr><w:trPr><w:del w:id="3" w:author="a"/></w:trPr>' + tc("") + tc("Dropped") + tc("") + tc("") + tc("") + "</w:tr>"
    head = [tc(name) for name in ("Pledge", "What will we do?", "Named lead", "Completed by", "R/A/G")]
    rows: list[list[Any]] = [
        [
            tc("Sensory needs", merge="restart"),
            tc(INSERTED, raw=True),
            tc(CONTROL, raw=True),
            tc("30th June 2026"),
            tc("", fill="FF3300"),
        ],
        [
            tc("", merge="continue"),
            tc("Lend hearing kit to nurseries"),
            tc(PLACEHOLDER + p("Early Years Adviser"), raw=True),
            tc("Q3 2026/27"),
            tc("On track", fill="00B050"),
        ],
        [tc("Short breaks"), tc("Publish the short breaks statement"), tc("Short Breaks Manager"), tc("TBC"), tc("Not started")],
    ]
    table = "<w:tbl>" + "".join("<w:tr>" + "".join(row) + "</w:tr>" for row in [head, *rows]) + gone + "</w:tbl>"
    return docx(folder / "changes.docx", p("Westmoor pledge plan", "Title"), table, p(""))


def word_with_label_tables(folder: Path) -> Path:
    """A small table of labels for each action, below headings."""

    def card(*pairs: tuple[str, str]) -> str:
        return tbl(*pairs) + p("")

    return docx(
        folder / "cards.docx",
        p("Our plan", "Title"),
        p("Priority 1 – Belonging", "Heading1"),
        card(
            ("Action", "Start lunchtime clubs"),
            ("Lead", "Inclusion Manager"),
            ("Timescale", "Dec 2026"),
            ("Success measure", "Number of clubs: 4 → 9"),
            ("Status", "On track"),
        ),
        card(
            ("Action", "Train lunchtime staff"),
            ("Lead", "Training Officer"),
            ("Timescale", "March 2027"),
            ("Success measure", "80% of staff trained"),
            ("Status", "At risk"),
        ),
        p("Priority 2 – Moving on", "Heading1"),
        card(
            ("Action", "Taster days at college"),
            ("Lead", "Post 16 Adviser"),
            ("Timescale", "31/07/2027"),
            ("Success measure", "Taster days held"),
            ("Status", "Not started"),
        ),
    )


def excel_by_sheet(folder: Path) -> Path:
    """A sheet for each theme, two rows of headers, statuses by month, a hidden sheet, indicators below on the same sheet."""
    head = ["Ref", "Action required", "Timing", None, "Owner", "RAG", None, "Latest update"]
    under = [None, None, "Start", "Finish", None, "Mar 26", "Jun 26", None]
    one: list[list[Any]] = [
        head,
        under,
        ["1", "Map every pathway", date(2026, 1, 5), date(2026, 6, 30), "Pathway Manager", "A", "G", "Two of five mapped"],
        ["2", "Join up the front door", date(2026, 2, 1), date(2026, 12, 31), "Head of Front Door", "R", "A", None],
        [None],
        ["Indicator", "Baseline", "Target 2026/27", "Q1"],
        ["Calls answered", 0.7, 0.9, 0.75],
    ]
    two: list[list[Any]] = [
        head,
        under,
        ["1", "Agree one transport offer", date(2026, 4, 1), date(2027, 3, 31), "Travel Manager", None, "Complete", None],
    ]
    return xlsx(
        folder / "sheets.xlsx",
        {"Pathways": one, "Travel": two, "Lists": [["Action", "Owner"], ["old", "old"]]},
        merges=[(name, area) for name in ("Pathways", "Travel") for area in ("C1:D1", "F1:G1")],
        formats={("Pathways", "B7"): "0%", ("Pathways", "C7"): "0%"},
        hidden=["Lists"],
    )


def excel_with_figures(folder: Path) -> Path:
    """A title and a key above, % complete, baselines and targets in columns, measures below an activity, a total."""
    rows: list[list[Any]] = [
        ["Brookshire improvement programme"],
        ["Key: Green = delivered; Amber = on schedule; Red = behind"],
        [],
        [
            "Theme",
            "No.",
            "Project",
            "Project lead",
            "Start",
            "Finish",
            "% complete",
            "RAG",
            "KPI",
            "Baseline (Mar 25)",
            "Target 2026/27",
            "Target 2027/28",
            "Polarity",
            "Saving / (cost) £000",
            "Ward",
        ],
        [
            "Places",
            1,
            "Build a new base",
            "Capital Programme Manager",
            date(2025, 9, 1),
            date(2027, 8, 31),
            0.4,
            "Amber",
            "Places in bases",
            20,
            32,
            48,
            "Up",
            120,
            "North",
        ],
        [None, None, None, None, None, None, None, None, "Places filled by September", 0.55, None, 0.9, "Up", None, None],
        [
            None,
            2,
            "Bring pupils back to county",
            "Placements Officer",
            date(2025, 9, 1),
            date(2026, 8, 31),
            1,
            "Green",
            "Pupils out of county",
            41,
            None,
            30,
            "Down",
            -15,
            None,
        ],
        ["Total", None, None, None, None, None, None, None, None, None, None, None, None, 105, None],
    ]
    return xlsx(
        folder / "figures.xlsx", {"Programme": rows}, formats={("Programme", cell): "0%" for cell in ("G5", "G7", "J6", "L6")}
    )


def csv_with_history(folder: Path) -> Path:
    """Semicolons; a comma in cells; columns that are none of ours; a note at the end."""
    return text(
        folder / "history.csv",
        (
            "Commitment;By whom;By when;How will we know?;Current status;Comments;Next steps;Committee;Ward\n"
            "Write to every family, twice a year;Participation Lead;By the end of March 2027;Letters "
            "sent;Underway;Draft seen;Print;People;All\n"
            "Set up a youth board;Participation Lead & Youth Voice Officer;Autumn 2026;12 young people on the "
            "board;Delayed;;;People;\n"
            "Note: dates were agreed in May.;;;;;;;;\n"
        ),
    )


def page_with_spans(folder: Path) -> Path:
    """A web page with row spans, colours and a table of the page's frame around."""
    return text(
        folder / "page.html",
        (
            "<html><head><title>x</title><style>td{}</style></head><body><nav>Menu</nav><h1>Learning together</h1>"
            "<table border=1><tr><th>Aim</th><th>Objective</th><th>Responsible officer</th><th>Deadline</th><th>BRAG</th></tr>"
            "<tr><td rowspan=2>Calm schools</td><td>Coach ten schools<br>1. choose them<br>2. "
            "begin</td><td>Behaviour Adviser</td>"
            "<td>Jan 2026 to Jul 2026</td><td style='background-color:#ffc000'>&nbsp;</td></tr>"
            "<tr><td>Publish what works</td><td>Research Officer, Public Health</td><td>Summer term 2026</td><td>Blue</td></tr>"
            "<tr><td>Strong families</td><td>Run parent courses</td><td>Jo Brook, Family Learning "
            "Manager</td><td>2026/27</td><td>Green</td>"
            "</tr></table></body></html>"
        ),
    )


def labelled_text(folder: Path) -> Path:
    """Blocks of labels, with themes on lines of their own and words that go on over a line."""
    return text(
        folder / "blocks.txt",
        (
            "Plan of the partnership\n\nSpeech and language\n\nAction: Train the childminders\nLead: Speech Therapy Lead\n"
            "Timescale: September 2026\nOutcome: 60 childminders trained\n(baseline 15)\n\n"
            "Action: Open a phone line\nLead: Advice Line Manager\nTimescale: Ongoing\nOutcome: Calls answered\n\n"
            "Autism\n\nAction: Shorten the wait\nLead: Autism Pathway Lead (ICB)\nTimescale: 31 March 2027\n"
            "Outcome: % seen in 13 weeks: from 20% to 75%\n"
        ),
    )


def numbered_text(folder: Path) -> Path:
    """Numbered themes in the table itself: 1, then 1.1; a header again after each."""
    head = "Ref\tKey actions\tLead officer\tTarget date\tSuccess criteria\n"
    return text(
        folder / "numbered.txt",
        (
            "Northfield plan\n"
            + head
            + "1\tEarly years\t\t\t\n1.1\tFund quiet rooms\tEarly Years Manager\t01/10/2026\tQuiet rooms open\n"
            "1.2\tLink with health visitors\tHealth Visiting Lead\tNov 26\tLinks made\n"
            + head
            + "2\tTeenagers\t\t\t\n2.1\tMentors for Year 8\tMentoring Coordinator\tEaster 2027\t40 mentors\n"
        ),
    )


def markdown_tables(folder: Path) -> Path:
    """Markdown with a link, bars in a cell, and a table for each heading."""
    return text(
        folder / "tables.md",
        (
            "# Joint plan\n\nSome words before.\n\n## Theme 1: Health\n\n| Task | Who | When | Evidence of "
            "success |\n|:--|---|---|---:|\n"
            "| Share the *A \\| B* form | DCO | **May 2026** | [Form](forms.html) in use |\n\n## Theme 2: Care\n\n"
            "| Task | Who | When | Evidence of success |\n|---|---|---|---|\n| Join the panels | Panel Chair; "
            "Panel Clerk | FY 2026-27 | One panel |\n"
        ),
    )


def excel_with_key_rows(folder: Path) -> Path:
    """The key in rows above the table, one colour a row; themes as merged rows in it; a measure without a target day."""
    head = [
        "No",
        "Action",
        "Responsible Officer",
        "Start date",
        "Target date",
        "Date completed",
        "Success criteria",
        "RAG status",
    ]
    rows: list[list[Any]] = [
        ["Harbour plan"],
        ["Red", "Some delay"],
        ["Green", "On track"],
        ["Blue", "Finished"],
        [],
        head,
        ["Priority 1: Ports"],
        ["1.1", "Teach sailing", "Sailing Lead", date(2026, 4, 1), "Sept 2028", None, "80% taught", "R"],
        ["1.2", "Paint boats", "Paint Lead", date(2026, 4, 1), date(2026, 9, 30), date(2026, 9, 12), "Boats painted", "B"],
    ]
    return xlsx(folder / "key.xlsx", {"Plan": rows}, merges=[("Plan", "A7:H7")])


def page_with_a_header_of_two(folder: Path) -> Path:
    """One header above the numbers and the words of the actions."""
    return text(
        folder / "two.html",
        (
            "<h1>Plan</h1><h2>Actions</h2><h3>Outcome 1: Belonging</h3><table><tr><th "
            "colspan=2>Action</th><th>Lead</th><th>Timeframe</th></tr>"
            "<tr><td>1.1</td><td>Open clubs</td><td>Club Lead</td><td>By Dec 2026</td></tr></table>"
        ),
    )


PDF_ROWS = [
    ["Ref", "Action", "Lead", "Due date", "Success measure", "Status"],
    ["1", "Give every school a\nnamed psychologist", "Principal EP", "Sept 2026", "Schools with a name", "Amber"],
    ["2", "Hold surgeries", "SEND Adviser", "Ongoing", "30 surgeries held", "Green"],
]
PDF_WIDTHS = [40, 170, 140, 100, 180, 80]
