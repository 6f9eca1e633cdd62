"""The words of a status: one plain sentence with the figures, from which a reader sees why it is what it is.

Only wording stands here; what decides is in ``measures`` and ``status``. Sentences have no full stop, so that the
sentence of a measure can stand inside that of its activity.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sendxl.figures.trajectory import PLACES, Line
from sendxl.plan.counting import many
from sendxl.plan.rows import Row
from sendxl.plan.schema import Type
from sendxl.plan.values import Problem, show, to_text
from sendxl.plan.vocabulary import Kind

_LONGEST_QUOTE = 40
_WHOLE_PERCENT = 0.1  # a change of so much is told in whole per cent
_MISSING = {
    "kind": "no kind",
    "better": "no Better (Higher or Lower)",
    "baseline": "no baseline",
    "baseline_on": "no baseline date",
    "target": "no target",
    "target_on": "no target date",
    "actual": "no actual",
    "out_of": "no Out of",
    "starts": "no start date",
    "due": "no due date",
    "percent_complete": "no % complete",
}
NO_PERCENT = _MISSING["percent_complete"]
NO_SHARE = f"no actual and {NO_PERCENT}"  # of a milestone, which goes by one of the two


class Wording(NamedTuple):
    """How the figures of one measure are written: its value, what it is measured in, and of which day it is.

    ``counted`` is set for the kinds that are one count out of another, as in “45 of 60 pupils (75%)”.
    """

    kind: Kind
    value: float
    unit: str = ""
    counted: tuple[float, float] | None = None
    as_of: date | None = None
    later: bool = False  # that day is after the one it is judged by

    @property
    def type(self) -> Type:
        """The type in which levels (value, baseline, target) are shown."""
        return Type.NUMBER if self.kind == Kind.NUMBER else Type.FRACTION

    def standing(self, target: float | None = None) -> str:
        """Where the measure stands: “12 places”, “62%”, “60% complete”; with a target “12 of 20 places”."""
        level = show(self.value, self.type)
        if self.counted:
            words = f"{show(self.counted[0])} of {_with_unit(show(self.counted[1]), self.unit)} ({level})"
        elif self.kind == Kind.MILESTONE:
            words = f"{level} complete"
        elif self.kind == Kind.NUMBER:
            words = _with_unit(level if target is None else f"{level} of {show(target)}", self.unit)
        else:
            words = level
        if not self.as_of:
            return words
        return f"{words}, counted on {show(self.as_of)}" if self.later else f"{words} as of {show(self.as_of)}"


def gap(row: Row, key: str) -> str:
    """What stands in the way of reading a cell: “no baseline”, or the cell and what it holds."""
    cell = row.cell(key)
    if cell.problem is None:
        return _MISSING[key]
    if cell.problem is Problem.NEVER_WORKED_OUT:
        return f"{row.table[key].header} is {cell.problem.value}"
    held = " ".join((cell.stored.raw or to_text(cell.stored.value)).split())
    held = held if len(held) <= _LONGEST_QUOTE else f"{held[:_LONGEST_QUOTE].rstrip()}…"
    return f"{row.table[key].header} “{held}” is {cell.problem.value}"


def not_assessed(gaps: Iterable[str]) -> str:
    """Why there is no status: “Not assessed: no baseline, no target date”."""
    return f"Not assessed: {', '.join(gaps)}"


def not_started(start: date, due: date | None) -> str:
    """Why there is no status yet: “Starts 1 Sep 2027; due 31 Mar 2028”."""
    return f"Starts {show(start)}{f'; due {show(due)}' if due else ''}"


def reached(words: Wording, line: Line, as_at: date) -> str:
    """A measure whose target is reached: “20 places, target of 20 reached early; due 31 Mar 2027”."""
    due = _due(line.due, as_at)
    if words.kind == Kind.MILESTONE:
        return f"{words.standing()}; {due}"
    early = " early" if as_at < line.due else ""
    return f"{words.standing()}, target of {_bound(line)}{show(line.target, words.type)} reached{early}; {due}"


def on_line(words: Wording, line: Line, as_at: date, early_share: float) -> str:
    """A measure on its way: “12 of 20 places, 15 expected by 31 Dec 2026; due 31 Mar 2027”."""
    in_one = words.kind == Kind.NUMBER and line.sign > 0 and 0 <= words.value <= line.target
    standing, target = words.standing(line.target if in_one else None), show(line.target, words.type)
    limits = line.sign < 0 and line.ahead(line.target, line.baseline) < 0
    if as_at >= line.due:
        if limits:
            return f"{standing}, above the limit of {target} set for {show(line.due)}"
        aim = "" if in_one else "100% " if words.kind == Kind.MILESTONE else f"target of {_bound(line)}{target} "
        return f"{standing}, {aim}not reached by {show(line.due)}"
    if in_one or words.kind == Kind.MILESTONE:
        aim = f"due {show(line.due)}"
    elif limits:
        aim = f"may grow from {show(line.baseline, words.type)} to {target} at the most by {show(line.due)}"
    else:
        aim = f"target {_bound(line)}{target} by {show(line.due)}"
    return f"{standing}, {_progress(words, line, as_at, early_share)}; {aim}"


def to_standard(words: Wording, sign: int, target: float) -> str:
    """A Compliance measure: “45 of 60 plans (75%), 90% required”."""
    return f"{words.standing()}, {'at most ' if sign < 0 else ''}{show(target, Type.FRACTION)} required"


def work_so_far(percent: float, expected: float, as_at: date, *, early: bool) -> str:
    """How far the work has come, and how far it should have: “60% complete, 75% expected by 31 Dec 2026”."""
    waits = early and percent <= expected
    awaited = _too_early(expected) if waits else f"{_share(expected, expected)} expected by {show(as_at)}"
    return f"{show(percent, Type.FRACTION)} complete, {awaited}"


def work_on_time(so_far: str, due: date) -> str:
    """Work under way: “60% complete, 75% expected by 31 Dec 2026; due 31 Mar 2027”."""
    return f"{so_far}; due {show(due)}"


def work_late(so_far: str, forecast: date, due: date) -> str:
    """Work that is behind and will be late, too: “…; due 31 Mar 2027, forecast to finish 20 Apr 2027, 20 days late”."""
    return f"{so_far}; due {show(due)}, forecast to finish {show(forecast)}, {many((forecast - due).days, 'day')} late"


def work_slips(so_far: str, forecast: date, due: date) -> str:
    """Work that would stand better but for its forecast: “Forecast to finish 1 May 2027, 31 days after it is due; 60% …”."""
    late = many((forecast - due).days, "day")
    return f"Forecast to finish {show(forecast)}, {late} after it is due on {show(due)}; {so_far}"


def work_overdue(percent: float | None, due: date, completed: date | None) -> str:
    """The work of an activity after its due date: “80% complete, was due 30 Sep 2026”; ``completed`` is a later day."""
    done = "Not completed" if percent is None else f"{show(percent, Type.FRACTION)} complete"
    return f"{done}{f', but completed on {show(completed)} only' if completed else ''}, was due {show(due)}"


WITHOUT_DAY = "100% complete, but no Completed on: enter the day"


def work_without_day(due: date | None, as_at: date) -> str:
    """Work that is all done, but does not say since when."""
    return f"{WITHOUT_DAY}{f'; {_due(due, as_at)}' if due else ''}"


def _progress(words: Wording, line: Line, as_at: date, early_share: float) -> str:
    """The value against what the line expects or, where it expects nothing yet, against the baseline."""
    expected, gone = line.expected(as_at), line.gone(as_at)
    change = abs(expected - line.baseline)
    worse = ""
    if line.ahead(words.value, line.baseline) < 0:
        lost = abs(words.value - line.baseline) / abs(line.baseline) if line.baseline else 0.0
        worse = f"{f'{show(lost, Type.FRACTION)} ' if lost else ''}worse than the {_baseline(words, line)}"
    if gone < early_share and worse:
        return f"{worse} with {show(gone, Type.FRACTION)} of the time gone"
    if gone < early_share and (line.ahead(words.value, expected) <= 0 or not change):
        return _too_early(gone)
    if not round(change, PLACES):
        return f"{worse or f'no worse than the {_baseline(words, line)}'}, which is to be held"
    start = f" from a {_baseline(words, line)}" if line.baseline and line.ahead(words.value, expected) < 0 else ""
    if words.type is Type.NUMBER:  # no finer than the change is worth: 15 of 15.05, 1.4 of 1.38
        told = show(round(expected, 0 if change >= 10 else 1 if change >= 1 else 2))
    else:
        told = _share(expected, change)
    return f"{_bound(line)}{told} expected by {show(as_at)}{start}"


def _baseline(words: Wording, line: Line) -> str:
    return f"baseline of {show(line.baseline, words.type)}"


def _share(expected: float, change: float) -> str:
    """A share that is expected, no finer than the change is worth: 66%, but 4.5%."""
    return show(round(expected, 2 if round(change, PLACES) >= _WHOLE_PERCENT else 3), Type.FRACTION)


def _due(day: date, as_at: date) -> str:
    return f"{'was ' if day < as_at else ''}due {show(day)}"


def _too_early(gone: float) -> str:
    return f"too early to expect more with {show(gone, Type.FRACTION)} of the time gone"


def _bound(line: Line) -> str:
    return "at most " if line.sign < 0 else ""


def _with_unit(figure: str, unit: str) -> str:
    return f"{figure} {unit}" if unit else figure
