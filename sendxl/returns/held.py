"""What of a return is held: its rows for the table Held, by which an officer sees what was not applied and why."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sendxl.plan.columns import TRACKED
from sendxl.plan.finding import Finding
from sendxl.plan.values import Value, to_text
from sendxl.returns.outcome import Change, Return
from sendxl.returns.register import MARK, PRINT, fingerprint

_LONGEST = 2_000  # characters of a text that is listed: a return may say anything, a cell holds only so much


def label(found: Return) -> str:
    """How a return is named in the master: its file and the first digits of its fingerprint."""
    return f"{found.file}{MARK}{found.sha256[:PRINT]}"


def held_row(found: Return, finding: Finding, master: Callable[[str, str, str], Value], today: date) -> dict[str, Value]:
    """The row of Held for a finding. ``master`` tells what the plan holds at (table name, ref, column key)."""
    change = _change_at(found, finding)
    row: dict[str, Value] = {
        "code": finding.code, "tracker": found.tracker, "table": finding.table, "ref": finding.ref, "column": finding.column,
        "return": label(found), "since": today, "what_to_do": finding.message, "returned": finding.found,
    }
    if change is not None:
        place = (change.table, change.ref, change.column)
        row |= {"issued": change.base, "master": master(*place), "returned": change.returned, "other": found.others.get(place)}
    return {key: value[:_LONGEST] if isinstance(value, str) else value for key, value in row.items() if value != ""}


def _change_at(found: Return, finding: Finding) -> Change | None:
    table = next((table for table in TRACKED if table.name == finding.table), None)
    column = table.by_header.get(finding.column) if table else None
    if column is None:
        return None
    return next((c for c in found.changes if (c.table, c.ref, c.column) == (finding.table, finding.ref, column.key)), None)


def held_key(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes two Held rows the same: the rule, the place and what was returned there, or the file if none."""
    place = tuple(to_text(row.get(key)) for key in ("code", "tracker", "table", "ref", "column", "returned"))
    return place if row.get("table") else (*place, fingerprint(row.get("return")))
