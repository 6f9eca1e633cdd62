"""stamp: what is accepted of the returns goes into the master; what is not is held, and every changed cell recorded.

What officers decided in Held is carried out first. Stamping is safe to repeat: a return that was stamped or held is
known again by its SHA-256, a row of it by Updates, Readings and Stamps, and a cell that already holds the returned
value is not written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sendxl.books.json_file import write_json
from sendxl.errors import ReportUnwritten, Unwritable
from sendxl.jobs.opening import MasterBook, master_for_writing, place_of, refuse_broken
from sendxl.jobs.stamping.ledger import StampedCell, user
from sendxl.jobs.stamping.preview import StatusChange, status_changes
from sendxl.jobs.stamping.run import Run
from sendxl.jobs.stamping.settling import settle, settle_rows
from sendxl.jobs.validate import CHECKED, check_outputs, returns_at, validate_files
from sendxl.plan.counting import many
from sendxl.plan.master import HELD, LOGS
from sendxl.plan.values import Value, to_text
from sendxl.plan.vocabulary import Outcome
from sendxl.returns.batch import Collected, Progress, as_json
from sendxl.returns.checking import Check, checked
from sendxl.returns.held import held_key_of
from sendxl.returns.outcome import Return, not_accepted
from sendxl.returns.register import Register
from sendxl.returns.report import write_report

_STAMPED = "What was accepted is stamped all the same (batch {batch}): “sendxl history” lists it, the sheet Held what was not."


@dataclass(frozen=True)
class Stamped:
    """What a stamping run did or, in a dry run, would do.

    ``already`` says which returns had been stamped before; ``held`` counts new rows of Held, ``cells`` all changed
    cells, with the marks of period, day and lead and the states of trackers. ``settled`` counts decisions that were
    carried out, ``unsettled`` says which were not, and why. ``statuses``: of a dry run, those of the activities
    that are touched. ``held_rows``: the new rows of Held, by column key; ``open_held``: all that wait in it then, of
    ``open_leads`` leads. ``to_follow``: returns not given now that have other answers of rows which were settled.
    ``passed_over`` says which folders below were not looked into, ``left_out`` those in which returns may be.
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
    settled: int
    unsettled: Sequence[str]
    statuses: Sequence[StatusChange]
    held_rows: Sequence[Mapping[str, Value]] = ()
    open_held: int = 0
    open_leads: int = 0
    to_follow: Sequence[str] = ()
    passed_over: Sequence[str] = ()
    left_out: Sequence[str] = ()

    @property
    def clean(self) -> bool:
        """True if nothing of these returns was left out, held or rejected, and every decision was carried out."""
        return not self.to_mend

    @property
    def to_mend(self) -> Sequence[str]:
        """What was left out, held or rejected, and which decisions were not carried out."""
        return [*self.left_out, *not_accepted(self.returns), *self.unsettled]

    @property
    def waiting(self) -> Sequence[str]:
        """In words, what is to follow what was settled, and how much waits in Held in all."""
        files, lines = self.to_follow, []
        if files:
            lines.append(f"What else these rows were given is in {', '.join(files[:5])}{' …' if files[5:] else ''}: stamp "
                         f"{'them' if files[1:] else 'it'} again, and it follows.")
        return [*lines, f"In Held {'wait' if self.open_held > 1 else 'waits'} {many(self.open_held, 'row')} of "
                f"{many(self.open_leads, 'lead')}: ask for a corrected return, or decide there and settle."
                if self.open_held else "Nothing waits in Held."]


def stamp(
    master: MasterBook,
    paths: Sequence[Path | str] = (),
    *,
    dry_run: bool = False,
    report: Path | str | None = None,
    json_file: Path | str | None = None,
    today: date | None = None,
    now: datetime | None = None,
    by: str | None = None,
    progress: Progress | None = None,
    jobs: int | None = 1,
    cluster: str | None = None,
    check: Check = checked,
) -> Stamped:
    """Carry out what officers decided in Held, validate the returns at ``paths`` and apply what is accepted to the master.

    ``dry_run`` writes nothing to the master and works out how statuses would change. ``report`` (.xlsx) and
    ``json_file`` hold the changes beside the findings. ``jobs``, ``cluster`` and ``check`` as for ``validate``; Ctrl-C
    before the end of validation leaves the master as it was. ``now`` and ``by`` (the user's name) are recorded with every changed
    cell. Unusable or Refused where the master or a path cannot be used; the master is then as it was, unless it is said
    that only the report could not be written.
    """
    now = now or datetime.now().replace(microsecond=0)
    today = today or now.date()
    with master_for_writing(master, now) as book:
        collected = returns_at(paths, place_of(book)) if paths else Collected(())
        files = collected.files
        check_outputs(report, json_file, [place_of(book), *files], paths)
        refuse_broken(book, *CHECKED)
        register = Register.of(book)
        run = Run(book, now, by or user(), register, today)
        run.settle_stale()
        register = replace(register, decided={**register.decided, **settle(run)}, values=run.plan_now())
        returns = validate_files(files, register, today, progress, jobs=jobs, cluster=cluster, check=check) if files else []
        for returned in sorted(returns, key=lambda one: one.outcome is Outcome.ACCEPTED):  # which may answer what is held
            run.take(returned)
        run.settle_answered()
        settle_rows(run, (held_key_of(returned, finding) for returned in returns for finding in returned.findings
                          if finding.decision))
        edits, open_leads = run.edits(), run.open_leads
        if dry_run:
            book.check(edits)
            touched = {register.activities.get((change.table, change.ref), "") for change in run.changes}
            statuses = status_changes(book, edits, touched, today)
        else:
            book.apply(edits, run.batch)
            statuses = []
    done = _done(run, returns, collected, written=bool(edits) and not dry_run, path=place_of(book), statuses=statuses,
                 open_leads=open_leads)
    try:
        _write(done, returns, report, json_file)
    except Unwritable as error:
        raise ReportUnwritten(str(error), done, _STAMPED.format(batch=done.batch) if done.written else "") from None
    return done


def _done(run: Run, returns: Sequence[Return], collected: Collected, *, written: bool, path: Path,
          statuses: Sequence[StatusChange], open_leads: Sequence[str]) -> Stamped:
    return Stamped(
        path, run.batch, written, [returned for returned in returns if all(returned is not other for other in run.already)],
        run.changes,
        updates=sum(len(run.added[log]) for log in LOGS.values()), held=len(run.added[HELD]),
        already=[f"{returned.file} is {returned.aside}: it is not taken a second time." if returned.aside else
                 f"{returned.file} was stamped before, or answered by a later return: nothing in it is new."
                 for returned in run.already],
        cells=len(run.recorded),
        settled=run.settled, unsettled=run.unsettled, statuses=statuses, held_rows=run.added[HELD],
        open_held=len(open_leads), open_leads=len(set(open_leads)), to_follow=run.to_follow,
        passed_over=collected.passed_over, left_out=collected.left_out,
    )


def _write(done: Stamped, returns: Sequence[Return], report: Path | str | None, json_file: Path | str | None) -> None:
    """The report workbook and the JSON file, where they are asked for."""
    if json_file:
        write_json(json_file, {
            "batch": done.batch, "written": done.written, "settled": done.settled, "unsettled": list(done.unsettled),
            "changes": [asdict(change) for change in done.changes], "statuses": [asdict(change) for change in done.statuses],
            "held_rows": [{key: shown if isinstance(shown, (str, int, float)) else to_text(shown) for key, shown in row.items()}
                          for row in done.held_rows],
            **as_json(returns),
        })
    if report:
        write_report(Path(report), returns, changes=[asdict(change) for change in done.changes],
                     statuses=[asdict(change) for change in done.statuses], held=done.held_rows)

