"""What a tracker alone can tell of the plan: in place of the register of a master, that of one tracker, from its own values."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from sendxl.books.issued import LEAD, PERIOD, PLAN_ID, TRACKER, VERSION, from_text
from sendxl.plan.master import MEASURES, PLAN
from sendxl.plan.schema import Shown, Table
from sendxl.plan.settings import Settings
from sendxl.plan.tracker import TRACKED
from sendxl.plan.values import Value, to_text
from sendxl.plan.versions import asked
from sendxl.plan.vocabulary import TrackerState
from sendxl.returns.register import MasterRows, Register, RegisteredTracker
from sendxl.returns.rows import BASED_ON

IssuedTexts = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Values as they were issued, as text, by table, ref and header."""
_KIND = MEASURES["kind"].header


def register_of(identity: Mapping[str, str], issued: IssuedTexts, digest: str) -> Register:
    """What a tracker says of the plan: the values that it was issued with, and that it was issued, if they can be read.

    Of other leads, of earlier periods and of what was stamped since it tells nothing.
    """
    version = identity.get(VERSION, "")
    whole = all(_can_be_read(issued.get(table.name, {}), asked(seen, version)) for table, seen in TRACKED.items())
    tracker = RegisteredTracker(identity.get(TRACKER, ""), identity.get(LEAD, ""), identity.get(PERIOD, ""),
                                digest if whole else "", TrackerState.ISSUED)
    rows = {table.name: _rows(table, issued.get(table.name, {})) if whole else {} for table in TRACKED}
    trackers = {tracker.tracker: tracker} if tracker.tracker else {}
    return Register(Settings(plan_id=identity.get(PLAN_ID) or None), trackers, rows, leads={},
                    activities=dict(_activities(rows)))


def _can_be_read(issued: Mapping[str, Mapping[str, str]], seen: Table) -> bool:
    """False where something issued in a table is nothing that its column can hold: someone has altered it."""
    with suppress(ValueError, OverflowError):
        for texts in issued.values():
            for column in seen:
                from_text(texts.get(column.header, ""), column, texts.get(_KIND))
        return True
    return False


def _rows(table: Table, issued: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Value]]:
    """The rows of a table as the plan had them, as far as the tracker shows them."""
    headers = {column.key: column.header if column.shown is Shown.LOCKED else BASED_ON[table][column.key]
               for column in table if column.shown is not Shown.NO}
    return {ref: {key: from_text(texts.get(header, ""), table[key], texts.get(_KIND)) for key, header in headers.items()}
            for ref, texts in issued.items()}


def _activities(rows: Mapping[str, MasterRows]) -> Iterator[tuple[tuple[str, str], str]]:
    """The activity of each row, where the tracker names it."""
    yield from (((PLAN.name, ref), ref) for ref in rows[PLAN.name])
    yield from (((MEASURES.name, ref), to_text(row.get("activity_ref"))) for ref, row in rows[MEASURES.name].items())
