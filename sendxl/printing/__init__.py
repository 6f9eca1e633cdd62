"""How the results of jobs are printed: tables and sentences for a person at a terminal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sendxl import terminal
from sendxl.plan.values import show
from sendxl.printing import add_in, plans, returns, savings
from sendxl.printing.common_lines import MOST_LINES, Asked
from sendxl.verbs import Option, Verb


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
        more = [f"… and {len(value) - MOST_LINES:,} more"] if len(value) > MOST_LINES else []
        return ", ".join([*map(_in_words, value[:MOST_LINES]), *more]) or "none"
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return show(value) if isinstance(value, (date, int, float)) else str(value)


PRINTERS: Mapping[str, Callable[[Any, Asked], None]] = {  # by verb; another is printed field by field
    "new": plans.print_new, "issue": returns.print_issued, "type-in": returns.print_typed_in, "check": returns.print_checked,
    "validate": returns.print_validated, "chase": returns.print_chased, "stamp": returns.print_stamped,
    "settle": returns.print_stamped, "undo": returns.print_undone, "refresh": plans.print_refreshed,
    "show": plans.print_overview, "history": plans.print_history, "savings": savings.print_savings,
    "board": plans.print_board_report, "revise": plans.print_revised, "export": plans.print_exported,
    "rollup": plans.print_rolled_up, "archive": plans.print_archived, "doctor": plans.print_diagnosis,
    "upgrade": plans.print_upgraded, "addin build": add_in.print_addin, "addin install": add_in.print_installed,
    "addin remove": add_in.print_removed, "addin status": add_in.print_status,
}
