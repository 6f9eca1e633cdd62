"""A small master with its issued trackers, and means to fill, alter and validate them as leads and officers would."""

import pickle
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from sendxl.books.book import Edit
from sendxl.books.build.master import build_master
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.jobs.issue import issue
from sendxl.plan.master import LEADS, MEASURES, PLAN, PROFILE, SAVINGS
from sendxl.plan.schema import Table
from sendxl.plan.values import Value
from sendxl.returns.batch import validate_batch
from sendxl.returns.judge import Return
from sendxl.returns.register import Register
from tests.once import opened

TODAY = date(2026, 12, 20)
PERIOD = "2026-27 Q3"
HEADER_ROW = 4
STARTS = date(2026, 4, 1)
ROWS: dict[Table, list[dict[str, Value]]] = {
    LEADS: [{"code": "INC", "title": "Inclusion Manager"}, {"code": "EP", "title": "Principal Psychologist"}],
    PLAN: [
        {"ref": "PI-01", "activity": "Widen the early help offer", "lead": "Inclusion Manager",
         "joint_leads": "Principal Psychologist", "starts": STARTS, "due": date(2027, 3, 31), "percent_complete": 0.4,
         "lead_status": "On track", "progress": "Begun in two schools."},
        {"ref": "PI-02", "activity": "Train school staff", "lead": "Inclusion Manager", "starts": STARTS,
         "percent_complete": 0.5, "lead_status": "On track", "evidence": "Training log"},
        {"ref": "PI-03", "activity": "Review out of area placements", "lead": "Inclusion Manager", "starts": STARTS},
        {"ref": "GR-01", "activity": "Open a resource provision", "lead": "Principal Psychologist", "starts": STARTS},
    ],
    MEASURES: [
        {"ref": "PI-01.M1", "activity_ref": "PI-01", "measure": "Places in mainstream", "kind": "Number", "baseline": 10,
         "baseline_on": STARTS, "target": 30, "actual": 12, "actual_on": date(2026, 9, 30)},
        {"ref": "PI-01.M2", "activity_ref": "PI-01", "measure": "Plans on time", "kind": "Number and %", "baseline": 0.4,
         "target": 0.8},
        {"ref": "PI-02.M1", "activity_ref": "PI-02", "measure": "Share of staff trained", "kind": "Percentage",
         "baseline": 0.25, "target": 0.9},
        {"ref": "PI-02.M2", "activity_ref": "PI-02", "measure": "Average wait in weeks", "kind": "Number",
         "baseline": 7.5, "target": 5},
    ],
    SAVINGS: [{"ref": "PI-02.S1", "activity_ref": "PI-02"}],
    PROFILE: [{"ref": "PI-02.S1.P1", "savings_ref": "PI-02.S1", "from": date(2026, 9, 1), "planned_quantity": 6}],
}
At = tuple[str, str, str]


@lru_cache(maxsize=20)
def _register(master: Path, content: bytes) -> bytes:
    """What validation knows of a master of that content, as it is sent to a worker."""
    return pickle.dumps(Register.of(ClosedBook(master)))


@dataclass(frozen=True)
class Round:
    """One issued round in a folder. ``changed`` are edits made to the master after issue."""

    master: Path
    trackers: Mapping[str, Path]
    folder: Path
    changed: Sequence[Edit] = ()

    def fill(self, cells: Mapping[At, Any] | None = None, edit: Callable[[Any], None] | None = None, *,
             code: str = "INC", name: str = "return.xlsx") -> Path:
        """A copy of a lead's tracker with cells set by (sheet, ref, header), then altered by ``edit``."""
        book = opened(self.trackers[code])
        for at, value in (cells or {}).items():
            self.cell(book, *at).value = value
        if edit:
            edit(book)
        book.save(self.folder / name)
        return self.folder / name

    @staticmethod
    def cell(book: Any, sheet: str, ref: str, header: str) -> Any:
        """The cell in the row of a ref, under a header."""
        found = book[sheet]
        column = next(cell.column for cell in found[HEADER_ROW] if cell.value == header)
        row = next(row[0].row for row in found.iter_rows(min_row=HEADER_ROW + 1) if row[0].value == ref)
        return found.cell(row, column)

    @staticmethod
    def rewrite(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
        """Pass each member of the package through ``change``; None leaves it out."""
        with zipfile.ZipFile(path) as source:
            members = [(name, change(name, source.read(name))) for name in source.namelist()]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for name, content in members:
                if content is not None:
                    target.writestr(name, content)
        return path

    def since(self, *edits: Edit) -> "Round":
        """The same round with a master that was edited after issue."""
        return replace(self, changed=edits)

    @property
    def register(self) -> Register:
        """What validation knows of the master."""
        if not self.changed:
            known: Register = pickle.loads(_register(self.master, self.master.read_bytes()))
            return known
        copy = self.folder / "master.xlsx"
        copy.write_bytes(self.master.read_bytes())
        book = ClosedBook(copy, backups=0)
        book.apply(self.changed)
        return Register.of(book)

    def validate(self, *paths: Path) -> list[Return]:
        """The returns, validated together."""
        return validate_batch(paths, self.register, TODAY)

    def codes(self, path: Path, others: Iterable[Path] = ()) -> list[str]:
        """The findings of the first return as letter and code, as in ``E V05``."""
        return [f"{found.severity.letter} {found.code}" for found in self.validate(path, *others)[0].findings]


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Round:
    folder = tmp_path_factory.mktemp("round")
    settings: dict[str, Value] = {"plan_title": "A plan", "plan_id": "plan-1", "plan_starts": STARTS}
    build_master(folder / "master.xlsx", ROWS, settings)
    done = issue(folder / "master.xlsx", folder / "trackers", period=PERIOD, today=date(2026, 11, 24))
    return Round(folder / "master.xlsx", {tracker.code: tracker.path for tracker in done.trackers}, folder)


@pytest.fixture
def round(issued: Round, tmp_path: Path) -> Round:
    return replace(issued, folder=tmp_path)
