"""Every rule about a master: cases that it finds, at their place and in its words, and cases that it does not find."""

import re

import pytest

from sendxl.checks import CHECKS, MasterRule, blockers
from sendxl.checks.cells import LINKS
from sendxl.checks.registry import Scope, check
from sendxl.errors import Unusable
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.master import (
    LEADS,
    MASTER_TABLES,
    MEASURES,
    PLAN,
    POOLS,
    PROFILE,
    SAVINGS,
    UNIT_COSTS,
    YEARS,
)
from sendxl.plan.schema import Table
from sendxl.plan.summary import SUMMARY_TABLES
from sendxl.plan.versions import WHEN_NEEDED
from sendxl.reference import rules_reference
from tests.checks.cases import FOLLOWS, NOT_FOUND, OF_ROWS, OF_TABLES, PLACES, Change, all_of, changed, typed
from tests.checks.small import ERROR_CELL, FIRST, Given, Small


def findings(small: Small) -> list[Finding]:
    master = small.read()
    return [finding for rule in CHECKS.values() for finding in rule.findings(master)]


def told(small: Small) -> list[tuple[str, str, str, str]]:
    return [(f"{f.severity.letter} {f.code}", f"{f.sheet} {f.cell}".strip(), f.ref, f.message) for f in findings(small)]


def test_a_master_with_nothing_to_mend() -> None:
    assert told(Small()) == []


@pytest.mark.parametrize(("table", "number", "typing", "code", "column", "message"), OF_ROWS,
                         ids=[f"{code} {table.name} {key}" for table, _, _, code, key, _ in OF_ROWS])
def test_what_is_found_in_rows(table: Table, number: int, typing: Given, code: str, column: str, message: str) -> None:
    small = changed(typed(table, number, **typing))
    at, row = PLACES.get(code, (table, number))
    place = (code, f"{at.title} {column}!{FIRST + row}", small.read().tables[at][row].key, message)
    assert [one for one in told(small) if (code[2:], one[0][2:]) not in FOLLOWS] == [place]


@pytest.fixture
def few_stamps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blockers, "MANY_STAMPS", 1)


@pytest.mark.usefixtures("few_stamps")
@pytest.mark.parametrize(("code", "change", "says"), OF_TABLES, ids=[f"{code} {says[2:30]}" for code, _, says in OF_TABLES])
def test_what_is_found_in_tables_and_around_them(code: str, change: Change, says: str) -> None:
    found = [(f.code, f"{f.severity.letter} {f.sheet} {f.cell}".strip() + f": {f.message}") for f in findings(changed(change))]
    assert found == [(code, says)]


@pytest.mark.usefixtures("few_stamps")
@pytest.mark.parametrize(("code", "change"), [(code, change) for code, _, change in NOT_FOUND],
                         ids=[f"{code} {name}" for code, name, _ in NOT_FOUND])
def test_what_is_not_found(code: str, change: Change) -> None:
    assert code not in {finding.code for finding in findings(changed(change))}


@pytest.mark.parametrize("code", sorted(CHECKS))
def test_every_rule_has_a_case_that_it_finds_and_one_that_it_does_not(code: str) -> None:
    assert code in {*(code[2:] for _, _, _, code, _, _ in OF_ROWS), *(code for code, _, _ in OF_TABLES)}
    assert code in {code for code, _, _ in NOT_FOUND}


def test_codes_run_on() -> None:
    assert sorted(CHECKS) == [f"D{number:02}" for number in range(1, len(CHECKS) + 1)]


@pytest.mark.parametrize("rule", CHECKS.values(), ids=lambda rule: rule.code)
def test_a_rule_is_whole(rule: MasterRule) -> None:
    for part in ("\n\nWhy: ", "\n\nExample: ", "\n\nPut right: "):
        assert part in rule.doc
    assert rule.says.endswith((".", "{why}", "{what}", "{mend}"))
    if not isinstance(rule.on, Scope):
        table, key = rule.on
        reads = [(table, read) if isinstance(read, str) else read for read in (key, *rule.reads)]
        assert all(key in table.by_key for table, key in reads)


@pytest.mark.parametrize("code", ["D10", "D5", "d99", "V99"])
def test_a_code_that_is_taken_malformed_or_of_no_family_is_refused(code: str) -> None:
    before = dict(CHECKS)
    with pytest.raises(ValueError, match=code):
        check(code, Severity.NOTE, on=Scope.MASTER, says="")(lambda master: False)
    assert before == CHECKS


def test_the_reference_has_them_after_the_rules_about_returns() -> None:
    about_returns, heading, about_masters = rules_reference().partition("## Checks about a master\n")
    pages = re.findall(r"^### (D\d\d) · ", about_masters, re.MULTILINE)
    assert heading and pages == sorted(CHECKS) and "### V05 · " in about_returns
    assert rules_reference("d10").startswith("# D10 · Activity without lead (note)\n\nAn activity has a lead")
    with pytest.raises(Unusable, match="D49"):
        rules_reference("D99")


def test_a_cell_that_cannot_be_read_is_told_once_and_not_as_blank() -> None:
    small = changed(all_of(typed(SAVINGS, 0, type="Cashabel", fund="High need", method="Chain", chain=ERROR_CELL),
                           typed(PROFILE, 0, from_="autumn", planned_quantity="six")))
    assert [(code, place) for code, place, *_ in told(small)] == [
        ("E D06", "Savings method!5"), ("E D06", "Savings chain!5"), ("E D06", "Savings type!5"), ("E D06", "Savings fund!5"),
        ("E D06", "Profile from!5"), ("E D06", "Profile planned_quantity!5"),
    ]


@pytest.mark.parametrize(("table", "missing"), [
    *((table, column.key) for table in (PLAN, MEASURES, SAVINGS, PROFILE, YEARS, LEADS, UNIT_COSTS, POOLS) for column in table),
])
def test_a_missing_column_is_told_once(table: Table, missing: str) -> None:
    small = changed(lambda small: small.without.update({table: [missing]}))
    assert [(code, place) for code, place, *_ in told(small)] == [("E D02", table.title)]


@pytest.mark.parametrize("table", [*MASTER_TABLES, *SUMMARY_TABLES], ids=lambda table: table.name)
def test_a_missing_table_is_told_once(table: Table) -> None:
    small = changed(lambda small: small.rows.pop(table))
    wanted = [] if table in WHEN_NEEDED else ["E D01" if table in MASTER_TABLES else "N D37"]
    assert [code for code, *_ in told(small)] == wanted


def test_every_column_that_has_choices_of_another_table_is_checked() -> None:
    declared = {(table, column.key) for table in MASTER_TABLES for column in table if column.choices_from}
    assert declared == {(table, key) for table, key, _, _ in LINKS}
