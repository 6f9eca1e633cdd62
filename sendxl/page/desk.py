"""The desk: what the page asks of Python, one question at a time, answered by the jobs over files of its own.

A question and its answer are JSON. The page keeps the plan and the returns as files below the folder of the desk, and takes
from there what a job has made. Returns are checked by Checkers, in workers of their own which the page ends if it must; the
desk is given what came of each, and opens none that was lost.
"""

import json
import pickle
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from sendxl.books.book import settings_of
from sendxl.errors import Unusable
from sendxl.jobs.chase import chase
from sendxl.jobs.new import new_master
from sendxl.jobs.opening import earlier_of, open_master, read_master
from sendxl.jobs.stamp import Stamped
from sendxl.jobs.validate import Validated
from sendxl.page.answers import Answer, blocks, failed, return_as_json
from sendxl.page.form import choose, form_of
from sendxl.page.offer import ACTIONS, Action
from sendxl.plan.master import LEADS
from sendxl.printing import print_result
from sendxl.returns.batch import collect
from sendxl.returns.checking import checked, unchecked
from sendxl.returns.judge import sha256_of
from sendxl.returns.outcome import Return, outcomes_in_words
from sendxl.returns.register import Register
from sendxl.terminal import gathered
from sendxl.verbs import Option

Asked: TypeAlias = Mapping[str, Any]
Progress = Callable[[int, int], None]
MAPPING = "Plan mapping.xlsx"
_FOLDERS = {"folder": {"issue": "Trackers", "type-in": "Trackers", "chase": "Drafts"}, "annotated": {"validate": "Sent back"}}
_STAMPED = re.compile(r" \d{8}-\d{6}(-\d+)? [a-z-]+$")  # what a plan that the page has made is called by


class Desk:
    """A folder with at most one plan (below ``plan``), what came back (``returns``) and what is handed out (``out``)."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self._parts = [self.folder / name for name in ("plan", "returns", "out", "source", "answers")]
        self.plan, self.returns, self.out, self.source, self.answers = self._parts
        for part in self._parts:
            part.mkdir(parents=True, exist_ok=True)
        self._lent: tuple[Register, date] | None = None
        self._returned: dict[tuple[Path, str], bytes] = {}  # by path and SHA-256: another file may take that place
        self._lost: dict[tuple[Path, str], str] = {}

    def ask(self, question: str, progress: Progress | None = None) -> str:
        """The answer to a question, whatever comes of it: what went wrong is an answer that has only ``error``."""
        asked = json.loads(question)
        try:
            answer = _QUESTIONS[asked.pop("ask")](self, progress=progress, **asked)
        except Exception as error:  # which must not end the page
            answer = failed(error, self._parts)
        return json.dumps(answer, ensure_ascii=False)

    def open(self, *, progress: Progress | None = None) -> Answer:
        """Take up the plan that lies below ``plan``: its title, its period, its leads."""
        path = self._path()
        book = read_master(path)
        settings = settings_of(book)
        self._forget()
        return {"name": path.name, "title": settings.plan_title or path.stem, "period": settings.reporting_period or "",
                "earlier": earlier_of(open_master(path)) is not None, "sha256": sha256_of(path),
                "leads": [[str(row.key), str(row["title"] or "")] for row in book.read(LEADS)]}

    def lend(self, *, now: str, progress: Progress | None = None) -> Answer:
        """What a Checker needs to know, as a file; and which returns are still to be checked."""
        today = datetime.fromisoformat(now).date()
        known = (Register.of(read_master(self._path())), today)
        if known != self._lent:
            self._forget()
            self._lent = known
        path = self._cleared() / "known"
        path.write_bytes(pickle.dumps(known, pickle.HIGHEST_PROTOCOL))
        done = {*self._returned, *self._lost}
        return {"path": str(path), "returns": [self._name(path) for path in self._files() if _key(path) not in done]}

    def take(self, *, path: str, progress: Progress | None = None) -> Answer:
        """Take what a Checker has found in a return, which lies below ``answers``."""
        found = self.answers / path
        self._returned[_key(self.returns / path)] = found.read_bytes()
        found.unlink()
        return {}

    def lose(self, *, path: str, why: str, progress: Progress | None = None) -> Answer:
        """Take it that a return cannot be checked, as it took too long or ended its process."""
        lost = self.returns / path
        self._lost[_key(lost)] = why
        return {"return": return_as_json(unchecked(lost, why), path)}

    def run(self, *, action: str, asked: Asked, now: str, by: str = "", progress: Progress | None = None) -> Answer:
        """Do what a button says."""
        doing, at = ACTIONS[action], datetime.fromisoformat(now)
        job = getattr(import_module(doing.verb.module), doing.verb.function)
        path, out = self._path(), self._cleared()
        before = sha256_of(path)
        given = self._given(doing, asked)
        written = self._written(doing, out)
        extra = _accepted(job, {"today": at.date(), "now": at, "by": by, "progress": progress if doing.verb.counts else None,
                                "check": self._check, "jobs": 1})
        if doing.returns or (doing.may and self._files()):
            given["paths"] = [self.returns]
        result = job(path, **given, **written, **extra)
        if isinstance(result, Validated):
            chase(path, out / "Drafts", today=at.date(), returns=result.returns)
        answer = self._told(doing, result, {**given, **written})
        if sha256_of(path) != before:
            answer["plan"] = self._renamed(path, at, getattr(result, "batch", ""), action)
            self._lent = None
        answer["files"] = self._handed_out(out, f"{_stem(path)} {at:%Y%m%d-%H%M%S} {action}")
        return answer

    def look(self, *, source: str, starts: str = "", first_year: str = "", progress: Progress | None = None) -> Answer:
        """How a published plan would be read, as a form."""
        mapping = self._cleared() / MAPPING
        looked = new_master(self.source / source, mapping, look=True, **_first(starts, first_year))
        return {"told": blocks([f"{looked.account}."] if looked.account else [], self._parts), "form": form_of(mapping)}

    def make(self, *, source: str, name: str, starts: str = "", first_year: str = "", choices: Mapping[str, Mapping[str, str]],
             progress: Progress | None = None) -> Answer:
        """Make a master of a published plan, read by what was chosen in the form; a blank ``source`` makes an empty one."""
        out = self._cleared()
        _clear(self.plan)
        plan = self.plan / name
        if source:
            mapping = out / MAPPING
            new_master(self.source / source, mapping, look=True, **_first(starts, first_year))
            choose(mapping, choices)
            new = new_master(self.source / source, plan, mapping=mapping, **_first(starts, first_year))
        else:
            new = new_master(None, plan, blank=True, **_first(starts, first_year))
        self._forget()
        answer = self._told(ACTIONS["new"], new, {})
        answer["plan"] = name
        answer["files"] = self._handed_out(out, plan.stem)
        return answer

    def _path(self) -> Path:
        plans = [path for path in self.plan.iterdir() if path.is_file() and not path.name.startswith(".")]
        if not plans:
            raise Unusable("There is no plan yet: choose the master workbook first.")
        return plans[0]

    def _files(self) -> Sequence[Path]:
        return collect([self.returns]).files

    def _name(self, path: Path) -> str:
        return path.relative_to(self.returns).as_posix()

    def _check(self, path: Path, register: Register, today: date) -> Return:
        """What a Checker has found, if it was told the same; what is lost is never opened here."""
        key = _key(path)
        if key in self._lost:
            return unchecked(path, self._lost[key])
        if key in self._returned and self._lent == (register, today):
            returned: Return = pickle.loads(self._returned[key])
            return returned
        return checked(path, register, today)

    def _forget(self) -> None:
        self._lent = None
        self._returned.clear()

    def _given(self, doing: Action, asked: Asked) -> dict[str, Any]:
        given = {field.to: _typed(field.kind, asked[field.to]) for field in doing.fields if asked.get(field.to)}
        return {**given, **({"dry_run": bool(asked.get("dry_run"))} if doing.asks else {}), **doing.always}

    def _written(self, doing: Action, out: Path) -> dict[str, Any]:
        """Where the job is to write what is handed out."""
        written: dict[str, Any] = {}
        for asked in doing.verb.takes:
            if isinstance(asked, Option) and asked.written:
                written[asked.to] = out / f"{doing.label}{'.json' if asked.to == 'json_file' else ' report.xlsx'}"
            elif folder := _FOLDERS.get(asked.to, {}).get(doing.verb.name):
                written[asked.to] = out / folder
        return written

    def _told(self, doing: Action, result: Any, given: Asked) -> Answer:
        """What the job came to, as the command line prints it; of returns only how many, as the page shows them itself."""
        returns = result.returns if isinstance(result, (Validated, Stamped)) else None
        with gathered() as told:
            if isinstance(result, Validated):
                told += [f"{outcomes_in_words(result.returns)}.", *result.left_out, *result.passed_over]
            else:
                shown = replace(result, returns=()) if isinstance(result, Stamped) else result
                options = {asked.to: None for asked in doing.verb.takes if isinstance(asked, Option)}
                words = {to: value.name if isinstance(value, Path) else value for to, value in given.items()
                         if not any(isinstance(asked, Option) and asked.written and asked.to == to for asked in doing.verb.takes)}
                print_result(doing.verb, shown, {**options, "dry_run": False, **words})
        answer: Answer = {"told": blocks(told, self._parts)}
        if returns is not None:
            answer["returns"] = [return_as_json(one, self._name(one.path)) for one in returns]
        return answer

    def _renamed(self, path: Path, at: datetime, batch: str, action: str) -> str:
        """The name of a plan as it is by now, by time and batch; the time is what a batch is called."""
        name = f"{_stem(path)} {batch or f'{at:%Y%m%d-%H%M%S}'} {action}{path.suffix}"
        return path.rename(path.with_name(name)).name

    def _handed_out(self, out: Path, name: str) -> Answer | None:
        """What is to be downloaded: one file as it is, several as a zip."""
        files = sorted(path for path in out.rglob("*") if path.is_file())
        if not files:
            return None
        if len(files) == 1:
            return {"name": files[0].name, "path": str(files[0]), "count": 1}
        packed = shutil.make_archive(str(self.folder / "packed"), "zip", out)
        return {"name": f"{name}.zip", "path": packed, "count": len(files)}

    def _cleared(self) -> Path:
        _clear(self.out)
        return self.out


def _typed(kind: str, value: Any) -> Any:
    """A value of a field as the job takes it."""
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "number":
        return int(value)
    return [part for part in re.split(r"[,;\s]+", value) if part] if kind == "texts" else value


def _first(starts: str, first_year: str) -> dict[str, Any]:
    return {"starts": date.fromisoformat(starts) if starts else None, "first_year": first_year or None}


def _accepted(job: Callable[..., object], offered: Asked) -> dict[str, Any]:
    """Of what may be given to a job what it takes."""
    names = job.__code__.co_varnames[:job.__code__.co_argcount + job.__code__.co_kwonlyargcount]
    return {name: value for name, value in offered.items() if name in names}


def _key(path: Path) -> tuple[Path, str]:
    return path, sha256_of(path)


def _stem(path: Path) -> str:
    return _STAMPED.sub("", path.stem)


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


_QUESTIONS: Mapping[str, Callable[..., Answer]] = {
    "open": Desk.open, "lend": Desk.lend, "take": Desk.take, "lose": Desk.lose, "run": Desk.run, "look": Desk.look,
    "make": Desk.make,
}
