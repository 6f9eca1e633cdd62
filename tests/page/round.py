"""A month of the sample plan as the desk does it, in a Python that has no more than a browser's: printed as JSON.

Usage: round.py FOLDER. There lie plan/ with a master and returns/ with what came back of it.
"""

import json
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

# What a browser's Python has not, or what the page leaves out.
ABSENT = {"_multiprocessing", "multiprocessing", "xlwings", "pandas", "numpy", "rich", "matplotlib", "docxtpl", "click", "lxml"}
NOW = "2027-01-20T09:30:00"


class _Absent(MetaPathFinder):
    """Finds nothing of what is absent."""

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def main(folder: str) -> None:
    """Check and stamp what came back, refresh, and look at the plan in every way."""
    sys.meta_path.insert(0, _Absent())
    from sendxl.page.checker import Checker
    from sendxl.page.desk import Desk

    desk = Desk(folder)
    told: dict[str, Any] = {}

    def ask(name: str, **question: object) -> Any:
        told[name] = json.loads(desk.ask(json.dumps(question)))
        return told[name]

    def run(action: str, name: str = "", **asked: object) -> Any:
        return ask(name or action, ask="run", action=action, asked=asked, now=NOW, by="an officer")

    ask("open", ask="open")
    lent = ask("lend", ask="lend", now=NOW)
    checker = Checker(folder)
    checker.learn(Path(lent["path"]).read_bytes())
    told["checked"] = [json.loads(checker.check(path)) for path in lent["returns"]]
    for path in lent["returns"]:
        ask("taken", ask="take", path=path)
    ask("lent again", ask="lend", now=NOW)
    run("validate")
    for action in ("preview", "stamp", "refresh", "show", "history", "savings", "doctor", "chase", "settle", "upgrade"):
        run(action)
    run("history", "history of one", ref="PI-01")
    run("undo", "undo first", dry_run=True)
    run("undo")
    run("type-in", lead="STS", said_on="2027-01-19")
    run("issue", period="2026-27 Q4", leads="STS, SEND-COMM")
    told["imported"] = sorted({name.partition(".")[0] for name in sys.modules} & ABSENT)
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
