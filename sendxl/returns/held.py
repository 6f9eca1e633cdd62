"""What of a return is held: its rows for the table Held, by which an officer sees what was not applied and why."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from sendxl.plan.finding import Finding
from sendxl.plan.schema import By, Column, Table, by_name
from sendxl.plan.tracker import TRACKED
from sendxl.plan.values import Share, Value
from sendxl.returns.label import label_of
from sendxl.returns.outcome import Return
from sendxl.returns.register import held_key

_TRACKED = by_name(TRACKED)
_CHANGED_MEANWHILE = "C04"
_CONFLICTS = ("C01", _CHANGED_MEANWHILE)  # whoever says otherwise, what is decided about the value is decided
LONGEST = 2_000  # characters of a text that is listed: a return may say anything, a cell holds only so much


def label(returned: Return) -> str:
    """How a return is named in the master."""
    return label_of(returned.file, returned.sha256, returned.saved)


def held_row(returned: Return, finding: Finding, master: Callable[[str, str, str], Value], today: date) -> dict[str, Value]:
    """The row of Held for a finding. ``master`` tells what the plan holds at (table name, ref, column key)."""
    at = filled_column(finding.table, finding.column)
    cell = (finding.table, finding.ref, at[1].key if at else "")
    change = next((change for change in returned.changes if at and change.key == cell), None)
    row: dict[str, Value] = {
        "code": finding.code, "tracker": returned.tracker, "table": finding.table, "ref": finding.ref, "column": finding.column,
        "return": label(returned), "since": today, "what_to_do": finding.message,
        "returned": "" if at and change is None else finding.found,  # what was found may be of another cell of the row
    }
    if change is not None:
        place = (change.table, change.ref, change.column)
        shown = {"issued": change.base, "master": master(*place), "returned": change.returned,
                 "other": returned.others.get(place)}
        row |= {key: Share.of(value, change.type) for key, value in shown.items()}
    return {key: value[:LONGEST] if isinstance(value, str) else value for key, value in row.items() if value != ""}


def filled_column(table: str, header: str) -> tuple[Table, Column] | None:
    """A table of the master and its column that leads fill, by their names; None for any other: the whole row is meant."""
    named = _TRACKED.get(table)
    column = named.by_header.get(header) if named else None
    return (named, column) if named and column and column.by is By.LEAD else None


def held_key_of(returned: Return, finding: Finding) -> tuple[str, ...]:
    """The ``held_key`` of the row of Held for a finding."""
    return held_key(held_row(returned, finding, lambda *_: None, date.min))


def decide(returned: Return, decided: Mapping[tuple[str, ...], str]) -> None:
    """Note on the findings of a return what officers decided about them; ``decided`` as in the register."""
    own = {key: decision for key, decision in decided.items() if key[1] == returned.tracker}
    if not own:
        return
    conflicts = {key[1:]: decision for key, decision in own.items() if key[0] in _CONFLICTS}
    values = {key[1:]: decision for key, decision in own.items()}  # by whatever rule: what was put may be what has changed
    findings = []
    for finding in returned.findings:
        key = held_key_of(returned, finding)
        other = values if finding.code == _CHANGED_MEANWHILE else conflicts if finding.code in _CONFLICTS else {}
        found_for = own.get(key) or other.get(key[1:])
        findings.append(replace(finding, decision=found_for) if found_for and finding.holds else finding)
    returned.revise(findings)
