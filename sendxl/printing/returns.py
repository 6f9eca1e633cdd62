"""How trackers and returns are printed: what was issued, checked, validated and stamped, and whom to remind."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sendxl import terminal
from sendxl.plan.counting import many
from sendxl.plan.finding import Finding, Severity
from sendxl.plan.values import show
from sendxl.plan.vocabulary import Outcome
from sendxl.printing.common_lines import MOST_LINES, MOST_ROWS, Asked, print_to_mend, say_more
from sendxl.returns.outcome import outcomes_in_words

if TYPE_CHECKING:
    from sendxl.jobs.chase import Chased
    from sendxl.jobs.check import Checked
    from sendxl.jobs.issue import Issue
    from sendxl.jobs.stamp import Stamped
    from sendxl.jobs.type_in import TypedIn
    from sendxl.jobs.undo import Undone
    from sendxl.jobs.validate import Validated
    from sendxl.returns.outcome import Return

_URGENT = (Outcome.REJECTED, Outcome.HELD, Outcome.ACCEPTED, Outcome.ASIDE)


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
            terminal.say(f"  Not filled yet: {', '.join(tracker.not_filled)}. Fill each row; where what was reported last time "
                         "still holds, choose Yes in No change.")
        for heading, findings in (("Put right", tracker.to_put_right), ("Answer or put right", tracker.questions),
                                  ("Good to know", tracker.notes)):
            if findings:
                terminal.say(f"  {heading}:")
            for finding in findings[:MOST_LINES]:
                where = " ".join(part for part in (finding.place, finding.ref) if part and not finding.message.startswith(part))
                terminal.say(f"    {where}: {finding.message}" if where else f"    {finding.message}")
            say_more(len(findings) - MOST_LINES, "", indent="    ")
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
         for r in ordered[:MOST_ROWS]],
        numbers=range(3, 9),
    )
    say_more(len(ordered) - MOST_ROWS, " returns")
    telling = [found for found in ordered if found.findings]
    for found in telling[:MOST_LINES]:
        terminal.say(found.file)
        for finding in _urgent(found.findings):
            terminal.say(f"  {finding}")
        say_more(len(found.findings) - MOST_LINES, " findings of this return", indent="  ")
        terminal.say()
    say_more(len(telling) - MOST_LINES, " returns with findings")
    if len(telling) > MOST_LINES or any(len(found.findings) > MOST_LINES for found in telling[:MOST_LINES]):
        terminal.say("“sendxl validate” with --report or --json writes every finding to a file.")
    terminal.say(f"{outcomes_in_words(returns)}.")


def _urgent(findings: Sequence[Finding]) -> Sequence[Finding]:
    """All findings as they stand in the file; where there are too many, the gravest."""
    if len(findings) <= MOST_LINES:
        return findings
    return sorted(findings, key=lambda finding: (finding.is_explained, list(Severity).index(finding.severity)))[:MOST_LINES]


def print_stamped(stamped: "Stamped", asked: Asked) -> None:
    """What was stamped or, in a dry run, what would be."""
    if stamped.changes:
        terminal.table(("Ref", "Column", "Old", "New", "Lead"),
                       [(c.ref, c.column, c.old, c.new, c.lead) for c in stamped.changes[:MOST_ROWS]])
        say_more(len(stamped.changes) - MOST_ROWS, " changes: once stamped, the sheet Stamps lists all")
    if stamped.statuses:
        ordered = sorted(stamped.statuses, key=lambda change: not change.changes)
        terminal.table(("Ref", "Status now", "Then", "Activity", "Reason"),
                       [(c.ref, c.before, c.after, c.activity, c.reason) for c in ordered[:MOST_ROWS]])
        say_more(len(ordered) - MOST_ROWS, " activities are touched")
    if stamped.returns:
        print_returns(stamped.returns)
    for line in (*stamped.left_out, *stamped.passed_over):
        terminal.say(line)
    for line in stamped.unsettled[:MOST_LINES]:
        terminal.say(line)
    say_more(len(stamped.unsettled) - MOST_LINES, " decisions that were not carried out")
    for line in stamped.already[:MOST_LINES]:
        terminal.say(line)
    say_more(len(stamped.already) - MOST_LINES, " in which nothing is new")
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
                       [(c.ref, c.column, c.old, c.new, c.file) for c in undone.changes[:MOST_ROWS]])
        say_more(len(undone.changes) - MOST_ROWS, " values")
    print_to_mend(undone.to_mend)
    if undone.written:
        values, cells = many(len(undone.changes), "value"), many(undone.cells, "cell")
        terminal.say(f"Batch {undone.batch} took back {undone.undoes}: {values} ({cells}, with marks and states), "
                     f"{len(undone.left)} left. What it recorded counts no more. To bring it again: “sendxl undo” with "
                     f"{undone.batch}. Run “sendxl refresh” to work out the statuses.")
    else:
        values = many(len(undone.changes), "value")
        terminal.say(f"Dry run: {values} of batch {undone.undoes} would go back, {len(undone.left)} be left.")


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
