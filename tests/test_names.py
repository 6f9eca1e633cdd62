"""The public names: all there, explained, known to type checkers, and imported only when they are used."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import sendxl
from sendxl import errors
from sendxl.plan.master import MASTER_TABLES
from sendxl.plan.schema import Table
from sendxl.verbs import VERBS

SOURCE = ast.parse(Path(sendxl.__file__).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(set(sendxl.__all__) - {"__version__"}))
def test_every_name_is_there_and_explained(name: str) -> None:
    found = getattr(sendxl, name)
    said = found.says if isinstance(found, Table) else inspect.getdoc(found) or ""
    assert said.endswith(".") and not said.startswith(f"{name}("), said  # what a dataclass says of itself


def test_no_name_is_missing() -> None:
    """Every kind of error, every verb with what it returns, every table of a master."""
    kinds = {name for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, errors.SendxlError)}
    verbs = {name for verb in VERBS if verb.result for name in (verb.function, verb.result)}
    assert kinds | verbs <= set(sendxl.__all__)
    exported = [found for found in (getattr(sendxl, name) for name in sendxl.__all__) if isinstance(found, Table)]
    assert sorted(map(id, exported)) == sorted(map(id, MASTER_TABLES))


def test_type_checkers_know_the_same_names() -> None:
    block = next(node for node in SOURCE.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    told = {alias.asname: f"{node.module}.{alias.name}" for node in block.body if isinstance(node, ast.ImportFrom)
            for alias in node.names if alias.asname}
    assert told.keys() == set(sendxl.__all__) - {"__version__", "open_book"}
    for name, place in told.items():
        assert getattr(sys.modules[place.rpartition(".")[0]], name) is getattr(sendxl, name)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="isue"):
        sendxl.isue  # type: ignore[attr-defined]  # noqa: B018
    assert dir(sendxl) == sorted(sendxl.__all__)


def test_to_import_sendxl_imports_no_job_and_no_library() -> None:
    probe = "import sys; before = set(sys.modules); import sendxl; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    ours = {name for name in done.stdout.split() if name.startswith("sendxl")}
    assert ours == {"sendxl", "sendxl.verbs", "sendxl.version"}
    assert {name.partition(".")[0] for name in done.stdout.split()} - {"sendxl"} <= set(sys.stdlib_module_names)
