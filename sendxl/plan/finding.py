"""A finding: bad data as a value, with where it is, what was found and what to do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

_MENDED_IN = ("cell", "tracker")  # a finding of a cell there, any other in the tracker
_MUST = {where: f"must be put right in the {where}" for where in _MENDED_IN}


def is_of_error(explanation: str) -> bool:
    """True for an explanation, as it is recorded, that satisfied nothing."""
    return explanation.endswith(tuple(f" ({must})" for must in _MUST.values()))


class Severity(StrEnum):
    """What a finding does to the return: reject all of it, hold the row, hold it until explained, or only tell."""

    REJECT = "reject"
    ERROR = "error"
    QUERY = "query"
    NOTE = "note"

    @property
    def letter(self) -> str:
        """R, E, Q or N, as printed before a code."""
        return self.value[0].upper()

    @property
    def holds(self) -> bool:
        """True if a row with such a finding is not applied, unless it is explained."""
        return self in (Severity.ERROR, Severity.QUERY)


class Place(NamedTuple):
    """Where something was found. With a table and no ref it is about every row of the table."""

    sheet: str = ""
    cell: str = ""
    table: str = ""
    ref: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in one return.

    ``ref`` and ``column`` (a header) are blank where the finding is about a whole row, sheet or file; ``cell`` is an
    A1 address on ``sheet``. ``table`` is the name of the table the row belongs to, used to hold that row.
    ``explanation`` is what the lead wrote in answer: a query then holds nothing any more, an error does. ``decision`` is
    what an officer decided about it, which settles either.
    """

    code: str
    severity: Severity
    file: str
    message: str
    sheet: str = ""
    cell: str = ""
    table: str = ""
    ref: str = ""
    column: str = ""
    found: str = ""
    explanation: str = ""
    decision: str = ""

    @property
    def holds(self) -> bool:
        """True if its row is not applied: an error, or a query that nobody has explained, and that no officer has settled."""
        return self.severity.holds and not (self.is_explained or self.decision)

    @property
    def is_explained(self) -> bool:
        """True for a query that its lead has answered; an explanation satisfies nothing else."""
        return self.severity is Severity.QUERY and bool(self.explanation)

    @property
    def recorded(self) -> str:
        """The explanation as it is recorded."""
        return f"{self.explanation} ({self.must})" if self.explanation and self.holds else self.explanation

    @property
    def mended_in(self) -> str:
        """Where it is put right, if no answer is enough."""
        cell, tracker = _MENDED_IN
        return cell if self.cell else tracker

    @property
    def must(self) -> str:
        """What is said of an error, or of what rejects a return, that its lead has explained in place of mending it."""
        return _MUST[self.mended_in]

    @property
    def place(self) -> str:
        """``Sheet!A1``, the sheet alone, or nothing."""
        return f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet

    def __str__(self) -> str:
        """One line as printed: severity, code, place, ref and what to do."""
        where = " ".join(part for part in (self.place, self.ref) if part)
        answer = f" (explained: {self.explanation})" if self.is_explained else ""
        answer += f" (settled: {self.decision})" if self.decision else ""
        return f"{self.severity.letter} {self.code}{f' {where}' if where else ''}: {self.message}{answer}"

    def as_json(self) -> dict[str, Any]:
        """The finding as it stands in the JSON report (the file is named by the return it is listed under)."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "sheet": self.sheet,
            "cell": self.cell,
            "ref": self.ref,
            "column": self.column,
            "found": self.found,
            "message": self.message,
            "explanation": self.explanation,
            "decision": self.decision,
        }
