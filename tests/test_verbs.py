"""The table of verbs agrees with the jobs, and what is told elsewhere of the verbs agrees with the table."""

import dataclasses
import inspect
import re
from collections.abc import Mapping, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import click
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from sendxl import cli, printing
from sendxl.books.build.master_guide import lay_guide
from sendxl.verbs import VERBS, Argument, Option, Verb, buttons, steps

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "workbooks" / "pages"
README = (ROOT / "README.md").read_text(encoding="utf-8")
TAKEN = [(verb, asked) for verb in VERBS for asked in verb.takes]


def job(verb: Verb) -> Any:
    return getattr(import_module(verb.module), verb.function)


def result_of(verb: Verb) -> Any:
    return get_type_hints(job(verb))["return"]


def accepts(hint: Any, kind: type) -> bool:
    """True if an annotation takes values of a type; of a sequence, as its items."""
    if get_origin(hint) in (Union, UnionType):
        return any(accepts(part, kind) for part in get_args(hint))
    if isinstance(get_origin(hint), type) and issubclass(get_origin(hint), Sequence):
        return accepts(get_args(hint)[0], kind)
    return hint is kind


@pytest.mark.parametrize(("verb", "asked"), TAKEN, ids=lambda one: getattr(one, "name", None) or one.to)
def test_what_a_command_takes_is_what_its_job_takes(verb: Verb, asked: Argument | Option) -> None:
    parameter = inspect.signature(job(verb)).parameters[asked.to]
    hint = get_type_hints(job(verb))[asked.to]
    assert accepts(hint, asked.type), hint
    assert asked.many == (get_origin(hint) not in (None, Union, UnionType))
    if parameter.default is parameter.empty:
        assert asked.required or asked.default is not None
    else:
        assert not asked.required
        assert asked.default in (None, parameter.default)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_job_gets_what_else_its_row_says(verb: Verb) -> None:
    takes = inspect.signature(job(verb)).parameters
    needed = {name for name, parameter in takes.items() if parameter.default is parameter.empty}
    assert needed <= {asked.to for asked in verb.takes}
    assert verb.always.keys() <= takes.keys()
    assert ("progress" in takes, "say" in takes) == (verb.counts, verb.tells)
    assert verb.doing or not verb.counts


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_the_result_is_as_its_row_says(verb: Verb) -> None:
    assert bool(verb.result) == verb.module.startswith("sendxl.jobs.")
    results = get_args(result_of(verb)) or (result_of(verb),)
    if verb.result:
        assert verb.result in {result.__name__ for result in results}
    for told in filter(None, (verb.mends, verb.stopped)):
        assert all(isinstance(getattr(result, told), property) for result in results)


def test_a_printer_is_of_a_verb() -> None:
    assert printing.PRINTERS.keys() <= {verb.name for verb in VERBS}


def test_the_table_of_the_month_in_the_readme_is_that_of_the_verbs() -> None:
    rows = re.findall(r"^\| ([^|]+) \| `(sendxl [^`]+)` \| ([^|]+) \|$", README, re.MULTILINE)
    assert rows == [(step.name, step.example, step.says) for step in steps()]


def test_the_page_on_excel_has_the_buttons_of_the_ribbon() -> None:
    page = (PAGES / "excel.md").read_text(encoding="utf-8")
    table = page.partition("| Button | What it does |\n| --- | --- |\n")[2].partition("\n\n")[0]
    labels = [button.label for group in buttons().values() for button in group]
    assert re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE) == labels


def test_the_guide_of_a_master_has_the_steps_in_their_order() -> None:
    sheet = Workbook().create_sheet()
    lay_guide(sheet, "Plan")
    told = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    at = [told.index(step.command) for step in steps() if step.guide]
    assert len(at) >= 5 and at == sorted(at)


@dataclasses.dataclass(frozen=True)
class Weighed:
    """What a verb that nobody has thought of came to."""

    path: Path
    weighed_on: date
    kilos: float | None
    rows: Sequence[str]
    by_sheet: Mapping[str, int]

    @property
    def too_heavy(self) -> Sequence[str]:
        """Why it may not be sent by email."""
        return () if self.kilos is not None and self.kilos < 5 else ("Send it on a stick.",)


def weigh(master: Path, *, kilos: int | None = None) -> Weighed:
    """Weigh a master."""
    return Weighed(master, date(2027, 1, 4), kilos, [f"PI-{n:02}" for n in range(30)], {"Plan": 2})


def test_a_verb_is_its_job_and_its_row() -> None:
    """The row alone makes the command, with help, printing and exit statuses."""
    row = Verb("weigh", f"{__name__}:weigh", "Weighed", "Weigh a master.", "MASTER is a file.", mends="too_heavy",
               takes=(Argument("master"), Option("kilos", "--kilos", int, "What it weighs.", least=0, most=9)))
    command = cli.command(row)
    assert isinstance(command, click.Command)

    def run(*arguments: str) -> tuple[int, list[str]]:
        done = CliRunner().invoke(command, arguments)
        return done.exit_code, done.output.splitlines()

    status, said = run("Plan.xlsx", "--kilos", "2")
    assert (status, said[:3]) == (0, ["Path: Plan.xlsx", "Weighed on: 4 Jan 2027", "Kilos: 2"])
    assert said[3].startswith("Rows: PI-00, PI-01, ") and said[3].endswith(", PI-19, … and 10 more")
    assert said[4:] == ["By sheet: Plan 2"]
    assert run("Plan.xlsx")[0] == 1 and "Kilos: none" in run("Plan.xlsx")[1]
    assert run("Plan.xlsx", "--quiet") == (1, ["Send it on a stick."])
    assert run("Plan.xlsx", "--kilos", "2", "--quiet") == (0, [])
    assert run("Plan.xlsx", "--kilos", "12")[0] == 2
    assert "  --kilos INTEGER RANGE  What it weighs.  [0<=x<=9]" in run("--help")[1]
