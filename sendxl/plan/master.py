"""THE one declaration of every column of every table of a master.

Headers, types, units, who edits, choices, limits, formats, widths and help all stand here once. The layout of the
master and of the trackers, locking, drop-downs, input messages, cell rules, what a return may change and the
reference pages are derived. To add a column is one entry in one table.
"""

from dataclasses import replace

from sendxl.plan.schema import By, Column, Shown, Table, Type, Vocabulary, check_links
from sendxl.plan.vocabulary import (
    Better,
    Capacity,
    Decision,
    Direction,
    Fund,
    Kind,
    LeadStatus,
    LeadView,
    LineStatus,
    Method,
    Qualifier,
    Rating,
    SavingsStatus,
    SavingType,
    StampKind,
    Status,
    TrackerState,
    YesNo,
)

T = Type
_LOCKED, _FILLED, _BLANK = Shown.LOCKED, Shown.FILLED, Shown.BLANK
_FROM, _LEAD, _SX = By.REFRESH, By.LEAD, By.SENDXL


def _computed(header: str, type: Type, help: str, choices: Vocabulary | None = None, width: float = 0,
              shown: Shown = Shown.NO, folded: bool = False) -> Column:
    return Column(header, type, help, By.REFRESH, choices, width=width, shown=shown, folded=folded)


PLAN = Table("Plan", "One row for each activity of the delivery plan.", group="plan", frozen=3, columns=(
    Column("Ref", T.TEXT, "Permanent reference, as in PI-04. A new row takes the next number; never change or reuse one.", width=8, shown=_LOCKED),
    Column("Theme", T.TEXT, "Theme of the published plan.", width=14, shown=_LOCKED),
    Column("Activity", T.WORDS, "What will be done.", width=34, shown=_LOCKED),
    Column("Expected change", T.WORDS, "The change the activity is to bring.", width=20, folded=True, shown=_LOCKED),
    Column("Rationale", T.WORDS, "Why this is done.", width=50, folded=True),
    Column("Savings rating", T.CHOICE, "Published rating: High, Medium, Low or Risk; blank where unrated.", choices=Rating, width=10),
    Column("Savings note", T.WORDS, "The published words about savings.", width=50, folded=True),
    Column("Benefits from", T.DATE, "First day on which benefits are expected.", folded=True),
    Column("Benefits by", T.DATE, "Day by which benefits are expected.", folded=True),
    Column("Benefits note", T.WORDS, "Published words about the time for benefits that are not a window.", width=36, folded=True),
    Column("Lead", T.CHOICE, "Title of the lead role, from Leads.", choices_from=("Leads", "Title"), width=18),
    Column("Joint leads", T.TEXT, "Titles of further lead roles, separated by “; ”.", choices_from=("Leads", "Title"), many=True, width=16, folded=True, shown=_LOCKED),
    Column("Capacity", T.CHOICE, "Whether people and money are there.", choices=Capacity, folded=True),
    Column("Capacity note", T.WORDS, "The published words about capacity.", width=40, folded=True),
    Column("Starts", T.DATE, "Day on which work starts.", shown=_LOCKED),
    Column("Due", T.DATE, "Day by which the work is to be complete.", shown=_LOCKED),
    Column("Closed on", T.DATE, "Day from which the activity no longer counts and is no longer issued.", folded=True),
    Column("Closed reason", T.WORDS, "Why it was closed.", width=24, folded=True),
    Column("% complete", T.FRACTION, "Share of the work done, 0% to 100%.", _LEAD, low=0, high=1, width=10, shown=_FILLED, required=True),
    Column("Completed on", T.DATE, "Day on which the work was complete; blank until then.", _LEAD, folded=True, shown=_FILLED),
    Column("Forecast finish", T.DATE, "Day on which you now expect the work to be complete.", _LEAD, shown=_FILLED),
    Column("Lead status", T.CHOICE, "Your own view of how the activity stands.", _LEAD, LeadStatus, shown=_FILLED, required=True),
    Column("Progress", T.WORDS, "What has been done this period.", _LEAD, width=32, shown=_BLANK),
    Column("Corrective action", T.WORDS, "If at risk or off track: what will bring it back.", _LEAD, width=24, shown=_BLANK),
    Column("Next steps", T.WORDS, "What comes next, and when.", _LEAD, width=24, shown=_BLANK),
    Column("Decision needed", T.WORDS, "A decision you need, from whom and by when.", _LEAD, width=20, shown=_BLANK),
    Column("Evidence", T.WORDS, "Where the evidence is kept: a document, link or reference. No names of children.", _LEAD, width=20, folded=True, shown=_FILLED),
    Column("Period", T.TEXT, "Reporting period of the last stamped update.", _SX, folded=True),
    Column("Updated on", T.DATE, "Day on which an update was last stamped.", _SX, folded=True),
    Column("Updated by", T.TEXT, "Lead whose update was last stamped.", _SX, width=20, folded=True),
    _computed("Delivery status", T.CHOICE, "How the work stands against its dates.", Status, folded=True),
    _computed("Measure status", T.CHOICE, "The worst of its measures.", Status, folded=True),
    _computed("Status", T.CHOICE, "The activity's status: delivery and measures together.", Status, shown=_LOCKED),
    _computed("Reason", T.WORDS, "Why, with the figures.", width=34, shown=_LOCKED),
    _computed("Direction", T.CHOICE, "Which way its measures moved since the last period.", Direction),
    _computed("Update state", T.TEXT, "Whether the lead's update for the period is in.", width=18),
    _computed("Lead view", T.CHOICE, "The lead's status against the computed one.", LeadView, width=15, folded=True),
    _computed("Planned to date", T.MONEY, "What its savings lines were planned to save by now; costs apart, and blank where their types are mixed.", folded=True),
    _computed("Realised to date", T.MONEY, "What they have saved by now; blank until a quantity is reported.", folded=True),
    _computed("Forecast", T.MONEY, "What they are expected to save in the financial year of the as-at day."),
    _computed("Savings status", T.CHOICE, "The worst status of its savings lines.", SavingsStatus),
))

MEASURES = Table("Measures", "One row for each measure of an activity.", group="plan", frozen=3, columns=(
    Column("Ref", T.TEXT, "Permanent reference, as in PI-04.M1. A new row takes the next number; never change or reuse one.", width=11, shown=_LOCKED),
    Column("Activity ref", T.TEXT, "The activity it belongs to.", choices_from=("Plan", "Ref"), width=10, shown=_LOCKED),
    Column("Measure", T.WORDS, "What is measured.", shown=_LOCKED),
    Column("Kind", T.CHOICE, "How the value is worked out.", choices=Kind, shown=_LOCKED),
    Column("Better", T.CHOICE, "Whether higher or lower is better.", choices=Better, width=9),
    Column("Cumulative", T.CHOICE, "Yes if the count only grows.", choices=YesNo),
    Column("Unit", T.TEXT, "What one of it is, as in “places”.", width=12, shown=_LOCKED),
    Column("Baseline", T.LEVEL, "Value at the start.", shown=_LOCKED),
    Column("Baseline on", T.DATE, "Day of the baseline.", shown=_LOCKED),
    Column("Target", T.LEVEL, "Value to be reached.", shown=_LOCKED),
    Column("Target on", T.DATE, "Day by which it is to be reached.", shown=_LOCKED),
    Column("Actual", T.ACTUAL, "The latest value. With Out of: the number that count.", _LEAD, low=0, shown=_FILLED),
    Column("Out of", T.COUNT, "For Number and % and Compliance: out of how many.", _LEAD, low=0, width=9, shown=_FILLED, required_with="actual", kinds=(Kind.NUMBER_AND_SHARE, Kind.COMPLIANCE)),
    Column("Actual on", T.DATE, "Day on which the latest value was true.", _LEAD, shown=_FILLED, required_with="actual"),
    Column("Note", T.WORDS, "Anything the reader of the figure should know.", _LEAD, width=28, shown=_FILLED),
    Column("Period", T.TEXT, "Reporting period of the last stamped value.", _SX),
    _computed("Value", T.LEVEL, "The figure that is judged: Actual, or Actual out of Out of."),
    _computed("Previous", T.LEVEL, "The value stamped in an earlier period."),
    _computed("Expected now", T.LEVEL, "What the straight line from baseline to target expects by now."),
    _computed("Attainment", T.FRACTION, "How much of the expected change has happened; 100% is as expected."),
    _computed("Status", T.CHOICE, "How the measure stands.", Status, shown=_LOCKED),
    _computed("Reason", T.WORDS, "Why, with the figures.", width=40, shown=_LOCKED),
    _computed("Direction", T.CHOICE, "Which way it moved since the last period.", Direction),
))

SAVINGS = Table("Savings", "One row for each savings line of an activity.", group="plan", frozen=3, columns=(
    Column("Ref", T.TEXT, "Permanent reference of the savings line, as in PI-04.S1.", width=11),
    Column("Activity ref", T.TEXT, "The activity it belongs to.", choices_from=("Plan", "Ref"), width=10),
    Column("Description", T.WORDS, "What is saved, and how."),
    Column("Method", T.CHOICE, "How the unit saving is worked out.", choices=Method, width=18),
    Column("Chain", T.TEXT, "Codes of UnitCosts, dearest first, as in “OOC > SPECIAL > RP”.", width=22),
    Column("Unit amount", T.MONEY, "Unit cost avoided: pounds a unit and year. One-off: pounds a unit, once.", low=0),
    Column("Annual value", T.MONEY, "Share of contract: value of the contract a year.", low=0),
    Column("Share", T.FRACTION, "Share of contract: the share saved.", low=0, high=1),
    Column("Type", T.CHOICE, "What kind of money; types are never added together.", choices=SavingType, width=14),
    Column("Fund", T.CHOICE, "The budget it falls to.", choices=Fund, width=18),
    Column("Confidence", T.FRACTION, "How sure the forecast is, 0% to 100%.", low=0, high=1),
    Column("Pool", T.CHOICE, "Pool of learners its first link draws on.", choices_from=("Pools", "Code"), width=10),
    Column("Claim order", T.COUNT, "Order of claims on the pool that start on the same day.", low=1),
    Column("Approved unit saving", T.MONEY, "Unit saving at approval; keeps the approved plan from moving with costs (past its pool a place earns the later links at current costs)."),
    Column("Approved on", T.DATE, "Day of approval.", By.FINANCE),
    Column("Finance confirmed on", T.DATE, "Day on which finance confirmed delivery.", By.FINANCE),
    Column("Withdrawn on", T.DATE, "Day from which nothing more is expected of it."),
    _computed("Unit saving", T.MONEY, "Saving of one place or unit a year (One-off: once) at current costs; blank where it is not quantified."),
    _computed("Full-year effect", T.MONEY, "The planned saving of a year in which every planned quantity is live."),
    _computed("Planned to date", T.MONEY, "The planned saving from the start to the as-at day, by whole months."),
    _computed("Realised to date", T.MONEY, "The saving of actual quantities from the start to the as-at day, by whole months."),
    _computed("Forecast", T.MONEY, "Expected saving in the financial year of the as-at day: actual quantities where reported, else planned."),
    _computed("Variance", T.MONEY, "Forecast less planned, of that year; below 0 is a shortfall."),
    _computed("Weighted", T.MONEY, "Forecast times Confidence; blank without a confidence."),
    _computed("Removed by pool", T.MONEY, "Planned saving that its pool is too small for, over its years in Years."),
    _computed("Status", T.CHOICE, "How the line stands.", LineStatus),
))

PROFILE = Table("Profile", "One row for each dated quantity of a savings line.", group="plan", frozen=2, columns=(
    Column("Ref", T.TEXT, "Permanent reference, as in PI-04.S1.P1.", width=13, shown=_LOCKED),
    Column("Savings ref", T.TEXT, "The savings line it belongs to.", choices_from=("Savings", "Ref"), width=12, shown=_LOCKED),
    Column("From", T.DATE, "First day on which the planned quantity is in place.", shown=_LOCKED),
    Column("Until", T.DATE, "Last day on which it is in place; blank: for ever. A learner it took from a pool is not given back.", shown=_LOCKED),
    Column("Planned quantity", T.NUMBER, "Planned places or units.", low=0, shown=_LOCKED),
    Column("Actual quantity", T.NUMBER, "Average in place since its start.", _LEAD, low=0, shown=_FILLED),
    Column("Actual from", T.DATE, "Day from which the actual quantity was in place.", _LEAD, shown=_FILLED),
    Column("Evidence", T.WORDS, "Where the evidence is kept. No names of children.", _LEAD, width=24, shown=_FILLED),
    Column("Note", T.WORDS, "Anything the reader of the figure should know.", _LEAD, width=28, shown=_FILLED),
))

YEARS = Table("Years", "One row for each savings line in each financial year; a year once there stays.", group="plan", frozen=1, columns=(
    Column("Ref", T.TEXT, "The line and the year, as in PI-04.S1.2027-28.", _SX, width=18),
    Column("Savings ref", T.TEXT, "The savings line.", _SX, width=12),
    Column("Year", T.TEXT, "Financial year, 1 April to 31 March.", _SX, width=10),
    Column("Type", T.CHOICE, "Type of the line; types are never added together.", _SX, SavingType, width=16),
    Column("Fund", T.CHOICE, "Fund of the line.", _SX, Fund, width=20),
    _computed("Planned", T.MONEY, "The planned saving of the year; blank where it is not quantified."),
    _computed("Forecast", T.MONEY, "The saving now expected of the year; blank where it is not quantified."),
    _computed("Realised", T.MONEY, "The saving of actual quantities in the year so far, by whole months; blank until one is reported."),
))

UNIT_COSTS = Table("UnitCosts", "One row for each kind of placement or unit, with its annual cost.", group="reference", columns=(
    Column("Code", T.TEXT, "Short code used in chains.", By.FINANCE, width=12),
    Column("Placement", T.TEXT, "What it is.", By.FINANCE, width=40),
    Column("Annual cost", T.MONEY, "Cost of one place or unit a year.", By.FINANCE, low=0),
    Column("Qualifier", T.CHOICE, "How firm the figure is.", By.FINANCE, Qualifier),
    Column("Price base", T.TEXT, "Year of the prices.", By.FINANCE),
    Column("Source", T.WORDS, "Where the figure comes from.", By.FINANCE),
))

POOLS = Table("Pools", "One row for each group of learners whose avoided cost can be claimed once.", group="reference", columns=(
    Column("Code", T.TEXT, "Short code used in Savings.", width=12),
    Column("Learners", T.WORDS, "Who they are, in words; no names."),
    Column("Capacity", T.COUNT, "How many they are.", low=0),
    Column("Note", T.WORDS, "Anything the reader should know."),
))

LEADS = Table("Leads", "One row for each lead role.", group="reference", columns=(
    Column("Code", T.TEXT, "Short code used in trackers and file names.", width=14),
    Column("Title", T.TEXT, "Title of the role, as used in Plan.", width=52),
    Column("Name", T.TEXT, "Who holds it now.", width=22),
    Column("Email", T.TEXT, "Where the tracker goes.", width=28),
    Column("Other names", T.TEXT, "Other titles by which it is known, separated by “; ”.", many=True, width=34),
))


def _log(name: str, source: Table, what: str) -> Table:
    """An append-only table that repeats the lead columns of ``source``, one row for each accepted update."""
    return Table(name, what, group="history", append_only=True, numbered=True, columns=(
        Column("No", T.COUNT, "Running number.", _SX, width=9),
        Column("Period", T.TEXT, "Reporting period of the tracker.", _SX),
        Column("Ref", T.TEXT, f"Row of {source.name}.", _SX, width=11),
        *(replace(c, by=_SX, shown=Shown.NO, required=False, required_with="", kinds=(), low=None, high=None,
                  folded=False) for c in source if c.by is By.LEAD),
        Column("Tracker", T.TEXT, "Tracker it came in.", _SX, width=24),
        Column("Return", T.TEXT, "File it came in, with the first digits of its SHA-256.", _SX, width=34),
        Column("Batch", T.TEXT, "Stamping run.", _SX, width=17),
        Column("Stamped at", T.MOMENT, "When it was stamped.", _SX),
    ))


UPDATES = _log("Updates", PLAN, "One row for each accepted update of an activity; only ever added to.")
READINGS = _log("Readings", MEASURES, "One row for each accepted value of a measure; only ever added to.")

TRACKERS = Table("Trackers", "One row for each issued tracker.", group="control", columns=(
    Column("Tracker", T.TEXT, "Permanent name of the tracker.", _SX, width=26),
    Column("Lead", T.TEXT, "Lead role it was issued to.", _SX, width=44),
    Column("Period", T.TEXT, "Reporting period.", _SX),
    Column("Issued on", T.DATE, "Day of issue.", _SX),
    Column("Due on", T.DATE, "Day by which it is to be back.", _SX),
    Column("Digest", T.TEXT, "SHA-256 over everything issued in it.", _SX, width=68, folded=True),
    Column("State", T.CHOICE, "Where it has got to.", _SX, TrackerState),
    Column("Returned on", T.DATE, "Day on which a return was last read for stamping.", _SX),
    Column("Stamped on", T.DATE, "Day on which a return was last stamped.", _SX),
    Column("Return", T.TEXT, "File of the last return, with the first digits of its SHA-256.", _SX, width=34),
))

HELD = Table("Held", "One row for each cell or row of a return that was not applied, for an officer to settle.",
             group="control", numbered=True, columns=(
    Column("No", T.COUNT, "Running number.", _SX, width=9),
    Column("Code", T.TEXT, "Rule that holds it.", _SX, width=8),
    Column("Tracker", T.TEXT, "Tracker it came in.", _SX, width=24),
    Column("Table", T.TEXT, "Table of the master.", _SX),
    Column("Ref", T.TEXT, "Row of that table.", _SX),
    Column("Column", T.TEXT, "Column; blank where the whole row is meant.", _SX, width=16),
    Column("Issued", T.ANY, "Value as issued.", _SX, width=16),
    Column("Master", T.ANY, "Value in the master now.", _SX, width=16),
    Column("Returned", T.ANY, "Value returned.", _SX, width=16),
    Column("Other", T.ANY, "Value in another return.", _SX, width=16),
    Column("Return", T.TEXT, "File it came in, with the first digits of its SHA-256.", _SX, width=30),
    Column("Since", T.DATE, "Day since when it is held.", _SX),
    Column("What to do", T.WORDS, "What was found and how to put it right.", _SX, width=46),
    Column("Decision", T.CHOICE, "Which value is to stand; the next stamping carries it out.", By.OFFICER, Decision, width=15),
    Column("Why", T.WORDS, "Reason for the decision; without one it is not carried out.", By.OFFICER, width=26),
    Column("Settled on", T.DATE, "Day on which it was settled.", _SX),
))

STAMPS = Table("Stamps", "One row for each cell changed by sendxl; only ever added to.", group="history",
               append_only=True, numbered=True, columns=(
    Column("No", T.COUNT, "Running number.", _SX, width=9),
    Column("Batch", T.TEXT, "Stamping run.", _SX, width=17),
    Column("Kind", T.CHOICE, "Stamped from a return, settled by an officer, or undone.", _SX, StampKind, width=9),
    Column("Stamped at", T.MOMENT, "When.", _SX),
    Column("Stamped by", T.TEXT, "Who ran it.", _SX),
    Column("Table", T.TEXT, "Table of the changed cell.", _SX),
    Column("Ref", T.TEXT, "Row of the changed cell.", _SX),
    Column("Column", T.TEXT, "Column of the changed cell.", _SX, width=16),
    Column("Old", T.ANY, "Value before.", _SX, width=30),
    Column("New", T.ANY, "Value after.", _SX, width=30),
    Column("Code", T.TEXT, "Rule that queried it, if any.", _SX, width=8),
    Column("Explanation", T.WORDS, "The lead's answer to the query, or the officer's reason.", _SX, width=26),
    Column("Return", T.TEXT, "File it came from.", _SX, width=30),
    Column("SHA-256", T.TEXT, "Fingerprint of that file.", _SX, width=68, folded=True),
    Column("Undoes", T.TEXT, "Batch that this one takes back.", _SX, width=17),
))

REVIEW = Table("Review", "One row for each doubt of the import, for an officer to settle.", group="control", numbered=True, columns=(
    Column("No", T.COUNT, "Running number.", _SX, width=9),
    Column("Ref", T.TEXT, "Activity or measure it is about.", _SX, width=10),
    Column("Column", T.TEXT, "Column it is about.", _SX, width=16),
    Column("Raw text", T.WORDS, "The words of the source, untouched.", _SX, width=50),
    Column("Read as", T.WORDS, "What was made of them.", _SX, width=30),
    Column("Doubt", T.WORDS, "What could not be read for certain.", _SX, width=40),
    Column("Settled", T.TEXT, "Your initials and the day, once you have checked it.", By.OFFICER, width=18),
))

SETTINGS = Table("Settings", "One row for each setting of this plan.", group="reference", columns=(
    Column("Setting", T.TEXT, "Name.", _SX, width=24),
    Column("Value", T.ANY, "Value; you may change it.", width=40),
    Column("What it does", T.WORDS, "What it means.", _SX, width=72),
))

MASTER_TABLES: tuple[Table, ...] = (
    PLAN, MEASURES, SAVINGS, PROFILE, YEARS, TRACKERS, HELD, REVIEW, LEADS, UNIT_COSTS, POOLS, SETTINGS, UPDATES, READINGS, STAMPS,
)
check_links(MASTER_TABLES)
