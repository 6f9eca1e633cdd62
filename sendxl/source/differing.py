"""Whether a cell of a master differs from what a later version of its plan says, and what is then proposed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sendxl.plan.likeness import as_seen
from sendxl.plan.master import LEADS, MEASURES, PLAN, REVIEW, STAMPS, Activity
from sendxl.plan.rows import Row
from sendxl.plan.schema import Column, Table
from sendxl.plan.tables import Tables
from sendxl.plan.values import Value, same, show, to_text
from sendxl.plan.vocabulary import Revised, StampKind
from sendxl.source.column_parts import Sure
from sendxl.source.proposals import Cell, Compared, Proposal
from sendxl.source.understand import Imported

LEFT = "It was changed by hand from what the later version still says. “Keep plan” leaves it so."
_LEADS = (Activity.lead, Activity.joint_leads)


class Differing:
    """Gathers proposals; knows what officers had put in the place of what the plan said."""

    def __init__(self, plan: Tables, later: Imported) -> None:
        self.plan, self.later = plan, later
        self.at = {str(row["ref"]): raw.at for row, raw in zip(later.rows[PLAN], later.laid.activities, strict=True)}
        self.found = Compared()
        self._mended = set(_mended(plan, later))
        self._bodies = {as_seen(to_text(row.raw_text)) for row in plan.find(REVIEW, "column", LEADS["title"].header)}
        self._changed_from = _changed_from(plan)
        self._doubted = {(ref, to_text(row.column)) for row in plan.read(REVIEW) for ref in to_text(row.ref).split("; ")}
        self._doubted |= {(ref, "") for ref, _ in self._doubted}

    def add(self, proposal: Proposal) -> None:
        """Note a proposal."""
        self.found.proposals.append(proposal)

    def cell(self, what: Revised, table: Table, row: Row, column: Column, value: Value, says: str, of: str, later_ref: str, *,
             ready: bool) -> None:
        """Note that a cell differs; what an officer had put in the place of the same words is left.

        ``of`` is the activity of the later version that says so, ``later_ref`` its row. ``ready``: it need only be looked at.
        """
        if (row.key, column.header, later_ref) in self._mended or (column in _LEADS and self._are_bodies(value)):
            return
        type, now = row.type_of(column), row[column.key]
        by_hand = self.by_hand(table, row, column, value)
        ready = ready and not self._was_doubted(table, row.key, column)
        self.add(Proposal(
            what, row.key, column.header, show(now, type), show(value, type), LEFT if by_hand else says, self.at.get(of, ""),
            Sure.GUESS if by_hand else Sure.SURE, ready=not by_hand and (ready or now is None),
            cells=[Cell(table, row.key, column, value)]))

    def by_hand(self, table: Table, row: Row, column: Column, value: Value) -> bool:
        """True if a cell was changed by hand from what the later version says."""
        return any(same(value, was) for was in self._changed_from.get((table.name, row.key, column.header), ()))

    def _was_doubted(self, table: Table, ref: str, column: Column) -> bool:
        """True of what officers were asked about at the import, and may have put otherwise: a cell, or anything of a measure."""
        return (ref, "" if table is MEASURES else column.header) in self._doubted

    def _are_bodies(self, value: Value) -> bool:
        """True of leads that are no posts, of which an officer was told at the import: what stands now is instead."""
        return all(as_seen(title) in self._bodies for title in to_text(value).split("; "))


def same_words(one: Value, other: Value) -> bool:
    """True if two cells say the same, whatever spaces and line breaks stand between their words."""
    return " ".join(to_text(one).split()) == " ".join(to_text(other).split())


def _mended(plan: Tables, later: Imported) -> Iterator[tuple[str, str, str]]:
    """Cells that an officer was asked about at the import, of words that the later version still has: (ref, header, later ref).

    What stands there now is what the officer made of them.
    """
    asked: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in plan.read(REVIEW):
        asked[to_text(row.column), as_seen(to_text(row.raw_text))].update(to_text(row.ref).split("; "))
    for doubt in later.rows[REVIEW]:
        known = asked.get((to_text(doubt["column"]), as_seen(to_text(doubt["raw_text"]))), ())
        for later_ref in to_text(doubt["ref"]).split("; "):
            for ref in known:
                yield ref, to_text(doubt["column"]), later_ref


def _changed_from(plan: Tables) -> Mapping[tuple[str, str, str], list[Value]]:
    """What cells held before people changed them, by table, ref and header."""
    found: dict[tuple[str, str, str], list[Value]] = defaultdict(list)
    for stamp in plan.find(STAMPS, "kind", StampKind.BY_HAND.value):
        if stamp.column and stamp.old is not None:
            found[to_text(stamp.table_), to_text(stamp.ref), stamp.column].append(stamp.old)
    return found
