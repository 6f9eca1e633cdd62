"""chase: one reminder for each lead with something outstanding, as a draft that opens ready to send. Nothing is sent."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sendxl.books.paused_gc import paused_gc
from sendxl.errors import Unusable
from sendxl.jobs.mails import letters_of, unaddressed
from sendxl.jobs.opening import MasterBook, place_of, read_master, refuse_broken
from sendxl.jobs.validate import CHECKED, returns_at, validate_files
from sendxl.plan.counting import many
from sendxl.plan.master import HELD, LEADS
from sendxl.plan.values import show
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.annotate import annotate, copy_name
from sendxl.returns.batch import Collected, Progress
from sendxl.returns.chasers import Chaser, Why, awaited, chasers
from sendxl.returns.checking import Check, checked
from sendxl.returns.drafts import Draft, file_name, write_drafts
from sendxl.returns.outcome import Return
from sendxl.returns.register import Register


@dataclass(frozen=True)
class Chased:
    """Who is to be reminded of what. ``files`` are the drafts in the order of ``chasers``, none without a folder.

    ``without_email``: a sentence for each lead whose draft has nobody to go to, as Leads has no usable Email; ``nobodys``:
    one for each return of which nobody knows whose it is. ``out``: the days by which trackers are due that are out and not
    overdue. ``held``: open rows of Held. ``looked_at``: whether returns that are not stamped were looked at too.
    """

    chasers: Sequence[Chaser]
    files: Sequence[Path]
    without_email: Sequence[str]
    nobodys: Sequence[str] = ()
    out: Sequence[date] = ()
    held: int = 0
    looked_at: bool = False
    left_out: Sequence[str] = ()

    @property
    def standing(self) -> Sequence[str]:
        """In words, what else is out or waits; that nothing is outstanding only where that is so."""
        lines = [] if self.chasers else ["No lead is to be reminded of anything."]
        if not (self.chasers or self.nobodys or self.out or self.held or self.left_out):
            lines = ["Nothing is outstanding."]
        if self.out:
            lines.append(f"Still out, and not overdue: {many(len(self.out), 'tracker')}, due by {show(max(self.out))}.")
        if self.held:
            lines.append(f"In Held {'wait' if self.held > 1 else 'waits'} {many(self.held, 'row')}.")
        return lines

    @property
    def to_mend(self) -> Sequence[str]:
        """What is to be put right before all drafts can be sent, and what no draft speaks of."""
        return [*self.left_out, *self.nobodys, *self.without_email]


@paused_gc()
def chase(
    master: MasterBook,
    folder: Path | str | None = None,
    *,
    paths: Sequence[Path | str] = (),
    returns: Sequence[Return] = (),
    before: int | None = None,
    trackers: Path | str | None = None,
    words: Path | str | None = None,
    today: date | None = None,
    progress: Progress | None = None,
    jobs: int | None = 1,
    cluster: str | None = None,
    check: Check = checked,
) -> Chased:
    """The reminders that the master calls for on ``today``; with a ``folder``, each written there as a draft (.eml).

    ``paths`` are returns that are not stamped yet: what is wrong in them is told too, and the copy that goes back is attached;
    ``returns`` are such as ``validate`` has looked at already. ``before``: remind also of what is due within so many days.
    ``trackers`` is the folder of the trackers as they were issued: those that are awaited are attached once more. ``words`` is
    a file of words in place of those that sendxl ships. ``jobs``, ``cluster`` and ``check`` as for ``validate``. The master is
    not written. The folder is new or has no other drafts in it: one that was written before may have been changed by hand.
    Unusable where the master, a path or the words cannot be used, or the folder holds another draft; nothing is then written.
    """
    book, today, letters = read_master(master), today or date.today(), letters_of(words)
    refuse_broken(book, *CHECKED, LEADS)
    collected = returns_at(paths, place_of(book)) if paths else Collected(())
    register = Register.of(book)
    if paths:
        looked_at = validate_files(collected.files, register, today, progress, jobs=jobs, cluster=cluster, check=check)
        returns = [*returns, *looked_at]
    with tempfile.TemporaryDirectory(prefix="sendxl-") as scratch:
        copies = _copies(returns, Path(scratch), register, today) if folder else {}
        files = _Attached(copies, _issued(Path(trackers), register) if trackers else {})
        found = chasers(book, register, today, returns, before=before, letters=letters, attached=files.name)
        drafts = write_drafts([_draft(chaser, files) for chaser in found], Path(folder)) if folder and found else []
    return Chased(
        found, drafts, list(filter(None, (unaddressed(chaser.code, chaser.lead, chaser.email) for chaser in found))),
        _nobodys(returns, register), awaited(book, register, today, returns),
        held=sum(row.settled_on is None and row.key not in register.stale for row in book.read(HELD)),
        looked_at=bool(returns), left_out=collected.left_out)


@dataclass(frozen=True)
class _Attached:
    """What goes with reminders, by tracker: the copies of returns that go back, and the trackers as they were issued."""

    copies: Mapping[str, Path]
    issued: Mapping[str, Path]

    def file(self, tracker: str, why: Why) -> Path | None:
        """The file that goes with the reminder of a tracker."""
        copy = self.copies.get(tracker) if why in (Why.HELD, Why.REJECTED) else None
        return copy if copy or why is Why.HELD else self.issued.get(tracker)

    def name(self, tracker: str, why: Why) -> str:
        """Its name, '' where there is none."""
        file = self.file(tracker, why)
        return file.name if file else ""


def _draft(chaser: Chaser, files: _Attached) -> Draft:
    attached = [file for matter in chaser.matters if (file := files.file(matter.tracker, matter.why))]
    return Draft(f"{chaser.code or chaser.lead} {chaser.periods[-1]}", chaser.address, chaser.name, chaser.subject, chaser.text(),
                 tuple((file.name, file) for file in attached))


def _copies(returns: Sequence[Return], folder: Path, register: Register, today: date) -> dict[str, Path]:
    """The copies that go back, by tracker; of several returns of one, that of the one that was last saved."""
    copies: dict[str, Path] = {}
    for number, returned in enumerate(sorted(returns, key=lambda one: str(one.saved or ""))):
        path = folder / str(number) / file_name(Path(copy_name(returned.file)).stem, ".xlsx")
        path.parent.mkdir()
        tracker = register.trackers.get(returned.tracker)
        if tracker and returned.outcome is not Outcome.ASIDE and annotate(returned, path, tracker.due_on, today):
            copies[returned.tracker] = path
        else:
            shutil.rmtree(path.parent)
    return copies


def _issued(folder: Path, register: Register) -> Mapping[str, Path]:
    """The trackers in a folder, by the names by which they were issued."""
    if not folder.is_dir():
        raise Unusable(f"There is no folder {folder}. Give the one that the trackers were issued to.")
    files = {path: register.named(path.name) for path in sorted(folder.iterdir()) if path.suffix.lower() == ".xlsx"}
    return {tracker.tracker: path for path, tracker in files.items() if tracker}


def _nobodys(returns: Sequence[Return], register: Register) -> list[str]:
    """A line for each return that is rejected, and of which nobody knows whose it is."""
    return [f"{returned.file} is no tracker of this plan, and nobody is reminded of it: {returned.findings[0].message}"
            for returned in returns if returned.outcome is Outcome.REJECTED and not returned.tracker
            and register.named(returned.file) is None]

