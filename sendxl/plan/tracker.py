"""Every table of a tracker: what a lead sees of the master's tables, and what says which tracker it is."""

from dataclasses import replace

from sendxl.plan.master import MEASURES, PLAN, PROFILE
from sendxl.plan.rows import Row
from sendxl.plan.schema import By, Column, Shown, Table, Type, anything, choice, link, text, words
from sendxl.plan.vocabulary import Yes

TRACKER_VERSION = "2"


class Item(Row):
    """A fact that tells which tracker this is."""

    __slots__ = ()
    item = text("Item", "Name of the item.", By.SENDXL, width=20)
    value = text("Value", "Its value.", By.SENDXL, width=60)


IDENTITY = Table("Identity", "What this tracker is. Do not change it.", Item)


class About(Row):
    """A fact about the tracker that its lead is to know."""

    __slots__ = ()
    item = text("Item", "Name of the item.", By.SENDXL, width=24)
    value = anything("Value", "Its value.", By.SENDXL, width=60)


ABOUT = Table("About", "What this tracker is, for its lead to read.", About, sheet="Guide")
ABOUT_ITEMS = ("Plan", "Lead", "Period", "As at", "Due back")


class Issued(Row):
    """A value as it was issued."""

    __slots__ = ()
    table_ = text("Table", "Table of the value.", By.SENDXL)
    ref = text("Ref", "Row of the value.", By.SENDXL)
    column = text("Column", "Column of the value.", By.SENDXL, width=20)
    value = text("Value", "The value, as text.", By.SENDXL, width=60)


ISSUED = Table("Issued", "Every value as it was issued. Do not change it.", Issued)


class Query(Row):
    """A question about an earlier version of the return."""

    __slots__ = ()
    code = text("Code", "Rule that asks.", By.SENDXL, width=8)
    cell_ = link("Cell", "Cell it is about.", By.SENDXL, width=20)
    ref = text("Ref", "Row it is about.", By.SENDXL, width=12)
    column = text("Column", "Column it is about.", By.SENDXL, width=16)
    found = words("Found", "What was found.", By.SENDXL)
    what_to_do = words("What to do", "How to put it right.", By.SENDXL, width=50)
    explanation = words("Explanation", "Your answer.", By.LEAD, width=50, shown=Shown.ASKED)


QUERIES = Table("Queries", "About an earlier version of this return: what is wrong is put right in its cell, a question is "
                "answered in Explanation.", Query)
NO_CHANGE = choice("No change", "Choose Yes if nothing has changed this period; it counts as received.",
                   By.LEAD, Yes, width=10, shown=Shown.ASKED)


def last(column: Column) -> Column:
    """The locked tracker column that shows the master's value of a column that is issued blank."""
    return replace(column, header=f"Last {column.header[0].lower()}{column.header[1:]}", by=By.SENDXL, shown=Shown.LOCKED,
                   help=f"{column.header} as last reported.", required=False, required_with="", width=round(column.width * 0.7))


def _tracker_table(source: Table, sheet: str, *more: Column) -> Table[Row]:
    """The part of a master table that a lead sees, in the master's order: what is locked first, then the inputs."""
    locked = [replace(c, required=False, required_with="", width=round(c.width * 0.8) if c.type is Type.WORDS else c.width)
              for c in source if c.shown is Shown.LOCKED]
    inputs = [x for c in source if c.is_input for x in ((last(c), c) if c.shown is Shown.BLANK else (c,))]
    return Table(source.name, source.says, Row, (*locked, *more, *inputs), sheet=sheet, frozen=source.frozen)


TRACKER_PLAN = _tracker_table(PLAN, "Activities", NO_CHANGE)
TRACKER_MEASURES = _tracker_table(MEASURES, "Measures")
TRACKER_PROFILE = _tracker_table(PROFILE, "Savings")
TRACKED: dict[Table, Table[Row]] = {PLAN: TRACKER_PLAN, MEASURES: TRACKER_MEASURES, PROFILE: TRACKER_PROFILE}
