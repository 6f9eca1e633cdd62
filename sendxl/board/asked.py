"""What the record of a plan says: decisions that were asked for, what was re-baselined, closed years seen anew."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sendxl.board.contents import NOT_KNOWN, DecisionRow, RebaselinedRow, RestatedRow
from sendxl.board.wording import known, leads_of, plain, pounds, quoted, shortened
from sendxl.figures.assess import Figures
from sendxl.plan.baselines import BASELINES
from sendxl.plan.batches import not_counted
from sendxl.plan.likeness import as_seen
from sendxl.plan.master import (
    MEASURES,
    PLAN,
    STAMPS,
    Activity,
    Logged,
    Stamp,
)
from sendxl.plan.periods import period_ends
from sendxl.plan.schema import Type
from sendxl.plan.tables import Tables
from sendxl.plan.values import to_text
from sendxl.plan.vocabulary import StampKind, Status

ASKED, NO_LONGER = "Asked for", "No longer asked for"
_NOT_OF_PEOPLE = (StampKind.UNDO, StampKind.UPGRADE, StampKind.CLOSE)


def decisions(tables: Tables, figures: Figures, updates: Iterable[Logged]) -> list[DecisionRow]:
    """Every decision that a lead asked for, those still asked for first, then in the order in which they were first asked."""
    asked: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for update in updates:
        if words := plain(Activity.decision_needed.of(update)):
            asked[as_seen(to_text(update.ref))][as_seen(words)].append((to_text(update.period), words))
    rows = []
    for row in tables.read(PLAN):
        of, now = asked[as_seen(row.key)], plain(row.decision_needed)
        if now and as_seen(now) not in of:  # typed into Plan by an officer
            of[as_seen(now)].append((to_text(row.period), now))
        closed = row.key not in figures.activities or figures.activities[row.key].status is Status.CLOSED
        for seen, said in of.items():
            periods = sorted((period for period, _ in said if period), key=period_ends)
            rows.append(DecisionRow(
                ref=plain(row.key), activity=plain(row.activity), lead=leads_of(row),
                words=quoted(said[-1][1]), first_asked=periods[0] if periods else NOT_KNOWN,
                last_asked=periods[-1] if periods else NOT_KNOWN,
                stands=ASKED if seen == as_seen(now) and now and not closed else NO_LONGER))
    return sorted(rows, key=lambda row: (row.stands != ASKED, period_ends(row.first_asked)))


def decisions_first(rows: Sequence[DecisionRow]) -> list[DecisionRow]:
    """Those still asked for, as they fit on the first page."""
    return [DecisionRow(ref=row.ref, activity=shortened(row.activity, 60), lead=shortened(row.lead, 40),
                        words=shortened(row.words, 160), first_asked=row.first_asked, last_asked=row.last_asked,
                        stands=row.stands) for row in rows if row.stands == ASKED]


def rebaselined(tables: Tables, since: str) -> list[RebaselinedRow]:
    """What the plan is held against and was changed since a period (of any time where there is none), the latest first.

    A row that was added or deleted by hand is one, with what stood in it.
    """
    columns = {(table.name, column.header): column for table, of in BASELINES.items() for column in of}
    gone, kinds = not_counted(tables), {row.key: row.kind for row in tables.read(MEASURES)}
    counted = [stamp for stamp in tables.read(STAMPS)
               if stamp.kind not in _NOT_OF_PEOPLE and to_text(stamp.batch) not in gone and not (
                   since and stamp.stamped_at and stamp.stamped_at.date() <= period_ends(since))]
    tables_held = {table.name for table in BASELINES}
    whole = {_row_of(stamp): stamp for stamp in counted if to_text(stamp.table_) in tables_held
             and stamp.kind == StampKind.BY_HAND and stamp.column is None and (stamp.old or stamp.new)}
    held: dict[tuple[str, ...], list[str]] = defaultdict(list)  # of rows that were added or deleted
    found: list[tuple[Stamp, str, str, str]] = []
    for stamp in counted:
        column, row = columns.get((to_text(stamp.table_), to_text(stamp.column))), _row_of(stamp)
        if whole.get(row) is stamp:
            found.append((stamp, "", "", ""))
        elif column is not None and (stamp.old is not None or row in whole):
            type: Type = column.type_in(kinds.get(to_text(stamp.ref)) if column.by_kind else None)
            old, new = (plain(known(value, type)) for value in (stamp.old, stamp.new))
            if row in whole:
                held[row].append(f"{column.header} {old if stamp.new is None else new}")
            else:
                found.append((stamp, column.header, old, new))
    rows = []
    for stamp, what, old, new in found:
        if not what:
            words = "; ".join(held[_row_of(stamp)]) or NOT_KNOWN
            what, old, new = f"A row of {stamp.table_}", *((words, "Deleted") if stamp.new is None else ("Not there", words))
        rows.append(RebaselinedRow(on=known(stamp.stamped_at.date() if stamp.stamped_at else None), ref=plain(stamp.ref),
                                   what=what, old=old, new=new, why=quoted(stamp.explanation) or "No reason was given"))
    return rows[::-1]


def _row_of(stamp: Stamp) -> tuple[str, ...]:
    """The batch of a record, and the row that it is of."""
    return to_text(stamp.batch), to_text(stamp.table_), to_text(stamp.ref)


def restated(figures: Figures) -> list[RestatedRow]:
    """Closed years of savings lines that today's rows and costs would give otherwise."""
    return [RestatedRow(ref=plain(row.savings_ref), type=plain(row.type), fund=plain(row.fund), year=plain(row.year),
                        kept=pounds(row.realised), restated=pounds(row.restated))
            for row in figures.years.values() if row.restated]
