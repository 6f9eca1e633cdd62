"""check: what a tracker alone can tell its lead, before it is sent back. No master is needed."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sendxl.errors import Unusable
from sendxl.plan.counting import counted
from sendxl.plan.finding import Finding, Severity
from sendxl.returns.batch import collect
from sendxl.returns.checking import checked
from sendxl.returns.outcome import Return
from sendxl.returns.rules.across_periods import NOT_REPORTED

_WRONG = (Severity.REJECT, Severity.ERROR)


@dataclass(frozen=True)
class CheckedTracker:
    """One tracker, as far as it can be judged without the plan.

    ``not_filled``: refs of the activities on which nothing is said. ``to_put_right`` holds what no answer makes good,
    ``questions`` what may be answered instead, ``notes`` what need not be acted on.
    """

    path: Path
    file: str
    lead: str
    period: str
    not_filled: Sequence[str]
    to_put_right: Sequence[Finding]
    questions: Sequence[Finding]
    notes: Sequence[Finding]

    @classmethod
    def of(cls, returned: Return) -> "CheckedTracker":
        """What was found in a tracker, told apart by what its lead is to do."""
        findings = list(returned.findings)
        skipped = [finding for finding in findings if finding.code == NOT_REPORTED]
        return cls(returned.path, returned.file, returned.lead, returned.period, [finding.ref for finding in skipped],
                   [finding for finding in findings if finding.severity in _WRONG],
                   [finding for finding in findings if finding.severity is Severity.QUERY and finding.holds],
                   [finding for finding in findings if finding.severity is Severity.NOTE and finding not in skipped])

    @property
    def is_ready(self) -> bool:
        """True if nothing is left to do before it goes back."""
        return not (self.not_filled or self.to_put_right or self.questions)

    @property
    def says(self) -> str:
        """How much is left, in words."""
        left = {"not filled": len(self.not_filled), "to put right": len(self.to_put_right), "to answer": len(self.questions)}
        return f"{self.file}: {'ready to be sent back' if self.is_ready else counted(left)}."


@dataclass(frozen=True)
class Checked:
    """The trackers that were looked at, in the order of their names. ``left_out``: folders that were not looked into."""

    trackers: Sequence[CheckedTracker]
    left_out: Sequence[str] = ()

    @property
    def to_mend(self) -> Sequence[str]:
        """A line for each tracker in which something is left to do."""
        return [*self.left_out, *(tracker.says for tracker in self.trackers if not tracker.is_ready)]


def check(paths: Sequence[Path | str], *, today: date | None = None) -> Checked:
    """Check trackers, files or those in folders, against nothing but what they were issued with.

    What depends on other leads, on earlier periods or on the plan as it is by now is told only by ``validate``. Bad trackers
    are findings, not errors; Unusable where there is no such file.
    """
    given = [Path(path) for path in paths]
    for path in given:
        if not os.path.lexists(path):
            raise Unusable(f"There is no file or folder {path}.")
    collected = collect(given)
    if not collected.files:
        raise Unusable(f"There is no tracker in {', '.join(map(str, given))}. It is the workbook (.xlsx) that you were sent.")
    day = today or date.today()
    return Checked([CheckedTracker.of(checked(path, None, day)) for path in collected.files],
                   [*collected.left_out, *collected.passed_over])
