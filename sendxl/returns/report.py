"""The report workbook of validated returns: what goes into which of its rows."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from sendxl.books.report import build_report
from sendxl.books.sheet import Given
from sendxl.plan.finding import Severity
from sendxl.returns.outcome import Return
from sendxl.returns.rules import RULES


def write_report(path: Path, returns: Sequence[Return]) -> None:
    """Write the report workbook (sheets Returns, Findings, Rules) of ``returns`` to ``path``."""
    build_report(
        path,
        returns=[_return(found) for found in returns],
        findings=[row for found in returns for row in _findings(found)],
        rules=[
            {"code": rule.code, "family": rule.family, "severity": rule.severity.value, "rule": rule.name,
             "meaning": "\n".join(" ".join(part.split()) for part in rule.doc.split("\n\n"))}
            for rule in RULES.values()
        ],
        links=[found.path for found in returns],
    )


def _return(found: Return) -> Given:
    return {
        "file": found.file, "lead": found.lead, "period": found.period, "outcome": found.outcome.value,
        "changes": len(found.changes), "held_changes": len(found.held_changes),
        "rejects": found.count(Severity.REJECT), "errors": found.count(Severity.ERROR),
        "queries": found.count(Severity.QUERY), "notes": found.count(Severity.NOTE),
        "not_checked": len(found.not_checked), "rules_not_checked": _not_checked(found),
        "tracker": found.tracker, "sha_256": found.sha256,
    }


def _not_checked(found: Return) -> str | None:
    """As in “V06, V07: PI-01.M1 Actual”, a line for each place."""
    codes: dict[str, list[str]] = defaultdict(list)
    for missed in found.not_checked:
        codes[f"{missed.ref or missed.table} {missed.column}".strip()].append(missed.code)
    return "\n".join(f"{', '.join(missed)}: {place}" for place, missed in codes.items()) or None


def _findings(found: Return) -> list[Given]:
    return [
        {"file": found.file, "lead": found.lead, "severity": finding.severity.value, "code": finding.code,
         "sheet": finding.sheet, "cell": finding.cell, "ref": finding.ref, "column": finding.column,
         "found": finding.found, "what_to_do": finding.message}
        for finding in found.findings
    ]
