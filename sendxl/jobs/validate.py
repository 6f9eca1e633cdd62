"""validate: returned trackers are checked against the master, which is not written."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sendxl.jobs.master import Unusable, open_master, refuse_unsound
from sendxl.plan.columns import HELD, MEASURES, PLAN, PROFILE, READINGS, SAVINGS, SETTINGS, TRACKERS, UPDATES
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.batch import Progress, as_json, collect, validate_batch
from sendxl.returns.outcome import Return
from sendxl.returns.register import Register
from sendxl.returns.report import write_report

CHECKED = (SETTINGS, PLAN, MEASURES, SAVINGS, PROFILE, TRACKERS, HELD, UPDATES, READINGS)  # what returns are checked against


@dataclass(frozen=True)
class Validated:
    """What was found, by return."""

    returns: list[Return]

    @property
    def clean(self) -> bool:
        """True if every return would be accepted whole."""
        return all(found.outcome is Outcome.ACCEPTED for found in self.returns)


def validate(
    master: Path | str,
    paths: Sequence[Path | str],
    *,
    report: Path | str | None = None,
    json_file: Path | str | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> Validated:
    """Check the returns at ``paths`` (files and folders); optionally write a report workbook and a JSON file.

    Bad returns are findings, not errors. Unusable where the master or a path cannot be used.
    """
    today = today or date.today()
    book = open_master(master)
    refuse_unsound(book, *CHECKED)
    files = returns_at(paths, book.path)
    for out, ending in ((report, ".xlsx"), (json_file, ".json")):
        if out:
            _check_output(Path(out), ending, [book.path, *files])
    returns = validate_batch(files, Register.of(book), today, progress)
    if json_file:
        from sendxl.books.save import replace_file

        replace_file(Path(json_file), (json.dumps(as_json(returns), indent=2, ensure_ascii=False) + "\n").encode())
    if report:
        write_report(Path(report), returns)
    return Validated(returns)


def _check_output(path: Path, ending: str, inputs: Sequence[Path]) -> None:
    if path.suffix.lower() != ending:
        raise Unusable(f"{path} must end in {ending}.")
    if not path.parent.is_dir():
        raise Unusable(f"There is no folder {path.parent}. Make it first.")
    if path.resolve() in {given.resolve() for given in inputs}:
        raise Unusable(f"{path} is the master or a return, and is not overwritten. Choose another name.")
    if path.parent.resolve() in {given.resolve().parent for given in inputs[1:]}:
        raise Unusable(f"{path} lies among the returns, and would be taken for one. Choose another folder.")


def returns_at(paths: Sequence[Path | str], master: Path) -> list[Path]:
    """The files to be read at ``paths``, but for the master; Unusable where one is not there or there are none."""
    given = [Path(path) for path in paths]
    for path in given:
        if not path.exists():
            raise Unusable(f"There is no file or folder {path}.")
    found = [file for file in collect(given) if file.resolve() != master.resolve()]
    if not found:
        raise Unusable(f"No returns in {', '.join(map(str, given))}. A return is the tracker (.xlsx) that a lead sent back.")
    return found
