"""README, CHANGELOG and the generated reference say what the code does."""

import re
from pathlib import Path

import click
import pytest

import sendxl
from sendxl.cli import cli
from sendxl.reference import columns_reference, rules_reference

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("page", "text"), [("columns.md", columns_reference()), ("rules.md", rules_reference())])
def test_the_reference_pages_are_what_the_code_prints(page: str, text: str) -> None:
    assert (ROOT / "workbooks" / "reference" / page).read_text(encoding="utf-8") == text


def test_the_readme_names_every_command_and_no_other() -> None:
    named = set(re.findall(r"\bsendxl ([a-z]+)\b", re.sub(r"`sendxl demo`", "sendxl demo", "\n".join(
        re.findall(r"`[^`]*`|^\$.*$|^pip install.*$", README, re.MULTILINE)))))
    assert named == set(cli.commands)


def test_the_changelog_tells_of_every_command_and_of_this_version() -> None:
    assert f"## {sendxl.__version__}" in CHANGELOG
    assert {name for name in cli.commands if f"sendxl {name}`" not in CHANGELOG} == set()


def test_options_in_the_readme_exist() -> None:
    for line in re.findall(r"`sendxl ([a-z]+)([^`]*)`", README):
        command = cli.commands[line[0]]
        options = {option for parameter in command.params if isinstance(parameter, click.Option) for option in parameter.opts}
        assert set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", line[1])) <= options, line


def test_the_readme_shows_pictures_and_pages_that_are_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert any(link.endswith(".png") for link in links)
    assert all((ROOT / link).exists() for link in links)


def test_python_names_in_the_readme_exist() -> None:
    used = set(re.findall(r"\bsendxl\.([a-z_]+)\(", README))
    assert used <= set(sendxl.__all__)
    assert all(callable(getattr(sendxl, name)) for name in sendxl.__all__ if name != "__version__")
