"""All returns of a round together: which files they are, each validated, then compared with one another."""

import os
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sendxl.plan.finding import Finding, Place, Severity
from sendxl.returns.checking import LIMIT, Check, can_start_processes, checked
from sendxl.returns.copies import (
    ask_of_earlier_trackers,
    ask_which_counts,
    leave_out_stamped,
    set_copies_aside,
    set_earlier_aside,
)
from sendxl.returns.held import decide
from sendxl.returns.outcome import Batch, Change, NotChecked, Return, outcomes
from sendxl.returns.register import Register
from sendxl.returns.rules import Scope, of_scope
from sendxl.returns.rules.across_returns import agree, differ, pairs
from sendxl.returns.rules.pools import unread

Progress = Callable[[int, int], None]
_NOT_RETURNS = (".", "~$")  # hidden files, and the locks that Excel and LibreOffice leave
_SYSTEM = {"thumbs.db", "desktop.ini"}
_OURS = {" backups": "it holds the backups of a plan", " reports": "it holds reports of sendxl"}


@dataclass(frozen=True)
class Collected:
    """The files of returns, each once, in the order of their paths.

    ``passed_over`` says which folders were not looked into, as no returns are in them; ``left_out`` where some may be.
    """

    files: Sequence[Path]
    passed_over: Sequence[str] = ()
    left_out: Sequence[str] = ()


def collect(paths: Sequence[Path]) -> Collected:
    """The files among ``paths``, and those in the folders among them and below.

    Of a folder every file is taken but hidden ones and lock files (what is no workbook is then found by S01, not passed
    over). Folders below that are hidden, that sendxl itself writes, or that are links are passed over, and that is said.
    FileNotFoundError names a path that is not there.
    """
    files: dict[str, Path] = {}
    passed_over: dict[str, None] = {}
    left_out: dict[str, None] = {}
    waiting: list[Path] = []
    for path in paths:
        if not os.path.lexists(path):
            raise FileNotFoundError(2, "there is no such file or folder", str(path))
        if path.is_dir():
            waiting.append(path)
        else:
            files.setdefault(os.path.realpath(path), path)
    while waiting:
        for file in sorted(waiting.pop().iterdir()):
            if not file.is_dir():
                if not _is_passed_over(file):
                    files.setdefault(os.path.realpath(file), file)
            elif file.is_symlink():  # which may lead back to where it is
                left_out[f"{file} is not looked into: it is a link to a folder. If returns are in it, give it by name."] = None
            elif why := not_looked_into(file):
                passed_over[f"{file} is not looked into: {why}."] = None
            else:
                waiting.append(file)
    return Collected(sorted(files.values()), sorted(passed_over), sorted(left_out))


def _is_passed_over(file: Path) -> bool:
    return file.name.startswith(_NOT_RETURNS) or file.name.casefold() in _SYSTEM


def not_looked_into(folder: Path) -> str:
    """Why a folder below one of returns is passed over; '' where it is not."""
    if folder.name.startswith(_NOT_RETURNS):
        return "it is hidden"
    return next((why for ending, why in _OURS.items() if folder.name.endswith(ending)), "")


class Stopped(KeyboardInterrupt):
    """Ctrl-C while returns were validated. ``returns``: those that were done, compared with one another."""

    def __init__(self, returns: list[Return]) -> None:
        super().__init__()
        self.returns = returns


def validate_batch(
    paths: Sequence[Path],
    register: Register,
    today: date,
    progress: Progress | None = None,
    *,
    jobs: int | None = 1,
    cluster: str | None = None,
    limit: float = LIMIT,
    check: Check = checked,
) -> list[Return]:
    """Validate every file, then compare the returns with one another; in the order of ``paths``, the same however it is done.

    ``jobs``: how many worker processes; 1 is this process, None as many as pay beside it, or this one where there can be no
    others. ``cluster``: the address of a Dask scheduler to use instead. ``check`` is asked for each return. In worker
    processes a file that takes longer than ``limit`` seconds, or ends its process, is rejected and the others go on; in this
    process there is no clock, only the caps on what is read of a file. ``progress`` is told how many
    are done, and of how many. Stopped on Ctrl-C; CannotValidate where processes or cluster cannot be used.
    """
    by_number: dict[int, Return] = {}
    try:
        if progress:
            progress(0, len(paths))
        with closing(_each(paths, register, today, jobs, cluster, limit, check)) as each:
            for number, returned in each:
                returned.path = paths[number]
                by_number[number] = returned
                if progress:
                    progress(len(by_number), len(paths))
    except KeyboardInterrupt:
        raise Stopped(_together(by_number, register)) from None
    return _together(by_number, register)


def _each(
    paths: Sequence[Path], register: Register, today: date, jobs: int | None, cluster: str | None, limit: float, check: Check
) -> Generator[tuple[int, Return], None, None]:
    """Each return with the number of its file, as they are done."""
    if cluster is not None:
        from sendxl.returns.cluster import on_cluster

        yield from on_cluster(cluster, paths, register, today, limit=limit, check=check)
    elif jobs == 1 or (jobs is None and not can_start_processes()):
        yield from ((number, check(path, register, today)) for number, path in enumerate(paths))
    else:
        from sendxl.returns.workers import in_workers, processes

        yield from in_workers(paths, register, today, jobs or processes(len(paths)), limit=limit, check=check)


def _together(by_number: Mapping[int, Return], register: Register) -> list[Return]:
    returns = [by_number[number] for number in sorted(by_number)]
    set_copies_aside(returns)
    leave_out_stamped(returns, register)
    set_earlier_aside(returns, register)
    compare(Batch(returns, register))
    ask_which_counts(returns, register)
    ask_of_earlier_trackers(returns, register)
    return returns


def compare(batch: Batch) -> None:
    """Ask the rules over all returns, and add what they find to the returns."""
    findings: dict[int, list[Finding]] = defaultdict(list)
    not_checked: dict[int, list[NotChecked]] = defaultdict(list)
    for rule in of_scope(Scope.BATCH):
        for hit in rule.hits(batch):
            findings[hit.of].append(rule.finding(hit, batch.returns[hit.of].file, Place(), {}))
    for number, change, _, other in pairs(batch):
        if differ(change, other):
            batch.returns[number].others[change.table, change.ref, change.column] = other.returned
        elif not agree(change, other):
            not_checked[number] += [_missed(code, change) for code in ("C01", "C02")]
    for number, change in unread(batch) if batch.register.capacities else ():
        not_checked[number].append(_missed("C05", change))
    for number in {**findings, **not_checked}:
        returned = batch.returns[number]
        returned.revise([*returned.findings, *findings[number]], not_checked[number])
        decide(returned, batch.register.decided)


def _missed(code: str, change: Change) -> NotChecked:
    return NotChecked(code, change.table, change.ref, change.place.column)


def as_json(returns: Sequence[Return], files: int | None = None) -> dict[str, Any]:
    """The returns as the JSON report has them. ``changes`` counts all that a lead changed, held or not.

    Where there were more ``files`` than returns, as validation was stopped, the summary says so.
    """
    stopped = files is not None and len(returns) < files
    return {
        "summary": {
            "returns": len(returns),
            **({"incomplete": True, "files": files} if stopped else {}),
            **outcomes(returns),
            "changes": sum(len(returned.changes) for returned in returns),
            "findings": {severity.value: sum(returned.count(severity) for returned in returns) for severity in Severity},
            "not_checked": sum(len(returned.not_checked) for returned in returns),
        },
        "returns": [
            {
                "file": returned.file,
                "sha256": returned.sha256,
                "tracker": returned.tracker,
                "lead": returned.lead,
                "period": returned.period,
                "outcome": returned.outcome_in_words,
                "changes": len(returned.changes),
                "findings": [finding.as_json() for finding in returned.findings],
                "not_checked": [asdict(missed) for missed in returned.not_checked],
            }
            for returned in returns
        ],
    }
