"""How the results of jobs are printed: tables and sentences for a person at a terminal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sendxl import terminal
from sendxl.plan.counting import counted, many
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.master import POSITION
from sendxl.plan.schema import Type
from sendxl.plan.values import show
from sendxl.plan.versions import FORMAT
from sendxl.plan.vocabulary import Change, Outcome
from sendxl.returns.outcome import outcomes_in_words
from sendxl.verbs import Option, Verb

if TYPE_CHECKING:
    from sendxl.desktop.install import Status
    from sendxl.jobs.archive import Archived
    from sendxl.jobs.board import BoardReport
    from sendxl.jobs.chase import Chased
    from sendxl.jobs.check import Checked
    from sendxl.jobs.doctor import Diagnosis, Fitness
    from sendxl.jobs.export import Exported
    from sendxl.jobs.history import History
    from sendxl.jobs.issue import Issue
    from sendxl.jobs.new import NewMaster
    from sendxl.jobs.refresh import Refreshed
    from sendxl.jobs.revise import RevisedPlan
    from sendxl.jobs.rollup import RolledUp
    from sendxl.jobs.savings import FundYear, Group, Profile
    from sendxl.jobs.show import Changes, Overview
    from sendxl.jobs.stamp import Stamped
    from sendxl.jobs.type_in import TypedIn
    from sendxl.jobs.undo import Undone
    from sendxl.jobs.upgrade import Upgraded
    from sendxl.jobs.validate import Validated
    from sendxl.returns.outcome import Return

Asked: TypeAlias = Mapping[str, Any]  # what was asked of a job, by parameter

_MOST_LINES = 20  # of what is to be mended, told by the way; and of returns and their findings
_MOST_ROWS = 100  # of a table
_URGENT = (Outcome.REJECTED, Outcome.HELD, Outcome.ACCEPTED, Outcome.ASIDE)


def print_result(verb: Verb, result: Any, asked: Asked) -> None:
    """What a verb came to: by its own printer if it has one, else a text as it is, or each field in words."""
    if verb.name in PRINTERS:
        PRINTERS[verb.name](result, asked)
    elif isinstance(result, str):
        terminal.say(result.rstrip())
    else:
        for field in fields(result):
            terminal.say(f"{field.name.replace('_', ' ').capitalize()}: {_in_words(getattr(result, field.name))}")
    for option in verb.takes:
        if isinstance(option, Option) and option.written and asked[option.to]:
            terminal.say(f"Written: {asked[option.to]}")


def _in_words(value: object) -> str:
    """A field of a result; of many things the first."""
    if isinstance(value, Mapping):
        return _in_words([f"{key} {_in_words(held)}" for key, held in value.items()])
    if isinstance(value, Sequence) and not isinstance(value, str):
        more = [f"… and {len(value) - _MOST_LINES:,} more"] if len(value) > _MOST_LINES else []
        return ", ".join([*map(_in_words, value[:_MOST_LINES]), *more]) or "none"
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return show(value) if isinstance(value, (date, int, float)) else str(value)


def print_to_mend(lines: Sequence[str]) -> None:
    """What was left out or is to be mended: all that is printed of a result where only that is asked for."""
    for line in lines[:_MOST_LINES]:
        terminal.say(line)
    _say_more(len(lines) - _MOST_LINES, "")


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


def print_issued(issued: "Issue", asked: Asked) -> None:
    """The trackers issued to a folder, and the activities that are in none."""
    rows = [(t.path.name, t.lead, t.activities) for t in issued.trackers]
    terminal.table(("Tracker", "Lead", "Activities"), rows, numbers=(2,))
    trackers = many(len(issued.trackers), "tracker")
    terminal.say(f"{trackers} for {issued.period} in {asked['folder']}, due back {show(issued.due_on)}.")
    if issued.mails:
        terminal.say(f"{many(len(issued.mails), 'draft')} in {asked['mails']}, each with its tracker. Nothing was sent.")
    if issued.open_doubts:
        terminal.say(f"{many(issued.open_doubts, 'doubt')} of the import are open in the sheet Review."
                     if issued.open_doubts > 1 else "1 doubt of the import is open in the sheet Review.")
    print_to_mend(issued.to_mend)


def print_typed_in(typed: "TypedIn", asked: Asked) -> None:
    """Where the tracker lies that is to be filled, and what follows."""
    terminal.say(f"{typed.path}: {many(typed.activities, 'activity', 'activities')} for {typed.period}. Fill it with what was "
                 "said, save it, then validate and stamp it like a return.")
    terminal.say(f"It will be stamped as “{typed.says}”.")


def print_checked(checked: "Checked", asked: Asked) -> None:
    """What each tracker still lacks, in the words of its lead: no codes, and each thing with its place."""
    for tracker in checked.trackers:
        terminal.say(tracker.says)
        if tracker.not_filled:
            terminal.say(f"  Not filled yet: {', '.join(tracker.not_filled)}. Fill the row, or choose Yes in No change.")
        for heading, findings in (("Put right", tracker.to_put_right), ("Answer or put right", tracker.questions),
                                  ("Good to know", tracker.notes)):
            if findings:
                terminal.say(f"  {heading}:")
            for finding in findings[:_MOST_LINES]:
                where = " ".join(part for part in (finding.place, finding.ref) if part and not finding.message.startswith(part))
                terminal.say(f"    {where}: {finding.message}" if where else f"    {finding.message}")
            _say_more(len(findings) - _MOST_LINES, "", indent="    ")
    print_to_mend(checked.left_out)


def print_validated(validated: "Validated", asked: Asked) -> None:
    """The returns, and where the copies are that go back."""
    print_returns(validated.returns)
    for line in (*validated.left_out, *validated.passed_over):
        terminal.say(line)
    if asked["annotated"]:
        copies = many(len(validated.annotated), "annotated copy", "annotated copies")
        terminal.say(f"{copies} in {asked['annotated']}, to be sent back.")


def print_returns(returns: "Sequence[Return]") -> None:
    """Returns with their outcome, then the findings of each: those first that need something, and of thousands not all."""
    ordered = sorted(returns, key=lambda found: _URGENT.index(found.outcome))
    terminal.table(
        ("Return", "Lead", "Outcome", "Changes", *(s.value.capitalize() for s in Severity), "Not checked"),
        [(r.file, r.lead, r.outcome_in_words, len(r.changes), *(r.count(s) or "" for s in Severity), len(r.not_checked) or "")
         for r in ordered[:_MOST_ROWS]],
        numbers=range(3, 9),
    )
    _say_more(len(ordered) - _MOST_ROWS, " returns")
    telling = [found for found in ordered if found.findings]
    for found in telling[:_MOST_LINES]:
        terminal.say(found.file)
        for finding in _urgent(found.findings):
            terminal.say(f"  {finding}")
        _say_more(len(found.findings) - _MOST_LINES, " findings of this return", indent="  ")
        terminal.say()
    _say_more(len(telling) - _MOST_LINES, " returns with findings")
    if len(telling) > _MOST_LINES or any(len(found.findings) > _MOST_LINES for found in telling[:_MOST_LINES]):
        terminal.say("“sendxl validate” with --report or --json writes every finding to a file.")
    terminal.say(f"{outcomes_in_words(returns)}.")


def _urgent(findings: Sequence[Finding]) -> Sequence[Finding]:
    """All findings as they stand in the file; where there are too many, the gravest."""
    if len(findings) <= _MOST_LINES:
        return findings
    return sorted(findings, key=lambda finding: (finding.is_explained, list(Severity).index(finding.severity)))[:_MOST_LINES]


def _say_more(count: int, what: str, *, indent: str = "") -> None:
    """That there are so many more; nothing where there are none."""
    if count > 0:
        terminal.say(f"{indent}… and {count:,} more{what}.")


def print_stamped(stamped: "Stamped", asked: Asked) -> None:
    """What was stamped or, in a dry run, what would be."""
    if stamped.changes:
        terminal.table(("Ref", "Column", "Old", "New", "Lead"),
                       [(c.ref, c.column, c.old, c.new, c.lead) for c in stamped.changes[:_MOST_ROWS]])
        _say_more(len(stamped.changes) - _MOST_ROWS, " changes: once stamped, the sheet Stamps lists all")
    if stamped.statuses:
        ordered = sorted(stamped.statuses, key=lambda change: not change.changes)
        terminal.table(("Ref", "Status now", "Then", "Activity", "Reason"),
                       [(c.ref, c.before, c.after, c.activity, c.reason) for c in ordered[:_MOST_ROWS]])
        _say_more(len(ordered) - _MOST_ROWS, " activities are touched")
    if stamped.returns:
        print_returns(stamped.returns)
    for line in (*stamped.left_out, *stamped.passed_over):
        terminal.say(line)
    for line in stamped.unsettled[:_MOST_LINES]:
        terminal.say(line)
    _say_more(len(stamped.unsettled) - _MOST_LINES, " decisions that were not carried out")
    for line in stamped.already[:_MOST_LINES]:
        terminal.say(line)
    _say_more(len(stamped.already) - _MOST_LINES, " in which nothing is new")
    values, settled = many(len(stamped.changes), "value"), ""
    if stamped.settled:
        settled = f", {many(stamped.settled, 'decision')} carried out"
    if asked["dry_run"]:
        statuses = many(sum(change.changes for change in stamped.statuses), "status", "statuses")
        terminal.say(f"Dry run: {values} would change, {stamped.held} be held{settled}; {statuses} would follow.")
    elif not stamped.written:
        terminal.say("Nothing to stamp: the master was not changed.")
    else:
        cells, updates = many(stamped.cells, "cell"), many(stamped.updates, "update")
        terminal.say(f"Batch {stamped.batch}: {values} changed ({cells}, with period, day and lead), {updates} recorded, "
                     f"{stamped.held} held{settled}.")
        if stamped.updates or stamped.changes:
            terminal.say("Run “sendxl refresh” to work out the statuses.")
    for line in stamped.waiting:
        terminal.say(line)


def print_undone(undone: "Undone", asked: Asked) -> None:
    """What was taken back or, in a dry run, what would be; and what was left."""
    if undone.changes:
        terminal.table(("Ref", "Column", "Was", "Is again", "Return"),
                       [(c.ref, c.column, c.old, c.new, c.file) for c in undone.changes[:_MOST_ROWS]])
        _say_more(len(undone.changes) - _MOST_ROWS, " values")
    print_to_mend(undone.to_mend)
    if undone.written:
        values, cells = many(len(undone.changes), "value"), many(undone.cells, "cell")
        terminal.say(f"Batch {undone.batch} took back {undone.undoes}: {values} ({cells}, with marks and states), "
                     f"{len(undone.left)} left. What it recorded counts no more. To bring it again: “sendxl undo” with "
                     f"{undone.batch}. Run “sendxl refresh” to work out the statuses.")
    else:
        values = many(len(undone.changes), "value")
        terminal.say(f"Dry run: {values} of batch {undone.undoes} would go back, {len(undone.left)} be left.")


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


def print_history(history: "History", asked: Asked) -> None:
    """The batches and what was edited by hand since; or what was recorded of the rows that were asked for."""
    if history.ref or history.rebaselined:
        rows = [(show(e.at, Type.MOMENT), e.by, e.ref, e.column, e.old, e.new, ": ".join(filter(None, (e.code, e.explanation))),
                 e.file, e.kind + ("" if e.counts else ", taken back")) for e in history.events[-_MOST_ROWS:]]
        _say_more(len(history.events) - _MOST_ROWS, " before these: --json has all")
        terminal.table(("When", "By", "Ref", "Column", "Old", "New", "Why", "Return", "Kind"), rows)
        of = f" of {history.ref}" if history.ref else ""
        what = " of dates, baselines, targets and approvals" if history.rebaselined else ""
        terminal.say(f"{many(len(history.events), 'change')} recorded{of}{what}.")
        return
    terminal.table(
        ("Batch", "Kind", "When", "By", "Values", "Returns", "Counts"),
        [(b.batch, f"{b.kind} of {b.undoes}" if b.undoes else b.kind, show(b.at, Type.MOMENT), b.by, b.cells, len(b.files) or "",
          "yes" if b.counts else "taken back") for b in history.batches[-_MOST_ROWS:]], numbers=(4, 5))
    if history.edited:
        terminal.say("Changed by hand since they were recorded:")
        terminal.table(("Table", "Ref", "Column", "Recorded", "Now"),
                       [(e.table, e.ref, e.column, e.recorded, e.now) for e in history.edited[:_MOST_ROWS]])
        _say_more(len(history.edited) - _MOST_ROWS, " cells: --json has all")
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


def print_chased(chased: "Chased", asked: Asked) -> None:
    """Whom to remind of what, and where the drafts are."""
    if chased.chasers:
        terminal.table(("Lead", "Email", "Period", "Due on", "Why", "Outstanding"),
                       [(c.lead, c.email, "; ".join(c.periods), show(c.due_on), c.why, c.outstanding(5)) for c in chased.chasers])
    print_to_mend(chased.to_mend)
    if chased.files:
        terminal.say(f"{many(len(chased.files), 'draft')} in {asked['folder']}. Nothing was sent.")
    for line in chased.standing:
        terminal.say(line)
    if not chased.looked_at:
        terminal.say("Returns that are not stamped were not looked at: name their folder too.")


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
    for line in done.left_out[:_MOST_LINES]:
        terminal.say(line)
    _say_more(len(done.left_out) - _MOST_LINES, ": “sendxl doctor” lists all")


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
                         *_pounds(line.planned_to_date, line.realised_to_date, line.forecast, line.variance))
                        for line in plan.lines], numbers=range(4, 8))
        _print_money(("Type", "Year"), ("Approved", "Planned", "Forecast", "Realised"), [
            ([of.type, _year(of.year, closed=of.closed)], [of.approved, of.planned, of.forecast, of.realised])
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


def as_at(day: date, *, ahead: bool) -> str:
    """The day of figures, as in “as at 31 Mar 2027, still to come”."""
    return f"as at {show(day)}{', still to come' if ahead else ''}"


def print_savings(profile: "Profile", asked: Asked) -> None:
    """The profile of the savings by type, fund and year, with range and present value; net of costs; and the funds."""
    terminal.say(f"{profile.title}: savings {as_at(profile.as_at, ahead=profile.ahead)}, "
                 f"{profile.years[0]} to {profile.years[-1]}")
    print_to_mend(profile.to_mend)
    if not (profile.groups or profile.left_out):
        terminal.say("There are no savings lines yet. Add them in Savings, and their quantities in Profile.")
    terminal.say()
    marked = {year: _year(year, closed=year in profile.closed) for year in profile.years}
    for group in profile.groups:
        lines = many(group.lines, "line")
        approved = f", {group.approved} of {lines} approved" if group.approved else ", none approved"
        terminal.say(f"{group.type}, {group.fund}: {group.quantified} of {lines} quantified{approved}.")
        _print_group(group, marked) if group.quantified or group.total.forecast is not None else terminal.say()
    for line in (*_of_the_tables(profile), *profile.in_range) if profile.groups else ():
        terminal.sentences(line)
    if profile.net:
        terminal.say()
        terminal.say("Cashable savings net of costs, as forecast:")
        _print_money(("Fund", "Year"), ("Cashable", "Costs", "Net"), [
            ([row.fund, marked[row.year]], [row.cashable, row.costs, row.net]) for row in profile.net])
    _print_position(profile.position)


def _year(year: str, *, closed: bool) -> str:
    """A financial year, and whether its figures stay as they were kept."""
    return f"{year}{', closed' if closed else ''}"


def _print_group(group: "Group", marked: Mapping[str, str]) -> None:
    rows = [([marked.get(of.year, "all years")],
             [of.approved, of.planned, of.forecast, of.one_off or None, of.realised, of.restated, of.p10, of.p50, of.p90])
            for of in (*group.years, group.total)]
    rows.append((["present value"], [None, group.present_planned, group.present_forecast]))
    _print_money(("Year",), ("Approved", "Planned", "Forecast", "One-off", "Realised", "Restated", "P10", "P50", "P90"), rows)


def _of_the_tables(profile: "Profile") -> Iterator[str]:
    """What the columns of the savings mean, those that are there."""
    years = [year for group in profile.groups for year in group.years]
    if any(year.one_off for year in years):
        yield "One-off: what of the forecast does not recur; the rest does every year."
    if profile.closed:
        yield (f"Closed: the figures of {', '.join(profile.closed)} stay as they were kept. Restated: what today's rows and "
               "costs would give as realised, less that; it is in no other figure.")
    drawn = (f"P10, P50 and P90: the forecast falls short of them in 10, 50 and 90 of 100 draws ({profile.draws:,} draws, "
             f"seed {profile.seed}). ") if any(group.total.p50 is not None for group in profile.groups) else ""
    yield (f"{drawn}Present value at {show(profile.discount_rate, Type.FRACTION)} a year. "
           "Types and funds are not added together; blank is not quantified.")


def _print_position(rows: "Sequence[FundYear]") -> None:
    if rows:
        terminal.sentences(
            "Position of the funds: the one place where types of saving meet. Mitigated spend is Unmitigated spend less Savings "
            "(cashable and avoided), plus Costs. A deficit is below 0.")
    given = [column for column in POSITION if column.type is Type.MONEY]
    for fund in dict.fromkeys(row.fund for row in rows):
        terminal.say(f"{fund}:")
        _print_money(("Year",), [column.header for column in given], [
            ([row.year], [row.amounts.get(column.key) for column in given]) for row in rows if row.fund == fund])


def _print_money(labels: Sequence[str], headers: Sequence[str],
                 rows: Sequence[tuple[Sequence[str], Sequence[float | None]]]) -> None:
    """A table of pounds; a column in which there are none is left out."""
    there = [place for place in range(len(headers)) if any(row[place:place + 1] not in ([], [None]) for _, row in rows)]
    terminal.table((*labels, *(headers[place] for place in there)),
                   [(*label, *_pounds(*(row[place] if place < len(row) else None for place in there))) for label, row in rows],
                   numbers=range(len(labels), len(labels) + len(there)))


def _pounds(*amounts: float | None) -> list[str]:
    return [show(amount, Type.MONEY) for amount in amounts]


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


def print_addin(addin: Path, asked: Asked) -> None:
    """Where the add-in lies that was made as a file."""
    terminal.say(f"{addin}: on a computer with Excel, “sendxl addin install” puts it where Excel starts it.")


def print_installed(stands: "Status", asked: Asked) -> None:
    """Where the add-in was put, and what to do next."""
    terminal.say(f"{stands.addin}\nIt runs {stands.interpreter}. Start Excel again: there is a tab “Delivery plan”.")


def print_removed(changed: Sequence[Path], asked: Asked) -> None:
    """The files that were changed when the add-in was taken out."""
    terminal.say("\n".join(map(str, changed)) + "\nTaken out." if changed else "It was not there.")


def print_status(stands: "Status", asked: Asked) -> None:
    """How the add-in stands on this computer."""
    terminal.say(f"{stands.addin}: {'installed' if stands.installed else 'not installed'}"
                 f"{'' if stands.current or not stands.installed else ', but not the one of this version'}.")
    terminal.say(f"Python: {stands.interpreter or 'not set'} ({stands.settings})")
    print_to_mend(stands.to_mend)


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


PRINTERS: Mapping[str, Callable[[Any, Asked], None]] = {  # by verb; another is printed field by field
    "new": print_new, "issue": print_issued, "type-in": print_typed_in, "check": print_checked, "validate": print_validated,
    "chase": print_chased,
    "stamp": print_stamped, "settle": print_stamped, "undo": print_undone, "refresh": print_refreshed, "show": print_overview,
    "history": print_history, "savings": print_savings, "board": print_board_report, "revise": print_revised,
    "export": print_exported, "rollup": print_rolled_up, "archive": print_archived, "doctor": print_diagnosis,
    "upgrade": print_upgraded,
    "addin build": print_addin, "addin install": print_installed, "addin remove": print_removed, "addin status": print_status,
}
