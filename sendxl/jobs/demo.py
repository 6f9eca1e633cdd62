"""demo: a whole month on the sample plan that ships with sendxl, as a council would live it.

The sample plan, the figures that officers add to it by hand and what each lead types into a tracker are files in
``workbooks/examples/``. Figures and quantities there are illustrative, and say so wherever they are shown.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from sendxl.board.document import missing_libraries
from sendxl.books.book import AppendRows, Edit, SetCells
from sendxl.books.closed.closed_book import ClosedBook
from sendxl.errors import Unusable, writing
from sendxl.jobs.board import board_report, shipped_template
from sendxl.jobs.chase import chase
from sendxl.jobs.issue import issue
from sendxl.jobs.new import new_master
from sendxl.jobs.refresh import refresh
from sendxl.jobs.show import show
from sendxl.jobs.stamp import stamp
from sendxl.jobs.validate import validate
from sendxl.plan.master import MASTER_TABLES
from sendxl.plan.schema import Table, Type, by_name
from sendxl.plan.tracker import IDENTITY, TRACKED
from sendxl.plan.values import Value
from sendxl.returns.letters import shipped_words

Say = Callable[[str], None]
PERIOD = "2026-27 Q3"
STARTS = date(2026, 4, 1)
ISSUED_ON = date(2027, 1, 4)
TODAY = date(2027, 1, 20)  # six days after trackers were due, so that those not returned are overdue
_NOW = datetime(2027, 1, 20, 9, 30)


@dataclass(frozen=True)
class Demo:
    """The files that the demo made."""

    folder: Path
    source: Path
    master: Path
    trackers: Path
    mails: Path
    words: Path
    returns: Path
    reminders: Path
    sent_back: Path
    report: Path
    findings: Path
    board: Path
    template: Path


def demo(folder: Path | str, *, say: Say = print) -> Demo:
    """Do the round in ``folder``, telling each step with ``say``: new, issue, returns, validate, stamp, refresh.

    Where the folder is not empty, one beside it with a number is used, so that nothing is overwritten.
    """
    files = _files(_free(Path(folder)))
    with writing(files.folder):
        files.returns.mkdir(parents=True)
        shutil.copyfile(str(_shipped("plan.txt")), files.source)

    say(f"1. new: the published plan ({files.source.name}) becomes a master.")
    plan = new_master(files.source, files.master, starts=STARTS, first_year="2026-27")
    say(f"   {plan.activities} activities in {plan.themes} themes, {plan.measures} measures, {plan.leads} leads; "
        f"{plan.doubts} doubts for a person to settle in Review; no lead: {', '.join(plan.without_lead)}.")
    add_illustrative_figures(files.master)
    refresh(files.master, now=datetime.combine(ISSUED_ON, _NOW.time()), by="demo")
    say("   Officers added dates, baselines, targets and savings lines (illustrative figures).")

    say(f"2. issue: a tracker for each lead, for {PERIOD}.")
    issued = issue(files.master, files.trackers, period=PERIOD, mails=files.mails,
                   now=datetime.combine(ISSUED_ON, _NOW.time()), by="demo")
    say(f"   {len(issued.trackers)} trackers, due back {issued.due_on:%d %b %Y}, each with a mail that is ready to be sent.")
    with writing(files.words):
        files.words.write_text(shipped_words(), encoding="utf-8")

    returned = {tracker.code: tracker.path for tracker in issued.trackers}
    late = fill_returns(returned, files.returns)
    say("3. Leads fill them in and send them back, in plain Excel.")
    say(f"   {len(returned) - len(late)} came back; late: {', '.join(late)}.")

    say("4. validate: what is wrong is found, by cell, with what to do.")
    checked = validate(files.master, [files.returns], report=files.report, json_file=files.findings, annotated=files.sent_back,
                       today=TODAY)
    for outcome in ("accepted", "held", "rejected"):
        names = [found.file for found in checked.returns if found.outcome == outcome]
        say(f"   {len(names)} {outcome}{': ' + ', '.join(names) if names and outcome == 'rejected' else ''}")
    for example in [finding for found in checked.returns for finding in found.findings if finding.holds][:3]:
        say(f"   {example}")
    say(f"   {len(checked.annotated)} annotated copies go back, with the queries to be answered.")
    chased = chase(files.master, files.reminders, returns=checked.returns, trackers=files.trackers, today=TODAY)
    say(f"   {len(chased.files)} reminders: what is overdue, held or rejected, with the file that it is about.")

    say("5. stamp: what is accepted goes into the master, with who, when, old, new and which file.")
    stamped = stamp(files.master, [files.returns], today=TODAY, now=_NOW, by="demo")
    say(f"   {len(stamped.changes)} values changed, {stamped.updates} updates recorded, {stamped.held} held for an officer.")

    say("6. refresh: every status is worked out, with its reason.")
    refresh(files.master, now=_NOW, by="demo")
    for activity in show(files.master).activities[:5]:
        say(f"   {activity.ref} {activity.status}: {activity.reason}")

    say("7. board: the report to the Board, in Word.")
    if missing := missing_libraries():
        say(f"   Left out, as this Python does not have {' and '.join(missing)}.")
    else:
        report = board_report(files.master, files.board, now=_NOW)
        say(f"   {report.activities} activities, {report.decisions} decision asked for.")
        with writing(files.template):
            files.template.write_bytes(shipped_template())

    say("")
    say(f"In {files.folder}:")
    for path, what in (path_and_what for path_and_what in (
        (files.master, "the master: open this first. Read Plan, then Held and Stamps."),
        (files.report, "the findings by return; open it second."),
        (files.board, "the report to the Board."),
        (files.template, "its template, to be restyled in Word."),
        (files.trackers, "the trackers as issued."),
        (files.mails, "a mail to each lead, with the tracker."),
        (files.reminders, "a mail to each lead with something outstanding."),
        (files.words, "the words of the mails, to be changed."),
        (files.returns, "what the leads sent back, good and bad."),
        (files.sent_back, "copies of those with findings: cells marked, queries to be answered."),
        (files.findings, "the findings for programs."),
        (files.source, "the published plan it began with."),
    ) if path_and_what[0].exists()):
        say(f"  {path.name:<24} {what}")
    return files


def add_illustrative_figures(master: Path) -> None:
    """Add what officers would type into a new master by hand: the illustrative figures of the sample plan."""
    given = json.loads(_shipped("illustrative.json").read_text(encoding="utf-8"))
    edits: list[Edit] = []
    for table in MASTER_TABLES:
        found = given.get(table.name, {})
        if isinstance(found, list):
            edits.append(AppendRows(table, [_values(table, row) for row in found]))
        elif found:
            edits += _set(table, found)
    ClosedBook(master).apply(edits)


def fill_returns(trackers: Mapping[str, Path], folder: Path) -> list[str]:
    """Copy trackers, by code of the lead, to ``folder`` as their leads would return them; codes of those who do not."""
    given = json.loads(_shipped("returns.json").read_text(encoding="utf-8"))
    for code, path in trackers.items():
        if code in given:
            copy = folder / path.name
            with writing(copy):
                shutil.copyfile(path, copy)
            tables = by_name((IDENTITY, *TRACKED.values()))
            edits = [edit for name, rows in given[code].items() if name in tables for edit in _typed(tables[name], rows)]
            ClosedBook(copy, backups=0).apply(edits)
    return [code for code in trackers if code not in given]


def _typed(table: Table, rows: Mapping[str, Any]) -> list[Edit]:
    if table is IDENTITY:
        return [SetCells(table, "value", rows)]
    return _set(table, rows)


def _set(table: Table, rows: Mapping[str, Mapping[str, Any]]) -> list[Edit]:
    """One edit for each column of rows given as {key: {header: value}}."""
    columns: dict[str, dict[str, Value]] = {}
    for ref, row in rows.items():
        for key, value in _values(table, row).items():
            columns.setdefault(key, {})[ref] = value
    return [SetCells(table, key, values) for key, values in columns.items()]


def _values(table: Table, row: Mapping[str, Any]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for header, value in row.items():
        column = table.by_header[header]
        if column.type is Type.DATE and isinstance(value, str) and value[4:5] == "-":
            value = date.fromisoformat(value)
        found[column.key] = value
    return found


def _shipped(name: str) -> Any:
    return resources.files("sendxl.workbooks").joinpath("examples", name)


def _files(folder: Path) -> Demo:
    names = ("Published plan.txt", "Delivery plan.xlsx", "Trackers", "Mails", "Words of mails.txt", "Returns", "Reminders",
             "Sent back", "Validation report.xlsx",
             "findings.json", "Board report.docx", "Board template.docx")
    return Demo(folder, *(folder / name for name in names))


def _free(folder: Path) -> Path:
    if folder.is_file():
        raise Unusable(f"{folder} is a file. Give the demo a folder.")
    number, free = 1, folder
    while free.exists() and any(free.iterdir()):
        number += 1
        free = folder.with_name(f"{folder.name}-{number}")
    return free
