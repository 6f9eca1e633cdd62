"""What a lead reads is in a lead's words: every message of the rules, of what goes back and of reminders, and all of a tracker.

The words are listed here, and nowhere else. A finding goes to officers as well: they know the lead's words.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import sendxl
from sendxl.books.build.tracker import build_template
from sendxl.errors import FileFault
from sendxl.jobs.issue import EXPLAINED
from sendxl.plan.master import MASTER_TABLES
from sendxl.plan.settings import columns as setting_columns
from sendxl.plan.tracker import ABOUT_ITEMS, IDENTITY, ISSUED, QUERIES, TRACKED
from sendxl.returns.rules import RULES

OFFICERS_WORDS = re.compile(
    r"(?i:\b(regist\w+|digest|fingerprint|sha-256|core team|pools?|template|master|issue[ds]?|stamp\w*|validat\w+|batch\w*))\b"
    r"|\bHeld\b|\bSettings\b|[a-z]+_[a-z_]+|\{(table|file|pool)\b|\bProfile\b"
)
IN_PAGES = re.compile(r"(?i:\b(register(ed)?|digest|core team|pool code|as issued|template version)\b)")  # which officers read
_SEEN = {column.header for seen in (*TRACKED.values(), QUERIES) for column in seen}
_OFFICERS = {column.header for table in MASTER_TABLES for column in table} | {c.header for _, c in setting_columns()}
NEVER_SEEN = {header for header in _OFFICERS - _SEEN if " " in header}
HOUSE = Path(sendxl.__file__).parent
SPEAKING = [
    *(path for path in sorted((HOUSE / "returns/rules").glob("*.py")) if path.name != "registry.py"),
    *(HOUSE / f"returns/{name}.py" for name in ("annotate", "beside", "chasers", "copies", "personal", "queries", "reminder",
                                                "rows")),
    HOUSE / "plan/dates.py", HOUSE / "books/build/tracker.py", HOUSE / "plan/finding.py",
]


def foreign(text: str) -> list[str]:
    """The words in a message that a lead does not know; what stands in braces is filled in."""
    of_rule = re.search(r"\{(table|file|pool)\b", text)
    plain = re.sub(r"\{[^{}]*\}", "…", text)
    found = [match[0] for match in OFFICERS_WORDS.finditer(plain)] + ([of_rule[0]] if of_rule else [])
    return found + [header for header in NEVER_SEEN if re.search(rf"\b{re.escape(header)}\b", plain)]


def messages(path: Path) -> Iterator[str]:
    """The texts of a module, but for its docstrings, patterns and single words."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    aside |= {id(arg) for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
              for part in node.args for arg in ast.walk(part)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value and id(node) not in aside:
            yield node.value


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: path.stem)
def test_messages(path: Path) -> None:
    assert [(text, words) for text in messages(path) if (words := foreign(text))] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_rules(rule: Any) -> None:
    assert foreign(rule.says) == foreign(rule.name) == []
    assert IN_PAGES.findall(rule.doc) == []


def test_what_is_shown_again_in_the_next_tracker() -> None:
    assert foreign(EXPLAINED) == []


def test_what_a_file_is_instead_of_a_workbook() -> None:
    assert [(str(fault), words) for fault in FileFault if (words := foreign(str(fault)))] == []


def test_a_tracker(issued: Any, tmp_path: Path) -> None:
    build_template(tmp_path / "template.xlsx", savings=True)
    told = []
    for path in (tmp_path / "template.xlsx", *issued.trackers.values()):
        book: Any = openpyxl.load_workbook(path)
        for sheet in book:
            if sheet.title in (IDENTITY.title, ISSUED.title):
                continue
            told += [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
            told += [str(text) for rule in sheet.data_validations.dataValidation
                     for text in (rule.promptTitle, rule.prompt, rule.errorTitle, rule.error) if text]
            told += [str(sheet.oddHeader.left.text), str(sheet.oddFooter.left.text), sheet.title]
    assert len(told) > 300
    assert [(text, words) for text in told if text not in ABOUT_ITEMS and (words := foreign(text))] == []


def test_the_list_finds_what_it_is_to_find() -> None:
    assert foreign("Ask the core team.") and foreign("It is not what the register has for {found}") and foreign("see lead_status")
    assert foreign("The table {table} is missing") and foreign("see Plan starts") and foreign("decides in Held which")
    assert not foreign("{base:quoted} when the tracker was sent out; some rows are held, {master:quoted}")


def test_what_only_looks_alike_is_said_to_be_otherwise(round: Any) -> None:
    """A letter of another alphabet, say: else a message would show two that look the same."""
    def alter(book: Any) -> None:
        round.cell(book, "Activities", "PI-01", "Lead status").value = "\u0410t risk"
        round.cell(book, "Activities", "PI-02", "Ref").value = "PI\u201302"
        header = next(cell for cell in book["Measures"][4] if cell.value == "Note")
        header.value = "N\u043ete"
        next(c for c in book["Measures"].tables["Measures"].tableColumns if c.name == "Note").name = header.value

    [found] = round.validate(round.fill({}, alter))
    says = {f.code: f.message for f in found.findings}
    assert "Did you mean “At risk”? What stands there has a letter of another alphabet." in says["V02"]
    assert "“N\u043ete” may be it, which has a letter of another alphabet." in says["S06"]
    assert "It may be PI-02; this one has a longer dash." in says["I02"]
