"""The house keeps to its design: imports run one way, and outside libraries stay in their rooms."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "sendxl"
# Each room, with the rooms it may import from (itself besides): errors ← plan, xlsx ← figures, checks, source, books ←
# returns, board, desktop ← jobs ← cli, addin, page.
_BASE = {"errors", "plan", "xlsx"}
_MIDDLE = _BASE | {"books"}
MAY_IMPORT = {
    "errors": set(),
    "plan": {"errors"},
    "xlsx": {"errors"},
    "figures": {"errors", "plan"},
    "checks": {"errors", "plan", "figures"},
    "source": _BASE,
    "books": _BASE | {"verbs"},
    "returns": _MIDDLE | {"version"} | {"figures", "checks"},
    "board": _BASE | {"figures"},
    "desktop": _MIDDLE | {"macros"},
    "jobs": _MIDDLE | {"figures", "checks", "source", "returns", "board", "desktop", "workbooks"},
    "macros": set(),
    "workbooks": set(),
    "terminal": {"plan"},
    "version": set(),
    "verbs": set(),
    "__init__": {"version", "verbs", "errors", "plan", "books", "returns", "checks", "jobs"},
    "reference": {"errors", "plan", "checks", "returns", "board"},
    "addin": {"version", "errors", "plan", "figures", "books", "returns", "desktop", "jobs"},
    "printing": {"errors", "plan", "checks", "returns", "desktop", "jobs", "terminal", "verbs"},
    "page": _MIDDLE | {"version", "source", "returns", "jobs", "terminal", "printing", "verbs"},
    "cli": {"version", "errors", "terminal", "printing", "verbs"},
    "__main__": {"cli"},
}
FENCED = {
    "openpyxl": {"books"}, "xlwings": {"books", "addin"}, "zipfile": {"books", "desktop", "page", "xlsx"},
    "multiprocessing": {"returns", "desktop", "xlsx"},
}
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


def test_xlwings_is_imported_in_one_place() -> None:
    """There pandas is hidden from it; who imports it elsewhere lets every button wait for pandas."""
    importing = [path for path in FILES if any(name.split(".")[0] == "xlwings" for name in imports(path))]
    assert importing == [PACKAGE / "books" / "live" / "without_pandas.py"]


def module_of(path: Path) -> str:
    parts = ("sendxl", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_circle_of_files() -> None:
    """Wherever an import stands, in a function or for types alone: files that need each other are one subject."""
    modules = {module_of(path) for path in FILES}
    arrows = {module_of(path): {name if name in modules else name.rpartition(".")[0] for name in imports(path)} & modules
              - {module_of(path)} for path in FILES}
    while free := {module for module, needs in arrows.items() if not needs & arrows.keys()}:
        arrows = {module: needs for module, needs in arrows.items() if module not in free}
    assert not arrows, "\n".join(f"{module} -> {', '.join(sorted(needs & arrows.keys()))}" for module, needs in arrows.items())


# Names of files that stand in more than one room: the same subject there in another light.
SAME_SUBJECT = {
    "master": "the tables of a master, and laying it on sheets",
    "tracker": "the tables of a tracker, and laying it on sheets",
    "summary": "the tables of the Summary, laying them on a sheet, and the rules about them",
    "settings": "what can be set, and the rules about what is",
    "structure": "rules about what must be there: in a return, in a master",
    "activities": "the figures of activities, and the rules about them",
    "rows": "rows of a table, and rows that came back beside what was issued",
    "values": "what a cell holds, and the family of rules about it",
    "savings": "the figures of savings, the rules about their lines, the verb that shows them, and how that is printed",
    "registry": "what a rule is, and the registry of each kind",
    "report": "the rows of the report on returns, and laying them on sheets",
    "blockers": "what stops a write: in the parts of a workbook, and as rules that tell a person",
    "revise": "which activity of a later version of a plan is which, and the verb that compares them",
    "archive": "the workbook of closed years, and the verb that fills it",
}


def test_a_file_name_has_one_meaning() -> None:
    rooms: dict[str, list[str]] = {}
    for path in FILES:
        if not path.stem.startswith("__"):
            rooms.setdefault(path.stem, []).append(str(path.relative_to(PACKAGE)))
    assert {name: where for name, where in rooms.items() if len(where) > 1 and name not in SAME_SUBJECT} == {}
    assert {name for name in SAME_SUBJECT if len(rooms.get(name, ())) < 2} == set()


def test_plan_reads_no_clock_environment_or_file() -> None:
    forbidden = ("today(", "now(", "os.", "open(", "time.")
    for path in (path for path in FILES if room_of(path) in ("plan", "figures", "checks")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = {ast.unparse(node.func) + "(" for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not {call for call in calls if call.endswith(forbidden[:2]) or call == "open("}, path
        assert not {name for name in imports(path) if name.split(".")[0] in ("os", "time", "pathlib", "io")}, path


_NO_NAMES = {"found", "made", "there"}  # which tell nothing of a thing that has a name in the field
_NAMED = {"Return", "ReturnedFile", "Path", "Value", "Profile", "History", "Diagnosis", "NewMaster", "Finding", "Lead"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_return_a_profile_a_path_a_value_goes_by_its_name(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = node.arg if isinstance(node, ast.arg) else (
            node.target.id if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else "")
        if name in _NO_NAMES and isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation:
            kind = ast.unparse(node.annotation).strip("'").partition(" ")[0]
            assert kind not in _NAMED, f"{path.name}, line {node.lineno}: call a {kind} by what it is, not “{name}”"
