"""Every table of a tracker: what a lead sees of the master's tables, and what says which tracker it is."""

from collections.abc import Sequence
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
LEFT_TO_FILL = "Left to fill"
"""A further item: how many rows are left, by a formula."""
LAST_OF_GUIDE = f"The column {PLAN['status'].header} was worked out from dates and measures when this tracker was"
"""How the last line of the Guide begins, in its second column of three."""


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
    cell_ = link("Cell", "Cell it is about.", By.SENDXL, width=17)
    ref = text("Ref", "Row it is about.", By.SENDXL, width=12)
    activity = words("Activity", "The activity that it belongs to.", By.SENDXL, width=28)
    column = text("Column", "Column it is about.", By.SENDXL, width=16)
    found = words("Found", "What was found.", By.SENDXL, width=26)
    what_to_do = words("What to do", "How to put it right.", By.SENDXL, width=45)
    explanation = words("Explanation", "Your answer.", By.LEAD, width=45, shown=Shown.ASKED)


QUERIES = Table("Queries", "About an earlier version of this return: what is wrong is put right in its cell, a question is "
                "answered in Explanation.", Query)
PUT_RIGHT, ANSWER = "Put right", "Answer here"
"""With what What to do begins where only the cell, or also an answer, settles it."""
NO_CHANGE = choice("No change", "Choose Yes if nothing has changed this period; it counts as received.",
                   By.LEAD, Yes, width=10, shown=Shown.ASKED)


def last(column: Column) -> Column:
    """The locked tracker column that shows the master's value of a column that is issued blank."""
    return replace(column, header=f"Last {column.header[0].lower()}{column.header[1:]}", by=By.SENDXL, shown=Shown.LOCKED,
                   help=f"{column.header} as last reported.", required=False, required_with="", width=round(column.width * 0.7))


CHECK = text("Check", "What the row still lacks, worked out as you type.", By.FORMULA, width=36)
"""The column that tells a lead what is missing. It is no input, and is not read when a tracker comes back."""


class Covered(Row):
    """What a lead sees of the savings line that a row of Profile belongs to, in words; the master has it elsewhere."""

    __slots__ = ()
    activity = words("Activity", "The activity that saves it.", By.SENDXL, width=26, shown=Shown.LOCKED)
    what_is_saved = words("What is saved", "What is saved, and how.", By.SENDXL, width=26, shown=Shown.LOCKED)
    unit = text("Unit", "What one of it is.", By.SENDXL, width=9, shown=Shown.LOCKED)
    activity_ref = text("Activity ref", "The activity it belongs to.", By.SENDXL, width=10, shown=Shown.LOCKED)
    planned_by_now = words("Planned by now", "What was planned to be in place at the end of the period.", By.SENDXL, width=26,
                           shown=Shown.LOCKED)


_FIRST = {  # what stands before the cells to fill, by table: as little as a lead needs to know what to fill
    PLAN: ("ref", "activity", "due"), MEASURES: ("ref", "measure", "unit"), PROFILE: ("ref", "activity", "what_is_saved", "unit"),
}
_THEN = {PROFILE: ("planned_by_now",)}  # and what is read first behind them


def _tracker_table(source: Table, sheet: str, *, own: Sequence[Column] = (), inputs: Sequence[Column] = ()) -> Table[Row]:
    """The part of a master table that a lead sees: what names the row, the Check, the cells to fill, then the other locked ones.

    A cell that is issued blank comes last of the cells to fill, right before the locked one with what was said last time.
    """
    locked = {c.key: replace(c, required=False, required_with="", width=round(c.width * 0.8) if c.type is Type.WORDS else c.width)
              for c in (*own, *source) if c.shown is Shown.LOCKED}
    first = [locked.pop(key) for key in _FIRST[source]]
    then = [locked.pop(key) for key in _THEN.get(source, ())]
    filled = sorted((*inputs, *(c for c in source if c.is_input)), key=lambda column: column.shown is Shown.BLANK)
    to_fill = [x for c in filled for x in ((c, last(c)) if c.shown is Shown.BLANK else (c,))]
    return Table(source.name, source.says, Row, (*first, CHECK, *to_fill, *then, *locked.values()), sheet=sheet,
                 frozen=len(_FIRST[source]) + 1)


TRACKER_PLAN = _tracker_table(PLAN, "Activities", inputs=(NO_CHANGE,))
TRACKER_MEASURES = _tracker_table(MEASURES, "Measures")
TRACKER_PROFILE = _tracker_table(PROFILE, "Savings", own=[c for c in vars(Covered).values() if isinstance(c, Column)])
TRACKED: dict[Table, Table[Row]] = {PLAN: TRACKER_PLAN, MEASURES: TRACKER_MEASURES, PROFILE: TRACKER_PROFILE}
