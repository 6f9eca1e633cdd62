"""Queries: the questions that a return was sent back with, and the lead's answers to them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sendxl.plan.counting import many
from sendxl.plan.dates import in_words
from sendxl.plan.finding import Finding, Place, Severity
from sendxl.plan.tracker import ANSWER, PUT_RIGHT, QUERIES, Query
from sendxl.plan.values import printable, to_text
from sendxl.returns.personal import personal

OFFICERS_DECIDE = ("C03", "C04")
"""Rules whose findings an officer decides, not the lead."""
_NOTHING = "Nothing to put right: what stands here is decided by whoever sent the tracker out"
_FIRST_LINE = re.compile(
    r"(?:[\d,]+ things? to put right(?:, )?)?(?:[\d,]+ questions?)?(?:, (?:by|overdue since) \d+ [A-Z][a-z]+)?")
_QUOTED = 200  # characters of an explanation that a message quotes
Question = tuple[str, str, str, str]
"""By what a query is known again in a return that was sent back with it: code, ref, column, and what was found there."""


def question(finding: Finding) -> Question:
    """The question that a finding asks; it changes with the value that is asked about, not with the words of asking."""
    return finding.code, finding.ref, finding.column, to_text(finding.found)


def told(finding: Finding) -> str:
    """What Queries says to do about a finding: whether an answer there is enough, and if not, where it is put right."""
    if finding.code in OFFICERS_DECIDE:
        return finding.message
    if finding.severity is Severity.QUERY:
        return f"{ANSWER}, or put right: {finding.message}"
    return f"{PUT_RIGHT} in the {finding.mended_in}: {finding.message}"


def first_line(findings: Sequence[Finding], due: date | None, today: date | None) -> str:
    """How much a lead is to do, as in “3 things to put right, 2 questions, by 14 Jan”."""
    theirs = [finding for finding in findings if finding.code not in OFFICERS_DECIDE]
    questions = sum(finding.severity is Severity.QUERY for finding in theirs)
    wrong = len(theirs) - questions
    parts = [f"{many(wrong, 'thing')} to put right"] if wrong else []
    parts += [many(questions, "question")] if questions else []
    if due and parts:
        day = in_words(due).rpartition(" ")[0]
        parts.append(f"{'overdue since' if today and due < today else 'by'} {day}")
    return ", ".join(parts) or _NOTHING


def is_first_line(words: str) -> bool:
    """True for what ``first_line`` says."""
    return words == _NOTHING or _FIRST_LINE.fullmatch(words) is not None


def answered(finding: Finding, answer: str) -> Finding:
    """A finding with its lead's answer; where that does not satisfy it, its message says so. Noted once."""
    if not answer or finding.explanation or finding.severity is Severity.NOTE:
        return finding
    explained = replace(finding, explanation=answer)
    if explained.is_explained:
        return explained
    words = printable(answer, keep="").strip()
    quoted = words if len(words) <= _QUOTED else f"{words[:_QUOTED].rstrip()} …"
    officers = finding.code in OFFICERS_DECIDE
    ends = f"It was explained (“{quoted}”)" + ("." if officers else f", but it {finding.must}.")
    return replace(explained, message=f"{finding.message} {ends}")


def asked_in(row: Query) -> Question:
    """The question that a row of Queries asks."""
    return to_text(row.code), to_text(row.ref), to_text(row.column), to_text(row.found)


def answers_in(rows: Iterable[Query]) -> tuple[frozenset[Question], dict[Question, str], dict[Place, str]]:
    """The questions that were sent back, what the lead wrote in answer, and where that holds what of a child's data."""
    asked, answers, told_too_much = set(), {}, {}
    for row in rows:
        asks, answer = asked_in(row), to_text(row.explanation)
        asked.add(asks)
        if what := personal(answer):
            told_too_much[Place(QUERIES.title, row.stored("explanation").address, column="Explanation")] = what
        elif answer:
            answers[asks] = answer
    return frozenset(asked), answers, told_too_much
