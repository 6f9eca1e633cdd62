"""The closed lists: every word that a drop-down offers or a computed column says.

A list is declared here once; the Lists sheet, the drop-downs, the reading of cells and the reference pages follow from it.
What each word means: workbooks/pages/glossary.md.
"""

from enum import StrEnum


class Status(StrEnum):
    """How an activity or a measure stands, in words."""

    COMPLETE = "Complete"
    ON_TRACK = "On track"
    AT_RISK = "At risk"
    OFF_TRACK = "Off track"
    NOT_STARTED = "Not started"
    NOT_ASSESSED = "Not assessed"
    CLOSED = "Closed"


class LeadStatus(StrEnum):
    """The lead's own judgement of an activity, to be set beside the computed status."""

    NOT_STARTED = "Not started"
    ON_TRACK = "On track"
    AT_RISK = "At risk"
    OFF_TRACK = "Off track"
    COMPLETE = "Complete"


class Rating(StrEnum):
    """Savings rating of the published plan; an unrated activity is blank."""

    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"
    RISK = "Risk"


class Capacity(StrEnum):
    """Whether the people and money for an activity are there."""

    IN_PLACE = "In place"
    ADDITIONAL = "Additional required"
    DECISION = "Decision needed"
    SAVING = "Potential saving"
    AWAITING = "Awaiting proposals"
    NOT_STATED = "Not stated"


class Kind(StrEnum):
    """What a measure counts, which decides how its value is worked out."""

    NUMBER = "Number"
    PERCENTAGE = "Percentage"
    NUMBER_AND_SHARE = "Number and %"
    COMPLIANCE = "Compliance"
    MILESTONE = "Milestone"


class Better(StrEnum):
    """Which way a measure improves."""

    HIGHER = "Higher"
    LOWER = "Lower"


class YesNo(StrEnum):
    """A plain yes or no."""

    YES = "Yes"
    NO = "No"


class Yes(StrEnum):
    """A box that is ticked or left blank."""

    YES = "Yes"


class Direction(StrEnum):
    """Which way a figure moved since the period before."""

    IMPROVING = "Improving"
    STEADY = "Steady"
    WORSENING = "Worsening"


class LeadView(StrEnum):
    """The lead's status set against the computed one."""

    AGREES = "Agrees"
    OPTIMISTIC = "More optimistic"
    CAUTIOUS = "More cautious"


class Method(StrEnum):
    """How the unit saving of a savings line is worked out."""

    CHAIN = "Placement chain"
    UNIT = "Unit cost avoided"
    SHARE = "Share of contract"
    ONE_OFF = "One-off"
    NONE = "Not quantified"


class SavingType(StrEnum):
    """What kind of money a line is; types are never added together."""

    CASHABLE = "Cashable"
    AVOIDANCE = "Cost avoidance"
    NON_CASHABLE = "Non-cashable"
    COST = "Cost"


class LineStatus(StrEnum):
    """How a savings line stands."""

    WITHDRAWN = "Withdrawn"
    COST = "Cost"
    NOT_QUANTIFIED = "Not quantified"
    NOT_DUE = "Not due"
    NOT_REPORTED = "Not reported"
    DELIVERED = "Delivered"
    ON_TRACK = "On track"
    AT_RISK = "At risk"
    OFF_TRACK = "Off track"


class SavingsStatus(StrEnum):
    """How the savings of an activity stand: as the worst of its lines, where they are of one type."""

    OFF_TRACK = "Off track"
    AT_RISK = "At risk"
    NOT_REPORTED = "Not reported"
    ON_TRACK = "On track"
    NOT_DUE = "Not due"
    DELIVERED = "Delivered"
    NOT_QUANTIFIED = "Not quantified"
    MIXED = "Mixed: see Savings"


class Fund(StrEnum):
    """The budget a line falls to."""

    HIGH_NEEDS = "High needs block"
    GENERAL = "General fund"
    ADULT = "Adult social care"
    SCHOOLS = "Schools"
    OTHER = "Other"


class Qualifier(StrEnum):
    """How firm a published unit cost is."""

    EXACT = "exact"
    APPROX = "approx."
    UP_TO = "up to"
    AVERAGE = "average"


class TrackerState(StrEnum):
    """Where an issued tracker has got to."""

    ISSUED = "Issued"
    RETURNED = "Returned"
    HELD = "Held"
    REJECTED = "Rejected"
    STAMPED = "Stamped"
    REPLACED = "Replaced"


class Decision(StrEnum):
    """What an officer decides about something held; of a whole return, about all of it that no row decides itself."""

    RETURNED = "Take returned"
    OTHER = "Take other"
    PUT = "Put this value"
    MASTER = "Keep master"
    ALL_RETURNED = "Take returned, whole return"
    ALL_MASTER = "Keep master, whole return"

    @property
    def of_one(self) -> "Decision":
        """What it means for one row."""
        return Decision(self.value.removesuffix(", whole return"))


class Revised(StrEnum):
    """What a later version of the published plan makes of an activity."""

    SAME = "Same"
    REWORDED = "Reworded"
    MOVED = "Moved"
    NEW = "New"
    GONE = "Gone"
    SPLIT = "Split?"


class RevisionDecision(StrEnum):
    """What an officer decides about a row of Revision."""

    TAKE = "Take new"
    KEEP = "Keep plan"
    OTHER = "Is another"


class StampKind(StrEnum):
    """Why a cell of the master was changed by sendxl."""

    STAMP = "stamp"
    SETTLE = "settle"
    UNDO = "undo"
    APPROVE = "approve"
    CLOSE = "close"
    REVISE = "revise"
    UPGRADE = "upgrade"
    BY_HAND = "by hand"
    TYPED_IN = "typed in"


class Outcome(StrEnum):
    """What became of a return as a whole."""

    ACCEPTED = "accepted"
    HELD = "held"
    REJECTED = "rejected"
    ASIDE = "set aside"


class Change(StrEnum):
    """What became of an activity since a period."""

    NEWLY_OFF_TRACK = "Newly off track"
    WORSE = "Worse"
    BETTER = "Better"
    RECOVERED = "Recovered"
    OTHER = "Changed"  # to or from Not started and Not assessed
    NEW = "New"
    REOPENED = "Reopened"
    CLOSED = "Closed"
    GONE = "No longer in Plan"
    SAME = "Same"
