"""The table of verbs: all that is said of a verb outside of its job, one row a verb, in the order of the month.

From a row follow the command and its help, ``sendxl.<verb>`` in Python, the steps in README and in the Guide of a master,
and the buttons of the ribbon. No job is imported here: a row names it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Argument:
    """What a command takes by its place; ``to`` is the parameter of the job that gets it."""

    to: str
    type: type = Path
    required: bool = True
    many: bool = False
    shown: str = ""  # in place of its name
    default: Any = None


@dataclass(frozen=True)
class Option:
    """What a command takes by ``flags``; ``to`` is the parameter of the job that gets it, ``type`` bool for a mere switch.

    ``written``: a file that the job writes besides; where it lies is told at the end.
    """

    to: str
    flags: str
    type: type
    says: str
    required: bool = False
    many: bool = False
    shown: str = ""
    default: Any = None
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    written: bool = False


@dataclass(frozen=True)
class Step:
    """A step of the month. In ``command`` stand MASTER, RETURNS and FOLDER; ``guide`` is what the Guide of a master says.

    It is blank for one that is not among the steps of the Guide.
    """

    name: str
    command: str
    says: str
    guide: str = ""

    @property
    def example(self) -> str:
        """The command with names of files, as README shows it."""
        command = self.command
        for word, file in _FILES.items():
            command = command.replace(word, file)
        return command


@dataclass(frozen=True)
class Button:
    """A button of the ribbon: ``name`` is the function of ``sendxl.addin`` behind it, ``keytip`` the letter after Alt, Q.

    ``image`` is a picture of Office. ``folder`` or ``file``: what it asks for, if the function takes one. ``anytime``: it needs
    no plan that is open; the others are grey without one.
    """

    name: str
    keytip: str
    label: str
    image: str
    screentip: str
    supertip: str
    large: bool = False
    folder: str = ""
    file: str = ""
    anytime: bool = False


@dataclass(frozen=True)
class Verb:
    """One verb. ``name`` is as typed, ``job`` the function as module:name.

    ``result`` is the class of what the job returns, which ``sendxl`` exports with it; blank for a verb that is not for Python.
    ``mends`` names the property of the result with the lines that tell what was left out or a person is to mend: where there
    are any, exit 1, and they are what --quiet prints. ``stopped`` names the one that tells, where Ctrl-C ended the work
    early, how far it came: exit 130.
    """

    name: str
    job: str
    result: str
    says: str
    more: str = ""
    takes: tuple[Argument | Option, ...] = ()
    always: Mapping[str, Any] = field(default_factory=dict)  # what the command gives the job without being asked
    doing: str = ""  # said while it works
    counts: bool = False  # the job tells its ``progress``
    tells: bool = False  # the job tells with ``say`` what it does, and nothing is printed after it
    quiet: bool = True  # there is --quiet
    writes: bool = False  # it writes into the master, so there is --upgrade
    mends: str = ""
    stopped: str = ""
    steps: tuple[Step, ...] = ()
    buttons: tuple[Button, ...] = ()

    @property
    def module(self) -> str:
        """The module of the job."""
        return self.job.partition(":")[0]

    @property
    def function(self) -> str:
        """The name of the job in its module."""
        return self.job.partition(":")[2]


_FILES = {"MASTER": "Plan.xlsx", "RETURNS": "Returns", "FOLDER": "Trackers"}
_MASTER = Argument("master")
_DRY_RUN = Option("dry_run", "--dry-run", bool, "Show what would change; write nothing.")
_WORDS = Option("words", "--words", Path, "Subjects and words of the mails, in a copy of mail.txt that you changed.")
_RETURNED = "Folder with the returned trackers"
GROUPS = {  # of verbs of two words: what their first word is about
    "addin": "Make the Excel add-in, put it into Excel, take it out.\n\n"
             "It adds the ribbon tab “Delivery plan”, whose buttons work on the workbook that is open.",
    "page": "Make the page: sendxl as one file that opens in a browser, with nothing to install.",
}


def _json(says: str) -> Option:
    return Option("json_file", "--json", Path, says, written=True)


def _report(says: str) -> Option:
    return Option("report", "--report", Path, says, written=True)


def _workers() -> tuple[Option, Option]:
    says = "Work on a Dask cluster whose workers see the files under the same paths."
    return (Option("jobs", "--jobs", int, "Worker processes. Default: as many as there are cores, if it pays.", least=1,
                   most=256),
            Option("cluster", "--cluster", str, says, shown="tcp://HOST:PORT"))


def _as_at(says: str) -> Option:
    return Option("as_at", "--as-at", date, f"{says} Default: the earlier of today and the last day of the Reporting period.")


VERBS = (
    Verb("new", "sendxl.jobs.new:new_master", "NewMaster", "Make a master of a published plan.",
         "SOURCE is its Word or Excel file, a web page, .csv, text or Markdown; with the extra [pdf] also a PDF.",
         takes=(Argument("source", required=False),
                Option("out", "-o --output", Path, "The master to make (.xlsx)."),
                Option("look", "--look", bool, "Make no master, but “Plan mapping.xlsx”: how the plan would be read."),
                Option("mapping", "--map", Path, "Go by such a workbook; it serves next year's file too."),
                Option("blank", "--blank", bool, "Make a master without a published plan."),
                Option("starts", "--starts", date, "First day of the plan; windows such as “3-5 years” count from it."),
                Option("roles", "--roles", Path, "File of further lead roles: code | title | other names."),
                Option("first_year", "--first-year", str, 'First financial year for savings, like "2026-27".', shown="YEAR")),
         doing="Reading the plan",
         steps=(Step("Once", "sendxl new plan.txt -o MASTER",
                     "The published plan becomes a master; doubts go to Review."),),
         buttons=(Button("new_plan", "N", "New plan…", "FileNew", "Make a master of a published plan",
                         "Asks for the published plan, a Word or Excel file say, and makes a master of it beside it, or first a "
                         "workbook in which you see how it would be read and choose otherwise.",
                         file="The published plan", anytime=True),)),
    Verb("issue", "sendxl.jobs.issue:issue", "Issue", "Make one tracker for each lead, and open the reporting period.",
         takes=(_MASTER,
                Option("folder", "-o --output", Path, "Folder for the trackers.", required=True),
                Option("period", "--period", str, 'Like "2026-27 Q3" or "2026-11". Default: the open period.', shown="PERIOD"),
                Option("leads", "--lead", str, "Only this lead (code from Leads); may be repeated.", many=True, shown="CODE"),
                Option("due", "--due", date, "Day by which trackers are to be back."),
                Option("again", "--again", bool, "Issue new trackers beside those already issued for the period."),
                Option("mails", "--drafts", Path, "New folder for a mail to each lead (.eml), with the tracker attached."),
                _WORDS),
         doing="Issuing", counts=True, mends="to_mend", writes=True,
         steps=(Step("Issue", 'sendxl issue MASTER -o FOLDER --period "2026-27 Q3"',
                     "One tracker for each lead.",
                     guide="Make one tracker for each lead, and send them out. The period becomes the Reporting period of "
                           "Settings."),),
         buttons=(Button("issue", "I", "Issue trackers", "FileSendAsAttachment", "Make a tracker for each lead",
                         "Asks for a folder and the period, makes one tracker for each lead there and opens that period. Save "
                         "the plan first.", large=True, folder="Folder for the new trackers"),)),
    Verb("type-in", "sendxl.jobs.type_in:type_in", "TypedIn", "Make a tracker to type in what a lead said.",
         "For answers on paper or by phone. LEAD is a code or a title from Leads. Fill it, validate and stamp it like a return: "
         "Stamps says who typed it in, for whom, and when it was said.",
         takes=(_MASTER, Argument("lead", str),
                Option("folder", "-o --output", Path, "Folder for the tracker. Default: that of the master."),
                Option("said_on", "--said-on", date, "Day on which it was said. Default: today."),
                Option("period", "--period", str, 'Like "2026-27 Q3" or "2026-11". Default: the open period.', shown="PERIOD"),
                Option("by", "--by", str, "Who types it in. Default: whoever runs this.", shown="NAME")),
         doing="Issuing", writes=True,
         steps=(Step("By phone", "sendxl type-in MASTER INC",
                     "A tracker to fill for a lead."),)),
    Verb("check", "sendxl.jobs.check:check", "Checked", "Tell what a tracker still lacks before it is sent back.",
         "For leads: no plan is needed. TRACKER is a file or a folder. What only the plan can tell is told once it is back.",
         takes=(Argument("paths", many=True, shown="TRACKER..."),), doing="Checking", mends="to_mend",
         steps=(Step("Fill in", 'sendxl check "INC 2026-27 Q3.xlsx"',
                     "A lead's look at a tracker."),)),
    Verb("validate", "sendxl.jobs.validate:validate", "Validated", "Check returned trackers.",
         "PATH is a file or a folder; the master is not written.",
         takes=(_MASTER, Argument("paths", many=True, shown="PATH..."),
                _report("Also write a report workbook (.xlsx)."), _json("Also write the findings as JSON."),
                Option("annotated", "--annotate", Path, "Folder for a copy of each return with findings, to be sent back."),
                *_workers()),
         doing="Validating", counts=True, mends="to_mend", stopped="stopped",
         steps=(Step("Validate", "sendxl validate MASTER RETURNS",
                     "Each problem: the cell, and what to do. Nothing is written.",
                     guide="When the trackers are back, see what is wrong in which cell. Nothing is written."),),
         buttons=(Button("validate", "V", "Validate returns", "AcceptInvitation", "Check what came back",
                         "Asks for the folder with the returned trackers and reports what is right and what is not. The plan is "
                         "not changed.", large=True, folder=_RETURNED),)),
    Verb("chase", "sendxl.jobs.chase:chase", "Chased", "Write a reminder for each lead with something outstanding.",
         "Overdue, held or rejected, as drafts that open ready to send, with what they are about. PATH is a file or a folder of "
         "returns that are not stamped yet. Nothing is sent; the master is not written.",
         takes=(_MASTER, Argument("paths", required=False, many=True, shown="[PATH]..."),
                Option("folder", "-o --output", Path,
                       "New or empty folder for the drafts (.eml). Default: only print the list."),
                Option("before", "--before", int, "Remind also of what is due within so many days.", shown="DAYS", least=0,
                       most=366),
                Option("trackers", "--trackers", Path, "Folder of the trackers as issued, to attach those that are awaited."),
                _WORDS, *_workers()),
         doing="Looking", counts=True, mends="to_mend",
         steps=(Step("Chase", "sendxl chase MASTER RETURNS -o Drafts",
                     "A reminder for each lead with something outstanding."),),
         buttons=(Button("chase", "C", "Chase", "EnvelopesAndLabelsDialog", "Write a reminder for each lead",
                         "Asks for a new folder and writes a draft there for each lead with something outstanding. Nothing is "
                         "sent.",
                         folder="New folder for the reminders"),)),
    Verb("stamp", "sendxl.jobs.stamp:stamp", "Stamped", "Bring accepted returns into the master.",
         "They are validated first; what is not accepted is listed in Held. What officers decided there is carried out, with or "
         "without returns.",
         takes=(_MASTER, Argument("paths", required=False, many=True, shown="[PATH]..."), _DRY_RUN,
                _report("Also write a report workbook (.xlsx), with every change."),
                _json("Also write changes and findings as JSON."), *_workers()),
         doing="Stamping", counts=True, mends="to_mend", writes=True,
         steps=(Step("Preview", "sendxl stamp MASTER RETURNS --dry-run",
                     "What would change, and what would be held."),
                Step("Stamp", "sendxl stamp MASTER RETURNS",
                     "Accepted rows go in, the others to Held.",
                     guide="Bring in what is accepted. What is not goes to Held; every changed cell is listed in Stamps.")),
         buttons=(Button("preview", "P", "Preview", "FilePrintPreview", "Show what stamping would change",
                         "Asks for the folder with the returned trackers and lists what Stamp would change. The plan is not "
                         "changed.", large=True, folder=_RETURNED),
                  Button("stamp", "S", "Stamp", "FileCheckIn", "Bring accepted returns into the plan",
                         "Asks for the folder with the returned trackers, checks them, and writes what is accepted into the plan."
                         " The rest is listed in Held.", large=True, folder=_RETURNED))),
    Verb("settle", "sendxl.jobs.settle:settle", "Stamped", "Carry out what officers decided in Held.",
         "As “sendxl stamp” without returns does.",
         takes=(_MASTER, _DRY_RUN, _report("Also write a report workbook (.xlsx), with every change."),
                _json("Also write the changes as JSON.")),
         doing="Settling", mends="to_mend", writes=True,
         steps=(Step("Settle", "sendxl settle MASTER",
                     "What officers decided in Held is carried out.",
                     guide="Read in Held what was not applied and why. Ask the lead for a corrected return; or choose in "
                           "Decision which value is to stand, or type it into Value to put, say Why, close the workbook and run "
                           "this."),),
         buttons=(Button("settle", "T", "Settle", "ReviewAcceptChange", "Carry out what was decided in Held",
                         "Carries out the decisions that officers wrote in the sheet Held, without any returns."),)),
    Verb("undo", "sendxl.jobs.undo:undo", "Undone", "Take back what was stamped.",
         'The last BATCH that counts, or the one named ("sendxl history" lists them). What has been changed since is left. '
         "Changes by hand are taken back only by name.",
         takes=(_MASTER, Argument("batch", str, required=False), _DRY_RUN), mends="to_mend", writes=True,
         steps=(Step("Take back", "sendxl undo MASTER",
                     "The last batch is taken back."),),
         buttons=(Button("undo", "U", "Undo", "Undo", "Take back the last stamp",
                         "Takes back the last batch that was stamped. What has been changed since is left as it is."),)),
    Verb("refresh", "sendxl.jobs.refresh:refresh", "Refreshed", "Work out every status, with its reason, and every saving.",
         takes=(_MASTER, _as_at("Day to judge by.")), doing="Refreshing", mends="to_mend", writes=True,
         steps=(Step("Refresh", "sendxl refresh MASTER", "Every status, every saving, the Summary.",
                     guide="Work out every status and saving afresh, then read Summary, and in Plan: Status, Reason, Update "
                           "state."),),
         buttons=(Button("refresh", "R", "Refresh", "RefreshAll", "Refresh the plan",
                         "Works out every status with its reason, and every saving. Only calculated columns are written.",
                         large=True),)),
    Verb("show", "sendxl.jobs.show:show", "Overview", "Print how the plan stands.",
         "Status by theme, each activity with its reason, then the savings, as last refreshed.",
         takes=(_MASTER,
                Option("since", "--since", str, 'What has changed since a period, like "2026-27 Q2", in place of that.',
                       shown="PERIOD"),
                _json("Also write it as JSON.")), quiet=False,
         steps=(Step("Look", "sendxl show MASTER", "The plan as it stands."),),
         buttons=(Button("show_row", "W", "Show row", "FindDialog", "Show the row you are in",
                         "Select a cell in a row of the plan first. Shows why its status is what it is, its history and its open "
                         "queries."),)),
    Verb("history", "sendxl.jobs.history:history", "History", "Print who changed what, when and why.",
         "Of the activity that goes by REF with all that belongs to it, or of another row; without one, every batch, those of "
         "changes by hand among them, and the cells that were edited since.",
         takes=(_MASTER, Argument("ref", str, required=False),
                Option("rebaselined", "--rebaselined", bool, "Only what was changed of dates, baselines, targets and approvals."),
                _json("Also write it as JSON.")),
         steps=(Step("Look back", "sendxl history MASTER PI-01",
                     "Who changed what, when and why."),),
         buttons=(Button("history", "Y", "History", "RecurrenceEdit", "Who changed what, and when",
                         "Lists every batch that was stamped or undone, and the cells that were edited by hand since."),)),
    Verb("savings", "sendxl.jobs.savings:savings", "Profile", "Print the savings by year, type and fund.",
         "With the range of the forecast and present values. The master is not written.",
         takes=(_MASTER,
                Option("draws", "--draws", int, "Draws of the simulation.", default=10_000, least=100, most=200_000),
                Option("seed", "--seed", int, "The same seed gives the same range.", default=1, least=0),
                _as_at("Day to work out by."), _json("Also write the profile as JSON.")),
         doing="Drawing", mends="to_mend",
         steps=(Step("Look ahead", "sendxl savings MASTER",
                     "Savings by type, fund and year, with their range."),)),
    Verb("board", "sendxl.jobs.board:board_report", "BoardReport", "Write the report to the Board, a Word document.",
         "How the plan stands on one page, then theme by theme, with what has changed since the last report. The master is not "
         "written.",
         takes=(_MASTER,
                Option("out", "-o --output", Path, "The report to write (.docx).", required=True),
                Option("since", "--since", str, 'Period to compare with, like "2026-27 Q2". Default: the last one of Periods.',
                       shown="PERIOD"),
                Option("template", "--template", Path, "A Word document with tags, in place of the template that sendxl ships."),
                Option("pdf", "--pdf", bool, "Also write it as PDF; this needs LibreOffice."),
                _as_at("Day to judge by.")),
         doing="Writing the report", mends="to_mend",
         steps=(Step("Report", 'sendxl board MASTER -o "Board report.docx"',
                     "A report to the Board, in Word."),),
         buttons=(Button("board_report", "B", "Board report", "FileSaveAsWordDocx", "Write the report to the Board",
                         "Writes a Word document beside the plan: how it stands on one page, then theme by theme. The plan is "
                         "not changed."),)),
    Verb("revise", "sendxl.jobs.revise:revise", "RevisedPlan", "Compare a later version of the published plan with the master.",
         "What it says otherwise is listed in Revision, with a proposal; what was decided there is carried out. Refs "
         "stay, what is gone is closed, and no answer of a lead is touched.",
         takes=(_MASTER, Argument("source"),
                Option("mapping", "--map", Path, "Read SOURCE by a workbook of “sendxl new --look”."),
                Option("roles", "--roles", Path, "File of further lead roles: code | title | other names.")),
         doing="Comparing", mends="to_mend", writes=True,
         steps=(Step("Revised", "sendxl revise MASTER plan-2027.docx",
                     "A later version of the plan; decide in Revision, run again."),)),
    Verb("export", "sendxl.jobs.export:export", "Exported", "Write the tables of masters as files for Power BI and notebooks.",
         "MASTER is a file or a folder of masters. One file a table; each row begins with the plan's id and its council. No "
         "master is written.",
         takes=(Argument("masters", many=True, shown="MASTER..."),
                Option("folder", "-o --output", Path, "Folder for the tables; earlier ones in it are replaced.", required=True),
                Option("format", "--format", str, "How they are written: parquet needs the extra [parquet].", default="csv",
                       choices=("csv", "parquet")), *_workers()),
         doing="Exporting", counts=True, mends="to_mend",
         steps=(Step("Export", "sendxl export MASTER -o Tables", "Tables for Power BI and notebooks."),)),
    Verb("rollup", "sendxl.jobs.rollup:rollup", "RolledUp", "Put many plans side by side in one workbook.",
         "MASTER is a file or a folder of masters. By council and theme, savings by type and fund, who has not reported; figures "
         "as each was last refreshed. No master is written.",
         takes=(Argument("masters", many=True, shown="MASTER..."),
                Option("out", "-o --output", Path, "The workbook to make (.xlsx).", required=True), *_workers()),
         doing="Reading", counts=True, mends="to_mend",
         steps=(Step("Nation", "sendxl rollup Councils -o National.xlsx", "Many plans in one workbook."),)),
    Verb("archive", "sendxl.jobs.archive:archive", "Archived",
         "Move the records of closed years to a workbook beside the master.",
         'Updates, Readings and Stamps get shorter; "sendxl history" reads both.',
         takes=(_MASTER,
                Option("through", "--through", str, 'Last financial year to move, like "2025-26". Default: the last closed one.',
                       shown="YEAR"), _DRY_RUN),
         doing="Archiving", writes=True,
         steps=(Step("Yearly", "sendxl archive MASTER",
                     "Records of closed years move to a workbook beside the master."),)),
    Verb("doctor", "sendxl.jobs.doctor:doctor", "Diagnosis", "List what a person should mend in a master.",
         "Where it is, and how to mend it; the master is not written. Without MASTER: whether this computer is fit for the "
         "add-in.",
         takes=(Argument("master", required=False),), doing="Looking", mends="to_mend",
         steps=(Step("Any time", "sendxl doctor MASTER", "What a person should mend, where and how."),),
         buttons=(Button("doctor", "D", "Doctor", "ReviewTrackChanges", "See what should be mended",
                         "Looks through the plan and says what is wrong, in which cell, and what to do. The plan is not "
                         "changed."),)),
    Verb("upgrade", "sendxl.jobs.upgrade:upgrade", "Upgraded", "Bring a master of an earlier version up to this one.",
         "What it lacks is added, and settings that were deleted are put back; nothing else changes. A backup is kept.",
         takes=(_MASTER,), doing="Upgrading",
         steps=(Step("New version", "sendxl upgrade MASTER", "A plan of an earlier version is brought up."),),
         buttons=(Button("upgrade", "G", "Upgrade", "FileSaveAs", "Bring a plan of an earlier version up to this one",
                         "Saves the plan, makes an upgraded copy beside it and opens that. The plan itself stays as it is."),)),
    Verb("addin build", "sendxl.desktop.install:build", "", "Make the add-in as a file; it works on any system.",
         takes=(Option("path", "-o --output", Path, "The add-in to make (.xlam).", default=Path("sendxl.xlam")),)),
    Verb("addin install", "sendxl.desktop.install:install", "", "Put the add-in where Excel starts it, with this Python.",
         "Again = once. Other settings are kept."),
    Verb("addin remove", "sendxl.desktop.install:remove", "",
         "Take the add-in out of Excel, and our setting out of the settings."),
    Verb("addin status", "sendxl.desktop.install:status", "",
         "Print whether the add-in is in Excel, up to date, and which Python it runs.", quiet=False, mends="to_mend"),
    Verb("page build", "sendxl.page.build:build", "", "Make sendxl as one file that opens in a browser.",
         "Python is in it, nothing is installed, loaded or sent. It is made of Pyodide, from FOLDER or fetched by npm.",
         takes=(Option("path", "-o --output", Path, "The page to make (.html).", default=Path("sendxl.html")),
                Option("pyodide", "--pyodide", Path, "Folder of Pyodide, as npm unpacks it.", shown="FOLDER")), tells=True),
    Verb("lite", "sendxl.addin.lite:lite", "", "Print what to paste into xlwings Lite, in which Excel runs Python by itself.",
         quiet=False),
    Verb("columns", "sendxl.reference:columns_reference", "", "Print the reference of the columns, in markdown.", quiet=False),
    Verb("rules", "sendxl.reference:rules_reference", "", "Print the reference of the rules.",
         "All of them, or that of one CODE, in markdown.", takes=(Argument("code", str, required=False),), quiet=False),
    Verb("demo", "sendxl.jobs.demo:demo", "Demo", "Do a whole month on a sample plan.",
         "In FOLDER (default: sendxl-demo); where that is not empty, in one beside it with a number.",
         takes=(Argument("folder", required=False, default=Path("sendxl-demo")),), tells=True),
)
# The groups of the ribbon: the month in its order, then what is wanted at any time.
_RIBBON = {
    "Month": ("issue", "validate", "preview", "stamp", "settle", "refresh"),
    "Plan": ("show_row", "history", "undo", "doctor", "chase", "board_report", "new_plan", "upgrade", "help"),
}
_HELP = Button("help", "H", "Help", "Help", "Help", "Says what the buttons do, and where the guide and the log file are.",
               anytime=True)


def steps() -> Iterator[Step]:
    """The steps of the month, in their order."""
    return (step for verb in VERBS for step in verb.steps)


def buttons() -> dict[str, list[Button]]:
    """The buttons of the ribbon by the group they stand in, from left to right."""
    found = {button.name: button for button in (*(button for verb in VERBS for button in verb.buttons), _HELP)}
    return {group: [found.pop(name) for name in names] for group, names in _RIBBON.items()}
