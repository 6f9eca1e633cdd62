"""Lines that many printers say: what is to be mended, that there is more, of which day figures are."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from sendxl import terminal
from sendxl.plan.values import show

Asked: TypeAlias = Mapping[str, Any]  # what was asked of a job, by parameter

MOST_LINES = 20  # of what is to be mended, told by the way; and of returns and their findings
MOST_ROWS = 100  # of a table


def print_to_mend(lines: Sequence[str]) -> None:
    """What was left out or is to be mended: all that is printed of a result where only that is asked for."""
    for line in lines[:MOST_LINES]:
        terminal.say(line)
    say_more(len(lines) - MOST_LINES, "")


def say_more(count: int, what: str, *, indent: str = "") -> None:
    """That there are so many more; nothing where there are none."""
    if count > 0:
        terminal.say(f"{indent}… and {count:,} more{what}.")


def as_at(day: date, *, ahead: bool) -> str:
    """The day of figures, as in “as at 31 Mar 2027, still to come”."""
    return f"as at {show(day)}{', still to come' if ahead else ''}"
