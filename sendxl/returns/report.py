"""The report workbook of validated returns: what goes into which of its rows."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from sendxl.books import fit
from sendxl.books.build.report import CHASERS, RETURNS, build_report
from sendxl.books.build.sheet import Given
from sendxl.plan.finding import Severity
from sendxl.returns.outcome import Return
from sendxl.returns.reminder import Chaser
from sendxl.returns.rules import RULES

_STEPS = (100, 50, *range(30, 0, -1))  # how many things of a list are tried, from the most


def write_report(path: Path, returns: Sequence[Return], chasers: Sequence[Chaser] | None = None,
                 files: int | None = None, *, changes: Sequence[Given] | None = None,
                 statuses: Sequence[Given] | None = None, held: Sequence[Given] | None = None) -> None:
    """Write the report workbook of ``returns`` to ``path``: sheets Returns, Findings, Rules and, if given, the others.

    ``changes``, ``statuses`` and ``held``: of a stamping run, rows by column key of the report's tables of these names.
    Where there were more ``files`` than returns, as validation was stopped, the title of every sheet says so.
    """
    stopped = files is not None and len(returns) < files
    what = "Validation of returns" if changes is None else "Stamping of returns"
    build_report(
        path,
        title=what + (f", INCOMPLETE: stopped after {len(returns):,} of {files:,} files" if stopped else ""),
        returns=[_return(returned) for returned in returns],
        findings=[row for returned in returns for row in _findings(returned)],
        rules=[
            {"code": rule.code, "family": RULES.family(rule), "severity": rule.severity.value, "rule": rule.name,
             "meaning": "\n".join(" ".join(part.split()) for part in rule.doc.split("\n\n"))}
            for rule in RULES.values()
        ],
        chasers=None if chasers is None else [_chaser(chaser) for chaser in chasers],
        changes=changes, statuses=statuses, held=held,
        links=[returned.path for returned in returns],
        found_in=[returned.path for returned in returns for _ in range(len(returned.findings))],
    )


def _return(returned: Return) -> Given:
    return {
        "file": returned.file, "lead": returned.lead, "period": returned.period, "outcome": returned.outcome_in_words,
        "changes": len(returned.changes), "held_changes": len(returned.held_changes),
        "rejects": returned.count(Severity.REJECT), "errors": returned.count(Severity.ERROR),
        "queries": returned.count(Severity.QUERY), "notes": returned.count(Severity.NOTE),
        "not_checked": len(returned.not_checked), "rules_not_checked": _not_checked(returned),
        "tracker": returned.tracker, "sha_256": returned.sha256,
    }


def _not_checked(returned: Return) -> str | None:
    """As in “V06, V07: PI-01.M1 Actual”, a line for each place."""
    codes: dict[str, list[str]] = defaultdict(list)
    for missed in returned.not_checked:
        codes[f"{missed.ref or missed.table} {missed.column}".strip()].append(missed.code)
    lines = [f"{', '.join(missed)}: {place}" for place, missed in codes.items()]

    def told(most: int | None) -> str:
        return "\n".join([*lines[:most], *([f"… and {len(lines) - most} more"] if most and len(lines) > most else [])])

    return _fitting(told, RETURNS["rules_not_checked"].width) or None


def _fitting(told: Callable[[int | None], str], width: float) -> str:
    """As much of a list as a row can be high: what is beyond it could be neither seen nor printed."""
    for most in (None, *_STEPS):
        text = told(most)
        if fit.row_height([(text, width)]) < fit.TALLEST:
            break
    return text


def _chaser(chaser: Chaser) -> Given:
    return {
        "lead": chaser.lead, "name": chaser.name, "email": chaser.email, "period": "; ".join(chaser.periods),
        "due_on": chaser.due_on, "why": chaser.why, "outstanding": _fitting(chaser.outstanding, CHASERS["outstanding"].width),
        "subject": chaser.subject, "text": _fitting(chaser.text, CHASERS["text"].width).rstrip(),
        "tracker": "; ".join(dict.fromkeys(matter.tracker for matter in chaser.matters)),
    }


def _findings(returned: Return) -> list[Given]:
    return [
        {"file": returned.file, "lead": returned.lead, "severity": finding.severity.value, "code": finding.code,
         "sheet": finding.sheet, "cell": finding.cell, "ref": finding.ref, "column": finding.column,
         "found": finding.found, "what_to_do": finding.message, "explanation": finding.explanation or None}
        for finding in returned.findings
    ]
