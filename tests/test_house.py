"""The house keeps to its design: imports run one way, and outside libraries stay in their rooms."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "sendxl"
# Each room, with the rooms it may import from (itself besides).
MAY_IMPORT = {
    "plan": set(),
    "xlsx": set(),
    "source": {"plan", "xlsx"},
    "books": {"plan", "xlsx"},
    "returns": {"plan", "xlsx", "books"},
    "jobs": {"plan", "xlsx", "source", "books", "returns", "workbooks"},
    "macros": set(),
    "workbooks": set(),
    "terminal": set(),
    "__init__": {"plan", "xlsx", "source", "books", "returns", "jobs"},
    "addin": {"plan", "books", "jobs"},
    "printing": {"plan", "returns", "jobs", "terminal"},
    "cli": {"plan", "xlsx", "source", "books", "returns", "jobs", "terminal", "printing"},
}
FENCED = {"openpyxl": {"books"}, "xlwings": {"books", "addin"}, "zipfile": {"books", "xlsx"}}
FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_room_is_known() -> None:
    assert {room_of(path) for path in FILES} <= set(MAY_IMPORT)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    room = room_of(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "sendxl" and len(parts) > 1 and parts[1] in MAY_IMPORT:
            assert parts[1] == room or parts[1] in MAY_IMPORT[room], f"{path.name} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_outside_libraries_stay_in_their_rooms(path: Path) -> None:
    for name in imports(path):
        rooms = FENCED.get(name.split(".")[0])
        assert rooms is None or room_of(path) in rooms, f"{path.name} imports {name}"


def test_plan_reads_no_clock_environment_or_file() -> None:
    forbidden = ("today(", "now(", "os.", "open(", "time.")
    for path in sorted((PACKAGE / "plan").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = {ast.unparse(node.func) + "(" for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not {call for call in calls if call.endswith(forbidden[:2]) or call == "open("}, path
        assert not {name for name in imports(path) if name.split(".")[0] in ("os", "time", "pathlib", "io")}, path
