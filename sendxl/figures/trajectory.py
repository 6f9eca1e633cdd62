"""The line that a measure is to follow, and the bands that say how far from it is still on track.

Source: workbooks/pages/figures.md, Status. Shares are rounded to 6 places before they are compared, so that a share of
exactly 0.90 is on track whatever the arithmetic left in its last digits.
"""

from datetime import date
from typing import NamedTuple

from sendxl.plan.settings import Settings
from sendxl.plan.vocabulary import Status

PLACES = 6


class Line(NamedTuple):
    """The line from ``baseline`` on ``start`` to ``target`` on ``due``, which is not before ``start``.

    It runs straight through each of ``between``: day and level of an interim target, in order of day, between the two.
    ``sign`` is +1 where higher is better, −1 where lower is. Levels are in the unit of the measure.
    """

    sign: int
    baseline: float
    start: date
    target: float
    due: date
    between: tuple[tuple[date, float], ...] = ()

    def gone(self, day: date) -> float:
        """Share of the time gone by that day, 0 to 1, rounded; 1 where the line starts and ends on one day."""
        days = (self.due - self.start).days
        return round(min(max((day - self.start).days / days, 0.0), 1.0), PLACES) if days > 0 else 1.0

    def expected(self, day: date) -> float:
        """The value expected by that day: on the line, and flat before and after it."""
        if day >= self.due:
            return self.target
        since, level = self.start, self.baseline
        if day <= since:
            return level
        for until, aim in (*self.between, (self.due, self.target)):
            if day <= until:
                return level + (aim - level) * (day - since).days / (until - since).days
            since, level = until, aim
        return level

    def attainment(self, value: float, day: date, early_share: float) -> float:
        """How much of the expected change has happened, rounded: 1 as expected, 0 none of it, below 0 the wrong way.

        Where no change is expected yet, 1 for a value no worse than the baseline, else 1 less the share of the
        baseline that was lost (0 where the baseline is 0).
        """
        expected = self.expected(day)
        change = abs(expected - self.baseline)
        if round(change, PLACES) and self.gone(day) >= early_share:
            return round(1 + self.sign * (value - expected) / change, PLACES)
        if self.ahead(value, self.baseline) >= 0:
            return 1.0
        return round(1 - abs(value - self.baseline) / abs(self.baseline), PLACES) if self.baseline else 0.0

    def ahead(self, value: float, level: float) -> float:
        """How far a value is on the better side of a level, rounded; negative on the worse side."""
        return round(self.sign * (value - level), PLACES)


def band(share: float, settings: Settings) -> Status:
    """On track, At risk or Off track by a share of what was expected, already rounded."""
    if share >= settings.on_track_from:
        return Status.ON_TRACK
    return Status.AT_RISK if share >= settings.at_risk_from else Status.OFF_TRACK
