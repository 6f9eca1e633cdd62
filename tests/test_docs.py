"""README, CHANGELOG, CONTRIBUTING, the pages and the generated reference say what the code does, and promise nothing else."""

import inspect
import re
import shlex
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import click
import pytest

import sendxl
from sendxl.books.build.summary import SUMMARY
from sendxl.cli import cli
from sendxl.plan import vocabulary
from sendxl.plan.master import MASTER_TABLES
from sendxl.plan.settings import Settings
from sendxl.plan.settings import columns as setting_columns
from sendxl.plan.summary import SUMMARY_TABLES
from sendxl.plan.tracker import QUERIES, TRACKED
from sendxl.reference import board_reference, columns_reference, rules_reference
from tests.test_house import FILES, MAY_IMPORT, imports, room_of

ROOT = Path(__file__).parents[1]
REGENERATE = "run: python -m sendxl.workbooks.build"
WORDS_OF_README = 700
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "macros/README.md")),
    *sorted((ROOT / "workbooks" / "pages").glob("*.md")))}
README, CHANGELOG = PAGES["README.md"], PAGES["CHANGELOG.md"]
MONTH, FIGURES, GLOSSARY, API, ARCHITECTURE = (
    PAGES[f"workbooks/pages/{name}.md"] for name in ("month", "figures", "glossary", "api", "architecture"))
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
each_page = pytest.mark.parametrize("page", PAGES)


def code_of(text: str) -> list[str]:
    """Every code span, and every line of a block of code."""
    blocks = [line for _, block in _FENCE.findall(text) for line in block.splitlines()]
    return blocks + re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))


def commands_of(text: str) -> Iterator[list[str]]:
    """The arguments of every command line of sendxl in code."""
    for code in code_of(text):
        for part in code.split("&&"):
            if part.strip().startswith("sendxl ") and "COMMAND" not in part:
                yield shlex.split(part)[1:]


def blocks_of(text: str, language: str) -> list[str]:
    return [block for found, block in _FENCE.findall(text) if found == language]


def options_of(command: click.Command) -> set[str]:
    found = {option for parameter in command.params if isinstance(parameter, click.Option) for option in parameter.opts}
    return found | {"--help", "-h"}


def tables_of(text: str) -> Iterator[list[str]]:
    """The first cells of the rows of every table, headers left out."""
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        yield [row.split("|")[1].strip() for row in block.splitlines()[2:]]


def anchors_of(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


# --- generated pages


@pytest.mark.parametrize(("page", "text"), [("columns.md", columns_reference()), ("rules.md", rules_reference()),
                                            ("board.md", board_reference())])
def test_the_reference_pages_are_what_the_code_prints(page: str, text: str) -> None:
    assert (ROOT / "workbooks" / "reference" / page).read_text(encoding="utf-8") == text, f"{page} lags: {REGENERATE}"


# --- commands and options


def test_the_readme_names_every_command() -> None:
    assert {name for name, *_ in commands_of(README)} == set(cli.commands)


def test_the_month_explains_every_command_of_its_table() -> None:
    table = README[README.index("## The month"):README.index("## In Excel")]
    lines = {line[0] for line in commands_of("\n".join(row for row in table.splitlines() if row.startswith("|")))}
    assert lines <= {name for name, *_ in commands_of(MONTH)}


@each_page
def test_commands_and_their_options_exist(page: str) -> None:
    for line in commands_of(PAGES[page]):
        if line[0].startswith("-"):
            assert line[0] == "--version", line
            continue
        command = cli.commands[line[0]]
        if isinstance(command, click.Group):
            assert len(line) == 1 or line[1] in command.commands, line
            command = command.commands[line[1]] if len(line) > 1 else command
        assert {argument for argument in line if re.match(r"--?[a-z]", argument)} <= options_of(command), line


@each_page
def test_options_that_stand_alone_exist(page: str) -> None:
    known = set().union(*(options_of(command) for command in cli.commands.values()))
    alone = {code.split()[0] for code in code_of(PAGES[page]) if re.match(r"--?[a-z]", code)}
    assert alone <= known


def test_the_changelog_tells_of_every_command_and_of_this_version() -> None:
    assert f"## {sendxl.__version__}" in CHANGELOG
    assert {name for name in cli.commands if not re.search(rf"`sendxl {name}[ `]", CHANGELOG)} == set()


# --- links, files and names


@each_page
def test_links_and_pictures_are_there(page: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", _FENCE.sub("", PAGES[page])):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target.read_text(encoding="utf-8")), link


@each_page
def test_files_that_are_named_are_there(page: str) -> None:
    named = {code.split("::")[0] for code in code_of(PAGES[page])
             if re.fullmatch(r"(?:sendxl|tests|workbooks|macros|\.ci)/[\w./ -]*(?:::\w+)?", code)}
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_readme_is_one_screen_and_shows_a_picture() -> None:
    words = [word for word in README.split() if re.search(r"\w", word)]
    assert len(words) <= WORDS_OF_README, f"README.md has {len(words)} words: move some of it to a page in workbooks/pages"
    assert "](workbooks/pictures/plan.png)" in README


def test_the_readme_leads_to_every_page() -> None:
    assert {page for page in PAGES if page.startswith("workbooks/") and f"]({page})" not in README} == set()


@pytest.mark.parametrize("page", ["workbooks/pages/month.md", "workbooks/pages/figures.md"])
def test_bold_words_are_names_of_the_workbook(page: str) -> None:
    tables = (*MASTER_TABLES, *SUMMARY_TABLES, *TRACKED.values(), QUERIES)
    known = {name for table in tables for name in (table.name, table.title, *(column.header for column in table))}
    known |= {column.header for _, column in setting_columns()} | {word for words in lists() for word in words} | {SUMMARY}
    # Words that open a paragraph end in a full stop, or in a colon inside a sentence.
    bold = {" ".join(word.split()) for word in re.findall(r"\*\*([^*]+)\*\*", PAGES[page])}
    assert {word for word in bold if word not in known and not word.endswith(".") and word != "bold"} == set()


def test_defaults_of_settings_are_as_the_page_of_figures_says() -> None:
    defaults = {column.header: getattr(Settings(), key) for key, column in setting_columns()}
    said = re.findall(r"\*\*([^*]+)\*\* \(([\d.]+)\)", FIGURES)
    assert len(said) > 10
    assert [(name, float(value)) for name, value in said if defaults[" ".join(name.split())] != float(value)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_sources_that_docstrings_cite_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "domain reference" not in text
    for page, heading in re.findall(r"(workbooks/pages/\w+\.md)(?:,\s+([A-Z][\w ]+))?", text):
        assert page in PAGES, page
        assert not heading or heading.strip().lower().replace(" ", "-") in anchors_of(PAGES[page]), (page, heading)


# --- the glossary


def lists() -> list[list[str]]:
    found = [cls for _, cls in inspect.getmembers(vocabulary, inspect.isclass)
             if issubclass(cls, StrEnum) and cls is not StrEnum]
    return [[str(word) for word in cls] for cls in found]


def test_the_glossary_has_every_list_with_its_words_and_no_other() -> None:
    words = GLOSSARY[GLOSSARY.index("## Words of the lists"):]
    assert sorted(map(sorted, tables_of(words))) == sorted(map(sorted, lists()))


def test_the_words_of_the_field_stand_once_and_in_order() -> None:
    (field,) = tables_of(GLOSSARY[:GLOSSARY.index("## Words of the lists")])
    assert field == sorted(set(field))


# --- Python


def test_the_page_of_names_has_every_public_name_and_no_other() -> None:
    named = re.findall(r"^- `(\w+)(?:\([^`]*\))?`", API, re.MULTILINE)
    assert sorted(named) == sorted(sendxl.__all__), "workbooks/pages/api.md and sendxl.__all__ differ"


@pytest.mark.parametrize(("name", "parameters"), re.findall(r"^- `(\w+)\(([^`]*)\)`", API, re.MULTILINE))
def test_the_page_of_names_has_every_parameter(name: str, parameters: str) -> None:
    assert parameters.split(", ") == list(inspect.signature(getattr(sendxl, name)).parameters)


def test_the_python_of_the_pages_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a reader would type it, in order, over the sample plan; the trackers come back as they were issued."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.txt").write_bytes((ROOT / "workbooks" / "examples" / "plan.txt").read_bytes())
    (tmp_path / "Returns").symlink_to("Trackers")
    names: dict[str, object] = {}
    for block in (*blocks_of(README, "python"), *blocks_of(API, "python")):
        exec(compile(block, "page", "exec"), names)
    assert names["refreshed"].activities == len(names["frame"]) == 22  # type: ignore[attr-defined,arg-type]


# --- the picture of the rooms


def arrows_of_the_code() -> dict[str, set[str]]:
    """Which rooms each room imports, without those that come by way of another."""
    arrows: dict[str, set[str]] = {room: set() for room in MAY_IMPORT}
    for path in FILES:
        for name in imports(path):
            room = name.split(".")[1] if name.startswith("sendxl.") else ""
            if room in MAY_IMPORT and room != room_of(path):
                arrows[room_of(path)].add(room)

    def beyond(room: str) -> set[str]:
        return set().union(*({near} | beyond(near) for near in arrows[room]))

    return {room: {to for to in found if not any(to in beyond(other) for other in found - {to})}
            for room, found in arrows.items()}


def test_the_picture_of_the_rooms_is_that_of_the_code() -> None:
    (picture,) = blocks_of(ARCHITECTURE, "mermaid")
    labels = dict(re.findall(r'(\w+)\["(\w+)"\]', picture))
    drawn = {(labels.get(start, start), labels.get(end, end)) for start, end in
             re.findall(r"^ +(\w+)\S* --> (\w+)", picture, re.MULTILINE)}
    real = {(room, to) for room, found in arrows_of_the_code().items() for to in found}
    assert drawn == real, f"in workbooks/pages/architecture.md draw {real - drawn}, take out {drawn - real}"


def test_every_room_is_explained() -> None:
    named = {room for cell in next(tables_of(ARCHITECTURE)) for room in re.findall(r"`(\w+)`", cell)}
    assert named == set(MAY_IMPORT)
