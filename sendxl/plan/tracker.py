"""Every table of a tracker: what a lead sees of the master's tables, and what says which tracker it is."""

from dataclasses import replace

from sendxl.plan.master import MEASURES, PLAN, PROFILE
from sendxl.plan.schema import By, Column, Shown, Table, Type
from sendxl.plan.vocabulary import Yes

T = Type
TRACKER_VERSION = "1"
IDENTITY = Table("Identity", "What this tracker is. Do not change it.", columns=(
    Column("Item", T.TEXT, "Name of the item.", By.SENDXL, width=20),
    Column("Value", T.TEXT, "Its value.", By.SENDXL, width=60),
))
ABOUT = Table("About", "What this tracker is, for its lead to read.", sheet="Guide", columns=(
    Column("Item", T.TEXT, "Name of the item.", By.SENDXL, width=24),
    Column("Value", T.ANY, "Its value.", By.SENDXL, width=60),
))
ABOUT_ITEMS = ("Plan", "Lead", "Period", "As at", "Due back")
ISSUED = Table("Issued", "Every value as it was issued. Do not change it.", columns=(
    Column("Table", T.TEXT, "Table of the value.", By.SENDXL),
    Column("Ref", T.TEXT, "Row of the value.", By.SENDXL),
    Column("Column", T.TEXT, "Column of the value.", By.SENDXL, width=20),
    Column("Value", T.TEXT, "The value, as text.", By.SENDXL, width=60),
))
QUERIES = Table("Queries", "Questions about an earlier version of this return; answer in Explanation.", columns=(
    Column("Code", T.TEXT, "Rule that asks.", By.SENDXL, width=8),
    Column("Cell", T.LINK, "Cell it is about.", By.SENDXL, width=20),
    Column("Ref", T.TEXT, "Row it is about.", By.SENDXL, width=12),
    Column("Column", T.TEXT, "Column it is about.", By.SENDXL, width=16),
    Column("Found", T.WORDS, "What was found.", By.SENDXL),
    Column("What to do", T.WORDS, "How to put it right.", By.SENDXL, width=50),
    Column("Explanation", T.WORDS, "Your answer.", By.LEAD, width=50, shown=Shown.ASKED),
))
NO_CHANGE = Column("No change", T.CHOICE, "Choose Yes if nothing has changed this period; it counts as received.",
                   By.LEAD, Yes, width=10, shown=Shown.ASKED)


def last(column: Column) -> Column:
    """The locked tracker column that shows the master's value of a column that is issued blank."""
    return replace(column, header=f"Last {column.header[0].lower()}{column.header[1:]}", by=By.SENDXL, shown=Shown.LOCKED,
                   help=f"{column.header} as last stamped.", required=False, required_with="", width=round(column.width * 0.7))


def _tracker_table(source: Table, sheet: str, *more: Column) -> Table:
    """The part of a master table that a lead sees, in the master's order: what is locked first, then the inputs."""
    locked = [replace(c, required=False, required_with="", width=round(c.width * 0.8) if c.type is T.WORDS else c.width)
              for c in source if c.shown is Shown.LOCKED]
    inputs = [x for c in source if c.is_input for x in ((last(c), c) if c.shown is Shown.BLANK else (c,))]
    return Table(source.name, source.says, (*locked, *more, *inputs), sheet=sheet, frozen=source.frozen)


TRACKER_PLAN = _tracker_table(PLAN, "Activities", NO_CHANGE)
TRACKER_MEASURES = _tracker_table(MEASURES, "Measures")
TRACKER_PROFILE = _tracker_table(PROFILE, "Savings")
TRACKED: dict[Table, Table] = {PLAN: TRACKER_PLAN, MEASURES: TRACKER_MEASURES, PROFILE: TRACKER_PROFILE}
