"""Many masters read as one: each by itself, in worker processes or on a cluster; a bad one costs one line."""

import gc
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from sendxl.books.book import settings_of
from sendxl.books.build.report import RETURNS
from sendxl.books.closed.archive import ARCHIVE
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.paused_gc import paused_gc
from sendxl.errors import CannotValidate, FileUnreadable, Unusable, explain, fault_of_ours
from sendxl.jobs.opening import read_master
from sendxl.plan.settings import Settings
from sendxl.plan.tables import Tables
from sendxl.plan.tracker import IDENTITY
from sendxl.returns.batch import Progress, collect
from sendxl.returns.checking import can_start_processes
from sendxl.returns.label import is_called_copy

T = TypeVar("T")
Make = Callable[[Tables, Settings, str], T]
"""What is made of a master, its settings and the name of its file. It can be pickled."""
_MASTERS = (".xlsx", ".xlsm")
_LIMIT = 600.0  # seconds for one master, which may hold years of records


@dataclass(frozen=True)
class OfPlan(Generic[T]):
    """What was made of one master; ``why`` nothing was, where so, in words. ``plan_id`` tells plans apart.

    ``why`` is '' also of another workbook of sendxl, such as a tracker, which is passed over.
    """

    path: Path
    plan_id: str = ""
    made: T | None = None
    why: str = ""


def masters_at(paths: Sequence[Path | str]) -> tuple[list[Path], list[str]]:
    """The masters among files, and in folders and below, and a line for each folder that was not looked into.

    Of a folder only workbooks are taken, but for the backups, reports and archives of sendxl. Unusable where there are none.
    """
    given = [Path(path) for path in paths]
    for path in given:
        if not os.path.lexists(path):
            raise Unusable(f"There is no file or folder {path}.")
    collected = collect(given)
    files = [file for file in collected.files if file in given or (
        file.suffix.lower() in _MASTERS and not file.stem.endswith(ARCHIVE))]
    if not files:
        raise Unusable(f"No masters in {', '.join(map(str, given))}. A master is an Excel workbook that “sendxl new” made.")
    return files, list(collected.left_out)


def each_plan(files: Sequence[Path], make: Make[T], progress: Progress | None, *, jobs: int | None,
              cluster: str | None) -> Iterator[tuple[int, OfPlan[T]]]:
    """What ``make`` makes of each master, with the number of its file, as they are done.

    ``jobs``: how many worker processes; 1 is this process, None as many as pay. ``cluster``: the address of a Dask scheduler
    to use instead. Unusable where processes or the cluster cannot be used.
    """
    done = 0
    if progress:
        progress(0, len(files))
    try:
        with closing(_each(files, partial(_of_plan, make), jobs, cluster)) as each:
            for number, made in each:
                done += 1
                yield number, made
                if progress:
                    progress(done, len(files))
    except CannotValidate as error:
        raise Unusable(str(error)) from None


def _each(files: Sequence[Path], work: Callable[[Path], OfPlan[T]], jobs: int | None,
          cluster: str | None) -> Generator[tuple[int, OfPlan[T]], None, None]:
    if cluster is not None:
        from sendxl.returns.cluster import each_on_cluster

        yield from each_on_cluster(cluster, files, work, _lost, limit=_LIMIT)
    elif jobs == 1 or len(files) == 1 or not can_start_processes():
        yield from ((number, work(path)) for number, path in enumerate(files))
    else:
        from sendxl.returns.workers import each_in_workers, processes

        yield from each_in_workers(files, work, _lost, jobs or processes(len(files)), limit=_LIMIT)


def _of_plan(make: Make[T], path: Path) -> OfPlan[T]:
    with paused_gc():
        made = _made(make, path)
        gc.collect(0)  # all that is left of the master is young: to take it away now keeps memory as if there were one
    return made


def _made(make: Make[T], path: Path) -> OfPlan[T]:
    try:
        book = read_master(path)
        settings = settings_of(book)
        if not settings.plan_id:
            raise Unusable(f"{path}: Settings, Plan id is blank, so this plan cannot be told from others. Put it back.")
        return OfPlan(path, settings.plan_id, make(book, settings, path.name))
    except MemoryError:
        return _lost(path, "reading it took more memory than there is")
    except Exception as error:  # a fault of ours in one plan must not cost the reading of all others
        if isinstance(error, Unusable) and _is_another_of_ours(path):
            return OfPlan(path)
        return OfPlan(path, why=explain(error) or f"{path}: {fault_of_ours(error)}.")


def _is_another_of_ours(path: Path) -> bool:
    """True for a tracker or a report, which lies in many a folder of a plan."""
    try:
        book = ClosedBook(path)
    except (FileUnreadable, OSError):
        return False
    return book.has(IDENTITY) or book.has(RETURNS)


def _lost(path: Path, why: str) -> OfPlan[Any]:
    return OfPlan(path, why=f"{path} was not read: {why}.")


def not_counted(plans: Mapping[int, OfPlan[T]]) -> dict[int, str]:
    """The numbers of the masters that count for nothing, with why: those that could not be read, and copies.

    Of two with one plan id the one whose file comes first counts, unless its name says that it is a copy.
    """
    first: dict[str, Path] = {}
    lines: dict[int, str] = {}
    for number in sorted(plans, key=lambda number: (is_called_copy(plans[number].path), number)):
        plan = plans[number]
        if plan.why:
            lines[number] = plan.why
        elif not plan.plan_id:
            continue
        elif plan.plan_id in first:
            lines[number] = (f"{plan.path} is not counted: it has the Plan id of {first[plan.plan_id]}. Move away the one that "
                             "is a copy.")
        else:
            first[plan.plan_id] = plan.path
    return lines
