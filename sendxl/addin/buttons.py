"""What Excel runs: a function for each button of the ribbon tab “Delivery plan”, and worksheet functions.

Each works on the workbook that is open, saved or not. Buttons say in the status bar what they are doing and tell at the
end, in one message, what came of it. What went wrong is a message that says what to do, and stands in the log file.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

from sendxl.addin.office import Office, free, press
from sendxl.books.book import settings_of
from sendxl.errors import ReportUnwritten, Unusable, writing
from sendxl.jobs.board import board_report as write_board_report
from sendxl.jobs.chase import chase as chase_in
from sendxl.jobs.doctor import doctor as doctor_of
from sendxl.jobs.history import History
from sendxl.jobs.history import history as history_of
from sendxl.jobs.issue import AlreadyIssued
from sendxl.jobs.issue import issue as issue_to
from sendxl.jobs.mapped import MAPPING
from sendxl.jobs.new import new_master
from sendxl.jobs.refresh import refresh as refresh_book
from sendxl.jobs.stamp import Stamped
from sendxl.jobs.stamp import stamp as stamp_into
from sendxl.jobs.undo import undo as undo_in
from sendxl.jobs.upgrade import upgrade as upgrade_at
from sendxl.jobs.validate import validate as validate_at
from sendxl.plan.counting import counted, many
from sendxl.plan.likeness import as_written
from sendxl.plan.master import HELD, MASTER_TABLES, PLAN, STAMPS, TRACKERS, Activity
from sendxl.plan.periods import parse_period, quarter_of
from sendxl.plan.values import show, to_text
from sendxl.returns.outcome import outcomes_in_words

_T = TypeVar("_T")
_GUIDE = "Guide"


def refresh() -> None:
    """Button: work out every status and saving."""
    press("Working out every status…", _refresh, writes=True)


def issue(folder: str) -> None:
    """Button: make a tracker for each lead in a folder."""

    def job(office: Office) -> str:
        period = _period_for(office)
        if period is None:
            return ""
        progress = office.progress("Making trackers", "Then none is made.")
        try:
            issued = issue_to(office.book, folder, period=period, progress=progress)
        except AlreadyIssued as error:
            if not office.confirm(f"{office.name}\n\n{error.who} Make new trackers beside the earlier ones?"):
                return ""
            issued = issue_to(office.book, folder, period=period, again=True, progress=progress)
        told = f"{many(len(issued.trackers), 'tracker')} for {issued.period} in {folder}, due back {show(issued.due_on)}."
        return "\n\n".join(filter(None, [told, office.listed("Issue", issued.to_mend)]))

    press("Making trackers…", job, writes=True)


def validate(folder: str) -> None:
    """Button: check the returns in a folder, and open the report."""

    def job(office: Office) -> str:
        progress = office.progress("Checking returns", "The report is then of those.")
        checked, of_report = _with_report(office, "Validation", lambda report: validate_at(
            office.book, [folder], report=report, jobs=None, progress=progress))
        return f"{outcomes_in_words(checked.returns)}{f' ({checked.stopped})' if checked.stopped else '.'} {of_report}"

    press("Checking returns…", job)


def preview(folder: str) -> None:
    """Button: show what stamping the returns in a folder would change, and open the report."""
    press("Looking what would change…", lambda office: _stamp(office, [folder], dry_run=True))


def stamp(folder: str) -> None:
    """Button: bring the accepted returns of a folder into the plan."""
    press("Stamping…", lambda office: _stamp(office, [folder]), writes=True)


def settle() -> None:
    """Button: carry out what was decided in Held."""
    press("Carrying out decisions…", lambda office: _stamp(office, []), writes=True)


def undo() -> None:
    """Button: take back the last batch, after asking."""

    def job(office: Office) -> str:
        would = undo_in(office.book, dry_run=True)
        asked = (f"{office.name}\n\nTake back batch {would.undoes}? {many(len(would.changes), 'value')} will be what was there "
                 f"before{f', and {len(would.left)} are left as they were changed since' if would.left else ''}.")
        if not office.confirm(asked):
            return ""
        done = undo_in(office.book, would.undoes)
        left = f"Left:\n{office.listed('Left', done.left)}" if done.left else ""
        told = f"Batch {done.undoes} was taken back: {many(len(done.changes), 'value')}. Its updates count no more."
        return "\n\n".join(filter(None, [told, left, _copy_of(office)]))

    press("Taking back…", job, writes=True)


def history() -> None:
    """Button: go to Stamps, and tell the last batches and what was edited by hand since."""

    def job(office: Office) -> str:
        past = history_of(office.book)
        hidden = office.show_sheet(office.book.read(STAMPS).sheet)
        batches = [f"{one.batch}: {f'{one.kind} by {one.by}' if one.by else one.kind}, {many(one.cells, 'value')}"
                   f"{'' if one.counts else ', taken back'}" for one in reversed(past.batches)]
        told = office.listed("History", batches) or "Nothing was stamped yet."
        return "\n\n".join(filter(None, [told, _edited(office, past), hidden]))

    press("Reading the history…", job)


def show_row() -> None:
    """Button: tell how the activity of the selected cell stands, what was recorded of it, and what is held."""

    def job(office: Office) -> str:
        row = _selected(office)
        events = [f"{show(event.at)} {event.column}: {event.old or 'blank'} → {event.new or 'blank'} ({event.file or event.kind})"
                  for event in history_of(office.book, row.key).events if event.column]
        held = [f"{to_text(one.column)}: {to_text(one.what_to_do)}" for one in office.book.read(HELD)
                if one.settled_on is None and to_text(one.ref).partition(".")[0] == row.key]
        of_held = f"Held:\n{office.listed(f'Held {row.key}', held)}" if held else "Nothing of it is held."
        last = f"Last changes:\n{office.listed(f'History {row.key}', events[::-1])}" if events else (
            "Nothing was stamped into it yet.")
        parts = [f"{row.key} {row.activity or ''}", ": ".join(filter(None, (row.status or "Not refreshed yet", row.reason))),
                 f"{row.update_state or ''}", of_held, last]
        return "\n\n".join(filter(None, parts))

    press("Looking…", job)


def chase(folder: str) -> None:
    """Button: write a reminder for each lead with something outstanding, as drafts in a folder."""

    def job(office: Office) -> str:
        done = chase_in(office.book, folder)
        drafts = f"{many(len(done.files), 'reminder')} in {folder}. Nothing is sent: open each, and send it."
        return "\n\n".join(filter(None, [drafts if done.files else "", office.listed("Chase", done.to_mend), *done.standing]))

    press("Writing reminders…", job)


def doctor() -> None:
    """Button: tell what a person should mend in the plan as it is open."""

    def job(office: Office) -> str:
        with tempfile.TemporaryDirectory(prefix="sendxl-") as folder:
            copy = Path(folder) / office.book.name
            if not office.book.save_copy(copy):
                raise Unusable("Excel could not make a copy of the plan to look at. Save the plan, then press Doctor again.")
            found = doctor_of(copy)
        if found.clean:
            return "Nothing to mend."
        return "\n\n".join(filter(None, [found.summary, office.listed("Doctor", found.to_mend)]))

    press("Looking through the plan…", job)


def board_report() -> None:
    """Button: write the report to the Board beside the plan."""

    def job(office: Office) -> str:
        name, path = f"Board report {settings_of(office.book).reporting_period or ''}".rstrip(), office.book.path
        out = free(path.with_name(f"{name}.docx") if path and path.parent.is_dir() else office.report(name, ".docx"))
        done = write_board_report(office.book, out)
        ahead = ", still to come: a look ahead" if done.ahead else ""
        told = f"{done.path} is written, as at {show(done.as_at)}{ahead}. Open it in Word."
        return "\n\n".join(filter(None, [told, office.listed("To mend", done.to_mend)]))

    press("Writing the report…", job)


def new_plan(file: str) -> None:
    """Button: make a master of a published plan beside it, or first the workbook that shows how it would be read.

    With such a workbook in front, it is gone by.
    """

    def job(office: Office) -> str:
        source = Path(file)
        mapping = _mapping_in_front(office)
        if mapping is None:
            look = free(source.with_name(f"{source.stem} mapping.xlsx"))
            looked = new_master(source, look, look=True)
            if not looked.activities or (looked.doubts and office.agrees(
                    f"{source.name}: {many(looked.activities, 'activity', 'activities')}, {many(looked.doubts, 'doubt')}. "
                    "Look first at how it would be read?")):
                office.ask(lambda: office.app.books.open(str(look)))
                return (f"{look} is open. Put right in Your choice what is read wrongly, then press New plan… again with that "
                        "workbook in front, and choose the same file. No master was made yet.")
            look.unlink()
        made = new_master(source, free(source.with_name(f"{source.stem} master.xlsx")), mapping=mapping)
        office.ask(lambda: office.app.books.open(str(made.path)))
        counts = f"{many(made.activities, 'activity', 'activities')}, {many(made.measures, 'measure')}"
        return "\n\n".join([f"{made.path} is open: {counts}, {many(made.leads, 'lead')}. {made.account}.", *made.to_mend])

    press("Reading the plan…", job, of_plan=False)


def _mapping_in_front(office: Office) -> Path | None:
    """The workbook in front, saved, if it shows how a plan would be read."""
    if not office.book.has(MAPPING):
        return None
    office.ask(office.plan.save)
    return office.book.path


def upgrade() -> None:
    """Button: save an upgraded copy of a plan of an earlier version beside it, and open that."""

    def job(office: Office) -> str:
        office.ask(office.plan.save)
        path = office.book.path
        if path is None or not path.exists():
            raise Unusable("The plan is not kept in a folder of this computer, so no copy can be made beside it. Save it there, "
                           "then press Upgrade again.")
        copy = free(path.with_stem(f"{path.stem} (upgraded)"))
        try:
            with writing(copy):
                shutil.copyfile(path, copy)
            done = upgrade_at(copy)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        if not done.done:
            copy.unlink()
            return "Nothing to do: this plan is of the newest version."
        office.ask(lambda: office.app.books.open(str(copy)))
        return (f"{copy.name} is open, upgraded: {len(done.done)} things were added or brought up. Go on with it; {path.name} "
                "stays as it was.")

    press("Upgrading…", job, writes=True)


def help() -> None:
    """Button: go to the Guide, and say where the log is."""

    def job(office: Office) -> str:
        hidden = office.show_sheet(_GUIDE) if _GUIDE in office.book.sheets else ""
        from sendxl.version import __version__

        told = (f"sendxl {__version__}. The Guide of this workbook says what each sheet holds. Errors are noted in "
                f"{office.log}.\n\nAfter Issue, Stamp, Settle, Undo, Refresh and Upgrade, Excel's own undo list (Ctrl+Z) is "
                "empty. A batch is taken back with the button Undo; before one is written, a copy of the plan is kept with its "
                "backups.")
        return "\n\n".join(filter(None, [told, hidden]))

    press("", job)


def _refresh(office: Office) -> str:
    done = refresh_book(office.book)
    counts = counted(done.statuses)
    left = f"\n\nNot counted:\n{office.listed('Not counted', done.left_out)}" if done.left_out else ""
    activities, changed = many(done.activities, "activity", "activities"), many(done.changed, "cell")
    kept = f"\n\n{office.listed('Notes', done.notes)}" if done.notes else ""
    return f"{activities} as at {show(done.as_at)}: {counts}.\n{changed} changed.{kept}{left}"


def _stamp(office: Office, folders: list[str], *, dry_run: bool = False) -> str:
    progress = office.progress("Checking returns", "Nothing is then written.")
    done, of_report = _with_report(office, "Preview" if dry_run else "Stamping", lambda report: stamp_into(
        office.book, folders, dry_run=dry_run, report=report, jobs=None, progress=progress),
        worth=lambda done: done.changes or done.returns)
    told = "\n\n".join(filter(None, [_stamped(office, done, dry_run=dry_run), _copy_of(office) if done.written else "",
                                     of_report]))
    if done.written and office.agrees(f"{office.name}\n\n{told}\n\nWork out every status and saving now?"):
        office.doing("Working out every status…")
        return _refresh(office)
    return "" if done.written else told


def _with_report(office: Office, kind: str, job: Callable[[Path | None], _T],
                 worth: Callable[[_T], object] = lambda done: True) -> tuple[_T, str]:
    """What a job did that writes a report, and in a sentence what became of that: no fault of it undoes what was done.

    ``worth``: whether there is anything in the report, which else is not opened.
    """
    report, why = None, ""
    try:
        report = office.report(kind)
    except Unusable as error:
        why = str(error)
    try:
        done = job(report)
    except ReportUnwritten as error:
        done, report, why = cast("_T", error.done), None, f"There is no report: {error.why}"
    if not worth(done):
        return done, ""
    return done, office.show_report(report) if report else why


def _period_for(office: Office) -> str | None:
    """The period that trackers are to be made for, as typed; None where that was cancelled."""
    open_one = settings_of(office.book).reporting_period
    proposed = open_one or quarter_of(date.today()).label
    if open_one and any(row.period == open_one for row in office.book.read(TRACKERS)):
        proposed = parse_period(open_one).next.label
    said = f" Those for {open_one} were made already." if proposed != open_one and open_one else ""
    answer = office.ask_text(f"Trackers for which period?{said} Write a quarter like {quarter_of(date.today())}, or a month like "
                             f"{date.today():%Y-%m}. It becomes the open period.", proposed)
    try:
        return answer if answer is None else parse_period(answer).label
    except ValueError as error:
        raise Unusable(str(error)) from None


def _copy_of(office: Office) -> str:
    """Where the plan as it was before is kept."""
    if office.book.copy:
        return f"The plan as it was before is kept: {office.book.copy}"
    return "No copy of the plan as it was before could be kept. Until you save it, closing it without saving brings that back."


def _stamped(office: Office, done: Stamped, *, dry_run: bool) -> str:
    if not (done.changes or done.returns or done.settled or done.unsettled):
        nothing = "Nothing to stamp: " + (office.listed("Stamped before", done.already) or "nothing was decided in Held.")
        return "\n\n".join([nothing, *done.waiting])
    values = many(len(done.changes), "value")
    counts = f"{many(done.updates, 'update')}, {done.held} held, {many(done.settled, 'decision')} carried out"
    if dry_run:
        statuses = many(sum(change.changes for change in done.statuses), "status", "statuses")
        told = f"{values} would change: {counts}. {statuses} would follow."
    else:
        told = f"Batch {done.batch}: {values} changed, {counts}."
    return "\n\n".join(filter(None, [told, office.listed("Decisions", done.unsettled), *done.waiting]))


def _edited(office: Office, past: History) -> str:
    lines = [f"{one.ref} {one.column}: {one.recorded or 'blank'} → {one.now or 'blank'}" for one in past.edited]
    return f"Changed by hand since:\n{office.listed('Changed by hand', lines)}" if lines else ""


def _selected(office: Office) -> Activity:
    """The activity of the selected cell: on the sheet of Plan by its row, elsewhere by a ref in the same row."""
    book, chosen = office.book, office.selection
    if chosen is None:
        raise Unusable("Select a cell in the row of an activity in Plan, then press Show row.")
    activities = book.read(PLAN)
    activity_of = as_written(activities.by_key)
    for table in filter(book.has, MASTER_TABLES):
        rows = book.read(table)
        if rows.sheet == chosen[0]:
            for row in rows:
                if row.number == chosen[1]:
                    key = row.key if table is PLAN else next((to_text(row[name]) for name in ("activity_ref", "ref")
                                                              if name in table.by_key), "")
                    if found := activities.by_key.get(activity_of(key.partition(".")[0])):
                        return found
    raise Unusable("The selected row is of no activity. Select a cell in the row of one in Plan, then press Show row.")
