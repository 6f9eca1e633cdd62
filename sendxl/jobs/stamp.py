"""stamp: what is accepted of the returns goes into the master; what is not is held, and every changed cell recorded.

Stamping is safe to repeat: a return that was stamped or held is known again by its SHA-256, a row of it by Updates,
Readings and Stamps, and a cell that already holds the returned value is not written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from getpass import getuser
from pathlib import Path

from sendxl.jobs.master import master_for_writing, refuse_unsound
from sendxl.jobs.stamping import Run, StampedCell
from sendxl.jobs.validate import CHECKED, returns_at, validate_files
from sendxl.plan.columns import HELD, STAMPS
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.batch import Progress
from sendxl.returns.outcome import Return
from sendxl.returns.register import LOGS, Register


@dataclass(frozen=True)
class Stamped:
    """What a stamping run did. ``already`` says which returns had been stamped before; ``held`` counts new Held
    rows, ``cells`` all changed cells, with the marks of period, day and lead that go with the changes.
    """

    path: Path
    batch: str
    written: bool
    returns: Sequence[Return]
    changes: Sequence[StampedCell]
    updates: int
    held: int
    already: Sequence[str]
    cells: int

    @property
    def clean(self) -> bool:
        """True if nothing of these returns was held or rejected."""
        return all(found.outcome is Outcome.ACCEPTED for found in self.returns)


def stamp(
    master: Path | str,
    paths: Sequence[Path | str],
    *,
    dry_run: bool = False,
    today: date | None = None,
    now: datetime | None = None,
    by: str | None = None,
    progress: Progress | None = None,
    jobs: int | None = 1,
    cluster: str | None = None,
) -> Stamped:
    """Validate the returns at ``paths`` and apply what is accepted to the master; ``dry_run`` writes nothing.

    ``jobs`` and ``cluster`` as for ``validate``; Ctrl-C before the end of validation leaves the master as it was.
    ``now`` and ``by`` (the user's name) are recorded with every changed cell. Unusable or Refused where the master or
    a path cannot be used; the master is then as it was.
    """
    now = now or datetime.now().replace(microsecond=0)
    today = today or now.date()
    files = returns_at(paths, Path(master))
    with master_for_writing(master) as book:
        refuse_unsound(book, *CHECKED)
        register = Register.of(book)
        returns = validate_files(files, register, today, progress, jobs=jobs, cluster=cluster)
        run = Run(book, register, today, now, by or _user())
        for found in returns:
            run.take(found)
        edits = run.edits()
        if dry_run:
            book.check(edits)
        else:
            book.apply(edits)
    fresh = [found for found in returns if all(found is not other for other in run.already)]
    return Stamped(
        Path(master), run.batch, bool(edits) and not dry_run, fresh, run.changes,
        updates=sum(len(run.added[log]) for log in LOGS.values()), held=len(run.added[HELD]),
        already=[f"{found.file} was stamped before, answered by a later return, or is a copy: nothing in it is new."
                 for found in run.already],
        cells=len(run.added[STAMPS]),
    )


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):
        return ""
