"""validate: returned trackers are checked against the master, which is not written."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sendxl.books.build.report import RETURNS
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.books.json_file import write_json
from sendxl.errors import CannotValidate, FileUnreadable, ReportUnwritten, Unusable, Unwritable, writing
from sendxl.jobs.opening import MasterBook, place_of, read_master, refuse_broken
from sendxl.plan.master import HELD, MEASURES, PLAN, POOLS, PROFILE, READINGS, SAVINGS, SETTINGS, TRACKERS, UPDATES
from sendxl.returns.annotate import annotate, copy_name, is_copy
from sendxl.returns.batch import Collected, Progress, Stopped, as_json, collect, not_looked_into, validate_batch
from sendxl.returns.chasers import chasers
from sendxl.returns.checking import Check, checked
from sendxl.returns.outcome import Return, not_accepted
from sendxl.returns.register import Register
from sendxl.returns.report import write_report

_EARLIER = "Earlier"  # a folder among the copies, for those of earlier runs
# What returns are checked against.
CHECKED = (SETTINGS, PLAN, MEASURES, SAVINGS, PROFILE, POOLS, TRACKERS, HELD, UPDATES, READINGS)


@dataclass(frozen=True)
class Validated:
    """What was found, by return. ``files``: how many there were to check. ``annotated``: the copies that may go back.

    ``passed_over`` says which folders below were not looked into, ``left_out`` those in which returns may be.
    """

    returns: list[Return]
    files: int
    annotated: Sequence[Path] = ()
    passed_over: Sequence[str] = ()
    left_out: Sequence[str] = ()

    @property
    def complete(self) -> bool:
        """False if it was stopped by Ctrl-C before every file was checked; ``returns`` has those that were."""
        return len(self.returns) == self.files

    @property
    def stopped(self) -> str:
        """How far it came, in words, if it was stopped; else nothing."""
        if self.complete:
            return ""
        return f"stopped after {len(self.returns)} of {self.files} returns; what is reported is of those."

    @property
    def clean(self) -> bool:
        """True if every return would be accepted whole, and none was left out."""
        return self.complete and not self.to_mend

    @property
    def to_mend(self) -> Sequence[str]:
        """What was left out, and which returns would not be accepted whole."""
        return [*self.left_out, *not_accepted(self.returns)]


def validate(
    master: MasterBook,
    paths: Sequence[Path | str],
    *,
    report: Path | str | None = None,
    json_file: Path | str | None = None,
    annotated: Path | str | None = None,
    today: date | None = None,
    progress: Progress | None = None,
    jobs: int | None = 1,
    cluster: str | None = None,
    check: Check = checked,
) -> Validated:
    """Check the returns at ``paths`` (files and folders); optionally write a report workbook and a JSON file.

    ``annotated`` is a folder for a copy of each return with findings, to be sent back to its lead: a new or empty one, or that
    of last time, whose copies are put aside in it.
    ``jobs`` is the number of worker processes (None: as many as pay), ``cluster`` the address of a Dask scheduler
    whose workers see the files under the same paths; ``check`` is asked for each return (default: validate it). Ctrl-C ends
    the checking: what was done is then reported, as incomplete. Bad returns are findings, not errors. Unusable where the
    master or a path cannot be used.
    """
    today = today or date.today()
    book = read_master(master)
    refuse_broken(book, *CHECKED)
    collected = returns_at(paths, place_of(book))
    files = collected.files
    check_outputs(report, json_file, [place_of(book), *files], paths)
    back = _folder_for_copies(Path(annotated), files, _folders(paths)) if annotated else None
    register = Register.of(book)
    try:
        returns = validate_files(files, register, today, progress, jobs=jobs, cluster=cluster, check=check)
    except Stopped as stopped:
        returns = stopped.returns
    if json_file:
        write_json(json_file, as_json(returns, len(files)))
    unwritten = ""
    if report:
        complete = len(returns) == len(files)  # else those that were not reached would be chased
        try:
            write_report(Path(report), returns, chasers(book, register, today, returns) if complete else None, len(files))
        except Unwritable as error:
            unwritten = str(error)
    validated = Validated(returns, len(files), _annotate(returns, back, register, today) if back else (), collected.passed_over,
                          collected.left_out)
    if unwritten:
        raise ReportUnwritten(unwritten, validated)
    return validated


def _folder_for_copies(folder: Path, returns: Sequence[Path], given: Sequence[Path]) -> Path:
    """The folder, made if need be; Unusable where anything but earlier copies is in it: none takes another file's place."""
    if folder.is_file():
        raise Unusable(f"{folder} is a file. Give a folder for the annotated copies.")
    if _same_as(folder) in {_same_as(path.parent) for path in returns}:
        raise Unusable(f"{folder} holds the returns themselves. Give another folder for the annotated copies.")
    if not set(given).isdisjoint(folder.resolve().parents) and not not_looked_into(folder):
        raise Unusable(f"{folder} lies among the returns, and its copies would be taken for some. Choose another folder.")
    names = [path.name for path in folder.iterdir()] if folder.exists() else []
    if other := [name for name in names if not is_copy(name) and name != _EARLIER]:
        raise Unusable(f"{folder} is not empty: {other[0]} is no annotated copy, and nothing is overwritten. Give a new folder "
                       "for the copies, or that of last time.")
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _annotate(returns: Sequence[Return], folder: Path, register: Register, today: date) -> list[Path]:
    """Write the copies; of two returns of one name the second has a number. Earlier ones are put aside, not overwritten."""
    earlier = [path for path in folder.iterdir() if is_copy(path.name)]
    with writing(folder / _EARLIER):
        for path in earlier:
            (folder / _EARLIER).mkdir(exist_ok=True)
            path.replace(_free(folder / _EARLIER, path.name))
    copies: list[Path] = []
    for returned in returns:
        tracker = register.trackers.get(returned.tracker)
        path = _free(folder, copy_name(returned.path.name))
        copies += [path] if annotate(returned, path, tracker.due_on if tracker else None, today) else []
    return copies


def _free(folder: Path, name: str) -> Path:
    """Where a file of that name goes in a folder; with a number where one is there already."""
    number, path = 1, folder / name
    while path.exists():
        number += 1
        path = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
    return path


def validate_files(
    files: Sequence[Path], register: Register, today: date, progress: Progress | None, *, jobs: int | None, cluster: str | None,
    check: Check,
) -> list[Return]:
    """The returns, as ``validate_batch`` has them; Unusable where the processes or the cluster cannot be used."""
    try:
        return validate_batch(files, register, today, progress, jobs=jobs, cluster=cluster, check=check)
    except CannotValidate as error:
        raise Unusable(str(error)) from None


def check_outputs(report: Path | str | None, json_file: Path | str | None, inputs: Sequence[Path],
                  given: Sequence[Path | str] = ()) -> None:
    """Unusable where a report cannot be written, or would be written over an input (the master, then the returns).

    Nor may it lie in a folder of returns that was ``given``, in which it would be taken for one the next time.
    """
    for out, ending in ((report, ".xlsx"), (json_file, ".json")):
        if out:
            _check_output(Path(out), ending, inputs, _folders(given))


def _folders(given: Sequence[Path | str]) -> list[Path]:
    """The folders of returns among what was given."""
    return [Path(path).resolve() for path in given if Path(path).is_dir()]


def _check_output(path: Path, ending: str, inputs: Sequence[Path], folders: Sequence[Path]) -> None:
    if path.suffix.lower() != ending:
        raise Unusable(f"{path} must end in {ending}.")
    if not path.parent.is_dir():
        raise Unusable(f"There is no folder {path.parent}. Make it first.")
    if _same_as(path) in map(_same_as, inputs):
        raise Unusable(f"{path} is the master or a return, and is not overwritten. Choose another name.")
    if not set(folders).isdisjoint(path.resolve().parents) and not not_looked_into(path.parent):
        raise Unusable(f"{path} lies among the returns, and would be taken for one. Choose another folder.")
    if path.exists() and _same_as(path.parent) in {_same_as(file.parent) for file in inputs[1:]} and not _is_report(path, ending):
        raise Unusable(f"{path} is there already, beside the returns, and is not overwritten. Choose another name.")


def _same_as(path: Path) -> str:
    """By which one file is known under all of its names; a link to itself has but its own."""
    return os.path.realpath(path)


def _is_report(path: Path, ending: str) -> bool:
    """True for a report of an earlier run. Beside returns that were named singly lie others, which were not."""
    try:
        return ending == ".json" or ClosedBook(path).has(RETURNS)
    except FileUnreadable:
        return False


def returns_at(paths: Sequence[Path | str], master: Path) -> Collected:
    """The files to be read at ``paths``, but for the master; Unusable where one is not there or there are none."""
    given = [Path(path) for path in paths]
    for path in given:
        if not os.path.lexists(path):
            raise Unusable(f"There is no file or folder {path}.")
    found = collect(given)
    files = [file for file in found.files if _same_as(file) != _same_as(master)]
    if not files:
        raise Unusable(" ".join([
            f"No returns in {', '.join(map(str, given))}. A return is the tracker (.xlsx) that a lead sent back. Every file of a "
            "folder and of those below it is looked at, but hidden ones.", *found.left_out, *found.passed_over]))
    return replace(found, files=files)
