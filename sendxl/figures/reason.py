"""The words of a status: one plain sentence with the figures, from which a reader sees why it is what it is.

Only wording stands here; what decides is in ``measures`` and ``status``. Sentences have no full stop, so that the
sentence of a measure can stand inside that of its activity.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sendxl.figures.trajectory import PLACES, Line
from sendxl.plan.rows import Row
from sendxl.plan.schema import Type
from sendxl.plan.values import Problem, show, to_text
from sendxl.plan.vocabulary import Kind

_LONGEST_QUOTE = 40
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


class Wording(NamedTuple):
    """How the figures of one measure are written: its value, what it is measured in, and of which day it is.

    ``counted`` is set for the kinds that are one count out of another, as in “45 of 60 pupils (75%)”.
    """

    kind: Kind
    value: float
    unit: str = ""
    counted: tuple[float, float] | None = None
    as_of: date | None = None

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
        return f"{words} as of {show(self.as_of)}" if self.as_of else words


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
    due = f"due {show(line.due)}"
    if words.kind == Kind.MILESTONE:
        return f"{words.standing()}; {due}"
    early = " early" if as_at < line.due else ""
    return f"{words.standing()}, target of {_bound(line)}{show(line.target, words.type)} reached{early}; {due}"


def on_line(words: Wording, line: Line, as_at: date, early_share: float) -> str:
    """A measure on its way: “12 of 20 places, 15 expected by 31 Dec 2026; due 31 Mar 2027”."""
    in_one = words.kind == Kind.NUMBER and line.sign > 0 and 0 <= words.value <= line.target
    standing = words.standing(line.target if in_one else None)
    if in_one or words.kind == Kind.MILESTONE:
        aim = f"due {show(line.due)}"
    elif line.sign < 0 and line.ahead(line.target, line.baseline) < 0:
        aim = (f"may grow from {show(line.baseline, words.type)} to {show(line.target, words.type)} at the most by "
               f"{show(line.due)}")
    else:
        aim = f"target {_bound(line)}{show(line.target, words.type)} by {show(line.due)}"
    if as_at >= line.due:
        return f"{standing}; {aim}, not reached"
    return f"{standing}, {_progress(words, line, as_at, early_share)}; {aim}"


def to_standard(words: Wording, sign: int, target: float) -> str:
    """A Compliance measure: “45 of 60 plans (75%), 90% required”."""
    return f"{words.standing()}, {'at most ' if sign < 0 else ''}{show(target, Type.FRACTION)} required"


def work_done(percent: float, expected: float, as_at: date, due: date, *, early: bool) -> str:
    """The work of an activity: “60% complete, 75% expected by 31 Dec 2026; due 31 Mar 2027”."""
    awaited = _too_early(expected) if early else f"{show(expected, Type.FRACTION)} expected by {show(as_at)}"
    return f"{show(percent, Type.FRACTION)} complete, {awaited}; due {show(due)}"


def work_overdue(percent: float | None, due: date) -> str:
    """The work of an activity after its due date: “80% complete, was due 30 Sep 2026”."""
    done = "Not completed" if percent is None else f"{show(percent, Type.FRACTION)} complete"
    return f"{done}, was due {show(due)}"


def work_without_day(due: date | None) -> str:
    """Work that is all done, but does not say since when: “100% complete, but no Completed on: enter the day”."""
    return f"100% complete, but no Completed on: enter the day{f'; due {show(due)}' if due else ''}"


def _progress(words: Wording, line: Line, as_at: date, early_share: float) -> str:
    """The value against what the line expects or, where it expects nothing yet, against the baseline."""
    expected, gone = line.expected(as_at), line.gone(as_at)
    change = abs(expected - line.baseline)
    baseline = f"baseline of {show(line.baseline, words.type)}"
    worse = ""
    if line.ahead(words.value, line.baseline) < 0:
        lost = abs(words.value - line.baseline) / abs(line.baseline) if line.baseline else 0.0
        worse = f"{show(lost, Type.FRACTION)} worse than the {baseline}" if lost else f"worse than the {baseline}"
    if gone < early_share:
        return f"{worse} with {show(gone, Type.FRACTION)} of the time gone" if worse else _too_early(gone)
    if not round(change, PLACES):
        return f"{worse or f'no worse than the {baseline}'}, which is to be held"
    start = f" from a {baseline}" if line.baseline and line.ahead(words.value, expected) < 0 else ""
    if words.type is Type.NUMBER:  # no finer than the change is worth: 15 of 15.05, 1.4 of 1.38
        expected = round(expected, 0 if change >= 10 else 1 if change >= 1 else 2)
    return f"{_bound(line)}{show(expected, words.type)} expected by {show(as_at)}{start}"


def _too_early(gone: float) -> str:
    return f"too early to expect more with {show(gone, Type.FRACTION)} of the time gone"


def _bound(line: Line) -> str:
    return "at most " if line.sign < 0 else ""


def _with_unit(figure: str, unit: str) -> str:
    return f"{figure} {unit}" if unit else figure
