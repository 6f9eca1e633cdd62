"""Queries: the questions that a return was sent back with, and the lead's answers to them."""

from collections.abc import Iterable

from sendxl.plan.finding import Finding, Place
from sendxl.plan.tracker import QUERIES, Query
from sendxl.plan.values import to_text
from sendxl.returns.personal import personal

Question = tuple[str, str, str, str]
"""By what a query is known again in a return that was sent back with it: code, ref, column, and what was found there."""


def question(finding: Finding) -> Question:
    """The question that a finding asks; it changes with the value that is asked about, not with the words of asking."""
    return finding.code, finding.ref, finding.column, to_text(finding.found)


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
            told_too_much[Place(QUERIES.title, row.cell("explanation").stored.address, column="Explanation")] = what
        elif answer:
            answers[asks] = answer
    return frozenset(asked), answers, told_too_much
