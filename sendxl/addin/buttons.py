"""What Excel runs: a function for each button of the ribbon tab “Delivery plan”, and worksheet functions.

Each works on the workbook that is open, saved or not. Buttons say in the status bar what they are doing and tell at the
end, in one message, what came of it. What went wrong is a message that says what to do, and stands in the log file.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sendxl.books.book import settings_of
from sendxl.books.live.live_book import LiveBook
from sendxl.books.live.without_pandas import xlwings as xw
from sendxl.desktop.computer import let_workers_start
from sendxl.errors import Unusable, explain, fault_of_ours, way_to, writing
from sendxl.jobs.board import board_report as write_board_report
from sendxl.jobs.history import History
from sendxl.jobs.history import history as history_of
from sendxl.jobs.issue import AlreadyIssued
from sendxl.jobs.issue import issue as issue_to
from sendxl.jobs.refresh import refresh as refresh_book
from sendxl.jobs.stamp import Stamped
from sendxl.jobs.stamp import stamp as stamp_into
from sendxl.jobs.undo import undo as undo_in
from sendxl.jobs.upgrade import upgrade as upgrade_at
from sendxl.jobs.validate import validate as validate_at
from sendxl.plan.counting import counted, many
from sendxl.plan.likeness import as_written
from sendxl.plan.master import HELD, MASTER_TABLES, PLAN, STAMPS, Activity
from sendxl.plan.values import show, to_text
from sendxl.returns.outcome import outcomes_in_words

LOG = Path.home() / ".sendxl" / "sendxl.log"
DIALOG_TITLE = "Delivery plan"
_LINES = 12  # of what a message lists
_GUIDE = "Guide"


def refresh() -> None:
    """Button: work out every status and saving."""

    def job(book: LiveBook, excel: xw.Book) -> str:
        done = refresh_book(book)
        counts = counted(done.statuses)
        left = f"\n\nNot counted:\n{_listed(done.left_out)}" if done.left_out else ""
        activities, changed = many(done.activities, "activity", "activities"), many(done.changed, "cell")
        kept = f"\n\n{_listed(done.notes)}" if done.notes else ""
        return f"{activities} as at {show(done.as_at)}: {counts}.\n{changed} changed.{kept}{left}"

    _run("Working out every status…", job)


def issue(folder: str) -> None:
    """Button: make a tracker for each lead in a folder."""

    def job(book: LiveBook, excel: xw.Book) -> str:
        try:
            issued = issue_to(book, folder)
        except AlreadyIssued as error:
            asked = f"{error.who} Make new trackers beside the earlier ones?"
            if excel.app.alert(asked, DIALOG_TITLE, buttons="ok_cancel") == "cancel":
                return ""
            issued = issue_to(book, folder, again=True)
        told = f"{many(len(issued.trackers), 'tracker')} for {issued.period} in {folder}, due back {show(issued.due_on)}."
        return "\n\n".join(filter(None, [told, _listed(issued.to_mend)]))

    _run("Making trackers…", job)


def validate(folder: str) -> None:
    """Button: check the returns in a folder, and open the report."""

    def job(book: LiveBook, excel: xw.Book) -> str:
        report = _report("Validation")
        found = validate_at(book, [folder], report=report, jobs=None)
        _open(excel, report)
        return f"{outcomes_in_words(found.returns)}. The report is open beside this workbook."

    _run("Checking returns…", job)


def preview(folder: str) -> None:
    """Button: show what stamping the returns in a folder would change, and open the report."""
    _run("Looking what would change…", lambda book, excel: _stamp(book, excel, [folder], dry_run=True))


def stamp(folder: str) -> None:
    """Button: bring the accepted returns of a folder into the plan."""
    _run("Stamping…", lambda book, excel: _stamp(book, excel, [folder]))


def settle() -> None:
    """Button: carry out what was decided in Held."""
    _run("Carrying out decisions…", lambda book, excel: _stamp(book, excel, []))


def undo() -> None:
    """Button: take back the last batch, after asking."""

    def job(book: LiveBook, excel: xw.Book) -> str:
        would = undo_in(book, dry_run=True)
        asked = (f"Take back batch {would.undoes}? {many(len(would.changes), 'value')} will be what was there before"
                 f"{f', and {len(would.left)} are left as they were changed since' if would.left else ''}.")
        if excel.app.alert(asked, DIALOG_TITLE, buttons="ok_cancel") == "cancel":
            return ""
        done = undo_in(book, would.undoes)
        left = f"\n\nLeft:\n{_listed(done.left)}" if done.left else ""
        return f"Batch {done.undoes} was taken back: {many(len(done.changes), 'value')}. Its updates count no more.{left}"

    _run("Taking back…", job)


def history() -> None:
    """Button: go to Stamps, and tell the last batches and what was edited by hand since."""

    def job(book: LiveBook, excel: xw.Book) -> str:
        found = history_of(book)
        _show(excel, book.read(STAMPS).sheet)
        batches = [f"{one.batch}: {one.kind} by {one.by}, {many(one.cells, 'value')}{'' if one.counts else ', taken back'}"
                   for one in reversed(found.batches)]
        return "\n\n".join(filter(None, [_listed(batches) or "Nothing was stamped yet.", _edited(found)]))

    _run("Reading the history…", job)


def show_row() -> None:
    """Button: tell how the activity of the selected cell stands, what was recorded of it, and what is held."""

    def job(book: LiveBook, excel: xw.Book) -> str:
        row = _selected(book, excel)
        events = [f"{show(event.at)} {event.column}: {event.old or 'blank'} → {event.new or 'blank'} ({event.file or event.kind})"
                  for event in history_of(book, row.key).events if event.column]
        held = [f"{to_text(one.column)}: {to_text(one.what_to_do)}" for one in book.read(HELD)
                if one.settled_on is None and to_text(one.ref).partition(".")[0] == row.key]
        parts = [f"{row.key} {row.activity or ''}", ": ".join(filter(None, (row.status or "Not refreshed yet", row.reason))),
                 f"{row.update_state or ''}", f"Held:\n{_listed(held)}" if held else "Nothing of it is held.",
                 f"Last changes:\n{_listed(events[::-1])}" if events else "Nothing was stamped into it yet."]
        return "\n\n".join(filter(None, parts))

    _run("Looking…", job)


def board_report() -> None:
    """Button: write the report to the Board beside the plan."""

    def job(book: LiveBook, excel: xw.Book) -> str:
        name = f"Board report {settings_of(book).reporting_period or ''}".rstrip()
        out = _free(book.path.with_name(f"{name}.docx") if book.path and book.path.parent.is_dir() else _report(name, ".docx"))
        done = write_board_report(book, out)
        ahead = ", still to come: a look ahead" if done.ahead else ""
        told = f"{done.path} is written, as at {show(done.as_at)}{ahead}. Open it in Word."
        return "\n\n".join(filter(None, [told, _listed(done.to_mend)]))

    _run("Writing the report…", job)


def upgrade() -> None:
    """Button: save an upgraded copy of a plan of an earlier version beside it, and open that."""

    def job(book: LiveBook, excel: xw.Book) -> str:
        excel.save()
        path = book.path
        if path is None or not path.exists():
            raise Unusable("The plan is not kept in a folder of this computer, so no copy can be made beside it. Save it there, "
                           "then press Upgrade again.")
        copy = _beside(path)
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
        excel.app.books.open(str(copy))
        return (f"{copy.name} is open, upgraded: {len(done.done)} things were added or brought up. Go on with it; {path.name} "
                "stays as it was.")

    _run("Upgrading…", job)


def help() -> None:
    """Button: go to the Guide, and say where the log is."""

    def job(book: LiveBook, excel: xw.Book) -> str:
        if _GUIDE in [sheet.name for sheet in excel.sheets]:
            _show(excel, _GUIDE)
        from sendxl.version import __version__

        return f"sendxl {__version__}. The Guide of this workbook says what each sheet holds. Errors are noted in {LOG}."

    _run("", job)


def _run(doing: str, job: Callable[[LiveBook, xw.Book], str]) -> None:
    """Do a job on the workbook that asked for it; tell what came of it, or what went wrong, in one message."""
    let_workers_start()
    excel = xw.Book.caller()
    app = excel.app
    try:
        if doing:
            app.status_bar = doing
        said = job(LiveBook(excel), excel)
    except Exception as error:
        noted = f"\n\nWhat led to it is in {LOG}." if _log(error) else ""
        said = explain(error) or f"{fault_of_ours(error)}.{noted}"
    finally:
        if doing:
            app.status_bar = False
    if said:
        app.alert(said, DIALOG_TITLE)


def _stamp(book: LiveBook, excel: xw.Book, folders: list[str], *, dry_run: bool = False) -> str:
    report = _report("Preview" if dry_run else "Stamping")
    done = stamp_into(book, folders, dry_run=dry_run, report=report, jobs=None)
    if done.changes or done.returns:
        _open(excel, report)
    return _stamped(done, dry_run=dry_run)


def _stamped(done: Stamped, *, dry_run: bool) -> str:
    if not (done.changes or done.returns or done.settled or done.unsettled):
        return "Nothing to stamp: " + (_listed(done.already) or "nothing was decided in Held.")
    values = many(len(done.changes), "value")
    counts = f"{many(done.updates, 'update')}, {done.held} held, {many(done.settled, 'decision')} carried out"
    if dry_run:
        statuses = many(sum(change.changes for change in done.statuses), "status", "statuses")
        told = f"{values} would change: {counts}. {statuses} would follow."
    else:
        told = f"Batch {done.batch}: {values} changed, {counts}. Press Refresh to work out the statuses."
    opened = "The report is open beside this workbook." if done.changes or done.returns else ""
    return "\n\n".join(filter(None, [told, _listed(done.unsettled), opened]))


def _edited(past: History) -> str:
    lines = [f"{one.ref} {one.column}: {one.recorded or 'blank'} → {one.now or 'blank'}" for one in past.edited]
    return f"Changed by hand since:\n{_listed(lines)}" if lines else ""


def _selected(book: LiveBook, excel: xw.Book) -> Activity:
    """The activity of the selected cell: on the sheet of Plan by its row, elsewhere by a ref in the same row."""
    chosen = excel.app.selection
    if chosen is None:
        raise Unusable("Select a cell in the row of an activity in Plan, then press Show row.")
    activities = book.read(PLAN)
    activity_of = as_written(activities.by_key)
    for table in MASTER_TABLES:
        rows = book.read(table)
        if rows.sheet == chosen.sheet.name:
            for row in rows:
                if row.number == chosen.row:
                    key = row.key if table is PLAN else next((to_text(row.cell(name).value) for name in ("activity_ref", "ref")
                                                              if name in table.by_key), "")
                    if found := activities.by_key.get(activity_of(key.partition(".")[0])):
                        return found
    raise Unusable("The selected row is of no activity. Select a cell in the row of one in Plan, then press Show row.")


def _beside(path: Path) -> Path:
    """Where the upgraded copy of a plan goes: beside it, under a name that is free."""
    number, copy = 1, path.with_stem(f"{path.stem} (upgraded)")
    while copy.exists():
        number += 1
        copy = path.with_stem(f"{path.stem} (upgraded {number})")
    return copy


def _free(path: Path) -> Path:
    """The path, or where a file lies there, which may have been edited since, one with a number."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem} ({number})")
    return free


def _report(name: str, ending: str = ".xlsx") -> Path:
    """Where a report is written: a new file each time, as an earlier one may be open."""
    folder = Path(tempfile.gettempdir()) / "sendxl"
    with writing(folder):
        folder.mkdir(exist_ok=True)
    return folder / f"{name} {datetime.now():%Y-%m-%d %H%M%S}{ending}"


def _open(excel: xw.Book, path: Path) -> None:
    """Open a report, and put the plan before it again: the next button is to work on the plan."""
    excel.app.books.open(str(path))
    excel.impl.activate()


def _show(excel: xw.Book, sheet: str) -> None:
    """Go to a sheet; xlwings' own way refuses where it takes another Excel for the one in front."""
    excel.sheets[sheet].impl.activate()


def _listed(lines: Any) -> str:
    """Lines below one another, of many only the first."""
    found = [str(line) for line in lines]
    more = [f"… and {len(found) - _LINES} more"] if len(found) > _LINES else []
    return "\n".join([*found[:_LINES], *more])


def _log(error: Exception) -> bool:
    """Note what led to an error; False where the log cannot be written, which is no reason not to tell the error."""
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        with LOG.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now():%Y-%m-%d %H:%M:%S}\n{way_to(error)}\n")
    except OSError:
        return False
    return True
