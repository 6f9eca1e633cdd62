"""What a column of a source is read as, and how sure a reading is."""

from enum import StrEnum


class Part(StrEnum):
    """What a column of a source is read as. The words are those that the mapping workbook offers."""

    SOURCE_NO = "Source no"
    THEME = "Theme"
    ACTIVITY = "Activity"
    STEPS = "Steps"
    MEASURE = "Measure"
    CHANGE = "Expected change"
    RATIONALE = "Rationale"
    SAVINGS = "Savings"
    BENEFITS = "Benefits"
    LEAD = "Lead"
    LEAD_CAPACITY = "Lead and capacity"
    LEAD_BODY = "Lead body"
    JOINT = "Joint leads"
    CAPACITY = "Capacity note"
    STARTS = "Starts"
    DUE = "Due"
    COMPLETED = "Completed on"
    PERCENT = "% complete"
    STATUS = "Lead status"
    HISTORY = "Status history"
    PROGRESS = "Progress"
    EVIDENCE = "Evidence"
    NEXT = "Next steps"
    BASELINE = "Baseline"
    TARGET = "Target"
    BETTER = "Better"
    OWN = "Column of its own"
    LEAVE = "Leave out"


class Sure(StrEnum):
    """How sure a reading is."""

    SURE = "sure"
    LIKELY = "likely"
    GUESS = "guess"
    NOT_READ = "not read"
