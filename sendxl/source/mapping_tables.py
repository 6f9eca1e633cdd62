"""The workbook in which an officer sees how a plan was read, before a master is made of it, and chooses otherwise."""

from collections.abc import Mapping, Sequence

from sendxl.plan.master import MEASURES, PLAN
from sendxl.plan.rows import Row
from sendxl.plan.schema import By, Column, Table, choice, text
from sendxl.plan.schema import count as whole
from sendxl.plan.schema import words as plain
from sendxl.plan.values import Value, show
from sendxl.plan.vocabulary import LeadStatus
from sendxl.source.column_parts import Part, Sure
from sendxl.source.understand import Imported

_SX = By.SENDXL
LEAVE_BLANK = "(blank)"
"""What an officer enters for words that are to be read as nothing."""


class MappedColumn(Row):
    """A column of the source, and what it is read as."""

    __slots__ = ()
    column = text("Column", "The header, as the source has it.", _SX, width=34)
    sample_values = plain("Sample values", "What stands below it.", _SX, width=50)
    read_as = text("Read as", "What it is read as.", _SX, width=20)
    how_sure = text("How sure", "sure, likely, a guess, or not read.", _SX, width=10)
    your_choice = choice("Your choice", "What it is to be read as, if that is wrong.", By.OFFICER, Part, width=20)


class MappedWord(Row):
    """A status, a day or a lead that the source says."""

    __slots__ = ()
    no = whole("No", "Running number.", _SX, width=8)
    kind = text("Kind", "Status, Day or Lead.", _SX, width=10)
    words = plain("Words", "As the source has them.", _SX, width=50)
    count = whole("Count", "In how many cells they stand.", _SX, width=8)
    read_as = plain("Read as", "What they are read as; blank: nothing.", _SX, width=34)
    your_choice = text(
        "Your choice", f"What they are to be read as, if that is wrong; {LEAVE_BLANK} for nothing.", By.OFFICER, width=34)


class MappedRow(Row):
    """A row of the source, and what it is read as."""

    __slots__ = ()
    no = whole("No", "Running number.", _SX, width=8)
    place = text("Place", "Where it stands in the source.", _SX, width=26)
    read_as = text("Read as", "An activity, a further measure, a heading, or skipped.", _SX, width=12)
    words = plain("Words", "What it says.", _SX, width=80)
    why = plain("Why", "Why it is no activity.", _SX, width=40)


class Previewed(Row):
    """An activity as it would stand in the master."""

    __slots__ = ()
    ref = text("Ref", "As it would be.", _SX, width=10)
    theme = text("Theme", "Its theme.", _SX, width=24)
    activity = plain("Activity", "What will be done.", _SX, width=44)
    lead = text("Lead", "Who leads.", _SX, width=28)
    starts = text("Starts", "When it starts.", _SX, width=12)
    due = text("Due", "When it is due.", _SX, width=12)
    lead_status = text("Lead status", "The status.", _SX, width=12)
    measures = plain("Measures", "Its measures, with baseline and target.", _SX, width=50)


COLUMNS = Table("Columns", "One row for each column of the source. What is read wrongly, put right in Your choice.",
                MappedColumn, group="plan")
WORDS = Table("Words", "One row for each status, day and lead of the source.", MappedWord, group="plan", numbered=True)
ROWS = Table("SourceRows", "One row for each row of the source.", MappedRow, group="control", sheet="Rows", numbered=True)
PREVIEW = Table("Preview", "The activities as they would stand in the master.", Previewed, group="reference")
MAPPING_TABLES: tuple[Table, ...] = (COLUMNS, WORDS, ROWS, PREVIEW)


def mapping_rows(imported: Imported) -> Mapping[Table, Sequence[Mapping[str, Value]]]:
    """The rows of the mapping of a plan that was read."""
    columns = [{"column": heading.header, "sample_values": "\n".join(samples) or None,
                "read_as": None if heading.sure is Sure.NOT_READ else str(heading.part), "how_sure": str(heading.sure)}
               for heading, samples in imported.laid.seen.columns.values()]
    said = [{"no": number, "kind": one.kind, "words": one.text, "count": one.count, "read_as": one.read_as or None}
            for number, one in enumerate(sorted(imported.said.said.values(), key=lambda one: one.kind), 1)]
    rows = [{"no": number, "place": row.at, "read_as": row.read_as, "words": row.says or None, "why": row.why or None}
            for number, row in enumerate(imported.laid.rows, 1)]
    return {COLUMNS: columns, WORDS: said, ROWS: rows, PREVIEW: [_previewed(imported, row) for row in imported.rows[PLAN]]}


def _previewed(imported: Imported, row: Mapping[str, Value]) -> Mapping[str, Value]:
    measures = [" ".join(part for part in (str(one["measure"]), _figures(one)) if part)
                for one in imported.rows[MEASURES] if one["activity_ref"] == row["ref"]]
    kept = {key: row[key] for key in ("ref", "theme", "activity", "lead", "lead_status")}
    days = {key: show(row[key]) or None for key in ("starts", "due")}
    return {**kept, **days, "measures": "\n".join(measures) or None}


def _figures(measure: Mapping[str, Value]) -> str:
    base, target = (show(measure[key], MEASURES[key].type_in(measure["kind"])) for key in ("baseline", "target"))
    return f"({base or '?'} → {target or '?'})" if base or target else ""


def fault_of(table: Table, column: Column, value: str, kind: str = "") -> str:
    """Why a choice of an officer cannot be taken, and what to do; "" where it can."""
    if table is COLUMNS and column.choice_of(value) is None:
        return f"“{value}” is nothing that a column can be read as. Choose one of the list"
    if table is WORDS and kind == "Status" and value != LEAVE_BLANK and value not in [*map(str, LeadStatus)]:
        return f"“{value}” is no status. Enter one of {', '.join(LeadStatus)}, or {LEAVE_BLANK}"
    return ""

