"""THE one declaration of every column of every table of a master.

Headers, types, units, who edits, choices, limits, formats, widths and help all stand here once. The layout of the
master and of the trackers, locking, drop-downs, input messages, cell rules, what a return may change and the
reference pages are derived. To add a column is one entry in one table.

A table's rows have a class, where each column is one attribute, in the order of a new workbook: a misspelt one is told
by a type checker. It is named as its header, with an underscore after it where Python or every row has that word.
"""

from dataclasses import replace
from datetime import date

from sendxl.plan.likeness import by_sight
from sendxl.plan.rows import Row
from sendxl.plan.schema import (
    By,
    Column,
    Shown,
    Table,
    anything,
    check_links,
    choice,
    count,
    day,
    fraction,
    level,
    link,
    moment,
    money,
    number,
    tally,
    text,
    words,
)
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
    Revised,
    RevisionDecision,
    SavingsStatus,
    SavingType,
    StampKind,
    Status,
    TrackerState,
    YesNo,
)

_LOCKED, _FILLED, _BLANK = Shown.LOCKED, Shown.FILLED, Shown.BLANK
_LEAD, _REFRESH, _SX = By.LEAD, By.REFRESH, By.SENDXL
_MOST, _MOST_LONG = 100_000, 500_000  # rows; the latter where one activity or savings line has many


class Activity(Row):
    """An activity of the delivery plan."""

    __slots__ = ()
    ref = text("Ref", "Permanent reference, as in PI-04. A new row takes the next number; never change or reuse one.", width=8, shown=_LOCKED)
    activity = words("Activity", "What will be done.", width=34, shown=_LOCKED)
    lead = choice("Lead", "Title of the lead role, from Leads.", choices_from=("Leads", "Title"), width=18)
    status = choice("Status", "The activity's status: delivery and measures together.", _REFRESH, Status, shown=_LOCKED)
    reason = words("Reason", "Why, with the figures.", _REFRESH, width=44, shown=_LOCKED)
    due = day("Due", "Day by which the work is to be complete.", shown=_LOCKED)
    percent_complete = fraction("% complete", "Share of the work done, 0% to 100%.", _LEAD, low=0, high=1, width=12, shown=_FILLED, required=True)
    lead_status = choice("Lead status", "Your own view of how the activity stands.", _LEAD, LeadStatus, shown=_FILLED, required=True)
    lead_view = choice("Lead view", "The lead's status against the computed one.", _REFRESH, LeadView, width=15)
    direction = choice("Direction", "Which way its measures moved since the last period.", _REFRESH, Direction)
    theme = text("Theme", "Theme of the published plan.", width=14, shown=_LOCKED)
    source_no = text("Source no", "Number of the action in the published plan.", width=9, folded=True)
    expected_change = words("Expected change", "The change the activity is to bring.", width=20, folded=True, shown=_LOCKED)
    rationale = words("Rationale", "Why this is done.", width=50, folded=True)
    savings_rating = choice("Savings rating", "Published rating: High, Medium, Low or Risk; blank where unrated.", choices=Rating, width=10)
    savings_note = words("Savings note", "The published words about savings.", width=50, folded=True)
    benefits_from = day("Benefits from", "First day on which benefits are expected.", folded=True)
    benefits_by = day("Benefits by", "Day by which benefits are expected.", folded=True)
    benefits_note = words("Benefits note", "Published words about the time for benefits that are not a window.", width=36, folded=True)
    joint_leads = text("Joint leads", "Titles of further lead roles, separated by “; ”.", choices_from=("Leads", "Title"), many=True, width=16, folded=True, shown=_LOCKED)
    capacity = choice("Capacity", "Whether people and money are there.", choices=Capacity, folded=True)
    capacity_note = words("Capacity note", "The published words about capacity.", width=40, folded=True)
    starts = day("Starts", "Day on which work starts.", shown=_LOCKED)
    closed_on = day("Closed on", "Day from which the activity no longer counts and is no longer issued.", folded=True)
    closed_reason = words("Closed reason", "Why it was closed.", width=24, folded=True)
    completed_on = day("Completed on", "Day on which the work was complete; blank until then.", _LEAD, folded=True, shown=_FILLED)
    forecast_finish = day("Forecast finish", "Day on which you now expect the work to be complete.", _LEAD, shown=_FILLED)
    progress = words("Progress", "What has been done this period.", _LEAD, width=32, shown=_BLANK)
    corrective_action = words("Corrective action", "If at risk or off track: what will bring it back.", _LEAD, width=24, shown=_BLANK)
    next_steps = words("Next steps", "What comes next, and when.", _LEAD, width=24, shown=_BLANK)
    decision_needed = words("Decision needed", "A decision you need, from whom and by when.", _LEAD, width=20, shown=_BLANK)
    evidence = words("Evidence", "Where the evidence is kept: a document, link or reference. No names of children.", _LEAD, width=20, folded=True, shown=_FILLED)
    period = text("Period", "Reporting period of the last stamped update.", _SX, folded=True)
    updated_on = day("Updated on", "Day on which an update was last stamped.", _SX, folded=True)
    updated_by = text("Updated by", "Lead whose update was last stamped.", _SX, width=20, folded=True)
    delivery_status = choice("Delivery status", "How the work stands against its dates.", _REFRESH, Status, folded=True)
    measure_status = choice("Measure status", "The worst of its measures.", _REFRESH, Status, folded=True)
    update_state = text("Update state", "Whether the lead's update for the period is in.", _REFRESH, width=18)
    planned_to_date = money("Planned to date", "What its savings lines were planned to save by now; costs apart, and blank where their types are mixed.", _REFRESH, folded=True)
    realised_to_date = money("Realised to date", "What they have saved by now; blank until a quantity is reported.", _REFRESH, folded=True)
    forecast = money("Forecast", "What they are expected to save in the financial year of the as-at day.", _REFRESH)
    savings_status = choice("Savings status", "The worst status of its savings lines.", _REFRESH, SavingsStatus)

    @property
    def leads(self) -> tuple[str, ...]:
        """Titles of the lead and the joint leads as they are typed, each once."""
        titles = [self.lead or "", *(self.joint_leads or "").split(";")]
        return tuple(title for seen, title in by_sight((title, title.strip()) for title in titles).items() if seen)

    def is_closed(self, as_at: date) -> bool:
        """True if it has closed by that day: it then has the status Closed, is not issued and does not count."""
        return self.closed_on is not None and self.closed_on <= as_at


PLAN = Table("Plan", "One row for each activity of the delivery plan.", Activity, group="plan", frozen=2, most=_MOST)


class Measure(Row):
    """A measure of an activity."""

    __slots__ = ()
    ref = text("Ref", "Permanent reference, as in PI-04.M1. A new row takes the next number; never change or reuse one.", width=11, shown=_LOCKED)
    activity_ref = text("Activity ref", "The activity it belongs to.", choices_from=("Plan", "Ref"), width=10, shown=_LOCKED)
    measure = words("Measure", "What is measured.", shown=_LOCKED)
    kind = choice("Kind", "How the value is worked out.", choices=Kind, shown=_LOCKED)
    better = choice("Better", "Whether higher or lower is better.", choices=Better, width=9)
    cumulative = choice("Cumulative", "Yes if the count only grows.", choices=YesNo)
    unit = text("Unit", "What one of it is, as in “places”.", width=12, shown=_LOCKED)
    baseline = level("Baseline", "Value at the start.", shown=_LOCKED)
    baseline_on = day("Baseline on", "Day of the baseline.", shown=_LOCKED)
    target = level("Target", "Value to be reached.", shown=_LOCKED)
    target_on = day("Target on", "Day by which it is to be reached.", shown=_LOCKED)
    actual = tally("Actual", "The latest value. With Out of: the number that count.", _LEAD, low=0, shown=_FILLED)
    out_of = count("Out of", "For Number and % and Compliance: out of how many.", _LEAD, low=0, width=9, shown=_FILLED, required_with="actual", kinds=(Kind.NUMBER_AND_SHARE, Kind.COMPLIANCE))
    actual_on = day("Actual on", "Day on which the latest value was true.", _LEAD, shown=_FILLED, required_with="actual")
    note = words("Note", "Anything the reader of the figure should know.", _LEAD, width=28, shown=_FILLED)
    period = text("Period", "Reporting period of the last stamped value.", _SX)
    value = level("Value", "The figure that is judged: Actual, or Actual out of Out of.", _REFRESH)
    previous = level("Previous", "The value stamped in an earlier period.", _REFRESH)
    expected_now = level("Expected now", "What the straight line from baseline to target expects by now.", _REFRESH)
    attainment = fraction("Attainment", "How much of the expected change has happened; 100% is as expected.", _REFRESH)
    status = choice("Status", "How the measure stands.", _REFRESH, Status, shown=_LOCKED)
    reason = words("Reason", "Why, with the figures.", _REFRESH, width=40, shown=_LOCKED)
    direction = choice("Direction", "Which way it moved since the last period.", _REFRESH, Direction)


MEASURES = Table("Measures", "One row for each measure of an activity.", Measure, group="plan", frozen=3, most=_MOST)


class Target(Row):
    """An interim target of a measure."""

    __slots__ = ()
    ref = text("Ref", "Permanent reference, as in PI-04.M1.T1. A new row takes the next number; never change or reuse one.", width=13)
    measure_ref = text("Measure ref", "The measure it belongs to.", choices_from=("Measures", "Ref"), width=12)
    on = day("On", "Day by which it is to be reached.", required=True)
    expected = level("Expected", "Value that is expected by then.", required=True)
    note = words("Note", "Anything the reader should know.")


TARGETS = Table("Targets", "One row for each interim target of a measure; the line from baseline to target runs through them.", Target, group="plan", most=_MOST)


class Saving(Row):
    """A savings line of an activity."""

    __slots__ = ()
    ref = text("Ref", "Permanent reference of the savings line, as in PI-04.S1.", width=11)
    activity_ref = text("Activity ref", "The activity it belongs to.", choices_from=("Plan", "Ref"), width=10)
    description = words("Description", "What is saved, and how.")
    method = choice("Method", "How the unit saving is worked out.", choices=Method, width=18)
    chain = text("Chain", "Codes of UnitCosts, dearest first, as in “OOC > SPECIAL > RP”.", width=22)
    unit_amount = money("Unit amount", "Unit cost avoided: pounds a unit and year. One-off: pounds a unit, once.", low=0)
    annual_value = money("Annual value", "Share of contract: value of the contract a year.", low=0)
    share = fraction("Share", "Share of contract: the share saved.", low=0, high=1)
    type = choice("Type", "What kind of money; types are never added together.", choices=SavingType, width=14)
    fund = choice("Fund", "The budget it falls to.", choices=Fund, width=18)
    confidence = fraction("Confidence", "How sure the forecast is, 0% to 100%.", low=0, high=1)
    pool = choice("Pool", "Pool of learners its first link draws on.", choices_from=("Pools", "Code"), width=10)
    claim_order = count("Claim order", "Order of claims on the pool that start on the same day.", low=1)
    approved_on = day("Approved on", "Day of approval: the next refresh keeps price, quantities and days as they then are.", By.FINANCE)
    finance_confirmed_on = day("Finance confirmed on", "Day on which finance confirmed delivery.", By.FINANCE, width=18)
    finance_confirmed_amount = money("Finance confirmed amount", "What finance confirmed as delivered to date.", By.FINANCE, width=18)
    withdrawn_on = day("Withdrawn on", "Day from which nothing more is expected of it.")
    approved_unit_saving = money("Approved unit saving", "Unit saving as approved; a later change of costs does not move it.", _REFRESH, width=14)
    approved_past_pool = money("Approved past pool", "What a place past the pool of learners saves, as approved.", _REFRESH, width=14)
    unit_saving = money("Unit saving", "Saving of one place or unit a year (One-off: once) at current costs; blank where it is not quantified.", _REFRESH)
    full_year_effect = money("Full-year effect", "The planned saving of a year in which every planned quantity is live.", _REFRESH)
    approved_to_date = money("Approved to date", "What it was approved to save from the start to the as-at day, by whole months.", _REFRESH)
    planned_to_date = money("Planned to date", "The planned saving from the start to the as-at day, by whole months.", _REFRESH)
    realised_to_date = money("Realised to date", "The saving of what was in place, from the start to the as-at day, by whole months; closed years as they were kept.", _REFRESH)
    forecast = money("Forecast", "Expected saving in the financial year of the as-at day: what is in place where it was counted, else what is planned.", _REFRESH)
    variance = money("Variance", "Forecast less approved (less planned, where nothing was approved), of that year; below 0 is a shortfall.", _REFRESH)
    weighted = money("Weighted", "Forecast times Confidence; blank without a confidence.", _REFRESH)
    removed_by_pool = money("Removed by pool", "Planned saving that its pool is too small for, over its years in Years.", _REFRESH)
    status = choice("Status", "How the line stands.", _REFRESH, LineStatus)


SAVINGS = Table("Savings", "One row for each savings line of an activity.", Saving, group="plan", frozen=3, most=_MOST)


class Quantity(Row):
    """A dated quantity of a savings line."""

    __slots__ = ()
    ref = text("Ref", "Permanent reference, as in PI-04.S1.P1.", width=13, shown=_LOCKED)
    savings_ref = text("Savings ref", "The savings line it belongs to.", choices_from=("Savings", "Ref"), width=12, shown=_LOCKED)
    from_ = day("From", "First day on which the planned quantity is in place.", shown=_LOCKED)
    until = day("Until", "Last day on which it is in place; blank: for ever. A learner it took from a pool is not given back.", shown=_LOCKED)
    planned_quantity = number("Planned quantity", "Planned places or units.", low=0, shown=_LOCKED, width=12)
    in_place = number("In place", "How many are in place now. Put 0 if none is.", _LEAD, low=0, shown=_FILLED)
    in_place_on = day("In place on", "Day on which you counted them.", _LEAD, shown=_FILLED, required_with="in_place")
    in_place_since = day("In place since", "Day since when the first of them are in place.", _LEAD, shown=_FILLED)
    evidence = words("Evidence", "Where the evidence is kept. No names of children.", _LEAD, width=24, shown=_FILLED)
    note = words("Note", "Anything the reader of the figure should know.", _LEAD, width=28, shown=_FILLED)
    approved_quantity = number("Approved quantity", "Planned quantity as approved.", _REFRESH, width=12)
    approved_from = day("Approved from", "From as approved.", _REFRESH)
    approved_until = day("Approved until", "Until as approved.", _REFRESH)


PROFILE = Table("Profile", "One row for each dated quantity of a savings line.", Quantity, group="plan", frozen=2, most=_MOST_LONG)


class SavingYear(Row):
    """A savings line in one financial year."""

    __slots__ = ()
    ref = text("Ref", "The line and the year, as in PI-04.S1.2027-28.", _SX, width=18)
    savings_ref = text("Savings ref", "The savings line.", _SX, width=12)
    year = text("Year", "Financial year, 1 April to 31 March.", _SX, width=10)
    type = choice("Type", "Type of the line; types are never added together.", _SX, SavingType, width=16)
    fund = choice("Fund", "Fund of the line.", _SX, Fund, width=20)
    approved = money("Approved", "The saving of the year as approved; blank where nothing was.", _REFRESH)
    planned = money("Planned", "The planned saving of the year; blank where it is not quantified.", _REFRESH)
    forecast = money("Forecast", "The saving now expected of the year; blank where it is not quantified.", _REFRESH)
    realised = money("Realised", "The saving of what was in place in the year so far, by whole months; blank until one is counted.", _REFRESH)
    closed_on = day("Closed on", "Day from which the figures of the year stay as they are; see Closed through in Settings.", _REFRESH)
    restated = money("Restated", "Closed year: the realised saving that today's rows and costs would give, less the one that was kept.", _REFRESH)


YEARS = Table("Years", "One row for each savings line in each financial year; a year once there stays, and a closed one keeps its figures.", SavingYear, group="plan", frozen=1, most=_MOST_LONG)


class FundYear(Row):
    """A fund in a financial year."""

    __slots__ = ()
    ref = text("Ref", "The fund and the year, as in High needs block.2027-28.", By.FINANCE, width=26)
    fund = choice("Fund", "The fund.", By.FINANCE, Fund, width=18)
    year = text("Year", "Financial year, 1 April to 31 March.", By.FINANCE, width=10)
    funding = money("Funding", "What the fund gets in the year.", By.FINANCE)
    unmitigated_spend = money("Unmitigated spend", "What would be spent in the year without the plan.", By.FINANCE, width=13)
    opening_balance = money("Opening balance", "Balance at the start of the year; a deficit is below 0. Needed in the first year; in a later one it is the ledger's.", By.FINANCE, width=12)
    savings = money("Savings", "Forecast of the cashable and the avoided savings of the fund in the year.", _REFRESH)
    costs = money("Costs", "Forecast of the cost lines of the fund in the year.", _REFRESH)
    mitigated_spend = money("Mitigated spend", "Unmitigated spend less Savings, plus Costs.", _REFRESH)
    in_year_balance = money("In-year balance", "Funding less Mitigated spend.", _REFRESH, width=12)
    unmitigated_balance = money("Unmitigated balance", "Balance at the end of the year without the plan.", _REFRESH, width=14)
    mitigated_balance = money("Mitigated balance", "Balance at the end of the year with the plan.", _REFRESH, width=13)


POSITION = Table("Position", "One row for each fund in each financial year: the one place where types of saving meet.", FundYear, group="plan", frozen=1, most=_MOST)


class UnitCost(Row):
    """A kind of placement or unit, with its annual cost."""

    __slots__ = ()
    code = text("Code", "Short code used in chains.", By.FINANCE, width=12)
    placement = text("Placement", "What it is.", By.FINANCE, width=40)
    annual_cost = money("Annual cost", "Cost of one place or unit a year.", By.FINANCE, low=0)
    qualifier = choice("Qualifier", "How firm the figure is.", By.FINANCE, Qualifier)
    price_base = text("Price base", "Year of the prices.", By.FINANCE)
    source = words("Source", "Where the figure comes from.", By.FINANCE)


UNIT_COSTS = Table("UnitCosts", "One row for each kind of placement or unit, with its annual cost.", UnitCost, group="reference", most=_MOST)


class Pool(Row):
    """A group of learners whose avoided cost can be claimed once."""

    __slots__ = ()
    code = text("Code", "Short code used in Savings.", width=12)
    learners = words("Learners", "Who they are, in words; no names.")
    capacity = count("Capacity", "How many they are.", low=0)
    note = words("Note", "Anything the reader should know.")


POOLS = Table("Pools", "One row for each group of learners whose avoided cost can be claimed once.", Pool, group="reference", most=_MOST)


class Lead(Row):
    """A lead role, and who holds it."""

    __slots__ = ()
    code = text("Code", "Short code used in trackers and file names.", width=14)
    title = text("Title", "Title of the role, as used in Plan.", width=52)
    name = text("Name", "Who holds it now.", width=22)
    email = text("Email", "Where the tracker goes.", width=28)
    other_names = text("Other names", "Other titles by which it is known, separated by “; ”.", many=True, width=34)


LEADS = Table("Leads", "One row for each lead role.", Lead, group="reference", most=_MOST)


class Logged(Row):
    """An accepted update of an activity or value of a measure. What the lead filled is read as ``Activity.progress.of(row)``."""

    __slots__ = ()
    no = count("No", "Running number.", _SX, width=9)
    period = text("Period", "Reporting period of the tracker.", _SX)
    ref = text("Ref", "Row that it is of.", _SX, width=11)
    tracker = text("Tracker", "Tracker it came in.", _SX, width=24)
    return_ = text("Return", "File it came in, with the first digits of its SHA-256.", _SX, width=34)
    batch = text("Batch", "Stamping run.", _SX, width=17)
    stamped_at = moment("Stamped at", "When it was stamped.", _SX)


def _log(name: str, source: Table, says: str) -> Table[Logged]:
    """An append-only table that repeats the lead columns of ``source``, one row for each accepted update."""
    filled = (replace(c, by=_SX, shown=Shown.NO, required=False, required_with="", kinds=(), low=None, high=None, folded=False)
              for c in source if c.by is By.LEAD)
    columns: tuple[Column, ...] = (
        Logged.no, Logged.period, replace(Logged.ref, help=f"Row of {source.name}."), *filled,
               Logged.tracker, Logged.return_, Logged.batch, Logged.stamped_at)
    return Table(name, says, Logged, columns, group="history", append_only=True, numbered=True, most=_MOST_LONG)


UPDATES = _log("Updates", PLAN, "One row for each accepted update of an activity; only ever added to.")
READINGS = _log("Readings", MEASURES, "One row for each accepted value of a measure; only ever added to.")
COUNTS = _log("Counts", PROFILE, "One row for each accepted count of what is in place; only ever added to.")
LOGS: dict[Table, Table[Logged]] = {PLAN: UPDATES, MEASURES: READINGS, PROFILE: COUNTS}
"""The log of each table that leads report on: what was accepted, by period."""


class PeriodRow(Row):
    """An activity or a measure in a reporting period."""

    __slots__ = ()
    ref = text("Ref", "The row and the period, as in PI-01.2026-27 Q3.", _SX, width=22)
    period = text("Period", "Reporting period.", _SX)
    of_ = text("Of", "Activity or measure that it is of.", _SX, width=11)
    as_at = day("As at", "Day by which it was judged.", _SX)
    status = choice("Status", "How it stood.", _REFRESH, Status)
    reason = words("Reason", "Why, with the figures.", _REFRESH, width=50)
    value = number("Value", "Of a measure: the figure that was judged; a share is a fraction.", _REFRESH)
    direction = choice("Direction", "Which way it moved.", _REFRESH, Direction)
    lead_status = choice("Lead status", "Of an activity: the lead's own view.", _REFRESH, LeadStatus)
    realised_to_date = money("Realised to date", "Of an activity: what its savings lines had saved.", _REFRESH)
    forecast = money("Forecast", "Of an activity: what they were expected to save in the financial year.", _REFRESH)


PERIODS = Table("Periods", "One row for each activity and measure in each reporting period; a period that is over keeps its figures.", PeriodRow, group="history", frozen=1, most=_MOST_LONG)


class Tracker(Row):
    """A tracker that was issued."""

    __slots__ = ()
    tracker = text("Tracker", "Permanent name of the tracker.", _SX, width=26)
    lead = text("Lead", "Lead role it was issued to.", _SX, width=44)
    period = text("Period", "Reporting period.", _SX)
    issued_on = day("Issued on", "Day of issue.", _SX)
    due_on = day("Due on", "Day by which it is to be back.", _SX)
    digest = text("Digest", "SHA-256 over everything issued in it.", _SX, width=68, folded=True)
    state = choice("State", "Where it has got to.", _SX, TrackerState)
    returned_on = day("Returned on", "Day on which a return was last read for stamping.", _SX)
    stamped_on = day("Stamped on", "Day on which a return was last stamped.", _SX)
    return_ = text("Return", "File of the last return, with the first digits of its SHA-256.", _SX, width=34)


TRACKERS = Table("Trackers", "One row for each issued tracker.", Tracker, group="control", most=_MOST)


class Held(Row):
    """A cell or row of a return that was not applied."""

    __slots__ = ()
    no = count("No", "Running number.", _SX, width=8)
    lead = text("Lead", "Lead role whose return it is.", _SX, width=20)
    ref = text("Ref", "Row of the plan.", _SX, width=11)
    activity = words("Activity", "The activity that it belongs to.", _SX, width=26)
    column = text("Column", "Column; blank where the whole row is meant.", _SX, width=13)
    what_to_do = words("What to do", "What was found and how to put it right.", _SX, width=42)
    returned = anything("Returned", "Value returned.", _SX, width=13)
    master = anything("Master", "Value in the master now.", _SX, width=13)
    other = anything("Other", "Value in another return.", _SX, width=13)
    decision = choice("Decision", "Which value is to stand; Settle or the next stamping carries it out.", By.OFFICER, Decision, width=18)
    value_to_put = anything("Value to put", "The value that is to stand, where neither of the others is: choose “Put this value” beside it.", By.OFFICER, width=13)
    why = words("Why", "Reason for the decision; without one it is not carried out.", By.OFFICER, width=24)
    settled_on = day("Settled on", "Day on which it was settled.", _SX)
    since = day("Since", "Day since when it is held.", _SX)
    issued = anything("Issued", "Value as issued.", _SX, width=13)
    code = text("Code", "Rule that holds it.", _SX, width=8)
    table_ = text("Table", "Table of the master.", _SX)
    tracker = text("Tracker", "Tracker it came in.", _SX, width=24)
    return_ = text("Return", "File it came in, with the first digits of its SHA-256.", _SX, width=30)


HELD = Table("Held", "One row for each cell or row of a return that was not applied, for an officer to settle.", Held, group="control", numbered=True, most=_MOST)


class Stamp(Row):
    """A cell changed by sendxl or by hand."""

    __slots__ = ()
    no = count("No", "Running number.", _SX, width=9)
    batch = text("Batch", "Stamping run.", _SX, width=17)
    kind = choice("Kind", "Stamped from a return, typed in for a lead, settled by an officer, undone, approved, closed, revised by a later plan, changed by hand, or brought up to a new version of sendxl.", _SX, StampKind, width=9)
    stamped_at = moment("Stamped at", "When; of a change by hand, when it was noticed.", _SX)
    stamped_by = text("Stamped by", "Who ran it; of a change by hand nobody, as it is not known whose it is.", _SX)
    table_ = text("Table", "Table of the changed cell.", _SX)
    ref = text("Ref", "Row of the changed cell.", _SX)
    column = text("Column", "Column of the changed cell; blank where the whole row is meant.", _SX, width=16)
    old = anything("Old", "Value before.", _SX, width=30)
    new = anything("New", "Value after.", _SX, width=30)
    code = text("Code", "Rule that queried it, if any.", _SX, width=8)
    explanation = words("Explanation", "The lead's answer to the query, or the officer's reason. Say here why something was changed by hand.", By.OFFICER, width=26)
    return_ = text("Return", "File it came from.", _SX, width=30)
    sha_256 = text("SHA-256", "Fingerprint of that file.", _SX, width=68, folded=True)
    undoes = text("Undoes", "Batch that this one takes back.", _SX, width=17)


STAMPS = Table("Stamps", "One row for each cell changed by sendxl or by hand; only ever added to. Why of a change by hand may be typed.", Stamp, group="history", append_only=True, numbered=True, most=_MOST_LONG)


class Doubt(Row):
    """A doubt of the import."""

    __slots__ = ()
    no = count("No", "Running number.", _SX, width=9)
    ref = text("Ref", "Activity or measure it is about, or the code of a lead.", _SX, width=10)
    column = text("Column", "Column it is about.", _SX, width=16)
    cell_ = link("Cell", "The cell in the plan, as a link to it.", _SX, width=12)
    place_in_source = text("Place in source", "Where it stands in the source.", _SX, width=18)
    raw_text = words("Raw text", "The words of the source, untouched.", _SX, width=50)
    read_as = words("Read as", "What was made of them.", _SX, width=30)
    how_sure = text("How sure", "Whether it is a guess, or was not read.", _SX, width=10)
    rows = count("Rows", "How many rows have the same doubt.", _SX, width=8)
    doubt = words("Doubt", "What could not be read for certain.", _SX, width=40)
    settled = text("Settled", "Your initials and the day, once you have checked it.", By.OFFICER, width=18)


REVIEW = Table("Review", "One row for each doubt of the import, for an officer to settle.", Doubt, group="control", numbered=True, most=_MOST)


class Revision(Row):
    """What a later version of the published plan says otherwise."""

    __slots__ = ()
    no = count("No", "Running number.", _SX, width=9)
    ref = text("Ref", "Activity or measure it is about; of a new activity blank. It is an old one in other words? Then enter its ref.", By.OFFICER, width=14)
    what = choice("What", "What became of the activity.", _SX, Revised, width=11)
    column = text("Column", "Column that differs; blank where the whole activity is meant.", _SX, width=16)
    old_words = words("Old words", "What the plan has.", _SX, width=40)
    new_words = words("New words", "What the later version has.", _SX, width=40)
    place_in_source = text("Place in source", "Where it stands in the later version.", _SX, width=18)
    how_sure = text("How sure", "How sure it is that both speak of the same.", _SX, width=10)
    proposal = words("Proposal", "What the next run does, if you decide to take it.", _SX, width=40)
    decision = choice("Decision", "What is to stand; the next run of “sendxl revise” carries it out. Where all is sure it is filled: look, and change what is wrong.", By.OFFICER, RevisionDecision, width=15)
    why = words("Why", "Reason for the decision. Of an activity that is closed it becomes the Closed reason.", By.OFFICER, width=26)
    settled_on = day("Settled on", "Day on which it was settled.", _SX)


REVISION = Table("Revision", "One row for each thing that a later version of the published plan says otherwise, for an officer to settle.", Revision, group="control", numbered=True, most=_MOST)


class Setting(Row):
    """A setting of this plan."""

    __slots__ = ()
    setting = text("Setting", "Name.", _SX, width=24)
    value = anything("Value", "Value; you may change it.", width=40)
    what_it_does = words("What it does", "What it means.", _SX, width=72)


SETTINGS = Table("Settings", "One row for each setting of this plan.", Setting, group="reference", most=_MOST)


MASTER_TABLES: tuple[Table, ...] = (
    PLAN, MEASURES, TARGETS, SAVINGS, PROFILE, YEARS, POSITION, TRACKERS, HELD, REVIEW, REVISION, LEADS, UNIT_COSTS, POOLS,
    SETTINGS,
    PERIODS, UPDATES, READINGS, COUNTS, STAMPS,
)
check_links(MASTER_TABLES)
