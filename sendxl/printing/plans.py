"""How plans are printed: what was made or brought up, how they stand, and what was recorded of them."""

from typing import TYPE_CHECKING

from sendxl import terminal
from sendxl.plan.counting import counted, many
from sendxl.plan.schema import Type
from sendxl.plan.values import show
from sendxl.plan.versions import FORMAT
from sendxl.plan.vocabulary import Change
from sendxl.printing.common_lines import MOST_LINES, MOST_ROWS, Asked, as_at, print_to_mend, say_more
from sendxl.printing.savings import pounds, print_money, year_in_words

if TYPE_CHECKING:
    from sendxl.jobs.archive import Archived
    from sendxl.jobs.board import BoardReport
    from sendxl.jobs.doctor import Diagnosis, Fitness
    from sendxl.jobs.export import Exported
    from sendxl.jobs.history import History
    from sendxl.jobs.new import NewMaster
    from sendxl.jobs.refresh import Refreshed
    from sendxl.jobs.revise import RevisedPlan
    from sendxl.jobs.rollup import RolledUp
    from sendxl.jobs.show import Changes, Overview
    from sendxl.jobs.upgrade import Upgraded


def print_new(new: "NewMaster", asked: Asked) -> None:
    """What is in the master that was made, and what is left for a person to do."""
    if new.mapping:
        terminal.say(f"{new.path}: how the plan would be read: {many(new.activities, 'activity', 'activities')}, "
                     f"{many(new.measures, 'measure')}, {many(new.doubts, 'doubt')}. No master was made.")
        terminal.say(f"{new.account}.")
        terminal.say("Put right in Your choice what is read wrongly, save it, then run “sendxl new” with --map and this "
                     "workbook.")
        return
    terminal.say(f"{new.path}: {many(new.activities, 'activity', 'activities')} in {many(new.themes, 'theme')}, "
                 f"{many(new.measures, 'measure')}, {many(new.leads, 'lead')}, {many(new.unit_costs, 'unit cost')}.")
    if new.account:
        terminal.say(f"{new.account}.")
    print_to_mend(new.to_mend)


def print_revised(revised: "RevisedPlan", asked: Asked) -> None:
    """What the later version makes of the activities, what was carried out, and what is to be decided."""
    terminal.say(f"{revised.source} beside {revised.path}: {counted(revised.counts)}.")
    terminal.say(f"{revised.account}.")
    if revised.taken or revised.kept:
        terminal.say(f"Carried out (batch {revised.batch}): {many(revised.taken, 'row')} taken, "
                     f"{many(revised.kept, 'row')} kept as the plan has it. Run “sendxl refresh” to work out the statuses.")
    if revised.asked:
        terminal.say(f"{many(revised.asked, 'row')} added to the sheet Revision.")
    print_to_mend(revised.to_mend)


def print_refreshed(done: "Refreshed", asked: Asked) -> None:
    """How the plan stands now, what is kept from now on, and what was not counted."""
    counts = counted(dict(sorted(done.statuses.items(), key=lambda pair: -pair[1])))
    what = (f"{many(done.activities, 'activity', 'activities')}, {many(done.measures, 'measure')} and "
            f"{many(done.lines, 'savings line')}")
    terminal.say(f"{done.path}: {what}, {as_at(done.as_at, ahead=done.ahead)}: {counts}.")
    terminal.say(f"{many(done.changed, 'cell')} changed." if done.changed else "Nothing changed.")
    print_to_mend(done.notes)
    for line in done.left_out[:MOST_LINES]:
        terminal.say(line)
    say_more(len(done.left_out) - MOST_LINES, ": “sendxl doctor” lists all")


def print_overview(plan: "Overview", asked: Asked) -> None:
    """Status by theme, each activity with its reason, and the savings, as last refreshed; or what has changed since a period."""
    when = as_at(plan.as_at, ahead=plan.ahead) if plan.as_at else "not refreshed yet"
    terminal.say(f"{plan.title}: {plan.period or 'no period'}, {when}")
    if plan.changes:
        _print_changes(plan.changes)
        return
    words = plan.statuses
    rows = [(theme, *(counts.get(word, "") for word in words)) for theme, counts in plan.by_theme.items()]
    terminal.table(("Theme", *words), rows, numbers=range(1, len(words) + 1))
    terminal.table(("Ref", "Status", "Reason", "Activity", "Direction", "Update"),
                   [(a.ref, a.status, a.reason, a.activity, a.direction, a.update_state) for a in plan.activities])
    if plan.lines:
        terminal.table(("Line", "Status", "Type", "Fund", "Planned to date", "Realised to date", "Forecast", "Variance"),
                       [(line.ref, line.status, line.type, line.fund,
                         *pounds(line.planned_to_date, line.realised_to_date, line.forecast, line.variance))
                        for line in plan.lines], numbers=range(4, 8))
        print_money(("Type", "Year"), ("Approved", "Planned", "Forecast", "Realised"), [
            ([of.type, year_in_words(of.year, closed=of.closed)], [of.approved, of.planned, of.forecast, of.realised])
            for of in plan.years])
        terminal.sentences(
            f"{plan.quantified} of {many(len(plan.lines), 'savings line')} quantified. Forecast and variance of a line are for "
            "the year of the as-at day; blank is not quantified or not reported; types are never added together.")


def _print_changes(changes: "Changes") -> None:
    """Statuses then and now; each activity whose status moved; and those that stay at risk or off track, and for how long."""
    terminal.table(("Status", changes.since, "Now"),
                   [(word, changes.then.get(word, 0), changes.now.get(word, 0)) for word in changes.statuses], numbers=(1, 2))
    moved = sorted((one for one in changes.activities if one.change is not Change.SAME),
                   key=lambda one: list(Change).index(one.change))
    if moved:
        terminal.table(("Ref", "Change", "Then", "Now", "Activity", "Direction", "How long"),
                       [(one.ref, one.change, one.then, one.now, one.activity, one.direction, one.lasting) for one in moved])
    lasting = [one for one in changes.activities if one.change is Change.SAME and one.lasting]
    if lasting:
        terminal.say("As it was, and still not on track:")
        terminal.table(("Ref", "How long", "Activity", "Direction"),
                       [(one.ref, one.lasting.capitalize(), one.activity, one.direction)
                        for one in sorted(lasting, key=lambda one: (one.now, -one.periods))])
    same = len(changes.activities) - len(moved)
    terminal.say(f"Since {changes.since}: {many(len(moved), 'activity has', 'activities have')} another status, "
                 f"{same:,} the same.")


def print_history(history: "History", asked: Asked) -> None:
    """The batches and what was edited by hand since; or what was recorded of the rows that were asked for."""
    if history.ref or history.rebaselined:
        rows = [(show(e.at, Type.MOMENT), e.by, e.ref, e.column, e.old, e.new, ": ".join(filter(None, (e.code, e.explanation))),
                 e.file, e.kind + ("" if e.counts else ", taken back")) for e in history.events[-MOST_ROWS:]]
        say_more(len(history.events) - MOST_ROWS, " before these: --json has all")
        terminal.table(("When", "By", "Ref", "Column", "Old", "New", "Why", "Return", "Kind"), rows)
        of = f" of {history.ref}" if history.ref else ""
        what = " of dates, baselines, targets and approvals" if history.rebaselined else ""
        terminal.say(f"{many(len(history.events), 'change')} recorded{of}{what}.")
        return
    terminal.table(
        ("Batch", "Kind", "When", "By", "Values", "Returns", "Counts"),
        [(b.batch, f"{b.kind} of {b.undoes}" if b.undoes else b.kind, show(b.at, Type.MOMENT), b.by, b.cells, len(b.files) or "",
          "yes" if b.counts else "taken back") for b in history.batches[-MOST_ROWS:]], numbers=(4, 5))
    if history.edited:
        terminal.say("Changed by hand since they were recorded:")
        terminal.table(("Table", "Ref", "Column", "Recorded", "Now"),
                       [(e.table, e.ref, e.column, e.recorded, e.now) for e in history.edited[:MOST_ROWS]])
        say_more(len(history.edited) - MOST_ROWS, " cells: --json has all")
    batches, cells = many(len(history.batches), "batch", "batches"), many(len(history.edited), "cell")
    terminal.say(f"{batches}; {cells} changed by hand since.")


def print_archived(done: "Archived", asked: Asked) -> None:
    """How many rows of each table were moved or, in a dry run, would be."""
    terminal.table(("Table", "Moved", "Kept, as still needed"),
                   [(table, f"{count:,}", f"{done.kept[table]:,}") for table, count in done.moved.items()], numbers=(1, 2))
    if done.written:
        terminal.say(f"Up to {done.through}: {sum(done.moved.values()):,} rows moved to {done.archive}.")
    else:
        terminal.say(f"Up to {done.through}: nothing was moved." if not any(done.moved.values()) else
                     f"Dry run: {sum(done.moved.values()):,} rows up to {done.through} would move to {done.archive}.")


def print_upgraded(upgraded: "Upgraded", asked: Asked) -> None:
    """What was brought up, or that there was nothing to do."""
    if not upgraded.done:
        terminal.say(f"{upgraded.path}: nothing to do, it is of format {FORMAT}.")
        return
    terminal.say(f"{upgraded.path} is now of format {FORMAT} (batch {upgraded.batch}). Added or brought up:")
    for line in upgraded.done:
        terminal.say(f"  {line}")
    terminal.say(f"The workbook as it was lies in the folder “{upgraded.path.stem} backups”, to stay there; its name ends with "
                 f"{upgraded.label}.")


def print_board_report(report: "BoardReport", asked: Asked) -> None:
    """Where the report lies, of which day it is, and what it is compared with."""
    when = f"as at {show(report.as_at)}{', still to come: a look ahead' if report.ahead else ''}"
    terminal.say(f"{report.path}: {many(report.activities, 'activity', 'activities')} {when}, "
                 f"{f'compared with {report.since}' if report.since else 'with no earlier period to compare with'}; "
                 f"{many(report.decisions, 'decision')} asked for.")
    if report.pdf:
        terminal.say(f"{report.pdf}: the same as PDF.")
    print_to_mend(report.to_mend)


def print_diagnosis(diagnosis: "Diagnosis | Fitness", asked: Asked) -> None:
    """What there is to mend in a master or, without one, what was looked at on this computer."""
    for line in diagnosis.findings:
        terminal.say(str(line))
    terminal.say(diagnosis.summary)


def print_exported(exported: "Exported", asked: Asked) -> None:
    """What was written of how many plans, and what was not."""
    rows = sum(exported.rows.values())
    terminal.say(f"{many(exported.plans, 'plan')}: {rows:,} rows in {many(len(exported.files), 'file')} in {exported.folder}.")
    print_to_mend(exported.to_mend)


def print_rolled_up(done: "RolledUp", asked: Asked) -> None:
    """How all plans stand together, and what is in no figure."""
    counts = counted({status: number for status, number in done.statuses.items() if number})
    terminal.say(f"{done.path}: {many(done.plans, 'plan')} with {many(done.activities, 'activity', 'activities')}: {counts}. "
                 f"{many(done.not_reported, 'lead')} with an update past due.")
    print_to_mend(done.to_mend)
