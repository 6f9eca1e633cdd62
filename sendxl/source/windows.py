"""When benefits are expected: “Now”, “3-5 years”, “Now-2 years”, “5 years”, two windows, or prose.

Source: workbooks/pages/figures.md, Windows for benefits.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_UNIT = r"(years?|yrs?|months?)\b"
_WINDOW = re.compile(
    rf"(?P<now>now|immediate(?:ly)?)\b(?:\s*(?:-|–|to)\s*(?P<then>\d{{1,2}})\s*{_UNIT})?"
    rf"|(?P<low>\d{{1,2}})\s*(?:-|–|to)\s*(?P<high>\d{{1,2}})\s*{_UNIT}"
    rf"|(?P<by>\d{{1,2}})\s*{_UNIT}", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[;,/&]|and\b)?\s*", re.IGNORECASE)
_BREAK = re.compile(r"\s*[–—:;,.]\s*|\s*(?=\()|\s+-\s*|-\s+|\s+(?=[A-Z])")


@dataclass(frozen=True)
class Window:
    """A span of whole months from the plan's start; ``opens`` None where only the end is known."""

    words: str
    opens: int | None
    closes: int


@dataclass(frozen=True)
class Benefits:
    """What a benefits cell says: its windows, and the prose after them (or instead of them)."""

    windows: tuple[Window, ...]
    prose: str

    def dates(self, starts: date) -> tuple[date | None, date | None]:
        """Benefits from and Benefits by: the earliest opening and the latest close, counted from the plan's start."""
        opens = [window.opens for window in self.windows if window.opens is not None]
        closes = [window.closes for window in self.windows]
        return (add_months(starts, min(opens)) if opens else None, add_months(starts, max(closes)) if closes else None)


def read_benefits(text: str) -> Benefits:
    """Windows at the beginning of a benefits cell. Words that run on from a window make the whole cell prose."""
    windows: list[Window] = []
    at = 0
    while (match := _WINDOW.match(text, at)) and (window := _window(match)):
        windows.append(window)
        end = match.end()
        between = _BETWEEN.match(text, end)
        at = between.end() if between else end
    if not windows:
        return Benefits((), text)
    rest = text[end:]
    if not rest.strip(" ."):
        return Benefits(tuple(windows), "")
    gap = _BREAK.match(rest)
    return Benefits(tuple(windows), rest[gap.end():].strip()) if gap else Benefits((), text)


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _window(match: re.Match[str]) -> Window | None:
    unit = next((group for group in match.groups() if group and group[0] in "yYmM" and not group.isdigit()), "years")
    months = 1 if unit[0] in "mM" else 12
    if match["now"]:
        return Window(match[0], 0, int(match["then"] or 0) * months)
    if match["by"]:
        return Window(match[0], None, int(match["by"]) * months)
    low, high = int(match["low"]), int(match["high"])
    return Window(match[0], low * months, high * months) if low < high else None
