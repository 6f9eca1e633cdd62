"""The Guide of a master: what its sheets hold, the month in five steps, and what its words and figures mean."""

from typing import TYPE_CHECKING

from sendxl.books import look
from sendxl.books.build.guide import Page
from sendxl.books.build.summary import SAYS as SUMMARY_SAYS
from sendxl.books.build.summary import SUMMARY
from sendxl.plan.colours import STATUS_FILLS
from sendxl.plan.master import MASTER_TABLES, SETTINGS
from sendxl.plan.summary import FIGURES_OF, figures_of
from sendxl.plan.vocabulary import LineStatus, Status
from sendxl.verbs import steps

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

GUIDE, LISTS = "Guide", "Lists"
LISTS_SAY = "The words that the drop-downs offer. They are fixed: sendxl knows no others."
_WHAT_THIS_IS = (
    "The plan, how each activity stands, and the record of every update. Leads report on trackers that are issued from "
    "here; what they return is checked, then stamped in. You may add columns and sheets, sort, filter, hide and colour "
    "as you like: tables are found by their names, columns by their headers, rows by their refs."
)
_MEANINGS = {
    Status.COMPLETE: "The work is done, or the target reached by its date.",
    Status.ON_TRACK: "At least as far as “On track from” in Settings asks for by now.",
    Status.AT_RISK: "Behind, but no further than “At risk from” in Settings; or expected to finish late.",
    Status.OFF_TRACK: "Further behind, or past its date and not done.",
    Status.NOT_STARTED: "Its first day lies ahead.",
    Status.NOT_ASSESSED: "A date, baseline, target or value that is needed is missing; Reason says which.",
    Status.CLOSED: "No longer counted and no longer issued, from Closed on.",
}

_SAVINGS = (
    ("Unit saving", "Placement chain: the cost of the first code less that of the last. Unit cost avoided: Unit amount a year. "
     "Share of contract: Annual value times Share. One-off: Unit amount, once."),
    ("A year of it", "Quantity times unit saving times the whole months in which it is live, over 12. A month counts from that "
     "of From, while its last day is not after Until. What does not recur counts once, in the year of From."),
    ("Planned", "Planned quantities, from From, at the unit saving that costs give now."),
    ("Approved", "Once Approved on is filled, the next refresh keeps the unit saving, the quantities and the days as they then "
     "are. A later change of costs or plans does not move them. Another day approves anew; a blank one withdraws it."),
    ("In place", "How many a lead counted, and on which day. The first are in place since In place since; more, from the month "
     "of the next count on; fewer, until the month before it."),
    ("Forecast", "What is in place where it was counted, else what is planned; at current costs; nothing from "
     "Withdrawn on."),
    ("Realised", "What was in place, for whole months gone; nothing beyond today."),
    ("Closed years", "Once Closed through in Settings covers a year, its figures stay as they are. Restated is what today's rows "
     "would give of it, less what was kept."),
    ("Pools", "A learner's cost is avoided once: claims are met in order of start, Claim order and Ref. Past its Capacity a "
     "place earns only the later links of its chain: the cost of the second code less that of the last."),
    ("Position", "What a fund gets and would spend, less the forecast of its cashable and avoided savings, plus its costs. "
     "The one place where types meet; a balance below 0 is a deficit."),
    ("Blank", "Not quantified, or not reported: not nothing. Totals say how many lines they rest on; types are never added "
     "together."),
)
_LINES = {
    LineStatus.WITHDRAWN: "Withdrawn on has come.",
    LineStatus.COST: "A cost, which has no status of its own.",
    LineStatus.NOT_QUANTIFIED: "No unit saving, or no quantity.",
    LineStatus.NOT_DUE: "Nothing approved (else planned) or realised so far.",
    LineStatus.NOT_REPORTED: "A row of Profile has started, and nobody has said how many are in place.",
    LineStatus.DELIVERED: "Finance confirmed, every row started, and at least what was approved (else planned) is realised.",
    LineStatus.ON_TRACK: "At least the share of Approved to date (else Planned to date) that “Realised on track” in Settings "
                         "asks for is realised.",
    LineStatus.AT_RISK: "At least the share that “Realised at risk” in Settings asks for.",
    LineStatus.OFF_TRACK: "Less.",
}
_SETTING_UP = (
    ("Leads, Plan, Measures", "Who leads what, from when to when, and what is measured: baseline and target, each with its day."),
    ("Targets", "Only where a measure is not to grow evenly: what is expected by which day in between."),
    ("Savings, Profile", "What is saved, and how many places or units from which day. Approved on, once it is approved: for "
     "finance."),
    ("Position", "A row for each fund and year: Funding, Unmitigated spend and, in its first year, Opening balance. For "
     "finance."),
    ("Settings", "The name of the plan, the years shown, and what counts as on track."),
)
_TRENDS = (
    ("Periods", "How each activity and measure stood in each reporting period; one that is over keeps its figures. The Summary "
     "draws it, and Reason says how long something has been at risk or off track."),
    ("Counts", "How many were in place, and on which day, as leads said."),
    ("A look ahead", "Figures as at a day that is still to come say so, and keep nothing: only a refresh without a day of its "
     "own writes Periods, closes years and takes approvals."),
)

_READING = (
    ("Slanted header", "Computed, or written by sendxl: do not type there. Select a cell to read what it holds."),
    ("[+] above the columns", "Columns seldom read are folded away, and left out in print. Press [+], or the small 2 "
     "at the left, to open them."),
    ("Printing", "A sheet two pages wide prints its table alone. To print columns that you added: Page Layout, Print "
     "Area, Clear."),
)


def lay_guide(sheet: "Worksheet", title: str) -> None:
    """Write the Guide of a master on an empty sheet."""
    page = Page(sheet)
    page.start(title, "SEND & Inclusion delivery plan: the master workbook")
    page.row += 1
    page.table(FIGURES_OF, [{"item": item, "value": value} for item, value in figures_of(None).items()])
    page.row += 1
    page.heading("What this is")
    page.says(_WHAT_THIS_IS)
    page.heading("Sheets")
    page.line(SUMMARY, SUMMARY_SAYS, link=SUMMARY)
    for key, group in look.GROUPS.items():
        tables = [table for table in MASTER_TABLES if table.group == key]
        if tables:
            page.group(group.title)
        for table in tables:
            page.line(table.title, table.says, link=table.title)
            if table is SETTINGS:
                page.line(LISTS, LISTS_SAY, link=LISTS)
    page.heading("Setting up, once")
    for name, says in _SETTING_UP:
        page.line(name, says)
    page.heading("The month in five steps")
    page.says("MASTER is this workbook, closed in Excel; RETURNS is the folder with the returned trackers.")
    commands = {step.name: step.command for step in steps()}
    for number, step in enumerate((step for step in steps() if step.guide), 1):
        page.line(step.name, step.guide, number=number)
        page.command(step.command)
    page.says("To take back what was stamped last, close the workbook and run:")
    page.command(commands["Take back"])
    page.says("To see who changed what, when and why, with the ref of a row or without:")
    page.command(commands["Look back"])
    page.heading("What the status words mean")
    for status, meaning in _MEANINGS.items():
        cell = page.line(status, meaning)
        look.status_rules(sheet, cell.coordinate, STATUS_FILLS)
    page.heading("How savings are worked out")
    for name, says in _SAVINGS:
        page.line(name, says)
    page.heading("What the status of a savings line means")
    for line_status, meaning in _LINES.items():
        cell = page.line(line_status, meaning)
        look.status_rules(sheet, cell.coordinate, STATUS_FILLS)
    page.heading("What stays, and what is still to come")
    for name, says in _TRENDS:
        page.line(name, says)
    page.heading("Reading the sheets")
    for name, says in _READING:
        page.line(name, says)
    look.printed(sheet, title, width=page.width)
